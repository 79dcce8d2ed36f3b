"""The language and locale that pages are written in. English is the language of the source; others have a catalogue."""

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from babel import Locale

# Each language with the locale that its numbers and dates follow unless a campaign names another.
LOCALES = {"en": "en_GB", "de": "de_DE"}
SOURCE = "en"
CATALOGUES = Path(__file__).parent / "wording"


class _Spoken:
    """What is spoken in this process, as with gettext: one campaign is read at a time."""

    language = SOURCE
    locale = LOCALES[SOURCE]


def language() -> str:
    """Return the language that pages are written in, such as en."""
    return _Spoken.language


def locale() -> str:
    """Return the locale that numbers and dates follow, such as en_GB."""
    return _Spoken.locale


def speak(words: str = SOURCE, numbers: str | None = None) -> None:
    """Write what follows in a language, with numbers and dates as in a locale (the language's own when left out)."""
    _Spoken.language, _Spoken.locale = words, numbers or LOCALES[words]


@contextmanager
def speaking(words: str = SOURCE, numbers: str | None = None) -> Iterator[None]:
    """Write in a language inside a `with` block."""
    before = (_Spoken.language, _Spoken.locale)
    speak(words, numbers)
    try:
        yield
    finally:
        _Spoken.language, _Spoken.locale = before


def is_locale(name: str) -> bool:
    """Tell whether babel knows a locale such as de_CH."""
    try:
        Locale.parse(name)
    except (ValueError, LookupError, TypeError):
        return False
    return True


@functools.cache
def catalogue(words: str) -> dict[str, str]:
    """Return the fixed words of a language by their English text; what is not translated yet is left out."""
    # Most campaigns are in the language of the source and never need it.
    from babel.messages.pofile import read_po

    found: dict[str, str] = {}
    for file in sorted((CATALOGUES / words / "words").glob("*.po")):
        with file.open("rb") as opened:
            found |= {str(one.id): str(one.string) for one in read_po(opened, locale=words) if one.id and one.string}
    return found


def say(text: str) -> str:
    """Return fixed words of the source (a label, a heading, a method) in the language of the page.

    Words without a translation stay English; a test tells which.
    """
    return text if _Spoken.language == SOURCE else catalogue(_Spoken.language).get(text, text)
