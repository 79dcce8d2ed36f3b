"""Ours against other implementations: pyfixest, R with sandwich and clubSandwich, statsmodels with dummies.

tests/references/make_references.py makes the numbers.
"""

import functools
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from loading import load

from influence_lib.analysis import dose, guards, peaks, sizes
from influence_lib.analysis.guards import Design, Fit
from influence_lib.analysis.inference import Codes, Interval

pytestmark = pytest.mark.filterwarnings("error")
HERE = Path(__file__).parent / "references"
REFERENCES = json.loads((HERE / "references.json").read_text(encoding="utf-8"))
PYTHON, R = REFERENCES["python"], REFERENCES["r"]
# METHODS: two-way fixed effects are the same as pyfixest's to nine digits.
ESTIMATE, ERROR = 1e-9, 1e-6


@functools.cache
def _panels() -> ModuleType:
    """Return the module that draws the panels."""
    return load(HERE / "panels.py")


@functools.cache
def _small() -> pd.DataFrame:
    """Return the panel of the file."""
    return pd.read_csv(HERE / "panel.csv")


@functools.cache
def _large() -> pd.DataFrame:
    """Return the panel that is drawn anew."""
    return pd.DataFrame(_panels().posts(400, 60, 0.9, 7))


def _months(rows: pd.DataFrame) -> dict[str, Any]:
    """Return a column for each month but the first."""
    return {f"month {m}": (rows["month"] == m).to_numpy(float) for m in sorted(set(rows["month"]))[1:]}


def _fit(rows: pd.DataFrame, names: list[str], absorbed: Codes, months: bool, weights: Any = None) -> Fit:
    """Return our regression of the rates."""
    columns = {name: rows[name].to_numpy(float) for name in names} | (_months(rows) if months else {})
    creator = guards.codes(rows["creator"])
    found = guards.estimate(Design(rows["log_rate"].to_numpy(float), columns, absorbed, creator, None, weights), 2)
    assert isinstance(found, Fit)
    return found


def _same(found: Fit, expected: dict[str, dict[str, float]]) -> None:
    """Hold estimates and errors against a reference."""
    for name, numbers in expected.items():
        at = found.names.index(name)
        assert found.values[at] == pytest.approx(numbers["estimate"], rel=ESTIMATE)
        if "error" in numbers:
            assert np.sqrt(found.covariance[at, at]) == pytest.approx(numbers["error"], rel=ERROR)


def test_the_panels_are_those_that_the_references_were_made_of() -> None:
    drawn, kept = _panels().posts(14, 12, 0.8, 1), _small()
    assert len(drawn) == len(kept) and (drawn.to_numpy() == kept.to_numpy()).all()
    pd.testing.assert_frame_equal(_panels().roster(60, 3), pd.read_csv(HERE / "roster.csv"))
    sums = {name: _large()[name].sum() for name in ("log_rate", "sponsored", "share", "age")}
    assert len(_large()) == REFERENCES["large"]["rows"]
    assert sums == pytest.approx({name: REFERENCES["large"][name] for name in sums}, rel=1e-12)


@pytest.mark.parametrize("reference", [PYTHON, R], ids=["pyfixest", "R"])
def test_creators_and_months_taken_out_give_the_estimates_and_errors_of_others(reference: Any) -> None:
    rows, creator = _small(), guards.codes(_small()["creator"])
    _same(_fit(rows, ["sponsored", "age"], creator, months=True), reference["two ways"])
    weighted = _fit(rows, ["sponsored", "age"], creator, months=True, weights=rows["weight"].to_numpy(float))
    _same(weighted, reference["two ways, weighted"])


def test_months_of_each_creator_taken_out_give_the_estimates_and_errors_of_pyfixest() -> None:
    rows = _small()
    both = guards.codes(rows["creator"] * 100 + rows["month"])
    _same(_fit(rows, ["sponsored", "age"], both, months=False), PYTHON["creator by month"])


def test_periods_that_creators_share_give_the_estimates_and_errors_of_clubsandwich() -> None:
    rows = _small()
    quarter = guards.codes(rows["month"] // 3)
    _same(_fit(rows, ["sponsored", "age"], quarter, months=False), R["quarters alone"])


def test_twenty_thousand_posts_give_the_estimates_and_errors_of_pyfixest() -> None:
    rows = _large()
    found = _fit(rows, ["share", "sponsored", "age"], guards.codes(rows["creator"]), months=True)
    _same(found, PYTHON["large, two ways"])
    _same(found, PYTHON["large dummies"])


def test_taking_out_creators_and_months_by_turns_gives_the_estimate_of_pyfixest() -> None:
    rows = _large()
    both = guards.codes(rows["creator"]), guards.codes(rows["month"])
    y, share = dose.within(rows[["log_rate", "share"]].to_numpy(float), *both).T
    assert y @ share / (share @ share) == pytest.approx(PYTHON["large, share alone"]["share"]["estimate"], rel=ESTIMATE)


def test_least_squares_with_every_creator_and_month_written_out_is_the_same() -> None:
    rows = _small()
    names = ["share", "sponsored", "age"]
    dummies = pd.get_dummies(rows[["creator", "month"]].astype(str), drop_first=True)
    x = sm.add_constant(pd.concat([rows[names], dummies], axis=1).astype(float))
    plain = sm.OLS(rows["log_rate"], x).fit()
    found = _fit(rows, names, guards.codes(rows["creator"]), months=True)
    assert found.values[:3] == pytest.approx(plain.params[names].to_numpy(), rel=ESTIMATE)
    _same(found, PYTHON["dummies"])


def _as_in_r(found: Interval | guards.NotEnough, name: str) -> None:
    """Hold an interval against R's."""
    assert isinstance(found, Interval)
    expected = [R[name][part] for part in ("estimate", "low", "high")]
    assert [found.estimate, found.low, found.high] == pytest.approx(expected, rel=ESTIMATE)


def test_the_line_of_size_is_that_of_r_with_hc3_errors() -> None:
    roster = pd.read_csv(HERE / "roster.csv")
    _as_in_r(sizes.line(roster, 0.95), "line")
    _as_in_r(sizes.line(roster.assign(platform="instagram"), 0.8), "line, one platform")


def test_the_two_lines_are_those_of_r_with_hc3_errors() -> None:
    roster = pd.read_csv(HERE / "roster.csv")
    lines = peaks.two_lines(roster["log_size"].to_numpy(float), roster["log_rate"].to_numpy(float), R["split"], 0.95)
    assert lines
    _as_in_r(lines[0], "before")
    _as_in_r(lines[1], "after")
