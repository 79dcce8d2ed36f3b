"""What every page shares: the cleaned and escaped text, the one style block and its policy, the templates."""

import base64
import datetime as dt
import functools
import hashlib
import re
import unicodedata
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

import jinja2
import mistune
import nh3
from markupsafe import Markup

from influence_lib.language import LOCALES, SOURCE, is_locale, say, speaking
from influence_lib.metrics import NOT_AVAILABLE, show

HERE = Path(__file__).parent
# Format characters (bidi, zero-width, tags), controls and lone surrogates; the line separators; the invisible letters.
UNSEEN_CATEGORIES = {"Cc", "Cf", "Cs", "Zl", "Zp"}
UNSEEN_LETTERS = {"\u115f", "\u1160", "\u3164", "\uffa0", "\u034f", "\u17b4", "\u17b5"}
# Zero-width joiners, the byte order mark, the soft hyphen and the tags of flags: usual in emoji and words.
JOINING = {"\u200c", "\u200d", "\ufeff", "\u00ad", "\u2060", *map(chr, range(0xE0020, 0xE0080))}
PROSE_TAGS = {"p", "ul", "ol", "li", "strong", "em", "code", "pre", "blockquote", "br", "h3", "a"}
LOCAL_PAGE = re.compile(r"(?:\.\./)?[a-z0-9_-]+\.html(?:#[a-z0-9-]+)?")
LOCAL_FILE = re.compile(r"[a-z0-9_-]+\.(?:html|csv|xlsx)")


def clean(text: str) -> str:
    """Return text in which nothing is hidden: control, direction and zero-width characters read as ⟦U+202E⟧.

    Those that only join emoji or letters are left out; line breaks and tabs become spaces.
    """
    spaced = re.sub(r"[\t\n\r\v\f\u2028\u2029]+", " ", text)
    return spaced if spaced.isascii() and spaced.isprintable() else "".join(map(_in_sight, spaced))


def _in_sight(sign: str) -> str:
    """Return a character, or its number where it would not be seen."""
    if unicodedata.category(sign) not in UNSEEN_CATEGORIES and sign not in UNSEEN_LETTERS:
        return sign
    return "" if sign in JOINING else f"⟦U+{ord(sign):04X}⟧"


def _shown(value: Any) -> Any:
    """Return what a template prints for a value: text is cleaned, and nothing at all reads "not available"."""
    if value is None:
        return say(NOT_AVAILABLE)
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@functools.cache
def _environment() -> jinja2.Environment:
    """Return the templates; everything they print is cleaned and escaped, whatever the template is called."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        finalize=_shown,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["_"] = say
    return made


@functools.cache
def _style() -> str:
    """Return the style of every page, with the words of its printed foot in English."""
    return (HERE / "style.css").read_text(encoding="utf-8")


def stylesheet() -> str:
    """Return the one style block of a page; only its printed foot has words, which are those of the page's language."""
    return _style().replace('"Page "', f'"{say("Page")} "').replace('" of "', f'" {say("of")} "')


def policy() -> str:
    """Return the content security policy: nothing is loaded, and only our own style block counts."""
    digest = base64.b64encode(hashlib.sha256(stylesheet().encode("utf-8")).digest()).decode("ascii")
    return f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def render(template: str, **context: Any) -> str:
    """Return a template as one self-contained HTML page."""
    ours = {"css": Markup(stylesheet()), "policy": Markup(policy())}
    return _environment().get_template(template).render(**ours, **context)


class _Prose(mistune.HTMLRenderer):
    """Our own Markdown; headings inside a section are all of the third level, so that none jumps."""

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        """Return a heading of the third level."""
        return f"<h3>{text}</h3>\n"


def _local(tag: str, attribute: str, value: str) -> str | None:
    """Return a link's target when it is a page beside this one; drop every other attribute."""
    return value if (tag, attribute) == ("a", "href") and LOCAL_PAGE.fullmatch(value) else None


def prose(markdown: str) -> Markup:
    """Return a Markdown text as HTML: tags in it are escaped, and what is left passes an allow-list."""
    lines = "\n".join(clean(line) for line in markdown.splitlines())
    html = mistune.create_markdown(escape=True, renderer=_Prose(escape=True))(lines)
    kept = nh3.clean(
        str(html),
        tags=PROSE_TAGS,
        attributes={"a": {"href"}},
        attribute_filter=_local,
        link_rel=None,
        url_schemes=set(),
    )
    return Markup(kept)


def slug(text: str) -> str:
    """Return text as part of an address: small letters, digits and dashes."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "part"


@dataclass(frozen=True)
class Manner:
    """How numbers and dates are written on a page."""

    locale: str = LOCALES[SOURCE]
    currency: str | None = None
    language: str = SOURCE

    def spoken(self) -> AbstractContextManager[None]:
        """Write in this language inside a `with` block."""
        return speaking(self.language, self.locale)

    def show(self, value: Any, kind: str) -> str:
        """Return a value as a reader should see it."""
        return show(value, kind, self.currency, self.locale)

    def moment(self, iso: str | None) -> str:
        """Return a time such as 21 Nov 2026, 19:35 UTC."""
        if not iso:
            return say(NOT_AVAILABLE)
        when = dt.datetime.fromisoformat(iso)
        if when.tzinfo is not None:
            when = when.astimezone(dt.UTC)
        zone = " UTC" if when.tzinfo is not None else ""
        return f"{show(when.date(), 'date', locale=self.locale)}, {when:%H:%M}{zone}"


def manner(campaign: Mapping[str, Any], currency: str | None = None) -> Manner:
    """Return how a campaign's numbers are written, from what the intake says of the campaign."""
    words = campaign.get("language") or SOURCE
    words = words if words in LOCALES else SOURCE
    locale = campaign.get("locale")
    return Manner(
        locale if locale and is_locale(locale) else LOCALES[words], currency or campaign.get("currency"), words
    )


def without_folders(value: Any) -> str:
    """Return a value as text; of an absolute path only the last name, for a page travels further than its maker."""
    text = str(value)
    if PureWindowsPath(text).drive or text.startswith("\\"):
        return PureWindowsPath(text).name
    return PurePosixPath(text).name if text.startswith(("/", "~")) else text


def provenance(run: Mapping[str, Any], how: Manner, inputs: list[Mapping[str, Any]], seed: Any) -> dict[str, Any]:
    """Return what the foot of a page says about how it was made."""
    return {
        "run_id": run.get("run_id"),
        "finished": how.moment(run.get("finished_at")),
        "notebook": run.get("notebook"),
        "library": run.get("library"),
        "seed": seed,
        "parameters": {str(name): without_folders(value) for name, value in (run.get("parameters") or {}).items()},
        "versions": dict(run.get("versions") or {}),
        "inputs": [
            {
                "path": without_folders(one["path"]),
                "sha256": one.get("sha256"),
                "rows": how.show(one.get("rows"), "count"),
            }
            for one in inputs
        ],
    }
