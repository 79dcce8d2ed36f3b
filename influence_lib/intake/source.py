"""What every source of data has in common: its columns, how it is recognised, and the tables it gives."""

import datetime as dt
import re
import urllib.parse
import zoneinfo
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from influence_lib.intake.grid import Sheet
from influence_lib.intake.reasons import FileError
from influence_lib.intake.remarks import Remark
from influence_lib.intake.typed import Field, hashed, header_key
from influence_lib.tables import COST_KINDS, COST_STATUSES, PLATFORMS

Frames = dict[str, pd.DataFrame]


@dataclass(frozen=True)
class Built:
    """What a source makes of its typed rows: tables, the lines it dropped by reason, notes, remarks, and sums.

    `sums` are totals of columns that no table keeps.
    """

    frames: Frames
    dropped: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
    sums: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Context:
    """What a source may need to know of the campaign and of the file's entry in the YAML.

    `currency` is the campaign's, `file_currency` that of amounts whose row names none; `year` is that of the last date
    where dates have none, `exported_on` the day of the download, `today` the day of the report; `exchange_rates` are
    those told in the YAML, `salt` goes into every hash. A file looked at `alone` belongs to no campaign yet: it has no
    `labels`, so no line belongs to another campaign. `earlier` are the ids of earlier campaigns by their labels.
    """

    path: Path
    platform: str | None
    creator: str | None
    currency: str | None
    file_currency: str | None
    labels: frozenset[str]
    earlier: Mapping[str, str]
    campaign_id: str
    today: dt.date
    year: int | None
    exported_on: dt.date | None
    zone: zoneinfo.ZoneInfo
    exchange_rates: Mapping[str, float]
    salt: bytes
    alone: bool


@dataclass(frozen=True)
class Source:
    """One kind of file, and how it is recognised.

    `needs` are the canonical columns that must be there for a file to be of this kind; `signature` are headers, in
    header_key form, that only this export has. `line_items` are columns that stand only on the first row of an order.
    `only_numbers`: all other columns must hold numbers. `repeats_allowed`: equal rows are no mistake, as in a ledger.
    `never` are headers, in header_key form, that a file of this kind does not have; `never_beside` tells of all its
    headers and of the columns found whether they are those of another kind. `of_posts`: one row a post, so
    repeats are told by post. `of_account`: numbers of one account whose name the file may not tell; the row's `creator`
    is then the one of the YAML. `prepare` changes the text of a sheet before it is typed.
    """

    name: str
    label: str
    fields: tuple[Field, ...]
    needs: tuple[tuple[str, ...], ...]
    build: Callable[[pd.DataFrame, Context], Built]
    signature: frozenset[str] = frozenset()
    line_items: tuple[str, ...] = ()
    repeats_allowed: bool = False
    only_numbers: bool = False
    never: frozenset[str] = frozenset()
    never_beside: Callable[[Set[str], Mapping[str, object]], bool] | None = None
    of_posts: bool = False
    of_account: bool = False
    prepare: Callable[[Sheet, Context], Sheet] | None = None

    def __getitem__(self, name: str) -> Field:
        """Return the field called `name`."""
        return next(item for item in self.fields if item.name == name)

    def mapping(self, header: Sequence[str]) -> dict[str, str]:
        """Return canonical column: header, for the headers this source knows; first synonym first."""
        keys: dict[str, str] = {}
        for text in header:
            keys.setdefault(header_key(text), text)
        found: dict[str, str] = {}
        for item in self.fields:
            match = next(
                (keys[name] for name in item.headers if name in keys and keys[name] not in found.values()), None
            )
            if match is not None:
                found[item.name] = match
        return found

    def fits(self, header: Sequence[str], mapped: Mapping[str, object]) -> bool:
        """Tell whether a file with this header can be of this kind."""
        keys = {header_key(text) for text in header}
        if self.never & keys or (self.never_beside and self.never_beside(keys, mapped)):
            return False
        return self.signature <= keys and all(any(name in mapped for name in names) for names in self.needs)


def choices(*names: str, **synonyms: tuple[str, ...]) -> dict[str, str]:
    """Return written form: canonical value, for the canonical values themselves and their synonyms."""
    return {name: name for name in names} | {
        header_key(text): name for name, texts in synonyms.items() for text in texts
    }


PLATFORM_CHOICES = choices(
    *PLATFORMS, instagram=("ig", "insta"), facebook=("fb",), tiktok=("tik tok", "tt"), youtube=("yt",), x=("twitter",)
)
PLATFORM_SITES = re.compile(
    r"(?:^|[/.@ ])(instagram|facebook|tiktok|youtube|youtu|snapchat|twitch|twitter|x|linkedin|pinterest)"
    r"\.(?:com|tv|be)\b",
    re.I,
)
# Where an address keeps the name of its link, the most telling first.
LINK_KEYS = ("utm_content", "ref", "subid", "sub_id", "sub1", "subid1", "clickref", "aff", "utm_term")
POST_TYPE_CHOICES = choices(
    "image", "carousel", "reel", "story", "video", "short", "live", "text", "blog", "podcast",
    image=("photo", "picture", "ig image", "foto", "bild", "static", "feed", "post", "photos"),
    carousel=("album", "sidecar", "ig carousel", "karussell", "carousel album", "graphsidecar"),
    reel=("ig reel", "reels", "igtv", "clips"),
    story=("stories", "ig story", "instagram story"),
    video=("videos", "graphvideo", "ig video", "clip"),
    short=("shorts", "youtube short"),
    text=("status", "link", "links", "texts"),
)  # fmt: skip
ORDER_STATUS_CHOICES = choices(
    "paid", "refunded", "partially refunded", "unpaid", "cancelled",
    paid=("partially paid", "authorized", "completed", "complete", "fulfilled", "shipped", "delivered", "bezahlt",
          "abgeschlossen", "versendet", "processing", "closed", "succeeded"),
    refunded=("erstattet", "returned"),
    unpaid=("pending", "voided", "expired", "on hold", "failed", "open", "offen", "draft", "pending payment"),
    cancelled=("canceled", "storniert", "annulled"),
)  # fmt: skip
COST_KIND_CHOICES = choices(
    *COST_KINDS,
    fee=("fees", "honorar", "creator fee", "influencer fee", "post fee", "flat fee", "post"),
    commission=("provision", "affiliate", "order", "per order", "sale", "per sale"),
    product=("product at cost", "goods", "cogs", "gift", "gifting", "produkt", "sample", "samples"),
    shipping=("versand", "postage", "delivery"),
    boost=("ads", "paid media", "boosting", "whitelisting", "partnership ad"),
    agency=("agentur", "agency fee"),
    tool=("tools", "software", "subscription"),
    staff=("hours", "time", "salary", "stunden", "labour", "labor"),
)
COST_STATUS_CHOICES = choices(
    *COST_STATUSES,
    paid=("bezahlt", "done", "settled"),
    due=("open", "offen", "invoiced", "unpaid", "pending"),
    committed=("agreed", "planned", "zugesagt"),
)


def platform_in(address: str) -> str | None:
    """Return the platform that an address leads to, if it is one of them."""
    found = PLATFORM_SITES.search(address)
    return PLATFORM_CHOICES.get({"youtu": "youtube"}.get(site := found[1].casefold(), site)) if found else None


def link_tag(text: str) -> str | None:
    """Return the tag of a link: the one its address carries, or the text itself where that is no address."""
    query = {key.casefold(): value for key, value in urllib.parse.parse_qsl(text.partition("?")[2] or text)}
    tag = next((query[key] for key in LINK_KEYS if query.get(key)), None)
    return tag or (None if "/" in text or "=" in text else text)


def downloaded(context: Context) -> pd.Timestamp:
    """Return the day the file was downloaded, in UTC, or no time where nobody told it."""
    day = context.exported_on
    return pd.Timestamp(day, tz=context.zone).tz_convert("UTC") if day else pd.Timestamp("NaT")


def ended(**ids: pd.Series) -> Frames:
    """Return the table of orders or actions that ended in a file, by what became of them; no table where none did.

    Another file may still have them alive.
    """
    listed = [(name, why) for why, names in ids.items() for name in dict.fromkeys(names)]
    return {"ended": pd.DataFrame(listed, columns=["ended_id", "why"], dtype="str")} if listed else {}


def known(rows: pd.DataFrame, name: str) -> pd.Series:
    """Return a column of the rows, or an unknown one when the file does not have it."""
    return rows[name] if name in rows else pd.Series(pd.NA, index=rows.index)


def campaign_of(rows: pd.DataFrame, context: Context) -> pd.Series:
    """Return our campaign's id where the file names it by any of its labels, else what the file says."""
    said = known(rows, "campaign_id").astype("str").str.strip()
    return said.mask(said.str.casefold().isin(context.labels), context.campaign_id)


def of_other_campaign(rows: pd.DataFrame, context: Context) -> pd.Series:
    """Tell which rows name another campaign than ours; none where nobody knows how ours is called."""
    said = known(rows, "campaign_id").astype("str").str.strip()
    return said.notna() & ~said.str.casefold().isin(context.labels) & bool(context.labels)


def earlier_campaign(rows: pd.DataFrame, context: Context) -> pd.Series:
    """Return the id of the earlier campaign that each row names by id or label; unknown where it names none."""
    said = known(rows, "campaign_id").astype("str").str.strip().str.casefold()
    return said.map(context.earlier).astype("str")


def refuse_contradictions(
    path: Path, rows: pd.DataFrame, key: list[str], values: list[str], what: str, advice: str
) -> None:
    """Refuse rows of one key that hold different values; `what` the key names, and the way out."""
    again = rows[rows.duplicated(key, keep=False)]
    if again.empty:
        return
    group = again.groupby(key, dropna=False, sort=False).ngroup()
    differ = again[values].groupby(group).transform("nunique").gt(1).any(axis=1)
    if differ.any():
        first = again.index[differ][0]
        lines = again.loc[group == group[first], "_line"].tolist()[:2]
        raise FileError(
            path,
            "CONFLICTING_DUPLICATE",
            f"lines {lines[0]} and {lines[1]} hold the same {what} with different numbers; {advice}",
        )


def ids(rows: pd.DataFrame, name: str, parts: Sequence[str], context: Context) -> pd.Series:
    """Return an id for every row: the file's, else a hash of what tells it from others.

    Ids that stand twice, such as a number that begins anew with each creator, become part of the hash.
    """
    told = known(rows, name).astype("str")
    unique = told.where(~told.duplicated(keep=False))
    names = [part for part in (name, *parts) if part in rows]
    texts = pd.Series(
        ["\n".join(map(str, row)) for row in rows[names].itertuples(index=False)], rows.index, dtype="str"
    )
    again = texts.groupby(texts).cumcount()
    word = name.removesuffix("_id")
    pairs = zip(texts, again, strict=True)
    made = [hashed(f"{text}\n{times or ''}", word, context.salt, 10) for text, times in pairs]
    return unique.fillna(pd.Series(made, index=rows.index, dtype="str"))
