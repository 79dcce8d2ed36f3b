"""Printing a page: a clear word where it cannot be done, and nothing half-written."""

import stat
from pathlib import Path

import pytest

from influence_lib.cli import main
from influence_lib.report import pdf

FAKE = """#!/bin/sh
for word in "$@"; do case "$word" in --print-to-pdf=*) target="${word#--print-to-pdf=}" ;; esac; done
%s
"""


@pytest.fixture
def report(tmp_path: Path) -> Path:
    folder = tmp_path / "outputs" / "spring"
    folder.mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>x</title>", encoding="utf-8")
    return folder


def chromium(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, does: str) -> None:
    """Put a program in the place of Chromium."""
    program = tmp_path / "chromium"
    program.write_text(FAKE % does, encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv(pdf.CHOSEN, str(program))


def run(*words: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(word) for word in words])
    return int(ended.value.code or 0)


def test_a_page_is_printed_beside_the_report(report, tmp_path, monkeypatch, capsys):
    chromium(tmp_path, monkeypatch, 'printf %%PDF > "$target"'.replace("%%", "%%%%"))
    assert run("pdf", "spring", "--out", report.parent) == 0
    assert sorted(file.name for file in report.iterdir()) == ["index.html", "spring.pdf"]
    assert "spring.pdf" in capsys.readouterr().out


def test_without_chromium_the_way_out_is_told(report, monkeypatch, capsys):
    monkeypatch.delenv(pdf.CHOSEN, raising=False)
    monkeypatch.setenv("PATH", "")
    assert run("pdf", "spring", "--out", report.parent) == 2
    assert "apt install chromium" in capsys.readouterr().err


def test_a_chosen_chromium_that_is_none_is_named(report, monkeypatch, capsys):
    monkeypatch.setenv(pdf.CHOSEN, "/nowhere/chromium")
    assert run("pdf", "spring", "--out", report.parent) == 2
    assert "/nowhere/chromium" in capsys.readouterr().err


@pytest.mark.parametrize("does", ["echo broken >&2; exit 3", "exit 0"])
def test_when_chromium_fails_the_old_file_stays(does, report, tmp_path, monkeypatch, capsys):
    (report / "spring.pdf").write_text("old", encoding="utf-8")
    chromium(tmp_path, monkeypatch, does)
    assert run("pdf", "spring", "--out", report.parent) == 2
    assert "could not print" in capsys.readouterr().err
    assert (report / "spring.pdf").read_text(encoding="utf-8") == "old"
    assert sorted(file.name for file in report.iterdir()) == ["index.html", "spring.pdf"]


def test_a_chromium_that_hangs_is_ended(report, tmp_path, monkeypatch, capsys):
    chromium(tmp_path, monkeypatch, "exec sleep 30")
    monkeypatch.setattr(pdf, "SECONDS", 1)
    assert run("pdf", "spring", "--out", report.parent) == 2
    assert "within 1 seconds" in capsys.readouterr().err


@pytest.mark.parametrize(("campaign", "page"), [("../spring", "index"), ("spring", "../index"), ("a b", "index")])
def test_no_name_leaves_the_folder(campaign, page, report, capsys):
    assert run("pdf", campaign, "--page", page, "--out", report.parent) == 2
    assert "is no name of a" in capsys.readouterr().err


def test_a_campaign_that_never_ran_is_told(report, capsys):
    assert run("pdf", "autumn", "--out", report.parent) == 2
    assert "Run the campaign first" in capsys.readouterr().err
