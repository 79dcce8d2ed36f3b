"""Made-up regions: where orders are sent.

Planted: people who would have come anyway live everywhere, by population; a region's share may wander from day to day.
Where a campaign runs in some regions only, all orders it causes are from these, more than half from the creator's own.
"""

import numpy as np
import pandas as pd

from influence_lib.simulate.days import ZONE
from influence_lib.simulate.scenarios import Scenario

# Names as a shop shows them, with inhabitants in millions, about.
INHABITANTS = {
    "Baden-Württemberg": 11.2, "Bavaria": 13.2, "Berlin": 3.7, "Brandenburg": 2.6, "Bremen": 0.7, "Hamburg": 1.9,
    "Hesse": 6.3, "Lower Saxony": 8.1, "Mecklenburg-Western Pomerania": 1.6, "North Rhine-Westphalia": 18.0,
    "Rhineland-Palatinate": 4.2, "Saarland": 1.0, "Saxony": 4.1, "Saxony-Anhalt": 2.2, "Schleswig-Holstein": 3.0,
    "Thuringia": 2.1, "Carinthia": 0.6, "Lower Austria": 1.7, "Salzburg": 0.6, "Styria": 1.3, "Tyrol": 0.8,
    "Upper Austria": 1.5, "Vienna": 2.0, "Vorarlberg": 0.4,
}  # fmt: skip
NAMES = tuple(INHABITANTS)
SHARES = np.array(list(INHABITANTS.values())) / sum(INHABITANTS.values())
# Of the orders of a creator whose audience is regional: the share from the creator's own region.
HOME_SHARE = 0.6


def treated(scenario: Scenario, random: np.random.Generator) -> np.ndarray:
    """Return the numbers of the regions in which alone the campaign works; none where it works in all."""
    return np.sort(random.permutation(len(NAMES))[: scenario.treated_regions])


def placed(
    orders: pd.DataFrame, creators: int, where: np.ndarray, scenario: Scenario, random: np.random.Generator
) -> pd.Series:
    """Return the name of the region of each order."""
    day = orders["ordered_at"].dt.tz_convert(ZONE).dt.tz_localize(None).to_numpy().astype("M8[D]").astype(int)
    day = day - day.min()
    walk = random.normal(0, scenario.regional_noise, (day.max() + 1, len(NAMES))).cumsum(axis=0)
    everywhere = _lots(SHARES * np.exp(walk))[day]
    if len(where):
        caused = orders["caused"].to_numpy()
        everywhere[caused] = _lots(_regional(creators, where, random))[orders["creator"].to_numpy()[caused]]
    lot = random.random(len(orders))
    return pd.Series(np.array(NAMES, dtype=object)[(everywhere < lot[:, None]).sum(axis=1)], index=orders.index)


def _regional(creators: int, where: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Return the share of each region in the orders of each creator; the last row is of nobody in particular."""
    share = np.zeros((creators + 1, len(NAMES)))
    share[:, where] = SHARES[where] / SHARES[where].sum()
    home = random.choice(where, creators, p=share[-1, where])
    share[:-1] *= 1 - HOME_SHARE
    share[np.arange(creators), home] += HOME_SHARE
    return share


def _lots(share: np.ndarray) -> np.ndarray:
    """Return up to which number between 0 and 1 a lot falls on each region, row by row."""
    return np.asarray((share / share.sum(axis=1, keepdims=True)).cumsum(axis=1).clip(max=1))[:, :-1]
