"""What the next quarter may bring: shares that move from quarter to quarter around what is usual for a creator.

Each creator has a usual share; the rate of one quarter is drawn around it, more or less steadily, and each post of the
quarter is sponsored or not at that rate (a hierarchical beta-binomial). How steady rates are, and which usual shares
creators have, is learnt from all creators and averaged over: a creator with one quarter borrows the others' experience.
"""

import functools
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special, stats

from influence_lib.analysis.inference import Array

USUAL = special.expit(np.linspace(-7, 7, 57))
# A steadiness of s is that of a share seen in s posts. One of 2 makes a usual half anything at all in a quarter, one of
# 200 keeps it within 7 points. Before any data 6 is the middle, a usual half being anything from 15 to 85 %: with
# little to learn from, creators are taken to be rather too restless than too steady.
STEADINESS = np.geomspace(0.5, 200, 18)
USUAL_STEADINESS, STEADINESS_SPREAD = 6.0, 1.0
# What creators may have in common: the mean of their usual shares, and how alike these are.
MEANS = special.expit(np.linspace(-5, 5, 15))
ALIKE = np.geomspace(0.5, 64, 10)
# The next quarter's rate in steps of half a point.
EDGES = np.linspace(0, 1, 201)
RATES = (EDGES[:-1] + EDGES[1:]) / 2
LEAST = 1e-300


@dataclass(frozen=True)
class Outlook:
    """How likely each of `RATES` is for each creator's next quarter (one row a creator), and how steady rates are."""

    creators: pd.Index
    chances: Array
    sizes: pd.DataFrame
    steadiness: float

    def rate_above(self, limit: float) -> pd.Series:
        """Return how likely the rate of a creator's next quarter lies above the limit."""
        return pd.Series(self.chances @ (limit < RATES).astype(float), self.creators)

    def share_above(self, limit: float) -> pd.Series:
        """Return how likely more than the limit of a creator's next posts is sponsored, if they are as many as before.

        That is what can be counted when the quarter is over; it is less sure than the rate behind it.
        """
        different, place = np.unique(self.sizes["posts"].to_numpy(np.int64), return_inverse=True)
        enough = stats.binom.sf(np.floor(limit * different + 1e-9)[:, None], different[:, None], RATES)
        row = self.creators.get_indexer(pd.Index(self.sizes["influencer_id"]))
        chance = (self.chances[row] * enough[place]).sum(axis=1)
        return pd.Series(chance).groupby(row).mean().set_axis(self.creators)


def outlook(quarters: pd.DataFrame) -> Outlook:
    """Return what the next quarter may bring, from influencer_id, posts and sponsored_posts of each past quarter."""
    row, creators = pd.factorize(quarters["influencer_id"], sort=True)
    fits = _fits(quarters, row, len(creators))
    common = _common()
    seen = np.stack([fit @ common.T for fit in np.moveaxis(fits, 1, 0)])
    weight = _weights(seen)
    rates = np.zeros((len(creators), len(RATES)))
    for fit, given, w, moves in zip(np.moveaxis(fits, 1, 0), seen, weight, _moves(), strict=True):
        rates += (fit * ((w / np.maximum(given, LEAST)) @ common)) @ moves
    steady = float(np.exp(weight.sum(axis=1) @ np.log(STEADINESS)))
    return Outlook(pd.Index(creators), rates / rates.sum(axis=1, keepdims=True), quarters, steady)


def _fits(quarters: pd.DataFrame, row: np.ndarray, creators: int) -> Array:
    """Return how well each steadiness and usual share fit each creator's quarters: creator, steadiness, usual share."""
    counts = quarters[["sponsored_posts", "posts"]].to_numpy(float)
    different, place = np.unique(counts, axis=0, return_inverse=True)
    k, n = (column[:, None, None] for column in different.T)
    a, b = STEADINESS[:, None] * USUAL, STEADINESS[:, None] * (1 - USUAL)
    each = special.betaln(k + a, n - k + b) - special.betaln(a, b)
    total = np.zeros((creators, *a.shape))
    np.add.at(total, row, each[place.ravel()])
    return np.asarray(np.exp(total - total.max(axis=(1, 2), keepdims=True)))


@functools.cache
def _common() -> Array:
    """Return how usual each usual share is under each common mean and likeness: one row a pair of these."""
    mean, alike = (grid.ravel()[:, None] for grid in np.meshgrid(MEANS, ALIKE, indexing="ij"))
    density = mean * alike * np.log(USUAL) + (1 - mean) * alike * np.log1p(-USUAL)
    chance = np.exp(density - density.max(axis=1, keepdims=True))
    return np.asarray(chance / chance.sum(axis=1, keepdims=True))


def _weights(seen: Array) -> Array:
    """Return how likely each steadiness and each pair of mean and likeness is, given all creators."""
    steady = -((np.log(STEADINESS / USUAL_STEADINESS) / STEADINESS_SPREAD) ** 2) / 2
    # Evenly spread means: the steps of MEANS are narrow where a share is nearly nothing or everything.
    mean = np.repeat(np.log(MEANS * (1 - MEANS)), len(ALIKE))
    total = np.log(np.maximum(seen, LEAST)).sum(axis=1) + steady[:, None] + mean
    weight = np.exp(total - total.max())
    return np.asarray(weight / weight.sum())


@functools.cache
def _moves() -> Array:
    """Return how likely a quarter has each of `RATES`: steadiness, usual share, rate."""
    a, b = STEADINESS[:, None, None] * USUAL[:, None], STEADINESS[:, None, None] * (1 - USUAL[:, None])
    return np.asarray(np.diff(special.betainc(a, b, EDGES), axis=2))
