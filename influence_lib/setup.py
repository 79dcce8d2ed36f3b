"""Write a commented YAML for exports nobody has described yet: what was recognised, what was guessed, what to decide."""

import datetime as dt
import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from influence_lib.campaign import ID_PATTERN, Campaign, FileParameters, InputError
from influence_lib.intake import FileError, FileReading, read_file, recognise
from influence_lib.intake.files import Sheet
from influence_lib.intake.reading import SOURCES, mapping
from influence_lib.intake.source import Source
from influence_lib.intake.typed import NO, YES

# Exports of a tool have fixed columns; files kept by people do not, so their mapping is written down.
KEPT_BY_HAND = {"tracker", "roster", "payments", "orders"}
SCHEMA_LINE = "# yaml-language-server: $schema=campaign.schema.json"


@dataclass(frozen=True)
class Proposal:
    """The file written and what was said about each export."""

    file: Path
    told: tuple[str, ...]


@dataclass
class _Export:
    """One export on its way into the YAML."""

    path: Path
    source: Source | None = None
    sheet: Sheet | None = None
    columns: dict[str, str] = field(default_factory=dict)
    questions: list[str] = field(default_factory=list)
    reading: FileReading | None = None
    error: str | None = None


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
    guess = _Guess.of(name, exports)
    params.mkdir(parents=True, exist_ok=True)
    target.write_text(_text(name, exports, guess, params), encoding="utf-8")
    return Proposal(target, tuple(_told(export) for export in exports))


def _looked_at(path: Path) -> _Export:
    """Return what an export was taken for, with its mapping; or why it cannot be used."""
    export = _Export(path)
    if path.name == "truth.json":
        export.error = f"{path.name}: the planted truth of a simulation, not an export"
        return export
    try:
        export.sheet, export.source = recognise(path, FileParameters(path=str(path)))
    except FileError as error:
        export.error = str(error)
        return export
    found = mapping(export.sheet, export.source, FileParameters(path=str(path)))
    export.columns = {column: headers[0] for column, headers in found.items()}
    export.questions = _questions(export)
    try:
        export.reading = read_file(FileParameters(path=str(path.resolve())), _provisional())
    except FileError as error:
        export.questions.append(str(error))
    return export


def _provisional() -> Campaign:
    """Return parameters good enough to look into a file."""
    far = dt.date(2100, 1, 1)
    content = {
        "campaign_id": "new",
        "brand": "new",
        "start": "2000-01-01",
        "end": str(far),
        "as_of": str(far),
        "files": [{"path": "x"}],
        "creator_names": "shown",
    }
    campaign = Campaign.model_validate_json(json.dumps(content))
    campaign._today = far
    return campaign


def _questions(export: _Export) -> list[str]:
    """Return what could not be decided about an export."""
    if export.source is None or export.sheet is None or export.source.name not in KEPT_BY_HAND:
        return []
    asked = []
    used = set(export.columns.values())
    spare = [header for header in export.sheet.header if header and header not in used]
    flags = [header for header in spare if _yes_or_no(export.sheet, header)]
    if export.source.name == "tracker" and "is_sponsored" not in export.columns:
        hint = (
            f"`is_sponsored: {json.dumps(flags)}` under columns would take a post as sponsored when any of them says yes"
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
    place = sheet.header.index(header)
    seen = {row[place].strip().casefold() for row in sheet.rows[:2000]} - {""}
    return 1 <= len(seen) <= 2 and seen <= YES | NO and not seen <= {"0", "1", "x"}


@dataclass(frozen=True)
class _Guess:
    """What the files suggest for the campaign as a whole, and from what it was guessed."""

    start: dt.date
    end: dt.date
    window: str
    as_of: dt.date
    label: str | None
    currency: str | None
    synthetic: bool
    brand: str | None
    brand_codes: tuple[str, ...]
    margin: float | None

    @classmethod
    def of(cls, name: str, exports: Sequence[_Export]) -> "_Guess":
        """Return the guesses that the readings allow."""
        frames = _frames(exports)
        posts, orders = frames.get("posts", pd.DataFrame()), frames.get("orders", pd.DataFrame())
        label = _label(name, posts)
        start, end, window = _window(posts, orders, frames.get("tracking", pd.DataFrame()), label)
        days = [
            frame[column].max()
            for frame, column in ((posts, "posted_at"), (orders, "ordered_at"))
            if column in frame and len(frame)
        ]
        as_of = max([day.date() for day in days] or [end])
        truth = _truth(exports)
        planned = truth.get("campaign", {}) if truth.get("synthetic") else {}
        if planned.get("start") and planned.get("end"):
            start, end, window = (
                dt.date.fromisoformat(planned["start"]),
                dt.date.fromisoformat(planned["end"]),
                "the simulation's plan in truth.json",
            )
        sponsor = (
            posts.loc[posts["campaign_id"] == label, "sponsor_brand"].dropna()
            if label and "sponsor_brand" in posts
            else pd.Series(dtype=str)
        )
        brand = str(sponsor.mode().iloc[0]) if len(sponsor) else None
        return cls(
            start,
            end,
            window,
            as_of,
            label,
            _currency(exports),
            bool(truth.get("synthetic")),
            brand,
            _brand_codes(orders, frames),
            planned.get("margin"),
        )


def _frames(exports: Sequence[_Export]) -> dict[str, pd.DataFrame]:
    """Return the tables that the exports gave, stacked."""
    names = {name for export in exports if export.reading for name in export.reading.frames}
    parts = {
        name: [e.reading.frames[name] for e in exports if e.reading and name in e.reading.frames] for name in names
    }
    return {name: pd.concat(found, ignore_index=True) for name, found in parts.items()}


def _truth(exports: Sequence[_Export]) -> Mapping[str, Any]:
    """Return the truth.json beside the exports, when they are simulated."""
    for export in exports:
        file = export.path.parent / "truth.json"
        if file.is_file():
            content = json.loads(file.read_text(encoding="utf-8"))
            return content if isinstance(content, dict) else {}
    return {}


def _label(name: str, posts: pd.DataFrame) -> str | None:
    """Return how the posts name this campaign: its id when they do, else the label that is used most."""
    if "campaign_id" not in posts:
        return None
    labels = posts["campaign_id"].dropna()
    if labels.empty:
        return None
    same = labels[labels.str.casefold() == name.casefold()]
    return str(same.iloc[0]) if len(same) else str(labels.mode().iloc[0])


def _window(
    posts: pd.DataFrame, orders: pd.DataFrame, codes: pd.DataFrame, label: str | None
) -> tuple[dt.date, dt.date, str]:
    """Return first and last day of the campaign, and what they were guessed from."""
    if label is not None:
        ours = posts.loc[posts["campaign_id"] == label, "posted_at"]
        return ours.min().date(), ours.max().date(), f"first and last post labelled '{label}'"
    if len(codes) and len(orders):
        owned = set(codes["code"])
        used = orders.loc[orders["codes"].map(lambda text: bool(owned & set(text.split(";")))), "ordered_at"]
        if len(used):
            return used.min().date(), used.max().date(), "first and last order with a creator's code"
    for frame, column, words in ((posts, "posted_at", "post"), (orders, "ordered_at", "order")):
        if len(frame):
            return frame[column].min().date(), frame[column].max().date(), f"first and last {words} in the files"
    today = dt.date.today()
    return today, today, "nothing: write the first and the last day"


def _currency(exports: Sequence[_Export]) -> str | None:
    """Return the currency that the files name most often."""
    for export in exports:
        if export.sheet is None or "currency" not in export.columns:
            continue
        place = export.sheet.header.index(export.columns["currency"])
        seen = pd.Series([row[place].strip().upper() for row in export.sheet.rows if row[place].strip()])
        if len(seen):
            return str(seen.mode().iloc[0])
    return None


def _brand_codes(orders: pd.DataFrame, frames: Mapping[str, pd.DataFrame]) -> tuple[str, ...]:
    """Return codes that are used often and belong to no creator."""
    if "codes" not in orders:
        return ()
    owned = set(frames["tracking"]["code"]) if "tracking" in frames else set()
    counts = orders["codes"].str.split(";").explode().value_counts()
    return tuple(str(code) for code, times in counts.items() if code and code not in owned and times >= 10)[:5]


def _told(export: _Export) -> str:
    """Return one line about an export for the terminal."""
    if export.source is None:
        return f"{export.path.name}: not used. {export.error}"
    rows = f", {export.reading.rows} rows" if export.reading else ""
    asked = "".join(f"\n    ? {question}" for question in export.questions)
    return f"{export.path.name}: {export.source.label}{rows}{asked}"


def _quoted(value: Any) -> str:
    """Return a value as YAML on one line."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return (
        yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=10_000).strip().removesuffix("\n...")
    )


def _text(name: str, exports: Sequence[_Export], guess: _Guess, params: Path) -> str:
    """Return the commented YAML."""
    lines = [
        SCHEMA_LINE,
        "# Written by `influence new`. Every guess says what it was taken from; please check the lines marked ?.",
        f"campaign_id: {_quoted(name)}",
        f"brand: {_quoted(guess.brand or name.replace('_', ' ').capitalize())}  # ? the brand, as readers should see it",
        f"start: {guess.start}  # ? guessed from: {guess.window}",
        f"end: {guess.end}  # ?",
    ]
    if guess.label is not None and guess.label.casefold() != name.casefold():
        lines.append(f"campaign_labels: [{_quoted(guess.label)}]  # ? how the files name this campaign")
    lines += [
        "timezone: UTC  # ? the brand's, such as Europe/Berlin: for days, and for times without an offset",
        f"currency: {guess.currency}" if guess.currency else "# currency: EUR  # ? without it nothing is about money",
        f"margin: {guess.margin}  # the simulation's plan in truth.json"
        if guess.margin is not None
        else "# margin: 0.55  # ? share of net revenue left after goods, payment and delivery; needed for return on investment",
        f"as_of: {guess.as_of}  # last day in the files; remove it for a nightly run (then: today)",
    ]
    if guess.brand_codes:
        lines.append(f"brand_codes: {_quoted(list(guess.brand_codes))}  # ? used often and no creator's")
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


def _file_lines(export: _Export, params: Path) -> list[str]:
    """Return the lines of the YAML about one export; one that was not recognised stands there as a comment."""
    path = _quoted(_relative(export.path, params))
    if export.source is None:
        fault = (export.error or "").replace("\n", " ")
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
    return lines + [f"    # ? {' '.join(question.split())}" for question in export.questions]


def _relative(path: Path, params: Path) -> str:
    """Return an export's path as seen from the YAML."""
    try:
        return Path(os.path.relpath(path.resolve(), params.resolve())).as_posix()
    except ValueError:
        return str(path.resolve())
