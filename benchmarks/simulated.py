"""Worlds with known truth for the calibration, and their tables as a faultless export would give them."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from influence_lib.campaign import Campaign, EarlierCampaign, FileParameters
from influence_lib.simulate import boosts, earlier, survey
from influence_lib.simulate.money import BRAND_CODE
from influence_lib.simulate.scenarios import AS_OF, FLIGHT_DAYS, LAUNCH, MARGIN, Scenario, sized
from influence_lib.simulate.world import Feeds, World, draw, streams
from influence_lib.tables import TABLES, Tables

Array = npt.NDArray[np.float64]
KINK = 0.45


def campaign(**changes: Any) -> Campaign:
    """Return the campaign of all simulated worlds."""
    usual = {
        "campaign_id": "world",
        "brand": "Examplia",
        "start": LAUNCH,
        "end": LAUNCH + dt.timedelta(days=FLIGHT_DAYS - 1),
        "as_of": AS_OF,
        "files": [FileParameters.model_validate({"path": "none.csv"})],
        "timezone": "Europe/Berlin",
        "currency": "EUR",
        "margin": MARGIN,
        "brand_codes": [BRAND_CODE],
    }
    made = Campaign.model_validate(usual | changes)
    made._today = made.as_of
    return made


def earlier_campaigns(scenario: Scenario) -> list[EarlierCampaign]:
    """Return the earlier campaigns of a scenario, as `campaign` takes them; costs of `tables_of` name them so."""
    days = earlier.windows(scenario).items()
    return [EarlierCampaign(campaign_id=f"world_{k}", start=start, end=end) for k, (start, end) in days]


def tables_of_feeds(feeds: Feeds) -> Tables:
    """Return creators' feeds as canonical tables: followers, posts and their numbers."""
    names = feeds.creators["handle"].to_numpy()
    posts = feeds.posts.assign(influencer_id=names[feeds.posts["creator"]], is_sponsored=feeds.posts["marked"])
    posts = posts.assign(platform=feeds.creators["platform"].to_numpy()[posts["creator"]], post_type=posts["format"])
    if "sponsor" in posts:
        posts = posts.assign(sponsor_brand=posts["sponsor"].where(posts["sponsor"] != ""))
    seen = posts.assign(observed_at=posts["posted_at"])
    frames = {
        "influencers": pd.DataFrame({"influencer_id": names}),
        "followers": seen.drop_duplicates(["influencer_id", "platform", "observed_at"]),
        "posts": posts,
        "post_metrics": posts.assign(observed_at=posts["checked_at"]),
    }
    return Tables(**{name: TABLES[name].shape(rows) for name, rows in frames.items()})


def tables_of(world: World) -> Tables:
    """Return a whole world as canonical tables, as a faultless export would give it."""
    handles, money, orders = world.creators["handle"], world.ledger, world.orders
    frames = {
        "costs": pd.DataFrame(
            {
                "cost_id": money.index.astype(str),
                "influencer_id": handles.reindex(money["creator"]).to_numpy(),
                "campaign_id": ("world_" + money["earlier"].astype(str)).where(money["earlier"] > 0, "world"),
                "spent_at": pd.to_datetime(money["date"]).dt.tz_localize("UTC"),
                "amount": money["amount"],
                "kind": money["kind"],
                "status": "paid",
            }
        ),
        "tracking": pd.DataFrame({"kind": "code", "code": world.creators["code"], "influencer_id": handles}),
        "orders": orders.assign(
            order_id=orders.index.astype(str),
            codes=orders["code"],
            ordered_at=orders["ordered_at"].dt.tz_convert("UTC"),
            customer_key=orders["buyer"].astype(str),
        ),
        "survey": _survey(world),
        "boosts": _boosts(world),
        "series": _series(world),
    }
    return replace(tables_of_feeds(world), **{name: TABLES[name].shape(rows) for name, rows in frames.items()})


CHANNEL = {
    survey.CREATOR_ANSWER: "creator",
    "Google": "search",
    "Friend or family": "friend",
    "Online ad": "advertisement",
    "Newspaper or magazine": "press",
    "Don't remember": "unknown",
}
AUDIENCE = dict(zip(boosts.NAMES, ("followers", "engaged", "lookalike", "interest"), strict=True))


def _survey(world: World) -> pd.DataFrame:
    """Return the answers of buyers."""
    rows = world.survey
    return pd.DataFrame(
        {
            "response_id": rows.index.astype(str),
            "answered_at": rows["answered_at"].dt.tz_convert("UTC"),
            "order_id": rows["order"].astype(str),
            "channel": rows["answer"].map(CHANNEL),
            "influencer_id": world.creators["handle"].reindex(rows["creator"]).to_numpy(),
        }
    )


def _boosts(world: World) -> pd.DataFrame:
    """Return the boosted posts."""
    rows = world.boosts
    return rows.assign(
        boost_id=rows.index.astype(str),
        post_id=world.posts["post_id"].reindex(rows["post"]).to_numpy(),
        influencer_id=world.creators["handle"].reindex(rows["creator"]).to_numpy(),
        started_at=rows["start"].dt.tz_localize("UTC"),
        ended_at=rows["end"].dt.tz_localize("UTC"),
        audience=rows["audience"].map(AUDIENCE),
        link_clicks=rows["clicks"],
    )


def _series(world: World) -> pd.DataFrame:
    """Return the daily series: controls, promotions where there are any, and outcomes beside sales."""
    controls = ["search", "spend", *(["promo"] if world.series["promo"].any() else [])]
    outcomes = ["visits", "brand_followers"]
    days = pd.to_datetime(world.series["date"]).dt.tz_localize("Europe/Berlin").dt.tz_convert("UTC")
    long = world.series.assign(date=days).melt("date", [*controls, *outcomes], "name", "value")
    return long.assign(is_outcome=long["name"].isin(outcomes))


def worlds(scenario: Scenario, sims: int, seed: int) -> Iterator[World]:
    """Yield worlds of one scenario, each from its own seed."""
    for number in range(sims):
        yield draw(scenario, streams(seed + number))


def of_size(name: str, creators: int, posts_each: int, **changes: Any) -> Scenario:
    """Return a scenario with so many creators and posts, and some parameters changed."""
    return replace(sized(name, creators, posts_each * creators), **changes)


def months_of_feeds(rng: np.random.Generator, slope: float, kink: float = KINK) -> pd.DataFrame:
    """Return 80 creators by 12 months whose better creators sell more posts (METHODS C5)."""
    creators, months = 80, 12
    quality = rng.normal(0, 0.5, creators)
    usual = 1 / (1 + np.exp(-(-0.4 + quality / 0.5 * 0.6 + rng.normal(0, 0.6, creators))))
    shares = rng.beta(6 * usual[:, None], 6 * (1 - usual[:, None]), (creators, months))
    shock = np.zeros((creators, months))
    for month in range(months):
        before = shock[:, month - 1] if month else np.zeros(creators)
        shock[:, month] = 0.4 * before + rng.normal(0, 0.15, creators)
    level = quality[:, None] + rng.normal(0, 0.08, months) + shock + slope * np.maximum(shares - kink, 0)
    rows = pd.MultiIndex.from_product([range(creators), range(months)], names=["influencer_id", "month"])
    return pd.DataFrame({"log_rate": level.ravel(), "share": shares.ravel()}, index=rows).reset_index()


def marked_months(rng: np.random.Generator, slope: float, sensitivity: float, window: int = 25) -> pd.DataFrame:
    """Return such months where each sponsored post of a window is marked with a chance, and the share is that marked.

    Engagement follows the share truly sponsored in the window.
    """
    table = months_of_feeds(rng, 0.0)
    sold = rng.binomial(window, table["share"])
    seen = rng.binomial(sold, sensitivity)
    rate = table["log_rate"] + slope * np.maximum(sold / window - KINK, 0)
    return table.assign(log_rate=rate, share=seen / window, posts_before=window)


def sales(kind: str, rng: np.random.Generator, days: int = 150) -> tuple[Array, Array]:
    """Return daily sales and their design: weekdays and two series, around a level that drifts (METHODS C1).

    A kind with "shift" in it also jumps by 10 to 20 % for good, 20 to 100 days before the 30 last ones.
    """
    series = rng.normal(0, 1, (days, 2))
    promo = rng.random(days) < 0.1
    if "drifting level" in kind:
        noise = rng.normal(0, 0.4, days).cumsum() + rng.normal(0, 6, days)
    elif "autocorrelated" in kind:
        noise = _autocorrelated(rng.normal(0, 6.25 * np.sqrt(1 - 0.6**2), days), 0.6)
    else:
        tails = rng.standard_t(4, days) / np.sqrt(2) * 4 * np.where(promo, 2, 1)
        noise = rng.normal(0, 0.25, days).cumsum() + _autocorrelated(tails, 0.5)
    weekday = np.eye(7)[np.arange(days) % 7][:, 1:]
    x = np.column_stack([np.ones(days), weekday, series])
    level = 84 + x[:, 1:] @ np.r_[rng.normal(0, 4, 6), 3.0, 2.0]
    if "shift" in kind:
        day, size = days - 30 - rng.integers(20, 101), rng.uniform(0.1, 0.2) * rng.choice([-1, 1])
        level = level + 84 * size * (np.arange(days) >= day)
    return level + noise, x


def _autocorrelated(steps: Array, memory: float) -> Array:
    """Return a series in which each value remembers the one before."""
    out = steps.copy()
    for day in range(1, len(out)):
        out[day] += memory * out[day - 1]
    return out


# Log engagements by log followers (METHODS C2b): name, whether there is a best size, the curve.
CURVES: tuple[tuple[str, bool, Callable[[Array], Array]], ...] = (
    ("log-saturating", False, lambda x: np.log(np.log1p(np.exp(x) / 3e4))),
    ("rises to 100k, then flat", False, lambda x: 0.8 * np.minimum(x, np.log(1e5))),
    ("linear", False, lambda x: 0.876 * x),
    ("inverted U at 300k", True, lambda x: -0.125 * (x - np.log(3e5)) ** 2),
    ("weak inverted U at 300k", True, lambda x: -0.06 * (x - np.log(3e5)) ** 2),
    ("kinked inverted U at 300k", True, lambda x: -0.55 * np.abs(x - np.log(3e5))),
)
