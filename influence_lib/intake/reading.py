"""Read one file: recognise it, type its cells, set rows aside, and count what happened to each row."""

import difflib
import zoneinfo
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from influence_lib.campaign import Campaign, FileParameters
from influence_lib.intake import typed
from influence_lib.intake.creators import ROSTER
from influence_lib.intake.daily import DAILY_SERIES
from influence_lib.intake.files import Sheet, read_sheets, sha256
from influence_lib.intake.money import PAYMENTS, PLAIN_ORDERS, SHOPIFY_ORDERS
from influence_lib.intake.posts import META_INSTAGRAM, TRACKER
from influence_lib.intake.reasons import Fault, FileError
from influence_lib.intake.source import Context, Frames, Source
from influence_lib.intake.typed import Field, Reading, header_key

SOURCES = {
    source.name: source
    for source in (SHOPIFY_ORDERS, META_INSTAGRAM, TRACKER, PLAIN_ORDERS, ROSTER, PAYMENTS, DAILY_SERIES)
}
TOTALS = {"total", "totals", "summe", "gesamt", "grand total", "gesamtsumme", "sum"}
# Small files: one bad row of six is no reason to refuse; ten bad rows are, when they are more than the limit.
FEWEST_TO_REFUSE = 10


@dataclass(frozen=True)
class FileReading:
    """What one file gave: tables, and for each row whether it was used, set aside or dropped, and why."""

    path: Path
    source: Source
    sha256: str
    rows: int
    used: int
    dropped: Mapping[str, int]
    quarantine: tuple[Fault, ...]
    notes: tuple[str, ...]
    normalised: tuple[str, ...]
    mapping: Mapping[str, list[str]]
    unused_headers: tuple[str, ...]
    frames: Frames

    @property
    def set_aside(self) -> int:
        """Return how many rows were set aside."""
        return len({fault.line for fault in self.quarantine})

    @property
    def set_aside_by_reason(self) -> Counter[str]:
        """Return rows set aside by reason; a row with several faults counts under its first."""
        first: dict[int, str] = {}
        for fault in self.quarantine:
            first.setdefault(fault.line, fault.code)
        return Counter(first.values())


def recognise(path: Path, entry: FileParameters) -> tuple[Sheet, Source]:
    """Return the sheet of a file to read and what kind of file it is.

    Raises FileError when no sheet is of a known kind, or a column that the kind needs cannot be found.
    """
    sheets = read_sheets(path)
    if entry.sheet is not None:
        sheets = [sheet for sheet in sheets if sheet.name == entry.sheet] or _no_sheet(path, entry.sheet, sheets)
    _check_headers(path, sheets, entry)
    asked = [SOURCES[entry.source]] if entry.source else list(SOURCES.values())
    for sheet in sheets:
        for source in asked:
            if source.fits(sheet.header, mapping(sheet, source, entry)):
                return sheet, source
    if entry.source:
        raise _column_error(path, sheets[0], SOURCES[entry.source], entry)
    raise FileError(
        path,
        "NOT_RECOGNISED",
        f"the columns are not those of any known file ({_listed(sheets[0].header)}); "
        f"set `source` (one of {', '.join(SOURCES)}) and `columns` for it in the YAML",
    )


def mapping(sheet: Sheet, source: Source, entry: FileParameters) -> dict[str, list[str]]:
    """Return canonical column: headers; the YAML's map first, then the headers this kind of file goes by."""
    given = {name: [headers] if isinstance(headers, str) else headers for name, headers in entry.columns.items()}
    taken = {header for headers in given.values() for header in headers}
    guessed = source.mapping([header for header in sheet.header if header not in taken])
    known = {item.name for item in source.fields}
    kept = {name: headers for name, headers in given.items() if name in known and set(headers) <= set(sheet.header)}
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
        f"as a {source.label} it needs a column for {names}, and none was found; the file has: {_listed(sheet.header)}. "
        f'Name it in the YAML: `columns: {{{missing[0][0]}: "the header"}}`',
    )


def _listed(names: Sequence[str], most: int = 20) -> str:
    """Return names for an error message, cut when there are many."""
    shown = ", ".join(name for name in names[:most] if name)
    return shown + (f" and {len(names) - most} more" if len(names) > most else "")


def read_file(entry: FileParameters, campaign: Campaign) -> FileReading:
    """Return what one file of the campaign gives. Raises FileError when it cannot be used at all."""
    path = campaign.path_of(entry)
    sheet, source = recognise(path, entry)
    _check_names(path, source, entry)
    mapped = mapping(sheet, source, entry)
    _refuse_twin_headers(path, sheet, mapped)
    fields = _fields(source, sheet, mapped)
    keep, totals = _without_totals(sheet)
    rows = [sheet.rows[position] for position in keep]
    lines = [sheet.lines[position] for position in keep]
    frame, faults, doubled = _typed(path, sheet, rows, lines, fields, mapped, _reading(entry, campaign, source))
    quarantine = tuple(sorted([*sheet.faults, *faults], key=lambda fault: fault.line))
    good = frame[~frame["_line"].isin({fault.line for fault in quarantine})]
    good, repeated = _without_repeats(path, source, good, rows, lines, mapped, sheet.header)
    good, late = _without_later(good, source, campaign)
    built = source.build(good, _context(entry, campaign))
    dropped = Counter(sheet.dropped) + Counter({"TOTALS_ROW": totals}) + repeated + late + Counter(built.dropped)
    known = {header for headers in mapped.values() for header in headers}
    reading = FileReading(
        path, source, sha256(path), sheet.rows_in, 0, +dropped, quarantine, (*built.notes, *doubled), sheet.notes,
        mapped, tuple(header for header in sheet.header if header and header not in known and not _others(source)), built.frames,
    )  # fmt: skip
    used = reading.rows - reading.set_aside - sum(reading.dropped.values())
    return _within_limit(replace(reading, used=used), campaign.quarantine_limit)


def _others(source: Source) -> bool:
    """Tell whether every further column of a source is a series of its own."""
    return source is DAILY_SERIES


def _within_limit(reading: FileReading, limit: float) -> FileReading:
    """Refuse a file of which too many rows were set aside."""
    aside = reading.set_aside
    if aside >= FEWEST_TO_REFUSE and aside > limit * reading.rows:
        first = reading.quarantine[0]
        raise FileError(
            reading.path,
            "TOO_MANY_SET_ASIDE",
            f"{aside} of {reading.rows} rows cannot be read, more than {limit:.0%}; first: line {first.line}, "
            f"column '{first.column}', '{first.value}': {first.reason.words}. {first.reason.advice}. "
            "`quarantine_limit` in the YAML sets the limit",
        )
    return reading


def _refuse_twin_headers(path: Path, sheet: Sheet, mapped: Mapping[str, Sequence[str]]) -> None:
    """Refuse a file in which a header we read stands twice."""
    twice = [header for headers in mapped.values() for header in headers if sheet.header.count(header) > 1]
    if twice:
        raise FileError(path, "DUPLICATE_COLUMN", f"the column '{twice[0]}' stands there twice; rename one of them")


def _fields(source: Source, sheet: Sheet, mapped: dict[str, list[str]]) -> dict[str, Field]:
    """Return the fields to read; a daily series has one more for every further column."""
    fields = {item.name: item for item in source.fields}
    if _others(source):
        known = {header for headers in mapped.values() for header in headers}
        for header in sheet.header:
            if header and header not in known:
                name = header_key(header).replace(" ", "_")
                fields[name] = Field(name, "amount", (header_key(header),), signed=True)
                mapped[name] = [header]
    return fields


def _without_totals(sheet: Sheet) -> tuple[list[int], int]:
    """Return the positions of rows that are no totals, and how many are."""
    keep = [i for i, row in enumerate(sheet.rows) if header_key(next((c for c in row if c.strip()), "")) not in TOTALS]
    return keep, len(sheet.rows) - len(keep)


def _reading(entry: FileParameters, campaign: Campaign, source: Source) -> Reading:
    """Return how the text of a file is to be read."""
    zone = zoneinfo.ZoneInfo(entry.timezone or campaign.timezone)
    return Reading(zone, entry.date_order or source.date_order, entry.decimal)


def _context(entry: FileParameters, campaign: Campaign) -> Context:
    """Return what a source may know of the campaign."""
    return Context(entry.platform, campaign.currency, frozenset(campaign.labels), campaign.campaign_id)


def _typed(
    path: Path,
    sheet: Sheet,
    rows: Sequence[Sequence[str]],
    lines: Sequence[int],
    fields: Mapping[str, Field],
    mapped: Mapping[str, Sequence[str]],
    reading: Reading,
) -> tuple[pd.DataFrame, list[Fault], tuple[str, ...]]:
    """Return the typed columns with the file line of each row, the cells that cannot be read, and remarks."""
    columns: dict[str, list[object]] = {}
    faults: list[Fault] = []
    for name, headers in mapped.items():
        parts = []
        for header in headers:
            cells = [row[sheet.header.index(header)] for row in rows]
            try:
                values, bad = typed.column(fields[name], header, cells, lines, reading)
            except typed.AmbiguousColumnError as error:
                message = f"every date of the column '{header}' can be read in two ways, such as '{error.example}'; set `{error.key}` for this file in the YAML"
                raise FileError(path, error.code, message) from error
            parts.append(values)
            faults += bad
        columns[name] = parts[0] if len(parts) == 1 else [_any(values) for values in zip(*parts, strict=True)]
    frame = typed.frame(columns, {name: fields[name].kind for name in columns})
    several = tuple(
        f"{name} is yes when any of {', '.join(headers)} says so"
        for name, headers in mapped.items()
        if len(headers) > 1
    )
    return frame.assign(_line=list(lines)), faults, several


def _any(values: Sequence[object]) -> object:
    """Return yes when any value is yes, no when all are no, else the first known value."""
    if any(value is True for value in values):
        return True
    return next((value for value in values if value is not None), None)


def _without_repeats(
    path: Path,
    source: Source,
    frame: pd.DataFrame,
    rows: Sequence[Sequence[str]],
    lines: Sequence[int],
    mapped: Mapping[str, Sequence[str]],
    header: Sequence[str],
) -> tuple[pd.DataFrame, Counter[str]]:
    """Drop rows that say again what another row says; refuse two readings of one post that contradict each other."""
    if source.order_level or source is PAYMENTS:
        return frame, Counter()
    text = dict(zip(lines, (tuple(row) for row in rows), strict=True))
    whole = frame["_line"].map(lambda line: text[line]).duplicated()
    kept = frame[~whole]
    if source not in (TRACKER, META_INSTAGRAM):
        return kept, Counter({"DUPLICATE": int(whole.sum())})
    id_columns = {header.index(name) for key in ("post_id", "url") for name in mapped.get(key, ())}
    same = _same_post(kept, text, id_columns)
    kept_posts = kept[~same]
    _refuse_contradictions(path, kept_posts)
    return kept_posts, Counter({"DUPLICATE": int(whole.sum()), "SAME_POST_OTHER_ID": int(same.sum())})


def _same_post(frame: pd.DataFrame, text: Mapping[int, Sequence[str]], id_columns: set[int]) -> pd.Series:
    """Return which rows repeat a post under another id: equal in every other column, where times are told, not days."""
    told = frame["posted_at"].dt.second.gt(0) | frame["posted_at"].dt.minute.gt(0)
    if "post_id" not in frame or told.mean() < 0.5:
        return pd.Series(False, index=frame.index)
    rest = frame["_line"].map(lambda line: tuple(cell for i, cell in enumerate(text[line]) if i not in id_columns))
    return rest.duplicated()


def _refuse_contradictions(path: Path, frame: pd.DataFrame) -> None:
    """Refuse two rows of one post, read at the same or an unknown time, whose numbers differ."""
    if "post_id" not in frame:
        return
    key = [name for name in ("platform", "post_id", "observed_at") if name in frame]
    counts = [
        name for name in ("likes", "comments", "shares", "saves", "views", "reach", "impressions") if name in frame
    ]
    repeated = frame[frame.duplicated(key, keep=False) & frame["post_id"].notna()]
    for _, group in repeated.groupby(key, dropna=False, sort=False):
        if (group[counts].nunique() > 1).any():
            first, second = group["_line"].iloc[:2]
            raise FileError(
                path,
                "CONFLICTING_DUPLICATE",
                f"lines {first} and {second} hold the same post with different numbers and no time of reading; "
                "add a column such as 'Checked at', or remove the older row",
            )


def _without_later(frame: pd.DataFrame, source: Source, campaign: Campaign) -> tuple[pd.DataFrame, Counter[str]]:
    """Drop rows dated after the day of the report, so that any past day can be replayed."""
    name = next((name for name in ("posted_at", "ordered_at", "spent_at", "date") if name in frame), None)
    if name is None:
        return frame, Counter()
    end = pd.Timestamp(campaign.today, tz=campaign.timezone) + pd.Timedelta(days=1)
    late = (frame[name] >= end).fillna(False)
    return frame[~late], Counter({"AFTER_AS_OF": int(late.sum())})
