# ruff: noqa: E501

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy import optimize, stats
from worlds import campaign, feed_of

from influence_lib import figures
from influence_lib.analysis import engagement, published
from influence_lib.analysis.feed import Feed
from influence_lib.analysis.inference import Interval
from influence_lib.campaign import Campaign, PublishedFigure
from influence_lib.findings import question
from influence_lib.wording import published as words

pytestmark = pytest.mark.filterwarnings("error")
SEEN = campaign()
HEAD = "key,platform,metric,aggregation,population,followers_from,followers_to,low,high,year,source,certainty\n"


def _rated(rates: Any, followers: int = 5_000, platform: str = "instagram", **columns: Any) -> Feed:
    """Return one post a creator with exactly these like rates."""
    likes = np.round(np.asarray(list(rates)) * followers).astype(int)
    made = feed_of(creator=[f"c{n:02d}" for n in range(len(likes))], followers=followers, likes=likes, **columns)
    return replace(made, posts=made.posts.assign(platform=platform))


def _figure(**changes: Any) -> PublishedFigure:
    usual = {"key": "some", "metric": "likes_by_followers", "population": "1,000 accounts", "low": 0.04, "high": 0.04}
    usual |= {"year": 2016, "source": "Some Tool, some.tool/blog", "certainty": "found", "platform": "instagram"}
    return PublishedFigure.model_validate(usual | {"followers_from": 1_000, "followers_to": 10_000} | changes)


def _own(folder: Path, *rows: str) -> Campaign:
    """Return a campaign with a benchmarks file of its own."""
    (folder / "own.csv").write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    return campaign(benchmarks=str(folder / "own.csv"))


@pytest.mark.parametrize(
    ("values", "margin", "verdict"),
    [
        (np.linspace(0.031, 0.039, 9), 0.0, "supported"),
        (np.linspace(0.028, 0.043, 9), 0.1, "supported"),
        (np.linspace(0.028, 0.043, 9), 0.0, "undecided"),
        (np.linspace(0.041, 0.043, 9), 0.0, "contradicted"),
        (np.linspace(0.041, 0.043, 9), 0.1, "supported"),
        (np.linspace(0.010, 0.026, 9), 0.1, "contradicted"),
    ],
)
def test_a_rate_is_inside_outside_or_cannot_be_told(values: np.ndarray, margin: float, verdict: str) -> None:
    held = published.equivalence(values, 0.03, 0.04, margin, 0.95)
    assert held and held.verdict == verdict


def test_inside_and_outside_are_what_sign_tests_say() -> None:
    """Brute force: one-sided binomial tests, at 5 % each for inside and at 2.5 % for outside."""
    rng, seen = np.random.default_rng(3), list[str]()
    for _ in range(200):
        n = int(rng.integers(8, 120))
        x = rng.lognormal(np.log(rng.choice([0.024, 0.035])), 0.35, n)
        low, high = x > 0.03 * 0.9, x < 0.04 * 1.1
        held = published.equivalence(x, 0.03, 0.04, 0.1, 0.95)
        within, beyond = ([_sign_test(k) for k in kinds] for kinds in ((low, high), (~low, ~high)))
        assert held and (held.verdict == "supported") == all(chance < 0.05 for chance in within)
        assert (held.verdict == "contradicted") == any(chance < 0.025 for chance in beyond)
        seen.append(held.verdict)
    assert min(seen.count(verdict) for verdict in ("supported", "contradicted", "undecided")) >= 20


def _sign_test(hits: np.ndarray) -> float:
    """Return the chance of so many hits or more where each has a chance of one half."""
    return float(stats.binomtest(int(hits.sum()), len(hits), alternative="greater").pvalue)


@pytest.mark.parametrize("shape", ["log-normal", "exponential", "a few viral creators"])
@pytest.mark.parametrize("edge", [0.03 * 0.9, 0.04 * 1.1])
def test_a_median_at_the_edge_is_rarely_called_inside(shape: str, edge: float) -> None:
    """Of 150, at a true 5 %, more than 18 would be a chance of one in 3,000."""
    rng, claims = np.random.default_rng(11), 0
    for _ in range(150):
        normal = rng.normal(0, 0.6, 61)
        draws = {
            "log-normal": normal,
            "exponential": np.log(rng.exponential(1 / np.log(2), 61)),
            "a few viral creators": np.where(normal > 0, normal + np.where(rng.random(61) < 0.1, 2, 0), normal),
        }
        held = published.equivalence(edge * np.exp(draws[shape]), 0.03, 0.04, 0.1, 0.95)
        claims += held is not None and held.verdict == "supported"
    assert claims <= 18


def test_a_mean_at_the_edge_of_log_normal_creators_is_rarely_called_inside() -> None:
    rng, claims = np.random.default_rng(12), 0
    for _ in range(150):
        x = 0.044 * np.exp(rng.normal(0, 0.6, 40) - 0.18)
        held = published.equivalence_of_mean(x, 0.03, 0.04, 0.1, 0.95)
        claims += held is not None and held.verdict == "supported"
    assert claims <= 18


def test_a_rate_well_inside_is_told_with_two_hundred_creators() -> None:
    rng = np.random.default_rng(13)
    draws = [0.035 * np.exp(rng.normal(0, 0.6, 200)) for _ in range(30)]
    verdicts = [held.verdict for x in draws if (held := published.equivalence(x, 0.03, 0.04, 0.1, 0.95))]
    assert verdicts.count("supported") >= 26 and "contradicted" not in verdicts


def test_the_mean_reaches_as_far_as_halls_t_and_as_a_log_normal() -> None:
    x = np.random.default_rng(4).lognormal(-3.5, 0.8, 25)
    n, skew, error = 25, stats.skew(x, bias=False) / 5, x.std(ddof=1) / 5
    reach = stats.t.ppf(0.975, 24)

    def apart(t: float, end: float) -> float:
        return float(t + skew * t**2 / 3 + skew**2 * t**3 / 27 + skew / 6 - end)

    hall = [x.mean() - error * optimize.brentq(apart, -99, 99, args=(end,)) for end in (reach, -reach)]
    spread = np.log(x).var(ddof=1)
    middle, half = np.log(x).mean() + spread / 2, reach * np.sqrt(spread / n + spread**2 / (2 * (n - 1)))
    found = published.mean_of_skewed(x, 0.95)
    ends = (min(hall[0], np.exp(middle - half)), max(hall[1], np.exp(middle + half)))
    assert found and (found.estimate, *found.ends) == pytest.approx((x.mean(), *ends))


def test_the_mean_of_even_numbers_is_that_of_student() -> None:
    x = np.array([-3.0, -2, -1, 0, 1, 2, 3, 0])
    found = published.mean_of_skewed(x, 0.95)
    assert found and found.ends == pytest.approx(stats.t.interval(0.95, 7, 0, x.std(ddof=1) / np.sqrt(8)))
    assert published.mean_of_skewed([0.04] * 9, 0.95) is None and published.mean_of_skewed([0.01, 0.02], 0.95) is None


def test_the_figures_that_come_along_are_dated_sourced_and_have_the_articles_claims() -> None:
    listed = published.figures(SEEN)
    assert len({figure.key for figure in listed}) == len(listed) >= 20
    assert {figure.claim for figure in listed} == {"", "S0-10", "S2-11", "S0-46"}
    assert all("," in figure.source and 2016 <= figure.year <= 2024 for figure in listed)
    assert question(f"engagement.benchmark.{listed[0].key}").claims == ("S0-10", "S2-11")
    told = {(f.claim, f.low, f.high) for f in listed if f.claim}
    assert told == {
        ("S0-10", 0.03, 0.04),
        ("S2-11", 0.04, 0.04),
        ("S2-11", 0.017, 0.017),
        ("S0-46", 0.25, 0.25),
        ("S0-46", 0.05, 0.05),
    }


def test_each_figure_is_tested_with_its_own_metric(tmp_path: Path) -> None:
    rows = [
        f"{name},,{name}_by_followers,,people,,,0.04,0.04,2020,Tool,found" for name in ("likes", "likes_and_comments")
    ]
    feed = _rated(np.linspace(0.02, 0.06, 9))
    feed = replace(feed, posts=feed.posts.assign(comments=50, engagements=2 * feed.posts["likes"]))
    own = _own(tmp_path, *rows, "all,,engagements_by_followers,,people,,,0.04,0.04,2020,Tool,found")
    found = {finding.id.rpartition(".")[2]: finding.estimate for finding in published.benchmarks(feed, own)}
    assert found == pytest.approx({"likes": 0.04, "likes_and_comments": 0.05, "all": 0.08})


def test_only_posts_of_the_figures_size_and_platform_count() -> None:
    small, other = _rated(np.linspace(0.03, 0.05, 9)), _rated([0.5] * 9, platform="tiktok")
    large = _rated([0.5] * 9, followers=10_000)
    posts = [small.posts, large.posts.assign(influencer_id="x"), other.posts.assign(influencer_id="y")]
    feed = replace(
        small, posts=type(small.posts)(np.concatenate([p.to_numpy() for p in posts]), columns=posts[0].columns)
    )
    feed = replace(feed, posts=feed.posts.astype(small.posts.dtypes.to_dict()))
    found = {finding.id: finding for finding in published.benchmarks(feed, SEEN)}["engagement.benchmark.markerly_1k"]
    assert (found.n, found.clusters, found.estimate) == (9, 9, pytest.approx(0.04))


def test_posts_without_the_number_are_no_zeros_and_a_figure_without_creators_has_no_finding() -> None:
    feed = _rated(np.linspace(0.03, 0.05, 9))
    likes = feed.posts["likes"].where(feed.posts["influencer_id"] != "c08")
    hidden = replace(feed, posts=feed.posts.assign(likes=likes))
    found = {finding.id: finding for finding in published.benchmarks(hidden, SEEN)}
    assert found["engagement.benchmark.markerly_1k"].clusters == 8
    assert (
        "engagement.benchmark.markerly_1m" not in found
        and "engagement.benchmark.ten_reasons_reach_instagram" not in found
    )


def test_organic_reach_leaves_sponsored_posts_out() -> None:
    feed = _rated(
        [0.02] * 12, reach=[1_000] * 6 + [1_500] * 4 + [5_000] * 2, sponsored=[False] * 9 + [None, True, True]
    )
    found = {finding.id: finding for finding in published.benchmarks(feed, SEEN)}
    reach = found["engagement.benchmark.ten_reasons_reach_instagram"]
    assert (reach.n, reach.clusters, reach.estimate) == (10, 10, pytest.approx(0.2))


def test_too_few_or_equal_creators_get_no_number() -> None:
    few = {f.id: f for f in published.benchmarks(_rated([0.03, 0.04, 0.05, 0.06]), SEEN)}
    alike = {f.id: f for f in published.benchmarks(_rated([0.04] * 9), SEEN)}
    name = "engagement.benchmark.markerly_1k"
    assert (
        few[name].headline
        == "Not enough data to tell whether the median creator has the published 4% (Markerly, 2016) for likes by followers on Instagram at 1k to 10k followers: 4 creators, about 2 more needed."
    )
    assert few[name].verdict == alike[name].verdict == "not_enough_data" and alike[name].estimate is None


def test_the_mean_stands_beside_the_median_where_a_mean_was_published() -> None:
    rates = np.r_[np.linspace(0.03, 0.05, 11), 0.9]
    found = {f.id: f for f in published.benchmarks(_rated(rates, followers=2_000), SEEN)}
    mean = found["engagement.benchmark.influencerdb_1k"]
    assert mean.details["mean"] == pytest.approx(np.mean(rates)) and "published as a mean" in mean.headline
    assert mean.details["mean_low"] < 0.05 and mean.details["mean_high"] > 0.3
    assert "mean" not in found["engagement.benchmark.markerly_1k"].details


def test_the_table_has_the_figures_that_concern_the_roster_and_says_why_some_are_not_answered() -> None:
    feed = _rated(np.linspace(0.005, 0.02, 12))
    findings = published.benchmarks(feed, SEEN)
    table = published.benchmark_table(feed, SEEN, findings)
    rows = {row["key"]: row for row in table.records()}
    left_out = [figure.key for figure in published.figures(SEEN) if figure.key not in rows]
    assert "markerly_1m" in left_out and f"; {len(left_out)} figures about creators not on it left out" in table.caption
    assert rows["markerly_1k"]["verdict"] == "below it" and rows["markerly_1k"]["published"] == "4%"
    assert rows["complete_guide_1m_likes"]["verdict"] == "no creators of this size"
    assert rows["ten_reasons_reach_instagram"]["verdict"] == "not reported"
    assert rows["ten_reasons_engagements"]["published"] == "3 to 4%" and rows["markerly_1k"]["creators"] == 12
    assert list(rows).index("complete_guide_1m_likes") > list(rows).index("hypeauditor_2024_sweden_1k")


def test_a_campaigns_own_figures_take_the_place_of_those_that_come_along(tmp_path: Path) -> None:
    own = _own(tmp_path, "mine,,likes_by_followers,,our roster,1000,10000,0.035,0.045,2025,Us,found")
    found = published.benchmarks(_rated(np.linspace(0.038, 0.042, 9)), own)
    assert [(f.id, f.verdict) for f in found] == [("engagement.benchmark.mine", "supported")]


def test_the_brands_band_is_held_against_its_benchmark_by_the_same_test() -> None:
    rates = np.linspace(0.0275, 0.0435, 9)
    feed = _rated(rates, followers=50_000)
    assert engagement.rate_in_band(feed, SEEN).verdict == "supported"
    assert engagement.rate_in_band(feed, campaign(benchmark_margin=0)).verdict == "undecided"


def test_the_picture_has_a_band_and_an_interval_for_each_figure() -> None:
    feed = _rated(np.linspace(0.01, 0.06, 15))
    data: Any = SimpleNamespace(campaign=SEEN, sources=lambda *tables: "a.csv")
    chart = figures.published_forest(data, published.benchmarks(feed, SEEN))
    assert isinstance(chart, figures.Chart) and 150 <= len(chart.alt) <= 400
    assert len(chart.data) == len([f for f in published.benchmarks(feed, SEEN) if f.estimate is not None])
    assert chart.data.loc[0, ["published_low", "published_high"]].tolist() == [0.04, 0.04]
    assert isinstance(figures.published_forest(data, ()), figures.NoChart)


RATE, LOW = Interval(0.0345, 0.0301, 0.0399, 8), Interval(0.01, 0.005, 0.02, 1)
SENTENCES = {
    words.benchmark(RATE, _figure(), "undecided", 0.1, 120): "Likes by followers on Instagram at 1k to 10k followers: the median creator has 3.45% (3.01% to 3.99%; 120 posts of 8 creators), which may or may not be the published 4% (Some Tool, 2016).",
    words.benchmark(RATE, _figure(low=0.03), "supported", 0.1, 120): "Likes by followers on Instagram at 1k to 10k followers: the median creator has 3.45% (3.01% to 3.99%; 120 posts of 8 creators), within 10% of the published 3 to 4% (Some Tool, 2016).",
    words.benchmark(LOW, _figure(followers_from=0), "contradicted", 0.1, 1): "Likes by followers on Instagram below 10k followers: the median creator has 1.00% (0.50% to 2.00%; 1 post of 1 creator), below the published 4% (Some Tool, 2016).",
    words.benchmark(RATE, _figure(platform=None, followers_from=0, followers_to=None, low=0.0166, high=0.0166), "contradicted", 0.1, 9): "Likes by followers: the median creator has 3.45% (3.01% to 3.99%; 9 posts of 8 creators), above the published 1.66% (Some Tool, 2016).",
    words.of_the_mean(RATE, _figure(), "undecided", 0.1): " The figure was published as a mean: the mean creator has 3.45% (3.01% to 3.99%), which may or may not be it.",
    words.of_the_mean(RATE, _figure(), "supported", 0.1): " The figure was published as a mean: the mean creator has 3.45% (3.01% to 3.99%), within 10% of it.",
    words.in_band(RATE, (25_000, 250_000), (0.03, 0.04), "supported", 0.0): "At 25k to 250k followers the median creator's engagement rate by followers is 3.45% (3.01% to 3.99%, 8 creators), within the published 3 to 4%.",
    words.in_band(LOW, (25_000, 250_000), (0.03, 0.04), "contradicted", 0.1): "At 25k to 250k followers the median creator's engagement rate by followers is 1.00% (0.50% to 2.00%, 1 creator), below the published 3 to 4%.",
    words.method(0.95, 0.1): "Each creator's rate is the median of their posts at that size; the answer is about the median creator. As published: its 90% interval lies within the published range widened by 10% at each end; not as published: its 95% interval lies outside (two one-sided tests, Schuirmann 1987; exact intervals of a median).",
    words.forest_alt([("likes", 0.02, 0.01, 0.03, "contradicted"), ("likes", 0.02, 0.01, 0.03, "supported")]): "Median creator's rate with interval beside the published range, for 2 published figures: 1 as published, 1 not, 0 open. First, likes: 2.00% (1.00% to 3.00%).",
    " | ".join(words.forest_label(_figure(metric="reach_by_followers", followers_from=0, followers_to=None))): "Some Tool | Instagram, reach",
}  # fmt: skip


@pytest.mark.parametrize("said", SENTENCES)
def test_a_sentence_reads_as_it_should(said: str) -> None:
    assert said == SENTENCES[said]


def test_a_reader_is_told_how_many_verdicts_chance_alone_may_turn() -> None:
    assert words.many_tried(13, 0.95) == (
        "13 published figures are tried at once: chance alone may turn about 0.65 of the verdicts.",
    )
    assert words.many_tried(1, 0.95) == ()
    found = published.benchmarks(_rated(np.linspace(0.005, 0.02, 12)), SEEN)
    told = [one for one in found if one.estimate is not None]
    assert all(words.many_tried(len(told), 0.95)[0] in one.caveats for one in told) and len(told) > 1
