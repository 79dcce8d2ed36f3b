# ruff: noqa: E501

import datetime as dt
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from worlds import campaign, feed_of

from influence_lib.analysis import change
from influence_lib.analysis.feed import Feed
from influence_lib.analysis.inference import Interval
from influence_lib.wording import reach as words

pytestmark = pytest.mark.filterwarnings("error")
SEEN = campaign()
NEWEST = pd.Timestamp("2026-06-10 12:00", tz="UTC")


def _feed(creators: int, reach: float, response: float, seed: int = 1, each: int = 8, told: int | None = None) -> Feed:
    """Return two quarters of posts; reach and response moved by these log points, reach told by the first `told`."""
    rng, size = np.random.default_rng(seed), creators * each * 2
    late = np.tile(np.repeat([0, 1], each), creators)
    days = np.where(late == 1, rng.integers(0, 89, size), rng.integers(91, 179, size)) * (np.arange(size) > 0)
    days[each] = 0
    who = np.repeat(np.arange(creators), 2 * each)
    log_reach = rng.normal(-1.3, 0.4, creators)[who] + reach * late + rng.normal(0, 0.2, size)
    log_rate = log_reach + rng.normal(-2, 0.3, creators)[who] + response * late + rng.normal(0, 0.2, size)
    counted = np.round(1e6 * np.exp(log_reach))
    made = feed_of(
        creator=[f"c{n:02d}" for n in who],
        followers=1_000_000,
        likes=np.round(1e6 * np.exp(log_rate)).astype(int),
        reach=np.where(who < (creators if told is None else told), counted, np.nan),
        posted_at=NEWEST - pd.to_timedelta(np.where(np.arange(size) == 0, 100, days), unit="D"),
    )
    return replace(made, posts=made.posts.assign(post_type=np.where(np.arange(size) % 3 == 0, "video", "image")))


def test_the_parts_of_a_change_add_up_to_the_whole_on_logs() -> None:
    found = change.change(_feed(12, -0.2, 0.1), SEEN)
    parts = found.details
    assert found.estimate is not None
    whole = math.log1p(parts["reach_part"]) + math.log1p(parts["response_part"])
    assert math.log1p(found.estimate) == pytest.approx(whole, abs=1e-12)
    assert parts["with_reach"] == pytest.approx(found.estimate, abs=1e-12)


@pytest.mark.parametrize(
    ("reach", "response", "verdict"), [(-0.3, 0.0, "contradicted"), (0.1, 0.2, "supported"), (0.15, -0.15, "undecided")]
)
def test_planted_parts_lie_in_their_intervals_and_their_sum_decides(
    reach: float, response: float, verdict: str
) -> None:
    found = change.change(_feed(30, reach, response, seed=4), SEEN)
    parts = found.details
    assert found.verdict == verdict
    assert parts["reach_part_low"] < math.expm1(reach) < parts["reach_part_high"]
    assert parts["response_part_low"] < math.expm1(response) < parts["response_part_high"]


def test_the_change_is_that_of_a_regression_with_a_column_for_each_creator_and_format() -> None:
    made = _feed(9, -0.1, -0.1, seed=2)
    posts = made.posts
    cells = pd.get_dummies(posts["influencer_id"] + posts["post_type"], dtype=float)
    late = (posts["posted_at"] > NEWEST - pd.Timedelta(days=90)).astype(float)
    outcome = np.log(((posts["engagements"] + 0.5) / posts["followers"]).astype(float))
    fit = sm.OLS(outcome, cells.assign(late=late)).fit()
    assert change.change(made, SEEN).estimate == pytest.approx(math.expm1(fit.params["late"]))


def test_a_mix_of_formats_that_shifts_is_no_change() -> None:
    """Videos draw half as much again and become common: nobody engages more or less with either."""
    made = _feed(12, 0.0, 0.0, seed=3)
    late = made.posts["posted_at"] > NEWEST - pd.Timedelta(days=90)
    video = np.random.default_rng(5).random(len(late)) < np.where(late, 0.8, 0.3)
    more = np.where(video, 1.5, 1.0)
    shifted = made.posts.assign(
        engagements=made.posts["engagements"] * more, post_type=np.where(video, "video", "image")
    )
    found = change.change(replace(made, posts=shifted), SEEN)
    raw = change.change(replace(made, posts=shifted.assign(post_type="image")), SEEN)
    assert found.verdict == "undecided" and raw.verdict == "supported"


def test_where_reach_is_told_by_some_the_split_says_of_how_many() -> None:
    found = change.change(_feed(20, -0.2, -0.1, told=10), SEEN)
    assert found.clusters == 20 and found.details["creators_with_reach"] == 10
    assert "Where reach is known (10 creators), it splits into" in found.headline
    assert found.table and [row["creators"] for row in found.table.records()] == [20, 10, 10, 10]
    parts = found.details
    both = (1 + parts["reach_part"]) * (1 + parts["response_part"]) - 1
    assert both == pytest.approx(parts["with_reach"])


def test_without_reach_the_sentence_says_that_it_cannot_be_split() -> None:
    found = change.change(_feed(12, -0.3, 0.0, told=3), SEEN)
    assert found.verdict == "contradicted" and found.details == {}
    assert found.headline.endswith("too few of these creators told the reach of their posts in both quarters.")


def test_only_the_last_two_quarters_of_creators_in_both_count() -> None:
    made = _feed(10, 0.0, 0.0)
    older = made.posts.assign(posted_at=made.posts["posted_at"] - pd.Timedelta(days=200))
    newcomer = made.posts[made.posts["posted_at"] > NEWEST - pd.Timedelta(days=90)].assign(influencer_id="new")
    more = replace(made, posts=pd.concat([older, newcomer, made.posts], ignore_index=True))
    posts = change.two_quarters(more, SEEN)
    assert set(posts["influencer_id"]) == set(made.posts["influencer_id"])
    assert posts["posted_at"].min() > NEWEST - pd.Timedelta(days=180)


def test_posts_read_early_are_not_compared_with_ripe_ones() -> None:
    made = _feed(10, 0.0, 0.0)
    ages = np.where(np.arange(len(made.posts)) % 2 == 0, 8.0, 20.0)
    posts = change.two_quarters(replace(made, posts=made.posts.assign(age_days=ages)), SEEN)
    assert len(posts) and posts["age_days"].min() == 20


def test_no_change_from_few_creators_one_account_or_equal_numbers() -> None:
    few, one = (change.change(_feed(n, -0.2, 0.0), SEEN) for n in (7, 1))
    made = _feed(12, 0.0, 0.0)
    alike = change.change(replace(made, posts=made.posts.assign(engagements=1_000.0)), SEEN)
    none = change.change(replace(made, posts=made.posts.iloc[:0]), SEEN)
    assert {found.verdict for found in (few, one, alike, none)} == {"not_enough_data"}
    assert "7 creators with 3 posts or more in both quarters, about 1 more needed" in few.headline
    assert (
        "One account: its posts cannot speak for other accounts." in one.headline and "nothing varies" in alike.headline
    )


def test_where_nothing_changed_a_change_is_rarely_claimed() -> None:
    """Of 40 at a true 5 %, more than 7 would be a chance of one in 500."""
    found = [change.change(_feed(10, 0.0, 0.0, seed=100 + number, each=5), SEEN) for number in range(40)]
    assert sum(one.verdict != "undecided" for one in found) <= 7


FALL, RISE, FLAT = Interval(-0.12, -0.18, -0.06, 24), Interval(0.12, 0.06, 0.18, 1), Interval(0.02, -0.1, 0.12, 24)
DAY = dt.date(2026, 6, 10)
SENTENCES: dict[str, Any] = {
    words.change(FALL, 1200, DAY, 90): "The engagement rate by followers fell by 12% in the 90 days to 10 Jun 2026 against the 90 days before (likely range -18% to -6%; 1,200 posts of 24 creators).",
    words.change(RISE, 1, DAY, 30): "The engagement rate by followers rose by 12% in the 30 days to 10 Jun 2026 against the 30 days before (likely range +6% to +18%; 1 post of 1 creator).",
    words.change(FLAT, 1200, DAY, 90): "No change of engagement can be shown: +2% engagement rate by followers in the 90 days to 10 Jun 2026 against the 90 days before (likely range -10% to +12%; 1,200 posts of 24 creators).",
    words.split(FALL, FLAT, True): " It splits into -12% reach for each follower (-18% to -6%) and +2% reactions for each account reached (-10% to +12%).",
    words.split(FALL, FLAT, False): " Where reach is known (24 creators), it splits into -12% reach for each follower (-18% to -6%) and +2% reactions for each account reached (-10% to +12%).",
    words.too_few_in_both(1, 8, 3): "Not enough data to tell whether engagement changed against the quarter before: 1 creator with 3 posts or more in both quarters, about 7 more needed.",
}  # fmt: skip


@pytest.mark.parametrize("said", SENTENCES)
def test_a_sentence_reads_as_it_should(said: str) -> None:
    assert said == SENTENCES[said]
