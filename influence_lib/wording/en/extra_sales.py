"""What is said of extra sales."""

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from influence_lib.metrics import show
from influence_lib.wording.en import count, likely, listed, span

if TYPE_CHECKING:
    from influence_lib.analysis.inference import Interval

OUR_MODEL, LOCAL_LEVEL = "This page's model", "Local level model (statsmodels)"
METHOD, CAMPAIGN, DAYS, EXTRA, TOGETHER = "Method", "Campaign", "Days", "Extra revenue", "All together"
METHODS_CAPTION = "Extra revenue in the daily sales by two methods; the first one counts"
CAMPAIGNS_CAPTION = (
    "Extra revenue of each campaign, in one fit; the total's interval knows how the errors of the campaigns go together"
)
LATER_SALES = "Counted are the days of the campaign; sales that come later are not in the extra revenue."
SAMPLE_SIZE = (
    "Wide ranges are usual: of 25 large advertising experiments the median one told the return only to within about "
    "100 percentage points (Lewis and Rao 2015, Quarterly Journal of Economics 130)."
)
NO_OTHER_CAMPAIGN = (
    "No other campaign is known: name earlier ones with their days in the campaign's YAML (earlier_campaigns)."
)
NOT_STARTED = "No sales since the first day of the campaign yet, so nothing can be said about them."
SALES_TOO_REGULAR = (
    "Not enough data to tell how much sales rose: sales before the launch show no chance at all, which points to a "
    "fault in the file."
)


def too_few_days(have: int, least: int) -> str:
    """Say how many more days of sales before the launch are needed."""
    return (
        f"Not enough data to tell how much sales rose: {count(have, 'day')} of sales before the launch, at least "
        f"{least} needed; export {count(least - have, 'more day')} of orders from before."
    )


def other_causes(controls: Sequence[str]) -> str:
    """Say what the daily model holds constant."""
    held = [name.replace("_", " ") for name in controls]
    given = f"{listed(['Weekdays', *held])} are held constant" if held else "Only weekdays are held constant"
    return f"{given}; anything else that changed with the launch is counted as the campaign's."


def unfinished(end: dt.date, last: dt.date) -> tuple[str, ...]:
    """Say that sales end before the campaign does; nothing when they do not."""
    if last >= end:
        return ()
    return (f"Sales are known up to {show(last, 'date')} only; the campaign ends on {show(end, 'date')}.",)


def missing_days(days: int) -> tuple[str, ...]:
    """Say that days without an order are missing from the export; nothing when there are none."""
    if not days:
        return ()
    are = count(days, "day without a single order is", "days without a single order are")
    return (f"{are} taken as missing from the export: export them again, or say that the shop was closed.",)


def smallest_detectable(value: float, expected: float, days: int, currency: str | None) -> str:
    """Say how large an effect had to be to be seen."""
    share = f" ({value / expected:.0%} of what was to be expected)" if 0 < value < 10 * expected else ""
    return (
        f"In {count(days, 'day')} of sales like these, extra revenue below about "
        f"{show(value, 'money_whole', currency)}{share} could easily be missed."
    )


def incremental_revenue(extra: "Interval", expected: float, days: int, currency: str | None) -> str:
    """Say how far sales of the campaign's days lay above what was to be expected."""
    between = likely(extra.low, extra.high, "money_whole", currency)
    usual = f"the {show(expected, 'money_whole', currency)} to be expected without it"
    much = show(abs(extra.estimate), "money_whole", currency)
    start = f"Sales in the {count(days, 'day')} of the campaign were"
    if extra.low > 0:
        return f"{start} {much} above {usual} ({between})."
    if extra.high < 0:
        return f"{start} {much} below {usual} ({between})."
    way = "above" if extra.estimate >= 0 else "below"
    return (
        f"Daily sales do not show whether the campaign sold more: they were {much} {way} {usual}, which may be chance "
        f"({between})."
    )


def incremental_roas(ratio: "Interval", break_even: float, currency: str | None) -> str:
    """Say how much extra revenue came for each unit of money spent."""
    even = f"break-even {show(break_even, 'money_ratio', currency)}" if break_even > 1 else "before the cost of goods"
    return (
        f"{show(ratio.estimate, 'money_ratio', currency)} of extra sales for each "
        f"{show(1, 'money_whole', currency)} spent ({likely(ratio.low, ratio.high, 'money_ratio', currency)}; "
        f"{even})."
    )


def what_would_help(more_days: bool, controls: bool, regions: bool) -> str:
    """Say what would make smaller effects visible."""
    ways = [
        way
        for way, open_ in (
            ("more days of sales before the launch", more_days),
            ("a daily series that moves with sales but not with the campaign (such as search interest)", controls),
            ("regions left without the campaign", regions),
        )
        if open_
    ]
    named = f"{', '.join(ways[:-1])} or {ways[-1]}" if len(ways) > 1 else (*ways, "a longer or larger campaign")[0]
    return f"To see smaller effects: {named}."


def beside(ours: "Interval", other: "Interval | None", currency: str | None) -> str:
    """Say whether a common model tells the same; it never decides."""
    if other is None:
        return "A common model (local level) could not be fitted to these sales, so there is no second opinion."
    told = likely(other.low, other.high, "money_whole", currency)
    start = f"A common model (local level) says {show(other.estimate, 'money_whole', currency)} ({told})"
    same = (ours.low > 0, ours.high < 0) == (other.low > 0, other.high < 0)
    if same:
        return f"{start}: the same answer."
    if ours.low <= other.estimate <= ours.high:
        return f"{start}: within our range, though it would answer otherwise; ours counts, it allows for more."
    return f"{start}: it disagrees, so take this answer with care."


def profit(found: "Interval", margin: float, currency: str | None) -> str:
    """Say what is left of extra revenue after goods and the cost of the campaign."""
    word = "profit" if found.estimate >= 0 else "loss"
    much = show(abs(found.estimate), "money_whole", currency)
    ends = (-found.high, -found.low) if found.high < 0 else (found.low, found.high)
    told = likely(*ends, "money_whole", currency)
    return f"At a margin of {margin * 100:g}%, less all costs, extra sales left a {word} of {much} ({told})."


def other_campaigns(number: int, washout: int) -> tuple[str, ...]:
    """Say that days of other campaigns are no quiet days; nothing when there are none."""
    if not number:
        return ()
    each = "it" if number == 1 else "each"
    return (
        f"Days of {count(number, 'other campaign')}, and the {count(washout, 'day')} after {each}, do not count as "
        "usual days.",
    )


def at_the_same_time(names: Sequence[str]) -> tuple[str, ...]:
    """Say that campaigns share days; nothing when they do not."""
    if not names:
        return ()
    told = listed([campaign_name(name) for name in names])
    return (f"On the same days ran {told}: whose the extra sales of those days are cannot be told.",)


def campaign_name(name: str) -> str:
    """Return how readers know another campaign."""
    return name.replace("_", " ").replace("-", " ").capitalize()


def jumped(day: dt.date, chance: float) -> tuple[str, ...]:
    """Say that sales seem to have moved to another level before the launch."""
    return (
        f"Sales seem to have moved to another level around {show(day, 'date')} (chance {chance:.0%}), which is allowed "
        "for; if something lasting happened then, this is it.",
    )


def standing_out(days: Sequence[dt.date]) -> tuple[str, ...]:
    """Say which days do not set the usual level; nothing when there are none."""
    if not days:
        return ()
    named = listed([show(day, "date") for day in days[:3]] + ([f"{len(days) - 3} more"] if len(days) > 3 else []))
    return (
        f"Sales of {named} lie far from the days around: they do not set the usual level, but as many such days are to "
        "be expected again.",
    )


def widened(factor: float) -> tuple[str, ...]:
    """Say by how much the interval is wider for what quiet stretches teach; nothing when it is not."""
    if factor <= 1:
        return ()
    return (
        f"The range is {factor:.2f} times as wide as the model alone would have it, because quiet stretches before the "
        "launch missed by more than it allowed.",
    )


def placebo(quiet: int, stretches: int, days: int, level: float, factor: float) -> str:
    """Say in how many quiet stretches nothing is found."""
    start = (
        f"In {show(quiet, 'count')} of {count(stretches, 'quiet stretch', 'quiet stretches')} of "
        f"{count(days, 'day')} before the launch nothing is found"
    )
    if factor > 1:
        return f"{start}, but misses are too large; the range of extra sales is widened {factor:.2f} times for it."
    return f"{start}; it should be about {level:.0%} of them."


def few_stretches(independent: int) -> str:
    """Say how much the stretches can teach."""
    return (
        f"Stretches overlap: only {show(independent, 'count')} follow one after the other, so the share is rough."
        if independent < 10
        else f"Stretches overlap: {show(independent, 'count')} follow one after the other."
    )


def too_few_stretches(days: int, more: int, *, possible: bool) -> str:
    """Say what is missing for a test in quiet stretches."""
    start = "Not enough data to test this in quiet stretches before the launch"
    if not possible:
        return f"{start}: a campaign of {count(days, 'day')} is too long for it."
    if more <= 0:
        return f"{start}: a jump, a gap or another campaign leaves too few stretches that can be judged."
    return f"{start}: export about {count(more, 'more day')} of orders from before."


def campaigns(total: "Interval", number: int, currency: str | None) -> str:
    """Say what all campaigns together sold beyond what was to be expected."""
    much = show(abs(total.estimate), "money_whole", currency)
    told = likely(total.low, total.high, "money_whole", currency)
    start = f"Sales in the {count(total.units, 'day')} of {count(number, 'campaign')} together were {much}"
    if total.low > 0 or total.high < 0:
        return f"{start} {'above' if total.low > 0 else 'below'} what was to be expected ({told})."
    way = "above" if total.estimate >= 0 else "below"
    return f"{start} {way} what was to be expected, which may be chance ({told})."


def no_sales_of_others(number: int) -> str:
    """Say that there are no sales of the other campaigns' days."""
    return (
        f"Not enough data to judge several campaigns: no sales on days of the {count(number, 'other campaign')}; "
        "export orders from then on."
    )


def without_sales(number: int) -> tuple[str, ...]:
    """Say that some campaigns have no sales in the files; nothing when all have."""
    if number <= 0:
        return ()
    return (f"{count(number, 'campaign is', 'campaigns are')} left out: over too long ago, or before the files begin.",)


def sales_subtitle(others: int) -> str:
    """Say how the figure of daily sales reads."""
    rest = ", lighter: other campaigns" if others else ""
    return f"Thin: each day; thick: mean of seven days; dashed: expected without the campaign; grey: the campaign{rest}"


def placebo_subtitle(days: int, level: float) -> str:
    """Say how the figure of quiet stretches reads."""
    return (
        f"Stretches of {count(days, 'day')} by first day, with {level:.0%} interval; grey: nothing found, orange: "
        "something found though nothing was there, blue: the campaign"
    )


def placebo_alt(stretches: int, quiet: int, extra: float, ends: tuple[float, float], currency: str | None) -> str:
    """Describe the quiet stretches beside the campaign."""
    told, rows = span(*ends, "money_whole", currency), count(stretches, "quiet stretch", "quiet stretches")
    return (
        f"Dots with intervals of sales above or below what was expected in {rows} before the launch, against a dashed "
        f"line at zero: {show(quiet, 'count')} intervals hold zero. The last row is the campaign with "
        f"{show(extra, 'money_whole', currency)} ({told})."
    )
