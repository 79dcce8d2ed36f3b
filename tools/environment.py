"""Set up and pin what the workbook runs on: one file, standard library only.

    python3 tools/environment.py sync            .venv from requirements.lock; costs nothing when nothing changed
    python3 tools/environment.py lab             the same, and JupyterLab in .venv-lab
    python3 tools/environment.py lock            write the locks anew, keeping the versions they have
    python3 tools/environment.py lock --upgrade  write them with the newest versions the bounds allow
    python3 tools/environment.py conda [--check] write (or compare) environment.yml from pyproject.toml

`make` calls these; where there is no make (Windows), call them yourself. Every package is installed by hash.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

OLDEST_PYTHON = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
PYPROJECT = ROOT / "pyproject.toml"
CONDA_FILE = ROOT / "environment.yml"
UV_LOCK = ROOT / "tools" / "uv.lock.txt"


class Venv(NamedTuple):
    """A virtual environment and the lock that says what is in it."""

    folder: Path
    lock: Path

    @property
    def scripts(self) -> Path:
        """Return the folder of its programs."""
        return self.folder / ("Scripts" if os.name == "nt" else "bin")

    @property
    def python(self) -> Path:
        """Return its Python."""
        return self.scripts / ("python.exe" if os.name == "nt" else "python")

    @property
    def uv(self) -> Path:
        """Return its uv, which may not be there."""
        return self.scripts / ("uv.exe" if os.name == "nt" else "uv")

    @property
    def stamp(self) -> Path:
        """Return the file that is written last, when everything is in place."""
        return self.folder / ".synced"

    @property
    def unfinished(self) -> Path:
        """Return the file that lies beside the folder while packages are put into it."""
        return self.folder.with_name(f"{self.folder.name}.unfinished")


MAIN = Venv(ROOT / ".venv", ROOT / "requirements.lock")
# JupyterLab lives apart: beside our packages it makes every import of nbformat two seconds slower.
LAB = Venv(ROOT / ".venv-lab", ROOT / "tools" / "lab.lock.txt")
PAGES = ROOT / "tests" / "pages"
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
# That of Debian 12.
OLDEST_NODE = "18.19"
NPM_OPTIONS = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier")
SKIPPED = "Tests of pages in a browser are skipped."

# What pip and uv print when nothing answers.
OFFLINE = re.compile(
    r"name resolution|dns error|failed to establish a new connection|connection refused|network is unreachable"
    r"|error sending request|no route to host|timed out|failed to fetch|proxyerror|from versions: none",
    re.IGNORECASE,
)


class SetupError(Exception):
    """Something the person at the keyboard has to put right."""


# ---------------------------------------------------------------- running things


def run(command: Iterable[str | Path], **extra: str) -> subprocess.CompletedProcess[str]:
    """Run a command from the project's root and keep what it prints."""
    words = [str(part) for part in command]
    environment = {**os.environ, **extra}
    return subprocess.run(
        words, cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", errors="replace", check=False
    )


def must(command: Iterable[str | Path], failing: str, **extra: str) -> str:
    """Run a command; when it fails, say what was being done and how it ended."""
    done = run(command, **extra)
    if done.returncode:
        raise SetupError(explain(failing, done.stderr or done.stdout))
    return done.stdout


def explain(failing: str, output: str) -> str:
    """Word a failure: what failed, the tool's last lines, and the way out where we know it."""
    lines = [f"    {line}" for line in output.strip().splitlines()]
    if OFFLINE.search(output):
        return (
            f"{failing}: the package registry cannot be reached. Check the network, or the proxy and mirror settings "
            "of pip, then run the same command again. The last that was said:\n" + "\n".join(lines[-2:])
        )
    return f"{failing}:\n" + "\n".join(lines[-15:])


def say(line: str) -> None:
    """Tell what is going on, without holding it back."""
    print(line, flush=True)


# ---------------------------------------------------------------- sync


def check_python() -> None:
    """Refuse a Python that is too old, with the way out."""
    if sys.version_info[:2] < OLDEST_PYTHON:
        needed = ".".join(map(str, OLDEST_PYTHON))
        raise SetupError(
            f"Python {needed} or newer is needed; {sys.executable} is {sys.version.split()[0]}. Name a newer one: "
            f"`make PYTHON=python{needed} report`, or `python{needed} tools/environment.py sync`."
        )


def fingerprint(venv: Venv) -> str:
    """Hash all that decides what the environment holds: locks, pyproject, this script, the Python, the place."""
    digest = hashlib.sha256(f"{sys.version_info[:2]} {venv.folder}".encode())
    for file in (venv.lock, UV_LOCK, PYPROJECT, Path(__file__)):
        digest.update(file.read_bytes() if file.exists() else b"absent")
    return digest.hexdigest()


def is_synced(venv: Venv) -> bool:
    """Tell whether the environment was completed from the files as they are now."""
    if not (venv.python.exists() and venv.stamp.exists()):
        return False
    return venv.stamp.read_text(encoding="utf-8") == fingerprint(venv)


def is_usable(venv: Venv) -> bool:
    """Tell whether the environment is whole and of the Python that runs this script."""
    if venv.unfinished.exists() or not venv.python.exists():
        return False
    found = run([venv.python, "-c", "import pip, sys; print(sys.version_info[:2])"])
    return found.stdout.strip() == str(sys.version_info[:2])


@contextlib.contextmanager
def unfinished(venv: Venv) -> Iterator[None]:
    """Mark the environment while it is worked on; a mark that stays (a kill, a full disk) condemns it."""
    venv.unfinished.touch()
    yield
    venv.unfinished.unlink()


def make_venv(venv: Venv) -> None:
    """Create the environment, in place of any other."""
    say(f"Creating {venv.folder.name} with Python {sys.version.split()[0]}")
    shutil.rmtree(venv.folder, ignore_errors=True)
    base = getattr(sys, "_base_executable", None) or sys.executable
    done = run([base, "-m", "venv", venv.folder])
    if done.returncode:
        shutil.rmtree(venv.folder, ignore_errors=True)
        raise SetupError(explain_venv(done.stdout + done.stderr))


def explain_venv(output: str) -> str:
    """Word the failure of `python -m venv`, which on Debian is a package of its own."""
    if re.search(r"ensurepip|No module named '?venv|python3-venv", output):
        return (
            "This Python cannot create virtual environments: its `venv` or `ensurepip` module is missing. "
            "On Debian and Ubuntu: `apt-get install python3-venv`, then run the same command again."
        )
    return explain("The virtual environment could not be created", output)


def pip_install(venv: Venv, *what: str | Path) -> list[str | Path]:
    """Word a pip command that installs into the environment and gives up soon when nothing answers."""
    quiet = ["--quiet", "--disable-pip-version-check", "--retries", "2"]
    return [venv.python, "-m", "pip", "install", *quiet, *what]


def install_uv(venv: Venv) -> bool:
    """Install the pinned uv into the environment; False when that cannot be done or it does not run."""
    run(pip_install(venv, "--require-hashes", "--no-deps", "--only-binary", ":all:", "-r", UV_LOCK))
    return venv.uv.exists() and run([venv.uv, "--version"]).returncode == 0


def sync_with_uv(venv: Venv) -> bool:
    """Install the lock with uv, bytecode included; False when uv fails."""
    options = ["--quiet", "--require-hashes", "--compile-bytecode"]
    done = run([venv.uv, "pip", "sync", *options, "--python", venv.python, venv.lock])
    if done.returncode:
        say(explain("uv could not install the lock, pip is tried instead", done.stderr))
    return done.returncode == 0


def sync_with_pip(venv: Venv) -> None:
    """Install the lock with pip and compile it, whatever PYTHONDONTWRITEBYTECODE says."""
    command = pip_install(venv, "--no-compile", "--no-deps", "--require-hashes", "-r", venv.lock)
    must(command, f"{venv.lock.name} could not be installed")
    # A package may carry a file that is Python only in name (a template): compileall then ends with 1.
    run([venv.python, "-m", "compileall", "-q", "-j", "0", venv.folder / "lib"], PYTHONDONTWRITEBYTECODE="")


def install_project(venv: Venv) -> None:
    """Put influence_lib into the environment, editable; its needs are there already."""
    command = pip_install(venv, "--no-deps", "--no-build-isolation", "--no-index", "-e", ROOT)
    must(command, "The project could not be installed")


@contextlib.contextmanager
def alone(venv: Venv) -> Iterator[None]:
    """Let one set-up of an environment run at a time; a second one waits and then finds it done."""
    try:
        import fcntl
    except ImportError:  # Windows: two set-ups at once are then the user's to avoid
        yield
        return
    with venv.folder.with_name(f"{venv.folder.name}.busy").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def fill(venv: Venv) -> None:
    """Create the environment where there is no usable one, and install its lock."""
    usable = is_usable(venv)
    venv.stamp.unlink(missing_ok=True)
    with unfinished(venv):
        if not usable:
            make_venv(venv)
        say(f"Installing {venv.lock.relative_to(ROOT)} into {venv.folder.name} (the first time takes a minute)")
        install(venv)


def install(venv: Venv) -> None:
    """Install the lock with uv, or with pip where uv cannot be had or fails."""
    if not install_uv(venv):
        say("uv cannot be had here, pip is used instead (three minutes)")
    elif sync_with_uv(venv):
        return
    sync_with_pip(venv)


def complete(venv: Venv) -> None:
    """Write the stamp: from here on a sync has nothing to do."""
    venv.stamp.write_text(fingerprint(venv), encoding="utf-8")


def sync() -> None:
    """Bring .venv to what requirements.lock says, with the project in it; nothing when it is there already."""
    if is_synced(MAIN):
        return
    with alone(MAIN):
        if is_synced(MAIN):
            return
        fill(MAIN)
        install_project(MAIN)
        complete(MAIN)
    say(f"Ready: {(MAIN.scripts / 'influence').relative_to(ROOT)}")


def lab() -> None:
    """Bring JupyterLab into .venv-lab, with the workbook's own Python as its kernel."""
    sync()
    if is_synced(LAB):
        return
    with alone(LAB):
        fill(LAB)
        kernel = ["--name", "python3", "--display-name", "Influence Workbook"]
        command = [str(MAIN.python), "-m", "ipykernel", "install", "--prefix", str(LAB.folder), *kernel]
        must(command, "The kernel could not be made known to JupyterLab")
        complete(LAB)


def pages(system: bool) -> None:
    """Put what the tests of pages look with beside them (npm); with `system`, install what this machine lacks.

    With `system` nothing stops here: what is missing is told, and these tests are skipped with the same reason.
    """
    if system:
        install_packages(lacking())
    npm = shutil.which("npm")
    if npm is None:
        say(f"There is no npm here: install Node.js {OLDEST_NODE} or newer with npm. {SKIPPED}")
        return
    lock_file, stamp = PAGES / "package-lock.json", PAGES / "node_modules" / ".made-from"
    wanted = hashlib.sha256(lock_file.read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return
    say("Installing tests/pages/package-lock.json")
    try:
        must([npm, "ci", "--prefix", PAGES, *NPM_OPTIONS], "What the tests of pages look with could not be installed")
    except SetupError as problem:
        if not system:
            raise
        say(f"{problem}\n{SKIPPED}")
        return
    stamp.write_text(wanted, encoding="utf-8")


def lacking() -> list[str]:
    """Return the Debian packages with what the tests of pages need and this machine lacks."""
    chromium = [] if any(map(shutil.which, CHROMIUMS)) else ["chromium", "fonts-dejavu-core"]
    node = [] if shutil.which("node") and shutil.which("npm") else ["nodejs", "npm"]
    return chromium + node


def install_packages(packages: Sequence[str]) -> None:
    """Install Debian packages where this is Debian and we are its administrator; else tell why not."""
    if not packages:
        return
    apt = shutil.which("apt-get")
    if apt is None or not hasattr(os, "geteuid") or os.geteuid() != 0:
        say(f"{' '.join(packages)} cannot be installed by this user. {SKIPPED}")
        return
    say(f"Installing {' '.join(packages)}")
    for words in (("update", "-q"), ("install", "-q", "-y", "--no-install-recommends", *packages)):
        done = run([apt, *words], DEBIAN_FRONTEND="noninteractive")
    if done.returncode:
        say(f"{explain('They could not be installed', done.stderr)}\n{SKIPPED}")


# ---------------------------------------------------------------- lock


def project_table() -> dict[str, object]:
    """Read pyproject.toml."""
    import tomllib

    return tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))


def needs(*path: str) -> list[str]:
    """Return one list of requirements of pyproject.toml, found by its keys."""
    table: object = project_table()
    for key in path:
        assert isinstance(table, dict)
        table = table[key]
    assert isinstance(table, list)
    return [str(need) for need in table]


def compile_lock(uv: Path, target: Path, sources: Iterable[str], upgrade: bool) -> None:
    """Write one hashed lock for all systems and Pythons, without the name of any registry."""
    command: list[str | Path] = [uv, "pip", "compile", "--quiet", "--universal", "--generate-hashes"]
    command += ["--python-version", ".".join(map(str, OLDEST_PYTHON))]
    # One version of each package for every Python, so that the numbers do not depend on it.
    command += ["--fork-strategy", "fewest"]
    command += ["--no-emit-index-url", "--custom-compile-command", "make lock", "--output-file", target]
    must([*command, *(["--upgrade"] if upgrade else []), *sources], f"{target.name} could not be written")


def compile_list(uv: Path, target: Path, requirements: Iterable[str], upgrade: bool) -> None:
    """Write the hashed lock of a few requirements that are not the project's own."""
    listed = target.with_suffix(".in")
    listed.write_text("\n".join(requirements) + "\n", encoding="utf-8")
    try:
        compile_lock(uv, target, ["--no-annotate", str(listed)], upgrade)
    finally:
        listed.unlink()


def lock(upgrade: bool) -> None:
    """Write requirements.lock and the locks of uv and JupyterLab from the bounds in pyproject.toml."""
    if not is_usable(MAIN):
        with unfinished(MAIN):
            make_venv(MAIN)
    if not install_uv(MAIN):
        must(pip_install(MAIN, "uv"), "uv could not be installed, and the lock needs it")
    groups = ["pyproject.toml", "--group", "test", "--group", "lint"]
    compile_lock(MAIN.uv, MAIN.lock, groups, upgrade)
    compile_list(MAIN.uv, LAB.lock, needs("project", "optional-dependencies", "lab"), upgrade)
    compile_list(MAIN.uv, UV_LOCK, ["uv"], upgrade)
    for written in (MAIN.lock, LAB.lock, UV_LOCK):
        say(f"{written.relative_to(ROOT)}: {len(pins(written))} packages")


def pins(file: Path) -> dict[str, str]:
    """Return the version each package has in a lock."""
    found = re.findall(r"^([a-z0-9][a-z0-9._-]*)==([^\s;\\]+)", file.read_text(encoding="utf-8"), re.MULTILINE)
    return dict(found)


# ---------------------------------------------------------------- conda

# Where conda-forge has another name than the Python registry.
CONDA_NAMES = {
    "duckdb": "python-duckdb",
    "matplotlib": "matplotlib-base",
    "pandera[pandas]": "pandera-pandas",
    "tzdata": "python-tzdata",
}
# What conda-forge does not carry goes under `pip:`; at present it carries all we need.
PIP_ONLY: frozenset[str] = frozenset()

CONDA_HEAD = """\
# Written by `python3 tools/environment.py conda` from pyproject.toml; do not edit, `make docs` writes it anew.
# The tests hold names, bounds and form; conda itself is not run there, so no solver has seen this file.
name: influence-workbook
channels:
  - conda-forge
  - nodefaults
dependencies:
"""


def conda_spec(need: str) -> str:
    """Turn `pandas>=3.0.2,<4` into `pandas >=3.0.2,<4`, under conda-forge's name."""
    name, bounds = split_need(need)
    return f"{CONDA_NAMES.get(name, name)} {bounds}".strip()


def split_need(need: str) -> tuple[str, str]:
    """Split a requirement into its name (with extras) and its bounds."""
    match = re.fullmatch(r"([A-Za-z0-9][A-Za-z0-9._-]*(?:\[[a-z,]+\])?)\s*([^;@]*)", need)
    if match is None:
        raise SetupError(f"pyproject.toml: `{need}` is not a name with bounds, environment.yml cannot hold it")
    return match[1].lower(), match[2].replace(" ", "")


def conda_text() -> str:
    """Return environment.yml: core, JupyterLab and the tests' packages under the bounds of pyproject.toml."""
    wanted = {
        *needs("project", "dependencies"),
        *needs("project", "optional-dependencies", "lab"),
        *needs("dependency-groups", "test"),
    }
    by_pip = sorted(need for need in wanted if split_need(need)[0] in PIP_ONLY)
    python = f"python >={'.'.join(map(str, OLDEST_PYTHON))}"
    lines = [python, "pip", *sorted(conda_spec(need) for need in wanted if need not in by_pip)]
    listed = "".join(f"  - {line}\n" for line in lines)
    return CONDA_HEAD + listed + "  - pip:\n" + "".join(f"      - {line}\n" for line in [*by_pip, "-e ."])


def conda(check: bool) -> None:
    """Write environment.yml, or with `check` refuse one that differs from what would be written."""
    text = conda_text()
    if check:
        if not CONDA_FILE.exists() or CONDA_FILE.read_text(encoding="utf-8") != text:
            raise SetupError("environment.yml does not follow pyproject.toml: run `make docs`")
        return
    CONDA_FILE.write_text(text, encoding="utf-8", newline="\n")
    say(f"environment.yml: {text.count('  - ')} lines")


# ---------------------------------------------------------------- command line


def parser() -> argparse.ArgumentParser:
    """Describe the sub-commands."""
    top = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = top.add_subparsers(dest="command", required=True)
    commands.add_parser("sync", help="set up .venv from requirements.lock")
    commands.add_parser("lab", help="set up .venv and JupyterLab in .venv-lab")
    look = commands.add_parser("pages", help="set up what the tests of pages look with")
    look.add_argument("--system", action="store_true", help="install Debian's Chromium too, where we may")
    commands.add_parser("lock", help="write the locks").add_argument("--upgrade", action="store_true")
    commands.add_parser("conda", help="write environment.yml").add_argument("--check", action="store_true")
    return top


def main() -> int:
    """Do what was asked; 1 and one message when it cannot be done."""
    asked = parser().parse_args()
    for stream in (sys.stdout, sys.stderr):  # a tool's message may hold what this terminal cannot show
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        check_python()
        if asked.command == "sync":
            sync()
        elif asked.command == "lab":
            lab()
        elif asked.command == "pages":
            pages(asked.system)
        elif asked.command == "lock":
            lock(asked.upgrade)
        else:
            conda(asked.check)
    except SetupError as error:
        print(f"tools/environment.py: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
