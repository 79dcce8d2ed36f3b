"""What is said of sales where the campaign ran against sales elsewhere."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from influence_lib.metrics import show
from influence_lib.wording.en import count, likely, listed

if TYPE_CHECKING:
    from influence_lib.analysis.inference import Interval

METHOD = (
    "Logs of sales by week; regions without the campaign that moved alike before it, of like size, weigh more in what "
    "is expected (ridge synthetic control; the weights averaged by restricted likelihood, Student's t). Beside it: "
    "difference-in-differences, synthetic control, and the same test with the regions dealt anew."
)
NO_TREATED = (
    "Nobody told where the campaign ran: write the regions as `treated_regions` into the campaign's YAML, as the files "
    "name them."
)
NO_REGIONS = (
    "Sales by region are not in the files: add a daily series with a column 'Region', or orders with the region they "
    "were sent to."
)
NOT_STARTED = "No sales by region since the first day of the campaign yet, so nothing can be compared."
TOO_REGULAR = (
    "Not enough data to compare regions: sales of the regions without the campaign show no chance at all, which points "
    "to a fault in the file."
)
OTHERS, TOGETHER = "other regions", "campaign regions together"
SMALLEST, MAIN, SHUFFLED, PLAIN, MIX, BEFORE, WITHOUT = (
    "Smallest change that could be seen",
    "Like regions weigh more (the answer)",
    "The same, regions dealt anew",
    "All regions alike (difference-in-differences)",
    "Closest mix of regions (synthetic control)",
    "The same test just before the launch",
    "Without one of the heaviest regions in turn",
)
NO_MEANING, SHOULD_BE_NOTHING = "", "should show nothing"
SPILLING = (
    "Buyers elsewhere who saw the posts, and whatever else changed in the campaign's regions only, are not told apart "
    "from the campaign."
)
BEFORE_SHOWS = (
    "Just before the launch the same test already shows a difference where there was no campaign: the regions were "
    "drifting apart, so the answer stays open."
)
FEW_WAYS = "too few regions to deal anew"


def unknown_regions(unknown: Sequence[str], known: Sequence[str], most: int = 12) -> str:
    """Say which regions named in the YAML the files do not have, and which they have."""
    are = "is" if len(unknown) == 1 else "are"
    more = f" and {show(len(known) - most, 'count')} more" if len(known) > most else ""
    names = f"{', '.join(known[:most])}{more}" if more else listed(list(known))
    return f"{listed(list(unknown))} in `treated_regions` {are} not among the regions in the files: {names}."


def all_treated() -> str:
    """Say that no region is left to compare with."""
    return "The campaign ran in every region of the files, so there is none to compare with."


def too_few_regions(have: int, least: int) -> str:
    """Say how many more regions without the campaign are needed."""
    return (
        f"Not enough data to compare regions: {count(have, 'region')} without the campaign with whole sales, at least "
        f"{least} needed."
    )


def too_few_days(have: int, least: int) -> str:
    """Say how many more days of sales by region before the launch are needed."""
    return (
        f"Not enough data to compare regions: {count(have, 'day')} of sales before the launch, at least {least} needed."
    )


def no_treated_sales() -> str:
    """Say that sales in the campaign's regions are not whole or too thin to compare."""
    return (
        "Not enough data to compare regions: sales where the campaign ran have gaps, or weeks without a sale even when "
        "taken together."
    )


def regions(change: "Interval", treated: int, others: int) -> str:
    """Say how far sales where the campaign ran differ from what other regions lead to expect."""
    between = likely(change.low, change.high, "signed_percent")
    base = f"{count(treated, 'region')} against {show(others, 'count')} without it"
    much = show(abs(change.estimate), "change")
    if change.low > 0:
        return f"Where the campaign ran, sales were {much} higher than elsewhere lets expect ({between}; {base})."
    if change.high < 0:
        return f"Where the campaign ran, sales were {much} lower than elsewhere lets expect ({between}; {base})."
    best = show(change.estimate, "signed_percent")
    return f"Regions do not show whether the campaign sold more: {best} against elsewhere ({between}; {base})."


def in_doubt(change: "Interval") -> str:
    """Say that a difference between regions does not survive a check."""
    best = show(change.estimate, "signed_percent")
    return (
        f"Sales differ where the campaign ran ({best}, {likely(change.low, change.high, 'signed_percent')}), but a "
        "check failed (see the table), so it may not be the campaign."
    )


def smallest(value: float, days: int) -> str:
    """Say how large a change had to be to be seen."""
    return (
        f"In {count(days, 'day')} of sales by region like these, a change of less than about {show(value, 'change')} "
        "could easily be missed."
    )


def money(extra: "Interval", currency: str | None, name: str) -> str:
    """Say how much the change is in all, in money or in what was counted."""
    kind = "money_whole" if currency else "count"
    of = "sales" if currency else name.replace("_", " ")
    ends, way = ((-extra.high, -extra.low), "less") if extra.estimate < 0 else ((extra.low, extra.high), "more")
    return (
        f"In these regions that is {show(abs(extra.estimate), kind, currency)} of {of} {way} than expected "
        f"({likely(*ends, kind, currency)})."
    )


def dealt(chance: float, ways: int) -> str:
    """Say how often other choices of regions show as large a difference."""
    return f"{show(chance, 'probability')} of {show(ways, 'count')} choices of regions show as much"


def dealt_disagrees(chance: float) -> str:
    """Say that dealing the regions anew makes the difference look like chance."""
    return (
        f"When the regions are dealt anew, {show(chance, 'probability')} of the choices show as large a difference: it "
        "may be chance."
    )


def usual_gap(gap: float) -> str:
    """Say how far weekly sales of the campaign's regions lay from what was expected before the launch."""
    return f"before the launch, weeks differed by {show(gap, 'change')} on average"


def heaviest(regions: int) -> str:
    """Say how many regions were left out in turn."""
    return f"range of {count(regions, 'answer')}"


def left_out(number: int) -> tuple[str, ...]:
    """Say how many regions are left out because their sales have gaps; nothing when there are none."""
    one, many = "region is left out: its sales have gaps", "regions are left out: their sales have gaps"
    return (f"{count(number, one, many)}.",) if number else ()


def pooled(number: int) -> tuple[str, ...]:
    """Say how many small regions count as one; nothing when there are none."""
    return (f"{count(number, 'small region')} with weeks without a sale count as one region.",) if number > 1 else ()


def without_region(share: float) -> tuple[str, ...]:
    """Say which share of the orders does not tell its region; nothing where all do."""
    return (f"{show(share, 'percent')} of the orders do not tell their region and are left out.",) if share else ()


def caption(name: str, level: float) -> str:
    """Return the caption of the table of comparisons."""
    what = name.replace("_", " ")
    return f"Change of {what} where the campaign ran, looked at in several ways, with {level:.0%} intervals"


def path_subtitle() -> str:
    """Return what the lines of the figure are."""
    return "By week; line: sales where the campaign ran; dashed: what other regions lead to expect; grey: the campaign"


def path_base(treated: int, others: int, days: int) -> str:
    """Return what the figure rests on."""
    return f"{count(treated, 'region')} with and {show(others, 'count')} without the campaign, {count(days, 'day')}"


def path_alt(weeks: int, actual: float, expected: float, gap: float, kind: str, currency: str | None) -> str:
    """Describe sales where the campaign ran beside what was expected."""
    return (
        f"Sales a day where the campaign ran, over {count(weeks, 'week')} and the campaign. Before it they differ from "
        f"those expected by {show(gap, 'change')} on average; in the campaign they average "
        f"{show(actual, kind, currency)} a day against {show(expected, kind, currency)} expected."
    )
