"""How large a programme is worth it: people reached once, the next creator's worth, many small accounts or one large.

A person whom several creators reach is not several people, and a buyer whom several bring is credited to one of them:
both make the next creator worth less than what creators were credited with so far.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from influence_lib import wording
from influence_lib.analysis import ledger, overlap, own_posts, published, returns
from influence_lib.analysis.inference import Array, Interval, mean, ratio_of_sums
from influence_lib.analysis.ledger import Ledger
from influence_lib.analysis.overlap import ASSUMED, MIDDLE
from influence_lib.campaign import Campaign, PublishedFigure
from influence_lib.findings import Finding, ShownTable, TableColumn, Verdict, not_available, not_enough
from influence_lib.metrics import show
from influence_lib.tables import Tables
from influence_lib.wording import ledger as money_words
from influence_lib.wording import programme as words

# What a creator adds with a person whom another has reached already, out of what the first adds (METHODS D1).
REPEAT = 0.35
DRAWS = 1000
# Costs of running the programme that grow with the number of creators.
RUNNING = ("staff", "tool", "agency")
ARMY = 50
REACH_METHOD = (
    "Reach of the campaign's own posts, as told with them. At the least every post of a creator reached the same "
    "people and creators share as many as they can; at the most nobody is reached twice beyond what was sampled "
    "(de Caen 1997, Hunter 1976; Wilson intervals of the samples). In between: Agostini (1961)."
)
SIZE_METHOD = (
    "Creators join in the order of the margin they are expected to add after their own cost and the cost of managing "
    f"one more. A person reached again is worth {REPEAT:.0%} of the first time. The number is where the next creator "
    "is expected to add nothing; the interval is over draws of all creators' returns."
)
ARMY_METHOD = (
    "Own costs and engagements of small accounts (sum over sum, linearised ratio with leave-one-out errors, Cochran "
    "1977), against the quoted fee over the engagements that published rates let expect of the large account."
)


def unique_reach(book: Ledger, tables: Tables, campaign: Campaign) -> Finding:
    """Return how many people the campaign's posts reached, each counted once: from the least to the most possible.

    Without samples of who follows whom only the range is known; the number in it then assumes that two audiences
    share 5 % of both.
    """
    name, own = "roi.unique_reach", own_posts.own_feed(tables, campaign)
    if own.published.empty:
        return not_available(name, words.NO_OWN_POSTS, REACH_METHOD)
    table = overlap.reach(own)
    untold = own.published["influencer_id"].nunique() - len(table)
    if table.empty:
        return not_available(name, words.NO_REACH, REACH_METHOD)
    accounts = own_posts.followers(tables, campaign).reindex(table["influencer_id"]).to_numpy(float)
    sampled, found = _people(table, accounts, overlap.samples(tables, campaign))
    low, high = table["least"].to_numpy(float), table["most"].to_numpy(float)
    posts_left = len(own.published) - int(table["posts"].sum())
    caveats = (*words.left_out(untold, posts_left), *words.sampled(sampled), words.AS_REPORTED)
    return Finding(
        name,
        words.unique_reach(found, float(high.sum()), len(table), sampled is not None),
        "supported",
        REACH_METHOD,
        found.estimate,
        found.ends,
        len(table),
        len(table),
        campaign.confidence,
        caveats,
        _reach_table(table),
        details={"sum": float(high.sum()), "largest_post": float(low.max()), **_by_assumption(table, accounts)},
    )


def _people(table: pd.DataFrame, accounts: Array, sampled: pd.DataFrame) -> tuple[overlap.Shared | None, Interval]:
    """Return what is known of shared people, and the people reached by all creators together."""
    low, high = table["least"].to_numpy(float), table["most"].to_numpy(float)
    middle, names = np.sqrt(low * high), table["influencer_id"].tolist()
    usual, least = (overlap.shared(names, sizes, accounts, sampled) for sizes in (middle, low))
    if usual is None or least is None:
        both = overlap.assumed(middle, accounts, MIDDLE)
        ends = float(low.max()), float(high.sum())
    else:
        both = usual.likely
        ends = overlap.fewest(low, least.most), min(overlap.largest(high, least.least), float(high.sum()))
    best = min(max(overlap.unique(middle, both), ends[0]), ends[1])
    return usual, Interval(best, *ends, len(table))


def _by_assumption(table: pd.DataFrame, accounts: Array) -> dict[str, float]:
    """Return the people reached for each assumed share of two audiences that is in both."""
    middle = np.sqrt(table["least"].to_numpy(float) * table["most"].to_numpy(float))
    found = {share: overlap.unique(middle, overlap.assumed(middle, accounts, share)) for share in ASSUMED}
    return {f"if_{share * 100:.0f}_percent_shared": max(value, float(middle.max())) for share, value in found.items()}


def _reach_table(table: pd.DataFrame) -> ShownTable:
    """Return the reach of each creator, the largest first."""
    columns = (
        TableColumn("influencer_id", "Creator"),
        TableColumn("posts", "Posts with reach", "count"),
        TableColumn("least", "Largest post", "count"),
        TableColumn("most", "Sum of posts", "count"),
    )
    rows = table.sort_values(["most", "influencer_id"], ascending=[False, True], ignore_index=True)
    return ShownTable(words.REACH_CAPTION, columns, rows)


@dataclass(frozen=True)
class Roster:
    """Creators to choose from: draws of the margin each was credited with, what each costs, whom each reaches.

    `margin` is draws x creators; `both` the people that two of them share.
    """

    names: list[str]
    margin: Array
    cost: Array
    sizes: Array
    both: Array


@dataclass(frozen=True)
class Curve:
    """Creators in the order in which they would join, how many are worth it, and draws of what each adds."""

    order: list[int]
    chosen: int
    added: Array

    @property
    def total(self) -> Array:
        """Return draws of the profit of the first 0, 1, 2, ... creators."""
        return np.pad(self.added.cumsum(axis=1), ((0, 0), (1, 0)))

    def likely(self, level: float) -> tuple[float, float]:
        """Return between which numbers of creators the most profitable one lies, and never without the chosen one."""
        best = self.total.argmax(axis=1)
        low, high = np.quantile(best, [(1 - level) / 2, (1 + level) / 2])
        return float(min(low, self.chosen)), float(max(high, self.chosen))


def curve(roster: Roster) -> Curve:
    """Return the creators in the order in which they add most (greedy; revenue is submodular in people reached).

    What the creators were credited with is what they brought beside all others; from that follows what each brings
    beside any of them. Who is expected to add something is chosen: stopping already where the chance of that falls
    below one half lost more profit in the same worlds (`benchmarks/programme_trials.py`), as returns lean upwards.
    """
    others, each = np.zeros(len(roster.names)), roster.both / roster.sizes[:, None]
    alone = roster.margin / _worth(overlap.others(roster.sizes, roster.both))
    expected, left = alone.mean(axis=0), np.ones(len(others), dtype=bool)
    order, added, gains = list[int](), list[Array](), list[float]()
    while left.any():
        change = _changes(order, others, each)
        gain = np.where(left, expected @ change - roster.cost, -np.inf)
        best = int(gain.argmax())
        added.append(alone @ change[:, best] - roster.cost[best])
        gains.append(float(gain[best]))
        order.append(best)
        left[best], others = False, others + each[:, best]
    chosen = next((k for k, gain in enumerate(gains) if gain <= 0), len(order))
    return Curve(order, chosen, np.column_stack(added))


def _worth(others: Array) -> Array:
    """Return what a creator is credited with for each person, when so many others reached the same person."""
    return np.asarray(REPEAT + (1 - REPEAT) * overlap.once(others))


def _changes(order: list[int], others: Array, each: Array) -> Array:
    """Return, for each creator who may join (column), how the worth of each creator's people changes (row)."""
    change = np.zeros(each.shape)
    change[order] = _worth(others[order, None] + each[order]) - _worth(others[order])[:, None]
    np.fill_diagonal(change, _worth(others))
    return change


def size(book: Ledger, tables: Tables, campaign: Campaign) -> Finding:
    """Return how many of the creators are worth their cost, with what each further one adds."""
    name, orders = "roi.programme_size", book.attributed_orders
    missing = ledger.missing_inputs(tables, campaign, *ledger.RETURN)
    if missing or campaign.margin is None:
        return not_available(name, missing or "", SIZE_METHOD)
    found = returns.returns(book, campaign, tables)
    paid = int((book.creators["cost"] > 0).sum())
    known: dict[str, Any] = {"n": paid, "clusters": paid, "level": campaign.confidence}
    if found is None:
        said = money_words.too_early(orders, paid, ledger.FEWEST_ORDERS, ledger.FEWEST_CREATORS)
        return not_enough(name, said, SIZE_METHOD, **known)
    margin = _thinned(found.draws) * found.creators["cost"].to_numpy(float) * campaign.margin
    sizes, basis = _sizes(found.creators["influencer_id"], tables, campaign)
    rosters, sampled = _rosters(found, margin, sizes, basis, tables, campaign)
    curves = {share: curve(roster) for share, roster in rosters.items()}
    best = curves[MIDDLE]
    ends = [end for one in curves.values() for end in one.likely(campaign.confidence)]
    known |= {"details": _size_details(curves, sampled is not None) | _staffed(rosters[MIDDLE], book, campaign)}
    known |= {"caveats": _size_caveats(basis, sampled, known["details"], paid, campaign)}
    known |= {"table": _size_table(best, rosters[MIDDLE], campaign), "currency": campaign.currency}
    spread = Interval(float(best.chosen), min(ends), max(ends), paid)
    said = words.size(spread, paid, _chance_of_next(best))
    return Finding(name, said, "supported", SIZE_METHOD, spread.estimate, spread.ends, **known)


def _thinned(draws: Array) -> Array:
    """Return at most a thousand of the draws, evenly spaced."""
    return np.asarray(draws[:: max(1, len(draws) // DRAWS)])


def _sizes(names: pd.Series, tables: Tables, campaign: Campaign) -> tuple[Array, str]:
    """Return how many people each creator reaches, and what stands for that: reach, followers or nothing.

    One and the same number is taken for all creators: those without it would look as if they shared nobody.
    """
    table = overlap.reach(own_posts.own_feed(tables, campaign)).set_index("influencer_id")
    told = (table["least"] * table["most"]).pow(0.5).reindex(names).to_numpy(float)
    if np.isfinite(told).all():
        return told, words.BY_REACH
    accounts = own_posts.followers(tables, campaign).reindex(names).to_numpy(float)
    return (accounts, words.BY_FOLLOWERS) if np.isfinite(accounts).all() else (np.ones(len(names)), words.BY_NOTHING)


def _rosters(
    found: returns.Returns, margin: Array, sizes: Array, basis: str, tables: Tables, campaign: Campaign
) -> tuple[dict[float, Roster], overlap.Shared | None]:
    """Return the creators to choose from under each assumed overlap, or under the sampled one alone."""
    names = found.creators["influencer_id"].tolist()
    accounts = own_posts.followers(tables, campaign).reindex(names).to_numpy(float)
    samples = overlap.samples(tables, campaign)
    sampled = None if basis == words.BY_NOTHING else overlap.shared(names, sizes, accounts, samples)
    both = {MIDDLE: sampled.likely} if sampled else {s: overlap.assumed(sizes, accounts, s) for s in ASSUMED}
    cost = found.creators["cost"].to_numpy(float) + (campaign.managing_cost or 0.0)
    return {share: Roster(names, margin, cost, sizes, pairs) for share, pairs in both.items()}, sampled


def _size_details(curves: dict[float, Curve], sampled: bool) -> dict[str, float]:
    """Return how many creators are worth it under each assumed overlap, and the profit of those chosen."""
    best = curves[MIDDLE]
    profit = {"profit": float(best.total[:, best.chosen].mean()), "profit_of_all": float(best.total[:, -1].mean())}
    if sampled:
        return profit
    return profit | {f"if_{share * 100:.0f}_percent_shared": float(one.chosen) for share, one in curves.items()}


def _staffed(roster: Roster, book: Ledger, campaign: Campaign) -> dict[str, float]:
    """Return what running the programme cost for each creator and how many are worth it at that; only if not told."""
    shared = book.costs[book.costs["influencer_id"].isna() & book.costs["kind"].isin(RUNNING)]
    each = float(shared["amount"].sum()) / len(roster.names) if len(shared) else 0.0
    if campaign.managing_cost is not None or each <= 0:
        return {}
    dearer = Roster(roster.names, roster.margin, roster.cost + each, roster.sizes, roster.both)
    return {"running_cost_each": each, "at_running_cost": float(curve(dearer).chosen)}


def _size_caveats(
    basis: str, sampled: overlap.Shared | None, details: dict[str, float], creators: int, campaign: Campaign
) -> tuple[str, ...]:
    """Return what a reader must know of the number of creators."""
    numbers = [details[f"if_{share * 100:.0f}_percent_shared"] for share in ASSUMED] if sampled is None else []
    return (
        money_words.ATTRIBUTED,
        *words.basis(basis, sampled, numbers, ASSUMED),
        words.repeats(REPEAT),
        *words.managing(campaign.managing_cost, details, campaign.currency),
        words.these_only(creators),
    )


def _chance_of_next(best: Curve) -> float | None:
    """Return how likely the first creator not chosen adds money; None where all are chosen."""
    return None if best.chosen == len(best.order) else float((best.added[:, best.chosen] > 0).mean())


def _size_table(best: Curve, roster: Roster, campaign: Campaign) -> ShownTable:
    """Return, creator by creator, what each adds and what all so far bring."""
    ends = [(1 - campaign.confidence) / 2, (1 + campaign.confidence) / 2]
    low, high = np.quantile(best.added, ends, axis=0)
    total, total_low, total_high = best.total[:, 1:].mean(axis=0), *np.quantile(best.total[:, 1:], ends, axis=0)
    sets = [best.order[:k] for k in range(1, len(best.order) + 1)]
    people = [overlap.unique(roster.sizes[some], roster.both[np.ix_(some, some)]) for some in sets]
    rows = pd.DataFrame({"creators": range(1, len(best.order) + 1), "creator": [roster.names[k] for k in best.order]})
    rows = rows.assign(
        added=best.added.mean(axis=0),
        added_range=[wording.span(*pair, "money_whole", campaign.currency) for pair in zip(low, high, strict=True)],
        chance=(best.added > 0).mean(axis=0),
        total=total,
        total_low=total_low,
        total_high=total_high,
        people=people,
        worth_it=[words.WORTH_IT if k < best.chosen else words.NOT_WORTH_IT for k in range(len(best.order))],
    )
    return ShownTable(words.SIZE_CAPTION, SIZE_COLUMNS, rows, campaign.currency)


SIZE_COLUMNS = (
    TableColumn("creators", "Creators", "count"),
    TableColumn("creator", "Who joins"),
    TableColumn("worth_it", "Worth the cost"),
    TableColumn("added", "Expected to add", "money"),
    TableColumn("added_range", "Likely range", "range"),
    TableColumn("chance", "Chance to add money", "probability"),
    TableColumn("total", "All so far", "money"),
    TableColumn("total_low", "From", "money", shown=False),
    TableColumn("total_high", "To", "money", shown=False),
    TableColumn("people", "People, each once", "count", shown=False),
)


def army(book: Ledger, tables: Tables, campaign: Campaign) -> Finding:
    """Hold the cost for each like or comment of many small accounts against that of one large account.

    Without a quote for the large account there is no verdict: only how many small accounts published rates let match
    it.
    """
    name = "roi.army"
    table = own_posts.creators(book, tables, campaign)
    small = table[(table["followers"] < own_posts.small_below(campaign)) & (table["cost"] > 0)]
    small = small[small["reactions"] > 0].reset_index(drop=True)
    needed, (low, high) = _needed(small, campaign), _large_reactions(campaign)
    if campaign.large_account_fee is None or campaign.currency is None or high <= 0:
        said = words.no_quote(campaign.large_account_followers, needed, len(small))
        arithmetic = _army_table([_matching(needed, words.BY_PUBLISHED)] if needed else [], campaign)
        return not_available(name, said, ARMY_METHOD, table=arithmetic, caveats=(words.ARITHMETIC,))
    known: dict[str, Any] = {"n": len(small), "clusters": len(small), "level": campaign.confidence}
    enough = len(small) >= ledger.FEWEST_CREATORS
    paid = small["cost"] + (campaign.managing_cost or 0.0)
    price = own_posts.telling(ratio_of_sums(paid, small["reactions"], campaign.confidence)) if enough else None
    if price is None:
        said = wording.too_few_creators(words.WHICH_IS_CHEAPER, len(small), ledger.FEWEST_CREATORS)
        return not_enough(name, said, ARMY_METHOD, **known)
    fee, kept = campaign.large_account_fee, _counted_once(small, tables, campaign)
    ends = fee / high / price.high * kept, fee / low / price.low
    found = Interval(fee / math.sqrt(low * high) / price.estimate, *ends, len(small))
    rows = _army_rows(small, price, (fee / high, fee / low), needed, campaign)
    known |= {"table": _army_table(rows, campaign), "currency": campaign.currency}
    known |= {"caveats": words.army_caveats(campaign.managing_cost, kept, campaign.currency)}
    verdict: Verdict = ledger.against(found, 1.0)
    said = words.army(found, verdict, len(small))
    return Finding(name, said, verdict, ARMY_METHOD, found.estimate, found.ends, **known)


def _reaction_rates(size: float, campaign: Campaign) -> list[PublishedFigure]:
    """Return the published rates of likes or likes and comments that speak of accounts of a size."""
    reactions = ("likes_by_followers", "likes_and_comments_by_followers")
    figures = [figure for figure in published.figures(campaign) if figure.metric in reactions]
    return [figure for figure in figures if figure.band[0] <= size < figure.band[1] and figure.certainty != "unsourced"]


def _large_reactions(campaign: Campaign) -> tuple[float, float]:
    """Return the fewest and the most likes and comments that published rates let expect of the large account."""
    size = float(campaign.large_account_followers)
    figures = _reaction_rates(size, campaign)
    if not figures:
        return 0.0, 0.0
    return min(figure.low for figure in figures) * size, max(figure.high for figure in figures) * size


def _needed(small: pd.DataFrame, campaign: Campaign) -> tuple[float, float] | None:
    """Return how many such small accounts published rates let match the large one, by each publisher's own pair.

    n = rate of the large x its followers / (rate of the small x their mean followers), claim S2-16.
    """
    if small.empty:
        return None
    size, usual = float(campaign.large_account_followers), float(small["followers"].mean())
    pairs = [
        (large, little)
        for large in _reaction_rates(size, campaign)
        for little in _reaction_rates(usual, campaign)
        if (large.source, large.year, large.metric) == (little.source, little.year, little.metric)
    ]
    numbers = [end / start * size / usual for a, b in pairs for end, start in ((a.low, b.high), (a.high, b.low))]
    return (min(numbers), max(numbers)) if numbers else None


def _counted_once(small: pd.DataFrame, tables: Tables, campaign: Campaign) -> float:
    """Return which part of those who react to small accounts is left when each person counts once, at the least.

    Where nobody sampled who follows several, 15 % of two audiences are taken to be in both.
    """
    sizes, accounts = (small["reactions"] / small["posts"]).to_numpy(float), small["followers"].to_numpy(float)
    sampled = overlap.shared(small["influencer_id"].tolist(), sizes, accounts, overlap.samples(tables, campaign))
    both = (
        sampled.most if sampled and sampled.sampled == sampled.pairs else overlap.assumed(sizes, accounts, ASSUMED[-1])
    )
    return overlap.unique(sizes, both) / float(sizes.sum())


def _army_rows(
    small: pd.DataFrame,
    price: Interval,
    large: tuple[float, float],
    needed: tuple[float, float] | None,
    campaign: Campaign,
) -> list[dict[str, object]]:
    """Return the comparison line by line, each range as text."""
    currency, each = campaign.currency, campaign.managing_cost or 0.0
    per_creator = mean(small["cost"] + each, campaign.confidence)
    fee = show(campaign.large_account_fee, "money_whole", currency)
    rows: list[dict[str, object]] = [
        {
            "what": words.FOR_A_REACTION,
            "small": wording.span(*price.ends, "money", currency),
            "large": wording.span(*large, "money", currency),
        }
    ]
    if per_creator:
        many = wording.span(*per_creator.through(lambda value: ARMY * value).ends, "money_whole", currency)
        rows.append({"what": words.of_an_army(ARMY), "small": many, "large": fee})
    drawn = mean(small["reactions"], campaign.confidence)
    low, high = _large_reactions(campaign)
    if drawn and drawn.low > 0:
        rows.append(_matching((low / drawn.high, high / drawn.low), words.BY_OWN))
    return rows + ([_matching(needed, words.BY_PUBLISHED)] if needed else [])


def _matching(needed: tuple[float, float], what: str) -> dict[str, object]:
    """Return the line that says how many small accounts match the large one."""
    return {"what": what, "small": wording.span(math.ceil(needed[0]), math.ceil(needed[1]), "count"), "large": "1"}


def _army_table(rows: list[dict[str, object]], campaign: Campaign) -> ShownTable:
    """Return the comparison as a table."""
    columns = (
        TableColumn("what", "What is compared"),
        TableColumn("small", words.small_accounts(own_posts.small_below(campaign)), "range"),
        TableColumn("large", words.large_account(campaign.large_account_followers), "range"),
    )
    frame = pd.DataFrame(rows, columns=["what", "small", "large"])
    return ShownTable(words.ARMY_CAPTION, columns, frame, campaign.currency)
