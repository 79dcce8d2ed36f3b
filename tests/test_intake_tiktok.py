"""TikTok Studio: dates without a year, the daily overview, the history of followers, and the list of videos."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from small_files import adds_up, day, load, read

from influence_lib.intake import FileError, FileReading

OVERVIEW = '"Date","Video Views","Profile Views","Likes","Comments","Shares"\n'
ROW = '"{}","1,200","40","30","{}","5"\n'
FOLLOWERS = '"Date","Followers","Difference in followers from previous day"\n'
VIDEOS = (
    "Video title,Video link,Post time,Total likes,Total comments,Total shares,Total views,Total play time,"
    "Average watch time,Watched full video,Add to favorites\n"
)
VIDEO = "https://www.tiktok.com/@Ada.Bakes/video/"
CREATOR = {"creator": "@Ada.Bakes"}


def days(folder: Path, *dates: str, **keys: Any) -> list[dt.date]:
    """Return the days that an overview with these dates is read to tell, under the day of the report 2026-04-30."""
    content = OVERVIEW + "".join(ROW.format(date, 2) for date in dates)
    series = read(folder, content, "overview.csv", overview=CREATOR | keys).frames["series"]
    return [time.date() for time in series.loc[series["name"] == "tiktok_video_views", "date"]]


def codes(reading: FileReading) -> list[str]:
    """Return the codes of a file's remarks."""
    return [remark.code for remark in reading.remarks if remark.warns or remark.code != "CONVERTED"]


def test_the_overview_becomes_one_series_a_column_of_the_account(tmp_path: Path) -> None:
    content = OVERVIEW + ROW.format("August 30", 2) + ROW.format("August 31", -3)
    reading = read(tmp_path, content, "overview.csv", overview=CREATOR)
    series = reading.frames["series"]
    assert adds_up(reading)
    assert reading.source.name == "tiktok_overview"
    assert reading.sums == {
        "tiktok_video_views": 2400, "tiktok_profile_views": 80, "tiktok_likes": 60, "tiktok_comments": -1,
        "tiktok_shares": 10,
    }  # fmt: skip
    assert set(series["influencer_id"]) == {"ada.bakes"}
    assert set(series["platform"]) == {"tiktok"}
    assert series["is_outcome"].all()


def test_the_series_of_an_account_keep_the_rules_of_the_tables(tmp_path: Path) -> None:
    files = {
        "overview.csv": OVERVIEW + ROW.format("August 31", 2),
        "history.csv": FOLLOWERS + '"August 31","900","0"\n',
    }
    tables = load(tmp_path, files, overview=CREATOR, history=CREATOR).tables
    assert (len(tables.series), tables.followers["followers"].tolist()) == (5, [900])


@pytest.mark.parametrize(
    "text", ["August 31", "31 de agosto", "31. August", "Aug 31", "31 August", "31 août", "8月31日", "31 tháng 8"]
)
def test_a_day_without_a_year_is_read_in_the_languages_of_the_platform(tmp_path: Path, text: str) -> None:
    assert days(tmp_path, text) == [dt.date(2025, 8, 31)]


def test_the_year_is_the_latest_in_which_no_day_is_still_to_come(tmp_path: Path) -> None:
    assert days(tmp_path, "April 29", "April 30") == [dt.date(2026, 4, 29), dt.date(2026, 4, 30)]
    assert days(tmp_path, "April 30", "May 1") == [dt.date(2025, 4, 30), dt.date(2025, 5, 1)]


def test_the_day_of_the_download_and_the_year_in_the_yaml_go_before_the_day_of_the_report(tmp_path: Path) -> None:
    assert days(tmp_path, "April 1", exported_on="2025-12-01") == [dt.date(2025, 4, 1)]
    assert days(tmp_path, "April 1", year=2024) == [dt.date(2024, 4, 1)]


def test_days_pass_a_new_year_in_either_order(tmp_path: Path) -> None:
    turn = [dt.date(2025, 12, 31), dt.date(2026, 1, 1), dt.date(2026, 1, 2)]
    assert days(tmp_path, "December 31", "January 1", "January 2") == turn
    assert days(tmp_path, "January 2", "January 1", "December 31") == turn[::-1]


def test_a_leap_day_tells_the_year(tmp_path: Path) -> None:
    assert days(tmp_path, "February 28", "February 29", "March 1")[1] == dt.date(2024, 2, 29)
    with pytest.raises(FileError, match="no 29 February; correct `year`"):
        days(tmp_path, "February 28", "February 29", "March 1", year=2025)


def test_an_assumed_year_is_told_with_its_span_and_the_key_that_settles_it(tmp_path: Path) -> None:
    content = OVERVIEW + ROW.format("August 30", 2) + ROW.format("August 31", 2)
    reading = read(tmp_path, content, "overview.csv", overview=CREATOR)
    words = "the dates have no year, taken as 2025-08-30 to 2025-08-31; set `year` in the YAML if that is wrong"
    assert [(remark.code, remark.words) for remark in reading.remarks if remark.warns] == [("YEAR_ASSUMED", words)]
    assert not any("year added" in note for note in reading.normalised)
    told = read(tmp_path, content, "overview.csv", overview=CREATOR | {"year": 2025})
    assert codes(told) == [] and "year added to the dates of 'Date'" in told.normalised


def test_days_out_of_order_are_refused_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="neither rise nor fall; sort the rows by date"):
        days(tmp_path, "August 3", "August 1", "August 4", "August 2")


def test_a_year_in_some_dates_only_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"some dates have a year \('2025-08-31'\)"):
        days(tmp_path, "August 30", "2025-08-31")


def test_full_dates_stay_as_they_are_and_a_day_that_never_was_is_set_aside(tmp_path: Path) -> None:
    assert days(tmp_path, "2025-08-31", "2025-08-30") == [dt.date(2025, 8, 31), dt.date(2025, 8, 30)]
    reading = read(tmp_path, OVERVIEW + ROW.format("June 30", 2) + ROW.format("June 31", 2), overview=CREATOR,
                   name="overview.csv")  # fmt: skip
    assert [(fault.line, fault.value, fault.code) for fault in reading.quarantine] == [(3, "June 31", "NOT_A_DATE")]


def test_a_day_with_two_numbers_is_refused_and_an_equal_one_dropped(tmp_path: Path) -> None:
    equal = read(tmp_path, OVERVIEW + ROW.format("June 30", 2) * 2, "overview.csv", overview=CREATOR)
    assert dict(equal.dropped) == {"DUPLICATE": 1}
    with pytest.raises(FileError, match="lines 2 and 3 hold the same day"):
        read(tmp_path, OVERVIEW + ROW.format("June 30", 2) + ROW.format("June 30", 3), "overview.csv", overview=CREATOR)


def test_what_studio_leaves_undefined_is_unknown(tmp_path: Path) -> None:
    content = '"Date","Total Viewers","New Viewers","Returning Viewers"\n"August 31","undefined","12","7"\n'
    reading = read(tmp_path, content, "viewers.csv", viewers=CREATOR)
    values = dict(zip(reading.frames["series"]["name"], reading.frames["series"]["value"], strict=True))
    assert values == {"tiktok_new_viewers": 12, "tiktok_returning_viewers": 7}
    assert "'undefined' taken as unknown" in reading.normalised


def test_an_export_that_names_nobody_needs_the_creator(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="name the creator in the YAML"):
        read(tmp_path, OVERVIEW + ROW.format("August 31", 2), "overview.csv")


def test_the_history_of_followers_is_followers_of_that_day(tmp_path: Path) -> None:
    content = FOLLOWERS + '"August 30","1,000","4"\n"August 31","1,010","10"\n"September 1","1,003","-7"\n'
    reading = read(tmp_path, content, "history.csv", history=CREATOR)
    followers = reading.frames["followers"]
    assert adds_up(reading)
    assert followers["followers"].tolist() == [1000, 1010, 1003]
    assert followers["observed_at"].tolist() == [day(2025, 8, 30), day(2025, 8, 31), day(2025, 9, 1)]
    assert list(reading.frames) == ["followers"]
    assert codes(reading) == ["YEAR_ASSUMED"]


@pytest.mark.parametrize(("differences", "told"), [((10, -7, 0), 0), ((0, 10, -7), 0), ((10, -6, 0), 1)])
def test_a_difference_may_stand_beside_either_day_but_not_contradict(
    tmp_path: Path, differences: tuple[int, ...], told: int
) -> None:
    rows = zip(("2025-10-25", "2025-10-26", "2025-10-27"), (1000, 1010, 1003), differences, strict=True)
    content = FOLLOWERS + "".join(f"{date},{followers},{change}\n" for date, followers, change in rows)
    reading = read(tmp_path, content, "history.csv", history=CREATOR | {"timezone": "Europe/Berlin"})
    assert codes(reading) == ["DIFFERENCE_MISMATCH"] * told
    assert all("(1 day)" in remark.words for remark in reading.remarks)


def test_a_list_of_videos_gives_posts_their_numbers_and_their_creator(tmp_path: Path) -> None:
    content = (
        VIDEOS + f'"Bread, slowly",{VIDEO}7400000000000000001,2026-03-02 19:05:00,1.2K,48,31,"18,400",,11.5,31%,40\n'
    )
    reading = read(tmp_path, content, "videos.csv", videos={"exported_on": "2026-04-20"})
    post, numbers = reading.frames["posts"].iloc[0], reading.frames["post_metrics"].iloc[0]
    assert (post["post_id"], post["influencer_id"], post["platform"]) == (
        "tiktok/7400000000000000001", "ada.bakes", "tiktok"
    )  # fmt: skip
    assert [numbers[name] for name in ("likes", "comments", "shares", "views", "saves")] == [1200, 48, 31, 18400, 40]
    assert numbers["observed_at"] == day(2026, 4, 20)


def test_a_video_without_a_link_is_kept_under_an_id_of_its_own(tmp_path: Path) -> None:
    rows = "".join(f"Clip {n},{VIDEO}{n}?lang=en,2026-03-0{n} 10:00,1,1,1,1,,,,\n" for n in range(1, 5))
    content = f"{VIDEOS}{rows}No link,,03/16/2026 15:00,10,1,0,700,,,,\n,,,,,,,,,,\n"
    reading = read(tmp_path, content, "content.csv")
    posts = reading.frames["posts"]
    assert adds_up(reading)
    assert dict(reading.dropped) == {"BLANK_ROW": 1}
    assert posts["post_id"].tolist()[:4] == ["tiktok/1", "tiktok/2", "tiktok/3", "tiktok/4"]
    assert posts["post_id"].iloc[4].startswith("tiktok/post-")
    assert set(posts["influencer_id"]) == {"ada.bakes"}


def test_one_video_with_two_numbers_is_refused(tmp_path: Path) -> None:
    rows = f"Clip,{VIDEO}1?lang=en,2026-03-01 10:00,1,1,1,1,,,,\nClip,{VIDEO}1,2026-03-01 10:00,2,1,1,1,,,,\n"
    with pytest.raises(FileError, match="lines 2 and 3 hold the same post"):
        read(tmp_path, VIDEOS + rows, "content.csv")


def test_a_spanish_list_of_videos_says_the_same(tmp_path: Path) -> None:
    header = (
        "Título del vídeo;Enlace del vídeo;Hora de publicación;Total de me gusta;Total de comentarios;"
        "Total de veces compartido;Total de visualizaciones;Añadir a favoritos\n"
    )
    reading = read(tmp_path, f"{header}Pan;{VIDEO}1;2 de marzo;1.200;4;3;18.400;undefined\n", "contenido.csv")
    numbers = reading.frames["post_metrics"].iloc[0]
    assert [numbers[name] for name in ("likes", "comments", "shares", "views")] == [1200, 4, 3, 18400]
    assert reading.frames["post_metrics"]["saves"].isna().all()
    assert reading.frames["posts"]["caption"].tolist() == ["Pan"]
    assert reading.frames["posts"]["posted_at"].tolist() == [day(2026, 3, 2)]
    assert "YEAR_ASSUMED" in codes(reading)


def test_videos_in_any_order_have_years_when_the_day_of_the_download_is_told(tmp_path: Path) -> None:
    rows = "".join(
        f"Clip,{VIDEO}{n},{date},1,1,1,1,,,,\n" for n, date in enumerate(("May 2", "April 1", "May 9", "June 3"))
    )
    with pytest.raises(FileError, match="or set `exported_on`"):
        read(tmp_path, VIDEOS + rows, "content.csv")
    reading = read(tmp_path, VIDEOS + rows, "videos.csv", videos={"exported_on": "2026-04-20"})
    times = [time.date() for time in reading.frames["posts"]["posted_at"]]
    assert times == [dt.date(2025, 5, 2), dt.date(2026, 4, 1), dt.date(2025, 5, 9), dt.date(2025, 6, 3)]


def test_pictures_are_no_videos(tmp_path: Path) -> None:
    content = f"{VIDEOS}Rolls,{VIDEO.replace('video', 'photo')}5,2026-03-02 10:00,1,1,1,9,,,,\n"
    assert read(tmp_path, content, "content.csv").frames["posts"]["post_type"].tolist() == ["carousel"]
