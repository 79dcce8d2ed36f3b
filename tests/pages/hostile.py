"""A campaign whose every text tries to run, to reach out or to look like something else."""

import csv
import io
from pathlib import Path

RUN = "window.__x=1;document.title='fired'"
OUT = "//192.0.2.1/beacon"
# One probe for each way that text has become code on pages of notebooks (observed in nbconvert's own).
PROBES = (
    f"<script>{RUN}</script>",
    f"<img src=x onerror={RUN}>",
    f"<svg onload={RUN}>",
    f"<svg><script>{RUN}</script></svg>",
    f"<body onload={RUN}>",
    f"<details open ontoggle={RUN}>",
    f"<iframe srcdoc='<script>parent.{RUN}</script>'></iframe>",
    f"<a href=javascript:{RUN}>x</a>",
    f"[x](javascript:{RUN})",
    f'![x](x" onerror="{RUN})',
    f'" onmouseover="{RUN}" x="',
    f"' autofocus onfocus='{RUN}' x='",
    f"</style><script>{RUN}</script>",
    f"</title><script>{RUN}</script>",
    f"</textarea><script>{RUN}</script>",
    f"--><script>{RUN}</script><!--",
    f"<meta http-equiv=refresh content='0;url={OUT}'>",
    f"<link rel=stylesheet href={OUT}>",
    f"<style>@import url({OUT});</style>",
    f"<img src={OUT}>",
    f"<object data={OUT}></object>",
    f"<form action={OUT}><input type=submit autofocus>",
    f"<base href={OUT}>",
    "{{ 7 * 7 }}{% raw %}",
    "{{ cycler.__init__.__globals__ }}",
    "$\\bad$ and $$ moves",
    '=HYPERLINK("http://192.0.2.1")',
    "@SUM(1+1)|cmd",
    "\u202eevil\u2066 \u200bx",
    "<h1>Verified return of 900%</h1>",
    "| a | b |\n|---|---|\n| **9** | `9` |",
)
# Columns whose cells only people read: each gets another probe.
TEXTS = {
    "Description",
    "Account name",
    "Caption",
    "Category",
    "Note",
    "Sponsor",
    "Lineitem name",
    "Ad name",
    "Audience",
    "Which creator?",
}


def spoil(source: Path, target: Path) -> None:
    """Copy a folder of exports: creators are called by probes, and every text cell holds one."""
    tables = {file.name: _rows(file) for file in sorted(source.glob("*.csv"))}
    roster = tables["roster.csv"]
    handles = [row[roster[0].index("Handle")].removeprefix("@") for row in roster[1:]]
    called = {f"{at}{handle}": f"{at}{PROBES[n % len(PROBES)]}" for n, handle in enumerate(handles) for at in ("@", "")}
    for name, (header, *rows) in tables.items():
        spoilt = [
            [_cell(header[n], called.get(cell, cell), row + n) for n, cell in enumerate(cells)]
            for row, cells in enumerate(rows)
        ]
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([header, *spoilt])
        (target / name).write_text(text.getvalue(), encoding="utf-8")


def _rows(file: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.read_text(encoding="utf-8-sig"))))


def _cell(column: str, cell: str, number: int) -> str:
    return PROBES[number % len(PROBES)] if column in TEXTS and cell else cell
