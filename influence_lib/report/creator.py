"""The page that a brand can send to one creator: what worked in the own posts, how sure, and nobody else's data."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import nbformat

from influence_lib import wording
from influence_lib.findings import FEEDBACK_MIME
from influence_lib.language import say
from influence_lib.report.layout import Manner, clean, manner, provenance, render, slug
from influence_lib.report.page import outputs
from influence_lib.report.parts import TablePart, finite, period, table_part

Json = Mapping[str, Any]

MORE = "draws more"
# What a creator is told of each kind of post and of the best ones; everything else in the results stays with the brand.
KINDS = (
    ("kind", "Kind of post", "text"),
    ("verdict", "Against your other posts", "word"),
    ("difference", "Difference", "range"),
    ("range", "Likely range", "range"),
    ("posts", "Posts", "count"),
    ("others", "Your other posts", "count"),
)
BEST = (
    ("day", "Day", "date"),
    ("format", "Format", "text"),
    ("label", "Label", "text"),
    ("rate", "Engagement rate by followers", "percent"),
    ("times", "Times your usual", "decimal"),
)


@dataclass(frozen=True)
class Told:
    """What is known of one creator: the own posts, and the rows about this creator in three tables of the results."""

    name: str
    own: Json
    share: Json
    orders: Json
    reach: Json


def file_name(creator: str) -> str:
    """Return the name of a creator's page, which no other creator's has and which cannot leave its folder."""
    return f"{slug(creator)[:40]}-{hashlib.sha256(creator.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}.html"


def told(notebooks: Mapping[str, nbformat.NotebookNode], results: Json) -> list[Told]:
    """Return what each creator can be told; empty where the campaign asks for no such pages."""
    found = [data[FEEDBACK_MIME] for book in notebooks.values() for data in outputs(book) if FEEDBACK_MIME in data]
    own = {name: one for feedback in found for name, one in feedback["creators"].items()}
    rows = {
        id_: _rows(results, id_, key)
        for id_, key in (
            ("saturation.over_limit", "influencer_id"),
            ("roi.by_creator", "creator"),
            ("roi.unique_reach", "influencer_id"),
        )
    }
    return [Told(name, one, *(table.get(name, {}) for table in rows.values())) for name, one in own.items()]


def _rows(results: Json, id_: str, key: str) -> dict[str, Json]:
    """Return the rows of a finding's table by creator."""
    finding: Json = next((one for one in results["findings"] if one["id"] == id_), {"table": []})
    return {str(row[key]): row for row in finding["table"] if key in row}


def creator_page(one: Told, results: Json, run: Json) -> str:
    """Return the page of one creator as one self-contained HTML text."""
    campaign = (results.get("intake") or {}).get("campaign") or {}
    how = manner(campaign, results.get("currency"))
    with how.spoken():
        return render(
            "creator.html",
            language=how.language,
            synthetic=bool(results.get("synthetic")),
            title=wording.feedback.title(clean(one.name)),
            heading=_heading(one),
            answer=_answer(one),
            brand=results.get("brand"),
            campaign=campaign.get("name") or results.get("name") or results["campaign"],
            posted=period(one.own["first"], one.own["last"], how),
            posts=how.show(one.own["posts"], "count"),
            as_of=how.show(results.get("as_of"), "date"),
            tables=[*_tables(one, how)],
            sentences=[*_sentences(one, how)],
            notes=_notes(one),
            made=provenance({**run, "notebook": None, "parameters": None}, how, [], None),
        )


def _heading(one: Told) -> str:
    """Return the answer on top: the creator's usual rate with its range, or that there are too few posts."""
    ends = one.own["interval"]
    return str(wording.feedback.usual_rate(one.own["rate"], tuple(ends) if ends else None, one.own["posts"]))


def _answer(one: Told) -> str:
    """Return what works better for this creator, the clearest first, or that nothing stands out."""
    better = [kind for kind in one.own["kinds"] if kind["verdict"] == MORE]
    if better:
        best = max(better, key=lambda kind: float(kind["low"]))
        return str(
            wording.feedback.worked(wording.feedback.kind(best["kind"]), best["change"], (best["low"], best["high"]))
        )
    return str(wording.feedback.nothing_stands_out(sum(finite(kind["change"]) for kind in one.own["kinds"])))


def _tables(one: Told, how: Manner) -> Iterator[TablePart]:
    """Yield the kinds of posts compared and the best posts, each with its download."""
    stem = file_name(one.name).removesuffix(".html")
    captions = (("kinds", KINDS, "What draws more or less than your other posts"), ("best", BEST, "Your best posts"))
    shown = [(one.own[key], columns, caption) for key, columns, caption in captions if one.own[key]]
    for number, (rows, columns, caption) in enumerate(shown, 1):
        labelled = [{"name": name, "label": say(label), "kind": kind} for name, label, kind in columns]
        yield table_part(
            {"caption": say(caption), "columns": labelled, "rows": [_named(row, how) for row in rows]},
            number,
            stem,
            how,
        )


def _named(row: Json, how: Manner) -> Json:
    """Return a row with its kind of post as a reader calls it, and its difference with the range where it is known."""
    if "change" in row:
        known = finite(row["change"])
        difference = how.show(row["change"], "signed_percent") if known else ""
        between = wording.span(row["low"], row["high"], "signed_percent") if known else ""
        row = {**row, "difference": difference, "range": between}
    return {**row, **{name: wording.feedback.kind(row[name]) for name in ("kind", "format", "label") if name in row}}


def _sentences(one: Told, how: Manner) -> Iterator[str]:
    """Yield what else is known of this creator alone: sponsored share, orders, people reached."""
    share, orders, reach, words = one.share, one.orders, one.reach, wording.feedback
    if all(finite(share.get(name)) for name in ("share", "low", "high", "posts")):
        yield words.share(share["share"], (share["low"], share["high"]), int(share["posts"]))
    if finite(orders.get("orders")):
        revenue = orders.get("revenue") if how.currency else None
        yield words.orders(orders["orders"], revenue if finite(revenue) else None, how.currency)
    if all(finite(reach.get(name)) for name in ("least", "most", "posts")):
        yield words.reached(reach["least"], reach["most"], int(reach["posts"]))


def _notes(one: Told) -> list[str]:
    """Return how to read the page and what it leaves out."""
    words = wording.feedback
    return [words.READING, words.ASSOCIATION, *([words.CODES] if one.orders else []), words.NOT_TOLD]
