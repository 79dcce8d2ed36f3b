"""Dates without a year, as TikTok writes them: the year told, else the latest in which all of them can be."""

import datetime as dt
import itertools
import re
from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from influence_lib.intake import moments
from influence_lib.intake.grid import Sheet
from influence_lib.intake.reasons import FileError
from influence_lib.intake.remarks import Remark
from influence_lib.intake.source import Context
from influence_lib.intake.typed import Field, clean

CLOCK = r"(?P<clock>[ ,T]+\d{1,2}:\d\d.*)?"
FORMS = (
    re.compile(r"(?P<month>[^\W\d]+)\.? +(?P<day>\d{1,2})(?:st|nd|rd|th)?" + CLOCK),
    re.compile(r"(?P<day>\d{1,2})\.?[ -]*(?:de )?(?P<month>[^\W\d]+)\.?" + CLOCK),
    re.compile(r"(?P<month>\d{1,2})[月월] ?(?P<day>\d{1,2})[日일]" + CLOCK),
    re.compile(r"(?P<day>\d{1,2}) tháng (?P<month>\d{1,2})" + CLOCK),
)
LEAP_YEAR = 2000
# Within so many years there is a 29 February.
LOOKED_BACK = 8
# Stands in a column of its own until the rows are typed, because only then the span can be told.
ASSUMED = "year assumed"
YEAR_ASSUMED = Field("year_assumed", "text", (ASSUMED,))


class Day(NamedTuple):
    """A day of some year, and the text of the clock beside it."""

    month: int
    day: int
    clock: str = ""

    def of(self, year: int) -> dt.date:
        """Return the date in a year. Raises ValueError for 29 February of most years."""
        return dt.date(year, self.month, self.day)


def complete(sheet: Sheet, header: str, context: Context, *, of_posts: bool = False) -> Sheet:
    """Return a copy of a sheet in which dates without a year have one; other cells stay as they are.

    An account's days must rise or fall from row to row. A list of posts may be in any order when the day of its
    download is told: it reaches back a year at the most.
    """
    cells = [clean(cell) for cell in sheet.cells(header)]
    days = {position: day for position, text in enumerate(cells) if (day := without_year(text))}
    if not days:
        return sheet
    _refuse_mixed(context, header, [text for position, text in enumerate(cells) if position not in days])
    dates = _dates(list(days.values()), header, context, of_posts)
    told = {position: f"{date}{day.clock}" for (position, day), date in zip(days.items(), dates, strict=True)}
    changed = {header: [told.get(position, text) for position, text in enumerate(cells)]}
    if context.year is not None:
        return sheet.with_cells(changed, f"year added to the dates of '{header}'")
    # A year that was assumed gets a warning of its own, with the span.
    changed[ASSUMED] = ["yes" if position in told else "" for position in range(len(cells))]
    return sheet.with_cells(changed)


def remarks(rows: pd.DataFrame, time: str, context: Context) -> tuple[Remark, ...]:
    """Return a warning that the year of the dates was assumed, and which span was taken."""
    if "year_assumed" not in rows or rows["year_assumed"].isna().all():
        return ()
    first, last = (moment.astimezone(context.zone) for moment in (rows[time].min(), rows[time].max()))
    span = f"taken as {first:%Y-%m-%d} to {last:%Y-%m-%d}"
    return (Remark("YEAR_ASSUMED", f"the dates have no year, {span}; set `year` in the YAML if that is wrong", True),)


def without_year(text: str) -> Day | None:
    """Return the day that a cell tells without a year, in any of the languages known, or None."""
    for form in FORMS:
        found = form.fullmatch(text)
        month = _month(found["month"]) if found else None
        if found and month:
            day = Day(month, int(found["day"]), found["clock"] or "")
            return day if _exists(day, LEAP_YEAR) else None
    return None


def _month(text: str) -> int | None:
    """Return the number of a month from its number or its name."""
    return int(text) if text.isdigit() else moments.months().get(text.casefold())


def _exists(day: Day, year: int) -> bool:
    """Tell whether a year has a day."""
    try:
        day.of(year)
    except ValueError:
        return False
    return True


def _refuse_mixed(context: Context, header: str, others: Sequence[str]) -> None:
    """Refuse a column in which some dates have a year and some have none."""
    dated = next((text for text in others if moments.moment(text, context.zone, "day_first").value), None)
    if dated is not None:
        message = f"in the column '{header}' some dates have a year ('{dated}') and some have none; write it into each"
        raise FileError(context.path, "YEAR_MISSING", message)


def _dates(days: Sequence[Day], header: str, context: Context, of_posts: bool) -> list[dt.date]:
    """Return the dates of days that have no year."""
    if of_posts and context.exported_on and context.year is None:
        return [_latest([day], [0], context)[0] for day in days]
    ways = [way for way in (_years_apart(days), _falling(days)) if way is not None]
    if not ways:
        advice = "sort the rows by date, or write the year into each date"
        more = ", or set `exported_on` in the YAML" if of_posts else ""
        message = f"the dates of the column '{header}' have no year and neither rise nor fall; {advice}{more}"
        raise FileError(context.path, "YEAR_MISSING", message)
    return _latest(days, min(ways, key=lambda apart: _span(days, apart)), context)


def _years_apart(days: Sequence[Day]) -> list[int] | None:
    """Return how many years each day lies before the last, as 0 or -1, or None when the days do not rise.

    Days may pass one new year; they reach back a year at the most, as exports do.
    """
    turns = [after[:2] < before[:2] for before, after in itertools.pairwise(days)]
    if sum(turns) > 1 or (any(turns) and days[-1][:2] > days[0][:2]):
        return None
    return [passed - sum(turns) for passed in itertools.accumulate([0, *turns])]


def _falling(days: Sequence[Day]) -> list[int] | None:
    """Return how many years each day lies before the first, or None when the days do not fall."""
    apart = _years_apart(days[::-1])
    return None if apart is None else apart[::-1]


def _span(days: Sequence[Day], apart: Sequence[int]) -> int:
    """Return about how many days lie between the first and the last date."""
    ordinals = [372 * years + 31 * day.month + day.day for years, day in zip(apart, days, strict=True)]
    return max(ordinals) - min(ordinals)


def _latest(days: Sequence[Day], apart: Sequence[int], context: Context) -> list[dt.date]:
    """Return the dates in the year told, else in the latest in which all exist and none is still to come."""
    limit = context.exported_on or context.today
    for year in [context.year] if context.year else range(limit.year, limit.year - LOOKED_BACK, -1):
        pairs = [(day, year + years) for day, years in zip(days, apart, strict=True)]
        if all(_exists(day, of) for day, of in pairs):
            dates = [day.of(of) for day, of in pairs]
            if context.year or max(dates) <= limit:
                return dates
    raise FileError(context.path, "YEAR_MISSING", "the year told has no 29 February; correct `year` in the YAML")
