"""Trials of sales by region: a common market, followed more or less, memory, drift, sizes, planted effects."""

import functools
import math

import numpy as np
import pandas as pd
from simulated import Array, campaign
from trial import OURS, Outcome, Trial, held, timed

from influence_lib.analysis import inference, regions
from influence_lib.analysis.inference import Interval
from influence_lib.analysis.regions import Panel

# Check, a word that its world holds, what must be reached, what is best; the first fitting line counts.
GOALS = (
    ("regions: covered", "", (0.90, 0.98), (0.93, 0.97)),
    ("regions: claimed wrongly", "", (0.0, 0.06), (0.0, 0.05)),
    ("regions just before the launch: a difference claimed", "", (0.0, 0.10), (0.03, 0.07)),
)
DAYS_BEFORE, DAYS = 120, 30
EFFECTS = (0.0, 0.05, 0.10)
MEMORY, NOISE, DRIFT, SHARP_DRIFT = 0.5, 0.12, 0.015, 0.03


def _noise(kind: str, sizes: Array, rng: np.random.Generator) -> Array:
    """Return each region's own daily noise on logs, with memory; small regions noisier, or drifting, by kind."""
    spread = NOISE * (np.sqrt(0.3 + 0.7 * 100 / sizes) if "small ones noisier" in kind else np.ones(len(sizes)))
    steps = rng.normal(0, 1, (len(sizes), DAYS_BEFORE + DAYS)) * spread[:, None] * math.sqrt(1 - MEMORY**2)
    out = steps.copy()
    for day in range(1, out.shape[1]):
        out[:, day] += MEMORY * out[:, day - 1]
    return out + rng.normal(0, 0.012, out.shape).cumsum(axis=1) if "drifting" in kind else out


def world(kind: str, many: int, treated: int, effect: float, rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
    """Return daily sales by region (those of the campaign are called t...) and the planted change of all their sales.

    Log sales are the region's size, a market that each follows more or less, weekdays of its own, and noise
    (METHODS D1, geos).
    """
    sizes = np.exp(rng.normal(math.log(100), 0.8, many))
    z = (np.log(sizes) - math.log(100)) / 0.8
    follows = rng.normal(1, 0.6 if "unlike" in kind else 0.3, many)
    follows = 1 + 0.2 * z + rng.normal(0, 0.2, many) if "large ones chosen" in kind else follows
    market = rng.normal(0, SHARP_DRIFT if "unlike" in kind else DRIFT, DAYS_BEFORE + DAYS).cumsum()
    day = np.arange(DAYS_BEFORE + DAYS)
    weekday = rng.normal(0, 0.1, 7)[day % 7] + rng.normal(0, 0.03, (many, 7))[:, day % 7]
    logs = np.log(sizes)[:, None] + follows[:, None] * market + weekday + _noise(kind, sizes, rng)
    order = np.argsort(-sizes * np.exp(rng.normal(0, 0.5, many))) if "large ones chosen" in kind else np.arange(many)
    chosen = order[:treated]
    by_size = 0.4 * effect * z if "effect by size" in kind else np.zeros(many)
    planted = math.log1p(effect) + by_size[chosen]
    plain = np.exp(logs)
    lifted = logs.copy()
    lifted[np.ix_(chosen, day >= DAYS_BEFORE)] += planted[:, None]
    truth = np.exp(lifted)[chosen, DAYS_BEFORE:].sum() / plain[chosen, DAYS_BEFORE:].sum() - 1
    names = [f"{'t' if number in chosen else 'c'}{number:02d}" for number in range(many)]
    start = pd.Timestamp(campaign().start)
    return pd.DataFrame(np.exp(lifted).T, start + pd.to_timedelta(day - DAYS_BEFORE, unit="D"), names), float(truth)


def clustered(made: Panel) -> Interval:
    """Return two-way fixed effects on weekly logs, each region alike, errors clustered by region (CRV1)."""
    changes = np.log(made.since).mean(axis=1) - np.log(made.before).mean(axis=1)
    parts = [changes[made.treated], changes[~made.treated]]
    best = float(parts[0].mean() - parts[1].mean())
    square = sum(float(((part - part.mean()) ** 2).sum()) / len(part) ** 2 for part in parts)
    half = inference.quantile_t(0.95, len(changes) - 1) * math.sqrt(len(changes) / (len(changes) - 1) * square)
    return Interval(best, best - half, best + half, len(changes))


def before_after(made: Panel) -> Interval:
    """Return the campaign's regions since the launch against their own weeks before, weeks taken as independent."""
    before, since = (np.log(values[made.treated].sum(axis=0)) for values in (made.before, made.since))
    best = float(since.mean() - before.mean())
    spread = math.sqrt(float(before.var(ddof=1) / len(before) + since.var(ddof=1) / len(since)))
    half = inference.quantile_t(0.95, len(before) + len(since) - 2) * spread
    return Interval(best, best - half, best + half, len(before))


def _panel(sales: pd.DataFrame) -> Panel:
    """Return a world's sales as the analysis sees them."""
    made = regions.panel(sales, 1, campaign(treated_regions=[str(name) for name in sales if str(name)[0] == "t"]))
    assert isinstance(made, Panel)
    return made


def region(kind: str, many: int, treated: int, seed: int) -> list[Outcome]:
    """Return what each way of comparing regions says of a world whose planted effect is 0, 5 or 10 %, and of none."""
    effect = EFFECTS[seed % len(EFFECTS)]
    sales, truth = world(kind, many, treated, effect, np.random.default_rng([8200, seed]))
    made = _panel(sales)
    out: list[Outcome] = []
    for name, (found, spent) in _ways(made, seed).items():
        out += held("regions", name, truth, found.through(math.expm1), spent)
        if effect == EFFECTS[-1]:
            out.append(("regions: 10 % noticed", name, found.low > 0, spent))
    still = _panel(world(kind, many, treated, 0.0, np.random.default_rng([8200, seed]))[0])
    for name, (found, spent) in _ways(still, seed).items():
        out.append(("regions: claimed wrongly", name, not found.low <= 0 <= found.high, spent))
    return [*out, *_just_before(made)]


def _ways(made: Panel, seed: int) -> dict[str, tuple[Interval, float]]:
    """Return what each way of comparing says, as a change on logs, and its CPU seconds; the slow ways only rarely."""
    answer, spent = timed(regions.compare, made, 0.95)
    ways = {
        OURS: (answer.change, spent),
        "difference-in-differences, spread of the others": timed(regions.plain, made, 0.95),
        "difference-in-differences, clustered": timed(clustered, made),
        "before and after": timed(before_after, made),
    }
    if seed % 4 == 0:
        again, spent = timed(regions.dealt, made, 0.95, seed)
        ways |= {"regions dealt anew": (again.change, spent)}
        ways |= {"synthetic control": timed(regions.synthetic, made, 0.95)}
    return ways


def _just_before(made: Panel) -> list[Outcome]:
    """Return whether the same test claims a difference just before the launch, where there is none."""
    earlier = regions.just_before(made)
    assert earlier is not None
    found, spent = timed(regions.compare, earlier, 0.95)
    apart = not found.change.low <= 0 <= found.change.high
    return [("regions just before the launch: a difference claimed", OURS, apart, spent)]


def trials() -> list[Trial]:
    """Return the trials of sales by region."""
    market = "a common market"
    worlds: tuple[tuple[str, int, int], ...] = (
        (market, 24, 8),
        (market, 40, 2),
        (market, 12, 3),
        ("an unlike market", 24, 8),
        (f"{market}, drifting regions", 24, 8),
        (f"{market}, small ones noisier, effect by size", 24, 8),
        (f"{market}, small ones noisier, effect by size", 40, 2),
        (f"{market}, large ones chosen", 24, 8),
    )
    made = []
    for kind, many, treated in worlds:
        run = functools.partial(region, kind, many, treated)
        made.append(Trial("regions", f"{kind}: {treated} of {many} regions", run, 0.75 if kind == market else 0.4))
    return made
