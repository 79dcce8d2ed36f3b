"""The cells of one column as text, each different text kept once: what is told of a text is told of all its cells."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

# After so many cells a column of mostly different texts is kept as it stands: looking each up would not pay.
LOOKED_AT = 5_000


class Cells(Sequence[str]):
    """A list of cells that knows its different texts: `words`, and for each cell the position of its word.

    `places` is None where each cell has a word of its own; then a word may stand there twice.
    """

    __slots__ = ("places", "words")

    def __init__(self, words: list[str], places: np.ndarray | None = None) -> None:
        """Keep words, and the place of each cell's word among them."""
        self.words, self.places = words, places

    @classmethod
    def of(cls, cells: Iterable[str]) -> "Cells":
        """Return a list of cells in this form."""
        if isinstance(cells, Cells):
            return cells
        gathered = Gathered()
        gathered.extend(cells)
        return gathered.cells()

    def __len__(self) -> int:
        """Return how many cells there are."""
        return len(self.words) if self.places is None else len(self.places)

    def __getitem__(self, position: Any) -> Any:
        """Return the text of one cell, or a list of several."""
        if self.places is None:
            return self.words[position]
        place = self.places[position]
        return [self.words[one] for one in place.tolist()] if isinstance(position, slice) else self.words[place]

    def __iter__(self) -> Iterator[str]:
        """Yield the text of each cell."""
        return iter(self.words) if self.places is None else map(self.words.__getitem__, self.places.tolist())

    def __contains__(self, text: object) -> bool:
        """Tell whether a cell holds a text."""
        return text in self.words

    def __eq__(self, other: object) -> bool:
        """Tell whether another list holds the same texts in the same order."""
        return isinstance(other, Sequence) and len(self) == len(other) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    def at(self, positions: Sequence[int] | np.ndarray) -> "Cells":
        """Return the cells at some positions; words of no other cell are left out."""
        if len(positions) == len(self) and np.array_equal(positions, np.arange(len(self))):
            return self
        if self.places is None:
            return Cells([self.words[position] for position in positions])
        _, first, places = np.unique(
            self.places[np.asarray(positions, dtype=int)], return_index=True, return_inverse=True
        )
        order = np.argsort(first)
        words = [self[positions[cell]] for cell in first[order].tolist()]
        return Cells(words, np.argsort(order)[places].astype(np.int32))

    def spread(self, told: np.ndarray) -> np.ndarray:
        """Return for each cell what is told of its word."""
        return told if self.places is None else told[self.places]

    def numbered(self) -> np.ndarray:
        """Return for each cell a number that cells of the same text share, and nearly no others."""
        if self.places is not None:
            return self.places.astype(np.uint64)
        return np.fromiter(map(hash, self.words), np.int64, len(self.words)).view(np.uint64)


class Gathered:
    """A column on its way from blocks of rows to `Cells`."""

    def __init__(self) -> None:
        """Begin without cells; each new text gets the next number."""
        self.places: list[np.ndarray] = []
        self.words: list[str] | None = None
        self.index: defaultdict[str, int] = defaultdict()
        self.index.default_factory = self.index.__len__
        self.count = 0

    def extend(self, cells: Iterable[str]) -> None:
        """Add cells; a column of mostly different texts is from then on kept as it stands."""
        if self.words is not None:
            self.words.extend(cells)
            return
        added = np.fromiter(map(self.index.__getitem__, cells), np.int32)
        self.places.append(added)
        self.count += len(added)
        if self.count >= LOOKED_AT and 2 * len(self.index) > self.count:
            self.words = list(self.cells())
            self.places, self.index = [], defaultdict()

    def cells(self) -> Cells:
        """Return the column."""
        if self.words is not None:
            return Cells(self.words)
        return Cells(list(self.index), np.concatenate(self.places) if self.places else np.empty(0, np.int32))
