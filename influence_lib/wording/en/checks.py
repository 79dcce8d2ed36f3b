"""What could prove a claim about engagement or saturation wrong, and what came out, in words."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from influence_lib.metrics import show
from influence_lib.wording.en import count, likely, listed, two_digits

if TYPE_CHECKING:
    from influence_lib.analysis.inference import Interval

# A claim falls where chance alone does as well in more than one of ten tries.
OFTEN = 0.1
CHALLENGES = "What could prove it wrong, and what came out"
BEST_SIZE_FOR_MONEY = "whether there is a best size for the money"
NO_COSTS_BY_CREATOR = (
    "Whether there is a best size for the money cannot be said: no costs by creator, or no posts of this campaign, are "
    "in the files."
)


@dataclass(frozen=True)
class Challenge:
    """One way in which a claim could be wrong, what came out, and whether the claim held (None: it stays open)."""

    asked: str
    found: str
    held: bool | None


def outcome(held: bool | None) -> str:
    """Return what became of the claim."""
    return "stays open" if held is None else "holds" if held else "does not hold"


def tenfold(slope: "Interval") -> str:
    """Return a slope as the change that ten times the followers bring, with its range."""
    best, low, high = (10**value - 1 for value in (slope.estimate, *slope.ends))
    return f"{show(best, 'signed_percent')} ({likely(low, high, 'signed_percent')})"


# Does engagement keep up with reach?


def size_of_the_picked(slope: "Interval") -> str:
    """Say that the fall with size may come from how creators were picked."""
    best, low, high = (10**value - 1 for value in (slope.estimate, slope.low, slope.high))
    return (
        f"Bigger accounts engage less here ({show(best, 'signed_percent')} with ten times the followers, "
        f"{likely(low, high, 'signed_percent')}), but small accounts seem to be on this list only because their "
        "rates are high: that alone would look the same."
    )


def size_in_doubt(slope: "Interval") -> str:
    """Say that a difference between sizes does not survive its own challenge."""
    way = "less" if slope.estimate < 0 else "more"
    return (
        f"Bigger accounts engage {way} here, {tenfold(slope)} with ten times the followers, but a challenge to it "
        "failed (see the table), so it may come from miscounted followers or from chance."
    )


def rests_on(challenges: "tuple[Challenge, ...]") -> tuple[str, ...]:
    """Say at which of the milder challenges the answer would change; nothing where it would not."""
    names = [f"{one.asked[0].lower()}{one.asked[1:]}" for one in challenges]
    return (f"The answer to size is fragile, it changes when tried otherwise: {listed(names)}.",) if names else ()


def one_point_a_creator(line: "Interval", law: Any) -> Challenge:
    """Say what a line through one point a creator finds; it holds when the two differ by no more than two errors."""
    asked = "One point a creator instead of a model of single posts"
    if not hasattr(law, "error"):
        return Challenge(asked, "The model found no answer in these posts; this line is the answer.", None)
    held = abs(law.slope.estimate - line.estimate) <= 2 * law.error
    return Challenge(asked, f"{tenfold(line)} with ten times the followers.", held)


def earlier_followers(slope: "Interval", check: Any) -> Challenge:
    """Say what followers of ninety days earlier find: errors in the number cannot then make the line steeper."""
    asked = "Followers of 90 days earlier as the size, so that a miscount cannot stand on both axes"
    if not hasattr(check, "shift"):
        return Challenge(asked, "Too few creators have follower numbers that old.", None)
    # A line that is steep mostly through miscounts loses more than half of itself.
    held = not _claims(slope) or check.slope.estimate * slope.estimate >= slope.estimate**2 / 2
    return Challenge(asked, f"{tenfold(check.slope)}; the line moves by {abs(check.shift):.2f}.", held)


def dealt_anew(chance: float, deals: int, slope: "Interval") -> Challenge:
    """Say how often follower numbers dealt out anew give a line as steep."""
    asked = "Follower numbers dealt out anew among the creators"
    found = f"A line as steep came up in {chance:.1%} of {deals} deals."
    return Challenge(asked, found, chance <= OFTEN or not _claims(slope))


def without_the_strongest(slope: "Interval", check: Any) -> Challenge:
    """Say what is left without the creator who moves the line most; a claim holds when its direction stays sure."""
    asked = "Without the creator who moves the line most"
    if not hasattr(check, "shift"):
        return Challenge(asked, "Too few creators to leave one out.", None)
    return Challenge(asked, f"{tenfold(check.slope)}.", _same_verdict(slope, check.slope))


def without_jumps(slope: "Interval", rest: Any, accounts: int, readings: int) -> Challenge:
    """Say what is left without accounts whose followers jumped; `readings` is how often followers were read."""
    asked = "Without accounts whose followers jumped"
    if readings <= 1:
        return Challenge(asked, "Followers were read only once, so a jump cannot be seen.", None)
    if accounts == 0:
        return Challenge(asked, "No account's followers jumped.", True)
    if not hasattr(rest, "ends"):
        return Challenge(asked, f"Too few creators are left without {count(accounts, 'account')}.", None)
    found = f"{tenfold(rest)} without {count(accounts, 'account')}."
    return Challenge(asked, found, _same_verdict(slope, rest))


def _claims(slope: "Interval") -> bool:
    """Tell whether an interval says which way it goes."""
    return slope.high < 0 or slope.low > 0


def _same_verdict(first: "Interval", second: "Interval") -> bool:
    """Tell whether two intervals say the same about zero."""
    return (first.low > 0, first.high < 0) == (second.low > 0, second.high < 0)


def sweet_spot_for_money(peak: "Interval") -> str:
    """Say where engagements for the money peak."""
    best, low, high = (show(two_digits(value), "count") for value in (peak.estimate, peak.low, peak.high))
    return f"Engagements for the money paid peak near {best} followers (likely range {low} to {high})."


def no_sweet_spot(low: float, high: float, way: str, money: bool) -> str:
    """Say that no best size was found in the range of the roster; `way` is rise, fall or open."""
    sizes = f"between {show(low, 'count')} and {show(high, 'count')} followers"
    what = "engagements for the money paid" if money else "engagements per post"
    if way == "rise":
        end = "the largest accounts give most" if money else "so the best size is a question of cost"
        return f"No best size {sizes}: {what} keep rising, {end}."
    if way == "fall":
        return f"No best size {sizes}: {what} keep falling, so the smallest accounts give most."
    return (
        f"No best size of {what} can be shown {sizes}: a rise before it and a fall after it cannot both be told from "
        "chance."
    )
