"""Answers after purchase: how buyers heard of the brand, without a word of what they wrote."""

from pathlib import Path

import pytest
from small_files import POSTS, SHOPIFY, adds_up, load, read

from influence_lib.intake import surveys
from influence_lib.intake.surveys import SURVEY_ANSWERS, channel, name_key
from influence_lib.setup import propose

SHEET = """Response ID,Response date,Order number,How did you hear about us?,Which creator?
r1,2026-03-02 10:00,#1001,Instagram/TikTok influencer,@Ada.Bakes
r2,2026-03-02 11:00,#1002,Google,
r3,2026-03-03 12:00,1003,Friend or family,my cousin Zoe
r4,2026-03-04 12:00,,Instagram,Ben Runs
r5,2026-03-04 13:00,,Don't remember,
"""
FAIRING = """Response ID,Question,Response,Other Response,Order Number,Submitted At,Customer Email
1,How did you hear about us?,Other,a creator I follow,1001,2026-03-02 10:00,zoe@mail.example
1,How did you hear about us?,YouTube,,1001,2026-03-02 10:00,zoe@mail.example
2,Who is this for?,Myself,,1001,2026-03-02 10:00,zoe@mail.example
"""
ORDERS = SHOPIFY + "#1003,a@b.example,paid,EUR,50,0,0,50,,0,2026-03-02 09:00:00 +0100,1,Serum,,0\n"


def test_a_survey_gives_channels_and_the_creators_other_files_know(tmp_path: Path) -> None:
    """Names are compared by letters and digits, so 'Ben Runs' is @ben_runs; who is unknown is left out."""
    found = load(tmp_path, {"posts.csv": POSTS, "survey.csv": SHEET}).tables.survey.set_index("response_id")
    assert found["channel"].tolist() == ["creator", "search", "friend", "creator", "unknown"]
    assert found["influencer_id"].fillna("").tolist() == ["ada.bakes", "", "", "ben_runs", ""]


def test_creators_named_in_answers_go_by_the_hash_of_the_other_tables(tmp_path: Path) -> None:
    found = load(tmp_path, {"posts.csv": POSTS, "survey.csv": SHEET}, creator_names="hashed").tables
    assert set(found.survey["influencer_id"].dropna()) == set(found.posts["influencer_id"])
    assert found.survey["influencer_id"].dropna().str.startswith("creator-").all()


def test_orders_are_told_with_and_without_the_hash_sign(tmp_path: Path) -> None:
    tables = load(tmp_path, {"posts.csv": POSTS, "orders.csv": ORDERS, "survey.csv": SHEET}).tables
    assert tables.survey.set_index("response_id").loc["r3", "order_id"] == tables.orders["order_id"].iloc[0]


def test_of_what_buyers_wrote_nothing_is_kept(tmp_path: Path) -> None:
    """Neither the tables nor what is read from the file alone, which the cache keeps, hold a word of it."""
    reading = read(tmp_path, SHEET, "survey.csv")
    told = reading.frames["survey"].to_csv()
    assert reading.source.name == "survey" and adds_up(reading)
    assert not any(word in told.casefold() for word in ("zoe", "ada", "ben", "google", "cousin"))


def test_rows_of_one_response_are_one_answer_and_other_questions_are_dropped(tmp_path: Path) -> None:
    """The creator counts before the platform; the row of the other question is accounted for."""
    reading = read(tmp_path, FAIRING, "fairing.csv")
    assert reading.source.name == "survey" and adds_up(reading)
    assert reading.frames["survey"]["channel"].tolist() == ["creator"]
    assert dict(reading.dropped) == {"OTHER_ITEM": 1}


def test_a_german_sheet_without_ids_keeps_equal_answers(tmp_path: Path) -> None:
    text = "Datum;Wie hast du von uns erfahren?\n" + "02.03.2026;Freundin\n" * 2 + "14.03.2026;Kosmetikbloggerin\n"
    reading = read(tmp_path, text, "umfrage.csv")
    assert reading.frames["survey"]["channel"].tolist() == ["friend", "friend", "creator"]
    assert reading.frames["survey"]["response_id"].is_unique


def test_one_survey_in_two_exports_is_one_survey(tmp_path: Path) -> None:
    assert len(load(tmp_path, {"posts.csv": POSTS, "one.csv": SHEET, "two.csv": SHEET}).tables.survey) == 5


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Instagram/TikTok influencer", "creator"),
        ("An influencer, don't remember who", "creator"),
        ("Someone I follow on Instagram", "creator"),
        ("TikTok", "social_media"),
        ("Instagram ad", "advertisement"),
        ("A podcast", "advertisement"),
        ("Google search", "search"),
        ("Meine Freundin", "friend"),
        ("Newspaper or magazine", "press"),
        ("Weiß ich nicht mehr", "unknown"),
        ("dm", "shop"),
        ("The moon", "other"),
        ("...", "unknown"),
    ],
)
def test_an_answer_is_of_the_first_channel_whose_word_it_holds(text: str, found: str) -> None:
    assert channel(text) == found


def test_a_friend_is_a_friend_even_under_a_creators_name(tmp_path: Path) -> None:
    text = "Response ID,Submitted at,Answer,Other text\n1,2026-03-02,Friend,ada bakes\n2,2026-03-02,Other,ada bakes\n"
    found = load(tmp_path, {"posts.csv": POSTS, "survey.csv": text}).tables.survey
    assert found.sort_values("response_id")["channel"].tolist() == ["friend", "creator"]


@pytest.mark.parametrize(
    "header",
    [
        "Order ID,Order date,Net revenue,Discount code,How did you hear about us?",
        "Date,Answer,Points",
        "Ticket ID,Date,Question,Answer",
        "Response ID,Handle,Followers",
    ],
)
def test_orders_and_other_lists_are_no_survey(header: str) -> None:
    names = header.split(",")
    assert not SURVEY_ANSWERS.fits(names, SURVEY_ANSWERS.mapping(names))


def test_two_creators_of_one_name_are_not_mixed_up(tmp_path: Path) -> None:
    assert name_key("@Ada.Bakes") == name_key("ada bakes") == "adabakes"
    posts = POSTS.replace("@ben_runs", "@ada_bakes")
    found = load(tmp_path, {"posts.csv": posts, "survey.csv": SHEET}).tables.survey
    assert found["influencer_id"].isna().all()


def test_a_new_campaign_recognises_a_survey_and_writes_its_columns_down(tmp_path: Path) -> None:
    (tmp_path / "survey.csv").write_text(SHEET, encoding="utf-8")
    text = propose("spring", [tmp_path / "survey.csv"], tmp_path / "params").file.read_text(encoding="utf-8")
    assert 'answer: "How did you hear about us?"' in text
    assert surveys.SURVEY_ANSWERS.label == "survey after purchase"
