"""What one unit of a currency was worth in another on a day."""

import datetime as dt
import functools
from collections.abc import Mapping
from typing import Any

import pandas as pd

from influence_lib.intake.source import Context

# No rates on week-ends and holidays; Easter and Christmas together never close the market for longer.
LONGEST_CLOSURE = 7


class NoRateError(Exception):
    """Neither the YAML nor the rates of the European Central Bank tell what a currency was worth on a day."""

    def __init__(self, currency: str, day: dt.date) -> None:
        """Keep the currency and the day."""
        self.currency, self.day = currency, day
        super().__init__(f"{currency} on {day}")


def rates(currencies: pd.Series, days: pd.Series, into: str, told: Mapping[str, float]) -> pd.Series:
    """Return what one unit of each row's currency was worth in `into` on its day; 1 where it is unnamed or the same.

    A rate told in the YAML counts for all days; else that of the European Central Bank on the day, or on the last
    working day before it. Raises NoRateError when there is none.
    """
    pairs = pd.DataFrame({"currency": currencies, "day": days}, index=currencies.index)
    foreign = pairs[pairs["currency"].notna() & (pairs["currency"] != into)]
    keys = list(zip(foreign["currency"], foreign["day"], strict=True))
    found = {key: told.get(key[0]) or _rate(*key, into) for key in dict.fromkeys(keys)}
    known = pd.Series([found[key] for key in keys], index=foreign.index, dtype="Float64")
    return pd.Series(1.0, index=currencies.index, dtype="Float64").mask(pairs.index.isin(foreign.index), known)


def days_of(rows: pd.DataFrame, context: Context) -> pd.Series:
    """Return the day of each row in the file's time zone; the day of the report where the row has none."""
    name = next((name for name in ("ordered_at", "spent_at", "posted_at") if name in rows), None)
    if name is None:
        return pd.Series(context.today, index=rows.index, dtype="object")
    local = rows[name].dt.tz_convert(context.zone).dt.date.astype("object")
    return local.where(rows[name].notna(), context.today)


def _rate(currency: str, day: dt.date, into: str) -> float:
    """Return the European Central Bank's rate of a day, or of the last working day before it."""
    from currency_converter.currency_converter import RateNotFoundError

    for back in range(LONGEST_CLOSURE + 1):
        try:
            return float(_history().convert(1, currency, into, day - dt.timedelta(days=back)))
        except (RateNotFoundError, ValueError):
            continue
    raise NoRateError(currency, day)


@functools.cache
def _history() -> Any:
    """Return the rates since 1999 that come with the package; half a second, so only when money is foreign."""
    from currency_converter import CurrencyConverter

    return CurrencyConverter()
