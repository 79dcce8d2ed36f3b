"""The table that every question about posts starts from: one row a post, with numbers, followers and age."""

from dataclasses import dataclass

import pandas as pd

from influence_lib import wording
from influence_lib.campaign import Campaign
from influence_lib.tables import Tables

# A part of the engagements (shares, say) counts only when nearly every post has it: otherwise creators who share
# more numbers would look better.
KNOWN_FOR = 0.95
PARTS = ("likes", "comments", "shares", "saves")


@dataclass(frozen=True)
class Feed:
    """Posts fit for comparison, what their engagements are made of, and how many posts were left out and why.

    `posts` has the columns of the canonical posts, the metrics, `followers` at posting, `engagements` and `age_days`;
    `published` is all posts up to the day of the report, also those without numbers: sponsored shares count them.
    """

    posts: pd.DataFrame
    published: pd.DataFrame
    parts: tuple[str, ...]
    left_out: dict[str, int]
    snapshots: int

    @property
    def caveats(self) -> tuple[str, ...]:
        """Return what a reader must know of these posts."""
        missing = [part for part in PARTS if part not in self.parts]
        gone = [wording.left_out(number, why) for why, number in self.left_out.items() if number]
        single = [wording.ONE_SNAPSHOT] if self.snapshots <= 1 else []
        return (wording.engagement_parts(self.parts, missing), *gone, *single)


def of(tables: Tables, campaign: Campaign) -> Feed:
    """Return the posts of all creators that are old enough and have engagements and followers."""
    end = pd.Timestamp(campaign.today, tz=campaign.timezone) + pd.Timedelta(days=1)
    published = tables.posts[tables.posts["posted_at"] < end]
    published = published.sort_values(["posted_at", "post_id"], ignore_index=True)
    posts = published.merge(_last_numbers(tables.post_metrics), on="post_id", how="left", validate="one_to_one")
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
    return Feed(kept, published, parts, left_out, _snapshots(tables.followers))


def _with_engagements(posts: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return posts with the sum of those parts of the engagements that nearly every post has, and the parts."""
    parts = tuple(part for part in PARTS if len(posts) and posts[part].notna().mean() >= KNOWN_FOR)
    total = posts[list(parts)].sum(axis=1, skipna=False) if parts else pd.Series(pd.NA, index=posts.index)
    return posts.assign(engagements=total.astype("Float64")), parts


def _last_numbers(metrics: pd.DataFrame) -> pd.DataFrame:
    """Return the last known value of each metric of each post, and when its engagements were last read."""
    ordered = metrics.sort_values("observed_at", na_position="last", kind="stable")
    read = ordered["observed_at"].where(ordered[list(PARTS)].notna().any(axis=1))
    return ordered.assign(observed_at=read).groupby("post_id", sort=False).last().reset_index()


def _with_followers(posts: pd.DataFrame, followers: pd.DataFrame) -> pd.DataFrame:
    """Return posts with the follower count nearest in time to the posting."""
    seen = followers.sort_values("observed_at", kind="stable").rename(columns={"observed_at": "posted_at"})
    return pd.merge_asof(posts, seen, on="posted_at", by=["influencer_id", "platform"], direction="nearest")


def _snapshots(followers: pd.DataFrame) -> int:
    """Return the usual number of follower readings a creator."""
    return int(followers.groupby("influencer_id").size().median()) if len(followers) else 0
