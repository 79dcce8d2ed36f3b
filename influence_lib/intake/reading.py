"""Read one file: recognise it, type its cells, set rows aside, and count what happened to each row."""

import datetime as dt
import re
import zoneinfo
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray

from influence_lib.campaign import Campaign, EarlierCampaign, FileParameters
from influence_lib.intake import moments, numerals, remarks, typed
from influence_lib.intake.daily import DAILY_SERIES
from influence_lib.intake.files import sha256
from influence_lib.intake.grid import Sheet
from influence_lib.intake.hidden import salt
from influence_lib.intake.privacy import mask, without_addresses, without_personal_texts
from influence_lib.intake.reasons import REASONS, Fault, FileError
from influence_lib.intake.recognising import Recognised, mapping, of_numbers, recognise, refuse_twin_headers
from influence_lib.intake.remarks import Remark
from influence_lib.intake.repeats import without_repeats
from influence_lib.intake.source import Built, Context, Frames, Source
from influence_lib.intake.typed import Field, Reading, header_key

TOTALS = re.compile(
    r"(?:(?:grand[ -]|sub-?|over-?all )?totale?s?(?: g[eé]n[eé]ral| geral| generale)?|sum|summen?|somme|suma|insgesamt"
    r"|gesamt(?:summe|ergebnis)?|average|mean|median|mittelwert|durchschnitt|moyenne|promedio)(?: ?\(.*\))?:?",
    re.I,
)
LONGEST_TOTAL = 40
# One id in ten ends in 0 by chance, three in a row of several digits hardly.
FEWEST_ROUNDED, LONG_ID = 3, 16
# The column that tells when a row happened, and how far ahead no plan reaches.
DATED = ("posted_at", "ordered_at", "spent_at", "date", "seen_at", "at")
FAR_AHEAD = pd.Timedelta(days=2 * 366)
# Small files: one bad row of six is no reason to refuse; ten bad rows are, when they are more than the limit.
FEWEST_TO_REFUSE = 10
# Where this share of the rows has an id, a row without one is a slip; where fewer have, the column is a habit of some.
IDS_EXPECTED_FROM = 0.75


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
    remarks: tuple[Remark, ...]
    sums: Mapping[str, float]

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


@dataclass(frozen=True)
class _Rows:
    """The typed rows of a sheet, with the file line of each, the cells that cannot be read, and what was converted."""

    frame: pd.DataFrame
    faults: list[Fault]
    remarks: list[Remark]
    notes: tuple[str, ...]
    dropped: Counter[str]


def read_file(entry: FileParameters, campaign: Campaign) -> FileReading:
    """Return what one file of the campaign gives. Raises FileError when it cannot be used at all."""
    return _read(entry, campaign, frozenset(campaign.labels), alone=False)


def read_alone(entry: FileParameters, campaign: Campaign, sheets: Sequence[Sheet] = ()) -> FileReading:
    """Return what a file gives when nobody knows which campaign it is for: no line belongs to another one.

    `sheets` are its tables when it is open already.
    """
    return _read(entry, campaign, frozenset(), sheets, alone=True)


def _read(
    entry: FileParameters, campaign: Campaign, labels: frozenset[str], sheets: Sequence[Sheet] = (), *, alone: bool
) -> FileReading:
    """Return what one file gives; its lines that name another campaign than `labels` are dropped."""
    path = campaign.path_of(entry)
    context = _context(entry, campaign, labels, alone=alone)
    found = _prepared(recognise(path, entry, sheets), context)
    refuse_twin_headers(path, found, entry)
    mapped = mapping(found.sheet, found.source, entry)
    rows = _with_creator(_typed(path, found, mapped, _reading(entry, context.zone)), found, context)
    faults = [*found.sheet.faults, *rows.faults, *_far_ahead(rows.frame, mapped, context)]
    quarantine = tuple(sorted(faults, key=lambda fault: fault.line))
    bad = {fault.line for fault in quarantine}
    good = rows.frame[~rows.frame["_line"].isin(bad)] if bad else rows.frame
    good, repeated = without_repeats(path, found.source, good, found.sheet, _id_headers(mapped))
    good, late = _without_later(good, campaign)
    good, personal = without_personal_texts(good)
    rows = replace(rows, remarks=[*rows.remarks, *personal])
    built = found.source.build(good, context)
    built = replace(built, frames=without_addresses(built.frames, context.salt))
    dropped = Counter(found.sheet.dropped) + rows.dropped + repeated + late + Counter(built.dropped)
    reading = _told(path, found, mapped, rows, built, quarantine, +dropped)
    return _within_limit(reading, campaign.quarantine_limit)


def _context(entry: FileParameters, campaign: Campaign, labels: frozenset[str], *, alone: bool) -> Context:
    """Return what a source may need to know of the campaign and of the file's entry."""
    return Context(
        path=campaign.path_of(entry),
        platform=entry.platform,
        creator=typed.handle(entry.creator) if entry.creator else None,
        currency=campaign.currency,
        file_currency=entry.currency,
        labels=labels,
        earlier={} if alone else _earlier_labels(campaign),
        campaign_id=campaign.campaign_id,
        today=dt.date.today() if alone else campaign.today,
        year=entry.year,
        exported_on=entry.exported_on,
        zone=zoneinfo.ZoneInfo(entry.timezone or campaign.timezone),
        exchange_rates=campaign.exchange_rates,
        salt=b"" if alone else salt(campaign.home),
        alone=alone,
    )


def _earlier_labels(campaign: Campaign) -> dict[str, str]:
    """Return the id of each earlier campaign by its id and labels in small letters; our own labels stay ours."""
    named = [(name, other.campaign_id) for other in campaign.earlier_campaigns for name in _names_of(other)]
    return {name.casefold().strip(): found for name, found in named if name.casefold().strip() not in campaign.labels}


def _names_of(other: EarlierCampaign) -> list[str]:
    """Return how the files may name an earlier campaign."""
    return [other.campaign_id, *other.labels]


def _told(
    path: Path,
    found: Recognised,
    mapped: Mapping[str, list[str]],
    rows: _Rows,
    built: Built,
    quarantine: tuple[Fault, ...],
    dropped: Counter[str],
) -> FileReading:
    """Return the account of a file."""
    noted = (*rows.remarks, *built.remarks, *remarks.of_dropped(dropped, found.sheet.rows_in))
    aside = len({fault.line for fault in quarantine})
    return FileReading(
        path=path,
        source=found.source,
        sha256=sha256(path),
        rows=found.sheet.rows_in,
        used=found.sheet.rows_in - aside - dropped.total(),
        dropped=dropped,
        quarantine=tuple(replace(fault, value=mask(fault.value)) for fault in quarantine),
        notes=(*built.notes, *rows.notes, *_unread(found), *(remark.words for remark in noted if remark.warns)),
        normalised=(
            *found.sheet.notes,
            *remarks.of_headers(mapped),
            *(remark.words for remark in noted if not remark.warns),
        ),
        mapping=mapped,
        unused_headers=_unused(found, mapped),
        frames=built.frames,
        remarks=noted,
        sums=built.sums,
    )


def _prepared(found: Recognised, context: Context) -> Recognised:
    """Return what was recognised with its cells as the source wants them: years added to dates, and the like."""
    return replace(found, sheet=found.source.prepare(found.sheet, context)) if found.source.prepare else found


def _with_creator(rows: _Rows, found: Recognised, context: Context) -> _Rows:
    """Return the rows of an account's own export with the creator it belongs to.

    Raises FileError when neither the file nor the YAML tells who that is; a file looked at alone is only warned of.
    """
    if not found.source.of_account:
        return rows
    told = rows.frame["creator"] if "creator" in rows.frame else pd.Series(pd.NA, index=rows.frame.index, dtype="str")
    missing = told.isna()
    if not missing.any():
        return rows
    if context.creator is None and not context.alone:
        advice = "name the creator in the YAML: `creator: handle`"
        raise FileError(context.path, "MISSING_CREATOR", f"the file does not say whose account it is; {advice}")
    frame = rows.frame.assign(creator=told.fillna(context.creator or "account"))
    unsaid = [Remark("CREATOR_UNKNOWN", "whose account it is is not told; set `creator` in the YAML", True)]
    return replace(rows, frame=frame, remarks=rows.remarks + ([] if context.creator else unsaid))


def _id_headers(mapped: Mapping[str, Sequence[str]]) -> set[str]:
    """Return the headers whose cells name a post."""
    return {header for key in ("post_id", "url") for header in mapped.get(key, ())}


def _unread(found: Recognised) -> tuple[str, ...]:
    """Return a note on further sheets that could be read as well."""
    advice = "add an entry with `sheet` for each that belongs to the campaign"
    listed = found.unread_names
    return (f"only the sheet '{found.sheet.name}' is read, not {listed}; {advice}",) if found.unread else ()


def _unused(found: Recognised, mapped: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return the headers that nothing was read from."""
    read = {header for headers in mapped.values() for header in headers}
    return tuple(header for header in found.sheet.header if header and header not in read)


def _within_limit(reading: FileReading, limit: float) -> FileReading:
    """Refuse a file of which too many rows were set aside."""
    aside = reading.set_aside
    if aside >= FEWEST_TO_REFUSE and aside > limit * reading.rows:
        first = reading.quarantine[0]
        open_numbers = set(reading.set_aside_by_reason) == {"AMBIGUOUS_NUMBER"}
        raise FileError(
            reading.path,
            "AMBIGUOUS_NUMBER" if open_numbers else "TOO_MANY_SET_ASIDE",
            f"{aside} of {reading.rows} rows cannot be read, more than {limit:.0%}; first: line {first.line}, "
            f"column '{first.column}', '{first.value}': {first.reason.words}. {first.reason.advice}. "
            "`quarantine_limit` in the YAML sets the limit",
        )
    return reading


def _reading(entry: FileParameters, zone: zoneinfo.ZoneInfo) -> Reading:
    """Return how the text of a file is to be read."""
    return Reading(zone, entry.date_order, entry.decimal)


def _typed(path: Path, found: Recognised, mapped: dict[str, list[str]], reading: Reading) -> _Rows:
    """Return the typed columns of a sheet."""
    sheet, dropped = found.sheet, Counter[str]()
    fields = _fields(found, mapped)
    keep, dropped["TOTALS_ROW"] = _without_totals(sheet)
    keep, dropped["LINE_ITEM_ROWS"] = _without_line_items(found, keep, mapped)
    lines = sheet.lines if len(keep) == len(sheet) else [sheet.lines[position] for position in keep]
    columns: dict[str, ExtensionArray] = {}
    faults: list[Fault] = []
    counts: dict[str, Counter[str]] = {}
    for name, headers in mapped.items():
        parts = [_column(path, fields[name], header, sheet, keep, lines, reading) for header in headers]
        faults += [fault for part in parts for fault in part.faults]
        counts[name] = sum((part.remarks for part in parts), Counter())
        columns[name] = _joined([part.values for part in parts], fields[name])
    _refuse_mangled_ids(path, faults, len(lines))
    frame = typed.frame(columns).assign(_line=lines)
    _refuse_rounded_ids(path, frame)
    frame = _with_told_currency(frame, found, keep, mapped)
    faults += [*_missing_ids(frame, mapped), *_two_currencies(frame, found, keep, mapped)]
    frame, zeros = _without_zero_columns(frame)
    noted = [*remarks.of_cells(counts, reading.zone.key), *zeros]
    return _Rows(frame, faults, noted, _several(mapped, fields), dropped)


def _column(
    path: Path, field: Field, header: str, sheet: Sheet, keep: np.ndarray, lines: Sequence[int], reading: Reading
) -> typed.Column:
    """Return one column typed. Raises FileError when all its dates can be read in two ways."""
    try:
        return typed.column(field, header, sheet.cells(header).at(keep), lines, reading)
    except moments.AmbiguousColumnError as error:
        message = (
            f"the dates of the column '{header}' can be read in two ways, such as '{error.example}'; "
            "set `date_order` for this file in the YAML"
        )
        raise FileError(path, "AMBIGUOUS_DATE", message) from error


def _fields(found: Recognised, mapped: dict[str, list[str]]) -> dict[str, Field]:
    """Return the fields to read; a daily series has one more for every further column, added to `mapped`."""
    fields = {item.name: item for item in found.source.fields}
    if found.source is DAILY_SERIES:
        for header in [header for header in _unused(found, mapped) if of_numbers(found.sheet, header)]:
            name = header_key(header).replace(" ", "_")
            fields[name] = Field(name, "amount", (header_key(header),), signed=True)
            mapped[name] = [header]
    return fields


def _without_totals(sheet: Sheet) -> tuple[np.ndarray, int]:
    """Return the positions of rows that are no totals, and how many are."""
    begin = _begin_with_total(sheet)
    totals = [position for position in begin if _is_total([cells[position] for cells in sheet.columns])]
    keep = np.ones(len(sheet), bool)
    keep[totals] = False
    return np.flatnonzero(keep), len(totals)


def _begin_with_total(sheet: Sheet) -> list[int]:
    """Return the positions of rows whose first cell that is not blank is a word for total."""
    undecided, found = np.arange(len(sheet)), []
    for cells in sheet.columns:
        if not len(undecided):
            break
        part = cells.at(undecided)
        words = [word.strip() for word in part.words]
        is_total = part.spread(np.array([_is_word_for_total(word) for word in words], bool))
        found += undecided[is_total].tolist()
        undecided = undecided[part.spread(np.array([not word for word in words], bool))]
    return found


def _is_word_for_total(word: str) -> bool:
    """Tell whether a cell is a word for total."""
    return len(word) < LONGEST_TOTAL and TOTALS.fullmatch(word) is not None


def _is_total(row: Sequence[str]) -> bool:
    """Tell whether a row that begins with a word for total leaves cells empty, as no creator's row does."""
    return any(cell.strip() in typed.NOTHING for cell in row)


def _without_line_items(
    found: Recognised, keep: np.ndarray, mapped: Mapping[str, Sequence[str]]
) -> tuple[np.ndarray, int]:
    """Return the positions without rows that only repeat an order's number, and how many do."""
    if not found.source.line_items:
        return keep, 0
    parts = [found.sheet.cells(name) for column in found.source.line_items for name in mapped[column]]
    filled = [part.spread(np.array([bool(word.strip()) for word in part.words], bool)) for part in parts]
    said = np.logical_or.reduce(filled)[keep]
    number = pd.Series(list(found.sheet.cells(mapped["order_id"][0]).at(keep)), dtype=object)
    first = said | ~number.isin(number[said]).to_numpy()
    return keep[first], len(keep) - int(first.sum())


def _joined(parts: Sequence[ExtensionArray], field: Field) -> ExtensionArray:
    """Return one column of several: for flags yes when any says yes, no when all say no; else the first known."""
    first = pd.Series(parts[0])
    for part in parts[1:]:
        first = first | pd.Series(part) if field.kind == "flag" else first.fillna(pd.Series(part))
    return first.array


def _several(mapped: Mapping[str, Sequence[str]], fields: Mapping[str, Field]) -> tuple[str, ...]:
    """Return a note for each column that is read from several headers."""
    return tuple(
        f"{name} is yes when any of {', '.join(headers)} says so"
        if fields[name].kind == "flag"
        else f"{name} is the first known of {', '.join(headers)}"
        for name, headers in mapped.items()
        if len(headers) > 1
    )


def _refuse_mangled_ids(path: Path, faults: Sequence[Fault], rows: int) -> None:
    """Refuse a file most of whose ids a spreadsheet has rounded: nobody can tell its posts apart."""
    mangled = [fault for fault in faults if fault.code == "ID_MANGLED"]
    if mangled and 2 * len(mangled) > rows:
        advice = mangled[0].reason.advice
        raise FileError(path, "ID_MANGLED", f"a spreadsheet has rounded its ids ('{mangled[0].value}'); {advice}")


def _refuse_rounded_ids(path: Path, frame: pd.DataFrame) -> None:
    """Refuse a file whose long ids all end in zeros after 15 digits: a spreadsheet has kept no more of them."""
    ids = frame["post_id"].dropna().tolist() if "post_id" in frame else []
    # Looked at one by one, since the first whole id settles it: nearly always that is the first of all.
    if not all(typed.ROUNDED_ID.fullmatch(one) for one in ids if _is_long_id(one)):
        return
    long = list(dict.fromkeys(filter(_is_long_id, ids)))
    if len(long) >= FEWEST_ROUNDED:
        advice = REASONS["ID_MANGLED"].advice
        raise FileError(path, "ID_MANGLED", f"a spreadsheet has rounded its ids ('{long[0]}'); {advice}")


def _is_long_id(text: str) -> bool:
    """Tell whether an id has more digits than a spreadsheet keeps."""
    return len(text) >= LONG_ID and text.isdecimal()


def _missing_ids(frame: pd.DataFrame, mapped: Mapping[str, Sequence[str]]) -> list[Fault]:
    """Return a fault for each post without an id in a file whose posts have ids."""
    if "post_id" not in frame or frame["post_id"].notna().mean() < IDS_EXPECTED_FROM:
        return []
    lines = frame.loc[frame["post_id"].isna(), "_line"]
    return [Fault(int(line), mapped["post_id"][0], "", "MISSING_REQUIRED") for line in lines]


def _with_told_currency(
    frame: pd.DataFrame, found: Recognised, keep: np.ndarray, mapped: Mapping[str, Sequence[str]]
) -> pd.DataFrame:
    """Return the rows with the currency that their amounts name, where the file has no column for it."""
    names = {item.name for item in found.source.fields}
    amount = next((name for name in ("gross", "amount") if name in mapped), None)
    if amount is None or "currency" in mapped or "currency" not in names:
        return frame
    cells = found.sheet.cells(mapped[amount][0]).at(keep)
    told = pd.Series([numerals.currency_in(word) for word in cells.words], dtype="str")
    return frame.assign(currency=told if cells.places is None else told.take(cells.places).array)


def _two_currencies(
    frame: pd.DataFrame, found: Recognised, keep: np.ndarray, mapped: Mapping[str, Sequence[str]]
) -> list[Fault]:
    """Return a fault for each amount that names another currency than the column beside it."""
    header = next((mapped[name][0] for name in ("gross", "amount") if name in mapped), None)
    if header is None or "currency" not in mapped:
        return []
    cells = found.sheet.cells(header)
    rows = zip(keep, frame["currency"], frame["_line"], strict=True)
    marked = {cell for cell in set(cells) if numerals.names_a_currency(cell)}
    return [
        Fault(int(line), header, cells[position], "CURRENCY_CONFLICT")
        for position, currency, line in (rows if marked else ())
        if cells[position] in marked and not pd.isna(currency) and numerals.contradicts(cells[position], currency)
    ]


def _far_ahead(frame: pd.DataFrame, mapped: Mapping[str, Sequence[str]], context: Context) -> list[Fault]:
    """Return a fault for each date years ahead, in a file looked at alone; a campaign leaves later rows out anyway."""
    name = next((name for name in DATED if name in frame), None)
    if name is None or not context.alone:
        return []
    late = frame[(frame[name] > pd.Timestamp(context.today, tz="UTC") + FAR_AHEAD).fillna(False)]
    told = zip(late["_line"], late[name], strict=True)
    return [Fault(int(line), mapped[name][0], str(time.date()), "DATE_IN_FUTURE") for line, time in told]


def _without_zero_columns(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[Remark]]:
    """Return the rows with reach, impressions and followers unknown where the whole column is zero: a broken export."""
    broken = [
        name
        for name in ("reach", "impressions", "followers")
        if name in frame and frame[name].notna().sum() > 1 and (frame[name].dropna() == 0).all()
    ]
    noted = [Remark(f"{name.upper()}_ZERO", f"{name} is 0 in every row, taken as unknown", True) for name in broken]
    return frame.assign(**{name: pd.Series(pd.NA, index=frame.index, dtype="Int64") for name in broken}), noted


def _without_later(frame: pd.DataFrame, campaign: Campaign) -> tuple[pd.DataFrame, Counter[str]]:
    """Drop rows dated after the day of the report, so that any past day can be replayed."""
    name = next((name for name in DATED if name in frame), None)
    if name is None:
        return frame, Counter()
    end = pd.Timestamp(campaign.today, tz=campaign.timezone) + pd.Timedelta(days=1)
    late = (frame[name] >= end).fillna(False)
    return frame[~late] if late.any() else frame, Counter({"AFTER_AS_OF": int(late.sum())})
