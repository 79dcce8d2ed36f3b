"""Sentences about who shows too many sponsored posts, who pays for them, and when somebody last looked."""

import datetime as dt
from collections.abc import Sequence

from influence_lib.metrics import show
from influence_lib.wording.en import band_text, count

AS_BEFORE = (
    "The outlook takes the next quarter to be one like those before: a season in which all brands buy more, or a "
    "creator who has just changed course, is not foreseen."
)
PART = "part of the feed"
OURS, RIVAL, OTHER = "ours", "a competitor's", "another's"
NO_RIVAL, NEVER = "none", "never"
NO_SPONSORS = (
    "No post in the files names its sponsor. Add a column 'Sponsor' with the brand that paid, several parted by ';'."
)
NO_COMPETITORS = (
    "Nobody told which brands are competitors: write their names as `competitors` into the campaign's YAML, as the "
    "files name them."
)
NAMES_AS_WRITTEN = (
    "Sponsors are compared by their names as written, capitals aside: a competitor under another name is not found, "
    "and advertising that nobody declared names no sponsor."
)


def _or_none(number: int) -> str:
    """Return a number, or the word for none at the start of a phrase."""
    return show(number, "count") if number else "none"


def no_recent_posts(days: int) -> str:
    """Say that there are no posts in the window of the quarterly check."""
    return f"No posts with a known label in the last {days} days, so no sponsored share can be given."


def over_limit(flagged: int, possible: int, expected: float, now: int, creators: int, limit: float, days: int) -> str:
    """Say of how many creators it is nearly sure that they pass the limit next quarter, and of how many possible.

    `expected` is how many will, all chances added up; `now` is how many did in the last quarter.
    """
    of = f"of {count(creators, 'creator')} with labelled posts"
    start = f"None {of} will almost surely" if flagged == 0 else f"{show(flagged, 'count')} {of} will almost surely"
    more = f"; {show(possible, 'count')} {'more ' if flagged else ''}may" if possible else ""
    about = f", and about {show(expected, 'count')} in all are to be expected to" if round(expected) > flagged else ""
    return (
        f"{start} show more than {limit:.0%} sponsored posts in the next {days} days{more}{about}. In the last {days} "
        f"days {_or_none(now)} did."
    )


def share_verdict(chance: float, alarm: float) -> str:
    """Return the verdict on what one creator's next quarter will bring."""
    return "above the limit" if chance > alarm else "within the limit" if chance < 1 - alarm else "too early to tell"


def share_caption(days: int, limit: float) -> str:
    """Return the caption of the table of shares."""
    return (
        f"Sponsored share of each creator over the last {days} days, and what the next {days} days may bring, against "
        f"the limit of {limit:.0%}"
    )


def days(first: dt.date, last: dt.date) -> str:
    """Return a span of days."""
    return f"{show(first, 'date')} to {show(last, 'date')}"


def quarters_caption(length: int) -> str:
    """Return the caption of the shares by quarter."""
    return f"Sponsored share of each creator, {length} days at a time"


def bounds(unknown: int, creators: Sequence[int]) -> str:
    """Say how many creators are above the limit by each way of counting what is not labelled."""
    declared, likely, possible = (_or_none(number) for number in creators)
    start = f"The label of {count(unknown, 'post')} of these days is unknown. " if unknown else ""
    return (
        f"{start}Of all posts, more than the limit is declared as sponsored with {declared} of the creators, with "
        f"{likely} once captions that call themselves advertising count, and with {possible} if every unknown label "
        "counts as well."
    )


def unlabelled(creators: int) -> str:
    """Say how many creators posted lately without a single label."""
    return f"{count(creators, 'creator')} posted lately without a single known label and cannot be judged."


def hardly_seen(changes: int) -> str:
    """Say that the files show too few quarters to learn how far shares move."""
    seen = f"only {count(changes, 'change')}" if changes else "no change"
    return (
        f"The files show {seen} of a share from one quarter to the next: how far shares move is an assumption, which a "
        "longer feed would replace."
    )


def part_of_their_feeds(creators: int, whole_from: float) -> str:
    """Say of how many creators only a part of the feed was read."""
    return (
        f"Of {count(creators, 'creator')} the files have less than {whole_from:.0%} of the feed: their shares are a "
        "guess, and nobody is flagged on it."
    )


def lefty(above: int, within: int, creators: int, band: tuple[int, int], ceiling: tuple[float, float]) -> str:
    """Say how many creators would be above a stricter published ceiling."""
    low, high = (f"{end:.0%}" for end in ceiling)
    return (
        f"A stricter line, for comparison: Lefty advises a ceiling of {low} to {high} at {band_text(band)} followers "
        f"(posts that only mention a brand counted too). Of {count(creators, 'creator')} of that size, "
        f"{_or_none(above)} showed more than {high} and {_or_none(within)} more than {low}."
    )


def last_check(last: dt.date, days: int, allowed: int) -> str:
    """Say how long ago the sponsorships were last checked, and whether a check is due."""
    said = f"The sponsorships were last checked on {show(last, 'date')}, {count(days, 'day')} ago"
    if days > allowed:
        return f"{said}: a check is due, {count(days - allowed, 'day')} past the {count(allowed, 'day')} it may be old."
    return f"{said}: in time, the next check is due by {show(last + dt.timedelta(days=allowed), 'date')}."


def no_last_check(allowed: int) -> str:
    """Say that nobody told when the sponsorships were last checked, and what the rule is."""
    return (
        "When the sponsorships were last checked is not known: write the day as `last_check` into the campaign's YAML. "
        f"The rule is a check every quarter (here {count(allowed, 'day')}), as new sponsors can start at any time."
    )


def check_to_come(last: dt.date, today: dt.date) -> str:
    """Say that the last check named lies after the day of the report."""
    return (
        f"The `last_check` of the campaign's YAML, {show(last, 'date')}, lies after the day of this report, "
        f"{show(today, 'date')}: correct one of them."
    )


def _since(since: dt.date, told: bool) -> str:
    """Return since when sponsors count as new."""
    why = "the last check" if told else "no last check is named in the YAML"
    return f"since {show(since, 'date')} ({why})"


def new_sponsors(pairs: int, creators: int, followed: int, since: dt.date, told: bool) -> str:
    """Say how many sponsors creators took on."""
    when = _since(since, told)
    if not pairs:
        return f"No new sponsor {when}: {count(followed, 'creator')} posted only for brands they had posted for before."
    them = "a brand they had" if pairs == 1 else "brands they had"
    return (
        f"{count(pairs, 'new sponsorship')} {when}: {show(creators, 'count')} of {count(followed, 'creator')} posted "
        f"for {them} not posted for before."
    )


def no_history(since: dt.date) -> str:
    """Say that the files do not reach back far enough to tell a new sponsor from an old one."""
    return (
        f"Not enough data to tell which sponsors are new: no creator's posts in the files begin before "
        f"{show(since, 'date')}."
    )


def no_past(creators: int, since: dt.date) -> str:
    """Say how many creators are left out because their posts in the files begin too late."""
    are = count(creators, "creator is", "creators are")
    return f"{are} left out of the new sponsors: their posts in the files begin after {show(since, 'date')}."


def new_caption(since: dt.date) -> str:
    """Return the caption of the table of new sponsors."""
    return f"Sponsors first seen with a creator after {show(since, 'date')}; our own brand is listed, not counted"


def unnamed(posts: int, paid: int) -> str:
    """Say of how many sponsored posts nobody tells the sponsor."""
    return f"{show(posts, 'count')} of {count(paid, 'sponsored post')} do not name the sponsor."


def conflicts(creators: int, active: int, first: dt.date, last: dt.date, rivals: int) -> str:
    """Say how many creators also posted for a competitor."""
    whom = "the competitor named" if rivals == 1 else f"one of the {show(rivals, 'count')} competitors named"
    if not creators:
        return f"No conflict seen: from {days(first, last)} none of {count(active, 'creator')} posted for {whom}."
    return f"From {days(first, last)} {show(creators, 'count')} of {count(active, 'creator')} also posted for {whom}."


def no_sponsors_near(first: dt.date, last: dt.date) -> str:
    """Say that no sponsor is named around the campaign."""
    return (
        "Not enough data to tell whether creators also posted for a competitor: no post names its sponsor from "
        f"{days(first, last)}."
    )


def conflict_caption(days: int) -> str:
    """Return the caption of the table of conflicts."""
    return f"Posts for competitors by creator, and whose brands each showed in the last {days} days"


def sponsors_caption(days: int) -> str:
    """Return the caption of the table of sponsors."""
    return f"Sponsors of each creator in the last {days} days, and our share of their sponsored posts"
