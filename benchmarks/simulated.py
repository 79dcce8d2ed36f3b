"""Worlds with known truth for the calibration, and their tables as a faultless export would give them."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from influence_lib.campaign import Campaign, FileParameters
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
    days = pd.to_datetime(world.series["date"]).dt.tz_localize("Europe/Berlin").dt.tz_convert("UTC")
    frames = {
        "costs": pd.DataFrame(
            {
                "cost_id": money.index.astype(str),
                "influencer_id": handles.reindex(money["creator"]).to_numpy(),
                "amount": money["amount"],
                "kind": money["kind"],
                "status": "paid",
            }
        ),
        "tracking": pd.DataFrame({"code": world.creators["code"], "influencer_id": handles}),
        "orders": orders.assign(
            order_id=orders.index.astype(str),
            codes=orders["code"],
            ordered_at=orders["ordered_at"].dt.tz_convert("UTC"),
        ),
        "series": world.series.assign(date=days).melt("date", ["search", "spend"], "name", "value"),
    }
    return replace(tables_of_feeds(world), **{name: TABLES[name].shape(rows) for name, rows in frames.items()})


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
    """Return daily sales and their design: weekdays and two series, around a level that drifts (METHODS C1)."""
    series = rng.normal(0, 1, (days, 2))
    promo = rng.random(days) < 0.1
    if kind == "drifting level":
        noise = rng.normal(0, 0.4, days).cumsum() + rng.normal(0, 6, days)
    elif kind == "autocorrelated":
        noise = _autocorrelated(rng.normal(0, 6.25 * np.sqrt(1 - 0.6**2), days), 0.6)
    else:
        tails = rng.standard_t(4, days) / np.sqrt(2) * 4 * np.where(promo, 2, 1)
        noise = rng.normal(0, 0.25, days).cumsum() + _autocorrelated(tails, 0.5)
    weekday = np.eye(7)[np.arange(days) % 7][:, 1:]
    x = np.column_stack([np.ones(days), weekday, series])
    return 84 + x[:, 1:] @ np.r_[rng.normal(0, 4, 6), 3.0, 2.0] + noise, x


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
