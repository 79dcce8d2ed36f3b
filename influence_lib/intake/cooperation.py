"""What was agreed and what happened: deliverables, and the log of messages and events."""

from influence_lib.intake.source import Source

SOURCES: tuple[Source, ...] = ()
