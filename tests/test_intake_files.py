"""Files as they come: encodings, delimiters, broken quotes; and every row accounted for."""

import csv
import gzip
import io
import os
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_files import POSTS, TRACKER, adds_up, campaign, load, read, write

from influence_lib import intake
from influence_lib.campaign import FileParameters
from influence_lib.intake import FileError, recognise

ROW = "@ada.bakes,instagram,p9,2026-03-09T09:00:00Z,100,1"


def total(content: bytes | str, folder: Path, name: str = "tracker.csv") -> int:
    """Return the likes of all posts of a tracker."""
    return int(read(folder, content, name).frames["post_metrics"]["likes"].sum())


SEMICOLONS = POSTS.replace(",", ";").encode()
DRESSES = {
    "utf-8 with a mark": POSTS.encode("utf-8-sig"),
    "utf-16 with a mark": POSTS.encode("utf-16"),
    "utf-16, low byte first": POSTS.encode("utf-16-le"),
    "utf-16, high byte first": POSTS.encode("utf-16-be"),
    "gzip": gzip.compress(POSTS.encode(), mtime=0),
    "semicolons": SEMICOLONS,
    "tabs": POSTS.replace(",", "\t").encode(),
    "bars": POSTS.replace(",", "|").encode(),
    "a line that tells the delimiter": b"sep=;\r\n" + SEMICOLONS,
    "Windows line ends": POSTS.replace("\n", "\r\n").encode(),
    "old Mac line ends": POSTS.replace("\n", "\r").encode(),
    "delimiters at the ends": POSTS.replace("\n", ",\n").encode(),
    "title lines": f"Report\nExported,2026-04-01\n\n{POSTS}".encode(),
    "blank lines": f"\n\n{POSTS}\n , , \n".encode(),
}


@pytest.mark.parametrize("content", DRESSES.values(), ids=DRESSES)
def test_one_table_reads_the_same_in_every_dress(tmp_path: Path, content: bytes) -> None:
    assert total(content, tmp_path) == 340 + 295 + 510


def test_windows_text_keeps_its_accents_and_says_so(tmp_path: Path) -> None:
    reading = read(tmp_path, f"{TRACKER},Caption\n{ROW},Café\n".encode("cp1252"))
    assert reading.frames["posts"]["caption"].item() == "Café"
    assert "read as Windows-1252, not UTF-8" in reading.normalised


def test_one_line_in_another_encoding_is_set_aside(tmp_path: Path) -> None:
    good, odd = f"{ROW},Café\n".encode(), f"{ROW},Rüben\n".replace("p9", "p8").encode("cp1252")
    reading = read(tmp_path, f"{TRACKER},Caption\n".encode() + good + odd)
    assert [(fault.line, fault.code) for fault in reading.quarantine] == [(3, "ENCODING")]


def test_an_open_quote_costs_its_own_line_and_no_other(tmp_path: Path) -> None:
    text = POSTS.replace("p2", '"p2') + '@eva,instagram,"p4",2026-03-09,100,"1"\n'
    reading = read(tmp_path, text)
    assert reading.frames["posts"]["post_id"].tolist() == ["instagram/p1", "instagram/p3", "instagram/p4"]
    assert [(fault.line, fault.code) for fault in reading.quarantine] == [(3, "UNCLOSED_QUOTE")]


def test_of_a_row_that_cannot_be_cut_no_text_is_kept_because_it_may_name_people(tmp_path: Path) -> None:
    reading = read(tmp_path, POSTS + '@eva,"eva@example.com\n')
    assert [(fault.code, fault.value) for fault in reading.quarantine] == [("UNCLOSED_QUOTE", "")]


def test_reported_lines_are_lines_of_the_file(tmp_path: Path) -> None:
    text = f'Title\n\n{TRACKER},Caption\n{ROW},"a\nb\r\nc"\n{ROW.replace("p9", "p8").replace("100", "many")},x\n'
    assert [(fault.line, fault.value) for fault in read(tmp_path, text).quarantine] == [(7, "many")]


def test_a_line_separator_inside_a_caption_does_not_cut_the_row(tmp_path: Path) -> None:
    reading = read(tmp_path, f"{TRACKER},Caption\n{ROW},one\u2028two\x0bthree\n")
    assert (reading.used, reading.frames["posts"]["caption"].item()) == (1, "one\u2028two\x0bthree")


@pytest.mark.parametrize(("row", "code"), [("@ada,instagram,p8", "MISSING_CELL"), (f"{ROW},more", "EXTRA_CELL")])
def test_a_row_of_another_width_is_set_aside(tmp_path: Path, row: str, code: str) -> None:
    assert [(fault.line, fault.code) for fault in read(tmp_path, f"{POSTS}{row}\n").quarantine] == [(5, code)]


def test_a_last_column_without_a_name_is_left_out_and_no_row_with_it(tmp_path: Path) -> None:
    reading = read(tmp_path, f"{TRACKER},,\n{ROW},a note,\n{ROW.replace('p9', 'p8')},,\n")
    assert (reading.used, reading.set_aside) == (2, 0)


def test_total_rows_and_repeated_headers_are_dropped_and_counted(tmp_path: Path) -> None:
    reading = read(tmp_path, f"{POSTS}{TRACKER}\nGrand total,,,,1145,83\n")
    assert (reading.used, dict(reading.dropped)) == (3, {"TOTALS_ROW": 1, "REPEATED_HEADER": 1})


def archive() -> bytes:
    """Return a zip that holds a CSV."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        packed.writestr("posts.csv", POSTS)
    return content.getvalue()


REFUSED = {
    "a picture": ("a.csv", b"\x89PNG\r\n\x1a\n", "WRONG_TYPE"),
    "a PDF": ("a.csv", b"%PDF-1.7 x", "WRONG_TYPE"),
    "a web page": ("a.csv", b"\n<!DOCTYPE html><p>Log in", "WRONG_TYPE"),
    "a JSON object": ("a.csv", b'{"error": 1}', "WRONG_TYPE"),
    "a JSON list": ("a.csv", b'[{"a": 1}]', "WRONG_TYPE"),
    "an archive": ("a.csv", archive(), "WRONG_TYPE"),
    "an archive called a workbook": ("a.xlsx", archive(), "WRONG_TYPE"),
    "binary data": ("a.csv", b"a,b\n\x00\x01\x02,1\n", "WRONG_TYPE"),
    "a Git LFS pointer": ("a.csv", b"version https://git-lfs.github.com/spec/v1\n", "WRONG_TYPE"),
    "a damaged gzip": ("a.csv", gzip.compress(b"a" * 9, mtime=0)[:-6], "WRONG_TYPE"),
    "a bomb": ("a.csv", gzip.compress(b"0" * 5_000_000, mtime=0), "TOO_LARGE"),
    "nothing but a mark": ("a.csv", b"\xef\xbb\xbf\n \n", "EMPTY"),
    "rows without a header": ("a.csv", b"@ada,2026-03-01,340\n@ada,2026-03-02,295\n", "NO_HEADER"),
    "a single column": ("a.csv", b"just one column\nx\ny\n", "NO_HEADER"),
    "columns nobody knows": ("a.csv", b"colour,size\nred,1\n", "NOT_RECOGNISED"),
    "two tables": ("a.csv", f"{POSTS}\nDate,Followers\n2026-03-01,1\n2026-03-02,2\n".encode(), "TWO_TABLES"),
}


@pytest.mark.parametrize(("name", "content", "code"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_single_table_is_refused_with_a_code(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    with pytest.raises(FileError, match=f"{name} cannot be used: ") as error:
        recognise(write(tmp_path / name, content), FileParameters(path=name))
    assert error.value.code == code
    assert str(tmp_path) not in str(error.value)


def test_a_folder_a_pipe_and_nothing_are_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    for name, code in ((".", "NOT_A_FILE"), ("pipe.csv", "NOT_A_FILE"), ("gone.csv", "MISSING_FILE")):
        with pytest.raises(FileError) as error:
            recognise(tmp_path / name, FileParameters(path=name))
        assert error.value.code == code


def test_too_many_bad_rows_refuse_the_file_with_the_first_of_them(tmp_path: Path) -> None:
    rows = "".join(f"@ada,instagram,q{n},2026-03-01,many,1\n" for n in range(10))
    with pytest.raises(
        FileError,
        match=r"10 of 13 rows cannot be read, more than 5%; first: line 5, column 'Likes', 'many': not a number",
    ):
        read(tmp_path, POSTS + rows)
    assert read(tmp_path, POSTS + rows, quarantine_limit=0.9).used == 3


def test_the_account_of_all_files_is_one_sentence(tmp_path: Path) -> None:
    data = load(tmp_path, {"tracker.csv": POSTS + POSTS.splitlines()[1] + "\n@ada,instagram,p7,soon,1,1\n"})
    counted = "3 of 5 rows used. Left out: exact duplicate of another row (1); not a date (1)."
    assert data.sentence == f"The files end on 4 Mar 2026, 57 days before this report. {counted}"
    assert [file["used"] for file in data.to_json()["files"]] == [3]


CELLS = st.sampled_from(
    [
        "",
        "-",
        "ada",
        "@Ben",
        "instagram",
        "p1",
        "p2",
        "2026-03-01",
        "2026-03-02T10:30:00Z",
        "01/02/2026",
        "soon",
        "12",
        "1.234",
        "12,5",
        "25k",
        "many",
        "-3",
        "yes",
        "#N/A",
        "Total",
        'say "hi"',
        "two\nlines",
        "a\u2028b",
        " ",
        "=1+1",
        "\u202ex",
        "🧶",
        "999999999999999999999",
    ]
)
HEADER = ["Handle", "Platform", "Post ID", "Posted at", "Likes", "Comments", "Sponsored", "Caption"]


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.lists(CELLS, min_size=0, max_size=9), max_size=12), quote=st.booleans())
def test_every_row_of_any_tracker_is_used_set_aside_or_dropped(
    tmp_path: Path, rows: list[list[str]], quote: bool
) -> None:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL if quote else csv.QUOTE_MINIMAL).writerows([HEADER, *rows])
    loaded = campaign(
        tmp_path, {"tracker.csv": text.getvalue()}, quarantine_limit=1.0, tracker={"date_order": "day_first"}
    )
    try:
        reading = intake.read_file(loaded.files[0], loaded)
    except FileError as error:
        assert error.code in {"CONFLICTING_DUPLICATE", "TWO_TABLES"}
        return
    assert adds_up(reading)
    assert len(reading.frames["post_metrics"]) == reading.used
    intake.load(loaded)


@pytest.mark.slow
def test_fifty_thousand_rows_take_seconds(tmp_path: Path) -> None:
    rows = "".join(
        f"@c{n % 500},instagram,{10**16 + n},2026-03-{n % 28 + 1:02}T10:30:00Z,{n},1\n" for n in range(50_000)
    )
    assert read(tmp_path, f"{TRACKER}\n{rows}").used == 50_000


def test_a_caption_of_semicolons_over_several_lines_does_not_change_the_delimiter(tmp_path: Path) -> None:
    text = f'{TRACKER},Caption\n{ROW},"one;\ntwo;\nthree;\nfour;"\n'
    assert total(text, tmp_path) == 100


def test_an_inch_mark_in_a_cell_does_not_change_the_delimiter(tmp_path: Path) -> None:
    rows = "".join(f'{ROW.replace("p9", f"p{n}")},{n}" heels; so; nice\n' for n in range(3))
    assert total(f"{TRACKER},Caption\n{rows}", tmp_path) == 300
