"""Figures of returns."""

from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator

from influence_lib import wording
from influence_lib.figures.drawing import (
    MONEY,
    ORGANIC,
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
