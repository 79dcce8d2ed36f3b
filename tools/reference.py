"""Write what is made from the parameter model: the JSON schema for editors and the table in the README.

`python tools/reference.py` writes both; `--check` only says whether they are as they should be (exit code 1 if not).
"""

import json
import sys
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic_core import PydanticUndefined

from influence_lib.campaign import Campaign, FileParameters, json_schema

ROOT = Path(__file__).resolve().parent.parent
SCHEMA = ROOT / "params" / "campaign.schema.json"
README = ROOT / "README.md"
START, END = "<!-- parameters: made by tools/reference.py -->", "<!-- end of parameters -->"


def schema_text() -> str:
    """Return the JSON schema as it should stand in params/."""
    return json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n"


def _kind(annotation: Any) -> str:
    """Return a type in plain words."""
    origin = get_origin(annotation)
    if origin is Annotated:
        value, *limits = get_args(annotation)
        bounds = [m for limit in limits for m in getattr(limit, "metadata", [limit])]
        return "number from 0 to 1" if any(getattr(m, "le", None) == 1 for m in bounds) else _kind(value)
    if origin is Literal:
        return " or ".join(f"`{value}`" for value in get_args(annotation))
    if origin in (Union, UnionType):
        return " or ".join(_kind(part) for part in get_args(annotation) if part is not NoneType)
    if origin is tuple:
        return "two numbers"
    if origin in (list, dict):
        return "list" if origin is list else "mapping"
    return {"str": "text", "int": "whole number", "float": "number", "bool": "true or false", "date": "date"}.get(
        annotation.__name__, annotation.__name__
    )


def _default(field: Any) -> str:
    """Return a default as it would be written in the YAML."""
    value = field.default_factory() if field.default_factory else field.default
    if value is PydanticUndefined:
        return "**required**"
    if value is None or value in ([], {}):
        return ""
    plain = (
        {name: list(band) for name, band in value.items()}
        if isinstance(value, dict)
        else list(value)
        if isinstance(value, tuple)
        else value
    )
    return f"`{json.dumps(plain)}`" if not isinstance(plain, str) else f"`{plain}`"


def _rows(model: Any, prefix: str = "") -> list[str]:
    """Return the table rows of one model."""
    rows = []
    for name, field in model.model_fields.items():
        kind = (
            "number from 0 to 1"
            if any(getattr(m, "le", None) == 1 for m in field.metadata)
            else _kind(field.annotation)
        )
        rows.append(f"| `{prefix}{name}` | {kind} | {_default(field)} | {field.description} |")
    return rows


def table_text() -> str:
    """Return the table of parameters as it should stand in the README."""
    head = ["| Key | Value | Default | Meaning |", "|---|---|---|---|"]
    return "\n".join([*head, *_rows(Campaign), *_rows(FileParameters, "files[].")])


def readme_text(readme: str) -> str:
    """Return the README with the table put in its place."""
    before, _, rest = readme.partition(START)
    _, _, after = rest.partition(END)
    return f"{before}{START}\n{table_text()}\n{END}{after}"


def main() -> int:
    """Write or check both places; return the exit code."""
    wanted = {SCHEMA: schema_text(), README: readme_text(README.read_text(encoding="utf-8"))}
    stale = [file for file, text in wanted.items() if not file.is_file() or file.read_text(encoding="utf-8") != text]
    if "--check" in sys.argv:
        for file in stale:
            print(f"{file.name} is not what the parameters say; run: make docs", file=sys.stderr)
        return 1 if stale else 0
    for file in stale:
        file.write_text(wanted[file], encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
