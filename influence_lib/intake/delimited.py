"""Cut delimited text into records: any encoding and delimiter, cells over several lines, quotes left open."""

import codecs
import csv
import io
import itertools
import re
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from influence_lib.intake import commented, titled
from influence_lib.intake.grid import HEADER_SEARCH, Record, Sheet, table
from influence_lib.intake.reasons import Fault, FileError

DELIMITERS = ",;\t|"
# Captions may be long; a cell beyond this is an open quote.
LONGEST_CELL = 1_000_000
LINES_AT_ONCE = 1_000
# Control signs that no text has; NUL alone may be a slip.
BINARY = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
SAMPLE = 100_000

csv.field_size_limit(LONGEST_CELL)


@dataclass(frozen=True)
class Text:
    """The bytes of a file as text: encoding, a note when it was not plain UTF-8, and why a line cannot be read."""

    content: bytes
    encoding: str
    notes: tuple[str, ...] = ()
    unreadable: Mapping[int, str] = field(default_factory=dict)

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
        return Text(content, wide, (f"read as {wide[:6].upper()}",))
    with_nul = _lines_with_nul(path, content) if b"\x00" in content else {}
    text = Text(content, "utf-8-sig") if _is_utf8(content) else _not_utf8(content)
    return replace(text, unreadable={**text.unreadable, **with_nul}) if with_nul else text


def _lines_with_nul(path: Path, content: bytes) -> dict[int, str]:
    """Return the lines of a text that hold a NUL sign, a slip of the tool that wrote it; refuse binary data."""
    lines = content.splitlines()
    found = [(number, line) for number, line in enumerate(lines, start=1) if b"\x00" in line]
    if 2 * len(found) > len(lines) or any(BINARY.search(line) for _, line in found):
        raise FileError(path, "WRONG_TYPE", "holds binary data; export the table as CSV or XLSX")
    return {number: "NUL_SIGN" for number, _ in found}


def _wide_encoding(content: bytes) -> str | None:
    """Return the encoding when every character takes two or four bytes: told by its mark, or by bytes of 0."""
    if content[:4] in (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff"):
        return "utf-32"
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
    return Text(text.encode(), "utf-8", (), dict.fromkeys(sorted(odd), "ENCODING"))


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
    if commented.is_commented(start):
        return commented.sheets(path, cut.records(), faults, notes)
    if titled.is_titled(start[declared.end() :] if declared else start, delimiter):
        return [titled.sheet(cut.records(), faults, notes)]
    return [table(path, cut.records(), faults, notes, "")]


def _delimiter(text: str) -> str:
    """Return the delimiter that cuts the first lines into the most equally long records.

    One that leaves quotes open inside cells cuts through them; it loses to one that does not and cuts about as much.
    """
    tried = {delimiter: _Tried.of(text, delimiter) for delimiter in DELIMITERS}
    enough = max(found.cuts for found in tried.values()) / 4
    able = {delimiter: found for delimiter, found in tried.items() if found.cuts >= enough}
    return max(able, key=lambda delimiter: (not able[delimiter].stray, able[delimiter].times, able[delimiter].length))


class _Tried(NamedTuple):
    """How many of the first records are equally long under a delimiter, how long, and whether a quote is left open."""

    times: int
    length: int
    stray: bool

    @property
    def cuts(self) -> int:
        """Return at how many places the equally long records are cut."""
        return self.times * (self.length - 1)

    @classmethod
    def of(cls, sample: str, delimiter: str) -> "_Tried":
        """Try a delimiter on the first records."""
        cut = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
        records = [cells for cells in itertools.islice(cut, HEADER_SEARCH) if len(cells) > 1]
        lengths = Counter(map(len, records)).most_common(1)
        length, times = lengths[0] if lengths else (1, 0)
        return cls(times, length, any(cell.count('"') % 2 for cells in records for cell in cells))


@dataclass
class _Cutter:
    """Lines on their way to records; a line with an open quote is set aside and reading goes on after it.

    Strict on quotes: a cell left open would else swallow rows up to the next quoted cell, and nobody would see it.
    `line` is where the record being read begins; `held` are the blocks of lines from there on, each with its first.
    """

    lines: Iterator[str]
    delimiter: str
    line: int
    unreadable: Mapping[int, str]
    faults: list[Fault]
    held: deque[tuple[int, list[str]]] = field(default_factory=deque)
    again: list[str] = field(default_factory=list)

    def _blocks(self) -> Iterator[list[str]]:
        """Yield the lines still to be cut, many at once; a block is forgotten when no record needs it any more."""
        start = self.line
        while block := self.again or list(itertools.islice(self.lines, LINES_AT_ONCE)):
            self.again = []
            while self.held and self.held[0][0] + len(self.held[0][1]) <= self.line:
                self.held.popleft()
            self.held.append((start, block))
            start += len(block)
            yield block

    def records(self) -> Iterator[Record]:
        """Yield (file line, cells) of every record."""
        while True:
            start = self.line
            reader = csv.reader(itertools.chain.from_iterable(self._blocks()), delimiter=self.delimiter, strict=True)
            try:
                for cells in reader:
                    first, self.line = self.line, start + reader.line_num
                    if self.unreadable and not self.unreadable.keys().isdisjoint(range(first, self.line)):
                        self.faults.append(Fault(first, "", "", self._why(first)))
                    else:
                        yield first, cells
                return
            except csv.Error:
                self.faults.append(Fault(self.line, "", "", "UNCLOSED_QUOTE"))
                self._step_over()

    def _why(self, first: int) -> str:
        """Return what is wrong with the first unreadable line of the record that begins at a line."""
        return next(self.unreadable[line] for line in range(first, self.line) if line in self.unreadable)

    def _step_over(self) -> None:
        """Leave out the line at which the record began, and go on with the one after it."""
        begun, _ = self.held[0]
        lines = [line for _, block in self.held for line in block]
        self.again, self.line = lines[self.line + 1 - begun :], self.line + 1
        self.held.clear()
