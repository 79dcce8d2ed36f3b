"""What daily sales would have been without the campaign, and how sure that is."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import linalg, optimize, special, stats

from influence_lib.analysis import inference
from influence_lib.analysis.inference import Array
from influence_lib.campaign import Campaign
from influence_lib.tables import Tables

FEWEST_DAYS_BEFORE = 60
# A random walk's steps as a share of the noise; correlations from day to day; and a little of both.
WALK_RATIOS = np.logspace(-4, 0, 11)
CORRELATIONS = np.linspace(0.0, 0.9, 11)
BOTH_CORRELATION, BOTH_RATIOS = 0.45, np.logspace(-3, -1, 4)
# The chance of seeing an effect as large as the smallest detectable one.
POWER = 0.8


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
    """Return net sales a day in the brand's time zone, from the first order to the end of the campaign.

    Days without orders are zero, but the days after the last order are left out: there the export may have ended.
    Sales that only a tool or another market place tells are not all sales of a day, so they are none of these.
    """
    orders = tables.orders[tables.orders["told_by"].isna()]
    if orders.empty:
        return pd.Series(dtype=float, index=pd.DatetimeIndex([]))
    day = orders["ordered_at"].dt.tz_convert(campaign.timezone).dt.tz_localize(None).dt.normalize()
    sums = orders["net_revenue"].astype(float).groupby(day).sum().sort_index()
    last = min(pd.Timestamp(campaign.end), pd.Timestamp(campaign.today), sums.index.max())
    return sums.reindex(pd.date_range(sums.index.min(), last, freq="D"), fill_value=0.0)


def design(days: pd.DatetimeIndex, tables: Tables, campaign: Campaign) -> tuple[Array, list[str]]:
    """Return constant, weekdays and the daily series that say something of their own, and the names of those series.

    A series is used when it covers all days, moves before the start, and is not made up of the columns before it.
    """
    before = np.asarray(days < pd.Timestamp(campaign.start))
    x, names = np.column_stack([np.ones(len(days)), np.eye(7)[days.day_of_week.to_numpy()][:, 1:]]), list[str]()
    for name, values in _daily_series(days, tables, campaign):
        if not np.isfinite(values).all() or inference.all_alike(values[before]):
            continue
        wider = np.column_stack([x, (values - values[before].mean()) / values[before].std()])
        if np.linalg.matrix_rank(wider[before], tol=1e-6 * math.sqrt(len(days))) == wider.shape[1]:
            x, names = wider, [*names, name]
    return x, names


def _daily_series(days: pd.DatetimeIndex, tables: Tables, campaign: Campaign) -> list[tuple[str, Array]]:
    """Return each daily series of the brand that the campaign cannot move, with NaN on days when it is unknown."""
    series = tables.series
    part = series["influencer_id"].notna() | series["segment"].notna() | series["region"].notna()
    moved = series["is_outcome"].fillna(False).astype(bool) | series["days"].gt(1).fillna(False).astype(bool)
    controls = series[~(part | moved)]
    if controls.empty:
        return []
    dates = controls["date"].dt.tz_convert(campaign.timezone).dt.tz_localize(None).dt.normalize()
    rows = controls.assign(day=dates, value=controls["value"].astype(float))
    wide = rows.pivot_table(index="day", columns="name", values="value", aggfunc="sum", dropna=False).reindex(days)
    return [(str(name), wide[name].to_numpy(float)) for name in sorted(wide.columns)]


def too_regular(sales: pd.Series, x: Array, start: pd.Timestamp) -> bool:
    """Tell whether sales before the start hold no chance at all, so that no interval could be trusted."""
    before = np.asarray(sales.index < start)
    y, known = sales.to_numpy(float)[before], x[before]
    if inference.all_alike(y):
        return True
    fitted = known @ np.linalg.lstsq(known, y, rcond=None)[0]
    return bool(np.abs(y - fitted).max() <= 1e-6 * np.abs(y).max())


def lift(sales: pd.Series, x: Array, start: pd.Timestamp, level: float) -> Lift:
    """Return the sum of sales from `start` on less its expectation from the days before.

    Sales are a regression on x plus white noise and a random walk, or an AR(1), or an AR(1) and a random walk; these
    are weighted over a grid by restricted likelihood (Harville 1974), the variance analytically. No simulation.
    """
    y, before = sales.to_numpy(float), np.asarray(sales.index < start)
    grid = [_model(v, y, x, before) for v in _covariances(len(y))]
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


def _covariances(days: int) -> list[Array]:
    """Return the covariances of daily sales that are weighed against one another, up to a factor."""
    both = _autoregression(days, BOTH_CORRELATION) - np.eye(days)
    return [
        *(_walk(days, ratio) for ratio in WALK_RATIOS),
        *(_autoregression(days, correlation) for correlation in CORRELATIONS),
        *(both + _walk(days, ratio) for ratio in BOTH_RATIOS),
    ]


def _walk(days: int, ratio: float) -> Array:
    """Return the covariance of white noise plus a random walk whose steps have `ratio` times its variance."""
    t = np.arange(1, days + 1)
    return np.asarray(np.eye(days) + ratio * np.minimum.outer(t, t))


def _autoregression(days: int, correlation: float) -> Array:
    """Return the correlations of a first-order autoregression."""
    return np.asarray(linalg.toeplitz(correlation ** np.arange(days)))


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
    square = float(residual @ residual)
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
