"""How the outcome of a week grows with spend: a response curve for each cell, with weak beliefs where data are silent.

A cell is whatever money can be moved between: a tier of creators or a channel.
"""

import functools
from dataclasses import dataclass

import numpy as np
from scipy import optimize, special, stats

from influence_lib.analysis import inference
from influence_lib.analysis.guards import NotEnough
from influence_lib.analysis.inference import Array

FEWEST_WEEKS = 52
FEWEST_LEVELS = 20
# Beliefs before looking, as centre and spread of logs (of log odds for the carry-over): the top in standard deviations
# of the outcome, then the half-way point in usual weekly spends, the steepness, the share that acts in the weeks after.
CENTRES = np.array([0.0, 0.0, np.log(1.2), -1.0])
SPREADS = np.array([1.0, 0.3, 1.0])
# What is believed of all tops together, and of each apart from the others.
SHARED, APART = 1.0, 1.0
STARTS, START_SPREAD = 4, 0.7
WALKERS, STEPS, KEPT = 128, 160, (100, 130, 159)
# A walk that now and then takes the whole way between two walkers can change from one mode to another (ter Braak 2006).
LEAP = 10
MOST_MEMORY = 0.95
DIGITS = 9


@dataclass(frozen=True)
class Curves:
    """Draws of response curves, arrays draws x cells: top * s^steepness / (s^steepness + half^steepness).

    `top` is in units of the outcome, `half` in units of spend, `carry` the share of a week's pressure that acts on the
    next; `memory` is the correlation of noise from week to week; `chance` is how likely spend would explain sales as
    well as it does if it did nothing at all.
    """

    top: Array
    half: Array
    steepness: Array
    carry: Array
    memory: float
    chance: float

    def response(self, level: Array) -> Array:
        """Return the outcome that each cell adds at weekly levels of spend; `level` ends in draws x cells."""
        return np.asarray(self.top * _share(level, self.half, self.steepness))

    def slope(self, level: Array) -> Array:
        """Return what the next unit of weekly spend adds to the outcome, cell by cell."""
        share = _share(level, self.half, self.steepness)
        safe = np.maximum(level, 1e-12 * self.half)
        return np.asarray(self.top * self.steepness * share * (1 - share) / safe)

    def carried(self, spend: Array) -> Array:
        """Return the spend that acts in each week, weeks x draws x cells, of weekly spend, weeks x cells."""
        return carried(spend, self.carry)


@dataclass(frozen=True)
class Plan:
    """The response to whole-period spend when every week of a known pattern is scaled alike.

    `pattern` is the level that acts in each week for 1 spent in the whole period, weeks x draws x cells.
    """

    curves: Curves
    pattern: Array

    def response(self, spend: Array) -> Array:
        """Return the outcome of the whole period by draw and cell."""
        return np.asarray(self.curves.response(spend * self.pattern).sum(axis=0))

    def slope(self, spend: Array) -> Array:
        """Return what 1 more spent over the whole period adds, by draw and cell."""
        return np.asarray((self.curves.slope(spend * self.pattern) * self.pattern).sum(axis=0))


def repeated(curves: Curves, spend: Array, weeks: int) -> Plan:
    """Return the plan that repeats the pattern of the last weeks; cells without spend in them are spread evenly."""
    last = curves.carried(spend)[-weeks:]
    total = spend[-weeks:].sum(axis=0)
    even_weeks = np.full_like(last, 1 / len(last))
    return Plan(curves, np.where(total > 0, last / np.where(total > 0, total, 1.0), even_weeks))


def even(curves: Curves) -> Plan:
    """Return the plan of one week in which spend is the same as in all others."""
    return Plan(curves, np.ones((1, 1, curves.top.shape[1])))


def carried(spend: Array, carry: Array) -> Array:
    """Return spend with the geometric carry-over of earlier weeks, weights adding up to one (weeks first).

    What came before the first week is taken to be like the first four. Each round adds what twice as many weeks back
    left over, so that a few rounds do for all weeks.
    """
    weeks = spend.reshape(len(spend), *[1] * (carry.ndim - 1), -1)
    level, lag, left = (1 - carry) * weeks, 1, carry
    level[0] += carry * spend[:4].mean(axis=0)
    while lag < len(spend):
        level[lag:] += left * level[:-lag]
        lag, left = 2 * lag, left * left
    return np.asarray(level)


def _share(level: Array, half: Array, steepness: Array) -> Array:
    """Return which share of its top a cell reaches."""
    with np.errstate(divide="ignore"):
        return np.asarray(special.expit(steepness * (np.log(level) - np.log(half))))


def fit(spend: Array, outcome: Array, controls: Array, seed: int) -> Curves | NotEnough:
    """Return draws of the response curves of weekly spend (weeks x cells) on a weekly outcome, or why there are none.

    outcome = controls' b + sum over cells of top s^h / (s^h + half^h) + noise with memory, s being spend with geometric
    carry-over (Hill 1910; Jin and others 2017). Weak log-normal beliefs on top, half-way point and steepness; b and the
    noise are integrated out, the rest is drawn by a walk of many from the best fit (ter Braak 2006). `controls` holds a
    constant.
    """
    refused = _too_little(spend, outcome, controls)
    if refused:
        return refused
    random = np.random.default_rng(seed)
    model = _Model.of(spend, outcome, controls, 0.0)
    best = _best_of(model, random)
    for _ in range(2):
        model = _Model.of(spend, outcome, controls, model.memory_of(best))
        best = _nearest(model, best)
    top, half, steepness, carry = np.moveaxis(model.parameters(_walked(model, best, random)), -2, 0)
    return Curves(top * model.unit, half * model.usual, steepness, carry, model.memory, model.by_chance())


def _too_little(spend: Array, outcome: Array, controls: Array) -> NotEnough | None:
    """Return why no curve is fitted, or None."""
    known = np.isfinite(spend).all() and np.isfinite(outcome).all() and np.isfinite(controls).all()
    weeks, cells = spend.shape
    least = max(FEWEST_WEEKS, controls.shape[1] + 4 * cells + 10)
    if not known or weeks < least:
        return NotEnough("rows", weeks, least)
    levels = [len(np.unique(column)) for column in spend.T]
    if min(levels, default=0) < FEWEST_LEVELS:
        return NotEnough("constant", min(levels, default=0), FEWEST_LEVELS)
    rest = outcome - controls @ np.linalg.lstsq(controls, outcome, rcond=None)[0]
    if inference.all_alike(outcome) or inference.negligible(rest, outcome):
        return NotEnough("constant")
    scaled = np.column_stack([controls, spend])
    scaled = scaled / np.maximum(np.sqrt((scaled**2).mean(axis=0)), 1e-300)
    return (
        NotEnough("collinear") if np.linalg.matrix_rank(scaled, tol=1e-4 * np.sqrt(weeks)) < scaled.shape[1] else None
    )


@dataclass(frozen=True)
class _Model:
    """The fit in units of its own: spend in usual weeks, outcome in standard deviations, beliefs as standard normals.

    `controls` is an orthonormal basis of the whitened controls; what they explain is projected out.
    """

    spend: Array
    raw: Array
    outcome: Array
    basis: Array
    plain: Array
    memory: float
    usual: Array
    unit: float

    @classmethod
    def of(cls, spend: Array, outcome: Array, controls: Array, memory: float) -> "_Model":
        """Return the model of weekly data for one memory of the noise."""
        usual = np.array([np.median(column[column > 0]) for column in spend.T])
        plain = np.linalg.qr(controls / np.abs(controls).max(axis=0))[0]
        unit = float((outcome - plain @ (plain.T @ outcome)).std())
        raw = np.round((outcome - plain @ (plain.T @ outcome)) / unit, DIGITS)
        basis = np.linalg.qr(_whitened(plain.T, memory).T)[0]
        left = _left(_whitened(raw, memory), basis)
        return cls(np.round(spend / usual, DIGITS), raw, left, basis, plain, memory, usual, unit)

    @functools.cached_property
    def centres(self) -> Array:
        """Return the centres of beliefs, 4 x cells.

        Before looking, money is believed to bring as much in one cell as in another, so a cell that costs twice as much
        has a top twice as high: were all tops alike, data that say nothing would always favour the cheapest cell.
        """
        centres = np.repeat(CENTRES[:, None], len(self.usual), axis=1)
        centres[0] += np.log(self.usual / self.usual.mean())
        return centres

    @functools.cached_property
    def ties(self) -> Array:
        """Return what turns standard units into tops: what money brings in one cell tells something of the others."""
        cells = len(self.usual)
        return np.asarray(np.linalg.cholesky(APART**2 * np.eye(cells) + SHARED**2 * np.ones((cells, cells))))

    @property
    def freedom(self) -> int:
        """Return weeks less controls."""
        return self.basis.shape[0] - self.basis.shape[1]

    def parameters(self, z: Array) -> Array:
        """Return top, half, steepness and carry (last axes 4 x cells) of beliefs in standard units."""
        units = z.reshape(*z.shape[:-1], 4, -1)
        moved = np.concatenate([units[..., :1, :] @ self.ties.T, SPREADS[:, None] * units[..., 1:, :]], axis=-2)
        logs = self.centres + moved
        return np.concatenate([np.exp(logs[..., :3, :]), special.expit(logs[..., 3:, :])], axis=-2)

    def added(self, z: Array) -> Array:
        """Return what all cells add, week by week (the last axis)."""
        top, half, steepness, carry = np.moveaxis(self.parameters(z), -2, 0)
        return np.moveaxis((top * _share(carried(self.spend, carry), half, steepness)).sum(axis=-1), 0, -1)

    def residual(self, z: Array) -> Array:
        """Return what neither controls nor cells explain, whitened."""
        return self.outcome - _left(_whitened(self.added(z), self.memory), self.basis)

    def chance(self, z: Array) -> Array:
        """Return the log posterior, coefficients of controls and the size of the noise integrated out."""
        squares = (self.residual(z) ** 2).sum(axis=-1)
        return np.asarray(-0.5 * (z**2).sum(axis=-1) - self.freedom / 2 * np.log(squares))

    def gradient(self, z: Array) -> Array:
        """Return how the residual changes with each standard unit, weeks x units."""
        top, half, steepness, carry = self.parameters(z)
        level = carried(self.spend, carry)
        share, safe = _share(level, half, steepness), np.maximum(level, 1e-12)
        bend, step = top * share * (1 - share), 1e-6
        moved = (carried(self.spend, carry + step) - level) / step * carry * (1 - carry)
        parts = [-steepness * bend, steepness * np.log(safe / half) * bend, steepness * bend / safe * moved]
        rest = [part * spread for part, spread in zip(parts, SPREADS, strict=True)]
        every = np.concatenate([top * share @ self.ties, *rest], axis=1)
        return -_left(_whitened(every.T, self.memory), self.basis).T

    def by_chance(self) -> float:
        """Return how likely logs of spend explain as much when they explain nothing (an F test)."""
        level = carried(self.spend, np.full(self.spend.shape[1], special.expit(CENTRES[3])))
        columns = _left(_whitened(np.log1p(level).T, self.memory), self.basis).T
        rest = self.outcome - columns @ np.linalg.lstsq(columns, self.outcome, rcond=None)[0]
        cells, freedom = columns.shape[1], self.freedom - columns.shape[1]
        left, whole = float(rest @ rest), float(self.outcome @ self.outcome)
        return float(stats.f.sf((whole - left) / cells / (left / freedom), cells, freedom))

    def memory_of(self, z: Array) -> float:
        """Return the correlation of the residuals with those of the week before, set right for few weeks."""
        rest = _left(self.raw - self.added(z), self.plain)
        found = float(rest[1:] @ rest[:-1] / (rest @ rest)) + 1 / len(rest)
        return min(max(found, 0.0), MOST_MEMORY)


def _whitened(values: Array, memory: float) -> Array:
    """Return series (weeks last) less what they remember of the week before (Prais and Winsten 1954)."""
    out = values.copy()
    out[..., 1:] -= memory * values[..., :-1]
    out[..., 0] *= np.sqrt(1 - memory**2)
    return out


def _left(values: Array, basis: Array) -> Array:
    """Return what a basis leaves unexplained of series (weeks last)."""
    return np.asarray(values - (values @ basis) @ basis.T)


def _best_of(model: _Model, random: np.random.Generator) -> Array:
    """Return the best fit from several starts, the first at what is believed before looking."""
    size = 4 * model.spend.shape[1]
    starts = [np.zeros(size), *random.normal(0, START_SPREAD, (STARTS - 1, size))]
    return max((_nearest(model, start) for start in starts), key=lambda z: float(model.chance(z)))


def _nearest(model: _Model, start: Array) -> Array:
    """Return the best fit from one start: least squares with beliefs as further residuals, noise found in turns."""
    best = start
    for _ in range(3):
        size = float(np.sqrt((model.residual(best) ** 2).sum() / model.freedom)) or 1.0
        found = optimize.least_squares(
            lambda z, size=size: np.concatenate([model.residual(z) / size, z]),
            best,
            lambda z, size=size: np.vstack([model.gradient(z) / size, np.eye(len(z))]),
            max_nfev=20,
        )
        best = found.x
    return np.asarray(best)


def _walked(model: _Model, best: Array, random: np.random.Generator) -> Array:
    """Return draws of the posterior: walkers start around the best fit and step along differences of the others.

    Each half of the walkers moves by what lies between two of the other half, so that the steps are fair.
    """
    size = float((model.residual(best) ** 2).sum() / model.freedom)
    steep = model.gradient(best)
    spread = np.linalg.cholesky(np.linalg.inv(steep.T @ steep / size + np.eye(len(best))))
    halves = list(best + random.normal(size=(2, WALKERS // 2, len(best))) @ spread.T)
    chances, kept = [model.chance(half) for half in halves], list[Array]()
    for step in range(2 * STEPS):
        mine, other = step % 2, halves[1 - step % 2]
        one, two = random.permutation(len(other)), random.integers(1, len(other), len(other))
        apart = other[one] - other[(one + two) % len(other)]
        far = 1.0 if step // 2 % LEAP == LEAP - 1 else 2.38 / np.sqrt(2 * len(best))
        tried = halves[mine] + far * apart + random.normal(0, 1e-3, apart.shape)
        new = model.chance(tried)
        better = np.log(random.random(len(tried))) < new - chances[mine]
        halves[mine] = np.where(better[:, None], tried, halves[mine])
        chances[mine] = np.where(better, new, chances[mine])
        if mine and step // 2 in KEPT:
            kept += halves
    return np.concatenate(kept)
