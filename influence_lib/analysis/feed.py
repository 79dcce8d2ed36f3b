"""The table that every question about posts starts from: one row a post, with numbers, followers and age."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from influence_lib import wording
from influence_lib.campaign import Campaign
from influence_lib.metrics import ERF, FEED_COVERAGE
from influence_lib.tables import Tables

# A part of the engagements (shares, say) counts only when nearly every post has it: otherwise creators who share
# more numbers would look better.
KNOWN_FOR = 0.95
PARTS = ("likes", "comments", "shares", "saves")
# Numbers that only ever grow: one that falls was corrected by the platform or mistyped.
GROWING = (*PARTS, "views", "reach")
# Ages at which numbers were read, in days, from (included); most reactions come within the first two weeks.
AGE_BANDS = (7, 14, 30, 90)
# A reader is told of different ages once a tenth of the posts was read early and another tenth late.
MANY_OF_AN_AGE = 0.1
# Some posts are deleted and some stories expire, so nobody has every post; below this a share of posts is a guess.
WHOLE_FROM = 0.8


@dataclass(frozen=True)
class Feed:
    """Posts fit for comparison, what their engagements are made of, and how many posts were left out and why.

    `posts` has the columns of the canonical posts, the metrics, `followers` at posting, `engagements` and `age_days`,
    the age at which the numbers were read; `published` is all posts up to the day of the report, also those without
    numbers: sponsored shares count them. `coverage` is the part of each account's posts that the files have, where a
    profile's total of posts was read on two days; `falling` counts posts with a number that fell between readings;
    `followers` is every reading of followers up to the day of the report.
    """

    posts: pd.DataFrame
    published: pd.DataFrame
    parts: tuple[str, ...]
    left_out: dict[str, int]
    snapshots: int
    coverage: pd.DataFrame
    falling: int
    followers: pd.DataFrame

    @property
    def caveats(self) -> tuple[str, ...]:
        """Return what a reader must know of these posts."""
        missing = [part for part in PARTS if part not in self.parts]
        gone = [wording.left_out(number, why) for why, number in self.left_out.items() if number]
        single = [wording.ONE_SNAPSHOT] if self.snapshots <= 1 else []
        fell = [wording.falling(self.falling)] if self.falling else []
        return (wording.engagement_parts(self.parts, missing), *gone, *single, *self._ages(), *fell)

    def _ages(self) -> tuple[str, ...]:
        """Return that posts were read at very different ages, where they were."""
        early = float((self.posts["age_days"] < AGE_BANDS[1]).mean()) if len(self.posts) else 0.0
        late = float((self.posts["age_days"] >= AGE_BANDS[2]).mean()) if len(self.posts) else 0.0
        apart = min(early, late) >= MANY_OF_AN_AGE
        return (wording.different_ages(early, late, AGE_BANDS[1], AGE_BANDS[2]),) if apart else ()

    @property
    def share_read(self) -> float | None:
        """Return which share of the published posts the files have; None where no total of posts was read twice."""
        return FEED_COVERAGE.of(self.coverage) if len(self.coverage) else None

    @property
    def is_whole(self) -> bool:
        """Tell whether nothing speaks against these being the creators' whole feeds."""
        return self.share_read is None or self.share_read >= WHOLE_FROM

    @property
    def refusal(self) -> str | None:
        """Return the sentence about a feed of which only a part was read, or None where nothing speaks for that."""
        return None if self.is_whole else wording.part_of_the_feed(self.share_read or 0.0)


def of(tables: Tables, campaign: Campaign) -> Feed:
    """Return the posts of all creators that are old enough and have engagements and followers."""
    end = end_of(campaign)
    published = tables.posts[tables.posts["posted_at"] < end]
    published = published.sort_values(["posted_at", "post_id"], ignore_index=True)
    readings = _readings(tables.post_metrics, published, end)
    numbers = _last_numbers(_at_same_age(readings, campaign.minimum_age_days))
    posts = published.merge(numbers, on="post_id", how="left", validate="one_to_one")
    posts, parts = _with_engagements(_with_followers(posts, tables.followers))
    age = (posts["observed_at"].fillna(end) - posts["posted_at"]).dt.total_seconds() / 86_400
    posts = posts.assign(age_days=age)
    young = posts["age_days"] < campaign.minimum_age_days
    unknown = posts["engagements"].isna() & ~young
    sizeless = ~(posts["followers"] > 0).fillna(False) & ~young & ~unknown
    left_out = {
        wording.too_young(campaign.minimum_age_days): int(young.sum()),
        wording.NO_ENGAGEMENTS: int(unknown.sum()),
        wording.NO_FOLLOWERS: int(sizeless.sum()),
        wording.AFTER_THE_REPORT: len(tables.posts) - len(published),
    }
    kept = posts[~(young | unknown | sizeless)].reset_index(drop=True)
    whole = coverage(tables.followers, published, end)
    sizes = tables.followers[tables.followers["observed_at"] < end]
    return Feed(kept, published, parts, left_out, _snapshots(tables.followers), whole, falling(readings), sizes)


def log_rate(posts: pd.DataFrame) -> pd.Series:
    """Return the log engagement rate by followers of each post; half an engagement more, so that none has a log too."""
    rate = (posts["engagements"].astype(float) + 0.5) / posts["followers"].astype(float)
    return pd.Series(np.log(rate), index=posts.index)


def creators(feed: Feed) -> pd.DataFrame:
    """Return one row a creator: posts, engagements, summed and mean followers, and the median post's rate."""
    posts = feed.posts.assign(rate=ERF.each(feed.posts), summed=feed.posts["followers"])
    table = posts.groupby("influencer_id", sort=True).agg(
        posts=("post_id", "size"),
        engagements=("engagements", "sum"),
        summed_followers=("summed", "sum"),
        followers=("followers", "median"),
        rate=("rate", "median"),
    )
    return table.reset_index().astype({"engagements": float, "summed_followers": float, "followers": float})


def sized(feed: Feed, low: float, high: float) -> pd.DataFrame:
    """Return the posts that went out to a number of followers in [low, high), with their rate."""
    posts = feed.posts.assign(rate=ERF.each(feed.posts))
    return posts[(posts["followers"] >= low) & (posts["followers"] < high)]


def end_of(campaign: Campaign) -> pd.Timestamp:
    """Return the first moment after the day of the report."""
    return pd.Timestamp(campaign.today, tz=campaign.timezone) + pd.Timedelta(days=1)


def _with_engagements(posts: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return posts with the sum of those parts of the engagements that nearly every post has, and the parts."""
    parts = tuple(part for part in PARTS if len(posts) and posts[part].notna().mean() >= KNOWN_FOR)
    total = posts[list(parts)].sum(axis=1, skipna=False) if parts else pd.Series(pd.NA, index=posts.index)
    return posts.assign(engagements=total.astype("Float64")), parts


def _readings(metrics: pd.DataFrame, published: pd.DataFrame, end: pd.Timestamp) -> pd.DataFrame:
    """Return the readings up to the day of the report with `age_days` when read, unknown ages first, then by time.

    A reading whose time is not told counts only where no dated one has the number.
    """
    seen = metrics[~(metrics["observed_at"] >= end).fillna(False)]
    seen = seen.sort_values("observed_at", na_position="first", kind="stable")
    seen = seen.merge(published[["post_id", "posted_at"]], on="post_id", how="left")
    age = (seen["observed_at"] - seen["posted_at"]).dt.total_seconds() / 86_400
    return seen.drop(columns="posted_at").assign(age_days=age)


def _at_same_age(readings: pd.DataFrame, minimum_days: int) -> pd.DataFrame:
    """Return the readings without the early ones of a post that has engagements read at the minimum age or later."""
    ripe = ~(readings["age_days"] < minimum_days)
    told = ripe & readings[list(PARTS)].notna().any(axis=1)
    return readings[ripe | ~readings["post_id"].isin(readings.loc[told, "post_id"])].drop(columns="age_days")


def _last_numbers(readings: pd.DataFrame) -> pd.DataFrame:
    """Return the last known value of each metric of each post, and when its engagements were last read."""
    read = readings["observed_at"].where(readings[list(PARTS)].notna().any(axis=1))
    return readings.assign(observed_at=read).groupby("post_id", sort=False).last().reset_index()


def falling(readings: pd.DataFrame) -> int:
    """Return how many posts have a number that is smaller in a later reading."""
    dated = readings[readings["observed_at"].notna()]
    fell: set[str] = set()
    for name in GROWING:
        known = dated.loc[dated[name].notna(), ["post_id", name]]
        fell |= set(known.loc[known.groupby("post_id")[name].diff() < 0, "post_id"])
    return len(fell)


def _with_followers(posts: pd.DataFrame, followers: pd.DataFrame) -> pd.DataFrame:
    """Return posts with the follower count nearest in time to the posting."""
    seen = followers.sort_values("observed_at", kind="stable").rename(columns={"observed_at": "posted_at"})
    names = ["influencer_id", "platform", "posted_at", "followers"]
    return pd.merge_asof(posts, seen[names], on="posted_at", by=["influencer_id", "platform"], direction="nearest")


def ages(tables: Tables, campaign: Campaign) -> pd.DataFrame:
    """Return every published post with its readings: influencer_id, age_days at the last one, readings, known.

    `age_days` is unknown where no time was told; `known` tells whether the post has likes, comments and the like.
    """
    end = end_of(campaign)
    published = tables.posts.loc[tables.posts["posted_at"] < end, ["post_id", "influencer_id", "posted_at"]]
    readings = _readings(tables.post_metrics, published, end)
    told = readings[readings[list(PARTS)].notna().any(axis=1)]
    last = told.groupby("post_id").agg(age_days=("age_days", "last"), readings=("observed_at", "count")).reset_index()
    return published.drop(columns="posted_at").merge(last.assign(known=True), on="post_id", how="left")


def _snapshots(followers: pd.DataFrame) -> int:
    """Return the usual number of follower readings a creator."""
    return int(followers.groupby("influencer_id").size().median()) if len(followers) else 0


def coverage(followers: pd.DataFrame, published: pd.DataFrame, end: pd.Timestamp) -> pd.DataFrame:
    """Return by account how many posts its profile's total grew by between two readings, and how many the files have.

    Columns: influencer_id, platform, since, until, posts_published, posts_read. An account whose total was read once is
    not there, nor one whose total did not grow: nothing was published, or as much was deleted.
    """
    totals = followers[followers["media_count"].notna() & (followers["observed_at"] < end)]
    by = totals.sort_values("observed_at", kind="stable").groupby(["influencer_id", "platform"])
    table = by.agg(
        since=("observed_at", "first"),
        until=("observed_at", "last"),
        before=("media_count", "first"),
        after=("media_count", "last"),
    ).reset_index()
    grown = (table["after"] - table["before"]).astype(int)
    table = table.assign(posts_published=grown)[grown > 0]
    pairs = published[["influencer_id", "platform", "posted_at"]].merge(table, on=["influencer_id", "platform"])
    between = pairs[(pairs["posted_at"] > pairs["since"]) & (pairs["posted_at"] <= pairs["until"])]
    read = between.groupby(["influencer_id", "platform"]).size().rename("posts_read").reset_index()
    joined = table.merge(read, on=["influencer_id", "platform"], how="left")
    have = joined["posts_read"].fillna(0).astype(int)
    # More posts than the total grew by: some were deleted since; the files have all that were left.
    counted = joined.assign(posts_read=have.clip(upper=joined["posts_published"]))
    return counted[["influencer_id", "platform", "since", "until", "posts_published", "posts_read"]]
