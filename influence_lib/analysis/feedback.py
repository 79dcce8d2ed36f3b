"""What a creator can be told of the own posts: the usual rate, what draws more or less, and the best ones."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd

from influence_lib.analysis import comparable, timing
from influence_lib.analysis.feed import Feed
from influence_lib.analysis.inference import Array, median
from influence_lib.analysis.timing import FEWEST_POSTS
from influence_lib.campaign import Campaign
from influence_lib.findings import FEEDBACK_MIME, plain
from influence_lib.language import say
from influence_lib.metrics import ERF

FEWEST_FOR_A_RANGE = 5
BEST_SHOWN = 3
MORE, LESS, OPEN, FEW = "draws more", "draws less", "no difference can be shown", "too few posts to tell"
OFF = "Pages for single creators are off (creator_pages in the campaign's YAML)."


@dataclass(frozen=True)
class Feedback:
    """What each creator can be told, by id. It is data for pages of single creators; no other page prints it."""

    creators: Mapping[str, dict[str, Any]]

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """Show itself in Jupyter as one line, and as data for the pages."""
        said = say("{number} creators can be told about their own posts.").format(number=len(self.creators))
        text = said if self.creators else say(OFF)
        return {FEEDBACK_MIME: {"creators": dict(self.creators)}, "text/markdown": text, "text/plain": text}


def of_each(feed: Feed, campaign: Campaign) -> Feedback:
    """Return what each creator can be told of the own posts; nothing unless the campaign asks for such pages."""
    if not campaign.creator_pages:
        return Feedback({})
    rows = comparable.posts(feed, campaign).assign(rate=ERF.each(feed.posts))
    return Feedback({str(name): _creator(own, campaign) for name, own in rows.groupby("influencer_id", sort=True)})


def _creator(own: pd.DataFrame, campaign: Campaign) -> dict[str, Any]:
    """Return what one creator can be told; nothing in it rests on the posts of anybody else."""
    usual = median(own["rate"], campaign.confidence) if len(own) >= FEWEST_FOR_A_RANGE else None
    return {
        "posts": len(own),
        "first": plain(own["local"].min()),
        "last": plain(own["local"].max()),
        "rate": plain(float(own["rate"].median())),
        "interval": None if usual is None else [plain(end) for end in usual.ends],
        "kinds": [*_kinds(own, campaign)],
        "best": [*_best(own)],
    }


def _best(own: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield the posts with the highest rate, each with how many times the creator's usual rate it drew."""
    usual = float(own["rate"].median())
    for _, post in own.sort_values(["rate", "post_id"], ascending=[False, True]).head(BEST_SHOWN).iterrows():
        against = float(post["rate"]) / usual if usual > 0 else None
        told = {"day": plain(post["local"]), "format": post["format"], "label": post["label"]}
        yield {**told, "rate": plain(float(post["rate"])), "times": plain(against)}


def _kinds(own: pd.DataFrame, campaign: Campaign) -> Iterator[dict[str, Any]]:
    """Yield each kind of post against the creator's other posts; the intervals hold for all of them at once."""
    compared = [*_comparisons(own)]
    enough = [one for one in compared if min(len(one[2]), len(one[3])) >= FEWEST_POSTS]
    level = 1 - (1 - campaign.confidence) / max(len(enough), 1)
    for sort, kind, these, others in compared:
        known = {"sort": sort, "kind": kind, "posts": len(these), "others": len(others)}
        if min(len(these), len(others)) < FEWEST_POSTS:
            yield {**known, "change": None, "low": None, "high": None, "verdict": FEW}
            continue
        best, low, high = (math.expm1(value) for value in shift(these, others, level))
        verdict = MORE if low > 0 else LESS if high < 0 else OPEN
        yield {**known, "change": plain(best), "low": plain(low), "high": plain(high), "verdict": verdict}


def _comparisons(own: pd.DataFrame) -> Iterator[tuple[str, str, Array, Array]]:
    """Yield sort, kind, log rates of that kind and log rates of the others; accounts are brought to one level."""
    level = own.assign(log_rate=own["log_rate"] - own.groupby("account")["log_rate"].transform("median"))
    timed = timing.with_times(level)
    for sort, rows in (("format", level), ("label", level[level["label"] != comparable.UNTOLD]), ("days", timed)):
        kinds = sorted(set(rows[sort]))
        # Of two kinds each is the other's counterpart: one line says it all.
        for kind in kinds[: 1 if len(kinds) == 2 else None]:
            of_kind = rows[sort] == kind
            these, others = (rows.loc[which, "log_rate"].to_numpy(float) for which in (of_kind, ~of_kind))
            if len(others):
                yield sort, str(kind), these, others


def shift(these: Array, others: Array, level: float) -> tuple[float, float, float]:
    """Return by how much values of one sample lie above those of another, with an interval.

    The median of all differences, with the ends that the rank-sum test does not refuse (Hodges and Lehmann 1963, Annals
    of Mathematical Statistics 34; normal approximation of the rank sum).
    """
    differences = np.sort(np.subtract.outer(these, others).ravel())
    pairs, size = len(differences), len(these) + len(others) + 1
    spread = NormalDist().inv_cdf((1 + level) / 2) * math.sqrt(pairs * size / 12)
    place = max(math.floor(pairs / 2 - spread), 0)
    return float(np.median(differences)), float(differences[place]), float(differences[pairs - 1 - place])
