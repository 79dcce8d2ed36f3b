"""Are audiences tiring of sponsored posts? Sponsored against organic, the share that hurts, creators above the limit."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from influence_lib import wording
from influence_lib.analysis import inference
from influence_lib.analysis.feed import Feed
from influence_lib.campaign import Campaign
from influence_lib.findings import Finding, ShownTable, TableColumn, Verdict, not_available, not_enough

Array = npt.NDArray[np.float64]

FEWEST_CREATORS = 12
FEWEST_POSTS_EACH = 3
FEWEST_POSTS_A_WINDOW = 8
FEWEST_MONTHS = 4
KINKS = np.arange(0.10, 0.801, 0.02)
REPLICATES = 499
ALARM = 0.9

EFFECT_METHOD = (
    "Within each creator, the mean log engagement rate of sponsored posts less that of organic posts of the same month where there are any; "
    "Student's t over creators. An association: brands may sponsor the better or the weaker ideas."
)
KINK_METHOD = (
    "Organic posts, creator by month; sponsored share over the days before the month; creator and month effects taken out; the bend is searched on a "
    "grid and tested by sup-F with a wild cluster bootstrap (Hansen 2017); intervals resample creators. An association, not proof."
)
LIMIT_METHOD = (
    "The chance that a creator's true share lies above the limit, from posts of the last days with a known label (binomial with the prior of Jeffreys "
    "1946); flagged above 90 %. The interval runs from those clearly above to those not clearly below."
)


def _labelled(feed: Feed) -> pd.DataFrame:
    """Return posts whose label is known, with the log engagement rate by followers."""
    posts = feed.posts[feed.posts["is_sponsored"].notna()]
    rate = (posts["engagements"].astype(float) + 0.5) / posts["followers"].astype(float)
    return posts.assign(sponsored=posts["is_sponsored"].astype(bool), log_rate=np.log(rate))


def sponsored_effect(feed: Feed, campaign: Campaign) -> Finding:
    """Compare sponsored with organic posts of the same creator; the estimate is a relative change of engagement rate."""
    name, posts = "saturation.sponsored_effect", _labelled(feed)
    if posts.empty:
        return not_available(name, wording.NO_LABELS, EFFECT_METHOD)
    table = contrasts(feed)
    if len(table) < FEWEST_CREATORS:
        said = wording.too_few_creators(
            "whether sponsored posts do worse",
            len(table),
            FEWEST_CREATORS,
            "creator with both kinds of posts",
            "creators with both kinds of posts",
        )
        return not_enough(name, said, EFFECT_METHOD, n=len(posts), clusters=len(table))
    found = inference.mean(table["difference"], campaign.confidence)
    if found is None:
        return not_enough(name, wording.ALL_THE_SAME, EFFECT_METHOD, n=len(posts), clusters=len(table))
    change = found.through(lambda value: float(np.expm1(value)))
    used = int(table["sponsored"].sum() + table["organic"].sum())
    verdict: Verdict = (
        "undecided" if change.low <= 0 <= change.high else "supported" if change.high < 0 else "contradicted"
    )
    return Finding(
        name,
        wording.sponsored_effect(change, int(table["sponsored"].sum()), int(table["organic"].sum())),
        verdict,
        EFFECT_METHOD,
        change.estimate,
        change.ends,
        used,
        change.units,
        campaign.confidence,
        (*feed.caveats, wording.UNDECLARED),
    )


def contrasts(feed: Feed) -> pd.DataFrame:
    """Return one row a creator with both kinds of posts: influencer_id, difference of log rates, and posts of each kind.

    The month's usual level of organic posts is taken out first.
    """
    posts = _labelled(feed)
    month = posts["posted_at"].dt.strftime("%Y-%m")
    seasonal = posts["log_rate"] - posts["log_rate"].groupby(posts["influencer_id"]).transform("mean")
    level = seasonal[~posts["sponsored"]].groupby(month[~posts["sponsored"]]).mean()
    adjusted = posts.assign(adjusted=posts["log_rate"] - month.map(level).fillna(0.0))
    cells = adjusted.groupby(["influencer_id", "sponsored"])["adjusted"].agg(["mean", "size"]).unstack("sponsored")
    if not {("mean", True), ("mean", False)} <= set(cells.columns):
        return pd.DataFrame(columns=["influencer_id", "difference", "sponsored", "organic"])
    table = pd.DataFrame(
        {
            "difference": cells["mean", True] - cells["mean", False],
            "sponsored": cells["size", True],
            "organic": cells["size", False],
        }
    )
    enough = (table["sponsored"] >= FEWEST_POSTS_EACH) & (table["organic"] >= FEWEST_POSTS_EACH)
    return table[enough].dropna().reset_index()


def panel(feed: Feed, campaign: Campaign) -> pd.DataFrame:
    """Return organic engagement by creator and month, with the sponsored share of the days before the month.

    Columns: influencer_id, month, log_rate, share, posts_before. Months without enough labelled posts before are left out.
    """
    posts = _labelled(feed)
    if posts.empty:
        return pd.DataFrame(columns=["influencer_id", "month", "log_rate", "share", "posts_before"])
    start = posts["posted_at"].dt.tz_localize(None).dt.to_period("M").dt.start_time
    rows = posts.assign(month=start, day=posts["posted_at"].dt.tz_localize(None).dt.normalize())
    organic = (
        rows[~rows["sponsored"]]
        .groupby(["influencer_id", "month"])
        .agg(log_rate=("log_rate", "mean"), posts=("post_id", "size"))
        .reset_index()
    )
    before = [
        _share_before(rows[rows["influencer_id"] == creator], month, campaign.saturation_days)
        for creator, month in zip(organic["influencer_id"], organic["month"], strict=True)
    ]
    table = organic.assign(share=[share for share, _ in before], posts_before=[count for _, count in before])
    return table[table["posts_before"] >= FEWEST_POSTS_A_WINDOW].reset_index(drop=True)


def _share_before(posts: pd.DataFrame, month: pd.Timestamp, days: int) -> tuple[float, int]:
    """Return the sponsored share of the days before a month, and of how many posts."""
    window = posts[(posts["day"] < month) & (posts["day"] >= month - pd.Timedelta(days=days))]
    return (float(window["sponsored"].mean()) if len(window) else float("nan"), len(window))


@dataclass(frozen=True)
class Bend:
    """Where engagement starts to fall, how fast beyond it, and how likely such a bend arises by chance."""

    kink: float
    slope: float
    kink_ends: tuple[float, float]
    slope_ends: tuple[float, float]
    chance: float
    below_half: float


def within(values: Array, creator: npt.NDArray[np.int64], month: npt.NDArray[np.int64], rounds: int = 60) -> Array:
    """Return columns with creator and month means taken out by alternating projections (Guimaraes and Portugal 2010)."""
    out = values.astype(float).copy()
    counts = [np.bincount(key).astype(float)[:, None] for key in (creator, month)]
    for _ in range(rounds):
        before = out.copy()
        for key, size in zip((creator, month), counts, strict=True):
            sums = np.zeros((len(size), out.shape[1]))
            np.add.at(sums, key, out)
            out -= (sums / np.maximum(size, 1))[key]
        if np.abs(out - before).max() < 1e-10:
            break
    return out


def bend(table: pd.DataFrame, level: float, seed: int) -> Bend | None:
    """Fit y = creator + month + slope * max(share - kink, 0) with the kink on a grid; None when nothing varies."""
    creator, month = pd.factorize(table["influencer_id"])[0], pd.factorize(table["month"])[0]
    share = table["share"].to_numpy(float)
    # A kink needs months on both sides of it, from several creators.
    usable = [c for c in KINKS if _both_sides(share, creator, c)]
    if not usable:
        return None
    raw = np.column_stack([table["log_rate"].to_numpy(float), *(np.maximum(share - c, 0) for c in usable)])
    inner = within(raw, creator, month)
    groups = int(creator.max()) + 1
    cross, square, total = _moments(inner, creator, groups)
    rng = np.random.default_rng(seed)
    weights = rng.multinomial(groups, np.full(groups, 1 / groups), REPLICATES)
    best = _profile(cross.sum(0), square.sum(0))
    picks = np.array([_profile(w @ cross, w @ square) for w in weights])
    slopes = (weights @ cross)[np.arange(REPLICATES), picks] / (weights @ square)[np.arange(REPLICATES), picks]
    kinks = np.array(usable)[picks]
    tails = [(1 - level) / 2, (1 + level) / 2]
    chance = _chance(inner, creator, rng)
    return Bend(
        float(usable[best]),
        float(cross.sum(0)[best] / square.sum(0)[best]),
        tuple(np.quantile(kinks, tails)),
        tuple(np.quantile(slopes, tails)),
        chance,
        float((kinks < 0.5).mean()),
    )


def _both_sides(share: Array, creator: npt.NDArray[np.int64], kink: float, least: int = 4) -> bool:
    """Tell whether several creators have months on each side of a kink."""
    return min(len(np.unique(creator[share > kink])), len(np.unique(creator[share <= kink]))) >= least


def _moments(inner: Array, creator: npt.NDArray[np.int64], groups: int) -> tuple[Array, Array, Array]:
    """Return by creator: cross products of outcome and each hinge, squares of each hinge, squares of the outcome."""
    y, hinges = inner[:, :1], inner[:, 1:]
    sums = [np.zeros((groups, hinges.shape[1])), np.zeros((groups, hinges.shape[1])), np.zeros((groups, 1))]
    for target, rows in zip(sums, (y * hinges, hinges**2, y**2), strict=True):
        np.add.at(target, creator, rows)
    return sums[0], sums[1], sums[2]


def _profile(cross: Array, square: Array) -> int:
    """Return the kink that explains most."""
    return int(np.argmax(np.where(square > 1e-9, cross**2 / np.maximum(square, 1e-9), -1.0)))


def _chance(inner: Array, creator: npt.NDArray[np.int64], rng: np.random.Generator) -> float:
    """Return how often a bend at least as clear arises when there is none (wild cluster bootstrap, Rademacher signs)."""
    y, hinges = inner[:, 0], inner[:, 1:]

    def clearest(outcome: Array) -> float:
        square = np.maximum((hinges**2).sum(0), 1e-9)
        slope = hinges.T @ outcome / square
        scores = np.zeros((creator.max() + 1, hinges.shape[1]))
        np.add.at(scores, creator, hinges * (outcome[:, None] - hinges * slope))
        return float(np.max(slope**2 * square**2 / np.maximum((scores**2).sum(0), 1e-12)))

    seen = clearest(y)
    signs = rng.choice([-1.0, 1.0], size=(REPLICATES, creator.max() + 1))
    drawn = [clearest(y * sign[creator]) for sign in signs]
    return (1 + sum(value >= seen for value in drawn)) / (REPLICATES + 1)


def dose_response(feed: Feed, campaign: Campaign) -> tuple[Finding, Finding]:
    """Return the sponsored share at which organic engagement starts to fall, and how fast it falls beyond."""
    names, table = ("saturation.kink", "saturation.slope_after_kink"), panel(feed, campaign)
    if _labelled(feed).empty:
        return tuple(not_available(name, wording.NO_LABELS, KINK_METHOD) for name in names)  # type: ignore[return-value]
    varied = (
        table.groupby("influencer_id")["share"].agg(["nunique", "size"])
        if len(table)
        else pd.DataFrame(columns=["nunique", "size"])
    )
    able = varied[(varied["nunique"] > 1) & (varied["size"] >= FEWEST_MONTHS)].index
    table = table[table["influencer_id"].isin(able)]
    known = {"n": int(table["posts"].sum()) if len(table) else 0, "clusters": len(able)}
    found = bend(table, campaign.confidence, campaign.seed) if len(able) >= FEWEST_CREATORS else None
    if found is None:
        said = wording.too_few_creators(
            "from which share on sponsoring hurts",
            len(able),
            FEWEST_CREATORS,
            "creator with enough months of changing share",
            "creators with enough months of changing share",
        )
        return tuple(
            not_enough(name, said if len(able) < FEWEST_CREATORS else wording.NO_RANGE_OF_SHARES, KINK_METHOD, **known)
            for name in names
        )  # type: ignore[return-value]
    return _bend_findings(found, campaign, feed, known)


def _bend_findings(found: Bend, campaign: Campaign, feed: Feed, known: dict[str, int]) -> tuple[Finding, Finding]:
    """Word the bend: shown only when chance is an unlikely explanation and engagement falls beyond it."""
    shown = found.chance <= 1 - campaign.confidence
    harm = shown and found.slope_ends[1] < 0
    verdict: Verdict = "supported" if harm else "undecided"
    caveats = (*feed.caveats, wording.UNDECLARED, wording.FADING)
    details = {"chance": found.chance, "below_half": found.below_half}
    if not harm:
        said = wording.no_bend(found.chance, known["clusters"])
        kink = Finding(
            "saturation.kink",
            said,
            verdict,
            KINK_METHOD,
            level=campaign.confidence,
            caveats=caveats,
            details=details,
            **known,
        )
    else:
        said = wording.bend(found.kink, found.kink_ends, found.below_half, known["clusters"])
        kink = Finding(
            "saturation.kink",
            said,
            verdict,
            KINK_METHOD,
            found.kink,
            found.kink_ends,
            level=campaign.confidence,
            caveats=caveats,
            details=details,
            **known,
        )
    said = wording.slope(found.slope, found.slope_ends, harm)
    slope = Finding(
        "saturation.slope_after_kink",
        said,
        verdict,
        KINK_METHOD,
        found.slope,
        found.slope_ends,
        level=campaign.confidence,
        caveats=caveats,
        details=details,
        **known,
    )
    return kink, slope


def shares(feed: Feed, campaign: Campaign) -> pd.DataFrame:
    """Return by creator the sponsored share of the last days: posts, sponsored, share, its interval, P(above the limit).

    Young posts are counted here as well as old ones once they are in the feed; only posts with a known label count.
    """
    posts = _labelled(feed)
    last = pd.Timestamp(campaign.today, tz=campaign.timezone) - pd.Timedelta(days=campaign.saturation_days)
    recent = posts[posts["posted_at"] >= last]
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
    if _labelled(feed).empty:
        return not_available(name, wording.NO_LABELS, LIMIT_METHOD)
    table = shares(feed, campaign)
    if table.empty:
        return not_available(name, wording.no_recent_posts(campaign.saturation_days), LIMIT_METHOD)
    flagged, possible = int((table["above"] > ALARM).sum()), int((table["above"] > 1 - ALARM).sum())
    rows = table.assign(verdict=[wording.share_verdict(p, ALARM) for p in table["above"]])
    columns = (
        TableColumn("influencer_id", "Creator"),
        TableColumn("verdict", "Verdict"),
        TableColumn("share", "Sponsored share", "percent"),
        TableColumn("low", "From", "percent"),
        TableColumn("high", "To", "percent"),
        TableColumn("above", "Chance above the limit", "probability"),
        TableColumn("posts", "Posts", "count"),
    )
    shown = ShownTable(wording.share_caption(campaign.saturation_days, campaign.saturation_limit), columns, rows)
    return Finding(
        name,
        wording.over_limit(flagged, possible - flagged, len(table), campaign.saturation_limit, campaign.saturation_days),
        "supported" if flagged else "undecided",
        LIMIT_METHOD,
        float(flagged),
        (float(flagged), float(possible)),
        int(table["posts"].sum()),
        len(table),
        campaign.confidence,
        (wording.UNDECLARED,),
        shown,
    )
