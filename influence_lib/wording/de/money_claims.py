"""What is said of published claims about money, and of earned media value."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from influence_lib.metrics import show
from influence_lib.wording.de import compact, count, likely, listed, of_posts, span

if TYPE_CHECKING:
    from influence_lib.analysis.inference import Interval

WAS_MEDIA_VALUE = (
    "Die veröffentlichte Zahl (Tomosons Umfrage unter Vermarktern, um 2015) wurde als Umsatz weitergegeben, meinte aber "
    "Earned Media Value: was Werbung mit ebenso vielen Aufrufen gekostet hätte."
)
NOT_MONEY = (
    "Earned Media Value ist, was Werbung mit ebenso vielen Aufrufen oder Reaktionen kosten soll, kein verdientes Geld."
)
WHAT_A_POST_COSTS = "was ein Beitrag üblicherweise kostet,"
CHEAPER = "ob kleine Konten Menschen günstiger erreichen,"
SELLS_MORE = "ob Follower kleiner Konten mehr kaufen,"
NO_TIER = "andere oder unbekannte Größe"
FEE_CAPTION = "Was ein Beitrag je Größenklasse kostet"
COST_CAPTION = (
    "Was es je Größenklasse kostet, Menschen zu erreichen und zu bewegen, Summe durch Summe (eigene Kosten ohne Boosts)"
)
ACTION_CAPTION = "Zugeordnete Bestellungen je Größenklasse, Summe durch Summe"
NO_REACH_TO_COMPARE = (
    "Für keinen Creator ist die Reichweite aller Beiträge angegeben; niemand kann daher sagen, was es kostet, einen "
    "Menschen zu erreichen. Creators um ihre Insights bitten."
)


def claim_return(found: "Interval", claim: float, verdict: str, chance: float, currency: str | None) -> str:
    """Say whether codes show the published return."""
    one, said = show(1, "money_whole", currency), show(claim, "money_ratio", currency)
    own = f"{show(found.estimate, 'money_ratio', currency)} je {one} an Kosten"
    ends = likely(found.low, found.high, "money_ratio", currency)
    if verdict == "supported":
        return (
            f"Der zugeordnete Umsatz ist {own} ({ends}): nicht weniger als die veröffentlichten {said} (Earned Media "
            "Value, kein Umsatz)."
        )
    if verdict == "contradicted":
        return (
            f"Der zugeordnete Umsatz ist {own} ({ends}), nicht die veröffentlichten {said} (Earned Media Value, kein "
            "Umsatz)."
        )
    return (
        f"Der zugeordnete Umsatz ist {own} ({ends}); die veröffentlichten {said} oder mehr haben eine Wahrscheinlichkeit "
        f"von {show(chance, 'probability')}."
    )


def beside(ends: tuple[float, float] | None, currency: str | None) -> str:
    """Say what earned media value would make of the same spend; nothing where no formula fits."""
    if ends is None:
        return ""
    one = show(1, "money_whole", currency)
    said = span(*ends, "money_ratio", currency)
    return f" Nach Formeln für Earned Media Value, das kein Geld ist: {said} je {one}."


def claim_fee(share: "Interval", cap: float, published: float, verdict: str, currency: str | None) -> str:
    """Say which part of the posts cost no more than the published cap."""
    start = f"{show(share.estimate, 'percent')} der Beiträge kosten {show(cap, 'money_whole', currency)} oder weniger"
    ends = likely(share.low, share.high, "percent")
    said = f"den veröffentlichten {show(published, 'change')}"
    if verdict == "supported":
        return f"{start} ({ends}), nahe an {said}."
    if verdict == "contradicted":
        return f"{start} ({ends}), weniger als nach {said}."
    return f"{start} ({ends}); ob das {said} entspricht, lässt sich nicht sagen."


def fee_caveats(cap: float, currency: str | None) -> tuple[str, ...]:
    """Say what the published cap was."""
    dollars = show(500, "money_whole", "USD")
    here = show(cap, "money_whole", currency)
    return (
        f"Die Aussage betrifft {dollars} je Beitrag auf Instagram im Jahr 2016 (Bloglovin', eine Umfrage unter "
        f"Micro-Influencern); sie wird unverändert gegen {here} gehalten. Zu US-Verbraucherpreisen von 2024 wären es etwa "
        f"{show(650, 'money_whole', 'USD')}.",
        "Zu sehen sind nur beauftragte Creators; wer mehr verlangte und abgelehnt wurde, fehlt.",
    )


def within(cap: float, currency: str | None) -> str:
    """Return the head of the column of posts at or below the cap."""
    return f"Bis {show(cap, 'money_whole', currency)}"


def claim_affordable(found: "Interval", verdict: str) -> str:
    """Say whether small accounts reach people more cheaply."""
    ends = likely(found.low, found.high, "signed_percent")
    size = show(abs(found.estimate), "change")
    if verdict == "supported":
        return f"Kleine Konten erreichen einen Menschen für {size} weniger als größere ({ends})."
    if verdict == "contradicted":
        return f"Kleine Konten erreichen einen Menschen für {size} mehr als größere ({ends})."
    return (
        f"Ob kleine Konten Menschen günstiger erreichen als größere, lässt sich nicht sagen: Die Kosten unterscheiden sich "
        f"um {show(found.estimate, 'signed_percent')} ({ends})."
    )


def affordable_caveats(left_out: int, limit: float) -> tuple[str, ...]:
    """Say who is compared, and that reach is not told by everybody."""
    gone = (
        (
            f"{count(left_out, 'Creator', 'Creators')} ohne Reichweite jedes Beitrags bleiben weg; wer sie mitteilt, ist "
            "womöglich besser.",
        )
        if left_out
        else ()
    )
    return (
        f"Klein: unter {show(limit, 'count')} Follower. Wen mehrere Beiträge erreichen, der zählt bei jedem.",
        *gone,
    )


def claim_actions(found: "Interval", verdict: str) -> str:
    """Say whether followers of small accounts buy more."""
    ends = likely(found.low, found.high, "signed_percent")
    size = show(abs(found.estimate), "change")
    if verdict == "supported":
        return f"Kleine Konten bringen je Follower {size} mehr zugeordnete Bestellungen als größere ({ends})."
    if verdict == "contradicted":
        return f"Kleine Konten bringen je Follower {size} weniger zugeordnete Bestellungen als größere ({ends})."
    return (
        f"Ob kleine Konten je Follower mehr zugeordnete Bestellungen bringen als größere, lässt sich nicht sagen: "
        f"{show(found.estimate, 'signed_percent')} ({ends})."
    )


def actions_caveats(limit: float) -> tuple[str, ...]:
    """Say who is compared, and what was published about it."""
    nano, macro = (show(value, "money_whole", "EUR") for value in (265, 49))
    return (
        f"Klein: unter {show(limit, 'count')} Follower. Creators unterscheiden sich in mehr als der Größe, etwa im Angebot.",
        f"Veröffentlicht: {nano} Umsatz je 1.000 Follower bei Nano-Konten, {macro} bei Makro-Konten (Beichert und andere, "
        "Journal of Marketing 2024; 1,9 Millionen Käufe).",
    )


def too_few_of_a_size(what: str, small: int, larger: int, least: tuple[int, int], limit: float) -> str:
    """Say that more creators of both sizes are needed."""
    have = f"{count(small, 'Creator', 'Creators')} unter {compact(limit)} Followern und {show(larger, 'count')} darüber"
    return (
        f"Zu wenige Daten, um {what} zu bestimmen: {have} mit Kosten und Ergebnissen; nötig sind je {least[0]}, zusammen "
        f"{least[1]}, mit verschiedenen Ergebnissen."
    )


def earned_media_value(
    middle: float, ends: tuple[float, float], formulas: int, compared: int, posts: int, currency: str | None
) -> str:
    """Say what published formulas make of the posts, and that it is no money."""
    low, high = (show(end, "money_whole", currency) for end in ends)
    which = "dieselben Beiträge" if compared == posts else f"dieselben {show(compared, 'count')} von {of_posts(posts)}"
    return (
        f"Kein verdientes Geld: {count(formulas, 'veröffentlichte Formel', 'veröffentlichte Formeln')} für Earned Media "
        f"Value sagen {low} bis {high} für {which}, {show(middle, 'money_whole', currency)} in der Mitte."
    )


def few_formulas(foreign: Sequence[str], currency: str) -> str:
    """Say why there is no spread of formulas."""
    start = "Earned Media Value wird nur als Spanne von Formeln genannt, und weniger als zwei passen hier"
    if foreign:
        example = f"exchange_rates: {{{foreign[0]}: Wert in {currency}}}"
        return f"{start}. Andere sind in {listed(foreign)}: `{example}` ins YAML schreiben."
    return f"{start}: Zu wenige Beiträge nennen, was sie verlangen (Likes und Kommentare oder Aufrufe)."


def emv_caption(compared: int, posts: int) -> str:
    """Return the caption of the table of formulas."""
    which = f" über die {show(compared, 'count')} von {of_posts(posts)}, von denen alle sprechen" if compared else ""
    return f"Earned Media Value nach veröffentlichter Formel{which}: kein verdientes Geld"


def emv_caveats(foreign: Sequence[str]) -> tuple[str, ...]:
    """Say what earned media value is, and how little formulas agree."""
    gone = (f"Formeln in {listed(foreign)} bleiben weg: kein Wechselkurs im YAML.",) if foreign else ()
    return (
        NOT_MONEY,
        "Anbieter setzen die Werte selbst und ändern sie: Klears Multiplikator war 10,52 auf einer älteren Seite und 2,89 "
        "im Oktober 2025; Klears Grundwerte sind nicht veröffentlicht, daher fehlt er in der Spanne.",
        *gone,
    )


def formula_said(in_spread: bool, told: int, worth: float, currency: str, posts: int) -> str:
    """Say in a cell whether a formula is in the spread, and if not what it would say in its own currency."""
    if in_spread:
        return "in der Spanne"
    if told == 0:
        return "spricht nicht von diesen Beiträgen, oder ihnen fehlt das Nötige"
    return f"{show(worth, 'money_whole', currency)} für {show(told, 'count')} von {of_posts(posts)}; nicht vergleichbar"
