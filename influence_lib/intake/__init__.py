"""Read a campaign's exports into the canonical tables, and account for every row."""

from influence_lib.intake.combine import Intake, load
from influence_lib.intake.reading import FileReading, read_alone, read_file
from influence_lib.intake.reasons import FileError
from influence_lib.intake.recognising import Recognised, recognise

__all__ = ["FileError", "FileReading", "Intake", "Recognised", "load", "read_alone", "read_file", "recognise"]
