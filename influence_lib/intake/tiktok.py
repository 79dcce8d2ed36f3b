"""TikTok Studio: the list of videos, the daily overview and the history of followers."""

from influence_lib.intake.source import Source

SOURCES: tuple[Source, ...] = ()
