"""Strings that break other programs, in every place where a file or a person can put a text.

Our own list: numbers, scripts, direction signs, markup, formulas, shell, SQL, paths, device names, personal data.
"""

import csv
import html
import io
import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from small_files import campaign, write

from influence_lib import intake
from influence_lib.campaign import CampaignError, FileParameters, InputError
from influence_lib.intake import FileError, FileReading
from influence_lib.intake.privacy import mask
from influence_lib.intake.typed import clean, code, handle, is_unknown
from influence_lib.report.downloads import safe_cell

STRINGS: list[str] = json.loads((Path(__file__).parent / "fixtures/intake/naughty.json").read_text(encoding="utf-8"))
HEADER = ["Post ID", "Handle", "Posted at", "Likes", "Caption", "Sponsor", "Campaign"]


def made(rows: list[list[str]], header: list[str] = HEADER) -> str:
    """Return rows as a CSV in which every cell is quoted."""
    sink = io.StringIO(newline="")
    csv.writer(sink, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([header, *rows])
    return sink.getvalue()


def tracker(column: str) -> list[list[str]]:
    """Return one post a string, with the string under one column."""
    usual = {"Handle": "@ada", "Posted at": "2026-03-01T09:07:00Z", "Likes": "5", "Caption": "x", "Sponsor": "y"}
    rows = [{**usual, "Post ID": f"p{number}", column: string} for number, string in enumerate(STRINGS)]
    return [[row.get(name, "") for name in HEADER] for row in rows]


def read(folder: Path, rows: list[list[str]], header: list[str] = HEADER, **keys: Any) -> FileReading:
    """Return what a list of posts or orders gives, whatever the number of rows set aside."""
    loaded = campaign(folder, {"list.csv": made(rows, header)}, quarantine_limit=1.0, **keys)
    return intake.read_file(loaded.files[0], loaded)


def fates(found: FileReading, table: str, column: str, key: str = "post_id") -> dict[str, str]:
    """Return for each post or order what a column says."""
    rows = found.frames[table]
    return {str(one).rpartition("/")[2]: text for one, text in zip(rows[key], rows[column], strict=True)}


def test_every_string_survives_as_a_caption_but_for_what_is_personal_or_means_unknown(tmp_path: Path) -> None:
    found = read(tmp_path, tracker("Caption"))
    assert (found.used, found.set_aside) == (len(STRINGS), 0)
    captions = fates(found, "posts", "caption")
    for number, string in enumerate(STRINGS):
        text = captions[f"p{number}"]
        if is_unknown(clean(string)):
            assert text != text
        else:
            assert text == mask(html.unescape(clean(string)))


@pytest.mark.parametrize("column", ["Sponsor", "Campaign"])
def test_every_string_survives_as_a_name_of_a_sponsor_or_a_campaign(tmp_path: Path, column: str) -> None:
    found = read(tmp_path, tracker(column))
    texts = fates(found, "posts", {"Sponsor": "sponsor_brand", "Campaign": "campaign_id"}[column])
    assert found.used == len(STRINGS)
    for number, string in enumerate(STRINGS):
        text = texts[f"p{number}"]
        assert text == mask(html.unescape(clean(string))) or (text != text and is_unknown(clean(string)))


def test_every_string_is_a_handle_or_its_row_is_set_aside_with_a_reason(tmp_path: Path) -> None:
    found = read(tmp_path, tracker("Handle"))
    handles = fates(found, "posts", "influencer_id")
    aside = {fault.line for fault in found.quarantine}
    assert found.rows == len(handles) + len(aside)
    for number, string in enumerate(STRINGS):
        if f"p{number}" in handles:
            told = handle(clean(string))
            assert handles[f"p{number}"] == told or ("@" in told and handles[f"p{number}"].startswith("creator-"))
    assert {fault.code for fault in found.quarantine} <= {"MISSING_REQUIRED", "SEVERAL_CREATORS"}
    assert all("example.com" not in fault.value for fault in found.quarantine)


@pytest.mark.parametrize("column", ["Likes", "Posted at", "Post ID"])
def test_no_string_breaks_a_number_a_date_or_an_id(tmp_path: Path, column: str) -> None:
    rows = [row for row in tracker(column) if row[2] not in {"01/02/2026"}]
    found = read(tmp_path, rows)
    assert found.rows == found.used + found.set_aside + sum(found.dropped.values())
    likes = found.frames["post_metrics"]["likes"].dropna()
    assert ((likes >= 0) & (likes < 10**15)).all()


def test_every_string_is_a_discount_code_in_capitals(tmp_path: Path) -> None:
    header = ["Order", "Date", "Amount", "Code"]
    rows = [[f"o{number}", "2026-03-02", "5", string] for number, string in enumerate(STRINGS)]
    found = read(tmp_path, rows, header)
    codes = fates(found, "orders", "codes", "order_id")
    assert len(codes) == len(STRINGS)
    assert all(text == code(text) for text in codes.values())
    assert codes[f"o{STRINGS.index('null')}"] == "NULL"


def test_every_string_can_be_a_header_that_nobody_reads(tmp_path: Path) -> None:
    taken = {"handle"}
    for first in range(0, len(STRINGS), 20):
        extra = [text for text in STRINGS[first : first + 20] if text.casefold() not in taken]
        try:
            found = read(tmp_path, [["p1", "@ada", "2026-03-01", "5", "x", "y", "", *extra]], [*HEADER, *extra])
        except FileError as error:
            assert error.code == "NO_HEADER"
        else:
            assert found.frames["post_metrics"]["likes"].tolist() == [5]


def test_no_string_names_a_campaign_outside_its_folder(tmp_path: Path) -> None:
    loaded = campaign(tmp_path, {"list.csv": made(tracker("Caption")[:1])})
    good = Path(tmp_path / "spring.yml").read_text(encoding="utf-8")
    for string in STRINGS:
        file = tmp_path / "spring.yml"
        file.write_text(good.replace('"spring"', json.dumps(string)), encoding="utf-8")
        with pytest.raises(CampaignError):
            type(loaded).load(file)


@pytest.mark.parametrize("key", ["path", "platform"])
def test_no_string_in_an_entry_breaks_the_reading(tmp_path: Path, key: str) -> None:
    for string in STRINGS:
        try:
            loaded = campaign(tmp_path, {"list.csv": made(tracker("Caption")[:1])}, list={key: string})
            intake.read_file(loaded.files[0], loaded)
        except InputError as error:
            assert str(error)


def test_a_file_may_have_any_name_that_a_system_takes(tmp_path: Path) -> None:
    for string in STRINGS:
        if len(string) > 80 or "/" in string or "\x00" in string:
            continue
        file = write(tmp_path / f"{string}.csv", made(tracker("Caption")[:1]))
        assert len(intake.recognise(file, FileParameters(path="named")).sheet) == 1


def test_no_string_is_a_live_formula_in_a_list_for_a_spreadsheet() -> None:
    for string in STRINGS:
        cell = unicodedata.normalize("NFKC", safe_cell(string)).lstrip()
        live = cell.startswith(("=", "+", "@", "\t", "\r")) or (cell.startswith("-") and not cell[1:2].isdigit())
        assert not live, cell
