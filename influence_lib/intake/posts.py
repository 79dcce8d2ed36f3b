"""Lists of posts: the flat tracker spreadsheet, and Meta's export of Instagram content."""

import pandas as pd

from influence_lib.intake.source import PLATFORM_CHOICES, POST_TYPE_CHOICES, Built, Context, Source, known
from influence_lib.intake.typed import Field, hashed
from influence_lib.tables import POST_METRICS, POSTS

COUNTS = tuple(column.name for column in POST_METRICS.columns if column.kind == "count")
CREATOR = Field(
    "creator",
    "handle",
    ("handle", "creator", "creator handle", "influencer id", "influencer", "influencer handle", "account username", "username", "user name",
     "account", "profile", "creator name", "influencer name", "instagram handle", "konto", "kanal", "profil", "creator id", "ig handle", "profile url"),
    required=True,
)  # fmt: skip
PLATFORM = Field(
    "platform",
    "choice",
    ("platform", "network", "social network", "channel", "plattform", "netzwerk", "plataforma"),
    choices=PLATFORM_CHOICES,
)
FOLLOWER_COUNT = Field(
    "followers",
    "count",
    (
        "followers",
        "follower count",
        "followers at posting",
        "follower",
        "abonnenten",
        "seguidores",
        "subscribers",
        "audience size",
    ),
)

FIELDS = (
    CREATOR,
    PLATFORM,
    Field("post_id", "id", ("post id", "media id", "id", "shortcode", "postid", "video id", "beitrags id")),
    Field("posted_at", "time", ("posted at", "date posted", "publish time", "published at", "post date", "publish date", "published", "posted", "posted on",
          "date", "datum", "timestamp", "created time", "created at", "taken at", "veröffentlicht am", "veröffentlichungszeit", "fecha", "time"), required=True),
    Field("observed_at", "time", ("checked at", "observed at", "read at", "snapshot at", "snapshot date", "as of", "stand", "retrieved at", "scraped at", "last updated", "measured at")),
    Field("post_type", "choice", ("type", "post type", "media type", "format", "content type", "art", "beitragstyp", "content format"), choices=POST_TYPE_CHOICES),
    FOLLOWER_COUNT,
    Field("likes", "count", ("likes", "like count", "likes total", "gefällt mir", "gefällt mir angaben", "me gusta")),
    Field("comments", "count", ("comments", "comment count", "kommentare", "comentarios")),
    Field("shares", "count", ("shares", "share count", "geteilt", "geteilte inhalte", "reposts", "retweets", "compartidos")),
    Field("saves", "count", ("saves", "saved", "save count", "gespeichert", "gespeicherte inhalte", "bookmarks", "guardados")),
    Field("views", "count", ("views", "video views", "view count", "plays", "play count", "aufrufe", "videoaufrufe", "visualizaciones")),
    Field("reach", "count", ("reach", "organic reach", "accounts reached", "reichweite", "erreichte konten", "alcance")),
    Field("impressions", "count", ("impressions", "impressionen", "impresiones")),
    Field("link_clicks", "count", ("link clicks", "clicks", "url clicks", "klicks")),
    Field("follows", "count", ("follows", "new followers")),
    Field("is_sponsored", "flag", ("sponsored", "is sponsored", "paid partnership", "paid", "is ad", "ad", "is paid", "gesponsert", "werbung", "anzeige", "patrocinado")),
    Field("sponsor_brand", "text", ("sponsor", "sponsor brand", "sponsored by", "brand", "marke")),
    Field("campaign_id", "text", ("campaign", "campaign id", "campaign name", "kampagne", "campaña")),
    Field("caption", "text", ("caption", "description", "text", "beschreibung", "title", "post text", "beitragstext")),
    Field("url", "text", ("url", "permalink", "link", "post url", "post link")),
)  # fmt: skip


def build(rows: pd.DataFrame, context: Context) -> Built:
    """Return posts, their numbers and the followers beside them."""
    posts = rows.assign(
        influencer_id=rows["creator"],
        platform=known(rows, "platform").fillna(context.platform) if context.platform else known(rows, "platform"),
        campaign_id=_campaign(rows, context),
    )
    posts = posts.assign(post_id=_post_ids(posts))
    notes = () if "post_id" in rows else ("no post ids: a post is told by creator and time",)
    frames = {"posts": posts[[name for name in POSTS.names if name in posts]], "post_metrics": _numbers(posts)}
    if "followers" in posts and posts["followers"].notna().any():
        seen = posts.assign(observed_at=posts["posted_at"])
        frames["followers"] = seen[["influencer_id", "platform", "observed_at", "followers"]].dropna(
            subset=["followers"]
        )
    return Built(frames, notes=notes)


def _numbers(posts: pd.DataFrame) -> pd.DataFrame:
    """Return the numbers read off each post; pictures have no views, so a zero there means unknown."""
    numbers = posts.assign(observed_at=known(posts, "observed_at"))
    if "views" in posts and "post_type" in posts:
        picture = posts["post_type"].isin(["image", "carousel"]) & (posts["views"] == 0).fillna(False)
        numbers = numbers.assign(views=posts["views"].mask(picture))
    return numbers[["post_id", "observed_at", *(name for name in COUNTS if name in numbers)]]


def _post_ids(posts: pd.DataFrame) -> pd.Series:
    """Return an id for every post: platform and the file's id, else a hash of creator and time."""
    told = (
        posts["influencer_id"].astype(str) + posts["posted_at"].astype(str) + known(posts, "url").fillna("").astype(str)
    )
    made = told.map(lambda text: hashed(text, "post"))
    given = known(posts, "post_id").astype("str")
    return (posts["platform"].astype("str").fillna("post") + "/" + given).fillna(made)


def _campaign(rows: pd.DataFrame, context: Context) -> pd.Series:
    """Return our campaign's id where the file names it by any of its labels, else what the file says."""
    said = known(rows, "campaign_id").astype("str")
    ours = said.str.strip().str.casefold().isin(context.labels)
    return said.mask(ours, context.campaign_id)


TRACKER = Source(
    "tracker",
    "tracker spreadsheet",
    FIELDS,
    needs=(("creator",), ("posted_at",), ("likes", "comments", "views", "reach", "impressions")),
    build=build,
)

META_FIELDS = tuple(
    Field(item.name, item.kind, headers, item.required, item.choices)
    for item, headers in (
        (CREATOR, ("account username", "benutzername des kontos")),
        (FIELDS[2], ("post id", "beitrags id")),
        (FIELDS[3], ("publish time", "veröffentlichungszeit")),
        (FIELDS[5], ("post type", "beitragstyp")),
        *((item, item.headers) for item in FIELDS if item.name in {*COUNTS} - {"link_clicks"}),
        (next(item for item in FIELDS if item.name == "caption"), ("description", "beschreibung")),
        (next(item for item in FIELDS if item.name == "url"), ("permalink", "dauerhafter link")),
    )
)


def build_meta(rows: pd.DataFrame, context: Context) -> Built:
    """Return posts and numbers of an Instagram export; its numbers are of the day of the download."""
    return build(rows.assign(platform="instagram"), context)


META_INSTAGRAM = Source(
    "meta_instagram",
    "Instagram content export (Meta Business Suite)",
    META_FIELDS,
    needs=(("creator",), ("post_id",), ("posted_at",)),
    build=build_meta,
    signature=frozenset({"post id", "account username", "publish time", "permalink", "post type"}),
    date_order="month_first",
)
