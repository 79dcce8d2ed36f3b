from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from worlds import DAY, calibration, campaign, feed_of, histories, world

from influence_lib import wording
from influence_lib.analysis import dose, feed, saturation
from influence_lib.findings import Finding
from influence_lib.tables import TABLES, Tables
from influence_lib.wording import dose as words

pytestmark = pytest.mark.filterwarnings("error")
SEEN = campaign()


def _all(made: feed.Feed) -> tuple[Finding, ...]:
    """Return every finding on sponsored posts and the share of them."""
    bend = saturation.dose_response(made, SEEN)
    return (saturation.sponsored_effect(made, SEEN), *bend, saturation.undisclosed(made, bend[1], SEEN))


def _two_kinds(creators: int, effect: float, seed: int = 1, spread: float = 0.2) -> feed.Feed:
    """Return creators with six organic and six sponsored posts each; sponsored ones draw exp(effect) times as much."""
    rng = np.random.default_rng(seed)
    paid = np.tile(np.repeat([False, True], 6), creators)
    luck = np.repeat(rng.normal(0, 0.5, creators), 12) + rng.normal(0, spread, 12 * creators)
    likes = np.round(100_000 * np.exp(-3 + luck + effect * paid)).astype(int)
    return feed_of(
        creator=np.repeat([f"c{n:02d}" for n in range(creators)], 12), followers=100_000, likes=likes, sponsored=paid
    )


def test_the_sponsored_effect_is_the_t_interval_of_the_creators_differences() -> None:
    made = _two_kinds(15, -0.3)
    rate = np.log((made.posts["engagements"].astype(float) + 0.5) / 100_000)
    means = rate.groupby([made.posts["influencer_id"], made.posts["is_sponsored"].astype(bool)]).mean().unstack()
    other = stats.ttest_1samp(means[True] - means[False], 0).confidence_interval(0.95)
    found = saturation.sponsored_effect(made, SEEN)
    assert found.estimate == pytest.approx(np.expm1((means[True] - means[False]).mean()))
    assert found.interval == pytest.approx((np.expm1(other.low), np.expm1(other.high)))
    assert (found.n, found.clusters, found.verdict) == (180, 15, "supported")


@pytest.mark.parametrize(("effect", "verdict"), [(-0.3, "supported"), (0.3, "contradicted"), (0.0, "undecided")])
def test_a_planted_effect_of_sponsoring_is_told(effect: float, verdict: str) -> None:
    found = saturation.sponsored_effect(_two_kinds(20, effect), SEEN)
    assert found.verdict == verdict and found.interval
    assert found.interval[0] < np.expm1(effect) < found.interval[1]


def test_one_creator_sponsored_and_one_not_is_not_enough_to_tell() -> None:
    made = feed_of(
        creator=["ana"] * 9 + ["ben"] * 9, followers=1000, likes=[50] * 9 + [10] * 9, sponsored=[True] * 9 + [False] * 9
    )
    found = saturation.sponsored_effect(made, SEEN)
    assert (found.verdict, found.estimate, found.clusters) == ("not_enough_data", None, 0)
    assert "0 creators with at least 3 sponsored and 3 organic posts, about 12 more needed" in found.headline


@pytest.mark.parametrize("label", [True, False])
def test_posts_of_one_kind_only_have_nothing_to_be_compared_with(label: bool) -> None:
    names = np.repeat([f"c{n:02d}" for n in range(20)], 12)
    made = feed_of(creator=names, followers=1000, likes=np.arange(240) + 5, sponsored=label)
    assert [f.verdict for f in _all(made)] == ["not_enough_data"] * 5


def test_creators_who_all_differ_by_the_same_get_no_interval() -> None:
    paid = np.tile([False] * 3 + [True] * 3, 15)
    made = feed_of(
        creator=np.repeat([f"c{n:02d}" for n in range(15)], 6),
        followers=1000,
        likes=np.where(paid, 20, 30),
        sponsored=paid,
    )
    found = saturation.sponsored_effect(made, SEEN)
    assert found.verdict == "not_enough_data" and "all creators show the same difference" in found.headline


def test_without_labels_nothing_is_said() -> None:
    made = feed_of(creator=list("ab"), followers=1000, likes=5)
    assert {(f.verdict, f.headline) for f in _all(made)} == {("not_available", wording.NO_LABELS)}


def _held(finding: Finding) -> list[str]:
    """Return what became of the claim under each challenge."""
    assert finding.table
    return finding.table.rows["held"].tolist()


def _before_sponsored(drop: float, seed: int) -> feed.Feed:
    """Return creators who post every four days; posts just before a sponsored one, and it, draw `drop` log points."""
    rng = np.random.default_rng(seed)
    paid = rng.random((20, 60)) < 0.15
    low = paid | np.column_stack([paid[:, 1:], np.zeros(20, dtype=bool)])
    likes = 1e6 * np.exp(-3 + rng.normal(0, 0.3, (20, 1)) + drop * low + rng.normal(0, 0.2, (20, 60)))
    when = pd.Timestamp("2025-10-02", tz="UTC") + np.arange(60) * 4 * DAY
    return feed_of(
        creator=np.repeat([f"c{n:02d}" for n in range(20)], 60),
        followers=1_000_000,
        likes=likes.round().ravel(),
        sponsored=paid.ravel(),
        posted_at=np.tile(when, 20),
    )


def test_what_could_prove_the_effect_wrong_stands_beside_it() -> None:
    found = saturation.sponsored_effect(_two_kinds(15, -0.3), SEEN)
    assert _held(found) == ["holds", "holds", "holds"]


def test_sponsored_posts_that_come_in_bad_weeks_prove_no_harm() -> None:
    found = saturation.sponsored_effect(_before_sponsored(-0.3, 1), SEEN)
    assert found.verdict == "undecided" and "a challenge to it failed" in found.headline
    assert found.interval and found.interval[1] < 0 and _held(found)[0] == "does not hold"


def test_where_kinds_never_share_a_month_that_is_said() -> None:
    made = _two_kinds(15, -0.3)
    odd = made.posts["influencer_id"].str[1:].astype(int) % 2 == 1
    later = made.posts["posted_at"] + 31 * DAY * (made.posts["is_sponsored"].astype(bool) ^ odd).astype(int)
    apart = replace(made, posts=made.posts.assign(posted_at=later))
    found = saturation.sponsored_effect(apart, SEEN)
    assert words.same_months(False)[0] in found.caveats
    assert words.same_months(False)[0] not in saturation.sponsored_effect(made, SEEN).caveats


def test_a_single_account_speaks_for_itself_only() -> None:
    paid = np.tile([True, False], 40)
    likes = np.round(np.exp(np.random.default_rng(1).normal(7, 0.2, 80) - 0.3 * paid)).astype(int)
    found = saturation.sponsored_effect(feed_of(creator="ana", followers=90_000, likes=likes, sponsored=paid), SEEN)
    assert (found.verdict, found.estimate) == ("not_enough_data", None)
    assert "One account: its posts cannot speak for other accounts." in found.headline


def test_nothing_is_said_of_shares_where_a_part_of_the_feed_was_read() -> None:
    made = feed.of(world("early_kink", 60, 6000), SEEN)
    coverage = pd.DataFrame({"influencer_id": ["a"], "posts_published": [100], "posts_read": [42]})
    part = replace(made, coverage=coverage)
    effect, *shares = _all(part)
    assert effect.verdict == "supported"
    assert {f.verdict for f in shares} == {"not_available"} and all("42 %" in f.headline for f in shares)


# The share of sponsored posts.


def _bend_of(table: pd.DataFrame, seed: int = 1) -> tuple[Finding, Finding, Finding]:
    """Return the findings on the bend in a panel."""
    found = dose.bend(table, 0.95, seed)
    assert found
    known = {"n": 9, "clusters": found.slope.units, "level": 0.95}
    return saturation._bend_findings(found, table, known, SEEN)


def test_a_planted_bend_is_claimed_with_share_slope_and_cost() -> None:
    kink, slope, cost = _bend_of(histories(0, slope=-2.0))
    assert [f.verdict for f in (kink, slope)] == ["supported"] * 2 and _held(kink)[:2] == ["holds"] * 2
    assert kink.interval and kink.interval[0] <= 0.45 <= kink.interval[1]
    assert slope.interval and slope.interval[0] <= -2.0 <= slope.interval[1]
    assert cost.interval and cost.interval[0] <= np.expm1(-2.0 * 0.05) <= cost.interval[1]


def test_a_fall_that_comes_before_the_selling_names_no_share_and_no_cost() -> None:
    findings = _bend_of(histories(0, fading=3.0))
    assert [(f.verdict, f.estimate) for f in findings] == [("undecided", None)] * 3
    assert "it falls before the share rises" in findings[0].headline and _held(findings[0])[0] == "does not hold"
    assert {f.headline for f in findings[1:]} == {words.NOTHING_TO_MEASURE}


def test_a_fall_that_other_creators_shares_explain_as_well_names_no_share() -> None:
    kink, slope, _ = _bend_of(histories(20, slope=-0.45), SEEN.seed)
    assert "the shares of other creators explain it as well" in kink.headline and _held(kink)[1] == "does not hold"
    assert (kink.estimate, slope.estimate) == (None, None)


def test_a_steady_fall_is_not_given_a_share_at_which_it_starts() -> None:
    made = calibration.months_of_feeds(np.random.default_rng(1), -1.2, kink=0.0)
    months = pd.to_datetime(made["month"] * 31, unit="D", origin="2025-01-01", utc=True)
    kink, slope, cost = _bend_of(made.assign(month=months, posts=5, share_next=np.nan))
    assert (kink.verdict, kink.estimate) == ("undecided", None) and "perhaps from the first" in kink.headline
    assert slope.verdict == "supported" and slope.interval and slope.interval[0] <= -1.2 <= slope.interval[1]
    assert cost.verdict == "supported" and cost.interval
    assert cost.interval[0] <= np.expm1(-1.2 * 0.3) <= cost.interval[1]
    assert _held(kink)[0] == "stays open"


def test_no_share_and_no_slope_are_given_for_a_bend_that_chance_explains() -> None:
    kink, slope, cost = _bend_of(histories(3))
    assert [(f.verdict, f.estimate) for f in (kink, slope)] == [("undecided", None)] * 2
    assert "over all shares, 10 percentage points more" in slope.headline
    assert cost.verdict == "undecided" and cost.headline.startswith("No harm seen")


def test_a_clear_bend_of_unsure_slope_is_not_said_to_be_likely_by_chance() -> None:
    found = dose.bend(histories(6, slope=-0.45), 0.95, SEEN.seed)
    assert found and found.chance <= 0.05 and found.slope.high > 0
    kink, _, _ = _bend_of(histories(6, slope=-0.45), SEEN.seed)
    assert (kink.verdict, kink.estimate) == ("undecided", None) and "may come with anything from" in kink.headline


def test_a_cost_is_not_claimed_where_no_harm_is() -> None:
    kink, _, cost = _bend_of(histories(2, slope=-2.0))
    assert kink.verdict == cost.verdict == "undecided"
    assert cost.interval and cost.interval[1] < 0 and cost.headline.endswith("so no harm is claimed.")


def test_a_rise_is_no_harm() -> None:
    kink, _, cost = _bend_of(histories(4, slope=2.0))
    assert kink.headline.startswith("No share can be shown") and "the clearest bend is a rise" in kink.headline
    assert (cost.verdict, cost.label) == ("contradicted", "No harm seen")


def test_a_simulated_early_bend_is_harm_in_every_finding() -> None:
    kink, slope, cost, hidden = _all(feed.of(world("early_kink", 60, 6000), SEEN))[1:]
    assert kink.verdict == "undecided" and [f.verdict for f in (slope, cost, hidden)] == ["supported"] * 3
    assert (kink.n, kink.clusters) == (slope.n, slope.clusters) and slope.clusters and slope.clusters > 50


def test_a_simulated_world_of_creators_who_fade_and_then_sell_shows_no_harm() -> None:
    kink, slope, cost, hidden = _all(feed.of(world("fading_sellers", 60, 6000), SEEN))[1:]
    assert {f.verdict for f in (kink, slope, cost, hidden)} == {"undecided"}
    assert (kink.estimate, slope.estimate) == (None, None) and _held(kink)[0] == "does not hold"


# Advertising that is not marked.


def test_each_part_that_may_be_marked_stands_beside_the_answer() -> None:
    found = _all(feed.of(world("early_kink", 60, 6000), SEEN))[4]
    assert found.table
    rows = found.table.rows.set_index("marked")
    assert rows.index.tolist() == ["20%", "50%", "80%", "all, as the files say"]
    # A third of the posts are marked: they cannot be a fifth of the advertising.
    assert set(rows.loc["20%"]) == {"not possible"} and "not possible" not in set(rows.loc["50%"])


def test_harm_that_was_not_seen_in_marked_posts_is_not_claimed_here() -> None:
    made = feed.of(world("early_kink", 60, 6000), SEEN)
    seen = saturation.dose_response(made, SEEN)[1]
    found = saturation.undisclosed(made, replace(seen, verdict="undecided", estimate=None, interval=None), SEEN)
    assert found.verdict == "undecided" and "what speaks against a claim of harm above" in found.headline


def test_too_few_creators_are_told_as_such_in_every_finding_on_the_share() -> None:
    findings = _all(feed.of(world("default", 14, 420), SEEN))[1:]
    assert {f.verdict for f in findings} == {"not_enough_data"} and len({f.headline for f in findings}) == 1
    assert "creators with enough months in which the sponsored share changed, about" in findings[0].headline


def test_where_most_posts_are_marked_half_cannot_be_hidden() -> None:
    given = world("early_kink", 60, 6000)
    rng = np.random.default_rng(1)
    mostly = given.posts.assign(is_sponsored=given.posts["is_sponsored"] | (rng.random(len(given.posts)) < 0.5))
    made = feed.of(given.with_table("posts", mostly), SEEN)
    found = _all(made)[4]
    assert (found.verdict, found.estimate) == ("undecided", None) and "no such correction is made" in found.headline


def test_the_marked_share_counts_posts_not_months() -> None:
    table = pd.DataFrame({"share": [0.5, 0.1], "posts_before": [10, 30]})
    assert saturation.marked_share(table) == pytest.approx(8 / 40)


def test_neither_the_order_of_rows_nor_the_run_changes_a_finding() -> None:
    given = world("early_kink", 60, 6000)
    mixed = Tables(**{name: getattr(given, name).sample(frac=1, random_state=3) for name in TABLES})
    for first, again in zip(_all(feed.of(given, SEEN)), _all(feed.of(mixed, SEEN)), strict=True):
        assert first.to_json() == again.to_json()
