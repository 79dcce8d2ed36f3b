"""Figures about the data themselves."""

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator

from influence_lib import wording
from influence_lib.analysis import received
from influence_lib.figures.drawing import BESIDE, FEED, GREY, ORGANIC, Chart, NoChart, Words, as_chart, axis_of
from influence_lib.findings import Finding
from influence_lib.metrics import show

if TYPE_CHECKING:
    from influence_lib.intake import Intake


def reading_ages(data: "Intake", finding: Finding) -> Chart | NoChart:
    """Draw at which ages the posts' numbers were read, as shares of all posts."""
    if finding.estimate is None:
        return NoChart(wording.no_figure("the posts' ages when read"))
    rows = received.age_bands(data.tables, data.campaign)
    colours = [ORGANIC if compared else GREY for compared in rows["compared"]]

    def draw(axes: Axes) -> None:
        at = np.arange(len(rows))[::-1]
        axes.barh(at, rows["share"], color=colours, height=0.68)
        for place, share, posts in zip(at, rows["share"], rows["posts"], strict=True):
            text = f"{show(share, 'percent')} ({show(posts, 'count')})" if posts else "none"
            axes.annotate(text, (share, place), xytext=(6, 0), **BESIDE)
        axes.set(xlabel="Share of the posts", ylabel="Days from posting to reading", xlim=(0, 1.42))
        axes.set_yticks(at, list(rows["band"]))
        axes.xaxis.set_major_locator(FixedLocator([0, 0.25, 0.5, 0.75, 1]))
        axes.xaxis.set_major_formatter(axis_of("percent"))
        axes.grid(visible=False, axis="y")

    bands = list(zip(rows["band"], rows["share"], strict=True))
    minimum = wording.count(data.campaign.minimum_age_days, "day")
    words = Words(
        "reading_ages",
        finding.headline,
        f"Posts by their age when the numbers were last read; grey: not known to be read at {minimum} or later",
        wording.base(int(rows["posts"].sum()), data.tables.posts["influencer_id"].nunique()),
        wording.ages_alt(int(rows["posts"].sum()), bands),
    )
    return as_chart(data, words, rows, draw, FEED, 3.6)
