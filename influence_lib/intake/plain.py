"""The quick way for cells that leave nothing to think about; whatever is not plainly plain is left to `typed`.

Whole columns of a million cells are of such cells. What is read here must be read alike there: a test holds them
side by side.
"""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

# Sixteen digits and more may be too many for a number; `typed` decides.
LONGEST_NUMBER = 15
MONEY = re.compile(r"\d+(?:\.\d\d?)?", re.ASCII)
# From 2005 on, in UTC, with a time of day; other years and other offsets are not plain.
MOMENT = re.compile(r"20(?:0[5-9]|[1-9]\d)-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|\+00:00)", re.ASCII)
# So many words at once: one day that is none, such as 30 February, sends no more than these the long way.
AT_ONCE = 10_000


class Plain(NamedTuple):
    """What the plain words of a column say, and the positions of all others; `examples` show how numbers look."""

    values: Any
    odd: list[int]
    examples: tuple[str, ...] = ()


def counts(words: Sequence[str]) -> Plain:
    """Return words of ASCII digits as whole numbers."""
    longest = max(map(len, words), default=0)
    odd: list[int] = []
    if longest > LONGEST_NUMBER or not all(map(str.isdigit, words)) or not all(map(str.isascii, words)):
        odd = [
            place
            for place, word in enumerate(words)
            if not (word.isdigit() and word.isascii() and len(word) <= LONGEST_NUMBER)
        ]
    values = np.fromiter(map(int, _with(words, odd, "0")), np.int64, len(words))
    return Plain(pd.arrays.IntegerArray(values, _mask(odd, len(words))), odd)


def amounts(words: Sequence[str], decimal: str | None) -> Plain:
    """Return words such as 12 and 12.50 as amounts; where the decimal mark is told to be a comma, only the first."""
    odd = [
        place
        for place, word in enumerate(words)
        if len(word) > LONGEST_NUMBER or not MONEY.fullmatch(word) or (decimal == "," and "." in word)
    ]
    taken = _with(words, odd, "0")
    values = np.fromiter(map(float, taken), np.float64, len(words))
    examples = ("0.5",) if any("." in word for word in taken) else ()
    return Plain(pd.arrays.FloatingArray(values, _mask(odd, len(words))), odd, examples)


def times(words: Sequence[str]) -> Plain:
    """Return words such as 2026-03-01T09:00:00Z as times."""
    values, odd = np.full(len(words), np.datetime64("NaT", "us")), []
    for start in range(0, len(words), AT_ONCE):
        part = words[start : start + AT_ONCE]
        matched = [place for place, word in enumerate(part) if MOMENT.fullmatch(word)]
        try:
            told = np.array([part[place].removesuffix("Z").removesuffix("+00:00") for place in matched], "M8[us]")
        except ValueError:
            matched, told = [], np.array([], "M8[us]")
        values[np.array(matched, int) + start] = told
        odd += (
            []
            if len(matched) == len(part)
            else sorted({*range(start, start + len(part))} - {m + start for m in matched})
        )
    return Plain(pd.Series(values).dt.tz_localize("UTC").array, odd)


def ids(words: Sequence[str], unknown: frozenset[str]) -> Plain:
    """Return words of letters and digits as they stand."""
    longest = max(map(len, unknown))
    if min(map(len, words), default=0) > longest and all(map(str.isalnum, words)):
        return Plain(words, [])
    odd = [
        place
        for place, word in enumerate(words)
        if not word.isalnum() or (len(word) <= longest and word.casefold() in unknown)
    ]
    return Plain(words, odd)


def texts(words: Sequence[str], unknown: frozenset[str]) -> Plain:
    """Return words without white space around them, without ="..." and without &amp; as they stand."""
    longest = max(map(len, unknown))
    if min(map(len, words), default=0) > longest and _all_bare(words):
        return Plain(words, [])
    odd = [
        place
        for place, word in enumerate(words)
        if "&" in word
        or word[:2] == '="'
        or word.strip() != word
        or (len(word) <= longest and word.casefold() in unknown)
    ]
    return Plain(words, odd)


def _all_bare(words: Sequence[str]) -> bool:
    """Tell, a block at a time, whether no word has white space around it, an & or a =" in it."""
    for start in range(0, len(words), AT_ONCE):
        block = words[start : start + AT_ONCE]
        together = "\n".join(block)
        if "&" in together or '="' in together or list(map(str.strip, block)) != list(block):
            return False
    return True


def _with(words: Sequence[str], odd: Sequence[int], stand_in: str) -> Sequence[str]:
    """Return the words with another one at some places."""
    if not odd:
        return words
    changed = list(words)
    for place in odd:
        changed[place] = stand_in
    return changed


def _mask(odd: Sequence[int], length: int) -> np.ndarray:
    """Return an array that is true at some places."""
    mask = np.zeros(length, bool)
    mask[list(odd)] = True
    return mask
