"""Turn text into typed columns, with every conversion counted and every cell that cannot be read set aside."""

import hashlib
import html
import re
import unicodedata
import zoneinfo
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray

from influence_lib.intake import moments, numerals, plain
from influence_lib.intake.cells import Cells
from influence_lib.intake.reasons import Fault

Kind = Literal["text", "id", "handle", "code", "count", "amount", "share", "time", "flag", "choice"]

NOTHING = {"", "-", "--", "---", "—", "–", "‐", "―", "−", "?", "??", '""', "''"}
MISSING = NOTHING | {
    "n/a", "na", "nan", "null", "none", "nil", "(not set)", "not set", "(not provided)", "n.a.", "n. a.", "k.a.",
    "k. a.", "unknown", "unbekannt", "(unknown)", "(none)", "(null)", "[null]", "<null>", "(blank)", "(empty)", "<na>",
    "nat", "\\n",
    "undefined", "missing", "not available", "nicht verfügbar", "no data", "keine angabe", "keine daten", "n/d", "n.d.",
    ".", "..", "...", "…", "n/v", "n.v.", "s.o.", "tbd", "tba", "tbc", "not shown",
}  # fmt: skip
SPREADSHEET_ERRORS = {
    "#n/a", "#value!", "#ref!", "#div/0!", "#name?", "#num!", "#null!", "#nv", "#wert!", "#bezug!", "#zahl!", "#n/d",
    "#spill!", "#calc!", "#field!", "#blocked!", "#unknown!", "#connect!", "#busy!", "#getting_data", "#error!",
    "#valeur!", "#nom?", "#nombre!", "#¡valor!", "#¡ref!", "#¡div/0!", "#¡num!", "#¿nombre?", "#überlauf!",
    "loading...", "###", "####", "#####", "######", "#######", "########",
}  # fmt: skip
UNKNOWN = frozenset(MISSING | SPREADSHEET_ERRORS)
YES = {
    "1", "1.0", "true", "t", "yes", "y", "x", "✓", "✔", "☑", "✅", "ja", "j", "si", "sí", "oui", "wahr", "sponsored",
    "paid", "ad", "gesponsert", "werbung", "anzeige",
}  # fmt: skip
NO = {
    "0", "0.0", "false", "f", "✗", "✘", "☐", "❌", "no", "n", "nein", "non", "falsch", "organic", "organisch", "unpaid",
    "not sponsored",
}  # fmt: skip
INVISIBLE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
SITES = "instagram|tiktok|youtube|facebook|twitter|x|twitch|pinterest|linkedin|snapchat|threads"
PROFILE = re.compile(rf"(?:https?://)?(?:www\.|m\.)?(?:{SITES})\.(?:com|net|tv)/(?P<path>[^?#]+).*", re.I)
PERCENT = re.compile(r"%|per ?cent|\bpct\b|prozent", re.I)
FOLDERS = {"user", "c", "channel", "in", "add", "people"}
HIDDEN = {"-1", "\u22121", "hidden", "verborgen", "private"}
# Put before a cell so that a spreadsheet takes it as text.
MARKED = re.compile(r"'(?:@\w|[=+-]|\d+(?:[.,]\d+)*$)")
# Long ids whose last digits are all 0 were a number with 15 digits once.
ROUNDED_ID = re.compile(r"\d{15}0+")
TYPES = {
    "count": "Int64",
    "amount": "Float64",
    "share": "Float64",
    "flag": "boolean",
    "time": "datetime64[us, UTC]",
}


@dataclass(frozen=True)
class Field:
    """One column a source can have: its canonical name, kind, the headers it goes by, and whether a row needs it.

    `unknown_choice` is the fault of a word that is none of the choices; without it such a word is an unknown cell.
    `month_first` are headers, in header_key form, under which the month stands first unless a date proves otherwise.
    """

    name: str
    kind: Kind
    headers: tuple[str, ...]
    required: bool = False
    choices: Mapping[str, str] | None = None
    signed: bool = False
    unknown_choice: str | None = None
    month_first: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Reading:
    """How the text of one file is to be read: time zone, order of dates, decimal mark."""

    zone: zoneinfo.ZoneInfo
    date_order: str | None = None
    decimal: str | None = None


class Cell(NamedTuple):
    """What one cell says: its value, or why it cannot be read; and what was done to it, if anything."""

    value: Any = None
    fault: str | None = None
    remark: str | None = None


class Column(NamedTuple):
    """The typed values of one column, its faults, and how often each remark applies."""

    values: ExtensionArray
    faults: list[Fault]
    remarks: Counter[str]


def header_key(header: str) -> str:
    """Return a header in the form in which headers are compared: no case, accents kept, no punctuation."""
    folded = unicodedata.normalize("NFKC", INVISIBLE.sub("", header)).casefold()
    return re.sub(r"[\W_]+", " ", folded).strip()


def headers(listed: str) -> tuple[str, ...]:
    """Return the headers of a comma-parted list."""
    return tuple(name.strip() for name in listed.split(","))


def clean(text: str) -> str:
    """Return a cell without the white space and the ="..." around it, or the ' before it: marks of a spreadsheet."""
    text = text.strip()
    if text.startswith("'") and MARKED.match(text):
        return text[1:]
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


def hashed(text: str, prefix: str, salt: bytes, size: int = 5) -> str:
    """Return a short, stable stand-in of `size` bytes for something personal; without the salt nobody can guess it."""
    digest = hashlib.blake2s(text.encode(errors="surrogatepass"), digest_size=size, key=salt, person=b"influenc")
    return f"{prefix}-{digest.hexdigest()}"


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
    return Cell(remark="HIDDEN_LIKES") if text.casefold() in HIDDEN else _count(text, mark)


def _net(text: str, mark: numerals.Mark) -> Cell:
    """Return a count that may be below zero, such as followers won less those lost."""
    if text[0] not in {"-", "\u2212"}:
        return _count(text, mark)
    found = _count(text[1:], mark)
    return found if found.value is None else found._replace(value=-found.value)


def _amount(text: str, mark: numerals.Mark, signed: bool) -> Cell:
    """Return an amount of money, or why it is none."""
    found = numerals.amount(text, mark)
    if found.value is not None and found.value < 0 and not signed:
        return Cell(fault="NEGATIVE_AMOUNT")
    plain = re.fullmatch(r"-?\d+(?:\.\d+)?", text, re.ASCII)
    return Cell(found.value, found.fault, None if plain or found.fault else "CONVERTED")


def _share(text: str, mark: numerals.Mark, scale: numerals.Scale) -> Cell:
    """Return a share of one, or why it is none."""
    found = numerals.share(text, mark, scale)
    if found.value is None:
        return Cell(fault=found.fault)
    counted = "PERCENT" if scale is numerals.Scale.PERCENT and "%" not in text else "CONVERTED"
    return Cell(found.value, remark=None if counted == "CONVERTED" and text == repr(found.value) else counted)


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
    if re.fullmatch(r"\d(?:[.,]\d+)?[eE]\+\d{2}|\d{16,}\.0", text):
        return Cell(fault="ID_MANGLED")
    return Cell(text[:-2], remark="CONVERTED") if re.fullmatch(r"\d+\.0", text) else Cell(text)


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


def _reader(field: Field, header: str, cells: Sequence[str], reading: Reading) -> Callable[[str], Cell]:
    """Return the function that reads one cell of a column, after a look at the whole column."""
    match field.kind:
        case "count":
            mark, read = numerals.column_mark(cells, reading.decimal), _likes if field.name == "likes" else _count
            read = _net if field.signed else read
            return lambda text: read(text, mark)
        case "amount":
            mark = numerals.column_mark(cells, reading.decimal)
            return lambda text: _amount(text, mark, field.signed)
        case "share":
            mark = numerals.column_mark([cell.replace("%", "") for cell in cells], reading.decimal)
            scale = numerals.scale(cells, mark, percent=bool(PERCENT.search(header)))
            return lambda text: _share(text, mark, scale)
        case "time":
            usual = "month_first" if header_key(header) in field.month_first else None
            order = reading.date_order or _order(cells, usual)
            return lambda text: _time(text, reading.zone, order)
        case "choice":
            return lambda text: _choice(field, text)
        case "code":
            return lambda text: Cell(code(text))
        case kind:
            return {"flag": _flag, "handle": _handle, "id": _identity, "text": _text}[kind]


def _order(cells: Sequence[str], usual: str | None) -> str | None:
    """Return the order of a column's dates: the one it proves, else the one usual under its header."""
    try:
        return moments.date_order(cells)
    except moments.AmbiguousColumnError:
        if usual is None:
            raise
        return usual


def is_unknown(text: str) -> bool:
    """Tell whether a cell of a number, a flag or a text means unknown."""
    return text.casefold() in UNKNOWN


def _unknown(field: Field, text: str) -> Cell | None:
    """Return the cell when its text means unknown, else None."""
    folded = text.casefold()
    if folded in SPREADSHEET_ERRORS:
        return Cell(fault="MISSING_REQUIRED" if field.required else None, remark="EXCEL_ERROR")
    if folded in (NOTHING if field.kind in {"handle", "code"} else MISSING):
        counted = field.kind in {"count", "flag"}
        return Cell(fault="MISSING_REQUIRED" if field.required else None, remark="MISSING" if counted else None)
    return None


def _plain(field: Field, words: list[str], reading: Reading) -> plain.Plain:
    """Return what the plain words of a column say, without a look at each."""
    match field.kind:
        case "count":
            return plain.counts(words)
        case "amount":
            return plain.amounts(words, reading.decimal)
        case "time":
            return plain.times(words)
        case "id":
            return plain.ids(words, UNKNOWN)
        case "text":
            return plain.texts(words, UNKNOWN)
    return plain.Plain(None, list(range(len(words))))


def _said(field: Field, header: str, words: Iterable[str], quick: plain.Plain, reading: Reading) -> dict[str, Cell]:
    """Return word: what it says, for the words that are not plain."""
    unwrapped = {raw: clean(raw) for raw in words}
    found = {raw: _unknown(field, text) for raw, text in unwrapped.items()}
    seen = [text for raw, text in unwrapped.items() if found[raw] is None]
    read = _reader(field, header, [*seen, *quick.examples], reading)
    said = {raw: found[raw] or read(text) for raw, text in unwrapped.items()}
    wrapped = {raw for raw in said if raw.lstrip().startswith('="') and not said[raw].remark}
    return said | {raw: said[raw]._replace(remark="CONVERTED") for raw in wrapped}


def column(field: Field, header: str, cells: Sequence[str], lines: Sequence[int], reading: Reading) -> Column:
    """Return one column typed. Raises AmbiguousColumnError when all its dates can be read in two ways."""
    given = Cells.of(cells)
    words = given.words
    quick = _plain(field, words, reading)
    said = _said(field, header, dict.fromkeys(words[place] for place in quick.odd), quick, reading)
    values = _values(field, words, quick, said)
    often = np.ones(len(words), int) if given.places is None else np.bincount(given.places, minlength=len(words))
    remarks: Counter[str] = Counter()
    for place in quick.odd:
        remarks[said[words[place]].remark or ""] += int(often[place])
    del remarks[""]
    bad = np.zeros(len(words), bool)
    bad[[place for place in quick.odd if said[words[place]].fault]] = True
    faults = [_fault(lines[row], header, given[row], said) for row in np.flatnonzero(given.spread(bad)).tolist()]
    return Column(values if given.places is None else values.take(given.places), faults, remarks)


def _fault(line: int, header: str, raw: str, said: Mapping[str, Cell]) -> Fault:
    """Return the fault of one cell."""
    return Fault(line, header, clean(raw)[:200], said[raw].fault or "")


def _values(field: Field, words: Sequence[str], quick: plain.Plain, said: Mapping[str, Cell]) -> ExtensionArray:
    """Return the value of each word of a column as an array of the column's type."""
    dtype, odd = TYPES.get(field.kind, "str"), [said[words[place]].value for place in quick.odd]
    if len(odd) == len(words):
        return pd.Series(odd, dtype=dtype).array
    if quick.values is words:
        texts = list(words)
        for place, value in zip(quick.odd, odd, strict=True):
            texts[place] = value
        return pd.Series(texts, dtype=dtype).array
    if odd:
        quick.values[quick.odd] = pd.Series(odd, dtype=dtype).array
    return quick.values


def frame(columns: Mapping[str, ExtensionArray]) -> pd.DataFrame:
    """Return typed columns as a frame."""
    return pd.DataFrame({name: pd.Series(values) for name, values in columns.items()}, copy=False)
