"""What daily sales would have been without the campaign, and how sure that is."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import linalg, optimize, special, stats

from influence_lib.campaign import Campaign
from influence_lib.tables import Tables

Array = npt.NDArray[np.float64]

FEWEST_DAYS_BEFORE = 60
WALK_RATIOS = np.logspace(-5, 0, 17)
CORRELATIONS = np.linspace(0.0, 0.96, 17)
# 80 % power in a two-sided test at 5 %: 1.96 + 0.84 standard errors.
POWER_FACTOR = 2.8


@dataclass(frozen=True)
class Lift:
    """Sales of the window less what was to be expected: estimate, interval, standard error, days before and in it."""

    estimate: float
    low: float
    high: float
    error: float
    freedom: float
    days_before: int
    days: int
    expected: Array
    actual: Array


def daily_sales(tables: Tables, campaign: Campaign) -> pd.Series:
    """Return net sales a day in the brand's time zone, from the first order to the end of the window; 0 on days without."""
    orders = tables.orders
    if orders.empty:
        return pd.Series(dtype=float)
    day = orders["ordered_at"].dt.tz_convert(campaign.timezone).dt.tz_localize(None).dt.normalize()
    sums = orders["net_revenue"].astype(float).groupby(day).sum()
    last = min(pd.Timestamp(campaign.end), pd.Timestamp(campaign.today))
    if sums.index.min() > last:
        return pd.Series(dtype=float)
    return sums.reindex(pd.date_range(sums.index.min(), last, freq="D"), fill_value=0.0)


def design(days: pd.DatetimeIndex, tables: Tables, campaign: Campaign) -> tuple[Array, list[str]]:
    """Return constant, weekdays and the daily series that cover all days, and the names of those series."""
    weekday = np.eye(7)[days.dayofweek.to_numpy()][:, 1:]
    columns, names = [np.ones((len(days), 1)), weekday], []
    if len(tables.series):
        dates = tables.series["date"].dt.tz_convert(campaign.timezone).dt.tz_localize(None).dt.normalize()
        wide = (
            tables.series.assign(day=dates)
            .pivot_table(index="day", columns="name", values="value", aggfunc="sum")
            .reindex(days)
        )
        for name in wide:
            values = wide[name].to_numpy(float)
            if np.isfinite(values).all() and values.std() > 0:
                columns.append(((values - values.mean()) / values.std())[:, None])
                names.append(str(name))
    return np.hstack(columns), names


def lift(sales: pd.Series, x: Array, start: pd.Timestamp, level: float) -> Lift:
    """Return the sum of sales from `start` on less its expectation from the days before.

    Sales are a regression on x plus white noise and a random walk, or an AR(1); both are integrated over a grid of
    their parameters by restricted likelihood (Harville 1974), the variance analytically. No simulation.
    """
    y, before = sales.to_numpy(float), np.asarray(sales.index < start)
    grid = [_model(_walk(len(y), q), y, x, before) for q in WALK_RATIOS]
    grid += [_model(_autoregression(len(y), r), y, x, before) for r in CORRELATIONS]
    weights = special.softmax([model[0] for model in grid])
    means, errors = np.array([m[1] for m in grid]), np.array([m[2] for m in grid])
    freedom = before.sum() - x.shape[1]
    actual = y[~before]
    effect = actual.sum() - means
    low, high = (_mixture_quantile(p, effect, errors, weights, freedom) for p in ((1 - level) / 2, (1 + level) / 2))
    center = float(weights @ effect)
    spread = math.sqrt(float(weights @ (errors**2 + (effect - center) ** 2)))
    path = sum(weight * model[3] for weight, model in zip(weights, grid, strict=True))
    return Lift(center, low, high, spread, float(freedom), int(before.sum()), len(actual), np.asarray(path), actual)


def _walk(days: int, ratio: float) -> Array:
    """Return the covariance of white noise plus a random walk whose steps have `ratio` times its variance."""
    t = np.arange(1, days + 1)
    return np.eye(days) + ratio * np.minimum.outer(t, t)


def _autoregression(days: int, correlation: float) -> Array:
    """Return the correlations of a first-order autoregression."""
    return linalg.toeplitz(correlation ** np.arange(days))


def _model(v: Array, y: Array, x: Array, before: npt.NDArray[np.bool_]) -> tuple[float, float, float, Array]:
    """Return log weight, expected sum of the window, its standard error, and the expected path, for one covariance."""
    factor = linalg.cholesky(v[np.ix_(before, before)], lower=True)
    yw, xw = (
        linalg.solve_triangular(factor, y[before], lower=True),
        linalg.solve_triangular(factor, x[before], lower=True),
    )
    cw = linalg.solve_triangular(factor, v[np.ix_(before, ~before)], lower=True)
    q, r = linalg.qr(xw, mode="economic")
    beta = linalg.solve_triangular(r, q.T @ yw)
    residual = yw - xw @ beta
    freedom = len(yw) - x.shape[1]
    square = max(float(residual @ residual), 1e-12)
    weight = -np.log(np.diag(factor)).sum() - np.log(np.abs(np.diag(r))).sum() - freedom / 2 * math.log(square)
    path = x[~before] @ beta + cw.T @ residual
    own = v[np.ix_(~before, ~before)].sum() - (cw.sum(1) ** 2).sum()
    gap = linalg.solve_triangular(r, x[~before].sum(0) - xw.T @ cw.sum(1), trans="T")
    return weight, float(path.sum()), math.sqrt(square / freedom * (own + float(gap @ gap))), path


def _mixture_quantile(p: float, centers: Array, scales: Array, weights: Array, freedom: float) -> float:
    """Return a quantile of a mixture of Student's t distributions."""
    single = centers + scales * stats.t.ppf(p, freedom)
    low, high = float(single.min()) - 1e-9, float(single.max()) + 1e-9
    return float(
        optimize.brentq(lambda value: weights @ stats.t.cdf((value - centers) / scales, freedom) - p, low, high)
    )
