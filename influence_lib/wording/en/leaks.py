"""What is said of codes that leak and of buyers whom codes miss."""

import datetime as dt
from typing import TYPE_CHECKING

from influence_lib.metrics import show
from influence_lib.wording.en import count, likely, span, tick

if TYPE_CHECKING:
    from influence_lib.analysis.inference import Interval

NO_POSTS = (
    "Nothing can be said about this without the creators' posts: whether orders come after posts tells whether a code "
    "leaked."
)
UNSEEN_POSTS = (
    "Orders after a post or story that is not in the files look like a leak; so does a post that keeps selling for "
    "weeks."
)
ANYWAY = "Would have come anyway"
RECTANGLE = (
    "Revenue for each 1 spent, by how many orders with a code would have come anyway and how many won buyers use the "
    "code"
)


def too_few(orders: int, least: int, unposted: int) -> str:
    """Say how many more orders with codes are needed."""
    rest = (
        f" {count(unposted, 'more code has', 'more codes have')} orders but no post in the files." if unposted else ""
    )
    return (
        f"Not enough data to tell whether codes leaked: {count(orders, 'order')} with a creator's code, about "
        f"{count(least - orders, 'more order')} needed.{rest}"
    )


def leaking_codes(clearly: int, possibly: int, codes: int, lost: "Interval") -> str:
    """Say how many codes look leaked, and what part of the revenue of all codes would have come anyway."""
    part = f"{show(lost.estimate, 'percent')} of codes' revenue looks as if it would have come anyway"
    between = f"{part} ({likely(lost.low, lost.high, 'percent')})"
    more = f", {show(possibly, 'count')} more possibly" if possibly else ""
    if clearly:
        return f"{show(clearly, 'count')} of {count(codes, 'code')} clearly leaked{more}; about {between}."
    if possibly:
        return f"None of {count(codes, 'code')} clearly leaked, {show(possibly, 'count')} possibly; about {between}."
    return f"None of {count(codes, 'code')} looks leaked; about {between}."


def verdict(chance: float, clear: float, possible: float) -> str:
    """Return whether a code leaked, in a word or two."""
    if chance > possible:
        return "clearly leaked" if chance > clear else "possibly leaked"
    return "leak unlikely" if chance < 1 - clear else "cannot tell"


def since(day: dt.date | None) -> str:
    """Return since when a code leaks, or that no such day stands out."""
    return show(day, "date") if day else "–"


EVEN_ORDERS = (
    "Orders that come evenly all through the campaign may be leaks, or posts that sell for weeks; most of them are "
    "taken as won, so a code that leaks from the first day on looks better than it is."
)


def cannot_tell(unsure: int, codes: int) -> str:
    """Say for how many codes the orders do not tell whether they leaked."""
    return f"For {show(unsure, 'count')} of {count(codes, 'code')} the orders do not tell whether they leaked."


def caption(days: int, leaked_from: float) -> str:
    """Return the caption of the table of codes."""
    return (
        f"Codes by their creator, most likely leaked first. Leaked: more than {tick(leaked_from, 'percent')} of its "
        f"orders would have come anyway. Away from posts: before the first or more than {count(days, 'day')} after one."
    )


def coupon_day(day: dt.date, codes: int) -> str:
    """Say that codes of several creators jumped on one day."""
    return (
        f"On {show(day, 'date')} the codes of {count(codes, 'creator')} jumped together without new posts: look for a "
        "coupon site or an offer of that day."
    )


def placebo(share: "Interval") -> str:
    """Say that orders with codes of no creator come after the creators' posts, which they should not."""
    return (
        f"{show(share.estimate, 'percent')} of {count(share.units, 'order')} with a code of no creator come as if "
        f"after the posts ({likely(share.low, share.high, 'percent')}): won buyers use other codes, or something else "
        "happened on those days."
    )


def unposted(codes: int) -> str:
    """Say how many codes cannot be judged."""
    have = count(codes, "code has", "codes have")
    return f"{have} orders, but the files have no post of the creator for the campaign: not judged."


def adjusted(
    found: "Interval", attributed: float, break_even: float, margin: float | None, currency: str | None
) -> str:
    """Say what came back for each unit of money, leaks and missed buyers allowed for."""
    even = show(break_even, "money_ratio", currency)
    mark = f"break-even {even}" if margin else "before the cost of goods"
    return (
        f"Estimated after leaks and missed buyers, {show(found.estimate, 'money_ratio', currency)} came back for each "
        f"{show(1, 'money_whole', currency)} spent ({likely(found.low, found.high, 'money_ratio', currency)}; "
        f"attributed {show(attributed, 'money_ratio', currency)}; {mark})."
    )


def leaks_from(leaked: "Interval", seen: bool) -> str:
    """Say where the share of orders that would have come anyway is from."""
    if not seen:
        ends = span_of(leaked)
        return f"Leaks cannot be seen in these orders: anything from {ends} of revenue was taken as equally likely."
    return (
        f"{show(leaked.estimate, 'percent')} of attributed revenue is taken off as leaked "
        f"({likely(leaked.low, leaked.high, 'percent')}), by when orders came; orders by link are taken as they are."
    )


def use_from(use: "Interval", surveyed: bool) -> str:
    """Say where the share of won buyers who use the code is from."""
    if surveyed:
        return (
            f"By the survey {show(use.estimate, 'percent')} of won buyers use a code or link "
            f"({likely(use.low, use.high, 'percent')}); buyers who answer may use codes more often."
        )
    return (
        f"Nobody measured how many won buyers use a code: {span_of(use)} are taken as equally "
        "likely, which is why the range is wide. A survey after purchase would narrow it."
    )


def span_of(part: "Interval") -> str:
    """Return a range of shares that somebody wrote down."""
    return f"{tick(part.low, 'percent')} to {tick(part.high, 'percent')}"


def used_by(share: float) -> str:
    """Return the head of a column of the rectangle."""
    return f"{tick(share, 'percent')} use it"


def leaked(share: float) -> str:
    """Return the label of a line of the picture of returns."""
    return f"{tick(share, 'percent')} leaked"


def rectangle_alt(
    leaked: tuple[float, float],
    use: tuple[float, float],
    ends: tuple[float, float],
    even: float,
    mark: str,
    currency: str | None,
) -> str:
    """Return the alternative text of the picture of returns over leaks and code use."""
    between = span(*ends, "money_ratio", currency)
    above = "all" if ends[0] > even else "none" if ends[1] <= even else "a part"
    shares = [f"{tick(low, 'percent')} to {tick(high, 'percent')}" for low, high in (use, leaked)]
    return (
        f"Lines of revenue for each 1 spent by the share of won buyers who use the code, {shares[0]}, one line for "
        f"each share of orders that would have come anyway, {shares[1]}: {between}; {above} of it lies above "
        f"{show(even, 'money_ratio', currency)}, {mark}."
    )
