"""Trials of extra sales: series of 120 days before and 30 in the campaign with planted sales, and whole worlds."""

import functools
from collections.abc import Iterator
from dataclasses import replace

import lift_rivals
import numpy as np
import pandas as pd
from simulated import Array, campaign, sales, tables_of
from trial import OURS, Outcome, Trial, held, timed

from influence_lib.analysis import extra_sales, incrementality
from influence_lib.analysis.incrementality import Lift, Placebo
from influence_lib.analysis.inference import Interval
from influence_lib.simulate.days import ZONE
from influence_lib.simulate.scenarios import sized
from influence_lib.simulate.world import World, draw, streams

# Check, a word that its world holds, what must be reached, what is best; the first fitting line counts.
GOALS = (
    ("lift: covered", "orders a day", (0.90, 1.0), None),
    ("lift: covered", "growth", (0.90, 1.0), None),
    ("lift: covered", "whole worlds", (0.90, 1.0), (0.93, 0.97)),
    ("lift: covered", "", (0.90, 0.98), (0.93, 0.97)),
    ("lift: width over the oracle's", "", (0.0, 1.35), (0.0, 1.15)),
    ("lift: claimed where there is none", "", (0.0, 0.05), None),
    ("lift: CPU seconds", "", (0.0, 0.1), (0.0, 0.05)),
    ("lift, widened by quiet stretches: covered", "", (0.90, 0.98), (0.93, 0.97)),
    ("lift, widened by quiet stretches: width over the oracle's", "", (0.0, 1.35), (0.0, 1.15)),
    ("quiet stretches: nothing found", "", (0.90, 0.98), (0.93, 0.97)),
    ("lift of three campaigns together: covered", "", (0.90, 0.98), (0.93, 0.97)),
)
SHIFT = ", shift before"
KINDS = (
    "drifting level",
    "autocorrelated",
    "drift, memory, heavy tails, promo days",
    f"drifting level{SHIFT}",
    f"autocorrelated{SHIFT}",
)
DAYS, EXTRA, START = 150, 300.0, 120


def _world(kind: str, seed: int) -> tuple[Array, Array, Interval]:
    """Return sales with 300 more over the last thirty days, their design, and what is known at best.

    At best the true covariance is known, and the day of a shift.
    """
    (y, x), (plain, _) = (sales(name, np.random.default_rng(4000 + seed)) for name in (kind, kind.removesuffix(SHIFT)))
    told = np.column_stack([x, np.abs(y - plain) > 1e-9]) if kind.endswith(SHIFT) else x
    y = y + np.where(np.arange(DAYS) >= START, EXTRA / (DAYS - START), 0)
    return y, x, lift_rivals.oracle(y, told, START, lift_rivals.covariance(kind))


def _series(y: Array) -> pd.Series:
    """Return values as a daily series."""
    return pd.Series(y, pd.date_range("2026-01-01", periods=len(y)))


def _interval(found: Lift) -> Interval:
    """Return a lift as an interval."""
    return Interval(found.estimate, found.low, found.high, found.days_before)


def _against(check: str, found: Lift, best: Interval, spent: float) -> Iterator[Outcome]:
    """Yield coverage, error and width of a lift, and its width over the oracle's."""
    yield from held(check, OURS, EXTRA, _interval(found), spent)
    yield f"{check}: width over the oracle's", OURS, (found.high - found.low) / (best.high - best.low), spent


def lift(kind: str, seed: int) -> list[Outcome]:
    """Return whether the interval of the extra sales holds the planted 300 over thirty days (METHODS C1).

    No day of the window is learned from, so what is added to it moves estimate and interval as one: the share of worlds
    with nothing planted in which something is claimed is that in which the interval less 300 leaves zero out.
    """
    y, x, best = _world(kind, seed)
    series = _series(y)
    found, spent = timed(incrementality.lift, series, x, series.index[START], 0.95)
    claimed = not found.low - EXTRA <= 0 <= found.high - EXTRA
    out = [*_against("lift", found, best, spent), ("lift: claimed where there is none", OURS, claimed, spent)]
    return [*out, ("lift: CPU seconds", OURS, spent, spent), *held("lift", "oracle", EXTRA, best, 0.0)]


def rivals(kind: str, seed: int) -> list[Outcome]:
    """Return what others say of the same sales."""
    y, x, best = _world(kind, seed)
    others = {"local level (UnobservedComponents)": lift_rivals.local_level}
    others["interrupted time series, HAC"] = lift_rivals.interrupted
    out: list[Outcome] = []
    for name, rival in others.items():
        found, spent = timed(rival, y, x, START)
        out += held("lift", name, EXTRA, found, spent)
        if found is not None:
            out.append(
                ("lift: width over the oracle's", name, (found.high - found.low) / (best.high - best.low), spent)
            )
    return out


def widened(kind: str, seed: int) -> list[Outcome]:
    """Return the same with the interval as wide as quiet stretches teach, and in how many of them nothing is found."""
    y, x, best = _world(kind, seed)
    series = _series(y)
    found = incrementality.lift(series, x, series.index[START], 0.95)
    quiet, spent = timed(incrementality.placebo, series, x, series.index[START], 0.95)
    out = list(_against("lift, widened by quiet stretches", found.wider(incrementality.widening(quiet)), best, spent))
    return [*out, *_quiet(quiet, spent)]


def _quiet(found: Placebo | None, spent: float) -> list[Outcome]:
    """Return in which share of quiet stretches nothing is found; nothing where there are none."""
    return [] if found is None else [("quiet stretches: nothing found", OURS, float(found.quiet.mean()), spent)]


def long_history(kind: str, seed: int) -> list[Outcome]:
    """Return in how many quiet stretches of a year nothing is found."""
    y, x = sales(kind, np.random.default_rng(5000 + seed), 395)
    series = _series(y)
    quiet, spent = timed(incrementality.placebo, series, x, series.index[365], 0.95)
    return _quiet(quiet, spent)


def several(kind: str, seed: int) -> list[Outcome]:
    """Return whether the sum of three campaigns of 30, 20 and 30 days within 240 holds what was planted."""
    y, x = sales(kind, np.random.default_rng(6000 + seed), 240)
    day = np.arange(240)
    windows = [(day >= first) & (day < first + days) for first, days in ((80, 30), (150, 20), (210, 30))]
    for window in windows:
        y = y + np.where(window, 10.0, 0.0)
    joint, spent = timed(incrementality.jointly, _series(y), x, windows, 0.95)
    out = list(held("lift of three campaigns together", OURS, 800.0, _interval(joint.total), spent))
    first = _interval(joint.parts[0])
    return [*out, ("lift of the first of three campaigns: covered", OURS, first.low <= 300 <= first.high, spent)]


def odd_shop(kind: str, seed: int) -> list[Outcome]:
    """Return whether planted sales are held in a shop of few orders a day, or in one that grows for good."""
    rng, day = np.random.default_rng([7000, seed]), np.arange(DAYS)
    if "growth" in kind:
        y, x = 84 * np.exp(0.003 * day) + rng.normal(0, 6, DAYS), np.ones((DAYS, 1))
    else:
        y, x = np.array([rng.lognormal(3.4, 0.7, n).sum() for n in rng.poisson(2, DAYS)]), np.ones((DAYS, 1))
    series = _series(y + np.where(day >= START, EXTRA / (DAYS - START), 0))
    found, spent = timed(incrementality.lift, series, x, series.index[START], 0.95)
    return list(held("lift", OURS, EXTRA, _interval(found), spent))


def _planted(world: World) -> float:
    """Return the net revenue of caused orders on the days of the campaign."""
    seen, orders = campaign(), world.orders[world.orders["caused"]]
    day = orders["ordered_at"].dt.tz_convert(ZONE).dt.date
    return float(orders.loc[(day >= seen.start) & (day <= seen.end), "net_revenue"].sum())


def whole(name: str, seed: int) -> list[Outcome]:
    """Return whether the page's interval holds the revenue caused on the campaign's days in a world of whole files."""
    world = draw(replace(sized(name, 60, 360), feed_days=200), streams(6500 + seed))
    found, spent = timed(extra_sales.judged, tables_of(world), campaign())
    if isinstance(found, str):
        return [("lift: an answer", OURS, False, spent)]
    out = list(held("lift", OURS, _planted(world), _interval(found.found), spent))
    if name == "null":
        out.append(("lift: claimed where there is none", OURS, not found.found.low <= 0 <= found.found.high, spent))
    return out


def trials() -> list[Trial]:
    """Return the trials of extra sales."""
    made = [Trial("lift", kind, functools.partial(lift, kind)) for kind in KINDS]
    made += [Trial("lift", kind, functools.partial(rivals, kind), 0.15) for kind in KINDS]
    made += [Trial("lift", kind, functools.partial(widened, kind), 0.2) for kind in (*KINDS[:2], KINDS[3])]
    for kind in KINDS[:2]:
        made.append(Trial("lift", f"{kind}, a year before", functools.partial(long_history, kind), 0.1))
        made.append(Trial("lift", f"{kind}, three campaigns", functools.partial(several, kind), 0.15))
    for kind in ("two orders a day", "steady growth, a third in 100 days"):
        made.append(Trial("lift", kind, functools.partial(odd_shop, kind), 0.25))
    for name in ("default", "null"):
        made.append(Trial("lift", f"whole worlds, {name}", functools.partial(whole, name), 0.1))
    return made
