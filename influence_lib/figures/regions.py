"""Figures of sales by region, and of what else moved."""

from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter

from influence_lib import wording
from influence_lib.analysis import regions
from influence_lib.figures.drawing import (
    GOOD,
    GREY,
    INK,
    MOST_ROWS,
    ORGANIC,
    ROW_HIGH,
    SALES,
    SPONSORED,
    Chart,
    NoChart,
    Words,
    as_chart,
    axis_of,
    end_labels,
    few_ticks,
    forest,
    mark,
    month_of,
    month_starts,
)
from influence_lib.findings import Finding, Tabled
from influence_lib.wording import outcomes as outcome_words
from influence_lib.wording import regions as words

if TYPE_CHECKING:
    from influence_lib.intake import Intake


def regions_path(data: "Intake", finding: Finding) -> Chart | NoChart:
    """Draw sales a day where the campaign ran, week by week, beside what the other regions lead to expect."""
    drawn = regions.path(data.tables, data.campaign) if finding.estimate is not None else None
    if drawn is None:
        return NoChart(wording.no_figure("sales by region"))
    rows, made = drawn
    weeks, first = made.before.shape[1], rows["day"].iloc[made.before.shape[1]]
    last = first + pd.Timedelta(days=made.days - 1)
    low, high = float(rows[["sales", "expected"]].min().min()), float(rows[["sales", "expected"]].max().max())
    room = max((high - low) / 5, high / 50)
    kind, currency = ("money", finding.currency) if finding.currency else ("count", None)

    def draw(axes: Axes) -> None:
        axes.axvspan(first, last, color=GREY, alpha=0.12, linewidth=0)
        axes.plot(rows["day"], rows["expected"], color=INK, linewidth=2.2, linestyle="--")
        axes.plot(rows["day"], rows["sales"], color=ORGANIC, linewidth=2.6, marker="o", markersize=5)
        axes.set(ylabel="Sales a day where it ran", xlabel="", ylim=(max(0.0, low - room), high + room))
        axes.set(xlim=(rows["day"].iloc[0], last + (last - rows["day"].iloc[0]) * 0.24))
        ends = [(rows["sales"].iloc[-1], "sales", ORGANIC), (rows["expected"].iloc[-1], "expected", INK)]
        end_labels(axes, rows["day"].iloc[-1], ends)
        axes.yaxis.set_major_locator(FixedLocator(few_ticks(*axes.get_ylim())))
        axes.yaxis.set_major_formatter(axis_of(kind, currency))
        axes.xaxis.set_major_locator(FixedLocator(month_starts(rows["day"])))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: month_of(value)))

    means = rows.iloc[weeks:][["sales", "expected"]].mul(made.lengths, axis=0).sum() / made.lengths.sum()
    told = Words(
        "sales_by_region",
        finding.headline,
        words.path_subtitle(),
        words.path_base(made.ran, made.elsewhere, made.days),
        words.path_alt(weeks, means["sales"], means["expected"], finding.details["fit_before"], kind, currency),
    )
    return as_chart(data, told, rows, draw, SALES)


def outcomes_forest(data: "Intake", tabled: Tabled | Finding) -> Chart | NoChart:
    """Draw the change of each daily number in the campaign with its interval."""
    items = tabled.items if isinstance(tabled, Tabled) else ()
    known = [(item, item.interval) for item in items if item.estimate is not None and item.interval is not None]
    if not known or not isinstance(tabled, Tabled):
        return NoChart(wording.no_figure("what else moved"))
    rows = tabled.table.rows.dropna(subset=["change"]).head(MOST_ROWS)[["outcome", "change", "low", "high", "verdict"]]
    colours = [{outcome_words.ROSE: GOOD, outcome_words.FELL: SPONSORED}.get(told, GREY) for told in rows["verdict"]]
    low, high = min(0.0, float(rows["low"].min())) * 1.1 - 0.01, max(0.0, float(rows["high"].max())) * 1.1 + 0.01

    def draw(axes: Axes) -> None:
        forest(axes, rows, ("outcome", "change", "low", "high"), colours)
        axes.set(xlabel="Against what was to be expected", xlim=(low, high))
        mark(axes, 0, "no change")
        axes.xaxis.set_major_locator(FixedLocator(few_ticks(low, high)))
        axes.xaxis.set_major_formatter(axis_of("signed_percent"))

    rose = [row["outcome"] for row in rows.to_dict("records") if row["verdict"] == outcome_words.ROSE]
    ends = [(row["outcome"], row["change"], row["low"], row["high"]) for row in rows.to_dict("records")]
    told = Words(
        "what_else_moved",
        outcome_words.forest_headline(rose, len(known)),
        outcome_words.forest_subtitle(data.campaign.confidence),
        wording.count(max(item.n for item, _ in known), "day"),
        outcome_words.forest_alt(ends),
    )
    return as_chart(data, told, rows, draw, ("series", "mentions", "followers"), 1.6 + ROW_HIGH * len(rows))
