"""The campaign's own posts, and what each creator's posts cost and brought."""

import pandas as pd

from influence_lib.analysis import feed
from influence_lib.analysis.feed import Feed
from influence_lib.analysis.inference import Interval
from influence_lib.analysis.ledger import Ledger
from influence_lib.campaign import Campaign
from influence_lib.tables import Tables

# Up to which size an account is small, where the tiers of the YAML do not say it.
SMALL_BELOW = 100_000.0
BOOST = "boost"
# An interval whose ends are a millionfold apart tells nothing.
WIDEST = 1e6


def named(tables: Tables, campaign: Campaign) -> pd.DataFrame:
    """Return the posts that the files name as this campaign's."""
    return tables.posts[(tables.posts["campaign_id"] == campaign.campaign_id).fillna(False)]


def own_feed(tables: Tables, campaign: Campaign) -> Feed:
    """Return the campaign's own posts, each with its last numbers and the followers at that time."""
    return feed.of(tables.with_table("posts", named(tables, campaign)), campaign)


def followers(tables: Tables, campaign: Campaign) -> pd.Series:
    """Return the followers of each creator's largest account, as read nearest to the first day of the campaign."""
    told = (tables.followers["observed_at"] < feed.end_of(campaign)) & (tables.followers["followers"] > 0)
    seen = tables.followers[told.fillna(False)]
    apart = (seen["observed_at"] - pd.Timestamp(campaign.start, tz=campaign.timezone)).abs()
    nearest = seen.assign(apart=apart).sort_values(["apart", "followers"], kind="stable")
    nearest = nearest.drop_duplicates(["influencer_id", "platform"])
    return nearest.groupby("influencer_id")["followers"].max().astype(float)


def small_below(campaign: Campaign) -> float:
    """Return below how many followers an account is small: the end of the tier called micro."""
    return float(campaign.tiers["micro"][1]) if "micro" in campaign.tiers else SMALL_BELOW


def telling(found: Interval | None) -> Interval | None:
    """Return the interval of a ratio where it tells anything at all."""
    return found if found and found.low > 0 and found.high <= WIDEST * found.low else None


def creators(book: Ledger, tables: Tables, campaign: Campaign) -> pd.DataFrame:
    """Return one row a creator with a size: followers, posts, what they cost without boosts, and what came of them.

    `reactions` (likes and comments), `reach` and `clicks` are sums over the campaign's own posts, unknown where a post
    lacks them: the cost is that of all posts. Boosts buy another reach than that.
    """
    own, sizes = own_feed(tables, campaign), followers(tables, campaign).rename("followers")
    boosts = book.costs[(book.costs["kind"] == BOOST) & book.costs["influencer_id"].notna()]
    paid = boosts.groupby("influencer_id")["amount"].sum().astype(float)
    table = book.creators.set_index("influencer_id")
    table = table.assign(cost=table["cost"] - paid.reindex(table.index).fillna(0.0)).join(_sums(own)).join(sizes)
    return table[table["followers"].notna()].fillna({"posts": 0.0}).sort_index().reset_index()


def _sums(own: Feed) -> pd.DataFrame:
    """Return the sums of each creator's posts; unknown where not every post has the number."""
    numbers = own.posts.assign(
        reactions=own.posts["likes"] + own.posts["comments"].fillna(0), clicks=own.posts["link_clicks"]
    )
    names = ["reactions", "reach", "clicks"]
    by = numbers.groupby("influencer_id")[names]
    posts = own.published.groupby("influencer_id").size().rename("posts").astype(float)
    whole = by.count().astype(float).reindex(posts.index, fill_value=0.0).eq(posts, axis=0)
    sums = by.sum().astype("Float64").astype(float).reindex(posts.index)
    return sums.where(whole).join(posts)
