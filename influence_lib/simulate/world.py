"""One made-up world, drawn block by block from one seed."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from influence_lib.simulate import exports, feed, money
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
)
"""Each block has its own stream of random numbers, so that changing one leaves the draws of the others."""


@dataclass(frozen=True)
class World:
    """What was drawn: one frame a kind of row, `creator` being the row number in `creators`."""

    creators: pd.DataFrame
    posts: pd.DataFrame
    ledger: pd.DataFrame
    series: pd.DataFrame
    orders: pd.DataFrame


def streams(seed: int) -> dict[str, np.random.Generator]:
    """Return one random generator a block, all grown from the seed."""
    children = np.random.SeedSequence(seed).spawn(len(BLOCKS))
    return {name: np.random.default_rng(child) for name, child in zip(BLOCKS, children, strict=True)}


def draw(scenario: Scenario, random: dict[str, np.random.Generator]) -> World:
    """Return a world drawn from a scenario."""
    creators = draw_creators(scenario, random["creators"])
    creators = creators.assign(theta=money.thetas(creators, scenario, random["thetas"]))
    posts = _posts(creators, scenario, random)
    ledger = money.payments(posts, creators, scenario, random["payments"])
    series = money.controls(scenario, random["controls"])
    expected = money.expected_orders(creators["theta"], ledger)
    base = money.base_orders(series, scenario, random["base_orders"])
    caused = money.caused_orders(posts, expected, scenario, random["caused_orders"])
    orders = pd.concat([base, caused], ignore_index=True)
    orders, leak = money.with_codes(orders, posts, creators, expected, random["codes"])
    orders = money.priced(orders).sort_values("ordered_at", kind="stable", ignore_index=True)
    return World(creators.assign(leak=leak), posts, ledger, series, orders)


def _posts(creators: pd.DataFrame, scenario: Scenario, random: dict[str, np.random.Generator]) -> pd.DataFrame:
    """Return all posts in the order of creator and time, with everything known about them."""
    others = feed.timeline(creators, scenario, random["timeline"])
    ours = feed.campaign_posts(creators, scenario, random["campaign"])
    posts = pd.concat([others, ours]).sort_values(["creator", "posted_at"], kind="stable", ignore_index=True)
    shock = feed.shocks(len(creators), scenario, random["shocks"])
    posts = posts.assign(sponsored=feed.sponsored(posts, creators, shock, scenario, random["sponsorship"]))
    posts = posts.assign(
        trailing_share=feed.trailing_share(posts),
        format=feed.formats(posts, creators, random["formats"]),
        checked_at=feed.checked(posts, random["checks"]),
    ).join(feed.followers(posts, creators, scenario))
    posts = posts.join(feed.engagement(posts, creators, shock, scenario, random["engagement"]))
    posts = posts.join(feed.reach(posts, creators, random["reach"]))
    posts = posts.assign(marked=feed.marked(posts, scenario, random["disclosure"]))
    return exports.with_words(exports.with_ids(posts, creators), creators, random["words"])
