"""Keep what was read of a file as Parquet beside the YAML, so that no run reads the same bytes twice.

An entry is found by the content of the file, everything that changes its reading, and our code: none is ever out of
date. What is damaged, foreign or half-written is not used. Small files are read anew: that is faster.
"""

import dataclasses
import hashlib
import importlib.metadata
import json
import os
import platform
import shutil
import stat
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from influence_lib.campaign import Campaign, FileParameters
from influence_lib.intake import files, hidden, reading
from influence_lib.intake.reading import FileReading
from influence_lib.intake.reasons import Fault
from influence_lib.intake.recognising import SOURCES
from influence_lib.intake.remarks import Remark
from influence_lib.intake.source import Frames
from influence_lib.intake.workbooks import SIZE_LIMIT

# Below this, reading takes no longer than loading the library that reads Parquet.
SMALLEST = 400_000
MOST_ENTRIES, MOST_BYTES = 500, 1_000_000_000
DAY = 86_400
PACKAGES = ("babel", "currencyconverter", "duckdb", "pandas", "python-calamine", "tzdata")
CODE = ("intake", "campaign.py", "metrics.py", "tables.py", "wording/__init__.py")
# How each type of column is kept: times as microseconds, since Parquet has many kinds of time and pandas others.
KEPT_AS = {"Int64": "Int64", "int64": "Int64", "Float64": "Float64", "float64": "Float64", "boolean": "boolean",
           "bool": "boolean", "str": "str", "object": "str", "datetime64[us, UTC]": "Int64"}  # fmt: skip
ARRAYS: dict[str, tuple[Any, str]] = {
    "Int64": (pd.arrays.IntegerArray, "int64"),
    "Float64": (pd.arrays.FloatingArray, "float64"),
    "boolean": (pd.arrays.BooleanArray, "bool"),
}
DUCKDB_TYPES = {"Int64": "BIGINT", "Float64": "DOUBLE", "boolean": "BOOLEAN", "str": "VARCHAR"}


def read_file(entry: FileParameters, campaign: Campaign) -> FileReading:
    """Return what one file of the campaign gives, from the cache where it was read before.

    Raises FileError when it cannot be used at all.
    """
    path = campaign.path_of(entry)
    if not _is_worth_it(path):
        return reading.read_file(entry, campaign)
    content = files.sha256(path)
    place = _place(path.name, content, entry, campaign)
    kept = _load(place, path) if place else None
    if kept is not None:
        return kept
    found = reading.read_file(entry, campaign)
    # A file that changed meanwhile would be kept under what it held before.
    if place and found.sha256 == content:
        _save(place, found)
    return found


def _is_worth_it(path: Path) -> bool:
    """Tell whether a file is a regular one and large enough; any other is left to the guards."""
    try:
        found = path.lstat()
    except (OSError, ValueError):
        return False
    return stat.S_ISREG(found.st_mode) and SMALLEST <= found.st_size <= SIZE_LIMIT


def _place(name: str, content: str, entry: FileParameters, campaign: Campaign) -> Path | None:
    """Return where a file's reading is kept; None where nothing can be kept."""
    folder = hidden.folder(campaign.home)
    if folder is None:
        return None
    told = {
        "content": content,
        "name": name,
        "entry": entry.model_dump(mode="json"),
        "campaign": campaign.model_dump(mode="json", exclude={"files"}),
        "today": str(campaign.today),
        "salt": hidden.salt(campaign.home).hex(),
        "code": FINGERPRINT,
    }
    key = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
    return folder / "cache" / key


def _fingerprint() -> str:
    """Return a fingerprint of everything that changes how a file is read: our code, Python, and packages with data."""
    root = Path(__file__).parent.parent
    sources = [
        file for name in CODE for file in ([root / name] if name.endswith(".py") else (root / name).rglob("*.py"))
    ]
    versions = [platform.python_version(), *map(importlib.metadata.version, PACKAGES)]
    parts = [*versions, *(file.read_text(encoding="utf-8") for file in sorted(sources))]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


# Taken when the code is loaded: a session that goes on after an update still runs the code of before.
FINGERPRINT = _fingerprint()


def _load(place: Path, path: Path) -> FileReading | None:
    """Return a reading as it was kept; None when there is none, or it is not exactly what was kept."""
    try:
        digest, _, text = (place / "account.json").read_text(encoding="utf-8").partition("\n")
        if digest != _digest(text.encode()):
            return None
        account = json.loads(text)
        frames = {name: _table(place / f"{name}.parquet", **told) for name, told in account.pop("frames").items()}
        os.utime(place)
        return _reading(path, account, frames)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _reading(path: Path, account: dict[str, Any], frames: Frames) -> FileReading:
    """Return the account of a file and its tables as they were when it was read."""
    return FileReading(
        **account
        | {
            "path": path,
            "frames": frames,
            "source": SOURCES[account["source"]],
            "dropped": Counter(account["dropped"]),
            "quarantine": tuple(Fault(**fault) for fault in account["quarantine"]),
            "remarks": tuple(Remark(**remark) for remark in account["remarks"]),
            **{name: tuple(account[name]) for name in ("notes", "normalised", "unused_headers")},
        }
    )


def _table(file: Path, digest: str, types: Mapping[str, str]) -> pd.DataFrame:
    """Return a table as it was kept. Raises ValueError when the file is another."""
    import duckdb

    if _digest(file.read_bytes()) != digest:
        raise ValueError(f"{file.name} is damaged")
    with duckdb.connect(config={"threads": 1}) as connection:
        try:
            columns = connection.execute("SELECT * FROM read_parquet(?)", [str(file)]).fetchnumpy()
        except duckdb.Error as error:
            raise ValueError(f"{file.name} cannot be read") from error
    return pd.DataFrame({name: _restored(columns[name], dtype) for name, dtype in types.items()})


def _restored(values: Any, dtype: str) -> pd.Series:
    """Return a column in the type it had."""
    missing, plain = np.ma.getmaskarray(values), np.ma.getdata(values)
    if KEPT_AS[dtype] == "str":
        texts = plain.astype(object)
        texts[missing] = pd.NA
        return pd.Series(texts, dtype=pd.api.types.pandas_dtype(dtype))
    if dtype.startswith("datetime64"):
        moments = plain.astype("int64").astype("M8[us]")
        moments[missing] = np.datetime64("NaT")
        return pd.Series(moments).dt.tz_localize("UTC")
    array, raw = ARRAYS[KEPT_AS[dtype]]
    return pd.Series(array(plain.astype(raw), missing)).astype(pd.api.types.pandas_dtype(dtype))


def _save(place: Path, found: FileReading) -> None:
    """Keep a reading under a temporary name, then under its own; where that fails, nothing is kept."""
    account = {field.name: getattr(found, field.name) for field in dataclasses.fields(found)}
    del account["path"]
    try:
        place.parent.mkdir(mode=0o700, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=place.parent, prefix=".") as made:
            folder = Path(made) / "entry"
            folder.mkdir()
            account["frames"] = {name: _kept(folder / f"{name}.parquet", rows) for name, rows in found.frames.items()}
            text = json.dumps(account | {"source": found.source.name}, default=dataclasses.asdict)
            (folder / "account.json").write_text(f"{_digest(text.encode())}\n{text}", encoding="utf-8")
            if place.exists():
                shutil.rmtree(place)
            folder.replace(place)
        _tidy(place.parent)
    except (OSError, ValueError, TypeError, KeyError):
        return


def _kept(file: Path, rows: pd.DataFrame) -> dict[str, Any]:
    """Write a table as Parquet, and return what is needed to know it again. Raises KeyError for an unknown type."""
    import duckdb

    types = {str(name): str(rows[name].dtype) for name in rows}
    plain = pd.DataFrame({name: _plain(rows[name].reset_index(drop=True)) for name in types})
    casts = ", ".join(
        f"CAST({_quoted(name)} AS {DUCKDB_TYPES[KEPT_AS[dtype]]}) AS {_quoted(name)}" for name, dtype in types.items()
    )
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.register("rows", plain)
        try:
            connection.execute(
                f"COPY (SELECT {casts} FROM rows) TO '{str(file).replace(chr(39), chr(39) * 2)}' (FORMAT parquet)"
            )
        except duckdb.Error as error:
            raise ValueError(f"{file.name} cannot be written") from error
    return {"digest": _digest(file.read_bytes()), "types": types}


def _plain(values: pd.Series) -> pd.Series:
    """Return a column in a type that Parquet has; ValueError for a column of mixed things."""
    kept = KEPT_AS[str(values.dtype)]
    if str(values.dtype).startswith("datetime64"):
        return values.dt.tz_localize(None).astype("int64").astype("Int64").mask(values.isna())
    if kept == "str":
        texts = values.astype(object).where(values.notna(), None)
        if not all(isinstance(text, str) for text in texts[values.notna()]):
            raise ValueError("a column holds more than text")
        return texts
    return values.astype(pd.api.types.pandas_dtype(kept))


def _quoted(name: str) -> str:
    """Return a column's name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def _digest(content: bytes) -> str:
    """Return the SHA-256 of bytes."""
    return hashlib.sha256(content).hexdigest()


def _tidy(folder: Path) -> None:
    """Keep the cache small: remove the entries longest unused beyond its limits, and what a killed run left."""
    entries = sorted(folder.iterdir(), key=lambda entry: entry.stat().st_mtime, reverse=True)
    left = [entry for entry in entries if entry.name.startswith(".") and entry.stat().st_mtime < time.time() - DAY]
    whole = [entry for entry in entries if not entry.name.startswith(".")]
    sizes = np.cumsum([sum(file.stat().st_size for file in entry.iterdir()) for entry in whole])
    too_many = [entry for number, entry in enumerate(whole) if number >= MOST_ENTRIES or sizes[number] > MOST_BYTES]
    for entry in [*left, *too_many]:
        shutil.rmtree(entry, ignore_errors=True)
