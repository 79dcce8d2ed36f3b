"""The split of a budget that is best on average over what is not known, within limits for each cell."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy import interpolate

from influence_lib.analysis.inference import Array

# Response is tabulated at so many spends a cell; a budget is shared out in so many steps before the split is polished.
NODES, STEPS = 33, 800
ROUNDS, CLOSE = 60, 1e-10
# For the change of a slope, as shares of a cell's room: the step, and the least change that counts.
NUDGE, FLAT, TINY = 1e-4, 1e-9, 1e-200
EDGE = 1e-6


class Responses(Protocol):
    """What comes of the spend of each cell, draw by draw."""

    def response(self, spend: Array) -> Array:
        """Return the outcome by draw and cell."""
        ...

    def slope(self, spend: Array) -> Array:
        """Return what the next unit of spend adds, by draw and cell."""
        ...


@dataclass(frozen=True)
class Mix:
    """Today's split, the best one at the same total, draws of what it gains, and the slopes at both.

    `inside` tells which cells are at neither of their limits.
    """

    today: Array
    best: Array
    gain: Array
    slope_today: Array
    slope_best: Array
    inside: Array

    @property
    def chance(self) -> float:
        """Return how likely the best split beats today's."""
        return float((self.gain > 0).mean())

    @property
    def spread(self) -> float:
        """Return by how much of itself the mean slope differs between cells inside their limits; 0 for one."""
        slopes = self.slope_best.mean(axis=0)[self.inside > 0]
        return float(np.ptp(slopes) / np.abs(slopes).mean()) if len(slopes) > 1 else 0.0


def improved(responses: Responses, today: Array, cap: float) -> Mix:
    """Return the best split of today's total when each cell may move by `cap` of itself."""
    low, high = today * (1 - cap), today * (1 + cap)
    best = best_split(responses, float(today.sum()), low, high)
    gain = (responses.response(best) - responses.response(today)).sum(axis=1)
    if gain.mean() <= 0:
        best, gain = today, np.zeros(len(gain))
    edge = EDGE * (high - low)
    inside = (best > low + edge) & (best < high - edge)
    return Mix(today, best, gain, responses.slope(today), responses.slope(best), inside.astype(float))


def changed_budget(responses: Responses, today: Array, cap: float, change: float) -> tuple[Array, Array]:
    """Return the best split of today's total changed by a share, and draws of what it adds to today's outcome."""
    scaled = today * (1 + change)
    best = best_split(responses, float(scaled.sum()), scaled * (1 - cap), scaled * (1 + cap))
    return best, (responses.response(best) - responses.response(today)).sum(axis=1)


def best_split(responses: Responses, total: float, low: Array, high: Array) -> Array:
    """Return the spend of each cell, between its limits, that brings most on average over all draws.

    Curves may be steepest in the middle, where steps uphill can end on the wrong hill: so the budget is first
    shared out over all splits of a grid (dynamic programming; Bellman 1957), then polished until the next unit earns
    the same in all cells that are at no limit (Kuhn and Tucker 1951).
    """
    if float((high - low).sum()) <= CLOSE * total:
        return low + (total - low.sum()) / len(low)
    start = _shared_out(responses, total, low, high)
    polished = _polished(responses, total, low, high, start)
    values = [float(responses.response(split).mean(axis=0).sum()) for split in (start, polished)]
    return polished if values[1] >= values[0] - CLOSE * abs(values[0]) else start


def _shared_out(responses: Responses, total: float, low: Array, high: Array) -> Array:
    """Return the best split on a grid: cell by cell, the best use of each part of the budget."""
    step = float((high - low).sum()) / STEPS
    budget = round((total - float(low.sum())) / step)
    sizes = np.floor((high - low) / step + 0.5).astype(int)
    nodes = np.linspace(0, 1, NODES)
    table = np.array([responses.response(low + node * (high - low)).mean(axis=0) for node in nodes])
    best, choices = np.zeros(1), list[Array]()
    for cell, size in enumerate(sizes):
        worth = interpolate.CubicSpline(nodes, table[:, cell])(np.linspace(0, 1, size + 1))
        best, choice = _with_cell(best, worth)
        choices.append(choice)
    left = min(max(budget, 0), len(best) - 1)
    taken = np.zeros(len(sizes))
    for cell in range(len(sizes) - 1, -1, -1):
        taken[cell] = choices[cell][left]
        left -= int(taken[cell])
    split = low + np.where(sizes > 0, taken / np.maximum(sizes, 1), 0.5) * (high - low)
    return _at_total(split, total, low, high)


def _with_cell(best: Array, worth: Array) -> tuple[Array, Array]:
    """Return the best value of each budget with one more cell, and what that cell takes of it."""
    wide = len(best) + len(worth) - 1
    value, choice = np.full(wide, -np.inf), np.zeros(wide)
    for taken, gain in enumerate(worth):
        part = slice(taken, taken + len(best))
        better = best + gain > value[part]
        value[part] = np.where(better, best + gain, value[part])
        choice[part] = np.where(better, taken, choice[part])
    return value, choice


def _at_total(split: Array, total: float, low: Array, high: Array) -> Array:
    """Return a split moved towards a limit by the same part of the room of each cell, so that it adds up."""
    gap = total - float(split.sum())
    room = high - split if gap > 0 else split - low
    return np.asarray(np.clip(split + gap * room / max(float(room.sum()), 1e-300), low, high))


def _polished(responses: Responses, total: float, low: Array, high: Array, start: Array) -> Array:
    """Return the split near a start at which the mean slope is the same in all cells off their limits (Newton)."""
    split, wide = start, high - low
    room = np.where(wide > 0, wide, 1.0)
    for _ in range(ROUNDS):
        slope = responses.slope(split).mean(axis=0)
        nudge = np.where(split > low + wide / 2, -NUDGE, NUDGE) * room
        bend = np.abs((responses.slope(split + nudge).mean(axis=0) - slope) / nudge)
        give = 1 / np.maximum(bend, FLAT * max(float(np.abs(slope).max()), TINY) / room)
        new = _at_one_price(split, give, slope, total, low, high)
        if np.abs(new - split).max() <= CLOSE * wide.max():
            return new
        split = new
    return split


def _at_one_price(split: Array, give: Array, slope: Array, total: float, low: Array, high: Array) -> Array:
    """Return where cells go, by no more than a quarter of their room, when all give or take money at one slope."""
    least, most = float((slope - (high - low) / give).min()), float((slope + (high - low) / give).max())
    for _ in range(100):
        price = (least + most) / 2
        step = np.clip(give * (slope - price), -(high - low) / 4, (high - low) / 4)
        new = np.clip(split + step, low, high)
        least, most = (price, most) if new.sum() > total else (least, price)
    return _at_total(new, total, low, high)
