"""Zip archives as platforms send them: each table inside is one sheet, named after its file."""

from pathlib import Path

from influence_lib.intake.grid import Sheet
from influence_lib.intake.reasons import FileError


def sheets(path: Path, content: bytes) -> list[Sheet]:
    """Return the tables of the files in an archive. Raises FileError when there is none."""
    raise FileError(path, "WRONG_TYPE", "this is a zip archive; unpack it and name the export itself")
