import numpy as np
import pandas as pd
import pytest
from scipy import stats

from influence_lib.analysis import inference
from influence_lib.analysis.inference import Interval

pytestmark = pytest.mark.filterwarnings("error")
RNG = np.random.default_rng(1)


def test_mean_is_the_textbook_t_interval() -> None:
    x = RNG.normal(3, 2, 17)
    other = stats.ttest_1samp(x, 0).confidence_interval(0.9)
    found = inference.mean(x, 0.9)
    assert found and found.units == 17
    assert (found.estimate, *found.ends) == pytest.approx((x.mean(), other.low, other.high))


@pytest.mark.parametrize("x", [[], [1.0], [2.0, 2.0, 2.0], [0.1 + 0.2, 0.3, 0.3], [np.nan, np.nan, 1.0]])
def test_no_mean_of_too_few_or_equal_numbers(x: list[float]) -> None:
    assert inference.mean(x, 0.95) is None


def test_a_missing_number_is_left_out_not_counted_as_zero() -> None:
    found = inference.mean([1.0, np.nan, 2.0, 4.0], 0.95)
    assert found and (found.units, found.estimate) == (3, pytest.approx(7 / 3))


@pytest.mark.parametrize("level", [0.8, 0.9, 0.95, 0.99])
@pytest.mark.parametrize("n", range(2, 41))
def test_median_interval_is_the_narrowest_that_covers_at_its_level(n: int, level: float) -> None:
    """The k-th of n values from either end covers with the chance that k to n-k of n fair coins show heads."""
    found = inference.median(np.arange(n), level)
    heads = [stats.binom.pmf(k, n, 0.5) for k in range(n + 1)]
    if found is None:
        assert sum(heads[1:n]) < level
        return
    rank = int(found.low) + 1
    assert found.high == n - rank
    assert sum(heads[rank : n - rank + 1]) >= level - 1e-12
    assert sum(heads[rank + 1 : n - rank]) < level


def test_six_creators_are_the_fewest_for_a_median_at_95_percent() -> None:
    assert inference.fewest_for_median(0.95) == 6
    assert inference.median([1, 2, 3, 4, 5], 0.95) is None
    assert inference.median([1, 2, 3, 4, 5, 6], 0.95) == Interval(3.5, 1, 6, 6)
    assert inference.median([2.0] * 30, 0.95) is None


def test_the_error_of_a_ratio_is_the_leave_one_out_error() -> None:
    x = RNG.lognormal(3, 1, 12)
    y = x * RNG.lognormal(0, 0.7, 12)
    without = np.array([np.delete(y, i).sum() / np.delete(x, i).sum() for i in range(12)])
    ratio = y.sum() / x.sum()
    error = np.sqrt(11 / 12 * ((without - ratio) ** 2).sum()) / ratio
    half = stats.t.ppf(0.975, x.sum() ** 2 / (x**2).sum() - 1) * error
    found = inference.ratio_of_sums(y, x, 0.95)
    assert found and found.estimate == pytest.approx(ratio)
    assert found.ends == pytest.approx((ratio * np.exp(-half), ratio * np.exp(half)))


@pytest.mark.parametrize(
    ("y", "x"),
    [
        ([1, 2], [1, 1]),
        ([0, 0, 0], [1, 1, 1]),
        ([1, 2, 3], [0, 0, 0]),
        ([2, 4, 6], [1, 2, 3]),
        ([1, 2, 3], [1, 2, 999]),
    ],
)
def test_no_ratio_of_too_few_zero_or_one_and_the_same(y: list[float], x: list[float]) -> None:
    assert inference.ratio_of_sums(y, x, 0.95) is None


def _inverted(rows: pd.DataFrame, level: float) -> tuple[float, float]:
    """Return the interval of a median over rows by trying every value, unit by unit."""
    units = [group.to_numpy() for _, group in rows.groupby("unit")["value"]]
    reach, kept = stats.t.ppf(0.5 + level / 2, len(units) - 1), []
    for value in sorted(rows["value"]):
        below = np.array([(unit <= value).sum() - len(unit) / 2 for unit in units])
        sizes = np.array([len(unit) for unit in units])
        apart = below - below.sum() / sizes.sum() * sizes
        error = np.sqrt(len(units) / (len(units) - 1) * (apart**2).sum())
        kept.append((value, below.sum() / max(error, 1e-9)))
    low = next(value for value, t in kept if t >= -reach)
    return low, next((value for value, t in kept if t > reach), kept[-1][0])


@pytest.mark.parametrize("seed", range(5))
def test_the_interval_of_the_median_row_is_found_by_trying_every_value(seed: int) -> None:
    rng = np.random.default_rng(seed)
    unit = np.repeat(np.arange(9), rng.integers(1, 12, 9))
    rows = pd.DataFrame({"unit": unit, "value": rng.normal(0, 1, 9)[unit] + rng.normal(0, 1, len(unit))})
    found = inference.median_of_rows(rows.sample(frac=1, random_state=seed), "value", "unit", 0.9)
    assert found and found.estimate == np.median(rows["value"]) and found.units == 9
    assert found.ends == _inverted(rows, 0.9)


def test_no_median_row_of_few_units_or_equal_rows() -> None:
    rows = pd.DataFrame({"unit": np.repeat(range(5), 50), "value": RNG.normal(0, 1, 250)})
    assert inference.median_of_rows(rows, "value", "unit", 0.95) is None
    assert inference.median_of_rows(rows.assign(unit=range(250), value=1.0), "value", "unit", 0.95) is None
    assert inference.median_of_rows(rows.head(0), "value", "unit", 0.95) is None


def test_an_interval_moves_through_a_rising_function() -> None:
    assert Interval(2, 1, 3, 9).through(lambda v: 10 * v) == Interval(20, 10, 30, 9)
