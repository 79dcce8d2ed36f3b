import itertools
import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from scipy import stats
from statsmodels.tools.sm_exceptions import SingularMatrixWarning

from influence_lib.analysis import sponsored
from influence_lib.analysis.guards import NotEnough
from influence_lib.analysis.inference import Interval

pytestmark = pytest.mark.filterwarnings("error")
START = pd.Timestamp("2026-01-04 12:00", tz="UTC")


def _rows(**columns: Any) -> pd.DataFrame:
    """Return labelled posts of one platform, format and age unless told otherwise."""
    usual = {"platform": "tiktok", "post_type": "video", "age_days": 30.0}
    rows = pd.DataFrame(usual | columns)
    return rows.assign(post_id=[f"p{n:05d}" for n in range(len(rows))])


def _mixed(seed: int = 1, creators: int = 16, each: int = 36, effect: float = -0.2) -> pd.DataFrame:
    """Return posts of creators on two platforms in two formats over three months, read at different ages."""
    rng = np.random.default_rng(seed)
    n = creators * each
    name, month = np.repeat(np.arange(creators), each), rng.integers(0, 3, n)
    tiktok, reel, paid = rng.random(n) < 0.4, rng.random(n) < 0.5, rng.random(n) < 0.2 + 0.02 * name
    age = rng.uniform(8, 60, n)
    level = rng.normal(0, 0.5, creators)[name] + 0.8 * tiktok + 0.3 * reel + 0.1 * np.log(age) + 0.2 * month
    when = [START + pd.DateOffset(months=int(m)) + pd.Timedelta(hours=int(h)) for h, m in enumerate(month)]
    return _rows(
        influencer_id=[f"c{c:02d}" for c in name],
        platform=np.where(tiktok, "tiktok", "instagram"),
        post_type=np.where(reel, "reel", "image"),
        posted_at=when,
        age_days=age,
        sponsored=paid,
        log_rate=level + effect * paid + rng.normal(0, 0.3, n),
    )


def _brute(rows: pd.DataFrame, formula: str, name: str) -> tuple[float, float, float]:
    """Return the coefficient, its leave-one-creator-out error and how many creators speak on it, with dummies."""
    month = rows["posted_at"].dt.strftime("%Y-%m")
    account = rows["influencer_id"] + rows["platform"]
    given = rows.assign(month=month, account=account, cell=account + month, form=rows["platform"] + rows["post_type"])
    given = given.assign(label=given[name].astype(float))
    names = sorted(set(given["influencer_id"]))
    parts = [given, *(given[given["influencer_id"] != n] for n in names)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SingularMatrixWarning)
        best, *without = (smf.ols(f"log_rate ~ label + {formula}", part).fit().params["label"] for part in parts)
        own = (smf.ols(f"label ~ {formula}", given).fit().resid ** 2).groupby(given["influencer_id"]).sum()
    error = np.sqrt((len(names) - 1) / len(names) * ((np.array(without) - best) ** 2).sum())
    return float(best), float(error), float(own.sum() ** 2 / (own**2).sum())


def _ends(best: float, error: float, voices: float) -> tuple[float, float, float]:
    """Return estimate and ends of Student's t."""
    half = stats.t.ppf(0.975, voices - 1) * error
    return best, best - half, best + half


def _close(found: Interval | NotEnough, expected: tuple[float, float, float]) -> None:
    """Hold an interval against estimate and ends."""
    assert isinstance(found, Interval)
    assert (found.estimate, *found.ends) == pytest.approx(expected, rel=1e-6)


def test_the_contrast_is_the_regression_with_a_dummy_for_each_account_and_month() -> None:
    rows = _mixed()
    found = sponsored.contrast(rows, 0.95)
    assert isinstance(found, sponsored.Contrast) and found.same_month
    _close(found.difference, _ends(*_brute(rows, "C(form) + np.log(age_days) + C(cell)", "sponsored")))
    assert (found.posts, found.difference.units) == (576, 16)


def _selling_month(rows: pd.DataFrame) -> "pd.Series[bool]":
    """Return whether a post falls into the one month in which its creator sells."""
    return (rows["posted_at"].dt.month + rows["influencer_id"].str[1:].astype(int)) % 3 == 0


def test_creators_without_both_kinds_in_one_month_are_compared_over_months_instead() -> None:
    rows = _mixed(2)
    rows = sponsored.both_kinds(rows[rows["sponsored"] == _selling_month(rows)])
    found = sponsored.contrast(rows, 0.95)
    assert isinstance(found, sponsored.Contrast) and not found.same_month
    formula = "C(form) + np.log(age_days) + C(account) + C(month)"
    _close(found.difference, _ends(*_brute(rows, formula, "sponsored")))
    few = sponsored.contrast(rows.assign(sponsored=rows["sponsored"] & (rows["influencer_id"] < "c09")), 0.95)
    assert isinstance(few, NotEnough) and (few.reason, few.needed) == ("creators", 12)


def test_creators_and_months_taken_out_apart_are_the_two_way_regression() -> None:
    rows = _mixed(3)
    _close(
        sponsored.apart(rows, 0.95),
        _ends(*_brute(rows, "C(form) + np.log(age_days) + C(account) + C(month)", "sponsored")),
    )


def test_a_creator_who_fades_and_then_sells_more_misleads_two_way_effects_but_not_the_same_month() -> None:
    """Ten of twenty creators lose a tenth a month and sell more and more; no sponsored post draws less."""
    rng = np.random.default_rng(4)
    name, month = (np.repeat(v, 12) for v in zip(*itertools.product(range(20), range(8)), strict=True))
    fades = name < 10
    paid = rng.random(len(name)) < np.where(fades, 0.1 + 0.1 * month, 0.4)
    when = [START + pd.DateOffset(months=int(m)) for m in month]
    rate = -0.1 * month * fades + rng.normal(0, 0.3, len(name))
    rows = _rows(influencer_id=[f"c{n:02d}" for n in name], posted_at=when, sponsored=paid, log_rate=rate)
    found, two_way = sponsored.contrast(rows, 0.95), sponsored.apart(rows, 0.95)
    assert isinstance(found, sponsored.Contrast) and isinstance(two_way, Interval)
    assert found.difference.low < 0 < found.difference.high and abs(found.difference.estimate) < 0.04
    assert two_way.high < 0


def _around(drop: float, seed: int) -> pd.DataFrame:
    """Return creators with a post every four days; organic ones just before a sponsored one draw `drop` log points."""
    rng = np.random.default_rng(seed)
    parts = []
    for creator in range(20):
        paid = rng.random(60) < 0.15
        before = ~paid & np.append(paid[1:], False)
        rate = rng.normal(0, 0.3) + drop * before + rng.normal(0, 0.25, 60)
        times = [START + pd.Timedelta(days=4 * n) for n in range(60)]
        parts.append(_rows(influencer_id=f"c{creator:02d}", posted_at=times, sponsored=paid, log_rate=rate))
    rows = pd.concat(parts, ignore_index=True)
    return rows.assign(post_id=[f"p{n:05d}" for n in range(len(rows))])


def test_posts_just_before_a_sponsored_one_tell_of_a_chosen_moment_and_only_then() -> None:
    planted = sponsored.just_before(_around(-0.3, 5), 0.95)
    assert isinstance(planted, Interval) and planted.low < -0.3 < planted.high < 0
    quiet = [sponsored.just_before(_around(0.0, seed), 0.95) for seed in range(8)]
    assert sum(isinstance(q, Interval) and not q.low <= 0 <= q.high for q in quiet) <= 2


def test_just_before_means_that_the_creators_next_post_is_sponsored_and_within_a_fortnight() -> None:
    rows = _around(-0.1, 6).sample(frac=0.5, random_state=1)
    before = []
    for row in rows.itertuples():
        later = rows[(rows["influencer_id"] == row.influencer_id) & (rows["posted_at"] > row.posted_at)]
        following = later.nsmallest(1, "posted_at")
        near = (following["posted_at"] - row.posted_at) <= pd.Timedelta(days=14)
        before.append(bool((following["sponsored"] & near).any()))
    organic = rows.assign(before=before)[~rows["sponsored"]]
    _close(sponsored.just_before(rows, 0.95), _ends(*_brute(organic, "C(cell)", "before")))


def test_labels_dealt_anew_hardly_ever_differ_as_much_as_labels_that_matter() -> None:
    assert sponsored.chance_of_shuffled(_mixed(effect=-0.3), 1) == 1 / (sponsored.SHUFFLES + 1)
    chances = np.array([sponsored.chance_of_shuffled(_mixed(seed, 12, 20, 0.0), seed) for seed in range(40)])
    assert 0.3 < chances.mean() < 0.7
    # Twelve of forty below one tenth would be a chance of one in 2,000 where labels do not matter.
    assert (chances <= 0.1).sum() < 12 and chances.max() > 0.8


def test_labels_that_are_the_same_all_month_cannot_be_dealt_anew() -> None:
    rows = _mixed()
    rows = rows.assign(sponsored=rows["posted_at"].dt.month == 2)
    assert sponsored.chance_of_shuffled(rows, 1) == 1.0


def test_a_creators_own_difference_is_that_of_their_months_weighted_by_what_each_can_tell() -> None:
    """Ana differs by -0.3 and -0.4 in two months that tell as much; ben has no month of both kinds; cem too little."""
    months = pd.to_datetime(["2026-01-10"] * 3 + ["2026-02-10"] * 3 + ["2026-01-10"] * 3 + ["2026-02-10"] * 5, utc=True)
    rows = _rows(
        influencer_id=["ana"] * 6 + ["ben"] * 6 + ["cem"] * 2,
        posted_at=months,
        sponsored=[False, False, True, False, True, True] + [False] * 3 + [True] * 3 + [True, False],
        log_rate=[1.0, 1.2, 0.8, 2.0, 1.5, 1.7, 1.0, 1.0, 1.3, 0.5, 0.6, 0.7, 9.0, 1.0],
    )
    table = sponsored.by_creator(rows)
    assert table["influencer_id"].tolist() == ["ana", "ben"]
    assert table["difference"].tolist() == pytest.approx([-0.35, 0.6 - 1.1])
    assert table[["sponsored", "organic"]].to_numpy().tolist() == [[3, 3], [3, 3]]


def test_posts_of_unknown_format_and_untold_age_are_compared_all_the_same() -> None:
    rows = _mixed(7).assign(age_days=np.nan, post_type=pd.array([None] * 576, dtype="string"))
    found = sponsored.contrast(rows, 0.95)
    assert isinstance(found, sponsored.Contrast)
    _close(found.difference, _ends(*_brute(rows.assign(post_type="none"), "C(cell)", "sponsored")))


def test_where_no_post_has_a_label_there_is_nothing_to_compare() -> None:
    none = _mixed().iloc[:0]
    for answer in (sponsored.contrast(none, 0.95), sponsored.apart(none, 0.95), sponsored.just_before(none, 0.95)):
        assert isinstance(answer, NotEnough) and answer.reason == "rows"
    assert sponsored.by_creator(none).empty
    assert sponsored.both_kinds(none).empty


def test_three_creators_with_both_kinds_in_one_month_are_not_enough_for_that_comparison() -> None:
    """The others sell in one month only: months have to be compared, and it is said."""
    rows = _mixed(8, 18, 60)
    apart = rows["sponsored"] == _selling_month(rows)
    found = sponsored.contrast(rows[(rows["influencer_id"] < "c03") | apart], 0.95)
    assert isinstance(found, sponsored.Contrast) and not found.same_month


def test_a_single_account_is_told_of_with_its_posts_as_the_sample() -> None:
    rng = np.random.default_rng(9)
    paid = np.tile([True, False], 40)
    rate = -0.3 * paid + rng.normal(0, 0.2, 80)
    found = sponsored.of_one_account(_rows(influencer_id="ana", posted_at=START, sponsored=paid, log_rate=rate), 0.95)
    other = stats.ttest_ind(rate[paid], rate[~paid]).confidence_interval(0.95)
    assert isinstance(found, Interval) and found.estimate == pytest.approx(rate[paid].mean() - rate[~paid].mean())
    assert found.ends == pytest.approx((other.low, other.high), abs=0.01)


def test_of_very_many_posts_whole_creators_are_taken_up_to_the_limit() -> None:
    rows = pd.DataFrame({"influencer_id": list("bbbaaccccc"), "n": range(10)})
    assert sponsored._of_first_creators(rows, 5)["n"].tolist() == [0, 1, 2, 3, 4]
    assert sponsored._of_first_creators(rows, 4)["n"].tolist() == [3, 4]
    assert sponsored._of_first_creators(rows, 1)["n"].tolist() == [3, 4]
    assert len(sponsored._of_first_creators(rows, 10)) == 10
