"""What could prove a claim wrong: each challenge in words, with what came out, as a table beside the claim."""

from dataclasses import dataclass

import pandas as pd

from influence_lib.findings import ShownTable, TableColumn
from influence_lib.wording import checks as words


@dataclass(frozen=True, init=False)
class Challenges:
    """Challenges in order; `held` is True where the claim stands, False where it does not, None where it stays open."""

    items: tuple[words.Challenge, ...]

    def __init__(self, *items: words.Challenge) -> None:
        """Keep the challenges in order."""
        object.__setattr__(self, "items", items)

    @property
    def failed(self) -> tuple[words.Challenge, ...]:
        """Return the challenges at which the claim fell."""
        return tuple(item for item in self.items if item.held is False)

    def failed_after(self, first: int) -> tuple[words.Challenge, ...]:
        """Return the challenges at which the claim fell, without the first so many."""
        return tuple(item for item in self.items[first:] if item.held is False)

    def table(self) -> ShownTable:
        """Return the challenges for the page."""
        rows = pd.DataFrame(
            {
                "challenge": [item.asked for item in self.items],
                "found": [item.found for item in self.items],
                "held": [words.outcome(item.held) for item in self.items],
            }
        )
        columns = (
            TableColumn("challenge", "What could prove it wrong"),
            TableColumn("found", "What came out"),
            TableColumn("held", "The claim"),
        )
        return ShownTable(words.CHALLENGES, columns, rows)
