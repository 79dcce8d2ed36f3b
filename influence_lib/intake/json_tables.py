"""JSON as Instagram's interface (the Graph API) answers: lists of posts and of numbers become tables of text."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from influence_lib.intake.cells import Cells
from influence_lib.intake.grid import Sheet
from influence_lib.intake.reasons import Fault, FileError

# JSON unpacks to some ten times its size in memory.
SIZE_LIMIT = 100_000_000
# Instagram's captions end at 2,200 characters; what is far longer is no caption.
LONGEST_TEXT = 10_000
# The column that tells these tables from all others.
ANSWER = "graph_answer"
POSTS, ACCOUNT = "media", "account"
ALWAYS = {POSTS: ("media_id",), ACCOUNT: ("end_time", "metric", "value")}
# What only a post has, of all the objects the interface answers with.
OF_POST = frozenset({"media_type", "media_product_type", "permalink", "timestamp", "caption", "like_count"})
# Column: the fields and metrics it is read from, the first known of them. The interface has renamed several.
NUMBERS = {
    "likes": ("like_count", "likes"),
    "comments": ("comments_count", "comments"),
    "shares": ("shares",),
    "saves": ("saved",),
    "views": ("views", "plays", "video_views", "view_count"),
    "reach": ("reach",),
    "impressions": ("impressions",),
    "follows": ("follows",),
}
METRICS = frozenset(name for names in NUMBERS.values() for name in names)
WHITE = re.compile(r"[\s\x00]*")

Row = dict[str, str]


class _TwiceError(ValueError):
    """An object names one key twice with different values."""


def sheets(path: Path, content: bytes) -> list[Sheet]:
    """Return the posts, and the daily numbers of an account, that a JSON file holds.

    Raises FileError when it holds neither. Lines are the numbers of the items, from 1.
    """
    gathered = _Gathered()
    for document in _documents(path, content):
        gathered.take(document)
    if not gathered.rows[POSTS] and not gathered.rows[ACCOUNT]:
        raise FileError(path, "WRONG_TYPE", gathered.refusal)
    return gathered.sheets()


def _documents(path: Path, content: bytes) -> list[Any]:
    """Return the answers in a file, which holds one, a list of them, one a line, or one a media id.

    Numbers stay text, so that no id goes through a float.
    """
    if len(content) > SIZE_LIMIT:
        raise FileError(path, "TOO_LARGE", f"larger than {SIZE_LIMIT // 1_000_000} MB of JSON; split it by page")
    try:
        found = _decoded(content)
    except _TwiceError as error:
        message = f"an object in it has the key '{error}' twice with different values; ask the interface again"
        raise FileError(path, "CONFLICTING_DUPLICATE", message) from error
    except RecursionError as error:
        raise FileError(
            path, "WRONG_TYPE", "this is JSON nested too deeply; export the table as CSV or XLSX"
        ) from error
    except ValueError as error:
        advice = "the download may be cut off; ask again, or export the table as CSV or XLSX"
        raise FileError(path, "WRONG_TYPE", f"it begins like JSON but cannot be read to its end; {advice}") from error
    return [document for value in found for document in _parted(value)]


def _decoded(content: bytes) -> list[Any]:
    """Return every JSON value in the bytes, one after the other."""
    text = content.decode(json.detect_encoding(content)).rstrip("\x00 \r\n\t")
    decoder = json.JSONDecoder(object_pairs_hook=_object, parse_int=str, parse_float=str, parse_constant=str)
    found, position = [], _after_white(text, 0)
    while position < len(text):
        value, position = decoder.raw_decode(text, position)
        found.append(value)
        position = _after_white(text, position)
    return found


def _after_white(text: str, position: int) -> int:
    """Return where the next value begins."""
    found = WHITE.match(text, position)
    return found.end() if found else position


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; refuse one of which nobody can tell what it says."""
    made: dict[str, Any] = {}
    for key, value in pairs:
        if key in made and made[key] != value:
            raise _TwiceError(key[:50])
        made[key] = value
    return made


def _parted(value: Any) -> Sequence[Any]:
    """Return the answers in one JSON value: the items of a list, or one for each media id that was asked for."""
    if isinstance(value, list):
        return value
    if isinstance(value, dict) and value and all(key.isdigit() for key in value):
        return list(value.values())
    return [value]


@dataclass
class _Gathered:
    """The rows of the answers looked at so far: posts, days of an account, and what was none of these."""

    rows: dict[str, list[tuple[int, Row]]] = field(default_factory=lambda: {POSTS: [], ACCOUNT: []})
    faults: list[Fault] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)
    line: int = 0
    more: bool = False

    @property
    def refusal(self) -> str:
        """Return why nothing can be read."""
        if any(fault.code == "ERROR_ANSWER" for fault in self.faults):
            return (
                "this is an error the interface answered with, not data; ask again, with an access token that is valid"
            )
        known = "posts or insights as Instagram's interface answers them"
        return f"this is JSON, but without {known}; export the table as CSV or XLSX"

    def take(self, document: Any) -> None:
        """Sort one answer: an error, a profile with its posts, a list, or one post."""
        if not isinstance(document, dict):
            self._leave("OTHER_ITEM")
        elif "error" in document and "data" not in document:
            self._set_aside("error", "ERROR_ANSWER")
        else:
            profile = _within(document, "business_discovery") or document
            items = _within(profile, "media").get("data") or document.get("data")
            media = profile if "media" in profile else {}
            if isinstance(items, list):
                self._take_list(items, media)
                self.more = bool(_within(_within(profile, "media") or document, "paging").get("next"))
            elif "insights" in document and not OF_POST & document.keys():
                self._take_list(_insights(document), {})
            else:
                self._take_list([document], {})

    def _take_list(self, items: Sequence[Any], profile: Mapping[str, Any]) -> None:
        """Sort the items of a list: posts, metrics of posts, metrics of an account."""
        numbers: dict[str, Row] = {}
        for item in items:
            if not isinstance(item, dict):
                self._leave("OTHER_ITEM")
            elif "name" in item and ("values" in item or "total_value" in item):
                self._take_metric(item, numbers)
            elif "id" in item and (OF_POST | {"comments_count", "insights"}) & item.keys():
                self._keep(POSTS, _post(item, profile))
            else:
                self._leave("OTHER_ITEM")
        for media_id, found in numbers.items():
            self._keep(POSTS, {"media_id": media_id, **_numbers(found)})

    def _take_metric(self, metric: Mapping[str, Any], numbers: dict[str, Row]) -> None:
        """Sort one metric: of a post (added to `numbers`), or of an account by day."""
        name, values = _text(metric["name"]), _values(metric)
        if metric.get("period") == "lifetime" and not any("end_time" in value for value in values):
            media_id = re.match(r"(\d+)/insights/", _text(metric.get("id")))
            number = _text(values[0].get("value")) if values else ""
            if media_id and name in METRICS and number:
                numbers.setdefault(media_id[1], {})[name] = number
            elif name not in {"total_interactions", "profile_visits", "replies", "navigation"}:
                self._leave("OTHER_ITEM")
        else:
            for value in values:
                self._take_day(name, metric.get("period"), value)

    def _take_day(self, name: str, period: Any, value: Mapping[str, Any]) -> None:
        """Keep the value of one day; weeks and months here overlap, and parts by age or city are no total."""
        if isinstance(value.get("value"), dict | list):
            self._leave("OTHER_ITEM")
        elif period != "day":
            self._leave("ROLLING_TOTAL")
        else:
            cells = {"end_time": _text(value.get("end_time")), "metric": name, "value": _text(value.get("value"))}
            self._keep(ACCOUNT, cells)

    def _keep(self, kind: str, cells: Row) -> None:
        """Keep a row, or set it aside where a cell is longer than any real one."""
        long = next((name for name, text in cells.items() if len(text) > LONGEST_TEXT), None)
        if long:
            self._set_aside(long, "TOO_LONG")
        else:
            self.line += 1
            self.rows[kind].append((self.line, cells))

    def _set_aside(self, column: str, code: str) -> None:
        """Count an item that cannot be read."""
        self.line += 1
        self.faults.append(Fault(self.line, column, "", code))

    def _leave(self, reason: str) -> None:
        """Count an item that is left out."""
        self.line += 1
        self.dropped[reason] += 1

    def sheets(self) -> list[Sheet]:
        """Return one table a kind; what is no row counts with the first."""
        notes = ["the last answer has a further page that is not in the file"] if self.more else []
        filled = [(kind, rows) for kind, rows in self.rows.items() if rows]
        first = _sheet(*filled[0], self.faults, self.dropped, notes)
        return [first, *(_sheet(kind, rows, [], Counter(), []) for kind, rows in filled[1:])]


def _sheet(
    kind: str, rows: Sequence[tuple[int, Row]], faults: list[Fault], dropped: Counter[str], notes: Iterable[str]
) -> Sheet:
    """Return rows as a table that has every column some row fills, and those no table of its kind is without."""
    names = dict.fromkeys(ALWAYS[kind])
    names |= dict.fromkeys(name for _, cells in rows for name, text in cells.items() if text)
    columns = [Cells.of(cells.get(name, "") for _, cells in rows) for name in names]
    header, lines = [ANSWER, *names], [line for line, _ in rows]
    return Sheet(header, [Cells.of([kind] * len(rows)), *columns], lines, faults, dropped, tuple(notes), kind)


def _post(item: Mapping[str, Any], profile: Mapping[str, Any]) -> Row:
    """Return one post; texts and names of people who commented are not looked at."""
    owner = _within(item, "owner")
    told = {_text(metric.get("name")): _values(metric) for metric in _insights(item) if isinstance(metric, dict)}
    numbers = {name: _text(values[0].get("value")) for name, values in told.items() if values}
    fields = {name: _text(item.get(name)) for name in METRICS if not isinstance(item.get(name), dict)}
    kind = _text(item.get("media_product_type")).casefold()
    return {
        "media_id": _text(item["id"]),
        "username": _text(item.get("username") or owner.get("username") or profile.get("username")),
        "owner_id": _text(owner.get("id") or profile.get("id")),
        "timestamp": _text(item.get("timestamp")),
        "post_type": kind if kind in {"reels", "story"} else _text(item.get("media_type")),
        "caption": _text(item.get("caption")),
        "permalink": _text(item.get("permalink")),
        **_numbers({**numbers, **{name: text for name, text in fields.items() if text}}),
        "followers_count": _text(profile.get("followers_count")),
        "media_count": _text(profile.get("media_count")),
    }


def _numbers(found: Mapping[str, str]) -> Row:
    """Return the numbers of a post under our names."""
    return {column: next((found[name] for name in names if found.get(name)), "") for column, names in NUMBERS.items()}


def _insights(item: Mapping[str, Any]) -> list[Any]:
    """Return the metrics inside a post."""
    found = _within(item, "insights").get("data")
    return found if isinstance(found, list) else []


def _values(metric: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the values of a metric, in either of the forms the interface has for them."""
    values = metric.get("values")
    if isinstance(values, list):
        return [value for value in values if isinstance(value, dict)]
    return [_within(metric, "total_value")] if _within(metric, "total_value") else []


def _within(item: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """Return an object inside another, or an empty one."""
    found = item.get(key)
    return found if isinstance(found, dict) else {}


def _text(value: Any) -> str:
    """Return a plain value as text; half characters, which JSON can hold and no file, become question marks."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""
