"""Lists of creators as agencies keep them and creator databases export them."""

from pathlib import Path

import pytest
from small_files import adds_up, load, read

from influence_lib.intake.creators import link_tag

MODASH = """Handle,Name,Followers,Engagement Rate,Avg Likes,Niche,Recent Collabs
@ada.bakes,Ada Example,42.9k,11.85%,5.1k,Baking,"BrandA, BrandB"
https://www.tiktok.com/@ben_runs?lang=en,Ben Example,1.2M,4%,38k,Sports,
"""
UPFLUENCE = """influencer_id,media_url,profile_name,first_name,last_name,phone_number,email,shipping_address.city
9917,https://www.instagram.com/ada.bakes/,ada.bakes,Ada,Example,+49 30 000000,ada@example.com,Berlin
9918,,ben_runs,Ben,Example,,,
"""


def test_a_creator_databases_list_gives_creators_and_followers_and_not_its_estimates(tmp_path: Path) -> None:
    reading = read(tmp_path, MODASH, "list.csv")
    assert reading.source.name == "roster"
    assert reading.frames["influencers"][["influencer_id", "niche"]].to_numpy().tolist() == [
        ["ada.bakes", "Baking"],
        ["ben_runs", "Sports"],
    ]
    assert reading.frames["followers"]["followers"].tolist() == [42_900, 1_200_000]
    assert "estimates of a tool, not taken over: Engagement Rate, Avg Likes" in reading.normalised
    assert reading.unused_headers == ("Name", "Engagement Rate", "Avg Likes", "Recent Collabs")


def test_the_address_of_a_profile_tells_the_platform(tmp_path: Path) -> None:
    platforms = read(tmp_path, MODASH, "list.csv").frames["followers"]["platform"]
    assert platforms.fillna("").tolist() == ["", "tiktok"]


def test_a_databases_own_number_of_a_creator_gives_way_to_the_profile(tmp_path: Path) -> None:
    reading = read(tmp_path, UPFLUENCE, "list.csv")
    assert reading.source.name == "roster"
    assert reading.frames["influencers"]["influencer_id"].tolist() == ["ada.bakes", "9918"]
    assert adds_up(reading)


def test_no_name_address_or_number_of_a_person_is_read(tmp_path: Path) -> None:
    reading = read(tmp_path, UPFLUENCE, "list.csv")
    assert set(reading.mapping) == {"creator", "number", "profile", "platform"}
    told = " ".join(frame.to_csv() for frame in reading.frames.values())
    assert not any(word in told for word in ("Example", "example.com", "000000", "Berlin"))


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("https://shop.example/?utm_source=ig&utm_content=ada-7", "ada-7"),
        ("shop.example/serum?ref=ADA", "ADA"),
        ("utm_content=ada", "ada"),
        ("https://shop.example/?subId1=a1", "a1"),
        ("ada-7", "ada-7"),
        ("https://shop.example/", None),
        ("https://bit.ly/3xYz", None),
    ],
)
def test_the_tag_of_a_link_is_what_its_address_carries(text: str, tag: str | None) -> None:
    assert link_tag(text) == tag


def test_codes_and_tags_of_links_are_a_creators(tmp_path: Path) -> None:
    text = (
        "Handle,Discount code,Tracking link\n"
        "@ada,ADA10 / ADA15,https://shop.example/?utm_content=ada-7\n@ben,,ben-2\n@cyd,,https://shop.example/\n"
    )
    reading = read(tmp_path, text, "list.csv")
    assert sorted(map(tuple, reading.frames["tracking"].to_numpy().tolist())) == [
        ("code", "ADA10", "ada"),
        ("code", "ADA15", "ada"),
        ("link", "ADA-7", "ada"),
        ("link", "BEN-2", "ben"),
    ]
    assert "links without a tag that tells whose they are, left out (1 link)" in reading.notes


def test_followers_are_of_the_day_of_the_download_where_the_list_tells_none(tmp_path: Path) -> None:
    reading = read(tmp_path, MODASH, "list.csv", list={"exported_on": "2026-04-02", "timezone": "UTC"})
    assert {str(day) for day in reading.frames["followers"]["observed_at"].dt.date} == {"2026-04-02"}


def test_a_list_of_creators_with_shares_of_their_audience_gives_both(tmp_path: Path) -> None:
    text = "Handle,Platform,Followers,Audience female,Audience male,Country DE\nada,instagram,9000,61.5,38.5,0.8\n"
    data = load(tmp_path, {"list.csv": text})
    assert data.tables.followers["followers"].item() == 9_000
    shares = data.tables.audience.set_index("value")["share"]
    assert shares.round(4).to_dict() == {"female": 0.615, "male": 0.385, "DE": 0.008}


@pytest.mark.parametrize(
    "text",
    [
        "Creator,Campaign,Date,Fee,Currency\n@ada,Spring,2026-03-02,100,EUR\n@ada,Autumn,2026-03-03,900,EUR\n",
        "Creator,Campaign,Platform,Cost,Currency\n@ada,Spring,instagram,100,EUR\n@ada,Autumn,tiktok,900,EUR\n",
        "Name,Handle,Cost,Paid on,Campaign\nA,@ada,100,2026-03-02,Spring\nA,@ada,900,2026-03-03,Autumn\n",
    ],
)
def test_a_ledger_of_several_campaigns_is_no_list_of_creators_whatever_its_amounts_are_called(
    tmp_path: Path, text: str
) -> None:
    reading = read(tmp_path, text, "paid.csv", paid={"currency": "EUR"}, currency="EUR")
    assert reading.source.name == "payments"
    assert reading.frames["costs"]["amount"].tolist() == [100]
    assert dict(reading.dropped) == {"OTHER_CAMPAIGN": 1}


def test_a_list_with_followers_stays_a_list_of_creators_beside_fee_and_campaign(tmp_path: Path) -> None:
    text = "Handle,Followers,Fee,Campaign,Paid on\n@ada,9000,100,Spring,2026-03-02\n"
    reading = read(tmp_path, text, "list.csv", list={"currency": "EUR"}, currency="EUR")
    assert (reading.source.name, reading.frames["agreed"]["amount"].tolist()) == ("roster", [100])


def test_creators_and_platforms_alone_make_no_list_of_creators(tmp_path: Path) -> None:
    text = "Creator,Platform,Amount,Currency\n@ada,instagram,100,EUR\n"
    assert read(tmp_path, text, "paid.csv", currency="EUR").source.name == "payments"


def test_a_handle_goes_before_the_address_of_a_profile_on_another_platform(tmp_path: Path) -> None:
    text = "Handle,TikTok URL,Followers,Discount code\nanna,https://www.tiktok.com/@annatok,12000,ANNA10\n"
    reading = read(tmp_path, text, "list.csv")
    assert reading.frames["influencers"]["influencer_id"].tolist() == ["anna"]
    assert reading.frames["tracking"].to_numpy().tolist() == [["code", "ANNA10", "anna"]]


def test_a_creator_without_a_handle_goes_by_the_profile(tmp_path: Path) -> None:
    address = "https://www.tiktok.com/@annatok"
    text = f"Handle,TikTok URL,Followers\nben,,7\n,{address},12000\n"
    reading = read(tmp_path, text, "list.csv")
    assert reading.frames["influencers"]["influencer_id"].tolist() == ["ben", "annatok"]
    assert adds_up(reading)
