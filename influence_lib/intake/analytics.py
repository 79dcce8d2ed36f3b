"""Google Analytics 4: reports and explorations."""

from influence_lib.intake.source import Source

SOURCES: tuple[Source, ...] = ()
