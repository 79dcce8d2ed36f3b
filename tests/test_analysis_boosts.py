"""Boosted posts: reach added, cost of engagements, tables, refusals."""

import datetime as dt
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from worlds import campaign, tables

from influence_lib.analysis import boosts, readiness
from influence_lib.analysis.inference import Interval
from influence_lib.tables import BOOSTS, Tables
from influence_lib.wording import WITHOUT
from influence_lib.wording import boosts as words

pytestmark = pytest.mark.filterwarnings("error")
SEEN = campaign()
POSTED = pd.Timestamp("2026-05-20 12:00", tz="UTC")
DAY = pd.Timedelta(days=1)
PAID, ORGANIC = np.array([1000, 2000, 500, 4000, 800, 3000]), np.array([4000, 5000, 4000, 8000, 1600, 20_000])


def boosted(creators: int = 6, organic: bool = True, **changes: Any) -> Tables:
    """Return creators with a post of the campaign each: 100 engagements for a fee of 50, boosted for 10 to 20."""
    names = [f"c{number}" for number in range(creators)]
    post = {"post_id": [f"p{number}" for number in range(creators)], "influencer_id": names, "platform": "tiktok"}
    spend = 10.0 + 2 * np.arange(creators)
    rows = {
        "boost_id": [f"b{number}" for number in range(creators)],
        "post_id": post["post_id"],
        "influencer_id": None,
        "started_at": POSTED.normalize() + 2 * DAY,
        "ended_at": POSTED.normalize() + 8 * DAY,
        "spend": spend,
        "audience": ["followers", "lookalike"] * (creators // 2) + ["followers"] * (creators % 2),
        "reach": np.resize(PAID, creators),
        "impressions": np.resize(PAID, creators) * 2,
        "engagements": 100 + 10 * np.arange(creators)[::-1],
    }
    reach = np.resize(ORGANIC, creators) if organic else None
    return tables(
        posts={**post, "posted_at": POSTED, "campaign_id": SEEN.campaign_id, "is_sponsored": True},
        followers={"influencer_id": names, "platform": "tiktok", "observed_at": POSTED, "followers": 9000},
        post_metrics={
            "post_id": post["post_id"], "observed_at": POSTED + 20 * DAY, "likes": 90, "comments": 10, "reach": reach,
        },
        costs={"cost_id": names, "influencer_id": names, "amount": 50.0, "kind": "fee"},
        boosts=pd.DataFrame(rows).assign(**changes),
    )  # fmt: skip


def test_the_reach_added_to_the_typical_post_is_a_mean_of_logs_over_creators() -> None:
    """Paid over organic: 1/4, 2/5, 1/8, 1/2, 1/2, 3/20; together 11,300 of 42,600."""
    found, _ = boosts.boosts(boosted(), SEEN)
    logs = np.log(PAID / ORGANIC)
    half = stats.t.ppf(0.975, 5) * logs.std(ddof=1) / math.sqrt(6)
    assert found.estimate == pytest.approx(math.exp(logs.mean())) and (found.n, found.clusters) == (6, 6)
    assert found.interval == pytest.approx((math.exp(logs.mean() - half), math.exp(logs.mean() + half)))
    assert found.details["all_posts_together"] == pytest.approx(11_300 / 42_600)
    assert found.headline.startswith("Boosting added 27.9% to the reach of a typical boosted post (likely range ")
    assert found.headline.endswith("; 26.5% to that of all 6 together.") and found.verdict == "supported"
    assert words.TWICE in found.caveats and words.MIXED in found.caveats


def test_boosts_of_one_post_to_several_audiences_are_added_up_beside_one_organic_reach() -> None:
    given = boosted()
    more = given.boosts.assign(boost_id=given.boosts["boost_id"] + "x", audience="broad")
    twice = given.with_table("boosts", BOOSTS.shape(pd.concat([given.boosts, more])))
    once, both = (boosts.boosts(each, SEEN)[0] for each in (given, twice))
    assert both.details["all_posts_together"] == pytest.approx(2 * once.details["all_posts_together"])
    assert both.n == once.n == 6


def test_an_engagement_costs_the_spend_over_the_engagements_beside_the_fees() -> None:
    """90 over 750 engagements is 0.12; fees of 300 over 600 organic ones are 0.50."""
    _, found = boosts.boosts(boosted(), SEEN)
    assert found.estimate == pytest.approx(90 / 750) and found.interval and found.interval[0] < 0.12 < found.interval[1]
    assert found.headline.startswith("100 engagements with boosts cost €12.00 (likely range €")
    assert "the ledger has €0.00 for them" in " ".join(found.caveats)


def test_organic_engagements_that_cost_another_amount_are_named() -> None:
    given = boosted()
    fees = given.costs.assign(amount=pd.array([40.0, 45, 50, 55, 60, 50], dtype="Float64"))
    _, dear = boosts.boosts(given.with_table("costs", fees), SEEN)
    assert (
        dear.details["organic"] == pytest.approx(0.5)
        and "less than the €50.00 in fees for 100 organic" in dear.headline
    )
    _, cheap = boosts.boosts(given.with_table("costs", fees.assign(amount=fees["amount"] / 40)), SEEN)
    assert "more than the €1.25 in fees for 100 organic" in cheap.headline


def test_boosts_booked_in_the_ledger_leave_no_caveat() -> None:
    given = boosted()
    line = given.costs.head(1).assign(cost_id="boosts", kind="boost", amount=90.0)
    _, found = boosts.boosts(given.with_table("costs", pd.concat([given.costs, line])), SEEN)
    assert found.caveats == (words.MIXED,)


def test_where_no_file_names_campaigns_the_sponsored_posts_of_its_days_stand_for_them() -> None:
    given = boosted()
    fees = given.costs.assign(amount=pd.array([40.0, 45, 50, 55, 60, 50], dtype="Float64"))
    unnamed = given.with_table("posts", given.posts.assign(campaign_id=pd.array([None] * 6, dtype="str")))
    _, found = boosts.boosts(unnamed.with_table("costs", fees), SEEN)
    assert found.details["organic"] == pytest.approx(0.5)
    late = unnamed.with_table("costs", fees).with_table("posts", unnamed.posts.assign(is_sponsored=False))
    assert not boosts.boosts(late, SEEN)[1].details


def test_the_tables_stand_by_audience_and_by_window() -> None:
    """Followers: spend 10 + 14 + 18, 150 + 130 + 110 engagements; they reached 2,300 of 9,600."""
    reach, cost = boosts.boosts(boosted(), SEEN)
    assert reach.table and cost.table
    rows = {row["group"]: row for row in cost.table.records()}
    assert list(rows) == ["People like them", "Followers of the creator"]
    mine = rows["Followers of the creator"]
    assert (mine["boosts"], mine["spend"], mine["reach"]) == (3, 42.0, 2300.0)
    assert mine["cost_per_hundred"] == pytest.approx(100 * 42 / 390, rel=1e-5)
    assert mine["added"] == pytest.approx(2300 / 9600, rel=1e-5)
    assert mine["cost_per_thousand"] == pytest.approx(42 / 2.3, rel=1e-5)
    assert mine["low"] < mine["cost_per_hundred"] < mine["high"]
    named = [(row["group"], row["boosts"]) for row in reach.table.records()]
    assert named == [("Started 0 to 2 days after the post", 6), ("Ran 4 to 7 days", 6)]


def test_days_are_counted_in_the_brands_time_zone_and_unknown_or_turned_ones_are_not_told() -> None:
    late = pd.Timedelta(hours=11)  # 23:00 in UTC is the next day in Berlin
    start = [POSTED + 2 * DAY + late, POSTED + 8 * DAY, pd.NaT, POSTED - 2 * DAY, POSTED + DAY, POSTED + 7 * DAY]
    end = [POSTED + 5 * DAY, POSTED + 20 * DAY, POSTED + 9 * DAY, pd.NaT, POSTED, POSTED + 7 * DAY]
    given = boosted(started_at=pd.Series(start), ended_at=pd.Series(end))
    rows = boosts.boosted(given, SEEN).rows
    assert rows["days_after"].fillna(-99).tolist() == [3, 8, -99, -2, 1, 7]
    assert rows["days"].fillna(-99).tolist() == [3, 13, -99, -99, 0, 1]
    shown = {row["group"]: row["boosts"] for row in boosts.by_window(boosts.boosted(given, SEEN), SEEN).records()}
    assert shown["Start not told"] == 2 and shown["Length not told"] == 3 and shown["Started 8 or more days after"] == 1


def test_without_boosts_the_page_says_that_none_are_declared() -> None:
    for found in boosts.boosts(Tables(), SEEN):
        assert (found.verdict, found.headline) == ("not_available", WITHOUT["Boosted posts"])


def test_boosts_in_a_table_of_their_own_are_no_longer_missing() -> None:
    def missing(given: Tables) -> set[str]:
        return {str(row["what"]) for row in readiness.without(given, SEEN).records()}

    given = boosted()
    assert "Boosted posts" not in missing(given)
    assert "Boosted posts" in missing(given.with_table("boosts", BOOSTS.empty()))


@pytest.mark.parametrize(
    ("changes", "verdicts"),
    [
        ({"reach": None}, ("not_available", "supported")),
        ({"engagements": None}, ("supported", "not_available")),
        ({"engagements": 0}, ("supported", "not_enough_data")),
        ({"spend": 0.0}, ("supported", "not_enough_data")),
        ({"reach": 0}, ("not_available", "supported")),
        ({"post_id": "p1"}, ("not_enough_data", "not_enough_data")),
        ({"post_id": "elsewhere"}, ("not_available", "not_available")),
        ({"started_at": pd.Timestamp("2027-01-01", tz="UTC")}, ("not_available", "not_available")),
    ],
)
def test_boosts_that_tell_too_little_give_no_estimate(changes: dict[str, Any], verdicts: tuple[str, str]) -> None:
    found = boosts.boosts(boosted(**changes), SEEN)
    assert tuple(finding.verdict for finding in found) == verdicts
    assert all((finding.estimate is None) == (finding.verdict != "supported") for finding in found)


def test_too_few_creators_are_not_enough() -> None:
    for found in boosts.boosts(boosted(4), SEEN):
        assert found.verdict == "not_enough_data" and found.headline == (
            "Not enough data to tell what boosting does: 4 boosted posts of 4 creators, posts of at least 5 creators "
            "with different results needed."
        )


def test_posts_without_organic_reach_have_a_cost_and_no_added_reach() -> None:
    reach, cost = boosts.boosts(boosted(organic=False), SEEN)
    assert (reach.verdict, reach.headline, cost.verdict) == ("not_available", words.NO_REACH, "supported")


def test_without_a_currency_nothing_is_said_of_cost() -> None:
    reach, cost = boosts.boosts(boosted(), campaign(currency=None))
    assert reach.verdict == "supported" and cost.verdict == "not_available" and "the currency" in cost.headline


def test_a_post_of_which_one_reach_is_unknown_is_left_out_and_counted() -> None:
    reach = pd.array([1000, None, 500, 4000, 800, 3000], dtype="Int64")
    found, _ = boosts.boosts(boosted(reach=reach), SEEN)
    assert found.n == 5 and words.left_out(1)[0] in found.caveats


def test_the_order_of_boosts_changes_nothing_and_money_scales() -> None:
    given = boosted()
    turned = given.with_table("boosts", given.boosts.iloc[::-1].reset_index(drop=True))
    dear = given.with_table("boosts", given.boosts.assign(spend=100 * given.boosts["spend"]))
    for one, other, large in zip(*(boosts.boosts(each, SEEN) for each in (given, turned, dear)), strict=True):
        assert (one.headline, one.table and one.table.records()) == (
            other.headline,
            other.table and other.table.records(),
        )
        factor = 100 if one.id == "roi.boost_cost" else 1
        assert large.interval == pytest.approx([factor * end for end in one.interval or ()])


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (
            words.reach(Interval(0.42, 0.2, 0.86, 17), 17, 0.115),
            "Boosting added 42.0% to the reach of a typical boosted post (likely range 20.0% to 86.0%); 11.5% to that "
            "of all 17 together.",
        ),
        (
            words.cost(Interval(0.08, 0.07, 0.1, 9), None, None, "EUR"),
            "100 engagements with boosts cost €8.00 (likely range €7.00 to €10.00).",
        ),
        (
            words.cost(Interval(0.08, 0.07, 0.1, 9), Interval(0.09, 0.05, 0.2, 9), Interval(0.9, 0.4, 1.5, 9), "GBP"),
            "100 engagements with boosts cost £8.00 (likely range £7.00 to £10.00); that cannot be told apart from the "
            "£9.00 in fees for 100 organic ones of the same creators (likely range £5.00 to £20.00).",
        ),
        (words.left_out(1)[0], "1 boosted post is left out: its paid or organic reach is not known or is nobody."),
        (
            words.other_sum(90, 80, "EUR"),
            "The boosts cost €90.00 by the Ads Manager; the ledger has €80.00 for them, and that is what the "
            "campaign's cost holds.",
        ),
        (words.ran(1, 4), "Ran 1 to 3 days"),
        (words.ran(8, 10_000), "Ran 8 or more days"),
    ],
)
def test_the_sentences_read_as_they_should(said: str, expected: str) -> None:
    assert said == expected


def test_a_campaign_that_has_not_started_has_no_boosts_yet() -> None:
    found = boosts.boosts(boosted(), campaign(as_of=dt.date(2026, 5, 1)))
    assert {finding.estimate for finding in found} == {None}
