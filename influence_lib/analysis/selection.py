"""Whether small accounts are on the list only because their rates are high."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import statsmodels.api as sm
from scipy import stats

from influence_lib.analysis import feed as feeds
from influence_lib.analysis import inference
from influence_lib.analysis.feed import Feed
from influence_lib.analysis.inference import Array
from influence_lib.wording import published as words

Flags = npt.NDArray[np.bool_]
# Below it an account is called small; where fewer than enough lie on one side, the middle of the roster divides.
SMALL_BELOW = 100_000
FEWEST_EACH = 8
# Chance of a false alarm: both signs together, and the lack of low rates that must stand beside them.
ALARM, NO_LOW_RATES = 0.02, 0.05
LOWEST = 1 / 3


@dataclass(frozen=True)
class Selection:
    """Signs that small accounts are on the list only because their rates are high.

    `limit` divides small from large; the typical distances from the line of sizes are relative, `raised` is how much
    higher small accounts lie than the others let expect; `chance` is that of both signs, and `no_low` that of so few
    small accounts among the lowest third, were nobody picked.
    """

    limit: float
    small: int
    large: int
    small_spread: float
    large_spread: float
    raised: float
    chance: float
    no_low: float

    @property
    def seen(self) -> bool:
        """Tell whether both signs together are too clear for chance and low rates are missing."""
        return self.chance < ALARM and self.no_low < NO_LOW_RATES

    @property
    def warning(self) -> str:
        """Return the sentence for the page; nothing where nothing stands out."""
        if not self.seen:
            return ""
        spreads = (self.small_spread, self.large_spread)
        return words.selected(self.limit, self.small, self.large, spreads, self.raised)


def selection(feed: Feed) -> Selection | None:
    """Look for the marks of a list onto which small accounts came only by high rates; None where it cannot be told.

    A cut from below narrows and lifts what is left. Both are held against accounts of the other size: the spread
    around the line of sizes (Brown and Forsythe 1974, unequal variances) and the step in that line, joined by Fisher's
    rule. And the small must be missing among the lowest third of rates.
    """
    table = feeds.creators(feed)
    table = table[(table["rate"] > 0) & (table["followers"] > 0)]
    x, y = np.log(table["followers"].to_numpy(float)), np.log(table["rate"].to_numpy(float))
    limit = _limit(table["followers"])
    if limit is None:
        return None
    small = x < math.log(limit)
    step = _step(x, y, small)
    return None if step is None else _selection(limit, small, step)


@dataclass(frozen=True)
class _Step:
    """A line through log rates by log sizes with a step at the limit: the step, its chance, and what is left."""

    raised: float
    chance: float
    residuals: Array
    level: Array


def _step(x: Array, y: Array, small: Flags) -> _Step | None:
    """Return the line with a step; None where sizes or rates are alike, or either side has no spread."""
    design = np.column_stack([np.ones_like(x), x, small])
    if np.linalg.matrix_rank(design) < 3:
        return None
    fit = sm.OLS(y, design).fit()
    if any(
        inference.all_alike(fit.resid[side]) or inference.negligible(fit.resid[side], y) for side in (small, ~small)
    ):
        return None
    chance = float(stats.t.sf(fit.tvalues[2], fit.df_resid))
    return _Step(float(fit.params[2]), chance, np.asarray(fit.resid), y - fit.params[1] * x)


def _selection(limit: float, small: Flags, step: _Step) -> Selection:
    """Return both signs of a picked list, and how many small accounts are among the lowest rates."""
    apart = [np.abs(step.residuals[side] - np.median(step.residuals[side])) for side in (small, ~small)]
    narrower = float(stats.ttest_ind(*apart, equal_var=False, alternative="less").pvalue)
    both = float(stats.chi2.sf(-2 * math.log(max(narrower * step.chance, 1e-300)), 4))
    lowest = np.argsort(step.level, kind="stable")[: round(LOWEST * len(small))]
    few = stats.hypergeom(len(small), int(small.sum()), len(lowest))
    among = int(small[lowest].sum())
    below, above = (math.expm1(float(distance.mean())) for distance in apart)
    numbers = (int(small.sum()), int((~small).sum()))
    no_low = float(few.cdf(among) - few.pmf(among) / 2)
    return Selection(limit, *numbers, below, above, math.expm1(step.raised), both, no_low)


def _limit(followers: pd.Series) -> float | None:
    """Return the size that divides small from large accounts, or None where one side is too few."""
    for limit in (float(SMALL_BELOW), float(followers.median()) if len(followers) else math.nan):
        below = int((followers < limit).sum())
        if min(below, len(followers) - below) >= FEWEST_EACH:
            return limit
    return None
