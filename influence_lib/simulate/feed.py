"""Made-up feeds: which posts go out, which are sponsored, what they draw.

Planted: log engagement rate = log 3 % + size curve + quality + month + weekday + format + monthly shock
+ saturation_slope x max(trailing share - kink, 0) + sponsored_effect if sponsored. The trailing share is the
creator's truly sponsored posts over all posts in the file, in the 90 days before the first of the post's calendar
month (0 when there are none); the hinge lowers organic and sponsored posts alike. The rate counts likes, comments,
shares and saves over real followers; bought followers raise the number shown and draw nothing. The hour has no effect.
"""

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pandas as pd

from influence_lib.simulate import days
from influence_lib.simulate.curves import BASE_FOLLOWERS, BASE_RATE, size_curve
from influence_lib.simulate.scenarios import AS_OF, FEED_REST_DAYS, LAUNCH, Scenario

WINDOW_DAYS = 90
HALF_LIFE_DAYS = 1.3
VIRAL_SHARE, VIRAL_FACTOR = 0.01, 10.0
YOUNG_SHARE, YOUNG_LEAST = 0.006, 3
CAMPAIGN_SPAN_DAYS = 26
# Ages, in days, at which numbers are read early: long before, and just before, nearly all has come.
EARLY_AGES = (1.0, 13.0)
RIVAL_POSTS = 0.5
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

Columns = dict[str, np.ndarray]


def timeline(creators: pd.DataFrame, scenario: Scenario, random: np.random.Generator) -> Columns:
    """Return the posts that have nothing to do with us: creator number, time, whether young when read."""
    ours = len(creators) * sum(scenario.campaign_posts) / 2
    young = max(YOUNG_LEAST, round(YOUNG_SHARE * scenario.posts))
    rate = max((scenario.posts - ours - young) / len(creators), 0) * creators["posting"].to_numpy()
    numbers = np.repeat(np.arange(len(creators)), random.poisson(rate))
    day = random.integers(0, scenario.feed_days - FEED_REST_DAYS, len(numbers))
    old = days.at(days.feed_start(scenario), day, random.integers(7 * 60, 22 * 60, len(numbers)))
    hours = random.uniform(3, 51, young).round(2)
    recent = np.datetime64(AS_OF, "us") - (hours * 3600).round().astype("m8[s]")
    return {
        "creator": np.concatenate([numbers, random.integers(0, len(creators), young)]),
        "posted_at": np.concatenate([old, recent]),
        "young": np.arange(len(numbers) + young) >= len(numbers),
        "ours": np.zeros(len(numbers) + young, bool),
        "earlier": np.zeros(len(numbers) + young, int),
    }


def campaign_posts(creators: pd.DataFrame, scenario: Scenario, random: np.random.Generator) -> Columns:
    """Return our sponsored posts, spread over the flight."""
    fewest, most = scenario.campaign_posts
    counts = random.integers(fewest, most + 1, len(creators))
    ours = np.ones(counts.sum(), bool)
    return flight(counts, LAUNCH, random) | {"ours": ours, "earlier": np.zeros(len(ours), int)}


def flight(counts: np.ndarray, launch: dt.date, random: np.random.Generator) -> Columns:
    """Return so many posts a creator, spread over a flight; they are nobody's until somebody says so."""
    numbers = np.repeat(np.arange(len(counts)), counts)
    turn = np.concatenate([np.arange(n) for n in counts])
    day = ((turn + random.random(len(numbers))) / counts[numbers] * CAMPAIGN_SPAN_DAYS).astype(int)
    times = days.at(launch, day, random.integers(17 * 60, 21 * 60, len(numbers)))
    no = np.zeros(len(numbers), bool)
    return {"creator": numbers, "posted_at": times, "young": no, "ours": no}


def together(parts: Sequence[Columns], scenario: Scenario) -> pd.DataFrame:
    """Return all posts in the order of creator and time, with the day and the month of the feed."""
    columns = {name: np.concatenate([part[name] for part in parts if part]) for name in parts[0]}
    order = np.lexsort((columns["posted_at"], columns["creator"]))
    columns = {name: values[order] for name, values in columns.items()}
    times = columns["posted_at"]
    columns |= {"day": days.feed_day(times, scenario), "month": days.months(times, scenario)}
    return pd.DataFrame(columns | {"posted_at": pd.DatetimeIndex(times).tz_localize("UTC")})


def shocks(n: int, scenario: Scenario, random: np.random.Generator) -> np.ndarray:
    """Return each creator's monthly shock on log engagement rate: one row a creator, one column a month from 0.

    An autoregressive series whose standard deviation is `shock_spread` in every month.
    """
    steps = random.normal(0, scenario.shock_spread, (n, len(days.month_names(scenario))))
    fresh = np.sqrt(1 - scenario.shock_memory**2)
    for k in range(1, steps.shape[1]):
        steps[:, k] = scenario.shock_memory * steps[:, k - 1] + fresh * steps[:, k]
    return steps


def usual_share(creators: pd.DataFrame, scenario: Scenario) -> np.ndarray:
    """Return each creator's planted sponsored share, around which the share of a quarter moves."""
    taste = scenario.share_level + scenario.share_on_quality * creators["quality"] + creators["share_taste"]
    return _logistic(taste.to_numpy())


def sponsored(
    posts: pd.DataFrame, creators: pd.DataFrame, shock: np.ndarray, scenario: Scenario, random: np.random.Generator
) -> np.ndarray:
    """Return which posts some brand paid for: ours, and others by a share that moves from quarter to quarter."""
    mean = usual_share(creators, scenario)[:, None]
    quarters = scenario.feed_days // 91 + 1
    steady = scenario.share_steadiness
    share = random.beta(mean * steady, (1 - mean) * steady, (len(creators), quarters)).clip(0.01, 0.99)
    number, ours = posts["creator"].to_numpy(), for_us(posts)
    before = shock[number, posts["month"].to_numpy() - 1]
    logit = np.log(share / (1 - share))[number, posts["day"].to_numpy() // 91] - scenario.fade_response * before
    bought = random.random(len(posts)) < _logistic(logit)
    return np.where(ours, True, bought & ~posts["young"].to_numpy())


def for_us(posts: pd.DataFrame) -> np.ndarray:
    """Return which posts the brand paid for, in this campaign or an earlier one."""
    return posts["ours"].to_numpy() | (posts["earlier"].to_numpy() > 0)


def _logistic(value: np.ndarray) -> np.ndarray:
    """Return the logistic of a logit."""
    return np.asarray(1 / (1 + np.exp(-value)))


def trailing_share(posts: pd.DataFrame, paid: np.ndarray) -> np.ndarray:
    """Return the share of paid posts in the 90 days before the post's calendar month; 0 without posts."""
    number, first = posts["creator"].to_numpy(), days.plain(posts["posted_at"]).astype("M8[M]").astype("M8[us]")
    until = days.place(posts, number, first)
    since = days.place(posts, number, first - np.timedelta64(WINDOW_DAYS, "D"))
    counted = np.concatenate([[0], paid.cumsum()])
    return np.asarray((counted[until] - counted[since]) / np.maximum(until - since, 1))


def formats(posts: pd.DataFrame, creators: pd.DataFrame, random: np.random.Generator) -> np.ndarray:
    """Return each post's format, as its platform has it."""
    platform = creators["platform"].to_numpy()[posts["creator"].to_numpy()]
    chosen = np.empty(len(posts), dtype=object)
    for name, mix in FORMATS.items():
        there = platform == name
        turn = random.choice(len(mix), len(posts), p=list(mix.values()))
        chosen[there] = np.array(list(mix), dtype=object)[turn[there]]
    return chosen


def checked(posts: pd.DataFrame, random: np.random.Generator) -> pd.DatetimeIndex:
    """Return when the counts were read: after 14 to 20 days, or on the last evening if that comes first."""
    wait = random.integers(14 * 24 * 60, 20 * 24 * 60, len(posts)).astype("m8[m]")
    last = np.datetime64(AS_OF, "us") + np.timedelta64(21, "h")
    return pd.DatetimeIndex(np.minimum(days.plain(posts["posted_at"]) + wait, last)).tz_localize("UTC")


def seasons(scenario: Scenario, random: np.random.Generator) -> np.ndarray:
    """Return the effects of the calendar months on everybody's log engagement rate, by running number from 0."""
    return MONTH_SPREAD * random.standard_normal((len(days.month_names(scenario)),))


def engagement(
    posts: pd.DataFrame, log_rate: np.ndarray, dispersion: np.ndarray, random: np.random.Generator
) -> Columns:
    """Return likes, comments, shares and saves, and the engagements that were to be expected.

    `log_rate` is that of a post long after it went out; `dispersion` is the creator's, by post.
    """
    arrived = _arrived((days.plain(posts["checked_at"]) - days.plain(posts["posted_at"])) / np.timedelta64(1, "D"))
    expected = posts["real_followers"].to_numpy() * np.exp(log_rate) * arrived
    viral = np.where(random.random(len(posts)) < VIRAL_SHARE, VIRAL_FACTOR, 1.0)
    total = random.poisson(expected * viral * random.gamma(1 / dispersion, dispersion))
    weights = random.gamma(np.array(list(SPLIT.values())) * SPLIT_STEADINESS, size=(len(posts), len(SPLIT)))
    parts = random.multinomial(total, weights / weights.sum(axis=1, keepdims=True))
    return dict(zip(SPLIT, parts.T, strict=True)) | {"expected": expected}


def _arrived(age_days: np.ndarray) -> np.ndarray:
    """Return which share of all engagements has come by an age."""
    return np.asarray(1 - 0.5 ** (age_days / HALF_LIFE_DAYS))


def log_rate(
    posts: pd.DataFrame, creators: pd.DataFrame, season: np.ndarray, shock: np.ndarray, scenario: Scenario
) -> np.ndarray:
    """Return the planted log engagement rate of each post over real followers, long after it went out."""
    number, month = posts["creator"].to_numpy(), posts["month"].to_numpy()
    weekday = (days.plain(posts["posted_at"]).astype("M8[D]").astype(np.int64) + 3) % 7
    form = np.array([FORMAT_EFFECT[name] for name in posts["format"].to_numpy()])
    over = np.maximum(posts["trailing_share"].to_numpy() - scenario.kink, 0)
    usual = (
        np.log(BASE_RATE)
        + size_curve(creators["real_followers"].to_numpy(), scenario)[number]
        + creators["quality"].to_numpy()[number]
        + scenario.weekday_strength * WEEKDAY_EFFECT[weekday]
        + scenario.format_strength * form
        + scenario.saturation_slope * over
        + scenario.sponsored_effect * posts["sponsored"].to_numpy()
    )
    return np.asarray(usual + season[month] + shock[number, month])


def reach(posts: pd.DataFrame, creators: pd.DataFrame, scenario: Scenario, random: np.random.Generator) -> Columns:
    """Return accounts reached, views and follows, in step with the post's luck."""
    total, real = sum(posts[name].to_numpy() for name in SPLIT), posts["real_followers"].to_numpy()
    luck = 0.5 * np.log((total + 1) / (posts["expected"].to_numpy() + 1)) + random.normal(0, 0.3, len(posts))
    rate = creators["reach_rate"].to_numpy()[posts["creator"].to_numpy()]
    usual = real * rate * reach_by_size(real, scenario)
    seen = np.maximum(usual * np.exp(luck), 1.15 * total + 5).round().astype(int)
    again = random.uniform(1.15, 1.6, len(posts)) * np.where(posts["format"].to_numpy() == "reel", 1.35, 1.0)
    return {"reach": seen, "views": (seen * again).astype(int), "follows": random.poisson(0.0008 * seen)}


def reach_by_size(followers: np.ndarray, scenario: Scenario) -> np.ndarray:
    """Return by what the reach rate of an account of this size is multiplied."""
    return np.asarray((followers / BASE_FOLLOWERS) ** scenario.reach_elasticity)


def marked(posts: pd.DataFrame, scenario: Scenario, random: np.random.Generator) -> np.ndarray:
    """Return which posts are marked as sponsored: all of ours, and a share of the other brands'."""
    honest = random.random(len(posts)) < scenario.marked_share
    return np.asarray(posts["sponsored"].to_numpy() & (for_us(posts) | honest))


def rivals(posts: pd.DataFrame, creators: int, scenario: Scenario, random: np.random.Generator) -> np.ndarray:
    """Return which posts would be for the competitor, if another brand paid for them."""
    disloyal = random.random(creators) < scenario.competitor_share
    return disloyal[posts["creator"].to_numpy()] & (random.random(len(posts)) < RIVAL_POSTS)


def early(posts: pd.DataFrame, scenario: Scenario, random: np.random.Generator) -> pd.DataFrame:
    """Return the early readings: row number of the post, when it was read, its counts then, whether never again.

    Of what a post had when it was read late, each engagement had come by the early reading with the same chance.
    """
    picked = (random.random(len(posts)) < scenario.early_share) & ~posts["young"].to_numpy()
    age, only = random.uniform(*EARLY_AGES, len(posts)), random.random(len(posts)) < scenario.only_early_share
    rows, age = np.flatnonzero(picked), age[picked]
    read, posted = posts.iloc[rows], days.plain(posts["posted_at"])[rows]
    share = _arrived(age) / _arrived((days.plain(read["checked_at"]) - posted) / np.timedelta64(1, "D"))
    parts = {name: random.binomial(read[name].to_numpy(), share) for name in SPLIT}
    times = posted + (age * 1440).astype("m8[m]")
    seen = np.maximum((read["reach"].to_numpy() * share).round().astype(int), sum(parts.values()) + 1)
    when = {"post": rows, "checked_at": pd.DatetimeIndex(times).tz_localize("UTC"), "only": only[rows]}
    return pd.DataFrame(when | parts | {"reach": seen})
