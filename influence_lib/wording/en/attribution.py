"""What is said of attributed money."""

import datetime as dt
from typing import TYPE_CHECKING

from influence_lib.metrics import show
from influence_lib.wording.en import count, likely, span

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


COUNTED_ORDERS = (
    "Orders with a creator's code, or through a creator's link, net of discounts, refunds, tax and shipping"
)
BUYERS = "buyers in the orders (an e-mail or a customer number in the shop's export; it is hashed when read)"
NO_ORDER_YET = "no order yet"
NEW_AS_TOLD = "Whether an order is a buyer's first is as the file says."


def profit(exact: float, found: "Interval", kept: float, cost: float, currency: str | None) -> str:
    """Say what is left of the margin on attributed revenue once the campaign is paid."""
    left = f"{show(abs(exact), 'money', currency)} {'more' if exact >= 0 else 'less'} than the campaign cost"
    ends = likely(found.low, found.high, "money_whole", currency)
    if found.high < 0:
        ends = f"{likely(-found.high, -found.low, 'money_whole', currency)} less"
    elif found.low <= 0:
        ends = f"{ends}; which side of zero is open"
    return f"Attributed orders left a margin of {show(kept, 'money', currency)}, {left} ({ends})."


def cost_per_order(found: "Interval", orders: int, currency: str | None) -> str:
    """Say what the campaign cost for each attributed order."""
    return (
        f"Each of {count(orders, 'attributed order')} cost {show(found.estimate, 'money', currency)} "
        f"({likely(found.low, found.high, 'money', currency)})."
    )


def order_value(found: "Interval", other: "Interval | None", gap: "Interval | None", currency: str | None) -> str:
    """Say what an attributed order is worth, and whether other orders are worth another amount."""
    start = f"An attributed order is worth {show(found.estimate, 'money', currency)} on average"
    ends = f"({likely(found.low, found.high, 'money', currency)})"
    if other is None or gap is None:
        return f"{start} {ends}."
    theirs = show(other.estimate, "money", currency)
    if gap.low > 1 or gap.high < 1:
        return f"{start} {ends}, {'more' if gap.low > 1 else 'less'} than the {theirs} of all other orders."
    return f"{start} {ends}; that cannot be told apart from the {theirs} of all other orders."


def by_code_caption(start: dt.date, until: dt.date) -> str:
    """Return the caption of the table of creators and their ways."""
    return (
        f"Orders from {show(start, 'date')} to {show(until, 'date')} by creator and by what assigned them. A creator's "
        "own cost is parted by their orders; shared costs are left out."
    )


def new_customers(found: "Interval", buyers: int, proofs: str, beside: "Interval | None") -> str:
    """Say how many of the buyers by code or link had not ordered before."""
    others = f", against {show(beside.estimate, 'percent')} of other buyers" if beside else ""
    return (
        f"{show(found.estimate, 'percent')} of {count(buyers, 'buyer')} with a creator's {proofs} had not ordered "
        f"before ({likely(found.low, found.high, 'percent')}){others}."
    )


def repeat_rate(found: "Interval", buyers: int, days: int, beside: "Interval | None") -> str:
    """Say how many of the buyers by code or link ordered again."""
    others = f", against {show(beside.estimate, 'percent')} of other buyers" if beside else ""
    return (
        f"{show(found.estimate, 'percent')} of {count(buyers, 'attributed buyer')} ordered again within "
        f"{count(days, 'day')} ({likely(found.low, found.high, 'percent')}){others}."
    )


def too_few_buyers(buyers: int, creators: int, least_buyers: int, least_creators: int) -> str:
    """Say that there are too few buyers to tell how many are new."""
    return (
        f"Not enough data to tell who is new: {count(buyers, 'buyer')} of {count(creators, 'creator')}, at least "
        f"{show(least_buyers, 'count')} of {show(least_creators, 'count')} needed."
    )


def too_early_for_return(buyers: int, least: int, days: int, ready: dt.date | None) -> str:
    """Say that too few buyers have had the time to order again, and when enough will have."""
    when = f"; ask again on {show(ready, 'date')}" if ready else "; more buyers, or orders of later days, are needed"
    return (
        f"Too early to tell who comes back: {count(buyers, 'buyer has', 'buyers have')} had {count(days, 'day')} to do "
        f"so, {show(least, 'count')} are needed{when}."
    )


def short_past(days: int, least: int) -> str:
    """Say that the files do not look back far enough to tell old customers from new ones."""
    return (
        f"Nothing can be said about this without orders of at least {count(least, 'day')} before the campaign (these "
        f"go back {show(days, 'count')}), or a column that tells new customers."
    )


def looks_back(days: int) -> str:
    """Say from when on an old customer counts as new."""
    return f"The orders go back {count(days, 'day')} before the campaign: who last ordered before that counts as new."


def unnamed_buyers(orders: int, of: int) -> str:
    """Say how many attributed orders do not tell who bought."""
    return f"{show(orders, 'count')} of {count(of, 'attributed order')} do not tell who bought and are left out."


def waiting(buyers: int, days: int) -> str:
    """Say how many buyers are not counted as they may still come back in time."""
    one, many = "further buyer has", "further buyers have"
    return f"{count(buyers, one, many)} not had {count(days, 'day')} yet and {'is' if buyers == 1 else 'are'} left out."
