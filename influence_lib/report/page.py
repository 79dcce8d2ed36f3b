"""The page of one notebook: the finding on top, then its evidence. Only our own kinds of output are printed."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import nbformat

from influence_lib.findings import CAVEATS_MIME, CHART_MIME, INTAKE_MIME, MIME, NOTE_MIME, TABLE_MIME
from influence_lib.language import say
from influence_lib.metrics import GLOSSARY_MIME
from influence_lib.report.layout import Manner, manner, prose, provenance, render, slug
from influence_lib.report.parts import FindingPart, Pictures, figure_part, finding_part, intake_part, period, table_part

# Everything else a cell may show (streams, HTML, plain text, tracebacks) never reaches a page.
PRINTED = (INTAKE_MIME, MIME, TABLE_MIME, CHART_MIME, CAVEATS_MIME, GLOSSARY_MIME, NOTE_MIME)
DATA_ANCHOR = "data-behind"
SHOWN_OUTPUTS = {"display_data", "execute_result"}
# papermill puts a cell with this tag above one that failed.
FAILURE_TAG = "papermill-error-cell-tag"
HEADING = re.compile(r"^(#{1,3}) +(.+?) *#*$")


@dataclass(frozen=True)
class Block:
    """One thing in a section: its kind names the macro that prints it."""

    kind: str
    part: Any


@dataclass
class Section:
    """A heading of the notebook below its title, and what stands below it."""

    title: str
    anchor: str
    blocks: list[Block] = field(default_factory=list)


def outputs(notebook: nbformat.NotebookNode) -> Iterator[Mapping[str, Any]]:
    """Yield what each output of an executed notebook holds, by kind, in order."""
    for cell in notebook.cells:
        yield from (output.get("data", {}) for output in cell.get("outputs", []))


def _bundles(notebook: nbformat.NotebookNode) -> Iterator[tuple[int, str, Mapping[str, Any], Pictures]]:
    """Yield cell number, kind and content of every output that may be printed, with its pictures."""
    for number, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", []):
            data = output.get("data", {}) if output.get("output_type") in SHOWN_OUTPUTS else {}
            mime = next((mime for mime in PRINTED if isinstance(data.get(mime), Mapping)), None)
            if mime:
                about = output.get("metadata", {}).get("image/png")
                narrow = about.get("narrow") if isinstance(about, Mapping) else None
                yield number, mime, data[mime], (data.get("image/png"), narrow)


def _prose_cells(notebook: nbformat.NotebookNode) -> Iterator[tuple[int, list[tuple[int, str, str]]]]:
    """Yield cell number and (heading level, heading, text below it) of every Markdown cell."""
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown" and FAILURE_TAG not in cell.metadata.get("tags", []):
            yield number, _split(cell.source)


def _split(source: str) -> list[tuple[int, str, str]]:
    """Return a Markdown text cut at its headings of the first three levels."""
    pieces: list[tuple[int, str, list[str]]] = [(0, "", [])]
    fenced = False
    for line in source.splitlines():
        fenced ^= line.lstrip().startswith("```")
        heading = None if fenced else HEADING.match(line)
        if heading:
            pieces.append((len(heading[1]), heading[2], []))
        else:
            pieces[-1][2].append(line)
    return [(level, title, "\n".join(lines).strip()) for level, title, lines in pieces if title or any(lines)]


class _Builder:
    """Puts the cells of one notebook in order, numbering figures and tables on the way."""

    def __init__(self, how: Manner, stem: str) -> None:
        """Start an empty page; `stem` begins the names of its downloads."""
        self.how, self.stem = how, stem
        self.question, self.intro = "", ""
        self.sections: list[Section] = []
        self.figures = self.tables = self.findings = 0
        self.method, self.told = "", set[str]()

    def section(self, title: str) -> Section:
        """Open a section, with an address no other has."""
        taken = {section.anchor for section in self.sections} | {"main", "made", DATA_ANCHOR}
        anchor = slug(title)
        while anchor in taken:
            anchor += "-x"
        self.sections.append(Section(title, anchor))
        return self.sections[-1]

    def add(self, kind: str, part: Any) -> None:
        """Put a block into the section that is open; open one when there is none."""
        (self.sections[-1] if self.sections else self.section(say("Finding"))).blocks.append(Block(kind, part))

    def text(self, level: int, title: str, below: str) -> None:
        """Take one piece of our own Markdown."""
        title, below = say(title), "\n\n".join(say(paragraph) for paragraph in below.split("\n\n"))
        if level == 1 and not self.question:
            self.question, self.intro = title, below
            return
        if level:
            self.section(title)
        if below:
            self.add("prose", prose(below))

    def without_repeats(self, part: FindingPart) -> FindingPart:
        """Return a finding without the method that the finding before it told, and without caveats told already."""
        again, self.method = part.method == self.method, part.method
        return replace(part, method="" if again else part.method, caveats=self.untold(part.caveats))

    def untold(self, caveats: Sequence[str]) -> tuple[str, ...]:
        """Return the caveats that the page has not told yet; from now on it has."""
        fresh = tuple(caveat for caveat in caveats if caveat not in self.told)
        self.told.update(fresh)
        return fresh

    def output(self, mime: str, content: Mapping[str, Any], pictures: Pictures) -> None:
        """Take one output."""
        if mime == MIME:
            self.findings += 1
            self.add(
                "finding" if self.findings > 1 else "method", self.without_repeats(finding_part(content, self.how))
            )
        elif mime == TABLE_MIME:
            self.tables += 1
            self.add("table", table_part(content, self.tables, self.stem, self.how))
        elif mime == CHART_MIME:
            self.figures += 1
            self.add("figure", figure_part(content, pictures, self.figures, self.stem, self.how))
        elif mime == CAVEATS_MIME:
            self.add("caveats", self.untold(content.get("items") or ()))
        elif mime == NOTE_MIME:
            self.add("note", str(content.get("text", "")))
        elif mime == GLOSSARY_MIME:
            self.add("glossary", content.get("entries") or ())


def _in_order(notebook: nbformat.NotebookNode, builder: _Builder) -> None:
    """Give the builder texts and outputs in the order of the notebook."""
    texts = dict(_prose_cells(notebook))
    bundles: dict[int, list[tuple[str, Mapping[str, Any], Pictures]]] = {}
    for number, mime, content, pictures in _bundles(notebook):
        bundles.setdefault(number, []).append((mime, content, pictures))
    for number in range(len(notebook.cells)):
        for level, title, below in texts.get(number, []):
            builder.text(level, title, below)
        for mime, content, pictures in bundles.get(number, []):
            builder.output(mime, content, pictures)


def _first(notebook: nbformat.NotebookNode, mime: str) -> Mapping[str, Any] | None:
    """Return the first output of a kind."""
    return next((content for _, kind, content, _ in _bundles(notebook) if kind == mime), None)


def notebook_page(notebook: nbformat.NotebookNode, run: Mapping[str, Any]) -> str:
    """Return the page of an executed notebook as one self-contained HTML text.

    Its heading is the headline of the first finding. Without an intake there is no page: nobody could say
    whose data these are, nor whether they are made up.
    """
    intake = _first(notebook, INTAKE_MIME)
    if intake is None:
        raise ValueError(f"notebook '{run.get('notebook')}' shows no intake; let a cell end in the campaign's intake")
    how = manner(intake["campaign"])
    with how.spoken():
        return _page(notebook, run, intake, how)


def _page(notebook: nbformat.NotebookNode, run: Mapping[str, Any], intake: Mapping[str, Any], how: Manner) -> str:
    """Return the page of an executed notebook in the language that is spoken."""
    campaign = intake["campaign"]
    builder = _Builder(how, slug(f"{campaign['campaign_id']}-{run.get('notebook')}"))
    _in_order(notebook, builder)
    finding = _first(notebook, MIME)
    question = builder.question or str(run.get("notebook"))
    sections = [section for section in builder.sections if section.blocks]
    return render(
        "page.html",
        language=how.language,
        synthetic=bool(campaign.get("synthetic")),
        campaign=campaign,
        period=period(campaign.get("start"), campaign.get("end"), how),
        as_of=how.show(campaign.get("as_of"), "date"),
        question=question,
        intro=prose(builder.intro),
        heading=finding_part(finding, how).headline if finding else question,
        answer=finding_part(finding, how) if finding else None,
        intake=intake_part(intake, how, run.get("links") or ()),
        sections=sections,
        links=[*((section.anchor, section.title) for section in sections), (DATA_ANCHOR, say("Data behind this page"))],
        made=provenance(run, how, list(intake.get("files") or ()), campaign.get("seed")),
    )
