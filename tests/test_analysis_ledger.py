"""The order ledger: every order on exactly one route, credited once, to the cent."""

import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from small_files import load
from worlds import campaign, tables

from influence_lib.analysis import incrementality, ledger, roi
from influence_lib.analysis.ledger import Ledger
from influence_lib.campaign import Campaign

SEEN = campaign(brand_codes=["brand10"])
TRACKING = {
    "kind": ["code", "code", "link"],
    "code": ["ANA10", "BEN10", "ANA-20"],
    "influencer_id": ["ana", "ben", "ana"],
}


def orders(*rows: dict[str, Any]) -> dict[str, list[Any]]:
    """Return orders of the window; each row says what makes it one of its kind, and is worth 10 unless told."""
    usual = {"codes": None, "link": None, "influencer_id": None, "net_revenue": 10.0, "orders": None, "told_by": None}
    filled = [{**usual, **row} for row in rows]
    return {
        "order_id": [str(number) for number in range(len(rows))],
        "ordered_at": [pd.Timestamp("2026-05-20 12:00", tz="UTC")] * len(rows),
        **{name: [row[name] for row in filled] for name in usual},
    }


def book(*rows: dict[str, Any]) -> Ledger:
    """Return the ledger of some orders."""
    return roi.ledger(tables(orders=orders(*rows), tracking=TRACKING), SEEN)


def credited(row: dict[str, Any]) -> tuple[str, str | None]:
    """Return the route of one order and the creator it counts for."""
    order = book(row).orders.iloc[0]
    return order["route"], None if pd.isna(order["influencer_id"]) else order["influencer_id"]


def test_a_creators_code_goes_before_every_link_and_before_the_brands_code() -> None:
    assert credited({"codes": "BRAND10;BEN10", "link": "ANA-20"}) == ("creator code", "ben")


def test_of_several_creators_codes_the_one_named_first_counts_alone() -> None:
    assert credited({"codes": "BEN10;ANA10"}) == ("creator code", "ben")
    assert credited({"codes": "ANA10;BEN10"}) == ("creator code", "ana")


def test_a_creators_link_goes_before_the_brands_code() -> None:
    assert credited({"codes": "BRAND10", "link": "ANA-20"}) == ("creator link", "ana")


def test_an_order_that_a_tool_assigned_is_on_the_route_of_links() -> None:
    assert credited({"influencer_id": "eve"}) == ("creator link", "eve")


def test_whom_a_tool_names_goes_before_the_owner_of_the_tag() -> None:
    assert credited({"influencer_id": "eve", "link": "ANA-20"}) == ("creator link", "eve")


def test_brand_codes_are_read_as_the_codes_of_orders_are() -> None:
    seen = campaign(brand_codes=["ｂrand 10 ", "spring,sale"])
    rows = orders({"codes": "BRAND;10"}, {"codes": "SALE"}, {"codes": "BRAND10"})
    found = roi.ledger(tables(orders=rows, tracking=TRACKING), seen).orders
    assert found["route"].tolist() == ["brand code", "brand code", "none"]


def test_a_code_is_no_tag_of_a_link_and_a_tag_no_code() -> None:
    assert credited({"link": "BEN10"}) == ("none", None)
    assert credited({"codes": "ANA-20"}) == ("none", None)


def test_a_code_of_nobody_is_on_no_route_and_the_table_says_how_many() -> None:
    found = book({"codes": "SUMMER"}, {"codes": "SUMMER;BRAND10"}, {})
    assert found.orders["route"].tolist() == ["none", "brand code", "none"]
    assert "1 order under 'none' carried a code of nobody" in roi.routes(found, SEEN).caption


def test_the_rule_of_credit_stands_above_the_table() -> None:
    assert "Each order counts once: for the creator whose code it carried" in roi.routes(book({}), SEEN).caption


def test_the_four_routes_add_up_to_the_stores_total_to_the_cent() -> None:
    chance = random.Random(7)
    kinds = ({"codes": "ANA10"}, {"link": "ANA-20"}, {"codes": "BRAND10"}, {"codes": "SUMMER"}, {})
    rows = [chance.choice(kinds) | {"net_revenue": chance.randint(-999, 99_999) / 100} for _ in range(3000)]
    total = sum((Decimal(str(row["net_revenue"])) for row in rows), Decimal(0))
    table = roi.routes(book(*rows), SEEN).records()
    assert {row["route"] for row in table} == {"creator code", "creator link", "brand code", "none"}
    assert sum(Decimal(str(row["revenue"])) for row in table) == total
    assert sum(row["orders"] for row in table) == 3000


def test_a_third_of_a_cent_is_rounded_in_each_order_not_in_the_total() -> None:
    table = roi.routes(book(*[{"net_revenue": 0.335, "codes": "ANA10"}] * 2, {"net_revenue": 0.1}), SEEN).records()
    assert sorted(row["revenue"] for row in table) == [0.1, 0.68]


def test_a_row_that_stands_for_several_orders_counts_as_many() -> None:
    found = book({"influencer_id": "ana", "orders": 5, "net_revenue": 9860.12}, {"codes": "ANA10"})
    assert (found.attributed_orders, found.attributed_revenue) == (6, 9870.12)
    assert found.creators[["influencer_id", "orders", "revenue"]].values.tolist() == [["ana", 6.0, 9870.12]]
    assert [row["orders"] for row in roi.routes(found, SEEN).records()] == [5, 1]


def test_a_correction_takes_revenue_off_and_is_no_order() -> None:
    found = book(
        {"influencer_id": "ana", "net_revenue": 50.0}, {"influencer_id": "ana", "net_revenue": -20.1, "orders": 0}
    )
    assert (found.attributed_orders, found.attributed_revenue) == (1, 29.9)


def test_the_sentence_says_whether_codes_or_links_made_an_order_a_creators() -> None:
    assert book({"codes": "ANA10"}).proofs == "code"
    assert book({"link": "ANA-20"}).proofs == "link"
    assert book({"link": "ANA-20"}, {"codes": "ANA10"}).proofs == "code or link"


def test_sales_told_by_a_tool_are_not_taken_for_all_sales_of_a_day() -> None:
    rows = orders({"net_revenue": 40.0}, {"told_by": "tool"}, {"told_by": "marketplace"}, {})
    rows["ordered_at"] = [*rows["ordered_at"][:3], pd.Timestamp("2026-06-20", tz="UTC")]
    daily = incrementality.daily_sales(tables(orders=rows), SEEN)
    assert daily.iloc[0] == 40.0 and daily.sum() == 40.0
    only = tables(orders=orders({"told_by": "tool", "influencer_id": "ana"}))
    smallest, *_ = roi.incremental(roi.ledger(only, SEEN), only, SEEN)
    assert "orders (the shop's export)" in smallest.headline


# Worked out by hand, all in EUR; the sums stand in the tests.
BY_HAND = {
    "roster.csv": "Handle,Platform,Followers,Discount code,Tracking link\n@ada,instagram,5000,ADA10,\n"
    "@ben,instagram,9000,,https://shop.example/?utm_content=ben-1\n",
    "orders.csv": "Order ID,Date,Amount,Discount,Refund,Status,Code,utm_content,Currency\n"
    "1,2026-03-02,90.00,10.00,0,paid,ADA10,,EUR\n"
    "2,2026-03-03,45.50,4.50,5.25,paid,ADA10,ben-1,EUR\n"
    "3,2026-03-04,30.33,0,0,paid,,ben-1,EUR\n"
    "4,2026-03-05,20.00,2.00,0,paid,BRAND10,,EUR\n"
    "5,2026-03-06,70.07,0,0,paid,,,EUR\n"
    "6,2026-03-07,99.99,9.99,0,cancelled,ADA10,,EUR\n",
    "payments.csv": "Date,Payee,Amount,Type,Status,Currency\n"
    "2026-03-10,@ada,50.10,fee,paid,EUR\n2026-03-10,@ben,20.00,fee,due,EUR\n2026-03-01,@ada,7.35,product,paid,EUR\n"
    "2026-03-01,@ada,4.90,shipping,paid,EUR\n2026-03-12,@ben,5.05,boost,paid,EUR\n2026-03-01,,9.99,tool,paid,EUR\n"
    "2026-03-31,,12.00,hours,committed,EUR\n",
}


def by_hand(folder: Path, **changes: str) -> tuple[Ledger, Campaign]:
    """Return the ledger of the campaign worked out by hand, with files changed."""
    data = load(folder, BY_HAND | changes, margin=0.6, currency="EUR", brand_codes=["BRAND10"])
    return roi.ledger(data.tables, data.campaign), data.campaign


def lines(book: Ledger, seen: Campaign) -> dict[str, tuple[float | None, float | None]]:
    """Return the waterfall: line, of attributed orders and of all."""
    rows = ledger.waterfall(book, seen).records()
    return {str(row["line"]): (row["attributed"], row["every"]) for row in rows}


def test_costs_routes_and_what_is_left_are_right_to_the_cent(tmp_path: Path) -> None:
    """Cost 50.10 + 20 + 7.35 + 4.90 + 5.05 + 9.99 + 12 = 109.39, of it 77.39 paid and 21.99 for no creator.

    Attributed 90 + (45.50 - 5.25) + 30.33 = 160.58 after discounts of 14.50; 60 % of it is 96.348. All orders 250.65,
    60 % of it 150.39. The cancelled order counts nowhere.
    """
    book, seen = by_hand(tmp_path)
    assert (book.cost, book.shared_cost, book.attributed_orders, book.attributed_revenue) == (109.39, 21.99, 3, 160.58)
    assert {row["route"]: (row["orders"], row["revenue"]) for row in roi.routes(book, seen).records()} == {
        "creator code": (2, 130.25),
        "creator link": (1, 30.33),
        "brand code": (1, 20.0),
        "none": (1, 70.07),
    }
    assert lines(book, seen) == {
        "Goods at list price": (180.33, 272.4),
        "Discounts": (-14.5, -16.5),
        "Refunds": (-5.25, -5.25),
        "Net revenue": (160.58, 250.65),
        "Goods, payment and delivery": (-64.23, -100.26),
        "Margin": (96.35, 150.39),
        "Cost of the campaign": (-109.39, -109.39),
        "Margin less cost": (-13.04, 41.0),
    }


def test_each_kind_of_cost_stands_beside_its_status_in_words(tmp_path: Path) -> None:
    book, seen = by_hand(tmp_path)
    found = roi.cost(book, seen)
    assert found.table and "€77.39 of it paid, €21.99 of it not for a single creator; 7 lines" in found.headline
    assert {(row["what"], row["status"]): row["amount"] for row in found.table.records()} == {
        ("Fees", "Paid"): 50.1,
        ("Fees", "Due"): 20.0,
        ("Own hours", "Agreed, not due yet"): 12.0,
        ("Tools", "Paid"): 9.99,
        ("Products at cost", "Paid"): 7.35,
        ("Boosts", "Paid"): 5.05,
        ("Shipping of products", "Paid"): 4.9,
    }


def test_a_discount_that_no_file_tells_is_unknown_and_so_is_the_list_price(tmp_path: Path) -> None:
    untold = BY_HAND["orders.csv"].replace(",Discount,", ",Voucher,")
    found = lines(*by_hand(tmp_path, **{"orders.csv": untold}))
    assert (found["Discounts"], found["Goods at list price"]) == ((None, None), (None, None))
    assert (found["Refunds"], found["Margin less cost"]) == ((-5.25, -5.25), (-13.04, 41.0))


def test_a_refund_unknown_for_one_order_makes_the_line_unknown_and_says_what_is_told() -> None:
    rows = orders({"codes": "ANA10"}, {"net_revenue": 5.0}) | {"refund": [2.5, None], "discount": [1.0, 0.0]}
    book = roi.ledger(tables(orders=rows, tracking=TRACKING), SEEN)
    records = {row["line"]: row for row in ledger.waterfall(book, SEEN).records()}
    assert (records["Refunds"]["attributed"], records["Refunds"]["every"]) == (-2.5, None)
    assert records["Refunds"]["note"] == "told for 1 of 2 orders, together €2.50"
    assert (records["Goods at list price"]["attributed"], records["Goods at list price"]["every"]) == (13.5, None)


def test_without_a_margin_what_is_left_is_unknown() -> None:
    seen = campaign(margin=None)
    found = lines(roi.ledger(tables(orders=orders({"codes": "ANA10"}), tracking=TRACKING), seen), seen)
    assert found["Margin"] == found["Margin less cost"] == (None, None) and found["Net revenue"] == (10.0, 10.0)


def test_only_lines_of_this_campaign_and_of_none_are_costs() -> None:
    costs = {
        "cost_id": ["1", "2", "3"],
        "influencer_id": ["ana", "ana", None],
        "campaign_id": [SEEN.campaign_id, "winter", None],
        "amount": [10.0, 500.0, 2.5],
        "kind": ["fee", "fee", "tool"],
    }
    given = tables(costs=costs, tracking=TRACKING, orders=orders({"codes": "ANA10"}))
    book = roi.ledger(given, SEEN)
    assert (book.cost, book.shared_cost, book.creators["cost"].tolist(), len(book.costs)) == (12.5, 2.5, [10.0], 2)
    only = given.with_table("costs", given.costs[given.costs["campaign_id"] == "winter"])
    assert "costs (a payments ledger)" in str(ledger.missing_inputs(only, SEEN, *ledger.ATTRIBUTION))


def test_an_empty_window_has_a_table_of_zeros() -> None:
    found = lines(roi.ledger(tables(), SEEN), SEEN)
    assert found["Net revenue"] == (0.0, 0.0) and found["Goods at list price"] == (0.0, 0.0)


@pytest.mark.parametrize(("cents", "margin", "kept"), [(25, 0.5, 13), (-25, 0.5, -13), (16058, 0.6, 9635), (0, 0.3, 0)])
def test_half_a_cent_of_margin_is_rounded_away_from_zero(cents: int, margin: float, kept: int) -> None:
    assert ledger.margin_of(cents, margin) == kept
