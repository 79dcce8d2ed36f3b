"""Captions that call a post advertising, in the words and tags that creators use for it in several languages."""

import re
import unicodedata

import pandas as pd

# Tags that stand for advertising and hardly for anything else; #partner, #pr and #collab mean too many other things.
TAGS = (
    "ad", "ads", "advert", "advertisement", "advertising", "sponsored", "sponsoredpost", "sponsoredad", "sponsoredby",
    "spon", "paidad", "paidpartner", "paidpartnership", "paidcollab", "paidpromotion", "gifted", "giftedby", "prgift",
    "prsample", "pressample", "brandpartner", "brandambassador", "affiliate", "affiliatelink",
    "anzeige", "werbung", "bezahltewerbung", "bezahltepartnerschaft", "gesponsert", "werbepartner", "kooperation",
    "sponsorisé", "sponsorise", "publicité", "publicite", "partenariatrémunéré", "collaborationcommerciale",
    "publi", "publicidad", "patrocinado", "patrocinada", "colaboraciónpagada",
    "adv", "pubblicità", "pubblicita", "sponsorizzato", "sponsorizzata", "suppliedby",
    "advertentie", "reclame", "gesponsord", "betaaldesamenwerking", "betaaldpartnerschap",
    "publipost", "publicidade", "parceriapaga", "reklama", "współpracareklamowa", "współpracapłatna",
    "annons", "reklam", "betaltsamarbete", "reklame", "annonce", "annonse", "sponset", "mainos", "işbirliği",
    "реклама", "広告", "タイアップ", "광고", "협찬", "유료광고", "广告", "廣告",
)  # fmt: skip
# Words and turns that say it without a tag; "ad" alone is a word of its own in Italian and Latin, so it is none.
WORDS = (
    "sponsored", "advertisement", "advertorial", "gifted", "pr sample", "pr gift", "affiliate links?",
    r"paid (?:partnership|collaboration|promotion|ad|advert|post)", "anzeige", "werbung",
    r"gesponsert(?:e[rns]?)?", r"bezahlte (?:partnerschaft|kooperation|zusammenarbeit)", r"sponsorisée?s?", "publicité",
    r"(?:partenariat|collaboration) (?:rémunérée?|commerciale?)", "publicidad", r"patrocinad[oa]s?",
    r"colaboración (?:pagada|remunerada)", "pubblicità", r"sponsorizzat[oaie]", r"collaborazione a pagamento",
    "advertentie", "gesponsorde?", r"betaalde? (?:samenwerking|partnerschap)", "publicidade", "parceria paga",
    r"współpraca (?:reklamowa|płatna)", r"materiał sponsorowany", "reklama", "annons",
    r"betalt (?:samarbete|samarbejde|samarbeid|partnerskap)", "reklame", "annonce", "annonse", "sponset", "mainos",
    "kaupallinen yhteistyö", "реклама",
)  # fmt: skip
# What turns the words into their opposite: "not an ad", "unbezahlte Werbung", "Werbung, da Markennennung".
NOT = (
    r"(?:not|no|non|never|nicht|kein|keine|unbezahlte?|unpaid|ohne|sin|sans|pas|niet|geen|inte|ikke|bez|не)"
    r"\s{1,2}(?:\w{1,3}\s{1,2}){0,2}"
)
UNPAID = r"(?:\W{1,3}(?:unbezahlt|unpaid)|,?\s(?:da|wegen|weil|durch)\s(?:ich\s)?(?:marken|namens|produkt|verlink))"
_WORD = f"(?:{'|'.join(WORDS)})"
# The mark in front of a caption or in brackets: "AD | ...", "Ad: ...", "[ad] ...".
_MARK = r"^\W*ads?(?:\s*[|:/]|\s+[-–—]\s)|[\[(]\s*ads?\s*[\])]"
_CALLED = re.compile(rf"(?<!\w){_WORD}(?!\w)|{_MARK}")
_TAG_SET = frozenset(TAGS)
_TAG = re.compile(r"#(\w+)")
_DENIED = re.compile(rf"(?<!\w){NOT}#?(?:{_WORD}|{'|'.join(TAGS)})(?!\w)|(?<!\w)(?:werbung|anzeige){UNPAID}")


def called(captions: pd.Series) -> pd.Series:
    """Return which captions call their post advertising; a missing caption says nothing.

    Whole words only, so that #adore is no #ad, and what is denied ("not an ad", "unbezahlte Werbung") does not count.
    """
    return pd.Series([isinstance(text, str) and _is_called(text) for text in captions], captions.index, dtype=bool)


def _is_called(caption: str) -> bool:
    """Tell whether one caption calls its post advertising."""
    text = unicodedata.normalize("NFKC", caption).casefold()
    return _says(text) and _says(_DENIED.sub(" ", text))


def _says(text: str) -> bool:
    """Tell whether a text in small letters has a word or a tag for advertising, denied or not."""
    return not _TAG_SET.isdisjoint(_TAG.findall(text)) or _CALLED.search(text) is not None
