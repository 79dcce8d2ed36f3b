"""Pages for people who decide: one a notebook, one briefing a campaign, one portfolio, and the gate before them."""

from influence_lib.report.linting import lint
from influence_lib.report.previewing import preview

__all__ = ["lint", "preview"]
