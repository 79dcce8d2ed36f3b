"""X: posts and daily overview of account analytics, and the older tweet activity."""

from influence_lib.intake.source import Source

SOURCES: tuple[Source, ...] = ()
