"""The set-up files agree with each other: pyproject.toml, the locks, environment.yml.

What these tests do not show: conda is not run here, so no solver has seen environment.yml and nobody has asked
conda-forge whether it carries these versions. They hold the names, the bounds and the form, and no more.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from loading import load
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = ROOT / "tools" / "environment.py"
LOCKS = [ROOT / "requirements.lock", ROOT / "tools" / "lab.lock.txt", ROOT / "tools" / "uv.lock.txt"]
WRITTEN = [*LOCKS, ROOT / "environment.yml"]

# Stricter than conda, which takes `pandas >>1` for a spec.
VERSION = r"\d+(?:\.\d+)*"
CONDA_SPEC = re.compile(rf"([a-z0-9][a-z0-9._-]*)(?: ((?:>=|<=|==|!=|<|>){VERSION}(?:,(?:>=|<=|!=|<|>){VERSION})*))?")

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CORE = PYPROJECT["project"]["dependencies"]
LAB = PYPROJECT["project"]["optional-dependencies"]["lab"]
GROUPS = PYPROJECT["dependency-groups"]
LOCKED = [*CORE, *GROUPS["test"], *GROUPS["lint"]]
IN_CONDA = [*CORE, *LAB, *GROUPS["test"]]


environment = load(SCRIPT)


def pins(file: Path) -> dict[str, str]:
    """Return the version of each package in a lock."""
    return {canonicalize_name(name): version for name, version in environment.pins(file).items()}


def conda_entries() -> list[str]:
    """Return the conda specs of environment.yml, without the part for pip."""
    listed = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    return [entry for entry in listed if isinstance(entry, str)]


def conda_bounds() -> dict[str, SpecifierSet]:
    """Return the bounds environment.yml sets, by conda's name."""
    matches = [CONDA_SPEC.fullmatch(entry) for entry in conda_entries()]
    return {match[1]: SpecifierSet(match[2] or "") for match in matches if match}


def test_environment_yml_is_what_pyproject_generates():
    assert (ROOT / "environment.yml").read_text(encoding="utf-8") == environment.conda_text()


def test_conda_check_refuses_a_file_that_was_edited_by_hand(tmp_path, monkeypatch):
    edited = tmp_path / "environment.yml"
    edited.write_text(environment.conda_text().replace("pandas >=3", "pandas >=2"), encoding="utf-8")
    monkeypatch.setattr(environment, "CONDA_FILE", edited)
    with pytest.raises(environment.SetupError, match="make docs"):
        environment.conda(check=True)


@pytest.mark.parametrize("entry", conda_entries())
def test_conda_spec_has_the_strict_form(entry):
    assert CONDA_SPEC.fullmatch(entry)


@pytest.mark.parametrize(
    "wrong", ["pandas>=3", "pandas >>3", "pandas >=3,", "pandas >= 3", "pandas[all] >=3", "pandas 3"]
)
def test_the_strict_form_refuses_what_conda_might_let_through(wrong):
    assert CONDA_SPEC.fullmatch(wrong) is None


def test_environment_yml_ends_with_the_project_itself():
    listed = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    assert listed[-1] == {"pip": ["-e ."]}


@pytest.mark.parametrize("name", ["jupyterlab", "papermill", "pandas", "seaborn", "statsmodels", "nbval", "python"])
def test_environment_yml_names_what_a_reader_looks_for(name):
    assert name in conda_bounds()


@pytest.mark.parametrize("need", IN_CONDA)
def test_every_need_is_in_environment_yml_under_the_same_bounds(need):
    wanted = Requirement(need)
    plain = need.split(">", maxsplit=1)[0].strip()
    name = environment.CONDA_NAMES.get(plain, wanted.name.lower())
    assert conda_bounds()[name] == wanted.specifier


@pytest.mark.parametrize("need", LOCKED)
def test_the_bounds_hold_the_locked_version(need):
    wanted = Requirement(need)
    assert wanted.specifier.contains(pins(LOCKS[0])[canonicalize_name(wanted.name)])


@pytest.mark.parametrize("need", LAB)
def test_the_bounds_hold_the_locked_jupyterlab(need):
    wanted = Requirement(need)
    assert wanted.specifier.contains(pins(LOCKS[1])[canonicalize_name(wanted.name)])


def test_the_lock_of_reports_and_tests_leaves_jupyterlab_out():
    """With JupyterLab beside it, every import of nbformat takes two seconds longer."""
    assert not {"jupyterlab", "rfc3987-syntax"} & pins(LOCKS[0]).keys()


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_pin_has_a_hash(lock):
    text = lock.read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    without = [line for line in lines if not re.search(r"^\S+==\S+ .*--hash=sha256:[0-9a-f]{64}(\s|$)", line)]
    assert lines
    assert without == []
    assert len(lines) == len(pins(lock))


@pytest.mark.parametrize("file", WRITTEN, ids=lambda file: file.name)
def test_no_address_host_or_path_of_a_machine_is_written_down(file):
    text = file.read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"index-url|find-links|pypi|\.(org|com|net|io)\b", text, re.IGNORECASE)
    assert not re.search(r"(^|\s)(/[a-z]|[A-Z]:\\)", text, re.MULTILINE)


def test_a_sync_with_nothing_to_do_says_nothing():
    """The tests run in .venv, so it is there; elsewhere (conda) there is nothing to look at."""
    if Path(sys.prefix) != environment.MAIN.folder or not environment.is_synced(environment.MAIN):
        pytest.skip("these tests do not run in the .venv that `make` keeps")
    done = subprocess.run([sys.executable, SCRIPT, "sync"], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")


def test_a_half_made_environment_is_not_taken_for_done(tmp_path):
    half = environment.Venv(tmp_path / ".venv", environment.MAIN.lock)
    half.python.parent.mkdir(parents=True)
    half.python.touch()
    assert not environment.is_synced(half)
    half.stamp.write_text(environment.fingerprint(half), encoding="utf-8")
    assert environment.is_synced(half)


def test_an_environment_whose_setup_was_cut_short_is_made_anew(tmp_path):
    """What a killed installer leaves behind looks complete to the next one."""
    cut = environment.Venv(tmp_path / ".venv", environment.MAIN.lock)
    cut.folder.mkdir()
    with pytest.raises(KeyboardInterrupt), environment.unfinished(cut):
        raise KeyboardInterrupt
    assert cut.unfinished.exists()
    cut.scripts.mkdir()
    cut.python.symlink_to(sys.executable)
    assert not environment.is_usable(cut)
    cut.unfinished.unlink()
    assert environment.is_usable(cut)


def test_a_changed_lock_is_installed_again(tmp_path):
    lock = tmp_path / "requirements.lock"
    lock.write_text("click==8.5.1", encoding="utf-8")
    before = environment.fingerprint(environment.Venv(tmp_path, lock))
    lock.write_text("click==8.5.2", encoding="utf-8")
    assert environment.fingerprint(environment.Venv(tmp_path, lock)) != before


def test_an_old_python_is_refused_with_the_way_out(monkeypatch):
    monkeypatch.setattr(environment, "OLDEST_PYTHON", (9, 9))
    with pytest.raises(environment.SetupError, match=r"Python 9\.9 or newer is needed.*make PYTHON=python9\.9"):
        environment.check_python()


def test_a_missing_venv_module_is_named_with_its_debian_package():
    message = environment.explain_venv("The virtual environment was not created successfully because ensurepip is not")
    assert "python3-venv" in message


def test_a_registry_that_does_not_answer_is_told_from_other_failures():
    offline = "Failed to establish a new connection: [Errno -3] Temporary failure in name resolution"
    assert "cannot be reached" in environment.explain("The lock could not be installed", offline)
    assert "cannot be reached" not in environment.explain("The lock could not be installed", "No space left on device")


def test_what_pages_are_looked_at_with_is_installed_only_where_it_is_missing(monkeypatch):
    monkeypatch.setattr(environment.shutil, "which", {"google-chrome": "/bin/x", "node": "/bin/x"}.get)
    assert environment.lacking() == ["nodejs", "npm"]
    monkeypatch.setattr(environment.shutil, "which", {"npm": "/bin/x", "node": "/bin/x"}.get)
    assert environment.lacking() == ["chromium", "fonts-dejavu-core"]


def test_nothing_is_installed_by_a_user_who_may_not(monkeypatch, capsys):
    monkeypatch.setattr(environment.os, "geteuid", lambda: 1000, raising=False)
    monkeypatch.setattr(environment, "run", lambda *_, **__: pytest.fail("something was run"))
    environment.install_packages(["chromium"])
    assert "chromium cannot be installed by this user" in capsys.readouterr().out


def npm_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let npm be there and reach nothing."""
    (tmp_path / "package-lock.json").write_text("{}", encoding="utf-8")
    monkeypatch.setattr(environment, "PAGES", tmp_path)
    monkeypatch.setattr(environment.shutil, "which", lambda name: f"/bin/{name}")
    failed = subprocess.CompletedProcess([], 1, "", "getaddrinfo: timed out")
    monkeypatch.setattr(environment, "run", lambda *_, **__: failed)


def test_a_person_who_asks_for_tests_of_pages_is_told_that_npm_failed(tmp_path, monkeypatch):
    npm_fails(tmp_path, monkeypatch)
    with pytest.raises(environment.SetupError, match="registry cannot be reached"):
        environment.pages(system=False)


def test_the_other_tests_go_on_where_npm_fails(tmp_path, monkeypatch, capsys):
    npm_fails(tmp_path, monkeypatch)
    environment.pages(system=True)
    assert "Tests of pages in a browser are skipped." in capsys.readouterr().out
    assert not (tmp_path / "node_modules").exists()


def test_the_lock_of_npm_has_hashes_and_no_address():
    lock = json.loads((ROOT / "tests" / "pages" / "package-lock.json").read_text(encoding="utf-8"))
    packages = [one for name, one in lock["packages"].items() if name]
    assert all(one["integrity"].startswith("sha512-") for one in packages)
    assert "://" not in json.dumps(packages)


def test_a_need_that_conda_cannot_hold_is_refused():
    with pytest.raises(environment.SetupError, match=r"environment\.yml cannot hold it"):
        environment.split_need("thing @ file:thing.whl")
