"""What is said of codes that leaked and of buyers whom codes miss."""

import datetime as dt
from typing import TYPE_CHECKING

from influence_lib.metrics import show
from influence_lib.wording.de import count, likely, orders_, span, tick

if TYPE_CHECKING:
    from influence_lib.analysis.inference import Interval

NO_POSTS = (
    "Dazu lässt sich nichts sagen ohne die Beiträge der Creators: Ob Bestellungen nach Beiträgen kommen, zeigt, ob ein "
    "Code durchgesickert ist."
)
UNSEEN_POSTS = (
    "Bestellungen nach einem Beitrag oder einer Story, die nicht in den Dateien sind, sehen wie Durchsickern aus; ebenso "
    "ein Beitrag, der wochenlang verkauft."
)
ANYWAY = "Wäre ohnehin gekommen"
RECTANGLE = (
    "Umsatz je 1 an Kosten, danach, wie viele Bestellungen mit Code ohnehin gekommen wären und wie viele gewonnene Käufer "
    "den Code benutzen"
)


def too_few(orders: int, least: int, unposted: int) -> str:
    """Say how many more orders with codes are needed."""
    one, many = "weiterer Code hat", "weitere Codes haben"
    rest = f" {count(unposted, one, many)} Bestellungen, aber keinen Beitrag in den Dateien." if unposted else ""
    return (
        f"Zu wenige Daten, um durchgesickerte Codes zu erkennen: {orders_(orders)} mit dem Code eines Creators, etwa "
        f"{count(least - orders, 'weitere Bestellung', 'weitere Bestellungen')} nötig.{rest}"
    )


def leaking_codes(clearly: int, possibly: int, codes: int, lost: "Interval") -> str:
    """Say how many codes look leaked, and what part of the revenue of all codes would have come anyway."""
    part = f"{show(lost.estimate, 'percent')} des Umsatzes der Codes wären wohl ohnehin gekommen"
    between = f"{part} ({likely(lost.low, lost.high, 'percent')})"
    of = f"von {count(codes, 'Code', 'Codes')}"
    more = f", {show(possibly, 'count')} weitere möglicherweise" if possibly else ""
    if clearly:
        return f"{show(clearly, 'count')} {of} sicher durchgesickert{more}; etwa {between}."
    if possibly:
        return f"Keiner {of} sicher durchgesickert, {show(possibly, 'count')} möglicherweise; etwa {between}."
    return f"Keiner {of} scheint durchgesickert; etwa {between}."


def since(day: dt.date | None) -> str:
    """Return since when a code leaks, or that no such day stands out."""
    return show(day, "date") if day else "–"


EVEN_ORDERS = (
    "Bestellungen, die die ganze Kampagne hindurch gleichmäßig kommen, können durchgesickert sein oder von Beiträgen "
    "stammen, die wochenlang verkaufen; die meisten gelten als gewonnen, sodass ein vom ersten Tag an durchgesickerter "
    "Code besser aussieht, als er ist."
)


def cannot_tell(unsure: int, codes: int) -> str:
    """Say for how many codes the orders do not tell whether they leaked."""
    return (
        f"Bei {show(unsure, 'count')} von {count(codes, 'Code', 'Codes')} sagen die Bestellungen nicht, ob sie "
        "durchgesickert sind."
    )


def caption(days: int, leaked_from: float) -> str:
    """Return the caption of the table of codes."""
    return (
        f"Codes nach ihrem Creator, die wahrscheinlichsten zuerst. Durchgesickert: Mehr als "
        f"{tick(leaked_from, 'percent')} seiner Bestellungen wären ohnehin gekommen. Fern von Beiträgen: vor dem ersten "
        f"oder mehr als {count(days, 'Tag', 'Tage')} nach einem."
    )


def coupon_day(day: dt.date, codes: int) -> str:
    """Say that codes of several creators jumped on one day."""
    return (
        f"Am {show(day, 'date')} sprangen die Codes von {count(codes, 'Creator', 'Creators')} gemeinsam ohne neue "
        "Beiträge: nach einer Gutscheinseite oder einem Angebot dieses Tages suchen."
    )


def placebo(share: "Interval") -> str:
    """Say that orders with codes of no creator come after the creators' posts, which they should not."""
    return (
        f"{show(share.estimate, 'percent')} von {orders_(share.units)} mit Codes, die keinem Creator gehören, kommen wie "
        f"nach den Beiträgen ({likely(share.low, share.high, 'percent')}): Gewonnene Käufer benutzen andere Codes, oder "
        "an diesen Tagen geschah noch etwas."
    )


def unposted(codes: int) -> str:
    """Say how many codes cannot be judged."""
    have = count(codes, "Code hat", "Codes haben")
    return f"{have} Bestellungen, aber die Dateien keinen Beitrag des Creators zur Kampagne: nicht beurteilt."


def adjusted(
    found: "Interval", attributed: float, break_even: float, margin: float | None, currency: str | None
) -> str:
    """Say what came back for each unit of money, leaks and missed buyers allowed for."""
    even = show(break_even, "money_ratio", currency)
    mark = f"Kostendeckung {even}" if margin else "vor den Kosten der Ware"
    return (
        f"Nach Durchsickern und übersehenen Käufern geschätzt kam je {show(1, 'money_whole', currency)} an Kosten "
        f"{show(found.estimate, 'money_ratio', currency)} zurück "
        f"({likely(found.low, found.high, 'money_ratio', currency)}; zugeordnet "
        f"{show(attributed, 'money_ratio', currency)}; {mark})."
    )


def leaks_from(leaked: "Interval", seen: bool) -> str:
    """Say where the share of orders that would have come anyway is from."""
    if not seen:
        return (
            f"Durchsickern ist in diesen Bestellungen nicht zu sehen: Alles von {span_of(leaked)} des Umsatzes gilt als "
            "gleich wahrscheinlich."
        )
    return (
        f"{show(leaked.estimate, 'percent')} des zugeordneten Umsatzes sind als durchgesickert abgezogen "
        f"({likely(leaked.low, leaked.high, 'percent')}), danach, wann Bestellungen kamen; Bestellungen über Links gelten, "
        "wie sie sind."
    )


def use_from(use: "Interval", surveyed: bool) -> str:
    """Say where the share of won buyers who use the code is from."""
    if surveyed:
        return (
            f"Nach der Umfrage benutzen {show(use.estimate, 'percent')} der gewonnenen Käufer Code oder Link "
            f"({likely(use.low, use.high, 'percent')}); wer antwortet, benutzt Codes womöglich öfter."
        )
    return (
        f"Niemand hat gemessen, wie viele gewonnene Käufer einen Code benutzen: {span_of(use)} gelten als gleich "
        "wahrscheinlich, daher der weite Bereich. Eine Umfrage nach dem Kauf würde ihn verengen."
    )


def span_of(part: "Interval") -> str:
    """Return a range of shares that somebody wrote down."""
    return f"{tick(part.low, 'percent')} bis {tick(part.high, 'percent')}"


def used_by(share: float) -> str:
    """Return the head of a column of the rectangle."""
    return f"{tick(share, 'percent')} benutzen ihn"


def leaked(share: float) -> str:
    """Return the label of a line of the picture of returns."""
    return f"{tick(share, 'percent')} durchgesickert"


def rectangle_alt(
    leaked: tuple[float, float],
    use: tuple[float, float],
    ends: tuple[float, float],
    even: float,
    mark: str,
    currency: str | None,
) -> str:
    """Return the alternative text of the picture of returns over leaks and code use."""
    between = span(*ends, "money_ratio", currency)
    above = "alles" if ends[0] > even else "nichts" if ends[1] <= even else "ein Teil"
    shares = [f"{tick(low, 'percent')} bis {tick(high, 'percent')}" for low, high in (use, leaked)]
    return (
        f"Linien des Umsatzes je 1 an Kosten nach dem Anteil gewonnener Käufer, die den Code benutzen, {shares[0]}, eine "
        f"Linie für jeden Anteil ohnehin gekommener Bestellungen, {shares[1]}: {between}; {above} davon liegt über "
        f"{show(even, 'money_ratio', currency)}, {mark}."
    )
