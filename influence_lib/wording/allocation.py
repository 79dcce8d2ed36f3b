"""What is said of the next budget."""

from typing import TYPE_CHECKING

from influence_lib.metrics import show
from influence_lib.wording import likely

if TYPE_CHECKING:
    from influence_lib.analysis.inference import Interval

RESPONSE_ASSUMED = (
    "How revenue grows with spend is assumed, not measured: no creator was paid at enough different levels."
)


def nobody_pays() -> str:
    """Say that moving money is not the point when no creator is likely to pay back."""
    return " No creator is likely to pay back, so spending less is worth more than moving money."


def reallocation(gain: "Interval", moved: float, chance: float, currency: str | None) -> str:
    """Say what a better split of the same money would be expected to bring."""
    return (
        f"Moving {show(moved, 'money_whole', currency)} between creators at the same total is expected to add "
        f"{show(gain.estimate, 'money_whole', currency)} of margin "
        f"({likely(gain.low, gain.high, 'money_whole', currency)}; chance of any gain: {show(chance, 'probability')})."
    )
