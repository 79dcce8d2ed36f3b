"""What is said of boosted posts."""

from typing import TYPE_CHECKING

from influence_lib.metrics import show
from influence_lib.wording.de import count, likely

if TYPE_CHECKING:
    from influence_lib.analysis.inference import Interval

AUDIENCES = {
    "followers": "Follower des Creators",
    "lookalike": "Ähnliche Menschen",
    "engaged": "Menschen, die schon reagiert hatten",
    "interest": "Nach Interesse",
    "broad": "Alle",
    "other": "Anderes Publikum",
}
NOT_TOLD = "Keine Angabe"
AUDIENCE_CAPTION = "Boosts nach Publikum, die höchsten Ausgaben zuerst"
WINDOW_CAPTION = "Boosts nach ihrem Beginn und nach ihrer Dauer"
ENGAGEMENTS = "Engagements mit Boosts und wessen Beiträge es waren (der Export des Ads Managers, nach Anzeige)"
NO_REACH = "Dazu lässt sich nichts sagen ohne die Reichweite der Boosts und die organische Reichweite der Beiträge."
TWICE = "Auf beiden Wegen oder durch mehrere Publika erreichte Menschen zählen doppelt: Es sind weniger neue, als hier steht."
MIXED = (
    "Eine Plattform zählt Reaktionen auf eine Anzeige womöglich zu denen des Beitrags (Instagram sagt das von Likes und "
    "Kommentaren): Organische Zahlen beworbener Beiträge sind dann zu hoch."
)


def reach(added: "Interval", posts: int, together: float) -> str:
    """Say how much boosting added to the reach of the typical post, and to that of all of them."""
    return (
        f"Boosts brachten einem typischen beworbenen Beitrag {show(added.estimate, 'percent')} Reichweite hinzu "
        f"({likely(added.low, added.high, 'percent')}); allen {show(posts, 'count')} zusammen {show(together, 'percent')}."
    )


def cost(paid: "Interval", organic: "Interval | None", gap: "Interval | None", currency: str | None) -> str:
    """Say what an engagement with a boost cost, and whether an organic one of the same creators cost more."""
    start = f"100 Engagements mit Boosts kosteten {show(100 * paid.estimate, 'money', currency)}"
    ends = f"({likely(100 * paid.low, 100 * paid.high, 'money', currency)})"
    if organic is None or gap is None:
        return f"{start} {ends}."
    theirs = (
        f"{show(100 * organic.estimate, 'money', currency)} an Honoraren für 100 organische derselben Creators "
        f"({likely(100 * organic.low, 100 * organic.high, 'money', currency)})"
    )
    if gap.low > 1 or gap.high < 1:
        return f"{start} {ends}, {'mehr' if gap.low > 1 else 'weniger'} als die {theirs}."
    return f"{start} {ends}; das lässt sich nicht unterscheiden von den {theirs}."


def too_few(posts: int, creators: int, least: int) -> str:
    """Say that too few posts were boosted."""
    are = count(posts, "beworbener Beitrag", "beworbene Beiträge")
    return (
        f"Zu wenige Daten, um die Wirkung von Boosts zu bestimmen: {are} von {count(creators, 'Creator', 'Creators')}, "
        f"nötig sind Beiträge von mindestens {show(least, 'count')} Creators mit verschiedenen Ergebnissen."
    )


def left_out(posts: int) -> tuple[str, ...]:
    """Say how many boosted posts are left out; nothing when none is."""
    are, whose = (
        count(posts, "beworbener Beitrag bleibt", "beworbene Beiträge bleiben"),
        "seine" if posts == 1 else "ihre",
    )
    return (f"{are} weg: {whose} bezahlte oder organische Reichweite ist unbekannt oder null.",) if posts > 0 else ()


def other_sum(spent: float, booked: float, currency: str | None) -> str:
    """Say that the ledger has another sum for boosts than the Ads Manager."""
    return (
        f"Die Boosts kosteten laut Ads Manager {show(spent, 'money', currency)}; im Kassenbuch stehen dafür "
        f"{show(booked, 'money', currency)}, und die sind in den Kosten der Kampagne."
    )


def started(low: int, high: int) -> str:
    """Return when a boost started."""
    if high == 0:
        return "Beginn nicht angegeben"
    return (
        f"Begann {low} bis {high - 1} Tage nach dem Beitrag" if high < 1000 else f"Begann {low} oder mehr Tage danach"
    )


def ran(low: int, high: int) -> str:
    """Return how long a boost ran."""
    if high == 0:
        return "Dauer nicht angegeben"
    return f"Lief {low} bis {high - 1} Tage" if high < 1000 else f"Lief {low} oder mehr Tage"
