"""Lists of posts: the flat tracker spreadsheet."""

import pandas as pd

from influence_lib.intake import suspicions
from influence_lib.intake.source import (
    PLATFORM_CHOICES,
    POST_TYPE_CHOICES,
    Built,
    Context,
    Source,
    campaign_of,
    downloaded,
    known,
)
from influence_lib.intake.typed import Field, hashed, headers
from influence_lib.tables import POST_METRICS, POSTS

COUNTS = tuple(column.name for column in POST_METRICS.columns if column.kind == "count")
CREATOR = Field(
    "creator",
    "handle",
    headers(
        "handle, creator, creator handle, influencer id, influencer, influencer handle, account username, "
        "username, user name, account, profile, creator name, influencer name, instagram handle, konto, "
        "kanal, profil, creator id, ig handle, profile url, compte, cuenta, conta, nome utente, nombre de usuario, "
        "nome de usuário, nom d utilisateur"
    ),
    required=True,
)
PLATFORM = Field(
    "platform",
    "choice",
    headers("platform, network, social network, channel, plattform, netzwerk, plataforma"),
    choices=PLATFORM_CHOICES,
)
FOLLOWER_COUNT = Field(
    "followers",
    "count",
    headers(
        "followers, follower count, followers at posting, follower, abonnenten, seguidores, subscribers, "
        "audience size, abonnés, abonnées"
    ),
)

FIELDS = (
    CREATOR,
    PLATFORM,
    Field("post_id", "id", headers("post id, media id, id, shortcode, postid, video id, beitrags id, beitragskennung")),
    Field(
        "posted_at",
        "time",
        headers(
            "posted at, date posted, publish time, published at, post date, publish date, published, "
            "posted, posted on, date, datum, timestamp, created time, created at, taken at, "
            "veröffentlicht am, veröffentlicht, veröffentlichungszeit, fecha, time, publié le, date de publication, "
            "heure de publication, fecha de publicación, hora de publicación, data, data di pubblicazione, "
            "data de publicação, pubblicato il, publicado em, publicado"
        ),
        required=True,
    ),
    Field(
        "observed_at",
        "time",
        headers(
            "checked at, observed at, read at, snapshot at, snapshot date, as of, stand, retrieved at, "
            "scraped at, last updated, measured at, exported at, captured at, export date"
        ),
    ),
    Field("account_id", "id", headers("account id, profile id, user id, channel id")),
    Field(
        "post_type",
        "choice",
        headers("type, post type, media type, format, content type, art, beitragstyp, content format"),
        choices=POST_TYPE_CHOICES,
    ),
    FOLLOWER_COUNT,
    Field(
        "likes",
        "count",
        headers(
            "likes, like count, likes total, gefällt mir, gefällt mir angaben, me gusta, j aime, mentions j aime, "
            "mi piace, curtidas"
        ),
    ),
    Field(
        "comments",
        "count",
        headers("comments, comment count, kommentare, comentarios, commentaires, commenti, comentários"),
    ),
    Field(
        "shares",
        "count",
        headers(
            "shares, share count, geteilt, geteilte inhalte, reposts, retweets, compartidos, partages, condivisioni, "
            "compartilhamentos"
        ),
    ),
    Field(
        "saves", "count", headers("saves, saved, save count, gespeichert, gespeicherte inhalte, bookmarks, guardados")
    ),
    Field(
        "views",
        "count",
        headers("views, video views, view count, plays, play count, aufrufe, videoaufrufe, visualizaciones"),
    ),
    Field(
        "reach",
        "count",
        headers(
            "reach, organic reach, accounts reached, reichweite, erreichte konten, alcance, portée, "
            "couverture, copertura"
        ),
    ),
    Field("impressions", "count", headers("impressions, impressionen, impresiones")),
    Field("link_clicks", "count", headers("link clicks, clicks, url clicks, klicks")),
    Field("follows", "count", headers("follows, new followers")),
    Field(
        "is_sponsored",
        "flag",
        headers(
            "sponsored, is sponsored, paid partnership, paid, is ad, ad, is paid, gesponsert, werbung, "
            "anzeige, patrocinado, sponsorisé, sponsorizzato"
        ),
    ),
    Field("sponsor_brand", "text", headers("sponsor, sponsor brand, sponsored by, brand, marke")),
    Field("campaign_id", "text", headers("campaign, campaign id, campaign name, kampagne, campaña")),
    Field(
        "caption",
        "text",
        headers(
            "caption, description, text, beschreibung, title, post text, beitragstext, texto, légende, testo, "
            "didascalia, legenda, descripción, descrição"
        ),
    ),
    Field("url", "text", headers("url, permalink, link, post url, post link")),
)

# The headers of a post's likes, and of all its numbers: what has them is no list of something else.
LIKES = frozenset(name for item in FIELDS if item.name == "likes" for name in item.headers)
NUMBERS = frozenset(name for item in FIELDS if item.name in COUNTS for name in item.headers)


def build(rows: pd.DataFrame, context: Context) -> Built:
    """Return posts, their numbers and the followers beside them."""
    posts = rows.assign(
        influencer_id=rows["creator"],
        platform=known(rows, "platform").fillna(context.platform) if context.platform else known(rows, "platform"),
        campaign_id=campaign_of(rows, context),
    )
    posts = posts.assign(post_id=_post_ids(posts, context.salt))
    notes = () if "post_id" in rows else ("no post ids: a post is told by creator, time and text",)
    frames = {"posts": posts[[name for name in POSTS.names if name in posts]], "post_metrics": _numbers(posts, context)}
    if "followers" in posts and posts["followers"].notna().any():
        seen = posts.assign(observed_at=posts["posted_at"])
        frames["followers"] = seen[["influencer_id", "platform", "observed_at", "followers"]].dropna(
            subset=["followers"]
        )
    accounts = {"distinct_accounts": rows["account_id"].nunique()} if "account_id" in rows else {}
    return Built(frames, notes=notes, remarks=tuple(suspicions.of_posts(rows)), sums=accounts)


def _numbers(posts: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Return the numbers read off each post; pictures have no views, so a zero there means unknown."""
    read = known(posts, "observed_at").astype("datetime64[us, UTC]")
    numbers = posts.assign(observed_at=read.fillna(downloaded(context)))
    if "views" in posts and "post_type" in posts:
        picture = posts["post_type"].isin(["image", "carousel"]) & (posts["views"] == 0).fillna(False)
        numbers = numbers.assign(views=posts["views"].mask(picture))
    return numbers[["post_id", "observed_at", *(name for name in COUNTS if name in numbers)]]


def _post_ids(posts: pd.DataFrame, salt: bytes) -> pd.Series:
    """Return an id for every post: platform and the file's id, else a hash of what tells it from other posts.

    Two rows without an id that agree even in that are two posts of one day, or two readings of one post.
    """
    given = known(posts, "post_id").astype("str")
    named = posts["platform"].astype("str").fillna("post") + "/" + given
    bare = posts[given.isna()]
    if bare.empty:
        return named
    parts = ["influencer_id", "posted_at", *(name for name in ("url", "caption", "post_type") if name in posts)]
    told = pd.Series(
        ["\n".join(map(str, row)) for row in zip(*(bare[part] for part in parts), strict=True)], bare.index
    )
    again = told.groupby([told, known(bare, "observed_at").astype("str").fillna("")]).cumcount()
    made = [hashed(f"{text}\n{times or ''}", "post", salt, 10) for text, times in zip(told, again, strict=True)]
    return named.fillna(pd.Series(made, index=bare.index, dtype="str"))


TRACKER = Source(
    "tracker",
    "tracker spreadsheet",
    FIELDS,
    needs=(("creator",), ("posted_at",), ("likes",)),
    build=build,
    of_posts=True,
)
