"""Meta: Instagram and Facebook content exports, daily numbers of an account, answers of Instagram's interface."""

import json
from pathlib import Path
from typing import Any

import pytest
from small_files import META, POSTS, adds_up, day, load, read

from influence_lib.intake import FileError, FileReading

OLDER = META.replace("Views,Reach", "Plays,Impressions,Reach")
GERMAN = (
    "\ufeffBeitrags-ID,Konto-ID,Benutzername des Kontos,Kontoname,Beschreibung,Dauer (Sek.),Veröffentlichungszeit,"
    "Permalink,Beitragstyp,Datenkommentar,Datum,Aufrufe,Reichweite,„Gefällt mir“-Angaben,Geteilte Inhalte,Follower,"
    "Kommentare,Gespeicherte Inhalte\r\n"
)
FACEBOOK = (
    '"Post ID","Page ID","Page name",Title,Description,"Duration (sec)","Publish time","Caption type",Permalink,'
    '"Is crosspost","Is share","Post type",Languages,"Custom labels","Funded content status","Data comment",Date,'
    'Views,Reach,"Reactions, Comments and Shares",Reactions,Comments,Shares,"Total clicks","Link Clicks"'
)
FACEBOOK_GERMAN = (
    "Beitrags-ID,Seiten-ID,Seitenname,Titel,Beschreibung,Veröffentlichungszeit,Dauerhafter Link,Beitragstyp,Datum,"
    '"Reaktionen, Kommentare und geteilte Inhalte",Reaktionen,Kommentare,Geteilte Inhalte,Link-Klicks\n'
)
DAYS = (
    'sep=,\r\n"Instagram follows"\r\n"Date","Primary"\r\n"2026-03-01T00:00:00","12"\r\n"2026-03-02T00:00:00","0"\r\n'
    '\r\n"Reach"\r\n"Date","Primary"\r\n"2026-03-01T00:00:00","340"\r\n"2026-03-02T00:00:00",""\r\n'
)
POST = {
    "id": "17900000000000001",
    "username": "Ada.Bakes",
    "caption": "Bread",
    "media_type": "VIDEO",
    "media_product_type": "REELS",
    "permalink": "https://www.instagram.com/reel/AB1/",
    "timestamp": "2026-03-01T09:00:00+0000",
    "like_count": 340,
    "comments_count": 21,
    "comments": {"data": [{"text": "call me on +49 170 1234567"}]},
    "insights": {"data": [{"name": "reach", "period": "lifetime", "values": [{"value": 5100}]}]},
}


def post(number: str, date: str, *numbers: object, kind: str = "IG image", when: str = "03/01/2026 09:00") -> str:
    """Return one row of an Instagram content export."""
    cells = ",".join(str(cell) for cell in numbers)
    return f'{number},178,ada.bakes,Ada,Bread,0,"{when}",https://www.instagram.com/p/{number}/,"{kind}",,{date},{cells}\r\n'


def page(number: str, *numbers: object, title: str = "Bread", text: str = "", name: str = "Ada Bakes") -> str:
    """Return one row of a Facebook content export."""
    cells = ",".join(str(cell) for cell in numbers)
    address = f"https://www.facebook.com/ada/posts/{number}"
    who = f"{number},{100 if name == 'Ada Bakes' else 101},{name},{title},{text},0,03/01/2026 18:12,N/A,{address}"
    return f"\n{who},0,0,Photos,,,,,Lifetime,{cells}"


def insight(media: str, **metrics: int) -> dict[str, Any]:
    """Return the interface's answer on the numbers of one post."""
    return {
        "data": [
            {
                "name": name,
                "period": "lifetime",
                "values": [{"value": value}],
                "id": f"{media}/insights/{name}/lifetime",
            }
            for name, value in metrics.items()
        ]
    }


def account(name: str, *values: tuple[str, Any], period: str = "day") -> dict[str, Any]:
    """Return the interface's answer on one number of an account, day by day."""
    listed = [{"value": value, "end_time": f"{ended}T07:00:00+0000"} for ended, value in values]
    return {"data": [{"name": name, "period": period, "values": listed, "id": f"178/insights/{name}/{period}"}]}


def answers(folder: Path, *documents: Any, **keys: Any) -> FileReading:
    """Return what a file of answers gives, one a line."""
    return read(folder, "\n".join(map(json.dumps, documents)), "answers.json", answers={"creator": "ada", **keys})


def numbers(reading: FileReading) -> dict[str, Any]:
    """Return the known numbers of the first post."""
    return reading.frames["post_metrics"].iloc[0].dropna().to_dict()


def series(reading: FileReading) -> list[tuple[Any, ...]]:
    """Return day, name and value of every row of the series."""
    rows = reading.frames["series"]
    return [(date.strftime("%m-%d"), name, value) for date, name, value in rows[["date", "name", "value"]].to_numpy()]


def refused(folder: Path, content: str | bytes, name: str = "answers.json", **keys: Any) -> FileError:
    """Return why a file is refused."""
    with pytest.raises(FileError) as error:
        read(folder, content, name, **keys)
    return error.value


def test_an_instagram_export_of_today_has_views_and_of_before_has_plays_and_impressions(tmp_path: Path) -> None:
    today = read(tmp_path, META + post("179", "Lifetime", 6000, 5100, 341, 2, 1, 21, 9), "meta.csv")
    before = read(tmp_path, OLDER + post("179", "Lifetime", 900, 6000, 5100, 341, 2, 1, 21, 9), "meta.csv")
    counted = {"reach": 5100, "likes": 341, "shares": 2, "follows": 1, "comments": 21, "saves": 9}
    assert numbers(today) == {"post_id": "instagram/179", "views": 6000, **counted}
    assert numbers(before) == {"post_id": "instagram/179", "views": 900, "impressions": 6000, **counted}
    assert (today.source.name, adds_up(today)) == ("meta_instagram", True)


def test_a_german_instagram_export_says_the_same_and_its_follower_are_those_won(tmp_path: Path) -> None:
    row = post("179", "Gesamte Laufzeit", 6000, 5100, 341, 2, 1, 21, 9, kind="IG-Karussell", when="13.03.2026 09:00")
    reading = read(tmp_path, GERMAN + row, "meta.csv")
    assert numbers(reading)["follows"] == 1
    assert (numbers(reading)["likes"], numbers(reading)["saves"]) == (341, 9)
    assert reading.frames["posts"]["post_type"].tolist() == ["carousel"]
    assert reading.frames["posts"]["posted_at"].tolist() == [day(2026, 3, 13, 9)]
    assert "followers" not in reading.frames


def test_the_month_stands_first_in_an_english_export_unless_a_date_proves_otherwise(tmp_path: Path) -> None:
    usual = META + post("179", "Lifetime", *[1] * 7, when="03/04/2026 09:00")
    proof = usual + post("180", "Lifetime", *[1] * 7, when="13/04/2026 09:00")
    assert read(tmp_path, usual, "meta.csv").frames["posts"]["posted_at"].tolist() == [day(2026, 3, 4, 9)]
    late = read(tmp_path, proof, "meta.csv", as_of="2026-05-30").frames["posts"]["posted_at"]
    assert late.tolist() == [day(2026, 4, 3, 9), day(2026, 4, 13, 9)]


def test_a_column_map_gives_no_other_language_the_order_of_the_english_export(tmp_path: Path) -> None:
    header = "Hora de publicación"
    text = META.replace("Publish time", header)
    rows = "".join(post(f"18{n}", "Lifetime", *[1] * 7, when=f"0{n}/03/2026 09:00") for n in range(4, 8))
    entry = {"source": "meta_instagram", "columns": {"posted_at": header}}
    assert refused(tmp_path, text + rows, "meta.csv", meta=entry).code == "AMBIGUOUS_DATE"
    told = read(tmp_path, text + rows, "meta.csv", meta=entry | {"date_order": "day_first"})
    assert told.frames["posts"]["posted_at"].dt.day.tolist() == [4, 5, 6, 7]


def test_a_german_export_whose_dates_can_be_read_in_two_ways_is_refused_with_the_key(tmp_path: Path) -> None:
    text = GERMAN + post("179", "Lifetime", *[1] * 7, when="03/04/2026 09:00")
    assert refused(tmp_path, text, "meta.csv").code == "AMBIGUOUS_DATE"
    told = read(tmp_path, text, "meta.csv", meta={"date_order": "month_first"})
    assert told.frames["posts"]["posted_at"].tolist() == [day(2026, 3, 4, 9)]


def test_empty_cells_of_an_export_are_unknown_and_not_zero(tmp_path: Path) -> None:
    reading = read(tmp_path, META + post("179", "Lifetime", "", 640, "", "", 0, 3, ""), "meta.csv")
    assert numbers(reading) == {"post_id": "instagram/179", "reach": 640, "follows": 0, "comments": 3}
    assert "unknown, not zero: likes (1), saves (1), shares (1), views (1)" in sorted_words(reading)


def sorted_words(reading: FileReading) -> list[str]:
    """Return what was said of cells, with the columns in the order of the alphabet."""
    parted = [words.partition(": ") for words in reading.normalised]
    return [f"{words}: {', '.join(sorted(columns.split(', ')))}" for words, _, columns in parted]


def test_the_day_of_the_download_is_the_day_of_the_numbers(tmp_path: Path) -> None:
    text = META + post("179", "Lifetime", *[1] * 7)
    dated = read(tmp_path, text, "meta.csv", meta={"exported_on": "2026-03-20"}, timezone="Europe/Berlin")
    assert dated.frames["post_metrics"]["observed_at"].tolist() == [day(2026, 3, 19, 23)]
    assert any("set `exported_on`" in note for note in read(tmp_path, text, "meta.csv").notes)


def test_numbers_of_single_days_are_refused_and_beside_those_of_the_whole_life_left_out(tmp_path: Path) -> None:
    days = [post("179", f"03/0{number}/2026", 10, 9, 8, 0, 0, 1, 0) for number in (1, 2)]
    error = refused(tmp_path, META + "".join(days), "meta.csv")
    assert (error.code, "export it again with 'Lifetime'" in str(error)) == ("DAILY_NUMBERS", True)
    both = read(tmp_path, META + "".join(days) + post("179", "Lifetime", 20, 15, 16, 0, 0, 2, 0), "meta.csv")
    assert (both.rows, both.used, dict(both.dropped)) == (3, 1, {"NUMBERS_OF_A_DAY": 2})
    assert numbers(both)["likes"] == 16


def test_a_facebook_export_gives_posts_with_reactions_as_likes_and_says_what_is_mixed(tmp_path: Path) -> None:
    reading = read(tmp_path, FACEBOOK + page("182", 27, 20, 9, 6, 1, 2, 5, 3), "page.csv")
    counted = {"views": 27, "reach": 20, "likes": 6, "comments": 1, "shares": 2, "link_clicks": 3}
    assert numbers(reading) == {"post_id": "facebook/182", **counted}
    row = reading.frames["posts"].iloc[0]
    assert (row["influencer_id"], row["platform"], row["post_type"]) == ("ada bakes", "facebook", "image")
    assert any("paid views" in note for note in reading.notes)
    assert (reading.source.name, adds_up(reading)) == ("meta_facebook", True)


def test_a_facebook_posts_text_is_its_title_and_its_description(tmp_path: Path) -> None:
    rows = page("1", *[1] * 8) + page("2", *[1] * 8, title="", text="Rolls") + page("3", *[1] * 8, text="Rolls #ad")
    captions = read(tmp_path, FACEBOOK + rows, "page.csv").frames["posts"]["caption"]
    assert captions.tolist() == ["Bread", "Rolls", "Bread\nRolls #ad"]


def test_the_creator_of_the_yaml_is_that_of_one_page_and_never_of_several(tmp_path: Path) -> None:
    rows = FACEBOOK + page("1", *[1] * 8)
    one = read(tmp_path, rows, "page.csv", page={"creator": "@Ada"})
    two = read(tmp_path, rows + page("2", *[1] * 8, name="Ben"), "page.csv", page={"creator": "@Ada"})
    assert one.frames["posts"]["influencer_id"].tolist() == ["ada"]
    assert two.frames["posts"]["influencer_id"].tolist() == ["ada bakes", "ben"]
    assert any("`creator` in the YAML is not used" in note for note in two.notes)


def test_facebook_posts_shown_for_money_are_warned_of(tmp_path: Path) -> None:
    header = f'{FACEBOOK},"Views from Boosted posts"'
    rows = page("1", *[1] * 8, 900) + page("2", *[1] * 8, 0) + page("3", *[1] * 8, "")
    remarks = read(tmp_path, header + rows, "page.csv").remarks
    assert [remark.words for remark in remarks if remark.code == "BOOSTED"] == [
        "shown for money too, so their rates are not organic (1 post)"
    ]


def test_a_german_facebook_export_says_the_same(tmp_path: Path) -> None:
    row = "182,100,Ada Bäckt,Brot,,13.03.2026 18:12,https://www.facebook.com/ada/posts/182,Fotos,Insgesamt,9,6,1,2,3\n"
    reading = read(tmp_path, FACEBOOK_GERMAN + row, "page.csv")
    assert numbers(reading) == {"post_id": "facebook/182", "likes": 6, "comments": 1, "shares": 2, "link_clicks": 3}
    assert reading.frames["posts"]["influencer_id"].tolist() == ["ada bäckt"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8"])
def test_the_blocks_of_a_daily_file_become_series_of_the_creator(tmp_path: Path, encoding: str) -> None:
    reading = read(tmp_path, DAYS.encode(encoding), "days.csv", days={"creator": "@Ada"})
    follows = [("03-01", "instagram_follows", 12), ("03-02", "instagram_follows", 0)]
    assert series(reading) == [*follows, ("03-01", "instagram_reach", 340)]
    assert set(reading.frames["series"]["influencer_id"]) == {"ada"}
    assert reading.frames["series"]["is_outcome"].all()
    assert (reading.rows, reading.used, dict(reading.dropped)) == (5, 4, {"BLANK_ROW": 1})


def test_a_daily_file_counts_for_no_platform_until_somebody_tells_it(tmp_path: Path) -> None:
    text = DAYS[DAYS.index('"Reach"') :]
    open_, told = (
        read(tmp_path, text, "days.csv", days={"creator": "ada", **more}) for more in ({}, {"platform": "facebook"})
    )
    assert [remark.code for remark in open_.remarks] == ["PLATFORM_UNKNOWN"]
    assert [name for _, name, _ in series(open_) + series(told)] == ["reach", "facebook_reach"]


def test_a_german_daily_file_bears_the_same_names(tmp_path: Path) -> None:
    text = 'sep=,\n"Facebook-Besuche"\n"Datum","Primär"\n"2026-03-01T00:00:00","7"\n'
    assert series(read(tmp_path, text, "days.csv", days={"creator": "ada"})) == [
        ("03-01", "facebook_profile_visits", 7)
    ]


def test_tables_of_another_form_in_a_daily_file_are_counted_as_left_out(tmp_path: Path) -> None:
    reading = read(tmp_path, f'{DAYS}"Age"\n"","Women"\n"18-24","0.3"\n', "days.csv", days={"creator": "ada"})
    assert dict(reading.dropped) == {"BLANK_ROW": 1, "OTHER_TABLE": 1}
    assert (len(series(reading)), adds_up(reading)) == (3, True)


def test_a_day_with_two_values_of_one_title_is_refused(tmp_path: Path) -> None:
    error = refused(tmp_path, DAYS.replace('"Reach"', '"Instagram follows"'), "days.csv")
    assert error.code == "MISSING_CREATOR"
    with pytest.raises(FileError, match="lines 4 and 9 hold the same day") as found:
        read(tmp_path, DAYS.replace('"Reach"', '"Instagram follows"'), "days.csv", days={"creator": "ada"})
    assert found.value.code == "CONFLICTING_DUPLICATE"


def test_a_list_of_posts_from_the_interface_gives_posts_and_numbers(tmp_path: Path) -> None:
    reading = answers(tmp_path, {"data": [POST]})
    counted = {"likes": 340, "comments": 21, "reach": 5100}
    assert numbers(reading) == {"post_id": "instagram/17900000000000001", **counted}
    row = reading.frames["posts"].iloc[0]
    assert (row["influencer_id"], row["post_type"], row["posted_at"]) == ("ada.bakes", "reel", day(2026, 3, 1, 9))
    assert "1234567" not in str(reading.frames)
    assert reading.source.name == "instagram_graph"


def test_likes_the_interface_leaves_out_are_hidden_and_unknown(tmp_path: Path) -> None:
    hidden = {key: value for key, value in POST.items() if key != "like_count"} | {"id": "17900000000000002"}
    reading = answers(tmp_path, {"data": [POST, hidden]})
    assert reading.frames["post_metrics"]["likes"].isna().tolist() == [False, True]
    assert "unknown, not zero: likes (1)" in reading.normalised


def test_insights_of_one_post_are_numbers_of_a_post_that_another_file_lists(tmp_path: Path) -> None:
    answer = json.dumps(insight("17900000000000001", reach=211, views=330, saved=4, total_interactions=9))
    reading = read(tmp_path, answer, "answer.json", answer={"creator": "ada"})
    assert numbers(reading) == {"post_id": "instagram/17900000000000001", "reach": 211, "views": 330, "saves": 4}
    assert "posts" not in reading.frames
    assert any("another file must list it (1 post)" in note for note in reading.notes)
    tracker = POSTS.replace("p1", "17900000000000001")
    tables = load(tmp_path, {"tracker.csv": tracker, "answer.json": answer}, answer={"creator": "ada"}).tables
    assert tables.post_metrics.groupby("post_id")["reach"].max()["instagram/17900000000000001"] == 211


@pytest.mark.parametrize("together", ["lines", "list", "by id"])
def test_several_answers_stand_in_one_file_in_any_form(tmp_path: Path, together: str) -> None:
    found = [insight("1", reach=211), insight("2", reach=300)]
    by_id = {media: {"insights": answer} for media, answer in zip("12", found, strict=True)}
    documents = {"lines": found, "list": [found], "by id": [by_id]}[together]
    metrics = answers(tmp_path, *documents).frames["post_metrics"]
    assert dict(zip(metrics["post_id"], metrics["reach"], strict=True)) == {"instagram/1": 211, "instagram/2": 300}


def test_insights_of_an_account_are_series_of_the_day_that_ended(tmp_path: Path) -> None:
    reading = answers(
        tmp_path,
        account("reach", ("2026-04-02", 12), ("2026-04-03", 0)),
        account("follower_count", ("2026-04-02", 3)),
        account("reach", ("2026-04-03", 80), period="days_28"),
    )
    assert series(reading) == [
        ("04-01", "instagram_reach", 12),
        ("04-02", "instagram_reach", 0),
        ("04-01", "instagram_follows", 3),
    ]
    assert (reading.rows, dict(reading.dropped), adds_up(reading)) == (4, {"ROLLING_TOTAL": 1}, True)


def test_a_profile_with_its_posts_tells_its_followers_of_the_day_it_was_asked_for(tmp_path: Path) -> None:
    nameless = {key: value for key, value in POST.items() if key != "username"}
    profile = {"username": "Ada.Bakes", "followers_count": 25_100, "media_count": 40, "media": {"data": [nameless]}}
    reading = answers(tmp_path, {"business_discovery": profile, "id": "178"}, exported_on="2026-03-20")
    row = reading.frames["followers"].iloc[0]
    assert (row["influencer_id"], row["followers"], row["observed_at"]) == ("ada.bakes", 25_100, day(2026, 3, 20))
    assert reading.frames["posts"]["influencer_id"].tolist() == ["ada.bakes"]


def test_a_list_of_posts_and_the_answers_on_each_ones_numbers_are_one(tmp_path: Path) -> None:
    reading = answers(tmp_path, {"data": [POST]}, insight(POST["id"], reach=5100, saved=9))
    counted = {"likes": 340, "comments": 21, "reach": 5100, "saves": 9}
    assert numbers(reading) == {"post_id": "instagram/17900000000000001", **counted}
    assert (len(reading.frames["posts"]), len(reading.frames["post_metrics"]), reading.used) == (1, 1, 2)


def test_two_answers_on_one_post_with_different_numbers_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="items 1 and 2 hold the post 1 with different numbers"):
        answers(tmp_path, insight("1", reach=211), insight("1", reach=300))


def test_errors_comments_and_parts_among_answers_are_counted(tmp_path: Path) -> None:
    parts = account("online_followers", ("2026-03-02", {"0": 5}))
    reading = answers(tmp_path, {"error": {"code": 4}}, {"data": [POST, {"text": "nice"}]}, parts)
    assert [(fault.line, fault.code) for fault in reading.quarantine] == [(1, "ERROR_ANSWER")]
    assert dict(reading.dropped) == {"OTHER_ITEM": 2}
    assert (reading.used, adds_up(reading)) == (1, True)


def test_a_further_page_that_is_not_in_the_file_is_told(tmp_path: Path) -> None:
    first = {"data": [POST], "paging": {"next": "https://graph.example/?access_token=secret"}}
    last = {"data": [POST | {"id": "17900000000000002"}], "paging": {"cursors": {}}}
    told = "the last answer has a further page that is not in the file"
    assert told in answers(tmp_path, first).normalised
    assert told not in answers(tmp_path, first, last).normalised
    assert "secret" not in str(answers(tmp_path, first))


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ('{"error": {"message": "limit reached", "code": 4}}', "WRONG_TYPE", "an error the interface answered with"),
        ('{"rows": [1, 2]}', "WRONG_TYPE", "this is JSON, but without posts or insights"),
        ("[]", "WRONG_TYPE", "this is JSON, but without posts or insights"),
        ('{"data": [{"id": "1", ', "WRONG_TYPE", "the download may be cut off"),
        ("[" * 200_000, "WRONG_TYPE", "nested too deeply"),
        ('{"data": [], "data": [{"id": "1", "like_count": 2}]}', "CONFLICTING_DUPLICATE", "the key 'data' twice"),
        ('{"business_discovery": 7, "media": [], "insights": "x", "paging": 1}', "WRONG_TYPE", "this is JSON"),
    ],
)
def test_other_json_is_refused_in_one_sentence(tmp_path: Path, text: str, code: str, words: str) -> None:
    error = refused(tmp_path, text)
    assert (error.code, words in str(error)) == (code, True)


@pytest.mark.parametrize(
    ("likes", "code"),
    [("NaN", None), ("Infinity", "NOT_A_NUMBER"), ("1e400", "NOT_A_NUMBER"), ("9" * 6_000, "NOT_A_NUMBER")],
)
def test_odd_numbers_of_json_are_unknown_or_set_aside(tmp_path: Path, likes: str, code: str | None) -> None:
    text = json.dumps({"data": [POST, POST | {"id": "17900000000000002", "like_count": "?"}]}).replace('"?"', likes)
    reading = read(tmp_path, text, "answers.json")
    assert [fault.code for fault in reading.quarantine] == ([code] if code else [])
    assert reading.frames["post_metrics"]["likes"].dropna().tolist() == [340]


def test_an_id_never_goes_through_a_float_and_half_a_character_does_no_harm(tmp_path: Path) -> None:
    odd = POST | {"caption": "cut \ud83c", "id": 12345678901234567891}
    reading = answers(tmp_path, {"data": [odd]})
    assert reading.frames["posts"]["post_id"].tolist() == ["instagram/12345678901234567891"]
    assert reading.frames["posts"]["caption"].tolist() == ["cut ?"]


def test_a_caption_of_ten_megabytes_sets_its_post_aside(tmp_path: Path) -> None:
    reading = answers(tmp_path, {"data": [POST, POST | {"id": "17900000000000002", "caption": "a" * 10_000_000}]})
    assert [(fault.line, fault.column, fault.code) for fault in reading.quarantine] == [(2, "caption", "TOO_LONG")]
    assert (reading.used, adds_up(reading)) == (1, True)


def test_stories_are_read_without_their_replies_and_the_page_says_why(tmp_path: Path) -> None:
    text = META.replace("Comments", "Replies") + post("179", "Lifetime", 90, 80, 4, 2, 1, 0, 0, kind="IG story")
    reading = read(tmp_path, text, "stories.csv")
    assert "comments" not in numbers(reading)
    assert any("replies to stories are not read" in note for note in reading.notes)
