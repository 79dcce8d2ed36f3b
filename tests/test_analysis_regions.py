# ruff: noqa: E501

import math
import sys
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from scipy import optimize
from worlds import ROOT, campaign, tables

from influence_lib import figures
from influence_lib.analysis import regions
from influence_lib.analysis.inference import Interval
from influence_lib.analysis.regions import Panel
from influence_lib.findings import Finding
from influence_lib.tables import Tables
from influence_lib.wording import regions as words

sys.path.insert(0, str(ROOT / "benchmarks"))
import regions_trials

pytestmark = pytest.mark.filterwarnings("error")
RAN = ["t00", "t01", "t02", "t03"]
SEEN = campaign(treated_regions=RAN)


def _wide(effect: float = 0.0, seed: int = 1, many: int = 16, kind: str = "a common market") -> pd.DataFrame:
    """Return daily sales by region, four with the campaign."""
    return regions_trials.world(kind, many, 4, effect, np.random.default_rng([77, seed]))[0]


def _series(wide: pd.DataFrame, name: str = "revenue", days: int | None = None) -> Tables:
    long = wide.rename_axis("day").reset_index().melt("day", var_name="region", value_name="value").dropna()
    times = pd.to_datetime(long["day"]).dt.tz_localize("Europe/Berlin").dt.tz_convert("UTC")
    return tables(series=long.assign(date=times, name=name, is_outcome=True, days=days))


def _panel(wide: pd.DataFrame, seen: Any = SEEN) -> Panel:
    made = regions.panel(wide, 1, seen)
    assert isinstance(made, Panel), made
    return made


def _found(effect: float = 0.0, seed: int = 1, **changes: Any) -> Finding:
    return regions.regions(_series(_wide(effect, seed)), campaign(treated_regions=RAN, **changes))


def test_two_by_two_by_hand() -> None:
    """Sales double where the campaign ran (log 2) while others rise by a half (log 1.5): the change is a third."""
    days = pd.date_range("2026-03-23", "2026-06-14")
    since = np.asarray(days >= "2026-05-18")
    names = ["t00", *[f"c{n}" for n in range(5)]]
    wide = pd.DataFrame({n: 10.0 * np.where(since, 2 if n == "t00" else 1.5, 1) for n in names}, days)
    wide["c0"] *= np.where(since, 1.001, 1)
    found = regions.plain(_panel(wide, campaign(treated_regions=["T00"])), 0.95)
    assert math.expm1(found.estimate) == pytest.approx(1 / 3, abs=3e-4)


def test_a_region_counts_by_its_sales() -> None:
    """A region of nine tenths of the sales doubles, one of a tenth stays: log 2 x 0.9, less the nothing elsewhere."""
    wide = _wide(many=12).loc["2026-03-23":"2026-06-14"]
    since = (wide.index >= "2026-05-18").astype(float)
    flat = pd.DataFrame({name: 10.0 + 0.001 * number * since for number, name in enumerate(wide)}, wide.index)
    flat = flat.assign(t00=90.0 * (1 + since), t01=10.0)
    made = _panel(flat, campaign(treated_regions=["t00", "t01"]))
    assert made.shares.max() == pytest.approx(0.9)
    assert regions.plain(made, 0.95).estimate == pytest.approx(0.9 * math.log(2), abs=2e-3)


def test_the_model_is_that_of_hendersons_mixed_model_equations(monkeypatch: pytest.MonkeyPatch) -> None:
    """One point of the grid, solved for fixed and random parts at once (Henderson 1975), errors from its inverse."""
    grid = {"ALIKE": 0.3, "DIFFERING": 0.25, "SIZES": 0.1, "UNEQUAL": 1.0}
    for name, value in grid.items():
        monkeypatch.setattr(regions, name, (value,))
    monkeypatch.setattr(regions, "HALF_LIVES", (3.0,))
    made = _panel(_wide(0.1))
    sides, found = regions._sides(made), regions.compare(made, 0.95)
    fading = 0.5 ** (np.arange(sides.logs.shape[1])[::-1] / 3.0)
    y = sides.level - sides.logs @ fading / fading.sum()
    treated = made.treated.astype(float)
    bent = (sides.size - made.shares @ sides.size) * treated
    x, z = np.column_stack([np.ones(16), treated]), np.column_stack([np.diag(treated)[:, made.treated], bent])
    noise = np.diag(sides.spread) + 0.3 * sides.alike + 0.1 * np.outer(sides.size, sides.size)
    inverse = np.linalg.inv(noise)
    prior = np.diag([0.0, 0.0, *[4.0] * 4, 1.0])
    both = np.column_stack([x, z])
    left = np.linalg.inv(both.T @ inverse @ both + prior)
    solved = left @ both.T @ inverse @ y
    asked = np.r_[0.0, 1.0, made.shares[made.treated], 0.0]
    square = y @ inverse @ (y - both @ solved) / (16 - 4)
    assert found.change.estimate == pytest.approx(asked @ solved, rel=1e-9)
    assert found.error == pytest.approx(math.sqrt(square * (asked @ left @ asked)), rel=1e-9)
    reach = 2.178813 * found.error
    assert found.change.high - found.change.estimate == pytest.approx(reach, rel=1e-5)


def test_differences_in_differences_are_those_of_statsmodels_with_region_and_week_dummies() -> None:
    made = _panel(_wide(0.05))
    equal = replace(made, before=made.before / made.before.mean(axis=1, keepdims=True))
    equal = replace(equal, since=made.since / made.before.mean(axis=1, keepdims=True))
    logs = np.log(np.column_stack([equal.before, equal.since]))
    late = np.arange(logs.shape[1]) >= equal.before.shape[1]
    rows = pd.DataFrame(
        {
            "y": logs.ravel(),
            "region": np.repeat(equal.names, logs.shape[1]),
            "week": np.tile(np.arange(logs.shape[1]), len(logs)),
            "ran": np.multiply.outer(equal.treated, late).ravel().astype(float),
        }
    )
    theirs = smf.ols("y ~ ran + C(region) + C(week)", rows).fit()
    ours = regions.plain(replace(equal, lengths=np.ones(equal.since.shape[1])), 0.95)
    assert ours.estimate == pytest.approx(float(theirs.params["ran"]), abs=1e-9)
    clustered = smf.ols("y ~ ran + C(region) + C(week)", rows).fit(
        cov_type="cluster", cov_kwds={"groups": pd.factorize(rows["region"])[0], "use_correction": False}
    )
    rival = regions_trials.clustered(equal)
    assert rival.estimate == pytest.approx(float(theirs.params["ran"]), abs=1e-9)
    half = float(clustered.bse["ran"]) * math.sqrt(16 / 15) * 2.131450
    assert rival.high - rival.estimate == pytest.approx(half, rel=1e-5)


def test_the_mix_of_regions_is_that_of_a_general_optimiser() -> None:
    rng = np.random.default_rng(3)
    others, target = rng.normal(0, 1, (6, 15)).cumsum(axis=1), rng.normal(0, 1, 15).cumsum()
    moves, path = others - others.mean(axis=1, keepdims=True), target - target.mean()
    theirs = optimize.minimize(
        lambda w: float(((path - w @ moves) ** 2).sum()),
        np.full(6, 1 / 6),
        method="SLSQP",
        bounds=[(0, 1)] * 6,
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1},
        options={"ftol": 1e-14, "maxiter": 500},
    )
    assert regions.mix(target, others) == pytest.approx(theirs.x, abs=1e-4)


def test_a_region_that_is_an_exact_mix_of_two_others_plus_five_per_cent_gives_five_per_cent() -> None:
    made = _panel(_wide())
    others = np.flatnonzero(~made.treated)
    one = made.without(0).without(0).without(0)
    before, since = (
        np.exp(0.3 * np.log(part[others[0]]) + 0.7 * np.log(part[others[4]])) for part in (made.before, made.since)
    )
    rows = {"before": np.vstack([before, one.before[1:]]), "since": np.vstack([1.05 * since, one.since[1:]])}
    found = regions.synthetic(replace(one, **rows), 0.95)
    assert math.expm1(found.estimate) == pytest.approx(0.05, abs=1e-5)


def test_with_no_likeness_one_effect_and_an_endless_past_the_model_is_generalised_least_squares(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With one region and neither likeness nor sizes the answer is plain differences of means (Student's t apart)."""
    for name in ("ALIKE", "DIFFERING", "SIZES", "UNEQUAL"):
        monkeypatch.setattr(regions, name, (0.0,))
    monkeypatch.setattr(regions, "HALF_LIVES", (math.inf,))
    one = _panel(_wide()).without(0).without(0).without(0)
    found, plain = regions.compare(one, 0.95), regions.plain(one, 0.95)
    assert found.change.estimate == pytest.approx(plain.estimate, abs=1e-9)
    others = one.others
    changes = np.log(one.since) @ one.lengths / one.lengths.sum() - np.log(one.before).mean(axis=1)
    spread = changes[~one.treated].var(ddof=0) * others / (others - 2) * (1 + 1 / others)
    assert found.error == pytest.approx(math.sqrt(spread), rel=1e-9)


def test_the_gaps_since_the_launch_average_to_the_answer() -> None:
    made = _panel(_wide(0.1))
    found = regions.compare(made, 0.95)
    since = found.gaps[made.before.shape[1] :]
    assert float(since @ made.lengths / made.lengths.sum()) == pytest.approx(found.change.estimate, abs=1e-9)
    assert found.weight[made.treated].sum() == pytest.approx(1) and found.weight.sum() == pytest.approx(0, abs=1e-9)


def test_planted_changes_are_found_and_none_is_found_where_there_is_none() -> None:
    changes = [_found(0.3, seed) for seed in range(4)]
    assert all(found.verdict == "supported" and found.estimate and found.estimate > 0.15 for found in changes)
    assert sum(_found(0.0, seed).verdict == "undecided" for seed in range(6)) >= 5
    assert _found(-0.3, 2).verdict == "contradicted"


def test_an_effect_moves_the_answer_by_itself() -> None:
    """Sales of the campaign's regions x 1.1 since the launch: the change on logs grows by log 1.1, to the digit."""
    wide = _wide()
    more = wide.copy()
    more.loc[more.index >= "2026-05-18", RAN] *= 1.1
    plain, lifted = (regions.compare(_panel(part), 0.95) for part in (wide, more))
    moved = lifted.change.estimate - plain.change.estimate
    assert moved == pytest.approx(math.log(1.1), abs=0.01)
    assert regions.plain(_panel(more), 0.9).estimate - regions.plain(_panel(wide), 0.9).estimate == pytest.approx(
        math.log(1.1)
    )


def test_the_chance_of_dealt_regions_is_a_share_of_all_choices() -> None:
    """Three of ten regions: 120 choices. With an effect far beyond the noise only the true one shows as much."""
    wide = _wide(4.0, many=10).drop(columns="t03")
    made = _panel(wide, campaign(treated_regions=RAN[:3]))
    found = regions.dealt(made, 0.95, 1)
    assert found.change.units == math.comb(9, 3) == 84 and found.chance == pytest.approx(1 / 84)
    assert found.change.low < math.log(5) < found.change.high


@pytest.mark.parametrize(("part", "kept"), [(-0.02, False), (0.02, True), (0.98, True), (1.02, False)])
def test_the_interval_of_dealt_regions_holds_just_the_changes_that_are_not_refused(part: float, kept: bool) -> None:
    """With the change taken out of the sales, its chance is above 10 % inside of a 90 % interval, below outside."""
    made = _panel(_wide(0.1))
    found = regions.dealt(made, 0.9, 1).change
    value = found.low + part * (found.high - found.low)
    since = made.since * np.where(made.treated, math.exp(-value), 1)[:, None]
    assert (regions.dealt(replace(made, since=since), 0.9, 1).chance > 0.1) == kept


def test_dealing_is_the_same_for_the_same_seed_and_every_choice_has_as_many_regions() -> None:
    treated = np.arange(24) < 8
    deals = regions._deals(treated, 5)
    assert (deals == regions._deals(treated, 5)).all() and (deals != regions._deals(treated, 6)).any()
    assert len(deals) == 999 and (deals.sum(axis=1) == 8).all() and (deals[0] == treated).all()


def test_too_few_choices_give_no_interval_and_say_so() -> None:
    found = regions.regions(
        _series(_wide(many=9)[["t00", "c04", "c05", "c06", "c07", "c08"]]), campaign(treated_regions=["t00"])
    )
    assert found.table is not None
    row = found.table.rows.set_index("way").loc[words.SHUFFLED]
    assert row["remark"] == words.FEW_WAYS and found.estimate is not None


def test_the_order_of_rows_and_the_unit_of_money_change_nothing() -> None:
    wide = _wide(0.1)
    given = _series(wide)
    mixed = given.with_table("series", given.series.sample(frac=1, random_state=1))
    cents = _series(wide * 100)
    plain, other, hundred = (regions.regions(one, SEEN) for one in (given, mixed, cents))
    assert plain.to_json() == other.to_json()
    assert hundred.estimate == pytest.approx(plain.estimate, rel=1e-9)
    assert hundred.details["extra"] == pytest.approx(100 * plain.details["extra"], rel=1e-9)


def test_extra_sales_and_those_expected_make_up_what_was_sold() -> None:
    wide = _wide(0.2)
    found = regions.regions(_series(wide), SEEN)
    sold = wide.loc["2026-05-18":"2026-06-16", RAN].to_numpy().sum()
    assert found.estimate is not None
    assert found.details["extra"] + found.details["expected"] == pytest.approx(sold)
    assert found.details["extra"] / found.details["expected"] == pytest.approx(
        math.expm1(math.log1p(found.estimate)), rel=0.02
    )


def test_orders_with_regions_are_enough_and_days_without_orders_count_as_none() -> None:
    wide = _wide(0.2)
    long = wide.rename_axis("day").reset_index().melt("day", var_name="region", value_name="net_revenue")
    long = long.assign(ordered_at=pd.to_datetime(long["day"]).dt.tz_localize("Europe/Berlin").dt.tz_convert("UTC"))
    orders = long.assign(order_id=[str(n) for n in range(len(long))], region=long["region"].str.upper())
    whole = regions.regions(tables(orders=orders), SEEN)
    assert whole.estimate == pytest.approx(regions.regions(_series(wide), SEEN).estimate, rel=1e-9)
    thin = orders[~((orders["region"] == "C09") & (orders["day"] < "2026-04-01"))]
    name, sales, step, untold = regions.regional_sales(tables(orders=thin.assign(region=thin["region"])), SEEN)
    assert (name, step, untold) == ("net_sales", 1, 0.0) and (sales["C09"] == 0).any() and sales.notna().all(axis=None)


def test_most_orders_without_region_are_no_sales_by_region() -> None:
    orders = {"order_id": list("abc"), "ordered_at": pd.Timestamp("2026-05-20", tz="UTC"), "net_revenue": 1.0}
    found = regions.regions(tables(orders=orders | {"region": ["X", None, None]}), SEEN)
    assert found.verdict == "not_available" and found.headline == words.NO_REGIONS


def test_money_goes_before_counts_and_counts_are_not_called_money() -> None:
    wide = _wide(0.1)
    both = pd.concat([_series(wide, "y").series, _series(wide * 9, "net_sales").series])
    assert regions.regional_sales(tables(series=both), SEEN)[0] == "net_sales"
    counted = regions.regions(_series(wide, "y"), SEEN)
    assert counted.currency is None and "€" not in "".join(counted.caveats)
    assert "€" in "".join(regions.regions(_series(wide), SEEN).caveats)


def test_weekly_rows_are_taken_as_they_are_and_a_week_that_holds_the_launch_is_left_out() -> None:
    wide = _wide(0.2).loc["2026-01-20":]
    weeks = wide.groupby(np.asarray((wide.index - pd.Timestamp("2026-05-20")).days) // 7).sum()
    weeks.index = pd.Timestamp("2026-05-20") + pd.to_timedelta(7 * weeks.index, unit="D")
    _, sales, step, _ = regions.regional_sales(_series(weeks, days=7), SEEN)
    made = regions.panel(sales, step, SEEN)
    assert isinstance(made, Panel) and step == 7
    assert pd.Timestamp("2026-05-13") not in made.starts and made.since.shape[1] == 4


def test_regions_without_a_sale_in_some_weeks_count_as_one() -> None:
    wide = _wide()
    wide.loc["2026-03-01":"2026-03-20", ["c10", "c11"]] = 0.0
    wide.loc["2026-04-01":"2026-04-20", "c10"] = 0.0
    wide["c11"] = wide["c11"].where(wide.index != "2026-04-02", 500.0)
    wide.loc["2026-03-05", "c10"] = wide.loc["2026-03-12", "c11"] = wide.loc["2026-03-19", "c10"] = 40.0
    made = _panel(wide)
    assert words.OTHERS in made.names and made.pooled == 2 and made.elsewhere == 12
    joined = made.before[made.names.index(words.OTHERS)].sum()
    days = wide.index < "2026-05-18"
    assert joined * 7 == pytest.approx(wide.loc[days, ["c10", "c11"]].iloc[-119:].to_numpy().sum())


def test_a_region_with_gaps_is_left_out_and_counted() -> None:
    wide = _wide()
    wide.loc["2026-03-01":"2026-03-20", "c07"] = np.nan
    made = _panel(wide)
    assert "c07" not in made.names and made.left_out == 1
    often = _wide()
    often.loc[np.arange(len(often)) % 7 < 2, "c08"] = np.nan
    assert "c08" not in _panel(often).names
    found = regions.regions(_series(wide), SEEN)
    assert "1 region is left out: its sales have gaps." in found.caveats


@pytest.mark.parametrize(
    ("wide", "seen", "verdict", "said"),
    [
        (_wide(), campaign(), "not_available", words.NO_TREATED),
        (_wide(), campaign(treated_regions=["t00", "Atlantis"]), "not_available", "Atlantis in `treated_regions` is not among"),
        (_wide()[RAN], SEEN, "not_available", words.all_treated()),
        (_wide()[[*RAN, "c04", "c05", "c06", "c07"]], SEEN, "not_enough_data", "4 regions without the campaign"),
        (_wide().loc["2026-04-25":], SEEN, "not_enough_data", "23 days of sales before the launch"),
        (_wide().loc[:"2026-05-17"], SEEN, "not_enough_data", words.NOT_STARTED),
        (_wide().loc["2026-05-18":], SEEN, "not_enough_data", "0 days of sales before the launch"),
        (_wide() * 0, SEEN, "not_enough_data", words.no_treated_sales()),
        (-_wide(), SEEN, "not_enough_data", words.no_treated_sales()),
        (_wide() * 0 + 7, SEEN, "not_enough_data", words.TOO_REGULAR),
    ],
)  # fmt: skip
def test_what_cannot_be_compared_is_refused_with_the_reason(
    wide: pd.DataFrame, seen: Any, verdict: str, said: str
) -> None:
    found = regions.regions(_series(wide), seen)
    assert found.verdict == verdict and found.estimate is None and found.headline.find(said) >= 0, found.headline


@pytest.mark.parametrize("scale", [1e-9, 1e12])
def test_tiny_and_huge_amounts_give_the_same_change(scale: float) -> None:
    plain, scaled = (regions.regions(_series(_wide(0.1) * one), SEEN) for one in (1, scale))
    assert scaled.estimate == pytest.approx(plain.estimate, rel=1e-6)


@pytest.mark.parametrize("value", [np.inf, -np.inf, 1e300, np.nan])
def test_one_impossible_number_is_unknown_and_leaves_the_rest(value: float) -> None:
    wide = _wide(0.3)
    plain = regions.regions(_series(wide), SEEN)
    wide.iloc[40, 7] = value
    odd = regions.regions(_series(wide), SEEN)
    assert odd.estimate == pytest.approx(plain.estimate, abs=0.01)
    assert regions.regions(_series(_wide() * 0 + value), SEEN).estimate is None


def test_a_drift_that_began_before_the_launch_leaves_the_answer_open() -> None:
    wide = _wide(0.5)
    wide.loc[(wide.index >= "2026-04-20") & (wide.index < "2026-05-18"), RAN] *= 1.5
    found = regions.regions(_series(wide), SEEN)
    assert found.verdict == "undecided" and words.BEFORE_SHOWS in found.caveats


def test_the_smallest_change_that_could_be_seen_stands_first() -> None:
    found = _found(0.1)
    assert found.table is not None
    assert found.table.rows["way"].iloc[0] == words.SMALLEST
    assert found.caveats[0].startswith("In 30 days of sales by region like these, a change of less than about ")
    made = _panel(_wide(0.1))
    error = regions.compare(made, 0.95).error
    assert found.details["smallest_detectable"] == pytest.approx(math.expm1(2.8016 * error), rel=1e-3)


def test_the_picture_shows_what_was_sold_and_expected_by_week() -> None:
    found, given = _found(0.2), _series(_wide(0.2))
    data: Any = SimpleNamespace(campaign=SEEN, tables=given, sources=lambda *_: "sales.csv")
    drawn = figures.regions_path(data, found)
    assert isinstance(drawn, figures.Chart)
    assert drawn.headline == found.headline and len(drawn.data) == 17 + 4
    assert drawn.alt.startswith("Sales a day where the campaign ran, over 17 weeks and the campaign.")
    nothing = regions.regions(given, campaign())
    assert isinstance(figures.regions_path(data, nothing), figures.NoChart)


SENTENCES = {
    words.regions(Interval(0.052, 0.011, 0.095, 40), 2, 38): "Where the campaign ran, sales were 5% higher than elsewhere lets expect (likely range +1.1% to +10%; 2 regions against 38 without it).",
    words.regions(Interval(-0.2, -0.3, -0.1, 40), 1, 38): "Where the campaign ran, sales were 20% lower than elsewhere lets expect (likely range -30% to -10%; 1 region against 38 without it).",
    words.regions(Interval(0.05, -0.07, 0.19, 40), 2, 38): "Regions do not show whether the campaign sold more: +5% against elsewhere (likely range -7% to +19%; 2 regions against 38 without it).",
    words.in_doubt(Interval(0.05, 0.02, 0.08, 40)): "Sales differ where the campaign ran (+5%, likely range +2% to +8%), but a check failed (see the table), so it may not be the campaign.",
    words.smallest(0.19, 1): "In 1 day of sales by region like these, a change of less than about 19% could easily be missed.",
    words.money(Interval(1234, -50, 2500, 4), "EUR", "revenue"): "In these regions that is €1,234 of sales more than expected (likely range -€50 to €2,500).",
    words.money(Interval(1234, -50, 2500, 4), None, "y_units"): "In these regions that is 1,234 of y units more than expected (likely range -50 to 2,500).",
    words.unknown_regions(["Rome"], ["berlin", "paris"]): "Rome in `treated_regions` is not among the regions in the files: berlin and paris.",
    words.unknown_regions(["Rome", "Oslo"], [f"r{n:02d}" for n in range(14)]): "Rome and Oslo in `treated_regions` are not among the regions in the files: r00, r01, r02, r03, r04, r05, r06, r07, r08, r09, r10, r11 and 2 more.",
    words.too_few_regions(1, 5): "Not enough data to compare regions: 1 region without the campaign with whole sales, at least 5 needed.",
    words.dealt(0.385, 780): "38% of 780 choices of regions show as much",
    words.dealt_disagrees(0.2): "When the regions are dealt anew, 20% of the choices show as large a difference: it may be chance.",
    words.pooled(3)[0]: "3 small regions with weeks without a sale count as one region.",
    words.without_region(0.125)[0]: "12.5% of the orders do not tell their region and are left out.",
    words.left_out(2)[0]: "2 regions are left out: their sales have gaps.",
}  # fmt: skip


@pytest.mark.parametrize("said", SENTENCES)
def test_a_sentence_about_regions_reads_as_it_should(said: str) -> None:
    assert said == SENTENCES[said]
    assert words.pooled(0) == words.left_out(0) == words.without_region(0.0) == ()
