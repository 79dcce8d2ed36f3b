"""Look at a file before it is read: what is no regular file, is elsewhere, too large or not finished is refused."""

import gzip
import io
import os
import re
import stat
import time
import zlib
from pathlib import Path

from influence_lib.intake.privacy import mask
from influence_lib.intake.reasons import FileError
from influence_lib.intake.workbooks import SIZE_LIMIT, UNPACK_LIMIT

# A row of the widest export with its longest caption has some 20 kB; without a line end it is no table.
LONGEST_LINE = 8_000_000
# A file changed less than RECENT seconds ago is looked at again after PAUSE seconds: is a download still at it?
RECENT, PAUSE = 2.0, 0.5
PIECE = 1_000_000
LONGEST_SHOWN = 60
NOT_LINES = (b"PK\x03\x04", b"\x1f\x8b", b"{", b"[")


def content(path: Path) -> bytes:
    """Return the bytes of a file. Raises FileError for what is no finished table of a bearable size."""
    before = _regular(path)
    if before.st_size > SIZE_LIMIT:
        raise FileError(path, "TOO_LARGE", f"larger than {SIZE_LIMIT // 1_000_000} MB; split the export")
    if time.time() - before.st_mtime < RECENT:
        time.sleep(PAUSE)
    found = _read(path, before)
    if _state(_regular(path)) != _state(before):
        advice = "it is still being written; wait for the download to end, then try again"
        raise FileError(path, "STILL_GROWING", advice)
    return found


def _state(found: os.stat_result) -> tuple[int, int]:
    """Return what changes when a file is written to."""
    return found.st_size, found.st_mtime_ns


def _regular(path: Path) -> os.stat_result:
    """Return the size and times of a regular file that is not a link out of its folder; nothing is opened."""
    try:
        if stat.S_ISLNK(path.lstat().st_mode):
            _refuse_link_out(path)
        found = path.stat()
    except PermissionError as error:
        raise FileError(path, "NOT_READABLE", "its folder may not be looked into; ask for access") from error
    except (OSError, ValueError) as error:
        raise FileError(path, "MISSING_FILE", "there is no such file; correct the path or export it again") from error
    if not stat.S_ISREG(found.st_mode):
        raise FileError(path, "NOT_A_FILE", "this is a folder or a device; name the export itself")
    return found


def _refuse_link_out(path: Path) -> None:
    """Refuse a link to a file outside the folder the link is in; folders that are links themselves are fine."""
    if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(path.parent)):
        advice = "this is a link to a file in another folder; copy the file itself here"
        raise FileError(path, "LINK_OUT", advice)


def _read(path: Path, found: os.stat_result) -> bytes:
    """Return the bytes of a file, after a look at the first of them."""
    try:
        with path.open("rb") as file:
            first = file.read(LONGEST_LINE + 1)
            refuse_long_lines(path, first)
            return first if found.st_size <= len(first) else first + file.read(found.st_size - len(first))
    except OSError as error:
        raise FileError(path, "NOT_READABLE", f"it cannot be opened ({error.strerror}); close it elsewhere") from error


def refuse_long_lines(path: Path, text: bytes) -> None:
    """Refuse text that goes on for megabytes without a line end; archives, workbooks and JSON have no lines."""
    if text[:64].lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \r\n\t").startswith(NOT_LINES):
        return
    start = 0
    while len(text) - start > LONGEST_LINE:
        end = max(text.rfind(sign, start, start + LONGEST_LINE) for sign in (b"\n", b"\r"))
        if end < 0:
            advice = f"a line of more than {LONGEST_LINE // 1_000_000} MB is no row of a table; export it again"
            raise FileError(path, "LINE_TOO_LONG", advice)
        start = end + 1


def unpacked(path: Path, packed: bytes) -> bytes:
    """Return gzipped bytes unpacked, piece by piece, so that a bomb is refused long before it is large."""
    raw, pieces, size = io.BytesIO(packed), [], 0
    try:
        with gzip.open(raw) as file:
            while piece := file.read(PIECE):
                pieces.append(piece)
                size += len(piece)
                if size > min(SIZE_LIMIT, max(raw.tell() * UNPACK_LIMIT, PIECE)):
                    advice = "unpacks to far more than a table should; unpack it yourself and look"
                    raise FileError(path, "TOO_LARGE", advice)
    except (OSError, EOFError, zlib.error) as error:
        raise FileError(path, "WRONG_TYPE", "a damaged gzip file; download it again") from error
    return b"".join(pieces)


def shown(header: str) -> str:
    """Return a header as a message may show it: cut short, and without what may be personal."""
    return re.sub(r"\d{6,}", "…", mask(header[: 2 * LONGEST_SHOWN]))[:LONGEST_SHOWN]
