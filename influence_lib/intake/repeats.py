"""Rows that say again what another row says: dropped when they agree, refused when they contradict each other."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from influence_lib.intake.cells import Cells
from influence_lib.intake.creators import ROSTER
from influence_lib.intake.daily import DAILY_SERIES
from influence_lib.intake.grid import Sheet
from influence_lib.intake.money import PLAIN_ORDERS
from influence_lib.intake.posts import COUNTS
from influence_lib.intake.source import Source, refuse_contradictions

# Any large odd number: cells in another order give another number.
MIXER = np.uint64(6_364_136_223_846_793_005)

# What names one thing in each kind of file, and the columns that must then agree.
SAME_ROW = ("creator", "platform", "post_id", "observed_at")
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
    positions = _positions(frame, sheet)
    whole = _again(sheet.columns, positions)
    kept = frame[~whole] if whole.any() else frame
    dropped = Counter({"DUPLICATE": int(whole.sum())})
    if source.of_posts:
        same = _same_post(kept, sheet, positions[~whole], id_headers)
        kept, dropped["SAME_POST_OTHER_ID"] = kept[~same] if same.any() else kept, int(same.sum())
        if "post_id" not in kept or not kept["post_id"].is_unique:
            _refuse_two_readings(path, kept)
            repeated = _repeated(kept)
            kept, dropped["DUPLICATE"] = _merged(kept) if repeated else kept, dropped["DUPLICATE"] + repeated
    elif source is PLAIN_ORDERS:
        refuse_contradictions(path, kept[kept["gross"] >= 0], ["order_id"], ["gross"], "order", "keep one row an order")
    elif source is DAILY_SERIES:
        key = [name for name in ("date", "region") if name in kept]
        values = [str(name) for name in kept if name not in {*key, "_line"}]
        refuse_contradictions(path, kept, key, values, "day", "keep one row a day")
    elif source is ROSTER and "followers" in kept:
        key = [name for name in ("creator", "platform", "observed_at") if name in kept]
        refuse_contradictions(
            path, kept, key, ["followers"], "creator", "add a column such as 'Platform' or 'As of', or remove one"
        )
    return kept, dropped


def _repeated(frame: pd.DataFrame) -> int:
    """Return how many rows say again what another row of the same post, creator and reading says."""
    key = [name for name in SAME_ROW if name in frame]
    return int(frame[frame["post_id"].notna()].duplicated(key).sum()) if "post_id" in frame else 0


def _merged(frame: pd.DataFrame) -> pd.DataFrame:
    """Return one row a post, creator and reading, each column with its first known value."""
    key = [name for name in SAME_ROW if name in frame]
    named = frame[frame["post_id"].notna()]
    merged = named.groupby(key, sort=False, dropna=False).first().reset_index()[list(frame)]
    return pd.concat([merged.astype(frame.dtypes), frame[frame["post_id"].isna()]]).sort_values("_line")


def _positions(frame: pd.DataFrame, sheet: Sheet) -> np.ndarray:
    """Return where in the sheet each row of the frame stands."""
    return np.searchsorted(sheet.lines, frame["_line"].to_numpy())


def _again(columns: Sequence[Cells], positions: np.ndarray) -> np.ndarray:
    """Return which of the rows at some positions have the same cells as a row before."""
    numbers = np.zeros(len(positions), np.uint64)
    for cells in columns:
        numbers = numbers * MIXER + pd.util.hash_array(cells.numbered()[positions])
    again = np.array(pd.Series(numbers).duplicated(keep=False))
    # Two rows may share a number by chance, so those that do are compared cell by cell.
    rows = [tuple(cells[position] for cells in columns) for position in positions[again].tolist()]
    again[again] = pd.Series(rows, dtype=object).duplicated().to_numpy(bool)
    return again


def _same_post(frame: pd.DataFrame, sheet: Sheet, positions: np.ndarray, id_headers: set[str]) -> np.ndarray:
    """Return which rows repeat a post under another id: equal in every other column, where times are told, not days."""
    told = (frame["posted_at"].dt.second.gt(0) | frame["posted_at"].dt.minute.gt(0)).to_numpy(bool)
    if "post_id" not in frame or not len(told) or told.mean() < 0.5:
        return np.zeros(len(frame), bool)
    rest = [cells for header, cells in zip(sheet.header, sheet.columns, strict=True) if header not in id_headers]
    return _again(rest, positions)


def _refuse_two_readings(path: Path, frame: pd.DataFrame) -> None:
    """Refuse two rows of one post, read at the same or an unknown time, whose numbers differ."""
    advice = "with no time of reading; add a column such as 'Checked at', or remove the older row"
    counts = [name for name in COUNTS if name in frame]
    named = frame["post_id"].notna() if "post_id" in frame else pd.Series(False, index=frame.index)
    refuse_contradictions(path, frame[named], [name for name in POST_KEYS[0] if name in frame], counts, "post", advice)
    clocked = frame["posted_at"].dt.second.gt(0) | frame["posted_at"].dt.minute.gt(0)
    key = [name for name in POST_KEYS[1] if name in frame]
    refuse_contradictions(path, frame[~named & clocked], key, counts, "post", advice)
