"""What all figures share: how a chart is carried, drawn and labelled."""

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
from matplotlib.ticker import FuncFormatter, MaxNLocator
from PIL import Image

from influence_lib import wording
from influence_lib.findings import CHART_MIME, Note, plain

if TYPE_CHECKING:
    from influence_lib.intake import Intake

ORGANIC, SPONSORED, GOOD, GREY, INK = "#0072B2", "#D55E00", "#007A5E", "#6B7280", "#1F2937"
# Pictures have two pixels for each of the page, for sharp screens: 640 wide, and 355 on a telephone of 390.
WIDE, NARROW, HIGH, DPI = 6.4, 3.55, 3.9, 200
# A telephone's picture is as much lower; its letters are 12 pixels high, those of the wide one 16 as the page's text.
LOWER = 0.75
LETTERS = {WIDE: 11.5, NARROW: 8.6}
MOST_ROWS = 24
ROW_HIGH = 0.31
LONGEST_LABEL = 18
BESIDE: dict[str, Any] = {"textcoords": "offset points", "va": "center", "weight": "bold"}
STYLE = {
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
    narrow: bytes

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
        picture, narrow = (base64.b64encode(png).decode("ascii") for png in (self.png, self.narrow))
        display({"text/markdown": head, "text/plain": self.headline}, raw=True)
        display(
            {CHART_MIME: self.to_json(), "image/png": picture, "text/plain": self.alt},
            metadata={"image/png": {"alt": self.alt, "width": 640, "narrow": narrow}},
            raw=True,
        )
        display({"text/markdown": caption, "text/plain": self.n}, raw=True)


@dataclass(frozen=True)
class NoChart(Note):
    """Why there is nothing to draw."""


@dataclass(frozen=True)
class Words:
    """The words around one picture."""

    name: str
    headline: str
    subtitle: str
    n: str
    alt: str


FEED = ("posts", "post_metrics", "followers")
SALES = ("orders", "series")
MONEY = ("orders", "costs", "tracking")


def as_chart(
    data: "Intake",
    words: Words,
    rows: pd.DataFrame,
    draw: Callable[[Axes], None],
    tables: tuple[str, ...],
    high: float = HIGH,
) -> Chart:
    """Return a chart, `high` inches high, with the day of the campaign and the files of the tables it rests on."""
    wide, narrow = as_png(draw, high), as_png(draw, high * LOWER, NARROW)
    day, drawn = str(data.campaign.today), rows.reset_index(drop=True)
    source = data.sources(*tables)
    return Chart(words.name, words.headline, words.subtitle, words.n, source, day, words.alt, drawn, wide, narrow)


def letters(wide: float) -> dict[str, float]:
    """Return the sizes of letters, in points, for a picture so many inches wide."""
    names = ("font.size", "axes.labelsize", "xtick.labelsize", "ytick.labelsize")
    return dict.fromkeys(names, LETTERS[wide])


def as_png(draw: Callable[[Axes], None], high: float = HIGH, wide: float = WIDE) -> bytes:
    """Return a drawing as a PNG of 64 colours, `wide` by `high` inches."""
    sizes = letters(wide)
    with sns.axes_style("ticks", rc=STYLE), sns.plotting_context("notebook", rc=sizes):
        figure = Figure(figsize=(wide, high), layout="constrained", dpi=DPI)
        draw(figure.subplots())
        raw = io.BytesIO()
        figure.savefig(raw, format="png")
    packed = io.BytesIO()
    Image.open(raw).convert("RGB").quantize(64, dither=Image.Dither.NONE).save(packed, format="PNG", optimize=True)
    return packed.getvalue()


def axis_of(kind: str, currency: str | None = None) -> FuncFormatter:
    """Return an axis formatter in the words of the page."""
    return FuncFormatter(lambda value, _: wording.tick(value, kind, currency))


def few_ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Return round ticks within a range, few enough that their labels do not touch on a telephone."""
    ticks = MaxNLocator(nbins=most, steps=[1, 2, 5, 10]).tick_values(low, high)
    return [float(tick) for tick in ticks if low <= tick <= high]


def size_ticks(low: float, high: float) -> list[float]:
    """Return ticks for followers on a log axis: 1k, 3k, 10k, 30k and so on, those that lie within the range."""
    steps = [first * 10.0**power for power in range(2, 10) for first in (1, 3)]
    return [step for step in steps if low <= step <= high]


def month_of(value: float) -> str:
    """Return a month for an axis, with the year in January."""
    day = mdates.num2date(value)
    return f"{day:%b %Y}" if day.month == 1 else f"{day:%b}"


def safe(text: str) -> str:
    """Return data text for a label: no mathematics, no control signs, not too long."""
    cleaned = "".join(sign for sign in text if sign.isprintable())
    short = cleaned if len(cleaned) <= LONGEST_LABEL else cleaned[: LONGEST_LABEL - 1] + "…"
    return short.replace("$", "\\$")


def mark(axes: Axes, value: float, text: str) -> None:
    """Draw a dashed line at a value, with its name above the picture on the side where there is room."""
    low, high = axes.get_xlim()
    left = value < low + 0.7 * (high - low)
    axes.axvline(value, color=INK, linewidth=1.4, linestyle="--")
    side: dict[str, Any] = {"xytext": (4 if left else -4, 2), "ha": "left" if left else "right", "va": "bottom"}
    axes.annotate(text, (value, 1), xycoords=("data", "axes fraction"), textcoords="offset points", **side)


def change_ticks(low: float, high: float) -> list[float]:
    """Return ticks of a ratio on a log axis: halves and doubles, every second one when there are many."""
    steps = [2.0**power for power in range(-8, 9) if low <= 2.0**power <= high]
    return steps if len(steps) <= 6 else [step for step in steps if round(np.log2(step)) % 2 == 0]


def forest(axes: Axes, rows: pd.DataFrame, names: Sequence[str], colours: Sequence[str]) -> None:
    """Draw one interval a row, the first row on top; `names` are the columns of label, estimate and both ends."""
    label, best, low, high = names
    at: npt.NDArray[np.int64] = np.arange(len(rows))[::-1]
    axes.hlines(at, rows[low], rows[high], color=list(colours), linewidth=3)
    axes.scatter(rows[best], at, color=list(colours), s=52, zorder=3, clip_on=False)
    axes.set_yticks(at, [safe(str(text)) for text in rows[label]])
    axes.set_ylim(-0.7, len(rows) - 0.3)


def month_starts(days: pd.Series) -> list[float]:
    """Return the first of each month, every second or third month when there are many."""
    starts = pd.date_range(days.iloc[0], days.iloc[-1], freq="MS")
    return [float(mdates.date2num(day)) for day in starts[:: 1 + len(starts) // 7]]


def end_labels(axes: Axes, day: pd.Timestamp, labels: list[tuple[float, str, str]]) -> None:
    """Write a label at the end of each line, pushed apart when they would touch."""
    apart, placed = 0.08 * axes.get_ylim()[1], list[float]()
    for value, text, colour in sorted(labels):
        height = max([value, *(other + apart for other in placed)])
        placed.append(height)
        axes.annotate(text, (float(mdates.date2num(day)), height), xytext=(6, 0), color=colour, **BESIDE)
