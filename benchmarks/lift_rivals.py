"""What others do with daily sales, and what could be known at best: the estimators ours are held against."""

import numpy as np
import pandas as pd
import statsmodels.api as sm
from rivals import _quiet
from scipy import stats
from simulated import Array

from influence_lib.analysis import extra_sales
from influence_lib.analysis.inference import Interval

HAC_DAYS = 7
REACH = float(stats.norm.ppf(0.975))


def covariance(kind: str, days: int = 150) -> Array:
    """Return the true covariance of a kind of `simulated.sales`, whose promotions are known to nobody."""
    day = np.arange(days)
    apart, since = np.abs(np.subtract.outer(day, day)), np.minimum.outer(day, day) + 1.0
    if "drifting level" in kind:
        return np.asarray(0.4**2 * since + 6**2 * np.eye(days))
    if "autocorrelated" in kind:
        return np.asarray(6.25**2 * 0.6**apart)
    return np.asarray(0.25**2 * since + 4**2 * (0.9 + 0.1 * 4) / (1 - 0.5**2) * 0.5**apart)


def oracle(y: Array, x: Array, start: int, v: Array) -> Interval:
    """Return extra sales from the day `start` on by generalised least squares with the true covariance."""
    head, tail = slice(None, start), slice(start, None)
    inverse = np.linalg.inv(v[head, head])
    spread = np.linalg.inv(x[head].T @ inverse @ x[head])
    pull = v[tail, head] @ inverse
    beta = spread @ x[head].T @ inverse @ y[head]
    gap = (x[tail] - pull @ x[head]).sum(axis=0)
    error = float(np.sqrt((v[tail, tail] - pull @ v[head, tail]).sum() + gap @ spread @ gap))
    extra = float((y[tail] - x[tail] @ beta - pull @ (y[head] - x[head] @ beta)).sum())
    return Interval(extra, extra - REACH * error, extra + REACH * error, len(y) - start)


def interrupted(y: Array, x: Array, start: int) -> Interval:
    """Return an interrupted time series: least squares with a step at the launch, errors by Newey and West, 7 days."""
    days = len(y) - start
    fit = _quiet(
        sm.OLS(y, np.column_stack([x, np.arange(len(y)) >= start])), cov_type="HAC", cov_kwds={"maxlags": HAC_DAYS}
    )
    low, high = np.asarray(fit.conf_int())[-1] * days
    return Interval(float(np.asarray(fit.params)[-1]) * days, float(low), float(high), days)


def local_level(y: Array, x: Array, start: int) -> Interval | None:
    """Return statsmodels' UnobservedComponents: local level, variances by maximum likelihood and taken as known."""
    window = np.arange(len(y)) >= start
    return extra_sales.local_level(pd.Series(y), x, window, 0.95, 0)
