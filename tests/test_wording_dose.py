"""Every sentence on sponsored posts and their share, in each of its branches, as a reader would see it: on one line."""

# ruff: noqa: E501

import ast
import inspect
import math
import re

import pytest

from influence_lib.analysis.dose import Before
from influence_lib.analysis.guards import NotEnough
from influence_lib.analysis.inference import Interval
from influence_lib.wording.en import checks
from influence_lib.wording.en import dose as words
from influence_lib.wording.en.checks import Challenge

LESS, MORE, OPEN = Interval(-0.2, -0.3, -0.1, 22), Interval(0.2, 0.1, 0.3, 1), Interval(-0.03, -0.2, 0.14, 15)
SURE = Interval(-0.01, -0.05, 0.03, 40)
KINK = Interval(0.48, 0.43, 0.56, 22)
STEEP, RISING, UNSURE = Interval(-1.2, -1.5, -0.9, 22), Interval(1.2, 0.9, 1.5, 22), Interval(-0.8, -1.9, 0.3, 22)
TO_ZERO = Interval(-0.02, -0.1, 0.0, 22)
NONE = NotEnough("rows", 0, 1)

SENTENCES = [
    (words.sponsored_effect(LESS, 620, 22), "Sponsored posts draw 18% less engagement than organic posts of the same creator (likely range -26% to -10%, 620 posts of 22 creators)."),
    (words.sponsored_effect(MORE, 1, 1), "Sponsored posts draw 22% more engagement than organic posts of the same creator (likely range +11% to +35%, 1 post of 1 creator)."),
    (words.sponsored_effect(OPEN, 180, 15), "No harm seen: sponsored posts cannot be told apart from organic posts of the same creator; their engagement differs by -3% (likely range -18% to +15%), 180 posts of 15 creators. To see a difference of 10%, about 400 more posts would be needed."),
    (words.sponsored_effect(SURE, 6000, 40), "No harm seen: sponsored posts cannot be told apart from organic posts of the same creator; their engagement differs by -1.0% (likely range -5% to +3%), 6,000 posts of 40 creators."),
    (words.one_account(OPEN, 80), "One account: its posts cannot speak for other accounts. Its own sponsored posts differ from its organic ones of the same month by -3% (likely range -18% to +15%), 80 posts."),
    (words.chosen_moments(LESS), "Sponsored posts differ from organic ones of the same creator by -18% (likely range -26% to -10%), but that cannot be laid at sponsoring's door: a challenge to it failed (see the table)."),
    (words.same_months(False)[0], "Too few creators have sponsored and organic posts in the same month: posts of different months are compared, so a creator's good or bad months may pass for an effect of sponsoring."),
    (words.NO_DIFFERENCE["constant"], "Not enough data to tell whether sponsored posts do worse: all creators show the same difference."),
    (words.NO_DIFFERENCE["one creator"], "Not enough data to tell whether sponsored posts do worse: nearly all that these posts tell of it comes from one creator."),
    (words.NO_DIFFERENCE["collinear"], "Not enough data to tell whether sponsored posts do worse: which posts are sponsored follows from their month or format, and these may matter too."),
    (words.bend(KINK, 0.73, False), "Organic engagement starts to fall once about 48% of posts are sponsored (likely range 43% to 56%; chance that it is below 50%: 73%; 22 creators)."),
    (words.bend(KINK, 0.004, True), "Organic engagement starts to fall once about 48% of posts are sponsored (likely range 43% to 56%; chance that it is below 50%: under 1%; 22 creators); a steady fall from the first sponsored post on would look much the same."),
    (words.falls_first(22), "Organic engagement is lower after months of many sponsored posts, but it falls before the share rises (22 creators): creators who fade may be selling more posts, so no limit can be named."),
    (words.chance_like(22), "Organic engagement is lower after months of many sponsored posts, but the shares of other creators explain it as well (22 creators), so no limit can be named."),
    (words.unsure_bend(UNSURE), "No share can be shown at which organic engagement starts to fall: beyond the likeliest one, 10 percentage points more may come with anything from -17% to +3% organic engagement (22 creators)."),
    (words.NOTHING_TO_MEASURE, "There is no fall that can be laid at sponsoring's door, so none is measured."),
    (words.half_against_fifth(LESS, "supported", True, 22), "With half of their posts sponsored instead of a fifth, creators' organic posts draw 18% less engagement (likely range -26% to -10%)."),
    (words.half_against_fifth(MORE, "contradicted", False, 22), "With half of their posts sponsored instead of a fifth, creators' organic posts draw 22% more engagement (likely range +11% to +35%)."),
    (words.half_against_fifth(LESS, "undecided", False, 22), "With half of their posts sponsored instead of a fifth, creators' organic posts draw 18% less engagement (likely range -26% to -10%; 22 creators), but chance may explain the fall, so no harm is claimed."),
    (words.half_against_fifth(TO_ZERO, "undecided", True, 22), "What half of the posts sponsored costs against a fifth stays open: organic engagement differs by -2% (likely range -10% to 0%), 22 creators, as the fall may begin only beyond one half."),
    (words.half_against_fifth(OPEN, "undecided", False, 15), "No harm seen from half of the posts sponsored instead of a fifth: organic engagement differs by -3% (likely range -18% to +15%), 15 creators. To see a difference of 10%, about 33 more creators would be needed."),
    (words.more_is_marked(0.62), "62% of the posts are marked as sponsored: if that were half of the advertising or less, nearly all posts would have to be advertising, so no such correction is made."),
    (words.undisclosed(STEEP, KINK, True, True), "If only half of the advertising is marked, the fall starts at about 48% of truly sponsored posts (43% to 56%), and every 10 percentage points more come with 11% less organic engagement (likely range -14% to -9%; 22 creators)."),
    (words.undisclosed(UNSURE, KINK, True, False), "If less of the advertising is marked, the fall is no longer sure; with half of it, -8% organic engagement for 10 percentage points more (likely range -17% to +3%; 22 creators)."),
    (words.undisclosed(STEEP, KINK, False, False), "If only half of the advertising is marked: -11% organic engagement for 10 percentage points more (likely range -14% to -9%; 22 creators); what speaks against a claim of harm above speaks against it here too."),
    (words.undisclosed(UNSURE, KINK, False, False), "If only half of the advertising is marked, still no harm is seen: -8% organic engagement for 10 percentage points more (likely range -17% to +3%; 22 creators)."),
    (words.undisclosed(RISING, KINK, False, False), "If only half of the advertising is marked, still no harm is seen: +13% organic engagement for 10 percentage points more (likely range +9% to +16%; 22 creators)."),
    (words.marked_part(1.0), "all, as the files say"),
    (words.marked_part(0.2), "20%"),
    (words.share_with_ends(KINK), "48% (43% to 56%)"),
    (words.change_with_ends(STEEP, 0.1), "-11% (-14% to -9%)"),
    (words.change_with_ends(OPEN, 1.0), "-3% (-18% to +15%)"),
]  # fmt: skip

CHALLENGES = [
    (words.apart(LESS, Interval(-0.25, -0.35, -0.15, 22)), ("-22% (likely range -30% to -14%).", True)),
    (words.apart(LESS, Interval(-0.5, -0.6, -0.4, 22)), ("-39% (likely range -45% to -33%).", False)),
    (words.apart(OPEN, Interval(-0.5, -0.6, -0.4, 22)), ("-39% (likely range -45% to -33%).", True)),
    (words.apart(LESS, NONE), ("It found no answer in these posts.", None)),
    (words.just_before(LESS, OPEN), ("-3% (likely range -18% to +15%) against the creator's other organic posts.", True)),
    (words.just_before(LESS, MORE), ("+22% (likely range +11% to +35%) against the creator's other organic posts.", False)),
    (words.just_before(LESS, NONE), ("Too few such posts.", None)),
    (words.labels_dealt_anew(LESS, 0.005, 199), ("A difference as large came up in 0.5% of 199 deals.", True)),
    (words.labels_dealt_anew(LESS, 0.25, 199), ("A difference as large came up in 25.0% of 199 deals.", False)),
    (words.labels_dealt_anew(OPEN, 0.25, 199), ("A difference as large came up in 25.0% of 199 deals.", True)),
    (words.what_comes_first(Before(UNSURE, 0.2)), ("-8% organic engagement for 10 percentage points more in the months to come (likely range -17% to +3%).", True)),
    (words.what_comes_first(Before(STEEP, 0.01)), ("-11% organic engagement for 10 percentage points more in the months to come (likely range -14% to -9%).", False)),
    (words.what_comes_first(NONE), ("Too few months with a month after them.", None)),
    (words.anothers_shares(1 / 60, 59, True), ("As clear a bend came up in 2% of 59 tries.", True)),
    (words.anothers_shares(0.1, 59, True), ("As clear a bend came up in 10% of 59 tries.", True)),
    (words.anothers_shares(0.2, 59, True), ("As clear a bend came up in 20% of 59 tries.", False)),
    (words.what_comes_first(Before(RISING, 0.01)), ("+13% organic engagement for 10 percentage points more in the months to come (likely range +9% to +16%).", True)),
    (words.anothers_shares(0.4, 59, False), ("As clear a bend came up in 40% of 59 tries.", True)),
    (words.straight_line(0.02), ("Beside it, a bend as clear as this one comes up by chance in 2% of cases.", True)),
    (words.straight_line(0.4), ("Beside it, a bend as clear as this one comes up by chance in 40% of cases.", None)),
]  # fmt: skip


@pytest.mark.parametrize(("said", "expected"), SENTENCES)
def test_a_sentence_reads_as_it_should(said: str, expected: str) -> None:
    assert said == expected


@pytest.mark.parametrize(("challenge", "expected"), CHALLENGES)
def test_a_challenge_says_what_came_out_and_whether_the_claim_held(
    challenge: Challenge, expected: tuple[str, bool | None]
) -> None:
    assert (challenge.found, challenge.held) == expected


def test_posts_of_the_same_months_need_no_warning() -> None:
    assert words.same_months(True) == ()


def test_how_much_more_is_needed_follows_from_the_square_of_the_range() -> None:
    """Half a range of twice log(1.1) needs four times as many: three times as many more; of 100, that is 300."""
    half = 2 * math.log(1.1)
    assert words.more_needed(Interval(0, -half, half, 9), 100, "post") == (
        " To see a difference of 10%, about 300 more posts would be needed."
    )
    half = 1.0001 * math.log(1.1)
    assert "about 1 more creator would" in words.more_needed(Interval(0, -half, half, 9), 9, "creator")
    assert words.more_needed(Interval(0, -0.09, 0.09, 9), 100, "post") == ""


@pytest.mark.parametrize(("number", "said"), [(0.2, 1), (7, 7), (12.1, 13), (120, 120), (121, 130), (12_345, 13_000)])
def test_what_is_needed_is_rounded_up_to_two_digits(number: float, said: int) -> None:
    assert words.two_digits_up(number) == said


@pytest.mark.parametrize("module", [words, checks])
def test_no_sentence_speaks_statistics_or_of_causes(module: object) -> None:
    tree = ast.parse(inspect.getsource(module))  # type: ignore[arg-type]
    docs = {
        id(n.body[0].value)
        for n in ast.walk(tree)
        if hasattr(n, "body") and isinstance(n.body, list) and n.body and isinstance(n.body[0], ast.Expr)
    }
    texts = [
        n.value
        for n in ast.walk(tree)
        if isinstance(n, ast.Constant) and isinstance(n.value, str) and id(n) not in docs
    ]
    jargon = r"p-value|significan|standard error|coefficient|posterior|regress|bootstrap|cluster|null hypo|\bcaus|has no effect"
    assert [text for text in texts if re.search(jargon, text, re.IGNORECASE)] == []
