"""`influence new`: the YAML it writes loads and runs as it is, and says what it took each file for."""

import io
import json
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from small_files import POSTS, SHOPIFY, write

from influence_lib import intake, setup
from influence_lib.campaign import Campaign, InputError
from influence_lib.intake import FileError


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
    assert "posts.csv: tracker spreadsheet, 1 row\n" in told
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
        "survey",
        "boosts",
        "audience",
    }
    assert (str(campaign.start), str(campaign.end)) == (truth["campaign"]["start"], truth["campaign"]["end"])
    assert (campaign.timezone, campaign.competitors) == (truth["timezone"], [])
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
        [line for line in told.splitlines() if line.startswith(("tracker.csv", "    ?", "? `exported_on`"))]
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


def book(**sheets: list[list[object]]) -> bytes:
    """Return a workbook of named sheets."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


TRACKER_ROWS = [["Handle", "Platform", "Posted", "Likes"], ["ada", "x", "2026-03-01", 5], ["ben", "x", "2026-04-01", 7]]


def test_every_sheet_of_a_workbook_gets_an_entry_and_none_counts_twice(tmp_path: Path) -> None:
    head, first, second = TRACKER_ROWS
    content = book(March=[head, first], April=[head, second], All=[head, first, second], Pivot=[["Sum", "Of"], [1, 2]])
    _, told, file = proposed(tmp_path, **{"months.xlsx": content})
    assert [entry.sheet for entry in Campaign.load(file).files] == ["All"]
    assert "months.xlsx, sheet 'March': not used. all rows of months.xlsx, sheet 'March' stand in" in told
    assert "months.xlsx, sheet 'Pivot' is of no known kind" in told


def test_a_sheet_a_month_and_a_list_of_creators_are_all_read(tmp_path: Path) -> None:
    head, first, second = TRACKER_ROWS
    content = book(March=[head, first], April=[head, second], Creators=[["Handle", "Followers"], ["ada", 900]])
    _, _, file = proposed(tmp_path, **{"all.xlsx": content})
    data = intake.load(Campaign.load(file))
    assert [entry.sheet for entry in Campaign.load(file).files] == ["March", "April", "Creators"]
    assert (len(data.tables.posts), data.tables.followers["followers"].tolist()) == (2, [900])


def test_the_same_file_under_two_names_is_used_once(tmp_path: Path) -> None:
    _, told, file = proposed(tmp_path, tracker_csv=POSTS, copy_csv=POSTS)
    assert "copy.csv: not used. copy.csv holds the same data as tracker.csv" in told
    assert [entry.path for entry in Campaign.load(file).files] == ["../tracker.csv"]


def test_a_file_that_is_almost_a_tracker_gets_a_skeleton_to_fill_in(tmp_path: Path) -> None:
    odd = "Handle,Posted at,Hearts\nada,2026-03-01,7\n"
    yaml, _, file = proposed(tmp_path, tracker_csv=POSTS, odd_csv=odd)
    skeleton = yaml[yaml.index('  # - path: "../odd.csv"') :]
    assert "  #   source: tracker  # ?" in skeleton
    assert '  #     creator: "Handle"' in skeleton
    filled = yaml.replace("  # -", "  -").replace("  #   ", "    ").replace("likes:  # ? the", 'likes: "Hearts"  #')
    file.write_text(filled, encoding="utf-8")
    assert len(intake.load(Campaign.load(file)).tables.posts) == 4


def test_a_header_in_a_later_row_is_pointed_at(tmp_path: Path) -> None:
    text = "Our,great,tracker,of,2026\na,b,c,d,e\nHandle,Posted at,Likes,Comments,Reach\nada,2026-03-01,1,1,1\n"
    _, told, _ = proposed(tmp_path, tracker_csv=POSTS, late_csv=text)
    assert "late.csv: not used." in told
    assert "line 3 looks like the column names: delete those above" in told


DAYS = "Date,Video Views,Profile Views,Likes,Comments,Shares\n2026-03-01,10,2,1,1,0\n2026-03-02,12,1,1,0,0\n"
VIDEOS = (
    "Video title,Video link,Post time,Total likes,Total comments,Total shares,Total views\n"
    "One,https://www.tiktok.com/@ada.bakes/video/7500000000000000001,2026-03-01,5,1,0,90\n"
)


def test_an_accounts_export_without_its_name_waits_for_it(tmp_path: Path) -> None:
    yaml, told, file = proposed(tmp_path, tracker_csv=POSTS, days_csv=DAYS)
    assert "days.csv: daily overview (TikTok Studio), 2 rows; not used until the question is answered" in told
    assert "? `creator`: whose account it is: the handle as in the other files" in told
    assert [file.source.name for file in intake.load(Campaign.load(file)).files] == ["tracker"]
    head, _, waiting = yaml.partition("  # not used until its question is answered:\n")
    answered = head + re.sub("(?m)^  # ", "  ", waiting).replace("creator:  #", "creator: Ada  #")
    file.write_text(answered.replace("creator_names: hashed", "creator_names: shown"), encoding="utf-8")
    assert set(intake.load(Campaign.load(file)).tables.series["influencer_id"]) == {"ada"}


def test_an_accounts_name_is_taken_from_the_only_other_export_of_the_platform(tmp_path: Path) -> None:
    yaml, _, file = proposed(tmp_path, videos_csv=VIDEOS, days_csv=DAYS)
    assert 'creator: "ada.bakes"  # ? the only one in the other exports of the platform' in yaml
    assert len(intake.load(Campaign.load(file)).files) == 2


def test_what_is_of_the_day_of_the_download_asks_for_that_day(tmp_path: Path) -> None:
    yaml, told, _ = proposed(tmp_path, tracker_csv=POSTS)
    assert "    # exported_on: YYYY-MM-DD  # ?\n" in yaml and "the day it was downloaded" in told


def test_what_the_day_of_the_download_is_for_is_said_once(tmp_path: Path) -> None:
    one, other = POSTS, POSTS.replace(",p", ",q").replace("2026-03-0", "2026-03-1")
    yaml, told, _ = proposed(tmp_path, one_csv=one, other_csv=other)
    assert yaml.count("    # exported_on: YYYY-MM-DD") == 2
    assert (yaml.count("the day it was downloaded"), told.count("the day it was downloaded")) == (1, 1)
    assert yaml.index("the day it was downloaded") < yaml.index("campaign_id:")


def test_a_list_of_creators_is_not_asked_when_it_was_downloaded(tmp_path: Path) -> None:
    dated = POSTS.replace("Likes", "Checked at,Likes").replace("Z,", "Z,2026-04-01,")
    yaml, told, _ = proposed(tmp_path, tracker_csv=dated, people_csv="Handle,Followers\nada.bakes,900\n")
    assert "exported_on" not in yaml + told


SALES = "campaign,influencer_id,date,orders,revenue\n"
SOLD = ("Two,ada.bakes,2026-03-05,5,900\n", "One,ada.bakes,2026-03-06,2,70\n", "Two,ben_runs,2026-03-07,1,5\n")


def test_the_labels_in_sales_of_a_dashboard_are_asked_for(tmp_path: Path) -> None:
    yaml, told, file = proposed(tmp_path, tracker_csv=POSTS, sales_csv=SALES + "".join(SOLD))
    assert 'campaign_labels: ["Two"]  # ? how the files name this campaign' in yaml
    assert "# ? `campaign_labels`: which of these is this campaign: Two (2 rows), One (1 row)\n" in yaml
    assert "? `campaign_labels`: which of these is this campaign: Two (2 rows), One (1 row)" in told
    assert [reading.used for reading in intake.load(Campaign.load(file)).files] == [3, 2]


def test_labels_are_no_question_where_one_is_the_name_of_the_campaign(tmp_path: Path) -> None:
    yaml, told, _ = proposed(tmp_path, sales_csv=SALES + "".join(SOLD).replace("One", "Spring"))
    assert "campaign_labels" not in yaml + told


def test_labels_are_asked_for_where_only_the_posts_name_the_campaign_by_its_id(tmp_path: Path) -> None:
    tracker = "Handle,Posted at,Likes,Campaign\nada.bakes,2026-03-01,7,spring\n"
    yaml = proposed(tmp_path, tracker_csv=tracker, sales_csv=SALES + SOLD[0])[0]
    assert "# ? `campaign_labels`: which of these is this campaign: spring (1 row), Two (1 row)" in yaml


def test_a_file_without_rows_is_said_to_have_none(tmp_path: Path) -> None:
    told = proposed(tmp_path, tracker_csv=POSTS, sales_csv=SALES)[1]
    assert ", no rows\n" in told + "\n"


def test_a_map_in_the_yaml_wins_over_what_headers_say(tmp_path: Path) -> None:
    text = "Handle,Posted at,Likes,Hearts\nada,2026-03-01,1,7\n"
    yaml, _, file = proposed(tmp_path, tracker_csv=text)
    file.write_text(yaml.replace('likes: "Likes"', 'likes: "Hearts"'), encoding="utf-8")
    assert intake.load(Campaign.load(file)).tables.post_metrics["likes"].tolist() == [7]


def test_everything_wrong_in_a_map_is_told_at_once(tmp_path: Path) -> None:
    yaml, _, file = proposed(tmp_path, tracker_csv=POSTS)
    wrong = yaml.replace('"Likes"', '"Lieks"').replace('"Comments"', '"Coments"').replace("platform:", "plattform:")
    file.write_text(wrong, encoding="utf-8")
    with pytest.raises(FileError) as error:
        intake.load(Campaign.load(file))
    told = str(error.value)
    assert all(word in told for word in ("'Lieks'", "'Coments'", "'plattform'", "did you mean 'platform'"))


def test_an_export_that_waits_alone_stands_in_the_yaml_and_reading_names_the_key(tmp_path: Path) -> None:
    file = proposed(tmp_path, days_csv=DAYS)[2]
    with pytest.raises(FileError, match="name the creator in the YAML: `creator: handle`"):
        intake.load(Campaign.load(file))


def test_every_table_of_an_archive_gets_an_entry(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("out/tracker.csv", POSTS)
        archive.writestr("out/list.csv", "Handle,Followers\nada.bakes,900\n")
    file = proposed(tmp_path, **{"all.zip": packed.getvalue()})[2]
    assert sorted(entry.source or "" for entry in Campaign.load(file).files) == ["roster", "tracker"]
    assert intake.load(Campaign.load(file)).tables.followers["followers"].tolist() == [900]
