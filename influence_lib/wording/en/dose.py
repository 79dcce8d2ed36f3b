"""Sponsored posts and the share of them: what was seen, what could prove it wrong, what is missing, in words."""

import math
from typing import TYPE_CHECKING, Any

from influence_lib.metrics import show
from influence_lib.wording.en import count, likely, span
from influence_lib.wording.en.checks import OFTEN, Challenge

if TYPE_CHECKING:
    from influence_lib.analysis.inference import Interval

# A difference smaller than this changes no contract; how much more data would show it is said beside an open answer.
WORTH_KNOWING = 0.1


def change(log_points: "Interval") -> str:
    """Return a difference of logs as a change with its range."""
    best, low, high = (math.expm1(value) for value in (log_points.estimate, *log_points.ends))
    return f"{show(best, 'signed_percent')} ({likely(low, high, 'signed_percent')})"


def more_needed(found: "Interval", have: int, one: str) -> str:
    """Return how much more of the same would show a difference worth knowing, or nothing where it would show now."""
    half = (found.high - found.low) / 2
    times = (half / math.log1p(WORTH_KNOWING)) ** 2
    if times <= 1:
        return ""
    more = count(two_digits_up((times - 1) * have), f"more {one}")
    return f" To see a difference of {WORTH_KNOWING:.0%}, about {more} would be needed."


def two_digits_up(number: float) -> int:
    """Return a number rounded up to two telling digits."""
    step = 10 ** max(len(str(int(number))) - 2, 0)
    return int(math.ceil(number / step - 1e-9) * step)


# Sponsored against organic posts.

NOT_TOLD = "Not enough data to tell whether sponsored posts do worse: "
# Why there is no difference although enough creators have posts of both kinds, by the reason of the refusal.
NO_DIFFERENCE = {
    "constant": NOT_TOLD + "all creators show the same difference.",
    "one creator": NOT_TOLD + "nearly all that these posts tell of it comes from one creator.",
    "collinear": NOT_TOLD + "which posts are sponsored follows from their month or format, and these may matter too.",
}


def sponsored_effect(found: "Interval", posts: int, creators: int) -> str:
    """Say how sponsored posts do against organic ones of the same creator."""
    base = f"{count(posts, 'post')} of {count(creators, 'creator')}"
    if found.low <= 0 <= found.high:
        return (
            f"No harm seen: sponsored posts cannot be told apart from organic posts of the same creator; their "
            f"engagement differs by {change(found)}, {base}.{more_needed(found, posts, 'post')}"
        )
    best, low, high = (math.expm1(value) for value in (found.estimate, *found.ends))
    less = high < 0
    return (
        f"Sponsored posts draw {show(abs(best), 'change')} {'less' if less else 'more'} engagement than organic posts "
        f"of the same creator ({likely(low, high, 'signed_percent')}, {base})."
    )


def one_account(found: "Interval", posts: int) -> str:
    """Say what the posts of a single account show, and that they speak of no other."""
    return (
        f"One account: its posts cannot speak for other accounts. Its own sponsored posts differ from its organic ones "
        f"of the same month by {change(found)}, {count(posts, 'post')}."
    )


def chosen_moments(found: "Interval") -> str:
    """Say that a difference of sponsored posts does not survive its own challenge."""
    return (
        f"Sponsored posts differ from organic ones of the same creator by {change(found)}, but that cannot be laid at "
        "sponsoring's door: a challenge to it failed (see the table)."
    )


def same_months(same: bool) -> tuple[str, ...]:
    """Say that posts of different months had to be compared; nothing where they did not."""
    said = (
        "Too few creators have sponsored and organic posts in the same month: posts of different months are compared, "
        "so a creator's good or bad months may pass for an effect of sponsoring."
    )
    return () if same else (said,)


def apart(found: "Interval", other: Any) -> Challenge:
    """Say what creators and months taken out apart find."""
    asked = "Creators and months taken out apart (two-way fixed effects) instead of the same month only"
    if not hasattr(other, "ends"):
        return Challenge(asked, "It found no answer in these posts.", None)
    said = f"{change(other)}."
    open_already = found.low <= 0 <= found.high
    return Challenge(asked, said, open_already or other.low <= found.estimate <= other.high)


def just_before(found: "Interval", other: Any) -> Challenge:
    """Say how organic posts just before a sponsored one do."""
    asked = "Organic posts just before a sponsored one: nothing sponsored has been seen yet, so they must not differ"
    if not hasattr(other, "ends"):
        return Challenge(asked, "Too few such posts.", None)
    return Challenge(asked, f"{change(other)} against the creator's other organic posts.", other.low <= 0 <= other.high)


def labels_dealt_anew(found: "Interval", chance: float, deals: int) -> Challenge:
    """Say how often labels dealt anew differ as much."""
    asked = "Labels dealt out anew among each creator's posts of a month"
    said = f"A difference as large came up in {chance:.1%} of {deals} deals."
    return Challenge(asked, said, (found.low <= 0 <= found.high) or chance <= OFTEN)


# The share of sponsored posts.


def bend(kink: "Interval", below_half: float, straight: bool) -> str:
    """Say from which sponsored share on organic engagement falls."""
    rest = "; a steady fall from the first sponsored post on would look much the same" if straight else ""
    return (
        f"Organic engagement starts to fall once about {kink.estimate:.0%} of posts are sponsored (likely range "
        f"{kink.low:.0%} to {kink.high:.0%}; chance that it is below 50%: {show(below_half, 'probability')}; "
        f"{count(kink.units, 'creator')}){rest}."
    )


def falls_first(creators: int) -> str:
    """Say that the fall comes before the selling, so that nothing can be laid at sponsoring's door."""
    return (
        f"Organic engagement is lower after months of many sponsored posts, but it falls before the share rises "
        f"({count(creators, 'creator')}): creators who fade may be selling more posts, so no limit can be named."
    )


def chance_like(creators: int) -> str:
    """Say that other creators' shares do as well."""
    return (
        f"Organic engagement is lower after months of many sponsored posts, but the shares of other creators explain "
        f"it as well ({count(creators, 'creator')}), so no limit can be named."
    )


def unsure_bend(slope: "Interval") -> str:
    """Say that chance does not explain the bend, but that how engagement goes on beyond it is not sure."""
    low, high = (math.expm1(0.1 * value) for value in slope.ends)
    return (
        f"No share can be shown at which organic engagement starts to fall: beyond the likeliest one, 10 percentage "
        f"points more may come with anything from {span(low, high, 'signed_percent')} organic engagement "
        f"({count(slope.units, 'creator')})."
    )


NOTHING_TO_MEASURE = "There is no fall that can be laid at sponsoring's door, so none is measured."


def half_against_fifth(found: "Interval", verdict: str, harm: bool, creators: int) -> str:
    """Say what half of the posts sponsored costs against a fifth; `harm` tells whether a fall was seen at all."""
    start = "With half of their posts sponsored instead of a fifth, creators' organic posts draw"
    best, low, high = (math.expm1(value) for value in (found.estimate, *found.ends))
    much = f"{show(abs(best), 'change')} {'less' if high < 0 else 'more'} engagement"
    if verdict == "undecided" and not harm and high < 0:
        return (
            f"{start} {much} ({likely(low, high, 'signed_percent')}; {count(creators, 'creator')}), but chance may "
            "explain the fall, so no harm is claimed."
        )
    if verdict == "undecided" and harm:
        return (
            f"What half of the posts sponsored costs against a fifth stays open: organic engagement differs by "
            f"{change(found)}, {count(creators, 'creator')}, as the fall may begin only beyond one half."
        )
    if verdict == "undecided":
        return (
            f"No harm seen from half of the posts sponsored instead of a fifth: organic engagement differs by "
            f"{change(found)}, {count(creators, 'creator')}.{more_needed(found, creators, 'creator')}"
        )
    return f"{start} {much} ({likely(low, high, 'signed_percent')})."


def what_comes_first(found: Any) -> Challenge:
    """Say whether engagement goes with the share of the months to come."""
    asked = "The share of the two months to come, which cannot yet have worked: engagement must not go with it"
    if not hasattr(found, "next_share"):
        return Challenge(asked, "Too few months with a month after them.", None)
    points = found.next_share
    best, low, high = (math.expm1(0.1 * value) for value in (points.estimate, *points.ends))
    said = (
        f"{show(best, 'signed_percent')} organic engagement for 10 percentage points more in the months to come "
        f"({likely(low, high, 'signed_percent')})."
    )
    # Only a fall before the selling can pass for harm done by it.
    return Challenge(asked, said, found.chance > 0.05 or points.estimate > 0)


def anothers_shares(chance: float, deals: int, claims: bool) -> Challenge:
    """Say how often the shares of other creators give as clear a bend."""
    asked = "The shares of another creator in the same months"
    said = f"As clear a bend came up in {chance:.0%} of {deals} tries."
    return Challenge(asked, said, (not claims) or chance <= OFTEN)


def straight_line(chance: float) -> Challenge:
    """Say whether a straight line does as well."""
    asked = "A steady fall from the first sponsored post on, without a bend"
    said = f"Beside it, a bend as clear as this one comes up by chance in {show(chance, 'probability')} of cases."
    return Challenge(asked, said, None if chance > 0.05 else True)


def more_is_marked(share: float) -> str:
    """Say that half of the advertising cannot be unmarked."""
    return (
        f"{share:.0%} of the posts are marked as sponsored: if that were half of the advertising or less, nearly all "
        "posts would have to be advertising, so no such correction is made."
    )


NOT_POSSIBLE = "not possible"


def undisclosed(slope: "Interval", kink: "Interval", seen: bool, claims: bool) -> str:
    """Say what the fall would be if only half of the advertising were marked.

    `seen` tells whether the posts as they are marked show harm, `claims` whether they do however much is marked.
    """
    best, low, high = (math.expm1(0.1 * value) for value in (slope.estimate, *slope.ends))
    start = "If only half of the advertising is marked"
    much = f"({likely(low, high, 'signed_percent')}; {count(slope.units, 'creator')})"
    with_more = f"{show(best, 'signed_percent')} organic engagement for 10 percentage points more"
    if seen and not claims:
        return f"If less of the advertising is marked, the fall is no longer sure; with half of it, {with_more} {much}."
    if not claims and slope.high < 0:
        return f"{start}: {with_more} {much}; what speaks against a claim of harm above speaks against it here too."
    if not claims:
        return f"{start}, still no harm is seen: {with_more} {much}."
    return (
        f"{start}, the fall starts at about {kink.estimate:.0%} of truly sponsored posts ({kink.low:.0%} to "
        f"{kink.high:.0%}), and every 10 percentage points more come with {show(-best, 'change')} less organic "
        f"engagement {much}."
    )


UNDISCLOSED_CAPTION = "What the answer would be if only a part of the advertising is marked"


def marked_part(part: float) -> str:
    """Return how much of the advertising is taken to be marked."""
    return "all, as the files say" if part >= 1 else f"{part:.0%}"


def share_with_ends(found: "Interval") -> str:
    """Return a share with its range for the cell of a table."""
    return f"{found.estimate:.0%} ({found.low:.0%} to {found.high:.0%})"


def change_with_ends(found: "Interval", scale: float) -> str:
    """Return log points times a scale as a change with its range, for the cell of a table."""
    best, *ends = (math.expm1(scale * value) for value in (found.estimate, *found.ends))
    low, high = (show(end, "signed_percent") for end in ends)
    return f"{show(best, 'signed_percent')} ({low} to {high})"
