"""What was spent, and which orders of the campaign are whose: counted, to the cent."""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
import pandas as pd

from influence_lib.analysis.inference import Interval
from influence_lib.campaign import Campaign
from influence_lib.findings import Finding, ShownTable, TableColumn, Verdict, not_available, not_enough
from influence_lib.metrics import show
from influence_lib.tables import Tables
from influence_lib.wording import ledger as words

FEWEST_CREATORS = 8
FEWEST_ORDERS = 30
COUNT_METHOD = "Counted from the files, not estimated."
# Every order of the window is on exactly one of these; the first two are a creator's.
ROUTES = (CODE, LINK, BRAND, NONE) = ("creator code", "creator link", "brand code", "none")
CREDITED = (CODE, LINK)


@dataclass(frozen=True)
class Ledger:
    """Costs and orders of one campaign, assigned to creators once.

    `creators`: influencer_id, cost, orders, revenue. `orders`: the rows of the window with route, creator, `counted`
    (how many orders a row stands for) and `cents` (its net revenue); `stray` says that it carried a code of nobody.
    """

    creators: pd.DataFrame
    orders: pd.DataFrame
    costs: pd.DataFrame
    shared_cost: float

    @property
    def cost(self) -> float:
        """Return all costs, shared ones included."""
        return round(float(self.costs["amount"].sum()), 2) if len(self.costs) else 0.0

    @property
    def attributed(self) -> pd.DataFrame:
        """Return the orders that carried a creator's code or came through a creator's link."""
        return self.orders[self.orders["route"].isin(CREDITED)]

    @property
    def attributed_orders(self) -> int:
        """Return how many orders are a creator's."""
        return int(self.attributed["counted"].sum())

    @property
    def attributed_revenue(self) -> float:
        """Return what a creator's orders are worth, to the cent."""
        return int(self.attributed["cents"].sum()) / 100

    @property
    def active(self) -> pd.DataFrame:
        """Return the creators who cost something or sold something."""
        return self.creators[(self.creators["cost"] > 0) | (self.creators["orders"] > 0)]

    @property
    def proofs(self) -> str:
        """Return in words what makes an order a creator's in this campaign."""
        routes = set(self.orders["route"])
        return " or ".join([word for word, route in (("code", CODE), ("link", LINK)) if route in routes] or ["code"])


def ledger(tables: Tables, campaign: Campaign) -> Ledger:
    """Return what was spent and which orders of the window are whose.

    Each order counts once: for the first creator's code named on it, else for the creator whom a tool names, else for
    the owner of the link that led to it, else as the brand's own. Money is added up in whole cents, so that the parts
    make up the total.
    """
    orders = _with_routes(_in_window(tables.orders, campaign), tables.tracking, campaign)
    costs = costs_of(tables, campaign)
    own = costs.dropna(subset=["influencer_id"]).groupby("influencer_id")["amount"].sum().rename("cost")
    sold = orders.dropna(subset=["influencer_id"]).groupby("influencer_id").agg(**_SUMS)
    table = pd.concat([own, sold.assign(revenue=sold["revenue"] / 100)], axis=1).fillna(0).astype(float)
    shared = float(costs.loc[costs["influencer_id"].isna(), "amount"].sum()) if len(costs) else 0.0
    creators = table.rename_axis("influencer_id").sort_index().reset_index()
    return Ledger(creators, orders, costs, round(shared, 2))


def costs_of(tables: Tables, campaign: Campaign) -> pd.DataFrame:
    """Return the costs of this campaign: lines under its own id, and those that name none."""
    named = tables.costs["campaign_id"]
    return tables.costs[named.isna() | (named == campaign.campaign_id)]


_SUMS: Any = {"orders": ("counted", "sum"), "revenue": ("cents", "sum")}


def _in_window(orders: pd.DataFrame, campaign: Campaign) -> pd.DataFrame:
    """Return the orders from the first day of the campaign to the last day on which a code counts."""
    after = last_counted(campaign) + dt.timedelta(days=1)
    first, end = (pd.Timestamp(day, tz=campaign.timezone) for day in (campaign.start, after))
    return orders[(orders["ordered_at"] >= first) & (orders["ordered_at"] < end)]


def _with_routes(orders: pd.DataFrame, tracking: pd.DataFrame, campaign: Campaign) -> pd.DataFrame:
    """Return orders with the creator they count for and the one way that says so."""
    links = (tracking["kind"] == "link").fillna(False)
    by_code = _of_first_code(orders["codes"], _owners(tracking[~links]))
    by_link = orders["influencer_id"].fillna(orders["link"].map(_owners(tracking[links])).astype("str"))
    branded = _of_first_code(orders["codes"], dict.fromkeys(_brand_codes(campaign), BRAND)).notna()
    found = [by_code.notna(), by_link.notna(), branded]
    return orders.assign(
        influencer_id=by_code.fillna(by_link),
        route=pd.Series(np.select(found, ROUTES[:3], NONE), index=orders.index, dtype="str"),
        stray=~(by_code.notna() | by_link.notna() | branded) & orders["codes"].fillna("").ne(""),
        counted=orders["orders"].fillna(1).astype(int),
        cents=(orders["net_revenue"].astype(float) * 100).round().astype("int64"),
    )


def _brand_codes(campaign: Campaign) -> set[str]:
    """Return the brand's codes in the form that codes of orders have: parted at spaces, in plain capitals."""
    parts = [part for told in campaign.brand_codes for part in re.split(r"[,;\s]+", told) if part]
    return {unicodedata.normalize("NFKC", part).upper() for part in parts}


def _owners(tracking: pd.DataFrame) -> dict[str, str]:
    """Return the creator of each code or tag."""
    return dict(zip(tracking["code"], tracking["influencer_id"], strict=True))


def _of_first_code(codes: pd.Series, owners: dict[str, str]) -> pd.Series:
    """Return the owner of the first code in each cell that has one; unknown where none has."""
    texts = codes.dropna().unique()
    first = {text: next((owners[code] for code in text.split(";") if code in owners), None) for text in texts}
    return codes.map(first).astype("str")


def missing_inputs(tables: Tables, campaign: Campaign, *needed: str) -> str | None:
    """Return the sentence about the needed inputs that are not there, or None when all are."""
    there = {
        words.COSTS: len(costs_of(tables, campaign)) > 0,
        words.ORDERS: len(tables.orders) > 0,
        words.CODES: len(tables.tracking) > 0 or bool(tables.orders["influencer_id"].notna().any()),
        words.CURRENCY: campaign.currency is not None,
        words.MARGIN: campaign.margin is not None,
    }
    lacking = [name for name in there if name in needed and not there[name]]
    return words.missing_inputs(lacking) if lacking else None


ATTRIBUTION = (words.COSTS, words.ORDERS, words.CODES, words.CURRENCY)
RETURN = (*ATTRIBUTION, words.MARGIN)


def refusal(book: Ledger, tables: Tables, campaign: Campaign, needed: tuple[str, ...]) -> tuple[str, dict[str, Any]]:
    """Return why nothing can be said of attributed orders (or nothing), and what every finding on them holds.

    Where the latter holds nothing an input is missing; else there is too little.
    """
    missing = missing_inputs(tables, campaign, *needed)
    if missing:
        return missing, {}
    creators, orders = len(book.active), book.attributed_orders
    few = creators < FEWEST_CREATORS or orders < FEWEST_ORDERS
    said = words.too_early(orders, creators, FEWEST_ORDERS, FEWEST_CREATORS) if few else ""
    return said, {"n": orders, "clusters": creators, "level": campaign.confidence}


def no_answer(name: str, said: str, method: str, known: dict[str, Any]) -> Finding:
    """Return that an input is missing, or that there is too little of them: by `refusal`, or creators all alike."""
    if not known:
        return not_available(name, said, method)
    alike = words.too_early(known["n"], known["clusters"], FEWEST_ORDERS, FEWEST_CREATORS)
    return not_enough(name, said or alike, method, **known)


def last_day(campaign: Campaign) -> dt.date:
    """Return the last day on which a code counts."""
    return campaign.end + dt.timedelta(days=campaign.attribution_days)


def last_counted(campaign: Campaign) -> dt.date:
    """Return the last day of which orders count in this report: codes end, or the report's day comes first."""
    return min(last_day(campaign), campaign.today)


def still_open(campaign: Campaign) -> tuple[str, ...]:
    """Return the caveat that orders are still to come, when they are."""
    return words.still_open(last_day(campaign)) if last_day(campaign) > campaign.today else ()


def cost(book: Ledger, campaign: Campaign) -> Finding:
    """Return what the campaign cost, counted from the ledger."""
    if campaign.currency is None or book.costs.empty:
        there = ((words.COSTS, len(book.costs)), (words.CURRENCY, campaign.currency))
        said = words.missing_inputs([name for name, given in there if not given])
        return not_available("roi.cost", said, COUNT_METHOD)
    paid = round(float(book.costs.loc[book.costs["status"].fillna("paid") == "paid", "amount"].sum()), 2)
    return Finding(
        "roi.cost",
        words.cost(book.cost, paid, book.shared_cost, len(book.costs), campaign.currency),
        "supported",
        COUNT_METHOD,
        book.cost,
        (book.cost, book.cost),
        len(book.costs),
        int((book.creators["cost"] > 0).sum()),
        campaign.confidence,
        (words.COMPLETE_AS_FILES,),
        _cost_table(book, campaign),
        counted=True,
        currency=campaign.currency,
    )


def _cost_table(book: Ledger, campaign: Campaign) -> ShownTable:
    """Return costs by kind and status."""
    rows = (
        book.costs.assign(
            status=book.costs["status"].map(words.STATUSES).astype("str").fillna(words.NO_STATUS),
            what=book.costs["kind"].map(words.KINDS),
        )
        .groupby(["kind", "what", "status"])["amount"]
        .agg(lines="size", amount="sum")
        .reset_index()
    )
    columns = (
        TableColumn("kind", "Kind", shown=False),
        TableColumn("what", "Kind of cost"),
        TableColumn("status", "Status"),
        TableColumn("lines", "Lines", "count"),
        TableColumn("amount", "Amount", "money"),
    )
    rows = rows.sort_values(["amount", "kind", "status"], ascending=[False, True, True])
    exact = rows.assign(amount=in_money((rows["amount"].astype(float) * 100).round()))
    return ShownTable("Costs by kind and status", columns, exact, campaign.currency)


def in_money(cents: pd.Series) -> pd.Series:
    """Return whole cents as amounts of which no digit is lost, however large they are."""
    return _exact(int(value) for value in cents).set_axis(cents.index)


def routes(book: Ledger, campaign: Campaign) -> ShownTable:
    """Return orders and revenue of the window by what says whose they are; the parts add up to all orders."""
    sums = book.orders.groupby("route").agg(**_SUMS).reset_index()
    rows = sums.sort_values(["revenue", "route"], ascending=[False, True])
    columns = (
        TableColumn("route", "Assigned by"),
        TableColumn("orders", "Orders", "count"),
        TableColumn("revenue", "Net revenue", "money"),
    )
    stray = int(book.orders.loc[book.orders["stray"], "counted"].sum())
    caption = words.routes_caption(campaign.start, campaign.attribution_days, stray)
    return ShownTable(caption, columns, rows.assign(revenue=in_money(rows["revenue"])), campaign.currency)


def waterfall(book: Ledger, campaign: Campaign) -> ShownTable:
    """Return what leads from goods at list price to margin less cost, for attributed orders and for all of the window.

    Each line is in whole cents and the lines add up. A discount or a refund that is not told for every order is not
    known, and neither is the list price then: an empty cell is no zero.
    """
    attributed, every = (_lines(orders, book.cost, campaign.margin) for orders in (book.attributed, book.orders))
    rows = pd.DataFrame({"line": list(every), "note": [_told(line, book, campaign) for line in every]})
    columns = (
        TableColumn("line", "Line"),
        TableColumn("attributed", "Attributed orders", "money"),
        TableColumn("every", "All orders of the shop", "money"),
        TableColumn("note", "Note", shown=bool((rows["note"] != "").any())),
    )
    shown = rows.assign(attributed=_exact(attributed.values()), every=_exact(every.values()))
    caption = words.waterfall_caption(campaign.margin, campaign.start, campaign.attribution_days)
    return ShownTable(caption, columns, shown, campaign.currency)


def _lines(orders: pd.DataFrame, cost: float, margin: float | None) -> dict[str, int | None]:
    """Return the lines from list price to profit in cents; None where a line is not known."""
    net, spent = int(orders["cents"].sum()), round(cost * 100)
    less, back = (_cents_told(orders[name]) for name in ("discount", "refund"))
    kept = None if margin is None else margin_of(net, margin)
    return {
        words.GOODS: None if less is None or back is None else net + less + back,
        words.DISCOUNTS: None if less is None else -less,
        words.REFUNDS: None if back is None else -back,
        words.NET: net,
        words.GOODS_COST: None if kept is None else kept - net,
        words.MARGIN_LINE: kept,
        words.COST_LINE: -spent,
        words.PROFIT: None if kept is None else kept - spent,
    }


def margin_of(cents: int, margin: float) -> int:
    """Return the margin on net revenue in whole cents, half a cent up."""
    return int((cents * Decimal(str(margin))).quantize(Decimal(1), ROUND_HALF_UP))


def _cents_told(amounts: pd.Series) -> int | None:
    """Return the sum in cents of amounts that are all known; None where one is not."""
    return None if amounts.isna().any() else int((amounts.astype(float) * 100).round().astype("int64").sum())


def _exact(cents: Iterable[int | None]) -> pd.Series:
    """Return whole cents as amounts of which no digit is lost; None stays unknown."""
    return pd.Series([None if value is None else Decimal(value) / 100 for value in cents], dtype="object")


def _told(line: str, book: Ledger, campaign: Campaign) -> str:
    """Return for how many orders a discount or refund is told, where not for all; nothing for other lines."""
    name = {words.DISCOUNTS: "discount", words.REFUNDS: "refund"}.get(line)
    known = book.orders[name].dropna() if name else book.orders["cents"]
    if len(known) == len(book.orders):
        return ""
    return words.told_for(len(known), len(book.orders), show(float(known.sum()), "money", campaign.currency))


def three(names: tuple[str, str, str], make: Callable[[str], Finding]) -> tuple[Finding, Finding, Finding]:
    """Return the same answer to three questions."""
    first, second, third = names
    return make(first), make(second), make(third)


def break_even(campaign: Campaign) -> float:
    """Return the revenue for each unit of cost that just pays back: 1 where the margin is not known."""
    return 1 / campaign.margin if campaign.margin else 1.0


def against(found: Interval, mark: float) -> Verdict:
    """Return whether an interval lies above a mark, below it, or across it."""
    return "supported" if found.low > mark else "contradicted" if found.high < mark else "undecided"
