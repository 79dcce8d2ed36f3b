"""Figures of what codes miss and what they count too much."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator

from influence_lib import wording
from influence_lib.analysis.leaks import LEAST_USE, ends_and_middle
from influence_lib.figures.drawing import (
    BESIDE,
    GREY,
    INK,
    MONEY,
    ORGANIC,
    SPONSORED,
    Chart,
    NoChart,
    Words,
    as_chart,
    axis_of,
    few_ticks,
)
from influence_lib.findings import Finding
from influence_lib.metrics import show
from influence_lib.wording import leaks as words

if TYPE_CHECKING:
    from influence_lib.intake import Intake

STEPS = 41
# Labels at the ends of lines are so far apart, as a share of the height of the picture.
APART = 0.085
COLOURS = (ORGANIC, GREY, SPONSORED)


def leak_rectangle(data: "Intake", finding: Finding) -> Chart | NoChart:
    """Draw revenue for each unit of cost by how many won buyers use the code, one line a share of leaked orders."""
    if finding.estimate is None:
        return NoChart(wording.no_figure("leaks and missed buyers"))
    campaign, even = data.campaign, finding.details["break_even"]
    one = show(1, "money_whole", campaign.currency)
    mark = "break-even" if campaign.margin else f"{one} spent"
    rows = _lines(finding.details["attributed_return"], campaign.leaked_share, campaign.code_use)
    low, high = float(rows["return"].min()), float(rows["return"].max())
    first, last = float(rows["use"].min()), float(rows["use"].max())
    top = max(high, even) * 1.08

    def draw(axes: Axes) -> None:
        height = 0.0
        for colour, leaked in reversed(list(zip(COLOURS, ends_and_middle(campaign.leaked_share), strict=True))):
            line = rows[rows["leaked"] == leaked]
            axes.plot(line["use"], line["return"], color=colour, linewidth=2.6)
            height = max(float(line["return"].iloc[-1]), height + APART * top)
            axes.annotate(words.leaked(leaked), (last, height), xytext=(6, 0), color=colour, **BESIDE)
        axes.axhline(even, color=INK, linewidth=1.4, linestyle="--")
        axes.annotate(mark, (first, even), xytext=(4, 3), textcoords="offset points", va="bottom")
        axes.set(xlabel="Won buyers who use the code", ylabel=f"Revenue for {one}", ylim=(0, top), xlim=(first, last))
        axes.xaxis.set_major_locator(FixedLocator(few_ticks(first, last)))
        axes.xaxis.set_major_formatter(axis_of("percent"))
        axes.yaxis.set_major_locator(FixedLocator(few_ticks(0, top)))
        axes.yaxis.set_major_formatter(axis_of("money", campaign.currency))

    shown = Words(
        "leaks_and_code_use",
        finding.headline,
        "Attributed revenue over all costs, less leaked orders, over the share of won buyers who use the code",
        wording.orders_base(finding.n, finding.clusters or 0),
        words.rectangle_alt(campaign.leaked_share, (first, last), (low, high), even, mark, campaign.currency),
    )
    return as_chart(data, shown, rows, draw, (*MONEY, "posts", "survey"))


def _lines(attributed: float, leaked: tuple[float, float], use: tuple[float, float]) -> pd.DataFrame:
    """Return the lines that are drawn: leaked, use, return."""
    used = np.linspace(max(use[0], LEAST_USE), max(use[1], LEAST_USE), STEPS)
    parts = [
        pd.DataFrame({"leaked": part, "use": used, "return": attributed * (1 - part) / used})
        for part in ends_and_middle(leaked)
    ]
    return pd.concat(parts, ignore_index=True)
