"""The command line keeps its contract: sub-commands, messages and exit codes."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from influence_lib import cli

Write = Callable[..., Path]


def _call(*arguments: object) -> int:
    """Return the exit code of a command."""
    with pytest.raises(SystemExit) as stop:
        cli.main([str(argument) for argument in arguments])
    return int(stop.value.code or 0)


def test_all_commands_of_the_contract_are_there() -> None:
    """new, check, run, simulate, status."""
    assert {"new", "check", "run", "simulate", "status"} <= set(cli.cli.commands)
    options = {
        name for command in ("run", "check", "simulate") for p in cli.cli.commands[command].params for name in p.opts
    }
    assert {
        "--jobs",
        "--force",
        "--as-of",
        "--params",
        "--out",
        "--notebook",
        "--cluster",
        "--dry-run",
        "--log-json",
    } <= options
    assert {"--file", "--as", "--json", "--seed", "--scenario", "--creators", "--posts"} <= options


def test_simulate_new_and_dry_run_lead_from_nothing_to_a_plan(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The three commands of somebody who tries the workbook."""
    assert _call("simulate", "trial", "--out", tmp_path / "trial", "--seed", 5, "--scenario", "small") == 0
    files = sorted((tmp_path / "trial").glob("*.csv"))
    assert _call("new", "trial", *files, "--params", tmp_path / "params") == 0
    assert "tracker.csv: tracker spreadsheet" in capsys.readouterr().out
    assert _call("run", "--dry-run", "--params", tmp_path / "params", "--out", tmp_path / "outputs") == 0
    assert "run      trial: engagement_vs_reach: never run" in capsys.readouterr().out
    assert not (tmp_path / "outputs").exists()


def test_new_refuses_to_overwrite(parameters: Write, exports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A parameter file somebody has edited is never lost."""
    file = parameters()
    before = file.read_text()
    assert _call("new", "small_one", exports / "tracker.csv", "--params", file.parent) == 2
    assert "is there already" in capsys.readouterr().err
    assert file.read_text() == before


def test_check_names_the_questions_that_can_be_answered(parameters: Write, capsys: pytest.CaptureFixture[str]) -> None:
    """What the files allow, and what is missing for the rest."""
    assert _call("check", "small_one", "--params", parameters().parent) == 0
    said = capsys.readouterr().out
    assert re.search(r"What did the campaign cost\? +yes\n", said)
    assert re.search(r"Did the campaign bring extra sales\? +partly: .*at least 60 needed", said)


def test_check_reports_every_problem_of_a_yaml_at_once(parameters: Write, capsys: pytest.CaptureFixture[str]) -> None:
    """Unknown key, missing key and wrong value in one message, with file and meaning."""
    file = parameters(brand="", margin="margin: 60", curency="curency: EUR")
    assert _call("check", "--params", file.parent) == 2
    said = capsys.readouterr().out
    assert "small_one.yml cannot be used" in said
    assert "unknown key 'curency'; did you mean 'currency'?" in said
    assert "brand: missing (the brand, as readers should see it)" in said
    assert "margin: input should be less than or equal to 1" in said


def test_check_of_one_file_answers_with_one_json_object(exports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Disposition, rows by fate, and sums."""
    assert _call("check", "--file", exports / "payments.csv", "--as", "payments", "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert {
        "disposition",
        "rows_in",
        "rows_ok",
        "rows_quarantined",
        "rows_dropped",
        "reasons",
        "quarantine",
        "totals",
    } <= set(answer)
    assert answer["rows_in"] == answer["rows_ok"] + answer["rows_quarantined"] + answer["rows_dropped"]


def test_check_refuses_a_picture_with_exit_code_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One clear sentence, no traceback."""
    picture = tmp_path / "posts.csv"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(50))
    assert _call("check", "--file", picture, "--as", "posts", "--json") == 2
    answer = json.loads(capsys.readouterr().out)
    assert (answer["disposition"], answer["reasons"]) == ("refuse", ["WRONG_TYPE"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("run", "--params", "nowhere"), "there is no folder 'nowhere'"),
        (("run", "--as-of", "yesterday"), "'yesterday' is not a date"),
        (("simulate", "x", "--out", "o", "--seed", "1", "--scenario", "utopia"), "utopia"),
        (("run", "--colour"), "No such option"),
        (("new", "../x", "file.csv"), "cannot be a campaign's id"),
    ],
)
def test_requests_that_cannot_be_used_end_with_2_and_one_message(
    arguments: tuple[str, ...],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The message names the thing and the way out."""
    monkeypatch.chdir(tmp_path)
    assert _call(*arguments) == 2
    captured = capsys.readouterr()
    assert said in captured.err
    assert "Traceback" not in captured.err


def test_a_missing_file_is_named_with_its_key(parameters: Write, capsys: pytest.CaptureFixture[str]) -> None:
    """Before any kernel starts."""
    file = parameters()
    file.write_text(file.read_text().replace("payments.csv", "paymnts.csv"), encoding="utf-8")
    assert _call("run", "--params", file.parent, "--out", file.parent.parent / "outputs") == 2
    said = capsys.readouterr().err
    assert "files.5.path: there is no file" in said
    assert "paymnts.csv" in said
