"""What a creator is told of the own posts, against R, against counting, and against nothing being there."""

import numpy as np
import pandas as pd
import pytest

from influence_lib import intake
from influence_lib.analysis import feed as feeds
from influence_lib.analysis.feedback import FEW, MORE, OPEN, Feedback, of_each, shift
from influence_lib.analysis.inference import median
from influence_lib.campaign import Campaign
from influence_lib.findings import FEEDBACK_MIME

X = np.array([1.2, 0.4, 2.2, 1.9, 3.1, 0.7, 1.1, 2.8])
Y = np.array([0.3, 0.9, 1.0, 0.2, 1.5, 0.8, 0.6, 1.4, 0.1, 0.5, 1.3, 1.7])


@pytest.mark.parametrize(("level", "ends"), [(0.95, (-0.1, 1.7)), (0.99, (-0.3, 2.0))])
def test_the_shift_and_its_interval_are_those_of_r(level, ends):
    """R 4: wilcox.test(x, y, conf.int = TRUE, exact = TRUE, conf.level = level)."""
    assert shift(X, Y, level) == pytest.approx((0.75, *ends))


@pytest.mark.parametrize(("number", "place"), [(6, 1), (9, 2), (25, 8)])
def test_the_range_of_a_median_lies_between_two_of_the_values(number, place):
    """R 4: qbinom(0.025, number, 0.5) counts from either end."""
    values = np.arange(1.0, number + 1)
    assert median(values, 0.95).ends == (place, number + 1 - place)


def test_five_posts_have_no_range():
    assert median(np.arange(5.0), 0.95) is None


def test_the_range_of_a_median_holds_it_as_often_as_it_says():
    draws = np.random.default_rng(3)
    held = [low <= 1 <= high for _ in range(2000) for low, high in [median(draws.lognormal(0, 1, 13), 0.9).ends]]
    assert 0.9 <= np.mean(held) <= 0.96


@pytest.fixture
def told(parameters) -> tuple[Feedback, feeds.Feed, Campaign]:
    campaign = Campaign.load(parameters(creator_pages="creator_pages: true"))
    feed = feeds.of(intake.load(campaign).tables, campaign)
    return of_each(feed, campaign), feed, campaign


def test_every_creator_with_posts_is_told_the_own_median(told):
    feedback, feed, _ = told
    posts = feed.posts.assign(rate=feed.posts["engagements"].astype(float) / feed.posts["followers"].astype(float))
    for name, own in posts.groupby("influencer_id"):
        assert feedback.creators[name]["rate"] == pytest.approx(own["rate"].median(), rel=1e-5)
        assert feedback.creators[name]["posts"] == len(own)
        best = feedback.creators[name]["best"][0]
        assert best["rate"] == pytest.approx(own["rate"].max(), rel=1e-5)


def test_nobody_is_told_anything_unless_the_campaign_asks_for_it(parameters):
    campaign = Campaign.load(parameters())
    feed = feeds.of(intake.load(campaign).tables, campaign)
    shown = of_each(feed, campaign)._repr_mimebundle_()
    assert shown[FEEDBACK_MIME] == {"creators": {}}
    assert "creator_pages" in shown["text/plain"]


def test_a_creators_feedback_does_not_change_with_the_posts_of_others(told):
    feedback, feed, campaign = told
    name = next(iter(feedback.creators))
    alone = feed.posts[feed.posts["influencer_id"] == name].reset_index(drop=True)
    only = feeds.Feed(**{**vars(feed), "posts": alone})
    assert of_each(only, campaign).creators[name] == feedback.creators[name]


def planted(feed: feeds.Feed, campaign: Campaign, lift: float) -> list[dict]:
    """Return the kinds of one creator whose reels draw `lift` times as much as the other posts."""
    rows = feed.posts.head(60).reset_index(drop=True)
    draws = np.random.default_rng(5)
    reel = np.arange(60) % 3 == 0
    rate = 0.03 * np.exp(0.2 * draws.standard_normal(60)) * np.where(reel, lift, 1)
    followers = pd.array([10_000] * 60, dtype="Int64")
    rows = rows.assign(
        influencer_id="ana",
        platform="instagram",
        post_type=np.where(reel, "reel", "image"),
        is_sponsored=pd.array([False] * 60, dtype="boolean"),
        followers=followers,
        engagements=pd.array(np.round(rate * 10_000), dtype="Int64"),
    )
    return of_each(feeds.Feed(**{**vars(feed), "posts": rows}), campaign).creators["ana"]["kinds"]


def test_a_planted_format_is_found_with_its_size(told):
    _, feed, campaign = told
    image = next(kind for kind in planted(feed, campaign, 1.5) if kind["sort"] == "format")
    assert (image["kind"], image["posts"], image["others"]) == ("instagram image", 40, 20)
    assert image["low"] < 1 / 1.5 - 1 < image["high"] < 0


def test_nothing_is_claimed_where_nothing_was_planted(told):
    _, feed, campaign = told
    assert {kind["verdict"] for kind in planted(feed, campaign, 1.0)} <= {OPEN, FEW}


def test_too_few_posts_of_a_kind_are_not_compared(told):
    feedback, *_ = told
    kinds = [kind for one in feedback.creators.values() for kind in one["kinds"]]
    for kind in kinds:
        few = min(kind["posts"], kind["others"]) < 8
        assert (kind["verdict"] == FEW, kind["low"] is None) == (few, few)
    assert {kind["verdict"] for kind in kinds} & {MORE, OPEN, FEW}
