"""Response curves against planted curves, hand calculation, and a plain sum over a grid."""

import numpy as np
import pytest

from influence_lib.analysis import hill
from influence_lib.analysis.guards import NotEnough

pytestmark = pytest.mark.filterwarnings("error")
TIERS = np.array([(9.0, 6.0, 1.0), (14.0, 14.0, 1.4), (10.0, 30.0, 1.6)])
USUAL = np.array([5.0, 8.0, 40.0])


def _truth(carry: float = 0.0) -> hill.Curves:
    top, half, steep = TIERS.T[:, None, :]
    return hill.Curves(top, half, steep, np.full((1, 3), carry), 0.0, 0.0)


def _weeks(seed: int, noise: float = 4.0, weeks: int = 104, carry: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    spend = rng.gamma(1.5, USUAL / 1.5, (weeks, 3))
    truth = _truth(carry)
    return spend, 50 + truth.response(truth.carried(spend)).sum(axis=(1, 2)) + rng.normal(0, noise, weeks)


ONES = np.ones((104, 1))


def test_a_curve_is_at_half_its_top_at_its_half_way_point() -> None:
    """10 s^2 / (s^2 + 3^2): 5 at 3, 9 at 9; the slope at 3 is 10 * 2 * 3 * 9 / 18^2 = 5 / 3; none of none."""
    curve = hill.Curves(*(np.array([[value]]) for value in (10.0, 3.0, 2.0, 0.0)), 0.0, 0.0)
    assert curve.response(np.array([[3.0]])) == pytest.approx(5)
    assert curve.response(np.array([[9.0]])) == pytest.approx(9)
    assert curve.slope(np.array([[3.0]])) == pytest.approx(5 / 3)
    assert curve.response(np.array([[0.0]])) == 0


@pytest.mark.parametrize("carry", [0.0, 0.3, 0.9])
def test_carry_over_is_what_week_after_week_leaves(carry: float) -> None:
    spend = np.random.default_rng(0).gamma(1, 1, (37, 2))
    level, slow = spend[:4].mean(axis=0), []
    for week in spend:
        level = carry * level + (1 - carry) * week
        slow.append(level)
    assert hill.carried(spend, np.full((5, 2), carry))[:, 3] == pytest.approx(np.array(slow))


def test_the_gradient_of_the_fit_is_that_of_small_steps() -> None:
    spend, sales = _weeks(1)
    model = hill._Model.of(spend, sales, ONES, 0.3)
    at = np.random.default_rng(2).normal(0, 0.5, 12)
    steps = [(model.residual(at + e) - model.residual(at - e)) / 2e-5 for e in 1e-5 * np.eye(12)]
    assert model.gradient(at) == pytest.approx(np.array(steps).T, abs=1e-5)


def test_planted_curves_lie_in_their_intervals() -> None:
    """Over six worlds 95 % of 18 intervals of what a cell adds at its usual spend are about 17; 14 is the least."""
    inside = 0
    for seed in range(6):
        found = hill.fit(*_weeks(seed), ONES, seed)
        assert not isinstance(found, NotEnough)
        low, high = np.quantile(found.response(USUAL), [0.025, 0.975], axis=0)
        inside += int(((low <= _truth().response(USUAL)[0]) & (_truth().response(USUAL)[0] <= high)).sum())
    assert inside >= 14


def test_draws_of_one_cell_are_those_of_the_sum_over_a_grid() -> None:
    """With carry-over and steepness at their centres, top and half-way point are summed over 60 x 60 values."""
    rng = np.random.default_rng(3)
    spend = rng.gamma(1.5, 1, (80, 1))
    sales = 5 * spend[:, 0] / (spend[:, 0] + 1) + rng.normal(0, 1, 80)
    model = hill._Model.of(spend, sales, np.ones((80, 1)), 0.0)
    one, two = (a.ravel() for a in np.meshgrid(np.linspace(-3.5, 3.5, 60), np.linspace(-3.5, 3.5, 60)))
    steep, carry = (np.linspace(-3, 3, 9) for _ in range(2))
    grid = np.array([(a, b, s, c) for a, b in zip(one, two, strict=True) for s in steep for c in carry])
    chance = np.concatenate([model.chance(part) for part in np.array_split(grid, 60)])
    weight = np.exp(chance - chance.max())
    top, half, _, _ = np.moveaxis(model.parameters(grid), -2, 0)
    slow = [float(weight @ np.log(value[:, 0]) / weight.sum()) for value in (top * model.unit, half * model.usual)]
    drawn = np.concatenate(
        [
            np.log(np.array([[found.top[:, 0]], [found.half[:, 0]]])).reshape(2, -1).T
            for found in (hill.fit(spend, sales, np.ones((80, 1)), seed) for seed in range(3))
            if isinstance(found, hill.Curves)
        ]
    )
    assert drawn.mean(axis=0) == pytest.approx(slow, abs=0.12)


def test_sales_and_spend_in_cents_give_the_same_curves() -> None:
    spend, sales = _weeks(4)
    one, hundred = hill.fit(spend, sales, ONES, 1), hill.fit(100 * spend, 100 * sales, ONES, 1)
    assert isinstance(one, hill.Curves) and isinstance(hundred, hill.Curves)
    assert hundred.top == pytest.approx(100 * one.top) and hundred.half == pytest.approx(100 * one.half)
    again = hill.fit(spend, sales, ONES, 1)
    assert isinstance(again, hill.Curves) and (again.top == one.top).all()


def test_spend_that_does_nothing_is_told_from_spend_that_sells() -> None:
    spend, sales = _weeks(5)
    noise = np.random.default_rng(6).normal(50, 4, 104)
    seen, unseen = hill.fit(spend, sales, ONES, 0), hill.fit(spend, noise, ONES, 0)
    assert isinstance(seen, hill.Curves) and isinstance(unseen, hill.Curves)
    assert seen.chance < 0.01 and unseen.chance > 0.05


def test_before_looking_money_brings_as_much_in_every_cell() -> None:
    """Were all tops alike, sales that say nothing would speak for the cheapest cell: here 8 times as much per 1."""
    spend, _ = _weeks(7)
    model = hill._Model.of(spend, np.random.default_rng(8).normal(50, 4, 104), ONES, 0.0)
    top, half, _, _ = model.parameters(np.zeros(12))
    assert half == pytest.approx(1) and top / model.usual == pytest.approx(np.full(3, (top / model.usual)[0]))


def test_noise_with_memory_is_noticed() -> None:
    spend, sales = _weeks(9, noise=0.1)
    noise, rng = [0.0], np.random.default_rng(9)
    for step in rng.normal(0, 4, 103):
        noise.append(0.7 * noise[-1] + step)
    found = hill.fit(spend, sales + np.array(noise), ONES, 0)
    assert isinstance(found, hill.Curves) and 0.3 < found.memory < 0.9


def test_sales_without_chance_give_the_planted_curves() -> None:
    spend, sales = _weeks(12, noise=0.0)
    found = hill.fit(spend, sales, ONES, 0)
    assert isinstance(found, hill.Curves)
    assert np.median(found.response(USUAL), axis=0) == pytest.approx(_truth().response(USUAL)[0], rel=0.1)


@pytest.mark.parametrize(
    ("reason", "change"),
    [
        ("rows", lambda s, y: (s[:40], y[:40])),
        ("rows", lambda s, y: (s, np.where(np.arange(104) == 5, np.nan, y))),
        ("constant", lambda s, y: (np.column_stack([s[:, :2], np.full(104, 3.0)]), y)),
        ("constant", lambda s, y: (s, np.full(104, 7.0))),
        ("collinear", lambda s, y: (np.column_stack([s[:, 0], 2 * s[:, 0], s[:, 2]]), y)),
        ("constant", lambda s, y: (np.round(s / 30) * 30, y)),
    ],
    ids=["few weeks", "unknown sales", "constant spend", "constant sales", "same spend twice", "few levels"],
)
def test_data_that_tell_nothing_give_no_curve(reason: str, change: object) -> None:
    assert callable(change)
    spend, sales = change(*_weeks(10))
    found = hill.fit(spend, sales, np.ones((len(sales), 1)), 0)
    assert isinstance(found, NotEnough) and found.reason == reason


def test_a_plan_of_equal_weeks_is_so_many_weeks_of_its_curve() -> None:
    """Without carry-over, 52 weeks of 3 each are 156 in all and bring 52 times the response to 3."""
    spend = np.repeat(USUAL[None], 60, axis=0)
    plan = hill.repeated(_truth(), spend, 52)
    assert plan.response(52 * USUAL) == pytest.approx(52 * _truth().response(USUAL))
    assert plan.slope(52 * USUAL) == pytest.approx(_truth().slope(USUAL))
