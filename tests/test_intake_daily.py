"""Series over time: by day or week, whole or by region."""

from pathlib import Path

import pytest
from small_files import adds_up, load, read

from influence_lib.intake import FileError


def test_a_weekly_series_says_how_many_days_a_value_covers(tmp_path: Path) -> None:
    reading = read(tmp_path, "week,Spend\n2026-03-02,10\n2026-03-09,20\n2026-03-16,30\n", "weekly.csv")
    assert reading.frames["series"]["days"].tolist() == [7, 7, 7]
    assert "one value every 7 days, taken as the total of these days" in reading.notes


def test_a_daily_series_with_a_gap_stays_daily(tmp_path: Path) -> None:
    reading = read(tmp_path, "date,Spend\n2026-03-02,10\n2026-03-03,20\n2026-03-06,30\n", "daily.csv")
    assert reading.frames["series"]["days"].isna().all()


def test_regions_are_kept_apart(tmp_path: Path) -> None:
    text = "location,Y,date\nulm,5,2026-03-01\nbonn,7,2026-03-01\nulm,6,2026-03-02\n"
    series = load(tmp_path, {"panel.csv": text}).tables.series
    rows = zip(series["region"], series["date"].dt.day, series["value"], strict=True)
    assert sorted(rows) == [("bonn", 1, 7.0), ("ulm", 1, 5.0), ("ulm", 2, 6.0)]


def test_one_region_and_day_with_two_values_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="lines 2 and 3 hold the same day with different numbers"):
        read(tmp_path, "city,Y,date\nulm,5,2026-03-01\nulm,7,2026-03-01\n", "panel.csv")


def test_a_column_of_words_beside_many_numbers_is_left_out_and_named(tmp_path: Path) -> None:
    rows = [f"2026-03-{day:02},1,2,3,4,5,{'fair' if day == 20 else 'na'}" for day in range(1, 29)]
    reading = read(tmp_path, "DATE,a,b,c,d,e,events\n" + "\n".join(rows), "many.csv")
    assert (reading.unused_headers, reading.set_aside, adds_up(reading)) == (("events",), 0, True)
    assert reading.sums == {"a": 28.0, "b": 56.0, "c": 84.0, "d": 112.0, "e": 140.0}


def test_what_the_campaign_moves_is_no_control(tmp_path: Path) -> None:
    reading = read(tmp_path, "Date,Net sales,Search interest\n2026-03-01,100,61\n", "daily.csv")
    told = dict(zip(reading.frames["series"]["name"], reading.frames["series"]["is_outcome"], strict=True))
    assert told == {"net_sales": True, "search_interest": False}


def test_what_the_campaign_can_move_is_told_apart_from_what_it_cannot(tmp_path: Path) -> None:
    text = "date,Sales,Brand search,Search interest,Competitor sales\n2026-03-01,5,1,50,7\n2026-03-02,6,2,51,8\n"
    series = read(tmp_path, text, "daily.csv").frames["series"].drop_duplicates("name").set_index("name")
    moved = series["is_outcome"].to_dict()
    assert moved == {"sales": True, "brand_search": True, "search_interest": False, "competitor_sales": False}
