"""Answer what files hold and what they allow to be asked, without running anything."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from influence_lib.analysis import readiness
from influence_lib.batch.runner import files as parameter_files
from influence_lib.campaign import Campaign, FileParameters, InputError
from influence_lib.intake import FileError, FileReading, Intake, load, read_alone
from influence_lib.intake.files import read_sheets
from influence_lib.intake.posts import COUNTS
from influence_lib.intake.reasons import NOT_COUNTED
from influence_lib.intake.recognising import SOURCES
from influence_lib.intake.remarks import UNCODED
from influence_lib.metrics import show
from influence_lib.tables import TableError
from influence_lib.wording.en import count

# Of several kinds that a file could be, the one whose error tells most when it is none of them.
PLAINEST = {"posts": "tracker", "orders": "orders", "payments": "payments"}
DISTINCT = {"post_id": "posts", "influencer_id": "handles", "codes": "codes", "code": "codes", "order_id": "orders"}
KINDS = {
    "posts": tuple(name for name, source in SOURCES.items() if source.of_posts),
    "orders": ("shopify_orders", "orders", "affiliate_actions", "amazon_associates", "attributed_sales"),
    "payments": ("payments",),
}
# The sums that an answer about each kind always has.
SUMS = {"posts": COUNTS, "orders": ("gross", "net_revenue"), "payments": ("amount",)}

NO_ROWS = "the file has column names and no rows below them: was it exported for the right days?"


def check_file(path: Path, kind: str | None) -> dict[str, Any]:
    """Return what became of one file: disposition, rows by fate, reasons, rows set aside, and totals.

    Dispositions: accept, normalise (values converted), warn, quarantine (rows set aside), refuse (nothing read).
    Rows that are fine but count for nothing (cancelled orders, another currency) are ok, and their reason is named.
    """
    try:
        reading = _single(path, kind)
    except (InputError, TableError) as error:
        return _refused(path, kind, error)
    earlier = _earlier(reading)
    uncounted = sum(rows for code, rows in reading.dropped.items() if code in NOT_COUNTED) - earlier
    return {
        "file": path.name,
        "source": reading.source.name,
        "disposition": _disposition(reading, earlier),
        "rows_in": reading.rows,
        "rows_ok": reading.used + uncounted,
        "rows_quarantined": reading.set_aside,
        "rows_dropped": sum(reading.dropped.values()) - uncounted,
        "reasons": _reasons(reading),
        "quarantine": [
            {"line": f.line, "column": f.column, "value": f.value, "reason": f.code, "advice": f.reason.advice}
            for f in reading.quarantine
        ],
        "totals": totals(reading),
        "notes": [*reading.normalised, *reading.notes],
    }


def _earlier(reading: FileReading) -> int:
    """Return how many rows are readings of a post that a later row of the file reads again."""
    metrics = reading.frames.get("post_metrics")
    return 0 if metrics is None else int(len(metrics) - metrics["post_id"].nunique())


def _refused(path: Path, kind: str | None, error: Exception) -> dict[str, Any]:
    """Return the answer about a file that cannot be used: no rows, and so sums of nothing."""
    rows = dict.fromkeys(("rows_in", "rows_ok", "rows_quarantined", "rows_dropped"), 0)
    code = getattr(error, "code", "NOT_USABLE")
    totals = dict.fromkeys(SUMS.get(kind or "", ()), 0.0)
    found = {"reasons": [code], "quarantine": [], "totals": totals, "message": str(error)}
    return {"file": path.name, "disposition": "refuse", **rows, **found}


def _disposition(reading: FileReading, earlier: int) -> str:
    """Return the gravest thing that happened to a file that could be read."""
    if reading.rows == 0:
        return "warn"
    if reading.quarantine:
        return "quarantine"
    if any(remark.warns for remark in reading.remarks):
        return "warn"
    return "normalise" if reading.dropped or reading.normalised or earlier else "accept"


def _reasons(reading: FileReading) -> list[str]:
    """Return the codes of everything a reader should know: rows set aside and dropped, values converted, warnings."""
    if reading.rows == 0:
        return ["NO_ROWS"]
    told = {remark.code for remark in reading.remarks}
    untold = {"BLANK_ROW"} | ({"OTHER_CURRENCY"} if "MIXED_CURRENCY" in told else set())
    dropped = [code for code in reading.dropped if code not in untold]
    noted = [remark.code for remark in reading.remarks if remark.code not in UNCODED]
    return list(dict.fromkeys([*reading.set_aside_by_reason, *dropped, *noted]))


def _single(path: Path, kind: str | None) -> FileReading:
    """Return the reading of one file under default parameters."""
    errors: dict[str | None, InputError] = {}
    # Not resolved: where a link leads is looked at when the file is opened, and the file is opened once for all kinds.
    path = path.absolute()
    sheets = read_sheets(path)
    for source in (name for name in KINDS[kind] if name in SOURCES) if kind else (None,):
        entry = FileParameters.model_validate({"path": str(path), "source": source})
        try:
            return read_alone(entry, Campaign.blank(), sheets)
        except FileError as error:
            errors[source] = error
            if error.code not in {"MISSING_COLUMN", "WRONG_KIND", "NOT_RECOGNISED"}:
                raise
    raise errors.get(PLAINEST.get(kind or ""), next(iter(errors.values())))


def totals(reading: FileReading) -> dict[str, Any]:
    """Return sums of numeric columns, first and last time in UTC, and how many posts, handles and codes there are.

    Of a post that was read several times the last numbers count.
    """
    found: dict[str, Any] = {name: round(total, 2) for name, total in reading.sums.items()}
    for name, rows in reading.frames.items():
        last = _last(rows) if name == "post_metrics" else rows
        numbers = [column for column in last if _is_number(last[column])]
        found |= {str(column): round(float(last[column].sum()), 2) for column in numbers}
        found |= _span(rows) if name in {"posts", "orders", "costs", "series"} else {}
        found |= {
            f"distinct_{words}": len(set(rows[column].dropna().tolist()) - {""})
            for column, words in DISTINCT.items()
            if column in rows and not (column == "post_id" and "distinct_posts" in found)
        }
    return found


def _last(metrics: pd.DataFrame) -> pd.DataFrame:
    """Return the last known numbers of each post."""
    if metrics["post_id"].is_unique:
        return metrics
    return metrics.sort_values("observed_at", na_position="first", kind="stable").groupby("post_id").last()


def _is_number(values: pd.Series) -> bool:
    """Tell whether a column holds counts or amounts."""
    return pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)


def _span(rows: pd.DataFrame) -> dict[str, str]:
    """Return the first and the last time of a table."""
    times = next(
        (rows[name].dropna() for name in ("posted_at", "ordered_at", "spent_at", "date") if name in rows), None
    )
    if times is None or times.empty:
        return {}
    return {"first": times.min().isoformat(), "last": times.max().isoformat()}


def file_text(answer: Mapping[str, Any]) -> str:
    """Return the answer about one file for the terminal."""
    if answer["disposition"] == "refuse":
        return f"refuse: {answer['message']}"
    lines = [
        f"{answer['disposition']}: {answer['file']} read as {answer['source']}; "
        f"{show(answer['rows_ok'], 'count')} of {count(answer['rows_in'], 'row')} used, "
        f"{show(answer['rows_quarantined'], 'count')} set aside, {show(answer['rows_dropped'], 'count')} dropped"
    ]
    if not answer["rows_in"]:
        lines.append(f"  {NO_ROWS}")
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
            answers.append(_campaign(load(Campaign.load(file, as_of)).require_core()))
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
    """Return for each question of the report: yes; or partly or no, and what is missing."""
    answers = readiness.card(data.tables, data.campaign, data.files)
    return {a.question.words: a.answer if a.answer == "yes" else f"{a.answer}: {a.missing}" for a in answers}


def campaign_text(answer: Mapping[str, Any]) -> str:
    """Return the answer about one campaign for the terminal."""
    if "error" in answer:
        return f"{answer['campaign']}: {answer['error']}"
    lines = [f"{answer['campaign']}: {answer['sentence']}"]
    widest = max((len(file["path"]) for file in answer["files"]), default=0)
    for file in answer["files"]:
        lines.append(f"  {file['path']:<{widest}}  {file['label']}: {_used_words(file)}")
        lines += [f"    {reason['kind']}: {reason['reason']} ({reason['rows']})" for reason in file["reasons"]]
    lines += [f"  note: {note}" for note in answer["notes"]]
    told = answer["questions"]
    longest = max(map(len, told))
    return "\n".join([*lines, *(f"  {question:<{longest}}  {said}" for question, said in told.items())])


def _used_words(file: Mapping[str, Any]) -> str:
    """Return how many rows of a file are used."""
    return f"{show(file['used'], 'count')} of {count(file['rows'], 'row')} used" if file["rows"] else "no rows"
