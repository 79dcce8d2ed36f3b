"""Which creators are good and which were lucky? Rates drawn toward what accounts of their size usually get.

Raw rates flatter whoever had the luckiest posts; the fewer posts, the more so. Each creator's mean log rate of
comparable posts (same format, month and age) is weighed against the line of rate on size by how well it is known.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import optimize

from influence_lib.analysis import comparable, guards, inference
from influence_lib.analysis import feed as feeds
from influence_lib.analysis.feed import Feed
from influence_lib.analysis.inference import Array, Codes
from influence_lib.campaign import Campaign
from influence_lib.findings import Finding, ShownTable, TableColumn, Verdict, not_enough
from influence_lib.wording import creators as words

FEWEST_CREATORS = 8
# Without second posts nobody can tell a good creator from a lucky post: two more for each of eight creators.
FEWEST_REPEATS = 16
# A creator's own spread counts as their posts, the spread of all creators as ten more.
BORROWED_POSTS = 10
# How much of a month's luck may be left a month later.
MEMORIES = np.arange(0, 0.96, 0.05)
# Before the posts tell, months are expected to vary by about a fifth of what single posts do.
USUAL_MONTHS = 0.2
SAME_SIZE = math.log(1.25)
DRAWS = 2000
AT_ONCE = 100
SURE = 0.9
METHOD = (
    "Each creator's mean log engagement rate by followers, with format, month and age of the reading taken out within "
    "creators, drawn toward the line of rate on followers by empirical Bayes (Paule and Mandel 1982; how well the "
    "spread is known as in Viechtbauer 2007); posts of neighbouring months count as alike where they are. Given as the "
    "rate of the median post. Flagged above a chance of 90 %; the range runs from those clearly above to those not "
    "clearly below."
)


@dataclass(frozen=True)
class Means:
    """One value a creator, in the order of `names`: mean log rate, its variance, posts, log size, platform.

    `to_median` leads from the mean log rate to the log of the median post.
    """

    names: npt.NDArray[np.object_]
    log_rate: Array
    variance: Array
    posts: Array
    size: Array
    platform: npt.NDArray[np.object_]
    to_median: float

    @property
    def design(self) -> Array:
        """Return the columns that a rate is expected from: one, log size, and platforms with enough creators."""
        size = self.size - self.size.mean()
        names, numbers = np.unique(self.platform, return_counts=True)
        others = [name for name in names[numbers >= FEWEST_CREATORS] if name != names[np.argmax(numbers)]]
        sloped = [] if inference.all_alike(size) else [size]
        return np.column_stack([np.ones_like(size), *sloped, *(self.platform == name for name in others)]).astype(float)


@dataclass(frozen=True)
class Judged:
    """Creators with their drawn-in log rates of the median post, joint draws of them (a row a draw), and the spread."""

    means: Means
    log_rate: Array
    draws: Array
    spread: float


def means(feed: Feed, campaign: Campaign) -> Means:
    """Return each creator's mean log rate of comparable posts, and how well it is known."""
    rows = comparable.posts(feed, campaign)
    names, creator = np.unique(rows["influencer_id"].to_numpy(object), return_inverse=True)
    even, taken = _at_same_mix(rows, creator)
    apart, posts = guards.less_means(even[:, None], creator)[:, 0], np.bincount(creator).astype(float)
    # Taking out formats and months takes some of the luck with it; widened, what is left is as wide as luck is.
    repeats = max(len(rows) - len(names), 1)
    luck = apart * math.sqrt(repeats / max(repeats - taken, 1))
    month = rows["local"].dt.year.to_numpy() * 12 + rows["local"].dt.month.to_numpy()
    followers = np.log(rows["followers"].to_numpy(float))
    variance = variances(luck, creator, (month - month.min()).astype(np.int64), followers)
    of_each = rows.groupby("influencer_id", sort=True)
    size = np.log(of_each["followers"].median().to_numpy(float))
    platform = of_each["platform"].agg(lambda of_one: of_one.mode().iloc[0]).to_numpy(object)
    mean = np.bincount(creator, weights=even) / posts
    return Means(names, mean, variance, posts, size, platform, float(np.median(apart)))


def _at_same_mix(rows: pd.DataFrame, creator: Codes) -> tuple[Array, int]:
    """Return log rates as if all posts were of the usual mix of formats, months and ages, and how much that takes.

    Effects are those within creators; formats are compared with formats of the same platform only.
    """
    formats = np.column_stack(list(comparable.each(rows, ["format"]).values()))
    times = np.column_stack(list(comparable.each(rows, ["month", "age"]).values()))
    mix = np.column_stack([guards.less_means(formats, comparable.islands(rows, "format")), times - times.mean(axis=0)])
    y = rows["log_rate"].to_numpy(float)
    inner = guards.less_means(np.column_stack([y, mix]), creator)
    squares = inner[:, 1:].T @ inner[:, 1:]
    # Of effects that the posts cannot tell apart, the smallest that fit.
    effects = np.linalg.lstsq(squares, inner[:, 1:].T @ inner[:, 0], rcond=1e-10)[0]
    return y - mix @ effects, int(np.linalg.matrix_rank(squares, hermitian=True))


def variances(luck: Array, creator: Codes, month: Codes, size: Array) -> Array:
    """Return the variance of each creator's mean: single posts' luck, and months that lift or lower all posts.

    `luck` is what each post lies above its creator's mean, `size` its log followers. The luck of months fades with
    their distance and varies as much at all creators; that of single posts is the creator's own, drawn toward that of
    all.
    """
    posts = np.bincount(creator).astype(float)
    number, total, summed = (_by_month(values, creator, month) for values in (np.ones_like(luck), luck, size))
    squares = np.bincount(creator, weights=luck**2)
    within = _within_months(float(squares.sum()), number, total)
    level, memory = _months_luck(number, total, summed, within)
    usual = float(squares.sum()) / max(len(luck) - len(posts), 1)
    own = (squares + BORROWED_POSTS * usual) / (posts - 1 + BORROWED_POSTS)
    single = own * min(within / usual, 1.0) if usual > 0 else own
    distance = np.abs(np.subtract.outer(np.arange(number.shape[1]), np.arange(number.shape[1])))
    shared = ((number @ memory**distance) * number).sum(axis=1) / posts**2
    return np.asarray(single / posts + level * shared)


def _by_month(values: Array, creator: Codes, month: Codes) -> Array:
    """Return the sums of values by creator (rows) and month (columns)."""
    shape = int(creator.max()) + 1, int(month.max()) + 1
    cells = creator * shape[1] + month
    sums = np.bincount(cells, weights=values, minlength=shape[0] * shape[1])
    return np.asarray(sums.reshape(shape), dtype=float)


def _within_months(squares: float, number: Array, total: Array) -> float:
    """Return the variance of posts of one creator and month; of all posts of a creator where months hold one each."""
    freedom = float(number.sum() - (number > 0).sum())
    if freedom < FEWEST_REPEATS:
        return squares / max(float(number.sum()) - len(number), 1.0)
    return (squares - float((total**2 / np.maximum(number, 1)).sum())) / freedom


def _months_luck(number: Array, total: Array, summed: Array, within: float) -> tuple[float, float]:
    """Return the variance of the months' luck, and how much of it is left a month later.

    Half the squared difference of two months grows with their distance up to that variance; differences do not care
    what a creator's mean is. The curve is the one that fits best, drawn toward none where few posts tell.
    """
    apart, weight, pairs = _months_apart(number, total, summed, within)
    if not weight.any():
        return 0.0, 0.0
    # What two months of single posts' luck tell of the curve, as if each month entered one pair only.
    doubt = number.shape[1] * pairs.sum() / (4 * weight.sum() * USUAL_MONTHS**2)
    curves = 1 - MEMORIES[:, None] ** np.arange(number.shape[1])
    levels = np.maximum((curves * apart * weight).sum(axis=1) / ((curves**2 * weight).sum(axis=1) + doubt), 0)
    misses = (weight * (apart - levels[:, None] * curves) ** 2).sum(axis=1) + doubt * levels**2
    best = int(np.argmin(misses))
    # Taking out months has taken each creator's part in their luck.
    return float(levels[best]) * len(number) / max(len(number) - 1, 1), float(MEMORIES[best])


def _months_apart(number: Array, total: Array, summed: Array, within: float) -> tuple[Array, Array, Array]:
    """Return, by distance of months, half their mean squared difference less single posts' luck, its weight, the pairs.

    Months between which followers changed by a quarter or more say nothing of luck.
    """
    mean, size = total / np.maximum(number, 1), summed / np.maximum(number, 1)
    apart, weight, pairs = np.zeros((3, number.shape[1]))
    for lag in range(1, number.shape[1]):
        early, late = number[:, :-lag], number[:, lag:]
        steady = np.abs(size[:, lag:] - size[:, :-lag]) < SAME_SIZE
        told = steady * early * late / np.maximum(early + late, 1)
        halves = (mean[:, lag:] - mean[:, :-lag]) ** 2 / 2
        weight[lag], pairs[lag] = told.sum(), (told > 0).sum()
        apart[lag] = ((told * halves).sum() - within / 2 * pairs[lag]) / max(weight[lag], 1e-300)
    return apart, weight, pairs


def paule_mandel(y: Array, variance: Array, design: Array) -> float:
    """Return the variance between creators at which their weighted squared distances from the line are as expected.

    That is one for each creator beyond the columns of the design (Paule and Mandel 1982).
    """
    aim = float(len(y) - design.shape[1])
    if _distances(0.0, y, variance, design) <= aim:
        return 0.0
    high = float(np.var(y)) + float(variance.max())
    while _distances(high, y, variance, design) > aim:
        high *= 4
    found = optimize.brentq(lambda spread: _distances(spread, y, variance, design) - aim, 0, high, xtol=1e-12)
    return float(found)


def _line(y: Array, weight: Array, design: Array) -> tuple[Array, Array]:
    """Return the weighted line through the creators, and the covariance of its coefficients."""
    covariance = np.asarray(np.linalg.inv(design.T @ (weight[:, None] * design)), dtype=float)
    return covariance @ (design.T @ (weight * y)), covariance


def _distances(spread: float, y: Array, variance: Array, design: Array) -> float:
    """Return the sum of squared distances from the line, each in units of its own variance and the spread."""
    weight = 1 / (variance + spread)
    return float((weight * (y - design @ _line(y, weight, design)[0]) ** 2).sum())


def drawn_in(y: Array, variance: Array, design: Array, spread: float) -> Array:
    """Return each creator's log rate, drawn toward the line as far as its own variance outweighs the spread."""
    line = design @ _line(y, 1 / (variance + spread), design)[0]
    return np.asarray(line + spread / (spread + variance) * (y - line))


def draws(y: Array, variance: Array, design: Array, seed: int) -> Array:
    """Return joint draws of the creators' log rates, one row a draw: spread, line, then creators around it.

    Spreads are those at which the squared distances are a draw of chi-square (Q-profile, Viechtbauer 2007); variances
    are taken to be known as well as a sample of one value a creator tells them.
    """
    rng, freedom = np.random.default_rng(seed), len(y) - 1
    spreads = _spreads(rng.chisquare(len(y) - design.shape[1], DRAWS), y, variance, design)
    wider = freedom / rng.chisquare(freedom, DRAWS)
    parts = [
        _drawn(y, variance * wider[at : at + AT_ONCE, None], design, spreads[at : at + AT_ONCE, None], rng)
        for at in range(0, DRAWS, AT_ONCE)
    ]
    return np.concatenate(parts)


def _spreads(distances: Array, y: Array, variance: Array, design: Array) -> Array:
    """Return the spread that leads to each sum of squared distances; 0 where even no spread leads to less."""
    high = 100 * (float(np.var(y)) + float(variance.max()))
    grid = np.concatenate([[0.0], np.geomspace(1e-5, 1, 120) * high])
    reached = np.array([_distances(spread, y, variance, design) for spread in grid])
    return np.asarray(np.interp(-distances, -reached, grid))


def _drawn(y: Array, variance: Array, design: Array, spread: Array, rng: np.random.Generator) -> Array:
    """Return one draw a row of `variance`, given the spread of each row."""
    weight = 1 / (variance + spread)
    covariance = np.linalg.inv(np.einsum("dg,gp,gq->dpq", weight, design, design))
    middle = np.einsum("dpq,dq->dp", covariance, (weight * y) @ design)
    noise = rng.standard_normal((len(weight), design.shape[1]))
    line = (middle + np.einsum("dpq,dq->dp", np.linalg.cholesky(covariance), noise)) @ design.T
    kept = spread * weight
    return np.asarray(line + kept * (y - line) + np.sqrt(kept * variance) * rng.standard_normal(weight.shape))


def judged(feed: Feed, campaign: Campaign) -> Judged | None:
    """Return the creators with their drawn-in rates; None where there is no luck or no difference to tell apart."""
    found = means(feed, campaign)
    y, variance, design = found.log_rate, found.variance, found.design
    if inference.all_alike(y) or not float(variance.min()) > inference.NO_SPREAD:
        return None
    spread = paule_mandel(y, variance, design)
    rate = drawn_in(y, variance, design, spread) + found.to_median
    joint = draws(y, variance, design, campaign.seed) + found.to_median
    return Judged(found, rate, joint, math.sqrt(spread))


def table(found: Judged, feed: Feed, campaign: Campaign) -> pd.DataFrame:
    """Return one row a creator, the best first: posts, raw and drawn-in rate with interval, chances.

    `at_least` is the rate that a creator exceeds with a chance of 9 in 10; it decides the verdict.
    """
    raw = feeds.creators(feed).set_index("influencer_id")["rate"]
    tail = (1 - campaign.confidence) / 2
    low, at_least, high = np.exp(np.quantile(found.draws, [tail, 1 - SURE, 1 - tail], axis=0))
    rows = pd.DataFrame(
        {
            "influencer_id": found.means.names,
            "posts": found.means.posts.astype(int),
            "raw": raw.reindex(found.means.names).to_numpy(float),
            "rate": np.exp(found.log_rate),
            "low": low,
            "high": high,
            "at_least": at_least,
            "above": (found.draws > math.log(campaign.engagement_floor)).mean(axis=0),
            "best": _among_best(found.draws, campaign.best_creators),
        }
    )
    return rows.sort_values(["rate", "influencer_id"], ascending=[False, True], ignore_index=True)


def _among_best(joint: Array, number: int) -> Array:
    """Return how often each creator is among the best so many."""
    if number >= joint.shape[1]:
        return np.ones(joint.shape[1])
    last = np.partition(joint, -number, axis=1)[:, -number]
    return np.asarray((joint >= last[:, None]).mean(axis=0))


def ranked(feed: Feed, campaign: Campaign) -> Finding:
    """Count the creators whose engagement rate lies above the brand's floor with a chance of 9 in 10 or more."""
    name, creators = "engagement.ranking", int(feed.posts["influencer_id"].nunique())
    known: dict[str, Any] = {"n": len(feed.posts), "clusters": creators, "level": campaign.confidence}
    if creators < FEWEST_CREATORS:
        return not_enough(name, words.too_few_to_rank(creators, FEWEST_CREATORS), METHOD, **known)
    repeats = len(feed.posts) - creators
    if repeats < FEWEST_REPEATS:
        return not_enough(name, words.too_few_repeats(len(feed.posts), FEWEST_REPEATS - repeats), METHOD, **known)
    found = judged(feed, campaign)
    if found is None:
        return not_enough(name, words.ALL_ALIKE, METHOD, **known)
    rows = table(found, feed, campaign)
    flagged, possible = int((rows["above"] > SURE).sum()), int((rows["above"] >= 1 - SURE).sum())
    said = words.ranking(flagged, possible - flagged, creators, campaign.engagement_floor)
    verdict: Verdict = "supported" if flagged else "undecided" if possible else "contradicted"
    known |= {"caveats": (*feed.caveats, words.LUCKY_FIRST), "table": shown(rows, campaign)}
    known["details"] = {"spread": found.spread, "floor": campaign.engagement_floor, "best": campaign.best_creators}
    return Finding(name, said, verdict, METHOD, float(flagged), (float(flagged), float(possible)), **known)


def shown(rows: pd.DataFrame, campaign: Campaign) -> ShownTable:
    """Return the creators for the page, raw rate beside drawn-in rate."""
    ends = zip(rows["rate"], rows["low"], rows["high"], strict=True)
    told = rows.assign(
        rate_shown=[words.rate_with_ends(*rate) for rate in ends],
        verdict=[words.floor_verdict(chance, SURE) for chance in rows["above"]],
    )
    floor, best = campaign.engagement_floor, campaign.best_creators
    columns = (
        TableColumn("influencer_id", "Creator"),
        TableColumn("verdict", "Verdict"),
        TableColumn("posts", "Posts", "count"),
        TableColumn("raw", "Median post, raw", "percent"),
        TableColumn("rate_shown", "Luck allowed for", "range"),
        TableColumn("at_least", "At least, 9 times in 10", "percent", shown=False),
        TableColumn("above", words.above_floor(floor), "probability"),
        TableColumn("best", words.among_best(best), "probability"),
        TableColumn("rate", "Luck allowed for", "percent", shown=False),
        TableColumn("low", "From", "percent", shown=False),
        TableColumn("high", "To", "percent", shown=False),
    )
    return ShownTable(words.ranking_caption(len(rows), campaign.confidence), columns, told)
