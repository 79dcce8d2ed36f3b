"""One function a figure. The title is the finding; the picture holds marks, axes and labels only."""

import base64
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import matplotlib.dates as mdates
import numpy as np
import numpy.typing as npt
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator
from PIL import Image

from influence_lib import wording
from influence_lib.analysis import dose, engagement, incrementality, published, received, sizes, sponsored
from influence_lib.analysis import feed as feeds
from influence_lib.analysis.feed import Feed
from influence_lib.campaign import PublishedFigure
from influence_lib.findings import CHART_MIME, Finding, Note, plain
from influence_lib.metrics import show
from influence_lib.wording import creators as creator_words
from influence_lib.wording import published as published_words

if TYPE_CHECKING:
    from influence_lib.analysis.guards import NotEnough
    from influence_lib.intake import Intake

ORGANIC, SPONSORED, GOOD, GREY, INK = "#0072B2", "#D55E00", "#007A5E", "#6B7280", "#1F2937"
# 1280 pixels wide. A telephone shows them 390 wide: letters of 14 points are then 12 pixels high.
WIDE, HIGH, DPI = 6.4, 4.2, 200
MOST_ROWS = 24
ROW_HIGH = 0.31
LONGEST_LABEL = 18
BESIDE: dict[str, Any] = {"textcoords": "offset points", "va": "center", "weight": "bold"}
STYLE = {
    "font.size": 14,
    "axes.labelsize": 14,
    "xtick.labelsize": 13.5,
    "ytick.labelsize": 13.5,
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
            {CHART_MIME: self.to_json(), "image/png": picture, "text/plain": self.alt},
            metadata={"image/png": {"alt": self.alt, "width": 640}},
            raw=True,
        )
        display({"text/markdown": caption, "text/plain": self.n}, raw=True)


@dataclass(frozen=True)
class NoChart(Note):
    """Why there is nothing to draw."""


@dataclass(frozen=True)
class _Words:
    """The words around one picture."""

    name: str
    headline: str
    subtitle: str
    n: str
    alt: str


FEED = ("posts", "post_metrics", "followers")
SALES = ("orders", "series")
MONEY = ("orders", "costs", "tracking")


def _chart(data: "Intake", words: _Words, rows: pd.DataFrame, png: bytes, tables: tuple[str, ...]) -> Chart:
    """Return a chart with the day of the campaign and the files that gave the tables it rests on."""
    day, drawn = str(data.campaign.today), rows.reset_index(drop=True)
    source = data.sources(*tables)
    return Chart(words.name, words.headline, words.subtitle, words.n, source, day, words.alt, drawn, png)


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


def _few_ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Return round ticks within a range, few enough that their labels do not touch on a telephone."""
    ticks = MaxNLocator(nbins=most, steps=[1, 2, 5, 10]).tick_values(low, high)
    return [float(tick) for tick in ticks if low <= tick <= high]


def size_ticks(low: float, high: float) -> list[float]:
    """Return ticks for followers on a log axis: 1k, 3k, 10k, 30k and so on, those that lie within the range."""
    steps = [first * 10.0**power for power in range(2, 10) for first in (1, 3)]
    return [step for step in steps if low <= step <= high]


def _month(value: float) -> str:
    """Return a month for an axis, with the year in January."""
    day = mdates.num2date(value)
    return f"{day:%b %Y}" if day.month == 1 else f"{day:%b}"


def safe(text: str) -> str:
    """Return data text for a label: no mathematics, no control signs, not too long."""
    cleaned = "".join(sign for sign in text if sign.isprintable())
    short = cleaned if len(cleaned) <= LONGEST_LABEL else cleaned[: LONGEST_LABEL - 1] + "…"
    return short.replace("$", "\\$")


def _mark(axes: Axes, value: float, text: str) -> None:
    """Draw a dashed line at a value, with its name above the picture on the side where there is room."""
    low, high = axes.get_xlim()
    left = value < low + 0.7 * (high - low)
    axes.axvline(value, color=INK, linewidth=1.4, linestyle="--")
    side: dict[str, Any] = {"xytext": (4 if left else -4, 2), "ha": "left" if left else "right", "va": "bottom"}
    axes.annotate(text, (value, 1), xycoords=("data", "axes fraction"), textcoords="offset points", **side)


def size_scatter(data: "Intake", feed: Feed, finding: Finding) -> Chart | NoChart:
    """Draw each creator's usual engagement rate against their followers, with the smooth line of the rate by size."""
    if finding.estimate is None:
        return NoChart(wording.no_figure("engagement by size"))
    table = feeds.creators(feed)
    rows = table[["influencer_id", "followers", "rate", "posts"]]
    low, high = float(rows["followers"].min()), float(rows["followers"].max())
    usual = _usual_by_size(rows, sizes.curve(feed.posts, data.campaign.confidence), finding.estimate)

    def draw(axes: Axes) -> None:
        top = float(rows["rate"].max()) * 1.08
        axes.fill_between(usual["followers"], usual["low"], usual["high"].clip(upper=top), color=INK, alpha=0.12)
        sns.scatterplot(rows, x="followers", y="rate", ax=axes, color=ORGANIC, alpha=0.75, s=55)
        axes.plot(usual["followers"], usual["rate"], color=INK, linewidth=2)
        axes.set(xscale="log", xlim=(low / 1.2, high * 1.2), ylim=(0, top))
        axes.set(xlabel="Followers (each step about three times more)", ylabel="Engagement rate by followers")
        axes.xaxis.set(major_locator=FixedLocator(size_ticks(*axes.get_xlim())), minor_locator=NullLocator())
        axes.yaxis.set_major_locator(FixedLocator(_few_ticks(*axes.get_ylim())))
        axes.xaxis.set_major_formatter(_axis("followers"))
        axes.yaxis.set_major_formatter(_axis("percent"))

    posts, middle = int(rows["posts"].sum()), float(rows["rate"].median())
    words = _Words(
        "engagement_by_size",
        finding.headline,
        f"Dots: each creator's median post; line and band: usual rate at a size, {data.campaign.confidence:.0%} range",
        wording.base(len(feed.posts), len(rows)),
        wording.scatter_alt(len(rows), posts, engagement.spearman(feed), low, high, middle),
    )
    return _chart(data, words, rows, _png(draw), FEED)


def _usual_by_size(rows: pd.DataFrame, curve: "pd.DataFrame | NotEnough", slope: float) -> pd.DataFrame:
    """Return the smooth line set to the level of the dots, or a straight one of the slope where there is none.

    The line speaks of mean posts and the dots of median ones: only its shape is drawn.
    """
    seen = rows[rows["rate"] > 0]
    size, rate = np.log(seen["followers"]), np.log(seen["rate"])
    if not isinstance(curve, pd.DataFrame):
        followers = np.geomspace(seen["followers"].min(), seen["followers"].max(), 50)
        line = np.exp(float((rate - slope * size).mean()) + slope * np.log(followers))
        return pd.DataFrame({"followers": followers, "rate": line, "low": line, "high": line})
    there = np.interp(size, np.log(curve["followers"]), np.log(curve["rate"]))
    lift = float(np.exp((rate - there).mean()))
    return curve.assign(**{name: curve[name] * lift for name in ("rate", "low", "high")})


def tier_rates(data: "Intake", feed: Feed, findings: tuple[Finding, ...]) -> Chart | NoChart:
    """Draw the median creator's engagement rate in each tier with its interval."""
    known = [f for f in findings if f.estimate is not None and f.interval is not None]
    rows = pd.DataFrame([_tier_row(finding, data.campaign.tiers) for finding in known])
    if rows.empty:
        return NoChart(wording.no_figure("engagement by tier"))

    def draw(axes: Axes) -> None:
        at = np.arange(len(rows))
        axes.vlines(at, rows["low"], rows["high"], color=ORGANIC, linewidth=3)
        axes.scatter(at, rows["rate"], color=ORGANIC, s=90, zorder=3)
        for place, rate in enumerate(rows["rate"]):
            axes.annotate(show(rate, "percent"), (place, rate), xytext=(9, 0), **BESIDE)
        axes.set(ylabel="Engagement rate by followers", ylim=(0, float(rows["high"].max()) * 1.1))
        axes.set(xlim=(-0.5, len(rows) - 0.3))
        axes.set_xticks(at, _tier_labels(rows))
        axes.yaxis.set_major_locator(FixedLocator(_few_ticks(*axes.get_ylim())))
        axes.yaxis.set_major_formatter(_axis("percent"))

    words = _Words(
        "engagement_by_tier",
        max(known, key=lambda finding: finding.clusters or 0).headline,
        f"Median creator by number of followers, with {data.campaign.confidence:.0%} interval",
        # A creator who grew out of a tier counts in both; the page must not count them twice.
        wording.base(int(rows["posts"].sum()), _creators_in(feed, rows, data.campaign.tiers)),
        wording.tiers_alt(list(zip(*(rows[c] for c in ("tier", "rate", "low", "high", "creators")), strict=True))),
    )
    return _chart(data, words, rows, _png(draw), FEED)


def _tier_row(finding: Finding, tiers: dict[str, tuple[int, int]]) -> dict[str, Any]:
    """Return one tier as it is drawn."""
    tier, (low, high) = finding.id.rpartition(".")[2], finding.interval or (np.nan, np.nan)
    rates = {"rate": finding.estimate, "low": low, "high": high}
    band = wording.band_text(tiers[tier])
    return {"tier": tier, "followers": band, **rates, "creators": finding.clusters, "posts": finding.n}


def _tier_labels(rows: pd.DataFrame) -> list[str]:
    """Return name, band and number of creators of each tier, below one another."""
    return [
        f"{safe(tier.replace('_', ' '))}\n{band}\n{wording.count(creators, 'creator')}"
        for tier, band, creators in zip(rows["tier"], rows["followers"], rows["creators"], strict=True)
    ]


def _creators_in(feed: Feed, rows: pd.DataFrame, tiers: dict[str, tuple[int, int]]) -> int:
    """Return how many creators have posts in any of the drawn tiers."""
    followers = feed.posts["followers"]
    drawn = [(followers >= tiers[tier][0]) & (followers < tiers[tier][1]) for tier in rows["tier"]]
    return int(feed.posts.loc[np.logical_or.reduce(drawn), "influencer_id"].nunique())


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
        axes.xaxis.set_major_locator(FixedLocator(_few_ticks(*axes.get_xlim())))
        axes.xaxis.set_major_formatter(_axis("signed_percent"))

    confidence = f"{data.campaign.confidence:.0%}"
    words = _Words(
        "sponsored_against_organic",
        finding.headline,
        f"Change of engagement rate by followers; each dot a creator; line and band: average, {confidence} interval",
        wording.base(finding.n, len(rows)),
        wording.contrast_alt(len(rows), int((rows["change"] < 0).sum()), best, (low, high)),
    )
    return _chart(data, words, rows, _png(draw), FEED)


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
        axes.xaxis.set_major_formatter(_axis("percent"))
        axes.yaxis.set(major_locator=FixedLocator(change_ticks(*axes.get_ylim())), minor_locator=NullLocator())
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: wording.tick(value - 1, "signed_percent")))

    creators, days = int(table["influencer_id"].nunique()), data.campaign.saturation_days
    points = list(zip(medians["share"], medians["change"], strict=True))
    words = _Words(
        "organic_by_share",
        finding.headline,
        f"Organic posts by creator and month, share of the {days} days before; line: medians of equal groups",
        wording.base(int(table["posts"].sum()), creators),
        wording.dose_alt(len(rows), creators, points),
    )
    return _chart(data, words, rows, _png(draw), FEED)


def _medians(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the median share and change of up to six groups of equal size."""
    groups = pd.qcut(rows["share"], 6, duplicates="drop")
    return rows.groupby(groups, observed=True)[["share", "change"]].median()


def change_ticks(low: float, high: float) -> list[float]:
    """Return ticks of a ratio on a log axis: halves and doubles, every second one when there are many."""
    steps = [2.0**power for power in range(-8, 9) if low <= 2.0**power <= high]
    return steps if len(steps) <= 6 else [step for step in steps if round(np.log2(step)) % 2 == 0]


def _forest(axes: Axes, rows: pd.DataFrame, names: Sequence[str], colours: Sequence[str]) -> None:
    """Draw one interval a row, the first row on top; `names` are the columns of label, estimate and both ends."""
    label, best, low, high = names
    at: npt.NDArray[np.int64] = np.arange(len(rows))[::-1]
    axes.hlines(at, rows[low], rows[high], color=list(colours), linewidth=3)
    axes.scatter(rows[best], at, color=list(colours), s=52, zorder=3, clip_on=False)
    axes.set_yticks(at, [safe(str(text)) for text in rows[label]])
    axes.set_ylim(-0.7, len(rows) - 0.3)


def share_forest(data: "Intake", finding: Finding) -> Chart | NoChart:
    """Draw the sponsored share of each creator over the last days with its interval, and the limit."""
    if finding.table is None:
        return NoChart(wording.no_figure("sponsored shares"))
    limit, shares = data.campaign.saturation_limit, finding.table.rows
    rows = shares.head(MOST_ROWS)[["influencer_id", "share", "low", "high", "posts", "verdict"]]
    by_verdict = {"above the limit": SPONSORED, "within the limit": ORGANIC}
    colours = [by_verdict.get(verdict, GREY) for verdict in rows["verdict"]]

    def draw(axes: Axes) -> None:
        _forest(axes, rows, ("influencer_id", "share", "low", "high"), colours)
        axes.set(xlabel="Sponsored share of posts", xlim=(0, 1))
        _mark(axes, limit, f"limit {limit:.0%}")
        axes.xaxis.set_major_formatter(_axis("percent"))

    days, confidence = data.campaign.saturation_days, f"{data.campaign.confidence:.0%}"
    most = f"; the {len(rows)} of {len(shares)} creators most likely above the limit" if len(shares) > len(rows) else ""
    top = list(zip(rows["influencer_id"], rows["share"], strict=True))[:3]
    above = int((shares["verdict"] == "above the limit").sum())
    words = _Words(
        "sponsored_shares",
        finding.headline,
        f"Last {days} days, {confidence} interval; orange: above the limit, blue: within it, grey: too early{most}",
        wording.base(finding.n, len(shares)),
        wording.shares_alt(len(rows), len(shares), limit, top, above),
    )
    return _chart(data, words, rows, _png(draw, 1.4 + ROW_HIGH * len(rows)), FEED)


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
        _end_labels(axes, last, [end for end in ends if np.isfinite(end[0])])
        axes.yaxis.set_major_locator(FixedLocator(_few_ticks(*axes.get_ylim())))
        axes.yaxis.set_major_formatter(_axis("money", campaign.currency))
        axes.xaxis.set_major_locator(FixedLocator(_month_starts(rows["day"])))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _month(value)))

    means = float(found.actual.mean()), float(found.expected.mean())
    words = _Words(
        "daily_sales",
        finding.headline,
        "Thin: each day; thick: mean of seven days; dashed: expected without the campaign; grey: the campaign",
        wording.days_base(found.days_before, found.days),
        wording.sales_alt(found.days_before, found.days, *means, campaign.currency),
    )
    return _chart(data, words, rows, _png(draw), SALES)


def _expected_sales(data: "Intake") -> tuple[incrementality.Lift, pd.DataFrame]:
    """Return the lift, and daily sales with what was to be expected during the campaign."""
    campaign, tables = data.campaign, data.tables
    sales = incrementality.daily_sales(tables, campaign)
    x, _ = incrementality.design(pd.DatetimeIndex(sales.index), tables, campaign)
    found = incrementality.lift(sales, x, pd.Timestamp(campaign.start), campaign.confidence)
    expected = np.concatenate([np.full(found.days_before, np.nan), found.expected])
    return found, pd.DataFrame({"day": sales.index, "sales": sales.to_numpy(), "expected": expected})


def _month_starts(days: pd.Series) -> list[float]:
    """Return the first of each month, every second or third month when there are many."""
    starts = pd.date_range(days.iloc[0], days.iloc[-1], freq="MS")
    return [float(mdates.date2num(day)) for day in starts[:: 1 + len(starts) // 7]]


def _end_labels(axes: Axes, day: pd.Timestamp, labels: list[tuple[float, str, str]]) -> None:
    """Write a label at the end of each line, pushed apart when they would touch."""
    apart, placed = 0.08 * axes.get_ylim()[1], list[float]()
    for value, text, colour in sorted(labels):
        height = max([value, *(other + apart for other in placed)])
        placed.append(height)
        axes.annotate(text, (float(mdates.date2num(day)), height), xytext=(6, 0), color=colour, **BESIDE)


def returns_forest(data: "Intake", findings: tuple[Finding, ...]) -> Chart | NoChart:
    """Draw attributed and extra revenue for each unit of cost against break-even."""
    names = {"roi.attributed_roas": "by codes", "roi.incremental_roas": "in daily sales"}
    known = [(f, f.interval) for f in findings if f.id in names and f.interval is not None]
    if not known:
        return NoChart(wording.no_figure("what came back"))
    ends = [{"measure": names[f.id], "estimate": f.estimate, "low": low, "high": high} for f, (low, high) in known]
    rows, campaign = pd.DataFrame(ends), data.campaign
    even, one = 1 / campaign.margin if campaign.margin else 1.0, show(1, "money_whole", campaign.currency)
    low, high = min(0.0, float(rows["low"].min()) * 1.1), max(even, float(rows["high"].max())) * 1.1

    def draw(axes: Axes) -> None:
        colours = [SPONSORED if measure == "by codes" else ORGANIC for measure in rows["measure"]]
        _forest(axes, rows, ("measure", "estimate", "low", "high"), colours)
        axes.set(xlabel=f"Revenue for each {one} spent", xlim=(low, high))
        _mark(axes, even, "break-even" if campaign.margin else f"{one} spent")
        axes.xaxis.set_major_locator(FixedLocator(_few_ticks(low, high)))
        axes.xaxis.set_major_formatter(_axis("money", campaign.currency))

    drawn = [(r["measure"], r["estimate"], r["low"], r["high"]) for r in rows.to_dict("records")]
    first = known[0][0]
    orders = wording.orders_base(first.n, first.clusters or 0) if first.clusters else wording.count(first.n, "day")
    words = _Words(
        "return_per_cost",
        first.headline,
        f"Revenue over all costs, by creators' codes and in daily sales, with {campaign.confidence:.0%} interval",
        orders,
        wording.returns_alt(drawn, even, campaign.currency),
    )
    return _chart(data, words, rows, _png(draw, 2.4), (*MONEY, "series"))


def creator_forest(data: "Intake", finding: Finding) -> Chart | NoChart:
    """Draw each creator's return on investment with its interval, the surest first."""
    if finding.table is None:
        return NoChart(wording.no_figure("creators one by one"))
    table = finding.table.rows
    rows = table.head(MOST_ROWS)[["creator", "verdict", "roi", "roi_low", "roi_high", "orders", "cost"]]
    colours = [{"keep": GOOD, "stop": SPONSORED}.get(verdict, GREY) for verdict in rows["verdict"]]
    high = max(0.1, float(rows["roi_high"].max())) * 1.05

    def draw(axes: Axes) -> None:
        _forest(axes, rows, ("creator", "roi", "roi_low", "roi_high"), colours)
        axes.set(xlabel="Return on own cost after margin", xlim=(-1.03, high))
        _mark(axes, 0, "break-even")
        axes.xaxis.set_major_locator(FixedLocator(_few_ticks(-1.03, high)))
        axes.xaxis.set_major_formatter(_axis("signed_percent"))

    verdicts = {str(verdict): int(number) for verdict, number in table["verdict"].value_counts().items()}
    first, best = str(rows["creator"].iloc[0]), float(rows["roi"].iloc[0])
    most = f"; the {len(rows)} of {len(table)} creators surest to pay back" if len(table) > len(rows) else ""
    confidence = f"{data.campaign.confidence:.0%}"
    words = _Words(
        "creators",
        finding.headline,
        f"Return on investment with {confidence} interval; green: keep, orange: stop, grey: undecided{most}",
        wording.orders_base(finding.n, len(table)),
        wording.creators_alt(len(rows), len(table), verdicts, first, best),
    )
    return _chart(data, words, rows, _png(draw, 1.4 + ROW_HIGH * len(rows)), MONEY)


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
        axes.xaxis.set_major_formatter(_axis("percent"))
        axes.grid(visible=False, axis="y")

    bands = list(zip(rows["band"], rows["share"], strict=True))
    minimum = wording.count(data.campaign.minimum_age_days, "day")
    words = _Words(
        "reading_ages",
        finding.headline,
        f"Posts by their age when the numbers were last read; grey: not known to be read at {minimum} or later",
        wording.base(int(rows["posts"].sum()), data.tables.posts["influencer_id"].nunique()),
        wording.ages_alt(int(rows["posts"].sum()), bands),
    )
    return _chart(data, words, rows, _png(draw, 3.6), FEED)


def published_forest(data: "Intake", findings: tuple[Finding, ...]) -> Chart | NoChart:
    """Draw the median creator's engagement rate with its interval beside each published figure."""
    campaign, margin = data.campaign, data.campaign.benchmark_margin
    by_id = {f"engagement.benchmark.{figure.key}": figure for figure in published.figures(campaign)}
    rates = {name for name, figure in by_id.items() if figure.metric != "reach_by_followers"}
    known = [finding for finding in findings if finding.id in rates and finding.estimate is not None]
    if not known:
        return NoChart(wording.no_figure("published figures beside our rates"))
    drawn = known[: MOST_ROWS // 2]
    figures = [by_id[finding.id] for finding in drawn]
    rows = pd.DataFrame([_published_row(f, figure) for f, figure in zip(drawn, figures, strict=True)])
    colours = [{"supported": ORGANIC, "contradicted": SPONSORED}.get(verdict, GREY) for verdict in rows["verdict"]]
    low, high = rows["published_low"] * (1 - margin), rows["published_high"] * (1 + margin)

    def draw(axes: Axes) -> None:
        at = np.arange(len(rows))[::-1]
        axes.barh(at, high - low, left=low, height=0.7, color=GREY, alpha=0.3, linewidth=0)
        _forest(axes, rows, ("figure", "rate", "low", "high"), colours)
        labels = [published_words.forest_label(figure) for figure in figures]
        axes.set_yticks(at, [f"{safe(publisher)}\n{what}" for publisher, what in labels])
        axes.set(xlabel="Rate by followers", xlim=(0, float(max(high.max(), rows["high"].max())) * 1.05))
        axes.xaxis.set_major_locator(FixedLocator(_few_ticks(*axes.get_xlim())))
        axes.xaxis.set_major_formatter(_axis("percent"))

    largest = max(drawn, key=lambda finding: finding.clusters or 0)
    words = _Words(
        "published_figures",
        largest.headline,
        published_words.forest_subtitle(campaign.confidence, margin, len(drawn), len(known)),
        published_words.up_to(int(rows["posts"].max()), int(rows["creators"].max())),
        published_words.forest_alt(list(zip(*(rows[c] for c in _PUBLISHED_ALT), strict=True))),
    )
    return _chart(data, words, rows, _png(draw, 1.4 + 2 * ROW_HIGH * len(rows)), FEED)


_PUBLISHED_ALT = ("figure", "rate", "low", "high", "verdict")


def _published_row(finding: Finding, figure: PublishedFigure) -> dict[str, Any]:
    """Return one published figure beside our rate as it is drawn."""
    low, high = finding.interval or (np.nan, np.nan)
    named = {"figure": published_words.figure_name(figure), "rate": finding.estimate, "low": low, "high": high}
    ours = {"verdict": finding.verdict, "creators": finding.clusters, "posts": finding.n}
    return named | {"published_low": figure.low, "published_high": figure.high, "year": figure.year} | ours


def ranking_forest(data: "Intake", finding: Finding) -> Chart | NoChart:
    """Draw each creator's rate with luck allowed for and its interval, the raw rate as a ring, and the floor."""
    if finding.table is None:
        return NoChart(wording.no_figure("the creators' rates"))
    floor, creators = data.campaign.engagement_floor, finding.table.rows
    names = ["influencer_id", "raw", "rate", "low", "high", "above", "best", "posts", "verdict"]
    rows = creators.head(MOST_ROWS)[names]
    by_verdict = {"above the floor": GOOD, "below the floor": SPONSORED}
    colours = [by_verdict.get(verdict, GREY) for verdict in rows["verdict"]]
    high = max(floor, float(rows[["raw", "high"]].max().max())) * 1.05

    def draw(axes: Axes) -> None:
        _forest(axes, rows, ("influencer_id", "rate", "low", "high"), colours)
        at = np.arange(len(rows))[::-1]
        axes.scatter(rows["raw"], at, facecolors="none", edgecolors=INK, s=52, zorder=4, clip_on=False)
        axes.set(xlabel="Engagement rate by followers", xlim=(0, high))
        _mark(axes, floor, f"floor {show(floor, 'percent')}")
        axes.xaxis.set_major_locator(FixedLocator(_few_ticks(0, high)))
        axes.xaxis.set_major_formatter(_axis("percent"))

    first = (str(rows["influencer_id"].iloc[0]), float(rows["raw"].iloc[0]), float(rows["rate"].iloc[0]))
    verdicts = [int((creators["verdict"] == verdict).sum()) for verdict in by_verdict]
    words = _Words(
        "creators_ranked",
        finding.headline,
        creator_words.ranking_subtitle(len(rows), len(creators), data.campaign.confidence),
        wording.base(finding.n, len(creators)),
        creator_words.ranking_alt(len(rows), len(creators), floor, first, (verdicts[0], verdicts[1])),
    )
    return _chart(data, words, rows, _png(draw, 1.4 + ROW_HIGH * len(rows)), FEED)


def effects_forest(data: "Intake", finding: Finding) -> Chart | NoChart:
    """Draw how far each format or time lies from the commonest of the same creator, with intervals."""
    if finding.table is None:
        return NoChart(wording.no_figure("formats and posting times"))
    noun = "format" if finding.id == "engagement.formats" else "time"
    names = ["label", "kind", "against", "change", "low", "high", "posts", "creators", "verdict"]
    rows = finding.table.rows.head(MOST_ROWS)[names]
    by_verdict = {"draws more": GOOD, "draws less": SPONSORED}
    colours = [by_verdict.get(verdict, GREY) for verdict in rows["verdict"]]
    reach = 1.05 * float(rows[["low", "high"]].abs().max().max())

    def draw(axes: Axes) -> None:
        _forest(axes, rows, ("label", "change", "low", "high"), colours)
        axes.axvline(0, color=INK, linewidth=1.2)
        axes.set(xlabel="Engagement rate against the commonest", xlim=(max(-1, -reach), reach))
        axes.xaxis.set_major_locator(FixedLocator(_few_ticks(*axes.get_xlim())))
        axes.xaxis.set_major_formatter(_axis("signed_percent"))

    drawn = list(zip(*(rows[column] for column in ("kind", "against", "change", "low", "high")), strict=True))
    words = _Words(
        f"engagement_by_{noun}",
        finding.headline,
        creator_words.contrasts_subtitle(noun, sorted(set(rows["against"])), data.campaign.confidence),
        wording.base(finding.n, finding.clusters or 0),
        creator_words.contrasts_alt(noun, drawn, int(rows["verdict"].isin(list(by_verdict)).sum())),
    )
    return _chart(data, words, rows, _png(draw, 1.4 + ROW_HIGH * max(len(rows), 2)), FEED)
