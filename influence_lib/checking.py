"""Answer what files hold and what they allow to be asked, without running anything."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from influence_lib.analysis import feed, incrementality
from influence_lib.batch.runner import files as parameter_files
from influence_lib.campaign import Campaign, InputError
from influence_lib.intake import FileError, FileReading, Intake, load, read_file
from influence_lib.tables import TableError

KINDS = {"posts": ("tracker", "meta_instagram"), "orders": ("shopify_orders", "orders"), "payments": ("payments",)}


def check_file(path: Path, kind: str | None) -> dict[str, Any]:
    """Return what became of one file: disposition, rows by fate, reasons, rows set aside, and totals.

    Dispositions: accept, normalise (values converted), warn, quarantine (rows set aside), refuse (nothing read).
    """
    try:
        reading = _single(path, kind)
    except (InputError, TableError) as error:
        code = getattr(error, "code", "NOT_USABLE")
        return {
            "file": path.name,
            "disposition": "refuse",
            "rows_in": 0,
            "rows_ok": 0,
            "rows_quarantined": 0,
            "rows_dropped": 0,
            "reasons": [code],
            "quarantine": [],
            "totals": {},
            "message": str(error),
        }
    dropped = sum(reading.dropped.values())
    reasons = list(
        dict.fromkeys([*reading.set_aside_by_reason, *(code for code in reading.dropped if code != "BLANK_ROW")])
    )
    empty = reading.rows == 0
    return {
        "file": path.name,
        "source": reading.source.name,
        "disposition": "warn"
        if empty
        else "quarantine"
        if reading.quarantine
        else "normalise"
        if dropped or reading.normalised
        else "accept",
        "rows_in": reading.rows,
        "rows_ok": reading.used,
        "rows_quarantined": reading.set_aside,
        "rows_dropped": dropped,
        "reasons": ["NO_ROWS"] if empty else reasons,
        "quarantine": [
            {"line": f.line, "column": f.column, "value": f.value, "reason": f.code, "advice": f.reason.advice}
            for f in reading.quarantine
        ],
        "totals": totals(reading),
        "notes": [*reading.normalised, *reading.notes],
    }


def _single(path: Path, kind: str | None) -> FileReading:
    """Return the reading of one file under default parameters."""
    if not path.is_file():
        raise FileError(path, "MISSING_FILE", "there is no such file; correct the path")
    errors: list[InputError] = []
    for source in KINDS[kind] if kind else (None,):
        try:
            return _read_as(path, source)
        except FileError as error:
            errors.append(error)
            if error.code not in {"MISSING_COLUMN", "WRONG_KIND", "NOT_RECOGNISED"}:
                raise
    raise errors[0]


def _read_as(path: Path, source: str | None) -> FileReading:
    """Return the reading of one file taken as one source."""
    named = f"\n    source: {source}" if source else ""
    text = f"campaign_id: check\nbrand: check\nstart: 2000-01-01\nend: 2000-01-02\nas_of: 2100-01-01\nfiles:\n  - path: {str(path.resolve())!r}{named}\n"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "check.yml"
        file.write_text(text, encoding="utf-8")
        campaign = Campaign.load(file)
    return read_file(campaign.files[0], campaign)


def totals(reading: FileReading) -> dict[str, Any]:
    """Return sums of numeric columns, first and last time in UTC, and how many posts, creators and codes there are."""
    found: dict[str, Any] = {}
    for frame in (
        reading.frames[name] for name in ("posts", "post_metrics", "orders", "costs") if name in reading.frames
    ):
        for column in frame:
            values = frame[column]
            if isinstance(values.dtype, pd.DatetimeTZDtype) and column != "observed_at" and values.notna().any():
                found["first"], found["last"] = values.min().isoformat(), values.max().isoformat()
            elif pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
                found[str(column)] = round(float(values.sum()), 2)
        for column, name in (
            ("post_id", "posts"),
            ("influencer_id", "creators"),
            ("codes", "codes"),
            ("order_id", "orders"),
        ):
            if column in frame:
                found[f"distinct_{name}"] = int(frame[column].replace("", None).nunique())
    return found


def file_text(answer: Mapping[str, Any]) -> str:
    """Return the answer about one file for the terminal."""
    if answer["disposition"] == "refuse":
        return f"refuse: {answer['message']}"
    lines = [
        f"{answer['disposition']}: {answer['file']} read as {answer['source']}; {answer['rows_ok']} of {answer['rows_in']} rows used, "
        f"{answer['rows_quarantined']} set aside, {answer['rows_dropped']} dropped"
    ]
    lines += [
        f"  line {row['line']}, {row['column']} '{row['value']}': {row['reason']}. {row['advice']}"
        for row in answer["quarantine"][:20]
    ]
    return "\n".join([*lines, *(f"  {note}" for note in answer["notes"])])


def check_campaigns(params: Path, names: Sequence[str], as_of: str | None) -> list[dict[str, Any]]:
    """Return for each campaign what was read and which questions its files can answer, or why it cannot be used."""
    answers = []
    for file in parameter_files(params, names):
        try:
            answers.append(_campaign(load(Campaign.load(file, as_of))))
        except (InputError, TableError) as error:
            answers.append({"campaign": file.stem, "error": str(error)})
    return answers


def _campaign(data: Intake) -> dict[str, Any]:
    """Return the account of one campaign's files, and its answerable questions."""
    account = data.to_json()
    return {
        "campaign": data.campaign.campaign_id,
        "sentence": data.sentence,
        "files": account["files"],
        "notes": account["notes"],
        "questions": questions(data),
    }


def questions(data: Intake) -> dict[str, str]:
    """Return for each question: yes, or what is missing."""
    campaign, tables = data.campaign, data.tables
    posts = feed.of(tables, campaign).posts
    money = next(
        (
            text
            for text, there in (
                ("a `currency` in the YAML", campaign.currency),
                ("costs", len(tables.costs)),
                ("orders", len(tables.orders)),
            )
            if not there
        ),
        None,
    )
    sales = incrementality.daily_sales(tables, campaign)
    before = int((sales.index < pd.Timestamp(campaign.start)).sum()) if len(sales) else 0
    needs = {
        "engagement by size": None if len(posts) else "posts with engagements and followers",
        "organic reach": None
        if len(posts) and posts["reach"].notna().any()
        else "reach (Instagram content exports of the creators)",
        "saturation": None
        if len(posts) and posts["is_sponsored"].notna().any()
        else "a column that tells which posts are sponsored",
        "attributed return": money
        or (None if len(tables.tracking) else "creators' discount codes")
        or (None if campaign.margin else "`margin` in the YAML"),
        "extra sales": None
        if before >= incrementality.FEWEST_DAYS_BEFORE
        else f"orders of at least {incrementality.FEWEST_DAYS_BEFORE} days before the start ({before} there)",
    }
    return {question: "yes" if missing is None else f"no: needs {missing}" for question, missing in needs.items()}


def campaign_text(answer: Mapping[str, Any]) -> str:
    """Return the answer about one campaign for the terminal."""
    if "error" in answer:
        return str(answer["error"])
    lines = [f"{answer['campaign']}: {answer['sentence']}"]
    for file in answer["files"]:
        lines.append(f"  {file['path']:<28} {file['label']}: {file['used']} of {file['rows']} rows used")
        lines += [f"    {reason['kind']}: {reason['reason']} ({reason['rows']})" for reason in file["reasons"]]
    lines += [f"  note: {note}" for note in answer["notes"]]
    return "\n".join([*lines, *(f"  {question:<22} {told}" for question, told in answer["questions"].items())])
