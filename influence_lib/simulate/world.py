"""One made-up world, drawn block by block from one seed."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from influence_lib.simulate import exports, feed, followers, money
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
    """Everything that was drawn: beside the feeds, early readings, follower history, and money."""

    early: pd.DataFrame
    history: pd.DataFrame
    ledger: pd.DataFrame
    series: pd.DataFrame
    orders: pd.DataFrame


def streams(seed: int) -> Streams:
    """Return one random generator a block, all grown from the seed."""
    children = np.random.SeedSequence(seed).spawn(len(BLOCKS))
    return {name: np.random.default_rng(child) for name, child in zip(BLOCKS, children, strict=True)}


def draw(scenario: Scenario, random: Streams) -> World:
    """Return a world drawn from a scenario."""
    feeds = draw_feeds(scenario, random)
    creators = feeds.creators.assign(theta=money.thetas(feeds.creators, scenario, random["thetas"]))
    posts = feeds.posts.assign(rival=feed.rivals(feeds.posts, len(creators), scenario, random["rivals"]))
    posts = exports.with_words(exports.with_addresses(posts, creators), creators, random["words"])
    ledger = money.payments(posts, creators, scenario, random["payments"])
    series = money.controls(scenario, random["controls"])
    expected = money.expected_orders(creators["theta"], ledger)
    base = money.base_orders(series, scenario, random["base_orders"])
    caused = money.caused_orders(posts, expected, scenario, random["caused_orders"])
    orders = pd.concat([base, caused], ignore_index=True)
    orders, leak = money.with_codes(orders, posts, creators, expected, random["codes"])
    return World(
        creators=creators.assign(leak=leak),
        posts=posts,
        season=feeds.season,
        wobble=feeds.wobble,
        early=feed.early(posts, scenario, random["early"]),
        history=followers.history(posts, creators, feeds.wobble, scenario, random["history"]),
        ledger=ledger,
        series=series,
        orders=money.priced(orders).sort_values("ordered_at", kind="stable", ignore_index=True),
    )


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
    posts = feed.together(others, ours, scenario)
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
