"""What is said of extra sales."""

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from influence_lib.metrics import show
from influence_lib.wording.de import count, days_, likely, listed, of_days, span, tick
from influence_lib.wording.en.extra_sales import campaign_name

if TYPE_CHECKING:
    from influence_lib.analysis.inference import Interval

__all__ = ["campaign_name"]

OUR_MODEL, LOCAL_LEVEL = "Modell dieser Seite", "Local-Level-Modell (statsmodels)"
METHOD, CAMPAIGN, DAYS, EXTRA, TOGETHER = "Methode", "Kampagne", "Tage", "Zusätzlicher Umsatz", "Alle zusammen"
METHODS_CAPTION = "Zusätzlicher Umsatz im Tagesumsatz nach zwei Methoden; die erste zählt"
CAMPAIGNS_CAPTION = (
    "Zusätzlicher Umsatz jeder Kampagne, in einer Anpassung; das Intervall der Summe kennt den Zusammenhang der Fehler"
)
LATER_SALES = "Gezählt sind die Tage der Kampagne; später kommender Umsatz ist nicht im zusätzlichen Umsatz."
SAMPLE_SIZE = (
    "Weite Bereiche sind üblich: Von 25 großen Werbeexperimenten bestimmte das mittlere die Rendite nur auf etwa 100 "
    "Prozentpunkte genau (Lewis und Rao 2015, Quarterly Journal of Economics 130)."
)
NO_OTHER_CAMPAIGN = (
    "Keine andere Kampagne ist bekannt: frühere mit ihren Tagen im YAML der Kampagne nennen (earlier_campaigns)."
)
NOT_STARTED = "Seit dem ersten Tag der Kampagne gibt es noch keinen Umsatz; über ihn lässt sich nichts sagen."
SALES_TOO_REGULAR = (
    "Zu wenige Daten, um den Umsatzanstieg zu bestimmen: Der Umsatz vor dem Start zeigt keinerlei Zufall, was auf einen "
    "Fehler in der Datei deutet."
)


def too_few_days(have: int, least: int) -> str:
    """Say how many more days of sales before the launch are needed."""
    return (
        f"Zu wenige Daten, um den Umsatzanstieg zu bestimmen: {days_(have)} Umsatz vor dem Start, mindestens {least} "
        f"nötig; {count(least - have, 'weiteren Tag', 'weitere Tage')} Bestellungen von davor exportieren."
    )


def other_causes(controls: Sequence[str]) -> str:
    """Say what the daily model holds constant."""
    held = [name.replace("_", " ") for name in controls]
    given = (
        f"{listed(['Wochentage', *held])} sind konstant gehalten" if held else "Nur Wochentage sind konstant gehalten"
    )
    return f"{given}; was sich sonst mit dem Start änderte, wird der Kampagne zugerechnet."


def unfinished(end: dt.date, last: dt.date) -> tuple[str, ...]:
    """Say that sales end before the campaign does; nothing when they do not."""
    if last >= end:
        return ()
    return (f"Umsatz ist nur bis {show(last, 'date')} bekannt; die Kampagne endet am {show(end, 'date')}.",)


def missing_days(days: int) -> tuple[str, ...]:
    """Say that days without an order are missing from the export; nothing when there are none."""
    if not days:
        return ()
    are = count(days, "Tag ohne eine einzige Bestellung gilt", "Tage ohne eine einzige Bestellung gelten")
    return (f"{are} als im Export fehlend: noch einmal exportieren, oder sagen, dass der Shop geschlossen war.",)


def smallest_detectable(value: float, expected: float, days: int, currency: str | None) -> str:
    """Say how large an effect had to be to be seen."""
    share = f" ({show(value / expected, 'whole_percent')} des Erwarteten)" if 0 < value < 10 * expected else ""
    return (
        f"In {of_days(days)} mit solchem Umsatz kann zusätzlicher Umsatz unter etwa "
        f"{show(value, 'money_whole', currency)}{share} leicht übersehen werden."
    )


def incremental_revenue(extra: "Interval", expected: float, days: int, currency: str | None) -> str:
    """Say how far sales of the campaign's days lay above what was to be expected."""
    between = likely(extra.low, extra.high, "money_whole", currency)
    usual = f"den ohne sie erwarteten {show(expected, 'money_whole', currency)}"
    much = show(abs(extra.estimate), "money_whole", currency)
    start = f"Der Umsatz in den {of_days(days)} der Kampagne lag"
    if extra.low > 0:
        return f"{start} {much} über {usual} ({between})."
    if extra.high < 0:
        return f"{start} {much} unter {usual} ({between})."
    way = "über" if extra.estimate >= 0 else "unter"
    return (
        f"Der Tagesumsatz zeigt nicht, ob die Kampagne mehr verkauft hat: Er lag {much} {way} {usual}, was Zufall sein "
        f"kann ({between})."
    )


def incremental_roas(ratio: "Interval", break_even: float, currency: str | None) -> str:
    """Say how much extra revenue came for each unit of money spent."""
    even = f"Kostendeckung {show(break_even, 'money_ratio', currency)}" if break_even > 1 else "vor den Kosten der Ware"
    return (
        f"{show(ratio.estimate, 'money_ratio', currency)} zusätzlicher Umsatz je {show(1, 'money_whole', currency)} an "
        f"Kosten ({likely(ratio.low, ratio.high, 'money_ratio', currency)}; {even})."
    )


def what_would_help(more_days: bool, controls: bool, regions: bool) -> str:
    """Say what would make smaller effects visible."""
    ways = [
        way
        for way, open_ in (
            ("mehr Tage Umsatz vor dem Start", more_days),
            ("eine Tagesreihe, die mit dem Umsatz geht, aber nicht mit der Kampagne (etwa Suchinteresse)", controls),
            ("Regionen ohne die Kampagne", regions),
        )
        if open_
    ]
    named = (
        f"{', '.join(ways[:-1])} oder {ways[-1]}" if len(ways) > 1 else (*ways, "eine längere oder größere Kampagne")[0]
    )
    return f"Um kleinere Wirkungen zu sehen: {named}."


def beside(ours: "Interval", other: "Interval | None", currency: str | None) -> str:
    """Say whether a common model tells the same; it never decides."""
    if other is None:
        return (
            "Ein übliches Modell (Local Level) ließ sich an diesen Umsatz nicht anpassen; es gibt keine zweite Meinung."
        )
    told = likely(other.low, other.high, "money_whole", currency)
    start = f"Ein übliches Modell (Local Level) sagt {show(other.estimate, 'money_whole', currency)} ({told})"
    same = (ours.low > 0, ours.high < 0) == (other.low > 0, other.high < 0)
    if same:
        return f"{start}: dieselbe Antwort."
    if ours.low <= other.estimate <= ours.high:
        return f"{start}: in unserem Bereich, auch wenn es anders antwortete; unseres zählt, es berücksichtigt mehr."
    return f"{start}: Es widerspricht, also diese Antwort mit Vorsicht nehmen."


def profit(found: "Interval", margin: float, currency: str | None) -> str:
    """Say what is left of extra revenue after goods and the cost of the campaign."""
    word = "Gewinn" if found.estimate >= 0 else "Verlust"
    much = show(abs(found.estimate), "money_whole", currency)
    ends = (-found.high, -found.low) if found.high < 0 else (found.low, found.high)
    told = likely(*ends, "money_whole", currency)
    return (
        f"Bei einer Marge von {tick(margin, 'percent')} ließ der zusätzliche Umsatz nach allen Kosten einen {word} von "
        f"{much} ({told})."
    )


def other_campaigns(number: int, washout: int) -> tuple[str, ...]:
    """Say that days of other campaigns are no quiet days; nothing when there are none."""
    if not number:
        return ()
    of = count(number, "anderen Kampagne", "anderen Kampagnen")
    return (f"Die Tage von {of} und je {days_(washout)} danach gelten nicht als übliche Tage.",)


def at_the_same_time(names: Sequence[str]) -> tuple[str, ...]:
    """Say that campaigns share days; nothing when they do not."""
    if not names:
        return ()
    told = listed([campaign_name(name) for name in names])
    return (f"An denselben Tagen lief {told}: Wem der zusätzliche Umsatz dieser Tage gehört, lässt sich nicht sagen.",)


def jumped(day: dt.date, chance: float) -> tuple[str, ...]:
    """Say that sales seem to have moved to another level before the launch."""
    return (
        f"Der Umsatz scheint um den {show(day, 'date')} auf ein anderes Niveau gewechselt zu sein (Wahrscheinlichkeit "
        f"{show(chance, 'whole_percent')}), was berücksichtigt ist; falls damals etwas Bleibendes geschah, ist es das.",
    )


def standing_out(days: Sequence[dt.date]) -> tuple[str, ...]:
    """Say which days do not set the usual level; nothing when there are none."""
    if not days:
        return ()
    rest = [f"{len(days) - 3} weiteren"] if len(days) > 3 else []
    named = listed([show(day, "date") for day in days[:3]] + rest)
    return (
        f"Der Umsatz von {named} liegt weit von den Tagen ringsum: Diese Tage bestimmen nicht das übliche Niveau, aber mit "
        "ebenso vielen ist wieder zu rechnen.",
    )


def widened(factor: float) -> tuple[str, ...]:
    """Say by how much the interval is wider for what quiet stretches teach; nothing when it is not."""
    if factor <= 1:
        return ()
    return (
        f"Der Bereich ist {show(factor, 'decimal')}-mal so weit, wie das Modell allein ihn hätte, weil ruhige Abschnitte vor "
        "dem Start stärker danebenlagen, als es erlaubte.",
    )


def placebo(quiet: int, stretches: int, days: int, level: float, factor: float) -> str:
    """Say in how many quiet stretches nothing is found."""
    of = count(stretches, "ruhigen Abschnitt", "ruhigen Abschnitten")
    start = f"In {show(quiet, 'count')} von {of} von {of_days(days)} vor dem Start findet sich nichts"
    if factor > 1:
        return (
            f"{start}, aber die Fehlgriffe sind zu groß; der Bereich des zusätzlichen Umsatzes ist dafür "
            f"{show(factor, 'decimal')}-mal erweitert."
        )
    return f"{start}; es sollten etwa {show(level, 'whole_percent')} sein."


def few_stretches(independent: int) -> str:
    """Say how much the stretches can teach."""
    return (
        f"Abschnitte überlappen: Nur {show(independent, 'count')} folgen aufeinander, der Anteil ist also grob."
        if independent < 10
        else f"Abschnitte überlappen: {show(independent, 'count')} folgen aufeinander."
    )


def too_few_stretches(days: int, more: int, *, possible: bool) -> str:
    """Say what is missing for a test in quiet stretches."""
    start = "Zu wenige Daten, um das in ruhigen Abschnitten vor dem Start zu prüfen"
    if not possible:
        return f"{start}: Eine Kampagne von {of_days(days)} ist dafür zu lang."
    if more <= 0:
        return f"{start}: Ein Sprung, eine Lücke oder eine andere Kampagne lässt zu wenige prüfbare Abschnitte."
    return f"{start}: etwa {count(more, 'weiteren Tag', 'weitere Tage')} Bestellungen von davor exportieren."


def campaigns(total: "Interval", number: int, currency: str | None) -> str:
    """Say what all campaigns together sold beyond what was to be expected."""
    much = show(abs(total.estimate), "money_whole", currency)
    told = likely(total.low, total.high, "money_whole", currency)
    of = f"{of_days(total.units)} von {count(number, 'Kampagne', 'Kampagnen')}"
    start = f"Der Umsatz in den {of} lag zusammen {much}"
    if total.low > 0 or total.high < 0:
        return f"{start} {'über' if total.low > 0 else 'unter'} dem Erwarteten ({told})."
    way = "über" if total.estimate >= 0 else "unter"
    return f"{start} {way} dem Erwarteten, was Zufall sein kann ({told})."


def no_sales_of_others(number: int) -> str:
    """Say that there are no sales of the other campaigns' days."""
    return (
        f"Zu wenige Daten, um mehrere Kampagnen zu beurteilen: kein Umsatz an Tagen von "
        f"{count(number, 'anderen Kampagne', 'anderen Kampagnen')}; Bestellungen von damals an exportieren."
    )


def without_sales(number: int) -> tuple[str, ...]:
    """Say that some campaigns have no sales in the files; nothing when all have."""
    if number <= 0:
        return ()
    are = count(number, "Kampagne bleibt", "Kampagnen bleiben")
    return (f"{are} weg: zu lange vorbei, oder vor dem Beginn der Dateien.",)


def sales_subtitle(others: int) -> str:
    """Say how the figure of daily sales reads."""
    rest = ", heller: andere Kampagnen" if others else ""
    return f"Dünn: jeder Tag; dick: Mittel von sieben Tagen; gestrichelt: ohne die Kampagne erwartet; grau: die Kampagne{rest}"


def placebo_subtitle(days: int, level: float) -> str:
    """Say how the figure of quiet stretches reads."""
    return (
        f"Abschnitte von {of_days(days)} nach erstem Tag, mit {show(level, 'whole_percent')}-Intervall; grau: nichts "
        "gefunden, orange: etwas gefunden, obwohl nichts da war, blau: die Kampagne"
    )


def placebo_alt(stretches: int, quiet: int, extra: float, ends: tuple[float, float], currency: str | None) -> str:
    """Describe the quiet stretches beside the campaign."""
    told = span(*ends, "money_whole", currency)
    rows = count(stretches, "ruhigen Abschnitt", "ruhigen Abschnitten")
    return (
        f"Punkte mit Intervallen des Umsatzes über oder unter dem Erwarteten in {rows} vor dem Start, gegen eine "
        f"gestrichelte Linie bei null: {show(quiet, 'count')} Intervalle enthalten null. Die letzte Zeile ist die Kampagne "
        f"mit {show(extra, 'money_whole', currency)} ({told})."
    )
