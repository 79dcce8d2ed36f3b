"""Sales where the campaign ran against sales of regions without it: what both would have done alike is taken out."""

import itertools
import math
import re
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import optimize, special, stats

from influence_lib.analysis import incrementality, inference
from influence_lib.analysis.daily_model import mixture_quantile
from influence_lib.analysis.inference import Array, Codes, Interval
from influence_lib.campaign import Campaign
from influence_lib.findings import Finding, ShownTable, TableColumn, Verdict, not_available, not_enough
from influence_lib.tables import Tables
from influence_lib.wording import checks
from influence_lib.wording import regions as words

ID = "roi.regions"
FEWEST_OTHERS, FEWEST_DAYS_BEFORE, FEWEST_STRETCHES = 5, 28, 4
# More regions than this make no answer surer; the smallest then count as one.
MOST_OTHERS = 60
# A region has to be known on this share of the days.
KNOWN_SHARE = 0.9
WEEK = 7
# What counts as sales, the best first; where none is money, what was counted stands for it.
SALES_NAMES = (
    r"net.?(sales|revenue)",
    r"revenue|umsatz",
    r"sales|ventas",
    r"orders|bestellungen",
    r"conversions",
    "^y$",
)
IN_MONEY = re.compile(r"sales|revenue|umsatz|ventas")
# The grid over which the model is averaged, all in units of a region's own variance: half-lives in weeks of the level
# before, how much regions that moved alike go on alike, how much the effect differs by region, how much regions of like
# size go on alike, and whether noise differs by region as it did before.
HALF_LIVES = (math.inf, 6.0, 3.0, 1.5)
ALIKE, DIFFERING, SIZES, UNEQUAL = (0.0, 0.3, 1.0, 3.0), (0.0, 0.25, 1.0), (0.0, 0.1, 1.0), (0.0, 1.0)
MOST_DEALS = 999
# No sales are as large: such a number is unknown.
LARGEST = 1e20
HEAVIEST = 5


@dataclass(frozen=True)
class Panel:
    """Sales a day of each region (rows) in stretches of about a week (columns), counted from the launch.

    `lengths` are the days of each stretch since the launch; `starts` the first day of every stretch; `total` is what
    the campaign's regions sold since the launch; `ran` and `elsewhere` are how many regions were with and without it
    before small ones were taken together.
    """

    names: tuple[str, ...]
    treated: npt.NDArray[np.bool_]
    before: Array
    since: Array
    lengths: Array
    starts: pd.DatetimeIndex
    total: float
    days_before: int
    days: int
    ran: int
    elsewhere: int
    left_out: int = 0
    pooled: int = 0

    @property
    def others(self) -> int:
        """Return how many regions are without the campaign."""
        return int((~self.treated).sum())

    @property
    def shares(self) -> Array:
        """Return each campaign region's share of their sales before the launch; zero for the others."""
        size = self.before.mean(axis=1) * self.treated
        return np.asarray(size / size.sum())

    def without(self, region: int) -> "Panel":
        """Return the panel without one region."""
        kept = np.arange(len(self.names)) != region
        names = tuple(name for name, keep in zip(self.names, kept, strict=True) if keep)
        rows = {"before": self.before[kept], "since": self.since[kept]}
        return replace(self, names=names, treated=self.treated[kept], **rows)


@dataclass(frozen=True)
class Contrast:
    """A change on logs with its interval and standard error; `gaps` by stretch, `weight` of each region in it."""

    change: Interval
    error: float
    gaps: Array
    weight: Array


# Which sales, of which regions.


def regional_sales(tables: Tables, campaign: Campaign) -> tuple[str, pd.DataFrame, int, float]:
    """Return the name of the sales, sales by day (rows) and region (columns), days a row, and the share left out.

    A series by region goes before the shop's orders, unless only these have the regions of the campaign.
    """
    found = [_of_series(tables, campaign), _of_orders(tables, campaign)]
    wanted = {_plain(name) for name in campaign.treated_regions}
    known = [one for one in found if len(one[1].columns)]
    return next((one for one in known if wanted <= {_plain(name) for name in one[1]}), known[0] if known else found[0])


def _plain(name: object) -> str:
    """Return a region's name as it is compared."""
    return " ".join(str(name).split()).casefold()


def _of_series(tables: Tables, campaign: Campaign) -> tuple[str, pd.DataFrame, int, float]:
    """Return sales by day and region from the daily or weekly series."""
    part = tables.series["influencer_id"].notna() | tables.series["segment"].notna()
    rows = tables.series[tables.series["region"].notna() & ~part]
    names = sorted(rows["name"].unique())
    fitting = [name for pattern in SALES_NAMES for name in names if re.search(pattern, name.casefold())]
    if not fitting:
        return "sales", pd.DataFrame(), 1, 0.0
    rows = rows[rows["name"] == fitting[0]]
    days = rows["days"].dropna()
    step = max(1, int(days.iloc[0])) if len(days) else 1
    return str(fitting[0]), _wide(rows, "date", "value", campaign), step, 0.0


def _of_orders(tables: Tables, campaign: Campaign) -> tuple[str, pd.DataFrame, int, float]:
    """Return net sales by day and region of the shop's orders, where most of them tell the region; days without: 0."""
    orders = tables.orders[tables.orders["told_by"].isna()]
    told = orders[orders["region"].notna()]
    if len(told) <= len(orders) / 2:
        return "net_sales", pd.DataFrame(), 1, 0.0
    wide = _wide(told, "ordered_at", "net_revenue", campaign)
    every = pd.date_range(wide.index.min(), wide.index.max(), freq="D")
    return "net_sales", wide.reindex(every).fillna(0.0), 1, 1 - len(told) / len(orders)


def _wide(rows: pd.DataFrame, time: str, value: str, campaign: Campaign) -> pd.DataFrame:
    """Return sums by day of the brand (rows) and region (columns, each under the first of its spellings), in order."""
    days = rows[time].dt.tz_convert(campaign.timezone).dt.tz_localize(None).dt.normalize()
    key = rows["region"].map(_plain)
    shown = rows.assign(key=key).groupby("key")["region"].min()
    values = rows[value].astype(float)
    long = pd.DataFrame({"day": days, "key": key, "value": values.where(values.abs() < LARGEST)})
    sums = long.groupby(["day", "key"])["value"].sum(min_count=1).unstack("key").sort_index()
    return sums.rename(columns=shown.to_dict())


def panel(sales: pd.DataFrame, step: int, campaign: Campaign) -> Panel | str:
    """Return sales as stretches of a week (or of one row, where rows are longer), or what they lack, in words."""
    start = pd.Timestamp(campaign.start)
    last = min(pd.Timestamp(campaign.end), pd.Timestamp(campaign.today))
    treated = np.isin([_plain(name) for name in sales], [_plain(name) for name in campaign.treated_regions])
    day = pd.DatetimeIndex(sales.index)
    known = sales[(day <= last) & ~((day < start) & (day > start - pd.Timedelta(days=step)))]
    known = known[known.index >= _first_day(known, treated)]
    since = int((known.index >= start).sum()) * step
    before = int((start - known.index.min()).days) if len(known) and known.index.min() < start else 0
    if since == 0:
        return words.NOT_STARTED
    if before < FEWEST_DAYS_BEFORE:
        return words.too_few_days(before, FEWEST_DAYS_BEFORE)
    return _fit_for_use(_stretched(known / step, treated, step, start))


def _first_day(sales: pd.DataFrame, treated: npt.NDArray[np.bool_]) -> pd.Timestamp:
    """Return the day on which nine in ten regions, and all of the campaign's, have begun to report."""
    begun = sales.apply(lambda column: column.first_valid_index()).astype("datetime64[ns]")
    if begun.isna().all():
        return pd.Timestamp.max
    own = begun[treated].max()
    most = begun.dropna().sort_values().iloc[math.ceil(0.9 * begun.notna().sum()) - 1]
    return most if pd.isna(own) else max(most, own)


def _stretched(sales: pd.DataFrame, treated: npt.NDArray[np.bool_], step: int, start: pd.Timestamp) -> Panel:
    """Return the mean a day of each stretch, of the regions that report on nearly all days and in every stretch."""
    dates, (at, whole, width) = pd.DatetimeIndex(sales.index), _stretches(pd.DatetimeIndex(sales.index), step, start)
    every, late = range(-whole, int(at.max()) + 1), np.asarray(dates >= start)
    means = sales.groupby(at).mean().reindex(every)
    usable = (sales.notna().mean() >= KNOWN_SHARE).to_numpy() & means.notna().all().to_numpy()
    ran = int((usable & treated).sum())
    return Panel(
        names=tuple(str(name) for name, keep in zip(sales, usable, strict=True) if keep),
        treated=treated[usable],
        before=means.loc[:-1].to_numpy(float).T[usable],
        since=means.loc[0:].to_numpy(float).T[usable],
        lengths=np.bincount(at[late]).astype(float) * step,
        starts=pd.DatetimeIndex(pd.Series(dates).groupby(at).min().reindex(every)),
        total=float((sales.loc[late, usable & treated] * step).sum().sum()),
        days_before=whole * width,
        days=int((dates[-1] - start).days) + step,
        ran=ran,
        elsewhere=int(usable.sum()) - ran,
        left_out=int((~usable).sum()),
    )


def _stretches(dates: pd.DatetimeIndex, step: int, start: pd.Timestamp) -> tuple[Codes, int, int]:
    """Return the stretch of each day, 0 the first since the launch, how many are whole before it, and their days.

    Before the launch they end with the last row; since, the one that would be cut short joins the one before it.
    """
    width, away = max(1, round(WEEK / step)) * step, np.asarray((dates - start).days, dtype=np.int64)
    early = away < 0
    shift = np.where(early, -step - away[early].max(), -away[~early].min())
    away = away + shift
    last = max(1, (int(away[-1]) + step) // width) - 1
    return np.minimum(away // width, last), int(-away[0]) // width, width


def _fit_for_use(made: Panel) -> Panel | str:
    """Return the panel with thin regions taken together, or what it lacks, in words."""
    if not made.treated.any():
        return words.no_treated_sales()
    made = _together(made, made.treated, words.TOGETHER, whole=True)
    small = np.argsort(np.argsort(-made.before.sum(axis=1) * ~made.treated, kind="stable")) >= MOST_OTHERS
    made = _together(made, ~made.treated, words.OTHERS, whole=False, more=small)
    sold = _always_sold(made)
    if not sold[made.treated].all():
        return words.no_treated_sales()
    kept = replace(made, left_out=made.left_out + int((~sold).sum()))
    for region in np.flatnonzero(~sold)[::-1]:
        kept = kept.without(int(region))
    if kept.others < FEWEST_OTHERS:
        return words.too_few_regions(kept.others, FEWEST_OTHERS)
    change = np.log(kept.since).mean(axis=1) - np.log(kept.before).mean(axis=1)
    return words.TOO_REGULAR if float(np.ptp(change[~kept.treated])) < inference.NO_SPREAD else kept


def _always_sold(made: Panel) -> npt.NDArray[np.bool_]:
    """Tell which regions sold something in every stretch."""
    every = np.column_stack([made.before, made.since])
    return np.asarray((np.isfinite(every) & (every > 0)).all(axis=1))


def _together(
    made: Panel, group: npt.NDArray[np.bool_], name: str, whole: bool, more: npt.NDArray[np.bool_] | None = None
) -> Panel:
    """Return the panel with the thin regions of a group as one region; with all of the group when `whole`."""
    thin = group & (~_always_sold(made) if more is None else ~_always_sold(made) | more)
    if not thin.any() or group.sum() < 2:
        return made
    thin = group if whole else thin
    names = (*(one for one, drop in zip(made.names, thin, strict=True) if not drop), name)
    before, since = (np.vstack([values[~thin], values[thin].sum(axis=0)]) for values in (made.before, made.since))
    treated = np.append(made.treated[~thin], made.treated[thin][0])
    return replace(made, names=names, treated=treated, before=before, since=since, pooled=made.pooled + int(thin.sum()))


# The estimators, on logs.


@dataclass(frozen=True)
class _Sides:
    """What the model sees of a panel: level since the launch, logs before, likeness of regions, size, spread."""

    level: Array
    logs: Array
    alike: Array
    size: Array
    spread: Array


def _sides(made: Panel) -> _Sides:
    """Return regions' levels and how alike they were before the launch: in their moves, size and restlessness."""
    logs, late = np.log(made.before), np.log(made.since)
    moves = logs - logs.mean(axis=1, keepdims=True)
    moves = moves - moves.mean(axis=0)
    alike = moves @ moves.T
    alike = alike / max(float(np.trace(alike)), 1e-300) * len(alike)
    size = logs.mean(axis=1) - logs.mean()
    size = size / size.std() if size.std() > inference.NO_SPREAD else 0 * size
    return _Sides(late @ made.lengths / made.lengths.sum(), logs, alike, size, _spread(moves))


def _spread(moves: Array) -> Array:
    """Return each region's variance before the launch against the usual one, drawn towards it as far as chance goes."""
    squares = (moves**2).sum(axis=1)
    if squares.min() <= inference.NO_SPREAD * max(float(squares.max()), 1e-300):
        return np.ones(len(squares))
    logs = np.log(squares)
    chance = float(special.polygamma(1, (moves.shape[1] - 1) / 2))
    return np.asarray(np.exp(max(0.0, 1 - chance / float(logs.var(ddof=1))) * (logs - logs.mean())))


def _baselines(logs: Array) -> Array:
    """Return the level before the launch of each region (rows), by how fast the past fades (columns)."""
    age = np.arange(logs.shape[1])[::-1]
    fading = np.column_stack([0.5 ** (age / half) for half in HALF_LIVES])
    return np.asarray(logs @ (fading / fading.sum(axis=0)))


def _covariances(sides: _Sides, made: Panel) -> tuple[Array, Array, Array]:
    """Return covariances of regions' own changes and of effects (models x regions x regions), and effects' spread.

    An effect may also rise or fall with a region's size, by about as much as a region's own noise; sizes are counted
    from the region of the average sale, so that what is asked for, the effect on all sales, does not depend on it.
    """
    treated = made.treated.astype(float)
    bent = (sides.size - made.shares @ sides.size) * treated
    grid = np.array(list(itertools.product(ALIKE, DIFFERING, SIZES, UNEQUAL)))
    alike, differing, size, unequal = (column[:, None, None] for column in grid.T)
    own = np.eye(len(treated)) * sides.spread**unequal
    apart = own + alike * sides.alike + size * np.outer(sides.size, sides.size)
    return np.asarray(apart), np.asarray(differing * np.diag(treated) + np.outer(bent, bent)), grid[:, 1]


def compare(made: Panel, level: float) -> Contrast:
    """Return the change of all sales where the campaign ran against what the other regions lead to expect.

    Regions' changes of log sales are a common change, the effect, and parts that regions share as they moved alike
    before (ridge synthetic control: Doudchenko and Imbens 2016; Ben-Michael, Feller and Rothstein 2021) and as they are
    of like size. The effect on all sales is predicted as in Harville (1976); the grid of penalties and of how fast the
    past fades is averaged by restricted likelihood, the variance analytically: a mixture of Student's t.
    """
    weighed = _weighed(_sides(made), made)
    chance, pull = weighed.chance, np.einsum("nh,nr->hr", weighed.chance, weighed.pull)
    centers, freedom = weighed.pull @ weighed.changes, _freedom(made)
    best = float((chance * centers).sum())
    ends = [
        mixture_quantile(p, centers.ravel(), weighed.errors.ravel(), chance.ravel(), freedom)
        for p in ((1 - level) / 2, (1 + level) / 2)
    ]
    error = math.sqrt(float((chance * (weighed.errors**2 + (centers - best) ** 2)).sum()))
    every = np.log(np.column_stack([made.before, made.since]))
    gaps = pull.sum(axis=0) @ every - float((pull * weighed.bases.T).sum())
    return Contrast(Interval(best, ends[0], ends[1], len(made.names)), error, gaps, pull.sum(axis=0))


@dataclass(frozen=True)
class _Weighed:
    """All models of a panel.

    `pull` of each region on the effect (models x regions), `chance` and standard error (models x half-lives), levels
    before and changes since (regions x half-lives).
    """

    pull: Array
    chance: Array
    errors: Array
    bases: Array
    changes: Array


def _weighed(sides: _Sides, made: Panel) -> _Weighed:
    """Return every model's best linear unbiased prediction of the effect on all sales, and its likelihood."""
    bases = _baselines(sides.logs)
    changes, x = sides.level[:, None] - bases, np.column_stack([np.ones(len(bases)), made.treated])
    apart, effects, differing = _covariances(sides, made)
    inverse = np.linalg.inv(apart + effects)
    vx = inverse @ x
    information = x.T @ vx
    spread = np.linalg.inv(information)
    residual = changes - x @ (spread @ (np.swapaxes(vx, 1, 2) @ changes))
    squares = np.maximum((residual * (inverse @ residual)).sum(axis=1), 1e-300)
    back = differing[:, None] * (inverse @ made.shares)
    asked = np.array([0.0, 1.0]) - back @ x
    pull = back + np.einsum("nri,nij,nj->nr", vx, spread, asked)
    variance = differing * (made.shares @ made.shares - back @ made.shares)
    variance = variance + np.einsum("ni,nij,nj->n", asked, spread, asked)
    freedom = _freedom(made)
    likely = np.linalg.slogdet(inverse)[1] - np.linalg.slogdet(information)[1]
    chance = special.softmax(likely[:, None] / 2 - freedom / 2 * np.log(squares))
    errors = np.sqrt(squares / freedom * variance[:, None])
    return _Weighed(pull, np.asarray(chance), errors, bases, changes)


def _freedom(made: Panel) -> int:
    """Return the degrees of freedom: regions less level, effect, its slope on size, and the penalties fitted to them.

    Without the last two, intervals of 24 regions covered 93 % instead of 95 %.
    """
    return len(made.names) - 3 - int(made.treated.sum() > 1)


@dataclass(frozen=True)
class Dealt:
    """The effect when the regions are dealt anew: the chance of one as large; units are the deals."""

    chance: float
    change: Interval


def dealt(made: Panel, level: float, seed: int) -> Dealt:
    """Return how often other choices of as many regions show as much (Fisher 1935; interval by inversion, Hodges 1963).

    The t value of one effect for all is taken for each choice, under the covariance that is likeliest when nobody is
    told where the campaign ran. The ends are infinite where there are too few choices for an interval at this level.
    """
    covariance, changes = _likeliest(made)
    deals = _deals(made.treated, seed)
    whitened = np.linalg.inv(np.linalg.cholesky(covariance))
    one = whitened.sum(axis=1)
    y, columns = (
        part - np.multiply.outer(one, one @ part) / (one @ one) for part in (whitened @ changes, whitened @ deals.T)
    )
    own = columns[:, 0]
    best = float(own @ y / (own @ own))
    reach = 12 * math.sqrt(float(np.sum((y - best * own) ** 2) / (len(y) - 2) / (own @ own)))
    tried = best + np.linspace(-reach, reach, 601)
    chances = _chances(y[:, None] - np.multiply.outer(own, np.append(tried, 0.0)), columns)
    inside = tried[chances[:-1] > 1 - level]
    open_ended = chances[0] > 1 - level or chances[-2] > 1 - level
    ends = (-math.inf, math.inf) if open_ended else (float(inside.min()), float(inside.max()))
    return Dealt(float(chances[-1]), Interval(best, *ends, len(deals)))


def _likeliest(made: Panel) -> tuple[Array, Array]:
    """Return the likeliest covariance of all regions' changes, and these, as if the campaign had run nowhere."""
    sides = _sides(made)
    changes, covariances = sides.level[:, None] - _baselines(sides.logs), _covariances(sides, made)[0]
    inverse = np.linalg.inv(covariances)
    weight = inverse.sum(axis=1)
    common = (weight @ changes) / weight.sum(axis=1)[:, None]
    residual = changes[None] - common[:, None, :]
    squares = np.maximum((residual * (inverse @ residual)).sum(axis=1), 1e-300)
    likely = (np.linalg.slogdet(inverse)[1] - np.log(weight.sum(axis=1)))[:, None]
    model, half = np.unravel_index(int((likely - (len(changes) - 1) * np.log(squares)).argmax()), squares.shape)
    return covariances[model], changes[:, half]


def _chances(y: Array, columns: Array) -> Array:
    """Return for each column of outcomes how many of the deals have as large a t value as the first deal."""
    size = (columns**2).sum(axis=0)[:, None]
    explained = (columns.T @ y) ** 2 / size
    share = explained / np.maximum((y**2).sum(axis=0), 1e-300)
    return np.asarray((share >= share[0] - 1e-12).mean(axis=0))


def _deals(treated: npt.NDArray[np.bool_], seed: int) -> Array:
    """Return choices of as many regions, the true one first: all of them, or as many as MOST_DEALS drawn."""
    regions, many = len(treated), int(treated.sum())
    true = np.flatnonzero(treated)
    if math.comb(regions, many) <= MOST_DEALS:
        others = [list(one) for one in itertools.combinations(range(regions), many) if list(one) != true.tolist()]
    else:
        random = np.random.default_rng(seed)
        others = [random.permutation(regions)[:many].tolist() for _ in range(MOST_DEALS - 1)]
    deals = np.zeros((len(others) + 1, regions))
    for row, chosen in enumerate([true.tolist(), *others]):
        deals[row, chosen] = 1.0
    return deals


def plain(made: Panel, level: float) -> Interval:
    """Return difference-in-differences of mean log sales, regions of the campaign by their sales, the others alike.

    Student's t with the spread of the other regions' changes.
    """
    sides = _sides(made)
    changes = sides.level - sides.logs.mean(axis=1)
    others, shares = changes[~made.treated], made.shares
    spread = float(others.std(ddof=1)) * math.sqrt(float(shares @ shares) + 1 / len(others))
    half = inference.quantile_t(level, len(others) - 1) * spread
    best = float(shares @ changes - others.mean())
    return Interval(best, best - half, best + half, len(changes))


def mix(target: Array, others: Array) -> Array:
    """Return shares of other regions, none below zero and all together one, that come closest to a path.

    Synthetic control with a level of its own (Abadie, Diamond and Hainmueller 2010; Doudchenko and Imbens 2016).
    `target` has one value a stretch, `others` a row each; only moves around the mean count.
    """
    moves, path = others - others.mean(axis=1, keepdims=True), target - target.mean()
    heavy = 1e4 * max(float(np.abs(moves).max()), float(np.abs(path).max()), 1e-12)
    found, _ = optimize.nnls(np.vstack([moves.T, np.full(len(moves), heavy)]), np.append(path, heavy))
    return np.asarray(found / found.sum())


def synthetic(made: Panel, level: float) -> Interval:
    """Return the change against the closest mix of other regions; spread from mixes made for each of these in turn."""
    sides, treated, shares = _sides(made), made.treated, made.shares
    changes = sides.level - sides.logs.mean(axis=1)
    logs, others = sides.logs[~treated], changes[~treated]
    weight = mix(shares @ sides.logs, logs)
    best = float(shares @ changes - weight @ others)
    squares = [_of_one(one, logs, others) for one in range(len(others))]
    spread = math.sqrt(float(np.mean(squares)) * float(shares @ shares + weight @ weight))
    half = inference.quantile_t(level, len(others) - 1) * spread
    return Interval(best, best - half, best + half, len(changes))


def _of_one(one: int, logs: Array, changes: Array) -> float:
    """Return the squared change of one region without the campaign against its own mix, for one region's noise."""
    rest = np.arange(len(logs)) != one
    weight = mix(logs[one], logs[rest])
    return float((changes[one] - weight @ changes[rest]) ** 2 / (1 + weight @ weight))


def just_before(made: Panel) -> Panel | None:
    """Return the panel as if the campaign had begun as long before its launch as it lasted; None when too short."""
    late = min(made.since.shape[1], made.before.shape[1] - FEWEST_STRETCHES)
    if late < 1:
        return None
    return replace(made, before=made.before[:, :-late], since=made.before[:, -late:], lengths=np.ones(late))


# What the page says.


def regions(tables: Tables, campaign: Campaign) -> Finding:
    """Return how far sales where the campaign ran differ from what other regions lead to expect."""
    name, sales, step, untold = regional_sales(tables, campaign)
    refused = _missing(sales, campaign)
    if refused:
        return not_available(ID, refused, words.METHOD)
    made = panel(sales, step, campaign)
    if isinstance(made, str):
        return not_enough(ID, made, words.METHOD, n=int(sales.notna().to_numpy().sum()), clusters=len(sales.columns))
    return _finding(made, name, untold, campaign)


def _missing(sales: pd.DataFrame, campaign: Campaign) -> str | None:
    """Return the sentence about what is missing to compare regions, or None."""
    if not campaign.treated_regions:
        return words.NO_TREATED
    if not len(sales.columns):
        return words.NO_REGIONS
    known = {_plain(name) for name in sales}
    unknown = [name for name in campaign.treated_regions if _plain(name) not in known]
    if unknown:
        return words.unknown_regions(unknown, sorted(map(str, sales)))
    return words.all_treated() if len({_plain(name) for name in campaign.treated_regions}) == len(known) else None


def _finding(made: Panel, name: str, untold: float, campaign: Campaign) -> Finding:
    """Return the finding with all ways of looking at it."""
    level = campaign.confidence
    found, again = compare(made, level), dealt(made, level, campaign.seed)
    shifted = just_before(made)
    earlier = compare(shifted, level).change if shifted else None
    change = found.change.through(math.expm1)
    verdict, said, doubts = _judged(change, earlier, again, made)
    currency = campaign.currency if IN_MONEY.search(name.casefold()) else None
    extra = found.change.through(lambda value: -made.total * math.expm1(-value))
    smallest = _smallest(found, campaign)
    caveats = (
        words.smallest(smallest, made.days),
        words.money(extra, currency, name),
        *doubts,
        words.SPILLING,
        *words.left_out(made.left_out),
        *words.pooled(made.pooled),
        *words.without_region(untold),
    )
    rows = _rows(made, found, again, earlier, smallest, level)
    details = {
        "extra": extra.estimate,
        "extra_low": extra.low,
        "extra_high": extra.high,
        "expected": made.total - extra.estimate,
        "smallest_detectable": smallest,
        "chance_dealt": again.chance,
        "fit_before": _fit(found, made),
    }
    known: dict[str, Any] = {"level": level, "n": made.days * len(made.names), "clusters": len(made.names)}
    known |= {"caveats": caveats, "details": details, "currency": currency}
    known["table"] = ShownTable(words.caption(name, level), COLUMNS, rows, currency)
    return Finding(ID, said, verdict, words.METHOD, change.estimate, change.ends, **known)


def _judged(
    change: Interval, earlier: Interval | None, again: Dealt, made: Panel
) -> tuple[Verdict, str, tuple[str, ...]]:
    """Return verdict, sentence and doubts: a difference seen before the launch too, or dealt by chance, stays open."""
    drifting = earlier is not None and not earlier.low <= 0 <= earlier.high
    clear = not change.low <= 0 <= change.high
    by_chance = clear and again.chance > checks.OFTEN and math.isfinite(again.change.low)
    doubts = (
        *((words.BEFORE_SHOWS,) if drifting else ()),
        *((words.dealt_disagrees(again.chance),) if by_chance else ()),
    )
    if clear and doubts:
        return "undecided", words.in_doubt(change), doubts
    said = words.regions(change, made.ran, made.elsewhere)
    return "supported" if change.low > 0 else "contradicted" if change.high < 0 else "undecided", said, doubts


def _smallest(found: Contrast, campaign: Campaign) -> float:
    """Return the smallest change that these sales would show four times in five."""
    reach = stats.norm.ppf((1 + campaign.confidence) / 2) + stats.norm.ppf(incrementality.POWER)
    return math.expm1(float(reach) * found.error)


def _fit(found: Contrast, made: Panel) -> float:
    """Return how far the stretches before the launch lay from what was expected, on average."""
    return float(np.abs(np.expm1(found.gaps[: made.before.shape[1]])).mean())


COLUMNS = (
    TableColumn("way", "How it is looked at"),
    TableColumn("change", "Change", "signed_percent"),
    TableColumn("low", "Low", "signed_percent"),
    TableColumn("high", "High", "signed_percent"),
    TableColumn("remark", "Remark"),
)


def _rows(
    made: Panel, found: Contrast, again: Dealt, earlier: Interval | None, smallest: float, level: float
) -> pd.DataFrame:
    """Return the ways of looking at it as rows, the smallest change that could be seen first."""
    ways = words.dealt(again.chance, again.change.units) if math.isfinite(again.change.low) else words.FEW_WAYS
    rows = [
        (words.MAIN, found.change, words.usual_gap(_fit(found, made))),
        (words.SHUFFLED, again.change, ways),
        (words.PLAIN, plain(made, level), words.NO_MEANING),
        (words.MIX, synthetic(made, level), words.NO_MEANING),
        *([(words.BEFORE, earlier, words.SHOULD_BE_NOTHING)] if earlier else []),
        *_without_heaviest(made, found, level),
    ]
    first = (words.SMALLEST, smallest, math.nan, math.nan, words.NO_MEANING)
    told = [(way, *(math.expm1(v) for v in (one.estimate, *one.ends)), remark) for way, one, remark in rows]
    return pd.DataFrame([first, *told], columns=[column.name for column in COLUMNS])


def _without_heaviest(made: Panel, found: Contrast, level: float) -> list[tuple[str, Interval, str]]:
    """Return the range of answers when each of the regions that weigh most in what is expected is left out in turn."""
    if made.others <= FEWEST_OTHERS:
        return []
    heaviest = np.argsort(-np.abs(found.weight) * ~made.treated, kind="stable")[:HEAVIEST]
    answers = [compare(made.without(int(region)), level).change.estimate for region in heaviest]
    spread = Interval(found.change.estimate, min(answers), max(answers), len(answers))
    return [(words.WITHOUT, spread, words.heaviest(len(answers)))]


def path(tables: Tables, campaign: Campaign) -> tuple[pd.DataFrame, Panel] | None:
    """Return sales a day where the campaign ran and those expected there by stretch; None where none is compared."""
    _, sales, step, _ = regional_sales(tables, campaign)
    made = None if _missing(sales, campaign) else panel(sales, step, campaign)
    if made is None or isinstance(made, str):
        return None
    actual = np.column_stack([made.before, made.since])[made.treated].sum(axis=0)
    gaps = compare(made, campaign.confidence).gaps
    return pd.DataFrame({"day": made.starts, "sales": actual, "expected": actual * np.exp(-gaps)}), made
