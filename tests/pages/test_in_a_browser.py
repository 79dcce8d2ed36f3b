"""Pages as a real browser shows them; skipped, with the reason printed, where there is no Chromium."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from influence_lib.report import briefing, page, portfolio

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: pages are not opened in a browser")
FLAGS = [
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--allow-file-access-from-files",
    "--enable-logging=stderr",
    "--virtual-time-budget=3000",
]
# A page in a frame as wide as the screen in question; the frame tells how wide the page inside wanted to be.
FRAME = """<!doctype html><title>waiting</title><iframe src="page.html" width="{width}" height="900"></iframe>
<script>
window.onload = () => {{ document.title = "wide " + frames[0].document.documentElement.scrollWidth }}
</script>"""


def _samples() -> ModuleType:
    """Return the report's fixtures."""
    path = Path(__file__).parent.parent / "fixtures" / "report" / "samples.py"
    spec = importlib.util.spec_from_file_location("samples", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SAMPLES = _samples()
ENTRY = {
    "campaign": "spring",
    "status": "failed",
    "reason": "posts.csv: line 3",
    "last_good": "2026-06-30T02:00:00+00:00",
}
PAGES: dict[str, Callable[[], str]] = {
    "notebook": lambda: page.notebook_page(SAMPLES.notebook(), SAMPLES.RUN),
    "briefing": lambda: briefing.briefing(SAMPLES.results(), SAMPLES.RUN),
    "portfolio": lambda: portfolio.portfolio([{**ENTRY, "results": SAMPLES.results()}], SAMPLES.RUN),
}


def _open(folder: Path, html: str, width: int) -> tuple[int, str]:
    """Return how wide a page wants to be on a screen of `width`, and what the browser's console said."""
    (folder / "page.html").write_text(html, encoding="utf-8")
    (folder / "frame.html").write_text(FRAME.format(width=width), encoding="utf-8")
    root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    command = [
        str(CHROMIUM),
        *FLAGS,
        *root,
        f"--user-data-dir={folder / 'profile'}",
        f"--window-size={width + 60},1000",
        "--dump-dom",
        f"file://{folder / 'frame.html'}",
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    found = re.search(r"<title>wide (\d+)</title>", done.stdout)
    assert found is not None, done.stderr[-500:]
    return int(found[1]), "\n".join(line for line in done.stderr.splitlines() if "CONSOLE" in line)


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("kind", PAGES)
def test_a_page_fits_its_screen_and_the_console_stays_silent(kind: str, width: int, tmp_path: Path) -> None:
    """Nothing to push sideways, nothing refused by the page's own policy, nothing asked from outside."""
    wide, console = _open(tmp_path, PAGES[kind](), width)
    assert wide <= width
    assert console == ""


def test_the_browser_would_tell_a_page_that_does_not_fit(tmp_path: Path) -> None:
    """The measure itself works: a wide box is seen, and so is a script that the policy refuses."""
    policy = "<meta http-equiv='Content-Security-Policy' content=\"default-src 'none'\">"
    wide, console = _open(tmp_path, f"<!doctype html>{policy}<pre>{'w' * 400}</pre><script>1</script>", 390)
    assert wide > 390
    assert "Content Security Policy" in console
