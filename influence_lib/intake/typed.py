"""Turn text into typed columns, with every conversion counted and every cell that cannot be read set aside."""

import datetime as dt
import hashlib
import re
import unicodedata
import zoneinfo
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from influence_lib.intake.reasons import Fault

Kind = Literal["text", "id", "handle", "code", "count", "amount", "time", "flag", "choice"]

MISSING = {"", "-", "--", "---", "—", "–", "n/a", "na", "nan", "null", "none", "?", "(not set)", "n.a.", "k.a."}
EXCEL_ERRORS = {"#n/a", "#value!", "#ref!", "#div/0!", "#name?", "#num!", "#null!"}
YES = {
    "1",
    "true",
    "yes",
    "y",
    "x",
    "ja",
    "j",
    "si",
    "sí",
    "oui",
    "wahr",
    "sponsored",
    "paid",
    "ad",
    "gesponsert",
    "werbung",
    "anzeige",
}
NO = {"0", "false", "no", "n", "nein", "non", "falsch", "organic", "organisch", "unpaid", "not sponsored"}
SUFFIXES = {"k": 1e3, "m": 1e6, "mio": 1e6, "b": 1e9, "tsd": 1e3}
INVISIBLE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
OLDEST = dt.datetime(2005, 1, 1, tzinfo=dt.UTC)
FORMATS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d",
    "%a %b %d %H:%M:%S %z %Y",
    "%b %d, %Y",
    "%d %b %Y",
    "%B %d, %Y",
    "%d %B %Y",
)
NUMERIC_DATE = re.compile(
    r"(\d{1,2})([/.\-])(\d{1,2})\2(\d{4})(?:[ T,]+(\d{1,2}):(\d\d)(?::(\d\d))?\s*([AaPp][Mm])?)?$"
)


@dataclass(frozen=True)
class Field:
    """One column a source can have: its canonical name, kind, the headers it goes by, and whether a row needs it."""

    name: str
    kind: Kind
    headers: tuple[str, ...]
    required: bool = False
    choices: Mapping[str, str] | None = None
    signed: bool = False


@dataclass(frozen=True)
class Reading:
    """How the text of one file is to be read: time zone, order of dates, decimal mark, salt of hashes."""

    zone: zoneinfo.ZoneInfo
    date_order: str | None = None
    decimal: str | None = None


class AmbiguousColumnError(Exception):
    """A whole column leaves the date order open; `key` is the parameter that settles it."""

    def __init__(self, code: str, example: str, key: str) -> None:
        """Keep the code, an example cell and the key."""
        self.code, self.example, self.key = code, example, key
        super().__init__(example)


def header_key(header: str) -> str:
    """Return a header in the form in which headers are compared: no case, accents kept, no punctuation."""
    folded = unicodedata.normalize("NFKC", INVISIBLE.sub("", header)).casefold()
    return re.sub(r"[^\w]+|_+", " ", folded).strip()


def clean(text: str) -> str:
    """Return a cell without the white space and the ="..." around it."""
    text = text.strip()
    return text[2:-1] if text.startswith('="') and text.endswith('"') else text


def is_missing(text: str) -> bool:
    """Tell whether a cell means unknown."""
    return text.casefold() in MISSING or text.casefold() in EXCEL_ERRORS


def handle(text: str) -> str:
    """Return a creator's handle or profile address in one form: no @, no address, no case."""
    text = unicodedata.normalize("NFKC", INVISIBLE.sub("", text)).strip()
    if "://" in text or text.casefold().startswith("www."):
        text = re.split(r"[?#]", text)[0].rstrip("/").rpartition("/")[2]
    return text.lstrip("@").casefold()


def code(text: str) -> str:
    """Return a discount code in one form: no white space, capitals."""
    return unicodedata.normalize("NFKC", INVISIBLE.sub("", text)).strip().upper()


def hashed(text: str, prefix: str) -> str:
    """Return a short, stable stand-in for something personal."""
    return f"{prefix}-{hashlib.blake2s(text.encode(), digest_size=5, person=b'influenc').hexdigest()}"


def _digits(text: str) -> str:
    """Return a number's text with signs and digits of every script made plain."""
    text = unicodedata.normalize("NFKC", text).replace("\u2212", "-").replace("'", "").replace("\u2019", "")
    return re.sub(r"[\s\u00a0\u202f]", "", text)


def decimal_mark(cells: Sequence[str]) -> str | None:
    """Return the decimal mark that a column's numbers prove, or None when they leave it open."""
    for text in map(_digits, cells):
        marks = re.findall(r"[.,]", text)
        if len(set(marks)) == 2:
            return marks[-1]
        if len(marks) > 1:
            return "," if marks[0] == "." else "."
        if len(marks) == 1 and not re.search(r"[.,]\d{3}(?!\d)", text):
            return marks[0]
    return None


def number(text: str, mark: str | None, whole: bool) -> tuple[float | None, str | None]:
    """Return (value, None) or (None, reason code) of one number; `mark` is the decimal mark if it is known."""
    plain = re.sub(r"^[^\d\-+.,]+|[^\w.,]+$|(?<=[\d])(?:[A-Z]{3}|[€$£])$", "", _digits(text))
    plain = re.sub(r"^(-?)[A-Z]{3}(?=\d)", r"\1", plain)
    found = re.fullmatch(r"([-+]?)([\d.,]+)(k|m|mio|b|tsd)?\.?", plain, flags=re.IGNORECASE)
    if not found or not re.search(r"\d", found[2]):
        return None, "NOT_A_NUMBER"
    digits, suffix = found[2], (found[3] or "").lower()
    marks = set(re.findall(r"[.,]", digits))
    if mark is None and marks:
        single = len(marks) == 1 and len(re.findall(r"[.,]", digits)) == 1
        grouped = re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", digits) is not None
        if single and grouped and not whole:
            return None, "AMBIGUOUS_NUMBER"
        mark = decimal_mark([digits]) if not grouped else {".": ",", ",": "."}[marks.pop()]
    group = {".": ",", ",": "."}.get(mark or ".", ",")
    value = float(digits.replace(group, "").replace(mark or ".", ".")) * SUFFIXES.get(suffix, 1)
    return -value if found[1] == "-" else value, None


def _count(text: str, mark: str | None) -> tuple[Any, str | None]:
    """Return a count, or why it is none."""
    value, fault = number(text, mark, whole=True)
    if fault or value is None:
        return None, fault
    if value < 0:
        return None, "NEGATIVE_COUNT"
    return (round(value), None) if abs(value - round(value)) < 1e-6 else (None, "NOT_INTEGER")


def date_order(cells: Sequence[str]) -> str | None:
    """Return day_first or month_first when a column of numeric dates proves it; None when it has none.

    Raises AmbiguousColumnError when every date can be read both ways.
    """
    found = [match for match in (NUMERIC_DATE.match(cell) for cell in cells) if match]
    slashed = [match for match in found if match[2] != "."]
    if not slashed:
        return "day_first" if found else None
    if any(int(match[1]) > 12 for match in slashed):
        return "day_first"
    if any(int(match[3]) > 12 for match in slashed):
        return "month_first"
    raise AmbiguousColumnError("AMBIGUOUS_DATE", slashed[0][0], "date_order")


def time(text: str, reading: Reading, order: str | None) -> tuple[Any, str | None]:
    """Return a time in UTC, or why it is none. A time without an offset is in the reading's zone."""
    moment = _moment(text, order)
    if moment is None:
        return None, "NOT_A_DATE"
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=reading.zone)
    moment = moment.astimezone(dt.UTC)
    return (None, "DATE_TOO_OLD") if moment < OLDEST else (moment, None)


def _moment(text: str, order: str | None) -> dt.datetime | None:
    """Return the date and time a cell says, with its offset if it has one."""
    numeric = NUMERIC_DATE.match(text)
    try:
        if numeric:
            return _numeric_moment(numeric, order)
        if re.fullmatch(r"\d{10}|\d{13}", text):
            return dt.datetime.fromtimestamp(int(text[:10]), dt.UTC)
        return dt.datetime.fromisoformat(
            re.sub(r"\s+(?=[+-]\d\d:?\d\d$)| UTC$", "", text) + ("+00:00" if text.endswith(" UTC") else "")
        )
    except ValueError:
        pass
    for form in FORMATS:
        try:
            return dt.datetime.strptime(text, form)
        except ValueError:
            continue
    return None


def _numeric_moment(found: re.Match[str], order: str | None) -> dt.datetime:
    """Return the moment of a date such as 03/04/2026 14:05."""
    first, second = int(found[1]), int(found[3])
    day, month = (second, first) if order == "month_first" and found[2] != "." else (first, second)
    hour, minute, second_ = (int(found[i] or 0) for i in (5, 6, 7))
    if found[8]:
        hour = hour % 12 + (12 if found[8].lower() == "pm" else 0)
    return dt.datetime(int(found[4]), month, day, hour, minute, second_)


def _flag(text: str) -> tuple[Any, str | None]:
    """Return yes or no, or why it is neither."""
    folded = text.casefold()
    if folded in YES or folded in NO:
        return folded in YES, None
    return None, "NOT_YES_OR_NO"


def _identity(text: str) -> tuple[Any, str | None]:
    """Return an id as text; refuse one that a spreadsheet has turned into a rounded number."""
    if re.fullmatch(r"\d(?:[.,]\d+)?[eE]\+\d{2}", text):
        return None, "ID_MANGLED"
    return text, None


def reader(field: Field, cells: Sequence[str], reading: Reading) -> Callable[[str], tuple[Any, str | None]]:
    """Return the function that reads one cell of a column, after a look at the whole column."""
    match field.kind:
        case "count":
            return lambda text: _count(text, reading.decimal)
        case "amount":
            mark = reading.decimal or decimal_mark(cells)
            return lambda text: _amount(text, mark, field.signed)
        case "time":
            order = reading.date_order or date_order(cells)
            return lambda text: time(text, reading, order)
        case "flag":
            return _flag
        case "handle":
            return lambda text: (handle(text) or None, None)
        case "code":
            return lambda text: (code(text), None)
        case "id":
            return _identity
        case "choice":
            choices = field.choices or {}
            return lambda text: (choices.get(header_key(text)), None)
        case _:
            return lambda text: (text, None)


def _amount(text: str, mark: str | None, signed: bool) -> tuple[Any, str | None]:
    """Return an amount of money, or why it is none."""
    value, fault = number(text, mark, whole=False)
    if value is not None and value < 0 and not signed:
        return None, "NEGATIVE_AMOUNT"
    return value, fault


VERBATIM = {"text", "id", "handle", "code"}


def column(
    field: Field, header: str, cells: Sequence[str], lines: Sequence[int], reading: Reading
) -> tuple[list[Any], list[Fault]]:
    """Return the typed values of one column (None where unknown) and the cells that could not be read."""
    texts = [clean(cell) for cell in cells]
    known = [text for text in texts if not is_missing(text)]
    read = reader(field, known, reading)
    values: list[Any] = []
    faults: list[Fault] = []
    memo: dict[str, tuple[Any, str | None]] = {}
    for text, line in zip(texts, lines, strict=True):
        missing = text == "" if field.kind in VERBATIM else is_missing(text)
        if not missing and text not in memo:
            memo[text] = read(text)
        value, fault = (None, "MISSING_REQUIRED" if field.required else None) if missing else memo[text]
        if fault:
            faults.append(Fault(line, header, text[:200], fault))
        values.append(value)
    return values, faults


def frame(columns: Mapping[str, list[Any]], kinds: Mapping[str, Kind]) -> pd.DataFrame:
    """Return typed columns as a frame."""
    types = {"count": "Int64", "amount": "Float64", "flag": "boolean", "time": "datetime64[us, UTC]"}
    return pd.DataFrame(
        {name: pd.Series(values, dtype=types.get(kinds[name], "str")) for name, values in columns.items()}
    )
