import numpy as np
import pandas as pd
import pytest
from worlds import DAY, calibration, campaign, tables

from influence_lib.analysis import incrementality

pytestmark = pytest.mark.filterwarnings("error")
SEEN = campaign()
DAYS = pd.date_range("2026-01-01", periods=90)
BEFORE = np.arange(90) < 70


def _sales(seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = np.column_stack([np.ones(90), rng.normal(0, 1, (90, 2))])
    return 50 + x[:, 1] * 3 + rng.normal(0, 0.5, 90).cumsum() + rng.normal(0, 4, 90), x


@pytest.mark.parametrize(
    "v", [incrementality._walk(90, 0.02), incrementality._walk(90, 1e-5), incrementality._autoregression(90, 0.72)]
)
def test_one_model_is_the_best_linear_unbiased_prediction_by_a_bordered_matrix(v: np.ndarray) -> None:
    """Expected sum, its error and the restricted likelihood from one dense inverse, as in kriging."""
    y, x = _sales()
    n, k, inside = int(BEFORE.sum()), x.shape[1], v[np.ix_(BEFORE, BEFORE)]
    bordered = np.linalg.inv(np.block([[inside, x[BEFORE]], [x[BEFORE].T, np.zeros((k, k))]]))
    right = np.concatenate([v[np.ix_(BEFORE, ~BEFORE)].sum(1), x[~BEFORE].sum(0)])
    square = y[BEFORE] @ bordered[:n, :n] @ y[BEFORE]
    variance = square / (n - k) * (v[np.ix_(~BEFORE, ~BEFORE)].sum() - right @ bordered @ right)
    information = x[BEFORE].T @ np.linalg.inv(inside) @ x[BEFORE]
    weight = -0.5 * (np.linalg.slogdet(inside)[1] + np.linalg.slogdet(information)[1] + (n - k) * np.log(square))
    found = incrementality._model(v, y, x, BEFORE)
    assert found[1] == pytest.approx((bordered @ right)[:n] @ y[BEFORE], rel=1e-8)
    assert found[2] == pytest.approx(np.sqrt(variance), rel=1e-8)
    assert found[0] == pytest.approx(weight, rel=1e-8)
    assert found[3].sum() == pytest.approx(found[1])


def test_a_mixture_of_one_is_students_t_and_of_two_lies_between() -> None:
    from scipy import stats

    single = incrementality._mixture_quantile(0.9, np.array([2.0]), np.array([3.0]), np.array([1.0]), 20)
    assert single == pytest.approx(2 + 3 * stats.t.ppf(0.9, 20), abs=1e-6)
    centers, scales, weights = np.array([0.0, 10.0]), np.array([1.0, 2.0]), np.array([0.7, 0.3])
    both = incrementality._mixture_quantile(0.9, centers, scales, weights, 20)
    assert weights @ stats.t.cdf((both - centers) / scales, 20) == pytest.approx(0.9)


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


def _orders(days: list[int], start: str = "2026-05-18 12:00") -> dict[str, list[object]]:
    times = [(pd.Timestamp(start, tz="Europe/Berlin") + day * DAY).tz_convert("UTC") for day in days]
    return {"order_id": [str(n) for n in range(len(days))], "ordered_at": times, "net_revenue": [10.0] * len(days)}


def test_days_without_orders_are_zero_but_not_those_after_the_last_order() -> None:
    found = incrementality.daily_sales(tables(orders=_orders([-3, -3, 0, 2])), SEEN)
    assert found.tolist() == [20, 0, 0, 10, 0, 10]
    assert found.index[0] == pd.Timestamp("2026-05-15") and found.index[-1] == pd.Timestamp("2026-05-20")


def test_sales_end_with_the_campaign_or_with_the_day_of_the_report() -> None:
    many = tables(orders=_orders(list(range(-5, 40))))
    assert incrementality.daily_sales(many, SEEN).index[-1] == pd.Timestamp("2026-06-16")
    early = campaign(as_of=pd.Timestamp("2026-06-01").date())
    assert incrementality.daily_sales(many, early).index[-1] == pd.Timestamp("2026-06-01")


def test_an_order_belongs_to_the_day_in_the_brands_time_zone() -> None:
    late = _orders([0], "2026-05-18 00:30")
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
