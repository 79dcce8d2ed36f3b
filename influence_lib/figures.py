"""One function a figure. The title is the finding; the picture holds marks, axes and labels only."""

import base64
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter
from PIL import Image

from influence_lib import wording
from influence_lib.analysis import engagement, incrementality, saturation
from influence_lib.analysis.feed import Feed
from influence_lib.findings import Finding, plain
from influence_lib.metrics import show

if TYPE_CHECKING:
    from influence_lib.intake import Intake

MIME = "application/vnd.influence.chart.v1+json"
NOTE_MIME = "application/vnd.influence.note.v1+json"
ORGANIC, SPONSORED, GOOD, GREY, INK = "#0072B2", "#D55E00", "#007A5E", "#6B7280", "#1F2937"
WIDE, HIGH, DPI = 6.4, 4.0, 200
MOST_ROWS = 24
STYLE = {
    "font.size": 12.5,
    "axes.labelsize": 12.5,
    "xtick.labelsize": 12,
    "ytick.labelsize": 12,
    "axes.edgecolor": GREY,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#E5E7EB",
    "text.color": INK,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
}


@dataclass(frozen=True)
class Chart:
    """A figure with the words a reader needs and the rows that were drawn."""

    name: str
    headline: str
    subtitle: str
    n: str
    source: str
    as_of: str
    alt: str
    data: pd.DataFrame
    png: bytes

    def to_json(self) -> dict[str, Any]:
        """Return the words and the drawn rows as CSV; the picture travels beside them."""
        rows = self.data.map(plain)
        return {
            "name": self.name,
            "headline": self.headline,
            "subtitle": self.subtitle,
            "n": self.n,
            "source": self.source,
            "as_of": self.as_of,
            "alt": self.alt,
            "csv": rows.to_csv(index=False, lineterminator="\n"),
        }

    def _ipython_display_(self) -> None:
        """Show headline, picture and caption in Jupyter as the page shows them."""
        from IPython.display import display

        head = f"**{self.headline}**\n\n{self.subtitle}".replace("$", "\\$")
        caption = f"*n = {self.n}. Source: {self.source}, as of {self.as_of}.* {self.alt}".replace("$", "\\$")
        picture = base64.b64encode(self.png).decode("ascii")
        display({"text/markdown": head, "text/plain": self.headline}, raw=True)
        display(
            {MIME: self.to_json(), "image/png": picture, "text/plain": self.alt},
            metadata={"image/png": {"alt": self.alt, "width": 640}},
            raw=True,
        )
        display({"text/markdown": caption, "text/plain": self.n}, raw=True)


@dataclass(frozen=True)
class NoChart:
    """Why there is nothing to draw."""

    text: str

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """Show itself in Jupyter, and as data for the page."""
        return {NOTE_MIME: {"text": self.text}, "text/markdown": f"*{self.text}*", "text/plain": self.text}


def _png(draw: Callable[[Axes], None], high: float = HIGH) -> bytes:
    """Return a drawing as a PNG of 128 colours, 1280 pixels wide."""
    with sns.axes_style("ticks", rc=STYLE), sns.plotting_context("notebook", rc=STYLE):
        figure = Figure(figsize=(WIDE, high), layout="constrained", dpi=DPI)
        draw(figure.subplots())
        raw = io.BytesIO()
        figure.savefig(raw, format="png")
    packed = io.BytesIO()
    Image.open(raw).convert("RGB").quantize(128, dither=Image.Dither.NONE).save(packed, format="PNG", optimize=True)
    return packed.getvalue()


def _axis(kind: str, currency: str | None = None) -> FuncFormatter:
    """Return an axis formatter in the words of the page."""
    return FuncFormatter(lambda value, _: wording.tick(value, kind, currency))


def _month(value: float) -> str:
    """Return a month for an axis, with the year in January."""
    day = mdates.num2date(value)
    return f"{day:%b %Y}" if day.month == 1 else f"{day:%b}"


def safe(text: str) -> str:
    """Return data text for a label: no mathematics, no control signs, not too long."""
    cleaned = "".join(sign for sign in text if sign.isprintable()).replace("$", "\\$")
    return cleaned if len(cleaned) <= 22 else cleaned[:21] + "…"


def _chart(
    data: "Intake", name: str, headline: str, subtitle: str, n: str, alt: str, rows: pd.DataFrame, png: bytes
) -> Chart:
    """Return a chart with source and day of the campaign."""
    return Chart(
        name, headline, subtitle, n, data.sources, str(data.campaign.today), alt, rows.reset_index(drop=True), png
    )


def size_scatter(data: "Intake", feed: Feed, finding: Finding) -> Chart | NoChart:
    """Draw each creator's usual engagement rate against their followers, with the fitted line."""
    table = engagement.creators(feed)
    if finding.estimate is None:
        return NoChart(wording.no_figure("engagement by size"))
    rows = table[["influencer_id", "followers", "rate", "posts"]]
    x = np.geomspace(rows["followers"].min(), rows["followers"].max(), 50)
    level = np.log(rows["rate"].clip(lower=1e-5)).mean() - finding.estimate * np.log(rows["followers"]).mean()

    def draw(axes: Axes) -> None:
        sns.scatterplot(rows, x="followers", y="rate", ax=axes, color=ORGANIC, alpha=0.75, s=45)
        axes.plot(x, np.exp(level + finding.estimate * np.log(x)), color=INK, linewidth=2)
        axes.set(xscale="log", xlabel="Followers (each step is ten times more)", ylabel="Engagement rate by followers")
        axes.set_ylim(0, float(rows["rate"].quantile(0.97)) * 1.25)
        axes.xaxis.set_major_formatter(_axis("followers"))
        axes.yaxis.set_major_formatter(_axis("percent"))

    alt = wording.scatter_alt(
        len(rows),
        int(rows["posts"].sum()),
        engagement.spearman(feed),
        rows["followers"].min(),
        rows["followers"].max(),
        float(rows["rate"].median()),
    )
    subtitle = "Median post of each creator, engagements for each follower; line: fitted change with size"
    return _chart(
        data,
        "engagement_by_size",
        finding.headline,
        subtitle,
        wording.base(len(feed.posts), len(rows)),
        alt,
        rows,
        _png(draw),
    )


def tier_rates(data: "Intake", feed: Feed, findings: tuple[Finding, ...]) -> Chart | NoChart:
    """Draw the median creator's engagement rate in each tier with its interval."""
    tiers = data.campaign.tiers
    rows = pd.DataFrame(
        [
            {
                "tier": f.id.rpartition(".")[2],
                "followers": wording.band_text(tiers[f.id.rpartition(".")[2]]),
                "rate": f.estimate,
                "low": f.interval[0],
                "high": f.interval[1],
                "creators": f.clusters,
                "posts": f.n,
            }
            for f in findings
            if f.estimate is not None and f.interval is not None
        ]
    )
    if rows.empty:
        return NoChart(wording.no_figure("engagement by tier"))
    alt = wording.tiers_alt(list(zip(rows["tier"], rows["rate"], rows["low"], rows["high"], strict=True)))

    def draw(axes: Axes) -> None:
        labels = [
            f"{tier}\n{band}\n{creators} creators"
            for tier, band, creators in zip(rows["tier"], rows["followers"], rows["creators"], strict=True)
        ]
        at = np.arange(len(rows))
        axes.vlines(at, rows["low"], rows["high"], color=ORGANIC, linewidth=3)
        axes.scatter(at, rows["rate"], color=ORGANIC, s=80, zorder=3)
        for place, rate in zip(at, rows["rate"], strict=True):
            axes.annotate(
                show(rate, "percent"),
                (place, rate),
                xytext=(9, 0),
                textcoords="offset points",
                va="center",
                weight="bold",
            )
        axes.set(
            ylabel="Engagement rate by followers",
            ylim=(0, float(rows["high"].max()) * 1.1),
            xlim=(-0.5, len(rows) - 0.3),
        )
        axes.set_xticks(at, labels)
        axes.yaxis.set_major_formatter(_axis("percent"))

    headline = max((f for f in findings if f.estimate is not None), key=lambda f: f.clusters or 0).headline
    subtitle = f"Median creator by number of followers, with {data.campaign.confidence:.0%} interval"
    return _chart(
        data,
        "engagement_by_tier",
        headline,
        subtitle,
        wording.base(int(rows["posts"].sum()), int(rows["creators"].sum())),
        alt,
        rows,
        _png(draw),
    )


def contrast_strip(data: "Intake", feed: Feed, finding: Finding) -> Chart | NoChart:
    """Draw, creator by creator, how far sponsored posts lie below or above their organic ones."""
    if finding.estimate is None or finding.interval is None:
        return NoChart(wording.no_figure("sponsored against organic posts"))
    table = saturation.contrasts(feed)
    rows = table.assign(change=np.expm1(table["difference"]))[
        ["influencer_id", "change", "sponsored", "organic"]
    ].sort_values("change", ignore_index=True)
    low, high = finding.interval

    def draw(axes: Axes) -> None:
        axes.axvspan(low, high, color=SPONSORED, alpha=0.18, linewidth=0)
        axes.axvline(0, color=INK, linewidth=1.2)
        axes.axvline(finding.estimate, color=SPONSORED, linewidth=2)
        axes.scatter(rows["change"], np.arange(len(rows)), color=ORGANIC, s=34, zorder=3)
        axes.set(
            xlabel="Sponsored against organic posts of the same creator", ylabel="Creators, lowest first", yticks=[]
        )
        axes.xaxis.set_major_formatter(_axis("signed_percent"))

    below = int((rows["change"] < 0).sum())
    alt = wording.contrast_alt(len(rows), below, finding.estimate, (low, high))
    subtitle = (
        f"Change of engagement rate by followers; line and band: average with {data.campaign.confidence:.0%} interval"
    )
    return _chart(
        data,
        "sponsored_against_organic",
        finding.headline,
        subtitle,
        wording.base(finding.n, len(rows)),
        alt,
        rows,
        _png(draw),
    )


def dose_scatter(data: "Intake", feed: Feed, finding: Finding) -> Chart | NoChart:
    """Draw organic engagement against the sponsored share of the days before, creator and month effects taken out."""
    table = saturation.panel(feed, data.campaign)
    if finding.verdict in {"not_available", "not_enough_data"} or table.empty:
        return NoChart(wording.no_figure("organic engagement by sponsored share"))
    codes = [pd.factorize(table[name])[0] for name in ("influencer_id", "month")]
    usual = saturation.within(table[["log_rate"]].to_numpy(float), *codes)[:, 0]
    rows = pd.DataFrame({"share": table["share"], "change": np.expm1(usual), "posts": table["posts"]})
    bins = (
        rows.assign(bin=pd.qcut(rows["share"], 6, duplicates="drop"))
        .groupby("bin", observed=True)[["share", "change"]]
        .median()
    )

    def draw(axes: Axes) -> None:
        sns.scatterplot(rows, x="share", y="change", ax=axes, color=ORGANIC, alpha=0.45, s=28)
        axes.plot(bins["share"], bins["change"], color=SPONSORED, linewidth=2.5, marker="o", markersize=7)
        axes.axhline(0, color=INK, linewidth=1)
        axes.set(xlabel="Sponsored share of the posts before", ylabel="Against the creator's usual", xlim=(0, 1))
        axes.xaxis.set_major_formatter(_axis("percent"))
        axes.yaxis.set_major_formatter(_axis("signed_percent"))

    alt = wording.dose_alt(
        len(rows), table["influencer_id"].nunique(), list(zip(bins["share"], bins["change"], strict=True))
    )
    subtitle = f"Organic posts by creator and month, share over the {data.campaign.saturation_days} days before; line: medians of six equal groups"
    return _chart(
        data,
        "organic_by_share",
        finding.headline,
        subtitle,
        wording.base(int(table["posts"].sum()), table["influencer_id"].nunique()),
        alt,
        rows,
        _png(draw),
    )


def _forest(axes: Axes, rows: pd.DataFrame, best: str, low: str, high: str, label: str, colours: list[str]) -> None:
    """Draw one interval a row, the first row on top."""
    at = np.arange(len(rows))[::-1]
    axes.hlines(at, rows[low], rows[high], color=colours, linewidth=3)
    axes.scatter(rows[best], at, color=colours, s=46, zorder=3)
    axes.set_yticks(at, [safe(text) for text in rows[label]])
    axes.set_ylim(-0.7, len(rows) - 0.3)


def share_forest(data: "Intake", finding: Finding) -> Chart | NoChart:
    """Draw the sponsored share of each creator over the last days with its interval, and the limit."""
    if finding.table is None:
        return NoChart(wording.no_figure("sponsored shares"))
    limit, shares = data.campaign.saturation_limit, finding.table.rows
    rows = shares.head(MOST_ROWS)
    colours = [
        SPONSORED if verdict == "above the limit" else GREY if verdict.startswith("too") else ORGANIC
        for verdict in rows["verdict"]
    ]

    def draw(axes: Axes) -> None:
        _forest(axes, rows, "share", "low", "high", "influencer_id", colours)
        axes.axvline(limit, color=INK, linewidth=1.4, linestyle="--")
        axes.annotate(
            f"limit {limit:.0%}", (limit, len(rows) - 0.55), xytext=(4, 0), textcoords="offset points", va="center"
        )
        axes.set(xlabel="Sponsored share of posts", xlim=(0, 1))
        axes.xaxis.set_major_formatter(_axis("percent"))

    alt = wording.shares_alt(
        len(rows),
        len(shares),
        limit,
        list(zip(rows["influencer_id"], rows["share"], strict=True))[:3],
        int((shares["verdict"] == "above the limit").sum()),
    )
    subtitle = f"Last {data.campaign.saturation_days} days, {data.campaign.confidence:.0%} interval; the {len(rows)} of {len(shares)} creators most likely above the limit"
    return _chart(
        data,
        "sponsored_shares",
        finding.headline,
        subtitle,
        wording.base(finding.n, len(shares)),
        alt,
        rows[["influencer_id", "share", "low", "high", "posts"]],
        _png(draw, 1.4 + 0.28 * len(rows)),
    )


def sales_path(data: "Intake", finding: Finding) -> Chart | NoChart:
    """Draw weekly-smoothed daily sales and what was to be expected without the campaign."""
    campaign, tables = data.campaign, data.tables
    if finding.estimate is None:
        return NoChart(wording.no_figure("daily sales"))
    sales = incrementality.daily_sales(tables, campaign)
    x, _ = incrementality.design(pd.DatetimeIndex(sales.index), tables, campaign)
    found = incrementality.lift(sales, x, pd.Timestamp(campaign.start), campaign.confidence)
    expected = np.concatenate([np.full(found.days_before, np.nan), found.expected])
    rows = pd.DataFrame({"day": sales.index, "sales": sales.to_numpy(), "expected": expected})
    smooth = rows[["sales", "expected"]].rolling(7, min_periods=7).mean()

    def draw(axes: Axes) -> None:
        axes.axvspan(rows["day"].iloc[found.days_before], rows["day"].iloc[-1], color=GREY, alpha=0.12, linewidth=0)
        axes.plot(rows["day"], rows["sales"], color=ORGANIC, alpha=0.3, linewidth=1)
        axes.plot(rows["day"], smooth["sales"], color=ORGANIC, linewidth=2.6)
        axes.plot(rows["day"], smooth["expected"], color=INK, linewidth=2.2, linestyle="--")
        _end_labels(
            axes,
            rows["day"].iloc[-1],
            [(smooth["sales"].iloc[-1], "sales", ORGANIC), (smooth["expected"].iloc[-1], "expected", INK)],
        )
        axes.set(
            ylabel="Net sales a day",
            xlabel="",
            ylim=(0, float(rows["sales"].max()) * 1.05),
            xlim=(rows["day"].iloc[0], rows["day"].iloc[-1] + pd.Timedelta(days=len(rows) * 0.19)),
        )
        axes.yaxis.set_major_formatter(_axis("money", campaign.currency))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _month(value)))
        axes.set_xticks([day for day in pd.date_range(rows["day"].iloc[0], rows["day"].iloc[-1], freq="MS")])

    alt = wording.sales_alt(
        found.days_before, found.days, float(found.actual.mean()), float(found.expected.mean()), campaign.currency
    )
    subtitle = "Net sales a day, thin: each day, thick: mean of seven days; dashed: expected without the campaign; grey: the campaign"
    return _chart(
        data,
        "daily_sales",
        finding.headline,
        subtitle,
        wording.days_base(found.days_before, found.days),
        alt,
        rows,
        _png(draw),
    )


def _end_labels(axes: Axes, day: pd.Timestamp, labels: list[tuple[float, str, str]]) -> None:
    """Write a label at the end of each line, pushed apart when they would touch."""
    apart = 0.07 * axes.get_ylim()[1]
    placed: list[float] = []
    for value, text, colour in sorted(labels):
        height = max([value, *(other + apart for other in placed)])
        placed.append(height)
        axes.annotate(
            text, (day, height), xytext=(6, 0), textcoords="offset points", color=colour, va="center", weight="bold"
        )


def returns_forest(data: "Intake", findings: tuple[Finding, ...]) -> Chart | NoChart:
    """Draw attributed and extra revenue for each unit of cost against break-even."""
    names = {"roi.attributed_roas": "with a creator's code", "roi.incremental_roas": "extra in daily sales"}
    rows = pd.DataFrame(
        [
            {"measure": names[f.id], "estimate": f.estimate, "low": f.interval[0], "high": f.interval[1]}
            for f in findings
            if f.id in names and f.interval is not None
        ]
    )
    if rows.empty:
        return NoChart(wording.no_figure("what came back"))
    campaign = data.campaign
    even = 1 / campaign.margin if campaign.margin else 1.0

    def draw(axes: Axes) -> None:
        _forest(axes, rows, "estimate", "low", "high", "measure", [SPONSORED, ORGANIC][: len(rows)])
        axes.axvline(even, color=INK, linewidth=1.4, linestyle="--")
        axes.annotate("break-even", (even, -0.55), xytext=(4, 0), textcoords="offset points", va="center")
        axes.set(
            xlabel=f"Revenue for each {show(1, 'money_whole', campaign.currency)} spent",
            xlim=(min(0, float(rows["low"].min()) * 1.1), max(even, float(rows["high"].max())) * 1.15),
        )
        axes.xaxis.set_major_formatter(_axis("money", campaign.currency))

    alt = wording.returns_alt(
        [(r["measure"], r["estimate"], r["low"], r["high"]) for r in rows.to_dict("records")], even, campaign.currency
    )
    first = next(f for f in findings if f.id in names and f.interval is not None)
    subtitle = f"Revenue over all costs with {campaign.confidence:.0%} interval; dashed: break-even"
    return _chart(data, "return_per_cost", first.headline, subtitle, f"{first.n} orders", alt, rows, _png(draw, 2.4))


def creator_forest(data: "Intake", finding: Finding) -> Chart | NoChart:
    """Draw each creator's return on investment with its interval, the surest first."""
    if finding.table is None:
        return NoChart(wording.no_figure("creators one by one"))
    rows = finding.table.rows.head(MOST_ROWS)
    colours = [GOOD if verdict == "keep" else SPONSORED if verdict == "stop" else GREY for verdict in rows["verdict"]]

    def draw(axes: Axes) -> None:
        _forest(axes, rows, "roi", "roi_low", "roi_high", "creator", colours)
        axes.axvline(0, color=INK, linewidth=1.4, linestyle="--")
        axes.annotate("break-even", (0, len(rows) - 0.55), xytext=(4, 0), textcoords="offset points", va="center")
        axes.set(xlabel="Return on own cost after margin", xlim=(-1.05, float(rows["roi_high"].quantile(0.9)) * 1.1))
        axes.xaxis.set_major_formatter(_axis("signed_percent"))

    alt = wording.creators_alt(
        len(rows), rows["verdict"].value_counts().to_dict(), str(rows["creator"].iloc[0]), float(rows["roi"].iloc[0])
    )
    subtitle = f"Return on investment of each creator with {data.campaign.confidence:.0%} interval; green: keep, orange: stop, grey: undecided"
    n = f"{finding.n} orders of {len(finding.table.rows)} creators"
    return _chart(
        data,
        "creators",
        finding.headline,
        subtitle,
        n,
        alt,
        rows[["creator", "roi", "roi_low", "roi_high", "orders", "cost"]],
        _png(draw, 1.4 + 0.28 * len(rows)),
    )
