"""Affiliate tools: actions with payouts and reversals, earnings by tag, sales that a dashboard assigned."""

from collections import Counter
from collections.abc import Sequence

import pandas as pd

from influence_lib.intake.grid import Sheet
from influence_lib.intake.money import Money, buyers, in_currency
from influence_lib.intake.numerals import SYMBOLS
from influence_lib.intake.posts import CREATOR
from influence_lib.intake.remarks import Remark
from influence_lib.intake.source import Built, Context, Source, choices, ended, known, of_other_campaign
from influence_lib.intake.typed import Field, hashed, header_key, headers
from influence_lib.tables import ORDERS
from influence_lib.wording.en import count

STATE_CHOICES = choices(
    "approved", "pending", "reversed", "paid",
    approved=("locked", "cleared", "accepted", "confirmed"),
    pending=("open", "new", "extended", "tracked"),
    reversed=("rejected", "declined", "canceled", "cancelled", "voided"),
)  # fmt: skip
ACTION_FIELDS = (
    Field("action_id", "id", headers("action id"), required=True),
    Field("shop_order", "id", headers("order id, oid, order number, advertiser order id")),
    Field("ordered_at", "time", headers("action date, event date"), required=True),
    Field("modified", "time", headers("modification date, modified date, last modified")),
    Field("amount", "amount", headers("sale amount, intended sale amount, amount"), required=True, signed=True),
    Field("payout", "amount", headers("payout, action cost, commission, earnings, action earnings"), signed=True),
    Field(
        "state",
        "choice",
        headers("status, state, action status"),
        choices=STATE_CHOICES,
        unknown_choice="UNKNOWN_STATUS",
    ),
    Field("paystub", "id", headers("paystub id")),
    Field("link", "code", headers("sub id 1, subid1, sub id, subid")),
    Field("creator", "handle", headers("media partner, media partner name, partner, partner name, publisher, media")),
    Field("currency", "code", headers("currency, sale currency, währung, payout currency")),
    # Where sales and payouts are told in one currency, the field above has taken it.
    Field("payout_currency", "code", headers("payout currency")),
)
AMAZON_FIELDS = (
    Field("link", "code", headers("tracking id, id de seguimiento, id de suivi, tracking id tag"), required=True),
    Field("product", "id", headers("asin")),
    Field(
        "ordered_at", "time", headers("date shipped, fecha de envío, versanddatum, date d expédition"), required=True
    ),
    Field("items", "count", headers("items shipped, artículos enviados, versandte artikel, articles expédiés")),
    Field("returns", "count", headers("returns, devoluciones, rücksendungen, retouren, retours")),
    Field(
        "net_revenue", "amount", headers("revenue, ingresos, umsatz, einnahmen, revenus"), required=True, signed=True
    ),
    Field("currency", "code", headers("currency")),
)
ASSIGNED_FIELDS = (
    CREATOR,
    Field("ordered_at", "time", headers("date, day, order date, ordered at, datum, fecha"), required=True),
    Field("orders", "count", headers("orders, order count, sales count, conversions, bestellungen, pedidos")),
    Field(
        "net_revenue", "amount", headers("revenue, net revenue, sales, umsatz, ingresos"), required=True, signed=True
    ),
    Field("campaign_id", "text", headers("campaign, campaign id, campaign name, kampagne, campaña")),
    Field("customer", "text", headers("user id, customer id, customer, customer email, email")),
    Field("source", "text", headers("source, channel, platform")),
    Field("product", "text", headers("product, product name, sku")),
    Field("currency", "code", headers("currency, währung")),
)


def build_actions(rows: pd.DataFrame, context: Context) -> Built:
    """Return each action in its last state as one order and one commission; what was reversed is dropped.

    A line below zero is a correction: it is taken off its action, or stands alone where the action is in another file.
    """
    money = in_currency(rows, context)
    paid_in = _currency_of_payouts(rows, money, context)
    foreign = money.foreign | paid_in.foreign
    ours = paid_in.converted(money.converted(rows, "amount"), "payout")[~foreign]
    actions, void, dropped = _last_states(ours.assign(payout=known(ours, "payout").astype("Float64")))
    gone = dropped + Counter({"OTHER_CURRENCY": int(foreign.sum())})
    pending = int((known(actions, "state") == "pending").sum())
    remarks = [Remark("PENDING", f"may still be reversed ({count(pending, 'action')})", True)] if pending else []
    notes = ["the sale amount of an action is taken as net revenue"]
    if "state" not in rows:
        notes.append("no column for the status: every action counts, also one that was reversed since")
    over = ended(reversed="action/" + void["action_id"])
    frames = {"orders": _orders_of(actions), "costs": _commissions(actions, context), **over}
    of_money = tuple(dict.fromkeys((*money.remarks, *paid_in.remarks)))
    return Built(frames, dict(+gone), tuple(notes), (*of_money, *remarks))


def _currency_of_payouts(rows: pd.DataFrame, money: Money, context: Context) -> Money:
    """Return what payouts are worth: they may be told in another currency than the sales."""
    if "payout_currency" not in rows:
        return money
    return in_currency(rows.assign(currency=rows["payout_currency"].fillna(rows["currency"])), context)


def _last_states(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, Counter[str]]:
    """Return one row an action with what is left after corrections, those reversed, and dropped rows by reason."""
    below = (rows["amount"] < 0).fillna(False)
    last = _last_of_each(rows[~below])
    taken_off = rows[below].groupby("action_id")[["amount", "payout"]].sum()
    off = taken_off.reindex(last["action_id"]).fillna(0)
    left = last.assign(
        amount=(last["amount"] + off["amount"].to_numpy()).round(2),
        payout=(last["payout"] + off["payout"].to_numpy()).round(2),
        orders=1,
    )
    corrected = left["action_id"].isin(taken_off.index)
    void = (known(left, "state") == "reversed").fillna(False) | (corrected & (left["amount"] <= 0))
    alone = rows[below & ~rows["action_id"].isin(last["action_id"])].assign(orders=0)
    reversed_rows = int(void.sum() + rows.loc[below, "action_id"].isin(left.loc[void, "action_id"]).sum())
    dropped = Counter({"SUPERSEDED": int((~below).sum() - len(last)), "REVERSED": reversed_rows})
    return pd.concat([left[~void], alone]), left[void], dropped


def _last_of_each(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the row of each action that was changed last; where no day tells which, a reversal is."""
    when = rows["modified"] if "modified" in rows else pd.Series(pd.NaT, index=rows.index)
    state = (known(rows, "state") == "reversed").fillna(False)
    ordered = rows.assign(_when=when, _state=state).sort_values(["_when", "_state"], na_position="first", kind="stable")
    return ordered.groupby("action_id", sort=False).tail(1).sort_index().drop(columns=["_when", "_state"])


def _orders_of(actions: pd.DataFrame) -> pd.DataFrame:
    """Return actions as orders under the shop's number where it is told; two actions of one order are one."""
    own = "action/" + actions["action_id"]
    day = actions["modified"].dt.strftime("%Y-%m-%d").fillna("") if "modified" in actions else ""
    corrections = own + "/" + day + "/" + actions["amount"].astype("str")
    ids = known(actions, "shop_order").astype("str").fillna(own).mask(actions["orders"] == 0, corrections)
    parts = own + "=" + actions["amount"].astype("str")
    named = actions.assign(
        order_id=ids, net_revenue=actions["amount"], influencer_id=known(actions, "creator"), actions=parts
    )
    once = named.groupby("order_id", sort=False).first()
    total = named.groupby("order_id", sort=False)["net_revenue"].sum().round(2)
    # What each action is worth, for one of them may be reversed in another file.
    every = named.groupby("order_id", sort=False)["actions"].agg("\n".join)
    orders = once.assign(net_revenue=total, told_by="tool", actions=every).reset_index()
    return _shaped(orders).assign(actions=orders["actions"].astype("str"))


def _commissions(actions: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Return payouts as commissions; one that stands on a paystub is paid, others are due."""
    paid = known(actions, "paystub").notna() | (known(actions, "state") == "paid").fillna(False)
    costs = actions.assign(
        cost_id="action/" + actions["action_id"] + actions["orders"].map({1: "", 0: "/correction"}),
        influencer_id=known(actions, "creator").astype("str"),
        link=known(actions, "link").astype("str"),
        campaign_id=context.campaign_id,
        spent_at=actions["ordered_at"],
        amount=actions["payout"],
        kind="commission",
        status=paid.map({True: "paid", False: "due"}),
    )
    names = ["cost_id", "influencer_id", "link", "campaign_id", "spent_at", "amount", "kind", "status"]
    return costs.loc[costs["amount"].notna() & (costs["amount"] != 0), names]


def _shaped(orders: pd.DataFrame) -> pd.DataFrame:
    """Return orders with the canonical columns they have."""
    return orders[[name for name in ORDERS.names if name in orders]]


def _ids(rows: pd.DataFrame, columns: Sequence[str], prefix: str, context: Context) -> list[str]:
    """Return an id for each row from what it is about, so that two downloads of the same days give the same ids.

    What was measured is no part of it: a tool that restates a day tells the same sales with other numbers.
    """
    there = [rows[name].astype("str").fillna("") for name in columns if name in rows]
    texts = pd.Series(
        ["\n".join((context.platform or "", *row)) for row in zip(*there, strict=True)], index=rows.index, dtype="str"
    )
    times = texts.groupby(texts).cumcount()
    return [hashed(f"{text}\n{nth}", prefix, context.salt, 10) for text, nth in zip(texts, times, strict=True)]


def prepare_amazon(sheet: Sheet, context: Context) -> Sheet:
    """Return a report with its currency in a column, where the name of the revenue's column tells it without doubt."""
    name = next(header for header in sheet.header if header_key(header) in AMAZON_FIELDS[5].headers)
    told = next((code for symbol, code in SYMBOLS.items() if symbol in name), None)
    return sheet.with_cells({"Currency": [told] * len(sheet)}) if told and "Currency" not in sheet.header else sheet


def build_amazon(rows: pd.DataFrame, context: Context) -> Built:
    """Return what was shipped as orders under the tag of the link; what came back is below zero."""
    money = in_currency(rows, context)
    kept = money.converted(rows, "net_revenue")[~money.foreign]
    back = -kept["net_revenue"].where(kept["net_revenue"] < 0)
    ids = _ids(kept, ("link", "ordered_at", "product"), "amazon", context)
    orders = kept.assign(order_id=ids, orders=known(kept, "items"), refund=back, told_by="marketplace")
    notes = (
        "goods sold on Amazon, not in the brand's own shop; each item shipped counts as an order",
        "Amazon pays the fees to the owner of the tag, so they are no costs here",
    )
    foreign = int(money.foreign.sum())
    return Built({"orders": _shaped(orders)}, {"OTHER_CURRENCY": foreign} if foreign else {}, notes, money.remarks)


def build_assigned(rows: pd.DataFrame, context: Context) -> Built:
    """Return sales that a dashboard assigned to creators; lines that name another campaign are dropped."""
    said = known(rows, "campaign_id").astype("str").str.strip()
    other = of_other_campaign(rows, context)
    money = in_currency(rows[~other], context)
    kept = money.converted(rows[~other], "net_revenue")[~money.foreign]
    about = ("creator", "ordered_at", "campaign_id", "customer", "source", "product")
    ids = _ids(kept, about, "assigned", context)
    orders = kept.assign(
        order_id=ids,
        influencer_id=kept["creator"],
        customer_key=buyers(known(kept, "customer"), context),
        told_by="tool",
    )
    dropped = {"OTHER_CAMPAIGN": int(other.sum()), "OTHER_CURRENCY": int(money.foreign.sum())}
    unnamed = [Remark("NO_LINE_OF_OURS", _no_line_of_ours(said), True)] if len(rows) and other.all() else []
    return Built(
        {"orders": _shaped(orders)},
        {code: lines for code, lines in dropped.items() if lines},
        ("sales as a dashboard assigned them to creators: by which rule is not told, so nobody can check it",),
        (*money.remarks, *unnamed),
    )


def _no_line_of_ours(said: pd.Series) -> str:
    """Say that a file names other campaigns only, and which."""
    names = ", ".join(sorted(said.dropna().unique())[:5])
    return f"every line names another campaign ({names}); set `campaign_labels` to those that are this one"


AFFILIATE_ACTIONS = Source(
    "affiliate_actions",
    "affiliate actions (impact.com)",
    ACTION_FIELDS,
    needs=(("action_id",), ("ordered_at",), ("amount",)),
    build=build_actions,
    signature=frozenset({"action id"}),
)
AMAZON_ASSOCIATES = Source(
    "amazon_associates",
    "Amazon Associates earnings report",
    AMAZON_FIELDS,
    needs=(("link",), ("ordered_at",), ("net_revenue",), ("items",)),
    build=build_amazon,
    signature=frozenset({"asin"}),
    repeats_allowed=True,
    prepare=prepare_amazon,
)
ATTRIBUTED_SALES = Source(
    "attributed_sales",
    "sales assigned by a dashboard",
    ASSIGNED_FIELDS,
    needs=(("creator",), ("ordered_at",), ("orders",), ("net_revenue",)),
    build=build_assigned,
    repeats_allowed=True,
    never=frozenset(headers("order id, order number, likes, comments, impressions, total payout, fee")),
)
SOURCES: tuple[Source, ...] = (AFFILIATE_ACTIONS, AMAZON_ASSOCIATES, ATTRIBUTED_SALES)
