"""Mentions that a listening tool or a press search found. Of texts, titles and authors nothing is kept."""

import pandas as pd

from influence_lib.intake.cooperation import OF_MONEY
from influence_lib.intake.posts import LIKES, PLATFORM
from influence_lib.intake.remarks import Remark
from influence_lib.intake.source import PLATFORM_CHOICES, Built, Context, Source, choices, ids, known, platform_in
from influence_lib.intake.typed import Field, header_key, headers
from influence_lib.tables import MENTIONS
from influence_lib.wording.en import count

PRESS = {
    "news", "online news", "press", "presse", "newspaper", "newspapers", "magazine", "magazines", "print", "tv",
    "radio", "broadcast", "podcast news", "zeitung", "zeitschrift", "news site", "journalist", "media", "editorial",
}  # fmt: skip
TONES = {
    "positive": 1.0, "positiv": 1.0, "positivo": 1.0, "pos": 1.0, "good": 1.0,
    "neutral": 0.0, "neutro": 0.0, "neu": 0.0, "none": 0.0,
    "negative": -1.0, "negativ": -1.0, "negativo": -1.0, "neg": -1.0, "bad": -1.0,
}  # fmt: skip
SUBJECTS = choices(
    "us", "influencer", "competitor", "product",
    us=("brand", "own brand", "we", "own", "marke", "eigene marke", "our brand"),
    influencer=("creator", "influencers", "creators"),
    competitor=("competition", "competitors", "rival", "wettbewerber", "konkurrenz"),
    product=("products", "produkt", "produkte"),
)  # fmt: skip
FIELDS = (
    Field("mention_id", "id", headers("mention id, resource id, document id, guid, mention, id")),
    Field(
        "seen_at",
        "time",
        headers(
            "date, published, published at, date published, publication date, publish date, found at, found on, "
            "seen at, created, created at, datetime, date time, timestamp, datum, veröffentlicht, gefunden am, time"
        ),
        required=True,
    ),
    Field("url", "text", headers("url, link, permalink, article url, mention url, original url, adresse, quelle url")),
    PLATFORM,
    Field("outlet", "text", headers("source, source name, domain, outlet, publication, site, website, quelle, medium")),
    Field("subject", "choice", headers("subject, about, mention of, spoken of, entity, betrifft"), choices=SUBJECTS),
    Field(
        "author_type",
        "text",
        headers(
            "author type, account type, source type, page type, media type, content source, information type, "
            "autorentyp, quellentyp, medientyp, type"
        ),
    ),
    Field("sentiment", "text", headers("sentiment, tone, tonality, tonalität, polarity, sentiment score, stimmung")),
    Field("is_press", "flag", headers("is press, press, presse, is news")),
    Field(
        "reach",
        "count",
        headers("reach, potential reach, estimated reach, reach new, est reach, reichweite, potential audience"),
    ),
)


def build(rows: pd.DataFrame, context: Context) -> Built:
    """Return mentions with their tone as a number and where they stood."""
    sentiment, remarks = _tones(known(rows, "sentiment").astype("str"))
    kinds = known(rows, "author_type").astype("str").map(header_key, na_action="ignore")
    mentions = rows.assign(
        # An address can name the author of a mention, so an id made of it is hashed.
        mention_id=ids(rows, "mention_id", ("seen_at", "url", "outlet", "author_type"), context),
        platform=_platforms(rows, kinds).fillna(context.platform) if context.platform else _platforms(rows, kinds),
        author_type=kinds,
        is_press=known(rows, "is_press").astype("boolean").fillna(_press(kinds)),
        sentiment=sentiment,
    )
    return Built({"mentions": mentions[[name for name in MENTIONS.names if name in mentions]]}, remarks=remarks)


def _tones(told: pd.Series) -> tuple[pd.Series, tuple[Remark, ...]]:
    """Return tones from -1 to 1, and a remark on words and scales that are none."""
    words = told.map(lambda text: TONES.get(header_key(text)), na_action="ignore")
    numbers = pd.to_numeric(told.str.replace(",", "."), errors="coerce").astype("Float64")
    if (numbers.abs() > 1).any():
        lost = count(int(numbers.notna().sum()), "cell")
        other = Remark("SENTIMENT_SCALE", f"sentiment on another scale than -1 to 1, taken as unknown ({lost})", True)
        return words.astype("Float64"), (other,)
    tones = words.astype("Float64").fillna(numbers)
    odd = int((told.notna() & tones.isna()).sum())
    remark = Remark("UNKNOWN_WORD", f"sentiments we do not know, taken as unknown ({count(odd, 'cell')})")
    return tones, (remark,) if odd else ()


def _platforms(rows: pd.DataFrame, kinds: pd.Series) -> pd.Series:
    """Return where each mention stood: as told, else as its address or its kind of source tells."""
    told = known(rows, "platform").astype("str")
    for name in ("url", "outlet"):
        told = told.fillna(known(rows, name).astype("str").map(platform_in, na_action="ignore").astype("str"))
        told = told.fillna(_choices(known(rows, name).astype("str").map(header_key, na_action="ignore")))
    return told.fillna(_choices(kinds))


def _choices(words: pd.Series) -> pd.Series:
    """Return the platforms that words name."""
    return words.map(PLATFORM_CHOICES.get, na_action="ignore").astype("str")


def _press(kinds: pd.Series) -> pd.Series:
    """Tell which kinds of source are press; unknown where no kind is told."""
    return kinds.map(lambda kind: kind in PRESS, na_action="ignore").astype("boolean")


MENTIONS_LIST = Source(
    "mentions",
    "list of mentions",
    FIELDS,
    needs=(
        ("seen_at",),
        ("url", "mention_id"),
        ("sentiment", "outlet", "author_type", "subject", "is_press"),
        # Payments, visits and tickets have an id, a time and a type too, and tickets a subject.
        ("url", "sentiment", "is_press"),
    ),
    build=build,
    # Lists of posts and of visits have times, addresses and sources too.
    never=LIKES
    | OF_MONEY
    | frozenset(
        headers(
            "handle, creator, creator handle, account username, username, post id, sponsored, posted at, "
            "publish time, followers at posting, order, order no, fee, price, quantity, revenue, transaction id, "
            "ticket id, sessions, users, visits, clicks, email"
        )
    ),
)
SOURCES: tuple[Source, ...] = (MENTIONS_LIST,)
