"""What a page says of single creators: their ranking, the formats and times that suit them, their followers' jumps."""

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from influence_lib.metrics import show
from influence_lib.wording.en import base, count, likely, listed, some_of, span
from influence_lib.wording.en.published import platform

if TYPE_CHECKING:
    from influence_lib.analysis.inference import Interval

# Who is good, and who was lucky?

LUCKY_FIRST = (
    "Raw rates at the top are partly luck, as are those at the bottom: the next posts will lie nearer to the middle. "
    "The rates with luck allowed for say by how much."
)
ALL_ALIKE = (
    "Not enough data to tell good creators from lucky ones: all posts or all creators show the same rate, which points "
    "to a fault in the file."
)


def too_few_to_rank(have: int, least: int) -> str:
    """Say that more creators are needed for a ranking."""
    return (
        f"Not enough data to tell good creators from lucky ones: {count(have, 'creator')}, about "
        f"{max(1, least - have)} more needed."
    )


def too_few_repeats(posts: int, more: int) -> str:
    """Say that creators need more posts each for a ranking."""
    return (
        f"Not enough data to tell good creators from lucky ones: {count(posts, 'post')}, hardly more than one each; "
        f"about {more} more needed."
    )


def ranking(flagged: int, possible: int, creators: int, floor: float) -> str:
    """Say how many creators lie above the brand's floor when luck is allowed for."""
    some = show(flagged, "count") if flagged else "None"
    rest = f"; {show(possible, 'count')} {'more ' if flagged else ''}may be" if possible else ""
    return (
        f"{some} of {count(creators, 'creator')} {'is' if flagged <= 1 else 'are'} clearly above an engagement rate by "
        f"followers of {show(floor, 'percent')}, luck allowed for{rest}."
    )


def floor_verdict(chance: float, sure: float) -> str:
    """Return the verdict on one creator's rate."""
    return "above the floor" if chance > sure else "below the floor" if chance < 1 - sure else "too early to tell"


def rate_with_ends(rate: float, low: float, high: float) -> str:
    """Return a rate with its range for the cell of a table."""
    return f"{show(rate, 'percent')} ({span(low, high, 'percent')})"


def above_floor(floor: float) -> str:
    """Return the head of the column of chances to lie above the floor."""
    return f"Chance above {show(floor, 'percent')}"


def among_best(number: int) -> str:
    """Return the head of the column of chances to be among the best."""
    return f"Chance of the best {number}" if number > 1 else "Chance of being the best"


def ranking_caption(creators: int, level: float) -> str:
    """Return the caption of the ranking."""
    return (
        f"Engagement rate by followers of {count(creators, 'creator')} in posts of the same format, month and age, "
        f"with {level:.0%} intervals"
    )


def ranking_subtitle(shown: int, creators: int, level: float) -> str:
    """Return the line below the title of the ranking."""
    most = f"; the best {shown} of {count(creators, 'creator')}" if creators > shown else ""
    return (
        f"Dot: luck allowed for, {level:.0%} interval; ring: raw median post; green: above the floor 9 times in 10, "
        f"orange: below it, grey: too early{most}"
    )


def ranking_alt(
    shown: int, creators: int, floor: float, first: tuple[str, float, float], verdicts: tuple[int, int]
) -> str:
    """Describe the raw and drawn-in rates by creator; `verdicts` are how many lie above and below the floor."""
    name, raw, rate = first
    above, below = verdicts
    return (
        f"Dots with intervals of the engagement rate of {some_of(shown, creators)}, best first, luck allowed for; "
        f"rings mark raw rates, a dashed line the floor of {show(floor, 'percent')}. Of all, {show(above, 'count')} "
        f"lie clearly above, {show(below, 'count')} below; for {show(creators - above - below, 'count')} it is too "
        f"early to tell. First is {name}: raw {show(raw, 'percent')}, luck allowed for {show(rate, 'percent')}."
    )


# Which formats and times suit a creator?

NO_FORMATS = (
    "The files do not tell the posts' formats, so formats cannot be compared. Add a column such as 'Type' to the "
    "tracker or use the platforms' own exports."
)
NO_TIMES = (
    "The files tell days, not times of day, so posting times cannot be compared. The platforms' own exports have the "
    "time of each post."
)
WEEKEND, WEEKDAY = "weekend", "weekdays"
FORMATS = {
    "image": "images",
    "carousel": "carousels",
    "reel": "reels",
    "story": "stories",
    "video": "videos",
    "short": "shorts",
    "live": "live streams",
    "text": "text posts",
    "blog": "blog posts",
    "podcast": "podcast episodes",
}


# A description that names more is not listened to.
MOST_TOLD = 2


def hours(first: int, last: int) -> str:
    """Return a block of hours."""
    return f"{first:02d}:00 to {last:02d}:00"


def kind(name: str) -> str:
    """Return the posts of one kind as a reader calls them: Instagram reels, weekend posts, posts from 8:00 to 12:00."""
    if name in {WEEKEND, WEEKDAY}:
        return "posts on weekdays" if name == WEEKDAY else "posts at the weekend"
    start, _, rest = name.partition(" ")
    return f"{platform(start)} {FORMATS[rest]}" if rest in FORMATS else f"posts from {name}"


def stands_out(best: str, against: str, change: "Interval", posts: int, creators: int) -> str:
    """Say which kind of post draws more, or less, than the commonest of the same creator."""
    way = "more" if change.estimate > 0 else "less"
    return (
        f"{capitalised(kind(best))} draw {show(abs(change.estimate), 'change')} {way} engagement for each follower "
        f"than {kind(against)} of the same creator ({likely(change.low, change.high, 'signed_percent')}; "
        f"{base(posts, creators)})."
    )


def capitalised(text: str) -> str:
    """Return words with a capital at the start."""
    return text[:1].upper() + text[1:]


def none_stands_out(
    noun: str, number: int, ends: tuple[float, float], drawn_from: tuple[int, int], margin: float | None
) -> str:
    """Say that no kind of post can be told apart from the commonest; with a margin, that none differs by so much."""
    reach = f"likely ranges reach from {span(*ends, 'signed_percent')}; {base(*drawn_from)}"
    if margin is not None:
        return f"The {noun} makes little difference: none of {number} differs by {margin:.0%} or more ({reach})."
    each = f"none of {count(number, noun)}" if number > 1 else f"the one {noun} that can be compared"
    cannot = "can be told apart" if number > 1 else "cannot be told apart"
    return f"No difference can be shown: {each} {cannot} from the commonest of the same creator ({reach})."


def too_few_kinds(noun: str, posts: int, creators: int) -> str:
    """Say that there are not two kinds of posts to compare."""
    return (
        f"Not enough data to tell which {noun} draws most: two are needed with at least {posts} posts of {creators} "
        "creators each who use both."
    )


def not_judged(kinds: Sequence[str], posts: int, creators: int) -> tuple[str, ...]:
    """Say which kinds are not compared; nothing when all are."""
    if not kinds:
        return ()
    return (
        f"Not judged: {listed([kind(name) for name in kinds])}; fewer than {posts} posts or {creators} creators who "
        "also use a format to compare with.",
    )


def times_of(timezone: str) -> str:
    """Say where the hours are those of the clock."""
    return f"Hours are those in {timezone}, where the brand is; a creator's followers may live elsewhere."


def change_with_ends(change: "Interval") -> str:
    """Return a change with its range for the cell of a table."""
    return f"{show(change.estimate, 'signed_percent')} ({span(change.low, change.high, 'signed_percent')})"


def contrast_verdict(change: "Interval") -> str:
    """Return the verdict on one comparison."""
    return "draws more" if change.low > 0 else "draws less" if change.high < 0 else "cannot be told apart"


def contrasts_caption(noun: str, level: float) -> str:
    """Return the caption of the comparisons."""
    return (
        f"Engagement rate by followers by {noun}, against the commonest {noun} of the same creator, with intervals "
        f"that hold for all {noun}s at once ({level:.0%})"
    )


def contrasts_subtitle(noun: str, against: Sequence[str], level: float) -> str:
    """Return the line below the title of the comparisons."""
    return (
        f"Change against {listed(against)} of the same creator; {level:.0%} intervals that hold for all {noun}s at "
        "once; green: more, orange: less, grey: cannot be told apart"
    )


def contrasts_alt(noun: str, rows: Sequence[tuple[str, str, float, float, float]], standing_out: int) -> str:
    """Describe the comparisons of formats or times; those furthest from no difference are told one by one."""
    furthest = sorted(rows, key=lambda row: -abs(row[2]))[:MOST_TOLD]
    parts = "; ".join(
        f"{name} against {against} {show(best, 'signed_percent')}, {span(low, high, 'signed_percent')}"
        for name, against, best, low, high in furthest
    )
    return (
        f"Dots with intervals of the change of engagement in {count(len(rows), 'comparison')} by {noun}, with a line "
        f"at no difference; {show(standing_out, 'count')} of the intervals lie beside it. Furthest from it: {parts}."
    )


def kind_label(name: str, alone: bool) -> str:
    """Return a kind of post briefly for an axis, without its platform where that is the only one."""
    start, _, rest = name.partition(" ")
    if rest not in FORMATS:
        return name
    return FORMATS[rest] if alone else f"{platform(start)} {FORMATS[rest]}"


# Whose followers jumped?

NO_HISTORY = (
    "Followers were read only once for each account, so a jump cannot be seen. Two or more readings weeks apart are "
    "needed; a tracker that notes the followers with each post, or a tool's follower history, has them."
)
NO_REASONS = (
    "A jump says that something happened, not what: a post that went viral, a giveaway, press, a merger of accounts, "
    "followers that were bought or removed. Ask the creator before you judge."
)
TOO_FEW_POSTS = "too few posts to tell"


class Jump(NamedTuple):
    """A jump as a sentence needs it: relative change of followers, day, and what reactions did."""

    change: float
    day: dt.date
    alongside: str


def too_few_readings(window: int, span_days: int) -> str:
    """Say that the readings of followers are too few or too far apart."""
    return (
        f"Not enough data to tell whose followers jumped: no account has readings at most {count(window, 'day')} apart "
        f"over at least {count(span_days, 'day')}."
    )


def follower_jumps(
    largest: Jump | None, flagged: int, possible: int, accounts: int, limits: tuple[float, float]
) -> str:
    """Say at how many accounts followers jumped by how much within how many days, and tell of the largest jump."""
    much = f"by {limits[0]:.0%} or more within {count(limits[1], 'day')}"
    watched = count(accounts, "account")
    if largest is None:
        if not possible:
            return f"No jump of followers stands out: none of {watched} changed {much} beyond its own growth."
        some = f"{show(possible, 'count')} of {watched}"
        return f"No jump of followers stands out: {some} changed {much}, but such swings are usual there."
    more = f"; {show(possible, 'count')} more did, but such swings are usual there" if possible else ""
    return (
        f"The followers of {show(flagged, 'count')} of {watched} changed {much}, far beyond the usual growth there"
        f"{more}. The largest jump is {show(largest.change, 'signed_percent')} around {show(largest.day, 'date')}, "
        f"{what_reactions_did(largest)}."
    )


def what_reactions_did(jump: Jump) -> str:
    """Return what reactions did while followers jumped."""
    if jump.alongside == TOO_FEW_POSTS:
        return f"with {TOO_FEW_POSTS} whether reactions moved along"
    return f"while reactions {jump.alongside}"


def alongside(found: "Interval | None", change: float) -> str:
    """Return whether reactions moved along with the followers, as far as the posts before and after tell."""
    if found is None:
        return TOO_FEW_POSTS
    way = 1 if change > 0 else -1
    low, high = sorted((way * found.low, way * found.high))
    moved, less = low > 0, high < way * change
    rise, rose = ("rise", "rose") if way > 0 else ("fall", "fell")
    if moved:
        return f"{rose} by less" if less else f"{rose} along"
    return f"did not {rise} along" if less else f"may or may not have {'risen' if way > 0 else 'fallen'} along"


def reaction(found: "Interval | None") -> str:
    """Return the change of engagements with its range for the cell of a table."""
    return change_with_ends(found) if found else TOO_FEW_POSTS


def jump_verdict(sure: bool) -> str:
    """Return the verdict on one jump."""
    return "out of line" if sure else "usual there"


def jumps_caption(days: int, level: float) -> str:
    """Return the caption of the table of jumps."""
    return (
        f"Jumps of followers, and engagements of a post in the {days} days after against the {days} days before, with "
        f"{level:.0%} intervals"
    )


def unwatched(share: float, window: int) -> str:
    """Say for how much of the time nobody can tell a jump from growth."""
    return (
        f"Readings lie more than {count(window, 'day')} apart for {share:.0%} of the time; a jump in between cannot be "
        "told from growth."
    )


def false_alarms(rate: float) -> str:
    """Say how often an account is flagged where followers only grow."""
    return (
        f"Where followers only grow, at most about {rate * 100:.0f} account in 100 is flagged in a year (checked on "
        "made-up accounts with steady, bumpy and rounded growth)."
    )
