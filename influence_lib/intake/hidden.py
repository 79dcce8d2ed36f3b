"""The folder beside the YAML files that is nobody's output: the salt of all hashes, and the cache of what was read."""

import hashlib
import os
import secrets
import tempfile
from pathlib import Path

NAME = ".influence"
SALT = "INFLUENCE_SALT"
# A shorter one was cut off while it was written, or is no secret.
SHORTEST = 32


def folder(home: Path) -> Path | None:
    """Return the hidden folder in `home`, made when needed and ignored by git; None where nothing can be written."""
    place = home / NAME
    try:
        place.mkdir(mode=0o700, exist_ok=True)
        ignored = place / ".gitignore"
        if not ignored.exists():
            ignored.write_text("*\n", encoding="utf-8")
    except OSError:
        return None
    return place


def salt(home: Path) -> bytes:
    """Return the secret that goes into every hash of a person: that of INFLUENCE_SALT, else the one kept in `home`.

    It is made when first needed and is no part of any output; a creator's hash stays the same from night to night.
    Where nothing can be written, it lasts for this run and the processes this run starts.
    """
    told = os.environ.get(SALT) or _kept(home)
    if told is None:
        told = os.environ.setdefault(SALT, secrets.token_hex(32))
    return hashlib.blake2s(told.encode()).digest()


def _kept(home: Path) -> str | None:
    """Return the salt kept in `home`, after making one where there is none; None where nothing can be written."""
    place = folder(home)
    if place is None:
        return None
    file = place / "salt"
    try:
        if not file.is_file() or file.stat().st_size < SHORTEST:
            file.unlink(missing_ok=True)
            _make(file)
        return file.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        return None


def _make(file: Path) -> None:
    """Write a new salt; when two processes do so at once, the first one's counts for both."""
    with tempfile.NamedTemporaryFile("w", dir=file.parent, encoding="ascii", delete=False) as made:
        made.write(secrets.token_hex(32))
    try:
        os.link(made.name, file)
    except FileExistsError:
        pass
    except OSError:
        # A file system without links; replacing is the next best.
        Path(made.name).replace(file)
        return
    Path(made.name).unlink()
