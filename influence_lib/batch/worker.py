"""Run one campaign in a process of its own: read inputs, execute notebooks, make pages, publish by rename."""

import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from influence_lib.batch import state
from influence_lib.campaign import Campaign, InputError
from influence_lib.tables import TableError

CELL_SECONDS = 600
LONGEST_SOCKET_FOLDER = 80
Tell = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class Job:
    """One campaign to run: its YAML, the notebooks to execute, where to publish, and the day asked for.

    `kept` are the notebooks whose last result rests on the same inputs, parameters and code and stays.
    """

    file: Path
    notebooks: tuple[str, ...]
    out: Path
    as_of: str | None
    run_id: str
    kept: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Return the campaign's id."""
        return self.file.stem


@dataclass
class Result:
    """What became of one campaign: ok, failed or refused; by notebook seconds, fingerprints and error."""

    campaign: str
    status: str = "ok"
    error: str | None = None
    seconds: float = 0.0
    notebooks: dict[str, dict[str, Any]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the entry of the manifest."""
        return {
            "status": self.status,
            "error": self.error,
            "seconds": round(self.seconds, 2),
            "notebooks": self.notebooks,
        }


def run_campaign(job: Job, tell: Tell) -> Result:
    """Run one campaign. Whatever goes wrong ends in the result and never touches the last good report."""
    started, result = time.monotonic(), Result(job.name)
    stage = job.out / ".staging" / f"{job.name}-{job.run_id}"
    try:
        _prepare(job, stage)
        _run(job, stage, result, tell)
        publish(stage, job.out / job.name)
    except (InputError, TableError) as error:
        result.status, result.error = "refused", mask(str(error))
    except Exception as error:
        result.status, result.error = "failed", _told(error)
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    result.seconds = time.monotonic() - started
    return result


def _prepare(job: Job, stage: Path) -> None:
    """Start the staging folder with what stays of the last report: a page never mixes two days or two inputs."""
    shutil.rmtree(stage, ignore_errors=True)
    stage.mkdir(parents=True)
    for notebook in job.kept:
        shutil.copy2(job.out / job.name / f"{notebook}.ipynb", stage)


def _run(job: Job, stage: Path, result: Result, tell: Tell) -> None:
    """Read the inputs, execute the notebooks, and make pages and results in the staging folder."""
    from influence_lib import intake
    from influence_lib.batch import pages

    campaign = Campaign.load(job.file, job.as_of)
    data = intake.load(campaign).require_core()
    marks = state.fingerprints(campaign)
    for notebook in job.notebooks:
        started = time.monotonic()
        entry: dict[str, Any] = {"status": "failed", "seconds": 0.0, "fingerprints": marks[notebook], "error": None}
        result.notebooks[notebook] = entry
        try:
            _execute(job, notebook, stage, tell)
        except Exception as error:
            entry["error"] = _told(error)
            raise
        finally:
            entry["seconds"] = round(time.monotonic() - started, 2)
        entry["status"] = "ok"
        tell({"kind": "notebook", "campaign": job.name, "notebook": notebook, "seconds": entry["seconds"]})
    before = state.read_json(job.out / job.name / "results.json")
    pages.write(stage, campaign, data, job.run_id, before)


def _execute(job: Job, notebook: str, stage: Path, tell: Tell) -> None:
    """Execute one notebook with papermill in the staging folder; raise unless every cell ran."""
    import papermill
    from traitlets.config import Config

    source, target = state.NOTEBOOKS / f"{notebook}.ipynb", stage / f"{notebook}.ipynb"
    cells = len(json.loads(source.read_text(encoding="utf-8"))["cells"])
    tell({"kind": "start", "campaign": job.name, "notebook": notebook, "cells": cells})
    with tempfile.TemporaryDirectory(prefix="influence-") as sockets:
        executed = papermill.execute_notebook(
            str(source),
            str(target),
            parameters={"campaign_file": _relative(job.file, state.NOTEBOOKS), "as_of": job.as_of or ""},
            cwd=str(state.NOTEBOOKS),
            kernel_name="python3",
            progress_bar=False,
            log_output=False,
            autosave_cell_every=0,
            execution_timeout=CELL_SECONDS,
            config=Config({"KernelManager": _transport(sockets)}),
            # What a cell says is in the notebook; the kernel's own log is noise.
            extra_arguments=["--log-level=CRITICAL"],
            on_cell_executed=lambda **_: tell({"kind": "cell", "campaign": job.name, "notebook": notebook}),
        )
    _refuse_unfinished(executed, notebook)
    clean(target, _relative(job.file, job.out / job.name))


def _transport(folder: str) -> dict[str, str]:
    """Return how to talk to the kernel: through sockets in a folder of its own, where paths are short enough for that.

    Two kernels that share a folder (jupyter_client's default is the working folder) can take each other's sockets.
    """
    short = len(folder) < LONGEST_SOCKET_FOLDER
    return {"transport": "ipc", "ip": f"{folder}/kernel"} if os.name == "posix" and short else {}


def _relative(file: Path, start: Path) -> str:
    """Return a path as seen from a folder, so that no absolute path is kept in an output."""
    try:
        return Path(os.path.relpath(file.resolve(), start.resolve())).as_posix()
    except ValueError:
        return str(file.resolve())


def _refuse_unfinished(executed: Mapping[str, Any], notebook: str) -> None:
    """Raise unless every code cell was executed without an error: papermill calls a killed kernel's cells completed."""
    for number, cell in enumerate(executed["cells"], start=1):
        if cell["cell_type"] != "code" or not "".join(cell["source"]).strip():
            continue
        if cell.get("execution_count") is None or any(out["output_type"] == "error" for out in cell["outputs"]):
            raise RuntimeError(f"{notebook}: cell {number} did not finish")


def clean(file: Path, campaign_file: str) -> None:
    """Take papermill's paths and times out of an executed notebook, and let it find its YAML from where it will lie."""
    import nbformat

    notebook = nbformat.read(file, as_version=4)
    notebook.metadata.pop("papermill", None)
    for cell in notebook.cells:
        cell.metadata.pop("papermill", None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.source = re.sub(
                r"^campaign_file = .*$", f"campaign_file = {json.dumps(campaign_file)}", cell.source, flags=re.M
            )
    nbformat.write(notebook, file)


def _told(error: Exception) -> str:
    """Return an error as one line without paths of the machine."""
    name = getattr(error, "ename", None) or type(error).__name__
    said = str(getattr(error, "evalue", None) or error).strip().splitlines() or [""]
    return mask(f"{name}: {said[-1]}")[:500]


def mask(text: str) -> str:
    """Return text fit for a page: absolute paths cut down to the file's name, e-mail addresses taken out."""
    named = re.sub(r"(?<![\w.])(?:[A-Za-z]:)?[\\/](?:[^\s'\"\\/:,;()]+[\\/])+([^\s'\"\\/:,;()]+)", r"\1", text)
    return re.sub(r"[^\s'\"<>()]+@[^\s'\"<>()]+\.[^\s'\"<>()]+", "(an address)", named)


def publish(stage: Path, target: Path) -> None:
    """Put the staging folder in the place of the last good report by renaming; the old one is gone only afterwards."""
    aside = stage.with_name(f"{target.name}.old")
    shutil.rmtree(aside, ignore_errors=True)
    if target.exists():
        target.rename(aside)
    try:
        stage.rename(target)
    except OSError:
        if aside.exists():
            aside.rename(target)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def recover(out: Path) -> None:
    """Put back a report that a killed run had set aside, and sweep what it left in the staging folder."""
    staging = out / ".staging"
    if not staging.is_dir():
        return
    for aside in staging.glob("*.old"):
        target = out / aside.name.removesuffix(".old")
        if not target.exists():
            aside.rename(target)
    shutil.rmtree(staging, ignore_errors=True)
