"""Sentences about how many followers a post reaches, and about what a change of engagement is made of."""

import datetime as dt
from typing import TYPE_CHECKING

from influence_lib.campaign import PublishedFigure
from influence_lib.metrics import show
from influence_lib.wording.en import base, count, likely, listed, percent_range, span, too_few_creators
from influence_lib.wording.en import published as published_words

if TYPE_CHECKING:
    from influence_lib.analysis.inference import Interval

ONE_ACCOUNT = "One account: its posts cannot speak for other accounts."
OF_CREATORS, OF_POSTS = "median creator", "median post of one account"
TREND = "whether organic reach falls"
CHANGE = "whether engagement changed against the quarter before"
MOVES_ALIKE = "Not enough data to tell {what}: nothing varies, or one creator decides alone."
COMMON = "What moved all creators at once, such as the season or the platform's rules, is part of the change."
TREND_METHOD = (
    "Log of reach over followers of each post without a sponsored label against time, within creator, platform, format "
    "and age when read; errors of leaving out one creator at a time, Student's t."
)
CHANGE_METHOD = (
    "Log of engagements over followers of each post, last quarter against the one before, within creator, platform, "
    "format and age when read; errors of leaving out one creator at a time, Student's t. Engagements over followers "
    "are reach over followers times engagements over reach, so the logs of both parts add up to the whole."
)
CHANGE_CAPTION = "What the change is made of"
WHOLE = "Engagement rate by followers"
WHOLE_WITH_REACH = "The same, where reach is known"
REACH_PART = "Reach for each follower"
RESPONSE_PART = "Reactions for each account reached"


def left_out(sponsored: int, untold: int) -> tuple[str, ...]:
    """Say that posts marked as sponsored are left out, and that others may be among those counted."""
    are = count(sponsored, "post is", "posts are")
    gone = f"{are} left out of organic reach: marked as sponsored, so perhaps boosted."
    unknown = f"{count(untold, 'post')} without a label on sponsoring counted as organic, though money may have helped."
    return (*((gone,) if sponsored else ()), *((unknown,) if untold else ()))


def by_month(level: float, alone: list[str], sponsored: int) -> str:
    """Return the caption of the table of organic reach by month."""
    said = f"Organic reach rate by platform and month, with {level:.0%} intervals"
    if sponsored:
        said += f"; {count(sponsored, 'post')} marked as sponsored left out"
    if alone:
        names = listed([published_words.platform(name) for name in alone])
        said += f"; {names}: intervals over the posts of one account, which say nothing of other accounts"
    return said


def reach_on(platform: str) -> str:
    """Return the question of one platform."""
    return f"how many followers a post reaches on {published_words.platform(platform)}"


def platform_rate(
    platform: str, found: "Interval", posts: int, figure: PublishedFigure | None, verdict: str, margin: float
) -> str:
    """Say how many followers a post reaches on a platform, and where that lies beside the published figure."""
    said = (
        f"{published_words.platform(platform)}: the median creator's usual post without a sponsored label reaches as "
        f"many accounts as {show(found.estimate, 'percent')} of their followers ({percent_range(found)}; "
        f"{base(posts, found.units)})"
    )
    if figure is None:
        return f"{said}."
    beside = published_words.against(found, figure.low, figure.high, verdict, margin)
    return f"{said}, {beside} {published_words.claim(figure)}."


def one_account(platform: str, posts: "Interval | None", least: int) -> str:
    """Say that one account cannot answer for others, and what its own posts reached."""
    refused = f"{too_few_creators(reach_on(platform), 1, least)} {ONE_ACCOUNT}"
    if posts is None:
        return refused
    return (
        f"{refused} Its own median post reached as many accounts as {show(posts.estimate, 'percent')} of its followers "
        f"({percent_range(posts)}, {count(posts.units, 'post')})."
    )


def only_sponsored(platform: str) -> str:
    """Say that no organic post has its reach told."""
    return f"Not enough data to tell {reach_on(platform)}: every post with its reach told is marked as sponsored."


def trend(change: "Interval", posts: int, first: dt.date, last: dt.date) -> str:
    """Say how organic reach moves from quarter to quarter."""
    rest = (
        f"({likely(change.low, change.high, 'signed_percent')}; {base(posts, change.units)}, "
        f"{show(first, 'date')} to {show(last, 'date')})"
    )
    if change.low <= 0 <= change.high:
        return (
            f"No fall or rise of organic reach can be shown: {show(change.estimate, 'signed_percent')} a quarter for "
            f"the same creator {rest}."
        )
    way = "falls" if change.high < 0 else "rises"
    return f"Organic reach {way} by {show(abs(change.estimate), 'change')} a quarter for the same creator {rest}."


def too_few_spans(have: int, least: int, days: int) -> str:
    """Say that more creators whose posts span a quarter are needed."""
    one = f"creator with reach told over {count(days, 'day')} or more"
    return too_few_creators(TREND, have, least, one, one.replace("creator ", "creators "))


def too_few_in_both(have: int, least: int, posts: int) -> str:
    """Say that more creators with posts in both quarters are needed."""
    one = f"creator with {count(posts, 'post')} or more in both quarters"
    return too_few_creators(CHANGE, have, least, one, one.replace("creator ", "creators "))


def change(whole: "Interval", posts: int, last: dt.date, days: int) -> str:
    """Say how the engagement rate of the same creators moved against the days before."""
    when = f"in the {count(days, 'day')} to {show(last, 'date')} against the {count(days, 'day')} before"
    rest = f"({likely(whole.low, whole.high, 'signed_percent')}; {base(posts, whole.units)})"
    if whole.low <= 0 <= whole.high:
        moved = show(whole.estimate, "signed_percent")
        return f"No change of engagement can be shown: {moved} engagement rate by followers {when} {rest}."
    way = "fell" if whole.high < 0 else "rose"
    return f"The engagement rate by followers {way} by {show(abs(whole.estimate), 'change')} {when} {rest}."


def split(reach: "Interval", response: "Interval", everybody: bool) -> str:
    """Say how a change splits into people reached and people reacting."""
    of = "It splits" if everybody else f"Where reach is known ({count(reach.units, 'creator')}), it splits"
    return (
        f" {of} into {show(reach.estimate, 'signed_percent')} reach for each follower "
        f"({span(*reach.ends, 'signed_percent')}) and {show(response.estimate, 'signed_percent')} reactions for each "
        f"account reached ({span(*response.ends, 'signed_percent')})."
    )


NO_SPLIT = (
    " It cannot be split into people reached and people reacting: too few of these creators told the reach of their "
    "posts in both quarters."
)
