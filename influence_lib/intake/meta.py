"""Meta: Facebook content, the daily metric files of the Business Suite, and the answers of the Graph interface."""

from influence_lib.intake.source import Source

SOURCES: tuple[Source, ...] = ()
