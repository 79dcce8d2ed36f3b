"""A page on paper: Chromium prints it, tagged, with the page's own print style."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from influence_lib.campaign import InputError

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
# Chromium of one's own choice.
CHOSEN = "CHROMIUM"
SECONDS = 120
FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A page of ours asks for nothing; were it to, nobody would answer.
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--no-pdf-header-footer",
    "--export-tagged-pdf",
    "--generate-pdf-document-outline",
)


class PrintError(InputError):
    """A page cannot be printed here."""


def chromium() -> str:
    """Return the Chromium to print with: that of the variable CHROMIUM, or the first one installed."""
    told = os.environ.get(CHOSEN)
    found = shutil.which(told) if told else next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if found is None:
        said = (
            f"{CHOSEN} names '{told}', which is no program here" if told else "no Chromium or Chrome is installed here"
        )
        raise PrintError(
            f"The page cannot be printed: {said}. Install one (Debian: apt install chromium), name it in the variable "
            f"{CHOSEN}, or open the page in a browser and print it there; its print style is the same."
        )
    return found


def print_page(page: Path, target: Path) -> None:
    """Print an HTML page as a tagged PDF; the old file stays until the new one is whole.

    Raises PrintError where there is no page or no Chromium, or where Chromium fails.
    """
    if not page.is_file():
        raise PrintError(f"There is no page '{page}' to print. Run the campaign first.")
    program = chromium()
    with tempfile.TemporaryDirectory(prefix=".pdf-", dir=target.parent) as folder:
        made = Path(folder) / target.name
        root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        command = [
            program,
            *FLAGS,
            *root,
            f"--user-data-dir={folder}/profile",
            f"--print-to-pdf={made}",
            page.resolve().as_uri(),
        ]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, errors="replace", timeout=SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            raise PrintError(f"Chromium did not print '{page.name}' within {SECONDS} seconds.") from None
        if done.returncode or not made.is_file():
            last = (done.stderr.strip().splitlines() or ["no word of why"])[-1]
            raise PrintError(f"Chromium could not print '{page.name}' (exit code {done.returncode}): {last}")
        made.replace(target)
