import pandas as pd
import pytest

from influence_lib.analysis.advertising import called

pytestmark = pytest.mark.filterwarnings("error")


def _called(*captions: str | None) -> list[bool]:
    return called(pd.Series(captions, dtype="str")).tolist()


@pytest.mark.parametrize(
    "caption",
    [
        "Glow all day #ad",
        "#AD at the start",
        "#ad\nand more",
        "＃ad in full width",
        "AD | trail shoes",
        "Ad: trail shoes",
        "so nice (ad)",
        "Paid partnership with a brand",
        "kindly gifted by a brand",
        "#Sponsored",
        "contains affiliate links",
        "Anzeige | Three days, one backpack",
        "Werbung",
        "Gesponserter Beitrag",
        "Collaboration commerciale",
        "#publicidad",
        "Patrocinado por alguien",
        "PUBBLICITÀ",
        "Betaalde samenwerking",
        "współpraca reklamowa",
        "Это реклама",
        "#広告",
        "This is not only a #spon",
    ],
)
def test_a_caption_with_a_word_or_tag_for_advertising_calls_itself_advertising(caption: str) -> None:
    assert _called(caption) == [True]


@pytest.mark.parametrize(
    "caption",
    [
        "I #adore it",
        "#adventure #adidas #advent",
        "add this to the list",
        "ad astra, ad oggi",
        "Ad-free reading",
        "Anzeigen lesen",
        "#ad_hoc",
        "not an ad",
        "This is not a sponsored post",
        "no #ad",
        "#notsponsored #unbezahltewerbung",
        "unbezahlte Werbung",
        "Werbung | unbezahlt",
        "Werbung, da Markennennung",
        "keine Werbung",
        "pas de publicité",
        "non è pubblicità",
        "",
    ],
)
def test_parts_of_words_and_denials_are_no_advertising(caption: str) -> None:
    assert _called(caption) == [False]


def test_a_missing_caption_says_nothing() -> None:
    assert _called(None, "#ad", None) == [False, True, False]
    assert _called() == [] and _called(None, None) == [False, False]


def test_a_denial_beside_an_open_word_does_not_hide_it() -> None:
    assert _called("Anzeige | Da bin ich wieder", "I could not say no: gifted by a brand") == [True, True]
