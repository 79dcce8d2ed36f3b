"""Google Analytics 4: reports and explorations, and files of several tables under comments."""

from pathlib import Path
from typing import Any

import pytest
from small_files import adds_up, day, load, read

from influence_lib.intake import FileError, FileReading

RULE = "# ----------------------------------------\n"
ABOVE = f"{RULE}# Traffic acquisition\n# Account: Examplia\n# Property: Shop\n{RULE}#\n# All Users\n"
PERIOD = "# Start date: 20260301\n# End date: 20260310\n"
SOURCES = "Session source / medium,Sessions,Key events,Total revenue\n"
REPORT = f"{ABOVE}{PERIOD}\n{SOURCES}instagram / social,120,4,260.50\n(not set),30,0,0\n"
SNAPSHOT = (
    f"{RULE}# Reports snapshot\n{RULE}#\n{PERIOD}Nth day,Active users\n0000,120\n0001,130\n\n"
    "Nth day,New users\n0000,90\n0001,70\n\n# Start date: 20260401\n# End date: 20260402\nCountry,Active users\nDE,5\n"
)
KEYS = {"as_of": "2026-04-30"}


def ga4(folder: Path, text: str, **keys: Any) -> FileReading:
    """Return what a file of the tool gives."""
    return read(folder, text, "ga4.csv", **KEYS, **keys)


def values(reading: FileReading, name: str) -> dict[Any, float]:
    """Return the values of one series by what they stand for: day or part."""
    rows = reading.frames["series"]
    rows = rows[rows["name"] == name]
    key = rows["segment"] if "segment" in rows else rows["date"]
    return dict(zip(key, rows["value"].astype(float), strict=True))


def test_a_report_gives_one_value_a_metric_and_part_for_its_whole_period(tmp_path: Path) -> None:
    reading = ga4(tmp_path, REPORT)
    series = reading.frames["series"]
    assert (reading.source.name, adds_up(reading), reading.used) == ("ga4", True, 2)
    assert values(reading, "sessions") == {"instagram / social": 120, "'(not set)'": 30}
    assert values(reading, "total_revenue")["instagram / social"] == 260.5
    assert (series["date"].unique().tolist(), set(series["days"])) == ([day(2026, 3, 1)], {10})
    assert series["is_outcome"].all()


def test_the_series_of_a_report_keep_the_rules_of_the_table(tmp_path: Path) -> None:
    posts = "Handle,Platform,Post ID,Posted at,Likes\n@ada,instagram,p1,2026-03-01T09:00:00Z,340\n"
    series = load(tmp_path, {"ga4.csv": REPORT, "posts.csv": posts}, **KEYS).tables.series
    assert (len(series), series["value"].sum()) == (6, 120 + 30 + 4 + 260.5)


def test_days_counted_from_the_first_are_put_on_dates(tmp_path: Path) -> None:
    assert values(ga4(tmp_path, SNAPSHOT), "active_users") == {day(2026, 3, 1): 120, day(2026, 3, 2): 130}


def test_every_table_of_a_file_is_a_sheet_of_its_own_and_those_not_read_are_named(tmp_path: Path) -> None:
    first = ga4(tmp_path, SNAPSHOT)
    assert first.rows == 2
    assert any(
        "'Reports snapshot' is read, not 'Reports snapshot (2)', 'Reports snapshot (3)'" in note for note in first.notes
    )
    second = ga4(tmp_path, SNAPSHOT, ga4={"sheet": "Reports snapshot (2)"})
    assert values(second, "new_users") == {day(2026, 3, 1): 90, day(2026, 3, 2): 70}
    third = ga4(tmp_path, SNAPSHOT, ga4={"sheet": "Reports snapshot (3)"})
    assert third.frames["series"]["date"].tolist() == [day(2026, 4, 1)]
    assert third.frames["series"]["days"].tolist() == [2]


def test_a_table_without_a_blank_line_above_it_is_not_taken_for_rows_of_the_one_before(tmp_path: Path) -> None:
    close = SNAPSHOT.replace("0001,130\n\n", "0001,130\n")
    assert values(ga4(tmp_path, close), "active_users") == {day(2026, 3, 1): 120, day(2026, 3, 2): 130}


def test_the_grand_total_of_an_exploration_is_dropped_though_it_is_wider_than_the_header(tmp_path: Path) -> None:
    text = (
        f"{RULE}# Shop-Free form 1\n# 20260301-20260331\n{RULE}\nDate,Session source / medium,Sessions\n"
        ",,150,Grand total\n20260301,instagram / social,100\n20260302,instagram / social,50\n"
    )
    reading = ga4(tmp_path, text)
    assert (dict(reading.dropped), reading.set_aside, reading.rows, adds_up(reading)) == ({"TOTALS_ROW": 1}, 0, 3, True)
    series = reading.frames["series"]
    assert dict(zip(series["date"], series["value"], strict=True)) == {day(2026, 3, 1): 100, day(2026, 3, 2): 50}
    assert "days" not in series


def test_a_german_file_with_decimal_commas_is_read_because_one_number_proves_them(tmp_path: Path) -> None:
    text = (
        f"{RULE}# Neu generierte Zugriffe\n{RULE}# Startdatum: 20260301\n# Enddatum: 20260310\n\n"
        "Sitzung – Quelle/Medium;Sitzungen;Schlüsselereignisse;Conversions;Gesamtumsatz\n"
        "instagram / social;1.234;2.500;0,56;6.264,50\n"
    )
    reading = ga4(tmp_path, text)
    names = ("sessions", "key_events", "conversions", "total_revenue")
    assert [values(reading, name)["instagram / social"] for name in names] == [1234, 2500, 0.56, 6264.5]


def test_a_spanish_export_with_a_date_needs_no_comments(tmp_path: Path) -> None:
    text = "Fecha,Fuente/medio de la sesión,Sesiones,Usuarios activos\n20260301,instagram / social,12,9\n"
    reading = ga4(tmp_path, text)
    assert (values(reading, "sessions"), values(reading, "active_users")) == (
        {"instagram / social": 12},
        {"instagram / social": 9},
    )


def test_a_plain_daily_series_is_not_taken_for_a_report(tmp_path: Path) -> None:
    assert ga4(tmp_path, "Date,Sessions,Net sales\n2026-03-01,12,9\n").source.name == "daily_series"


def test_days_of_the_month_are_dates_where_the_period_is_within_one_month(tmp_path: Path) -> None:
    text = f"{RULE}# Visits\n{RULE}{PERIOD}\nDay,Sessions\n01,5\n02,7\n"
    assert values(ga4(tmp_path, text), "sessions") == {day(2026, 3, 1): 5, day(2026, 3, 2): 7}
    with pytest.raises(FileError, match="the days of 'Day' cannot be put on a date"):
        ga4(tmp_path, text.replace("20260310", "20260410"))


@pytest.mark.parametrize("column", ["Nth week", "Date + hour (YYYYMMDDHH)", "Month"])
def test_rows_by_hours_weeks_or_months_are_refused(column: str, tmp_path: Path) -> None:
    with pytest.raises(FileError, match="cannot be put on a day"):
        ga4(tmp_path, f"{RULE}# Visits\n{RULE}{PERIOD}\n{column},Sessions\n0000,5\n")


def test_rows_that_stand_for_the_same_part_are_refused_not_added_up(tmp_path: Path) -> None:
    text = f"{ABOVE}{PERIOD}\nSession source / medium,Age rank,Sessions\na / b,1,5\na / b,2,7\n"
    with pytest.raises(FileError, match="lines 12 and 13 stand for the same day and part"):
        ga4(tmp_path, text)


def test_numbers_from_a_sample_are_told(tmp_path: Path) -> None:
    reading = ga4(tmp_path, REPORT.replace("# All Users\n", "# All Users\n# Based on 41.7% sampling\n"))
    assert "the tool says of its numbers: Based on 41.7% sampling" in reading.notes


def test_a_period_that_ends_after_the_day_of_the_report_is_not_read(tmp_path: Path) -> None:
    reading = read(tmp_path, REPORT, "ga4.csv", as_of="2026-03-09", end="2026-03-05")
    assert (dict(reading.dropped), reading.used, adds_up(reading)) == ({"AFTER_AS_OF": 2}, 0, True)


def test_two_tables_without_comments_are_still_refused(tmp_path: Path) -> None:
    text = "Handle,Posted at,Likes\na,2026-03-01,1\nb,2026-03-02,2\n\n# Followers\ndate,followers\n2026-03-01,4\n"
    with pytest.raises(FileError) as caught:
        read(tmp_path, text)
    assert caught.value.code == "TWO_TABLES"


def test_a_column_called_hash_is_no_comment(tmp_path: Path) -> None:
    assert read(tmp_path, "#,Handle,Posted at,Likes\n1,a,2026-03-01,1\n2,b,2026-03-02,2\n").used == 2


def test_a_list_under_comments_that_tell_no_period_is_not_cut_where_a_row_has_no_number(tmp_path: Path) -> None:
    text = "# made by hand\n# on a Monday\nHandle,Posted at,Likes\na,2026-03-01,1\nb,2026-03-02,\nc,2026-03-03,3\n"
    assert (read(tmp_path, text).source.name, read(tmp_path, text).used) == ("tracker", 3)
