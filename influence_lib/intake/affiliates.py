"""Affiliate tools: actions with payouts and reversals, earnings by tag, sales that a dashboard assigned."""

from influence_lib.intake.source import Source

SOURCES: tuple[Source, ...] = ()
