"""Write a commented YAML for exports nobody has described yet: what was recognised and guessed, what to decide."""

import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from influence_lib.campaign import ID_PATTERN, Campaign, FileParameters, InputError
from influence_lib.intake import FileError, Recognised, read_alone, recognise
from influence_lib.intake.files import read_sheets
from influence_lib.intake.grid import Sheet
from influence_lib.intake.guessing import Export, Guess
from influence_lib.intake.recognising import mapping, nearest, recognise_all
from influence_lib.intake.source import Frames, Source
from influence_lib.intake.typed import NO, YES
from influence_lib.wording.en import count

# Exports of a tool have fixed columns; files kept by people do not, so their mapping is written down.
KEPT_BY_HAND = {
    "tracker", "roster", "payments", "orders", "attributed_sales", "mentions", "audience", "events", "deliverables",
    "survey",
}  # fmt: skip
# A key in the YAML settles these, so the file stays in it with the question; what cannot be read becomes a comment.
SETTLED_IN_YAML = {
    "AMBIGUOUS_DATE": "date_order: day_first  # ? or month_first, year_first",
    "AMBIGUOUS_NUMBER": 'decimal: ","  # ? or "."',
}
# Lines that settle what a reading had to leave open or to assume, by the code of its remark.
ASKED = {
    "CREATOR_UNKNOWN": "creator:  # ? whose account it is: the handle as in the other files",
    "YEAR_ASSUMED": "year: YYYY  # ? of the last date, as the dates have none",
    "CURRENCY_ASSUMED": "currency: EUR  # ? of the amounts, as they name none",
}
# Without an answer to these a file is refused, so it waits as a comment.
NEEDED = {"CREATOR_UNKNOWN"}
EXPORTED_ON = "exported_on: YYYY-MM-DD  # ?"
# Said once, as it is true of nearly every file.
EXPORTED_ON_MEANS = (
    "`exported_on` of a file: the day it was downloaded, where it does not tell it: its numbers are of that day"
)
SCHEMA_LINE = "# yaml-language-server: $schema=campaign.schema.json"


@dataclass(frozen=True)
class Proposal:
    """The file written and what was said about each export."""

    file: Path
    told: tuple[str, ...]


def propose(name: str, files: Sequence[Path], params: Path) -> Proposal:
    """Recognise exports and write `params/<name>.yml`. Raises InputError when none can be used or the file is there."""
    target = params / f"{name}.yml"
    if not re.fullmatch(ID_PATTERN, name):
        raise InputError(f"'{name}' cannot be a campaign's id; use small letters, digits, - and _, such as glow_serum")
    if target.exists():
        raise InputError(f"{target} is there already; choose another name, or move it away")
    exports = _without_twins([export for path in files for export in _looked_at(path)])
    if not any(export.source for export in exports):
        raise InputError("none of the files can be used:\n" + "\n".join(f"  - {export.error}" for export in exports))
    _name_creators(exports)
    used = [export for export in exports if export.source and not export.waits] or _without_waiting(exports)
    guess = Guess.of(name, used)
    params.mkdir(parents=True, exist_ok=True)
    target.write_text(_text(name, exports, guess, params), encoding="utf-8")
    told = [*(_told(export) for export in exports), *_asked_of_all(name, exports, guess)]
    return Proposal(target, tuple(told))


def _asked_of_all(name: str, exports: Sequence[Export], guess: Guess) -> list[str]:
    """Return what is asked once and not of one file, for the terminal."""
    labels = [f"? `campaign_labels`: {_comment(_labels_line(guess))}"] if _is_asked_for_labels(name, guess) else []
    return labels + ([f"? {EXPORTED_ON_MEANS}"] if _is_asked_for_days(exports) else [])


def _is_asked_for_labels(name: str, guess: Guess) -> bool:
    """Tell whether the files name several campaigns, and none, or not every file, names this one by its id."""
    if guess.label is None or not guess.labels:
        return False
    return guess.label.casefold() != name.casefold() or not guess.is_in_all


def _is_asked_for_days(exports: Sequence[Export]) -> bool:
    """Tell whether a file does not say of which day its numbers are."""
    return any(EXPORTED_ON in export.open_keys for export in exports)


def _labels_line(guess: Guess) -> str:
    """Return which campaigns the files name, as a question."""
    return f"which of these is this campaign: {guess.labels}"


def _looked_at(path: Path) -> list[Export]:
    """Return what an export, or each sheet of it, was taken for; or why it cannot be used."""
    if path.name == "truth.json":
        return [Export(path, error=f"{path.name}: the planted truth of a simulation, not an export")]
    entry = FileParameters(path=str(path.resolve()))  # type: ignore[call-arg]
    sheets: list[Sheet] = []
    try:
        sheets = read_sheets(path)
        recognise(path, entry, sheets)
        found = recognise_all(path, entry, sheets)
    except FileError as error:
        near = nearest(sheets[0], entry) if error.code == "NOT_RECOGNISED" else []
        return [Export(path, error=str(error), near=near)]
    shown = [one for one in found if not one.sheet.hidden]
    exports = [_export(path, one, entry.model_copy(update={"sheet": one.sheet.name or None})) for one in shown]
    return exports + _other_sheets(path, found, sheets, entry)


def _other_sheets(
    path: Path, found: Sequence[Recognised], sheets: Sequence[Sheet], entry: FileParameters
) -> list[Export]:
    """Return the sheets of a workbook that get no entry: those of no known kind, and those it hides."""
    if not found[0].sheet.name:
        return []
    kinds = {one.sheet.name: one.source for one in found}
    others = [sheet for sheet in sheets if sheet.hidden or sheet.name not in kinds]
    return [_other_sheet(Export(path, sheet=sheet, near=nearest(sheet, entry)), kinds) for sheet in others]


def _other_sheet(export: Export, kinds: Mapping[str, Source]) -> Export:
    """Return a sheet that gets no entry, with the reason."""
    kind = kinds.get(export.sheet.name) if export.sheet else None
    if kind is None:
        return replace(export, error=f"{export.name} is of no known kind")
    return replace(export, error=f"{export.name} is hidden; show it to use it as '{kind.label}'", near=[])


def _export(path: Path, found: Recognised, entry: FileParameters) -> Export:
    """Return what one table was taken for, with its mapping and what it leaves open."""
    export = Export(path, found.source, found.sheet)
    export.columns = {name: headers[0] for name, headers in mapping(found.sheet, found.source, entry).items()}
    export.questions = _questions(export)
    try:
        export.reading = read_alone(entry, Campaign.blank())
    except FileError as error:
        if error.code in SETTLED_IN_YAML:
            export.questions.append(str(error))
            export.open_keys.append(SETTLED_IN_YAML[error.code])
        else:
            export.source, export.error = None, str(error)
        return export
    codes = {remark.code for remark in export.reading.remarks}
    export.open_keys += [line for code, line in ASKED.items() if code in codes]
    # A list of creators is kept by people, never downloaded.
    if found.source.name != "roster" and _undated(export.reading.frames):
        export.open_keys.append(EXPORTED_ON)
    export.waits = bool(codes & NEEDED)
    return export


def _undated(frames: Frames) -> bool:
    """Tell whether the numbers of a file are of a day that it does not tell."""
    read = [frames[name] for name in ("post_metrics", "followers", "audience") if name in frames and len(frames[name])]
    return any(rows["observed_at"].isna().all() for rows in read if "observed_at" in rows)


def _without_twins(exports: Sequence[Export]) -> list[Export]:
    """Return the exports, with those that only say again what another says not used: nothing counts twice."""
    return [_twin(export, exports[:position], exports[position + 1 :]) for position, export in enumerate(exports)]


def _twin(export: Export, before: Sequence[Export], after: Sequence[Export]) -> Export:
    """Return an export as not used when an earlier file is the same, or another sheet of it holds all its rows."""
    if export.source is None or export.sheet is None:
        return export
    same = next((other for other in before if _is_same(export, other)), None)
    if same is not None:
        return Export(export.path, sheet=export.sheet, error=f"{export.name} holds the same data as {same.name}")
    whole = next((other for other in [*before, *after] if _is_part(export, other)), None)
    if whole is not None:
        return Export(export.path, sheet=export.sheet, error=f"all rows of {export.name} stand in {whole.name} as well")
    return export


def _is_same(export: Export, other: Export) -> bool:
    """Tell whether two exports are two copies of one file, or two equal sheets."""
    if export.path == other.path:
        return _rows(export) == _rows(other)
    return bool(export.reading and other.reading and export.reading.sha256 == other.reading.sha256)


def _is_part(export: Export, other: Export) -> bool:
    """Tell whether all rows of a sheet stand in a larger one of the same workbook."""
    return export.path == other.path and other.source is export.source and _rows(export) < _rows(other)


def _rows(export: Export) -> set[tuple[str, ...]]:
    """Return the column names and the rows of an export."""
    return {tuple(export.sheet.header), *export.sheet.rows()} if export.sheet else set()


def _name_creators(exports: Sequence[Export]) -> None:
    """Write down whose account an export is where another export of the platform names one creator only."""
    told = [export for export in exports if export.source and not export.waits]
    for export in exports:
        names = {name for other in told for name in _creators(other, export)}
        if export.waits and len(names) == 1:
            export.open_keys = [key for key in export.open_keys if not key.startswith("creator:")]
            export.keys.append(
                f"creator: {_quoted(names.pop())}  # ? the only one in the other exports of the platform"
            )
            export.waits = False


def _without_waiting(exports: Sequence[Export]) -> Sequence[Export]:
    """Return exports of which all wait as used: a YAML needs one, and reading it names the key to fill in."""
    for export in exports:
        export.waits = False
    return exports


def _creators(other: Export, export: Export) -> set[str]:
    """Return the creators that another account's export on the same platform names."""
    frames = other.reading.frames if other.reading else {}
    if export.source is None or other.source is None or not other.source.of_account or _site(other) != _site(export):
        return set()
    return {name for rows in frames.values() if "influencer_id" in rows for name in rows["influencer_id"].dropna()}


def _site(export: Export) -> str:
    """Return which tool's family an export belongs to, such as tiktok."""
    return export.source.name.partition("_")[0] if export.source else ""


def _questions(export: Export) -> list[str]:
    """Return what could not be decided about an export."""
    if export.source is None or export.sheet is None or export.source.name not in KEPT_BY_HAND:
        return []
    asked = []
    used = set(export.columns.values())
    spare = [header for header in export.sheet.header if header and header not in used]
    flags = [header for header in spare if _yes_or_no(export.sheet, header)]
    if export.source.name == "tracker" and "is_sponsored" not in export.columns:
        hint = (
            f"`is_sponsored: {_quoted(flags)}` under columns takes a post as sponsored when any of them says yes"
            if flags
            else "add such a column for the saturation notebook"
        )
        asked.append(f"no column tells which posts are sponsored; {hint}")
    if export.source.name in {"tracker", "roster"} and "platform" not in export.columns:
        asked.append(
            "no column tells the platform; write `platform: instagram` (or another) here if all rows are from one"
        )
    if spare:
        asked.append(f"columns not used: {', '.join(spare)}")
    return asked


def _yes_or_no(sheet: Sheet, header: str) -> bool:
    """Tell whether a column holds nothing but yes and no."""
    seen = {cell.strip().casefold() for cell in sheet.cells(header)[:2000]} - {""}
    return 1 <= len(seen) <= 2 and seen <= YES | NO and not seen <= {"0", "1", "x"}


def _told(export: Export) -> str:
    """Return one line about an export for the terminal."""
    if export.source is None:
        return f"{export.name}: not used. {export.error}"
    read = export.reading
    rows = f", {count(read.rows, 'row') if read.rows else 'no rows'}" if read else ""
    waits = "; not used until the question is answered" if export.waits else ""
    open_keys = [key for key in [*export.open_keys, *export.keys] if key != EXPORTED_ON]
    keys = [f"`{key.partition(':')[0]}`: {key.partition('# ? ')[2]}" for key in open_keys]
    asked = "".join(f"\n    ? {_comment(question)}" for question in [*export.questions, *keys])
    return f"{export.name}: {export.source.label}{rows}{waits}{asked}"


def _quoted(value: str | Sequence[str]) -> str:
    """Return text, or a list of texts, as YAML on one line, whatever stands in it."""
    if not isinstance(value, str):
        return f"[{', '.join(_quoted(item) for item in value)}]"
    escaped = json.dumps(value, ensure_ascii=False)
    return "".join(char if char.isprintable() else f"\\U{ord(char):08x}" for char in escaped)


def _comment(text: str) -> str:
    """Return text that cannot leave the comment it stands in."""
    return "".join(char if char.isprintable() else "?" for char in " ".join(text.split()))


def _text(name: str, exports: Sequence[Export], guess: Guess, params: Path) -> str:
    """Return the commented YAML."""
    lines = [*_head_lines(name, exports, guess), *_money_lines(guess)]
    if guess.synthetic:
        lines += [
            "synthetic: true  # truth.json beside the exports says so",
            "creator_names: shown  # nobody real is in the data",
        ]
    else:
        lines.append("creator_names: hashed  # `shown` puts the names in the files on the pages")
    lines.append("files:")
    for export in exports:
        lines += _file_lines(export, params)
    return "\n".join(lines) + "\n"


def _brand(name: str, guess: Guess) -> str:
    """Return the brand as the files name it, without signs that a page could not show; else the campaign's name."""
    said = "".join(sign for sign in guess.brand or "" if sign.isprintable()).strip()
    return (said or name.replace("_", " ").capitalize())[:80]


def _head_lines(name: str, exports: Sequence[Export], guess: Guess) -> list[str]:
    """Return the lines of the YAML about which campaign it is, and when."""
    lines = [
        SCHEMA_LINE,
        "# Written by `influence new`. Every guess says what it was taken from; please check the lines marked ?.",
        *([f"# {EXPORTED_ON_MEANS}."] if _is_asked_for_days(exports) else []),
        f"campaign_id: {_quoted(name)}",
        f"brand: {_quoted(_brand(name, guess))}  # ? as readers should see it",
        f"start: {guess.start}  # ? guessed from: {_comment(guess.window)}",
        f"end: {guess.end}  # ?",
        f"as_of: {guess.as_of}  # the last day that was simulated"
        if guess.synthetic
        else f"# as_of: {guess.as_of}  # ? last day in the files; without it the report speaks of today",
        f"timezone: {_quoted(guess.timezone)}  # that of the simulation"
        if guess.timezone
        else "timezone: UTC  # ? the brand's, such as Europe/Berlin: for days, and for times without an offset",
    ]
    if guess.competitor:
        lines.append(f"competitors: [{_quoted(guess.competitor)}]  # the one that was simulated")
    lines += _simulated_lines(guess)
    if guess.label is not None and guess.label.casefold() != name.casefold():
        lines.append(f"campaign_labels: [{_quoted(guess.label)}]  # ? how the files name this campaign")
    if _is_asked_for_labels(name, guess):
        lines.append(f"# ? `campaign_labels`: {_comment(_labels_line(guess))}")
    return lines


def _simulated_lines(guess: Guess) -> list[str]:
    """Return the lines that only the truth of a simulation fills in: earlier campaigns, and where this one ran."""
    lines = ["earlier_campaigns:  # those that were simulated"] if guess.earlier else []
    for one in guess.earlier:
        lines.append(f"  - {{campaign_id: {_quoted(one['campaign_id'])}, start: {one['start']}, end: {one['end']}}}")
    if guess.treated_regions:
        lines.append(f"treated_regions: {_quoted(guess.treated_regions)}  # where the simulated campaign ran")
    return lines


def _money_lines(guess: Guess) -> list[str]:
    """Return the lines of the YAML about money."""
    lines = [
        f"currency: {guess.currency}" if guess.currency else "# currency: EUR  # ? without it nothing is about money",
        f"margin: {guess.margin}  # the simulation's plan in truth.json"
        if guess.margin is not None
        else "# margin: 0.55  # ? net revenue left after goods, payment and delivery; needed for return on investment",
    ]
    if guess.brand_codes:
        lines.append(f"brand_codes: {_quoted(guess.brand_codes)}  # ? used often and no creator's")
    return lines


def _file_lines(export: Export, params: Path) -> list[str]:
    """Return the lines of the YAML about one export; one that cannot be used yet stands there as a comment."""
    path = _quoted(_relative(export.path, params))
    if export.source is None:
        return _unused_lines(export, path)
    lines = [f"- path: {path}", f"  source: {export.source.name}  # {export.source.label}"]
    if export.sheet is not None and export.sheet.name:
        lines.append(f"  sheet: {_quoted(export.sheet.name)}")
    lines += [f"  {key}" for key in export.keys]
    lines += [f"  {key}" if key.startswith("creator:") else f"  # {key}" for key in export.open_keys]
    if export.source.name in KEPT_BY_HAND:
        lines.append("  columns:")
        lines += [f"    {column}: {_quoted(header)}" for column, header in export.columns.items()]
    lines += [f"  # ? {_comment(question)}" for question in export.questions]
    if not export.waits:
        return [f"  {line}" for line in lines]
    return ["  # not used until its question is answered:", *(f"  # {line}" for line in lines)]


def _unused_lines(export: Export, path: str) -> list[str]:
    """Return the lines about an export of no known kind: what it is nearest to, and the columns to fill in."""
    lines = [f"not used: {_comment(export.error or '')}", f"- path: {path}"]
    if export.sheet is not None and export.sheet.name:
        lines.append(f"  sheet: {_quoted(export.sheet.name)}")
    if export.near:
        first = export.near[0]
        others = ", ".join(near.source.name for near in export.near[1:])
        lines += [f"  source: {first.source.name}  # ?{f' or {others}' if others else ''}", "  columns:"]
        lines += [f"    {name}: {_quoted(headers[0])}" for name, headers in first.mapped.items()]
        lines += [f"    {names[0]}:  # ? the header of this column" for names in first.missing]
    return [f"  # {line}" for line in lines]


def _relative(path: Path, params: Path) -> str:
    """Return an export's path as seen from the YAML."""
    try:
        return Path(os.path.relpath(path.resolve(), params.resolve())).as_posix()
    except ValueError:
        return str(path.resolve())
