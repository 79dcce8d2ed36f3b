import csv
import io
import itertools
import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from PIL import Image
from worlds import campaign, everything, posts, tables, world

from influence_lib import figures
from influence_lib.analysis import engagement, feed, published, received, shares, sponsored
from influence_lib.figures import drawing
from influence_lib.findings import Finding, not_enough
from influence_lib.metrics import show

pytestmark = pytest.mark.filterwarnings("error")
SEEN = campaign()
ROSTER = world("default", 36, 2160)
DRAWN: list[Axes] = []
NARROW: dict[str, Axes] = {}


def _on_paper(draw: Any, high: float = drawing.HIGH, wide: float = drawing.WIDE) -> bytes:
    """Draw without making a PNG, and keep the axes."""
    with sns.axes_style("ticks", rc=drawing.STYLE), sns.plotting_context("notebook", rc=drawing.letters(wide)):
        figure = Figure(figsize=(wide, high), layout="constrained", dpi=drawing.DPI)
        axes = figure.subplots()
        draw(axes)
        figure.draw_without_rendering()
    DRAWN.append(axes)
    return b""


@pytest.fixture(scope="module")
def given() -> SimpleNamespace:
    return SimpleNamespace(campaign=SEEN, tables=ROSTER, sources=lambda *tables: "tracker.csv, orders.csv")


@pytest.fixture(scope="module")
def found() -> dict[str, Finding]:
    return everything(ROSTER, SEEN)


@pytest.fixture(scope="module")
def charts(given: Any, found: dict[str, Finding]) -> Iterator[dict[str, tuple[Any, Axes, Finding]]]:
    rows = feed.of(given.tables, SEEN)
    tiers = engagement.rates_by_tier(rows, SEEN)
    both = (found["roi.attributed_roas"], found["roi.incremental_roas"])
    ages = received.reading_age(given.tables, SEEN)
    largest = max((tier for tier in tiers if tier.estimate), key=lambda tier: tier.clusters or 0)
    tested = published.benchmarks(rows, SEEN)
    most_tested = max((finding for finding in tested if finding.estimate), key=lambda finding: finding.clusters or 0)
    makers: list[tuple[Any, tuple[Any, ...], Finding]] = [
        (figures.size_scatter, (rows, found["engagement.size_elasticity"]), found["engagement.size_elasticity"]),
        (figures.tier_rates, (rows, tiers), largest),
        (figures.contrast_strip, (rows, found["saturation.sponsored_effect"]), found["saturation.sponsored_effect"]),
        (figures.dose_scatter, (rows, found["saturation.kink"]), found["saturation.kink"]),
        (figures.share_forest, (found["saturation.over_limit"],), found["saturation.over_limit"]),
        (figures.sales_path, (found["roi.incremental_revenue"],), found["roi.incremental_revenue"]),
        (figures.returns_forest, (both,), both[0]),
        (figures.creator_forest, (found["roi.by_creator"],), found["roi.by_creator"]),
        (figures.reading_ages, (ages,), ages),
        (figures.published_forest, (tested,), most_tested),
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(drawing, "as_png", _on_paper)
        drawn = [(make(given, *arguments), tuple(DRAWN[-2:]), finding) for make, arguments, finding in makers]
    NARROW.update({chart.name: narrow for chart, (_, narrow), _ in drawn})
    yield {chart.name: (chart, wide, finding) for chart, (wide, _), finding in drawn}


NAMES = (
    "engagement_by_size",
    "engagement_by_tier",
    "sponsored_against_organic",
    "organic_by_share",
    "sponsored_shares",
    "daily_sales",
    "return_per_cost",
    "creators",
    "reading_ages",
    "published_figures",
)


@pytest.mark.parametrize("name", NAMES)
def test_the_title_is_the_finding_and_the_description_has_a_fitting_length(name: str, charts: Any) -> None:
    chart, _, finding = charts[name]
    assert chart.headline == finding.headline
    assert 150 <= len(chart.alt) <= 400
    assert chart.as_of == "2026-06-30" and chart.source == "tracker.csv, orders.csv"
    assert "nan" not in (chart.alt + chart.subtitle + chart.n).lower().split()


@pytest.mark.parametrize("name", NAMES)
def test_the_csv_holds_the_drawn_rows(name: str, charts: Any) -> None:
    chart, _, _ = charts[name]
    rows = list(csv.DictReader(io.StringIO(chart.to_json()["csv"])))
    assert len(rows) == len(chart.data) and list(rows[0]) == list(chart.data.columns)
    for column in chart.data.select_dtypes("number"):
        read = [float(row[column]) if row[column] else np.nan for row in rows]
        assert read == pytest.approx(chart.data[column].astype(float).tolist(), rel=1e-5, nan_ok=True)


def _dots(axes: Axes) -> np.ndarray:
    """Return the places of all dots of a picture."""
    return np.vstack([np.asarray(c.get_offsets()) for c in axes.collections if isinstance(c, PathCollection)])


@pytest.mark.parametrize(
    ("name", "x", "y"),
    [
        ("engagement_by_size", "followers", "rate"),
        ("engagement_by_tier", None, "rate"),
        ("sponsored_against_organic", "change", None),
        ("sponsored_shares", "share", None),
        ("return_per_cost", "estimate", None),
        ("creators", "roi", None),
        ("published_figures", "rate", None),
    ],
)
def test_each_dot_stands_for_a_row_of_the_csv_and_lies_inside_the_picture(
    name: str, x: str | None, y: str | None, charts: Any
) -> None:
    chart, axes, _ = charts[name]
    dots = _dots(axes)
    for place, column in enumerate((x, y)):
        if column:
            assert dots[:, place].tolist() == pytest.approx(chart.data[column].astype(float).tolist())
    for place, (low, high) in enumerate((axes.get_xlim(), axes.get_ylim())):
        assert (dots[:, place] >= low).all() and (dots[:, place] <= high).all()


def test_organic_engagement_is_drawn_where_its_row_says(charts: Any) -> None:
    chart, axes, finding = charts["organic_by_share"]
    assert _dots(axes) == pytest.approx(np.column_stack([chart.data["share"], 1 + chart.data["change"]]))
    assert chart.data["influencer_id"].nunique() == finding.clusters
    assert int(chart.data["posts"].sum()) == finding.n


def test_each_bar_is_as_long_as_its_share_and_grey_where_posts_are_not_compared(charts: Any) -> None:
    chart, axes, _ = charts["reading_ages"]
    assert [bar.get_width() for bar in axes.patches] == pytest.approx(chart.data["share"].tolist())
    grey = [to_hex(bar.get_facecolor()).upper() == drawing.GREY for bar in axes.patches]
    assert grey == (~chart.data["compared"]).tolist()


def _meant(text: str) -> float:
    """Return the number that a tick's text states."""
    text = text.replace("−", "-").replace("€", "").replace(",", "").replace("+", "")
    factor = {"%": 0.01, "k": 1e3, "M": 1e6}.get(text[-1:], 1.0)
    return float(text.rstrip("%kM")) * factor


@pytest.mark.parametrize("name", NAMES)
def test_every_tick_says_its_value(name: str, charts: Any) -> None:
    _, axes, _ = charts[name]
    seen = 0
    for axis, less in ((axes.xaxis, 0.0), (axes.yaxis, 1.0 if name == "organic_by_share" else 0.0)):
        for place, label in zip(axis.get_ticklocs(), axis.get_ticklabels(), strict=True):
            if re.fullmatch(r"[+\-−]?€?[\d.,]+[%kM]?", label.get_text()):
                assert _meant(label.get_text()) == pytest.approx(place - less)
                seen += 1
    assert seen >= 2


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("narrow", [False, True])
def test_tick_labels_do_not_touch(narrow: bool, name: str, charts: Any) -> None:
    axes = NARROW[name] if narrow else charts[name][1]
    figure = axes.get_figure()
    figure.draw_without_rendering()
    low, high = axes.get_xlim()
    labels = [t for t in axes.xaxis.get_ticklabels() if low <= t.get_position()[0] <= high and t.get_text()]
    boxes = [label.get_window_extent() for label in labels]
    assert all(left.x1 < right.x0 for left, right in itertools.pairwise(boxes))


def test_descriptions_state_the_computed_numbers(charts: Any, found: dict[str, Finding]) -> None:
    effect, extra, roas = (
        found[name] for name in ("saturation.sponsored_effect", "roi.incremental_revenue", "roi.attributed_roas")
    )
    assert show(effect.estimate, "signed_percent") in charts["sponsored_against_organic"][0].alt
    changes = charts["sponsored_against_organic"][0].data["change"]
    own = sponsored.by_creator(sponsored.labelled(feed.of(ROSTER, SEEN)))
    assert np.log1p(changes).tolist() == pytest.approx(sorted(own["difference"]))
    assert effect.estimate and changes.min() < effect.estimate < changes.max()
    assert (
        f"{(changes < 0).sum()} lie below zero, {(changes >= 0).sum()} at or above"
        in charts["sponsored_against_organic"][0].alt
    )
    assert show(roas.estimate, "money_ratio", "EUR") in charts["return_per_cost"][0].alt
    sales = charts["daily_sales"][0].data.dropna()
    assert extra.estimate == pytest.approx((sales["sales"] - sales["expected"]).sum())
    assert show(sales["sales"].mean(), "money_whole", "EUR") in charts["daily_sales"][0].alt
    assert show(charts["engagement_by_size"][0].data["rate"].median(), "percent") in charts["engagement_by_size"][0].alt
    limit = found["saturation.over_limit"]
    assert limit.estimate is not None and f"{limit.estimate:.0f} creator" in charts["sponsored_shares"][0].alt


def test_a_picture_is_1280_pixels_wide_and_small(given: Any, found: dict[str, Finding]) -> None:
    chart = figures.returns_forest(given, (found["roi.attributed_roas"],))
    assert isinstance(chart, figures.Chart)
    for png, width in ((chart.png, 1280), (chart.narrow, 710)):
        assert Image.open(io.BytesIO(png)).width == width
        assert len(png) < 60_000


@pytest.mark.parametrize(("wide", "shown", "least"), [(drawing.WIDE, 640, 15), (drawing.NARROW, 355, 11)])
def test_letters_are_high_enough_where_the_picture_is_shown(wide: float, shown: float, least: float) -> None:
    assert min(drawing.letters(wide).values()) / 72 * shown / wide >= least


@pytest.mark.parametrize("name", NAMES)
def test_no_text_leaves_the_picture(name: str, charts: Any) -> None:
    for axes in (charts[name][1], NARROW[name]):
        figure = axes.get_figure()
        low_x, high_x = axes.get_xlim()
        labels = [t for t in axes.xaxis.get_ticklabels() if low_x <= t.get_position()[0] <= high_x]
        texts = [*axes.texts, *labels, axes.xaxis.label, axes.yaxis.label]
        boxes = [text.get_window_extent() for text in texts if text.get_text() and text.get_visible()]
        assert [
            box for box in boxes if box.x0 < -1 or box.x1 > figure.bbox.width + 1 or box.y1 > figure.bbox.height + 1
        ] == []


@pytest.mark.parametrize("name", NAMES)
def test_marks_are_labelled_directly_and_words_stand_on_the_page(name: str, charts: Any) -> None:
    axes = charts[name][1]
    assert axes.get_legend() is None
    assert (axes.get_title(), axes.get_figure().get_suptitle()) == ("", "")


@pytest.mark.parametrize("make", ["size_scatter", "contrast_strip", "dose_scatter"])
def test_what_cannot_be_told_is_not_drawn(make: str, given: Any) -> None:
    refused = not_enough("saturation.kink", "Too few.", "Method.")
    left_out = getattr(figures, make)(given, feed.of(given.tables, SEEN), refused)
    assert isinstance(left_out, figures.NoChart) and "is left out" in left_out.text


@pytest.mark.parametrize("make", ["share_forest", "sales_path", "creator_forest", "reading_ages"])
def test_without_a_table_or_an_estimate_there_is_no_picture(make: str, given: Any) -> None:
    refused = not_enough("roi.incremental_revenue", "Too few.", "Method.")
    assert isinstance(getattr(figures, make)(given, refused), figures.NoChart)
    assert isinstance(figures.returns_forest(given, (refused,)), figures.NoChart)
    assert isinstance(figures.tier_rates(given, feed.of(given.tables, SEEN), (refused,)), figures.NoChart)


def test_a_name_cannot_become_mathematics_or_push_the_picture_aside() -> None:
    assert figures.safe("a$b$\u202e\n") == "a\\$b\\$"
    assert figures.safe("x" * 60) == "x" * 17 + "…"


def test_two_hundred_creators_are_cut_to_what_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    names = np.repeat([f"creator.{n:03d}" for n in range(200)], 10)
    made = posts(
        creator=names,
        followers=1000,
        likes=9,
        sponsored=np.tile([True] * 5 + [False] * 5, 200),
        posted_at=pd.Timestamp("2026-06-10", tz="UTC"),
    )
    data: Any = SimpleNamespace(campaign=SEEN, tables=made, sources=lambda *tables: "a.csv")
    monkeypatch.setattr(drawing, "as_png", _on_paper)
    chart = figures.share_forest(data, shares.over_limit(feed.of(made, SEEN), SEEN))
    assert isinstance(chart, figures.Chart) and len(chart.data) == figures.MOST_ROWS
    assert "24 of 200 creators" in chart.subtitle and "24 of 200 creators" in chart.alt
    assert tables().posts.empty


@pytest.mark.parametrize(
    ("low", "high", "ticks"), [(900, 120_000, [1000, 3000, 10_000, 30_000, 100_000]), (3500, 9000, [])]
)
def test_followers_have_ticks_at_ones_and_threes(low: float, high: float, ticks: list[float]) -> None:
    assert figures.size_ticks(low, high) == ticks
