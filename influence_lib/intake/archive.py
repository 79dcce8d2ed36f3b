"""Zip archives as platforms send them: each table inside is one sheet, named after its file."""

import io
import lzma
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from influence_lib.intake.grid import Sheet
from influence_lib.intake.reasons import FileError
from influence_lib.intake.workbooks import SIZE_LIMIT, UNPACK_LIMIT

# Platforms pack a handful of files; a backup of everything is not what was asked for.
MOST_FILES = 200
# Small files of few different words pack very well.
ALWAYS_ALLOWED = 10_000_000
ENCRYPTED = 0x1
OTHER_ARCHIVES = {".zip", ".7z", ".rar", ".gz", ".tar", ".tgz", ".bz2", ".xz"}


def sheets(path: Path, content: bytes) -> list[Sheet]:
    """Return the tables of the files in an archive. Raises FileError when there is none, or when it is not safe."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = [part for part in archive.infolist() if not _hidden(part)]
            _refuse_unsafe(path, parts, len(content))
            return _tables(path, ((part.filename, archive.read(part)) for part in parts))
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, RuntimeError) as error:
        raise FileError(
            path, "WRONG_TYPE", "a damaged or unusual zip archive; download it again, or unpack it"
        ) from error


def _hidden(part: zipfile.ZipInfo) -> bool:
    """Tell whether a part is a folder, or one of the files that computers put beside those of their users."""
    parts = _name(part).parts
    return part.is_dir() or "__MACOSX" in parts or (bool(parts) and parts[-1].startswith(".") and parts[-1] != "..")


def _name(part: zipfile.ZipInfo) -> PurePosixPath:
    """Return the name of a part, however its folders are parted."""
    return PurePosixPath(part.filename.replace("\\", "/"))


def _refuse_unsafe(path: Path, parts: Sequence[zipfile.ZipInfo], packed: int) -> None:
    """Refuse archives that are too large, hold too much, or are made to do harm.

    No file gives more than the size it tells: zipfile stops reading there.
    """
    if len(parts) > MOST_FILES:
        raise FileError(
            path, "TOO_LARGE", f"{len(parts)} files in one archive; unpack it and name the exports themselves"
        )
    if sum(part.file_size for part in parts) > min(SIZE_LIMIT, max(packed * UNPACK_LIMIT, ALWAYS_ALLOWED)):
        raise FileError(path, "TOO_LARGE", "unpacks to far more than tables should; unpack it yourself and look")
    for part in parts:
        name = _name(part)
        if name.is_absolute() or ".." in name.parts or ":" in name.parts[0]:
            raise FileError(path, "UNSAFE_NAME", f"the file '{name}' in it points out of the archive; do not open it")
        if part.flag_bits & ENCRYPTED:
            raise FileError(path, "ENCRYPTED", "it has a password; unpack it and name the exports themselves")
        if name.suffix.lower() in OTHER_ARCHIVES:
            raise FileError(path, "NESTED_ARCHIVE", f"'{name}' in it is an archive too; unpack it and name the export")


def _tables(path: Path, files: Iterator[tuple[str, bytes]]) -> list[Sheet]:
    """Return the tables of all files, each under its file's name; files that hold none are told."""
    found: list[Sheet] = []
    left_out: list[str] = []
    for name, content in files:
        try:
            found += [_named(sheet, name) for sheet in _sheets(path, name, content)]
        except FileError as error:
            left_out.append(f"'{name}' ({error.fault})")
    if not found:
        listed = "; ".join(left_out) or "it is empty"
        raise FileError(path, "WRONG_TYPE", f"no table in this zip archive: {listed}")
    notes = (f"files in the archive without a table left out: {', '.join(left_out)}",) if left_out else ()
    return [replace(sheet, notes=(*sheet.notes, *notes)) for sheet in found]


def _sheets(path: Path, name: str, content: bytes) -> list[Sheet]:
    """Return the tables of one file in the archive."""
    from influence_lib.intake.files import sheets_in

    if not content.strip():
        raise FileError(path, "EMPTY", "it is empty")
    return sheets_in(path / name, content, [])


def _named(sheet: Sheet, name: str) -> Sheet:
    """Return a sheet under the name of its file, and its own where it has one."""
    return replace(sheet, name=f"{name}/{sheet.name}" if sheet.name else name)
