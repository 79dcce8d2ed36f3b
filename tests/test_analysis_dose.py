import itertools

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from scipy import stats
from worlds import DAY, calibration, campaign, feed_of, histories, tables, world

from influence_lib.analysis import dose, feed
from influence_lib.analysis.guards import NotEnough
from influence_lib.analysis.inference import Interval

pytestmark = pytest.mark.filterwarnings("error")
SEEN = campaign()


def _unbalanced(seed: int = 3) -> pd.DataFrame:
    """Return 60 of 84 creator-months with a share, a rate that falls with it, and the month to come."""
    rng = np.random.default_rng(seed)
    rows = pd.DataFrame(itertools.product(range(14), range(7)), columns=["creator", "month"])
    rows = rows.sample(70, random_state=seed)
    share = rng.beta(2, 2, len(rows))
    return rows.assign(
        share=share, y=0.3 * rows["creator"] + 0.1 * rows["month"] - share + rng.normal(0, 0.3, len(rows))
    )


def test_taking_out_creators_and_months_is_the_regression_with_dummies() -> None:
    rows = _unbalanced()
    codes = [rows[name].to_numpy(np.int64) for name in ("creator", "month")]
    inner = dose.within(rows[["y", "share"]].to_numpy(float), *codes)
    slope = (inner[:, 0] @ inner[:, 1]) / (inner[:, 1] @ inner[:, 1])
    fit = smf.ols("y ~ share + C(creator) + C(month)", rows).fit()
    assert slope == pytest.approx(fit.params["share"], rel=1e-8)
    assert inner[:, 0] - slope * inner[:, 1] == pytest.approx(fit.resid.to_numpy(), abs=1e-8)


def test_the_statistic_of_a_bend_is_the_cluster_robust_wald_statistic() -> None:
    rows = _unbalanced()
    codes = [rows[name].to_numpy(np.int64) for name in ("creator", "month")]
    hinges = np.column_stack([np.maximum(rows["share"] - kink, 0) for kink in (0.2, 0.5)])
    inner = dose.within(np.column_stack([rows["y"], hinges]), *codes)
    cross, square = dose._moments(inner[:, :1], inner[:, 1:], codes[0])
    signs = np.random.default_rng(1).choice([-1.0, 1.0], (3, len(cross)))
    found = dose._clearest(signs, cross, square)
    for drawn, sign in zip(found, signs, strict=True):
        y, walds = inner[:, 0] * sign[codes[0]], []
        for hinge in inner[:, 1:].T:
            slope = hinge @ y / (hinge @ hinge)
            scores = np.bincount(codes[0], hinge * (y - slope * hinge))
            walds.append(slope**2 / ((scores**2).sum() / (hinge @ hinge) ** 2))
        assert drawn == pytest.approx(max(walds))


# The bend, averaged over where it may lie.


def test_the_average_over_kinks_is_what_adding_up_every_kink_and_slope_gives() -> None:
    """Evidence: normal noise of the best kink; slopes: normal around each kink's own, leave-one-creator-out error."""
    rng = np.random.default_rng(2)
    creator, kinks = np.repeat(np.arange(12), 8), np.array([0.2, 0.3, 0.4, 0.5, 0.6])
    hinges = rng.normal(0, 0.2, (96, 5)).cumsum(axis=1)
    y = -0.25 * hinges[:, 2] + rng.normal(0, 0.4, 96)
    slopes, grid = [], np.linspace(-12, 12, 24_001)
    for hinge in hinges.T:
        left = [hinge[creator != c] @ y[creator != c] / (hinge[creator != c] @ hinge[creator != c]) for c in range(12)]
        best = hinge @ y / (hinge @ hinge)
        slopes.append((best, 11 / 12 * ((np.array(left) - best) ** 2).sum()))
    clearest = int(np.argmax([s**2 * (h @ h) for (s, _), h in zip(slopes, hinges.T, strict=True)]))
    noise = slopes[clearest][1] * (hinges[:, clearest] @ hinges[:, clearest])
    prior = stats.norm.pdf(grid, 0, dose.USUAL_SLOPE)
    evidence, means = [], []
    for (best, error), hinge in zip(slopes, hinges.T, strict=True):
        missed = (y @ y) - 2 * grid * (hinge @ y) + grid**2 * (hinge @ hinge)
        evidence.append((np.exp(-(missed - (y @ y)) / (2 * noise)) * prior).sum())
        density = stats.norm.pdf(grid, best, np.sqrt(error)) * prior
        means.append((grid * density).sum() / density.sum())
    weight = np.array(evidence) / sum(evidence)
    found = dose.integrated(y, hinges, creator, kinks, 0.95)
    assert 0.02 < weight.max() < 0.98
    assert found.kink.estimate == pytest.approx(weight @ kinks, rel=1e-6)
    assert found.slope.estimate == pytest.approx(weight @ np.array(means), rel=1e-6)
    assert found.below_half == pytest.approx(weight[:3].sum())
    gap = np.maximum(0.5 - kinks, 0) - np.maximum(0.2 - kinks, 0)
    assert found.cost.estimate == pytest.approx(weight @ (np.array(means) * gap), rel=1e-6)


def test_the_interval_of_a_mixture_is_that_of_many_draws() -> None:
    weight, mean, spread = np.array([0.5, 0.3, 0.2]), np.array([-1.0, 0.4, 2.0]), np.array([0.3, 0.1, 0.5])
    found = dose._mixture(weight, mean, spread, 9, 0.9)
    rng = np.random.default_rng(1)
    pick = rng.choice(3, 400_000, p=weight)
    draws = mean[pick] + spread[pick] * rng.standard_t(8, len(pick))
    assert found.ends == pytest.approx(np.quantile(draws, [0.05, 0.95]), abs=0.02)
    assert found.estimate == pytest.approx(draws.mean(), abs=0.01)


def test_a_bend_that_is_likely_beyond_both_shares_costs_exactly_nothing_at_one_end() -> None:
    found = dose._mixture(np.array([0.96, 0.04]), np.array([-0.5, 0.0]), np.array([0.1, 0.0]), 30, 0.95)
    assert found.high == 0.0 and found.low < -0.6


def test_an_estimate_never_lies_outside_its_interval() -> None:
    found = dose._mixture(np.array([0.98, 0.02]), np.array([-0.1, -9.0]), np.array([0.001, 0.001]), 30, 0.95)
    assert found.low <= found.estimate <= found.high
    hinges, noise = np.random.default_rng(3).normal(0, 1, (96, 2)), np.random.default_rng(4).normal(0, 0.7, 96)
    y, creator = hinges @ np.array([-0.9, -0.97]) + noise, np.repeat(np.arange(12), 8)
    kink = dose.integrated(y, hinges, creator, np.array([0.1, 0.8]), 0.5).kink
    assert (kink.low, kink.high) == pytest.approx((0.09, 0.11)) and kink.estimate == kink.high


def test_a_planted_bend_is_found_where_and_as_steep_as_it_is() -> None:
    found = dose.bend(calibration.months_of_feeds(np.random.default_rng(7), -1.2), 0.95, 1)
    assert found and found.chance < 0.01
    assert found.kink.low <= 0.45 <= found.kink.high and abs(found.kink.estimate - 0.45) <= 0.06
    assert found.slope.low <= -1.2 <= found.slope.high and found.slope.units == 80
    assert found.cost.low <= -1.2 * 0.05 <= found.cost.high


@pytest.mark.parametrize(("kink", "bent"), [(0.45, True), (0.0, False)])
def test_a_bend_is_told_from_a_straight_line(kink: float, bent: bool) -> None:
    rng = np.random.default_rng(8)
    made = [dose.bend(calibration.months_of_feeds(rng, -2.0, kink=kink), 0.95, seed) for seed in range(6)]
    chances = np.array([found.chance_straight for found in made if found])
    assert len(chances) == 6
    assert (chances < 0.02).sum() >= 5 if bent else (chances > 0.05).sum() >= 5


def test_a_steady_fall_may_begin_below_every_share_at_which_a_bend_could_be_seen() -> None:
    found = dose.bend(calibration.months_of_feeds(np.random.default_rng(1), -1.2, kink=0.0), 0.95, 1)
    assert found and found.chance < 0.01 and found.kink.low < found.lowest
    assert found.slope.low <= -1.2 <= found.slope.high


def test_the_straight_line_has_the_leave_one_creator_out_error() -> None:
    rows = calibration.months_of_feeds(np.random.default_rng(2), 0.0)
    rows = rows[rows["influencer_id"] < 20]
    codes = [rows[name].to_numpy(np.int64) for name in ("influencer_id", "month")]
    y, x = dose.within(rows[["log_rate", "share"]].to_numpy(float), *codes).T
    slopes = [x[codes[0] != i] @ y[codes[0] != i] / (x[codes[0] != i] @ x[codes[0] != i]) for i in range(20)]
    slope = x @ y / (x @ x)
    half = stats.t.ppf(0.975, 19) * np.sqrt(19 / 20 * ((np.array(slopes) - slope) ** 2).sum())
    found = dose.bend(rows, 0.95, 1)
    assert found and found.line
    assert (found.line.estimate, *found.line.ends) == pytest.approx((slope, slope - half, slope + half))


@pytest.mark.parametrize(
    ("share", "rate"),
    [
        (None, "0 * month"),
        (None, "0.37 * influencer_id"),
        (None, "0.37 * influencer_id + 0.13 * month"),
        ("0 * month + 0.3", None),
        ("0.08 * month", None),
        ("0.006 * influencer_id + 0.04 * month", None),
        ("0.09 * share", None),
    ],
)
def test_no_bend_is_looked_for_where_shares_or_rates_cannot_tell(share: str | None, rate: str | None) -> None:
    rows = calibration.months_of_feeds(np.random.default_rng(1), -1.2)
    changed = {"share": share, "log_rate": rate}
    rows = rows.assign(**{name: rows.eval(value) for name, value in changed.items() if value})
    assert dose.bend(rows, 0.95, 1) is None


def test_another_creators_shares_do_worse_where_shares_matter_and_as_well_where_they_do_not() -> None:
    harm, none = (calibration.months_of_feeds(np.random.default_rng(4), slope) for slope in (-1.2, 0.0))
    assert dose.anothers_shares(harm, 1) == 1 / (dose.SWAPS + 1)
    assert dose.anothers_shares(none, 1) > 0.1


# What comes first.


def test_engagement_that_falls_before_the_share_rises_fails_the_question_of_what_comes_first() -> None:
    fading = [dose.what_comes_first(histories(seed, fading=3.0), 0.45, 0.95, 1) for seed in range(4)]
    assert all(isinstance(found, dose.Before) and found.chance < 0.05 for found in fading)
    assert all(isinstance(found, dose.Before) and found.next_share.high < 0 for found in fading)


def test_harm_that_follows_the_share_passes_it() -> None:
    """Of twelve panels without reverse causality more than two alarms at 5 % would be a chance of one in 50."""
    harm = [dose.what_comes_first(histories(seed, slope=-1.2), 0.45, 0.95, 1) for seed in range(12)]
    assert sum(isinstance(found, dose.Before) and found.chance <= 0.05 for found in harm) <= 2


def test_what_comes_first_is_the_weighted_regression_with_creators_and_months() -> None:
    rows = histories(5, -0.5).sample(frac=0.8, random_state=1)
    rows = rows.assign(posts=np.random.default_rng(1).integers(1, 30, len(rows)))
    known = rows.dropna(subset=["share_next"]).assign(
        bend=lambda r: np.maximum(r["share"] - 0.4, 0), weight=lambda r: r["posts"] / (1 + r["posts"] / 10)
    )
    known["when"] = known["month"].dt.strftime("%Y-%m")
    fit = smf.wls(
        "log_rate ~ share_next + share + bend + C(influencer_id) + C(when)", known, weights=known["weight"]
    ).fit()
    found = dose.what_comes_first(rows, 0.4, 0.95, 1)
    assert isinstance(found, dose.Before)
    assert found.next_share.estimate == pytest.approx(fit.params["share_next"], rel=1e-8)


def test_without_months_to_come_or_with_few_creators_nothing_can_come_first() -> None:
    rows = histories(1)
    unknown = dose.what_comes_first(rows.assign(share_next=np.nan), 0.45, 0.95, 1)
    few = dose.what_comes_first(rows[rows["influencer_id"] < 11], 0.45, 0.95, 1)
    assert unknown == NotEnough("rows", 0, 1) and few == NotEnough("creators", 11, 12)


# Advertising that is not marked.


def _tagged(rng: np.random.Generator, part: float, slope: float = -1.2, number: int = 25) -> pd.DataFrame:
    """Return panels in which the share that was drawn does harm and only a part of it is marked."""
    rows = calibration.months_of_feeds(rng, slope)
    true = rng.binomial(number, rows["share"])
    beyond = np.maximum(true / number - 0.45, 0) - np.maximum(rows["share"] - 0.45, 0)
    marked = rng.binomial(true, part)
    return rows.assign(log_rate=rows["log_rate"] + slope * beyond, share=marked / number, posts_before=number)


def test_the_chances_of_true_counts_are_those_of_bayes() -> None:
    marked, number, creator = np.array([1, 0, 3]), np.array([2, 3, 4]), np.array([0, 0, 1])
    usual, steady = dose._usual_shares(marked, number, creator, 0.5)
    found = dose.true_counts(marked, number, creator, 0.5)
    assert found.shape == (3, 5) and found.sum(axis=1) == pytest.approx(1)
    for row, (k, n, share) in enumerate(zip(marked, number, usual, strict=True)):
        count = np.arange(5)
        chance = stats.betabinom.pmf(count, n, share * steady, (1 - share) * steady) * stats.binom.pmf(k, count, 0.5)
        assert found[row] == pytest.approx(chance / chance.sum())
    assert found[0, 0] == 0 and found[1, 4] == 0 and found[2, :3].sum() == 0


def test_one_marked_post_of_two_by_hand() -> None:
    """Four fifths are marked. One sponsored post shows one mark in 0.8 of cases, two in 2 x 0.8 x 0.2 = 0.32."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dose, "_usual_shares", lambda *_: (np.array([0.5]), 2.0))
        found = dose.true_counts(np.array([1]), np.array([2]), np.array([0]), 0.8)
    # A beta-binomial of 2 with a = b = 1 gives a third to each of 0, 1 and 2.
    assert found[0] == pytest.approx([0, 0.8 / 1.12, 0.32 / 1.12])


def test_where_nearly_all_advertising_is_marked_the_marked_posts_are_all_there_are() -> None:
    rng = np.random.default_rng(1)
    number = rng.integers(8, 30, 60)
    marked = rng.binomial(number, 0.4)
    found = dose.true_counts(marked, number, np.repeat(np.arange(6), 10), 0.9999)
    assert found[np.arange(60), marked].min() > 0.98


def test_how_steady_shares_are_is_learnt_from_marks_as_from_labels() -> None:
    rng = np.random.default_rng(2)
    creator = np.repeat(np.arange(200), 12)
    usual = rng.beta(4, 6, 200)[creator]
    true = rng.binomial(30, rng.beta(8 * usual, 8 * (1 - usual)))
    for part in (1.0, 0.5):
        marked = rng.binomial(true, part)
        _, steady = dose._usual_shares(marked, np.full(len(true), 30), creator, part)
        assert 5 < steady < 12.8


@pytest.mark.parametrize("part", [0.5, 0.8])
def test_the_planted_slope_is_found_again_when_a_part_is_marked(part: float) -> None:
    rng = np.random.default_rng(3)
    answers = [dose.if_undisclosed(_tagged(rng, part), 0.0, part, 0.95) for _ in range(20)]
    slopes = [found.slope.estimate for found in answers if found]
    assert len(slopes) == 20 and np.mean(slopes) == pytest.approx(-1.2, rel=0.15)
    assert np.mean([found.kink.estimate for found in answers if found]) == pytest.approx(0.45, abs=0.07)
    assert sum(found.slope.low <= -1.2 <= found.slope.high for found in answers if found) >= 16


def test_shares_as_they_are_marked_mistake_the_slope_and_the_place_of_the_bend() -> None:
    rng = np.random.default_rng(4)
    found = [dose.bend(_tagged(rng, 0.5), 0.95, 1) for _ in range(6)]
    assert np.mean([f.kink.estimate for f in found if f]) < 0.35


def test_unmarked_sponsored_posts_are_taken_out_of_the_organic_ones() -> None:
    """Sponsored posts draw a third less and the share does no harm: posts that pass for organic look like harm."""
    rng = np.random.default_rng(5)
    with_effect, without = [], []
    for _ in range(12):
        rows = calibration.months_of_feeds(rng, 0.0)
        true = rng.binomial(25, rows["share"])
        marked = rng.binomial(true, 0.5)
        # Of the month's posts without a mark, this many are sponsored all the same.
        hidden = 0.5 * true / 25 / (1 - 0.5 * true / 25)
        made = rows.assign(log_rate=rows["log_rate"] - 0.4 * hidden, share=marked / 25, posts_before=25)
        seen = -0.4 * (1 - hidden.mean())
        with_effect.append(dose.if_undisclosed(made, seen, 0.5, 0.95))
        without.append(dose.if_undisclosed(made, 0.0, 0.5, 0.95))
    slopes = [np.mean([found.slope.estimate for found in part if found]) for part in (with_effect, without)]
    assert abs(slopes[0]) < 0.15 and slopes[1] == pytest.approx(slopes[0] - 0.4, abs=0.15)


# The panel.


def test_the_share_before_a_month_counts_labelled_posts_of_ninety_days_before_it() -> None:
    days = [-100, -80, -60, -40, -20, -5, 1, 3]
    times = [pd.Timestamp("2026-05-01", tz="UTC") + day * DAY for day in days]
    paid = pd.array([True, True, False, None, True, False, False, True], dtype="boolean")
    made = feed_of(creator="ana", followers=1000, likes=20, posted_at=times, sponsored=paid)
    table = pd.DataFrame({"influencer_id": ["ana"], "month": [pd.Timestamp("2026-05-01", tz="UTC")]})
    found = dose._with_share_before(table, dose.labels(made), 90)
    assert (found["share"][0], found["posts_before"][0]) == (0.5, 4)


def test_the_shares_of_the_month_and_of_the_two_after_it_are_counted() -> None:
    times = pd.to_datetime(
        ["2026-03-02", "2026-03-31", "2026-04-10", "2026-05-10", "2026-05-20", "2026-06-01"], utc=True
    )
    made = feed_of(
        creator="ana",
        followers=1000,
        likes=20,
        posted_at=times,
        sponsored=[True, False, False, True, True, False],
    )
    months = pd.to_datetime(["2026-03-01", "2026-05-01", "2026-06-01"], utc=True)
    table = pd.DataFrame({"influencer_id": "ana", "month": months.astype(made.posts["posted_at"].dtype)})
    found = dose._with_later_shares(table, dose.labels(made))
    assert found["share_now"].tolist() == [0.5, 1.0, 0.0]
    assert found["share_next"].tolist() == pytest.approx([2 / 3, 0.0, np.nan], nan_ok=True)


@pytest.mark.parametrize(("read_at", "left_out"), [(13.9, True), (14, False)])
def test_comparisons_over_time_need_posts_read_at_fourteen_days_or_later(read_at: float, left_out: bool) -> None:
    given = world("default", 14, 420)
    posted = given.post_metrics["post_id"].map(given.posts.set_index("post_id")["posted_at"])
    read = given.post_metrics.assign(observed_at=posted + read_at * DAY).drop_duplicates("post_id")
    rows = feed.of(given.with_table("post_metrics", read), SEEN)
    assert dose.panel(rows, SEEN).empty == left_out
    assert not dose.panel(rows, campaign(trend_age_days=13)).empty


def _two_platforms(gap: float) -> feed.Feed:
    """Return creators on two platforms, one of which draws exp(gap) times as much, whose mix moves with the share."""
    rng, rows = np.random.default_rng(6), []
    for creator, month in itertools.product(range(16), range(9)):
        mix = (month * 7 + creator * 3) % 10 / 10
        for hour in range(12):
            other, paid = rng.random() < mix, rng.random() < 0.2 + 0.5 * mix
            when = pd.Timestamp("2025-09-02", tz="UTC") + pd.DateOffset(months=month) + pd.Timedelta(days=2 * hour)
            level = -3 + 0.02 * creator + rng.normal(0, 0.2)
            rows.append((f"c{creator:02d}", other, when, paid, level))
    names = ["influencer_id", "other", "posted_at", "is_sponsored", "level"]
    made = pd.DataFrame(rows, columns=names).assign(followers=1e7, comments=0, post_type="video")
    made = made.assign(
        post_id=[f"p{n:05d}" for n in range(len(made))],
        platform=np.where(made["other"], "tiktok", "instagram"),
        likes=(1e7 * np.exp(made["level"] + gap * made["other"])).round(),
    )
    sizes = made.assign(observed_at=made["posted_at"]).drop_duplicates(["influencer_id", "platform"])
    read = made.assign(observed_at=made["posted_at"] + 20 * DAY)
    return feed.of(tables(posts=made, followers=sizes, post_metrics=read), SEEN)


def test_a_month_of_more_posts_on_the_platform_that_draws_more_is_no_good_month() -> None:
    alike, apart = (dose.panel(_two_platforms(gap), SEEN) for gap in (0.0, 1.0))
    pd.testing.assert_series_equal(alike["share"], apart["share"])
    inner = [dose.within(table[["log_rate"]].to_numpy(float), *dose.codes_of(table))[:, 0] for table in (alike, apart)]
    assert inner[0] == pytest.approx(inner[1], abs=1e-3)


def test_a_month_of_more_reels_is_no_good_month() -> None:
    rng = np.random.default_rng(7)
    made = _two_platforms(0.0)
    reel = rng.random(len(made.posts)) < 0.5
    posts = made.posts.assign(platform="instagram", post_type=np.where(reel, "reel", "image"))
    better = posts.assign(engagements=posts["engagements"] * np.where(reel, np.e, 1))
    tables_of = [
        dose.panel(feed.Feed(p, made.published, (), {}, 1, made.coverage, 0, made.followers), SEEN)
        for p in (posts, better)
    ]
    inner = [dose.within(table[["log_rate"]].to_numpy(float), *dose.codes_of(table))[:, 0] for table in tables_of]
    assert inner[0] == pytest.approx(inner[1], abs=1e-3)


def test_creators_with_one_platform_keep_their_level() -> None:
    made = _two_platforms(0.0)
    posts = made.posts.assign(platform="tiktok", post_type="video")
    found = dose.panel(feed.Feed(posts, made.published, (), {}, 1, made.coverage, 0, made.followers), SEEN)
    organic = posts[~posts["is_sponsored"].astype(bool)]
    rate = np.log((organic["engagements"].astype(float) + 0.5) / organic["followers"].astype(float))
    by = rate.groupby([organic["influencer_id"], organic["posted_at"].dt.strftime("%Y-%m")]).mean()
    keys = list(zip(found["influencer_id"], found["month"].dt.strftime("%Y-%m"), strict=True))
    assert found["log_rate"].tolist() == pytest.approx(by.loc[keys].tolist())


def test_an_empty_panel_has_no_bend() -> None:
    none = dose.panel(feed_of(creator=["ana"], followers=1000, likes=5, sponsored=[True]), SEEN)
    assert none.empty and dose.bend(none, 0.95, 1) is None
    assert isinstance(dose.what_comes_first(none, 0.4, 0.95, 1), NotEnough)
    assert isinstance(dose._line(np.ones((4, 2)), np.array([0, 0, 1, 1]), 0.95), Interval | None)
