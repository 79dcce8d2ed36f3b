"""Boosted posts: what money added to their reach, and what an engagement cost beside organic ones."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from influence_lib import wording
from influence_lib.analysis import feed as feeds
from influence_lib.analysis import inference, ledger
from influence_lib.analysis.inference import Interval
from influence_lib.analysis.overdispersion import inverse, per_cost, quotient
from influence_lib.campaign import Campaign
from influence_lib.findings import Finding, ShownTable, TableColumn, not_available, not_enough
from influence_lib.tables import Tables
from influence_lib.wording import boosts as words
from influence_lib.wording import ledger as money_words

REACH_METHOD = (
    "Accounts reached by boosts over accounts that the same post reached by itself; the typical post is the geometric "
    "mean over creators, posts of one creator counting as one voice, with Student's t on logs."
)
COST_METHOD = (
    "What boosts cost over the engagements with them, sum over sum; the interval treats creators as a sample who "
    "differ by more than luck (moments, Breslow 1984). Organic: fees of the same creators over the engagements of "
    "their posts of the campaign."
)
FEWEST_CREATORS = 5
# The ledger and the Ads Manager differ by rounding and by days of booking; more than this is told.
SAME_MONEY = 0.02
# Days from the post to the start of the boost, and days a boost runs: from (included), to (excluded).
STARTS = ((0, 3), (3, 8), (8, 10_000))
LENGTHS = ((1, 4), (4, 8), (8, 10_000))


@dataclass(frozen=True)
class Boosted:
    """Boosts beside what their posts reached by themselves, and what organic engagements of the same creators cost.

    `rows`: one a boost, with `influencer_id`, `post_id`, `spend`, `reach`, `engagements`, `audience`, `organic_reach`,
    `days_after` the post and `days` it ran. `organic`: one a creator: `fee`, `engagements` of the campaign's posts.
    """

    rows: pd.DataFrame
    organic: pd.DataFrame


def boosted(tables: Tables, campaign: Campaign) -> Boosted:
    """Return the boosts up to the day of the report with their posts; a boost without a creator is of nobody known."""
    seen = feeds.of(tables, campaign)
    posts = seen.posts
    begun = tables.boosts[~(tables.boosts["started_at"] >= feeds.end_of(campaign)).fillna(False)]
    of_posts = posts.rename(columns={"influencer_id": "owner", "reach": "organic_reach"})
    named = of_posts[["post_id", "owner", "organic_reach", "posted_at"]]
    rows = begun.merge(named, on="post_id", how="left").sort_values("boost_id", ignore_index=True)
    start, last = (rows[name].dt.tz_convert(campaign.timezone).dt.normalize() for name in ("started_at", "ended_at"))
    posted = rows["posted_at"].dt.tz_convert(campaign.timezone).dt.normalize()
    rows = rows.assign(
        influencer_id=rows["owner"].fillna(rows["influencer_id"]),
        days_after=((start - posted).dt.total_seconds() / 86_400).round(),
        days=((last - start).dt.total_seconds() / 86_400).round() + 1,
    )
    creators = set(rows["influencer_id"].dropna())
    return Boosted(rows, _organic(_ours(posts, campaign), ledger.costs_of(tables, campaign), creators))


def _ours(posts: pd.DataFrame, campaign: Campaign) -> pd.DataFrame:
    """Return the posts of the campaign; where no file names campaigns, the sponsored posts of its days."""
    if posts["campaign_id"].notna().any():
        return posts[posts["campaign_id"] == campaign.campaign_id]
    first, last = (pd.Timestamp(day, tz=campaign.timezone) for day in (campaign.start, campaign.end))
    of_days = (posts["posted_at"] >= first) & (posts["posted_at"] < last + pd.Timedelta(days=1))
    return posts[of_days & posts["is_sponsored"].fillna(False).astype(bool)]


def _organic(posts: pd.DataFrame, costs: pd.DataFrame, creators: set[str]) -> pd.DataFrame:
    """Return fees and engagements of the campaign's posts by creator, of those creators who have both."""
    fees = costs[costs["kind"] == "fee"].groupby("influencer_id")["amount"].sum().rename("fee")
    drawn = posts.groupby("influencer_id")["engagements"].sum(min_count=1)
    both = pd.concat([fees, drawn], axis=1, join="inner").dropna().astype(float)
    return both[both.index.isin(creators)].sort_index()


def boosts(tables: Tables, campaign: Campaign) -> tuple[Finding, Finding]:
    """Return what boosting added to the reach of posts, and what an engagement with a boost cost."""
    if tables.boosts.empty:
        said = wording.WITHOUT["Boosted posts"]
        return (
            not_available("roi.boost_reach", said, REACH_METHOD),
            not_available("roi.boost_cost", said, COST_METHOD),
        )
    found = boosted(tables, campaign)
    return _reach(found, campaign), _cost(found, tables, campaign)


def added_reach(rows: pd.DataFrame, level: float) -> Interval | None:
    """Return paid over organic reach of the typical boosted post; rows are boosts of which both are known.

    A sum over sum would be the addition to the few largest posts.
    """
    by = rows.groupby(["influencer_id", "post_id"]).agg(paid=("reach", "sum"), organic=("organic_reach", "first"))
    ratio = by["paid"].astype(float) / by["organic"].astype(float)
    logs = pd.Series(np.log(ratio), index=ratio.index)
    found = inference.mean(logs.groupby("influencer_id").mean(), level)
    return None if found is None else found.through(math.exp)


def together(rows: pd.DataFrame) -> float:
    """Return paid over organic reach of all the posts of some boosts, sum over sum; not a number without any."""
    organic = float(rows.drop_duplicates("post_id")["organic_reach"].sum())
    return float(rows["reach"].sum()) / organic if organic else math.nan


def cost_of_engagements(rows: pd.DataFrame, level: float) -> Interval | None:
    """Return what boosts cost over the engagements with them, creators as the sample."""
    by = rows.groupby("influencer_id")[["spend", "engagements"]].sum().astype(float)
    drawn = per_cost(by["engagements"].to_numpy(), by["spend"].to_numpy(), 1.0, level)
    return None if drawn is None else inverse(drawn)


def _reaching(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the boosts of posts with organic reach of which every boost's reach is known, and is not nobody at all."""
    known = rows["reach"].notna() & (rows["organic_reach"] > 0).fillna(False)
    by = rows["post_id"]
    whole = known.groupby(by).transform("all").fillna(False).astype(bool)
    shown = (rows["reach"].groupby(by).transform("sum") > 0).fillna(False).astype(bool)
    return rows[whole & shown & rows["post_id"].notna() & rows["influencer_id"].notna()]


def _engaging(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the boosts whose engagements and creator are known."""
    return rows[rows["engagements"].notna() & rows["influencer_id"].notna()]


def _reach(found: Boosted, campaign: Campaign) -> Finding:
    """Return by how much boosting raised the reach of the boosted posts."""
    name, rows = "roi.boost_reach", _reaching(found.rows)
    if rows.empty:
        return not_available(name, words.NO_REACH, REACH_METHOD, table=by_window(found, campaign))
    posts, creators = rows["post_id"].nunique(), rows["influencer_id"].nunique()
    known: dict[str, Any] = {"n": posts, "clusters": creators, "level": campaign.confidence}
    known |= {"table": by_window(found, campaign)}
    added = added_reach(rows, campaign.confidence) if creators >= FEWEST_CREATORS else None
    if added is None:
        return not_enough(name, words.too_few(posts, creators, FEWEST_CREATORS), REACH_METHOD, **known)
    known["details"] = {"all_posts_together": together(rows)}
    left_out = found.rows["post_id"].fillna(found.rows["boost_id"]).nunique() - posts
    known["caveats"] = (words.TWICE, words.MIXED, *words.left_out(left_out))
    said = words.reach(added, posts, together(rows))
    return Finding(name, said, "supported", REACH_METHOD, added.estimate, added.ends, **known)


def _cost(found: Boosted, tables: Tables, campaign: Campaign) -> Finding:
    """Return what an engagement with a boost cost, beside what the fees paid for an organic one."""
    name, rows = "roi.boost_cost", _engaging(found.rows)
    missing = [
        *([] if len(rows) else [words.ENGAGEMENTS]),
        *([] if campaign.currency else [money_words.CURRENCY]),
    ]
    if missing:
        return not_available(name, money_words.missing_inputs(missing), COST_METHOD)
    posts, creators = rows["post_id"].fillna(rows["boost_id"]).nunique(), rows["influencer_id"].nunique()
    known: dict[str, Any] = {"n": posts, "clusters": creators, "level": campaign.confidence}
    known |= {"table": by_audience(found, campaign), "currency": campaign.currency}
    paid = cost_of_engagements(rows, campaign.confidence) if creators >= FEWEST_CREATORS else None
    if paid is None:
        return not_enough(name, words.too_few(posts, creators, FEWEST_CREATORS), COST_METHOD, **known)
    fees = found.organic
    organic = inference.ratio_of_sums(fees["fee"].to_numpy(), fees["engagements"].to_numpy(), campaign.confidence)
    gap = None if organic is None else quotient(paid, organic)
    details = (
        {}
        if organic is None
        else {"organic": organic.estimate, "organic_low": organic.low, "organic_high": organic.high}
    )
    known |= {"caveats": (words.MIXED, *_money_caveats(found, tables, campaign)), "details": details}
    said = words.cost(paid, organic, gap, campaign.currency)
    return Finding(name, said, "supported", COST_METHOD, paid.estimate, paid.ends, **known)


def _money_caveats(found: Boosted, tables: Tables, campaign: Campaign) -> tuple[str, ...]:
    """Return that the ledger has another sum for boosts than the boosts themselves, where it has."""
    costs = ledger.costs_of(tables, campaign)
    booked = float(costs.loc[costs["kind"] == "boost", "amount"].sum())
    spent = float(found.rows["spend"].sum())
    apart = abs(booked - spent) > SAME_MONEY * max(abs(booked), abs(spent))
    return (words.other_sum(spent, booked, campaign.currency),) if apart else ()


def by_audience(found: Boosted, campaign: Campaign) -> ShownTable:
    """Return reach, cost per engagement and cost per thousand reached by audience, where most was spent first."""
    named = found.rows["audience"].map(words.AUDIENCES).astype("str").fillna(words.NOT_TOLD)
    table = _by(found.rows, named, campaign.confidence)
    table = table.sort_values(["spend", "group"], ascending=[False, True], ignore_index=True)
    return ShownTable(words.AUDIENCE_CAPTION, _columns("Audience"), table, campaign.currency)


def by_window(found: Boosted, campaign: Campaign) -> ShownTable:
    """Return the same by how long after the post a boost started, and by how many days it ran."""
    rows = found.rows
    started = _band(rows["days_after"], STARTS, words.started)
    ran = _band(rows["days"], LENGTHS, words.ran)
    table = pd.concat([_by(rows, key, campaign.confidence) for key in (started, ran)], ignore_index=True)
    return ShownTable(words.WINDOW_CAPTION, _columns("When"), table, campaign.currency)


def _band(values: pd.Series, bands: tuple[tuple[int, int], ...], word: Any) -> pd.Series:
    """Return in words in which band each number of days lies; not told where it is unknown or below the first."""
    chosen = [values.ge(low) & values.lt(high) for low, high in bands]
    said = np.select([known.fillna(False) for known in chosen], [word(*band) for band in bands], word(0, 0))
    return pd.Series(said, index=values.index)


def _by(rows: pd.DataFrame, group: pd.Series, level: float) -> pd.DataFrame:
    """Return one row a group: boosts, posts, spend, paid and organic reach, and the two ratios with a range."""
    return pd.DataFrame([_line(str(name), part, level) for name, part in rows.groupby(group, sort=True)])


def _line(name: str, rows: pd.DataFrame, level: float) -> dict[str, Any]:
    """Return the row of one group of boosts."""
    reaching, engaging = _reaching(rows), _engaging(rows)
    drawn, seen = float(engaging["engagements"].sum()), rows[rows["reach"].notna()]
    cost = cost_of_engagements(engaging, level)
    reached = float(seen["reach"].sum())
    return {
        "group": name,
        "boosts": len(rows),
        "spend": float(rows["spend"].sum()),
        "reach": reached if len(seen) else np.nan,
        "added": together(reaching),
        "cost_per_hundred": 100 * float(engaging["spend"].sum()) / drawn if drawn else np.nan,
        "low": np.nan if cost is None else 100 * cost.low,
        "high": np.nan if cost is None else 100 * cost.high,
        "cost_per_thousand": 1000 * float(seen["spend"].sum()) / reached if reached else np.nan,
    }


def _columns(first: str) -> tuple[TableColumn, ...]:
    """Return the columns of a table of boosts."""
    return (
        TableColumn("group", first),
        TableColumn("boosts", "Boosts", "count"),
        TableColumn("spend", "Spend", "money"),
        TableColumn("reach", "Paid reach", "count"),
        TableColumn("added", "Added to organic reach", "signed_percent"),
        TableColumn("cost_per_hundred", "Cost per 100 engagements", "money"),
        TableColumn("low", "From", "money"),
        TableColumn("high", "To", "money"),
        TableColumn("cost_per_thousand", "Cost per 1,000 reached", "money"),
    )
