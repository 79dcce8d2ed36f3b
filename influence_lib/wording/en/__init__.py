"""Every sentence about numbers that a page can say, in one place, each with the number it states."""

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from influence_lib.metrics import exact_percent, show

if TYPE_CHECKING:
    from influence_lib.analysis.inference import Interval


def count(number: float, one: str, many: str | None = None) -> str:
    """Return a number with its noun in the right form."""
    return f"{show(number, 'count')} {one if round(number) == 1 else many or one + 's'}"


def listed(names: Sequence[str]) -> str:
    """Return names as a reader says them: a, b and c."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def span(low: float, high: float, kind: str, currency: str | None = None) -> str:
    """Return the ends of an interval as text."""
    return f"{show(low, kind, currency)} to {show(high, kind, currency)}"


def likely(low: float, high: float, kind: str, currency: str | None = None) -> str:
    """Return the ends of an interval, introduced as a page does it everywhere."""
    return f"likely range {span(low, high, kind, currency)}"


def old_data(newest: dt.date, today: dt.date) -> str:
    """Say that the files end long before the day of the report."""
    return f"The files end on {show(newest, 'date')}, {count((today - newest).days, 'day')} before this report. "


def intake_sentence(rows: int, used: int, reasons: Sequence[tuple[str, int]]) -> str:
    """Say how many rows of the files were used and why the others were not."""
    start = f"{show(used, 'count')} of {count(rows, 'row')} used."
    if not reasons:
        return f"{start} Nothing was left out."
    return f"{start} Left out: " + "; ".join(f"{words} ({show(number, 'count')})" for words, number in reasons) + "."


def band_text(band: tuple[float, float]) -> str:
    """Return a follower band such as 10k to 100k."""
    return f"{compact(band[0])} to {compact(band[1])}" if band[1] < 1e9 else f"{compact(band[0])} and more"


def band_name(tier: str, band: tuple[float, float]) -> str:
    """Return a tier with its band, such as micro (10k to 100k)."""
    return f"{tier} ({band_text(band)})"


def compact(number: float) -> str:
    """Return a large round number briefly: 25k, 1M; others in full."""
    for size, letter in ((1e6, "M"), (1e3, "k")):
        if number >= size and number % (size / 10) == 0:
            return f"{number / size:g}{letter}"
    return show(number, "count")


def percent_range(interval: "Interval | None") -> str:
    """Return the ends of an interval of fractions, or that there are too few creators."""
    return "too few creators" if interval is None else span(interval.low, interval.high, "percent")


# What posts are left out, and what their engagements are made of.

NO_ENGAGEMENTS = "without likes or comments in the files"
NO_FOLLOWERS = "of creators whose followers are unknown"
AFTER_THE_REPORT = "published after the day of this report"
ONE_SNAPSHOT = "Followers are one snapshot: a creator who grew since looks less engaging in old posts than they were."


def rate_with_range(found: "Interval | None", unit: str = "creator") -> str:
    """Return a rate with its range for the cell of a table."""
    return f"{show(found.estimate, 'percent')} ({percent_range(found)})" if found else f"too few {unit}s"


def too_young(days: int) -> str:
    """Return why a young post is left out."""
    return f"less than {count(days, 'day')} old when the numbers were read"


def left_out(number: int, why: str) -> str:
    """Say how many posts are left out, and why."""
    return f"{count(number, 'post is', 'posts are')} left out: {why}."


def different_ages(early: float, late: float, young: int, old: int) -> str:
    """Say that posts were read at very different ages."""
    return (
        f"Posts were read at different ages: {early:.0%} before {count(young, 'day')}, {late:.0%} after "
        f"{count(old, 'day')} or more; those read later had longer to collect reactions."
    )


def falling(posts: int) -> str:
    """Say that numbers of some posts fell from one reading to the next."""
    one = "post has a number that is smaller in a later reading"
    many = "posts have a number that is smaller in a later reading"
    return f"{count(posts, one, many)}: the platform corrected it, or it is mistyped; the last reading counts."


def too_young_for_trends(posts: int, days: int) -> str:
    """Say how many posts are left out of comparisons over time; the reading came too early."""
    are = count(posts, "post is", "posts are")
    return f"{are} left out of the comparison over time: read at less than {count(days, 'day')}."


def engagement_parts(known: Sequence[str], missing: Sequence[str]) -> str:
    """Say what the engagements are made of."""
    if not known:
        return "No engagements are known."
    rest = f"; {listed(missing)} are not known for all posts" if missing else ""
    return f"Engagements are {' + '.join(known)}{rest}."


# What is missing for an answer.


def too_few_creators(what: str, have: int, least: int, one: str = "creator", many: str = "creators") -> str:
    """Say that more creators are needed, and how many."""
    return f"Not enough data to tell {what}: {count(have, one, many)}, about {max(1, least - have)} more needed."


def too_few_both_kinds(have: int, least: int, posts: int) -> str:
    """Say that more creators with sponsored and organic posts are needed."""
    one = f"creator with at least {posts} sponsored and {posts} organic posts"
    return too_few_creators("whether sponsored posts do worse", have, least, one, one.replace("creator ", "creators "))


def too_few_months(have: int, least: int) -> str:
    """Say that more creators with a history of changing shares are needed."""
    one = "creator with enough months in which the sponsored share changed"
    return too_few_creators("from which share on sponsoring hurts", have, least, one, one.replace("tor ", "tors ", 1))


def all_the_same(what: str) -> str:
    """Say that there is nothing to learn from creators who all show the same number."""
    return f"Not enough data to tell {what}: all creators show the same number, which points to a fault in the file."


NO_RANGE_OF_SIZES = (
    "Not enough data to tell how engagement changes with size: all creators, or all but one, are of about the same "
    "size or show the same rate."
)
NO_SIZES_FOR_PEAK = (
    "Not enough data to tell whether there is a best size: too few creators clearly smaller and clearly larger than "
    "the others."
)
NOISY_FOLLOWERS = "Bought or miscounted followers make large accounts look less engaging than they are."
REACH = "how many followers a post reaches"
NO_REACH = (
    "No reach reported: only follower-based rates; a fall in engagement cannot be split into fewer people reached and "
    "fewer people reacting. Ask creators for their Instagram content export."
)
REACH_SELECTED = "Creators who share their reach may do better than those who do not."
BENCHMARK_UNSOURCED = (
    "The published benchmark states neither its metric nor its population; vendors differ by a factor of two to four."
)


# Does engagement keep up with reach?


def size_elasticity(slope: "Interval") -> str:
    """Say what ten times the followers mean for the engagement rate."""
    best, low, high = (10**value - 1 for value in (slope.estimate, slope.low, slope.high))
    between = likely(low, high, "signed_percent")
    if slope.high < 0:
        return (
            f"Bigger accounts engage less: ten times the followers come with an engagement rate "
            f"{show(-best, 'change')} lower ({between})."
        )
    if slope.low > 0:
        return (
            f"Bigger accounts engage more: ten times the followers come with an engagement rate "
            f"{show(best, 'change')} higher ({between})."
        )
    return (
        f"No difference between small and big accounts can be shown: the engagement rate changes by "
        f"{show(best, 'signed_percent')} with ten times the followers ({between})."
    )


def sweet_spot(peak: "Interval") -> str:
    """Say where engagements per post peak."""
    best, low, high = (show(two_digits(value), "count") for value in (peak.estimate, peak.low, peak.high))
    return f"Engagements per post peak near {best} followers (likely range {low} to {high})."


def two_digits(value: float) -> float:
    """Return a size with two telling digits: more would pretend."""
    return float(f"{value:.2g}")


def usual_rate(tier: str) -> str:
    """Return the question of one tier."""
    return f"the usual engagement rate of {tier} creators"


def tier_rate(tier: str, band: tuple[float, float], creator: "Interval", post: "Interval | None", posts: int) -> str:
    """Say the usual engagement rate of a tier, by creator and by post."""
    said = (
        f"{tier.replace('_', ' ').capitalize()} ({band_text(band)}): the median creator's engagement rate by "
        f"followers is {show(creator.estimate, 'percent')} ({percent_range(creator)}; {base(posts, creator.units)})"
    )
    if post is None:
        return f"{said}."
    return f"{said}; the median post's is {show(post.estimate, 'percent')} ({percent_range(post)})."


def rate_at(band: tuple[float, float]) -> str:
    """Return the question of the band."""
    return f"the engagement rate at {band_text(band)} followers"


def reach_rate(found: "Interval", posts: int, share: float) -> str:
    """Say how many followers a post reaches without paid support."""
    return (
        f"The median creator's usual post reaches as many accounts as {show(found.estimate, 'percent')} of their "
        f"followers ({percent_range(found)}; {base(posts, found.units)}; reach is known for {share:.0%} of posts)."
    )


# Are audiences tiring of sponsored posts?

NO_LABELS = (
    "Nobody has marked which posts are sponsored, so nothing can be said about saturation. Add a column such as "
    "'Sponsored' (yes, no, or empty where unknown), or name such a column in the campaign's YAML."
)
ONLY_SPONSORED = (
    "Every post in the files is sponsored, as in a list of a campaign's posts. A sponsored share needs each creator's "
    "whole feed, organic posts too: ask for the creators' content exports."
)
UNDECLARED = (
    "Shares are lower bounds where advertising is not declared; studies found most of it undeclared on some platforms."
)
FADING = "Creators whose engagement fades may sell more posts; then the fall comes first and the share follows."
NO_RANGE_OF_SHARES = (
    "Not enough data to tell from which share on sponsoring hurts: too few creators had months with high and with low "
    "shares."
)


def part_of_the_feed(share: float) -> str:
    """Say that the files have only a part of the creators' posts."""
    return (
        f"Saturation and content density need each creator's whole feed; coverage here is {share * 100:.0f} %: "
        "not computed."
    )


def falls_from_the_start(latest: float, creators: int) -> str:
    """Say that engagement falls, but perhaps from the first sponsored post on."""
    return (
        f"Organic engagement falls as the sponsored share rises, perhaps from the first sponsored posts on and at the "
        f"latest from about {latest:.0%}: no limit below which sponsoring does no harm can be shown "
        f"({count(creators, 'creator')})."
    )


def no_bend(chance: float, creators: int, rises: bool) -> str:
    """Say that no share was found at which engagement starts to fall."""
    start = "No share can be shown at which organic engagement starts to fall"
    if rises:
        return f"{start}: the clearest bend is a rise ({count(creators, 'creator')})."
    return (
        f"{start}: where no such share exists, a fall as clear as this one still turns up with a chance of "
        f"{show(chance, 'probability')} ({count(creators, 'creator')})."
    )


def slope(value: float, ends: tuple[float, float]) -> str:
    """Say what ten points more of sponsored share cost beyond the bend."""
    best, low, high = (math.expm1(0.1 * v) for v in (value, *ends))
    return (
        f"Beyond the share where the fall begins, every 10 percentage points more of sponsored posts come with "
        f"{show(-best, 'change')} less organic engagement ({likely(low, high, 'signed_percent')})."
    )


def straight_line(line: "Interval | None") -> str:
    """Say how organic engagement goes with the sponsored share when no bend can be shown."""
    start = "Without such a share there is no fall beyond it to measure"
    if line is None:
        return f"{start}."
    best, low, high = (math.expm1(0.1 * value) for value in (line.estimate, line.low, line.high))
    return (
        f"{start}; over all shares, 10 percentage points more of sponsored posts come with "
        f"{show(best, 'signed_percent')} organic engagement ({likely(low, high, 'signed_percent')})."
    )


# What can these files answer?

# What a report says of a table that nobody delivered.
WITHOUT: Mapping[str, str] = {
    "Costs": "No costs: nothing in this report is about money; efficiency and ROI sections are off.",
    "Discount codes and links": (
        "No unique codes or links: sales cannot be assigned to influencers. The guide calls financial ROI difficult in "
        "this case."
    ),
    "Orders": "No orders: money results are limited to cost per reach/engagement.",
    "Daily series": (
        "No daily series: incrementality not estimated; attribution alone is an upper/lower guess, not an effect. "
        "That is: nobody can tell which orders would have come without the campaign."
    ),
    "Reach": (
        "No reach reported: only follower-based rates; an engagement drop cannot be split into algorithm and content. "
        "That is: nobody can tell whether fewer people saw the posts or fewer of those who saw them liked them."
    ),
    "Audience": (
        "No audience data: fit is judged on content only; reach overlap shown as bounds from 0 to max. "
        "That is: how many people follow two of the creators is not known, between none and all."
    ),
    "Mentions": "No mentions: brand-mention KPIs and crisis alerts are off.",
    "Deliverables": (
        "No deliverables: delivery and control checks skipped; mistakes 1, 3, 5, 7, 12 and 13 are grey. "
        "That is: six of the guide's 13 common mistakes cannot be judged."
    ),
    "Message log": (
        "No message log: mistakes 4, 6, 10 and 11 of the 13 are grey, outreach and onboarding are off. "
        "That is: four of the guide's 13 common mistakes cannot be judged, nor how creators were won and briefed."
    ),
    "Boosted posts": "No boosts declared: if any post was promoted, organic rates are overstated.",
}
EVERYTHING_THERE = "Nothing more is needed for the questions of this report."
NO_ROWS = "The files have column names but no rows."
NOTHING = "nothing"
NOTHING_LEFT_OUT = "Every row of every file is used."
TOTALS_WANTED = (
    "To measure how much of each feed is here, add each profile's total of posts, read on two days, to the list of "
    "creators (a column such as 'Total posts')."
)
MISSING_FILES = "A file that was never exported cannot be missed here: posts or orders nobody gave look like none."
UNTOLD_TIMES = "Where a file does not tell when its numbers were read, they are taken as of the day of the report."


def answerable(yes: int, partly: int, questions: int, first: str | None) -> str:
    """Say how many questions the files can answer, what the others lack, and what to ask for first."""
    if yes == questions:
        return f"These files answer all {count(questions, 'question')} of this report."
    lacking = questions - yes - partly
    parts = [
        f"{show(number, 'count')} {one if number == 1 else many}"
        for number, one, many in (
            (partly, "needs more data", "need more data"),
            (lacking, "lacks something altogether", "lack something altogether"),
        )
        if number
    ]
    start = f"These files answer {show(yes, 'count')} of {count(questions, 'question')}; {listed(parts)}."
    return f"{start} Ask first for {first}." if first else start


def sentence_case(text: str) -> str:
    """Return words with a capital at the start."""
    return text[:1].upper() + text[1:]


def too_little(headline: str) -> str:
    """Return the part of a headline that says what is needed, for a table that says the rest already."""
    start, colon, rest = headline.partition(": ")
    return sentence_case(rest) if colon and start.startswith("Not enough data to tell") else headline


def rows_used(used: int, rows: int, files: int, newest: dt.date | None, today: dt.date) -> str:
    """Say how many rows were used, of how many files, and how far they reach."""
    start = f"{show(used, 'count')} of {count(rows, 'row')} in {count(files, 'file')} are used"
    if newest is None:
        return f"{start}."
    age = (today - newest).days
    before = f"{count(age, 'day')} before this report" if age > 0 else "the day of this report"
    return f"{start}; the newest post or order is of {show(newest, 'date')}, {before}."


def newest_entry(newest: dt.date | None, today: dt.date, stale: bool, used: int = 1) -> str:
    """Say in a cell of which day the newest entry of a file is, and how old that is."""
    if newest is None:
        return "no dates in it" if used else "no row of it was used"
    days = (today - newest).days
    old = f"{'stale, ' if stale else ''}{count(days, 'day')} old" if days > 0 else "up to date"
    return f"{show(newest, 'date')} ({old})"


def stale_file(name: str, newest: dt.date, today: dt.date) -> str:
    """Say that a file ends long before the report."""
    return (
        f"{name} ends on {show(newest, 'date')}, {count((today - newest).days, 'day')} before this report: export it "
        "again."
    )


def feed_coverage(share: float, read: int, published: int, accounts: int, low: int, whole_from: float) -> str:
    """Say which share of the published posts the files have."""
    start = (
        f"The files have {show(read, 'count')} of {count(published, 'post')} that {count(accounts, 'account')} "
        f"published between two readings of their totals ({show(share, 'percent')})"
    )
    if not low:
        return f"{start}."
    return f"{start}; of {count(low, 'account')}, less than {whole_from:.0%}."


def coverage_unknown(totals: bool, accounts: int, paused: int, times: int, days: int) -> str:
    """Say why feed coverage cannot be measured, and what the rhythm of posting shows."""
    why = "each profile's total of posts was read only once" if totals else "no total of posts given"
    start = f"Whether these are the creators' whole feeds cannot be measured: {why}."
    if not accounts:
        return start
    gap = f"more than {times} times as long as usual in the last {days} days"
    who = f"{show(paused, 'count') if paused else 'None'} of {count(accounts, 'account')}"
    if not paused:
        return f"{start} {who} paused {gap}, so no gap stands out."
    return f"{start} {who} paused {gap}: posts may be missing there."


def reading_age(age: float, ripe: float, days: int, unknown: int) -> str:
    """Say how old posts were when their numbers were read."""
    rest = f"; of {count(unknown, 'post')} nobody told when" if unknown else ""
    return (
        f"The median post was {show(age, 'days')} old when its numbers were read; {show(ripe, 'percent')} were read at "
        f"{count(days, 'day')} or later{rest}."
    )


NO_READINGS = "How old the posts were when their numbers were read is not known: no file tells it."


# How numbers and followers were read, and what the report does with that.
TIME_UNTOLD = ("Posts with numbers of an untold time", "Taken as of the day of the report")
WITHOUT_NUMBERS = ("Posts without likes or comments", "Left out of rates")
READ_AGAIN = ("Posts read more than once", "The last reading counts")
NUMBER_FELL = ("Posts with a number that fell between readings", "Corrected or mistyped; the last reading counts")
FOLLOWERS_AGAIN = ("Accounts with several readings of followers", "Each post takes the reading nearest in time")
FOLLOWERS_ONCE = ("Accounts with one reading of followers", "One snapshot is used for posts of every date")


def read_later(days: int) -> tuple[str, str]:
    """Return the words for posts read at an age or later, and what the report does with them."""
    return f"Posts read at {count(days, 'day')} or later", "Enter rates and comparisons"


def read_late(days: int) -> tuple[str, str]:
    """Return the words for posts read late enough for comparisons over time, and what the report does with them."""
    return f"Posts read at {count(days, 'day')} or later", "Enter comparisons over time"


def read_before(days: int) -> tuple[str, str]:
    """Return the words for posts read too early, and what the report does with them."""
    return f"Posts read before {count(days, 'day')} only", "Left out of rates"


def age_band(low: int, high: int | None) -> str:
    """Return a band of ages in days, for an axis."""
    if high is None:
        return f"{low} or more"
    return f"under {high}" if low == 0 else f"{low} to {high - 1}"


def ages_alt(posts: int, bands: Sequence[tuple[str, float]]) -> str:
    """Describe the bars of reading ages."""
    parts = "; ".join(f"{band} {show(share, 'percent')}" for band, share in bands)
    return (
        f"Bars, one for each band of ages in days at which the numbers of {count(posts, 'post')} were read, with the "
        f"share of the posts: {parts}. Posts read too early for a comparison are grey, as are those whose time of "
        "reading nobody told."
    )


# Words of figures.


def tick(value: float, kind: str, currency: str | None = None) -> str:
    """Return an axis label: its text means exactly its value."""
    value = round(value, 9)
    if kind == "followers":
        return compact(value)
    if kind in {"percent", "signed_percent"}:
        sign = "+" if kind == "signed_percent" and value > 0 else ""
        return sign + exact_percent(value)
    return show(value, "money" if value % 1 else "money_whole", currency)


def no_figure(what: str) -> str:
    """Say that a figure is left out."""
    return f"The figure of {what} is left out: there is not enough data to draw it."


def base(posts: int, creators: int) -> str:
    """Return what a figure was drawn from."""
    return f"{count(posts, 'post')} of {count(creators, 'creator')}"


def orders_base(orders: int, creators: int) -> str:
    """Return from which orders a figure was drawn."""
    return f"{count(orders, 'order')} of {count(creators, 'creator')}"


def days_base(before: int, days: int) -> str:
    """Return from which days a figure was drawn."""
    return f"{count(before, 'day')} before and {count(days, 'day')} of the campaign"


def some_of(shown: int, all_of: int, noun: str = "creator") -> str:
    """Return how many rows a figure shows."""
    return count(all_of, noun) if shown == all_of else f"{show(shown, 'count')} of {count(all_of, noun)}"


def scatter_alt(creators: int, posts: int, correlation: float, low: float, high: float, middle: float) -> str:
    """Describe the scatter of size and engagement rate."""
    way = "fall" if correlation < -0.1 else "rise" if correlation > 0.1 else "neither fall nor rise"
    return (
        f"Scatter plot of {count(creators, 'creator')} ({count(posts, 'post')}): followers from {show(low, 'count')} "
        f"to {show(high, 'count')} against the median post's engagement rate by followers. Rates {way} with size (rank "
        f"correlation {show(correlation, 'decimal')}); half of the creators lie above {show(middle, 'percent')}."
    )


def tiers_alt(rows: Sequence[tuple[str, float, float, float, int]]) -> str:
    """Describe the rates by tier."""
    parts = "; ".join(
        f"{tier} {show(rate, 'percent')}, {span(low, high, 'percent')}, {count(creators, 'creator')}"
        for tier, rate, low, high, creators in rows
    )
    return (
        f"Dots with intervals, side by side: the median creator's engagement rate by followers in "
        f"{count(len(rows), 'tier')} from the smallest accounts to the largest: {parts}."
    )


def contrast_alt(creators: int, below: int, mean: float, ends: tuple[float, float]) -> str:
    """Describe the strip of sponsored against organic posts."""
    return (
        f"Dots, one for each of {count(creators, 'creator')}: how far the engagement rate of sponsored posts lies from "
        f"that of organic posts. {show(below, 'count')} lie below zero, {show(creators - below, 'count')} at or above. "
        f"The average is {show(mean, 'signed_percent')} (interval {span(*ends, 'signed_percent')})."
    )


def dose_alt(months: int, creators: int, medians: Sequence[tuple[float, float]]) -> str:
    """Describe organic engagement by sponsored share."""
    (first_at, first), (last_at, last) = medians[0], medians[-1]
    return (
        f"Scatter plot of {count(months, 'month')} of {count(creators, 'creator')}: sponsored share of the posts "
        f"before against organic engagement relative to the creator's usual. The median is "
        f"{show(first, 'signed_percent')} at a share of {first_at:.0%} and {show(last, 'signed_percent')} at "
        f"{last_at:.0%}."
    )


def shares_alt(shown: int, creators: int, limit: float, top: Sequence[tuple[str, float]], above: int) -> str:
    """Describe the sponsored shares by creator."""
    named = listed([f"{name} {share:.0%}" for name, share in top])
    return (
        f"Intervals of the sponsored share of {some_of(shown, creators)}, against a dashed line at the limit of "
        f"{limit:.0%}. {count(above, 'creator is', 'creators are')} clearly above it. Most likely above: {named}."
    )


def sales_alt(before: int, days: int, actual: float, expected: float, currency: str | None) -> str:
    """Describe daily sales and their expectation."""
    return (
        f"Lines of net sales a day over {days_base(before, days)}, each day and as the mean of seven days. During the "
        f"campaign sales averaged {show(actual, 'money_whole', currency)} a day; a dashed line shows that "
        f"{show(expected, 'money_whole', currency)} were to be expected without it."
    )


def returns_alt(rows: Sequence[tuple[str, float, float, float]], even: float, currency: str | None) -> str:
    """Describe revenue for each unit of cost."""
    parts = "; ".join(
        f"{name} {show(best, 'money_ratio', currency)} ({span(low, high, 'money_ratio', currency)})"
        for name, best, low, high in rows
    )
    return (
        f"Dots with intervals of revenue for each {show(1, 'money_whole', currency)} spent: {parts}. A dashed line "
        f"marks break-even at {show(even, 'money_ratio', currency)}."
    )


def creators_alt(shown: int, creators: int, verdicts: Mapping[str, int], first: str, value: float) -> str:
    """Describe the returns by creator."""
    parts = listed([f"{show(number, 'count')} {verdict}" for verdict, number in verdicts.items()])
    return (
        f"Dots with intervals of the return on investment of {some_of(shown, creators)}, the surest to pay back first, "
        f"with rings at the return so far and a dashed line at break-even. Verdicts: {parts}. The surest is {first} "
        f"with {show(value, 'signed_percent')}."
    )
