import math

import numpy as np
import pandas as pd
import pytest

from influence_lib import language
from influence_lib.metrics import ERF, METRICS, NOT_AVAILABLE, ROAS, UNIT_KINDS, exact_percent, glossary, show

POSTS = pd.DataFrame(
    {
        "creator": ["ana", "ana", "ben"],
        "engagements": pd.array([100, 20, 30], dtype="Int64"),
        "followers": pd.array([1000, 1000, 3000], dtype="Int64"),
    }
)


def test_rate_is_a_ratio_of_sums_not_a_mean_of_ratios() -> None:
    assert ERF.of(POSTS) == pytest.approx(150 / 5000)
    assert ERF.each(POSTS).tolist() == pytest.approx([0.1, 0.02, 0.01])
    assert ERF.by(POSTS, "creator").to_dict() == pytest.approx({"ana": 120 / 2000, "ben": 0.01})


def test_a_row_counts_only_when_both_parts_are_known() -> None:
    holes = POSTS.assign(followers=pd.array([1000, None, 3000], dtype="Int64"))
    assert ERF.of(holes) == pytest.approx(130 / 4000)
    assert ERF.by(holes, "creator")["ana"] == pytest.approx(0.1)
    assert math.isnan(ERF.each(holes)[1])


def test_nothing_over_nothing_is_not_available_and_never_zero() -> None:
    empty = POSTS.assign(followers=pd.array([0, 0, 0], dtype="Int64"))
    assert math.isnan(ERF.of(empty)) and math.isnan(ERF.of(POSTS.head(0)))
    assert ERF.each(empty).isna().all() and ERF.by(empty, "creator").isna().all()
    assert ERF.show(ERF.of(empty)) == NOT_AVAILABLE


def test_a_rate_does_not_change_the_rows_it_reads() -> None:
    before = POSTS.copy(deep=True)
    ERF.of(POSTS), ERF.by(POSTS, "creator"), ERF.each(POSTS)
    pd.testing.assert_frame_equal(POSTS, before)


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        ("briar & co", "text", "briar & co"),
        ("2026-05-18", "date", "18 May 2026"),
        (pd.Timestamp("2026-05-18"), "date", "18 May 2026"),
        (1234567, "count", "1,234,567"),
        (0, "count", "0"),
        (-0.186, "decimal", "-0.19"),
        (1234.5, "decimal", "1,234.50"),
        (0.0345, "percent", "3.45%"),
        (0.345, "percent", "34.5%"),
        (0.0994, "percent", "9.94%"),
        (0.0996, "percent", "10.0%"),
        (1.2, "percent", "120%"),
        (0.213, "signed_percent", "+21%"),
        (-0.213, "signed_percent", "-21%"),
        (0.213, "change", "21%"),
        (0.004, "probability", "under 1%"),
        (0.996, "probability", "over 99%"),
        (0.42, "probability", "42%"),
        (1234.5, "money", "€1,234.50"),
        (-1234.5, "money", "-€1,234.50"),
        (1234.5, "money_whole", "€1,234"),
        (-1234.6, "money_whole", "-€1,235"),
        (2.918, "money_ratio", "€2.92"),
    ],
)
def test_every_kind_of_value_is_shown_as_a_reader_expects(value: object, kind: str, text: str) -> None:
    assert show(value, kind, "EUR") == text


@pytest.mark.parametrize("nothing", [None, math.nan, math.inf, -math.inf, np.float64("nan"), pd.NA, pd.NaT])
@pytest.mark.parametrize("kind", ["text", "date", "count", "decimal", "percent", "probability", "money"])
def test_a_missing_value_reads_not_available_in_every_kind(nothing: object, kind: str) -> None:
    assert show(nothing, kind, "EUR") == NOT_AVAILABLE


def test_money_without_a_currency_is_a_plain_number() -> None:
    assert show(1234.56, "money") == "1,234.56"
    assert show(1234.56, "money", "USD") == "US$1,234.56"
    assert show(1234.0, "money", "JPY") in {"JP¥1,234.00", "JP¥1,234"}


def test_the_glossary_gives_every_metric_its_formula_in_words() -> None:
    assert ROAS.formula == "revenue ÷ cost"
    text = glossary(*METRICS.values())._repr_mimebundle_()["text/plain"]
    assert text.count("\n- ") == len(METRICS) - 1
    assert set(UNIT_KINDS) >= {"elasticity", "followers", "fraction", "money", "ratio", "count"}


@pytest.mark.parametrize(
    ("locale", "said"), [("en_GB", "12.3%"), ("de_DE", "12,3\u00a0%"), ("tr_TR", "%12,3"), ("eu_ES", "%\u00a012,3")]
)
def test_a_percentage_has_its_sign_where_the_locale_has_it(locale: str, said: str) -> None:
    """Babel's own pattern for the locale with one digit behind the mark."""
    assert show(0.123, "percent", locale=locale) == said
    with language.speaking("en", locale):
        assert exact_percent(0.123) == said
