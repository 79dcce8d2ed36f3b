"""Mentions that a listening tool found."""

from influence_lib.intake.source import Source

SOURCES: tuple[Source, ...] = ()
