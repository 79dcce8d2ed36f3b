"""Turn executed notebooks into results, pages and a quarantine file, and refuse what must not be published."""

import csv
import io
from collections.abc import Mapping, Sequence, Set
from pathlib import Path
from typing import Any

import nbformat

from influence_lib import findings, wording
from influence_lib.batch import state
from influence_lib.campaign import Campaign
from influence_lib.intake import FileReading, Intake
from influence_lib.intake.privacy import MASK
from influence_lib.intake.reasons import Fault
from influence_lib.language import say
from influence_lib.report import briefing, changes, creator, gate, page, portfolio, workbook
from influence_lib.report.downloads import safe_cell

DATA, QUARANTINE, WORKBOOK, CREATORS = "data_quality", "quarantine.csv", "tables.xlsx", "creators"
ABOUT = ("brand", "name", "start", "end", "as_of", "synthetic", "currency", "seed")


class PublishError(Exception):
    """A page holds something that must not be published."""


def write(stage: Path, campaign: Campaign, data: Intake, run_id: str, before: Mapping[str, Any] | None = None) -> None:
    """Write results.json, a page for each executed notebook, the briefing and the rows set aside.

    `before` is the results.json of the report that this one replaces.
    """
    run = {
        "run_id": run_id,
        "finished_at": state.now(),
        "versions": state.versions(),
        "library": state.versions()["influence_lib"],
        "parameters": _parameters(campaign),
    }
    executed = {
        name: nbformat.read(stage / f"{name}.ipynb", as_version=4)
        for name in state.QUESTIONS
        if (stage / f"{name}.ipynb").is_file()
    }
    results = _results(executed, campaign, data)
    results["changes"] = changes.changes(before, results)
    for name, notebook in executed.items():
        about = {**run, "notebook": name, "links": _links(executed.keys() - {name}, data)}
        _publish(stage / f"{name}.html", page.notebook_page(notebook, about), campaign.synthetic)
    about = {**run, "links": _links(executed.keys(), data)}
    _publish(stage / "index.html", briefing.briefing(results, about), campaign.synthetic)
    _write_creators(stage / CREATORS, creator.told(executed, results), results, run)
    state.write_json(stage / "results.json", results)
    _write_workbook(stage / WORKBOOK, executed, results)
    _write_quarantine(stage / QUARANTINE, data)


def _links(notebooks: Set[str], data: Intake) -> list[tuple[str, str]]:
    """Return address and text of what stands beside a page about its data: its page, all tables, rows set aside."""
    rows = sum(file.set_aside for file in data.files)
    aside = wording.count(rows, "row set aside", "rows set aside")
    pages = [(f"{DATA}.html", say("Data behind this report"))] if DATA in notebooks else []
    tables = (WORKBOOK, say("All tables, as a workbook (XLSX)"))
    return [*pages, tables, *([(QUARANTINE, f"{aside}, as CSV")] if rows else [])]


def _parameters(campaign: Campaign) -> dict[str, Any]:
    """Return the parameters as a page shows them; the files are listed elsewhere with their hashes."""
    shown: dict[str, Any] = campaign.model_dump(mode="json", exclude={"files"})
    return shown | {"as_of": str(campaign.today)}


def _results(executed: Mapping[str, nbformat.NotebookNode], campaign: Campaign, data: Intake) -> dict[str, Any]:
    """Return the content of results.json."""
    account = data.to_json()
    found = [finding for notebook in executed.values() for finding in _findings(notebook)]
    about = {key: account["campaign"][key] for key in ABOUT}
    return {
        "campaign": campaign.campaign_id,
        **about,
        "inputs": [{"path": file["path"], "sha256": file["sha256"], "rows": file["rows"]} for file in account["files"]],
        "versions": state.versions(),
        "intake": account,
        "notebooks": [
            {"name": name, "title": _title(notebook), "href": f"{name}.html"} for name, notebook in executed.items()
        ],
        "findings": list({finding["id"]: finding for finding in found}.values()),
    }


def _findings(notebook: nbformat.NotebookNode) -> list[dict[str, Any]]:
    """Return the findings that a notebook shows, each by itself or several as one table, in order."""
    found: list[dict[str, Any]] = []
    for data in page.outputs(notebook):
        found += [dict(data[findings.MIME])] if findings.MIME in data else []
        found += [dict(finding) for finding in data.get(findings.FINDINGS_MIME, [])]
    return found


def _title(notebook: nbformat.NotebookNode) -> str:
    """Return the question of a notebook."""
    return say(str(notebook.cells[0].source).splitlines()[0].removeprefix("# "))


def _publish(file: Path, html: str, synthetic: bool) -> None:
    """Write a page, unless it holds something that must not go out."""
    faults = gate.faults(html, synthetic=synthetic)
    if faults:
        raise PublishError(f"{file.name} is not published: {'; '.join(faults)}")
    state.write_text(file, html)


def _write_creators(
    folder: Path, told: Sequence[creator.Told], results: Mapping[str, Any], run: Mapping[str, Any]
) -> None:
    """Write a page for each creator that can be told something; no folder where no such pages are wanted."""
    for one in told:
        folder.mkdir(exist_ok=True)
        _publish(folder / creator.file_name(one.name), creator.creator_page(one, results, run), results["synthetic"])


def _write_workbook(file: Path, executed: Mapping[str, nbformat.NotebookNode], results: Mapping[str, Any]) -> None:
    """Write all tables of the pages as one workbook, unless a cell holds something that must not go out."""
    tables = workbook.sheets(executed, {one["name"]: one["title"] for one in results["notebooks"]})
    faults = gate.text_faults("\n".join(workbook.texts(tables)))
    if faults:
        raise PublishError(f"{file.name} is not published: {'; '.join(faults)}")
    state.write_bytes(file, workbook.workbook(tables, f"{results['brand']}: {results['name']}", results["synthetic"]))


def _write_quarantine(file: Path, data: Intake) -> None:
    """Write the rows set aside with file, line, column, value, reason and advice; no file when there are none."""
    file.unlink(missing_ok=True)
    rows = [
        [reading.path.name, *_row(fault, reading, data.campaign)]
        for reading in data.files
        for fault in reading.quarantine
    ]
    if rows:
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(["file", "line", "column", "value", "reason", "rule", "advice"])
        writer.writerows([[safe_cell(cell) for cell in row] for row in rows])
        state.write_text(file, text.getvalue())


def _row(fault: Fault, reading: FileReading, campaign: Campaign) -> list[str]:
    """Return a cell that was set aside as a row, without creators' names where hashed; personal values are masked."""
    naming = fault.column in reading.mapping.get("creator", ())
    hidden = naming and campaign.creator_names == "hashed"
    value = MASK if hidden else fault.value
    return [str(fault.line), fault.column, value, fault.code, fault.reason.words, fault.reason.advice]


def write_portfolio(out: Path, manifest: Mapping[str, Any]) -> None:
    """Write the page of all campaigns, once for each order, from the manifest and their results."""
    entries = [_portfolio_entry(out, name, entry) for name, entry in manifest["campaigns"].items()]
    made_up = any(entry["results"] and entry["results"]["synthetic"] for entry in entries)
    ordered = portfolio.portfolio_pages(
        entries,
        {"run_id": manifest["run_id"], "finished_at": manifest["finished_at"], "versions": manifest["versions"]},
    )
    for name, html in ordered.items():
        _publish(out / f"{name}.html", html, made_up)


def _portfolio_entry(out: Path, name: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return one campaign as the portfolio shows it; one of which not every notebook has run is stale."""
    missing = [question for question in state.QUESTIONS if question not in entry["notebooks"]]
    partly = entry["status"] == "ok" and bool(missing)
    return {
        "campaign": name,
        "status": "stale" if partly else entry["status"],
        "reason": f"not run on these files yet: {', '.join(missing)}" if partly else entry["error"],
        "last_good": entry.get("last_good"),
        "results": state.read_json(out / name / "results.json"),
    }
