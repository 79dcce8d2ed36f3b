"""Extra sales as a page tells them: power first, quiet stretches, several campaigns, a common model beside ours."""

# ruff: noqa: E501

import datetime as dt
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats
from worlds import campaign, tables

from influence_lib import figures
from influence_lib.analysis import extra_sales, incrementality, ledger
from influence_lib.analysis.inference import Interval
from influence_lib.campaign import Campaign
from influence_lib.findings import Finding
from influence_lib.tables import Tables
from influence_lib.wording import extra_sales as words

pytestmark = pytest.mark.filterwarnings("error")
SEEN = campaign()
EARLIER = [{"campaign_id": "winter_sale", "start": dt.date(2026, 2, 1), "end": dt.date(2026, 2, 20)}]
COSTS = {
    "cost_id": ["1"],
    "influencer_id": ["ana"],
    "amount": [1000.0],
    "kind": ["fee"],
    "status": ["paid"],
}


def _shop(daily: np.ndarray, last: str = "2026-06-16", costs: dict[str, list[Any]] | None = None) -> Tables:
    """Return a shop with one order at noon of each day up to the last one."""
    days = pd.date_range(end=last, periods=len(daily))
    times = (days + pd.Timedelta(hours=12)).tz_localize("Europe/Berlin").tz_convert("UTC")
    orders = {"order_id": [str(n) for n in range(len(daily))], "ordered_at": times, "net_revenue": daily}
    return tables(orders=orders, costs=costs or COSTS)


def _noise(days: int = 170, extra: float = 0.0, seed: int = 3) -> np.ndarray:
    """Return white sales of 1000 a day; the last thirty days (the campaign's) have `extra` more each."""
    made = 1000 + np.random.default_rng(seed).normal(0, 50, days)
    return np.asarray(made + np.where(np.arange(days) >= days - 30, extra, 0.0)).round(2)


def _all(given: Tables, seen: Campaign = SEEN) -> dict[str, Finding]:
    found = extra_sales.incremental(ledger.ledger(given, seen), given, seen)
    return {f.id: f for f in (*found, extra_sales.placebo(given, seen), extra_sales.campaigns(given, seen))}


def test_the_smallest_effect_stands_first_and_is_nearly_three_standard_errors() -> None:
    """1.96 + 0.84 standard errors: seen four times in five at a level of 95 %."""
    given = _shop(_noise(extra=100))
    smallest, extra, per_cost = extra_sales.incremental(ledger.ledger(given, SEEN), given, SEEN)
    found = extra_sales.judged(given, SEEN)
    assert not isinstance(found, str)
    reach = stats.norm.ppf(0.975) + stats.norm.ppf(0.8)
    assert (smallest.id, smallest.estimate) == ("roi.smallest_detectable", pytest.approx(reach * found.found.error))
    assert smallest.interval and smallest.interval[0] < smallest.estimate < smallest.interval[1]
    assert extra.interval and extra.interval[0] < 3000 < extra.interval[1] and extra.verdict == "supported"
    assert (extra.n, smallest.n) == (170, 170)
    assert per_cost.estimate == pytest.approx(extra.estimate / 1000)
    assert "Lewis and Rao 2015" in " ".join(smallest.caveats)


def test_profit_is_margin_on_extra_revenue_less_cost() -> None:
    given = _shop(_noise(extra=100))
    _, extra, per_cost = extra_sales.incremental(ledger.ledger(given, SEEN), given, SEEN)
    assert extra.estimate is not None and extra.interval and SEEN.margin == 0.6
    assert per_cost.details == pytest.approx(
        {
            "profit": 0.6 * extra.estimate - 1000,
            "profit_low": 0.6 * extra.interval[0] - 1000,
            "profit_high": 0.6 * extra.interval[1] - 1000,
        }
    )
    assert per_cost.caveats[0].startswith("At a margin of 60%, less all costs, extra sales left a profit of €")
    unknown = campaign(margin=None)
    assert extra_sales.incremental(ledger.ledger(given, unknown), given, unknown)[2].details == {}


def test_revenue_a_hundred_times_as_large_gives_the_same_answer_whatever_the_order_of_rows() -> None:
    plain = _all(_shop(_noise(extra=60)))
    shop = _shop(_noise(extra=60) * 100, costs=COSTS | {"amount": [100_000.0]})
    mixed = shop.with_table("orders", shop.orders.sample(frac=1, random_state=1).reset_index(drop=True))
    for name, found in _all(mixed).items():
        before = plain[name]
        unit = 100 if before.unit == "money" else 1
        assert found.verdict == before.verdict
        if before.estimate is not None:
            assert found.estimate == pytest.approx(unit * before.estimate, rel=1e-5)
            assert found.interval == pytest.approx([unit * end for end in before.interval or ()], rel=1e-5, abs=1e-9)


def test_a_common_model_stands_beside_and_is_that_of_statsmodels() -> None:
    """Mean and spread of its forecast from its own filter, without any simulation: the level is a random walk."""
    rng = np.random.default_rng(5)
    y = 100 + rng.normal(0, 2, 150).cumsum() + rng.normal(0, 6, 150)
    series, window = pd.Series(y, pd.date_range("2026-01-01", periods=150)), np.arange(150) >= 120
    found = extra_sales.local_level(series, np.ones((150, 1)), window, 0.95, 1)
    fit = sm.tsa.UnobservedComponents(y[:120], "llevel").fit(disp=False)
    noise, step = np.asarray(fit.params)
    level = fit.filtered_state_cov[0, 0, -1]
    days = np.arange(1, 31)
    spread = np.sqrt(30 * noise + 900 * level + step * np.minimum.outer(days, days).sum())
    assert found is not None
    assert found.estimate == pytest.approx(y[120:].sum() - 30 * fit.filtered_state[0, -1], abs=0.15 * spread)
    assert found.high - found.low == pytest.approx(2 * 1.96 * spread, rel=0.12)
    assert extra_sales.local_level(series, np.ones((150, 1)), window[::-1], 0.95, 1) is None
    assert extra_sales.local_level(series * 0, np.ones((150, 1)), window, 0.95, 1) is None


def test_the_common_model_is_a_row_of_the_table_and_never_decides() -> None:
    given = _shop(_noise(extra=100))
    extra = _extra(given)
    assert extra.table is not None
    ours, other = extra.table.records()
    assert (ours["name"], ours["extra"]) == (words.OUR_MODEL, pytest.approx(extra.estimate, rel=1e-4))
    assert other["name"] == words.LOCAL_LEVEL and other["low"] < other["extra"] < other["high"]
    assert any("A common model (local level) says" in caveat for caveat in extra.caveats)


def _extra(given: Tables, seen: Campaign = SEEN) -> Finding:
    return extra_sales.incremental(ledger.ledger(given, seen), given, seen)[1]


def test_days_of_another_campaign_and_the_week_after_are_no_usual_days() -> None:
    """Twenty days of 300 more, and seven after them, change nothing that is said of this campaign."""
    plain, loud = _noise(extra=60), _noise(extra=60)
    first = 170 - 1 - (dt.date(2026, 6, 16) - dt.date(2026, 2, 1)).days
    loud[first : first + 27] += 300
    seen = campaign(earlier_campaigns=EARLIER)
    one, other = (_extra(_shop(sales), seen) for sales in (plain, loud))
    assert one.estimate == pytest.approx(other.estimate) and one.interval == pytest.approx(other.interval)
    assert one.n == 170 - 27
    assert "Days of 1 other campaign, and the 7 days after it, do not count as usual days." in one.caveats
    blind = _extra(_shop(loud))
    assert blind.estimate is not None and one.estimate is not None and blind.estimate != pytest.approx(one.estimate)


def test_all_campaigns_are_judged_in_one_fit() -> None:
    sales = _noise(extra=60)
    first = 170 - 1 - (dt.date(2026, 6, 16) - dt.date(2026, 2, 1)).days
    sales[first : first + 20] += 300
    seen = campaign(earlier_campaigns=EARLIER)
    found = extra_sales.campaigns(_shop(sales), seen)
    assert found.table is not None and found.interval is not None and found.estimate is not None
    winter, this, together = found.table.records()
    assert (winter["name"], this["name"], together["name"]) == ("Winter sale", seen.name, "All together")
    assert winter["low"] < 6000 < winter["high"] and this["low"] < 1800 < this["high"]
    assert (winter["days"], this["days"], together["days"]) == (20, 30, 50)
    assert winter["extra"] + this["extra"] == pytest.approx(found.estimate, rel=1e-4)
    assert found.verdict == "supported" and found.n == 170 - 7
    own = _extra(_shop(sales), seen)
    assert own.estimate is not None and this["extra"] == pytest.approx(own.estimate, abs=0.2 * 60 * 30)


def test_campaigns_on_the_same_days_are_counted_once_in_the_total_and_said() -> None:
    beside = [{"campaign_id": "radio", "start": dt.date(2026, 6, 1), "end": dt.date(2026, 6, 10)}]
    seen = campaign(earlier_campaigns=beside)
    found = _all(_shop(_noise(extra=60)), seen)
    assert found["roi.campaigns"].table is not None
    assert found["roi.campaigns"].table.records()[-1]["days"] == 30
    told = "On the same days ran Radio: whose the extra sales of those days are cannot be told."
    assert told in found["roi.campaigns"].caveats and told in found["roi.incremental_revenue"].caveats


def test_without_other_campaigns_or_their_sales_nothing_is_said_of_several() -> None:
    assert _all(_shop(_noise()))["roi.campaigns"].verdict == "not_available"
    old = [{"campaign_id": "old", "start": dt.date(2020, 1, 1), "end": dt.date(2020, 2, 1)}]
    found = _all(_shop(_noise()), campaign(earlier_campaigns=old))["roi.campaigns"]
    assert found.verdict == "not_enough_data" and "no sales on days of the 1 other campaign" in found.headline


def test_quiet_stretches_tell_how_often_nothing_is_found() -> None:
    found = extra_sales.placebo(_shop(_noise(400)), SEEN)
    assert found.estimate is not None and found.interval and found.verdict == "supported"
    assert found.estimate >= 0.85 and found.n <= incrementality.MOST_STRETCHES
    assert (found.clusters, found.details["independent"]) == (None, 10)
    short = extra_sales.placebo(_shop(_noise(140)), SEEN)
    assert short.verdict == "not_enough_data" and "export about 10 more days of orders" in short.headline


def test_the_interval_is_widened_where_quiet_stretches_miss(monkeypatch: pytest.MonkeyPatch) -> None:
    given = _shop(_noise(200, extra=100))
    plain = _all(given)
    monkeypatch.setattr(incrementality, "widening", lambda found: 1.5)
    wide = _all(given)
    for name in ("roi.incremental_revenue", "roi.incremental_roas"):
        before, after = plain[name].interval, wide[name].interval
        assert before and after and after[1] - after[0] == pytest.approx(1.5 * (before[1] - before[0]))
        assert any("1.50 times as wide" in caveat for caveat in wide[name].caveats)
    before_smallest, after_smallest = (
        plain["roi.smallest_detectable"].estimate,
        wide["roi.smallest_detectable"].estimate,
    )
    assert before_smallest and after_smallest == pytest.approx(1.5 * before_smallest)
    assert wide["roi.placebo"].verdict == "contradicted" and "widened 1.50 times" in wide["roi.placebo"].headline


def test_the_interval_of_a_share_of_few_voices_is_jeffreys() -> None:
    """Nine of ten: the quantiles of a beta with 9.5 and 1.5; all of two reach to one."""
    assert extra_sales._share_ends(0.9, 10, 0.95) == pytest.approx(stats.beta.ppf([0.025, 0.975], 9.5, 1.5))
    low, high = extra_sales._share_ends(1.0, 2, 0.95)
    assert (low, high) == (pytest.approx(stats.beta.ppf(0.025, 2.5, 0.5)), 1.0)


def test_sales_before_the_start_are_needed() -> None:
    found = _all(_shop(_noise(77)))
    assert {f.verdict for f in found.values()} == {"not_enough_data", "not_available"}
    told = "47 days of sales before the launch, at least 60 needed; export 13 more days"
    assert told in found["roi.smallest_detectable"].headline and told in found["roi.placebo"].headline
    assert {f.verdict for f in _all(_shop(np.full(120, 10.0))).values()} == {"not_enough_data", "not_available"}
    assert "No sales since the first day" in _all(_shop(_noise(90), "2026-05-01"))["roi.smallest_detectable"].headline


WEEKS = np.tile([10.0, 20, 30, 40, 50, 60, 70], 30)[:170]
ODD = {
    "none": (None, False),
    "all zero": (np.zeros(170), False),
    "weekly to the cent": (WEEKS, False),
    "one day only": (np.r_[np.zeros(100), 500.0, np.zeros(69)], True),
    "returns above sales": (_noise() - 1500, True),
    "huge": (_noise() * 1e12, True),
    "tiny": (_noise() * 1e-5, True),
    "few orders": (np.where(np.random.default_rng(1).random(170) < 0.1, 40.0, 0.0), True),
    "one giant day": (np.r_[_noise()[:80], 1e7, _noise()[81:]], True),
    "a peak before": (_noise() + 3000 * np.exp(-((np.arange(170) - 60) ** 2) / 50.0), True),
    "growing": (_noise() * np.exp(np.arange(170) * 0.02), True),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_sales_get_an_answer_with_an_interval_or_a_sentence(name: str) -> None:
    daily, answered = ODD[name]
    given = Tables() if daily is None else _shop(daily)
    for found in _all(given, campaign(earlier_campaigns=EARLIER)).values():
        assert found.headline
        if found.estimate is not None:
            assert found.interval and np.isfinite([found.estimate, *found.interval]).all()
            assert found.interval[0] <= found.estimate <= found.interval[1]
    extra = _extra(given)
    assert (extra.verdict in {"not_enough_data", "not_available"}) is not answered
    if answered and name != "growing":
        assert extra.verdict == "undecided"


def test_orders_that_only_a_tool_tells_are_not_all_sales() -> None:
    given = _shop(_noise())
    told = given.with_table("orders", given.orders.assign(told_by="tool"))
    assert {f.verdict for f in _all(told).values()} == {"not_available"}


def test_both_figures_show_what_the_findings_say() -> None:
    seen = campaign(earlier_campaigns=EARLIER)
    given = _shop(_noise(300, extra=100))
    data: Any = SimpleNamespace(campaign=seen, tables=given, sources=lambda *names: "orders.csv")
    found = _all(given, seen)
    extra = found["roi.incremental_revenue"]
    path = figures.sales_path(data, extra)
    assert isinstance(path, figures.Chart) and "lighter: other campaigns" in path.subtitle
    inside = path.data.dropna()
    assert len(inside) == 30 and (inside["sales"] - inside["expected"]).sum() == pytest.approx(extra.estimate)
    strip = figures.placebo_strip(data, found["roi.placebo"])
    assert isinstance(strip, figures.Chart) and strip.headline == found["roi.placebo"].headline
    assert len(strip.data) == found["roi.placebo"].n + 1
    last = strip.data.iloc[-1]
    assert (last["extra"], last["low"], last["high"]) == pytest.approx((extra.estimate, *(extra.interval or ())))
    assert "The last row is the campaign with €" in strip.alt
    refused = replace(extra, estimate=None, interval=None)
    assert isinstance(figures.placebo_strip(data, refused), figures.NoChart)
    assert isinstance(figures.sales_path(data, refused), figures.NoChart)


UP, DOWN, FLAT = Interval(4095, 250, 8744, 30), Interval(-900, -1500, -300, 30), Interval(-900, -2500, 300, 30)
SENTENCES = {
    words.what_would_help(True, True, True): "To see smaller effects: more days of sales before the launch, a daily series that moves with sales but not with the campaign (such as search interest) or regions left without the campaign.",
    words.what_would_help(False, False, True): "To see smaller effects: regions left without the campaign.",
    words.what_would_help(False, False, False): "To see smaller effects: a longer or larger campaign.",
    words.beside(UP, None, "EUR"): "A common model (local level) could not be fitted to these sales, so there is no second opinion.",
    words.beside(UP, UP, "EUR"): "A common model (local level) says €4,095 (likely range €250 to €8,744): the same answer.",
    words.beside(FLAT, DOWN, "EUR"): "A common model (local level) says -€900 (likely range -€1,500 to -€300): within our range, though it would answer otherwise; ours counts, it allows for more.",
    words.beside(DOWN, UP, "EUR"): "A common model (local level) says €4,095 (likely range €250 to €8,744): it disagrees, so take this answer with care.",
    words.profit(UP, 0.625, "EUR"): "At a margin of 62.5%, less all costs, extra sales left a profit of €4,095 (likely range €250 to €8,744).",
    words.profit(FLAT, 0.6, "EUR"): "At a margin of 60%, less all costs, extra sales left a loss of €900 (likely range -€2,500 to €300).",
    words.other_campaigns(2, 7)[0]: "Days of 2 other campaigns, and the 7 days after each, do not count as usual days.",
    words.at_the_same_time(["radio", "winter-sale"])[0]: "On the same days ran Radio and Winter sale: whose the extra sales of those days are cannot be told.",
    words.jumped(dt.date(2026, 3, 4), 0.934)[0]: "Sales seem to have moved to another level around 4 Mar 2026 (chance 93%), which is allowed for; if something lasting happened then, this is it.",
    words.standing_out([dt.date(2026, 3, 4)])[0]: "Sales of 4 Mar 2026 lie far from the days around: they do not set the usual level, but as many such days are to be expected again.",
    words.standing_out([dt.date(2026, 3, day) for day in (1, 2, 3, 4, 5)])[0]: "Sales of 1 Mar 2026, 2 Mar 2026, 3 Mar 2026 and 2 more lie far from the days around: they do not set the usual level, but as many such days are to be expected again.",
    words.widened(1.234)[0]: "The range is 1.23 times as wide as the model alone would have it, because quiet stretches before the launch missed by more than it allowed.",
    words.placebo(18, 20, 30, 0.95, 1.0): "In 18 of 20 quiet stretches of 30 days before the launch nothing is found; it should be about 95% of them.",
    words.placebo(0, 1, 1, 0.9, 1.31): "In 0 of 1 quiet stretch of 1 day before the launch nothing is found, but misses are too large; the range of extra sales is widened 1.31 times for it.",
    words.few_stretches(2): "Stretches overlap: only 2 follow one after the other, so the share is rough.",
    words.few_stretches(12): "Stretches overlap: 12 follow one after the other.",
    words.too_few_stretches(30, 1, possible=True): "Not enough data to test this in quiet stretches before the launch: export about 1 more day of orders from before.",
    words.too_few_stretches(200, 400, possible=False): "Not enough data to test this in quiet stretches before the launch: a campaign of 200 days is too long for it.",
    words.campaigns(UP, 2, "EUR"): "Sales in the 30 days of 2 campaigns together were €4,095 above what was to be expected (likely range €250 to €8,744).",
    words.campaigns(DOWN, 3, "EUR"): "Sales in the 30 days of 3 campaigns together were €900 below what was to be expected (likely range -€1,500 to -€300).",
    words.campaigns(FLAT, 2, "EUR"): "Sales in the 30 days of 2 campaigns together were €900 below what was to be expected, which may be chance (likely range -€2,500 to €300).",
    words.no_sales_of_others(2): "Not enough data to judge several campaigns: no sales on days of the 2 other campaigns; export orders from then on.",
    words.without_sales(1)[0]: "1 campaign is left out: over too long ago, or before the files begin.",
    words.without_sales(2)[0]: "2 campaigns are left out: over too long ago, or before the files begin.",
    words.unfinished(dt.date(2026, 6, 16), dt.date(2026, 6, 1))[0]: "Sales are known up to 1 Jun 2026 only; the campaign ends on 16 Jun 2026.",
}  # fmt: skip


@pytest.mark.parametrize("said", SENTENCES)
def test_a_sentence_reads_as_it_should(said: str) -> None:
    assert said == SENTENCES[said]


def test_where_there_is_nothing_to_say_nothing_is_said() -> None:
    assert words.widened(1.0) == words.standing_out([]) == words.at_the_same_time([]) == words.without_sales(0) == ()
    assert words.other_campaigns(0, 7) == words.unfinished(dt.date(2026, 6, 1), dt.date(2026, 6, 1)) == ()
