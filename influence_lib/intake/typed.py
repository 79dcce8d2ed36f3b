"""Turn text into typed columns, with every conversion counted and every cell that cannot be read set aside."""

import hashlib
import html
import re
import unicodedata
import zoneinfo
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import pandas as pd

from influence_lib.intake import moments, numerals
from influence_lib.intake.reasons import Fault

Kind = Literal["text", "id", "handle", "code", "count", "amount", "time", "flag", "choice"]

NOTHING = {"", "-", "--", "---", "—", "–", "?"}
MISSING = NOTHING | {"n/a", "na", "nan", "null", "none", "(not set)", "n.a.", "k.a.", "unknown", "unbekannt"}
SPREADSHEET_ERRORS = {"#n/a", "#value!", "#ref!", "#div/0!", "#name?", "#num!", "#null!", "#nv", "#wert!", "#bezug!"}
YES = {
    "1", "true", "yes", "y", "x", "ja", "j", "si", "sí", "oui", "wahr", "sponsored", "paid", "ad", "gesponsert",
    "werbung", "anzeige",
}  # fmt: skip
NO = {"0", "false", "no", "n", "nein", "non", "falsch", "organic", "organisch", "unpaid", "not sponsored"}
INVISIBLE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
SITES = "instagram|tiktok|youtube|facebook|twitter|x|twitch|pinterest|linkedin|snapchat|threads"
PROFILE = re.compile(rf"(?:https?://)?(?:www\.|m\.)?(?:{SITES})\.(?:com|net|tv)/(?P<path>[^?#]+).*", re.I)
FOLDERS = {"user", "c", "channel", "in", "add", "people"}


@dataclass(frozen=True)
class Field:
    """One column a source can have: its canonical name, kind, the headers it goes by, and whether a row needs it.

    `unknown_choice` is the fault of a word that is none of the choices; without it such a word is an unknown cell.
    """

    name: str
    kind: Kind
    headers: tuple[str, ...]
    required: bool = False
    choices: Mapping[str, str] | None = None
    signed: bool = False
    unknown_choice: str | None = None


@dataclass(frozen=True)
class Reading:
    """How the text of one file is to be read: time zone, order of dates (told, or usual), decimal mark."""

    zone: zoneinfo.ZoneInfo
    date_order: str | None = None
    usual_order: str | None = None
    decimal: str | None = None


class Cell(NamedTuple):
    """What one cell says: its value, or why it cannot be read; and what was done to it, if anything."""

    value: Any = None
    fault: str | None = None
    remark: str | None = None


class Column(NamedTuple):
    """The typed values of one column (None where unknown), its faults, and how often each remark applies."""

    values: list[Any]
    faults: list[Fault]
    remarks: Counter[str]


def header_key(header: str) -> str:
    """Return a header in the form in which headers are compared: no case, accents kept, no punctuation."""
    folded = unicodedata.normalize("NFKC", INVISIBLE.sub("", header)).casefold()
    return re.sub(r"[^\w]+|_+", " ", folded).strip()


def headers(listed: str) -> tuple[str, ...]:
    """Return the headers of a comma-parted list."""
    return tuple(name.strip() for name in listed.split(","))


def clean(text: str) -> str:
    """Return a cell without the white space and the ="..." around it."""
    text = text.strip()
    return text[2:-1] if text.startswith('="') and text.endswith('"') and len(text) > 2 else text


def handle(text: str) -> str:
    """Return a creator's handle or profile address in one form: no @, no address, no case."""
    text = unicodedata.normalize("NFKC", INVISIBLE.sub("", text)).strip()
    profile = PROFILE.fullmatch(text)
    if profile:
        parts = [part for part in profile["path"].split("/") if part]
        named = [part for part in parts if part.startswith("@")] or parts[parts[0].casefold() in FOLDERS :]
        text = (named or parts)[0]
    elif "://" in text:
        text = re.split(r"[?#]", text.partition("://")[2])[0].rstrip("/")
    return text.lstrip("@").casefold()


def code(text: str) -> str:
    """Return a discount code in one form: no white space, capitals."""
    return unicodedata.normalize("NFKC", INVISIBLE.sub("", text)).strip().upper()


def hashed(text: str, prefix: str) -> str:
    """Return a short, stable stand-in for something personal."""
    return f"{prefix}-{hashlib.blake2s(text.encode(), digest_size=5, person=b'influenc').hexdigest()}"


def _count(text: str, mark: numerals.Mark) -> Cell:
    """Return a count; what was rounded is remarked."""
    if text.isdigit() and text.isascii() and len(text) < 16:
        return Cell(int(text))
    found = numerals.count(text, mark)
    if found.value is None:
        return Cell(fault=found.fault)
    return Cell(int(found.value), remark="ROUNDED_COUNT" if found.rounded else "CONVERTED")


def _likes(text: str, mark: numerals.Mark) -> Cell:
    """Return a count of likes; tools write hidden likes as -1, which means unknown."""
    return Cell(remark="HIDDEN_LIKES") if text in {"-1", "\u22121"} else _count(text, mark)


def _amount(text: str, mark: numerals.Mark, signed: bool) -> Cell:
    """Return an amount of money, or why it is none."""
    found = numerals.amount(text, mark)
    if found.value is not None and found.value < 0 and not signed:
        return Cell(fault="NEGATIVE_AMOUNT")
    plain = re.fullmatch(r"-?\d+(?:\.\d+)?", text, re.ASCII)
    return Cell(found.value, found.fault, None if plain or found.fault else "CONVERTED")


def _time(text: str, zone: zoneinfo.ZoneInfo, order: str | None) -> Cell:
    """Return a time in UTC, or why it is none."""
    found = moments.moment(text, zone, order)
    if found.value is None:
        return Cell(fault=found.fault)
    converted = None if moments.PLAIN.fullmatch(text) else "CONVERTED"
    return Cell(found.value, remark="NAIVE_TIME" if found.naive else converted)


def _flag(text: str) -> Cell:
    """Return yes or no, or why it is neither."""
    folded = text.casefold()
    return Cell(folded in YES) if folded in YES or folded in NO else Cell(fault="NOT_YES_OR_NO")


def _identity(text: str) -> Cell:
    """Return an id as text; refuse one that a spreadsheet has turned into a rounded number."""
    return Cell(fault="ID_MANGLED") if re.fullmatch(r"\d(?:[.,]\d+)?[eE]\+\d{2}", text) else Cell(text)


def _handle(text: str) -> Cell:
    """Return a handle; more than its case and a leading @ taken off is a conversion."""
    if len(re.findall(r"(?<!\w)@\w", text)) > 1:
        return Cell(fault="SEVERAL_CREATORS")
    found = handle(text)
    same = found == text.removeprefix("@").casefold()
    return Cell(found, remark=None if same else "CONVERTED") if found else Cell(fault="MISSING_REQUIRED")


def _text(text: str) -> Cell:
    """Return text with the entities of web pages (&amp;) turned into what they stand for."""
    found = html.unescape(text) if "&" in text else text
    return Cell(found, remark=None if found == text else "CONVERTED")


def _choice(field: Field, text: str) -> Cell:
    """Return the canonical word for one of a column's choices."""
    found = (field.choices or {}).get(header_key(text))
    if found is not None:
        return Cell(found)
    return Cell(fault=field.unknown_choice) if field.unknown_choice else Cell(remark="UNKNOWN_WORD")


def _reader(field: Field, cells: Sequence[str], reading: Reading) -> Callable[[str], Cell]:
    """Return the function that reads one cell of a column, after a look at the whole column."""
    match field.kind:
        case "count":
            mark, read = numerals.column_mark(cells, reading.decimal), _likes if field.name == "likes" else _count
            return lambda text: read(text, mark)
        case "amount":
            mark = numerals.column_mark(cells, reading.decimal)
            return lambda text: _amount(text, mark, field.signed)
        case "time":
            order = reading.date_order or _order(cells, reading.usual_order)
            return lambda text: _time(text, reading.zone, order)
        case "choice":
            return lambda text: _choice(field, text)
        case "code":
            return lambda text: Cell(code(text))
        case kind:
            return {"flag": _flag, "handle": _handle, "id": _identity, "text": _text}[kind]


def _order(cells: Sequence[str], usual: str | None) -> str | None:
    """Return the order of a column's dates: the one it proves, else the one usual for this kind of file."""
    try:
        return moments.date_order(cells)
    except moments.AmbiguousColumnError:
        if usual is None:
            raise
        return usual


def is_unknown(text: str) -> bool:
    """Tell whether a cell of a number, a flag or a text means unknown."""
    return text.casefold() in MISSING | SPREADSHEET_ERRORS


def _unknown(field: Field, text: str) -> Cell | None:
    """Return the cell when its text means unknown, else None."""
    folded = text.casefold()
    if folded in SPREADSHEET_ERRORS:
        return Cell(fault="MISSING_REQUIRED" if field.required else None, remark="EXCEL_ERROR")
    if folded in (NOTHING if field.kind in {"handle", "code"} else MISSING):
        counted = field.kind in {"count", "flag"}
        return Cell(fault="MISSING_REQUIRED" if field.required else None, remark="MISSING" if counted else None)
    return None


def column(field: Field, header: str, cells: Sequence[str], lines: Sequence[int], reading: Reading) -> Column:
    """Return one column typed. Raises AmbiguousColumnError when all its dates can be read in two ways."""
    unwrapped = {raw: clean(raw) for raw in dict.fromkeys(cells)}
    found = {raw: _unknown(field, text) for raw, text in unwrapped.items()}
    read = _reader(field, [text for raw, text in unwrapped.items() if found[raw] is None], reading)
    said = {raw: found[raw] or read(text) for raw, text in unwrapped.items()}
    wrapped = {raw for raw in said if raw.lstrip().startswith('="') and not said[raw].remark}
    remarks = Counter("CONVERTED" if raw in wrapped else said[raw].remark or "" for raw in cells)
    bad = {raw: cell.fault for raw, cell in said.items() if cell.fault}
    pairs = zip(cells, lines, strict=True) if bad else ()
    faults = [Fault(line, header, unwrapped[raw][:200], bad[raw]) for raw, line in pairs if raw in bad]
    del remarks[""]
    return Column([said[raw].value for raw in cells], faults, remarks)


def frame(columns: Mapping[str, list[Any]], kinds: Mapping[str, Kind]) -> pd.DataFrame:
    """Return typed columns as a frame."""
    types = {"count": "Int64", "amount": "Float64", "flag": "boolean", "time": "datetime64[us, UTC]"}
    return pd.DataFrame(
        {name: pd.Series(values, dtype=types.get(kinds[name], "str")) for name, values in columns.items()}
    )
