"""Run every notebook on its demo campaign, in place, and keep the outputs: the repository shows a report.

Run this (`make notebooks`) before committing a change that moves a number or a sentence.
"""

from pathlib import Path

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"


def run(file: Path) -> None:
    """Execute one notebook where it stands and write it back without times and machine names."""
    notebook = nbformat.read(file, as_version=4)
    NotebookClient(
        notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(FOLDER)}}, record_timing=False
    ).execute()
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    nbformat.write(notebook, file)


if __name__ == "__main__":
    for path in sorted(FOLDER.glob("*.ipynb")):
        run(path)
        print(path.name)
