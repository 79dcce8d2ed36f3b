"""What a reader must know of a file beyond its rows: values converted or unknown, and what looks wrong."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from influence_lib.metrics import show


@dataclass(frozen=True)
class Remark:
    """One remark: its code for machines, its words, and whether it is a warning (else something converted)."""

    code: str
    words: str
    warns: bool = False


# What happened to cells: code: (words before the columns, whether it is a warning).
CELLS = {
    "CONVERTED": ("converted", False),
    "MISSING": ("unknown, not zero", False),
    "EXCEL_ERROR": ("spreadsheet errors, taken as unknown", False),
    "HIDDEN_LIKES": ("hidden likes, taken as unknown", False),
    "ROUNDED_COUNT": ("rounded by the tool, such as 25k", False),
    "UNKNOWN_WORD": ("words we do not know, taken as unknown", False),
    "NAIVE_TIME": ("times without an offset, taken as", True),
}
# Conversions that need no code of their own: nothing was lost.
UNCODED = {"CONVERTED"}


def of_cells(counts: Mapping[str, Counter[str]], zone: str) -> list[Remark]:
    """Return one remark a code, with the columns and how many cells of each; `counts` is column: cells by code."""
    remarks = []
    for code, (words, warns) in CELLS.items():
        columns = {name: found[code] for name, found in counts.items() if found[code]}
        if columns:
            listed = ", ".join(f"{name} ({show(cells, 'count')})" for name, cells in columns.items())
            place = f" {zone} time" if code == "NAIVE_TIME" else ""
            remarks.append(Remark(code, f"{words}{place}: {listed}", warns))
    return remarks
