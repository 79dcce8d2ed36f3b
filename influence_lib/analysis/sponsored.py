"""Sponsored against organic posts of the same creator in the same month, and what could prove the difference wrong."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from influence_lib.analysis import feed as feeds
from influence_lib.analysis import guards, inference, sizes
from influence_lib.analysis.feed import Feed
from influence_lib.analysis.guards import Design, Fit, NotEnough
from influence_lib.analysis.inference import Array, Codes, Interval

FEWEST_CREATORS = 12
FEWEST_POSTS_EACH = 3
# An organic post counts as "just before" when the creator's next post, at most so much later, is sponsored.
JUST_BEFORE = pd.Timedelta(days=14)
SHUFFLES = 199
MOST_SHUFFLED = 50_000
# A single account is looked at by itself from this many posts on.
FEWEST_POSTS_ALONE = 30


@dataclass(frozen=True)
class Contrast:
    """The difference of log rates, sponsored less organic; whether only posts of one month are compared; the posts."""

    difference: Interval
    same_month: bool
    posts: int


def labelled(feed: Feed) -> pd.DataFrame:
    """Return posts whose label is known, with `sponsored` and the log engagement rate by followers."""
    posts = feed.posts[feed.posts["is_sponsored"].notna()]
    return posts.assign(sponsored=posts["is_sponsored"].astype(bool), log_rate=feeds.log_rate(posts))


def accounts(posts: pd.DataFrame) -> Codes:
    """Return the account of each post: a creator on one platform."""
    return guards.codes(posts["influencer_id"].astype(str) + " " + posts["platform"].astype(str))


def months(posts: pd.DataFrame) -> Codes:
    """Return the calendar month of each post."""
    return guards.codes(posts["posted_at"].dt.strftime("%Y-%m"))


def both_kinds(posts: pd.DataFrame) -> pd.DataFrame:
    """Return the posts of creators with several sponsored and several organic ones: the others tell nothing."""
    counts = posts.groupby(["influencer_id", "sponsored"]).size().unstack(fill_value=0)
    counts = counts.reindex(columns=[False, True], fill_value=0)
    able = counts.index[(counts >= FEWEST_POSTS_EACH).all(axis=1)]
    return posts[posts["influencer_id"].isin(able)]


def contrast(posts: pd.DataFrame, level: float) -> Contrast | NotEnough:
    """Return the difference between sponsored and organic posts of the same creator, formats and ages alike.

    Creator by month where enough creators have both kinds in one month: neither a creator's better months nor a fall
    that comes before the selling can then pass for an effect of sponsoring. Else creators and months apart.
    """
    rows = both_kinds(posts)
    for absorbed, same_month in ((account_months(rows), True), (accounts(rows), False)):
        found = _fit(rows, absorbed, same_month)
        if isinstance(found, Fit) and found.voices[0] >= FEWEST_CREATORS / 2:
            return Contrast(found.interval("sponsored", level), same_month, len(rows))
    return found if isinstance(found, NotEnough) else NotEnough("creators", int(found.voices[0]), FEWEST_CREATORS)


def apart(posts: pd.DataFrame, level: float) -> Interval | NotEnough:
    """Return the same difference with creators and months taken out apart (two-way fixed effects)."""
    rows = both_kinds(posts)
    found = _fit(rows, accounts(rows), same_month=False)
    return found if isinstance(found, NotEnough) else found.interval("sponsored", level)


def of_one_account(posts: pd.DataFrame, level: float) -> Interval | NotEnough:
    """Return the difference between sponsored and organic posts of a single account, month, format and age set right.

    The posts count as independent of each other: it speaks of this account only.
    """
    label = posts["sponsored"].to_numpy(float)
    columns = {"sponsored": label} | kinds(posts)
    alone = np.arange(len(posts), dtype=np.int64)
    found = guards.estimate(
        Design(posts["log_rate"].to_numpy(float), columns, account_months(posts), alone, label), FEWEST_POSTS_ALONE
    )
    return found if isinstance(found, NotEnough) else found.interval("sponsored", level)


def just_before(posts: pd.DataFrame, level: float) -> Interval | NotEnough:
    """Return how organic posts just before a sponsored one differ from the creator's other organic posts of the month.

    No sponsored post has been seen yet: a difference means that the time of selling was chosen.
    """
    ordered = posts.sort_values(["influencer_id", "posted_at", "post_id"], kind="stable")
    by = ordered.groupby("influencer_id")
    soon = by["posted_at"].shift(-1) - ordered["posted_at"] <= JUST_BEFORE
    ordered = ordered.assign(before=(by["sponsored"].shift(-1).fillna(False).astype(bool) & soon))
    organic = ordered[~ordered["sponsored"]]
    columns = {"before": organic["before"].to_numpy(float)} | kinds(organic)
    design = Design(
        organic["log_rate"].to_numpy(float),
        columns,
        account_months(organic),
        guards.codes(organic["influencer_id"]),
        organic["before"].to_numpy(float),
    )
    found = guards.estimate(design, FEWEST_CREATORS)
    return found if isinstance(found, NotEnough) else found.interval("before", level)


def chance_of_shuffled(posts: pd.DataFrame, seed: int) -> float:
    """Return how often labels dealt anew among a creator's posts of a month differ as much as the true ones.

    Of very many posts, those of the first creators are enough to tell.
    """
    rows = _of_first_creators(both_kinds(posts), MOST_SHUFFLED)
    group = account_months(rows)
    y, x = rows["log_rate"].to_numpy(float), np.column_stack([np.ones(len(rows)), *kinds(rows).values()])
    left = guards.less_means((y - x @ guards.effects(y, x, group))[:, None], group)[:, 0]
    label, rng = rows["sponsored"].to_numpy(float), np.random.default_rng(seed)
    # Dealing leaves each group's mean label and spread as they are, so that the sums decide.
    order = np.argsort(group, kind="stable")
    left, label, group = left[order], label[order], group[order]
    seen = abs(float(left @ label))
    dealt = (label[np.argsort(group + rng.random(len(label)), kind="stable")] for _ in range(SHUFFLES))
    as_far = sum(abs(float(left @ labels)) >= seen * (1 - inference.NO_SPREAD) for labels in dealt)
    return (1 + as_far) / (SHUFFLES + 1)


def _of_first_creators(posts: pd.DataFrame, most: int) -> pd.DataFrame:
    """Return the posts of as many creators, by name, as have no more than so many posts; of one at the least."""
    counts = posts.groupby("influencer_id", sort=True).size().cumsum()
    return posts[posts["influencer_id"].isin(counts.index[: max(1, int((counts <= most).sum()))])]


def kinds(posts: pd.DataFrame) -> dict[str, Array]:
    """Return the columns that make posts comparable: format against the commonest, and log age when read."""
    form = posts["platform"].astype(str) + " " + posts["post_type"].astype(str)
    age = np.log(posts["age_days"].fillna(posts["age_days"].median()).to_numpy(float).clip(1))
    return sizes.kinds(form, posts["influencer_id"]) | ({"age": age} if np.isfinite(age).all() else {})


def account_months(posts: pd.DataFrame) -> Codes:
    """Return the account and month of each post as one number."""
    month = months(posts)
    return guards.codes(accounts(posts) * (int(month.max(initial=0)) + 1) + month)


def _fit(posts: pd.DataFrame, absorbed: Codes, same_month: bool) -> Fit | NotEnough:
    """Return the regression of log rates on the label within the absorbed groups."""
    label = posts["sponsored"].to_numpy(float)
    columns = {"sponsored": label} | kinds(posts)
    if not same_month:
        month = posts["posted_at"].dt.strftime("%Y-%m")
        columns |= {f"month {m}": (month == m).to_numpy(float) for m in sorted(set(month))[1:]}
    creator = guards.codes(posts["influencer_id"])
    return guards.estimate(
        Design(posts["log_rate"].to_numpy(float), columns, absorbed, creator, label), FEWEST_CREATORS
    )


def by_creator(posts: pd.DataFrame) -> pd.DataFrame:
    """Return each creator's own difference of log rates: influencer_id, difference, sponsored, organic (posts of each).

    Sponsored less organic within the creator's months; creators without a month of both kinds are compared over all.
    """
    rows = both_kinds(posts)
    label = rows["sponsored"].to_numpy(float)
    table = _own_gaps(rows, label, account_months(rows))
    missing = table["difference"].isna()
    if missing.any():
        table = table.assign(
            difference=table["difference"].fillna(_own_gaps(rows, label, accounts(rows))["difference"])
        )
    counts = rows.groupby("influencer_id")["sponsored"].agg(sponsored="sum", all="size")
    counts = counts.assign(organic=counts["all"] - counts["sponsored"]).drop(columns="all").astype(float)
    return table.join(counts).dropna(subset=["difference"]).rename_axis("influencer_id").reset_index()


def _own_gaps(rows: pd.DataFrame, label: Array, group: Codes) -> pd.DataFrame:
    """Return by creator the difference between labels within groups; NaN where no group has both."""
    inner = guards.less_means(np.column_stack([label, rows["log_rate"].to_numpy(float)]), group)
    sums = pd.DataFrame(
        {"id": rows["influencer_id"].to_numpy(), "xx": inner[:, 0] ** 2, "xy": inner[:, 0] * inner[:, 1]}
    )
    by = sums.groupby("id")[["xx", "xy"]].sum()
    return pd.DataFrame({"difference": by["xy"] / by["xx"].where(by["xx"] > inference.NO_SPREAD)})
