"""What must hold for any file: rows add up, and nothing depends on their order or on how they are cut."""

import os
import random
from pathlib import Path

import pandas as pd
import pytest
from dirty_tables import CAMPAIGN, DIRTY, GOOD, HEADER, MANY, SPOILT, Row, content_of, same, tables, text
from hypothesis import assume, given
from hypothesis import strategies as st
from small_files import adds_up

from influence_lib import intake
from influence_lib.campaign import FileParameters
from influence_lib.intake import FileError, grid


@MANY
@given(rows=DIRTY, delimiter=st.sampled_from(",;\t|"), quoted=st.booleans())
def test_every_row_is_used_set_aside_or_dropped(tmp_path: Path, rows: list[Row], delimiter: str, quoted: bool) -> None:
    try:
        found = tables(tmp_path, text(rows, delimiter=delimiter, quoted=quoted).encode(), source="tracker")
    except FileError as error:
        assert error.code in {"CONFLICTING_DUPLICATE", "TWO_TABLES", "ID_MANGLED", "MISSING_COLUMN", "NO_HEADER"}
        return
    assert adds_up(found)
    assert len(found.frames["post_metrics"]) == found.used


@MANY
@given(rows=SPOILT)
def test_what_was_read_reads_the_same_when_written_as_a_clean_list(tmp_path: Path, rows: list[Row]) -> None:
    found = tables(tmp_path, text(rows).encode(), source="tracker")
    posts = found.frames["posts"].merge(found.frames["post_metrics"], on="post_id")
    assume(len(posts))
    clean = [
        (
            post.influencer_id,
            post.platform,
            post.post_id.partition("/")[2],
            post.posted_at.isoformat(),
            str(post.likes),
            str(post.comments),
            "",
            "" if pd.isna(post.is_sponsored) else str(post.is_sponsored),
            "" if pd.isna(post.caption) else post.caption,
        )
        for post in posts.itertuples()
    ]
    again = tables(tmp_path, text(clean, quoted=True).replace("<NA>", "").encode(), source="tracker")
    assert (again.quarantine, dict(again.dropped)) == ((), {})
    assert {name: rows for name, rows in content_of(again.frames).items() if name != "followers"} == {
        name: rows for name, rows in content_of(found.frames).items() if name != "followers"
    }


@MANY
@given(rows=GOOD, seed=st.integers(0, 99))
def test_the_order_of_rows_and_columns_means_nothing(tmp_path: Path, rows: list[Row], seed: int) -> None:
    order = list(range(len(HEADER)))
    random.Random(seed).shuffle(order)
    other = [tuple(row[place] for place in order) for row in random.Random(seed).sample(rows, len(rows))]
    one = tables(tmp_path, text(rows).encode())
    assert same(one, tables(tmp_path, text(other, tuple(HEADER[place] for place in order)).encode()))
    assert one.used == len(rows)


@MANY
@given(rows=DIRTY, at_once=st.integers(1, 3))
def test_the_size_of_the_blocks_in_which_rows_are_read_means_nothing(
    tmp_path: Path, rows: list[Row], at_once: int
) -> None:
    content = text(rows).encode()
    with pytest.MonkeyPatch.context() as patch:
        try:
            one = tables(tmp_path, content, source="tracker")
        except FileError as error:
            patch.setattr(grid, "ROWS_AT_ONCE", at_once)
            with pytest.raises(FileError) as again:
                tables(tmp_path, content, source="tracker")
            assert again.value.code == error.code
            return
        patch.setattr(grid, "ROWS_AT_ONCE", at_once)
        other = tables(tmp_path, content, source="tracker")
    assert same(one, other)
    assert (one.quarantine, one.dropped) == (other.quarantine, other.dropped)


@MANY
@given(rows=GOOD, cut=st.integers(0, 6))
def test_a_list_in_two_files_is_the_same_list(tmp_path: Path, rows: list[Row], cut: int) -> None:
    entries = []
    for name, part in (("all", rows), ("one", rows[:cut]), ("two", rows[cut:])):
        (tmp_path / f"{name}.csv").write_text(text(part), encoding="utf-8")
        os.utime(tmp_path / f"{name}.csv", (0, 0))
        entries.append(FileParameters.model_validate({"path": str(tmp_path / f"{name}.csv"), "source": "tracker"}))
    both, parted = (CAMPAIGN.model_copy(update={"files": files}) for files in (entries[:1], entries[1:]))
    one, two = (intake.load(campaign).tables for campaign in (both, parted))
    for name in ("posts", "post_metrics", "followers", "influencers"):
        assert content_of({name: getattr(one, name)}) == content_of({name: getattr(two, name)})
