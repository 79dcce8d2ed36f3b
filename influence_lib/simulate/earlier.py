"""Made-up earlier campaigns of the same creators: their posts, costs, orders and codes.

Planted: theta is the creator's in every campaign, the shock is the campaign's; fees differ from one to the next.
Campaign 1 is the oldest; 0 stands for this one.
"""

import datetime as dt

import numpy as np
import pandas as pd

from influence_lib.simulate import codes, money, response
from influence_lib.simulate.days import ZONE, plain
from influence_lib.simulate.feed import Columns, flight
from influence_lib.simulate.scenarios import AFTER_DAYS, FLIGHT_DAYS, LAUNCH, Scenario

DAYS_APART = 60
# How fees of one creator differ from one campaign to the next, in logs.
FEE_SPREAD = 0.3

Windows = dict[int, tuple[dt.date, dt.date]]


def windows(scenario: Scenario) -> Windows:
    """Return first and last day of each earlier campaign by its number."""
    last = scenario.earlier_campaigns
    starts = {k: LAUNCH - dt.timedelta(days=DAYS_APART * (last + 1 - k)) for k in range(1, last + 1)}
    return {k: (start, start + dt.timedelta(days=FLIGHT_DAYS - 1)) for k, start in starts.items()}


def measured_until(last_day: dt.date) -> dt.date:
    """Return the last day on which a campaign still causes orders."""
    return last_day + dt.timedelta(days=AFTER_DAYS)


def posts(creators: pd.DataFrame, scenario: Scenario, random: np.random.Generator) -> Columns:
    """Return the sponsored posts of all earlier campaigns; not every creator took part in each."""
    fewest, most = scenario.campaign_posts
    parts = []
    for number, (start, _) in windows(scenario).items():
        there = random.random(len(creators)) < scenario.earlier_share
        counts = np.where(there, random.integers(max(fewest, 1), most + 1, len(creators)), 0)
        parts.append(flight(counts, start, random) | {"earlier": np.full(counts.sum(), number)})
    names = parts[0] if parts else ()
    return {name: np.concatenate([part[name] for part in parts]) for name in names}


def payments(
    feed: pd.DataFrame, creators: pd.DataFrame, scenario: Scenario, random: np.random.Generator
) -> pd.DataFrame:
    """Return the ledgers of the earlier campaigns: fees by post, goods by creator, own hours."""
    none = money.costs([], pd.Series(dtype=int), "fee", np.zeros(0))
    found = [_payments(feed[feed["earlier"] == k], k, creators, scenario, random) for k in windows(scenario)]
    return pd.concat(found, ignore_index=True) if found else none


def _payments(
    theirs: pd.DataFrame, number: int, creators: pd.DataFrame, scenario: Scenario, random: np.random.Generator
) -> pd.DataFrame:
    """Return the ledger of one earlier campaign."""
    start, end = windows(scenario)[number]
    dearer = random.lognormal(0, FEE_SPREAD, len(creators))[theirs["creator"]]
    price = (money.prices(theirs, creators, scenario, random) * dearer).round()
    paid_on = theirs["posted_at"].dt.date + dt.timedelta(days=money.PAID_AFTER_DAYS)
    fees = money.costs(paid_on, theirs["creator"], "fee", price)
    everyone, sent = pd.Series(np.unique(theirs["creator"])), start - dt.timedelta(days=9)
    goods = money.costs([sent] * len(everyone), everyone, "product", np.full(len(everyone), money.PRODUCT_COST))
    hours = np.array([price.sum() * money.STAFF_SHARE]).round()
    staff = money.costs([measured_until(end)], pd.Series([-1]), "staff", hours)
    ledger = pd.concat([fees, goods, staff]).assign(earlier=number)
    return ledger.sort_values(["date", "kind", "creator"], kind="stable", ignore_index=True)


def expected_orders(theta: pd.Series, ledger: pd.DataFrame, scenario: Scenario) -> dict[int, pd.Series]:
    """Return the orders each creator's fees caused on average, by campaign."""
    return {k: response.expected_orders(theta, ledger[ledger["earlier"] == k]) for k in windows(scenario)}


def caused_orders(
    feed: pd.DataFrame, expected: dict[int, pd.Series], scenario: Scenario, random: np.random.Generator
) -> list[pd.DataFrame]:
    """Return the orders that came because of each earlier campaign."""
    return [
        response.caused_orders(
            feed[feed["earlier"] == k], expected[k], scenario, random, k, measured_until(windows(scenario)[k][1])
        )
        for k in expected
    ]


def with_codes(
    orders: pd.DataFrame,
    expected: dict[int, pd.Series],
    creators: pd.DataFrame,
    scenario: Scenario,
    random: np.random.Generator,
) -> pd.DataFrame:
    """Add the codes of earlier campaigns."""
    day = dt.timedelta(days=1)
    ends = {k: (start, measured_until(end) + day) for k, (start, end) in windows(scenario).items()}
    times = {k: (_midnight(start), _midnight(end)) for k, (start, end) in ends.items()}
    return codes.with_earlier_codes(orders, times, expected, creators, scenario, random)


def _midnight(day: dt.date) -> np.datetime64:
    """Return the moment a day begins, in UTC."""
    return np.datetime64(plain(pd.DatetimeIndex([pd.Timestamp(day, tz=ZONE)]))[0])
