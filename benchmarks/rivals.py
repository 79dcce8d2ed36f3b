"""What others do: the estimators that ours are held against on the same worlds."""

import warnings
from typing import Any

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats
from simulated import Array

from influence_lib.analysis import dose
from influence_lib.analysis.inference import Interval

GRID = np.arange(0.10, 0.801, 0.02)


def _quiet(model: Any, **options: Any) -> Any:
    """Return a fit without the warnings that a rival's user would scroll past."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return model.fit(**options)


def _first(fit: Any, creators: int) -> Interval:
    """Return the second parameter of a fit with its 95 % interval."""
    low, high = np.asarray(fit.conf_int())[1]
    return Interval(float(np.asarray(fit.params)[1]), float(low), float(high), creators)


# Size and engagement rate: one row a post.


def size_designs(posts: pd.DataFrame) -> tuple[Array, Array, Array, Array, Array]:
    """Return engagements, followers, log rates, design (level, log followers) and creators of posts."""
    y, f = posts["engagements"].to_numpy(float), posts["followers"].to_numpy(float)
    x = sm.add_constant(np.log(f) - np.log(f).mean())
    return y, f, np.log((y + 0.5) / f), x, pd.factorize(posts["influencer_id"])[0]


def pooled_posts(posts: pd.DataFrame) -> Interval:
    """Return least squares on posts as if each were independent."""
    _, _, rate, x, creator = size_designs(posts)
    return _first(_quiet(sm.OLS(rate, x)), creator.max() + 1)


def clustered_posts(posts: pd.DataFrame) -> Interval:
    """Return least squares on posts with errors clustered by creator."""
    _, _, rate, x, creator = size_designs(posts)
    return _first(_quiet(sm.OLS(rate, x), cov_type="cluster", cov_kwds={"groups": creator}), creator.max() + 1)


def naive_binomial(posts: pd.DataFrame) -> Interval:
    """Return a logit with followers as trials, as if each follower decided alone."""
    y, f, _, x, creator = size_designs(posts)
    y = np.minimum(y, f)
    return _first(_quiet(sm.GLM(np.column_stack([y, f - y]), x, family=sm.families.Binomial())), creator.max() + 1)


def negative_binomial(posts: pd.DataFrame) -> Interval:
    """Return a negative binomial regression of posts without clusters."""
    y, f, _, x, creator = size_designs(posts)
    return _first(_quiet(sm.NegativeBinomial(y, x, offset=np.log(f)), disp=0, maxiter=200), creator.max() + 1)


def clustered_negative_binomial(posts: pd.DataFrame) -> Interval:
    """Return a negative binomial regression of posts with errors clustered by creator."""
    y, f, _, x, creator = size_designs(posts)
    options = {"disp": 0, "maxiter": 200, "cov_type": "cluster", "cov_kwds": {"groups": creator}}
    return _first(_quiet(sm.NegativeBinomial(y, x, offset=np.log(f)), **options), creator.max() + 1)


# A best size: one row a creator.


def quadratic(x: Array, y: Array) -> bool:
    """Tell whether a parabola opens downward with 95 % and peaks within the sizes seen."""
    z = x - x.mean()
    fit = sm.OLS(y, np.column_stack([np.ones_like(z), z, z**2])).fit(cov_type="HC3", use_t=True)
    _, b, c = fit.params
    return bool(fit.conf_int()[2][1] < 0 and z.min() < -b / (2 * c) < z.max())


def lind_mehlum(x: Array, y: Array) -> bool:
    """Tell whether a parabola surely rises at the smallest size and falls at the largest (Lind and Mehlum 2010)."""
    z = x - x.mean()
    fit = sm.OLS(y, np.column_stack([np.ones_like(z), z, z**2])).fit(cov_type="HC3", use_t=True)
    seen = []
    for at, sign in ((z.min(), 1), (z.max(), -1)):
        way = np.array([0, 1, 2 * at])
        seen.append(sign * float(way @ fit.params) / float(np.sqrt(way @ fit.cov_params() @ way)))
    return bool(min(seen) > stats.t.ppf(0.95, len(x) - 3))


# The share of sponsored posts: one row a creator and month.


def pooled_slope(table: pd.DataFrame) -> float:
    """Return the slope of log rate on share over all creators, with no regard to who they are."""
    return float(np.polyfit(table["share"], table["log_rate"], 1)[0])


def within_slope(table: pd.DataFrame) -> float:
    """Return the slope of a straight line within creators and months."""
    inner = dose.within(table[["log_rate", "share"]].to_numpy(float), *dose.codes_of(table))
    return float(inner[:, 0] @ inner[:, 1] / (inner[:, 1] @ inner[:, 1]))


def over_half(table: pd.DataFrame, within: bool) -> float:
    """Return the difference between months above one half and the others, pooled or within creators and months."""
    above = (table["share"] > 0.5).to_numpy(float)
    both = np.column_stack([table["log_rate"], above])
    inner = dose.within(both, *dose.codes_of(table)) if within else both - both.mean(axis=0)
    return float(inner[:, 0] @ inner[:, 1] / max(float(inner[:, 1] @ inner[:, 1]), 1e-12))


def best_cut_point(table: pd.DataFrame) -> bool:
    """Tell whether the best of many kinks has a plain t above 1.96, the search forgotten."""
    creator, month = dose.codes_of(table)
    hinges = np.column_stack([np.maximum(table["share"].to_numpy(float) - kink, 0) for kink in GRID])
    inner = dose.within(np.column_stack([table["log_rate"], hinges]), creator, month)
    y, x = inner[:, 0], inner[:, 1:]
    square = np.maximum((x**2).sum(0), 1e-12)
    slope = x.T @ y / square
    groups = int(creator.max()) + 1
    scores = np.zeros((groups, x.shape[1]))
    np.add.at(scores, creator, x * (y[:, None] - x * slope))
    error = np.sqrt((scores**2).sum(0)) / square
    at = int(np.argmax(slope**2 * square))
    return bool(abs(slope[at]) > 1.96 * error[at])


def best_kink(table: pd.DataFrame, seed: int, replicates: int = 199) -> tuple[Interval, Interval]:
    """Return kink and slope of the best kink with percentile intervals of resampled creators (METHODS B2)."""
    creator, month = dose.codes_of(table)
    kinks = dose.kinks_of(table["share"].to_numpy(float), creator)
    hinges = np.column_stack([np.maximum(table["share"].to_numpy(float) - kink, 0) for kink in kinks])
    inner = dose.within(np.column_stack([table["log_rate"], hinges]), creator, month)
    cross, square = dose._moments(inner[:, :1], inner[:, 1:], creator)
    groups, rng = len(cross), np.random.default_rng(seed)
    weights = np.vstack([np.ones(groups), rng.multinomial(groups, np.full(groups, 1 / groups), replicates)])
    c, s = weights @ cross, np.maximum(weights @ square, 1e-9)
    picks = np.argmax(c**2 / s, axis=1)
    slopes = (c / s)[np.arange(len(picks)), picks]
    ends = np.quantile(kinks[picks[1:]], [0.025, 0.975]), np.quantile(slopes[1:], [0.025, 0.975])
    kink = Interval(float(kinks[picks[0]]), float(ends[0][0]) - 0.01, float(ends[0][1]) + 0.01, groups)
    return kink, Interval(float(slopes[0]), float(ends[1][0]), float(ends[1][1]), groups)


# Sponsored against organic: one row a post.


def pooled_effect(posts: pd.DataFrame) -> Interval:
    """Return the difference of log rates over all posts, errors clustered by creator, creators not taken out."""
    x = sm.add_constant(posts["sponsored"].to_numpy(float))
    creator = pd.factorize(posts["influencer_id"])[0]
    fit = _quiet(sm.OLS(posts["log_rate"].to_numpy(float), x), cov_type="cluster", cov_kwds={"groups": creator})
    return _first(fit, creator.max() + 1)
