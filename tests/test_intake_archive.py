"""Zip archives as platforms send them: what is read, what is left out, and what is refused."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from small_files import POSTS, day, read, write

from influence_lib.checking import check_file
from influence_lib.intake import FileError

OVERVIEW = "Date,Video Views,Profile Views,Likes,Comments,Shares\n2026-03-01,10,2,3,1,1\n"
HISTORY = "Date,Followers,Difference in followers from previous day\n2026-03-01,900,4\n"
ACTIVITY = "Date,Hour,Active followers\n2026-03-01,0,5\n2026-03-01,1,9\n"


def packed(files: Mapping[str, str | bytes]) -> bytes:
    """Return files as the bytes of a zip archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def refusal(folder: Path, content: bytes) -> str:
    """Return the code with which an archive is refused."""
    with pytest.raises(FileError) as error:
        read(folder, content, "export.zip")
    return error.value.code


def test_the_first_known_table_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    content = packed({"Activity.csv": ACTIVITY, "Overview.csv": OVERVIEW, "History.csv": HISTORY})
    answer = check_file(write(tmp_path / "tiktok.zip", content), None)
    assert (answer["source"], answer["rows_ok"]) == ("tiktok_overview", 1)
    assert any("only the sheet 'Overview.csv' is read, not 'History.csv'" in note for note in answer["notes"])


def test_each_table_is_a_sheet_under_the_name_of_its_file(tmp_path: Path) -> None:
    content = packed({"tiktok/Overview.csv": OVERVIEW, "tiktok/History.csv": HISTORY})
    keys = {"sheet": "tiktok/History.csv", "creator": "ada"}
    followers = read(tmp_path, content, "tiktok.zip", tiktok=keys).frames["followers"]
    assert (followers["followers"].tolist(), followers["observed_at"].tolist()) == ([900], [day(2026, 3, 1)])


def test_a_workbook_in_an_archive_is_read(tmp_path: Path) -> None:
    rows = [[*line.split(",")] for line in POSTS.splitlines()]
    book = write(tmp_path / "tracker.xlsx", rows).read_bytes()
    reading = read(tmp_path, packed({"tracker.xlsx": book}), "export.zip")
    assert (reading.source.name, reading.used) == ("tracker", 3)


def test_files_without_a_table_are_named_and_hidden_ones_left_alone(tmp_path: Path) -> None:
    others = {"cover.png": b"\x89PNG\r\n", "__MACOSX/posts.csv": b"\x00", ".DS_Store": b"\x00", "empty.csv": ""}
    notes = " ".join(read(tmp_path, packed({**others, "posts.csv": POSTS}), "export.zip").normalised)
    assert "'cover.png' (this is a picture" in notes
    assert "'empty.csv' (it is empty)" in notes
    assert "MACOSX" not in notes and "DS_Store" not in notes


def test_an_archive_without_a_table_is_refused_with_what_it_holds(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"no table in this zip archive: 'cover\.png'"):
        read(tmp_path, packed({"cover.png": b"\x89PNG\r\n"}), "export.zip")
    assert refusal(tmp_path, packed({".DS_Store": b"\x00"})) == "WRONG_TYPE"


@pytest.mark.parametrize(
    "name", ["/etc/posts.csv", "../posts.csv", "a/../../posts.csv", "C:\\posts.csv", "..\\posts.csv"]
)
def test_names_that_point_out_of_the_archive_are_refused(tmp_path: Path, name: str) -> None:
    assert refusal(tmp_path, packed({name: POSTS})) == "UNSAFE_NAME"


def test_archives_in_archives_are_refused(tmp_path: Path) -> None:
    assert (
        refusal(tmp_path, packed({"inner.zip": packed({"posts.csv": POSTS}), "posts.csv": POSTS})) == "NESTED_ARCHIVE"
    )


def test_an_archive_that_unpacks_to_far_more_than_tables_do_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, packed({"posts.csv": POSTS + "\n" * 20_000_000})) == "TOO_LARGE"


def test_more_than_two_hundred_files_are_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, packed({f"{number}.csv": POSTS for number in range(201)})) == "TOO_LARGE"
    assert read(tmp_path, packed({f"{number}.csv": POSTS for number in range(200)}), "export.zip").used == 3


def test_a_file_larger_than_the_archive_says_is_refused(tmp_path: Path) -> None:
    content = packed({"posts.csv": POSTS})
    told, lied = len(POSTS).to_bytes(4, "little"), (10).to_bytes(4, "little")
    assert refusal(tmp_path, content.replace(told, lied)) == "WRONG_TYPE"


def test_an_archive_with_a_password_is_refused(tmp_path: Path) -> None:
    content = bytearray(packed({"posts.csv": POSTS}))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert refusal(tmp_path, bytes(content)) == "ENCRYPTED"


def test_a_damaged_archive_is_refused(tmp_path: Path) -> None:
    content = packed({"posts.csv": POSTS})
    assert refusal(tmp_path, content[:-30]) == "WRONG_TYPE"
    assert refusal(tmp_path, content[:45] + b"\xff\xff\xff" + content[48:]) == "WRONG_TYPE"
