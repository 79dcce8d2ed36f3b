"""Luck told from skill: what each creator brings on average, from orders in one or several campaigns.

Orders of creator i in campaign j are negative binomial with mean exp(theta_i + delta_j) x exposure_ij and dispersion
phi, the luck of a creator in one campaign; theta_i is normal around a mean and weakly held covariates with spread tau,
the skill; delta_j is what a campaign did for all. tau and phi are integrated on a grid that is laid anew around its own
middle, the mean and the effects by a normal approximation within each cell (Laplace; Rue, Martino and Chopin 2009),
each theta on a grid of its own. Nothing is drawn before the end, so that the same orders give the same answer.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy import special, stats

from influence_lib.analysis.inference import Array, Codes

DRAWS = 4000
# Before any order is seen: creators' average returns differ by a factor of about two or less, luck moves a creator's
# orders in one campaign by a factor of about 1.6, a good season those of all creators by a third.
SKILL_SPREAD, LUCK, LUCK_SPREAD, SEASON_SPREAD = 1.0, 0.25, 0.7, 0.3
MEAN_SPREAD = 1.5
# Grids of log returns: never wider than the smallest spread of skill, so that sums over it are as good as integrals.
STEP, FEWEST_POINTS, MARGIN, WIDEST = 0.1, 121, 3.0, 15.0
SPREADS, LUCKS = (0.1, 1.6), (0.02, 2.0)
COARSE, FINE, REACH = 6, 7, 2.5
ROUNDS, CLOSE = 12, 1e-6


@dataclass(frozen=True)
class Outcomes:
    """What was seen: arrays campaigns x creators of orders and of the orders that a return of 1 would bring.

    Exposure 0 means that the creator was not in the campaign. `columns` (creators x covariates) are centred; `scales`
    are how large their effects on the log return are thought to be.
    """

    orders: Array
    exposure: Array
    columns: Array
    scales: Array


@dataclass(frozen=True)
class Skill:
    """Draws x creators of the log return, the draws of luck (phi) and of the spread of skill (tau) beside them."""

    draws: Array
    luck: Array
    spread: Array


@dataclass(frozen=True)
class _Cell:
    """One pair of spread and luck: where the mean and effects lie, how surely, and the log chance of the orders."""

    spread: float
    luck: float
    effects: Array
    precision: Array
    chance: float


def skill(seen: Outcomes, rng: np.random.Generator) -> Skill:
    """Return draws of each creator's log return in campaigns like those seen, on average over them."""
    theta = _grid(seen)
    ends = tuple((math.log(low), math.log(high)) for low, high in (SPREADS, LUCKS))
    coarse = [np.linspace(*end, COARSE) for end in ends]
    cells = _cells(seen, theta, *coarse)
    if len(seen.orders) > 1:
        level = _seasons(seen, theta, max(cells, key=lambda cell: cell.chance))
        seen = _moved(seen, level)
        cells = _cells(seen, theta, *coarse)
    axes = [_around(cells, value, end) for value, end in zip((_log_spread, _log_luck), ends, strict=True)]
    return _drawn(seen, theta, _cells(seen, theta, *axes), rng)


def _moved(seen: Outcomes, level: Array) -> Outcomes:
    """Return outcomes with the orders to be expected of each campaign raised or lowered by its season."""
    return replace(seen, exposure=seen.exposure * np.exp(level)[:, None])


def _log_spread(cell: _Cell) -> float:
    """Return the log of a cell's spread of skill."""
    return math.log(cell.spread)


def _log_luck(cell: _Cell) -> float:
    """Return the log of a cell's luck."""
    return math.log(cell.luck)


def _grid(seen: Outcomes) -> Array:
    """Return the log returns over which each creator's is summed: around those seen, with room on both sides."""
    there = seen.exposure.sum(axis=0)
    raw = np.log((seen.orders.sum(axis=0) + 0.5) / there)
    middle = float(np.median(raw))
    low, high = max(float(raw.min()), middle - WIDEST) - MARGIN, min(float(raw.max()), middle + WIDEST) + MARGIN
    return np.linspace(low, high, max(FEWEST_POINTS, math.ceil((high - low) / STEP) + 1))


def likelihood(seen: Outcomes, theta: Array, luck: float) -> Array:
    """Return log P(orders of all campaigns) by log return and creator, for one luck."""
    size, there = 1 / luck, seen.exposure > 0
    total = np.zeros((len(theta), seen.orders.shape[1]))
    for orders, exposure, known in zip(seen.orders, seen.exposure, there, strict=True):
        mean = np.exp(theta)[:, None] * np.where(known, exposure, 1.0)
        fixed = special.gammaln(orders + size) - special.gammaln(size) - special.gammaln(orders + 1)
        chance = fixed + orders * np.log(mean * luck) - (orders + size) * np.log1p(mean * luck)
        total += np.where(known, chance, 0.0)
    return total


def _cells(seen: Outcomes, theta: Array, log_spreads: Array, log_lucks: Array) -> list[_Cell]:
    """Return every pair of spread and luck with the chance of the orders; each starts where its neighbour ended."""
    design, start = np.column_stack([np.ones(len(seen.columns)), seen.columns]), None
    pooled = math.log(max(float(seen.orders.sum()), 0.5) / float(seen.exposure.sum()))
    held = np.r_[1 / MEAN_SPREAD**2, 1 / seen.scales**2]
    cells = []
    for log_luck in log_lucks:
        like = likelihood(seen, theta, math.exp(log_luck))
        for log_spread in log_spreads:
            middle = np.r_[pooled, np.zeros(len(held) - 1)]
            found = _fitted(like, theta, design, middle, held, start, (math.exp(log_spread), math.exp(log_luck)))
            start = found.effects
            cells.append(found)
    return cells


def _fitted(
    like: Array,
    theta: Array,
    design: Array,
    middle: Array,
    held: Array,
    start: Array | None,
    pair: tuple[float, float],
) -> _Cell:
    """Return mean and effects at their mode (Newton; the log chance is concave) and the chance of the orders there."""
    spread, luck = pair
    effects = middle if start is None else start
    for _ in range(ROUNDS):
        mean, variance, chance = _moments(like, theta, design @ effects, spread)
        slope = design.T @ ((mean - design @ effects) / spread**2) - held * (effects - middle)
        precision = (design.T * (1 / spread**2 - variance / spread**4)) @ design + np.diag(held)
        step = np.linalg.solve(precision, slope)
        effects = effects + step
        if float(np.abs(step).max()) < CLOSE:
            break
    told = float(chance.sum()) - 0.5 * float(held @ (effects - middle) ** 2) - 0.5 * np.linalg.slogdet(precision)[1]
    return _Cell(spread, luck, effects, precision, told + _before(spread, luck))


def _before(spread: float, luck: float) -> float:
    """Return the log chance of a pair before any order is seen, on a grid of logs."""
    skill = float(stats.halfnorm.logpdf(spread, scale=SKILL_SPREAD)) + math.log(spread)
    return skill + float(stats.norm.logpdf(math.log(luck), math.log(LUCK), LUCK_SPREAD))


def _weights(like: Array, theta: Array, expected: Array, spread: float) -> tuple[Array, Array]:
    """Return the chance of each log return of each creator, and the log chance of each creator's orders."""
    log_chance = like - 0.5 * ((theta[:, None] - expected) / spread) ** 2
    top = log_chance.max(axis=0)
    chance = np.exp(log_chance - top)
    total = chance.sum(axis=0)
    scale = math.log((theta[1] - theta[0]) / (spread * math.sqrt(2 * math.pi)))
    return chance / total, top + np.log(total) + scale


def _moments(like: Array, theta: Array, expected: Array, spread: float) -> tuple[Array, Array, Array]:
    """Return mean and variance of each creator's log return, and the log chance of each creator's orders."""
    weight, chance = _weights(like, theta, expected, spread)
    mean = theta @ weight
    return mean, np.maximum(theta**2 @ weight - mean**2, 0.0), chance


def _around(cells: list[_Cell], value: Callable[[_Cell], float], ends: tuple[float, float]) -> Array:
    """Return a finer axis around the middle of what the coarse one found, within its ends."""
    at, weight = np.array([value(cell) for cell in cells]), special.softmax([cell.chance for cell in cells])
    middle = float(at @ weight)
    half = REACH * math.sqrt(float((at - middle) ** 2 @ weight) + ((ends[1] - ends[0]) / (COARSE - 1) / 4) ** 2)
    return np.linspace(max(ends[0], middle - half), min(ends[1], middle + half), FINE)


def _seasons(seen: Outcomes, theta: Array, cell: _Cell) -> Array:
    """Return by how much each campaign moved the orders of all its creators, on the log scale and 0 on average."""
    level = np.zeros(len(seen.orders))
    design = np.column_stack([np.ones(len(seen.columns)), seen.columns])
    for _ in range(ROUNDS):
        moved = _moved(seen, level)
        like = likelihood(moved, theta, cell.luck)
        weight, _ = _weights(like, theta, design @ cell.effects, cell.spread)
        slope, bend = _pull(moved, theta, weight, cell.luck)
        step = (slope - level / SEASON_SPREAD**2) / (bend + 1 / SEASON_SPREAD**2)
        level = level + step - (level + step).mean()
        if float(np.abs(step - step.mean()).max()) < CLOSE:
            break
    return level


def _pull(seen: Outcomes, theta: Array, weight: Array, luck: float) -> tuple[Array, Array]:
    """Return slope and bend of the log chance by campaign, averaged over each creator's log return."""
    slope, bend = np.zeros(len(seen.orders)), np.zeros(len(seen.orders))
    for at, (orders, exposure) in enumerate(zip(seen.orders, seen.exposure, strict=True)):
        mean = np.exp(theta)[:, None] * exposure
        wide = 1 + luck * mean
        slope[at] = float((weight * (orders * (exposure > 0) - mean) / wide).sum())
        bend[at] = float((weight * mean / wide).sum())
    return slope, bend


def _drawn(seen: Outcomes, theta: Array, cells: list[_Cell], rng: np.random.Generator) -> Skill:
    """Return draws: first the cell, then mean and effects in it, then each creator's log return given those."""
    design, creators = np.column_stack([np.ones(len(seen.columns)), seen.columns]), seen.orders.shape[1]
    chance = special.softmax([cell.chance for cell in cells])
    which: Codes = np.searchsorted(chance.cumsum(), (np.arange(DRAWS) + 0.5) / DRAWS).clip(max=len(cells) - 1)
    out, like, luck = np.empty((DRAWS, creators)), np.empty(0), math.nan
    for number in np.unique(which):
        cell, rows = cells[number], np.flatnonzero(which == number)
        if cell.luck != luck:
            like, luck = likelihood(seen, theta, cell.luck), cell.luck
        out[rows] = _cell_draws(like, theta, design, cell, rng, len(rows))
    return Skill(out, np.array([cells[n].luck for n in which]), np.array([cells[n].spread for n in which]))


def _cell_draws(like: Array, theta: Array, design: Array, cell: _Cell, rng: np.random.Generator, number: int) -> Array:
    """Return draws within a cell, spread evenly; a creator follows the mean as far as their own orders leave room."""
    expected = design @ cell.effects
    weight, _ = _weights(like, theta, expected, cell.spread)
    mean = theta @ weight
    room = (theta**2 @ weight - mean**2) / cell.spread**2
    even = rng.permuted((np.arange(number)[:, None] + rng.random((number, len(mean)))) / number, axis=0)
    own = np.stack([_quantiles(theta, weight[:, at], even[:, at]) for at in range(len(mean))], axis=1)
    root = np.linalg.cholesky(np.linalg.inv(cell.precision))
    moved = rng.standard_normal((number, len(cell.effects))) @ root.T @ design.T
    return np.asarray(own + moved * room)


def _quantiles(theta: Array, weight: Array, level: Array) -> Array:
    """Return quantiles of a distribution on a grid, straight lines between its points."""
    step = theta[1] - theta[0]
    return np.interp(level, np.r_[0.0, weight.cumsum()], np.r_[theta - step / 2, theta[-1] + step / 2])
