"""What is said of orders with creators' codes, and of their buyers."""

import datetime as dt
from typing import TYPE_CHECKING

from influence_lib.metrics import show
from influence_lib.wording.de import count, days_, likely, of_days, orders_, span, tick

if TYPE_CHECKING:
    from influence_lib.analysis.inference import Interval


def _proofs(proofs: str) -> str:
    """Return what assigns an order, code or link, in words."""
    return proofs.replace("code", "Code").replace("link", "Link").replace(" or ", " oder ").replace(" and ", " und ")


def window(days: int) -> str:
    """Say how long a code counts."""
    until = f"{days_(days)} nach dem letzten" if days else "zum letzten"
    return f"Eine Bestellung zählt, wenn ihr Code vom ersten Tag der Kampagne bis {until} benutzt wird."


def attributed_revenue(
    total: float, found: "Interval", orders: int, proofs: str, until: dt.date, currency: str | None
) -> str:
    """Say how much revenue carried a creator's code or came through a creator's link."""
    are = "ist" if orders == 1 else "sind"
    start = f"{orders_(orders)} mit {_proofs(proofs)} eines Creators bis {show(until, 'date')} {are} netto"
    return (
        f"{start} {show(total, 'money', currency)} wert; mit anderen Creators wie diesen wären es im Mittel "
        f"{span(found.low, found.high, 'money_whole', currency)}."
    )


def attributed_roas(ratio: "Interval", break_even: float, margin: float | None, currency: str | None) -> str:
    """Say what came back for each unit of money spent."""
    even = show(break_even, "money_ratio", currency)
    against = (
        f"{even} wären Kostendeckung bei einer Marge von {tick(margin, 'percent')}"
        if margin
        else "vor den Kosten der Ware"
    )
    return (
        f"Je {show(1, 'money_whole', currency)} an Kosten kam {show(ratio.estimate, 'money_ratio', currency)} an "
        f"zugeordnetem Umsatz zurück ({likely(ratio.low, ratio.high, 'money_ratio', currency)}; {against})."
    )


def roi(found: "Interval") -> str:
    """Say whether the campaign paid back after margin, as far as attributed sales tell."""
    start = (
        "Die Kampagne hat sich gerechnet"
        if found.low > 0
        else "Die Kampagne hat sich nicht gerechnet"
        if found.high < 0
        else "Zu knapp für ein Urteil"
    )
    best = show(found.estimate, "signed_percent")
    return f"{start}: {best} zugeordnete Rendite ({likely(found.low, found.high, 'signed_percent')})."


BUYERS = "Käufer in den Bestellungen (E-Mail oder Kundennummer im Export des Shops; beim Lesen verschlüsselt)"
NO_ORDER_YET = "noch keine Bestellung"
NEW_AS_TOLD = "Ob eine Bestellung die erste eines Käufers ist, gilt, wie die Datei es sagt."


def profit(exact: float, found: "Interval", kept: float, cost: float, currency: str | None) -> str:
    """Say what is left of the margin on attributed revenue once the campaign is paid."""
    left = f"{show(abs(exact), 'money', currency)} {'mehr' if exact >= 0 else 'weniger'}, als die Kampagne kostete"
    ends = likely(found.low, found.high, "money_whole", currency)
    if found.high < 0:
        ends = f"{likely(-found.high, -found.low, 'money_whole', currency)} weniger"
    elif found.low <= 0:
        ends = f"{ends}; auf welcher Seite von null, ist offen"
    return f"Zugeordnete Bestellungen ließen eine Marge von {show(kept, 'money', currency)}, {left} ({ends})."


def cost_per_order(found: "Interval", orders: int, currency: str | None) -> str:
    """Say what the campaign cost for each attributed order."""
    return (
        f"Jede von {count(orders, 'zugeordneten Bestellung', 'zugeordneten Bestellungen')} kostete "
        f"{show(found.estimate, 'money', currency)} ({likely(found.low, found.high, 'money', currency)})."
    )


def order_value(found: "Interval", other: "Interval | None", gap: "Interval | None", currency: str | None) -> str:
    """Say what an attributed order is worth, and whether other orders are worth another amount."""
    start = f"Eine zugeordnete Bestellung ist im Mittel {show(found.estimate, 'money', currency)} wert"
    ends = f"({likely(found.low, found.high, 'money', currency)})"
    if other is None or gap is None:
        return f"{start} {ends}."
    theirs = show(other.estimate, "money", currency)
    if gap.low > 1 or gap.high < 1:
        return f"{start} {ends}, {'mehr' if gap.low > 1 else 'weniger'} als die {theirs} aller anderen Bestellungen."
    return f"{start} {ends}; von den {theirs} aller anderen Bestellungen lässt sich das nicht unterscheiden."


def by_code_caption(start: dt.date, until: dt.date) -> str:
    """Return the caption of the table of creators and their ways."""
    return (
        f"Bestellungen vom {show(start, 'date')} bis {show(until, 'date')} nach Creator und danach, was sie zuordnet. Die "
        "eigenen Kosten eines Creators sind nach seinen Bestellungen aufgeteilt; gemeinsame Kosten bleiben weg."
    )


def new_customers(found: "Interval", buyers: int, proofs: str, beside: "Interval | None") -> str:
    """Say how many of the buyers by code or link had not ordered before."""
    others = f", gegen {show(beside.estimate, 'percent')} der anderen Käufer" if beside else ""
    return (
        f"{show(found.estimate, 'percent')} von {count(buyers, 'Käufer', 'Käufern')} mit {_proofs(proofs)} eines Creators "
        f"hatten vorher nicht bestellt ({likely(found.low, found.high, 'percent')}){others}."
    )


def repeat_rate(found: "Interval", buyers: int, days: int, beside: "Interval | None") -> str:
    """Say how many of the buyers by code or link ordered again."""
    others = f", gegen {show(beside.estimate, 'percent')} der anderen Käufer" if beside else ""
    return (
        f"{show(found.estimate, 'percent')} von {count(buyers, 'zugeordneten Käufer', 'zugeordneten Käufern')} bestellten "
        f"innerhalb von {of_days(days)} wieder ({likely(found.low, found.high, 'percent')}){others}."
    )


def too_few_buyers(buyers: int, creators: int, least_buyers: int, least_creators: int) -> str:
    """Say that there are too few buyers to tell how many are new."""
    return (
        f"Zu wenige Daten, um neue Käufer zu erkennen: {count(buyers, 'Käufer')} von "
        f"{count(creators, 'Creator', 'Creators')}, mindestens {show(least_buyers, 'count')} von "
        f"{show(least_creators, 'count')} nötig."
    )


def too_early_for_return(buyers: int, least: int, days: int, ready: dt.date | None) -> str:
    """Say that too few buyers have had the time to order again, and when enough will have."""
    when = (
        f"; am {show(ready, 'date')} wieder fragen"
        if ready
        else "; mehr Käufer oder Bestellungen späterer Tage sind nötig"
    )
    return (
        f"Zu früh, um zu sagen, wer wiederkommt: {count(buyers, 'Käufer hatte', 'Käufer hatten')} {days_(days)} Zeit dazu, "
        f"{show(least, 'count')} sind nötig{when}."
    )


def short_past(days: int, least: int) -> str:
    """Say that the files do not look back far enough to tell old customers from new ones."""
    return (
        f"Dazu lässt sich nichts sagen ohne Bestellungen von mindestens {of_days(least)} vor der Kampagne (diese reichen "
        f"{show(days, 'count')} zurück) oder eine Spalte, die neue Kunden nennt."
    )


def looks_back(days: int) -> str:
    """Say from when on an old customer counts as new."""
    return f"Die Bestellungen reichen {days_(days)} vor die Kampagne zurück: Wer zuletzt davor bestellte, gilt als neu."


def unnamed_buyers(orders: int, of: int) -> str:
    """Say how many attributed orders do not tell who bought."""
    return (
        f"{show(orders, 'count')} von {count(of, 'zugeordneten Bestellung', 'zugeordneten Bestellungen')} sagen nicht, wer "
        "kaufte, und bleiben weg."
    )


def waiting(buyers: int, days: int) -> str:
    """Say how many buyers are not counted as they may still come back in time."""
    one, many = "weiterer Käufer hatte", "weitere Käufer hatten"
    return f"{count(buyers, one, many)} noch keine {days_(days)} Zeit und {'bleibt' if buyers == 1 else 'bleiben'} weg."
