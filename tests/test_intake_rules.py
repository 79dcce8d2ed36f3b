"""Every guard of the intake is needed: with it a small file is answered one way, without it another."""

import csv
import gzip
import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from small_files import POSTS, SHOPIFY, TRACKER, campaign, write

from influence_lib import checking, intake
from influence_lib.campaign import Campaign, InputError
from influence_lib.intake import (
    combine,
    delimited,
    grid,
    guards,
    moments,
    money,
    numerals,
    privacy,
    reading,
    repeats,
    suspicions,
    typed,
    workbooks,
)
from influence_lib.report import downloads
from influence_lib.tables import TableError

HEAD = "Handle,Posted at,Likes\n"
ORDERS = "order_id,created_at,code,gross,currency,status\n"
COSTS = "handle,amount,campaign,paid_at\n"
NEVER = re.compile("(?!)")


@dataclass(frozen=True)
class Guard:
    """A guard: how it is switched off, the small file it watches, and what the answer then is.

    `off` are (where, name, replacement); `keys` go to the YAML, a `tracker`, `orders` or `costs` to the file's entry.
    """

    name: str
    off: tuple[tuple[Any, str, Any], ...]
    content: Any
    answer: str
    file: str = "tracker.csv"
    keys: dict[str, Any] = field(default_factory=dict)
    look: Callable[[Path, "Guard"], str] | None = None


def told(folder: Path, guard: Guard) -> str:
    """Return what becomes of the file in a campaign: the rows, the reasons, and the sum of its first number."""
    loaded = campaign(folder, {guard.file: guard.content}, **guard.keys)
    try:
        found = intake.read_file(loaded.files[0], loaded)
    except InputError as error:
        return str(getattr(error, "code", "refused"))
    reasons = sorted([*found.set_aside_by_reason, *(code for code, rows in found.dropped.items() if rows)])
    sums = checking.totals(found)
    number = next((sums[name] for name in ("likes", "net_revenue", "amount") if name in sums), None)
    return " ".join([f"{found.used} rows", *reasons, f"= {number:g}" if number is not None else ""]).strip()


def warned(folder: Path, guard: Guard) -> str:
    """Return the codes of the warnings of a file looked at alone."""
    answer = checking.check_file(write(folder / guard.file, guard.content), None)
    return " ".join([answer["disposition"], *sorted(answer["reasons"])])


def loaded(folder: Path, guard: Guard) -> str:
    """Return the captions, handles and post ids of all tables of a campaign."""
    try:
        data = intake.load(campaign(folder, {guard.file: guard.content}, **guard.keys)).tables
    except (InputError, TableError) as error:
        return type(error).__name__
    texts = pd.concat([data.posts["influencer_id"], data.posts["caption"].dropna()])
    return "named" if texts.str.contains("ada").any() else "not named"


def masked(folder: Path, guard: Guard) -> str:
    """Return the captions and set-aside values of a file."""
    made = campaign(folder, {guard.file: guard.content}, **guard.keys)
    found = intake.read_file(made.files[0], made)
    return " / ".join([*found.frames["posts"]["caption"], *(fault.value for fault in found.quarantine)])


def unreached(folder: Path, guard: Guard) -> str:
    """Return how many posts of a file have an unknown reach."""
    made = campaign(folder, {guard.file: guard.content}, **guard.keys)
    reach = intake.read_file(made.files[0], made).frames["post_metrics"]["reach"]
    return f"{reach.isna().sum()} posts of unknown reach"


def bomb(rows: list[list[str]]) -> bytes:
    """Return a workbook with a part that unpacks to far more than a table."""
    content = io.BytesIO()
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(content)
    with zipfile.ZipFile(content, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/more.bin", b"0" * 20_000_000)
    return content.getvalue()


def forgiving(lines: Any, **form: Any) -> Any:
    """Return a CSV reader that minds no open quote."""
    return READER(lines, **{**form, "strict": False})


def stretched(sorting: Any, line: int, cells: list[str]) -> None:
    """Take a row after cutting or filling it to the width of the header."""
    width = len(sorting.header)
    TAKE(sorting, line, [*cells[:width], *[""] * (width - len(cells))])


READER, TAKE = csv.reader, grid._Sorting.take


def any_number(text: str, mark: numerals.Mark) -> numerals.Number:
    """Return a count without a look at its sign or fraction."""
    return numerals._number(numerals.plain(text), mark, True)


def home(currency: pd.Series, rows: Any = None, context: Any = None) -> pd.Series:
    """Return 1 for the rate of every currency."""
    return pd.Series(1.0, currency.index, dtype="Float64")


def rows_of(*cells: str) -> str:
    """Return a tracker with one post a cell of likes."""
    return HEAD + "".join(f"@ada,2026-03-0{number},{cell}\n" for number, cell in enumerate(cells, 1))


MANY = "".join(f"@ada,2026-03-{number:02},many\n" for number in range(1, 13))
TWICE = f"{TRACKER},Caption\n" + "".join(f"@ada,instagram,{key},2026-03-01T09:07:00Z,40,1,Bread\n" for key in "ab")
MAIL = f"{TRACKER},Caption\n@ada,instagram,a,2026-03-01,40,1,mail ada@example.com\n"
SPLIT = f"{SHOPIFY}#1,,paid,EUR,10,0,0,10,A,0,2026-03-02,1,x,,\n"
GUARDS = (
    Guard("ambiguous dates", ((moments, "date_order", lambda cells: "day_first"),),
          HEAD + "@ada,03/04/2026,5\n", "AMBIGUOUS_DATE"),
    Guard("years of two digits", ((moments, "_year_may_be_first", lambda found: False),),
          HEAD + "@ada,26-03-05,5\n@ada,26-03-13,6\n", "AMBIGUOUS_DATE"),
    Guard("ambiguous decimals", ((numerals, "_decimal", lambda digits, mark, whole: "."),),
          ORDERS + "o1,2026-03-02,A,1.234,EUR,paid\n", "0 rows AMBIGUOUS_NUMBER = 0", "orders.csv"),
    Guard("digits that white space parts", ((numerals, "plain", lambda text: "".join(text.split())),),
          rows_of("12 34", "5"), "1 rows NOT_A_NUMBER = 5"),
    Guard("hidden likes", ((typed, "HIDDEN", frozenset()),), rows_of("-1", "5"), "2 rows = 5"),
    Guard("totals rows", ((reading, "TOTALS", NEVER),), rows_of("5") + "Total,,5\n", "1 rows TOTALS_ROW = 5"),
    Guard("exact duplicates", ((repeats, "_again", lambda columns, at: at < 0),),
          HEAD + "@ada,2026-03-01,5\n" * 2, "1 rows DUPLICATE = 5"),
    Guard("the same post under another id",
          ((repeats, "_same_post", lambda frame, *_: frame["_line"].to_numpy() < 0),),
          TWICE, "1 rows SAME_POST_OTHER_ID = 40"),
    Guard("one post in two spellings", ((repeats, "_repeated", lambda frame: 0),),
          POSTS + POSTS.splitlines()[1].replace("@ada", "Ada") + "\n", "3 rows DUPLICATE = 1145"),
    Guard("conflicting duplicates", ((repeats, "refuse_contradictions", lambda *_: None),),
          POSTS + POSTS.splitlines()[1].replace("340", "350") + "\n", "CONFLICTING_DUPLICATE"),
    Guard("a second table", ((grid._Sorting, "refuse_second_table", lambda *_: None),),
          POSTS + "\nDate,Followers\n2026-03-01,1\n2026-03-02,2\n", "TWO_TABLES"),
    Guard("unclosed quotes", ((delimited.csv, "reader", forgiving),),
          POSTS.replace("p2", '"p2'), "2 rows UNCLOSED_QUOTE = 850"),
    Guard("short rows", ((grid._Sorting, "take", stretched),),
          POSTS + "@eva,instagram,p4,2026-03-05,7\n", "3 rows MISSING_CELL = 1145"),
    Guard("long rows", ((grid._Sorting, "take", stretched),),
          POSTS + "@eva,instagram,p4,2026-03-05,7,1,2\n", "3 rows EXTRA_CELL = 1145"),
    Guard("rows in another encoding",
          ((delimited, "_not_utf8", lambda content: delimited.Text(content.decode("cp1252").encode(), "utf-8")),),
          POSTS.replace("p1", "é").encode() + "@eva,instagram,ü,2026-03-05,7,1\n".encode("cp1252"),
          "3 rows ENCODING = 1145"),
    Guard("ids a spreadsheet has rounded", ((typed, "_identity", typed.Cell),),
          POSTS.replace("p1", "1.79E+16"), "2 rows ID_MANGLED = 805"),
    Guard("ids with fifteen digits and zeros", ((reading, "_refuse_rounded_ids", lambda *_: None),),
          POSTS.replace(",p", ",17841400396123").replace(",178414003961231,", ",178414003961231000,")
          .replace(",178414003961232,", ",178414003961232000,").replace(",178414003961233,", ",178414003961233000,"),
          "ID_MANGLED"),
    Guard("several creators", ((typed, "_handle", lambda text: typed.Cell(typed.handle(text))),),
          HEAD + '"@ada, @ben",2026-03-01,5\n', "0 rows SEVERAL_CREATORS = 0"),
    Guard("negative counts", ((numerals, "count", any_number),), rows_of("-34", "5"), "1 rows NEGATIVE_COUNT = 5"),
    Guard("counts with a fraction", ((numerals, "count", any_number),), rows_of("3.5", "5"), "1 rows NOT_INTEGER = 5"),
    Guard("another currency", ((money, "_rates", home),),
          ORDERS + "o1,2026-03-02,A,10,EUR,paid\no2,2026-03-02,A,1000,JPY,paid\n", "2 rows = 30",
          "orders.csv", {"currency": "EUR", "exchange_rates": {"JPY": 0.02}}),
    Guard("a currency beside another", ((reading, "_two_currencies", lambda *_: []),),
          ORDERS + "o1,2026-03-02,A,$10,EUR,paid\no2,2026-03-02,A,20,EUR,paid\n",
          "1 rows CURRENCY_CONFLICT = 20", "orders.csv"),
    Guard("cancelled and unpaid orders", ((money, "NOT_COUNTED", {}),),
          ORDERS + "o1,2026-03-02,A,10,EUR,cancelled\no2,2026-03-02,A,20,EUR,pending\no3,2026-03-02,A,5,EUR,paid\n",
          "1 rows CANCELLED NOT_PAID = 5", "orders.csv"),
    Guard("line items", ((reading, "_without_line_items", lambda found, keep, mapped: (keep, 0)),),
          ORDERS + "o1,2026-03-02,A,10,EUR,paid\no1,,,,,\n", "1 rows LINE_ITEM_ROWS = 10", "orders.csv"),
    Guard("rows after the day of the report",
          ((reading, "_without_later", lambda frame, campaign: (frame, Counter())),),
          HEAD + "@ada,2026-05-01,5\n@ada,2026-03-01,6\n", "1 rows AFTER_AS_OF = 6"),
    Guard("costs of another campaign", ((Campaign, "labels", property(lambda self: set())),),
          COSTS + "@ada,50,other,2026-03-01\n@ada,20,spring,2026-03-01\n", "1 rows OTHER_CAMPAIGN = 20", "costs.csv"),
    Guard("the limit of rows set aside", ((reading, "_within_limit", lambda found, limit: found),),
          HEAD + MANY, "TOO_MANY_SET_ASIDE"),
    Guard("a gzip that unpacks to too much", ((guards, "UNPACK_LIMIT", 10**9),),
          gzip.compress(POSTS.encode() + b"\n" * 20_000_000, mtime=0), "TOO_LARGE"),
    Guard("a workbook that unpacks to too much", ((workbooks, "_refuse_bombs", lambda *_: None),),
          bomb([["Handle", "Posted at", "Likes"], ["@ada", "2026-03-01", "5"]]), "TOO_LARGE", "tracker.xlsx"),
    Guard("too many columns", ((grid, "MOST_COLUMNS", 10**9),),
          HEAD.strip() + "".join(f",c{n}" for n in range(20_000)) + "\n@ada,2026-03-01,5" + ",1" * 20_000 + "\n",
          "TOO_MANY_COLUMNS"),
    Guard("a column that stands there twice", ((reading, "refuse_twin_headers", lambda *_: None),),
          "Handle,Posted at,Likes,LIKES\n@ada,2026-03-01,5,9\n", "DUPLICATE_COLUMN"),
    Guard("a post without an id among posts with ids", ((reading, "_missing_ids", lambda *_: []),),
          POSTS + "@ada,instagram,,2026-03-09,5,1\n", "3 rows MISSING_REQUIRED = 1145"),
    Guard("marks of a spreadsheet before a cell", ((typed, "MARKED", NEVER),), rows_of("'12", "5"), "2 rows = 17"),
    Guard("a column of zero reach", ((reading, "_without_zero_columns", lambda frame: (frame, [])),),
          "Handle,Posted at,Likes,Reach\na,2026-03-01,1,0\nb,2026-03-02,2,0\n", "2 posts of unknown reach",
          look=unreached),
    Guard("dates years ahead", ((reading, "_far_ahead", lambda *_: []),),
          HEAD + "@ada,2090-03-01,5\n@ben,2026-03-01,6\n@eva,2026-03-01,7\n", "quarantine DATE_IN_FUTURE", look=warned),
    Guard("amounts in cents", ((suspicions, "_cents", lambda *_: 0),),
          ORDERS + "".join(f"o{n},2026-03-02,A,{4990 + n},EUR,paid\n" for n in range(5)),
          "warn MAYBE_MINOR_UNITS", "orders.csv", look=warned),
    Guard("likes that tools write as 3", ((suspicions, "_hidden", lambda *_: 0),),
          rows_of("3", "3").replace("@ada,2026-03-02", "@ada,2026-03-05") + "@ben,2026-03-01,9\n",
          "warn HIDDEN_LIKES_SUSPECT", look=warned),
    Guard("numbers that fall", ((suspicions, "_fallen", lambda *_: 0),),
          "Handle,Post ID,Posted at,Checked at,Likes\n" + "".join(
              f"@{who},{who},2026-03-01,2026-03-{day},{likes}\n"
              for who in ("ada", "ben") for day, likes in (("10", 90), ("20", 50))),
          "warn METRIC_DECREASED", look=warned),
    Guard("garbled letters", ((suspicions, "_garbled", lambda *_: 0),),
          f"{TRACKER},Caption\n@ada,instagram,a,2026-03-01,40,1,CafÃ©\n@ben,instagram,b,2026-03-01,4,1,x\n",
          "warn MOJIBAKE", look=warned),
    Guard("personal data in captions", ((privacy, "mask", lambda text: text),),
          MAIL, "mail [masked]", look=masked),
    Guard("personal data in values set aside", ((reading, "mask", lambda text: text),),
          MAIL + "@ben,instagram,b,2026-03-01,ben@example.com,1,x\n", "mail [masked] / [masked]", look=masked),
    Guard("names of creators", ((combine, "without_names", lambda frames, *_: dict(frames)),),
          POSTS, "not named", keys={"creator_names": "hashed"}, look=loaded),
    Guard("formulas in a list for a spreadsheet", ((downloads, "FORMULA_STARTS", ()),), "", "'=1+1",
          look=lambda folder, guard: downloads.safe_cell("=1+1")),
)  # fmt: skip


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.name)
def test_without_its_guard_a_file_is_answered_otherwise(
    tmp_path: Path, guard: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = guard.look or told
    assert look(tmp_path, guard) == guard.answer
    for place, name, replacement in guard.off:
        assert hasattr(place, name)
        monkeypatch.setattr(place, name, replacement)
    try:
        unguarded = look(tmp_path, guard)
    except Exception as error:
        # Without its guard the file may break what comes after it, which is an answer as well.
        unguarded = type(error).__name__
    assert unguarded != guard.answer


def test_a_file_too_large_is_refused_before_it_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    guard = Guard("size", (), POSTS, "3 rows = 1145")
    assert told(tmp_path, guard) == guard.answer
    monkeypatch.setattr(guards, "SIZE_LIMIT", 10)
    assert told(tmp_path, guard) == "TOO_LARGE"


def test_no_two_guards_have_one_name() -> None:
    names = [guard.name for guard in GUARDS]
    assert len(set(names)) == len(names)
