"""Earned media value by published formulas: a spread of what advertising of as many views is said to cost, not money.

The formulas are facts in `emv.csv`, each with a year: what one like, comment, share, view or impression is said to be
worth. Many vendors do not date their pages; the year is then the one in which the page was read.
"""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from influence_lib.analysis import own_posts
from influence_lib.analysis.feed import KNOWN_FOR
from influence_lib.analysis.inference import Array
from influence_lib.analysis.ledger import Ledger
from influence_lib.campaign import Campaign
from influence_lib.findings import Finding, ShownTable, TableColumn, not_available, not_enough
from influence_lib.tables import Tables
from influence_lib.wording import ledger as money_words
from influence_lib.wording import money_claims as words
from influence_lib.wording import programme as programme_words

FORMULAS = Path(__file__).with_name("emv.csv")
FEWEST_FORMULAS = 2
HALF = 0.5
METHOD = (
    "What vendors' published formulas say for the reactions and views of the campaign's own posts: each metric times "
    "its value, summed over posts. The number is the formula in the middle, the range all of them."
)


@dataclass(frozen=True)
class Spread:
    """Values of one campaign by published formulas: one row a formula.

    Columns of `rows`: formula, vendor, year, certainty, source, currency, told (posts that it has a value for),
    own_value of these in its currency, `value` in ours of the posts that are compared; not a number where it is not in
    the spread. `posts` is how many posts there are, `compared` how many all formulas of the spread tell of.
    """

    rows: pd.DataFrame
    posts: int
    compared: int

    @property
    def values(self) -> Array:
        """Return the values that make the spread, the least first."""
        return np.sort(self.rows["value"].dropna().to_numpy(float))

    @property
    def is_whole(self) -> bool:
        """Tell whether the spread is that of nearly all posts."""
        return len(self.values) >= FEWEST_FORMULAS and self.compared >= KNOWN_FOR * self.posts


def formulas() -> pd.DataFrame:
    """Return the published formulas, one row a metric."""
    return pd.read_csv(FORMULAS, keep_default_na=False, dtype={"value": float, "year": int})


def spread(tables: Tables, campaign: Campaign) -> Spread:
    """Return what each published formula says of the campaign's own posts; all of the same posts.

    Formulas that tell nearly all posts are compared, or, where fewer than two do, those that tell half of them.
    """
    own = own_posts.own_feed(tables, campaign).posts
    # Platforms now show views where they showed impressions.
    posts, listed = own.assign(impressions=own["impressions"].fillna(own["views"])), formulas()
    worth = pd.DataFrame({str(name): _of_posts(of, posts) for name, of in listed.groupby("formula", sort=False)})
    about = listed.drop_duplicates("formula").set_index("formula")
    rates = about["currency"].map(lambda name: 1.0 if name == campaign.currency else campaign.exchange_rates.get(name))
    exchanged, told = worth * rates.astype(float), worth.notna().sum()
    chosen = _chosen(exchanged, len(posts))
    common = exchanged[chosen].dropna() if chosen else exchanged.iloc[:0]
    rows = about.assign(
        told=told, own_value=worth.sum(), value=common.sum().where(common.notna().any()).reindex(chosen)
    )
    return Spread(rows.reset_index(), len(posts), len(common))


def _chosen(values: pd.DataFrame, posts: int) -> list[str]:
    """Return the formulas that can be compared with each other."""
    told = values.notna().sum()
    for share in (KNOWN_FOR, HALF):
        names = [str(name) for name in told.index[(told >= share * posts) & (told > 0)]]
        if len(names) >= FEWEST_FORMULAS:
            return names
    return []


def _of_posts(values: pd.DataFrame, posts: pd.DataFrame) -> pd.Series:
    """Return the value of each post; not a number where the formula does not speak of it or a metric is missing."""
    total = pd.Series(0.0, index=posts.index)
    spoken = pd.Series(False, index=posts.index)
    for row in values.to_dict("records"):
        where = pd.Series(True, index=posts.index) if not row["platform"] else posts["platform"] == row["platform"]
        if row["formats"]:
            where &= posts["post_type"].isin(row["formats"].split(";"))
        amount = posts[row["metric"]].astype("Float64").astype(float) * row["value"]
        total, spoken = total + amount.where(where, 0.0), spoken | where
    return total.where(spoken)


def earned_media_value(book: Ledger, tables: Tables, campaign: Campaign) -> Finding:
    """Return the spread of published formulas for the campaign's own posts, which is not money earned."""
    name = "roi.earned_media_value"
    if campaign.currency is None:
        return not_available(name, money_words.missing_inputs([money_words.CURRENCY]), METHOD)
    found = spread(tables, campaign)
    if found.posts == 0:
        return not_available(name, programme_words.NO_OWN_POSTS, METHOD)
    values, currencies = found.values, set(found.rows.loc[found.rows["told"] > 0, "currency"])
    foreign = sorted(currencies - {campaign.currency} - set(campaign.exchange_rates))
    known: dict[str, Any] = {"level": campaign.confidence, "table": _table(found, campaign)}
    if len(values) < FEWEST_FORMULAS or values[-1] <= 0:
        return not_enough(name, words.few_formulas(foreign, campaign.currency), METHOD, n=found.posts, **known)
    middle, ends = float(np.median(values)), (float(values[0]), float(values[-1]))
    known |= {"caveats": words.emv_caveats(foreign), "currency": campaign.currency, "n": found.compared}
    if found.is_whole and book.cost > 0:
        known["details"] = {"for_each_1_spent": middle / book.cost}
    said = words.earned_media_value(middle, ends, len(values), found.compared, found.posts, campaign.currency)
    return Finding(name, said, "undecided", METHOD, middle, ends, **known)


def _table(found: Spread, campaign: Campaign) -> ShownTable:
    """Return what each formula says, and why some do not count."""
    told = zip(*(found.rows[name] for name in ("value", "told", "own_value", "currency")), strict=True)
    said = [
        words.formula_said(math.isfinite(value), int(posts), float(worth), str(currency), found.posts)
        for value, posts, worth, currency in told
    ]
    columns = (
        TableColumn("vendor", "Published by"),
        TableColumn("year", "Year"),
        TableColumn("certainty", "How it is dated"),
        TableColumn("value", "Value", "money"),
        TableColumn("said", "What it says"),
        TableColumn("told", "Posts it tells of", "count"),
        TableColumn("source", "Source", shown=False),
    )
    caption = words.emv_caption(found.compared, found.posts)
    return ShownTable(caption, columns, found.rows.assign(said=said), campaign.currency)
