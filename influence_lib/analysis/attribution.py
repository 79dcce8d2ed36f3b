"""What came back by creators' codes and links: attributed, not caused."""

import math
from typing import Any

import pandas as pd

from influence_lib.analysis import buyers, inference, ledger
from influence_lib.analysis.inference import Array, Interval
from influence_lib.analysis.ledger import CREDITED, Ledger
from influence_lib.analysis.overdispersion import inverse, per_cost, quotient
from influence_lib.campaign import Campaign
from influence_lib.findings import Finding, ShownTable, TableColumn, not_available
from influence_lib.metrics import AOV, COST_PER_ORDER
from influence_lib.tables import Tables
from influence_lib.wording import attribution as words
from influence_lib.wording import ledger as money_words

ATTRIBUTED_METHOD = (
    f"{words.COUNTED_ORDERS}; the interval treats creators as a sample: the luck of single orders, plus how much "
    "creators differ beyond it (extra-Poisson variation by moments, Breslow 1984), with Student's t on as many degrees "
    "of freedom as creators effectively share the cost (Kish 1965). Attributed, not caused."
)
PER_ORDER_METHOD = (
    "All costs over the orders with a creator's code or through a creator's link; the interval is that of attributed "
    "revenue per cost, with orders in the place of revenue."
)
VALUE_METHOD = (
    f"{words.COUNTED_ORDERS}; revenue over orders, with creators as the sample (linearised ratio, Cochran 1977); all "
    "other orders of the same days stand beside it, each counting as one."
)
ORDERS_ONLY = (money_words.ORDERS, money_words.CODES, money_words.CURRENCY)


def attributed(book: Ledger, tables: Tables, campaign: Campaign) -> tuple[Finding, Finding, Finding]:
    """Return attributed revenue, revenue per 1 spent, and return on investment after margin."""
    refused, known = ledger.refusal(book, tables, campaign, ledger.ATTRIBUTION)
    ratio = None if refused else return_per_cost(book, book.active, campaign.confidence)
    if ratio is None:
        return ledger.three(ATTRIBUTED_IDS, lambda name: ledger.no_answer(name, refused, ATTRIBUTED_METHOD, known))
    known |= {"caveats": _caveats(campaign)}
    return (
        _revenue(ratio, book, campaign, known),
        _revenue_per_cost(ratio, campaign, known),
        _return(ratio, campaign, known),
    )


ATTRIBUTED_IDS = ("roi.attributed_revenue", "roi.attributed_roas", "roi.roi")


def _caveats(campaign: Campaign) -> tuple[str, ...]:
    """Return what a reader must know of everything attributed."""
    return money_words.ATTRIBUTED, words.window(campaign.attribution_days), *ledger.still_open(campaign)


def _revenue(ratio: Interval, book: Ledger, campaign: Campaign, known: dict[str, Any]) -> Finding:
    """Return attributed revenue; its interval is the return's, at this campaign's cost."""
    total = book.attributed_revenue
    found = ratio.through(lambda value: value * book.cost)
    said = words.attributed_revenue(
        total, found, known["n"], book.proofs, ledger.last_counted(campaign), campaign.currency
    )
    known = known | {"currency": campaign.currency}
    return Finding(ATTRIBUTED_IDS[0], said, "supported", ATTRIBUTED_METHOD, total, found.ends, **known)


def _revenue_per_cost(ratio: Interval, campaign: Campaign, known: dict[str, Any]) -> Finding:
    """Return attributed revenue for each unit of cost, against break-even at the campaign's margin."""
    even = ledger.break_even(campaign)
    said = words.attributed_roas(ratio, even, campaign.margin, campaign.currency)
    verdict = ledger.against(ratio, even)
    return Finding(ATTRIBUTED_IDS[1], said, verdict, ATTRIBUTED_METHOD, ratio.estimate, ratio.ends, **known)


def _return(ratio: Interval, campaign: Campaign, known: dict[str, Any]) -> Finding:
    """Return the return on investment after margin, or that the margin is not known."""
    if not campaign.margin:
        return not_available("roi.roi", money_words.missing_inputs([money_words.MARGIN]), ATTRIBUTED_METHOD)
    margin = campaign.margin
    found = ratio.through(lambda value: value * margin - 1)
    said = words.roi(found)
    return Finding("roi.roi", said, ledger.against(found, 0.0), ATTRIBUTED_METHOD, found.estimate, found.ends, **known)


def profit(book: Ledger, tables: Tables, campaign: Campaign) -> Finding:
    """Return the margin on attributed revenue less all costs, to the cent; its interval is the return's."""
    refused, known = ledger.refusal(book, tables, campaign, ledger.RETURN)
    ratio = None if refused else return_per_cost(book, book.active, campaign.confidence)
    if ratio is None or campaign.margin is None:
        return ledger.no_answer("roi.profit", refused, ATTRIBUTED_METHOD, known)
    margin, cost = campaign.margin, book.cost
    kept = ledger.margin_of(int(book.attributed["cents"].sum()), margin) / 100
    found, exact = ratio.through(lambda value: value * margin * cost - cost), round(kept - cost, 2)
    said = words.profit(exact, found, kept, cost, campaign.currency)
    known |= {"currency": campaign.currency, "caveats": _caveats(campaign)}
    return Finding("roi.profit", said, ledger.against(found, 0.0), ATTRIBUTED_METHOD, exact, found.ends, **known)


def cost_per_order(book: Ledger, tables: Tables, campaign: Campaign) -> Finding:
    """Return all costs over attributed orders."""
    refused, known = ledger.refusal(book, tables, campaign, ledger.ATTRIBUTION)
    active = book.active
    cost = None if refused else _whole_cost(book, active)
    per = None if cost is None else per_cost(active["orders"].to_numpy(float), cost, 1.0, campaign.confidence)
    if per is None:
        return ledger.no_answer("roi.cost_per_order", refused, PER_ORDER_METHOD, known)
    found = inverse(per)
    said = words.cost_per_order(found, known["n"], campaign.currency)
    known |= {"currency": campaign.currency, "caveats": _caveats(campaign)}
    return Finding("roi.cost_per_order", said, "supported", PER_ORDER_METHOD, found.estimate, found.ends, **known)


def return_per_cost(book: Ledger, active: pd.DataFrame, level: float) -> Interval | None:
    """Return attributed revenue over all costs; shared costs are spread by each creator's own cost."""
    cost = _whole_cost(book, active)
    return None if cost is None else per_cost(active["revenue"].to_numpy(float), cost, _order_size(book), level)


def _whole_cost(book: Ledger, active: pd.DataFrame) -> Array | None:
    """Return each creator's cost with their part of the shared ones; None where none has a cost of their own."""
    own = active["cost"].to_numpy(float)
    return own * (book.cost / own.sum()) if own.sum() > 0 else None


def _order_size(book: Ledger) -> float:
    """Return the size of the usual order, large ones counting for more: a sum varies by luck that many fold."""
    orders = book.attributed[book.attributed["counted"] > 0]
    amounts = orders["cents"].to_numpy(float) / 100
    total = float(amounts.sum())
    return float((amounts**2 / orders["counted"].to_numpy(float)).sum()) / total if total > 0 else 0.0


def order_value(book: Ledger, tables: Tables, campaign: Campaign) -> Finding:
    """Return what an attributed order is worth on average, beside all other orders of the window."""
    refused, known = ledger.refusal(book, tables, campaign, ORDERS_ONLY)
    sold = book.creators[book.creators["orders"] > 0]
    revenue, orders = (sold[name].to_numpy(float) for name in ("revenue", "orders"))
    found = None if refused else inference.ratio_of_sums(revenue, orders, campaign.confidence)
    if found is None:
        return ledger.no_answer("roi.order_value", refused, VALUE_METHOD, known)
    other = _other_value(book, campaign.confidence)
    gap = None if other is None else quotient(found, other)
    said = words.order_value(found, other, gap, campaign.currency)
    known |= {"currency": campaign.currency, "caveats": _caveats(campaign), "details": _beside(other, gap)}
    return Finding("roi.order_value", said, "supported", VALUE_METHOD, found.estimate, found.ends, **known)


def _other_value(book: Ledger, level: float) -> Interval | None:
    """Return the average value of the orders of the window that are no creator's, each counting as one."""
    rest = book.orders[~book.orders["route"].isin(CREDITED)]
    return inference.ratio_of_sums(rest["cents"].to_numpy(float) / 100, rest["counted"].to_numpy(float), level)


def _beside(other: Interval | None, gap: Interval | None) -> dict[str, float]:
    """Return the value of other orders, and by how much of it attributed ones differ, for the results."""
    if other is None or gap is None:
        return {}
    apart = gap.through(lambda value: value - 1)
    named = {"others": other, "difference": apart}
    return {
        f"{name}{end}": value
        for name, found in named.items()
        for end, value in (("", found.estimate), ("_low", found.low), ("_high", found.high))
    }


def by_code(book: Ledger, tables: Tables, campaign: Campaign) -> ShownTable:
    """Return orders, revenue, cost and new buyers by creator and by what says that the orders are theirs.

    A creator's own cost is parted by the orders of each of their ways, to the cent; shared costs are in no row.
    """
    rows = _by_route(book)
    new = buyers.new_by_route(book, tables, campaign)
    rows = (
        rows.merge(new, on=["influencer_id", "route"], how="left")
        if new is not None
        else rows.assign(new_buyers=math.nan)
    )
    rows = rows.assign(order_value=AOV.each(rows), cost_per_order=COST_PER_ORDER.each(rows))
    rows = rows.assign(revenue=ledger.in_money(rows["cents"]), cost=ledger.in_money(rows["cost_cents"]))
    columns = (
        TableColumn("influencer_id", "Creator"),
        TableColumn("route", "Assigned by"),
        TableColumn("orders", "Orders", "count"),
        TableColumn("revenue", "Net revenue", "money"),
        TableColumn("order_value", AOV.label, "money"),
        TableColumn("cost", "Cost", "money"),
        TableColumn("cost_per_order", COST_PER_ORDER.label, "money"),
        TableColumn("new_buyers", "New buyers", "count", bool(rows["new_buyers"].notna().any())),
    )
    caption = words.by_code_caption(campaign.start, ledger.last_counted(campaign))
    return ShownTable(caption, columns, rows, campaign.currency)


def _by_route(book: Ledger) -> pd.DataFrame:
    """Return a row a creator and way of assigning with orders, revenue and the part of the creator's cost.

    A creator who has cost and no order yet has one row without a way.
    """
    sums = book.attributed.groupby(["influencer_id", "route"], as_index=False).agg(
        orders=("counted", "sum"), cents=("cents", "sum")
    )
    rows = book.active[["influencer_id", "cost"]].merge(sums, on="influencer_id", how="left")
    rows = rows.assign(
        route=rows["route"].fillna(words.NO_ORDER_YET), **rows[["orders", "cents"]].fillna(0).astype("int64")
    )
    rows = rows.sort_values(["influencer_id", "route"], ignore_index=True)
    by = rows.groupby("influencer_id")
    whole, so_far, own = by["orders"].transform("sum"), by["orders"].cumsum(), (rows["cost"] * 100).round()
    until = (own * so_far / whole.where(whole > 0)).round().fillna(own)
    parts = until - until.groupby(rows["influencer_id"]).shift(fill_value=0.0)
    return rows.assign(cost_cents=parts.astype("int64"), cost=parts / 100, revenue=rows["cents"] / 100).sort_values(
        ["cents", "influencer_id", "route"], ascending=[False, True, True], ignore_index=True
    )
