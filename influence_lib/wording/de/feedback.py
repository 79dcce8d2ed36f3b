"""What a creator is told about the own posts."""

from influence_lib.metrics import show
from influence_lib.wording.de import count, creators, likely
from influence_lib.wording.de.published import platform

NOT_TOLD = (
    "Diese Seite beruht allein auf den eigenen Beiträgen und auf Bestellungen mit dem eigenen Code oder Link. Sie "
    "vergleicht mit niemandem."
)
ASSOCIATION = (
    "Ein Unterschied zwischen Beiträgen ist ein Zusammenhang, kein Beweis: Vielleicht bleibt ein Format den besseren "
    "Ideen vorbehalten, und eine gute Woche hebt alles, was in ihr erscheint."
)
READING = (
    "Die Engagement-Rate zählt Likes, Kommentare und, soweit bekannt, Teilen und Speichern eines Beitrags je Follower "
    "zur Zeit der Veröffentlichung. Die Hälfte der Beiträge liegt über dem üblichen (Median)."
)
CODES = "Bestellungen zählen, wenn der eigene Code oder Link benutzt wurde; wer ohne ihn kaufte, fehlt."


LABELS = {"sponsored": "gesponserte Beiträge", "organic": "organische Beiträge", "untold": "keine Angabe"}


def kind(name: str) -> str:
    """Return posts of one kind as their creator calls them."""
    if name in LABELS:
        return LABELS[name]
    start, _, rest = name.partition(" ")
    return f"{platform(start)}-Beiträge ohne Angabe des Formats" if rest == "untold" else creators.kind(name)


def title(name: str) -> str:
    """Return what the page is."""
    return f"Rückmeldung für {name}"


def usual_rate(rate: float, ends: tuple[float, float] | None, posts: int) -> str:
    """Say the creator's usual engagement rate."""
    if ends is None:
        return (
            f"Zu wenige Beiträge für eine übliche Engagement-Rate mit Bereich: {count(posts, 'Beitrag', 'Beiträge')}."
        )
    return f"Ein üblicher Beitrag erreicht {show(rate, 'percent')} Engagement je Follower ({likely(*ends, 'percent')})."


def worked(kind: str, change: float, ends: tuple[float, float]) -> str:
    """Say which kind of post draws more than the creator's others."""
    much, between = show(change, "change"), likely(*ends, "signed_percent")
    return f"Das hat funktioniert: {kind}, {much} mehr Engagement als die anderen eigenen Beiträge ({between})."


def nothing_stands_out(compared: int) -> str:
    """Say that no kind of post does better."""
    if not compared:
        return "Es gibt noch zu wenige Beiträge verschiedener Art, um zu sagen, was besser funktioniert."
    told = count(compared, "Vergleich", "Vergleiche")
    return f"Bei keiner Art von Beiträgen lässt sich mehr Engagement zeigen als bei den anderen ({told})."


def share(now: float, ends: tuple[float, float], posts: int) -> str:
    """Say which share of the creator's posts is sponsored."""
    told = count(posts, "gekennzeichneter Beitrag", "gekennzeichnete Beiträge")
    return f"{show(now, 'percent')} der Beiträge waren gesponsert ({likely(*ends, 'percent')}, {told})."


def orders(number: float, revenue: float | None, currency: str | None) -> str:
    """Say how many orders came with the creator's code or link."""
    said = f"{count(number, 'Bestellung kam', 'Bestellungen kamen')} mit dem eigenen Code oder Link"
    return f"{said}, netto {show(revenue, 'money_whole', currency)} wert." if revenue is not None else f"{said}."


def reached(least: float, most: float, posts: int) -> str:
    """Say how many people the creator's posts for the campaign reached."""
    between = f"zwischen {show(least, 'count')} und {show(most, 'count')} Menschen"
    return f"{count(posts, 'Beitrag', 'Beiträge')} mit bekannter Reichweite erreichten {between}, jeden einmal gezählt."
