"""Made-up feeds: which posts go out, which are sponsored, what they draw.

Planted: log engagement rate = log 3 % + size curve + quality + month + weekday + format + monthly shock
+ saturation_slope x max(trailing share - kink, 0) + sponsored_effect if sponsored. The trailing share is the
creator's truly sponsored posts over all posts in the file, in the 90 days before the first of the post's calendar
month (0 when there are none); the hinge lowers organic and sponsored posts alike. The rate counts likes, comments,
shares and saves over real followers; bought followers raise the number shown and draw nothing.
"""

import datetime as dt

import numpy as np
import pandas as pd

from influence_lib.simulate.scenarios import AS_OF, FEED_REST_DAYS, LAUNCH, Scenario

ZONE = "Europe/Berlin"
BASE_RATE, BASE_FOLLOWERS = 0.03, 30_000
BEND = 0.25
WINDOW_DAYS = 90
HALF_LIFE_DAYS = 1.3
VIRAL_SHARE, VIRAL_FACTOR = 0.01, 10.0
YOUNG_SHARE, YOUNG_LEAST = 0.006, 3
CAMPAIGN_SPAN_DAYS = 26
FORMATS = {
    "instagram": {"image": 0.4, "carousel": 0.25, "reel": 0.35},
    "tiktok": {"video": 1.0},
    "youtube": {"video": 0.5, "short": 0.5},
}
FORMAT_EFFECT = {"image": 0.0, "carousel": 0.1, "reel": 0.25, "video": 0.0, "short": 0.0}
WEEKDAY_EFFECT = np.array([0.0, 0.0, 0.02, 0.03, 0.02, -0.03, -0.04])
MONTH_SPREAD = 0.08
SPLIT = {"likes": 0.90, "comments": 0.04, "shares": 0.03, "saves": 0.03}
SPLIT_STEADINESS = 60.0


def feed_start(scenario: Scenario) -> dt.date:
    """Return the first day of the feed."""
    return AS_OF - dt.timedelta(days=scenario.feed_days - 1)


def size_curve(followers: np.ndarray, scenario: Scenario) -> np.ndarray:
    """Return the planted log engagement rate by followers, up to a constant."""
    size, peak = np.log(followers), float(np.log(scenario.curve_peak or BASE_FOLLOWERS))
    ratio = followers / BASE_FOLLOWERS
    slope, base = scenario.size_elasticity, float(np.log(BASE_FOLLOWERS))
    curves = {
        "power": slope * (size - base),
        "plateau": slope * (np.minimum(size, peak) - base),
        "log_saturating": np.log(np.log1p(ratio) / ratio / np.log(2)),
        "inverted_u": -BEND * ((size - peak) / np.log(10)) ** 2,
    }
    return curves[scenario.curve]


def timeline(creators: pd.DataFrame, scenario: Scenario, random: np.random.Generator) -> pd.DataFrame:
    """Return the posts that have nothing to do with us: creator number, time, whether young when read."""
    ours = len(creators) * sum(scenario.campaign_posts) / 2
    young = max(YOUNG_LEAST, round(YOUNG_SHARE * scenario.posts))
    rate = max((scenario.posts - ours - young) / len(creators), 0) * creators["posting"]
    numbers = np.repeat(np.arange(len(creators)), random.poisson(rate))
    days = random.integers(0, scenario.feed_days - FEED_REST_DAYS, len(numbers))
    old = _at(feed_start(scenario), days, random.integers(7 * 60, 22 * 60, len(numbers)))
    recent = pd.Timestamp(AS_OF, tz="UTC") - pd.to_timedelta(random.uniform(3, 51, young).round(2), unit="h")
    recent_numbers = random.integers(0, len(creators), young)
    return pd.concat(
        [
            pd.DataFrame({"creator": numbers, "posted_at": old, "young": False}),
            pd.DataFrame({"creator": recent_numbers, "posted_at": recent, "young": True}),
        ]
    ).assign(ours=False)


def campaign_posts(creators: pd.DataFrame, scenario: Scenario, random: np.random.Generator) -> pd.DataFrame:
    """Return our sponsored posts, spread over the flight."""
    fewest, most = scenario.campaign_posts
    counts = random.integers(fewest, most + 1, len(creators))
    numbers = np.repeat(np.arange(len(creators)), counts)
    turn = np.concatenate([np.arange(n) for n in counts])
    place = (turn + random.random(len(numbers))) / counts[numbers]
    times = _at(LAUNCH, (place * CAMPAIGN_SPAN_DAYS).astype(int), random.integers(17 * 60, 21 * 60, len(numbers)))
    return pd.DataFrame({"creator": numbers, "posted_at": times, "young": False, "ours": True})


def _at(first: dt.date, days: np.ndarray, minutes: np.ndarray) -> pd.DatetimeIndex:
    """Return times as UTC from local days and minutes of the day."""
    local = pd.Timestamp(first) + pd.to_timedelta(days, unit="D") + pd.to_timedelta(minutes, unit="min")
    return pd.DatetimeIndex(local).as_unit("us").tz_localize(ZONE).tz_convert("UTC")


def months(posts: pd.DataFrame, scenario: Scenario) -> np.ndarray:
    """Return calendar months as running numbers; the feed starts in month 1."""
    first, times = feed_start(scenario), posts["posted_at"].dt
    return ((times.year - first.year) * 12 + times.month - first.month + 1).to_numpy(dtype=np.int64)


def shocks(n: int, scenario: Scenario, random: np.random.Generator) -> np.ndarray:
    """Return each creator's monthly shock on log engagement rate: one row a creator, one column a month from 0."""
    first = feed_start(scenario)
    steps = random.normal(0, scenario.shock_spread, (n, (AS_OF.year - first.year) * 12 + AS_OF.month - first.month + 2))
    fresh = np.sqrt(1 - scenario.shock_memory**2)
    for k in range(1, steps.shape[1]):
        steps[:, k] = scenario.shock_memory * steps[:, k - 1] + fresh * steps[:, k]
    return steps


def sponsored(
    posts: pd.DataFrame, creators: pd.DataFrame, shock: np.ndarray, scenario: Scenario, random: np.random.Generator
) -> np.ndarray:
    """Return which posts some brand paid for: ours, and others by a share that moves from quarter to quarter."""
    taste = scenario.share_level + scenario.share_on_quality * creators["quality"] + creators["share_taste"]
    mean = _logistic(taste.to_numpy())[:, None]
    quarters = scenario.feed_days // 91 + 1
    steady = scenario.share_steadiness
    share = random.beta(mean * steady, (1 - mean) * steady, (len(creators), quarters)).clip(0.01, 0.99)
    quarter = _feed_day(posts, scenario) // 91
    number = posts["creator"].to_numpy()
    before = shock[number, months(posts, scenario) - 1]
    logit = np.log(share / (1 - share))[number, quarter] - scenario.fade_response * before
    bought = random.random(len(posts)) < _logistic(logit)
    return np.where(posts["ours"], True, bought & ~posts["young"])


def _logistic(value: np.ndarray) -> np.ndarray:
    """Return the logistic of a logit."""
    return 1 / (1 + np.exp(-value))


def trailing_share(posts: pd.DataFrame) -> np.ndarray:
    """Return the sponsored share in the 90 days before the post's calendar month; 0 without posts."""
    first = posts["posted_at"].dt.tz_localize(None).dt.to_period("M").dt.start_time.dt.tz_localize("UTC")
    share = np.zeros(len(posts))
    for rows in posts.groupby("creator").indices.values():
        times, starts = posts["posted_at"].iloc[rows], first.iloc[rows]
        paid = np.concatenate([[0], posts["sponsored"].iloc[rows].cumsum()])
        until = times.searchsorted(starts)
        since = times.searchsorted(starts - pd.Timedelta(days=WINDOW_DAYS))
        share[rows] = (paid[until] - paid[since]) / np.maximum(until - since, 1)
    return share


def formats(posts: pd.DataFrame, creators: pd.DataFrame, random: np.random.Generator) -> np.ndarray:
    """Return each post's format, as its platform has it."""
    platform = creators["platform"].to_numpy()[posts["creator"]]
    chosen = np.empty(len(posts), dtype=object)
    for name, mix in FORMATS.items():
        chosen = np.where(platform == name, random.choice(list(mix), len(posts), p=list(mix.values())), chosen)
    return chosen


def followers(posts: pd.DataFrame, creators: pd.DataFrame, scenario: Scenario) -> pd.DataFrame:
    """Return real and shown followers at posting."""
    who = creators.iloc[posts["creator"]].reset_index(drop=True)
    away = (posts["posted_at"] - pd.Timestamp(LAUNCH, tz="UTC")).dt.days / 30.4
    real = who["real_followers"] * np.exp(who["growth"] * away)
    shown = real * np.where(_feed_day(posts, scenario) >= who["bought_day"], who["bought"], 1.0)
    return pd.DataFrame({"real_followers": real, "followers": shown.round().astype(int)})


def _feed_day(posts: pd.DataFrame, scenario: Scenario) -> np.ndarray:
    """Return the day of the feed on which a post went out, from 0."""
    return (posts["posted_at"] - pd.Timestamp(feed_start(scenario), tz="UTC")).dt.days.to_numpy(dtype=np.int64)


def checked(posts: pd.DataFrame, random: np.random.Generator) -> pd.Series:
    """Return when the counts were read: after 14 to 20 days, or on the last evening if that comes first."""
    last = pd.Timestamp(AS_OF, tz="UTC") + pd.Timedelta(hours=21)
    wait = pd.to_timedelta(random.integers(14 * 24 * 60, 20 * 24 * 60, len(posts)), unit="min")
    late = posts["posted_at"] + wait
    return late.where(late < last, last)


def engagement(
    posts: pd.DataFrame, creators: pd.DataFrame, shock: np.ndarray, scenario: Scenario, random: np.random.Generator
) -> pd.DataFrame:
    """Return likes, comments, shares and saves, and the engagements that were to be expected."""
    month, n = months(posts, scenario), len(posts)
    season = (MONTH_SPREAD * random.standard_normal((shock.shape[1],)))[month]
    log_rate = _log_rate(posts, creators, scenario) + season + shock[posts["creator"].to_numpy(), month]
    age = (posts["checked_at"] - posts["posted_at"]).dt.total_seconds().to_numpy() / 86400
    expected = posts["real_followers"].to_numpy() * np.exp(log_rate) * (1 - 0.5 ** (age / HALF_LIFE_DAYS))
    viral = np.where(random.random(n) < VIRAL_SHARE, VIRAL_FACTOR, 1.0)
    dispersion = creators["dispersion"].to_numpy()[posts["creator"]]
    total = random.poisson(expected * viral * random.gamma(1 / dispersion, dispersion))
    weights = random.gamma(np.array(list(SPLIT.values())) * SPLIT_STEADINESS, size=(n, len(SPLIT)))
    parts = random.multinomial(total, weights / weights.sum(axis=1, keepdims=True))
    return pd.DataFrame(parts, columns=list(SPLIT)).assign(expected=expected)


def _log_rate(posts: pd.DataFrame, creators: pd.DataFrame, scenario: Scenario) -> np.ndarray:
    """Return the planted log engagement rate without month and shock."""
    who = creators.iloc[posts["creator"]]
    over = np.maximum(posts["trailing_share"].to_numpy() - scenario.kink, 0)
    return (
        np.log(BASE_RATE)
        + size_curve(who["real_followers"].to_numpy(), scenario)
        + who["quality"].to_numpy()
        + WEEKDAY_EFFECT[posts["posted_at"].dt.day_of_week]
        + posts["format"].map(FORMAT_EFFECT).to_numpy()
        + scenario.saturation_slope * over
        + scenario.sponsored_effect * posts["sponsored"].to_numpy()
    )


def reach(posts: pd.DataFrame, creators: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """Return accounts reached, views and follows, in step with the post's luck."""
    rate = creators["reach_rate"].to_numpy()[posts["creator"]]
    total = posts[list(SPLIT)].sum(axis=1)
    luck = 0.5 * np.log((total + 1) / (posts["expected"] + 1)) + random.normal(0, 0.3, len(posts))
    size = (posts["real_followers"] / BASE_FOLLOWERS) ** -0.08
    seen = np.maximum(posts["real_followers"] * rate * size * np.exp(luck), 1.15 * total + 5).round().astype(int)
    again = random.uniform(1.15, 1.6, len(posts)) * np.where(posts["format"] == "reel", 1.35, 1.0)
    return pd.DataFrame({"reach": seen, "views": (seen * again).astype(int), "follows": random.poisson(0.0008 * seen)})


def marked(posts: pd.DataFrame, scenario: Scenario, random: np.random.Generator) -> pd.Series:
    """Return which posts are marked as sponsored: all of ours, and a share of the other brands'."""
    honest = random.random(len(posts)) < scenario.marked_share
    return posts["sponsored"] & (posts["ours"] | honest)
