"""Made-up boosts: creators' posts shown as advertisements to several audiences.

Planted: by audience what an engagement, a click and a thousand times shown cost on average, and how often one account
saw the advertisement. Engagements of better creators' posts are cheaper. Organic numbers of a post hold none of these.
"""

import datetime as dt

import numpy as np
import pandas as pd

from influence_lib.simulate import money
from influence_lib.simulate.scenarios import AS_OF, LAUNCH, Scenario

AUDIENCES = {
    "Followers": {"engagement": 0.05, "click": 0.45, "thousand": 4.0, "frequency": 2.2},
    "Engaged 30 days": {"engagement": 0.04, "click": 0.40, "thousand": 5.0, "frequency": 1.9},
    "Lookalike": {"engagement": 0.12, "click": 0.70, "thousand": 6.5, "frequency": 1.4},
    "Interests": {"engagement": 0.16, "click": 0.90, "thousand": 7.5, "frequency": 1.3},
}
NAMES = tuple(AUDIENCES)
DAYS = 7
FEWEST, MOST = 2, 4
QUALITY_WORTH = 0.5
SPREAD = 0.25


def payments(creators: pd.DataFrame, scenario: Scenario, random: np.random.Generator) -> pd.DataFrame:
    """Return the ledger lines of the boosts that a scenario has beside the few usual ones."""
    budget = (scenario.boost_budget * random.lognormal(0, 0.4, len(creators))).round(2)
    chosen = pd.Series(np.flatnonzero(random.random(len(creators)) < scenario.boost_share))
    day = LAUNCH + dt.timedelta(days=money.BOOST_DAY)
    return money.costs([day] * len(chosen), chosen, "boost", budget[chosen])


def boosts(
    posts: pd.DataFrame, creators: pd.DataFrame, ledger: pd.DataFrame, random: np.random.Generator
) -> pd.DataFrame:
    """Return one row a boosted post and audience: first and last day, EUR spent, what that bought.

    A creator's sum is that of the ledger; creators without a post of ours have nothing to boost.
    """
    first = posts[posts["ours"]].reset_index().drop_duplicates("creator").set_index("creator")["index"]
    mine = ledger[(ledger["kind"] == "boost") & (ledger["earlier"] == 0)]
    paid = mine.groupby("creator")["amount"].sum()
    paid = paid[paid.index.isin(first.index)]
    number = random.integers(FEWEST, MOST + 1, len(paid))
    picked = [np.sort(random.permutation(len(NAMES))[:n]) for n in number]
    rows = pd.DataFrame({"creator": np.repeat(paid.index.to_numpy(), number), "audience": _flat(picked)})
    spend = _flat([_split(amount, n) for amount, n in zip(paid, number, strict=True)])
    rows = rows.assign(post=first.reindex(rows["creator"]).to_numpy(), spend=spend)
    drawn = _days(posts, rows, random) | _drawn(rows, creators, random)
    return rows.assign(**drawn, audience=np.array(NAMES, dtype=object)[rows["audience"].to_numpy(int)])


def _flat(parts: list[np.ndarray]) -> np.ndarray:
    """Return parts after each other."""
    return np.concatenate([*parts, np.zeros(0, int)])


def _split(amount: float, parts: int) -> np.ndarray:
    """Return an amount in parts as equal as cents allow."""
    cents, rest = divmod(round(amount * 100), parts)
    return (cents + (np.arange(parts) < rest)) / 100


def _days(posts: pd.DataFrame, rows: pd.DataFrame, random: np.random.Generator) -> dict[str, np.ndarray]:
    """Return first and last day of each boost: a week from a few days after the post on."""
    posted = posts["posted_at"].loc[rows["post"]].dt.tz_localize(None).to_numpy().astype("M8[D]")
    start = posted + random.integers(1, 4, len(rows)).astype("m8[D]")
    end = np.minimum(start + np.timedelta64(DAYS - 1, "D"), np.datetime64(AS_OF, "D"))
    return {"start": start.astype("M8[s]"), "end": end.astype("M8[s]")}


def _drawn(rows: pd.DataFrame, creators: pd.DataFrame, random: np.random.Generator) -> dict[str, np.ndarray]:
    """Return what the money bought: impressions, reach, engagements and clicks."""
    price = {
        name: np.array([AUDIENCES[a][name] for a in NAMES])[rows["audience"].to_numpy(int)]
        for name in AUDIENCES[NAMES[0]]
    }
    luck = random.lognormal(-(SPREAD**2) / 2, SPREAD, (3, len(rows)))
    better = np.exp(QUALITY_WORTH * creators["quality"].to_numpy()[rows["creator"]])
    shown = (1000 * rows["spend"].to_numpy() / price["thousand"] * luck[0]).round().astype(int)
    reached = (shown / price["frequency"]).round().astype(int)
    engaged = random.poisson(rows["spend"].to_numpy() / price["engagement"] * better * luck[1])
    clicks = random.poisson(rows["spend"].to_numpy() / price["click"] * luck[2])
    return {"impressions": shown, "reach": reached, "engagements": engaged, "clicks": clicks}
