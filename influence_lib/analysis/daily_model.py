"""What the quiet days of a series lead to expect of other days, by models weighed against one another.

A series is a regression on known columns plus what is left to chance. That is noise around a level that drifts (local
level), or that remembers the day before (first-order autoregression), or both. The level may have jumped once, on a day
that nobody knows, or grown steadily. All of these are integrated out over a grid: coefficients with flat priors by
generalised least squares, the variance analytically (Harville 1974), jump and growth with normal priors in units of the
noise, the rest weighed by restricted likelihood and prior. No simulation, no optimiser: the same numbers on every run.
"""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import linalg, optimize, special

from influence_lib.analysis import guards
from influence_lib.analysis.inference import Array, Codes

Mask = npt.NDArray[np.bool_]
# Steps of the level from day to day, as variances in units of the noise, and correlations from day to day.
DRIFTS = 10.0 ** np.arange(-4, 0.1, 0.4)
MEMORIES = np.arange(1, 10) / 10
BOTH = tuple((memory, drift) for memory in (0.35, 0.65) for drift in (1e-3, 3e-3, 1e-2))
# Priors: how likely each kind is, the usual drift (log10) with its spread, and the usual memory (a beta's shape).
DRIFTING, REMEMBERING, DOING_BOTH, NEITHER = 0.44, 0.44, 0.06, 0.06
USUAL_DRIFT, DRIFT_SPREAD = -2.2, 0.8
MEMORY_SHAPE = (2.5, 2.5)
# A level may have jumped once or grown steadily: how likely, and how much in units of the noise (standard deviation).
JUMPED, JUMP_SIZE = 0.50, 2.0
GREW, GROWTH_SIZE = 0.05, 2.0
# A jump is told from chance by this many days on each side of it; more candidates than this are thinned out.
FEWEST_BESIDE, MOST_JUMPS = 7, 120
# A day further from what its neighbours say than this many robust standard deviations stands out, unless many do.
STANDS_OUT, MOST_OUT = 5.0, 0.03
# What no model of a series needs to be told apart from: a share of squares that is rounding, or a weight without say.
ROUNDING, NO_SAY = 1e-10, 1e-5
# How close a quantile is found, in units of its scale.
CLOSE = 1e-7


@dataclass(frozen=True)
class Kind:
    """One way in which chance works: correlation from day to day, variance of the level's steps, and its prior."""

    memory: float
    drift: float
    chance: float

    def covariance(self, when: Array) -> Array:
        """Return the covariance of days, given by their numbers from 1, in units of the noise."""
        apart = np.abs(np.subtract.outer(when, when)).astype(np.int64)
        own = self.memory ** np.arange(float(apart.max()) + 1)
        return np.asarray(own[apart] + self.drift * np.minimum.outer(when, when))


def _kinds() -> tuple[Kind, ...]:
    """Return the grid of kinds with their priors, which add up to one."""
    walk = np.exp(-0.5 * ((np.log10(DRIFTS) - USUAL_DRIFT) / DRIFT_SPREAD) ** 2)
    first, second = MEMORY_SHAPE
    memory = MEMORIES ** (first - 1) * (1 - MEMORIES) ** (second - 1)
    return (
        Kind(0.0, 0.0, NEITHER),
        *(Kind(0.0, float(q), DRIFTING * float(p)) for q, p in zip(DRIFTS, walk / walk.sum(), strict=True)),
        *(Kind(float(r), 0.0, REMEMBERING * float(p)) for r, p in zip(MEMORIES, memory / memory.sum(), strict=True)),
        *(Kind(memory, drift, DOING_BOTH / len(BOTH)) for memory, drift in BOTH),
    )


KINDS = _kinds()


@dataclass(frozen=True)
class Days:
    """Days in the order in which they are used: first `quiet` ones that are learned from, then those asked about.

    y has one value a day in units of `unit`, less what x tells of it; x one row a day; `when` is the number of the
    day from 1 on.
    """

    y: Array
    x: Array
    when: Array
    quiet: int
    unit: float


def prepared(y: Array, x: Array, when: Array, quiet: int) -> Days:
    """Return days with the columns of x that tell something of their own on the quiet ones.

    From y is taken what least squares on the quiet days gives x, which changes no answer but keeps digits.
    """
    kept = guards.independent(x[:quiet])
    basis = x[:, kept] / np.sqrt((x[:quiet, kept] ** 2).mean(axis=0))
    left = y - basis @ np.linalg.lstsq(basis[:quiet], y[:quiet])[0]
    unit = float(left[:quiet].std()) or 1.0
    return Days(left / unit, basis, when, quiet, unit)


def reordered(days: Days, order: Codes, quiet: int) -> Days:
    """Return the days in another order, the first of them quiet."""
    return Days(days.y[order], days.x[order], days.when[order], quiet, days.unit)


@dataclass(frozen=True)
class Mixture:
    """Student's t distributions of several sums, weighted: centers and squared scales are by component and sum.

    `path` is what each day asked about has above its expectation; `jumped` the chance of a jump by its first new day.
    """

    weights: Array
    centers: Array
    squares: Array
    spread: Array
    freedom: float
    path: Array
    jumped: dict[float, float]

    @property
    def means(self) -> Array:
        """Return the mean of each sum."""
        return np.asarray(self.weights @ self.centers)

    @cached_property
    def covariance(self) -> Array:
        """Return the covariance of the sums, in which each scale counts as a standard error."""
        apart = self.centers - self.means
        return np.asarray(self.spread + (apart * self.weights[:, None]).T @ apart)

    def quantile(self, chance: float, at: int) -> float:
        """Return a quantile of one sum."""
        telling = self.weights > NO_SAY
        weights = self.weights[telling] / self.weights[telling].sum()
        centers, scales = self.centers[telling, at], np.sqrt(self.squares[telling, at])
        return mixture_quantile(chance, centers, scales, weights, self.freedom)


def mixture_share(value: float, centers: Array, scales: Array, weights: Array, freedom: float) -> float:
    """Return the share of a mixture of Student's t distributions that lies below a value."""
    return float(weights @ special.stdtr(freedom, (value - centers) / scales))


def mixture_quantile(chance: float, centers: Array, scales: Array, weights: Array, freedom: float) -> float:
    """Return a quantile of a mixture of Student's t distributions."""
    single = centers + scales * float(special.stdtrit(freedom, chance))
    low, high, unit = float(single.min()), float(single.max()), float(scales.max())
    if high - low <= CLOSE * unit:
        return (low + high) / 2
    given = (centers, scales, weights, freedom)
    found = optimize.brentq(lambda value: mixture_share(value, *given) - chance, low, high, xtol=CLOSE * unit)
    return float(found)


@dataclass(frozen=True)
class Whitened:
    """Days made independent by each kind: columns y, x and candidates by kind and day; log spreads; the factors.

    Candidates are no change at all, jumps and growth: `chances` and `sizes` are their priors, `needs` the first days
    that can tell each, and `starts` the number of the day on which a jump starts (infinite for what is no jump).
    """

    values: Array
    log_spread: Array
    factors: Array
    columns: int
    chances: Array
    sizes: Array
    needs: Codes
    starts: Array


def whiten(days: Days) -> Whitened:
    """Return the days as every kind makes them independent of one another."""
    jumps, needs, starts = _jumps(days)
    growth = days.when - days.when[: days.quiet].mean()
    growth = growth / max(float(np.ptp(days.when[: days.quiet])) / 2, 1.0)
    whole = np.column_stack([days.y, days.x, np.zeros(len(growth)), jumps, growth])
    factors = np.linalg.cholesky(np.array([kind.covariance(days.when) for kind in KINDS]))
    values = np.array([linalg.solve_triangular(factor, whole, lower=True) for factor in factors])
    spread = np.log(np.diagonal(factors, axis1=1, axis2=2)).cumsum(axis=1)
    count = len(starts)
    return Whitened(
        values,
        spread,
        factors,
        days.x.shape[1],
        np.r_[1 - JUMPED - GREW, np.full(count, JUMPED / max(count, 1)), GREW],
        np.r_[1.0, np.full(count, JUMP_SIZE), GROWTH_SIZE],
        np.r_[0, needs, 2 * FEWEST_BESIDE],
        np.r_[math.inf, starts, math.inf],
    )


def _jumps(days: Days) -> tuple[Array, Codes, Array]:
    """Return a column for each day on which the level may have jumped, how many days tell it, and its day.

    It may have jumped on a day asked about too, when there are quiet days on both sides of it.
    """
    quiet, every = np.sort(days.when[: days.quiet]), np.sort(days.when)
    before = np.searchsorted(quiet, every)
    possible = every[(before >= FEWEST_BESIDE) & (days.quiet - before >= FEWEST_BESIDE)]
    starts = possible[:: max(1, math.ceil(len(possible) / MOST_JUMPS))]
    columns = (days.when[:, None] >= starts[None, :]).astype(float)
    seen = np.cumsum(columns[: days.quiet], axis=0)
    return columns, (seen < FEWEST_BESIDE).sum(axis=0) + 1, starts


def expected(seen: Whitened, quiet: int, sums: Array) -> Mixture:
    """Return sums over the days after the first `quiet` ones, less what those lead to expect.

    `sums` has one row a sum and one column for each of the days that follow; a shorter stretch leaves later days out.
    """
    end, p = quiet + sums.shape[1], seen.columns
    head, rest = seen.values[:, :quiet], seen.values[:, quiet:end]
    cross = head[:, :, : 1 + p].transpose(0, 2, 1) @ head
    gram = cross[:, 1:, 1 : 1 + p]
    gram = gram + ROUNDING * np.trace(gram, axis1=1, axis2=2)[:, None, None] / max(p, 1) * np.eye(p)
    told = np.linalg.solve(gram, cross[:, 1:])
    own = np.maximum((head**2).sum(axis=1) - (cross[:, 1:] * told).sum(axis=1), 0.0)
    with_y = cross[:, 0] - (cross[:, 1:, :1] * told).sum(axis=1)
    block = seen.factors[:, quiet:end, quiet:end]
    daily = block @ (rest - rest[:, :, 1 : 1 + p] @ told)
    noise = sums @ block
    gap = noise @ rest[:, :, 1 : 1 + p]
    spread = noise @ noise.transpose(0, 2, 1) + gap @ np.linalg.solve(gram, gap.transpose(0, 2, 1))
    fit = np.log([kind.chance for kind in KINDS]) - seen.log_spread[:, quiet - 1] - np.linalg.slogdet(gram)[1] / 2
    return _mixed(
        seen, quiet, fit, np.stack([own, with_y])[:, :, [0, *range(1 + p, own.shape[1])]], daily, spread, sums
    )


def _mixed(seen: Whitened, quiet: int, fit: Array, left: Array, daily: Array, spread: Array, sums: Array) -> Mixture:
    """Return the mixture over kinds and candidates.

    By kind: `left` sums of squares and products with y of what the regression leaves of y and each candidate, `daily`
    what is left of the days asked about, `spread` the covariance of the sums for a noise of one.
    """
    freedom, pulls = float(quiet - seen.columns), daily[:, :, 1 + seen.columns :]
    (own, with_y), whole = left[:, :, 1:], left[0, :, :1]
    precise = own + seen.sizes**-2
    moves = with_y / precise
    squares = np.maximum(whole - with_y * moves, ROUNDING * float(whole.max()) + 1e-300)
    chances = np.where(seen.needs <= quiet, seen.chances, 0.0)
    prior = np.log(np.maximum(np.r_[1 - chances[1:].sum(), chances[1:]], 1e-300))
    loss = np.log(seen.sizes**2 * precise) / 2 + freedom / 2 * np.log(squares)
    weights = special.softmax(fit[:, None] + prior - loss)
    effects = daily[:, :, :1] - moves[:, None, :] * pulls
    loose, noise = (sums @ pulls) / np.sqrt(precise)[:, None, :], squares / freedom
    scales = noise[:, None, :] * (np.diagonal(spread, axis1=1, axis2=2)[:, :, None] + loose**2)
    scaled = weights * noise
    together = np.einsum("g,gab->ab", scaled.sum(axis=1), spread)
    together = together + np.einsum("gc,gac,gbc->ab", scaled, loose, loose, optimize=True)
    centers, scales = ((part.transpose(0, 2, 1).reshape(weights.size, len(sums))) for part in (sums @ effects, scales))
    path = np.einsum("gc,ghc->h", weights, effects)
    jumped = dict(zip(seen.starts[1:-1].tolist(), weights.sum(axis=0)[1:-1].tolist(), strict=True))
    return Mixture(weights.ravel(), centers, scales, together, freedom, path, jumped)


def standing_out(days: Days) -> Codes:
    """Return which quiet days lie far from what all others say of them, whatever the kind; none where many do."""
    y, x, when = days.y[: days.quiet], days.x[: days.quiet], days.when[: days.quiet]
    far = np.full(days.quiet, math.inf)
    for kind in (Kind(0.0, 10.0**USUAL_DRIFT, 1.0), Kind(0.5, 0.0, 1.0), Kind(0.3, 0.1, 1.0)):
        inverse = linalg.inv(kind.covariance(when))
        pulled = inverse @ x
        gram = x.T @ pulled
        rest = inverse - pulled @ np.linalg.solve(gram, pulled.T)
        score = rest @ y / np.sqrt(np.maximum(np.diag(rest), ROUNDING))
        usual = 1.4826 * float(np.median(np.abs(score)))
        far = np.minimum(far, np.abs(score) / usual if usual > 0 else 0.0)
    found = np.flatnonzero(far > STANDS_OUT)
    return found if len(found) <= MOST_OUT * days.quiet else found[:0]
