"""The briefing of one campaign, from its results.json alone. Every verdict and every word of advice is decided here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from influence_lib.findings import TEXT_KINDS
from influence_lib.language import say
from influence_lib.metrics import ROAS, show
from influence_lib.report import changes
from influence_lib.report.layout import LOCAL_PAGE, Manner, manner, provenance, render
from influence_lib.report.parts import (
    UNKNOWN_VERDICTS,
    FindingPart,
    Strip,
    basis_text,
    certainty_text,
    estimate_text,
    finding_part,
    in_currency_of,
    intake_part,
    interval_of,
    kind_of,
    known,
    period,
    range_text,
    shown_columns,
    shown_rows,
    strip,
    sure_text,
    verdict_text,
)

Json = Mapping[str, Any]
Findings = Mapping[str, Json]

PAID_BACK = "Paid back"
DID_NOT_PAY_BACK = "Did not pay back"
TOO_CLOSE = "Too close to call"
TOO_EARLY = "Too early to tell"
NO_RETURN = "No return yet"
BEYOND_CODES = "Do not hope for buyers whom codes missed: allowing for them, and for leaks, does not change this."
NO_RUN = "Return on investment was not computed in this run."

# A briefing holds what fits a glance; the evidence pages hold the rest.
COLUMNS_SHOWN = 8
ROWS_A_GROUP = 8
GROUP_ORDER = ("keep", "renew", "scale", "watch", "test", "hold", "cut", "stop", "too early", "not enough")
TILES = (
    ("roi.cost", "Cost", "All fees, products and other costs of the campaign."),
    ("roi.attributed_revenue", "Attributed revenue", "Net revenue of orders that carried a creator's code or link."),
    ("roi.attributed_roas", ROAS.label, ROAS.meaning),
    ("engagement.rate_in_band", "Engagement rate by followers", "Median creator of the size the brand looks for."),
    (
        "saturation.over_limit",
        "Creators with too many sponsored posts",
        "Almost sure to show more sponsored posts than the limit in the next quarter.",
    ),
)
# What the evidence pages say beside the answers of a briefing, and questions put many times over, such as one for each
# published figure: a page of refusals would hide what is really missing.
DETAILS = {"saturation.slope_after_kink", "saturation.half_against_fifth", "saturation.undisclosed"}
ONE_OF_MANY = ("engagement.benchmark.", "engagement.reach_rate.", "roi.outcome", "roi.claim_", "roi.boost_")
# What only some brands have files for: nobody misses it in a briefing that does not need it.
EXTRAS = {
    "roi.survey_revenue",
    "roi.regions",
    "roi.campaigns",
    "roi.placebo",
    "roi.army",
    "roi.unique_reach",
    "roi.earned_media_value",
    "roi.new_customers",
    "roi.repeat_rate",
    "roi.order_value",
    "roi.cost_per_order",
    "roi.profit",
    "roi.reallocation.channels",
}
EXTRA_REVENUE = ("roi.incremental_revenue", "roi.incremental_roas")
CONTENTS: tuple[tuple[str | None, str, str], ...] = (
    (None, "what-to-do", "What to do"),
    ("tiles", "in-numbers", "In numbers"),
    ("money", "money", "Attributed and extra revenue"),
    ("roster", "creators", "Creators by verdict"),
    ("risks", "risks", "Risks"),
    (None, "mind", "What would change our mind"),
    (None, "unknown", "What we do not know"),
    (None, "evidence", "Evidence"),
)


@dataclass(frozen=True)
class Decision:
    """What the money says: a verdict, the sentence on top, what it rests on and what to do."""

    label: str
    tone: str
    headline: str
    certainty: str
    reason: str
    actions: tuple[str, ...]


def _decision(label: str, tone: str, headline: str, certainty: str, reason: str, *actions: str) -> Decision:
    """Return a verdict in the language of the page; its label stays a name, which pages translate."""
    return Decision(label, tone, headline, certainty, say(reason), tuple(say(action) for action in actions))


def _against_even(certainty: str) -> str:
    """Return how sure the return is, with what it is held against."""
    return say("{certainty}. Break-even is {even}.").format(certainty=certainty, even=show(0.0, "signed_percent"))


def paid_back(number: str, certainty: str) -> Decision:
    """Word the verdict of a range that lies wholly above break-even."""
    return _decision(
        PAID_BACK,
        "good",
        say("The campaign paid back: {number} attributed return on investment").format(number=number),
        _against_even(certainty),
        "The whole range lies above break-even: the margin on attributed revenue covered all costs.",
        "Renew at today's total; pay creators who are not marked keep for tests only.",
        "Raise spend in steps, first with the creators marked keep.",
        "Hold back some regions or weeks next time: attribution does not prove that buyers came for the posts.",
    )


def did_not_pay_back(number: str, certainty: str) -> Decision:
    """Word the verdict of a range that lies wholly below break-even."""
    return _decision(
        DID_NOT_PAY_BACK,
        "bad",
        say("The campaign did not pay back: {number} attributed return on investment").format(number=number),
        _against_even(certainty),
        "The whole range lies below break-even: the margin on attributed revenue did not cover the costs.",
        "Do not renew on the same terms.",
        "Go on only with creators marked keep, if there are any; renegotiate fees with the others or end them.",
        "Before ending it for good, ask buyers after checkout how they heard of the brand: codes miss some.",
    )


def too_close_to_call(number: str, certainty: str) -> Decision:
    """Word the verdict of a range that holds break-even."""
    said = say("Too close to call: {number} attributed return on investment, in a range that includes break-even")
    return _decision(
        TOO_CLOSE,
        "unclear",
        said.format(number=number),
        _against_even(certainty),
        "The range includes break-even: these data cannot tell a gain from a loss.",
        "Neither raise nor cut the budget on this number.",
        "Run once more on the same terms; more orders narrow the range.",
        "Agree beforehand which return would be enough, and hold back some regions or weeks to compare with.",
    )


def too_early_to_tell(what_is_missing: str) -> Decision:
    """Word the verdict of too few data."""
    return _decision(
        TOO_EARLY,
        "none",
        say("Too early to tell whether the campaign paid back"),
        what_is_missing,
        "There are too few data for a range, so no return is given.",
        "Decide nothing about return yet.",
        "Collect more before you decide: wait until all orders are in, run on, or run a second campaign.",
    )


def no_return(what_is_missing: str) -> Decision:
    """Word the verdict of a campaign without costs, orders, margin or currency."""
    return _decision(
        NO_RETURN,
        "none",
        say("No return yet: whether the campaign paid back cannot be said"),
        what_is_missing,
        "Return needs costs, orders with codes or links, a margin and a currency.",
        "Add what is missing to the campaign's files and run again.",
        "Until then, read the engagement and saturation pages, and compare no returns.",
    )


def decide(findings: Findings, how: Manner) -> Decision:
    """Return the verdict on the money: the interval of `roi.roi` against break-even, which is 0."""
    roi = findings.get("roi.roi")
    if roi is None:
        return no_return(say(NO_RUN))
    ends = interval_of(roi)
    if roi["verdict"] == "not_available":
        return no_return(roi["headline"])
    if roi["verdict"] == "not_enough_data" or ends is None:
        return too_early_to_tell(roi["headline"])
    number, certainty = estimate_text(roi, how), certainty_text(roi, how)
    if ends[0] > 0:
        return paid_back(number, certainty)
    if ends[1] < 0:
        return _beyond_codes(did_not_pay_back(number, certainty), findings.get("roi.adjusted_roas"))
    return too_close_to_call(number, certainty)


def _beyond_codes(decision: Decision, adjusted: Json | None) -> Decision:
    """Return the verdict of a loss without the advice to look beyond codes where that was done and changes nothing."""
    if adjusted is None or adjusted["verdict"] != "contradicted":
        return decision
    return replace(decision, actions=(*decision.actions[:-1], say(BEYOND_CODES)))


def contradiction(decision: Decision, findings: Findings, how: Manner) -> str | None:
    """Return the sentence that says the daily sales do not bear the verdict out, or None."""
    extra = next((findings[id_] for id_ in EXTRA_REVENUE if known(findings.get(id_))), None)
    if extra is None:
        return None
    low, high = interval_of(extra) or (0.0, 0.0)
    if decision.label == PAID_BACK and low <= 0:
        said = (
            "The daily sales do not confirm this: the range of extra revenue in them, {range}, includes zero."
            if high >= 0
            else "The daily sales do not confirm this: the range of extra revenue in them, {range}, lies below zero."
        )
        return say(said).format(range=range_text(extra, how))
    counted = findings.get("roi.attributed_revenue")
    if decision.label != DID_NOT_PAY_BACK or counted is None or not known(counted):
        return None
    if extra["unit"] == counted["unit"] and low > counted["estimate"]:
        said = say("The daily sales show more than the codes did: extra revenue of {range}.")
        return said.format(range=range_text(extra, how))
    return None


@dataclass(frozen=True)
class Tile:
    """One number with what it rests on and what it means."""

    label: str
    value: str
    certainty: str
    definition: str
    known: bool


def tiles(findings: Findings, how: Manner) -> list[Tile]:
    """Return three to five numbers; one that is missing says so."""
    found = [(_finding_for(id_, findings), label, definition) for id_, label, definition in TILES]
    return [_tile(finding, label, definition, how) for finding, label, definition in found if finding is not None]


def _finding_for(id_: str, findings: Findings) -> Json | None:
    """Return the finding of a tile; where the band has no engagement rate, the first tier that has one."""
    finding = findings.get(id_)
    tiers = [one for name, one in findings.items() if name.startswith("engagement.rate.") and known(one)]
    return tiers[0] if id_ == "engagement.rate_in_band" and not known(finding) and tiers else finding


def _tile(finding: Json, label: str, definition: str, how: Manner) -> Tile:
    """Return one number as a tile."""
    tier = finding["id"].removeprefix("engagement.rate.")
    if tier != finding["id"]:
        label = say("Engagement rate, {tier} creators").format(tier=say(tier))
        definition = "Median creator's reactions for each follower."
    label, definition = say(label), say(definition)
    if not known(finding):
        return Tile(label, verdict_text(finding), finding["headline"], definition, False)
    sure = certainty_text(finding, how)
    return Tile(label, estimate_text(finding, how), sure[:1].upper() + sure[1:], definition, True)


@dataclass(frozen=True)
class MoneyRow:
    """One way of counting the campaign's revenue."""

    label: str
    value: str
    range: str
    basis: str
    meaning: str


@dataclass(frozen=True)
class Money:
    """Attributed beside extra revenue, after what could have been seen at all."""

    detectable: str | None
    rows: tuple[MoneyRow, ...]


MONEY_ROWS = (
    (
        "roi.attributed_revenue",
        "Attributed revenue",
        "Orders that carried a creator's code, those of the weeks after the campaign included.",
    ),
    (
        "roi.incremental_revenue",
        "Extra revenue in the daily sales",
        "Sales above what the days before would lead to expect.",
    ),
    ("roi.incremental_roas", "Extra revenue per 1 spent", "The same, for each unit of cost."),
    (
        "roi.regions",
        "Sales where the campaign ran",
        "Against the regions where it did not run.",
    ),
    (
        "roi.adjusted_roas",
        "Revenue per 1 spent, estimated after leaks and missed buyers",
        "Attributed revenue less orders that would have come anyway, plus buyers who used no code.",
    ),
)
# These rows stand only where they are known.
ONLY_WHERE_KNOWN = {"roi.regions", "roi.adjusted_roas"}


def money(findings: Findings, how: Manner) -> Money | None:
    """Return the money block, or nothing when no part of it is known."""
    rows = tuple(
        _money_row(findings[id_], label, meaning, how)
        for id_, label, meaning in MONEY_ROWS
        if id_ in findings and (known(findings[id_]) or id_ not in ONLY_WHERE_KNOWN)
    )
    if not any(known(findings.get(id_)) for id_, *_ in MONEY_ROWS):
        return None
    return Money(_detectable(findings.get("roi.smallest_detectable"), how), rows)


def _money_row(finding: Json, label: str, meaning: str, how: Manner) -> MoneyRow:
    """Return one way of counting."""
    if not known(finding):
        return MoneyRow(say(label), verdict_text(finding), "", "", finding["headline"])
    return MoneyRow(
        say(label), estimate_text(finding, how), sure_text(finding, how), basis_text(finding, how), say(meaning)
    )


def _detectable(finding: Json | None, how: Manner) -> str | None:
    """Return what the daily sales could have shown at all."""
    if finding is None:
        return None
    if not known(finding):
        return str(finding["headline"])
    said = "Extra revenue of {least} would show in the daily sales four times in five; less could easily be missed."
    return say(said).format(least=estimate_text(finding, how))


@dataclass(frozen=True)
class Group:
    """The creators that share a verdict, with its reason."""

    name: str
    reason: str
    size: int
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Roster:
    """The creators by verdict."""

    headline: str
    labels: tuple[str, ...]
    numeric: tuple[bool, ...]
    groups: tuple[Group, ...]
    shortened: bool


def roster(finding: Json | None, how: Manner) -> Roster | None:
    """Return the table of `roi.by_creator` by verdict, or nothing when it has no rows."""
    if finding is None or not finding.get("table"):
        return None
    columns = list(finding["columns"])
    kept = [column for column in shown_columns(columns) if column["name"] != "verdict"][:COLUMNS_SHOWN]
    named: dict[str, list[Json]] = {}
    for row in finding["table"]:
        named.setdefault(str(row.get("verdict") or "all creators"), []).append(row)
    manner_ = in_currency_of(finding, how)
    groups = tuple(
        Group(_capital(name), _reason(name), len(named[name]), shown_rows(kept, named[name][:ROWS_A_GROUP], manner_))
        for name in sorted(named, key=_group_place)
    )
    shortened = len(kept) < len(columns) - 1 or any(len(rows) > ROWS_A_GROUP for rows in named.values())
    numeric = tuple(column["kind"] not in TEXT_KINDS for column in kept)
    return Roster(finding["headline"], tuple(column["label"] for column in kept), numeric, groups, shortened)


def _capital(name: str) -> str:
    """Return a code such as test_again as words."""
    words = name.replace("_", " ")
    said = say(words)
    return said[:1].upper() + said[1:]


REASONS = {
    "keep": "very likely to pay back",
    "test": "undecided, and a test is expected to be worth its cost",
    "stop": "very unlikely to pay back, and no test is worth its cost",
    "too early": "the likely range is too wide to tell anything yet",
}


def _reason(name: str) -> str:
    """Return why creators stand in a group, in one line."""
    words = name.replace("_", " ").casefold()
    return next((say(reason) for start, reason in REASONS.items() if words.startswith(start)), "")


def _group_place(name: str) -> tuple[int, str]:
    """Return where a verdict stands: those to keep first, those that cannot be told last."""
    words = name.replace("_", " ").casefold()
    return next((place for place, start in enumerate(GROUP_ORDER) if words.startswith(start)), len(GROUP_ORDER)), words


@dataclass(frozen=True)
class Linked:
    """A page of evidence, by the question it answers, with a finding of it."""

    title: str
    href: str | None
    part: FindingPart | None


def risks(findings: Sequence[Json], pages: Mapping[str, str], how: Manner) -> list[Linked]:
    """Return what is known of saturation and of leaking codes, the creators above the limit first, without details."""
    risky = [one for one in findings if one["id"].startswith("saturation.") or one["id"] == "roi.leaking_codes"]
    found = [one for one in risky if one["verdict"] not in UNKNOWN_VERDICTS]
    found = [one for one in found if one["id"] not in DETAILS]
    found.sort(key=lambda one: one["id"] != "saturation.over_limit")
    return [Linked(one.get("label") or one["id"], pages.get(one["notebook"]), finding_part(one, how)) for one in found]


# Answers that put the verdict to the test, in the order in which a reader asks for them.
TESTS = ("roi.incremental_roas", "roi.placebo", "roi.adjusted_roas", "roi.survey_revenue", "roi.regions")


def mind(findings: Findings) -> list[str]:
    """Return what would turn the verdict, and what came out where it was put to the test."""
    roi = findings.get("roi.roi")
    ends = interval_of(roi) if roi and roi["verdict"] not in UNKNOWN_VERDICTS else None
    turn = [_turn(float(roi["estimate"]), *ends)] if roi and ends and min(ends) > -1 else []
    tested = [findings[name] for name in TESTS if known(findings.get(name))]
    return [*turn, *(str(one["headline"]) for one in tested)]


def _turn(best: float, low: float, high: float) -> str:
    """Return by how much attributed revenue would have to differ for the campaign to break even."""
    change = show(abs(1 / (1 + best) - 1), "change")
    if low > 0:
        said = (
            "The campaign would only break even if attributed revenue were {change} lower, or {least} lower at the low "
            "end of the range."
        )
        return say(said).format(change=change, least=show(1 - 1 / (1 + low), "change"))
    if high < 0:
        said = (
            "Attributed revenue would have to be {change} higher for the campaign to break even, or {least} higher at "
            "the high end of the range."
        )
        return say(said).format(change=change, least=show(1 / (1 + high) - 1, "change"))
    said = (
        "At the low end of the range the campaign returned {low} on its cost, at the high end {high}: more orders "
        "narrow it."
    )
    return say(said).format(low=show(low, "signed_percent"), high=show(high, "signed_percent"))


def unknowns(findings: Sequence[Json], pages: Mapping[str, str], how: Manner) -> list[Linked]:
    """Return every finding that is missed in a decision; those with the same reason stand together."""
    reasons: dict[str, list[Json]] = {}
    for one in findings:
        if one["verdict"] in UNKNOWN_VERDICTS and not one["id"].startswith(ONE_OF_MANY) and one["id"] not in EXTRAS:
            reasons.setdefault(one["headline"], []).append(one)
    return [
        Linked(
            "; ".join(str(one.get("label") or one["id"]) for one in same),
            pages.get(same[0]["notebook"]),
            finding_part(same[0], how),
        )
        for same in reasons.values()
    ]


def evidence(results: Json, pages: Mapping[str, str], how: Manner) -> list[Linked]:
    """Return the evidence pages with the first finding of each."""
    found = []
    for notebook in results.get("notebooks") or ():
        first = next((one for one in results["findings"] if one["notebook"] == notebook["name"]), None)
        part = finding_part(first, how) if first else None
        found.append(Linked(notebook["title"], pages.get(notebook["name"]), part))
    return found


def range_strip(findings: Findings, tone: str) -> Strip | None:
    """Return where the return's range lies against break-even."""
    roi = findings.get("roi.roi")
    ends = interval_of(roi) if roi else None
    if roi is None or ends is None or roi["verdict"] in UNKNOWN_VERDICTS:
        return None
    return strip(ends[0], roi["estimate"], ends[1], ends, tone)


def _range_labels(findings: Findings, how: Manner) -> tuple[str, ...]:
    """Return the low end, the estimate and the high end of the return as text."""
    roi = findings.get("roi.roi")
    ends = interval_of(roi) if roi else None
    return tuple(how.show(end, kind_of(roi)) for end in (ends[0], roi["estimate"], ends[1])) if roi and ends else ()


def briefing(results: Json, run: Json) -> str:
    """Return the first page of a campaign as one self-contained HTML text."""
    how = manner((results.get("intake") or {}).get("campaign") or {}, results.get("currency"))
    with how.spoken():
        return _page(results, run, how)


def _page(results: Json, run: Json, how: Manner) -> str:
    """Return the first page of a campaign in the language that is spoken."""
    intake = results.get("intake") or {}
    campaign = intake.get("campaign") or {}
    found, listed = results.get("changes"), list(results["findings"])
    findings = {finding["id"]: finding for finding in listed}
    pages = {one["name"]: one["href"] for one in results.get("notebooks") or () if LOCAL_PAGE.fullmatch(one["href"])}
    decision = decide(findings, how)
    parts: dict[str, Any] = {
        "tiles": tiles(findings, how),
        "money": money(findings, how),
        "roster": roster(findings.get("roi.by_creator"), how),
        "risks": risks(listed, pages, how),
    }
    return render(
        "briefing.html",
        language=how.language,
        synthetic=bool(results.get("synthetic")),
        campaign={
            "brand": results.get("brand"),
            "name": campaign.get("name") or results.get("name") or results["campaign"],
        },
        period=period(results.get("start"), results.get("end"), how),
        as_of=how.show(results.get("as_of"), "date"),
        decision=decision,
        contradiction=contradiction(decision, findings, how),
        strip=range_strip(findings, decision.tone),
        strip_labels=_range_labels(findings, how),
        links=[(anchor, say(title)) for part, anchor, title in CONTENTS if part is None or parts[part]],
        **parts,
        reallocation=_answer(findings.get("roi.reallocation"), how),
        roster_page=pages.get("campaign_roi"),
        mind=mind(findings),
        since=how.show(found["since"], "date") if found else None,
        changes=[*changes.told(found, how)],
        unknowns=unknowns(listed, pages, how),
        evidence=evidence(results, pages, how),
        intake=intake_part(intake, how, run.get("links") or ()),
        made=provenance(
            {"versions": results.get("versions"), **run, "notebook": None},
            how,
            list(results.get("inputs") or ()),
            campaign.get("seed"),
        ),
    )


def _answer(finding: Json | None, how: Manner) -> FindingPart | None:
    """Return a finding that says a number, ready to print."""
    return finding_part(finding, how) if finding is not None and known(finding) else None
