"""An account's own exports: its posts with the numbers of the day of the download, and its days as series."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from influence_lib.intake import posts
from influence_lib.intake.grid import Sheet
from influence_lib.intake.source import Built, Context, refuse_contradictions
from influence_lib.intake.typed import Field, header_key

# Headers of lists kept by hand, and of files of several accounts: no account's own export has them.
OTHERS = frozenset(
    {
        "handle",
        "creator",
        "influencer",
        "username",
        "account",
        "account username",
        "channel",
        "channel name",
        "platform",
    }
)
LINK_ID = "id of the link"
LINK_CREATOR = "creator of the link"
CREATOR = Field("creator", "handle", (LINK_CREATOR,))
UNDATED = "the file does not say when its numbers were read; set `exported_on` in the YAML"


def own_posts(rows: pd.DataFrame, context: Context, platform: str) -> Built:
    """Return the posts of an account and their numbers, which are those of the day of the download."""
    built = posts.build(rows.assign(platform=platform), context)
    # That there is one creator only is no news in an account's own export.
    remarks = tuple(remark for remark in built.remarks if remark.code != "ONE_CLUSTER")
    notes = built.notes if context.exported_on else (*built.notes, UNDATED)
    return replace(built, remarks=remarks, notes=notes)


def own_days(rows: pd.DataFrame, context: Context, platform: str, names: Sequence[str]) -> Built:
    """Return the days of an account as series, one a column, each a sum that a campaign can move."""
    found = [name for name in names if name in rows]
    key = ["date", "creator", *(name for name in ("segment",) if name in rows)]
    refuse_two_days(rows, context, key, found)
    wide = rows.astype(dict.fromkeys(found, "Float64"))
    long = wide.melt(id_vars=key, value_vars=found, var_name="name").dropna(subset=["value"])
    series = long.rename(columns={"creator": "influencer_id"}).assign(
        name=f"{platform}_" + long["name"].astype("str"),
        platform=platform,
        is_outcome=pd.Series(True, index=long.index, dtype="boolean"),
    )
    sums = {f"{platform}_{name}": float(wide[name].sum()) for name in found}
    return Built({"series": series}, sums=sums)


def refuse_two_days(rows: pd.DataFrame, context: Context, key: list[str], values: list[str]) -> None:
    """Refuse a day that stands there twice with different numbers."""
    refuse_contradictions(context.path, rows, key, values, "day", "keep one row a day")


def header_of(item: Field, sheet: Sheet) -> str | None:
    """Return the header under which a sheet has a field; its first name first."""
    keys = {header_key(header): header for header in reversed(sheet.header)}
    return next((keys[name] for name in item.headers if name in keys), None)


def with_links(sheet: Sheet, link: str, form: re.Pattern[str], ids: Mapping[str, Sequence[str]]) -> Sheet:
    """Return a copy with id and creator as the links of its posts tell them; `ids` are those of posts without.

    A post without a link is the creator's of all the other links, when these name only one.
    """
    found = [form.search(cell) for cell in sheet.cells(link)]
    creators = [match["creator"] or "" if match else "" for match in found]
    named = {creator.casefold() for creator in creators if creator}
    only = named.pop() if len(named) == 1 else ""
    given = {
        header: [match["id"] if match else cell for match, cell in zip(found, cells, strict=True)]
        for header, cells in ids.items()
    }
    return sheet.with_cells({**given, LINK_CREATOR: [creator or only for creator in creators]})
