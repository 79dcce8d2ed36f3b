"""How often the intervals hold the planted truth: a seeded table, printed as Markdown and written to calibration.csv.

    python benchmarks/calibration.py [--sims N] [--only WORD]

Each row is one check on simulated worlds with known truth. `must` is the acceptance range of the project; the bounds
are the exact 95 % binomial interval of what was observed, so a row is only said to fail when they exclude the range.
Where creators are counted one by one, those of one world share its luck, and the bounds are narrower than they should.
"""

import argparse
import datetime as dt
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from influence_lib.analysis import engagement, feed, incrementality, inference, roi, saturation
from influence_lib.campaign import Campaign, FileParameters
from influence_lib.simulate.money import BRAND_CODE, CODE_USE, ORDER_VALUE
from influence_lib.simulate.scenarios import AS_OF, FLIGHT_DAYS, LAUNCH, MARGIN, Scenario, sized
from influence_lib.simulate.world import World, draw, streams
from influence_lib.tables import TABLES, Tables

Array = npt.NDArray[np.float64]
CSV = Path(__file__).with_name("calibration.csv")


@dataclass(frozen=True)
class Row:
    """One line of the table: a share of simulations, or a plain number when `hits` is None."""

    check: str
    world: str
    sims: int
    value: float
    must: tuple[float, float]
    seconds: float
    hits: int | None = None

    @property
    def bounds(self) -> tuple[float, float] | None:
        """Return the exact 95 % interval of a share (Clopper and Pearson 1934)."""
        if self.hits is None:
            return None
        low = stats.beta.ppf(0.025, self.hits, self.sims - self.hits + 1) if self.hits else 0.0
        high = stats.beta.ppf(0.975, self.hits + 1, self.sims - self.hits) if self.hits < self.sims else 1.0
        return float(low), float(high)

    @property
    def verdict(self) -> str:
        """Return whether the figure lies within what it must be, outside it, or cannot be told."""
        low, high = self.must
        if low <= self.value <= high:
            return "ok"
        ends = self.bounds or (self.value, self.value)
        return "outside" if ends[1] < low or ends[0] > high else "may be chance"


def campaign(**changes: Any) -> Campaign:
    """Return the campaign of all simulated worlds."""
    usual = {
        "campaign_id": "world",
        "brand": "Examplia",
        "start": LAUNCH,
        "end": LAUNCH + dt.timedelta(days=FLIGHT_DAYS - 1),
        "as_of": AS_OF,
        "files": [FileParameters.model_validate({"path": "none.csv"})],
        "timezone": "Europe/Berlin",
        "currency": "EUR",
        "margin": MARGIN,
        "brand_codes": [BRAND_CODE],
    }
    made = Campaign.model_validate(usual | changes)
    made._today = made.as_of
    return made


def tables_of(world: World) -> Tables:
    """Return a world as canonical tables, as a faultless export would give it."""
    names = world.creators["handle"].to_numpy()
    posts = world.posts.assign(influencer_id=names[world.posts["creator"]], is_sponsored=world.posts["marked"])
    posts = posts.assign(platform=world.creators["platform"].to_numpy()[posts["creator"]], post_type=posts["format"])
    seen = posts.assign(observed_at=posts["posted_at"])
    money, orders = world.ledger, world.orders
    days = pd.to_datetime(world.series["date"]).dt.tz_localize("Europe/Berlin").dt.tz_convert("UTC")
    series = world.series.assign(date=days).melt("date", ["search", "spend"], "name", "value")
    frames = {
        "influencers": pd.DataFrame({"influencer_id": names}),
        "followers": seen.drop_duplicates(["influencer_id", "platform", "observed_at"]),
        "posts": posts,
        "post_metrics": posts.assign(observed_at=posts["checked_at"]),
        "costs": pd.DataFrame(
            {
                "cost_id": money.index.astype(str),
                "influencer_id": world.creators["handle"].reindex(money["creator"]).to_numpy(),
                "amount": money["amount"],
                "kind": money["kind"],
                "status": "paid",
            }
        ),
        "tracking": pd.DataFrame({"code": world.creators["code"], "influencer_id": names}),
        "orders": orders.assign(
            order_id=orders.index.astype(str),
            codes=orders["code"],
            ordered_at=orders["ordered_at"].dt.tz_convert("UTC"),
        ),
        "series": series,
    }
    return Tables(**{name: TABLES[name].shape(rows) for name, rows in frames.items()})


def worlds(scenario: Scenario, sims: int, seed: int) -> Iterator[World]:
    """Yield worlds of one scenario, each from its own seed."""
    for number in range(sims):
        yield draw(scenario, streams(seed + number))


def share(check: str, world: str, inside: Callable[[], Iterator[bool]], must: tuple[float, float]) -> Row:
    """Return the share of simulations for which something holds."""
    start = time.perf_counter()
    seen = list(inside())
    spent = (time.perf_counter() - start) / max(len(seen), 1)
    return Row(check, world, len(seen), sum(seen) / len(seen), must, spent, sum(seen))


def size(creators: int, sims: int) -> Iterator[bool]:
    """Yield whether the interval of the elasticity holds the planted one, in worlds without bought followers."""
    scenario = replace(sized("default", creators, 20 * creators), fake_share=0.0)
    for world in worlds(scenario, sims, 1000):
        found = engagement.size_elasticity(feed.of(tables_of(world), campaign()), campaign())
        if found.interval:
            yield found.interval[0] <= scenario.size_elasticity <= found.interval[1]


def sponsored(creators: int, sims: int) -> Iterator[bool]:
    """Yield whether the interval of the sponsored effect holds the planted one."""
    scenario = sized("default", creators, 30 * creators)
    truth = float(np.expm1(scenario.sponsored_effect))
    for world in worlds(scenario, sims, 2000):
        found = saturation.sponsored_effect(feed.of(tables_of(world), campaign()), campaign())
        if found.interval:
            yield found.interval[0] <= truth <= found.interval[1]


def months_of_feeds(rng: np.random.Generator, slope: float, kink: float = 0.45) -> pd.DataFrame:
    """Return 80 creators by 12 months whose better creators sell more posts (METHODS C5)."""
    creators, months = 80, 12
    quality = rng.normal(0, 0.5, creators)
    usual = 1 / (1 + np.exp(-(-0.4 + quality / 0.5 * 0.6 + rng.normal(0, 0.6, creators))))
    shares = rng.beta(6 * usual[:, None], 6 * (1 - usual[:, None]), (creators, months))
    shock = np.zeros((creators, months))
    for month in range(months):
        before = shock[:, month - 1] if month else np.zeros(creators)
        shock[:, month] = 0.4 * before + rng.normal(0, 0.15, creators)
    level = quality[:, None] + rng.normal(0, 0.08, months) + shock + slope * np.maximum(shares - kink, 0)
    rows = pd.MultiIndex.from_product([range(creators), range(months)], names=["influencer_id", "month"])
    return pd.DataFrame({"log_rate": level.ravel(), "share": shares.ravel()}, index=rows).reset_index()


def bends(slope: float, sims: int) -> Iterator[saturation.Bend]:
    """Yield the bends found in panels with a planted slope beyond a share of 45 %."""
    rng = np.random.default_rng(3000)
    for number in range(sims):
        found = saturation.bend(months_of_feeds(rng, slope), 0.95, number)
        if found:
            yield found


def sales(kind: str, rng: np.random.Generator, days: int = 150) -> tuple[Array, Array]:
    """Return daily sales and their design: weekdays and two series, around a level that drifts (METHODS C1)."""
    series = rng.normal(0, 1, (days, 2))
    promo = rng.random(days) < 0.1
    if kind == "drifting level":
        noise = rng.normal(0, 0.4, days).cumsum() + rng.normal(0, 6, days)
    elif kind == "autocorrelated":
        noise = _autocorrelated(rng.normal(0, 6.25 * np.sqrt(1 - 0.6**2), days), 0.6)
    else:
        tails = rng.standard_t(4, days) / np.sqrt(2) * 4 * np.where(promo, 2, 1)
        noise = rng.normal(0, 0.25, days).cumsum() + _autocorrelated(tails, 0.5)
    weekday = np.eye(7)[np.arange(days) % 7][:, 1:]
    x = np.column_stack([np.ones(days), weekday, series])
    return 84 + x[:, 1:] @ np.r_[rng.normal(0, 4, 6), 3.0, 2.0] + noise, x


def _autocorrelated(steps: Array, memory: float) -> Array:
    """Return a series in which each value remembers the one before."""
    out = steps.copy()
    for day in range(1, len(out)):
        out[day] += memory * out[day - 1]
    return out


def lifts(kind: str, sims: int, extra: float = 300.0) -> Iterator[bool]:
    """Yield whether the interval of the extra sales holds the planted 300 over thirty days."""
    rng, days = np.random.default_rng(4000), pd.date_range("2026-01-01", periods=150)
    for _ in range(sims):
        y, x = sales(kind, rng)
        y = y + np.where(np.arange(150) >= 120, extra / 30, 0)
        found = incrementality.lift(pd.Series(y, days), x, days[120], 0.95)
        yield found.low <= extra <= found.high


def books(sims: int, creators: int = 40) -> list[tuple[World, roi.Ledger]]:
    """Return worlds of one campaign with their ledgers; the feeds are short because only money is looked at."""
    scenario = replace(sized("default", creators, 5 * creators), fee_return=1.9)
    return [(world, roi.ledger(tables_of(world), campaign())) for world in worlds(scenario, sims, 5000)]


def campaign_returns(drawn: list[tuple[World, roi.Ledger]]) -> Iterator[bool]:
    """Yield whether the interval of attributed revenue per cost holds the average of all such campaigns.

    That is what it claims: what campaigns with other creators like these bring on average.
    """
    truth = sum(book.creators["revenue"].sum() for _, book in drawn) / sum(book.cost for _, book in drawn)
    for _, book in drawn:
        active = book.creators[(book.creators["cost"] > 0) | (book.creators["orders"] > 0)]
        found = roi._return_per_cost(book, active, 0.95)
        if found:
            yield found.low <= truth <= found.high


@dataclass(frozen=True)
class Returns:
    """What was claimed of creators against what is true of them."""

    inside: list[bool]
    claimed: float
    true: float
    kept: list[bool]


def creators_returns(drawn: list[tuple[World, roi.Ledger]]) -> Returns:
    """Hold each creator's 90 % interval against the return their posts have on average, leaked orders included."""
    value = sum(book.attributed["net_revenue"].sum() for _, book in drawn) / sum(len(b.attributed) for _, b in drawn)
    inside, kept, claimed, true = list[bool](), list[bool](), 0.0, 0.0
    for world, book in drawn:
        found = roi.returns(book, campaign(confidence=0.9))
        if found is None:
            continue
        truth = true_returns(world, float(value)).reindex(found.creators["influencer_id"]).to_numpy()
        low, high = np.quantile(found.draws, [0.05, 0.95], axis=0)
        inside += list((low <= truth) & (truth <= high))
        mean, best = found.draws.mean(axis=0), np.argsort(-found.draws.mean(axis=0))[:5]
        claimed, true = claimed + float(mean[best].sum()), true + float(truth[best].sum())
        kept += list(truth[(found.draws * MARGIN > 1).mean(axis=0) > roi.KEEP] * MARGIN > 1)
    return Returns(inside, claimed, true, kept)


def true_returns(world: World, order_value: float) -> pd.Series:
    """Return each creator's expected attributed revenue per 1 of own cost: caused orders with the code, and leaks."""
    fees = world.ledger[world.ledger["kind"] == "fee"].groupby("creator")["amount"].sum()
    cost = world.ledger[world.ledger["creator"] >= 0].groupby("creator")["amount"].sum()
    orders = CODE_USE * np.exp(world.creators["theta"]) * fees / ORDER_VALUE / (1 - world.creators["leak"])
    return pd.Series((orders * order_value / cost).to_numpy(), index=world.creators["handle"])


def medians(units: int, sims: int) -> Iterator[bool]:
    """Yield whether the interval of the median post holds the true median, 1, for few creators of many posts."""
    rng = np.random.default_rng(6000)
    for _ in range(sims):
        unit = np.repeat(np.arange(units), np.maximum(rng.poisson(20, units), 2))
        value = np.exp(rng.normal(0, 0.5, units)[unit] + rng.normal(0, 0.6, len(unit)))
        found = inference.median_of_rows(pd.DataFrame({"unit": unit, "value": value}), "value", "unit", 0.95)
        if found:
            yield found.low <= 1 <= found.high


def peaks(curve: Callable[[Array], Array], creators: int, sims: int) -> Iterator[bool]:
    """Yield whether a best size is claimed (METHODS C2b)."""
    rng = np.random.default_rng(7000)
    for _ in range(sims):
        x = rng.uniform(np.log(1e3), np.log(1e7), creators)
        y = curve(x) + rng.normal(0, 0.9, creators)
        lines = engagement._two_lines(x, y, engagement._robin_hood_break(x, y), 0.95)
        yield bool(lines and lines[0].low > 0 and lines[1].high < 0)


def table(sims: int, only: str = "") -> list[Row]:
    """Return all checks whose name holds `only`."""
    makers = {
        "size": size_rows,
        "median": median_rows,
        "peak": peak_rows,
        "sponsored": sponsored_rows,
        "bend": bend_rows,
        "lift": lift_rows,
        "returns": return_rows,
    }
    return [row for name, make in makers.items() if only in name for row in make(sims)]


def size_rows(sims: int) -> list[Row]:
    """Return the coverage of the elasticity."""
    musts = {60: (0.92, 0.98), 15: (0.90, 0.99)}
    return [share("elasticity covered", f"{n} creators", partial(size, n, sims), must) for n, must in musts.items()]


def median_rows(sims: int) -> list[Row]:
    """Return the coverage of the median post."""
    return [share("median post covered", f"{n} creators", partial(medians, n, 3 * sims), (0.92, 0.99)) for n in (6, 20)]


def peak_rows(sims: int) -> list[Row]:
    """Return how often a best size is claimed, rightly and wrongly."""
    return [
        share(f"best size {word}", f"{name}, 100 creators", partial(peaks, curve, 100, 2 * sims), must)
        for name, word, curve, must in CURVES
    ]


def sponsored_rows(sims: int) -> list[Row]:
    """Return the coverage of the sponsored effect."""
    musts = {60: (0.92, 0.98), 20: (0.90, 0.99)}
    check = "sponsored effect covered"
    return [share(check, f"{n} creators", partial(sponsored, n, sims), must) for n, must in musts.items()]


def lift_rows(sims: int) -> list[Row]:
    """Return the coverage of the lift."""
    kinds = ("drifting level", "autocorrelated", "drift, memory, heavy tails, promo days")
    return [share("lift covered", kind, partial(lifts, kind, 2 * sims), (0.90, 0.98)) for kind in kinds]


CURVES: tuple[tuple[str, str, Callable[[Array], Array], tuple[float, float]], ...] = (
    ("log-saturating", "claimed wrongly", lambda x: np.log(np.log1p(np.exp(x) / 3e4)), (0, 0.075)),
    ("rises to 100k, then flat", "claimed wrongly", lambda x: 0.8 * np.minimum(x, np.log(1e5)), (0, 0.075)),
    ("linear", "claimed wrongly", lambda x: 0.876 * x, (0, 0.075)),
    ("inverted U at 300k", "found", lambda x: -0.125 * (x - np.log(3e5)) ** 2, (0.70, 1)),
)


def bend_rows(sims: int) -> list[Row]:
    """Return coverage of kink and slope, and how often a bend is claimed where there is none."""
    start = time.perf_counter()
    planted, flat = list(bends(-1.2, 2 * sims)), list(bends(0.0, 2 * sims))
    spent = (time.perf_counter() - start) / (len(planted) + len(flat))

    def row(check: str, world: str, seen: list[bool], must: tuple[float, float]) -> Row:
        return Row(check, world, len(seen), sum(seen) / len(seen), must, spent, sum(seen))

    kink = [b.kink_ends[0] <= 0.45 <= b.kink_ends[1] for b in planted]
    slope = [b.slope_ends[0] <= -1.2 <= b.slope_ends[1] for b in planted]
    return [
        row("kink covered", "kink 45 %, slope -1.2", kink, (0.90, 0.98)),
        row("slope covered", "kink 45 %, slope -1.2", slope, (0.92, 0.98)),
        row("bend found", "kink 45 %, slope -1.2", [b.chance <= 0.05 for b in planted], (0.9, 1)),
        row("bend claimed wrongly", "no saturation", [b.chance <= 0.05 for b in flat], (0.03, 0.07)),
        row(
            "straight line covers 0",
            "no saturation",
            [bool(b.line and b.line.low <= 0 <= b.line.high) for b in flat],
            (0.92, 0.98),
        ),
    ]


def return_rows(sims: int) -> list[Row]:
    """Return how well the campaign's and the creators' returns are covered, and the winner's curse."""
    start = time.perf_counter()
    drawn = books(sims)
    rows = [share("attributed return covered", "40 creators", lambda: campaign_returns(drawn), (0.90, 0.98))]
    found = creators_returns(drawn)
    spent = (time.perf_counter() - start) / sims
    inside, kept, world = found.inside, found.kept, "40 creators, one campaign"
    rows += [
        Row(
            "creator's return covered (90 %)",
            world,
            len(inside),
            sum(inside) / len(inside),
            (0.85, 0.94),
            spent,
            sum(inside),
        ),
        Row("best five: claimed / true", world, len(drawn), found.claimed / found.true, (0.85, 1.15), spent),
    ]
    if kept:
        rows.append(Row("'keep' is right", world, len(kept), sum(kept) / len(kept), (0.90, 1), spent, sum(kept)))
    return rows


def markdown(rows: list[Row]) -> str:
    """Return the table as Markdown."""
    lines = [
        "| Check | World | n | Found | Exact bounds | Must | Verdict | ms each |",
        "|---|---|--:|--:|---|---|---|--:|",
    ]
    for row in rows:
        bounds = f"{row.bounds[0]:.3f} to {row.bounds[1]:.3f}" if row.bounds else ""
        must = f"{row.must[0]:g} to {row.must[1]:g}"
        lines.append(
            f"| {row.check} | {row.world} | {row.sims} | {row.value:.3f} | {bounds} | {must} | {row.verdict} | "
            f"{1000 * row.seconds:.0f} |"
        )
    return "\n".join(lines)


def save(rows: list[Row], file: Path) -> None:
    """Write the table as CSV, without the seconds: they differ from machine to machine."""
    ends = [row.bounds or (None, None) for row in rows]
    frame = pd.DataFrame(
        {
            "check": [row.check for row in rows],
            "world": [row.world for row in rows],
            "n": [row.sims for row in rows],
            "found": [round(row.value, 4) for row in rows],
            "low": [None if low is None else round(low, 4) for low, _ in ends],
            "high": [None if high is None else round(high, 4) for _, high in ends],
            "must_low": [row.must[0] for row in rows],
            "must_high": [row.must[1] for row in rows],
            "verdict": [row.verdict for row in rows],
        }
    )
    frame.to_csv(file, index=False, lineterminator="\n")


def main() -> None:
    """Print the table and write it beside this file."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument(
        "--sims", type=int, default=60, help="simulations a check; cheap checks make two or three times as many"
    )
    options.add_argument("--only", default="", help="part of a check's name; the CSV is then left as it is")
    given = options.parse_args()
    rows = table(given.sims, given.only)
    print(markdown(rows))
    if not given.only:
        save(rows, CSV)


if __name__ == "__main__":
    main()
