"""Lists of creators: who takes part, how large they are, which codes are theirs, what was agreed."""

import re

import pandas as pd

from influence_lib.intake.money import in_currency
from influence_lib.intake.posts import CREATOR, FOLLOWER_COUNT, PLATFORM
from influence_lib.intake.remarks import Remark
from influence_lib.intake.source import Built, Context, Source, known
from influence_lib.intake.typed import Field, code
from influence_lib.wording import count

# With one of these a file is a list of posts, however it is kept.
OF_POSTS = frozenset({"post id", "media id", "shortcode", "posted at", "publish time", "post url"})
FIELDS = (
    CREATOR,
    PLATFORM,
    FOLLOWER_COUNT,
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
    Field("currency", "code", ("currency", "währung")),
    Field("amount", "amount", ("fee agreed", "fee", "agreed fee", "honorar", "cost")),
)


def build(rows: pd.DataFrame, context: Context) -> Built:
    """Return influencers, their followers, their codes, and agreed fees as committed costs."""
    creators = rows.assign(
        influencer_id=rows["creator"],
        platform=known(rows, "platform").fillna(context.platform) if context.platform else known(rows, "platform"),
    )
    names = [name for name in ("influencer_id", "status", "niche", "country") if name in creators]
    frames = {"influencers": creators[names].drop_duplicates("influencer_id")}
    if "followers" in creators:
        seen = creators.assign(observed_at=known(creators, "observed_at"))
        frames["followers"] = seen[["influencer_id", "platform", "observed_at", "followers"]].dropna(
            subset=["followers"]
        )
    if "code" in creators:
        frames["tracking"] = _codes(creators)
    if "amount" not in creators:
        return Built(frames)
    frames["agreed"], remarks = _agreed(creators.dropna(subset=["amount"]), context)
    return Built(frames, remarks=remarks)


def _agreed(creators: pd.DataFrame, context: Context) -> tuple[pd.DataFrame, tuple[Remark, ...]]:
    """Return the agreed fees as committed costs, and remarks; fees in another currency than counted are left out."""
    money = in_currency(creators, context)
    kept = creators[~money.foreign]
    agreed = kept.assign(kind="fee", status="committed", cost_id=[f"agreed-{number}" for number in range(len(kept))])
    foreign = int(money.foreign.sum())
    words = f"agreed fees in another currency, left out ({count(foreign, 'fee')})"
    remarks = (*money.remarks, Remark("OTHER_CURRENCY", words, True)) if foreign else money.remarks
    return agreed[["cost_id", "influencer_id", "amount", "kind", "status"]], remarks


def _codes(creators: pd.DataFrame) -> pd.DataFrame:
    """Return one row a discount code; several in a cell are parted."""
    parted = (
        creators[["influencer_id", "code"]]
        .dropna()
        .assign(code=lambda rows: rows["code"].map(lambda text: re.split(r"[,;/\s]+", text)))
    )
    codes = parted.explode("code").assign(code=lambda rows: rows["code"].map(code))
    return codes[codes["code"] != ""].drop_duplicates().assign(kind="code")[["kind", "code", "influencer_id"]]


ROSTER = Source(
    "roster",
    "list of creators",
    FIELDS,
    needs=(("creator",), ("followers", "code", "amount", "niche")),
    build=build,
    never=OF_POSTS,
)
