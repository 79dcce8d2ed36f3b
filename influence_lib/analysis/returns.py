"""Who earned it: each creator's return with luck allowed for, and whom to keep, test again or stop."""

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import statsmodels.api as sm

from influence_lib import wording
from influence_lib.analysis import earlier, guards, inference, ledger, own_posts, retest, skill
from influence_lib.analysis.earlier import History
from influence_lib.analysis.inference import Array, Interval
from influence_lib.analysis.ledger import Ledger
from influence_lib.campaign import Campaign
from influence_lib.findings import Finding, Note, ShownTable, TableColumn, not_available, not_enough
from influence_lib.tables import Tables
from influence_lib.wording import ledger as money_words
from influence_lib.wording import returns as words

KEEP, STOP = 0.9, 0.1
WIDEST = 10
# How large effects on the log return are thought to be: of cost and of followers for each log unit, of a niche.
COST_EFFECT, SIZE_EFFECT, NICHE_EFFECT = 0.2, 0.15, 0.3
FEWEST_IN_NICHE, MOST_NICHES = 3, 12
CREATOR_METHOD = (
    "Orders of each creator in this campaign and earlier ones as over-dispersed counts around their cost; returns "
    "shrunk towards the average of creators of such a cost, size and niche as far as the data ask for it "
    "(hierarchical negative binomial on a grid). Stated is what the creator would bring on average in campaigns like "
    "these, not what this one brought."
)


@dataclass(frozen=True)
class Returns:
    """Draws of each creator's revenue per 1 spent: array draws x creators, in the order of `creators`.

    `luck` is the variance, relative to the mean, of what a creator's campaign brings beside skill; `order_value` the
    average order of this campaign; `unseen` counts paid creators none of whose orders could be seen.
    """

    creators: pd.DataFrame
    draws: Array
    luck: float
    order_value: float
    history: History
    unseen: int


def returns(book: Ledger, campaign: Campaign, tables: Tables | None = None) -> Returns | None:
    """Return the posterior of each creator's attributed revenue per 1 of own cost; None with too little to learn from.

    With tables, earlier campaigns, followers and niches count too, and creators without any code or link are left out.
    """
    past, paid = earlier.history(book, campaign, tables), (book.creators["cost"] > 0).sum()
    if tables is not None:
        seen = past.rows["influencer_id"].isin(earlier.traceable(past, tables))
        past = History(past.rows[seen].reset_index(drop=True), past.unused)
    return of_history(past, int(paid), campaign, tables)


def of_history(past: History, paid: int, campaign: Campaign, tables: Tables | None = None) -> Returns | None:
    """Return the posterior of the creators of this campaign in a history; `paid` counts all who were paid in it."""
    now = past.rows[past.rows["campaign_id"] == campaign.campaign_id].reset_index(drop=True)
    found = _learnt(past.rows, campaign, tables) if len(now) >= ledger.FEWEST_CREATORS else None
    if found is None:
        return None
    creators = now[["influencer_id", "cost", "orders", "revenue"]]
    draws, value = found.of(creators["influencer_id"]), float(found.order_values.loc[campaign.campaign_id])
    return Returns(creators, draws, found.luck, value, past, paid - len(now))


@dataclass(frozen=True)
class _Learnt:
    """What a history tells of each of its creators, named in order: draws of returns, luck, average orders."""

    names: list[str]
    draws: Array
    luck: float
    order_values: pd.Series

    def of(self, creators: pd.Series) -> Array:
        """Return the draws of some creators."""
        return self.draws[:, np.searchsorted(self.names, creators.to_numpy(str))]


def _learnt(rows: pd.DataFrame, campaign: Campaign, tables: Tables | None) -> _Learnt | None:
    """Return what a history tells of its creators; None with too little to learn from."""
    value, names = _order_values(rows), sorted(set(rows["influencer_id"]))
    if len(names) < ledger.FEWEST_CREATORS or rows["orders"].sum() < ledger.FEWEST_ORDERS or value is None:
        return None
    scaled = rows.assign(value=rows["campaign_id"].map(value)).assign(exposure=lambda r: r["cost"] / r["value"])
    columns, scales = _covariates(rows, names, campaign, tables)
    orders, exposure = (_wide(scaled, column, names) for column in ("orders", "exposure"))
    first, second = (np.random.default_rng([campaign.seed, number]) for number in (0, 1))
    found = skill.skill(skill.Outcomes(orders, exposure, columns, scales), first)
    draws = np.exp(found.draws) * _own_order_values(scaled, names, second)
    return _Learnt(names, draws, float(found.luck.mean()), value)


def _order_values(rows: pd.DataFrame) -> pd.Series | None:
    """Return the average order of each campaign, of all together where one has few; None where it is not above 0."""
    sums = rows.groupby("campaign_id")[["orders", "revenue"]].sum()
    orders, revenue = float(sums["orders"].sum()), float(sums["revenue"].sum())
    if orders <= 0 or revenue <= 0:
        return None
    own = sums["revenue"] / sums["orders"].where(sums["orders"] >= ledger.FEWEST_ORDERS)
    return own.where(own > 0).fillna(revenue / orders)


def _wide(rows: pd.DataFrame, column: str, names: list[str]) -> Array:
    """Return a column as an array campaigns x creators, 0 where a creator was not there."""
    table = rows.pivot(index="campaign_id", columns="influencer_id", values=column)
    return table.reindex(columns=names).fillna(0.0).to_numpy(float)


def _covariates(rows: pd.DataFrame, names: list[str], campaign: Campaign, tables: Tables | None) -> tuple[Array, Array]:
    """Return centred columns of each creator that may go with the return, and how large their effects may be."""
    cost = rows.assign(size=np.log(rows["cost"])).groupby("influencer_id")["size"].mean().reindex(names)
    columns, scales = [cost.to_numpy(float)], [COST_EFFECT]
    if tables is not None:
        size = np.log(own_posts.followers(tables, campaign).reindex(names))
        if size.notna().any():
            columns.append(size.fillna(size.mean()).to_numpy(float))
            scales.append(SIZE_EFFECT)
        niches = _niches(tables, names)
        columns += niches
        scales += [NICHE_EFFECT] * len(niches)
    wide = np.column_stack(columns)
    return wide - wide.mean(axis=0), np.array(scales)


def _niches(tables: Tables, names: list[str]) -> list[Array]:
    """Return for each of the most frequent niches who belongs to it."""
    told = tables.influencers.drop_duplicates("influencer_id").set_index("influencer_id")["niche"].reindex(names)
    said = told.str.strip().str.casefold()
    counted = said.value_counts().sort_index().sort_values(ascending=False, kind="stable")
    often = counted[(counted >= FEWEST_IN_NICHE) & (counted < len(names))].index[:MOST_NICHES]
    return [np.asarray(said.eq(niche).fillna(False), dtype=float) for niche in often]


def _own_order_values(rows: pd.DataFrame, names: list[str], rng: np.random.Generator) -> Array:
    """Return draws of how much larger each creator's average order is than the campaign's, shrunk towards 1.

    Normal around 1 with a spread between creators found by moments (DerSimonian and Laird 1986).
    """
    scaled = rows.assign(revenue=rows["revenue"] / rows["value"], squares=rows["squares"] / rows["value"] ** 2)
    sums = scaled.groupby("influencer_id")[["orders", "revenue", "squares", "lines"]].sum().reindex(names)
    n, total = sums["orders"].to_numpy(float), float(sums["orders"].sum())
    own = sums["revenue"].to_numpy(float) / np.maximum(n, 1)
    free = max(float(sums["lines"].sum()) - float((n > 0).sum()), 1.0)
    within = float(np.maximum(sums["squares"].to_numpy(float) - n * own**2, 0).sum()) / free
    beyond = float((n * (own - 1) ** 2).sum()) - within * (float((n > 0).sum()) - 1)
    between = max(beyond / (total - float((n**2).sum()) / total), 0.0) if (n > 0).sum() > 1 else 0.0
    trust = between * n / np.maximum(between * n + within, 1e-300)
    middle, spread = 1 + trust * (own - 1), np.sqrt(between * (1 - trust))
    shared = 1 + math.sqrt(within / total) * rng.standard_normal((skill.DRAWS, 1))
    return np.maximum((middle + spread * rng.standard_normal((skill.DRAWS, len(n)))) * shared, 0.05)


def by_creator(book: Ledger, tables: Tables, campaign: Campaign) -> Finding:
    """Return each creator's return on investment, shrunk, with interval, chances and a verdict."""
    name, orders = "roi.by_creator", book.attributed_orders
    missing = ledger.missing_inputs(tables, campaign, *ledger.RETURN)
    if missing or campaign.margin is None:
        return not_available(name, missing or "", CREATOR_METHOD)
    found = returns(book, campaign, tables)
    paid = int((book.creators["cost"] > 0).sum())
    known: dict[str, Any] = {"n": orders, "clusters": paid, "level": campaign.confidence}
    if found is None:
        said = money_words.too_early(orders, paid, ledger.FEWEST_ORDERS, ledger.FEWEST_CREATORS)
        return not_enough(name, said, CREATOR_METHOD, **known)
    posts, assumed = _posts(found, book, tables, campaign)
    table = _creator_table(found, posts, campaign)
    slope = foretold(found.history, campaign, tables)
    known |= {"details": _details(table, found, slope), "currency": campaign.currency}
    known["caveats"] = _caveats(found, table, book, campaign, slope, assumed)
    known["table"] = _shown_creators(table, found.history.campaigns, campaign)
    keep, stop = (int((table["verdict"] == verdict).sum()) for verdict in ("keep", "stop"))
    failed = slope is not None and slope.high < 1
    said = words.by_creator(keep, stop, len(table)) + (words.FORETOLD_BADLY if failed and keep else "")
    verdict: Any = "supported" if keep + stop and not failed else "undecided"
    method = f"{CREATOR_METHOD} {words.reading_the_table(retest.AHEAD)}"
    return Finding(name, said, verdict, method, **known)


def _details(table: pd.DataFrame, found: Returns, slope: Interval | None) -> dict[str, float]:
    """Return how many creators have each verdict, on how many campaigns, and how earlier ones foretold this one."""
    verdicts = ("keep", "stop", "test again", "too early")
    kinds = {verdict.replace(" ", "_"): float((table["verdict"] == verdict).sum()) for verdict in verdicts}
    told = {"foretold": slope.estimate, "foretold_low": slope.low, "foretold_high": slope.high} if slope else {}
    return kinds | {"campaigns": float(found.history.campaigns), "luck": found.luck} | told


def _caveats(
    found: Returns, table: pd.DataFrame, book: Ledger, campaign: Campaign, slope: Interval | None, assumed: bool
) -> tuple[str, ...]:
    """Return what could make the verdicts wrong."""
    unpaid = int(((book.creators["cost"] <= 0) & (book.creators["orders"] > 0)).sum())
    margin, own = campaign.margin or 1.0, float(found.creators["cost"].sum())
    still = (found.draws * margin > 1 + max(book.shared_cost, 0.0) / own).mean(axis=0) > KEEP
    campaigns = found.history.campaigns
    kept = int((table["verdict"] == "keep").sum())
    return (
        money_words.ATTRIBUTED,
        words.ONE_CAMPAIGN if campaigns == 1 else words.several_campaigns(campaigns),
        *((words.foretold(slope),) if slope else ()),
        *words.shared_cost(book.shared_cost, kept, int(still.sum()), campaign.currency),
        *words.without_cost(unpaid),
        *words.without_code(found.unseen),
        *found.history.unused,
        *((words.FEES_AS_POSTS,) if assumed else ()),
    )


def foretold(past: History, campaign: Campaign, tables: Tables | None = None) -> Interval | None:
    """Return by how much log orders of this campaign differ for each log unit of what earlier ones promised.

    1 is exact, below it the best were promised too much. Returns are learnt from earlier campaigns alone; orders of
    this one follow them as negative binomial counts (log link, errors by leaving out creators one by one, Student's t).
    None with too few creators in both, or with promises or orders all alike.
    """
    ours = past.rows["campaign_id"] == campaign.campaign_id
    before, now = past.rows[~ours], past.rows[ours]
    promised = _learnt(before, campaign, tables) if len(before) else None
    both = now[now["influencer_id"].isin(before["influencer_id"])]
    if promised is None or len(both) < ledger.FEWEST_CREATORS or inference.all_alike(both["orders"]):
        return None
    return calibration(
        np.log(promised.of(both["influencer_id"]).mean(axis=0)),
        both["orders"].to_numpy(float),
        both["cost"].to_numpy(float),
        promised.luck,
        campaign.confidence,
    )


def calibration(promised: Array, orders: Array, cost: Array, luck: float, level: float) -> Interval | None:
    """Return the slope of log orders for each unit of cost on promised log returns; None where there is none."""
    if inference.all_alike(promised):
        return None
    family = sm.families.NegativeBinomial(alpha=luck)
    design = np.column_stack([np.ones(len(promised)), promised - promised.mean()])
    model = sm.GLM(orders, design, family=family, offset=np.log(cost / cost.sum() * max(orders.sum(), 1.0)))
    found = guards.fitted(model.fit)
    if isinstance(found, guards.NotEnough):
        return None
    # What the slope would move without each creator (one step of the fit), as where posts are regressed.
    moves = np.asarray(found.get_influence().d_params)[:, 1]
    error = math.sqrt((len(moves) - 1) / len(moves) * float(moves @ moves))
    best, half = float(found.params[1]), inference.quantile_t(level, len(moves) - 2) * error
    return Interval(best, best - half, best + half, len(moves)) if math.isfinite(half) else None


def _posts(found: Returns, book: Ledger, tables: Tables, campaign: Campaign) -> tuple[Array, bool]:
    """Return how many posts each creator made for the cost, at least one, and whether fees had to stand for them."""
    ours = own_posts.named(tables, campaign)
    fees = book.costs[(book.costs["kind"] == "fee") & (book.costs["amount"] > 0)]
    counted = (fees if ours.empty else ours).groupby("influencer_id").size()
    posts = counted.reindex(found.creators["influencer_id"]).fillna(1).to_numpy(float)
    return np.maximum(posts, 1.0), ours.empty


def _creator_table(found: Returns, posts: Array, campaign: Campaign) -> pd.DataFrame:
    """Return the by-creator table, the surest first."""
    margin, cost = campaign.margin or 1.0, found.creators["cost"].to_numpy(float)
    back = found.draws * margin
    gain, chance = back - 1, (back > 1).mean(axis=0)
    low, high = np.quantile(gain, [(1 - campaign.confidence) / 2, (1 + campaign.confidence) / 2], axis=0)
    best = min(campaign.best_creators, len(cost))
    ranks = (-gain).argsort(axis=1).argsort(axis=1)
    again = retest.best(back, found.luck, cost, posts, found.order_value * margin)
    spread = np.log1p(high) - np.log1p(low)
    table = found.creators.assign(
        creator=found.creators["influencer_id"],
        raw_roi=found.creators["revenue"].to_numpy(float) / cost * margin - 1,
        roi=gain.mean(axis=0),
        roi_low=low,
        roi_high=high,
        roi_range=[wording.span(*ends, "signed_percent") for ends in zip(low, high, strict=True)],
        p_profitable=chance,
        p_best=(ranks < best).mean(axis=0),
        best=best,
        campaigns=found.creators["influencer_id"].map(found.history.rows["influencer_id"].value_counts()),
        regret_keep=np.maximum(-gain, 0).mean(axis=0) * cost,
        regret_stop=np.maximum(gain, 0).mean(axis=0) * cost,
        test_worth=again.worth,
        test_decides=again.decides,
        verdict=[_creator_verdict(*told) for told in zip(chance, spread, again.posts, strict=True)],
    )
    asked = ~table["verdict"].isin(["keep", "stop"])
    told = [words.posts_to_test(int(number), retest.MOST_POSTS) for number in again.posts]
    table = table.assign(test_posts=pd.Series(told).where(asked, ""), posts=pd.Series(again.posts).where(asked, 0))
    return table.sort_values(["p_profitable", "creator"], ascending=[False, True], ignore_index=True)


def _creator_verdict(chance: float, spread: float, posts: int) -> str:
    """Return keep, stop where no test pays, too early when the interval spans more than a factor of ten, test again.

    The chance is taken in whole per cent, as pages show it: creators who did alike must not part by the luck of draws.
    """
    if round(chance, 2) > KEEP:
        return "keep"
    if round(chance, 2) < STOP and not posts:
        return "stop"
    return "too early" if spread > math.log(WIDEST) else "test again"


def _shown_creators(table: pd.DataFrame, campaigns: int, campaign: Campaign) -> ShownTable:
    """Return the by-creator table with its words."""
    columns = (
        TableColumn("creator", "Creator"),
        TableColumn("verdict", "Verdict"),
        TableColumn("test_posts", "Posts to test"),
        TableColumn("cost", "Cost", "money", shown=False),
        TableColumn("orders", "Orders", "count"),
        TableColumn("revenue", "Revenue", "money", shown=False),
        TableColumn("roi", "Expected return", "signed_percent"),
        TableColumn("roi_range", f"{campaign.confidence:.0%} interval", "range"),
        TableColumn("roi_low", "From", "signed_percent", shown=False),
        TableColumn("roi_high", "To", "signed_percent", shown=False),
        TableColumn("raw_roi", "Return so far", "signed_percent"),
        TableColumn("p_profitable", "Chance it pays back", "probability"),
        TableColumn("p_best", f"Chance to be in the best {table['best'].iloc[0]}", "probability", shown=False),
        TableColumn("campaigns", "Campaigns", "count", shown=campaigns > 1),
        TableColumn("regret_keep", "Expected loss if kept in vain", "money", shown=False),
        TableColumn("regret_stop", "Expected gain lost if stopped", "money", shown=False),
        TableColumn("posts", "Posts to test, as a number", "count", shown=False),
        TableColumn("test_worth", "Worth of that test", "money", shown=False),
        TableColumn("test_decides", "Chance that it decides", "probability", shown=False),
    )
    caption = f"Creators, most certain to pay back first (own costs only). {words.rule_of_verdicts(KEEP, STOP)}"
    return ShownTable(caption, columns, table, campaign.currency)


STAKES = ("creator", "verdict", "cost", "revenue", "p_best", "regret_keep", "regret_stop")


def at_stake(finding: Finding) -> ShownTable | Note:
    """Return what each verdict may cost: the money that is lost on average if it is wrong; a note without creators."""
    if finding.table is None:
        return Note(words.NOTHING_AT_STAKE)
    columns = tuple(replace(column, shown=True) for column in finding.table.columns if column.name in STAKES)
    return ShownTable(words.AT_STAKE, columns, finding.table.rows, finding.currency)
