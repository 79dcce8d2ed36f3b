"""What was received: rows used and left out, how fresh the files are, how whole the feeds, how old the readings."""

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from influence_lib import wording
from influence_lib.analysis import feed as feeds
from influence_lib.analysis.feed import Feed
from influence_lib.campaign import Campaign
from influence_lib.findings import Finding, Note, ShownTable, TableColumn, not_available
from influence_lib.metrics import FEED_COVERAGE, ROWS_USED
from influence_lib.tables import Tables

if TYPE_CHECKING:
    from influence_lib.intake import FileReading, Intake

# A file whose newest entry is older than this when the report is made is called stale.
STALE_DAYS = 30
# Tables of which a new export would hold more rows; a ledger or a list of creators can be whole and old.
GROWING_TABLES = ("posts", "orders", "series")
TIMES = {
    "posts": "posted_at",
    "orders": "ordered_at",
    "costs": "spent_at",
    "series": "date",
    "mentions": "seen_at",
    "events": "at",
}
# Where posts come at random, one pause in a thousand is ten times the usual; two weeks keep daily posters out.
LONG_PAUSE, LONG_PAUSE_DAYS = 10, 14
FEWEST_POSTS_FOR_RHYTHM = 8

COUNTED = "Counted from the files, not estimated."
COVERAGE_METHOD = (
    "Posts in the files between two readings of a profile's total of posts, out of those by which the total grew. "
    "Where totals are missing, pauses are compared with the account's usual one."
)
AGE_METHOD = "Days from posting to the last reading of likes and comments, for each post."


def rows_used(data: "Intake") -> Finding:
    """Count the rows that were used; the table says so file by file, with how fresh each is."""
    campaign, files = data.campaign, _files(data)
    rows, used = int(files["rows"].sum()), int(files["used"].sum())
    if not rows:
        return not_available("data.rows_used", wording.NO_ROWS, COUNTED)
    share = ROWS_USED.of(files)
    stale = files[files["stale"]]
    named = zip(stale["file"], stale["newest"], strict=True)
    told = tuple(wording.stale_file(str(name), newest, campaign.today) for name, newest in named)
    return Finding(
        "data.rows_used",
        wording.rows_used(used, rows, len(files), data.newest, campaign.today),
        "supported" if used == rows and not told else "undecided",
        COUNTED,
        share,
        (share, share),
        rows,
        caveats=(*told, wording.MISSING_FILES),
        table=_files_table(files),
        counted=True,
    )


def _files(data: "Intake") -> pd.DataFrame:
    """Return one row a file: what it is, rows, used, its newest entry, and whether that is long ago."""
    return pd.DataFrame([_file(file, data.campaign) for file in data.files])


def _file(file: "FileReading", campaign: Campaign) -> dict[str, object]:
    """Return one file as the page shows it."""
    newest = newest_of(file, TIMES, campaign)
    grown = newest_of(file, {name: TIMES[name] for name in GROWING_TABLES}, campaign)
    stale = grown is not None and (campaign.today - grown).days > STALE_DAYS
    return {
        "file": file.path.name,
        "kind": file.source.label,
        "rows": file.rows,
        "used": file.used,
        "newest": newest,
        "entry": wording.newest_entry(newest, campaign.today, stale, file.used),
        "stale": stale,
    }


def newest_of(file: "FileReading", times: Mapping[str, str], campaign: Campaign) -> dt.date | None:
    """Return the day of the newest entry in those tables of a file that `times` names with their column."""
    seen = [file.frames[name][column].max() for name, column in times.items() if column in file.frames.get(name, ())]
    days = [time.tz_convert(campaign.timezone).date() for time in seen if not pd.isna(time)]
    return max(days) if days else None


def _files_table(files: pd.DataFrame) -> ShownTable:
    """Return the files with their words."""
    columns = (
        TableColumn("file", "File"),
        TableColumn("kind", "What it is"),
        TableColumn("rows", "Rows", "count"),
        TableColumn("used", "Used", "count"),
        TableColumn("entry", "Newest entry"),
        TableColumn("newest", "Day of the newest entry", "date", shown=False),
        TableColumn("stale", "Stale", shown=False),
    )
    return ShownTable("What was read, file by file", columns, files)


def left_out(data: "Intake") -> ShownTable | Note:
    """Return which rows were set aside or dropped, by file and reason, with the first line and what to do."""
    rows = [
        {
            "file": account["path"],
            "reason": reason["reason"],
            "rows": reason["rows"],
            "line": _first_line(file, reason["code"]) if reason["kind"] == "set aside" else "–",
            "advice": wording.sentence_case(reason["advice"] or wording.NOTHING),
            "kind": reason["kind"],
        }
        for file, account in zip(data.files, data.to_json()["files"], strict=True)
        for reason in account["reasons"]
    ]
    if not rows:
        return Note(wording.NOTHING_LEFT_OUT)
    columns = (
        TableColumn("file", "File"),
        TableColumn("reason", "Reason"),
        TableColumn("rows", "Rows", "count"),
        TableColumn("kind", "What happened"),
        TableColumn("line", "First line"),
        TableColumn("advice", "What to do"),
    )
    return ShownTable("Rows that were not used, and why", columns, pd.DataFrame(rows))


def _first_line(file: "FileReading", code: str) -> str:
    """Return the first line that was set aside for a reason, as it stands in the file."""
    return str(min(fault.line for fault in file.quarantine if fault.code == code))


def feed_coverage(tables: Tables, campaign: Campaign) -> Finding:
    """Count which share of the published posts the files have; without totals, say what the rhythm shows."""
    posts = feeds.of(tables, campaign)
    table = posts.coverage
    if table.empty:
        pauses = longest_pauses(posts.published, campaign)
        judged, paused = len(pauses), int(pauses["long"].sum())
        told = bool(tables.followers["media_count"].notna().any())
        said = wording.coverage_unknown(told, judged, paused, LONG_PAUSE, campaign.saturation_days)
        return not_available("data.feed_coverage", said, COVERAGE_METHOD, caveats=(wording.TOTALS_WANTED,))
    share, read = FEED_COVERAGE.of(table), int(table["posts_read"].sum())
    published, rated = int(table["posts_published"].sum()), table.assign(share=FEED_COVERAGE.each(table))
    low = int((rated["share"] < feeds.WHOLE_FROM).sum())
    caveats = () if posts.is_whole else (wording.part_of_the_feed(share),)
    return Finding(
        "data.feed_coverage",
        wording.feed_coverage(share, read, published, len(table), low, feeds.WHOLE_FROM),
        "supported" if posts.is_whole else "contradicted",
        COVERAGE_METHOD,
        share,
        (share, share),
        published,
        int(table["influencer_id"].nunique()),
        caveats=caveats,
        table=_coverage_table(rated, campaign),
        counted=True,
    )


def _coverage_table(rated: pd.DataFrame, campaign: Campaign) -> ShownTable:
    """Return the coverage of each account, the lowest first."""
    columns = (
        TableColumn("influencer_id", "Creator"),
        TableColumn("platform", "Platform"),
        TableColumn("share", "Feed coverage", "percent"),
        TableColumn("posts_read", "Posts in the files", "count"),
        TableColumn("posts_published", "Posts published", "count"),
        TableColumn("since", "From", "date", shown=False),
        TableColumn("until", "To", "date", shown=False),
    )
    days = {name: rated[name].dt.tz_convert(campaign.timezone) for name in ("since", "until")}
    rows = rated.assign(**days).sort_values(["share", "influencer_id", "platform"], ignore_index=True)
    return ShownTable("Posts in the files against the growth of each profile's total", columns, rows)


def longest_pauses(published: pd.DataFrame, campaign: Campaign) -> pd.DataFrame:
    """Return by account the usual and the longest pause of the last days, and whether that is long, in days.

    Columns: influencer_id, platform, usual, longest, long. Accounts with few posts have no usual pause.
    """
    ordered = published.sort_values("posted_at", kind="stable")
    keys = ["influencer_id", "platform"]
    pause = ordered.groupby(keys)["posted_at"].diff().dt.total_seconds() / 86_400
    recent = ordered["posted_at"] >= feeds.end_of(campaign) - pd.Timedelta(days=campaign.saturation_days)
    rows = ordered.assign(pause=pause, recent_pause=pause.where(recent))
    table = rows.groupby(keys).agg(
        usual=("pause", "median"), longest=("recent_pause", "max"), posts=("post_id", "size")
    )
    table = table[table["posts"] >= FEWEST_POSTS_FOR_RHYTHM].reset_index()
    long = (table["longest"] > LONG_PAUSE * table["usual"]) & (table["longest"] > LONG_PAUSE_DAYS)
    return table.assign(long=long)[[*keys, "usual", "longest", "long"]]


def reading_age(tables: Tables, campaign: Campaign) -> Finding:
    """Return how old the median post was when its numbers were last read; the table says what that is fit for."""
    read = feeds.ages(tables, campaign)
    posts = feeds.of(tables, campaign)
    known = read["age_days"].dropna()
    untold = int(read["known"].fillna(False).astype(bool).sum()) - len(known)
    if known.empty:
        return not_available("data.reading_age", wording.NO_READINGS, AGE_METHOD, caveats=(wording.UNTOLD_TIMES,))
    age, ripe = float(known.median()), float((known >= campaign.minimum_age_days).mean())
    return Finding(
        "data.reading_age",
        wording.reading_age(age, ripe, campaign.minimum_age_days, untold),
        "supported",
        AGE_METHOD,
        age,
        (age, age),
        len(known),
        int(read.loc[known.index, "influencer_id"].nunique()),
        caveats=(*posts.caveats, *((wording.UNTOLD_TIMES,) if untold else ())),
        table=_reading_table(read, posts, tables, campaign),
        counted=True,
    )


def _reading_table(read: pd.DataFrame, posts: Feed, tables: Tables, campaign: Campaign) -> ShownTable:
    """Return how the posts' numbers and the followers were read, and what the report does with that."""
    minimum, trend = campaign.minimum_age_days, campaign.trend_age_days
    age, known = read["age_days"], read["known"].fillna(False).astype(bool)
    accounts = tables.followers.groupby(["influencer_id", "platform"]).size()
    numbers = {
        wording.read_later(minimum): int((age >= minimum).sum()),
        wording.read_late(trend): int((age >= trend).sum()),
        wording.read_before(minimum): int((age < minimum).sum()),
        wording.TIME_UNTOLD: int((known & age.isna()).sum()),
        wording.WITHOUT_NUMBERS: int((~known).sum()),
        wording.READ_AGAIN: int((read["readings"] > 1).sum()),
        wording.NUMBER_FELL: posts.falling,
        wording.FOLLOWERS_AGAIN: int((accounts > 1).sum()),
        wording.FOLLOWERS_ONCE: int((accounts == 1).sum()),
    }
    of = {wording.FOLLOWERS_AGAIN: len(accounts), wording.FOLLOWERS_ONCE: len(accounts)}
    rows = [
        {"what": what, "number": number, "share": number / max(of.get((what, then), len(read)), 1), "then": then}
        for (what, then), number in numbers.items()
        if number or (what, then) == wording.read_later(minimum)
    ]
    columns = (
        TableColumn("what", "What was read"),
        TableColumn("number", "Number", "count"),
        TableColumn("share", "Share", "percent"),
        TableColumn("then", "What this report does"),
    )
    return ShownTable("How the posts' numbers and followers were read", columns, pd.DataFrame(rows))


def age_bands(tables: Tables, campaign: Campaign) -> pd.DataFrame:
    """Return how many posts were read in each band of ages: band, posts, share, compared (old enough for rates)."""
    read = feeds.ages(tables, campaign)
    borders = sorted({0, campaign.minimum_age_days, campaign.trend_age_days, *feeds.AGE_BANDS[2:]})
    ends: list[int | None] = [*borders[1:], None]
    age = read["age_days"]
    rows = [
        {
            "band": wording.age_band(low, high),
            "posts": int(((age >= low) & (age < (high or float("inf")))).sum()),
            "compared": low >= campaign.minimum_age_days,
        }
        for low, high in zip(borders, ends, strict=True)
    ]
    untold = int((read["known"].fillna(False).astype(bool) & age.isna()).sum())
    table = pd.DataFrame([*rows, {"band": "not told", "posts": untold, "compared": False}])
    return table.assign(share=table["posts"] / max(int(table["posts"].sum()), 1))
