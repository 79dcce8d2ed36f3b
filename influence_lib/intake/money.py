"""Money: Shopify's orders export, plain order lists, payments ledgers."""

import re

import pandas as pd

from influence_lib.intake.posts import CREATOR
from influence_lib.intake.source import COST_KIND_CHOICES, COST_STATUS_CHOICES, Built, Context, Source, known
from influence_lib.intake.typed import Field, code, hashed, header_key
from influence_lib.tables import ORDERS

COUNTED = {
    "paid",
    "partially paid",
    "partially refunded",
    "refunded",
    "authorized",
    "completed",
    "fulfilled",
    "shipped",
    "bezahlt",
    "processing",
    "closed",
}
NOT_PAID = {"pending", "voided", "expired", "unpaid", "on hold", "failed", "open"}
CANCELLED = {"cancelled", "canceled", "storniert"}

SHOPIFY_FIELDS = (
    Field("order_id", "id", ("name",), required=True),
    Field("customer", "text", ("email",)),
    Field("order_status", "text", ("financial status",)),
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
    firsts = rows.groupby("order_id", sort=False).first().reset_index()
    lines = rows.groupby("order_id", sort=False).size()
    tax = firsts["taxes"].fillna(0)
    inside = (
        (firsts["total"] - firsts["subtotal"] - known(firsts, "shipping").astype("Float64").fillna(0)).abs() < 0.01
    ) & (tax > 0)
    before = firsts["subtotal"] - tax.where(inside.fillna(False), 0.0)
    notes = ("prices include tax; net revenue is without it",) if inside.fillna(False).any() else ()
    kept = 1 - (known(firsts, "refund").astype("Float64").fillna(0) / firsts["total"].where(firsts["total"] > 0)).clip(
        0, 1
    ).fillna(0)
    orders = firsts.assign(net_revenue=(before * kept).round(2), lines=lines.loc[firsts["order_id"]].to_numpy())
    return _orders(orders, context, notes)


def build_orders(rows: pd.DataFrame, context: Context) -> Built:
    """Return one order a row of a plain list; its amount is taken as net revenue."""
    repeated = rows.groupby("order_id", sort=False).first().reset_index()
    lines = rows.groupby("order_id", sort=False).size().loc[repeated["order_id"]].to_numpy()
    refund = known(repeated, "refund").astype("Float64").fillna(0)
    return _orders(repeated.assign(net_revenue=(repeated["gross"] - refund).clip(lower=0), lines=lines), context, ())


def _orders(orders: pd.DataFrame, context: Context, notes: tuple[str, ...]) -> Built:
    """Return the orders that count, without customers' addresses, and the rows of those that do not by reason."""
    why = _why_not(orders, context)
    dropped = orders.assign(why=why).dropna(subset=["why"]).groupby("why")["lines"].sum()
    good = orders[why.isna() & orders["net_revenue"].notna() & orders["ordered_at"].notna()]
    unread = int(orders.loc[why.isna(), "lines"].sum() - good["lines"].sum())
    counts = {str(reason): int(rows) for reason, rows in dropped.items()} | ({"ORDER_UNUSED": unread} if unread else {})
    shaped = good.assign(
        codes=known(good, "codes").astype("str").fillna("").map(codes_in),
        customer_key=known(good, "customer")
        .astype("str")
        .map(lambda text: hashed(text.strip().casefold(), "buyer"), na_action="ignore"),
    )
    extra = int(orders["lines"].sum() - len(orders))
    if extra:
        notes = (*notes, f"{extra} line-item rows belong to orders already counted")
    return Built({"orders": shaped[[name for name in ORDERS.names if name in shaped]]}, counts, notes)


def _why_not(orders: pd.DataFrame, context: Context) -> pd.Series:
    """Return why an order does not count, or missing when it does."""
    status = known(orders, "order_status").astype("str").map(header_key, na_action="ignore")
    currency = known(orders, "currency").astype("str")
    why = pd.Series(pd.NA, index=orders.index, dtype="str")
    why = why.mask(status.isin(NOT_PAID), "NOT_PAID")
    why = why.mask(status.isin(CANCELLED) | known(orders, "cancelled_at").notna(), "CANCELLED")
    if context.currency:
        why = why.mask(currency.notna() & (currency != context.currency), "OTHER_CURRENCY")
    return why


SHOPIFY_ORDERS = Source(
    "shopify_orders",
    "Shopify orders export",
    SHOPIFY_FIELDS,
    needs=(("order_id",), ("subtotal",), ("ordered_at",)),
    build=build_shopify,
    signature=frozenset({"name", "financial status", "subtotal", "created at", "lineitem quantity"}),
    order_level=("ordered_at", "subtotal", "total"),
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
    Field("order_status", "text", ("status", "order status", "payment status")),
    Field("refund", "amount", ("refund", "refunded", "refunded amount", "erstattung")),
    Field("discount", "amount", ("discount", "discount amount", "rabatt")),
    Field("customer", "text", ("email", "customer", "customer id", "customer email")),
    Field("region", "text", ("region", "country", "state", "province")),
)
PLAIN_ORDERS = Source(
    "orders", "list of orders", ORDER_FIELDS, needs=(("order_id",), ("ordered_at",), ("gross",)), build=build_orders
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
    currency = known(rows, "currency").astype("str")
    other = said.notna() & (said != "") & ~said.str.casefold().isin(context.labels)
    foreign = (
        (currency.notna() & (currency != context.currency)) if context.currency else pd.Series(False, index=rows.index)
    )
    keep = ~(other | foreign)
    unnamed = known(rows, "kind").isna() & keep
    notes = (
        (f"{int(unnamed.sum())} costs of an unknown kind are counted as other",)
        if unnamed.any() and "kind" in rows
        else ()
    )
    costs = rows.assign(
        influencer_id=known(rows, "creator").astype("str"),
        kind=known(rows, "kind").fillna("fee" if "kind" not in rows else "other"),
        campaign_id=context.campaign_id,
        cost_id=[f"line-{line}" for line in rows["_line"]],
    )[keep]
    dropped = {"OTHER_CAMPAIGN": int((other & ~foreign).sum()), "OTHER_CURRENCY": int(foreign.sum())}
    names = ["cost_id", "influencer_id", "campaign_id", "spent_at", "amount", "kind", "status"]
    return Built(
        {"costs": costs[[name for name in names if name in costs]]}, {k: v for k, v in dropped.items() if v}, notes
    )


PAYMENTS = Source(
    "payments",
    "payments ledger",
    PAYMENT_FIELDS,
    needs=(("amount",), ("creator", "kind")),
    build=build_payments,
)
