"""Figures of the size of a programme."""

from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator

from influence_lib import wording
from influence_lib.figures.drawing import (
    GREY,
    INK,
    MONEY,
    ORGANIC,
    Chart,
    NoChart,
    Words,
    as_chart,
    axis_of,
    few_ticks,
    mark,
)
from influence_lib.findings import Finding
from influence_lib.wording import programme as words

if TYPE_CHECKING:
    from influence_lib.intake import Intake


def programme_curve(data: "Intake", finding: Finding) -> Chart | NoChart:
    """Draw the expected profit of the first 1, 2, 3, ... creators with its band and the number worth their cost."""
    if finding.table is None or finding.estimate is None:
        return NoChart(wording.no_figure("how many creators are worth their cost"))
    names = ["creators", "creator", "added", "chance", "total", "total_low", "total_high"]
    rows, chosen, currency = finding.table.rows[names], round(finding.estimate), data.campaign.currency
    start = pd.DataFrame([{name: 0 for name in names if name != "creator"}])
    drawn = pd.concat([start, rows], ignore_index=True)
    low, high = min(0.0, float(drawn["total_low"].min())), float(max(drawn["total_high"].max(), 0.0))

    def draw(axes: Axes) -> None:
        axes.fill_between(drawn["creators"], drawn["total_low"], drawn["total_high"], color=ORGANIC, alpha=0.15, lw=0)
        axes.axhline(0, color=GREY, linewidth=1)
        axes.plot(drawn["creators"], drawn["total"], color=ORGANIC, linewidth=2.4)
        axes.scatter([chosen], [drawn["total"].iloc[chosen]], color=INK, s=52, zorder=3)
        axes.set(xlabel="Creators, in the order in which they add most", xlim=(0, len(rows)))
        axes.set_ylabel("Expected profit")
        axes.xaxis.set_major_locator(FixedLocator(few_ticks(0, len(rows))))
        axes.yaxis.set_major_locator(FixedLocator(few_ticks(low, high)))
        axes.yaxis.set_major_formatter(axis_of("money", currency))
        mark(axes, chosen, words.worth_their_cost(chosen))

    best, last = float(drawn["total"].iloc[chosen]), float(drawn["total"].iloc[-1])
    said = Words(
        "programme_size",
        finding.headline,
        words.curve_subtitle(finding.level),
        wording.count(len(rows), "creator"),
        words.curve_alt(len(rows), chosen, best, last, currency),
    )
    return as_chart(data, said, rows, draw, (*MONEY, "audience"))
