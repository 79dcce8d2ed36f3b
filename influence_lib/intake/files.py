"""Open what people have: text tables of any encoding and delimiter, and workbooks. Everything stays text."""

import datetime as dt
import gzip
import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from influence_lib.intake import archive, delimited, json_tables
from influence_lib.intake.grid import Sheet, header_position, table
from influence_lib.intake.reasons import FileError

SIZE_LIMIT = 500_000_000
# A table of text packs to a tenth at best; two hundred times is a bomb.
UNPACK_LIMIT = 200
BYTE_MARKS = b"\xef\xbb\xbf\xff\xfe\x00 \r\n\t"
KINDS = (
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"%PDF", "a PDF"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file (.xls, .doc)"),
    (b"version https://git-lfs", "a Git LFS pointer, not the file itself"),
    (b"<!doctype", "a web page (often a login or error page)"),
    (b"<html", "a web page (often a login or error page)"),
    (b"<?xml", "XML"),
    (b"SQLite format", "a database"),
    (b"PAR1", "a Parquet file"),
    (b"Rar!", "an archive"),
    (b"7z\xbc\xaf", "an archive"),
)


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file as hexadecimal text."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_sheets(path: Path) -> list[Sheet]:
    """Return the tables in a file, at least one. Raises FileError when there is none."""
    content, notes = _content(path)
    return sheets_in(path, content, notes)


def sheets_in(path: Path, content: bytes, notes: list[str]) -> list[Sheet]:
    """Return the tables in the bytes of a file."""
    if content[:4] == b"PK\x03\x04":
        return archive.sheets(path, content) if path.suffix.lower() == ".zip" else _workbook(path, content)
    _refuse_other_kinds(path, content)
    if content[:64].lstrip(BYTE_MARKS)[:1] in (b"{", b"["):
        return json_tables.sheets(path, content)
    return delimited.sheets(path, delimited.decode(path, content), notes)


def _content(path: Path) -> tuple[bytes, list[str]]:
    """Return a file's bytes, unpacked when gzipped; refuse what is no table."""
    if not path.exists():
        raise FileError(path, "MISSING_FILE", "there is no such file; correct the path or export it again")
    if not path.is_file():
        raise FileError(path, "NOT_A_FILE", "this is a folder or a device; name the export itself")
    if path.stat().st_size > SIZE_LIMIT:
        raise FileError(path, "TOO_LARGE", f"larger than {SIZE_LIMIT // 1_000_000} MB; split the export")
    try:
        content, notes = path.read_bytes(), []
    except OSError as error:
        raise FileError(path, "NOT_READABLE", f"it cannot be opened ({error.strerror}); close it elsewhere") from error
    if content[:2] == b"\x1f\x8b":
        content, notes = _unpacked(path, content), ["unpacked with gzip"]
    if not content.strip(BYTE_MARKS):
        raise FileError(path, "EMPTY", "the file is empty; export it again")
    return content, notes


def _refuse_other_kinds(path: Path, content: bytes) -> None:
    """Refuse pictures, PDF, web pages and the like, told by how they start."""
    start = content[:64].lstrip(BYTE_MARKS).lower()
    for magic, kind in KINDS:
        if start.startswith(magic.lower()):
            raise FileError(path, "WRONG_TYPE", f"this is {kind}; export the table as CSV or XLSX")


def _unpacked(path: Path, content: bytes) -> bytes:
    """Return gzipped bytes unpacked, within a limit."""
    limit = min(SIZE_LIMIT, max(len(content) * UNPACK_LIMIT, 1_000_000))
    try:
        with gzip.open(io.BytesIO(content)) as file:
            unpacked = file.read(limit + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise FileError(path, "WRONG_TYPE", "a damaged gzip file; download it again") from error
    if len(unpacked) > limit:
        raise FileError(path, "TOO_LARGE", "unpacks to far more than a table should; unpack it yourself and look")
    return unpacked


def _workbook(path: Path, content: bytes) -> list[Sheet]:
    """Return the sheets of an XLSX file that hold a table."""
    import python_calamine

    if path.suffix.lower() not in {".xlsx", ".xlsm", ".ods"}:
        raise FileError(
            path, "WRONG_TYPE", "this is a workbook or a zip archive under another name; save it as .xlsx, or unpack it"
        )
    try:
        _refuse_bombs(path, content)
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = [(name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in book.sheet_names]
    except (python_calamine.CalamineError, zipfile.BadZipFile, OSError, ValueError) as error:
        raise FileError(path, "WRONG_TYPE", "not a workbook that can be read; save it again as .xlsx") from error
    return list(_sheets(path, sheets))


def _refuse_bombs(path: Path, content: bytes) -> None:
    """Refuse a workbook that unpacks to far more than a table should."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        size = sum(part.file_size for part in archive.infolist())
    if size > min(SIZE_LIMIT, max(len(content) * UNPACK_LIMIT, 10_000_000)):
        raise FileError(path, "TOO_LARGE", "unpacks to far more than a table should; save the table alone as CSV")


def _sheets(path: Path, sheets: list[tuple[str, list[list[Any]]]]) -> Iterator[Sheet]:
    """Yield each sheet that has a header; raise when none has."""
    found = False
    for name, grid in sheets:
        records = [(number, [_cell_text(cell) for cell in row]) for number, row in enumerate(grid, start=1)]
        if header_position(records) is not None:
            found = True
            yield table(path, records, [], [], name)
    if not found:
        raise FileError(path, "NO_HEADER", "no sheet has a row with column names")


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
