"""Published claims about money beside this programme's own numbers, and earned media value as a spread."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint
from worlds import DAY, campaign, tables

from influence_lib.analysis import attribution, emv, inference, ledger, money_claims
from influence_lib.analysis.inference import Interval
from influence_lib.campaign import Campaign
from influence_lib.findings import Finding
from influence_lib.tables import Tables
from influence_lib.wording import money_claims as words

pytestmark = pytest.mark.filterwarnings("error")
SEEN = campaign()
START = pd.Timestamp("2026-05-20", tz="UTC")
SMALL = [10_000.0 + 100 * n for n in range(8)]
LARGE = [200_000.0 + 1000 * n for n in range(6)]


def _world(
    followers: list[float],
    fees: list[list[float]] | None = None,
    orders: list[int] | None = None,
    posts: int = 1,
    reach_rate: float | list[float] = 0.3,
    **numbers: Any,
) -> Tables:
    """Return creators with so many followers, fees and orders of 50; `numbers` are of each post."""
    names = [f"c{n:02d}" for n in range(len(followers))]
    rates = reach_rate if isinstance(reach_rate, list) else [reach_rate] * len(names)
    rows = pd.DataFrame({"influencer_id": names, "followers": followers, "reach": np.multiply(followers, rates)})
    rows = pd.concat([rows.assign(post_id=[f"{name}-{n}" for name in names]) for n in range(posts)])
    usual = {"platform": "instagram", "post_type": "image", "likes": 100, "comments": 10}
    rows = rows.assign(**(usual | numbers), posted_at=START, campaign_id="world").round({"reach": 0})
    paid = fees or [[100.0 + 7 * (n % 3)] for n in range(len(names))]
    bills = pd.DataFrame(
        [(name, fee) for name, of in zip(names, paid, strict=True) for fee in of], columns=["who", "fee"]
    )
    buyers = np.repeat(names, orders or [0] * len(names))
    return tables(
        posts=rows,
        post_metrics=rows.assign(observed_at=START + 20 * DAY),
        followers=rows.assign(observed_at=START).drop_duplicates("influencer_id"),
        costs=bills.assign(
            influencer_id=bills["who"], amount=bills["fee"], cost_id=bills.index.astype(str), kind="fee", status="paid"
        ),
        tracking={"kind": "code", "code": [name.upper() for name in names], "influencer_id": names},
        orders={
            "order_id": [str(n) for n in range(len(buyers))],
            "ordered_at": START,
            "codes": [name.upper() for name in buyers],
            "net_revenue": 50.0,
        },
    )


def _asked(question: Any, given: Tables, seen: Campaign = SEEN) -> Finding:
    found: Finding = question(ledger.ledger(given, seen), given, seen)
    return found


# 6.50 back for each 1.


@pytest.mark.parametrize(("each", "verdict"), [(40, "supported"), (4, "contradicted"), (14, "undecided")])
def test_the_published_return_is_held_against_the_interval_of_attributed_revenue(each: int, verdict: str) -> None:
    """Orders of 50 for fees of about 107: 40 each are 19 for 1, 4 are 1.9, 14 are 6.5."""
    orders = [round(each * (0.6 + 0.1 * (n % 9))) for n in range(14)]
    found = _asked(money_claims.claim_return, _world(SMALL + LARGE, orders=orders))
    assert found.verdict == verdict and found.estimate == pytest.approx(50 * sum(orders) / (14 * 107 - 7), rel=0.02)
    assert "sales, but spoke of earned media value" in found.caveats[0]


def test_the_chance_of_the_claim_is_the_tail_of_the_interval() -> None:
    """From the t distribution of the linearised ratio on logs, worked out beside it for equal costs."""
    revenue = np.array([500.0, 700, 650, 900, 400, 800, 620, 710, 540, 660])
    cost = np.full(10, 100.0)
    found = inference.ratio_of_sums(revenue, cost, 0.95)
    assert found is not None
    error = math.log(found.high / found.estimate) / stats.t.ppf(0.975, 9)
    for mark in (5.5, 6.5, 7.5):
        expected = stats.t.sf(math.log(mark / found.estimate) / error, 9)
        chance = money_claims.chance_of_reaching(mark, lambda level: inference.ratio_of_sums(revenue, cost, level))
        assert chance == pytest.approx(min(max(expected, 0.005), 0.995), abs=1e-6)


def test_media_value_stands_beside_the_return_only_where_formulas_tell_of_all_posts() -> None:
    orders = [4 + n % 3 for n in range(14)]
    seen = campaign(exchange_rates={"USD": 1.0})
    given = _world(SMALL + LARGE, orders=orders)
    found = _asked(money_claims.claim_return, given, seen)
    book = ledger.ledger(given, seen)
    assert found.details["media_value_least"] == pytest.approx(14 * 15 / book.cost)
    assert found.details["media_value_most"] == pytest.approx(14 * (7 + 34.6) / book.cost)
    assert "which is not money" in found.headline
    assert "media_value_least" not in _asked(money_claims.claim_return, given).details


def test_the_return_needs_costs_orders_and_enough_of_both() -> None:
    assert _asked(money_claims.claim_return, Tables()).verdict == "not_available"
    assert _asked(money_claims.claim_return, _world(SMALL, orders=[1] * 8)).verdict == "not_enough_data"
    assert (
        attribution.return_per_cost(ledger.ledger(Tables(), SEEN), pd.DataFrame({"cost": [], "revenue": []}), 0.9)
        is None
    )


# 97 % of posts at 500 or less.


def test_the_share_of_posts_within_the_cap_is_counted_with_wilsons_interval_of_creators() -> None:
    """Of forty creators with a post each, 38 cost no more than 500: 95 %; statsmodels' Wilson is a little narrower."""
    fees = [[400.0 + n] for n in range(38)] + [[501.0], [900.0]]
    found = _asked(money_claims.claim_fee, _world([10_000.0] * 40, fees))
    assert (found.estimate, found.n, found.clusters) == (pytest.approx(0.95), 40, 40)
    low, high = proportion_confint(38, 40, 0.05, "wilson")
    assert found.interval == (pytest.approx(low, abs=0.02), pytest.approx(high, abs=0.02))
    assert found.interval[0] <= low and found.interval[1] >= high


def test_a_fee_for_several_posts_is_spread_over_them() -> None:
    """600 for two posts is 300 each: within 500."""
    found = _asked(money_claims.claim_fee, _world([10_000.0] * 10, [[600.0]] * 10, posts=2))
    assert (found.estimate, found.n, found.details["median"]) == (1.0, 20, 300)
    assert _asked(money_claims.claim_fee, _world([10_000.0] * 10, [[600.0]] * 10)).estimate == 0


def test_posts_of_one_creator_are_one_voice() -> None:
    """Ten creators with ten fees each, one of whom always asks 900: as wide as ten posts, not as a hundred."""
    many = _asked(money_claims.claim_fee, _world([10_000.0] * 10, [[400.0] * 10] * 9 + [[900.0] * 10], posts=10))
    few = _asked(money_claims.claim_fee, _world([10_000.0] * 10, [[400.0]] * 9 + [[900.0]]))
    assert (many.estimate, many.n) == (pytest.approx(0.9), 100)
    assert (
        few.interval == (pytest.approx(many.interval[0]), pytest.approx(many.interval[1])) if many.interval else False
    )


@pytest.mark.parametrize(
    ("above", "creators", "verdict"), [(2, 100, "supported"), (5, 10, "contradicted"), (1, 9, "undecided")]
)
def test_the_published_share_is_met_missed_or_open(above: int, creators: int, verdict: str) -> None:
    fees = [[900.0]] * above + [[100.0 + n] for n in range(creators - above)]
    assert _asked(money_claims.claim_fee, _world([10_000.0] * creators, fees)).verdict == verdict


def test_fees_need_eight_creators_and_a_currency() -> None:
    assert _asked(money_claims.claim_fee, _world([10_000.0] * 7)).verdict == "not_enough_data"
    assert _asked(money_claims.claim_fee, _world([10_000.0] * 9), campaign(currency=None)).verdict == "not_available"
    assert _asked(money_claims.claim_fee, Tables()).verdict == "not_available"


# Small accounts against larger ones.


def test_the_cost_of_reaching_a_person_is_compared_as_sum_over_sum() -> None:
    """100 for 3,000 people is 3.3 cents, 100 for 60,000 a twentieth of that: small accounts are dearer."""
    given = _world(SMALL + LARGE)
    found = _asked(money_claims.claim_affordable, given)
    fees = given.costs["amount"].astype(float).to_numpy()
    expected = (fees[:8].sum() / sum(SMALL)) / (fees[8:].sum() / sum(LARGE)) - 1
    assert found.verdict == "contradicted" and found.estimate == pytest.approx(expected, rel=1e-3)
    assert found.table is not None and found.table.rows["tier"].tolist() == ["micro", "macro"]
    assert found.table.rows["cpm"].iloc[0] == pytest.approx(1000 * fees[:8].sum() / (0.3 * sum(SMALL)), rel=1e-3)
    cheap = _asked(
        money_claims.claim_affordable,
        _world(SMALL + LARGE, [[1.0 + n % 2] for n in range(8)] + [[900.0 + n] for n in range(6)]),
    )
    assert cheap.verdict == "supported" and "less than larger ones" in cheap.headline


def test_the_interval_of_a_relative_change_is_that_of_the_difference_of_logs() -> None:
    """With two groups alike in size, MOVER gives the root of the sum of both squared half widths."""
    y, x = np.array([3.0, 5, 4, 6, 30, 50, 40, 60]), np.full(8, 10.0)
    small = pd.Series([True] * 4 + [False] * 4)
    found = money_claims.against_larger(pd.Series(y), pd.Series(x), small, 0.95)
    one = inference.ratio_of_sums(y[:4], x[:4], 0.95)
    assert found is not None and one is not None and found.estimate == pytest.approx(-0.9)
    half = math.sqrt(2) * math.log(one.high / one.estimate)
    assert math.log((1 + found.high) / (1 + found.estimate)) == pytest.approx(half)
    assert math.log((1 + found.estimate) / (1 + found.low)) == pytest.approx(half)


def test_creators_without_reach_of_every_post_are_left_out_and_said() -> None:
    given = _world(SMALL + LARGE)
    silent = given.post_metrics["reach"].mask(given.post_metrics["post_id"] == "c00-0")
    found = _asked(
        money_claims.claim_affordable, given.with_table("post_metrics", given.post_metrics.assign(reach=silent))
    )
    assert found.clusters == 13 and "1 creator without reach for every post left out" in found.caveats[1]
    nobody = given.post_metrics.assign(reach=pd.NA).astype({"reach": "Int64"})
    assert _asked(money_claims.claim_affordable, given.with_table("post_metrics", nobody)).verdict == "not_available"


def test_orders_for_each_follower_are_compared_and_published_figures_named() -> None:
    """Ten orders of 10,000 followers are 1 in 1,000; ten of 200,000 are 1 in 20,000."""
    orders = [9 + n % 3 for n in range(14)]
    found = _asked(money_claims.claim_actions, _world(SMALL + LARGE, orders=orders))
    expected = (sum(orders[:8]) / sum(SMALL)) / (sum(orders[8:]) / sum(LARGE)) - 1
    assert found.verdict == "supported" and found.estimate == pytest.approx(expected)
    assert found.details["orders_by_reach"] == pytest.approx(expected, rel=1e-3)
    assert "€265 of revenue for each 1,000 followers of nano accounts, €49" in found.caveats[-1]
    turned = _asked(
        money_claims.claim_actions,
        _world(SMALL + LARGE, orders=[1 + n % 2 for n in range(8)] + [900 + n for n in range(6)]),
    )
    assert turned.verdict == "contradicted"


def test_clicks_are_compared_too_where_they_are_known() -> None:
    orders = [9 + n % 3 for n in range(14)]
    clicks = [30 + n % 4 for n in range(14)]
    found = _asked(money_claims.claim_actions, _world(SMALL + LARGE, orders=orders, link_clicks=clicks))
    expected = (sum(clicks[:8]) / sum(SMALL)) / (sum(clicks[8:]) / sum(LARGE)) - 1
    assert found.details["clicks_by_followers"] == pytest.approx(expected)


def test_one_size_alone_or_no_order_gives_no_comparison() -> None:
    one_size = _world(SMALL, orders=[9] * 8)
    for question in (money_claims.claim_affordable, money_claims.claim_actions):
        assert _asked(question, one_size).verdict == "not_enough_data"
        assert _asked(question, Tables()).verdict == "not_available"
    assert _asked(money_claims.claim_actions, _world(SMALL + LARGE)).verdict in {"not_available", "not_enough_data"}


QUESTIONS = (
    money_claims.claim_return,
    money_claims.claim_fee,
    money_claims.claim_affordable,
    money_claims.claim_actions,
    emv.earned_media_value,
)


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_order_of_rows_changes_nothing(question: Any) -> None:
    given = _world(SMALL + LARGE, orders=[9 + n % 5 for n in range(14)])
    names = ("posts", "orders", "costs", "followers", "post_metrics", "tracking")
    shuffled = replace(given, **{name: getattr(given, name).sample(frac=1, random_state=2) for name in names})
    first, again = _asked(question, given), _asked(question, shuffled)
    assert first.headline == again.headline and first.details == pytest.approx(dict(again.details))


@pytest.mark.parametrize("question", QUESTIONS)
def test_money_a_hundred_times_as_large_changes_no_relative_answer(question: Any) -> None:
    given = _world(SMALL + LARGE, orders=[9 + n % 5 for n in range(14)])
    large = given.with_table("costs", given.costs.assign(amount=given.costs["amount"] * 100))
    large = large.with_table("orders", given.orders.assign(net_revenue=given.orders["net_revenue"] * 100))
    first, again = _asked(question, given), _asked(question, large, campaign(fee_cap=50_000.0))
    assert (first.verdict, first.estimate) == (again.verdict, pytest.approx(again.estimate))


# Earned media value.


def test_earned_media_value_is_the_spread_of_formulas_of_the_same_posts() -> None:
    """A post of 100 likes and 10 comments: Lefty 100 x 0.15 = 15 dollars, Skeepers 7 + 34.60 = 41.60 euros."""
    found = _asked(emv.earned_media_value, _world(SMALL), campaign(exchange_rates={"USD": 0.5}))
    assert found.interval == (pytest.approx(8 * 7.5), pytest.approx(8 * 41.6)) and found.n == 8
    assert found.estimate == pytest.approx(8 * (7.5 + 41.6) / 2)
    assert found.headline.startswith("Not money earned: ") and words.NOT_MONEY in found.caveats
    assert found.label == "Measured"


def test_views_and_shares_of_tiktok_have_their_own_values() -> None:
    """1,000 views, 10 likes, 2 comments, 1 share: Skeepers 6.89 + .90 + 7.04 + 1.72; Lefty 15; Upfluence 6.50."""
    numbers = {"platform": "tiktok", "post_type": "video", "views": 1000, "likes": 10, "comments": 2, "shares": 1}
    given = _world([10_000.0], **numbers)
    found = emv.spread(given, campaign(exchange_rates={"USD": 1.0}))
    values = found.rows.set_index("formula")["value"].dropna().to_dict()
    assert values == {"upfluence": pytest.approx(6.5), "lefty": pytest.approx(15), "skeepers": pytest.approx(16.55)}
    assert found.is_whole and found.values.tolist() == sorted(values.values())


def test_formulas_in_a_currency_without_a_rate_are_left_out_and_one_formula_is_no_spread() -> None:
    found = _asked(emv.earned_media_value, _world(SMALL))
    assert (found.verdict, found.estimate) == ("not_enough_data", None)
    assert "exchange_rates: {USD: what one is worth in EUR}" in found.headline
    assert _asked(emv.earned_media_value, _world(SMALL), campaign(currency=None)).verdict == "not_available"
    assert _asked(emv.earned_media_value, Tables()).verdict == "not_available"
    none = _world(SMALL, likes=0, comments=0)
    assert _asked(emv.earned_media_value, none, campaign(exchange_rates={"USD": 0.5})).estimate is None


def test_every_formula_has_a_year_a_source_and_known_platforms_and_metrics() -> None:
    listed = emv.formulas()
    assert listed["year"].between(2010, 2026).all() and listed["source"].str.len().gt(20).all()
    assert set(listed["metric"]) <= {"likes", "comments", "shares", "views", "impressions"}
    assert set(listed["currency"]) <= {"USD", "EUR"} and (listed["value"] > 0).all()
    assert set(listed["certainty"]) <= {"dated page", "undated page as read then"}


# Sentences.

SENTENCES = {
    words.claim_return(Interval(7.5, 6.6, 8.4, 9), 6.5, "supported", 0.99, "EUR"): (
        "Attributed revenue is €7.50 for each €1 spent (likely range €6.60 to €8.40): no less than the published "
        "€6.50 (earned media value, not sales)."
    ),
    words.claim_return(Interval(2.92, 1.96, 4.34, 36), 6.5, "contradicted", 0.005, "EUR"): (
        "Attributed revenue is €2.92 for each €1 spent (likely range €1.96 to €4.34), not the published "
        "€6.50 (earned media value, not sales)."
    ),
    words.claim_return(Interval(6, 4, 9, 9), 6.5, "undecided", 0.31, "EUR"): (
        "Attributed revenue is €6.00 for each €1 spent (likely range €4.00 to €9.00); the published €6.50 or more has "
        "a chance of 31%."
    ),
    words.beside((0.2, 3.9), "EUR"): (
        " By formulas of earned media value, which is not money: €0.20 to €3.90 for each €1."
    ),
    words.claim_fee(Interval(1, 0.89, 1, 36), 500, 0.97, "supported", "EUR"): (
        "100% of posts cost €500 or less (likely range 89.0% to 100%), close to the published 97%."
    ),
    words.claim_fee(Interval(0.5, 0.4, 0.6, 36), 500, 0.97, "contradicted", "EUR"): (
        "50.0% of posts cost €500 or less (likely range 40.0% to 60.0%), fewer than the published 97%."
    ),
    words.claim_fee(Interval(0.88, 0.74, 0.95, 36), 500, 0.97, "undecided", "EUR"): (
        "88.0% of posts cost €500 or less (likely range 74.0% to 95.0%); whether that is the published 97% cannot be "
        "told."
    ),
    words.claim_affordable(Interval(-0.4, -0.6, -0.1, 18), "supported"): (
        "Small accounts reach a person for 40% less than larger ones (likely range -60% to -10%)."
    ),
    words.claim_affordable(Interval(0.4, 0.1, 0.9, 18), "contradicted"): (
        "Small accounts reach a person for 40% more than larger ones (likely range +10% to +90%)."
    ),
    words.claim_affordable(Interval(0.37, -0.12, 1.13, 18), "undecided"): (
        "Whether small accounts reach people more cheaply than larger ones cannot be told: the cost differs by +37% "
        "(likely range -12% to +113%)."
    ),
    words.claim_actions(Interval(1.28, 0.2, 3, 32), "supported"): (
        "Small accounts bring 128% more attributed orders for each follower than larger ones (likely range +20% to "
        "+300%)."
    ),
    words.claim_actions(Interval(-0.5, -0.7, -0.2, 32), "contradicted"): (
        "Small accounts bring 50% fewer attributed orders for each follower than larger ones (likely range -70% to "
        "-20%)."
    ),
    words.claim_actions(Interval(1.28, -0.17, 5.26, 32), "undecided"): (
        "Whether small accounts bring more attributed orders for each follower than larger ones cannot be told: +128% "
        "(likely range -17% to +526%)."
    ),
    words.earned_media_value(7139, (5515, 8764), 2, 29, 54, "EUR"): (
        "Not money earned: 2 published formulas of earned media value say €5,515 to €8,764 for the same 29 of 54 "
        "posts, €7,139 in the middle."
    ),
    words.earned_media_value(30, (10, 50), 3, 9, 9, "EUR"): (
        "Not money earned: 3 published formulas of earned media value say €10 to €50 for the same posts, €30 in the "
        "middle."
    ),
    words.few_formulas([], "EUR"): (
        "Earned media value is told as a spread of formulas only, and fewer than two fit here: too few posts report "
        "what they ask for (likes and comments, or views)."
    ),
    words.too_few_of_a_size(words.CHEAPER, 18, 2, (3, 8), 100_000): (
        "Not enough data to tell whether small accounts reach people more cheaply: 18 creators below 100k followers "
        "and 2 above with costs and results; needed are 3 of each, 8 together, with results that differ."
    ),
    words.formula_said(False, 0, 0.0, "USD", 9): "does not speak of these posts, or they lack what it needs",
    words.formula_said(False, 5, 120.0, "USD", 9): "US$120 for 5 of 9 posts; not comparable",
    words.formula_said(True, 9, 120.0, "USD", 9): "in the spread",
}


@pytest.mark.parametrize("said", SENTENCES)
def test_a_sentence_reads_as_it_should(said: str) -> None:
    assert said == SENTENCES[said]
