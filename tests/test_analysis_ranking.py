# ruff: noqa: E501
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.meta_analysis import combine_effects
from worlds import calibration, campaign, feed_of, roster, world

from influence_lib import figures
from influence_lib.analysis import comparable, ranking
from influence_lib.analysis import feed as feeds
from influence_lib.analysis.feed import Feed
from influence_lib.simulate.feed import log_rate
from influence_lib.simulate.scenarios import Scenario, sized
from influence_lib.simulate.world import World, draw, streams
from influence_lib.wording import creators as words

pytestmark = pytest.mark.filterwarnings("error")
SEEN = campaign()


def _planted(creators: int, each: int, seed: int, spread: float = 0.5, luck: float = 0.7) -> tuple[Feed, np.ndarray]:
    """Return posts of creators whose log rate is a size curve plus their quality, and these log rates."""
    rng = np.random.default_rng(seed)
    size = np.geomspace(2e3, 1e6, creators).round()
    rate = np.log(0.03) - 0.15 * np.log(size / 3e4) + rng.normal(0, spread, creators)
    who = np.repeat(np.arange(creators), each)
    likes = np.round(size[who] * np.exp(rate[who] + rng.normal(0, luck, len(who)))).astype(int)
    columns: dict[str, Any] = {"creator": [f"c{n:03d}" for n in who], "followers": size[who], "likes": likes}
    return feed_of(**columns), rate


def _judged(feed: Feed) -> ranking.Judged:
    found = ranking.judged(feed, SEEN)
    assert found is not None
    return found


def test_the_spread_between_creators_is_that_of_statsmodels() -> None:
    rng = np.random.default_rng(3)
    variance = rng.uniform(0.01, 0.3, 20)
    y = rng.normal(0, np.sqrt(variance + 0.2))
    theirs = combine_effects(y, variance, method_re="iterated", atol=1e-12)
    assert ranking.paule_mandel(y, variance, np.ones((20, 1))) == pytest.approx(theirs.tau2, rel=1e-6)
    assert ranking.paule_mandel(y / 1000, variance, np.ones((20, 1))) == 0.0


def test_a_rate_is_drawn_in_by_its_own_variance_out_of_both() -> None:
    y, variance = np.array([1.0, 0.0, -1.0]), np.array([0.5, 1.0, 0.5])
    found = ranking.drawn_in(y, variance, np.ones((3, 1)), 0.5)
    assert found == pytest.approx([0.5, 0.0, -0.5])


def test_draws_have_the_mean_and_spread_of_the_textbook() -> None:
    """With 200 creators of a known variance the spread is known well, and draws are normal around the drawn-in rate."""
    rng = np.random.default_rng(5)
    y, variance = rng.normal(0, 1, 200), np.full(200, 0.5)
    design = np.ones((200, 1))
    spread = ranking.paule_mandel(y, variance, design)
    draws = ranking.draws(y, variance, design, 1)
    assert draws.mean(axis=0) == pytest.approx(ranking.drawn_in(y, variance, design, spread), abs=0.12)
    assert draws.std(axis=0).mean() == pytest.approx(np.sqrt(0.5 * spread / (0.5 + spread)), rel=0.05)


def test_lucky_months_widen_the_variance_of_a_mean_as_much_as_they_should() -> None:
    """Twelve months, ten posts each; months remember 0.5 of the one before. Worked out from the covariances."""
    rng = np.random.default_rng(6)
    creators, months, each = 400, 12, 10
    shock = rng.normal(0, 0.2, (creators, months))
    for month in range(1, months):
        shock[:, month] = 0.5 * shock[:, month - 1] + np.sqrt(0.75) * shock[:, month]
    luck = np.repeat(shock.ravel(), each) + rng.normal(0, 0.6, creators * months * each)
    creator = np.repeat(np.arange(creators), months * each)
    month = np.tile(np.repeat(np.arange(months), each), creators)
    apart = luck - (np.bincount(creator, weights=luck) / (months * each))[creator]
    memory = 0.5 ** np.abs(np.subtract.outer(np.arange(months), np.arange(months)))
    truth = 0.6**2 / (months * each) + 0.2**2 * memory.sum() / months**2
    assert ranking.variances(apart, creator, month, np.zeros(len(luck))).mean() == pytest.approx(truth, rel=0.12)


def test_without_lucky_months_the_variance_is_that_of_single_posts() -> None:
    rng = np.random.default_rng(7)
    creator, month = np.repeat(np.arange(200), 60), np.tile(np.arange(60) % 12, 200)
    luck = rng.normal(0, 0.6, 12_000)
    apart = luck - (np.bincount(creator, weights=luck) / 60)[creator]
    assert ranking.variances(apart, creator, month, np.zeros(len(luck))).mean() == pytest.approx(0.36 / 60, rel=0.05)


def test_a_format_that_draws_more_makes_no_creator_better() -> None:
    """Half of the creators post reels only now and then; reels draw twice as much."""
    rng = np.random.default_rng(8)
    feed, _ = _planted(20, 40, 8, spread=0.0, luck=0.05)
    reel = rng.random(800) < np.repeat(np.tile([0.2, 0.8], 10), 40)
    likes = feed.posts["engagements"] * np.where(reel, 2.0, 1.0)
    mixed = feed.posts.assign(engagements=likes.astype("Float64"), post_type=np.where(reel, "reel", "image"))
    found = ranking.means(replace(feed, posts=mixed), SEEN)
    level = found.log_rate + 0.15 * found.size
    assert level[::2].mean() == pytest.approx(level[1::2].mean(), abs=0.02)


def test_rates_are_on_the_scale_of_the_median_post() -> None:
    """Luck that is skew has a median above its mean; with much data drawn-in and raw rates agree."""
    rng = np.random.default_rng(9)
    feed, _ = _planted(12, 400, 9, luck=0.0)
    skew = np.log(rng.gamma(1.0, 1.0, 4800))
    likes = (feed.posts["engagements"].astype(float) * np.exp(skew)).round()
    found = _judged(replace(feed, posts=feed.posts.assign(engagements=likes.astype("Float64"))))
    raw = feeds.creators(replace(feed, posts=feed.posts.assign(engagements=likes.astype("Float64"))))["rate"]
    assert np.exp(found.log_rate) == pytest.approx(raw.to_numpy(), rel=0.2)
    assert np.exp(found.log_rate - np.log(raw)).mean() == pytest.approx(1, abs=0.04)


@pytest.mark.parametrize(("creators", "each"), [(12, 12), (40, 8)])
def test_intervals_hold_the_planted_rates_and_flags_are_right(creators: int, each: int) -> None:
    inside, right = list[bool](), list[bool]()
    for seed in range(400 // creators):
        feed, rate = _planted(creators, each, seed)
        found = _judged(feed)
        low, high = np.quantile(found.draws, [0.025, 0.975], axis=0)
        inside += list((low <= rate) & (rate <= high))
        sure = (found.draws > np.log(0.03)).mean(axis=0) > ranking.SURE
        right += list((rate > np.log(0.03))[sure])
    assert 0.92 <= np.mean(inside) <= 0.985
    assert stats.binomtest(sum(right), len(right), 0.9, "less").pvalue > 0.01


def _truth(world: World, scenario: Scenario, posts: pd.DataFrame) -> pd.Series:
    """Return each creator's planted log rate of the median post, at the mix of formats, weekdays and months of all."""
    rows, creators = world.posts[world.posts["post_id"].isin(posts["post_id"])], world.creators.set_index("handle")
    calm = np.zeros((len(creators), len(world.season)))
    planted = log_rate(rows, world.creators, world.season, calm, scenario)
    own = np.log(0.03) + scenario.size_elasticity * np.log(creators["real_followers"] / 3e4) + creators["quality"]
    lifted = planted - own.to_numpy()[rows["creator"]]
    usual = pd.Series(lifted).groupby(creators["platform"].to_numpy()[rows["creator"]]).mean()
    median = np.log(stats.gamma.ppf(0.5, 1 / creators["dispersion"], scale=creators["dispersion"]))
    return own + creators["platform"].map(usual) + median


def test_in_worlds_with_lucky_months_intervals_still_hold_quality_and_size() -> None:
    """Posts of a creator are alike within months here; taking them as independent covers 85 %."""
    plain: Scenario = replace(sized("default", 30, 2400), saturation_slope=0.0, fake_share=0.0, sponsored_effect=0.0)
    inside = list[bool]()
    for seed in range(8):
        drawn = draw(plain, streams(300 + seed))
        posts = feeds.of(calibration.tables_of(drawn), SEEN)
        rows = ranking.table(_judged(posts), posts, SEEN)
        truth = _truth(drawn, plain, posts.posts).reindex(rows["influencer_id"]).to_numpy()
        inside += list((np.log(rows["low"]) <= truth) & (truth <= np.log(rows["high"])))
    assert 0.91 <= np.mean(inside) <= 0.985


def test_drawn_in_rates_foretell_the_next_quarter_where_raw_ones_promise_too_much() -> None:
    drawn_in, raw, later = [], [], []
    for seed in range(8):
        posts = feeds.of(calibration.tables_of(draw(sized("default", 40, 500), streams(400 + seed))), SEEN)
        turn = pd.Timestamp("2026-04-01", tz="UTC")
        early, late = (replace(posts, posts=posts.posts[keep].reset_index(drop=True)) for keep in _split(posts, turn))
        found = _judged(early)
        mean = [comparable.posts(part, SEEN).groupby("influencer_id")["log_rate"].mean() for part in (early, late)]
        names = pd.Index(found.means.names).intersection(mean[1].index)
        level = found.log_rate.mean()
        drawn_in += list(pd.Series(found.log_rate - level, found.means.names)[names])
        raw += list(mean[0][names] - mean[0].mean())
        later += list(mean[1][names] - mean[1].mean())
    assert 0.85 <= np.polyfit(drawn_in, later, 1)[0] <= 1.15
    assert np.polyfit(raw, later, 1)[0] < 0.9


def _split(posts: Feed, turn: pd.Timestamp) -> tuple[pd.Series, pd.Series]:
    return posts.posts["posted_at"] < turn, posts.posts["posted_at"] >= turn


def test_the_table_puts_raw_beside_drawn_in_and_the_lower_end_decides() -> None:
    feed, _ = _planted(20, 6, 11)
    found = ranking.ranked(feed, SEEN)
    assert found.table is not None and found.estimate is not None and found.interval is not None
    rows = found.table.rows
    assert ((rows["at_least"] > 0.03) == (rows["verdict"] == "above the floor")).all()
    assert found.estimate == (rows["verdict"] == "above the floor").sum()
    assert found.interval[1] == (rows["verdict"] != "below the floor").sum()
    assert rows["best"].sum() == pytest.approx(SEEN.best_creators, abs=0.01)
    assert np.log(rows["rate"]).std() < np.log(rows["raw"]).std()
    assert (found.n, found.clusters) == (120, 20)


def test_the_ranking_does_not_depend_on_the_order_of_rows_and_is_the_same_twice() -> None:
    feed, _ = _planted(10, 5, 12)
    mixed = replace(feed, posts=feed.posts.sample(frac=1, random_state=1))
    tables = [ranking.ranked(rows, SEEN).to_json()["table"] for rows in (feed, feed, mixed)]
    assert tables[0] == tables[1] == tables[2]


def test_no_ranking_of_too_few_creators_of_single_posts_or_without_luck() -> None:
    few = ranking.ranked(_planted(7, 10, 1)[0], SEEN)
    single = ranking.ranked(_planted(20, 1, 1)[0], SEEN)
    alike = ranking.ranked(feed_of(creator=np.repeat([f"c{n}" for n in range(9)], 4), followers=1000, likes=30), SEEN)
    steady = feed_of(**roster(12, 5, np.random.default_rng(1), lambda size: -4 + 0 * size) | {"likes": 0})
    for found in (few, single, alike, ranking.ranked(steady, SEEN)):
        assert (found.verdict, found.estimate) == ("not_enough_data", None)
    assert "about 1 more needed" in few.headline and "16 more needed" in single.headline


def test_when_nobody_can_be_above_the_floor_the_answer_is_no() -> None:
    feed, _ = _planted(12, 10, 2)
    high = ranking.ranked(feed, campaign(engagement_floor=0.9))
    assert (high.verdict, high.estimate, high.label) == ("contradicted", 0.0, "None above the floor")
    low = ranking.ranked(feed, campaign(engagement_floor=0.0001, best_creators=50))
    assert low.estimate == 12 and (low.table is not None and (low.table.rows["best"] == 1).all())


def test_the_figure_says_what_it_shows() -> None:
    tables = world("default", 30, 900)
    data: Any = SimpleNamespace(campaign=SEEN, tables=tables, sources=lambda *names: "tracker.csv")
    found = ranking.ranked(feeds.of(tables, SEEN), SEEN)
    chart = figures.ranking_forest(data, found)
    assert isinstance(chart, figures.Chart) and chart.headline == found.headline
    assert 150 <= len(chart.alt) <= 400 and "24 of 30 creators" in chart.alt
    assert chart.data["rate"].is_monotonic_decreasing and len(chart.data) == figures.MOST_ROWS
    few = ranking.ranked(_planted(7, 10, 1)[0], SEEN)
    assert isinstance(figures.ranking_forest(data, few), figures.NoChart)


SENTENCES = {
    words.ranking(0, 0, 1, 0.03): "None of 1 creator is clearly above an engagement rate by followers of 3.00%, luck allowed for.",
    words.ranking(0, 3, 12, 0.03): "None of 12 creators is clearly above an engagement rate by followers of 3.00%, luck allowed for; 3 may be.",
    words.ranking(1, 0, 12, 0.12): "1 of 12 creators is clearly above an engagement rate by followers of 12.0%, luck allowed for.",
    words.ranking(8, 4, 60, 0.03): "8 of 60 creators are clearly above an engagement rate by followers of 3.00%, luck allowed for; 4 more may be.",
    words.too_few_to_rank(3, 8): "Not enough data to tell good creators from lucky ones: 3 creators, about 5 more needed.",
    words.too_few_repeats(21, 15): "Not enough data to tell good creators from lucky ones: 21 posts, hardly more than one each; about 15 more needed.",
    words.floor_verdict(0.95, 0.9): "above the floor",
    words.floor_verdict(0.05, 0.9): "below the floor",
    words.floor_verdict(0.5, 0.9): "too early to tell",
    words.above_floor(0.03): "Chance above 3.00%",
    words.among_best(5): "Chance of the best 5",
    words.among_best(1): "Chance of being the best",
    words.ranking_caption(60, 0.95): "Engagement rate by followers of 60 creators in posts of the same format, month and age, with 95% intervals",
    words.ranking_subtitle(24, 24, 0.95): "Dot: luck allowed for, 95% interval; ring: raw median post; green: above the floor 9 times in 10, orange: below it, grey: too early",
    words.ranking_alt(24, 60, 0.03, ("c1", 0.08, 0.06), (8, 40)): "Dots with intervals of the engagement rate of 24 of 60 creators, best first, luck allowed for; rings mark raw rates, a dashed line the floor of 3.00%. Of all, 8 lie clearly above, 40 below; for 12 it is too early to tell. First is c1: raw 8.00%, luck allowed for 6.00%.",
}  # fmt: skip


@pytest.mark.parametrize("said", SENTENCES)
def test_a_sentence_of_the_ranking_reads_as_it_should(said: str) -> None:
    assert said == SENTENCES[said]
