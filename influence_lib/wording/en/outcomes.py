"""What is said of visits, landing pages, followers, mentions and search beside sales."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from influence_lib.metrics import show
from influence_lib.wording.en import count, likely, listed, sentence_case

if TYPE_CHECKING:
    from influence_lib.analysis.inference import Interval

METHOD = (
    "Each daily number against what the days before, weekdays and untouched series lead to expect, as for sales; of a "
    "level such as followers its daily changes. Verdicts allow for how many are looked at (Benjamini, Hochberg 1995)."
)
NO_SERIES = (
    "Visits, followers, mentions or other daily numbers of the brand that a campaign can move are not in the files: "
    "add an analytics export by day, a daily series or a list of mentions."
)
NEW_FOLLOWERS, MENTIONS = "new followers", "mentions"
ROSE, FELL, OPEN, TOO_LITTLE = "rose", "fell", "cannot be told", "not enough data"
QUIET, LOUD = "could not be touched: shows nothing, as it should", "could not be touched: yet it moved"
UNTOUCHED = "Numbers that the campaign moves beside sales are no money, and none is added to revenue."


def name(text: str) -> str:
    """Return the name of a series as a reader says it."""
    return " ".join(text.replace("_", " ").split())


def landing(page: str) -> str:
    """Return the name of a landing page's visits."""
    return f"landing page {page}"


def outcome(what: str, change: "Interval", extra: float, days: int, verdict: str, tried: int) -> str:
    """Say how far one daily number lay above what was to be expected."""
    between = likely(change.low, change.high, "signed_percent")
    start = sentence_case(what)
    much = f"{show(abs(extra), 'count')} ({show(abs(change.estimate), 'change')})"
    if verdict == "supported":
        return f"{start}: {much} more than to be expected in {count(days, 'day')} ({between})."
    if verdict == "contradicted":
        return f"{start}: {much} fewer than to be expected in {count(days, 'day')} ({between})."
    among = f" among the {show(tried, 'count')} looked at" if tried > 1 else ""
    best = show(change.estimate, "signed_percent")
    return f"{start}: {best} against what was to be expected, which may be chance{among} ({between})."


def too_few_days(what: str, have: int, least: int) -> str:
    """Say how many more days of a number before the launch are needed."""
    return (
        f"Not enough data to tell whether {what} rose: {count(have, 'day')} before the launch, at least {least} needed."
    )


def not_started(what: str) -> str:
    """Say that there are no days of a number since the launch."""
    return f"Not enough data to tell whether {what} rose: no days since the first day of the campaign."


def too_regular(what: str) -> str:
    """Say that a number shows no chance before the launch."""
    return (
        f"Not enough data to tell whether {what} rose: before the launch it shows no chance at all, which points to a "
        "fault in the file."
    )


def gaps(what: str, missing: int) -> str:
    """Say that too many days of a number are missing."""
    return f"Not enough data to tell whether {what} rose: {count(missing, 'day is', 'days are')} missing in between."


def near_nothing(what: str) -> str:
    """Say that a number is usually near zero, so that no change in per cent can be given."""
    return f"Not enough data to tell by how much {what} rose: usually there are hardly any."


def something_else(names: Sequence[str]) -> str:
    """Say that series which the campaign cannot touch moved at the same time."""
    moved = listed([name(one) for one in names])
    return (
        f"{sentence_case(moved)} moved at the same time, though the campaign cannot touch it: something else happened, "
        "and part of what rose may be due to that."
    )


def caption(tried: int, level: float, by_week: int, without: int) -> str:
    """Return the caption of the table of outcomes."""
    weekly = f"; {count(by_week, 'series', 'series')} by week left out" if by_week else ""
    more = f"; the smallest {count(without, 'landing page')} left out" if without else ""
    return (
        f"What else moved in the campaign: {count(tried, 'daily number')} with {level:.0%} intervals, against what was "
        f"to be expected{weekly}{more}"
    )


def verdict(told: str) -> str:
    """Return the verdict on a number for the cell of a table."""
    return {"supported": ROSE, "contradicted": FELL, "undecided": OPEN}.get(told, TOO_LITTLE)


def forest_subtitle(level: float) -> str:
    """Return what the marks of the figure are."""
    return f"Change against what was to be expected, with {level:.0%} interval; green: rose, orange: fell, grey: open"


def forest_headline(rose: Sequence[str], tried: int) -> str:
    """Say which numbers rose."""
    if not rose:
        return f"Of {count(tried, 'number')} beside sales, none can be shown to have risen."
    return f"Of {count(tried, 'number')} beside sales, {listed(list(rose))} rose."


def forest_alt(rows: Sequence[tuple[str, float, float, float]]) -> str:
    """Describe the changes of several numbers."""
    told = "; ".join(
        f"{what} {show(best, 'signed_percent')} ({show(low, 'signed_percent')} to {show(high, 'signed_percent')})"
        for what, best, low, high in rows
    )
    return f"Change in the campaign against what was to be expected, for {count(len(rows), 'number')}: {told}."
