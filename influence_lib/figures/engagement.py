"""Figures of engagement by size."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, NullLocator

from influence_lib import wording
from influence_lib.analysis import engagement, published, sizes
from influence_lib.analysis import feed as feeds
from influence_lib.analysis.feed import Feed
from influence_lib.campaign import PublishedFigure
from influence_lib.figures.drawing import (
    BESIDE,
    FEED,
    GOOD,
    GREY,
    INK,
    MOST_ROWS,
    ORGANIC,
    ROW_HIGH,
    SPONSORED,
    Chart,
    NoChart,
    Words,
    as_chart,
    axis_of,
    few_ticks,
    forest,
    mark,
    safe,
    size_ticks,
)
from influence_lib.findings import Finding
from influence_lib.metrics import show
from influence_lib.wording import creators as creator_words
from influence_lib.wording import published as published_words

if TYPE_CHECKING:
    from influence_lib.analysis.guards import NotEnough
    from influence_lib.intake import Intake


def size_scatter(data: "Intake", feed: Feed, finding: Finding) -> Chart | NoChart:
    """Draw each creator's usual engagement rate against their followers, with the smooth line of the rate by size."""
    if finding.estimate is None:
        return NoChart(wording.no_figure("engagement by size"))
    table = feeds.creators(feed)
    rows = table[["influencer_id", "followers", "rate", "posts"]]
    low, high = float(rows["followers"].min()), float(rows["followers"].max())
    usual = _usual_by_size(rows, sizes.curve(feed.posts, data.campaign.confidence), finding.estimate)

    def draw(axes: Axes) -> None:
        top = float(rows["rate"].max()) * 1.08
        axes.fill_between(usual["followers"], usual["low"], usual["high"].clip(upper=top), color=INK, alpha=0.12)
        sns.scatterplot(rows, x="followers", y="rate", ax=axes, color=ORGANIC, alpha=0.75, s=55)
        axes.plot(usual["followers"], usual["rate"], color=INK, linewidth=2)
        axes.set(xscale="log", xlim=(low / 1.2, high * 1.2), ylim=(0, top))
        axes.set(xlabel="Followers (each step about three times more)", ylabel="Engagement rate by followers")
        axes.xaxis.set(major_locator=FixedLocator(size_ticks(*axes.get_xlim())), minor_locator=NullLocator())
        axes.yaxis.set_major_locator(FixedLocator(few_ticks(*axes.get_ylim())))
        axes.xaxis.set_major_formatter(axis_of("followers"))
        axes.yaxis.set_major_formatter(axis_of("percent"))

    posts, middle = int(rows["posts"].sum()), float(rows["rate"].median())
    words = Words(
        "engagement_by_size",
        finding.headline,
        f"Dots: each creator's median post; line and band: usual rate at a size, {data.campaign.confidence:.0%} range",
        wording.base(len(feed.posts), len(rows)),
        wording.scatter_alt(len(rows), posts, engagement.spearman(feed), low, high, middle),
    )
    return as_chart(data, words, rows, draw, FEED)


def _usual_by_size(rows: pd.DataFrame, curve: "pd.DataFrame | NotEnough", slope: float) -> pd.DataFrame:
    """Return the smooth line set to the level of the dots, or a straight one of the slope where there is none.

    The line speaks of mean posts and the dots of median ones: only its shape is drawn.
    """
    seen = rows[rows["rate"] > 0]
    size, rate = np.log(seen["followers"]), np.log(seen["rate"])
    if not isinstance(curve, pd.DataFrame):
        followers = np.geomspace(seen["followers"].min(), seen["followers"].max(), 50)
        line = np.exp(float((rate - slope * size).mean()) + slope * np.log(followers))
        return pd.DataFrame({"followers": followers, "rate": line, "low": line, "high": line})
    there = np.interp(size, np.log(curve["followers"]), np.log(curve["rate"]))
    lift = float(np.exp((rate - there).mean()))
    return curve.assign(**{name: curve[name] * lift for name in ("rate", "low", "high")})


def tier_rates(data: "Intake", feed: Feed, findings: tuple[Finding, ...]) -> Chart | NoChart:
    """Draw the median creator's engagement rate in each tier with its interval."""
    known = [f for f in findings if f.estimate is not None and f.interval is not None]
    rows = pd.DataFrame([_tier_row(finding, data.campaign.tiers) for finding in known])
    if rows.empty:
        return NoChart(wording.no_figure("engagement by tier"))

    def draw(axes: Axes) -> None:
        at = np.arange(len(rows))
        axes.vlines(at, rows["low"], rows["high"], color=ORGANIC, linewidth=3)
        axes.scatter(at, rows["rate"], color=ORGANIC, s=90, zorder=3)
        for place, rate in enumerate(rows["rate"]):
            axes.annotate(show(rate, "percent"), (place, rate), xytext=(9, 0), **BESIDE)
        axes.set(ylabel="Engagement rate by followers", ylim=(0, float(rows["high"].max()) * 1.1))
        axes.set(xlim=(-0.5, len(rows) - 0.3))
        axes.set_xticks(at, _tier_labels(rows))
        axes.yaxis.set_major_locator(FixedLocator(few_ticks(*axes.get_ylim())))
        axes.yaxis.set_major_formatter(axis_of("percent"))

    words = Words(
        "engagement_by_tier",
        max(known, key=lambda finding: finding.clusters or 0).headline,
        f"Median creator by number of followers, with {data.campaign.confidence:.0%} interval",
        # A creator who grew out of a tier counts in both; the page must not count them twice.
        wording.base(int(rows["posts"].sum()), _creators_in(feed, rows, data.campaign.tiers)),
        wording.tiers_alt(list(zip(*(rows[c] for c in ("tier", "rate", "low", "high", "creators")), strict=True))),
    )
    return as_chart(data, words, rows, draw, FEED)


def _tier_row(finding: Finding, tiers: dict[str, tuple[int, int]]) -> dict[str, Any]:
    """Return one tier as it is drawn."""
    tier, (low, high) = finding.id.rpartition(".")[2], finding.interval or (np.nan, np.nan)
    rates = {"rate": finding.estimate, "low": low, "high": high}
    band = wording.band_text(tiers[tier])
    return {"tier": tier, "followers": band, **rates, "creators": finding.clusters, "posts": finding.n}


def _tier_labels(rows: pd.DataFrame) -> list[str]:
    """Return name, band and number of creators of each tier, below one another."""
    return [
        f"{safe(tier.replace('_', ' '))}\n{band}\n{wording.count(creators, 'creator')}"
        for tier, band, creators in zip(rows["tier"], rows["followers"], rows["creators"], strict=True)
    ]


def _creators_in(feed: Feed, rows: pd.DataFrame, tiers: dict[str, tuple[int, int]]) -> int:
    """Return how many creators have posts in any of the drawn tiers."""
    followers = feed.posts["followers"]
    drawn = [(followers >= tiers[tier][0]) & (followers < tiers[tier][1]) for tier in rows["tier"]]
    return int(feed.posts.loc[np.logical_or.reduce(drawn), "influencer_id"].nunique())


def published_forest(data: "Intake", findings: tuple[Finding, ...]) -> Chart | NoChart:
    """Draw the median creator's engagement rate with its interval beside each published figure."""
    campaign, margin = data.campaign, data.campaign.benchmark_margin
    by_id = {f"engagement.benchmark.{figure.key}": figure for figure in published.figures(campaign)}
    rates = {name for name, figure in by_id.items() if figure.metric != "reach_by_followers"}
    known = [finding for finding in findings if finding.id in rates and finding.estimate is not None]
    if not known:
        return NoChart(wording.no_figure("published figures beside our rates"))
    drawn = known[: MOST_ROWS // 2]
    figures = [by_id[finding.id] for finding in drawn]
    rows = pd.DataFrame([_published_row(f, figure) for f, figure in zip(drawn, figures, strict=True)])
    colours = [{"supported": ORGANIC, "contradicted": SPONSORED}.get(verdict, GREY) for verdict in rows["verdict"]]
    low, high = rows["published_low"] * (1 - margin), rows["published_high"] * (1 + margin)

    def draw(axes: Axes) -> None:
        at = np.arange(len(rows))[::-1]
        axes.barh(at, high - low, left=low, height=0.7, color=GREY, alpha=0.3, linewidth=0)
        forest(axes, rows, ("figure", "rate", "low", "high"), colours)
        labels = [published_words.forest_label(figure) for figure in figures]
        axes.set_yticks(at, [f"{safe(publisher)}\n{what}" for publisher, what in labels])
        axes.set(xlabel="Rate by followers", xlim=(0, float(max(high.max(), rows["high"].max())) * 1.05))
        axes.xaxis.set_major_locator(FixedLocator(few_ticks(*axes.get_xlim())))
        axes.xaxis.set_major_formatter(axis_of("percent"))

    largest = max(drawn, key=lambda finding: finding.clusters or 0)
    words = Words(
        "published_figures",
        largest.headline,
        published_words.forest_subtitle(campaign.confidence, margin, len(drawn), len(known)),
        published_words.up_to(int(rows["posts"].max()), int(rows["creators"].max())),
        published_words.forest_alt(list(zip(*(rows[c] for c in _PUBLISHED_ALT), strict=True))),
    )
    return as_chart(data, words, rows, draw, FEED, 1.4 + 2 * ROW_HIGH * len(rows))


_PUBLISHED_ALT = ("figure", "rate", "low", "high", "verdict")


def _published_row(finding: Finding, figure: PublishedFigure) -> dict[str, Any]:
    """Return one published figure beside our rate as it is drawn."""
    low, high = finding.interval or (np.nan, np.nan)
    named = {"figure": published_words.figure_name(figure), "rate": finding.estimate, "low": low, "high": high}
    ours = {"verdict": finding.verdict, "creators": finding.clusters, "posts": finding.n}
    return named | {"published_low": figure.low, "published_high": figure.high, "year": figure.year} | ours


def ranking_forest(data: "Intake", finding: Finding) -> Chart | NoChart:
    """Draw each creator's rate with luck allowed for and its interval, the raw rate as a ring, and the floor."""
    if finding.table is None:
        return NoChart(wording.no_figure("the creators' rates"))
    floor, creators = data.campaign.engagement_floor, finding.table.rows
    names = ["influencer_id", "raw", "rate", "low", "high", "above", "best", "posts", "verdict"]
    rows = creators.head(MOST_ROWS)[names]
    by_verdict = {"above the floor": GOOD, "below the floor": SPONSORED}
    colours = [by_verdict.get(verdict, GREY) for verdict in rows["verdict"]]
    high = max(floor, float(rows[["raw", "high"]].max().max())) * 1.05

    def draw(axes: Axes) -> None:
        forest(axes, rows, ("influencer_id", "rate", "low", "high"), colours)
        at = np.arange(len(rows))[::-1]
        axes.scatter(rows["raw"], at, facecolors="none", edgecolors=INK, s=52, zorder=4, clip_on=False)
        axes.set(xlabel="Engagement rate by followers", xlim=(0, high))
        mark(axes, floor, f"floor {show(floor, 'percent')}")
        axes.xaxis.set_major_locator(FixedLocator(few_ticks(0, high)))
        axes.xaxis.set_major_formatter(axis_of("percent"))

    first = (str(rows["influencer_id"].iloc[0]), float(rows["raw"].iloc[0]), float(rows["rate"].iloc[0]))
    verdicts = [int((creators["verdict"] == verdict).sum()) for verdict in by_verdict]
    words = Words(
        "creators_ranked",
        finding.headline,
        creator_words.ranking_subtitle(len(rows), len(creators), data.campaign.confidence),
        wording.base(finding.n, len(creators)),
        creator_words.ranking_alt(len(rows), len(creators), floor, first, (verdicts[0], verdicts[1])),
    )
    return as_chart(data, words, rows, draw, FEED, 1.4 + ROW_HIGH * len(rows))


def effects_forest(data: "Intake", finding: Finding) -> Chart | NoChart:
    """Draw how far each format or time lies from the commonest of the same creator, with intervals."""
    if finding.table is None:
        return NoChart(wording.no_figure("formats and posting times"))
    noun = "format" if finding.id == "engagement.formats" else "time"
    names = ["label", "kind", "against", "change", "low", "high", "posts", "creators", "verdict"]
    rows = finding.table.rows.head(MOST_ROWS)[names]
    by_verdict = {"draws more": GOOD, "draws less": SPONSORED}
    colours = [by_verdict.get(verdict, GREY) for verdict in rows["verdict"]]
    reach = 1.05 * float(rows[["low", "high"]].abs().max().max())

    def draw(axes: Axes) -> None:
        forest(axes, rows, ("label", "change", "low", "high"), colours)
        axes.axvline(0, color=INK, linewidth=1.2)
        axes.set(xlabel="Engagement rate against the commonest", xlim=(max(-1, -reach), reach))
        axes.xaxis.set_major_locator(FixedLocator(few_ticks(*axes.get_xlim())))
        axes.xaxis.set_major_formatter(axis_of("signed_percent"))

    drawn = list(zip(*(rows[column] for column in ("kind", "against", "change", "low", "high")), strict=True))
    words = Words(
        f"engagement_by_{noun}",
        finding.headline,
        creator_words.contrasts_subtitle(noun, sorted(set(rows["against"])), data.campaign.confidence),
        wording.base(finding.n, finding.clusters or 0),
        creator_words.contrasts_alt(noun, drawn, int(rows["verdict"].isin(list(by_verdict)).sum())),
    )
    return as_chart(data, words, rows, draw, FEED, 1.4 + ROW_HIGH * max(len(rows), 2))
