"""The gate before publication: what must never be on a page. An empty list lets a page through."""

import base64
import binascii
import hashlib
import re
from html.parser import HTMLParser
from urllib.parse import unquote_to_bytes

from influence_lib.report.layout import clean

SIZE_LIMIT = 1_000_000
ADDRESSES = {
    "src",
    "href",
    "srcset",
    "poster",
    "action",
    "formaction",
    "xlink:href",
    "data",
    "background",
    "cite",
    "ping",
}
FORBIDDEN_TAGS = {
    "script",
    "iframe",
    "frame",
    "object",
    "embed",
    "base",
    "form",
    "link",
    "applet",
    "audio",
    "video",
    "portal",
}
DANGEROUS = re.compile(
    r"(?:javascript|vbscript|livescript):|data:(?:text/html|image/svg|application|text/xml)", re.IGNORECASE
)
REMOTE = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//|(?:https?|ftp|file|ws|wss|blob):", re.IGNORECASE)
EMBEDDED_PICTURE = re.compile(r"data:image/png;base64,[A-Za-z0-9+/]+={0,2}")
REMOTE_STYLE = re.compile(r"@import|url\s*\(|expression\s*\(", re.IGNORECASE)
TRACEBACK = re.compile(
    r"Traceback \(most recent call last\)|\bFile [\"'][^\"']{1,500}[\"'], line \d+|ipykernel_\d+|-{2,9}> ?\d+ "
)
PATH = re.compile(
    r"(?<![\w.\-])/(?:home|tmp|root|Users|var|opt|usr|etc|mnt|srv|work|private|workspace)/[^\s<>]+|\b[A-Za-z]:\\\S+|\\\\\w+\\\w+"
)
# Found from the @ backwards: a page is long, and a pattern that starts anywhere would take minutes.
EMAIL = re.compile(r"(?<=[\w.+-])@[\w-]{1,63}\.\w")
# What opens doors: keys of known makers, JSON web tokens, private keys, and whatever is called a token or a password.
SECRET = re.compile(
    r"\b(?:sk_(?:test|live)_\w{8,}|sk-[\w-]{20,}|gh[opsu]_\w{20,}|github_pat_\w{20,}|xox[abprs]-[\w-]{10,}"
    r"|AKIA[A-Z0-9]{16}|AIza[\w-]{30,}|eyJ[\w-]{10,}\.[\w-]+\.[\w-]+)"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY|\b[Bb]earer [\w.~+/-]{16,}"
    r"|\b(?:(?:\w+_)?token|api[_-]?key|secret|password|passwort)\s?[=:]\s?[^\s&,;<]{4,}",
)
PHONE = re.compile(r"(?<![\w.,])\+[1-9](?:[ ()/-]{0,2}\d){8,13}(?![\d.,%])")
ACCOUNT = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
ADDRESS_OF_A_HOST = re.compile(
    r"\blocalhost:\d+|\b(?:\d{1,3}\.){3}\d{1,3}:\d+|\b[\w-]+\.(?:internal|intranet|corp|lan)\b"
)


class _Reader(HTMLParser):
    """Reads a page as a browser would: tags, attributes, visible text and style, in order."""

    def __init__(self) -> None:
        """Start with nothing read."""
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text: list[str] = []
        self.styles: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag with its attributes."""
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        self._inside = tag if tag in {"style", "title"} else self._inside

    def handle_endtag(self, tag: str) -> None:
        """Leave the style block or the title."""
        self._inside = "" if tag == self._inside else self._inside

    def handle_data(self, data: str) -> None:
        """Note text, apart from style."""
        (self.styles if self._inside == "style" else self.text).append(data)


def _squeezed(value: str) -> str:
    """Return an attribute as a browser takes an address: without white space and control characters."""
    return re.sub(r"[\x00-\x20]+", "", value)


def _tag_faults(reader: _Reader) -> list[str]:
    """Return what tags and attributes do that none may do."""
    found = []
    for tag, attributes in reader.tags:
        if tag in FORBIDDEN_TAGS:
            found.append(f"The page has a <{tag}> tag.")
        if tag == "meta" and attributes.get("http-equiv", "").lower() == "refresh":
            found.append("The page sends its reader elsewhere (meta refresh).")
        for name, value in attributes.items():
            found += _attribute_faults(tag, name, value)
    return found


def _attribute_faults(tag: str, name: str, value: str) -> list[str]:
    """Return what one attribute does that none may do."""
    found, address = [], _squeezed(value)
    if name.startswith("on"):
        found.append(f"A <{tag}> tag has the script attribute {name}.")
    if name == "style":
        found.append(f"A <{tag}> tag has an inline style, which the policy blocks.")
    if name in ADDRESSES and DANGEROUS.match(address):
        found.append(f"A <{tag}> tag has an address that can run a script ({name}).")
    elif name in ADDRESSES and any(REMOTE.match(part) for part in (address, *_squeezed_parts(name, value))):
        found.append(f"A <{tag}> tag reaches outside the page ({name}).")
    return found


def _squeezed_parts(name: str, value: str) -> list[str]:
    """Return the single addresses of a srcset; one picture inside the page is no list, whatever commas it has."""
    if EMBEDDED_PICTURE.fullmatch(value):
        return []
    return [_squeezed(part) for part in value.split(",")] if name == "srcset" else []


def _policy_faults(reader: _Reader) -> list[str]:
    """Return what is wrong with the content security policy."""
    metas = [(place, a) for place, (tag, a) in enumerate(reader.tags) if tag == "meta"]
    policies = [
        (n, a.get("content", "")) for n, a in metas if a.get("http-equiv", "").lower() == "content-security-policy"
    ]
    if not policies:
        return ["The page has no content security policy."]
    place, text = policies[0]
    found = []
    if any(tag in {"style", "img", "body"} for tag, _ in reader.tags[:place]):
        found.append("The content security policy comes after what it should govern.")
    if "default-src 'none'" not in text or "unsafe-" in text:
        found.append("The content security policy lets something load.")
    for style in reader.styles:
        if REMOTE_STYLE.search(style):
            found.append("The style block loads something.")
        digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
        if f"'sha256-{digest}'" not in text:
            found.append("The content security policy does not hold the hash of the style block.")
    return found


def _embedded(reader: _Reader) -> list[str]:
    """Return the text files that the page carries in its links."""
    addresses = [a[name] for _, a in reader.tags for name in ADDRESSES & a.keys() if a[name].startswith("data:text/")]
    return [_file_text(address) for address in addresses]


def _file_text(address: str) -> str:
    """Return the text inside a data address."""
    head, _, body = address.partition(",")
    try:
        raw = base64.b64decode(body) if head.endswith(";base64") else unquote_to_bytes(body)
    except binascii.Error:
        return ""
    return raw.decode("utf-8", errors="replace").removeprefix("\ufeff")


def _readable(reader: _Reader) -> str:
    """Return all text a reader could see or copy, without pictures and style."""
    attributes = [value for _, a in reader.tags for value in a.values() if not value.startswith("data:")]
    return "\n".join([" ".join(reader.text), *attributes, *_embedded(reader)])


def text_faults(text: str) -> list[str]:
    """Return what stands on the page that should not leave the house."""
    found = []
    if TRACEBACK.search(text):
        found.append("The page shows an error report (traceback).")
    if path := PATH.search(text):
        found.append(f"The page shows a path of the machine that made it ({path[0][:12]}…).")
    if EMAIL.search(text):
        found.append("The page shows an e-mail address.")
    if SECRET.search(text):
        found.append("The page shows a key, a token or a password.")
    if PHONE.search(text):
        found.append("The page shows a phone number.")
    if any(_is_account(one) for one in ACCOUNT.findall(text)):
        found.append("The page shows a bank account.")
    if host := ADDRESS_OF_A_HOST.search(text):
        found.append(f"The page shows the address of a machine ({host[0][:12]}…).")
    return found


def _is_account(text: str) -> bool:
    """Tell whether text is an IBAN: its check digits fit (ISO 13616, remainder 1 by 97)."""
    plain = text.replace(" ", "")
    return 15 <= len(plain) <= 34 and int("".join(str(int(sign, 36)) for sign in plain[4:] + plain[:4])) % 97 == 1


def _unseen(html: str) -> bool:
    """Tell whether a page holds characters that hide or turn text."""
    lines = html.replace("\n", "").replace("\t", "").replace("\ufeff", "")
    return clean(lines) != lines if any(ord(c) > 126 or ord(c) < 32 for c in lines) else False


def faults(html: str, synthetic: bool = False) -> list[str]:
    """Return a sentence for each reason not to publish a page; none means it may go out."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    found = _tag_faults(reader) + _policy_faults(reader) + text_faults(_readable(reader))
    if len(html.encode("utf-8", errors="surrogatepass")) > SIZE_LIMIT:
        found.append("The page is larger than 1 MB.")
    if _unseen(html):
        found.append("The page holds invisible or direction-changing characters.")
    if synthetic and "synthetic" not in " ".join(reader.text).casefold():
        found.append("The data are made up, and the page does not say Synthetic.")
    return list(dict.fromkeys(found))
