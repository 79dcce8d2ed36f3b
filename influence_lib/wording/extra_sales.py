"""What is said of extra sales."""

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from influence_lib.metrics import show
from influence_lib.wording import count, likely, listed

if TYPE_CHECKING:
    from influence_lib.analysis.inference import Interval

NOT_STARTED = "No sales since the first day of the campaign yet, so nothing can be said about them."
SALES_TOO_REGULAR = (
    "Not enough data to tell how much sales rose: sales before the launch show no chance at all, which points to a "
    "fault in the file."
)


def too_few_days(have: int, least: int) -> str:
    """Say how many more days of sales before the launch are needed."""
    return (
        f"Not enough data to tell how much sales rose: {count(have, 'day')} of sales before the launch, at least "
        f"{least} needed; export {count(least - have, 'more day')} of orders from before."
    )


def other_causes(controls: Sequence[str]) -> str:
    """Say what the daily model holds constant."""
    held = [name.replace("_", " ") for name in controls]
    given = f"{listed(['Weekdays', *held])} are held constant" if held else "Only weekdays are held constant"
    return f"{given}; anything else that changed with the launch is counted as the campaign's."


def unfinished(end: dt.date, last: dt.date) -> tuple[str, ...]:
    """Say that sales end before the campaign does; nothing when they do not."""
    if last >= end:
        return ()
    return (f"Sales are known up to {show(last, 'date')} only; the campaign ends on {show(end, 'date')}.",)


def smallest_detectable(value: float, expected: float, days: int, currency: str | None) -> str:
    """Say how large an effect had to be to be seen."""
    share = f" ({value / expected:.0%} of usual sales)" if expected > 0 else ""
    return (
        f"In {count(days, 'day')} of sales like these, extra revenue below about "
        f"{show(value, 'money_whole', currency)}{share} could easily be missed."
    )


def incremental_revenue(extra: "Interval", expected: float, days: int, currency: str | None) -> str:
    """Say how far sales of the campaign's days lay above what was to be expected."""
    between = likely(extra.low, extra.high, "money_whole", currency)
    usual = f"the {show(expected, 'money_whole', currency)} to be expected without it"
    much = show(abs(extra.estimate), "money_whole", currency)
    start = f"Sales in the {count(days, 'day')} of the campaign were"
    if extra.low > 0:
        return f"{start} {much} above {usual} ({between})."
    if extra.high < 0:
        return f"{start} {much} below {usual} ({between})."
    way = "above" if extra.estimate >= 0 else "below"
    return (
        f"Daily sales do not show whether the campaign sold more: they were {much} {way} {usual}, which may be chance "
        f"({between})."
    )


def incremental_roas(ratio: "Interval", break_even: float, currency: str | None) -> str:
    """Say how much extra revenue came for each unit of money spent."""
    even = show(break_even, "money_ratio", currency)
    return (
        f"{show(ratio.estimate, 'money_ratio', currency)} of extra sales for each "
        f"{show(1, 'money_whole', currency)} spent ({likely(ratio.low, ratio.high, 'money_ratio', currency)}; "
        f"break-even {even})."
    )
