"""TikTok Studio: the list of videos, the daily overview and the history of followers."""

import re
from dataclasses import replace

import pandas as pd

from influence_lib.intake import accounts, years
from influence_lib.intake.accounts import CREATOR, LINK_ID, OTHERS, header_of, own_days, own_posts
from influence_lib.intake.grid import Sheet
from influence_lib.intake.remarks import Remark
from influence_lib.intake.source import Built, Context, Source
from influence_lib.intake.typed import Field, hashed, headers
from influence_lib.wording.en import count

LINK = re.compile(r"tiktok\.com/(?:@(?P<creator>[\w.-]+)/)?(?:video|photo|v)/(?P<id>\d+)", re.I)
# Studio writes this word where a number is not known.
UNDEFINED = "undefined"
DATE = Field("date", "time", headers("date, fecha, datum, data, 日付"), required=True)
# Comments that were deleted make the number of a day go below zero.
DAYS = tuple(
    Field(name, "count", headers(listed), signed=True)
    for name, listed in (
        ("video_views", "video views, visualizaciones de vídeos, visualizaciones de vídeo, videoaufrufe"),
        ("profile_views", "profile views, visualizaciones del perfil, visualizaciones de perfil, profilaufrufe"),
        ("likes", "likes, me gusta, gefällt mir"),
        ("comments", "comments, comentarios, kommentare"),
        ("shares", "shares, veces compartido, compartidos, compartido, geteilt"),
        ("reached_audience", "reached audience, audiencia alcanzada, erreichtes publikum"),
        ("unique_viewers", "unique viewers, espectadores únicos, einzelne zuschauer"),
        ("total_viewers", "total viewers, total de espectadores, zuschauer insgesamt"),
        ("new_viewers", "new viewers, espectadores nuevos, nuevos espectadores, neue zuschauer"),
        ("returning_viewers", "returning viewers, espectadores recurrentes, wiederkehrende zuschauer"),
    )
)
FOLLOWERS = Field("followers", "count", headers("followers, seguidores, follower"), required=True)
DIFFERENCE = Field(
    "difference",
    "count",
    headers(
        "difference in followers from previous day, diferencia de seguidores respecto al día anterior, "
        "diferencia de seguidores con respecto al día anterior, differenz der follower zum vortag"
    ),
    signed=True,
)
POSTED_AT = Field(
    "posted_at",
    "time",
    headers(
        "post time, posted on, publish time, hora de publicación, fecha de publicación, data de publicação, "
        "veröffentlichungszeit"
    ),
    required=True,
)
TITLE = Field(
    "caption",
    "text",
    headers(
        "video title, video description, título del vídeo, título del video, título do vídeo, descripción del vídeo, "
        "descripción del video, videotitel"
    ),
)
URL = Field("url", "text", headers("video link, enlace del vídeo, enlace del video, link do vídeo, videolink"))
VIDEOS = (
    CREATOR,
    Field("post_id", "id", (LINK_ID,)),
    TITLE,
    URL,
    POSTED_AT,
    Field("likes", "count", headers("total likes, likes, total de me gusta, me gusta, total de curtidas")),
    Field("comments", "count", headers("total comments, comments, total de comentarios, comentarios")),
    Field(
        "shares",
        "count",
        headers("total shares, shares, total de veces compartido, total de compartidos, veces compartido, compartidos"),
    ),
    Field(
        "views",
        "count",
        headers(
            "total views, video views, views, total de visualizaciones, visualizaciones totales, "
            "visualizaciones de vídeo, visualizaciones de vídeos, visualizaciones, visualizações do vídeo"
        ),
    ),
    Field(
        "saves",
        "count",
        headers(
            "add to favorites, total favorites, favorites, total bookmarks, saves, añadir a favoritos, "
            "añadido a favoritos, añadidos a favoritos, agregar a favoritos, total de favoritos, favoritos"
        ),
    ),
    years.YEAR_ASSUMED,
)


def days_with_years(sheet: Sheet, context: Context) -> Sheet:
    """Return a daily file with a year in its dates, and nothing where nothing is known."""
    header = header_of(DATE, sheet)
    return _without_undefined(sheet if header is None else years.complete(sheet, header, context))


def videos_with_ids(sheet: Sheet, context: Context) -> Sheet:
    """Return a list of videos with a year in its dates, and with what the links tell.

    A video without a link has an id made of its time and title.
    """
    time, link, title = (header_of(item, sheet) for item in (POSTED_AT, URL, TITLE))
    if time is None or link is None:
        return _without_undefined(sheet)
    titles = sheet.cells(title) if title else [""] * len(sheet)
    pairs = zip(sheet.cells(time), titles, strict=True)
    made = [hashed(f"{told}\n{text}", "post", context.salt, 10) for told, text in pairs]
    dated = years.complete(sheet, time, context, of_posts=True)
    return _without_undefined(accounts.with_links(dated, link, LINK, {LINK_ID: made}))


def _without_undefined(sheet: Sheet) -> Sheet:
    """Return a copy without the word that Studio writes for what it does not know."""
    columns = {header: sheet.cells(header) for header in sheet.header if UNDEFINED in sheet.cells(header)}
    cells = {header: ["" if cell == UNDEFINED else cell for cell in column] for header, column in columns.items()}
    return sheet.with_cells(cells, *(["'undefined' taken as unknown"] if cells else []))


def build_days(rows: pd.DataFrame, context: Context) -> Built:
    """Return the days of the account as series."""
    built = own_days(rows, context, "tiktok", [item.name for item in DAYS])
    return replace(built, remarks=years.remarks(rows, "date", context))


def build_followers(rows: pd.DataFrame, context: Context) -> Built:
    """Return the history of followers; a contradiction with the difference beside them is told."""
    seen = rows.rename(columns={"date": "observed_at", "creator": "influencer_id"}).assign(platform="tiktok")
    frame = seen[["influencer_id", "platform", "observed_at", "followers"]]
    accounts.refuse_two_days(rows, context, ["date", "creator"], ["followers"])
    return Built({"followers": frame}, remarks=(*years.remarks(rows, "date", context), *_mismatches(rows, context)))


def _mismatches(rows: pd.DataFrame, context: Context) -> tuple[Remark, ...]:
    """Return a warning for days whose difference is not that of the followers.

    By its name the difference is to the day before; Studio has also written it beside the earlier of the two days.
    """
    ordered = rows.sort_values("date").drop_duplicates("date")
    next_day = ordered["date"].dt.tz_convert(context.zone).dt.tz_localize(None).diff() == pd.Timedelta(days=1)
    step = ordered["followers"].diff().where(next_day)
    told = ordered["difference"]
    differ = min(int((step.shift(-days) != told).fillna(False).sum()) for days in (0, 1))
    words = f"followers and their difference contradict each other, the followers count ({count(differ, 'day')})"
    return (Remark("DIFFERENCE_MISMATCH", words, True),) if differ else ()


def build_videos(rows: pd.DataFrame, context: Context) -> Built:
    """Return the videos of the account and their numbers to date."""
    pictures = rows["url"].str.contains("/photo/", regex=False).fillna(False).astype("bool")
    kinds = pd.Series("video", index=rows.index, dtype="str").mask(pictures, "carousel")
    built = own_posts(rows.assign(post_type=kinds), context, "tiktok")
    return replace(built, remarks=(*built.remarks, *years.remarks(rows, "posted_at", context)))


SOURCES = (
    Source(
        "tiktok_followers",
        "history of followers (TikTok Studio)",
        (DATE, FOLLOWERS, DIFFERENCE, years.YEAR_ASSUMED),
        needs=(("date",), ("followers",), ("difference",)),
        build=build_followers,
        of_account=True,
        prepare=days_with_years,
    ),
    Source(
        "tiktok_overview",
        "daily overview (TikTok Studio)",
        (DATE, *DAYS, years.YEAR_ASSUMED),
        needs=(("date",), ("video_views", "total_viewers"), ("profile_views", "returning_viewers")),
        build=build_days,
        never=OTHERS | {"post id", "impressions", "reach"},
        of_account=True,
        prepare=days_with_years,
    ),
    Source(
        "tiktok_videos",
        "list of videos (TikTok Studio)",
        VIDEOS,
        needs=(("url",), ("posted_at",), ("views",), ("likes", "comments")),
        build=build_videos,
        never=OTHERS | {"post id", "impressions"},
        of_posts=True,
        of_account=True,
        prepare=videos_with_ids,
    ),
)
