"""What was spent and sold week by week: by channel from the brand's series, by tier of creators from the ledger."""

import datetime as dt
import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from influence_lib.analysis import guards, hill, incrementality, inference
from influence_lib.analysis.inference import Array
from influence_lib.campaign import Campaign
from influence_lib.tables import Tables

WEEK = 7
# Weeks of a year, of which today's spend is the sum.
YEAR = 52
FEWEST_CELLS = 2
# A series of this name is money spent; the short ending is that of files for marketing-mix models.
SPENT = re.compile(r"(^|_)(ad_?)?(spend|spent|costs?|budget|ausgaben|kosten|werbekosten|gasto)(_|:|$)|_s$")
A_PRICE = re.compile(r"(^|_)(per|cp[acmov]|average|avg|aov)(_|$)")
COMPETITOR = re.compile(r"competitor|rival|konkurren|wettbewerb|competidor")
MONEY_IN = re.compile(r"(^|_)(sales|revenue|turnover|umsatz|ventas|erlo?e?s)(_|$)")
UNITS_IN = re.compile(r"^(conversions?|orders|bestellungen|pedidos)$")
UNIT_VALUE = re.compile(r"^(revenue|value|sales)_per_(conversion|order|unit)$|^(average_order_value|aov)$")
# What a channel shows on the way to a sale comes of its spend: held constant, it would swallow the effect.
SHOWN = re.compile(r"impression|click|view|reach|grp|visit|session|frequency|_[ip]$")
# A column for a control takes weeks to learn: no more of them than one in so many weeks.
WEEKS_A_CONTROL = 10


@dataclass(frozen=True)
class Weeks:
    """Whole weeks one after the other: spend (weeks x cells), outcome in money, and what is held constant.

    `held` names the series among the controls, `still` the cells whose spend hardly changes, so that nothing can be
    learned of them; `filled` tells in how many weeks a cell's spend was not told and taken as nothing.
    """

    start: pd.DatetimeIndex
    cells: tuple[str, ...]
    spend: Array
    outcome: Array
    controls: Array
    held: tuple[str, ...] = ()
    still: tuple[str, ...] = ()
    filled: int = 0

    @property
    def last_year(self) -> tuple[dt.date, dt.date]:
        """Return the first and last day of the weeks whose spend is called today's."""
        weeks = self.start[-YEAR:]
        return weeks[0].date(), (weeks[-1] + pd.Timedelta(days=WEEK - 1)).date()

    @property
    def today(self) -> Array:
        """Return what each cell cost in the last year of the data."""
        return np.asarray(self.spend[-YEAR:].sum(axis=0))


def by_channel(tables: Tables, campaign: Campaign) -> Weeks | None:
    """Return weekly spend of the brand's channels beside weekly sales; None where either is not told."""
    wide = _weekly(tables, campaign)
    names = spent_on(tuple(str(name) for name in wide.columns))
    sold = _sales(tables, campaign, wide)
    if not names or sold is None:
        return None
    channels = {_channel(name): wide[name] for name in names}
    own = {name.split("_")[0] for name in channels}
    controls = [str(name) for name in wide.columns if name not in names and _untouched(str(name), own, tables.series)]
    return _aligned(pd.DataFrame(channels), sold, wide[controls])


def by_tier(tables: Tables, campaign: Campaign) -> Weeks | None:
    """Return weekly costs of creators by tier of their followers beside weekly sales; None where either is not told."""
    costs = tables.costs.dropna(subset=["spent_at", "influencer_id"])
    daily = incrementality.daily_sales(tables, campaign)
    if costs.empty or daily.empty:
        return None
    sold = _summed(daily, daily.index[0].day_of_week)
    week = _local(costs["spent_at"], campaign)
    week = week - pd.to_timedelta((week.dt.day_of_week - daily.index[0].day_of_week) % WEEK, unit="D")
    tiers = costs["influencer_id"].map(_tiers(tables.followers, campaign))
    rows = costs.assign(week=week, tier=tiers, amount=costs["amount"].astype(float)).dropna(subset=["tier"])
    if rows.empty:
        return None
    spent = rows.pivot_table(index="week", columns="tier", values="amount", aggfunc="sum", fill_value=0.0)
    order = [name for name in campaign.tiers if name in spent.columns]
    whole = spent[order].reindex(sold.index, fill_value=0.0).clip(lower=0.0)
    wide = _weekly(tables, campaign)
    names = spent_on(tuple(str(name) for name in wide.columns))
    kept = [str(name) for name in wide.columns if name in names or _untouched(str(name), set(), tables.series)]
    return _aligned(whole, sold, wide[kept])


def _tiers(followers: pd.DataFrame, campaign: Campaign) -> dict[str, str]:
    """Return the tier of each creator by the latest number of followers on their largest account."""
    latest = followers.sort_values("observed_at").groupby(["influencer_id", "platform"])["followers"].last()
    most = latest.groupby(level=0).max().astype(float)
    bands = campaign.tiers.items()
    found = {str(name): next((t for t, (a, b) in bands if a <= size < b), None) for name, size in most.items()}
    return {name: tier for name, tier in found.items() if tier is not None}


def spent_on(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return which series are money spent, by their names; the ending `_s` counts where several have it."""
    likely = [name for name in names if SPENT.search(name) and not A_PRICE.search(name) and not COMPETITOR.search(name)]
    short = [name for name in likely if name.endswith("_s")]
    return tuple(name for name in sorted(likely) if name not in short or len(short) >= FEWEST_CELLS)


def _channel(name: str) -> str:
    """Return the channel that a series of spend is about; the name itself where nothing is left."""
    bare = SPENT.sub("_", name).strip("_: ")
    return bare.replace("__", "_") or name


def _untouched(name: str, own: set[str], series: pd.DataFrame) -> bool:
    """Tell whether a series is no step between spend and sales: no outcome, and nothing of a channel's own."""
    rows = series[series["name"] == name]
    moved = bool(rows["is_outcome"].fillna(False).any()) and not COMPETITOR.search(name)
    return not moved and not (SHOWN.search(name) and name.split("_", maxsplit=1)[0] in own)


def _local(times: pd.Series, campaign: Campaign) -> pd.Series:
    """Return the days of times in the brand's time zone."""
    return times.dt.tz_convert(campaign.timezone).dt.tz_localize(None).dt.normalize()


def _weekly(tables: Tables, campaign: Campaign) -> pd.DataFrame:
    """Return the brand's series by week; days are summed for money and counts that add up, averaged for the rest.

    Where a series is told for regions only, they are added up in the same way.
    """
    series = tables.series
    rows = series[series["influencer_id"].isna() & series["segment"].isna() & (series["days"].fillna(1) <= WEEK)]
    if rows.empty:
        return pd.DataFrame(index=pd.DatetimeIndex([]))
    rows = rows.assign(day=_local(rows["date"], campaign), value=rows["value"].astype(float))
    rows = rows[rows["day"] <= pd.Timestamp(campaign.today)]
    whole = rows.groupby("name")["region"].transform(lambda part: part.isna().any())
    rows = rows[rows["region"].isna() | ~whole.astype(bool)]
    weeks = rows.loc[rows["days"] == WEEK, "day"]
    anchor = int(weeks.iloc[0].day_of_week) if len(weeks) else 0
    parts = {str(name): _one(part, str(name), anchor) for name, part in rows.groupby("name")}
    return pd.DataFrame(parts).sort_index() if parts else pd.DataFrame(index=pd.DatetimeIndex([]))


def _one(rows: pd.DataFrame, name: str, anchor: int) -> pd.Series:
    """Return one series by week from days or weeks of one or several regions."""
    adds_up = not A_PRICE.search(name)
    days = rows.groupby("day")["value"]
    whole = days.sum(min_count=1) if adds_up else days.mean()
    if (rows["days"] == WEEK).any():
        return whole
    return _summed(whole, anchor) if adds_up else _summed(whole, anchor) / WEEK


def _summed(days: pd.Series, anchor: int) -> pd.Series:
    """Return the sums of whole weeks that begin on a day of the week; a week that lacks a day is left out."""
    index = pd.DatetimeIndex(days.index)
    week = index - pd.to_timedelta((index.day_of_week - anchor) % WEEK, unit="D")
    groups = days.groupby(week)
    return groups.sum()[groups.count() == WEEK]


def _sales(tables: Tables, campaign: Campaign, wide: pd.DataFrame) -> pd.Series | None:
    """Return weekly sales in money: the shop's orders, a series of sales, or units times the value of one."""
    daily = incrementality.daily_sales(tables, campaign)
    if len(daily) >= WEEK * hill.FEWEST_WEEKS:
        anchor = int(wide.index[0].day_of_week) if len(wide) else 0
        return _summed(daily, anchor)
    names = [str(name) for name in wide.columns if not COMPETITOR.search(str(name))]
    money = [name for name in names if MONEY_IN.search(name) and not A_PRICE.search(name)]
    if money:
        return wide[min(money, key=len)]
    units = [name for name in names if UNITS_IN.search(name)]
    values = [name for name in names if UNIT_VALUE.search(name)]
    return wide[units[0]] * wide[values[0]] if units and values else None


def _aligned(spent: pd.DataFrame, sold: pd.Series, controls: pd.DataFrame) -> Weeks:
    """Return the last unbroken stretch of weeks in which sales are known, with spend and controls beside them."""
    index = pd.DatetimeIndex(sold.dropna().index).sort_values()
    index = index[(index >= spent.index.min()) & (index <= spent.index.max())] if len(spent) else index[:0]
    breaks = np.flatnonzero(np.diff(index.to_numpy()) != np.timedelta64(WEEK, "D"))
    index = index[breaks[-1] + 1 :] if len(breaks) else index
    told = spent.reindex(index).astype(float)
    filled = int(told.isna().to_numpy().sum())
    known = told.fillna(0.0).clip(lower=0.0)
    moving = [name for name in known.columns if known[name].nunique() >= hill.FEWEST_LEVELS]
    still = [name for name in known.columns if name not in moving]
    columns, held = _controls(index, pd.concat([controls.reindex(index), known[still]], axis=1))
    return Weeks(
        index,
        tuple(str(name) for name in moving),
        known[moving].to_numpy(float),
        sold.reindex(index).to_numpy(float),
        columns,
        tuple(name for name in held if name not in still),
        tuple(str(name) for name in still),
        filled,
    )


def _controls(index: pd.DatetimeIndex, series: pd.DataFrame) -> tuple[Array, tuple[str, ...]]:
    """Return constant, bending trend, waves of the year and the series that say something of their own, with names."""
    t = np.arange(len(index), dtype=float)
    turns = 2 * np.pi * index.day_of_year.to_numpy() / 365.25
    waves = 2 if len(index) >= 2 * YEAR else 1
    columns = [np.ones(len(t)), t, *(np.maximum(t - knot, 0) for knot in range(YEAR, len(t) - YEAR // 2, YEAR))]
    columns += [wave(k * turns) for k in range(1, waves + 1) for wave in (np.sin, np.cos)]
    names, most = [""] * len(columns), max(len(index) // WEEKS_A_CONTROL, len(columns))
    for name in sorted(series.columns):
        values = series[name].to_numpy(float)
        if len(values) and np.isfinite(values).all() and not inference.all_alike(values) and len(columns) < most:
            columns, names = [*columns, (values - values.mean()) / values.std()], [*names, str(name)]
    table = np.column_stack(columns)
    kept = guards.independent(table) if len(table) else list(range(len(columns)))
    return table[:, kept], tuple(names[at] for at in kept if names[at])
