from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from influence_lib.analysis import sizes
from influence_lib.analysis.guards import NotEnough
from influence_lib.analysis.inference import Interval
from influence_lib.analysis.sizes import Check, Law

pytestmark = pytest.mark.filterwarnings("error")
START = pd.Timestamp("2026-03-01 12:00", tz="UTC")
FORMATS = {"reel": 0.4, "image": 0.0, "story": -0.3}


def _posts(creators: int = 40, each: int = 8, slope: float = -0.2, seed: int = 1, spread: float = 0.4) -> pd.DataFrame:
    """Return posts whose log rate falls with size, differs by format and creator, and counts that spread widely."""
    rng = np.random.default_rng(seed)
    creator = np.repeat(np.arange(creators), each)
    size = np.linspace(np.log(2e3), np.log(2e6), creators)
    form = rng.choice(list(FORMATS), creators * each)
    effect = slope * (size - 10)[creator] + np.array([FORMATS[name] for name in form])
    mean = np.exp(size[creator] - 3.5 + effect + rng.normal(0, spread, creators)[creator])
    return _frame(creator, np.exp(size).round()[creator], rng.poisson(mean * rng.gamma(3, 1 / 3, len(mean))), form)


def _frame(
    creator: Any, followers: Any, engagements: Any, form: Any = "reel", platform: Any = "tiktok"
) -> pd.DataFrame:
    """Return posts as the feed has them, one each second day."""
    number = len(creator)
    return pd.DataFrame(
        {
            "post_id": [f"p{n}" for n in range(number)],
            "influencer_id": [f"c{n:03d}" for n in creator],
            "platform": platform,
            "post_type": form,
            "posted_at": START + pd.to_timedelta(2 * (np.arange(number) % 30), unit="D"),
            "is_sponsored": pd.array(np.arange(number) % 3 == 0, dtype="boolean"),
            "followers": pd.array(np.broadcast_to(followers, number).astype(int), dtype="Int64"),
            "engagements": pd.array(np.broadcast_to(engagements, number).astype(float), dtype="Float64"),
        }
    )


def _line(posts: pd.DataFrame, level: float = 0.95) -> Interval:
    """Return the line through the creators of these posts."""
    found = sizes.line(sizes.creators(posts), level)
    assert isinstance(found, Interval)
    return found


# The line over creators.


def test_the_line_and_the_law_hold_a_planted_slope_as_often_as_they_say() -> None:
    """Of 40 worlds an interval of 90 % holds the truth in 30 to 40: fewer would happen by chance once in 200 times."""
    worlds = [_posts(30, 5, seed=seed) for seed in range(40)]
    lines, laws = [_line(posts, 0.9) for posts in worlds], [sizes.law(posts, 0.9) for posts in worlds]
    assert stats.binom.cdf(30, 40, 0.9) < 0.01
    assert sum(line.low < -0.2 < line.high for line in lines) > 30
    assert sum(isinstance(law, Law) and law.slope.low < -0.2 < law.slope.high for law in laws) > 30


def test_the_line_is_least_squares_with_hc3_errors_platforms_apart() -> None:
    rng = np.random.default_rng(2)
    table = pd.DataFrame(
        {"log_size": rng.uniform(7, 14, 30), "log_rate": rng.normal(-3, 1, 30), "platform": [*"aaabbc"] * 5}
    )
    x = np.column_stack([np.ones(30), table["log_size"], table["platform"] == "b", table["platform"] == "c"]).astype(
        float
    )
    inverse = np.linalg.inv(x.T @ x)
    best = inverse @ x.T @ table["log_rate"].to_numpy()
    left = (table["log_rate"] - x @ best) / (1 - np.einsum("ij,jk,ik->i", x, inverse, x))
    error = np.sqrt((inverse @ (x.T * left.to_numpy() ** 2) @ x @ inverse)[1, 1])
    found = sizes.line(table, 0.9)
    assert isinstance(found, Interval) and found.units == 30
    assert found.estimate == pytest.approx(best[1])
    assert found.ends == pytest.approx(
        (best[1] - stats.t.ppf(0.95, 26) * error, best[1] + stats.t.ppf(0.95, 26) * error)
    )


def test_a_platform_of_two_creators_counts_as_the_commonest() -> None:
    table = sizes.creators(_posts())
    mixed = table.assign(platform=["a"] * 20 + ["b"] * 18 + ["c"] * 2)
    assert sizes.line(mixed, 0.95) == sizes.line(mixed.assign(platform=["a"] * 20 + ["b"] * 18 + ["a"] * 2), 0.95)
    assert sizes.line(mixed, 0.95) != sizes.line(mixed.assign(platform="a"), 0.95)


def test_platforms_are_not_told_apart_with_few_creators_to_spare() -> None:
    table = sizes.creators(_posts(8)).assign(platform=["a"] * 5 + ["b"] * 3)
    assert sizes.line(table, 0.95) == sizes.line(table.assign(platform="a"), 0.95)
    more = sizes.creators(_posts(9)).assign(platform=["a"] * 5 + ["b"] * 4)
    assert sizes.line(more, 0.95) != sizes.line(more.assign(platform="a"), 0.95)


def test_a_creators_rate_is_the_sum_over_the_sum_and_the_size_the_median() -> None:
    posts = _frame([0, 0, 0, 1], [1000, 2000, 4000, 500], [10, 20, 60, 5]).assign(is_sponsored=False)
    table = sizes.creators(posts)
    assert table["log_rate"].to_numpy() == pytest.approx(np.log([90.5 / 7000, 5.5 / 500]))
    assert table["log_size"].to_numpy() == pytest.approx(np.log([2000, 500]))
    assert (table["posts"].tolist(), table["influencer_id"].tolist()) == ([3, 1], ["c000", "c001"])


def test_a_creator_of_lively_formats_is_not_taken_for_a_lively_creator() -> None:
    """Every post has its format's rate exactly; who posts only reels differs from who posts only images by nothing."""
    form = np.array(["reel"] * 8 + ["image"] * 8 + ["reel", "image"] * 24)
    rate = 0.02 * np.where(form == "reel", 3.0, 1.0)
    table = sizes.creators(_frame(np.repeat(np.arange(8), 8), 10_000_000, rate * 10_000_000, form))
    assert np.ptp(table["log_rate"]) < 1e-5
    assert table["log_rate"].mean() == pytest.approx(np.log(rate).mean(), abs=1e-5)


# What makes posts comparable.


def test_a_kind_of_few_posts_or_few_creators_counts_as_the_commonest() -> None:
    labels = pd.Series(["reel"] * 40 + ["image"] * 20 + ["story"] * 7 + ["live"] * 30)
    creator = pd.Series([*(n % 5 for n in range(67)), *(n % 2 for n in range(30))])
    found = sizes.kinds(labels, creator)
    assert list(found) == ["image"]
    assert found["image"].tolist() == (labels == "image").astype(float).tolist()


def test_eight_posts_of_three_creators_are_a_kind() -> None:
    labels = pd.Series(["reel"] * 40 + ["story"] * 8)
    of_three = pd.Series([n % 5 for n in range(40)] + [0, 0, 0, 0, 0, 0, 1, 2])
    assert list(sizes.kinds(labels, of_three)) == ["story"]
    assert list(sizes.kinds(labels, of_three.replace(2, 1))) == []


def test_a_label_that_is_not_known_is_a_kind_of_its_own() -> None:
    posts = _posts(10, 12)
    posts = posts.assign(is_sponsored=posts["is_sponsored"].mask(posts.index % 4 == 0))
    found = sizes.controls(posts)
    assert {name for name in found if name.startswith("sponsored")} == {"sponsored: True", "sponsored: unknown"}
    assert all(abs(values.mean()) < 1e-12 for values in found.values())
    assert {name for name in found if name.isdigit()} == {"202604"}
    assert len({name for name in found if name.startswith("tiktok")}) == 2


# The model of single posts.


def _gee(posts: pd.DataFrame) -> tuple[float, float, float]:
    """Return slope, error and spread of the negative binomial model, written out with statsmodels alone."""
    size = np.log(posts.groupby("influencer_id")["followers"].transform("median").astype(float))
    form, month = posts["post_type"], posts["posted_at"].dt.month
    commonest = form.value_counts().index[0]
    parts = [*(form == name for name in sorted(FORMATS) if name != commonest), month == 4, posts["is_sponsored"]]
    x = np.column_stack(
        [np.ones(len(posts)), size - size.mean(), *(part.astype(float) - part.mean() for part in parts)]
    )
    y, offset = posts["engagements"].to_numpy(float), np.log(posts["followers"].to_numpy(float))
    alpha = 1.0
    for _ in range(3):
        mean = sm.GLM(y, x, sm.families.NegativeBinomial(alpha=alpha), offset=offset).fit().fittedvalues
        alpha = float(np.mean(((y - mean) ** 2 - mean) / mean**2))
    family, structure = sm.families.NegativeBinomial(alpha=alpha), sm.cov_struct.Exchangeable()
    model = sm.GEE(y, x, posts["influencer_id"].to_numpy(), family=family, offset=offset, cov_struct=structure)
    fit = model.fit(cov_type="bias_reduced")
    return float(fit.params[1]), float(fit.bse[1]), alpha


def test_the_law_is_a_negative_binomial_gee_with_errors_for_few_creators() -> None:
    posts = _posts(20, 30)
    slope, error, alpha = _gee(posts)
    found = sizes.law(posts, 0.95)
    assert isinstance(found, Law)
    assert (found.slope.estimate, found.error, found.dispersion) == pytest.approx((slope, error, alpha), rel=1e-5)
    half = stats.t.ppf(0.975, 18) * error
    assert found.slope.ends == pytest.approx((slope - half, slope + half), rel=1e-5)
    assert found.slope.units == 20


def test_the_law_counts_a_creators_usual_size_and_not_how_the_account_grew() -> None:
    """Each account doubles while its rate halves: within an account the rate falls with size, between accounts not."""
    rng = np.random.default_rng(4)
    creator = np.repeat(np.arange(30), 9)
    growth = np.tile(np.linspace(-0.35, 0.35, 9), 30)
    size = np.linspace(8, 14, 30)[creator]
    posts = _frame(creator, np.exp(size + growth), rng.poisson(np.exp(size - 3.5) * rng.gamma(9, 1 / 9, 270)))
    for found in (_line(posts), sizes.law(posts, 0.95)):
        slope = found.slope if isinstance(found, Law) else found
        assert isinstance(slope, Interval) and slope.low < 0 < slope.high and slope.high - slope.low < 0.1


def test_the_law_takes_evenly_many_posts_of_creators_with_very_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sizes, "MOST_POSTS", 100)
    few, many = _posts(20, 3), _posts(4, 50, seed=3).assign(influencer_id=lambda rows: "d" + rows["influencer_id"])
    posts = pd.concat([few, many], ignore_index=True).sample(frac=1, random_state=1, ignore_index=True)
    taken = posts.iloc[sizes._taken(posts)]
    assert taken.groupby("influencer_id").size().tolist() == [3] * 20 + [10] * 4
    times = [rows.loc[rows["influencer_id"] == "dc000", "posted_at"].sort_values().tolist() for rows in (taken, posts)]
    assert times[0] == times[1][4::5]
    monkeypatch.setattr(sizes, "MOST_POSTS_A_CREATOR", 2)
    assert posts.iloc[sizes._taken(posts)].groupby("influencer_id").size().tolist() == [2] * 24


def test_leaving_out_posts_of_busy_creators_hardly_moves_the_law(monkeypatch: pytest.MonkeyPatch) -> None:
    posts = _posts(30, 40)
    whole = sizes.law(posts, 0.95)
    monkeypatch.setattr(sizes, "MOST_POSTS", 300)
    part = sizes.law(posts, 0.95)
    assert isinstance(whole, Law) and isinstance(part, Law) and part != whole
    assert abs(part.slope.estimate - whole.slope.estimate) < whole.error
    assert part.error < 1.5 * whole.error


# What could prove the slope wrong.


def test_numbers_dealt_anew_give_as_steep_a_line_as_often_as_chance_does() -> None:
    """Of 60 worlds without a slope at most 8 are rejected at 5 %, and 20 at 20 %: more comes up once in 100 times."""
    rng = np.random.default_rng(5)
    worlds = [pd.DataFrame({"log_size": rng.uniform(7, 14, 25), "log_rate": rng.standard_t(4, 25)}) for _ in range(60)]
    chances = np.array([sizes.chance_of_shuffled(table, 1) for table in worlds])
    assert stats.binom.sf(8, 60, 0.05) < 0.01 and (chances <= 0.05).sum() <= 8
    assert stats.binom.sf(20, 60, 0.2) < 0.01 and 4 <= (chances <= 0.2).sum() <= 20


def test_no_deal_is_as_steep_as_a_clear_line() -> None:
    x = np.linspace(7, 14, 25)
    table = pd.DataFrame({"log_size": x, "log_rate": -0.5 * x + np.sin(np.arange(25))})
    assert sizes.chance_of_shuffled(table, 1) == 1 / 500
    assert sizes.chance_of_shuffled(table.assign(log_rate=-table["log_rate"]), 1) == 1 / 500


def test_a_deal_is_as_steep_as_its_slope_in_its_own_hc3_errors() -> None:
    rng = np.random.default_rng(6)
    x, y = rng.uniform(7, 14, 12), rng.normal(size=12)
    plain = sm.OLS(y, sm.add_constant(x)).fit(cov_type="HC3")
    assert sizes._steepness(x, y) == pytest.approx(abs(plain.tvalues[1]))


DAY = pd.Timedelta(days=1)


def _readings(posts: pd.DataFrame, followers: Any, before: pd.Timedelta = 100 * DAY) -> pd.DataFrame:
    """Return one reading of followers a creator, so long before the first post."""
    first = posts.drop_duplicates("influencer_id")[["influencer_id", "platform"]]
    when = posts["posted_at"].min() - before
    whole = np.asarray(followers, dtype=float).round().astype(int)
    return first.assign(observed_at=when, followers=pd.array(whole, dtype="Int64"))


def _miscounted(spread: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return posts of creators whose numbers of followers are off by chance, each time anew, and an early reading."""
    rng = np.random.default_rng(8)
    creator, size = np.repeat(np.arange(120), 4), rng.normal(10.5, 1, 120)
    now, before = (np.exp(size + spread * rng.normal(size=120)) for _ in range(2))
    posts = _frame(creator, now[creator], rng.poisson(np.exp(size - 3.5)[creator] * rng.gamma(9, 1 / 9, 480)))
    return posts, _readings(posts, before)


def test_followers_of_earlier_show_that_a_fall_came_from_miscounts() -> None:
    """The true rate is the same at all sizes: errors of variance v among sizes of variance 1 give -v / (1 + v)."""
    posts, readings = _miscounted(0.7)
    assert _line(posts).estimate == pytest.approx(-0.49 / 1.49, abs=0.08) and _line(posts).high < 0
    found = sizes.with_earlier_followers(posts, readings, 0.95)
    assert isinstance(found, Check)
    assert found.slope.estimate == pytest.approx(0, abs=0.13) and found.slope.low < 0 < found.slope.high
    assert found.shift == pytest.approx(found.slope.estimate - _line(posts).estimate) and found.shift > 0.2


def test_followers_of_earlier_change_nothing_where_numbers_are_right() -> None:
    posts, readings = _miscounted(0.0)
    found = sizes.with_earlier_followers(posts, readings, 0.95)
    assert isinstance(found, Check) and abs(found.shift) < 1e-3


@pytest.mark.parametrize(("before", "counts"), [(90 * DAY, True), (90 * DAY - pd.Timedelta(minutes=1), False)])
def test_an_earlier_number_is_one_of_ninety_days_or_more_before_the_post(before: pd.Timedelta, counts: bool) -> None:
    posts = _frame(np.arange(20), 10_000, 100).assign(posted_at=START)
    earlier = sizes._followers_before(posts, _readings(posts, np.arange(20) + 500, before))
    assert earlier.notna().all() == counts and earlier.notna().any() == counts
    assert not counts or earlier.tolist() == list(range(500, 520))


def test_the_last_known_number_of_the_same_platform_is_the_earlier_one() -> None:
    posts = _frame([0], 10_000, 100)
    old, older = _readings(posts, [700]), _readings(posts, [600], 200 * DAY)
    other, empty = old.assign(platform="instagram", followers=5), old.assign(followers=pd.NA)
    between = empty.assign(observed_at=empty["observed_at"] + 5 * DAY)
    readings = pd.concat([older, old, other, between.astype(old.dtypes)], ignore_index=True)
    assert sizes._followers_before(posts, readings).tolist() == [700]
    none = old.assign(followers=pd.array([0], dtype="Int64"))
    assert sizes._followers_before(posts, none).isna().all()


def test_without_readings_of_earlier_there_is_no_check() -> None:
    posts = _posts()
    none = _readings(posts, np.full(40, 500), 10 * DAY)
    assert sizes.with_earlier_followers(posts, none, 0.95) == NotEnough("creators", 0, 8)


def test_the_strongest_is_the_creator_without_whom_the_line_moves_most() -> None:
    table = sizes.creators(_posts(20, spread=1.0))
    whole = sizes.line(table, 0.95)
    without = [sizes.line(table.drop(index=row), 0.95) for row in table.index]
    moves = [
        line.estimate - whole.estimate for line in without if isinstance(line, Interval) and isinstance(whole, Interval)
    ]
    found = sizes.without_the_strongest(table, 0.95)
    assert isinstance(found, Check) and found.slope == without[int(np.argmax(np.abs(moves)))]
    assert found.shift == pytest.approx(max(moves, key=abs))


def test_no_creator_can_be_left_out_of_eight() -> None:
    table = sizes.creators(_posts(8))
    assert sizes.without_the_strongest(table, 0.95) == NotEnough("creators", 7, 8)


# The smooth line of the picture.


def test_the_curve_passes_near_a_planted_curve() -> None:
    rng = np.random.default_rng(3)
    creator, size = np.repeat(np.arange(150), 6), np.sort(rng.uniform(8, 14, 150))
    log_rate = -3 - 0.12 * (size - 11) ** 2
    luck = rng.normal(0, 0.2, 150) + log_rate
    posts = _frame(creator, np.exp(size)[creator], rng.poisson(np.exp(size + luck)[creator] * rng.gamma(5, 0.2, 900)))
    found = sizes.curve(posts, 0.95)
    assert isinstance(found, pd.DataFrame) and list(found) == ["followers", "rate", "low", "high"]
    planted = np.exp(-3 - 0.12 * (np.log(found["followers"]) - 11) ** 2) * np.exp(0.02)
    middle = found["followers"].between(np.exp(8.4), np.exp(13.6))
    assert (np.abs(np.log(found["rate"] / planted))[middle] < 0.15).all()
    assert ((found["low"] < planted) & (planted < found["high"])).mean() > 0.8
    assert found["followers"].iloc[[0, -1]].tolist() == pytest.approx(np.exp(size[[0, -1]]), rel=1e-3)


def test_the_curve_of_a_straight_law_is_straight() -> None:
    """Rates that fall by exactly a fifth of a log point for each log point of size, hardly any chance beside."""
    creator, size = np.repeat(np.arange(40), 6), np.linspace(12, 18, 40)
    wiggle = 1 + 0.01 * np.sin(np.arange(240) * 1.3)
    found = sizes.curve(_frame(creator, np.exp(size)[creator], (np.exp(0.8 * size)[creator] * wiggle).round()), 0.95)
    assert isinstance(found, pd.DataFrame)
    slopes = np.diff(np.log(found["rate"])) / np.diff(np.log(found["followers"]))
    assert slopes == pytest.approx(-0.2, abs=0.01)


def test_there_is_no_curve_of_two_sizes_or_of_seven_creators() -> None:
    twins = _frame(np.repeat(np.arange(30), 4), np.repeat([1_000, 50_000], 60), np.arange(120) + 50)
    assert sizes.curve(twins, 0.95) == NotEnough("constant")
    assert sizes.curve(_posts(7), 0.95) == NotEnough("creators", 7, 8)
