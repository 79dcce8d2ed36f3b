"""Trials of what is attributed by codes."""

import functools

from returns_trials import book_of
from simulated import campaign
from trial import OURS, Outcome, Trial, held, timed

from influence_lib.analysis import attribution

GOALS = (("attributed return: covered", "", (0.90, 0.98), None),)


@functools.cache
def usual_return() -> float:
    """Return the attributed revenue per cost of a hundred campaigns of such creators taken together."""
    books = [book_of(9000 + seed)[1] for seed in range(100)]
    return sum(book.creators["revenue"].sum() for book in books) / sum(book.cost for book in books)


def attributed(seed: int) -> list[Outcome]:
    """Return whether the interval of attributed revenue per cost holds what such campaigns bring on average."""
    _, book = book_of(seed)
    active = book.creators[(book.creators["cost"] > 0) | (book.creators["orders"] > 0)]
    found, spent = timed(attribution.return_per_cost, book, active, campaign().confidence)
    return list(held("attributed return", OURS, usual_return(), found, spent))


def trials() -> list[Trial]:
    """Return the trials of codes."""
    return [Trial("codes", "40 creators", attributed, 0.5)]
