import functools
import warnings
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats
from worlds import campaign, feed_of, tables

from influence_lib.analysis import dose, engagement, guards, inference, peaks, roi, saturation, sizes
from influence_lib.analysis.feed import Feed
from influence_lib.analysis.guards import Design, Fit, NotEnough, Reason
from influence_lib.findings import Finding
from influence_lib.tables import Tables
from influence_lib.wording import dose as words

pytestmark = pytest.mark.filterwarnings("error")
SEEN = campaign()
NAN = float("nan")


def _design(creators: int = 20, each: int = 8, **changes: Any) -> Design:
    """Return posts of creators who differ, every other one sponsored, with nothing to find."""
    rng = np.random.default_rng(creators)
    creator = np.repeat(np.arange(creators), each)
    label = (np.arange(creators * each) % 2).astype(float)
    y = rng.normal(0, 0.7, creators)[creator] + rng.normal(size=creators * each)
    made = Design(y, {"sponsored": label}, creator, creator, label)
    return replace(made, **changes)


BASE = _design()
LABEL, CREATOR = BASE.columns["sponsored"], BASE.creator
POST = np.arange(160)
MONTH = POST % 8 // 2
MARCH = (POST % 8 // 2 == 1).astype(float)


def _labelled(label: Any, design: Design = BASE, **others: Any) -> Design:
    """Return a design with these posts as the sponsored ones."""
    values = np.asarray(label, dtype=float)
    return replace(design, columns={"sponsored": values} | others, treated=values)


def _with(values: Any, at: int, value: float) -> Any:
    """Return values with one of them replaced."""
    return np.where(np.arange(len(values)) == at, value, values)


def _first(number: int) -> Design:
    """Return the first posts of the design, all of different creators."""
    rows = slice(0, number)
    return Design(BASE.y[rows], {"sponsored": LABEL[rows]}, POST[rows], POST[rows])


TOGETHER = np.zeros(160, dtype=np.int64)


def _waves(number: int) -> Design:
    """Return six posts and so many columns that have nothing to do with each other."""
    columns = {f"wave {n}": np.sin(POST[:6] * (n + 1.5)) for n in range(number)}
    return replace(_first(6), absorbed=TOGETHER[:6], columns=columns)


def _sharing(share: Any, y: Any = BASE.y) -> Design:
    """Return posts with a share that is not yes or no."""
    return replace(BASE, y=np.asarray(y, dtype=float), columns={"share": np.asarray(share, dtype=float)}, treated=None)


LIVELY = np.where(CREATOR < 9, 0.1 * CREATOR, BASE.y)
DEGENERATE: dict[str, tuple[Reason, Design]] = {
    "two creators, one sponsored": ("one creator", _labelled(CREATOR[:16] == 0, _design(2, absorbed=TOGETHER[:16]))),
    "two creators, one sponsored, within them": ("one creator", _labelled(CREATOR[:16] == 0, _design(2))),
    "one creator": ("creators", _design(1)),
    "one sponsored creator of ten": ("one creator", _labelled(CREATOR == 0, _design(absorbed=TOGETHER))),
    "one creator with both kinds": ("treated", _labelled((CREATOR == 0) * LABEL)),
    "one creator with many of both": ("one creator", _labelled((POST < 16) * LABEL, replace(BASE, creator=POST // 16))),
    "nearly all of both kinds of one creator": (
        "one creator",
        _labelled((POST < 122) * LABEL, replace(BASE, creator=np.maximum(CREATOR - 14, 0))),
    ),
    "a share that moves for one creator": ("one creator", _sharing(POST * (CREATOR == 3))),
    "a share that nearly only moves for one": ("one creator", _sharing(np.where(CREATOR == 3, 9 * POST, POST % 2))),
    "outcomes that move for other creators only": ("constant", _sharing(POST % 2 * (CREATOR < 9), LIVELY)),
    "a share that never moves": ("collinear", _sharing(CREATOR * 0.1 + 0.3)),
    "all posts alike": ("constant", replace(BASE, y=np.full(160, 0.3))),
    "no post has any engagement": ("constant", replace(BASE, y=np.zeros(160))),
    "each creator's posts alike": ("constant", replace(BASE, y=CREATOR * 0.1)),
    "the label decides alone": ("constant", replace(BASE, y=CREATOR * 0.1 + LABEL)),
    "the month decides alone": ("constant", _labelled(LABEL, replace(BASE, y=CREATOR + 0.3 * MARCH), march=MARCH)),
    "a single sponsored post": ("treated", _labelled(POST == 3)),
    "four sponsored posts": ("treated", _labelled(POST % 40 == 3)),
    "four organic posts": ("untreated", _labelled(POST % 40 != 3)),
    "all posts sponsored": ("untreated", _labelled(np.ones(160))),
    "no post sponsored": ("treated", _labelled(np.zeros(160))),
    "creators of one kind only": ("collinear", _labelled(CREATOR < 10)),
    "sponsored is a month": ("collinear", _labelled(MARCH, march=MARCH)),
    "sponsored is two months": ("collinear", _labelled(MONTH >= 2, may=MONTH == 2, june=MONTH == 3)),
    "sponsored is a month nearly": ("collinear", _labelled(MARCH, march=MARCH + 1e-6 * np.sin(POST))),
    "no posts": ("rows", _first(0)),
    "one post": ("creators", _first(1)),
    "two posts": ("constant", replace(_first(2), absorbed=TOGETHER[:2])),
    "one post a creator": ("constant", replace(BASE, absorbed=POST, creator=POST)),
    "more columns than posts": ("collinear", _waves(9)),
    "as many columns as posts": ("constant", _waves(5)),
    "no outcome known": ("rows", replace(BASE, y=np.full(160, NAN))),
    "an outcome unknown": ("rows", replace(BASE, y=_with(BASE.y, 7, NAN))),
    "the log of no engagement": ("rows", replace(BASE, y=_with(BASE.y, 7, -np.inf))),
    "the log of a rate over no followers": ("rows", replace(BASE, y=_with(BASE.y, 7, np.inf))),
    "a label unknown": ("rows", _labelled(_with(LABEL, 7, NAN))),
    "a column infinite": ("rows", _labelled(LABEL, age=_with(POST.astype(float), 7, np.inf))),
    "a creator unknown": ("rows", replace(BASE, creator=guards.codes([None, *CREATOR[1:]]))),
    "a group unknown": ("rows", replace(BASE, absorbed=guards.codes([NAN, *CREATOR[1:]]))),
    "a weight unknown": ("rows", replace(BASE, weights=_with(np.ones(160), 7, NAN))),
    "a weight below zero": ("rows", replace(BASE, weights=_with(np.ones(160), 7, -1.0))),
}


@pytest.mark.parametrize("name", DEGENERATE)
def test_a_degenerate_design_gets_a_reason_and_no_number(name: str) -> None:
    reason, design = DEGENERATE[name]
    found = guards.estimate(design, 2)
    assert isinstance(found, NotEnough) and found.reason == reason


def test_a_design_that_is_sound_gets_a_number() -> None:
    found = guards.estimate(BASE, 20)
    assert isinstance(found, Fit) and found.interval("sponsored", 0.95).low < 0 < found.interval("sponsored", 0.95).high


def test_a_refusal_says_how_many_there_are_and_which_columns_it_is_about() -> None:
    assert guards.estimate(BASE, 21) == NotEnough("creators", 20, 21)
    assert guards.estimate(_labelled(POST % 40 == 3), 2) == NotEnough("treated", 4, 5)
    assert guards.estimate(replace(BASE, y=_with(BASE.y, 7, NAN)), 2) == NotEnough("rows", 159, 160, ("y",))
    unknown = replace(BASE, creator=guards.codes([None, None, *CREATOR[2:]]))
    assert guards.estimate(unknown, 2) == NotEnough("rows", 158, 160, ("creator",))
    months = {f"month {n}": np.equal(MONTH, n).astype(float) for n in (1, 2, 3)}
    alike = guards.estimate(_labelled(MONTH == 2, **months), 2)
    assert alike == NotEnough("collinear", columns=("sponsored", "month 2"))


# What a plain call of a library says of such posts: sure, and without a warning.


def _plain(y: Any, label: Any, **how: Any) -> Any:
    """Return least squares of y on the label as anybody would write it."""
    return sm.OLS(np.asarray(y), sm.add_constant(np.asarray(label, dtype=float))).fit(**how)


def _by_creator(creator: Any) -> dict[str, Any]:
    """Return how statsmodels is told that posts of a creator belong together."""
    return {"cov_type": "cluster", "cov_kwds": {"groups": creator}}


def test_two_creators_make_a_plain_call_infinitely_sure() -> None:
    design = _labelled(CREATOR[:16] == 0, _design(2, absorbed=TOGETHER[:16]))
    plain = _plain(design.y, design.columns["sponsored"], **_by_creator(design.creator))
    assert plain.bse[1] < 1e-14 and plain.pvalues[1] < 1e-100
    assert guards.estimate(design, 2) == NotEnough("one creator", 1, 2)


def test_one_sponsored_creator_of_ten_fools_a_plain_call_half_of_the_time() -> None:
    label = CREATOR[:80] == 0
    worlds = [_world(10, label, seed) for seed in range(60)]
    sure = [_plain(w.y, label, **_by_creator(w.creator)).pvalues[1] < 0.05 for w in worlds]
    assert np.mean(sure) > 0.35
    assert {guards.estimate(w, 2) for w in worlds} == {NotEnough("one creator", 1, 2)}


def test_posts_that_are_all_alike_make_a_plain_call_sure_to_the_last_digit() -> None:
    plain = _plain(np.full(160, 0.3), LABEL)
    assert plain.pvalues[0] < 1e-100 and 0 < plain.bse[1] < 1e-15
    assert guards.estimate(replace(BASE, y=np.full(160, 0.3)), 2) == NotEnough("constant")


def test_a_single_sponsored_post_is_surely_different_to_a_plain_call() -> None:
    y, label = _with(BASE.y, 3, 4.0), POST == 3
    assert {kind: _plain(y, label, cov_type=kind).pvalues[1] < 0.001 for kind in ("HC1", "HC3")} == {
        "HC1": True,
        "HC3": True,
    }
    assert guards.estimate(_labelled(label, replace(BASE, y=y)), 2) == NotEnough("treated", 1, 5)


def test_a_plain_call_takes_all_unknown_creators_for_one() -> None:
    creator = np.where(CREATOR < 3, NAN, CREATOR)
    plain = _plain(BASE.y, LABEL, **_by_creator(creator))
    assert np.isfinite(plain.bse).all()
    unknown = replace(BASE, creator=guards.codes(creator))
    assert guards.estimate(unknown, 2) == NotEnough("rows", 136, 160, ("creator",))


def test_a_label_that_is_a_month_gets_half_of_its_effect_from_a_plain_call() -> None:
    march = (MONTH == 1).astype(float)
    y = BASE.y + 2 * march
    halves = np.linalg.lstsq(np.column_stack([np.ones(160), march, march]), y, rcond=None)[0]
    assert halves[1] == pytest.approx(halves[2]) and halves[1] > 0.5
    found = guards.estimate(_labelled(march, replace(BASE, y=y), march=march), 2)
    assert found == NotEnough("collinear", columns=("sponsored", "march"))


def test_a_robust_fit_without_spread_is_sure_of_rounding_and_ours_is_wide() -> None:
    """Four posts of five are alike: the median deviation is zero."""
    y = np.where(POST % 5 == 0, BASE.y, 1.0)
    plain = sm.RLM(y, sm.add_constant(LABEL)).fit()
    assert max(abs(plain.params[1]), plain.bse[1]) < 1e-14
    found = guards.estimate(replace(BASE, y=y), 2)
    assert isinstance(found, Fit)
    interval = found.interval("sponsored", 0.95)
    assert interval.low < 0 < interval.high and interval.high - interval.low > 0.1


def test_a_mixed_model_of_one_creator_gives_a_number_and_ours_does_not() -> None:
    plain = sm.MixedLM(BASE.y, sm.add_constant(LABEL), groups=TOGETHER).fit()
    assert plain.converged and np.isfinite(plain.bse[1])
    assert guards.estimate(replace(BASE, absorbed=TOGETHER, creator=TOGETHER), 1) == NotEnough("one creator", 1, 2)


def _glm(y: Any, label: Any, family: Any) -> Any:
    """Return a generalised linear model of y on the label."""
    return sm.GLM(np.asarray(y, dtype=float), sm.add_constant(np.asarray(label, dtype=float)), family=family).fit()


TWO_WAYS = sm.add_constant(LABEL[:40])
MOSTLY = np.where(LABEL[:40] == 1, 1.0, POST[:40] % 8 == 0)


NO_FITS: dict[str, tuple[Reason, Callable[[], Any]]] = {
    "every sponsored post did": ("separation", lambda: sm.Logit(LABEL[:40], TWO_WAYS).fit(disp=0)),
    "every sponsored post and few others": ("convergence", lambda: sm.Logit(MOSTLY, TWO_WAYS).fit(disp=0)),
    "every sponsored post, glm": ("separation", lambda: _glm(LABEL, LABEL, sm.families.Binomial())),
    "and few others, glm": ("separation", lambda: _glm(MOSTLY, LABEL[:40], sm.families.Binomial())),
    "no order in one arm": ("separation", lambda: sm.Poisson(5 * LABEL[:40], TWO_WAYS).fit(disp=0)),
    "no order in one arm, glm": ("separation", lambda: _glm(LABEL * (1 + MONTH), LABEL, sm.families.Poisson())),
    "all sponsored, logit": ("collinear", lambda: sm.Logit(MOSTLY, np.ones((40, 2))).fit(disp=0)),
    "all sponsored": ("collinear", lambda: sm.OLS(BASE.y, np.ones((160, 2))).fit()),
    "no posts": ("convergence", lambda: sm.OLS(np.empty(0), np.empty((0, 1))).fit()),
    "two posts": ("convergence", lambda: _plain(BASE.y[:2], LABEL[:2])),
    "one creator": ("convergence", lambda: _plain(BASE.y, LABEL, **_by_creator(TOGETHER))),
    "an infinite outcome": ("convergence", lambda: _plain(_with(BASE.y, 7, np.inf), LABEL)),
    "all counts alike": ("convergence", lambda: sm.NegativeBinomial(np.full(40, 3), TWO_WAYS).fit(disp=0)),
    "one post a creator": (
        "convergence",
        lambda: sm.MixedLM(BASE.y, sm.add_constant(LABEL), groups=POST).fit(),
    ),
}


@pytest.mark.parametrize("name", NO_FITS)
def test_a_fit_of_a_library_that_is_none_gets_a_reason(name: str) -> None:
    reason, fit = NO_FITS[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert guards.fitted(fit) == NotEnough(reason)


def test_a_glm_that_ran_to_the_edge_says_that_it_converged() -> None:
    plain = _glm(MOSTLY, LABEL[:40], sm.families.Binomial())
    assert plain.converged and plain.params[1] > 20 and plain.bse[1] > 1_000


def test_a_fit_that_is_sound_passes() -> None:
    y = np.exp(BASE.y).round()
    assert not isinstance(guards.fitted(lambda: _glm(y, LABEL, sm.families.Poisson())), NotEnough)
    assert not isinstance(guards.fitted(lambda: _plain(BASE.y, LABEL)), NotEnough)


# How often something is found where there is nothing, by numbers of creators and of those with sponsored posts.


def _world(creators: int, label: Any, seed: int, within: bool = False) -> Design:
    """Return eight posts a creator with nothing to find; a third of the variance is between creators."""
    rng = np.random.default_rng([creators, seed])
    creator = np.repeat(np.arange(creators), 8)
    y = rng.normal(0, np.sqrt(0.5), creators)[creator] + rng.normal(size=8 * creators)
    values = np.asarray(label, dtype=float)
    return Design(y, {"sponsored": values}, creator if within else TOGETHER[:1].repeat(8 * creators), creator, values)


ROSTERS = [(2, 1), (4, 2), (6, 3), (10, 1), (10, 2), (10, 5), (30, 15)]


def _false_findings(creators: int, sponsored_ones: int, within: bool) -> tuple[int, int]:
    """Return in how many of 300 worlds zero lies outside the interval, and how many were refused."""
    of_creator = np.repeat(np.arange(creators), 8) < sponsored_ones
    label = of_creator & (np.arange(8 * creators) % 2 == 0) if within else of_creator
    found = [guards.estimate(_world(creators, label, seed, within), 2) for seed in range(300)]
    intervals = [fit.interval("sponsored", 0.95) for fit in found if isinstance(fit, Fit)]
    return sum(i.low > 0 or i.high < 0 for i in intervals), 300 - len(intervals)


@pytest.mark.parametrize("within", [False, True], ids=["between creators", "within creators"])
@pytest.mark.parametrize(("creators", "sponsored_ones"), ROSTERS)
def test_few_creators_are_refused_or_seldom_wrong(creators: int, sponsored_ones: int, within: bool) -> None:
    """A rate of 10 % or more is excluded by an exact binomial test; with a single sponsored creator all are refused."""
    wrong, refused = _false_findings(creators, sponsored_ones, within)
    assert refused == (300 if sponsored_ones == 1 else 0)
    assert stats.binom.cdf(wrong, 300, 0.10) < 0.05


@pytest.mark.parametrize(("creators", "sponsored_ones"), ROSTERS)
def test_creators_of_one_kind_tell_nothing_within_creators(creators: int, sponsored_ones: int) -> None:
    label = np.repeat(np.arange(creators), 8) < sponsored_ones
    found = guards.estimate(_world(creators, label, 0, within=True), 2)
    one = NotEnough("one creator", 1, 2)
    assert found == (one if sponsored_ones == 1 else NotEnough("collinear", columns=("sponsored",)))


# The numbers are those of the textbook.


def _by_hand(design: Design) -> tuple[float, float]:
    """Return estimate and leave-one-creator-out error of the first column, groups written out as dummies."""
    groups = [design.absorbed == group for group in np.unique(design.absorbed)]
    x, w = np.column_stack([*design.columns.values(), *groups]).astype(float), np.ones(len(design.y))
    root = np.sqrt(w if design.weights is None else design.weights)

    def first(rows: Any) -> float:
        return float(np.linalg.lstsq(x[rows] * root[rows, None], design.y[rows] * root[rows], rcond=1e-11)[0][0])

    names = np.unique(design.creator)
    without = np.array([first(design.creator != name) for name in names])
    whole = first(np.ones(len(design.y), dtype=bool))
    return whole, float(np.sqrt((len(names) - 1) / len(names) * ((without - whole) ** 2).sum()))


RAGGED = np.random.default_rng(3).random(160) < 0.6


def _rows(design: Design, rows: Any) -> Design:
    """Return a design with these rows only."""
    weights = None if design.weights is None else design.weights[rows]
    treated = None if design.treated is None else design.treated[rows]
    columns = {name: values[rows] for name, values in design.columns.items()}
    return Design(design.y[rows], columns, guards.codes(design.absorbed[rows]), design.creator[rows], treated, weights)


# The last month has posts of a single creator: without them nothing is known of it.
LATE = np.where((CREATOR == 4) & (MONTH == 3), 4, MONTH)
MONTHS = {f"m{n}": np.equal(LATE, n).astype(float) for n in range(1, 5)}


WEIGHTS = 1 + POST % 7 / 3
MIXED = np.where(CREATOR < 9, MONTH, CREATOR + 4)
SOUND = {
    "balanced": BASE,
    "months as columns, one of a single creator": _rows(_labelled(LABEL, **MONTHS), RAGGED),
    "weights": _rows(replace(_labelled(LABEL, **MONTHS), weights=WEIGHTS), RAGGED),
    "groups within creators": _rows(replace(BASE, absorbed=CREATOR * 4 + MONTH // 2), RAGGED),
    "groups across creators": _rows(replace(BASE, absorbed=MONTH), RAGGED),
    "some groups across creators": _rows(replace(BASE, absorbed=MIXED, weights=WEIGHTS), RAGGED),
    "each post by itself": replace(BASE, creator=POST),
    "columns nearly alike": _labelled(LABEL, nearly=LABEL + 0.001 * np.sin(POST * 1.7)),
    "sizes far apart": _labelled(LABEL * 1e3 + 7, wave=np.sin(POST) * 1e-3, half=LABEL * (CREATOR % 2)),
}


@pytest.mark.parametrize("name", SOUND)
def test_the_fit_is_least_squares_with_dummies_and_the_error_that_of_leaving_out_one_creator(name: str) -> None:
    design = SOUND[name]
    found, (best, error) = guards.estimate(replace(design, treated=None), 2), _by_hand(design)
    assert isinstance(found, Fit)
    assert found.values[0] == pytest.approx(best, rel=1e-9)
    assert np.sqrt(found.covariance[0, 0]) == pytest.approx(error, rel=1e-7)


def test_what_moves_for_one_creator_only_is_not_known_without_that_creator() -> None:
    """Its effect is then nothing."""
    wave = np.where(CREATOR == 4, np.sin(POST), 0.1 * CREATOR)
    design = _rows(_labelled(LABEL, wave=wave), RAGGED)
    first = {"wave": np.where(design.creator == 4, design.columns["wave"], 0), "sponsored": design.columns["sponsored"]}
    found, (best, error) = guards.estimate(design, 2), _by_hand(replace(design, columns=first))
    assert isinstance(found, Fit)
    assert found.values[1] == pytest.approx(best)
    assert np.sqrt(found.covariance[1, 1]) == pytest.approx(error)


def test_two_columns_that_one_creator_tells_apart_share_their_effect_without_that_creator() -> None:
    """They halve it, and rounding does not pull them apart."""
    wave = np.sin(POST * 1.7)
    design = _rows(_labelled(LABEL, first=wave, second=np.where(CREATOR == 4, LABEL - wave, wave)), RAGGED)
    first = {name: design.columns[name] for name in ("first", "second", "sponsored")}
    found, (best, error) = guards.estimate(design, 2), _by_hand(replace(design, columns=first))
    assert isinstance(found, Fit) and found.values[1] == pytest.approx(best)
    assert np.sqrt(found.covariance[1, 1]) == pytest.approx(error, rel=0.02)


def test_posts_told_a_hundred_times_are_no_more_voices() -> None:
    again = np.tile(np.arange(160), 100)
    once, often = guards.estimate(BASE, 2), guards.estimate(_rows(BASE, again), 2)
    assert isinstance(once, Fit) and isinstance(often, Fit)
    assert often.interval("sponsored", 0.95).ends == pytest.approx(once.interval("sponsored", 0.95).ends)


def test_the_order_of_posts_and_the_unit_of_a_column_do_not_matter() -> None:
    design = _labelled(LABEL, age=np.sin(POST))
    mixed = np.random.default_rng(1).permutation(160)
    other = replace(_rows(design, mixed), columns={"sponsored": LABEL[mixed], "age": 1e6 * np.sin(POST)[mixed]})
    first, second = guards.estimate(design, 2), guards.estimate(other, 2)
    assert isinstance(first, Fit) and isinstance(second, Fit)
    assert second.interval("sponsored", 0.9).ends == pytest.approx(first.interval("sponsored", 0.9).ends)
    assert second.values[1] * 1e6 == pytest.approx(first.values[1])


def test_students_t_counts_the_creators_who_speak() -> None:
    """Five of twenty creators have both kinds, as many posts each: five voices, four degrees of freedom."""
    found = guards.estimate(_labelled(LABEL * (CREATOR < 5)), 2)
    assert isinstance(found, Fit) and found.voices[0] == pytest.approx(5)
    interval = found.interval("sponsored", 0.95)
    half = stats.t.ppf(0.975, 4) * np.sqrt(found.covariance[0, 0])
    assert interval.ends == pytest.approx((found.values[0] - half, found.values[0] + half))
    assert found.chance(["sponsored"]) == pytest.approx(
        2 * stats.t.sf(abs(found.values[0]) / np.sqrt(found.covariance[0, 0]), 4)
    )


def test_several_estimates_are_tested_together_as_hotelling_did() -> None:
    """Creators' own pairs of differences, all equally sure: leaving one out is then the covariance of their mean."""
    parts = {"reel": (POST % 4 == 1).astype(float), "story": (POST % 4 == 2).astype(float)}
    found = guards.estimate(replace(BASE, columns=parts, treated=None), 2)
    own = np.array([[BASE.y[8 * c + n : 8 * c + 8 : 4].mean() for n in range(4)] for c in range(20)])
    pairs = np.column_stack([own[:, n] - (own[:, 0] + own[:, 3]) / 2 for n in (1, 2)])
    distance = 20 * pairs.mean(0) @ np.linalg.solve(np.cov(pairs.T), pairs.mean(0))
    assert isinstance(found, Fit)
    assert found.chance(["reel", "story"]) == pytest.approx(stats.f.sf(distance * 18 / (19 * 2), 2, 18))


def test_more_estimates_than_creators_are_not_tested_together() -> None:
    few = _rows(BASE, CREATOR < 3)
    parts = {f"kind {n}": (POST[:24] % 8 == n).astype(float) for n in range(1, 6)}
    found = guards.estimate(replace(few, columns=parts, treated=None), 2)
    assert isinstance(found, Fit) and np.isnan(found.chance(list(parts)))


def test_codes_are_in_order_and_an_unknown_value_is_minus_one() -> None:
    assert guards.codes(["b", "a", "b", None]).tolist() == [1, 0, 1, -1]
    assert guards.codes(pd.Series([30, 10, 20])).tolist() == [2, 0, 1]
    assert guards.codes(np.array([2.5, NAN, 0.5])).tolist() == [1, -1, 0]
    assert guards.codes([]).tolist() == []


def test_means_are_taken_out_by_group_whatever_their_numbers_are() -> None:
    values, group = np.array([[1.0], [3.0], [10.0]]), np.array([7, 7, 2])
    assert guards.less_means(values, group)[:, 0].tolist() == [-1, 1, 0]
    weighted = guards.less_means(values, group, np.array([3.0, 1.0, 5.0]))
    assert weighted[:, 0].tolist() == [-0.5, 1.5, 0]


def test_a_column_that_others_make_up_is_not_independent() -> None:
    x = np.random.default_rng(1).normal(size=(50, 3))
    columns = np.column_stack([np.ones(50), x[:, 0], np.zeros(50), 2 - x[:, 0], x[:, 1], x[:, 0] + x[:, 1], x[:, 2]])
    assert guards.independent(columns) == [0, 1, 4, 6]


def test_a_column_of_which_groups_leave_rounding_is_explained_by_them() -> None:
    """Tenths by creator are no more than rounding within creators, and rounding is nobody's shadow."""
    columns = np.column_stack([0.1 * CREATOR + 0.3, LABEL])
    inner = guards.less_means(columns, CREATOR)
    assert 0 < np.abs(inner[:, 0]).max() < 1e-14
    assert guards.independent(inner) == [0, 1] and guards.independent(inner, columns) == [1]


# What a page says of such files.


@functools.cache
def _posts(creators: int = 20, months: int = 6) -> pd.DataFrame:
    """Return six posts a creator and month: creator, c, month, k, posted_at, likes."""
    wide = pd.MultiIndex.from_product([range(creators), range(months), range(6)], names=["c", "month", "k"])
    rows = wide.to_frame(index=False)
    start = pd.Timestamp("2025-12-01 12:00", tz="UTC")
    likes = np.random.default_rng(0).poisson(300, len(rows))
    posted = start + pd.to_timedelta(rows["month"] * 30.4 + rows["k"] * 4 + 0.01 * rows["c"], unit="D")
    return rows.assign(creator=[f"c{c:02d}" for c in rows["c"]], posted_at=posted, likes=likes)


Column = Callable[[pd.DataFrame], Any]


def _feed(
    sponsored_ones: Column = lambda rows: rows["k"] % 2 == 0,
    likes: Column = lambda rows: rows["likes"],
    followers: Column = lambda rows: 10_000,
    **size: int,
) -> Feed:
    """Return a feed of these posts."""
    rows = _posts(**size)
    rows = rows.assign(sponsored=sponsored_ones(rows), likes=likes(rows), followers=followers(rows))
    names = ["creator", "posted_at", "sponsored", "likes", "followers"]
    return feed_of(**rows.sort_values("posted_at", ignore_index=True)[names])


FEEDS: dict[str, Callable[[], Feed]] = {
    "all posts sponsored": lambda: _feed(lambda rows: rows["k"] >= 0),
    "no post sponsored": lambda: _feed(lambda rows: rows["k"] < 0),
    "no label": lambda: _feed(lambda rows: pd.array([None] * len(rows), dtype="boolean")),
    "two creators, one sponsored": lambda: _feed(lambda rows: rows["c"] == 0, creators=2),
    "two creators with both kinds": lambda: _feed(creators=2),
    "eleven creators": lambda: _feed(creators=11),
    "creators of one kind only": lambda: _feed(lambda rows: rows["c"] < 10),
    "one creator with both kinds": lambda: _feed(lambda rows: (rows["c"] == 0) & (rows["k"] % 2 == 0)),
    "two creators of twenty with both kinds": lambda: _feed(lambda rows: (rows["c"] < 2) & (rows["k"] % 2 == 0)),
    "one sponsored post": lambda: _feed(lambda rows: (rows["c"] == 3) & (rows["month"] == 1) & (rows["k"] == 3)),
    "one sponsored post each": lambda: _feed(lambda rows: (rows["month"] == 3) & (rows["k"] == 3)),
    "sponsored is a month": lambda: _feed(lambda rows: rows["month"] >= 3),
    "all posts alike": lambda: _feed(likes=lambda rows: 300),
    "no engagement": lambda: _feed(likes=lambda rows: 0),
    "each creator's posts alike": lambda: _feed(likes=lambda rows: 300 + 10 * rows["c"]),
    "the label decides alone": lambda: _feed(likes=lambda rows: np.where(rows["k"] % 2, 400, 200)),
    "no followers": lambda: _feed(followers=lambda rows: 0),
}  # fmt: skip


def _saturation(feed: Feed) -> list[Finding]:
    """Return what is said about sponsored posts and their share."""
    kink, *others = saturation.dose_response(feed, SEEN)
    return [saturation.sponsored_effect(feed, SEEN), kink, *others, saturation.undisclosed(feed, others[0], SEEN)]


@pytest.mark.parametrize("name", FEEDS)
def test_no_page_says_anything_about_sponsored_posts_of_such_a_feed(name: str) -> None:
    for found in _saturation(FEEDS[name]()):
        assert found.verdict in {"not_enough_data", "not_available"}, found.headline
        assert found.estimate is None and found.interval is None


def test_the_page_says_why_there_is_no_difference() -> None:
    said = {name: saturation.sponsored_effect(FEEDS[name](), SEEN).headline for name in FEEDS}
    assert said["all posts alike"] == (
        "Not enough data to tell whether sponsored posts do worse: all creators show the same difference."
    )
    assert said["sponsored is a month"] == (
        "Not enough data to tell whether sponsored posts do worse: which posts are sponsored follows from their month "
        "or format, and these may matter too."
    )
    assert said["no followers"].endswith(
        "0 creators with at least 3 sponsored and 3 organic posts, about 12 more needed."
    )
    assert words.NO_DIFFERENCE["one creator"].endswith("nearly all that these posts tell of it comes from one creator.")
    assert said["no label"].startswith("Nobody has marked which posts are sponsored")


def test_one_creator_whose_numbers_move_proves_nothing() -> None:
    """Nineteen creators have 300 likes on every post."""
    found = saturation.sponsored_effect(_feed(likes=lambda rows: np.where(rows["c"] == 0, rows["likes"], 300)), SEEN)
    assert found.verdict == "undecided"


@pytest.mark.parametrize("months", [1, 2, 3])
def test_no_share_is_looked_for_in_a_short_history(months: int) -> None:
    assert {f.verdict for f in saturation.dose_response(_feed(months=months), SEEN)} == {"not_enough_data"}


def test_a_share_that_the_month_alone_decides_tells_nothing() -> None:
    """All creators sell the same posts at the same time, and some leave early: nothing is left within months."""
    rows = pd.DataFrame([(f"c{c:02d}", m) for c in range(20) for m in range(4 + c % 5)], columns=["id", "m"])
    months = pd.date_range("2025-01-01", periods=9, freq="MS", tz="UTC")
    table = pd.DataFrame(
        {
            "influencer_id": rows["id"],
            "month": months[rows["m"]],
            "log_rate": np.random.default_rng(1).normal(-3.5, 0.3, len(rows)),
            "share": np.array([0.1, 0.7, 0.3, 0.6, 0.2, 0.8, 0.5, 0.4, 0.9])[rows["m"]],
            "posts": 6,
            "posts_before": 20,
        }
    )
    assert dose.bend(table, 0.95, 1) is None
    # Some months' windows of a creator differ, and creators with them: then there is something to tell.
    apart = table.assign(share=np.where(rows["m"] % 2, table["share"], (table["share"] + 0.02 * rows.index % 7) % 1))
    assert dose.bend(apart, 0.95, 1) is not None


SIZED: dict[str, Callable[[], Feed]] = {
    "no posts": lambda: feed_of(creator=["a"], followers=[0], likes=[3]),
    "one post": lambda: feed_of(creator=["a"], followers=[1_000], likes=[3]),
    "seven creators": lambda: _feed(followers=lambda rows: 1_000 * (1 + rows["c"]), creators=7),
    "all of one size": _feed,
    "all but one of one size": lambda: _feed(followers=lambda rows: np.where(rows["c"] == 0, 5_000_000, 10_000)),
    "no engagement": lambda: _feed(followers=lambda rows: 1_000 * (1 + rows["c"]), likes=lambda rows: 0),
    "no followers": lambda: _feed(followers=lambda rows: 0),
    "a size each, all rates alike": lambda: _feed(
        followers=lambda rows: 10**9 * 2 ** rows["c"], likes=lambda rows: 10**7 * 2 ** rows["c"], months=1
    ),
}


@pytest.mark.parametrize("name", SIZED)
def test_no_page_says_how_engagement_goes_with_size_in_such_a_feed(name: str) -> None:
    feed = SIZED[name]()
    for found in (engagement.size_elasticity(feed, SEEN), peaks.sweet_spot(feed, SEEN)):
        assert (found.verdict, found.estimate) == ("not_enough_data", None)
    assert all(isinstance(part, NotEnough) for part in (sizes.law(feed.posts, 0.95), sizes.curve(feed.posts, 0.95)))


@pytest.mark.parametrize("column", ["followers", "engagements", "influencer_id"])
def test_the_model_of_posts_refuses_posts_of_which_something_is_not_known(column: str) -> None:
    posts = _feed(followers=lambda rows: 1_000 * (1 + rows["c"])).posts
    lacking = posts.assign(**{column: posts[column].where(posts.index != 7)})
    expected = NotEnough("rows", 719, 720, (column,))
    assert (sizes.law(lacking, 0.95), sizes.curve(lacking, 0.95)) == (expected, expected)
    sizeless = posts.assign(followers=posts["followers"].where(posts.index != 7, 0))
    assert sizes.law(sizeless, 0.95) == NotEnough("rows", 719, 720, ("followers",))


@pytest.mark.parametrize("value", [NAN, np.inf, -np.inf])
@pytest.mark.parametrize("column", ["log_size", "log_rate"])
def test_no_line_is_laid_through_a_creator_without_size_or_rate(column: str, value: float) -> None:
    table = pd.DataFrame({"log_size": np.linspace(7, 14, 20), "log_rate": np.sin(np.arange(20)), "platform": "x"})
    assert isinstance(sizes.line(table, 0.95), inference.Interval)
    assert sizes.line(table.assign(**{column: _with(table[column], 3, value)}), 0.95) == NotEnough("rows", 19, 20)


# Means, medians and ratios.

ROWS = pd.DataFrame({"rate": np.linspace(0.01, 0.06, 12), "creator": list("aabbccddeeff")})


@pytest.mark.parametrize(
    "found",
    [
        pytest.param(lambda: inference.mean([], 0.95), id="mean of nothing"),
        pytest.param(lambda: inference.mean([NAN, NAN], 0.95), id="mean of unknown numbers"),
        pytest.param(lambda: inference.mean([0.3], 0.95), id="mean of one"),
        pytest.param(lambda: inference.mean([0.3] * 5, 0.95), id="mean of equal numbers"),
        pytest.param(lambda: inference.mean([np.inf, 0.3], 0.95), id="mean of one and an infinite number"),
        pytest.param(lambda: inference.median([1, 2, 3, 4, 5], 0.95), id="median of five"),
        pytest.param(lambda: inference.median([0.3] * 50, 0.95), id="median of equal numbers"),
        pytest.param(
            lambda: inference.median_of_rows(ROWS[ROWS["creator"] != "f"], "rate", "creator", 0.95), id="five creators"
        ),
        pytest.param(
            lambda: inference.median_of_rows(ROWS.assign(rate=0.3), "rate", "creator", 0.95), id="equal posts"
        ),
        pytest.param(
            lambda: inference.median_of_rows(
                ROWS.assign(creator=ROWS["creator"].where(ROWS["creator"] != "f")), "rate", "creator", 0.95
            ),
            id="an unknown creator is none",
        ),
        pytest.param(lambda: inference.ratio_of_sums([0] * 5, [5] * 5, 0.95), id="no order from anybody"),
        pytest.param(lambda: inference.ratio_of_sums([0, 0], [5, 7], 0.95), id="none of five and none of seven"),
        pytest.param(lambda: inference.ratio_of_sums([5] * 5, [0] * 5, 0.95), id="no cost"),
        pytest.param(lambda: inference.ratio_of_sums([1, 2], [3, 4], 0.95), id="ratio of two"),
        pytest.param(lambda: inference.ratio_of_sums([1, 2, 3], [2, 4, 6], 0.95), id="equal ratios"),
        pytest.param(lambda: inference.ratio_of_sums([1, 2, NAN], [2, 3, 6], 0.95), id="an unknown number"),
        pytest.param(lambda: inference.ratio_of_sums([90, 2, 3], [990, 4, 5], 0.95), id="one creator's cost"),
    ],
)
def test_no_interval_without_units_that_differ(found: Callable[[], object]) -> None:
    assert found() is None


def test_a_t_test_of_equal_numbers_is_infinitely_sure() -> None:
    with pytest.warns(RuntimeWarning, match="Precision loss"):
        assert stats.ttest_ind([1.0] * 5, [2.0] * 5).pvalue == 0
    label = np.repeat([0.0, 1.0], 5)
    found = guards.estimate(Design(1 + label, {"kind": label}, TOGETHER[:10], POST[:10], label), 2)
    assert found == NotEnough("constant")


# Orders and sales.


def _sold(orders: list[int], codes: str = "C{}") -> Tables:
    """Return creators paid 100 each who brought so many orders of 40 each."""
    names = [f"c{n}" for n in range(len(orders))]
    bought = [codes.format(n) for n, number in enumerate(orders) for _ in range(number)]
    ids = [str(n) for n in range(len(bought))]
    when = pd.Timestamp("2026-05-20 12:00", tz="UTC")
    return tables(
        tracking={"code": [name.upper() for name in names], "influencer_id": names},
        costs={"cost_id": names, "influencer_id": names, "amount": 100.0, "kind": "fee", "status": "paid"},
        orders={"order_id": ids, "ordered_at": when, "codes": bought, "net_revenue": 40.0},
    )


def test_creators_without_an_order_are_not_sure_to_bring_none() -> None:
    """Six of twelve creators have eight orders each, the others none: a plain Poisson model runs to minus infinity."""
    given = _sold([0, 8] * 6)
    book = roi.ledger(given, SEEN)
    _, per_cost, back = roi.attributed(book, given, SEEN)
    assert (per_cost.verdict, back.verdict) == ("undecided", "undecided")
    found = roi.by_creator(book, given, SEEN)
    assert found.verdict == "undecided" and found.table
    assert all(0.05 < row["p_profitable"] < 0.95 for row in found.table.records())
    assert all(row["roi_low"] > -1 and row["roi_high"] > row["roi_low"] + 1 for row in found.table.records())


def test_no_order_of_anybody_is_no_return_of_zero() -> None:
    given = _sold([5] * 12, codes="SUMMER")
    book = roi.ledger(given, SEEN)
    found = (*roi.attributed(book, given, SEEN), roi.by_creator(book, given, SEEN), roi.reallocation(book, given, SEEN))
    assert {f.verdict for f in found} == {"not_enough_data"} and {f.estimate for f in found} == {None}


@pytest.mark.parametrize("week", [[50.0] * 7, [50.0, 60, 70, 80, 90, 20, 10]], ids=["every day alike", "every week"])
def test_sales_without_chance_have_no_smallest_effect(week: list[float]) -> None:
    """A plain calculation of the power for an effect of zero fails; here no interval could be trusted either."""
    days = pd.date_range("2026-02-01 12:00", "2026-06-16 12:00", freq="D", tz="UTC")
    amounts = [week[day.day_of_week] for day in days]
    given = tables(orders={"order_id": [str(day) for day in days], "ordered_at": days, "net_revenue": amounts})
    found = roi.incremental(roi.ledger(given, SEEN), given, SEEN)
    assert {f.verdict for f in found} == {"not_enough_data"} and {f.estimate for f in found} == {None}
