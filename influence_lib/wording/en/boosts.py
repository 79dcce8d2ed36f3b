"""What is said of boosted posts."""

from typing import TYPE_CHECKING

from influence_lib.metrics import show
from influence_lib.wording.en import count, likely

if TYPE_CHECKING:
    from influence_lib.analysis.inference import Interval

AUDIENCES = {
    "followers": "Followers of the creator",
    "lookalike": "People like them",
    "engaged": "People who engaged before",
    "interest": "By interest",
    "broad": "Everyone",
    "other": "Another audience",
}
NOT_TOLD = "Not told"
AUDIENCE_CAPTION = "Boosts by audience, where most was spent first"
WINDOW_CAPTION = "Boosts by when they started, and by how long they ran"
ENGAGEMENTS = "engagements with boosts and whose posts they were (the Ads Manager's export, by advertisement)"
NO_REACH = "Nothing can be said about this without both the reach of the boosts and the organic reach of the posts."
TWICE = "People reached both ways, or by several audiences, count twice: fewer people are new than this says."
MIXED = (
    "A platform may count reactions to an advertisement among those of the post (Instagram says so of likes and "
    "comments): organic numbers of boosted posts may be too high."
)


def reach(added: "Interval", posts: int, together: float) -> str:
    """Say how much boosting added to the reach of the typical post, and to that of all of them."""
    return (
        f"Boosting added {show(added.estimate, 'percent')} to the reach of a typical boosted post "
        f"({likely(added.low, added.high, 'percent')}); {show(together, 'percent')} to that of all "
        f"{show(posts, 'count')} together."
    )


def cost(paid: "Interval", organic: "Interval | None", gap: "Interval | None", currency: str | None) -> str:
    """Say what an engagement with a boost cost, and whether an organic one of the same creators cost more."""
    start = f"100 engagements with boosts cost {show(100 * paid.estimate, 'money', currency)}"
    ends = f"({likely(100 * paid.low, 100 * paid.high, 'money', currency)})"
    if organic is None or gap is None:
        return f"{start} {ends}."
    theirs = (
        f"{show(100 * organic.estimate, 'money', currency)} in fees for 100 organic ones of the same creators "
        f"({likely(100 * organic.low, 100 * organic.high, 'money', currency)})"
    )
    if gap.low > 1 or gap.high < 1:
        return f"{start} {ends}, {'more' if gap.low > 1 else 'less'} than the {theirs}."
    return f"{start} {ends}; that cannot be told apart from the {theirs}."


def too_few(posts: int, creators: int, least: int) -> str:
    """Say that too few posts were boosted."""
    are = count(posts, "boosted post", "boosted posts")
    return (
        f"Not enough data to tell what boosting does: {are} of {count(creators, 'creator')}, posts of at least "
        f"{show(least, 'count')} creators with different results needed."
    )


def left_out(posts: int) -> tuple[str, ...]:
    """Say how many boosted posts are left out; nothing when none is."""
    are, whose = count(posts, "boosted post is", "boosted posts are"), "its" if posts == 1 else "their"
    return (f"{are} left out: {whose} paid or organic reach is not known or is nobody.",) if posts > 0 else ()


def other_sum(spent: float, booked: float, currency: str | None) -> str:
    """Say that the ledger has another sum for boosts than the Ads Manager."""
    return (
        f"The boosts cost {show(spent, 'money', currency)} by the Ads Manager; the ledger has "
        f"{show(booked, 'money', currency)} for them, and that is what the campaign's cost holds."
    )


def started(low: int, high: int) -> str:
    """Return when a boost started."""
    if high == 0:
        return "Start not told"
    return f"Started {low} to {high - 1} days after the post" if high < 1000 else f"Started {low} or more days after"


def ran(low: int, high: int) -> str:
    """Return how long a boost ran."""
    if high == 0:
        return "Length not told"
    return f"Ran {low} to {high - 1} days" if high < 1000 else f"Ran {low} or more days"
