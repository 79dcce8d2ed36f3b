"""Read a campaign's exports into the canonical tables, and account for every row."""

from influence_lib.intake.combine import Intake, load
from influence_lib.intake.reading import FileReading, read_file, recognise
from influence_lib.intake.reasons import FileError

__all__ = ["FileError", "FileReading", "Intake", "load", "read_file", "recognise"]
