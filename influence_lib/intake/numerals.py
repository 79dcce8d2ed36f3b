"""Read numbers as people and tools write them: any script, grouping, decimal mark, suffix or currency."""

import enum
import functools
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import babel.numbers

SUFFIXES = {
    "k": 1e3, "tsd": 1e3, "mil": 1e3, "thousand": 1e3, "tausend": 1e3, "m": 1e6, "mio": 1e6, "mln": 1e6,
    "million": 1e6, "b": 1e9, "bn": 1e9, "mrd": 1e9, "billion": 1e9,
    "lakh": 1e5, "crore": 1e7, "万": 1e4, "萬": 1e4, "만": 1e4, "億": 1e8, "亿": 1e8,
}  # fmt: skip
SYMBOLS = {
    "€": "EUR", "£": "GBP", "US$": "USD", "R$": "BRL", "zł": "PLN", "₹": "INR", "₩": "KRW", "₺": "TRY", "₽": "RUB",
    "฿": "THB", "₫": "VND", "₴": "UAH", "₦": "NGN",
}  # fmt: skip
# Signs that several currencies share; the dollars and pesos end in D but for these.
SHARED = {"¥": {"JPY", "CNY"}, "kr": {"SEK", "NOK", "DKK", "ISK"}, "Fr": {"CHF"}}
PESOS = {"MXN", "ARS", "CLP", "COP", "UYU", "DOP", "BRL"}
CURRENCY = r"(?:[A-Z]{3}|US\$|R\$|[$€£¥₹₩₺₽฿₫₴₦]|kr\.?|zł|Fr\.)"
MONEY = re.compile(rf"(?P<before>{CURRENCY})?(?P<sign>[-+]?)(?P<after>{CURRENCY})?(?P<rest>.*?)(?P<end>{CURRENCY})?")
NUMBER = re.compile(r"([-+]?)([\d.,]*\d)(" + "|".join(sorted(SUFFIXES, key=len, reverse=True)) + r")?\.?", re.I)
SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d{1,2}")
LARGEST = 1e15
MARKS = str.maketrans("\u2212\u2019\u066b\u066c", "-','")
# White space and apostrophes group thousands by three digits; elsewhere in a number they are two numbers, or a slip.
GROUPED = re.compile(r"(?<!\d)\d{1,3}(?:[\s']\d{3})+(?!\d)")
LOOSE = re.compile(r"(?<!\d)\s+|\s+(?!\d)")


class Number(NamedTuple):
    """A number read from a cell, or why there is none; `rounded` when the cell gives only its first digits."""

    value: float | None = None
    fault: str | None = None
    rounded: bool = False


class Scale(enum.Enum):
    """What the plain numbers of a column of shares are: parts of one, of a hundred, or below one both."""

    ONE = 1
    PERCENT = 100
    OPEN = 0


@dataclass(frozen=True)
class Mark:
    """The decimal mark of a column. `sure`: told in the YAML, or shown by a fraction of three digits and more."""

    decimal: str | None = None
    sure: bool = False


def plain(text: str) -> str:
    """Return a number's text with digits and signs of every script made plain, and without the marks of thousands."""
    if not text.isascii():
        # A raised 2 is a power or a footnote, never a digit of the number.
        if any(sign.isdigit() and not sign.isdecimal() for sign in text):
            return text
        text = unicodedata.normalize("NFKC", text).translate(MARKS)
        text = "".join(str(unicodedata.digit(sign)) if sign.isdecimal() else sign for sign in text)
    if text.isdecimal():
        return text
    return LOOSE.sub("", GROUPED.sub(lambda found: re.sub(r"[\s']", "", found[0]), text))


def _split(text: str) -> tuple[list[str], str, str]:
    """Return the marks of a number in order, and the digits before and after the last one."""
    before, _, after = text.replace(",", ".").rpartition(".")
    return re.findall(r"[.,]", text), before, after


def proof(text: str) -> str | None:
    """Return the decimal mark that one number proves, or None when it leaves it open."""
    marks, before, after = _split(text)
    if len(set(marks)) == 2:
        return marks[-1]
    if len(marks) > 1:
        return "," if marks[0] == "." else "."
    if marks and (len(after) != 3 or len(before) > 3 or before in {"", "0"}):
        return marks[0]
    return None


def column_mark(cells: Sequence[str], told: str | None) -> Mark:
    """Return the decimal mark of a column: the one told, else the one its numbers prove without contradiction."""
    if told:
        return Mark(told, True)
    marked = [_amount_digits(cell) for cell in cells if "." in cell or "," in cell or not cell.isascii()]
    digits = [found[2] for found in map(NUMBER.fullmatch, marked) if found and not found[3]]
    proofs = {text: proof(text) for text in digits}
    found = {mark for mark in proofs.values() if mark}
    if len(found) != 1:
        return Mark()
    mark = found.pop()
    return Mark(
        mark, any(told == mark and len(text.rpartition(mark)[2]) > 2 for text, told in proofs.items() if mark in text)
    )


def _amount_digits(text: str) -> str:
    """Return an amount without its currency, as a plain number with its sign."""
    found = MONEY.fullmatch(plain(text))
    if not found or not all(map(_is_currency, found.group("before", "after", "end"))):
        return plain(text)
    rest = found["rest"]
    bracketed = re.fullmatch(r"\((.*)\)", rest)
    if bracketed:
        return f"-{bracketed[1]}"
    return f"-{rest[:-1]}" if rest.endswith("-") else f"{found['sign']}{rest}"


@functools.cache
def _is_currency(told: str | None) -> bool:
    """Tell whether three capitals name a currency, as signs do: ADA10 is a discount code and no amount."""
    return told is None or not re.fullmatch("[A-Z]{3}", told) or told in babel.numbers.list_currencies()


def currency_in(text: str) -> str | None:
    """Return the currency that an amount's cell names without doubt, such as EUR in `1.234,50 EUR` or in `€5`."""
    found = MONEY.fullmatch(plain(text))
    told = (found["before"] or found["after"] or found["end"] or "") if found else ""
    return told if re.fullmatch(r"[A-Z]{3}", told) else SYMBOLS.get(told)


def names_a_currency(text: str) -> bool:
    """Tell whether an amount's cell holds a sign or a code of a currency."""
    return re.search(CURRENCY, text) is not None


def contradicts(text: str, currency: str) -> bool:
    """Tell whether an amount's cell names another currency than `currency` without doubt."""
    found = MONEY.fullmatch(plain(text))
    sign = (found["before"] or found["after"] or found["end"] or "") if found else ""
    told, meant = currency_in(text), SYMBOLS.get(currency, currency).upper()
    if not re.fullmatch("[A-Z]{3}", meant) or not sign:
        return False
    if told:
        return told != meant
    if sign == "$":
        return not meant.endswith("D") and meant not in PESOS
    return sign.removesuffix(".") in SHARED and meant not in SHARED[sign.removesuffix(".")]


def count(text: str, mark: Mark) -> Number:
    """Return a count; a single mark before three digits groups thousands, because counts have no fractions."""
    number = _number(plain(text), mark, True)
    if number.value is None:
        return number
    if number.value < 0:
        return Number(fault="NEGATIVE_COUNT")
    whole = round(number.value)
    return number._replace(value=whole) if abs(number.value - whole) < 1e-6 else Number(fault="NOT_INTEGER")


def amount(text: str, mark: Mark) -> Number:
    """Return an amount of money; one that can be read in two ways is refused."""
    return _number(_amount_digits(text), mark, False)


def scale(cells: Sequence[str], mark: Mark, *, percent: bool = False) -> Scale:
    """Return what the numbers without % of a column are: of a hundred when one is above 1, as no share of one is.

    Left open are 0.8 beside 38, unless the header tells `percent`, and numbers without % beside some with it.
    """
    numbers = [found for found in (amount(cell, mark).value for cell in cells if "%" not in cell) if found]
    if numbers and any("%" in cell for cell in cells):
        return Scale.OPEN
    if not any(number > 1 for number in numbers):
        return Scale.ONE
    return Scale.OPEN if not percent and any(0 < number < 1 for number in numbers) else Scale.PERCENT


def share(text: str, mark: Mark, told: Scale) -> Number:
    """Return a share of one, from `38 %` or from a plain number on the scale of its column."""
    number = _number(plain(text.replace("%", "")), mark, False)
    if number.value is None:
        return number
    if "%" not in text and told is Scale.OPEN and number.value:
        return Number(fault="AMBIGUOUS_SHARE")
    value = number.value / (100 if "%" in text or told is Scale.PERCENT else 1)
    return Number(round(value, 10)) if 0 <= value <= 1 else Number(fault="NOT_A_SHARE")


def _number(text: str, mark: Mark, whole: bool) -> Number:
    """Return the number a plain text says."""
    if SCIENTIFIC.fullmatch(text):
        size = float(text.replace(",", "."))
        return Number(size, rounded=True) if size < LARGEST else Number(fault="NOT_A_NUMBER")
    found = NUMBER.fullmatch(text)
    if not found:
        return Number(fault="NOT_A_NUMBER")
    suffix = (found[3] or "").lower()
    decimal = _decimal(found[2], mark, whole and not suffix)
    if decimal is None:
        return Number(fault="AMBIGUOUS_NUMBER")
    value = _value(found[2], decimal)
    if value is None or abs(value) > LARGEST:
        return Number(fault="NOT_A_NUMBER")
    return Number((-value if found[1] == "-" else value) * SUFFIXES.get(suffix, 1), rounded=bool(suffix))


def _decimal(digits: str, mark: Mark, grouped: bool) -> str | None:
    """Return the decimal mark of one number, or None when it can be read in two ways; `grouped`: then as thousands."""
    marks = re.findall(r"[.,]", digits)
    if not marks:
        return "."
    shown = proof(digits)
    if shown:
        return mark.decimal if mark.decimal and mark.sure else shown
    other = "," if marks[0] == "." else "."
    if mark.decimal and (mark.sure or mark.decimal == other or grouped):
        return mark.decimal
    return other if grouped else None


def _value(digits: str, decimal: str) -> float | None:
    """Return the value of digits under a decimal mark, or None when the groups are not those of a number."""
    head, found, tail = digits.partition(decimal)
    group = "," if decimal == "." else "."
    whole = re.fullmatch(
        rf"\d*|\d{{1,3}}(?:{re.escape(group)}\d{{3}})+|\d{{1,2}}(?:{re.escape(group)}\d\d)+{re.escape(group)}\d{{3}}",
        head,
    )
    if not whole or (found and not tail.isdigit()):
        return None
    return float(f"{head.replace(group, '') or '0'}.{tail or '0'}")
