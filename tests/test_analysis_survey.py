"""What buyers say: shares, revenue and the use of codes, worked out by hand or by statsmodels."""

# ruff: noqa: E501

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint
from worlds import campaign, tables

from influence_lib.analysis import ledger, survey
from influence_lib.analysis.inference import Interval
from influence_lib.findings import Finding
from influence_lib.tables import CHANNELS, Tables
from influence_lib.wording import survey as words

pytestmark = pytest.mark.filterwarnings("error")
SEEN = campaign()
IN, BEFORE = (pd.Timestamp(day, tz="UTC") for day in ("2026-06-01 12:00", "2026-05-01 12:00"))


def answered(now: dict[str, int], before: dict[str, int] | None = None, coded: int = 0, orders: int = 100) -> Tables:
    """Return a shop of so many orders of 50, answers by channel, each to an order of its own; the first are coded."""
    told = [(name, IN) for name, n in now.items() for _ in range(n)]
    told += [(name, BEFORE) for name, n in (before or {}).items() for _ in range(n)]
    rows = pd.DataFrame(told, columns=["channel", "ordered_at"])
    rest = pd.DataFrame({"channel": None, "ordered_at": [IN] * max(orders - len(rows), 0)})
    both = pd.concat([rows, rest], ignore_index=True) if len(rest) else rows
    both = both.assign(order_id=[f"o{n}" for n in range(len(both))], net_revenue=50.0)
    both = both.assign(codes=["CODE" if n < coded else "" for n in range(len(both))])
    replies = both[both["channel"].notna()].assign(response_id=lambda part: "r" + part["order_id"])
    given: dict[str, Any] = {"orders": both, "tracking": {"kind": ["code"], "code": ["CODE"], "influencer_id": ["ada"]}}
    return tables(**given, survey=replies)


def asked(given: Tables, **changes: Any) -> Finding:
    """Return the finding of what buyers say."""
    seen = campaign(**changes)
    return survey.survey(ledger.ledger(given, seen), given, seen)


def test_revenue_is_the_share_that_names_a_creator_times_all_revenue() -> None:
    """10 of 40 answers name a creator; 100 orders of 50 make 5,000, a quarter of them 1,250."""
    found = asked(answered({"creator": 10, "search": 30}))
    low, high = proportion_confint(10, 40, method="wilson")
    assert found.estimate == 1250 and found.n == 40
    assert found.interval == (pytest.approx(5000 * low), pytest.approx(5000 * high))
    assert words.NO_BEFORE in found.caveats


def test_answers_from_before_are_taken_off() -> None:
    """15 of 50 now, 5 of 50 before, and 150 orders of the window worth 7,500: a fifth, 1,500; interval as statsmodels has it."""
    given = answered({"creator": 15, "friend": 35}, {"creator": 5, "search": 45}, orders=200)
    found = asked(given)
    low, high = confint_proportions_2indep(15, 50, 5, 50, compare="diff", method="newcomb")
    assert found.estimate == pytest.approx(1500)
    assert found.interval == (pytest.approx(7500 * low), pytest.approx(7500 * high))
    assert words.NO_BEFORE not in found.caveats


def test_a_platform_alone_is_no_creator_and_who_forgot_is_left_out() -> None:
    found = asked(answered({"creator": 10, "social_media": 10, "search": 20, "unknown": 20}))
    assert found.n == 40 and found.details["share_naming_a_creator"] == 0.25
    assert words.platform_only(10, 40) in found.caveats and words.who_answers(60, 100) in found.caveats
    assert found.table is not None and dict(zip(found.table.rows["channel"], found.table.rows["answers"], strict=True)) == {
        "a search": 20, "a creator": 10, "social media, no creator named": 10,
    }  # fmt: skip


def test_buyers_who_name_a_creator_tell_how_many_use_a_code() -> None:
    """Of 20 who name one, the first 8 orders carry the code: beta(9, 13), mean 9/22."""
    given = answered({"creator": 20, "search": 30}, coded=8)
    use = survey.code_use(survey.answers(ledger.ledger(given, SEEN), given, SEEN))
    assert use == survey.CodeUse(50, 20, 8, 8, (0, 0))
    assert use is not None and use.draws(20_000, np.random.default_rng(1)).mean() == pytest.approx(9 / 22, abs=0.003)


def test_who_would_have_named_a_creator_anyway_had_no_code() -> None:
    """One for three others named one before, so 10 of the 20 beside 30 others do; 8 of 10 use the code: beta(9, 3)."""
    given = answered({"creator": 20, "search": 30}, {"creator": 1000, "search": 3000}, coded=8, orders=5000)
    use = survey.code_use(survey.answers(ledger.ledger(given, SEEN), given, SEEN))
    assert use is not None and use.draws(20_000, np.random.default_rng(1)).mean() == pytest.approx(9 / 12, abs=0.01)


def test_too_few_who_name_a_creator_tell_nothing_of_codes() -> None:
    given = answered({"creator": 9, "search": 40}, coded=5)
    assert survey.code_use(survey.answers(ledger.ledger(given, SEEN), given, SEEN)) is None


def test_an_answer_without_its_order_counts_on_its_own_day() -> None:
    given = answered({"creator": 10, "search": 30})
    alone = given.survey.assign(order_id=None, answered_at=IN).astype({"order_id": "str"})
    late = alone.assign(answered_at=pd.Timestamp("2026-07-20", tz="UTC"))
    assert asked(given.with_table("survey", alone)).estimate == 1250
    assert asked(given.with_table("survey", late)).verdict == "not_enough_data"


def test_rows_in_another_order_and_an_answer_twice_change_nothing() -> None:
    given = answered({"creator": 10, "search": 30, "friend": 5})
    twice = pd.concat([given.survey, given.survey.head(7)]).sample(frac=1, random_state=2)
    assert asked(given.with_table("survey", twice)).to_json() == asked(given).to_json()


@pytest.mark.parametrize("value", [0.0, -3.0])
def test_no_revenue_gives_no_answer(value: float) -> None:
    given = answered({"creator": 10, "search": 30})
    orders = given.orders.assign(net_revenue=value).astype({"net_revenue": "Float64"})
    assert asked(given.with_table("orders", orders)).verdict == "not_enough_data"


def test_without_survey_or_currency_the_missing_input_is_named() -> None:
    given = answered({"creator": 10, "search": 30})
    assert asked(given.with_table("survey", given.survey.iloc[:0])).headline == words.NO_SURVEY
    assert "currency" in asked(given, currency=None).headline
    assert asked(answered({"creator": 5})).verdict == "not_enough_data"


def test_nobody_more_than_before_is_said_so() -> None:
    found = asked(answered({"creator": 5, "search": 45}, {"creator": 10, "search": 40}))
    assert found.estimate is not None and found.estimate < 0 and "no extra revenue" in found.headline


def test_a_campaign_that_has_not_started_has_no_answers() -> None:
    found = asked(answered({"creator": 10, "search": 30}), start=dt.date(2026, 8, 1), end=dt.date(2026, 8, 30))
    assert found.verdict == "not_enough_data"


def test_every_channel_has_words() -> None:
    assert all(words.channel(name) != name for name in CHANNELS if name != survey.UNKNOWN)


NOW, PAST = Interval(0.3, 0.2, 0.4, 400), Interval(0.04, 0.02, 0.07, 300)
MONEY, LESS = Interval(12300.0, 8100.0, 16500.0, 400), Interval(-900.0, -3000.0, 1000.0, 400)
SENTENCES = {
    words.survey_revenue(NOW, PAST, MONEY, 7400.0, "EUR"): "30.0% of 400 answers name a creator, 4.00% before the campaign: about €12,300 of revenue (likely range €8,100 to €16,500); codes and links tell €7,400.",
    words.survey_revenue(NOW, None, MONEY, 7400.0, "GBP"): "30.0% of 400 answers name a creator: about £12,300 of revenue (likely range £8,100 to £16,500); codes and links tell £7,400.",
    words.survey_revenue(NOW, PAST, LESS, 7400.0, "EUR"): "30.0% of 400 answers name a creator, 4.00% before the campaign: no extra revenue by what buyers say (likely range -€3,000 to €1,000); codes and links tell €7,400.",
    words.too_few(29, 30): "Not enough data to tell what buyers say: 29 answers in the campaign, about 1 more needed.",
    words.too_few(30, 30): "Not enough data to tell what buyers' answers are worth: the orders of the campaign add up to nothing.",
    words.who_answers(40, 100): "40 answers on 100 orders (40.0%): buyers who answer may differ from those who do not, and buyers forget.",
    words.who_answers(1, 0): "1 answer on 0 orders: buyers who answer may differ from those who do not, and buyers forget.",
    words.platform_only(1, 4): "1 answer names a platform such as Instagram and no creator (25.0%): not counted for creators, though some may be theirs.",
    words.code_use(8, 20, 9): "Of 20 buyers who name a creator, 8 used a creator's code or link: codes miss the others. Of 9 orders with a creator's code or link whose buyers answered, 8 name a creator.",
    words.code_use(0, 20, 0): "Of 20 buyers who name a creator, 0 used a creator's code or link: codes miss the others.",
    words.caption(0): "How buyers of the campaign's window say they heard of the brand",
    words.caption(1): "How buyers of the campaign's window say they heard of the brand; 1 answer without a usable word left out",
}  # fmt: skip


@pytest.mark.parametrize("said", SENTENCES)
def test_a_sentence_reads_as_it_should(said: str) -> None:
    assert said == SENTENCES[said]


def test_answers_of_another_campaigns_days_are_no_quiet_days() -> None:
    """The 50 answers from before were given in another campaign: nothing is taken off, 30 % of 7,500 are 2,250."""
    given = answered({"creator": 15, "friend": 35}, {"creator": 40, "search": 10}, orders=200)
    other = {"campaign_id": "april", "start": dt.date(2026, 4, 10), "end": dt.date(2026, 4, 20)}
    assert asked(given, earlier_campaigns=[other]).estimate == pytest.approx(2250)
    long_ago = other | {"start": dt.date(2026, 2, 10), "end": dt.date(2026, 2, 20)}
    assert asked(given, earlier_campaigns=[long_ago]).estimate == asked(given).estimate
