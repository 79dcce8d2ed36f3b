"""What is said of published claims about money, and of earned media value."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from influence_lib.metrics import show
from influence_lib.wording.en import compact, count, likely, listed, span

if TYPE_CHECKING:
    from influence_lib.analysis.inference import Interval

WAS_MEDIA_VALUE = (
    "The published figure (Tomoson's poll of marketers, about 2015) was passed on as sales, but spoke of earned media "
    "value: what advertising of as many views would have cost."
)
NOT_MONEY = "Earned media value is what advertising of as many views or reactions is said to cost, not money earned."
WHAT_A_POST_COSTS = "what a post usually costs"
CHEAPER = "whether small accounts reach people more cheaply"
SELLS_MORE = "whether followers of small accounts buy more"
NO_TIER = "other or unknown size"
FEE_CAPTION = "What a post costs by tier"
COST_CAPTION = "What reaching and moving people costs by tier, sum over sum (own costs without boosts)"
ACTION_CAPTION = "Attributed orders by tier, sum over sum"
NO_REACH_TO_COMPARE = (
    "No reach is reported for all posts of any creator, so nobody can tell what reaching a person costs. Ask creators "
    "for their insights."
)


def claim_return(found: "Interval", claim: float, verdict: str, chance: float, currency: str | None) -> str:
    """Say whether codes show the published return."""
    one, said = show(1, "money_whole", currency), show(claim, "money_ratio", currency)
    own = f"{show(found.estimate, 'money_ratio', currency)} for each {one} spent"
    ends = likely(found.low, found.high, "money_ratio", currency)
    if verdict == "supported":
        return (
            f"Attributed revenue is {own} ({ends}): no less than the published {said} (earned media value, not sales)."
        )
    if verdict == "contradicted":
        return f"Attributed revenue is {own} ({ends}), not the published {said} (earned media value, not sales)."
    return (
        f"Attributed revenue is {own} ({ends}); the published {said} or more has a chance of "
        f"{show(chance, 'probability')}."
    )


def beside(ends: tuple[float, float] | None, currency: str | None) -> str:
    """Say what earned media value would make of the same spend; nothing where no formula fits."""
    if ends is None:
        return ""
    one = show(1, "money_whole", currency)
    said = span(*ends, "money_ratio", currency)
    return f" By formulas of earned media value, which is not money: {said} for each {one}."


def claim_fee(share: "Interval", cap: float, published: float, verdict: str, currency: str | None) -> str:
    """Say which part of the posts cost no more than the published cap."""
    start = f"{show(share.estimate, 'percent')} of posts cost {show(cap, 'money_whole', currency)} or less"
    ends = likely(share.low, share.high, "percent")
    said = f"the published {show(published, 'change')}"
    if verdict == "supported":
        return f"{start} ({ends}), close to {said}."
    if verdict == "contradicted":
        return f"{start} ({ends}), fewer than {said}."
    return f"{start} ({ends}); whether that is {said} cannot be told."


def fee_caveats(cap: float, currency: str | None) -> tuple[str, ...]:
    """Say what the published cap was."""
    dollars = show(500, "money_whole", "USD")
    here = show(cap, "money_whole", currency)
    return (
        f"The claim is of {dollars} a post on Instagram in 2016 (Bloglovin', a survey of micro-influencers); it is "
        f"held against {here} as it stands. At US consumer prices of 2024 it would be about "
        f"{show(650, 'money_whole', 'USD')}.",
        "Only creators who were hired are seen; those who asked for more and were turned down are not.",
    )


def within(cap: float, currency: str | None) -> str:
    """Return the head of the column of posts at or below the cap."""
    return f"At {show(cap, 'money_whole', currency)} or less"


def claim_affordable(found: "Interval", verdict: str) -> str:
    """Say whether small accounts reach people more cheaply."""
    ends = likely(found.low, found.high, "signed_percent")
    size = show(abs(found.estimate), "change")
    if verdict == "supported":
        return f"Small accounts reach a person for {size} less than larger ones ({ends})."
    if verdict == "contradicted":
        return f"Small accounts reach a person for {size} more than larger ones ({ends})."
    return (
        f"Whether small accounts reach people more cheaply than larger ones cannot be told: the cost differs by "
        f"{show(found.estimate, 'signed_percent')} ({ends})."
    )


def affordable_caveats(left_out: int, limit: float) -> tuple[str, ...]:
    """Say who is compared, and that reach is not told by everybody."""
    gone = (
        (f"{count(left_out, 'creator')} without reach for every post left out; those who report it may do better.",)
        if left_out
        else ()
    )
    return (
        f"Small: below {show(limit, 'count')} followers. People whom several posts reach count with each of them.",
        *gone,
    )


def claim_actions(found: "Interval", verdict: str) -> str:
    """Say whether followers of small accounts buy more."""
    ends = likely(found.low, found.high, "signed_percent")
    size = show(abs(found.estimate), "change")
    if verdict == "supported":
        return f"Small accounts bring {size} more attributed orders for each follower than larger ones ({ends})."
    if verdict == "contradicted":
        return f"Small accounts bring {size} fewer attributed orders for each follower than larger ones ({ends})."
    return (
        f"Whether small accounts bring more attributed orders for each follower than larger ones cannot be told: "
        f"{show(found.estimate, 'signed_percent')} ({ends})."
    )


def actions_caveats(limit: float) -> tuple[str, ...]:
    """Say who is compared, and what was published about it."""
    nano, macro = (show(value, "money_whole", "EUR") for value in (265, 49))
    return (
        f"Small: below {show(limit, 'count')} followers. Creators differ in more than size, as in what they offer.",
        f"Published: {nano} of revenue for each 1,000 followers of nano accounts, {macro} of macro accounts "
        "(Beichert and others, Journal of Marketing 2024; 1.9 million purchases).",
    )


def too_few_of_a_size(what: str, small: int, larger: int, least: tuple[int, int], limit: float) -> str:
    """Say that more creators of both sizes are needed."""
    have = f"{count(small, 'creator')} below {compact(limit)} followers and {show(larger, 'count')} above"
    return (
        f"Not enough data to tell {what}: {have} with costs and results; needed are {least[0]} of each, {least[1]} "
        "together, with results that differ."
    )


def earned_media_value(
    middle: float, ends: tuple[float, float], formulas: int, compared: int, posts: int, currency: str | None
) -> str:
    """Say what published formulas make of the posts, and that it is no money."""
    low, high = (show(end, "money_whole", currency) for end in ends)
    which = "the same posts" if compared == posts else f"the same {show(compared, 'count')} of {count(posts, 'post')}"
    return (
        f"Not money earned: {count(formulas, 'published formula')} of earned media value say {low} to {high} for "
        f"{which}, {show(middle, 'money_whole', currency)} in the middle."
    )


def few_formulas(foreign: Sequence[str], currency: str) -> str:
    """Say why there is no spread of formulas."""
    start = "Earned media value is told as a spread of formulas only, and fewer than two fit here"
    if foreign:
        example = f"exchange_rates: {{{foreign[0]}: what one is worth in {currency}}}"
        return f"{start}. Others are in {listed(foreign)}: write `{example}` in the YAML."
    return f"{start}: too few posts report what they ask for (likes and comments, or views)."


def emv_caption(compared: int, posts: int) -> str:
    """Return the caption of the table of formulas."""
    which = (
        f" over the {show(compared, 'count')} of {count(posts, 'post')} that all of them tell of" if compared else ""
    )
    return f"Earned media value by published formula{which}: not money earned"


def emv_caveats(foreign: Sequence[str]) -> tuple[str, ...]:
    """Say what earned media value is, and how little formulas agree."""
    gone = (f"Formulas in {listed(foreign)} are left out: no rate of exchange in the YAML.",) if foreign else ()
    return (
        NOT_MONEY,
        "Vendors set the values themselves and change them: Klear's multiplier was 10.52 on an older page and 2.89 in "
        "October 2025; Klear's base values are not published, so it is not in the spread.",
        *gone,
    )


def formula_said(in_spread: bool, told: int, worth: float, currency: str, posts: int) -> str:
    """Say in a cell whether a formula is in the spread, and if not what it would say in its own currency."""
    if in_spread:
        return "in the spread"
    if told == 0:
        return "does not speak of these posts, or they lack what it needs"
    return f"{show(worth, 'money_whole', currency)} for {show(told, 'count')} of {count(posts, 'post')}; not comparable"
