"""`influence new`: the YAML it writes loads and runs as it is, and says what it took each file for."""

import json
from pathlib import Path

import pytest
from small_files import POSTS, SHOPIFY, write

from influence_lib import intake, setup
from influence_lib.campaign import Campaign, InputError


def proposed(folder: Path, **files: str | bytes) -> tuple[str, str, Path]:
    """Return the YAML for files, what was told, and where it lies."""
    paths = [write(folder / name.replace("_csv", ".csv"), content) for name, content in files.items()]
    made = setup.propose("spring", paths, folder / "params")
    return made.file.read_text(encoding="utf-8"), "\n".join(made.told), made.file


def test_a_tracker_and_a_list_of_creators_without_platform_and_currency_load_as_they_are(tmp_path: Path) -> None:
    header = "post_id,influencer_id,posted_at,media_type,likes,comments,d_tag,d_text\n"
    tracker = f"{header}1,a,2026-03-01T08:32:12Z,video,5,1,False,True\n"
    yaml, told, file = proposed(
        tmp_path, posts_csv=tracker, people_csv="influencer_id,followers,category\na,35159,Blogger\n"
    )
    data = intake.load(Campaign.load(file))
    assert (len(data.tables.posts), data.tables.followers["followers"].item()) == (1, 35_159)
    assert "posts.csv: tracker spreadsheet, 1 rows" in told
    assert "people.csv: list of creators" in told
    assert 'is_sponsored: ["d_tag", "d_text"]' in yaml
    assert "# currency: EUR" in yaml


def test_simulated_exports_load_as_they_are_with_every_file_used(tmp_path: Path, exports: Path) -> None:
    made = setup.propose("small_one", sorted(exports.iterdir()), tmp_path)
    campaign = Campaign.load(made.file)
    data = intake.load(campaign)
    truth = json.loads((exports / "truth.json").read_text(encoding="utf-8"))
    assert {file.source.name for file in data.files} == {
        "tracker",
        "roster",
        "meta_instagram",
        "shopify_orders",
        "payments",
        "daily_series",
    }
    assert (str(campaign.start), str(campaign.end)) == (truth["campaign"]["start"], truth["campaign"]["end"])
    assert (campaign.synthetic, campaign.currency) == (True, "EUR")
    assert all(file.set_aside == 0 for file in data.files)


def test_a_file_nobody_knows_becomes_a_comment_and_the_rest_loads(tmp_path: Path) -> None:
    yaml, told, file = proposed(tmp_path, tracker_csv=POSTS, odd_csv="Colour,Size\nred,1\n")
    assert "odd.csv: not used." in told
    assert '  # - path: "../odd.csv"' in yaml
    assert [entry.path for entry in Campaign.load(file).files] == ["../tracker.csv"]


def test_an_ambiguous_date_column_gets_the_question_with_its_key(tmp_path: Path) -> None:
    yaml, told, file = proposed(tmp_path, tracker_csv="Handle,Date,Likes\nada,04/03/2026,1\n")
    assert "set `date_order` for this file in the YAML" in told
    assert "# ? tracker.csv cannot be used: the dates of the column 'Date' can be read in two ways" in yaml
    file.write_text(
        yaml.replace("    source: tracker", "    date_order: day_first\n    source: tracker"), encoding="utf-8"
    )
    assert len(intake.load(Campaign.load(file)).tables.posts) == 1


@pytest.mark.parametrize(
    "header",
    [
        'say "hi"',
        "two\nlines",
        "a: #b",
        "- x",
        "{y}",
        "\u2028",
        "\x85z",
        "tab\there",
        "\x7f",
        "*a",
        "!!x",
        "back\\slash",
        "🧶",
        "\u202e",
        "'",
        "%",
        "no",
        "x\r\nfiles:",
    ],
)
def test_no_header_can_break_the_yaml(tmp_path: Path, header: str) -> None:
    quoted = '"' + header.replace('"', '""') + '"'
    _, told, file = proposed(tmp_path, tracker_csv=f"Handle,Posted at,Likes,{quoted}\nada,2026-03-01,7,spring\n")
    campaign = Campaign.load(file)
    assert intake.load(campaign).tables.post_metrics["likes"].tolist() == [7]
    assert len(told.splitlines()) == len(
        [line for line in told.splitlines() if line.startswith(("tracker.csv", "    ?"))]
    )


@pytest.mark.parametrize(
    "header", ["Posted\x85at", "Posted\u2028at", "Posted\x7fat", 'Posted "at"', "posted: at #", "Posted\nat"]
)
def test_a_header_that_is_read_is_written_so_that_it_is_found_again(tmp_path: Path, header: str) -> None:
    quoted = '"' + header.replace('"', '""') + '"'
    _, _, file = proposed(tmp_path, tracker_csv=f"Handle,{quoted},Likes\nada,2026-03-01,7\n")
    assert Campaign.load(file).files[0].columns["posted_at"] == header
    assert intake.load(Campaign.load(file)).tables.post_metrics["likes"].tolist() == [7]


def test_a_hostile_label_or_sponsor_cannot_break_the_yaml(tmp_path: Path) -> None:
    text = 'Handle,Posted at,Likes,Campaign,Sponsor\nada,2026-03-01,7,"x""\n# y: [",Brand\u2028: #\n'
    campaign = Campaign.load(proposed(tmp_path, tracker_csv=text)[2])
    assert campaign.labels == {'x"\n# y: ['}
    assert intake.load(campaign).tables.posts["campaign_id"].item() == "spring"


def test_a_hostile_currency_is_not_written(tmp_path: Path) -> None:
    row = '#1,a@example.com,paid,"EUR\n#",50,0,0,50,,0,2026-03-02 10:00:00 +0100,1,x,,0\n'
    assert Campaign.load(proposed(tmp_path, orders_csv=SHOPIFY + row)[2]).currency is None


def test_the_window_is_that_of_the_posts_with_our_label(tmp_path: Path) -> None:
    rows = "a,2026-01-01,1,\na,2026-03-05,1,spring\na,2026-03-20,1,spring\na,2026-04-02,1,\n"
    yaml, _, file = proposed(tmp_path, tracker_csv=f"Handle,Posted at,Likes,Campaign\n{rows}")
    campaign = Campaign.load(file)
    assert (str(campaign.start), str(campaign.end), campaign.as_of) == ("2026-03-05", "2026-03-20", None)
    assert "# as_of: 2026-04-02  # ? last day in the files" in yaml
    assert "guessed from: first and last post labelled 'spring'" in yaml


def test_a_ledger_alone_is_read_under_the_label_it_uses(tmp_path: Path) -> None:
    text = "Date,Payee,Amount,Currency,Campaign\n2026-03-01,@ada,10,EUR,Q1\n2026-03-02,@ada,20,EUR,Q1\n"
    campaign = Campaign.load(proposed(tmp_path, payments_csv=text)[2])
    assert (campaign.labels, campaign.currency) == ({"q1"}, "EUR")
    assert intake.load(campaign).tables.costs["amount"].sum() == 30


def test_a_yaml_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    before = proposed(tmp_path, tracker_csv=POSTS)[2].read_bytes()
    with pytest.raises(InputError, match="is there already"):
        proposed(tmp_path, tracker_csv=POSTS)
    assert (tmp_path / "params" / "spring.yml").read_bytes() == before


def test_a_name_that_leaves_the_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be a campaign's id"):
        setup.propose("../x", [write(tmp_path / "tracker.csv", POSTS)], tmp_path / "params")


def test_nothing_is_written_when_no_file_can_be_used(tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match=r"none of the files can be used:\n  - x.csv cannot be used: this is a picture"
    ):
        setup.propose("spring", [write(tmp_path / "x.csv", b"\x89PNG")], tmp_path / "params")
    assert not (tmp_path / "params").exists()
