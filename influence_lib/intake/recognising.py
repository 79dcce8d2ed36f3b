"""Tell what kind of file something is, and which of its headers hold which canonical column."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from influence_lib.campaign import FileParameters
from influence_lib.intake import (
    affiliates,
    analytics,
    audience,
    boosts,
    cooperation,
    listening,
    meta,
    numerals,
    studies,
    surveys,
    tiktok,
    x,
    youtube,
)
from influence_lib.intake.creators import ROSTER
from influence_lib.intake.daily import DAILY_SERIES
from influence_lib.intake.files import read_sheets
from influence_lib.intake.grid import HEADER_SEARCH, Sheet
from influence_lib.intake.guards import shown
from influence_lib.intake.money import PAYMENTS, PLAIN_ORDERS, SHOPIFY_ORDERS
from influence_lib.intake.posts import TRACKER
from influence_lib.intake.reasons import FileError
from influence_lib.intake.source import Source
from influence_lib.intake.typed import clean, header_key, is_unknown

# In the order in which they are tried: exports of one tool, told by headers nobody else has, before lists kept by hand.
SOURCES = {
    source.name: source
    for source in (
        SHOPIFY_ORDERS,
        *meta.SOURCES,
        *tiktok.SOURCES,
        *youtube.SOURCES,
        *x.SOURCES,
        *analytics.SOURCES,
        *affiliates.SOURCES,
        *listening.SOURCES,
        *audience.SOURCES,
        *cooperation.SOURCES,
        *boosts.SOURCES,
        *surveys.SOURCES,
        studies.FACEBOOK_METRICS,
        TRACKER,
        PLAIN_ORDERS,
        ROSTER,
        PAYMENTS,
        DAILY_SERIES,
    )
}
LOOKED_INTO = 50
# A list of numbers may have a column of words, such as events, beside several of numbers.
FEWEST_NUMBERS_TO_A_WORD = 4


@dataclass(frozen=True)
class Recognised:
    """The sheet to read, what kind of file it is, and further sheets of a known kind that are not read."""

    sheet: Sheet
    source: Source
    unread: tuple[Sheet, ...] = ()

    @property
    def unread_names(self) -> str:
        """Return the names of the sheets that are not read, and which of them the workbook hides."""
        return ", ".join(f"'{sheet.name}'{' (hidden)' if sheet.hidden else ''}" for sheet in self.unread)


@dataclass(frozen=True)
class Near:
    """A kind of file that a sheet almost is: the columns found for it, and those it lacks."""

    source: Source
    mapped: Mapping[str, list[str]]
    missing: tuple[tuple[str, ...], ...]

    @property
    def words(self) -> str:
        """Return the kind and what it lacks."""
        lacking = " and ".join(f"'{names[0]}'" for names in self.missing)
        return f"'{self.source.label}' without a column for {lacking}"


def recognise(path: Path, entry: FileParameters, sheets: Sequence[Sheet] = ()) -> Recognised:
    """Return the sheet of a file to read and what kind of file it is; `sheets` are its tables when it is open already.

    Raises FileError when no sheet is of a known kind, or a column that the kind needs cannot be found.
    """
    found = recognise_all(path, entry, sheets)
    sheet, source = found[0].sheet, found[0].source
    if sheet.hidden and entry.sheet is None:
        advice = "show it, or name it under `sheet` in the YAML"
        raise FileError(
            path, "HIDDEN_SHEET", f"only a hidden sheet, '{sheet.name}', is of a known kind, '{source.label}'; {advice}"
        )
    return Recognised(sheet, source, tuple(further.sheet for further in found[1:]))


def recognise_all(path: Path, entry: FileParameters, sheets: Sequence[Sheet] = ()) -> list[Recognised]:
    """Return every sheet of a file that is of a known kind, hidden ones last, at least one.

    Raises FileError when none is, or the entry's map of columns does not fit.
    """
    sheets = sheets or read_sheets(path)
    if entry.sheet is not None:
        sheets = [sheet for sheet in sheets if sheet.name == entry.sheet] or _no_sheet(path, entry.sheet, sheets)
    asked = [SOURCES[entry.source]] if entry.source else list(SOURCES.values())
    kinds = [next((s for s in asked if _is(sheet, s, entry)), None) for sheet in sheets]
    found = [Recognised(sheet, kind) for sheet, kind in zip(sheets, kinds, strict=True) if kind is not None]
    # Any numbers beside dates can be a daily series, so a sheet of a surer kind goes before it.
    found.sort(key=lambda one: (one.sheet.hidden, one.source is DAILY_SERIES))
    _check_map(path, sheets, found[0].source if found else asked[0] if entry.source else None, entry)
    if found:
        return found
    if entry.source:
        raise _column_error(path, sheets[0], SOURCES[entry.source], entry)
    raise _unknown(path, sheets[0], entry)


def nearest(sheet: Sheet, entry: FileParameters) -> list[Near]:
    """Return up to three kinds of file that a sheet almost is, the nearest first."""
    near = []
    for source in SOURCES.values():
        mapped = mapping(sheet, source, entry)
        missing = tuple(names for names in source.needs if not any(name in mapped for name in names))
        if missing and len(missing) < len(source.needs) and not source.signature:
            near.append(Near(source, mapped, missing))
    return sorted(near, key=lambda kind: (len(kind.missing), -len(kind.mapped)))[:3]


def _unknown(path: Path, sheet: Sheet, entry: FileParameters) -> FileError:
    """Return the error for a file of no known kind: where its column names stand, or what it is nearest to."""
    told = f"the columns are not those of any known file ({_listed(sheet.header)})"
    below = _named_below(sheet)
    if below:
        return FileError(
            path, "NOT_RECOGNISED", f"{told}; line {below} looks like the column names: delete those above"
        )
    near = nearest(sheet, entry)
    looks = f"; it looks like {near[0].words}" if near and len(near[0].missing) == 1 else ""
    names = ", ".join(kind.source.name for kind in near) or "tracker, orders"
    return FileError(
        path, "NOT_RECOGNISED", f"{told}{looks}; set `source` (such as {names}) and `columns` for it in the YAML"
    )


def _named_below(sheet: Sheet) -> int | None:
    """Return the line of a row below that names the columns of a known kind of file, if any."""
    for line, row in zip(sheet.lines, sheet.rows(0, HEADER_SEARCH), strict=False):
        header = [cell.strip() for cell in row]
        if any(kind.fits(header, kind.mapping(header)) for kind in SOURCES.values() if not kind.only_numbers):
            return line
    return None


def _is(sheet: Sheet, source: Source, entry: FileParameters) -> bool:
    """Tell whether a sheet can be of a kind; one that was asked for is not looked into."""
    mapped = mapping(sheet, source, entry)
    if not source.fits(sheet.header, mapped):
        return False
    if entry.source or not source.only_numbers:
        return True
    spare = [header for header in sheet.header if header and [header] not in mapped.values()]
    words = [header for header in spare if not of_numbers(sheet, header)]
    return len(spare) > len(words) * FEWEST_NUMBERS_TO_A_WORD


def of_numbers(sheet: Sheet, header: str) -> bool:
    """Tell whether most of a column's known cells are numbers."""
    known = [text for text in map(clean, dict.fromkeys(sheet.cells(header))) if not is_unknown(text)]
    numbers = sum(numerals.amount(text, numerals.Mark()).fault != "NOT_A_NUMBER" for text in known[:LOOKED_INTO])
    return 2 * numbers >= len(known[:LOOKED_INTO])


def mapping(sheet: Sheet, source: Source, entry: FileParameters) -> dict[str, list[str]]:
    """Return canonical column: headers; the YAML's map first, then the headers this kind of file goes by."""
    known = {item.name for item in source.fields}
    lists = {name: [headers] if isinstance(headers, str) else headers for name, headers in entry.columns.items()}
    given = {name: headers for name, headers in lists.items() if name in known}
    taken = {header for headers in given.values() for header in headers}
    guessed = source.mapping([header for header in sheet.header if header not in taken])
    kept = {name: headers for name, headers in given.items() if set(headers) <= set(sheet.header)}
    return {name: [header] for name, header in guessed.items() if name not in given} | kept


def _check_map(path: Path, sheets: Sequence[Sheet], source: Source | None, entry: FileParameters) -> None:
    """Refuse a column map with everything that is wrong in it: headers no sheet has, names this kind does not have."""
    headers = [header for sheet in sheets for header in sheet.header]
    pairs = [(name, [given] if isinstance(given, str) else given) for name, given in entry.columns.items()]
    unknown = [_unknown_name(name, source) for name in entry.columns if source and name not in _names_of(source)]
    absent = [_absent(name, header, headers) for name, given in pairs for header in given if header not in headers]
    if unknown or absent:
        code = "MISSING_COLUMN" if absent else "UNKNOWN_COLUMN"
        raise FileError(path, code, ". ".join(f"`columns` maps {fault}" for fault in [*absent, *unknown]))


def _names_of(source: Source) -> list[str]:
    """Return the canonical columns of a kind of file."""
    return [item.name for item in source.fields]


def _absent(name: str, header: str, headers: Sequence[str]) -> str:
    """Return the fault of a map that names a header no sheet has."""
    near = difflib.get_close_matches(header, headers, n=1)
    hint = f"did you mean '{near[0]}'?" if near else f"the file has: {_listed(headers)}"
    return f"{name} to '{header}', but there is no such column; {hint}"


def _unknown_name(name: str, source: Source) -> str:
    """Return the fault of a map that names a canonical column this kind of file does not have."""
    near = difflib.get_close_matches(name, _names_of(source), n=1)
    hint = f"did you mean '{near[0]}'?" if near else f"'{source.label}' has: {_listed(sorted(_names_of(source)))}"
    return f"'{name}', which is no column we read; {hint}"


def _no_sheet(path: Path, name: str, sheets: Sequence[Sheet]) -> list[Sheet]:
    """Refuse a sheet name the workbook does not have."""
    raise FileError(path, "MISSING_SHEET", f"there is no sheet '{name}'; it has: {_listed([s.name for s in sheets])}")


def _column_error(path: Path, sheet: Sheet, source: Source, entry: FileParameters) -> FileError:
    """Return the error for a file that lacks a column its kind needs."""
    mapped = mapping(sheet, source, entry)
    missing = [names for names in source.needs if not any(name in mapped for name in names)]
    if not missing:
        return FileError(path, "WRONG_KIND", f"this is not '{source.label}'; leave `source` out or correct it")
    names = " and ".join(" or ".join(f"'{name}'" for name in group) for group in missing)
    asked = ", ".join(f'{group[0]}: "the header"' for group in missing)
    return FileError(
        path,
        "MISSING_COLUMN",
        f"as '{source.label}' it needs a column for {names}, and none was found; "
        f"the file has: {_listed(sheet.header)}. "
        f"Name {'it' if len(missing) == 1 else 'them'} in the YAML: `columns: {{{asked}}}`",
    )


def refuse_twin_headers(path: Path, recognised: Recognised, entry: FileParameters) -> None:
    """Refuse a file in which a header we read stands twice, in the same or in another spelling."""
    sheet, keys = recognised.sheet, [header_key(header) for header in recognised.sheet.header]
    for name, headers in mapping(sheet, recognised.source, entry).items():
        for header in headers:
            spelled = sheet.header.count(header) if name in entry.columns else keys.count(header_key(header))
            if spelled > 1:
                advice = "rename one of them, or name the right one under `columns`"
                raise FileError(path, "DUPLICATE_COLUMN", f"the column '{header}' stands there twice; {advice}")


def _listed(names: Sequence[str], most: int = 20) -> str:
    """Return names for an error message, cut when there are many."""
    listed = ", ".join(shown(name) for name in names[:most] if name)
    return listed + (f" and {len(names) - most} more" if len(names) > most else "")
