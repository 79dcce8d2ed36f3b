"""What was planted, to hold an analysis against."""

import datetime as dt
import json
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from influence_lib.simulate.exports import BRAND
from influence_lib.simulate.feed import WINDOW_DAYS, feed_start, size_curve
from influence_lib.simulate.money import BRAND_CODE
from influence_lib.simulate.scenarios import AS_OF, FLIGHT_DAYS, LAUNCH, MARGIN, Scenario
from influence_lib.simulate.world import World


@dataclass(frozen=True)
class CreatorTruth:
    """One creator: real followers at launch, traits, results in EUR, sponsored shares with unmarked posts counted."""

    handle: str
    platform: str
    code: str
    followers: int
    quality: float
    bought_followers: float
    theta: float | None
    leak: float
    cost: float
    incremental_orders: int
    incremental_revenue: float
    incremental_roas: float
    attributed_orders: int
    attributed_revenue: float
    profit: float
    sponsored_share: float
    sponsored_share_last_90_days: float


@dataclass(frozen=True)
class CampaignTruth:
    """The whole campaign in EUR; revenue is net: goods after discounts and refunds, without tax and shipping."""

    start: str
    end: str
    measured_until: str
    total_cost: float
    shared_cost: float
    margin: float
    incremental_orders: int
    incremental_revenue: float
    incremental_roas: float
    code_orders_caused: int
    code_orders_leaked: int
    attributed_revenue: float
    attributed_roas: float
    profit: float


@dataclass(frozen=True)
class Truth:
    """Everything planted in one made-up campaign."""

    name: str
    brand: str
    seed: int
    scenario: str
    parameters: dict[str, Any]
    feed_start: str
    series_start: str
    as_of: str
    size_elasticity: float
    curve: str
    curve_peak: float | None
    kink: float | None
    saturation_slope: float
    sponsored_effect: float
    """Relative change of the engagement rate by sponsoring a post: -0.1 is 10 % lower."""
    campaign: CampaignTruth
    creators: tuple[CreatorTruth, ...]
    undisclosed_posts: tuple[str, ...]
    young_posts: tuple[str, ...]
    synthetic: bool = True

    def to_json(self) -> str:
        """Return the truth as JSON text."""
        return json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n"


def truth_of(name: str, seed: int, scenario_name: str, scenario: Scenario, world: World) -> Truth:
    """Return what was planted in a world."""
    posts = world.posts
    return Truth(
        name=name,
        brand=BRAND,
        seed=seed,
        scenario=scenario_name,
        parameters=asdict(scenario),
        feed_start=feed_start(scenario).isoformat(),
        series_start=(LAUNCH - dt.timedelta(days=scenario.pre_days)).isoformat(),
        as_of=AS_OF.isoformat(),
        size_elasticity=_elasticity(world.creators, scenario),
        curve=scenario.curve,
        curve_peak=scenario.curve_peak,
        kink=scenario.kink if scenario.saturation_slope else None,
        saturation_slope=scenario.saturation_slope,
        sponsored_effect=round(float(np.expm1(scenario.sponsored_effect)), 6),
        campaign=_campaign(world),
        creators=tuple(_creators(world, scenario)),
        undisclosed_posts=tuple(posts.loc[posts["sponsored"] & ~posts["marked"], "post_id"]),
        young_posts=tuple(posts.loc[posts["young"], "post_id"]),
    )


def _elasticity(creators: pd.DataFrame, scenario: Scenario) -> float:
    """Return the planted elasticity; for bent curves the straight line that fits them best."""
    if scenario.curve == "power":
        return scenario.size_elasticity
    followers = creators["real_followers"].to_numpy()
    return round(float(np.polyfit(np.log(followers), size_curve(followers, scenario), 1)[0]), 6)


def _campaign(world: World) -> CampaignTruth:
    """Return the sums over the whole campaign."""
    orders, cost = world.orders, float(world.ledger["amount"].sum())
    caused, coded = orders[orders["caused"]], orders[~orders["code"].isin(["", BRAND_CODE])]
    added, attributed = float(caused["net_revenue"].sum()), float(coded["net_revenue"].sum())
    return CampaignTruth(
        start=LAUNCH.isoformat(),
        end=(LAUNCH + dt.timedelta(days=FLIGHT_DAYS - 1)).isoformat(),
        measured_until=AS_OF.isoformat(),
        total_cost=round(cost, 2),
        shared_cost=round(float(world.ledger.loc[world.ledger["creator"] < 0, "amount"].sum()), 2),
        margin=MARGIN,
        incremental_orders=len(caused),
        incremental_revenue=round(added, 2),
        incremental_roas=round(added / cost, 4),
        code_orders_caused=int(coded["caused"].sum()),
        code_orders_leaked=int((~coded["caused"]).sum()),
        attributed_revenue=round(attributed, 2),
        attributed_roas=round(attributed / cost, 4),
        profit=round(MARGIN * added - cost, 2),
    )


def _creators(world: World, scenario: Scenario) -> list[CreatorTruth]:
    """Return each creator's traits and results."""
    rows = world.creators.join(_results(world)).join(_shares(world.posts))
    return [_creator(row, scenario) for _, row in rows.iterrows()]


def _results(world: World) -> pd.DataFrame:
    """Return orders, net revenue and cost by creator."""
    orders = world.orders
    caused = orders[orders["caused"]].groupby("creator")["net_revenue"].agg(["size", "sum"])
    coded = orders.groupby("code")["net_revenue"].agg(["size", "sum"])
    coded = coded.reindex(world.creators["code"]).reset_index(drop=True)
    cost = world.ledger.groupby("creator")["amount"].sum()
    table = {"cost": cost, "orders": caused["size"], "revenue": caused["sum"]}
    table |= {"coded_orders": coded["size"], "coded_revenue": coded["sum"]}
    return pd.DataFrame(table, index=world.creators.index).fillna(0)


def _shares(posts: pd.DataFrame) -> pd.DataFrame:
    """Return the truly sponsored share of each feed: all of it, and its last 90 days."""
    late = posts["posted_at"] >= pd.Timestamp(AS_OF, tz="UTC") - pd.Timedelta(days=WINDOW_DAYS - 1)
    share, recent = (rows.groupby("creator")["sponsored"].mean() for rows in (posts, posts[late]))
    return pd.DataFrame({"share": share, "recent_share": recent})


def _creator(row: pd.Series, scenario: Scenario) -> CreatorTruth:
    """Return one creator's truth."""
    return CreatorTruth(
        handle=row["handle"],
        platform=row["platform"],
        code=row["code"],
        followers=round(row["real_followers"]),
        quality=round(row["quality"], 6),
        bought_followers=round(row["bought"], 4),
        theta=round(row["theta"] + float(np.log(scenario.lift)), 6) if scenario.lift else None,
        leak=round(row["leak"], 6),
        cost=round(row["cost"], 2),
        incremental_orders=int(row["orders"]),
        incremental_revenue=round(row["revenue"], 2),
        incremental_roas=round(row["revenue"] / row["cost"], 4),
        attributed_orders=int(row["coded_orders"]),
        attributed_revenue=round(row["coded_revenue"], 2),
        profit=round(MARGIN * row["revenue"] - row["cost"], 2),
        sponsored_share=round(row["share"], 6),
        sponsored_share_last_90_days=round(row["recent_share"], 6),
    )
