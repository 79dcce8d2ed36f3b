"""Lists of creators: who takes part, how large they are, which codes are theirs, what was agreed."""

from collections.abc import Mapping, Set
from dataclasses import replace

import pandas as pd

from influence_lib.intake import audience
from influence_lib.intake.grid import Sheet
from influence_lib.intake.money import in_currency
from influence_lib.intake.posts import CREATOR, FOLLOWER_COUNT, PLATFORM
from influence_lib.intake.remarks import Remark
from influence_lib.intake.source import Built, Context, Source, downloaded, known, link_tag, platform_in
from influence_lib.intake.typed import NOTHING, Field, clean, code, header_key, headers
from influence_lib.wording.en import count

# With one of these a file is a list of posts, however it is kept.
OF_POSTS = frozenset({"post id", "media id", "shortcode", "posted at", "publish time", "post url"})
# With one of these beside an amount a file without followers is a ledger, often of several campaigns.
OF_PAYMENTS = frozenset(
    headers(
        "campaign, campaign id, campaign name, kampagne, campaña, invoice, invoice number, invoice no, invoice id, "
        "invoice date, rechnung, rechnungsnummer, rechnungsdatum, payee, payment id, payment date, payment status, "
        "paid, paid on, paid at, date paid, booked at, due date, bezahlt am, date, datum"
    )
)
# Headers of the numbers that a creator database gives its creators; a file that goes by them gets a column more.
NUMBERED = frozenset({"influencer id", "creator id"})
NUMBER = "number of the creator"
# What a tool works out or guesses from outside is no measurement of ours.
ESTIMATES = frozenset(
    headers(
        "engagement rate, er, avg engagement rate, average engagement rate, avg likes, average likes, avg comments, "
        "average comments, avg views, average views, avg engagement, median views, aqs, audience quality score, "
        "fake followers, credibility, audience credibility, emv, estimated reach, est reach, engagement"
    )
)
FIELDS = (
    replace(
        CREATOR,
        headers=CREATOR.headers
        + headers(
            "profile name, social handle, instagram username, tiktok handle, tiktok username, youtube handle, "
            "youtube channel, media url, profile link, social url, instagram url, tiktok url, channel url, "
            "instagram, tiktok"
        ),
    ),
    # Creator databases count their creators; what all other files call a creator is in the address of the profile.
    Field("number", "handle", (header_key(NUMBER),)),
    Field("profile", "handle", headers("media url, social url, social profile, instagram url, tiktok url")),
    PLATFORM,
    FOLLOWER_COUNT,
    Field("media_count", "count", ("posts total", "media count", "total posts", "number of posts", "beiträge")),
    Field(
        "observed_at",
        "time",
        ("followers as of", "as of", "observed at", "checked at", "stand", "date", "datum", "last updated"),
    ),
    Field("niche", "text", ("category", "niche", "kategorie", "topic", "vertical", "overall category")),
    Field("country", "text", ("country", "land", "location", "market")),
    Field("status", "text", ("status", "stage", "state")),
    Field(
        "code",
        "text",
        ("discount code", "code", "promo code", "coupon", "coupon code", "rabattcode", "codes", "tracking code"),
    ),
    Field(
        "link",
        "text",
        headers(
            "tracking link, link tag, utm content, sub id, subid, ref, affiliate link, ref link, referral link, "
            "utm link, tracking url, trackinglink, utm tag, link id"
        ),
    ),
    Field("currency", "code", ("currency", "währung")),
    Field("amount", "amount", ("fee agreed", "fee", "agreed fee", "honorar", "cost")),
    *audience.WIDE,
)


def build(rows: pd.DataFrame, context: Context) -> Built:
    """Return influencers, their followers and audiences, their codes and links, and agreed fees as committed costs."""
    creators = rows.assign(
        influencer_id=_names(rows),
        platform=known(rows, "platform").fillna(context.platform) if context.platform else known(rows, "platform"),
    )
    names = [name for name in ("influencer_id", "status", "niche", "country") if name in creators]
    frames = {"influencers": creators[names].drop_duplicates("influencer_id")}
    if "followers" in creators:
        frames["followers"] = _followers(creators, context)
    remarks: tuple[Remark, ...] = ()
    if "code" in creators or "link" in creators:
        frames["tracking"], remarks = _tracking(creators)
    if set(audience.WIDE_NAMES) & set(creators):
        parts = audience.long(creators.assign(creator=creators["influencer_id"]))
        shares, over = audience.of_parts(parts, context)
        frames, remarks = frames | shares, (*remarks, *over)
    if "amount" not in creators:
        return Built(frames, remarks=remarks)
    frames["agreed"], of_money = _agreed(creators.dropna(subset=["amount"]), context)
    return Built(frames, remarks=(*remarks, *of_money))


def _names(rows: pd.DataFrame) -> pd.Series:
    """Return what other files call each creator: the handle as written, or that of the profile for a mere number."""
    profile = known(rows, "profile").astype("str")
    return profile.where(known(rows, "number").astype("str") == rows["creator"]).fillna(rows["creator"])


def _followers(creators: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Return the known follower counts, of the day of the download where the list tells no day."""
    observed = known(creators, "observed_at").astype("datetime64[us, UTC]").fillna(downloaded(context))
    seen = creators.assign(observed_at=observed, media_count=known(creators, "media_count"))
    names = ["influencer_id", "platform", "observed_at", "followers", "media_count"]
    return seen[names].dropna(subset=["followers"])


def _agreed(creators: pd.DataFrame, context: Context) -> tuple[pd.DataFrame, tuple[Remark, ...]]:
    """Return the agreed fees as committed costs, and remarks; fees in another currency than counted are left out."""
    money = in_currency(creators, context)
    kept = money.converted(creators, "amount")[~money.foreign]
    agreed = kept.assign(kind="fee", status="committed", cost_id=[f"agreed-{number}" for number in range(len(kept))])
    foreign = int(money.foreign.sum())
    words = f"agreed fees in another currency, left out ({count(foreign, 'fee')})"
    remarks = (*money.remarks, Remark("OTHER_CURRENCY", words, True)) if foreign else money.remarks
    return agreed[["cost_id", "influencer_id", "platform", "amount", "kind", "status"]], remarks


def _tracking(creators: pd.DataFrame) -> tuple[pd.DataFrame, tuple[Remark, ...]]:
    """Return one row a discount code and a tag of a link, and how many links have no tag of their own."""
    codes = _parted(creators, "code", r"[,;/\s]+").assign(kind="code")
    links = _parted(creators, "link", r"[,;\s]+").assign(kind="link")
    tags = links.assign(code=links["code"].map(link_tag)) if len(links) else links
    bare = int(tags["code"].isna().sum())
    words = f"links without a tag that tells whose they are, left out ({count(bare, 'link')})"
    remarks = (Remark("LINK_WITHOUT_TAG", words, True),) if bare else ()
    both = pd.concat([codes, tags.dropna(subset=["code"])], ignore_index=True)
    both = both.assign(code=both["code"].map(code))
    return both[both["code"] != ""].drop_duplicates()[["kind", "code", "influencer_id"]], remarks


def _parted(creators: pd.DataFrame, column: str, signs: str) -> pd.DataFrame:
    """Return one row a word of a column, as `code`, with the creator beside it."""
    told = creators.assign(code=known(creators, column).astype("str"))[["influencer_id", "code"]].dropna()
    return told.assign(code=told["code"].str.strip().str.split(signs, regex=True)).explode("code")


def prepared(sheet: Sheet, context: Context) -> Sheet:
    """Return a list with the platform that addresses of profiles tell, and with a note on what tools only estimate."""
    sheet = audience.with_one_scale(sheet, context)
    estimates = ", ".join(header for header in sheet.header if header_key(header) in ESTIMATES)
    notes = [f"estimates of a tool, not taken over: {estimates}"] if estimates else []
    mapped = ROSTER.mapping(sheet.header)
    sheet = _with_numbers(sheet, mapped)
    told = [mapped[name] for name in ("profile", "creator") if name in mapped]
    if "platform" in mapped or not told:
        return sheet.with_cells({}, *notes)
    cells = [next(filter(None, map(platform_in, row)), "") for row in zip(*map(sheet.cells, told), strict=True)]
    return sheet.with_cells({"platform": cells} if any(cells) else {}, *notes)


def _with_numbers(sheet: Sheet, mapped: Mapping[str, str]) -> Sheet:
    """Return a list whose creators go by number or have no name with what tells so: a column more, or the profile."""
    if not {"creator", "profile"} <= set(mapped):
        return sheet
    header, cells = mapped["creator"], list(sheet.cells(mapped["creator"]))
    if header_key(header) in NUMBERED:
        return sheet.with_cells({NUMBER: cells})
    if not any(clean(cell) in NOTHING for cell in cells):
        return sheet
    pairs = zip(cells, sheet.cells(mapped["profile"]), strict=True)
    return sheet.with_cells({header: [profile if clean(cell) in NOTHING else cell for cell, profile in pairs]})


def of_payments(keys: Set[str], mapped: Mapping[str, object]) -> bool:
    """Tell whether a file without followers is a ledger, or nothing but a column of creators and one of platforms."""
    if "followers" in mapped:
        return False
    return bool(keys & OF_PAYMENTS) if "amount" in mapped else not {"code", "niche", "link", "profile"} & set(mapped)


ROSTER = Source(
    "roster",
    "list of creators",
    FIELDS,
    needs=(("creator",), ("followers", "code", "niche", "link", "profile", "platform")),
    build=build,
    never=OF_POSTS,
    never_beside=of_payments,
    prepare=prepared,
)
