"""From rows of cells to a table: find the header, drop blank rows, set rows of another width aside."""

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from influence_lib.intake.cells import Cells, Gathered
from influence_lib.intake.reasons import Fault, FileError

HEADER_SEARCH = 30
# Fewer short rows after a blank line are a footer; more are a table of their own.
FEWEST_ROWS_OF_A_TABLE = 2
# The widest export known has 79 columns; a thousand and more are days or posts laid sideways, or no table.
MOST_COLUMNS = 2_000
# Few enough rows that they stay in the processor's cache: five thousand take twice as long.
ROWS_AT_ONCE = 250

Record = tuple[int, list[str]]


@dataclass(frozen=True)
class Sheet:
    """One table as text: header, a list of cells a column, the file line of each row, and what became of other rows.

    `faults` are rows that could not be cut, `dropped` rows left out by reason, `notes` what was converted.
    `hidden` is a sheet that a workbook does not show.
    """

    header: list[str]
    columns: Sequence[Cells]
    lines: list[int]
    faults: list[Fault]
    dropped: Counter[str]
    notes: tuple[str, ...] = ()
    name: str = ""
    hidden: bool = False

    def __len__(self) -> int:
        """Return how many rows were cut."""
        return len(self.lines)

    @property
    def rows_in(self) -> int:
        """Return how many rows stand below the header."""
        return len(self.lines) + len(self.faults) + sum(self.dropped.values())

    def cells(self, header: str) -> Cells:
        """Return the cells below the first header of that name."""
        return self.columns[self.header.index(header)]

    def rows(self, first: int = 0, last: int | None = None) -> Iterator[tuple[str, ...]]:
        """Yield the rows from one position to before another, each as its cells."""
        return zip(*(cells[first:last] for cells in self.columns), strict=True)

    def with_cells(self, cells: Mapping[str, Iterable[str]], *notes: str) -> "Sheet":
        """Return a copy with columns replaced, or added under a new header, and notes on what was done."""
        given = {name: Cells.of(column) for name, column in cells.items()}
        added = [name for name in given if name not in self.header]
        # Of two columns under one header only the first can be named, so only that one is replaced.
        firsts = {name: self.header.index(name) for name in given if name in self.header}
        columns = [
            given[name] if firsts.get(name) == position else column
            for position, (name, column) in enumerate(zip(self.header, self.columns, strict=True))
        ]
        return replace(
            self,
            header=[*self.header, *added],
            columns=[*columns, *(given[name] for name in added)],
            notes=(*self.notes, *notes),
        )

    def without(self, positions: Iterable[int], reason: str) -> "Sheet":
        """Return a copy in which the rows at some positions are dropped for a reason."""
        gone = set(positions)
        kept = [position for position in range(len(self)) if position not in gone]
        columns = [cells.at(kept) for cells in self.columns]
        dropped = self.dropped + Counter({reason: len(gone)})
        return replace(self, columns=columns, lines=[self.lines[position] for position in kept], dropped=dropped)


def table(path: Path, records: Iterable[Record], faults: list[Fault], notes: list[str], name: str) -> Sheet:
    """Return records as a table. Raises FileError without a header, and for a file of two tables.

    Records are read one after the other, so that a large file is never in memory twice; `faults` may grow meanwhile.
    """
    stream = iter(records)
    first = [_within_width(path, record) for record in itertools.islice(stream, HEADER_SEARCH)]
    head = header_position(first)
    if head is None:
        raise FileError(path, "NO_HEADER", "no row with column names was found; the first row must name the columns")
    header = [cell.strip() for cell in first[head][1]]
    if any(cell != cell.strip() for cell in first[head][1] if cell.strip()):
        notes = [*notes, "blanks around column names left out"]
    while header and not header[-1]:
        header.pop()
    if any(any(cells) for _, cells in first[:head]):
        notes = [*notes, f"{head} title lines above the header left out"]
    sorting = _Sorting(header, len(first[head][1]), faults)
    rows = itertools.chain(first[head + 1 :], stream)
    while block := list(itertools.islice(rows, ROWS_AT_ONCE)):
        sorting.take_block(block)
    sorting.refuse_second_table(path)
    return sorting.sheet(notes, name)


def _within_width(path: Path, record: Record) -> Record:
    """Return a record, or refuse a file whose rows are too wide for a list of anything."""
    width = len(record[1])
    if width > MOST_COLUMNS and any(record[1][MOST_COLUMNS:]):
        advice = f"{width} columns, more than {MOST_COLUMNS}; export the table with one row a post, order or day"
        raise FileError(path, "TOO_MANY_COLUMNS", advice)
    return record


@dataclass
class _Sorting:
    """Rows below a header on their way into columns: each kept, dropped or set aside.

    A row may be as wide as the header line with its unnamed last columns; nothing is read from those.
    """

    header: list[str]
    widest: int
    faults: list[Fault]
    lines: list[int] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)
    trimmed: int = 0
    waiting: list[list[str]] = field(default_factory=list)
    columns: list[Gathered] = field(default_factory=list)
    # Short rows after a blank one and no full one since: a second table, if there are several.
    after_blank: bool = False
    below: list[Record] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin with empty columns."""
        self.columns = [Gathered() for _ in self.header]

    def take_block(self, block: Sequence[Record]) -> None:
        """Keep, drop or set aside each row of a block; all at once when plainly all are to be kept."""
        rows = [cells for _, cells in block]
        if not self._all_plain(rows):
            for line, cells in block:
                self.take(line, cells)
            self._flush()
            return
        self.after_blank, self.below = False, []
        self.lines.extend([line for line, _ in block])
        self.waiting = rows
        self._flush()

    def _all_plain(self, rows: Sequence[list[str]]) -> bool:
        """Tell whether all rows have the header's width and a first cell that is neither blank nor a column name."""
        widths = set(map(len, rows))
        if len(widths) != 1 or not len(self.header) <= widths.pop() <= self.widest:
            return False
        return {"", self.header[0]}.isdisjoint([cells[0].strip() for cells in rows])

    def take(self, line: int, cells: list[str]) -> None:
        """Keep a row, drop it or set it aside."""
        width = len(self.header)
        if not any(cells) or not any(cell.strip() for cell in cells):
            self.dropped["BLANK_ROW"] += 1
            self.after_blank = True
            return
        if len(cells) == 1 and (cells[0].startswith("#") or (self.after_blank and " " in cells[0].strip())):
            self.dropped["NOTE_LINE"] += 1
            return
        if len(cells) < width:
            self.faults.append(Fault(line, self.header[len(cells)], "", "MISSING_CELL"))
            if self.after_blank:
                self.below.append((line, cells))
            return
        self.after_blank, self.below = False, []
        if len(cells) > self.widest and any(cell.strip() for cell in cells[self.widest :]):
            self.faults.append(Fault(line, "", cells[self.widest][:200], "EXTRA_CELL"))
        elif cells[0].strip() == self.header[0] and [cell.strip() for cell in cells[:width]] == self.header:
            self.dropped["REPEATED_HEADER"] += 1
        else:
            self.trimmed += len(cells) > self.widest
            self.lines.append(line)
            self.waiting.append(cells[:width])

    def _flush(self) -> None:
        """Move the rows waiting into the columns."""
        for cells, column in zip(zip(*self.waiting, strict=True), self.columns, strict=False):
            column.extend(cells)
        self.waiting = []

    def refuse_second_table(self, path: Path) -> None:
        """Refuse a file in which, after a blank line, only shorter rows follow: a second table."""
        if self.lines and sum(len(cells) > 1 for _, cells in self.below) >= FEWEST_ROWS_OF_A_TABLE:
            advice = f"another table starts near line {self.below[0][0]}; save each table as a file of its own"
            raise FileError(path, "TWO_TABLES", advice)

    def sheet(self, notes: list[str], name: str) -> Sheet:
        """Return the table."""
        if self.trimmed:
            notes = [*notes, f"delimiters at the end of {self.trimmed} rows left out"]
        columns = [column.cells() for column in self.columns]
        return Sheet(self.header, columns, self.lines, self.faults, self.dropped, tuple(notes), name)


def header_position(records: Sequence[Record]) -> int | None:
    """Return which record holds the column names: the first as wide as the table whose cells are names."""
    filled = [sum(bool(cell.strip()) for cell in cells) for _, cells in records[:HEADER_SEARCH]]
    usual = Counter(count for count in filled if count > 1).most_common(1)
    if not usual:
        return None
    for position, count in enumerate(filled):
        if count >= max(2, usual[0][0] // 2) and reads_as_names(records[position][1]):
            return position
    return None


def reads_as_names(cells: Sequence[str]) -> bool:
    """Tell whether cells read like column names: no plain number, date or handle among them."""
    given = [cell.strip() for cell in cells if cell.strip()]
    return bool(given) and not any(
        re.fullmatch(r"[-+]?[\d.,' ]*\d[\d.,' ]*|\d{4}-\d\d-\d\d.*|@\w.*", cell) for cell in given
    )
