"""Boosts: an Ads Manager export in its headers, in German, day by day, and joined to the posts."""

from pathlib import Path

import pandas as pd
import pytest
from small_files import POSTS, adds_up, load, read

from influence_lib.intake.boosts import audience_of
from influence_lib.tables import BOOSTS

HEAD = (
    "Reporting starts,Reporting ends,Ad name,Post ID,Creator,Audience,Amount spent (EUR),Reach,Impressions,"
    "Post engagements,Link clicks\n"
)
ADS = (
    HEAD
    + "2026-03-03,2026-03-09,Boost ada | Followers,p1,@ada.bakes,Followers,40.00,4400,9680,800,90\n"
    + "2026-03-03,2026-03-09,Boost ada | Lookalike,p1,@ada.bakes,Lookalike 1 %,20.50,,3100,170,29\n"
)
GERMAN = (
    "Berichtsstart;Berichtsende;Anzeigenname;Beitrags-ID;Handle;Zielgruppe;Ausgegebener Betrag (EUR);Reichweite;"
    "Impressionen;Beitragsinteraktionen;Link-Klicks\n"
    "2026-03-03;2026-03-09;Ada;p1;@ada.bakes;Ähnliche Zielgruppe;1.234,50;4.400;9.680;800;90\n"
)


def test_the_columns_of_an_ads_manager_export_become_boosts(tmp_path: Path) -> None:
    reading = read(tmp_path, ADS, "boosts.csv")
    boosts = reading.frames["boosts"]
    assert reading.source.name == "boosts" and adds_up(reading)
    assert boosts["spend"].tolist() == [40.0, 20.5]
    assert boosts["audience"].tolist() == ["followers", "lookalike"]
    assert boosts["reach"].fillna(-1).tolist() == [4400, -1]
    assert boosts["post_id"].tolist() == ["p1"] * 2 and boosts["boost_id"].is_unique
    assert boosts["started_at"].dt.strftime("%Y-%m-%d").tolist() == ["2026-03-03"] * 2
    assert len(BOOSTS.validate(BOOSTS.shape(boosts))) == 2


def test_german_headers_and_numbers_are_read_alike(tmp_path: Path) -> None:
    boost = read(tmp_path, GERMAN, "anzeigen.csv").frames["boosts"].iloc[0]
    assert (boost["spend"], boost["reach"], boost["engagements"], boost["audience"]) == (1234.5, 4400, 800, "lookalike")


def test_the_currency_in_the_header_counts(tmp_path: Path) -> None:
    text = ADS.replace("(EUR)", "(USD)")
    boosts = load(tmp_path, {"boosts.csv": text}, currency="EUR", exchange_rates={"USD": 0.5}).tables.boosts
    assert sorted(boosts["spend"]) == [10.25, 20.0]


def test_a_boost_goes_by_the_id_of_its_post_and_by_its_address_too(tmp_path: Path) -> None:
    tracker = POSTS.replace("Comments\n", "Comments,Link\n", 1).replace(",21\n", ",21,instagram.com/p/p1\n")
    tracker = tracker.replace(",18\n", ",18,\n").replace(",44\n", ",44,\n")
    by_address = ADS.replace("Post ID", "Permalink").replace(",p1,", ",https://www.instagram.com/p/p1/,")
    for text in (ADS, by_address):
        data = load(tmp_path, {"tracker.csv": tracker, "boosts.csv": text})
        assert data.tables.boosts["post_id"].tolist() == ["instagram/p1"] * 2
        hidden = load(tmp_path, {"tracker.csv": tracker, "boosts.csv": text}, creator_names="hashed").tables
        assert set(hidden.boosts["post_id"]) <= set(hidden.posts["post_id"])
        assert set(hidden.boosts["influencer_id"]) <= set(hidden.posts["influencer_id"])


def test_a_post_that_no_list_knows_leaves_no_address_behind(tmp_path: Path) -> None:
    text = ADS.replace("Post ID", "Permalink").replace(",p1,", ",https://www.tiktok.com/@ada.bakes/video/9/,")
    boosts = load(tmp_path, {"tracker.csv": POSTS, "boosts.csv": text}, creator_names="hashed").tables.boosts
    assert boosts["post_id"].isna().all() and not boosts["influencer_id"].str.contains("ada").any()


def test_days_of_one_advertisement_are_one_boost_whose_people_are_not_summed(tmp_path: Path) -> None:
    rows = [
        f"2026-03-0{day},2026-03-0{day},Boost ada,p1,@ada.bakes,Broad,{day}.50,1000,1500,40,5\n" for day in (3, 4, 5)
    ]
    reading = read(tmp_path, HEAD + "".join(rows), "boosts.csv")
    boost = reading.frames["boosts"].iloc[0]
    assert len(reading.frames["boosts"]) == 1 and adds_up(reading)
    assert (boost["spend"], boost["impressions"], boost["engagements"]) == (13.5, 4500, 120) and pd.isna(boost["reach"])
    assert (boost["started_at"].day, boost["ended_at"].day) == (3, 5)
    assert any("people reached unknown (1 boost)" in words for words in reading.notes)


def test_the_line_of_all_advertisements_is_dropped(tmp_path: Path) -> None:
    reading = read(tmp_path, ADS + "2026-03-03,2026-03-09,,,,,60.50,4400,12780,970,119\n", "boosts.csv")
    assert reading.frames["boosts"]["spend"].sum() == 60.5
    assert reading.dropped["TOTALS_ROW"] == 1


def test_a_boost_that_starts_after_the_report_is_not_known_yet(tmp_path: Path) -> None:
    late = ADS + "2026-09-03,2026-09-09,Boost ada,p1,@ada.bakes,Broad,5,1,1,1,1\n"
    data = load(tmp_path, {"boosts.csv": late})
    assert (len(data.tables.boosts), data.by_reason()) == (2, {"AFTER_AS_OF": 1})


def test_amounts_below_zero_and_fractions_of_people_are_set_aside(tmp_path: Path) -> None:
    text = ADS + "2026-03-03,2026-03-09,x,p2,@ben,Broad,-5,1,1,1,1\n2026-03-03,2026-03-09,y,p2,@ben,Broad,5,1.5,1,1,1\n"
    reading = read(tmp_path, text, "boosts.csv")
    assert dict(reading.set_aside_by_reason) == {"NEGATIVE_AMOUNT": 1, "NOT_INTEGER": 1}


def test_a_tracker_with_a_column_for_spend_stays_a_list_of_posts(tmp_path: Path) -> None:
    tracker = POSTS.replace("Comments\n", "Comments,Spend\n", 1).replace(",21\n", ",21,5\n")
    tracker = tracker.replace(",18\n", ",18,\n").replace(",44\n", ",44,\n")
    assert read(tmp_path, tracker, "tracker.csv").source.name == "tracker"
    ledger = "Date,Creator,Amount,Type\n2026-03-01,ada,100,boost\n"
    assert read(tmp_path, ledger, "costs.csv").source.name == "payments"


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ("Followers of @ada", "followers"),
        ("LAL 2% - engaged 90d", "lookalike"),
        ("Retargeting website visitors", "engaged"),
        ("IG engagers 30 days", "engaged"),
        ("Interessen: Kochen", "interest"),
        ("Advantage+ audience", "broad"),
        ("DE 25-34", "other"),
    ],
)
def test_the_name_of_an_audience_tells_its_kind(told: str, kind: str) -> None:
    assert audience_of(told) == kind
