"""Tell what kind of file something is, and which of its headers hold which canonical column."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from influence_lib.campaign import FileParameters
from influence_lib.intake import (
    affiliates,
    analytics,
    audience,
    cooperation,
    listening,
    meta,
    numerals,
    tiktok,
    x,
    youtube,
)
from influence_lib.intake.creators import ROSTER
from influence_lib.intake.daily import DAILY_SERIES
from influence_lib.intake.files import read_sheets
from influence_lib.intake.grid import Sheet
from influence_lib.intake.money import PAYMENTS, PLAIN_ORDERS, SHOPIFY_ORDERS
from influence_lib.intake.posts import META_INSTAGRAM, TRACKER
from influence_lib.intake.reasons import FileError
from influence_lib.intake.source import Source
from influence_lib.intake.typed import clean, header_key, is_unknown

# In the order in which they are tried: exports of one tool, told by headers nobody else has, before lists kept by hand.
SOURCES = {
    source.name: source
    for source in (
        SHOPIFY_ORDERS,
        META_INSTAGRAM,
        *meta.SOURCES,
        *tiktok.SOURCES,
        *youtube.SOURCES,
        *x.SOURCES,
        *analytics.SOURCES,
        *affiliates.SOURCES,
        *listening.SOURCES,
        *audience.SOURCES,
        *cooperation.SOURCES,
        TRACKER,
        PLAIN_ORDERS,
        ROSTER,
        PAYMENTS,
        DAILY_SERIES,
    )
}
LOOKED_INTO = 50


@dataclass(frozen=True)
class Recognised:
    """The sheet to read, what kind of file it is, and the names of further sheets of that kind that are not read."""

    sheet: Sheet
    source: Source
    unread: tuple[str, ...] = ()


def recognise(path: Path, entry: FileParameters) -> Recognised:
    """Return the sheet of a file to read and what kind of file it is.

    Raises FileError when no sheet is of a known kind, or a column that the kind needs cannot be found.
    """
    sheets = read_sheets(path)
    if entry.sheet is not None:
        sheets = [sheet for sheet in sheets if sheet.name == entry.sheet] or _no_sheet(path, entry.sheet, sheets)
    _check_headers(path, sheets, entry)
    asked = [SOURCES[entry.source]] if entry.source else list(SOURCES.values())
    kinds = [next((s for s in asked if _is(sheet, s, entry)), None) for sheet in sheets]
    found = [(sheet, source) for sheet, source in zip(sheets, kinds, strict=True) if source is not None]
    if found:
        sheet, source = found[0]
        _check_names(path, source, entry)
        return Recognised(sheet, source, tuple(further.name for further, _ in found[1:]))
    if entry.source:
        raise _column_error(path, sheets[0], SOURCES[entry.source], entry)
    raise FileError(
        path,
        "NOT_RECOGNISED",
        f"the columns are not those of any known file ({_listed(sheets[0].header)}){_nearest(sheets[0], entry)}; "
        f"set `source` (one of {', '.join(SOURCES)}) and `columns` for it in the YAML",
    )


def _nearest(sheet: Sheet, entry: FileParameters) -> str:
    """Return which kind of file a sheet almost is, and the column that is not there."""
    lacking = {}
    for source in SOURCES.values():
        mapped = mapping(sheet, source, entry)
        missing = [names[0] for names in source.needs if not any(name in mapped for name in names)]
        if len(missing) == 1 and len(source.needs) > 1 and not source.signature:
            lacking[source.label] = missing[0]
    if not lacking:
        return ""
    label, name = next(iter(lacking.items()))
    return f"; it looks like a {label} without a column for '{name}'"


def _is(sheet: Sheet, source: Source, entry: FileParameters) -> bool:
    """Tell whether a sheet can be of a kind; one that was asked for is not looked into."""
    mapped = mapping(sheet, source, entry)
    if not source.fits(sheet.header, mapped):
        return False
    if entry.source or not source.only_numbers:
        return True
    read = {header for headers in mapped.values() for header in headers}
    spare = [header for header in sheet.header if header and header not in read]
    cells = [clean(cell) for header in spare for cell in sheet.cells(header)[:LOOKED_INTO]]
    return bool(spare) and all(
        is_unknown(cell) or numerals.amount(cell, numerals.Mark()).fault != "NOT_A_NUMBER" for cell in cells
    )


def mapping(sheet: Sheet, source: Source, entry: FileParameters) -> dict[str, list[str]]:
    """Return canonical column: headers; the YAML's map first, then the headers this kind of file goes by."""
    known = {item.name for item in source.fields}
    lists = {name: [headers] if isinstance(headers, str) else headers for name, headers in entry.columns.items()}
    given = {name: headers for name, headers in lists.items() if name in known}
    taken = {header for headers in given.values() for header in headers}
    guessed = source.mapping([header for header in sheet.header if header not in taken])
    kept = {name: headers for name, headers in given.items() if set(headers) <= set(sheet.header)}
    return {name: [header] for name, header in guessed.items() if name not in given} | kept


def _check_headers(path: Path, sheets: Sequence[Sheet], entry: FileParameters) -> None:
    """Refuse a column map that names a header no sheet has."""
    headers = [header for sheet in sheets for header in sheet.header]
    for name, given in entry.columns.items():
        for header in [given] if isinstance(given, str) else given:
            if header not in headers:
                near = difflib.get_close_matches(header, headers, n=1)
                hint = f"did you mean '{near[0]}'?" if near else f"the file has: {_listed(headers)}"
                raise FileError(
                    path, "MISSING_COLUMN", f"`columns` maps {name} to '{header}', but there is no such column; {hint}"
                )


def _check_names(path: Path, source: Source, entry: FileParameters) -> None:
    """Refuse a column map that names a canonical column this kind of file does not have."""
    known = {item.name for item in source.fields}
    for name in entry.columns:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean '{near[0]}'?" if near else f"a {source.label} has: {', '.join(sorted(known))}"
            raise FileError(path, "UNKNOWN_COLUMN", f"`columns` maps '{name}', which is no column we read; {hint}")


def _no_sheet(path: Path, name: str, sheets: Sequence[Sheet]) -> list[Sheet]:
    """Refuse a sheet name the workbook does not have."""
    raise FileError(path, "MISSING_SHEET", f"there is no sheet '{name}'; it has: {_listed([s.name for s in sheets])}")


def _column_error(path: Path, sheet: Sheet, source: Source, entry: FileParameters) -> FileError:
    """Return the error for a file that lacks a column its kind needs."""
    mapped = mapping(sheet, source, entry)
    missing = [names for names in source.needs if not any(name in mapped for name in names)]
    if not missing:
        return FileError(path, "WRONG_KIND", f"this is no {source.label}; leave `source` out or correct it")
    names = " and ".join(" or ".join(f"'{name}'" for name in group) for group in missing)
    return FileError(
        path,
        "MISSING_COLUMN",
        f"as a {source.label} it needs a column for {names}, and none was found; "
        f"the file has: {_listed(sheet.header)}. "
        f'Name it in the YAML: `columns: {{{missing[0][0]}: "the header"}}`',
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
    shown = ", ".join(name for name in names[:most] if name)
    return shown + (f" and {len(names) - most} more" if len(names) > most else "")
