"""Every sentence about numbers that a page can say: one package a language, read in the language that is spoken.

`wording.en` is the source; every other language has the same modules with the same functions, taking the same numbers.
Fixed words (labels, headings, methods) stand in the `words/*.po` beside them, see `language.say`.
"""

import functools
import importlib
import pkgutil
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from influence_lib import language

if TYPE_CHECKING:
    from influence_lib.wording.en import *  # noqa: F403
    from influence_lib.wording.en import allocation as allocation
    from influence_lib.wording.en import attribution as attribution
    from influence_lib.wording.en import boosts as boosts
    from influence_lib.wording.en import checks as checks
    from influence_lib.wording.en import creators as creators
    from influence_lib.wording.en import dose as dose
    from influence_lib.wording.en import extra_sales as extra_sales
    from influence_lib.wording.en import feedback as feedback
    from influence_lib.wording.en import leaks as leaks
    from influence_lib.wording.en import ledger as ledger
    from influence_lib.wording.en import money_claims as money_claims
    from influence_lib.wording.en import outcomes as outcomes
    from influence_lib.wording.en import programme as programme
    from influence_lib.wording.en import published as published
    from influence_lib.wording.en import reach as reach
    from influence_lib.wording.en import regions as regions
    from influence_lib.wording.en import returns as returns
    from influence_lib.wording.en import shares as shares
    from influence_lib.wording.en import survey as survey

# The subjects are the modules of the source.
MODULES = tuple(module.name for module in pkgutil.iter_modules([str(Path(__file__).parent / language.SOURCE)]))


@functools.cache
def in_language(words: str, module: str = "") -> ModuleType:
    """Return the sentences of one language, those of one subject when `module` names it."""
    return importlib.import_module(f"{__name__}.{words}" + (f".{module}" if module else ""))


def said(module: str, name: str) -> Any:
    """Return a sentence in the language that is spoken, or in the source's where it has no such sentence yet."""
    words = in_language(language.language(), module)
    return getattr(words if hasattr(words, name) else in_language(language.SOURCE, module), name)


class Spoken:
    """The sentences of one subject, looked up in the language that is spoken when they are asked for."""

    def __init__(self, module: str) -> None:
        """Keep the subject."""
        self._module = module

    def __getattr__(self, name: str) -> Any:
        """Return a sentence."""
        return said(self._module, name)


def __getattr__(name: str) -> Any:
    """Return the sentences of a subject, or one that all subjects share."""
    if name in MODULES:
        return Spoken(name)
    if name.startswith("__"):
        raise AttributeError(name)
    return said("", name)
