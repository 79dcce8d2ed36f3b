"""Files that tell in lines with # what they hold, and may hold several tables, as Google Analytics writes them."""

import datetime as dt
import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from influence_lib.intake.grid import Record, Sheet, table
from influence_lib.intake.reasons import Fault, FileError

# The columns in which a table's preamble is kept beside each of its rows.
START, END, SAMPLING = "# Start date", "# End date", "# Sampling"
# `Start date: 20260901` and `End date: 20260930`, in whatever language, or both in one line.
PERIOD = re.compile(r"#\s*(?:[^:]*:\s*)?(20\d{6})(?:\s*[-–]\s*(20\d{6}))?\s*")
SAMPLED = re.compile(r"sampl|threshold|stichprobe|schwellenwert|muestr|umbral", re.I)
TOTALS = {"grand total", "totals", "total", "gesamtsumme", "gesamt", "summe", "total general", "suma total", "totales"}
NUMBER = re.compile(r"[-+]?[\d.,:'%\s]*\d[\d.,:'%\s]*")
RULE = re.compile(r"#?\s*-*\s*")


@dataclass(frozen=True)
class _Part:
    """One table of the file: the comment lines above it, and its records from the column names on."""

    comments: tuple[str, ...] = ()
    records: list[Record] = field(default_factory=list)

    @property
    def title(self) -> str | None:
        """Return the first words between the ruled lines, where the comments have such a part."""
        if not any("---" in comment for comment in self.comments):
            return None
        words = (comment.lstrip("# ").strip() for comment in self.comments if not RULE.fullmatch(comment))
        return next(words, None)

    @property
    def facts(self) -> dict[str, str]:
        """Return what the comments tell of every row of the table, by column."""
        days = [day for found in map(PERIOD.fullmatch, self.comments) if found for day in found.groups() if day]
        told = {
            START: _day(days[0]) if days else None,
            END: _day(days[-1]) if days else None,
            SAMPLING: next((line.lstrip("# ") for line in self.comments if SAMPLED.search(line)), None),
        }
        return {name: text for name, text in told.items() if text}


def is_commented(start: str) -> bool:
    """Tell whether a text begins with lines of comments that tell a period; a column called # is none."""
    lines = (line.strip(" \t,;|") for line in start.lstrip("\ufeff").splitlines())
    above = list(itertools.takewhile(lambda line: not line or re.match(r"#(?:\s|-|$)", line), lines))
    return any(PERIOD.fullmatch(line) for line in above)


def sheets(path: Path, records: Iterator[Record], faults: list[Fault], notes: list[str]) -> list[Sheet]:
    """Return every table of a commented file as a sheet under its title: 'title', 'title (2)' and so on.

    Raises FileError when there is none.
    """
    parts = [part for part in _parts(records) if len(part.records[0][1]) > 1]
    if not parts:
        raise FileError(path, "NO_HEADER", "below the comments no row with column names was found")
    names = _names(parts)
    ends = [part.records[0][0] for part in parts[1:]]
    starts = zip(parts, [0, *ends], [*ends, None], strict=True)
    mine = [[f for f in faults if first <= f.line and (end is None or f.line < end)] for _, first, end in starts]
    return [
        _sheet(path, part, wrong, notes, name, facts)
        for part, wrong, name, facts in zip(parts, mine, names, _facts(parts), strict=True)
    ]


def _sheet(path: Path, part: _Part, faults: list[Fault], notes: list[str], name: str, facts: dict[str, str]) -> Sheet:
    """Return one table without its grand totals, and with what the comments tell in columns of their own."""
    totals = [_is_total(cells) for _, cells in part.records]
    rows = [record for record, total in zip(part.records, totals, strict=True) if not total]
    sheet = table(path, rows, faults, notes, name)
    dropped = sheet.dropped + Counter({"TOTALS_ROW": sum(totals)} if any(totals) else {})
    return replace(sheet, dropped=dropped).with_cells({key: [text] * len(sheet) for key, text in facts.items()})


def _parts(records: Iterator[Record]) -> list[_Part]:
    """Return the tables: each begins after comments, or with a row that holds names only."""
    parts: list[_Part] = []
    comments: list[str] = []
    waiting: list[Record] = []
    for line, cells in records:
        if _is_blank(cells):
            waiting.append((line, cells))
        elif cells[0].startswith("#") and (waiting or comments or not parts):
            comments.append(",".join(cell for cell in cells if cell))
            waiting = []
        elif comments or not parts or _is_header(cells, parts[-1], bool(waiting)):
            parts.append(_Part(tuple(comments), [(line, cells)]))
            comments, waiting = [], []
        else:
            # A blank row inside a table belongs to it; those around it do not.
            parts[-1].records.extend([*waiting, (line, cells)])
            waiting = []
    return parts


def _is_header(cells: Sequence[str], part: _Part, after_blank: bool) -> bool:
    """Tell whether a row below a table is the column names of the next: no number among its cells."""
    again = cells == part.records[0][1] and not after_blank
    given = [cell.strip() for cell in cells if cell.strip()]
    return len(given) > 1 and not again and not any(NUMBER.fullmatch(cell) for cell in given)


def _is_blank(cells: Sequence[str]) -> bool:
    """Tell whether a row holds nothing."""
    return not any(cell.strip() for cell in cells)


def _is_total(cells: Sequence[str]) -> bool:
    """Tell whether a row is a grand total: the words stand in the first cell, or at the end of a row without names."""
    words = [cell.strip().casefold() for cell in cells]
    return words[0] in TOTALS or (not words[0] and words[-1] in TOTALS)


def _facts(parts: Sequence[_Part]) -> list[dict[str, str]]:
    """Return what is told of each table; one whose comments tell no period goes on with those above it."""
    told: list[dict[str, str]] = []
    for part in parts:
        above = {} if START in part.facts or not told else told[-1]
        told.append({**above, **part.facts})
    return told


def _names(parts: Sequence[_Part]) -> list[str]:
    """Return a name for each table: the last title told, numbered from its second table on."""
    title, seen, names = "table", Counter[str](), list[str]()
    for part in parts:
        title = part.title or title
        seen[title] += 1
        names.append(f"{title} ({seen[title]})" if seen[title] > 1 else title)
    return names


def _day(text: str) -> str | None:
    """Return a day such as 20260901 as it is written everywhere else; None for one that is no day."""
    try:
        return dt.datetime.strptime(text, "%Y%m%d").date().isoformat()
    except ValueError:
        return None
