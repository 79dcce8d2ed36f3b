"""Engagement against the quarter before, split into how many people were reached and how many of them reacted.

Engagements over followers are reach over followers times engagements over reach: on logs the parts add up exactly.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from influence_lib import wording
from influence_lib.analysis import comparable, guards
from influence_lib.analysis.feed import Feed
from influence_lib.analysis.guards import Design, NotEnough
from influence_lib.analysis.inference import Codes, Interval
from influence_lib.campaign import Campaign
from influence_lib.findings import Finding, ShownTable, TableColumn, Verdict, not_enough
from influence_lib.wording import reach as words

FEWEST_CREATORS = 8
# One or two posts of a quarter say little about a creator.
FEWEST_POSTS = 3
PARTS = ("log_rate", "log_reach", "log_response")


@dataclass(frozen=True)
class Split:
    """A change as log points: the whole, reach for each follower, engagements for each account reached."""

    whole: Interval
    reach: Interval
    response: Interval
    posts: int


def change(feed: Feed, campaign: Campaign) -> Finding:
    """Compare the engagement rate of the same creators with the quarter before, and split the change.

    A quarter is as long as the window of sponsored shares; the last one ends with the newest post old enough.
    """
    name, posts = "engagement.change", two_quarters(feed, campaign)
    known: dict[str, Any] = {
        "n": len(posts),
        "clusters": posts["influencer_id"].nunique(),
        "level": campaign.confidence,
    }
    whole = _moved(posts, "log_rate", campaign.confidence)
    if isinstance(whole, NotEnough):
        said = _refused(feed, whole, posts["influencer_id"].nunique())
        return not_enough(name, said, words.CHANGE_METHOD, **known)
    found, parts = whole.through(math.expm1), split(posts, campaign.confidence)
    verdict: Verdict = "supported" if found.low > 0 else "contradicted" if found.high < 0 else "undecided"
    days, local = campaign.saturation_days, posts.loc[posts["late"] > 0, "local"]
    said = words.change(found, len(posts), local.max().date(), days) + _split_sentence(parts, posts)
    known |= {"caveats": (*feed.caveats, words.COMMON), "table": _table(whole, parts, len(posts))}
    known |= {"details": _details(parts) if parts else {}}
    return Finding(name, said, verdict, words.CHANGE_METHOD, found.estimate, found.ends, **known)


def two_quarters(feed: Feed, campaign: Campaign) -> pd.DataFrame:
    """Return the posts of both quarters, of creators with enough in each, with `late` as 1 in the last one.

    `log_reach` and `log_response` are the parts of `log_rate`, unknown where reach is.
    """
    posts = comparable.posts(feed, campaign)
    ripe = posts[posts["age_days"] >= campaign.trend_age_days]
    quarter, newest = pd.Timedelta(days=campaign.saturation_days), ripe["posted_at"].max()
    recent = ripe[ripe["posted_at"] > newest - 2 * quarter]
    reach = recent["reach"].astype(float).where(recent["reach"].astype(float) > 0)
    log_reach = np.log(reach / recent["followers"].astype(float))
    recent = recent.assign(
        late=(recent["posted_at"] > newest - quarter).astype(float),
        log_reach=log_reach,
        log_response=recent["log_rate"] - log_reach,
    )
    return _in_both(recent)


def _in_both(posts: pd.DataFrame) -> pd.DataFrame:
    """Return the posts of creators who have enough of them in both quarters."""
    late = posts.groupby("influencer_id")["late"]
    both = (late.transform("sum") >= FEWEST_POSTS) & (late.transform("size") - late.transform("sum") >= FEWEST_POSTS)
    return posts[both]


def kinds(posts: pd.DataFrame) -> Codes:
    """Return, row by row, the number of the posts that are compared: same account, format and age when read."""
    return guards.codes(posts["account"] + " " + posts["format"] + " " + posts["age"].astype(str))


def _moved(posts: pd.DataFrame, outcome: str, level: float) -> Interval | NotEnough:
    """Return by how many log points an outcome moved within creator, format and age."""
    if posts.empty:
        return NotEnough("creators", 0, FEWEST_CREATORS)
    columns = {"late": posts["late"].to_numpy(float)}
    design = Design(posts[outcome].to_numpy(float), columns, kinds(posts), guards.codes(posts["influencer_id"]))
    fit = guards.estimate(design, FEWEST_CREATORS)
    return fit if isinstance(fit, NotEnough) else fit.interval("late", level)


def split(posts: pd.DataFrame, level: float) -> Split | None:
    """Return the change and its parts over posts whose reach is known; None where they are too few."""
    told = _in_both(posts[posts["log_reach"].notna()])
    found = [_moved(told, part, level) for part in PARTS]
    whole, reach, response = found
    if isinstance(whole, NotEnough) or isinstance(reach, NotEnough) or isinstance(response, NotEnough):
        return None
    return Split(whole, reach, response, len(told))


def _split_sentence(parts: Split | None, posts: pd.DataFrame) -> str:
    """Return what the change is made of, or that this cannot be told."""
    if parts is None:
        return words.NO_SPLIT
    reach, response = parts.reach.through(math.expm1), parts.response.through(math.expm1)
    return words.split(reach, response, parts.posts == len(posts))


def _details(parts: Split) -> dict[str, float]:
    """Return the parts as relative changes; one plus each, multiplied, is one plus the whole where reach is known."""
    named = {"with_reach": parts.whole, "reach_part": parts.reach, "response_part": parts.response}
    details: dict[str, float] = {}
    for name, part in named.items():
        found = part.through(math.expm1)
        details |= {name: found.estimate, f"{name}_low": found.low, f"{name}_high": found.high}
    return details | {"creators_with_reach": float(parts.whole.units), "posts_with_reach": float(parts.posts)}


def _table(whole: Interval, parts: Split | None, posts: int) -> ShownTable:
    """Return the change and its parts with their intervals."""
    rows = [(words.WHOLE, whole, posts)]
    if parts:
        same = parts.posts == posts
        rows += [] if same else [(words.WHOLE_WITH_REACH, parts.whole, parts.posts)]
        rows += [(words.REACH_PART, parts.reach, parts.posts), (words.RESPONSE_PART, parts.response, parts.posts)]
    columns = (
        TableColumn("part", "Of what"),
        *(
            TableColumn(end, label, "signed_percent")
            for end, label in (("change", "Change"), ("low", "From"), ("high", "To"))
        ),
        TableColumn("creators", "Creators", "count"),
        TableColumn("posts", "Posts", "count"),
    )
    values = [
        (name, *(math.expm1(v) for v in (f.estimate, f.low, f.high)), f.units, number) for name, f, number in rows
    ]
    return ShownTable(words.CHANGE_CAPTION, columns, pd.DataFrame(values, columns=[c.name for c in columns]))


def _refused(feed: Feed, why: NotEnough, creators: int) -> str:
    """Return why no change is told."""
    if feed.posts["influencer_id"].nunique() == 1:
        return f"{wording.too_few_creators(words.CHANGE, 1, FEWEST_CREATORS)} {words.ONE_ACCOUNT}"
    if why.reason == "creators":
        return words.too_few_in_both(creators, FEWEST_CREATORS, FEWEST_POSTS)
    return words.MOVES_ALIKE.format(what=words.CHANGE)
