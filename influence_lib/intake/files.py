"""Open what people have: text tables of any encoding and delimiter, and workbooks. Everything stays text."""

import hashlib
from pathlib import Path

from influence_lib.intake import archive, delimited, guards, json_tables
from influence_lib.intake.grid import Sheet
from influence_lib.intake.reasons import FileError
from influence_lib.intake.workbooks import workbook

BYTE_MARKS = b"\xef\xbb\xbf\xff\xfe\x00 \r\n\t"
KINDS = (
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"%PDF", "a PDF"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file (.xls, .doc)"),
    (b"version https://git-lfs", "a Git LFS pointer, not the file itself"),
    (b"<!doctype", "a web page (often a login or error page)"),
    *((tag, "a web page (often a login or error page)") for tag in (b"<html", b"<head", b"<body", b"<table", b"<!--")),
    (b"<?xml", "XML"),
    (b"SQLite format", "a database"),
    (b"PAR1", "a Parquet file"),
    (b"Rar!", "an archive"),
    (b"7z\xbc\xaf", "an archive"),
)


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file as hexadecimal text."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError as error:
        raise FileError(path, "MISSING_FILE", "it was there and is gone; export it again") from error


def read_sheets(path: Path) -> list[Sheet]:
    """Return the tables in a file, at least one. Raises FileError when there is none."""
    content, notes = _content(path)
    return sheets_in(path, content, notes)


def sheets_in(path: Path, content: bytes, notes: list[str]) -> list[Sheet]:
    """Return the tables in the bytes of a file."""
    if content[:4] == b"PK\x03\x04":
        return archive.sheets(path, content) if path.suffix.lower() == ".zip" else workbook(path, content)
    _refuse_other_kinds(path, content)
    if content[:64].lstrip(BYTE_MARKS)[:1] in (b"{", b"["):
        return json_tables.sheets(path, content)
    guards.refuse_long_lines(path, content)
    return delimited.sheets(path, delimited.decode(path, content), notes)


def _content(path: Path) -> tuple[bytes, list[str]]:
    """Return a file's bytes, unpacked when gzipped; refuse what is no table."""
    content, notes = guards.content(path), []
    if content[:2] == b"\x1f\x8b":
        content, notes = guards.unpacked(path, content), ["unpacked with gzip"]
    if not content.strip(BYTE_MARKS):
        raise FileError(path, "EMPTY", "the file is empty; export it again")
    return content, notes


def _refuse_other_kinds(path: Path, content: bytes) -> None:
    """Refuse pictures, PDF, web pages and the like, told by how they start."""
    start = content[:64].lstrip(BYTE_MARKS).lower()
    for magic, kind in KINDS:
        if start.startswith(magic.lower()):
            raise FileError(path, "WRONG_TYPE", f"this is {kind}; export the table as CSV or XLSX")
