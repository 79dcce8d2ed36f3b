"""Cut delimited text into records: any encoding and delimiter, cells over several lines, quotes left open."""

import csv
import functools
import io
import itertools
import re
from collections import Counter
from pathlib import Path

from influence_lib.intake.grid import HEADER_SEARCH, Record, Sheet, table
from influence_lib.intake.reasons import Fault, FileError

DELIMITERS = ",;\t|"
# Captions may be long; a cell beyond this is an open quote.
LONGEST_CELL = 1_000_000
LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")

csv.field_size_limit(LONGEST_CELL)


def decode(path: Path, content: bytes) -> tuple[str, list[str], set[int]]:
    """Return bytes as text, a note when they were not plain UTF-8, and the lines that are in another encoding."""
    wide = _wide_encoding(content)
    if wide:
        return content.decode(wide, errors="replace").lstrip("\ufeff"), ["read as UTF-16"], set()
    if b"\x00" in content:
        raise FileError(path, "WRONG_TYPE", "holds binary data; export the table as CSV or XLSX")
    try:
        return content.decode("utf-8-sig"), [], set()
    except UnicodeDecodeError:
        return _not_utf8(content)


def _wide_encoding(content: bytes) -> str | None:
    """Return the encoding when every character takes two bytes: told by its mark, or by every other byte being 0."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    sample = content[:4000]
    if sample[1::2].count(0) > len(sample) // 4:
        return "utf-16-le"
    return "utf-16-be" if sample[::2].count(0) > len(sample) // 4 else None


def _not_utf8(content: bytes) -> tuple[str, list[str], set[int]]:
    """Return Windows-1252 text; in a file that is UTF-8 elsewhere, only the odd lines, which are then named."""
    parts = content.removeprefix(b"\xef\xbb\xbf").splitlines(keepends=True)
    odd = {line for line, part in enumerate(parts, start=1) if not _is_utf8(part)}
    foreign = sum(not part.isascii() for part in parts)
    text = "".join(
        part.decode("cp1252" if line in odd else "utf-8", errors="replace") for line, part in enumerate(parts, start=1)
    )
    return (text, ["read as Windows-1252, not UTF-8"], set()) if len(odd) == foreign else (text, [], odd)


def _is_utf8(part: bytes) -> bool:
    """Tell whether bytes are valid UTF-8."""
    try:
        part.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def sheet(path: Path, text: str, notes: list[str], unreadable: set[int]) -> Sheet:
    """Return delimited text as a table; rows that hold an unreadable line are set aside."""
    declared = re.match(r"sep=(.)\r?\n", text)
    text = text[declared.end() :] if declared else text
    delimiter = declared[1] if declared else _delimiter(text)
    if declared or delimiter != ",":
        notes = [*notes, f"cells parted by '{delimiter}'".replace("\t", "tab")]
    records, faults = _records(text, delimiter, 1 if declared else 0)
    if unreadable:
        records, odd = _readable(records, unreadable)
        faults = [*faults, *odd]
    return table(path, records, faults, notes, "")


def _delimiter(text: str) -> str:
    """Return the delimiter that cuts the first lines into the most equally long records."""
    return max(DELIMITERS, key=functools.partial(_equal_records, text[:100_000]))


def _equal_records(sample: str, delimiter: str) -> tuple[int, int]:
    """Return how many of the first records are equally long when cut at a delimiter, and how long these are."""
    cut = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    lengths = Counter(len(cells) for cells in itertools.islice(cut, HEADER_SEARCH) if len(cells) > 1)
    length, times = lengths.most_common(1)[0] if lengths else (0, 0)
    return times, length


def _records(text: str, delimiter: str, offset: int) -> tuple[list[Record], list[Fault]]:
    """Return (file line, cells) of every record; a line with an open quote is set aside and reading goes on after it.

    Strict on quotes: a cell left open would else swallow rows up to the next quoted cell, and nobody would see it.
    """
    lines = LINE.findall(text)
    records: list[Record] = []
    faults: list[Fault] = []
    start = 0
    while start < len(lines):
        reader = csv.reader(map(lines.__getitem__, range(start, len(lines))), delimiter=delimiter, strict=True)
        done = start
        try:
            for cells in reader:
                records.append((done + 1 + offset, cells))
                done = start + reader.line_num
            return records, faults
        except csv.Error:
            faults.append(Fault(done + 1 + offset, "", "", "UNCLOSED_QUOTE"))
            start = done + 1
    return records, faults


def _readable(records: list[Record], unreadable: set[int]) -> tuple[list[Record], list[Fault]]:
    """Return the records without an unreadable line, and a fault for each of the others."""
    ends = [line for line, _ in records[1:]] + [max(unreadable) + 2]
    spans = [(record, range(record[0], end)) for record, end in zip(records, ends, strict=True)]
    odd = {record[0] for record, lines in spans if unreadable.intersection(lines)}
    faults = [Fault(line, "", "", "ENCODING") for line in sorted(odd)]
    return [record for record in records if record[0] not in odd], faults
