"""What was planted, to hold an analysis against.

Money is in EUR; revenue is net: goods after discounts and refunds, without tax and shipping. Log points are differences
of natural logarithms. Days are calendar days in UTC. Effects are on engagements over real followers: accounts that
bought some show a rate that is lower by the logarithm of `bought_followers` from `bought_on` on.
"""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from influence_lib.simulate import curves, feed, truth_money
from influence_lib.simulate.days import ZONE, feed_start, month_names
from influence_lib.simulate.exports import BRAND, COMPETITOR
from influence_lib.simulate.scenarios import AS_OF, FLIGHT_DAYS, LAUNCH, MARGIN, Scenario
from influence_lib.simulate.world import World

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class SponsorTruth:
    """One brand that a creator posted for, as the tracker names it; posts that are not marked name nobody."""

    brand: str
    first_day: str
    last_day: str
    posts: int


@dataclass(frozen=True)
class CreatorTruth:
    """One creator: traits, results in EUR, sponsored shares with unmarked posts counted."""

    handle: str
    platform: str
    code: str
    followers: int
    """Real followers on launch day, in accounts."""
    growth: float
    """Growth of real followers in 30.4 days, in log points."""
    quality: float
    """Log points of engagement rate above creators of this size."""
    log_rate: float
    """Natural logarithm of the planted engagement rate, all four parts over real followers, at launch size: of an
    organic post of a plain format on a Monday, long after it went out, without saturation, month, shock or luck."""
    reach_rate: float
    """Accounts that a post with the usual luck reaches, as a fraction of real followers at launch."""
    bought_followers: float
    """Shown followers over real ones from `bought_on` on; 1 where none were bought."""
    bought_on: str | None
    """First day on which the bought followers show; None where none were bought."""
    theta: float | None
    """Natural logarithm of the net revenue that 1 EUR of fee causes on average; None when nothing is caused."""
    leak: float
    """Fraction of the code's expected redemptions that are by buyers who would have come anyway."""
    leak_from: str | None
    """First day on which the code was on a coupon site, and before which it did not leak; None: it never was."""
    cost: float
    incremental_orders: int
    incremental_revenue: float
    incremental_roas: float
    """Revenue caused for each EUR of cost."""
    attributed_orders: int
    attributed_revenue: float
    profit: float
    usual_sponsored_share: float
    """Fraction around which the sponsored share of a quarter was drawn, our own posts apart."""
    sponsored_share: float
    """Fraction of all posts in the files."""
    sponsored_share_last_90_days: float
    """Fraction of the posts of the last 90 days."""
    undisclosed_share: float | None
    """Fraction of the sponsored posts that is not marked; None without sponsored posts."""
    sponsors: tuple[SponsorTruth, ...]


@dataclass(frozen=True)
class CampaignTruth:
    """The whole campaign in EUR; revenue is net: goods after discounts and refunds, without tax and shipping."""

    start: str
    end: str
    measured_until: str
    total_cost: float
    shared_cost: float
    margin: float
    """Fraction of net revenue that is left after the goods."""
    incremental_orders: int
    incremental_revenue: float
    incremental_roas: float
    """Revenue caused for each EUR of cost."""
    code_orders_caused: int
    code_orders_leaked: int
    attributed_revenue: float
    attributed_roas: float
    """Revenue with a creator's code for each EUR of cost."""
    profit: float


@dataclass(frozen=True)
class EngagementTruth:
    """How engagement was planted; sizes are real followers at launch, and the sampled range is that of the creators."""

    base_rate: float
    """Engagement rate of an account of `base_followers` without anything else, as a fraction; curves that peak in
    the rate have it at the peak."""
    base_followers: int
    smallest_account: int
    largest_account: int
    rate_elasticity: float
    """d log(engagement rate by followers) / d log(followers); for bent curves of the straight line that fits best."""
    counts_elasticity: float
    """d log(engagements for each post) / d log(followers): one more."""
    rate_peak: float | None
    """Followers with the highest engagement rate; None when that is no peak within the sampled range."""
    counts_peak: float | None
    """Followers with the most engagements for each post; None when that is no peak within the sampled range."""
    format_effects: dict[str, float]
    """Log points against an image (Instagram) or a video (elsewhere)."""
    weekday_effects: dict[str, float]
    """Log points against Monday, by the day in UTC; the hour has no effect."""
    month_effects: dict[str, float]
    """Log points that everybody's rate gained in the month, as drawn."""
    viral_share: float
    """Fraction of posts that draw `viral_factor` times as much."""
    viral_factor: float
    half_life_days: float
    """Days in which half of what is still to come comes."""
    reach_rate: float
    """Median over creators of the planted reach rate, as a fraction of real followers."""
    reach_elasticity: float
    """d log(reach rate) / d log(followers)."""


@dataclass(frozen=True)
class Truth:
    """Everything planted in one made-up campaign."""

    name: str
    brand: str
    seed: int
    scenario: str
    parameters: dict[str, Any]
    """The scenario's parameters; `Scenario` tells their units."""
    feed_start: str
    series_start: str
    as_of: str
    timezone: str
    """Of the exports whose times have no offset."""
    size_elasticity: float
    """As `engagement.rate_elasticity`."""
    curve: str
    curve_peak: float | None
    """Followers at which a plateau or an inverted U turns; what peaks there is in `engagement`."""
    kink: float | None
    """Sponsored share, as a fraction, from which on engagement falls; None when it does not."""
    saturation_slope: float
    """Log points of engagement rate for each unit of sponsored share above the kink."""
    half_against_fifth: float
    """Relative change of the engagement rate at a sponsored share of 0.5 against one of 0.2."""
    sponsored_effect: float
    """Relative change of the engagement rate by sponsoring a post: -0.1 is 10 % lower."""
    reverse_causality: float
    """Logit of sponsored share gained for each log point of engagement lost in the month before; 0 is none."""
    undisclosed_share: float
    """Fraction of all sponsored posts that is not marked."""
    competitor: str | None
    """Brand that some creators post for as well, in `creators[].sponsors`; None when no creator does."""
    engagement: EngagementTruth
    campaign: CampaignTruth
    earlier_campaigns: tuple[truth_money.EarlierTruth, ...]
    """Of the same creators, the oldest first; their orders and costs are in no other sum of this truth."""
    sales: truth_money.SalesTruth
    buyers: truth_money.BuyersTruth
    survey: truth_money.SurveyTruth
    reach: truth_money.ReachTruth
    treated_regions: tuple[str, ...]
    """Regions in which alone the campaign caused orders; empty where it did in all."""
    regions: tuple[truth_money.RegionTruth, ...]
    boosts: tuple[truth_money.BoostTruth, ...]
    outcomes: truth_money.OutcomeTruth
    budgets: truth_money.BudgetTruth | None
    """A programme that spends by tier week by week; None where there is none."""
    creators: tuple[CreatorTruth, ...]
    undisclosed_posts: tuple[str, ...]
    """Ids of the sponsored posts that are not marked."""
    young_posts: tuple[str, ...]
    """Ids of the posts that went out just before the last day."""
    posts_read_early: tuple[str, ...]
    """Ids of the posts read at an age of 1 to 13 days, those of `posts_read_only_early` among them."""
    posts_read_only_early: tuple[str, ...]
    """Ids of the posts without a later reading in the tracker."""
    synthetic: bool = True

    def to_json(self) -> str:
        """Return the truth as JSON text."""
        return json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n"


def truth_of(name: str, seed: int, scenario_name: str, scenario: Scenario, world: World) -> Truth:
    """Return what was planted in a world."""
    posts = world.posts
    hidden, early = posts["sponsored"] & ~posts["marked"], world.early["post"]
    elasticity = _elasticity(world.creators, scenario)
    return Truth(
        name=name,
        brand=BRAND,
        seed=seed,
        scenario=scenario_name,
        parameters=asdict(scenario),
        feed_start=feed_start(scenario).isoformat(),
        series_start=(LAUNCH - dt.timedelta(days=scenario.pre_days)).isoformat(),
        as_of=AS_OF.isoformat(),
        timezone=ZONE,
        size_elasticity=elasticity,
        curve=scenario.curve,
        curve_peak=scenario.curve_peak,
        kink=scenario.kink if scenario.saturation_slope else None,
        saturation_slope=scenario.saturation_slope,
        half_against_fifth=_half_against_fifth(scenario),
        sponsored_effect=round(float(np.expm1(scenario.sponsored_effect)), 6),
        reverse_causality=scenario.fade_response,
        undisclosed_share=round(float(hidden.sum() / posts["sponsored"].sum()), 6),
        competitor=COMPETITOR if (posts["sponsor"] == COMPETITOR).any() else None,
        engagement=_engagement(world, scenario, elasticity),
        campaign=_campaign(world),
        earlier_campaigns=truth_money.earlier_truth(name, world, scenario),
        sales=truth_money.sales_truth(scenario),
        buyers=truth_money.buyers_truth(world),
        survey=truth_money.survey_truth(world, scenario),
        reach=truth_money.reach_truth(world, scenario),
        treated_regions=world.treated,
        regions=truth_money.regions_truth(world),
        boosts=truth_money.boosts_truth(world),
        outcomes=truth_money.outcomes_truth(world, scenario),
        budgets=truth_money.budget_truth(world),
        creators=tuple(_creators(world, scenario)),
        undisclosed_posts=_ids(posts[hidden]),
        young_posts=_ids(posts[posts["young"]]),
        posts_read_early=_ids(posts.loc[early]),
        posts_read_only_early=_ids(posts.loc[early[world.early["only"]]]),
    )


def _ids(posts: pd.DataFrame) -> tuple[str, ...]:
    """Return the ids of posts."""
    return tuple(posts["post_id"])


def _elasticity(creators: pd.DataFrame, scenario: Scenario) -> float:
    """Return the planted elasticity; for bent curves the straight line that fits them best."""
    return curves.straight(creators["real_followers"].to_numpy(), scenario)


def _half_against_fifth(scenario: Scenario) -> float:
    """Return the planted relative change between the two sponsored shares that the trade speaks of."""
    over = max(0.5 - scenario.kink, 0) - max(0.2 - scenario.kink, 0)
    return round(float(np.expm1(scenario.saturation_slope * over)), 6)


def _engagement(world: World, scenario: Scenario, elasticity: float) -> EngagementTruth:
    """Return how engagement follows size, format, weekday and month, and how much reach there is."""
    sizes = world.creators["real_followers"].to_numpy()
    months = zip(month_names(scenario), world.season, strict=True)
    return EngagementTruth(
        base_rate=curves.BASE_RATE,
        base_followers=curves.BASE_FOLLOWERS,
        smallest_account=round(sizes.min()),
        largest_account=round(sizes.max()),
        rate_elasticity=elasticity,
        counts_elasticity=round(1 + elasticity, 6),
        rate_peak=curves.rate_peak(sizes, scenario),
        counts_peak=curves.counts_peak(sizes, scenario),
        format_effects=_times(feed.FORMAT_EFFECT, scenario.format_strength),
        weekday_effects=_times(dict(zip(WEEKDAYS, feed.WEEKDAY_EFFECT, strict=True)), scenario.weekday_strength),
        month_effects={name: round(float(effect), 6) for name, effect in list(months)[1:]},
        viral_share=feed.VIRAL_SHARE,
        viral_factor=feed.VIRAL_FACTOR,
        half_life_days=feed.HALF_LIFE_DAYS,
        reach_rate=round(float(np.median(_reach_rates(world.creators, scenario))), 6),
        reach_elasticity=scenario.reach_elasticity,
    )


def _times(effects: Mapping[str, float], strength: float) -> dict[str, float]:
    """Return effects multiplied, without a minus before zero."""
    return {name: round(float(effect) * strength, 6) + 0.0 for name, effect in effects.items()}


def _reach_rates(creators: pd.DataFrame, scenario: Scenario) -> np.ndarray:
    """Return each creator's planted reach rate at launch size."""
    by_size = feed.reach_by_size(creators["real_followers"].to_numpy(), scenario)
    return np.asarray(creators["reach_rate"].to_numpy() * by_size)


def _campaign(world: World) -> CampaignTruth:
    """Return the sums over the whole campaign."""
    orders, ledger = _of_this(world)
    cost = float(ledger["amount"].sum())
    caused, coded = orders[orders["caused"]], truth_money.coded(orders)
    added, attributed = float(caused["net_revenue"].sum()), float(coded["net_revenue"].sum())
    return CampaignTruth(
        start=LAUNCH.isoformat(),
        end=(LAUNCH + dt.timedelta(days=FLIGHT_DAYS - 1)).isoformat(),
        measured_until=AS_OF.isoformat(),
        total_cost=round(cost, 2),
        shared_cost=round(float(ledger.loc[ledger["creator"] < 0, "amount"].sum()), 2),
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


def _of_this(world: World) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the orders and the ledger without those of earlier campaigns and of the weekly programme."""
    return world.orders[world.orders["earlier"] == 0], world.ledger[world.ledger["earlier"] == 0]


def _creators(world: World, scenario: Scenario) -> list[CreatorTruth]:
    """Return each creator's traits and results."""
    creators = world.creators
    planted = {
        "log_rate": np.log(curves.BASE_RATE)
        + curves.size_curve(creators["real_followers"].to_numpy(), scenario)
        + creators["quality"],
        "planted_reach": _reach_rates(creators, scenario),
        "usual_share": feed.usual_share(creators, scenario),
        "sponsors": _sponsors(world.posts, len(creators)),
    }
    rows = creators.assign(**planted).join(_results(world)).join(_shares(world.posts))
    return [_creator(row, scenario) for _, row in rows.iterrows()]


def _sponsors(posts: pd.DataFrame, creators: int) -> list[tuple[SponsorTruth, ...]]:
    """Return each creator's sponsors in the order of their first posts."""
    named = posts[posts["sponsor"] != ""]
    days = named.assign(date=named["posted_at"].dt.strftime("%Y-%m-%d")).groupby(["creator", "sponsor"], sort=False)
    found: list[list[SponsorTruth]] = [[] for _ in range(creators)]
    for (creator, brand), first, last, number in days["date"].agg(["first", "last", "size"]).itertuples():
        found[creator].append(SponsorTruth(brand, first, last, number))
    return [tuple(sponsors) for sponsors in found]


def _results(world: World) -> pd.DataFrame:
    """Return orders, net revenue and cost by creator."""
    orders, ledger = _of_this(world)
    caused = orders[orders["caused"]].groupby("creator")["net_revenue"].agg(["size", "sum"])
    coded = orders.groupby("code")["net_revenue"].agg(["size", "sum"])
    coded = coded.reindex(world.creators["code"]).reset_index(drop=True)
    cost = ledger.groupby("creator")["amount"].sum()
    table = {"cost": cost, "orders": caused["size"], "revenue": caused["sum"]}
    table |= {"coded_orders": coded["size"], "coded_revenue": coded["sum"]}
    return pd.DataFrame(table, index=world.creators.index).fillna(0)


def _shares(posts: pd.DataFrame) -> pd.DataFrame:
    """Return the truly sponsored share of each feed, all of it and its last 90 days, and how much of it is hidden."""
    late = posts["posted_at"] >= pd.Timestamp(AS_OF, tz="UTC") - pd.Timedelta(days=feed.WINDOW_DAYS - 1)
    share, recent = (rows.groupby("creator")["sponsored"].mean() for rows in (posts, posts[late]))
    hidden = 1 - posts[posts["sponsored"]].groupby("creator")["marked"].mean()
    return pd.DataFrame({"share": share, "recent_share": recent, "hidden_share": hidden})


def _creator(row: pd.Series, scenario: Scenario) -> CreatorTruth:
    """Return one creator's truth."""
    bought_on = feed_start(scenario) + dt.timedelta(days=int(row["bought_day"]))
    return CreatorTruth(
        handle=row["handle"],
        platform=row["platform"],
        code=row["code"],
        followers=round(row["real_followers"]),
        growth=round(row["growth"], 6),
        quality=round(row["quality"], 6),
        log_rate=round(row["log_rate"], 6),
        reach_rate=round(row["planted_reach"], 6),
        bought_followers=round(row["bought"], 4),
        bought_on=bought_on.isoformat() if row["bought"] > 1 else None,
        theta=round(row["theta"] + float(np.log(scenario.lift)), 6) if scenario.lift else None,
        leak=round(row["leak"], 6),
        leak_from=None if pd.isna(row["leak_from"]) else row["leak_from"].date().isoformat(),
        cost=round(row["cost"], 2),
        incremental_orders=int(row["orders"]),
        incremental_revenue=round(row["revenue"], 2),
        incremental_roas=round(row["revenue"] / row["cost"], 4),
        attributed_orders=int(row["coded_orders"]),
        attributed_revenue=round(row["coded_revenue"], 2),
        profit=round(MARGIN * row["revenue"] - row["cost"], 2),
        usual_sponsored_share=round(row["usual_share"], 6),
        sponsored_share=round(row["share"], 6),
        sponsored_share_last_90_days=round(row["recent_share"], 6),
        undisclosed_share=None if np.isnan(row["hidden_share"]) else round(row["hidden_share"], 6),
        sponsors=row["sponsors"],
    )
