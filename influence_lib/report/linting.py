"""What would stop a notebook's page from being published, or be missing on it, cell by cell."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import nbformat

from influence_lib.findings import CHART_MIME, INTAKE_MIME, MIME
from influence_lib.report import gate
from influence_lib.report.page import PRINTED, SHOWN_OUTPUTS, notebook_page, outputs

Json = Mapping[str, Any]

MOST_WORDS = 22
ALT_LENGTH = (150, 400)
# What a chart needs before anybody can read it alone, as an analyst calls it.
WANTED = {
    "headline": "headline",
    "subtitle": "subtitle",
    "alt": "description (alt)",
    "n": "n",
    "source": "source",
    "as_of": "day",
}
# Code and the targets of links are no prose.
NO_PROSE = re.compile(r"`[^`]*`|\]\([^)]*\)")
NUMBER = re.compile(r"(?<![\w.])[-+]?[€$£]?\d+(?:[.,]\d+)*\s?(?:%|percent\b|k\b)?(?!\w)")
# The year of a source is no result.
YEAR = re.compile(r"(?:19|20)\d\d")
PREVIEW_MIME = "application/vnd.influence.preview"


@dataclass(frozen=True)
class Fault:
    """What is wrong, and whether the page cannot go out with it; cells are counted from 1."""

    said: str
    stops: bool = False

    def __str__(self) -> str:
        """Return the fault as one sentence."""
        return self.said


def lint(notebook: nbformat.NotebookNode, run: Json | None = None) -> list[Fault]:
    """Return what would stop the page of an executed notebook, and what would be missing on it."""
    return checked(notebook, run)[1]


def checked(notebook: nbformat.NotebookNode, run: Json | None = None) -> tuple[str | None, list[Fault]]:
    """Return the page of an executed notebook, where it makes one, and its faults (see `lint`)."""
    found = [fault for number, cell in enumerate(notebook.cells, 1) for fault in _cell_faults(number, cell)]
    shown = {mime for data in outputs(notebook) for mime in data}
    if INTAKE_MIME not in shown:
        said = "No cell shows the intake, so nobody could say whose data these are. Let a cell end in the intake."
        return None, [*found, Fault(said, stops=True)]
    if MIME not in shown:
        found.append(Fault("No cell shows a finding: the page would have no answer on top."))
    page = notebook_page(notebook, {"notebook": "preview", **(run or {})})
    return page, [*found, *(Fault(said, stops=True) for said in gate.faults(page))]


def _cell_faults(number: int, cell: nbformat.NotebookNode) -> Iterator[Fault]:
    """Yield what is wrong with one cell."""
    if cell.cell_type == "markdown":
        typed = [one for one in NUMBER.findall(NO_PROSE.sub("", cell.source)) if not YEAR.fullmatch(one.strip())]
        if typed:
            said = f"Cell {number} states the number {typed[0].strip()} in prose, where it stays when the data change."
            yield Fault(f"{said} Show a finding.")
    elif cell.cell_type == "code" and cell.source.strip() and cell.get("execution_count") is None:
        yield Fault(f"Cell {number} was not run.", stops=True)
    for output in cell.get("outputs", []):
        yield from _output_faults(number, output)


def _output_faults(number: int, output: nbformat.NotebookNode) -> Iterator[Fault]:
    """Yield what is wrong with one output."""
    kind, data = output.get("output_type"), output.get("data", {})
    if kind == "error":
        yield Fault(f"Cell {number} ended in an error ({output.get('ename')}).", stops=True)
    elif kind == "stream":
        what = "a warning or an error message" if output.get("name") == "stderr" else "printed text"
        yield Fault(f"Cell {number} shows {what}, which no page prints. Show a finding, a table or a note.")
    elif kind in SHOWN_OUTPUTS and PREVIEW_MIME not in data:
        yield from _data_faults(number, data)


def _data_faults(number: int, data: Json) -> Iterator[Fault]:
    """Yield what is wrong with what a cell shows."""
    strange = sorted(set(data) - {"text/plain", "text/markdown"})
    if strange and not any(mime in PRINTED or mime.startswith("application/vnd.influence.") for mime in strange):
        yield Fault(
            f"Cell {number} shows {', '.join(strange)}, which no page prints. Show a chart, a table or a finding."
        )
    if CHART_MIME in data:
        yield from _chart_faults(number, data[CHART_MIME], "image/png" in data)
    if MIME in data:
        yield from _headline_faults(number, str(data[MIME].get("headline") or ""))


def _chart_faults(number: int, chart: Json, drawn: bool) -> Iterator[Fault]:
    """Yield what a chart lacks."""
    for key, name in WANTED.items():
        if not str(chart.get(key) or "").strip():
            yield Fault(f"Cell {number}: the chart has no {name}.", stops=key == "alt")
    alt, (least, most) = str(chart.get("alt") or ""), ALT_LENGTH
    if alt and not least <= len(alt) <= most:
        yield Fault(f"Cell {number}: the chart's description has {len(alt)} characters; {least} to {most} are wanted.")
    if alt and alt == chart.get("headline"):
        yield Fault(f"Cell {number}: the chart's description repeats its headline.")
    if not drawn:
        yield Fault(f"Cell {number}: the chart has no picture.", stops=True)
    yield from _headline_faults(number, str(chart.get("headline") or ""))


def _headline_faults(number: int, headline: str) -> Iterator[Fault]:
    """Yield that a headline is too long to be read in passing."""
    # A number and its sign are one word: a space that does not break stands between them.
    words = len(headline.split(" "))
    if words > MOST_WORDS:
        yield Fault(f"Cell {number}: a headline has {words} words, {MOST_WORDS} at most are wanted: {headline[:60]}…")
