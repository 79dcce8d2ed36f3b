"""Every challenge to a claim about size, in each of its branches, as a reader would see it: on one line."""

# ruff: noqa: E501

import numpy as np
import pytest

from influence_lib.analysis.guards import NotEnough
from influence_lib.analysis.inference import Interval
from influence_lib.analysis.sizes import Check, Law
from influence_lib.wording import checks as words
from influence_lib.wording.en.checks import Challenge

FALL, RISE, FLAT = Interval(-0.2, -0.3, -0.1, 32), Interval(0.2, 0.1, 0.3, 1), Interval(-0.01, -0.2, 0.2, 9)
STEEP = Interval(-0.45, -0.6, -0.3, 32)
NONE = NotEnough("creators", 3, 8)

CHALLENGES = [
    (words.one_point_a_creator(FALL, Law(Interval(-0.15, -0.25, -0.05, 32), 0.05, 0.4)), ("-37% (likely range -50% to -21%) with ten times the followers.", True)),
    (words.one_point_a_creator(FALL, Law(Interval(-0.05, -0.1, 0.0, 32), 0.05, 0.4)), ("-37% (likely range -50% to -21%) with ten times the followers.", False)),
    (words.one_point_a_creator(FALL, NONE), ("The model found no answer in these posts; this line is the answer.", None)),
    (words.earlier_followers(FALL, Check(FALL, 0.04)), ("-37% (likely range -50% to -21%); the line moves by 0.04.", True)),
    (words.earlier_followers(STEEP, Check(FALL, 0.25)), ("-37% (likely range -50% to -21%); the line moves by 0.25.", False)),
    (words.earlier_followers(FLAT, Check(FALL, -0.19)), ("-37% (likely range -50% to -21%); the line moves by 0.19.", True)),
    (words.earlier_followers(FALL, NONE), ("Too few creators have follower numbers that old.", None)),
    (words.dealt_anew(0.002, 499, FALL), ("A line as steep came up in 0.2% of 499 deals.", True)),
    (words.dealt_anew(0.2, 499, RISE), ("A line as steep came up in 20.0% of 499 deals.", False)),
    (words.dealt_anew(0.9, 499, FLAT), ("A line as steep came up in 90.0% of 499 deals.", True)),
    (words.without_the_strongest(FALL, Check(FALL, 0.0)), ("-37% (likely range -50% to -21%).", True)),
    (words.without_the_strongest(FALL, Check(FLAT, 0.2)), ("-2% (likely range -37% to +58%).", False)),
    (words.without_the_strongest(FALL, Check(RISE, 0.4)), ("+58% (likely range +26% to +100%).", False)),
    (words.without_the_strongest(FLAT, NONE), ("Too few creators to leave one out.", None)),
    (words.without_jumps(FALL, None, 0, 1), ("Followers were read only once, so a jump cannot be seen.", None)),
    (words.without_jumps(FALL, None, 0, 9), ("No account's followers jumped.", True)),
    (words.without_jumps(FALL, NONE, 2, 9), ("Too few creators are left without 2 accounts.", None)),
    (words.without_jumps(FALL, FALL, 1, 9), ("-37% (likely range -50% to -21%) without 1 account.", True)),
    (words.without_jumps(FLAT, FALL, 3, 9), ("-37% (likely range -50% to -21%) without 3 accounts.", False)),
]  # fmt: skip

SENTENCES = [
    (words.size_in_doubt(FALL), "Bigger accounts engage less here, -37% (likely range -50% to -21%) with ten times the followers, but a challenge to it failed (see the table), so it may come from miscounted followers or from chance."),
    (words.size_in_doubt(RISE), "Bigger accounts engage more here, +58% (likely range +26% to +100%) with ten times the followers, but a challenge to it failed (see the table), so it may come from miscounted followers or from chance."),
    (words.rests_on(()), ()),
    (words.rests_on((Challenge("Without A", "", False), Challenge("With B", "", False))), ("The answer to size is fragile, it changes when tried otherwise: without A and with B.",)),
    (words.size_of_the_picked(FALL), "Bigger accounts engage less here (-37% with ten times the followers, likely range -50% to -21%), but small accounts seem to be on this list only because their rates are high: that alone would look the same."),
    (words.sweet_spot_for_money(Interval(31_234, 12_345, 98_765, 40)), "Engagements for the money paid peak near 31,000 followers (likely range 12,000 to 99,000)."),
    (words.no_sweet_spot(1000, 90_000, "rise", False), "No best size between 1,000 and 90,000 followers: engagements per post keep rising, so the best size is a question of cost."),
    (words.no_sweet_spot(1000, 90_000, "rise", True), "No best size between 1,000 and 90,000 followers: engagements for the money paid keep rising, the largest accounts give most."),
    (words.no_sweet_spot(1000, 90_000, "fall", False), "No best size between 1,000 and 90,000 followers: engagements per post keep falling, so the smallest accounts give most."),
    (words.no_sweet_spot(1000, 90_000, "fall", True), "No best size between 1,000 and 90,000 followers: engagements for the money paid keep falling, so the smallest accounts give most."),
    (words.no_sweet_spot(1000, 90_000, "open", False), "No best size of engagements per post can be shown between 1,000 and 90,000 followers: a rise before it and a fall after it cannot both be told from chance."),
    (words.no_sweet_spot(1000, 90_000, "open", True), "No best size of engagements for the money paid can be shown between 1,000 and 90,000 followers: a rise before it and a fall after it cannot both be told from chance."),
]  # fmt: skip


@pytest.mark.parametrize(("challenge", "expected"), CHALLENGES)
def test_a_challenge_says_what_came_out_and_whether_the_claim_held(
    challenge: Challenge, expected: tuple[str, bool | None]
) -> None:
    assert (challenge.found, challenge.held) == expected


@pytest.mark.parametrize(("said", "expected"), SENTENCES)
def test_a_sentence_reads_as_it_should(said: str, expected: str) -> None:
    assert said == expected


def test_what_is_asked_differs_from_challenge_to_challenge() -> None:
    asked = [challenge.asked for challenge, _ in CHALLENGES]
    assert len(set(asked)) == 5 and not any(one.endswith(".") for one in asked)


def test_the_claim_holds_does_not_hold_or_stays_open() -> None:
    assert [words.outcome(held) for held in (True, False, None)] == ["holds", "does not hold", "stays open"]


def test_ten_times_the_followers_are_ten_to_the_power_of_the_slope() -> None:
    assert words.tenfold(Interval(np.log10(1.5), np.log10(1.2), np.log10(1.9), 9)) == "+50% (likely range +20% to +90%)"
