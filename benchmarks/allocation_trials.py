"""Trials of the next budget: weekly worlds with known response curves, and what a recommended split is truly worth."""

import functools
from dataclasses import dataclass

import numpy as np
from scipy import optimize
from simulated import Array
from trial import OURS, Outcome, Trial, timed

from influence_lib.analysis import hill, mix
from influence_lib.analysis.allocation import SMALL, SURE, UNSEEN
from influence_lib.analysis.guards import NotEnough

FREE = "no limits, possible gain 26 %"
# Check, a word that its world holds, what must be reached, what is best; the first fitting line counts. A share of
# at least half (nine in ten) of the worlds above a value says that the median (lowest tenth) lies above it.
GOALS = (
    ("split: at least 95 % of the best (median: half of worlds)", "no limits", (0.5, 1.0), None),
    ("split: at least 98.5 % of the best (median: half of worlds)", FREE, (0.0, 1.0), (0.5, 1.0)),
    ("split: at least 80 % of the best (lowest tenth: 90 % of worlds)", "no limits", (0.9, 1.0), None),
    ("split: at least 88 % of the best (lowest tenth: 90 % of worlds)", "no limits", (0.0, 1.0), (0.9, 1.0)),
    ("split: worse than today's by more than 1 %", "", (0.0, 0.03), (0.0, 0.0)),
    ("split: worse than today's", "", (0.0, 0.03), (0.0, 0.0)),
    ("split: spread of slopes inside limits", "", (0.0, 0.01), (0.0, 0.001)),
    ("gain of the best split found: covered", "", (0.90, 0.99), (0.93, 0.97)),
    ("moves recommended", "no effect", (0.0, 0.05), (0.0, 0.025)),
)
TIERS = np.array([(9.0, 6.0, 1.0), (14.0, 14.0, 1.4), (10.0, 30.0, 1.6)])
OTHERS = np.array([(12.0, 20.0, 1.2), (6.0, 4.0, 0.9), (15.0, 25.0, 1.8)])
SIX = np.array([*TIERS, (6.0, 10.0, 1.1), (4.0, 15.0, 1.3), (0.0, 10.0, 1.2)])
NONE = np.array([(9.0, 6.0, 1.0), (14.0, 14.0, 1.4), (0.0, 30.0, 1.6)])
FAIR = np.array([(2.0, 5.0, 1.2), (3.2, 8.0, 1.2), (16.0, 40.0, 1.2)])
SEASONS, DEMAND = 5.0, 0.5


@dataclass(frozen=True)
class World:
    """How weekly sales come about: curves (top, half, steepness), usual spend, noise, and what makes it hard."""

    curves: Array
    usual: tuple[float, ...]
    weeks: int = 104
    noise: float = 4.0
    memory: float = 0.0
    together: float = 0.0
    levels: int = 0
    carry: float = 0.0
    seasons: bool = False
    cap: float = 0.3


@dataclass(frozen=True)
class Drawn:
    """A world drawn: weekly spend, sales and controls, and the true curves."""

    spend: Array
    sales: Array
    controls: Array
    truth: hill.Curves


def drawn(world: World, seed: int) -> Drawn:
    """Return a world's weeks; with seasons, spend follows a demand that sales follow too and a control shows."""
    random = np.random.default_rng([9000, seed])
    usual, shape, turns = np.array(world.usual), (world.weeks, len(world.usual)), np.arange(world.weeks) / 52
    demand = np.sin(2 * np.pi * turns) + random.normal(0, 0.3, world.weeks)
    shared, own = random.normal(size=(world.weeks, 1)), random.normal(size=shape)
    luck = np.sqrt(world.together) * shared + np.sqrt(1 - world.together) * own
    spend = usual * np.exp(0.7 * luck - 0.245 + (DEMAND * demand[:, None] if world.seasons else 0.0))
    if world.levels:
        steps = usual * np.linspace(0.2, 2.4, world.levels)[:, None]
        spend = np.take_along_axis(steps, random.integers(0, world.levels, shape), axis=0)
    top, half, steep = world.curves.T[:, None, :]
    truth = hill.Curves(top, half, steep, np.full_like(top, world.carry), world.memory, 0.0)
    steps = random.normal(0, world.noise * np.sqrt(1 - world.memory**2), world.weeks)
    noise = np.array(
        functools.reduce(lambda past, step: [*past, world.memory * past[-1] + step], steps[1:], [steps[0]])
    )
    sales = 50 + truth.response(truth.carried(spend)).sum(axis=(1, 2)) + noise
    columns = [np.ones(world.weeks)]
    if world.seasons:
        sales = sales + SEASONS * demand
        columns += [demand, turns, np.sin(2 * np.pi * turns), np.cos(2 * np.pi * turns)]
    return Drawn(spend, sales, np.column_stack(columns), truth)


def plain_curves(drawn: Drawn, seed: int) -> hill.Curves:
    """Return the least squares fit without beliefs or carry-over, the best of eight starts: the usual Hill curves."""
    random, cells = np.random.default_rng(seed), drawn.spend.shape[1]
    scale = np.tile([float(drawn.sales.std())], cells), np.median(drawn.spend, axis=0)

    def parts(z: Array) -> tuple[Array, Array, Array]:
        top, half, steep = z.reshape(3, -1)
        return top * scale[0], half * scale[1], steep

    def residual(z: Array) -> Array:
        added = hill.Curves(*(part[None] for part in parts(z)), np.zeros((1, cells)), 0.0, 0.0).response(
            drawn.spend[:, None]
        )
        rest = drawn.sales - added.sum(axis=(1, 2))
        return rest - drawn.controls @ np.linalg.lstsq(drawn.controls, rest, rcond=None)[0]

    ends = (
        np.repeat([[0.0], [0.01], [0.1]], cells, axis=1).ravel(),
        np.repeat([[50.0], [50.0], [8.0]], cells, 1).ravel(),
    )
    starts = [np.exp(random.normal(0, 0.5, 3 * cells)) for _ in range(8)]
    fits = [optimize.least_squares(residual, start, bounds=ends, max_nfev=60) for start in starts]
    best = min(fits, key=lambda fit: float(fit.cost)).x
    return hill.Curves(*(part[None] for part in parts(best)), np.zeros((1, cells)), 0.0, 0.0)


def budget(world: World, rivals: bool, seed: int) -> list[Outcome]:
    """Return what our split, and that of others, is truly worth against the best one and today's."""
    week, free = drawn(world, seed), world.cap > 1
    plan, today = (hill.even, np.array(world.usual)) if free else (_year(week), week.spend[-52:].sum(axis=0))
    true, total = plan(week.truth), float(today.sum())
    low, high = (np.zeros(len(today)), np.full(len(today), total)) if free else _limits(today, world.cap)

    def worth(split: Array) -> float:
        return float(true.response(split).sum())

    best, stay = worth(mix.best_split(true, total, low, high)), worth(today)

    def ours() -> tuple[Array, Array, float, bool] | NotEnough:
        curves = hill.fit(week.spend, week.sales, week.controls, seed)
        if isinstance(curves, NotEnough):
            return curves
        split = mix.best_split(plan(curves), total, low, high)
        gain = (plan(curves).response(split) - plan(curves).response(today)).sum(axis=1)
        slopes = plan(curves).slope(split).mean(axis=0)[(split > low + 1e-6 * total) & (split < high - 1e-6 * total)]
        spread = float(np.ptp(slopes) / slopes.mean()) if len(slopes) > 1 else 0.0
        least = SMALL * float(plan(curves).response(today).sum(axis=1).mean())
        return split, gain, spread, curves.chance <= UNSEEN and gain.mean() >= least

    found, spent = timed(ours)
    if isinstance(found, NotEnough):
        return [("split: an answer", OURS, False, spent)]
    split, gain, spread, told = found
    go = told and float((gain > 0).mean()) >= SURE
    out = _told(OURS, worth(split if go else today), best, stay, spent)
    ends = np.quantile(gain, [0.025, 0.975])
    out.append(("gain of the best split found: covered", OURS, bool(ends[0] <= worth(split) - stay <= ends[1]), spent))
    out += [("split: spread of slopes inside limits", OURS, spread, spent), ("moves recommended", OURS, go, spent)]
    if go:
        out.append(("moves recommended: they gain", OURS, worth(split) > stay, spent))
    if rivals:
        plugged, spent = timed(lambda: mix.best_split(plan(plain_curves(week, seed)), total, low, high))
        out += _told("Hill curves without beliefs, best fit", worth(plugged), best, stay, spent)
        equal = np.full(len(today), total / len(today))
        out += _told("equal split", worth(equal if free else np.clip(equal, low, high)), best, stay, 0.0)
        out += _told("today's split", stay, best, stay, 0.0)
    return out


def _year(week: Drawn) -> "functools.partial[hill.Plan]":
    """Return how curves become the plan of a further year like the last."""
    return functools.partial(hill.repeated, spend=week.spend, weeks=52)


def _limits(today: Array, cap: float) -> tuple[Array, Array]:
    """Return the least and most spend of each cell."""
    return today * (1 - cap), today * (1 + cap)


def _told(name: str, value: float, best: float, stay: float, spent: float) -> list[Outcome]:
    """Return what one split is worth; what is less than today's by rounding is not worse."""
    share = value / best if best > 0 else 1.0
    return [
        ("split: share of the best", name, share, spent),
        ("split: at least 95 % of the best (median: half of worlds)", name, share >= 0.95, spent),
        ("split: at least 98.5 % of the best (median: half of worlds)", name, share >= 0.985, spent),
        ("split: at least 80 % of the best (lowest tenth: 90 % of worlds)", name, share >= 0.80, spent),
        ("split: at least 88 % of the best (lowest tenth: 90 % of worlds)", name, share >= 0.88, spent),
        ("split: worse than today's by more than 1 %", name, value < 0.99 * stay, spent),
        ("split: worse than today's", name, value < stay * (1 - 1e-9), spent),
    ]


def trials() -> list[Trial]:
    """Return the trials of the next budget: first without limits (METHODS C4), then with moves of up to 30 %."""
    small, wide = (5.0, 8.0, 40.0), 2.0
    worlds = (
        (f"three tiers, {FREE}", World(TIERS, small, cap=wide), True, 0.15),
        ("three tiers, no limits, the best leaves one tier", World(TIERS, (4.0, 9.0, 24.0), cap=wide), True, 0.05),
        ("other curves, no limits", World(OTHERS, (30.0, 12.0, 8.0), cap=wide), True, 0.05),
        ("three tiers, limits of 30 %", World(TIERS, small), True, 0.05),
        ("spend rises and falls together", World(TIERS, small, together=0.7), False, 0.025),
        ("22 levels of spend", World(TIERS, small, levels=22), False, 0.025),
        ("six tiers, one without effect", World(SIX, (5.0, 8.0, 40.0, 10.0, 6.0, 8.0), weeks=156), False, 0.025),
        ("weak signal", World(TIERS, small, noise=20.0), False, 0.05),
        ("weak signal, dear tiers bring as much for the money", World(FAIR, small, noise=20.0), False, 0.05),
        ("one tier without effect", World(NONE, small), False, 0.025),
        ("today's split is about the best", World(FAIR * [[2.0, 1, 1]], small), False, 0.05),
        ("no tier with an effect", World(np.array(TIERS * [0.0, 1, 1]), small), False, 0.05),
        ("season in spend and sales", World(TIERS, small, seasons=True), False, 0.025),
        ("noise with memory", World(TIERS, small, memory=0.6), False, 0.025),
        ("carry-over", World(TIERS, small, carry=0.5), False, 0.025),
    )
    return [
        Trial("next budget", name, functools.partial(budget, world, rivals), worth)
        for name, world, rivals, worth in worlds
    ]
