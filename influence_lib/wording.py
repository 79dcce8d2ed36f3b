"""Every sentence about numbers that a page can say, in one place, each with the number it states."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from influence_lib.metrics import show

if TYPE_CHECKING:
    from influence_lib.analysis.inference import Interval


def count(number: float, one: str, many: str | None = None) -> str:
    """Return a number with its noun in the right form."""
    return f"{show(number, 'count')} {one if round(number) == 1 else many or one + 's'}"


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
    if interval is None:
        return "too few creators"
    return f"{show(interval.low, 'percent')} to {show(interval.high, 'percent')}"


def too_few_creators(what: str, have: int, least: int, one: str = "creator", many: str = "creators") -> str:
    """Say that more creators are needed, and how many."""
    return f"Not enough data to tell {what}: {count(have, one, many)}, about {max(1, least - have)} more needed."


NO_RANGE_OF_SIZES = "Not enough data to tell how engagement changes with size: all creators are of about the same size."
NOISY_FOLLOWERS = "Bought or miscounted followers make large accounts look less engaging than they are."
NO_REACH = (
    "No reach reported: only follower-based rates; a fall in engagement cannot be split into fewer people reached and fewer people reacting. "
    "Ask creators for their Instagram content export."
)
REACH_SELECTED = "Creators who share their reach may do better than those who do not."
BENCHMARK_UNSOURCED = (
    "The published benchmark states neither its metric nor its population; vendors differ by a factor of two to four."
)


def size_elasticity(slope: "Interval") -> str:
    """Say what ten times the followers mean for the engagement rate."""
    best, low, high = (10**value - 1 for value in (slope.estimate, slope.low, slope.high))
    between = f"likely range {show(low, 'signed_percent')} to {show(high, 'signed_percent')}"
    if slope.high < 0:
        return f"Bigger accounts engage less: ten times the followers come with an engagement rate {show(-best, 'change')} lower ({between})."
    if slope.low > 0:
        return f"Bigger accounts engage more: ten times the followers come with an engagement rate {show(best, 'change')} higher ({between})."
    return f"Engagement rate cannot be told apart from level across sizes: {show(best, 'signed_percent')} for ten times the followers ({between})."


def sweet_spot(peak: "Interval") -> str:
    """Say where engagements per post peak."""
    return (
        f"Engagements per post peak near {show(round(peak.estimate, -3), 'count')} followers "
        f"(likely range {show(round(peak.low, -3), 'count')} to {show(round(peak.high, -3), 'count')})."
    )


def no_sweet_spot(low: float, high: float, verdict: str) -> str:
    """Say that no best size was found in the range of the roster."""
    span = f"between {show(low, 'count')} and {show(high, 'count')} followers"
    if verdict == "contradicted":
        return (
            f"No best size {span}: engagements per post keep rising with size, so the best tier is a question of cost."
        )
    return f"No best size can be shown {span}: the rise before it or the fall after it may be chance."


def tier_rate(tier: str, band: tuple[float, float], creator: "Interval", post: "Interval | None", posts: int) -> str:
    """Say the usual engagement rate of a tier, by creator and by post."""
    start = f"{tier.capitalize()} ({band_text(band)}): the median creator's engagement rate by followers is {show(creator.estimate, 'percent')} ({percent_range(creator)}"
    said = f"{start}; {count(posts, 'post')} of {count(creator.units, 'creator')})"
    return (
        f"{said}; the median post's is {show(post.estimate, 'percent')} ({percent_range(post)})."
        if post
        else f"{said}."
    )


def rate_in_band(found: "Interval", band: tuple[float, float], benchmark: tuple[float, float], verdict: str) -> str:
    """Say whether creators in the brand's band reach the published rate."""
    promised = f"the published {benchmark[0] * 100:g} to {benchmark[1] * 100:g}%"
    where = {"supported": f"inside {promised}", "undecided": f"and may or may not be within {promised}"}.get(
        verdict, f"{'below' if found.high < benchmark[0] else 'above'} {promised}"
    )
    start = f"At {band_text(band)} followers the median creator's engagement rate is {show(found.estimate, 'percent')}"
    return f"{start} ({percent_range(found)}, {count(found.units, 'creator')}), {where}."


def reach_rate(found: "Interval", posts: int, share: float) -> str:
    """Say how many followers a post reaches without paid support."""
    return (
        f"A post reaches {show(found.estimate, 'percent')} of the creator's followers ({percent_range(found)}; "
        f"{count(posts, 'post')} of {count(found.units, 'creator')}; reach is known for {show(share, 'percent')} of posts)."
    )


NO_LABELS = (
    "Nobody has marked which posts are sponsored, so nothing can be said about saturation. Add a column such as 'Sponsored' (yes, no, or empty "
    "where unknown), or map one with `columns: {is_sponsored: ...}`."
)
UNDECLARED = (
    "Shares are lower bounds where advertising is not declared; studies found most of it undeclared on some platforms."
)
FADING = "Creators whose engagement fades may sell more posts; then the fall comes first and the share follows."
ALL_THE_SAME = "Not enough data to tell whether sponsored posts do worse: all creators show the same difference."
NO_RANGE_OF_SHARES = "Not enough data to tell from which share on sponsoring hurts: too few creators had months with high and with low shares."


def sponsored_effect(change: "Interval", sponsored: int, organic: int) -> str:
    """Say how sponsored posts do against organic ones of the same creator."""
    between = f"likely range {show(change.low, 'signed_percent')} to {show(change.high, 'signed_percent')}"
    base = f"{count(sponsored, 'sponsored post')}, {count(organic, 'organic post')}, {count(change.units, 'creator')}"
    if change.high < 0:
        return f"Sponsored posts draw {show(-change.estimate, 'change')} less engagement than organic posts of the same creator ({between}; {base})."
    if change.low > 0:
        return f"Sponsored posts draw {show(change.estimate, 'change')} more engagement than organic posts of the same creator ({between}; {base})."
    return f"No harm seen: sponsored posts cannot be told apart from organic posts of the same creator ({show(change.estimate, 'signed_percent')}, {between}; {base})."


def bend(kink: float, ends: tuple[float, float], below_half: float, creators: int) -> str:
    """Say from which sponsored share on organic engagement falls."""
    return (
        f"Organic engagement starts to fall once about {kink:.0%} of posts are sponsored (likely range {ends[0]:.0%} to {ends[1]:.0%}; "
        f"chance that it is below 50%: {show(below_half, 'probability')}; {count(creators, 'creator')})."
    )


def no_bend(chance: float, creators: int) -> str:
    """Say that no share was found at which engagement starts to fall."""
    return (
        f"No share can be shown at which organic engagement starts to fall: a bend this clear arises by chance in {show(chance, 'probability')} of "
        f"feeds without any ({count(creators, 'creator')})."
    )


def slope(value: float, ends: tuple[float, float], harm: bool) -> str:
    """Say what ten points more of sponsored share cost beyond the bend."""
    best, low, high = (2.718281828459045 ** (0.1 * v) - 1 for v in (value, *ends))
    between = f"likely range {show(low, 'signed_percent')} to {show(high, 'signed_percent')}"
    if harm:
        return f"Beyond that share, every 10 points more of sponsored posts come with {show(-best, 'change')} less organic engagement ({between})."
    return f"At the best-fitting bend, 10 points more of sponsored posts come with {show(best, 'signed_percent')} organic engagement ({between}); chance may explain it."


def no_recent_posts(days: int) -> str:
    """Say that there are no posts in the window of the quarterly check."""
    return f"No posts with a known label in the last {days} days, so no sponsored share can be given."


def share_verdict(chance: float, alarm: float) -> str:
    """Return the verdict on one creator's sponsored share."""
    return "above the limit" if chance > alarm else "within the limit" if chance < 1 - alarm else "too early to tell"


def share_caption(days: int, limit: float) -> str:
    """Return the caption of the table of shares."""
    return f"Sponsored share of each creator over the last {days} days, against the limit of {limit:.0%}"


def over_limit(flagged: int, possible: int, creators: int, limit: float, days: int) -> str:
    """Say how many creators post more sponsored content than the limit allows."""
    start = "No creator is" if flagged == 0 else "1 creator is" if flagged == 1 else f"{flagged} creators are"
    rest = f"; {possible} more may be" if possible else ""
    return (
        f"{start} clearly above {limit:.0%} sponsored posts in the last {days} days, of {creators} with labelled posts{rest}."
    )


NO_CURRENCY = "Nothing in this report is about money: set `currency` in the YAML."
NO_COSTS = "No costs: nothing in this report is about money; efficiency and return are off. Add a payments ledger."
NO_ORDERS = "No orders: money results are off, and extra sales cannot be estimated. Add the shop's orders export."
NO_CODES = "No discount codes of creators: sales cannot be assigned to them. Add a column 'Discount code' to the list of creators."
NO_MARGIN = "No return on investment: set `margin` in the YAML, the share of net revenue left after goods, payment and delivery."
NOT_STARTED = "The campaign had not started on the day of this report."
ATTRIBUTED = (
    "Codes miss buyers who did not use one and count some who would have bought anyway: attributed is not caused."
)
COMPLETE_AS_FILES = "Complete only as far as the ledger is: hours and tools are often missing."
ONE_CAMPAIGN = "One campaign cannot tell a good creator from a lucky one; a second campaign narrows the intervals most."
RESPONSE_ASSUMED = (
    "How revenue grows with spend is assumed, not measured: no creator was paid at enough different levels."
)


def window(days: int) -> str:
    """Say how long a code counts."""
    return f"An order counts when its code is used from the first day of the campaign to {days} days after the last."


def too_early(orders: int, creators: int, least_orders: int, least_creators: int) -> str:
    """Say that it is too early for a return, and what is needed."""
    needs = []
    if orders < least_orders:
        needs.append(f"about {count(least_orders - orders, 'more order')} with a creator's code")
    if creators < least_creators:
        needs.append(f"{count(least_creators - creators, 'more creator')}")
    need = " and ".join(needs) or "creators with different results"
    return f"Not enough data to tell what came back: {count(orders, 'order')} of {count(creators, 'creator')}; {need} needed."


def cost(total: float, paid: float, shared: float, lines: int, currency: str | None) -> str:
    """Say what the campaign cost."""
    rest = f", {show(shared, 'money', currency)} of it not for a single creator" if shared else ""
    open_part = "all paid" if abs(total - paid) < 0.005 else f"{show(paid, 'money', currency)} of it paid"
    return (
        f"The campaign cost {show(total, 'money', currency)} ({open_part}{rest}; {count(lines, 'line')} of the ledger)."
    )


def attributed_revenue(total: float, found: "Interval", orders: int, currency: str | None) -> str:
    """Say how much revenue carried a creator's code."""
    between = f"{show(found.low, 'money_whole', currency)} to {show(found.high, 'money_whole', currency)}"
    return (
        f"{count(orders, 'order')} with a creator's code are worth {show(total, 'money', currency)} net; another campaign with "
        f"creators like these would likely bring {between}."
    )


def attributed_roas(ratio: "Interval", break_even: float, margin: float | None, currency: str | None) -> str:
    """Say what came back for each unit of money spent."""
    back, low, high, even = (
        show(value, "money_ratio", currency) for value in (ratio.estimate, ratio.low, ratio.high, break_even)
    )
    against = f"{even} would be break-even at a margin of {margin:.0%}" if margin else "before the cost of goods"
    return f"{back} of attributed revenue came back for each {show(1, 'money_whole', currency)} spent (likely range {low} to {high}; {against})."


def roi(found: "Interval", margin: float, currency: str | None) -> str:
    """Say whether the campaign paid back after margin, as far as attributed sales tell."""
    one = show(1, "money_whole", currency)
    kept, low, high = (show(1 + value, "money_ratio", currency) for value in (found.estimate, found.low, found.high))
    between = f"likely range {low} to {high}"
    if found.low > 0:
        return f"The campaign paid back: {kept} of margin on attributed sales for each {one} spent ({between})."
    if found.high < 0:
        return f"The campaign did not pay back: {kept} of margin on attributed sales for each {one} spent ({between})."
    return f"Too close to call: {kept} of margin on attributed sales for each {one} spent ({between})."


def too_few_days(have: int, least: int) -> str:
    """Say how many more days of sales before the launch are needed."""
    return (
        f"Not enough data to tell how much sales rose: {count(have, 'day')} of sales before the launch, at least {least} needed; "
        f"export {count(least - have, 'more day')} of orders from before."
    )


def other_causes(controls: Sequence[str]) -> str:
    """Say what the daily model holds constant."""
    held = ", ".join(name.replace("_", " ") for name in controls)
    given = f"Weekdays and {held} are held constant" if held else "Only weekdays are held constant"
    return f"{given}; anything else that changed with the launch is counted as the campaign's."


def smallest_detectable(value: float, expected: float, days: int, currency: str | None) -> str:
    """Say how large an effect had to be to be seen."""
    share = f", {show(value / expected, 'percent')} of usual sales" if expected > 0 else ""
    return f"In {count(days, 'day')} of sales like these, extra revenue below about {show(value, 'money_whole', currency)}{share} could easily be missed."


def incremental_revenue(extra: "Interval", expected: float, days: int, currency: str | None) -> str:
    """Say how far sales of the campaign's days lay above what was to be expected."""
    best, low, high, base = (
        show(v, "money_whole", currency) for v in (extra.estimate, extra.low, extra.high, expected)
    )
    between = f"likely range {low} to {high}"
    if extra.low > 0:
        return f"Sales in the {count(days, 'day')} of the campaign were {best} above the {base} to be expected without it ({between})."
    if extra.high < 0:
        return f"Sales in the {count(days, 'day')} of the campaign were {show(-extra.estimate, 'money_whole', currency)} below the {base} to be expected without it ({between})."
    return f"Daily sales do not show whether the campaign sold more: {best} against {base} to be expected without it ({between})."


def incremental_roas(ratio: "Interval", break_even: float, currency: str | None) -> str:
    """Say how much extra revenue came for each unit of money spent."""
    best, low, high, even = (
        show(v, "money_ratio", currency) for v in (ratio.estimate, ratio.low, ratio.high, break_even)
    )
    return f"{best} of extra sales for each {show(1, 'money_whole', currency)} spent (likely range {low} to {high}; break-even {even})."


def by_creator(keep: int, stop: int, creators: int) -> str:
    """Say for how many creators the data support a decision."""
    rest = creators - keep - stop
    return f"Of {count(creators, 'creator')}, {keep} very likely paid back, {stop} very likely did not, and for {rest} the orders do not decide yet."


def reallocation(gain: "Interval", moved: float, chance: float, currency: str | None) -> str:
    """Say what a better split of the same money would be expected to bring."""
    best, low, high = (show(v, "money_whole", currency) for v in (gain.estimate, gain.low, gain.high))
    return (
        f"Moving {show(moved, 'money_whole', currency)} between creators at the same total is expected to add {best} of margin "
        f"(likely range {low} to {high}; chance of any gain: {show(chance, 'probability')})."
    )


def tick(value: float, kind: str, currency: str | None = None) -> str:
    """Return an axis label: its text means exactly its value."""
    if kind == "followers":
        return compact(value)
    if kind in {"percent", "signed_percent"}:
        sign = "+" if kind == "signed_percent" and value > 0 else ""
        return f"{sign}{round(value * 100, 6):g}%"
    text = show(value, "money" if value % 1 else "money_whole", currency)
    return text


def no_figure(what: str) -> str:
    """Say that a figure is left out."""
    return f"The figure of {what} is left out: there is not enough data to draw it."


def base(posts: int, creators: int) -> str:
    """Return what a figure was drawn from."""
    return f"{count(posts, 'post')} of {count(creators, 'creator')}"


def days_base(before: int, days: int) -> str:
    """Return from which days a figure was drawn."""
    return f"{count(before, 'day')} before and {count(days, 'day')} of the campaign"


def scatter_alt(creators: int, posts: int, correlation: float, low: float, high: float, middle: float) -> str:
    """Describe the scatter of size and engagement rate."""
    way = "fall" if correlation < -0.1 else "rise" if correlation > 0.1 else "neither fall nor rise"
    return (
        f"Scatter plot of {count(creators, 'creator')} ({count(posts, 'post')}): followers from {show(low, 'count')} to {show(high, 'count')} against the median post's engagement "
        f"rate. Rates {way} with size (rank correlation {correlation:.2f}); half of the creators lie above {show(middle, 'percent')}."
    )


def tiers_alt(rows: Sequence[tuple[str, float, float, float]]) -> str:
    """Describe the rates by tier."""
    parts = "; ".join(
        f"{tier} {show(rate, 'percent')} ({show(low, 'percent')} to {show(high, 'percent')})"
        for tier, rate, low, high in rows
    )
    return f"Dots with intervals of the median creator's engagement rate by followers in {count(len(rows), 'tier')}: {parts}."


def contrast_alt(creators: int, below: int, mean: float, ends: tuple[float, float]) -> str:
    """Describe the strip of sponsored against organic posts."""
    return (
        f"Dots, one for each of {count(creators, 'creator')}: how far sponsored posts lie from organic ones. {below} lie below zero, {creators - below} at or above. "
        f"The average is {show(mean, 'signed_percent')} (interval {show(ends[0], 'signed_percent')} to {show(ends[1], 'signed_percent')})."
    )


def dose_alt(months: int, creators: int, medians: Sequence[tuple[float, float]]) -> str:
    """Describe organic engagement by sponsored share."""
    first, last = medians[0], medians[-1]
    return (
        f"Scatter plot of {count(months, 'creator-month')} of {count(creators, 'creator')}: sponsored share of the posts before against organic engagement relative to the creator's usual. "
        f"The median is {show(first[1], 'signed_percent')} at a share of {first[0]:.0%} and {show(last[1], 'signed_percent')} at {last[0]:.0%}."
    )


def shares_alt(shown: int, creators: int, limit: float, top: Sequence[tuple[str, float]], above: int) -> str:
    """Describe the sponsored shares by creator."""
    named = ", ".join(f"{name} {share:.0%}" for name, share in top)
    return f"Intervals of the sponsored share of {shown} of {count(creators, 'creator')} against the limit of {limit:.0%}. {above} are clearly above it. Highest: {named}."


def sales_alt(before: int, days: int, actual: float, expected: float, currency: str | None) -> str:
    """Describe daily sales and their expectation."""
    return (
        f"Line of net sales a day over {count(before, 'day')} before and {count(days, 'day')} of the campaign. During it sales averaged {show(actual, 'money_whole', currency)} "
        f"a day, {show(expected, 'money_whole', currency)} were to be expected without it."
    )


def returns_alt(rows: Sequence[tuple[str, float, float, float]], even: float, currency: str | None) -> str:
    """Describe revenue for each unit of cost."""
    parts = "; ".join(
        f"{name} {show(best, 'money_ratio', currency)} ({show(low, 'money_ratio', currency)} to {show(high, 'money_ratio', currency)})"
        for name, best, low, high in rows
    )
    return f"Intervals of revenue for each {show(1, 'money_whole', currency)} spent: {parts}. Break-even is at {show(even, 'money_ratio', currency)}."


def creators_alt(shown: int, verdicts: dict[str, int], first: str, value: float) -> str:
    """Describe the returns by creator."""
    parts = ", ".join(f"{number} {verdict}" for verdict, number in verdicts.items())
    return f"Intervals of the return on investment of {count(shown, 'creator')}: {parts}. The surest is {first} with {show(value, 'signed_percent')}."
