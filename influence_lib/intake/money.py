"""Money: Shopify's orders export, plain order lists, payments ledgers."""

import re
from typing import NamedTuple

import pandas as pd

from influence_lib.intake import suspicions
from influence_lib.intake.numerals import SYMBOLS
from influence_lib.intake.posts import CREATOR
from influence_lib.intake.remarks import Remark
from influence_lib.intake.source import (
    COST_KIND_CHOICES,
    COST_STATUS_CHOICES,
    ORDER_STATUS_CHOICES,
    Built,
    Context,
    Source,
    known,
)
from influence_lib.intake.typed import Field, code, hashed
from influence_lib.tables import ORDERS
from influence_lib.wording import count

NOT_COUNTED = {"unpaid": "NOT_PAID", "cancelled": "CANCELLED"}
CURRENCY_WORDS = {**SYMBOLS, "$": "USD", "EURO": "EUR", "EUROS": "EUR"}


def _status(*headers: str) -> Field:
    """Return the field of an order's status; a word we do not know sets the row aside, as it decides what counts."""
    return Field("order_status", "choice", headers, choices=ORDER_STATUS_CHOICES, unknown_choice="UNKNOWN_STATUS")


SHOPIFY_FIELDS = (
    Field("order_id", "id", ("name",), required=True),
    Field("customer", "text", ("email",)),
    _status("financial status"),
    Field("currency", "code", ("currency",)),
    Field("subtotal", "amount", ("subtotal",)),
    Field("shipping", "amount", ("shipping",)),
    Field("taxes", "amount", ("taxes",)),
    Field("total", "amount", ("total",)),
    Field("codes", "text", ("discount code",)),
    Field("discount", "amount", ("discount amount",)),
    Field("ordered_at", "time", ("created at",)),
    Field("cancelled_at", "time", ("cancelled at",)),
    Field("refund", "amount", ("refunded amount",)),
    Field("region", "text", ("shipping province", "shipping country")),
)


def codes_in(cell: str) -> str:
    """Return the discount codes of a cell in capitals, parted by ';'."""
    return ";".join(sorted({code(part) for part in re.split(r"[,;\s]+", cell) if part.strip()}))


def build_shopify(rows: pd.DataFrame, context: Context) -> Built:
    """Return one order for each name: its money stands on the first of its line-item rows only."""
    orders = _per_order(rows)
    total, tax = orders["total"], known(orders, "taxes").astype("Float64").fillna(0)
    shipping = known(orders, "shipping").astype("Float64").fillna(0)
    inside = (((total - orders["subtotal"] - shipping).abs() < 0.01) & (tax > 0)).fillna(False)
    goods_share = (orders["subtotal"] / (orders["subtotal"] + shipping).where(lambda both: both > 0)).fillna(1)
    before = orders["subtotal"] - (tax * goods_share).where(inside, 0.0)
    given_back = known(orders, "refund").astype("Float64").fillna(0) / total.where(total > 0)
    net = (before * (1 - given_back.clip(0, 1).fillna(0))).round(2)
    notes = ("prices include tax; net revenue is without it",) if inside.any() else ()
    return _orders(orders.assign(net_revenue=net, gross=total), context, notes)


def build_orders(rows: pd.DataFrame, context: Context) -> Built:
    """Return one order a number of a plain list; its amount is taken as net revenue, refunds taken off."""
    orders = _per_order(rows)
    paid = rows["gross"].where(rows["gross"] >= 0).groupby(rows["order_id"], sort=False).max()
    back = rows["gross"].where(rows["gross"] < 0).groupby(rows["order_id"], sort=False).sum(min_count=1)
    gross = paid.add(back, fill_value=0).reindex(orders["order_id"]).to_numpy()
    orders = orders.assign(gross=pd.array(gross, dtype="Float64"))
    refund = known(orders, "refund").astype("Float64").fillna(0).abs()
    emptied = (known(orders, "order_status") == "refunded").fillna(False) & (orders["gross"] > 0) & (refund == 0)
    net = (orders["gross"] - refund).mask(emptied, 0.0)
    remarks = (
        (Remark("REFUNDED", f"refunded, counted as 0 ({count(emptied.sum(), 'order')})"),) if emptied.any() else ()
    )
    notes = ("the amount of an order is taken as net revenue",)
    return _orders(
        orders.assign(net_revenue=net, refund=refund.mask(emptied, orders["gross"])), context, notes, remarks
    )


def _per_order(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row an order, each column with its first known value, and in `lines` how many rows it had."""
    grouped = rows.groupby("order_id", sort=False)
    return grouped.first().assign(lines=grouped.size()).reset_index()


def _orders(orders: pd.DataFrame, context: Context, notes: tuple[str, ...], remarks: tuple[Remark, ...] = ()) -> Built:
    """Return the orders that count, without customers' addresses, and the rows of those that do not by reason."""
    money = in_currency(orders, context)
    why = known(orders, "order_status").map(NOT_COUNTED).astype("str")
    why = why.mask(known(orders, "cancelled_at").notna(), "CANCELLED").mask(money.foreign, "OTHER_CURRENCY")
    why = why.mask(why.isna() & (orders["net_revenue"].isna() | orders["ordered_at"].isna()), "ORDER_UNUSED")
    good = orders[why.isna()]
    dropped = {str(code): int(number) for code, number in why.value_counts().items()}
    items = int(orders["lines"].sum() - len(orders))
    shaped = good.assign(
        codes=known(good, "codes").astype("str").fillna("").map(codes_in),
        customer_key=known(good, "customer").astype("str").map(_buyer, na_action="ignore"),
    )
    return Built(
        {"orders": shaped[[name for name in ORDERS.names if name in shaped]]},
        dropped | ({"LINE_ITEM_ROWS": items} if items else {}),
        notes,
        (*remarks, *money.remarks, *suspicions.of_orders(shaped, money.currency)),
        {"gross": float(orders["gross"][~money.foreign].sum())},
    )


def _buyer(text: str) -> str:
    """Return a buyer's e-mail or number as a hash."""
    return hashed(text.strip().casefold(), "buyer")


class Money(NamedTuple):
    """Which rows are in another currency than the one counted, and what to say about it."""

    currency: str | None
    foreign: pd.Series
    remarks: tuple[Remark, ...]


def in_currency(rows: pd.DataFrame, context: Context) -> Money:
    """Return which rows do not count because of their currency; those that name none are taken as the campaign's.

    A campaign without a currency says nothing about money; there the most frequent one stands for all.
    """
    told = known(rows, "currency").astype("str").replace(CURRENCY_WORDS)
    filled = told.fillna(context.file_currency) if context.file_currency else told
    usual = filled.mode().iloc[0] if filled.notna().any() else None
    counted = context.currency or usual
    foreign = filled.notna() & (filled != counted)
    remarks = []
    if filled.isna().any() and len(rows):
        taken = f"taken as {counted}" if counted else "set `currency` for the file in the YAML"
        remarks.append(
            Remark("CURRENCY_ASSUMED", f"no currency named: {taken} ({count(filled.isna().sum(), 'amount')})", True)
        )
    if context.currency is None and foreign.any():
        listed = ", ".join(f"{name} ({number})" for name, number in filled.value_counts().items())
        remarks.append(Remark("MIXED_CURRENCY", f"amounts in several currencies: {listed}; set `currency`", True))
    return Money(counted, foreign, tuple(remarks))


SHOPIFY_ORDERS = Source(
    "shopify_orders",
    "Shopify orders export",
    SHOPIFY_FIELDS,
    needs=(("order_id",), ("subtotal",), ("ordered_at",)),
    build=build_shopify,
    signature=frozenset({"name", "financial status", "subtotal", "created at", "lineitem quantity"}),
    repeats_allowed=True,
)

ORDER_FIELDS = (
    Field(
        "order_id",
        "id",
        ("order id", "order", "order number", "order name", "bestellnummer", "bestell id", "transaction id"),
        required=True,
    ),
    Field(
        "ordered_at",
        "time",
        ("created at", "ordered at", "order date", "date", "datum", "bestelldatum", "time"),
        required=True,
    ),
    Field(
        "gross",
        "amount",
        ("net revenue", "revenue", "net sales", "gross", "amount", "total", "umsatz", "order value", "value"),
        required=True,
        signed=True,
    ),
    Field("codes", "text", ("promo code", "discount code", "code", "coupon", "codes", "coupon code", "rabattcode")),
    Field("currency", "code", ("currency", "währung")),
    _status("status", "order status", "payment status", "financial status"),
    Field("refund", "amount", ("refund", "refunded", "refunded amount", "erstattung")),
    Field("discount", "amount", ("discount", "discount amount", "rabatt")),
    Field("customer", "text", ("email", "customer", "customer id", "customer email")),
    Field("region", "text", ("region", "country", "state", "province")),
)
PLAIN_ORDERS = Source(
    "orders",
    "list of orders",
    ORDER_FIELDS,
    needs=(("order_id",), ("ordered_at",), ("gross",)),
    build=build_orders,
    line_items=("ordered_at", "gross"),
)

PAYMENT_FIELDS = (
    Field(
        "cost_id",
        "id",
        ("invoice", "invoice number", "invoice no", "payment id", "id", "rechnung", "rechnungsnummer", "reference"),
    ),
    Field(
        "creator",
        "handle",
        (
            "payee",
            "creator",
            "handle",
            "influencer",
            "influencer id",
            "recipient",
            "empfänger",
            "vendor",
            "supplier",
            "name",
            *CREATOR.headers,
        ),
    ),
    Field("campaign_id", "text", ("campaign", "campaign id", "campaign name", "kampagne")),
    Field(
        "spent_at",
        "time",
        ("date", "datum", "paid at", "payment date", "booked at", "invoice date", "due date", "paid on"),
    ),
    Field(
        "amount",
        "amount",
        ("amount", "spend", "cost", "fee", "total payout", "payout", "betrag", "sum", "value", "total", "net amount"),
        required=True,
        signed=False,
    ),
    Field(
        "kind",
        "choice",
        ("kind", "type", "cost type", "category", "art", "item", "basis", "description"),
        choices=COST_KIND_CHOICES,
    ),
    Field("currency", "code", ("currency", "währung")),
    Field("status", "choice", ("status", "payment status", "state"), choices=COST_STATUS_CHOICES),
)


def build_payments(rows: pd.DataFrame, context: Context) -> Built:
    """Return the costs of this campaign; lines that name another campaign or currency are dropped by reason."""
    said = known(rows, "campaign_id").astype("str").str.strip()
    other = said.notna() & ~said.str.casefold().isin(context.labels) & bool(context.labels)
    money = in_currency(rows[~other], context)
    foreign = money.foreign.reindex(rows.index, fill_value=False)
    costs = rows.assign(
        influencer_id=known(rows, "creator").astype("str"),
        kind=known(rows, "kind").fillna("fee" if "kind" not in rows else "other"),
        campaign_id=context.campaign_id,
        cost_id=[f"line-{line}" for line in rows["_line"]],
    )[~(other | foreign)]
    unnamed = int(known(rows, "kind")[costs.index].isna().sum()) if "kind" in rows else 0
    dropped = {"OTHER_CAMPAIGN": int(other.sum()), "OTHER_CURRENCY": int(foreign.sum())}
    names = ["cost_id", "influencer_id", "campaign_id", "spent_at", "amount", "kind", "status"]
    return Built(
        {"costs": costs[[name for name in names if name in costs]]},
        {code: lines for code, lines in dropped.items() if lines},
        (f"of an unknown kind, counted as other ({count(unnamed, 'cost')})",) if unnamed else (),
        (*money.remarks, *suspicions.of_costs(costs)),
    )


PAYMENTS = Source(
    "payments",
    "payments ledger",
    PAYMENT_FIELDS,
    needs=(("amount",), ("creator", "kind")),
    build=build_payments,
    repeats_allowed=True,
)
