"""The page of the notebook one is working in, shown inside it."""

import importlib.metadata
import os
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import nbformat

from influence_lib.report.linting import PREVIEW_MIME, Fault, checked

# Jupyter tells a kernel in this variable which notebook it belongs to.
SESSION = "JPY_SESSION_NAME"


class NoNotebookError(Exception):
    """There is no notebook to show."""


@dataclass(frozen=True)
class Preview:
    """A page with its faults. Jupyter shows it in a frame that can neither run nor load anything."""

    html: str
    faults: tuple[Fault, ...]

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """Show the page in a frame, below its faults."""
        told = "".join(
            f"<li>{'<strong>Stops the page.</strong> ' * one.stops}{escape(str(one))}</li>" for one in self.faults
        )
        head = f"<ul>{told}</ul>" if told else "<p>Nothing stops this page, and nothing is missing on it.</p>"
        frame = f'<iframe sandbox="allow-downloads" width="100%" height="900" srcdoc="{escape(self.html)}"></iframe>'
        text = "\n".join(["Preview of the page.", *map(str, self.faults)])
        return {"text/html": head + frame, "text/plain": text, PREVIEW_MIME: "preview"}


def preview(notebook: str | Path | None = None) -> Preview:
    """Return the page of a notebook as it was last saved, with its faults; nothing is written.

    Without a path, the notebook of the running kernel is shown.
    """
    path = Path(notebook or os.environ.get(SESSION, ""))
    if path.suffix != ".ipynb" or not path.is_file():
        said = f"There is no notebook '{path}'" if notebook else "Jupyter does not tell which notebook this is"
        raise NoNotebookError(f"{said}. Name one, for example preview('notebooks/campaign_roi.ipynb').")
    read = nbformat.read(path, as_version=4)
    page, faults = checked(read, run_of(read, path.stem))
    return Preview(page or "<p>Without an intake there is no page.</p>", tuple(faults))


def run_of(notebook: nbformat.NotebookNode, name: str) -> dict[str, Any]:
    """Return what a page says of how it was made, as far as the notebook itself tells."""
    told = notebook.metadata.get("papermill", {})
    return {
        "run_id": "not part of a batch",
        "finished_at": told.get("end_time"),
        "notebook": name,
        "library": importlib.metadata.version("influence-workbook"),
        "parameters": dict(told.get("parameters") or {}),
    }
