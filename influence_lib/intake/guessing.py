"""What exports suggest for a campaign nobody has described yet, and from what it was guessed."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import babel.numbers
import pandas as pd

from influence_lib.intake.grid import Sheet
from influence_lib.intake.money import CURRENCY_WORDS
from influence_lib.intake.reading import FileReading
from influence_lib.intake.recognising import SOURCES, Near
from influence_lib.intake.source import Source
from influence_lib.intake.typed import is_unknown
from influence_lib.wording.en import count

# Kinds of file that name campaigns, those that tell most about this one first.
NAMING = ("tracker", "payments", "attributed_sales", "affiliate_actions")
LABELS_SHOWN = 20


@dataclass
class Export:
    """One export, or one sheet of it, on its way into the YAML.

    `open_keys` are lines that would settle what the file leaves open, `keys` lines that do; one that `waits` cannot be
    read before an open one is filled in.
    `near` are the kinds of file it almost is.
    """

    path: Path
    source: Source | None = None
    sheet: Sheet | None = None
    columns: dict[str, str] = field(default_factory=dict)
    questions: list[str] = field(default_factory=list)
    open_keys: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    waits: bool = False
    near: list[Near] = field(default_factory=list)
    reading: FileReading | None = None
    error: str | None = None

    @property
    def name(self) -> str:
        """Return the file's name, with the sheet's where it has several."""
        return self.path.name + (f", sheet '{self.sheet.name}'" if self.sheet is not None and self.sheet.name else "")


@dataclass(frozen=True)
class Guess:
    """What the files suggest for the campaign as a whole, and from what it was guessed."""

    start: dt.date
    end: dt.date
    window: str
    as_of: dt.date
    label: str | None
    labels: str
    is_in_all: bool
    currency: str | None
    synthetic: bool
    brand: str | None
    brand_codes: tuple[str, ...]
    margin: float | None
    timezone: str | None
    competitor: str | None
    earlier: tuple[Mapping[str, str], ...]
    treated_regions: tuple[str, ...]

    @classmethod
    def of(cls, name: str, exports: Sequence[Export]) -> "Guess":
        """Return the guesses that the readings allow."""
        frames = _frames(exports)
        posts, orders = frames.get("posts", pd.DataFrame()), frames.get("orders", pd.DataFrame())
        label, truth = _label(name, exports), _truth(exports)
        start, end, window = _window(posts, orders, frames.get("tracking", pd.DataFrame()), label)
        as_of = _last_day(posts, orders, frames.get("costs", pd.DataFrame())) or end
        planned = truth.get("campaign", {}) if truth.get("synthetic") else {}
        if planned.get("start") and planned.get("end"):
            start, end = (dt.date.fromisoformat(planned[key]) for key in ("start", "end"))
            window = "the simulation's plan in truth.json"
        return cls(
            start,
            end,
            window,
            as_of,
            label,
            _labels(exports),
            all(_names(label, export) for export in exports),
            _currency(exports),
            bool(truth.get("synthetic")),
            _brand(posts, label),
            _brand_codes(orders, frames),
            planned.get("margin"),
            truth.get("timezone") if truth.get("synthetic") else None,
            truth.get("competitor") if truth.get("synthetic") else None,
            tuple(truth.get("earlier_campaigns", ())) if truth.get("synthetic") else (),
            tuple(truth.get("treated_regions", ())) if truth.get("synthetic") else (),
        )


def _last_day(posts: pd.DataFrame, orders: pd.DataFrame, costs: pd.DataFrame) -> dt.date | None:
    """Return the day of the last post or order; of the last cost, which may lie ahead, only when there is neither."""
    pairs = ((posts, "posted_at"), (orders, "ordered_at"))
    days = [frame[column].max().date() for frame, column in pairs if len(frame)]
    if days or "spent_at" not in costs or costs["spent_at"].isna().all():
        return max(days, default=None)
    return costs["spent_at"].max().date()


def _brand(posts: pd.DataFrame, label: str | None) -> str | None:
    """Return who paid for most of the posts with our label."""
    if label is None or not {"sponsor_brand", "campaign_id"} <= set(posts):
        return None
    sponsors = posts.loc[posts["campaign_id"] == label, "sponsor_brand"].dropna()
    return str(sponsors.mode().iloc[0]) if len(sponsors) else None


def _frames(exports: Sequence[Export]) -> dict[str, pd.DataFrame]:
    """Return the tables that the exports gave, stacked."""
    names = {name for export in exports if export.reading for name in export.reading.frames}
    parts = {
        name: [e.reading.frames[name] for e in exports if e.reading and name in e.reading.frames] for name in names
    }
    return {name: pd.concat(found, ignore_index=True) for name, found in parts.items()}


def _truth(exports: Sequence[Export]) -> Mapping[str, Any]:
    """Return the truth.json beside the exports, when they are simulated."""
    for export in exports:
        file = export.path.parent / "truth.json"
        if file.is_file():
            try:
                content = json.loads(file.read_text(encoding="utf-8"))
            except ValueError:
                return {}
            return content if isinstance(content, dict) else {}
    return {}


def _label(name: str, exports: Sequence[Export]) -> str | None:
    """Return how the files name this campaign: its id when any does, else the label used most, posts before costs."""
    for source in NAMING:
        said = _said(source, exports)
        if said:
            same = [label for label in said if label.casefold() == name.casefold()]
            return same[0] if same else str(pd.Series(said).mode().iloc[0])
    return None


def _said(source: str, exports: Sequence[Export]) -> list[str]:
    """Return the labels of campaigns in all rows of a kind of file."""
    return [cell for export in exports if export.source == SOURCES[source] for cell in _cells(export, "campaign_id")]


def _labels(exports: Sequence[Export]) -> str:
    """Return all labels of campaigns in the files with their rows, used most first; nothing where there is only one."""
    rows = pd.Series([label for source in NAMING for label in _said(source, exports)], dtype=object).value_counts()
    if len(rows) < 2:
        return ""
    more = f" and {len(rows) - LABELS_SHOWN} more" if len(rows) > LABELS_SHOWN else ""
    return ", ".join(f"{label} ({count(lines, 'row')})" for label, lines in rows[:LABELS_SHOWN].items()) + more


def _names(label: str | None, export: Export) -> bool:
    """Tell whether a file that names campaigns names this one."""
    if label is None or export.source is None or export.source.name not in NAMING:
        return True
    said = {cell.casefold() for cell in _cells(export, "campaign_id")}
    return not said or label.casefold() in said


def _cells(export: Export, column: str) -> list[str]:
    """Return what stands in the cells of a column, without the empty ones."""
    if export.sheet is None or column not in export.columns:
        return []
    cells = [cell.strip() for cell in export.sheet.cells(export.columns[column])]
    return [cell for cell in cells if not is_unknown(cell)]


def _window(
    posts: pd.DataFrame, orders: pd.DataFrame, codes: pd.DataFrame, label: str | None
) -> tuple[dt.date, dt.date, str]:
    """Return first and last day of the campaign, and what they were guessed from."""
    ours = posts.loc[posts["campaign_id"] == label, "posted_at"] if {"campaign_id"} <= set(posts) else pd.Series()
    if len(ours):
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


def _currency(exports: Sequence[Export]) -> str | None:
    """Return the currency that the first file with currencies names most often."""
    known = set(babel.numbers.list_currencies())
    for export in exports:
        said = [CURRENCY_WORDS.get(cell.upper(), cell.upper()) for cell in _cells(export, "currency")]
        real = [currency for currency in said if currency in known]
        if real:
            return str(pd.Series(real).mode().iloc[0])
    return None


def _brand_codes(orders: pd.DataFrame, frames: Mapping[str, pd.DataFrame]) -> tuple[str, ...]:
    """Return codes that are used often and belong to no creator."""
    if "codes" not in orders:
        return ()
    owned = set(frames["tracking"]["code"]) if "tracking" in frames else set()
    counts = orders["codes"].str.split(";").explode().value_counts()
    return tuple(str(code) for code, times in counts.items() if code and code not in owned and times >= 10)[:5]
