"""Figures of creators one by one."""

from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator

from influence_lib import wording
from influence_lib.figures.drawing import (
    GOOD,
    GREY,
    INK,
    MONEY,
    MOST_ROWS,
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
from influence_lib.wording import returns as words

if TYPE_CHECKING:
    from influence_lib.intake import Intake

COLOURS = {"keep": GOOD, "stop": SPONSORED}


def creator_forest(data: "Intake", finding: Finding) -> Chart | NoChart:
    """Draw each creator's expected return with its interval, the surest first, and a ring at the return so far.

    A return so far beyond the picture is an arrow at its edge.
    """
    if finding.table is None:
        return NoChart(wording.no_figure("creators one by one"))
    table = finding.table.rows
    rows = table.head(MOST_ROWS)[["creator", "verdict", "roi", "roi_low", "roi_high", "raw_roi", "orders", "cost"]]
    colours = [COLOURS.get(verdict, GREY) for verdict in rows["verdict"]]
    low, high = -1.08, max(0.1, float(rows["roi_high"].max())) * 1.05

    def draw(axes: Axes) -> None:
        forest(axes, rows, ("creator", "roi", "roi_low", "roi_high"), colours)
        axes.set(xlabel="Return on own cost after margin", xlim=(low, high))
        for at, raw in enumerate(rows["raw_roi"][::-1]):
            sign = "<" if raw < low else ">" if raw > high else "o"
            axes.plot(min(max(raw, low), high), at, sign, mfc="none", mec=INK, ms=8, mew=1.4, zorder=4, clip_on=False)
        mark(axes, 0, "break-even")
        axes.xaxis.set_major_locator(FixedLocator(few_ticks(low, high)))
        axes.xaxis.set_major_formatter(axis_of("signed_percent"))

    verdicts = {str(verdict): int(number) for verdict, number in table["verdict"].value_counts().items()}
    first, best = str(rows["creator"].iloc[0]), float(rows["roi"].iloc[0])
    said = Words(
        "creators",
        finding.headline,
        words.creator_figure(data.campaign.confidence, len(rows), len(table)),
        wording.orders_base(finding.n, len(table)),
        wording.creators_alt(len(rows), len(table), verdicts, first, best),
    )
    return as_chart(data, said, rows, draw, MONEY, 1.4 + ROW_HIGH * len(rows))
