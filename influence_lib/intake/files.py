"""Open what people have: text tables of any encoding and delimiter, and workbooks. Everything stays text."""

import csv
import datetime as dt
import gzip
import hashlib
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from influence_lib.intake.reasons import Fault, FileError

SIZE_LIMIT = 500_000_000
UNPACK_LIMIT = 20
DELIMITERS = ",;\t|"
HEADER_SEARCH = 30
KINDS = (
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"%PDF", "a PDF"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file (.xls, .doc)"),
    (b"version https://git-lfs", "a Git LFS pointer, not the file itself"),
    (b"<!doctype", "a web page (often a login or error page)"),
    (b"<html", "a web page (often a login or error page)"),
    (b"{", "JSON"),
    (b"SQLite format", "a database"),
    (b"PAR1", "a Parquet file"),
)


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


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file as hexadecimal text."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_sheets(path: Path) -> list[Sheet]:
    """Return the tables in a file, at least one. Raises FileError when there is none."""
    content, notes = _content(path)
    if content[:4] == b"PK\x03\x04":
        return _workbook(path, content)
    text, encoding_note = _decode(path, content)
    return [_text_table(path, text, [*notes, *encoding_note])]


def _content(path: Path) -> tuple[bytes, list[str]]:
    """Return a file's bytes, unpacked when gzipped; refuse what is no table."""
    if not path.is_file():
        raise FileError(path, "MISSING_FILE", f"there is no file at {path}; correct the path or export it again")
    if path.stat().st_size > SIZE_LIMIT:
        raise FileError(path, "TOO_LARGE", f"larger than {SIZE_LIMIT // 1_000_000} MB; split the export")
    content, notes = path.read_bytes(), []
    if content[:2] == b"\x1f\x8b":
        content, notes = _unpacked(path, content), ["unpacked with gzip"]
    if not content.strip(b"\xef\xbb\xbf\xff\xfe\x00 \r\n\t"):
        raise FileError(path, "EMPTY", "the file is empty; export it again")
    start = content[:64].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    for magic, kind in KINDS:
        if start.startswith(magic.lower()):
            raise FileError(path, "WRONG_TYPE", f"this is {kind}; export the table as CSV or XLSX")
    return content, notes


def _unpacked(path: Path, content: bytes) -> bytes:
    """Return gzipped bytes unpacked, within a limit."""
    limit = min(SIZE_LIMIT, max(len(content) * UNPACK_LIMIT * 10, 1_000_000))
    try:
        with gzip.open(io.BytesIO(content)) as file:
            unpacked = file.read(limit + 1)
    except (OSError, EOFError) as error:
        raise FileError(path, "WRONG_TYPE", "a damaged gzip file; download it again") from error
    if len(unpacked) > limit:
        raise FileError(path, "TOO_LARGE", "unpacks to far more than a table should; unpack it yourself and look")
    return unpacked


def _decode(path: Path, content: bytes) -> tuple[str, list[str]]:
    """Return bytes as text, and a note when they were not plain UTF-8."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", errors="replace"), ["read as UTF-16"]
    sample = content[:4000]
    if sample[1::2].count(0) > len(sample) // 4:
        return content.decode("utf-16-le", errors="replace"), ["read as UTF-16"]
    if sample[::2].count(0) > len(sample) // 4:
        return content.decode("utf-16-be", errors="replace"), ["read as UTF-16"]
    if b"\x00" in content:
        raise FileError(path, "WRONG_TYPE", "holds binary data; export the table as CSV or XLSX")
    try:
        return content.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace"), ["read as Windows-1252, not UTF-8"]


def _text_table(path: Path, text: str, notes: list[str]) -> Sheet:
    """Return delimited text as a table."""
    declared = re.match(r"sep=(.)\r?\n", text)
    skipped_line = 1 if declared else 0
    text = text[declared.end() :] if declared else text
    delimiter = declared.group(1) if declared else _delimiter(text)
    if declared or delimiter != ",":
        notes = [*notes, f"cells parted by '{delimiter}'".replace("\t", "tab")]
    records, faults = _records(text, delimiter, skipped_line)
    return _table(path, records, faults, notes, "")


def _delimiter(text: str) -> str:
    """Return the delimiter that cuts the first lines into the most equally long records."""
    sample = text[:100_000]

    def score(delimiter: str) -> tuple[int, int]:
        lengths = [
            len(cells)
            for _, cells in zip(
                range(HEADER_SEARCH), csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter), strict=False
            )
        ]
        wide = Counter(length for length in lengths if length > 1)
        return (wide.most_common(1)[0][1], wide.most_common(1)[0][0]) if wide else (0, 0)

    return max(DELIMITERS, key=score)


def _records(text: str, delimiter: str, offset: int) -> tuple[list[tuple[int, list[str]]], list[Fault]]:
    """Return (file line, cells) of every record; an unclosed quote sets its line aside and reading goes on after it."""
    records: list[tuple[int, list[str]]] = []
    faults: list[Fault] = []
    lines = text.splitlines(keepends=True) if "\r\n" not in text else re.findall(r"[^\n]*\n|[^\n]+", text)
    start = 0
    while start < len(lines):
        reader = csv.reader(lines[start:], delimiter=delimiter, strict=False)
        done = start
        try:
            for cells in reader:
                if _swallowed(lines, done, start + reader.line_num, delimiter):
                    break
                records.append((done + 1 + offset, cells))
                done = start + reader.line_num
            else:
                return records, faults
        except csv.Error:
            pass
        faults.append(Fault(done + 1 + offset, "", lines[done].strip()[:200], "UNCLOSED_QUOTE"))
        start = done + 1
    return records, faults


def _swallowed(lines: list[str], first: int, after: int, delimiter: str) -> bool:
    """Tell whether a record runs to the end of the text because a quote was never closed."""
    if after - first < 2 or after < len(lines):
        return False
    return "".join(lines[first:after]).count('"') % 2 == 1


def _table(path: Path, records: list[tuple[int, list[str]]], faults: list[Fault], notes: list[str], name: str) -> Sheet:
    """Return records as a table: find the header, drop blank rows, set rows of another width aside."""
    head = _header_position(records)
    if head is None:
        raise FileError(path, "NO_HEADER", "no row with column names was found; the first row must name the columns")
    header = [cell.strip() for cell in records[head][1]]
    while header and not header[-1]:
        header.pop()
    if any(records[i][1] and any(records[i][1]) for i in range(head)):
        notes = [*notes, f"{head} title lines above the header left out"]
    rows, lines, dropped = [], [], Counter[str]()
    for line, cells in records[head + 1 :]:
        if not any(cell.strip() for cell in cells):
            dropped["BLANK_ROW"] += 1
        elif len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
            faults.append(Fault(line, "", "", "EXTRA_CELL"))
        elif len(cells) < len(header):
            faults.append(Fault(line, header[len(cells)], "", "MISSING_CELL"))
        else:
            rows.append(cells[: len(header)])
            lines.append(line)
    return Sheet(header, rows, lines, faults, dropped, tuple(notes), name)


def _header_position(records: list[tuple[int, list[str]]]) -> int | None:
    """Return which record holds the column names: the first as wide as the table whose cells are names."""
    filled = [sum(bool(cell.strip()) for cell in cells) for _, cells in records[:HEADER_SEARCH]]
    if not filled:
        return None
    usual = Counter(count for count in filled if count > 1).most_common(1)
    if not usual:
        return None
    for position, count in enumerate(filled):
        if count >= max(2, usual[0][0] // 2) and _names(records[position][1]):
            return position
    return None


def _names(cells: list[str]) -> bool:
    """Tell whether cells read like column names: no plain number or date among them."""
    given = [cell.strip() for cell in cells if cell.strip()]
    return bool(given) and not any(re.fullmatch(r"[-+]?[\d.,' ]+|\d{4}-\d\d-\d\d.*", cell) for cell in given)


def _workbook(path: Path, content: bytes) -> list[Sheet]:
    """Return the sheets of an XLSX file that hold a table."""
    import python_calamine

    if path.suffix.lower() not in {".xlsx", ".xlsm", ".ods"}:
        raise FileError(
            path, "WRONG_TYPE", "this is a workbook or a zip archive under another name; save it as .xlsx, or unpack it"
        )
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = [(name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in book.sheet_names]
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise FileError(
            path, "WRONG_TYPE", f"not a workbook that can be read ({error}); save it again as .xlsx"
        ) from error
    return list(_sheets(path, sheets))


def _sheets(path: Path, sheets: list[tuple[str, list[list[Any]]]]) -> Iterator[Sheet]:
    """Yield each sheet that has a header; raise when none has."""
    found = False
    for name, grid in sheets:
        records = [(number, [_cell_text(cell) for cell in row]) for number, row in enumerate(grid, start=1)]
        if _header_position(records) is not None:
            found = True
            yield _table(path, records, [], [], name)
    if not found:
        raise FileError(path, "NO_HEADER", "no sheet has a row with column names")


def _cell_text(cell: Any) -> str:
    """Return a workbook's cell as the text a CSV would hold."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, dt.datetime | dt.date):
        return cell.isoformat()
    return "" if cell is None else str(cell)
