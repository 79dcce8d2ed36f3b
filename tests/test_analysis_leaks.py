"""Codes that leak and buyers whom codes miss, on campaigns whose leaks are planted."""

# ruff: noqa: E501

import datetime as dt
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from worlds import campaign, tables

from influence_lib import figures
from influence_lib.analysis import leaks, ledger
from influence_lib.analysis.inference import Interval
from influence_lib.findings import Finding, Note, ShownTable
from influence_lib.tables import Tables
from influence_lib.wording import leaks as words

pytestmark = pytest.mark.filterwarnings("error")
SEEN, START = campaign(), pd.Timestamp("2026-05-18", tz="Europe/Berlin")
NEAR = Interval(2.18, 1.03, 4.46, 33)


def shop(
    creators: int = 10, leaking: int = 0, orders: int = 40, seed: int = 1, value: float = 40.0, **more: Any
) -> Tables:
    """Return a campaign of 44 days: each creator posts on days 3 and 12, orders fade with a half-life of two days.

    Codes of the first `leaking` creators have as many orders again, spread evenly from day 16 on.
    """
    rng = np.random.default_rng(seed)
    names = [f"creator{n:02d}" for n in range(creators)]
    won = rng.choice([3.5, 12.5], (creators, orders)) + rng.exponential(2 / np.log(2), (creators, orders))
    day = [np.r_[won[n][won[n] < 44], rng.uniform(16, 44, orders) if n < leaking else []] for n in range(creators)]
    who = np.repeat(names, [len(days) for days in day])
    usual = np.arange(0, 44, 0.1)
    at = START + pd.to_timedelta(np.r_[np.concatenate(day), usual], unit="D").round("s")
    rows = pd.DataFrame(
        {"ordered_at": at.tz_convert("UTC"), "codes": [*(f"C{name}" for name in who), *[""] * len(usual)]}
    )
    rows = rows.assign(order_id=[f"o{n}" for n in range(len(rows))], net_revenue=value)
    posted = START + pd.to_timedelta(np.tile([3.5, 12.5], creators), unit="D")
    posts = pd.DataFrame({"influencer_id": np.repeat(names, 2), "posted_at": posted.tz_convert("UTC")})
    posts = posts.assign(post_id=[f"p{n}" for n in range(len(posts))], platform="instagram", campaign_id="world")
    costs = {
        "cost_id": names,
        "influencer_id": names,
        "amount": [value * (5 + n) for n in range(creators)],
        "kind": "fee",
    }
    tracking = {"kind": "code", "code": [f"C{name}".upper() for name in names], "influencer_id": names}
    rows = rows.assign(codes=rows["codes"].str.upper())
    return tables(orders=rows, posts=posts, costs=costs, tracking=tracking, **more)


def flagged(given: Tables, **changes: Any) -> Finding:
    """Return the finding of leaking codes."""
    seen = campaign(**changes)
    return leaks.leaking_codes(ledger.ledger(given, seen), given, seen)


def returned(given: Tables, **changes: Any) -> tuple[Finding, ShownTable | Note]:
    """Return the finding of the adjusted return and its table."""
    seen = campaign(**changes)
    return leaks.adjusted(ledger.ledger(given, seen), given, seen)


def test_orders_spread_after_two_posts_as_their_half_life_says() -> None:
    """A half-life of one day, posts at midnight of days 0 and 1, three days: 1/2, 1/4 + 1/2, 1/8 + 1/4 of the orders."""
    rows = leaks.Redemptions(
        ("a",), dt.date(2026, 5, 18), np.ones((1, 3)), np.ones((1, 3)), (np.array([0.0, 1.0]),), np.ones(3) / 3, 0, np.zeros(1)
    )  # fmt: skip
    at = int(np.argmin(abs(leaks.HALF_LIVES - 1)))
    half = leaks.HALF_LIVES[at]
    left = [2 ** (-day / half) for day in range(4)]
    by_hand = np.array([1 - left[1], left[0] - left[2], left[1] - left[3]])
    assert np.allclose(rows.fresh(0)[at], by_hand / by_hand.sum())


def test_away_is_before_the_first_post_or_long_after_the_last() -> None:
    """Orders on days 0 to 9, a post on day 2, faded after 3 days: days 0, 1 and 6 to 9 are away."""
    rows = leaks.Redemptions(
        ("a",), dt.date(2026, 5, 18), np.ones((1, 10)), np.ones((1, 10)), (np.array([2.7]),), np.ones(10) / 10, 0, np.zeros(1)
    )  # fmt: skip
    assert rows.away(0, 3) == 6


def test_planted_leaks_are_flagged_with_their_share_and_their_day() -> None:
    """Half of the orders of two codes leak from 3 June (day 16) on; nobody else's do."""
    found = flagged(shop(leaking=2))
    assert found.verdict == "supported" and found.estimate == 2 and found.table is not None
    rows = found.table.rows
    assert set(rows["influencer_id"][:2]) == {"creator00", "creator01"}
    assert ((rows["low"] < 0.5) & (rows["high"] > 0.5)).tolist()[:2] == [True, True]
    told = [pd.Timestamp(text) for text in rows["since"] if text != words.since(None)]
    assert told and all(abs((day - pd.Timestamp("2026-06-03")).days) <= 4 for day in told)


def test_codes_that_fade_after_posts_are_not_flagged() -> None:
    found = [flagged(shop(seed=seed)) for seed in range(8)]
    assert {finding.estimate for finding in found} == {0.0}
    assert all(finding.details["leaked_share"] < 0.1 for finding in found)


def test_a_leak_is_no_leak_where_posts_are_found_for_weeks() -> None:
    """On YouTube half-lives of a week are usual: the same orders are less surely leaked."""
    given = shop(leaking=3, orders=15)
    lasting = given.with_table("posts", given.posts.assign(platform="youtube"))
    short, long = (flagged(rows).table for rows in (given, lasting))
    assert short is not None and long is not None
    assert long.rows["chance"].sum() < short.rows["chance"].sum()


def test_a_day_on_which_many_codes_jump_is_told() -> None:
    given = shop()
    day = pd.DataFrame(
        {"ordered_at": (START + pd.Timedelta(days=33.5)).tz_convert("UTC"), "net_revenue": 40.0}, range(15)
    )
    day = day.assign(order_id=[f"x{n}" for n in range(15)], codes=[f"CCREATOR{n // 3:02d}" for n in range(15)])
    both = pd.concat([given.orders, tables(orders=day).orders], ignore_index=True)
    quiet, told = flagged(given), flagged(given.with_table("orders", both))
    assert words.coupon_day(dt.date(2026, 6, 20), 5) in told.caveats and words.EVEN_ORDERS in told.caveats
    assert quiet.details["coupon_days"] == 0


def test_other_codes_should_not_follow_the_posts_and_it_is_told_when_they_do() -> None:
    """60 orders with the brand's code, spread evenly or all within two days after the posts of days 3 and 12."""
    given, found = shop(), []
    for day in (np.linspace(0, 43.9, 60), np.tile([3.8, 4.6, 5.4, 12.8, 13.6, 14.4], 10)):
        at = (START + pd.to_timedelta(day, unit="D").round("s")).tz_convert("UTC")
        extra = pd.DataFrame({"ordered_at": at, "net_revenue": 40.0, "codes": "BRAND10"})
        extra = extra.assign(order_id=[f"b{n}" for n in range(60)])
        both = pd.concat([given.orders, tables(orders=extra).orders], ignore_index=True)
        found.append(flagged(given.with_table("orders", both)))
    shares = [finding.details["other_codes_after_posts"] for finding in found]
    assert shares[0] < 0.15 and shares[1] > 0.85
    assert [any("with a code of no creator" in text for text in finding.caveats) for finding in found] == [False, True]


def test_the_order_of_rows_and_the_currency_change_nothing() -> None:
    given = shop(leaking=1, orders=20)
    mixed = replace(
        given, orders=given.orders.sample(frac=1, random_state=3), posts=given.posts.sample(frac=1, random_state=3)
    )
    dear = shop(leaking=1, orders=20, value=4000.0)
    first = flagged(given).details
    assert flagged(mixed).details == first == flagged(dear).details
    assert returned(mixed)[0].estimate == returned(given)[0].estimate == pytest.approx(returned(dear)[0].estimate)


def test_codes_without_posts_are_not_judged_but_counted() -> None:
    given = shop()
    posts = given.posts[given.posts["influencer_id"] != "creator03"]
    found = flagged(given.with_table("posts", posts))
    assert found.clusters == 9 and words.unposted(1) in found.caveats


def test_sponsored_posts_for_nobody_else_stand_for_unmarked_ones() -> None:
    given = shop(leaking=2)
    unmarked = given.posts.assign(campaign_id=None, is_sponsored=True).astype(
        {"campaign_id": "str", "is_sponsored": "boolean"}
    )
    others = unmarked.assign(sponsor_brand="Rival")
    assert flagged(given.with_table("posts", unmarked)).details == flagged(given).details
    assert flagged(given.with_table("posts", others)).verdict == "not_enough_data"


@pytest.mark.parametrize(
    ("empty", "verdict"), [("orders", "not_available"), ("tracking", "not_available"), ("posts", "not_available")]
)
def test_without_an_input_nothing_is_said_of_leaks(empty: str, verdict: str) -> None:
    given = shop()
    found = flagged(given.with_table(empty, getattr(given, empty).iloc[:0]))
    assert found.verdict == verdict and found.estimate is None


def test_too_few_orders_say_how_many_more() -> None:
    found = flagged(shop(creators=2, orders=5))
    assert found.verdict == "not_enough_data" and "20 more orders needed" in found.headline


def test_a_campaign_that_has_not_started_gives_no_answer() -> None:
    given, late = shop(), campaign(start=dt.date(2026, 8, 1), end=dt.date(2026, 8, 30))
    book = ledger.ledger(given, late)
    assert leaks.leaking_codes(book, given, late).estimate is None
    assert leaks.adjusted(book, given, late)[0].estimate is None


@pytest.mark.parametrize("value", [1e-4, 1e9, -5.0])
def test_odd_revenue_gives_an_answer_or_a_reason(value: float) -> None:
    given = shop()
    odd = given.with_table("orders", given.orders.assign(net_revenue=value).astype({"net_revenue": "Float64"}))
    found, told = returned(odd)
    assert (found.estimate is None) == isinstance(told, Note)
    assert flagged(odd).estimate == 0


def test_the_adjusted_return_is_the_attributed_one_times_kept_over_use() -> None:
    """All of 1/use uniform between 0.5 and 0.5001 and no leak: twice the attributed return, and break-even 1/0.6."""
    ratio = Interval(2.0, 1.0, 4.0, 9)
    nothing, half = np.zeros(leaks.DRAWS), np.full(leaks.DRAWS, 0.5)
    made = leaks.Adjustment(nothing, half, NEAR, NEAR, True, True)
    found = leaks.allowing_for(ratio, made, SEEN)
    assert found.estimate == 4.0
    assert found.low == pytest.approx(2.0, rel=0.12) and found.high == pytest.approx(8.0, rel=0.12)
    leaked = leaks.allowing_for(ratio, replace(made, leaked=np.full(leaks.DRAWS, 0.25)), SEEN)
    assert leaked.estimate == 3.0 and leaked.low == pytest.approx(0.75 * found.low)


def test_the_rectangle_holds_returns_worked_out_by_hand() -> None:
    """A return of 2 with 0, 15 and 30 % leaked and 40, 70 and 100 % using the code: 5.00 down to 1.40."""
    rows = leaks.rectangle(2.0, SEEN).rows
    assert rows["leaked"].tolist() == ["0%", "15%", "30%"]
    assert rows[["use_0", "use_1", "use_2"]].to_numpy().round(3).tolist() == [
        [5, 2.857, 2],
        [4.25, 2.429, 1.7],
        [3.5, 2.0, 1.4],
    ]


def test_without_survey_and_posts_the_interval_spans_what_is_thought_possible() -> None:
    given = shop()
    bare = given.with_table("posts", given.posts.iloc[:0])
    wide, narrow = returned(bare)[0], returned(bare, code_use=(0.5, 0.51))[0]
    assert wide.interval and narrow.interval
    assert wide.details["leaked_share_high"] == 0.3 and wide.details["code_use_low"] == 0.4
    assert wide.interval[1] / wide.interval[0] > narrow.interval[1] / narrow.interval[0]


def test_a_survey_narrows_the_use_of_codes_to_what_buyers_say() -> None:
    """60 buyers name a creator; 30 of their orders carried a code: one half, though the YAML says 80 to 100 %."""
    given = shop()
    coded, bare = given.orders[given.orders["codes"] != ""], given.orders[given.orders["codes"] == ""]
    asked = [*coded["order_id"][:30], *bare["order_id"][:30]]
    answers = {"response_id": asked, "order_id": asked, "channel": "creator"}
    found = returned(shop(survey=answers), code_use=(0.8, 1.0))[0]
    assert found.details["code_use"] == pytest.approx(0.5, abs=0.02)
    assert 0.3 < found.details["code_use_low"] < 0.45


def test_costs_are_needed_for_a_return() -> None:
    given = shop()
    found, told = returned(given.with_table("costs", given.costs.iloc[:0]))
    assert found.verdict == "not_available" and isinstance(told, Note)


def test_the_figure_draws_three_lines_of_return_over_use() -> None:
    given = shop()
    found = returned(given)[0]
    data: Any = SimpleNamespace(campaign=SEEN, tables=given, sources=lambda *names: "orders.csv")
    chart = figures.leak_rectangle(data, found)
    assert isinstance(chart, figures.Chart) and chart.headline == found.headline
    top = found.details["attributed_return"] / 0.4
    assert chart.data["return"].max() == pytest.approx(top) and chart.data["leaked"].nunique() == 3
    assert "break-even" in chart.alt and "40% to 100%" in chart.alt
    assert isinstance(figures.leak_rectangle(data, replace(found, estimate=None)), figures.NoChart)


LOST = Interval(0.189, 0.113, 0.237, 33)
SENTENCES = {
    words.leaking_codes(2, 0, 33, LOST): "2 of 33 codes clearly leaked; about 18.9% of codes' revenue looks as if it would have come anyway (likely range 11.3% to 23.7%).",
    words.leaking_codes(2, 3, 33, LOST): "2 of 33 codes clearly leaked, 3 more possibly; about 18.9% of codes' revenue looks as if it would have come anyway (likely range 11.3% to 23.7%).",
    words.leaking_codes(0, 1, 1, LOST): "None of 1 code clearly leaked, 1 possibly; about 18.9% of codes' revenue looks as if it would have come anyway (likely range 11.3% to 23.7%).",
    words.leaking_codes(0, 0, 33, LOST): "None of 33 codes looks leaked; about 18.9% of codes' revenue looks as if it would have come anyway (likely range 11.3% to 23.7%).",
    words.too_few(10, 30, 0): "Not enough data to tell whether codes leaked: 10 orders with a creator's code, about 20 more orders needed.",
    words.too_few(29, 30, 1): "Not enough data to tell whether codes leaked: 29 orders with a creator's code, about 1 more order needed. 1 more code has orders but no post in the files.",
    words.verdict(0.95, 0.9, 0.5): "clearly leaked",
    words.verdict(0.6, 0.9, 0.5): "possibly leaked",
    words.verdict(0.3, 0.9, 0.5): "cannot tell",
    words.verdict(0.05, 0.9, 0.5): "leak unlikely",
    words.since(None): "–",
    words.since(dt.date(2026, 6, 3)): "3 Jun 2026",
    words.cannot_tell(1, 3): "For 1 of 3 codes the orders do not tell whether they leaked.",
    words.caption(9, 0.25): "Codes by their creator, most likely leaked first. Leaked: more than 25% of its orders would have come anyway. Away from posts: before the first or more than 9 days after one.",
    words.coupon_day(dt.date(2026, 6, 3), 5): "On 3 Jun 2026 the codes of 5 creators jumped together without new posts: look for a coupon site or an offer of that day.",
    words.placebo(Interval(0.8, 0.6, 0.95, 60)): "80.0% of 60 orders with a code of no creator come as if after the posts (likely range 60.0% to 95.0%): won buyers use other codes, or something else happened on those days.",
    words.unposted(1): "1 code has orders, but the files have no post of the creator for the campaign: not judged.",
    words.unposted(4): "4 codes have orders, but the files have no post of the creator for the campaign: not judged.",
    words.adjusted(NEAR, 1.47, 1 / 0.6, 0.6, "EUR"): "Estimated after leaks and missed buyers, €2.18 came back for each €1 spent (likely range €1.03 to €4.46; attributed €1.47; break-even €1.67).",
    words.adjusted(NEAR, 1.47, 1.0, None, "JPY"): "Estimated after leaks and missed buyers, JP¥2.18 came back for each JP¥1 spent (likely range JP¥1.03 to JP¥4.46; attributed JP¥1.47; before the cost of goods).",
    words.leaks_from(LOST, True): "18.9% of attributed revenue is taken off as leaked (likely range 11.3% to 23.7%), by when orders came; orders by link are taken as they are.",
    words.leaks_from(Interval(0.15, 0.0, 0.3, 1), False): "Leaks cannot be seen in these orders: anything from 0% to 30% of revenue was taken as equally likely.",
    words.use_from(Interval(0.55, 0.5, 0.6, 1), True): "By the survey 55.0% of won buyers use a code or link (likely range 50.0% to 60.0%); buyers who answer may use codes more often.",
    words.use_from(Interval(0.7, 0.4, 1.0, 1), False): "Nobody measured how many won buyers use a code: 40% to 100% are taken as equally likely, which is why the range is wide. A survey after purchase would narrow it.",
    words.used_by(0.4): "40% use it",
    words.leaked(0.15): "15% leaked",
    words.rectangle_alt((0.0, 0.3), (0.4, 1.0), (1.4, 5.0), 1.67, "break-even", "EUR"): "Lines of revenue for each 1 spent by the share of won buyers who use the code, 40% to 100%, one line for each share of orders that would have come anyway, 0% to 30%: €1.40 to €5.00; a part of it lies above €1.67, break-even.",
    words.rectangle_alt((0.0, 0.3), (0.4, 1.0), (2.0, 5.0), 1.67, "break-even", "EUR"): "Lines of revenue for each 1 spent by the share of won buyers who use the code, 40% to 100%, one line for each share of orders that would have come anyway, 0% to 30%: €2.00 to €5.00; all of it lies above €1.67, break-even.",
    words.rectangle_alt((0.0, 0.3), (0.4, 1.0), (0.4, 1.0), 1.0, "€1 spent", "EUR"): "Lines of revenue for each 1 spent by the share of won buyers who use the code, 40% to 100%, one line for each share of orders that would have come anyway, 0% to 30%: €0.40 to €1.00; none of it lies above €1.00, €1 spent.",
}  # fmt: skip


@pytest.mark.parametrize("said", SENTENCES)
def test_a_sentence_reads_as_it_should(said: str) -> None:
    assert said == SENTENCES[said]
