"""Published figures put to the test: this roster's rate is as published, is another, or it cannot be told.

The figures are parameters, not truths: a dated list with metric, population and source (`published.csv`, or the one
that the campaign's YAML names).
"""

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from influence_lib import wording
from influence_lib.analysis import inference
from influence_lib.analysis.feed import Feed
from influence_lib.analysis.inference import Array, Interval
from influence_lib.campaign import Campaign, PublishedFigure, read_published
from influence_lib.findings import Finding, ShownTable, TableColumn, Verdict, not_enough
from influence_lib.metrics import ERF, LIKE_AND_COMMENT_RATE, LIKE_RATE, REACH_RATE
from influence_lib.wording import published as words

COMES_ALONG = Path(__file__).with_name("published.csv")
METRICS = {
    "likes_by_followers": LIKE_RATE,
    "likes_and_comments_by_followers": LIKE_AND_COMMENT_RATE,
    "engagements_by_followers": ERF,
    "reach_by_followers": REACH_RATE,
}


@dataclass(frozen=True)
class Equivalence:
    """Where a rate lies beside a published range: its interval, and supported (inside), contradicted or undecided."""

    found: Interval
    verdict: Verdict


def equivalence(values: npt.ArrayLike, low: float, high: float, margin: float, level: float) -> Equivalence | None:
    """Hold the median of independent units against a published range by two one-sided tests (Schuirmann 1987).

    The range is widened by `margin` of itself at each end. Inside: the interval at 2 x level - 1 lies within it;
    outside: the interval at `level` lies wholly beyond it. Exact, so a rate at the edge is called inside in no more
    than 1 - level of cases. None for fewer units than an exact interval needs, and for units that are all the same.
    """
    found, inner = (inference.median(values, part) for part in (level, 2 * level - 1))
    return _held(found, inner, low * (1 - margin), high * (1 + margin))


def equivalence_of_mean(
    values: npt.ArrayLike, low: float, high: float, margin: float, level: float
) -> Equivalence | None:
    """Hold the mean of independent units against a published range, as `equivalence` does the median."""
    found, inner = (mean_of_skewed(values, part) for part in (level, 2 * level - 1))
    return _held(found, inner, low * (1 - margin), high * (1 + margin))


def _held(found: Interval | None, inner: Interval | None, low: float, high: float) -> Equivalence | None:
    """Return the verdict of two intervals on a range."""
    if found is None or inner is None:
        return None
    inside, outside = low <= inner.low and inner.high <= high, found.high < low or found.low > high
    return Equivalence(found, "supported" if inside else "contradicted" if outside else "undecided")


def mean_of_skewed(values: npt.ArrayLike, level: float) -> Interval | None:
    """Return the mean of independent units that lean to one side, as rates do, with a careful interval.

    It reaches as far as the farther of Hall's transformed t (1992) and of the mean of a log-normal (Cox, in Land
    1972): with twenty log-normal creators Student's t misses the mean upwards in 12 % instead of 5 %.
    """
    x = np.asarray(values, dtype=float)
    x = x[np.isfinite(x)]
    if len(x) < max(3, inference.fewest_for_median(level)) or inference.all_alike(x):
        return None
    ends = [_hall(x, level)] + ([_lognormal(x, level)] if x.min() > 0 else [])
    return Interval(float(x.mean()), min(low for low, _ in ends), max(high for _, high in ends), len(x))


def _hall(x: Array, level: float) -> tuple[float, float]:
    """Return the ends of the t interval set right for skewness by a cubic that never falls."""
    error, skew = float(x.std(ddof=1)) / math.sqrt(len(x)), float(stats.skew(x, bias=False)) / math.sqrt(len(x))
    reach = inference.quantile_t(level, len(x) - 1)
    low, high = (x.mean() - error * _straightened(end, skew) for end in (reach, -reach))
    return float(low), float(high)


def _straightened(value: float, skew: float) -> float:
    """Return the t whose transform is `value`; `skew` is the skewness over the root of the number of units."""
    if abs(skew) < inference.NO_SPREAD:
        return value
    return float(3 / skew * (np.cbrt(1 + skew * (value - skew / 6)) - 1))


def _lognormal(x: Array, level: float) -> tuple[float, float]:
    """Return the ends of the interval of the mean of a log-normal."""
    logs, n = np.log(x), len(x)
    spread = float(logs.var(ddof=1))
    half = inference.quantile_t(level, n - 1) * math.sqrt(spread / n + spread**2 / (2 * (n - 1)))
    middle = float(logs.mean()) + spread / 2
    return math.exp(min(middle - half, 700)), math.exp(min(middle + half, 700))


def figures(campaign: Campaign) -> tuple[PublishedFigure, ...]:
    """Return the published figures of the campaign, or those that come along."""
    return read_published(campaign.benchmarks_file or COMES_ALONG)


def organic(posts: pd.DataFrame) -> pd.DataFrame:
    """Return the posts that nobody marked as sponsored: those may have been paid to reach further."""
    return posts[~posts["is_sponsored"].fillna(False).astype(bool)]


def in_band(feed: Feed, figure: PublishedFigure) -> pd.DataFrame:
    """Return the posts that a published figure speaks of, with their `rate`; NaN where a part of it is unknown."""
    posts, (low, high) = feed.posts, figure.band
    posts = posts[(posts["followers"] >= low) & (posts["followers"] < high)]
    if figure.platform:
        posts = posts[posts["platform"] == figure.platform]
    if figure.metric == "reach_by_followers":
        posts = organic(posts)
    posts = posts.assign(likes_and_comments=posts["likes"] + posts["comments"])
    return posts.assign(rate=METRICS[figure.metric].each(posts))


def benchmarks(feed: Feed, campaign: Campaign) -> tuple[Finding, ...]:
    """Hold each published figure that speaks of creators in these files against the median creator's rate."""
    tested = [(figure, in_band(feed, figure).dropna(subset=["rate"])) for figure in figures(campaign)]
    found = [_benchmark(figure, posts, feed, campaign) for figure, posts in tested if len(posts)]
    answered = sum(one.estimate is not None for one in found)
    many = words.many_tried(answered, campaign.confidence)
    return tuple(replace(one, caveats=(*one.caveats, *many)) if one.estimate is not None else one for one in found)


def _benchmark(figure: PublishedFigure, posts: pd.DataFrame, feed: Feed, campaign: Campaign) -> Finding:
    """Return the finding about one published figure."""
    name = f"engagement.benchmark.{figure.key}"
    rates = posts.groupby("influencer_id")["rate"].median()
    level, margin = campaign.confidence, campaign.benchmark_margin
    method = words.method(level, margin)
    known: dict[str, Any] = {"n": len(posts), "clusters": len(rates), "level": level}
    held = equivalence(rates, figure.low, figure.high, margin, level)
    if held is None:
        return not_enough(name, too_few(words.whether(figure), rates, level), method, **known)
    said = words.benchmark(held.found, figure, held.verdict, margin, len(posts))
    details = {"published_low": figure.low, "published_high": figure.high, "published_year": float(figure.year)}
    mean = equivalence_of_mean(rates, figure.low, figure.high, margin, level)
    if figure.aggregation == "mean" and mean:
        said += words.of_the_mean(mean.found, figure, mean.verdict, margin)
        details |= {"mean": mean.found.estimate, "mean_low": mean.found.low, "mean_high": mean.found.high}
    known |= {"details": details, "caveats": _caveats(figure, feed)}
    return Finding(name, said, held.verdict, method, held.found.estimate, held.found.ends, **known)


def too_few(what: str, rates: pd.Series, level: float) -> str:
    """Say that more creators are needed to tell `what`, or that all show the same number."""
    least = inference.fewest_for_median(level)
    return wording.too_few_creators(what, len(rates), least) if len(rates) < least else wording.all_the_same(what)


def _caveats(figure: PublishedFigure, feed: Feed) -> tuple[str, ...]:
    """Return what a reader must know of one published figure."""
    unsourced = (words.UNSOURCED,) if figure.certainty == "unsourced" else ()
    average = () if figure.aggregation else (words.UNTOLD_AVERAGE,)
    return (*feed.caveats, *unsourced, *average, words.OTHER_PEOPLE)


COLUMNS = (
    TableColumn("figure", "Published figure"),
    TableColumn("published", "Published", "range"),
    TableColumn("by", "By"),
    TableColumn("population", "Of whom", shown=False),
    TableColumn("creators", "Creators here", "count"),
    TableColumn("rate_shown", "Median creator here", "range"),
    TableColumn("verdict", "Verdict"),
    TableColumn("key", "Key", shown=False),
    TableColumn("claim", "Requirement", shown=False),
    TableColumn("certainty", "How it is known", shown=False),
    TableColumn("source", "Source", shown=False),
    *(
        TableColumn(end, end.capitalize(), "percent", shown=False)
        for end in ("low", "high", "rate", "rate_low", "rate_high")
    ),
    *(
        TableColumn(end, end.replace("_", " ").capitalize(), "percent", shown=False)
        for end in ("mean", "mean_low", "mean_high")
    ),
)


def benchmark_table(feed: Feed, campaign: Campaign, findings: tuple[Finding, ...]) -> ShownTable:
    """Return the published figures beside our rates; of those about creators who are not here, the articles' only.

    The others are counted in the caption: they say nothing of this roster.
    """
    known = {finding.id.rpartition(".")[2]: finding for finding in findings}
    every = [_row(figure, known.get(figure.key), feed) for figure in figures(campaign)]
    rows = sorted((row for row in every if row["creators"] or row["claim"]), key=lambda row: row["creators"] == 0)
    caption = words.table_caption(campaign.benchmark_margin, campaign.confidence, len(every) - len(rows))
    return ShownTable(caption, COLUMNS, pd.DataFrame(rows, columns=[column.name for column in COLUMNS]))


def _row(figure: PublishedFigure, finding: Finding | None, feed: Feed) -> dict[str, object]:
    """Return one published figure as a row."""
    row: dict[str, object] = {
        "figure": wording.sentence_case(words.figure_name(figure)),
        "published": words.rate_text(figure.low, figure.high),
        "by": f"{words.publisher(figure.source)}, {figure.year}",
        **{
            name: getattr(figure, name) for name in ("population", "key", "claim", "certainty", "source", "low", "high")
        },
        "creators": finding.clusters if finding else 0,
        "rate_shown": words.NOTHING,
        "verdict": words.TOO_FEW,
    }
    if finding is None:
        return row | {"verdict": words.NOT_REPORTED if len(in_band(feed, figure)) else words.NOBODY}
    if finding.estimate is None or finding.interval is None:
        return row
    found = Interval(finding.estimate, *finding.interval, finding.clusters or 0)
    row |= {"rate_shown": wording.rate_with_range(found), "rate": found.estimate, "rate_low": found.low}
    row |= {"rate_high": found.high, "verdict": words.table_verdict(finding.verdict, found, figure)}
    return row | {name: finding.details.get(name) for name in ("mean", "mean_low", "mean_high")}
