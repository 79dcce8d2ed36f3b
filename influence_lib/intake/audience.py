"""Who follows whom: shares of an audience by age, gender, country and the like."""

from influence_lib.intake.source import Source

SOURCES: tuple[Source, ...] = ()
