"""Mentions: what a listening tool, a press search or an alert found, without its texts and authors."""

from pathlib import Path

import pytest
from small_files import adds_up, load, read

from influence_lib.intake.listening import MENTIONS_LIST

ALERTS = """Date,Title,URL,Source
2026-03-02,Ada Example reviews the serum,https://news.example/serum,News Example
2026-03-03,Serum seen,https://www.instagram.com/p/x1/,instagram.com
"""
TOOL = """Query Name,Date,Title,Snippet,Url,Sentiment,Page Type,Author,Account Type,Reach (new)
Examplia,2026-03-02 10:00:00,Fine,I like it,https://x.com/zed/status/1,positive,twitter,zed,individual,"1,200"
Examplia,2026-03-03 10:00:00,Meh,it is so so,https://news.example/1,neutral,news,Zoe Example,organizational,90k
Examplia,2026-03-04 10:00:00,Bad,never again,https://forum.example/1,negative,forum,yas,individual,
Examplia,2026-03-04 11:00:00,Odd,who knows,https://forum.example/2,mixed,forum,yas,individual,7
"""


def test_a_listening_tools_list_gives_tone_reach_and_place(tmp_path: Path) -> None:
    reading = read(tmp_path, TOOL, "found.csv")
    mentions = reading.frames["mentions"]
    assert reading.source.name == "mentions"
    assert mentions["sentiment"].fillna(9).tolist() == [1, 0, -1, 9]
    assert mentions["reach"].fillna(0).tolist() == [1_200, 90_000, 0, 7]
    assert mentions["platform"].fillna("").tolist() == ["x", "", "", ""]
    assert any("sentiments we do not know, taken as unknown (1 cell)" in note for note in reading.normalised)
    assert adds_up(reading)


def test_of_texts_titles_and_authors_nothing_is_kept(tmp_path: Path) -> None:
    reading = read(tmp_path, TOOL, "found.csv")
    told = reading.frames["mentions"].drop(columns="url").to_csv()
    assert not any(word in told for word in ("Zoe", "zed", "yas", "never again", "Meh"))
    assert {"Title", "Snippet", "Author"} <= set(reading.unused_headers)


def test_alerts_of_a_press_search_are_mentions_without_a_tone(tmp_path: Path) -> None:
    data = load(tmp_path, {"alerts.csv": ALERTS})
    assert data.tables.mentions["platform"].fillna("").tolist() == ["", "instagram"]
    assert data.tables.mentions["sentiment"].isna().all()


def test_addresses_of_mentions_leave_with_the_names(tmp_path: Path) -> None:
    assert load(tmp_path, {"found.csv": TOOL}, creator_names="hashed").tables.mentions["url"].isna().all()
    assert load(tmp_path, {"found.csv": TOOL}).tables.mentions["url"].notna().all()


@pytest.mark.parametrize(
    ("cells", "tones"), [("-0.5,1", [-0.5, 1.0]), ("positiv,Negativ", [1, -1]), ("-50,80", [None, None])]
)
def test_a_tone_is_a_number_from_minus_one_to_one_or_a_word(tmp_path: Path, cells: str, tones: list[object]) -> None:
    rows = "".join(f"2026-03-0{n},https://a.example/{n},{cell}\n" for n, cell in enumerate(cells.split(","), start=1))
    reading = read(tmp_path, f"Date,URL,Sentiment\n{rows}", "found.csv")
    found = reading.frames["mentions"]["sentiment"].astype(object)
    assert [
        None if value is not None and value != value else value for value in found.where(found.notna(), None)
    ] == tones
    assert ("SENTIMENT_SCALE" in [remark.code for remark in reading.remarks]) == (tones == [None, None])


def test_what_kind_of_source_is_press_is_told_by_the_kind(tmp_path: Path) -> None:
    text = "Date,URL,Source Type,Subject\n2026-03-01,a.example/1,Newspaper,brand\n2026-03-01,b.example/2,Blog,rival\n"
    mentions = read(tmp_path, text, "found.csv").frames["mentions"]
    assert mentions["is_press"].tolist() == [True, False]
    assert mentions["subject"].tolist() == ["us", "competitor"]


def test_one_mention_in_two_exports_is_one_mention(tmp_path: Path) -> None:
    assert len(load(tmp_path, {"one.csv": TOOL, "two.csv": TOOL}).tables.mentions) == 4


@pytest.mark.parametrize(
    "header",
    [
        "ID,Date,Type,Payee,Cost",
        "Date,Source,URL,Total",
        "ID,Created,Type,Status",
        "ID,Created,Type,Subject",
        "Order ID,Date,URL,Source",
        "Date,Source,URL,Spend",
    ],
)
def test_ledgers_orders_and_tickets_are_no_mentions(header: str) -> None:
    names = header.split(",")
    assert not MENTIONS_LIST.fits(names, MENTIONS_LIST.mapping(names))


def test_ids_that_repeat_in_a_file_merge_no_two_mentions(tmp_path: Path) -> None:
    text = "ID,Date,URL,Tone\n1,2026-03-01,https://a.example/1,positive\n1,2026-03-02,https://b.example/2,negative\n"
    data = load(tmp_path, {"found.csv": text + "2,2026-03-03,https://c.example/3,neutral\n"})
    assert sorted(data.tables.mentions["sentiment"]) == [-1, 0, 1]
    assert data.tables.mentions["mention_id"].is_unique
    assert "2" in set(data.tables.mentions["mention_id"])
