"""Are audiences tiring of sponsored posts? Sponsored against organic, the share that hurts, who is above the limit."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from influence_lib import wording
from influence_lib.analysis import inference
from influence_lib.analysis.feed import Feed
from influence_lib.analysis.inference import Array, Codes
from influence_lib.campaign import Campaign
from influence_lib.findings import Finding, ShownTable, TableColumn, Verdict, not_available, not_enough

FEWEST_CREATORS = 12
FEWEST_POSTS_EACH = 3
FEWEST_POSTS_A_WINDOW = 8
FEWEST_MONTHS = 4
# A bend needs months on both sides of it, from several creators.
FEWEST_EACH_SIDE = 4
KINK_STEP = 0.02
KINKS = np.arange(0.10, 0.801, KINK_STEP)
REPLICATES = 499
ALARM = 0.9

EFFECT_METHOD = (
    "Within each creator, the mean log engagement rate of sponsored posts less that of organic posts, after taking out "
    "the months' usual level; Student's t over creators. An association: brands may sponsor the better or the weaker "
    "ideas."
)
KINK_METHOD = (
    "Organic posts, creator by month; sponsored share over the days before the month; creator and month effects taken "
    "out; the bend is searched on a grid and tested by sup-F with a wild cluster bootstrap (Hansen 2017); intervals "
    "resample creators. An association, not proof."
)
LIMIT_METHOD = (
    "The chance that a creator's true share lies above the limit, from posts of the last days with a known label "
    "(binomial with the prior of Jeffreys 1946); flagged above 90 %. The interval runs from those clearly above to "
    "those not clearly below."
)


def _labelled(feed: Feed) -> pd.DataFrame:
    """Return posts whose label is known, with the log engagement rate by followers."""
    posts = feed.posts[feed.posts["is_sponsored"].notna()]
    rate = (posts["engagements"].astype(float) + 0.5) / posts["followers"].astype(float)
    return posts.assign(sponsored=posts["is_sponsored"].astype(bool), log_rate=np.log(rate))


def _labels(feed: Feed) -> pd.DataFrame:
    """Return all published posts whose label is known, also those without numbers."""
    posts = feed.published[feed.published["is_sponsored"].notna()]
    return posts.assign(sponsored=posts["is_sponsored"].astype(bool))


def sponsored_effect(feed: Feed, campaign: Campaign) -> Finding:
    """Compare sponsored with organic posts of the same creator; the estimate is a relative change of the rate."""
    name, posts = "saturation.sponsored_effect", _labelled(feed)
    if posts.empty:
        return not_available(name, wording.NO_LABELS, EFFECT_METHOD)
    table = contrasts(feed)
    known: dict[str, Any] = {"clusters": len(table), "level": campaign.confidence}
    if len(table) < FEWEST_CREATORS:
        said = wording.too_few_both_kinds(len(table), FEWEST_CREATORS, FEWEST_POSTS_EACH)
        return not_enough(name, said, EFFECT_METHOD, n=len(posts), **known)
    found = inference.mean(table["difference"], campaign.confidence)
    if found is None:
        return not_enough(name, wording.ALL_THE_SAME, EFFECT_METHOD, n=len(posts), **known)
    change = found.through(lambda value: float(np.expm1(value)))
    sponsored, organic = int(table["sponsored"].sum()), int(table["organic"].sum())
    verdict: Verdict = "supported" if change.high < 0 else "contradicted" if change.low > 0 else "undecided"
    known |= {"n": sponsored + organic, "caveats": (*feed.caveats, wording.UNDECLARED)}
    said = wording.sponsored_effect(change)
    return Finding(name, said, verdict, EFFECT_METHOD, change.estimate, change.ends, **known)


def contrasts(feed: Feed) -> pd.DataFrame:
    """Return one row a creator with both kinds of posts: influencer_id, difference of log rates, posts of each kind.

    The months' usual levels, from the organic posts of all creators, are taken out first.
    """
    posts = _without_months(_labelled(feed))
    counts = posts.pivot_table(index="influencer_id", columns="sponsored", values="log_rate", aggfunc=["mean", "size"])
    counts = counts.reindex(columns=pd.MultiIndex.from_product([["mean", "size"], [False, True]]))
    table = pd.DataFrame(
        {
            "difference": counts["mean", True] - counts["mean", False],
            "sponsored": counts["size", True],
            "organic": counts["size", False],
        }
    ).dropna()
    enough = (table["sponsored"] >= FEWEST_POSTS_EACH) & (table["organic"] >= FEWEST_POSTS_EACH)
    return table[enough].astype(float).rename_axis("influencer_id").reset_index()


def _without_months(posts: pd.DataFrame) -> pd.DataFrame:
    """Return posts with the level of their month taken out of `log_rate`; months without organic posts are left out.

    Levels are the month effects of a regression of organic posts on creators and months, so that a month in which
    mostly lively creators posted does not count as a lively month.
    """
    month = posts["posted_at"].dt.strftime("%Y-%m")
    organic = posts[~posts["sponsored"]]
    if organic.empty:
        return organic
    dummies = pd.get_dummies(month[organic.index], dtype=float)
    creator = pd.factorize(organic["influencer_id"])[0].astype(np.int64)
    inner = _less_means(np.column_stack([organic["log_rate"], dummies]), creator)
    levels = pd.Series(np.linalg.lstsq(inner[:, 1:], inner[:, 0], rcond=1e-9)[0], index=dummies.columns)
    return posts.assign(log_rate=posts["log_rate"] - month.map(levels)).dropna(subset=["log_rate"])


def _less_means(values: Array, group: Codes) -> Array:
    """Return columns with the means of their groups taken out."""
    sums = np.zeros((int(group.max()) + 1, values.shape[1]))
    np.add.at(sums, group, values)
    return np.asarray(values - (sums / np.bincount(group)[:, None])[group])


def panel(feed: Feed, campaign: Campaign) -> pd.DataFrame:
    """Return organic engagement by creator and month, with the sponsored share of the days before the month.

    Columns: influencer_id, month, log_rate, posts, share, posts_before. Posts read too early for a comparison over
    time are left out, as are months without enough labelled posts before, and then creators with too few months or
    with one and the same share in all of them.
    """
    posts = _labelled(feed)
    posts = posts[posts["age_days"] >= campaign.trend_age_days]
    rows = posts[~posts["sponsored"]].assign(month=lambda organic: _month(organic["posted_at"]))
    organic = rows.groupby(["influencer_id", "month"]).agg(log_rate=("log_rate", "mean"), posts=("post_id", "size"))
    table = _with_share_before(organic.reset_index(), _labels(feed), campaign.saturation_days)
    table = table[table["posts_before"] >= FEWEST_POSTS_A_WINDOW]
    by = table.groupby("influencer_id")["share"]
    able = (by.transform("nunique") > 1) & (by.transform("size") >= FEWEST_MONTHS)
    return table[able].reset_index(drop=True)


def _month(times: pd.Series) -> pd.Series:
    """Return the first moment of each time's month."""
    return times.dt.tz_localize(None).dt.to_period("M").dt.start_time.dt.tz_localize("UTC").astype(times.dtype)


def _with_share_before(table: pd.DataFrame, labels: pd.DataFrame, days: int) -> pd.DataFrame:
    """Return creator-months with the sponsored share of the days before the month, and of how many posts."""
    share, number = np.full(len(table), np.nan), np.zeros(len(table), dtype=np.int64)
    feeds: dict[Any, pd.DataFrame] = dict(iter(labels.groupby("influencer_id")))
    for name, rows in table.groupby("influencer_id").indices.items():
        times, months = feeds[name]["posted_at"], table["month"].iloc[rows]
        paid = np.concatenate([[0], feeds[name]["sponsored"].cumsum()])
        until, since = times.searchsorted(months), times.searchsorted(months - pd.Timedelta(days=days))
        number[rows] = until - since
        share[rows] = (paid[until] - paid[since]) / np.maximum(until - since, 1)
    return table.assign(share=share, posts_before=number)


@dataclass(frozen=True)
class Bend:
    """Where engagement starts to fall and how fast, how likely such a bend is by chance, and the straight line."""

    kink: float
    slope: float
    kink_ends: tuple[float, float]
    slope_ends: tuple[float, float]
    chance: float
    below_half: float
    line: inference.Interval | None
    lowest: float


def within(values: Array, creator: Codes, month: Codes, rounds: int = 500) -> Array:
    """Return columns with creator and month means taken out by turns (Guimaraes and Portugal 2010)."""
    out = np.asarray(values, dtype=float)
    enough = 1e-10 * max(float(np.abs(out).max()), 1e-300)
    for _ in range(rounds):
        before, out = out, _less_means(_less_means(out, creator), month)
        if float(np.abs(out - before).max()) < enough:
            break
    return out


def bend(table: pd.DataFrame, level: float, seed: int) -> Bend | None:
    """Fit y = creator + month + slope * max(share - kink, 0) with the kink on a grid; None when nothing varies."""
    creator, month = (pd.factorize(table[name])[0].astype(np.int64) for name in ("influencer_id", "month"))
    share = table["share"].to_numpy(float)
    usable = np.array([kink for kink in KINKS if _both_sides(share, creator, kink)])
    if not len(usable) or inference.all_alike(table["log_rate"]):
        return None
    columns = [table["log_rate"].to_numpy(float), share, *(np.maximum(share - kink, 0) for kink in usable)]
    inner = within(np.column_stack(columns), creator, month)
    if inference.all_alike(inner[:, 0]) or inference.all_alike(inner[:, 1]):
        return None
    rng = np.random.default_rng(seed)
    return _fitted_bend(inner, creator, usable, level, rng)


def _fitted_bend(inner: Array, creator: Codes, kinks: Array, level: float, rng: np.random.Generator) -> Bend:
    """Return the bend that explains most, with intervals from resampled creators."""
    groups = int(creator.max()) + 1
    cross, square = _moments(inner[:, :1], inner[:, 2:], creator)
    weights = rng.multinomial(groups, np.full(groups, 1 / groups), REPLICATES)
    best = _profile(cross.sum(0), square.sum(0))
    picks = np.array([_profile(w @ cross, w @ square) for w in weights])
    drawn = np.arange(REPLICATES), picks
    slopes, tails = (weights @ cross)[drawn] / (weights @ square)[drawn], [(1 - level) / 2, (1 + level) / 2]
    kink_low, kink_high = np.quantile(kinks[picks], tails)
    slope_low, slope_high = np.quantile(slopes, tails)
    return Bend(
        float(kinks[best]),
        float(cross.sum(0)[best] / square.sum(0)[best]),
        (float(kink_low) - KINK_STEP / 2, float(kink_high) + KINK_STEP / 2),
        (float(slope_low), float(slope_high)),
        _chance(inner[:, 0], inner[:, 2:], creator, rng),
        float((kinks[picks] < 0.5).mean()),
        _line(inner, creator, level),
        float(kinks[0]),
    )


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


def _profile(cross: Array, square: Array) -> int:
    """Return the kink that explains most."""
    return int(np.argmax(np.where(square > 1e-9, cross**2 / np.maximum(square, 1e-9), -1.0)))


def _line(inner: Array, creator: Codes, level: float) -> inference.Interval | None:
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
    return inference.Interval(slope, slope - half, slope + half, groups)


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


def dose_response(feed: Feed, campaign: Campaign) -> tuple[Finding, Finding]:
    """Return the sponsored share at which organic engagement starts to fall, and how fast it falls beyond."""
    names = ("saturation.kink", "saturation.slope_after_kink")
    refused = wording.NO_LABELS if _labelled(feed).empty else _not_the_whole_feed(feed)
    if refused:
        return not_available(names[0], refused, KINK_METHOD), not_available(names[1], refused, KINK_METHOD)
    table = panel(feed, campaign)
    creators = table["influencer_id"].nunique()
    known: dict[str, Any] = {"n": int(table["posts"].sum()), "clusters": creators, "level": campaign.confidence}
    found = bend(table, campaign.confidence, campaign.seed) if creators >= FEWEST_CREATORS else None
    if found is None:
        few = creators < FEWEST_CREATORS
        said = wording.too_few_months(creators, FEWEST_CREATORS) if few else wording.NO_RANGE_OF_SHARES
        return not_enough(names[0], said, KINK_METHOD, **known), not_enough(names[1], said, KINK_METHOD, **known)
    known["caveats"] = (*feed.caveats, *_read_early(feed, campaign), wording.UNDECLARED, wording.FADING)
    known["details"] = {"chance": found.chance, "below_half": found.below_half}
    return _bend_findings(found, known, campaign.confidence)


def _read_early(feed: Feed, campaign: Campaign) -> tuple[str, ...]:
    """Return how many posts were read too early for a comparison over time; nothing when none was."""
    early = int((feed.posts["age_days"] < campaign.trend_age_days).sum())
    return (wording.too_young_for_trends(early, campaign.trend_age_days),) if early else ()


def _not_the_whole_feed(feed: Feed) -> str | None:
    """Return the sentence about a feed of which only a part was read, or None where nothing speaks for that."""
    return None if feed.is_whole else wording.part_of_the_feed(feed.share_read or 0.0)


def _bend_findings(found: Bend, known: dict[str, Any], level: float) -> tuple[Finding, Finding]:
    """Word the bend: a share and a slope are given only when chance is an unlikely explanation and engagement falls.

    No share is given where the fall may begin below the lowest share at which a bend could be seen.
    """
    names, creators = ("saturation.kink", "saturation.slope_after_kink"), known["clusters"]
    if found.chance > 1 - level or found.slope_ends[1] >= 0:
        said = wording.no_bend(found.chance, creators, rises=found.slope > 0)
        kink = Finding(names[0], said, "undecided", KINK_METHOD, **known)
        return kink, Finding(names[1], wording.straight_line(found.line), "undecided", KINK_METHOD, **known)
    if found.kink_ends[0] < found.lowest:
        said = wording.falls_from_the_start(found.kink_ends[1], creators)
        kink = Finding(names[0], said, "undecided", KINK_METHOD, **known)
    else:
        said = wording.bend(found.kink, found.kink_ends, found.below_half, creators)
        kink = Finding(names[0], said, "supported", KINK_METHOD, found.kink, found.kink_ends, **known)
    said = wording.slope(found.slope, found.slope_ends)
    return kink, Finding(names[1], said, "supported", KINK_METHOD, found.slope, found.slope_ends, **known)


def shares(feed: Feed, campaign: Campaign) -> pd.DataFrame:
    """Return by creator the sponsored share of the last days: posts, sponsored, share, interval, P(above the limit).

    Every published post with a known label counts, young ones and those without numbers too.
    """
    posts = _labels(feed)
    first = pd.Timestamp(campaign.today, tz=campaign.timezone) - pd.Timedelta(days=campaign.saturation_days - 1)
    recent = posts[posts["posted_at"] >= first]
    table = recent.groupby("influencer_id")["sponsored"].agg(posts="size", sponsored_posts="sum").reset_index()
    a, b = table["sponsored_posts"] + 0.5, table["posts"] - table["sponsored_posts"] + 0.5
    tail = (1 - campaign.confidence) / 2
    return table.assign(
        share=table["sponsored_posts"] / table["posts"],
        low=stats.beta.ppf(tail, a, b),
        high=stats.beta.ppf(1 - tail, a, b),
        above=stats.beta.sf(campaign.saturation_limit, a, b),
    ).sort_values(["above", "influencer_id"], ascending=[False, True], ignore_index=True)


def over_limit(feed: Feed, campaign: Campaign) -> Finding:
    """Count the creators whose share of sponsored posts lies above the limit with a chance of 9 in 10 or more."""
    name = "saturation.over_limit"
    labels = _labels(feed)
    refused = wording.NO_LABELS if labels.empty else _not_the_whole_feed(feed)
    # A list of a campaign's own posts would put every creator above any limit.
    refused = refused or (wording.ONLY_SPONSORED if labels["sponsored"].all() else None)
    if refused:
        return not_available(name, refused, LIMIT_METHOD)
    table = shares(feed, campaign)
    if table.empty:
        return not_available(name, wording.no_recent_posts(campaign.saturation_days), LIMIT_METHOD)
    flagged, possible = int((table["above"] > ALARM).sum()), int((table["above"] >= 1 - ALARM).sum())
    limit, days = campaign.saturation_limit, campaign.saturation_days
    verdict: Verdict = "supported" if flagged else "undecided" if possible else "contradicted"
    return Finding(
        name,
        wording.over_limit(flagged, possible - flagged, len(table), limit, days),
        verdict,
        LIMIT_METHOD,
        float(flagged),
        (float(flagged), float(possible)),
        int(table["posts"].sum()),
        len(table),
        campaign.confidence,
        (wording.UNDECLARED,),
        _share_table(table, campaign),
    )


def _share_table(table: pd.DataFrame, campaign: Campaign) -> ShownTable:
    """Return the shares by creator with their words."""
    rows = table.assign(verdict=[wording.share_verdict(chance, ALARM) for chance in table["above"]])
    columns = (
        TableColumn("influencer_id", "Creator"),
        TableColumn("verdict", "Verdict"),
        TableColumn("share", "Sponsored share", "percent"),
        TableColumn("low", "From", "percent"),
        TableColumn("high", "To", "percent"),
        TableColumn("above", "Chance above the limit", "probability"),
        TableColumn("posts", "Posts", "count"),
    )
    return ShownTable(wording.share_caption(campaign.saturation_days, campaign.saturation_limit), columns, rows)
