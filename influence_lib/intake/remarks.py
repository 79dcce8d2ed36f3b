"""What a reader must know of a file beyond its rows: values converted or unknown, and what looks wrong."""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from influence_lib.metrics import show


@dataclass(frozen=True)
class Remark:
    """One remark: its code for machines, its words, and whether it is a warning (else something converted)."""

    code: str
    words: str
    warns: bool = False


# What happened to cells: code: (words before the columns, whether it is a warning).
CELLS = {
    "CONVERTED": ("converted", False),
    "MISSING": ("unknown, not zero", False),
    "EXCEL_ERROR": ("spreadsheet errors, taken as unknown", False),
    "HIDDEN_LIKES": ("hidden likes, taken as unknown", False),
    "ROUNDED_COUNT": ("rounded by the tool, such as 25k", False),
    "PERCENT": ("numbers above 1, taken as percent", False),
    "UNKNOWN_WORD": ("words we do not know, taken as unknown", False),
    "NAIVE_TIME": ("times without an offset, taken as", True),
}
# Conversions that need no code of their own: nothing was lost.
UNCODED = {"CONVERTED"}
INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad\u00a0]")


def of_cells(counts: Mapping[str, Counter[str]], zone: str) -> list[Remark]:
    """Return one remark a code, with the columns and how many cells of each; `counts` is column: cells by code."""
    remarks = []
    for code, (words, warns) in CELLS.items():
        columns = {name: found[code] for name, found in counts.items() if found[code]}
        if columns:
            listed = ", ".join(f"{name} ({show(cells, 'count')})" for name, cells in columns.items())
            place = f" {zone} time" if code == "NAIVE_TIME" else ""
            remarks.append(Remark(code, f"{words}{place}: {listed}", warns))
    return remarks


# A few posts under two ids are slips of a tool; from so many rows on, a whole export stands there twice.
TWICE_FROM, FEWEST_TWICE = 0.05, 10


def of_dropped(dropped: Mapping[str, int], rows: int) -> list[Remark]:
    """Return a warning where many rows of a file say again under another id what another row says."""
    again = dropped.get("SAME_POST_OTHER_ID", 0)
    if again < FEWEST_TWICE or again <= TWICE_FROM * rows:
        return []
    share = show(again / rows, "percent")
    words = f"{share} of the file says the same thing twice, under other ids: was it exported twice?"
    return [Remark("SAME_POST_OTHER_ID", words, True)]


# Column names in other languages than English, as apps write them by the language of the account.
HEADERS = {
    "German": (
        "konto kanal profil plattform netzwerk beitrags-id beitragskennung datum stand art beitragstyp abonnenten "
        "kommentare geteilt gespeichert aufrufe videoaufrufe reichweite impressionen klicks gesponsert werbung anzeige "
        "marke kampagne beschreibung beitragstext veröffentlicht veröffentlichungszeit kategorie land rabattcode "
        "honorar währung betrag umsatz bestellnummer bestelldatum rabatt erstattung empfänger rechnung rechnungsnummer "
        "gefällt-mir gefällt-mir-angaben veröffentlicht-am erreichte-konten geteilte-inhalte gespeicherte-inhalte"
    ),
    "French": (
        "compte abonnés j-aime mentions-j-aime commentaires partages enregistrements vues portée couverture "
        "sponsorisé légende publié-le date-de-publication plateforme devise montant type-de-publication marque campagne"
    ),
    "Spanish": (
        "cuenta plataforma fecha fecha-de-publicación seguidores me-gusta comentarios compartidos guardados "
        "visualizaciones alcance impresiones patrocinado texto descripción campaña marca moneda importe publicado"
    ),
    "Italian": (
        "data data-di-pubblicazione mi-piace commenti condivisioni salvataggi visualizzazioni copertura "
        "sponsorizzato testo didascalia valuta importo piattaforma profilo"
    ),
    "Portuguese": (
        "conta data-de-publicação curtidas comentários compartilhamentos salvamentos visualizações legenda "
        "descrição moeda valor publicado-em"
    ),
}


def of_headers(mapping: Mapping[str, Sequence[str]]) -> list[str]:
    """Return notes on column names that were not taken as they stand: in another language, or with odd blanks."""
    read = [name for names in mapping.values() for name in names]
    folded = {re.sub(r"[^\w]+", "-", name.casefold()) for name in read}
    notes = [
        f"column names in {language}" for language, words in HEADERS.items() if len(folded & set(words.split())) > 1
    ]
    odd = [name for name in read if INVISIBLE.search(name) or unicodedata.normalize("NFKC", name) != name]
    return [*notes[:1], *([f"column names with invisible or wide letters ({show(len(odd), 'count')})"] if odd else [])]
