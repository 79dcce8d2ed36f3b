"""Write a commented YAML for exports nobody has described yet: what was recognised and guessed, what to decide."""

import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from influence_lib.campaign import ID_PATTERN, Campaign, FileParameters, InputError
from influence_lib.intake import FileError, read_alone, recognise
from influence_lib.intake.grid import Sheet
from influence_lib.intake.guessing import Export, Guess
from influence_lib.intake.recognising import SOURCES, mapping
from influence_lib.intake.typed import NO, YES

# Exports of a tool have fixed columns; files kept by people do not, so their mapping is written down.
KEPT_BY_HAND = {"tracker", "roster", "payments", "orders"}
# A key in the YAML settles these, so the file stays in it with the question; what cannot be read becomes a comment.
SETTLED_IN_YAML = {"AMBIGUOUS_DATE", "AMBIGUOUS_NUMBER"}
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
    exports = [_looked_at(path) for path in files]
    if not any(export.source for export in exports):
        raise InputError("none of the files can be used:\n" + "\n".join(f"  - {export.error}" for export in exports))
    guess = Guess.of(name, exports)
    params.mkdir(parents=True, exist_ok=True)
    target.write_text(_text(name, exports, guess, params), encoding="utf-8")
    return Proposal(target, tuple(_told(export) for export in exports))


def _looked_at(path: Path) -> Export:
    """Return what an export was taken for, with its mapping; or why it cannot be used."""
    export = Export(path)
    if path.name == "truth.json":
        export.error = f"{path.name}: the planted truth of a simulation, not an export"
        return export
    entry = FileParameters(path=str(path.resolve()))  # type: ignore[call-arg]
    try:
        found = recognise(path, entry)
    except FileError as error:
        export.error = str(error)
        return export
    export.sheet, export.source = found.sheet, found.source
    export.columns = {name: headers[0] for name, headers in mapping(found.sheet, found.source, entry).items()}
    export.questions = _questions(export)
    if found.unread:
        listed = ", ".join(_quoted(name) for name in found.unread)
        export.questions.append(f"sheets not read: {listed}; add an entry with `sheet` for each of the campaign's")
    try:
        export.reading = read_alone(entry, Campaign.blank())
    except FileError as error:
        if error.code in SETTLED_IN_YAML:
            export.questions.append(str(error))
        else:
            export.source, export.error = None, str(error)
    return export


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
        return f"{export.path.name}: not used. {export.error}"
    rows = f", {export.reading.rows} rows" if export.reading else ""
    asked = "".join(f"\n    ? {_comment(question)}" for question in export.questions)
    return f"{export.path.name}: {export.source.label}{rows}{asked}"


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
    lines = [*_head_lines(name, guess), *_money_lines(guess)]
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


def _head_lines(name: str, guess: Guess) -> list[str]:
    """Return the lines of the YAML about which campaign it is, and when."""
    lines = [
        SCHEMA_LINE,
        "# Written by `influence new`. Every guess says what it was taken from; please check the lines marked ?.",
        f"campaign_id: {_quoted(name)}",
        f"brand: {_quoted(_brand(name, guess))}  # ? as readers should see it",
        f"start: {guess.start}  # ? guessed from: {_comment(guess.window)}",
        f"end: {guess.end}  # ?",
        f"as_of: {guess.as_of}  # the last day that was simulated"
        if guess.synthetic
        else f"# as_of: {guess.as_of}  # ? last day in the files; without it the report speaks of today",
        "timezone: UTC  # ? the brand's, such as Europe/Berlin: for days, and for times without an offset",
    ]
    if guess.label is not None and guess.label.casefold() != name.casefold():
        lines.append(f"campaign_labels: [{_quoted(guess.label)}]  # ? how the files name this campaign")
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
    """Return the lines of the YAML about one export; one that was not recognised stands there as a comment."""
    path = _quoted(_relative(export.path, params))
    if export.source is None:
        fault = _comment(export.error or "")
        return [
            f"  # not used: {fault}",
            f"  # - path: {path}",
            f"  #   source:  # one of {', '.join(SOURCES)}",
            "  #   columns: {}",
        ]
    lines = [f"  - path: {path}", f"    source: {export.source.name}  # {export.source.label}"]
    if export.sheet is not None and export.sheet.name:
        lines.append(f"    sheet: {_quoted(export.sheet.name)}")
    if export.source.name in KEPT_BY_HAND:
        lines.append("    columns:")
        lines += [f"      {column}: {_quoted(header)}" for column, header in export.columns.items()]
    return lines + [f"    # ? {_comment(question)}" for question in export.questions]


def _relative(path: Path, params: Path) -> str:
    """Return an export's path as seen from the YAML."""
    try:
        return Path(os.path.relpath(path.resolve(), params.resolve())).as_posix()
    except ValueError:
        return str(path.resolve())
