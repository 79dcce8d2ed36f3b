"""Answers to "How did you hear about us?" after an order. Of what buyers write nothing is kept but a channel."""

import re
from collections.abc import Iterable, Mapping, Set

import pandas as pd

from influence_lib.intake.cooperation import OF_MONEY
from influence_lib.intake.money import PLAIN_ORDERS
from influence_lib.intake.remarks import Remark
from influence_lib.intake.source import Built, Context, Source, ids, known
from influence_lib.intake.typed import Field, handle, hashed, header_key, headers
from influence_lib.wording.en import count

QUESTIONS = headers(
    "how did you hear about us, how did you first hear about us, how did you find us, how did you discover us, "
    "how did you find out about us, where did you hear about us, where did you first hear about us, hdyhau, "
    "wie hast du von uns erfahren, wie haben sie von uns erfahren, wie bist du auf uns aufmerksam geworden, "
    "wie sind sie auf uns aufmerksam geworden, woher kennst du uns, woher kennen sie uns"
)
ANSWERS = headers("answer, response, antwort, selected answer, answer value, response value")
FIELDS = (
    Field("response_id", "id", headers("response id, submission id, answer id, antwort id, id")),
    Field(
        "answered_at",
        "time",
        headers(
            "response date, response time, responded at, submitted at, submission date, submitted on, answered at, "
            "completed at, response created at, created at, timestamp, date, beantwortet am, zeitstempel, datum"
        ),
    ),
    Field("order_id", "id", headers("order number, order name, order no, order, order id, bestellnummer, bestellung")),
    Field("question", "text", headers("question, question text, survey question, frage")),
    Field("answer", "text", QUESTIONS + ANSWERS),
    Field(
        "detail",
        "text",
        headers(
            "which creator, which influencer, which creator or influencer, other text, other response, other, "
            "clarification, clarification response, follow up response, follow up, follow up answer, welcher creator, "
            "welche creatorin, welcher influencer, welche influencerin, sonstiges, freitext, details"
        ),
    ),
)
# Of several questions in one file the one that is about how buyers heard of the brand.
ASKED = re.compile(
    r"\b(?:hear|heard|find|found|discover\w*|know|learn\w*|erfahren|aufmerksam|kenn\w*|gehört|gefunden)\b"
)
# The first line that fits counts. A platform alone is social media, not a creator: it may have been the brand's own
# post or an advertisement. So is a podcast an advertisement until its host is named.
WORDS = (
    ("creator", "influencer*, creator*, *blogger*, youtuber*, instagrammer*, tiktoker*, vlogger*, streamer*, "
                "ambassador*, someone i follow"),
    ("unknown", "don t remember, don t know, don t recall, can t remember, not sure, no idea, weiß nicht, "
                "weiß ich nicht, weiss nicht, weiß es nicht, keine ahnung, nicht mehr"),
    ("friend", "friend*, family, word of mouth, colleague*, sister, brother, mother, recommend*, freund*, famil*, "
               "bekannte*, mundpropaganda, kolleg*, empfehlung*, empfohlen"),
    ("advertisement", "ad, ads, advert*, sponsored, banner, tv, radio, billboard, podcast*, newsletter, anzeige*, "
                      "werbung, plakat*"),
    ("search", "google*, search*, bing, duckduckgo, ecosia, suche, suchmaschine*, internetsuche, gegoogelt"),
    ("press", "press*, magazin*, newspaper*, article, news, blog, blogs, review site, zeitung*, zeitschrift*, artikel"),
    ("social_media", "instagram, insta, ig, tiktok, tik tok, youtube, you tube, facebook, fb, pinterest, twitter, x, "
                     "snapchat, twitch, reddit, linkedin, threads, social*, soziale*"),
    ("shop", "shop, shops, store*, amazon, retail*, in person, market, packaging, laden, geschäft, markt, dm, "
             "drogerie, apotheke"),
)  # fmt: skip


def _form(listed: str) -> re.Pattern[str]:
    """Return the form of any of a list of words; * stands for any ending."""
    words = "|".join(headers(listed)).replace("*", r"\w*")
    return re.compile(rf"\b(?:{words})\b")


CHANNELS = tuple((channel, _form(words)) for channel, words in WORDS)
# A friend's name may be that of a creator; a creator's name settles every other answer.
SURE = "friend"
# Words of a sentence that are no part of a name.
LONGEST_NAME = 4


def channel(text: str) -> str:
    """Return the channel that an answer names; a text with none of the words is `other`."""
    words = header_key(text.replace("'", " ").replace("’", " "))
    return next((name for name, form in CHANNELS if form.search(words)), "other") if words else "unknown"


def name_key(text: str) -> str:
    """Return a creator's name or handle in the form in which both are compared: letters and digits only."""
    return re.sub(r"[\W_]+", "", handle(text))


def build(rows: pd.DataFrame, context: Context) -> Built:
    """Return one answer a response: its channel, and a hash of whoever it names.

    Which creator that is, is told when all files are known; until then nobody can read what was written.
    """
    asked, other = _about_hearing(rows)
    answer, detail = (known(asked, name).astype("str") for name in ("answer", "detail"))
    said, more = (told.map(channel, na_action="ignore").astype("str") for told in (answer, detail))
    said = said.mask(said == "other").fillna(more).fillna("other").where(answer.notna() | detail.notna(), "unknown")
    name = detail.where(detail.notna(), answer.where(said.isin(["creator", "other"])))
    given = asked.assign(
        channel=said,
        influencer_id=name.map(lambda text: _told(text, context), na_action="ignore").astype("str"),
        answered_at=known(asked, "answered_at").astype("datetime64[us, UTC]"),
        order_id=known(asked, "order_id").astype("str"),
    )
    given = given.assign(response_id=_responses(given, context))
    dropped = {"OTHER_ITEM": other} if other else {}
    return Built({"survey": _once(given)}, dropped, remarks=_remarks(given["channel"], answer.notna()))


def _about_hearing(rows: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Return the rows of the question how buyers heard of the brand, and how many are of others."""
    if "question" not in rows:
        return rows, 0
    about = rows["question"].map(lambda text: bool(ASKED.search(header_key(text))), na_action="ignore")
    keep = about.fillna(True).astype(bool)
    return rows[keep], int((~keep).sum())


def _told(text: str, context: Context) -> str | None:
    """Return a hash of a name; None for a text that is too long to be one."""
    key = name_key(text)
    return hashed(key, "told", context.salt, 10) if key and len(text.split()) <= LONGEST_NAME else None


def _responses(given: pd.DataFrame, context: Context) -> pd.Series:
    """Return the file's id of each response, else a hash: rows of one id are one response of several words."""
    if "response_id" not in given:
        return ids(given, "response_id", ("answered_at", "order_id", "channel", "influencer_id"), context)
    told = given["response_id"].astype("str")
    return told.fillna(ids(given, "response_id", ("answered_at", "order_id", "channel"), context))


def _once(given: pd.DataFrame) -> pd.DataFrame:
    """Return one row a response; of several answers that of a creator counts, then the first known."""
    rank = given["channel"].map({"creator": 0, "unknown": 2}).fillna(1)
    first = given.assign(rank=rank).sort_values("rank", kind="stable")
    columns = ["response_id", "answered_at", "order_id", "channel", "influencer_id"]
    once = first[columns].groupby("response_id").first()
    return once.loc[given["response_id"].unique()].reset_index()


def _remarks(channels: pd.Series, answered: pd.Series) -> tuple[Remark, ...]:
    """Return how many answers hold none of the known words."""
    odd = int(((channels == "other") & answered).sum())
    words = f"answers without a word that we know, taken as another channel ({count(odd, 'answer')})"
    return (Remark("UNKNOWN_WORD", words),) if odd else ()


def resolved(answers: pd.DataFrame, creators: Set[str], orders: Iterable[str], salt: bytes) -> pd.DataFrame:
    """Return answers with the creators and orders that the other files know; other names are left out.

    A name that is a creator's makes the answer one of a creator, whatever the channel was, unless a friend told.
    """
    if answers.empty:
        return answers
    keys = pd.Series({name: name_key(name) for name in sorted(creators)}, dtype="str")
    single = keys[~keys.duplicated(keep=False) & (keys != "")]
    names = {hashed(key, "told", salt, 10): name for name, key in single.items()}
    numbers = {number.lstrip("#"): number for number in orders}
    told = answers["influencer_id"].map(names).astype("str").mask(answers["channel"] == SURE)
    order = answers["order_id"].str.lstrip("#").map(numbers).astype("str")
    return answers.assign(
        influencer_id=told,
        channel=answers["channel"].mask(told.notna(), "creator"),
        order_id=order.fillna(answers["order_id"]),
    )


def no_survey(keys: Set[str], mapped: Mapping[str, object]) -> bool:
    """Tell whether a file is a list of orders with a question beside them, or has answers to nobody knows what."""
    if keys & MONEY and not keys & RESPONSES:
        return True
    return not keys & set(QUESTIONS) and not (keys & RESPONSES or "question" in mapped)


RESPONSES = frozenset(headers("response id, submission id, answer id, antwort id"))
MONEY = (OF_MONEY | set(PLAIN_ORDERS["gross"].headers)) - set(headers("order id, order number, discount code"))
SURVEY_ANSWERS = Source(
    "survey",
    "survey after purchase",
    FIELDS,
    needs=(("answer",), ("response_id", "answered_at", "order_id")),
    build=build,
    repeats_allowed=True,
    never=frozenset(headers("followers, likes, comments, ticket id")),
    never_beside=no_survey,
)
SOURCES: tuple[Source, ...] = (SURVEY_ANSWERS,)
