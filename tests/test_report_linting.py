"""What an analyst is told before a page goes out: the lint, the preview in the notebook, and nbconvert's exporter."""

import copy
import importlib.metadata
import importlib.util

import nbformat
import nbformat.v4 as v4
import pytest
from loading import SAMPLES, load
from nbconvert.exporters import get_exporter

from influence_lib.report import lint, preview
from influence_lib.report.exporter import NotPublishableError, PageExporter
from influence_lib.report.page import notebook_page
from influence_lib.report.previewing import SESSION, NoNotebookError, run_of

samples = load(SAMPLES)

WHOLE = {
    "name": "returns",
    "headline": "Revenue came back at 1.12 for each 1 spent (likely range 1.03 to 1.22)",
    "subtitle": "Attributed revenue over all costs, in euros, May to June",
    "n": "1,012 orders of 43 creators",
    "source": "orders.csv",
    "as_of": "2026-07-01",
    "alt": "Dots with intervals of revenue for each euro spent. " * 4,
    "csv": "creator,return\na,1.12\n",
}


def notebook(**chart: object) -> nbformat.NotebookNode:
    """Return an executed notebook that nothing is wrong with, with words of its chart replaced."""
    return samples.notebook(chart={**WHOLE, **chart})


def said(book: nbformat.NotebookNode) -> list[str]:
    return [str(fault) for fault in lint(book)]


def stopping(book: nbformat.NotebookNode) -> list[str]:
    return [str(fault) for fault in lint(book) if fault.stops]


def test_nothing_is_wrong_with_a_whole_notebook():
    assert said(notebook()) == []


@pytest.mark.parametrize("word", ["headline", "subtitle", "n", "source", "as_of"])
def test_a_chart_without_a_word_a_reader_needs_is_told(word):
    assert [fault for fault in said(notebook(**{word: ""})) if "the chart has no" in fault] != []
    assert stopping(notebook(**{word: ""})) == []


def test_a_chart_without_description_stops_the_page():
    assert any("description (alt)" in fault for fault in stopping(notebook(alt="")))


@pytest.mark.parametrize("alt", ["too short", "x" * 401])
def test_a_description_has_150_to_400_characters(alt):
    assert [fault for fault in said(notebook(alt=alt)) if f"has {len(alt)} characters" in fault] != []


def test_a_headline_that_nobody_can_read_in_passing_is_told():
    assert any("has 23 words" in fault for fault in said(notebook(headline=" ".join(["word"] * 23))))
    assert not any("words" in fault for fault in said(notebook(headline=" ".join(["word"] * 22))))


def test_a_number_and_its_sign_are_one_word():
    assert not any("words" in fault for fault in said(notebook(headline=" ".join(["10\u00a0%"] * 22))))


def with_output(*outputs: nbformat.NotebookNode) -> nbformat.NotebookNode:
    book = notebook()
    book.cells.append(v4.new_code_cell("x", execution_count=9, outputs=list(outputs)))
    return book


HIDDEN = {
    "html": (v4.new_output("display_data", {"text/html": "<b>9</b>", "text/plain": "9"}), "text/html"),
    "widget": (v4.new_output("display_data", {"application/vnd.jupyter.widget-view+json": {}}), "widget-view"),
    "picture": (v4.new_output("execute_result", {"image/png": samples.png()}), "image/png"),
    "print": (v4.new_output("stream", name="stdout", text="9"), "printed text"),
    "warning": (v4.new_output("stream", name="stderr", text="careful"), "a warning"),
}


@pytest.mark.parametrize("kind", HIDDEN)
def test_what_no_page_prints_is_told_and_left_out(kind):
    output, word = HIDDEN[kind]
    book = with_output(output)
    assert len(said(book)) == 1
    assert word in said(book)[0] and said(book)[0].startswith(f"Cell {len(book.cells)} shows")
    assert stopping(book) == []


def test_an_error_and_a_cell_that_was_not_run_stop_the_page():
    error = v4.new_output("error", ename="KeyError", evalue="ana@example.com", traceback=["line"])
    assert stopping(with_output(error)) == [f"Cell {len(with_output().cells)} ended in an error (KeyError)."]
    book = with_output()
    book.cells[-1].execution_count = None
    assert stopping(book) == [f"Cell {len(book.cells)} was not run."]


@pytest.mark.parametrize(
    ("prose", "number"),
    [("We earned £48,200 here.", "£48,200"), ("It rose by 12 % then.", "12 %"), ("Of 7 creators", "7")],
)
def test_a_number_typed_into_prose_is_told(prose, number):
    book = notebook()
    book.cells.append(v4.new_markdown_cell(prose))
    assert [f"the number {number} in prose" in fault for fault in said(book)] == [True]


@pytest.mark.parametrize(
    "prose", ["Lewis and Rao (2015) say so.", "See `posts2.csv`.", "[there](page-2.html)", "The A2 format"]
)
def test_years_names_and_code_are_no_numbers(prose):
    book = notebook()
    book.cells.append(v4.new_markdown_cell(prose))
    assert said(book) == []


def test_without_an_intake_nothing_can_be_published():
    book = notebook()
    book.cells = [cell for cell in book.cells if samples.INTAKE not in str(cell.get("outputs"))]
    assert any("No cell shows the intake" in fault for fault in stopping(book))


def test_what_the_gate_refuses_stops_the_page():
    book = copy.deepcopy(notebook())
    book.cells.append(v4.new_markdown_cell("Ask ana@example.com."))
    assert stopping(book) == ["The page shows an e-mail address."]


def test_the_preview_shows_the_page_as_saved_in_a_frame_that_runs_nothing(tmp_path):
    nbformat.write(notebook(headline=" ".join(["word"] * 30)), tmp_path / "mine.ipynb")
    shown = preview(tmp_path / "mine.ipynb")._repr_mimebundle_()
    assert 'sandbox="allow-downloads"' in shown["text/html"]
    assert "&lt;h1&gt;Attributed orders paid the campaign back" in shown["text/html"]
    assert "has 30 words" in shown["text/plain"]
    assert [file.name for file in tmp_path.iterdir()] == ["mine.ipynb"]


def test_the_preview_finds_the_notebook_that_it_stands_in(tmp_path, monkeypatch):
    nbformat.write(notebook(), tmp_path / "mine.ipynb")
    monkeypatch.setenv(SESSION, str(tmp_path / "mine.ipynb"))
    assert preview().html == notebook_page(notebook(), run_of(notebook(), "mine"))


def test_a_preview_of_nothing_says_what_to_name(monkeypatch, tmp_path):
    monkeypatch.delenv(SESSION, raising=False)
    with pytest.raises(NoNotebookError, match="Name one, for example"):
        preview()
    with pytest.raises(NoNotebookError, match="There is no notebook"):
        preview(tmp_path / "none.ipynb")


def test_a_preview_in_a_notebook_is_not_told_as_a_fault(tmp_path):
    nbformat.write(notebook(), tmp_path / "mine.ipynb")
    shown = preview(tmp_path / "mine.ipynb")._repr_mimebundle_()
    assert said(with_output(v4.new_output("execute_result", shown))) == []


def test_nbconvert_exports_the_page_that_a_batch_publishes(tmp_path):
    nbformat.write(notebook(), tmp_path / "campaign_roi.ipynb")
    page, resources = get_exporter("influence")().from_filename(str(tmp_path / "campaign_roi.ipynb"))
    assert page == notebook_page(notebook(), run_of(notebook(), "campaign_roi"))
    assert resources["output_extension"] == ".html"


def test_nbconvert_refuses_a_notebook_with_an_error():
    error = v4.new_output("error", ename="KeyError", evalue="x", traceback=["line"])
    with pytest.raises(NotPublishableError, match="ended in an error"):
        PageExporter().from_notebook_node(with_output(error))


def test_the_exporter_is_known_to_nbconvert_by_name():
    known = importlib.metadata.entry_points(group="nbconvert.exporters")
    assert known["influence"].load() is PageExporter
