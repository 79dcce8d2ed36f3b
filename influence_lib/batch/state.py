"""What the last runs left behind: the manifest, fingerprints, and whether a report is still fresh."""

import datetime as dt
import functools
import hashlib
import importlib.metadata
import json
import os
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import influence_lib
from influence_lib.campaign import Campaign
from influence_lib.intake.files import sha256

LIBRARY = Path(influence_lib.__file__).parent
NOTEBOOKS = LIBRARY.parent / "notebooks"
QUESTIONS = ("engagement_vs_reach", "sponsorship_saturation", "campaign_roi", "data_quality")
PACKAGES = ("numpy", "pandas", "scipy", "statsmodels", "seaborn", "matplotlib", "papermill")
CODE_SUFFIXES = {".py", ".html", ".css", ".csv", ".po"}


def now() -> str:
    """Return the present moment in UTC."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")


@functools.cache
def versions() -> dict[str, str]:
    """Return the versions of Python, of this library and of what its numbers rest on."""
    found = {name: importlib.metadata.version(name) for name in PACKAGES}
    return {"python": platform.python_version(), "influence_lib": influence_lib.__version__, **found}


def _digest(*parts: str) -> str:
    """Return a short fingerprint of texts."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


@functools.cache
def code_fingerprint() -> str:
    """Return the fingerprint of this library's code and templates and of the versions it runs on."""
    files = sorted(path for path in LIBRARY.rglob("*") if path.suffix in CODE_SUFFIXES)
    return _digest(json.dumps(versions()), *(f"{path.relative_to(LIBRARY)}\0{sha256(path)}" for path in files))


@functools.cache
def notebook_fingerprint(notebook: str) -> str:
    """Return the fingerprint of a notebook's cells, whatever their outputs."""
    cells = json.loads((NOTEBOOKS / f"{notebook}.ipynb").read_text(encoding="utf-8"))["cells"]
    return _digest(*("".join(cell["source"]) for cell in cells))


def fingerprints(campaign: Campaign) -> dict[str, dict[str, str]]:
    """Return by notebook what its result depends on: inputs, parameters with the day, and code."""
    named = [entry.path for entry in campaign.files] + ([campaign.benchmarks] if campaign.benchmarks else [])
    shared = {
        "inputs": _digest(*(f"{path}\0{sha256(campaign.home / path)}" for path in named)),
        "parameters": _digest(campaign.model_dump_json(), str(campaign.today)),
    }
    return {name: {**shared, "code": _digest(code_fingerprint(), notebook_fingerprint(name))} for name in QUESTIONS}


def read_json(file: Path) -> dict[str, Any] | None:
    """Return the object in a JSON file; None when there is no such file or it is not whole."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None


def read_manifest(out: Path) -> dict[str, Any]:
    """Return `run.json`, or an empty manifest when there is none that can be read."""
    return read_json(out / "run.json") or {"run_id": None, "campaigns": {}}


def write_json(file: Path, content: Mapping[str, Any]) -> None:
    """Write JSON in one step: readers see the old file or the new one, never half of it."""
    write_text(file, json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n")


def write_text(file: Path, text: str) -> None:
    """Write text in one step."""
    write_bytes(file, text.encode("utf-8"))


def write_bytes(file: Path, content: bytes) -> None:
    """Write a file in one step: readers see the old one or the new one, never half of it."""
    part = file.with_name(f".{file.name}.part")
    with part.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(file)


def stale_reasons(campaign: Campaign, manifest: Mapping[str, Any], out: Path) -> dict[str, str | None]:
    """Return by notebook why it must run again, or None where its report is fresh."""
    ran = manifest["campaigns"].get(campaign.campaign_id, {}).get("notebooks", {})
    folder = out / campaign.campaign_id
    return {
        name: _stale_reason(ran.get(name), wanted, folder / f"{name}.html")
        for name, wanted in fingerprints(campaign).items()
    }


def _stale_reason(entry: Mapping[str, Any] | None, wanted: Mapping[str, str], page: Path) -> str | None:
    """Return why one notebook must run again, or None when its report is fresh."""
    if entry is None:
        return "never run"
    if entry["status"] != "ok":
        return "failed last time"
    if not page.is_file():
        return "its page is gone"
    changed = [name for name, value in wanted.items() if entry["fingerprints"].get(name) != value]
    return f"{' and '.join(changed)} changed" if changed else None


def status(params: Path, out: Path) -> list[dict[str, str | None]]:
    """Return for each campaign of `params`: fresh, stale, failed or refused, the reason, and when it last ran well."""
    manifest, rows = read_manifest(out), []
    for file in sorted(params.glob("*.yml")):
        entry = manifest["campaigns"].get(file.stem, {})
        row: dict[str, str | None] = {"campaign": file.stem, "last_good": entry.get("last_good")}
        try:
            campaign = Campaign.load(file, entry.get("as_of_asked"))
        except Exception as error:  # one odd file never hides the state of the others
            rows.append(row | {"status": "refused", "reason": str(error)})
            continue
        if entry.get("status") in {"failed", "refused"}:
            rows.append(row | {"status": entry["status"], "reason": entry.get("error")})
            continue
        reasons = stale_reasons(campaign, manifest, out)
        told = "; ".join(f"{question}: {reason}" for question, reason in reasons.items() if reason)
        rows.append(row | {"status": "stale" if told else "fresh", "reason": told or None})
    return rows
