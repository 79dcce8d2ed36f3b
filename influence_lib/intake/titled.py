"""Daily numbers as the Meta Business Suite writes them: under a title, column names and days; several such blocks."""

import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from influence_lib.intake.cells import Cells
from influence_lib.intake.grid import Record, Sheet
from influence_lib.intake.reasons import Fault

# The columns of the table that the blocks are joined to.
DATE, METRIC, VALUE = "Date", "Metric", "Primary"
DATES = {"date", "datum", "fecha", "data", "tanggal"}
VALUES = {"primary", "primär", "primaire", "primario", "primária", "primário", "principal", "utama"}
DAY = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}(?!\d)")


def is_titled(start: str, delimiter: str) -> bool:
    """Tell whether a text begins with a title and the column names of such a block."""
    lines = csv.reader(io.StringIO(start, newline=""), delimiter=delimiter)
    try:
        first = list(itertools.islice((cells for cells in lines if any(cells)), 2))
    except csv.Error:
        return False
    return len(first) == 2 and _is_title(first[0]) and _is_header(first[1])


def sheet(records: Iterable[Record], faults: list[Fault], notes: Sequence[str]) -> Sheet:
    """Return the blocks as one table with a column for the title; tables of another form are left out and counted."""
    joining = _Joining(faults)
    for line, cells in records:
        joining.take(line, cells)
    told = [f"columns beside '{VALUE}' are not read: {', '.join(joining.further)}"] if joining.further else []
    columns = [Cells.of(column) for column in (joining.days, joining.titles, joining.values)]
    return Sheet([DATE, METRIC, VALUE], columns, joining.lines, faults, joining.dropped, (*notes, *told))


@dataclass
class _Joining:
    """Blocks on their way to one table: the title that counts, and whether its days are such as we read."""

    faults: list[Fault]
    title: str = ""
    ours: bool | None = None
    days: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    values: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    further: dict[str, None] = field(default_factory=dict)
    dropped: Counter[str] = field(default_factory=Counter)

    def take(self, line: int, cells: Sequence[str]) -> None:
        """Take a title, column names, or a row."""
        if not any(cell.strip() for cell in cells):
            self.dropped["BLANK_ROW"] += 1
        elif _is_title(cells):
            self.title, self.ours = cells[0].strip(), None
        elif self.ours is None or _is_header(cells):
            self.ours = _is_header(cells)
            if self.ours:
                self.further |= dict.fromkeys(cell.strip() for cell in cells[2:] if cell.strip())
        elif not self.ours:
            self.dropped["OTHER_TABLE"] += 1
        elif len(cells) < 2:
            self.faults.append(Fault(line, VALUE, "", "MISSING_CELL"))
        else:
            self.lines.append(line)
            for column, cell in ((self.days, cells[0]), (self.titles, self.title), (self.values, cells[1])):
                column.append(cell)


def _is_title(cells: Sequence[str]) -> bool:
    """Tell whether a line is a title: words in its first cell only."""
    first, *rest = (cell.strip() for cell in cells)
    return bool(first) and not any(rest) and not DAY.match(first) and not first.isdigit()


def _is_header(cells: Sequence[str]) -> bool:
    """Tell whether a line names the columns of days and their values."""
    names = [cell.strip().casefold() for cell in cells[:2]]
    return len(names) == 2 and names[0] in DATES and names[1] in VALUES
