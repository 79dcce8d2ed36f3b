"""Small made-up exports and the campaigns around them, for the tests of what is read."""

import datetime as dt
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl

from influence_lib import intake
from influence_lib.campaign import Campaign
from influence_lib.intake import FileReading, Intake

KEYS = {
    "brand": "Examplia",
    "start": "2026-03-01",
    "end": "2026-03-31",
    "as_of": "2026-04-30",
    "creator_names": "shown",
}
TRACKER = "Handle,Platform,Post ID,Posted at,Likes,Comments"
POSTS = f"""{TRACKER}
@ada.bakes,instagram,p1,2026-03-01T09:00:00Z,340,21
@ada.bakes,instagram,p2,2026-03-04T18:30:00Z,295,18
@ben_runs,instagram,p3,2026-03-02T07:15:00Z,510,44
"""
META = (
    '\ufeff"Post ID","Account ID","Account username","Account name",Description,"Duration (sec)","Publish time",'
    'Permalink,"Post type","Data comment",Date,Views,Reach,Likes,Shares,Follows,Comments,Saves\r\n'
)
SHOPIFY = (
    "Name,Email,Financial Status,Currency,Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,Created at,"
    "Lineitem quantity,Lineitem name,Cancelled at,Refunded Amount\n"
)


def campaign(folder: Path, files: Mapping[str, str | bytes | list[list[Any]]], **keys: Any) -> Campaign:
    """Write files (text, bytes, or rows of a workbook) and a YAML around them, and return the campaign.

    Keys named after a file's stem go to its entry: `tracker={"decimal": ","}` for tracker.csv.
    """
    for name, content in files.items():
        write(folder / name, content)
    entries = [{"path": name, **keys.pop(Path(name).stem, {})} for name in files]
    given = {"campaign_id": "spring", **KEYS, **keys, "files": entries}
    yaml = "\n".join(f"{key}: {json.dumps(value)}" for key, value in given.items() if value is not None)
    (folder / "spring.yml").write_text(yaml, encoding="utf-8")
    return Campaign.load(folder / "spring.yml")


def write(path: Path, content: str | bytes | list[list[Any]]) -> Path:
    """Write text as it is, bytes as they are, rows as a workbook."""
    if isinstance(content, list):
        book = openpyxl.Workbook()
        for row in content:
            book.active.append(row)
        book.save(path)
    else:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    # A file changed just now is waited for, as a download may still be at it; this one is done.
    os.utime(path, (0, 0))
    return path


def load(folder: Path, files: Mapping[str, Any], **keys: Any) -> Intake:
    """Return what the files of a campaign give."""
    return intake.load(campaign(folder, files, **keys))


def read(folder: Path, content: Any, name: str = "tracker.csv", **keys: Any) -> FileReading:
    """Return what one file gives."""
    loaded = campaign(folder, {name: content}, **keys)
    return intake.read_file(loaded.files[0], loaded)


def day(year: int, month: int, number: int, hour: int = 0, minute: int = 0) -> dt.datetime:
    """Return a time in UTC."""
    return dt.datetime(year, month, number, hour, minute, tzinfo=dt.UTC)


def adds_up(reading: FileReading) -> bool:
    """Tell whether every row is used, set aside or dropped, and none twice."""
    return reading.rows == reading.used + reading.set_aside + sum(reading.dropped.values()) and reading.used >= 0
