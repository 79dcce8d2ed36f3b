import pandas as pd
import pytest
from worlds import DAY, campaign, feed_of, posts, tables

from influence_lib.analysis import feed

pytestmark = pytest.mark.filterwarnings("error")
NOON = pd.Timestamp("2026-03-10 12:00", tz="UTC")


def _post(**changes: object) -> dict[str, object]:
    return {"post_id": "p1", "influencer_id": "ana", "platform": "tiktok", "posted_at": NOON, **changes}


def _seen(day: float, **numbers: object) -> dict[str, object]:
    return {"post_id": "p1", "observed_at": NOON + day * DAY, **numbers}


def _size(day: float, followers: int, platform: str = "tiktok") -> dict[str, object]:
    return {"influencer_id": "ana", "platform": platform, "observed_at": NOON + day * DAY, "followers": followers}


def _feed(metrics: list[dict[str, object]], followers: list[dict[str, object]], **post: object) -> feed.Feed:
    given = tables(posts=[_post(**post)], post_metrics=metrics, followers=followers)
    return feed.of(given, campaign())


def test_followers_are_those_nearest_in_time_to_the_post_and_of_its_platform() -> None:
    sizes = [_size(-40, 1000), _size(9, 1500), _size(11, 2000), _size(0, 9, "instagram")]
    assert _feed([_seen(20, likes=5, comments=1)], sizes).posts["followers"].tolist() == [1500]
    assert _feed([_seen(20, likes=5, comments=1)], sizes[::-1]).posts["followers"].tolist() == [1500]


def test_each_number_is_the_last_one_known() -> None:
    readings = [_seen(20, likes=50, comments=None), _seen(10, likes=30, comments=4), _seen(2, likes=7, comments=1)]
    row = _feed(readings, [_size(0, 1000)]).posts.iloc[0]
    assert (row["likes"], row["comments"], row["engagements"]) == (50, 4, 54)
    assert row["age_days"] == pytest.approx(20)


def test_a_reading_without_engagements_does_not_make_old_numbers_ripe() -> None:
    young = _feed([_seen(2, likes=7, comments=1), _seen(20, reach=900)], [_size(0, 1000)])
    assert young.posts.empty and sum(young.left_out.values()) == 1


def test_posts_that_cannot_be_compared_are_left_out_and_counted_by_cause() -> None:
    likes = [None, *range(99)]
    found = feed_of(creator=[f"c{n:02d}" for n in range(100)], followers=[100, 0, *[100] * 98], likes=likes)
    assert found.posts["influencer_id"].tolist() == [f"c{n:02d}" for n in range(2, 100)]
    assert list(found.left_out.values()) == [0, 1, 1, 0]
    assert "1 post is left out: of creators whose followers are unknown." in found.caveats


def test_a_post_is_young_below_the_minimum_age_and_ripe_from_it_on() -> None:
    sizes = [_size(0, 1000)]
    assert len(_feed([_seen(6.99, likes=5, comments=1)], sizes).posts) == 0
    assert len(_feed([_seen(7, likes=5, comments=1)], sizes).posts) == 1


def test_a_post_after_the_day_of_the_report_does_not_exist_yet() -> None:
    late = {"posted_at": pd.Timestamp("2026-07-02", tz="UTC")}
    found = _feed([{**_seen(200), "likes": 5, "comments": 1}], [_size(0, 1000)], **late)
    assert found.posts.empty and found.published.empty
    assert found.left_out["published after the day of this report"] == 1


@pytest.mark.parametrize(("known", "parts"), [(95, ("likes", "comments", "shares")), (94, ("likes", "comments"))])
def test_a_part_of_the_engagements_counts_only_when_nearly_every_post_has_it(
    known: int, parts: tuple[str, ...]
) -> None:
    made = posts(creator=["ana"] * 100, followers=1000, likes=10)
    shares = pd.array([3] * known + [None] * (100 - known), dtype="Int64")
    found = feed.of(made.with_table("post_metrics", made.post_metrics.assign(shares=shares)), campaign())
    assert found.parts == parts
    assert len(found.posts) == (known if "shares" in parts else 100)
    assert found.posts["engagements"].unique().tolist() == [13 if "shares" in parts else 10]


def test_a_campaign_without_posts_has_an_empty_feed() -> None:
    found = feed.of(tables(), campaign())
    assert found.posts.empty and found.parts == () and "No engagements are known." in found.caveats


def test_a_reading_after_the_day_of_the_report_is_not_used() -> None:
    later = _seen(120, likes=900, comments=90)
    row = _feed([_seen(20, likes=50, comments=5), later], [_size(0, 1000)]).posts.iloc[0]
    assert (row["engagements"], row["age_days"]) == (55, pytest.approx(20))
    assert _feed([later], [_size(0, 1000)]).posts.empty


def test_an_early_reading_never_fills_a_gap_of_a_later_one() -> None:
    found = _feed([_seen(2, likes=7, comments=3), _seen(20, likes=50)], [_size(0, 1000)])
    assert (found.parts, found.posts["engagements"].tolist()) == (("likes",), [50])


def test_a_reading_of_an_untold_time_counts_only_where_no_dated_one_has_the_number() -> None:
    untold = {"post_id": "p1", "observed_at": pd.NaT, "likes": 70, "comments": 9, "shares": 4}
    row = _feed([_seen(20, likes=50, comments=5), untold], [_size(0, 1000)]).posts.iloc[0]
    assert (row["likes"], row["comments"], row["shares"]) == (50, 5, 4)
    assert row["age_days"] == pytest.approx(20)


def test_a_number_that_falls_between_two_readings_is_told() -> None:
    falls = _feed([_seen(9, likes=50, comments=5), _seen(20, likes=49, comments=6)], [_size(0, 1000)])
    grows = _feed([_seen(9, likes=50, comments=5), _seen(20, likes=50, comments=6)], [_size(0, 1000)])
    assert (falls.falling, grows.falling) == (1, 0)
    assert falls.caveats[-1].startswith("1 post has a number that is smaller in a later reading")
    assert falls.posts["likes"].tolist() == [49]


@pytest.mark.parametrize(("early", "told"), [(1, True), (0, False)])
def test_posts_read_at_very_different_ages_are_told(early: int, told: bool) -> None:
    made = posts(creator=[f"c{n}" for n in range(10)], followers=1000, likes=10)
    ages = [8] * early + [40] * (10 - early)
    read = made.post_metrics.assign(observed_at=[NOON + age * DAY for age in ages])
    said = [
        one for one in feed.of(made.with_table("post_metrics", read), campaign()).caveats if "different ages" in one
    ]
    assert said == (["Posts were read at different ages: 10% before 14 days, 90% after 30 days or more; those read "
                     "later had longer to collect reactions."] if told else [])  # fmt: skip
