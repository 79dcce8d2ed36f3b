"""How many people several creators reach, each counted once, and what of that is known."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats
from scipy.sparse import csgraph

from influence_lib.analysis import feed
from influence_lib.analysis.feed import Feed
from influence_lib.analysis.inference import Array
from influence_lib.campaign import Campaign
from influence_lib.tables import OVERLAP, Tables

# Where nobody sampled who follows whom: shares of two audiences together that are in both (METHODS B3 v), the middle
# one for a single number.
ASSUMED = (0.0, 0.05, 0.15)
MIDDLE = ASSUMED[1]
# People who look often see many creators' posts: two posts reach the same followers half again as often as by chance.
ACTIVE = 1.5
# What a pair of posts has in common counts this much against the people reached once; the constant that media planning
# has used for press titles since Agostini (1961): 1.125 for each pair, so half of it for each of the two.
DUPLICATION = 1.125 / 2
# A tool that does not tell how many accounts it looked at is taken to have looked at few.
UNTOLD_SAMPLE = 100


@dataclass(frozen=True)
class Shared:
    """People whom two creators have in common: least, likely and most, each an array creators x creators of accounts.

    The diagonals are zero. `sampled` is how many pairs of the creators were sampled.
    """

    least: Array
    likely: Array
    most: Array
    sampled: int

    @property
    def pairs(self) -> int:
        """Return how many pairs of creators there are."""
        return len(self.likely) * (len(self.likely) - 1) // 2


def reach(own: Feed) -> pd.DataFrame:
    """Return the people each creator's posts reached: influencer_id, posts, and the least and the most that can be.

    At the least all posts reached the same people, at the most none twice. Posts without reach are not counted.
    """
    told = own.posts[own.posts["reach"].fillna(0) > 0]
    by = told.astype({"reach": float}).groupby("influencer_id")["reach"]
    return pd.DataFrame({"posts": by.size(), "least": by.max(), "most": by.sum()}).reset_index()


def wilson(share: npt.ArrayLike, n: npt.ArrayLike, level: float) -> tuple[Array, Array]:
    """Return the ends of the interval of a share of n independent ones (Wilson 1927)."""
    p, size, z = np.asarray(share, dtype=float), np.asarray(n, dtype=float), stats.norm.ppf(0.5 + level / 2)
    middle = (p + z**2 / (2 * size)) / (1 + z**2 / size)
    half = z / (1 + z**2 / size) * np.sqrt(p * (1 - p) / size + z**2 / (4 * size**2))
    return np.asarray(np.maximum(middle - half, 0)), np.asarray(np.minimum(middle + half, 1))


def samples(tables: Tables, campaign: Campaign) -> pd.DataFrame:
    """Return what was sampled of who follows whom: one, other, share of the first's followers, low, high.

    The last sample of a pair counts; where several platforms were sampled, all together.
    """
    rows = tables.audience[(tables.audience["dimension"] == OVERLAP) & (tables.audience["population"] == "followers")]
    rows = rows[rows["share"].between(0, 1) & (rows["value"] != rows["influencer_id"])]
    rows = rows[~(rows["observed_at"] >= feed.end_of(campaign)).fillna(False)]
    rows = rows.assign(n=rows["n"].astype(float).where(rows["n"].fillna(0) > 0, UNTOLD_SAMPLE))
    pair = ["influencer_id", "value"]
    last = rows.sort_values(["observed_at", "share"], na_position="first", kind="stable").drop_duplicates(
        [*pair, "platform"], keep="last"
    )
    hits = last.assign(hits=last["share"].astype(float) * last["n"]).groupby(pair)[["hits", "n"]].sum().reset_index()
    share = hits["hits"] / hits["n"]
    low, high = wilson(share, hits["n"], campaign.confidence)
    return pd.DataFrame(
        {"one": hits["influencer_id"], "other": hits["value"], "share": share, "low": low, "high": high}
    )


def followed(names: list[str], sizes: Array, sampled: pd.DataFrame) -> tuple[Array, Array, Array]:
    """Return the accounts that follow both of two creators: least, likely and most; not a number where not sampled.

    Told from both sides, the mean of both is likely, and the range holds both.
    """
    at = {name: number for number, name in enumerate(names)}
    known = sampled[sampled["one"].isin(names) & sampled["other"].isin(names)]
    one, other = (known[side].map(at).to_numpy(dtype=int) for side in ("one", "other"))
    both = np.full((2, 3, len(names), len(names)), np.nan)
    for number, column in enumerate(("low", "share", "high")):
        both[0, number, one, other] = known[column].to_numpy(float) * sizes[one]
    both[1] = both[0].transpose(0, 2, 1)
    most = np.minimum.outer(sizes, sizes)
    least, high = np.fmin(both[0, 0], both[1, 0]), np.fmax(both[0, 2], both[1, 2])
    told = np.isfinite(both[:, 1])
    likely = np.where(told, both[:, 1], 0).sum(axis=0) / np.where(told.any(axis=0), told.sum(axis=0), np.nan)
    return np.minimum(least, most), np.minimum(likely, most), np.minimum(high, most)


def at_jaccard(sizes: Array, jaccard: float) -> Array:
    """Return the people that two audiences share when this share of both together is in both."""
    pairs = np.minimum(jaccard / (1 + jaccard) * np.add.outer(sizes, sizes), np.minimum.outer(sizes, sizes))
    return np.asarray(pairs * (1 - np.eye(len(sizes))))


def assumed(sizes: Array, accounts: Array, jaccard: float) -> Array:
    """Return the people whom two creators both reach when this share of their followers together follows both.

    Where nobody knows how many follow one of them, the share is taken to be that of the people reached.
    """
    known = np.isfinite(accounts)
    rate = np.where(known, np.minimum(sizes / np.where(known, accounts, 1.0), 1.0), 1.0)
    both = np.where(np.logical_and.outer(known, known), at_jaccard(np.where(known, accounts, 1.0), jaccard), np.nan)
    return np.fmin(np.where(np.isfinite(both), both * _usual(rate), at_jaccard(sizes, jaccard)), _most(sizes))


def _usual(rate: Array) -> Array:
    """Return which part of those who follow both is usually reached by both, from the part that each reaches."""
    return np.asarray(np.minimum(ACTIVE * np.outer(rate, rate), np.minimum.outer(rate, rate)))


def _most(sizes: Array) -> Array:
    """Return the most people that two creators can share: all whom the smaller one reaches."""
    return np.asarray(np.minimum.outer(sizes, sizes) * (1 - np.eye(len(sizes))))


def shared(names: list[str], sizes: Array, accounts: Array, sampled: pd.DataFrame) -> Shared | None:
    """Return the people that creators share; `sizes` is whom each reaches, `accounts` who follows each.

    Of those who follow both, a post of each reaches some: at the least as if by chance, at the most the same ones. Of
    a pair that was not sampled nothing is known; the pairs that were tell what is likely. None without any sample of
    creators whose followers are known (`accounts` is not a number for the others).
    """
    known = np.array(names)[np.isfinite(accounts)]
    low, likely, high = followed(names, accounts, sampled[sampled[["one", "other"]].isin(known).all(axis=1)])
    told = np.isfinite(likely)
    if not told.any():
        return None
    rate = np.where(np.isfinite(accounts), np.minimum(sizes / accounts, 1.0), 1.0)
    usual = np.nansum(likely) / np.where(told, np.add.outer(accounts, accounts) - likely, 0).sum()
    guess = np.where(told, likely * _usual(rate), assumed(sizes, accounts, float(usual)))
    most, same = _most(sizes), np.minimum.outer(rate, rate)
    return Shared(
        least=np.where(told, np.minimum(low * np.outer(rate, rate), most), 0.0),
        likely=np.minimum(guess, most),
        most=np.where(told, np.minimum(high * same, most), most),
        sampled=int(told.sum()) // 2,
    )


def once(others: Array) -> Array:
    """Return how much of a person counts for one creator when `others` reach the same person on average.

    Each of m creators who reached a person has one m-th of that person (Agostini 1961, creator by creator).
    """
    return np.asarray(1 / (1 + DUPLICATION * others))


def others(sizes: Array, both: Array) -> Array:
    """Return how many other creators have reached a person whom a creator reached, on average."""
    return np.asarray(both.sum(axis=1) / sizes)


def unique(sizes: Array, both: Array) -> float:
    """Return the people reached, each counted once."""
    return float(sizes @ once(others(sizes, both)))


def fewest(sizes: Array, both: Array) -> float:
    """Return the least that sets of such sizes and such pairs can have together (de Caen 1997)."""
    return float(max(sizes.max(), (sizes / (1 + others(sizes, both))).sum()))


def largest(sizes: Array, both: Array) -> float:
    """Return the most that sets of such sizes and such pairs can have together (Hunter 1976; Worsley 1982)."""
    return float(sizes.sum() + csgraph.minimum_spanning_tree(-both).sum())
