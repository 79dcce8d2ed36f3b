"""Read workbooks: every sheet that holds a table, its cells as the text a CSV would hold."""

import datetime as dt
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from influence_lib.intake import numerals
from influence_lib.intake.grid import HEADER_SEARCH, Record, Sheet, header_position, reads_as_names, table
from influence_lib.intake.reasons import FileError

if TYPE_CHECKING:
    import python_calamine

SIZE_LIMIT = 500_000_000
# A table of text packs to a tenth at best; two hundred times is a bomb.
UNPACK_LIMIT = 200


class Area(NamedTuple):
    """Cells merged into one: first and last row and column, counted from 0."""

    top: int
    left: int
    bottom: int
    right: int


def workbook(path: Path, content: bytes) -> list[Sheet]:
    """Return the sheets of a workbook that hold a table."""
    import python_calamine

    if path.suffix.lower() not in {".xlsx", ".xlsm", ".ods"}:
        raise FileError(
            path, "WRONG_TYPE", "this is a workbook or a zip archive under another name; save it as .xlsx, or unpack it"
        )
    try:
        _refuse_bombs(path, content)
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        grids = list(_grids(book))
    except (python_calamine.CalamineError, zipfile.BadZipFile, OSError, ValueError) as error:
        raise FileError(path, "WRONG_TYPE", "not a workbook that can be read; save it again as .xlsx") from error
    if not grids:
        raise FileError(path, "NO_HEADER", "no sheet has a row with column names")
    return [_sheet(path, grid) for grid in grids]


def _refuse_bombs(path: Path, content: bytes) -> None:
    """Refuse a workbook that unpacks to far more than a table should."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        size = sum(part.file_size for part in archive.infolist())
    if size > min(SIZE_LIMIT, max(len(content) * UNPACK_LIMIT, 10_000_000)):
        raise FileError(path, "TOO_LARGE", "unpacks to far more than a table should; save the table alone as CSV")


@dataclass(frozen=True)
class _Grid:
    """One sheet as numbered rows of text, with what its merged cells meant.

    `sections` are the numbers of headlines between the rows; those above the column names are blank already.
    """

    name: str
    hidden: bool
    records: list[Record]
    sections: frozenset[int]
    notes: tuple[str, ...]


def _grids(book: "python_calamine.CalamineWorkbook") -> Iterator[_Grid]:
    """Yield the work sheets of a workbook that have column names; sheets of charts have none."""
    import python_calamine

    for sheet in book.sheets_metadata:
        if sheet.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        cells = book.get_sheet_by_name(sheet.name)
        rows = [[_cell_text(cell) for cell in row] for row in cells.to_python(skip_empty_area=False)]
        merged = [Area(*first, *last) for first, last in cells.merged_cell_ranges or ()]
        grid = _grid(sheet.name, sheet.visible != python_calamine.SheetVisibleEnum.Visible, rows, merged)
        if grid is not None:
            yield grid


def _grid(name: str, hidden: bool, rows: list[list[str]], merged: Sequence[Area]) -> _Grid | None:
    """Return a sheet's rows with merged cells resolved, or None where no row names the columns."""
    filled, notes = _filled_down(rows, merged)
    headlines, groups = _headlines(filled, merged), _groups(filled, merged)
    blank = [[""] * len(row) if n in headlines | groups else row for n, row in enumerate(filled)]
    head = header_position(list(enumerate(blank)))
    if head is None:
        return None
    records = [(n + 1, row) for n, row in enumerate([*blank[:head], *filled[head:]])]
    return _Grid(name, hidden, records, frozenset(n + 1 for n in headlines if n > head), notes)


def _sheet(path: Path, grid: _Grid) -> Sheet:
    """Return a grid as a table; headlines between its rows are dropped."""
    found = table(path, grid.records, [], list(grid.notes), grid.name)
    sections = [position for position, line in enumerate(found.lines) if line in grid.sections]
    return replace(found.without(sections, "SECTION_ROW") if sections else found, hidden=grid.hidden)


def _filled_down(rows: list[list[str]], merged: Sequence[Area]) -> tuple[list[list[str]], tuple[str, ...]]:
    """Return the rows with what is merged over several of them in each, and notes.

    A number merged over several rows, such as one fee for three posts, is in the first only: it is not theirs each.
    """
    filled, texts, numbers = [list(row) for row in rows], 0, 0
    for area in merged:
        text = rows[area.top][area.left] if area.top < len(rows) and area.left < len(rows[area.top]) else ""
        if area.bottom == area.top or not text:
            continue
        if numerals.amount(text, numerals.Mark()).fault != "NOT_A_NUMBER":
            numbers += 1
            continue
        texts += 1
        for row in filled[area.top : area.bottom + 1]:
            row[area.left] = text
    told = [f"cells merged over several rows, read in each of them ({texts})"] if texts else []
    told += [f"numbers merged over several rows, read in the first only ({numbers})"] if numbers else []
    return filled, tuple(told)


def _wide(rows: Sequence[Sequence[str]], merged: Sequence[Area]) -> dict[int, set[int]]:
    """Return row: first columns, of the cells merged across columns."""
    found: dict[int, set[int]] = {}
    for area in merged:
        if area.right > area.left and area.top < len(rows):
            found.setdefault(area.top, set()).add(area.left)
    return found


def _headlines(rows: Sequence[Sequence[str]], merged: Sequence[Area]) -> set[int]:
    """Return the rows that hold one cell merged across columns and nothing else: a title, or the name of a month."""
    return {
        row for row, columns in _wide(rows, merged).items() if columns == set(_given(rows[row])) and len(columns) == 1
    }


def _groups(rows: Sequence[Sequence[str]], merged: Sequence[Area]) -> set[int]:
    """Return the rows of cells merged across columns that group the column names below them."""
    above = [row for row in _wide(rows, merged) if row + 1 < min(len(rows), HEADER_SEARCH)]
    return {
        row for row in above if len(_given(rows[row])) < len(_given(rows[row + 1])) and reads_as_names(rows[row + 1])
    }


def _given(row: Sequence[str]) -> list[int]:
    """Return the columns in which a row has something."""
    return [column for column, cell in enumerate(row) if cell.strip()]


def _cell_text(cell: Any) -> str:
    """Return a workbook's cell as the text a CSV would hold."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return _number_text(cell)
    if isinstance(cell, dt.datetime | dt.date):
        return cell.isoformat()
    return "" if cell is None else str(cell)


def _number_text(number: float) -> str:
    """Return a workbook's number as text; 1.234 becomes 1.2340, which nobody can read as 1234."""
    if number.is_integer() and abs(number) < 1e15:
        return str(int(number))
    text = repr(number)
    return f"{text}0" if len(text.rpartition(".")[2]) == 3 and "e" not in text else text
