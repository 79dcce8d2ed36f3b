"""The order ledger: every order on exactly one route, credited once, to the cent."""

import random
from decimal import Decimal
from typing import Any

import pandas as pd
from worlds import campaign, tables

from influence_lib.analysis import incrementality, roi
from influence_lib.analysis.ledger import Ledger

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
    mixed = tables(orders=orders({"net_revenue": 40.0}, {"told_by": "tool"}, {"told_by": "marketplace"}))
    assert incrementality.daily_sales(mixed, SEEN).tolist() == [40.0]
    only = tables(orders=orders({"told_by": "tool", "influencer_id": "ana"}))
    smallest, *_ = roi.incremental(roi.ledger(only, SEEN), only, SEEN)
    assert "orders (the shop's export)" in smallest.headline
