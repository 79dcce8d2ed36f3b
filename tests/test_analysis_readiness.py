import functools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_files import POSTS, load
from worlds import campaign, everything, posts, tables, world

from influence_lib import wording
from influence_lib.analysis import readiness
from influence_lib.campaign import Campaign
from influence_lib.findings import Note, ShownTable
from influence_lib.tables import TABLES, Tables

SEEN = campaign()
UNKNOWN = {"not_available", "not_enough_data"}
# Worlds with something missing: tables taken away, columns nobody filled, parameters nobody wrote.
CASES: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "whole": ((), {}),
    "no orders": (("orders",), {}),
    "no ledger": (("costs",), {}),
    "no codes": (("tracking",), {}),
    "no margin": ((), {"margin": None}),
    "no money at all": (("orders", "costs", "tracking"), {"currency": None, "margin": None}),
    "nothing but posts": (("followers", "orders", "costs", "tracking", "series"), {}),
}


@functools.cache
def _given(case: str) -> tuple[Tables, Campaign]:
    """Return a small world without what the case takes away."""
    gone, changes = CASES[case]
    made = world("default", 14, 420)
    for name in gone:
        made = made.with_table(name, TABLES[name].empty())
    return made, campaign(**changes)


@functools.cache
def _card(case: str) -> tuple[readiness.Answer, ...]:
    """Return the readiness card of a case."""
    return readiness.card(*_given(case))


def _waiting(answers: tuple[readiness.Answer, ...]) -> dict[str, int]:
    """Return how many questions wait for each thing."""
    return {key: len(words) for key, words in readiness.waiting(answers).items()}


@pytest.mark.parametrize("case", CASES)
def test_the_card_says_yes_exactly_where_the_report_has_an_answer(case: str) -> None:
    found = everything(*_given(case))
    card = {one.question.finding: one for one in _card(case)}
    assert {name: one.answer == "yes" for name, one in card.items()} == {
        name: found[name].verdict not in UNKNOWN for name in card
    }
    assert {name for name, one in card.items() if one.answer == "no"} == {
        name for name in card if found[name].verdict == "not_available"
    }


def test_every_question_without_an_answer_says_why_and_what_to_ask_for() -> None:
    open_ones = [one for case in CASES for one in _card(case) if one.answer != "yes"]
    assert len(open_ones) > 20
    assert all(one.missing not in {"", wording.NOTHING} and one.asks for one in open_ones)
    assert {ask for one in open_ones for ask in one.asks} <= set(readiness.ASKS)


def test_five_questions_wait_for_orders() -> None:
    answers = _card("no orders")
    assert _waiting(answers)["orders"] == 5
    assert next(iter(_waiting(answers))) == "orders"
    assert readiness.answerable(answers).headline.endswith("Ask first for orders.")


def test_the_margin_alone_opens_return_creators_and_budget() -> None:
    waiting = readiness.waiting(_card("no margin"))["margin"]
    assert waiting == [
        "Did the campaign pay back, by its codes?",
        "Which creators pay back?",
        "How should the next budget be split?",
    ]


def test_too_few_creators_are_too_little_not_nothing() -> None:
    few = posts(creator=np.repeat(["ana", "ben", "cem"], 5), followers=np.repeat([1e3, 5e3, 9e4], 5), likes=range(15))
    size = readiness.card(few, SEEN)[0]
    assert (size.answer, size.asks) == ("partly", ("creators",))
    assert size.missing == "3 creators, about 5 more needed."


def test_the_number_of_answers_is_counted_out_of_all_questions() -> None:
    found = readiness.answerable(_card("whole"))
    yes = [one.answer for one in _card("whole")].count("yes")
    assert found.estimate is not None and found.interval is not None
    assert (found.estimate, found.interval, found.n) == (yes, (yes, yes), len(readiness.QUESTIONS))
    assert found.counted and found.label == "Counted"


def test_the_table_of_what_to_ask_for_starts_with_what_opens_most() -> None:
    table = readiness.to_ask(_card("no money at all"))
    assert isinstance(table, ShownTable)
    assert list(zip(table.rows["what"], table.rows["questions"], strict=True))[:3] == [
        ("Orders", 5),
        ("Costs", 5),
        ("Creators' discount codes", 4),
    ]
    assert table.rows["what"].tolist()[-2:] == ["The currency", "The margin"]


def test_what_is_missing_altogether_is_named_in_a_few_words() -> None:
    card = {one.question.finding: one.missing for one in _card("no money at all")}
    assert card["roi.cost"] == "Costs and the currency"
    assert card["roi.roi"] == "Costs, orders, creators' discount codes, the currency and the margin"


def test_nothing_is_asked_for_where_every_question_has_an_answer() -> None:
    answered = [readiness.Answer(one, "yes", wording.NOTHING, ()) for one in readiness.QUESTIONS]
    assert readiness.to_ask(answered) == Note(wording.EVERYTHING_THERE)
    assert readiness.answerable(answered).headline == "These files answer all 13 questions of this report."


def test_a_campaign_without_any_table_still_has_a_card() -> None:
    answers = readiness.card(tables(), campaign(currency=None, margin=None))
    assert {one.answer for one in answers} <= {"no", "partly"}
    assert _waiting(answers)["engagements"] == 6


def test_orders_that_name_a_creator_need_no_codes() -> None:
    made, seen = _given("no codes")
    named = made.with_table("orders", made.orders.assign(influencer_id=made.costs["influencer_id"].dropna().iloc[0]))
    card = {one.question.finding: one for one in readiness.card(named, seen.model_copy(update={"margin": None}))}
    assert card["roi.roi"].asks == ("margin",)
    assert all("codes" not in one.asks for one in card.values())


def test_a_cost_of_boosting_is_a_boost_that_was_declared() -> None:
    made, seen = _given("whole")
    unboosted = made.with_table("costs", made.costs[made.costs["kind"] != "boost"])
    unboosted = unboosted.with_table("boosts", made.boosts.head(0))
    assert "Boosted posts" in readiness.without(unboosted, seen).rows["what"].tolist()
    assert "Boosted posts" not in readiness.without(made, seen).rows["what"].tolist()


def test_a_file_of_other_campaigns_only_asks_for_the_label_first(tmp_path: Path) -> None:
    sales = "campaign,influencer_id,date,orders,revenue\nOne,ada.bakes,2026-03-05,5,900\n"
    data = load(tmp_path, {"tracker.csv": POSTS, "sales.csv": sales}, currency="EUR")
    answers = readiness.card(data.tables, data.campaign, data.files)
    asked = {one.question.finding: one.asks for one in answers}
    assert asked["roi.attributed_roas"] == ("costs", "campaign")
    assert asked["roi.incremental_revenue"] == ("campaign",)
    assert readiness.answerable(answers).headline.endswith("Ask first for the label of this campaign.")


# The words of the data model: others rely on them.
SAID = {
    "Costs": "No costs: nothing in this report is about money; efficiency and ROI sections are off.",
    "Discount codes and links": "No unique codes or links: sales cannot be assigned to influencers. "
    "The guide calls financial ROI difficult in this case.",
    "Orders": "No orders: money results are limited to cost per reach/engagement.",
    "Daily series": "No daily series: incrementality not estimated; attribution alone is an upper/lower guess, "
    "not an effect. That is: nobody can tell which orders would have come without the campaign.",
    "Reach": "No reach reported: only follower-based rates; an engagement drop cannot be split into algorithm and "
    "content. That is: nobody can tell whether fewer people saw the posts or fewer of those who saw them liked them.",
    "Audience": "No audience data: fit is judged on content only; reach overlap shown as bounds from 0 to max. "
    "That is: how many people follow two of the creators is not known, between none and all.",
    "Mentions": "No mentions: brand-mention KPIs and crisis alerts are off.",
    "Deliverables": "No deliverables: delivery and control checks skipped; mistakes 1, 3, 5, 7, 12 and 13 are grey. "
    "That is: six of the guide's 13 common mistakes cannot be judged.",
    "Message log": "No message log: mistakes 4, 6, 10 and 11 of the 13 are grey, outreach and onboarding are off. "
    "That is: four of the guide's 13 common mistakes cannot be judged, nor how creators were won and briefed.",
    "Boosted posts": "No boosts declared: if any post was promoted, organic rates are overstated.",
}


def test_each_missing_table_is_told_in_the_words_of_the_data_model() -> None:
    table = readiness.without(tables(), SEEN)
    assert dict(zip(table.rows["what"], table.rows["said"], strict=True)) == SAID


def test_orders_of_enough_days_are_daily_sales_themselves() -> None:
    made, seen = _given("whole")
    alone = made.with_table("series", TABLES["series"].empty())
    assert "Daily series" not in readiness.without(alone, seen).rows["what"].tolist()
    late = alone.orders[alone.orders["ordered_at"] >= "2026-05-01"]
    few = alone.with_table("orders", late)
    assert "Daily series" in readiness.without(few, seen).rows["what"].tolist()
