"""Boosts: creators' posts shown as advertisements, from an Ads Manager export or a list kept by hand."""

import re
from dataclasses import replace

import pandas as pd

from influence_lib.intake.grid import Sheet
from influence_lib.intake.money import in_currency
from influence_lib.intake.posts import CREATOR, LIKES, PLATFORM
from influence_lib.intake.remarks import Remark
from influence_lib.intake.source import Built, Context, Source, ids, known
from influence_lib.intake.typed import Field, header_key, headers
from influence_lib.tables import BOOSTS
from influence_lib.wording.en import count

# Ads Manager writes the account's currency into the header of the amount: "Amount spent (EUR)".
CURRENCIES = headers(
    "eur, gbp, usd, chf, sek, nok, dkk, pln, czk, huf, ron, bgn, try, brl, mxn, ars, clp, cop, pen, cad, aud, nzd, "
    "jpy, cny, hkd, twd, krw, inr, idr, myr, php, sgd, thb, vnd, zar, ngn, kes, egp, ils, aed, sar"
)
SPEND = headers(
    "amount spent, spend, spent, ad spend, boost spend, ausgegebener betrag, ausgaben, budget spent, betrag"
)
IN_HEADER = re.compile(rf"(?:amount spent|ausgegebener betrag) ({'|'.join(CURRENCIES)})")
FIELDS = (
    Field("boost_id", "id", headers("boost id, ad id, anzeigen id")),
    Field("ad_name", "text", headers("ad name, ad, boost, boost name, anzeigenname, anzeige, name der anzeige")),
    Field(
        "post_id",
        "id",
        headers(
            "post id, media id, post url, post link, permalink, instagram permalink, beitrags id, beitragskennung, "
            "post, beitrag"
        ),
    ),
    replace(CREATOR, required=False),
    PLATFORM,
    Field(
        "audience",
        "text",
        headers("audience, audience name, audience type, targeting, ad set name, zielgruppe, anzeigengruppenname"),
    ),
    Field(
        "started_at",
        "time",
        headers(
            "reporting starts, boost start, starts, start, start date, started at, started, from, berichtsstart, "
            "beginn, startdatum, von"
        ),
        required=True,
    ),
    Field(
        "ended_at",
        "time",
        headers(
            "reporting ends, boost end, ends, end, end date, ended at, ended, until, to, berichtsende, ende, "
            "enddatum, bis"
        ),
    ),
    Field(
        "amount",
        "amount",
        (*SPEND, *(f"{name} {code}" for name in ("amount spent", "ausgegebener betrag") for code in CURRENCIES)),
        required=True,
    ),
    Field("currency", "code", headers("currency, account currency, währung")),
    Field(
        "reach", "count", headers("reach, paid reach, reichweite, erreichte konten, accounts center accounts reached")
    ),
    Field("impressions", "count", headers("impressions, paid impressions, impressionen")),
    Field(
        "engagements",
        "count",
        headers(
            "post engagements, post engagement, engagements, engagement, paid engagements, interactions, "
            "beitragsinteraktionen, beitragsinteraktion, interaktionen"
        ),
    ),
    Field("link_clicks", "count", headers("link clicks, clicks, outbound clicks, link klicks, linkklicks, klicks")),
)
# What a word in the name of an audience tells of it; the first that fits counts.
AUDIENCES = (
    ("lookalike", re.compile(r"look ?-?alike|\blal\b|ähnlich|similar", re.I)),
    ("engaged", re.compile(r"engag|re-?target|visitor|besucher|warm|interagier|interaktion|custom audience", re.I)),
    ("followers", re.compile(r"follower|\bfans?\b|page likes|abonnent", re.I)),
    ("interest", re.compile(r"interest|interesse|affinity|hobb", re.I)),
    ("broad", re.compile(r"broad|advantage|breit|open|everyone|\balle\b|\ball\b|cold|prospecting|automatic", re.I)),
)  # fmt: skip
COUNTED = ("impressions", "engagements", "link_clicks")
BEFORE_UTC = pd.Timedelta(days=1)


def prepare(sheet: Sheet, context: Context) -> Sheet:
    """Return the sheet with its currency in a column, where the header of the amount names it."""
    told = next((found[1] for name in sheet.header if (found := IN_HEADER.fullmatch(header_key(name)))), None)
    named = {header_key(name) for name in sheet.header} & set(_field("currency").headers)
    return sheet if told is None or named else sheet.with_cells({"Currency": [told.upper()] * len(sheet)})


def _field(name: str) -> Field:
    """Return the field called `name`."""
    return next(item for item in FIELDS if item.name == name)


def build(rows: pd.DataFrame, context: Context) -> Built:
    """Return one boost a post, audience and stretch of days; rows of single days of one advertisement are joined."""
    nameless = known(rows, "post_id").isna() & known(rows, "creator").isna() & known(rows, "ad_name").isna()
    end = pd.Timestamp(context.today, tz=context.zone) + BEFORE_UTC
    late = (rows["started_at"] >= end).fillna(False) & ~nameless
    money = in_currency(rows[~(nameless | late)].assign(spent_at=rows["started_at"]), context)
    kept = money.converted(rows[~(nameless | late)], "amount")[~money.foreign]
    platform = known(kept, "platform").astype("str").fillna(context.platform or "")
    named = kept.assign(
        influencer_id=known(kept, "creator").astype("str"),
        spend=kept["amount"],
        audience=known(kept, "audience").map(audience_of, na_action="ignore").astype("str"),
        post_id=_posts(known(kept, "post_id").astype("str"), platform),
    )
    whole, days = _whole(named.assign(ended_at=known(kept, "ended_at").fillna(kept["started_at"])))
    told = whole.assign(
        boost_id=ids(whole, "boost_id", ("ad_name", "post_id", "creator", "audience", "started_at"), context)
    )
    dropped = {
        "TOTALS_ROW": int(nameless.sum()), "AFTER_AS_OF": int(late.sum()), "OTHER_CURRENCY": int(money.foreign.sum()),
    }  # fmt: skip
    return Built(
        {"boosts": told[[name for name in BOOSTS.names if name in told]]},
        {code: number for code, number in dropped.items() if number},
        remarks=(*money.remarks, *days),
    )


def audience_of(text: str) -> str:
    """Return the kind of an audience by a word in its name; other where no word tells."""
    return next((kind for kind, words in AUDIENCES if words.search(text)), "other")


def _posts(told: pd.Series, platform: pd.Series) -> pd.Series:
    """Return ids of posts as lists of posts have them, with the platform where told; an address stays as it is."""
    bare = told.str.contains("/", regex=False).fillna(False).astype(bool) | (platform == "")
    return told.where(bare | told.isna(), platform + "/" + told)


def _whole(rows: pd.DataFrame) -> tuple[pd.DataFrame, tuple[Remark, ...]]:
    """Return advertisements whose days stand in rows of their own as one row each, and a remark on them.

    People reached on several days are not the sum of the days, so how many they are is not known.
    """
    parts = [name for name in ("ad_name", "post_id", "influencer_id", "audience") if name in rows]
    one_day = rows["ended_at"] - rows["started_at"] < pd.Timedelta(days=1)
    group = rows.groupby(parts, dropna=False, sort=False).ngroup()
    several = one_day.groupby(group).transform("all") & (group.groupby(group).transform("size") > 1)
    if not several.any():
        return rows, ()
    by = rows[several].groupby(group[several], sort=False)
    sums = {name: by[name].sum(min_count=1) for name in ("spend", *COUNTED) if name in rows}
    firsts = by.first().assign(**sums, started_at=by["started_at"].min(), ended_at=by["ended_at"].max())
    if "reach" in rows:
        firsts = firsts.assign(reach=pd.Series(pd.NA, index=firsts.index, dtype="Int64"))
    words = f"told day by day, their days joined, people reached unknown ({count(len(firsts), 'boost')})"
    return pd.concat([rows[~several], firsts], ignore_index=True), (Remark("BOOST_DAYS", words, True),)


BOOST_LIST = Source(
    "boosts",
    "boosted posts (Ads Manager)",
    FIELDS,
    needs=(("amount",), ("started_at",), ("reach", "impressions", "engagements"), ("post_id", "creator", "ad_name")),
    build=build,
    repeats_allowed=True,
    never=LIKES | {"followers", "posted at", "date posted", "order id", "invoice", "payee"},
    prepare=prepare,
)
SOURCES: tuple[Source, ...] = (BOOST_LIST,)
