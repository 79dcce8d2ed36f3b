"""What else a campaign moved: visits, landing pages, the brand's followers, mentions, search; none of it is money."""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.multitest import multipletests

from influence_lib.analysis import incrementality, inference, regions
from influence_lib.analysis.inference import Interval
from influence_lib.campaign import Campaign
from influence_lib.findings import Finding, ShownTable, TableColumn, Tabled, Verdict, not_available, not_enough
from influence_lib.tables import BRAND, Tables
from influence_lib.wording import outcomes as words

ID = "roi.outcome"
# What was sold is the business of the lift in sales.
SALES = re.compile(
    r"sales|revenue|umsatz|ventas|order|bestellung|conversion|purchase|transaction|key_event|checkout|add_to_cart|^y$"
)
# Names of one thing, the best first: of each row only the first that the files have is looked at.
ALIKE = (
    ("sessions", "visits", "site_visits", "site_visitors", "visitors", "total_users", "active_users", "users",
     "sitzungen", "nutzer", "engaged_sessions", "new_users", "returning_users"),
    ("views", "pageviews", "page_views", "event_count"),
)  # fmt: skip
LEVEL = re.compile(r"follower|subscriber|fans")
CHANGES = re.compile(r"new|gain|net|lost|follows|change|difference")
# A level: from day to day it moves by less than this share of itself.
LEVEL_STEP = 0.02
MOST_PAGES = 5
MOST_UNTOUCHED = 3
MOST_MISSING = 0.1
# Expected numbers below one a day are no base for a change in per cent.
LEAST_EXPECTED = 1.0


@dataclass(frozen=True)
class Moved:
    """One daily number: its name for readers and its values by day."""

    name: str
    days: pd.Series


def daily(tables: Tables, campaign: Campaign) -> list[Moved]:
    """Return every daily number of the brand that the campaign can move and that is not sales, each once."""
    series = _own(tables.series)
    moving = series[
        series["is_outcome"].fillna(False).astype(bool) & ~series["name"].str.casefold().str.contains(SALES)
    ]
    whole = moving[moving["segment"].isna()]
    again = _repeated(sorted(whole["name"].unique()))
    kept = whole[~whole["name"].isin(again)]
    chosen = [_of_rows(str(name), rows, campaign) for name, rows in kept.groupby("name", sort=True)]
    pages = [_of_rows(words.landing(page), rows, campaign) for page, rows in _pages(moving)[:MOST_PAGES]]
    every = [
        *chosen,
        *_summed(moving, whole, campaign),
        *pages,
        *_followers(tables, campaign),
        *_mentions(tables, campaign),
    ]
    return [_as_changes(one) for one in every if len(one.days)]


def _own(series: pd.DataFrame) -> pd.DataFrame:
    """Return the daily series of the brand as a whole, in all regions together."""
    own = series["influencer_id"].isna() | (series["influencer_id"] == BRAND)
    return series[own & series["region"].isna() & ~series["days"].gt(1).fillna(False).astype(bool)]


def _repeated(names: list[str]) -> set[str]:
    """Return the names that only say again, or in part, what a better one of them says."""
    plain = {re.sub(r"\W+", "_", name.casefold()): name for name in names}
    groups = [[plain[one] for one in group if one in plain] for group in ALIKE]
    return {name for group in groups for name in group[1:]}


def _of_rows(name: str, rows: pd.DataFrame, campaign: Campaign) -> Moved:
    """Return sums by day of the brand, up to the end of the campaign or the day of the report."""
    day = rows["date"].dt.tz_convert(campaign.timezone).dt.tz_localize(None).dt.normalize()
    sums = rows["value"].astype(float).groupby(day).sum().sort_index()
    return Moved(words.name(name), _until_the_end(sums[sums.abs() < regions.LARGEST], campaign))


def _until_the_end(days: pd.Series, campaign: Campaign) -> pd.Series:
    """Return the days up to the end of the campaign or of the report."""
    return days[days.index <= min(pd.Timestamp(campaign.end), pd.Timestamp(campaign.today))]


def _pages(moving: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """Return the visits of each landing page, the most visited first."""
    parts = moving[moving["segment"].fillna("").str.match(r"/|landing|https?:")]
    visits = next((name for name in ALIKE[0] if (parts["name"] == name).any()), None)
    groups = [(str(page), rows) for page, rows in parts[parts["name"] == visits].groupby("segment", sort=True)]
    return sorted(groups, key=lambda group: (-float(group[1]["value"].sum()), group[0]))


def _summed(moving: pd.DataFrame, whole: pd.DataFrame, campaign: Campaign) -> list[Moved]:
    """Return visits added up over their parts where the files have only parts; visitors cannot be added up."""
    parts = moving[moving["segment"].notna() & moving["name"].isin(["sessions", "visits"])]
    if whole["name"].isin(ALIKE[0]).any() or parts.empty:
        return []
    name = str(parts["name"].min())
    return [_of_rows(name, parts[parts["name"] == name], campaign)]


def _followers(tables: Tables, campaign: Campaign) -> list[Moved]:
    """Return the followers of the brand's own accounts by day, where they were read daily."""
    rows = tables.followers[tables.followers["influencer_id"] == BRAND]
    rows = rows.assign(date=rows["observed_at"], value=rows["followers"]).sort_values("date")
    day = rows["date"].dt.tz_convert(campaign.timezone).dt.normalize()
    last = rows[~rows.assign(day=day).duplicated(["day", "platform"], keep="last")]
    return [_of_rows(f"{platform} followers", part, campaign) for platform, part in last.groupby("platform", sort=True)]


def _mentions(tables: Tables, campaign: Campaign) -> list[Moved]:
    """Return mentions of the brand and its products a day; days between the first and the last without one are zero."""
    about = tables.mentions[tables.mentions["subject"].isin(["us", "product"]) | tables.mentions["subject"].isna()]
    if about.empty:
        return []
    day = about["seen_at"].dt.tz_convert(campaign.timezone).dt.tz_localize(None).dt.normalize()
    counts = day.value_counts().sort_index().astype(float)
    every = pd.date_range(counts.index.min(), counts.index.max(), freq="D")
    return [Moved(words.MENTIONS, _until_the_end(counts.reindex(every, fill_value=0.0), campaign))]


def _as_changes(one: Moved) -> Moved:
    """Return a level, such as followers, as its changes from day to day; another number as it is."""
    values = one.days.to_numpy(float)
    named = LEVEL.search(one.name.casefold()) and not CHANGES.search(one.name.casefold())
    if not named or len(values) < 3 or np.median(values) <= 0:
        return one
    if np.median(np.abs(np.diff(values))) > LEVEL_STEP * np.median(values):
        return one
    known = one.days.reindex(pd.date_range(one.days.index[0], one.days.index[-1], freq="D"))
    name = re.sub(r"(brand )?followers?", words.NEW_FOLLOWERS, one.name)
    return Moved(name, known.diff().dropna())


@dataclass(frozen=True)
class Judged:
    """What the lift of one daily number says, before the others are looked at: or why it says nothing."""

    name: str
    said: str | None
    change: Interval | None = None
    extra: Interval | None = None
    chance: float = 1.0
    days: int = 0
    known: int = 0


def judged(one: Moved, tables: Tables, campaign: Campaign) -> Judged:
    """Return the change of a daily number since the launch against what was to be expected."""
    start = pd.Timestamp(campaign.start)
    every = one.days.reindex(pd.date_range(one.days.index[0], one.days.index[-1], freq="D"))
    days = pd.DatetimeIndex(every.index)
    x, _ = incrementality.design(days, tables, campaign)
    quiet = every.mask(incrementality.of_others(days, campaign) & np.asarray(days < start))
    said = _too_little(one, x[every.notna().to_numpy()], start) or _too_loud(one.name, quiet, start)
    if said:
        return Judged(one.name, said, known=len(one.days))
    found = incrementality.lift(quiet, x, start, campaign.confidence)
    expected = float(found.expected.sum())
    if expected < LEAST_EXPECTED * found.days:
        return Judged(one.name, words.near_nothing(one.name), known=len(one.days))
    extra = Interval(found.estimate, found.low, found.high, found.days)
    chance = float(2 * stats.t.sf(abs(found.estimate) / max(found.error, 1e-300), found.freedom))
    return Judged(one.name, None, extra.through(lambda v: v / expected), extra, chance, found.days, len(one.days))


def _too_little(one: Moved, x: inference.Array, start: pd.Timestamp) -> str | None:
    """Return the sentence about what a daily number lacks, or None when it can be judged."""
    before = int((one.days.index < start).sum())
    span = int((one.days.index[-1] - one.days.index[0]).days) + 1
    if before < incrementality.FEWEST_DAYS_BEFORE:
        return words.too_few_days(one.name, before, incrementality.FEWEST_DAYS_BEFORE)
    if before == len(one.days):
        return words.not_started(one.name)
    if len(one.days) < (1 - MOST_MISSING) * span:
        return words.gaps(one.name, span - len(one.days))
    return words.too_regular(one.name) if incrementality.too_regular(one.days, x, start) else None


def _too_loud(name: str, quiet: pd.Series, start: pd.Timestamp) -> str | None:
    """Return the sentence about days before the launch where other campaigns leave too few quiet ones."""
    before, least = int(quiet[quiet.index < start].notna().sum()), incrementality.FEWEST_DAYS_BEFORE
    return words.too_few_days(name, before, least) if before < least else None


def outcomes(tables: Tables, campaign: Campaign) -> Tabled | Finding:
    """Return what else moved, a finding for each daily number, as rows of one table with what could not be touched."""
    looked = [judged(one, tables, campaign) for one in daily(tables, campaign)]
    if not looked:
        return not_available(ID, words.NO_SERIES, words.METHOD)
    untouched = [judged(one, _without(tables, one.name), campaign) for one in _untouched(tables, campaign)]
    verdicts, quiet = _verdicts(looked, campaign), _verdicts(untouched, campaign)
    loud = [one.name for one, told in zip(untouched, quiet, strict=True) if told in {"supported", "contradicted"}]
    caveats = (*((words.something_else(loud),) if loud else ()), words.UNTOUCHED)
    tried = sum(one.change is not None for one in looked)
    ids = _ids([one.name for one in looked])
    found = [
        _finding(name, one, told, tried, caveats, campaign)
        for name, one, told in zip(ids, looked, verdicts, strict=True)
    ]
    rows = [_row(one, words.verdict(told)) for one, told in zip(looked, verdicts, strict=True)]
    rows += [_row(one, words.LOUD if one.name in loud else words.QUIET) for one in untouched if one.change]
    by_week = tables.series[tables.series["days"].gt(1).fillna(False).astype(bool)]["name"].nunique()
    pages = max(0, len(_pages(_own(tables.series))) - MOST_PAGES)
    said = words.caption(len(looked), campaign.confidence, int(by_week), pages)
    return Tabled(ShownTable(said, COLUMNS, pd.DataFrame(rows, columns=[c.name for c in COLUMNS])), *found)


def _untouched(tables: Tables, campaign: Campaign) -> list[Moved]:
    """Return the daily series that the campaign cannot move, the first few by name."""
    series = _own(tables.series)
    still = series[~series["is_outcome"].fillna(False).astype(bool) & series["segment"].isna()]
    found = [_of_rows(str(name), rows, campaign) for name, rows in still.groupby("name", sort=True)]
    return [one for one in found if len(one.days)][:MOST_UNTOUCHED]


def _without(tables: Tables, name: str) -> Tables:
    """Return the tables without one daily series."""
    return tables.with_table("series", tables.series[tables.series["name"].map(words.name) != name])


def _verdicts(looked: list[Judged], campaign: Campaign) -> list[Verdict]:
    """Return a verdict on each number that allows for how many are looked at (Benjamini and Hochberg 1995)."""
    known = [one for one in looked if one.change]
    if not known:
        return ["not_enough_data"] * len(looked)
    clear = multipletests([one.chance for one in known], alpha=1 - campaign.confidence, method="fdr_bh")[0]
    surely = {id(one): bool(yes) for one, yes in zip(known, clear, strict=True)}
    return [_verdict(one, surely.get(id(one), False)) for one in looked]


def _verdict(one: Judged, clear: bool) -> Verdict:
    """Return the verdict on one number: clear both beside the others and by its own interval."""
    if one.change is None:
        return "not_enough_data"
    if not clear or one.change.low <= 0 <= one.change.high:
        return "undecided"
    return "supported" if one.change.low > 0 else "contradicted"


def _ids(names: list[str]) -> list[str]:
    """Return a short unique id for each name: small letters and underscores."""
    plain = [re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")[:48] or "number" for name in names]
    seen = pd.Series(plain, dtype=object)
    again = seen.groupby(seen).cumcount()
    return [f"{ID}.{name}" + (f"_{number + 1}" if number else "") for name, number in zip(plain, again, strict=True)]


def _finding(
    name: str, one: Judged, verdict: Verdict, tried: int, caveats: tuple[str, ...], campaign: Campaign
) -> Finding:
    """Return the finding about one daily number."""
    if one.change is None or one.extra is None:
        return not_enough(name, one.said or "", words.METHOD, n=one.known)
    said = words.outcome(one.name, one.change, one.extra.estimate, one.days, verdict, tried)
    known: dict[str, Any] = {"n": one.known, "level": campaign.confidence, "caveats": caveats}
    known["details"] = {"extra": one.extra.estimate, "extra_low": one.extra.low, "extra_high": one.extra.high}
    return Finding(name, said, verdict, words.METHOD, one.change.estimate, one.change.ends, **known)


COLUMNS = (
    TableColumn("outcome", "What was counted"),
    TableColumn("extra", "More than expected", "count"),
    TableColumn("change", "Change", "signed_percent"),
    TableColumn("low", "Low", "signed_percent"),
    TableColumn("high", "High", "signed_percent"),
    TableColumn("verdict", "What can be said"),
    TableColumn("days", "Days", "count", shown=False),
)


def _row(one: Judged, verdict: str) -> dict[str, object]:
    """Return one daily number as a row."""
    row: dict[str, object] = {"outcome": one.name, "verdict": verdict, "days": one.known}
    if one.change is None or one.extra is None:
        return row
    return row | {
        "extra": one.extra.estimate,
        "change": one.change.estimate,
        "low": one.change.low,
        "high": one.change.high,
    }
