"""Rows that say again what another row says: dropped when they agree, refused when they contradict each other."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from influence_lib.intake.creators import ROSTER
from influence_lib.intake.daily import DAILY_SERIES
from influence_lib.intake.grid import Sheet
from influence_lib.intake.money import PLAIN_ORDERS
from influence_lib.intake.posts import COUNTS
from influence_lib.intake.reasons import FileError
from influence_lib.intake.source import Source

# What names one thing in each kind of file, and the columns that must then agree.
POST_KEYS = (
    ("platform", "post_id", "observed_at"),
    ("creator", "posted_at", "url", "caption", "post_type", "observed_at"),
)


def without_repeats(
    path: Path, source: Source, frame: pd.DataFrame, sheet: Sheet, id_headers: set[str]
) -> tuple[pd.DataFrame, Counter[str]]:
    """Return the rows without repeats and how many were dropped, by reason.

    Raises FileError when two rows of one thing contradict each other.
    """
    if source.repeats_allowed:
        return frame, Counter()
    whole = _texts(frame, sheet, sheet.header).duplicated()
    kept = frame[~whole]
    dropped = Counter({"DUPLICATE": int(whole.sum())})
    if source.of_posts:
        same = _same_post(kept, sheet, id_headers)
        kept, dropped["SAME_POST_OTHER_ID"] = kept[~same], int(same.sum())
        _refuse_two_readings(path, kept)
    elif source is PLAIN_ORDERS:
        _refuse(path, kept[kept["gross"] >= 0], ["order_id"], ["gross"], "order", "keep one row an order")
    elif source is DAILY_SERIES:
        values = [str(name) for name in kept if name not in {"date", "_line"}]
        _refuse(path, kept, ["date"], values, "day", "keep one row a day")
    elif source is ROSTER and "followers" in kept:
        key = [name for name in ("creator", "platform", "observed_at") if name in kept]
        _refuse(path, kept, key, ["followers"], "creator", "add a column such as 'Platform' or 'As of', or remove one")
    return kept, dropped


def _texts(frame: pd.DataFrame, sheet: Sheet, headers: Sequence[str]) -> pd.Series:
    """Return the cells under some headers as they stand in the file, one tuple a row of the frame."""
    cells = zip(*(sheet.cells(header) for header in headers), strict=True)
    return frame["_line"].map(dict(zip(sheet.lines, cells, strict=True)))


def _same_post(frame: pd.DataFrame, sheet: Sheet, id_headers: set[str]) -> pd.Series:
    """Return which rows repeat a post under another id: equal in every other column, where times are told, not days."""
    told = frame["posted_at"].dt.second.gt(0) | frame["posted_at"].dt.minute.gt(0)
    if "post_id" not in frame or told.mean() < 0.5:
        return pd.Series(False, index=frame.index)
    rest = _texts(frame, sheet, [header for header in sheet.header if header not in id_headers])
    return rest.duplicated() & told


def _refuse_two_readings(path: Path, frame: pd.DataFrame) -> None:
    """Refuse two rows of one post, read at the same or an unknown time, whose numbers differ."""
    advice = "with no time of reading; add a column such as 'Checked at', or remove the older row"
    counts = [name for name in COUNTS if name in frame]
    named = frame["post_id"].notna() if "post_id" in frame else pd.Series(False, index=frame.index)
    _refuse(path, frame[named], [name for name in POST_KEYS[0] if name in frame], counts, "post", advice)
    clocked = frame["posted_at"].dt.second.gt(0) | frame["posted_at"].dt.minute.gt(0)
    key = [name for name in POST_KEYS[1] if name in frame]
    _refuse(path, frame[~named & clocked], key, counts, "post", advice)


def _refuse(path: Path, rows: pd.DataFrame, key: list[str], values: list[str], what: str, advice: str) -> None:
    """Refuse rows of one key that hold different values."""
    again = rows[rows.duplicated(key, keep=False)]
    if again.empty:
        return
    group = again.groupby(key, dropna=False, sort=False).ngroup()
    differ = again[values].groupby(group).transform("nunique").gt(1).any(axis=1)
    if differ.any():
        first = again.index[differ][0]
        lines = again.loc[group == group[first], "_line"].tolist()[:2]
        raise FileError(
            path,
            "CONFLICTING_DUPLICATE",
            f"lines {lines[0]} and {lines[1]} hold the same {what} with different numbers; {advice}",
        )
