"""What came back beyond what was to be expected: extra sales in the daily sales, and how small they could have been."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats

from influence_lib import wording
from influence_lib.analysis import guards, incrementality, ledger
from influence_lib.analysis.daily_model import Mask
from influence_lib.analysis.guards import NotEnough
from influence_lib.analysis.incrementality import Joint, Lift, Placebo
from influence_lib.analysis.inference import Array, Interval
from influence_lib.analysis.ledger import Ledger
from influence_lib.campaign import Campaign
from influence_lib.findings import Finding, ShownTable, TableColumn, not_available, not_enough
from influence_lib.tables import Tables
from influence_lib.wording import extra_sales as words
from influence_lib.wording import ledger as money_words

LIFT_METHOD = (
    "Daily net sales against what the days before, weekdays and untouched series lead to expect; noise with a "
    "drifting level, with memory, or both, perhaps with a jump or steady growth before the launch, weighted by how "
    "well each fits (generalised least squares on a grid, Harville 1974)."
)
PLACEBO_METHOD = (
    "The same estimate for quiet stretches before the launch, each as long as the campaign and judged by the days "
    "before it; the interval counts stretches that follow one another as one voice each (Jeffreys)."
)
JOINT_METHOD = (
    "As the extra revenue of this campaign, for the days of all campaigns in one fit: no campaign's days are quiet "
    "days of another, and the errors of all are added up together."
)
LIFT_IDS = ("roi.smallest_detectable", "roi.incremental_revenue", "roi.incremental_roas")
# Campaigns over for longer than this say nothing of today's sales that would be worth the time.
OLDEST_DAYS = 730
DRAWS = 400


@dataclass(frozen=True)
class Sales:
    """Daily sales made ready: unknown on days of other campaigns, the design, its controls, and the days in question.

    `others` are the days of each other campaign, `together` the ids of those that ran on days of this one.
    """

    daily: pd.Series
    quiet: pd.Series
    x: Array
    controls: tuple[str, ...]
    window: Mask
    others: Mapping[str, Mask]
    together: tuple[str, ...]


@dataclass(frozen=True)
class Judged:
    """Extra sales of the campaign with what quiet stretches teach: the interval is `factor` times as wide for it."""

    sales: Sales
    found: Lift
    placebo: Placebo | None
    factor: float


def ready(tables: Tables, campaign: Campaign) -> Sales:
    """Return daily sales with the days of other campaigns, and the week after each, taken out of the quiet ones."""
    daily = incrementality.daily_sales(tables, campaign)
    days = pd.DatetimeIndex(daily.index)
    x, controls = incrementality.design(days, tables, campaign)
    window, loud = incrementality.between(days, campaign.start, campaign.end), incrementality.of_others(days, campaign)
    others = {one.campaign_id: incrementality.between(days, one.start, one.end) for one in campaign.earlier_campaigns}
    together = tuple(name for name, mask in others.items() if (mask & window).any())
    return Sales(daily, daily.mask(loud & ~window), x, tuple(controls), window, others, together)


def judged(tables: Tables, campaign: Campaign) -> Judged | str:
    """Return extra sales of the campaign, or the sentence about what daily sales lack.

    Only the shop's own list tells all sales of a day; those told by a tool are creators' sales alone.
    """
    sales = ready(tables, campaign)
    said = _too_little_sales(sales, campaign)
    if said:
        return said
    found = incrementality.lift(sales.quiet, sales.x, sales.window, campaign.confidence)
    placebo = incrementality.placebo(sales.quiet, sales.x, sales.window, campaign.confidence)
    factor = incrementality.widening(placebo)
    return Judged(sales, found.wider(factor), placebo, factor)


def _too_little_sales(sales: Sales, campaign: Campaign) -> str | None:
    """Return the sentence about what daily sales lack, or None when they can be judged."""
    start, least = pd.Timestamp(campaign.start), incrementality.FEWEST_DAYS_BEFORE
    known = sales.quiet.notna().to_numpy()
    before = int((known & (sales.quiet.index < start)).sum())
    if not (sales.window & known).any():
        return words.NOT_STARTED
    if before < least:
        return words.too_few_days(before, least)
    quiet = sales.quiet[known]
    return words.SALES_TOO_REGULAR if incrementality.too_regular(quiet, sales.x[known], start) else None


def _missing(tables: Tables, campaign: Campaign) -> str | None:
    """Return the sentence about inputs that are not there at all, or None."""
    whole = tables.with_table("orders", tables.orders[tables.orders["told_by"].isna()])
    return ledger.missing_inputs(whole, campaign, money_words.ORDERS, money_words.CURRENCY)


def incremental(book: Ledger, tables: Tables, campaign: Campaign) -> tuple[Finding, Finding, Finding]:
    """Return the smallest detectable effect first, then extra revenue, then extra revenue per 1 spent."""
    missing = _missing(tables, campaign)
    if missing:
        return ledger.three(LIFT_IDS, lambda name: not_available(name, missing, LIFT_METHOD))
    found = judged(tables, campaign)
    if isinstance(found, str):
        days = len(incrementality.daily_sales(tables, campaign))
        return ledger.three(LIFT_IDS, lambda name: not_enough(name, found, LIFT_METHOD, n=days))
    known: dict[str, Any] = {"level": campaign.confidence, "n": found.found.days_before + found.found.days}
    return (
        _smallest(found, campaign, known),
        _extra(found, campaign, known | {"caveats": _caveats(found, campaign)}),
        _incremental_roas(found, book, campaign, known),
    )


def _caveats(found: Judged, campaign: Campaign) -> tuple[str, ...]:
    """Return what a reader of extra sales has to know."""
    sales, lift = found.sales, found.found
    jump = lift.jump if lift.jump and lift.jump[1] >= incrementality.SURELY_JUMPED else None
    return (
        words.other_causes(sales.controls),
        *words.missing_days(int(sales.daily.isna().sum())),
        *words.unfinished(campaign.end, sales.daily.index[-1].date()),
        words.LATER_SALES,
        *words.other_campaigns(len(sales.others), incrementality.WASHOUT_DAYS),
        *words.at_the_same_time(sales.together),
        *(words.jumped(jump[0].date(), jump[1]) if jump else ()),
        *words.standing_out([day.date() for day in lift.standing_out]),
        *words.widened(found.factor),
    )


def _smallest(found: Judged, campaign: Campaign, known: dict[str, Any]) -> Finding:
    """Return the smallest extra revenue that these sales would show four times in five."""
    lift, tail = found.found, (1 - campaign.confidence) / 2
    value = float(stats.norm.ppf(1 - tail) + stats.norm.ppf(incrementality.POWER)) * lift.error
    low, high = (value * math.sqrt(lift.freedom / stats.chi2.ppf(p, lift.freedom)) for p in (1 - tail, tail))
    said = words.smallest_detectable(value, float(lift.expected.sum()), lift.days, campaign.currency)
    shorter = lift.days_before < incrementality.MOST_DAYS_BEFORE
    caveats = (
        words.what_would_help(shorter, not found.sales.controls, not campaign.treated_regions),
        words.SAMPLE_SIZE,
    )
    known = known | {"currency": campaign.currency, "caveats": caveats}
    return Finding(LIFT_IDS[0], said, "supported", LIFT_METHOD, value, (low, high), **known)


def _extra(found: Judged, campaign: Campaign, known: dict[str, Any]) -> Finding:
    """Return how far sales in the window lie above what was to be expected, beside what a common model says."""
    extra, lift = _interval(found.found), found.found
    said = words.incremental_revenue(extra, float(lift.expected.sum()), lift.days, campaign.currency)
    beside = local_level(found.sales.quiet, found.sales.x, found.sales.window, campaign.confidence, campaign.seed)
    agreement = words.beside(extra, beside, campaign.currency)
    known = known | {"currency": campaign.currency, "caveats": (*known["caveats"], agreement)}
    known |= {"table": _methods(found, beside, campaign)}
    return Finding(LIFT_IDS[1], said, ledger.against(extra, 0.0), LIFT_METHOD, extra.estimate, extra.ends, **known)


def _interval(found: Lift) -> Interval:
    """Return a lift as an interval."""
    return Interval(found.estimate, found.low, found.high, found.days)


def _methods(found: Judged, beside: Interval | None, campaign: Campaign) -> ShownTable:
    """Return the extra revenue by our model and by a common one."""
    rows = [(words.OUR_MODEL, _interval(found.found)), *([(words.LOCAL_LEVEL, beside)] if beside else [])]
    return _shown(words.METHODS_CAPTION, words.METHOD, rows, campaign)


def _shown(caption: str, first: str, rows: list[tuple[str, Interval]], campaign: Campaign) -> ShownTable:
    """Return intervals of money as a table, one a row."""
    table = pd.DataFrame(
        [
            {
                "name": name,
                "days": found.units,
                "extra": found.estimate,
                "range": wording.span(found.low, found.high, "money_whole", campaign.currency),
                "low": found.low,
                "high": found.high,
            }
            for name, found in rows
        ]
    )
    columns = (
        TableColumn("name", first),
        TableColumn("days", words.DAYS, "count"),
        TableColumn("extra", words.EXTRA, "money_whole"),
        TableColumn("range", f"{campaign.confidence:.0%} interval", "range"),
        TableColumn("low", "From", "money_whole", shown=False),
        TableColumn("high", "To", "money_whole", shown=False),
    )
    return ShownTable(caption, columns, table, campaign.currency)


def local_level(sales: pd.Series, x: Array, window: Mask, level: float, seed: int) -> Interval | None:
    """Return the extra sales of a local level model with regression (Harvey 1989; statsmodels), or None.

    None where the window is not the end of the series, or where the likelihood finds no maximum. Its variances count
    as known: intervals are too narrow where the level drifts, and too wide where days remember the day before.
    """
    y, start = sales.to_numpy(float), int(np.argmax(window))
    first = max(int(np.argmax(np.isfinite(y))), start - incrementality.MOST_DAYS_BEFORE)
    if not window[start:].all() or not np.isfinite(y[start:]).all():
        return None
    unit = float(np.nanstd(y[first:start])) or 1.0
    columns = x[:, guards.independent(x[first:start])][:, 1:]

    def drawn() -> Interval:
        model = sm.tsa.UnobservedComponents(
            y[first:start] / unit, "llevel", exog=columns[first:start], mle_regression=False
        )
        fit = model.fit(disp=False)
        draws = fit.simulate(
            len(y) - start,
            repetitions=DRAWS,
            anchor="end",
            exog=columns[start:],
            rng=np.random.default_rng(seed),
        )
        extra = y[start:].sum() - unit * np.asarray(draws).reshape(len(y) - start, DRAWS).sum(axis=0)
        half = float(stats.norm.ppf((1 + level) / 2)) * float(extra.std(ddof=1))
        return Interval(float(extra.mean()), float(extra.mean()) - half, float(extra.mean()) + half, len(y) - start)

    found = guards.fitted(drawn)
    return None if isinstance(found, NotEnough) or not math.isfinite(found.high) else found


def _incremental_roas(found: Judged, book: Ledger, campaign: Campaign, known: dict[str, Any]) -> Finding:
    """Return extra revenue for each unit of cost, and in words what is left of it after goods and cost."""
    if book.cost <= 0:
        return not_available(LIFT_IDS[2], money_words.missing_inputs([money_words.COSTS]), LIFT_METHOD)
    extra = _interval(found.found)
    ratio, even = extra.through(lambda value: value / book.cost), ledger.break_even(campaign)
    said, caveats, details = words.incremental_roas(ratio, even, campaign.currency), _caveats(found, campaign), {}
    if campaign.margin:
        margin = campaign.margin
        profit = extra.through(lambda value: value * margin - book.cost)
        caveats = (words.profit(profit, margin, campaign.currency), *caveats)
        details = {"profit": profit.estimate, "profit_low": profit.low, "profit_high": profit.high}
    known = known | {"caveats": caveats, "details": details}
    return Finding(LIFT_IDS[2], said, ledger.against(ratio, even), LIFT_METHOD, ratio.estimate, ratio.ends, **known)


def placebo(tables: Tables, campaign: Campaign) -> Finding:
    """Return in which share of quiet stretches before the launch nothing is found, as it should be."""
    name, missing = "roi.placebo", _missing(tables, campaign)
    if missing:
        return not_available(name, missing, PLACEBO_METHOD)
    found = judged(tables, campaign)
    if isinstance(found, str):
        return not_enough(name, found, PLACEBO_METHOD)
    seen, days = found.placebo, found.found.days
    if seen is None or seen.independent < incrementality.FEWEST_STRETCHES:
        needed = incrementality.FEWEST_DAYS_BEFORE + incrementality.FEWEST_STRETCHES * days
        most = incrementality.MOST_DAYS_BEFORE
        said = words.too_few_stretches(days, needed - found.found.days_before, possible=needed <= most)
        return not_enough(name, said, PLACEBO_METHOD, n=0 if seen is None else len(seen.estimates))
    share = float(seen.quiet.mean())
    ends = _share_ends(share, seen.independent, campaign.confidence)
    return Finding(
        name,
        words.placebo(int(seen.quiet.sum()), len(seen.quiet), days, campaign.confidence, found.factor),
        "contradicted" if ends[1] < campaign.confidence or found.factor > 1 else "supported",
        PLACEBO_METHOD,
        share,
        ends,
        len(seen.quiet),
        level=campaign.confidence,
        caveats=(words.few_stretches(seen.independent), *words.widened(found.factor)),
        details={"widened": found.factor, "independent": float(seen.independent)},
    )


def _share_ends(share: float, voices: int, level: float) -> tuple[float, float]:
    """Return the interval of a share of so many independent voices (Jeffreys; ends that are reached are kept)."""
    yes, tail = share * voices, (1 - level) / 2
    low, high = (float(stats.beta.ppf(p, yes + 0.5, voices - yes + 0.5)) for p in (tail, 1 - tail))
    return (min(low, share), 1.0 if share == 1 else max(high, share))


def campaigns(tables: Tables, campaign: Campaign) -> Finding:
    """Return extra revenue of this and all other campaigns of the brand in one fit, each and together."""
    name, missing = "roi.campaigns", _missing(tables, campaign)
    if missing or not campaign.earlier_campaigns:
        return not_available(name, missing or words.NO_OTHER_CAMPAIGN, JOINT_METHOD)
    found = judged(tables, campaign)
    if isinstance(found, str):
        return not_enough(name, found, JOINT_METHOD)
    windows = _windows(found.sales, campaign)
    if len(windows) < 2:
        return not_enough(name, words.no_sales_of_others(len(found.sales.others)), JOINT_METHOD)
    joint = _together(found.sales, windows, campaign)
    parts = [part.wider(found.factor) for part in joint.parts]
    total = _interval(joint.total.wider(found.factor))
    rows = [(label, _interval(part)) for label, part in zip(windows, parts, strict=True)]
    table = _shown(words.CAMPAIGNS_CAPTION, words.CAMPAIGN, [*rows, (words.TOGETHER, total)], campaign)
    return Finding(
        name,
        words.campaigns(total, len(windows), campaign.currency),
        ledger.against(total, 0.0),
        JOINT_METHOD,
        total.estimate,
        total.ends,
        joint.total.days_before + total.units,
        level=campaign.confidence,
        caveats=(
            words.other_causes(found.sales.controls),
            *words.at_the_same_time(found.sales.together),
            *words.without_sales(len(found.sales.others) + 1 - len(windows)),
            *words.widened(found.factor),
        ),
        table=table,
        currency=campaign.currency,
        details={"error": joint.total.error * found.factor, "error_if_apart": _apart(parts)},
    )


def _windows(sales: Sales, campaign: Campaign) -> dict[str, Mask]:
    """Return the days of each campaign that has any among those sales, by its name for readers; this one last."""
    days = pd.DatetimeIndex(sales.daily.index)
    recent = np.asarray(days >= pd.Timestamp(campaign.start) - pd.Timedelta(days=OLDEST_DAYS))
    rows = {words.campaign_name(name): mask & recent for name, mask in sorted(sales.others.items(), key=_first_day)}
    return {label: mask for label, mask in rows.items() if mask.any()} | {campaign.name: sales.window}


def _first_day(named: tuple[str, Mask]) -> tuple[int, str]:
    """Return what puts campaigns in the order of their first days."""
    return int(np.argmax(named[1])), named[0]


def _together(sales: Sales, windows: Mapping[str, Mask], campaign: Campaign) -> Joint:
    """Return the lifts of all campaigns in one fit; days just after one are neither quiet nor anybody's."""
    theirs = np.logical_or.reduce(list(windows.values()))
    known = sales.daily.where(sales.quiet.notna() | theirs)
    return incrementality.jointly(known, sales.x, list(windows.values()), campaign.confidence)


def _apart(parts: list[Lift]) -> float:
    """Return the standard error of the sum if the campaigns had been judged apart."""
    return math.sqrt(sum(part.error**2 for part in parts))
