"""Tables in which no creator is named: handles, addresses and mentions replaced by hashes."""

import re
from collections.abc import Callable, Mapping

import pandas as pd

from influence_lib.intake.remarks import Remark
from influence_lib.intake.typed import hashed
from influence_lib.tables import BRAND, OVERLAP
from influence_lib.wording.en import count

ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
MENTION = re.compile(r"@[\w.]+")
LINK = r"(?P<link>https?://[^\s?#@]+(?![^\s?#]*@))"
# E-mail addresses, phone numbers (with + or a leading 0), IBANs, card numbers, keys and passwords.
PERSONAL = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}"
    r"|(?<![\w.])(?:\+|00)[1-9](?:[ ()/.-]{0,2}\d){8,13}(?!\d)"
    r"|(?<!\w)\(0?\d{2,4}\) ?\d{3}[ .-]?\d{3,5}(?!\d)"
    r"|(?<![\w.,/-])0\d{2,4}[ /-]\d{3,4}[ -]?\d{3,5}(?![\d-])"
    r"|\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b"
    r"|(?<![\d-])(?:\d{4}[ -]){3}\d{4}(?![\d-])"
    r"|\b(?i:(?:\w+_)?token|api[_-]?key|secret|password|passwort)\s?[=:]\s?[^\s&,;]+"
    r"|\b(?:sk_(?:test|live)_\w+|gh[opsu]_\w{20,}|AKIA[A-Z0-9]{16}|eyJ[\w-]{10,}\.[\w-]+\.[\w-]+)"
)
MASK = "[masked]"
# Of a column whose first texts are mostly different, each is looked at; of others each different one.
LOOKED_AT = 5_000
NOT_MASKED = frozenset({"post_id", "account_id", "order_id", "cost_id", "creator", "customer", "attributes"})
# Each form above has at least one of these; a digit first is what makes looking for them quick.
ADDRESS_SIGN = re.compile(r"@[\w.-]*\.[A-Za-z]{2}")
NUMBER_SIGN = re.compile(r"\d(?:(?<=[A-Z]{2}\d)\d|" + r"\D{0,3}+\d" * 7 + ")")
# Of ASCII only digits and capitals make numbers, and no number has fewer than eight: counting comes before searching.
NO_PART_OF_NUMBERS = bytes(sign for sign in range(128) if not chr(sign).isdigit() and not chr(sign).isupper())
SHORTEST_NUMBER = 8


def mask(text: str) -> str:
    """Return a text without e-mail addresses, phone numbers, bank accounts and keys; mentions and links stay."""
    return _LINK_OR_PERSONAL.sub(lambda found: found["link"] or MASK, text) if _may_be_personal(text) else text


def _may_be_personal(text: str) -> bool:
    """Tell whether a text holds any of the signs without which nothing in it can be personal; quick, for millions."""
    if "@" in text and ADDRESS_SIGN.search(text):
        return True
    if ("_" in text and ("sk_" in text or "gh" in text)) or "AKIA" in text or "eyJ" in text:
        return True
    left = text.encode(errors="surrogatepass").translate(None, NO_PART_OF_NUMBERS)
    if len(left) >= SHORTEST_NUMBER and NUMBER_SIGN.search(text):
        return True
    if "=" not in text and ":" not in text:
        return False
    folded = text.casefold()
    return "token" in folded or "key" in folded or "secret" in folded or "passwor" in folded


def without_personal_texts(rows: pd.DataFrame) -> tuple[pd.DataFrame, list[Remark]]:
    """Return the rows of a file with its texts masked, so that no table, cache or page holds what they tell.

    Ids and creators have hashes of their own, and so have buyers; a shop's notes are only searched for a tag.
    """
    texts = [str(name) for name in rows if rows[name].dtype == "str" and name not in NOT_MASKED]
    masked = {name: _masked_texts(rows[name]) for name in texts}
    changed = sum(number for _, number in masked.values())
    words = f"an e-mail address, a phone number or a key in the text, masked ({count(changed, 'text')})"
    found = [Remark("PII_SUSPECT", words, True)] if changed else []
    return rows.assign(**{name: column for name, (column, number) in masked.items() if number}), found


def _masked_texts(texts: pd.Series) -> tuple[pd.Series, int]:
    """Return a column of texts masked, and in how many something was."""
    known = texts.dropna().tolist()
    different = known if 2 * len(set(known[:LOOKED_AT])) > LOOKED_AT else list(dict.fromkeys(known))
    hidden = {text: masked for text in different if not _bare_link(text) and (masked := mask(text)) != text}
    if not hidden:
        return texts, 0
    personal = texts.isin(list(hidden))
    return texts.mask(personal, texts[personal].map(hidden)), int(personal.sum())


def _bare_link(text: str) -> bool:
    """Tell whether a text is a link and nothing else, without a query; most cells of a column of links are."""
    return text[:4] == "http" and len(text.split()) == 1 and "@" not in text and "?" not in text and "#" not in text


_LINK_OR_PERSONAL = re.compile(f"{LINK}|{PERSONAL.pattern}")


def without_names(frames: Mapping[str, pd.DataFrame], salt: bytes) -> dict[str, pd.DataFrame]:
    """Return the tables with creators under a hash, and without what else would name them."""
    posts, metrics = frames["posts"], frames["post_metrics"]
    ids: dict[str, str] = {}
    if len(posts):
        ids = {
            post: hashed(post, "post", salt)
            for post, creator in zip(posts["post_id"], posts["influencer_id"], strict=True)
            if creator in post.casefold()
        }
        posts, metrics = (rows.assign(post_id=rows["post_id"].replace(ids)) for rows in (posts, metrics))
        posts = _masked_beside(posts, "caption").drop(columns="url", errors="ignore")
        posts = _creators_as_sponsors_hashed(posts, salt)
    changed = {**frames, "posts": posts, "post_metrics": metrics, **_of_work(frames, ids, salt)}
    changed["audience"] = _others_hashed(frames["audience"], salt)
    changed["boosts"] = _of_known_posts(frames["boosts"], ids, posts)
    return {name: _hashed(rows, salt) for name, rows in changed.items()}


def _of_known_posts(boosts: pd.DataFrame, ids: Mapping[str, str], posts: pd.DataFrame) -> pd.DataFrame:
    """Return boosts under the ids that the posts go by; an id that no post has may be a name and is not kept."""
    if "post_id" not in boosts:
        return boosts
    told = boosts["post_id"].replace(dict(ids))
    return boosts.assign(post_id=told.where(told.isin(posts["post_id"] if len(posts) else [])))


def _others_hashed(audience: pd.DataFrame, salt: bytes) -> pd.DataFrame:
    """Return audiences in which another creator whom a part of one follows goes by that creator's hash."""
    if "dimension" not in audience:
        return audience
    hashes = audience["value"].map(lambda name: hashed(name, "creator", salt), na_action="ignore")
    return audience.assign(value=audience["value"].mask(audience["dimension"] == OVERLAP, hashes))


def _of_work(frames: Mapping[str, pd.DataFrame], ids: Mapping[str, str], salt: bytes) -> dict[str, pd.DataFrame]:
    """Return mentions without addresses, and work and events whose other columns name no creator.

    A post goes by the same id as among the posts.
    """
    work, events, mentions = frames["deliverables"], frames["events"], frames["mentions"]
    if "post_id" in work:
        pairs = zip(work["post_id"], work["influencer_id"], strict=True)
        hashes = {
            post: hashed(post, "post", salt) for post, name in pairs if not pd.isna(post) and name in post.casefold()
        }
        work = work.assign(post_id=work["post_id"].replace({**hashes, **ids}))
    for column in ("topic", "required_link", "required_tags"):
        work = _masked_beside(work, column)
    return {
        "deliverables": work,
        "events": _masked_beside(events, "ref"),
        "mentions": mentions.drop(columns="url", errors="ignore"),
    }


def _masked_beside(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return rows in which a column names neither the creator of its row nor anybody by a mention."""
    if column not in rows:
        return rows
    pairs = zip(rows[column], rows["influencer_id"].fillna(MASK), strict=True)
    texts = [None if pd.isna(text) else _masked(text, creator) for text, creator in pairs]
    return rows.assign(**{column: pd.Series(texts, index=rows.index, dtype="str")})


def _creators_as_sponsors_hashed(posts: pd.DataFrame, salt: bytes) -> pd.DataFrame:
    """Return posts in which a creator who is named as the sponsor goes by the creator's hash; brands stay."""
    if "sponsor_brand" not in posts:
        return posts
    creators = set(posts["influencer_id"])

    def shown(cell: str) -> str:
        """Return one cell of sponsors, parted by semicolons."""
        names = [(part, part.strip().lstrip("@").casefold()) for part in cell.split(";")]
        return ";".join(hashed(name, "creator", salt) if name in creators else part for part, name in names)

    return posts.assign(sponsor_brand=posts["sponsor_brand"].map(shown, na_action="ignore").astype("str"))


def _masked(caption: str, creator: str) -> str:
    """Return a caption with its creator's handle and all mentions masked."""
    text = MENTION.sub("@…", caption)
    return re.sub(re.escape(creator), "…", text, flags=re.I) if creator in text.casefold() else text


def without_addresses(frames: Mapping[str, pd.DataFrame], salt: bytes) -> dict[str, pd.DataFrame]:
    """Return the tables with creators under their names, but those named by an e-mail address under a hash."""
    return {name: _hashed(rows, salt, ADDRESS.search) for name, rows in frames.items()}


def _hashed(rows: pd.DataFrame, salt: bytes, personal: Callable[[str], object] = bool) -> pd.DataFrame:
    """Return rows with creators under a hash where their name is `personal`."""
    if "influencer_id" not in rows:
        return rows
    names = rows["influencer_id"].dropna().unique()
    hashes = {name: hashed(name, "creator", salt) for name in names if name != BRAND and personal(name)}
    if not hashes:
        return rows
    return rows.assign(influencer_id=rows["influencer_id"].map(lambda name: hashes.get(name, name), na_action="ignore"))
