"""Tables in which no creator is named: handles, addresses and mentions replaced by hashes."""

import re
from collections.abc import Callable, Mapping

import pandas as pd

from influence_lib.intake.typed import hashed

ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
MENTION = re.compile(r"@[\w.]+")


def without_names(frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return the tables with creators under a hash, and without what else would name them."""
    posts, metrics = frames["posts"], frames["post_metrics"]
    if len(posts):
        ids = {
            post: hashed(post, "post")
            for post, creator in zip(posts["post_id"], posts["influencer_id"], strict=True)
            if creator in post.casefold()
        }
        posts, metrics = (rows.assign(post_id=rows["post_id"].replace(ids)) for rows in (posts, metrics))
        posts = _without_mentions(posts).drop(columns="url", errors="ignore")
    return {name: _hashed(rows) for name, rows in {**frames, "posts": posts, "post_metrics": metrics}.items()}


def _without_mentions(posts: pd.DataFrame) -> pd.DataFrame:
    """Return posts whose captions name neither their creator nor anybody by a mention."""
    if "caption" not in posts:
        return posts
    pairs = zip(posts["caption"], posts["influencer_id"], strict=True)
    captions = [None if pd.isna(text) else _masked(text, creator) for text, creator in pairs]
    return posts.assign(caption=pd.Series(captions, index=posts.index, dtype="str"))


def _masked(caption: str, creator: str) -> str:
    """Return a caption with its creator's handle and all mentions masked."""
    text = MENTION.sub("@…", caption)
    return re.sub(re.escape(creator), "…", text, flags=re.I) if creator in text.casefold() else text


def without_addresses(frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return the tables with creators under their names, but those named by an e-mail address under a hash."""
    return {name: _hashed(rows, ADDRESS.search) for name, rows in frames.items()}


def _hashed(rows: pd.DataFrame, personal: Callable[[str], object] = bool) -> pd.DataFrame:
    """Return rows with creators under a hash where their name is `personal`."""
    if "influencer_id" not in rows:
        return rows
    names = rows["influencer_id"].map(
        lambda name: hashed(name, "creator") if personal(name) else name, na_action="ignore"
    )
    return rows.assign(influencer_id=names)
