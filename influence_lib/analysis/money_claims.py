"""What was published about money, put to the test: each claim beside this programme's own number and its interval."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from influence_lib import wording
from influence_lib.analysis import attribution, emv, inference, ledger, overlap, own_posts
from influence_lib.analysis.inference import Array, Interval, ratio_of_sums
from influence_lib.analysis.ledger import Ledger
from influence_lib.campaign import Campaign
from influence_lib.findings import Finding, ShownTable, TableColumn, Verdict, not_available, not_enough
from influence_lib.tables import Tables
from influence_lib.wording import ledger as money_words
from influence_lib.wording import money_claims as words

PUBLISHED_SHARE = 0.97
# Consumer prices in the United States, 2016 to 2024 (Bureau of Labor Statistics, CPI-U: 240.0 and 313.7).
PRICES_SINCE_2016 = 313.7 / 240.0
FEWEST_OF_A_SIZE = 3
MOST_SURE = 0.99
RETURN_METHOD = (
    "Attributed revenue over all costs with its interval over creators, held against the published figure; the chance "
    "is that of the same interval reaching so far."
)
FEE_METHOD = (
    "Fees by post (a fee for several posts is spread over them); share at or below the cap with Wilson's interval at "
    "the effective number of posts (Korn and Graubard 1998). As published: the narrower interval of two one-sided "
    "tests lies within the benchmark margin of the published share; not as published: the interval lies beyond it."
)
AGAINST_METHOD = (
    "Sum over sum within small and within larger accounts, each with its interval over creators (linearised, leave-one-"
    "out errors), and their ratio (Zou and Donner 2008)."
)


def claim_return(book: Ledger, tables: Tables, campaign: Campaign) -> Finding:
    """Hold attributed revenue for each unit of cost against the published 6.50, which was earned media value."""
    name, claim = "roi.claim_return", campaign.return_claim
    missing = ledger.missing_inputs(tables, campaign, *ledger.ATTRIBUTION)
    if missing:
        return not_available(name, missing, RETURN_METHOD)
    active = book.creators[(book.creators["cost"] > 0) | (book.creators["orders"] > 0)]
    known: dict[str, Any] = {"n": book.attributed_orders, "clusters": len(active), "level": campaign.confidence}
    enough = len(active) >= ledger.FEWEST_CREATORS and known["n"] >= ledger.FEWEST_ORDERS
    ratio = attribution.return_per_cost(book, active, campaign.confidence) if enough else None
    found = own_posts.telling(ratio)
    if found is None:
        least = (ledger.FEWEST_ORDERS, ledger.FEWEST_CREATORS)
        return not_enough(name, money_words.too_early(known["n"], len(active), *least), RETURN_METHOD, **known)
    chance = chance_of_reaching(claim, lambda level: attribution.return_per_cost(book, active, level))
    media = emv.spread(tables, campaign)
    beside = (media.values[0] / book.cost, media.values[-1] / book.cost) if media.is_whole else None
    verdict = ledger.against(found, claim)
    known |= {"caveats": (words.WAS_MEDIA_VALUE, money_words.ATTRIBUTED, *ledger.still_open(campaign))}
    known |= {"details": {"claim": claim, "chance": chance, **_media_value(beside)}}
    said = words.claim_return(found, claim, verdict, chance, campaign.currency) + words.beside(
        beside, campaign.currency
    )
    return Finding(name, said, verdict, RETURN_METHOD, found.estimate, found.ends, **known)


def _media_value(beside: tuple[float, float] | None) -> dict[str, float]:
    """Return the spread of earned media value for each unit of cost, where there is one."""
    return dict(zip(("media_value_least", "media_value_most"), beside, strict=True)) if beside else {}


def chance_of_reaching(mark: float, make: Callable[[float], Interval | None]) -> float:
    """Return how likely an estimate is to be at least `mark`: one tail of the interval that just touches it.

    Nothing is told below half of one in a hundred, nor above the rest.
    """
    inside, outside = MOST_SURE, 0.0
    for _ in range(40):
        level = (inside + outside) / 2
        found = make(level)
        if found is None:
            return math.nan
        inside, outside = (level, outside) if found.low <= mark <= found.high else (inside, level)
    middle = make(0.5)
    return (1 + inside) / 2 if middle and middle.estimate >= mark else (1 - inside) / 2


def claim_fee(book: Ledger, tables: Tables, campaign: Campaign) -> Finding:
    """Hold the share of posts that cost no more than the cap against the published 97 %."""
    name = "roi.claim_fee"
    missing = ledger.missing_inputs(tables, campaign, money_words.COSTS, money_words.CURRENCY)
    if missing:
        return not_available(name, missing, FEE_METHOD)
    fees = _fees(book, tables, campaign)
    known: dict[str, Any] = {"n": int(fees["posts"].sum()), "clusters": fees["influencer_id"].nunique()}
    known["level"] = campaign.confidence
    if known["clusters"] < ledger.FEWEST_CREATORS:
        too_few = wording.too_few_creators(words.WHAT_A_POST_COSTS, known["clusters"], ledger.FEWEST_CREATORS)
        return not_enough(name, too_few, FEE_METHOD, **known)
    share, own = _share_within(fees, campaign.fee_cap, campaign.confidence), 2 * campaign.confidence - 1
    narrow = _share_within(fees, campaign.fee_cap, max(own, 0.0))
    verdict = _as_published(share, narrow, campaign.benchmark_margin)
    today = _share_within(fees, campaign.fee_cap * PRICES_SINCE_2016, campaign.confidence)
    known |= {"caveats": words.fee_caveats(campaign.fee_cap, campaign.currency), "currency": campaign.currency}
    known |= {
        "details": {"published": PUBLISHED_SHARE, "median": _quantile(fees, 0.5), "at_2024_prices": today.estimate}
    }
    known["table"] = _fee_table(fees, tables, campaign)
    said = words.claim_fee(share, campaign.fee_cap, PUBLISHED_SHARE, verdict, campaign.currency)
    return Finding(name, said, verdict, FEE_METHOD, share.estimate, share.ends, **known)


def _as_published(share: Interval, narrow: Interval, margin: float) -> Verdict:
    """Return whether a share is within a margin of the published one (two one-sided tests), beyond it, or open."""
    floor = PUBLISHED_SHARE * (1 - margin)
    return "supported" if narrow.low >= floor else "contradicted" if share.high < floor else "undecided"


def _fees(book: Ledger, tables: Tables, campaign: Campaign) -> pd.DataFrame:
    """Return what creators were paid for a post: influencer_id, price, posts (how many posts at that price).

    Where a creator posted more often than fees are booked, the fees are spread over the posts; so they are where a
    fee was given back.
    """
    lines = book.costs[(book.costs["kind"] == "fee") & book.costs["influencer_id"].notna()]
    lines = lines.assign(price=lines["amount"].astype(float))
    own = own_posts.own_feed(tables, campaign).published.groupby("influencer_id").size()
    sums = lines.groupby("influencer_id")["price"].agg(
        total="sum", lines=lambda prices: (prices > 0).sum(), least="min"
    )
    posts = own.reindex(sums.index, fill_value=0)
    spread = (posts > sums["lines"]) | (sums["least"] < 0)
    each = sums.assign(posts=np.maximum(posts, sums["lines"]).astype(float))[spread & (sums["total"] > 0)]
    shared = each.assign(price=each["total"] / each["posts"]).reset_index()
    single = lines[lines["influencer_id"].isin(sums.index[~spread]) & (lines["price"] > 0)].assign(posts=1.0)
    names = ["influencer_id", "price", "posts"]
    return pd.concat([shared[names], single[names]]).sort_values(names, ignore_index=True)


def _share_within(fees: pd.DataFrame, cap: float, level: float) -> Interval:
    """Return the share of posts at or below a price, creators being the sample."""
    within = (fees["price"] <= cap + 1e-9) * fees["posts"]
    sums = pd.DataFrame({"within": within, "posts": fees["posts"]}).groupby(fees["influencer_id"]).sum()
    y, n = sums["within"].to_numpy(float), sums["posts"].to_numpy(float)
    share, creators = float(y.sum() / n.sum()), len(n)
    size = _effective(y, n, share)
    wider = (float(stats.norm.ppf(0.5 + level / 2)) / inference.quantile_t(level, creators - 1)) ** 2 if level else 1.0
    low, high = overlap.wilson(share, max(size * wider, 1.0), level)
    return Interval(share, min(float(low), share), max(float(high), share), creators)


def _effective(y: Array, n: Array, share: float) -> float:
    """Return how many independent posts the posts of these creators are worth; never more than there are."""
    creators = len(n)
    alike = float(n.sum() ** 2 / (n**2).sum())
    variance = creators / (creators - 1) * float(((y - share * n) ** 2).sum()) / n.sum() ** 2
    return alike if variance <= 0 else min(share * (1 - share) / variance, float(n.sum()))


def _quantile(fees: pd.DataFrame, level: float) -> float:
    """Return the price that a share of the posts does not exceed."""
    ordered = fees.sort_values("price")
    reached = ordered["posts"].cumsum() >= level * ordered["posts"].sum() - 1e-9
    return float(ordered.loc[reached, "price"].iloc[0])


def _tier(followers: float, campaign: Campaign) -> str | None:
    """Return the tier of a number of followers; None outside all tiers."""
    return next((name for name, (low, high) in campaign.tiers.items() if low <= followers < high), None)


def _fee_table(fees: pd.DataFrame, tables: Tables, campaign: Campaign) -> ShownTable:
    """Return prices of a post by tier."""
    sizes = own_posts.followers(tables, campaign)
    tiers = fees["influencer_id"].map(lambda name: _tier(sizes.get(name, math.nan), campaign) or words.NO_TIER)
    rows = [
        {
            "tier": name,
            "creators": of["influencer_id"].nunique(),
            "posts": int(of["posts"].sum()),
            **{column: _quantile(of, level) for column, level in (("low", 0.1), ("median", 0.5), ("high", 0.9))},
            "within": float(of.loc[of["price"] <= campaign.fee_cap + 1e-9, "posts"].sum() / of["posts"].sum()),
        }
        for name in (*campaign.tiers, words.NO_TIER)
        if len(of := fees[tiers == name])
    ]
    columns = (
        TableColumn("tier", "Tier"),
        TableColumn("creators", "Creators", "count"),
        TableColumn("posts", "Posts paid for", "count"),
        TableColumn("low", "A tenth cost up to", "money"),
        TableColumn("median", "Half cost up to", "money"),
        TableColumn("high", "Nine tenths cost up to", "money"),
        TableColumn("within", words.within(campaign.fee_cap, campaign.currency), "percent"),
    )
    return ShownTable(words.FEE_CAPTION, columns, pd.DataFrame(rows), campaign.currency)


def against_larger(above: pd.Series, below: pd.Series, small: pd.Series, level: float) -> Interval | None:
    """Return how far sum over sum of small accounts lies from that of larger ones, as a relative change.

    The interval of the ratio comes from the two intervals on the log scale (MOVER; Zou and Donner 2008).
    """
    ours, theirs = (own_posts.telling(ratio_of_sums(above[kind], below[kind], level)) for kind in (small, ~small))
    if ours is None or theirs is None:
        return None
    down = math.hypot(math.log(ours.estimate / ours.low), math.log(theirs.high / theirs.estimate))
    up = math.hypot(math.log(ours.high / ours.estimate), math.log(theirs.estimate / theirs.low))
    ratio = ours.estimate / theirs.estimate
    return Interval(ratio - 1, ratio * math.exp(-down) - 1, ratio * math.exp(up) - 1, len(above))


def claim_affordable(book: Ledger, tables: Tables, campaign: Campaign) -> Finding:
    """Hold what it costs to reach a person through small accounts against larger ones."""
    name = "roi.claim_affordable"
    missing = ledger.missing_inputs(tables, campaign, money_words.COSTS, money_words.CURRENCY)
    if missing:
        return not_available(name, missing, AGAINST_METHOD)
    everyone = own_posts.creators(book, tables, campaign)
    table = everyone[(everyone["cost"] > 0) & (everyone["reach"] > 0)]
    small = table["followers"] < own_posts.small_below(campaign)
    known: dict[str, Any] = {"n": int(table["posts"].sum()), "clusters": len(table), "level": campaign.confidence}
    found = against_larger(table["cost"], table["reach"], small, campaign.confidence)
    if found is None or len(table) < ledger.FEWEST_CREATORS:
        if everyone["reach"].isna().all():
            return not_available(name, words.NO_REACH_TO_COMPARE, AGAINST_METHOD)
        return not_enough(name, _too_few(words.CHEAPER, small, campaign), AGAINST_METHOD, **known)
    cheaper: Verdict = "supported" if found.high < 0 else "contradicted" if found.low > 0 else "undecided"
    left = int(((everyone["cost"] > 0) & everyone["reach"].isna() & (everyone["posts"] > 0)).sum())
    known |= {"caveats": words.affordable_caveats(left, own_posts.small_below(campaign))}
    known |= {"table": _by_tier(table, COST_COLUMNS, words.COST_CAPTION, campaign), "currency": campaign.currency}
    said = words.claim_affordable(found, cheaper)
    return Finding(name, said, cheaper, AGAINST_METHOD, found.estimate, found.ends, **known)


def claim_actions(book: Ledger, tables: Tables, campaign: Campaign) -> Finding:
    """Hold how often followers of small accounts buy against those of larger ones."""
    name = "roi.claim_actions"
    missing = ledger.missing_inputs(tables, campaign, money_words.ORDERS, money_words.CODES)
    if missing:
        return not_available(name, missing, AGAINST_METHOD)
    everyone = own_posts.creators(book, tables, campaign)
    table = everyone[(everyone["cost"] > 0) | (everyone["orders"] > 0) | (everyone["posts"] > 0)]
    small = table["followers"] < own_posts.small_below(campaign)
    known: dict[str, Any] = {"n": int(table["orders"].sum()), "clusters": len(table), "level": campaign.confidence}
    found = against_larger(table["orders"], table["followers"], small, campaign.confidence)
    if found is None or len(table) < ledger.FEWEST_CREATORS or table["orders"].sum() < ledger.FEWEST_ORDERS:
        return not_enough(name, _too_few(words.SELLS_MORE, small, campaign), AGAINST_METHOD, **known)
    verdict = ledger.against(found, 0.0)
    known |= {"caveats": (money_words.ATTRIBUTED, *words.actions_caveats(own_posts.small_below(campaign)))}
    known |= {"table": _by_tier(table, ACTION_COLUMNS, words.ACTION_CAPTION, campaign), "currency": campaign.currency}
    known |= {"details": _more_actions(table, small, campaign.confidence)}
    said = words.claim_actions(found, verdict)
    return Finding(name, said, verdict, AGAINST_METHOD, found.estimate, found.ends, **known)


def _too_few(what: str, small: pd.Series, campaign: Campaign) -> str:
    """Say how many creators of both sizes there are and how many are needed."""
    limit = own_posts.small_below(campaign)
    return words.too_few_of_a_size(
        what, int(small.sum()), int((~small).sum()), (FEWEST_OF_A_SIZE, ledger.FEWEST_CREATORS), limit
    )


def _more_actions(table: pd.DataFrame, small: pd.Series, level: float) -> dict[str, float]:
    """Return the same comparison for orders by person reached and for clicks by follower, where they are known."""
    found: dict[str, float] = {}
    for name, above, below in (("orders_by_reach", "orders", "reach"), ("clicks_by_followers", "clicks", "followers")):
        known = table[above].notna() & (table[below] > 0)
        change = against_larger(table.loc[known, above], table.loc[known, below], small[known], level)
        if change:
            found |= {name: change.estimate, f"{name}_low": change.low, f"{name}_high": change.high}
    return found


COST_COLUMNS = (
    TableColumn("cpm", "Cost for each 1,000 people reached", "money"),
    TableColumn("cpe", "Cost for each like or comment", "money"),
)
ACTION_COLUMNS = (
    TableColumn("orders", "Orders", "count"),
    TableColumn("by_followers", "Orders for each 10,000 followers", "decimal"),
    TableColumn("by_reach", "Orders for each 10,000 people reached", "decimal"),
    TableColumn("revenue_by_followers", "Revenue for each 1,000 followers", "money"),
)


def _by_tier(table: pd.DataFrame, columns: tuple[TableColumn, ...], caption: str, campaign: Campaign) -> ShownTable:
    """Return sums over sums of each tier, over the creators of whom both parts are known."""
    tiers = table["followers"].map(lambda size: _tier(size, campaign) or words.NO_TIER)
    rows = [
        {
            "tier": name,
            "creators": len(of),
            "posts": int(of["posts"].sum()),
            "orders": int(of["orders"].sum()),
            "cpm": 1000 * _over(of, "cost", "reach"),
            "cpe": _over(of, "cost", "reactions"),
            "by_followers": 10_000 * _over(of, "orders", "followers"),
            "by_reach": 10_000 * _over(of, "orders", "reach"),
            "revenue_by_followers": 1000 * _over(of, "revenue", "followers"),
        }
        for name in (*campaign.tiers, words.NO_TIER)
        if len(of := table[tiers == name])
    ]
    first = (
        TableColumn("tier", "Tier"),
        TableColumn("creators", "Creators", "count"),
        TableColumn("posts", "Posts", "count"),
    )
    return ShownTable(caption, (*first, *columns), pd.DataFrame(rows), campaign.currency)


def _over(table: pd.DataFrame, above: str, below: str) -> float:
    """Return sum over sum over the rows where both are known."""
    known = table[table[above].notna() & table[below].notna()]
    total = float(known[below].sum())
    return float(known[above].sum()) / total if total > 0 else math.nan
