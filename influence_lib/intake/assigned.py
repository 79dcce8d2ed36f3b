"""Sales and commissions that affiliate tools tell, put beside those of the shop and the payments ledger, each once."""

import pandas as pd

from influence_lib.intake.source import known
from influence_lib.intake.typed import handle
from influence_lib.wording.en import count

# Commissions of actions have ids of this form, so that one in two files is told.
ACTION = "action/"


def orders_once(orders: pd.DataFrame, notes: list[str]) -> pd.DataFrame:
    """Return orders without those of a tool where there is a shop's own list: nobody can tell which of its they are.

    A tool's order with a number of the shop's list says whose link led to that order.
    """
    if "told_by" not in orders:
        return orders
    tool = (orders["told_by"] == "tool").fillna(False)
    shop = orders[orders["told_by"].isna()]
    if not tool.any() or shop.empty:
        return orders
    numbers = {number.lstrip("#"): number for number in shop["order_id"]}
    told = orders[tool].assign(order_id=orders.loc[tool, "order_id"].str.lstrip("#").map(numbers))
    found = told.dropna(subset=["order_id"])
    notes.append(
        "the shop's own list counts, sales told by a tool are not added to it; by their order number "
        f"{len(found)} of {count(len(told), 'order')} told by the tool say whose link led to an order of the list"
    )
    whose = found[[name for name in ("order_id", "link", "influencer_id") if name in found]]
    return pd.concat([orders[~tool], whose.drop_duplicates("order_id")], ignore_index=True)


def orders_of(orders: pd.DataFrame, tracking: pd.DataFrame, creators: set[str], notes: list[str]) -> pd.DataFrame:
    """Return orders with the creator whom a tool or the tag of a link names; a name in no other file is left out."""
    if orders.empty or not {"link", "influencer_id"} & set(orders):
        return orders
    told = known(orders, "influencer_id").astype("str")
    found = _creators(orders, tracking, creators)
    strangers = int((told.notna() & found.isna()).sum())
    if strangers:
        notes.append(f"assigned to somebody who is no creator in the other files ({count(strangers, 'order')})")
    return orders.assign(influencer_id=found)


def costs_of(costs: pd.DataFrame, tracking: pd.DataFrame, creators: set[str]) -> pd.DataFrame:
    """Return costs with the creator whom the tag of a link names, where the payee is no creator."""
    if costs.empty or "link" not in costs:
        return costs
    return costs.assign(
        influencer_id=_creators(costs, tracking, creators).fillna(known(costs, "influencer_id").astype("str"))
    )


def _creators(rows: pd.DataFrame, tracking: pd.DataFrame, creators: set[str]) -> pd.Series:
    """Return the creator of each row: who is named, else the owner of its tag, else whose handle the tag is."""
    told, links = known(rows, "influencer_id").astype("str"), known(rows, "link").astype("str")
    owners = _handle_of(links, creators) | _owners(tracking)
    by_tag = links.map(owners).astype("str")
    return told.where(told.isin(creators)).fillna(by_tag).astype("str")


def _owners(tracking: pd.DataFrame) -> dict[str, str]:
    """Return the creator of each link's tag."""
    if tracking.empty:
        return {}
    links = tracking[tracking["kind"] == "link"]
    return dict(zip(links["code"], links["influencer_id"], strict=True))


def _handle_of(links: pd.Series, creators: set[str]) -> dict[str, str]:
    """Return the creator of each tag that is a creator's handle."""
    handles = {tag: handle(tag) for tag in links.dropna().unique()}
    return {tag: name for tag, name in handles.items() if name in creators}
