"""Parts of a page, ready to print: findings, tables, figures, the intake and the range of a number."""

import base64
import binascii
import math
import re
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from influence_lib.findings import TEXT_KINDS, VERDICT_LABELS, question
from influence_lib.language import say
from influence_lib.metrics import NOT_AVAILABLE, show
from influence_lib.report.downloads import Download, of_records, of_text
from influence_lib.report.layout import LOCAL_FILE, Manner, clean, without_folders

Json = Mapping[str, Any]
# Not green and red: a supported finding may be bad news.
TONES = {"supported": "firm", "contradicted": "against", "undecided": "open"}
UNKNOWN_VERDICTS = {"not_enough_data", "not_available"}
# Cents say nothing once an amount has three digits before them.
WHOLE_MONEY_FROM = 100
# The dots of a German day ("18. Mai", "14. Jan. 2026") end no sentence.
AFTER_A_SENTENCE = re.compile(r"(?<!\b\d)(?<!\b\d\d)\. (?!\d)")
ROWS_SHOWN = 50
# A longer table shows its first rows; the others unfold. A few rows more are shown at once.
ROWS_AT_ONCE, ROWS_BEYOND = 12, 4
# A picture for wide screens and one for telephones, each as base64 text.
Pictures = tuple[Any, Any]
PNG_START = b"\x89PNG\r\n\x1a\n"
# Charts are drawn at twice the pixels of the page, for sharp screens.
PIXELS_PER_POINT = 2


def finite(value: Any) -> bool:
    """Tell whether a value is a number."""
    return isinstance(value, int | float) and math.isfinite(value)


def interval_of(finding: Json) -> tuple[float, float] | None:
    """Return the interval of a finding that has an estimate, or None."""
    ends = finding.get("interval")
    if not finite(finding.get("estimate")) or not ends or not all(finite(end) for end in ends):
        return None
    return float(ends[0]), float(ends[1])


def known(finding: Json | None) -> bool:
    """Tell whether a finding says a number."""
    return finding is not None and interval_of(finding) is not None


def kind_of(finding: Json) -> str:
    """Return how the finding's numbers are written (see metrics.show)."""
    kind = question(finding["id"]).kind
    ends = interval_of(finding) or ()
    return "money_whole" if kind == "money" and max(map(abs, ends), default=0) >= WHOLE_MONEY_FROM else kind


def in_currency_of(finding: Json, how: Manner) -> Manner:
    """Return the manner with the finding's own currency."""
    return replace(how, currency=finding.get("currency") or how.currency)


def estimate_text(finding: Json, how: Manner) -> str:
    """Return the estimate as text."""
    return in_currency_of(finding, how).show(finding.get("estimate"), kind_of(finding))


def range_text(finding: Json, how: Manner) -> str:
    """Return the interval as text, such as +3.0% to +22%."""
    kind, manner, ends = kind_of(finding), in_currency_of(finding, how), interval_of(finding)
    if ends is None:
        return say(NOT_AVAILABLE)
    return say("{low} to {high}").format(low=manner.show(ends[0], kind), high=manner.show(ends[1], kind))


def basis_text(finding: Json, how: Manner) -> str:
    """Return on how much the finding rests, such as n = 812 posts, 43 creators."""
    clusters, counts = finding.get("clusters"), question(finding["id"]).counts
    parts = [f"n = {how.show(finding['n'], 'count')} {say(counts)}"] if finding.get("n") else []
    if clusters and not (parts and counts == "creators"):
        parts.append(f"{how.show(clusters, 'count')} {say('creator' if clusters == 1 else 'creators')}")
    return ", ".join(parts)


def range_label(finding: Json) -> str:
    """Return what the two ends of a range are."""
    if finding.get("range_label"):
        return str(finding["range_label"])
    return say("{level} interval").format(level=show(finding["level"], "whole_percent"))


def sure_text(finding: Json, how: Manner) -> str:
    """Return the interval of a finding that says a number, or that it was counted."""
    return say("counted") if finding.get("counted") else f"{range_label(finding)} {range_text(finding, how)}"


def certainty_text(finding: Json, how: Manner) -> str:
    """Return how sure the estimate is: its interval and n, or that it was counted."""
    basis = basis_text(finding, how)
    if not known(finding):
        return basis
    return ", ".join(part for part in (sure_text(finding, how), basis) if part)


@dataclass(frozen=True)
class Strip:
    """Where an interval lies against break-even, in per cent of the width."""

    low: float
    middle: float
    high: float
    zero: float
    tone: str

    @property
    def width(self) -> float:
        """Return how wide the interval is drawn."""
        return round(self.high - self.low, 2)


def strip(low: float, middle: float, high: float, span: tuple[float, float], tone: str, margin: float = 18) -> Strip:
    """Return where an interval lies on an axis over `span`, which holds 0."""
    start, stop = min(span[0], 0.0), max(span[1], 0.0)
    scale = (100 - 2 * margin) / ((stop - start) or 1.0)
    low, middle, high, zero = (round(margin + (value - start) * scale, 2) for value in (low, middle, high, 0.0))
    return Strip(low, middle, high, zero, tone)


def verdict_text(finding: Json) -> str:
    """Return the verdict as a label; what was counted or measured needs no support."""
    return str(finding.get("verdict_label") or say(VERDICT_LABELS.get(str(finding["verdict"]), finding["verdict"])))


def measured(finding: Json) -> bool:
    """Tell whether a finding is a size, which nothing can support or contradict."""
    return known(finding) and bool(finding.get("counted") or question(finding["id"]).measures)


@dataclass(frozen=True)
class FindingPart:
    """One answer, ready to print; no number when it was not computed."""

    headline: str
    verdict: str
    tone: str
    number: str
    certainty: str
    method: str
    label: str
    caveats: tuple[str, ...] = ()


def finding_part(finding: Json, how: Manner) -> FindingPart:
    """Return a finding, ready to print."""
    verdict = str(finding["verdict"])
    return FindingPart(
        headline=finding["headline"].replace("`", ""),
        verdict=verdict_text(finding),
        tone="none" if measured(finding) else TONES.get(verdict, "none"),
        number=estimate_text(finding, how) if known(finding) else "",
        certainty=certainty_text(finding, how),
        method=finding.get("method") or "",
        label=finding.get("label") or "",
        caveats=tuple(finding.get("caveats") or ()),
    )


@dataclass(frozen=True)
class TablePart:
    """One table, ready to print: cells are text, the first of a row is its heading."""

    number: int
    caption: str
    scope: str
    labels: tuple[str, ...]
    numeric: tuple[bool, ...]
    rows: tuple[tuple[str, ...], ...]
    folded: tuple[tuple[str, ...], ...]
    left_out: int
    download: Download | None


def shown_rows(columns: Sequence[Json], rows: Sequence[Json], how: Manner) -> tuple[tuple[str, ...], ...]:
    """Return the cells of a table as text."""
    return tuple(tuple(how.show(row.get(column["name"]), column["kind"]) for column in columns) for row in rows)


def shown_columns(columns: Sequence[Json]) -> list[Json]:
    """Return the columns that pages show; the others are in the download."""
    return [column for column in columns if column.get("shown", True)]


def name_and_verdict_first(columns: Sequence[Json]) -> list[Json]:
    """Return the columns with the verdict right behind the name, where a phone still shows it."""
    first, rest = list(columns[:1]), list(columns[1:])
    return first + sorted(rest, key=lambda column: column["name"] != "verdict")


def table_part(table: Json, number: int, stem: str, how: Manner) -> TablePart:
    """Return a table, ready to print, with all its rows as a download."""
    columns, rows = name_and_verdict_first(shown_columns(table["columns"])), table["rows"]
    manner = replace(how, currency=table.get("currency") or how.currency)
    names = [column["name"] for column in table["columns"]]
    shown = shown_rows(columns, rows[:ROWS_SHOWN], manner)
    caption, scope = [*AFTER_A_SENTENCE.split(table.get("caption") or "", maxsplit=1), ""][:2]
    at_once = ROWS_AT_ONCE if len(shown) > ROWS_AT_ONCE + ROWS_BEYOND else len(shown)
    return TablePart(
        number=number,
        caption=caption,
        scope=scope,
        labels=tuple(column["label"] for column in columns),
        numeric=tuple(column["kind"] not in TEXT_KINDS for column in columns),
        rows=shown[:at_once],
        folded=shown[at_once:],
        left_out=max(len(rows) - ROWS_SHOWN, 0),
        download=of_records(names, rows, say("table {number}").format(number=number), f"{stem}-table-{number}", how),
    )


@dataclass(frozen=True)
class FigurePart:
    """One figure, ready to print; the words are text, the picture holds marks and axes only."""

    number: int
    headline: str
    subtitle: str
    alt: str
    note: str
    image: str
    width: int
    height: int
    narrow: str
    narrow_width: int
    narrow_height: int
    download: Download | None


def png_size(encoded: Any) -> tuple[str, int, int]:
    """Return the picture without white space, and its width and height on the page; nothing when it is no PNG."""
    text = re.sub(r"\s", "", "".join(encoded)) if isinstance(encoded, str | list) else ""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return "", 0, 0
    if not raw.startswith(PNG_START) or len(raw) < 24:
        return "", 0, 0
    width, height = struct.unpack(">II", raw[16:24])
    return text, round(width / PIXELS_PER_POINT), round(height / PIXELS_PER_POINT)


def figure_note(chart: Json, how: Manner) -> str:
    """Return what a figure rests on: n, source and the day it speaks of."""
    size = f"n = {chart['n']}. " if chart.get("n") else ""
    source = chart.get("source") or say(NOT_AVAILABLE)
    if not chart.get("as_of"):
        return size + say("Source: {source}.").format(source=source)
    return size + say("Source: {source}, as of {day}.").format(source=source, day=how.show(chart["as_of"], "date"))


def figure_part(chart: Json, pictures: Pictures, number: int, stem: str, how: Manner) -> FigurePart:
    """Return a figure, ready to print, with the data it shows as a download."""
    (image, width, height), (narrow, narrow_width, narrow_height) = map(png_size, pictures)
    download = (
        of_text(chart["csv"], say("figure {number}").format(number=number), f"{stem}-figure-{number}", how)
        if chart.get("csv")
        else None
    )
    return FigurePart(
        number=number,
        headline=chart["headline"],
        subtitle=chart.get("subtitle") or "",
        alt=chart.get("alt") or "",
        note=figure_note(chart, how),
        image=image,
        width=width,
        height=height,
        narrow=narrow,
        narrow_width=narrow_width,
        narrow_height=narrow_height,
        download=download,
    )


@dataclass(frozen=True)
class FilePart:
    """What was used of one export, ready to print."""

    path: str
    label: str
    counts: tuple[str, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class IntakePart:
    """What was read, and what was left out and why."""

    sentence: str
    files: tuple[FilePart, ...]
    notes: tuple[str, ...]
    links: tuple[tuple[str, str], ...] = ()


def _reason(one: Json, how: Manner) -> str:
    """Return one reason for leaving rows out."""
    many = one.get("rows")
    said = "{rows} row {kind}: {reason}" if many == 1 else "{rows} rows {kind}: {reason}"
    return say(said).format(rows=how.show(many, "count"), kind=say(one["kind"]), reason=say(one["reason"]))


def intake_part(intake: Json, how: Manner, links: Sequence[tuple[str, str]] = ()) -> IntakePart:
    """Return what was read, ready to print, with links (address and text) to files beside the page."""
    files = tuple(
        FilePart(
            path=without_folders(one["path"]),
            label=one.get("label") or one.get("source") or "",
            counts=tuple(how.show(one.get(name), "count") for name in ("rows", "used", "set_aside", "dropped")),
            reasons=tuple(_reason(reason, how) for reason in one.get("reasons") or ()),
        )
        for one in intake.get("files") or ()
    )
    beside = tuple((href, text) for href, text in links if LOCAL_FILE.fullmatch(href))
    return IntakePart(clean(intake.get("sentence") or ""), files, tuple(intake.get("notes") or ()), beside)


def period(start: Any, end: Any, how: Manner) -> str:
    """Return a campaign's days, such as 1 Apr 2026 to 30 Jun 2026."""
    return say("{low} to {high}").format(low=how.show(start, "date"), high=how.show(end, "date"))
