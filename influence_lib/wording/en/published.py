"""Sentences that hold published figures against this roster, and tiers against their definitions."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from influence_lib.campaign import PublishedFigure
from influence_lib.metrics import show
from influence_lib.wording.en import (
    band_text,
    base,
    compact,
    count,
    listed,
    percent_range,
    rate_with_range,
    sentence_case,
    tick,
)

if TYPE_CHECKING:
    from influence_lib.analysis.inference import Interval

RATES = {
    "likes_by_followers": "likes by followers",
    "likes_and_comments_by_followers": "likes and comments by followers",
    "engagements_by_followers": "all engagements by followers",
    "reach_by_followers": "organic reach by followers",
}
PLATFORMS = {
    "instagram": "Instagram",
    "facebook": "Facebook",
    "tiktok": "TikTok",
    "youtube": "YouTube",
    "linkedin": "LinkedIn",
}
SHORT = {
    "likes_by_followers": "likes",
    "likes_and_comments_by_followers": "+comments",
    "engagements_by_followers": "all",
    "reach_by_followers": "reach",
}
NOBODY = "no creators of this size"
NOT_REPORTED = "not reported"
TOO_FEW = "too few creators"
NOTHING = "–"
UNSOURCED = "A published figure whose origin nobody found is a saying; it is tested here, not trusted."
UNTOLD_AVERAGE = "Most published figures do not say whether they are a mean or a median; a mean lies higher."
OTHER_PEOPLE = "Published figures are of other creators, places and years; a difference is no fault of these creators."


def platform(name: str) -> str:
    """Return a platform as it writes itself."""
    return PLATFORMS.get(name, name.capitalize())


def size(band: tuple[float, float]) -> str:
    """Return a follower band in words; nothing where it has no limits."""
    low, high = band
    if low <= 0:
        return "" if high == float("inf") else f"below {compact(high)} followers"
    return f"{band_text(band)} followers"


def rate_text(low: float, high: float) -> str:
    """Return a published rate exactly as it was printed: 4% or 3 to 4%."""
    first, last = (tick(round(value, 6), "percent") for value in (low, high))
    return first if low == high else f"{first.removesuffix('%')} to {last}"


def publisher(source: str) -> str:
    """Return who published a figure, without where."""
    return source.partition(",")[0].strip()


def figure_name(figure: PublishedFigure) -> str:
    """Return what a published figure speaks of, such as likes by followers on Instagram at 1k to 10k followers."""
    where = f" on {platform(figure.platform)}" if figure.platform else ""
    people = size(figure.band)
    at = "" if not people else f" {people}" if people.startswith("below") else f" at {people}"
    return f"{RATES[figure.metric]}{where}{at}"


def claim(figure: PublishedFigure) -> str:
    """Return a published figure with its author and year."""
    return f"the published {rate_text(figure.low, figure.high)} ({publisher(figure.source)}, {figure.year})"


def whether(figure: PublishedFigure) -> str:
    """Return the question that a published figure asks."""
    return f"whether the median creator has {claim(figure)} for {figure_name(figure)}"


def against(found: "Interval", low: float, high: float, verdict: str, margin: float) -> str:
    """Return where a rate lies beside a published range; `low` and `high` are the range without its margin."""
    if verdict == "supported":
        return "within" if margin == 0 else f"within {show(margin, 'change')} of"
    if verdict == "undecided":
        return "which may or may not be"
    return "below" if found.high < low else "above"


def benchmark(found: "Interval", figure: PublishedFigure, verdict: str, margin: float, posts: int) -> str:
    """Say whether the median creator has the published rate."""
    name = figure_name(figure)
    beside = against(found, figure.low, figure.high, verdict, margin)
    return (
        f"{sentence_case(name)}: the median creator has {show(found.estimate, 'percent')} "
        f"({percent_range(found)}; {base(posts, found.units)}), {beside} {claim(figure)}."
    )


def of_the_mean(found: "Interval", figure: PublishedFigure, verdict: str, margin: float) -> str:
    """Say the same of the mean creator, for a figure that was published as a mean."""
    beside = against(found, figure.low, figure.high, verdict, margin)
    return (
        f" The figure was published as a mean: the mean creator has {show(found.estimate, 'percent')} "
        f"({percent_range(found)}), {beside} it."
    )


def in_band(
    found: "Interval", band: tuple[float, float], benchmark: tuple[float, float], verdict: str, margin: float
) -> str:
    """Say whether creators in the brand's band have the expected engagement rate."""
    beside = against(found, *benchmark, verdict, margin)
    return (
        f"At {band_text(band)} followers the median creator's engagement rate by followers is "
        f"{show(found.estimate, 'percent')} ({percent_range(found)}, {count(found.units, 'creator')}), {beside} the "
        f"published {rate_text(*benchmark)}."
    )


def method(level: float, margin: float) -> str:
    """Return how a rate is held against a published range."""
    return (
        f"Each creator's rate is the median of their posts at that size; the answer is about the median creator. As "
        f"published: its {max(2 * level - 1, 0):.0%} interval lies within the published range widened by {margin:.0%} "
        f"at each end; not as published: its {level:.0%} interval lies outside (two one-sided tests, Schuirmann 1987; "
        "exact intervals of a median)."
    )


def table_verdict(verdict: str, found: "Interval", figure: PublishedFigure) -> str:
    """Return the verdict on a published figure for the cell of a table."""
    known = {"supported": "as published", "undecided": "cannot be told"}
    return known.get(verdict) or f"{'below' if found.high < figure.low else 'above'} it"


def table_caption(margin: float, level: float, left_out: int) -> str:
    """Return the caption of the table of published figures."""
    rest = f"; {count(left_out, 'figure')} about creators not on it left out" if left_out else ""
    return (
        f"Published figures against this roster: median creator with {level:.0%} interval; as published means within "
        f"{margin:.0%} of it{rest}"
    )


def many_tried(figures: int, level: float) -> tuple[str, ...]:
    """Say how many verdicts on published figures chance alone may turn; nothing where only one was tried."""
    if figures < 2:
        return ()
    wrong = show(figures * (1 - level), "decimal")
    return (
        f"{count(figures, 'published figure')} are tried at once: chance alone may turn about {wrong} of the verdicts.",
    )


def forest_label(figure: PublishedFigure) -> tuple[str, str]:
    """Return two short lines that name a published figure beside a picture."""
    of = SHORT[figure.metric]
    where = platform(figure.platform) if figure.platform and not size(figure.band) else size(figure.band)
    return publisher(figure.source), f"{where.removesuffix(' followers').replace(' to ', '–')}, {of}" if where else of


def forest_subtitle(level: float, margin: float, shown: int, known: int) -> str:
    """Return what the marks beside published figures are."""
    most = f"; the first {shown} of {known}" if known > shown else ""
    return (
        f"Median creator with {level:.0%} interval; grey band: published, widened by {margin:.0%}; blue: within it, "
        f"orange: outside, grey: open{most}"
    )


def up_to(posts: int, creators: int) -> str:
    """Return the largest number of posts and creators behind any of several rates."""
    return f"up to {base(posts, creators)}"


def forest_alt(rows: Sequence[tuple[str, float, float, float, str]]) -> str:
    """Describe published figures beside our own rates."""
    first = rows[0]
    inside = sum(row[4] == "supported" for row in rows)
    outside = sum(row[4] == "contradicted" for row in rows)
    return (
        f"Median creator's rate with interval beside the published range, for {count(len(rows), 'published figure')}: "
        f"{inside} as published, {outside} not, {len(rows) - inside - outside} open. First, {first[0]}: "
        f"{show(first[1], 'percent')} ({show(first[2], 'percent')} to {show(first[3], 'percent')})."
    )


# Tiers by whoever defines them.

SCHEMES_CAPTION = "Engagement rate by followers of each published tier, averaged in three ways"
RATES_CAPTION = "All rates of this roster, each averaged in three ways"


def with_level(caption: str, level: float) -> str:
    """Return a caption with the level of its intervals."""
    return f"{caption}, with {level:.0%} intervals"


def other_rate(found: "Interval | None") -> str:
    """Return a rate for the cell of a table."""
    return rate_with_range(found)


def scheme_depends(verdicts: Sequence[tuple[str, str, str]], benchmark: tuple[float, float]) -> str:
    """Say that the verdict on the published rate depends on who is called micro; (scheme, band, verdict) each."""
    said = {"supported": "yes", "contradicted": "no", "undecided": "cannot be told"}
    parts = [f"{said[verdict]} by {scheme} ({band})" for scheme, band, verdict in verdicts]
    return (
        f"Whether 'micro' creators have the published {rate_text(*benchmark)} depends on who is called micro: "
        f"{listed(parts)}."
    )


def selected(limit: float, small: int, large: int, spread: tuple[float, float], raised: float) -> str:
    """Say that small accounts seem to have been picked for their rates."""
    of = f"{count(small, 'account')} below {show(limit, 'count')} followers"
    return (
        f"Small accounts seem to be on this list only because their rates are high: the {of} lie closer together "
        f"(typical distance {show(spread[0], 'change')} against {show(spread[1], 'change')}) and "
        f"{show(raised, 'change')} higher than the {show(large, 'count')} larger ones let expect, with hardly any low "
        "rate among them. What is said of size may then be about how creators were picked."
    )
