"""How long a batch takes beside the obvious way: one `papermill` command for each notebook, one after the other.

Both run in turn on the same campaigns in one call, so that a slow minute of the machine hits both; what counts is the
ratio. Our side includes reading the inputs, all pages and publishing; the other side writes executed notebooks only.
"""

import argparse
import contextlib
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = Path(sys.executable).parent
QUESTIONS = sorted(file.stem for file in (ROOT / "notebooks").glob("*.ipynb"))


def loop(campaigns: list[Path], out: Path) -> None:
    """Run every notebook of every campaign with one papermill command each."""
    for campaign in campaigns:
        for question in QUESTIONS:
            command = [
                TOOLS / "papermill",
                f"{question}.ipynb",
                out / f"{campaign.stem}_{question}.ipynb",
                "-p",
                "campaign_file",
                campaign,
            ]
            subprocess.run(command, cwd=ROOT / "notebooks", check=True, capture_output=True)


def ours(campaigns: list[Path], out: Path, jobs: int) -> None:
    """Run the same campaigns with `influence run`."""
    command = [
        TOOLS / "influence",
        "run",
        *(file.stem for file in campaigns),
        "--force",
        "--jobs",
        str(jobs),
        "--out",
        out,
    ]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)


def nothing_changed(campaigns: list[Path], out: Path) -> None:
    """Ask for the same campaigns again."""
    subprocess.run(
        [TOOLS / "influence", "run", *(file.stem for file in campaigns), "--out", out],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )


def seconds(call: "object", *arguments: object) -> float:
    """Return how long a call takes."""
    started = time.perf_counter()
    call(*arguments)  # type: ignore[operator]
    return time.perf_counter() - started


def main() -> None:
    """Print the ratios of a few rounds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=2)
    rounds = parser.parse_args().rounds
    campaigns, rows = sorted((ROOT / "params").glob("*.yml")), []
    for number in range(rounds):
        with contextlib.ExitStack() as stack:
            first, second = (Path(stack.enter_context(tempfile.TemporaryDirectory())) for _ in range(2))
            base = seconds(loop, campaigns, first)
            single = seconds(ours, campaigns, second, 1)
            shutil.rmtree(second)
            double = seconds(ours, campaigns, second, os.cpu_count() or 1)
            again = seconds(nothing_changed, campaigns, second)
        rows.append((base / single, base / double))
        print(f"round {number + 1}: loop {base:.1f} s; ours with one worker {single:.1f} s,", end=" ")
        print(f"with {os.cpu_count()} workers {double:.1f} s; nothing changed {again:.1f} s")
    for place, label in enumerate(("one worker", "as many workers as cores")):
        print(f"loop / ours, {label}: median ratio {statistics.median(row[place] for row in rows):.2f}")


if __name__ == "__main__":
    main()
