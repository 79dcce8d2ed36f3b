"""The portfolio: all campaigns of a run, the best supported first, and what went wrong tonight."""

import datetime as dt
import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from influence_lib.language import LOCALES, SOURCE, say
from influence_lib.report import changes
from influence_lib.report.briefing import DID_NOT_PAY_BACK, NO_RETURN, PAID_BACK, TOO_CLOSE, TOO_EARLY, Decision, decide
from influence_lib.report.layout import Manner, clean, manner, provenance, render
from influence_lib.report.parts import UNKNOWN_VERDICTS, Strip, certainty_text, estimate_text, interval_of, known, strip

Json = Mapping[str, Any]

NO_REPORT = "No report yet"
VERDICTS = (PAID_BACK, DID_NOT_PAY_BACK, TOO_CLOSE, TOO_EARLY, NO_RETURN, NO_REPORT)
DATA = "data_quality"
FOLDER = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
TROUBLE = {"failed": "tonight failed", "refused": "tonight refused", "stale": "stale"}
# The names of verdicts in the page's own addresses and filters.
KEYS = {
    PAID_BACK: "paid-back",
    DID_NOT_PAY_BACK: "not-paid-back",
    TOO_CLOSE: "too-close",
    TOO_EARLY: "too-early",
    NO_RETURN: "no-return",
    NO_REPORT: "no-report",
}
# One static page an order: it works in a mail, offline and without any script.
ORDERS = ("index", "by-name", "by-cost", "by-date")


@dataclass(frozen=True)
class Row:
    """One campaign, ready to print."""

    name: str
    href: str | None
    brand: str
    synthetic: bool
    verdict: str
    tone: str
    number: str
    certainty: str
    strip: Strip | None
    cost: str
    as_of: str
    status: str
    fine: bool
    data: str | None
    key: str
    changed: str | None


def _findings(entry: Json) -> dict[str, Json]:
    """Return a campaign's findings by id."""
    return {one["id"]: one for one in (entry.get("results") or {}).get("findings") or ()}


def _campaign(entry: Json) -> Json:
    """Return what the intake says about a campaign."""
    campaign: Json = ((entry.get("results") or {}).get("intake") or {}).get("campaign") or {}
    return campaign


def _return(entry: Json) -> tuple[float, float] | None:
    """Return the interval of a campaign's return, where it decides the verdict."""
    roi = _findings(entry).get("roi.roi")
    return interval_of(roi) if roi and roi["verdict"] not in UNKNOWN_VERDICTS else None


def ranked(entries: Sequence[Json]) -> list[Json]:
    """Return the campaigns by the low end of their return, those without one at the end, then by name."""
    return sorted(entries, key=lambda entry: (-(_return(entry) or (-math.inf,))[0], str(entry["campaign"])))


def status_text(entry: Json, how: Manner) -> str:
    """Return whether tonight's run of a campaign worked, and if not, why and what is shown instead."""
    trouble = TROUBLE.get(entry["status"])
    if trouble is None:
        return say("up to date")
    reason = clean(entry.get("reason") or say("no reason was recorded"))
    day = entry.get("last_good")
    good = say("last good: {day}").format(day=how.show(day, "date")) if day else say("never finished")
    return f"{good}; {say(trouble)}: {reason}"


def _decided(entry: Json, how: Manner) -> Decision | None:
    """Return the verdict on a campaign that has results."""
    return decide(_findings(entry), how) if entry.get("results") else None


def _manner(entry: Json) -> Manner:
    """Return how a campaign's numbers are written."""
    return manner(_campaign(entry), (entry.get("results") or {}).get("currency"))


def _span(entries: Sequence[Json]) -> tuple[float, float]:
    """Return the axis that holds every campaign's return."""
    ends = [interval for entry in entries if (interval := _return(entry))]
    return min((low for low, _ in ends), default=0.0), max((high for _, high in ends), default=0.0)


def _data_page(entry: Json) -> str | None:
    """Return the address of the page about the data behind a campaign's report, where there is one."""
    pages = {one["name"] for one in (entry.get("results") or {}).get("notebooks") or ()}
    identity = str(entry["campaign"])
    return f"{identity}/{DATA}.html" if DATA in pages and FOLDER.fullmatch(identity) else None


def _row(entry: Json, span: tuple[float, float]) -> Row:
    """Return one campaign, ready to print."""
    results, how, findings = entry.get("results") or {}, _manner(entry), _findings(entry)
    decision, interval = _decided(entry, how), _return(entry)
    roi, cost = findings.get("roi.roi") if interval else None, findings.get("roi.cost")
    identity = str(entry["campaign"])
    return Row(
        name=_campaign(entry).get("name") or results.get("name") or identity,
        href=f"{identity}/index.html" if results and FOLDER.fullmatch(identity) else None,
        brand=results.get("brand") or "",
        synthetic=bool(results.get("synthetic")),
        verdict=decision.label if decision else NO_REPORT,
        tone=decision.tone if decision else "none",
        number=estimate_text(roi, how) if roi else "",
        certainty=certainty_text(roi, how) if roi else "",
        strip=strip(interval[0], roi["estimate"], interval[1], span, decision.tone, margin=3)
        if interval and roi and decision
        else None,
        cost=estimate_text(cost, how) if cost and known(cost) else "",
        as_of=how.show(results.get("as_of"), "date") if results else "",
        status=status_text(entry, how),
        fine=entry["status"] not in TROUBLE,
        data=_data_page(entry),
        key=KEYS[decision.label if decision else NO_REPORT],
        changed=_changed(results.get("changes"), how),
    )


def _changed(found: Json | None, how: Manner) -> str | None:
    """Return what moved since the report before: the return where it did, else how many answers."""
    items = (found or {}).get("items") or ()
    if found is None or not items:
        return None
    moved = [*changes.told(found, how)]
    since = how.show(found["since"], "date")
    roi = next((one for item, one in zip(items, moved, strict=True) if item["id"] == "roi.roi"), None)
    if roi:
        return say("since {day}: {before} → {after}").format(day=since, before=roi.before, after=roi.after)
    said = say("since {day}: 1 answer moved") if len(moved) == 1 else say("since {day}: {number} answers moved")
    return said.format(day=since, number=len(moved))


def headline(rows: Sequence[Row]) -> str:
    """Return the sentence on top of the portfolio."""
    if not rows:
        return say("No campaigns yet")
    good = sum(row.verdict == PAID_BACK for row in rows)
    said = (
        "{good} of 1 campaign clearly paid back" if len(rows) == 1 else "{good} of {number} campaigns clearly paid back"
    )
    return say(said).format(good=good, number=len(rows))


def tally(rows: Sequence[Row]) -> str:
    """Return how many campaigns have each verdict."""
    counts = Counter(row.verdict for row in rows)
    named = {verdict: say(verdict) for verdict in VERDICTS}
    return " · ".join(f"{counts[v]} {name[0].lower()}{name[1:]}" for v, name in named.items() if counts[v])


def total_cost(entries: Sequence[Json]) -> str | None:
    """Return the cost of all campaigns together, where they all count it in one currency."""
    costs = [(entry, cost) for entry in entries if (cost := _findings(entry).get("roi.cost")) and known(cost)]
    currencies = {cost.get("currency") or _manner(entry).currency for entry, cost in costs}
    if not costs or len(currencies) != 1:
        return None
    total = Manner(_manner(costs[0][0]).locale, currencies.pop()).show(
        sum(cost["estimate"] for _, cost in costs), "money_whole"
    )
    said = "{total} cost across 1 campaign with costs"
    many = "{total} cost across {number} campaigns with costs"
    return say(said if len(costs) == 1 else many).format(total=total, number=len(costs))


def trouble_text(rows: Sequence[Row]) -> str | None:
    """Return how many campaigns are not up to date, or None."""
    bad = sum(not row.fine for row in rows)
    if not bad:
        return None
    one = "1 of {number} campaigns is not up to date: “Last run” says why, and the last good results are shown."
    many = "{bad} of {number} campaigns are not up to date: “Last run” says why, and the last good results are shown."
    only = "The campaign is not up to date: “Last run” says why, and the last good results are shown."
    return say(only if len(rows) == 1 else one if bad == 1 else many).format(bad=bad, number=len(rows))


def portfolio(entries: Sequence[Json], run: Json) -> str:
    """Return the page of all campaigns, the best supported first, as one self-contained HTML text."""
    return portfolio_pages(entries, run)["index"]


def portfolio_pages(entries: Sequence[Json], run: Json) -> dict[str, str]:
    """Return the page of all campaigns once for each order, by the name of its file."""
    manners = {(one.locale, one.language) for entry in entries if entry.get("results") and (one := _manner(entry))}
    locale, language = manners.pop() if len(manners) == 1 else (LOCALES[SOURCE], SOURCE)
    how = Manner(locale, language=language)
    with how.spoken():
        ordered = ranked(entries)
        span = _span(ordered)
        rows = [(entry, _row(entry, span)) for entry in ordered]
        return {order: _page(order, ordered, _sorted(order, rows), run, how) for order in ORDERS}


def _sorted(order: str, rows: Sequence[tuple[Json, Row]]) -> list[Row]:
    """Return the rows in one order; those that lack what it goes by come last, and equals are best supported first."""
    keys: dict[str, Callable[[tuple[Json, Row]], Any]] = {
        "index": lambda pair: 0,
        "by-name": lambda pair: (pair[1].name.casefold(), pair[1].name),
        "by-cost": lambda pair: -(_cost(pair[0]) or -math.inf),
        "by-date": lambda pair: _newest_first((pair[0].get("results") or {}).get("as_of")),
    }
    return [row for _, row in sorted(rows, key=keys[order])]


def _cost(entry: Json) -> float | None:
    """Return what a campaign cost, in its own currency."""
    cost = _findings(entry).get("roi.cost")
    return float(cost["estimate"]) if cost and known(cost) else None


def _newest_first(day: str | None) -> int:
    """Return a number that puts the latest day first and what has none last."""
    return -dt.date.fromisoformat(day[:10]).toordinal() if day else 0


def _page(order: str, ordered: Sequence[Json], rows: Sequence[Row], run: Json, how: Manner) -> str:
    """Return the page of all campaigns in one order and in the language that is spoken."""
    counts = Counter(row.verdict for row in rows)
    late = sum(not row.fine for row in rows)
    return render(
        "portfolio.html",
        language=how.language,
        order=order,
        synthetic=any(row.synthetic for row in rows),
        all_synthetic=all(row.synthetic for row in rows),
        heading=headline(rows),
        tally=tally(rows),
        total=total_cost(ordered),
        trouble=trouble_text(rows),
        ran=how.moment(run.get("finished_at")),
        rows=rows,
        verdicts=[(KEYS[verdict], say(verdict), counts[verdict]) for verdict in VERDICTS if counts[verdict]],
        states=[("fine", say("up to date"), len(rows) - late), ("late", say("not up to date"), late)] if late else [],
        made=provenance({**run, "notebook": None, "parameters": None}, how, [], None),
    )
