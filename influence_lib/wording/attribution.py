"""What is said of attributed money."""

import datetime as dt
from typing import TYPE_CHECKING

from influence_lib.metrics import show
from influence_lib.wording import count, likely, span

if TYPE_CHECKING:
    from influence_lib.analysis.inference import Interval


def window(days: int) -> str:
    """Say how long a code counts."""
    until = f"{count(days, 'day')} after the last" if days else "the last"
    return f"An order counts when its code is used from the first day of the campaign to {until}."


def attributed_revenue(
    total: float, found: "Interval", orders: int, proofs: str, until: dt.date, currency: str | None
) -> str:
    """Say how much revenue carried a creator's code or came through a creator's link."""
    are = "is" if orders == 1 else "are"
    start = f"{count(orders, 'order')} with a creator's {proofs} until {show(until, 'date')} {are} worth"
    return (
        f"{start} {show(total, 'money', currency)} net; with other creators like these it would on average be "
        f"{span(found.low, found.high, 'money_whole', currency)}."
    )


def attributed_roas(ratio: "Interval", break_even: float, margin: float | None, currency: str | None) -> str:
    """Say what came back for each unit of money spent."""
    even = show(break_even, "money_ratio", currency)
    against = f"{even} would be break-even at a margin of {margin * 100:g}%" if margin else "before the cost of goods"
    return (
        f"{show(ratio.estimate, 'money_ratio', currency)} of attributed revenue came back for each "
        f"{show(1, 'money_whole', currency)} spent ({likely(ratio.low, ratio.high, 'money_ratio', currency)}; "
        f"{against})."
    )


def roi(found: "Interval") -> str:
    """Say whether the campaign paid back after margin, as far as attributed sales tell."""
    start = (
        "The campaign paid back"
        if found.low > 0
        else "The campaign did not pay back"
        if found.high < 0
        else "Too close to call"
    )
    best = show(found.estimate, "signed_percent")
    return f"{start}: {best} attributed return on investment ({likely(found.low, found.high, 'signed_percent')})."
