"""Does engagement keep up with reach? Size, best size, rates by tier, the published band, organic reach."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import statsmodels.api as sm
from scipy import stats

from influence_lib import wording
from influence_lib.analysis import inference
from influence_lib.analysis.feed import Feed
from influence_lib.analysis.inference import Array, Interval
from influence_lib.campaign import Campaign
from influence_lib.findings import Finding, ShownTable, TableColumn, Verdict, not_available, not_enough
from influence_lib.metrics import ERF, REACH_RATE

Flags = npt.NDArray[np.bool_]

FEWEST_CREATORS = 8
FEWEST_EACH_SIDE = 10
# A range of sizes narrower than this says nothing about size.
NARROWEST_RANGE = 1.5
# With a creator who alone decides the line, its interval means nothing.
MOST_PULL = 0.95
# The break of the two lines is looked for among the middle creators only (Simonsohn 2018).
MIDDLE = (0.1, 0.9)
KNOTS = 5

SIZE_METHOD = (
    "One point a creator: log of engagements per follower against log of followers, least squares with HC3 errors and "
    "Student's t. An association, not proof that size is the cause."
)
PEAK_METHOD = (
    "Two-lines test (Simonsohn 2018) on log engagements per post, one point a creator; a best size is claimed only "
    "when engagement rises before the break and falls after it."
)
RATE_METHOD = (
    "Each creator's rate is the median of their posts; the tier's is the median creator, with the exact interval of a "
    "median. The median post's interval takes creators as the sample (Woodruff 1952)."
)
REACH_METHOD = "The median creator; each creator's rate is the median of their posts with reach."


def creators(feed: Feed) -> pd.DataFrame:
    """Return one row a creator: posts, engagements, summed and mean followers, and the median post's rate."""
    posts = feed.posts.assign(rate=ERF.each(feed.posts), summed=feed.posts["followers"])
    table = posts.groupby("influencer_id", sort=True).agg(
        posts=("post_id", "size"),
        engagements=("engagements", "sum"),
        summed_followers=("summed", "sum"),
        followers=("followers", "median"),
        rate=("rate", "median"),
    )
    return table.reset_index().astype({"engagements": float, "summed_followers": float, "followers": float})


def size_elasticity(feed: Feed, campaign: Campaign) -> Finding:
    """Estimate how the engagement rate changes with the number of followers, one point a creator.

    An elasticity of -0.2 means that twice the followers come with a rate 13 % lower. Long and Ervin (2000) for HC3.
    """
    name, table = "engagement.size_elasticity", creators(feed)
    known: dict[str, Any] = {"n": len(feed.posts), "clusters": len(table), "level": campaign.confidence}
    if len(table) < FEWEST_CREATORS:
        what = "how engagement changes with size"
        return not_enough(name, wording.too_few_creators(what, len(table), FEWEST_CREATORS), SIZE_METHOD, **known)
    slope = _slope(table, campaign.confidence)
    if slope is None:
        return not_enough(name, wording.NO_RANGE_OF_SIZES, SIZE_METHOD, **known)
    verdict: Verdict = "supported" if slope.high < 0 else "contradicted" if slope.low > 0 else "undecided"
    known |= {"caveats": (*feed.caveats, wording.NOISY_FOLLOWERS), "table": _largest(feed, table, campaign.confidence)}
    return Finding(name, wording.size_elasticity(slope), verdict, SIZE_METHOD, slope.estimate, slope.ends, **known)


def _slope(table: pd.DataFrame, level: float) -> Interval | None:
    """Return the slope of log rate on log followers; None when sizes or rates are alike or one creator decides."""
    x = np.log(table["followers"].to_numpy())
    y = np.log((table["engagements"].to_numpy() + 0.5) / table["summed_followers"].to_numpy())
    apart = (x - x.mean()) ** 2
    if np.ptp(x) < np.log(NARROWEST_RANGE) or inference.all_alike(y):
        return None
    if 1 / len(x) + float(apart.max() / apart.sum()) > MOST_PULL:
        return None
    fit = sm.OLS(y, sm.add_constant(x)).fit(cov_type="HC3", use_t=True)
    if not fit.bse[1] > inference.NO_SPREAD:
        return None
    low, high = fit.conf_int(1 - level)[1]
    return Interval(float(fit.params[1]), float(low), float(high), len(table))


def _largest(feed: Feed, table: pd.DataFrame, level: float, most: int = 12) -> ShownTable:
    """Return the creators with the most followers, for the page."""
    columns = (
        TableColumn("influencer_id", "Creator"),
        TableColumn("followers", "Followers", "count"),
        TableColumn("posts", "Posts", "count"),
        TableColumn("rate_shown", "Median post's engagement rate by followers", "range"),
        TableColumn("rate", "Median post's engagement rate by followers", "percent", shown=False),
    )
    rows = table.sort_values(["followers", "influencer_id"], ascending=[False, True]).head(most)
    rates = feed.posts.assign(rate=ERF.each(feed.posts)).groupby("influencer_id")["rate"]
    usual = [inference.median(rates.get_group(creator), level) for creator in rows["influencer_id"]]
    shown = rows.assign(rate_shown=[wording.rate_with_range(found, "post") for found in usual])
    return ShownTable(f"The {len(rows)} largest of {len(table)} creators, with {level:.0%} intervals", columns, shown)


def sweet_spot(feed: Feed, campaign: Campaign) -> Finding:
    """Test whether engagements per post peak at some size within the range of this roster.

    Two lines with the Robin Hood break (Simonsohn 2018); the peak's interval resamples creators.
    """
    name, table = "engagement.sweet_spot", creators(feed)
    x = np.log(table["followers"].to_numpy())
    y = np.log((table["engagements"].to_numpy() + 0.5) / table["posts"].to_numpy())
    known: dict[str, Any] = {"n": len(feed.posts), "clusters": len(table), "level": campaign.confidence}
    if len(table) < 2 * FEWEST_EACH_SIDE:
        said = wording.too_few_creators("whether there is a best size", len(table), 2 * FEWEST_EACH_SIDE)
        return not_enough(name, said, PEAK_METHOD, **known)
    lines = _two_lines(x, y, _robin_hood_break(x, y), campaign.confidence) if _worth_bending(x, y) else None
    if lines is None:
        return not_enough(name, wording.NO_SIZES_FOR_PEAK, PEAK_METHOD, **known)
    known["caveats"] = feed.caveats
    first, second = lines
    if first.low > 0 and second.high < 0:
        peak = _peak_interval(x, y, campaign)
        return Finding(name, wording.sweet_spot(peak), "supported", PEAK_METHOD, peak.estimate, peak.ends, **known)
    verdict: Verdict = "contradicted" if second.low > 0 and first.low > 0 else "undecided"
    said = wording.no_sweet_spot(table["followers"].min(), table["followers"].max(), verdict)
    return Finding(name, said, verdict, PEAK_METHOD, **known)


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


def _robin_hood_break(x: Array, y: Array) -> float:
    """Return the break of the two lines: within the flat top of the middle creators, nearer to the steeper side."""
    fitted, error = _smooth(x, y, _knots(x))
    low, high = np.quantile(x, MIDDLE)
    middle = (x >= low) & (x <= high)
    flat = x[middle & (fitted + error >= fitted[middle].max())]
    inside = np.sort(x)[[FEWEST_EACH_SIDE - 1, -FEWEST_EACH_SIDE]]
    lines = _two_lines(x, y, float(np.clip(np.median(flat), *inside)), 0.95)
    if lines is None:
        return float(np.median(flat))
    first, second = (abs(line.estimate) / (line.high - line.low) for line in lines)
    return float(np.clip(np.quantile(flat, second / (first + second)), *inside))


def _two_lines(x: Array, y: Array, split: float, level: float) -> tuple[Interval, Interval] | None:
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


def rates_by_tier(feed: Feed, campaign: Campaign) -> tuple[Finding, ...]:
    """Return the median creator's engagement rate by followers in each tier of the YAML that has posts."""
    findings = []
    for tier, (low, high) in campaign.tiers.items():
        posts = _sized(feed, low, high)
        if len(posts):
            findings.append(_tier_rate(f"engagement.rate.{tier}", posts, tier, (low, high), feed, campaign))
    return tuple(findings)


def _sized(feed: Feed, low: float, high: float) -> pd.DataFrame:
    """Return the posts that went out to a number of followers in [low, high), with their rate."""
    posts = feed.posts.assign(rate=ERF.each(feed.posts))
    return posts[(posts["followers"] >= low) & (posts["followers"] < high)]


def _tier_rate(
    name: str, posts: pd.DataFrame, tier: str, band: tuple[int, int], feed: Feed, campaign: Campaign
) -> Finding:
    """Return the finding of one tier."""
    found, refused = _median_creator(name, posts, wording.usual_rate(tier), RATE_METHOD, campaign)
    if found is None:
        return refused
    post = inference.median_of_rows(posts, "rate", "influencer_id", campaign.confidence)
    details = {"median_post": post.estimate, "median_post_low": post.low, "median_post_high": post.high} if post else {}
    known: dict[str, Any] = {"clusters": found.units, "level": campaign.confidence, "caveats": feed.caveats}
    said = wording.tier_rate(tier, band, found, post, len(posts))
    return Finding(
        name, said, "supported", RATE_METHOD, found.estimate, found.ends, len(posts), details=details, **known
    )


def _median_creator(
    name: str, posts: pd.DataFrame, what: str, method: str, campaign: Campaign
) -> tuple[Interval | None, Finding]:
    """Return the median creator's rate, and the finding that refuses it where there are too few or all are alike."""
    rates = posts.groupby("influencer_id")["rate"].median()
    least = inference.fewest_for_median(campaign.confidence)
    few = len(rates) < least
    said = wording.too_few_creators(what, len(rates), least) if few else wording.all_the_same(what)
    refused = not_enough(name, said, method, n=len(posts), clusters=len(rates), level=campaign.confidence)
    return inference.median(rates, campaign.confidence), refused


def tier_table(feed: Feed, campaign: Campaign) -> ShownTable:
    """Return three ways of averaging side by side, by tier: median creator, median post, sum over sum."""
    rows = []
    for tier, (low, high) in campaign.tiers.items():
        posts = _sized(feed, low, high)
        if len(posts):
            rows.append(
                {
                    "tier": wording.band_name(tier, (low, high)),
                    "creators": posts["influencer_id"].nunique(),
                    "posts": len(posts),
                }
                | _averages(posts, campaign)
            )
    columns = (
        TableColumn("tier", "Followers"),
        TableColumn("creators", "Creators", "count"),
        TableColumn("posts", "Posts", "count"),
        *_average_columns("creator", "Median creator"),
        *_average_columns("post", "Median post"),
        *_average_columns("pooled", "All engagements ÷ all followers"),
    )
    frame = pd.DataFrame(rows, columns=[column.name for column in columns])
    caption = f"Engagement rate by followers, averaged in three ways, with {campaign.confidence:.0%} intervals"
    return ShownTable(caption, columns, frame)


def _average_columns(name: str, label: str) -> tuple[TableColumn, ...]:
    """Return the columns of one average: its text for the page, its numbers for the download."""
    numbers = (TableColumn(f"{name}{end}", f"{label}{end}", "percent", shown=False) for end in ("", "_low", "_high"))
    return TableColumn(f"{name}_shown", label, "range"), *numbers


def _averages(posts: pd.DataFrame, campaign: Campaign) -> dict[str, object]:
    """Return the three averages of one tier with their intervals, as numbers and as text."""
    sums = posts.groupby("influencer_id")[["engagements", "followers"]].sum().astype(float)
    found = {
        "creator": inference.median(posts.groupby("influencer_id")["rate"].median(), campaign.confidence),
        "post": inference.median_of_rows(posts, "rate", "influencer_id", campaign.confidence),
        "pooled": inference.ratio_of_sums(sums["engagements"], sums["followers"], campaign.confidence),
    }
    cells: dict[str, object] = {}
    for name, average in found.items():
        cells[f"{name}_shown"] = wording.rate_with_range(average)
        for end, value in zip(
            ("", "_low", "_high"), (average.estimate, *average.ends) if average else (), strict=False
        ):
            cells[f"{name}{end}"] = value
    return cells


def rate_in_band(feed: Feed, campaign: Campaign) -> Finding:
    """Compare the median creator's rate in the brand's size band with the published benchmark.

    Supported when the whole interval lies inside the benchmark, contradicted when it lies outside, else undecided.
    """
    name, posts = "engagement.rate_in_band", _sized(feed, *campaign.band)
    what = wording.rate_at(campaign.band)
    found, refused = _median_creator(name, posts, what, RATE_METHOD, campaign)
    if found is None:
        return refused
    low, high = campaign.benchmark
    inside, outside = found.low >= low and found.high <= high, found.high < low or found.low > high
    verdict: Verdict = "supported" if inside else "contradicted" if outside else "undecided"
    said = wording.rate_in_band(found, campaign.band, campaign.benchmark, verdict)
    known: dict[str, Any] = {"n": len(posts), "clusters": found.units, "level": campaign.confidence}
    caveats = (*feed.caveats, wording.BENCHMARK_UNSOURCED)
    return Finding(name, said, verdict, RATE_METHOD, found.estimate, found.ends, caveats=caveats, **known)


def reach_rate(feed: Feed, campaign: Campaign) -> Finding:
    """Return the median creator's organic reach for each follower, where reach was reported."""
    name, posts = "engagement.reach_rate", feed.posts[feed.posts["reach"].notna()]
    if posts.empty:
        return not_available(name, wording.NO_REACH, REACH_METHOD)
    rated = posts.assign(rate=REACH_RATE.each(posts))
    found, refused = _median_creator(name, rated, wording.REACH, REACH_METHOD, campaign)
    if found is None:
        return refused
    said = wording.reach_rate(found, len(posts), len(posts) / len(feed.posts))
    known: dict[str, Any] = {"n": len(posts), "clusters": found.units, "level": campaign.confidence}
    caveats = (wording.REACH_SELECTED,)
    return Finding(name, said, "supported", REACH_METHOD, found.estimate, found.ends, caveats=caveats, **known)


def spearman(feed: Feed) -> float:
    """Return the rank correlation of size and engagement rate over creators, for alt texts; NaN where undefined."""
    table = creators(feed)
    if len(table) < 3 or inference.all_alike(table["followers"]) or inference.all_alike(table["rate"]):
        return math.nan
    return float(stats.spearmanr(table["followers"], table["rate"]).statistic)
