"""How often the intervals hold the planted truth: many worlds a check, ours beside its rivals, as a page and a CSV.

    python benchmarks/calibration.py [--sims N] [--only WORD] [--jobs N]

Each row is one check of one estimator on simulated worlds with known truth. `must` is what the project has to reach and
`best` what the best in the field reach; the bounds are the exact 95 % interval of a share of worlds (Clopper and
Pearson 1934), or two standard errors of a mean. What misses is shown as missing. Where creators are counted one by one,
those of one world share its luck, and the bounds are narrower than they should be.
"""

import argparse
import concurrent.futures
import multiprocessing
import os
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parent))

import numpy as np
import pandas as pd
import trials
from calibration_page import page
from scipy import stats
from simulated import CURVES, campaign, months_of_feeds, sales, tables_of, worlds
from targets import targets
from tqdm import tqdm
from trial import OURS, Outcome, Trial

__all__ = ["CURVES", "campaign", "months_of_feeds", "sales", "tables_of", "trials", "worlds"]

HERE = Path(__file__).parent
CSV, PAGE = HERE / "calibration.csv", HERE.parent / "docs" / "calibration.html"
# Seeds run together, so that a world is drawn and thrown away in one process.
TOGETHER = 5


@dataclass(frozen=True)
class Row:
    """One line of the table: a share of worlds where `hits` is given, else a mean with its standard error."""

    family: str
    check: str
    world: str
    estimator: str
    sims: int
    value: float
    seconds: float
    hits: int | None = None
    error: float | None = None

    @property
    def bounds(self) -> tuple[float, float] | None:
        """Return the exact 95 % interval of a share, or two standard errors of a mean; None where neither is known."""
        if self.hits is not None:
            low = stats.beta.ppf(0.025, self.hits, self.sims - self.hits + 1) if self.hits else 0.0
            high = stats.beta.ppf(0.975, self.hits + 1, self.sims - self.hits) if self.hits < self.sims else 1.0
            return float(low), float(high)
        return None if self.error is None else (self.value - 2 * self.error, self.value + 2 * self.error)

    @property
    def must(self) -> tuple[float, float] | None:
        """Return what the project has to reach, where this check has such a goal."""
        return targets(self.check, self.world)[0] if self.estimator == OURS else None

    @property
    def best(self) -> tuple[float, float] | None:
        """Return what the best in the field reach, where this check has such a goal."""
        return targets(self.check, self.world)[1] if self.estimator == OURS else None

    @property
    def verdict(self) -> str:
        """Return whether the figure reaches its goals: best, must, missed, or missed though it may be chance."""
        if self.must is None:
            return ""
        if self.best is not None and _within(self.value, self.best):
            return "best"
        if _within(self.value, self.must):
            return "must" if self.best is not None else "reached"
        ends = self.bounds or (self.value, self.value)
        beyond = ends[1] < self.must[0] or ends[0] > self.must[1]
        return "missed" if beyond else "missed, may be chance"


def _within(value: float, ends: tuple[float, float]) -> bool:
    """Tell whether a value lies within its goal."""
    return ends[0] <= value <= ends[1]


def run(only: str, sims: int, jobs: int) -> list[Row]:
    """Return the rows of the trials whose family holds `only`, each of so many seeds, shared out over processes."""
    chosen = trials.of_families(only)
    tasks = [(at, first) for at, trial in enumerate(chosen) for first in range(0, round(sims * trial.worth), TOGETHER)]
    seen: dict[tuple[int, str, str], list[tuple[float | bool, float]]] = defaultdict(list)
    with _pool(jobs) as pool, tqdm(total=len(tasks), unit="batch", disable=None) as bar:
        waiting = {pool.submit(_batch, only, at, first): (at, first) for at, first in tasks}
        found: dict[tuple[int, int], list[Outcome]] = {}
        for done in concurrent.futures.as_completed(waiting):
            found[waiting[done]] = done.result()
            bar.update()
    for at, first in tasks:
        for check, estimator, value, seconds in found[at, first]:
            seen[at, check, estimator].append((value, seconds))
    return [_row(chosen[at], check, estimator, values) for (at, check, estimator), values in seen.items()]


def _pool(jobs: int) -> concurrent.futures.ProcessPoolExecutor:
    """Return the processes that run trials."""
    return concurrent.futures.ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("fork"))


def _batch(only: str, at: int, first: int) -> list[Outcome]:
    """Return what a few seeds of one trial give."""
    trial = trials.of_families(only)[at]
    return [outcome for seed in range(first, first + TOGETHER) for outcome in trial.run(seed)]


def _row(trial: Trial, check: str, estimator: str, values: list[tuple[float | bool, float]]) -> Row:
    """Return one row: a share where all values are yes or no, else a mean."""
    answers = [value for value, _ in values]
    seconds = float(np.median([spent for _, spent in values]))
    plain = np.array(answers, dtype=float)
    shared = all(isinstance(value, bool | np.bool_) for value in answers)
    hits = int(plain.sum()) if shared else None
    error = None if shared else float(plain.std(ddof=1) / np.sqrt(len(plain))) if len(plain) > 1 else None
    mean = float(plain.mean())
    return Row(trial.family, check, trial.world, estimator, len(plain), mean, seconds, hits, error)


def table(sims: int, only: str = "", jobs: int | None = None) -> list[Row]:
    """Return all rows whose family holds `only`."""
    return run(only, sims, jobs or os.cpu_count() or 1)


def frame(rows: list[Row]) -> pd.DataFrame:
    """Return the rows as they are saved; CPU seconds to two telling digits, since they differ by machine."""
    ends = [row.bounds or (None, None) for row in rows]
    none = (None, None)
    return pd.DataFrame(
        {
            "family": [row.family for row in rows],
            "check": [row.check for row in rows],
            "world": [row.world for row in rows],
            "estimator": [row.estimator for row in rows],
            "n": [row.sims for row in rows],
            "found": [round(row.value, 4) for row in rows],
            "low": [None if low is None else round(low, 4) for low, _ in ends],
            "high": [None if high is None else round(high, 4) for _, high in ends],
            "must_low": [(row.must or none)[0] for row in rows],
            "must_high": [(row.must or none)[1] for row in rows],
            "best_low": [(row.best or none)[0] for row in rows],
            "best_high": [(row.best or none)[1] for row in rows],
            "verdict": [row.verdict for row in rows],
            "cpu_seconds": [float(f"{row.seconds:.2g}") for row in rows],
        }
    )


def main() -> None:
    """Run the trials, print what misses its goal, and write page and CSV."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--sims", type=int, default=400, help="worlds a check")
    options.add_argument("--only", default="", help="part of a family's name; page and CSV are then left as they are")
    options.add_argument("--jobs", type=int, default=None, help="processes; as many as cores when left out")
    given = options.parse_args()
    rows = table(given.sims, given.only, given.jobs)
    found = frame(rows)
    goals = found[found["verdict"] != ""]
    print(goals.drop(columns=["family", "estimator"]).to_string(index=False))
    if given.only:
        return
    found.to_csv(CSV, index=False, lineterminator="\n")
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(found), encoding="utf-8")
    print(f"\n{PAGE}\n{CSV}")


if __name__ == "__main__":
    main()
