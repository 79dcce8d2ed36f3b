"""Ratios and shares over creators who differ by more than luck, with intervals that creators are the sample of."""

import math

import numpy as np
import pandas as pd

from influence_lib.analysis import inference
from influence_lib.analysis.inference import Array, Interval

# A creator with more of the cost than this decides the return alone.
MOST_OF_COST = 0.9
# A spread that does not grow with cost is believed where it fits better by so much (twice the log likelihood).
CLEARLY_BETTER = 6.0


def per_cost(brought: Array, cost: Array, size: float, level: float) -> Interval | None:
    """Return what creators brought over what they cost, one value a creator, with an interval over creators.

    The variance of a creator is `size` times what was to be expected (compound Poisson: `size` is one for a count, the
    size of an order for revenue) plus b times its square, b by moments (Breslow 1984). On logs, with Student's t on
    Kish's number of creators. The error of the linearised ratio rests on the few dearest creators, and is small just
    when they had bad luck; this one is learnt from all of them.
    None for fewer than three creators, sums that are not above zero, or one creator with nearly all of the cost.
    """
    if len(brought) < 3 or not (np.isfinite(brought).all() and np.isfinite(cost).all()):
        return None
    if cost.sum() <= 0 or brought.sum() <= 0 or cost.max() > MOST_OF_COST * cost.sum():
        return None
    paid = np.maximum(cost, 0.0)
    ratio, part = float(brought.sum() / cost.sum()), np.asarray(paid / paid.sum())
    expected = np.asarray(ratio * paid)
    luck, square, left = size * expected, expected**2, brought - expected
    flat = min(_misfit(left, expected, luck, power) for power in (0, 1))
    if _misfit(left, expected, luck, 2) - flat > CLEARLY_BETTER:
        return inference.ratio_of_sums(brought, paid, level)
    beyond = beyond_luck(left, expected, luck, square)
    error = math.sqrt(float(luck.sum() + beyond * square.sum())) / float(brought.sum())
    if not (math.isfinite(error) and error > inference.NO_SPREAD):
        return None
    half = inference.quantile_t(level, max(1 / float(part @ part) - 1, 1.0)) * error
    if half > inference.WIDEST:
        return None
    return Interval(ratio, ratio * math.exp(-half), ratio * math.exp(half), len(brought))


def _misfit(left: Array, expected: Array, luck: Array, power: int) -> float:
    """Return how badly a spread that grows with a power of the expectation fits: minus twice the log quasi-likelihood.

    After Nelder and Pregibon (1987); `left` is what creators brought less what was to be expected of their cost.
    """
    there = expected > 0
    mean, part = float(expected[there].mean()), expected / expected.sum()
    square = mean ** (2 - power) * expected**power
    spread = luck + beyond_luck(left[there], square[there] / mean, luck[there], square[there]) * square
    own = (spread * (1 - 2 * part) + part**2 * spread.sum())[there]
    return float((np.log(own) + left[there] ** 2 / own).sum())


def share(hits: pd.Series, unit: pd.Series, level: float) -> Interval | None:
    """Return a share of yes (1) and no (0), a value a row, with Wilson's interval (1927); units are the sample.

    Rows count for as many as they are worth by the design effect (Kish 1965) of a beta-binomial spread between units,
    by moments; Student's t on the units less one. None for fewer than two units.
    """
    by = pd.DataFrame({"unit": unit.to_numpy(), "hit": hits.to_numpy(float)}).groupby("unit", sort=True)["hit"]
    sums, sizes = (np.asarray(values, dtype=np.float64) for values in (by.sum(), by.size()))
    if len(sums) < 2:
        return None
    best, rows = float(sums.sum() / sizes.sum()), float(sizes.sum())
    luck = np.asarray(best * (1 - best) * sizes)
    alike = min(beyond_luck(sums - best * sizes, sizes, luck, luck * (sizes - 1)), 1.0)
    worth = rows**2 / float((sizes * (1 + (sizes - 1) * alike)).sum())
    reach = inference.quantile_t(level, len(sums) - 1) ** 2 / worth
    middle, half = best + reach / 2, math.sqrt(reach * best * (1 - best) + reach**2 / 4)
    ends = (max((middle - half) / (1 + reach), 0.0), min((middle + half) / (1 + reach), 1.0))
    return Interval(best, *ends, len(sums))


def beyond_luck(left: Array, size: Array, luck: Array, square: Array) -> float:
    """Return b by which units vary beyond luck: variance = luck + b x square; never below zero.

    By moments, a unit weighing one over its size. `left` is each unit's sum less what was to be expected by its size;
    as the expectation is learnt from the units, it varies less than the unit does, by the unit's own part.
    """
    there, part = size > 0, size / size.sum()

    def usual(variance: Array) -> float:
        """Return the weighted squares to be expected of what is left, for units of such variances."""
        own = variance * (1 - 2 * part) + part**2 * variance.sum()
        return float((own[there] / size[there]).sum())

    seen, most = float((left[there] ** 2 / size[there]).sum()), usual(square)
    return max((seen - usual(luck)) / most, 0.0) if most > 0 else 0.0


def inverse(found: Interval) -> Interval:
    """Return one over an estimate above zero."""
    return Interval(1 / found.estimate, 1 / found.high, 1 / found.low, found.units)


def quotient(above: Interval, below: Interval) -> Interval:
    """Return one estimate over another of other units, from their intervals on logs (Zou and Donner 2008)."""
    best = above.estimate / below.estimate
    fall = math.hypot(math.log(above.estimate / above.low), math.log(below.high / below.estimate))
    rise = math.hypot(math.log(above.high / above.estimate), math.log(below.estimate / below.low))
    return Interval(best, best * math.exp(-fall), best * math.exp(rise), min(above.units, below.units))
