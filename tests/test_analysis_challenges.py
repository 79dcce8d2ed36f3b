import numpy as np
import pytest
from worlds import campaign, feed_of, roster, world

from influence_lib.analysis import engagement, feed
from influence_lib.analysis.challenges import Challenges
from influence_lib.wording.en.checks import CHALLENGES, Challenge

pytestmark = pytest.mark.filterwarnings("error")
HELD, FELL, OPEN = (Challenge(name, f"{name}.", held) for name, held in (("a", True), ("b", False), ("c", None)))


def test_only_a_challenge_at_which_the_claim_fell_is_a_failed_one() -> None:
    assert Challenges(HELD, FELL, OPEN).failed == (FELL,)
    assert Challenges(HELD, OPEN).failed == () and Challenges().failed == ()


def test_the_table_keeps_the_order_and_says_what_became_of_the_claim() -> None:
    table = Challenges(FELL, OPEN, HELD).table()
    assert table.caption == CHALLENGES
    assert table.records() == [
        {"challenge": "b", "found": "b.", "held": "does not hold"},
        {"challenge": "c", "found": "c.", "held": "stays open"},
        {"challenge": "a", "found": "a.", "held": "holds"},
    ]


def test_no_challenges_make_an_empty_table() -> None:
    table = Challenges().table()
    assert table.records() == [] and [column.name for column in table.columns] == ["challenge", "found", "held"]


def test_a_clear_law_of_size_holds_under_everything_that_could_be_tried() -> None:
    made = feed_of(**roster(40, 6, np.random.default_rng(1), lambda size: -1 - 0.3 * size))
    found = engagement.size_elasticity(made, campaign())
    assert found.table and found.table.rows["held"].tolist() == ["stays open", "holds", "holds", "holds", "stays open"]


def test_a_law_of_size_that_the_largest_creator_makes_does_not_hold_without_them() -> None:
    size, rng = np.geomspace(1e4, 1e6, 14).round(), np.random.default_rng(0)
    rate = np.exp(rng.normal(-3, 0.25, 14) - 0.5 * (size > 9e5))
    names = [f"c{n:02d}" for n in range(14)]
    made = feed_of(creator=np.repeat(names, 4), followers=np.repeat(size, 4), likes=np.repeat((size * rate).round(), 4))
    found = engagement.size_elasticity(made, campaign())
    assert found.interval and found.interval[1] < 0
    assert found.table and found.table.rows["held"].tolist()[3] == "does not hold"


def test_small_accounts_picked_for_their_rates_leave_the_law_of_size_open() -> None:
    found = engagement.size_elasticity(feed.of(world("top_list", 40, 1200), campaign()), campaign())
    assert found.verdict == "undecided" and "only because their rates are high" in found.headline
    assert found.interval and found.interval[1] < 0
