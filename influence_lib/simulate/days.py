"""The made-up calendar: days and months of the feed as running numbers, and where in it posts begin."""

import datetime as dt

import numpy as np
import pandas as pd

from influence_lib.simulate.scenarios import AS_OF, LAUNCH, Scenario

ZONE = "Europe/Berlin"
# More microseconds than lie between any two times here: keeps one creator's from the next one's.
EPOCH, APART = np.datetime64("2000-01-01", "us"), 10**15


def feed_start(scenario: Scenario) -> dt.date:
    """Return the first day of the feed."""
    return AS_OF - dt.timedelta(days=scenario.feed_days - 1)


def launch_day(scenario: Scenario) -> int:
    """Return the day of the feed, from 0, on which the campaign starts."""
    return (LAUNCH - feed_start(scenario)).days


def at(first: dt.date, days: np.ndarray, minutes: np.ndarray) -> np.ndarray:
    """Return times in UTC from local days and minutes of the day."""
    local = np.datetime64(first, "us") + (days * 1440 + minutes).astype("m8[m]")
    return plain(pd.DatetimeIndex(local).tz_localize(ZONE))


def feed_day(times: np.ndarray, scenario: Scenario) -> np.ndarray:
    """Return the day of the feed, in UTC and from 0, on which each time lies."""
    return np.asarray((times.astype("M8[D]") - np.datetime64(feed_start(scenario), "D")).astype(np.int64))


def month_names(scenario: Scenario) -> list[str]:
    """Return the calendar months by running number; the feed starts in month 1."""
    first = np.datetime64(feed_start(scenario), "M")
    last = np.datetime64(AS_OF, "M")
    return [str(month) for month in np.arange(first - 1, last + 1)]


def months(times: np.ndarray, scenario: Scenario) -> np.ndarray:
    """Return calendar months, in UTC, as running numbers; the feed starts in month 1."""
    return np.asarray((times.astype("M8[M]") - np.datetime64(feed_start(scenario), "M")).astype(np.int64) + 1)


def plain(times: pd.Series | pd.DatetimeIndex) -> np.ndarray:
    """Return times of any zone in UTC as numpy has them."""
    return np.asarray(pd.DatetimeIndex(times).tz_convert(None)).astype("M8[us]")


def place(posts: pd.DataFrame, creator: np.ndarray, moments: np.ndarray) -> np.ndarray:
    """Return where, among posts in the order of creator and time, the creator's posts from a moment on begin."""
    number, times = posts["creator"].to_numpy(), plain(posts["posted_at"])
    keys = [who * APART + (when - EPOCH).astype(np.int64) for who, when in ((number, times), (creator, moments))]
    return np.asarray(np.searchsorted(keys[0], keys[1]))
