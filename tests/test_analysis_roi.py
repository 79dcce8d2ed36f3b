import pandas as pd
import pytest
from worlds import campaign, tables

from influence_lib.analysis import roi
from influence_lib.tables import Tables

pytestmark = pytest.mark.filterwarnings("error")
SEEN = campaign()


def _orders(*rows: tuple[str, str | None, float]) -> dict[str, list[object]]:
    days = [pd.Timestamp(f"{day} 12:00", tz="Europe/Berlin").tz_convert("UTC") for day, _, _ in rows]
    return {
        "order_id": [str(n) for n in range(len(rows))],
        "ordered_at": days,
        "codes": [codes for _, codes, _ in rows],
        "net_revenue": [amount for _, _, amount in rows],
    }


def _costs(*rows: tuple[str | None, float, str, str | None]) -> dict[str, list[object]]:
    who, amount, kind, status = zip(*rows, strict=True)
    return {
        "cost_id": [str(n) for n in range(len(rows))],
        "influencer_id": list(who),
        "amount": list(amount),
        "kind": list(kind),
        "status": list(status),
    }


TRACKING = {"code": ["ANA10", "BEN10"], "influencer_id": ["ana", "ben"]}
BY_HAND = tables(
    tracking=TRACKING,
    costs=_costs(
        ("ana", 100.10, "fee", "paid"),
        ("ben", 50.0, "fee", "due"),
        ("ben", -5.0, "fee", None),
        (None, 29.95, "tool", "paid"),
    ),
    orders=_orders(
        ("2026-05-17", "ANA10", 999.0),
        ("2026-05-18", "ANA10", 40.05),
        ("2026-05-20", "BRAND10;BEN10", 20.0),
        ("2026-05-21", "BEN10;ANA10", 10.10),
        ("2026-05-22", "ANA10", 0.0),
        ("2026-05-23", "BRAND10", 70.0),
        ("2026-05-24", "SUMMER", 30.0),
        ("2026-05-25", None, 60.0),
        ("2026-05-26", "BEN10", -4.0),
    ),
)


def test_the_ledger_is_right_to_the_cent() -> None:
    book = roi.ledger(BY_HAND, SEEN)
    assert book.creators.to_dict("list") == {
        "influencer_id": ["ana", "ben"],
        "cost": [pytest.approx(100.10), pytest.approx(45.0)],
        "orders": [2.0, 3.0],
        "revenue": [pytest.approx(40.05), pytest.approx(26.10)],
    }
    assert (book.cost, book.shared_cost, len(book.attributed)) == (175.05, 29.95, 5)


def test_every_order_of_the_window_is_on_exactly_one_route() -> None:
    table = roi.routes(roi.ledger(BY_HAND, SEEN), SEEN)
    rows = {row["route"]: (row["orders"], row["revenue"]) for row in table.records()}
    assert rows == {"creator code": (5, 66.15), "brand code": (1, 70.0), "none": (2, 90.0)}
    assert table.caption.startswith("Orders from the start of the campaign, 18 May 2026, to 28 days after its end. ")
    assert table.caption.endswith("1 order under 'none' carried a code of nobody we know.")


def test_a_code_counts_from_the_first_day_to_the_last_of_the_window_in_the_brands_time_zone() -> None:
    short = campaign(attribution_days=5)
    edges = ["2026-05-17 23:59:59", "2026-05-18 00:00", "2026-06-21 23:59:59", "2026-06-22 00:00"]
    times = [pd.Timestamp(edge, tz="Europe/Berlin").tz_convert("UTC") for edge in edges]
    orders = _orders(*[("2026-05-18", "ANA10", 1.0)] * 4) | {"ordered_at": times}
    book = roi.ledger(tables(orders=orders, tracking=TRACKING), short)
    assert book.orders["order_id"].tolist() == ["1", "2"]
    early = campaign(as_of=pd.Timestamp("2026-06-20").date())
    assert len(roi.ledger(tables(orders=orders, tracking=TRACKING), early).orders) == 1


def test_cost_is_counted_and_says_what_is_not_paid_yet() -> None:
    found = roi.cost(roi.ledger(BY_HAND, SEEN), SEEN)
    assert (found.estimate, found.interval, found.n, found.counted) == (175.05, (175.05, 175.05), 4, True)
    assert (
        "€175.05" in found.headline
        and "€125.05 of it paid" in found.headline
        and "€29.95 of it not for a single" in found.headline
    )
    assert found.table and sum(row["amount"] for row in found.table.records()) == pytest.approx(175.05)


def _made(revenue: list[list[float]], cost: list[float], shared: float = 0.0) -> Tables:
    """Return a campaign of creators with these orders and costs."""
    names = [f"c{n:02d}" for n in range(len(cost))]
    rows = [
        ("2026-05-20", name.upper(), amount) for name, amounts in zip(names, revenue, strict=True) for amount in amounts
    ]
    costs = [(name, amount, "fee", "paid") for name, amount in zip(names, cost, strict=True)]
    return tables(
        tracking={"code": [name.upper() for name in names], "influencer_id": names},
        costs=_costs(*costs, *([(None, shared, "tool", "paid")] if shared else [])),
        orders=_orders(*rows),
    )


def _spread(level: float, creators: int = 12) -> Tables:
    return _made([[level * (1 + 0.05 * (n % 5))] * 5 for n in range(creators)], [100.0] * creators, shared=120.0)


@pytest.mark.parametrize(
    ("each", "verdict", "words"),
    [(60, "supported", "paid back"), (30, "undecided", "Too close"), (15, "contradicted", "did not pay back")],
)
def test_break_even_is_decided_by_the_whole_interval(each: float, verdict: str, words: str) -> None:
    """At a margin of 60 % five orders of 30 to 36 on a cost of 110 are about break-even."""
    given = (
        _spread(each) if each != 30 else _made([[37.0 * (0.4 + 0.11 * n)] * 5 for n in range(12)], [100.0] * 12, 120.0)
    )
    revenue, roas, back = roi.attributed(roi.ledger(given, SEEN), given, SEEN)
    assert (roas.verdict, back.verdict) == (verdict, verdict) and words in back.headline
    assert roas.estimate and roas.interval and revenue.interval and back.interval and back.estimate is not None
    assert revenue.estimate == pytest.approx(roas.estimate * roi.ledger(given, SEEN).cost)
    assert revenue.interval == pytest.approx([end * roi.ledger(given, SEEN).cost for end in roas.interval])
    assert back.interval == pytest.approx([0.6 * end - 1 for end in roas.interval])
    assert back.estimate == pytest.approx(0.6 * roas.estimate - 1)


@pytest.mark.parametrize(
    ("creators", "each", "need"),
    [
        (7, 9, "1 more creator needed"),
        (9, 3, "about 3 more orders with"),
        (5, 5, "about 5 more orders with a creator's code and 3 more creators"),
    ],
)
def test_too_few_orders_or_creators_get_no_return(creators: int, each: int, need: str) -> None:
    given = _made([[20.0 + n] * each for n in range(creators)], [100.0] * creators)
    book = roi.ledger(given, SEEN)
    findings = (
        *roi.attributed(book, given, SEEN),
        roi.by_creator(book, given, SEEN),
        roi.reallocation(book, given, SEEN),
    )
    assert {f.verdict for f in findings} == {"not_enough_data"} and {f.estimate for f in findings} == {None}
    assert need in findings[0].headline


@pytest.mark.parametrize(
    ("table", "changes", "words"),
    [
        ("costs", {}, "without costs (a payments ledger)."),
        ("orders", {}, "without orders"),
        ("tracking", {}, "creators' discount codes"),
        (None, {"currency": None}, "the currency"),
        (None, {"margin": None}, "the margin"),
    ],
)
def test_a_missing_input_is_named(table: str | None, changes: dict[str, None], words: str) -> None:
    given, seen = _spread(40), campaign(**changes)
    given = given.with_table(table, getattr(Tables(), table)) if table else given
    book = roi.ledger(given, seen)
    findings = {
        f.id: f
        for f in (
            *roi.attributed(book, given, seen),
            roi.by_creator(book, given, seen),
            roi.reallocation(book, given, seen),
        )
    }
    for name in ("roi.roi", "roi.by_creator", "roi.reallocation"):
        assert findings[name].verdict == "not_available" and words in findings[name].headline
