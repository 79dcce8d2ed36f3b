"""How long our reader takes beside pandas.read_csv and a bare csv.reader, which check nothing.

    python benchmarks/intake.py [--rows 100000 1000000] [--rounds 3]

The readers take turns in one call, each in a process of its own, so that a slow minute of the machine hits all; what
counts is the ratio. Ours includes recognising, typing, every rule, and the account of each row.
"""

import argparse
import csv
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

HEADER = (
    "Handle,Platform,Post ID,Posted at,Type,Followers,Likes,Comments,Shares,Saves,Views,Reach,Sponsored,Caption,URL"
)
WORDS = ("new", "soap", "summer", "love", "so", "much", "link", "in", "bio", "morning", "light", "coffee", "run")
# Each reader as a program: it reads the file named on its command line.
READERS = {
    "csv.reader": "import csv\nsum(1 for _ in csv.reader(open(file, newline='', encoding='utf-8')))",
    "pandas, as text": "import pandas\npandas.read_csv(file, dtype=str, keep_default_na=False)",
    "ours": "from pathlib import Path\nfrom influence_lib.checking import check_file\n"
    "assert check_file(Path(file), 'posts')['disposition'] == 'accept'",
}
FRAME = """
import resource, sys, time
file, started = sys.argv[1], time.perf_counter()
{program}
used = resource.getrusage(resource.RUSAGE_SELF)
print(time.perf_counter() - started, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
"""


class Taken(NamedTuple):
    """What one run took: seconds by the clock, seconds of processor, megabytes at most; imports included."""

    clock: float
    processor: float
    memory: float


def write(path: Path, rows: int, seed: int) -> None:
    """Write a tracker of so many posts of 500 creators, all of them good."""
    draw = random.Random(seed)
    with path.open("w", newline="", encoding="utf-8") as file:
        file.write(f"{HEADER}\n")
        csv.writer(file).writerows(_row(number, draw) for number in range(rows))


def _row(number: int, draw: random.Random) -> list[object]:
    """Return one post."""
    reach, day = draw.randrange(1_000, 200_000), number // 2_880
    clock = f"{number // 120 % 24:02}:{number // 2 % 60:02}:{number % 2 * 30 + draw.randrange(30):02}"
    date = f"{2024 + day // 336}-{day // 28 % 12 + 1:02}-{day % 28 + 1:02}"
    caption = " ".join(draw.choices(WORDS, k=10)) + (" 🧶✨" if number % 7 == 0 else "") + f" {number}"
    counts = [20_000 + number % 500 * 321, *(reach // part for part in (30, 600, 1_500, 900)), reach + 900, reach]
    kind, sponsored = ("reel", "image", "carousel", "video")[number % 4], "yes" if number % 8 == 0 else "no"
    post = 17_900_000_000_000_003 + number * 7
    link = f"https://www.instagram.com/p/{post}/"
    return [
        f"creator.{number % 500:03}",
        "instagram",
        post,
        f"{date}T{clock}Z",
        kind,
        *counts,
        sponsored,
        caption,
        link,
    ]


def taken(program: str, file: Path) -> Taken:
    """Return what one program takes in a process of its own."""
    command = [sys.executable, "-c", FRAME.format(program=program), str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return Taken(*map(float, done.stdout.split()))


def table(rows: int, rounds: int) -> list[str]:
    """Return one line of Markdown a reader."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "posts.csv"
        write(file, rows, seed=1)
        runs = [{name: taken(program, file) for name, program in READERS.items()} for _ in range(rounds)]
    return [_line(rows, name, [run[name] for run in runs], runs) for name in READERS]


def _line(rows: int, name: str, own: Sequence[Taken], runs: Sequence[dict[str, Taken]]) -> str:
    """Return one reader's line: medians, and its processor time as a multiple of the others' in the same round."""
    clock, processor, memory = (statistics.median(values) for values in zip(*own, strict=True))
    times = [
        statistics.median(run[name].processor / run[other].processor for run in runs)
        for other in ("csv.reader", "pandas, as text")
    ]
    return f"| {rows:,} | {name} | {clock:.1f} | {processor:.1f} | {memory:.0f} | {times[0]:.1f} | {times[1]:.1f} |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    print("| Rows | Reader | Seconds | Processor s | Peak MB | x csv.reader | x pandas |")
    print("|--:|---|--:|--:|--:|--:|--:|")
    for rows in given.rows:
        print("\n".join(table(rows, given.rounds)), flush=True)


if __name__ == "__main__":
    main()
