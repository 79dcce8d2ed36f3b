"""Intervals that take the creator as the unit: posts of one creator are alike and count as one voice."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

Array = npt.NDArray[np.float64]
REPLICATES = 999


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


def mean(values: npt.ArrayLike, level: float) -> Interval | None:
    """Return the mean of independent units with Student's t interval; None for fewer than two or equal units."""
    x = np.asarray(values, dtype=float)
    if len(x) < 2 or np.ptp(x) == 0:
        return None
    half = float(stats.t.ppf(0.5 + level / 2, len(x) - 1)) * x.std(ddof=1) / math.sqrt(len(x))
    return Interval(float(x.mean()), float(x.mean() - half), float(x.mean() + half), len(x))


def fewest_for_median(level: float) -> int:
    """Return how many units the exact interval of a median needs."""
    return math.ceil(1 - math.log2(1 - level))


def median(values: npt.ArrayLike, level: float) -> Interval | None:
    """Return the median of independent units with its exact interval from order statistics (Thompson 1936)."""
    x = np.sort(np.asarray(values, dtype=float))
    if len(x) < fewest_for_median(level):
        return None
    rank = max(1, int(stats.binom.ppf((1 - level) / 2, len(x), 0.5)))
    return Interval(float(np.median(x)), float(x[rank - 1]), float(x[-rank]), len(x))


def median_of_rows(rows: pd.DataFrame, value: str, unit: str, level: float, seed: int) -> Interval | None:
    """Return the median over rows with a percentile interval from resampled units (cluster bootstrap)."""
    groups = [group.to_numpy(dtype=float) for _, group in rows.groupby(unit, sort=True)[value]]
    if len(groups) < fewest_for_median(level):
        return None
    rng = np.random.default_rng(seed)
    draws = [
        np.median(np.concatenate([groups[i] for i in rng.integers(0, len(groups), len(groups))]))
        for _ in range(REPLICATES)
    ]
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(np.median(np.concatenate(groups))), float(low), float(high), len(groups))


def ratio_of_sums(above: npt.ArrayLike, below: npt.ArrayLike, level: float) -> Interval | None:
    """Return sum over sum with a linearised t interval on the log scale; units are the pairs (Cochran 1977).

    None for fewer than three units, a sum of zero, or units that all have the same ratio.
    """
    y, x = np.asarray(above, dtype=float), np.asarray(below, dtype=float)
    if len(y) < 3 or x.sum() <= 0 or y.sum() <= 0:
        return None
    ratio = y.sum() / x.sum()
    residual = y - ratio * x
    error = math.sqrt(len(y) / (len(y) - 1) * float(residual @ residual)) / y.sum()
    if error < 1e-9:
        return None
    half = float(stats.t.ppf(0.5 + level / 2, len(y) - 1)) * error
    return Interval(float(ratio), float(ratio * math.exp(-half)), float(ratio * math.exp(half)), len(y))


def needed(units: int, spread: float, wanted: float, level: float) -> int:
    """Return about how many more units bring the half-width of a mean's interval down to `wanted`."""
    z = float(stats.norm.ppf(0.5 + level / 2))
    return max(1, math.ceil((z * spread / wanted) ** 2) - units)
