"""Small random tables, clean and dirty, for what must hold of any file."""

import csv
import io
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from influence_lib.campaign import Campaign, FileParameters
from influence_lib.intake import FileReading, read_alone

# Some 30 ms each; INFLUENCE_EXAMPLES=20 while you write a test.
EXAMPLES = int(os.environ.get("INFLUENCE_EXAMPLES", "500"))
MANY = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
HEADER = ("Handle", "Platform", "Post ID", "Posted at", "Likes", "Comments", "Followers", "Sponsored", "Caption")
Row = tuple[str, ...]


def tables(folder: Path, content: bytes, name: str = "tracker.csv", **keys: Any) -> FileReading:
    """Return what a file gives; dates that can be read in two ways have the day first."""
    path = folder / name
    path.write_bytes(content)
    os.utime(path, (0, 0))
    entry = FileParameters.model_validate({"path": str(path), "date_order": "day_first", **keys})
    return read_alone(entry, CAMPAIGN)


CAMPAIGN = Campaign.blank().model_copy(update={"quarantine_limit": 1.0})


def text(rows: Sequence[Row], header: Row = HEADER, delimiter: str = ",", end: str = "\n", quoted: bool = False) -> str:
    """Return rows as a CSV."""
    sink = io.StringIO(newline="")
    form = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    csv.writer(sink, delimiter=delimiter, lineterminator=end, quoting=form).writerows([header, *rows])
    return sink.getvalue()


def same(one: FileReading, other: FileReading) -> bool:
    """Tell whether two readings give the same tables, whatever the order of their rows."""
    return content_of(one.frames) == content_of(other.frames)


def content_of(frames: Mapping[str, pd.DataFrame]) -> dict[str, list[Row]]:
    """Return the rows of tables as text in one order."""
    return {name: sorted(map(row_text, rows[sorted(rows)].itertuples(index=False))) for name, rows in frames.items()}


def row_text(row: Sequence[Any]) -> Row:
    """Return a row as text; every unknown value is the same."""
    return tuple("" if pd.isna(value) else str(value) for value in row)


def whole(reading: FileReading) -> dict[str, Row]:
    """Return for each post what all tables say of it."""
    posts = reading.frames["posts"].merge(reading.frames["post_metrics"], on="post_id")
    return {str(row.post_id): row_text(row) for row in posts.itertuples(index=False)}


HANDLES = st.sampled_from(["ada", "@Ben", "eva.x", "https://www.instagram.com/gus/", "null"])
TIMES = st.integers(0, 10_000_000).map(lambda s: (pd.Timestamp("2026-01-01") + pd.Timedelta(seconds=s)).isoformat())
COUNTS = st.one_of(st.integers(0, 10**6).map(str), st.sampled_from(["", "--", "1,234", "25k", "340.0"]))
CAPTIONS = st.text("abc é#,;'\"\n|\tß€", max_size=12)
GOOD = st.lists(
    st.tuples(
        HANDLES,
        st.sampled_from(["instagram", "tiktok"]),
        st.integers(1, 10**6).map(lambda n: f"p{n}"),
        TIMES.map(lambda time: f"{time}Z"),
        COUNTS,
        COUNTS,
        COUNTS,
        st.sampled_from(["yes", "no", ""]),
        CAPTIONS,
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda row: row[2],
)
ANY_CELL = st.sampled_from(
    ["", " ", "-", "ada", "@Ben", "@ada @ben", "instagram", "p1", "p2", "1.79E+16", "2026-03-01", "soon", "12", "-1",
     "2026-03-02T10:30:00Z", "01/02/2026", "1772649000", "46085.5", "2090-01-01", "1970-01-01", "-3", "1.234", "12,5",
     "3.5", "1 234", "12 34", "25k", "1e5", "many", "yes", "maybe", "#N/A", "Total", 'say "hi"', "two\nlines", "=1+1",
     "a\u2028b", "'12", "\u202ex", "🧶", "9" * 21, "²", "٣٤", "ada@example.com", "# note", "Handle"]
)  # fmt: skip
# Good rows, each with some cells that are not.
SPOILT = st.tuples(GOOD, st.dictionaries(st.tuples(st.integers(0, 5), st.integers(4, 8)), ANY_CELL, max_size=6)).map(
    lambda drawn: [
        tuple(drawn[1].get((line, place), cell) for place, cell in enumerate(row)) for line, row in enumerate(drawn[0])
    ]
)
DIRTY = st.lists(st.lists(ANY_CELL, max_size=10).map(tuple), max_size=8)
