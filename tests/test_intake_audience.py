"""Audiences: a row a part or a column a part, in percent or parts of one, and never more than all."""

from pathlib import Path

import pytest
from small_files import adds_up, load, read

from influence_lib.intake import numerals
from influence_lib.intake.audience import AUDIENCE_LIST
from influence_lib.intake.creators import ROSTER

LONG = """Creator,Platform,As of,Dimension,Value,Share
@ada,instagram,2026-03-01,Age,18-24,38 %
@ada,instagram,2026-03-01,Age,25-34,"40,5 %"
@ada,instagram,2026-03-01,Country,DE,55 %
"""
WIDE = "creator,age_13_17,age_18_24,Age 65+,female\nada,3,38,0.8,61\nben,0.5,50,,55\n"


def test_one_row_a_part_is_read_as_it_stands(tmp_path: Path) -> None:
    reading = read(tmp_path, LONG, "people.csv")
    assert reading.source.name == "audience"
    assert reading.frames["audience"][["dimension", "value", "share"]].to_numpy().tolist() == [
        ["age", "18-24", 0.38],
        ["age", "25-34", 0.405],
        ["country", "DE", 0.55],
    ]
    assert set(reading.frames["audience"]["population"]) == {"followers"}
    assert adds_up(reading)


def test_one_column_a_part_becomes_one_row_a_part_and_unknown_parts_stay_unknown(tmp_path: Path) -> None:
    data = load(tmp_path, {"people.csv": WIDE}, people={"exported_on": "2026-03-20", "platform": "tiktok"})
    shares = data.tables.audience.set_index(["influencer_id", "value"])["share"].round(4).to_dict()
    assert shares[("ada", "65+")] == 0.008
    assert (shares[("ada", "13-17")], shares[("ben", "13-17")], shares[("ada", "female")]) == (0.03, 0.005, 0.61)
    assert ("ben", "65+") not in shares
    assert set(data.tables.audience["platform"]) == {"tiktok"}
    assert {str(day.date()) for day in data.tables.audience["observed_at"]} == {"2026-03-20"}


def test_shares_that_add_up_to_more_than_all_are_named(tmp_path: Path) -> None:
    text = "creator,age_18_24,age_25_34\nada,70%,40%\nben,60%,40%\n"
    reading = read(tmp_path, text, "people.csv")
    assert [remark.code for remark in reading.remarks if remark.warns] == ["AUDIENCE_OVER_ONE"]
    assert "shares that add up to more than 102 % (1 audience)" in reading.notes


def test_shares_that_add_up_to_less_are_no_mistake_because_platforms_tell_only_the_largest(tmp_path: Path) -> None:
    assert read(tmp_path, LONG, "people.csv").notes == ()


@pytest.mark.parametrize(
    ("cells", "shares"),
    [
        (["38%", "0,5 %"], [0.38, 0.005]),
        (["0.38", "1"], [0.38, 1]),
        (["38", "21.5"], [0.38, 0.215]),
        (["38", "0.8"], ["AMBIGUOUS_SHARE", "AMBIGUOUS_SHARE"]),
        (["38 %", "0.21", "0"], [0.38, "AMBIGUOUS_SHARE", 0]),
        (["120 %", "-5 %", "x"], ["NOT_A_SHARE", "NOT_A_SHARE", "NOT_A_NUMBER"]),
    ],
)
def test_a_column_of_shares_is_percent_or_parts_of_one_and_never_both(cells: list[str], shares: list[object]) -> None:
    mark = numerals.column_mark([cell.replace("%", "") for cell in cells], None)
    found = [numerals.share(cell, mark, numerals.scale(cells, mark)) for cell in cells]
    assert [number.fault or number.value for number in found] == shares


def test_a_header_that_says_percent_settles_numbers_below_one(tmp_path: Path) -> None:
    text = "Creator,Dimension,Value,Share %\nada,country,DE,38\nada,country,LU,0.8\n"
    reading = read(tmp_path, text, "people.csv", people={"columns": {"share": "Share %"}})
    assert reading.frames["audience"]["share"].tolist() == [0.38, 0.008]
    assert any("numbers above 1, taken as percent" in note for note in reading.normalised)


def test_numbers_that_can_be_shares_or_percent_set_their_rows_aside(tmp_path: Path) -> None:
    text = "Creator,Dimension,Value,Share\nada,country,DE,38 %\nada,country,LU,0.8\n"
    reading = read(tmp_path, text, "people.csv")
    assert [(fault.line, fault.code) for fault in reading.quarantine] == [(3, "AMBIGUOUS_SHARE")]


def test_the_brands_own_customers_are_no_creator_nobody_knows(tmp_path: Path) -> None:
    text = "Creator,Population,Dimension,Value,Share\n_brand,customers,gender,female,0.6\nzoe,,gender,female,0.7\n"
    data = load(tmp_path, {"people.csv": text, "list.csv": "Handle,Followers\nada,10\n"})
    assert data.tables.audience["population"].tolist() == ["customers", "followers"]
    hashed = load(tmp_path, {"people.csv": text}, creator_names="hashed").tables.audience
    assert hashed["influencer_id"].str.slice(0, 8).tolist() == ["_brand", "creator-"]
    assert "named in audience and in no list of posts or creators (1 creator)" in data.notes


@pytest.mark.parametrize("header", ["Country ID", "Country No", "Land ID", "Followers at", "Followers in"])
def test_a_word_that_is_a_countrys_code_too_is_no_country(header: str) -> None:
    assert not any(name.startswith("country:") for name in AUDIENCE_LIST.mapping(["Creator", header]))
    assert not any(name.startswith("country:") for name in ROSTER.mapping(["Creator", header]))


@pytest.mark.parametrize("header", ["Country AT", "Followers DE", "Audience country NO", "Country ID share"])
def test_a_country_is_told_by_a_code_that_is_no_word_or_by_what_stands_around_it(header: str) -> None:
    found = AUDIENCE_LIST.mapping(["Creator", header])
    assert [name for name in found if name.startswith("country:")] != []


OVERLAPS = """Creator,Platform,As of,Dimension,Value,Share,N
@Ada.Bakes,instagram,2026-03-01,Overlap with,@Ben_Runs,60 %,1000
@Ada.Bakes,instagram,2026-03-01,Overlap with,https://www.instagram.com/cy/,70 %,1000
"""


@pytest.mark.parametrize("names", ["shown", "hashed"])
def test_the_other_creator_of_an_overlap_has_the_same_id_as_everywhere_and_no_name_when_names_are_hashed(
    tmp_path: Path, names: str
) -> None:
    """Shares of an audience that follow several other creators may add up to more than all: 60 % and 70 % do."""
    roster = "Handle,Platform,Followers\nada.bakes,instagram,1000\nben_runs,instagram,900\ncy,instagram,800\n"
    data = load(tmp_path, {"overlaps.csv": OVERLAPS, "roster.csv": roster}, creator_names=names)
    ids = set(data.tables.influencers["influencer_id"])
    audience = data.tables.audience
    assert len(ids) == 3 and set(audience["value"]) <= ids and set(audience["influencer_id"]) <= ids
    assert ("ben_runs" in set(audience["value"])) == (names == "shown")
    assert not any("add up to more" in note for note in data.notes)
    assert audience["n"].tolist() == [1000, 1000]
