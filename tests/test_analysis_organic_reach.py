# ruff: noqa: E501

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats
from worlds import campaign, feed_of, world

from influence_lib import wording
from influence_lib.analysis import feed, organic_reach
from influence_lib.analysis.feed import Feed
from influence_lib.analysis.inference import Interval
from influence_lib.campaign import PublishedFigure
from influence_lib.findings import Note, ShownTable
from influence_lib.wording import reach as words

pytestmark = pytest.mark.filterwarnings("error")
SEEN = campaign()
START = pd.Timestamp("2025-09-01 12:00", tz="UTC")


def _feed(reach: Any, creators: Any, platform: str = "instagram", **columns: Any) -> Feed:
    """Return posts of accounts of 10,000 followers that reached this many."""
    made = feed_of(creator=creators, followers=10_000, likes=100, reach=reach, **columns)
    return replace(made, posts=made.posts.assign(platform=platform))


def _months(rng: np.random.Generator, creators: int, each: int, fall: float, **columns: Any) -> Feed:
    """Return posts over nine months whose log reach rate falls by `fall` a quarter."""
    days = rng.integers(0, 270, creators * each)
    level = np.repeat(rng.normal(-1.4, 0.4, creators), each) + rng.normal(0, 0.3, creators * each)
    reach = np.round(10_000 * np.exp(level - fall * days / (365.25 / 4))).astype(int)
    names = np.repeat([f"c{n:02d}" for n in range(creators)], each)
    return _feed(reach, names, posted_at=START + pd.to_timedelta(days, unit="D"), **columns)


def _table(made: Feed) -> ShownTable:
    table = organic_reach.by_month(made, SEEN)
    assert isinstance(table, ShownTable)
    return table


def test_each_month_has_its_median_creator_and_the_chance_that_it_is_below_the_published_rate() -> None:
    reach = [1_000, 1_500, 2_000, 2_400, 2_600, 2_900, 3_500] * 2
    when = [pd.Timestamp(day, tz="UTC") for day in ("2026-02-10", "2026-03-10") for _ in range(7)]
    rows = _table(_feed(reach, [f"c{n}" for n in range(7)] * 2, posted_at=when)).records()
    assert [(row["month"], row["creators"], row["posts"], row["basis"]) for row in rows] == [
        ("2026-02", 7, 7, "median creator"),
        ("2026-03", 7, 7, "median creator"),
    ]
    assert rows[0]["rate_shown"] == "24.0% (10.0% to 35.0%)" and rows[0]["published"] == "25%"
    binomial = stats.binom(7, 0.5)
    assert rows[0]["below"] == pytest.approx(binomial.cdf(3) + binomial.pmf(4) / 2, rel=1e-5)


def test_a_month_belongs_to_the_brands_time_zone() -> None:
    made = _feed([2_000] * 2, ["a", "b"], posted_at=pd.Timestamp("2026-02-28 23:30", tz="UTC"))
    assert [row["month"] for row in _table(made).records()] == ["2026-03"]


def test_sponsored_posts_are_left_out_and_the_page_says_so() -> None:
    reach = [2_000, 2_100, 2_200, 2_300, 2_400, 2_500, 9_000, 9_000]
    made = _feed(reach, [f"c{n}" for n in range(8)], sponsored=[False] * 5 + [None, True, True])
    table = _table(made)
    assert table.records()[0]["posts"] == 6 and "2 posts marked as sponsored left out" in table.caption
    (found,) = organic_reach.platforms(made, SEEN)
    assert found.n == 6 and found.estimate == pytest.approx(0.225)
    assert "2 posts are left out of organic reach: marked as sponsored, so perhaps boosted." in found.caveats
    assert "1 post without a label on sponsoring counted as organic, though money may have helped." in found.caveats


@pytest.mark.parametrize(
    ("reach", "platform", "verdict", "said"),
    [
        (np.linspace(2_400, 2_600, 9), "instagram", "supported", "within 10% of the published 25%"),
        (np.linspace(1_000, 2_000, 9), "instagram", "contradicted", "below the published 25%"),
        (np.linspace(1_000, 2_000, 9), "facebook", "contradicted", "above the published 5%"),
        (np.linspace(1_000, 4_000, 9), "instagram", "undecided", "which may or may not be the published 25%"),
        (
            np.linspace(1_000, 4_000, 9),
            "tiktok",
            "supported",
            "25.0% of their followers (13.8% to 36.2%; 9 posts of 9 creators).",
        ),
    ],
)
def test_a_platform_is_held_against_its_published_rate(reach: Any, platform: str, verdict: str, said: str) -> None:
    (found,) = organic_reach.platforms(_feed(np.round(reach).astype(int), [f"c{n}" for n in range(9)], platform), SEEN)
    assert (found.id, found.verdict) == (f"engagement.reach_rate.{platform}", verdict)
    assert said in found.headline


def test_one_account_speaks_for_its_posts_only() -> None:
    rng = np.random.default_rng(1)
    made = _feed(np.round(300 * np.exp(rng.normal(0, 0.5, 60))).astype(int), "page", "facebook")
    (found,), table = organic_reach.platforms(made, SEEN), _table(made)
    assert found.verdict == "not_enough_data" and found.estimate is None
    assert "One account: its posts cannot speak for other accounts. Its own median post reached" in found.headline
    row = table.records()[0]
    assert row["basis"] == "median post of one account" and row["low"] < row["rate"] < row["high"] < 0.05
    assert row["below"] > 0.99 and "Facebook: intervals over the posts of one account" in table.caption


def test_a_few_creators_get_no_interval_but_are_counted() -> None:
    row = _table(_feed([2_000, 2_100, 2_300], ["a", "b", "c"])).records()[0]
    assert (row["rate_shown"], row["rate"], row["below"], row["creators"]) == ("too few creators", None, None, 3)


def test_reach_that_nobody_told_is_not_zero() -> None:
    made = _feed(None, ["a", "b"])
    assert isinstance(organic_reach.by_month(made, SEEN), Note) and organic_reach.platforms(made, SEEN) == ()
    assert organic_reach.trend(made, SEEN).verdict == "not_available"
    (paid,) = organic_reach.platforms(_feed([2_000] * 8, list("abcdefgh"), sponsored=True), SEEN)
    assert paid.headline == words.only_sponsored("instagram")


def test_a_planted_fall_of_reach_is_found() -> None:
    found = organic_reach.trend(_months(np.random.default_rng(2), 20, 20, 0.2), SEEN)
    assert found.verdict == "supported" and found.interval and found.interval[0] < np.expm1(-0.2) < found.interval[1]
    rising = organic_reach.trend(_months(np.random.default_rng(2), 20, 20, -0.2), SEEN)
    once = organic_reach.trend(replace(_months(np.random.default_rng(2), 20, 20, 0.2), snapshots=1), SEEN)
    assert wording.ONE_SNAPSHOT in once.caveats and wording.ONE_SNAPSHOT not in found.caveats
    assert rising.verdict == "contradicted" and "Organic reach rises by" in rising.headline


def test_the_trend_is_the_slope_of_a_regression_with_a_column_for_each_creator_and_format() -> None:
    made = _months(np.random.default_rng(3), 9, 12, 0.1)
    kinds = np.where(np.arange(108) % 3 == 0, "video", "image")
    made = replace(made, posts=made.posts.assign(post_type=kinds))
    cells = pd.get_dummies(made.posts["influencer_id"] + kinds, dtype=float)
    quarters = (made.posts["posted_at"] - START).dt.total_seconds() / 86_400 / (365.25 / 4)
    outcome = np.log((made.posts["reach"] / made.posts["followers"]).astype(float))
    fit = sm.OLS(outcome, cells.assign(quarters=quarters)).fit()
    assert organic_reach.trend(made, SEEN).estimate == pytest.approx(np.expm1(fit.params["quarters"]))


def test_no_trend_from_few_creators_one_account_short_feeds_or_alike_numbers() -> None:
    rng = np.random.default_rng(4)
    few, one = (organic_reach.trend(_months(rng, n, 20, 0.2), SEEN) for n in (7, 1))
    short = organic_reach.trend(_feed(2_000, [f"c{n}" for n in range(20)] * 2), SEEN)
    made = _months(rng, 10, 10, 0.0)
    alike = organic_reach.trend(replace(made, posts=made.posts.assign(reach=made.posts["followers"] // 4)), SEEN)
    assert {found.verdict for found in (few, one, short, alike)} == {"not_enough_data"}
    assert "7 creators with reach told over 90 days or more, about 1 more needed" in few.headline
    assert "One account" in one.headline and "nothing varies" in alike.headline and "0 creators" in short.headline


def test_where_reach_stays_a_fall_or_rise_is_rarely_claimed() -> None:
    """Of 25 at a true 5 %, more than 5 would be a chance of one in 800."""
    claims = 0
    for number in range(25):
        found = organic_reach.trend(feed.of(world("null", 15, 450, 700 + number), SEEN), SEEN)
        claims += found.verdict in {"supported", "contradicted"}
    assert claims <= 5


FIGURE = PublishedFigure.model_validate({"key": "x", "metric": "reach_by_followers", "population": "x", "low": 0.25, "high": 0.25, "year": 2017, "source": "Tool, tool.example", "certainty": "found"})  # fmt: skip
RATE, FALL, FLAT = Interval(0.2, 0.15, 0.22, 14), Interval(-0.05, -0.08, -0.02, 14), Interval(0.001, -0.03, 0.03, 14)
DAYS = dt.date(2025, 7, 3), dt.date(2026, 6, 16)
SENTENCES = {
    words.platform_rate("tiktok", RATE, 300, None, "supported", 0.1): "TikTok: the median creator's usual post without a sponsored label reaches as many accounts as 20.0% of their followers (15.0% to 22.0%; 300 posts of 14 creators).",
    words.platform_rate("instagram", RATE, 300, FIGURE, "contradicted", 0.1): "Instagram: the median creator's usual post without a sponsored label reaches as many accounts as 20.0% of their followers (15.0% to 22.0%; 300 posts of 14 creators), below the published 25% (Tool, 2017).",
    words.one_account("facebook", None, 6): "Not enough data to tell how many followers a post reaches on Facebook: 1 creator, about 5 more needed. One account: its posts cannot speak for other accounts.",
    words.one_account("facebook", RATE, 6): "Not enough data to tell how many followers a post reaches on Facebook: 1 creator, about 5 more needed. One account: its posts cannot speak for other accounts. Its own median post reached as many accounts as 20.0% of its followers (15.0% to 22.0%, 14 posts).",
    words.only_sponsored("x"): "Not enough data to tell how many followers a post reaches on X: every post with its reach told is marked as sponsored.",
    words.trend(FALL, 900, *DAYS): "Organic reach falls by 5% a quarter for the same creator (likely range -8% to -2%; 900 posts of 14 creators, 3 Jul 2025 to 16 Jun 2026).",
    words.trend(FLAT, 900, *DAYS): "No fall or rise of organic reach can be shown: +0.1% a quarter for the same creator (likely range -3% to +3%; 900 posts of 14 creators, 3 Jul 2025 to 16 Jun 2026).",
    words.by_month(0.95, ["facebook", "x"], 1): "Organic reach rate by platform and month, with 95% intervals; 1 post marked as sponsored left out; Facebook and X: intervals over the posts of one account, which say nothing of other accounts",
}  # fmt: skip


@pytest.mark.parametrize("said", SENTENCES)
def test_a_sentence_reads_as_it_should(said: str) -> None:
    assert said == SENTENCES[said]
