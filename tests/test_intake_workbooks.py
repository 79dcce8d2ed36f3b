"""Workbooks as people keep them: merged cells, hidden sheets, a sheet a month, dates and numbers of every kind."""

import datetime as dt
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from small_files import adds_up, campaign, read

from influence_lib import intake
from influence_lib.intake import FileError, FileReading

HEADER = ["Handle", "Platform", "Posted", "Likes"]
DAY = dt.date(2026, 3, 1)


def book(*sheets: list[list[Any]], merged: tuple[str, ...] = (), hidden: tuple[str, ...] = ()) -> bytes:
    """Return a workbook with sheets A, B, ...; `merged` cells are in the first."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for number, rows in enumerate(sheets):
        sheet: Worksheet = made.create_sheet("ABC"[number])
        for row in rows:
            sheet.append(row)
        sheet.sheet_state = "hidden" if sheet.title in hidden else "visible"
    for area in merged:
        made["A"].merge_cells(area)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def read_book(folder: Path, *sheets: list[list[Any]], **keys: Any) -> FileReading:
    """Return what the first fitting sheet of a workbook gives."""
    layout = {name: keys.pop(name) for name in ("merged", "hidden") if name in keys}
    return read(folder, book(*sheets, **layout), "tracker.xlsx", **keys)


def test_a_creator_merged_over_several_rows_stands_in_each_of_them(tmp_path: Path) -> None:
    rows = [HEADER, ["@ada", "instagram", DAY, 5], [None, "instagram", dt.date(2026, 3, 2), 6], ["ben", "x", DAY, 7]]
    reading = read_book(tmp_path, rows, merged=("A2:A3",))
    assert reading.frames["posts"]["influencer_id"].tolist() == ["ada", "ada", "ben"]
    assert "cells merged over several rows, read in each of them (1)" in reading.normalised
    assert adds_up(reading)


def test_a_number_merged_over_several_rows_is_counted_once_because_it_is_not_theirs_each(tmp_path: Path) -> None:
    rows = [["Handle", "Platform", "Fee"], ["ada", "instagram", 300], ["ben", "instagram", None]]
    reading = read_book(tmp_path, rows, merged=("C2:C3",), currency="EUR", tracker={"currency": "EUR"})
    assert reading.frames["agreed"]["amount"].tolist() == [300]
    assert "numbers merged over several rows, read in the first only (1)" in reading.normalised


def test_a_title_merged_across_the_top_is_no_column_name_and_a_month_between_rows_no_post(tmp_path: Path) -> None:
    ada, ben = ["ada", "instagram", DAY, 5], ["ben", "x", DAY, 7]
    rows = [["Creators in spring"], [], HEADER, ["March"], ada, ["April"], ben]
    reading = read_book(tmp_path, rows, merged=("A1:D1", "A4:D4", "A6:D6"))
    assert reading.frames["posts"]["influencer_id"].tolist() == ["ada", "ben"]
    assert (reading.rows, reading.used, reading.dropped) == (4, 2, {"SECTION_ROW": 2})


def test_names_grouped_under_merged_cells_are_the_lower_ones(tmp_path: Path) -> None:
    rows = [["Handle", "Post", None, "Numbers", None], [None, "Platform", "Posted", "Likes", "Comments"]]
    rows.append(["ada", "instagram", DAY, 5, 1])
    reading = read_book(tmp_path, rows, merged=("A1:A2", "B1:C1", "D1:E1"))
    assert reading.frames["post_metrics"][["likes", "comments"]].to_numpy().tolist() == [[5, 1]]
    assert reading.frames["posts"]["influencer_id"].item() == "ada"


def test_a_hidden_sheet_is_read_only_when_it_is_named(tmp_path: Path) -> None:
    old, new = [HEADER, ["old", "x", DAY, 1]], [HEADER, ["new", "x", DAY, 2]]
    reading = read_book(tmp_path, old, new, hidden=("A",))
    assert reading.frames["posts"]["influencer_id"].item() == "new"
    assert any("not 'A' (hidden)" in note for note in reading.notes)
    asked = read_book(tmp_path, old, new, hidden=("A",), tracker={"sheet": "A"})
    assert asked.frames["posts"]["influencer_id"].item() == "old"


def test_a_workbook_that_hides_all_it_has_says_so(tmp_path: Path) -> None:
    with pytest.raises(
        FileError, match="only a hidden sheet, 'A', is of a known kind, 'tracker spreadsheet'; show it, or name it"
    ):
        read_book(tmp_path, [HEADER, ["old", "x", DAY, 1]], [["Notes", "By"], ["a", "b"]], hidden=("A",))


def test_a_workbook_with_a_sheet_a_month_is_read_with_an_entry_for_each(tmp_path: Path) -> None:
    content = book([HEADER, ["ada", "x", DAY, 1]], [HEADER, ["ben", "x", DAY, 2]], [["Notes", "By"], ["a", "b"]])
    one = campaign(tmp_path, {"tracker.xlsx": content}, tracker={"sheet": "A"})
    both = one.model_copy(update={"files": [f.model_copy(update={"sheet": name}) for f in one.files for name in "AB"]})
    data = intake.load(both)
    assert sorted(data.tables.posts["influencer_id"]) == ["ada", "ben"]
    assert [file.rows for file in data.files] == [1, 1]


def test_cells_of_every_kind_say_what_they_show(tmp_path: Path) -> None:
    header = ["Handle", "Platform", "Posted", "Likes", "Comments", "Sponsored", "Reach"]
    rows = [
        ["My tracker"],
        ["numbers by hand"],
        header,
        ["ada", "x", dt.datetime(2026, 3, 1, 9, 30), "25k", "1.234", True, "#N/A"],
        ["ben", "x", 46082.5, "300", 12, False, None],
        ["cyd", "x", "2026-03-03", 7.0, "1,100", "yes", 9],
        ["@dee and @eve", "x", DAY, 1, 1, None, 1],
    ]
    reading = read_book(tmp_path, rows)
    numbers = reading.frames["post_metrics"]
    assert numbers["likes"].tolist() == [25_000, 300, 7]
    assert numbers["comments"].tolist() == [1_234, 12, 1_100]
    assert [time.isoformat() for time in reading.frames["posts"]["posted_at"].dt.tz_localize(None)] == [
        "2026-03-01T09:30:00",
        "2026-03-01T12:00:00",
        "2026-03-03T00:00:00",
    ]
    assert reading.frames["posts"]["is_sponsored"].tolist() == [True, False, True]
    assert numbers["reach"].isna().tolist() == [True, True, False]
    assert [(fault.line, fault.code) for fault in reading.quarantine] == [(7, "SEVERAL_CREATORS")]


def test_an_amount_as_text_with_its_currency_is_read(tmp_path: Path) -> None:
    rows = [["Handle", "Platform", "Fee"], ["ada", "x", "1.234,50 EUR"], ["ben", "x", "99,00 EUR"]]
    reading = read_book(tmp_path, rows, currency="EUR")
    assert reading.frames["agreed"]["amount"].tolist() == [1_234.5, 99]


def test_a_sheet_that_is_not_there_is_refused_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="there is no sheet 'March'; it has: A, B"):
        read_book(tmp_path, [HEADER, ["a", "x", DAY, 1]], [HEADER], tracker={"sheet": "March"})
