"""Figures of returns."""

from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator

from influence_lib import wording
from influence_lib.figures.drawing import (
    GOOD,
    GREY,
    MONEY,
    MOST_ROWS,
    ORGANIC,
    ROW_HIGH,
    SPONSORED,
    Chart,
    NoChart,
    Words,
    as_chart,
    axis_of,
    few_ticks,
    forest,
    mark,
)
from influence_lib.findings import Finding
from influence_lib.metrics import show

if TYPE_CHECKING:
    from influence_lib.intake import Intake


def returns_forest(data: "Intake", findings: tuple[Finding, ...]) -> Chart | NoChart:
    """Draw attributed and extra revenue for each unit of cost against break-even."""
    names = {"roi.attributed_roas": "by codes", "roi.incremental_roas": "in daily sales"}
    known = [(f, f.interval) for f in findings if f.id in names and f.interval is not None]
    if not known:
        return NoChart(wording.no_figure("what came back"))
    ends = [{"measure": names[f.id], "estimate": f.estimate, "low": low, "high": high} for f, (low, high) in known]
    rows, campaign = pd.DataFrame(ends), data.campaign
    even, one = 1 / campaign.margin if campaign.margin else 1.0, show(1, "money_whole", campaign.currency)
    low, high = min(0.0, float(rows["low"].min()) * 1.1), max(even, float(rows["high"].max())) * 1.1

    def draw(axes: Axes) -> None:
        colours = [SPONSORED if measure == "by codes" else ORGANIC for measure in rows["measure"]]
        forest(axes, rows, ("measure", "estimate", "low", "high"), colours)
        axes.set(xlabel=f"Revenue for each {one} spent", xlim=(low, high))
        mark(axes, even, "break-even" if campaign.margin else f"{one} spent")
        axes.xaxis.set_major_locator(FixedLocator(few_ticks(low, high)))
        axes.xaxis.set_major_formatter(axis_of("money", campaign.currency))

    drawn = [(r["measure"], r["estimate"], r["low"], r["high"]) for r in rows.to_dict("records")]
    first = known[0][0]
    orders = wording.orders_base(first.n, first.clusters or 0) if first.clusters else wording.count(first.n, "day")
    words = Words(
        "return_per_cost",
        first.headline,
        f"Revenue over all costs, by creators' codes and in daily sales, with {campaign.confidence:.0%} interval",
        orders,
        wording.returns_alt(drawn, even, campaign.currency),
    )
    return as_chart(data, words, rows, draw, (*MONEY, "series"), 2.4)


def creator_forest(data: "Intake", finding: Finding) -> Chart | NoChart:
    """Draw each creator's return on investment with its interval, the surest first."""
    if finding.table is None:
        return NoChart(wording.no_figure("creators one by one"))
    table = finding.table.rows
    rows = table.head(MOST_ROWS)[["creator", "verdict", "roi", "roi_low", "roi_high", "orders", "cost"]]
    colours = [{"keep": GOOD, "stop": SPONSORED}.get(verdict, GREY) for verdict in rows["verdict"]]
    high = max(0.1, float(rows["roi_high"].max())) * 1.05

    def draw(axes: Axes) -> None:
        forest(axes, rows, ("creator", "roi", "roi_low", "roi_high"), colours)
        axes.set(xlabel="Return on own cost after margin", xlim=(-1.03, high))
        mark(axes, 0, "break-even")
        axes.xaxis.set_major_locator(FixedLocator(few_ticks(-1.03, high)))
        axes.xaxis.set_major_formatter(axis_of("signed_percent"))

    verdicts = {str(verdict): int(number) for verdict, number in table["verdict"].value_counts().items()}
    first, best = str(rows["creator"].iloc[0]), float(rows["roi"].iloc[0])
    most = f"; the {len(rows)} of {len(table)} creators surest to pay back" if len(table) > len(rows) else ""
    confidence = f"{data.campaign.confidence:.0%}"
    words = Words(
        "creators",
        finding.headline,
        f"Return on investment with {confidence} interval; green: keep, orange: stop, grey: undecided{most}",
        wording.orders_base(finding.n, len(table)),
        wording.creators_alt(len(rows), len(table), verdicts, first, best),
    )
    return as_chart(data, words, rows, draw, MONEY, 1.4 + ROW_HIGH * len(rows))
