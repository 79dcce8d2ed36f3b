import numpy as np
import pytest
from worlds import campaign, feed_of, roster, world

from influence_lib.analysis import engagement, feed, sizes
from influence_lib.analysis.challenges import Challenges
from influence_lib.analysis.inference import Interval
from influence_lib.wording.checks import CHALLENGES, Challenge

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
    assert found.table and found.table.rows["held"].tolist() == ["holds", "stays open", "holds", "holds", "stays open"]


def test_a_law_of_size_that_one_creator_makes_does_not_hold_without_them() -> None:
    """Fifteen creators without any law, and a giant whom hardly anybody likes."""
    rng = np.random.default_rng(3)
    size = np.repeat([*np.geomspace(1e4, 4e4, 15).round(), 3e6], 4)
    rate = np.repeat([*np.exp(rng.normal(-3, 0.1, 15)), np.exp(-6)], 4) * np.exp(rng.normal(0, 0.1, 64))
    names = np.repeat([f"c{n:02d}" for n in range(16)], 4)
    made = feed_of(creator=names, followers=size, likes=(size * rate).round())
    table = sizes.creators(made.posts)
    slope = Interval(-0.6, -0.7, -0.5, 16)
    tried = engagement.size_challenges(made, table, slope, campaign())
    assert [item.held for item in tried.items][3] is False


def test_small_accounts_picked_for_their_rates_leave_the_law_of_size_open() -> None:
    found = engagement.size_elasticity(feed.of(world("top_list", 40, 1200), campaign()), campaign())
    assert found.verdict == "undecided" and "only because their rates are high" in found.headline
    assert found.interval and found.interval[1] < 0
