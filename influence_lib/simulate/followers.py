"""Made-up audiences: how followers grow, who buys some, and the history that a tool would keep of them.

Planted: real followers grow by the creator's own rate, with ups and downs from day to day where the scenario has them.
Bought followers multiply the number shown from one day of the feed on; they draw nothing.
"""

import numpy as np
import pandas as pd

from influence_lib.simulate.days import feed_start, launch_day, place
from influence_lib.simulate.scenarios import Scenario

DAYS_A_MONTH = 30.4
# A profile had posts before the feed begins.
EARLIER_POSTS = (40, 900)
READ_AT = np.timedelta64(4, "h")


def wobbles(n: int, scenario: Scenario, random: np.random.Generator) -> np.ndarray:
    """Return how far log followers are from steady growth: one row a creator, one column a day, 0 on launch day."""
    walk = random.normal(0, scenario.growth_noise, (n, scenario.feed_days)).cumsum(axis=1)
    return np.asarray(walk - walk[:, [launch_day(scenario)]])


def on(
    number: np.ndarray, day: np.ndarray, creators: pd.DataFrame, wobble: np.ndarray, scenario: Scenario
) -> dict[str, np.ndarray]:
    """Return real and shown followers of creators on days of the feed."""
    traits = {name: creators[name].to_numpy()[number] for name in ("real_followers", "growth", "bought", "bought_day")}
    away = (day - launch_day(scenario)) / DAYS_A_MONTH
    real = traits["real_followers"] * np.exp(traits["growth"] * away + wobble[number, day])
    shown = real * np.where(day >= traits["bought_day"], traits["bought"], 1.0)
    return {"real_followers": real, "followers": shown.round().astype(int)}


def history(
    posts: pd.DataFrame, creators: pd.DataFrame, wobble: np.ndarray, scenario: Scenario, random: np.random.Generator
) -> pd.DataFrame:
    """Return followers shown and posts on the profile every few days, up to the last: creator, read_at, counts."""
    before = random.integers(*EARLIER_POSTS, len(creators))
    days = np.arange(scenario.feed_days)
    kept = days[::-1][:: scenario.history_days][::-1] if scenario.history_days else days[:0]
    number, day = np.repeat(np.arange(len(creators)), len(kept)), np.tile(kept, len(creators))
    read_at = np.datetime64(feed_start(scenario), "us") + day.astype("m8[D]") + READ_AT
    published = place(posts, number, read_at) - np.searchsorted(posts["creator"].to_numpy(), number)
    return pd.DataFrame(
        {
            "creator": number,
            "read_at": pd.DatetimeIndex(read_at).tz_localize("UTC"),
            "followers": on(number, day, creators, wobble, scenario)["followers"],
            "posts": before[number] + published,
        }
    )
