"""A cheap gate on the calibration: `make calibration` has the real table.

Bounds are exact: at the rate that a check must reach, a gate fails by chance in fewer than one of five hundred runs.
"""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from scipy import stats
from worlds import calibration

pytestmark = pytest.mark.filterwarnings("error")
trials = calibration.trials
CHANCE = 0.002
Outcomes = list[tuple[str, str, float | bool, float]]


def _seen(run: Callable[[int], Outcomes], worlds: int) -> pd.DataFrame:
    """Return what a trial gives for so many seeds; none of them is used by the full calibration."""
    found = [outcome for seed in range(100_000, 100_000 + worlds) for outcome in run(seed)]
    return pd.DataFrame(found, columns=["check", "estimator", "value", "seconds"])


def _hits(found: pd.DataFrame, check: str, estimator: str = "ours") -> tuple[int, int]:
    """Return in how many worlds something held, and how many there were."""
    rows = found[(found["check"] == check) & (found["estimator"] == estimator)]["value"].astype(bool)
    return int(rows.sum()), len(rows)


def _not_below(hits: tuple[int, int], rate: float) -> bool:
    """Tell whether so few hits are no surprise at a true rate."""
    return hits[1] > 0 and bool(stats.binom.cdf(hits[0], hits[1], rate) > CHANCE)


def _not_above(hits: tuple[int, int], rate: float) -> bool:
    """Tell whether so many hits are no surprise at a true rate."""
    return hits[1] > 0 and bool(stats.binom.sf(hits[0] - 1, hits[1], rate) > CHANCE)


def test_a_gate_lets_through_what_chance_explains_and_nothing_else() -> None:
    """By hand: 24 of 30 at 95 % has a chance of 0.003, 23 of 30 one of 0.0006."""
    assert _not_below((24, 30), 0.95) and not _not_below((23, 30), 0.95)
    assert _not_above((5, 30), 0.05) and not _not_above((7, 30), 0.05)
    assert not _not_below((0, 0), 0.95) and not _not_above((0, 0), 0.05)


@pytest.mark.parametrize("creators", [15, 60])
def test_the_elasticity_is_held_where_rivals_without_clusters_miss_it(creators: int) -> None:
    found = _seen(lambda seed: trials.size(creators, seed), 24)
    assert _not_below(_hits(found, "elasticity: covered"), 0.95)
    assert not _not_below(_hits(found, "elasticity: covered", "naive binomial"), 0.8)
    assert not _not_below(_hits(found, "elasticity: covered", "negative binomial without clusters"), 0.95)


def test_a_best_size_is_found_where_it_is_and_rarely_claimed_where_it_is_not() -> None:
    for name, peaked, curve in calibration.CURVES:
        found = _seen(lambda seed, c=curve, p=peaked: trials.best_size(c, p, 100, seed), 40)  # type: ignore[misc]
        if not peaked:
            assert _not_above(_hits(found, "best size: claimed wrongly"), 0.075), name
        elif "weak" not in name:
            assert _not_below(_hits(found, "best size: found"), 0.7), name


def test_a_parabola_sees_a_best_size_in_what_only_flattens() -> None:
    found = _seen(lambda seed: trials.best_size(calibration.CURVES[0][2], False, 100, seed), 20)
    assert not _not_above(_hits(found, "best size: claimed wrongly", "parabola"), 0.1)


@pytest.mark.parametrize("skewed", [False, True])
def test_a_rate_at_the_edge_of_a_published_range_is_rarely_called_inside(skewed: bool) -> None:
    found = _seen(lambda seed: trials.equivalence(0.03, 0.04, skewed, 60, seed), 150)
    assert _not_above(_hits(found, "published figure: called inside at its edge"), 0.05)


def test_the_sponsored_effect_is_held_among_sellers_who_fade_where_two_way_effects_miss_it() -> None:
    found = _seen(lambda seed: trials.sponsoring("fading_sellers", 60, 40, seed), 24)
    assert _not_below(_hits(found, "sponsored effect: covered"), 0.95)
    assert not _not_below(_hits(found, "sponsored effect: covered", "two-way fixed effects"), 0.9)


def test_bends_are_held_and_rarely_claimed_where_there_are_none() -> None:
    planted, flat = (_seen(lambda seed, s=slope: trials.bend(s, seed), 30) for slope in (trials.SLOPE, 0.0))  # type: ignore[misc]
    assert _not_below(_hits(planted, "kink: covered"), 0.95) and _not_below(
        _hits(planted, "slope beyond: covered"), 0.95
    )
    assert _hits(planted, "bend: found") == (30, 30)
    assert _not_above(_hits(flat, "bend: claimed wrongly"), 0.05)


def test_harm_is_not_claimed_of_sellers_who_fade_and_the_reason_is_noticed() -> None:
    found = _seen(lambda seed: trials.feeds("fading_sellers", 60, 60, seed), 10)
    assert _not_below(_hits(found, "what comes first: noticed"), 0.8)
    assert _not_above(_hits(found, "harm of the share claimed on the page"), 0.05)


def test_the_slope_is_set_right_for_advertising_that_is_not_marked() -> None:
    found = _seen(lambda seed: trials.undisclosed(0.5, seed), 30)
    bias = found[found["check"] == "slope with unmarked posts: relative bias"].groupby("estimator")["value"].mean()
    assert abs(bias["ours"]) < 0.15
    assert _not_below(_hits(found, "slope with unmarked posts: covered"), 0.95)
    assert _not_below(_hits(found, "kink with unmarked posts: covered"), 0.95)
    assert not _not_below(_hits(found, "kink with unmarked posts: covered", "as marked"), 0.5)


def test_jumps_of_followers_are_noticed_and_not_invented() -> None:
    found = _seen(lambda seed: trials.follower_jumps("bought_followers", seed), 3)
    assert _not_below(_hits(found, "jump of followers: noticed"), 0.6)
    assert _not_above(_hits(found, "jump of followers: false alarm"), 0.01)


@pytest.mark.parametrize("kind", ["drifting level", "autocorrelated", "heavy tails"])
def test_lift_intervals_hold_the_planted_lift(kind: str) -> None:
    found = _seen(lambda seed: trials.lift_trials.lift(kind, seed), 30)
    assert _not_below(_hits(found, "lift: covered"), 0.95)


def test_medians_of_few_creators_are_held() -> None:
    found = _seen(lambda seed: trials.medians(6, seed), 60)
    assert _not_below(_hits(found, "median post: covered"), 0.93)


def test_creators_returns_are_held() -> None:
    found = _seen(trials.returns_trials.one_campaign, 4)
    assert _not_below(_hits(found, "creator's return: covered at 90 %"), 0.86)
    assert 0.6 < found.loc[found["check"] == "best five: claimed over true", "value"].mean() < 1.5


def test_the_bounds_of_a_share_are_exact_and_its_verdict_is_that_of_its_goals() -> None:
    def row(hits: int, sims: int, estimator: str = "ours") -> object:
        return calibration.Row("size", "elasticity: covered", "60 creators", estimator, sims, hits / sims, 0.1, hits)

    assert row(19, 20).bounds == pytest.approx((0.7513, 0.9987), abs=1e-4)  # type: ignore[attr-defined]
    verdicts = [row(*given).verdict for given in ((19, 20), (373, 400), (20, 20), (320, 400))]  # type: ignore[attr-defined]
    assert verdicts == ["best", "must", "missed, may be chance", "missed"]
    assert row(320, 400, "a rival").verdict == ""  # type: ignore[attr-defined]


def test_page_and_table_tell_the_same_and_name_what_misses(tmp_path: Path) -> None:
    rows = calibration.run("published", 10, 1)
    missing = calibration.Row("size", "elasticity: covered", "60 creators", "ours", 400, 0.8, 0.1, 320)
    found = calibration.frame([*rows, missing])
    page = calibration.page(found)
    assert found["verdict"].iloc[-1] == "missed" and "What misses its goal" in page and "0.800" in page
    assert page.count("<tr>") == len(found) + 2 and "SYNTHETIC DATA" in page and "<script" not in page
    found.to_csv(tmp_path / "table.csv", index=False)
    assert len(pd.read_csv(tmp_path / "table.csv")) == len(rows) + 1
