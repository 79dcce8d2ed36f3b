"""Attributed money and buyers: values worked out by hand, identities, refusals, sentences."""

import datetime as dt
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from worlds import campaign, tables

from influence_lib.analysis import attribution, buyers, inference, ledger, overdispersion, roi
from influence_lib.analysis.inference import Interval
from influence_lib.campaign import Campaign
from influence_lib.findings import Finding
from influence_lib.tables import Tables
from influence_lib.wording import attribution as words

pytestmark = pytest.mark.filterwarnings("error")
SEEN = campaign(as_of=dt.date(2026, 7, 31))
NAMES = [f"c{number:02d}" for number in range(10)]


def made(
    orders: pd.DataFrame, cost: dict[str | None, float] | None = None, seen: Campaign = SEEN
) -> tuple[ledger.Ledger, Tables, Campaign]:
    """Return the ledger of orders (at, code, value, buyer) of creators c00 to c09, who cost 100 each by default."""
    paid = dict.fromkeys(NAMES, 100.0) if cost is None else cost
    costs = pd.DataFrame({"influencer_id": list(paid), "amount": list(paid.values()), "kind": "fee"})
    rows = orders.assign(
        order_id=[f"o{number:04d}" for number in range(len(orders))],
        ordered_at=pd.to_datetime(orders["at"], format="ISO8601").dt.tz_localize("Europe/Berlin").dt.tz_convert("UTC"),
        codes=orders["code"],
        net_revenue=orders["value"],
        customer_key=orders.get("buyer"),
    )
    given = tables(
        orders=rows,
        costs=costs.assign(cost_id=costs.index.astype(str)),
        tracking={
            "kind": ["code"] * 10 + ["link"],
            "code": [name.upper() for name in NAMES] + ["L0"],
            "influencer_id": [*NAMES, "c00"],
        },
    )
    return roi.ledger(given, seen), given, seen


def sold(each: int = 5, value: float = 40.0, at: str = "2026-05-20 12:00") -> pd.DataFrame:
    """Return orders by each creator's code, of buyers b0 to b49; the value grows by 1 from creator to creator."""
    code = np.repeat([name.upper() for name in NAMES], each)
    rows = pd.DataFrame({"at": at, "code": code, "value": value + np.repeat(np.arange(10), each)})
    return rows.assign(buyer=[f"b{number}" for number in range(len(rows))])


def others(number: int, value: float, at: str = "2026-05-25 12:00") -> pd.DataFrame:
    """Return orders without a code, of buyers of their own, worth value and value + 2 in turn."""
    rows = pd.DataFrame({"at": at, "code": None, "value": value + 2 * (np.arange(number) % 2)}, index=range(number))
    return rows.assign(buyer=[f"x{each}" for each in range(number)])


def joined(*parts: pd.DataFrame) -> pd.DataFrame:
    """Return orders one below the other."""
    return pd.concat([part.astype({"code": "str"}) for part in parts], ignore_index=True)


# Ratios over creators.


def test_of_creators_of_equal_cost_the_error_is_that_of_a_mean() -> None:
    """Then the moments give the sample variance: half the log interval is t(n - 1) sd / (mean sqrt(n))."""
    brought = np.array([10.0, 400.0, 90.0, 30.0, 700.0, 55.0, 120.0, 15.0])
    found = overdispersion.per_cost(brought, np.full(8, 100.0), 40.0, 0.95)
    half = stats.t.ppf(0.975, 7) * brought.std(ddof=1) / brought.mean() / math.sqrt(8)
    assert found and found.estimate == pytest.approx(brought.sum() / 800)
    assert math.log(found.high / found.estimate) == pytest.approx(half)


def test_where_creators_do_not_differ_only_the_luck_of_orders_is_left() -> None:
    """Orders of size 50: the variance of a sum S is 50 S, so the relative error is sqrt(50 / 4000)."""
    found = overdispersion.per_cost(np.full(8, 500.0), np.full(8, 100.0), 50.0, 0.9)
    half = stats.t.ppf(0.95, 7) * math.sqrt(50 / 4000)
    assert found and math.log(found.estimate / found.low) == pytest.approx(half)


def test_a_known_spread_is_found_by_moments_on_average() -> None:
    """Units vary by luck 3 x size and 0.5 x size squared: the mean of b over worlds is 0.5."""
    rng, size = np.random.default_rng(1), np.geomspace(2, 60, 30)
    spread = np.sqrt(3 * size + 0.5 * size**2)
    draws = rng.normal(size, spread, (400, 30))
    left = draws - draws.sum(axis=1, keepdims=True) * size / size.sum()
    found = [overdispersion.beyond_luck(one, size, 3 * size, size**2) for one in left]
    assert np.mean(found) == pytest.approx(0.5, abs=0.04)


def test_the_interval_holds_the_return_of_such_campaigns_as_often_as_it_says() -> None:
    """Lognormal returns on lognormal costs, 200 worlds: between 90 and 98 %."""
    rng, held = np.random.default_rng(3), 0
    for _ in range(200):
        cost = rng.lognormal(6, 0.9, 25)
        count = rng.poisson(1.3 * cost * rng.lognormal(-0.18, 0.6, 25) / 40)
        found = overdispersion.per_cost(count * 40.0, cost, 40.0, 0.95)
        held += found is not None and found.low <= 1.3 <= found.high
    assert 180 <= held <= 196


@pytest.mark.parametrize(
    ("brought", "cost"),
    [
        ([1.0, 2.0], [1.0, 1.0]),
        ([0.0, 0.0, 0.0], [1.0, 1.0, 1.0]),
        ([-5.0, 1.0, 1.0], [1.0, 1.0, 1.0]),
        ([1.0, 2.0, 3.0], [0.0, 0.0, 0.0]),
        ([1.0, 2.0, 3.0], [1000.0, 1.0, 1.0]),
        ([1.0, math.nan, 3.0], [1.0, 1.0, 1.0]),
        ([1.0, 2.0, 3.0], [1.0, math.inf, 1.0]),
    ],
)
def test_a_ratio_that_the_data_cannot_carry_is_none(brought: list[float], cost: list[float]) -> None:
    assert overdispersion.per_cost(np.array(brought), np.array(cost), 1.0, 0.95) is None


def test_of_units_of_equal_size_a_share_is_worth_what_the_spread_of_units_leaves() -> None:
    """Eight units of ten: worth = p(1 - p) over the variance of the mean of eight shares, in Wilson's formula."""
    hits = np.array([1, 9, 5, 3, 8, 2, 6, 4])
    rows = pd.Series(np.concatenate([[1.0] * hit + [0.0] * (10 - hit) for hit in hits]))
    found = overdispersion.share(rows, pd.Series(np.repeat(np.arange(8), 10)), 0.95)
    p, worth = hits.mean() / 10, hits.mean() / 10 * (1 - hits.mean() / 10) / (np.var(hits / 10, ddof=1) / 8)
    z = stats.t.ppf(0.975, 7)
    centre, half = p + z * z / worth / 2, z * math.sqrt(p * (1 - p) / worth + z * z / worth**2 / 4)
    assert found and found.estimate == pytest.approx(p)
    assert found.ends == pytest.approx(((centre - half) / (1 + z * z / worth), (centre + half) / (1 + z * z / worth)))


def test_a_share_of_units_of_one_row_is_wilsons_interval() -> None:
    rows = pd.Series([1.0] * 30 + [0.0] * 470)
    found = overdispersion.share(rows, pd.Series(range(500)), 0.95)
    plain = stats.binomtest(30, 500).proportion_ci(0.95, "wilson")
    assert found and found.ends == pytest.approx((plain.low, plain.high), abs=2e-4)


def test_a_share_of_all_or_none_stays_between_nothing_and_all() -> None:
    for value in (0.0, 1.0):
        found = overdispersion.share(pd.Series([value] * 40), pd.Series(np.repeat(range(8), 5)), 0.95)
        assert found and 0 <= found.low <= value <= found.high <= 1 and found.high - found.low > 0.05
    assert overdispersion.share(pd.Series([1.0]), pd.Series(["a"]), 0.95) is None


def test_one_estimate_over_another_adds_their_errors_as_squares() -> None:
    """Half widths of log 2 and log 2 on both: sqrt(2) log 2."""
    found = overdispersion.quotient(Interval(8, 4, 16, 9), Interval(2, 1, 4, 5))
    reach = math.exp(math.sqrt(2) * math.log(2))
    assert (found.estimate, found.low, found.high, found.units) == pytest.approx((4, 4 / reach, 4 * reach, 5))
    back = overdispersion.inverse(found)
    assert (back.estimate, back.low, back.high) == pytest.approx((0.25, 1 / found.high, 1 / found.low))


# Profit, order value, cost of an order.


def money(orders: pd.DataFrame, **changes: Any) -> dict[str, Finding]:
    """Return the findings on attributed money."""
    book, given, seen = made(orders, seen=changes.pop("seen", SEEN), **changes)
    every = (
        *attribution.attributed(book, given, seen),
        attribution.profit(book, given, seen),
        attribution.order_value(book, given, seen),
        attribution.cost_per_order(book, given, seen),
        buyers.new_customers(book, given, seen),
        buyers.repeat_rate(book, given, seen),
    )
    return {finding.id: finding for finding in every}


def test_profit_is_the_margin_less_the_cost_to_the_cent_and_decided_as_the_return() -> None:
    """50 orders of 90 to 99 are worth 4,725; 60 % is 2,835; the cost is 1,000."""
    found = money(sold(value=90.0))
    profit, back, roas = (found[f"roi.{name}"] for name in ("profit", "roi", "attributed_roas"))
    assert (profit.estimate, profit.n, profit.clusters) == (1835.0, 50, 10)
    assert profit.interval == pytest.approx([0.6 * 1000 * end - 1000 for end in roas.interval or ()])
    assert profit.verdict == back.verdict == "supported"
    assert profit.headline.startswith(
        "Attributed orders left a margin of €2,835.00, €1,835.00 more than the campaign cost (likely"
    )
    assert words.window(28) in profit.caveats


def test_a_loss_is_said_as_such() -> None:
    profit = money(sold(value=10.0))["roi.profit"]
    assert (profit.estimate, profit.verdict) == (
        -565.0,
        "contradicted",
    ) and "€565.00 less than the campaign cost" in profit.headline


def test_a_return_on_either_side_of_zero_leaves_profit_open() -> None:
    profit = money(sold(value=30.0))["roi.profit"]
    assert profit.verdict == "undecided" and profit.headline.endswith("; which side of zero is open).")


def test_without_a_margin_there_is_no_profit_but_a_cost_for_each_order() -> None:
    found = money(sold(), seen=campaign(margin=None))
    assert found["roi.profit"].verdict == "not_available" and "the margin" in found["roi.profit"].headline
    assert found["roi.cost_per_order"].estimate == pytest.approx(20.0)


def test_an_order_costs_all_costs_over_all_attributed_orders() -> None:
    """1,030 over 50 orders is 20.60, shared costs in it."""
    found = money(sold(), cost={None: 30.0} | dict.fromkeys(NAMES, 100.0))["roi.cost_per_order"]
    assert found.estimate == pytest.approx(20.6) and found.interval and found.interval[0] < 20.6 < found.interval[1]
    assert found.headline.startswith("Each of 50 attributed orders cost €20.60 (likely range €")


@pytest.mark.parametrize(
    ("value", "words_of_it"),
    [
        (60.0, ", less than the €61.00 of"),
        (43.5, "; that cannot be told apart from the €44.50 of"),
        (20.0, ", more than"),
    ],
)
def test_an_attributed_order_is_held_against_the_others(value: float, words_of_it: str) -> None:
    """Attributed orders are worth 44.50 on average, 40 other ones 1 more than `value`."""
    found = money(joined(sold(), others(40, value)))["roi.order_value"]
    assert found.estimate == pytest.approx(44.5) and words_of_it in found.headline
    assert found.details["others"] == pytest.approx(value + 1)
    assert found.details["difference"] == pytest.approx(44.5 / (value + 1) - 1)
    assert found.details["difference_low"] < found.details["difference"] < found.details["difference_high"]


def test_without_other_orders_the_value_stands_alone() -> None:
    found = money(sold())["roi.order_value"]
    assert found.headline.endswith(").") and not found.details


def test_money_times_a_hundred_leaves_relative_results_and_verdicts_alone() -> None:
    rows = joined(sold(), others(40, 60.0))
    small = money(rows)
    large = money(rows.assign(value=100 * rows["value"]), cost=dict.fromkeys(NAMES, 10_000.0))
    for name in ("roi.attributed_roas", "roi.roi"):
        assert large[name].interval == pytest.approx(small[name].interval)
    for name in ("roi.profit", "roi.order_value", "roi.cost_per_order"):
        assert large[name].interval == pytest.approx([100 * end for end in small[name].interval or ()])
        assert large[name].verdict == small[name].verdict


def test_the_order_of_rows_changes_nothing() -> None:
    rows = joined(sold(), others(40, 60.0), sold(1, at="2026-01-05"))
    there, back = money(rows), money(rows.iloc[::-1].reset_index(drop=True))
    for name, finding in there.items():
        assert back[name].headline == finding.headline and back[name].interval == pytest.approx(finding.interval)


@pytest.mark.parametrize(
    ("orders", "cost"),
    [
        (sold(0), None),
        (sold(5).query("code == 'C00'"), None),
        (sold(5).assign(value=0.0), None),
        (sold(5).assign(value=-3.0), None),
        (sold(5).assign(at="2026-01-01"), None),
        (sold(5), dict.fromkeys(NAMES, 0.0)),
        (sold(5), dict.fromkeys(NAMES, -10.0)),
        (sold(5), {"c00": 1e9} | dict.fromkeys(NAMES[1:], 0.01)),
    ],
)
def test_degenerate_money_gives_no_estimate_of_a_return(
    orders: pd.DataFrame, cost: dict[str | None, float] | None
) -> None:
    found = money(orders.reset_index(drop=True), cost=cost)
    for name in ("roi.attributed_roas", "roi.roi", "roi.profit"):
        assert found[name].verdict in {"not_enough_data", "not_available"} and found[name].estimate is None


@pytest.mark.parametrize("size", [1e-2, 1e9])
def test_tiny_and_huge_amounts_are_answered(size: float) -> None:
    found = money(sold(6).assign(value=size), cost=dict.fromkeys(NAMES, size))
    assert found["roi.attributed_roas"].estimate == pytest.approx(6.0)


def test_a_campaign_that_has_not_started_has_no_answers() -> None:
    found = money(sold(at="2026-05-01"), seen=campaign(as_of=dt.date(2026, 5, 1)))
    assert {finding.estimate for finding in found.values()} == {None}


# Creators and their ways.


def test_the_table_parts_a_creators_cost_by_orders_and_adds_up_to_the_cent() -> None:
    """c00 has three orders by code and one by link of a cost of 100.01: 75.01 and 25.00."""
    rows = joined(sold(3), pd.DataFrame({"at": ["2026-05-21"], "code": [None], "value": [7.5], "buyer": ["b900"]}))
    book, given, seen = made(rows.assign(link=[None] * 30 + ["L0"]), cost={"c00": 100.01, "c05": 50.0, "c99": 12.5})
    table = attribution.by_code(book, given, seen).records()
    found = {(row["influencer_id"], row["route"]): row for row in table}
    assert (found["c00", "creator code"]["cost"], found["c00", "creator link"]["cost"]) == (75.01, 25.0)
    assert found["c00", "creator link"]["order_value"] == 7.5 and found["c00", "creator code"]["revenue"] == 120.0
    assert found["c05", "creator code"]["cost_per_order"] == pytest.approx(50 / 3, rel=1e-5)
    assert (found["c99", "no order yet"]["orders"], found["c99", "no order yet"]["cost_per_order"]) == (0, None)
    assert sum(row["cost"] for row in table) == pytest.approx(162.51)
    assert sum(row["orders"] for row in table) == book.attributed_orders
    assert not attribution.by_code(book, given, seen).columns[-1].shown


def test_the_table_counts_new_buyers_where_the_files_tell() -> None:
    past = others(1, 5.0, at="2026-01-05").assign(buyer="b0")
    book, given, seen = made(joined(past, sold(2)))
    rows = {row["influencer_id"]: row["new_buyers"] for row in attribution.by_code(book, given, seen).records()}
    assert (rows["c00"], rows["c01"]) == (1, 2)


def test_an_empty_campaign_has_an_empty_table() -> None:
    book, given, seen = made(sold(0), cost={})
    assert attribution.by_code(book, given, seen).records() == []


# Buyers.


def past(number: int, at: str = "2026-02-01") -> pd.DataFrame:
    """Return orders of the first buyers before the campaign (106 days at the usual day)."""
    return others(number, 30.0, at=at).assign(buyer=[f"b{each}" for each in range(number)])


def test_who_ordered_before_is_not_new_and_other_buyers_stand_beside() -> None:
    """20 of 50 buyers had ordered before; of 40 others nobody."""
    found = money(joined(past(20), sold(), others(40, 60.0)))["roi.new_customers"]
    assert (found.estimate, found.n, found.clusters) == (0.6, 50, 10) and found.details["others"] == 1.0
    assert found.headline.startswith("60.0% of 50 buyers with a creator's code had not ordered before (likely range ")
    assert found.headline.endswith("against 100% of other buyers.")
    assert (
        "The orders go back 106 days before the campaign: who last ordered before that counts as new." in found.caveats
    )


def test_a_buyer_counts_once_and_by_the_first_attributed_order() -> None:
    """All 50 buyers come again: still 50 buyers, all new."""
    again = sold(at="2026-05-29 12:00")
    found = money(joined(past(1, "2026-01-02").assign(buyer="nobody"), sold(), again))["roi.new_customers"]
    assert (found.n, found.estimate) == (50, 1.0)


def test_a_file_that_tells_new_customers_goes_before_its_own_history() -> None:
    rows = joined(past(20), sold())
    found = money(rows.assign(is_new=[None] * 20 + [False] * 35 + [True] * 15))["roi.new_customers"]
    assert found.estimate == 0.3 and words.NEW_AS_TOLD in found.caveats


def test_orders_that_name_no_buyer_are_left_out_and_counted() -> None:
    rows = joined(past(5), sold())
    rows = rows.assign(buyer=rows["buyer"].mask(rows.index >= 45))
    found = money(rows)["roi.new_customers"]
    assert (found.n, found.estimate) == (40, 35 / 40)
    assert "10 of 50 attributed orders do not tell who bought and are left out." in found.caveats


def test_a_short_past_tells_nobody_who_is_new() -> None:
    found = money(joined(past(20, "2026-03-01"), sold()))["roi.new_customers"]
    assert found.verdict == "not_available" and found.headline == (
        "Nothing can be said about this without orders of at least 90 days before the campaign (these go back 78), or "
        "a column that tells new customers."
    )


def test_orders_without_buyers_say_what_to_export() -> None:
    found = money(sold().drop(columns="buyer"))
    for name in ("roi.new_customers", "roi.repeat_rate"):
        assert found[name].verdict == "not_available" and "customer number in the shop's export" in found[name].headline


def test_too_few_buyers_get_no_share_of_new_ones() -> None:
    found = money(joined(past(2), sold(2)))["roi.new_customers"]
    assert found.verdict == "not_enough_data" and found.headline == (
        "Not enough data to tell who is new: 20 buyers of 10 creators, at least 30 of 8 needed."
    )


def test_who_orders_again_within_thirty_days_came_back() -> None:
    """5 of 50 come after 30 days to the hour, 5 an hour too late; of 40 other buyers none."""
    again = sold().head(5).assign(at="2026-06-19 12:00", code=None)
    late = sold().iloc[5:10].assign(at="2026-06-19 13:00", code=None)
    end = others(1, 9.0, at="2026-07-20 12:00").assign(buyer="end")
    found = money(joined(sold(), again, late, others(40, 60.0), end))["roi.repeat_rate"]
    assert (found.estimate, found.n, found.clusters) == (0.1, 50, 10)
    assert found.headline.startswith("10.0% of 50 attributed buyers ordered again within 30 days (likely range ")
    assert found.details["others"] == 0.0 and "against 0.00% of other buyers" in found.headline


def test_a_buyer_without_thirty_days_since_does_not_count_yet() -> None:
    """The files end on 25 June: orders of 20 May have had their days, those of 30 May have not."""
    early, end = sold(4), others(1, 9.0, at="2026-06-25 12:00")
    late = sold(1, at="2026-05-30 12:00").assign(buyer=[f"l{number}" for number in range(10)])
    found = money(joined(early, late, end))["roi.repeat_rate"]
    assert found.n == 40 and "10 further buyers have not had 30 days yet and are left out." in found.caveats


def test_before_thirty_days_the_day_to_ask_again_is_named() -> None:
    found = money(sold(), seen=campaign(as_of=dt.date(2026, 6, 10)))["roi.repeat_rate"]
    assert found.verdict == "not_enough_data" and found.headline == (
        "Too early to tell who comes back: 0 buyers have had 30 days to do so, 30 are needed; ask again on 20 Jun 2026."
    )
    few = money(sold(2))["roi.repeat_rate"]
    assert few.headline.endswith("30 are needed; more buyers, or orders of later days, are needed.")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (
            words.order_value(Interval(40, 38, 42, 9), None, None, "EUR"),
            "An attributed order is worth €40.00 on average (likely range €38.00 to €42.00).",
        ),
        (
            words.repeat_rate(Interval(0.1, 0.05, 0.2, 9), 1, 30, None),
            "10.0% of 1 attributed buyer ordered again within 30 days (likely range 5.00% to 20.0%).",
        ),
        (
            words.new_customers(Interval(0.6, 0.5, 0.7, 9), 40, "code or link", None),
            "60.0% of 40 buyers with a creator's code or link had not ordered before (likely range 50.0% to 70.0%).",
        ),
        (words.waiting(1, 30), "1 further buyer has not had 30 days yet and is left out."),
        (
            words.profit(-5.5, Interval(-5, -9, -1, 9), 94.5, 100, "GBP"),
            "Attributed orders left a margin of £94.50, £5.50 less than the campaign cost (likely range £1 to £9 "
            "less).",
        ),
    ],
)
def test_the_sentences_read_as_they_should(said: str, expected: str) -> None:
    assert said == expected


def test_creators_whose_results_do_not_follow_their_cost_are_judged_by_the_linearised_ratio() -> None:
    """Costs of 10 to 3,000, results of their own: the spread of the small ones says nothing of the dear ones."""
    rng = np.random.default_rng(3)
    cost, brought = rng.lognormal(5, 1.2, 40), rng.lognormal(5, 0.9, 40) * 1.5
    found, plain = overdispersion.per_cost(brought, cost, 40.0, 0.95), inference.ratio_of_sums(brought, cost, 0.95)
    assert found is not None and found == plain
    alike = rng.lognormal(5, 0.8, 40)
    followed = alike * rng.lognormal(0, 0.6, 40)
    again = overdispersion.per_cost(followed, alike, 40.0, 0.95)
    assert again is not None and again != inference.ratio_of_sums(followed, alike, 0.95)
