"""Organic engagement by the share of sponsored posts before: the bend, the straight line, and what comes first."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats
from scipy.special import betaln, gammaln

from influence_lib.analysis import guards, inference, sponsored
from influence_lib.analysis.feed import Feed
from influence_lib.analysis.guards import Design, NotEnough
from influence_lib.analysis.inference import Array, Codes, Interval
from influence_lib.campaign import Campaign

FEWEST_CREATORS = 12
FEWEST_POSTS_A_WINDOW = 8
FEWEST_MONTHS = 4
# A bend needs months on both sides of it, from several creators.
FEWEST_EACH_SIDE = 4
KINK_STEP = 0.02
KINKS = np.arange(0.10, 0.801, KINK_STEP)
REPLICATES = 499
# What half of the posts sponsored costs against a fifth (S0-35 names the half).
SHARES_COMPARED = (0.2, 0.5)
SENSITIVITIES = (0.2, 0.5, 0.8)
# Going from no to only sponsored posts beyond the bend rarely costs more than a factor of e^3: twice this.
USUAL_SLOPE = 1.5
SWAPS = 59
MOST_DEALT = 500
# Taking out creators and months by turns ends this near to the exact answer.
ROUNDING = 1e-7
# Platforms of one creator differ by a constant after so many turns, whatever their mix (Guimaraes and Portugal 2010).
PLATFORM_ROUNDS = 30
# With more marked posts than this part of those that could be, nearly all posts would have to be sponsored.
MOST_SPONSORED = 0.9


def labels(feed: Feed) -> pd.DataFrame:
    """Return all published posts whose label is known, also those without numbers."""
    posts = feed.published[feed.published["is_sponsored"].notna()]
    return posts.assign(sponsored=posts["is_sponsored"].astype(bool))


def panel(feed: Feed, campaign: Campaign) -> pd.DataFrame:
    """Return organic engagement by creator and month, with the sponsored share of the days before the month.

    Columns: influencer_id, month, log_rate (format and platform set right), posts, share, posts_before, share_now,
    share_next. Posts read too early for a comparison over time are left out, as are months without enough labelled
    posts before, and then creators with too few months or with one and the same share in all of them. `share_now` is
    the share in the month itself, `share_next` that of the two months after it (NaN where there are no posts).
    """
    posts = sponsored.labelled(feed)
    posts = posts[posts["age_days"] >= campaign.trend_age_days]
    organic = posts[~posts["sponsored"]]
    log_rate = _without_account(organic, _without_format(organic))
    rows = organic.assign(month=_month(organic["posted_at"]), log_rate=log_rate)
    table = rows.groupby(["influencer_id", "month"]).agg(log_rate=("log_rate", "mean"), posts=("post_id", "size"))
    seen = labels(feed)
    table = _with_share_before(table.reset_index(), seen, campaign.saturation_days)
    table = _with_later_shares(table[table["posts_before"] >= FEWEST_POSTS_A_WINDOW], seen)
    by = table.groupby("influencer_id")["share"]
    able = (by.transform("nunique") > 1) & (by.transform("size") >= FEWEST_MONTHS)
    return table[able].reset_index(drop=True)


def _without_format(organic: pd.DataFrame) -> pd.Series:
    """Return log rates of organic posts with the usual difference between a creator's formats taken out."""
    columns = sponsored.kinds(organic)
    columns.pop("age", None)
    if organic.empty or not columns:
        return organic["log_rate"]
    x = np.column_stack(list(columns.values()))
    usual = guards.effects(organic["log_rate"].to_numpy(float), x, sponsored.account_months(organic))
    return organic["log_rate"] - (x - x.mean(axis=0)) @ usual


def _without_account(organic: pd.DataFrame, log_rate: pd.Series) -> pd.Series:
    """Return log rates with the usual difference between a creator's platforms taken out.

    Otherwise a month of more posts where the creator draws more would pass for a good month.
    """
    account, creator = sponsored.accounts(organic), guards.codes(organic["influencer_id"])
    month = guards.codes(creator * 10_000 + sponsored.months(organic))
    y = log_rate.to_numpy(float)
    usual = _means(y, account)
    for _ in range(PLATFORM_ROUNDS):
        usual = _means(y - _means(y - usual, month), account)
    return log_rate - usual + _means(usual, creator)


def _means(values: Array, group: Codes) -> Array:
    """Return for each value the mean of its group."""
    return np.asarray(values - guards.less_means(values[:, None], group)[:, 0])


def _month(times: pd.Series) -> pd.Series:
    """Return the first moment of each time's month."""
    return times.dt.tz_localize(None).dt.to_period("M").dt.start_time.dt.tz_localize("UTC").astype(times.dtype)


def _with_share_before(table: pd.DataFrame, seen: pd.DataFrame, days: int) -> pd.DataFrame:
    """Return creator-months with the sponsored share of the days before the month, and of how many posts."""
    share, number = np.full(len(table), np.nan), np.zeros(len(table), dtype=np.int64)
    feeds: dict[Any, pd.DataFrame] = dict(iter(seen.groupby("influencer_id")))
    for name, rows in table.groupby("influencer_id").indices.items():
        times, months = feeds[name]["posted_at"], table["month"].iloc[rows]
        paid = np.concatenate([[0], feeds[name]["sponsored"].cumsum()])
        until, since = times.searchsorted(months), times.searchsorted(months - pd.Timedelta(days=days))
        number[rows] = until - since
        share[rows] = (paid[until] - paid[since]) / np.maximum(until - since, 1)
    return table.assign(share=share, posts_before=number)


def _with_later_shares(table: pd.DataFrame, seen: pd.DataFrame) -> pd.DataFrame:
    """Return creator-months with the sponsored share of the month itself and of the two months after it."""
    by = seen.assign(month=_month(seen["posted_at"])).groupby(["influencer_id", "month"])["sponsored"]
    counts = by.agg(["sum", "size"]).astype(float)

    def of(months_later: int) -> pd.DataFrame:
        month = (table["month"] + pd.DateOffset(months=months_later)).astype(table["month"].dtype)
        return counts.reindex(pd.MultiIndex.from_arrays([table["influencer_id"], month])).set_axis(table.index)

    now, later = of(0), of(1).fillna(0) + of(2).fillna(0)
    share_next = later["sum"] / later["size"].where(later["size"] > 0)
    return table.assign(share_now=now["sum"] / now["size"], share_next=share_next)


@dataclass(frozen=True)
class Bend:
    """Where engagement starts to fall and how fast, how likely such a bend is by chance, and the straight line.

    `chance` is that of any bend where there is none, `chance_straight` that of a bend so clear beside a straight line;
    `cost` is the change of log engagement from a fifth to half of the posts sponsored.
    """

    kink: Interval
    slope: Interval
    cost: Interval
    chance: float
    chance_straight: float
    below_half: float
    line: Interval | None
    lowest: float


def within(values: Array, creator: Codes, month: Codes, rounds: int = 500) -> Array:
    """Return columns with creator and month means taken out by turns (Guimaraes and Portugal 2010)."""
    out = np.asarray(values, dtype=float)
    enough = 1e-10 * max(float(np.abs(out).max()), 1e-300)
    for _ in range(rounds):
        before, out = out, guards.less_means(guards.less_means(out, creator), month)
        if float(np.abs(out - before).max()) < enough:
            break
    return out


def codes_of(table: pd.DataFrame) -> tuple[Codes, Codes]:
    """Return creators and months of a panel as whole numbers from 0."""
    return guards.codes(table["influencer_id"]), guards.codes(table["month"])


def bend(table: pd.DataFrame, level: float, seed: int) -> Bend | None:
    """Fit y = creator + month + slope * max(share - kink, 0) with the kink on a grid; None when nothing varies."""
    creator, month = codes_of(table)
    share = table["share"].to_numpy(float)
    usable = kinks_of(share, creator)
    if not len(usable) or inference.all_alike(table["log_rate"]):
        return None
    columns = [table["log_rate"].to_numpy(float), share, *(np.maximum(share - kink, 0) for kink in usable)]
    whole = np.column_stack(columns)
    inner = within(whole, creator, month)
    moving = _moving(inner, whole)
    if not (moving[:2].all() and moving[2:].any()):
        return None
    return _fitted_bend(inner[:, moving], creator, usable[moving[2:]], level, np.random.default_rng(seed))


def _moving(left: Array, whole: Array) -> npt.NDArray[np.bool_]:
    """Tell which columns creators and months do not explain: what is left of the others is rounding."""
    return np.asarray(np.abs(left).max(axis=0) > ROUNDING * np.maximum(np.abs(whole).max(axis=0), ROUNDING))


def kinks_of(share: Array, creator: Codes) -> Array:
    """Return the kinks with months of several creators on each side."""
    return np.array([kink for kink in KINKS if _both_sides(share, creator, kink)])


def _fitted_bend(inner: Array, creator: Codes, kinks: Array, level: float, rng: np.random.Generator) -> Bend:
    """Return the bend over all kinks, and how likely it is by chance."""
    found = integrated(inner[:, 0], inner[:, 2:], creator, kinks, level)
    return Bend(
        found.kink,
        found.slope,
        found.cost,
        _chance(inner[:, 0], inner[:, 2:], creator, rng),
        _chance(*_beside_a_line(inner), creator, rng),
        found.below_half,
        _line(inner, creator, level),
        float(kinks[0]),
    )


@dataclass(frozen=True)
class Integrated:
    """Kink, slope beyond it and cost of half against a fifth, each averaged over the kinks; P(kink below one half)."""

    kink: Interval
    slope: Interval
    cost: Interval
    below_half: float


def integrated(y: Array, hinges: Array, creator: Codes, kinks: Array, level: float) -> Integrated:
    """Return the bend averaged over kinks by how well they explain, all columns being free of creators and months.

    Flat prior on the kink, weak normal prior on the slope; each slope's error is that of leaving out one creator at a
    time. The best kink alone overstates the slope: on simulated feeds by a fifth, and its interval is twice as wide.
    """
    cross, square = _moments(y[:, None], hinges, creator)
    groups, total = len(cross), square.sum(0)
    slope = cross.sum(0) / total
    without = (cross.sum(0) - cross) / np.maximum(total - square, 1e-12)
    error = (groups - 1) / groups * ((without - slope) ** 2).sum(0)
    weight = _weights(slope, total, float((error * total)[np.argmax(slope**2 * total)]))
    pull = USUAL_SLOPE**2 / (USUAL_SLOPE**2 + error)
    mean, spread, far = slope * pull, np.sqrt(error * pull), _between_shares(kinks)
    sure = np.cumsum(weight)
    ends = [int(np.searchsorted(sure, tail - 1e-12)) for tail in ((1 - level) / 2, (1 + level) / 2)]
    low, high = kinks[ends[0]] - KINK_STEP / 2, kinks[min(ends[1], len(kinks) - 1)] + KINK_STEP / 2
    return Integrated(
        Interval(float(np.clip(weight @ kinks, low, high)), float(low), float(high), groups),
        _mixture(weight, mean, spread, groups, level),
        _mixture(weight, mean * far, spread * far, groups, level),
        float(weight @ (kinks < 0.5)),
    )


def _weights(slope: Array, total: Array, noise: float) -> Array:
    """Return how much each kink counts: the evidence of a normal slope with the noise of the best kink."""
    error = noise / total
    pull = USUAL_SLOPE**2 / (USUAL_SLOPE**2 + error)
    evidence = 0.5 * slope**2 / error * pull + 0.5 * np.log(error / (error + USUAL_SLOPE**2))
    weight = np.exp(evidence - evidence.max())
    return np.asarray(weight / weight.sum())


def _mixture(weight: Array, mean: Array, spread: Array, groups: int, level: float) -> Interval:
    """Return mean and interval of a mixture of Student's t, found by halving; a mean beyond an end is put on it."""
    tails, scale = np.array([(1 - level) / 2, (1 + level) / 2]), np.maximum(spread, 1e-12)
    low = np.full(2, float((mean - 60 * scale).min()))
    high = np.full(2, float((mean + 60 * scale).max()))
    for _ in range(80):
        middle = (low + high) / 2
        below = stats.t.cdf((middle[:, None] - mean) / scale, groups - 1) @ weight < tails
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    # Bends beyond both compared shares cost exactly nothing: an end among them is zero, not a rounding beside it.
    ends = np.where(np.abs(low) < inference.NO_SPREAD, 0.0, low)
    return Interval(float(np.clip(weight @ mean, *ends)), float(ends[0]), float(ends[1]), groups)


def _between_shares(kink: Any) -> Any:
    """Return how far beyond a kink the higher of the two compared shares lies, less how far the lower does."""
    low, high = SHARES_COMPARED
    return np.maximum(high - kink, 0) - np.maximum(low - kink, 0)


def _beside_a_line(inner: Array) -> tuple[Array, Array]:
    """Return outcome and hinges with what a straight line through all shares explains taken out of both."""
    share = inner[:, 1]
    rest = inner - np.outer(share, share @ inner / float(share @ share))
    hinges = rest[:, 2:]
    # A kink below all shares is the line itself; its hinge is rounding.
    return rest[:, 0], np.where((hinges**2).sum(0) > 1e-6 * (inner[:, 2:] ** 2).sum(0), hinges, 0.0)


def _both_sides(share: Array, creator: Codes, kink: float) -> bool:
    """Tell whether several creators have months on each side of a kink."""
    sides = len(np.unique(creator[share > kink])), len(np.unique(creator[share <= kink]))
    return min(sides) >= FEWEST_EACH_SIDE


def _moments(y: Array, hinges: Array, creator: Codes) -> tuple[Array, Array]:
    """Return by creator the cross products of outcome and each hinge, and the squares of each hinge."""
    sums = [np.zeros((int(creator.max()) + 1, hinges.shape[1])) for _ in range(2)]
    for target, rows in zip(sums, (y * hinges, hinges**2), strict=True):
        np.add.at(target, creator, rows)
    return sums[0], sums[1]


def _line(inner: Array, creator: Codes, level: float) -> Interval | None:
    """Return the slope of the straight line through all shares: leave-one-creator-out errors and Student's t."""
    cross, square = (sums[:, 0] for sums in _moments(inner[:, :1], inner[:, 1:2], creator))
    groups = len(cross)
    if float(square.max()) > 0.9 * float(square.sum()):
        return None
    slope = float(cross.sum() / square.sum())
    without = (cross.sum() - cross) / (square.sum() - square)
    half = inference.quantile_t(level, groups - 1) * float(
        np.sqrt((groups - 1) / groups * ((without - slope) ** 2).sum())
    )
    return Interval(slope, slope - half, slope + half, groups)


def _chance(y: Array, hinges: Array, creator: Codes, rng: np.random.Generator) -> float:
    """Return how often a bend at least as clear arises when there is none (wild cluster bootstrap, random signs)."""
    cross, square = _moments(y[:, None], hinges, creator)
    signs = rng.choice([-1.0, 1.0], size=(REPLICATES, len(cross)))
    seen = _clearest(np.ones((1, len(cross))), cross, square)[0]
    return float((1 + (_clearest(signs, cross, square) >= seen).sum()) / (REPLICATES + 1))


def _clearest(signs: Array, cross: Array, square: Array) -> Array:
    """Return, for each row of signs given to the creators, the largest cluster-robust Wald statistic over the kinks."""
    total = np.maximum(square.sum(0), 1e-9)
    summed = signs @ cross
    slope = summed / total
    # Sum over creators of (sign * cross - slope * square) squared, without a loop over the signs.
    spread = (cross**2).sum(0) - 2 * slope * (signs @ (cross * square)) + slope**2 * (square**2).sum(0)
    return np.asarray((summed**2 / np.maximum(spread, 1e-12)).max(axis=1))


def anothers_shares(table: pd.DataFrame, seed: int) -> float:
    """Return how often the shares of another creator in the same month give as clear a bend as the own ones.

    Whole histories of shares are dealt out anew among the creators, so that nothing but the pairing is broken. Of very
    many creators, the first are enough to tell.
    """
    names = table["influencer_id"].drop_duplicates().sort_values()
    table = table[table["influencer_id"].isin(names.iloc[:MOST_DEALT])]
    creator, month = codes_of(table)
    wide = table.pivot(index="influencer_id", columns="month", values="share").to_numpy(float)
    y = within(table[["log_rate"]].to_numpy(float), creator, month)[:, 0]
    rng = np.random.default_rng(seed)
    deals = [np.arange(len(wide)), *(rng.permutation(len(wide)) for _ in range(SWAPS))]
    found = [_clearest_of(y, wide[deal][creator, month], creator, month) for deal in deals]
    return float(np.mean([value >= found[0] for value in found]))


def _clearest_of(y: Array, share: Array, creator: Codes, month: Codes) -> float:
    """Return the largest statistic over the kinks for given shares; months without a share are left out."""
    known = np.isfinite(share)
    creator, month, share = guards.codes(creator[known]), guards.codes(month[known]), share[known]
    kinks = kinks_of(share, creator)[::4]
    if not len(kinks):
        return 0.0
    hinges = np.column_stack([np.maximum(share - kink, 0) for kink in kinks])
    inner = within(np.column_stack([y[known], hinges]), creator, month, rounds=40)
    cross, square = _moments(inner[:, :1], inner[:, 1:], creator)
    return float(_clearest(np.ones((1, len(cross))), cross, square)[0])


@dataclass(frozen=True)
class Before:
    """Whether engagement of a month goes with the share sponsored in the two months after it.

    `next_share` is the change of log engagement for each unit of that share, shares before and bend taken out.
    """

    next_share: Interval
    chance: float


def what_comes_first(table: pd.DataFrame, kink: float, level: float, seed: int) -> Before | NotEnough:
    """Return the lead: a fall of engagement before a rise of the share means that fading creators sell more posts.

    Two-way fixed effects with the share before, its bend and the share of the next two months; months of more organic
    posts count for more, up to ten posts' worth. The chance is that of a wild cluster bootstrap.
    """
    rows = table[table["share_next"].notna()]
    if rows.empty:
        return NotEnough("rows", 0, 1)
    share = rows["share"].to_numpy(float)
    columns = {"next": rows["share_next"].to_numpy(float), "before": share, "bend": np.maximum(share - kink, 0)}
    months = rows["month"].dt.strftime("%Y-%m")
    columns |= {f"month {m}": (months == m).to_numpy(float) for m in sorted(set(months))[1:]}
    posts = rows["posts"].to_numpy(float)
    creator = guards.codes(rows["influencer_id"])
    design = Design(rows["log_rate"].to_numpy(float), columns, creator, creator, None, posts / (1 + posts / 10))
    found = guards.estimate(design, FEWEST_CREATORS)
    if isinstance(found, NotEnough):
        return found
    y, x = _first_alone(design)
    return Before(found.interval("next", level), _chance(y, x[:, None], creator, np.random.default_rng(seed)))


def _first_alone(design: Design) -> tuple[Array, Array]:
    """Return outcome and first column with all other columns taken out, rows weighed (Frisch and Waugh 1933)."""
    w = np.ones(len(design.y)) if design.weights is None else design.weights
    every = np.column_stack([design.y, *design.columns.values()])
    inner = guards.less_means(every, design.absorbed, design.weights) * np.sqrt(w)[:, None]
    others = inner[:, 2:]
    rest = inner[:, :2] - others @ np.linalg.lstsq(others, inner[:, :2], rcond=1e-10)[0]
    return rest[:, 0], rest[:, 1]


@dataclass(frozen=True)
class Undisclosed:
    """The bend if only a part of the advertising is marked: kink, slope and cost of half against a fifth."""

    sensitivity: float
    kink: Interval
    slope: Interval
    cost: Interval


def if_undisclosed(table: pd.DataFrame, effect: float, sensitivity: float, level: float) -> Undisclosed | None:
    """Return the bend when each sponsored post is marked with probability `sensitivity`.

    None when nothing varies, or when more posts are marked than there could be.
    The true share is unknown: for each window, the hinge is its expectation given the marked posts and the creator's
    usual share (regression calibration, Carroll et al. 2006). `effect` is the measured difference of log rates between
    marked and other posts; unmarked sponsored posts pass for organic and are taken out of the outcome with it.
    """
    creator, month = codes_of(table)
    number = table["posts_before"].to_numpy(np.int64)
    if float((table["share"] * number).sum()) > MOST_SPONSORED * sensitivity * float(number.sum()):
        return None
    marked = np.rint(table["share"].to_numpy(float) * number).astype(np.int64)
    chances = true_counts(marked, number, creator, sensitivity)
    share = np.arange(chances.shape[1]) / number[:, None]
    # A post not marked is sponsored with this chance, given the true share.
    hidden = np.minimum(share * (1 - sensitivity) / np.maximum(1 - sensitivity * share, 1e-9), 1.0)
    unmarked = (chances * hidden).sum(1)
    true_effect = effect / max(1 - float(unmarked.mean()), 0.1)
    kinks = kinks_of((chances * share).sum(1), creator)
    if not len(kinks):
        return None
    hinges = np.column_stack([(chances * np.maximum(share - kink, 0)).sum(1) for kink in kinks])
    y = table["log_rate"].to_numpy(float) - true_effect * unmarked
    whole = np.column_stack([y, hinges])
    inner = within(whole, creator, month)
    moving = _moving(inner, whole)
    if not (moving[0] and moving[1:].any()):
        return None
    found = integrated(inner[:, 0], inner[:, 1:][:, moving[1:]], creator, kinks[moving[1:]], level)
    return Undisclosed(sensitivity, found.kink, found.slope, found.cost)


def true_counts(marked: Codes, number: Codes, creator: Codes, sensitivity: float) -> Array:
    """Return for each window the chances of 0, 1, 2 ... truly sponsored posts, given how many are marked.

    Before looking, the count is beta-binomial around the creator's usual share, as steady as the pool of windows says.
    """
    usual, steady = _usual_shares(marked, number, creator, sensitivity)
    count = np.arange(int(number.max()) + 1)[None, :]
    n, k = number[:, None], marked[:, None]
    able = (count >= k) & (count <= n)
    m = np.where(able, count, k)
    a, b = (usual * steady)[:, None], ((1 - usual) * steady)[:, None]
    drawn = gammaln(n + 1) - gammaln(m + 1) - gammaln(n - m + 1) + betaln(m + a, n - m + b)
    seen = stats.binom.logpmf(k, m, sensitivity)
    log_chance = np.where(able, drawn + seen, -np.inf)
    chance = np.exp(log_chance - log_chance.max(axis=1, keepdims=True))
    return np.asarray(chance / chance.sum(axis=1, keepdims=True))


def _usual_shares(marked: Codes, number: Codes, creator: Codes, sensitivity: float) -> tuple[Array, float]:
    """Return each window's usual true share of its creator, and how steady shares are around it (moments)."""
    k, n = np.bincount(creator, marked), np.bincount(creator, number)
    pooled = float(k.sum() / n.sum())
    usual = np.clip((k + 4 * pooled) / (n + 4) / sensitivity, 0.01, 0.97)[creator]
    share, windows = marked / number, np.bincount(creator)[creator]
    apart = share - (k / n)[creator]
    spread = float((apart**2 * windows / np.maximum(windows - 1, 1)).mean())
    steady = np.geomspace(0.5, 200, 60)
    true = usual * (1 - usual) / (steady[:, None] + 1)
    luck = (sensitivity * usual - sensitivity**2 * usual**2) / number
    expected = (sensitivity**2 * true * (1 - 1 / number) + luck).mean(axis=1)
    return usual, float(steady[np.argmin(np.abs(expected - spread))])
