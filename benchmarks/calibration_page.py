"""The calibration as a page: one table a family, ours and its rivals, goals and what misses them."""

import base64
import datetime as dt
import hashlib
import html
import platform

import numpy as np
import pandas as pd
import scipy
import statsmodels

from influence_lib.report.layout import stylesheet

FAMILIES = {
    "size": "Does the engagement rate follow size?",
    "best size": "Is there a best size?",
    "published figures": "Published figures put to the test",
    "sponsored posts": "Sponsored against organic posts",
    "share": "The share of sponsored posts",
    "unmarked advertising": "If only a part of the advertising is marked",
    "creators": "Creators ranked, shares of the next quarter, jumps of followers",
    "medians": "Medians",
    "money": "Money",
}
WORDS = {
    "best": "reaches the best in the field",
    "must": "reaches what it must",
    "reached": "reached",
    "missed": "missed",
    "missed, may be chance": "missed, may be chance",
}
TOGETHER = {
    "reaches the best in the field": "reach the best in the field",
    "reaches what it must": "reach what they must",
    "reached": "reach a goal of our own",
    "missed": "miss their goal",
    "missed, may be chance": "miss it by no more than chance explains",
}
INTRO = (
    "Each row is one check of one estimator on made-up worlds whose truth is known: it shows how often an "
    "interval holds it, how often something is claimed that is not there, and how often something is missed that is. "
    "Ours stand beside what others do on the same worlds. Bounds are exact 95 % intervals of a share of worlds, or two "
    "standard errors of a mean. A row that misses its goal says so."
)
EXTRA_STYLE = "table{width:100%}td,th{padding:.25rem .5rem;font-size:.875rem;vertical-align:top}"


def _number(value: float) -> str:
    """Return a figure with three decimals, or nothing where there is none."""
    return "" if pd.isna(value) else f"{value:.3f}"


def _ends(low: float, high: float) -> str:
    """Return both ends of a range, or nothing where there is none."""
    return "" if pd.isna(low) else f"{low:.3g} to {high:.3g}"


def _cells(row: pd.Series) -> str:
    """Return one row of a table."""
    bounds = "" if pd.isna(row["low"]) else f"{row['low']:.3f} to {row['high']:.3f}"
    cells = (
        (row["check"], ""),
        (row["world"], ""),
        (row["estimator"], ""),
        (f"{row['n']:,}", "number"),
        (_number(row["found"]), "number"),
        (bounds, "number"),
        (_ends(row["must_low"], row["must_high"]), "number"),
        (_ends(row["best_low"], row["best_high"]), "number"),
        (WORDS.get(row["verdict"], ""), ""),
        (f"{row['cpu_seconds']:.2g}" if row["cpu_seconds"] else "", "number"),
    )
    filled = "".join(f'<td class="{kind}">{html.escape(str(text))}</td>' for text, kind in cells)
    return f"<tr>{filled}</tr>"


def _table(rows: pd.DataFrame, caption: str) -> str:
    """Return one family's table."""
    names = ("Check", "World", "Estimator", "Worlds", "Found", "Bounds", "Must", "Best in field", "Verdict", "CPU s")
    head = "".join(f'<th scope="col">{name}</th>' for name in names)
    body = "\n".join(_cells(row) for _, row in rows.iterrows())
    return (
        f'<div class="scroll" role="region" aria-label="{html.escape(caption)}" tabindex="0"><table>'
        f"<caption>{html.escape(caption)}</caption><thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table></div>"
    )


def page(found: pd.DataFrame) -> str:
    """Return the whole page."""
    goals = found[found["verdict"] != ""]
    counts = {word: int((goals["verdict"] == key).sum()) for key, word in WORDS.items()}
    missed = goals[goals["verdict"].str.startswith("missed")]
    short = goals[goals["verdict"] == "must"]
    style = stylesheet() + EXTRA_STYLE
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    versions = f"numpy {np.__version__}, scipy {scipy.__version__}, statsmodels {statsmodels.__version__}"
    summary = "; ".join(f"{number} {TOGETHER.get(word, word)}" for word, number in counts.items() if number)
    sections = [
        f"<h2>{html.escape(title)}</h2>\n{_table(found[found['family'] == family], title)}"
        for family, title in FAMILIES.items()
        if (found["family"] == family).any()
    ]
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    lists = _list("What misses its goal", missed), _list("What reaches its goal but not the best in the field", short)
    made = f"{dt.date.today():%d %B %Y}; {platform.machine()}, Python {platform.python_version()}, {versions}"
    parts = [
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        f"<title>Calibration: {summary}</title>\n<style>{style}</style>\n</head>\n<body>",
        '<header class="top"><p class="synthetic"><strong>SYNTHETIC DATA</strong> Every figure of this page comes from '
        "made-up worlds.</p>",
        f'<div class="inner"><h1>How far the numbers can be trusted: {len(goals)} checks with a goal</h1>',
        f'<p>{summary}.</p></div></header>\n<main id="main" class="inner">\n<p>{INTRO}</p>',
        *lists,
        *sections,
        f'</main>\n<footer class="foot"><div class="inner"><p>{made}. Seeds are fixed; made by '
        "<code>make calibration</code>.</p></div></footer>\n</body>\n</html>\n",
    ]
    return "\n".join(parts)


def _list(title: str, rows: pd.DataFrame) -> str:
    """Return rows as a short list; nothing where there are none."""
    if rows.empty:
        return ""
    items = [
        f"{row['check']} ({row['world']}): {row['found']:.3f}, goal {_ends(row['must_low'], row['must_high'])}"
        + ("" if pd.isna(row["best_low"]) else f", best {_ends(row['best_low'], row['best_high'])}")
        for _, row in rows.iterrows()
    ]
    lines = "".join(f"<li>{html.escape(item)}</li>" for item in items)
    return f"<h2>{title}</h2><ul>{lines}</ul>"
