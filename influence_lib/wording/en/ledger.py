"""What is said of costs, orders and what is missing of them."""

import datetime as dt
from collections.abc import Sequence

from influence_lib.metrics import show
from influence_lib.wording.en import count, listed

# Names of inputs, the same in every language; INPUTS says them.
CURRENCY, COSTS, ORDERS, CODES, MARGIN = "currency", "costs", "orders", "codes", "margin"
INPUTS = {
    CURRENCY: "the currency (write it in the campaign's YAML)",
    COSTS: "costs (a payments ledger)",
    ORDERS: "orders (the shop's export)",
    CODES: "creators' discount codes (a column in the list of creators)",
    MARGIN: (
        "the margin (the share of net revenue left after goods, payment and delivery; write it in the campaign's YAML)"
    ),
}


def missing_inputs(inputs: Sequence[str]) -> str:
    """Say what has to be added before anything can be said about money."""
    return f"Nothing can be said about this without {listed([INPUTS.get(name, name) for name in inputs])}."


KINDS = {
    "fee": "Fees",
    "commission": "Commission",
    "product": "Products at cost",
    "shipping": "Shipping of products",
    "boost": "Boosts",
    "production": "Production",
    "agency": "Agency",
    "tool": "Tools",
    "staff": "Own hours",
    "other": "Other",
}
STATUSES = {"committed": "Agreed, not due yet", "due": "Due", "paid": "Paid"}
NO_STATUS = "Not said"
GOODS, DISCOUNTS, REFUNDS, NET, GOODS_COST, MARGIN_LINE, COST_LINE, PROFIT = (
    "Goods at list price",
    "Discounts",
    "Refunds",
    "Net revenue",
    "Goods, payment and delivery",
    "Margin",
    "Cost of the campaign",
    "Margin less cost",
)


def waterfall_caption(margin: float | None, start: dt.date, days: int) -> str:
    """Return the caption of the table that leads from the list price to what is left."""
    until = f"{count(days, 'day')} after its end" if days else "its end"
    share = f"at a margin of {margin * 100:g}%" if margin else "the margin is not known"
    return (
        f"From list price to what is left, orders from {show(start, 'date')} to {until}, {share}. "
        "The shop's other costs are not in it."
    )


def told_for(told: int, orders: int, amount: str) -> str:
    """Say for how many orders a discount or refund is told, where it is not told for all."""
    if not told:
        return "not told for any order"
    return f"told for {show(told, 'count')} of {count(orders, 'order')}, together {amount}"


ATTRIBUTED = (
    "Codes miss buyers who did not use one and count some who would have bought anyway: attributed is not caused."
)
COMPLETE_AS_FILES = "Complete only as far as the ledger is: hours and tools are often missing."
CREDIT_RULE = (
    "Each order counts once: for the creator whose code it carried (of several the one named first), else for the "
    "creator whose link led to it, else for the brand's own code."
)


def routes_caption(start: dt.date, days: int, stray: int) -> str:
    """Return the caption of the table of routes, with the rule by which each order is credited once."""
    until = f"{count(days, 'day')} after its end" if days else "its end"
    carried = f" {count(stray, 'order')} under 'none' carried a code of nobody we know." if stray else ""
    return f"Orders from the start of the campaign, {show(start, 'date')}, to {until}. {CREDIT_RULE}{carried}"


def too_early(orders: int, creators: int, least_orders: int, least_creators: int) -> str:
    """Say that it is too early for a return, and what is needed."""
    needs = []
    if orders < least_orders:
        needs.append(f"about {count(least_orders - orders, 'more order')} with a creator's code")
    if creators < least_creators:
        needs.append(count(least_creators - creators, "more creator"))
    need = listed(needs) if needs else "several creators who share the cost and differ in results"
    return (
        f"Not enough data to tell what came back: {count(orders, 'order')} of {count(creators, 'creator')}; "
        f"{need} needed."
    )


def cost(total: float, paid: float, shared: float, lines: int, currency: str | None) -> str:
    """Say what the campaign cost."""
    rest = f", {show(shared, 'money', currency)} of it not for a single creator" if shared else ""
    settled = "all paid" if abs(total - paid) < 0.005 else f"{show(paid, 'money', currency)} of it paid"
    lines_of = f"{count(lines, 'line')} of the ledger"
    return f"The campaign cost {show(total, 'money', currency)} ({settled}{rest}; {lines_of})."


def still_open(last: dt.date) -> tuple[str, ...]:
    """Say that orders of the window are still to come."""
    return (f"Orders count until {show(last, 'date')}: those after the day of this report are still to come.",)
