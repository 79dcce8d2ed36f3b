"""Codes that others use than those a creator won, buyers whom codes miss, and revenue per cost that allows for both."""

import datetime as dt
import functools
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import special, stats

from influence_lib import wording
from influence_lib.analysis import attribution, buyers, ledger, survey
from influence_lib.analysis.inference import Array, Codes, Interval
from influence_lib.analysis.ledger import Ledger
from influence_lib.campaign import Campaign
from influence_lib.findings import Finding, Note, ShownTable, TableColumn, Verdict, not_available, not_enough
from influence_lib.tables import Tables
from influence_lib.wording import leaks as words
from influence_lib.wording import ledger as money_words

# A code of which more than this share goes to people who would have come anyway costs discounts and flatters its
# creator enough to be replaced; a tenth is usual.
LEAKED_FROM = 0.25
CLEAR, POSSIBLE = 0.9, 0.5
DRAWS = 1000
# Days in which half of what is still to come after a post comes: what is usual, and how far creators lie apart.
HALF_LIVES = np.geomspace(0.5, 16, 13)
USUAL_HALF_LIFE, HALF_LIFE_DOUBT, HALF_LIFE_SPREADS = 2.0, 0.7, np.array([0.05, 0.15, 0.35])
# Where posts are found for weeks, every second creator's half-life is taken to be four times as long.
LASTING = frozenset({"youtube", "blog", "podcast", "pinterest"})
LONGER, LASTING_SPREAD = math.log(4), 0.5
# The effect of a post has faded when a twentieth of it is still to come.
FADED = math.log2(20)
# The leaked share of a usual code is Beta(1, b), that of one on a coupon site Beta(3, 3), which one code in ten is;
# both b and the share of the latter are learnt from all codes, around these.
EDGES = np.linspace(0, 1, 33) ** 1.5
USUAL, USUAL_AROUND, USUAL_DOUBT = np.array([4.0, 6.0, 9.0, 14.0, 24.0, 49.0, 149.0]), 9.0, 1.0
ON_SITES = np.array([0.01, 0.03, 0.06, 0.1, 0.2, 0.35])
# When a leak begins: with the first post mostly, before it or on a day later on. Whenever it does, a few orders come
# outside those days, so that a single one (a trial order) does not decide the day.
FROM_FIRST_POST, BEFORE, LATER = 0.8, 0.05, 0.15
STRAY_SINCE_POST, STRAY_ALWAYS = 0.05, 0.02
MOST_STARTS = 24
STEP_CLEAR = 0.5
# Of orders with other codes none should come after the posts; from this share on a reader is told.
STRANGE = 0.1
# If fewer buyers than this used a code, codes would tell nothing at all.
LEAST_USE = 0.05
# A day on which so many codes jump without a new post is no chance; a creator's own posts explain three days.
FEWEST_JUMPS, JUMP_RARE, SITE_RARE, OWN_DAYS = 3, 0.05, 0.01, 3

LEAK_METHOD = (
    "Orders with each creator's code by day: what fades after the creator's posts (half-lives from 0.5 to 14 days) "
    "and what comes evenly (by weekday) from some day on. Shares are learnt from all codes together "
    "(hierarchical mixture, integrated on a grid). Leaked means that more than a quarter would have come anyway; "
    "clearly is with a chance above 90%, possibly above 50%."
)
ADJUSTED_METHOD = (
    "Attributed revenue per cost, less the orders that would have come anyway, over the share of won buyers who use "
    "the code. The interval joins luck with creators, the leaked share, and the use of codes: by the survey where it "
    "tells, else anything in the range of the YAML alike."
)


@dataclass(frozen=True)
class Redemptions:
    """Orders with creators' codes, creators by days of the window: number, cents, and the posts' days (from 0).

    `usual` is how orders spread over the days without a campaign. `unposted` codes have orders but no post in files.
    `lasting` tells whose posts are on platforms where they are found for weeks.
    """

    creators: tuple[str, ...]
    first_day: dt.date
    counts: Array
    cents: Array
    posts: tuple[Array, ...]
    usual: Array
    unposted: int
    lasting: Codes

    @property
    def days(self) -> int:
        """Return how many days the window has."""
        return self.counts.shape[1]

    def fresh(self, creator: int) -> Array:
        """Return how orders won by a creator's posts spread over the days, by half-life: array half-lives x days."""
        since = np.arange(self.days)[None, :] - self.posts[creator][:, None]
        half = HALF_LIVES[:, None, None]
        total = (2 ** (-np.maximum(since, 0) / half) - 2 ** (-np.maximum(since + 1, 0) / half)).sum(axis=1)
        return np.asarray(total / total.sum(axis=1, keepdims=True))

    def away(self, creator: int, after: int) -> float:
        """Return how many orders came before the first post or more than so many days after the last one before."""
        lag = np.arange(self.days)[None, :] - np.floor(self.posts[creator])[:, None]
        return float(self.counts[creator][~((lag >= 0) & (lag <= after)).any(axis=0)].sum())


@dataclass(frozen=True)
class Starts:
    """The days on which a code may begin to leak, how likely each is beforehand, and how leaked orders then spread."""

    days: Codes
    chance: Array
    spread: Array

    @classmethod
    def of(cls, rows: Redemptions, creator: int) -> "Starts":
        """Return the days on which a creator's code may begin to leak."""
        first = int(np.clip(np.floor(rows.posts[creator].min()), 0, rows.days - 1))
        step = max(1, math.ceil(rows.days / MOST_STARTS))
        later = np.arange(first + 2, rows.days - 2, step)
        before = [0] if first > 0 else []
        days = np.array([first, *before, *later], dtype=np.int64)
        chance = np.array(
            [FROM_FIRST_POST, *[BEFORE for _ in before], *np.full(len(later), LATER / max(len(later), 1))]
        )
        from_day = [_from(rows.usual, day) for day in days]
        stray = STRAY_SINCE_POST * from_day[0] + STRAY_ALWAYS * rows.usual
        spread = np.array([(1 - STRAY_SINCE_POST - STRAY_ALWAYS) * part + stray for part in from_day])
        return cls(days, chance / chance.sum(), spread)


@dataclass(frozen=True)
class Leaks:
    """What is known of each code's leaked share: mean, ends, chance that it leaked, and when the leak began.

    `begun` is the chance that it began later than with the first post, `day` the likeliest such day. `half_life` is in
    days. `lost` has draws of the share of all revenue with codes that would have come anyway; `expected` is how many
    orders were to be expected, creators by days.
    """

    rows: Redemptions
    share: Array
    low: Array
    high: Array
    chance: Array
    begun: Array
    day: Codes
    half_life: float
    lost: Array
    expected: Array

    @property
    def faded_after(self) -> int:
        """Return after how many days the effect of a post has faded."""
        return math.ceil(FADED * self.half_life)


def _from(usual: Array, day: int) -> Array:
    """Return how leaked orders spread over the days when the leak begins on a day."""
    part = np.where(np.arange(len(usual)) >= day, usual, 0.0)
    return np.asarray(part / part.sum())


def redemptions(book: Ledger, tables: Tables, campaign: Campaign) -> Redemptions:
    """Return the orders of the window with a creator's code, by creator and day."""
    last = ledger.last_counted(campaign)
    days = max((last - campaign.start).days + 1, 1)
    day = np.floor(_days_since(book.orders["ordered_at"], campaign)).clip(0, days - 1).astype(int)
    orders = book.orders.assign(day=day)
    coded = orders[orders["route"] == ledger.CODE]
    other = orders.loc[~orders["route"].isin(ledger.CREDITED), "day"]
    posts = _post_days(tables.posts, campaign, days)
    found = sorted(set(coded["influencer_id"]))
    names = tuple(name for name in found if name in posts)
    at = coded[coded["influencer_id"].isin(names)]
    where = pd.Categorical(at["influencer_id"], names).codes.astype(int) * days + at["day"].to_numpy(int)
    size, shape = len(names) * days, (len(names), days)
    return Redemptions(
        creators=names,
        first_day=campaign.start,
        counts=np.bincount(where, at["counted"].clip(lower=0), size).reshape(shape).astype(float),
        cents=np.bincount(where, at["cents"], size).reshape(shape).astype(float),
        posts=tuple(posts[name] for name in names),
        usual=_usual(np.bincount(other, minlength=days).astype(float)),
        unposted=len(found) - len(names),
        lasting=np.isin(
            names, list(set(tables.posts.loc[tables.posts["platform"].isin(LASTING), "influencer_id"]))
        ).astype(np.int64),
    )


def _usual(orders: Array) -> Array:
    """Return how usual orders spread over the days: by weekday, half of it the same for every day.

    By weekday only, for the campaign's buyers without a code are among these orders too and follow the posts.
    """
    weekday = np.arange(len(orders)) % 7
    mean = np.bincount(weekday, orders) / np.bincount(weekday)
    spread = mean[weekday] + max(float(orders.mean()), 1.0)
    return np.asarray(spread / spread.sum())


def _days_since(times: pd.Series, campaign: Campaign) -> pd.Series:
    """Return days and parts of days from the start of the campaign's first day, in its time zone."""
    local = times.dt.tz_convert(campaign.timezone).dt.tz_localize(None)
    return (local - pd.Timestamp(campaign.start)).dt.total_seconds() / 86400


def _post_days(posts: pd.DataFrame, campaign: Campaign, days: int) -> dict[str, Array]:
    """Return by creator the days of their posts for the campaign and earlier ones, up to the last day of the window.

    Where a creator has none marked so, sponsored posts from the first day on that name no other brand stand for them.
    """
    dated = posts.assign(day=_days_since(posts["posted_at"], campaign)) if len(posts) else posts.assign(day=0.0)
    dated = dated[dated["day"] < days]
    named = {campaign.campaign_id, *(earlier.campaign_id for earlier in campaign.earlier_campaigns)}
    ours = dated[dated["campaign_id"].isin(named)]
    brand = dated["sponsor_brand"].fillna(campaign.brand).str.casefold() == campaign.brand.casefold()
    paid = dated["is_sponsored"].fillna(False).astype(bool) & dated["campaign_id"].isna()
    rest = dated[paid & brand & (dated["day"] >= 0) & ~dated["influencer_id"].isin(ours["influencer_id"])]
    both = pd.concat([ours, rest])
    return {str(name): np.sort(group.to_numpy(float)) for name, group in both.groupby("influencer_id")["day"]}


def leaks(book: Ledger, tables: Tables, campaign: Campaign) -> Leaks | None:
    """Return what part of each code's orders would have come anyway; None with too few orders to learn from."""
    rows = redemptions(book, tables, campaign)
    return None if rows.counts.sum() < ledger.FEWEST_ORDERS else of_orders(rows, campaign)


def of_orders(rows: Redemptions, campaign: Campaign) -> Leaks:
    """Return what part of each code's orders would have come anyway.

    Orders of code i on day d are a mixture, (1 - share_i) x fading after the posts + share_i x usual orders from a
    start on. Half-life, start and share of each code and what codes have in common are integrated on a grid.
    """
    starts = [Starts.of(rows, creator) for creator in range(len(rows.creators))]
    likes = [_likelihood(rows, creator, starts[creator]) for creator in range(len(rows.creators))]
    pairs = zip(likes, starts, strict=True)
    over_starts = np.array([special.logsumexp(like + np.log(start.chance)[:, None], axis=1) for like, start in pairs])
    seen = np.exp(over_starts - over_starts.max(axis=(1, 2), keepdims=True))
    half, mixed = _given_common()
    lives = half[rows.lasting]
    weight, each = _common(seen, lives)
    joint = seen * np.einsum("imbq,imh,bqk->ihk", weight / each, lives, mixed, optimize=True)
    return _summary(rows, starts, likes, joint, _lost(rows, starts, likes, seen, weight, campaign), campaign)


def _likelihood(rows: Redemptions, creator: int, starts: Starts) -> Array:
    """Return the log chance of a code's orders by half-life, start and leaked share."""
    there = np.flatnonzero(rows.counts[creator])
    fresh, leaked, share = rows.fresh(creator)[:, there], starts.spread[:, there], _shares()
    mixed = fresh[:, None, None, :] * (1 - share)[:, None] + leaked[:, None, :] * share[:, None]
    return np.asarray(np.log(np.maximum(mixed, 1e-300)) @ rows.counts[creator][there])


def _shares() -> Array:
    """Return the middle of each cell of the grid of leaked shares."""
    return np.asarray((EDGES[1:] + EDGES[:-1]) / 2)


@functools.cache
def _given_common() -> tuple[Array, Array]:
    """Return the chance of a code's half-life by that of all, and of its leaked share by b and share on sites.

    The first has two layers: for posts that fade as usual, and for those that last.
    """
    usual = np.diff(stats.beta.cdf(EDGES, 1, USUAL[:, None]), axis=1)[:, None, :]
    on_site = np.diff(stats.beta.cdf(EDGES, 3, 3))
    mixed = (1 - ON_SITES)[:, None] * usual + ON_SITES[:, None] * on_site
    soon, late = _around(0.0, 0.0), _around(LONGER, LASTING_SPREAD)
    return np.stack([soon, (soon + late) / 2]), np.asarray(mixed)


def _around(longer: float, apart: float) -> Array:
    """Return the chance of a code's half-life, by that of all and how far they lie apart: array (both) x half-lives."""
    spread, logs = np.hypot(HALF_LIFE_SPREADS, apart)[:, None], np.log(HALF_LIVES)
    chance = stats.norm.logpdf(logs, logs[:, None, None] + longer, spread).reshape(-1, len(logs))
    return np.asarray(special.softmax(chance, axis=1))


def _common(seen: Array, lives: Array) -> tuple[Array, Array]:
    """Return the chance of what codes have in common (half-life, b, share on sites), and of each code given it."""
    each = np.einsum("imh,ihk,bqk->imbq", lives, seen, _given_common()[1], optimize=True)
    life = stats.norm.logpdf(np.log(HALF_LIVES), math.log(USUAL_HALF_LIFE), HALF_LIFE_DOUBT)
    around = life.repeat(len(HALF_LIFE_SPREADS))[:, None, None]
    usual = stats.norm.logpdf(np.log(USUAL), math.log(USUAL_AROUND), USUAL_DOUBT)[:, None]
    chance = (
        np.log(each).sum(axis=0) + around + usual + stats.beta.logpdf(ON_SITES, 1, 9) + np.log(np.gradient(ON_SITES))
    )
    return np.asarray(special.softmax(chance)), each


def _lost(
    rows: Redemptions, starts: list[Starts], likes: list[Array], seen: Array, weight: Array, campaign: Campaign
) -> Array:
    """Return draws of the share of all revenue with codes that would have come anyway."""
    rng, (half, mixed) = np.random.default_rng(campaign.seed), _given_common()
    worth = np.maximum(rows.cents, 0.0)
    worth = worth if worth.sum() > 0 else rows.counts
    cells = rng.choice(weight.size, DRAWS, p=weight.ravel())
    cells, back = np.unique(cells, return_inverse=True)
    m, b, q = np.unravel_index(cells, weight.shape)
    common = [part[m][:, :, None] * mixed[b, q][:, None, :] for part in half]
    gone = np.zeros(DRAWS)
    for creator, (start, like) in enumerate(zip(starts, likes, strict=True)):
        pick = _picked((common[rows.lasting[creator]] * seen[creator]).reshape(len(cells), -1), back, rng)
        life, share = np.unravel_index(pick, seen.shape[1:])
        chance = special.softmax(like[life, :, share] + np.log(start.chance), axis=1)
        leaked = start.spread[_picked(chance, np.arange(DRAWS), rng)] * _shares()[share][:, None]
        fresh = rows.fresh(creator)[life] * (1 - _shares()[share])[:, None]
        there = rows.counts[creator] > 0
        orders = rows.counts[creator][there]
        part = leaked[:, there] / (leaked[:, there] + fresh[:, there])
        gone += rng.binomial(orders.astype(int), part) / orders @ worth[creator][there]
    return gone / float(worth.sum())


def _picked(chance: Array, rows: Codes, rng: np.random.Generator) -> Codes:
    """Return for each of the rows named of a table of chances, which need not add up to one, a column drawn by them."""
    total = chance.cumsum(axis=1)
    found = (rng.random(len(rows))[:, None] * total[rows, -1:] > total[rows]).sum(axis=1)
    return np.asarray(found.clip(max=chance.shape[1] - 1))


def _summary(
    rows: Redemptions, starts: list[Starts], likes: list[Array], joint: Array, lost: Array, campaign: Campaign
) -> Leaks:
    """Return the leaked shares code by code from the joint chance of half-life and share."""
    chance = joint.sum(axis=1)
    below = np.concatenate([np.zeros((len(chance), 1)), chance.cumsum(axis=1)], axis=1)
    tail = (1 - campaign.confidence) / 2
    when = [_when(start, like, joint[i]) for i, (start, like) in enumerate(zip(starts, likes, strict=True))]
    life = joint.sum(axis=2) @ np.log(HALF_LIVES)
    return Leaks(
        rows=rows,
        share=chance @ _shares(),
        low=np.array([np.interp(tail, row, EDGES) for row in below]),
        high=np.array([np.interp(1 - tail, row, EDGES) for row in below]),
        chance=1 - np.array([np.interp(LEAKED_FROM, EDGES, row) for row in below]),
        begun=np.array([later for later, _ in when]),
        day=np.array([day for _, day in when], dtype=np.int64),
        half_life=float(np.exp(np.average(life, weights=rows.counts.sum(axis=1)))),
        lost=lost,
        expected=np.array([_expected(rows, i, starts[i], likes[i], joint[i]) for i in range(len(starts))]),
    )


def _start_chance(start: Starts, like: Array, joint: Array) -> Array:
    """Return the chance of each start of a leak, by half-life and share, weighed by how likely these are."""
    return np.asarray(np.moveaxis(special.softmax(like + np.log(start.chance)[:, None], axis=1), 1, 0) * joint)


def _when(start: Starts, like: Array, joint: Array) -> tuple[float, int]:
    """Return the chance that a leak began later than with the first post, and the likeliest such day."""
    chance = _start_chance(start, like, joint).sum(axis=(1, 2))
    later = start.days > start.days[0]
    if not later.any():
        return 0.0, int(start.days[0])
    return float(chance[later].sum()), int(start.days[later][np.argmax(chance[later])])


def _expected(rows: Redemptions, creator: int, start: Starts, like: Array, joint: Array) -> Array:
    """Return how many orders a code is expected to have on each day, all unknowns averaged over."""
    by_start = np.einsum("shk,k->s", _start_chance(start, like, joint), _shares())
    leaked = by_start @ start.spread
    fresh = np.einsum("hk,k,hd->d", joint, 1 - _shares(), rows.fresh(creator))
    return np.asarray((leaked + fresh) * rows.counts[creator].sum())


def jumps(found: Leaks) -> list[tuple[dt.date, int]]:
    """Return the days on which codes of several creators jump together without a new post, and how many do.

    A code jumps when two or more orders come where so many were unlikely (Poisson); a day stands out when so many
    jumping codes are unlikely, all days looked at (Bonferroni).
    """
    rows, out = found.rows, list[tuple[dt.date, int]]()
    quiet = np.array([~_just_posted(rows, creator) for creator in range(len(rows.creators))])
    number = np.maximum(stats.poisson.isf(JUMP_RARE, found.expected) + 1, 2)
    jumping = quiet & (rows.counts >= number)
    usual = (quiet * stats.poisson.sf(number - 1, found.expected)).sum(axis=0)
    chance = stats.poisson.sf(jumping.sum(axis=0) - 1, usual)
    for day in np.flatnonzero((jumping.sum(axis=0) >= FEWEST_JUMPS) & (chance < SITE_RARE / rows.days)):
        out.append((rows.first_day + dt.timedelta(days=int(day)), int(jumping[:, day].sum())))
    return out


def _just_posted(rows: Redemptions, creator: int) -> Codes:
    """Tell on which days a creator has posted within the last days."""
    lag = np.arange(rows.days)[None, :] - np.floor(rows.posts[creator])[:, None]
    return np.asarray(((lag >= 0) & (lag < OWN_DAYS)).any(axis=0))


def placebo(found: Leaks, book: Ledger, campaign: Campaign) -> Interval | None:
    """Return which share of orders with a code of no creator come as if after the creators' posts: none should.

    None with too few such orders. Flat beforehand, integrated on the grid, at the half-life found.
    """
    rows = found.rows
    orders = book.orders[(book.orders["route"] == ledger.BRAND) | book.orders["stray"]]
    day = np.floor(_days_since(orders["ordered_at"], campaign)).clip(0, rows.days - 1).astype(int)
    counts = np.bincount(day, orders["counted"].clip(lower=0), rows.days)
    if counts.sum() < ledger.FEWEST_ORDERS:
        return None
    won, at = rows.counts.sum(axis=1) * (1 - found.share), int(np.argmin(abs(HALF_LIVES - found.half_life)))
    after = sum(n * rows.fresh(creator)[at] for creator, n in enumerate(won)) / won.sum()
    share = _shares()[:, None]
    like = np.log(after * share + rows.usual * (1 - share)) @ counts + np.log(np.diff(EDGES))
    chance = special.softmax(like)
    tail, below = (1 - campaign.confidence) / 2, np.r_[0.0, chance.cumsum()]
    low, high = (float(np.interp(part, below, EDGES)) for part in (tail, 1 - tail))
    return Interval(float(chance @ _shares()), low, high, int(counts.sum()))


def leaking_codes(book: Ledger, tables: Tables, campaign: Campaign) -> Finding:
    """Count the codes of which more than a quarter of the orders would have come without the creator's posts."""
    name, coded = "roi.leaking_codes", book.orders[book.orders["route"] == ledger.CODE]
    refused = ledger.missing_inputs(tables, campaign, money_words.ORDERS, money_words.CODES)
    if refused or tables.posts.empty:
        return not_available(name, refused or words.NO_POSTS, LEAK_METHOD)
    found, orders = leaks(book, tables, campaign), int(coded["counted"].sum())
    known: dict[str, Any] = {"n": orders, "clusters": coded["influencer_id"].nunique(), "level": campaign.confidence}
    if found is None:
        rows = redemptions(book, tables, campaign)
        said = words.too_few(int(rows.counts.sum()), ledger.FEWEST_ORDERS, rows.unposted)
        return not_enough(name, said, LEAK_METHOD, **known)
    table = _codes(found, buyers.new_by_route(book, tables, campaign))
    clearly, likely = (int((table["chance"] > level).sum()) for level in (CLEAR, POSSIBLE))
    verdict: Verdict = "supported" if clearly else "undecided" if likely else "contradicted"
    lost, others = _ends(found.lost, campaign.confidence, len(table)), placebo(found, book, campaign)
    known |= {"n": int(found.rows.counts.sum()), "clusters": len(table), "table": _shown(table, found, campaign)}
    return Finding(
        name,
        words.leaking_codes(clearly, likely - clearly, len(table), lost),
        verdict,
        LEAK_METHOD,
        float(clearly),
        (float(clearly), float(likely)),
        caveats=(*_caveats(found), *([words.placebo(others)] if others and others.low > STRANGE else [])),
        details={
            "leaked_share": lost.estimate,
            "leaked_share_low": lost.low,
            "leaked_share_high": lost.high,
            "half_life_days": found.half_life,
            "coupon_days": float(len(jumps(found))),
            **({f"other_codes_after_posts{end}": value for end, value in _named(others)} if others else {}),
        },
        **known,
    )


def _ends(draws: Array, level: float, units: int) -> Interval:
    """Return the mean of draws with its interval."""
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(draws.mean()), float(low), float(high), units)


def _caveats(found: Leaks) -> tuple[str, ...]:
    """Return what a reader must know of these codes."""
    unposted, unsure = found.rows.unposted, int(((found.chance <= POSSIBLE) & (found.chance >= 1 - CLEAR)).sum())
    return (
        words.UNSEEN_POSTS,
        words.EVEN_ORDERS,
        *(words.coupon_day(day, codes) for day, codes in jumps(found)),
        *([words.cannot_tell(unsure, len(found.chance))] if unsure else []),
        *([words.unposted(unposted)] if unposted else []),
    )


def _codes(found: Leaks, new: pd.DataFrame | None) -> pd.DataFrame:
    """Return one row a code, by its creator, the likeliest leaked first; `new` has new buyers by creator and way."""
    rows = found.rows
    by_code = pd.DataFrame(columns=["influencer_id", "route", "new_buyers"]) if new is None else new
    first = by_code[by_code["route"] == ledger.CODE].set_index("influencer_id")["new_buyers"]
    stepped = (found.begun > STEP_CLEAR) & (found.chance > POSSIBLE)
    days = [rows.first_day + dt.timedelta(days=int(day)) for day in found.day]
    table = pd.DataFrame(
        {
            "influencer_id": list(rows.creators),
            "verdict": [words.verdict(chance, CLEAR, POSSIBLE) for chance in found.chance],
            "orders": rows.counts.sum(axis=1),
            "away": [rows.away(creator, found.faded_after) for creator in range(len(rows.creators))],
            "share": found.share,
            "low": found.low,
            "high": found.high,
            "since": [words.since(day if step else None) for day, step in zip(days, stepped, strict=True)],
            "new_buyers": first.reindex(list(rows.creators)).to_numpy(float),
            "chance": found.chance.clip(0, 1),
        }
    )
    return table.sort_values(["chance", "influencer_id"], ascending=[False, True], ignore_index=True)


def _shown(table: pd.DataFrame, found: Leaks, campaign: Campaign) -> ShownTable:
    """Return the codes with their words."""
    columns = (
        TableColumn("influencer_id", "Code of"),
        TableColumn("verdict", "Verdict"),
        TableColumn("orders", "Orders", "count"),
        TableColumn("away", "Away from posts", "count"),
        TableColumn("share", "Leaked share", "percent"),
        TableColumn("low", "From", "percent"),
        TableColumn("high", "To", "percent"),
        TableColumn("chance", "Chance it leaked", "probability"),
        TableColumn("since", "Leaks since about"),
        TableColumn("new_buyers", "New buyers", "count", bool(table["new_buyers"].notna().any())),
    )
    return ShownTable(words.caption(found.faded_after, LEAKED_FROM), columns, table)


@dataclass(frozen=True)
class Adjustment:
    """Draws of the share of attributed revenue that would have come anyway, and of how many won buyers use a code.

    `seen` and `surveyed` tell which of the two the data say; else they are anything in the range of the YAML. The
    intervals are those of the draws, or that range.
    """

    leaked: Array
    use: Array
    leaked_range: Interval
    use_range: Interval
    seen: bool
    surveyed: bool


def adjustment(book: Ledger, tables: Tables, campaign: Campaign) -> Adjustment:
    """Return what is known of leaks and of the use of codes; orders by link are taken as they are."""
    rng, level, units = np.random.default_rng(campaign.seed), campaign.confidence, len(book.creators)
    found, use = leaks(book, tables, campaign), survey.code_use(survey.answers(book, tables, campaign))
    least, most = (max(end, LEAST_USE) for end in campaign.code_use)
    leaked = _coded_share(book) * (rng.uniform(*campaign.leaked_share, DRAWS) if found is None else found.lost)
    used = np.maximum(use.draws(DRAWS, rng), LEAST_USE) if use else rng.uniform(least, most, DRAWS)
    leaked_range = _ends(leaked, level, units) if found else _whole(campaign.leaked_share, units)
    use_range = _ends(used, level, units) if use else _whole((least, most), units)
    return Adjustment(leaked, used, leaked_range, use_range, found is not None, use is not None)


def _whole(ends: tuple[float, float], units: int) -> Interval:
    """Return a range in which everything is alike, with its middle."""
    return Interval(sum(ends) / 2, *ends, units)


def _coded_share(book: Ledger) -> float:
    """Return which share of attributed revenue is by code, the rest being by link."""
    total = int(book.attributed["cents"].sum())
    coded = int(book.orders.loc[book.orders["route"] == ledger.CODE, "cents"].sum())
    return float(np.clip(coded / max(total, 1), 0, 1))


def adjusted(book: Ledger, tables: Tables, campaign: Campaign) -> tuple[Finding, ShownTable | Note]:
    """Return revenue per cost with leaked orders taken off and missed buyers added, and the same for given shares."""
    refused, known = ledger.refusal(book, tables, campaign, ledger.ATTRIBUTION)
    ratio = None if refused else attribution.return_per_cost(book, book.active, campaign.confidence)
    if ratio is None:
        no_answer = ledger.no_answer("roi.adjusted_roas", refused, ADJUSTED_METHOD, known)
        return no_answer, Note(no_answer.headline)
    made = adjustment(book, tables, campaign)
    return _adjusted(ratio, made, campaign, known), rectangle(ratio.estimate, campaign)


def _adjusted(ratio: Interval, made: Adjustment, campaign: Campaign, known: dict[str, Any]) -> Finding:
    """Return the finding of the adjusted return."""
    found, even = allowing_for(ratio, made, campaign), ledger.break_even(campaign)
    known["caveats"] = (
        words.leaks_from(made.leaked_range, made.seen),
        *((words.EVEN_ORDERS,) if made.seen else ()),
        words.use_from(made.use_range, made.surveyed),
        *ledger.still_open(campaign),
    )
    known["details"] = {
        "attributed_return": ratio.estimate,
        **{f"leaked_share{end}": value for end, value in _named(made.leaked_range)},
        **{f"code_use{end}": value for end, value in _named(made.use_range)},
        "break_even": even,
    }
    said = words.adjusted(found, ratio.estimate, even, campaign.margin, campaign.currency)
    return Finding(
        "roi.adjusted_roas", said, ledger.against(found, even), ADJUSTED_METHOD, found.estimate, found.ends,
        currency=campaign.currency, **known,
    )  # fmt: skip


def _named(found: Interval) -> tuple[tuple[str, float], ...]:
    """Return estimate and ends with the endings of their names."""
    return ("", found.estimate), ("_low", found.low), ("_high", found.high)


def allowing_for(ratio: Interval, made: Adjustment, campaign: Campaign) -> Interval:
    """Return attributed revenue per cost x (1 - leaked) / use: the mean, and the interval of draws.

    Luck with creators is drawn from the interval of the attributed return, taken as normal on logs.
    """
    rng = np.random.default_rng(campaign.seed + 1)
    spread = math.log(ratio.high / ratio.low) / 2 / float(stats.norm.ppf(0.5 + campaign.confidence / 2))
    factor = (1 - made.leaked) / made.use
    draws = ratio.estimate * np.exp(rng.normal(0, spread, DRAWS)) * factor
    low, high = np.quantile(draws, [(1 - campaign.confidence) / 2, (1 + campaign.confidence) / 2])
    return Interval(ratio.estimate * float(factor.mean()), float(low), float(high), ratio.units)


def rectangle(attributed_return: float, campaign: Campaign) -> ShownTable:
    """Return revenue per cost for the least, middle and most thought possible of leaks (rows) and code use."""
    leaked, use = (ends_and_middle(ends) for ends in (campaign.leaked_share, campaign.code_use))
    used = {f"use_{at}": max(part, LEAST_USE) for at, part in enumerate(use)}
    cells = [
        {
            "leaked": wording.tick(part, "percent"),
            **{name: attributed_return * (1 - part) / of for name, of in used.items()},
        }
        for part in leaked
    ]
    columns = (
        TableColumn("leaked", words.ANYWAY),
        *(TableColumn(name, words.used_by(part), "money_ratio") for name, part in used.items()),
    )
    return ShownTable(words.RECTANGLE, columns, pd.DataFrame(cells), campaign.currency)


def ends_and_middle(ends: tuple[float, float]) -> tuple[float, float, float]:
    """Return both ends of a range and its middle."""
    return ends[0], (ends[0] + ends[1]) / 2, ends[1]
