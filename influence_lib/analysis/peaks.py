"""Is there a best size? Two lines, one before and one after a break: rising, then falling (Simonsohn 2018)."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import statsmodels.api as sm

from influence_lib import wording
from influence_lib.analysis import inference, ledger
from influence_lib.analysis.feed import Feed
from influence_lib.analysis.inference import Array, Interval
from influence_lib.campaign import Campaign
from influence_lib.findings import Finding, Verdict, not_available, not_enough
from influence_lib.tables import Tables
from influence_lib.wording import checks as words

Flags = npt.NDArray[np.bool_]

FEWEST_EACH_SIDE = 10
# A range of sizes narrower than this says nothing about size.
NARROWEST_RANGE = 1.5
# The break of the two lines is looked for among the middle creators only (Simonsohn 2018).
MIDDLE = (0.1, 0.9)
KNOTS = 5

PEAK_METHOD = (
    "Two-lines test (Simonsohn 2018) on log engagements per post, one point a creator; a best size is claimed only "
    "when engagement rises before the break and falls after it."
)
MONEY_METHOD = (
    "Two-lines test (Simonsohn 2018) on log engagements of the campaign's posts for each unit of the creator's own "
    "cost; a best size is claimed only when it rises before the break and falls after it."
)


def sweet_spot(feed: Feed, campaign: Campaign) -> Finding:
    """Test whether engagements per post peak at some size within the range of this roster.

    The peak's interval resamples creators.
    """
    table = per_post(feed)
    return _best_size("engagement.sweet_spot", table, len(feed.posts), feed, campaign)


def sweet_spot_per_money(feed: Feed, tables: Tables, campaign: Campaign) -> Finding:
    """Test whether engagements for the money paid peak at some size within the range of this roster."""
    name = "engagement.sweet_spot_per_money"
    table = per_money(feed, tables, campaign)
    if table is None:
        return not_available(name, words.NO_COSTS_BY_CREATOR, MONEY_METHOD)
    return _best_size(name, table, int(table["posts"].sum()), feed, campaign)


def per_post(feed: Feed) -> pd.DataFrame:
    """Return one row a creator: influencer_id, posts, log_size, log_value (engagements per post)."""
    table = _sums(feed.posts)
    return table.assign(log_value=np.log((table["engagements"] + 0.5) / table["posts"]))


def per_money(feed: Feed, tables: Tables, campaign: Campaign) -> pd.DataFrame | None:
    """Return one row a paid creator: influencer_id, posts, log_size, log_value; None without costs or own posts.

    `log_value` is the log of the engagements of the campaign's posts for each unit of the creator's own cost.
    """
    costs = ledger.costs_of(tables, campaign)
    own = costs[costs["influencer_id"].notna()]
    ours = feed.posts[feed.posts["campaign_id"] == campaign.campaign_id]
    if own.empty or ours.empty:
        return None
    cost = own.groupby("influencer_id")["amount"].sum().astype(float)
    table = _sums(ours)
    table = table.assign(cost=table["influencer_id"].map(cost[cost > 0])).dropna(subset=["cost"])
    return table.assign(log_value=np.log((table["engagements"] + 0.5) / table["cost"]))


def _sums(posts: pd.DataFrame) -> pd.DataFrame:
    """Return one row a creator: posts, engagements, log of the usual number of followers."""
    by = posts.groupby("influencer_id", sort=True)
    table = by.agg(posts=("post_id", "size"), engagements=("engagements", "sum"), size=("followers", "median"))
    table = table.reset_index().astype({"engagements": float, "size": float})
    return table.assign(log_size=np.log(table["size"]))


def _best_size(name: str, table: pd.DataFrame, posts: int, feed: Feed, campaign: Campaign) -> Finding:
    """Return what the two lines say about one row a creator of log_size and log_value."""
    x, y = table["log_size"].to_numpy(float), table["log_value"].to_numpy(float)
    money = name.endswith("per_money")
    method = MONEY_METHOD if money else PEAK_METHOD
    known: dict[str, Any] = {"n": posts, "clusters": len(table), "level": campaign.confidence}
    if len(table) < 2 * FEWEST_EACH_SIDE:
        what = words.BEST_SIZE_FOR_MONEY if money else "whether there is a best size"
        return not_enough(name, wording.too_few_creators(what, len(table), 2 * FEWEST_EACH_SIDE), method, **known)
    lines = two_lines(x, y, robin_hood_break(x, y), campaign.confidence) if _worth_bending(x, y) else None
    if lines is None:
        return not_enough(name, wording.NO_SIZES_FOR_PEAK, method, **known)
    known["caveats"] = feed.caveats
    known["details"] = {"before": lines[0].estimate, "after": lines[1].estimate}
    if is_a_peak(lines):
        peak = _peak_interval(x, y, campaign)
        said = words.sweet_spot_for_money(peak) if money else wording.sweet_spot(peak)
        return Finding(name, said, "supported", method, peak.estimate, peak.ends, **known)
    low, high = float(np.exp(x.min())), float(np.exp(x.max()))
    ways = {"rise": all(line.low > 0 for line in lines), "fall": all(line.high < 0 for line in lines)}
    verdict: Verdict = "contradicted" if any(ways.values()) else "undecided"
    said = words.no_sweet_spot(low, high, next((way for way, true in ways.items() if true), "open"), money)
    return Finding(name, said, verdict, method, **known)


def is_a_peak(lines: tuple[Interval, Interval]) -> bool:
    """Tell whether the first line surely rises and the second surely falls."""
    return lines[0].low > 0 and lines[1].high < 0


def _worth_bending(x: Array, y: Array) -> bool:
    """Tell whether sizes differ enough, on both sides of the middle, for a break."""
    if np.ptp(x) < np.log(NARROWEST_RANGE) or inference.all_alike(y):
        return False
    ordered = np.sort(x)
    outside = (ordered[FEWEST_EACH_SIDE - 1] - ordered[0], ordered[-1] - ordered[-FEWEST_EACH_SIDE])
    return bool(min(*outside, *np.diff(_knots(x))) > 0)


def _peak_interval(x: Array, y: Array, campaign: Campaign) -> Interval:
    """Return the number of followers at the peak of the smooth line, with its interval from resampled creators."""
    rng = np.random.default_rng(campaign.seed)
    picks = rng.integers(0, len(x), (inference.REPLICATES // 3, len(x)))
    draws = [_peak(x[pick], y[pick], _knots(x)) for pick in picks]
    low, high = np.exp(np.quantile(draws, [(1 - campaign.confidence) / 2, (1 + campaign.confidence) / 2]))
    return Interval(float(np.exp(_peak(x, y, _knots(x)))), float(low), float(high), len(x))


def _knots(x: Array) -> Array:
    """Return where the pieces of the smooth line meet."""
    return np.asarray(np.quantile(x, np.linspace(0.05, 0.95, KNOTS)))


def _smooth(x: Array, y: Array, knots: Array) -> tuple[Array, Array]:
    """Return the fitted values of a natural cubic spline with few knots, and their standard errors."""
    cubes = np.maximum(x[:, None] - knots, 0) ** 3 / (knots[-1] - knots[0]) ** 2
    ramps = (cubes[:, :-1] - cubes[:, -1:]) / (knots[-1] - knots[:-1])
    design = np.column_stack([np.ones_like(x), x - x.mean(), ramps[:, :-1] - ramps[:, -1:]])
    q, _ = np.linalg.qr(design)
    fitted = q @ (q.T @ y)
    spread = float(((y - fitted) ** 2).sum()) / (len(x) - design.shape[1])
    return fitted, np.sqrt(spread * (q**2).sum(axis=1))


def _peak(x: Array, y: Array, knots: Array) -> float:
    """Return the log size at which the smooth line is highest."""
    fitted, _ = _smooth(x, y, knots)
    return float(x[np.argmax(fitted)])


def robin_hood_break(x: Array, y: Array) -> float:
    """Return the break of the two lines: within the flat top of the middle creators, nearer to the steeper side."""
    fitted, error = _smooth(x, y, _knots(x))
    low, high = np.quantile(x, MIDDLE)
    middle = (x >= low) & (x <= high)
    flat = x[middle & (fitted + error >= fitted[middle].max())]
    inside = np.sort(x)[[FEWEST_EACH_SIDE - 1, -FEWEST_EACH_SIDE]]
    lines = two_lines(x, y, float(np.clip(np.median(flat), *inside)), 0.95)
    if lines is None:
        return float(np.median(flat))
    first, second = (abs(line.estimate) / (line.high - line.low) for line in lines)
    return float(np.clip(np.quantile(flat, second / (first + second)), *inside))


def two_lines(x: Array, y: Array, split: float, level: float) -> tuple[Interval, Interval] | None:
    """Return the slope before and after the break, each with its HC3 interval; None where a side has no spread."""
    before, after = (_line_beside(x, y, split, left, level) for left in (x <= split, x < split))
    return (before[0], after[1]) if before and after else None


def _line_beside(x: Array, y: Array, split: float, left: Flags, level: float) -> tuple[Interval, Interval] | None:
    """Return the slopes left and right of a break at which the line may also jump."""
    design = np.column_stack([np.ones_like(x), ~left, np.where(left, x - split, 0), np.where(left, 0, x - split)])
    pull = np.linalg.matrix_rank(design) == 4 and (np.linalg.qr(design)[0] ** 2).sum(axis=1).max()
    if not 0 < pull < 1 - inference.NO_SPREAD:
        return None
    fit = sm.OLS(y, design).fit(cov_type="HC3", use_t=True)
    if not (fit.bse[2:] > inference.NO_SPREAD).all():
        return None
    ends = fit.conf_int(1 - level)
    slopes = [Interval(float(fit.params[i]), float(ends[i][0]), float(ends[i][1]), len(x)) for i in (2, 3)]
    return slopes[0], slopes[1]
