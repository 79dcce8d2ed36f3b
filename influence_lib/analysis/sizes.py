"""How the engagement rate follows size, in two ways, and what could prove the answer wrong.

The model of posts (`law`) is the answer: counts of mean followers x exp(slope x log of the creator's usual followers +
format + month + label), negative binomial, posts of a creator correlated, errors set right for few creators (Mancl and
DeRouen 2001). The line over creators (`line`) is the check, and the answer where the model finds none: with fifteen
creators its interval is a tenth wider. `benchmarks/calibration.py` has both.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import statsmodels.api as sm

from influence_lib.analysis import feed as feeds
from influence_lib.analysis import guards, inference
from influence_lib.analysis.guards import NotEnough
from influence_lib.analysis.inference import Array, Codes, Interval

# A format or month of fewer posts or creators is not told apart from the others.
FEWEST_OF_A_KIND, FEWEST_CREATORS_OF_A_KIND = 8, 3
# The model of posts takes no more than these, evenly over each creator's time: more posts of the same creators add
# gigabytes and minutes and leave the interval as it is.
MOST_POSTS, MOST_POSTS_A_CREATOR = 50_000, 500
ROUNDS = 60
FEWEST_CREATORS = 8
# A range of sizes narrower than this says nothing about size.
NARROWEST_RANGE = 1.5
# With a creator who alone decides the line, its interval means nothing.
MOST_PULL = 0.95
SHUFFLES = 499
EARLIER_DAYS = 90
# Fewer creators to spare than this, and platforms are not told apart.
FEWEST_FREE = 6
CURVE_KNOTS = (0.05, 0.35, 0.65, 0.95)


@dataclass(frozen=True)
class Law:
    """The elasticity of the engagement rate with its interval, its standard error and the counts' spread."""

    slope: Interval
    error: float
    dispersion: float


@dataclass(frozen=True)
class _Gee:
    """A fitted mean model."""

    names: tuple[str, ...]
    values: Array
    covariance: Array
    dispersion: float
    freedom: float
    creators: int


def law(posts: pd.DataFrame, level: float) -> Law | NotEnough:
    """Return the change of log engagement rate for each unit of log followers, between creators.

    `posts` has engagements, followers, influencer_id, platform, post_type, posted_at and is_sponsored, one row a post.
    """
    return law_of(posts, posts["followers"], level)


def law_of(posts: pd.DataFrame, followers: pd.Series, level: float) -> Law | NotEnough:
    """Return the law for followers given apart from those that the rate is taken over.

    A creator's size is the usual number over their posts: how a rate moves while one account grows is another question.
    """
    size = _size_for_law(posts, followers)
    if isinstance(size, NotEnough):
        return size
    taken = _taken(posts)
    found = _gee(posts.iloc[taken], {"size": size[taken] - size[taken].mean()})
    return found if isinstance(found, NotEnough) else _law(found, level)


def _sizeless(posts: pd.DataFrame, followers: pd.Series) -> NotEnough | None:
    """Return that posts lack a creator, engagements or followers above zero, or None: they have no rate."""
    parts = {"influencer_id": posts["influencer_id"].isna(), "engagements": ~_at_least(posts["engagements"], 0.0)}
    parts |= {"followers": ~_at_least(followers, 1e-300) | ~_at_least(posts["followers"], 1e-300)}
    missing = {name: int(lacking.sum()) for name, lacking in parts.items() if lacking.any()}
    if missing or posts.empty:
        known = len(posts) - max(missing.values(), default=0)
        return NotEnough("rows", known, max(len(posts), 1), tuple(missing))
    return None


def _at_least(values: pd.Series, least: float) -> pd.Series:
    """Return which values are finite numbers not below a limit."""
    numbers = values.astype(float)
    return (numbers >= least) & (numbers < np.inf)


def _taken(posts: pd.DataFrame) -> Codes:
    """Return the positions of the posts that the model of posts takes: all, or some of each creator, evenly in time."""
    creator = guards.codes(posts["influencer_id"])
    have = np.bincount(creator)
    caps = range(MOST_POSTS_A_CREATOR, 1, -1)
    cap = next((cap for cap in caps if int(np.minimum(have, cap).sum()) <= MOST_POSTS), 1)
    order = np.lexsort((posts["posted_at"].to_numpy("datetime64[us]"), creator))
    place = np.arange(len(order)) - (np.cumsum(have) - have)[creator[order]]
    share = np.minimum(cap / have, 1)[creator[order]]
    return np.sort(order[np.floor((place + 1) * share + 1e-9) > np.floor(place * share + 1e-9)])


def _usual_size(posts: pd.DataFrame, followers: pd.Series) -> Array:
    """Return for each post the log of its creator's median number of followers."""
    return np.asarray(np.log(followers.astype(float).groupby(posts["influencer_id"]).transform("median")))


def _size_for_law(posts: pd.DataFrame, followers: pd.Series) -> Array | NotEnough:
    """Return the usual size of each post's creator, or why a law is not even tried."""
    refused = _sizeless(posts, followers)
    if refused:
        return refused
    size = _usual_size(posts, followers)
    usual = np.asarray(pd.Series(size).groupby(posts["influencer_id"].to_numpy()).median(), dtype=float)
    sums = posts.groupby("influencer_id")[["engagements", "followers"]].sum().to_numpy(float)
    return _no_line(usual, sums[:, 0] / sums[:, 1]) or size


def _law(found: _Gee, level: float) -> Law:
    """Return the fitted model as the law of size."""
    best, error = float(found.values[1]), float(np.sqrt(found.covariance[1, 1]))
    half = inference.quantile_t(level, found.freedom) * error
    return Law(Interval(best, best - half, best + half, found.creators), error, found.dispersion)


def controls(posts: pd.DataFrame) -> dict[str, Array]:
    """Return columns for platform and format, month, and label, each kind against the commonest; all centred."""
    month = posts["posted_at"].dt.year * 100 + posts["posted_at"].dt.month
    form = posts["platform"].astype(str) + " " + posts["post_type"].astype(str)
    label = "sponsored: " + posts["is_sponsored"].astype("str").fillna("unknown")
    creator = posts["influencer_id"]
    found = {name: values for part in (form, month, label) for name, values in kinds(part, creator).items()}
    return {name: np.subtract(values, values.mean(), out=values) for name, values in found.items()}


def kinds(labels: pd.Series, creator: pd.Series) -> dict[str, Array]:
    """Return a column for each kind but the commonest; kinds of few posts or few creators count as the commonest."""
    seen = creator.groupby(labels).agg(["size", "nunique"]).sort_values("size", ascending=False, kind="stable")
    # A single account is compared with itself: each of its kinds has one creator.
    fewest = min(FEWEST_CREATORS_OF_A_KIND, creator.nunique())
    able = (seen["size"] >= FEWEST_OF_A_KIND) & (seen["nunique"] >= fewest)
    code = seen.index.get_indexer(pd.Index(labels))
    return {str(kind): (code == at).astype(float) for at, kind in enumerate(seen.index) if at > 0 and able[kind]}


def _gee(posts: pd.DataFrame, sizes: dict[str, Array]) -> _Gee | NotEnough:
    """Return the generalised estimating equations of the mean model, or why there are none (Liang and Zeger 1986)."""
    columns, creator = sizes | controls(posts), guards.codes(posts["influencer_id"])
    everything = np.column_stack([np.ones(len(posts)), *columns.values()])
    kept = guards.independent(everything)
    names = tuple(("level", *columns)[at] for at in kept)
    if names[:2] != ("level", "size"):
        return NotEnough("collinear", columns=("size",))
    x, y = everything[:, kept], posts["engagements"].to_numpy(float)
    offset = np.log(posts["followers"].to_numpy(float))
    creators = int(creator.max()) + 1
    freedom = creators - _between(x, creator)
    if freedom < 2:
        return NotEnough("creators", creators, creators + 2 - freedom)
    fitted = guards.fitted(_fit_of(y, x, offset, creator))
    if isinstance(fitted, NotEnough):
        return fitted
    values, covariance, dispersion = fitted
    if not np.isfinite(covariance).all() or not covariance[1, 1] > (inference.NO_SPREAD * abs(values[1])) ** 2:
        return NotEnough("constant")
    return _Gee(names, values, covariance, dispersion, float(freedom), creators)


def _between(x: Array, creator: Codes) -> int:
    """Return how many columns tell creators apart rather than posts of one creator."""
    means = x - guards.less_means(x, creator)
    share = means.var(axis=0) / np.maximum(x.var(axis=0), 1e-300)
    return 1 + int((share[1:] > 0.5).sum())


def _fit_of(y: Array, x: Array, offset: Array, creator: Codes) -> Callable[[], tuple[Array, Array, float]]:
    """Return the fit as a function, so that its warnings can be caught."""

    def fit() -> tuple[Array, Array, float]:
        alpha, start = _dispersion(y, x, offset)
        family = sm.families.NegativeBinomial(alpha=alpha)
        model = sm.GEE(y, x, creator, family=family, offset=offset, cov_struct=sm.cov_struct.Exchangeable())
        found = model.fit(cov_type="bias_reduced", start_params=start, maxiter=ROUNDS)
        if not found.converged:
            raise ArithmeticError("no convergence")
        return np.asarray(found.params), np.asarray(found.cov_params()), alpha

    return fit


@dataclass(frozen=True)
class Check:
    """The same slope found in another way: its interval, and how far it lies from the first."""

    slope: Interval
    shift: float


def creators(posts: pd.DataFrame) -> pd.DataFrame:
    """Return one row a creator: influencer_id, posts, platform, log_size, log_rate.

    `log_rate` is the log of engagements over followers, both summed, posts set right for format, month and label: each
    post's followers are counted as many as they are usually worth in its kind (differences within creators).
    """
    worth = np.exp(_kind_effects(posts))
    rows = posts.assign(worth=posts["followers"].astype(float) * worth, log_size=_usual_size(posts, posts["followers"]))
    table = rows.groupby("influencer_id", sort=True).agg(
        posts=("post_id", "size"),
        platform=("platform", "first"),
        log_size=("log_size", "first"),
        engagements=("engagements", "sum"),
        worth=("worth", "sum"),
    )
    log_rate = np.log((table["engagements"].astype(float) + 0.5) / table["worth"])
    return table.assign(log_rate=log_rate).drop(columns=["engagements", "worth"]).reset_index()


def _kind_effects(posts: pd.DataFrame) -> Array:
    """Return for each post how much its format, month and label usually add to the log rate of a creator."""
    x = np.column_stack([np.ones(len(posts)), *controls(posts).values()])
    usual = guards.effects(feeds.log_rate(posts).to_numpy(float), x, guards.codes(posts["influencer_id"]))
    return np.asarray(x @ usual)


def line(table: pd.DataFrame, level: float) -> Interval | NotEnough:
    """Return the slope of `log_rate` on `log_size` over creators, platforms apart.

    Least squares with HC3 errors (Long and Ervin 2000) and Student's t; refused where sizes or rates are alike or one
    creator decides the line.
    """
    x, y = table["log_size"].to_numpy(float), table["log_rate"].to_numpy(float)
    refused = _no_line(x, y)
    if refused:
        return refused
    design = np.column_stack([np.ones(len(x)), x - x.mean(), *_platforms(table["platform"])])
    design = design[:, guards.independent(design)]
    pull = (np.linalg.qr(design)[0] ** 2).sum(axis=1)
    if float(pull.max()) > MOST_PULL or len(x) - design.shape[1] < FEWEST_FREE:
        design = design[:, :2]
    fit = sm.OLS(y, design).fit(cov_type="HC3", use_t=True)
    if not fit.bse[1] > inference.NO_SPREAD:
        return NotEnough("constant", len(table))
    low, high = fit.conf_int(1 - level)[1]
    return Interval(float(fit.params[1]), float(low), float(high), len(table))


def _no_line(x: Array, y: Array) -> NotEnough | None:
    """Return why no line is laid through creators, or None."""
    known = np.isfinite(x) & np.isfinite(y)
    if not known.all():
        return NotEnough("rows", int(known.sum()), len(x))
    if len(x) < FEWEST_CREATORS:
        return NotEnough("creators", len(x), FEWEST_CREATORS)
    apart = (x - x.mean()) ** 2
    if np.ptp(x) < np.log(NARROWEST_RANGE) or inference.all_alike(y):
        return NotEnough("constant", len(x))
    return NotEnough("one creator", 1, 2) if 1 / len(x) + float(apart.max() / apart.sum()) > MOST_PULL else None


def _platforms(platform: pd.Series) -> list[Array]:
    """Return a column for each platform of several creators but the commonest; the others count as the commonest."""
    counts = platform.value_counts().sort_index().sort_values(ascending=False, kind="stable")
    named = [name for name in counts.index[1:] if counts[name] >= FEWEST_CREATORS_OF_A_KIND]
    return [(platform == name).to_numpy(float) for name in named]


def chance_of_shuffled(table: pd.DataFrame, seed: int) -> float:
    """Return how often follower numbers dealt out anew among the creators give a line as steep (499 deals).

    Engagements move with their creator; only the number of followers beside them is another's.
    """
    x, y = table["log_size"].to_numpy(float), table["log_rate"].to_numpy(float)
    rng = np.random.default_rng(seed)
    seen = _steepness(x, y)
    as_steep = sum(_steepness(rng.permutation(x), y) >= seen for _ in range(SHUFFLES))
    return (1 + as_steep) / (SHUFFLES + 1)


def _steepness(x: Array, y: Array) -> float:
    """Return how many of its own HC3 errors the slope of y over x lies from zero."""
    apart, residue = x - x.mean(), y - y.mean()
    square = apart**2 / float(apart @ apart)
    left = (residue - float(apart @ residue) / float(apart @ apart) * apart) / np.maximum(1 - 1 / len(y) - square, 1e-9)
    return abs(float(apart @ residue)) / float(np.sqrt(apart**2 @ left**2))


def with_earlier_followers(posts: pd.DataFrame, followers: pd.DataFrame, level: float) -> Check | NotEnough:
    """Return the line with followers of 90 days earlier as size, and those at posting as the denominator still.

    An error in the follower number enters size and rate with opposite signs and makes the line too steep; an earlier
    number has another error. Only posts whose creator's followers were read that early take part, in both lines.
    """
    earlier = _followers_before(posts, followers)
    able = earlier.notna().to_numpy()
    rows = posts[able]
    table = creators(rows)
    then = earlier[able].astype(float).groupby(rows["influencer_id"]).median()
    now = line(table, level)
    if isinstance(now, NotEnough):
        return now
    log_then = np.log(then.reindex(table["influencer_id"]).to_numpy(float))
    before = line(table.assign(log_size=log_then), level)
    return before if isinstance(before, NotEnough) else Check(before, before.estimate - now.estimate)


def without_the_strongest(table: pd.DataFrame, level: float) -> Check | NotEnough:
    """Return the line without the creator whose absence moves it most."""
    whole = line(table, level)
    if isinstance(whole, NotEnough):
        return whole
    x, y = table["log_size"].to_numpy(float), table["log_rate"].to_numpy(float)
    apart, residue = x - x.mean(), y - y.mean()
    slope = float(apart @ residue / (apart @ apart))
    pull = 1 / len(x) + apart**2 / (apart @ apart)
    moved = apart * (residue - slope * apart) / (1 - pull)
    rest = table.drop(index=table.index[int(np.argmax(np.abs(moved)))])
    found = line(rest, level)
    return found if isinstance(found, NotEnough) else Check(found, found.estimate - whole.estimate)


def _followers_before(posts: pd.DataFrame, followers: pd.DataFrame) -> pd.Series:
    """Return the last follower number read at least 90 days before each post; unknown where there is none."""
    told = followers.dropna(subset=["followers"]).rename(columns={"followers": "earlier"})
    seen = told.sort_values("observed_at", kind="stable")
    when = posts.assign(until=posts["posted_at"] - pd.Timedelta(days=EARLIER_DAYS), row=np.arange(len(posts)))
    joined = pd.merge_asof(
        when.sort_values("until", kind="stable")[["until", "influencer_id", "platform", "row"]],
        seen[["observed_at", "influencer_id", "platform", "earlier"]],
        left_on="until", right_on="observed_at", by=["influencer_id", "platform"],
    )  # fmt: skip
    earlier = joined.set_index("row")["earlier"].sort_index()
    return earlier.where(earlier > 0).set_axis(posts.index)


def curve(posts: pd.DataFrame, level: float, points: int = 60) -> pd.DataFrame | NotEnough:
    """Return the engagement rate by size as a smooth line: followers, rate, low, high.

    A natural cubic spline with four knots in the same model; the interval is for each point by itself, formats and
    months as on average.
    """
    size = _size_for_law(posts, posts["followers"])
    if isinstance(size, NotEnough):
        return size
    by_creator = pd.Series(size).groupby(posts["influencer_id"].to_numpy()).first().to_numpy(float)
    knots = np.asarray(np.quantile(by_creator, CURVE_KNOTS), dtype=float)
    if not (np.diff(knots) > 0).all():
        return NotEnough("constant")
    taken, columns = _taken(posts), _curve_columns(size, knots, float(by_creator.mean()))
    found = _gee(posts.iloc[taken], {name: values[taken] for name, values in columns.items()})
    if isinstance(found, NotEnough) or found.names[: 1 + len(columns)] != ("level", *columns):
        return found if isinstance(found, NotEnough) else NotEnough("collinear")
    at = np.asarray(np.linspace(by_creator.min(), by_creator.max(), points), dtype=float)
    return _along(at, np.column_stack(list(_curve_columns(at, knots, float(by_creator.mean())).values())), found, level)


def _curve_columns(size: Array, knots: Array, middle: float) -> dict[str, Array]:
    """Return the columns of a natural cubic spline by name."""
    return {"size": size - middle} | {f"bend {n}": values for n, values in enumerate(_bends(size, knots).T)}


def _along(at: Array, columns: Array, found: _Gee, level: float) -> pd.DataFrame:
    """Return the rates that a model expects at sizes, with their intervals."""
    x = np.column_stack([np.ones(len(at)), columns])
    told = slice(0, x.shape[1])
    best, spread = x @ found.values[told], found.covariance[told, told]
    half = inference.quantile_t(level, found.freedom) * np.sqrt(np.einsum("ij,jk,ik->i", x, spread, x))
    rows = {"followers": np.exp(at), "rate": np.exp(best), "low": np.exp(best - half), "high": np.exp(best + half)}
    return pd.DataFrame(rows)


def _bends(x: Array, knots: Array) -> Array:
    """Return the bent columns of a natural cubic spline."""
    cubes = np.maximum(x[:, None] - knots, 0) ** 3 / (knots[-1] - knots[0]) ** 2
    ramps = (cubes[:, :-1] - cubes[:, -1:]) / (knots[-1] - knots[:-1])
    return np.asarray(ramps[:, :-1] - ramps[:, -1:])


def _dispersion(y: Array, x: Array, offset: Array) -> tuple[float, Array]:
    """Return how far counts spread beyond their mean (moments), and the means' parameters."""
    alpha, start = 1.0, None
    for _ in range(3):
        family = sm.families.NegativeBinomial(alpha=alpha)
        found = sm.GLM(y, x, family=family, offset=offset).fit(start_params=start)
        start, mean = np.asarray(found.params), np.asarray(found.fittedvalues)
        alpha = float(np.clip(np.mean(((y - mean) ** 2 - mean) / mean**2), 0.01, 20.0))
    assert start is not None
    return alpha, start
