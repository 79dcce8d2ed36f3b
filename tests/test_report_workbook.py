"""The workbook of all tables, read back with another library."""

import datetime as dt
import io

import nbformat.v4 as v4
import openpyxl
import pytest

from influence_lib.findings import TABLE_MIME
from influence_lib.report.workbook import Sheet, sheets, texts, workbook

COLUMNS = [
    {"name": "creator", "label": "Creator", "kind": "text", "shown": True},
    {"name": "revenue", "label": "Revenue", "kind": "money", "shown": True},
    {"name": "share", "label": "Share", "kind": "percent", "shown": False},
    {"name": "day", "label": "First day", "kind": "date", "shown": True},
]
HOSTILE = [
    "=1+1",
    "+cmd|' /C calc'!A0",
    "@SUM(A1)",
    "-2+3",
    '=HYPERLINK("x")',
    "www.example.com",
    "a\u202eb\x07c",
    "{=1}",
]


def table(*names: str) -> dict:
    rows = [{"creator": name, "revenue": 12.5, "share": 0.25, "day": "2026-06-01"} for name in names]
    return {"caption": "Revenue by creator", "columns": COLUMNS, "rows": rows, "currency": "EUR"}


def opened(*tables: dict, made_up: bool = False) -> openpyxl.Workbook:
    found = [Sheet(f"1.{number}", "What came back?", one) for number, one in enumerate(tables, 1)]
    return openpyxl.load_workbook(io.BytesIO(workbook(found, "Examplia: Spring", made_up)))


def test_numbers_are_numbers_and_days_are_days():
    page = opened(table("ana"))["1.1"]
    assert [cell.value for cell in page[4]] == ["Creator", "Revenue (EUR)", "Share", "First day"]
    assert [cell.value for cell in page[5]] == ["ana", 12.5, 0.25, dt.datetime(2026, 6, 1)]
    assert page["C5"].number_format == "0.00%"


@pytest.mark.parametrize("name", HOSTILE)
def test_no_cell_is_a_formula_or_a_link(name):
    book = opened({**table(name), "caption": name})
    cells = [cell for page in book for row in page.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert [cell for cell in cells if cell.hyperlink] == []


def test_controls_and_turned_text_are_shown_as_what_they_are():
    assert opened(table("a\u202eb\x07c"))["1.1"]["A5"].value == "a⟦U+202E⟧b⟦U+0007⟧c"


def test_what_is_missing_is_an_empty_cell():
    broken = table("ana")
    broken["rows"][0] |= {"revenue": None, "day": None}
    assert [cell.value for cell in opened(broken)["1.1"][5]] == ["ana", None, 0.25, None]


def test_the_contents_name_every_table_with_its_page_and_rows():
    page = opened(table("ana"), table("ben", "cem"), made_up=True)["Contents"]
    assert page["A2"].value == "SYNTHETIC DATA"
    assert [[cell.value for cell in row] for row in page.iter_rows(min_row=5)] == [
        ["1.1", "What came back?", "Revenue by creator", 1],
        ["1.2", "What came back?", "Revenue by creator", 2],
    ]


def test_made_up_numbers_say_so_on_every_sheet():
    for made_up in (True, False):
        book = opened(table("ana"), made_up=made_up)
        assert ["SYNTHETIC" in str(page["A2"].value) for page in book] == [made_up, made_up]


def test_the_same_tables_give_the_same_bytes():
    found = [Sheet("1.1", "What came back?", table("ana"))]
    assert workbook(found, "Spring", False) == workbook(found, "Spring", False)


def test_tables_stand_in_the_order_of_the_pages():
    cells = [
        v4.new_code_cell(outputs=[v4.new_output("display_data", {TABLE_MIME: table(name)})]) for name in ("a", "b")
    ]
    books = {"first": v4.new_notebook(cells=cells), "second": v4.new_notebook(cells=cells[:1])}
    found = sheets(books, {"first": "One?", "second": "Two?"})
    assert [(one.name, one.page, one.table["rows"][0]["creator"]) for one in found] == [
        ("1.1", "One?", "a"),
        ("1.2", "One?", "b"),
        ("2.1", "Two?", "a"),
    ]
    assert list(texts(found[:1])) == ["Revenue by creator", "a", "2026-06-01"]
