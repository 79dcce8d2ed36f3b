"""YouTube Studio: the table of videos in its three eras and in German, and the daily charts."""

from pathlib import Path

import pytest
from small_files import adds_up, day, load, read

from influence_lib.intake import FileError

ROWS = (
    "Total,,,,900,120.5,30,40,5000,4.1\n"
    'AAAAAAAAAA1,"Bread, Part I","Jan 6, 2026",249,600,80.5,20,30,4000,4.0\n'
    ' -AAAAAAAAA2,Rolls,"Mar 22, 2026",100,300,40,-2,10,1000,4.5\n'
)
ERAS = {
    "2020": "Video,Video title,Video publish time,Duration,Views,Watch time (hours),Subscribers,Likes,Impressions,"
    "Impressions click-through rate (%)\n",
    "2022": "Content,Vi\u00addeo title,Video publish\u00a0time,Duration,Views,Watch time (hours),Subscribers,Likes,"
    "Impressions,Impressions click-through rate (%)\n",
    "2026": "Content,Video title,Video publish time,Duration,Views,Watch time (hours),Subscribers,Likes,"
    "Thumbnail impressions,Thumbnail click-through rate (%)\n",
    "Spanish": "Contenido,Título del vídeo,Hora de publicación del vídeo,Duración,Visualizaciones,"
    "Tiempo de visualización (horas),Suscriptores,Me gusta,Impresiones,Porcentaje de clics (%)\n",
}
CREATOR = {"creator": "ada.bakes"}


@pytest.mark.parametrize("header", ERAS.values(), ids=ERAS.keys())
def test_the_table_of_videos_is_read_in_every_era(tmp_path: Path, header: str) -> None:
    reading = read(tmp_path, header + ROWS, "table.csv", table=CREATOR | {"exported_on": "2026-04-20"})
    posts, numbers = reading.frames["posts"], reading.frames["post_metrics"]
    assert adds_up(reading)
    assert dict(reading.dropped) == {"TOTALS_ROW": 1}
    assert posts["post_id"].tolist() == ["youtube/AAAAAAAAAA1", "youtube/-AAAAAAAAA2"]
    assert posts["posted_at"].tolist() == [day(2026, 1, 6), day(2026, 3, 22)]
    assert (numbers["views"].tolist(), numbers["likes"].tolist()) == ([600, 300], [30, 10])
    assert set(numbers["observed_at"]) == {day(2026, 4, 20)}
    assert set(posts["influencer_id"]) == {"ada.bakes"}


def test_a_german_table_of_videos_says_the_same(tmp_path: Path) -> None:
    header = (
        "Videos,Videotitel,Veröffentlichungszeitpunkt des Videos,Dauer,Aufrufe,Wiedergabezeit (Stunden),Abonnenten,"
        "Geschätzter Umsatz (EUR),Impressionen,Klickrate der Impressionen (%)\n"
    )
    rows = 'Gesamt,,,,1600,9,3,1,80,1\nAAAAAAAAAA1,Brot,"6. Jan. 2026",249,1.600,9,3,1,80,1\n'
    reading = read(tmp_path, header + rows, "tabelle.csv", tabelle=CREATOR)
    assert reading.frames["post_metrics"]["views"].tolist() == [1600]
    assert reading.frames["posts"]["posted_at"].tolist() == [day(2026, 1, 6)]
    assert dict(reading.dropped) == {"TOTALS_ROW": 1}


def test_thumbnails_shown_are_no_impressions_and_the_note_says_so(tmp_path: Path) -> None:
    reading = read(tmp_path, ERAS["2022"] + ROWS, "table.csv", table=CREATOR)
    assert "impressions" not in reading.frames["post_metrics"]
    assert reading.sums == {"thumbnails_shown": 5000}
    assert any(note.startswith("thumbnails shown are not read as impressions") for note in reading.notes)


def test_more_subscribers_lost_than_won_are_unknown_and_set_no_row_aside(tmp_path: Path) -> None:
    reading = read(tmp_path, ERAS["2026"] + ROWS, "table.csv", table=CREATOR)
    follows = reading.frames["post_metrics"]["follows"]
    assert (follows.iloc[0], follows.isna().tolist()) == (20, [False, True])
    assert "more subscribers lost than won, taken as unknown (1 video)" in reading.normalised
    assert reading.quarantine == ()
    assert "followers" not in reading.frames


def test_subscribers_gained_go_before_the_net_number(tmp_path: Path) -> None:
    header = "Content,Video title,Video publish time,Views,Subscribers,Subscribers gained\n"
    reading = read(tmp_path, f'{header}A1,Bread,"Jan 6, 2026",600,-2,7\n', "table.csv", table=CREATOR)
    assert reading.frames["post_metrics"]["follows"].tolist() == [7]


def test_a_table_of_videos_keeps_the_rules_of_the_tables(tmp_path: Path) -> None:
    tables = load(tmp_path, {"table.csv": ERAS["2026"] + ROWS}, table=CREATOR).tables
    assert tables.posts["url"].tolist() == ["https://youtu.be/AAAAAAAAAA1", "https://youtu.be/-AAAAAAAAA2"]


def test_the_daily_chart_gives_the_days_of_each_video_as_a_part(tmp_path: Path) -> None:
    chart = (
        "Date,Content,Video title,Video publish time,Duration,Views\n"
        '2026-03-01,A1,Bread,"Jan 6, 2026",249,"1,010"\n2026-03-02,A1,Bread,"Jan 6, 2026",249,30\n'
        '2026-03-02,-B2,Rolls,"Mar 1, 2026",100,7\n'
    )
    reading = read(tmp_path, chart, "chart.csv", chart=CREATOR)
    series = reading.frames["series"]
    assert (reading.source.name, set(series["name"])) == ("youtube_daily", {"youtube_views"})
    assert list(zip(series["segment"], series["value"], strict=True)) == [("A1", 1010), ("A1", 30), ("-B2", 7)]
    assert reading.sums == {"youtube_views": 1047}


def test_the_totals_of_a_channel_may_fall(tmp_path: Path) -> None:
    totals = "Date,Views,Watch time (hours),Subscribers\n2026-03-01,100,12.75,5\n2026-03-02,90,11.5,-3\n"
    reading = read(tmp_path, totals, "totals.csv", totals=CREATOR)
    assert reading.sums == {"youtube_views": 190, "youtube_watch_hours": 24.25, "youtube_subscribers_won": 2}
    assert reading.frames["series"]["is_outcome"].all()


def test_days_and_views_alone_are_not_taken_for_a_channel(tmp_path: Path) -> None:
    assert read(tmp_path, "Date,Views\n2026-03-01,100\n2026-03-02,90\n", "totals.csv").source.name == "daily_series"


def test_a_tracker_with_titles_of_videos_stays_a_tracker(tmp_path: Path) -> None:
    tracker = "Handle,Date,Video,Video title,Views,Likes\nada,2026-03-01,A1,Bread,100,9\n"
    assert read(tmp_path, tracker).source.name == "tracker"


def test_days_of_videos_without_their_ids_are_of_no_known_kind(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="not those of any known file"):
        read(tmp_path, "Date,Video title,Views\n2026-03-01,Bread,10\n", "chart.csv", chart=CREATOR)


def test_a_day_of_a_video_with_two_numbers_is_refused(tmp_path: Path) -> None:
    chart = "Date,Content,Video title,Views\n2026-03-01,A1,Bread,10\n2026-03-01,A1,Bread,11\n"
    with pytest.raises(FileError, match="lines 2 and 3 hold the same day"):
        read(tmp_path, chart, "chart.csv", chart=CREATOR)
