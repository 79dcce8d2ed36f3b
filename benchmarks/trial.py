"""What a trial is: a world drawn from a seed, estimators on it, and what each of them said.

A trial yields (check, estimator, value, CPU seconds). A value is True or False for a share of worlds, or a number
whose mean over worlds is shown, such as an error.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from influence_lib.analysis.inference import Interval

OURS = "ours"
Outcome = tuple[str, str, float | bool, float]


@dataclass(frozen=True)
class Trial:
    """A kind of trial: its family, the world in words, what is done with a seed, and how many seeds it is worth."""

    family: str
    world: str
    run: Callable[[int], list[Outcome]]
    worth: float = 1.0


def timed(function: Callable[..., Any], *given: Any) -> tuple[Any, float]:
    """Return what a function gives and the CPU seconds it took."""
    start = time.process_time()
    found = function(*given)
    return found, time.process_time() - start


def held(check: str, name: str, truth: float, found: Any, spent: float) -> Iterator[Outcome]:
    """Yield coverage and error of an interval; nothing where there is none, and that there is none."""
    yield f"{check}: an answer", name, isinstance(found, Interval), spent
    if isinstance(found, Interval):
        yield f"{check}: covered", name, found.low <= truth <= found.high, spent
        yield f"{check}: error", name, found.estimate - truth, spent
        yield f"{check}: width", name, found.high - found.low, spent
