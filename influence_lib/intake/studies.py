"""Published studies in the form their authors gave out."""

import pandas as pd

from influence_lib.intake.accounts import header_of
from influence_lib.intake.grid import Sheet
from influence_lib.intake.posts import build
from influence_lib.intake.reasons import FileError
from influence_lib.intake.source import POST_TYPE_CHOICES, Built, Context, Source
from influence_lib.intake.typed import Field, header_key

POSTED = "Posted in the month of"
MONTH, HOUR = (Field(name, "text", (f"post {name}", name)) for name in ("month", "hour"))
FIELDS = (
    Field("posted_at", "time", (header_key(POSTED),)),
    Field("followers", "count", ("page total likes", "page t likes")),
    Field("post_type", "choice", ("type",), choices=POST_TYPE_CHOICES),
    Field("is_sponsored", "flag", ("paid",)),
    Field("reach", "count", ("lifetime post total reach", "t reach")),
    Field("impressions", "count", ("lifetime post total impressions", "t impression")),
    Field("likes", "count", ("like",)),
    Field("comments", "count", ("comment",)),
    Field("shares", "count", ("share",)),
)


def with_times(sheet: Sheet, context: Context) -> Sheet:
    """Return the sheet with a time for each post: the study tells month and hour, the YAML the year, nobody the day.

    Raises FileError in a campaign without a `year`; a file looked at alone is taken as of last year.
    """
    if context.year is None and not context.alone:
        raise FileError(context.path, "MISSING_YEAR", "its posts have a month but no year; set `year` in the YAML")
    year = context.year or context.today.year - 1
    months, hours = (header_of(item, sheet) for item in (MONTH, HOUR))
    if months is None or hours is None:
        raise FileError(
            context.path, "MISSING_COLUMN", "it needs a column for the month and one for the hour of a post"
        )
    pairs = zip(sheet.cells(months), sheet.cells(hours), strict=True)
    return sheet.with_cells({POSTED: [_time(year, month.strip(), hour.strip()) for month, hour in pairs]})


def _time(year: int, month: str, hour: str) -> str:
    """Return a time on the first day of a month; anything that is no month or hour stays as it is, to be set aside."""
    return f"{year}-{month:0>2}-01T{hour:0>2}:00:00" if month and hour else ""


def build_facebook(rows: pd.DataFrame, context: Context) -> Built:
    """Return posts of one page, whose likes at the time are its followers."""
    built = build(rows.assign(platform="facebook"), context)
    note = "only month and hour of a post are known: each is dated on the first day of its month"
    return Built(built.frames, built.dropped, (*built.notes, note), built.remarks, built.sums)


FACEBOOK_METRICS = Source(
    "facebook_metrics",
    "Facebook posts of a cosmetics brand (Moro, Rita and Vala 2016)",
    FIELDS,
    needs=(("followers",), ("likes",)),
    build=build_facebook,
    signature=frozenset({"paid", "like", "share", "comment", "type", "category"}),
    of_posts=True,
    of_account=True,
    prepare=with_times,
)
