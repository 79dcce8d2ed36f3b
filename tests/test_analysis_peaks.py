from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from worlds import campaign, feed_of, posts, roster

from influence_lib.analysis import feed, peaks
from influence_lib.analysis.feed import Feed
from influence_lib.analysis.inference import Interval
from influence_lib.findings import Finding
from influence_lib.tables import TABLES, Tables

pytestmark = pytest.mark.filterwarnings("error")
SEEN = campaign()
MOUND = np.log(3e4)


def _feed(creators: int, rate: Callable[[np.ndarray], np.ndarray], seed: int = 1, spread: float = 0.3) -> Feed:
    return feed_of(**roster(creators, 4, np.random.default_rng(seed), rate, spread))


def _rated(rates: Iterable[float], followers: int | list[int] = 50_000) -> Feed:
    """Return one post a creator with exactly these engagement rates."""
    likes = np.round(np.asarray(list(rates)) * followers).astype(int)
    return feed_of(creator=[f"c{n}" for n in range(len(likes))], followers=followers, likes=likes)


def test_a_planted_best_size_is_found() -> None:
    feed = _feed(80, lambda size: 4 - 0.25 * (size - MOUND) ** 2 - size)
    found = peaks.sweet_spot(feed, SEEN)
    assert found.verdict == "supported" and found.interval
    assert found.interval[0] < 3e4 < found.interval[1] and found.interval[1] < 4 * found.interval[0]


def test_engagement_that_keeps_rising_has_no_best_size() -> None:
    saturating = [_feed(60, lambda size: np.log(np.log1p(np.exp(size) / 3e4)) + 5 - size, seed) for seed in range(8)]
    assert "supported" not in [peaks.sweet_spot(feed, SEEN).verdict for feed in saturating]
    steady = peaks.sweet_spot(_feed(60, lambda size: -3 + 0 * size, spread=0.0), SEEN)
    assert steady.verdict == "contradicted" and "keep rising" in steady.headline


def test_engagement_that_keeps_falling_has_its_best_size_among_the_smallest() -> None:
    found = peaks.sweet_spot(_feed(60, lambda size: 12 - 1.5 * size, spread=0.0), SEEN)
    assert (found.verdict, found.estimate) == ("contradicted", None)
    assert found.headline.endswith("engagements per post keep falling, so the smallest accounts give most.")
    assert all(found.details[side] == pytest.approx(-0.5, abs=0.1) for side in ("before", "after"))


def test_where_neither_side_is_sure_the_question_stays_open() -> None:
    found = peaks.sweet_spot(_feed(24, lambda size: 2 - size, spread=1.5), SEEN)
    assert (found.verdict, found.estimate) == ("undecided", None) and "cannot both be told" in found.headline


def test_no_best_size_without_twenty_creators_of_different_sizes() -> None:
    few = peaks.sweet_spot(_feed(19, lambda size: -4 + 0 * size), SEEN)
    alike = peaks.sweet_spot(_rated(np.linspace(0.01, 0.05, 30)), SEEN)
    twins = _rated(np.linspace(0.01, 0.05, 30), followers=[10_000] * 15 + [90_000] * 15)
    for found in (few, alike, peaks.sweet_spot(twins, SEEN)):
        assert found.verdict == "not_enough_data" and found.estimate is None
    assert few.headline.endswith("19 creators, about 1 more needed.")


# Engagements for the money.


def _paid(value: Callable[[np.ndarray], np.ndarray], seed: int = 1, creators: int = 80) -> Tables:
    """Return campaign posts whose engagements rise with size, and costs that make `value` the log of both's ratio."""
    rng = np.random.default_rng(seed)
    made = posts(**roster(creators, 4, rng, lambda size: -4 - 0.1 * size, 0.0))
    rows = made.posts.assign(campaign_id="world")
    likes = made.post_metrics.groupby(rows["influencer_id"].to_numpy())["likes"].sum().astype(float)
    size = np.log(made.followers.groupby("influencer_id")["followers"].median().astype(float))
    cost = likes / np.exp(value(size.to_numpy()) + rng.normal(0, 0.1, creators))
    return made.with_table("posts", rows).with_table("costs", _costs(cost))


def _costs(cost: "pd.Series[float]") -> pd.DataFrame:
    """Return a ledger with two lines a creator, and one of nobody's."""
    halves = pd.concat([cost * 0.75, cost * 0.25, pd.Series([1e6], index=[pd.NA])])
    lines = pd.DataFrame({"influencer_id": halves.index, "amount": halves.to_numpy(), "kind": "fee", "status": "paid"})
    return TABLES["costs"].shape(lines.assign(cost_id=[f"l{n}" for n in range(len(lines))]))


def _for_money(given: Tables) -> Finding:
    """Return the finding on the money."""
    return peaks.sweet_spot_per_money(feed.of(given, SEEN), given, SEEN)


def test_a_best_size_for_the_money_is_found_while_engagement_itself_keeps_rising() -> None:
    given = _paid(lambda size: 3 - 0.25 * (size - MOUND) ** 2)
    found, itself = _for_money(given), peaks.sweet_spot(feed.of(given, SEEN), SEEN)
    assert found.verdict == "supported" and found.interval and found.interval[0] < 3e4 < found.interval[1]
    assert (found.n, found.clusters) == (320, 80)
    assert itself.verdict == "contradicted" and "keep rising" in itself.headline


@pytest.mark.parametrize(
    ("slope", "words"), [(0.8, "paid keep rising, the largest"), (-0.8, "paid keep falling, so the smallest")]
)
def test_value_for_money_that_keeps_its_direction_has_no_best_size(slope: float, words: str) -> None:
    found = _for_money(_paid(lambda size: slope * size))
    assert found.verdict == "contradicted" and words in found.headline


def test_engagements_for_the_money_are_those_of_the_campaigns_posts_over_all_own_costs() -> None:
    made = posts(
        creator=["ana", "ana", "ana", "ben", "cem", "dee"],
        followers=[1000, 1000, 1000, 5000, 9000, 9000],
        likes=[10, 30, 900, 50, 70, 60],
    )
    ours = ["world", "world", None, "world", "other", "world"]
    made = made.with_table("posts", made.posts.assign(campaign_id=pd.array(ours, dtype="string")))
    cost = pd.Series({"ana": 20.0, "ben": 8.0, "cem": 5.0, "dee": 0.0})
    given = made.with_table("costs", _costs(cost))
    table = peaks.per_money(feed.of(given, SEEN), given, SEEN)
    assert table is not None and table["influencer_id"].tolist() == ["ana", "ben"]
    assert table["log_value"].tolist() == pytest.approx([np.log(40.5 / 20), np.log(50.5 / 8)])
    assert table["posts"].tolist() == [2, 1]


def test_without_costs_or_posts_of_the_campaign_there_is_no_best_size_for_the_money() -> None:
    given = _paid(lambda size: 0 * size, creators=20)
    without_costs = given.with_table("costs", TABLES["costs"].empty())
    shared = given.with_table("costs", given.costs[given.costs["influencer_id"].isna()])
    of_nobody = given.with_table("posts", given.posts.assign(campaign_id=pd.NA))
    assert {_for_money(one).verdict for one in (without_costs, shared, of_nobody)} == {"not_available"}
    few = _for_money(_paid(lambda size: 0 * size, creators=15))
    assert few.verdict == "not_enough_data" and few.headline.endswith("15 creators, about 5 more needed.")


def test_engagements_per_post_are_summed_over_a_creators_posts() -> None:
    when = pd.Timestamp("2026-03-10", tz="UTC") + pd.to_timedelta([0, 1, 2], unit="D")
    made = feed_of(creator=["ana", "ana", "ben"], followers=[1000, 4000, 9000], likes=[10, 31, 7], posted_at=when)
    table = peaks.per_post(made)
    assert table["log_value"].tolist() == pytest.approx([np.log(41.5 / 2), np.log(7.5)])
    assert table["log_size"].tolist() == pytest.approx(np.log([2500, 9000]))


# The two lines.


def test_two_lines_are_the_interrupted_regression_of_simonsohn() -> None:
    rng = np.random.default_rng(2)
    x = np.sort(rng.uniform(7, 15, 60))
    y = -0.2 * (x - 11) ** 2 + rng.normal(0, 0.5, 60)
    split = float(x[30])
    first, second = peaks.two_lines(x, y, split, 0.95) or (None, None)
    assert first and second
    for found, left in ((first, x <= split), (second, x < split)):
        rows = pd.DataFrame({"y": y, "high": ~left, "low_x": np.where(left, x - split, 0)})
        rows["high_x"] = np.where(left, 0, x - split)
        fit = smf.ols("y ~ high + low_x + high_x", rows).fit(cov_type="HC3", use_t=True)
        name = "low_x" if found is first else "high_x"
        assert (found.estimate, *found.ends) == pytest.approx((fit.params[name], *fit.conf_int().loc[name]))


@pytest.mark.parametrize("mirrored", [False, True])
def test_the_break_takes_creators_from_the_clearer_line_and_gives_them_to_the_weaker(mirrored: bool) -> None:
    """A slow noisy rise, a flat top from 10 to 12, a steep fall: the break lies near the fall."""
    rng = np.random.default_rng(5)
    x = np.sort(rng.uniform(8, 14, 300))
    y = 0.3 * np.minimum(x - 10, 0) - 3 * np.maximum(x - 12, 0) + rng.normal(0, 0.4, 300)
    split = peaks.robin_hood_break(-x if mirrored else x, y)
    low, high = (-12.3, -11.0) if mirrored else (11.0, 12.3)
    assert low < split < high


def test_the_smooth_line_is_a_natural_spline() -> None:
    """Beyond the outer knots a natural spline is straight, and it reproduces a straight line exactly."""
    x = np.linspace(0, 10, 201)
    knots = peaks._knots(x)
    fitted, _ = peaks._smooth(x, np.sin(x), knots)
    assert np.diff(fitted[x < knots[0]], 2) == pytest.approx(0, abs=1e-9)
    assert np.diff(fitted[x > knots[-1]], 2) == pytest.approx(0, abs=1e-9)
    assert peaks._smooth(x, 2 + 3 * x, knots)[0] == pytest.approx(2 + 3 * x)


def test_a_peak_rises_surely_before_and_falls_surely_after() -> None:
    rise, flat, fall = Interval(1, 0.5, 1.5, 9), Interval(0.2, -0.1, 0.5, 9), Interval(-1, -1.5, -0.5, 9)
    told: dict[tuple[Any, Any], bool] = {(rise, fall): True, (rise, flat): False, (flat, fall): False}
    assert {pair: peaks.is_a_peak(pair) for pair in told} == told
    assert not peaks.is_a_peak((fall, rise)) and not peaks.is_a_peak((rise, rise))


def test_a_side_with_one_creator_or_one_size_has_no_line() -> None:
    x, y = np.arange(12.0), np.arange(12.0) ** 2
    assert peaks.two_lines(x, y, 0.0, 0.95) is None
    assert peaks.two_lines(np.repeat([1.0, 2.0], 6), y, 1.0, 0.95) is None
