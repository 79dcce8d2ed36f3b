"""Figures of daily sales."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter

from influence_lib import wording
from influence_lib.analysis import incrementality
from influence_lib.figures.drawing import (
    GREY,
    INK,
    ORGANIC,
    SALES,
    Chart,
    NoChart,
    Words,
    as_chart,
    axis_of,
    end_labels,
    few_ticks,
    month_of,
    month_starts,
)
from influence_lib.findings import Finding

if TYPE_CHECKING:
    from influence_lib.intake import Intake


def sales_path(data: "Intake", finding: Finding) -> Chart | NoChart:
    """Draw daily sales, their mean of seven days, and what was to be expected without the campaign."""
    if finding.estimate is None:
        return NoChart(wording.no_figure("daily sales"))
    campaign, found, rows = data.campaign, *_expected_sales(data)
    smooth = rows[["sales", "expected"]].rolling(7, min_periods=7).mean()
    first, last = rows["day"].iloc[found.days_before], rows["day"].iloc[-1]

    def draw(axes: Axes) -> None:
        axes.axvspan(first, last, color=GREY, alpha=0.12, linewidth=0)
        axes.plot(rows["day"], rows["sales"], color=ORGANIC, alpha=0.3, linewidth=1)
        axes.plot(rows["day"], smooth["sales"], color=ORGANIC, linewidth=2.6)
        axes.plot(rows["day"], smooth["expected"], color=INK, linewidth=2.2, linestyle="--")
        axes.set(ylabel="Net sales a day", xlabel="", ylim=(0, float(rows["sales"].max()) * 1.05))
        axes.set(xlim=(rows["day"].iloc[0], last + pd.Timedelta(days=len(rows) * 0.24)))
        ends = [(smooth["sales"].iloc[-1], "sales", ORGANIC), (smooth["expected"].iloc[-1], "expected", INK)]
        end_labels(axes, last, [end for end in ends if np.isfinite(end[0])])
        axes.yaxis.set_major_locator(FixedLocator(few_ticks(*axes.get_ylim())))
        axes.yaxis.set_major_formatter(axis_of("money", campaign.currency))
        axes.xaxis.set_major_locator(FixedLocator(month_starts(rows["day"])))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: month_of(value)))

    means = float(found.actual.mean()), float(found.expected.mean())
    words = Words(
        "daily_sales",
        finding.headline,
        "Thin: each day; thick: mean of seven days; dashed: expected without the campaign; grey: the campaign",
        wording.days_base(found.days_before, found.days),
        wording.sales_alt(found.days_before, found.days, *means, campaign.currency),
    )
    return as_chart(data, words, rows, draw, SALES)


def _expected_sales(data: "Intake") -> tuple[incrementality.Lift, pd.DataFrame]:
    """Return the lift, and daily sales with what was to be expected during the campaign."""
    campaign, tables = data.campaign, data.tables
    sales = incrementality.daily_sales(tables, campaign)
    x, _ = incrementality.design(pd.DatetimeIndex(sales.index), tables, campaign)
    found = incrementality.lift(sales, x, pd.Timestamp(campaign.start), campaign.confidence)
    expected = np.concatenate([np.full(found.days_before, np.nan), found.expected])
    return found, pd.DataFrame({"day": sales.index, "sales": sales.to_numpy(), "expected": expected})
