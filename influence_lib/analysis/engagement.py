"""Does engagement keep up with reach? Size, best size, rates by tier, the published band, organic reach."""

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats

from influence_lib import wording
from influence_lib.analysis import inference
from influence_lib.analysis.feed import Feed
from influence_lib.analysis.inference import Interval
from influence_lib.campaign import Campaign
from influence_lib.findings import Finding, ShownTable, TableColumn, Verdict, not_available, not_enough
from influence_lib.metrics import ERF, REACH_RATE

FEWEST_CREATORS = 8
FEWEST_EACH_SIDE = 10
# A range of sizes narrower than this says nothing about size.
NARROWEST_RANGE = 1.5

SIZE_METHOD = (
    "One point a creator: log of engagements per follower against log of followers, least squares with HC3 errors and "
    "Student's t. An association, not proof that size is the cause."
)
PEAK_METHOD = (
    "Two-lines test (Simonsohn 2018) on log engagements per post, one point a creator; a best size is claimed only when "
    "engagement rises before the break and falls after it."
)
RATE_METHOD = (
    "Each creator's rate is the median of their posts; the tier's is the median creator, with the exact interval of a "
    "median. The median post has a bootstrap interval that resamples creators."
)


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
    if len(table) < FEWEST_CREATORS:
        return not_enough(
            name,
            wording.too_few_creators("how engagement changes with size", len(table), FEWEST_CREATORS),
            SIZE_METHOD,
            n=len(feed.posts),
        )
    x = np.log(table["followers"].to_numpy())
    y = np.log((table["engagements"].to_numpy() + 0.5) / table["summed_followers"].to_numpy())
    if x.max() - x.min() < np.log(NARROWEST_RANGE) or np.ptp(y) < 1e-9:
        return not_enough(name, wording.NO_RANGE_OF_SIZES, SIZE_METHOD, n=len(feed.posts), clusters=len(table))
    fit = sm.OLS(y, sm.add_constant(x)).fit(cov_type="HC3", use_t=True)
    low, high = fit.conf_int(1 - campaign.confidence)[1]
    slope = Interval(float(fit.params[1]), float(low), float(high), len(table))
    verdict: Verdict = "supported" if slope.high < 0 else "contradicted" if slope.low > 0 else "undecided"
    return Finding(
        name,
        wording.size_elasticity(slope),
        verdict,
        SIZE_METHOD,
        slope.estimate,
        slope.ends,
        len(feed.posts),
        len(table),
        campaign.confidence,
        (*feed.caveats, wording.NOISY_FOLLOWERS),
        _largest(table),
    )


def _largest(table: pd.DataFrame, most: int = 12) -> ShownTable:
    """Return the creators with the most followers, for the page."""
    columns = (
        TableColumn("influencer_id", "Creator"),
        TableColumn("followers", "Followers", "count"),
        TableColumn("posts", "Posts", "count"),
        TableColumn("rate", "Median post's engagement rate by followers", "percent"),
    )
    rows = table.sort_values(["followers", "influencer_id"], ascending=[False, True]).head(most)
    return ShownTable(f"The {len(rows)} largest of {len(table)} creators", columns, rows)


def sweet_spot(feed: Feed, campaign: Campaign) -> Finding:
    """Test whether engagements per post peak at some size within the range of this roster.

    Two lines with the Robin Hood break (Simonsohn 2018); the peak's interval resamples creators.
    """
    name, table = "engagement.sweet_spot", creators(feed)
    x = np.log(table["followers"].to_numpy())
    y = np.log((table["engagements"].to_numpy() + 0.5) / table["posts"].to_numpy())
    if len(table) < 2 * FEWEST_EACH_SIDE or np.ptp(x) < np.log(NARROWEST_RANGE) or np.ptp(y) < 1e-9:
        return not_enough(
            name,
            wording.too_few_creators("whether there is a best size", len(table), 2 * FEWEST_EACH_SIDE),
            PEAK_METHOD,
            n=len(feed.posts),
        )
    split = _robin_hood_break(x, y)
    first, second = _two_lines(x, y, split, campaign.confidence)
    known = {"n": len(feed.posts), "clusters": len(table), "level": campaign.confidence, "caveats": feed.caveats}
    if not (first.low > 0 and second.high < 0):
        verdict: Verdict = "contradicted" if second.low > 0 and first.low > 0 else "undecided"
        return Finding(
            name,
            wording.no_sweet_spot(table["followers"].min(), table["followers"].max(), verdict),
            verdict,
            PEAK_METHOD,
            **known,
        )
    rng = np.random.default_rng(campaign.seed)
    draws = [_peak(x[pick], y[pick]) for pick in rng.integers(0, len(x), (inference.REPLICATES // 3, len(x)))]
    low, high = np.exp(np.quantile(draws, [(1 - campaign.confidence) / 2, (1 + campaign.confidence) / 2]))
    peak = Interval(float(np.exp(_peak(x, y))), float(low), float(high), len(table))
    return Finding(name, wording.sweet_spot(peak), "supported", PEAK_METHOD, peak.estimate, peak.ends, **known)


def _spline(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the fitted values of a cubic regression line with one bend, and their standard errors."""
    z = (x - x.mean()) / x.std()
    fit = sm.OLS(y, np.column_stack([np.ones_like(z), z, z**2, z**3])).fit()
    return fit.fittedvalues, np.asarray(fit.get_prediction().se_mean)


def _peak(x: np.ndarray, y: np.ndarray) -> float:
    """Return the log size at which the smooth line is highest."""
    fitted, _ = _spline(x, y)
    return float(x[np.argmax(fitted)])


def _robin_hood_break(x: np.ndarray, y: np.ndarray) -> float:
    """Return the break of the two lines: within the flat top, nearer to the steeper side."""
    fitted, error = _spline(x, y)
    top = np.argmax(fitted)
    flat = np.sort(x[fitted >= fitted[top] - error[top]])
    first, second = _two_lines(x, y, float(np.median(flat)), 0.95)
    z1, z2 = (abs(line.estimate) / max((line.high - line.low) / 3.92, 1e-9) for line in (first, second))
    split = float(np.quantile(flat, z2 / (z1 + z2)))
    inside = np.sort(x)[[FEWEST_EACH_SIDE - 1, -FEWEST_EACH_SIDE]]
    return float(np.clip(split, *inside))


def _two_lines(x: np.ndarray, y: np.ndarray, split: float, level: float) -> tuple[Interval, Interval]:
    """Return the slope before and after the break, each with its HC3 interval."""
    lines = []
    for on_first in (x <= split, x < split):
        after = ~on_first
        design = np.column_stack(
            [np.ones_like(x), after, np.where(on_first, x - split, 0), np.where(after, x - split, 0)]
        )
        fit = sm.OLS(y, design).fit(cov_type="HC3", use_t=True)
        lines.append((fit.params, fit.conf_int(1 - level)))
    (p1, c1), (p2, c2) = lines
    return Interval(p1[2], *c1[2], len(x)), Interval(p2[3], *c2[3], len(x))


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
    per_creator = posts.groupby("influencer_id")["rate"].median()
    found = inference.median(per_creator, campaign.confidence)
    if found is None:
        least = inference.fewest_for_median(campaign.confidence)
        said = wording.too_few_creators(f"the usual engagement rate of {tier} creators", len(per_creator), least)
        return not_enough(name, said, RATE_METHOD, n=len(posts), clusters=len(per_creator))
    post = inference.median_of_rows(posts, "rate", "influencer_id", campaign.confidence, campaign.seed)
    said = wording.tier_rate(tier, band, found, post, len(posts))
    details = {"median_post": post.estimate, "median_post_low": post.low, "median_post_high": post.high} if post else {}
    return Finding(
        name, said, "supported", RATE_METHOD, found.estimate, found.ends, len(posts), found.units, campaign.confidence, feed.caveats, details=details
    )  # fmt: skip


def tier_table(feed: Feed, campaign: Campaign) -> ShownTable:
    """Return all ways of averaging side by side, by tier: sum over sum, mean post, median post, median creator."""
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
        TableColumn("creator", "Median creator", "percent"),
        TableColumn("creator_range", "Interval"),
        TableColumn("post", "Median post", "percent"),
        TableColumn("post_range", "Interval "),
        TableColumn("mean", "Mean post", "percent"),
        TableColumn("pooled", "All engagements ÷ all followers", "percent"),
    )
    frame = pd.DataFrame(rows, columns=[column.name for column in columns])
    return ShownTable("Engagement rate by followers, averaged in four ways", columns, frame)


def _averages(posts: pd.DataFrame, campaign: Campaign) -> dict[str, object]:
    """Return the four averages of one tier, and the intervals of the two medians."""
    per_creator = posts.groupby("influencer_id")["rate"].median()
    creator = inference.median(per_creator, campaign.confidence)
    post = inference.median_of_rows(posts, "rate", "influencer_id", campaign.confidence, campaign.seed)
    return {
        "creator": creator.estimate if creator else None,
        "creator_range": wording.percent_range(creator),
        "post": post.estimate if post else None,
        "post_range": wording.percent_range(post),
        "mean": float(posts["rate"].mean()) if creator else None,
        "pooled": ERF.of(posts) if creator else None,
    }


def rate_in_band(feed: Feed, campaign: Campaign) -> Finding:
    """Compare the median creator's rate in the brand's size band with the published benchmark.

    Supported when the whole interval lies inside the benchmark, contradicted when it lies outside, else undecided.
    """
    posts = _sized(feed, *campaign.band)
    name = "engagement.rate_in_band"
    per_creator = posts.groupby("influencer_id")["rate"].median()
    found = inference.median(per_creator, campaign.confidence)
    if found is None:
        least = inference.fewest_for_median(campaign.confidence)
        said = wording.too_few_creators(
            f"the engagement rate at {wording.band_text(campaign.band)} followers", len(per_creator), least
        )
        return not_enough(name, said, RATE_METHOD, n=len(posts), clusters=len(per_creator))
    low, high = campaign.benchmark
    inside, outside = found.low >= low and found.high <= high, found.high < low or found.low > high
    verdict: Verdict = "supported" if inside else "contradicted" if outside else "undecided"
    said = wording.rate_in_band(found, campaign.band, campaign.benchmark, verdict)
    caveats = (*feed.caveats, wording.BENCHMARK_UNSOURCED)
    return Finding(
        name,
        said,
        verdict,
        RATE_METHOD,
        found.estimate,
        found.ends,
        len(posts),
        found.units,
        campaign.confidence,
        caveats,
    )


def reach_rate(feed: Feed, campaign: Campaign) -> Finding:
    """Return the median creator's organic reach for each follower, where reach was reported."""
    name, method = (
        "engagement.reach_rate",
        "The median creator; each creator's rate is the median of their posts with reach.",
    )
    posts = feed.posts[feed.posts["reach"].notna()]
    if posts.empty:
        return not_available(name, wording.NO_REACH, method)
    rates = posts.assign(rate=REACH_RATE.each(posts)).groupby("influencer_id")["rate"].median()
    found = inference.median(rates, campaign.confidence)
    if found is None:
        least = inference.fewest_for_median(campaign.confidence)
        return not_enough(
            name,
            wording.too_few_creators("organic reach", len(rates), least),
            method,
            n=len(posts),
            clusters=len(rates),
        )
    share = len(posts) / len(feed.posts)
    said = wording.reach_rate(found, len(posts), share)
    return Finding(
        name, said, "supported", method, found.estimate, found.ends, len(posts), found.units, campaign.confidence, (wording.REACH_SELECTED,)
    )  # fmt: skip


def spearman(feed: Feed) -> float:
    """Return the rank correlation of size and engagement rate over creators, for alt texts."""
    table = creators(feed)
    return float(stats.spearmanr(table["followers"], table["rate"]).statistic) if len(table) > 2 else float("nan")
