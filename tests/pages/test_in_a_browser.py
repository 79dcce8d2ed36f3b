"""Every page of five campaigns in a real browser: paid back, did not, unclear, tiny and hostile."""

import base64
import itertools
import re
import unicodedata
from pathlib import Path

import nbformat.v4 as v4
import pypdf
import pytest

from influence_lib.report import gate
from influence_lib.report.page import notebook_page

HERE = Path(__file__).parent
CAMPAIGNS = ("positive", "negative", "unclear", "tiny", "hostile")
NOTEBOOKS = ("campaign_roi", "engagement_vs_reach", "sponsorship_saturation", "data_quality")
PORTFOLIO = ("index.html", "by-name.html", "by-cost.html", "by-date.html")
PAGES = [
    *PORTFOLIO,
    *(f"{name}/{page}.html" for name in CAMPAIGNS for page in ("index", *NOTEBOOKS)),
    "unclear/creators/one.html",
]
# Five campaigns are run and some hundred pages opened before the first of these tests.
pytestmark = [pytest.mark.pages, pytest.mark.timeout(1800)]
# The fold: a laptop's screen.
FOLD = 900
MOST_SHEETS = 10


def test_every_page_was_looked_at(seen):
    """Five campaigns with five pages each, the portfolio in all its orders, and one creator's page."""
    assert set(PAGES) == set(seen.files)
    assert {len(screens) for screens in seen.screens.values()} == {4}


@pytest.mark.parametrize("page", PAGES)
def test_nothing_is_asked_from_outside_and_nothing_complains(page, seen):
    for one in seen.screens[page]:
        assert (one["asked"], one["told"]) == ([], []), one["screen"]


@pytest.mark.parametrize("page", PAGES)
def test_axe_finds_no_fault_in_light_and_dark_wide_and_narrow(page, seen):
    assert {str(one["screen"]): one["violations"] for one in seen.screens[page] if one["violations"]} == {}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_fits_its_screen(page, seen):
    assert [one["screen"] for one in seen.screens[page] if one["wide"] > one["screen"]["width"]] == []


@pytest.mark.parametrize("page", PAGES)
def test_the_html_is_valid(page, seen):
    assert seen.faults[page] == []


@pytest.mark.parametrize("page", PAGES)
def test_one_heading_on_top_and_none_jumps(page, seen):
    levels = seen.screens[page][0]["headings"]
    assert (levels[0], levels.count(1)) == (1, 1)
    assert [pair for pair in itertools.pairwise(levels) if pair[1] > pair[0] + 1] == []


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_under_a_megabyte(page, seen):
    assert seen.files[page].stat().st_size < 1_000_000


@pytest.mark.parametrize("campaign", CAMPAIGNS)
def test_answer_and_three_to_five_tiles_stand_above_the_fold(campaign, seen):
    wide = seen.screens[f"{campaign}/index.html"][0]["first"]
    assert 3 <= len(wide["tiles"]) <= 5
    assert max(wide["heading"] + wide["answer"] + wide["tiles"]) <= FOLD


@pytest.mark.parametrize("page", PAGES)
def test_nothing_hostile_ran(page, seen):
    for one in seen.screens[page]:
        assert one["fired"] is None
        assert "fired" not in one["title"]


@pytest.mark.parametrize("page", [f"hostile/{page}.html" for page in ("index", *NOTEBOOKS)])
def test_hostile_texts_are_on_the_page_and_shown_as_they_are(page, seen):
    html = seen.files[page].read_text(encoding="utf-8")
    assert "&lt;script&gt;window.__x=1&lt;/script&gt;" in html
    assert "<img src=x" not in html


@pytest.mark.parametrize("page", PAGES)
def test_a_printed_page_is_tagged_and_short(page, seen):
    paper = pypdf.PdfReader(seen.printed[page])
    root = paper.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] is True or root["/MarkInfo"]["/Marked"].value is True
    assert "/StructTreeRoot" in root
    assert root["/Lang"][:2] in {"en", "de"}
    assert len(paper.pages) <= MOST_SHEETS


@pytest.mark.parametrize("campaign", CAMPAIGNS)
def test_answer_and_tiles_stand_on_the_first_sheet(campaign, seen):
    first = " ".join(pypdf.PdfReader(seen.printed[f"{campaign}/index.html"]).pages[0].extract_text().split())
    html = seen.files[f"{campaign}/index.html"].read_text(encoding="utf-8")
    labels = re.findall(r'<div class="tile[^>]*>\s*<p class="label">([^<]+)</p>', html)
    assert 3 <= len(labels) <= 5
    assert [label for label in labels if label not in first] == []


@pytest.mark.parametrize("campaign", CAMPAIGNS)
def test_every_sheet_says_which_of_how_many_it_is(campaign, seen):
    sheets = pypdf.PdfReader(seen.printed[f"{campaign}/index.html"]).pages
    word = ("Seite", "von") if campaign == "negative" else ("Page", "of")
    for number, sheet in enumerate(sheets, 1):
        assert f"{word[0]} {number} {word[1]} {len(sheets)}" in " ".join(sheet.extract_text().split())


def test_a_table_that_is_cut_on_paper_says_so(seen):
    paper = pypdf.PdfReader(seen.printed["positive/campaign_roi.html"])
    # Printed text has ligatures.
    text = unicodedata.normalize("NFKC", " ".join(" ".join(sheet.extract_text() for sheet in paper.pages).split()))
    assert "On paper: the first 5 of 36 rows." in text


def _kinds_of_output(probe: str) -> list[dict]:
    """Return the ways in which a notebook can show a text that some other page would run."""
    svg = f"<svg xmlns='http://www.w3.org/2000/svg'>{probe}</svg>"
    return [
        {"text/html": probe},
        {"text/html": f"<style scoped></style><table><tr><td>{probe}</td></tr></table>"},
        {"text/markdown": probe},
        {"text/latex": f"${probe}$"},
        {"image/svg+xml": svg},
        {"application/javascript": probe},
        {"text/vnd.mermaid": f"graph TD; A[{probe}]"},
        {"application/vnd.jupyter.widget-view+json": {"model_id": probe}},
        {"application/vnd.plotly.v1+json": {"data": probe}},
        {"application/vnd.vegalite.v5+json": {"title": f"</script>{probe}"}},
        {"application/json": {probe: probe}},
    ]


def _typed(value: object, probe: str) -> object:
    """Return typed data with a probe in the place of every text that is no number, date or code of ours."""
    if isinstance(value, dict):
        codes = {
            "id",
            "kind",
            "unit",
            "verdict",
            "notebook",
            "name",
            "as_of",
            "csv",
            "start",
            "end",
            "sha256",
            "locale",
            "language",
            "currency",
        }
        return {key: one if key in codes else _typed(one, probe) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_typed(one, probe) for one in value]
    return probe if isinstance(value, str) else value


@pytest.fixture(scope="session")
def probed(samples, hostile, look, tmp_path_factory) -> dict[str, list[dict]]:
    """Return what the browser saw of pages with probes in their typed data, their other outputs and their prose."""
    folder, jobs = tmp_path_factory.mktemp("probes"), []
    for number, probe in enumerate(hostile.PROBES):
        book = samples.notebook()
        for cell in book.cells:
            for output in cell.get("outputs", []):
                output["data"] = {
                    mime: _typed(one, probe) if mime.startswith("application/vnd.influence") else one
                    for mime, one in output["data"].items()
                }
        book.cells.append(
            v4.new_code_cell(
                "x",
                execution_count=2,
                outputs=[v4.new_output("display_data", data) for data in _kinds_of_output(probe)],
            )
        )
        book.cells.append(
            v4.new_code_cell(
                "x",
                execution_count=3,
                outputs=[
                    v4.new_output("stream", text=probe),
                    v4.new_output("error", ename=probe, evalue=probe, traceback=[probe]),
                ],
            )
        )
        book.cells.append(v4.new_markdown_cell(f"## {probe}\n\n{probe}"))
        file = folder / f"{number}.html"
        file.write_text(notebook_page(book, samples.RUN), encoding="utf-8")
        jobs.append(
            {"name": str(number), "file": str(file), "wait": 50, "screens": [{"width": 1280, "scheme": "light"}]}
        )
    found = look(jobs)
    return {probe: [one for one in found if one["name"] == str(number)] for number, probe in enumerate(hostile.PROBES)}


def test_thirty_one_probes_stay_silent_wherever_they_stand(probed, hostile):
    assert len(hostile.PROBES) == 31
    loud = {
        probe: (one["fired"], one["asked"], one["told"])
        for probe, (one,) in probed.items()
        if one["fired"] is not None or one["title"] == "fired" or one["asked"] or one["told"]
    }
    assert loud == {}


def test_the_probes_would_be_heard(hostile, look, tmp_path):
    """The measure itself works: on a page without our escaping and policy, probes run and reach out."""
    (tmp_path / "open.html").write_text(
        "<!doctype html><title>x</title>" + "\n".join(hostile.PROBES[:2]), encoding="utf-8"
    )
    (tmp_path / "out.html").write_text(
        "<!doctype html><title>x</title><img src='http://192.0.2.1/b'>", encoding="utf-8"
    )
    screens = [{"width": 390, "scheme": "light"}]
    jobs = [
        {"name": name, "file": str(tmp_path / f"{name}.html"), "wait": 100, "screens": screens}
        for name in ("open", "out")
    ]
    found = {one["name"]: one for one in look(jobs)}
    assert (found["open"]["fired"], found["open"]["title"]) == (1, "fired")
    assert found["out"]["asked"] == ["http://192.0.2.1/b"]


FORCED = (
    "<script>window.__x=1</script>",
    "<img src=x onerror=window.__x=1>",
    "<style>body{display:none}</style>",
    "<p style='position:fixed;inset:0'>x</p>",
    "<img src='http://192.0.2.1/beacon'>",
    "<iframe src='http://192.0.2.1/'></iframe>",
)


def test_what_is_forced_into_a_finished_page_is_blocked_by_its_policy(seen, look, tmp_path):
    page = seen.files["positive/index.html"].read_text(encoding="utf-8")
    file = tmp_path / "forced.html"
    file.write_text(page.replace("</main>", "".join(FORCED) + "</main>"), encoding="utf-8")
    assert gate.faults(file.read_text(encoding="utf-8")) != []
    (one,) = look([{"name": "forced", "file": str(file), "wait": 100, "screens": [{"width": 1280, "scheme": "light"}]}])
    blocked = [line for line in one["told"] if "Content Security Policy" in line]
    assert one["fired"] is None
    assert len(blocked) >= 4
    assert one["first"]["heading"][0] > 0


def test_the_browser_would_tell_a_page_that_does_not_fit(look, tmp_path):
    file = tmp_path / "wide.html"
    file.write_text(f"<!doctype html><pre>{'w' * 400}</pre>", encoding="utf-8")
    (one,) = look([{"name": "wide", "file": str(file), "axe": True, "screens": [{"width": 390, "scheme": "light"}]}])
    assert one["wide"] > 390
    assert any("document-title" in fault for fault in one["violations"])


def test_pictures_on_a_page_are_palette_png_files_without_script(seen):
    for name in PAGES:
        for encoded in re.findall(r"data:image/png;base64,([^\"\s]+)", seen.files[name].read_text(encoding="utf-8")):
            assert base64.b64decode(encoded)[:8] == b"\x89PNG\r\n\x1a\n"
