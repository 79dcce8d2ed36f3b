"""What several files tell of the same: orders that ended in one of them, payments and agreed fees, each once."""

from collections.abc import Mapping

import pandas as pd

from influence_lib.intake.assigned import ACTION
from influence_lib.intake.source import known
from influence_lib.wording.en import count

# Columns by which two lines of ledgers are the same as far as anybody can tell without an invoice.
LINE = ["spent_at", "influencer_id", "kind", "amount"]


def without_ended(frames: Mapping[str, pd.DataFrame], notes: list[str]) -> dict[str, pd.DataFrame]:
    """Return the tables without what another file says has ended, whichever file is the newer: an end is final."""
    over, orders, costs = frames["ended"], frames["orders"], frames["costs"]
    rest = {name: rows for name, rows in frames.items() if name != "ended"}
    if over.empty or orders.empty:
        return rest
    ids = {str(why): set(rows["ended_id"]) for why, rows in over.groupby("why")}
    own, number = known(orders, "told_by").isna(), orders["order_id"]
    cancelled = own & number.isin(ids.get("cancelled", set()))
    if cancelled.any():
        notes.append(f"cancelled in another file ({count(number[cancelled].nunique(), 'order')})")
    _tell_unpaid(set(number[own & ~cancelled]) & ids.get("unpaid", set()), notes)
    gone = ids.get("reversed", set())
    if len(costs):
        costs = costs[~costs["cost_id"].str.removesuffix("/correction").isin(gone)]
    return {**rest, "orders": _without_actions(orders[~cancelled], gone, notes), "costs": costs}


def _without_actions(orders: pd.DataFrame, gone: set[str], notes: list[str]) -> pd.DataFrame:
    """Return orders without the actions that were reversed; one with another action is worth what that one is."""
    if not gone or "actions" not in orders:
        return orders
    parts = orders["actions"].dropna().str.split("\n").explode().str.rsplit("=", n=1, expand=True)
    over = parts[0].isin(gone)
    if not over.any():
        return orders
    notes.append(f"reversed in another file ({count(parts.loc[over, 0].nunique(), 'action')})")
    touched = parts.index[over].unique()
    left = parts.loc[~over, 1].astype("Float64").groupby(level=0).sum().round(2)
    worth = left[left.index.isin(touched)].reindex(orders.index)
    kept = orders.assign(net_revenue=worth.fillna(orders["net_revenue"]))
    return kept[~kept.index.isin(touched.difference(left.index))]


def _tell_unpaid(orders: set[str], notes: list[str]) -> None:
    """Note orders that one file has as unpaid: most were paid since, which is no contradiction but worth a look."""
    if orders:
        notes.append(f"unpaid in one file and paid in another, counted as paid ({count(len(orders), 'order')})")


def payments_once(ledger: pd.DataFrame, notes: list[str]) -> pd.DataFrame:
    """Return the lines of all ledgers: one with an invoice once, others all, under ids that are used once.

    Two lines of one invoice on different days may be two payments; they count and are told, as are equal lines of two
    files without an invoice.
    """
    if ledger.empty:
        return ledger
    again = known(ledger, "invoice").notna() & ledger.duplicated("cost_id")
    kept = ledger[~again]
    invoice = known(kept, "invoice")
    other_day = invoice.notna() & _in_later_file(kept.assign(invoice=invoice), ["invoice"])
    bare = invoice.isna().groupby([known(kept, name) for name in LINE], dropna=False).transform("any")
    equal = bare & _in_later_file(kept.assign(spent_at=known(kept, "spent_at")), LINE)
    for lines, words in (
        (again, "the same invoice in another file, counted once"),
        (other_day, "the same invoice, payee and amount in another file on another day; all are counted"),
        (equal, "equal to a line of another file; all are counted"),
    ):
        if lines.any():
            notes.append(f"{words} ({count(lines.sum(), 'cost')})")
    times = kept.groupby("cost_id").cumcount()
    return kept.assign(cost_id=kept["cost_id"] + times.map(lambda n: f"-{n}" if n else ""))


def _in_later_file(rows: pd.DataFrame, key: list[str]) -> pd.Series:
    """Tell which rows stand in an earlier file too, by these columns."""
    first = rows.groupby(key, dropna=False)["file"].transform("min")
    return rows["file"] > first


def agreed_once(agreed: pd.DataFrame, notes: list[str]) -> pd.DataFrame:
    """Return agreed fees, one that several lists tell once: that of a creator on a platform.

    A list without platforms tells the same fee as one with them. Equal fees within a list all count.
    """
    if agreed.empty:
        return agreed
    fee = ["influencer_id", "amount"]
    told = known(agreed, "platform").astype("str")
    everywhere = told.notna().groupby([agreed[name] for name in fee]).transform("all")
    rows = agreed.assign(platform=told.where(everywhere))
    rows = rows.assign(nth=rows.groupby([*fee, "platform", "file"], dropna=False).cumcount())
    again = rows.duplicated([*fee, "platform", "nth"])
    if again.any():
        notes.append(f"agreed in several lists of creators, counted once ({count(again.sum(), 'fee')})")
    kept = rows[~again].drop(columns=["platform", "nth"])
    return kept.assign(cost_id=[f"agreed-{number}" for number in range(len(kept))])


def agreed_beside(ledger: pd.DataFrame, agreed: pd.DataFrame, creators: set[str], notes: list[str]) -> pd.DataFrame:
    """Return the agreed fees of creators for whom the ledger has no fee.

    None where the ledger has a fee of a payee who is no creator: nobody can tell for whom it was.
    """
    if agreed.empty or ledger.empty:
        if len(agreed):
            notes.append("no payments ledger: agreed fees are taken as the costs")
        return agreed
    paid = set(ledger.loc[ledger["kind"].isin(["fee", "other"]), "influencer_id"].dropna())
    unclear = bool(((ledger["kind"] == "fee") & ~ledger["influencer_id"].isin(creators)).any())
    out = agreed["influencer_id"].isin(paid) | unclear
    words = (
        "the payments ledger has a fee of a payee who is no creator, so agreed fees are not counted"
        if unclear
        else "agreed fees of creators with a fee in the payments ledger are not counted"
    )
    if out.any():
        notes.append(f"{words} ({_sum_of(agreed[out], 'fee')})")
    if not out.all():
        told = _sum_of(agreed[~out], "fee")
        notes.append(f"no fee in the payments ledger: the agreed fee is taken as the cost ({told})")
    return agreed[~out]


def commissions_once(costs: pd.DataFrame, creators: set[str], notes: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the costs of the ledger, and the commissions of actions for creators without one in the ledger.

    None where the ledger has a commission of a payee who is no creator, as where a network is paid for all of them.
    """
    if costs.empty:
        return costs, costs
    action = costs["cost_id"].str.startswith(ACTION)
    kept, told = costs[~action], costs[action].drop_duplicates("cost_id")
    booked = kept.loc[kept["kind"] == "commission", "influencer_id"]
    if told.empty or booked.empty:
        return kept, told
    whose = told["influencer_id"]
    out = whose.isin(set(booked.dropna())) | whose.isna() | bool((~booked.isin(creators)).any())
    if out.any():
        words = "commissions are those of the payments ledger; those told by the affiliate tool are not added"
        notes.append(f"{words} ({_sum_of(told[out], 'commission')})")
    return kept, told[~out]


def _sum_of(costs: pd.DataFrame, noun: str) -> str:
    """Return how many costs there are and what they come to."""
    return f"{count(len(costs), noun)}, {float(costs['amount'].sum()):,.2f}"
