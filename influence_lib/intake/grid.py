"""From rows of cells to a table: find the header, drop blank rows, set rows of another width aside."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from influence_lib.intake.reasons import Fault, FileError

HEADER_SEARCH = 30
# Fewer short rows after a blank line are a footer; more are a table of their own.
FEWEST_ROWS_OF_A_TABLE = 2

Record = tuple[int, list[str]]


@dataclass(frozen=True)
class Sheet:
    """One table as text: header, rows, the file line of each row, rows that could not be cut, what was converted."""

    header: list[str]
    rows: list[list[str]]
    lines: list[int]
    faults: list[Fault]
    dropped: Counter[str]
    notes: tuple[str, ...] = ()
    name: str = ""

    @property
    def rows_in(self) -> int:
        """Return how many rows stand below the header."""
        return len(self.rows) + len(self.faults) + sum(self.dropped.values())


def table(path: Path, records: Sequence[Record], faults: list[Fault], notes: list[str], name: str) -> Sheet:
    """Return records as a table. Raises FileError without a header, and for a file of two tables."""
    head = header_position(records)
    if head is None:
        raise FileError(path, "NO_HEADER", "no row with column names was found; the first row must name the columns")
    header = [cell.strip() for cell in records[head][1]]
    while header and not header[-1]:
        header.pop()
    if any(any(cells) for _, cells in records[:head]):
        notes = [*notes, f"{head} title lines above the header left out"]
    body = records[head + 1 :]
    _refuse_second_table(path, header, body)
    return _sorted_rows(header, len(records[head][1]), body, faults, notes, name)


def _sorted_rows(
    header: list[str], widest: int, body: Sequence[Record], faults: list[Fault], notes: list[str], name: str
) -> Sheet:
    """Return the table with each row below the header kept, dropped or set aside.

    A row may be as wide as the header line with its unnamed last columns; nothing is read from those.
    """
    rows, lines, dropped, trimmed = [], [], Counter[str](), 0
    width = len(header)
    for line, cells in body:
        if not any(cell.strip() for cell in cells):
            dropped["BLANK_ROW"] += 1
        elif len(cells) < width:
            faults.append(Fault(line, header[len(cells)], "", "MISSING_CELL"))
        elif any(cell.strip() for cell in cells[widest:]):
            faults.append(Fault(line, "", cells[widest][:200], "EXTRA_CELL"))
        elif [cell.strip() for cell in cells[:width]] == header:
            dropped["REPEATED_HEADER"] += 1
        else:
            trimmed += len(cells) > widest
            rows.append(cells[:width])
            lines.append(line)
    if trimmed:
        notes = [*notes, f"delimiters at the end of {trimmed} rows left out"]
    return Sheet(header, rows, lines, faults, dropped, tuple(notes), name)


def _refuse_second_table(path: Path, header: list[str], body: Sequence[Record]) -> None:
    """Refuse a file in which, after a blank line, only shorter rows follow: a second table."""
    full = max((i for i, (_, cells) in enumerate(body) if len(cells) >= len(header) and any(cells)), default=None)
    rest = body[full + 1 :] if full is not None else []
    blank = next((i for i, (_, cells) in enumerate(rest) if not any(cell.strip() for cell in cells)), None)
    below = [(line, cells) for line, cells in rest[blank:] if any(cells)] if blank is not None else []
    if sum(len(cells) > 1 for _, cells in below) >= FEWEST_ROWS_OF_A_TABLE:
        advice = f"another table starts near line {below[0][0]}; save each table as a file of its own"
        raise FileError(path, "TWO_TABLES", advice)


def header_position(records: Sequence[Record]) -> int | None:
    """Return which record holds the column names: the first as wide as the table whose cells are names."""
    filled = [sum(bool(cell.strip()) for cell in cells) for _, cells in records[:HEADER_SEARCH]]
    usual = Counter(count for count in filled if count > 1).most_common(1)
    if not usual:
        return None
    for position, count in enumerate(filled):
        if count >= max(2, usual[0][0] // 2) and _names(records[position][1]):
            return position
    return None


def _names(cells: Sequence[str]) -> bool:
    """Tell whether cells read like column names: no plain number, date or handle among them."""
    given = [cell.strip() for cell in cells if cell.strip()]
    return bool(given) and not any(
        re.fullmatch(r"[-+]?[\d.,' ]*\d[\d.,' ]*|\d{4}-\d\d-\d\d.*|@\w.*", cell) for cell in given
    )
