"""Made-up outcomes beside sales: visits of the shop, followers of the brand's own account.

Planted: each order caused brings `visits_per_order` visits and `follows_per_order` followers on its day, Poisson. All
other visits follow the level of base sales, all other followers come at a steady pace.
"""

import numpy as np
import pandas as pd

from influence_lib.simulate.days import ZONE
from influence_lib.simulate.scenarios import Scenario

VISITS_FOR_BASE_ORDER = 25.0
VISIT_SPREAD = 0.05
FOLLOWERS_AT_FIRST, FOLLOWS_A_DAY = 12_400, 9.0


def of_days(
    series: pd.DataFrame, log_level: np.ndarray, orders: pd.DataFrame, scenario: Scenario, random: np.random.Generator
) -> pd.DataFrame:
    """Return visits a day, those caused, the brand's followers at the end of each day, and those gained by orders."""
    usual = VISITS_FOR_BASE_ORDER * np.exp(log_level + random.normal(0, VISIT_SPREAD, len(series)))
    other, follows = random.poisson(usual), random.poisson(FOLLOWS_A_DAY, len(series))
    day = orders.loc[orders["caused"], "ordered_at"].dt.tz_convert(ZONE).dt.tz_localize(None).dt.normalize()
    caused = day.value_counts().reindex(series["date"], fill_value=0).to_numpy()
    of_visits, of_follows = random.spawn(2)
    visits = of_visits.poisson(scenario.visits_per_order * caused)
    gained = of_follows.poisson(scenario.follows_per_order * caused)
    return series.assign(
        visits=other + visits,
        visits_caused=visits,
        brand_followers=FOLLOWERS_AT_FIRST + (follows + gained).cumsum(),
        follows_caused=gained,
    )
