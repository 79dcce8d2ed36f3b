"""Read dates and times as people and tools write them, and never guess the order of day and month."""

import datetime as dt
import email.utils
import functools
import re
import zoneinfo
from collections.abc import Sequence
from typing import NamedTuple

import babel.dates

OLDEST = dt.datetime(2005, 1, 1, tzinfo=dt.UTC)
# Day 1 of a spreadsheet's calendar, shifted by the leap day 1900 that never was; 38353 is 2005-01-01.
SPREADSHEET_START = dt.datetime(1899, 12, 30)
SPREADSHEET_DAYS = (38_353, 60_000)
LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl")
CLOCK = r"(?:[ T,]+(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d))?\s*(?P<half>[AaPp][Mm])?)?"
NUMERIC = re.compile(r"(?P<first>\d{1,2})(?P<mark>[/.\-])(?P<middle>\d{1,2})(?P=mark)(?P<year>\d{4}|\d\d)" + CLOCK)
WORDED = (
    re.compile(r"(?P<day>\d{1,2})\.?[ -]+(?:de )?(?P<month>[^\W\d]+)\.?,?[ -]+(?:de )?(?P<year>\d{4})" + CLOCK),
    re.compile(r"(?P<day>\d{1,2})-(?P<month>[^\W\d]+)\.?-(?P<year>\d\d)" + CLOCK),
    re.compile(r"(?P<month>[^\W\d]+)\.? +(?P<day>\d{1,2}),? +(?P<year>\d{4})" + CLOCK),
)
WEEKDAY = re.compile(r"[^\W\d]+\.?, +(?=\d|[^\W\d]+\.? +\d)")
# As mail and web servers write it: 03 Mar 2026 20:05:00 GMT, after the day of the week.
OF_SERVERS = re.compile(r"\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d(?::\d\d)? (?:GMT|UTC|[+-]\d{4})")
ISO_HALF = re.compile(r"(?P<day>\d{4}-\d\d-\d\d)" + CLOCK)
COMPACT = re.compile(r"\d{8}T?\d{6}Z?")
YEAR_FIRST = re.compile(r"\d{4}/\d\d?/\d\d?(?=\D|$)")
PLAIN = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?(?:Z| ?[+-]\d\d:?\d\d)?")


class AmbiguousColumnError(Exception):
    """A whole column leaves the order of its dates open."""

    def __init__(self, example: str) -> None:
        """Keep an example cell."""
        self.example = example
        super().__init__(example)


class Moment(NamedTuple):
    """A time in UTC, or why there is none; `naive` when the cell told a time of day without an offset."""

    value: dt.datetime | None = None
    fault: str | None = None
    naive: bool = False


def date_order(cells: Sequence[str]) -> str | None:
    """Return day_first or month_first when a column of numeric dates proves it; None when it has none.

    Dates with dots are day first unless they cannot be. Raises AmbiguousColumnError when every date can be read in both
    ways, when the dates contradict each other, and when a year of two digits may stand first or last.
    """
    found = [match for match in map(NUMERIC.fullmatch, cells) if match]
    if _year_may_be_first(found):
        raise AmbiguousColumnError(found[0][0])
    slashed = [match for match in found if match["mark"] != "."]
    day_first = [match for match in found if int(match["first"]) > 12]
    month_first = [match for match in found if int(match["middle"]) > 12]
    proven = bool(day_first) != bool(month_first)
    open_ones = [match for match in found if match["first"] != match["middle"]]
    if proven and (day_first or not (slashed and len(slashed) < len(found))):
        return "day_first" if day_first else "month_first"
    if (slashed and open_ones) or month_first:
        raise AmbiguousColumnError((month_first or open_ones)[0][0])
    return "day_first" if found else None


def _year_may_be_first(found: Sequence[re.Match[str]]) -> bool:
    """Tell whether years of two digits may stand first: the first parts are all one number and the last are not."""
    short = [match for match in found if len(match["year"]) == 2]
    if not short or any(int(match["middle"]) > 12 for match in short):
        return False
    return len({match["first"] for match in short}) == 1 < len({match["year"] for match in short})


def moment(text: str, zone: zoneinfo.ZoneInfo, order: str | None) -> Moment:
    """Return the time a cell tells. A time without an offset is in `zone`."""
    told = _told(text, order)
    if told is None:
        return Moment(fault="NOT_A_DATE")
    naive = told.tzinfo is None
    value = (told.replace(tzinfo=zone) if naive else told).astimezone(dt.UTC)
    if value < OLDEST:
        return Moment(fault="DATE_TOO_OLD")
    return Moment(value, naive=naive and told.time() != dt.time())


def _told(text: str, order: str | None) -> dt.datetime | None:
    """Return date and time, with the offset if the cell has one."""
    try:
        if PLAIN.fullmatch(text):
            return dt.datetime.fromisoformat(text.replace(" +", "+").replace(" -", "-"))
        text = WEEKDAY.sub("", text.removesuffix(" Uhr"))
        numeric = NUMERIC.fullmatch(text)
        if numeric:
            return _numeric(numeric, order)
        return _counted(text) or _worded(text) or _other(text)
    except (ValueError, OverflowError):
        return None


def _numeric(found: re.Match[str], order: str | None) -> dt.datetime:
    """Return the moment of a date such as 03/04/2026 14:05."""
    first, middle, year = int(found["first"]), int(found["middle"]), int(found["year"])
    if len(found["year"]) == 2:
        if found["mark"] == "-" and order is None:
            raise ValueError("the year may stand first or last")
        if order == "year_first":
            return _at(2000 + first, middle, year, found)
        year += 2000
    day, month = (middle, first) if order == "month_first" else (first, middle)
    return _at(year, month, day, found)


def _at(year: int, month: int, day: int, clock: re.Match[str]) -> dt.datetime:
    """Return a moment from a date and the clock beside it."""
    hour, minute, second = (int(clock[name] or 0) for name in ("hour", "minute", "second"))
    if clock["half"]:
        hour = hour % 12 + (12 if clock["half"].lower() == "pm" else 0)
    return dt.datetime(year, month, day, hour, minute, second)


def _counted(text: str) -> dt.datetime | None:
    """Return the moment of a count of seconds or milliseconds since 1970, or of a spreadsheet's days since 1900."""
    if re.fullmatch(r"\d{10}|\d{13}|\d{16}", text):
        return dt.datetime.fromtimestamp(int(text[:10]), dt.UTC)
    if re.fullmatch(r"\d{5}(?:\.\d+)?", text) and SPREADSHEET_DAYS[0] <= float(text) <= SPREADSHEET_DAYS[1]:
        seconds = round((float(text) % 1) * 86_400)
        return SPREADSHEET_START + dt.timedelta(days=int(float(text)), seconds=seconds)
    return None


def _worded(text: str) -> dt.datetime | None:
    """Return the moment of a date with its month in words, in any of the languages known."""
    for form in WORDED:
        found = form.fullmatch(text)
        month = months().get(found["month"].casefold()) if found else None
        if found and month:
            year = int(found["year"]) + (2000 if len(found["year"]) == 2 else 0)
            return _at(year, month, int(found["day"]), found)
    return None


@functools.cache
def months() -> dict[str, int]:
    """Return month name: number, for full and short names of every language known, where all agree."""
    names: dict[str, set[int]] = {"sept": {9}}
    for language in LANGUAGES:
        for width in ("wide", "abbreviated"):
            for number, name in babel.dates.get_month_names(width, locale=language).items():
                names.setdefault(name.casefold().rstrip("."), set()).add(number)
    return {name: min(numbers) for name, numbers in names.items() if len(numbers) == 1}


def _other(text: str) -> dt.datetime | None:
    """Return the moment of the forms that tools write: ISO without marks, year first with slashes, X's own."""
    if re.fullmatch(r"[A-Z][a-z]{2} [A-Z][a-z]{2} .*", text):
        return dt.datetime.strptime(text, "%a %b %d %H:%M:%S %z %Y")
    if OF_SERVERS.fullmatch(text):
        return email.utils.parsedate_to_datetime(text)
    half = ISO_HALF.fullmatch(text)
    if half:
        year, month, day = map(int, half["day"].split("-"))
        return _at(year, month, day, half)
    if COMPACT.fullmatch(text):
        digits = re.sub(r"\D", "", text)
        return dt.datetime.fromisoformat(f"{digits[:8]}T{digits[8:]}{'Z' if text.endswith('Z') else ''}")
    return _iso(text)


def _iso(text: str) -> dt.datetime:
    """Return the moment of an ISO form with its year first, also with slashes and an offset after a blank.

    A week such as 2026-W10 is no day.
    """
    if "W" in text:
        raise ValueError("a week, not a day")
    year_first = YEAR_FIRST.match(text)
    if year_first:
        year, month, day = year_first[0].split("/")
        text = f"{year}-{int(month):02}-{int(day):02}{text[year_first.end() :]}"
    text = re.sub(r" ?UTC$", "+00:00", text)
    return dt.datetime.fromisoformat(re.sub(r" (?=[+-]\d\d:?\d\d$)", "", text))
