"""Made-up response: what creators' posts sell.

Planted: a creator's caused orders are negative binomial around exp(theta) x fees / 43 EUR (a typical order), with a
campaign shock of variance 0.25, and come after the creator's posts with a half-life of two days. Theta is the
creator's own; where the scenario has it, it hangs weakly on size and category too, and reaching people whom another
creator has reached is worth less.
"""

import datetime as dt

import numpy as np
import pandas as pd

from influence_lib.simulate.creators import CATEGORIES
from influence_lib.simulate.curves import BASE_FOLLOWERS
from influence_lib.simulate.days import ZONE
from influence_lib.simulate.money import ORDER_VALUE, baskets
from influence_lib.simulate.scenarios import AS_OF, Scenario

CAMPAIGN_SHOCK = 0.25
THETA_SPREAD = 0.6
HALF_LIFE_DAYS = 2.0
# Of the buyers won by creators: the share that had bought before.
KNOWN_SHARE = 0.1


def thetas(creators: pd.DataFrame, scenario: Scenario, random: np.random.Generator) -> pd.Series:
    """Return each creator's own theta: log of the net revenue that 1 EUR of fee causes on average."""
    return pd.Series(random.normal(np.log(scenario.fee_return), THETA_SPREAD, len(creators)))


def leanings(creators: pd.DataFrame, scenario: Scenario, random: np.random.Generator) -> pd.Series:
    """Return what size and category add to theta."""
    drawn = dict(zip(CATEGORIES, random.normal(0, scenario.theta_by_category, len(CATEGORIES)), strict=True))
    size = np.log10(creators["real_followers"] / BASE_FOLLOWERS)
    return scenario.theta_by_size * size + creators["category"].map(drawn)


def expected_orders(theta: pd.Series, ledger: pd.DataFrame) -> pd.Series:
    """Return the orders each creator's fees cause on average when the campaign works at all."""
    fees = ledger[ledger["kind"] == "fee"].groupby("creator")["amount"].sum()
    return np.exp(theta) * fees.reindex(theta.index, fill_value=0.0) / ORDER_VALUE


def caused_orders(
    posts: pd.DataFrame,
    expected: pd.Series,
    scenario: Scenario,
    random: np.random.Generator,
    earlier: int = 0,
    last_day: dt.date = AS_OF,
) -> pd.DataFrame:
    """Return the orders that came because of a campaign's posts; `earlier` numbers it, 0 being this one."""
    shock = random.gamma(1 / CAMPAIGN_SHOCK, CAMPAIGN_SHOCK, len(expected))
    counts = random.poisson(scenario.lift * expected * shock)
    numbers = np.repeat(np.arange(len(expected)), counts)
    theirs = posts.groupby("creator").groups
    rows = [random.choice(theirs[i].to_numpy(), n) for i, n in enumerate(counts) if n or i in theirs]
    picked = np.concatenate([*rows, []]).astype(int)
    posted = posts["posted_at"].loc[picked].reset_index(drop=True)
    when = after(posted, last_day, random)
    orders = pd.DataFrame({"ordered_at": when, "creator": numbers, "caused": True, "earlier": earlier})
    return baskets(orders, KNOWN_SHARE, random)


def after(moments: pd.Series, last_day: dt.date, random: np.random.Generator) -> pd.Series:
    """Return order times after some moments, fading with the half-life and ending with the last day."""
    mean = HALF_LIFE_DAYS / np.log(2)
    end = pd.Timestamp(last_day, tz="UTC") + pd.Timedelta(hours=20)
    room = (end - moments).dt.total_seconds().to_numpy() / 86400
    lag = -mean * np.log1p(-random.random(len(moments)) * (1 - np.exp(-room / mean)))
    return (moments + pd.to_timedelta(np.round(lag * 86400), unit="s")).dt.as_unit("us").dt.tz_convert(ZONE)
