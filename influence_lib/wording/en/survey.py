"""What is said of what buyers say."""

from typing import TYPE_CHECKING

from influence_lib.metrics import show
from influence_lib.wording.en import count, likely

if TYPE_CHECKING:
    from influence_lib.analysis.inference import Interval

NO_SURVEY = (
    "Nothing can be said about this without a survey after purchase: asking 'How did you hear about us?' is the "
    "cheapest way to learn what codes miss."
)
NO_BEFORE = (
    "There are too few answers from before the campaign, so buyers who would have named a creator anyway are counted."
)
CHANNEL_WORDS = {
    "creator": "a creator",
    "social_media": "social media, no creator named",
    "search": "a search",
    "friend": "a friend",
    "advertisement": "an advertisement",
    "press": "the press",
    "shop": "a shop",
    "other": "something else",
}


def channel(name: str) -> str:
    """Return how a buyer heard of the brand, in words."""
    return CHANNEL_WORDS.get(name, name)


def too_few(answers: int, least: int) -> str:
    """Say how many more answers are needed."""
    if answers >= least:
        return "Not enough data to tell what buyers' answers are worth: the orders of the campaign add up to nothing."
    return (
        f"Not enough data to tell what buyers say: {count(answers, 'answer')} in the campaign, about "
        f"{show(least - answers, 'count')} more needed."
    )


def survey_revenue(
    now: "Interval", before: "Interval | None", money: "Interval", attributed: float, currency: str | None
) -> str:
    """Say what share of buyers name a creator, what revenue that stands for, and what codes tell."""
    start = f"{show(now.estimate, 'percent')} of {count(now.units, 'answer')} name a creator"
    usual = f", {show(before.estimate, 'percent')} before the campaign" if before else ""
    codes = f"codes and links tell {show(attributed, 'money_whole', currency)}"
    between = likely(money.low, money.high, "money_whole", currency)
    if money.estimate <= 0:
        return f"{start}{usual}: no extra revenue by what buyers say ({between}); {codes}."
    return f"{start}{usual}: about {show(money.estimate, 'money_whole', currency)} of revenue ({between}); {codes}."


def who_answers(answers: int, orders: int) -> str:
    """Say how many buyers answered, and what that leaves open."""
    part = f" ({show(min(answers / orders, 1.0), 'percent')})" if orders else ""
    return (
        f"{count(answers, 'answer')} on {count(orders, 'order')}{part}: buyers who answer may differ from those who do "
        "not, and buyers forget."
    )


def platform_only(answers: int, total: int) -> str:
    """Say how many answers name a platform and no creator."""
    are = count(answers, "answer names", "answers name")
    return (
        f"{are} a platform such as Instagram and no creator ({show(answers / total, 'percent')}): not counted for "
        "creators, though some may be theirs."
    )


def code_use(used: int, named: int, coded: int) -> str:
    """Say how many of those who name a creator used a code, and how many code users name one."""
    back = (
        f" Of {count(coded, 'order')} with a creator's code or link whose buyers answered, {show(used, 'count')} name "
        "a creator."
    )
    return (
        f"Of {count(named, 'buyer')} who name a creator, {show(used, 'count')} used a creator's code or link: codes "
        f"miss the others.{back if coded else ''}"
    )


def caption(forgotten: int) -> str:
    """Return the caption of the table of answers by channel."""
    left = f"; {count(forgotten, 'answer')} without a usable word left out" if forgotten else ""
    return f"How buyers of the campaign's window say they heard of the brand{left}"
