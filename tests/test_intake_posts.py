"""Lists of posts: trackers people keep, and Meta's export of Instagram content."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from small_files import META, POSTS, TRACKER, adds_up, day, load, read

from influence_lib.campaign import InputError
from influence_lib.intake import FileError, FileReading, combine

BREAD = (
    f'{META}179,178,ada.bakes,Ada,Bread,0,"03/01/2026 09:00",https://www.instagram.com/p/AB1/,"IG image",,Lifetime,'
    "0,5100,341,2,1,21,9\r\n"
)
PEOPLE = "Handle,Posted at,Likes,Followers\n"


def likes(reading: FileReading) -> list[Any]:
    """Return the likes of a file's posts in the order of its rows."""
    numbers = reading.frames["post_metrics"]["likes"]
    return [None if unknown else int(value) for value, unknown in zip(numbers, numbers.isna(), strict=True)]


def cell(folder: Path, text: str, **keys: Any) -> Any:
    """Return what a tracker's likes cell says."""
    value = read(folder, f"Handle;Posted at;Likes\nada;2026-03-01;{text}\n", **keys).frames["post_metrics"]["likes"]
    return value.iloc[0]


def test_a_tracker_gives_posts_and_their_numbers(tmp_path: Path) -> None:
    tables = load(tmp_path, {"tracker.csv": POSTS}).tables
    assert tables.posts["post_id"].tolist() == ["instagram/p1", "instagram/p2", "instagram/p3"]
    assert tables.posts["influencer_id"].tolist() == ["ada.bakes", "ada.bakes", "ben_runs"]
    assert tables.post_metrics["likes"].sum() == 340 + 295 + 510
    assert tables.posts["posted_at"].iloc[2] == day(2026, 3, 2, 7, 15)


def test_a_workbook_says_the_same_as_a_csv_with_real_dates(tmp_path: Path) -> None:
    rows = [
        ["Handle", "Posted", "Likes", "Followers"],
        ["@ada", dt.datetime(2026, 3, 1), "1.2k", "25k"],
        ["@ada", dt.date(2026, 3, 2), 340, 25_100.0],
    ]
    reading = read(tmp_path, rows, "tracker.xlsx")
    assert likes(reading) == [1200, 340]
    assert reading.frames["followers"]["followers"].tolist() == [25_000, 25_100]
    assert reading.frames["posts"]["posted_at"].tolist() == [day(2026, 3, 1), day(2026, 3, 2)]


def test_a_number_of_a_workbook_is_never_read_as_text_with_thousands(tmp_path: Path) -> None:
    reading = read(tmp_path, [["Handle", "Posted", "Likes"], ["ada", dt.date(2026, 3, 1), 1.234]], "tracker.xlsx")
    assert [fault.code for fault in reading.quarantine] == ["NOT_INTEGER"]


def test_a_workbooks_other_sheets_of_the_kind_are_named_not_silently_left_out(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    for name in ("Jan", "Feb"):
        sheet = book.create_sheet(name)
        sheet.append(["Handle", "Posted", "Likes"])
        sheet.append(["ada", dt.date(2026, 3, 1), 10 if name == "Jan" else 20])
    book.save(tmp_path / "tracker.xlsx")
    content = (tmp_path / "tracker.xlsx").read_bytes()
    assert "only the sheet 'Jan' is read, not 'Feb'" in " ".join(read(tmp_path, content, "tracker.xlsx").notes)
    assert likes(read(tmp_path, content, "tracker.xlsx", tracker={"sheet": "Feb"})) == [20]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("1234", 1234),
        ("1.234", 1234),
        ("1,234", 1234),
        ("1'234", 1234),
        ("1 234", 1234),
        ("25k", 25_000),
        ("1.2K", 1200),
        ("1,2 Mio.", 1_200_000),
        ("12 Tsd.", 12_000),
        ("3万", 30_000),
        ("2 lakh", 200_000),
        ("1,00,000", 100_000),
        ("１２３", 123),
        ("+340", 340),
        ("340.0", 340),
        ("1.2E+03", 1200),
    ],
)
def test_counts_are_read_as_people_write_them(tmp_path: Path, text: str, count: int) -> None:
    assert cell(tmp_path, text) == count


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("340.5", "NOT_INTEGER"),
        ("-340", "NEGATIVE_COUNT"),
        ("inf", "NOT_A_NUMBER"),
        ("many", "NOT_A_NUMBER"),
        ("p1", "NOT_A_NUMBER"),
        ("4%", "NOT_A_NUMBER"),
        ("1.2.2026", "NOT_A_NUMBER"),
        ("1.234k", "AMBIGUOUS_NUMBER"),
        ("~500", "NOT_A_NUMBER"),
        ("1e30", "NOT_A_NUMBER"),
        ("12,34,5", "NOT_A_NUMBER"),
    ],
)
def test_what_is_no_count_sets_its_row_aside_with_the_reason(tmp_path: Path, text: str, code: str) -> None:
    reading = read(tmp_path, f"Handle;Posted at;Likes\nada;2026-03-01;{text}\n")
    assert [(fault.line, fault.column, fault.value, fault.code) for fault in reading.quarantine] == [
        (2, "Likes", text, code)
    ]


@pytest.mark.parametrize("text", ["", "-", "--", "—", "n/a", "null", "NaN", "?", "#N/A", "#DIV/0!", "-1"])
def test_an_unknown_number_stays_unknown_and_is_never_zero(tmp_path: Path, text: str) -> None:
    reading = read(tmp_path, f"Handle,Posted at,Likes,Views\nada,2026-03-01,{text},5\n")
    assert likes(reading) == [None]
    assert reading.used == 1


def test_a_decimal_mark_told_in_the_yaml_wins(tmp_path: Path) -> None:
    reading = read(tmp_path, "Handle;Posted at;Likes\nada;2026-03-01;1.234\n", tracker={"decimal": "."})
    assert [fault.code for fault in reading.quarantine] == ["NOT_INTEGER"]


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-04T18:30:00Z",
        "2026-03-04 19:30:00 +0100",
        "04.03.2026 18:30",
        "4 March 2026 18:30",
        "4. März 2026 18:30",
        "Mar 4, 2026, 6:30 PM",
        "1772649000",
        "1772649000000",
        "Wed Mar 04 18:30:00 +0000 2026",
        "2026/03/04 18:30",
        "46085.7708333333",
        "04.03.26 18:30",
    ],
)
def test_one_moment_is_read_from_every_form_that_tools_write(tmp_path: Path, text: str) -> None:
    reading = read(tmp_path, f'Handle,Posted at,Likes\nada,"{text}",1\n')
    assert reading.frames["posts"]["posted_at"].iloc[0] == day(2026, 3, 4, 18, 30)


def test_a_time_without_an_offset_is_in_the_campaigns_zone_and_said_so(tmp_path: Path) -> None:
    reading = read(tmp_path, "Handle,Posted at,Likes\nada,2026-03-04 18:30,1\n", timezone="Europe/Berlin")
    assert reading.frames["posts"]["posted_at"].iloc[0] == day(2026, 3, 4, 17, 30)
    assert "taken as Europe/Berlin time: posted_at (1)" in " ".join(reading.notes)


def test_a_single_date_beyond_twelve_settles_the_order_of_the_column(tmp_path: Path) -> None:
    days = read(tmp_path, "Handle,Date,Likes\nada,13/03/2026,1\nada,04/03/2026,2\n").frames["posts"]["posted_at"]
    assert days.tolist() == [day(2026, 3, 13), day(2026, 3, 4)]


@pytest.mark.parametrize("second", ["06/03/2026", "03/13/2026"])
def test_dates_that_can_be_read_in_two_ways_are_refused_with_the_key(tmp_path: Path, second: str) -> None:
    first = "04/03/2026" if second.startswith("06") else "13/03/2026"
    with pytest.raises(FileError, match=r"column 'Date' can be read in two ways.*set `date_order`") as error:
        read(tmp_path, f"Handle,Date,Likes\nada,{first},1\nada,{second},2\n")
    assert error.value.code == "AMBIGUOUS_DATE"


def test_the_order_told_in_the_yaml_settles_it(tmp_path: Path) -> None:
    days = read(tmp_path, "Handle,Date,Likes\nada,04/03/2026,1\n", tracker={"date_order": "month_first"})
    assert days.frames["posts"]["posted_at"].iloc[0] == day(2026, 4, 3)


@pytest.mark.parametrize("text", ["1970-01-01", "soon", "2026-13-01", "August 31"])
def test_what_is_no_date_sets_its_row_aside(tmp_path: Path, text: str) -> None:
    reading = read(tmp_path, f"Handle,Posted at,Likes\nada,{text},1\nada,2026-03-01,2\n")
    assert (reading.used, [fault.line for fault in reading.quarantine]) == (1, [2])


def test_columns_are_found_by_the_headers_people_use(tmp_path: Path) -> None:
    reading = read(tmp_path, "Konto,Veröffentlicht am,Gefällt mir,Kommentare,Gesponsert\n@ada,2026-03-01,340,21,ja\n")
    assert likes(reading) == [340]
    assert reading.frames["posts"]["is_sponsored"].tolist() == [True]


def test_the_yaml_names_columns_nobody_could_guess(tmp_path: Path) -> None:
    columns = {"creator": "Who", "posted_at": "When", "likes": "Hearts"}
    assert likes(
        read(tmp_path, "Who,When,Hearts\nada,2026-03-01,7\n", tracker={"source": "tracker", "columns": columns})
    ) == [7]


def test_sponsored_is_yes_when_any_of_several_columns_says_so_and_unknown_when_none_can_tell(tmp_path: Path) -> None:
    text = "Handle,Posted at,Likes,tag,text\na,2026-03-01,1,no,yes\na,2026-03-02,1,no,no\na,2026-03-03,1,no,\n"
    reading = read(tmp_path, text, tracker={"columns": {"is_sponsored": ["tag", "text"]}})
    flags = [
        None if value is not True and value is not False else value
        for value in reading.frames["posts"]["is_sponsored"].astype(object)
    ]
    assert flags == [True, False, None]


def test_a_column_the_map_misspells_is_refused_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(
        FileError, match=r"`columns` maps likes to 'Like', but there is no such column; did you mean 'Likes'\?"
    ):
        read(tmp_path, POSTS, tracker={"columns": {"likes": "Like"}})
    with pytest.raises(FileError, match=r"`columns` maps 'lieks', which is no column we read; did you mean 'likes'\?"):
        read(tmp_path, POSTS, tracker={"columns": {"lieks": "Likes"}})


def test_a_needed_column_that_is_not_there_is_named_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"needs a column for 'likes'.*`columns: \{likes: \"the header\"\}`") as error:
        read(tmp_path, "Handle,Posted at,Reach\nada,2026-03-01,1\n", tracker={"source": "tracker"})
    assert error.value.code == "MISSING_COLUMN"


@pytest.mark.parametrize("header", ["Handle,Posted at,Likes,Likes", "Handle,Posted at,Likes,LIKES "])
def test_a_column_that_stands_there_twice_is_refused(tmp_path: Path, header: str) -> None:
    with pytest.raises(FileError, match="the column 'Likes' stands there twice"):
        read(tmp_path, f"{header}\nada,2026-03-01,1,2\n")


def test_metas_export_is_read_with_its_mark_line_ends_and_captions_over_several_lines(tmp_path: Path) -> None:
    row = (
        '179,178,ada.bakes,"Ada","Line one\nline ""two"", three",24,"03/04/2026 18:30",'
        'https://www.instagram.com/p/A/,"IG reel",,Lifetime,99,40,{},0,0,1,0\r\n'
    )
    reading = read(tmp_path, META + row.format("4") + row.replace("179,", "180,").format("many"), "meta.csv")
    assert reading.source.name == "meta_instagram"
    post = reading.frames["posts"].iloc[0]
    assert (post["post_id"], post["platform"], post["post_type"]) == ("instagram/179", "instagram", "reel")
    assert (post["caption"], post["posted_at"]) == ('Line one\nline "two", three', day(2026, 3, 4, 18, 30))
    assert [(fault.line, fault.value) for fault in reading.quarantine] == [(4, "many")]


def test_an_exact_repeat_is_dropped_and_counted(tmp_path: Path) -> None:
    reading = read(tmp_path, POSTS + POSTS.splitlines()[1] + "\n")
    assert (reading.used, dict(reading.dropped), adds_up(reading)) == (3, {"DUPLICATE": 1}, True)
    assert len(reading.frames["posts"]) == 3


def test_one_post_with_two_numbers_is_refused_with_both_lines(tmp_path: Path) -> None:
    with pytest.raises(
        FileError, match=r"lines 2 and 5 hold the same post with different numbers.*'Checked at'"
    ) as error:
        read(tmp_path, POSTS + POSTS.splitlines()[1].replace("340", "350") + "\n")
    assert error.value.code == "CONFLICTING_DUPLICATE"


def test_two_readings_of_one_post_with_their_times_are_both_kept(tmp_path: Path) -> None:
    text = (
        "Handle,Post ID,Posted at,Checked at,Likes\nada,p1,2026-03-01,2026-03-08,10\nada,p1,2026-03-01,2026-03-15,12\n"
    )
    tables = load(tmp_path, {"tracker.csv": text}).tables
    assert (len(tables.posts), tables.post_metrics["likes"].tolist()) == (1, [10, 12])


def test_two_posts_of_one_day_without_ids_stay_two_posts(tmp_path: Path) -> None:
    tables = load(tmp_path, {"tracker.csv": "Handle,Date,Likes\nada,2026-03-01,10\nada,2026-03-01,12\n"}).tables
    assert (len(tables.posts), tables.post_metrics["likes"].sum()) == (2, 22)


def test_the_same_number_on_two_platforms_is_two_posts(tmp_path: Path) -> None:
    reading = load(tmp_path, {"tracker.csv": POSTS + "@ada.bakes,tiktok,p1,2026-03-01T09:00:00Z,340,21\n"})
    assert len(reading.tables.posts) == 4


def test_a_post_without_an_id_among_posts_with_ids_is_set_aside(tmp_path: Path) -> None:
    reading = read(tmp_path, POSTS + "@ada.bakes,instagram,,2026-03-09T09:00:00Z,1,1\n")
    assert [(fault.line, fault.column, fault.code) for fault in reading.quarantine] == [
        (5, "Post ID", "MISSING_REQUIRED")
    ]


def test_ids_a_spreadsheet_has_rounded_are_refused_because_all_posts_would_be_one(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="a spreadsheet has rounded its ids") as error:
        read(tmp_path, POSTS.replace("p1", "1.79E+16").replace("p2", "1.79E+16").replace("p3", "1.79E+16"))
    assert error.value.code == "ID_MANGLED"


def test_ids_that_look_like_numbers_stay_as_they_are(tmp_path: Path) -> None:
    reading = read(tmp_path, POSTS.replace("p1", "17912345678901231").replace("p2", "1e5").replace("p3", "0x1F"))
    assert reading.frames["posts"]["post_id"].tolist() == [
        "instagram/17912345678901231",
        "instagram/1e5",
        "instagram/0x1F",
    ]


def test_all_spellings_of_a_handle_are_one_creator_and_null_is_a_handle(tmp_path: Path) -> None:
    spelled = [
        "@ada.bakes",
        "Ada.Bakes",
        " ada.bakes ",
        "https://www.instagram.com/ada.bakes/reels?x=1",
        "＠ada.bakes",
        "ada.bakes\u200b",
        "tiktok.com/@ada.bakes/video/9",
    ]
    rows = "".join(f"{name},2026-03-{number:02},1\n" for number, name in enumerate([*spelled, "null", "NA"], start=1))
    creators = read(tmp_path, f"Handle,Posted at,Likes\n{rows}").frames["posts"]["influencer_id"]
    assert creators.tolist() == ["ada.bakes"] * len(spelled) + ["null", "na"]


def test_a_handle_that_a_lookup_failed_to_find_sets_its_row_aside(tmp_path: Path) -> None:
    reading = read(tmp_path, "Handle,Posted at,Likes\n#N/A,2026-03-01,1\n-,2026-03-02,1\nada,2026-03-03,1\n")
    assert [fault.code for fault in reading.quarantine] == ["MISSING_REQUIRED", "MISSING_REQUIRED"]


def test_two_creators_in_one_cell_are_set_aside_because_the_numbers_are_of_neither(tmp_path: Path) -> None:
    reading = read(tmp_path, 'Handle,Posted at,Likes\n"@ada, @ben",2026-03-01,1\nada,2026-03-03,1\n')
    assert [(fault.line, fault.code) for fault in reading.quarantine] == [(2, "SEVERAL_CREATORS")]


def test_a_creator_called_total_is_no_total(tmp_path: Path) -> None:
    assert read(tmp_path, "Handle,Posted at,Likes\n@total,2026-03-01,\nsum,2026-03-02,7\n").used == 2


def test_a_picture_has_no_views_so_its_zero_is_unknown(tmp_path: Path) -> None:
    views = read(tmp_path, "Handle,Posted at,Type,Likes,Views\na,2026-03-01,image,1,0\na,2026-03-02,reel,1,0\n")
    assert views.frames["post_metrics"]["views"].isna().tolist() == [True, False]


def test_a_column_of_zero_reach_is_a_broken_export_and_taken_as_unknown(tmp_path: Path) -> None:
    reading = read(tmp_path, "Handle,Posted at,Likes,Reach\na,2026-03-01,1,0\na,2026-03-02,1,0\n")
    assert reading.frames["post_metrics"]["reach"].isna().all()
    assert "reach is 0 in every row, taken as unknown" in reading.notes


def test_rows_after_the_day_of_the_report_are_dropped_in_the_brands_time(tmp_path: Path) -> None:
    text = f"{TRACKER}\na,instagram,1,2026-03-10T22:30:00Z,1,1\na,instagram,2,2026-03-10T23:30:00Z,1,1\n"
    reading = read(tmp_path, text, as_of="2026-03-10", timezone="Europe/Berlin")
    assert (reading.frames["posts"]["post_id"].tolist(), dict(reading.dropped)) == (["instagram/1"], {"AFTER_AS_OF": 1})


def test_one_post_of_a_tracker_and_of_metas_export_is_one_post_with_the_numbers_of_both(tmp_path: Path) -> None:
    tracker = (
        "Handle,Platform,Post ID,Posted at,Likes,Sponsored\nada.bakes,instagram,179,2026-03-01T09:00:00Z,340,yes\n"
    )
    tables = load(tmp_path, {"tracker.csv": tracker, "meta.csv": BREAD}).tables
    post, numbers = tables.posts.iloc[0], tables.post_metrics.iloc[0]
    assert (len(tables.posts), len(tables.post_metrics)) == (1, 1)
    assert (post["is_sponsored"], post["caption"], numbers["likes"], numbers["reach"]) == (True, "Bread", 341, 5100)


@pytest.mark.parametrize(
    "tracker",
    [
        "Handle,Post ID,Posted at,Likes\nada.bakes,179,2026-03-01,340\n",
        "Handle,URL,Posted at,Likes\nada.bakes,instagram.com/p/AB1?x=1,2026-03-01,340\n",
    ],
)
def test_a_tracker_that_knows_only_the_number_or_the_address_of_a_post_means_the_same_post(
    tmp_path: Path, tracker: str
) -> None:
    assert load(tmp_path, {"tracker.csv": tracker, "meta.csv": BREAD}).tables.posts["post_id"].tolist() == [
        "instagram/179"
    ]


def test_no_table_names_a_creator_unless_asked(tmp_path: Path) -> None:
    text = f"{TRACKER},Caption,URL\n@ada.bakes,instagram,ada.bakes-1,2026-03-01,340,21,by @ada.bakes and @ben,https://tiktok.com/@ada.bakes/video/1\n"
    roster = "Handle,Followers,Discount code\n@ada.bakes,1000,SAVE5\n"
    for names, shown in (("hashed", False), ("shown", True)):
        tables = load(tmp_path, {"tracker.csv": text, "roster.csv": roster}, creator_names=names).tables
        everything = "".join(rows.to_csv() for rows in vars(tables).values())
        assert ("ada.bakes" in everything, "@ben" in everything) == (shown, shown)
        assert tables.posts["influencer_id"].item() == tables.tracking["influencer_id"].item()
        assert tables.posts["post_id"].item() == tables.post_metrics["post_id"].item()


def test_a_creator_named_as_the_sponsor_goes_by_the_hash_and_a_brand_by_its_name(tmp_path: Path) -> None:
    sponsors = ("Ada.Bakes; Nike", "@ada.bakes", "@nike", "")
    rows = "".join(f"@ada.bakes,instagram,{n},2026-03-01,340,21,{name}\n" for n, name in enumerate(sponsors))
    for names, shown in (("hashed", "creator-"), ("shown", "ada.bakes")):
        posts = load(tmp_path, {"tracker.csv": f"{TRACKER},Sponsor\n{rows}"}, creator_names=names).tables.posts
        creator = posts["influencer_id"].iloc[0]
        assert creator.startswith(shown)
        named = posts["sponsor_brand"].fillna("nobody").str.casefold().str.replace("@ada", "ada").tolist()
        assert named == [f"{creator}; nike", creator, "@nike", "nobody"]


def test_our_posts_are_told_by_any_label_of_the_campaign(tmp_path: Path) -> None:
    text = f"{TRACKER},Campaign\na,x,1,2026-03-01,1,1,Q1 PUSH\na,x,2,2026-03-02,1,1,Other\na,x,3,2026-03-03,1,1,\n"
    posts = load(tmp_path, {"tracker.csv": text}, campaign_labels=["Q1 Push"]).tables.posts
    assert posts["campaign_id"].fillna("none").tolist() == ["spring", "Other", "none"]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("ada,2026-03-01,900,100\n", "more engagements than followers: viral, or a slip (1 post)"),
        ("mirа,2026-03-01,1,100\nmira,2026-03-02,2,100\n", "letters of several scripts"),
        ("ada,2026-03-01,3,100\nada,2026-03-02,3,100\n", "exactly 3 likes, as tools write hidden ones (2 posts)"),
    ],
)
def test_what_looks_wrong_is_kept_and_named(tmp_path: Path, rows: str, words: str) -> None:
    reading = read(tmp_path, PEOPLE + rows)
    assert reading.used == len(rows.splitlines())
    assert any(words in note for note in reading.notes)


def test_a_tracker_without_likes_is_named_as_what_it_almost_is(tmp_path: Path) -> None:
    text = "Handle,Post ID,Posted at,Followers,Zorks\n@ada,p1,2026-03-01,100,3\n"
    with pytest.raises(FileError, match="looks like 'tracker spreadsheet' without a column for 'likes'"):
        read(tmp_path, text)


def test_a_campaign_without_rows_says_what_each_file_was_taken_for(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none of its files has posts.*tracker\.csv .* has column names but no rows"):
        load(tmp_path, {"tracker.csv": PEOPLE}).require_core()


def test_an_address_in_the_place_of_a_handle_is_hashed_even_where_names_are_shown(tmp_path: Path) -> None:
    text = PEOPLE + "ada@example.com,2026-03-01,3,100\n@bo,2026-03-01,4,200\n"
    creators = set(load(tmp_path, {"tracker.csv": text}, creator_names="shown").tables.posts["influencer_id"])
    assert "bo" in creators and len(creators) == 2
    assert not any("@" in name for name in creators)


def test_addresses_of_one_video_are_the_same_and_of_two_videos_are_not() -> None:
    one = {"https://www.youtube.com/watch?v=abc-1&t=3", "https://youtu.be/abc-1?si=x", "youtube.com/shorts/abc-1"}
    assert {combine.address_key(url) for url in one} == {"youtu.be/abc-1"}
    assert combine.address_key("https://www.youtube.com/watch?v=abc-2") == "youtu.be/abc-2"


def test_numbers_of_a_post_and_followers_that_two_files_contradict_are_told(tmp_path: Path) -> None:
    header = "Handle,Platform,Post ID,Posted at,Likes,Followers\n"
    first, second = (f"{header}@ada,ig,p1,2026-03-01,{likes},{fans}\n" for likes, fans in ((340, 1000), (500, 2000)))
    data = load(tmp_path, {"a.csv": first, "b.csv": second})
    assert data.tables.post_metrics["likes"].tolist() == [340]
    assert "in several files with different numbers, the first file counts (1 post)" in data.notes
    assert "in several files with different numbers, the first file counts (1 follower count)" in data.notes
