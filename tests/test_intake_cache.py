"""What was read is kept as Parquet, and used only when file, parameters and code are the same."""

import os
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from small_files import TRACKER, campaign, write

from influence_lib.campaign import Campaign, FileParameters
from influence_lib.intake import FileReading, cache, files, reading
from influence_lib.intake.grid import Sheet

ROWS = f"""{TRACKER},Sponsored,Caption,Reach
@ada.bakes,instagram,p1,2026-03-01T09:00:00Z,340,21,yes,"two
lines, 🧶",9000
@ben_runs,,p2,2026-03-02T07:15:00Z,,44,,,
@ben_runs,instagram,p3,2026-03-05,12,soon,no,é,7
@ben_runs,instagram,p4,2026-03-06T07:15:00Z,3,1,no,é,8
"""


@pytest.fixture
def times_read(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Return a list that grows with every file that is opened to be read, however small."""
    opened: list[Path] = []
    read: Callable[[Path], list[Sheet]] = files.read_sheets

    def counted(path: Path) -> list[Sheet]:
        opened.append(path)
        return read(path)

    monkeypatch.setattr("influence_lib.intake.recognising.read_sheets", counted)
    monkeypatch.setattr(cache, "SMALLEST", 1)
    return opened


def spring(folder: Path, text: str = ROWS, **keys: object) -> Campaign:
    """Return a campaign with one tracker, of which one row cannot be read."""
    return campaign(folder, {"tracker.csv": text}, quarantine_limit=1.0, **keys)


def read(given: Campaign) -> FileReading:
    """Return what the campaign's only file gives."""
    return cache.read_file(given.files[0], given)


def same(first: FileReading, second: FileReading) -> bool:
    """Tell whether two readings agree in everything: account, types, values, order."""
    for name, rows in first.frames.items():
        pd.testing.assert_frame_equal(rows.reset_index(drop=True), second.frames[name], check_exact=True)
    rest = [{**vars(one), "frames": sorted(one.frames)} for one in (first, second)]
    return rest[0] == rest[1]


def test_the_second_reading_opens_no_file_and_gives_the_same(tmp_path: Path, times_read: list[Path]) -> None:
    first, second = read(spring(tmp_path)), read(spring(tmp_path))
    assert len(times_read) == 1
    assert (first.used, first.set_aside) == (3, 1)
    assert same(first, second)


def test_a_changed_cell_is_read_anew(tmp_path: Path, times_read: list[Path]) -> None:
    read(spring(tmp_path))
    again = read(spring(tmp_path, ROWS.replace("340", "341")))
    assert (len(times_read), again.frames["post_metrics"]["likes"].iloc[0]) == (2, 341)


def test_a_changed_parameter_is_read_anew(tmp_path: Path, times_read: list[Path]) -> None:
    read(spring(tmp_path))
    read(spring(tmp_path, timezone="Europe/Berlin"))
    read(spring(tmp_path, tracker={"platform": "tiktok"}))
    read(spring(tmp_path, as_of="2026-03-03"))
    assert len(times_read) == 4


def test_changed_code_is_read_anew(tmp_path: Path, times_read: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    read(spring(tmp_path))
    monkeypatch.setattr(cache, "FINGERPRINT", "tomorrow's")
    read(spring(tmp_path))
    assert len(times_read) == 2


@pytest.mark.parametrize("name", ["posts.parquet", "account.json"])
@pytest.mark.parametrize("damage", [b"", b"PAR1 nothing of the kind", None], ids=["empty", "foreign", "gone"])
def test_what_is_damaged_is_read_anew_and_mended(
    tmp_path: Path, times_read: list[Path], name: str, damage: bytes | None
) -> None:
    first = read(spring(tmp_path))
    (kept,) = (tmp_path / ".influence" / "cache").glob(f"*/{name}")
    kept.unlink() if damage is None else kept.write_bytes(damage)
    read(spring(tmp_path))
    assert same(first, read(spring(tmp_path)))
    assert len(times_read) == 2


def test_one_flipped_digit_in_the_cache_is_noticed(tmp_path: Path, times_read: list[Path]) -> None:
    read(spring(tmp_path))
    (kept,) = (tmp_path / ".influence" / "cache").glob("*/post_metrics.parquet")
    content = bytearray(kept.read_bytes())
    content[len(content) // 2] ^= 1
    kept.write_bytes(content)
    read(spring(tmp_path))
    assert len(times_read) == 2


def test_the_oldest_entries_go_first(tmp_path: Path, times_read: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MOST_ENTRIES", 2)
    place = tmp_path / ".influence" / "cache"
    for likes in ("340", "341", "342"):
        read(spring(tmp_path, ROWS.replace("340", likes)))
        for entry in place.iterdir():
            os.utime(entry, (entry.stat().st_mtime - 60, entry.stat().st_mtime - 60))
    assert len(list(place.iterdir())) == 2
    read(spring(tmp_path, ROWS.replace("340", "342")))
    assert len(times_read) == 3
    read(spring(tmp_path))
    assert len(times_read) == 4


def test_a_small_file_is_not_kept(tmp_path: Path) -> None:
    read(spring(tmp_path))
    assert not (tmp_path / ".influence" / "cache").exists()


def test_where_nothing_can_be_kept_files_are_read_all_the_same(tmp_path: Path, times_read: list[Path]) -> None:
    (tmp_path / ".influence").write_text("a file where the folder should be")
    assert read(spring(tmp_path)).used == read(spring(tmp_path)).used == 3
    assert len(times_read) == 2


def test_no_personal_data_and_no_pickle_is_in_the_cache(tmp_path: Path, times_read: list[Path]) -> None:
    text = ROWS.replace("two\nlines", "write to ada@example.com").replace("soon", "ben@example.com")
    read(spring(tmp_path, text))
    kept = [file for file in (tmp_path / ".influence" / "cache").rglob("*") if file.is_file()]
    assert {file.suffix for file in kept} == {".json", ".parquet"}
    assert not any(b"example.com" in file.read_bytes() for file in kept)


def test_a_creator_named_by_an_address_is_a_hash_in_every_file_of_the_cache(
    tmp_path: Path, times_read: list[Path]
) -> None:
    found = read(spring(tmp_path, ROWS.replace("@ada.bakes", "ada@example.com")))
    assert found.frames["posts"]["influencer_id"].str.startswith("creator-").any()
    kept = [file for file in (tmp_path / ".influence" / "cache").rglob("*") if file.is_file()]
    assert kept and not any(b"example.com" in file.read_bytes() for file in kept)


def test_a_file_that_changes_while_it_is_read_is_not_kept_under_what_it_held_before(
    tmp_path: Path, times_read: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    told, whole = spring(tmp_path), reading.read_file

    def late(entry: FileParameters, campaign: Campaign) -> FileReading:
        write(campaign.path_of(entry), ROWS.replace("340", "999"))
        return whole(entry, campaign)

    monkeypatch.setattr(reading, "read_file", late)
    read(told)
    assert list((tmp_path / ".influence").glob("cache/*")) == []
