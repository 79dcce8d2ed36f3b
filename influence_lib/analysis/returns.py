"""Who earned it: each creator's return with luck allowed for."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import special, stats

from influence_lib import wording
from influence_lib.analysis import ledger
from influence_lib.analysis.inference import Array
from influence_lib.analysis.ledger import Ledger
from influence_lib.campaign import Campaign
from influence_lib.findings import Finding, ShownTable, TableColumn, not_available, not_enough
from influence_lib.tables import Tables
from influence_lib.wording import ledger as money_words
from influence_lib.wording import returns as words

DRAWS = 4000
KEEP, STOP = 0.9, 0.1
CREATOR_METHOD = (
    "Orders of each creator as over-dispersed counts around their cost; returns shrunk towards the average of creators "
    "of such a cost as far as the data ask for it (hierarchical negative binomial on a grid). Stated is what the "
    "creator would bring on average in campaigns like this one, not what this one brought."
)


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
    if len(table) < ledger.FEWEST_CREATORS or orders.sum() < ledger.FEWEST_ORDERS or revenue <= 0:
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
    missing = ledger.missing_inputs(tables, campaign, *ledger.RETURN)
    if missing or campaign.margin is None:
        return not_available(name, missing or "", CREATOR_METHOD)
    found = returns(book, campaign)
    paid = int((book.creators["cost"] > 0).sum())
    known: dict[str, Any] = {"n": orders, "clusters": paid, "level": campaign.confidence}
    if found is None:
        said = money_words.too_early(orders, paid, ledger.FEWEST_ORDERS, ledger.FEWEST_CREATORS)
        return not_enough(name, said, CREATOR_METHOD, **known)
    table = _creator_table(found, campaign.margin, campaign.confidence)
    keep, stop = (int((table["verdict"] == verdict).sum()) for verdict in ("keep", "stop"))
    unpaid = int(((book.creators["cost"] <= 0) & (book.creators["orders"] > 0)).sum())
    known["caveats"] = (money_words.ATTRIBUTED, words.ONE_CAMPAIGN, *words.without_cost(unpaid))
    known |= {"table": _shown_creators(table, campaign), "currency": campaign.currency}
    said = words.by_creator(keep, stop, len(table))
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
        f"Creators, most certain to pay back first (own costs only). {words.rule_of_verdicts(KEEP, STOP)}",
        columns,
        table,
        campaign.currency,
    )
