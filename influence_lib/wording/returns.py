"""What is said of creators one by one."""

from influence_lib.metrics import show
from influence_lib.wording import count, listed

ONE_CAMPAIGN = "One campaign cannot tell a good creator from a lucky one; a second campaign narrows the intervals most."


def without_cost(creators: int) -> tuple[str, ...]:
    """Say how many creators with orders are not judged because they cost nothing; nothing when there are none."""
    one = "creator with orders has no cost in the ledger and is"
    many = "creators with orders have no cost in the ledger and are"
    return (f"{count(creators, one, many)} not judged.",) if creators else ()


def by_creator(keep: int, stop: int, creators: int) -> str:
    """Say for how many creators the data support a decision."""
    rest = creators - keep - stop
    if rest == creators:
        return f"For none of {count(creators, 'creator')} do the orders decide yet whether to go on."
    parts = [
        f"{show(number, 'count')} can be expected {what}"
        for number, what in ((keep, "to pay back"), (stop, "not to pay back"))
        if number
    ]
    tail = f"; for the other {show(rest, 'count')} the orders do not decide yet" if rest else ""
    return f"Of {count(creators, 'creator')}, {listed(parts)}{tail}."


def rule_of_verdicts(keep: float, stop: float) -> str:
    """Say when a creator is to be kept and when not."""
    return (
        f"Keep: pays back with a chance over {keep:.0%}; stop: under {stop:.0%}. Expected is what a creator would "
        "bring in campaigns like this one; results of few orders are drawn towards the average."
    )
