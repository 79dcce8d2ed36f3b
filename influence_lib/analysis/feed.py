"""The table that every question about posts starts from: one row a post, with numbers, followers and age."""

from dataclasses import dataclass

import pandas as pd

from influence_lib.campaign import Campaign
from influence_lib.tables import Tables

# A part of the engagements (shares, say) counts only when nearly every post has it: otherwise creators who share
# more numbers would look better.
KNOWN_FOR = 0.95
PARTS = ("likes", "comments", "shares", "saves")


@dataclass(frozen=True)
class Feed:
    """Posts fit for comparison, what their engagements are made of, and how many posts were left out and why.

    `posts` has the columns of the canonical posts, the metrics, `followers` at posting, `engagements` and `age_days`.
    """

    posts: pd.DataFrame
    parts: tuple[str, ...]
    left_out: dict[str, int]
    snapshots: int

    @property
    def caveats(self) -> tuple[str, ...]:
        """Return what a reader must know of these posts."""
        missing = [part for part in PARTS if part not in self.parts]
        made = f"Engagements are {' + '.join(self.parts)}" if self.parts else "No engagements are known"
        unknown = f"; {' and '.join(missing)} are not known for all posts" if missing else ""
        out = [f"{number} posts are left out: {why}." for why, number in self.left_out.items() if number]
        single = [
            "Followers are one snapshot: a creator who grew since looks less engaging in old posts than they were."
        ]
        return (f"{made}{unknown}.", *out, *(single if self.snapshots <= 1 else []))


def of(tables: Tables, campaign: Campaign) -> Feed:
    """Return the posts of all creators that are old enough and have engagements and followers."""
    posts = tables.posts.merge(_last_numbers(tables.post_metrics), on="post_id", how="left", validate="one_to_one")
    posts = _with_followers(posts, tables.followers)
    end = pd.Timestamp(campaign.today, tz=campaign.timezone) + pd.Timedelta(days=1)
    age = (posts["observed_at"].fillna(end) - posts["posted_at"]).dt.total_seconds() / 86_400
    parts = tuple(part for part in PARTS if len(posts) and posts[part].notna().mean() >= KNOWN_FOR)
    total = posts[list(parts)].sum(axis=1, skipna=False) if parts else pd.Series(pd.NA, index=posts.index)
    posts = posts.assign(age_days=age, engagements=total.astype("Float64"))
    young = posts["age_days"] < campaign.minimum_age_days
    unknown = posts["engagements"].isna() & ~young
    sizeless = ~(posts["followers"] > 0).fillna(False) & ~young & ~unknown
    left_out = {
        f"younger than {campaign.minimum_age_days} days when read": int(young.sum()),
        "likes or comments are unknown": int(unknown.sum()),
        "followers of the creator are unknown": int(sizeless.sum()),
    }
    kept = posts[~(young | unknown | sizeless)].reset_index(drop=True)
    return Feed(kept, parts, left_out, _snapshots(tables.followers))


def _last_numbers(metrics: pd.DataFrame) -> pd.DataFrame:
    """Return the last known value of each metric of each post, and when the post was last read."""
    ordered = metrics.sort_values("observed_at", na_position="last", kind="stable")
    return ordered.groupby("post_id", sort=False).last().reset_index()


def _with_followers(posts: pd.DataFrame, followers: pd.DataFrame) -> pd.DataFrame:
    """Return posts with the follower count nearest in time to the posting."""
    ordered = posts.sort_values("posted_at", kind="stable")
    seen = followers.sort_values("observed_at", kind="stable").rename(columns={"observed_at": "posted_at"})
    return pd.merge_asof(
        ordered, seen, on="posted_at", by=["influencer_id", "platform"], direction="nearest"
    ).reset_index(drop=True)


def _snapshots(followers: pd.DataFrame) -> int:
    """Return the usual number of follower readings a creator."""
    return int(followers.groupby("influencer_id").size().median()) if len(followers) else 0
