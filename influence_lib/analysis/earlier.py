"""Orders and costs of this campaign and of earlier ones by creator, each order in one campaign only."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from influence_lib.analysis import ledger
from influence_lib.analysis.ledger import Ledger
from influence_lib.campaign import Campaign, EarlierCampaign
from influence_lib.tables import Tables
from influence_lib.wording import returns as words

COLUMNS = ["campaign_id", "influencer_id", "cost", "orders", "revenue", "squares", "lines"]
# The first order of a small shop may come some days after the first day that its export covers.
SLACK = pd.Timedelta(days=3)


@dataclass(frozen=True)
class History:
    """What creators cost and sold, one row a campaign and creator, this campaign last; and why others are left out.

    `rows`: campaign_id, influencer_id, cost, orders, revenue, `squares` (squared order values, added up over orders)
    and `lines` (rows of the export behind the orders).
    """

    rows: pd.DataFrame
    unused: tuple[str, ...]

    @property
    def campaigns(self) -> int:
        """Return in how many campaigns there is something to see."""
        return int(self.rows["campaign_id"].nunique())


def history(book: Ledger, campaign: Campaign, tables: Tables | None = None) -> History:
    """Return what each paid creator cost and sold by campaign; without tables of this campaign alone.

    An order of two campaigns whose windows overlap counts for this campaign, else for the one that began last, among
    those in which its creator was paid.
    """
    parts, unused, taken = [_by_creator(book, campaign.campaign_id, book.attributed)], [], _paid(book, book.attributed)
    for other in _latest_first(campaign.earlier_campaigns if tables is not None else ()):
        past, why = _ledger_of(other, tables, campaign)
        if past is None or why:
            unused.append(words.unused_campaign(other.campaign_id, why))
            continue
        own = past.attributed[~past.attributed["order_id"].isin(taken)]
        taken = taken | _paid(past, own)
        parts.append(_by_creator(past, other.campaign_id, own))
    return History(pd.concat(parts[::-1], ignore_index=True), tuple(unused))


def _latest_first(campaigns: Iterable[EarlierCampaign]) -> list[EarlierCampaign]:
    """Return campaigns by their first day, the latest first, one of each id."""
    once = {other.campaign_id: other for other in campaigns}
    return sorted(once.values(), key=lambda other: (other.start, other.campaign_id), reverse=True)


def _ledger_of(other: EarlierCampaign, tables: Tables | None, campaign: Campaign) -> tuple[Ledger | None, str]:
    """Return costs and orders of an earlier campaign, or the reason why it tells nothing.

    A campaign from before the first order in the files would look as if it had sold nothing.
    """
    if tables is None or other.campaign_id == campaign.campaign_id:
        return None, words.SAME_CAMPAIGN
    if other.end > campaign.today:
        return None, words.STILL_RUNNING
    costs = tables.costs[tables.costs["campaign_id"] == other.campaign_id]
    if not (costs["amount"][costs["influencer_id"].notna()] > 0).any():
        return None, words.NO_COSTS_OF_IT
    first = tables.orders["ordered_at"].min()
    if pd.isna(first) or first > pd.Timestamp(other.start, tz=campaign.timezone) + SLACK:
        return None, words.BEFORE_THE_ORDERS
    dated = campaign.model_copy(update={"campaign_id": other.campaign_id, "start": other.start, "end": other.end})
    past = ledger.ledger(tables.with_table("costs", costs), dated)
    return (past, "") if past.attributed_orders else (None, words.NO_ORDERS_OF_IT)


def _paid(book: Ledger, orders: pd.DataFrame) -> set[str]:
    """Return the orders whose creator was paid in this campaign."""
    paid = set(book.creators.loc[book.creators["cost"] > 0, "influencer_id"])
    return set(orders.loc[orders["influencer_id"].isin(paid), "order_id"])


def _by_creator(book: Ledger, campaign_id: str, orders: pd.DataFrame) -> pd.DataFrame:
    """Return one row a paid creator: cost, orders, revenue, squares and lines."""
    value = orders["cents"].to_numpy(float) / 100 / np.maximum(orders["counted"].to_numpy(float), 1)
    sold = orders.assign(squares=value**2 * orders["counted"]).groupby("influencer_id")
    sums = sold.agg(
        orders=("counted", "sum"), revenue=("cents", "sum"), squares=("squares", "sum"), lines=("counted", "size")
    )
    paid = book.creators.loc[book.creators["cost"] > 0, ["influencer_id", "cost"]].set_index("influencer_id")
    table = paid.join(sums.assign(revenue=sums["revenue"] / 100)).fillna(0.0).astype(float).sort_index()
    return table.reset_index().assign(campaign_id=campaign_id)[COLUMNS]


def traceable(history: History, tables: Tables) -> set[str]:
    """Return the creators whose orders could be seen: with a code or link, with orders, or where a tool assigns them.

    Of another no order can be known, which is not the same as none.
    """
    rows = history.rows
    if tables.orders["influencer_id"].notna().any():
        return set(rows["influencer_id"])
    return set(tables.tracking["influencer_id"]) | set(rows.loc[rows["orders"] > 0, "influencer_id"])
