"""Panels for the comparison with other implementations: the same numbers on every machine and with every NumPy.

Chance comes from whole-number arithmetic (Steele, Lea and Flood 2014, SplitMix64), rounded before use, so that a file
or another language holds exactly the numbers that are compared.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

Array = npt.NDArray[np.float64]


def uniform(seed: int, number: int) -> Array:
    """Return so many numbers from 0 to 1."""
    z = (np.arange(1, number + 1, dtype=np.uint64) + np.uint64(seed * 1_000_003)) * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray((z ^ (z >> np.uint64(31))) >> np.uint64(11), dtype=float) / 2.0**53


def noise(seed: int, number: int) -> Array:
    """Return so many numbers that are nearly normal: twelve uniform ones added up."""
    return np.asarray(sum(uniform(100 * seed + n, number) for n in range(12)) - 6.0)


def posts(creators: int, months: int, share_kept: float, seed: int) -> pd.DataFrame:
    """Return an unbalanced panel, two rows a creator and month at the most.

    Columns: creator, month, log_rate, sponsored, share, age, weight. Creators leave early and come late, so that
    neither creators nor months can be taken out alone.
    """
    wide = pd.MultiIndex.from_product([range(creators), range(months), range(2)], names=["creator", "month", "of_two"])
    rows = wide.to_frame(index=False)
    until = 3 + uniform(seed, creators) * (months - 3)
    late = uniform(seed + 1, creators) * 4
    kept = (rows["month"] < until[rows["creator"]]) & (rows["month"] >= late[rows["creator"]] // 2)
    rows = rows[kept & (uniform(seed + 2, len(rows)) < share_kept)].drop(columns="of_two").reset_index(drop=True)
    several = rows.groupby("creator")["month"].transform("size") > 2
    rows = rows[several].reset_index(drop=True)
    return _with_numbers(rows, creators, months, seed)


def _with_numbers(rows: pd.DataFrame, creators: int, months: int, seed: int) -> pd.DataFrame:
    """Return creators and months with labels, shares, ages, weights and rates that hang together."""
    luck, season = noise(seed + 3, creators)[rows["creator"]], noise(seed + 4, months)[rows["month"]]
    sponsored = (uniform(seed + 5, len(rows)) < 0.3 + 0.05 * luck).astype(int)
    share = np.clip(0.4 + 0.1 * luck + 0.08 * season + 0.15 * noise(seed + 6, len(rows)), 0, 1).round(3)
    age = (14 + 80 * uniform(seed + 7, len(rows))).round(1)
    rate = -3.5 + 0.5 * luck + 0.2 * season - 0.15 * sponsored - 0.4 * share + 0.01 * age
    return rows.assign(
        log_rate=(rate + 0.4 * noise(seed + 8, len(rows))).round(3),
        sponsored=sponsored,
        share=share,
        age=age,
        weight=(1 + 9 * uniform(seed + 9, len(rows))).round(2),
    )


def roster(creators: int, seed: int) -> pd.DataFrame:
    """Return one row a creator: influencer_id, platform, log_size, log_rate; bigger ones vary less, two stand apart."""
    size = 7 + 7 * uniform(seed, creators) ** 2
    spread = 0.9 - 0.05 * (size - 7)
    platform = np.array(["instagram", "tiktok", "youtube"])[(3 * uniform(seed + 1, creators) ** 1.5).astype(int)]
    bent = -0.06 * (size - 10.5) ** 2 + 0.3 * (platform == "tiktok")
    rate = -3 + bent + spread * noise(seed + 2, creators)
    names = [f"c{n:03d}" for n in range(creators)]
    return pd.DataFrame(
        {"influencer_id": names, "platform": platform, "log_size": size.round(4), "log_rate": rate.round(4)}
    )
