"""Cut delimited text into records: any encoding and delimiter, cells over several lines, quotes left open."""

import codecs
import csv
import functools
import io
import itertools
import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from influence_lib.intake.grid import HEADER_SEARCH, Record, Sheet, table
from influence_lib.intake.reasons import Fault, FileError

DELIMITERS = ",;\t|"
# Captions may be long; a cell beyond this is an open quote.
LONGEST_CELL = 1_000_000
SAMPLE = 100_000

csv.field_size_limit(LONGEST_CELL)


@dataclass(frozen=True)
class Text:
    """The bytes of a file as text: encoding, a note when it was not plain UTF-8, and lines in another encoding."""

    content: bytes
    encoding: str
    notes: tuple[str, ...] = ()
    unreadable: frozenset[int] = frozenset()

    def lines(self) -> Iterator[str]:
        """Yield the lines with their ends, whichever of the three kinds these are."""
        return iter(io.TextIOWrapper(io.BytesIO(self.content), self.encoding, errors="replace", newline=""))

    def start(self) -> str:
        """Return the first part of the text."""
        return io.TextIOWrapper(io.BytesIO(self.content), self.encoding, errors="replace", newline="").read(SAMPLE)


def decode(path: Path, content: bytes) -> Text:
    """Return bytes as text. Raises FileError for binary data."""
    wide = _wide_encoding(content)
    if wide:
        return Text(content, wide, ("read as UTF-16",))
    if b"\x00" in content:
        raise FileError(path, "WRONG_TYPE", "holds binary data; export the table as CSV or XLSX")
    if _is_utf8(content):
        return Text(content, "utf-8-sig")
    return _not_utf8(content)


def _wide_encoding(content: bytes) -> str | None:
    """Return the encoding when every character takes two bytes: told by its mark, or by every other byte being 0."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    sample = content[:4000]
    if sample[1::2].count(0) > len(sample) // 4:
        return "utf-16-le"
    return "utf-16-be" if sample[::2].count(0) > len(sample) // 4 else None


def _not_utf8(content: bytes) -> Text:
    """Return Windows-1252 text; in a file that is UTF-8 elsewhere, only the odd lines, which are then named."""
    parts = content.removeprefix(b"\xef\xbb\xbf").splitlines(keepends=True)
    odd = {line for line, part in enumerate(parts, start=1) if not _is_utf8(part)}
    foreign = sum(not part.isascii() for part in parts)
    text = "".join(
        part.decode("cp1252" if line in odd else "utf-8", errors="replace") for line, part in enumerate(parts, start=1)
    )
    if len(odd) == foreign:
        return Text(text.encode(), "utf-8", ("read as Windows-1252, not UTF-8",))
    return Text(text.encode(), "utf-8", (), frozenset(odd))


def _is_utf8(content: bytes) -> bool:
    """Tell whether bytes are valid UTF-8, without a second copy of a large file."""
    if content.isascii():
        return True
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(content), LONGEST_CELL):
            decoder.decode(content[start : start + LONGEST_CELL])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def sheets(path: Path, text: Text, notes: list[str]) -> list[Sheet]:
    """Return the tables in delimited text; rows that hold an unreadable line are set aside."""
    lines, start = text.lines(), text.start()
    declared = re.match(r"\ufeff?sep=(.)(?:\r\n|\r|\n)", start)
    if declared:
        next(lines)
    delimiter = declared[1] if declared else _delimiter(start)
    notes = [*notes, *text.notes]
    if declared or delimiter != ",":
        notes.append(f"cells parted by '{delimiter}'".replace("\t", "tab"))
    faults: list[Fault] = []
    cut = _Cutter(lines, delimiter, 2 if declared else 1, text.unreadable, faults)
    return [table(path, cut.records(), faults, notes, "")]


def _delimiter(text: str) -> str:
    """Return the delimiter that cuts the first lines into the most equally long records."""
    return max(DELIMITERS, key=functools.partial(_equal_records, text))


def _equal_records(sample: str, delimiter: str) -> tuple[int, int]:
    """Return how many of the first records are equally long when cut at a delimiter, and how long these are."""
    cut = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    lengths = Counter(len(cells) for cells in itertools.islice(cut, HEADER_SEARCH) if len(cells) > 1)
    length, times = lengths.most_common(1)[0] if lengths else (0, 0)
    return times, length


@dataclass
class _Cutter:
    """Lines on their way to records; a line with an open quote is set aside and reading goes on after it.

    Strict on quotes: a cell left open would else swallow rows up to the next quoted cell, and nobody would see it.
    """

    lines: Iterator[str]
    delimiter: str
    line: int
    unreadable: frozenset[int]
    faults: list[Fault]
    taken: list[str] = field(default_factory=list)
    again: deque[str] = field(default_factory=deque)

    def __iter__(self) -> "_Cutter":
        """Return itself: the lines still to be cut."""
        return self

    def __next__(self) -> str:
        """Return the next line, and keep it until its record is done."""
        line = self.again.popleft() if self.again else next(self.lines)
        self.taken.append(line)
        return line

    def records(self) -> Iterator[Record]:
        """Yield (file line, cells) of every record."""
        while True:
            try:
                for cells in csv.reader(self, delimiter=self.delimiter, strict=True):
                    first, self.line = self.line, self.line + len(self.taken)
                    self.taken.clear()
                    if self.unreadable and not self.unreadable.isdisjoint(range(first, self.line)):
                        self.faults.append(Fault(first, "", "", "ENCODING"))
                    else:
                        yield first, cells
                return
            except csv.Error:
                self.faults.append(Fault(self.line, "", "", "UNCLOSED_QUOTE"))
                self.again.extendleft(reversed(self.taken[1:]))
                self.taken.clear()
                self.line += 1
