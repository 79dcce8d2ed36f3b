"""YouTube Studio: the table of videos and the daily charts."""

from influence_lib.intake.source import Source

SOURCES: tuple[Source, ...] = ()
