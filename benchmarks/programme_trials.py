"""Trials of programme size: people follow by interest, see some posts, buy less on repeats; the best k is known.

A world is METHODS' block "overlap": people with interests in eight directions follow a creator by a logistic chance,
active ones see more posts, and revenue saturates in people reached: every further creator who reaches a person adds
0.35 of what the first adds. Attributed orders count each buyer once, for one of the creators who reached them.
"""

import functools
from dataclasses import dataclass

import numpy as np
import pandas as pd
from simulated import Array, campaign
from trial import OURS, Outcome, Trial, timed

from influence_lib.analysis import ledger, programme, returns
from influence_lib.campaign import Campaign
from influence_lib.simulate.scenarios import LAUNCH, MARGIN
from influence_lib.tables import OVERLAP, TABLES, Tables

PEOPLE, STANDS_FOR = 20_000, 35
CREATORS = 40
INTERESTS, PULL = 8, 1.1
REPEAT = 0.35
SAMPLED = 2000
MANAGING = 25.0
LUCK, RETURN_SPREAD, ORDER_VALUE = 0.25, 0.6, 43.0

KNOWS_ALL = "programme: profit lost against whoever knows all"
GOALS = (
    ("programme size: profit lost", "", (0.0, 0.08), (0.0, 0.03)),
    ("people reached: in the range", "followed by interest", (0.90, 1.0), (0.95, 1.0)),
)


@dataclass(frozen=True)
class Programme:
    """A world: who was reached (people x creators), who follows, what a person reached is worth, and the files."""

    seen: np.ndarray
    accounts: Array
    value: Array
    cost: Array
    tables: Tables
    campaign: Campaign

    def profit(self, order: list[int]) -> Array:
        """Return the true profit of the first 0, 1, 2, ... creators of an order."""
        found, margin = np.zeros(len(order) + 1), MARGIN * STANDS_FOR
        times, worth = np.zeros(len(self.seen)), np.zeros(len(self.seen))
        for k, creator in enumerate(order, 1):
            times, worth = times + self.seen[:, creator], worth + self.seen[:, creator] * self.value[creator]
            people = np.divide(worth * (1 + REPEAT * (times - 1)), times, out=np.zeros(len(times)), where=times > 0)
            found[k] = margin * people.sum() - self.cost[order[:k]].sum() - MANAGING * k
        return found


def world(seed: int, level: float = 1.9, sampled: bool = True, active: float = 0.6) -> Programme:
    """Return a programme of forty creators who reach some of the same people, seen through one campaign.

    `level` is what 1 of cost brings at the median creator who is alone; `active` is how much people differ in how many
    posts they see.
    """
    rng = np.random.default_rng([61_000, seed])
    log_size = np.where(rng.random(CREATORS) < 0.75, rng.normal(4.5, 0.45, CREATORS), rng.normal(5.6, 0.5, CREATORS))
    size = 10 ** np.clip(log_size, 3.3, 5.6) / (PEOPLE * STANDS_FOR)
    taste = rng.normal(size=(INTERESTS, CREATORS))
    interest = rng.normal(size=(PEOPLE, INTERESTS)) @ (taste / np.linalg.norm(taste, axis=0))
    lift = np.exp(PULL * interest)
    follows = rng.random((PEOPLE, CREATORS)) < _chance(lift, size)
    looks = np.minimum(0.3 * rng.lognormal(-(active**2) / 2, active, PEOPLE), 1.0)
    seen = follows & (rng.random((PEOPLE, CREATORS)) < looks[:, None])
    accounts, reach = (np.maximum(rows.sum(axis=0), 1) * STANDS_FOR for rows in (follows, seen))
    cost = 20 + 120 * (accounts / 1e4) ** 0.85 * rng.lognormal(0, 0.35, CREATORS)
    alone = np.exp(rng.normal(np.log(level), RETURN_SPREAD, CREATORS)) * cost
    value = alone / reach
    times = seen.sum(axis=1)
    share = np.divide(1 + REPEAT * (times - 1), times, out=np.zeros(PEOPLE), where=times > 0)
    brought = STANDS_FOR * (seen * share[:, None]).sum(axis=0) * value
    orders = rng.poisson(brought / ORDER_VALUE * rng.gamma(1 / LUCK, LUCK, CREATORS))
    told = _samples(follows, rng) if sampled else pd.DataFrame()
    seen_by = campaign(managing_cost=MANAGING)
    return Programme(seen, accounts.astype(float), value, cost, _tables(accounts, reach, cost, orders, told), seen_by)


def _chance(lift: Array, size: Array) -> Array:
    """Return the chance that each person follows each creator, such that the creators have their sizes."""
    scale = size / lift.mean(axis=0)
    for _ in range(3):
        chance = scale * lift / (1 + scale * lift)
        scale = scale * size / chance.mean(axis=0)
    return np.asarray(scale * lift / (1 + scale * lift))


def _samples(follows: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    """Return which share of sampled followers follows each later creator too: told from one side only."""
    both = follows.T.astype(np.float32) @ follows.astype(np.float32)
    one, other = np.triu_indices(CREATORS, 1)
    share = rng.binomial(SAMPLED, np.minimum(both[one, other] / np.maximum(follows.sum(axis=0)[one], 1), 1)) / SAMPLED
    return pd.DataFrame({"influencer_id": _names(one), "value": _names(other), "share": share, "n": SAMPLED})


def _names(numbers: np.ndarray) -> list[str]:
    """Return creators' names."""
    return [f"c{number:02d}" for number in numbers]


def _tables(accounts: Array, reach: Array, cost: Array, orders: Array, told: pd.DataFrame) -> Tables:
    """Return a world as tables: one post a creator, the fees, the orders with codes and the overlap samples."""
    names = _names(np.arange(CREATORS))
    day = pd.Timestamp(LAUNCH, tz="UTC") + pd.Timedelta(days=2)
    posts = pd.DataFrame({"post_id": names, "influencer_id": names, "platform": "instagram", "posted_at": day})
    buyers = np.repeat(names, orders)
    frames = {
        "posts": posts.assign(campaign_id="world"),
        "post_metrics": posts.assign(observed_at=day + pd.Timedelta(days=20), likes=1, comments=0, reach=reach),
        "followers": posts.assign(observed_at=day, followers=accounts),
        "costs": posts.assign(cost_id=names, amount=cost, kind="fee", status="paid", campaign_id="world"),
        "tracking": pd.DataFrame({"kind": "code", "code": names, "influencer_id": names}),
        "orders": pd.DataFrame({"ordered_at": day, "codes": buyers, "net_revenue": ORDER_VALUE}).assign(
            order_id=lambda rows: rows.index.astype(str)
        ),
        "audience": told.assign(platform="instagram", population="followers", dimension=OVERLAP, observed_at=day),
    }
    return Tables(**{name: TABLES[name].shape(rows) for name, rows in frames.items()})


def size(sampled: bool, level: float, seed: int) -> list[Outcome]:
    """Return what share of the best possible profit is lost by the number of creators that is chosen.

    The number alone: against the best number of creators in the same order; also against whoever knows all.
    """
    given = world(seed, level, sampled)
    book = ledger.ledger(given.tables, given.campaign)
    found, spent = timed(programme.size, book, given.tables, given.campaign)
    if found.table is None or found.estimate is None:
        return []
    along, best = given.profit([_number(name) for name in found.table.rows["creator"]]), _best(given)
    raw = book.creators["revenue"].to_numpy() * MARGIN > book.creators["cost"].to_numpy() + MANAGING
    by_return = given.profit([_number(name) for name in book.creators["influencer_id"][raw]])[-1]
    low, high = found.interval or (0.0, 0.0)
    out: list[Outcome] = [
        ("programme size: profit lost", OURS, float(1 - along[round(found.estimate)] / along.max()), spent),
        ("programme size: profit lost", "all", float(1 - along[-1] / along.max()), spent),
        ("programme size: best number in the range", OURS, bool(low <= int(along.argmax()) <= high), spent),
    ]
    chosen = {OURS: along[round(found.estimate)], "all": along[-1], "raw return above break-even": by_return}
    if sampled:
        chosen["as if nobody followed two"] = _alone(given)
    return out + [(KNOWS_ALL, name, float(1 - profit / best), spent) for name, profit in chosen.items()]


def _number(name: str) -> int:
    """Return a creator's number."""
    return int(name[1:])


def _alone(given: Programme) -> float:
    """Return the profit of the creators chosen as if nobody followed two of them."""
    book = ledger.ledger(given.tables, given.campaign)
    found = returns.returns(book, given.campaign)
    if found is None:
        return 0.0
    gain = found.draws.mean(axis=0) * found.creators["cost"].to_numpy() * MARGIN - found.creators["cost"].to_numpy()
    return float(given.profit([_number(name) for name in found.creators["influencer_id"][gain > MANAGING]])[-1])


def _best(given: Programme) -> float:
    """Return the profit of whoever knows all: creators join, the best first, as long as they add."""
    each, cost = given.seen * given.value, given.cost + MANAGING
    times, worth, best = np.zeros(len(each)), np.zeros(len(each)), 0.0
    left = np.ones(CREATORS, dtype=bool)
    spent = 0.0
    while left.any():
        after, brought = times[:, None] + given.seen, worth[:, None] + each
        people = (brought * (1 + REPEAT * (after - 1)) / np.maximum(after, 1)).sum(axis=0)
        profit = np.where(left, MARGIN * STANDS_FOR * people - spent - cost, -np.inf)
        joins = int(profit.argmax())
        if profit[joins] <= best:
            break
        best, left[joins], spent = float(profit[joins]), False, spent + cost[joins]
        times, worth = after[:, joins], brought[:, joins]
    return best


def reached(active: float, sampled: bool, seed: int) -> list[Outcome]:
    """Return whether the range of people reached holds the truth, and how far the number in it is off."""
    given = world(seed, sampled=sampled, active=active)
    book = ledger.ledger(given.tables, given.campaign)
    found, spent = timed(programme.unique_reach, book, given.tables, given.campaign)
    truth = float(given.seen.any(axis=1).sum() * STANDS_FOR)
    if found.estimate is None or found.interval is None:
        return []
    low, high = found.interval
    return [
        ("people reached: in the range", OURS, low <= truth <= high, spent),
        ("people reached: relative error", OURS, found.estimate / truth - 1, spent),
        ("people reached: relative error", "sum of reach", given.seen.sum() * STANDS_FOR / truth - 1, spent),
        ("people reached: ends of the range over truth", "least", low / truth, spent),
        ("people reached: ends of the range over truth", "most", high / truth, spent),
    ]


def trials() -> list[Trial]:
    """Return the trials of programme size and of people reached."""
    by = "40 creators followed by interest"
    sizes = [
        Trial("programme", f"{by}, overlap {told}, mean return {level}", functools.partial(size, known, level), 0.15)
        for known, told in ((True, "sampled"), (False, "unknown"))
        for level in (1.9, 2.6)
    ]
    reaches = [
        Trial("programme", f"{by}, overlap {told}, {words}", functools.partial(reached, active, known), 0.05)
        for known, told in ((True, "sampled"), (False, "unknown"))
        for active, words in ((0.6, "some look often"), (1.0, "few look very often"), (0.2, "all look as often"))
    ]
    return sizes + reaches
