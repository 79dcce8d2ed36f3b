"""`influence check`: what became of one file, and which questions a campaign's files can answer."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from small_files import POSTS, write

from influence_lib import checking, intake
from influence_lib.analysis import readiness
from influence_lib.analysis.readiness import QUESTIONS
from influence_lib.campaign import Campaign
from influence_lib.cli import main

NAMES = {"a" * 40: 1, "b.csv": 0}
ORDERS = "order_id,created_at,promo_code,gross,currency,status\n"


def answer(folder: Path, content: str | bytes, kind: str | None = "posts", name: str = "x.csv") -> dict[str, Any]:
    """Return what became of one file."""
    return checking.check_file(write(folder / name, content), kind)


def test_a_clean_file_is_accepted_with_its_sums(tmp_path: Path) -> None:
    found = answer(tmp_path, POSTS)
    assert (found["disposition"], found["reasons"]) == ("accept", [])
    assert (found["rows_in"], found["rows_ok"], found["rows_quarantined"], found["rows_dropped"]) == (3, 3, 0, 0)
    assert (found["totals"]["likes"], found["totals"]["distinct_posts"], found["totals"]["distinct_handles"]) == (
        1145,
        3,
        2,
    )
    assert found["totals"]["first"] == "2026-03-01T09:00:00+00:00"


@pytest.mark.parametrize(
    ("change", "disposition", "reasons", "likes"),
    [
        (("340", "1.2k"), "normalise", ["ROUNDED_COUNT"], 1200 + 295 + 510),
        (("340", "--"), "normalise", ["MISSING"], 805),
        (("340", "#N/A"), "normalise", ["EXCEL_ERROR"], 805),
        (("340", "-1"), "normalise", ["HIDDEN_LIKES"], 805),
        (("340", "34.5"), "quarantine", ["NOT_INTEGER"], 805),
        (("2026-03-01T09:00:00Z", "2026-03-01 09:00"), "warn", ["NAIVE_TIME"], 1145),
        (("2026-03-01T09:00:00Z", "01.03.2026"), "normalise", [], 1145),
        (("2026-03-01T09:00:00Z", "1970-01-01"), "quarantine", ["DATE_TOO_OLD"], 805),
    ],
)
def test_each_change_is_told_by_the_gravest_thing_that_happened(
    tmp_path: Path, change: tuple[str, str], disposition: str, reasons: list[str], likes: int
) -> None:
    found = answer(tmp_path, POSTS.replace(*change))
    assert (found["disposition"], found["reasons"], found["totals"]["likes"]) == (disposition, reasons, likes)
    assert found["rows_in"] == found["rows_ok"] + found["rows_quarantined"] + found["rows_dropped"]


def test_a_row_set_aside_is_told_with_its_line_value_and_advice(tmp_path: Path) -> None:
    row = answer(tmp_path, POSTS.replace("295", "many"))["quarantine"][0]
    assert (row["line"], row["column"], row["value"], row["reason"]) == (3, "Likes", "many", "NOT_A_NUMBER")
    assert row["advice"] == "write a plain number, or leave the cell empty if unknown"


def test_of_two_readings_of_a_post_the_last_numbers_count(tmp_path: Path) -> None:
    text = "Handle,Post ID,Posted at,Checked at,Likes\na,1,2026-03-01,2026-03-20,12\na,1,2026-03-01,2026-03-10,10\n"
    assert answer(tmp_path, text)["totals"]["likes"] == 12


def test_a_cancelled_order_is_read_well_and_earns_nothing(tmp_path: Path) -> None:
    found = answer(tmp_path, f"{ORDERS}o1,2026-03-02,A,49.90,EUR,paid\no2,2026-03-02,A,64.60,EUR,cancelled\n", "orders")
    assert (found["rows_ok"], found["reasons"]) == (2, ["CANCELLED"])
    assert (found["totals"]["gross"], found["totals"]["net_revenue"]) == (114.5, 49.9)


def test_amounts_of_several_currencies_are_not_added_up(tmp_path: Path) -> None:
    rows = "o1,2026-03-02,,10,EUR,paid\no2,2026-03-02,,20,EUR,paid\no3,2026-03-02,,500,USD,paid\n"
    found = answer(tmp_path, ORDERS + rows, "orders")
    assert (found["disposition"], found["totals"]["gross"]) == ("warn", 30)
    assert "MIXED_CURRENCY" in found["reasons"]


def test_the_costs_of_a_file_looked_at_alone_belong_to_no_other_campaign(tmp_path: Path) -> None:
    found = answer(tmp_path, "campaign_id,handle,amount,currency,paid_at\nc1,@ada,0,EUR,2026-03-15\n", "payments")
    assert (found["disposition"], found["rows_ok"], found["reasons"]) == ("warn", 1, ["ZERO_SPEND"])


def test_a_file_with_a_header_only_is_a_warning(tmp_path: Path) -> None:
    found = answer(tmp_path, POSTS.splitlines()[0] + "\n")
    assert (found["disposition"], found["reasons"], found["rows_in"]) == ("warn", ["NO_ROWS"], 0)
    assert "column names and no rows below them" in checking.file_text(found)


@pytest.mark.parametrize(
    ("content", "kind", "code"),
    [(b"\x89PNG", "posts", "WRONG_TYPE"), (POSTS, "orders", "MISSING_COLUMN"), (b"", "posts", "EMPTY")],
)
def test_what_cannot_be_read_is_refused_with_exit_code_2(
    tmp_path: Path, content: str | bytes, kind: str, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(tmp_path / "x.csv", content)
    with pytest.raises(SystemExit) as stopped:
        main(["check", "--file", str(file), "--as", kind, "--json"])
    told = json.loads(capsys.readouterr().out)
    assert (stopped.value.code, told["disposition"], told["reasons"]) == (2, "refuse", [code])
    assert str(tmp_path) not in told["message"]


def test_a_file_with_rows_set_aside_still_exits_with_0(tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["check", "--file", str(write(tmp_path / "x.csv", POSTS.replace("340", "many"))), "--as", "posts"])
    assert stopped.value.code == 0


def test_a_campaign_is_told_with_its_files_and_the_questions_they_can_answer(parameters: Callable[..., Path]) -> None:
    file = parameters(margin="")
    found = checking.check_campaigns(file.parent, [file.stem], None)[0]
    assert found["questions"]["What did the campaign cost?"] == "yes"
    assert found["questions"]["Which creators pay back?"] == "no: The margin"
    assert len(found["questions"]) == len(QUESTIONS)
    assert all(part["rows"] == part["used"] + part["set_aside"] + part["dropped"] for part in found["files"])
    assert "tracker spreadsheet" in checking.campaign_text(found)


def test_check_gives_the_answers_of_the_page_about_the_data(parameters: Callable[..., Path]) -> None:
    data = intake.load(Campaign.load(parameters()))
    card = readiness.card(data.tables, data.campaign, data.files)
    told = [said.partition(":")[0] for said in checking.questions(data).values()]
    assert told == [one.answer for one in card]
    assert {"partly", "yes"} <= set(told)


def test_names_of_files_longer_than_usual_stay_in_line() -> None:
    files = [{"path": name, "label": "posts", "used": 1, "rows": rows, "reasons": []} for name, rows in NAMES.items()]
    answer = {"campaign": "c", "sentence": "s", "files": files, "notes": [], "questions": {"Any?": "yes"}}
    lines = checking.campaign_text(answer).splitlines()[1:3]
    assert lines == [f"  {'a' * 40}  posts: 1 of 1 row used", f"  b.csv{' ' * 37}posts: no rows"]


def test_a_campaign_that_cannot_be_used_does_not_keep_the_others_from_being_told(
    parameters: Callable[..., Path],
) -> None:
    folder = parameters().parent
    (folder / "broken.yml").write_text("campaign_id: broken\n", encoding="utf-8")
    found = {part["campaign"]: part for part in checking.check_campaigns(folder, [], None)}
    assert "brand: missing" in found["broken"]["error"]
    assert "error" not in found["small_one"]
