from collections.abc import Callable, Iterable

import numpy as np
import pytest
from scipy import stats
from worlds import campaign, feed_of, roster

from influence_lib.analysis import engagement, sizes
from influence_lib.analysis.engagement import DECISIVE
from influence_lib.analysis.feed import Feed
from influence_lib.analysis.inference import Interval
from influence_lib.wording import checks as words

pytestmark = pytest.mark.filterwarnings("error")
SEEN = campaign()


def _feed(creators: int, rate: Callable[[np.ndarray], np.ndarray], seed: int = 1, spread: float = 0.3) -> Feed:
    return feed_of(**roster(creators, 4, np.random.default_rng(seed), rate, spread))


def _rated(rates: Iterable[float], followers: int | list[int] = 50_000, **columns: object) -> Feed:
    """Return one post a creator with exactly these engagement rates."""
    likes = np.round(np.asarray(list(rates)) * followers).astype(int)
    return feed_of(creator=[f"c{n}" for n in range(len(likes))], followers=followers, likes=likes, **columns)


def test_the_elasticity_is_that_of_the_model_of_posts_and_the_line_stands_beside_it() -> None:
    feed = _feed(30, lambda size: -1 - 0.3 * size)
    model, found = sizes.law(feed.posts, 0.95), engagement.size_elasticity(feed, SEEN)
    assert isinstance(model, sizes.Law) and (found.estimate, found.interval) == (model.slope.estimate, model.slope.ends)
    line = sizes.line(sizes.creators(feed.posts), 0.95)
    assert isinstance(line, Interval) and found.table is not None
    assert words.tenfold(line) in found.table.rows["found"][DECISIVE]


def test_the_line_is_least_squares_with_hc3_errors() -> None:
    feed = _feed(30, lambda size: -1 - 0.3 * size)
    table = feed.posts.groupby("influencer_id").agg(
        f=("followers", "median"), s=("followers", "sum"), e=("engagements", "sum")
    )
    x = np.column_stack([np.ones(30), np.log(table["f"].astype(float))])
    y = np.log((table["e"].astype(float) + 0.5) / table["s"].astype(float)).to_numpy()
    inverse = np.linalg.inv(x.T @ x)
    beta = inverse @ x.T @ y
    pull = np.einsum("ij,jk,ik->i", x, inverse, x)
    meat = x.T @ np.diag(((y - x @ beta) / (1 - pull)) ** 2) @ x
    half = stats.t.ppf(0.975, 28) * np.sqrt((inverse @ meat @ inverse)[1, 1])
    found = sizes.line(sizes.creators(feed.posts), 0.95)
    assert isinstance(found, Interval) and found.units == 30
    assert (found.estimate, *found.ends) == pytest.approx((beta[1], beta[1] - half, beta[1] + half))


@pytest.mark.parametrize(("slope", "verdict"), [(-0.3, "supported"), (0.3, "contradicted")])
def test_a_planted_elasticity_lies_in_the_interval_and_decides_the_verdict(slope: float, verdict: str) -> None:
    found = engagement.size_elasticity(_feed(40, lambda size: -6 + slope * (size - 9)), SEEN)
    assert found.interval and found.interval[0] < slope < found.interval[1]
    assert found.verdict == verdict


def test_no_elasticity_without_enough_creators_sizes_or_spread() -> None:
    few = engagement.size_elasticity(_feed(7, lambda size: -4 + 0 * size), SEEN)
    same_size = engagement.size_elasticity(_rated(np.linspace(0.01, 0.05, 20)), SEEN)
    same_rate = feed_of(creator=[f"c{n}" for n in range(20)], followers=[1000 * (n + 1) for n in range(20)], likes=0)
    one_giant = _rated(np.linspace(0.01, 0.05, 20), followers=[10_000] * 19 + [5_000_000])
    for found in (few, same_size, engagement.size_elasticity(one_giant, SEEN)):
        assert (found.verdict, found.estimate) == ("not_enough_data", None)
    assert "1 more needed" in few.headline
    assert engagement.size_elasticity(same_rate, SEEN).clusters == 20


def test_the_rate_of_a_tier_is_the_median_creators_median_post() -> None:
    rates = [0.01, 0.02, 0.03, 0.05, 0.08, 0.10, 0.20]
    feed = feed_of(
        creator=np.repeat([f"c{n}" for n in range(7)], 3),
        followers=20_000,
        likes=[round(20_000 * r * f) for r in rates for f in (0.5, 1, 3)],
    )
    found = engagement.rates_by_tier(feed, SEEN)
    assert [f.id for f in found] == ["engagement.rate.micro"]
    assert (found[0].estimate, *found[0].interval) == pytest.approx((0.05, 0.01, 0.20))  # type: ignore[misc]
    assert (found[0].n, found[0].clusters) == (21, 7)


def test_the_three_averages_stand_side_by_side_each_with_its_interval() -> None:
    feed = feed_of(
        creator=list("aabcdef"), followers=[10_000] * 6 + [90_000], likes=[100, 300, 400, 500, 600, 700, 900]
    )
    row = engagement.tier_table(feed, SEEN).records()[0]
    assert (row["creators"], row["posts"]) == (6, 7)
    assert row["pooled"] == pytest.approx(3500 / 150_000, rel=1e-5)
    assert row["creator_low"] <= row["creator"] <= row["creator_high"] and row["pooled_low"] < row["pooled"]
    assert row["creator_shown"] == "4.50% (1.00% to 7.00%)"
    assert row["post"] == pytest.approx(0.04) and row["creator"] == pytest.approx((0.04 + 0.05) / 2)


def test_a_tier_of_five_creators_or_of_equal_rates_gets_no_number() -> None:
    few, alike = (
        engagement.rates_by_tier(_rated(rates), SEEN)[0] for rates in ([0.01, 0.02, 0.03, 0.04, 0.05], [0.03] * 9)
    )
    assert "about 1 more needed" in few.headline
    assert few.verdict == alike.verdict == "not_enough_data"
    assert "all creators show the same number" in alike.headline


@pytest.mark.parametrize(
    ("rates", "verdict", "words"),
    [
        (np.linspace(0.032, 0.038, 9), "supported", "within 10% of the published 3 to 4%"),
        (np.linspace(0.010, 0.020, 9), "contradicted", "below the published 3 to 4%"),
        (np.linspace(0.060, 0.080, 9), "contradicted", "above the published 3 to 4%"),
        (np.linspace(0.020, 0.050, 9), "undecided", "may or may not be the published 3 to 4%"),
    ],
)
def test_the_band_is_held_against_the_published_rate(rates: np.ndarray, verdict: str, words: str) -> None:
    found = engagement.rate_in_band(_rated(rates), SEEN)
    assert found.verdict == verdict and words in found.headline


def test_reach_that_nobody_reported_is_not_available_and_never_zero() -> None:
    assert engagement.reach_rate(_rated([0.02] * 8), SEEN).verdict == "not_available"
    reach = [5_000 * (n + 1) if n < 7 else None for n in range(9)]
    found = engagement.reach_rate(_rated([0.02] * 9, reach=reach), SEEN)
    assert found.estimate == pytest.approx(0.4) and found.clusters == 7
    assert "78% of posts" in found.headline
    assert engagement.reach_rate(_rated([0.02] * 9, reach=[5000] * 5 + [None] * 4), SEEN).verdict == "not_enough_data"


def test_rank_correlation_is_not_a_number_where_it_has_no_meaning() -> None:
    assert np.isnan(engagement.spearman(_rated([0.01, 0.02, 0.03, 0.04])))
    assert engagement.spearman(_feed(20, lambda size: -2 - 0.5 * size, spread=0.0)) < -0.9
