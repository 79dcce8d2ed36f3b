"""All tables of a report in one workbook, for whoever goes on counting: text stays text, numbers stay numbers."""

import datetime as dt
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import nbformat
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from influence_lib.findings import TABLE_MIME, TEXT_KINDS
from influence_lib.language import say
from influence_lib.report.layout import clean
from influence_lib.report.page import outputs
from influence_lib.report.parts import finite

Json = Mapping[str, Any]

# Kinds of numbers (see metrics.show) as a spreadsheet shows them.
FORMATS = {
    "count": "#,##0",
    "days": "0",
    "decimal": "0.00",
    "percent": "0.00%",
    "whole_percent": "0%",
    "signed_percent": "+0.0%;-0.0%;0%",
    "change": "0.0%",
    "probability": "0%",
    "money": "#,##0.00",
    "money_whole": "#,##0",
    "money_ratio": "0.00",
    "date": "yyyy-mm-dd",
}
PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
# The same tables give the same bytes.
CREATED = dt.datetime(2000, 1, 1)
CONTENTS_WIDTHS = (12, 34, 90, 10)
WIDEST = 60


@dataclass(frozen=True)
class Sheet:
    """One table with the page and the number under which a reader finds it there."""

    name: str
    page: str
    table: Json

    @property
    def caption(self) -> str:
        """Return the table's caption."""
        return clean(str(self.table.get("caption") or self.name))


def sheets(notebooks: Mapping[str, nbformat.NotebookNode], titles: Mapping[str, str]) -> list[Sheet]:
    """Return the tables of executed notebooks in the order of their pages."""
    found = []
    for place, (name, notebook) in enumerate(notebooks.items(), 1):
        tables = [data[TABLE_MIME] for data in outputs(notebook) if TABLE_MIME in data]
        found += [Sheet(f"{place}.{number}", titles[name], table) for number, table in enumerate(tables, 1)]
    return found


def texts(tables: list[Sheet]) -> Iterator[str]:
    """Yield every text that the workbook holds."""
    for sheet in tables:
        yield sheet.caption
        yield from (value for row in sheet.table["rows"] for value in row.values() if isinstance(value, str))


def workbook(tables: list[Sheet], title: str, made_up: bool) -> bytes:
    """Return an XLSX file: a sheet of contents, then one sheet a table. No cell is a formula or a link."""
    raw = io.BytesIO()
    with xlsxwriter.Workbook(raw, PLAIN) as book:
        book.set_properties({"title": clean(title), "created": CREATED})
        strong = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        formats = {kind: book.add_format({"num_format": pattern}) for kind, pattern in FORMATS.items()}
        _contents(book.add_worksheet(say("Contents")), tables, title, made_up, strong)
        for sheet in tables:
            _table(book.add_worksheet(sheet.name), sheet, made_up, strong, formats)
    return raw.getvalue()


def _contents(page: Worksheet, tables: list[Sheet], title: str, made_up: bool, strong: Format) -> None:
    """Write the list of all sheets."""
    page.write_string(0, 0, clean(title), strong)
    if made_up:
        page.write_string(1, 0, say("SYNTHETIC DATA"), strong)
    for column, (label, width) in enumerate(zip(("Sheet", "Page", "Table", "Rows"), CONTENTS_WIDTHS, strict=True)):
        page.set_column(column, column, width)
        page.write_string(3, column, say(label), strong)
    for row, sheet in enumerate(tables, 4):
        for column, text in enumerate((sheet.name, sheet.page, sheet.caption)):
            page.write_string(row, column, clean(text))
        page.write_number(row, 3, len(sheet.table["rows"]))


def _table(page: Worksheet, sheet: Sheet, made_up: bool, strong: Format, formats: Mapping[str, Format]) -> None:
    """Write one table below its caption, with all its rows and columns."""
    columns, currency = sheet.table["columns"], sheet.table.get("currency")
    page.write_string(0, 0, sheet.caption)
    page.write_string(1, 0, f"{say('SYNTHETIC DATA')} · {sheet.page}" if made_up else sheet.page)
    for place, column in enumerate(columns):
        money = f" ({currency})" if currency and str(column["kind"]).startswith("money") else ""
        page.write_string(3, place, clean(str(column["label"])) + money, strong)
        page.set_column(place, place, min(WIDEST, max([12, *_widths(sheet.table["rows"], column)])))
    for row, record in enumerate(sheet.table["rows"], 4):
        for place, column in enumerate(columns):
            _cell(page, row, place, record.get(column["name"]), str(column["kind"]), formats)
    page.freeze_panes(4, 1)


def _widths(rows: list[Json], column: Json) -> Iterator[int]:
    """Yield how wide the text cells of a column are."""
    if column["kind"] in TEXT_KINDS:
        yield from (len(str(row.get(column["name"]) or "")) + 1 for row in rows)


def _cell(page: Worksheet, row: int, place: int, value: Any, kind: str, formats: Mapping[str, Format]) -> None:
    """Write one value: a number as a number, a day as a day, everything else as text; nothing where it is missing."""
    if value is None:
        return
    if kind == "date" and isinstance(value, str):
        page.write_datetime(row, place, dt.datetime.fromisoformat(value[:10]), formats["date"])
    elif isinstance(value, bool) or not finite(value):
        page.write_string(row, place, clean(say(str(value)) if kind == "word" else str(value)))
    else:
        page.write_number(row, place, value, formats.get(kind))
