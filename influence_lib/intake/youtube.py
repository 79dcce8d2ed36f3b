"""YouTube Studio: the table of videos and the daily charts."""

from dataclasses import replace

import pandas as pd

from influence_lib.intake.accounts import CREATOR, OTHERS, header_of, own_days, own_posts
from influence_lib.intake.grid import Sheet
from influence_lib.intake.remarks import Remark
from influence_lib.intake.source import Built, Context, Source, known
from influence_lib.intake.typed import INVISIBLE, Field, headers
from influence_lib.wording.en import count

CONTENT = headers("content, video, videos, video id, inhalte, inhalt, contenido, vídeo, vídeos")
TITLE = headers("video title, videotitel, título del vídeo, título del video")
PUBLISHED = headers(
    "video publish time, veröffentlichungszeitpunkt des videos, veröffentlichungszeit des videos, "
    "hora de publicación del vídeo, hora de publicación del video"
)
VIEWS = headers("views, aufrufe, visualizaciones, vistas")
WATCH_HOURS = headers("watch time hours, wiedergabezeit stunden, tiempo de visualización horas")
LIKES = headers("likes, mag ich bewertungen, positive bewertungen, me gusta")
COMMENTS = headers("comments added, comments, kommentare, hinzugefügte kommentare, comentarios añadidos, comentarios")
SHARES = headers("shares, geteilte inhalte, geteilt, veces compartido, compartidos")
# Won without those lost, where both stand there; else what Studio calls subscribers, won less lost.
SUBSCRIBERS = headers(
    "subscribers gained, gewonnene abonnenten, neue abonnenten, suscriptores obtenidos, subscribers, abonnenten, "
    "suscriptores"
)
THUMBNAILS = headers(
    "thumbnail impressions, impressions, thumbnail impressionen, impressionen, impresiones de miniaturas, impresiones"
)
LEFT_OUT = "thumbnails shown are not read as impressions: they miss Shorts, other sites and the app's own players"

# What a chart can be parted by beside videos; its days are then those of the parts.
PARTS = headers(
    "content type, geography, cities, traffic source, device type, operating system, subscription status, "
    "viewer age, viewer gender, playlist, new and returning viewers, art des inhalts, inhaltstyp, geografie, "
    "zugriffsquelle, gerätetyp, betriebssystem, abostatus, alter der zuschauer, geschlecht der zuschauer, "
    "tipo de contenido, ubicación geográfica, fuente de tráfico, tipo de dispositivo, sistema operativo, "
    "estado de suscripción, edad del espectador, sexo del espectador"
)
POST_ID = Field("post_id", "id", CONTENT, required=True)
VIDEOS = (
    CREATOR,
    POST_ID,
    Field("caption", "text", TITLE),
    Field("posted_at", "time", PUBLISHED, required=True),
    Field("views", "count", VIEWS),
    Field("likes", "count", LIKES),
    Field("comments", "count", COMMENTS),
    Field("shares", "count", SHARES),
    Field("follows", "count", SUBSCRIBERS, signed=True),
    Field("thumbnails", "count", THUMBNAILS),
)
DAYS = (
    Field("views", "count", VIEWS),
    Field("watch_hours", "amount", WATCH_HOURS, signed=True),
    Field("likes", "count", LIKES, signed=True),
    Field("comments", "count", COMMENTS, signed=True),
    Field("shares", "count", SHARES, signed=True),
    Field("subscribers_won", "count", SUBSCRIBERS, signed=True),
    Field("thumbnails_shown", "count", THUMBNAILS),
)
DAILY = (
    Field("date", "time", headers("date, datum, fecha"), required=True),
    Field("segment", "id", (*CONTENT, *PARTS)),
    Field("title", "text", TITLE),
)


def without_soft_hyphens(sheet: Sheet, context: Context) -> Sheet:
    """Return a copy whose ids of videos hold no invisible characters."""
    header = header_of(POST_ID, sheet)
    if header is None:
        return sheet
    return sheet.with_cells({header: [INVISIBLE.sub("", cell).strip() for cell in sheet.cells(header)]})


def build_videos(rows: pd.DataFrame, context: Context) -> Built:
    """Return the videos of the channel and their numbers; subscribers lost are no followers won."""
    lost = (known(rows, "follows").astype("Int64") < 0).fillna(False)
    won = {"follows": rows["follows"].mask(lost)} if "follows" in rows else {}
    built = own_posts(rows.assign(url="https://youtu.be/" + rows["post_id"], **won), context, "youtube")
    words = f"more subscribers lost than won, taken as unknown ({count(lost.sum(), 'video')})"
    told = (*built.remarks, Remark("SUBSCRIBERS_LOST", words)) if lost.any() else built.remarks
    if "thumbnails" not in rows:
        return replace(built, remarks=told)
    sums = {"thumbnails_shown": float(rows["thumbnails"].sum())}
    return replace(built, remarks=told, notes=(*built.notes, LEFT_OUT), sums=sums)


def build_days(rows: pd.DataFrame, context: Context) -> Built:
    """Return the days of the channel as series, or those of each video that was drawn."""
    built = own_days(rows, context, "youtube", [item.name for item in DAYS])
    drawn = "the days of single videos or other parts, one series each; the channel's own may be more"
    return replace(built, notes=(*built.notes, drawn)) if "segment" in rows else built


SOURCES = (
    Source(
        "youtube_daily",
        "daily chart (YouTube Studio)",
        (*DAILY, *DAYS),
        needs=(
            ("date",),
            ("segment", "watch_hours"),
            ("title", "watch_hours"),
            ("views", "watch_hours", "likes", "subscribers_won"),
        ),
        build=build_days,
        never=OTHERS,
        of_account=True,
        prepare=without_soft_hyphens,
    ),
    Source(
        "youtube_videos",
        "table of videos (YouTube Studio)",
        VIDEOS,
        needs=(("post_id",), ("caption",), ("posted_at",), ("views", "likes")),
        build=build_videos,
        never=OTHERS,
        of_posts=True,
        of_account=True,
        prepare=without_soft_hyphens,
    ),
)
