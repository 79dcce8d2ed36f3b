"""Which formats and which hours suit a creator? Posts of the same creator side by side, months taken out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from influence_lib.analysis import comparable, guards
from influence_lib.analysis.feed import Feed
from influence_lib.analysis.guards import Design, NotEnough
from influence_lib.analysis.inference import Array, Codes, Interval
from influence_lib.campaign import Campaign
from influence_lib.findings import Finding, ShownTable, TableColumn, Verdict, not_available, not_enough
from influence_lib.wording import creators as words

# A format or time of fewer posts or creators is not judged: one good week would decide.
FEWEST_POSTS, FEWEST_CREATORS = 8, 5
# Two formats closer than this are the same for anybody who plans posts.
WORTH_KNOWING = 0.1
HOURS = 4
WEEKEND = 5
# A file that gives days only has its posts at midnight; at night hardly anybody posts to the second.
MOSTLY = 0.5
# A kind whose posts fall into months or labels of their own cannot be told apart from these.
OWN_PART = 0.05
REST = ("month", "age", "label")
METHOD = (
    "Within each creator's account: log engagement rate by followers on {what}, with months, ages of the reading, "
    "labels{other} taken out by regression; errors of leaving out one creator at a time, Student's t; the intervals "
    "hold for all comparisons at once (Sidak 1967). An association: creators may keep a format or an hour for their "
    "better ideas."
)
FORMAT_METHOD = METHOD.format(what="the format", other="")
TIME_METHOD = METHOD.format(what="the hours and the weekend", other=", formats")


@dataclass(frozen=True)
class Contrast:
    """Posts of one kind against the commonest kind of the same accounts, in log points; `posts` are of that kind."""

    kind: str
    against: str
    difference: Interval
    posts: int
    creators: int

    @property
    def change(self) -> Interval:
        """Return the relative change of the rate."""
        return self.difference.through(lambda value: float(np.expm1(value)))


def formats(feed: Feed, campaign: Campaign) -> Finding:
    """Compare formats within creators; the estimate is the best supported one's change against the commonest."""
    name, rows = "engagement.formats", comparable.posts(feed, campaign)
    told = rows[rows["post_type"].notna()]
    if told.empty:
        return not_available(name, words.NO_FORMATS, FORMAT_METHOD)
    kept = compared(told, "format")
    level = campaign.confidence ** (1 / max(comparisons(kept, "format"), 1))
    found = contrasts(kept, "format", REST, level)
    if not found:
        said = words.too_few_kinds("format", FEWEST_POSTS, FEWEST_CREATORS)
        return not_enough(name, said, FORMAT_METHOD, n=len(told), clusters=_creators(told), level=campaign.confidence)
    skipped = sorted(set(told["format"]) - set(kept["format"]))
    caveats = (*feed.caveats, *words.not_judged(skipped, FEWEST_POSTS, FEWEST_CREATORS))
    return _finding(name, "format", found, (len(kept), _creators(kept)), FORMAT_METHOD, caveats, campaign)


def posting_times(feed: Feed, campaign: Campaign) -> Finding:
    """Compare hours of the day, and the weekend with weekdays, within creators; times are those where the brand is."""
    name, rows = "engagement.posting_time", with_times(comparable.posts(feed, campaign))
    if rows.empty:
        return not_available(name, words.NO_TIMES, TIME_METHOD)
    parts = {kind: compared(rows, kind) for kind in ("hours", "days")}
    number = sum(comparisons(kept, kind) for kind, kept in parts.items())
    level, rest = campaign.confidence ** (1 / max(number, 1)), (*REST, "format")
    found = [
        contrast
        for (kind, kept), other in zip(parts.items(), ("days", "hours"), strict=True)
        for contrast in contrasts(kept, kind, (*rest, other), level)
    ]
    known: dict[str, Any] = {"n": len(rows), "clusters": _creators(rows), "level": campaign.confidence}
    if not found:
        return not_enough(name, words.too_few_kinds("time", FEWEST_POSTS, FEWEST_CREATORS), TIME_METHOD, **known)
    caveats = (*feed.caveats, words.times_of(campaign.timezone))
    return _finding(name, "time", found, (len(rows), _creators(rows)), TIME_METHOD, caveats, campaign)


def with_times(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the posts whose time of day is known, with the block of `hours` and whether the `days` are a weekend.

    Accounts with most posts at midnight have days, not times; so has a file with one or two times for all.
    """
    midnight = (_clock(rows["local"]) == 0) | (_clock(rows["posted_at"]) == 0)
    told = rows[~midnight & (midnight.groupby(rows["account"]).transform("mean") < MOSTLY)]
    # A day that is midnight elsewhere has one clock time here, two where clocks go forward.
    if _clock(told["posted_at"]).nunique() <= 2:
        return told.head(0).assign(hours="", days="")
    start = told["local"].dt.hour // HOURS * HOURS
    hours = [words.hours(first, first + HOURS) for first in start]
    weekend = told["local"].dt.day_of_week >= WEEKEND
    return told.assign(hours=hours, days=np.where(weekend, words.WEEKEND, words.WEEKDAY))


def _clock(times: pd.Series) -> pd.Series:
    """Return the seconds since midnight."""
    return times.dt.hour * 3600 + times.dt.minute * 60 + times.dt.second


def _creators(rows: pd.DataFrame) -> int:
    """Return the number of creators."""
    return int(rows["influencer_id"].nunique())


def compared(rows: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Return the posts of kinds with enough posts and creators, of accounts that use several such kinds.

    Leaving out a rare kind can leave an account with one, and that can make another kind rare: until nothing changes.
    """
    several = rows[rows.groupby("account")[kind].transform("nunique") > 1]
    of_kind = several.groupby(kind)
    posts, creators = of_kind[kind].transform("size"), of_kind["influencer_id"].transform("nunique")
    kept = several[(posts >= FEWEST_POSTS) & (creators >= FEWEST_CREATORS)]
    return kept if len(kept) == len(rows) else compared(kept, kind)


def references(kept: pd.DataFrame, kind: str) -> dict[str, str]:
    """Return for each kind the commonest one among those that accounts link it with; ties go by the alphabet."""
    island = pd.Series(comparable.islands(kept, kind), index=kept.index)
    commonest = kept.groupby(island)[kind].agg(lambda values: values.mode().iloc[0])
    home = island.groupby(kept[kind]).first()
    return {str(name): str(commonest[number]) for name, number in home.items()}


def comparisons(kept: pd.DataFrame, kind: str) -> int:
    """Return how many kinds are held against a commonest one."""
    against = references(kept, kind)
    return len(against) - len(set(against.values()))


def contrasts(kept: pd.DataFrame, kind: str, rest: Sequence[str], level: float) -> list[Contrast]:
    """Return each kind against the commonest within accounts, the rest taken out; none where nothing can be told."""
    against = references(kept, kind)
    names = [name for name, reference in against.items() if name != reference]
    others = comparable.all_but_commonest(kept, rest) if names else {}
    account = guards.codes(kept["account"])
    columns = _apart({name: np.asarray(kept[kind] == name, dtype=float) for name in names}, others, account)
    design = Design(kept["log_rate"].to_numpy(float), columns | others, account, guards.codes(kept["influencer_id"]))
    fit = guards.estimate(design, FEWEST_CREATORS) if columns else NotEnough("collinear")
    if isinstance(fit, NotEnough):
        return []
    of_kind = kept.groupby(kind)["influencer_id"]
    posts, creators = of_kind.size(), of_kind.nunique()
    return [
        Contrast(name, against[name], fit.interval(name, level), int(posts[name]), int(creators[name]))
        for name in columns
        if name in fit.names
    ]


def _apart(kinds: dict[str, Array], others: dict[str, Array], account: Codes) -> dict[str, Array]:
    """Return the kinds that do not go together with the other columns: within accounts, a part is their own."""
    if not kinds or not others:
        return kinds
    own = guards.less_means(np.column_stack(list(kinds.values())), account)
    rest = guards.less_means(np.column_stack(list(others.values())), account)
    left = own - rest @ np.linalg.lstsq(rest, own, rcond=1e-9)[0]
    enough = (left**2).sum(axis=0) >= OWN_PART * (own**2).sum(axis=0)
    return {name: column for (name, column), told in zip(kinds.items(), enough, strict=True) if told}


def _finding(
    name: str,
    noun: str,
    found: list[Contrast],
    base: tuple[int, int],
    method: str,
    caveats: tuple[str, ...],
    campaign: Campaign,
) -> Finding:
    """Return the finding of several contrasts: the best that stands out, or that none does."""
    known: dict[str, Any] = {"n": base[0], "clusters": base[1], "level": campaign.confidence, "caveats": caveats}
    known["table"] = shown(found, noun, campaign)
    best = standing_out(found)
    if best is not None:
        said = words.stands_out(best.kind, best.against, best.change, best.posts, best.creators)
        return Finding(name, said, "supported", method, best.change.estimate, best.change.ends, **known)
    lowest, highest = min(c.change.low for c in found), max(c.change.high for c in found)
    alike = max(-lowest, highest) < WORTH_KNOWING
    verdict: Verdict = "contradicted" if alike else "undecided"
    said = words.none_stands_out(noun, len(found), (lowest, highest), base, WORTH_KNOWING if alike else None)
    return Finding(name, said, verdict, method, **known)


def standing_out(found: list[Contrast]) -> Contrast | None:
    """Return the kind that surely draws most above the commonest, else the one that surely draws least; or none."""
    above = [contrast for contrast in found if contrast.difference.low > 0]
    below = [contrast for contrast in found if contrast.difference.high < 0]
    if above:
        return max(above, key=lambda contrast: contrast.difference.estimate)
    return min(below, key=lambda contrast: contrast.difference.estimate) if below else None


def shown(found: list[Contrast], noun: str, campaign: Campaign) -> ShownTable:
    """Return the contrasts for the page."""
    alone = len({contrast.against for contrast in found}) == 1
    rows = pd.DataFrame(
        {
            "label": words.kind_label(contrast.kind, alone),
            "kind": words.kind(contrast.kind),
            "against": words.kind(contrast.against),
            "change_shown": words.change_with_ends(contrast.change),
            "verdict": words.contrast_verdict(contrast.change),
            "posts": contrast.posts,
            "creators": contrast.creators,
            "change": contrast.change.estimate,
            "low": contrast.change.low,
            "high": contrast.change.high,
        }
        for contrast in found
    )
    columns = (
        TableColumn("kind", "Posts"),
        TableColumn("against", "Against"),
        TableColumn("change_shown", "Engagement rate by followers", "range"),
        TableColumn("verdict", "Verdict"),
        TableColumn("posts", "Posts of that kind", "count"),
        TableColumn("creators", "Creators", "count"),
        TableColumn("change", "Change", "signed_percent", shown=False),
        TableColumn("low", "From", "signed_percent", shown=False),
        TableColumn("high", "To", "signed_percent", shown=False),
    )
    return ShownTable(words.contrasts_caption(noun, campaign.confidence), columns, rows)
