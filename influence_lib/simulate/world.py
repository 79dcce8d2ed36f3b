"""One made-up world, drawn block by block from one seed."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from influence_lib.simulate import (
    boosts,
    budgets,
    codes,
    earlier,
    exports,
    feed,
    followers,
    money,
    outcomes,
    overlap,
    regions,
    response,
    sales,
    survey,
)
from influence_lib.simulate.creators import creators as draw_creators
from influence_lib.simulate.scenarios import Scenario

BLOCKS = (
    "creators",
    "timeline",
    "campaign",
    "formats",
    "shocks",
    "sponsorship",
    "checks",
    "engagement",
    "reach",
    "disclosure",
    "words",
    "dirt",
    "payments",
    "controls",
    "base_orders",
    "thetas",
    "caused_orders",
    "codes",
    "growth",
    "early",
    "history",
    "rivals",
    "promotions",
    "disturbances",
    "leanings",
    "earlier_posts",
    "earlier_payments",
    "earlier_orders",
    "earlier_codes",
    "regions",
    "survey",
    "boosts",
    "boosted",
    "outcomes",
    "people",
    "budgets",
    "budget_orders",
    "overlap_samples",
)
"""Each block has its own stream of random numbers, so that changing one leaves the draws of the others.

New blocks go to the end: a block's stream hangs on its place.
"""

Streams = dict[str, np.random.Generator]


@dataclass(frozen=True)
class Feeds:
    """Creators and their posts: one frame a kind of row, `creator` being the row number in `creators`.

    `season` has the effect of each month on log engagement rates, by running number; the feed starts in month 1.
    `wobble` has each creator's followers beside steady growth, in logs, by day of the feed.
    """

    creators: pd.DataFrame
    posts: pd.DataFrame
    season: np.ndarray
    wobble: np.ndarray


@dataclass(frozen=True)
class World(Feeds):
    """Everything that was drawn: beside the feeds, early readings, follower history, money and people.

    In `posts`, `ledger` and `orders`, `earlier` is 0 for this campaign (and what is nobody's), 1 for the oldest of the
    earlier campaigns, and -1 for the weekly programme. `treated` has the regions in which alone the campaign works.
    `weeks` has what the programme spent by tier.
    """

    early: pd.DataFrame
    history: pd.DataFrame
    ledger: pd.DataFrame
    series: pd.DataFrame
    orders: pd.DataFrame
    survey: pd.DataFrame
    boosts: pd.DataFrame
    weeks: pd.DataFrame
    crowd: overlap.Crowd
    treated: tuple[str, ...]


def streams(seed: int) -> Streams:
    """Return one random generator a block, all grown from the seed."""
    children = np.random.SeedSequence(seed).spawn(len(BLOCKS))
    return {name: np.random.default_rng(child) for name, child in zip(BLOCKS, children, strict=True)}


def draw(scenario: Scenario, random: Streams) -> World:
    """Return a world drawn from a scenario."""
    feeds = draw_feeds(scenario, random)
    own = response.thetas(feeds.creators, scenario, random["thetas"])
    creators = feeds.creators.assign(theta=own + response.leanings(feeds.creators, scenario, random["leanings"]))
    posts = feeds.posts.assign(rival=feed.rivals(feeds.posts, len(creators), scenario, random["rivals"]))
    posts = exports.with_words(exports.with_addresses(posts, creators), creators, random["words"])
    people = overlap.crowd(creators, scenario, random["people"])
    ledger = _ledger(posts, creators, scenario, random)
    weeks = budgets.spending(scenario, random["budgets"])
    series, log_level = _series(scenario, random)
    orders, leaks = _orders(posts, creators, people, ledger, weeks, series, log_level, scenario, random)
    where = regions.treated(scenario, random["regions"])
    region = regions.placed(orders, len(creators), where, scenario, random["regions"])
    orders = money.priced(orders.assign(region=region)).sort_values("ordered_at", kind="stable", ignore_index=True)
    return World(
        creators=creators.join(leaks),
        posts=posts,
        season=feeds.season,
        wobble=feeds.wobble,
        early=feed.early(posts, scenario, random["early"]),
        history=followers.history(posts, creators, feeds.wobble, scenario, random["history"]),
        ledger=ledger,
        series=outcomes.of_days(series, log_level, orders, scenario, random["outcomes"]),
        orders=orders,
        survey=survey.answers(orders, creators, scenario, random["survey"]),
        boosts=boosts.boosts(posts, creators, ledger, random["boosted"]),
        weeks=weeks,
        crowd=people,
        treated=tuple(sorted(regions.NAMES[number] for number in where)),
    )


def _ledger(posts: pd.DataFrame, creators: pd.DataFrame, scenario: Scenario, random: Streams) -> pd.DataFrame:
    """Return the ledger, the oldest campaign first."""
    before = earlier.payments(posts, creators, scenario, random["earlier_payments"])
    usual = money.payments(posts, creators, scenario, random["payments"])
    more = boosts.payments(creators, scenario, random["boosts"])
    parts = [part for part in (before, usual, more) if len(part)]
    return pd.concat(parts).sort_values(["date", "kind", "creator"], kind="stable", ignore_index=True)


def _series(scenario: Scenario, random: Streams) -> tuple[pd.DataFrame, np.ndarray]:
    """Return the daily controls, and the expected log of base orders."""
    series = sales.controls(scenario, random["controls"])
    series = series.assign(promo=sales.promotions(series, scenario, random["promotions"]))
    usual = sales.level(series, scenario, random["base_orders"])
    return series, usual + sales.disturbed(series, scenario, random["disturbances"])


def _orders(
    posts: pd.DataFrame,
    creators: pd.DataFrame,
    people: overlap.Crowd,
    ledger: pd.DataFrame,
    weeks: pd.DataFrame,
    series: pd.DataFrame,
    log_level: np.ndarray,
    scenario: Scenario,
    random: Streams,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the orders with their codes, and how each creator's code leaks."""
    expected = response.expected_orders(creators["theta"], ledger[ledger["earlier"] == 0])
    expected = expected * _worth(posts, creators, people, scenario)
    base = sales.base_orders(series, log_level, random["base_orders"])
    ours = response.caused_orders(posts[posts["ours"]], expected, scenario, random["caused_orders"])
    orders, leaks = codes.with_codes(money.together(base, ours), posts, creators, expected, scenario, random["codes"])
    then = earlier.expected_orders(creators["theta"], ledger, scenario)
    more = earlier.caused_orders(posts, then, scenario, random["earlier_orders"])
    weekly = [budgets.caused_orders(weeks, scenario, random["budget_orders"])] if len(weeks) else []
    others = [part.assign(code="") for part in (*more, *weekly)]
    if not others:
        return orders, leaks
    orders = money.together(orders, *others)
    return earlier.with_codes(orders, then, creators.join(leaks), scenario, random["earlier_codes"]), leaks


def _worth(
    posts: pd.DataFrame, creators: pd.DataFrame, people: overlap.Crowd, scenario: Scenario
) -> np.ndarray | float:
    """Return what each creator's reach is worth where people reached again count less, else 1."""
    if scenario.repeat_worth == 1:
        return 1.0
    exposed = overlap.seen(posts, creators)[:, None] * overlap.follows(people, creators, scenario)
    return overlap.first_times(exposed, people, scenario.repeat_worth)


def draw_feeds(scenario: Scenario, random: Streams) -> Feeds:
    """Return the creators and posts of a world without its words, addresses, orders and costs.

    They are those of `draw` with the same seed, in a fifth of the time: what a calibration of engagement needs.
    """
    creators = draw_creators(scenario, random["creators"])
    wobble = followers.wobbles(len(creators), scenario, random["growth"])
    shock = feed.shocks(len(creators), scenario, random["shocks"])
    posts = _published(creators, wobble, shock, scenario, random)
    season = feed.seasons(scenario, random["engagement"])
    rate = feed.log_rate(posts, creators, season, shock, scenario)
    dispersion = creators["dispersion"].to_numpy()[posts["creator"].to_numpy()]
    posts = posts.assign(**feed.engagement(posts, rate, dispersion, random["engagement"]))
    posts = posts.assign(**feed.reach(posts, creators, scenario, random["reach"]))
    posts = posts.assign(marked=feed.marked(posts, scenario, random["disclosure"]))
    return Feeds(creators, posts, season, wobble)


def _published(
    creators: pd.DataFrame, wobble: np.ndarray, shock: np.ndarray, scenario: Scenario, random: Streams
) -> pd.DataFrame:
    """Return all posts in the order of creator and time, with everything known before anybody reacts."""
    others = feed.timeline(creators, scenario, random["timeline"])
    ours = feed.campaign_posts(creators, scenario, random["campaign"])
    before = earlier.posts(creators, scenario, random["earlier_posts"])
    posts = feed.together((others, ours, before), scenario)
    paid = feed.sponsored(posts, creators, shock, scenario, random["sponsorship"])
    number, day = posts["creator"].to_numpy(), posts["day"].to_numpy()
    return posts.assign(
        post_id=exports.post_ids(posts, creators),
        sponsored=paid,
        trailing_share=feed.trailing_share(posts, paid),
        format=feed.formats(posts, creators, random["formats"]),
        checked_at=feed.checked(posts, random["checks"]),
        **followers.on(number, day, creators, wobble, scenario),
    )
