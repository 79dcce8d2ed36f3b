"""Does engagement keep up with reach? Size, best size, rates by tier, the published band, organic reach."""

import math
from dataclasses import replace
from typing import Any

import pandas as pd
from scipy import stats

from influence_lib import wording
from influence_lib.analysis import growth, inference, published, schemes, selection, sizes
from influence_lib.analysis.challenges import Challenges
from influence_lib.analysis.feed import Feed, creators, sized
from influence_lib.analysis.guards import NotEnough
from influence_lib.analysis.inference import Interval
from influence_lib.analysis.sizes import Law
from influence_lib.campaign import Campaign
from influence_lib.findings import Finding, ShownTable, TableColumn, Verdict, not_available, not_enough
from influence_lib.metrics import ERF, REACH_RATE, Rate
from influence_lib.tables import Tables
from influence_lib.wording import checks as words
from influence_lib.wording import published as published_words

# The first challenges decide the verdict; at the others a claim that falls is called fragile.
DECISIVE = 2
SIZE_METHOD = (
    "A negative binomial model of single posts: engagements against followers, with the creator's usual size, format, "
    "month and label; posts of a creator are correlated, errors set right for few creators (Mancl and DeRouen 2001), "
    "Student's t. A line through one point a creator is the check. An association, not proof that size is the cause."
)
RATE_METHOD = (
    "Each creator's rate is the median of their posts; the tier's is the median creator, with the exact interval of a "
    "median. The median post's interval takes creators as the sample (Woodruff 1952)."
)
REACH_METHOD = "The median creator; each creator's rate is the median of their posts with reach."


def size_elasticity(feed: Feed, campaign: Campaign) -> Finding:
    """Estimate how the engagement rate changes with the number of followers.

    An elasticity of -0.2 means that twice the followers come with a rate 13 % lower. What could prove the answer wrong
    stands beside it as its table; where small accounts were picked for their rates, the answer is left open.
    """
    name, table = "engagement.size_elasticity", sizes.creators(feed.posts)
    known: dict[str, Any] = {"n": len(feed.posts), "clusters": len(table), "level": campaign.confidence}
    line, model = sizes.line(table, campaign.confidence), sizes.law(feed.posts, campaign.confidence)
    if isinstance(line, NotEnough):
        what = "how engagement changes with size"
        few = wording.too_few_creators(what, len(table), line.needed)
        said = few if line.reason == "creators" else wording.NO_RANGE_OF_SIZES
        return not_enough(name, said, SIZE_METHOD, **known)
    slope = line if isinstance(model, NotEnough) else model.slope
    challenges = size_challenges(feed, table, line, model, campaign)
    known |= {"caveats": (*feed.caveats, wording.NOISY_FOLLOWERS), "table": challenges.table()}
    picked = selection.selection(feed)
    verdict: Verdict = "supported" if slope.high < 0 else "contradicted" if slope.low > 0 else "undecided"
    said = wording.size_elasticity(slope)
    if picked is not None and picked.warning and slope.high < 0:
        verdict, said = "undecided", words.size_of_the_picked(slope)
        known["caveats"] = (picked.warning, *known["caveats"])
    elif any(item in challenges.failed for item in challenges.items[:DECISIVE]):
        verdict, said = "undecided", words.size_in_doubt(slope)
    known["caveats"] = (*words.rests_on(challenges.failed_after(DECISIVE)), *known["caveats"])
    return Finding(name, said, verdict, SIZE_METHOD, slope.estimate, slope.ends, **known)


def size_challenges(
    feed: Feed, table: pd.DataFrame, line: Interval, model: Law | NotEnough, campaign: Campaign
) -> Challenges:
    """Return what could prove the change with size wrong, each with what came out.

    `table` is that of sizes.creators and `line` the line through it: all but the first are tried on that line.
    """
    level = campaign.confidence
    jumped = growth.jumped(Tables(followers=feed.followers), campaign)
    steady = table[~table["influencer_id"].isin(jumped)]
    without = sizes.line(steady, level) if jumped else None
    return Challenges(
        words.earlier_followers(line, sizes.with_earlier_followers(feed.posts, feed.followers, level)),
        words.dealt_anew(sizes.chance_of_shuffled(table, campaign.seed), sizes.SHUFFLES, line),
        words.one_point_a_creator(line, model),
        words.without_the_strongest(line, sizes.without_the_strongest(table, level)),
        words.without_jumps(line, without, len(jumped), feed.snapshots),
    )


def rates_by_tier(feed: Feed, campaign: Campaign) -> tuple[Finding, ...]:
    """Return the median creator's engagement rate by followers in each tier of the YAML that has posts."""
    findings = []
    for tier, (low, high) in campaign.tiers.items():
        posts = sized(feed, low, high)
        if len(posts):
            findings.append(_tier_rate(f"engagement.rate.{tier}", posts, tier, (low, high), feed, campaign))
    return tuple(findings)


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
    """Return ways of averaging side by side, by tier: median of creators, mean and median of posts, sum over sum."""
    rows = []
    for tier, (low, high) in campaign.tiers.items():
        posts = sized(feed, low, high)
        if len(posts):
            rows.append(
                {
                    "tier": wording.band_name(tier, (low, high)),
                    "creators": posts["influencer_id"].nunique(),
                    "posts": len(posts),
                }
                | averages(posts, ERF, campaign)
            )
    columns = (
        TableColumn("tier", "Followers"),
        TableColumn("creators", "Creators", "count"),
        TableColumn("posts", "Posts", "count", shown=False),
        *average_columns(),
        *(replace(column, shown=False) for column in _average_column("post", "Median of posts")),
    )
    frame = pd.DataFrame(rows, columns=[column.name for column in columns])
    caption = f"Engagement rate by followers, averaged in three ways, with {campaign.confidence:.0%} intervals"
    return ShownTable(caption, columns, frame)


def average_columns() -> tuple[TableColumn, ...]:
    """Return the columns of the three averages that answer different questions and differ by a factor of two."""
    labels = {"creator": "Median of creators", "mean": "Mean of posts", "pooled": "Sum over sum"}
    return tuple(column for name, label in labels.items() for column in _average_column(name, label))


def _average_column(name: str, label: str) -> tuple[TableColumn, ...]:
    """Return the columns of one average: its text for the page, its numbers for the download."""
    numbers = (TableColumn(f"{name}{end}", f"{label}{end}", "percent", shown=False) for end in ("", "_low", "_high"))
    return TableColumn(f"{name}_shown", label, "range"), *numbers


def averages(posts: pd.DataFrame, rate: Rate, campaign: Campaign) -> dict[str, object]:
    """Return the averages of a rate over posts with their intervals, clustered by creator, as numbers and as text.

    The median creator, the mean post, the sum over sum, and the median post.
    """
    known = posts.assign(rate=rate.each(posts)).dropna(subset=["rate"])
    by = known.groupby("influencer_id")
    sums, each = by[[rate.numerator, rate.denominator]].sum().astype(float), by["rate"].agg(["sum", "size"])
    found = {
        "creator": inference.median(by["rate"].median(), campaign.confidence),
        "mean": inference.ratio_of_sums(each["sum"], each["size"], campaign.confidence),
        "pooled": inference.ratio_of_sums(sums[rate.numerator], sums[rate.denominator], campaign.confidence),
        "post": inference.median_of_rows(known, "rate", "influencer_id", campaign.confidence),
    }
    cells: dict[str, object] = {}
    for name, average in found.items():
        cells[f"{name}_shown"] = wording.rate_with_range(average)
        ends = (average.estimate, *average.ends) if average else ()
        cells |= {f"{name}{end}": value for end, value in zip(("", "_low", "_high"), ends, strict=False)}
    return cells


def rate_in_band(feed: Feed, campaign: Campaign) -> Finding:
    """Hold the median creator's rate in the brand's size band against the published benchmark, by equivalence."""
    name, posts = "engagement.rate_in_band", sized(feed, *campaign.band)
    rates, level, margin = (
        posts.groupby("influencer_id")["rate"].median(),
        campaign.confidence,
        campaign.benchmark_margin,
    )
    method = published_words.method(level, margin)
    known: dict[str, Any] = {"n": len(posts), "clusters": len(rates), "level": level}
    held = published.equivalence(rates, *campaign.benchmark, margin, level)
    if held is None:
        return not_enough(name, published.too_few(wording.rate_at(campaign.band), rates, level), method, **known)
    said = published_words.in_band(held.found, campaign.band, campaign.benchmark, held.verdict, margin)
    known |= {"caveats": (*schemes.warning(feed, campaign), *feed.caveats, wording.BENCHMARK_UNSOURCED)}
    return Finding(name, said, held.verdict, method, held.found.estimate, held.found.ends, **known)


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
