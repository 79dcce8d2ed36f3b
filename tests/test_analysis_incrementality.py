import numpy as np
import pandas as pd
import pytest
from scipy import stats
from worlds import DAY, calibration, campaign, tables

from influence_lib.analysis import daily_model, incrementality

pytestmark = pytest.mark.filterwarnings("error")
SEEN = campaign()
DAYS = pd.date_range("2026-01-01", periods=90)


def _sales(seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = np.column_stack([np.ones(90), rng.normal(0, 1, (90, 2))])
    return 50 + x[:, 1] * 3 + rng.normal(0, 0.5, 90).cumsum() + rng.normal(0, 4, 90), x


def test_one_kind_is_the_best_linear_unbiased_prediction_by_a_bordered_matrix(monkeypatch: pytest.MonkeyPatch) -> None:
    """Expected sum and its error from one dense inverse, as in kriging; days before, after and in two windows."""
    kind = daily_model.Kind(0.4, 0.02, 1.0)
    for name, value in (("KINDS", (kind,)), ("JUMPED", 0.0), ("GREW", 0.0)):
        monkeypatch.setattr(daily_model, name, value)
    y, x = _sales()
    day = np.arange(90)
    windows = [(day >= 65) & (day < 72), (day >= 80) & (day % 2 == 0)]
    asked = windows[0] | windows[1]
    joint = incrementality.jointly(pd.Series(y, DAYS), x, windows, 0.9)
    v = kind.covariance(day + 1.0)
    n, k = int((~asked).sum()), x.shape[1]
    inside = v[np.ix_(~asked, ~asked)]
    bordered = np.linalg.inv(np.block([[inside, x[~asked]], [x[~asked].T, np.zeros((k, k))]]))
    square = float(y[~asked] @ bordered[:n, :n] @ y[~asked]) / (n - k)
    rights = [np.concatenate([v[np.ix_(~asked, w)].sum(1), x[w].sum(0)]) for w in windows]
    for w, right, found in zip(windows, rights, joint.parts, strict=True):
        variance = square * (v[np.ix_(w, w)].sum() - right @ bordered @ right)
        half = stats.t.ppf(0.95, n - k) * np.sqrt(variance)
        assert found.estimate == pytest.approx(y[w].sum() - (bordered @ right)[:n] @ y[~asked], rel=1e-7)
        assert (found.error, found.freedom) == (pytest.approx(np.sqrt(variance), rel=1e-6), n - k)
        assert (found.low, found.high) == pytest.approx((found.estimate - half, found.estimate + half), rel=1e-6)
    both = v[np.ix_(windows[0], windows[1])].sum() - rights[0] @ bordered @ rights[1]
    assert joint.covariance[0, 1] == pytest.approx(square * both, rel=1e-6)
    assert joint.total.estimate == pytest.approx(sum(part.estimate for part in joint.parts))
    assert joint.total.error**2 == pytest.approx(joint.covariance.sum(), rel=1e-6)


def test_kinds_are_weighed_by_restricted_likelihood_and_prior(monkeypatch: pytest.MonkeyPatch) -> None:
    """log |V| + log |X'V^-1 X| + (n - k) log of the residual square, halved (Harville 1974), by dense algebra."""
    kinds = (daily_model.Kind(0.0, 0.05, 0.3), daily_model.Kind(0.7, 0.0, 0.7))
    for name, value in (("KINDS", kinds), ("JUMPED", 0.0), ("GREW", 0.0)):
        monkeypatch.setattr(daily_model, name, value)
    y, x = _sales()
    logs = []
    for kind in kinds:
        inverse = np.linalg.inv(kind.covariance(np.arange(1.0, 71)))
        information = x[:70].T @ inverse @ x[:70]
        residual = y[:70] - x[:70] @ np.linalg.solve(information, x[:70].T @ inverse @ y[:70])
        square = np.log(residual @ inverse @ residual)
        logs.append(-0.5 * (np.linalg.slogdet(information)[1] - np.linalg.slogdet(inverse)[1] + 67 * square))
    weight = np.exp(np.array(logs) - max(logs)) * [0.3, 0.7]
    days = daily_model.prepared(y, x, np.arange(1.0, 91), 70)
    found = daily_model.expected(daily_model.whiten(days), 70, np.ones((1, 20)))
    seen = found.weights.reshape(2, -1)
    assert seen[:, 0] == pytest.approx(weight / weight.sum(), rel=1e-6) and seen[:, 1:].max() < 1e-250


def test_a_jump_is_a_regression_on_its_step_with_a_prior(monkeypatch: pytest.MonkeyPatch) -> None:
    """A prior of variance 4 in units of the noise is one more day that says zero with a weight of a quarter.

    The marginal likelihood over the residual square is that of a covariance with the step's square added to it.
    """
    for name, value in (("KINDS", (daily_model.Kind(0.5, 0.0, 1.0),)), ("GREW", 0.0)):
        monkeypatch.setattr(daily_model, name, value)
    y, x = _sales()
    days = daily_model.prepared(y, x, np.arange(1.0, 91), 70)
    whitened = daily_model.whiten(days)
    found = daily_model.expected(whitened, 70, np.ones((1, 20)))
    at = int(np.flatnonzero(whitened.starts == 31)[0])
    step = (np.arange(90) >= 30) * 1.0
    plain = daily_model.Kind(0.5, 0.0, 1.0).covariance(np.arange(1.0, 91))
    logs = []
    for v in (plain, plain + 4 * np.outer(step, step)):
        inverse = np.linalg.inv(v[:70, :70])
        information = x[:70].T @ inverse @ x[:70]
        beta = np.linalg.solve(information, x[:70].T @ inverse @ y[:70])
        residual = y[:70] - x[:70] @ beta
        logs.append(
            -0.5
            * (
                np.linalg.slogdet(information)[1]
                - np.linalg.slogdet(inverse)[1]
                + 67 * np.log(residual @ inverse @ residual)
            )
        )
        center = y[70:].sum() - (x[70:] @ beta + v[70:, :70] @ inverse @ residual).sum()
        gap = (x[70:] - v[70:, :70] @ inverse @ x[:70]).sum(0)
        own = (v[70:, 70:] - v[70:, :70] @ inverse @ v[:70, 70:]).sum() + gap @ np.linalg.solve(information, gap)
        square = residual @ inverse @ residual / 67 * own
    prior = daily_model.JUMPED / 57 / (1 - daily_model.JUMPED)
    assert found.weights[at] / found.weights[0] == pytest.approx(np.exp(logs[1] - logs[0]) * prior, rel=1e-6)
    assert days.unit * found.centers[at, 0] == pytest.approx(center, rel=1e-6)
    assert days.unit**2 * found.squares[at, 0] == pytest.approx(square, rel=1e-6)


def test_a_mixture_of_one_is_students_t_and_of_two_lies_between() -> None:
    one = daily_model.mixture_quantile(0.9, np.array([2.0]), np.array([3.0]), np.array([1.0]), 20)
    assert one == pytest.approx(2 + 3 * stats.t.ppf(0.9, 20), abs=1e-6)
    centers, scales, weights = np.array([0.0, 10.0]), np.array([1.0, 2.0]), np.array([0.7, 0.3])
    both = daily_model.mixture_quantile(0.9, centers, scales, weights, 20)
    assert weights @ stats.t.cdf((both - centers) / scales, 20) == pytest.approx(0.9, abs=1e-6)


def test_priors_add_up_to_one() -> None:
    assert sum(kind.chance for kind in daily_model.KINDS) == pytest.approx(1)
    y, x = _sales()
    whitened = daily_model.whiten(daily_model.prepared(y, x, np.arange(1.0, 91), 70))
    assert whitened.chances.sum() == pytest.approx(1)


@pytest.mark.parametrize("kind", ["drifting level", "autocorrelated"])
def test_a_planted_lift_is_found(kind: str) -> None:
    y, x = calibration.sales(kind, np.random.default_rng(3))
    days = pd.date_range("2026-01-01", periods=150)
    planted = pd.Series(y + np.where(np.arange(150) >= 120, 30, 0), days)
    found = incrementality.lift(planted, x, days[120], 0.95)
    assert found.low < 900 < found.high and found.low > 300
    assert (found.days_before, found.days, len(found.expected)) == (120, 30, 30)
    assert found.actual.sum() - found.expected.sum() == pytest.approx(found.estimate)


def test_lift_follows_the_scale_of_money_and_its_chance_does_not() -> None:
    y, x = _sales()
    plain, cents = (incrementality.lift(pd.Series(y * k, DAYS), x, DAYS[70], 0.9) for k in (1, 100))
    assert (cents.estimate, cents.low, cents.high, cents.error) == pytest.approx(
        (100 * plain.estimate, 100 * plain.low, 100 * plain.high, 100 * plain.error), rel=1e-6
    )


def test_what_is_added_to_every_day_or_to_the_window_moves_nothing_else() -> None:
    """A level (x holds a constant) changes nothing; 7 more on each of 20 days of the window are 140 more."""
    y, x = _sales()
    plain = incrementality.lift(pd.Series(y, DAYS), x, DAYS[70], 0.9)
    higher = incrementality.lift(pd.Series(y + 500, DAYS), x, DAYS[70], 0.9)
    more = incrementality.lift(pd.Series(y + np.where(np.arange(90) >= 70, 7.0, 0), DAYS), x, DAYS[70], 0.9)
    assert (higher.estimate, higher.low, higher.high) == pytest.approx(
        (plain.estimate, plain.low, plain.high), abs=1e-4
    )
    assert (more.estimate, more.low, more.high) == pytest.approx(
        (plain.estimate + 140, plain.low + 140, plain.high + 140), rel=1e-6
    )


def test_a_mask_and_a_first_day_name_the_same_window_and_unknown_days_are_in_none() -> None:
    y, x = _sales()
    known = pd.Series(y, DAYS).mask(np.isin(np.arange(90), [5, 40, 75]))
    by_day = incrementality.lift(known, x, DAYS[70], 0.9)
    by_mask = incrementality.lift(known, x, np.arange(90) >= 70, 0.9)
    assert (by_day.estimate, by_day.low) == (by_mask.estimate, by_mask.low)
    assert (by_day.days_before, by_day.days, len(by_day.actual)) == (68, 19, 19)
    assert DAYS[75] not in by_day.when and by_day.actual.sum() == pytest.approx(np.delete(y[70:], 5).sum())


def test_days_after_a_window_tell_of_it_too() -> None:
    """A level that drifted up and stays there is no lift: the days after say so, those before alone do not."""
    rng = np.random.default_rng(4)
    y = np.where(np.arange(90) < 62, 50.0, 58.0) + rng.normal(0, 2, 90)
    window = (np.arange(90) >= 62) & (np.arange(90) < 70)
    x = np.ones((90, 1))
    alone = incrementality.lift(pd.Series(y, DAYS)[:70], x[:70], window[:70], 0.95)
    within = incrementality.lift(pd.Series(y, DAYS), x, window, 0.95)
    assert alone.low > 0 and within.low < 0.2 * alone.estimate < within.estimate < 0.7 * alone.estimate


def test_a_day_that_stands_out_sets_no_level_but_is_to_be_expected_again() -> None:
    """One day of 100 more in 70: a window of 20 days is to expect 2/7 of it."""
    y, x = _sales()
    plain = incrementality.lift(pd.Series(y, DAYS).mask(np.arange(90) == 30), x, DAYS[70], 0.9)
    day = y + np.where(np.arange(90) == 30, 400.0, 0.0)
    found = incrementality.lift(pd.Series(day, DAYS), x, DAYS[70], 0.9)
    assert found.standing_out.tolist() == [DAYS[30]] and not len(plain.standing_out)
    excess = (plain.estimate - found.estimate) * 70 / 20
    assert excess == pytest.approx(400, abs=15)
    assert found.error**2 == pytest.approx(plain.error**2 + excess**2 * (20 / 70 + (20 / 70) ** 2), rel=0.1)
    assert found.actual.sum() - found.expected.sum() == pytest.approx(found.estimate)


def test_many_days_that_stand_out_are_usual_in_this_shop() -> None:
    y, x = _sales()
    spiky = y + np.where(np.arange(90) % 15 == 3, 400.0, 0.0)
    assert not len(incrementality.lift(pd.Series(spiky, DAYS), x, DAYS[70], 0.9).standing_out)


def test_a_jump_before_the_launch_is_found_and_no_lift(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(8)
    y = np.where(np.arange(90) < 40, 50.0, 70.0) + rng.normal(0, 4, 90)
    found = incrementality.lift(pd.Series(y, DAYS), np.ones((90, 1)), DAYS[70], 0.95)
    assert found.jump is not None and found.jump[1] > 0.95 and abs((found.jump[0] - DAYS[40]).days) <= 1
    monkeypatch.setattr(daily_model, "JUMPED", 0.0)
    drifting = incrementality.lift(pd.Series(y, DAYS), np.ones((90, 1)), DAYS[70], 0.95)
    assert found.low < 0 < found.high and found.high - found.low < 0.6 * (drifting.high - drifting.low)


def test_history_long_ago_is_left_out() -> None:
    rng, days = np.random.default_rng(2), pd.date_range("2023-01-01", periods=1000)
    y = pd.Series(50 + rng.normal(0, 4, 1000), days)
    found = incrementality.lift(y, np.ones((1000, 1)), days[980], 0.95)
    again = incrementality.lift(y[580:], np.ones((420, 1)), days[980], 0.95)
    assert found.days_before == incrementality.MOST_DAYS_BEFORE == again.days_before
    assert found.estimate == pytest.approx(again.estimate, rel=1e-6)


def test_a_quiet_stretch_is_the_lift_of_its_days_from_the_days_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("JUMPED", "GREW"):
        monkeypatch.setattr(daily_model, name, 0.0)
    rng, days = np.random.default_rng(6), pd.date_range("2025-01-01", periods=170)
    y, x = pd.Series(50 + rng.normal(0, 0.4, 170).cumsum() + rng.normal(0, 4, 170), days), np.ones((170, 1))
    found = incrementality.placebo(y, x, days[150], 0.9)
    assert found is not None and found.independent == (150 - 60) // 20
    assert found.first[-1] == days[130] and (np.diff(found.first.to_numpy()) > np.timedelta64(0)).all()
    for number in (0, 7, -1):
        at = int((found.first[number] - days[0]).days)
        alone = incrementality.lift(y[: at + 20], x[: at + 20], days[at], 0.9)
        assert not len(alone.standing_out)
        assert found.estimates[number] == pytest.approx(alone.estimate, rel=1e-5)
        assert found.errors[number] == pytest.approx(alone.error, rel=1e-5)
    assert found.quiet.tolist() == ((found.low <= 0) & (found.high >= 0)).tolist()
    assert incrementality.placebo(y[90:], x[90:], days[150], 0.9) is None


def test_a_stretch_in_which_the_level_jumped_was_not_quiet() -> None:
    rng, days = np.random.default_rng(7), pd.date_range("2025-01-01", periods=230)
    y = pd.Series(np.where(np.arange(230) < 120, 50.0, 70.0) + rng.normal(0, 4, 230), days)
    found = incrementality.placebo(y, np.ones((230, 1)), days[210], 0.95)
    assert found is not None and found.quiet.mean() > 0.8
    first = np.array([(day - days[0]).days for day in found.first])
    assert not ((first > 100) & (first < 127)).any() and (first <= 100).any() and (first >= 127).any()


def _stretches(scores: list[float], independent: int) -> incrementality.Placebo:
    made = np.array(scores)
    first = pd.date_range("2026-01-01", periods=len(made))
    return incrementality.Placebo(first, made, np.ones(len(made)), made - 2, made + 2, independent)


def test_an_interval_is_widened_by_what_quiet_stretches_show_and_by_no_less() -> None:
    """Five stretches of three errors each have a mean square of 9: (10 + 5 x 9) / (10 + 5) under the root."""
    assert incrementality.widening(_stretches([3.0, -3, 3, -3, 3], 5)) == pytest.approx(np.sqrt(55 / 15))
    assert incrementality.widening(_stretches([0.1, -0.2, 0.1, 0.0, 0.1], 5)) == 1
    assert incrementality.widening(_stretches([1.2, -1.2, 1.2, -1.2, 1.2], 5)) == 1
    assert incrementality.widening(_stretches([2.4, 2.4], 2)) > incrementality.widening(_stretches([1.7, 1.7], 2)) > 1
    assert incrementality.widening(_stretches([9.0, 9.0], 1)) == incrementality.widening(None) == 1
    y, x = _sales()
    plain = incrementality.lift(pd.Series(y, DAYS), x, DAYS[70], 0.9)
    wide = plain.wider(1.5)
    assert (wide.high - wide.low, wide.error) == pytest.approx((1.5 * (plain.high - plain.low), 1.5 * plain.error))
    assert wide.estimate == plain.estimate


def test_a_column_that_says_nothing_new_changes_nothing() -> None:
    y, x = _sales()
    plain = incrementality.lift(pd.Series(y, DAYS), x, DAYS[70], 0.9)
    twice = incrementality.lift(pd.Series(y, DAYS), np.column_stack([x, x[:, 1] * 2 + 3, np.zeros(90)]), DAYS[70], 0.9)
    assert (twice.estimate, twice.low) == pytest.approx((plain.estimate, plain.low), rel=1e-6)


def _orders(days: list[int], start: str = "2026-05-18 12:00") -> dict[str, list[object]]:
    times = [(pd.Timestamp(start, tz="Europe/Berlin") + day * DAY).tz_convert("UTC") for day in days]
    return {"order_id": [str(n) for n in range(len(days))], "ordered_at": times, "net_revenue": [10.0] * len(days)}


def test_days_without_orders_are_zero_but_not_those_from_the_last_order_on() -> None:
    """The campaign runs until 16 June: on 20 May the export may have ended in the middle of the day."""
    found = incrementality.daily_sales(tables(orders=_orders([-3, -3, 0, 2])), SEEN)
    assert found.tolist() == [20, 0, 0, 10, 0]
    assert found.index[0] == pd.Timestamp("2026-05-15") and found.index[-1] == pd.Timestamp("2026-05-19")


def test_a_day_is_missing_where_a_shop_would_surely_have_sold_something() -> None:
    """At 20 orders a day none comes once in e^20 days, so two days without are gaps. At two a day they are zeros."""
    busy, quiet = ([day for day in range(-60, 40) if day not in {-4, -3} for _ in range(each)] for each in (20, 2))
    assert incrementality.daily_sales(tables(orders=_orders(busy)), SEEN).isna().sum() == 2
    zeros = incrementality.daily_sales(tables(orders=_orders(quiet)), SEEN)
    assert zeros.notna().all() and (zeros == 0).sum() == 2


def test_sales_end_with_the_campaign_or_with_the_day_of_the_report() -> None:
    many = tables(orders=_orders(list(range(-5, 40))))
    assert incrementality.daily_sales(many, SEEN).index[-1] == pd.Timestamp("2026-06-16")
    early = campaign(as_of=pd.Timestamp("2026-06-01").date())
    assert incrementality.daily_sales(many, early).index[-1] == pd.Timestamp("2026-06-01")
    until_then = tables(orders=_orders(list(range(-5, 15))))
    assert incrementality.daily_sales(until_then, early).index[-1] == pd.Timestamp("2026-05-31")


def test_an_order_belongs_to_the_day_in_the_brands_time_zone() -> None:
    late = _orders([0, 1], "2026-05-18 00:30")
    assert incrementality.daily_sales(tables(orders=late), SEEN).index[0] == pd.Timestamp("2026-05-18")
    assert incrementality.daily_sales(tables(), SEEN).empty


def test_a_daily_series_is_used_only_when_it_can_tell_something_about_the_days_before() -> None:
    days = pd.date_range("2026-03-01", "2026-06-16")
    after, rng = days >= pd.Timestamp("2026-05-18"), np.random.default_rng(1)
    search = rng.normal(50, 5, len(days))
    columns = {
        "search": search,
        "twice_search": 2 * search + 7,
        "our_campaign": np.where(after, 100.0, 0.0),
        "weekends": (days.day_of_week >= 5) * 3.0,
        "with_a_gap": np.where(np.arange(len(days)) == 5, np.nan, search),
    }
    dates = pd.Series(days).dt.tz_localize("Europe/Berlin").dt.tz_convert("UTC")
    series = pd.concat(
        [pd.DataFrame({"date": dates, "name": name, "value": v}) for name, v in columns.items()]
    ).dropna()
    x, names = incrementality.design(days, tables(series=series), SEEN)
    assert names == ["search"] and x.shape == (len(days), 8)
    assert np.linalg.matrix_rank(x[~after]) == 8


def test_sales_without_any_chance_are_refused() -> None:
    x = np.column_stack([np.ones(90), np.eye(7)[DAYS.day_of_week][:, 1:]])
    weekly = pd.Series(np.tile([10.0, 20, 30, 40, 50, 60, 70], 13)[:90], DAYS)
    assert incrementality.too_regular(pd.Series(5.0, DAYS), x, DAYS[70])
    assert incrementality.too_regular(weekly, x, DAYS[70])
    assert not incrementality.too_regular(weekly + np.random.default_rng(1).normal(0, 1, 90), x, DAYS[70])
