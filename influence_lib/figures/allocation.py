"""Figures of the next budget."""

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
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
    safe,
)
from influence_lib.findings import Finding, question
from influence_lib.metrics import show
from influence_lib.wording import allocation as words

if TYPE_CHECKING:
    from influence_lib.intake import Intake


EARNS: dict[str, Any] = {
    "ha": "right",
    "va": "center",
    "color": INK,
    "bbox": {"facecolor": "white", "edgecolor": "white"},
}


def budget_moves(data: "Intake", finding: Finding) -> Chart | NoChart:
    """Draw today's spend of each cell, an arrow to the recommended one, and what the next unit of money earns there."""
    if finding.table is None:
        return NoChart(wording.no_figure("the next budget"))
    table, name = finding.table.rows, finding.table.columns[0].name
    rows = table.head(MOST_ROWS)[[name, "today", "next", "move", "marginal", "marginal_low", "marginal_high"]]
    at: npt.NDArray[np.int64] = np.arange(len(rows))[::-1]
    high, currency = float(rows[["today", "next"]].to_numpy().max()) * 1.05, finding.currency
    colours = [GOOD if move > 0 else SPONSORED for move in rows["move"]]

    def draw(axes: Axes) -> None:
        axes.hlines(at, rows["today"], rows["next"], color=colours, linewidth=4)
        axes.scatter(rows["today"], at, color=GREY, s=46, zorder=3, clip_on=False)
        moved = rows["move"].abs() > 0
        heads = [">" if move > 0 else "<" for move in rows["move"]]
        for spend, y, head, colour, there in zip(rows["next"], at, heads, colours, moved, strict=True):
            axes.scatter([spend], [y], marker=head if there else "o", color=colour if there else GREY, s=90, zorder=4)
        axes.set_yticks(at, [safe(str(text)) for text in rows[name]])
        axes.set(xlabel="Spend", xlim=(0, high * 1.26), ylim=(-0.7, len(rows) - 0.3))
        axes.xaxis.set_major_locator(FixedLocator(few_ticks(0, high, 4)))
        axes.xaxis.set_major_formatter(axis_of("money", currency))
        for value, y in zip(rows["marginal"], at, strict=True):
            axes.annotate(show(value, "money_ratio", currency), (high * 1.25, y), **EARNS)

    up = rows.loc[rows["move"] > 0, name].astype(str).tolist()
    down = rows.loc[rows["move"] < 0, name].astype(str).tolist()
    alt = words.moves_alt(len(rows), len(table), name, up, down, currency)
    basis = f"{show(finding.n, 'count')} {question(finding.id).counts}"
    said = Words("budget_moves", finding.headline, words.moves_subtitle(bool(up or down), name, currency), basis, alt)
    return as_chart(data, said, rows, draw, (*MONEY, "series"), 1.4 + ROW_HIGH * len(rows))
