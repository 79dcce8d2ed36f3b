"""The anatomy of every notebook, so that each reads like the others and runs for every campaign."""

import ast
import re
from pathlib import Path

import nbformat
import pytest

from influence_lib.batch.state import NOTEBOOKS, QUESTIONS

FILES = [NOTEBOOKS / f"{name}.ipynb" for name in QUESTIONS]
notebooks = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


def _cells(file: Path, kind: str) -> list[nbformat.NotebookNode]:
    """Return a notebook's cells of one kind."""
    return [cell for cell in nbformat.read(file, as_version=4).cells if cell.cell_type == kind]


def test_every_notebook_of_the_folder_is_run_by_the_batch() -> None:
    """No notebook lies about that nobody runs."""
    assert sorted(file.stem for file in NOTEBOOKS.glob("*.ipynb")) == sorted(QUESTIONS)


@notebooks
def test_a_notebook_has_12_to_36_cells(file: Path) -> None:
    """Short enough to be read."""
    assert 12 <= len(nbformat.read(file, as_version=4).cells) <= 36


@notebooks
def test_no_cell_is_longer_than_8_lines(file: Path) -> None:
    """Everything with an if in it is in the library."""
    assert max(len(cell.source.splitlines()) for cell in _cells(file, "code")) <= 8


@notebooks
def test_no_cell_defines_or_branches_or_prints(file: Path) -> None:
    """No def, class, loop, condition or print: those are in the library, where they are tested."""
    trees = [ast.walk(ast.parse(cell.source)) for cell in _cells(file, "code")]
    banned = (ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.If, ast.Lambda)
    assert [type(node).__name__ for tree in trees for node in tree if isinstance(node, banned)] == []
    assert [
        cell.source for cell in _cells(file, "code") if "print(" in cell.source or cell.source.rstrip().endswith(";")
    ] == []


@notebooks
def test_headings_come_in_the_order_finding_evidence_caveats_definitions(file: Path) -> None:
    """The finding first, then what it rests on, then what could be wrong with it."""
    text = "\n".join(cell.source for cell in _cells(file, "markdown"))
    assert re.findall(r"^## (.+)$", text, flags=re.M) == ["Finding", "Evidence", "Caveats", "Definitions"]
    assert len(re.findall(r"^# .+\?$", text, flags=re.M)) == 1


@notebooks
def test_prose_states_no_number(file: Path) -> None:
    """Tomorrow the text is read for another campaign."""
    assert [cell.source for cell in _cells(file, "markdown") if re.search(r"\d", cell.source)] == []


@notebooks
def test_the_parameters_cell_holds_the_campaign_and_the_day_and_nothing_else(file: Path) -> None:
    """Everything else is in the YAML, where it is checked before a kernel starts."""
    tagged = [cell for cell in _cells(file, "code") if "parameters" in cell.metadata.get("tags", [])]
    names = [target.id for node in ast.parse(tagged[0].source).body for target in node.targets]  # type: ignore[attr-defined]
    assert len(tagged) == 1
    assert names == ["campaign_file", "as_of"]


@notebooks
def test_a_notebook_is_committed_as_run_from_top_to_bottom(file: Path) -> None:
    """The repository shows a report: every cell ran once, in order, without an error."""
    counts = [cell.execution_count for cell in _cells(file, "code")]
    kinds = {output.output_type for cell in _cells(file, "code") for output in cell.outputs}
    assert counts == list(range(1, len(counts) + 1))
    assert kinds <= {"display_data", "execute_result"}
