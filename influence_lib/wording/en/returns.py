"""What is said of creators one by one."""

from typing import TYPE_CHECKING

from influence_lib.metrics import show
from influence_lib.wording.en import count, likely, listed

if TYPE_CHECKING:
    from influence_lib.analysis.inference import Interval

ONE_CAMPAIGN = (
    "These verdicts rest on one campaign, which may have suited some creators; a second one narrows the intervals most."
)
FEES_AS_POSTS = (
    "No post in the files names this campaign: each fee in the ledger is taken as one post when tests are planned."
)
AT_A_LOSS = "1, at a loss"
AT_STAKE = "What is at stake with each creator: what a wrong decision would cost on average, at the cost so far"
NOTHING_AT_STAKE = "What is at stake with each creator is left out: nothing can be said about single creators."
SAME_CAMPAIGN = "it has the id of this campaign"
STILL_RUNNING = "it is not over on the day of this report"
NO_COSTS_OF_IT = "no cost in the files names it"
BEFORE_THE_ORDERS = "it began before the first order in the files; export older orders"
NO_ORDERS_OF_IT = "no order of its days carries a creator's code or link"


def unused_campaign(name: str, why: str) -> str:
    """Say that an earlier campaign tells nothing, and why."""
    return f"The campaign {name} is left out of the returns of creators: {why}."


def several_campaigns(campaigns: int) -> str:
    """Say that earlier campaigns count too."""
    return (
        f"Expected returns rest on {count(campaigns, 'campaign')}; what lifted or lowered all creators of one campaign "
        "is taken out. A creator who has changed since is not foreseen."
    )


def without_cost(creators: int) -> tuple[str, ...]:
    """Say how many creators with orders are not judged because they cost nothing; nothing when there are none."""
    one = "creator with orders has no cost in the ledger and is"
    many = "creators with orders have no cost in the ledger and are"
    return (f"{count(creators, one, many)} not judged.",) if creators else ()


def without_code(creators: int) -> tuple[str, ...]:
    """Say how many paid creators are not judged because no order could be seen; nothing when there are none."""
    one = "paid creator has neither code nor link in the files and is"
    many = "paid creators have neither code nor link in the files and are"
    told = f"{count(creators, one, many)} not judged: orders unseen are not orders that did not come."
    return (told,) if creators else ()


def shared_cost(shared: float, kept: int, still: int, currency: str | None) -> tuple[str, ...]:
    """Say of how many creators it is still sure that they pay back when shared costs are spread over all of them."""
    if shared <= 0:
        return ()
    start = f"Shared costs of {show(shared, 'money', currency)} are not in it"
    if not kept:
        return (f"{start}: they would make every return lower.",)
    return (f"{start}: spread by own cost, {show(still, 'count')} of the {show(kept, 'count')} to keep would remain.",)


def by_creator(keep: int, stop: int, creators: int) -> str:
    """Say for how many creators the data support a decision."""
    rest = creators - keep - stop
    if rest == creators:
        return f"For none of {count(creators, 'creator')} do the orders decide yet whether to go on."
    if stop == creators:
        return f"None of {count(creators, 'creator')} can be expected to pay back."
    parts = [
        f"{show(number, 'count')} can be expected {what}"
        for number, what in ((keep, "to pay back"), (stop, "not to pay back"))
        if number
    ]
    tail = f"; for the other {show(rest, 'count')} the orders do not decide yet" if rest else ""
    return f"Of {count(creators, 'creator')}, {listed(parts)}{tail}."


def rule_of_verdicts(keep: float, stop: float) -> str:
    """Say when a creator is to be kept or stopped."""
    return f"Keep: pays back with a chance over {keep:.0%}; stop: under {stop:.0%} and no test is worth its cost"


def reading_the_table(ahead: int) -> str:
    """Say what the columns about creators hold."""
    return (
        "Too early: the interval spans a factor of ten. Posts to test: as many as are worth most when "
        f"{count(ahead, 'campaign')} of this size would follow; at a loss: no test is expected to earn its cost."
    )


def posts_to_test(posts: int, most: int) -> str:
    """Return how many posts are worth testing, for the cell of a table."""
    return AT_A_LOSS if posts == 0 else f"more than {most}" if posts > most else show(posts, "count")


def foretold(slope: "Interval") -> str:
    """Say how well earlier campaigns foretold this one, creator by creator."""
    best, low, high = (1.1**value - 1 for value in (slope.estimate, slope.low, slope.high))
    start = f"Put to the test on {count(slope.units, 'creator')}: those whom earlier campaigns put 10% higher"
    way = f"did {show(best, 'change')} better" if best >= 0 else f"did {show(-best, 'change')} worse"
    return f"{start} {way} in this one ({likely(low, high, 'signed_percent')}; 10% would be exact)."


FORETOLD_BADLY = " But earlier campaigns promised more of the best than this one kept: test before keeping."


def creator_figure(confidence: float, shown: int, creators: int) -> str:
    """Return the line under the title of the returns by creator."""
    most = (
        f"; the {show(shown, 'count')} of {count(creators, 'creator')} surest to pay back" if creators > shown else ""
    )
    return (
        f"Dot: expected return with {confidence:.0%} interval, ring: return so far; green: keep, orange: stop, "
        f"grey: undecided{most}"
    )
