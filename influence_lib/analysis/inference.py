"""Intervals that take the creator as the unit: posts of one creator are alike and count as one voice.

Every function returns None instead of a number that the data cannot carry.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

Array = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
REPLICATES = 999
# Spread below this share of the numbers themselves is rounding, not variation.
NO_SPREAD = 1e-9
# An interval that reaches over more than a factor of a thousand to each side tells nothing.
WIDEST = 7.0


@dataclass(frozen=True)
class Interval:
    """An estimate with the ends of its interval and the number of independent units behind it."""

    estimate: float
    low: float
    high: float
    units: int

    @property
    def ends(self) -> tuple[float, float]:
        """Return both ends."""
        return self.low, self.high

    def through(self, function: Callable[[float], float]) -> "Interval":
        """Return the interval of a rising function of the estimate."""
        return Interval(function(self.estimate), function(self.low), function(self.high), self.units)


def all_alike(values: npt.ArrayLike) -> bool:
    """Tell whether the values differ by no more than rounding, so that there is nothing to learn from them."""
    x = np.asarray(values, dtype=float)
    return len(x) == 0 or float(np.ptp(x)) <= NO_SPREAD * max(float(np.abs(x).max()), NO_SPREAD)


def negligible(part: Array, whole: Array) -> bool:
    """Tell whether a part is rounding beside the whole it was taken from."""
    return float(np.abs(part).max()) <= NO_SPREAD * float(np.abs(whole).max())


def _known(values: npt.ArrayLike) -> Array:
    """Return the values that are numbers."""
    x = np.asarray(values, dtype=float)
    return x[np.isfinite(x)]


def quantile_t(level: float, freedom: float) -> float:
    """Return how many standard errors an interval of Student's t reaches to each side."""
    return float(stats.t.ppf(0.5 + level / 2, freedom))


def mean(values: npt.ArrayLike, level: float) -> Interval | None:
    """Return the mean of independent units with Student's t interval; None for fewer than two or equal units."""
    x = _known(values)
    if len(x) < 2 or all_alike(x):
        return None
    half = quantile_t(level, len(x) - 1) * float(x.std(ddof=1)) / math.sqrt(len(x))
    return Interval(float(x.mean()), float(x.mean()) - half, float(x.mean()) + half, len(x))


def fewest_for_median(level: float) -> int:
    """Return how many units the exact interval of a median needs."""
    return math.ceil(1 - math.log2(1 - level))


def median(values: npt.ArrayLike, level: float) -> Interval | None:
    """Return the median of independent units with its exact interval from order statistics (Thompson 1936).

    None for fewer units than such an interval needs, and for units that are all the same.
    """
    x = np.sort(_known(values))
    if len(x) < fewest_for_median(level) or all_alike(x):
        return None
    rank = max(1, int(stats.binom.ppf((1 - level) / 2, len(x), 0.5)))
    return Interval(float(np.median(x)), float(x[rank - 1]), float(x[-rank]), len(x))


def median_of_rows(rows: pd.DataFrame, value: str, unit: str, level: float) -> Interval | None:
    """Return the median over rows with an interval that takes units as the sample (Woodruff 1952, Student's t).

    A value lies in the interval when the share of rows below it cannot be told apart from one half, units counting as
    one voice each. With six units it covers 94 %, where resampling units covers 83 %.
    """
    known = rows[[value, unit]].dropna().sort_values([value, unit], kind="stable")
    x, code = known[value].to_numpy(float), pd.factorize(known[unit])[0].astype(np.int64)
    units = int(code.max()) + 1 if len(code) else 0
    if units < fewest_for_median(level) or all_alike(x):
        return None
    beyond = _share_below(code, units)
    reach = quantile_t(level, units - 1)
    low, high = int(np.argmax(beyond >= -reach)), int(np.argmax(beyond > reach))
    return Interval(float(np.median(x)), float(x[low]), float(x[high if beyond[high] > reach else -1]), units)


def _share_below(code: Codes, units: int) -> Array:
    """Return, row by row in rising order, by how many standard errors the rows so far differ from one half of all."""
    sizes, seen = np.bincount(code, minlength=units).astype(float), pd.Series(code).groupby(code).cumcount().to_numpy()
    total, so_far = sizes.sum(), np.arange(1, len(code) + 1)
    squares, products, share = np.cumsum(2 * seen + 1.0), np.cumsum(sizes[code]), so_far / total
    variance = squares - 2 * share * products + share**2 * float(sizes @ sizes)
    error = np.sqrt(units / (units - 1) * np.maximum(variance, NO_SPREAD))
    return np.asarray((so_far - total / 2) / error)


def ratio_of_sums(above: npt.ArrayLike, below: npt.ArrayLike, level: float) -> Interval | None:
    """Return sum over sum with a linearised t interval on the log scale; units are the pairs (Cochran 1977).

    None for fewer than three units, a sum of zero, or units that all have the same ratio.
    """
    y, x = np.asarray(above, dtype=float), np.asarray(below, dtype=float)
    if len(y) < 3 or not (np.isfinite(y).all() and np.isfinite(x).all()) or x.sum() <= 0 or y.sum() <= 0:
        return None
    ratio = float(y.sum() / x.sum())
    error = _ratio_error(y, x, ratio)
    if not math.isfinite(error) or error < NO_SPREAD:
        return None
    # A creator who took half of the budget counts for more than one of many: Kish's effective number of units.
    half = quantile_t(level, max(float(x.sum() ** 2 / (x**2).sum()) - 1, 1.0)) * error
    if half > WIDEST:
        return None
    return Interval(ratio, ratio * math.exp(-half), ratio * math.exp(half), len(y))


def _ratio_error(y: Array, x: Array, ratio: float) -> float:
    """Return the standard error of the log of sum over sum; infinite when one unit carries nearly everything.

    Each residual is set right for the pull its own unit has on the ratio (as HC3 does in a regression).
    """
    weight = x / x.sum()
    if weight.max() > 0.9:
        return math.inf
    residual = (y - ratio * x) / (1 - weight)
    return math.sqrt((len(y) - 1) / len(y) * float(residual @ residual)) / float(y.sum())
