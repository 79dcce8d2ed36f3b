"""Affiliate actions, Amazon's earnings reports, sales that a dashboard assigned, and how they join the shop's list."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from small_files import POSTS, adds_up, day, load, read

from influence_lib.analysis import roi
from influence_lib.intake import FileError, FileReading, Intake

ACTIONS = "Action Id,Status,Sub Id 1,Media Partner,Sale Amount,Payout,Action Date,Modification Date\n"
AMAZON = (
    "Fee-Earnings reports from 03-01-2026 to 03-31-2026\n"
    "Category,Name,ASIN,Seller,Tracking ID,Date Shipped,Price($),Items Shipped,Returns,Revenue($),Ad Fees($),"
    "Device Type Group\n"
)
ASSIGNED = "source,campaign,influencer_id,user_id,product,date,orders,revenue\n"
ROSTER = "Handle,Platform,Followers,Code,Link tag\n@ada.bakes,instagram,5000,ADA10,ada-20\n@ben_runs,instagram,7000,,\n"
SHOP = "Order ID,Created at,Promo code,Amount\n#1001,2026-03-05,,49.90\n#1002,2026-03-06,ADA10,20.10\n"
TODAY = {"currency": "EUR"}


def actions(folder: Path, *rows: str, header: str = ACTIONS, **keys: Any) -> FileReading:
    """Return what a list of actions gives."""
    return read(folder, header + "".join(f"{row}\n" for row in rows), "actions.csv", **TODAY, **keys)


def amazon(folder: Path, *rows: str, **keys: Any) -> FileReading:
    """Return what an earnings report gives."""
    return read(folder, AMAZON + "".join(f"{row}\n" for row in rows), "amazon.csv", **TODAY, **keys)


def assigned(folder: Path, *rows: str, **keys: Any) -> FileReading:
    """Return what a dashboard's list of sales gives."""
    return read(folder, ASSIGNED + "".join(f"{row}\n" for row in rows), "sales.csv", **TODAY, **keys)


def joined(folder: Path, **files: str) -> Intake:
    """Return a campaign of posts, a list of creators, and these files."""
    named = {f"{name}.csv": text for name, text in files.items()}
    return load(folder, {"tracker.csv": POSTS, "roster.csv": ROSTER, **named}, **TODAY)


def net(reading: FileReading) -> dict[str, float]:
    """Return the net revenue of each order by its tag."""
    orders = reading.frames["orders"]
    return orders.groupby("link", dropna=False)["net_revenue"].sum().astype(float).to_dict()


def routes(data: Intake) -> dict[str, tuple[int, float]]:
    """Return orders and revenue of each route."""
    table = roi.routes(roi.ledger(data.tables, data.campaign), data.campaign)
    return {row["route"]: (row["orders"], row["revenue"]) for row in table.records()}


def test_an_action_is_one_order_and_one_commission(tmp_path: Path) -> None:
    reading = actions(tmp_path, "7.1,Approved,ada-20,@Ada.Bakes,49.90,4.99,2026-03-05T10:00:00Z,")
    order, cost = reading.frames["orders"].iloc[0], reading.frames["costs"].iloc[0]
    assert (reading.source.name, order["order_id"], order["link"], order["influencer_id"]) == (
        "affiliate_actions",
        "action/7.1",
        "ADA-20",
        "ada.bakes",
    )
    assert (order["ordered_at"], order["net_revenue"], order["orders"]) == (day(2026, 3, 5, 10), 49.9, 1)
    assert (cost["kind"], cost["status"], cost["amount"], cost["influencer_id"]) == (
        "commission",
        "due",
        4.99,
        "ada.bakes",
    )


def test_a_reversed_action_counts_for_nothing_and_is_told(tmp_path: Path) -> None:
    reading = actions(tmp_path, "7.1,Approved,a,,10,1,2026-03-05,", "7.2,Reversed,b,,20,2,2026-03-05,")
    assert (net(reading), dict(reading.dropped)) == ({"A": 10.0}, {"REVERSED": 1})
    assert (len(reading.frames["costs"]), adds_up(reading)) == (1, True)


def test_an_action_told_in_two_states_counts_in_the_last(tmp_path: Path) -> None:
    rows = ["7.1,Reversed,a,,10,1,2026-03-05,2026-03-20", "7.1,Pending,a,,10,1,2026-03-05,2026-03-06"]
    more = ["7.2,Approved,b,,18,1.8,2026-03-05,2026-03-21", "7.2,Pending,b,,20,2,2026-03-05,2026-03-06"]
    reading = actions(tmp_path, *rows, *more)
    assert (net(reading), dict(reading.dropped)) == ({"B": 18.0}, {"SUPERSEDED": 2, "REVERSED": 1})
    assert adds_up(reading)


def test_a_correction_below_zero_is_taken_off_its_action(tmp_path: Path) -> None:
    reading = actions(tmp_path, "7.1,Approved,a,,50.10,5.01,2026-03-05,", "7.1,Approved,a,,-20.05,-2.01,2026-03-05,")
    assert (net(reading), reading.frames["costs"]["amount"].tolist(), reading.used) == ({"A": 30.05}, [3.0], 2)


def test_an_action_corrected_to_nothing_is_reversed(tmp_path: Path) -> None:
    reading = actions(tmp_path, "7.1,Approved,a,,50,5,2026-03-05,", "7.1,Reversed,a,,-50,-5,2026-03-05,")
    assert (net(reading), dict(reading.dropped), reading.used) == ({}, {"REVERSED": 2}, 0)


def test_a_correction_of_an_action_in_another_file_takes_revenue_off_and_is_no_order(tmp_path: Path) -> None:
    first = ACTIONS + "7.1,Approved,ada-20,,50,5,2026-03-05,2026-03-06\n"
    second = ACTIONS + "7.1,Approved,ada-20,,-20,-2,2026-03-05,2026-03-19\n"
    data = joined(tmp_path, march=first, later=second)
    assert routes(data) == {"creator link": (1, 30.0)}
    assert data.tables.costs["amount"].sum() == 3.0


def test_an_action_in_two_downloads_counts_and_costs_once(tmp_path: Path) -> None:
    text = ACTIONS + "7.1,Approved,ada-20,,50,5,2026-03-05,2026-03-06\n"
    data = joined(tmp_path, first=text, second=text)
    assert (routes(data), data.tables.costs["amount"].sum()) == ({"creator link": (1, 50.0)}, 5.0)


def test_a_paystub_has_no_status_and_its_commissions_are_paid(tmp_path: Path) -> None:
    header = "Paystub Id,Action Id,Sub Id 1,Sale Amount,Payout,Action Date\n"
    reading = actions(tmp_path, "55,7.1,a,10,1,2026-03-05", header=header)
    assert reading.frames["costs"]["status"].tolist() == ["paid"]
    assert any("no column for the status" in note for note in reading.notes)


def test_pending_actions_count_and_are_told(tmp_path: Path) -> None:
    reading = actions(tmp_path, "7.1,Pending,a,,10,1,2026-03-05,")
    assert (net(reading), "may still be reversed (1 action)" in reading.notes) == ({"A": 10.0}, True)


def test_a_state_nobody_knows_sets_its_action_aside(tmp_path: Path) -> None:
    reading = actions(tmp_path, "7.1,Approved,a,,10,1,2026-03-05,", "7.2,Odd,a,,10,1,2026-03-05,")
    assert [(fault.line, fault.code) for fault in reading.quarantine] == [(3, "UNKNOWN_STATUS")]


def test_the_owner_of_a_tag_the_partner_and_a_handle_as_tag_are_creators(tmp_path: Path) -> None:
    rows = "7.1,Approved,ADA-20,,10,1,2026-03-05,\n7.2,Approved,,Ben_Runs,20,2,2026-03-05,\n"
    more = "7.3,Approved,ben_runs,,30,3,2026-03-05,\n7.4,Approved,,Jo Doe,40,4,2026-03-05,\n"
    tables = joined(tmp_path, actions=ACTIONS + rows + more).tables
    whose = tables.orders.sort_values("order_id")["influencer_id"]
    assert whose.fillna("").tolist() == ["ada.bakes", "ben_runs", "ben_runs", ""]
    assert tables.costs.sort_values("cost_id")["influencer_id"].fillna("").tolist() == [
        "ada.bakes",
        "ben_runs",
        "ben_runs",
        "",
    ]


def test_beside_the_shops_own_list_an_action_only_says_whose_link_led_to_an_order(tmp_path: Path) -> None:
    header = ACTIONS.strip() + ",OID\n"
    rows = "7.1,Approved,ben-tag,Ben_Runs,45.00,4.5,2026-03-05,,1001\n7.2,Approved,ada-20,,99,9,2026-03-05,,\n"
    data = joined(tmp_path, shop=SHOP, actions=header + rows)
    assert routes(data) == {"creator link": (1, 49.9), "creator code": (1, 20.1)}
    assert any("1 of 2 orders told by the tool" in note for note in data.notes)
    assert data.tables.costs["amount"].sum() == 13.5


def test_commissions_of_the_payments_ledger_are_not_added_to_those_of_the_tool(tmp_path: Path) -> None:
    row = "7.1,Approved,ada-20,,50,5,2026-03-05,\n"
    fees = "Date,Payee,Kind,Amount\n2026-03-09,@ada.bakes,fee,100\n"
    assert joined(tmp_path, actions=ACTIONS + row, payments=fees).tables.costs["amount"].sum() == 105
    both = fees + "2026-03-31,@ada.bakes,commission,5\n"
    data = joined(tmp_path, actions=ACTIONS + row, payments=both)
    assert (data.tables.costs["amount"].sum(), len(data.tables.costs)) == (105, 2)


def test_an_earnings_report_gives_orders_by_tag_and_takes_returns_off(tmp_path: Path) -> None:
    reading = amazon(
        tmp_path,
        "Kitchen,Whisk,B0TEST0001,Amazon,ada-20,March 5 2026,24.95,2,0,49.90,1.50,Mobile",
        "Kitchen,Whisk,B0TEST0001,Amazon,ada-20,March 7 2026,24.95,0,1,-24.95,-0.75,Mobile",
        ",,,,,,,,,Total,0.75,",
    )
    orders = reading.frames["orders"]
    assert (reading.source.name, net(reading), orders["orders"].tolist()) == (
        "amazon_associates",
        {"ADA-20": 24.95},
        [2, 0],
    )
    assert orders["refund"].dropna().tolist() == [24.95]
    assert (dict(reading.dropped), adds_up(reading)) == ({"TOTALS_ROW": 1}, True)
    assert any("goods sold on Amazon" in note for note in reading.notes)


def test_equal_lines_of_an_earnings_report_are_two_sales_and_two_downloads_one(tmp_path: Path) -> None:
    line = "Kitchen,Whisk,B0TEST0001,Amazon,ada-20,March 5 2026,24.95,1,0,24.95,0.75,Mobile\n"
    data = joined(tmp_path, first=AMAZON + line + line, second=AMAZON + line + line)
    assert routes(data) == {"creator link": (2, 49.9)}


def test_what_is_sold_on_amazon_stands_beside_the_shops_own_list(tmp_path: Path) -> None:
    line = "Kitchen,Whisk,B0TEST0001,Amazon,ada-20,March 5 2026,24.95,1,0,24.95,0.75,Mobile\n"
    data = joined(tmp_path, shop=SHOP, amazon=AMAZON + line)
    assert routes(data) == {"none": (1, 49.9), "creator code": (1, 20.1), "creator link": (1, 24.95)}


def test_the_currency_of_an_earnings_report_is_that_of_its_headers(tmp_path: Path) -> None:
    euros = AMAZON.replace("($)", "(€)") + "K,W,B0TEST0001,A,ada-21,March 5 2026,24.95,1,0,24.95,0.75,Mobile\n"
    assert not [remark for remark in read(tmp_path, euros, "amazon.csv", **TODAY).remarks if remark.warns]
    dollars = amazon(tmp_path, "K,W,B0TEST0001,A,ada-21,March 5 2026,24.95,1,0,24.95,0.75,Mobile")
    assert [remark.code for remark in dollars.remarks if remark.warns] == ["CURRENCY_ASSUMED"]


def test_days_of_an_earnings_report_that_can_be_read_in_two_ways_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="date_order"):
        amazon(tmp_path, "K,W,B0TEST0001,A,ada-21,03/05/2026,24.95,1,0,24.95,0.75,Mobile")


def test_a_dashboards_sales_are_orders_of_the_creator_it_names(tmp_path: Path) -> None:
    rows = [
        "Instagram,spring,ada.bakes,u-1,Serum,2026-03-05,5,9860.12",
        "X,spring,ben_runs,u-2,Balm,2026-03-06,1,10.01",
    ]
    reading = assigned(tmp_path, *rows)
    orders = reading.frames["orders"]
    assert (reading.source.name, orders["influencer_id"].tolist()) == ("attributed_sales", ["ada.bakes", "ben_runs"])
    assert (orders["orders"].tolist(), orders["net_revenue"].tolist()) == ([5, 1], [9860.12, 10.01])
    assert orders["customer_key"].str.startswith("buyer-").all()
    assert any("nobody can check it" in note for note in reading.notes)


def test_equal_lines_of_a_dashboard_are_two_sales(tmp_path: Path) -> None:
    row = "Instagram,spring,ada.bakes,u-1,Serum,2026-03-05,1,20.50"
    assert assigned(tmp_path, row, row).frames["orders"]["order_id"].nunique() == 2


def test_lines_of_other_campaigns_are_dropped_and_a_file_of_none_of_ours_is_told(tmp_path: Path) -> None:
    rows = [
        "Instagram,spring,ada.bakes,u-1,Serum,2026-03-05,1,20",
        "Instagram,autumn,ada.bakes,u-1,Serum,2026-03-05,1,20",
    ]
    assert dict(assigned(tmp_path, *rows).dropped) == {"OTHER_CAMPAIGN": 1}
    alone = assigned(tmp_path, rows[1])
    assert any("every line names another campaign (autumn); set `campaign_labels`" in note for note in alone.notes)


def test_four_tables_of_a_dashboard_make_one_campaign(tmp_path: Path) -> None:
    files = {
        "influencers.csv": "influencer_id,name,category,gender,follower_count,platform\n"
        "1,Creator 1,Fitness,Female,15000,YouTube\n2,Creator 2,Food,Male,26000,Instagram\n",
        "posts.csv": "post_id,influencer_id,platform,date,url,caption,reach,likes,comments\n"
        "1,1,YouTube,2026-03-02,https://example.com/p/0,Hello.,18462,908,16\n"
        "2,2,Instagram,2026-03-03,https://example.com/p/1,Again.,9200,810,8\n",
        "sales.csv": ASSIGNED + "YouTube,One,1,u-1,Powder,2026-03-05,5,986.12\nX,Two,2,u-2,Oil,2026-03-06,2,77.07\n"
        "X,Two,9,u-3,Oil,2026-03-06,1,5.05\n",
        "payouts.csv": "influencer_id,basis,rate,orders,total_payout\n1,post,465.97,5,465.97\n2,order,4.50,2,9.00\n",
    }
    data = load(tmp_path, files, campaign_labels=["One", "Two"], **TODAY)
    assert [file.source.name for file in data.files] == ["roster", "tracker", "attributed_sales", "payments"]
    assert routes(data) == {"creator link": (7, 1063.19), "none": (1, 5.05)}
    assert data.tables.costs.groupby("kind")["amount"].sum().to_dict() == {"commission": 9.0, "fee": 465.97}
    book = roi.ledger(data.tables, data.campaign)
    assert book.creators["orders"].tolist() == [5.0, 2.0]
    assert "assigned to somebody who is no creator in the other files (1 order)" in data.notes
    assert "Creator 1" not in pd.concat(list(vars(data.tables).values())).to_csv()


def test_an_action_reversed_in_another_download_gives_neither_order_nor_commission(tmp_path: Path) -> None:
    row = "{},{},ada-20,,50,5,2026-03-05,\n"
    first = ACTIONS + row.format("A1", "Approved") + row.format("A2", "Approved")
    data = joined(tmp_path, a=first, b=ACTIONS + row.format("A1", "Reversed"))
    assert (data.tables.orders["order_id"].tolist(), data.tables.costs["amount"].tolist()) == (["action/A2"], [5.0])
    assert "reversed in another file (1 action)" in data.notes


def test_a_reversed_action_does_not_end_the_shops_own_order(tmp_path: Path) -> None:
    header = ACTIONS.replace("Action Id", "Action Id,Order Id")
    data = joined(tmp_path, shop=SHOP, b=header + "A1,1001,Reversed,ada-20,,49.90,5,2026-03-05,\n")
    assert data.tables.orders["net_revenue"].sum() == 70.0


def test_a_restated_day_of_a_dashboard_counts_once_and_is_told(tmp_path: Path) -> None:
    row = "Instagram,spring,ada.bakes,,Serum,2026-03-05,{},{}\n"
    data = joined(tmp_path, a=ASSIGNED + row.format(2, 40), b=ASSIGNED + row.format(3, 60))
    assert routes(data) == {"creator link": (2, 40.0)}
    assert "in several files with different numbers, the first file counts (1 order)" in data.notes


def test_a_restated_day_of_an_earnings_report_counts_once_and_is_told(tmp_path: Path) -> None:
    line = "Kitchen,Whisk,B0TEST0001,Amazon,ada-20,March 5 2026,24.95,{},0,{},0.75,Mobile\n"
    data = joined(tmp_path, a=AMAZON + line.format(1, 24.95), b=AMAZON + line.format(2, 49.9))
    assert routes(data) == {"creator link": (1, 24.95)}
    assert "in several files with different numbers, the first file counts (1 order)" in data.notes


def test_commissions_of_the_tool_count_for_creators_without_one_in_the_ledger(tmp_path: Path) -> None:
    rows = "A1,Approved,ada-20,,50,5,2026-03-05,\nA2,Approved,,ben_runs,30,3,2026-03-06,\n"
    fees = "Date,Payee,Kind,Amount\n2026-03-31,@ada.bakes,commission,5\n"
    data = joined(tmp_path, actions=ACTIONS + rows, payments=fees)
    assert sorted(data.tables.costs["amount"]) == [3.0, 5.0]
    assert any("not added (1 commission, 5.00)" in note for note in data.notes)


def test_a_commission_of_the_ledger_for_nobody_known_leaves_all_of_the_tool_out(tmp_path: Path) -> None:
    rows = "A1,Approved,ada-20,,50,5,2026-03-05,\nA2,Approved,,ben_runs,30,3,2026-03-06,\n"
    fees = "Date,Payee,Kind,Amount\n2026-03-31,Affiliate network,commission,8\n"
    data = joined(tmp_path, actions=ACTIONS + rows, payments=fees)
    assert data.tables.costs["amount"].tolist() == [8.0]
    assert any("not added (2 commissions, 8.00)" in note for note in data.notes)


def test_order_and_commission_go_to_the_creator_the_tool_names_not_to_the_tags_owner(tmp_path: Path) -> None:
    data = joined(tmp_path, actions=ACTIONS + "A1,Approved,ada-20,ben_runs,50,5,2026-03-05,\n")
    book = roi.ledger(data.tables, data.campaign)
    assert book.creators.values.tolist() == [["ben_runs", 5.0, 1.0, 50.0]]


def test_of_an_order_with_two_actions_the_one_reversed_in_another_download_is_taken_off(tmp_path: Path) -> None:
    header = ACTIONS.replace("Action Id", "Action Id,Order Id")
    row = "{},S1,{},ada-20,,{},{},2026-03-05,\n"
    first = header + row.format("A1", "Approved", 50, 5) + row.format("A2", "Approved", 20, 2)
    data = joined(tmp_path, a=first, b=header + row.format("A1", "Reversed", 50, 5))
    assert data.tables.orders[["order_id", "net_revenue"]].values.tolist() == [["S1", 20.0]]
    assert data.tables.costs["amount"].tolist() == [2.0]


def test_a_correction_in_a_file_of_its_own_ends_with_its_reversed_action(tmp_path: Path) -> None:
    row = "A1,{},ada-20,,{},{},2026-03-05,\n"
    files = {"a": row.format("Approved", 50, 5), "b": row.format("Reversed", 50, 5), "c": row.format("Paid", -50, -5)}
    data = joined(tmp_path, **{name: ACTIONS + text for name, text in files.items()})
    assert (len(data.tables.orders), len(data.tables.costs)) == (0, 0)
