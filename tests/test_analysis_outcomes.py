# ruff: noqa: E501

import datetime as dt
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.multitest import multipletests
from worlds import campaign, tables

from influence_lib import figures
from influence_lib.analysis import incrementality, outcomes
from influence_lib.analysis.inference import Interval
from influence_lib.findings import Finding, Tabled
from influence_lib.tables import BRAND, Tables
from influence_lib.wording import outcomes as words

pytestmark = pytest.mark.filterwarnings("error")
SEEN = campaign()
DAYS = pd.date_range("2026-02-01", "2026-06-16", tz="Europe/Berlin").tz_convert("UTC")
SINCE = np.asarray(pd.Timestamp("2026-05-18", tz="Europe/Berlin") <= DAYS)
RANDOM = np.random.default_rng(4)
VISITS = RANDOM.normal(1000, 40, len(DAYS)) + 200 * SINCE
STILL = RANDOM.normal(60, 4, len(DAYS))


def _rows(name: str, values: Any, is_outcome: bool = True, **more: Any) -> pd.DataFrame:
    return pd.DataFrame({"date": DAYS, "name": name, "value": values, "is_outcome": is_outcome, **more})


def _given(*rows: pd.DataFrame) -> Tables:
    return tables(series=pd.concat(rows))


def _told(given: Tables, seen: Any = SEEN) -> Tabled:
    found = outcomes.outcomes(given, seen)
    assert isinstance(found, Tabled)
    return found


def _by_id(told: Tabled) -> dict[str, Finding]:
    return {item.id.removeprefix("roi.outcome."): item for item in told.items}


def test_the_answer_is_that_of_the_lift_in_sales_on_the_same_days() -> None:
    found = _by_id(_told(_given(_rows("sessions", VISITS), _rows("spend", STILL, False))))["sessions"]
    days = pd.DatetimeIndex(DAYS.tz_convert("Europe/Berlin").tz_localize(None), freq="D")
    x, names = incrementality.design(days, _given(_rows("spend", STILL, False)), SEEN)
    lift = incrementality.lift(pd.Series(VISITS, days), x, pd.Timestamp(SEEN.start), 0.95)
    assert names == ["spend"] and found.details["extra"] == pytest.approx(lift.estimate)
    assert found.estimate == pytest.approx(lift.estimate / lift.expected.sum())
    assert found.verdict == "supported" and found.details["extra_low"] < 6000 < found.details["extra_high"]


def test_followers_are_looked_at_as_changes_from_day_to_day() -> None:
    """Ten a day before the launch and fifteen since: 5 x 30 = 150 more than expected, a half more."""
    steps = np.where(SINCE, 15.0, 10.0) + RANDOM.normal(0, 1, len(DAYS)).round()
    found = _by_id(_told(_given(_rows("brand_followers", 12_000 + steps.cumsum()))))["new_followers"]
    assert found.details["extra_low"] < 150 < found.details["extra_high"]
    assert found.interval and found.interval[0] < 0.5 < found.interval[1] and found.n == len(DAYS) - 1


def test_new_followers_a_day_are_no_level_and_stay_as_they_are() -> None:
    values = 1000 + RANDOM.poisson(5, len(DAYS)).astype(float)
    moved = outcomes.daily(_given(_rows("new_followers", values)), SEEN)
    assert [one.name for one in moved] == ["new followers"] and moved[0].days.tolist() == values.tolist()


def test_followers_of_the_brands_own_account_count_and_those_of_creators_do_not() -> None:
    steps = RANDOM.poisson(10, len(DAYS)).cumsum() + 5000
    own = {"platform": "tiktok", "observed_at": DAYS, "followers": steps, "influencer_id": BRAND}
    creators = pd.concat([pd.DataFrame(own), pd.DataFrame(own | {"influencer_id": "ana"})])
    moved = outcomes.daily(tables(followers=creators), SEEN)
    assert [(one.name, len(one.days)) for one in moved] == [("tiktok new followers", len(DAYS) - 1)]
    assert isinstance(outcomes.outcomes(tables(followers=pd.DataFrame(own | {"influencer_id": "ana"})), SEEN), Finding)


def test_sales_are_left_to_the_lift_and_the_same_visits_are_looked_at_once() -> None:
    names = (
        "revenue",
        "Orders",
        "conversions",
        "y",
        "purchase_revenue",
        "total_users",
        "sessions",
        "new_users",
        "clicks",
    )
    moved = outcomes.daily(_given(*[_rows(name, VISITS) for name in names]), SEEN)
    assert [one.name for one in moved] == ["clicks", "sessions"]


def test_weekly_and_regional_series_and_those_of_creators_are_not_looked_at() -> None:
    given = _given(
        _rows("visits", VISITS, days=7),
        _rows("clicks", VISITS, region="Bavaria"),
        _rows("saves", VISITS, influencer_id="ana"),
    )
    found = outcomes.outcomes(given, SEEN)
    assert isinstance(found, Finding) and (found.id, found.verdict) == ("roi.outcome", "not_available")
    with_one = _told(_given(_rows("clicks", VISITS), _rows("visits", VISITS, days=7)))
    assert "1 series by week left out" in with_one.table.caption


def test_the_five_landing_pages_with_most_visits_are_looked_at() -> None:
    pages = [_rows("sessions", VISITS + 10 * number, segment=f"/page{number}") for number in range(7)]
    told = _told(_given(_rows("sessions", 9 * VISITS), *pages, _rows("sessions", VISITS, segment="google | cpc")))
    assert [item.id for item in told.items] == [
        "roi.outcome.sessions", *[f"roi.outcome.landing_page_page{number}" for number in (6, 5, 4, 3, 2)]
    ]  # fmt: skip
    assert "the smallest 2 landing pages left out" in told.table.caption


def test_visits_told_only_by_source_are_added_up() -> None:
    parts = [_rows("sessions", VISITS, segment="google"), _rows("sessions", STILL, segment="(direct)")]
    moved = outcomes.daily(_given(*parts), SEEN)
    assert len(moved) == 1 and moved[0].days.to_numpy() == pytest.approx(VISITS + STILL)


def test_mentions_of_us_count_by_day_and_those_of_competitors_do_not() -> None:
    seen_at = [DAYS[0], DAYS[0], DAYS[3], DAYS[3]]
    mentions = {"mention_id": list("abcd"), "seen_at": seen_at, "subject": ["us", "product", None, "competitor"]}
    moved = outcomes.daily(tables(mentions=mentions), SEEN)
    assert moved[0].days.tolist() == [2.0, 0.0, 0.0, 1.0]


def test_a_number_that_could_not_be_touched_shows_nothing_or_is_a_warning() -> None:
    quiet = _told(_given(_rows("sessions", VISITS), _rows("category_search", STILL, False)))
    loud = _told(_given(_rows("sessions", VISITS), _rows("category_search", STILL + 30 * SINCE, False)))
    assert quiet.table.rows["verdict"].tolist() == [words.ROSE, words.QUIET]
    assert loud.table.rows["verdict"].iloc[-1] == words.LOUD
    said = words.something_else(["category search"])
    assert said in loud.items[0].caveats and said not in quiet.items[0].caveats


def test_verdicts_allow_for_how_many_are_looked_at() -> None:
    made = [
        outcomes.Judged(str(p), None, Interval(0.1, 0.01, 0.2, 30), Interval(1, 0, 2, 30), p)
        for p in (0.001, 0.04, 0.3, 0.6)
    ]
    theirs = multipletests([0.001, 0.04, 0.3, 0.6], alpha=0.05, method="fdr_bh")[0]
    assert theirs.tolist() == [True, False, False, False]
    assert outcomes._verdicts(made, SEEN) == ["supported", "undecided", "undecided", "undecided"]
    assert outcomes._verdicts(made[1:2], SEEN) == ["supported"]
    assert outcomes._verdicts([outcomes.Judged("x", "too few")], SEEN) == ["not_enough_data"]


def test_where_nothing_moved_hardly_anything_is_said_to_have_risen() -> None:
    """Twelve numbers of pure chance: with an allowance for how many there are, a claim is made in one of twenty files."""
    rng = np.random.default_rng(11)
    told = _told(_given(*[_rows(f"metric {number:02d}", rng.normal(100, 5, len(DAYS))) for number in range(12)]))
    assert sum(item.verdict == "supported" for item in told.items) == 0


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (_rows("visits", VISITS).iloc[70:], "36 days before the launch, at least 60 needed"),
        (_rows("visits", VISITS)[~SINCE], "no days since the first day of the campaign"),
        (_rows("visits", 7.0), "no chance at all"),
        (_rows("visits", VISITS).iloc[np.r_[0:20, 60:136]], "40 days are missing in between"),
        (_rows("visits", VISITS).iloc[np.r_[0:75, 100:136]], "25 days are missing in between"),
        (_rows("visits", (STILL > 68).astype(float)), "usually there are hardly any"),
    ],
)
def test_a_number_that_cannot_be_judged_says_why(rows: pd.DataFrame, said: str) -> None:
    item = _told(_given(rows)).items[0]
    assert item.verdict == "not_enough_data" and item.estimate is None and said in item.headline, item.headline


def test_odd_numbers_are_survived() -> None:
    odd = [np.nan, np.inf, -1e300, 0.0, 1e300]
    for value in odd:
        given = _given(
            _rows("visits", np.where(np.arange(len(DAYS)) == 50, value, VISITS)).dropna(),
            _rows("clicks", value).dropna(),
        )
        found = outcomes.outcomes(given, SEEN)
        assert all(np.isfinite(item.estimate) for item in getattr(found, "items", ()) if item.estimate is not None)


def test_the_order_of_rows_changes_nothing_and_twice_the_numbers_the_change_neither() -> None:
    given = _given(_rows("sessions", VISITS), _rows("category_search", STILL, False))
    mixed = given.with_table("series", given.series.sample(frac=1, random_state=2))
    twice = _given(_rows("sessions", 2 * VISITS), _rows("category_search", STILL, False))
    plain, other, double = (_told(one).items[0] for one in (given, mixed, twice))
    assert plain.to_json() == other.to_json()
    assert double.estimate == pytest.approx(plain.estimate) and double.details["extra"] == pytest.approx(
        2 * plain.details["extra"]
    )


def test_ids_are_short_plain_and_unique() -> None:
    assert outcomes._ids(["Site visits (all)", "site-visits all", "ÄÖ", "x" * 80]) == [
        "roi.outcome.site_visits_all", "roi.outcome.site_visits_all_2", "roi.outcome.number", "roi.outcome." + "x" * 48
    ]  # fmt: skip


def test_the_picture_shows_each_number_with_its_interval() -> None:
    told = _told(_given(_rows("sessions", VISITS), _rows("clicks", STILL[::-1]), _rows("spend", STILL, False)))
    data: Any = SimpleNamespace(campaign=SEEN, sources=lambda *_: "series.csv")
    drawn = figures.outcomes_forest(data, told)
    assert isinstance(drawn, figures.Chart) and drawn.headline == "Of 2 numbers beside sales, sessions rose."
    assert drawn.data["outcome"].tolist() == ["clicks", "sessions", "spend"]
    assert isinstance(figures.outcomes_forest(data, outcomes.outcomes(Tables(), SEEN)), figures.NoChart)


CHANGE = Interval(0.15, 0.10, 0.20, 30)
SENTENCES = {
    words.outcome("sessions", CHANGE, 4536.2, 30, "supported", 5): "Sessions: 4,536 (15%) more than to be expected in 30 days (likely range +10% to +20%).",
    words.outcome("sessions", Interval(-0.15, -0.2, -0.1, 30), -4536.2, 1, "contradicted", 5): "Sessions: 4,536 (15%) fewer than to be expected in 1 day (likely range -20% to -10%).",
    words.outcome("mentions", Interval(-0.1, -0.3, 0.06, 30), -40, 30, "undecided", 6): "Mentions: -10% against what was to be expected, which may be chance among the 6 looked at (likely range -30% to +6%).",
    words.outcome("mentions", Interval(0.1, -0.3, 0.5, 30), 40, 30, "undecided", 1): "Mentions: +10% against what was to be expected, which may be chance (likely range -30% to +50%).",
    words.too_few_days("visits", 1, 60): "Not enough data to tell whether visits rose: 1 day before the launch, at least 60 needed.",
    words.something_else(["a_b", "spend"]): "A b and spend moved at the same time, though the campaign cannot touch it: something else happened, and part of what rose may be due to that.",
    words.forest_headline([], 1): "Of 1 number beside sales, none can be shown to have risen.",
    words.forest_headline(["visits", "clicks"], 4): "Of 4 numbers beside sales, visits and clicks rose.",
    words.caption(1, 0.9, 0, 0): "What else moved in the campaign: 1 daily number with 90% intervals, against what was to be expected",
    words.gaps("visits", 1): "Not enough data to tell whether visits rose: 1 day is missing in between.",
}  # fmt: skip


@pytest.mark.parametrize("said", SENTENCES)
def test_a_sentence_about_outcomes_reads_as_it_should(said: str) -> None:
    assert said == SENTENCES[said]


def test_days_of_another_campaign_are_no_quiet_days() -> None:
    """Visits doubled in an earlier campaign too: left among the quiet days, they would hide half of this rise."""
    days = pd.date_range("2025-12-01", "2026-06-16", tz="Europe/Berlin")
    noise = np.random.default_rng(8).normal(0, 5, len(days))
    inside = ((days >= "2026-02-01") & (days <= "2026-03-30")) | (days >= "2026-05-18")
    rows = {"date": days.tz_convert("UTC"), "name": "visits", "value": 100 + 100 * inside + noise, "is_outcome": True}
    given = tables(series=rows)
    other = {"campaign_id": "winter", "start": dt.date(2026, 2, 1), "end": dt.date(2026, 3, 30)}
    told = outcomes.outcomes(given, campaign(earlier_campaigns=[other])).items[0]  # type: ignore[union-attr]
    plain = outcomes.outcomes(given, campaign()).items[0]  # type: ignore[union-attr]
    assert told.interval and plain.interval and told.interval[0] < 1 < told.interval[1]
    assert told.interval[1] - told.interval[0] < 0.3 < plain.interval[1] - plain.interval[0]
