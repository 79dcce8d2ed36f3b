"""Which questions these files can answer, what the others wait for, and what follows from what is missing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pandas as pd

from influence_lib import wording
from influence_lib.analysis import engagement, incrementality, peaks, roi, saturation, shares
from influence_lib.analysis import feed as feeds
from influence_lib.analysis.feed import Feed
from influence_lib.campaign import Campaign
from influence_lib.findings import Finding, Note, ShownTable, TableColumn
from influence_lib.tables import Tables

if TYPE_CHECKING:
    from influence_lib.intake import FileReading

READY_METHOD = (
    "Each question is put to the files as on its own page: yes, where it gets an answer with its range; partly, where "
    "the inputs are there but hold too little; no, where an input is missing."
)


@dataclass(frozen=True)
class Ask:
    """One thing to ask for: what, and where it comes from."""

    what: str
    where: str


EXPORTS = "each creator's content export (Meta Business Suite, TikTok Studio, YouTube Studio), or the tracker"
ASKS: Mapping[str, Ask] = {
    "campaign": Ask(
        "the label of this campaign",
        "the key campaign_labels in the campaign's YAML: all rows of a file name another campaign",
    ),
    "orders": Ask("orders", "the shop's export of orders, from three months before the start on"),
    "costs": Ask("costs", "the payments ledger, or a column for the fee in the list of creators"),
    "codes": Ask("creators' discount codes", "a column in the list of creators"),
    "currency": Ask("the currency", "the key currency in the campaign's YAML"),
    "margin": Ask("the margin", "the key margin in the campaign's YAML; ask whoever keeps the books"),
    "labels": Ask("which posts are sponsored", "a column with yes or no in the tracker, for any brand's sponsoring"),
    "engagements": Ask("likes and comments", EXPORTS),
    "followers": Ask("followers", "the list of creators (an influencer tool's export), or a column in the tracker"),
    "feed": Ask("each creator's whole feed", "each creator's own content export, organic posts too"),
    "reach": Ask("reach", "each creator's own content export (Meta Business Suite): only they can see it"),
    "time": Ask("more orders with codes", "run this again once more orders are in, or join a second campaign"),
    "days": Ask("orders of more days", "the shop's export of orders, from three months before the start on"),
    "months": Ask("posts of more months", "each creator's own content export over a year, sponsored posts marked"),
    "recent": Ask("posts up to date", "a new content export, sponsored posts marked"),
    "creators": Ask("posts of more creators", EXPORTS),
}
WRITTEN = ("currency", "margin")
# What a file would give if its rows were of this campaign, by its table.
GIVEN_BY = {"orders": ("orders", "codes"), "costs": ("costs",)}
POSTS, RETURN = ("engagements", "followers"), ("costs", "orders", "codes", "currency", "margin")


@dataclass(frozen=True)
class Asked:
    """One question of the report: its finding, its words, what it rests on, and what helps where that is too little."""

    finding: str
    words: str
    needs: tuple[str, ...]
    more: str


QUESTIONS = (
    Asked("engagement.size_elasticity", "Does engagement keep up with size?", POSTS, "creators"),
    Asked("engagement.sweet_spot", "Is there a best size?", POSTS, "creators"),
    Asked("engagement.rate_in_band", "What engagement is usual at the size looked for?", POSTS, "creators"),
    Asked("engagement.reach_rate", "How many followers does a post reach?", (*POSTS, "reach"), "reach"),
    Asked("saturation.sponsored_effect", "Do sponsored posts draw less?", (*POSTS, "labels"), "months"),
    Asked("saturation.kink", "From which sponsored share on does it hurt?", (*POSTS, "labels", "feed"), "months"),
    Asked("saturation.over_limit", "Who shows too many sponsored posts?", ("labels", "feed"), "recent"),
    Asked("roi.cost", "What did the campaign cost?", ("costs", "currency"), "costs"),
    Asked("roi.attributed_roas", "What did creators' codes bring back?", RETURN[:-1], "time"),
    Asked("roi.roi", "Did the campaign pay back, by its codes?", RETURN, "time"),
    Asked("roi.incremental_revenue", "Did the campaign bring extra sales?", ("orders", "currency"), "days"),
    Asked("roi.by_creator", "Which creators pay back?", RETURN, "time"),
    Asked("roi.reallocation", "How should the next budget be split?", RETURN, "time"),
)


@dataclass(frozen=True)
class Answer:
    """Whether the files can answer a question; if not, why, and what to ask for (keys of ASKS)."""

    question: Asked
    answer: Literal["yes", "partly", "no"]
    missing: str
    asks: tuple[str, ...]


def card(tables: Tables, campaign: Campaign, files: "Sequence[FileReading]" = ()) -> tuple[Answer, ...]:
    """Return for each question of the report whether these files can answer it, and what is missing if not.

    Where all rows of one of the `files` name another campaign, its label is asked for and not what the file would give.
    """
    posts = feeds.of(tables, campaign)
    found = _found(posts, tables, campaign)
    lacking = _lacking(posts, tables, campaign)
    unlabelled = _unlabelled(files)
    instead = {need: "campaign" if need in unlabelled else need for need in lacking}
    return tuple(_answer(asked, found[asked.finding], instead) for asked in QUESTIONS)


def _unlabelled(files: "Sequence[FileReading]") -> set[str]:
    """Return the inputs (keys of ASKS) in files of which every row names another campaign."""
    other = [file for file in files if file.rows and not file.used and file.dropped.get("OTHER_CAMPAIGN")]
    return {need for file in other for table in file.frames for need in GIVEN_BY.get(table, ())}


def _answer(asked: Asked, finding: Finding, lacking: Mapping[str, str]) -> Answer:
    """Return what a finding says about its question: an answer, too little, or an input missing."""
    if finding.verdict not in {"not_available", "not_enough_data"}:
        return Answer(asked, "yes", wording.NOTHING, ())
    asks = tuple(dict.fromkeys(lacking[need] for need in asked.needs if need in lacking)) or (asked.more,)
    answer: Literal["partly", "no"] = "no" if finding.verdict == "not_available" else "partly"
    missing = wording.too_little(finding.headline) if answer == "partly" or "feed" in asks else _listed(asks)
    return Answer(asked, answer, missing, asks)


def _listed(asks: Sequence[str]) -> str:
    """Return what is missing altogether."""
    return wording.sentence_case(wording.listed([ASKS[key].what for key in asks]))


def _found(posts: Feed, tables: Tables, campaign: Campaign) -> dict[str, Finding]:
    """Return the findings of all questions; the next budget rests on the same draws as the creators' returns."""
    book = roi.ledger(tables, campaign)
    creators = roi.by_creator(book, tables, campaign)
    findings = (
        engagement.size_elasticity(posts, campaign),
        peaks.sweet_spot(posts, campaign),
        engagement.rate_in_band(posts, campaign),
        engagement.reach_rate(posts, campaign),
        saturation.sponsored_effect(posts, campaign),
        *saturation.dose_response(posts, campaign),
        shares.over_limit(posts, campaign),
        roi.cost(book, campaign),
        *roi.attributed(book, tables, campaign),
        *roi.incremental(book, tables, campaign),
        creators,
    )
    return {finding.id: finding for finding in findings} | {"roi.reallocation": creators}


def _lacking(posts: Feed, tables: Tables, campaign: Campaign) -> set[str]:
    """Return the inputs (keys of ASKS) that are not there at all."""
    labels = posts.published["is_sponsored"].dropna()
    there = {
        "engagements": len(posts.parts) > 0,
        "followers": bool((tables.followers["followers"] > 0).any()),
        "reach": bool(posts.posts["reach"].notna().any()),
        "labels": len(labels) > 0,
        "feed": posts.is_whole and not (len(labels) and labels.all()),
        "costs": len(tables.costs) > 0,
        "orders": len(tables.orders) > 0,
        # A tool that names the creator of an order needs no codes.
        "codes": len(tables.tracking) > 0 or bool(tables.orders["influencer_id"].notna().any()),
        "currency": campaign.currency is not None,
        "margin": campaign.margin is not None,
    }
    return {name for name, known in there.items() if not known}


def waiting(answers: Sequence[Answer]) -> dict[str, list[str]]:
    """Return by thing to ask for (keys of ASKS) the questions that wait for it, those that open most first.

    A label comes before all, as the file with the rows is there already. What else only has to be written into the
    YAML comes last: nobody needs to be asked for an export.
    """
    found = {key: [a.question.words for a in answers if key in a.asks] for key in ASKS}
    needed = [(key, words) for key, words in found.items() if words]
    return dict(sorted(needed, key=lambda item: (item[0] != "campaign", item[0] in WRITTEN, -len(item[1]))))


def answerable(answers: Sequence[Answer]) -> Finding:
    """Count the questions that these files can answer; the table says what the others lack."""
    yes, partly = (sum(one.answer == kind for one in answers) for kind in ("yes", "partly"))
    first = next((ASKS[key].what for key in waiting(answers)), None)
    said = wording.answerable(yes, partly, len(answers), first)
    return Finding(
        "data.questions_answerable",
        said,
        "supported" if yes == len(answers) else "undecided",
        READY_METHOD,
        float(yes),
        (float(yes), float(yes)),
        len(answers),
        table=_card_table(answers),
        counted=True,
        details={"partly": float(partly)},
    )


def _card_table(answers: Sequence[Answer]) -> ShownTable:
    """Return the readiness card."""
    rows = [
        {"question": a.question.words, "verdict": a.answer, "missing": a.missing, "finding": a.question.finding}
        for a in answers
    ]
    columns = (
        TableColumn("question", "Question"),
        TableColumn("verdict", "Can be answered"),
        TableColumn("missing", "What is missing"),
        TableColumn("finding", "Finding", shown=False),
    )
    return ShownTable("Which questions these files can answer", columns, pd.DataFrame(rows))


def to_ask(answers: Sequence[Answer]) -> ShownTable | Note:
    """Return what to ask for next, what opens most first, and where it comes from."""
    rows = [
        {
            "what": wording.sentence_case(ASKS[key].what),
            "questions": len(words),
            "where": wording.sentence_case(ASKS[key].where),
        }
        for key, words in waiting(answers).items()
    ]
    if not rows:
        return Note(wording.EVERYTHING_THERE)
    columns = (
        TableColumn("what", "Ask for"),
        TableColumn("questions", "Questions waiting", "count"),
        TableColumn("where", "Where it comes from"),
    )
    return ShownTable("What to ask for next, what opens most first", columns, pd.DataFrame(rows))


def without(tables: Tables, campaign: Campaign) -> ShownTable:
    """Return what this report says of each table that nobody delivered."""
    sales = incrementality.daily_sales(tables, campaign)
    before = int((sales.index < pd.Timestamp(campaign.start)).sum())
    there: dict[str, Callable[[], bool]] = {
        "Costs": lambda: len(tables.costs) > 0,
        "Discount codes and links": lambda: len(tables.tracking) > 0,
        "Orders": lambda: len(tables.orders) > 0,
        # Orders of enough days give the daily sales themselves.
        "Daily series": lambda: len(tables.series) > 0 or before >= incrementality.FEWEST_DAYS_BEFORE,
        "Reach": lambda: bool(tables.post_metrics["reach"].notna().any()),
        "Audience": lambda: len(tables.audience) > 0,
        "Mentions": lambda: len(tables.mentions) > 0,
        "Deliverables": lambda: len(tables.deliverables) > 0,
        "Message log": lambda: len(tables.events) > 0,
        "Boosted posts": lambda: len(tables.boosts) > 0 or bool((tables.costs["kind"] == "boost").any()),
    }
    rows = [{"what": what, "said": wording.WITHOUT[what]} for what, known in there.items() if not known()]
    columns = (TableColumn("what", "Not in the files"), TableColumn("said", "What follows"))
    return ShownTable("What is not in the files, and what follows", columns, pd.DataFrame(rows))
