"""Meta: Instagram and Facebook content, the daily numbers of the Business Suite, and the Graph interface's answers."""

import re
from dataclasses import replace

import pandas as pd

from influence_lib.intake import json_tables, posts, titled
from influence_lib.intake.accounts import own_posts, refuse_two_days
from influence_lib.intake.grid import Sheet
from influence_lib.intake.reasons import FileError
from influence_lib.intake.remarks import Remark
from influence_lib.intake.source import POST_TYPE_CHOICES, Built, Context, Source, choices, known
from influence_lib.intake.typed import Field, header_key, headers
from influence_lib.wording.en import count

TYPES = POST_TYPE_CHOICES | choices(
    image=("ig bild", "ig foto", "fotos", "ig photo"),
    carousel=("ig karussell", "ig album"),
    video=("live video", "live videos"),
    text=("link", "links", "status", "status update", "text", "texte"),
)  # fmt: skip
# German names vary from download to download, so each has several.
PUBLISHED = headers(
    "publish time, veröffentlichungszeit, veröffentlichungszeitpunkt, veröffentlicht am, veröffentlicht"
)
PERMALINK = headers("permalink, dauerhafter link, permanenter link")
POST_TYPE = headers("post type, beitragstyp, beitragsart, art des beitrags")
POST_ID = headers("post id, beitrags id, id des beitrags, beitragskennung")
DESCRIPTION = headers("description, beschreibung")
COMMON = (
    Field("post_id", "id", POST_ID, required=True),
    # The month stands first in the English export; what other languages do, nobody has told.
    Field("posted_at", "time", PUBLISHED, required=True, month_first=frozenset({PUBLISHED[0]})),
    Field("post_type", "choice", POST_TYPE, choices=TYPES),
    Field("caption", "text", DESCRIPTION),
    Field("url", "text", PERMALINK),
    Field("comments", "count", headers("comments, kommentare")),
    Field("shares", "count", headers("shares, geteilte inhalte, geteilt, mal geteilt, teilungen")),
    Field("saves", "count", headers("saves, gespeicherte inhalte, gespeicherte beiträge, gespeichert, speicherungen")),
    # The older downloads count plays of reels and impressions of everything; since 2025 both are views.
    Field("views", "count", headers("views, aufrufe, plays, wiedergaben")),
    Field("reach", "count", headers("reach, reichweite, accounts reached, erreichte konten")),
    Field("impressions", "count", headers("impressions, impressionen")),
    Field("link_clicks", "count", headers("link clicks, link klicks, linkklicks")),
)
DATES = {"date", "datum"}
# Of days and 'Lifetime', in whatever language, only days have digits.
A_DAY = re.compile(r"\d")


def _content(sheet: Sheet, context: Context) -> Sheet:
    """Return a content export without numbers of single days. Raises FileError when it has no others.

    The column Date says 'Lifetime' where a row counts everything since the post went out. Numbers of days cannot be
    added to that: an account reached on two days is one account, and the days before the download's first are missing.
    """
    header = next((name for name in sheet.header if header_key(name) in DATES), None)
    if header is None:
        return sheet
    days = [position for position, cell in enumerate(sheet.cells(header)) if A_DAY.search(cell)]
    if days and len(days) == len(sheet):
        advice = "which do not add up to those of a post; export it again with 'Lifetime' instead of days"
        raise FileError(context.path, "DAILY_NUMBERS", f"its column '{header}' shows numbers of single days, {advice}")
    return sheet.without(days, "NUMBERS_OF_A_DAY") if days else sheet


def build_instagram(rows: pd.DataFrame, context: Context) -> Built:
    """Return posts and numbers of an Instagram export."""
    built = own_posts(rows, context, "instagram")
    return replace(built, notes=(*built.notes, *_of_stories(rows)))


def _of_stories(rows: pd.DataFrame) -> tuple[str, ...]:
    """Return a note where there are stories: their answers cannot be compared between countries."""
    if not (known(rows, "post_type") == "story").any():
        return ()
    return ("replies to stories are not read: Meta leaves those from Europe and Japan out, as if there were none",)


META_INSTAGRAM = Source(
    "meta_instagram",
    "Instagram content export (Meta Business Suite)",
    (
        Field(
            "creator",
            "handle",
            headers("account username, benutzername des kontos, konto benutzername, kontobenutzername"),
            required=True,
        ),
        Field("account_id", "id", headers("account id, konto id, kontokennung")),
        *COMMON,
        Field("likes", "count", headers("likes, gefällt mir angaben, gefällt mir")),
        # German downloads call the followers a post has won just that; this export never has how many there are.
        Field("follows", "count", headers("follows, neue follower, new followers, follower, abos")),
    ),
    needs=(("creator",), ("post_id",), ("posted_at",), ("url",), ("post_type",)),
    build=build_instagram,
    of_posts=True,
    prepare=_content,
)


def build_facebook(rows: pd.DataFrame, context: Context) -> Built:
    """Return posts and numbers of a page, under the creator the YAML names where the export is of one page."""
    alone = known(rows, "account_id").nunique() <= 1
    whose = context.creator if context.creator and alone else rows["creator"]
    built = own_posts(rows.assign(creator=whose, caption=_whole_text(rows)), context, "facebook")
    mixed = "Facebook's numbers may hold paid views and reactions beside the organic ones"
    told = ("reactions of every kind are taken as likes", mixed, *_unused_creator(context, alone))
    return replace(built, notes=(*built.notes, *told), remarks=(*built.remarks, *_boosted(rows)))


def _whole_text(rows: pd.DataFrame) -> pd.Series:
    """Return title and description: the text of a photo stands in the one, that of a video in the other."""
    title, text = (known(rows, name).astype("str") for name in ("title", "caption"))
    return (title + "\n" + text).where(title != text, text).fillna(title).fillna(text)


def _unused_creator(context: Context, alone: bool) -> tuple[str, ...]:
    """Return a note where the creator of the YAML cannot be meant for every page of a file."""
    if alone or not context.creator:
        return ()
    return ("several pages, each under its own name: `creator` in the YAML is not used",)


def _boosted(rows: pd.DataFrame) -> tuple[Remark, ...]:
    """Return a warning of posts that were shown for money."""
    views, reach = (known(rows, name).astype("Int64").fillna(0) > 0 for name in ("paid_views", "paid_reach"))
    paid = views | reach
    words = f"shown for money too, so their rates are not organic ({count(int(paid.sum()), 'post')})"
    return (Remark("BOOSTED", words, True),) if paid.any() else ()


META_FACEBOOK = Source(
    "meta_facebook",
    "Facebook content export (Meta Business Suite)",
    (
        Field("creator", "handle", headers("page name, seitenname, name der seite")),
        Field("account_id", "id", headers("page id, seiten id, id der seite, seitenkennung"), required=True),
        *COMMON,
        Field("title", "text", headers("title, titel")),
        Field("likes", "count", headers("reactions, reaktionen")),
        Field("paid_views", "count", headers("views from boosted posts, aufrufe durch beworbene beiträge")),
        Field("paid_reach", "count", headers("reach from boosted posts, reichweite durch beworbene beiträge")),
    ),
    needs=(("account_id",), ("post_id",), ("posted_at",), ("url",), ("post_type",)),
    build=build_facebook,
    of_posts=True,
    of_account=True,
    prepare=_content,
)

# Title, without the platform: what was counted. Other titles keep their own words.
COUNTED = {
    header_key(text): name
    for name, texts in {
        "reach": "reach, reichweite, accounts reached, erreichte konten",
        "views": "views, aufrufe",
        "viewers": "viewers, zuschauer",
        "follows": "follows, new followers, neue follower, follower_count",
        "content_interactions": "content interactions, interactions, interaktionen mit inhalten, interaktionen",
        "link_clicks": "link clicks, link klicks, linkklicks, website_clicks",
        "profile_visits": "visits, profile visits, besuche, profilbesuche, profile_views",
    }.items()
    for text in headers(texts)
}
OF_PLATFORM = re.compile(r"\b(instagram|facebook)s?\b")


def build_daily(rows: pd.DataFrame, context: Context) -> Built:
    """Return one row a day and title; a title without a platform takes that of the file's other titles."""
    titles = rows["metric"].map(header_key).astype("str")
    named = set(titles.str.extract(OF_PLATFORM, expand=False).dropna())
    file = context.platform or (named.pop() if len(named) == 1 else None)
    platforms = titles.str.extract(OF_PLATFORM, expand=False).astype("str").fillna(file or pd.NA)
    bare = titles.str.replace(OF_PLATFORM, "", regex=True).map(header_key).astype("str")
    unknown = int(titles[platforms.isna()].nunique())
    several = count(unknown, "series", "series")
    words = f"Instagram or Facebook? The title does not tell, set `platform` in the YAML ({several})"
    remarks = (Remark("PLATFORM_UNKNOWN", words, True),) if unknown else ()
    return replace(_series(rows, bare, platforms, context), remarks=remarks)


def _series(rows: pd.DataFrame, titles: pd.Series, platforms: pd.Series, context: Context) -> Built:
    """Return daily numbers as series. Raises FileError when a day of one has two values."""
    counted = titles.map(COUNTED).astype("str").fillna(titles.str.replace(" ", "_"))
    names = (platforms + "_" + counted).fillna(counted)
    made = rows.assign(name=names, platform=platforms, influencer_id=rows["creator"], is_outcome=True)
    refuse_two_days(made, context, ["date", "name"], ["value"])
    columns = ["date", "name", "value", "influencer_id", "platform", "is_outcome"]
    series = made[columns].dropna(subset=["value"]).drop_duplicates()
    sums = {str(name): float(values.sum()) for name, values in series.groupby("name")["value"]}
    return Built({"series": series.astype({"is_outcome": "boolean"})}, sums=sums)


META_DAILY = Source(
    "meta_daily",
    "daily numbers of an account (Meta Business Suite)",
    (
        Field("date", "time", ("date",), required=True),
        Field("metric", "text", ("metric",), required=True),
        Field("value", "amount", ("primary",), signed=True),
    ),
    needs=(("date",), ("metric",), ("value",)),
    build=build_daily,
    signature=frozenset(map(header_key, (titled.DATE, titled.METRIC, titled.VALUE))),
    of_account=True,
)

# The interface's days end at midnight there.
CALIFORNIA = "America/Los_Angeles"


def _days_ended(sheet: Sheet, context: Context) -> Sheet:
    """Return an account's daily numbers with the day each is of; the interface tells the moment that day ended."""
    if "end_time" not in sheet.header:
        return sheet
    days = {cell: _day_ended(cell) for cell in set(sheet.cells("end_time"))}
    cells = [days[cell] for cell in sheet.cells("end_time")]
    return sheet.with_cells({"end_time": cells}, "days are those of California, by which Instagram's interface counts")


def _day_ended(text: str) -> str:
    """Return the day that ended at a moment, or the text itself when it tells none."""
    try:
        ended = pd.Timestamp(text)
    except ValueError:
        return text
    if pd.isna(ended) or ended.tzinfo is None:
        return text
    return str((ended.tz_convert(CALIFORNIA) - pd.Timedelta(seconds=1)).date())


def build_graph(rows: pd.DataFrame, context: Context) -> Built:
    """Return what the Graph interface told: an account by day, or posts and their numbers."""
    if "metric" not in rows:
        return _graph_posts(rows, context)
    titles = rows["metric"].map(header_key).astype("str")
    platforms = pd.Series("instagram", rows.index, dtype="str")
    return _series(rows, titles, platforms, context)


def _graph_posts(rows: pd.DataFrame, context: Context) -> Built:
    """Return posts and numbers; numbers of a post whose time is not told wait for another file that tells it."""
    counts = [name for name in posts.COUNTS if name in rows]
    _refuse_two_readings(rows, context, counts)
    # A list of posts and the answer on each one's numbers may stand in one file.
    once = rows.groupby("post_id", sort=False).first().reset_index()
    once = once.assign(posted_at=known(once, "posted_at").astype("datetime64[us, UTC]"))
    built = own_posts(once.drop(columns="followers", errors="ignore"), context, "instagram")
    listed = built.frames["posts"].dropna(subset=["posted_at"])
    bare = len(once) - len(listed)
    frames = {"post_metrics": built.frames["post_metrics"], **_profile(once, built)} | (
        {"posts": listed} if len(listed) else {}
    )
    waits = (
        (f"numbers without the time of the post; another file must list it ({count(bare, 'post')})",) if bare else ()
    )
    told_by = "Instagram's interface counts organic views only, up to two days late"
    return replace(built, frames=frames, notes=(*built.notes, told_by, *waits, *_of_stories(rows)))


def _refuse_two_readings(rows: pd.DataFrame, context: Context, counts: list[str]) -> None:
    """Refuse two answers about one post with different numbers: nobody can tell which is the later."""
    for post_id, same in rows[rows.duplicated("post_id", keep=False)].groupby("post_id", sort=False):
        if (same[counts].nunique() > 1).any():
            first, second = same["_line"].iloc[:2]
            message = f"items {first} and {second} hold the post {post_id} with different numbers; keep the later one"
            raise FileError(context.path, "CONFLICTING_DUPLICATE", message)


def _profile(rows: pd.DataFrame, built: Built) -> dict[str, pd.DataFrame]:
    """Return the followers a profile shows beside its posts: a number of the day it was asked for, not of each post."""
    if "followers" not in rows:
        return {}
    read = built.frames["post_metrics"]["observed_at"].max()
    seen = rows.assign(influencer_id=rows["creator"], platform="instagram", observed_at=read)
    names = ["influencer_id", "platform", "observed_at", "followers"]
    names += [name for name in ("media_count",) if name in seen]
    return {"followers": seen[names].dropna(subset=["followers"]).drop_duplicates("influencer_id")}


INSTAGRAM_GRAPH = Source(
    "instagram_graph",
    "answer of Instagram's interface (Graph API)",
    (
        Field("post_id", "id", ("media id",), required=True),
        Field("creator", "handle", ("username",)),
        Field("account_id", "id", ("owner id",)),
        Field("posted_at", "time", ("timestamp",)),
        Field("post_type", "choice", ("post type",), choices=TYPES),
        Field("caption", "text", ("caption",)),
        Field("url", "text", ("permalink",)),
        *(Field(name, "count", (header_key(name),)) for name in json_tables.NUMBERS),
        Field("followers", "count", ("followers count",)),
        Field("media_count", "count", ("media count",)),
        Field("date", "time", ("end time",), required=True),
        Field("metric", "text", ("metric",), required=True),
        Field("value", "amount", ("value",), signed=True),
    ),
    needs=(("post_id", "metric"),),
    build=build_graph,
    signature=frozenset({header_key(json_tables.ANSWER)}),
    of_account=True,
    prepare=_days_ended,
)

SOURCES: tuple[Source, ...] = (META_INSTAGRAM, META_FACEBOOK, META_DAILY, INSTAGRAM_GRAPH)
