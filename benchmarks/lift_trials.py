"""Trials of extra sales: series of 120 days before and 30 in the campaign, with planted extra sales."""

import functools

import numpy as np
import pandas as pd
from simulated import sales
from trial import OURS, Outcome, Trial, held, timed

from influence_lib.analysis import incrementality
from influence_lib.analysis.inference import Interval

# Check, a word that its world holds, what must be reached, what is best; the first fitting line counts.
GOALS = (("lift: covered", "", (0.90, 0.98), (0.93, 0.97)),)


def lift(kind: str, seed: int, extra: float = 300.0) -> list[Outcome]:
    """Return whether the interval of the extra sales holds the planted 300 over thirty days (METHODS C1)."""
    rng, days = np.random.default_rng(4000 + seed), pd.date_range("2026-01-01", periods=150)
    y, x = sales(kind, rng)
    y = y + np.where(np.arange(150) >= 120, extra / 30, 0)
    found, spent = timed(incrementality.lift, pd.Series(y, days), x, days[120], 0.95)
    return list(held("lift", OURS, extra, Interval(found.estimate, found.low, found.high, 120), spent))


def trials() -> list[Trial]:
    """Return the trials of extra sales."""
    kinds = ("drifting level", "autocorrelated", "drift, memory, heavy tails, promo days")
    return [Trial("lift", kind, functools.partial(lift, kind)) for kind in kinds]
