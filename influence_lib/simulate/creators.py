"""Made-up creators: size, quality, growth, bought followers, names."""

import numpy as np
import pandas as pd

from influence_lib.simulate.scenarios import FLIGHT_DAYS, Scenario

SMALLEST, LARGEST = 1_000, 10_000_000
QUALITY_SPREAD = 0.5
SELECTION_LIMIT = 100_000
INSIGHTS_SHARE = 0.55
PLATFORMS = {"instagram": 0.6, "tiktok": 0.25, "youtube": 0.15}
CATEGORIES = {
    "Food": "bakes",
    "Beauty": "glow",
    "Fitness": "moves",
    "Home": "nests",
    "Travel": "roams",
    "Crafts": "knits",
}
COUNTRIES = {"DE": 0.6, "AT": 0.2, "CH": 0.1, "NL": 0.1}
FIRST_NAMES = (
    "amber basil birch bramble briar cedar clover coral cosmo dahlia daisy ember fable fawn fern finch flint "
    "hazel heron holly indigo iris ivory jasper juniper kestrel lark laurel linden lotus maple marble marigold "
    "meadow mica moss nettle nova olive onyx opal orchid otter pearl pebble pepper poppy quartz raven reed robin "
    "rowan saffron sage sorrel sparrow thistle tulip velvet willow"
)
NAMES = FIRST_NAMES.split()


def creators(scenario: Scenario, random: np.random.Generator) -> pd.DataFrame:
    """Return one row a creator, with the traits that engagement and orders follow."""
    pool = _pool(scenario, random)
    rows = pool[_appears(pool, scenario)].head(scenario.creators).reset_index(drop=True)
    if len(rows) < scenario.creators:
        raise ValueError(f"only {len(rows)} of {scenario.creators} creators pass entry_quality; lower it")
    labels = _labels(len(rows), random)
    return rows.assign(**labels, **_names(labels), shares_insights=_with_insights(labels["platform"], random))


def _pool(scenario: Scenario, random: np.random.Generator) -> pd.DataFrame:
    """Return candidates: more than needed when small accounts have to pass a test."""
    n = scenario.creators * (1 if scenario.entry_quality is None else 20)
    weights, means, spreads = np.array(scenario.sizes).T
    part = random.choice(len(weights), n, p=weights)
    followers = 10 ** random.normal(means[part], spreads[part])
    return pd.DataFrame(
        {
            "real_followers": np.clip(followers, SMALLEST, LARGEST),
            "quality": random.normal(0, QUALITY_SPREAD, n),
            "growth": random.normal(0.01, 0.02, n),
            "posting": random.lognormal(-(0.35**2) / 2, 0.35, n),
            "dispersion": random.lognormal(np.log(0.35), 0.3, n),
            "share_taste": random.normal(0, 0.6, n),
            "reach_rate": 0.25 * random.lognormal(0, 0.25, n),
            "bought": np.where(random.random(n) < scenario.fake_share, random.uniform(1.5, 3, n), 1.0),
            "bought_day": random.integers(0, scenario.feed_days - FLIGHT_DAYS, n),
        }
    )


def _appears(pool: pd.DataFrame, scenario: Scenario) -> pd.Series:
    """Return which candidates get on the list."""
    needed = -np.inf if scenario.entry_quality is None else scenario.entry_quality
    return (pool["real_followers"] >= SELECTION_LIMIT) | (pool["quality"] >= needed)


def _labels(n: int, random: np.random.Generator) -> dict[str, np.ndarray]:
    """Return what does not matter for engagement: platform, category, country, first name."""
    return {
        "platform": random.choice(list(PLATFORMS), n, p=list(PLATFORMS.values())),
        "category": random.choice(list(CATEGORIES), n),
        "country": random.choice(list(COUNTRIES), n, p=list(COUNTRIES.values())),
        "first_name": np.resize(random.permutation(NAMES), n),
    }


def _names(labels: dict[str, np.ndarray]) -> dict[str, list[str]]:
    """Return handles and discount codes that are unique and clearly invented."""
    first, topics = labels["first_name"].tolist(), [CATEGORIES[name] for name in labels["category"].tolist()]
    turns = [number // len(NAMES) for number in range(len(first))]
    return {
        "handle": [f"@{a}.{b}.{number:02d}" for number, (a, b) in enumerate(zip(first, topics, strict=True), 1)],
        "code": [f"{a.upper()}{f'X{turn}X' if turn else ''}10" for a, turn in zip(first, turns, strict=True)],
    }


def _with_insights(platforms: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Return which creators shared their insights: the same share on every platform."""
    lot, chosen = random.random(len(platforms)), np.zeros(len(platforms), bool)
    for platform in PLATFORMS:
        there = np.flatnonzero(platforms == platform)
        chosen[there[np.argsort(lot[there])][: round(INSIGHTS_SHARE * len(there))]] = True
    return chosen
