"""An estimate or a reason why there is none: nothing else comes out of a regression.

Posts of one creator count as one voice. Errors are those of leaving out one creator at a time (CRV3; MacKinnon,
Nielsen and Webb 2023), and Student's t has as many degrees of freedom as creators effectively speak on the question.
"""

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from influence_lib.analysis import inference
from influence_lib.analysis.inference import Array, Codes, Interval

Reason = Literal[
    "rows", "creators", "treated", "untreated", "constant", "collinear", "one creator", "separation", "convergence"
]
Fitted = TypeVar("Fitted")
# A creator without whom the answer would rest on less than a tenth of what it rests on decides it alone.
MOST_SHARE = 0.9
# A column that moves less within its groups than this share of its size does not move: the rest is rounding.
STILL = 1e-8
# A column of which others leave unexplained no more than this share is the same column twice.
SAME = 1e-4
# Directions in which so little is left without a creator (in squares) are not told at all without that creator.
NOTHING_LEFT = 1e-10
FEWEST_TREATED = 5
# A model that expects fewer of a row than this has met a kind of rows without a single one.
SETTLED = 1e-6


@dataclass(frozen=True)
class NotEnough:
    """Why there is no estimate: the reason, what there is of it, what would be needed, and the columns it is about."""

    reason: Reason
    have: int = 0
    needed: int = 0
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Design:
    """A regression within groups: outcome, columns, the groups whose levels are taken out, and the creators.

    All arrays have one value a row. Groups (`absorbed`) are quick when each is of one creator (creator by month); those
    that several creators share become columns of their own. `treated` marks rows of the kind in question where that
    kind is yes or no.
    """

    y: Array
    columns: Mapping[str, Array]
    absorbed: Codes
    creator: Codes
    treated: Array | None = None
    weights: Array | None = None


@dataclass(frozen=True)
class Fit:
    """Estimates by name with their covariance, and for each how many creators effectively speak on it."""

    names: tuple[str, ...]
    values: Array
    covariance: Array
    voices: Array
    creators: int
    rows: int

    def interval(self, name: str, level: float) -> Interval:
        """Return one estimate with its t interval."""
        at = self.names.index(name)
        reach = inference.quantile_t(level, max(float(self.voices[at]) - 1, 1.0))
        half = reach * float(np.sqrt(self.covariance[at, at]))
        best = float(self.values[at])
        return Interval(best, best - half, best + half, self.creators)

    def chance(self, names: Sequence[str]) -> float:
        """Return how likely estimates this far from zero are when all of `names` are zero (Hotelling 1931).

        Not a number where no more creators speak on them than there are estimates.
        """
        at = [self.names.index(name) for name in names]
        value, spread = self.values[at], self.covariance[np.ix_(at, at)]
        freedom = max(float(self.voices[at].min()) - 1, 1.0) - len(at) + 1
        if freedom <= 0 or np.linalg.matrix_rank(_scaled(spread), hermitian=True) < len(at):
            return float("nan")
        distance = float(value @ np.linalg.solve(spread, value))
        return float(stats.f.sf(distance * freedom / (freedom + len(at) - 1) / len(at), len(at), freedom))


def codes(values: Any) -> Codes:
    """Return values as whole numbers from 0, in their order; -1 stands for a value that is not known."""
    return np.asarray(pd.factorize(pd.Series(values), sort=True)[0], dtype=np.int64)


def less_means(values: Array, group: Codes, weights: Array | None = None) -> Array:
    """Return columns with the (weighted) means of their groups taken out."""
    out = np.empty(values.shape)
    total = np.maximum(np.bincount(group, weights=weights), 1e-300)
    for at in range(values.shape[1]):
        column = np.asarray(values[:, at], dtype=float)
        sums = np.bincount(group, weights=column if weights is None else weights * column)
        out[:, at] = column - (sums / total)[group]
    return out


def estimate(design: Design, fewest: int) -> Fit | NotEnough:
    """Return the regression within the absorbed groups, or why there is none; `fewest` is how many creators it needs.

    The first column is the one in question: where its own group or the other columns explain it, there is no estimate.
    Another column that they explain is left out by name.
    """
    refused = _before(design, fewest)
    if refused:
        return refused
    order = np.argsort(design.creator, kind="stable")
    names, inner = _within(design, order)
    if inference.negligible(inner[:, 0], design.y):
        return NotEnough("constant")
    moments = _moments(inner, order, design)
    kept = _kept(names, moments[:, 1:, 1:].sum(axis=0), _stillness(design, len(names)))
    if isinstance(kept, NotEnough):
        return kept
    both = [0, *(1 + at for at in kept)]
    found = _fit(moments[:, both][:, :, both], tuple(names[at] for at in kept), design)
    if isinstance(found, NotEnough):
        return found
    chance = np.zeros(1 + len(names))
    chance[both] = 1, *-found.values
    return NotEnough("constant") if inference.negligible(inner @ chance, design.y) else found


def _before(design: Design, fewest: int) -> NotEnough | None:
    """Return why a regression is not even tried, or None."""
    unknown = _unknown(design)
    if len(design.y) == 0 or any(unknown.values()):
        missing = max(unknown.values(), default=0)
        columns = tuple(name for name, number in unknown.items() if number)
        return NotEnough("rows", len(design.y) - missing, max(len(design.y), 1), columns)
    creators = len(np.unique(design.creator))
    if creators < fewest:
        return NotEnough("creators", creators, fewest)
    return _one_kind(design) or (NotEnough("constant") if inference.all_alike(design.y) else None)


def _unknown(design: Design) -> dict[str, int]:
    """Return how many values of each part of a design are no numbers that can be used."""
    found = {name: ~np.isfinite(values) for name, values in {"y": design.y, **design.columns}.items()}
    found |= {"creator": design.creator < 0, "absorbed": design.absorbed < 0}
    if design.treated is not None:
        found["treated"] = ~np.isfinite(design.treated)
    if design.weights is not None:
        found["weights"] = ~(np.isfinite(design.weights) & (design.weights > 0))
    return {name: int(np.count_nonzero(values)) for name, values in found.items()}


def _one_kind(design: Design) -> NotEnough | None:
    """Return that the rows of one kind are too few, or all of one creator; None where both kinds are there."""
    kinds: tuple[tuple[Reason, float], ...] = () if design.treated is None else (("treated", 1.0), ("untreated", 0.0))
    for reason, kind in kinds:
        creators = design.creator[design.treated == kind]
        if len(creators) < FEWEST_TREATED:
            return NotEnough(reason, len(creators), FEWEST_TREATED)
        if (creators == creators[0]).all():
            return NotEnough("one creator", 1, 2)
    return None


def _within(design: Design, order: Codes) -> tuple[tuple[str, ...], Array]:
    """Return names of the columns, and outcome and columns within their groups, creators one after the other.

    The mean of a group that several creators share moves when one of them is left out, so it is estimated beside the
    columns instead.
    """
    group, weights = design.absorbed[order], None if design.weights is None else design.weights[order]
    shared, several = _shared(group, design.creator[order])
    names = (*design.columns, *(f"group {number}" for number in several))
    inner = np.empty((len(order), 1 + len(names)))
    for at, values in enumerate((design.y, *design.columns.values())):
        column = values[order].astype(float)
        inner[:, at] = np.where(shared, column, less_means(column[:, None], group, weights)[:, 0])
    for at, number in enumerate(several, start=1 + len(design.columns)):
        inner[:, at] = group == number
    return names, inner


def _shared(group: Codes, creator: Codes) -> tuple[npt.NDArray[np.bool_], Codes]:
    """Return which rows are of groups of several creators, and those groups."""
    one = np.zeros(int(group.max()) + 1, dtype=np.int64)
    one[group] = creator
    several = np.unique(group[one[group] != creator])
    return np.isin(group, several), several


def _moments(inner: Array, order: Codes, design: Design) -> Array:
    """Return the (weighted) cross products of all columns, creator by creator."""
    starts = np.flatnonzero(np.diff(design.creator[order], prepend=-1))
    ends = np.append(starts[1:], len(order))
    weights = np.ones(1) if design.weights is None else design.weights[order]
    parts = ((inner[a:b], weights[a:b, None] if len(weights) > 1 else 1.0) for a, b in zip(starts, ends, strict=True))
    return np.array([(rows * weight).T @ rows for rows, weight in parts])


def _stillness(design: Design, columns: int) -> Array:
    """Return the sum of squares below which a column does not move within its groups."""
    sizes = [float(np.abs(values).max()) for values in design.columns.values()]
    return np.asarray(_mass(design) * (STILL * np.array([*sizes, *[0.0] * (columns - len(sizes))])) ** 2)


def _mass(design: Design) -> float:
    """Return the number of rows, or the sum of their weights."""
    return float(len(design.y) if design.weights is None else design.weights.sum())


def _kept(names: tuple[str, ...], squares: Array, still: Array) -> list[int] | NotEnough:
    """Return which columns tell something of their own, or that the first does not, with those that tell the same."""
    moving = np.diag(squares) > still
    if not moving[0]:
        return NotEnough("collinear", columns=names[:1])
    rest = [at for at in range(1, len(names)) if moving[at]]
    last = [*rest, 0]
    kept = [last[at] for at in _unexplained(squares[np.ix_(last, last)])]
    if 0 in kept:
        return [0, *kept[:-1]]
    scaled = _scaled(squares[np.ix_([*kept, 0], [*kept, 0])])
    told = np.linalg.solve(scaled[:-1, :-1], scaled[:-1, -1])
    return NotEnough("collinear", columns=(names[0], *(names[kept[at]] for at in np.flatnonzero(abs(told) > SAME))))


def effects(y: Array, columns: Array, group: Codes) -> Array:
    """Return what each column usually adds to y within groups; 0 for one that its group or other columns explain."""
    inner = less_means(np.column_stack([y, columns]), group)
    squares, kept = inner.T @ inner, [1 + at for at in independent(inner[:, 1:], columns)]
    found = np.zeros(inner.shape[1])
    found[kept] = np.linalg.solve(squares[np.ix_(kept, kept)], squares[kept, 0])
    return found[1:]


def independent(columns: Array, whole: Array | None = None) -> list[int]:
    """Return which columns those before them do not explain.

    `whole` is the columns as they were before the groups' means were taken out: what is only rounding beside them is
    left out, since its own group explains it.
    """
    squares = columns.T @ columns
    if whole is not None:
        gone = np.diag(squares) <= STILL**2 * (whole**2).sum(axis=0)
        squares = np.where(gone[:, None] | gone[None, :], 0.0, squares)
    return _unexplained(squares)


def _unexplained(squares: Array) -> list[int]:
    """Return, from cross products, the columns from the first on that those before do not explain."""
    kept: list[int] = []
    moving = np.diag(squares) > 0
    scaled = _scaled(np.where(np.outer(moving, moving), squares, np.eye(len(squares))))
    for at in np.flatnonzero(moving):
        told = np.linalg.solve(scaled[np.ix_(kept, kept)], scaled[kept, at])
        if 1 - float(scaled[at, kept] @ told) > SAME**2:
            kept.append(int(at))
    return kept


def _fit(moments: Array, names: tuple[str, ...], design: Design) -> Fit | NotEnough:
    """Return the least squares fit with its leave-one-creator-out covariance; `moments` are by creator, outcome first.

    Creators count by how much of the first column that no other explains is theirs. Errors that would move no outcome
    by more than rounding are no errors: nothing is left to chance where the first column moves.
    """
    squares, cross = moments[:, 1:, 1:], moments[:, 1:, 0]
    total, summed, creators = squares.sum(axis=0), cross.sum(axis=0), len(moments)
    best = np.linalg.solve(total, summed)
    shares = _shares(squares, total)
    if float(shares[0].max()) > MOST_SHARE:
        return NotEnough("one creator", 1, 2)
    apart = _solved(total - squares, summed - cross, total) - best
    spread = (creators - 1) / creators * apart.T @ apart
    moved = np.sqrt(np.diag(spread) * np.diag(total) / _mass(design))
    if not (moved > inference.NO_SPREAD * float(np.abs(design.y).max())).all():
        return NotEnough("constant")
    return Fit(names, best, spread, 1 / (shares**2).sum(axis=1), creators, len(design.y))


def _scaled(matrix: Array) -> Array:
    """Return a matrix of cross products as if all columns had the same size."""
    size = np.sqrt(np.diag(matrix))
    return np.asarray(matrix / np.outer(size, size))


def _solved(squares: Array, cross: Array, total: Array) -> Array:
    """Return the solutions of many normal equations; of columns that have nothing left, those of least size.

    By Tikhonov's method, iterated once: thousands of small eigenvalue problems take a hundred times as long where
    other processes keep the cores busy.
    """
    size = np.sqrt(np.diag(total))
    scaled, target = squares / np.outer(size, size), (cross / size)[:, :, None]
    firm = scaled + NOTHING_LEFT * np.eye(len(size))
    found = np.linalg.solve(firm, target)
    found = found + np.linalg.solve(firm, target - scaled @ found)
    return np.asarray(found[:, :, 0] / size)


def _shares(squares: Array, total: Array) -> Array:
    """Return for each column how much of its own variation each creator has (voices: Kish 1965)."""
    inverse = np.linalg.inv(total)
    parts = np.einsum("ji,cik,jk->jc", inverse, squares, inverse, optimize=True)
    return np.asarray(parts / parts.sum(axis=1, keepdims=True))


def fitted(fit: Callable[[], Fitted]) -> Fitted | NotEnough:
    """Return what a statistics library fits, or the reason where it warns, fails, does not converge or is too sure."""
    with warnings.catch_warnings():
        # Libraries warn of a fit in these classes; that a name will change some day says nothing about the fit.
        for category in (RuntimeWarning, UserWarning):
            warnings.simplefilter("error", category)
        try:
            return _sound(fit())
        except (ArithmeticError, ValueError, IndexError, RuntimeError, Warning) as told:
            return NotEnough(_told(f"{type(told).__name__} {told}".lower()))


def _told(message: str) -> Reason:
    """Return what a warning or an error of a library means."""
    return "separation" if "separation" in message else "collinear" if "singular" in message else "convergence"


def _sound(found: Fitted) -> Fitted | NotEnough:
    """Return a fit, or why it is none although the library did not warn."""
    told = getattr(found, "mle_retvals", None) or {}
    done = bool(getattr(found, "converged", True)) and bool(told.get("converged", True))
    if not done or not np.isfinite(np.asarray(getattr(found, "bse", 0.0), dtype=float)).all():
        return NotEnough("convergence")
    return NotEnough("separation") if _settled(found) else found


def _settled(found: Any) -> bool:
    """Tell whether a generalised linear model expects nothing (or, of a share, all) in some row: it ran to the edge."""
    family = type(getattr(getattr(found, "model", None), "family", None)).__name__
    if family in {"NoneType", "Gaussian"}:
        return False
    expected = np.asarray(found.fittedvalues, dtype=float)
    return float(expected.min()) < SETTLED or (family == "Binomial" and float(expected.max()) > 1 - SETTLED)
