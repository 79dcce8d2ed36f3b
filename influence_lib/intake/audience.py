"""Who follows a creator: one row a creator and a column a part (wide), or one row a part (long)."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from influence_lib.intake import numerals
from influence_lib.intake.grid import Sheet
from influence_lib.intake.posts import CREATOR, FOLLOWER_COUNT, LIKES, PLATFORM
from influence_lib.intake.remarks import Remark
from influence_lib.intake.source import Built, Context, Source, choices, downloaded, known
from influence_lib.intake.typed import Field, clean, handle, header_key, headers
from influence_lib.tables import AUDIENCE, OVERLAP
from influence_lib.wording.en import count

AGES = ("13-17", "18-24", "25-34", "35-44", "45-54", "55-64", "65+", "45+", "55+")
GENDERS = {
    "female": "female, women, weiblich, frauen",
    "male": "male, men, männlich, männer",
    "other": "gender other, gender unknown, other gender, divers, unknown gender",
}
COUNTRIES = headers(
    "AD, AE, AR, AT, AU, BE, BG, BR, CA, CH, CL, CN, CO, CY, CZ, DE, DK, EE, EG, ES, FI, FR, GB, GR, HK, HR, "
    "HU, ID, IE, IL, IN, IQ, IS, IT, JP, KE, KR, LT, LU, LV, MA, MT, MX, MY, NG, NL, NO, NZ, PE, PH, PK, PL, "
    "PT, QA, RO, RS, RU, SA, SE, SG, SI, SK, TH, TR, TW, UA, US, VN, ZA"
)
# Codes that are words too: 'Followers at' may be a time, 'Country ID' a number. Such a header must say more.
WORDS = frozenset({"AD", "AT", "BE", "ID", "IN", "IS", "IT", "NO"})
NUMBERING = frozenset({"ID", "IN", "NO"})
# Shares of one creator and dimension may add up to this by rounding; to more only by a mistake.
MOST_IN_ALL = 1.02


def _wide(dimension: str, value: str, names: Sequence[str]) -> Field:
    """Return the field of one part of an audience that has a column of its own."""
    keys = [header_key(name) for name in names]
    told = [f"{prefix}{key}{suffix}" for key in keys for prefix in ("", "audience ") for suffix in ("", " share")]
    return Field(f"{dimension}:{value}", "share", tuple(told))


def _country(code: str) -> Field:
    """Return the field of one country, under the headers that can mean nothing else."""
    item = _wide("country", code, [f"{word} {code}" for word in ("country", "followers", "land")])
    key = header_key(code)
    doubtful = {f"followers {key}"} if code in WORDS else set()
    doubtful |= {f"country {key}", f"land {key}"} if code in NUMBERING else set()
    return replace(item, headers=tuple(name for name in item.headers if name not in doubtful))


WIDE = (
    *(_wide("age", age, (f"age {age}", age, f"{age} years", f"ages {age}", f"alter {age}")) for age in AGES),
    *(
        _wide("gender", gender, (*headers(names), f"gender {gender}", f"{gender} followers"))
        for gender, names in GENDERS.items()
    ),
    *map(_country, COUNTRIES),
)
WIDE_NAMES = tuple(item.name for item in WIDE)
POPULATIONS = choices(
    "followers", "engaged", "customers",
    followers=("follower", "audience", "fans", "abonnenten", "all"),
    engaged=("engaged audience", "engagers", "engaged followers", "likers", "reached"),
    customers=("buyers", "kunden", "customer"),
)  # fmt: skip
OBSERVED_AT = Field(
    "observed_at", "time", headers("observed at, as of, date, snapshot date, measured at, stand, datum, export date")
)
FIELDS = (
    CREATOR,
    PLATFORM,
    OBSERVED_AT,
    Field(
        "population", "choice", headers("population, audience type, who, group, zielgruppe, basis"), choices=POPULATIONS
    ),
    Field("dimension", "text", headers("dimension, breakdown, by, attribute, demographic, merkmal, category")),
    Field(
        "value", "text", headers("value, part, segment, bucket, label, dimension value, breakdown value, wert, name")
    ),
    Field(
        "share",
        "share",
        headers("share, percent, percentage, share of audience, audience share, anteil, prozent, weight, pct"),
    ),
    Field("n", "count", headers("n, accounts, count, sample, sample size, anzahl")),
    *WIDE,
)


def build(rows: pd.DataFrame, context: Context) -> Built:
    """Return the shares of each audience, and a warning where they add up to more than all."""
    parts = rows.assign(dimension=_word(rows["dimension"])) if "dimension" in rows else long(rows)
    frames, remarks = of_parts(parts.dropna(subset=["dimension", "value", "share"]), context)
    return Built(frames, remarks=remarks)


def long(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row a creator and part, from one row a creator."""
    parts = [name for name in WIDE_NAMES if name in rows]
    keys = [name for name in ("creator", "platform", "observed_at", "population") if name in rows]
    melted = rows.melt(id_vars=keys, value_vars=parts, var_name="part", value_name="share")
    named = melted["part"].str.partition(":")
    return melted.assign(dimension=named[0], value=named[2]).dropna(subset=["share"])


def of_parts(parts: pd.DataFrame, context: Context) -> tuple[dict[str, pd.DataFrame], tuple[Remark, ...]]:
    """Return the audience table of one row a creator and part, and a warning where shares add up to more than all."""
    platform = known(parts, "platform").astype("str")
    overlap = parts["dimension"] == OVERLAP
    shaped = parts.assign(
        influencer_id=parts["creator"],
        value=parts["value"].mask(overlap, parts["value"].map(handle, na_action="ignore")),
        platform=platform.fillna(context.platform) if context.platform else platform,
        observed_at=known(parts, "observed_at").astype("datetime64[us, UTC]").fillna(downloaded(context)),
        population=known(parts, "population").astype("str").fillna("followers"),
    )
    key = ["influencer_id", "platform", "observed_at", "population", "dimension"]
    # Who follows one other creator may follow another too: such shares add up to any number.
    over = int((shaped[~overlap].groupby(key, dropna=False)["share"].sum() > MOST_IN_ALL).sum())
    words = f"shares that add up to more than 102 % ({count(over, 'audience')})"
    remarks = (Remark("AUDIENCE_OVER_ONE", words, True),) if over else ()
    return {"audience": shaped[[name for name in AUDIENCE.names if name in shaped]]}, remarks


def _word(text: pd.Series) -> pd.Series:
    """Return the names of dimensions in one form."""
    return text.map(lambda name: header_key(name).replace(" ", "_"), na_action="ignore").astype("str")


def with_one_scale(sheet: Sheet, context: Context) -> Sheet:
    """Return a sheet whose columns of parts are percent together: 0.8 in one is no 80 % when another says 38."""
    del context
    found = AUDIENCE_LIST.mapping(sheet.header)
    parts = {found[name]: sheet.cells(found[name]) for name in WIDE_NAMES if name in found}
    plain = {header: [_plain(cell) for cell in cells] for header, cells in parts.items()}
    signed = any("%" in cell for cells in parts.values() for cell in cells)
    if signed or not any(number > 1 for numbers in plain.values() for number in numbers if number is not None):
        return sheet
    cells = {
        header: [
            cell if number is None else f"{clean(cell)}%"
            for cell, number in zip(parts[header], numbers, strict=True)
        ]
        for header, numbers in plain.items()
    }  # fmt: skip
    return sheet.with_cells(cells, "parts of audiences in numbers above 1, taken as percent")


def _plain(cell: str) -> float | None:
    """Return a cell's number, if it has one without doubt."""
    return numerals.amount(clean(cell), numerals.Mark()).value


AUDIENCE_LIST = Source(
    "audience",
    "list of audiences",
    FIELDS,
    needs=(
        ("creator",),
        ("dimension", *WIDE_NAMES),
        ("value", *WIDE_NAMES),
        ("share", *WIDE_NAMES),
    ),
    build=build,
    # A list of creators may have such columns too; it says more than an audience.
    never=LIKES | frozenset({*FOLLOWER_COUNT.headers, "discount code", "niche", "posted at", "post id", "amount"}),
    prepare=with_one_scale,
)
SOURCES: tuple[Source, ...] = (AUDIENCE_LIST,)
