"""What is said of people reached once, of the size of a programme, and of many small accounts against a large one."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from influence_lib.metrics import show
from influence_lib.wording.en import compact, count, likely, listed, span, two_digits

if TYPE_CHECKING:
    from influence_lib.analysis.inference import Interval
    from influence_lib.analysis.overlap import Shared

NO_OWN_POSTS = (
    "No post is marked as this campaign's. Name the campaign beside its posts (a column such as 'Campaign') to see "
    "whom they reached."
)
NO_REACH = (
    "No reach is reported for the campaign's posts, so nobody can tell how many people saw them. Ask creators for "
    "their insights."
)
AS_REPORTED = (
    "Reach is as creators and platforms report it; people reached by boosts or by other people's shares are apart."
)
REACH_CAPTION = "People reached by creator: the largest post alone, and all posts added up"


def people(number: float) -> str:
    """Return a number of people with two telling digits."""
    return show(two_digits(number), "count")


def unique_reach(found: "Interval", total: float, creators: int, sampled: bool) -> str:
    """Say how many people the posts reached, each counted once."""
    ends = span(two_digits(found.low), two_digits(found.high), "count")
    if creators == 1:
        return f"The posts of {count(creators, 'creator')} reached {ends} people, each counted once."
    if not sampled:
        return (
            f"The posts of {count(creators, 'creator')} reached {ends} people, each counted once: who follows several "
            "of them is not known."
        )
    return (
        f"The posts of {count(creators, 'creator')} reached about {people(found.estimate)} people, each counted once "
        f"({likely(two_digits(found.low), two_digits(found.high), 'count')}), not the {people(total)} that reach adds "
        "up to."
    )


def left_out(creators: int, posts: int) -> tuple[str, ...]:
    """Say who is not counted because no reach was told."""
    if posts <= 0:
        return ()
    whole = f", among them all of {count(creators, 'creator')}" if creators > 0 else ""
    return (f"{count(posts, 'post')} without reported reach are not counted{whole}: more people saw the campaign.",)


def sampled(found: "Shared | None") -> tuple[str, ...]:
    """Say what is known of people who follow several creators."""
    if found is None:
        return (
            "Nobody sampled who follows several of the creators. The number inside the range assumes that 5% of two "
            "audiences together are in both; ask a tool for the overlap of audiences.",
        )
    rest = found.pairs - found.sampled
    unknown = f"; of the other {show(rest, 'count')} nothing is known" if rest else ""
    return (
        f"Shared followers were sampled for {show(found.sampled, 'count')} of "
        f"{count(found.pairs, 'pair')} of creators{unknown}. How many of them both posts reached is not told: between "
        "as many as by chance and as many as possible.",
    )


BY_REACH, BY_FOLLOWERS, BY_NOTHING = "reach", "followers", "nothing"
WORTH_IT, NOT_WORTH_IT = "yes", "no"
SIZE_CAPTION = "Creators in the order in which they add most: what each adds after own cost, and all together"


def size(found: "Interval", creators: int, chance_of_next: float | None) -> str:
    """Say how many of the creators are worth their cost."""
    ends = likely(found.low, found.high, "count")
    if found.estimate == 0:
        return f"None of {count(creators, 'creator')} can be expected to be worth the cost ({ends})."
    if chance_of_next is None:
        return f"All {count(creators, 'creator')} can be expected to be worth their cost ({ends})."
    worth = "is" if found.estimate == 1 else "are"
    return (
        f"About {show(found.estimate, 'count')} of {count(creators, 'creator')} {worth} worth the cost ({ends}); one "
        f"more would add money with a chance of {show(chance_of_next, 'probability')}."
    )


def basis(basis: str, found: "Shared | None", numbers: Sequence[float], assumed: Sequence[float]) -> tuple[str, ...]:
    """Say where the people come from whom creators share, and what other assumptions would give."""
    by = {
        BY_REACH: (),
        BY_FOLLOWERS: ("Reach is not known of all creators, so followers stand for the people whom they reach.",),
        BY_NOTHING: ("Neither reach nor followers are known of all creators: all are taken to reach as many people.",),
    }[basis]
    if found is not None:
        return (*by, *sampled(found))
    parts = [f"{show(number, 'count')} at {share:.0%}" for number, share in zip(numbers, assumed, strict=True)]
    return (
        *by,
        f"Nobody sampled who follows several of the creators. By the part of two audiences that is in both, the number "
        f"worth their cost is {listed(parts)}; the number stated is that at {assumed[1]:.0%}, its range holds all.",
    )


def repeats(share: float) -> str:
    """Say what a person is worth who is reached again."""
    return f"Assumed: a person whom a second creator reaches is worth {share:.0%} of a person reached first."


def managing(cost: float | None, details: dict[str, float], currency: str | None) -> tuple[str, ...]:
    """Say what managing one more creator is taken to cost."""
    if cost is not None:
        return (f"Managing one more creator is taken to cost {show(cost, 'money', currency)} (from the YAML).",)
    start = "Managing one more creator is taken to cost nothing (managing_cost is not in the YAML)"
    if "at_running_cost" not in details:
        return (f"{start}.",)
    each = show(details["running_cost_each"], "money", currency)
    left = show(details["at_running_cost"], "count")
    return (f"{start}; at {each} each, what hours and tools cost this time, {left} are worth it.",)


def these_only(creators: int) -> str:
    """Say that the answer is about the creators at hand."""
    return f"Judged are the {count(creators, 'creator')} with a cost in the ledger, not others who might be found."


def worth_their_cost(creators: int) -> str:
    """Return the name of the dashed line at the number of creators who are worth their cost."""
    return f"{show(creators, 'count')} worth their cost"


def curve_subtitle(level: float) -> str:
    """Return what the marks of the programme curve are."""
    return (
        f"Margin less all costs of the creators so far, with {level:.0%} interval; dashed: the number worth their cost"
    )


def curve_alt(creators: int, chosen: int, profit: float, last: float, currency: str | None) -> str:
    """Describe expected profit by number of creators."""
    return (
        f"Line of expected profit by number of creators, from 1 to {show(creators, 'count')}, with a band. With "
        f"{count(chosen, 'creator')} it is {show(profit, 'money_whole', currency)}, with all "
        f"{show(last, 'money_whole', currency)}; a dashed line marks the {show(chosen, 'count')}."
    )


# Many small accounts against one large one.

WHICH_IS_CHEAPER = "whether small accounts are cheaper than a large one"
ARITHMETIC = (
    "Arithmetic on published rates, not a measurement: rates of the same size differ two- to fourfold by publisher."
)
FOR_A_REACTION = "Cost for each like or comment"
BY_PUBLISHED = "Accounts for as many likes, by published rates of both sizes"
BY_OWN = "Accounts for as many likes and comments, by what these creators drew"
ARMY_CAPTION = "Small accounts at this programme's own cost and reactions, a large one at its quote and published rates"


def small_accounts(limit: float) -> str:
    """Return who counts as small, for the head of a table."""
    return f"Accounts below {compact(limit)} followers"


def large_account(followers: int) -> str:
    """Return what the large account is, for the head of a table."""
    return f"One account of {compact(followers)} followers"


def of_an_army(number: int) -> str:
    """Return the line about the cost of many small accounts against one post."""
    return f"Cost of {number} such accounts, against one post"


def no_quote(followers: int, needed: tuple[float, float] | None, creators: int) -> str:
    """Say that there is no quote, and how many small accounts published rates let match the large one."""
    start = "No quote for a large account (large_account_fee in the YAML), so costs are not compared."
    if needed is None:
        return start
    low, high = (math.ceil(end) for end in needed)
    many = show(low, "count") if low == high else span(low, high, "count")
    return (
        f"{start} By published rates, {many} accounts like these {show(creators, 'count')} draw as many likes as one "
        f"of {compact(followers)} followers."
    )


def army(found: "Interval", verdict: str, creators: int) -> str:
    """Say whether a large account costs more for each reaction than small ones."""
    times = show(found.estimate, "decimal")
    ends = likely(found.low, found.high, "decimal")
    of = f"the {count(creators, 'small account')}"
    if verdict == "supported":
        return f"For each like or comment, the large account would cost {times} times as much as {of} ({ends})."
    if verdict == "contradicted":
        return f"For each like or comment, the large account would cost less than {of}: {times} times as much ({ends})."
    return (
        f"Whether the large account costs more for each like or comment than {of} cannot be told: {times} times as "
        f"much ({ends})."
    )


def army_caveats(managing_cost: float | None, kept: float, currency: str | None) -> tuple[str, ...]:
    """Say what the comparison of small accounts with a large one rests on."""
    cost = show(managing_cost, "money", currency) if managing_cost is not None else "nothing (not in the YAML)"
    return (
        "What the large account would draw is taken from published rates, dated and of other creators; nobody measured "
        "it.",
        f"Managing one more small account is taken to cost {cost}.",
        f"People who react to several small accounts: at most {1 - kept:.0%} of the reactions are taken off for them.",
        "The large account is one post; costs and reactions of small accounts are of all their posts in the campaign.",
    )
