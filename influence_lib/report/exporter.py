"""The page of a notebook for `jupyter nbconvert --to influence`: the same page that a batch publishes."""

from typing import Any

import nbformat
from nbconvert.exporters import Exporter

from influence_lib.report.linting import checked
from influence_lib.report.previewing import run_of


class NotPublishableError(Exception):
    """A notebook holds something that must not go out."""


class PageExporter(Exporter):
    """Exports an executed notebook as our page: typed data only, escaped, self-contained, without script."""

    export_from_notebook = "Influence page"
    output_mimetype = "text/html"

    def _file_extension_default(self) -> str:
        """Return the ending of the exported file."""
        return ".html"

    def from_notebook_node(  # type: ignore[override]  # as nbconvert's own exporters of text do
        self, nb: nbformat.NotebookNode, resources: Any = None, **options: Any
    ) -> tuple[str, dict[str, Any]]:
        """Return the page and nbconvert's resources.

        Raises NotPublishableError with everything that would stop the page.
        """
        notebook, resources = super().from_notebook_node(nb, resources, **options)
        page, faults = checked(notebook, run_of(notebook, resources["metadata"].get("name") or "notebook"))
        stopping = [str(fault) for fault in faults if fault.stops]
        if page is None or stopping:
            raise NotPublishableError("; ".join(stopping))
        return page, resources
