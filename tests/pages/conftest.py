"""Five campaigns run as a user runs them, their pages opened once in a browser, and what was seen there."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from loading import SAMPLES, load

from influence_lib.report import pdf

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
CHROMIUM = next(filter(None, map(shutil.which, pdf.CHROMIUMS)), None)
NODE = shutil.which("node")
# One creator's page stands for all of them.
CREATOR = "unclear/creators/one.html"
# Where a picture of every page is left, for looking at.
PICTURES = HERE / "pictures"
SCREENS = [{"width": width, "scheme": scheme} for width in (1280, 390) for scheme in ("light", "dark")]
# Campaign, the demo it is made of, and what is changed in its YAML.
WORLDS = {
    "positive": ("glow_serum", {}),
    "negative": ("trail_shoes", {"language": "de"}),
    "unclear": ("glow_serum", {"margin": "0.36", "creator_pages": "true"}),
    "tiny": ("tea_club", {"locale": "fr_CH"}),
    "hostile": (
        "tea_club",
        {"brand": "'<script>window.__x=1</script>'", "title": "'<img src=x onerror=window.__x=1>'"},
    ),
}


def missing() -> str | None:
    """Return why no page can be looked at here, or None."""
    if CHROMIUM is None:
        return "no Chromium here: pages are not opened in a browser"
    if NODE is None or not (HERE / "node_modules" / ".made-from").is_file():
        return "what pages are looked at with is not set up: run make test-pages"
    return None


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Skip what needs a browser where there is none, with the reason."""
    reason = missing()
    for item in items:
        if HERE in item.path.parents and reason:
            item.add_marker(pytest.mark.skip(reason=reason))


HOSTILE = load(HERE / "hostile.py")


@dataclass(frozen=True)
class Seen:
    """What a browser saw of pages: by name, one entry a screen; faults of their HTML; where they were printed."""

    screens: dict[str, list[dict[str, Any]]]
    faults: dict[str, list[str]]
    files: dict[str, Path]
    printed: dict[str, Path]


def look_at(jobs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Open pages in the browser and return what was seen, one entry a page and screen."""
    asked = json.dumps({"browser": CHROMIUM, "jobs": jobs})
    done = subprocess.run(
        [str(NODE), "look.mjs"], cwd=HERE, input=asked, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


def _world(name: str, folder: Path) -> None:
    """Write the YAML of one campaign, and its exports where they are changed."""
    demo, changes = WORLDS[name]
    data = ROOT / "data" / demo
    if name == "hostile":
        data = folder / "exports <b>"
        data.mkdir()
        HOSTILE.spoil(ROOT / "data" / demo, data)
    text = (ROOT / "params" / f"{demo}.yml").read_text(encoding="utf-8").replace(f"../data/{demo}", str(data))
    for key, value in {"campaign_id": name, "campaign_labels": f"[{demo}]", **changes}.items():
        text = re.sub(rf"^{key}:.*\n", "", text, flags=re.MULTILINE) + f"\n{key}: {value}\n"
    (folder / f"{name}.yml").write_text(text, encoding="utf-8")


@pytest.fixture(scope="session")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder with the pages of all five campaigns, made by the command as an operator runs it."""
    folder, out = tmp_path_factory.mktemp("params"), tmp_path_factory.mktemp("outputs")
    for name in WORLDS:
        _world(name, folder)
    command = [Path(sys.executable).parent / "influence", "run", "--params", folder, "--out", out]
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False, timeout=900)
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    return out


@pytest.fixture(scope="session")
def seen(outputs: Path, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """Return what the browser saw of every page, in light and dark, wide and narrow."""
    if PICTURES.is_dir():
        shutil.rmtree(PICTURES)
    PICTURES.mkdir()
    paper = tmp_path_factory.mktemp("paper")
    files = {str(file.relative_to(outputs)): file for file in sorted(outputs.rglob("*.html"))}
    creators = [name for name in files if "/creators/" in name]
    kept = {name: file for name, file in files.items() if name not in creators} | {CREATOR: files[creators[0]]}
    plain = {name: name.replace("/", "-").removesuffix(".html") for name in kept}
    printed = {name: paper / f"{plain[name]}.pdf" for name in kept}
    jobs = [
        {
            "name": name,
            "file": str(file),
            "axe": True,
            "valid": True,
            "pdf": str(printed[name]),
            "picture": str(PICTURES / plain[name]),
            "screens": SCREENS,
        }
        for name, file in kept.items()
    ]
    found = look_at(jobs)
    screens = {name: [one for one in found if one["name"] == name and "screen" in one] for name in kept}
    faults = {one["name"]: one["faults"] for one in found if "faults" in one}
    return Seen(screens, faults, kept, printed)


@pytest.fixture(scope="session")
def look() -> Callable[[list[dict[str, Any]]], list[dict[str, Any]]]:
    """Return the function that opens pages in the browser."""
    return look_at


@pytest.fixture(scope="session")
def hostile() -> ModuleType:
    """Return the probes."""
    return HOSTILE


@pytest.fixture(scope="session")
def samples() -> ModuleType:
    """Return samples of what pages are made of."""
    return load(SAMPLES)
