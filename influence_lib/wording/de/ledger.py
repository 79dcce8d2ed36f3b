"""What is said of costs, orders and what is missing of them."""

import datetime as dt
from collections.abc import Sequence

from influence_lib.metrics import show
from influence_lib.wording.de import count, days_, listed, orders_, tick
from influence_lib.wording.en.ledger import CODES, COSTS, CURRENCY, MARGIN, ORDERS

INPUTS = {
    CURRENCY: "die Währung (ins YAML der Kampagne schreiben)",
    COSTS: "Kosten (ein Kassenbuch der Zahlungen)",
    ORDERS: "Bestellungen (der Export des Shops)",
    CODES: "Rabattcodes der Creators (eine Spalte in der Liste der Creators)",
    MARGIN: "die Marge (Anteil des Nettoumsatzes nach Ware, Zahlung und Lieferung; ins YAML der Kampagne schreiben)",
}


def missing_inputs(inputs: Sequence[str]) -> str:
    """Say what has to be added before anything can be said about money."""
    return f"Dazu lässt sich nichts sagen, denn es fehlen: {listed([INPUTS.get(name, name) for name in inputs])}."


KINDS = {
    "fee": "Honorare",
    "commission": "Provision",
    "product": "Produkte zu Selbstkosten",
    "shipping": "Versand von Produkten",
    "boost": "Boosts",
    "production": "Produktion",
    "agency": "Agentur",
    "tool": "Werkzeuge",
    "staff": "Eigene Stunden",
    "other": "Sonstiges",
}
STATUSES = {"committed": "Vereinbart, noch nicht fällig", "due": "Fällig", "paid": "Bezahlt"}
NO_STATUS = "Keine Angabe"
GOODS, DISCOUNTS, REFUNDS, NET, GOODS_COST, MARGIN_LINE, COST_LINE, PROFIT = (
    "Ware zum Listenpreis",
    "Rabatte",
    "Erstattungen",
    "Nettoumsatz",
    "Ware, Zahlung und Lieferung",
    "Marge",
    "Kosten der Kampagne",
    "Marge abzüglich Kosten",
)


def waterfall_caption(margin: float | None, start: dt.date, days: int) -> str:
    """Return the caption of the table that leads from the list price to what is left."""
    until = f"{days_(days)} nach ihrem Ende" if days else "zu ihrem Ende"
    share = f"bei einer Marge von {tick(margin, 'percent')}" if margin else "die Marge ist unbekannt"
    return (
        f"Vom Listenpreis zu dem, was bleibt: Bestellungen vom {show(start, 'date')} bis {until}, {share}. "
        "Die übrigen Kosten des Shops sind nicht enthalten."
    )


def told_for(told: int, orders: int, amount: str) -> str:
    """Say for how many orders a discount or refund is told, where it is not told for all."""
    if not told:
        return "für keine Bestellung angegeben"
    return f"für {show(told, 'count')} von {orders_(orders)} angegeben, zusammen {amount}"


ATTRIBUTED = (
    "Codes übersehen Käufer, die keinen benutzten, und zählen manche, die ohnehin gekauft hätten: zugeordnet heißt nicht "
    "verursacht."
)
COMPLETE_AS_FILES = "Nur so vollständig wie das Kassenbuch: Stunden und Werkzeuge fehlen oft."
CREDIT_RULE = (
    "Jede Bestellung zählt einmal: für den Creator, dessen Code sie trug (von mehreren den zuerst genannten), sonst für "
    "den Creator, dessen Link zu ihr führte, sonst für den eigenen Code der Marke."
)


def routes_caption(start: dt.date, days: int, stray: int) -> str:
    """Return the caption of the table of routes, with the rule by which each order is credited once."""
    until = f"{days_(days)} nach ihrem Ende" if days else "zu ihrem Ende"
    one, many = "Bestellung unter „keine“ trug", "Bestellungen unter „keine“ trugen"
    carried = f" {count(stray, one, many)} einen Code, den niemand kennt." if stray else ""
    return f"Bestellungen vom Beginn der Kampagne, {show(start, 'date')}, bis {until}. {CREDIT_RULE}{carried}"


def too_early(orders: int, creators: int, least_orders: int, least_creators: int) -> str:
    """Say that it is too early for a return, and what is needed."""
    needs = []
    if orders < least_orders:
        more = count(least_orders - orders, "weitere Bestellung", "weitere Bestellungen")
        needs.append(f"etwa {more} mit dem Code eines Creators")
    if creators < least_creators:
        needs.append(count(least_creators - creators, "weiterer Creator", "weitere Creators"))
    need = listed(needs) if needs else "mehrere Creators mit Anteil an den Kosten und verschiedenen Ergebnissen"
    return (
        f"Zu wenige Daten, um zu sagen, was zurückkam: {orders_(orders)} von {count(creators, 'Creator', 'Creators')}; "
        f"nötig: {need}."
    )


def cost(total: float, paid: float, shared: float, lines: int, currency: str | None) -> str:
    """Say what the campaign cost."""
    rest = f", {show(shared, 'money', currency)} davon für keinen einzelnen Creator" if shared else ""
    settled = "alles bezahlt" if abs(total - paid) < 0.005 else f"{show(paid, 'money', currency)} davon bezahlt"
    lines_of = count(lines, "Zeile des Kassenbuchs", "Zeilen des Kassenbuchs")
    return f"Die Kampagne kostete {show(total, 'money', currency)} ({settled}{rest}; {lines_of})."


def still_open(last: dt.date) -> tuple[str, ...]:
    """Say that orders of the window are still to come."""
    return (f"Bestellungen zählen bis {show(last, 'date')}: Die nach dem Tag dieses Berichts stehen noch aus.",)
