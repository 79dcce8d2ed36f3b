"""What looks wrong in rows that can be read: kept as they are, and named on the page.

Each rule is a general one about exports; its numbers say when a reader should look, not when a row is wrong.
"""

import itertools
import re
import unicodedata
from collections.abc import Sequence

import babel.numbers
import numpy as np
import pandas as pd

from influence_lib.intake.remarks import Remark
from influence_lib.wording.en import count

FEWEST_ROWS = 5
# Tools write hidden likes as 3 (issue 45 of Zeeschuimer): suspect when most posts of one creator have exactly that.
HIDDEN_AS = 3
# Whole amounts of about 1000 and more in every row look like cents.
CENTS_FROM = 1_000
OUTLIER_TIMES = 100
# Likes and comments are taken back now and then; a fall beyond this share is worth a look.
USUAL_FALL = 0.01
# What text in UTF-8 looks like after it was read as Windows-1252: two such letters for one; or the sign of a lost one.
GARBLED = re.compile("[\u00c2\u00c3][\u0080-\u00bf\u2018-\u2122]|\u00e2\u20ac|\u00f0\u0178|\ufffd")
LEAK_ORDERS, LEAK_TIMES = 50, 20
Rule = tuple[str, int, str, str]
SCRIPTS = ("LATIN", "CYRILLIC", "GREEK")


def _told(rules: Sequence[Rule]) -> list[Remark]:
    """Return a warning for each rule that found something: its words, and how many posts, orders or the like."""
    return [Remark(code, f"{words} ({count(found, noun)})", True) for code, found, noun, words in rules if found]


def of_posts(posts: pd.DataFrame) -> list[Remark]:
    """Return what looks wrong in a list of posts."""
    return _told([*_of_numbers(posts), *_of_accounts(posts)])


def _of_numbers(posts: pd.DataFrame) -> list[Rule]:
    """Return what looks wrong in the numbers of posts, and in when they were read."""
    likes, comments, reach = (_floats(posts, name) for name in ("likes", "comments", "reach"))
    followers = _floats(posts, "followers")
    viral = _above(likes + np.nan_to_num(comments), followers)
    beyond = _above(likes, reach) & ~viral
    swapped = _above(comments, np.where(likes > HIDDEN_AS, likes, np.nan))
    more_reach = int(_above(reach, _floats(posts, "impressions")).sum())
    age = _times(posts, "observed_at") - _times(posts, "posted_at")
    # A reading may tell its day only, so it can seem to be up to a day older than the post.
    day = pd.Timedelta(days=1)
    early = int(age.between(-day, day, inclusive="neither").sum())
    return [
        ("HIDDEN_LIKES_SUSPECT", _hidden(posts), "post", "exactly 3 likes, as tools write hidden ones"),
        ("ENGAGEMENT_GT_FOLLOWERS", int(viral.sum()), "post", "more engagements than followers: viral, or a slip"),
        ("ENGAGEMENT_GT_REACH", int(beyond.sum()), "post", "more likes than accounts reached"),
        ("COMMENTS_GT_LIKES", _most(swapped), "post", "more comments than likes in most rows: swapped columns?"),
        ("FOLLOWERS_ZERO", int((followers == 0).sum()), "post", "0 followers, so it has no rate"),
        ("REACH_ZERO", int(((reach == 0) & (likes > 0)).sum()), "post", "0 accounts reached, and yet likes"),
        ("METRIC_DECREASED", _fallen(posts), "post", "smaller numbers at a later reading"),
        ("REACH_GT_IMPRESSIONS", more_reach, "post", "more accounts reached than times shown"),
        ("READ_BEFORE_POSTED", int((age <= -day).sum()), "row", "read before it was posted"),
        ("IMMATURE_POST", early, "post", "read within a day of posting"),
        ("NO_VARIANCE", _constant(posts), "post", "the same number of likes in every row"),
    ]


def _of_accounts(posts: pd.DataFrame) -> list[Rule]:
    """Return what looks wrong in who posted and what was said."""
    marked = posts["is_sponsored"].dropna() if "is_sponsored" in posts else pd.Series(dtype="boolean")
    enough = len(marked) if len(marked) >= FEWEST_ROWS else 0
    none, every = (0 if marked.any() else enough), (enough if marked.all() else 0)
    reused, renamed = _shared(posts, "creator", "account_id"), _shared(posts, "account_id", "creator")
    return [
        ("POST_GONE", _gone(posts), "post", "gone in the last reading; the last numbers are kept"),
        ("CONFUSABLE", _confusable(posts), "handle", "letters of several scripts: a look-alike of another?"),
        ("HANDLE_REUSED", reused, "handle", "one handle for several accounts"),
        ("HANDLE_RENAMED", renamed, "account", "several handles of one account, taken as several creators"),
        ("MOJIBAKE", _garbled(posts), "text", "letters garbled on the way, such as Ã© for é: export it again as UTF-8"),
        ("SEVERAL_HANDLES", _coauthored(posts), "post", "one post under several handles, counted once, for the first"),
        ("ONE_CLUSTER", _alone(posts), "post", "all posts are of one creator, so there is nothing to compare"),
        ("NO_TREATED_GROUP", none, "post", "none is marked as sponsored, so there is nothing to compare"),
        ("NO_CONTROL_GROUP", every, "post", "every one is marked as sponsored, so there is nothing to compare"),
    ]


def of_orders(orders: pd.DataFrame, currency: str | None) -> list[Remark]:
    """Return what looks wrong in a list of orders."""
    net = _numbers(orders, "net_revenue")
    several = int(orders["codes"].str.contains(";", regex=False).sum())
    high = int((net > OUTLIER_TIMES * net.median()).sum()) if len(net) >= FEWEST_ROWS else 0
    cents = _cents(_numbers(orders, "gross"), currency)
    rules = (
        ("NEGATIVE_AMOUNT", _negative(orders), "order", "an amount below 0, not marked as refunded: a return?"),
        ("STATUS_ASSUMED", _unstated(orders), "order", "no status, taken as paid"),
        ("ZERO_VALUE", int((_numbers(orders, "gross") == 0).sum()), "order", "an amount of 0: a gift or a replacement"),
        ("OUTLIER", high, "order", "more than 100 times the usual amount"),
        ("MULTI_CODE", several, "order", "several discount codes"),
        ("MAYBE_MINOR_UNITS", cents, "order", "every amount is whole and large: are they in cents?"),
        ("CODE_LEAK_SUSPECT", _leaked(orders), "code", "one day far above the usual: shared on a coupon site?"),
    )  # fmt: skip
    return _told(rules)


def of_costs(costs: pd.DataFrame) -> list[Remark]:
    """Return what looks wrong in a ledger."""
    same = [name for name in costs if name not in {"cost_id", "_line"}]
    free = len(costs) if (costs["amount"] == 0).all() else 0
    rules = (
        ("ZERO_SPEND", free, "line", "all costs are 0, so no return can be given"),
        ("MAYBE_DUPLICATE", int(costs.duplicated(same).sum()), "line", "equal to another line; all are counted"),
    )
    return _told(rules)


def _numbers(rows: pd.DataFrame, name: str) -> pd.Series:
    """Return a column of numbers, unknown when the file does not have it."""
    return (rows[name] if name in rows else pd.Series(pd.NA, index=rows.index)).astype("Float64")


def _times(rows: pd.DataFrame, name: str) -> pd.Series:
    """Return a column of times, unknown when the file does not have it."""
    return rows[name] if name in rows else pd.Series(pd.NaT, index=rows.index, dtype="datetime64[us, UTC]")


def _floats(rows: pd.DataFrame, name: str) -> np.ndarray:
    """Return a column of numbers as floats, NaN where unknown or when the file does not have it."""
    return rows[name].to_numpy(float, na_value=np.nan) if name in rows else np.full(len(rows), np.nan)


def _above(high: np.ndarray, low: np.ndarray) -> np.ndarray:
    """Return where one number exceeds another that is known and above zero."""
    return (high > low) & (low > 0)


def _most(found: np.ndarray) -> int:
    """Return how many rows were found when they are most of several."""
    return int(found.sum()) if len(found) >= FEWEST_ROWS and found.mean() > 0.5 else 0


def _fallen(posts: pd.DataFrame) -> int:
    """Return how many posts have a number at a later reading that is clearly smaller than at an earlier one."""
    if not {"post_id", "observed_at"} <= set(posts) or not posts["post_id"].duplicated().any():
        return 0
    names = [name for name in ("likes", "comments", "views", "reach", "impressions") if name in posts]
    read = posts.dropna(subset=["post_id", "observed_at"]).sort_values("observed_at", kind="stable")
    key = [name for name in ("platform", "post_id") if name in read]
    post = read.groupby(key, dropna=False).ngroup()
    highest = read[names].astype("Float64").groupby(post).cummax()
    fallen = (read[names].astype("Float64") < highest * (1 - USUAL_FALL)).fillna(False).any(axis=1)
    return int(post[fallen].nunique())


def _garbled(posts: pd.DataFrame) -> int:
    """Return how many captions and handles hold letters garbled by a wrong encoding."""
    texts = itertools.chain(*(posts[name].dropna().tolist() for name in ("caption", "creator") if name in posts))
    return sum(GARBLED.search(text) is not None for text in itertools.filterfalse(str.isascii, texts))


def _coauthored(posts: pd.DataFrame) -> int:
    """Return how many posts stand there under the handles of several creators."""
    if "post_id" not in posts or not posts["post_id"].duplicated().any():
        return 0
    key = [name for name in ("platform", "post_id") if name in posts]
    return int((posts.dropna(subset=["post_id"]).groupby(key, dropna=False)["creator"].nunique() > 1).sum())


def _alone(posts: pd.DataFrame) -> int:
    """Return the number of posts when they are few and of one creator; an account's own long export is no slip."""
    return len(posts) if 0 < len(posts) < FEWEST_ROWS and posts["creator"].nunique() == 1 else 0


def _hidden(posts: pd.DataFrame) -> int:
    """Return how many posts have 3 likes, of creators most of whose posts have exactly that."""
    three = pd.Series(_floats(posts, "likes") == HIDDEN_AS, index=posts.index)
    if not three.any():
        return 0
    of_creator = three.groupby(posts["creator"])
    return int((three & of_creator.transform("mean").gt(0.5) & of_creator.transform("size").gt(1)).sum())


def _gone(posts: pd.DataFrame) -> int:
    """Return how many posts stand in an earlier reading of the whole list but not in the last."""
    if "post_id" not in posts or "observed_at" not in posts:
        return 0
    last = posts.groupby("post_id")["observed_at"].max()
    readings = posts["observed_at"].nunique()
    return int((last < last.max()).sum()) if 1 < readings <= len(last) / 2 and (last == last.max()).sum() > 1 else 0


def _confusable(posts: pd.DataFrame) -> int:
    """Return how many handles hold letters of more than one script."""
    handles = [handle for handle in posts["creator"].dropna().unique() if not handle.isascii()]
    return sum(
        len({s for c in handle for s in SCRIPTS if unicodedata.name(c, "").startswith(s)}) > 1 for handle in handles
    )


def _shared(posts: pd.DataFrame, one: str, many: str) -> int:
    """Return how many values of one column stand beside several of another."""
    if one not in posts or many not in posts:
        return 0
    return int((posts.groupby(one)[many].nunique() > 1).sum())


def _constant(posts: pd.DataFrame) -> int:
    """Return the number of posts when all have the same likes, and these are not hidden."""
    likes = _numbers(posts, "likes").dropna()
    return len(likes) if len(likes) >= FEWEST_ROWS and likes.nunique() == 1 and likes.iloc[0] != HIDDEN_AS else 0


def _negative(orders: pd.DataFrame) -> int:
    """Return how many orders are below zero though nothing says that money was given back."""
    status = orders["order_status"] if "order_status" in orders else pd.Series("", index=orders.index)
    back = status.isin(["refunded", "partially refunded"])
    return int(((_numbers(orders, "gross") < 0).fillna(False) & ~back).sum())


def _unstated(orders: pd.DataFrame) -> int:
    """Return how many orders have no status while others have one."""
    status = orders["order_status"] if "order_status" in orders else pd.Series(dtype="str")
    return int(status.isna().sum()) if status.notna().any() else 0


def _cents(amounts: pd.Series, currency: str | None) -> int:
    """Return the number of amounts when all look like cents; some currencies have none."""
    given = amounts[amounts > 0]
    if len(given) < FEWEST_ROWS or (currency and babel.numbers.get_currency_precision(currency) == 0):
        return 0
    return len(given) if (given % 1 == 0).all() and (given >= CENTS_FROM).all() else 0


def _leaked(orders: pd.DataFrame) -> int:
    """Return how many codes have one day with many times the orders of their other days."""
    used = orders[orders["codes"] != ""]
    if used.empty:
        return 0
    daily = used.groupby([used["codes"], used["ordered_at"].dt.floor("D")]).size()
    return sum(_burst(days.sort_values()) for _, days in daily.groupby(level=0))


def _burst(days: pd.Series) -> bool:
    """Tell whether the busiest of a code's days is far above the others."""
    usual = days.iloc[:-1].median() if len(days) > 1 else 1
    return bool(days.iloc[-1] >= LEAK_ORDERS and days.iloc[-1] >= LEAK_TIMES * usual)
