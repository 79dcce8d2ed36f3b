import itertools

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from scipy import stats
from worlds import DAY, calibration, campaign, feed_of, posts, world

from influence_lib.analysis import feed, saturation

pytestmark = pytest.mark.filterwarnings("error")
SEEN = campaign()
MARCH = pd.Timestamp("2026-03-10 12:00", tz="UTC")


def _two_kinds(creators: int, effect: float, seed: int = 1, spread: float = 0.2) -> feed.Feed:
    """Return creators with six organic and six sponsored posts each; sponsored ones draw exp(effect) times as much."""
    rng = np.random.default_rng(seed)
    paid = np.tile(np.repeat([False, True], 6), creators)
    luck = np.repeat(rng.normal(0, 0.5, creators), 12) + rng.normal(0, spread, 12 * creators)
    likes = np.round(100_000 * np.exp(-3 + luck + effect * paid)).astype(int)
    return feed_of(
        creator=np.repeat([f"c{n:02d}" for n in range(creators)], 12), followers=100_000, likes=likes, sponsored=paid
    )


def test_the_sponsored_effect_is_the_t_interval_of_the_creators_differences() -> None:
    made = _two_kinds(15, -0.3)
    rate = np.log((made.posts["engagements"].astype(float) + 0.5) / 100_000)
    means = rate.groupby([made.posts["influencer_id"], made.posts["is_sponsored"].astype(bool)]).mean().unstack()
    other = stats.ttest_1samp(means[True] - means[False], 0).confidence_interval(0.95)
    found = saturation.sponsored_effect(made, SEEN)
    assert found.estimate == pytest.approx(np.expm1((means[True] - means[False]).mean()))
    assert found.interval == pytest.approx((np.expm1(other.low), np.expm1(other.high)))
    assert (found.n, found.clusters, found.verdict) == (180, 15, "supported")


@pytest.mark.parametrize(("effect", "verdict"), [(-0.3, "supported"), (0.3, "contradicted"), (0.0, "undecided")])
def test_a_planted_effect_of_sponsoring_is_told(effect: float, verdict: str) -> None:
    found = saturation.sponsored_effect(_two_kinds(20, effect), SEEN)
    assert found.verdict == verdict and found.interval
    assert found.interval[0] < np.expm1(effect) < found.interval[1]


def test_a_month_in_which_lively_creators_posted_is_not_a_lively_month() -> None:
    """The levels of the months are those of a regression of organic posts on creators and months."""
    rng = np.random.default_rng(4)
    n = 400
    names, months = rng.integers(0, 20, n), rng.integers(0, 5, n)
    paid = rng.random(n) < 0.4
    likes = np.round(1e6 * np.exp(-5 + 0.1 * names + 0.3 * months + rng.normal(0, 0.2, n) - 0.2 * paid)).astype(int)
    when = [pd.Timestamp("2026-01-10", tz="UTC") + pd.DateOffset(months=int(m)) for m in months]
    made = feed_of(
        creator=[f"c{i:02d}" for i in names], followers=1_000_000, likes=likes, sponsored=paid, posted_at=when
    )
    rows = saturation._labelled(made).assign(month=lambda r: r["posted_at"].dt.strftime("%Y-%m"))
    fit = smf.ols("log_rate ~ C(influencer_id) + C(month)", rows[~rows["sponsored"]]).fit()
    level = rows["month"].map(lambda m: fit.params.get(f"C(month)[T.{m}]", 0.0))
    by = (rows["log_rate"] - level).groupby([rows["influencer_id"], rows["sponsored"]]).agg(["mean", "size"]).unstack()
    enough = (by["size"] >= 3).all(axis=1)
    expected = (by["mean", True] - by["mean", False])[enough]
    table = saturation.contrasts(made).set_index("influencer_id")
    pd.testing.assert_series_equal(table["difference"], expected, check_names=False, rtol=1e-8)
    assert saturation.sponsored_effect(made, SEEN).estimate == pytest.approx(np.expm1(-0.2), abs=0.05)


def test_one_creator_sponsored_and_one_not_is_not_enough_to_tell() -> None:
    made = feed_of(
        creator=["ana"] * 9 + ["ben"] * 9, followers=1000, likes=[50] * 9 + [10] * 9, sponsored=[True] * 9 + [False] * 9
    )
    found = saturation.sponsored_effect(made, SEEN)
    assert (found.verdict, found.estimate, found.clusters) == ("not_enough_data", None, 0)
    assert "0 creators with at least 3 sponsored and 3 organic posts, about 12 more needed" in found.headline


@pytest.mark.parametrize("label", [True, False])
def test_posts_of_one_kind_only_have_nothing_to_be_compared_with(label: bool) -> None:
    names = np.repeat([f"c{n:02d}" for n in range(20)], 12)
    made = feed_of(creator=names, followers=1000, likes=np.arange(240) + 5, sponsored=label)
    verdicts = [f.verdict for f in (saturation.sponsored_effect(made, SEEN), *saturation.dose_response(made, SEEN))]
    assert verdicts == ["not_enough_data"] * 3


def test_creators_who_all_differ_by_the_same_get_no_interval() -> None:
    paid = np.tile([False] * 3 + [True] * 3, 15)
    made = feed_of(
        creator=np.repeat([f"c{n:02d}" for n in range(15)], 6),
        followers=1000,
        likes=np.where(paid, 20, 30),
        sponsored=paid,
    )
    found = saturation.sponsored_effect(made, SEEN)
    assert found.verdict == "not_enough_data" and "all creators show the same difference" in found.headline


def test_without_labels_nothing_is_said() -> None:
    made = feed_of(creator=list("ab"), followers=1000, likes=5)
    findings = (
        saturation.sponsored_effect(made, SEEN),
        *saturation.dose_response(made, SEEN),
        saturation.over_limit(made, SEEN),
    )
    assert {f.verdict for f in findings} == {"not_available"}


def _unbalanced(seed: int = 3) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    rows = pd.DataFrame(itertools.product(range(12), range(7)), columns=["creator", "month"])
    rows = rows.sample(60, random_state=seed)
    share = rng.beta(2, 2, len(rows))
    return rows.assign(
        share=share, y=0.3 * rows["creator"] + 0.1 * rows["month"] - share + rng.normal(0, 0.3, len(rows))
    )


def test_taking_out_creators_and_months_is_the_regression_with_dummies() -> None:
    rows = _unbalanced()
    codes = [rows[name].to_numpy(np.int64) for name in ("creator", "month")]
    inner = saturation.within(rows[["y", "share"]].to_numpy(float), *codes)
    slope = (inner[:, 0] @ inner[:, 1]) / (inner[:, 1] @ inner[:, 1])
    fit = smf.ols("y ~ share + C(creator) + C(month)", rows).fit()
    assert slope == pytest.approx(fit.params["share"], rel=1e-8)
    assert inner[:, 0] - slope * inner[:, 1] == pytest.approx(fit.resid.to_numpy(), abs=1e-8)


def test_the_statistic_of_a_bend_is_the_cluster_robust_wald_statistic() -> None:
    rows = _unbalanced()
    codes = [rows[name].to_numpy(np.int64) for name in ("creator", "month")]
    hinges = np.column_stack([np.maximum(rows["share"] - kink, 0) for kink in (0.2, 0.5)])
    inner = saturation.within(np.column_stack([rows["y"], hinges]), *codes)
    cross, square = saturation._moments(inner[:, :1], inner[:, 1:], codes[0])
    signs = np.random.default_rng(1).choice([-1.0, 1.0], (3, len(cross)))
    found = saturation._clearest(signs, cross, square)
    for drawn, sign in zip(found, signs, strict=True):
        y, walds = inner[:, 0] * sign[codes[0]], []
        for hinge in inner[:, 1:].T:
            slope = hinge @ y / (hinge @ hinge)
            scores = np.bincount(codes[0], hinge * (y - slope * hinge))
            walds.append(slope**2 / ((scores**2).sum() / (hinge @ hinge) ** 2))
        assert drawn == pytest.approx(max(walds))


def test_a_planted_bend_is_found_where_and_as_steep_as_it_is() -> None:
    found = saturation.bend(calibration.months_of_feeds(np.random.default_rng(7), -1.2), 0.95, 1)
    assert found and found.chance < 0.01
    assert found.kink_ends[0] <= 0.45 <= found.kink_ends[1] and abs(found.kink - 0.45) <= 0.06
    assert found.slope_ends[0] <= -1.2 <= found.slope_ends[1]


def test_a_steady_fall_is_not_given_a_share_at_which_it_starts() -> None:
    made = calibration.months_of_feeds(np.random.default_rng(1), -1.2, kink=0.0)
    found = saturation.bend(made, 0.95, 1)
    assert found and found.chance < 0.01 and found.kink_ends[0] < found.lowest
    kink, slope = saturation._bend_findings(found, {"n": 9, "clusters": 80}, 0.95)
    assert (kink.verdict, kink.estimate) == ("undecided", None) and "perhaps from the first" in kink.headline
    assert slope.verdict == "supported" and slope.interval and slope.interval[0] <= -1.2 <= slope.interval[1]


def test_no_share_and_no_slope_are_given_for_a_bend_that_chance_explains() -> None:
    made = calibration.months_of_feeds(np.random.default_rng(2), 0.0)
    found = saturation.bend(made, 0.95, 1)
    assert found and found.chance > 0.05
    findings = saturation._bend_findings(found, {"n": 9, "clusters": 80}, 0.95)
    assert [(f.verdict, f.estimate) for f in findings] == [("undecided", None)] * 2
    assert "over all shares, 10 percentage points more" in findings[1].headline


def test_the_straight_line_has_the_leave_one_creator_out_error() -> None:
    rows = calibration.months_of_feeds(np.random.default_rng(2), 0.0)
    rows = rows[rows["influencer_id"] < 20]
    codes = [rows[name].to_numpy(np.int64) for name in ("influencer_id", "month")]
    y, x = saturation.within(rows[["log_rate", "share"]].to_numpy(float), *codes).T
    slopes = [x[codes[0] != i] @ y[codes[0] != i] / (x[codes[0] != i] @ x[codes[0] != i]) for i in range(20)]
    slope = x @ y / (x @ x)
    half = stats.t.ppf(0.975, 19) * np.sqrt(19 / 20 * ((np.array(slopes) - slope) ** 2).sum())
    found = saturation.bend(rows, 0.95, 1)
    assert found and found.line
    assert (found.line.estimate, *found.line.ends) == pytest.approx((slope, slope - half, slope + half))


def test_no_bend_is_looked_for_where_shares_or_rates_do_not_differ() -> None:
    rows = calibration.months_of_feeds(np.random.default_rng(1), -1.2)
    assert saturation.bend(rows.assign(share=0.3), 0.95, 1) is None
    assert saturation.bend(rows.assign(log_rate=-3.0), 0.95, 1) is None


def test_the_share_before_a_month_counts_labelled_posts_of_ninety_days_before_it() -> None:
    days = [-100, -80, -60, -40, -20, -5, 1, 3]
    times = [pd.Timestamp("2026-05-01", tz="UTC") + day * DAY for day in days]
    paid = pd.array([True, True, False, None, True, False, False, True], dtype="boolean")
    made = feed_of(creator="ana", followers=1000, likes=20, posted_at=times, sponsored=paid)
    table = pd.DataFrame({"influencer_id": ["ana"], "month": [pd.Timestamp("2026-05-01", tz="UTC")]})
    found = saturation._with_share_before(table, saturation._labels(made), 90)
    assert (found["share"][0], found["posts_before"][0]) == (0.5, 4)


def _shares(paid: dict[str, tuple[int, int]]) -> feed.Feed:
    """Return creators with so many sponsored of so many posts in June."""
    rows = [(name, n < many) for name, (many, total) in paid.items() for n in range(total)]
    names, labels = zip(*rows, strict=True)
    when = pd.Timestamp("2026-06-10", tz="UTC")
    return feed_of(creator=list(names), followers=1000, likes=9, posted_at=when, sponsored=list(labels))


def test_who_is_above_the_limit_follows_from_the_beta_distribution() -> None:
    found = saturation.over_limit(_shares({"ana": (11, 12), "ben": (7, 12), "cid": (1, 12)}), SEEN)
    assert found.table
    chances = [stats.beta.sf(0.5, k + 0.5, 12 - k + 0.5) for k in (11, 7, 1)]
    assert found.table.rows["above"].tolist() == pytest.approx(chances)
    assert found.table.rows["verdict"].tolist() == ["above the limit", "too early to tell", "within the limit"]
    assert found.table.rows["low"].tolist() == pytest.approx(
        [stats.beta.ppf(0.025, k + 0.5, 12.5 - k) for k in (11, 7, 1)]
    )
    assert (found.estimate, found.interval, found.n, found.clusters) == (1.0, (1.0, 2.0), 36, 3)
    assert (
        found.headline.startswith("1 creator is clearly above 50% sponsored posts")
        and "1 more may be" in found.headline
    )


def test_nobody_near_the_limit_contradicts_that_there_are_creators_above_it() -> None:
    found = saturation.over_limit(_shares({"ana": (0, 12), "ben": (1, 20)}), SEEN)
    assert (found.verdict, found.interval) == ("contradicted", (0.0, 0.0))


def test_shares_count_the_last_ninety_days_young_posts_too() -> None:
    times = [
        pd.Timestamp("2026-06-30 20:00", tz="Europe/Berlin"),
        pd.Timestamp("2026-04-02 00:30", tz="Europe/Berlin"),
        pd.Timestamp("2026-04-01 23:00", tz="Europe/Berlin"),
    ]
    made = posts(creator="ana", followers=1000, likes=9, posted_at=[t.tz_convert("UTC") for t in times], sponsored=True)
    read = made.post_metrics.assign(observed_at=made.posts["posted_at"])
    found = saturation.shares(feed.of(made.with_table("post_metrics", read), SEEN), SEEN)
    assert found["posts"].tolist() == [2]


def test_no_recent_posts_means_no_share() -> None:
    made = feed_of(creator=["ana"] * 9, followers=1000, likes=9, sponsored=True, posted_at=MARCH - 90 * DAY)
    assert saturation.over_limit(made, SEEN).verdict == "not_available"


@pytest.mark.parametrize(("read_at", "left_out"), [(13.9, True), (14, False)])
def test_comparisons_over_time_need_posts_read_at_fourteen_days_or_later(read_at: float, left_out: bool) -> None:
    given = world("default", 14, 420)
    posted = given.post_metrics["post_id"].map(given.posts.set_index("post_id")["posted_at"])
    read = given.post_metrics.assign(observed_at=posted + read_at * DAY).drop_duplicates("post_id")
    rows = feed.of(given.with_table("post_metrics", read), SEEN)
    assert saturation.panel(rows, SEEN).empty == left_out
    assert not saturation.panel(rows, campaign(trend_age_days=13)).empty
    assert len(saturation.contrasts(rows)) > 0
