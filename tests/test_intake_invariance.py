"""What must hold for any file: nothing depends on its dress, its units or a damaged neighbour."""

import gzip
import io
from collections.abc import Sequence
from pathlib import Path

import openpyxl
from dirty_tables import GOOD, HEADER, MANY, Row, same, tables, text, whole
from hypothesis import assume, given
from hypothesis import strategies as st
from small_files import adds_up

from influence_lib.intake import FileError

DRESSES = {
    "a mark": lambda rows: text(rows).encode("utf-8-sig"),
    "utf-16 with a mark": lambda rows: text(rows).encode("utf-16"),
    "utf-16, low byte first": lambda rows: text(rows).encode("utf-16-le"),
    "utf-16, high byte first": lambda rows: text(rows).encode("utf-16-be"),
    "utf-32": lambda rows: text(rows).encode("utf-32"),
    "Windows letters": lambda rows: text(rows).encode("cp1252"),
    "semicolons": lambda rows: text(rows, delimiter=";").encode(),
    "tabs": lambda rows: text(rows, delimiter="\t").encode(),
    "bars": lambda rows: text(rows, delimiter="|").encode(),
    "Windows line ends": lambda rows: text(rows, end="\r\n").encode(),
    "all quoted": lambda rows: text(rows, quoted=True).encode(),
    "gzip": lambda rows: gzip.compress(text(rows).encode(), mtime=0),
    "the delimiter told": lambda rows: b"sep=;\n" + text(rows, delimiter=";").encode(),
    "title lines": lambda rows: b"Report\n\n" + text(rows).encode(),
}


def could_be_utf8(line: bytes) -> bool:
    """Tell whether a line with letters beyond ASCII is valid UTF-8."""
    return not line.isascii() and "\ufffd" not in line.decode(errors="replace")


@MANY
@given(rows=GOOD, dress=st.sampled_from(sorted(DRESSES)))
def test_the_dress_of_a_list_means_nothing(tmp_path: Path, rows: list[Row], dress: str) -> None:
    dressed = DRESSES[dress](rows)
    # Some pairs of Windows letters, such as ß€, are one letter of UTF-8 as well, and no reader could tell.
    assume(dress != "Windows letters" or not any(map(could_be_utf8, dressed.splitlines())))
    assert same(tables(tmp_path, text(rows).encode()), tables(tmp_path, dressed))


@MANY
@given(
    thousands=st.integers(1, 9_999), suffix=st.sampled_from(["k", " K", " Tsd.", "000", ",000", ".000", "'000", " 000"])
)
def test_a_count_is_the_same_in_thousands_and_in_full(tmp_path: Path, thousands: int, suffix: str) -> None:
    assume(thousands < 1_000 or suffix not in {",000", ".000", "'000", " 000"})
    content = f"Handle;Posted at;Likes\nada;2026-03-01;{thousands}{suffix}\n".encode()
    assert tables(tmp_path, content).frames["post_metrics"]["likes"].tolist() == [1000 * thousands]


@MANY
@given(cents=st.lists(st.integers(1, 10**7), min_size=1, max_size=5), mark=st.sampled_from(".,"))
def test_amounts_a_hundred_times_as_large_are_a_hundred_times_as_much(
    tmp_path: Path, cents: list[int], mark: str
) -> None:
    def total(amounts: list[str]) -> float:
        rows = [(f"o{n}", "2026-03-02", amount, "EUR") for n, amount in enumerate(amounts)]
        found = tables(tmp_path, text(rows, ("Order", "Date", "Amount", "Currency"), ";").encode(), "orders.csv")
        assert found.used == len(amounts)
        return float(found.frames["orders"]["net_revenue"].sum())

    parts = [f"{amount // 100}{mark}{amount % 100:02}" for amount in cents]
    assert round(100 * total(parts)) == total([str(amount) for amount in cents]) == sum(cents)


@MANY
@given(rows=GOOD, data=st.data())
def test_a_cell_left_out_or_spoilt_changes_no_other_row(tmp_path: Path, rows: list[Row], data: st.DataObject) -> None:
    row, place = data.draw(st.integers(0, len(rows) - 1)), data.draw(st.integers(0, len(HEADER) - 1))
    spoilt = data.draw(st.sampled_from(["", "many", "??", "0", "2026-13-45", "-5"]))
    changed = [
        tuple(spoilt if (line, column) == (row, place) else cell for column, cell in enumerate(cells))
        for line, cells in enumerate(rows)
    ]
    before = whole(tables(tmp_path, text(rows).encode()))
    try:
        after = whole(tables(tmp_path, text(changed).encode(), source="tracker"))
    except FileError as error:
        assert error.code == "ID_MANGLED" or place == 2
        return
    others = {f"{cells[1]}/{cells[2]}" for line, cells in enumerate(rows) if line != row}
    told = {key: value for key, value in after.items() if key in others}
    assert told == {key: before[key] for key in told}
    assert set(told) == others or place == 2


def book(rows: Sequence[Row]) -> bytes:
    """Return rows as a workbook."""
    made, content = openpyxl.Workbook(), io.BytesIO()
    for row in (HEADER, *rows):
        made.active.append(row)
    made.save(content)
    return content.getvalue()


ROWS: list[Row] = [
    ("@ada", "instagram", "p1", "2026-03-01T09:00:00Z", "1,340", "21", "25k", "yes", "Café, with milk"),
    ("@ben", "tiktok", "p2", "2026-03-02 10:30", "295", "--", "", "no", 'say "hi"\nthere'),
    ("@eva", "instagram", "p3", "2026-03-03", "510", "44", "8400", "", "🧶"),
]
FILES = {
    "tracker.csv": text(ROWS).encode(),
    "wide.csv": text(ROWS).encode("utf-16"),
    "tracker.csv.gz": gzip.compress(text(ROWS).encode(), mtime=0),
    "tracker.xlsx": book(ROWS),
}


@MANY
@given(
    name=st.sampled_from(sorted(FILES)),
    flips=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(1, 255)), min_size=1, max_size=3),
    end=st.floats(0.3, 1),
)
def test_a_damaged_file_is_refused_or_adds_up(
    tmp_path: Path, name: str, flips: list[tuple[float, int]], end: float
) -> None:
    damaged = bytearray(FILES[name])
    for where, change in flips:
        damaged[int(where * len(damaged))] ^= change
    try:
        found = tables(tmp_path, bytes(damaged[: max(1, int(end * len(damaged)))]), name)
    except FileError as error:
        assert str(tmp_path) not in str(error)
        return
    assert adds_up(found)
