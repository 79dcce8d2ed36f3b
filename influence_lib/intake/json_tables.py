"""JSON as interfaces answer: lists of objects become tables."""

from pathlib import Path

from influence_lib.intake.grid import Sheet
from influence_lib.intake.reasons import FileError


def sheets(path: Path, content: bytes) -> list[Sheet]:
    """Return the tables in a JSON document. Raises FileError when there is none."""
    raise FileError(path, "WRONG_TYPE", "this is JSON; export the table as CSV or XLSX")
