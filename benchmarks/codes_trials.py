"""Trials of what is attributed by codes, of who bought by them, and of boosted posts."""

import functools
import math

import numpy as np
import pandas as pd
from returns_trials import book_of
from scipy import stats
from simulated import campaign, of_size, tables_of
from trial import OURS, Outcome, Trial, held, timed

from influence_lib.analysis import attribution, boosts, inference, overdispersion
from influence_lib.analysis.inference import Array, Interval
from influence_lib.analysis.ledger import Ledger
from influence_lib.simulate.world import draw, streams
from influence_lib.tables import Tables

GOALS = (
    ("attributed return: covered", "", (0.90, 0.98), (0.93, 0.97)),
    ("cost per order: covered", "", (0.90, 0.98), (0.93, 0.97)),
    ("share of new buyers: covered", "", (0.90, 0.98), (0.93, 0.97)),
    ("reach added by a boost: covered", "", (0.90, 0.98), (0.93, 0.97)),
    ("cost of a boost's engagement: covered", "", (0.90, 0.98), (0.93, 0.97)),
)
BOOTSTRAPS = 399


@functools.cache
def usual(creators: int) -> tuple[float, float]:
    """Return revenue per cost, and cost per order, of a hundred campaigns of such creators taken together."""
    books = [book_of(9000 + seed, creators)[1] for seed in range(100)]
    cost = sum(book.cost for book in books)
    orders = sum(book.attributed_orders for book in books)
    return sum(book.creators["revenue"].sum() for book in books) / cost, cost / orders


def attributed(creators: int, seed: int) -> list[Outcome]:
    """Return whether the intervals of what is attributed hold what such campaigns bring on average."""
    _, book = book_of(seed, creators)
    given, seen = tables_of_book(book), campaign()
    revenue, per_order = usual(creators)
    found, spent = timed(attribution.return_per_cost, book, book.active, seen.confidence)
    out = list(held("attributed return", OURS, revenue, found, spent))
    others = {"linearised ratio": linearised, "bootstrap of creators, t": bootstrapped}
    for name, rival in others.items():
        out += held("attributed return", name, revenue, *timed(rival, book, seen.confidence))
    told, spent = timed(attribution.cost_per_order, book, given, seen)
    ends = told.interval and Interval(told.estimate or 0.0, *told.interval, creators)
    return [*out, *held("cost per order", OURS, per_order, ends, spent)]


def tables_of_book(book: Ledger) -> Tables:
    """Return tables that hold what a ledger was made of, so that no input is missing."""
    owners = pd.DataFrame({"kind": "code", "code": "CODE", "influencer_id": "creator"}, index=[0])
    return Tables(costs=book.costs, orders=book.orders, tracking=owners)


def _pairs(book: Ledger) -> tuple[Array, Array]:
    """Return revenue and whole cost of each creator."""
    own = book.active["cost"].to_numpy(float)
    return book.active["revenue"].to_numpy(float), own * book.cost / own.sum()


def linearised(book: Ledger, level: float) -> Interval | None:
    """Return the linearised ratio with leave-one-out errors on logs (Cochran 1977), as it was before."""
    return inference.ratio_of_sums(*_pairs(book), level)


def bootstrapped(book: Ledger, level: float) -> Interval:
    """Return the ratio with the interval of a studentised bootstrap of creators on logs (Efron 1979)."""
    y, x = _pairs(book)
    ratio, number = y.sum() / x.sum(), len(y)
    counts = np.random.default_rng(7).multinomial(number, np.full(number, 1 / number), BOOTSTRAPS).astype(float)
    drawn, paid = counts @ y, counts @ x
    counts, drawn, paid = (values[drawn > 0] for values in (counts, drawn, paid))
    spread = np.sqrt((counts * (y - (drawn / paid)[:, None] * x) ** 2).sum(axis=1)) / drawn
    error = math.sqrt(((y - ratio * x) ** 2).sum()) / y.sum()
    low, high = np.quantile(np.log(drawn / paid / ratio) / np.maximum(spread, 1e-9), [(1 - level) / 2, (1 + level) / 2])
    return Interval(ratio, ratio * math.exp(-high * error), ratio * math.exp(-low * error), number)


def new_buyers(creators: int, seed: int) -> list[Outcome]:
    """Hold the share of new buyers, of creators who differ in it and in how many buyers they have."""
    rng = np.random.default_rng([6100, seed])
    sizes = rng.poisson(rng.lognormal(2.5, 0.8, creators)) + 1
    hits = rng.binomial(1, np.repeat(rng.beta(0.7 * 8, 0.3 * 8, creators), sizes)).astype(float)
    unit = pd.Series(np.repeat(np.arange(creators), sizes))
    found, spent = timed(overdispersion.share, pd.Series(hits), unit, 0.95)
    plain = stats.binomtest(int(hits.sum()), len(hits)).proportion_ci(0.95, "wilson")
    alone = Interval(hits.mean(), plain.low, plain.high, len(hits))
    out = list(held("share of new buyers", OURS, 0.7, found, spent))
    return [*out, *held("share of new buyers", "every buyer on their own", 0.7, alone, 0.0)]


def _boosted(seed: int) -> boosts.Boosted:
    """Return a world in which half of the creators have a boosted post."""
    return boosts.boosted(tables_of(draw(of_size("boosted", 40, 5), streams(seed))), campaign())


@functools.cache
def usual_boosts() -> tuple[float, float]:
    """Return the reach added to the typical post, and the cost of an engagement, of a hundred such worlds together."""
    worlds = [_boosted(7000 + seed).rows for seed in range(100)]
    rows = pd.concat([rows.assign(influencer_id=rows["influencer_id"] + f"/{n}") for n, rows in enumerate(worlds)])
    rows = rows.assign(post_id=rows["influencer_id"] + rows["post_id"])
    added = boosts.added_reach(rows[(rows["organic_reach"] > 0).fillna(False)], 0.95)
    assert added is not None
    return added.estimate, float(rows["spend"].sum() / rows["engagements"].sum())


def boosted(seed: int) -> list[Outcome]:
    """Hold what boosts add and cost against many such worlds."""
    found = _boosted(8000 + seed)
    added, cost = usual_boosts()
    reach, spent = timed(boosts.added_reach, found.rows[(found.rows["organic_reach"] > 0).fillna(False)], 0.95)
    paid, spent_on_cost = timed(boosts.cost_of_engagements, found.rows, 0.95)
    return [
        *held("reach added by a boost", OURS, added, reach, spent),
        *held("cost of a boost's engagement", OURS, cost, paid, spent_on_cost),
    ]


def trials() -> list[Trial]:
    """Return the trials of codes."""
    return [
        Trial("codes", "40 creators", functools.partial(attributed, 40), 0.5),
        Trial("codes", "12 creators", functools.partial(attributed, 12), 0.25),
        Trial("codes", "12 creators and their buyers", functools.partial(new_buyers, 12)),
        Trial("codes", "posts of half of 40 creators boosted", boosted, 0.25),
    ]
