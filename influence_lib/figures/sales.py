"""Figures of daily sales."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter

from influence_lib import wording
from influence_lib.analysis import extra_sales
from influence_lib.analysis.daily_model import Mask
from influence_lib.analysis.extra_sales import Judged
from influence_lib.figures.drawing import (
    GREY,
    INK,
    ORGANIC,
    SALES,
    SPONSORED,
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
from influence_lib.wording import extra_sales as words

if TYPE_CHECKING:
    from influence_lib.intake import Intake


def sales_path(data: "Intake", finding: Finding) -> Chart | NoChart:
    """Draw daily sales, their mean of seven days, what was to be expected without the campaign, and all campaigns."""
    seen = None if finding.estimate is None else extra_sales.judged(data.tables, data.campaign)
    if seen is None or isinstance(seen, str):
        return NoChart(wording.no_figure("daily sales"))
    rows, sales, found = _expected_sales(seen), seen.sales, seen.found
    smooth = rows[["sales", "expected"]].rolling(7, min_periods=7).mean()
    last = rows["day"].iloc[-1]

    def draw(axes: Axes) -> None:
        for mask, strength in (
            (np.logical_or.reduce([*sales.others.values(), sales.window]), 0.1),
            (sales.window, 0.1),
        ):
            _shade(axes, rows["day"], mask, strength)
        axes.plot(rows["day"], rows["sales"], color=ORGANIC, alpha=0.3, linewidth=1)
        axes.plot(rows["day"], smooth["sales"], color=ORGANIC, linewidth=2.6)
        axes.plot(rows["day"], smooth["expected"], color=INK, linewidth=2.2, linestyle="--")
        lowest, highest = float(rows["sales"].min()), float(rows["sales"].max())
        axes.set(ylabel="Net sales a day", xlabel="", ylim=(min(0.0, lowest * 1.05), highest * 1.05))
        axes.set(xlim=(rows["day"].iloc[0], last + pd.Timedelta(days=len(rows) * 0.24)))
        ends = [(smooth["sales"].iloc[-1], "sales", ORGANIC), (smooth["expected"].iloc[-1], "expected", INK)]
        end_labels(axes, last, [end for end in ends if np.isfinite(end[0])])
        axes.yaxis.set_major_locator(FixedLocator(few_ticks(*axes.get_ylim())))
        axes.yaxis.set_major_formatter(axis_of("money", data.campaign.currency))
        axes.xaxis.set_major_locator(FixedLocator(month_starts(rows["day"])))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: month_of(value)))

    means = float(found.actual.mean()), float(found.expected.mean())
    said = Words(
        "daily_sales",
        finding.headline,
        words.sales_subtitle(len(sales.others)),
        wording.days_base(found.days_before, found.days),
        wording.sales_alt(found.days_before, found.days, *means, data.campaign.currency),
    )
    return as_chart(data, said, rows, draw, SALES)


def _shade(axes: Axes, days: pd.Series, mask: Mask, strength: float) -> None:
    """Shade every run of days of a mask."""
    edges = np.flatnonzero(np.diff(np.r_[0, mask.astype(int), 0]))
    for first, end in zip(edges[::2], edges[1::2], strict=True):
        axes.axvspan(days.iloc[first], days.iloc[end - 1], color=GREY, alpha=strength, linewidth=0)


def _expected_sales(seen: Judged) -> pd.DataFrame:
    """Return daily sales with what was to be expected on the days of the campaign."""
    expected = pd.Series(seen.found.expected, seen.found.when)
    daily = seen.sales.daily
    return pd.DataFrame({"day": daily.index, "sales": daily.to_numpy(), "expected": expected.reindex(daily.index)})


def placebo_strip(data: "Intake", finding: Finding) -> Chart | NoChart:
    """Draw what the same estimate finds in quiet stretches before the launch, beside what it finds in the campaign."""
    seen = None if finding.estimate is None else extra_sales.judged(data.tables, data.campaign)
    if seen is None or isinstance(seen, str) or seen.placebo is None:
        return NoChart(wording.no_figure("quiet stretches"))
    rows, campaign, quiet = _stretches(seen), data.campaign, seen.placebo.quiet
    ends = [0.0, *rows["extra"], *rows["low"], *rows["high"]]
    room = 0.04 * (max(ends) - min(ends))

    def draw(axes: Axes) -> None:
        at = np.arange(len(rows))[::-1]
        colours = [*(GREY if nothing else SPONSORED for nothing in quiet), ORGANIC]
        axes.hlines(at, rows["low"], rows["high"], color=colours, linewidth=2)
        axes.scatter(rows["extra"], at, color=colours, s=22, zorder=3)
        axes.axvline(0, color=INK, linewidth=1.4, linestyle="--")
        axes.set(xlim=(min(ends) - room, max(ends) + room), ylim=(-1.2, len(rows)))
        axes.set(xlabel="Sales above or below what was expected")
        few = [*range(0, len(quiet), max(1, len(quiet) // 4)), len(quiet)]
        few = [row for row in few if row == len(quiet) or len(quiet) - row >= len(rows) / 8]
        axes.set_yticks([float(at[row]) for row in few], [day_of(rows["from"].iloc[row]) for row in few])
        axes.xaxis.set_major_locator(FixedLocator(few_ticks(*axes.get_xlim(), most=4)))
        axes.xaxis.set_major_formatter(axis_of("money", campaign.currency))

    own = rows.iloc[-1]
    said = Words(
        "quiet_stretches",
        finding.headline,
        words.placebo_subtitle(seen.found.days, campaign.confidence),
        wording.count(len(quiet), "stretch", "stretches"),
        words.placebo_alt(len(quiet), int(quiet.sum()), own["extra"], (own["low"], own["high"]), campaign.currency),
    )
    return as_chart(data, said, rows, draw, SALES, 4.6)


def _stretches(seen: Judged) -> pd.DataFrame:
    """Return first day, estimate and interval of each quiet stretch, and of the campaign as the last row."""
    placebo, found = seen.placebo, seen.found
    assert placebo is not None
    stretches = pd.DataFrame(
        {"from": placebo.first, "extra": placebo.estimates, "low": placebo.low, "high": placebo.high}
    )
    own = pd.DataFrame({"from": found.when[:1], "extra": found.estimate, "low": found.low, "high": found.high})
    return pd.concat([stretches, own], ignore_index=True)


def day_of(day: pd.Timestamp) -> str:
    """Return a day for an axis, without the year."""
    return f"{day.day} {day:%b}"
