"""The answer to one question: a sentence, the number behind it, its interval, n, verdict and caveats."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

import pandas as pd

from influence_lib.language import say
from influence_lib.metrics import UNIT_KINDS, show

Verdict = Literal["supported", "contradicted", "undecided", "not_enough_data", "not_available"]
VERDICT_LABELS: Mapping[str, str] = {
    "supported": "Supported",
    "contradicted": "Contradicted",
    "undecided": "Undecided",
    "not_enough_data": "Not enough data",
    "not_available": "Not available",
}
MIME = "application/vnd.influence.finding.v1+json"
FINDINGS_MIME = "application/vnd.influence.findings.v1+json"
INTAKE_MIME = "application/vnd.influence.intake.v1+json"
CHART_MIME = "application/vnd.influence.chart.v1+json"
FEEDBACK_MIME = "application/vnd.influence.feedback.v1+json"
NOTE_MIME = "application/vnd.influence.note.v1+json"
TELLING_DIGITS = 6
# Kinds of values (see metrics.show) that are read from the left.
TEXT_KINDS = {"text", "word", "date"}


@dataclass(frozen=True)
class Question:
    """What a finding's id stands for: label, unit, notebook, published claims, how it is shown, what its n counts.

    `measures` is true where the answer is a size, which nothing can support or contradict; `range_words` name a range
    that is no confidence interval; `pills` are the words for a supported and a contradicted answer.
    """

    label: str
    unit: str
    notebook: str
    claims: tuple[str, ...] = ()
    shown_as: str | None = None
    counts: str = "posts"
    measures: bool = False
    range_words: str | None = None
    pills: tuple[str, str] = ("Clear", "Clear, the other way")

    @property
    def kind(self) -> str:
        """Return how a value of this question is shown (see metrics.show)."""
        return self.shown_as or UNIT_KINDS[self.unit]


QUESTIONS: Mapping[str, Question] = {
    "engagement.size_elasticity": Question(
        "Change of engagement rate with size",
        "elasticity",
        "engagement_vs_reach",
        ("S0-04",),
        pills=("Engagement falls with size", "Engagement rises with size"),
    ),
    "engagement.sweet_spot": Question(
        "Best size", "followers", "engagement_vs_reach", ("S0-05",), pills=("Best size found", "No best size")
    ),
    "engagement.sweet_spot_per_money": Question(
        "Best size for the money",
        "followers",
        "engagement_vs_reach",
        ("S0-05",),
        pills=("Best size found", "No best size"),
    ),
    "engagement.rate": Question("Engagement rate by size", "fraction", "engagement_vs_reach", measures=True),
    "engagement.rate_in_band": Question(
        "Engagement rate in the band",
        "fraction",
        "engagement_vs_reach",
        ("S0-10",),
        pills=("As published", "Not as published"),
    ),
    "engagement.benchmark": Question(
        "A published figure put to the test",
        "fraction",
        "engagement_vs_reach",
        ("S0-10", "S2-11"),
        pills=("As published", "Not as published"),
    ),
    "engagement.change": Question(
        "Change against the quarter before",
        "relative change",
        "engagement_vs_reach",
        pills=("Engagement rose", "Engagement fell"),
    ),
    "engagement.ranking": Question(
        "Creators surely above the floor",
        "count",
        "engagement_vs_reach",
        ("S0-10",),
        range_words="range (clearly to possibly)",
        pills=("Some stand out", "None above the floor"),
    ),
    "engagement.formats": Question(
        "Best format against the others",
        "relative change",
        "engagement_vs_reach",
        ("S4-27",),
        pills=("A format stands out", "No difference"),
    ),
    "engagement.posting_time": Question(
        "Best posting time against the others",
        "relative change",
        "engagement_vs_reach",
        ("S4-20",),
        pills=("A time stands out", "No difference"),
    ),
    "engagement.follower_jumps": Question(
        "Accounts whose followers jumped",
        "count",
        "engagement_vs_reach",
        counts="follower readings",
        range_words="range (clearly to possibly)",
        pills=("Look into these accounts", "Nothing unusual"),
    ),
    "engagement.reach_trend": Question(
        "Change of organic reach by quarter",
        "relative change",
        "engagement_vs_reach",
        ("S0-46",),
        pills=("Reach falls", "Reach does not fall"),
    ),
    "engagement.reach_rate": Question(
        "Organic reach rate", "fraction", "engagement_vs_reach", ("S0-08", "S0-46"), measures=True
    ),
    "saturation.sponsored_effect": Question(
        "Sponsored against organic posts",
        "relative change",
        "sponsorship_saturation",
        pills=("Less engagement", "More engagement"),
    ),
    "saturation.kink": Question(
        "Share where engagement starts to fall",
        "fraction",
        "sponsorship_saturation",
        pills=("Harm seen", "No harm seen"),
    ),
    "saturation.slope_after_kink": Question(
        "Fall beyond that share", "log points", "sponsorship_saturation", pills=("Harm seen", "No harm seen")
    ),
    "saturation.half_against_fifth": Question(
        "Half of the posts sponsored against a fifth",
        "relative change",
        "sponsorship_saturation",
        ("S0-35", "S0-36"),
        pills=("Harm seen", "No harm seen"),
    ),
    "saturation.undisclosed": Question(
        "The same, if half of the advertising is not marked",
        "log points",
        "sponsorship_saturation",
        pills=("Harm seen", "No harm seen"),
    ),
    "saturation.last_check": Question(
        "Days since the sponsorships were last checked",
        "days",
        "sponsorship_saturation",
        ("S0-38",),
        counts="creators",
        pills=("Check due", "Checked in time"),
    ),
    "saturation.new_sponsors": Question(
        "New sponsors since the last check",
        "count",
        "sponsorship_saturation",
        ("S0-38",),
        pills=("New sponsors", "No new sponsor"),
    ),
    "saturation.competitor_conflicts": Question(
        "Creators who also post for a competitor",
        "count",
        "sponsorship_saturation",
        ("S0-15",),
        pills=("Conflicts found", "No conflict seen"),
    ),
    "saturation.over_limit": Question(
        "Creators above the limit",
        "count",
        "sponsorship_saturation",
        claims=("S0-35",),
        range_words="range (clearly to possibly)",
        pills=("Above the limit", "None near the limit"),
    ),
    "roi.cost": Question("Cost", "money", "campaign_roi", counts="lines of the ledger"),
    "roi.attributed_revenue": Question("Attributed revenue", "money", "campaign_roi", counts="orders", measures=True),
    "roi.attributed_roas": Question(
        "Attributed revenue per 1 spent",
        "ratio",
        "campaign_roi",
        shown_as="money_ratio",
        counts="orders",
        pills=("Above break-even", "Below break-even"),
    ),
    "roi.roi": Question(
        "Attributed return on investment",
        "ratio",
        "campaign_roi",
        shown_as="signed_percent",
        counts="orders",
        pills=("Above break-even", "Below break-even"),
    ),
    "roi.incremental_revenue": Question(
        "Extra revenue in the daily sales", "money", "campaign_roi", counts="days", pills=("Sales rose", "Sales fell")
    ),
    "roi.incremental_roas": Question(
        "Extra revenue per 1 spent",
        "ratio",
        "campaign_roi",
        shown_as="money_ratio",
        counts="days",
        pills=("Above break-even", "Below break-even"),
    ),
    "roi.smallest_detectable": Question(
        "Smallest effect that could be seen", "money", "campaign_roi", counts="days", measures=True
    ),
    "roi.by_creator": Question(
        "Creators, one by one", "ratio", "campaign_roi", counts="orders", pills=("Some decided", "None decided")
    ),
    "roi.reallocation": Question(
        "Gain of a better split", "money", "campaign_roi", counts="orders", pills=("Gain likely", "Loss likely")
    ),
    "roi.reallocation.channels": Question(
        "Gain of a better split between channels",
        "money",
        "campaign_roi",
        counts="weeks",
        pills=("Gain likely", "Loss likely"),
    ),
    "roi.profit": Question(
        "Margin on attributed revenue less cost",
        "money",
        "campaign_roi",
        counts="orders",
        pills=("Above break-even", "Below break-even"),
    ),
    "roi.order_value": Question("Average order value", "money", "campaign_roi", counts="orders", measures=True),
    "roi.cost_per_order": Question(
        "Cost for each attributed order", "money", "campaign_roi", counts="orders", measures=True
    ),
    "roi.new_customers": Question("Buyers who are new", "fraction", "campaign_roi", counts="buyers", measures=True),
    "roi.repeat_rate": Question("Buyers who came back", "fraction", "campaign_roi", counts="buyers", measures=True),
    "roi.leaking_codes": Question(
        "Codes that look leaked",
        "count",
        "campaign_roi",
        counts="orders",
        range_words="range (clearly to possibly)",
        pills=("Look into these codes", "No leak seen"),
    ),
    "roi.adjusted_roas": Question(
        "Revenue per 1 spent, leaks and missed buyers allowed for",
        "ratio",
        "campaign_roi",
        shown_as="money_ratio",
        counts="orders",
        pills=("Above break-even", "Below break-even"),
    ),
    "roi.survey_revenue": Question(
        "Revenue by what buyers say", "money", "campaign_roi", counts="answers", measures=True
    ),
    "roi.placebo": Question(
        "Quiet stretches in which nothing is found", "fraction", "campaign_roi", counts="stretches", measures=True
    ),
    "roi.campaigns": Question(
        "Extra revenue of all campaigns together",
        "money",
        "campaign_roi",
        counts="days",
        pills=("Sales rose", "Sales fell"),
    ),
    "roi.regions": Question(
        "Sales where the campaign ran against elsewhere",
        "relative change",
        "campaign_roi",
        counts="region days",
        pills=("Sales rose", "Sales fell"),
    ),
    "roi.outcome": Question(
        "What else moved", "relative change", "campaign_roi", counts="days", pills=("It rose", "It fell")
    ),
    "roi.unique_reach": Question(
        "People reached, each counted once",
        "accounts",
        "campaign_roi",
        counts="creators",
        range_words="range (least to most)",
        measures=True,
    ),
    "roi.programme_size": Question(
        "Creators worth their cost", "count", "campaign_roi", counts="creators", measures=True
    ),
    "roi.army": Question(
        "Cost for each like or comment: one large account over many small ones",
        "ratio",
        "campaign_roi",
        ("S2-17",),
        counts="creators",
        pills=("Small accounts cheaper", "Large account cheaper"),
    ),
    "roi.claim_return": Question(
        "The published 6.50 back for each 1 spent",
        "ratio",
        "campaign_roi",
        ("S3-01",),
        shown_as="money_ratio",
        counts="orders",
        pills=("As published or more", "Less than published"),
    ),
    "roi.claim_fee": Question(
        "Posts that cost no more than the published cap",
        "fraction",
        "campaign_roi",
        ("S2-15",),
        counts="fees",
        pills=("As published", "Not as published"),
    ),
    "roi.claim_affordable": Question(
        "Cost for each person reached, small accounts against larger ones",
        "relative change",
        "campaign_roi",
        ("S2-01",),
        counts="posts",
        pills=("Small accounts cheaper", "Small accounts dearer"),
    ),
    "roi.claim_actions": Question(
        "Orders for each follower, small accounts against larger ones",
        "relative change",
        "campaign_roi",
        ("S2-03",),
        counts="orders",
        pills=("Small accounts sell more", "Small accounts sell less"),
    ),
    "roi.earned_media_value": Question(
        "Earned media value by published formulas",
        "money",
        "campaign_roi",
        ("S3-01",),
        range_words="spread of published formulas",
        measures=True,
    ),
    "roi.boost_reach": Question(
        "Reach added by boosting", "relative change", "campaign_roi", pills=("Reach rose", "Reach did not rise")
    ),
    "roi.boost_cost": Question("Cost for each engagement of a boost", "money", "campaign_roi", measures=True),
    "data.questions_answerable": Question(
        "Questions these files can answer", "count", "data_quality", counts="questions"
    ),
    "data.rows_used": Question("Rows used", "fraction", "data_quality", counts="rows"),
    "data.feed_coverage": Question("Feed coverage", "fraction", "data_quality", counts="posts published"),
    "data.reading_age": Question("Age of the posts when read", "days", "data_quality"),
}


def question(finding_id: str) -> Question:
    """Return what a finding's id stands for; `engagement.rate.micro` belongs to `engagement.rate`."""
    if finding_id in QUESTIONS:
        return QUESTIONS[finding_id]
    return QUESTIONS[finding_id.rpartition(".")[0]]


def rounded(value: float | None) -> float | None:
    """Return the value to six telling digits, the same on every machine; None when it is not a number."""
    if value is None or not math.isfinite(value):
        return None
    return float(f"{value:.{TELLING_DIGITS}g}")


def plain(value: Any) -> Any:
    """Return a table cell as JSON knows it; a decimal is an amount counted to the cent, of which no digit is lost."""
    if isinstance(value, Decimal):
        return float(value)
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if hasattr(value, "isoformat"):
        return value.isoformat()[:10]
    if hasattr(value, "item"):
        value = value.item()
    return rounded(value) if isinstance(value, float) else value


@dataclass(frozen=True)
class TableColumn:
    """How one column of a table reads: label, kind of its values (see metrics.show), whether pages show it."""

    name: str
    label: str
    kind: str = "text"
    shown: bool = True


@dataclass(frozen=True)
class ShownTable:
    """Rows with the words a reader needs: caption, column labels and kinds. It shows itself as Markdown."""

    caption: str
    columns: tuple[TableColumn, ...]
    rows: pd.DataFrame
    currency: str | None = None

    def records(self) -> list[dict[str, Any]]:
        """Return the rows as plain dictionaries."""
        names = [column.name for column in self.columns]
        return [{name: plain(row[name]) for name in names} for row in self.rows[names].to_dict("records")]

    def to_json(self) -> dict[str, Any]:
        """Return the table as JSON."""
        columns = [{"name": c.name, "label": say(c.label), "kind": c.kind, "shown": c.shown} for c in self.columns]
        return {"caption": say(self.caption), "columns": columns, "rows": self.records(), "currency": self.currency}

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """Show itself in Jupyter, and as data for the page."""
        shown = [column for column in self.columns if column.shown]
        head = "| " + " | ".join(say(c.label) for c in shown) + " |"
        rule = "|" + "|".join(" --- " if c.kind in TEXT_KINDS else " ---: " for c in shown) + "|"
        body = [
            "| " + " | ".join(_cell(show(row[c.name], c.kind, self.currency)) for c in shown) + " |"
            for row in self.records()
        ]
        text = "\n".join([f"**{say(self.caption)}**", "", head, rule, *body])
        return {TABLE_MIME: self.to_json(), "text/markdown": text, "text/plain": text}


TABLE_MIME = "application/vnd.influence.table.v1+json"


def _cell(text: str) -> str:
    """Return text that cannot break out of a Markdown table cell."""
    for sign in "\\`*_{}[]<>|$":
        text = text.replace(sign, "\\" + sign)
    return " ".join(text.split())


@dataclass(frozen=True)
class Finding:
    """One answer. `estimate` and `interval` are in the unit of its question; n counts rows, clusters creators.

    Without an interval and an n there is no estimate: such a finding says what is missing instead.
    """

    id: str
    headline: str
    verdict: Verdict
    method: str
    estimate: float | None = None
    interval: tuple[float, float] | None = None
    n: int = 0
    clusters: int | None = None
    level: float = 0.95
    caveats: tuple[str, ...] = ()
    table: ShownTable | None = None
    counted: bool = False
    currency: str | None = None
    details: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse an estimate without interval and n, and an id that is not in the contract."""
        question(self.id)
        finite = self.estimate is not None and math.isfinite(self.estimate)
        if self.estimate is not None and not (finite and self.interval and self.n > 0):
            raise ValueError(f"finding '{self.id}' has an estimate without an interval or an n")

    @property
    def unit(self) -> str:
        """Return the unit of the estimate."""
        return question(self.id).unit

    def to_json(self) -> dict[str, Any]:
        """Return the finding as `results.json` holds it."""
        asked = question(self.id)
        return {
            "id": self.id,
            "notebook": asked.notebook,
            "label": say(asked.label),
            "verdict_label": self.label,
            "range_label": self.range_label,
            "headline": self.headline,
            "estimate": rounded(self.estimate),
            "interval": None if self.interval is None else [rounded(end) for end in self.interval],
            "level": self.level,
            "counted": self.counted,
            "unit": self.unit,
            "currency": self.currency,
            "n": self.n,
            "counts": say(asked.counts),
            "clusters": self.clusters,
            "verdict": self.verdict,
            "method": say(self.method),
            "caveats": [say(caveat) for caveat in self.caveats],
            "claims": list(asked.claims),
            "details": {name: rounded(value) for name, value in self.details.items()},
            "table": self.table.records() if self.table else [],
            "columns": self.table.to_json()["columns"] if self.table else [],
            "caption": say(self.table.caption) if self.table else None,
        }

    @property
    def label(self) -> str:
        """Return the verdict in words; a size that was counted or measured needs no support."""
        if self.estimate is not None and self.counted:
            return say("Counted")
        if self.estimate is not None and question(self.id).measures:
            return say("Measured")
        supported, contradicted = question(self.id).pills
        pills = {"supported": supported, "contradicted": contradicted}
        return say(pills.get(self.verdict, VERDICT_LABELS[self.verdict]))

    def number(self) -> str:
        """Return the estimate with its interval and n as one short text."""
        if self.estimate is None or self.interval is None:
            return say(VERDICT_LABELS[self.verdict])
        kind = question(self.id).kind
        shown = [show(value, kind, self.currency) for value in (self.estimate, *self.interval)]
        basis = f"n = {show(self.n, 'count')} {say(question(self.id).counts)}"
        if self.counted:
            return f"{shown[0]} ({say('counted')}, {basis})"
        ends = say("{low} to {high}").format(low=shown[1], high=shown[2])
        return f"{shown[0]} ({self.range_label} {ends}, {basis})"

    @property
    def range_label(self) -> str:
        """Return what the two ends are: an interval of a level, or what the question says."""
        told = question(self.id).range_words
        return say(told) if told else say("{level} interval").format(level=show(self.level, "whole_percent"))

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """Show itself in Jupyter, and as data for the page."""
        text = f"**{self.headline}**\n\n*{self.label}.* {self.number()}. {say(self.method)}"
        return {MIME: self.to_json(), "text/markdown": text.replace("$", "\\$"), "text/plain": self.headline}


@dataclass(frozen=True)
class Note:
    """A sentence in the place of something there is nothing to show of."""

    text: str

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """Show itself in Jupyter, and as data for the page."""
        return {NOTE_MIME: {"text": self.text}, "text/markdown": f"*{self.text}*", "text/plain": self.text}


@dataclass(frozen=True, init=False)
class Tabled:
    """Findings of one kind, many and alike, shown as the rows of one table; the results hold each of them."""

    table: ShownTable
    items: tuple[Finding, ...]

    def __init__(self, table: ShownTable, *items: Finding) -> None:
        """Keep the table and the findings that it tells of."""
        object.__setattr__(self, "table", table)
        object.__setattr__(self, "items", items)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """Show the table, and carry the findings as data for the results."""
        return {**self.table._repr_mimebundle_(), FINDINGS_MIME: [item.to_json() for item in self.items]}


class Findings:
    """Several findings shown one after the other, each with its table; a table may also stand alone."""

    def __init__(self, *items: "Finding | ShownTable | Tabled | Note") -> None:
        """Keep the findings in order."""
        self.items = items

    def _ipython_display_(self) -> None:
        """Show each finding as if it stood alone."""
        from IPython.display import display

        for item in self.items:
            display(item)
            if isinstance(item, Finding) and item.table is not None:
                display(item.table)


def not_enough(finding_id: str, headline: str, method: str, **known: Any) -> Finding:
    """Return the finding that says how much more data is needed."""
    return Finding(finding_id, headline, "not_enough_data", method, **known)


def not_available(finding_id: str, headline: str, method: str = "Not computed.", **known: Any) -> Finding:
    """Return the finding that says which input is missing."""
    return Finding(finding_id, headline, "not_available", method, **known)


@dataclass(frozen=True)
class Caveats:
    """What could make this campaign's findings wrong, each once."""

    items: tuple[str, ...]

    @classmethod
    def of(cls, *findings: "Finding | Tabled") -> "Caveats":
        """Return the caveats of several findings, each once, in order; those of a table of findings among them."""
        single = [item for one in findings for item in (one.items if isinstance(one, Tabled) else (one,))]
        return cls(tuple(dict.fromkeys(caveat for finding in single for caveat in finding.caveats)))

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """Show itself in Jupyter, and as data for the page."""
        items = [say(item) for item in self.items or ("Nothing particular to this campaign.",)]
        text = "\n".join(f"- {item}" for item in items)
        return {CAVEATS_MIME: {"items": list(items)}, "text/markdown": text, "text/plain": text}


CAVEATS_MIME = "application/vnd.influence.caveats.v1+json"
