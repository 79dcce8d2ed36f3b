"""Trials of creators one by one: what was claimed of them against what is true of them."""

import functools
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats
from simulated import campaign, earlier_campaigns, tables_of
from statsmodels.stats.meta_analysis import combine_effects
from trial import OURS, Outcome, Trial, timed

from influence_lib.analysis import ledger, returns, skill
from influence_lib.analysis.earlier import History
from influence_lib.simulate.money import ORDER_VALUE
from influence_lib.simulate.scenarios import MARGIN, Scenario, sized
from influence_lib.simulate.world import World, draw, streams

Array = npt.NDArray[np.float64]
COVERED, BEST, KEPT = "creator's return: covered at 90 %", "best five: claimed over true", "keep: right"
SLOPE, REGRET = "earlier campaigns foretell this one: slope", "keep or stop: regret over raw's"
# Check, a word that its world holds, what must be reached, what is best; the first fitting line counts.
GOALS = (
    (COVERED, "one campaign", (0.85, 0.94), (0.88, 0.92)),
    (COVERED, "four campaigns", (0.87, 0.93), (0.89, 0.91)),
    (BEST, "", (0.85, 1.15), (0.95, 1.05)),
    (KEPT, "", (0.90, 1.0), (0.93, 1.0)),
    (SLOPE, "", (0.80, 1.20), (0.90, 1.10)),
    (f"{SLOPE} holds 1", "", (0.90, 0.99), None),
    (REGRET, "", (0.0, 1.0), (0.0, 0.85)),
)
BREAK_EVEN, LUCK, ORDER_SPREAD = 2.0, 0.25, 0.8
POISSON, PLAIN, SHOCKED, KNOWN = (
    "raw return, Poisson interval",
    "Paule-Mandel",
    "Paule-Mandel, true luck told",
    "mean, spread and luck told",
)


@dataclass(frozen=True)
class Kind:
    """A made-up programme (METHODS C6): log returns normal around `mean`, orders of each creator in each campaign."""

    campaigns: int = 1
    mean: float = 1.9
    spread: float = 0.6
    orders: float = 17.0
    skew: float = 0.5
    tails: float | None = None
    by_cost: float = 0.0
    season: float = 0.0


@dataclass(frozen=True)
class Programme:
    """What is true and what was seen: arrays of creators, campaigns x creators, and the history of them."""

    truth: Array
    orders: Array
    exposure: Array
    history: History


def programme(kind: Kind, seed: int, creators: int = 40) -> Programme:
    """Return a programme drawn from a seed; an order is worth 1 on average (log-normal, spread 0.8 of the mean)."""
    rng = np.random.default_rng(7000 + seed)
    far = rng.normal(0, 1, creators)
    if kind.tails:
        far = rng.standard_t(kind.tails, creators) / np.sqrt(kind.tails / (kind.tails - 2))
    size = rng.normal(0, 1, creators)
    truth = np.log(kind.mean) + kind.spread * far + kind.by_cost * kind.skew * size
    typical = kind.orders / kind.mean / np.exp(kind.spread**2 / 2)
    each = 0.3 * rng.normal(0, 1, (kind.campaigns, creators))
    exposure = typical * np.exp(kind.skew * size - kind.skew**2 / 2 + each)
    season = kind.season * rng.normal(0, 1, (kind.campaigns, 1))
    luck = rng.gamma(1 / LUCK, LUCK, exposure.shape)
    orders = rng.poisson(np.exp(truth + season) * exposure * luck).astype(float)
    return Programme(np.exp(truth + season.mean()), orders, exposure, _history(orders, exposure, rng))


def _history(orders: Array, exposure: Array, rng: np.random.Generator) -> History:
    """Return the orders with their values as the library keeps them; the last campaign is this one."""
    wide = np.sqrt(np.log1p(ORDER_SPREAD**2))
    values = rng.lognormal(-(wide**2) / 2, wide, int(orders.sum()))
    cell = np.repeat(np.arange(orders.size), orders.ravel().astype(int))
    sums, squares = (np.bincount(cell, part, orders.size) for part in (values, values**2))
    names = [f"earlier_{number}" for number in range(len(orders) - 1)] + ["world"]
    rows = pd.DataFrame(
        {
            "campaign_id": np.repeat(names, orders.shape[1]),
            "influencer_id": np.tile([f"c{number:04d}" for number in range(orders.shape[1])], len(orders)),
            "cost": exposure.ravel(),
            "orders": orders.ravel(),
            "revenue": sums,
            "squares": squares,
            "lines": orders.ravel(),
        }
    )
    return History(rows, ())


def made(kind: Kind, seed: int) -> list[Outcome]:
    """Hold what is said of each creator against the return that was planted."""
    world, seen = programme(kind, seed), campaign(confidence=0.9)
    found, spent = timed(returns.of_history, world.history, 40, seen)
    if found is None:
        return []
    low, high = np.quantile(found.draws, [0.05, 0.95], axis=0)
    out = list(_held(OURS, found.draws.mean(axis=0), low, high, world.truth, spent))
    kept = (found.draws > BREAK_EVEN).mean(axis=0) > returns.KEEP
    out += [(KEPT, OURS, bool(hit), spent) for hit in world.truth[kept] > BREAK_EVEN]
    for name, estimate in ((POISSON, poisson), (PLAIN, plain), (SHOCKED, shocked)):
        out += _held(name, *estimate(world), world.truth, 0.0)
    slope = returns.foretold(found.history, campaign()) if kind.campaigns > 1 else None
    if slope:
        out += [(SLOPE, OURS, slope.estimate, spent), (f"{SLOPE} holds 1", OURS, slope.low <= 1 <= slope.high, spent)]
    return out


def _held(name: str, mean: Array, low: Array, high: Array, truth: Array, spent: float) -> Iterator[Outcome]:
    """Yield whether each interval holds the truth, and what was claimed of the best five over what is true of them."""
    best = np.argsort(-mean)[:5]
    yield from ((COVERED, name, bool(hit), spent) for hit in (low <= truth) & (truth <= high))
    yield BEST, name, float(mean[best].sum() / truth[best].sum()), spent


def poisson(world: Programme) -> tuple[Array, Array, Array]:
    """Return orders over exposure with the exact interval of a Poisson count (Garwood 1936)."""
    count, exposure = world.orders.sum(axis=0), world.exposure.sum(axis=0)
    low = np.where(count > 0, stats.chi2.ppf(0.05, 2 * np.maximum(count, 1)) / 2, 0.0)
    return count / exposure, low / exposure, stats.chi2.ppf(0.95, 2 * count + 2) / 2 / exposure


def plain(world: Programme) -> tuple[Array, Array, Array]:
    """Return log returns shrunk by Paule and Mandel's spread, counts taken as Poisson."""
    return _paule_mandel(world, 0.0)


def shocked(world: Programme) -> tuple[Array, Array, Array]:
    """Return log returns shrunk by Paule and Mandel's spread, with the true luck of a campaign told."""
    return _paule_mandel(world, LUCK / len(world.orders))


def _paule_mandel(world: Programme, luck: float) -> tuple[Array, Array, Array]:
    """Return returns with intervals, shrunk on the log scale (Paule and Mandel 1982)."""
    count, exposure = world.orders.sum(axis=0) + 0.5, world.exposure.sum(axis=0)
    seen, variance = np.log(count / exposure), 1 / count + luck
    joined = combine_effects(seen, variance, method_re="pm")
    between = max(float(joined.tau2), 1e-9)
    left = 1 / (1 / variance + 1 / between)
    middle = left * (seen / variance + joined.mean_effect_re / between)
    half = stats.norm.ppf(0.95) * np.sqrt(left)
    return np.exp(middle + left / 2), np.exp(middle - half), np.exp(middle + half)


def regrets(kind: Kind, seed: int, together: int = 10) -> list[Outcome]:
    """Return what keeping and stopping by each estimate loses, over what raw returns lose; ten programmes at a time."""
    lost: dict[str, float] = {}
    for number in range(together):
        world = programme(kind, 10_000 + together * seed + number)
        found = returns.of_history(world.history, 40, campaign())
        raw = world.orders.sum(axis=0) / world.exposure.sum(axis=0)
        means = {"raw": raw, OURS: raw if found is None else found.draws.mean(axis=0), KNOWN: told(world, kind)}
        for name, mean in means.items():
            lost[name] = lost.get(name, 0.0) + _lost(mean, world)
    return [(REGRET, name, lost[name] / lost["raw"], 0.0) for name in (OURS, KNOWN)]


def _lost(mean: Array, world: Programme) -> float:
    """Return the margin lost by wrong decisions, as a share of all costs."""
    spend, wrong = world.exposure.sum(axis=0), (mean > BREAK_EVEN) != (world.truth > BREAK_EVEN)
    return float((spend * np.abs(world.truth / BREAK_EVEN - 1) * wrong).sum() / spend.sum())


def told(world: Programme, kind: Kind) -> Array:
    """Return the mean of each creator's return when mean, spread and luck are known: nobody can decide better."""
    none = np.zeros((world.orders.shape[1], 0))
    seen = skill.Outcomes(world.orders, world.exposure, none, np.zeros(0))
    theta = np.linspace(-6.0, 7.0, 301)
    log_chance = skill.likelihood(seen, theta, LUCK) + stats.norm.logpdf(theta, np.log(kind.mean), kind.spread)[:, None]
    weight = np.exp(log_chance - log_chance.max(axis=0))
    return np.asarray(np.exp(theta) @ (weight / weight.sum(axis=0)))


def scenario_of(creators: int = 40, earlier: int = 0) -> Scenario:
    """Return a whole world whose feeds are short, because only money is looked at."""
    return replace(sized("default", creators, 5 * creators), fee_return=1.9, earlier_campaigns=earlier)


def book_of(seed: int, creators: int = 40) -> tuple[World, ledger.Ledger]:
    """Return a world of one campaign with its ledger."""
    world = draw(scenario_of(creators), streams(5000 + seed))
    return world, ledger.ledger(tables_of(world), campaign())


def one_campaign(seed: int) -> list[Outcome]:
    """Hold each creator's 90 % interval against what their posts bring on average, in a world of one campaign."""
    return whole(0, seed)


def whole(earlier: int, seed: int) -> list[Outcome]:
    """Hold each creator's 90 % interval against what their posts bring on average, in a whole made-up world."""
    scenario = scenario_of(earlier=earlier)
    world = draw(scenario, streams(5000 + seed))
    given, seen = tables_of(world), campaign(confidence=0.9, earlier_campaigns=earlier_campaigns(scenario))
    book = ledger.ledger(given, seen)
    found, spent = timed(returns.returns, book, seen, given)
    if found is None:
        return []
    value = float(book.attributed["net_revenue"].sum() / len(book.attributed))
    truth = true_returns(world, scenario, value).reindex(found.creators["influencer_id"]).to_numpy()
    low, high = np.quantile(found.draws, [0.05, 0.95], axis=0)
    kept = truth[(found.draws * MARGIN > 1).mean(axis=0) > returns.KEEP] * MARGIN > 1
    slope = returns.foretold(found.history, seen, given) if earlier else None
    return [
        *_held(OURS, found.draws.mean(axis=0), low, high, truth, spent),
        *((KEPT, OURS, bool(hit), spent) for hit in kept),
        *([(SLOPE, OURS, slope.estimate, spent)] if slope else []),
    ]


def true_returns(world: World, scenario: Scenario, order_value: float) -> pd.Series:
    """Return each creator's expected attributed revenue per 1 of own cost over all campaigns, leaks included."""
    own = world.ledger[world.ledger["creator"] >= 0]
    sums = (rows.groupby(["creator", "earlier"])["amount"].sum().unstack() for rows in (own[own["kind"] == "fee"], own))
    fees, cost = sums
    leak = pd.DataFrame({k: world.creators["usual_leak" if k else "leak"] for k in cost})
    rate = scenario.code_use * np.exp(world.creators["theta"]) * order_value / ORDER_VALUE
    revenue = (fees.mul(rate, axis=0) / (1 - leak)).where(cost.notna())
    return pd.Series((revenue.sum(axis=1) / cost.sum(axis=1)).to_numpy(), index=world.creators["handle"])


KINDS = {
    "as in METHODS": (Kind(), 0.25),
    "costs very unequal": (Kind(skew=1.2), 0.06),
    "creators nearly alike": (Kind(spread=0.15), 0.06),
    "a few far better": (Kind(tails=4.0), 0.06),
    "three orders each": (Kind(orders=3.0), 0.06),
    "dear creators better": (Kind(skew=1.0, by_cost=0.3), 0.06),
}


def trials() -> list[Trial]:
    """Return the trials of creators one by one."""
    out = []
    for number, word in ((1, "one campaign"), (4, "four campaigns")):
        for name, (kind, worth) in KINDS.items():
            run = functools.partial(made, replace(kind, campaigns=number))
            out.append(Trial("returns", f"40 creators, {word}, {name}", run, worth))
        run = one_campaign if number == 1 else functools.partial(whole, number - 1)
        out.append(Trial("returns", f"40 creators, {word}, whole world", run, 0.1))
    seasons = Kind(campaigns=4, season=0.3)
    out.append(
        Trial("returns", "40 creators, four campaigns, good and bad seasons", functools.partial(made, seasons), 0.06)
    )
    for name, mean in (("mean near break-even", 1.9), ("mean below break-even", 1.1)):
        run = functools.partial(regrets, Kind(campaigns=4, mean=mean))
        out.append(Trial("returns", f"40 creators, four campaigns, {name}", run, 0.03))
    return out
