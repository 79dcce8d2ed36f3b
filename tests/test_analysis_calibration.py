"""A cheap gate on the calibration: `make calibration` has the real table."""

import pandas as pd
import pytest
from worlds import calibration

pytestmark = pytest.mark.filterwarnings("error")


def _held(inside: list[bool]) -> tuple[int, int]:
    return sum(inside), len(inside)


@pytest.mark.parametrize("kind", ["drifting level", "autocorrelated", "heavy tails"])
def test_lift_intervals_hold_the_planted_lift(kind: str) -> None:
    """Of 30, at a true 95 %, fewer than 24 would be a chance of one in 1,500."""
    held, sims = _held(list(calibration.lifts(kind, 30)))
    assert sims == 30 and held >= 24


def test_bends_are_held_and_rarely_claimed_where_there_are_none() -> None:
    planted, flat = list(calibration.bends(-1.2, 20)), list(calibration.bends(0.0, 30))
    assert sum(b.kink_ends[0] <= 0.45 <= b.kink_ends[1] for b in planted) >= 15
    assert sum(b.slope_ends[0] <= -1.2 <= b.slope_ends[1] for b in planted) >= 15
    assert sum(b.chance <= 0.05 for b in flat) <= 5


def test_medians_of_few_creators_are_held() -> None:
    held, sims = _held(list(calibration.medians(6, 60)))
    assert sims == 60 and held >= 51


def test_a_best_size_is_rarely_claimed_where_there_is_none() -> None:
    claims = {
        name: sum(calibration.peaks(curve, 100, 40)) for name, word, curve, _ in calibration.CURVES if "wrongly" in word
    }
    assert max(claims.values()) <= 7
    assert len(claims) == 3


def test_creators_returns_are_held() -> None:
    found = calibration.creators_returns(calibration.books(4, 30))
    assert len(found.inside) == 120 and sum(found.inside) >= 90
    assert 0.6 < found.claimed / found.true < 1.5


def test_the_bounds_of_a_share_are_exact() -> None:
    row = calibration.Row("check", "world", 20, 0.95, (0.92, 0.98), 0.1, 19)
    assert row.bounds == pytest.approx((0.7513, 0.9987), abs=1e-4) and row.verdict == "ok"
    assert calibration.Row("check", "world", 20, 1.0, (0.92, 0.98), 0.1, 20).verdict == "may be chance"
    assert calibration.Row("check", "world", 400, 0.80, (0.92, 0.98), 0.1, 320).verdict == "outside"


def test_the_table_is_saved_as_it_is_printed(tmp_path: pytest.TempPathFactory) -> None:
    rows = calibration.table(10, "median")
    calibration.save(rows, tmp_path / "table.csv")
    saved = pd.read_csv(tmp_path / "table.csv")
    assert saved["check"].tolist() == [row.check for row in rows] and len(saved) == 2
    assert calibration.markdown(rows).count("\n| median post") == 2
