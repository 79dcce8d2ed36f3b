"""What is said of creators one by one."""

from typing import TYPE_CHECKING

from influence_lib.metrics import show
from influence_lib.wording.de import count, creators_, likely, listed

if TYPE_CHECKING:
    from influence_lib.analysis.inference import Interval

ONE_CAMPAIGN = (
    "Diese Urteile beruhen auf einer Kampagne, die manchen Creators gelegen haben mag; eine zweite verengt die Intervalle "
    "am meisten."
)
FEES_AS_POSTS = (
    "Kein Beitrag in den Dateien nennt diese Kampagne: Jedes Honorar im Kassenbuch gilt beim Planen von Tests als ein "
    "Beitrag."
)
AT_A_LOSS = "1, mit Verlust"
AT_STAKE = "Was bei jedem Creator auf dem Spiel steht: was eine falsche Entscheidung im Mittel kostete, bei den bisherigen Kosten"
NOTHING_AT_STAKE = (
    "Was bei jedem Creator auf dem Spiel steht, bleibt weg: Über einzelne Creators lässt sich nichts sagen."
)
SAME_CAMPAIGN = "sie hat die Kennung dieser Kampagne"
STILL_RUNNING = "sie ist am Tag dieses Berichts nicht zu Ende"
NO_COSTS_OF_IT = "keine Kosten in den Dateien nennen sie"
BEFORE_THE_ORDERS = "sie begann vor der ersten Bestellung in den Dateien; ältere Bestellungen exportieren"
NO_ORDERS_OF_IT = "keine Bestellung ihrer Tage trägt Code oder Link eines Creators"


def unused_campaign(name: str, why: str) -> str:
    """Say that an earlier campaign tells nothing, and why."""
    return f"Die Kampagne {name} bleibt aus den Renditen der Creators weg: {why}."


def several_campaigns(campaigns: int) -> str:
    """Say that earlier campaigns count too."""
    return (
        f"Erwartete Renditen beruhen auf {count(campaigns, 'Kampagne', 'Kampagnen')}; was alle Creators einer Kampagne hob "
        "oder senkte, ist herausgerechnet. Wer sich seither geändert hat, ist nicht vorhergesehen."
    )


def without_cost(creators: int) -> tuple[str, ...]:
    """Say how many creators with orders are not judged because they cost nothing; nothing when there are none."""
    one = "Creator mit Bestellungen hat keine Kosten im Kassenbuch und wird"
    many = "Creators mit Bestellungen haben keine Kosten im Kassenbuch und werden"
    return (f"{count(creators, one, many)} nicht beurteilt.",) if creators else ()


def without_code(creators: int) -> tuple[str, ...]:
    """Say how many paid creators are not judged because no order could be seen; nothing when there are none."""
    one = "bezahlter Creator hat weder Code noch Link in den Dateien und wird"
    many = "bezahlte Creators haben weder Code noch Link in den Dateien und werden"
    told = f"{count(creators, one, many)} nicht beurteilt: Nicht gesehene Bestellungen sind keine ausgebliebenen."
    return (told,) if creators else ()


def shared_cost(shared: float, kept: int, still: int, currency: str | None) -> tuple[str, ...]:
    """Say of how many creators it is still sure that they pay back when shared costs are spread over all of them."""
    if shared <= 0:
        return ()
    start = f"Gemeinsame Kosten von {show(shared, 'money', currency)} sind nicht enthalten"
    if not kept:
        return (f"{start}: Sie würden jede Rendite senken.",)
    return (
        f"{start}: Nach eigenen Kosten verteilt blieben {show(still, 'count')} der {show(kept, 'count')} zu behaltenden.",
    )


def by_creator(keep: int, stop: int, creators: int) -> str:
    """Say for how many creators the data support a decision."""
    rest = creators - keep - stop
    if rest == creators:
        return f"Für keinen von {creators_(creators)} entscheiden die Bestellungen schon, ob es weitergeht."
    if stop == creators:
        return f"Von {creators_(creators)} ist bei keinem zu erwarten, dass er sich rechnet."
    parts = [
        f"{what} {show(number, 'count')}"
        for number, what in ((keep, "rechnen sich voraussichtlich"), (stop, "rechnen sich voraussichtlich nicht"))
        if number
    ]
    tail = f"; bei den übrigen {show(rest, 'count')} entscheiden die Bestellungen noch nicht" if rest else ""
    return f"Von {creators_(creators)} {listed(parts)}{tail}."


def rule_of_verdicts(keep: float, stop: float) -> str:
    """Say when a creator is to be kept or stopped."""
    return (
        f"Behalten: rechnet sich mit einer Wahrscheinlichkeit über {show(keep, 'whole_percent')}; beenden: unter "
        f"{show(stop, 'whole_percent')}, und kein Test ist seine Kosten wert"
    )


def reading_the_table(ahead: int) -> str:
    """Say what the columns about creators hold."""
    return (
        "Zu früh: Das Intervall umspannt den Faktor zehn. Beiträge zum Testen: so viele, wie am meisten wert sind, wenn "
        f"{count(ahead, 'Kampagne', 'Kampagnen')} dieser Größe folgten; mit Verlust: Kein Test verdient seine Kosten "
        "voraussichtlich zurück."
    )


def posts_to_test(posts: int, most: int) -> str:
    """Return how many posts are worth testing, for the cell of a table."""
    return AT_A_LOSS if posts == 0 else f"mehr als {most}" if posts > most else show(posts, "count")


def foretold(slope: "Interval") -> str:
    """Say how well earlier campaigns foretold this one, creator by creator."""
    best, low, high = (1.1**value - 1 for value in (slope.estimate, slope.low, slope.high))
    ten = show(0.1, "whole_percent")
    start = f"An {creators_(slope.units)} geprüft: Wen frühere Kampagnen {ten} höher setzten"
    way = f"schnitt {show(abs(best), 'change')} {'besser' if best >= 0 else 'schlechter'} ab"
    return f"{start}, der {way} ({likely(low, high, 'signed_percent')}; {ten} wären genau)."


FORETOLD_BADLY = " Aber frühere Kampagnen versprachen von den Besten mehr, als diese hielt: vor dem Behalten testen."


def creator_figure(confidence: float, shown: int, creators: int) -> str:
    """Return the line under the title of the returns by creator."""
    most = f"; die {show(shown, 'count')} sichersten von {creators_(creators)}" if creators > shown else ""
    return (
        f"Punkt: erwartete Rendite mit {show(confidence, 'whole_percent')}-Intervall, Ring: bisherige Rendite; grün: "
        f"behalten, orange: beenden, grau: offen{most}"
    )
