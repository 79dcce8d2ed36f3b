"""Trials of leaky codes, of missed buyers, and of the survey after purchase: whole worlds whose leaks are known."""

import functools
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from simulated import Array, campaign, tables_of
from trial import OURS, Outcome, Trial, held, timed

from influence_lib.analysis import leaks, ledger, survey
from influence_lib.analysis.inference import Interval
from influence_lib.simulate.money import CODE_USE
from influence_lib.simulate.scenarios import sized
from influence_lib.simulate.world import World, draw, streams
from influence_lib.tables import Tables

GOALS = (
    ("leak: a clear flag", "no code leaks", (0.0, 0.05), (0.0, 0.02)),
    ("leak: codes flagged clearly", "no code leaks", (0.0, 0.01), (0.0, 0.002)),
    ("leak: clear flags right", "", (0.90, 1.0), (0.95, 1.0)),
    ("leak: coupon code found", "coupon sites", (0.60, 1.0), (0.80, 1.0)),
    ("return allowing for leaks: relative bias", "50 to 60", (-0.15, 0.15), (-0.07, 0.07)),
    ("return allowing for leaks: relative bias", "by survey", (-0.15, 0.15), (-0.07, 0.07)),
    ("return allowing for leaks: covered", "", (0.90, 1.0), None),
    # Where no code leaks the truth is the very end of what a share can be, which no range of draws holds.
    ("leaked share of revenue: covered", "coupon sites", (0.88, 0.99), None),
    ("leaked share of revenue: covered", "a tenth leaks", (0.88, 0.99), None),
    ("share of code users by survey: error", "", (-0.05, 0.05), (-0.02, 0.02)),
)
# Codes with fewer orders are not expected to show a leak.
TELLING = 30
NEAR_USE = (CODE_USE - 0.05, CODE_USE + 0.05)
STEP_DRAWS = 199


def world_of(scenario: str, seed: int, creators: int = 40) -> tuple[World, Tables]:
    """Return a world of one campaign and its tables, which know which posts are the campaign's."""
    drawn = replace(sized(scenario, creators, 5 * creators), fee_return=1.9)
    world = draw(drawn, streams(15_000 + seed))
    tables = tables_of(world)
    ours = world.posts["ours"].map({True: "world", False: None}).astype("str").to_numpy()
    return world, tables.with_table("posts", tables.posts.assign(campaign_id=ours).astype({"campaign_id": "str"}))


def found_leaks(scenario: str, seed: int) -> list[Outcome]:
    """Hold flags, shares and the share of all revenue against the orders that nobody's post caused."""
    world, tables = world_of(scenario, seed)
    book = ledger.ledger(tables, campaign())
    found, spent = timed(leaks.leaks, book, tables, campaign())
    if found is None:
        return []
    codes = world.creators.set_index("handle").loc[list(found.rows.creators)]
    leaked, orders = codes["leak"].to_numpy() > leaks.LEAKED_FROM, found.rows.counts.sum(axis=1)
    ways = {
        OURS: found.chance > leaks.CLEAR,
        "a quarter away from posts": _mostly_away(found.rows),
        "a step (CUSUM, simulated, Bonferroni)": _stepped(found.rows, seed),
    }
    lost = Interval(float(found.lost.mean()), *map(float, np.quantile(found.lost, [0.025, 0.975])), len(codes))
    out = list(held("leaked share of revenue", OURS, _leaked_revenue(world), lost, spent))
    for name, flags in ways.items():
        out += _flags(name, flags, leaked, orders, spent)
    return out


def _flags(name: str, flags: Array, leaked: Array, orders: Array, spent: float) -> Iterator[Outcome]:
    """Yield whether anything was flagged, which share of codes, whether it was right, and which leaks were found."""
    yield "leak: a clear flag", name, bool(flags.any()), spent
    yield from (("leak: codes flagged clearly", name, bool(flag), spent) for flag in flags)
    yield from (("leak: clear flags right", name, bool(truth), spent) for truth in leaked[flags])
    yield from (("leak: coupon code found", name, bool(flag), spent) for flag in flags[leaked & (orders >= TELLING)])


def _mostly_away(rows: leaks.Redemptions) -> Array:
    """Return the codes of which a quarter of the orders came more than a week after a post."""
    away = np.array([rows.away(creator, 7) for creator in range(len(rows.creators))])
    return np.asarray(away > leaks.LEAKED_FROM * rows.counts.sum(axis=1))


def _stepped(rows: leaks.Redemptions, seed: int) -> Array:
    """Return the codes whose sums part from a fading with a half-life of two days by more than chance."""
    rng, flags = np.random.default_rng(seed), []
    at = int(np.argmin(abs(leaks.HALF_LIVES - 2)))
    for creator, counts in enumerate(rows.counts):
        fresh = rows.fresh(creator)[at]
        drawn = rng.multinomial(int(counts.sum()), fresh / fresh.sum(), STEP_DRAWS)
        expected = counts.sum() * fresh
        seen = abs((counts - expected).cumsum()).max()
        chance = (1 + (abs((drawn - expected).cumsum(axis=1)).max(axis=1) >= seen).sum()) / (STEP_DRAWS + 1)
        flags.append(chance <= max(0.05 / len(rows.counts), 1 / (STEP_DRAWS + 1)))
    return np.array(flags)


def _leaked_revenue(world: World) -> float:
    """Return the share of the revenue with creators' codes that no post caused."""
    coded = world.orders[world.orders["code"].isin(world.creators["code"])]
    return 1 - float((coded["net_revenue"] * coded["caused"]).sum() / coded["net_revenue"].sum())


def returned(use: tuple[float, float], surveyed: bool, seed: int) -> list[Outcome]:
    """Hold the return that allows for leaks and missed buyers against the revenue that posts caused, per cost."""
    world, tables = world_of("default", seed)
    given = tables if surveyed else tables.with_table("survey", tables.survey.iloc[:0])
    seen = campaign(code_use=use)
    book = ledger.ledger(given, seen)
    (found, _), spent = timed(leaks.adjusted, book, given, seen)
    if found.estimate is None or found.interval is None:
        return []
    truth = float(world.orders.loc[world.orders["caused"], "net_revenue"].sum()) / book.cost
    raw = book.attributed_revenue / book.cost
    ways = {OURS: found.estimate, "raw, by codes": raw, "a tenth leaked, 55 % use": raw * 0.9 / CODE_USE}
    name = "return allowing for leaks"
    out: list[Outcome] = [(f"{name}: covered", OURS, found.interval[0] <= truth <= found.interval[1], spent)]
    out += [(f"{name}: relative bias", way, value / truth - 1, spent) for way, value in ways.items()]
    return out + (_use(book, given, spent) if surveyed else [])


def _use(book: ledger.Ledger, tables: Tables, spent: float) -> list[Outcome]:
    """Return by how much the survey's share of code users is off, and whether its interval holds the truth."""
    use = survey.code_use(survey.answers(book, tables, campaign()))
    if use is None:
        return []
    draws = use.draws(1000, np.random.default_rng(0))
    low, high = np.quantile(draws, [0.025, 0.975])
    found = Interval(float(draws.mean()), float(low), float(high), use.named)
    return list(held("share of code users by survey", OURS, CODE_USE, found, spent))


def trials() -> list[Trial]:
    """Return the trials of leaks."""
    kinds = {
        "tight": "no code leaks",
        "leaky": "coupon sites from a day on",
        "default": "a tenth leaks, one in ten on a site",
    }
    made = [Trial("leaks", words, functools.partial(found_leaks, name), 0.15) for name, words in kinds.items()]
    uses: tuple[tuple[str, tuple[float, float], bool], ...] = (
        ("code use 50 to 60 %", NEAR_USE, False),
        ("code use by survey", (0.4, 1.0), True),
        ("code use anything from 40 to 100 %", (0.4, 1.0), False),
    )
    return made + [Trial("leaks", words, functools.partial(returned, use, asked), 0.1) for words, use, asked in uses]
