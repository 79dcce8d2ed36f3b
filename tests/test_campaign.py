"""The parameters of a campaign: everything wrong is told at once, and nothing is taken for something else."""

import datetime as dt
import json
import math
from pathlib import Path

import pytest

from influence_lib.campaign import Campaign, CampaignError, json_schema, read_published

GOOD = """campaign_id: spring
brand: Examplia
start: 2026-03-01
end: 2026-03-31
files:
  - path: posts.csv
"""


def written(folder: Path, text: str, name: str = "spring.yml") -> Path:
    (folder / "posts.csv").write_text("Handle\n@ada\n", encoding="utf-8")
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def fault(folder: Path, text: str, name: str = "spring.yml") -> str:
    with pytest.raises(CampaignError) as error:
        Campaign.load(written(folder, text, name))
    return str(error.value)


def test_a_good_file_loads_with_the_defaults(tmp_path: Path) -> None:
    campaign = Campaign.load(written(tmp_path, GOOD))
    assert (campaign.start, campaign.timezone, campaign.margin) == (dt.date(2026, 3, 1), "UTC", None)
    assert campaign.creator_names == "hashed"
    assert campaign.path_of(campaign.files[0]) == tmp_path / "posts.csv"


def test_unknown_missing_and_wrong_values_are_told_together_with_key_and_meaning(tmp_path: Path) -> None:
    text = GOOD.replace("brand: Examplia\n", "").replace("start:", "curency: EUR\nmargin: 60\nstart:")
    told = fault(tmp_path, text)
    assert "spring.yml cannot be used" in told
    assert "unknown key 'curency'; did you mean 'currency'?" in told
    assert "brand: missing (the brand, as readers should see it)" in told
    assert "margin: input should be less than or equal to 1, not 60 (share of net revenue left" in told


def test_a_fault_in_an_entry_of_files_is_told_with_its_number(tmp_path: Path) -> None:
    told = fault(tmp_path, GOOD + "  - path: posts.csv\n    sourse: tracker\n")
    assert "unknown key 'files.2.sourse'; did you mean 'source'?" in told


def test_a_key_that_stands_there_twice_is_refused_with_its_line(tmp_path: Path) -> None:
    assert "line 7: the key 'brand' stands here twice" in fault(tmp_path, GOOD + "brand: Other\n")


def test_yaml_keeps_no_and_times_and_leading_zeros_as_they_are_written(tmp_path: Path) -> None:
    campaign = Campaign.load(written(tmp_path, GOOD + "brand_codes: [no, 1:30, 012, 1e5, 0x1F, on]\n"))
    assert campaign.brand_codes == ["no", "1:30", "012", "1e5", "0x1F", "on"]


def test_yes_is_no_truth_value_and_is_refused_where_one_is_needed(tmp_path: Path) -> None:
    assert "synthetic: input should be a valid boolean, not 'yes'" in fault(tmp_path, GOOD + "synthetic: yes\n")


def test_aliases_are_refused_because_they_can_blow_a_small_file_up(tmp_path: Path) -> None:
    text = GOOD + "brand_codes: &a [x]\ncampaign_labels: *a\n"
    assert "aliases (*name) are not allowed" in fault(tmp_path, text)


def test_python_objects_in_yaml_are_refused(tmp_path: Path) -> None:
    assert "cannot be used" in fault(tmp_path, GOOD + "title: !!python/object/apply:os.getcwd []\n")


@pytest.mark.parametrize("name", ["../x", "a/b", "A b", "", "con", "x" * 65])
def test_an_id_that_could_leave_the_folder_or_no_system_can_write_is_refused(tmp_path: Path, name: str) -> None:
    assert "campaign_id: " in fault(tmp_path, GOOD.replace("campaign_id: spring", f"campaign_id: '{name}'"))


def test_the_id_must_be_the_name_of_the_file(tmp_path: Path) -> None:
    assert "campaign_id: is 'spring' but the file is 'summer.yml'" in fault(tmp_path, GOOD, "summer.yml")


def test_missing_and_empty_files_are_told_together_with_their_keys(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").touch()
    told = fault(tmp_path, GOOD + "  - path: gone.csv\n  - path: empty.csv\n  - path: '.'\n")
    assert "files.2.path: there is no file 'gone.csv'" in told
    assert "files.3.path: 'empty.csv' is empty (0 bytes)" in told
    assert "files.4.path: '.' is not a file" in told


def test_an_address_is_no_file(tmp_path: Path) -> None:
    assert "is an address; download the file" in fault(tmp_path, GOOD + "  - path: https://example.com/x.csv\n")


def test_as_of_of_the_command_line_wins_over_the_files(tmp_path: Path) -> None:
    file = written(tmp_path, GOOD + "as_of: 2026-04-30\n")
    assert Campaign.load(file).today == dt.date(2026, 4, 30)
    assert Campaign.load(file, as_of="2026-03-15").today == dt.date(2026, 3, 15)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("timezone: Berlin", "unknown time zone 'Berlin'"),
        ("currency: EURO", "unknown currency 'EURO'"),
        ("band: [250000, 25000]", "the first number must be smaller than the second"),
        ("tiers: {a: [1, 10], b: [5, 20]}", "two tiers overlap"),
        ("as_of: 2026-02-30", "as_of: "),
    ],
)
def test_values_that_make_no_sense_are_refused_by_name(tmp_path: Path, line: str, told: str) -> None:
    assert told in fault(tmp_path, f"{GOOD}{line}\n")


def test_a_campaign_cannot_end_before_it_starts(tmp_path: Path) -> None:
    assert "end: 2026-02-01 is before start 2026-03-01" in fault(tmp_path, GOOD.replace("2026-03-31", "2026-02-01"))


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"", "holds no keys"), (b"- a\n", "holds no keys"), (b"\xff\xfe", "not UTF-8"), (b"a: [", "line ")],
)
def test_what_is_no_parameter_file_is_refused(tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / "spring.yml").write_bytes(content)
    with pytest.raises(CampaignError, match=told):
        Campaign.load(tmp_path / "spring.yml")


def test_a_missing_parameter_file_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(CampaignError, match="influence new NAME FILE"):
        Campaign.load(tmp_path / "spring.yml")


def test_labels_are_the_id_and_the_title_unless_given(tmp_path: Path) -> None:
    assert Campaign.load(written(tmp_path, GOOD + "title: Spring Sale\n")).labels == {"spring", "spring sale"}
    assert Campaign.load(written(tmp_path, GOOD + "campaign_labels: [Q1 Push ]\n")).labels == {"q1 push"}


def test_the_exported_schema_is_strict_and_explains_every_key() -> None:
    schema = json.loads(json.dumps(json_schema()))
    parts = [schema, schema["$defs"]["FileParameters"]]
    assert [part["additionalProperties"] for part in parts] == [False, False]
    assert set(schema["required"]) == {"campaign_id", "brand", "start", "end", "files"}
    assert all(item.get("description") for part in parts for item in part["properties"].values())


@pytest.mark.parametrize(
    "text",
    [
        "? [a]\n: 3\n",
        "[" * 5000,
        "campaign_id: spring\nbrand: B\nstart: 2026-01-01\nend: 2026-01-02\nfiles: [{path: " + "a" * 300 + "}]\n",
    ],
    ids=["a key that is a list", "nested very deep", "a path longer than any system takes"],
)
def test_odd_yaml_is_one_refusal_and_never_a_traceback(text: str, tmp_path: Path) -> None:
    """A batch of hundreds of campaigns is not stopped by one of them."""
    file = tmp_path / "spring.yml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CampaignError, match=r"spring\.yml cannot be used"):
        Campaign.load(file)


def test_an_invisible_sign_in_the_brand_is_refused(tmp_path: Path) -> None:
    """A sign that turns the direction of writing makes a page read differently from its text."""
    file = tmp_path / "spring.yml"
    file.write_text(
        'campaign_id: spring\nbrand: "A\\u202eB"\nstart: 2026-01-01\nend: 2026-01-02\nfiles: []\n', encoding="utf-8"
    )
    with pytest.raises(CampaignError, match="invisible sign"):
        Campaign.load(file)


FIGURES = "key,metric,population,low,high,year,source,certainty\n"
FIGURE = 'some,likes_by_followers,"1,000 accounts",0.03,0.04,2019,"Tool, tool.example",found\n'


def figures_fault(folder: Path, text: str) -> str:
    (folder / "own.csv").write_text(text, encoding="utf-8")
    return fault(folder, GOOD + "benchmarks: own.csv\n")


@pytest.mark.parametrize("sign", [",", ";"])
def test_published_figures_are_read_with_commas_or_semicolons(tmp_path: Path, sign: str) -> None:
    row = "some,likes_by_followers,1000 accounts,0.03,0.04,2019,Tool,found"
    (tmp_path / "own.csv").write_text("\ufeff" + (FIGURES + row).replace(",", sign), encoding="utf-8")
    campaign = Campaign.load(written(tmp_path, GOOD + "benchmarks: own.csv\n"))
    assert campaign.benchmarks_file == tmp_path / "own.csv"
    (figure,) = read_published(campaign.benchmarks_file)
    assert (figure.low, figure.high, figure.year, figure.platform, figure.band) == (
        0.03,
        0.04,
        2019,
        None,
        (0, math.inf),
    )


def test_a_missing_file_of_figures_is_told_with_the_other_problems(tmp_path: Path) -> None:
    told = fault(tmp_path, GOOD.replace("posts.csv", "gone.csv") + "benchmarks: own.csv\n")
    assert "files.1.path: there is no file 'gone.csv'" in told
    assert "benchmarks: there is no file 'own.csv' (paths are relative to this YAML); correct the path" in told


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (FIGURE.replace("0.03", "3 %"), "'own.csv', row 2, column 'low': input should be a valid number"),
        (FIGURE.replace("0.03", "3"), "row 2, column 'low': input should be less than or equal to 1, not '3'"),
        (FIGURE.replace("0.04", "0.02"), "row 2, column 'high': the upper end must not lie below the lower one, 0.03"),
        (FIGURE.replace("likes_by", "like_by"), "row 2, column 'metric': input should be 'likes_by_followers', "),
        (FIGURE.replace("2019", ""), "row 2, column 'year': is empty (when it was published, as 2016)"),
        (FIGURE.replace('"1,000 accounts"', "1,000 accounts"), "row 2: has 9 cells and must have 8 cells; put text"),
        (FIGURE + FIGURE, "row 3, column 'key': 'some' stands here twice; rename one"),
        ("", "row 2: there is no figure; leave `benchmarks` out"),
    ],
)
def test_a_wrong_published_figure_is_told_with_row_and_column_and_the_way_out(
    tmp_path: Path, row: str, words: str
) -> None:
    assert words in figures_fault(tmp_path, FIGURES + row)


def test_wrong_columns_of_a_file_of_figures_are_told_by_name(tmp_path: Path) -> None:
    told = figures_fault(tmp_path, FIGURES.replace("metric", "metrik").replace("certainty", "year") + FIGURE)
    assert "row 1: the column 'metric' is missing" in told and "row 1: unknown column 'metrik'; the columns" in told
    assert "row 1: the column 'year' stands here twice" in told and "the column 'certainty' is missing" in told


def test_an_empty_band_of_followers_is_refused(tmp_path: Path) -> None:
    head, row = (
        FIGURES.replace("metric", "followers_from,followers_to,metric"),
        FIGURE.replace("some", "some,1000,1000"),
    )
    assert "row 2, column 'followers_to': must be more than followers_from, not '1000'" in figures_fault(
        tmp_path, head + row
    )


def test_every_wrong_cell_of_a_file_of_figures_is_told_at_once(tmp_path: Path) -> None:
    told = figures_fault(tmp_path, FIGURES + FIGURE.replace("0.03", "x") + FIGURE.replace("some", "Other!"))
    assert "row 2, column 'low'" in told and "row 3, column 'key'" in told
    assert "write 0.04 for 4 %" in told
