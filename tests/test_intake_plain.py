"""The quick way reads as the long way does: same values, same faults, same remarks."""

import zoneinfo
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_files import POSTS, TRACKER, adds_up, read

from influence_lib.intake import moments, plain, privacy, typed
from influence_lib.intake.cells import LOOKED_AT, Cells
from influence_lib.intake.typed import Field, Reading

BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")
PIECES = st.sampled_from([
    "0", "1", "12", "007", "1.5", "12.50", "1,5", "1.234", "1.234,5", "999999999999999", "9999999999999999", "١٢", "²",
    "-1", "−1", "25k", "1e5", "2E+17", "abc", "p1", "NA", "null", "", "-", "--", "unknown", "2026-03-01",
    "2026-03-01T09:00:00Z", "2026-02-30T09:00:00Z", "2026-03-01T09:00:00.123456Z", "2004-01-01T00:00:00Z",
    "2026-03-01T24:00:00Z", "2026-03-01T09:00:60Z", "2026-03-01T09:00:00+00:00", "2026-03-01T09:00:00+02:00",
    "2026-03-29T02:30:00", "2026-03-01T09:00Z", "13/01/2026", "01/02/2026", "tom&amp;co", "#N/A", "yes", "no", "@ada",
    "a\u200bb", "=",
])  # fmt: skip
CELLS = st.one_of(
    PIECES,
    st.builds(lambda a, b: a + b, PIECES, PIECES),
    PIECES.map(lambda text: f'="{text}"'),
    PIECES.map(lambda text: f" {text}\u00a0"),
    st.integers(0, 10**16).map(str),
    st.floats(0, 1e6).map(lambda number: f"{number:.2f}"),
    st.datetimes().map(lambda moment: moment.isoformat() + "Z"),
    st.text(max_size=6),
)
FIELDS = st.builds(
    Field,
    st.sampled_from(["likes", "reach"]),
    st.sampled_from(["text", "id", "handle", "code", "count", "amount", "share", "time", "flag"]),
    st.just(("x",)),
    required=st.booleans(),
    signed=st.booleans(),
    month_first=st.sampled_from([frozenset(), frozenset({"x"})]),
)
READINGS = st.builds(
    Reading,
    st.just(BERLIN),
    st.sampled_from([None, "day_first", "month_first"]),
    st.sampled_from([None, ".", ","]),
)


def said(field: Field, cells: list[str], reading: Reading) -> tuple[pd.Series, object, object] | str:
    """Return what a column says, or the example of a date that can be read in two ways."""
    try:
        found = typed.column(field, "X", cells, range(2, len(cells) + 2), reading)
    except moments.AmbiguousColumnError as error:
        return error.example
    return pd.Series(found.values), found.faults, found.remarks


@settings(max_examples=500, deadline=None)
@given(field=FIELDS, cells=st.lists(CELLS, max_size=12), reading=READINGS)
def test_plain_cells_are_read_as_all_others_are(field: Field, cells: list[str], reading: Reading) -> None:
    quick = said(field, cells, reading)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(typed, "_plain", lambda _, words, __: plain.Plain(None, list(range(len(words)))))
        slow = said(field, cells, reading)
    if isinstance(quick, str) or isinstance(slow, str):
        assert quick == slow
        return
    pd.testing.assert_series_equal(quick[0], slow[0], check_exact=True)
    assert quick[1:] == slow[1:]


def test_the_quick_way_is_taken() -> None:
    assert plain.counts(["1", "x", "20"]).odd == [1]
    assert plain.times(["2026-03-01T09:00:00Z", "1 March 2026"]).odd == [1]
    assert plain.amounts(["12.50", "7", "1.234"], None).odd == [2]
    assert plain.texts(["a b", "null", "tom &amp; co"], frozenset({"null"})).odd == [1, 2]
    assert plain.ids(["p1", "null", "2E+17"], frozenset({"null"})).odd == [1, 2]


@given(cells=st.lists(st.sampled_from("abc"), max_size=9), data=st.data())
def test_chosen_cells_hold_their_text_and_no_other_word(cells: list[str], data: st.DataObject) -> None:
    positions = sorted(data.draw(st.sets(st.integers(0, len(cells) - 1)))) if cells else []
    chosen = Cells.of(cells).at(positions)
    assert list(chosen) == [cells[position] for position in positions]
    assert chosen.words == list(dict.fromkeys(chosen))


@pytest.mark.parametrize("different", [7, 10**6])
def test_long_columns_of_few_and_of_many_words_hold_the_same_cells(different: int) -> None:
    cells = [str(number % different) for number in range(LOOKED_AT + 700)]
    column = Cells.of(iter(cells))
    assert (column.places is None) == (different > LOOKED_AT)
    assert list(column) == cells and column[3:5] == cells[3:5] and column[-1] == cells[-1]


def test_lines_stay_those_of_the_file_over_many_blocks_of_lines(tmp_path: Path) -> None:
    rows = "".join(
        f'@c{n % 9},instagram,{n},2026-03-01T09:00:00Z,{"many" if n == 1_400 else n},1,"{n}\n\r\nx"\n'
        for n in range(1_500)
    )
    reading = read(tmp_path, f"{TRACKER},Caption\n{rows}")
    assert [(fault.line, fault.value) for fault in reading.quarantine] == [(2 + 3 * 1_400, "many")]
    assert (reading.used, adds_up(reading)) == (1_499, True)


def test_open_quotes_far_apart_cost_their_own_lines_only(tmp_path: Path) -> None:
    lines = [f"@c{n % 9},instagram,{n},2026-03-01T09:00:00Z,{n},1" for n in range(3_000)]
    for bad in (0, 999, 1_000, 2_999):
        lines[bad] = lines[bad].replace("instagram", '"instagram')
    reading = read(tmp_path, "\n".join([TRACKER, *lines]) + "\n")
    assert [fault.line for fault in reading.quarantine] == [2, 1_001, 1_002, 3_001]
    assert reading.used == 2_996


def test_rows_that_differ_under_the_second_of_two_equal_headers_are_no_duplicates(tmp_path: Path) -> None:
    text = f"{TRACKER},Note,Note\n" + "".join(
        f"@ada,instagram,,2026-03-01,{likes},1,same,{note}\n" for likes, note in ((5, "x"), (5, "y"), (5, "y"))
    )
    assert dict(read(tmp_path, text).dropped) == {"DUPLICATE": 1}


def test_a_total_row_is_found_behind_blank_cells(tmp_path: Path) -> None:
    text = POSTS + ",,Total,,1145,\n" + "@total,instagram,p8,2026-03-02T07:15:00Z,1,1\n"
    reading = read(tmp_path, text)
    assert (reading.used, dict(reading.dropped)) == (4, {"TOTALS_ROW": 1})


SIGNS = (
    "a", "@", " ", ".", "de", "0", "1", "٣", "+49", "00", "(", ")", "-", "/", "AB", "CD12", "3456", "token", "=", ":",
    "api_key", "sk_live_", "eyJ", "AKIA", "https://", "ghp_", "abc", "🧶", "_", "@mail.com", "Passwort", "ſecret",
)  # fmt: skip


@settings(max_examples=500)
@given(text=st.lists(st.sampled_from(SIGNS), max_size=14).map("".join))
def test_no_personal_text_slips_past_the_quick_look(text: str) -> None:
    masked = privacy._LINK_OR_PERSONAL.sub(lambda found: found["link"] or privacy.MASK, text)
    assert privacy.mask(text) == masked
