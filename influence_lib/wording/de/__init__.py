"""Every sentence about numbers that a page can say, in German, each with the number it states."""

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from influence_lib.metrics import show
from influence_lib.wording.en import sentence_case, tick, two_digits

if TYPE_CHECKING:
    from influence_lib.analysis.inference import Interval

__all__ = ["sentence_case", "tick", "two_digits"]


def count(number: float, one: str, many: str | None = None) -> str:
    """Return a number with its noun in the right form; a noun that is the same for many needs no second form."""
    return f"{show(number, 'count')} {one if round(number) == 1 else many or one}"


def creators_(number: float) -> str:
    """Return a number of creators."""
    return count(number, "Creator", "Creators")


def posts_(number: float) -> str:
    """Return a number of posts."""
    return count(number, "Beitrag", "Beiträge")


def of_posts(number: float) -> str:
    """Return a number of posts behind a preposition."""
    return count(number, "Beitrag", "Beiträgen")


def days_(number: float) -> str:
    """Return a number of days."""
    return count(number, "Tag", "Tage")


def of_days(number: float) -> str:
    """Return a number of days behind a preposition."""
    return count(number, "Tag", "Tagen")


def orders_(number: float) -> str:
    """Return a number of orders."""
    return count(number, "Bestellung", "Bestellungen")


def listed(names: Sequence[str]) -> str:
    """Return names as a reader says them: a, b and c."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} und {names[-1]}"


def span(low: float, high: float, kind: str, currency: str | None = None) -> str:
    """Return the ends of an interval as text."""
    return f"{show(low, kind, currency)} bis {show(high, kind, currency)}"


def likely(low: float, high: float, kind: str, currency: str | None = None) -> str:
    """Return the ends of an interval, introduced as a page does it everywhere."""
    return f"wahrscheinlicher Bereich {span(low, high, kind, currency)}"


def old_data(newest: dt.date, today: dt.date) -> str:
    """Say that the files end long before the day of the report."""
    return f"Die Dateien enden am {show(newest, 'date')}, {days_((today - newest).days)} vor diesem Bericht. "


def intake_sentence(rows: int, used: int, reasons: Sequence[tuple[str, int]]) -> str:
    """Say how many rows of the files were used and why the others were not."""
    start = f"{show(used, 'count')} von {count(rows, 'Zeile', 'Zeilen')} verwendet."
    if not reasons:
        return f"{start} Nichts wurde weggelassen."
    return f"{start} Weggelassen: " + "; ".join(f"{words} ({show(number, 'count')})" for words, number in reasons) + "."


def band_text(band: tuple[float, float]) -> str:
    """Return a follower band such as 10k to 100k."""
    return f"{compact(band[0])} bis {compact(band[1])}" if band[1] < 1e9 else f"{compact(band[0])} und mehr"


def band_name(tier: str, band: tuple[float, float]) -> str:
    """Return a tier with its band, such as micro (10k to 100k)."""
    return f"{tier} ({band_text(band)})"


def compact(number: float) -> str:
    """Return a large round number briefly: 25k, 1M; others in full."""
    for size, letter in ((1e6, "Mio."), (1e3, "Tsd.")):
        if number >= size and number % (size / 10) == 0:
            return f"{number / size:g} {letter}".replace(".", ",", 1 if number % size else 0)
    return show(number, "count")


def percent_range(interval: "Interval | None") -> str:
    """Return the ends of an interval of fractions, or that there are too few creators."""
    return "zu wenige Creators" if interval is None else span(interval.low, interval.high, "percent")


NO_ENGAGEMENTS = "ohne Likes oder Kommentare in den Dateien"
NO_FOLLOWERS = "von Creators mit unbekannten Followern"
AFTER_THE_REPORT = "nach dem Tag dieses Berichts veröffentlicht"
ONE_SNAPSHOT = (
    "Follower sind eine einzige Momentaufnahme: Wer seither gewachsen ist, sieht in alten Beiträgen schwächer aus, als "
    "er war."
)


def rate_with_range(found: "Interval | None", unit: str = "creator") -> str:
    """Return a rate with its range for the cell of a table."""
    few = {"creator": "zu wenige Creators", "post": "zu wenige Beiträge"}.get(unit, f"zu wenige: {unit}")
    return f"{show(found.estimate, 'percent')} ({percent_range(found)})" if found else few


def too_young(days: int) -> str:
    """Return why a young post is left out."""
    return f"weniger als {days_(days)} alt, als die Zahlen abgelesen wurden"


def left_out(number: int, why: str) -> str:
    """Say how many posts are left out, and why."""
    return f"{count(number, 'Beitrag bleibt', 'Beiträge bleiben')} weg: {why}."


def different_ages(early: float, late: float, young: int, old: int) -> str:
    """Say that posts were read at very different ages."""
    return (
        f"Beiträge wurden in verschiedenem Alter abgelesen: {show(early, 'whole_percent')} vor {of_days(young)}, "
        f"{show(late, 'whole_percent')} nach {of_days(old)} oder mehr; später abgelesene hatten länger Zeit, Reaktionen "
        "zu sammeln."
    )


def falling(posts: int) -> str:
    """Say that numbers of some posts fell from one reading to the next."""
    one, many = "Beitrag hat eine Zahl", "Beiträge haben eine Zahl"
    return (
        f"{count(posts, one, many)}, die in einer späteren Ablesung kleiner ist: Die Plattform hat sie berichtigt, oder "
        "sie ist vertippt; es zählt die letzte Ablesung."
    )


def too_young_for_trends(posts: int, days: int) -> str:
    """Say how many posts are left out of comparisons over time; the reading came too early."""
    are = count(posts, "Beitrag bleibt", "Beiträge bleiben")
    return f"{are} aus dem Vergleich über die Zeit weg: vor {of_days(days)} abgelesen."


def engagement_parts(known: Sequence[str], missing: Sequence[str]) -> str:
    """Say what the engagements are made of."""
    if not known:
        return "Es sind keine Engagements bekannt."
    names = {"likes": "Likes", "comments": "Kommentare", "shares": "geteilt", "saves": "gespeichert"}
    rest = f"; {listed([names.get(one, one) for one in missing])} nicht für alle Beiträge bekannt" if missing else ""
    return f"Engagements sind {' + '.join(names.get(one, one) for one in known)}{rest}."


def too_few_creators(what: str, have: int, least: int, one: str = "creator", many: str = "creators") -> str:
    """Say that more creators are needed, and how many."""
    names = {"creator": "Creator", "creators": "Creators"}
    known = count(have, names.get(one, one), names.get(many, many))
    return f"Zu wenige Daten, um {what} zu bestimmen: {known}, etwa {max(1, least - have)} weitere nötig."


def too_few_both_kinds(have: int, least: int, posts: int) -> str:
    """Say that more creators with sponsored and organic posts are needed."""
    rest = f"mit mindestens {posts} gesponserten und {posts} organischen Beiträgen"
    what = "die Wirkung gesponserter Beiträge"
    return too_few_creators(what, have, least, f"Creator {rest}", f"Creators {rest}")


def too_few_months(have: int, least: int) -> str:
    """Say that more creators with a history of changing shares are needed."""
    rest = "mit genug Monaten, in denen sich der gesponserte Anteil änderte"
    what = "den Anteil, ab dem Sponsoring schadet,"
    return too_few_creators(what, have, least, f"Creator {rest}", f"Creators {rest}")


def all_the_same(what: str) -> str:
    """Say that there is nothing to learn from creators who all show the same number."""
    return (
        f"Zu wenige Daten, um {what} zu bestimmen: Alle Creators zeigen dieselbe Zahl, was auf einen Fehler in der Datei "
        "deutet."
    )


NO_RANGE_OF_SIZES = (
    "Zu wenige Daten, um die Änderung des Engagements mit der Größe zu bestimmen: Alle Creators, oder alle bis auf "
    "einen, sind etwa gleich groß oder zeigen dieselbe Rate."
)
NO_SIZES_FOR_PEAK = (
    "Zu wenige Daten, um eine beste Größe zu bestimmen: zu wenige Creators, die deutlich kleiner und deutlich größer als "
    "die anderen sind."
)
NOISY_FOLLOWERS = "Gekaufte oder falsch gezählte Follower lassen große Konten schwächer aussehen, als sie sind."
REACH = "den Anteil der Follower, den ein Beitrag erreicht,"
NO_REACH = (
    "Keine Reichweite angegeben: nur Raten nach Followern; sinkendes Engagement lässt sich nicht in weniger erreichte "
    "und weniger reagierende Menschen zerlegen. Creators um ihren Instagram-Content-Export bitten."
)
REACH_SELECTED = "Creators, die ihre Reichweite mitteilen, sind womöglich besser als die anderen."
BENCHMARK_UNSOURCED = (
    "Der veröffentlichte Vergleichswert nennt weder seine Kennzahl noch seine Grundgesamtheit; Anbieter unterscheiden "
    "sich um das Zwei- bis Vierfache."
)


def size_elasticity(slope: "Interval") -> str:
    """Say what ten times the followers mean for the engagement rate."""
    best, low, high = (10**value - 1 for value in (slope.estimate, slope.low, slope.high))
    between = likely(low, high, "signed_percent")
    if slope.high < 0:
        return (
            f"Größere Konten bewegen weniger: Zehnmal so viele Follower gehen mit einer {show(-best, 'change')} "
            f"niedrigeren Engagement-Rate einher ({between})."
        )
    if slope.low > 0:
        return (
            f"Größere Konten bewegen mehr: Zehnmal so viele Follower gehen mit einer {show(best, 'change')} höheren "
            f"Engagement-Rate einher ({between})."
        )
    return (
        f"Ein Unterschied zwischen kleinen und großen Konten lässt sich nicht zeigen: Engagement-Rate "
        f"{show(best, 'signed_percent')} bei zehnmal so vielen Followern ({between})."
    )


def sweet_spot(peak: "Interval") -> str:
    """Say where engagements per post peak."""
    best, low, high = (show(two_digits(value), "count") for value in (peak.estimate, peak.low, peak.high))
    return f"Am meisten Engagements je Beitrag gibt es bei etwa {best} Followern (wahrscheinlicher Bereich {low} bis {high})."


def usual_rate(tier: str) -> str:
    """Return the question of one tier."""
    return f"die übliche Engagement-Rate der Größenklasse {tier}"


def tier_rate(tier: str, band: tuple[float, float], creator: "Interval", post: "Interval | None", posts: int) -> str:
    """Say the usual engagement rate of a tier, by creator and by post."""
    said = (
        f"{tier.replace('_', ' ').capitalize()} ({band_text(band)}): Die Engagement-Rate nach Followern des mittleren "
        f"Creators ist {show(creator.estimate, 'percent')} ({percent_range(creator)}; {base(posts, creator.units)})"
    )
    if post is None:
        return f"{said}."
    return f"{said}; die des mittleren Beitrags {show(post.estimate, 'percent')} ({percent_range(post)})."


def rate_at(band: tuple[float, float]) -> str:
    """Return the question of the band."""
    return f"die Engagement-Rate bei {band_text(band)} Followern"


def reach_rate(found: "Interval", posts: int, share: float) -> str:
    """Say how many followers a post reaches without paid support."""
    return (
        f"Ein üblicher Beitrag des mittleren Creators erreicht so viele Konten wie {show(found.estimate, 'percent')} "
        f"seiner Follower ({percent_range(found)}; {base(posts, found.units)}; Reichweite bekannt für "
        f"{show(share, 'whole_percent')} der Beiträge)."
    )


NO_LABELS = (
    "Niemand hat gekennzeichnet, welche Beiträge gesponsert sind; über Sättigung lässt sich nichts sagen. Eine Spalte "
    "wie „Sponsored“ hinzufügen (ja, nein, oder leer, wo unbekannt), oder eine solche im YAML der Kampagne benennen."
)
ONLY_SPONSORED = (
    "Jeder Beitrag in den Dateien ist gesponsert, wie in einer Liste der Kampagnenbeiträge. Ein gesponserter Anteil "
    "braucht den ganzen Feed jedes Creators, auch organische Beiträge: die Creators um ihre Content-Exporte bitten."
)
UNDECLARED = (
    "Anteile sind Untergrenzen, wo Werbung nicht gekennzeichnet wird; Studien fanden auf manchen Plattformen das meiste "
    "ungekennzeichnet."
)
FADING = (
    "Creators mit schwindendem Engagement verkaufen womöglich mehr Beiträge; dann kommt zuerst der Rückgang, und der "
    "Anteil folgt."
)
NO_RANGE_OF_SHARES = (
    "Zu wenige Daten, um den Anteil zu bestimmen, ab dem Sponsoring schadet: zu wenige Creators mit Monaten hoher und "
    "niedriger Anteile."
)


def part_of_the_feed(share: float) -> str:
    """Say that the files have only a part of the creators' posts."""
    return (
        f"Sättigung und Inhaltsdichte brauchen den ganzen Feed jedes Creators; die Abdeckung ist hier "
        f"{show(share, 'whole_percent')}: nicht berechnet."
    )


def falls_from_the_start(latest: float, creators: int) -> str:
    """Say that engagement falls, but perhaps from the first sponsored post on."""
    return (
        f"Organisches Engagement sinkt mit steigendem gesponserten Anteil, vielleicht vom ersten gesponserten Beitrag "
        f"an, spätestens ab etwa {show(latest, 'whole_percent')}: Eine unschädliche Grenze lässt sich nicht zeigen "
        f"({creators_(creators)})."
    )


def no_bend(chance: float, creators: int, rises: bool) -> str:
    """Say that no share was found at which engagement starts to fall."""
    start = "Ein Anteil, ab dem das organische Engagement sinkt, lässt sich nicht zeigen"
    if rises:
        return f"{start}: Der deutlichste Knick ist ein Anstieg ({creators_(creators)})."
    return (
        f"{start}: Wo es keinen gibt, zeigt sich ein so klarer Rückgang noch mit einer Wahrscheinlichkeit von "
        f"{show(chance, 'probability')} ({creators_(creators)})."
    )


def slope(value: float, ends: tuple[float, float]) -> str:
    """Say what ten points more of sponsored share cost beyond the bend."""
    best, low, high = (math.expm1(0.1 * v) for v in (value, *ends))
    return (
        f"Jenseits des Anteils, ab dem der Rückgang beginnt, gehen je 10 Prozentpunkte mehr gesponserte Beiträge mit "
        f"{show(-best, 'change')} weniger organischem Engagement einher ({likely(low, high, 'signed_percent')})."
    )


def straight_line(line: "Interval | None") -> str:
    """Say how organic engagement goes with the sponsored share when no bend can be shown."""
    start = "Ohne einen solchen Anteil gibt es keinen Rückgang dahinter zu messen"
    if line is None:
        return f"{start}."
    best, low, high = (math.expm1(0.1 * value) for value in (line.estimate, line.low, line.high))
    return (
        f"{start}; über alle Anteile gehen 10 Prozentpunkte mehr gesponserte Beiträge mit "
        f"{show(best, 'signed_percent')} organischem Engagement einher ({likely(low, high, 'signed_percent')})."
    )


WITHOUT: Mapping[str, str] = {
    "Costs": "Keine Kosten: Nichts in diesem Bericht handelt von Geld; Effizienz und Rendite entfallen.",
    "Discount codes and links": (
        "Keine eigenen Codes oder Links: Umsatz lässt sich Creators nicht zuordnen. Der Leitfaden nennt eine finanzielle "
        "Rendite dann schwierig."
    ),
    "Orders": "Keine Bestellungen: Geldergebnisse beschränken sich auf Kosten je Reichweite und Engagement.",
    "Daily series": (
        "Keine Tagesreihe: Zusätzlicher Umsatz wird nicht geschätzt; Zuordnung allein ist eine Vermutung nach oben oder "
        "unten, keine Wirkung. Das heißt: Niemand kann sagen, welche Bestellungen ohne die Kampagne gekommen wären."
    ),
    "Reach": (
        "Keine Reichweite angegeben: nur Raten nach Followern; sinkendes Engagement lässt sich nicht in Algorithmus und "
        "Inhalt zerlegen. Das heißt: Niemand kann sagen, ob weniger Menschen die Beiträge sahen oder weniger von ihnen "
        "sie mochten."
    ),
    "Audience": (
        "Keine Publikumsdaten: Passung wird nur am Inhalt beurteilt; Überschneidung steht als Bereich von 0 bis maximal. "
        "Das heißt: Wie viele Menschen zwei der Creators folgen, ist unbekannt, zwischen niemand und allen."
    ),
    "Mentions": "Keine Erwähnungen: Kennzahlen zu Erwähnungen und Krisenwarnungen entfallen.",
    "Deliverables": (
        "Keine Liefergegenstände: Prüfungen von Lieferung und Freigabe entfallen; die Fehler 1, 3, 5, 7, 12 und 13 sind "
        "grau. Das heißt: Sechs der 13 häufigen Fehler des Leitfadens lassen sich nicht beurteilen."
    ),
    "Message log": (
        "Kein Nachrichtenprotokoll: Die Fehler 4, 6, 10 und 11 der 13 sind grau, Ansprache und Einführung entfallen. Das "
        "heißt: Vier der 13 häufigen Fehler des Leitfadens lassen sich nicht beurteilen, auch nicht, wie Creators "
        "gewonnen und eingewiesen wurden."
    ),
    "Boosted posts": (
        "Keine Boosts angegeben: Falls ein Beitrag beworben wurde, sind organische Raten zu hoch ausgewiesen."
    ),
}
EVERYTHING_THERE = "Für die Fragen dieses Berichts wird nichts weiter gebraucht."
NO_ROWS = "Die Dateien haben Spaltennamen, aber keine Zeilen."
NOTHING = "nichts"
NOTHING_LEFT_OUT = "Jede Zeile jeder Datei ist verwendet."
TOTALS_WANTED = (
    "Um zu messen, wie viel von jedem Feed hier ist, die Gesamtzahl der Beiträge jedes Profils, an zwei Tagen abgelesen, "
    "zur Liste der Creators geben (eine Spalte wie „Total posts“)."
)
MISSING_FILES = (
    "Eine nie exportierte Datei kann hier nicht vermisst werden: Beiträge oder Bestellungen, die niemand gab, sehen aus "
    "wie keine."
)
UNTOLD_TIMES = "Wo eine Datei nicht sagt, wann ihre Zahlen abgelesen wurden, gelten sie als vom Tag des Berichts."


def answerable(yes: int, partly: int, questions: int, first: str | None) -> str:
    """Say how many questions the files can answer, what the others lack, and what to ask for first."""
    if yes == questions:
        return f"Diese Dateien beantworten alle {count(questions, 'Frage', 'Fragen')} dieses Berichts."
    lacking = questions - yes - partly
    parts = [
        f"{show(number, 'count')} {one if number == 1 else many}"
        for number, one, many in (
            (partly, "braucht mehr Daten", "brauchen mehr Daten"),
            (lacking, "fehlt etwas ganz", "fehlt etwas ganz"),
        )
        if number
    ]
    start = (
        f"Diese Dateien beantworten {show(yes, 'count')} von {count(questions, 'Frage', 'Fragen')}; {listed(parts)}."
    )
    return f"{start} Zuerst bitten um: {first}." if first else start


def too_little(headline: str) -> str:
    """Return the part of a headline that says what is needed, for a table that says the rest already."""
    start, colon, rest = headline.partition(": ")
    return sentence_case(rest) if colon and start.startswith("Zu wenige Daten") else headline


def rows_used(used: int, rows: int, files: int, newest: dt.date | None, today: dt.date) -> str:
    """Say how many rows were used, of how many files, and how far they reach."""
    start = f"{show(used, 'count')} von {count(rows, 'Zeile', 'Zeilen')} in {count(files, 'Datei', 'Dateien')} sind verwendet"
    if newest is None:
        return f"{start}."
    age = (today - newest).days
    before = f"{days_(age)} vor diesem Bericht" if age > 0 else "dem Tag dieses Berichts"
    return f"{start}; der neueste Beitrag oder die neueste Bestellung ist vom {show(newest, 'date')}, {before}."


def newest_entry(newest: dt.date | None, today: dt.date, stale: bool, used: int = 1) -> str:
    """Say in a cell of which day the newest entry of a file is, and how old that is."""
    if newest is None:
        return "enthält kein Datum" if used else "keine Zeile daraus verwendet"
    days = (today - newest).days
    old = f"{'veraltet, ' if stale else ''}{days_(days)} alt" if days > 0 else "aktuell"
    return f"{show(newest, 'date')} ({old})"


def stale_file(name: str, newest: dt.date, today: dt.date) -> str:
    """Say that a file ends long before the report."""
    return (
        f"{name} endet am {show(newest, 'date')}, {days_((today - newest).days)} vor diesem Bericht: neu exportieren."
    )


def feed_coverage(share: float, read: int, published: int, accounts: int, low: int, whole_from: float) -> str:
    """Say which share of the published posts the files have."""
    start = (
        f"Die Dateien haben {show(read, 'count')} von {of_posts(published)}, die {count(accounts, 'Konto', 'Konten')} "
        f"zwischen zwei Ablesungen der Gesamtzahl veröffentlicht haben ({show(share, 'percent')})"
    )
    if not low:
        return f"{start}."
    return f"{start}; von {count(low, 'Konto', 'Konten')} weniger als {show(whole_from, 'whole_percent')}."


def coverage_unknown(totals: bool, accounts: int, paused: int, times: int, days: int) -> str:
    """Say why feed coverage cannot be measured, and what the rhythm of posting shows."""
    why = (
        "die Gesamtzahl jedes Profils wurde nur einmal abgelesen"
        if totals
        else "keine Gesamtzahl der Beiträge angegeben"
    )
    start = f"Ob das die ganzen Feeds der Creators sind, lässt sich nicht messen: {why}."
    if not accounts:
        return start
    gap = f"in den letzten {of_days(days)} mehr als {times}-mal so lange wie üblich"
    who = f"{show(paused, 'count') if paused else 'Keines'} von {count(accounts, 'Konto', 'Konten')}"
    if not paused:
        return f"{start} {who} pausierte {gap}; keine Lücke fällt auf."
    return f"{start} {who} pausierte {gap}: Dort fehlen womöglich Beiträge."


def reading_age(age: float, ripe: float, days: int, unknown: int) -> str:
    """Say how old posts were when their numbers were read."""
    rest = f"; bei {of_posts(unknown)} ist der Zeitpunkt unbekannt" if unknown else ""
    return (
        f"Der mittlere Beitrag war {days_(age)} alt, als seine Zahlen abgelesen wurden; {show(ripe, 'percent')} wurden "
        f"nach {of_days(days)} oder später abgelesen{rest}."
    )


NO_READINGS = "Wie alt die Beiträge beim Ablesen ihrer Zahlen waren, ist unbekannt: Keine Datei sagt es."
TIME_UNTOLD = ("Beiträge mit Zahlen unbekannter Zeit", "Gelten als vom Tag des Berichts")
WITHOUT_NUMBERS = ("Beiträge ohne Likes oder Kommentare", "Bleiben aus Raten weg")
READ_AGAIN = ("Mehrmals abgelesene Beiträge", "Die letzte Ablesung zählt")
NUMBER_FELL = (
    "Beiträge mit einer zwischen Ablesungen gesunkenen Zahl",
    "Berichtigt oder vertippt; die letzte Ablesung zählt",
)
FOLLOWERS_AGAIN = ("Konten mit mehreren Ablesungen der Follower", "Jeder Beitrag nimmt die zeitlich nächste")
FOLLOWERS_ONCE = ("Konten mit einer Ablesung der Follower", "Eine Momentaufnahme gilt für Beiträge jeden Datums")


def read_later(days: int) -> tuple[str, str]:
    """Return the words for posts read at an age or later, and what the report does with them."""
    return f"Nach {of_days(days)} oder später abgelesene Beiträge", "Gehen in Raten und Vergleiche ein"


def read_late(days: int) -> tuple[str, str]:
    """Return the words for posts read late enough for comparisons over time, and what the report does with them."""
    return f"Nach {of_days(days)} oder später abgelesene Beiträge", "Gehen in Vergleiche über die Zeit ein"


def read_before(days: int) -> tuple[str, str]:
    """Return the words for posts read too early, and what the report does with them."""
    return f"Nur vor {of_days(days)} abgelesene Beiträge", "Bleiben aus Raten weg"


def age_band(low: int, high: int | None) -> str:
    """Return a band of ages in days, for an axis."""
    if high is None:
        return f"{low} oder mehr"
    return f"unter {high}" if low == 0 else f"{low} bis {high - 1}"


def ages_alt(posts: int, bands: Sequence[tuple[str, float]]) -> str:
    """Describe the bars of reading ages."""
    parts = "; ".join(f"{band} {show(share, 'percent')}" for band, share in bands)
    return (
        f"Balken, je einer für eine Altersspanne in Tagen, in der die Zahlen von {of_posts(posts)} abgelesen wurden, mit "
        f"dem Anteil der Beiträge: {parts}. Für einen Vergleich zu früh abgelesene sind grau, ebenso solche unbekannter "
        "Ablesezeit."
    )


def no_figure(what: str) -> str:
    """Say that a figure is left out."""
    return f"Eine Abbildung fehlt hier ({what}): Es gibt zu wenige Daten, um sie zu zeichnen."


def base(posts: int, creators: int) -> str:
    """Return what a figure was drawn from."""
    return f"{posts_(posts)} von {creators_(creators)}"


def orders_base(orders: int, creators: int) -> str:
    """Return from which orders a figure was drawn."""
    return f"{orders_(orders)} von {creators_(creators)}"


def days_base(before: int, days: int) -> str:
    """Return from which days a figure was drawn."""
    return f"{days_(before)} davor und {days_(days)} der Kampagne"


def some_of(shown: int, all_of: int, noun: str = "creator") -> str:
    """Return how many rows a figure shows."""
    nouns = {"creator": ("Creator", "Creators"), "code": ("Code", "Codes"), "post": ("Beitrag", "Beiträgen")}
    total = count(all_of, *nouns.get(noun, (noun, noun)))
    return total if shown == all_of else f"{show(shown, 'count')} von {total}"


def scatter_alt(creators: int, posts: int, correlation: float, low: float, high: float, middle: float) -> str:
    """Describe the scatter of size and engagement rate."""
    way = "sinken" if correlation < -0.1 else "steigen" if correlation > 0.1 else "sinken und steigen nicht"
    return (
        f"Streudiagramm von {creators_(creators)} ({posts_(posts)}): Follower von {show(low, 'count')} bis "
        f"{show(high, 'count')} gegen die Engagement-Rate nach Followern des mittleren Beitrags. Raten {way} mit der Größe "
        f"(Rangkorrelation {show(correlation, 'decimal')}); die Hälfte der Creators liegt über {show(middle, 'percent')}."
    )


def tiers_alt(rows: Sequence[tuple[str, float, float, float, int]]) -> str:
    """Describe the rates by tier."""
    parts = "; ".join(
        f"{tier} {show(rate, 'percent')}, {span(low, high, 'percent')}, {creators_(creators)}"
        for tier, rate, low, high, creators in rows
    )
    return (
        f"Punkte mit Intervallen nebeneinander: die Engagement-Rate nach Followern des mittleren Creators in "
        f"{count(len(rows), 'Größenklasse', 'Größenklassen')}, von den kleinsten Konten zu den größten: {parts}."
    )


def contrast_alt(creators: int, below: int, mean: float, ends: tuple[float, float]) -> str:
    """Describe the strip of sponsored against organic posts."""
    return (
        f"Punkte, je einer für {creators_(creators)}: wie weit die Engagement-Rate gesponserter Beiträge von der "
        f"organischer Beiträge entfernt liegt. {show(below, 'count')} liegen unter null, {show(creators - below, 'count')} "
        f"bei null oder darüber. Der Durchschnitt ist {show(mean, 'signed_percent')} (Intervall "
        f"{span(*ends, 'signed_percent')})."
    )


def dose_alt(months: int, creators: int, medians: Sequence[tuple[float, float]]) -> str:
    """Describe organic engagement by sponsored share."""
    (first_at, first), (last_at, last) = medians[0], medians[-1]
    return (
        f"Streudiagramm von {count(months, 'Monat', 'Monaten')} von {creators_(creators)}: gesponserter Anteil der "
        f"Beiträge davor gegen organisches Engagement im Verhältnis zum Üblichen des Creators. Der Median ist "
        f"{show(first, 'signed_percent')} bei einem Anteil von {show(first_at, 'whole_percent')} und "
        f"{show(last, 'signed_percent')} bei {show(last_at, 'whole_percent')}."
    )


def shares_alt(shown: int, creators: int, limit: float, top: Sequence[tuple[str, float]], above: int) -> str:
    """Describe the sponsored shares by creator."""
    named = listed([f"{name} {show(share, 'whole_percent')}" for name, share in top])
    return (
        f"Intervalle des gesponserten Anteils von {some_of(shown, creators)}, gegen eine gestrichelte Linie an der Grenze "
        f"von {show(limit, 'whole_percent')}. {count(above, 'Creator liegt', 'Creators liegen')} sicher darüber. Am "
        f"wahrscheinlichsten darüber: {named}."
    )


def sales_alt(before: int, days: int, actual: float, expected: float, currency: str | None) -> str:
    """Describe daily sales and their expectation."""
    return (
        f"Linien des Nettoumsatzes je Tag über {days_base(before, days)}, je Tag und als Mittel von sieben Tagen. Während "
        f"der Kampagne lag der Umsatz im Mittel bei {show(actual, 'money_whole', currency)} am Tag; eine gestrichelte "
        f"Linie zeigt, dass ohne sie {show(expected, 'money_whole', currency)} zu erwarten waren."
    )


def returns_alt(rows: Sequence[tuple[str, float, float, float]], even: float, currency: str | None) -> str:
    """Describe revenue for each unit of cost."""
    parts = "; ".join(
        f"{name} {show(best, 'money_ratio', currency)} ({span(low, high, 'money_ratio', currency)})"
        for name, best, low, high in rows
    )
    return (
        f"Punkte mit Intervallen des Umsatzes je {show(1, 'money_whole', currency)} an Kosten: {parts}. Eine gestrichelte "
        f"Linie markiert die Kostendeckung bei {show(even, 'money_ratio', currency)}."
    )


def creators_alt(shown: int, creators: int, verdicts: Mapping[str, int], first: str, value: float) -> str:
    """Describe the returns by creator."""
    names = {"keep": "behalten", "stop": "beenden", "test again": "noch einmal testen", "too early": "zu früh"}
    parts = listed([f"{show(number, 'count')} {names.get(verdict, verdict)}" for verdict, number in verdicts.items()])
    return (
        f"Punkte mit Intervallen der Rendite von {some_of(shown, creators)}, die sichersten zuerst, mit Ringen bei der "
        f"bisherigen Rendite und einer gestrichelten Linie bei der Kostendeckung. Urteile: {parts}. Am sichersten ist "
        f"{first} mit {show(value, 'signed_percent')}."
    )
