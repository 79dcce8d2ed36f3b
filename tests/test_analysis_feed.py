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
