"""Costs and orders of earlier campaigns by creator, and what they add to the returns."""

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest
from worlds import campaign, tables

from influence_lib.analysis import earlier, roi
from influence_lib.analysis.earlier import History
from influence_lib.campaign import EarlierCampaign
from influence_lib.findings import Finding
from influence_lib.tables import TABLES, Tables
from influence_lib.wording import returns as words

pytestmark = pytest.mark.filterwarnings("error")
# This campaign runs from 18 May to 16 June 2026; its codes count until 14 July.
WINTER = EarlierCampaign(campaign_id="winter", start=dt.date(2026, 1, 5), end=dt.date(2026, 1, 31))
SPRING = EarlierCampaign(campaign_id="spring", start=dt.date(2026, 4, 6), end=dt.date(2026, 5, 3))


def _orders(*rows: tuple[str, str, float]) -> dict[str, Any]:
    return {
        "order_id": [str(n) for n in range(len(rows))],
        "ordered_at": [pd.Timestamp(f"{day} 12:00", tz="UTC") for day, _, _ in rows],
        "codes": [code for _, code, _ in rows],
        "net_revenue": [amount for _, _, amount in rows],
    }


def _costs(*rows: tuple[str | None, str | None, float]) -> dict[str, Any]:
    who, which, amount = zip(*rows, strict=True)
    ids = [str(n) for n in range(len(rows))]
    return {"cost_id": ids, "influencer_id": who, "campaign_id": which, "amount": amount, "kind": "fee"}


BY_HAND = tables(
    tracking={"kind": "code", "code": ["ANA10", "BEN10"], "influencer_id": ["ana", "ben"]},
    costs=_costs(
        ("ana", "winter", 50.0), ("ben", "winter", 20.0), ("ana", "spring", 70.0), (None, "spring", 9.0),
        ("ana", "world", 100.0), ("ben", None, 60.0),
    ),
    orders=_orders(
        ("2026-01-01", "", 5.0),
        ("2026-01-06", "ANA10", 40.0),
        ("2026-01-07", "ANA10", 30.0),
        ("2026-02-20", "BEN10", 10.0),
        ("2026-03-20", "ANA10", 99.0),
        ("2026-04-10", "ANA10", 20.0),
        ("2026-04-10", "BEN10", 15.0),
        ("2026-05-20", "ANA10", 25.0),
        ("2026-05-21", "BEN10", 35.0),
    ),
)  # fmt: skip


def _history(given: Tables = BY_HAND, past: tuple[EarlierCampaign, ...] = (WINTER, SPRING), **changes: Any) -> History:
    seen = campaign(earlier_campaigns=list(past), **changes)
    return earlier.history(roi.ledger(given, seen), seen, given)


def _told(found: History) -> dict[tuple[str, str], tuple[float, float, float]]:
    names = ["campaign_id", "influencer_id", "cost", "orders", "revenue"]
    return {(one, who): (cost, n, money) for one, who, cost, n, money in found.rows[names].itertuples(index=False)}


def test_each_campaign_has_its_costs_and_the_orders_of_its_days_by_hand() -> None:
    """20 February is day 20 of the 28 after the winter; 20 March is of none. Ben was not paid in the spring.

    The order of 20 May lies in the spring's 28 days too, and is this campaign's.
    """
    assert _told(_history()) == {
        ("winter", "ana"): (50, 2, 70),
        ("winter", "ben"): (20, 1, 10),
        ("spring", "ana"): (70, 1, 20),
        ("world", "ana"): (100, 1, 25),
        ("world", "ben"): (60, 1, 35),
    }
    squares = _history().rows.set_index(["campaign_id", "influencer_id"])["squares"]
    assert squares["winter", "ana"] == 40**2 + 30**2 and _history().campaigns == 3 and _history().unused == ()


def test_an_order_in_two_windows_counts_for_the_campaign_that_began_last_and_paid_its_creator() -> None:
    """A campaign of late January overlaps the winter: it paid Ana only, so Ben's order of 20 February stays."""
    late = EarlierCampaign(campaign_id="late", start=dt.date(2026, 1, 7), end=dt.date(2026, 2, 10))
    more = _costs(("ana", "late", 30.0)) | {"cost_id": ["late"]}
    costs = pd.concat([BY_HAND.costs, TABLES["costs"].shape(pd.DataFrame(more))], ignore_index=True)
    found = _told(_history(BY_HAND.with_table("costs", costs), (WINTER, late)))
    assert found["late", "ana"] == (30, 1, 30) and found["winter", "ana"] == (50, 1, 40)
    assert found["winter", "ben"] == (20, 1, 10) and ("late", "ben") not in found


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"start": dt.date(2025, 12, 1)}, words.BEFORE_THE_ORDERS),
        ({"campaign_id": "unknown"}, words.NO_COSTS_OF_IT),
        ({"campaign_id": "world"}, words.SAME_CAMPAIGN),
        ({"start": dt.date(2026, 3, 21), "end": dt.date(2026, 3, 22)}, words.NO_ORDERS_OF_IT),
        ({"start": dt.date(2026, 6, 1), "end": dt.date(2026, 8, 1)}, words.STILL_RUNNING),
    ],
)
def test_a_campaign_of_which_too_little_is_known_is_left_out_and_named(changes: dict[str, Any], why: str) -> None:
    """A campaign before the first order would look as if nobody had bought; that is not known."""
    short = {"attribution_days": 0} if why == words.NO_ORDERS_OF_IT else {}
    found = _history(past=(WINTER.model_copy(update=changes),), **short)
    assert found.unused == (words.unused_campaign(str(changes.get("campaign_id", "winter")), why),)
    assert set(found.rows["campaign_id"]) == {"world"}


def test_without_tables_only_this_campaign_is_known() -> None:
    seen = campaign(earlier_campaigns=[WINTER])
    found = earlier.history(roi.ledger(BY_HAND, seen), seen)
    assert set(found.rows["campaign_id"]) == {"world"} and found.unused == ()


def test_a_campaign_told_twice_counts_once_and_the_order_of_rows_does_not_matter() -> None:
    mixed = BY_HAND
    for name in ("orders", "costs", "tracking"):
        mixed = mixed.with_table(name, getattr(mixed, name).sample(frac=1, random_state=2).reset_index(drop=True))
    again = _history(mixed, (SPRING, WINTER, WINTER))
    pd.testing.assert_frame_equal(again.rows, _history().rows)


def test_no_orders_at_all_leave_earlier_campaigns_out() -> None:
    found = _history(BY_HAND.with_table("orders", TABLES["orders"].empty()))
    assert set(found.rows["campaign_id"]) == {"world"} and len(found.unused) == 2


def _programme(before: np.ndarray, now: np.ndarray) -> Finding:
    """Return the finding on creators who cost 100 in each campaign; orders of 40 each."""
    names = [f"c{n:02d}" for n in range(len(now))]
    sold = [
        (day, name.upper(), 40.0)
        for day, counts in (("2026-01-10", before), ("2026-05-20", now))
        for name, orders in zip(names, counts, strict=True)
        for _ in range(orders)
    ]
    given = tables(
        tracking={"kind": "code", "code": [name.upper() for name in names], "influencer_id": names},
        costs=_costs(*[(name, which, 100.0) for which in ("winter", "world") for name in names]),
        orders=_orders(("2026-01-01", "", 1.0), *sold),
    )
    seen = campaign(earlier_campaigns=[WINTER])
    return roi.by_creator(roi.ledger(given, seen), given, seen)


def test_what_a_creator_brought_before_counts_too() -> None:
    """The same 6 orders now: whoever had 20 in the winter is expected to bring more than who had none."""
    counts = np.array([20, 0, *([6, 4, 8, 5, 7, 6, 9, 3] * 2)])
    found = _programme(counts, np.array([6, 6, *([6, 4, 8, 5, 7, 6, 9, 3] * 2)]))
    assert found.table
    rows = found.table.rows.set_index("creator")
    assert rows.loc["c00", "roi"] > rows.loc["c01", "roi"] + 0.3
    assert set(rows["campaigns"]) == {2} and found.details["campaigns"] == 2
    assert words.ONE_CAMPAIGN not in found.caveats and words.several_campaigns(2) in found.caveats


def test_earlier_campaigns_that_foretold_this_one_are_told_as_a_check() -> None:
    counts = np.array([4, 6, 9, 13, 19, 28] * 4)
    found = _programme(counts, counts)
    assert found.details["foretold_low"] < found.details["foretold"] < found.details["foretold_high"]
    assert found.details["foretold"] > 0.7 and found.verdict == "supported"
    assert any(said.startswith("Put to the test on 24 creators") for said in found.caveats)


def test_earlier_campaigns_that_foretold_the_contrary_leave_it_undecided() -> None:
    """The order of creators is turned round: what was learnt of them does not last, and the headline says so."""
    counts = np.array([10, 14, 19, 28, 40, 60] * 4)
    found = _programme(counts, counts[::-1])
    assert found.details["foretold_high"] < 1 and found.verdict == "undecided"
    assert found.details["keep"] == 0 or found.headline.endswith(words.FORETOLD_BADLY)
