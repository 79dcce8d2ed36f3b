"""What is said of the next budget."""

import datetime as dt
from collections.abc import Sequence

from influence_lib.metrics import show
from influence_lib.wording.en import count, likely, listed, span

# What money moves between: one and many.
CREATOR, TIER, CHANNEL = ("creator", "creators"), ("tier", "tiers of creators"), ("channel", "channels")
RESPONSE_ASSUMED = (
    "How fast returns slow down as a creator is paid more is assumed, with its uncertainty counted in, not measured: "
    "no creator was paid at enough different levels."
)
TODAYS_COSTS = "Today's spend is each creator's own costs in the ledger of this campaign."
NO_SERIES = (
    "Nothing can be said about the split between channels without weekly or daily spend of each channel and sales in "
    "money beside it."
)
BUDGETS = "A larger or smaller budget, split at its best, against today's"


def nobody_pays() -> str:
    """Say that moving money is not the point when no creator is likely to pay back."""
    return " No creator is likely to pay back, so spending less is worth more than moving money."


def reallocation(
    gain: float, ends: tuple[float, float], moved: float, chance: float, go: bool, many: str, currency: str | None
) -> str:
    """Say what a better split of the same money would be expected to bring, or that today's split stays."""
    much, between = show(gain, "money_whole", currency), likely(*ends, "money_whole", currency)
    of = "attributed margin" if many == CREATOR[1] else "margin"
    if go:
        return (
            f"Moving {show(moved, 'money_whole', currency)} between {many} at the same total is expected to add {much} "
            f"of {of} ({between}; chance of any gain: {show(chance, 'probability')})."
        )
    if gain <= 0:
        return f"Keep today's split between {many}: no other split of the same money is expected to bring more."
    return (
        f"Keep today's split between {many}: the best other one is expected to add {much} of margin ({between}), but "
        f"gains with a chance of only {show(chance, 'probability')}."
    )


def too_small(gain: float, ends: tuple[float, float], many: str, currency: str | None) -> str:
    """Say that the best split adds too little to be worth the trouble."""
    return (
        f"Keep today's split between {many}: the best other one is expected to add only "
        f"{show(gain, 'money_whole', currency)} of margin ({likely(*ends, 'money_whole', currency)}), too little to be "
        "worth the moves."
    )


def unseen(many: str) -> str:
    """Say that today's split stays because sales do not follow spend."""
    return f"Keep today's split between {many}: weekly sales do not show that spend on any of them sells more."


def caption(go: bool, many: str) -> str:
    """Return the caption of the table of moves."""
    if go:
        return "Recommended moves at the same total"
    return f"Today's split between {many}, which stays: no other is likely enough to bring more"


def optimal(slopes: Sequence[float], cells: int, cap: float, noun: tuple[str, str], currency: str | None) -> str:
    """Say whether the best split is the best: the next unit of money earns the same wherever no limit is reached."""
    limit, one = f"limit of {cap:.0%} up or down", show(1, "money_whole", currency)
    if not slopes:
        return (
            f"Check of the best split: all {count(cells, *noun)} are at the {limit}; only a wider one would move more."
        )
    low, high = min(slopes), max(slopes)
    if len(slopes) == 1:
        earns = f"in the one {noun[0]} within the {limit} the next {one} spent earns"
        return f"Check of the best split: {earns} {show(low, 'money_ratio', currency)} of margin; all others are at it."
    where = f"in the {count(len(slopes), *noun)} (of {cells}) within the {limit}"
    same = show(low, "money_ratio", currency)
    if high - low > 0.001 * abs(high):
        same = span(low, high, "money_ratio", currency)
    return f"Check of the best split: {where} the next {one} spent earns the same, {same} of margin."


def confounded(held: Sequence[str], many: str) -> str:
    """Say that spend was not varied at random, and what is held constant."""
    names = listed(["trend", "season", *(name.replace("_", " ") for name in held)])
    return (
        f"Spend was not varied by chance: where it follows demand, {many} look better than they are. Held constant: "
        f"{names}. Only a test, such as by region, settles it."
    )


def todays_year(first: dt.date, last: dt.date) -> str:
    """Say which spend is called today's."""
    return (
        f"Today's spend is that of the weeks from {show(first, 'date')} to {show(last, 'date')}; next is the same "
        "weeks scaled alike, and gains are for as long."
    )


def still(names: Sequence[str]) -> tuple[str, ...]:
    """Say which spend hardly changed, so that it is left where it is; nothing when there is none."""
    if not names:
        return ()
    said = listed([name.replace("_", " ") for name in names])
    return (f"Left as it is, because its weekly spend takes too few different levels: {said}.",)


def filled(cells: int) -> tuple[str, ...]:
    """Say how many empty cells of spend count as nothing spent; nothing when there are none."""
    one = "weekly spend was not told and counts"
    many = "weekly spends were not told and count"
    return (f"{count(cells, one, many)} as nothing spent.",) if cells else ()


def too_few_weeks(have: int, least: int) -> str:
    """Say how many more weeks of spend and sales are needed."""
    return (
        f"Not enough data for a split between channels: {count(have, 'unbroken week')} of spend and sales, at least "
        f"{least} needed; export {count(least - have, 'more week')}."
    )


def too_few_channels(have: int, names: Sequence[str], levels: int) -> str:
    """Say that there are not two channels to move money between."""
    fixed = f" ({listed([name.replace('_', ' ') for name in names])} took fewer)" if names else ""
    return (
        f"Not enough data for a split: {count(have, 'channel')} with at least {levels} different levels of weekly "
        f"spend in the last year{fixed}, two needed."
    )


def no_curves(reason: str, needed: int) -> str:
    """Say why response curves cannot be told."""
    why = {
        "rows": f"at least {count(needed, 'week')} needed for so many channels and series",
        "collinear": "spend of the channels rises and falls together, so nobody can tell them apart",
    }
    return f"Not enough data for a split between channels: {why.get(reason, 'sales or spend hardly change')}."


def budget(change: float) -> str:
    """Return the name of a changed budget."""
    return f"{abs(change):.0%} {'more' if change > 0 else 'less'}"


def moves_subtitle(moves: bool, one: str, currency: str | None) -> str:
    """Return how to read the picture of moves."""
    last = f"on the right: margin of the next {show(1, 'money_whole', currency)} there"
    if not moves:
        return f"Today's spend of each {one}, which stays; {last}"
    return f"From today's spend of each {one} (grey) to the recommended one (green: more, orange: less); {last}"


def moves_alt(shown: int, cells: int, one: str, up: Sequence[str], down: Sequence[str], currency: str | None) -> str:
    """Describe the picture of moves."""
    which = count(cells, one) if shown == cells else f"{shown} of {count(cells, one)}, the largest moves first"
    parts = [f"{way} for {some(names)}" for way, names in (("More", up), ("Less", down)) if names]
    said = f"{'; '.join(parts)}." if parts else "None of them moves."
    end = f"Beside each stands the margin of the next {show(1, 'money_whole', currency)} spent."
    return f"Arrows from today's to the recommended spend of {which}. {said} {end}"


def some(names: Sequence[str]) -> str:
    """Return the first names of a list and how many more there are."""
    first = [name.replace("_", " ") for name in names[:5]]
    more = len(names) - len(first)
    return listed([*first, f"{show(more, 'count')} more"] if more else first)
