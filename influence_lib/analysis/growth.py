"""Whose followers jumped? A rise or fall within two weeks that is large and out of line with the account's growth.

Told are the jump and whether reactions moved along. Why followers came or went is not in the data.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from influence_lib.analysis import feed, inference
from influence_lib.analysis.feed import Feed
from influence_lib.analysis.inference import Array, Interval
from influence_lib.campaign import Campaign
from influence_lib.findings import Finding, ShownTable, TableColumn, Verdict, not_available, not_enough
from influence_lib.tables import Tables
from influence_lib.wording import creators as words

Counts = npt.NDArray[np.int64]

WINDOW_DAYS = 14
# Smaller jumps change no decision.
LEAST = 0.1
# At most so many accounts in a hundred are flagged in a year when nothing but growth goes on.
FALSE_ALARMS = 0.01
# Growth in fortnights is taken to be as wild as Student's t with three degrees of freedom: single days then are wilder.
FREEDOM = 3
# What goes on for weeks is growth: a jump is so many times what an equal time before and after brings.
STEEPER = 4
SIDE_DAYS, LEAST_SIDE_DAYS = 28, 7
FEWEST_FORTNIGHTS = 4
# How many readings on each side show to what the numbers are rounded.
NEIGHBOURS = 10
# Where numbers usually move by more than one of the steps they are rounded to, one that comes again was only copied.
STEPS = 2
# Of windows with nearly the whole jump, the shortest tells its day best.
NEARLY = 0.9
REACTION_DAYS, FEWEST_POSTS = 60, 3
JUMP = ["influencer_id", "platform", "since", "until", "before", "after", "change", "excess", "sure"]
# How many times the usual distance of its fortnights an account's growth exceeds as often as that.
BEYOND = float(stats.t.isf(FALSE_ALARMS * WINDOW_DAYS / 365 / 2, FREEDOM) / stats.t.ppf(0.75, FREEDOM))
METHOD = (
    f"Followers read at most {WINDOW_DAYS} days apart: a change by {LEAST:.0%} or more that lasts, {STEEPER} times "
    f"steeper than the weeks before and after, and so far beyond the usual fortnights of this account and of all "
    f"accounts that growth with heavy tails (Student's t, {FREEDOM} degrees of freedom) would flag at most "
    f"{FALSE_ALARMS * 100:.0f} account in 100 a year. What numbers may be rounded by is taken off. Reactions: posts of "
    f"the {REACTION_DAYS} days before and after, Welch's interval."
)


@dataclass(frozen=True)
class Account:
    """The follower readings of one account, one a day at most.

    `growth` is the usual log growth a day, `usual` how far a fortnight usually lies from it.
    """

    influencer_id: str
    platform: str
    days: Array
    followers: Counts
    growth: float
    usual: float

    @property
    def watched(self) -> float:
        """Return the days that lie between readings close enough."""
        gaps = np.diff(self.days)
        return float(gaps[gaps <= WINDOW_DAYS].sum())


def accounts(followers: pd.DataFrame, campaign: Campaign) -> list[Account]:
    """Return the accounts with readings close enough for long enough, up to the day of the report."""
    seen = followers[(followers["observed_at"] < feed.end_of(campaign)) & (followers["followers"] > 0)]
    seen = seen.sort_values("observed_at", kind="stable")
    day = seen["observed_at"].dt.floor("D")
    daily = seen[~seen.assign(day=day).duplicated(["influencer_id", "platform", "day"], keep="last")]
    by_account = daily.groupby(["influencer_id", "platform"], sort=True)
    found = (_account(str(name), str(platform), rows) for (name, platform), rows in by_account)
    return [account for account in found if account is not None]


def _account(name: str, platform: str, rows: pd.DataFrame) -> Account | None:
    """Return one account with its usual growth; None when its readings are too few or too far apart."""
    times = rows["observed_at"].astype("int64").to_numpy() / (86_400 * 1e6)
    days, followers = _read_anew(times, rows["followers"].to_numpy(np.int64))
    close = np.diff(days) <= WINDOW_DAYS
    if close.sum() < FEWEST_FORTNIGHTS or days[-1] - days[0] < FEWEST_FORTNIGHTS * WINDOW_DAYS:
        return None
    ends = days[0] + WINDOW_DAYS * np.arange(int((days[-1] - days[0]) // WINDOW_DAYS) + 1)
    fortnights = np.diff(np.interp(ends, days, np.log(followers)))
    growth = float(np.median(fortnights))
    usual = float(np.median(np.abs(fortnights - growth)))
    return Account(name, platform, days, followers, growth / WINDOW_DAYS, usual)


def _read_anew(days: Array, followers: Counts) -> tuple[Array, Counts]:
    """Return the readings without numbers that were only copied: a list kept for months shows growth in one step."""
    moves = np.abs(np.diff(followers))
    if not moves.any() or np.median(moves[moves > 0]) < STEPS * np.gcd.reduce(followers):
        return days, followers
    anew = np.concatenate([[True], moves > 0])
    return days[anew], followers[anew]


def all_jumps(found: list[Account]) -> pd.DataFrame:
    """Return the jumps of all accounts, one a row.

    `since` and `until` are the days of the readings, `before` and `after` the followers, `change` is relative,
    `excess` the log change beyond growth and rounding; `sure` is whether that is also far beyond what is usual for the
    account and for all accounts.
    """
    usual = float(np.median([account.usual for account in found])) if found else 0.0
    rows = [
        {
            "influencer_id": account.influencer_id,
            "platform": account.platform,
            "since": account.days[first],
            "until": account.days[last],
            "before": int(account.followers[first]),
            "after": int(account.followers[last]),
            "change": float(account.followers[last] / account.followers[first] - 1),
            "excess": excess,
            "sure": abs(excess) >= BEYOND * max(account.usual, usual),
        }
        for account in found
        for first, last, excess in _jumps_of(account)
    ]
    return pd.DataFrame(rows, columns=JUMP)


def _jumps_of(account: Account) -> Iterator[tuple[int, int, float]]:
    """Yield the jumps of an account, the largest first: reading before, reading after, log excess."""
    first, last, excess = _windows(account)
    length = account.days[last] - account.days[first]
    left = np.ones(len(first), dtype=bool)
    while left.any():
        top = int(np.argmax(np.where(left, np.abs(excess), 0)))
        with_it = left & (first < last[top]) & (last > first[top])
        whole = with_it & (np.sign(excess) == np.sign(excess[top])) & (np.abs(excess) >= NEARLY * abs(excess[top]))
        best = int(np.argmin(np.where(whole, length, np.inf)))
        yield int(first[best]), int(last[best]), float(excess[top])
        left &= ~with_it


def _windows(account: Account) -> tuple[Counts, Counts, Array]:
    """Return the windows of at most two weeks in which followers jumped: first and last reading, log excess."""
    first, last = _large_changes(account)
    excess = _excess(account, first, last)
    lasts = [_lasts(account, start, end) for start, end in zip(first, last, strict=True)]
    kept = (np.abs(excess) >= math.log1p(LEAST)) & np.array(lasts, dtype=bool)
    return first[kept], last[kept], excess[kept]


def _large_changes(account: Account) -> tuple[Counts, Counts]:
    """Return all windows of at most two weeks over which followers changed by enough to matter."""
    days, size = account.days, np.log(account.followers)
    ends = [np.empty((0, 2), dtype=np.int64)]
    for lag in range(1, len(days)):
        near = days[lag:] - days[:-lag] <= WINDOW_DAYS
        if not near.any():
            break
        first = np.flatnonzero(near & (np.abs(size[lag:] - size[:-lag]) >= math.log1p(LEAST)))
        ends.append(np.column_stack([first, first + lag]))
    first, last = np.concatenate(ends).T
    return first, last


def _slopes(account: Account) -> tuple[Array, Array]:
    """Return at each reading the growth a day in the weeks before and after; unknown where there is no week of it."""
    days, size = account.days, np.log(account.followers)
    back, ahead = np.minimum(SIDE_DAYS, days - days[0]), np.minimum(SIDE_DAYS, days[-1] - days)
    earlier, later = size - np.interp(days - back, days, size), np.interp(days + ahead, days, size) - size
    sides = [(earlier, back), (later, ahead)]
    before, after = (np.where(span >= LEAST_SIDE_DAYS, way / np.maximum(span, 1), np.nan) for way, span in sides)
    return before, after


def _excess(account: Account, first: Counts, last: Counts) -> Array:
    """Return the log change in each window beyond growth and rounding; 0 where weeks around are steep or unknown."""
    size, length = account.followers, account.days[last] - account.days[first]
    way, grid = np.sign(size[last] - size[first]), _rounded_to(size, first, last)
    least = (size[last] - way * grid / 2) / (size[first] + way * grid / 2)
    change = way * np.log(np.maximum(least, 1e-9))
    before, after = _slopes(account)
    around = np.maximum(way * before[first], way * after[last])
    trend = np.maximum(np.maximum(around, way * account.growth), 0) * length
    steep = change >= STEEPER * np.maximum(around, 0) * length
    return np.asarray(np.where(steep & np.isfinite(around), way * np.maximum(change - trend, 0), 0))


def _rounded_to(followers: Counts, first: Counts, last: Counts) -> Array:
    """Return to what the numbers around each window are rounded: their greatest common divisor; 0 for whole numbers."""
    ends = zip(np.maximum(first - NEIGHBOURS, 0), last + NEIGHBOURS + 1, strict=True)
    grid = np.array([int(np.gcd.reduce(followers[start:end])) for start, end in ends], dtype=float)
    return np.where(grid > 1, grid, 0.0)


def _lasts(account: Account, first: int, last: int) -> bool:
    """Tell whether the weeks after lie beyond the weeks before by half the change: a slip of the pen does not."""
    days, size = account.days, np.log(account.followers)
    before = size[(days <= days[first]) & (days >= days[first] - SIDE_DAYS)]
    after = size[(days >= days[last]) & (days <= days[last] + SIDE_DAYS)]
    change = size[last] - size[first]
    return bool(np.sign(change) * (np.median(after) - np.median(before)) >= abs(change) / 2)


def jumped(tables: Tables, campaign: Campaign) -> set[str]:
    """Return the creators whose followers jumped on any platform."""
    found = all_jumps(accounts(tables.followers, campaign))
    return set(found.loc[found["sure"].astype(bool), "influencer_id"])


def reaction(posts: pd.DataFrame, jump: "pd.Series[Any]", level: float) -> Interval | None:
    """Return how engagements of a post changed from before a jump to after it; None for too few posts."""
    own = posts[(posts["influencer_id"] == jump["influencer_id"]) & (posts["platform"] == jump["platform"])]
    day = own["posted_at"].astype("int64") / (86_400 * 1e6)
    drawn = np.log(own["engagements"].astype(float) + 0.5)
    before = drawn[(day <= jump["since"]) & (day >= jump["since"] - REACTION_DAYS)]
    after = drawn[(day >= jump["until"]) & (day <= jump["until"] + REACTION_DAYS)]
    if min(len(before), len(after)) < FEWEST_POSTS or inference.all_alike(before) or inference.all_alike(after):
        return None
    test = stats.ttest_ind(after, before, equal_var=False)
    low, high = test.confidence_interval(level)
    found = Interval(float(after.mean() - before.mean()), float(low), float(high), len(before) + len(after))
    return found.through(lambda value: float(np.expm1(value)))


def jumps(tables: Tables, posts: Feed, campaign: Campaign) -> Finding:
    """Count the accounts whose followers jumped, and tell whether reactions moved along."""
    name, all_readings = "engagement.follower_jumps", tables.followers
    if all_readings.empty or not all_readings.duplicated(["influencer_id", "platform"]).any():
        return not_available(name, words.NO_HISTORY, METHOD)
    watched = accounts(all_readings, campaign)
    known: dict[str, Any] = {"level": campaign.confidence, "clusters": len({a.influencer_id for a in watched})}
    if not watched:
        said = words.too_few_readings(WINDOW_DAYS, FEWEST_FORTNIGHTS * WINDOW_DAYS)
        return not_enough(name, said, METHOD, n=len(all_readings), **known)
    rows = with_reactions(all_jumps(watched), posts, campaign)
    flagged, possible = _accounts_in(rows[rows["sure"]]), _accounts_in(rows)
    verdict: Verdict = "supported" if flagged else "undecided" if possible else "contradicted"
    years = sum(account.watched for account in watched) / 365
    said = words.follower_jumps(_largest(rows), flagged, possible - flagged, len(watched), (LEAST, WINDOW_DAYS))
    known |= {"n": sum(len(account.days) for account in watched), "caveats": _caveats(watched, years)}
    known |= {"table": shown(rows, campaign) if len(rows) else None, "details": {"account_years": years}}
    return Finding(name, said, verdict, METHOD, float(flagged), (float(flagged), float(possible)), **known)


def _accounts_in(rows: pd.DataFrame) -> int:
    """Return of how many accounts there are rows."""
    return len(rows[["influencer_id", "platform"]].drop_duplicates())


def _largest(rows: pd.DataFrame) -> words.Jump | None:
    """Return the largest sure jump, which comes first, in words; None when there is none."""
    sure = rows[rows["sure"]]
    if sure.empty:
        return None
    first = sure.iloc[0]
    return words.Jump(float(first["change"]), first["day"], str(first["alongside"]))


def _caveats(watched: list[Account], years: float) -> tuple[str, ...]:
    """Return how much of the time nobody looked, and what a jump does not say."""
    whole = sum(float(account.days[-1] - account.days[0]) for account in watched) / 365
    return (words.unwatched(1 - years / whole, WINDOW_DAYS), words.false_alarms(FALSE_ALARMS), words.NO_REASONS)


def with_reactions(rows: pd.DataFrame, posts: Feed, campaign: Campaign) -> pd.DataFrame:
    """Return the jumps, the largest of the sure ones first, with day, reaction and its words."""
    seen = [reaction(posts.posts, jump, campaign.confidence) for _, jump in rows.iterrows()]
    told = rows.assign(
        sure=rows["sure"].astype(bool),
        day=pd.to_datetime(rows["until"], unit="D", utc=True).dt.tz_convert(campaign.timezone).dt.date,
        reacted=[found.estimate if found else math.nan for found in seen],
        reaction=[words.reaction(found) for found in seen],
        alongside=[words.alongside(found, change) for found, change in zip(seen, rows["change"], strict=True)],
        size=rows["excess"].abs(),
    )
    return told.sort_values(["sure", "size", "influencer_id"], ascending=[False, False, True], ignore_index=True)


def shown(rows: pd.DataFrame, campaign: Campaign) -> ShownTable:
    """Return the jumps for the page."""
    told = rows.assign(verdict=[words.jump_verdict(sure) for sure in rows["sure"]])
    columns = (
        TableColumn("influencer_id", "Creator"),
        TableColumn("platform", "Platform"),
        TableColumn("verdict", "Verdict"),
        TableColumn("day", "Around", "date"),
        TableColumn("change", "Followers", "signed_percent"),
        TableColumn("before", "From", "count"),
        TableColumn("after", "To", "count"),
        TableColumn("reaction", "Engagements of a post", "range"),
        TableColumn("alongside", "Reactions"),
        TableColumn("reacted", "Change of engagements", "signed_percent", shown=False),
    )
    return ShownTable(words.jumps_caption(REACTION_DAYS, campaign.confidence), columns, told)
