"""Published studies: months and hours without a year, and a flag that is sometimes blank."""

from pathlib import Path

import pytest
from small_files import adds_up, day, read

from influence_lib.intake import FileError, FileReading

HEADER = (
    "Page_total_likes;Type;Category;Post_Month;Post _Weekday;Post_Hour;Paid;Lifetime_Post_Total_Reach;"
    "Lifetime _Post_Total_Impressions;Lifetime_Engaged_Users;comment;like;share;Total_Interactions\n"
)
ROWS = "5000;Photo;2;12;4;3;0;2752;5091;178;4;79;17;100\n5100;Status;2;11;3;10;;900;1500;60;;12;;12\n"


def study(folder: Path, **keys: object) -> FileReading:
    """Return what the study's file gives."""
    return read(folder, HEADER + ROWS, "study.csv", study=keys)


def test_a_post_is_dated_on_the_first_of_its_month_in_the_year_of_the_yaml(tmp_path: Path) -> None:
    reading = study(tmp_path, year=2014, creator="@page")
    posts = reading.frames["posts"]
    assert posts["posted_at"].tolist() == [day(2014, 12, 1, 3), day(2014, 11, 1, 10)]
    assert (set(posts["influencer_id"]), adds_up(reading)) == ({"page"}, True)
    assert "only month and hour of a post are known: each is dated on the first day of its month" in reading.notes


def test_a_blank_flag_is_unknown_and_a_blank_count_is_not_zero(tmp_path: Path) -> None:
    reading = study(tmp_path, year=2014, creator="@page")
    assert reading.frames["posts"]["is_sponsored"].isna().tolist() == [False, True]
    assert reading.frames["post_metrics"]["shares"].isna().tolist() == [False, True]
    assert reading.frames["post_metrics"]["reach"].sum() == 3652
    assert reading.frames["followers"]["followers"].tolist() == [5000, 5100]


@pytest.mark.parametrize(("keys", "key"), [({"creator": "@page"}, "`year`"), ({"year": 2014}, "`creator: handle`")])
def test_what_the_file_does_not_tell_has_to_be_in_the_yaml(tmp_path: Path, keys: dict[str, object], key: str) -> None:
    with pytest.raises(FileError, match=key):
        study(tmp_path, **keys)
