"""Small campaigns for the tests of the analysis, built by hand or drawn with planted effects."""

import functools
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from loading import load

from influence_lib.analysis import (
    change,
    engagement,
    feed,
    growth,
    organic_reach,
    peaks,
    published,
    ranking,
    roi,
    saturation,
    shares,
    timing,
)
from influence_lib.analysis.ledger import Ledger
from influence_lib.campaign import Campaign
from influence_lib.findings import Finding, Tabled
from influence_lib.simulate.scenarios import sized
from influence_lib.simulate.world import draw, streams
from influence_lib.tables import TABLES, Tables

ROOT = Path(__file__).parents[1]
DAY = pd.Timedelta(days=1)


calibration = load(ROOT / "benchmarks" / "calibration.py")


def campaign(**changes: Any) -> Campaign:
    """Return the campaign of all simulated worlds: 18 May to 16 June 2026, seen on 30 June."""
    return calibration.campaign(**changes)


@functools.cache
def world(scenario: str = "default", creators: int = 24, posts: int = 720, seed: int = 5) -> Tables:
    """Return a drawn world as canonical tables."""
    return calibration.tables_of(draw(sized(scenario, creators, posts), streams(seed)))


def tables(**rows: Any) -> Tables:
    """Return tables from columns written by hand."""
    return Tables(**{name: TABLES[name].shape(pd.DataFrame(columns)) for name, columns in rows.items()})


def posts(**columns: Any) -> Tables:
    """Return tables of posts from columns: creator, followers, likes, and if wanted sponsored, reach, posted_at."""
    rows = pd.DataFrame({"posted_at": pd.Timestamp("2026-03-10 12:00", tz="UTC"), **columns})
    rows = rows.assign(
        post_id=[f"p{n:05d}" for n in range(len(rows))], influencer_id=rows["creator"], platform="tiktok"
    )
    rows = rows.assign(is_sponsored=columns.get("sponsored"), comments=0)
    sizes = rows.assign(observed_at=rows["posted_at"]).drop_duplicates(["influencer_id", "observed_at"])
    read = rows.assign(observed_at=rows["posted_at"] + 20 * DAY)
    return tables(posts=rows, followers=sizes, post_metrics=read)


def feed_of(**columns: Any) -> feed.Feed:
    """Return the feed of posts written by hand."""
    return feed.of(posts(**columns), campaign())


def money(book: Ledger, given: Tables, seen: Campaign) -> list[Finding]:
    """Return every finding about what came back."""
    moved, (adjusted, _) = roi.outcomes(given, seen), roi.adjusted(book, given, seen)
    asked = (roi.profit, roi.order_value, roi.cost_per_order, roi.new_customers, roi.repeat_rate, roi.leaking_codes)
    asked += (roi.survey, roi.by_creator, roi.unique_reach, roi.size, roi.army, roi.reallocation)
    return [
        *roi.attributed(book, given, seen),
        *roi.incremental(book, given, seen),
        *(ask(book, given, seen) for ask in asked),
        adjusted,
        *(ask(given, seen) for ask in (roi.placebo, roi.campaigns, roi.regions, roi.channels)),
        *(moved.items if isinstance(moved, Tabled) else (moved,)),
        *roi.claims(book, given, seen),
        *roi.boosts(given, seen),
    ]


def everything(given: Tables, seen: Campaign) -> dict[str, Finding]:
    """Return every finding of a campaign by id."""
    rows, book = feed.of(given, seen), roi.ledger(given, seen)
    bend = saturation.dose_response(rows, seen)
    findings = [
        engagement.size_elasticity(rows, seen),
        peaks.sweet_spot(rows, seen),
        peaks.sweet_spot_per_money(rows, given, seen),
        *engagement.rates_by_tier(rows, seen),
        engagement.rate_in_band(rows, seen),
        *published.benchmarks(rows, seen),
        change.change(rows, seen),
        ranking.ranked(rows, seen),
        timing.formats(rows, seen),
        timing.posting_times(rows, seen),
        growth.jumps(given, rows, seen),
        engagement.reach_rate(rows, seen),
        *organic_reach.platforms(rows, seen),
        organic_reach.trend(rows, seen),
        saturation.sponsored_effect(rows, seen),
        *bend,
        saturation.undisclosed(rows, bend[1], seen),
        shares.over_limit(rows, seen),
        shares.last_check(rows, seen),
        shares.new_sponsors(rows, seen),
        shares.competitor_conflicts(rows, seen),
        roi.cost(book, seen),
        *money(book, given, seen),
    ]
    return {finding.id: finding for finding in findings}


def roster(creators: int, each: int, rng: np.random.Generator, rate: Any, spread: float = 0.3) -> dict[str, Any]:
    """Return columns of posts of creators of 1,000 to 1,000,000 followers; `rate` is the log rate by log size."""
    size = np.repeat(np.geomspace(1e3, 1e6, creators).round(), each)
    luck = np.repeat(rng.normal(0, spread, creators), each) + rng.normal(0, 0.3, creators * each)
    likes = np.maximum(size * np.exp(rate(np.log(size)) + luck), 0).round().astype(int)
    return {"creator": np.repeat([f"c{n:03d}" for n in range(creators)], each), "followers": size, "likes": likes}


def histories(seed: int, slope: float = 0.0, fading: float = 0.0) -> pd.DataFrame:
    """Return 50 creators over 14 months; `fading` is how much more they sell for each log point they have lost."""
    rng = np.random.default_rng(seed)
    creators, months = 50, 14
    level, shock, share = rng.normal(0, 0.5, creators), np.zeros((creators, months)), np.zeros((creators, months))
    usual = rng.normal(-0.4, 0.6, creators)
    for month in range(months):
        last = shock[:, month - 1] if month else np.zeros(creators)
        shock[:, month] = 0.9 * last + rng.normal(0, 0.2, creators)
        chance = 1 / (1 + np.exp(-(usual - fading * last + rng.normal(0, 0.5, creators))))
        share[:, month] = rng.binomial(12, chance) / 12
    rows = [
        {
            "influencer_id": c,
            "month": pd.Timestamp("2025-01-01", tz="UTC") + pd.DateOffset(months=m),
            "share": share[c, m - 3 : m].mean(),
            "share_next": share[c, m + 1 : m + 3].mean() if m + 1 < months else np.nan,
            "log_rate": level[c] + shock[c, m] + slope * max(share[c, m - 3 : m].mean() - 0.45, 0),
            "posts": 6,
            "posts_before": 36,
        }
        for c in range(creators)
        for m in range(3, months)
    ]
    return pd.DataFrame(rows)
