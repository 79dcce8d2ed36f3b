"""What came back: the ledger, attributed revenue, extra sales, creators one by one, a better split of the money."""

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
from scipy import special, stats

from influence_lib import wording
from influence_lib.analysis import incrementality, inference
from influence_lib.analysis.inference import Array, Interval
from influence_lib.campaign import Campaign
from influence_lib.findings import Finding, ShownTable, TableColumn, Verdict, not_available, not_enough
from influence_lib.tables import Tables

FEWEST_CREATORS = 8
FEWEST_ORDERS = 30
DRAWS = 4000
KEEP, STOP = 0.9, 0.1
MOVE_CAP = 0.3

COUNT_METHOD = "Counted from the files, not estimated."
ATTRIBUTED_METHOD = (
    "Orders with a creator's code, or through a creator's link, net of discounts, refunds, tax and shipping; the "
    "interval treats creators as a sample (linearised ratio with leave-one-out errors, Cochran 1977). Attributed, not "
    "caused."
)
LIFT_METHOD = (
    "Daily net sales against what the days before, weekdays and untouched series lead to expect; white noise with a "
    "drifting level, autocorrelation, or both, weighted by how well each fits."
)
CREATOR_METHOD = (
    "Orders of each creator as over-dispersed counts around their cost; returns shrunk towards the average of creators "
    "of such a cost as far as the data ask for it (hierarchical negative binomial on a grid). Stated is what the "
    "creator would bring on average in campaigns like this one, not what this one brought."
)
SPLIT_METHOD = (
    "Each creator's revenue grows with the logarithm of spend; spend moves within 30 % up or down at today's total, "
    "for the best average over the uncertainty of all returns."
)


# Every order of the window is on exactly one of these; the first two are a creator's.
ROUTES = (CODE, LINK, BRAND, NONE) = ("creator code", "creator link", "brand code", "none")
CREDITED = (CODE, LINK)


@dataclass(frozen=True)
class Ledger:
    """Costs and orders of one campaign, assigned to creators once.

    `creators`: influencer_id, cost, orders, revenue. `orders`: the rows of the window with route, creator, `counted`
    (how many orders a row stands for) and `cents` (its net revenue); `stray` says that it carried a code of nobody.
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
        """Return the orders that carried a creator's code or came through a creator's link."""
        return self.orders[self.orders["route"].isin(CREDITED)]

    @property
    def attributed_orders(self) -> int:
        """Return how many orders are a creator's."""
        return int(self.attributed["counted"].sum())

    @property
    def attributed_revenue(self) -> float:
        """Return what a creator's orders are worth, to the cent."""
        return int(self.attributed["cents"].sum()) / 100

    @property
    def proofs(self) -> str:
        """Return in words what makes an order a creator's in this campaign."""
        routes = set(self.orders["route"])
        return " or ".join([word for word, route in (("code", CODE), ("link", LINK)) if route in routes] or ["code"])


def ledger(tables: Tables, campaign: Campaign) -> Ledger:
    """Return what was spent and which orders of the window are whose.

    Each order counts once: for the first creator's code named on it, else for the creator whom a tool names, else for
    the owner of the link that led to it, else as the brand's own. Money is added up in whole cents, so that the parts
    make up the total.
    """
    orders = _with_routes(_in_window(tables.orders, campaign), tables.tracking, campaign)
    own = tables.costs.dropna(subset=["influencer_id"]).groupby("influencer_id")["amount"].sum().rename("cost")
    sold = orders.dropna(subset=["influencer_id"]).groupby("influencer_id").agg(**_SUMS)
    table = pd.concat([own, sold.assign(revenue=sold["revenue"] / 100)], axis=1).fillna(0).astype(float)
    shared = float(tables.costs.loc[tables.costs["influencer_id"].isna(), "amount"].sum()) if len(tables.costs) else 0.0
    creators = table.rename_axis("influencer_id").sort_index().reset_index()
    return Ledger(creators, orders, tables.costs, round(shared, 2))


_SUMS: Any = {"orders": ("counted", "sum"), "revenue": ("cents", "sum")}


def _in_window(orders: pd.DataFrame, campaign: Campaign) -> pd.DataFrame:
    """Return the orders from the first day of the campaign to the last day on which a code counts."""
    day = pd.Timedelta(days=1)
    first, last = (pd.Timestamp(day, tz=campaign.timezone) for day in (campaign.start, campaign.today))
    end = pd.Timestamp(campaign.end + campaign.attribution_days * day, tz=campaign.timezone)
    return orders[(orders["ordered_at"] >= first) & (orders["ordered_at"] < min(last, end) + day)]


def _with_routes(orders: pd.DataFrame, tracking: pd.DataFrame, campaign: Campaign) -> pd.DataFrame:
    """Return orders with the creator they count for and the one way that says so."""
    links = (tracking["kind"] == "link").fillna(False)
    by_code = _of_first_code(orders["codes"], _owners(tracking[~links]))
    by_link = orders["influencer_id"].fillna(orders["link"].map(_owners(tracking[links])).astype("str"))
    branded = _of_first_code(orders["codes"], dict.fromkeys(_brand_codes(campaign), BRAND)).notna()
    found = [by_code.notna(), by_link.notna(), branded]
    return orders.assign(
        influencer_id=by_code.fillna(by_link),
        route=pd.Series(np.select(found, ROUTES[:3], NONE), index=orders.index, dtype="str"),
        stray=~(by_code.notna() | by_link.notna() | branded) & orders["codes"].fillna("").ne(""),
        counted=orders["orders"].fillna(1).astype(int),
        cents=(orders["net_revenue"].astype(float) * 100).round().astype("int64"),
    )


def _brand_codes(campaign: Campaign) -> set[str]:
    """Return the brand's codes in the form that codes of orders have: parted at spaces, in plain capitals."""
    parts = [part for told in campaign.brand_codes for part in re.split(r"[,;\s]+", told) if part]
    return {unicodedata.normalize("NFKC", part).upper() for part in parts}


def _owners(tracking: pd.DataFrame) -> dict[str, str]:
    """Return the creator of each code or tag."""
    return dict(zip(tracking["code"], tracking["influencer_id"], strict=True))


def _of_first_code(codes: pd.Series, owners: dict[str, str]) -> pd.Series:
    """Return the owner of the first code in each cell that has one; unknown where none has."""
    texts = codes.dropna().unique()
    first = {text: next((owners[code] for code in text.split(";") if code in owners), None) for text in texts}
    return codes.map(first).astype("str")


def _missing(tables: Tables, campaign: Campaign, *needed: str) -> str | None:
    """Return the sentence about the needed inputs that are not there, or None when all are."""
    there = {
        wording.COSTS: len(tables.costs) > 0,
        wording.ORDERS: len(tables.orders) > 0,
        wording.CODES: len(tables.tracking) > 0 or bool(tables.orders["influencer_id"].notna().any()),
        wording.CURRENCY: campaign.currency is not None,
        wording.MARGIN: campaign.margin is not None,
    }
    lacking = [name for name in there if name in needed and not there[name]]
    return wording.missing_inputs(lacking) if lacking else None


ATTRIBUTION = (wording.COSTS, wording.ORDERS, wording.CODES, wording.CURRENCY)
RETURN = (*ATTRIBUTION, wording.MARGIN)


def _last_day(campaign: Campaign) -> dt.date:
    """Return the last day on which a code counts."""
    return campaign.end + dt.timedelta(days=campaign.attribution_days)


def _still_open(campaign: Campaign) -> tuple[str, ...]:
    """Return the caveat that orders are still to come, when they are."""
    return wording.still_open(_last_day(campaign)) if _last_day(campaign) > campaign.today else ()


def cost(book: Ledger, campaign: Campaign) -> Finding:
    """Return what the campaign cost, counted from the ledger."""
    if campaign.currency is None or book.costs.empty:
        there = ((wording.COSTS, len(book.costs)), (wording.CURRENCY, campaign.currency))
        said = wording.missing_inputs([name for name, given in there if not given])
        return not_available("roi.cost", said, COUNT_METHOD)
    paid = round(float(book.costs.loc[book.costs["status"].fillna("paid") == "paid", "amount"].sum()), 2)
    return Finding(
        "roi.cost",
        wording.cost(book.cost, paid, book.shared_cost, len(book.costs), campaign.currency),
        "supported",
        COUNT_METHOD,
        book.cost,
        (book.cost, book.cost),
        len(book.costs),
        int((book.creators["cost"] > 0).sum()),
        campaign.confidence,
        (wording.COMPLETE_AS_FILES,),
        _cost_table(book, campaign),
        counted=True,
        currency=campaign.currency,
    )


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
    rows = rows.sort_values(["amount", "kind", "status"], ascending=[False, True, True])
    exact = rows.assign(amount=_in_money((rows["amount"].astype(float) * 100).round()))
    return ShownTable("Costs by kind and status", columns, exact, campaign.currency)


def _in_money(cents: pd.Series) -> pd.Series:
    """Return whole cents as amounts of which no digit is lost, however large they are."""
    return pd.Series([Decimal(int(value)) / 100 for value in cents], index=cents.index, dtype="object")


def routes(book: Ledger, campaign: Campaign) -> ShownTable:
    """Return orders and revenue of the window by what says whose they are; the parts add up to all orders."""
    sums = book.orders.groupby("route").agg(**_SUMS).reset_index()
    rows = sums.sort_values(["revenue", "route"], ascending=[False, True])
    columns = (
        TableColumn("route", "Assigned by"),
        TableColumn("orders", "Orders", "count"),
        TableColumn("revenue", "Net revenue", "money"),
    )
    stray = int(book.orders.loc[book.orders["stray"], "counted"].sum())
    caption = wording.routes_caption(campaign.start, campaign.attribution_days, stray)
    return ShownTable(caption, columns, rows.assign(revenue=_in_money(rows["revenue"])), campaign.currency)


def attributed(book: Ledger, tables: Tables, campaign: Campaign) -> tuple[Finding, Finding, Finding]:
    """Return attributed revenue, revenue per 1 spent, and return on investment after margin."""
    missing = _missing(tables, campaign, *ATTRIBUTION)
    if missing:
        return _three(ATTRIBUTED_IDS, lambda name: not_available(name, missing, ATTRIBUTED_METHOD))
    active = book.creators[(book.creators["cost"] > 0) | (book.creators["orders"] > 0)]
    orders = book.attributed_orders
    known: dict[str, Any] = {"n": orders, "clusters": len(active), "level": campaign.confidence}
    ratio = _return_per_cost(book, active, campaign.confidence)
    if ratio is None or len(active) < FEWEST_CREATORS or orders < FEWEST_ORDERS:
        said = wording.too_early(orders, len(active), FEWEST_ORDERS, FEWEST_CREATORS)
        return _three(ATTRIBUTED_IDS, lambda name: not_enough(name, said, ATTRIBUTED_METHOD, **known))
    known["caveats"] = (wording.ATTRIBUTED, wording.window(campaign.attribution_days), *_still_open(campaign))
    return (
        _revenue(ratio, book, campaign, known),
        _revenue_per_cost(ratio, campaign, known),
        _return(ratio, campaign, known),
    )


ATTRIBUTED_IDS = ("roi.attributed_revenue", "roi.attributed_roas", "roi.roi")
LIFT_IDS = ("roi.smallest_detectable", "roi.incremental_revenue", "roi.incremental_roas")


def _three(names: tuple[str, str, str], make: Callable[[str], Finding]) -> tuple[Finding, Finding, Finding]:
    """Return the same answer to three questions."""
    first, second, third = names
    return make(first), make(second), make(third)


def _revenue(ratio: Interval, book: Ledger, campaign: Campaign, known: dict[str, Any]) -> Finding:
    """Return attributed revenue; its interval is the return's, at this campaign's cost."""
    total = book.attributed_revenue
    found = ratio.through(lambda value: value * book.cost)
    said = wording.attributed_revenue(
        total, found, known["n"], book.proofs, min(_last_day(campaign), campaign.today), campaign.currency
    )
    known = known | {"currency": campaign.currency}
    return Finding(ATTRIBUTED_IDS[0], said, "supported", ATTRIBUTED_METHOD, total, found.ends, **known)


def _revenue_per_cost(ratio: Interval, campaign: Campaign, known: dict[str, Any]) -> Finding:
    """Return attributed revenue for each unit of cost, against break-even at the campaign's margin."""
    even = _break_even(campaign)
    said = wording.attributed_roas(ratio, even, campaign.margin, campaign.currency)
    verdict = _against(ratio, even)
    return Finding(ATTRIBUTED_IDS[1], said, verdict, ATTRIBUTED_METHOD, ratio.estimate, ratio.ends, **known)


def _break_even(campaign: Campaign) -> float:
    """Return the revenue for each unit of cost that just pays back: 1 where the margin is not known."""
    return 1 / campaign.margin if campaign.margin else 1.0


def _return(ratio: Interval, campaign: Campaign, known: dict[str, Any]) -> Finding:
    """Return the return on investment after margin, or that the margin is not known."""
    if not campaign.margin:
        return not_available("roi.roi", wording.missing_inputs([wording.MARGIN]), ATTRIBUTED_METHOD)
    margin = campaign.margin
    found = ratio.through(lambda value: value * margin - 1)
    said = wording.roi(found)
    return Finding("roi.roi", said, _against(found, 0.0), ATTRIBUTED_METHOD, found.estimate, found.ends, **known)


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
    """Return the smallest detectable effect first, then extra revenue, then extra revenue per 1 spent.

    Only the shop's own list tells all sales of a day; those told by a tool are creators' sales alone.
    """
    tables = tables.with_table("orders", tables.orders[tables.orders["told_by"].isna()])
    missing = _missing(tables, campaign, wording.ORDERS, wording.CURRENCY)
    if missing:
        return _three(LIFT_IDS, lambda name: not_available(name, missing, LIFT_METHOD))
    sales, start = incrementality.daily_sales(tables, campaign), pd.Timestamp(campaign.start)
    x, controls = incrementality.design(pd.DatetimeIndex(sales.index), tables, campaign)
    said = _too_little_sales(sales, x, campaign)
    if said:
        return _three(LIFT_IDS, lambda name: not_enough(name, said, LIFT_METHOD, n=len(sales)))
    found = incrementality.lift(sales, x, start, campaign.confidence)
    known: dict[str, Any] = {"level": campaign.confidence, "n": len(sales)}
    known["caveats"] = (wording.other_causes(controls), *wording.unfinished(campaign.end, sales.index[-1].date()))
    extra = Interval(found.estimate, found.low, found.high, found.days)
    return (
        _smallest(found, campaign, known),
        _extra(extra, found, campaign, known),
        _incremental_roas(extra, book, campaign, known),
    )


def _too_little_sales(sales: pd.Series, x: Array, campaign: Campaign) -> str | None:
    """Return the sentence about what daily sales lack, or None when they can be judged."""
    start, least = pd.Timestamp(campaign.start), incrementality.FEWEST_DAYS_BEFORE
    before = int((sales.index < start).sum())
    if before == len(sales):
        return wording.NOT_STARTED
    if before < least:
        return wording.too_few_days(before, least)
    return wording.SALES_TOO_REGULAR if incrementality.too_regular(sales, x, start) else None


def _extra(extra: Interval, found: incrementality.Lift, campaign: Campaign, known: dict[str, Any]) -> Finding:
    """Return how far sales in the window lie above what was to be expected."""
    said = wording.incremental_revenue(extra, float(found.expected.sum()), found.days, campaign.currency)
    known = known | {"currency": campaign.currency}
    return Finding(LIFT_IDS[1], said, _against(extra, 0.0), LIFT_METHOD, extra.estimate, extra.ends, **known)


def _smallest(found: incrementality.Lift, campaign: Campaign, known: dict[str, Any]) -> Finding:
    """Return the smallest extra revenue that these sales would show four times in five."""
    tail = (1 - campaign.confidence) / 2
    value = float(stats.norm.ppf(1 - tail) + stats.norm.ppf(incrementality.POWER)) * found.error
    low, high = (value * math.sqrt(found.freedom / stats.chi2.ppf(p, found.freedom)) for p in (1 - tail, tail))
    said = wording.smallest_detectable(value, float(found.expected.sum()), found.days, campaign.currency)
    known = known | {"currency": campaign.currency}
    return Finding(LIFT_IDS[0], said, "supported", LIFT_METHOD, value, (low, high), **known)


def _incremental_roas(extra: Interval, book: Ledger, campaign: Campaign, known: dict[str, Any]) -> Finding:
    """Return extra revenue for each unit of cost."""
    if book.cost <= 0:
        return not_available(LIFT_IDS[2], wording.missing_inputs([wording.COSTS]), LIFT_METHOD)
    ratio, even = extra.through(lambda value: value / book.cost), _break_even(campaign)
    said = wording.incremental_roas(ratio, even, campaign.currency)
    return Finding(LIFT_IDS[2], said, _against(ratio, even), LIFT_METHOD, ratio.estimate, ratio.ends, **known)


@dataclass(frozen=True)
class Returns:
    """Draws of each creator's revenue per 1 spent: array draws x creators, in the order of `creators`."""

    creators: pd.DataFrame
    draws: Array


@dataclass(frozen=True)
class Grid:
    """The values over which the unknowns of all creators together are integrated, and those of one creator's return."""

    theta: Array
    mu: Array
    tau: Array
    phi: Array
    trend: Array

    @property
    def prior(self) -> Array:
        """Return the log chance of each theta, by mu and tau."""
        chance = stats.norm.logpdf(self.theta, self.mu[:, None, None], self.tau[None, :, None])
        return np.asarray(chance - special.logsumexp(chance, axis=2, keepdims=True))

    @classmethod
    def around(cls, center: float) -> "Grid":
        """Return the grid around the campaign's log return."""
        return cls(
            theta=center + np.linspace(-4.5, 4.5, 121),
            mu=center + np.linspace(-1.5, 1.5, 25),
            tau=np.linspace(0.05, 1.45, 13),
            phi=np.geomspace(0.03, 1.2, 7),
            trend=np.linspace(-0.4, 0.4, 5),
        )


def returns(book: Ledger, campaign: Campaign) -> Returns | None:
    """Return the posterior of each creator's attributed revenue per 1 of own cost; None with too little to learn from.

    orders ~ NB(exp(theta + trend * log cost) * cost / average order, phi), theta ~ N(mu, tau); mu, tau, phi and the
    trend on a grid with weak priors. The trend lets dearer creators return more or less than cheap ones.
    """
    table = book.creators[book.creators["cost"] > 0].reset_index(drop=True)
    orders, revenue = table["orders"].to_numpy(float), float(table["revenue"].sum())
    if len(table) < FEWEST_CREATORS or orders.sum() < FEWEST_ORDERS or revenue <= 0:
        return None
    cost = table["cost"].to_numpy(float)
    exposure, size = cost * orders.sum() / revenue, np.log(cost) - np.log(cost).mean()
    grid = Grid.around(math.log(orders.sum() / exposure.sum()))
    like = np.stack(
        [_likelihood(orders, np.exp(grid.theta)[:, None] * exposure * np.exp(t * size), grid.phi) for t in grid.trend]
    )
    return Returns(table, _draws(like, size, grid, np.random.default_rng(campaign.seed)))


def _likelihood(orders: Array, mean: Array, phi: Array) -> Array:
    """Return log P(orders) by dispersion, value of theta and creator."""
    size = (1 / phi)[:, None, None]
    mean = mean[None]
    return np.asarray(
        special.gammaln(orders + size)
        - special.gammaln(size)
        - special.gammaln(orders + 1)
        + size * np.log(size / (size + mean))
        + orders * np.log(mean / (size + mean))
    )


def _posterior(like: Array, grid: Grid) -> Array:
    """Return the chance of each cell of the grid (trend, phi, mu, tau) after seeing the orders."""
    top = like.max(axis=2)
    seen = np.exp(like - top[:, :, None, :])
    summed = np.einsum("mtk,bpkc->bpmtc", np.exp(grid.prior), seen, optimize=True)
    marginal = (np.log(np.maximum(summed, 1e-300)) + top[:, :, None, None, :]).sum(axis=-1)
    spread = stats.halfnorm.logpdf(grid.tau, scale=0.7)
    shock = stats.norm.logpdf(np.log(grid.phi), math.log(0.25), 0.7)[:, None, None]
    trend = stats.norm.logpdf(grid.trend, 0, 0.2)[:, None, None, None]
    return np.asarray(special.softmax(marginal + spread + shock + trend))


def _draws(like: Array, size: Array, grid: Grid, rng: np.random.Generator) -> Array:
    """Return draws of each creator's return: first the cell of the grid, then each creator given the cell."""
    weight, prior = _posterior(like, grid), grid.prior
    cells = rng.choice(weight.size, DRAWS, p=weight.ravel())
    out = np.empty((DRAWS, like.shape[3]))
    for cell in np.unique(cells):
        b, p, m, t = np.unravel_index(cell, weight.shape)
        chance = special.softmax(like[b, p] + prior[m, t][:, None], axis=0).cumsum(axis=0)
        where = np.flatnonzero(cells == cell)
        picks = (rng.random((len(where), 1, like.shape[3])) > chance[None]).sum(axis=1).clip(max=len(grid.theta) - 1)
        out[where] = grid.theta[picks] + grid.trend[b] * size
    return np.asarray(np.exp(out + rng.uniform(-0.5, 0.5, out.shape) * (grid.theta[1] - grid.theta[0])))


def by_creator(book: Ledger, tables: Tables, campaign: Campaign) -> Finding:
    """Return each creator's return on investment, shrunk, with interval, chances and a verdict."""
    name, orders = "roi.by_creator", book.attributed_orders
    missing = _missing(tables, campaign, *RETURN)
    if missing or campaign.margin is None:
        return not_available(name, missing or "", CREATOR_METHOD)
    found = returns(book, campaign)
    paid = int((book.creators["cost"] > 0).sum())
    known: dict[str, Any] = {"n": orders, "clusters": paid, "level": campaign.confidence}
    if found is None:
        said = wording.too_early(orders, paid, FEWEST_ORDERS, FEWEST_CREATORS)
        return not_enough(name, said, CREATOR_METHOD, **known)
    table = _creator_table(found, campaign.margin, campaign.confidence)
    keep, stop = (int((table["verdict"] == verdict).sum()) for verdict in ("keep", "stop"))
    unpaid = int(((book.creators["cost"] <= 0) & (book.creators["orders"] > 0)).sum())
    known["caveats"] = (wording.ATTRIBUTED, wording.ONE_CAMPAIGN, *wording.without_cost(unpaid))
    known |= {"table": _shown_creators(table, campaign), "currency": campaign.currency}
    said = wording.by_creator(keep, stop, len(table))
    return Finding(name, said, "supported" if keep + stop else "undecided", CREATOR_METHOD, **known)


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
        roi_range=[wording.span(*ends, "signed_percent") for ends in zip(low, high, strict=True)],
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
        TableColumn("roi", "Expected return", "signed_percent"),
        TableColumn("roi_range", f"{campaign.confidence:.0%} interval", "range"),
        TableColumn("roi_low", "From", "signed_percent", shown=False),
        TableColumn("roi_high", "To", "signed_percent", shown=False),
        TableColumn("raw_roi", "Return so far", "signed_percent"),
        TableColumn("p_profitable", "Chance it pays back", "probability"),
        TableColumn("p_best", f"Chance to be in the best {table['best'].iloc[0]}", "probability", shown=False),
    )
    return ShownTable(
        f"Creators, most certain to pay back first (own costs only). {wording.rule_of_verdicts(KEEP, STOP)}",
        columns,
        table,
        campaign.currency,
    )


def reallocation(book: Ledger, tables: Tables, campaign: Campaign) -> Finding:
    """Return what the same money, moved between creators within caps, would be expected to bring in margin."""
    name, orders = "roi.reallocation", book.attributed_orders
    missing = _missing(tables, campaign, *RETURN)
    if missing or campaign.margin is None:
        return not_available(name, missing or "", SPLIT_METHOD)
    found = returns(book, campaign)
    paid = int((book.creators["cost"] > 0).sum())
    known: dict[str, Any] = {"n": orders, "clusters": paid, "level": campaign.confidence}
    if found is None:
        said = wording.too_early(orders, paid, FEWEST_ORDERS, FEWEST_CREATORS)
        return not_enough(name, said, SPLIT_METHOD, **known)
    spend = found.creators["cost"].to_numpy(float)
    new, gain = _split(found.draws, spend, campaign.margin)
    low, high = np.quantile(gain, [(1 - campaign.confidence) / 2, (1 + campaign.confidence) / 2])
    best = Interval(float(gain.mean()), float(low), float(high), len(spend))
    moved = float(np.abs(new - spend).sum() / 2)
    said = wording.reallocation(best, moved, float((gain > 0).mean()), campaign.currency)
    if not ((found.draws * campaign.margin > 1).mean(axis=0) > 0.5).any():
        said += wording.nobody_pays()
    known |= {"caveats": (wording.ATTRIBUTED, wording.RESPONSE_ASSUMED), "currency": campaign.currency}
    known["table"] = _split_table(found, spend, new, campaign)
    verdict: Verdict = "supported" if low > 0 else "undecided"
    return Finding(name, said, verdict, SPLIT_METHOD, best.estimate, best.ends, **known)


def _split(draws: Array, spend: Array, margin: float) -> tuple[Array, Array]:
    """Return the recommended spend of each creator, and draws of the margin it gains over today's split."""
    typical = float(np.median(spend))
    scale = draws * spend / np.log1p(spend / typical)
    new = best_split(scale.mean(axis=0), spend, typical)
    return new, margin * (scale * (np.log1p(new / typical) - np.log1p(spend / typical))).sum(axis=1)


def best_split(scale: Array, spend: Array, typical: float) -> Array:
    """Return the spend that maximises the sum of scale * log(1 + spend / typical) within the caps, at the same total.

    At the optimum every creator who is not at a cap earns the same on the next unit of money.
    """
    low, high = spend * (1 - MOVE_CAP), spend * (1 + MOVE_CAP)

    def at(price: float) -> Array:
        return np.asarray(np.clip(scale / price - typical, low, high))

    cheap, dear = 1e-9, float(scale.max() / typical) + 1e-9
    for _ in range(200):
        price = (cheap + dear) / 2
        cheap, dear = (price, dear) if at(price).sum() > spend.sum() else (cheap, price)
    new = at(price)
    return np.asarray(new * (spend.sum() / new.sum()))


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
