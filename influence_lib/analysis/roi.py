"""What came back: the ledger, attributed revenue, extra sales, creators one by one, a better split of the money."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special, stats

from influence_lib import wording
from influence_lib.analysis import incrementality, inference
from influence_lib.analysis.inference import Interval
from influence_lib.campaign import Campaign
from influence_lib.findings import Finding, ShownTable, TableColumn, Verdict, not_available, not_enough
from influence_lib.tables import Tables

Array = npt.NDArray[np.float64]

FEWEST_CREATORS = 8
FEWEST_ORDERS = 30
DRAWS = 4000
KEEP, STOP = 0.9, 0.1
MOVE_CAP = 0.3

COUNT_METHOD = "Counted from the files, not estimated."
ATTRIBUTED_METHOD = (
    "Orders with a creator's code, net of discounts, refunds, tax and shipping; the interval treats creators as a sample (linearised ratio, "
    "Cochran 1977). Attributed, not caused."
)
LIFT_METHOD = (
    "Daily net sales against what the days before, weekdays and untouched series lead to expect; white noise with a drifting level, or "
    "autocorrelation, weighted by how well each fits."
)
CREATOR_METHOD = (
    "Orders of each creator as over-dispersed counts around their cost; returns shrunk towards the campaign's average as far as the data ask for it "
    "(hierarchical negative binomial on a grid)."
)
SPLIT_METHOD = (
    "Each creator's revenue grows with the logarithm of spend; spend moves within 30 % up or down at today's total, for the best average over "
    "the uncertainty of all returns."
)


@dataclass(frozen=True)
class Ledger:
    """Costs and orders of one campaign, assigned to creators once.

    `creators`: influencer_id, cost, orders, revenue. `orders`: the orders of the window with route and creator.
    """

    creators: pd.DataFrame
    orders: pd.DataFrame
    costs: pd.DataFrame
    shared_cost: float

    @property
    def cost(self) -> float:
        """Return all costs, shared ones included."""
        return round(float(self.costs["amount"].sum()), 2) if len(self.costs) else 0.0

    @property
    def attributed(self) -> pd.DataFrame:
        """Return the orders that carried a creator's code."""
        return self.orders[self.orders["route"] == "creator code"]


def ledger(tables: Tables, campaign: Campaign) -> Ledger:
    """Return what was spent and which orders of the window carry whose code."""
    first = pd.Timestamp(campaign.start, tz=campaign.timezone)
    last = pd.Timestamp(campaign.end, tz=campaign.timezone) + pd.Timedelta(days=campaign.attribution_days + 1)
    inside = tables.orders[(tables.orders["ordered_at"] >= first) & (tables.orders["ordered_at"] < last)]
    owner = dict(zip(tables.tracking["code"], tables.tracking["influencer_id"], strict=True))
    brand = {code.upper() for code in campaign.brand_codes}
    parted = inside["codes"].fillna("").map(lambda text: [part for part in str(text).split(";") if part])
    whose = parted.map(lambda codes: next((owner[code] for code in codes if code in owner), None)).astype("str")
    route = parted.map(lambda codes: "none" if not codes else "brand code" if brand & set(codes) else "other code")
    orders = inside.assign(influencer_id=whose, route=route.mask(whose.notna(), "creator code"))
    own = tables.costs.dropna(subset=["influencer_id"]).groupby("influencer_id")["amount"].sum().rename("cost")
    sold = (
        orders.dropna(subset=["influencer_id"])
        .groupby("influencer_id")["net_revenue"]
        .agg(orders="size", revenue="sum")
    )
    creators = (
        pd.concat([own, sold], axis=1).fillna(0).astype(float).rename_axis("influencer_id").sort_index().reset_index()
    )
    shared = float(tables.costs.loc[tables.costs["influencer_id"].isna(), "amount"].sum()) if len(tables.costs) else 0.0
    return Ledger(creators, orders, tables.costs, shared)


def _missing(book: Ledger, tables: Tables, campaign: Campaign) -> str | None:
    """Return the sentence about the input without which nothing can be said about return, or None."""
    if campaign.currency is None:
        return wording.NO_CURRENCY
    if tables.costs.empty:
        return wording.NO_COSTS
    if tables.orders.empty:
        return wording.NO_ORDERS
    return wording.NO_CODES if tables.tracking.empty else None


def cost(book: Ledger, campaign: Campaign) -> Finding:
    """Return what the campaign cost, counted from the ledger."""
    if campaign.currency is None or book.costs.empty:
        return not_available(
            "roi.cost", wording.NO_CURRENCY if campaign.currency is None else wording.NO_COSTS, COUNT_METHOD
        )
    paid = float(book.costs.loc[book.costs["status"].fillna("paid") == "paid", "amount"].sum())
    said = wording.cost(book.cost, paid, book.shared_cost, len(book.costs), campaign.currency)
    return Finding(
        "roi.cost", said, "supported", COUNT_METHOD, book.cost, (book.cost, book.cost), len(book.costs),
        int((book.creators["cost"] > 0).sum()), campaign.confidence, (wording.COMPLETE_AS_FILES,), _cost_table(book, campaign), True, campaign.currency,
    )  # fmt: skip


def _cost_table(book: Ledger, campaign: Campaign) -> ShownTable:
    """Return costs by kind and status."""
    rows = (
        book.costs.assign(status=book.costs["status"].fillna("not said"))
        .groupby(["kind", "status"])["amount"]
        .agg(lines="size", amount="sum")
        .reset_index()
    )
    columns = (
        TableColumn("kind", "Kind"),
        TableColumn("status", "Status"),
        TableColumn("lines", "Lines", "count"),
        TableColumn("amount", "Amount", "money"),
    )
    return ShownTable(
        "Costs by kind and status", columns, rows.sort_values("amount", ascending=False), campaign.currency
    )


def routes(book: Ledger, campaign: Campaign) -> ShownTable:
    """Return orders and revenue of the window by the code they carried; the parts add up to all orders."""
    rows = book.orders.groupby("route")["net_revenue"].agg(orders="size", revenue="sum").reset_index()
    columns = (
        TableColumn("route", "Code"),
        TableColumn("orders", "Orders", "count"),
        TableColumn("revenue", "Net revenue", "money"),
    )
    caption = (
        f"Orders from {campaign.start} to {campaign.attribution_days} days after the end, by the code they carried"
    )
    return ShownTable(caption, columns, rows.sort_values("revenue", ascending=False), campaign.currency)


def attributed(book: Ledger, tables: Tables, campaign: Campaign) -> tuple[Finding, Finding, Finding]:
    """Return attributed revenue, revenue per 1 spent, and return on investment after margin."""
    names = ("roi.attributed_revenue", "roi.attributed_roas", "roi.roi")
    missing = _missing(book, tables, campaign)
    if missing:
        return _three(not_available(name, missing, ATTRIBUTED_METHOD) for name in names)
    active = book.creators[(book.creators["cost"] > 0) | (book.creators["revenue"] > 0)]
    orders, known = len(book.attributed), {"n": len(book.attributed), "clusters": len(active)}
    ratio = _return_per_cost(book, active, campaign.confidence)
    if ratio is None or len(active) < FEWEST_CREATORS or orders < FEWEST_ORDERS:
        said = wording.too_early(orders, len(active), FEWEST_ORDERS, FEWEST_CREATORS)
        return _three(not_enough(name, said, ATTRIBUTED_METHOD, **known) for name in names)
    common = {
        "level": campaign.confidence,
        "caveats": (wording.ATTRIBUTED, wording.window(campaign.attribution_days)),
        **known,
    }
    revenue = ratio.through(lambda value: value * book.cost)
    total = round(float(book.attributed["net_revenue"].sum()), 2)
    break_even = 1 / campaign.margin if campaign.margin else 1.0
    return (
        Finding(names[0], wording.attributed_revenue(total, revenue, orders, campaign.currency), "supported", ATTRIBUTED_METHOD, total, revenue.ends, currency=campaign.currency, **common),
        Finding(names[1], wording.attributed_roas(ratio, break_even, campaign.margin, campaign.currency), _against(ratio, break_even), ATTRIBUTED_METHOD, ratio.estimate, ratio.ends, **common),
        _return(ratio, campaign, common),
    )  # fmt: skip


def _three(findings: "object") -> tuple[Finding, Finding, Finding]:
    """Return exactly three findings."""
    first, second, third = findings  # type: ignore[misc, attr-defined]
    return first, second, third


def _return(ratio: Interval, campaign: Campaign, common: dict[str, object]) -> Finding:
    """Return the return on investment after margin, or that the margin is not known."""
    if campaign.margin is None:
        return not_available("roi.roi", wording.NO_MARGIN, ATTRIBUTED_METHOD)
    margin = campaign.margin
    found = ratio.through(lambda value: value * margin - 1)
    said = wording.roi(found, margin, campaign.currency)
    return Finding("roi.roi", said, _against(found, 0.0), ATTRIBUTED_METHOD, found.estimate, found.ends, **common)  # type: ignore[arg-type]


def _against(found: Interval, mark: float) -> Verdict:
    """Return whether an interval lies above a mark, below it, or across it."""
    return "supported" if found.low > mark else "contradicted" if found.high < mark else "undecided"


def _return_per_cost(book: Ledger, active: pd.DataFrame, level: float) -> Interval | None:
    """Return attributed revenue over all costs; shared costs are spread by each creator's own cost."""
    own = active["cost"].to_numpy(float)
    if own.sum() <= 0:
        return None
    return inference.ratio_of_sums(active["revenue"].to_numpy(float), own * (book.cost / own.sum()), level)


def incremental(book: Ledger, tables: Tables, campaign: Campaign) -> tuple[Finding, Finding, Finding]:
    """Return the smallest detectable effect first, then extra revenue, then extra revenue per 1 spent."""
    names = ("roi.smallest_detectable", "roi.incremental_revenue", "roi.incremental_roas")
    if campaign.currency is None or tables.orders.empty:
        said = wording.NO_CURRENCY if campaign.currency is None else wording.NO_ORDERS
        return _three(not_available(name, said, LIFT_METHOD) for name in names)
    sales, start = incrementality.daily_sales(tables, campaign), pd.Timestamp(campaign.start)
    before, days = int((sales.index < start).sum()), int((sales.index >= start).sum())
    if before < incrementality.FEWEST_DAYS_BEFORE or days == 0 or float(sales.std()) == 0:
        said = wording.too_few_days(before, incrementality.FEWEST_DAYS_BEFORE) if days else wording.NOT_STARTED
        return _three(not_enough(name, said, LIFT_METHOD, n=len(sales)) for name in names)
    x, controls = incrementality.design(pd.DatetimeIndex(sales.index), tables, campaign)
    found = incrementality.lift(sales, x, start, campaign.confidence)
    caveats = (wording.other_causes(controls),)
    common = {"level": campaign.confidence, "caveats": caveats, "n": before + days}
    extra = Interval(found.estimate, found.low, found.high, days)
    said = wording.incremental_revenue(extra, float(found.expected.sum()), days, campaign.currency)
    revenue = Finding(
        names[1],
        said,
        "supported" if found.low > 0 else "contradicted" if found.high < 0 else "undecided",
        LIFT_METHOD,
        extra.estimate,
        extra.ends,
        currency=campaign.currency,
        **common,
    )
    return _smallest(found, campaign, common), revenue, _incremental_roas(extra, book, campaign, common)


def _smallest(found: incrementality.Lift, campaign: Campaign, common: dict[str, object]) -> Finding:
    """Return the smallest extra revenue that these sales would show four times in five."""
    value = incrementality.POWER_FACTOR * found.error
    tail = (1 - campaign.confidence) / 2
    ends = tuple(value * math.sqrt(found.freedom / stats.chi2.ppf(p, found.freedom)) for p in (1 - tail, tail))
    said = wording.smallest_detectable(value, float(found.expected.sum()), found.days, campaign.currency)
    return Finding(
        "roi.smallest_detectable",
        said,
        "supported",
        LIFT_METHOD,
        value,
        (float(ends[0]), float(ends[1])),
        currency=campaign.currency,
        **common,
    )  # type: ignore[arg-type]


def _incremental_roas(extra: Interval, book: Ledger, campaign: Campaign, common: dict[str, object]) -> Finding:
    """Return extra revenue for each unit of cost."""
    if book.cost <= 0:
        return not_available("roi.incremental_roas", wording.NO_COSTS, LIFT_METHOD)
    ratio = extra.through(lambda value: value / book.cost)
    mark = 1 / campaign.margin if campaign.margin else 1.0
    return Finding(
        "roi.incremental_roas",
        wording.incremental_roas(ratio, mark, campaign.currency),
        _against(ratio, mark),
        LIFT_METHOD,
        ratio.estimate,
        ratio.ends,
        **common,
    )  # type: ignore[arg-type]


@dataclass(frozen=True)
class Returns:
    """Draws of each creator's revenue per 1 spent: array draws x creators, in the order of `creators`."""

    creators: pd.DataFrame
    draws: Array


def returns(book: Ledger, campaign: Campaign) -> Returns | None:
    """Return the posterior of each creator's attributed revenue per 1 of own cost; None with too little to learn from.

    orders ~ NB(exp(theta) * cost / average order, phi), theta ~ N(mu, tau); mu, tau, phi on a grid (weak priors).
    """
    table = book.creators[book.creators["cost"] > 0].reset_index(drop=True)
    orders = table["orders"].to_numpy(float)
    if len(table) < FEWEST_CREATORS or orders.sum() < FEWEST_ORDERS:
        return None
    order_value = float(table["revenue"].sum() / orders.sum())
    exposure = table["cost"].to_numpy(float) / order_value
    center = math.log(orders.sum() / exposure.sum())
    theta = center + np.linspace(-4.5, 4.5, 181)
    mu, tau, phi = center + np.linspace(-1.5, 1.5, 31), np.linspace(0.05, 1.45, 15), np.geomspace(0.03, 1.2, 9)
    like = _likelihood(orders, np.exp(theta)[:, None] * exposure, phi)
    return Returns(table, _draws(like, theta, mu, tau, phi, np.random.default_rng(campaign.seed)))


def _likelihood(orders: Array, mean: Array, phi: Array) -> Array:
    """Return log P(orders) by dispersion, value of theta and creator."""
    size = (1 / phi)[:, None, None]
    mean = mean[None]
    return (
        special.gammaln(orders + size)
        - special.gammaln(size)
        - special.gammaln(orders + 1)
        + size * np.log(size / (size + mean))
        + orders * np.log(mean / (size + mean))
    )


def _draws(like: Array, theta: Array, mu: Array, tau: Array, phi: Array, rng: np.random.Generator) -> Array:
    """Return draws of exp(theta) for every creator: first the grid cell, then each creator given the cell."""
    prior = stats.norm.logpdf(theta[None, None, :], mu[:, None, None], tau[None, :, None])
    prior -= special.logsumexp(prior, axis=2, keepdims=True)
    top = like.max(axis=1, keepdims=True)
    marginal = (
        np.log(np.einsum("mtk,pkc->pmtc", np.exp(prior), np.exp(like - top), optimize=True))
        + top[:, :, None, :][:, 0:1]
    )
    weight = (
        marginal.sum(-1)
        + stats.halfnorm.logpdf(tau, scale=0.7)[None, None, :]
        + stats.norm.logpdf(np.log(phi), math.log(0.25), 0.7)[:, None, None]
    )
    cells = rng.choice(weight.size, DRAWS, p=special.softmax(weight.ravel()))
    out = np.empty((DRAWS, like.shape[2]))
    for cell in np.unique(cells):
        p, m, t = np.unravel_index(cell, weight.shape)
        chance = special.softmax(like[p] + prior[m, t][:, None], axis=0).cumsum(axis=0)
        where = np.flatnonzero(cells == cell)
        picks = (rng.random((len(where), 1, like.shape[2])) > chance[None]).sum(axis=1).clip(max=len(theta) - 1)
        out[where] = theta[picks]
    return np.exp(out + rng.uniform(-0.5, 0.5, out.shape) * (theta[1] - theta[0]))


def by_creator(book: Ledger, tables: Tables, campaign: Campaign) -> Finding:
    """Return each creator's return on investment, shrunk, with interval, chances and a verdict."""
    name = "roi.by_creator"
    missing = _missing(book, tables, campaign) or (wording.NO_MARGIN if campaign.margin is None else None)
    if missing or campaign.margin is None:
        return not_available(name, missing or wording.NO_MARGIN, CREATOR_METHOD)
    found = returns(book, campaign)
    known = {"n": len(book.attributed), "clusters": len(book.creators)}
    if found is None:
        return not_enough(
            name,
            wording.too_early(len(book.attributed), len(book.creators), FEWEST_ORDERS, FEWEST_CREATORS),
            CREATOR_METHOD,
            **known,
        )
    table = _creator_table(found, campaign.margin, campaign.confidence)
    counts = table["verdict"].value_counts()
    said = wording.by_creator(int(counts.get("keep", 0)), int(counts.get("stop", 0)), len(table))
    verdict: Verdict = "supported" if counts.get("keep", 0) + counts.get("stop", 0) else "undecided"
    shown = _shown_creators(table, campaign)
    return Finding(
        name,
        said,
        verdict,
        CREATOR_METHOD,
        level=campaign.confidence,
        caveats=(wording.ATTRIBUTED, wording.ONE_CAMPAIGN),
        table=shown,
        currency=campaign.currency,
        **known,
    )


def _creator_table(found: Returns, margin: float, level: float) -> pd.DataFrame:
    """Return the by-creator table, the surest first."""
    gain = found.draws * margin - 1
    low, high = np.quantile(gain, [(1 - level) / 2, (1 + level) / 2], axis=0)
    best = max(1, min(5, len(found.creators) // 4))
    ranks = (-gain).argsort(axis=1).argsort(axis=1)
    chance = (gain > 0).mean(axis=0)
    raw = found.creators["revenue"].to_numpy(float) / found.creators["cost"].to_numpy(float) * margin - 1
    table = found.creators.assign(
        creator=found.creators["influencer_id"],
        raw_roi=raw,
        roi=gain.mean(axis=0),
        roi_low=low,
        roi_high=high,
        p_profitable=chance,
        p_best=(ranks < best).mean(axis=0),
        best=best,
        verdict=[_creator_verdict(p, spread) for p, spread in zip(chance, np.log1p(high) - np.log1p(low), strict=True)],
    )
    return table.sort_values(["p_profitable", "creator"], ascending=[False, True], ignore_index=True)


def _creator_verdict(chance: float, spread: float) -> str:
    """Return keep, stop, test again, or too early when the interval spans more than a factor of ten."""
    if chance > KEEP:
        return "keep"
    if chance < STOP:
        return "stop"
    return "too early" if spread > math.log(10) else "test again"


def _shown_creators(table: pd.DataFrame, campaign: Campaign) -> ShownTable:
    """Return the by-creator table with its words."""
    columns = (
        TableColumn("creator", "Creator"),
        TableColumn("verdict", "Verdict"),
        TableColumn("cost", "Cost", "money"),
        TableColumn("orders", "Orders", "count"),
        TableColumn("revenue", "Revenue", "money"),
        TableColumn("roi", "Return on investment", "signed_percent"),
        TableColumn("roi_low", "From", "signed_percent"),
        TableColumn("roi_high", "To", "signed_percent"),
        TableColumn("raw_roi", "Before shrinking", "signed_percent"),
        TableColumn("p_profitable", "Chance it pays back", "probability"),
        TableColumn("p_best", f"Chance to be in the best {table['best'].iloc[0]}", "probability"),
    )
    return ShownTable("Creators, most certain to pay back first (own costs only)", columns, table, campaign.currency)


def reallocation(book: Ledger, tables: Tables, campaign: Campaign) -> Finding:
    """Return what the same money, moved between creators within caps, would be expected to bring in margin."""
    name = "roi.reallocation"
    missing = _missing(book, tables, campaign) or (wording.NO_MARGIN if campaign.margin is None else None)
    if missing or campaign.margin is None:
        return not_available(name, missing or wording.NO_MARGIN, SPLIT_METHOD)
    found = returns(book, campaign)
    if found is None:
        said = wording.too_early(len(book.attributed), len(book.creators), FEWEST_ORDERS, FEWEST_CREATORS)
        return not_enough(name, said, SPLIT_METHOD, n=len(book.attributed), clusters=len(book.creators))
    spend = found.creators["cost"].to_numpy(float)
    typical = float(np.median(spend))
    scale = found.draws * spend / np.log1p(spend / typical)
    new = best_split(scale.mean(axis=0), spend, typical)
    gain = campaign.margin * (scale * (np.log1p(new / typical) - np.log1p(spend / typical))).sum(axis=1)
    low, high = np.quantile(gain, [(1 - campaign.confidence) / 2, (1 + campaign.confidence) / 2])
    found_gain = Interval(float(gain.mean()), float(low), float(high), len(spend))
    said = wording.reallocation(
        found_gain, float(np.abs(new - spend).sum() / 2), float((gain > 0).mean()), campaign.currency
    )
    return Finding(
        name, said, "supported" if low > 0 else "undecided", SPLIT_METHOD, found_gain.estimate, found_gain.ends, len(book.attributed), len(spend),
        campaign.confidence, (wording.RESPONSE_ASSUMED,), _split_table(found, spend, new, campaign), False, campaign.currency,
    )  # fmt: skip


def best_split(scale: Array, spend: Array, typical: float) -> Array:
    """Return the spend that maximises the sum of scale * log(1 + spend / typical) within the caps, at the same total.

    At the optimum every creator who is not at a cap earns the same on the next unit of money.
    """
    low, high = spend * (1 - MOVE_CAP), spend * (1 + MOVE_CAP)

    def at(price: float) -> Array:
        return np.clip(scale / price - typical, low, high)

    cheap, dear = 1e-9, float(scale.max() / typical) + 1e-9
    for _ in range(200):
        price = (cheap + dear) / 2
        cheap, dear = (price, dear) if at(price).sum() > spend.sum() else (cheap, price)
    new = at(price)
    return new * (spend.sum() / new.sum())


def _split_table(found: Returns, spend: Array, new: Array, campaign: Campaign) -> ShownTable:
    """Return today's and the recommended spend of each creator, largest moves first."""
    rows = pd.DataFrame({"creator": found.creators["influencer_id"], "today": spend, "next": new, "move": new - spend})
    columns = (
        TableColumn("creator", "Creator"),
        TableColumn("today", "Today", "money"),
        TableColumn("next", "Next", "money"),
        TableColumn("move", "Move", "money"),
    )
    order = rows["move"].abs().sort_values(ascending=False, kind="stable").index
    return ShownTable("Recommended moves at the same total", columns, rows.loc[order], campaign.currency)
