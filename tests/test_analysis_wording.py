"""Every sentence, in each of its branches, as a reader would see it: on one line, however long."""

# ruff: noqa: E501

import ast
import datetime as dt
import importlib
import inspect
import re

import pytest

from influence_lib import wording
from influence_lib.analysis.inference import Interval
from influence_lib.wording import attribution as attribution_words
from influence_lib.wording import extra_sales as extra_sales_words
from influence_lib.wording import ledger as ledger_words
from influence_lib.wording import returns as returns_words

FALL, RISE, FLAT = Interval(-0.2, -0.3, -0.1, 32), Interval(0.2, 0.1, 0.3, 1), Interval(-0.01, -0.2, 0.2, 9)
RATE = Interval(0.0345, 0.0301, 0.0399, 8)

SENTENCES = {
    wording.size_elasticity(FALL): "Bigger accounts engage less: ten times the followers come with an engagement rate 37% lower (likely range -50% to -21%).",
    wording.size_elasticity(RISE): "Bigger accounts engage more: ten times the followers come with an engagement rate 58% higher (likely range +26% to +100%).",
    wording.size_elasticity(FLAT): "No difference between small and big accounts can be shown: the engagement rate changes by -2% with ten times the followers (likely range -37% to +58%).",
    wording.sweet_spot(Interval(31_234, 12_345, 98_765, 40)): "Engagements per post peak near 31,000 followers (likely range 12,000 to 99,000).",
    wording.tier_rate("big_names", (1e6, 1e9), RATE, None, 1): "Big names (1M and more): the median creator's engagement rate by followers is 3.45% (3.01% to 3.99%; 1 post of 8 creators).",
    wording.no_bend(0.42, 15, rises=False): "No share can be shown at which organic engagement starts to fall: where no such share exists, a fall as clear as this one still turns up with a chance of 42% (15 creators).",
    wording.no_bend(0.01, 1, rises=True): "No share can be shown at which organic engagement starts to fall: the clearest bend is a rise (1 creator).",
    wording.slope(-1.2, (-1.5, -0.9)): "Beyond the share where the fall begins, every 10 percentage points more of sponsored posts come with 11% less organic engagement (likely range -14% to -9%).",
    wording.falls_from_the_start(0.15, 22): "Organic engagement falls as the sponsored share rises, perhaps from the first sponsored posts on and at the latest from about 15%: no limit below which sponsoring does no harm can be shown (22 creators).",
    wording.straight_line(None): "Without such a share there is no fall beyond it to measure.",
    wording.left_out(1, wording.too_young(1)): "1 post is left out: less than 1 day old when the numbers were read.",
    wording.left_out(9, wording.too_young(7)): "9 posts are left out: less than 7 days old when the numbers were read.",
    wording.too_few_both_kinds(1, 12, 3): "Not enough data to tell whether sponsored posts do worse: 1 creator with at least 3 sponsored and 3 organic posts, about 11 more needed.",
    wording.too_few_months(2, 12): "Not enough data to tell from which share on sponsoring hurts: 2 creators with enough months in which the sponsored share changed, about 10 more needed.",
    ledger_words.too_early(29, 7, 30, 8): "Not enough data to tell what came back: 29 orders of 7 creators; about 1 more order with a creator's code and 1 more creator needed.",
    attribution_words.attributed_revenue(40.5, Interval(40.5, 30, 60, 9), 1, "code", dt.date(2026, 6, 30), "EUR"): "1 order with a creator's code until 30 Jun 2026 is worth €40.50 net; with other creators like these it would on average be €30 to €60.",
    attribution_words.attributed_roas(Interval(2.92, 2.11, 4.04, 36), 1 / 0.625, 0.625, "EUR"): "€2.92 of attributed revenue came back for each €1 spent (likely range €2.11 to €4.04; €1.60 would be break-even at a margin of 62.5%).",
    attribution_words.attributed_roas(Interval(2.92, 2.11, 4.04, 36), 1, None, "EUR"): "€2.92 of attributed revenue came back for each €1 spent (likely range €2.11 to €4.04; before the cost of goods).",
    attribution_words.roi(Interval(0.75, 0.27, 1.42, 36)): "The campaign paid back: +75% attributed return on investment (likely range +27% to +142%).",
    attribution_words.roi(Interval(-0.2, -0.6, 0.42, 36)): "Too close to call: -20% attributed return on investment (likely range -60% to +42%).",
    attribution_words.roi(Interval(-0.87, -0.91, -0.8, 36)): "The campaign did not pay back: -87% attributed return on investment (likely range -91% to -80%).",
    extra_sales_words.incremental_revenue(Interval(4095, 250, 8744, 30), 24564, 30, "EUR"): "Sales in the 30 days of the campaign were €4,095 above the €24,564 to be expected without it (likely range €250 to €8,744).",
    extra_sales_words.incremental_revenue(Interval(-900, -1500, -300, 30), 24564, 1, "EUR"): "Sales in the 1 day of the campaign were €900 below the €24,564 to be expected without it (likely range -€1,500 to -€300).",
    extra_sales_words.incremental_revenue(Interval(-900, -2500, 300, 30), 24564, 30, "EUR"): "Daily sales do not show whether the campaign sold more: they were €900 below the €24,564 to be expected without it, which may be chance (likely range -€2,500 to €300).",
    extra_sales_words.smallest_detectable(4785, 24108, 30, "EUR"): "In 30 days of sales like these, extra revenue below about €4,785 (20% of what was to be expected) could easily be missed.",
    returns_words.by_creator(8, 0, 36): "Of 36 creators, 8 can be expected to pay back; for the other 28 the orders do not decide yet.",
    returns_words.by_creator(8, 2, 10): "Of 10 creators, 8 can be expected to pay back and 2 can be expected not to pay back.",
    returns_words.by_creator(0, 0, 12): "For none of 12 creators do the orders decide yet whether to go on.",
    extra_sales_words.other_causes([]): "Only weekdays are held constant; anything else that changed with the launch is counted as the campaign's.",
    extra_sales_words.other_causes(["search_interest", "spend"]): "Weekdays, search interest and spend are held constant; anything else that changed with the launch is counted as the campaign's.",
    attribution_words.window(0): "An order counts when its code is used from the first day of the campaign to the last.",
    wording.engagement_parts(["likes"], ["comments", "shares", "saves"]): "Engagements are likes; comments, shares and saves are not known for all posts.",
    wording.answerable(13, 0, 13, None): "These files answer all 13 questions of this report.",
    wording.answerable(5, 1, 13, "orders"): "These files answer 5 of 13 questions; 1 needs more data and 7 lack something altogether. Ask first for orders.",
    wording.answerable(2, 11, 13, "more orders with codes"): "These files answer 2 of 13 questions; 11 need more data. Ask first for more orders with codes.",
    wording.rows_used(5, 6, 1, None, dt.date(2026, 6, 30)): "5 of 6 rows in 1 file are used.",
    wording.newest_entry(dt.date(2026, 6, 30), dt.date(2026, 6, 30), stale=False): "30 Jun 2026 (up to date)",
    wording.newest_entry(dt.date(2026, 5, 1), dt.date(2026, 6, 30), stale=True): "1 May 2026 (stale, 60 days old)",
    wording.newest_entry(None, dt.date(2026, 6, 30), stale=False): "no dates in it",
    wording.newest_entry(None, dt.date(2026, 6, 30), stale=False, used=0): "no row of it was used",
    wording.feed_coverage(0.75, 9, 12, 2, 1, 0.8): "The files have 9 of 12 posts that 2 accounts published between two readings of their totals (75.0%); of 1 account, less than 80%.",
    wording.coverage_unknown(False, 0, 0, 10, 90): "Whether these are the creators' whole feeds cannot be measured: no total of posts given.",
    wording.coverage_unknown(False, 9, 0, 10, 90): "Whether these are the creators' whole feeds cannot be measured: no total of posts given. None of 9 accounts paused more than 10 times as long as usual in the last 90 days, so no gap stands out.",
    wording.too_young_for_trends(1, 14): "1 post is left out of the comparison over time: read at less than 14 days.",
}  # fmt: skip


@pytest.mark.parametrize("said", SENTENCES)
def test_a_sentence_reads_as_it_should(said: str) -> None:
    assert said == SENTENCES[said]


@pytest.mark.parametrize("module", ["", *(f".{name}" for name in wording.MODULES)])
def test_no_sentence_speaks_greek_or_statistics(module: str) -> None:
    """Words that a brand manager would have to look up stay in the method, not in the sentence."""
    source = inspect.getsource(importlib.import_module(f"influence_lib.wording.en{module}"))
    texts = [n.value for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    jargon = r"p-value|significan|standard error|coefficient|posterior|regress|heterosked|bootstrap|cluster|null hypo"
    for text in texts:
        assert not re.search(r"[Ͱ-Ͽ]", text) and not re.search(jargon, text, re.IGNORECASE), text


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (25_000, "followers", "25k"),
        (3e6, "followers", "3M"),
        (1234, "followers", "1,234"),
        (0.05, "percent", "5%"),
        (0.025, "percent", "2.5%"),
        (-0.5, "signed_percent", "-50%"),
        (0.5, "signed_percent", "+50%"),
        (0.1 + 0.2, "percent", "30%"),
        (0.5, "money", "€0.50"),
        (1500, "money", "€1,500"),
    ],
)
def test_a_tick_means_exactly_its_value(value: float, kind: str, text: str) -> None:
    assert wording.tick(value, kind, "EUR") == text
