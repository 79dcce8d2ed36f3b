"""What a creator is told about the own posts."""

from influence_lib.metrics import show
from influence_lib.wording.en import count, creators, likely
from influence_lib.wording.en.published import platform

NOT_TOLD = (
    "This page rests on your own posts, and on orders with your own code or link, alone. It compares you with nobody."
)
ASSOCIATION = (
    "A difference between your posts is an association: you may keep a format for your better ideas, and a good week "
    "lifts whatever you posted in it."
)
READING = (
    "The engagement rate is likes, comments and, where they are known, shares and saves of a post for each follower "
    "you had when it went out. Half of your posts do better than the usual (median) one."
)
CODES = "Orders count for you when a buyer used your code or link; buyers who came for your post without it are missed."


LABELS = {"sponsored": "sponsored posts", "organic": "organic posts", "untold": "not told"}


def kind(name: str) -> str:
    """Return posts of one kind as their creator calls them."""
    if name in LABELS:
        return LABELS[name]
    start, _, rest = name.partition(" ")
    return f"{platform(start)} posts of an untold format" if rest == "untold" else creators.kind(name)


def title(name: str) -> str:
    """Return what the page is."""
    return f"Feedback for {name}"


def usual_rate(rate: float, ends: tuple[float, float] | None, posts: int) -> str:
    """Say the creator's usual engagement rate."""
    if ends is None:
        return f"Too few posts to tell your usual engagement rate with a range: {count(posts, 'post')}."
    return f"Your usual post draws {show(rate, 'percent')} engagement by followers ({likely(*ends, 'percent')})."


def worked(kind: str, change: float, ends: tuple[float, float]) -> str:
    """Say which kind of post draws more than the creator's others."""
    much, between = show(change, "change"), likely(*ends, "signed_percent")
    return f"What worked for you: {kind}, {much} more engagement than your other posts ({between})."


def nothing_stands_out(compared: int) -> str:
    """Say that no kind of post does better."""
    if not compared:
        return "There are too few posts of different kinds yet to tell what works better for you."
    return f"No kind of post can be shown to draw more for you than your others ({count(compared, 'comparison')})."


def share(now: float, ends: tuple[float, float], posts: int) -> str:
    """Say which share of the creator's posts is sponsored."""
    between = likely(*ends, "percent")
    return f"{show(now, 'percent')} of your posts were sponsored ({between}, {count(posts, 'post')} with a label)."


def orders(number: float, revenue: float | None, currency: str | None) -> str:
    """Say how many orders came with the creator's code or link."""
    said = f"{count(number, 'order')} came with your code or link"
    return f"{said}, worth {show(revenue, 'money_whole', currency)} net." if revenue is not None else f"{said}."


def reached(least: float, most: float, posts: int) -> str:
    """Say how many people the creator's posts for the campaign reached."""
    between = f"between {show(least, 'count')} and {show(most, 'count')} people"
    return f"Your {count(posts, 'post')} with known reach reached {between}, each counted once."
