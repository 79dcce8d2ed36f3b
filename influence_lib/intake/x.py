"""X: posts and days of an account, and the tweet activity of the time before."""

import re
from dataclasses import replace

import pandas as pd

from influence_lib.intake import accounts
from influence_lib.intake.accounts import CREATOR, header_of, own_days, own_posts
from influence_lib.intake.grid import Sheet
from influence_lib.intake.remarks import Remark
from influence_lib.intake.source import Built, Context, Source, known
from influence_lib.intake.typed import Field, clean, headers
from influence_lib.wording.en import count

LINK = re.compile(r"(?:x|twitter)\.com/(?:i/(?:web/)?|(?P<creator>\w+)/)status(?:es)?/(?P<id>\d+)", re.I)
SHARES = "reposts are read as shares; X's own 'Shares' are copied links and are left out"

POST_ID = Field("post_id", "id", headers("post id, tweet id"))
URL = Field("url", "text", headers("post link, tweet permalink"))
DATE = Field("date", "time", ("date",), required=True)
POSTED_AT = Field("posted_at", "time", headers("date, time"), required=True)
POSTS = (
    CREATOR,
    POST_ID,
    POSTED_AT,
    Field("caption", "text", headers("post text, tweet text")),
    URL,
    Field("impressions", "count", ("impressions",)),
    Field("likes", "count", headers("likes, favorites")),
    Field("comments", "count", ("replies",)),
    Field("shares", "count", headers("reposts, retweets")),
    Field("copied_links", "count", ("shares",)),
    Field("saves", "count", ("bookmarks",)),
    Field("follows", "count", headers("new follows, follows")),
    Field("link_clicks", "count", ("url clicks",)),
    Field("promoted_impressions", "count", ("promoted impressions",)),
)
DAYS = tuple(
    Field(name, "count", (name.replace("_", " "),), signed=True)
    for name in (
        "impressions", "likes", "engagements", "bookmarks", "shares", "new_follows", "unfollows", "replies", "reposts",
        "profile_visits", "create_post", "video_views", "media_views",
    )
)  # fmt: skip


def with_ids(sheet: Sheet, context: Context) -> Sheet:
    """Return a list of posts with the id and the creator that its links tell: a spreadsheet rounds ids, not links."""
    link, number = header_of(URL, sheet), header_of(POST_ID, sheet)
    if link is None or number is None:
        return sheet
    linked = accounts.with_links(sheet, link, LINK, {number: sheet.cells(number)})
    pairs = zip(sheet.cells(number), linked.cells(number), strict=True)
    other = sum(clean(told) != found for told, found in pairs)
    return linked.with_cells({}, f"ids taken from the links ({count(other, 'row')})") if other else linked


def build_posts(rows: pd.DataFrame, context: Context) -> Built:
    """Return the posts of the account and their numbers, without those that were paid for."""
    built = own_posts(rows, context, "x")
    notes = (*built.notes, SHARES) if "copied_links" in rows else built.notes
    return replace(built, notes=notes, remarks=(*built.remarks, *_promoted(rows)))


def _promoted(rows: pd.DataFrame) -> tuple[Remark, ...]:
    """Return a warning for posts that were promoted: what advertising did to their organic numbers, nobody knows."""
    promoted = int((known(rows, "promoted_impressions").astype("Int64") > 0).sum())
    words = "promoted; only the organic numbers are counted, and advertising may have raised these"
    return (Remark("PROMOTED", f"{words} ({count(promoted, 'post')})", True),) if promoted else ()


def build_days(rows: pd.DataFrame, context: Context) -> Built:
    """Return the days of the account as series."""
    return own_days(rows, context, "x", [item.name for item in DAYS])


SOURCES = (
    Source(
        "x_posts",
        "list of posts (X account analytics)",
        POSTS,
        needs=(("post_id",), ("posted_at",), ("impressions",)),
        build=build_posts,
        signature=frozenset({"post id", "date", "post text", "post link"}),
        of_posts=True,
        of_account=True,
        prepare=with_ids,
    ),
    Source(
        "tweet_activity",
        "tweet activity (Twitter analytics)",
        POSTS,
        needs=(("post_id",), ("posted_at",), ("impressions",)),
        build=build_posts,
        signature=frozenset({"tweet id", "tweet text", "time"}),
        of_posts=True,
        of_account=True,
        prepare=with_ids,
    ),
    Source(
        "x_overview",
        "daily overview (X account analytics)",
        (DATE, *DAYS),
        needs=(("date",), ("impressions",), ("new_follows",), ("unfollows",)),
        build=build_days,
        of_account=True,
    ),
)
