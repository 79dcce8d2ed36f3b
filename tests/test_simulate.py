import csv
import io
import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from influence_lib.simulate import SCENARIOS, Scenario, Truth, simulate

TRACKER = (
    "Handle,Platform,Post ID,Posted at,Checked at,Type,Followers,Likes,Comments,Shares,Saves,Reach,Sponsored,Sponsor,"
    "Campaign,Caption,URL"
)
ROSTER = "Handle,Platform,Category,Country,Status,Followers,Discount code,Fee agreed"
PAYMENTS = "Date,Payee,Kind,Amount,Currency,Status,Campaign,Note"
DAILY = "Date,Search interest,Other marketing spend,Website visits,Brand followers"
SURVEY = "Response ID,Response date,Order number,How did you hear about us?,Which creator?"
BOOSTS = (
    "Reporting starts,Reporting ends,Ad name,Post ID,Creator,Audience,Amount spent (EUR),Reach,Impressions,"
    "Post engagements,Link clicks"
)
OVERLAP = "Creator,Platform,As of,Population,Dimension,Value,Share,n"
INSTAGRAM = (
    '\ufeff"Post ID","Account ID","Account username","Account name",Description,"Duration (sec)","Publish time",'
    'Permalink,"Post type","Data comment",Date,Views,Reach,Likes,Shares,Follows,Comments,Saves\r\n'
)
SHOPIFY = (
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,Shipping,"
    "Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,"
    "Lineitem price,Lineitem compare at price,Lineitem sku,Lineitem requires shipping,Lineitem taxable,"
    "Lineitem fulfillment status,Billing Name,Billing Street,Billing Address1,Billing Address2,Billing Company,"
    "Billing City,Billing Zip,Billing Province,Billing Country,Billing Phone,Shipping Name,Shipping Street,"
    "Shipping Address1,Shipping Address2,Shipping Company,Shipping City,Shipping Zip,Shipping Province,"
    "Shipping Country,Shipping Phone,Notes,Note Attributes,Cancelled at,Payment Method,Payment Reference,"
    "Refunded Amount,Vendor,Outstanding Balance,Employee,Location,Device ID,Id,Tags,Risk Level,Source,"
    "Lineitem discount,Tax 1 Name,Tax 1 Value,Tax 2 Name,Tax 2 Value,Tax 3 Name,Tax 3 Value,Tax 4 Name,Tax 4 Value,"
    "Tax 5 Name,Tax 5 Value,Phone,Receipt Number,Duties,Billing Province Name,Shipping Province Name,Payment ID,"
    "Payment Terms Name,Next Payment Due At,Payment References"
)
FILES = {
    "tracker.csv",
    "instagram_content.csv",
    "roster.csv",
    "orders.csv",
    "payments.csv",
    "daily_series.csv",
    "survey.csv",
    "boosts.csv",
    "audience_overlap.csv",
    "truth.json",
}


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Truth]:
    out = tmp_path_factory.mktemp("worked")
    return out, simulate("spring", out, seed=7, scenario="worked")


@pytest.fixture(scope="module")
def clear(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    out = tmp_path_factory.mktemp("clear")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(SCENARIOS, "clear", replace(SCENARIOS["default"], fake_share=0.0, creators=200, posts=10_000))
        simulate("clear", out, seed=3, scenario="clear")
    return rates(tracker(out))


def cells(file: Path) -> pd.DataFrame:
    return pd.read_csv(file, dtype=str, keep_default_na=False, encoding="utf-8-sig")


def tracker(out: Path) -> pd.DataFrame:
    rows = cells(out / "tracker.csv").drop_duplicates()
    counts = {name: rows[name].str.replace(",", "").astype(int) for name in ("Followers", "Likes", "Comments")}
    handle = "@" + rows["Handle"].str.lower().str.lstrip("@")
    times = {name: pd.to_datetime(rows[name]) for name in ("Posted at", "Checked at")}
    return rows.assign(Handle=handle, **counts, **times).reset_index(drop=True)


def rates(rows: pd.DataFrame) -> pd.DataFrame:
    old = rows[rows["Checked at"] - rows["Posted at"] > pd.Timedelta(days=7)]
    engagements = old["Likes"] + old["Comments"]
    return old.assign(engagements=engagements, log_rate=np.log((engagements + 0.5) / old["Followers"]))


def written(out: Path, scenario: Scenario, seed: int = 5) -> Truth:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(SCENARIOS, "tried", scenario)
        return simulate("tried", out, seed, scenario="tried")


def money(values: pd.Series) -> pd.Series:
    return (values.astype(float) * 100).round().astype(int)


def test_the_same_seed_gives_the_same_bytes(worked: tuple[Path, Truth], tmp_path: Path) -> None:
    simulate("spring", tmp_path, seed=7, scenario="worked")
    assert {file.name for file in tmp_path.iterdir()} == FILES
    assert all((tmp_path / name).read_bytes() == (worked[0] / name).read_bytes() for name in FILES)


def test_another_seed_gives_other_numbers(worked: tuple[Path, Truth], tmp_path: Path) -> None:
    simulate("spring", tmp_path, seed=8, scenario="worked")
    assert all((tmp_path / name).read_bytes() != (worked[0] / name).read_bytes() for name in FILES)


def test_without_lift_only_the_orders_and_what_follows_them_change(tmp_path: Path) -> None:
    written(tmp_path / "with", SCENARIOS["small"])
    written(tmp_path / "without", replace(SCENARIOS["small"], lift=0.0))
    same = {
        name for name in FILES if (tmp_path / "with" / name).read_bytes() == (tmp_path / "without" / name).read_bytes()
    }
    assert same == FILES - {"orders.csv", "survey.csv", "daily_series.csv", "truth.json"}


def test_the_sponsored_effect_changes_counts_and_nothing_about_money(tmp_path: Path) -> None:
    written(tmp_path / "a", SCENARIOS["small"])
    written(tmp_path / "b", replace(SCENARIOS["small"], sponsored_effect=-1.0))
    feeds = [tracker(tmp_path / side) for side in "ab"]
    assert feeds[0]["Posted at"].equals(feeds[1]["Posted at"]) and not feeds[0]["Likes"].equals(feeds[1]["Likes"])
    assert all(
        (tmp_path / "a" / n).read_bytes() == (tmp_path / "b" / n).read_bytes() for n in ("orders.csv", "payments.csv")
    )


def test_orders_caused_are_the_orders_that_vanish_without_lift(tmp_path: Path) -> None:
    truth = written(tmp_path / "with", SCENARIOS["small"])
    written(tmp_path / "without", replace(SCENARIOS["small"], lift=0.0))
    with_lift, without = (cells(tmp_path / side / "orders.csv")["Name"].nunique() for side in ("with", "without"))
    assert with_lift - without == truth.campaign.incremental_orders > 0


def test_the_planted_size_elasticity_comes_back(clear: pd.DataFrame) -> None:
    sums = clear.groupby("Handle")[["engagements", "Followers"]].sum()
    size = np.log(sums["Followers"] / clear.groupby("Handle").size())
    slope = np.polyfit(size, np.log(sums["engagements"] / sums["Followers"]), 1)[0]
    assert slope == pytest.approx(-0.124, abs=0.06)


def test_the_planted_sponsored_effect_comes_back_within_creator_and_month(clear: pd.DataFrame) -> None:
    keys = [clear["Handle"], clear["Posted at"].dt.month, clear["Type"]]
    paid = (clear["Sponsored"] == "yes").astype(float)
    paid, log_rate = (values - values.groupby(keys).transform("mean") for values in (paid, clear["log_rate"]))
    assert (paid @ log_rate) / (paid @ paid) == pytest.approx(-0.12, abs=0.045)


def test_the_planted_saturation_comes_back_from_the_shares_in_the_file(clear: pd.DataFrame) -> None:
    over = pd.Series(0.0, index=clear.index)
    for _, feed in clear.groupby("Handle"):
        for start, rows in feed.groupby(feed["Posted at"].dt.strftime("%Y-%m-01")):
            age = (pd.Timestamp(start, tz="UTC") - feed["Posted at"]) / pd.Timedelta(days=1)
            before = feed.loc[(age > 0) & (age <= 90), "Sponsored"] == "yes"
            over[rows.index] = max(before.mean() - 0.45, 0) if len(before) else 0.0
    organic = clear["Sponsored"] == "no"
    y, x = (s[organic] - s[organic].groupby(clear["Handle"]).transform("mean") for s in (clear["log_rate"], over))
    assert (x @ y) / (x @ x) == pytest.approx(-1.2, abs=0.25)


def test_in_the_null_world_nothing_is_caused_but_codes_still_leak(tmp_path: Path) -> None:
    truth = simulate("null", tmp_path, seed=2, scenario="null", creators=30)
    assert (truth.size_elasticity, truth.sponsored_effect, truth.kink) == (0, 0, None)
    assert (truth.campaign.incremental_orders, truth.campaign.incremental_revenue) == (0, 0)
    assert truth.campaign.code_orders_leaked > 0 == truth.campaign.code_orders_caused


def test_headers_are_those_of_the_real_exports(worked: tuple[Path, Truth]) -> None:
    first = {name: (worked[0] / name).read_bytes().decode().split("\n")[0] + "\n" for name in FILES - {"truth.json"}}
    plain = {"tracker": TRACKER, "roster": ROSTER, "payments": PAYMENTS, "daily_series": DAILY, "orders": SHOPIFY}
    plain |= {"survey": SURVEY, "boosts": BOOSTS, "audience_overlap": OVERLAP}
    assert all(first[f"{name}.csv"] == header + "\n" for name, header in plain.items())
    assert first["instagram_content.csv"] == INSTAGRAM
    assert len(SHOPIFY.split(",")) == 79


def test_order_fields_stand_on_the_first_row_of_an_order_only(worked: tuple[Path, Truth]) -> None:
    rows = cells(worked[0] / "orders.csv")
    later = rows["Name"].duplicated()
    order_fields = rows[
        ["Financial Status", "Currency", "Subtotal", "Total", "Discount Amount", "Refunded Amount", "Id"]
    ]
    assert later.any() and (order_fields[later] == "").all(axis=None) and (order_fields[~later] != "").all(axis=None)
    assert (rows[["Email", "Created at", "Lineitem name", "Lineitem price"]] != "").all(axis=None)


def test_every_order_adds_up_to_the_cent(worked: tuple[Path, Truth]) -> None:
    rows = cells(worked[0] / "orders.csv")
    goods = (money(rows["Lineitem price"]) * rows["Lineitem quantity"].astype(int)).groupby(rows["Name"]).sum()
    first = rows[rows["Subtotal"] != ""].set_index("Name")
    amount = {
        name: money(first[name])
        for name in ("Subtotal", "Shipping", "Taxes", "Total", "Discount Amount", "Refunded Amount")
    }
    assert (goods.reindex(first.index) == amount["Subtotal"] + amount["Discount Amount"]).all()
    assert (amount["Total"] == amount["Subtotal"] + amount["Shipping"] + amount["Taxes"]).all()
    assert (amount["Refunded Amount"] <= amount["Total"]).all()


def test_code_revenue_and_cost_in_the_files_are_those_of_the_truth(worked: tuple[Path, Truth]) -> None:
    out, truth = worked
    first = cells(out / "orders.csv").query("Subtotal != ''")
    coded = first[first["Discount Code"].isin({creator.code for creator in truth.creators})]
    kept = 1 - coded["Refunded Amount"].astype(float) / coded["Total"].astype(float)
    assert (coded["Subtotal"].astype(float) * kept).sum() == pytest.approx(truth.campaign.attributed_revenue, abs=0.5)
    assert len(coded) == truth.campaign.code_orders_caused + truth.campaign.code_orders_leaked
    assert cells(out / "payments.csv")["Amount"].astype(float).sum() == pytest.approx(truth.campaign.total_cost)


def test_creators_add_up_to_the_campaign(worked: tuple[Path, Truth]) -> None:
    creators, campaign = worked[1].creators, worked[1].campaign
    assert sum(creator.incremental_orders for creator in creators) == campaign.incremental_orders
    assert sum(creator.incremental_revenue for creator in creators) == pytest.approx(campaign.incremental_revenue)
    assert sum(creator.cost for creator in creators) + campaign.shared_cost == pytest.approx(campaign.total_cost)
    assert len({creator.code for creator in creators}) == len({creator.handle for creator in creators}) == len(creators)


def test_the_instagram_export_repeats_the_tracker_and_alone_knows_the_reach(worked: tuple[Path, Truth]) -> None:
    ours = cells(worked[0] / "instagram_content.csv")
    theirs = tracker(worked[0]).set_index("Post ID").loc[ours["Post ID"]]
    assert (theirs["Likes"].to_numpy() == ours["Likes"].astype(int)).all()
    assert (theirs["Comments"].to_numpy() == ours["Comments"].astype(int)).all()
    berlin = theirs["Posted at"].dt.tz_convert("Europe/Berlin").dt.strftime("%m/%d/%Y %H:%M")
    assert list(berlin) == list(ours["Publish time"])
    assert (theirs["Reach"] == "").all() and (ours["Reach"].astype(int) > 0).all()


def test_reach_shares_and_saves_are_empty_and_never_zero_where_not_shared(worked: tuple[Path, Truth]) -> None:
    rows = tracker(worked[0])
    known = rows["Reach"] != ""
    assert (rows.loc[~known, ["Shares", "Saves"]] == "").all(axis=None) and (rows.loc[known, "Saves"] != "").all()
    by_creator = (known | rows["Post ID"].isin(cells(worked[0] / "instagram_content.csv")["Post ID"])).groupby(
        rows["Handle"]
    )
    assert by_creator.nunique().max() == 1 and by_creator.first().mean() == pytest.approx(0.55, abs=0.06)


def test_the_tracker_carries_the_dirt_of_a_hand_kept_sheet(worked: tuple[Path, Truth]) -> None:
    rows = cells(worked[0] / "tracker.csv")
    assert rows.duplicated().sum() == 3
    assert (rows["Followers"].str.contains(",")).sum() >= 6
    assert (
        set(tracker(worked[0])["Handle"]) == {creator.handle for creator in worked[1].creators} != set(rows["Handle"])
    )


def test_only_the_young_posts_of_the_truth_were_read_early(worked: tuple[Path, Truth]) -> None:
    rows = tracker(worked[0])
    age = (rows["Checked at"] - rows["Posted at"]) / pd.Timedelta(days=1)
    early = rows["Post ID"].isin(worked[1].young_posts)
    assert 3 <= early.sum() < 0.02 * len(rows)
    assert age[early].between(0.9, 3.1).all() and age[~early].between(13.9, 20).all()


def test_undisclosed_posts_look_organic_in_the_tracker(tmp_path: Path) -> None:
    truth = simulate("hidden", tmp_path, seed=4, scenario="undisclosed", creators=20)
    rows = tracker(tmp_path).set_index("Post ID")
    hidden = rows.loc[list(truth.undisclosed_posts)]
    assert set(hidden["Sponsored"]) == {"no"} and set(hidden["Sponsor"]) == {""}
    assert len(hidden) / (
        len(hidden) + ((rows["Sponsored"] == "yes") & (rows["Campaign"] == "")).sum()
    ) == pytest.approx(0.5, abs=0.07)


def test_on_a_top_list_small_accounts_are_there_for_their_engagement(tmp_path: Path) -> None:
    truth = simulate("top", tmp_path, seed=1, scenario="top_list", creators=40)
    small = [creator.quality for creator in truth.creators if creator.followers < 100_000]
    assert small and min(small) >= 0.6


def test_an_inverted_u_peaks_where_it_was_planted(tmp_path: Path) -> None:
    steady = replace(SCENARIOS["inverted_u"], fake_share=0.0, creators=150, posts=4500)
    written(tmp_path, steady)
    rows = rates(tracker(tmp_path))
    bend, slope, _ = np.polyfit(np.log10(rows["Followers"]), rows["log_rate"], 2)
    assert bend < 0 and -slope / (2 * bend) == pytest.approx(5, abs=0.35)


def test_no_address_is_outside_example_com(worked: tuple[Path, Truth]) -> None:
    text = "".join((worked[0] / name).read_text(encoding="utf-8") for name in FILES)
    assert set(re.findall(r"[\w.+-]+@([\w-]+\.[\w.-]*\w)", text)) == {"example.com"}


def test_truth_json_is_the_truth_returned(worked: tuple[Path, Truth]) -> None:
    out, truth = worked
    saved = json.loads((out / "truth.json").read_text(encoding="utf-8"))
    assert saved["synthetic"] is True and saved["name"] == "spring" and saved["seed"] == 7
    assert saved["campaign"]["incremental_orders"] == truth.campaign.incremental_orders
    assert truth.to_json() == (out / "truth.json").read_text(encoding="utf-8")


def test_captions_with_line_breaks_survive_a_plain_csv_reader(worked: tuple[Path, Truth]) -> None:
    text = (worked[0] / "tracker.csv").read_text(encoding="utf-8")
    widths = {len(row) for row in csv.reader(io.StringIO(text))}
    assert widths == {17} and len(text.splitlines()) > len(cells(worked[0] / "tracker.csv")) + 1


def test_files_of_others_stay_and_nothing_is_left_beside(tmp_path: Path) -> None:
    out = tmp_path / "demo"
    out.mkdir()
    (out / "notes.txt").write_text("mine")
    simulate("demo", out, seed=1, scenario="small")
    assert (out / "notes.txt").read_text() == "mine" and [file.name for file in tmp_path.iterdir()] == ["demo"]


def test_the_three_demos_tell_three_stories(tmp_path: Path) -> None:
    won, lost, small = (simulate(name, tmp_path / name, 7, name) for name in ("worked", "saturated", "small"))
    assert won.campaign.attributed_roas * won.campaign.margin > 1.3
    assert lost.campaign.attributed_roas * lost.campaign.margin < 0.5
    often = [sum(c.sponsored_share_last_90_days > 0.5 for c in t.creators) / len(t.creators) for t in (won, lost)]
    assert often[0] < 0.2 and often[1] > 0.5
    assert len(small.creators) == 7 and small.campaign.code_orders_caused < 40
    assert all((tmp_path / name / "orders.csv").stat().st_size < 1_200_000 for name in ("worked", "saturated", "small"))


def test_an_unknown_scenario_is_told_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(
        ValueError, match=r"unknown scenario 'sunny'; choose one of default, null, few_creators, .*small"
    ):
        simulate("demo", tmp_path / "demo", seed=1, scenario="sunny")
    assert not (tmp_path / "demo").exists()


@pytest.mark.parametrize(
    ("creators", "posts", "message"),
    [(1, None, "creators must be between 2 and 5000, not 1"), (10, 39, r"posts must be between 40 \(four a creator\)")],
)
def test_sizes_that_cannot_be_made_up_are_refused(
    tmp_path: Path, creators: int, posts: int | None, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        simulate("demo", tmp_path / "demo", 1, creators=creators, posts=posts)


@pytest.mark.parametrize("scenario", ["few_creators", "small", "worked"])
def test_the_number_of_posts_is_about_what_was_asked_for(tmp_path: Path, scenario: str) -> None:
    simulate("demo", tmp_path, 3, scenario)
    assert len(tracker(tmp_path)) == pytest.approx(SCENARIOS[scenario].posts, rel=0.25)
