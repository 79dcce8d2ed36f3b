"""Data behind a figure or a table as a file inside the page, safe to open in a spreadsheet."""

import base64
import csv
import io
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from influence_lib.language import say
from influence_lib.report.layout import Manner, clean

# A spreadsheet takes a cell that starts like this for a formula; the wide forms count in East Asian versions.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "﹢", "﹣", "﹦", "﹫")
NEGATIVE_NUMBER = re.compile(r"-\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")


@dataclass(frozen=True)
class Download:
    """A link that holds its file."""

    href: str
    filename: str
    text: str


def safe_cell(value: Any) -> str:
    """Return a cell that no spreadsheet takes for a formula; a plain negative number stays a number."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    text = str(value)
    cleaned = clean(text).strip()
    if NEGATIVE_NUMBER.fullmatch(cleaned):
        return cleaned
    risky = text.startswith(FORMULA_STARTS) or cleaned.startswith(FORMULA_STARTS)
    return f"'{cleaned}" if risky else cleaned


def _written(rows: Iterable[Sequence[Any]]) -> str:
    """Return rows as CSV text with safe cells."""
    sink = io.StringIO()
    csv.writer(sink, lineterminator="\n").writerows([safe_cell(cell) for cell in row] for row in rows)
    return sink.getvalue()


def _weight(size: int, how: Manner) -> str:
    """Return a file size as a reader knows it."""
    return f"{how.show(size / 1000, 'count')} kB" if size >= 1000 else say("{size} bytes").format(size=size)


def _download(rows: list[Sequence[Any]], what: str, stem: str, how: Manner) -> Download:
    """Return the rows, the first being the header, as a link that says how much there is."""
    text = _written(rows)
    # Spreadsheets read CSV beyond ASCII rightly only behind a byte order mark.
    raw = text.encode("ascii" if text.isascii() else "utf-8-sig")
    count = max(len(rows) - 1, 0)
    href = "data:text/csv;charset=utf-8;base64," + base64.b64encode(raw).decode("ascii")
    one, many = (
        "Download the data for {what} (1 row, {size} CSV)",
        "Download the data for {what} ({rows} rows, {size} CSV)",
    )
    said = say(one if count == 1 else many)
    return Download(
        href, f"{stem}.csv", said.format(what=what, rows=how.show(count, "count"), size=_weight(len(raw), how))
    )


def of_text(text: str, what: str, stem: str, how: Manner) -> Download:
    """Return CSV text as a download."""
    return _download([row for row in csv.reader(io.StringIO(text)) if row], what, stem, how)


def of_records(
    names: Sequence[str], records: Iterable[Mapping[str, Any]], what: str, stem: str, how: Manner
) -> Download:
    """Return the records of a table as a download."""
    rows: list[Sequence[Any]] = [list(names)]
    return _download(rows + [[record.get(name) for name in names] for record in records], what, stem, how)
