"""A batch runs what changed, isolates what fails, publishes by rename, and keeps the contract of its outputs."""

import csv
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from small_campaign import YAML
from small_files import POSTS, load

from influence_lib import batch
from influence_lib.batch import pages, runner, state, worker
from influence_lib.batch.runner import BatchLockedError, _lock, plan
from influence_lib.campaign import Campaign, InputError
from influence_lib.findings import QUESTIONS, VERDICT_LABELS

Write = Callable[..., Path]
Ran = tuple[Path, Path, batch.Outcome]


def _tree(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder with its content."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


def _failing(folder: Path, source: str) -> Path:
    """Return a folder of notebooks in which the ROI notebook runs `source`."""
    folder.mkdir()
    for name in state.QUESTIONS:
        (folder / f"{name}.ipynb").write_bytes((state.NOTEBOOKS / f"{name}.ipynb").read_bytes())
    notebook = nbformat.read(folder / "campaign_roi.ipynb", as_version=4)
    notebook.cells[-1].source = source
    nbformat.write(notebook, folder / "campaign_roi.ipynb")
    return folder


def _job(file: Path, out: Path) -> worker.Job:
    """Return the job that runs the ROI notebook of one campaign."""
    return worker.Job(file, ("campaign_roi",), out, None, "test")


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory, exports: Path) -> Ran:
    """Return params, outputs and outcome of a run of one good and two unusable campaigns."""
    root = tmp_path_factory.mktemp("project")
    params, out = root / "params", root / "outputs"
    params.mkdir()
    (params / "small_one.yml").write_text(YAML.format(name="small_one", folder=exports), encoding="utf-8")
    (params / "typo.yml").write_text(
        YAML.format(name="typo", folder=exports).replace("currency", "curency"), encoding="utf-8"
    )
    broken = root / "broken.csv"
    broken.write_text("handle,when,hearts\na,2026-05-01,3\nb,2026-05-02,4\n", encoding="utf-8")
    (params / "broken.yml").write_text(
        YAML.format(name="broken", folder=exports).replace(f"{exports}/tracker.csv", str(broken)), encoding="utf-8"
    )
    return params, out, batch.run(params, out, jobs=2)


def test_bad_campaigns_are_refused_and_the_good_one_is_published(ran: Ran) -> None:
    """One campaign's trouble is not another's."""
    _, out, outcome = ran
    assert outcome.results["small_one"].status == "ok"
    assert outcome.results["broken"].status == "refused"
    assert "curency" in outcome.plan.refused["typo"]
    assert outcome.exit_code == 2
    assert sorted(folder.name for folder in out.iterdir() if folder.is_dir()) == ["small_one"]


def test_results_keep_the_contract(ran: Ran) -> None:
    """The keys, ids, units and verdicts that others rely on."""
    results = json.loads((ran[1] / "small_one" / "results.json").read_text())
    assert {"campaign", "as_of", "synthetic", "inputs", "versions", "findings"} <= set(results)
    assert (results["campaign"], results["as_of"], results["synthetic"]) == ("small_one", "2026-06-30", True)
    assert all(len(item["sha256"]) == 64 and item["rows"] > 0 for item in results["inputs"])
    wanted = {
        "id",
        "notebook",
        "headline",
        "estimate",
        "interval",
        "level",
        "unit",
        "n",
        "clusters",
        "verdict",
        "method",
        "caveats",
        "claims",
        "table",
    }
    assert all(wanted <= set(finding) for finding in results["findings"])
    assert {finding["verdict"] for finding in results["findings"]} <= set(VERDICT_LABELS)


def test_every_finding_of_the_contract_is_there(ran: Ran) -> None:
    """A question that cannot be answered says so; it is never left out."""
    results = json.loads((ran[1] / "small_one" / "results.json").read_text())
    ids = {finding["id"] for finding in results["findings"]}
    several = {"engagement.rate", "engagement.benchmark", "roi.outcome"}
    assert ids >= set(QUESTIONS) - several
    assert all(any(re.fullmatch(rf"{re.escape(stem)}\.[a-z0-9_]+", name) for name in ids) for stem in several)


def test_the_data_behind_a_report_stand_last_and_are_linked_from_every_page(ran: Ran) -> None:
    """Briefing, portfolio and the three questions lead to the fourth page."""
    folder = ran[1] / "small_one"
    results = json.loads((folder / "results.json").read_text())
    assert [one["name"] for one in results["notebooks"]][-1] == "data_quality"
    linked = [page.name for page in sorted(folder.glob("*.html")) if 'href="data_quality.html"' in page.read_text()]
    assert linked == ["campaign_roi.html", "engagement_vs_reach.html", "index.html", "sponsorship_saturation.html"]
    assert 'href="small_one/data_quality.html"' in (ran[1] / "index.html").read_text()


def test_a_number_has_an_interval_and_an_n_or_is_not_there(ran: Ran) -> None:
    """No bare number in the results."""
    for finding in json.loads((ran[1] / "small_one" / "results.json").read_text())["findings"]:
        if finding["estimate"] is not None:
            low, high = finding["interval"]
            assert low <= finding["estimate"] <= high
            assert finding["n"] > 0


def test_the_manifest_tells_what_became_of_each_campaign(ran: Ran) -> None:
    """Status, seconds, fingerprints and error by campaign and notebook."""
    manifest = json.loads((ran[1] / "run.json").read_text())
    assert {name: entry["status"] for name, entry in manifest["campaigns"].items()} == {
        "small_one": "ok",
        "broken": "refused",
        "typo": "refused",
    }
    roi = manifest["campaigns"]["small_one"]["notebooks"]["campaign_roi"]
    assert roi["status"] == "ok"
    assert set(roi["fingerprints"]) == {"inputs", "parameters", "code"}
    assert "broken.csv" in manifest["campaigns"]["broken"]["error"]


def test_pages_say_synthetic_and_ask_for_nothing_from_outside(ran: Ran) -> None:
    """Every page, the portfolio too."""
    for page in ran[1].rglob("*.html"):
        html = page.read_text(encoding="utf-8")
        assert "synthetic" in html.lower(), page.name
        assert not re.search(r"<script|(?:src|href)=[\"']?(?:https?:)?//", html), page.name


def test_outputs_hold_no_path_of_this_machine(ran: Ran) -> None:
    """Reports can be forwarded."""
    words = [str(ran[0].parent).encode(), str(Path(state.__file__).parent).encode(), str(Path.home()).encode() + b"/"]
    assert [name for name, content in _tree(ran[1]).items() if any(word in content for word in words)] == []


def test_nothing_is_left_in_the_staging_folder(ran: Ran) -> None:
    """What is made is published or swept."""
    assert list((ran[1] / ".staging").glob("*")) == []
    assert list(ran[1].rglob("*.part")) == []


def test_a_second_run_does_nothing_and_changes_nothing(ran: Ran) -> None:
    """Only what changed runs again."""
    before = _tree(ran[1] / "small_one")
    again = batch.run(ran[0], ran[1], ["small_one"])
    assert (again.results, again.plan.fresh, again.exit_code) == ({}, ("small_one",), 0)
    assert _tree(ran[1] / "small_one") == before


def test_a_changed_parameter_is_named_as_the_reason(ran: Ran, tmp_path: Path) -> None:
    """The operator sees why something runs again."""
    params = tmp_path / "params"
    params.mkdir()
    text = (ran[0] / "small_one.yml").read_text(encoding="utf-8")
    (params / "small_one.yml").write_text(text.replace("margin: 0.6", "margin: 0.5"), encoding="utf-8")
    todo = plan(params, ran[1], [], "campaign_roi", None, False)
    assert todo.reasons == {"small_one": "campaign_roi: parameters changed"}


def test_one_notebook_alone_keeps_the_others_only_while_they_rest_on_the_same(ran: Ran, tmp_path: Path) -> None:
    """A report never mixes two days or two sets of inputs."""
    same = plan(ran[0], ran[1], ["small_one"], "campaign_roi", None, True).jobs[0]
    other_day = plan(ran[0], ran[1], ["small_one"], "campaign_roi", "2026-06-20", False).jobs[0]
    assert same.kept == ("engagement_vs_reach", "sponsorship_saturation", "data_quality")
    assert other_day.kept == ()


def test_status_tells_fresh_and_refused(ran: Ran) -> None:
    """One line a campaign."""
    rows = {row["campaign"]: row["status"] for row in batch.status(ran[0], ran[1])}
    assert rows == {"small_one": "fresh", "broken": "refused", "typo": "refused"}


def test_the_last_good_report_survives_a_bad_input(ran: Ran, tmp_path: Path) -> None:
    """An unusable file tonight leaves yesterday's report as it was, byte by byte."""
    before = _tree(ran[1] / "small_one")
    good = (ran[0] / "small_one.yml").read_text(encoding="utf-8")
    empty = tmp_path / "empty.csv"
    empty.write_text("", encoding="utf-8")
    try:
        (ran[0] / "small_one.yml").write_text(re.sub(r"path: .*tracker.csv", f"path: {empty}", good), encoding="utf-8")
        outcome = batch.run(ran[0], ran[1], ["small_one"])
    finally:
        (ran[0] / "small_one.yml").write_text(good, encoding="utf-8")
    assert outcome.exit_code == 2
    assert "empty.csv" in outcome.plan.refused["small_one"]
    assert _tree(ran[1] / "small_one") == before
    assert json.loads((ran[1] / "run.json").read_text())["campaigns"]["small_one"]["last_good"]


@pytest.mark.parametrize(("source", "said"), [("1 / 0", "ZeroDivisionError"), ("import os; os._exit(0)", "DeadKernel")])
def test_a_failing_notebook_leaves_the_last_good_report(
    source: str, said: str, parameters: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cell that raises, and a kernel that dies in the last cell, are failures; nothing is published."""
    out = tmp_path / "outputs"
    (out / "small_one").mkdir(parents=True)
    (out / "small_one" / "index.html").write_text("last good", encoding="utf-8")
    monkeypatch.setattr(state, "NOTEBOOKS", _failing(tmp_path / "notebooks", source))
    told: list[dict[str, Any]] = []
    result = worker.run_campaign(_job(parameters(), out), told.append)
    assert result.status == "failed"
    assert said in str(result.error)
    assert str(tmp_path) not in str(result.error)
    assert _tree(out) == {"small_one/index.html": b"last good"}


@pytest.mark.parametrize(("kept", "said"), [("payments.csv", "has posts"), ("instagram_content.csv", "has followers")])
def test_a_campaign_without_posts_or_followers_is_refused(
    kept: str, said: str, parameters: Write, tmp_path: Path
) -> None:
    """Without the core there is no question to answer; no kernel is started for it."""
    file = parameters()
    lines = [line for line in file.read_text().splitlines() if "path:" not in line or kept in line]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    result = worker.run_campaign(_job(file, tmp_path / "outputs"), lambda message: None)
    assert result.status == "refused"
    assert said in str(result.error)


def test_publishing_replaces_the_whole_folder_and_leaves_no_old_one(tmp_path: Path) -> None:
    """Readers see the old report or the new one."""
    stage, target = tmp_path / ".staging" / "new", tmp_path / "campaign"
    stage.mkdir(parents=True)
    target.mkdir()
    (target / "old.html").touch()
    (stage / "new.html").touch()
    worker.publish(stage, target)
    assert sorted(_tree(tmp_path)) == ["campaign/new.html"]


def test_a_report_set_aside_by_a_killed_run_comes_back(tmp_path: Path) -> None:
    """Killed between the two renames: the next run puts the last good report back."""
    aside = tmp_path / ".staging" / "campaign.old"
    aside.mkdir(parents=True)
    (aside / "index.html").touch()
    worker.recover(tmp_path)
    assert sorted(_tree(tmp_path)) == ["campaign/index.html"]


def test_a_second_batch_is_turned_away_with_the_first_ones_process(tmp_path: Path) -> None:
    """Two batches never write to the same folder."""
    with _lock(tmp_path), pytest.raises(BatchLockedError, match=str(os.getpid())), _lock(tmp_path):
        pass


def test_unknown_names_are_refused_before_anything_runs(parameters: Write, tmp_path: Path) -> None:
    """The message lists what there is."""
    params = parameters().parent
    with pytest.raises(InputError, match=r"no campaign called nobody .* there are: small_one"):
        plan(params, tmp_path, ["nobody"], None, None, False)
    with pytest.raises(InputError, match="no notebook 'x'"):
        plan(params, tmp_path, [], "x", None, False)


def _set_aside(folder: Path, names: str) -> list[dict[str, str]]:
    """Return the rows set aside of a tracker with three cells that cannot be read."""
    rows = (
        "@eve.x,x,p4,2026-03-04,=1+1,2\n@eve.x,x,p5,2026-03-05,ann@example.com,2\n@eve.x & @ana.y,x,p6,2026-03-06,3,2\n"
    )
    data = load(folder, {"tracker.csv": POSTS + rows}, creator_names=names)
    pages.write(folder, data.campaign, data, "test")
    return list(csv.DictReader((folder / "quarantine.csv").open(encoding="utf-8")))


def test_every_row_set_aside_is_in_a_file_beside_the_report(tmp_path: Path) -> None:
    """File, line, column, value, reason, rule and advice; nothing a spreadsheet would run, no address."""
    rows = _set_aside(tmp_path, "shown")
    assert list(rows[0]) == ["file", "line", "column", "value", "reason", "rule", "advice"]
    assert [(row["line"], row["column"], row["value"]) for row in rows] == [
        ("5", "Likes", "'=1+1"),
        ("6", "Likes", "[masked]"),
        ("7", "Handle", "'@eve.x & @ana.y"),
    ]
    assert [row["reason"] for row in rows] == ["NOT_A_NUMBER", "NOT_A_NUMBER", "SEVERAL_CREATORS"]
    assert all(row["file"] == "tracker.csv" and row["rule"] and row["advice"] for row in rows)


def test_the_file_of_rows_set_aside_names_no_creator_who_is_hashed(tmp_path: Path) -> None:
    """Real people are in the data, and a folder of reports is forwarded."""
    assert [row["value"] for row in _set_aside(tmp_path, "hashed")] == ["'=1+1", "[masked]", "[masked]"]


def test_without_rows_set_aside_there_is_no_such_file(tmp_path: Path) -> None:
    """An old one goes."""
    (tmp_path / "quarantine.csv").write_text("old", encoding="utf-8")
    data = load(tmp_path, {"tracker.csv": POSTS})
    pages.write(tmp_path, data.campaign, data, "test")
    assert not (tmp_path / "quarantine.csv").exists()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("cannot read '/home/ann/data/x.csv' now", "cannot read 'x.csv' now"),
        ("C:\\Users\\ann\\x.csv: wrong", "x.csv: wrong"),
        ("../data/x.csv and 3/4/2026 and km/h stay", "../data/x.csv and 3/4/2026 and km/h stay"),
        ("'ann@example.com' is no number", "'(an address)' is no number"),
    ],
)
def test_masked_errors_keep_the_file_name_only(text: str, wanted: str) -> None:
    """No path of the machine and no person's address reaches a manifest or a page."""
    assert worker.mask(text) == wanted


@pytest.mark.skipif(os.name != "posix", reason="signals to a group of processes are a POSIX matter")
@pytest.mark.parametrize(("sign", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_stopped_batch_ends_at_once_and_leaves_the_last_good_report(
    sign: signal.Signals, code: int, parameters: Write, tmp_path: Path
) -> None:
    """Stopped by a person or by the system: its own exit code, no half-made report, nothing in the staging folder."""
    out = tmp_path / "outputs"
    (out / "small_one").mkdir(parents=True)
    (out / "small_one" / "index.html").write_text("last good", encoding="utf-8")
    command = [sys.executable, "-c", "from influence_lib.cli import main; main()", "run", "--out", str(out)]
    child = subprocess.Popen([*command, "--params", str(parameters().parent)], start_new_session=True)
    until = time.monotonic() + 60
    while not list((out / ".staging").glob("small_one-*")) and time.monotonic() < until:
        time.sleep(0.2)
    os.kill(child.pid, sign)
    assert child.wait(timeout=30) == code
    assert (out / "small_one" / "index.html").read_text() == "last good"
    assert not (out / ".staging").exists()


def test_a_change_in_the_published_figures_makes_a_report_stale(tmp_path: Path, exports: Path) -> None:
    figures = "key,metric,population,low,high,year,source,certainty\na,likes_by_followers,x,0.03,0.04,2019,T,found\n"
    (tmp_path / "own.csv").write_text(figures, encoding="utf-8")
    file = tmp_path / "small_one.yml"
    file.write_text(YAML.format(name="small_one", folder=exports) + "benchmarks: own.csv\n", encoding="utf-8")
    before = state.fingerprints(Campaign.load(file))["engagement_vs_reach"]
    (tmp_path / "own.csv").write_text(figures.replace("0.03", "0.02"), encoding="utf-8")
    after = state.fingerprints(Campaign.load(file))["engagement_vs_reach"]
    assert {name for name, mark in before.items() if after[name] != mark} == {"inputs"}


def test_workers_and_kernels_do_linear_algebra_on_one_core_unless_told_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What the operator set stays."""
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    monkeypatch.setenv("MKL_NUM_THREADS", "2")
    runner._one_thread_each()
    assert [os.environ[f"{name}_NUM_THREADS"] for name in ("OMP", "OPENBLAS", "MKL")] == ["3", "1", "2"]
