"""People reached once, how many creators are worth their cost, many small accounts against one large."""

import itertools
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint
from worlds import DAY, campaign, tables

from influence_lib import figures
from influence_lib.analysis import ledger, overlap, own_posts, programme
from influence_lib.analysis.inference import Interval
from influence_lib.campaign import Campaign
from influence_lib.findings import Finding
from influence_lib.intake import Intake
from influence_lib.tables import Tables
from influence_lib.wording import programme as words

pytestmark = pytest.mark.filterwarnings("error")
SEEN = campaign(managing_cost=10.0)
START = pd.Timestamp("2026-05-20", tz="UTC")


def _world(
    reach: list[list[float | None]],
    followers: list[float],
    told: dict[tuple[str, str], tuple[float, float | None]] | None = None,
    orders: list[int] | None = None,
    cost: list[float] | None = None,
    shared: float = 0.0,
) -> Tables:
    """Return creators a, b, c, ... with the reach of each of their posts, and samples of who follows two of them."""
    names = [chr(97 + n) if n < 26 else f"z{n}" for n in range(len(followers))]
    posts = [
        {"post_id": f"{name}{n}", "influencer_id": name, "reach": value, "followers": size}
        for name, values, size in zip(names, reach, followers, strict=True)
        for n, value in enumerate(values)
    ]
    rows = pd.DataFrame(posts).assign(platform="tiktok", posted_at=START, campaign_id="world", comments=5)
    rows = rows.assign(likes=(0.04 * rows["followers"]).round())
    buyers = np.repeat(names, orders or [0] * len(names))
    bills = pd.DataFrame({"influencer_id": [*names, None], "amount": [*(cost or [100.0] * len(names)), shared]})
    samples = [(one, other, share, n) for (one, other), (share, n) in (told or {}).items()]
    return tables(
        posts=rows,
        post_metrics=rows.assign(observed_at=START + 20 * DAY),
        followers=rows.assign(observed_at=START).drop_duplicates("influencer_id"),
        costs=bills.assign(cost_id=bills.index.astype(str), kind=["fee"] * len(names) + ["staff"], status="paid"),
        tracking={"kind": "code", "code": [name.upper() for name in names], "influencer_id": names},
        orders={
            "order_id": [str(n) for n in range(len(buyers))],
            "ordered_at": START,
            "codes": [name.upper() for name in buyers],
            "net_revenue": 50.0,
        },
        audience=pd.DataFrame(samples, columns=["influencer_id", "value", "share", "n"]).assign(
            platform="tiktok", observed_at=START, population="followers", dimension="overlap_with"
        ),
    )


def _reached(given: Tables, seen: Campaign = SEEN) -> Finding:
    return programme.unique_reach(ledger.ledger(given, seen), given, seen)


def _size(given: Tables, seen: Campaign = SEEN) -> Finding:
    return programme.size(ledger.ledger(given, seen), given, seen)


def _army(given: Tables, seen: Campaign) -> Finding:
    return programme.army(ledger.ledger(given, seen), given, seen)


# People reached, each counted once.


def test_without_samples_the_people_reached_lie_between_the_largest_post_and_the_sum_of_all() -> None:
    """Posts of 100 and 300, and of 200: at the least 300 people, at the most 600; 5 % shared lies in between."""
    found = _reached(_world([[100, 300], [200]], [1000, 1000]))
    assert found.interval == (300, 600) and found.n == 2
    assert found.estimate and 300 < found.estimate < 600
    assert found.headline == (
        "The posts of 2 creators reached 300 to 600 people, each counted once: who follows several of them is not "
        "known."
    )


def test_posts_without_reach_are_not_counted_and_said() -> None:
    found = _reached(_world([[100, None], [None], [200]], [1000, 1000, 1000]))
    assert found.interval == (200, 300) and found.clusters == 2
    assert (
        "2 posts without reported reach are not counted, among them all of 1 creator: more people saw the campaign."
        in found.caveats
    )


def test_of_two_creators_whose_followers_are_the_same_people_each_counts_once() -> None:
    """All 1,000 followers follow both and every post reaches all: 1,000 people, not 2,000."""
    found = _reached(_world([[1000], [1000]], [1000, 1000], {("a", "b"): (1.0, 10**9)}))
    assert found.interval == (pytest.approx(1000), pytest.approx(1000, rel=1e-6))
    assert found.estimate == pytest.approx(1000, rel=1e-6)


def test_of_two_creators_who_share_nobody_all_count() -> None:
    found = _reached(_world([[500], [800]], [1000, 1000], {("a", "b"): (0.0, 10**9)}))
    assert found.estimate == pytest.approx(1300, rel=1e-3)
    assert found.interval == (pytest.approx(1300, rel=1e-3), pytest.approx(1300))


def test_a_half_shared_audience_that_is_reached_whole_is_three_halves() -> None:
    """|A| = |B| = 1000, both = 500: together 1500, which both bounds state exactly."""
    found = _reached(_world([[1000], [1000]], [1000, 1000], {("a", "b"): (0.5, 10**9)}))
    low, high = found.interval or (0, 0)
    assert low == pytest.approx(2 * 1000 / 1.5, rel=1e-3) and high == pytest.approx(1500, rel=1e-3)
    assert low <= (found.estimate or 0) <= high


def test_one_direction_tells_as_much_as_the_other() -> None:
    """Of 1,000 followers of a, 30 % follow b: that is 15 % of the 2,000 followers of b."""
    one = _reached(_world([[400], [900]], [1000, 2000], {("a", "b"): (0.3, 10**9)}))
    other = _reached(_world([[400], [900]], [1000, 2000], {("b", "a"): (0.15, 10**9)}))
    assert one.estimate == pytest.approx(other.estimate, rel=1e-6)


def test_the_people_in_between_are_agostinis() -> None:
    """Three of 100, each pair sharing 20: A = 300, D = 60, and A x A / (A + 1.125 x D) = 244.9."""
    both = np.full((3, 3), 20.0) * (1 - np.eye(3))
    assert overlap.unique(np.full(3, 100.0), both) == pytest.approx(90_000 / 367.5)


@pytest.mark.parametrize("seed", range(5))
def test_the_bounds_hold_for_any_sets(seed: int) -> None:
    """De Caen's and Hunter's bounds from exact pairs hold the size of the union of random sets."""
    rng = np.random.default_rng(seed)
    sets = rng.random((500, 6)) < rng.uniform(0.05, 0.9, 6)
    both = (sets.T.astype(float) @ sets) * (1 - np.eye(6))
    sizes, union = sets.sum(axis=0).astype(float), sets.any(axis=1).sum()
    assert overlap.fewest(sizes, both) <= union + 1e-9
    assert union <= overlap.largest(sizes, both) + 1e-9


def test_the_interval_of_a_share_is_wilsons() -> None:
    """The same as statsmodels gives."""
    low, high = overlap.wilson([0.1, 0.5], [50, 2000], 0.95)
    theirs = [proportion_confint(hits, n, 0.05, "wilson") for hits, n in ((5, 50), (1000, 2000))]
    assert list(zip(low, high, strict=True)) == [pytest.approx(pair) for pair in theirs]


def test_two_reached_by_chance_share_no_more_than_either_reaches() -> None:
    """Jaccard 0.25 of 100 and 100 is 40 shared of 160; of 10 and 1,000 it would be 202, so all 10."""
    assert overlap.at_jaccard(np.array([100.0, 100.0]), 0.25)[0, 1] == pytest.approx(40)
    assert overlap.at_jaccard(np.array([10.0, 1000.0]), 0.25)[0, 1] == 10


def test_a_sample_of_an_untold_size_counts_as_a_small_one_and_bad_samples_not_at_all() -> None:
    sure = _reached(_world([[500], [500]], [1000, 1000], {("a", "b"): (0.3, 5000)}))
    untold = _reached(_world([[500], [500]], [1000, 1000], {("a", "b"): (0.3, None)}))
    widths = [end[1] - end[0] for end in (sure.interval, untold.interval) if end]
    assert widths[0] < widths[1]
    bad = {("a", "a"): (0.5, 100.0), ("a", "nobody"): (0.5, 100.0), ("b", "a"): (math.nan, 100.0)}
    assert _reached(_world([[500], [500]], [1000, 1000], bad)).interval == (500, 1000)


def test_without_own_posts_or_reach_nothing_is_told() -> None:
    assert _reached(Tables()).headline == words.NO_OWN_POSTS
    assert _reached(_world([[None], [0]], [1000, 1000])).headline == words.NO_REACH
    early = campaign(as_of=pd.Timestamp("2026-05-01").date())
    assert _reached(_world([[100], [100]], [1000, 1000]), early).verdict == "not_available"


# How many creators are worth their cost.

WORTH = [60, 55, 50, 20, 9, 8, 5, 4, 3, 2, 2, 1]


def _programme(**changes: Any) -> Tables:
    sizes = [10_000.0] * len(WORTH)
    return _world([[3000.0]] * len(WORTH), sizes, **({"orders": WORTH} | changes))


def test_creators_who_sell_much_are_worth_it_and_those_who_sell_little_are_not() -> None:
    """60 orders of 50 at a margin of 60 % bring 1,800 for 100; one order brings 30, though luck is allowed for."""
    found = _size(_programme())
    assert found.table is not None and found.interval is not None
    rows = found.table.rows
    assert set(rows["creator"].head(3)) == {"a", "b", "c"} and 3 <= (found.estimate or 0) < 12
    assert rows["worth_it"].tolist() == ["yes"] * int(found.estimate or 0) + ["no"] * (12 - int(found.estimate or 0))
    assert found.interval[0] <= (found.estimate or 0) <= found.interval[1]
    assert rows["total"].to_numpy() == pytest.approx(rows["added"].cumsum().to_numpy())


def test_dearer_management_leaves_fewer_creators() -> None:
    numbers = [_size(_programme(), campaign(managing_cost=cost)).estimate or 0 for cost in (0.0, 50.0, 400.0, 10**6)]
    assert numbers == sorted(numbers, reverse=True) and numbers[-1] == 0
    assert "None of 12 creators" in _size(_programme(), campaign(managing_cost=10.0**6)).headline


def test_what_was_spent_on_hours_is_tried_where_managing_cost_is_not_told() -> None:
    """Staff of 1,200 over twelve creators is 100 each."""
    found = _size(_programme(shared=1200.0), campaign())
    assert found.details["running_cost_each"] == pytest.approx(100)
    assert found.details["at_running_cost"] <= (found.estimate or 0)
    assert any("at €100.00 each" in caveat for caveat in found.caveats)


def test_creators_of_the_same_audience_are_worth_less_than_creators_of_different_ones() -> None:
    names = [chr(97 + n) for n in range(len(WORTH))]
    pairs = list(itertools.combinations(names, 2))
    apart, same = (_size(_programme(told=dict.fromkeys(pairs, (share, 5000.0)))) for share in (0.0, 1.0))
    assert (same.estimate or 0) <= (apart.estimate or 0)
    assert apart.table is not None and same.table is not None
    assert same.table.rows["people"].iloc[-1] < apart.table.rows["people"].iloc[-1]
    assert apart.table.rows["people"].iloc[-1] == pytest.approx(36_000, rel=0.01)


def test_all_together_bring_what_they_were_credited_with() -> None:
    """Whatever the overlap, the margin of all creators together is the margin credited to them in the campaign."""
    rng = np.random.default_rng(1)
    margin, sizes = rng.gamma(2, 100, (200, 6)), np.array([10.0, 20, 30, 40, 50, 60])
    for share in overlap.ASSUMED:
        roster = programme.Roster(list("abcdef"), margin, np.full(6, 50.0), sizes, overlap.at_jaccard(sizes, share))
        total = programme.curve(roster).total[:, -1]
        assert total == pytest.approx(margin.sum(axis=1) - 300)


def test_without_overlap_exactly_those_join_who_are_expected_to_bring_more_than_they_cost() -> None:
    margin = np.array([[200.0, 90.0, 10.0], [100.0, 130.0, 50.0]])
    roster = programme.Roster(["a", "b", "c"], margin, np.full(3, 100.0), np.ones(3), np.zeros((3, 3)))
    found = programme.curve(roster)
    assert (found.order, found.chosen) == ([0, 1, 2], 2)
    assert found.total.tolist() == [[0, 100, 90, 0], [0, 0, 30, -20]]
    assert found.likely(0.95) == (pytest.approx(1.025), 2.0)


@pytest.mark.parametrize("seed", range(3))
def test_the_next_creator_adds_less_the_more_there_are(seed: int) -> None:
    rng = np.random.default_rng(seed)
    sizes, margin = rng.lognormal(3, 1, 8), rng.gamma(2, 100, (50, 8))
    both = overlap.at_jaccard(sizes, 0.15)
    found = programme.curve(programme.Roster([str(n) for n in range(8)], margin, np.zeros(8), sizes, both))
    added = found.added.mean(axis=0)
    assert (np.diff(added) <= 1e-9).all()


def test_the_size_does_not_depend_on_the_order_of_rows_or_the_unit_of_money() -> None:
    given = _programme()
    shuffled = replace(
        given,
        **{
            name: getattr(given, name).sample(frac=1, random_state=3)
            for name in ("posts", "orders", "costs", "followers", "post_metrics", "tracking")
        },
    )
    dear = given.with_table("orders", given.orders.assign(net_revenue=given.orders["net_revenue"] * 100))
    dear = dear.with_table("costs", given.costs.assign(amount=given.costs["amount"] * 100))
    first, again, scaled = _size(given), _size(shuffled), _size(dear, campaign(managing_cost=1000.0))
    assert (first.estimate, first.interval) == (again.estimate, again.interval) == (scaled.estimate, scaled.interval)


def test_too_little_or_missing_gives_no_size() -> None:
    assert _size(Tables()).verdict == "not_available"
    assert _size(_programme(), campaign(margin=None)).verdict == "not_available"
    assert _size(_programme(orders=[1] * 12)).verdict == "not_enough_data"
    assert _size(_world([[100]], [1000], orders=[50])).verdict == "not_enough_data"
    assert _size(_programme(orders=[0] * 12)).estimate is None


def test_followers_stand_for_reach_where_not_all_report_it_and_nothing_where_those_are_missing_too() -> None:
    given = _programme()
    silent = given.with_table("post_metrics", given.post_metrics.assign(reach=pd.NA).astype({"reach": "Int64"}))
    assert any("followers stand for the people" in caveat for caveat in _size(silent).caveats)
    unsized = silent.with_table("followers", silent.followers.iloc[:5])
    assert any("Neither reach nor followers" in caveat for caveat in _size(unsized).caveats)
    sampled = _programme(told={("a", "b"): (0.3, 500.0)})
    alone = sampled.with_table("followers", sampled.followers.iloc[:1])
    assert _size(alone).estimate is not None and _reached(alone).estimate is not None


def test_the_curve_is_drawn_with_a_line_at_the_chosen_number_and_nothing_is_drawn_of_nothing() -> None:
    given = _programme()
    found, data = _size(given), Intake(SEEN, given, (), ())
    chart = figures.programme_curve(data, found)
    assert isinstance(chart, figures.Chart) and len(chart.data) == 12
    assert chart.headline == found.headline and f"With {found.estimate:.0f} creators" in chart.alt
    assert isinstance(figures.programme_curve(data, _size(Tables())), figures.NoChart)


# Many small accounts against one large.

QUOTE = campaign(large_account_fee=20_000.0, large_account_followers=1_000_000)
SMALL = [[300.0]] * 10, [8000.0 + 100 * n for n in range(10)]


def test_the_guide_needs_283_accounts_of_1500_followers_or_43_of_10000_for_one_of_a_million() -> None:
    """(1.7 % x 1,000,000) / (4 % x 1,500) = 283.3; at 10,000 it is 42.5 (claim S2-16)."""
    for size, least in ((1500.0, 283.3), (9999.0, 42.5)):
        small = pd.DataFrame({"followers": [size, size], "reactions": [1.0, 1.0]})
        low, high = programme._needed(small, campaign()) or (0, 0)
        assert low <= least * 1.001 and high >= least * 0.999


def test_without_a_quote_there_is_arithmetic_and_no_verdict() -> None:
    found = _army(_world(*SMALL), campaign())
    assert (found.verdict, found.estimate) == ("not_available", None)
    assert found.headline.startswith("No quote for a large account")
    assert found.table is not None and found.table.rows["what"].tolist() == [words.BY_PUBLISHED]


@pytest.mark.parametrize(
    ("fee", "verdict"), [(2_000_000.0, "supported"), (20.0, "contradicted"), (7000.0, "undecided")]
)
def test_the_large_account_is_held_against_the_small_ones_by_its_quote(fee: float, verdict: str) -> None:
    """Small accounts of 8,000 to 8,900 followers draw 4 % and 5 comments each for 100: about 29 cents a reaction."""
    costs = [80.0 + 5 * n for n in range(10)]
    found = _army(_world(*SMALL, cost=costs), campaign(large_account_fee=fee))
    assert found.verdict == verdict and found.interval is not None
    assert found.interval[0] <= (found.estimate or 0) <= found.interval[1]
    lines = found.table.rows["what"].tolist() if found.table else []
    assert lines[:2] == [words.FOR_A_REACTION, words.of_an_army(50)]


def test_too_few_small_accounts_give_no_verdict() -> None:
    assert _army(_world([[300.0]] * 3, [8000.0, 8100, 8200]), QUOTE).verdict == "not_enough_data"
    assert _army(_world([[300.0]] * 10, [500_000.0] * 10), QUOTE).verdict == "not_enough_data"
    assert _army(Tables(), QUOTE).verdict == "not_enough_data"
    assert _army(Tables(), campaign()).verdict == "not_available"


# What creators' posts cost and brought.


def test_sums_of_a_creator_are_unknown_where_a_post_lacks_the_number_and_boosts_are_no_cost_of_organic_reach() -> None:
    given = _world([[100, 50], [200, None]], [1000, 2000])
    boosts = given.costs.iloc[:1].assign(cost_id="boost", kind="boost", amount=40.0)
    given = given.with_table("costs", pd.concat([given.costs, boosts], ignore_index=True))
    table = own_posts.creators(ledger.ledger(given, SEEN), given, SEEN).set_index("influencer_id")
    assert table["cost"].tolist() == [100, 100] and table["posts"].tolist() == [2, 2]
    assert table.loc["a", "reach"] == 150 and math.isnan(table.loc["b", "reach"])
    assert table["reactions"].tolist() == [2 * 45, 2 * 85]


# Sentences.

WIDE = Interval(11, 4, 36, 36)
SENTENCES = {
    words.unique_reach(Interval(231_292, 112_255, 423_713, 20), 423_713, 20, sampled=True): (
        "The posts of 20 creators reached about 230,000 people, each counted once (likely range 110,000 to 420,000), "
        "not the 420,000 that reach adds up to."
    ),
    words.unique_reach(Interval(150, 100, 200, 1), 200, 1, sampled=False): (
        "The posts of 1 creator reached 100 to 200 people, each counted once."
    ),
    words.size(WIDE, 36, 0.32): (
        "About 11 of 36 creators are worth the cost (likely range 4 to 36); one more would add money with a chance of "
        "32%."
    ),
    words.size(Interval(1, 0, 2, 9), 9, 0.001): (
        "About 1 of 9 creators is worth the cost (likely range 0 to 2); one more would add money with a chance of "
        "under 1%."
    ),
    words.size(Interval(0, 0, 2, 9), 9, 0.3): (
        "None of 9 creators can be expected to be worth the cost (likely range 0 to 2)."
    ),
    words.size(Interval(9, 6, 9, 9), 9, None): (
        "All 9 creators can be expected to be worth their cost (likely range 6 to 9)."
    ),
    words.no_quote(1_000_000, (23.2, 37.0), 34): (
        "No quote for a large account (large_account_fee in the YAML), so costs are not compared. By published rates, "
        "24 to 37 accounts like these 34 draw as many likes as one of 1M followers."
    ),
    words.no_quote(1_000_000, (42.5, 42.5), 1): (
        "No quote for a large account (large_account_fee in the YAML), so costs are not compared. By published rates, "
        "43 accounts like these 1 draw as many likes as one of 1M followers."
    ),
    words.no_quote(1_000_000, None, 0): (
        "No quote for a large account (large_account_fee in the YAML), so costs are not compared."
    ),
    words.army(Interval(2.1, 1.3, 3.4, 34), "supported", 34): (
        "For each like or comment, the large account would cost 2.10 times as much as the 34 small accounts (likely "
        "range 1.30 to 3.40)."
    ),
    words.army(Interval(0.5, 0.3, 0.9, 8), "contradicted", 8): (
        "For each like or comment, the large account would cost less than the 8 small accounts: 0.50 times as much "
        "(likely range 0.30 to 0.90)."
    ),
    words.army(Interval(1.2, 0.3, 3, 8), "undecided", 8): (
        "Whether the large account costs more for each like or comment than the 8 small accounts cannot be told: 1.20 "
        "times as much (likely range 0.30 to 3.00)."
    ),
    words.managing(20.0, {}, "EUR")[0]: "Managing one more creator is taken to cost €20.00 (from the YAML).",
    words.managing(None, {}, "EUR")[0]: (
        "Managing one more creator is taken to cost nothing (managing_cost is not in the YAML)."
    ),
    words.curve_alt(36, 11, 6277, 4546, "EUR"): (
        "Line of expected profit by number of creators, from 1 to 36, with a band. With 11 creators it is €6,277, with "
        "all €4,546; a dashed line marks the 11."
    ),
}


@pytest.mark.parametrize("said", SENTENCES)
def test_a_sentence_reads_as_it_should(said: str) -> None:
    assert said == SENTENCES[said]
