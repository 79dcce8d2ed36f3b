"""Every kind of file is taken for what it is and for nothing else, however its columns are dressed."""

import random
import re
import typing
from pathlib import Path

import pytest
from small_files import campaign, write

from influence_lib import intake, setup
from influence_lib.campaign import Campaign, FileParameters, SourceName
from influence_lib.intake import FileError, recognise
from influence_lib.intake.recognising import SOURCES

DAY = "2026-03-01"
# Header and one row of each kind, as short as the kind allows or as its tool writes it; parted by |.
SAMPLES = {
    "tracker": ("Handle|Platform|Posted at|Likes", f"@ada|instagram|{DAY}|7"),
    "roster": ("Handle|Name|Followers|Engagement Rate|Niche", "@ada|Ada Example|42.9k|11.85%|Baking"),
    "meta_instagram": (
        "Post ID|Account ID|Account username|Account name|Description|Duration (sec)|Publish time|Permalink|Post type|"
        "Data comment|Date|Views|Reach|Likes|Shares|Follows|Comments|Saves",
        "1|2|ada|Ada|Cake|0|03/01/2026 09:00|https://www.instagram.com/p/a1/|IG reel||Lifetime|9|8|7|1|0|1|1",
    ),
    "meta_facebook": (
        "Post ID|Page ID|Page name|Title|Description|Duration (sec)|Publish time|Permalink|Post type|Date|"
        "Views|Reach|Reactions|Comments|Shares",
        "1|2|Ada|Cake|Cake|0|03/01/2026 09:00|https://www.facebook.com/1|Photos|Lifetime|9|8|7|1|0",
    ),
    "tiktok_videos": (
        "Video title|Video link|Post time|Total likes|Total comments|Total shares|Total views",
        f"One|https://www.tiktok.com/@ada/video/7500000000000000001|{DAY}|5|1|0|90",
    ),
    "tiktok_overview": ("Date|Video Views|Profile Views|Likes|Comments|Shares", f"{DAY}|10|2|1|1|0"),
    "tiktok_followers": ("Date|Followers|Difference in followers from previous day", f"{DAY}|10|2"),
    "youtube_videos": (
        "Content|Video title|Video publish time|Duration|Views|Watch time (hours)|Subscribers|Impressions",
        '"abcdefghijk"|One|"Mar 1, 2026"|60|9|1.5|1|90',
    ),
    "youtube_daily": ("Date|Views|Watch time (hours)", f"{DAY}|10|0.5"),
    "x_posts": (
        "Post id|Date|Post text|Post Link|Impressions|Likes|Engagements|Bookmarks|Shares|New follows|Replies|Reposts",
        '1900000000000000001|"Sun, Mar 1, 2026"|Hi|https://x.com/ada/status/1900000000000000001|9|1|2|0|0|0|0|0',
    ),
    "x_overview": (
        "Date|Impressions|Likes|Engagements|Bookmarks|Shares|New follows|Unfollows|Replies|Reposts|Profile visits",
        '"Sun, Mar 1, 2026"|9|1|2|0|0|1|0|0|0|3',
    ),
    "tweet_activity": (
        "Tweet id|Tweet permalink|Tweet text|time|impressions|engagements|engagement rate|retweets|replies|likes",
        f"900000000000000001|https://twitter.com/ada/status/900000000000000001|Hi|{DAY} 09:00 +0000|9|1|0.1|0|0|1",
    ),
    "ga4": ("Date|Session source / medium|Sessions|Key events|Total revenue", "20260301|instagram / social|9|1|10"),
    "shopify_orders": (
        "Name|Email|Financial Status|Currency|Subtotal|Shipping|Taxes|Total|Discount Code|Discount Amount|Created at|"
        "Lineitem quantity|Lineitem name|Cancelled at|Refunded Amount",
        "#1|a@example.com|paid|EUR|50|0|0|50|ADA10|5|2026-03-01 10:00:00 +0100|1|Serum||0",
    ),
    "orders": ("Order number|Date|Total|Discount code", f"1|{DAY}|50|ADA10"),
    "affiliate_actions": (
        "Action Date|Action Id|Status|Partner|SubId1|Sale Amount|Payout|Currency|Promo Code",
        f"{DAY}|1.2.3|APPROVED|Ada|a1|50|5|EUR|ADA10",
    ),
    "attributed_sales": ("Influencer|Date|Orders|Revenue", f"@ada|{DAY}|3|150"),
    "payments": ("Date|Payee|Amount|Currency|Type", f"{DAY}|@ada|300|EUR|fee"),
    "daily_series": ("Date|Google Trends|Ad spend", f"{DAY}|55|100"),
    "facebook_metrics": (
        "Page total likes|Type|Category|Post Month|Post Weekday|Post Hour|Paid|comment|like|share|Total Interactions",
        "139441|Photo|2|12|4|3|0|4|79|17|100",
    ),
    "mentions": ("Date|Title|Snippet|URL|Sentiment|Source type|Reach", f"{DAY}|A|B|https://a.example/1|positive|news|90"),
    "audience": ("Creator|Dimension|Value|Share", "@ada|age|18-24|38 %"),
    "events": ("Date|Creator|Event|Direction|Channel|Message", f"{DAY}|@ada|Outreach|out|e-mail|Dear Ada"),
    "deliverables": ("ID|Handle|Due date|Platform|Format|Status", f"d1|@ada|{DAY}|instagram|reel|agreed"),
    "boosts": (
        "Reporting starts|Reporting ends|Ad name|Post ID|Creator|Audience|Amount spent (EUR)|Reach|Impressions|"
        "Post engagements|Link clicks",
        f"{DAY}|2026-03-09|Boost ada|p1|@ada|Followers|40.00|4400|9680|800|90",
    ),
    "survey": (
        "Response ID|Response date|Order number|How did you hear about us?|Which creator?",
        f"r1|{DAY}|1001|Instagram influencer|@ada",
    ),
}  # fmt: skip
# Told by more than one row of names: their own tests hold a whole small file.
ELSEWHERE = {"meta_daily", "instagram_graph", "amazon_associates"}


def export(path: Path, *rows: list[str]) -> Path:
    """Write rows as a CSV file with every cell in quotes."""
    quoted = [[f'"{cell.replace(chr(34), "")}"' for cell in row] for row in rows]
    return write(path, "".join(",".join(row) + "\n" for row in quoted))


def kind(folder: Path, header: list[str], row: list[str]) -> str:
    """Return what a file of one row is taken for."""
    file = export(folder / "export.csv", header, row)
    return recognise(file, FileParameters.model_validate({"path": file.name})).source.name


def cells(name: str) -> tuple[list[str], list[str]]:
    """Return header and row of a sample."""
    header, row = SAMPLES[name]
    return header.split("|"), row.split("|")


def test_there_is_a_sample_of_every_kind() -> None:
    assert set(SAMPLES) | ELSEWHERE == set(SOURCES) == set(typing.get_args(SourceName))


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_is_taken_for_its_own_kind(tmp_path: Path, name: str) -> None:
    assert kind(tmp_path, *cells(name)) == name


@pytest.mark.parametrize("name", SAMPLES)
def test_the_order_and_the_case_of_columns_tell_nothing(tmp_path: Path, name: str) -> None:
    header, row = cells(name)
    order = random.Random(7).sample(range(len(header)), len(header))
    assert kind(tmp_path, [header[i].upper() for i in order], [row[i] for i in order]) == name


@pytest.mark.parametrize("name", sorted(set(SAMPLES) - {"daily_series"}))
def test_columns_of_ones_own_change_no_kind(tmp_path: Path, name: str) -> None:
    header, row = cells(name)
    assert kind(tmp_path, ["My notes", *header, "Checked by", "Row"], ["fine", *row, "me", "4"]) == name


@pytest.mark.parametrize(
    ("header", "row", "name"),
    [
        ("Order number|Handle|Date|Total", f"1|@ada|{DAY}|50", "orders"),
        ("Invoice|Payee|Date posted|Amount|Type", f"7|@ada|{DAY}|300|fee", "payments"),
        ("Handle|Posted at|Likes|Sentiment|Post URL", f"@ada|{DAY}|7|positive|https://x.com/1", "tracker"),
        ("Handle|Posted at|Likes|Due date|Format|Status", f"@ada|{DAY}|7|{DAY}|reel|done", "tracker"),
        ("Handle|Followers|Audience female|Audience male", "@ada|900|61 %|39 %", "roster"),
        ("Handle|Due date|Type|Amount", f"@ada|{DAY}|fee|300", "payments"),
        ("Handle|Status|Fee|Followers|Deliverables", "@ada|agreed|300|900|2 reels", "roster"),
        ("Date|Influencer|Type|Amount|Channel", f"{DAY}|@ada|fee|300|mail", "payments"),
        ("Date|Creator|Views|Likes|Comments", f"{DAY}|@ada|9|7|1", "tracker"),
        ("Date|Headline|URL|Source|Influencer|Reach|Sentiment", f"{DAY}|A|a.example/1|News|Ada|9|neutral", "mentions"),
        ("Creator|Discount code|Email|Country", "@ada|ADA10|a@example.com|DE", "roster"),
        ("Influencer|Datum|Gefällt mir|Link|Sentiment", f"@ada|{DAY}|7|a.example/1|positiv", "tracker"),
        ("Date|Sessions|Followers", f"{DAY}|9|10", "daily_series"),
    ],
)  # fmt: skip
def test_what_is_almost_two_kinds_is_what_a_person_would_say(tmp_path: Path, header: str, row: str, name: str) -> None:
    assert kind(tmp_path, header.split("|"), row.split("|")) == name


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("Name|Email|Country|Signed up", f"Ada|a@example.com|DE|{DAY}"),
        ("Username|Comment|Date", f"ada|Nice|{DAY}"),
        ("Product|Price|Stock", "Serum|20|5"),
        ("Date|Handle", f"{DAY}|@ada"),
        ("URL|Clicks", "a.example|5"),
    ],
)
def test_what_is_no_kind_we_know_is_taken_for_none(tmp_path: Path, header: str, row: str) -> None:
    with pytest.raises(FileError) as error:
        kind(tmp_path, header.split("|"), row.split("|"))
    assert error.value.code == "NOT_RECOGNISED"
    assert len(str(error.value)) < 400


def test_one_folder_of_all_kinds_together_is_proposed_and_loads(tmp_path: Path) -> None:
    folder = tmp_path / "all"
    folder.mkdir()
    for name in SAMPLES:
        export(folder / f"{name}.csv", *cells(name))
    made = setup.propose("spring", sorted(folder.iterdir()), tmp_path / "params")
    data = intake.load(Campaign.load(made.file))
    used = {file.source.name for file in data.files}
    waiting = {line.partition(".csv")[0] for line in made.told if re.search("(: |; )not used", line)}
    assert used | waiting == set(SAMPLES)
    assert waiting <= {name for name in SAMPLES if SOURCES[name].of_account}


def test_a_kind_told_in_the_yaml_wins_over_what_the_headers_say(tmp_path: Path) -> None:
    text = f"Handle,Posted at,Likes,Fee\n@ada,{DAY},7,300\n"
    told = campaign(tmp_path, {"a.csv": text}, a={"source": "payments", "currency": "EUR"}, currency="EUR")
    assert intake.read_file(told.files[0], told).frames["costs"]["amount"].tolist() == [300]


def test_every_column_that_is_missing_is_named_with_words_that_fit_any_kind(tmp_path: Path) -> None:
    told = campaign(tmp_path, {"a.csv": f"Action ID,Colour\n1,{DAY}\n"}, a={"source": "affiliate_actions"})
    with pytest.raises(FileError) as error:
        intake.read_file(told.files[0], told)
    words = str(error.value)
    assert "as 'affiliate actions (impact.com)' it needs a column for 'ordered_at' and 'amount'" in words
    assert 'Name them in the YAML: `columns: {ordered_at: "the header", amount: "the header"}`' in words
