"""What is said of answers to "How did you hear about us?"."""

from typing import TYPE_CHECKING

from influence_lib.metrics import show
from influence_lib.wording.de import count, likely, orders_

if TYPE_CHECKING:
    from influence_lib.analysis.inference import Interval

NO_SURVEY = (
    "Dazu lässt sich nichts sagen ohne eine Umfrage nach dem Kauf: „Wie haben Sie von uns erfahren?“ zu fragen ist der "
    "billigste Weg zu lernen, was Codes übersehen."
)
NO_BEFORE = (
    "Aus der Zeit vor der Kampagne gibt es zu wenige Antworten; Käufer, die ohnehin einen Creator genannt hätten, zählen "
    "daher mit."
)
CHANNEL_WORDS = {
    "creator": "ein Creator",
    "social_media": "soziale Medien, kein Creator genannt",
    "search": "eine Suche",
    "friend": "ein Freund",
    "advertisement": "eine Anzeige",
    "press": "die Presse",
    "shop": "ein Laden",
    "other": "etwas anderes",
}


def channel(name: str) -> str:
    """Return how a buyer heard of the brand, in words."""
    return CHANNEL_WORDS.get(name, name)


def too_few(answers: int, least: int) -> str:
    """Say how many more answers are needed."""
    if answers >= least:
        return "Zu wenige Daten, um den Wert der Antworten zu bestimmen: Die Bestellungen der Kampagne ergeben nichts."
    return (
        f"Zu wenige Daten, um zu sagen, was Käufer angeben: {count(answers, 'Antwort', 'Antworten')} in der Kampagne, etwa "
        f"{show(least - answers, 'count')} weitere nötig."
    )


def survey_revenue(
    now: "Interval", before: "Interval | None", money: "Interval", attributed: float, currency: str | None
) -> str:
    """Say what share of buyers name a creator, what revenue that stands for, and what codes tell."""
    start = f"{show(now.estimate, 'percent')} von {count(now.units, 'Antwort', 'Antworten')} nennen einen Creator"
    usual = f", {show(before.estimate, 'percent')} vor der Kampagne" if before else ""
    codes = f"Codes und Links zeigen {show(attributed, 'money_whole', currency)}"
    between = likely(money.low, money.high, "money_whole", currency)
    if money.estimate <= 0:
        return f"{start}{usual}: kein zusätzlicher Umsatz nach Angabe der Käufer ({between}); {codes}."
    return f"{start}{usual}: etwa {show(money.estimate, 'money_whole', currency)} Umsatz ({between}); {codes}."


def who_answers(answers: int, orders: int) -> str:
    """Say how many buyers answered, and what that leaves open."""
    part = f" ({show(min(answers / orders, 1.0), 'percent')})" if orders else ""
    return (
        f"{count(answers, 'Antwort', 'Antworten')} auf {orders_(orders)}{part}: Wer antwortet, unterscheidet sich "
        "womöglich von den anderen, und Käufer vergessen."
    )


def platform_only(answers: int, total: int) -> str:
    """Say how many answers name a platform and no creator."""
    are = count(answers, "Antwort nennt", "Antworten nennen")
    return (
        f"{are} eine Plattform wie Instagram und keinen Creator ({show(answers / total, 'percent')}): zählt nicht für "
        "Creators, auch wenn manches ihnen gehören mag."
    )


def code_use(used: int, named: int, coded: int) -> str:
    """Say how many of those who name a creator used a code, and how many code users name one."""
    back = (
        f" Von {orders_(coded)} mit Code oder Link eines Creators, deren Käufer antworteten, nennen "
        f"{show(used, 'count')} einen Creator."
    )
    return (
        f"Von {count(named, 'Käufer, der', 'Käufern, die')} einen Creator nennen, benutzten {show(used, 'count')} Code "
        f"oder Link eines Creators: Codes übersehen die anderen.{back if coded else ''}"
    )


def caption(forgotten: int) -> str:
    """Return the caption of the table of answers by channel."""
    left = f"; {count(forgotten, 'Antwort', 'Antworten')} ohne brauchbares Wort bleiben weg" if forgotten else ""
    return f"Wie Käufer im Zeitraum der Kampagne nach eigener Angabe von der Marke erfuhren{left}"
