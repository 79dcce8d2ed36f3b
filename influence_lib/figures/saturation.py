"""Figures of sponsored shares."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from influence_lib import wording
from influence_lib.analysis import dose, sponsored
from influence_lib.analysis.feed import Feed
from influence_lib.figures.drawing import (
    FEED,
    GREY,
    INK,
    MOST_ROWS,
    ORGANIC,
    ROW_HIGH,
    SPONSORED,
    Chart,
    NoChart,
    Words,
    as_chart,
    axis_of,
    change_ticks,
    few_ticks,
    forest,
    mark,
)
from influence_lib.findings import Finding

if TYPE_CHECKING:
    from influence_lib.intake import Intake


def contrast_strip(data: "Intake", feed: Feed, finding: Finding) -> Chart | NoChart:
    """Draw, creator by creator, how far sponsored posts lie below or above their organic ones."""
    if finding.estimate is None or finding.interval is None:
        return NoChart(wording.no_figure("sponsored against organic posts"))
    table = sponsored.by_creator(sponsored.labelled(feed))
    rows = table.assign(change=np.expm1(table["difference"]))[["influencer_id", "change", "sponsored", "organic"]]
    rows = rows.sort_values(["change", "influencer_id"], ignore_index=True)
    best, (low, high) = finding.estimate, finding.interval

    def draw(axes: Axes) -> None:
        axes.axvspan(low, high, color=SPONSORED, alpha=0.18, linewidth=0)
        axes.axvline(0, color=INK, linewidth=1.2)
        axes.axvline(best, color=SPONSORED, linewidth=2)
        axes.scatter(rows["change"], np.arange(len(rows)), color=ORGANIC, s=38, zorder=3)
        axes.set(xlabel="Engagement of sponsored against organic posts", ylabel="Creators, lowest first", yticks=[])
        axes.xaxis.set_major_locator(FixedLocator(few_ticks(*axes.get_xlim())))
        axes.xaxis.set_major_formatter(axis_of("signed_percent"))

    confidence = f"{data.campaign.confidence:.0%}"
    words = Words(
        "sponsored_against_organic",
        finding.headline,
        f"Change of engagement rate by followers; each dot a creator; line and band: average, {confidence} interval",
        wording.base(finding.n, len(rows)),
        wording.contrast_alt(len(rows), int((rows["change"] < 0).sum()), best, (low, high)),
    )
    return as_chart(data, words, rows, draw, FEED)


def dose_scatter(data: "Intake", feed: Feed, finding: Finding) -> Chart | NoChart:
    """Draw organic engagement against the sponsored share of the days before, creator and month effects taken out."""
    if finding.verdict in {"not_available", "not_enough_data"}:
        return NoChart(wording.no_figure("organic engagement by sponsored share"))
    table = dose.panel(feed, data.campaign)
    creator, month = (pd.factorize(table[name])[0].astype(np.int64) for name in ("influencer_id", "month"))
    usual = dose.within(table[["log_rate"]].to_numpy(float), creator, month)[:, 0]
    rows = table[["influencer_id", "month", "share", "posts"]].assign(change=np.expm1(usual))
    medians = _medians(rows)

    def draw(axes: Axes) -> None:
        axes.axhline(1, color=INK, linewidth=1)
        axes.scatter(rows["share"], 1 + rows["change"], color=ORGANIC, alpha=0.4, s=32, linewidth=0)
        axes.plot(medians["share"], 1 + medians["change"], color=SPONSORED, linewidth=2.5, marker="o", markersize=8)
        axes.set(xlabel="Sponsored share of the posts before", ylabel="Against the creator's usual")
        axes.set(xlim=(-0.02, 1.02), yscale="log")
        axes.xaxis.set_major_formatter(axis_of("percent"))
        axes.yaxis.set(major_locator=FixedLocator(change_ticks(*axes.get_ylim())), minor_locator=NullLocator())
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: wording.tick(value - 1, "signed_percent")))

    creators, days = int(table["influencer_id"].nunique()), data.campaign.saturation_days
    points = list(zip(medians["share"], medians["change"], strict=True))
    words = Words(
        "organic_by_share",
        finding.headline,
        f"Organic posts by creator and month, share of the {days} days before; line: medians of equal groups",
        wording.base(int(table["posts"].sum()), creators),
        wording.dose_alt(len(rows), creators, points),
    )
    return as_chart(data, words, rows, draw, FEED)


def _medians(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the median share and change of up to six groups of equal size."""
    groups = pd.qcut(rows["share"], 6, duplicates="drop")
    return rows.groupby(groups, observed=True)[["share", "change"]].median()


def share_forest(data: "Intake", finding: Finding) -> Chart | NoChart:
    """Draw the sponsored share of each creator over the last days with its interval, and the limit."""
    if finding.table is None:
        return NoChart(wording.no_figure("sponsored shares"))
    limit, shares = data.campaign.saturation_limit, finding.table.rows
    rows = shares.head(MOST_ROWS)[["influencer_id", "share", "low", "high", "posts", "verdict"]]
    by_verdict = {"above the limit": SPONSORED, "within the limit": ORGANIC}
    colours = [by_verdict.get(verdict, GREY) for verdict in rows["verdict"]]

    def draw(axes: Axes) -> None:
        forest(axes, rows, ("influencer_id", "share", "low", "high"), colours)
        axes.set(xlabel="Sponsored share of posts", xlim=(0, 1))
        mark(axes, limit, f"limit {limit:.0%}")
        axes.xaxis.set_major_formatter(axis_of("percent"))

    days, confidence = data.campaign.saturation_days, f"{data.campaign.confidence:.0%}"
    most = f"; the {len(rows)} of {len(shares)} creators most likely above the limit" if len(shares) > len(rows) else ""
    top = list(zip(rows["influencer_id"], rows["share"], strict=True))[:3]
    above = int((shares["verdict"] == "above the limit").sum())
    words = Words(
        "sponsored_shares",
        finding.headline,
        f"Last {days} days, {confidence} interval; orange: above the limit, blue: within it, grey: too early{most}",
        wording.base(finding.n, len(shares)),
        wording.shares_alt(len(rows), len(shares), limit, top, above),
    )
    return as_chart(data, words, rows, draw, FEED, 1.4 + ROW_HIGH * len(rows))
