"""What holds the languages of the pages together: the same sentences, the same numbers, and no word left in English."""

import ast
import importlib
import inspect
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import influence_lib
from influence_lib import language, metrics, wording
from influence_lib.findings import QUESTIONS, VERDICT_LABELS
from influence_lib.intake.reasons import REASONS

LIBRARY = Path(influence_lib.__file__).parent
NOTEBOOKS = LIBRARY.parent / "notebooks"
OTHERS = [words for words in language.LOCALES if words != language.SOURCE]
# Calls whose literal arguments, by place or name, are fixed words that reach a page.
WORDED: dict[str, tuple[int | str, ...]] = {
    "say": (0,),
    "TableColumn": (1, "label"),
    "ShownTable": (0, "caption"),
    "not_available": ("method",),
    "not_enough": ("method",),
}


def _strings(node: ast.AST) -> Iterator[str]:
    """Yield the texts that an expression can be, whichever branch it takes."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from (text for branch in (node.body, node.orelse) for text in _strings(branch))


def _in_source(file: Path) -> Iterator[str]:
    """Yield the fixed words that a module shows."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            for place in WORDED.get(name, ()):
                given = [one.value for one in node.keywords if one.arg == place]
                if isinstance(place, int) and len(node.args) > place:
                    given.append(node.args[place])
                yield from (text for one in given for text in _strings(one))
        if isinstance(node, ast.Assign):
            names = [target.id for target in node.targets if isinstance(target, ast.Name)]
            if any(name.endswith("METHOD") for name in names):
                yield from _strings(node.value)


def _in_templates() -> Iterator[str]:
    """Yield the fixed words of the templates."""
    for file in sorted((LIBRARY / "report" / "templates").glob("*.html")):
        yield from re.findall(r"_\(\"((?:[^\"\\]|\\.)*)\"\)", file.read_text(encoding="utf-8"))


def _in_notebooks() -> Iterator[str]:
    """Yield the headings and paragraphs of the notebooks, as pages look them up."""
    for file in sorted(NOTEBOOKS.glob("*.ipynb")):
        cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
        for cell in (cell for cell in cells if cell["cell_type"] == "markdown"):
            for paragraph in "".join(cell["source"]).split("\n\n"):
                yield re.sub(r"^#{1,3} +", "", paragraph.strip())


def wanted() -> dict[str, str]:
    """Return every fixed word that a page can show, with the place where it stands."""
    found: dict[str, str] = {}
    for file in sorted(LIBRARY.rglob("*.py")):
        if not {"intake", "wording", "simulate"} & set(file.relative_to(LIBRARY).parts):
            found |= dict.fromkeys(_in_source(file), str(file.relative_to(LIBRARY)))
    found |= dict.fromkeys(_in_templates(), "report/templates")
    found |= dict.fromkeys(_in_notebooks(), "notebooks")
    for question in QUESTIONS.values():
        texts = (question.label, question.counts, question.range_words, *question.pills)
        found |= {text: "findings.QUESTIONS" for text in texts if text}
    found |= dict.fromkeys(VERDICT_LABELS.values(), "findings.VERDICT_LABELS")
    for rate in metrics.METRICS.values():
        parts = (rate.numerator.replace("_", " "), rate.denominator.replace("_", " "))
        found |= dict.fromkeys((rate.label, rate.meaning, rate.caveat, *parts), "metrics.METRICS")
    found |= {reason.words: "intake.REASONS" for reason in REASONS.values()}
    return {text: place for text, place in found.items() if re.search(r"[A-Za-z]{2}", text)}


@pytest.mark.parametrize("words", OTHERS)
def test_every_fixed_word_has_a_translation(words: str) -> None:
    catalogue = language.catalogue(words)
    missing = {text: place for text, place in wanted().items() if text not in catalogue}
    assert missing == {}


@pytest.mark.parametrize("words", OTHERS)
def test_placeholders_stay_and_no_word_has_two_translations(words: str) -> None:
    seen: dict[str, str] = {}
    for file in sorted((LIBRARY / "wording" / words / "words").glob("*.po")):
        for one in read_po(file.open("rb"), locale=words):
            if not one.id:
                continue
            said = str(one.string)
            assert sorted(re.findall(r"\{\w+\}", str(one.id))) == sorted(re.findall(r"\{\w+\}", said)), one.id
            assert seen.setdefault(str(one.id), said) == said, one.id
            assert said, one.id


# Subjects whose sentences are all there in the other languages; those of the others stand in English until they are.
WHOLE = ("", ".boosts", ".extra_sales", ".feedback", ".ledger", ".money_claims", ".returns", ".survey")


def _own(words: str, module: str) -> dict[str, object]:
    """Return what a module of one language says itself, not what it imports from elsewhere."""
    made = importlib.import_module(f"influence_lib.wording.{words}{module}")
    names = {name: value for name, value in vars(made).items() if not name.startswith("_")}
    return {
        name: value
        for name, value in names.items()
        if not inspect.ismodule(value) and getattr(value, "__module__", made.__name__) == made.__name__
    }


@pytest.mark.parametrize("module", WHOLE)
@pytest.mark.parametrize("words", OTHERS)
def test_a_whole_subject_has_every_sentence_of_the_source(words: str, module: str) -> None:
    other = vars(importlib.import_module(f"influence_lib.wording.{words}{module}"))
    assert sorted(name for name in _own(language.SOURCE, module) if name not in other) == []


@pytest.mark.parametrize("module", ["", *(f".{name}" for name in wording.MODULES)])
@pytest.mark.parametrize("words", OTHERS)
def test_the_same_sentence_takes_the_same_numbers_in_every_language(words: str, module: str) -> None:
    source, other = _own(language.SOURCE, module), _own(words, module)
    both = {name: (source[name], other[name]) for name in source.keys() & other.keys()}
    made = {name: pair for name, pair in both.items() if inspect.isfunction(pair[0])}
    assert [name for name, (one, two) in made.items() if inspect.signature(one) != inspect.signature(two)] == []
    kept = {name: pair for name, pair in both.items() if isinstance(pair[0], dict | tuple)}
    assert [name for name, (one, two) in kept.items() if (type(one), len(one)) != (type(two), len(two))] == []


GERMAN = (
    (lambda: wording.rows_used(6222, 6270, 4, None, None), "6.222 von 6.270 Zeilen in 4 Dateien sind verwendet."),
    (lambda: wording.likely(-0.06, 0.15, "signed_percent"), "wahrscheinlicher Bereich -6 % bis +15 %"),
    (lambda: wording.base(1, 1), "1 Beitrag von 1 Creator"),
    (
        lambda: wording.too_few_creators(wording.REACH, 3, 6),
        "Zu wenige Daten, um den Anteil der Follower, den ein Beitrag erreicht, zu bestimmen: 3 Creators, etwa 3 "
        "weitere nötig.",
    ),
    (lambda: metrics.show(0.004, "probability"), "unter 1 %"),
    (lambda: metrics.show("2026-05-18", "date"), "18. Mai 2026"),
)


@pytest.mark.parametrize(("make", "said"), GERMAN, ids=lambda one: one[:30] if isinstance(one, str) else "")
def test_german_sentences_read_as_written(make: Callable[[], str], said: str) -> None:
    with language.speaking("de"):
        assert make().replace("\u00a0", " ") == said
