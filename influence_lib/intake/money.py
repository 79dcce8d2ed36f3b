"""Money: Shopify's orders export, plain order lists, payments ledgers."""

import re
from collections.abc import Iterator
from typing import NamedTuple

import pandas as pd

from influence_lib.intake import suspicions
from influence_lib.intake.exchange import NoRateError, days_of, rates
from influence_lib.intake.numerals import SYMBOLS
from influence_lib.intake.posts import CREATOR
from influence_lib.intake.privacy import mask
from influence_lib.intake.reasons import FileError
from influence_lib.intake.remarks import Remark
from influence_lib.intake.source import (
    COST_KIND_CHOICES,
    COST_STATUS_CHOICES,
    ORDER_STATUS_CHOICES,
    Built,
    Context,
    Source,
    choices,
    earlier_campaign,
    ended,
    known,
    link_tag,
    of_other_campaign,
)
from influence_lib.intake.typed import Field, code, hashed, headers
from influence_lib.tables import ORDERS
from influence_lib.wording.en import count

EACH_DAY = "each day's rate of the European Central Bank"
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
    Field("codes", "code", ("discount code",)),
    Field("discount", "amount", ("discount amount",)),
    Field("ordered_at", "time", ("created at",)),
    Field("cancelled_at", "time", ("cancelled at",)),
    Field("refund", "amount", ("refunded amount",), signed=True),
    Field("region", "text", ("shipping province", "shipping country")),
    Field("payment_method", "text", ("payment method",)),
    Field("tags", "text", ("tags",)),
    Field("attributes", "text", ("note attributes",)),
)
# The payment provider of trial orders, and how shops mark them by hand.
TRIAL_PROVIDER = re.compile(r"\bbogus\b|for testing|^test(?: gateway| payment)?$", re.I)
TRIAL_TAG = re.compile(r"(?:^|,)\s*test(?:[ _-]?(?:order|bestellung))?\s*(?:,|$)", re.I)
LINK_TAG = re.compile(r"^\s*_?(?:utm_content|utm_term|ref|sub_?id|aff(?:iliate)?_?id)\s*[:=]\s*(\S+)", re.I | re.M)


def codes_in(cell: str) -> str:
    """Return the discount codes of a cell in capitals, each once and the one named first first, parted by ';'."""
    return ";".join(dict.fromkeys(code(part) for part in re.split(r"[,;\s]+", cell) if part.strip()))


def build_shopify(rows: pd.DataFrame, context: Context) -> Built:
    """Return one order for each name: its money stands on the first of its line-item rows only."""
    _refuse_two_states(rows, context)
    orders = _per_order(rows)
    total, tax = orders["total"], known(orders, "taxes").astype("Float64").fillna(0)
    shipping = known(orders, "shipping").astype("Float64").fillna(0)
    inside = _tax_inside(total - orders["subtotal"] - shipping, tax)
    goods_share = (orders["subtotal"] / (orders["subtotal"] + shipping).where(lambda both: both > 0)).fillna(1)
    before = orders["subtotal"] - (tax * goods_share).where(inside, 0.0)
    refund = _with_full_refunds(orders)
    given_back = refund / total.where(total > 0)
    net = (before * (1 - given_back.clip(0, 1).fillna(0))).round(2)
    notes = ("prices include tax; net revenue is without it",) if inside.any() else ()
    trial = _said(orders, "payment_method", TRIAL_PROVIDER) | _said(orders, "tags", TRIAL_TAG)
    told = (
        known(orders, "attributes")
        .astype("str")
        .str.extract(LINK_TAG, expand=False)
        .map(lambda tag: mask(code(tag)), na_action="ignore")
    )
    # Discount and refund of the goods alone and without tax, so that net revenue and both are the goods' list price.
    untaxed = (before / orders["subtotal"].where(orders["subtotal"] > 0)).fillna(1)
    less = known(orders, "discount").astype("Float64") * untaxed
    back = (before - net).round(2) if _tells_refunds(orders) else pd.Series(pd.NA, index=orders.index, dtype="Float64")
    priced = orders.assign(net_revenue=net, gross=total, discount=less.round(2), refund=back, is_test=trial, link=told)
    return _orders(priced, context, notes)


def _refuse_two_states(rows: pd.DataFrame, context: Context) -> None:
    """Refuse an order that stands there twice with different money, as where two downloads were put together."""
    headed = rows[rows["subtotal"].notna()]
    again = headed[headed.duplicated("order_id", keep=False)]
    names = [name for name in ("order_status", "subtotal", "total", "refund", "cancelled_at") if name in again]
    for order, same in again.groupby("order_id", sort=False):
        if (same[names].nunique(dropna=False) > 1).any():
            first, second = same["_line"].tolist()[:2]
            message = f"lines {first} and {second} hold the order {order} in two states; keep the later one"
            raise FileError(context.path, "CONFLICTING_DUPLICATE", message)


def _tax_inside(beyond: pd.Series, tax: pd.Series) -> pd.Series:
    """Tell whose prices hold the tax; `beyond` is what the total has beyond goods and shipping.

    A tip or a duty leaves it open for an order; then the shop's other orders count where they all say the same.
    """
    taxed = tax > 0
    inside = ((beyond.abs() < 0.01) & taxed).fillna(False)
    outside = (((beyond - tax).abs() < 0.01) & taxed).fillna(False)
    return taxed if inside.any() and not outside.any() else inside


def _with_full_refunds(orders: pd.DataFrame) -> pd.Series:
    """Return what was given back; an order that is refunded without an amount was given back whole."""
    refund = known(orders, "refund").astype("Float64").fillna(0).abs()
    whole = (known(orders, "order_status") == "refunded").fillna(False) & (refund == 0)
    return refund.mask(whole, orders["total"])


def _tells_refunds(orders: pd.DataFrame) -> bool:
    """Tell whether a file says of refunds, in a column or in a status: else none is known, which is not none at all."""
    return "refund" in orders or bool((known(orders, "order_status") == "refunded").fillna(False).any())


def _said(orders: pd.DataFrame, column: str, words: re.Pattern[str]) -> pd.Series:
    """Tell for each order whether a column holds certain words."""
    return known(orders, column).astype("str").fillna("").str.contains(words)


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
    tags = known(orders, "link").map(_tag, na_action="ignore").astype("str")
    given_back = (refund - back.reindex(orders["order_id"]).fillna(0).to_numpy()).mask(emptied, orders["gross"])
    untold = not (_tells_refunds(orders) or back.notna().any())
    told = orders.assign(net_revenue=net, refund=given_back.mask(pd.Series(untold, index=orders.index)), link=tags)
    return _orders(told, context, notes, remarks)


def _tag(text: str) -> str:
    """Return the tag of a link in the form of a code; of a link without one the address, which may be a profile's."""
    return mask(code(link_tag(text) or text.partition("?")[0]))


def _per_order(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row an order, each column with its first known value, and in `lines` how many rows it had."""
    grouped = rows.groupby("order_id", sort=False)
    return grouped.first().assign(lines=grouped.size()).reset_index()


def _orders(orders: pd.DataFrame, context: Context, notes: tuple[str, ...], remarks: tuple[Remark, ...] = ()) -> Built:
    """Return the orders that count, without customers' addresses, and the rows of those that do not by reason."""
    money = in_currency(orders, context)
    orders = money.converted(orders, "net_revenue", "gross", "discount", "refund")
    why = known(orders, "order_status").map(NOT_COUNTED).astype("str")
    why = why.mask(known(orders, "cancelled_at").notna(), "CANCELLED").mask(money.foreign, "OTHER_CURRENCY")
    why = why.mask(known(orders, "is_test").astype("boolean").fillna(False), "TEST_ORDER")
    why = why.mask(why.isna() & (orders["net_revenue"].isna() | orders["ordered_at"].isna()), "ORDER_UNUSED")
    good = orders[why.isna()]
    dropped = {str(code): int(number) for code, number in why.value_counts().items()}
    items = int(orders["lines"].sum() - len(orders))
    shaped = good.assign(
        codes=known(good, "codes").astype("str").fillna("").map(codes_in),
        customer_key=buyers(known(good, "customer"), context),
        is_new=known(good, "is_new").map({"yes": True, "no": False}).astype("boolean"),
    )
    # An order that is unpaid as yet may be paid in the next download; one that was cancelled stays so.
    over, unpaid = (orders.loc[why.isin(codes), "order_id"] for codes in (["CANCELLED", "TEST_ORDER"], ["NOT_PAID"]))
    return Built(
        {"orders": shaped[[name for name in ORDERS.names if name in shaped]]} | ended(cancelled=over, unpaid=unpaid),
        dropped | ({"LINE_ITEM_ROWS": items} if items else {}),
        notes,
        (*remarks, *money.remarks, *suspicions.of_orders(shaped, money.currency)),
        {"gross": float(orders["gross"][~money.foreign].sum())},
    )


def buyers(told: pd.Series, context: Context) -> pd.Series:
    """Return buyers' e-mails or numbers as hashes, unknown where nobody is named."""
    folded = told.astype("str").str.strip().str.casefold()
    hashes = {text: hashed(text, "buyer", context.salt, 10) for text in folded.dropna().unique()}
    return folded.map(hashes).astype("str")


class Money(NamedTuple):
    """The currency that is counted, which rows are not in it, what one unit of each row's is worth, and remarks."""

    currency: str | None
    foreign: pd.Series
    rate: pd.Series
    remarks: tuple[Remark, ...]

    def converted(self, rows: pd.DataFrame, *columns: str) -> pd.DataFrame:
        """Return rows with amounts in the currency that is counted, to the cent; those already in it are untouched."""
        rate = self.rate.reindex(rows.index, fill_value=1.0)
        away = rate != 1
        if not away.any():
            return rows
        there = [column for column in columns if column in rows]
        return rows.assign(**{name: rows[name].mask(away, (rows[name] * rate).round(2)) for name in there})


def in_currency(rows: pd.DataFrame, context: Context) -> Money:
    """Return what amounts are worth in the campaign's currency; those that name none are taken as the campaign's.

    A campaign without a currency says nothing about money; there the most frequent one stands for all, and rows in
    another are foreign. Raises FileError where no rate is known.
    """
    told = known(rows, "currency").astype("str").replace(CURRENCY_WORDS)
    filled = told.fillna(context.file_currency) if context.file_currency else told
    usual = filled.mode().iloc[0] if filled.notna().any() else None
    counted = context.currency or usual
    other = filled.notna() & (filled != counted)
    rate = _rates(filled, rows, context) if context.currency else pd.Series(1.0, rows.index, dtype="Float64")
    foreign = other & (context.currency is None)
    return Money(counted, foreign, rate, tuple(_of_currencies(filled, other, counted, context)))


def _rates(currencies: pd.Series, rows: pd.DataFrame, context: Context) -> pd.Series:
    """Return what one unit of each row's currency is worth. Raises FileError where nobody knows."""
    try:
        return rates(currencies, days_of(rows, context), context.currency or "", context.exchange_rates)
    except NoRateError as error:
        raise FileError(
            context.path,
            "NO_EXCHANGE_RATE",
            f"amounts in {error.currency} of {error.day}, and no rate to {context.currency} is known for that day; "
            f"set `exchange_rates: {{{error.currency}: what one is worth in {context.currency}}}` in the YAML",
        ) from error


def _of_currencies(filled: pd.Series, other: pd.Series, counted: str | None, context: Context) -> Iterator[Remark]:
    """Yield what a reader must know of the currencies of a file."""
    unnamed = int(filled.isna().sum())
    if unnamed:
        taken = f"taken as {counted}" if counted else "set `currency` for the file in the YAML"
        yield Remark("CURRENCY_ASSUMED", f"no currency named: {taken} ({count(unnamed, 'amount')})", True)
    if not other.any():
        return
    listed = ", ".join(f"{name} ({number})" for name, number in filled[other].value_counts().items())
    if context.currency is None:
        every = ", ".join(f"{name} ({number})" for name, number in filled.value_counts().items())
        yield Remark("MIXED_CURRENCY", f"amounts in several currencies: {every}; set `currency`", True)
        return
    at = "the rates in the YAML" if set(filled[other]) <= set(context.exchange_rates) else EACH_DAY
    yield Remark("EXCHANGED", f"amounts exchanged to {counted} at {at}: {listed}")


SHOPIFY_ORDERS = Source(
    "shopify_orders",
    "Shopify orders export",
    SHOPIFY_FIELDS,
    needs=(("order_id",), ("subtotal",), ("total",), ("ordered_at",)),
    build=build_shopify,
    signature=frozenset({"name", "financial status", "subtotal", "created at", "lineitem quantity"}),
    repeats_allowed=True,
)

FIRST_ORDER = choices(
    "yes", "no",
    yes=("y", "true", "1", "ja", "j", "wahr", "new", "new customer", "first", "first time", "first order",
         "first purchase", "neu", "neukunde", "erstbestellung"),
    no=("n", "false", "0", "nein", "falsch", "returning", "returning customer", "repeat", "repeat customer", "existing",
        "existing customer", "old", "bestandskunde", "stammkunde", "wiederkehrend"),
)  # fmt: skip
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
    Field("codes", "code", ("promo code", "discount code", "code", "coupon", "codes", "coupon code", "rabattcode")),
    Field("currency", "code", ("currency", "währung")),
    _status("status", "order status", "payment status", "financial status"),
    Field("refund", "amount", ("refund", "refunded", "refunded amount", "erstattung"), signed=True),
    Field("discount", "amount", ("discount", "discount amount", "rabatt")),
    Field("customer", "text", ("email", "customer", "customer id", "customer email")),
    Field("region", "text", ("region", "country", "state", "province")),
    Field("is_test", "flag", ("test", "is test", "test order", "testbestellung")),
    Field(
        "is_new",
        "choice",
        headers(
            "is new, new customer, is new customer, first order, is first order, first time order, first purchase, "
            "customer type, new or returning, new vs returning, neukunde, ist neukunde, erstbestellung, kundentyp"
        ),
        choices=FIRST_ORDER,
    ),
    Field(
        "link",
        "text",
        ("utm content", "link tag", "ref", "sub id", "affiliate id", "affiliate", "referral code", "tracking link"),
    ),
)
PLAIN_ORDERS = Source(
    "orders",
    "list of orders",
    ORDER_FIELDS,
    needs=(("order_id",), ("ordered_at",), ("gross",)),
    build=build_orders,
    line_items=("ordered_at", "gross"),
)

# A payment in one of these states cost nothing.
VOIDED = choices(
    voided=(
        "void", "voided", "cancelled", "canceled", "storniert", "refunded", "erstattet", "failed", "fehlgeschlagen",
        "rejected", "declined", "abgelehnt", "reversed", "returned",
    )
)  # fmt: skip
# Money that came back, written without a minus.
CAME_BACK = choices(
    back=("refund", "refunds", "credit note", "gutschrift", "erstattung", "rückzahlung", "rückerstattung")
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
        choices=COST_KIND_CHOICES | CAME_BACK,
    ),
    Field("currency", "code", ("currency", "währung")),
    Field("status", "choice", ("status", "payment status", "state"), choices=COST_STATUS_CHOICES | VOIDED),
)
# With one of these a file is a list of orders or of a bank account, whose amounts are no costs.
NO_PAYMENTS = frozenset(
    headers(
        "financial status, fulfillment status, lineitem quantity, lineitem name, discount code, promo code, coupon, "
        "coupon code, rabattcode, customer email, balance, saldo, kontostand"
    )
)


def build_payments(rows: pd.DataFrame, context: Context) -> Built:
    """Return the costs of this campaign and, under their ids, of the earlier ones told in the YAML.

    Lines that name another campaign or currency are dropped by reason; one that names none is of this campaign, also
    when it was booked in the days of an earlier one.
    """
    past = earlier_campaign(rows, context)
    other = of_other_campaign(rows, context) & past.isna()
    void = (known(rows, "status") == "voided").fillna(False) & ~other
    money = in_currency(rows[~(other | void)], context)
    foreign = money.foreign.reindex(rows.index, fill_value=False)
    back = (known(rows, "kind") == "back").fillna(False)
    told = money.converted(rows, "amount")
    costs = told.assign(
        influencer_id=known(rows, "creator").astype("str"),
        amount=told["amount"].mask(back, -told["amount"]),
        kind=known(rows, "kind").mask(back, "other").fillna("fee" if "kind" not in rows else "other"),
        campaign_id=past.fillna(context.campaign_id),
    )[~(other | void | foreign)]
    costs = _with_ids(costs, context)
    unnamed = int(known(rows, "kind")[costs.index].isna().sum()) if "kind" in rows else 0
    unnamed_words = f"of an unknown kind, counted as other ({count(unnamed, 'cost')})"
    returned = int(back[costs.index].sum())
    returned_words = f"money that came back, taken off the costs ({count(returned, 'line')})"
    dropped = {
        "OTHER_CAMPAIGN": int(other.sum()),
        "VOID_PAYMENT": int(void.sum()),
        "OTHER_CURRENCY": int(foreign.sum()),
    }
    names = ["cost_id", "influencer_id", "campaign_id", "spent_at", "amount", "kind", "status", "invoice"]
    return Built(
        {"costs": costs[[name for name in names if name in costs]]},
        {code: lines for code, lines in dropped.items() if lines},
        tuple(words for words, lines in ((unnamed_words, unnamed), (returned_words, returned)) if lines),
        (*money.remarks, *suspicions.of_costs(costs)),
    )


def _with_ids(costs: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Return costs under ids that another file gives the same payment too: those with the number of an invoice.

    `invoice` stands for number, payee and amount; the day and a running number make it an id, for one invoice may be
    paid in parts. The others are known by their line only.
    """
    lines = "line-" + costs["_line"].astype("str")
    if "cost_id" not in costs or costs["cost_id"].isna().all():
        return costs.assign(cost_id=lines)
    parts = zip(costs["cost_id"], costs["influencer_id"].fillna(""), costs["amount"], strict=True)
    texts = [None if pd.isna(number) else f"{code(number)}\n{payee}\n{amount:.2f}" for number, payee, amount in parts]
    hashes = [text and hashed(text, "invoice", context.salt, 10) for text in texts]
    invoice = pd.Series(hashes, index=costs.index, dtype="str")
    paid_on = invoice + "/" + known(costs, "spent_at").astype("datetime64[us, UTC]").dt.strftime("%Y-%m-%d").fillna("")
    nth = paid_on.groupby(paid_on).cumcount().reindex(costs.index)
    return costs.assign(invoice=invoice, cost_id=(paid_on + "/" + nth.astype("Int64").astype("str")).fillna(lines))


PAYMENTS = Source(
    "payments",
    "payments ledger",
    PAYMENT_FIELDS,
    needs=(("amount",), ("creator", "kind")),
    build=build_payments,
    repeats_allowed=True,
    never=NO_PAYMENTS,
)
