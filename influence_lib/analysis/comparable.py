"""Posts side by side: the log rate of each, and what sets posts of one creator apart by their kind and time."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from influence_lib.analysis.feed import AGE_BANDS, Feed, log_rate
from influence_lib.analysis.inference import Array
from influence_lib.campaign import Campaign

UNTOLD = "untold"
LABELS = {True: "sponsored", False: "organic"}


def posts(feed: Feed, campaign: Campaign) -> pd.DataFrame:
    """Return the posts with their log engagement rate by followers and what they can be compared by.

    Added columns: log_rate, account (creator and platform), format (platform and post type), local (the time where the
    brand is), month, age (the band of days at which the numbers were read), label (sponsored, organic, untold).
    """
    rows = feed.posts
    local = rows["posted_at"].dt.tz_convert(campaign.timezone)
    return rows.assign(
        log_rate=log_rate(rows),
        account=rows["influencer_id"] + " " + rows["platform"],
        format=rows["platform"] + " " + rows["post_type"].fillna(UNTOLD),
        local=local,
        month=local.dt.strftime("%Y-%m"),
        age=np.searchsorted(AGE_BANDS, rows["age_days"].to_numpy(float), side="right"),
        label=[LABELS.get(label, UNTOLD) for label in rows["is_sponsored"].astype(object)],
    )


def each(rows: pd.DataFrame, names: Sequence[str]) -> dict[str, Array]:
    """Return a column of zeros and ones for each value of the named columns."""
    values = [(name, value) for name in names for value in sorted(set(rows[name]))]
    return {f"{name} {value}": (rows[name] == value).to_numpy(float) for name, value in values}


def all_but_commonest(rows: pd.DataFrame, names: Sequence[str]) -> dict[str, Array]:
    """Return a column of zeros and ones for each value of the named columns, without the commonest of each."""
    commonest = {f"{name} {rows[name].mode().iloc[0]}" for name in names}
    return {name: column for name, column in each(rows, names).items() if name not in commonest}


def islands(rows: pd.DataFrame, kind: str) -> npt.NDArray[np.int64]:
    """Return, row by row, on which island of kinds a post lies: kinds that no account links cannot be compared.

    An account that uses two kinds links them. Formats of two platforms lie on different islands.
    """
    account, value = (pd.factorize(rows[name])[0] for name in ("account", kind))
    accounts = int(account.max(initial=-1)) + 1
    size = accounts + int(value.max(initial=-1)) + 1
    links = coo_matrix((np.ones(len(rows)), (account, accounts + value)), shape=(size, size))
    return np.asarray(connected_components(links, directed=False)[1][account], dtype=np.int64)
