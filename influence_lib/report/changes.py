"""What moved since the report before: the verdict, answers that turned, and numbers that left their old range."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from influence_lib.language import say
from influence_lib.report.layout import Manner
from influence_lib.report.parts import UNKNOWN_VERDICTS, estimate_text, finite, interval_of, known, verdict_text

Json = Mapping[str, Any]

# What is kept of a finding, so that it can be printed as it stood.
KEPT = ("id", "label", "verdict", "verdict_label", "estimate", "interval", "currency", "unit")


def changes(before: Json | None, now: Json) -> dict[str, Any] | None:
    """Return what moved between two results of a campaign; None where there was no report before.

    A run on the same files and the same day keeps what the report before told.
    """
    if before is None:
        return None
    if _basis(before) == _basis(now):
        kept: dict[str, Any] | None = before.get("changes")
        return kept
    old = {one["id"]: one for one in before["findings"]}
    new = {one["id"]: one for one in now["findings"]}
    items = [_item(name, old.get(name), new.get(name)) for name in [*new, *(old.keys() - new.keys())]]
    return {"since": before["as_of"], "items": [item for item in items if item]}


def _basis(results: Json) -> list[Any]:
    """Return what a report rests on."""
    files = sorted((one["path"], one["sha256"]) for one in results.get("inputs") or ())
    return [files, results.get("as_of"), results.get("start"), results.get("end")]


def _item(name: str, old: Json | None, new: Json | None) -> dict[str, Any] | None:
    """Return how one answer moved, or None where it stands."""
    sides = [None if one is None else {key: one.get(key) for key in KEPT} for one in (old, new)]
    if old is None or new is None:
        kind = "new" if old is None else "gone"
        return {"id": name, "kind": kind, "before": sides[0], "after": sides[1]} if known(old) or known(new) else None
    if {old["verdict"], new["verdict"]} <= UNKNOWN_VERDICTS:
        return None
    turned = old["verdict"] != new["verdict"]
    if not turned and not _left(old, new):
        return None
    return {"id": name, "kind": "turned" if turned else "moved", "before": sides[0], "after": sides[1]}


def _left(old: Json, new: Json) -> bool:
    """Tell whether a number left its old range, or a counted one changed at all."""
    ends = interval_of(old)
    return ends is not None and finite(new.get("estimate")) and not ends[0] <= new["estimate"] <= ends[1]


@dataclass(frozen=True)
class Change:
    """One answer that moved, ready to print."""

    label: str
    before: str
    after: str


def told(found: Json | None, how: Manner) -> Iterator[Change]:
    """Yield what moved, ready to print."""
    for item in (found or {}).get("items") or ():
        either = item["after"] or item["before"]
        yield Change(str(either.get("label") or item["id"]), *(_side(item[side], how) for side in ("before", "after")))


def _side(finding: Json | None, how: Manner) -> str:
    """Return an answer as it stood: its number with the verdict, or that there was none."""
    if finding is None:
        return say("not asked")
    if not known(finding):
        return verdict_text(finding)
    return f"{estimate_text(finding, how)} ({verdict_text(finding)})"
