"""What came back beyond what was to be expected: extra sales in the daily sales, and how small they could have been."""

import math
from typing import Any

import pandas as pd
from scipy import stats

from influence_lib.analysis import incrementality, ledger
from influence_lib.analysis.inference import Array, Interval
from influence_lib.analysis.ledger import Ledger
from influence_lib.campaign import Campaign
from influence_lib.findings import Finding, not_available, not_enough
from influence_lib.tables import Tables
from influence_lib.wording import extra_sales as words
from influence_lib.wording import ledger as money_words

LIFT_METHOD = (
    "Daily net sales against what the days before, weekdays and untouched series lead to expect; white noise with a "
    "drifting level, autocorrelation, or both, weighted by how well each fits."
)
LIFT_IDS = ("roi.smallest_detectable", "roi.incremental_revenue", "roi.incremental_roas")


def incremental(book: Ledger, tables: Tables, campaign: Campaign) -> tuple[Finding, Finding, Finding]:
    """Return the smallest detectable effect first, then extra revenue, then extra revenue per 1 spent.

    Only the shop's own list tells all sales of a day; those told by a tool are creators' sales alone.
    """
    tables = tables.with_table("orders", tables.orders[tables.orders["told_by"].isna()])
    missing = ledger.missing_inputs(tables, campaign, money_words.ORDERS, money_words.CURRENCY)
    if missing:
        return ledger.three(LIFT_IDS, lambda name: not_available(name, missing, LIFT_METHOD))
    sales, start = incrementality.daily_sales(tables, campaign), pd.Timestamp(campaign.start)
    x, controls = incrementality.design(pd.DatetimeIndex(sales.index), tables, campaign)
    said = _too_little_sales(sales, x, campaign)
    if said:
        return ledger.three(LIFT_IDS, lambda name: not_enough(name, said, LIFT_METHOD, n=len(sales)))
    found = incrementality.lift(sales, x, start, campaign.confidence)
    known: dict[str, Any] = {"level": campaign.confidence, "n": len(sales)}
    known["caveats"] = (words.other_causes(controls), *words.unfinished(campaign.end, sales.index[-1].date()))
    extra = Interval(found.estimate, found.low, found.high, found.days)
    return (
        _smallest(found, campaign, known),
        _extra(extra, found, campaign, known),
        _incremental_roas(extra, book, campaign, known),
    )


def _too_little_sales(sales: pd.Series, x: Array, campaign: Campaign) -> str | None:
    """Return the sentence about what daily sales lack, or None when they can be judged."""
    start, least = pd.Timestamp(campaign.start), incrementality.FEWEST_DAYS_BEFORE
    before = int((sales.index < start).sum())
    if before == len(sales):
        return words.NOT_STARTED
    if before < least:
        return words.too_few_days(before, least)
    return words.SALES_TOO_REGULAR if incrementality.too_regular(sales, x, start) else None


def _extra(extra: Interval, found: incrementality.Lift, campaign: Campaign, known: dict[str, Any]) -> Finding:
    """Return how far sales in the window lie above what was to be expected."""
    said = words.incremental_revenue(extra, float(found.expected.sum()), found.days, campaign.currency)
    known = known | {"currency": campaign.currency}
    return Finding(LIFT_IDS[1], said, ledger.against(extra, 0.0), LIFT_METHOD, extra.estimate, extra.ends, **known)


def _smallest(found: incrementality.Lift, campaign: Campaign, known: dict[str, Any]) -> Finding:
    """Return the smallest extra revenue that these sales would show four times in five."""
    tail = (1 - campaign.confidence) / 2
    value = float(stats.norm.ppf(1 - tail) + stats.norm.ppf(incrementality.POWER)) * found.error
    low, high = (value * math.sqrt(found.freedom / stats.chi2.ppf(p, found.freedom)) for p in (1 - tail, tail))
    said = words.smallest_detectable(value, float(found.expected.sum()), found.days, campaign.currency)
    known = known | {"currency": campaign.currency}
    return Finding(LIFT_IDS[0], said, "supported", LIFT_METHOD, value, (low, high), **known)


def _incremental_roas(extra: Interval, book: Ledger, campaign: Campaign, known: dict[str, Any]) -> Finding:
    """Return extra revenue for each unit of cost."""
    if book.cost <= 0:
        return not_available(LIFT_IDS[2], money_words.missing_inputs([money_words.COSTS]), LIFT_METHOD)
    ratio, even = extra.through(lambda value: value / book.cost), ledger.break_even(campaign)
    said = words.incremental_roas(ratio, even, campaign.currency)
    return Finding(LIFT_IDS[2], said, ledger.against(ratio, even), LIFT_METHOD, ratio.estimate, ratio.ends, **known)
