"""Made-up sales of a shop that has no campaign: level, controls, promotions and orders.

Planted: daily base orders are negative binomial around level x weekday x drift x the effects of the controls, none of
which the campaign touches. Where the scenario has them: noise with memory or heavy tails, a wave over the year, days
with a promotion of the brand's own, and a jump of the level before the campaign.
"""

import datetime as dt

import numpy as np
import pandas as pd

from influence_lib.simulate.days import ZONE
from influence_lib.simulate.money import baskets
from influence_lib.simulate.scenarios import AS_OF, LAUNCH, Scenario

WEEKDAY_SALES = np.array([0.02, 0.0, -0.02, 0.0, 0.04, -0.06, 0.06])
DAY_DISPERSION = 0.005
SEARCH_EFFECT, SPEND_EFFECT = 0.008, 0.06
PROMO_NOISE = 2.0
# Of the buyers who came anyway: the share that had bought before.
KNOWN_SHARE = 0.4
# Day of the year on which the annual wave is highest.
WAVE_TOP = 135


def controls(scenario: Scenario, random: np.random.Generator) -> pd.DataFrame:
    """Return two daily series that move base sales: search interest (index) and other marketing spend (EUR)."""
    days = pd.date_range(LAUNCH - dt.timedelta(days=scenario.pre_days), AS_OF)
    wave = 6 * np.sin(2 * np.pi * days.day_of_year.to_numpy() / 45)
    search = (55 + wave + random.normal(0, 5, len(days))).round().clip(5, 100)
    burst = random.random(len(days)) < 0.25
    spend = np.where(burst, random.gamma(4, 60, len(days)), random.gamma(4, 10, len(days))).round(2)
    return pd.DataFrame({"date": days, "search": search.astype(int), "spend": spend})


def promotions(series: pd.DataFrame, scenario: Scenario, random: np.random.Generator) -> np.ndarray:
    """Return 1 for the days with a promotion, else 0."""
    return (random.random(len(series)) < scenario.promo_share).astype(int)


def level(series: pd.DataFrame, scenario: Scenario, random: np.random.Generator) -> np.ndarray:
    """Return the expected log of base orders a day that every scenario has."""
    return np.asarray(
        np.log(scenario.orders_per_day)
        + random.normal(0, scenario.sales_drift, len(series)).cumsum()
        + WEEKDAY_SALES[series["date"].dt.day_of_week]
        + SEARCH_EFFECT * (series["search"] - 55)
        + SPEND_EFFECT * (np.log1p(series["spend"] / 50) - 0.7)
    )


def disturbed(series: pd.DataFrame, scenario: Scenario, random: np.random.Generator) -> np.ndarray:
    """Return what else moves log sales: promotions, the year, the jump, and noise with memory or heavy tails."""
    away = (series["date"] - pd.Timestamp(LAUNCH)).dt.days.to_numpy()
    year = 2 * np.pi * (series["date"].dt.day_of_year.to_numpy() - WAVE_TOP) / 365.25
    return np.asarray(
        scenario.promo_effect * series["promo"]
        + scenario.annual_wave * np.cos(year)
        + scenario.level_shift * (away >= -scenario.level_shift_days)
        + _noise(np.where(series["promo"] > 0, PROMO_NOISE, 1.0), scenario, random)
    )


def _noise(scale: np.ndarray, scenario: Scenario, random: np.random.Generator) -> np.ndarray:
    """Return noise whose standard deviation is `sales_noise` on plain days, each day remembering the one before."""
    freedom = scenario.tail_freedom
    normal = random.standard_normal(len(scale))
    wild = np.sqrt((freedom - 2) / random.chisquare(freedom, len(scale))) if freedom else 1.0
    out = scenario.sales_noise * np.sqrt(1 - scenario.sales_memory**2) * normal * wild * scale
    for day in range(1, len(out)):
        out[day] += scenario.sales_memory * out[day - 1]
    return np.asarray(out)


def base_orders(series: pd.DataFrame, log_level: np.ndarray, random: np.random.Generator) -> pd.DataFrame:
    """Return the orders that came without the campaign."""
    luck = random.gamma(1 / DAY_DISPERSION, DAY_DISPERSION, len(series))
    days = series["date"].repeat(random.poisson(np.exp(log_level) * luck)).reset_index(drop=True)
    seconds = pd.to_timedelta((7 + 16.9 * random.beta(1.6, 1.2, len(days))) * 3600, unit="s").floor("s")
    local = (days + seconds).dt.as_unit("us").dt.tz_localize(ZONE)
    rows = pd.DataFrame({"ordered_at": local, "creator": -1, "caused": False, "earlier": 0})
    return baskets(rows, KNOWN_SHARE, random)
