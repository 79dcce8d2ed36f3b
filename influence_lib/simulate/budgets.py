"""A made-up programme: weekly spending on creators by tier, and what it sells.

Planted: a tier's expected revenue of a week is most x s^h / (s^h + half^h) EUR for s EUR spent in it; orders come over
the week and fade after it with the half-life of two days. Tiers do not touch each other.
"""

import datetime as dt

import numpy as np
import pandas as pd

from influence_lib.simulate.days import ZONE
from influence_lib.simulate.money import ORDER_VALUE, baskets
from influence_lib.simulate.response import KNOWN_SHARE, after
from influence_lib.simulate.scenarios import AS_OF, Scenario

# By tier: most EUR of a week, EUR of spending that bring half of it, steepness, usual EUR of spending.
CURVES = {
    "nano": (2700.0, 600.0, 1.0, 500.0),
    "micro": (4200.0, 1400.0, 1.4, 1000.0),
    "macro": (3000.0, 3000.0, 1.6, 6000.0),
}
TIERS = tuple(CURVES)
WEEK_SPREAD, WITHOUT_SHARE = 0.5, 0.08
WEEK_SHOCK = 0.01
# "Today" is the mean of so many weeks at the end.
WEEKS_NOW = 52
GRID, ROUNDS = 201, 6


def spending(scenario: Scenario, random: np.random.Generator) -> pd.DataFrame:
    """Return EUR spent a week (from its Monday) on each tier; a tier rests in some weeks."""
    weeks = scenario.budget_weeks
    monday = AS_OF - dt.timedelta(days=AS_OF.weekday())
    first = monday - dt.timedelta(days=7 * weeks)
    usual = np.array([CURVES[tier][3] for tier in TIERS])
    amounts = usual * random.lognormal(-(WEEK_SPREAD**2) / 2, WEEK_SPREAD, (weeks, len(TIERS)))
    amounts = np.where(random.random(amounts.shape) < WITHOUT_SHARE, 0.0, amounts).round(2)
    days = pd.date_range(first, periods=weeks, freq="7D")
    return pd.DataFrame({"week": days} | dict(zip(TIERS, amounts.T, strict=True)))


def revenue(tier: str, spent: np.ndarray | float) -> np.ndarray:
    """Return the expected revenue of a week of a tier at some spending."""
    most, half, steepness, _ = CURVES[tier]
    powered = np.asarray(spent, float) ** steepness
    return np.asarray(most * powered / (powered + half**steepness))


def caused_orders(spent: pd.DataFrame, scenario: Scenario, random: np.random.Generator) -> pd.DataFrame:
    """Return the orders that came because of the programme; they are no campaign's and no creator's."""
    expected = sum((revenue(tier, spent[tier].to_numpy()) for tier in TIERS), np.zeros(len(spent))) / ORDER_VALUE
    luck = random.gamma(1 / WEEK_SHOCK, WEEK_SHOCK, len(spent))
    number = random.poisson(scenario.lift * expected * luck)
    weeks = pd.Series(np.repeat(spent["week"].to_numpy(), number))
    moment = weeks + pd.to_timedelta((random.random(len(weeks)) * 7 * 86400).astype(int), unit="s")
    utc = moment.dt.as_unit("us").dt.tz_localize(ZONE, ambiguous=True, nonexistent="shift_forward").dt.tz_convert("UTC")
    when = after(utc, AS_OF, random)
    orders = pd.DataFrame({"ordered_at": when, "creator": -1, "caused": True, "earlier": -1})
    return baskets(orders, KNOWN_SHARE, random)


def now(spent: pd.DataFrame) -> dict[str, float]:
    """Return what is spent a week today: the mean of the last weeks."""
    return {tier: round(float(spent[tier].tail(WEEKS_NOW).mean()), 2) for tier in TIERS}


def best(today: dict[str, float], most_moved: float) -> dict[str, float]:
    """Return the split of today's total with the highest expected revenue, none moving by more than a share of itself.

    A grid over two tiers, made finer around its best point; the third gets the rest.
    """
    total = sum(today.values())
    low, high = ({t: max(today[t] * (1 + sign * most_moved), 0.0) for t in TIERS} for sign in (-1, 1))
    span = {tier: (low[tier], min(high[tier], total)) for tier in TIERS}
    point = today
    for _ in range(ROUNDS):
        axes = [np.linspace(*span[tier], GRID) for tier in TIERS[:2]]
        first, second = np.meshgrid(*axes, indexing="ij")
        third = total - first - second
        fits = (third >= low["macro"] - 1e-9) & (third <= high["macro"] + 1e-9)
        gained = np.stack([revenue(t, s.clip(0)) for t, s in zip(TIERS, (first, second, third), strict=True)])
        at = np.unravel_index(int(np.argmax(np.where(fits, gained.sum(axis=0), -np.inf))), fits.shape)
        point = {t: float(s[at]) for t, s in zip(TIERS, (first, second, third), strict=True)}
        for tier in TIERS[:2]:
            width = (span[tier][1] - span[tier][0]) / 10
            span[tier] = (max(point[tier] - width, low[tier]), min(point[tier] + width, high[tier], total))
    return {tier: round(amount, 2) for tier, amount in point.items()}


def value(spent: dict[str, float]) -> float:
    """Return the expected revenue of a week at a split."""
    return float(sum(revenue(tier, amount) for tier, amount in spent.items()))
