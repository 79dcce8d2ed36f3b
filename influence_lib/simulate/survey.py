"""Made-up answers to "How did you hear about us?" after an order.

Planted: an order answers with the chance `survey_share`. Of the answers of buyers won by a creator `survey_recall` say
so, and `survey_named` of these name the creator; the others have forgotten. Of all other answers `survey_false` claim
some creator, the rest name something else.
"""

import numpy as np
import pandas as pd

from influence_lib.simulate.scenarios import Scenario

CREATOR_ANSWER = "Instagram/TikTok influencer"
FORGOTTEN = {"Google": 0.5, "Don't remember": 0.4, "Friend or family": 0.1}
OTHERS = {
    "Google": 0.4,
    "Friend or family": 0.25,
    "Online ad": 0.2,
    "Don't remember": 0.1,
    "Newspaper or magazine": 0.05,
}


def answers(
    orders: pd.DataFrame, creators: pd.DataFrame, scenario: Scenario, random: np.random.Generator
) -> pd.DataFrame:
    """Return the answers: row number of the order, when, what was said, and the number of the creator named or -1."""
    n, won = len(orders), (orders["creator"] >= 0).to_numpy()
    said = random.random(n) < scenario.survey_share
    recalled = random.random(n) < np.where(won, scenario.survey_recall, scenario.survey_false)
    named = recalled & (random.random(n) < scenario.survey_named)
    guess = random.integers(0, len(creators), n)
    words = np.where(won, _drawn(FORGOTTEN, n, random), _drawn(OTHERS, n, random))
    wait = pd.to_timedelta(random.integers(20, 600, n), unit="s").as_unit("us")
    rows = pd.DataFrame(
        {
            "order": np.arange(n),
            "answered_at": orders["ordered_at"] + wait,
            "answer": np.where(recalled, CREATOR_ANSWER, words),
            "creator": np.where(named, np.where(won, orders["creator"], guess), -1),
        }
    )
    return rows[said].reset_index(drop=True)


def _drawn(mix: dict[str, float], n: int, random: np.random.Generator) -> np.ndarray:
    """Return so many answers of a mix."""
    return random.choice(np.array(list(mix), dtype=object), n, p=list(mix.values()))
