"""What daily sales would have been without the campaign, and how sure that is."""

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import stats

from influence_lib.analysis import daily_model, inference
from influence_lib.analysis.daily_model import Days, Mask, Mixture
from influence_lib.analysis.inference import Array, Codes
from influence_lib.campaign import Campaign
from influence_lib.tables import Tables

FEWEST_DAYS_BEFORE = 60
# After a campaign its effect fades for about so many days.
WASHOUT_DAYS = 7
# Where so many orders are usual, a stretch without one comes by chance once in a million.
SURELY_SOME = 14.0
# Days before the first day asked about that are learned from; what lies further back says little of today's level.
MOST_DAYS_BEFORE = 400
# The chance of seeing an effect as large as the smallest detectable one.
POWER = 0.8
# Quiet stretches that are tried, how many must follow one another to teach anything, and to teach as much as a prior.
MOST_STRETCHES, FEWEST_STRETCHES, USUAL_STRETCHES = 20, 2, 10.0
# Intervals are widened when quiet stretches miss by more than chance would explain this often.
WIDER_IF = 0.1
# From this chance on the level is taken to have jumped.
SURELY_JUMPED = 0.8


@dataclass(frozen=True)
class Lift:
    """Sales of the window less what was to be expected: estimate, interval, standard error, days before and in it.

    `expected` and `actual` are by day of the window, as `when` has them. `standing_out` are quiet days so far from the
    others that they do not set the level; `jump` is the day on which the level most likely jumped, with its chance.
    """

    estimate: float
    low: float
    high: float
    error: float
    freedom: float
    days_before: int
    days: int
    expected: Array
    actual: Array
    when: pd.DatetimeIndex
    standing_out: pd.DatetimeIndex
    jump: tuple[pd.Timestamp, float] | None

    def wider(self, factor: float) -> "Lift":
        """Return the same lift with an interval so many times as wide."""
        low, high = (self.estimate + factor * (end - self.estimate) for end in (self.low, self.high))
        return replace(self, low=low, high=high, error=self.error * factor)


@dataclass(frozen=True)
class Joint:
    """Lifts of several windows in one fit, of all their days together, and the covariance between the windows."""

    parts: tuple[Lift, ...]
    total: Lift
    covariance: Array


@dataclass(frozen=True)
class Placebo:
    """Quiet stretches as long as the window, judged by the days before each: first days, estimates, intervals.

    Stretches overlap: `independent` is how many of them fit one after the other.
    """

    first: pd.DatetimeIndex
    estimates: Array
    errors: Array
    low: Array
    high: Array
    independent: int

    @property
    def quiet(self) -> Mask:
        """Return in which stretches nothing is found: zero lies inside the interval."""
        return np.asarray((self.low <= 0) & (self.high >= 0))


def between(days: pd.DatetimeIndex, first: dt.date, last: dt.date) -> Mask:
    """Return which days lie between two dates, both included."""
    return np.asarray((days >= pd.Timestamp(first)) & (days <= pd.Timestamp(last)))


def of_others(days: pd.DatetimeIndex, campaign: Campaign) -> Mask:
    """Return which days are another campaign's of the brand, or within a week after one: no quiet days."""
    loud = np.zeros(len(days), dtype=bool)
    for other in campaign.earlier_campaigns:
        loud |= between(days, other.start, other.end + dt.timedelta(days=WASHOUT_DAYS))
    return loud


def daily_sales(tables: Tables, campaign: Campaign) -> pd.Series:
    """Return net sales a day in the brand's time zone, from the first order to the end of the campaign.

    Days without orders are zero, but unknown where a shop of such a usual number of orders would surely have had one:
    then the export lacks them. The days from the last order on are left out while the campaign or the day of the
    report is not over: there the export may have ended, perhaps in the middle of a day.
    Sales that only a tool or another market place tells are not all sales of a day, so they are none of these.
    """
    orders = tables.orders[tables.orders["told_by"].isna()]
    if orders.empty:
        return pd.Series(dtype=float, index=pd.DatetimeIndex([]))
    day = orders["ordered_at"].dt.tz_convert(campaign.timezone).dt.tz_localize(None).dt.normalize()
    # Rounded, so that the order of the rows does not show in the last digits.
    sums = orders["net_revenue"].astype(float).groupby(day).sum().sort_index().round(6)
    end, today, newest = pd.Timestamp(campaign.end), pd.Timestamp(campaign.today), sums.index.max()
    last = min(end, today, newest)
    if newest == last and (newest < end or newest == today):
        last -= pd.Timedelta(days=1)
    every = sums.reindex(pd.date_range(sums.index.min(), last, freq="D"))
    usual = float(orders["orders"].fillna(1).astype(float).groupby(day).sum().median())
    return every.fillna(0.0).mask(_surely_lost(every.isna(), usual))


def _surely_lost(gone: pd.Series, usual: float) -> pd.Series:
    """Tell which days without an order are in a stretch too long for chance, at so many orders on a usual day."""
    stretch = gone.groupby((~gone).cumsum()).transform("sum")
    return gone & (stretch * usual > SURELY_SOME)


def design(days: pd.DatetimeIndex, tables: Tables, campaign: Campaign) -> tuple[Array, list[str]]:
    """Return constant, weekdays and the daily series that say something of their own, and the names of those series.

    A series is used when it covers all days, moves before the start, and is not made up of the columns before it.
    """
    before = np.asarray(days < pd.Timestamp(campaign.start))
    x, names = np.column_stack([np.ones(len(days)), np.eye(7)[days.day_of_week.to_numpy()][:, 1:]]), list[str]()
    for name, values in _daily_series(days, tables, campaign):
        if not np.isfinite(values).all() or inference.all_alike(values[before]):
            continue
        wider = np.column_stack([x, (values - values[before].mean()) / values[before].std()])
        if np.linalg.matrix_rank(wider[before], tol=1e-6 * math.sqrt(len(days))) == wider.shape[1]:
            x, names = wider, [*names, name]
    return x, names


def _daily_series(days: pd.DatetimeIndex, tables: Tables, campaign: Campaign) -> list[tuple[str, Array]]:
    """Return each daily series of the brand that the campaign cannot move, with NaN on days when it is unknown."""
    series = tables.series
    part = series["influencer_id"].notna() | series["segment"].notna() | series["region"].notna()
    moved = series["is_outcome"].fillna(False).astype(bool) | series["days"].gt(1).fillna(False).astype(bool)
    controls = series[~(part | moved)]
    if controls.empty:
        return []
    dates = controls["date"].dt.tz_convert(campaign.timezone).dt.tz_localize(None).dt.normalize()
    rows = controls.assign(day=dates, value=controls["value"].astype(float))
    wide = rows.pivot_table(index="day", columns="name", values="value", aggfunc="sum", dropna=False).reindex(days)
    return [(str(name), wide[name].to_numpy(float)) for name in sorted(wide.columns)]


def too_regular(sales: pd.Series, x: Array, start: pd.Timestamp) -> bool:
    """Tell whether sales before the start hold no chance at all, so that no interval could be trusted."""
    before = np.asarray(sales.index < start)
    y, known = sales.to_numpy(float)[before], x[before]
    if inference.all_alike(y):
        return True
    fitted = known @ np.linalg.lstsq(known, y, rcond=None)[0]
    return bool(np.abs(y - fitted).max() <= 1e-6 * np.abs(y).max())


def lift(sales: pd.Series, x: Array, window: Mask | pd.Timestamp, level: float) -> Lift:
    """Return the sum of a daily series over a window less its expectation from the other days.

    `window` is a mask of days, in any pattern, or the first day of a window that lasts to the end. Days without a
    number are neither in the window nor learned from; x has one row a day. See daily_model for the method.
    """
    asked = np.asarray(sales.index >= window) if isinstance(window, pd.Timestamp) else window
    return jointly(sales, x, [asked], level).parts[0]


def jointly(sales: pd.Series, x: Array, windows: Sequence[Mask], level: float) -> Joint:
    """Return the lifts of several windows in one fit; no day of one window is learned from for another."""
    asked = np.logical_or.reduce(windows)
    days, at = _days(sales, x, asked)
    out = daily_model.standing_out(days)
    order = np.r_[np.delete(np.arange(days.quiet), out), out, np.arange(days.quiet, len(at))]
    days, at = daily_model.reordered(days, order, days.quiet - len(out)), at[order]
    member = np.array([*windows, asked])[:, at[days.quiet :]].astype(float)
    found = daily_model.expected(daily_model.whiten(days), days.quiet, member)
    fit = _Fit(sales, at[days.quiet :], days.quiet + len(out), found, member, days.unit, len(out))
    parts = tuple(fit.lift(number, level) for number in range(len(windows)))
    total = parts[0] if len(parts) == 1 else fit.lift(len(windows), level)
    return Joint(parts, total, fit.covariance[:-1, :-1])


def _days(sales: pd.Series, x: Array, asked: Mask) -> tuple[Days, Codes]:
    """Return quiet days, then days asked about, and where in the series each stands; days without a number are out."""
    y, number = sales.to_numpy(float), np.arange(1.0, len(sales) + 1)
    early = number <= int(np.argmax(asked)) - MOST_DAYS_BEFORE
    quiet, inside = (np.flatnonzero(np.isfinite(y) & ~early & part) for part in (~asked, asked))
    at = np.r_[quiet, inside]
    return daily_model.prepared(y[at], x[at], number[at], len(quiet)), at


@dataclass(frozen=True)
class _Fit:
    """What one fit says of the days asked about, `at` in the series; the first `out` of them only stand out.

    What stood out before is to be expected in a window as often as it came (compound Poisson). `member` has one row a
    sum and one column a day; `found` is in units of `unit`.
    """

    sales: pd.Series
    at: Codes
    quiet: int
    found: Mixture
    member: Array
    unit: float
    out: int

    @property
    def usual(self) -> float:
        """Return what the days that stand out add to an average day."""
        return float(self.found.path[: self.out].sum()) / self.quiet

    @property
    def rare(self) -> Array:
        """Return the covariance that rare days add to the sums."""
        length, extra = self.member.sum(axis=1), self.found.path[: self.out]
        return np.asarray((np.diag(length) + np.outer(length, length) / self.quiet) * float(extra @ extra) / self.quiet)

    @property
    def covariance(self) -> Array:
        """Return the covariance of all sums."""
        return np.asarray(self.unit**2 * (self.found.covariance + self.rare))

    def ends(self, number: int, level: float) -> list[float]:
        """Return how far below and above its estimate the interval of one sum ends."""
        share = self.rare[number, number] / self.found.covariance[number, number]
        wide, center = self.unit * math.sqrt(1 + share), self.found.means[number]
        ends = (wide * (self.found.quantile(p, number) - center) for p in ((1 - level) / 2, (1 + level) / 2))
        return [float(end) for end in ends]

    def lift(self, number: int, level: float) -> Lift:
        """Return one sum as a lift."""
        inside = self.member[number, self.out :] > 0
        index, days = pd.DatetimeIndex(self.sales.index), self.at[self.out :][inside]
        actual = self.sales.to_numpy(float)[days]
        path = self.unit * (self.found.path[self.out :][inside] - self.usual)
        best, ends = float(path.sum()), self.ends(number, level)
        return Lift(
            estimate=best,
            low=best + ends[0],
            high=best + ends[1],
            error=math.sqrt(self.covariance[number, number]),
            freedom=self.found.freedom,
            days_before=self.quiet,
            days=len(days),
            expected=actual - path,
            actual=actual,
            when=index[days],
            standing_out=index[np.sort(self.at[: self.out])],
            jump=self._jump(),
        )

    def _jump(self) -> tuple[pd.Timestamp, float] | None:
        """Return the day on which the level most likely jumped, and the chance that it did at all."""
        jumped = self.found.jumped
        if not jumped:
            return None
        day = int(max(jumped, key=lambda number: jumped[number]))
        return pd.DatetimeIndex(self.sales.index)[day - 1], sum(jumped.values())


def placebo(sales: pd.Series, x: Array, window: Mask | pd.Timestamp, level: float) -> Placebo | None:
    """Return what the same model finds in quiet stretches before the window, each judged by the days before it alone.

    All stretches share one factor of the covariance, whose leading blocks are those of the days before each. None where
    no stretch has enough days before it. Days that stand out are left out, as from the days the window is judged by,
    and so are stretches during which the level surely jumped: they were not quiet.
    """
    asked = np.asarray(sales.index >= window) if isinstance(window, pd.Timestamp) else window
    days, at = _days(sales, x, asked)
    length, before = len(at) - days.quiet, np.flatnonzero(at[: days.quiet] < np.argmax(asked))
    kept = np.setdiff1d(before, daily_model.standing_out(days))
    if len(kept) < FEWEST_DAYS_BEFORE + length:
        return None
    days = daily_model.reordered(days, kept, len(kept))
    seen, one = daily_model.whiten(days), np.ones((1, length))
    starts = _starts(days, length, daily_model.expected(seen, len(kept) - 1, np.ones((1, 1))).jumped)
    if not len(starts):
        return None
    found = [daily_model.expected(seen, int(start), one) for start in starts]
    low, high = (days.unit * np.array([f.quantile(p, 0) for f in found]) for p in ((1 - level) / 2, (1 + level) / 2))
    return Placebo(
        pd.DatetimeIndex(sales.index)[at[kept[starts]]],
        days.unit * np.array([part.means[0] for part in found]),
        days.unit * np.array([math.sqrt(part.covariance[0, 0]) for part in found]),
        low,
        high,
        len(np.unique(starts[:, None] + np.arange(length))) // length,
    )


def _starts(days: Days, length: int, jumped: Mapping[float, float]) -> Codes:
    """Return where quiet stretches begin, evenly spread and the last one just before the window.

    A stretch is not quiet when the level jumped in it, or so shortly before that nothing could tell.
    """
    last = days.quiet - length
    step = max(1, math.ceil((last - FEWEST_DAYS_BEFORE + 1) / MOST_STRETCHES))
    starts = np.arange(last, FEWEST_DAYS_BEFORE - 1, -step, dtype=np.int64)[::-1]
    if sum(jumped.values()) < SURELY_JUMPED:
        return starts
    day = max(jumped, key=lambda number: jumped[number])
    loud = (days.when[starts] < day + daily_model.FEWEST_BESIDE) & (days.when[starts + length - 1] >= day)
    return np.asarray(starts[~loud])


def widening(found: Placebo | None) -> float:
    """Return by how much an interval has to be wider, as quiet stretches of the same series show.

    Their mean square in standard errors is drawn towards one, as if ten more stretches had been as they should; it
    counts only where chance alone would hardly give it (chi-squared with as many stretches as follow one another).
    """
    if found is None or found.independent < FEWEST_STRETCHES:
        return 1.0
    square = float(np.mean((found.estimates / found.errors) ** 2))
    if stats.chi2.sf(square * found.independent, found.independent) >= WIDER_IF:
        return 1.0
    return max(1.0, math.sqrt((USUAL_STRETCHES + square * found.independent) / (USUAL_STRETCHES + found.independent)))
