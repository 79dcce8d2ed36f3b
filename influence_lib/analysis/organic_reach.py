"""How many followers a post reaches without paid support: by month, against published figures, over time."""

import math
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from influence_lib import wording
from influence_lib.analysis import comparable, guards, inference, published
from influence_lib.analysis.change import kinds
from influence_lib.analysis.feed import Feed
from influence_lib.analysis.guards import Design, NotEnough
from influence_lib.campaign import Campaign, PublishedFigure
from influence_lib.findings import Finding, Note, ShownTable, TableColumn, Verdict, not_available, not_enough
from influence_lib.metrics import REACH_RATE
from influence_lib.wording import published as published_words
from influence_lib.wording import reach as words

FEWEST_CREATORS = 8
QUARTER_DAYS = 365.25 / 4
COLUMNS = (
    TableColumn("platform", "Platform"),
    TableColumn("month", "Month"),
    TableColumn("creators", "Creators", "count"),
    TableColumn("posts", "Posts", "count"),
    TableColumn("basis", "What is shown"),
    TableColumn("rate_shown", "Organic reach rate", "range"),
    TableColumn("published", "Published", "range"),
    TableColumn("below", "Chance that it is below", "probability"),
    *(TableColumn(end, end.replace("_", " ").capitalize(), "percent", shown=False) for end in ("rate", "low", "high")),
)


def _told(feed: Feed) -> pd.DataFrame:
    """Return the posts whose reach was told, with their reach rate as `rate`."""
    posts = feed.posts.assign(rate=REACH_RATE.each(feed.posts))
    return posts[posts["rate"].notna()]


def _caveats(feed: Feed) -> tuple[str, ...]:
    """Return what a reader must know of the posts whose reach was told."""
    told = _told(feed)
    untold = int(told["is_sponsored"].isna().sum())
    return (wording.REACH_SELECTED, *words.left_out(len(told) - len(published.organic(told)), untold))


def _figure(platform: str, campaign: Campaign) -> PublishedFigure | None:
    """Return the published reach rate of a platform; None where there is none."""
    reach = [f for f in published.figures(campaign) if f.metric == "reach_by_followers"]
    return next((f for f in reach if f.platform == platform), None)


def by_month(feed: Feed, campaign: Campaign) -> ShownTable | Note:
    """Return the organic reach rate of each platform and month, with the chance that it is below the published one.

    Where a platform has one account only, its posts stand for themselves, and the caption says so.
    """
    posts = published.organic(_told(feed))
    if posts.empty:
        return Note(wording.NO_REACH)
    month = posts["posted_at"].dt.tz_convert(campaign.timezone).dt.strftime("%Y-%m")
    posts = posts.assign(month=month)
    alone = [str(name) for name, of in posts.groupby("platform") if of["influencer_id"].nunique() == 1]
    rows = [
        _month(str(platform), str(month), of, str(platform) in alone, campaign)
        for (platform, month), of in posts.groupby(["platform", "month"], sort=True)
    ]
    caption = words.by_month(campaign.confidence, alone, len(_told(feed)) - len(posts))
    return ShownTable(caption, COLUMNS, pd.DataFrame(rows, columns=[column.name for column in COLUMNS]))


def _month(platform: str, month: str, posts: pd.DataFrame, alone: bool, campaign: Campaign) -> dict[str, object]:
    """Return one platform and month as a row."""
    rates = posts["rate"] if alone else posts.groupby("influencer_id")["rate"].median()
    found, figure = inference.median(rates, campaign.confidence), _figure(platform, campaign)
    row: dict[str, object] = {
        "platform": published_words.platform(platform),
        "month": month,
        "creators": posts["influencer_id"].nunique(),
        "posts": len(posts),
        "basis": words.OF_POSTS if alone else words.OF_CREATORS,
        "rate_shown": wording.rate_with_range(found, "post" if alone else "creator"),
        "published": published_words.rate_text(figure.low, figure.high) if figure else published_words.NOTHING,
    }
    if found is None:
        return row
    row |= {"rate": found.estimate, "low": found.low, "high": found.high}
    return row | ({"below": chance_below(rates, figure.low)} if figure else {})


def chance_below(values: pd.Series, limit: float) -> float:
    """Return how sure it is that the median of independent units lies below a limit (sign test, mid-p)."""
    below, above = int((values < limit).sum()), int((values > limit).sum())
    sign = stats.binom(below + above, 0.5)
    return float(sign.cdf(below) - sign.pmf(below) / 2)


def platforms(feed: Feed, campaign: Campaign) -> tuple[Finding, ...]:
    """Hold the median creator's organic reach rate on each platform against the published one, by equivalence."""
    told = _told(feed)
    return tuple(_platform(str(name), posts, feed, campaign) for name, posts in told.groupby("platform", sort=True))


def _platform(platform: str, told: pd.DataFrame, feed: Feed, campaign: Campaign) -> Finding:
    """Return the finding of one platform."""
    name, posts, figure = f"engagement.reach_rate.{platform}", published.organic(told), _figure(platform, campaign)
    rates, level, margin = (
        posts.groupby("influencer_id")["rate"].median(),
        campaign.confidence,
        campaign.benchmark_margin,
    )
    method = published_words.method(level, margin)
    known: dict[str, Any] = {"n": len(posts), "clusters": len(rates), "level": level, "caveats": _caveats(feed)}
    low, high = (figure.low, figure.high) if figure else (0.0, 1.0)
    held = published.equivalence(rates, low, high, margin, level)
    if held is None:
        return not_enough(name, _refused(platform, posts, rates, level), method, **known)
    verdict: Verdict = held.verdict if figure else "supported"
    if figure:
        known |= {"details": {"published_low": figure.low, "published_high": figure.high}}
    said = words.platform_rate(platform, held.found, len(posts), figure, verdict, margin)
    return Finding(name, said, verdict, method, held.found.estimate, held.found.ends, **known)


def _refused(platform: str, posts: pd.DataFrame, rates: pd.Series, level: float) -> str:
    """Return why one platform's reach is not told."""
    if len(rates) == 0:
        return words.only_sponsored(platform)
    if len(rates) == 1:
        own = inference.median(posts["rate"], level)
        return words.one_account(platform, own, inference.fewest_for_median(level))
    return published.too_few(words.reach_on(platform), rates, level)


def trend(feed: Feed, campaign: Campaign) -> Finding:
    """Estimate how organic reach over followers moves a quarter, within creator, format and age when read."""
    name, posts = "engagement.reach_trend", _over_time(feed, campaign)
    if _told(feed).empty:
        return not_available(name, wording.NO_REACH, words.TREND_METHOD)
    creators = posts["influencer_id"].nunique()
    known: dict[str, Any] = {"n": len(posts), "clusters": creators, "level": campaign.confidence}
    fit = guards.estimate(_slope(posts), FEWEST_CREATORS) if len(posts) else NotEnough("creators", 0, FEWEST_CREATORS)
    if isinstance(fit, NotEnough):
        return not_enough(name, _no_trend(feed, fit, creators, campaign), words.TREND_METHOD, **known)
    change = fit.interval("quarters", campaign.confidence).through(math.expm1)
    verdict: Verdict = "supported" if change.high < 0 else "contradicted" if change.low > 0 else "undecided"
    said = words.trend(change, len(posts), posts["local"].min().date(), posts["local"].max().date())
    once = (wording.ONE_SNAPSHOT,) if feed.snapshots <= 1 else ()
    known |= {"caveats": (*_caveats(feed), *once, words.COMMON)}
    return Finding(name, said, verdict, words.TREND_METHOD, change.estimate, change.ends, **known)


def _over_time(feed: Feed, campaign: Campaign) -> pd.DataFrame:
    """Return organic posts read at the age for comparisons over time, of creators whose posts span a quarter."""
    posts = comparable.posts(feed, campaign)
    told = published.organic(posts.assign(rate=REACH_RATE.each(posts)))
    ripe = told[(told["rate"] > 0) & (told["age_days"] >= campaign.trend_age_days)]
    times = ripe.groupby("influencer_id")["posted_at"]
    span = times.transform("max") - times.transform("min")
    return ripe[span >= pd.Timedelta(days=campaign.saturation_days)]


def _slope(posts: pd.DataFrame) -> Design:
    """Return the design of the change over time."""
    quarters = (
        (posts["posted_at"] - posts["posted_at"].min()).dt.total_seconds().to_numpy(float) / 86_400 / QUARTER_DAYS
    )
    creator = guards.codes(posts["influencer_id"])
    return Design(np.log(posts["rate"].to_numpy(float)), {"quarters": quarters}, kinds(posts), creator)


def _no_trend(feed: Feed, why: NotEnough, creators: int, campaign: Campaign) -> str:
    """Return why no change over time is told."""
    if published.organic(_told(feed))["influencer_id"].nunique() == 1:
        return f"{wording.too_few_creators(words.TREND, 1, FEWEST_CREATORS)} {words.ONE_ACCOUNT}"
    if why.reason == "creators":
        return words.too_few_spans(creators, FEWEST_CREATORS, campaign.saturation_days)
    return words.MOVES_ALIKE.format(what=words.TREND)
