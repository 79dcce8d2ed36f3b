"""What was planted about money beside the campaign's own sums: sales, earlier campaigns, survey, reach and others.

Money is in EUR; revenue is net: goods after discounts and refunds, without tax and shipping.
"""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from influence_lib.simulate import boosts, budgets, earlier, exports, overlap, regions, sales, survey
from influence_lib.simulate.money import BRAND_CODE, KNOWN_BUYERS
from influence_lib.simulate.scenarios import LAUNCH, MARGIN, Scenario
from influence_lib.simulate.world import World

# Creators told one by one in the curve of unique reach.
MOST_IN_CURVE = 100


@dataclass(frozen=True)
class SalesTruth:
    """What moves sales without the campaign, in log points a day."""

    weekday_effects: dict[str, float]
    search_effect: float
    """For each point of the search index."""
    spend_effect: float
    """For each log point of 1 + other spending / 50 EUR."""
    promo_effect: float | None
    """On days with a promotion; None where there are none."""
    level_shift: float
    """Gained for good from `level_shift_on` on; 0 when there is no such jump."""
    level_shift_on: str | None
    drift: float
    """Standard deviation of the daily step."""
    noise: float
    """Standard deviation of further noise on plain days; twice that on days with a promotion."""
    memory: float
    """Correlation of that noise from one day to the next."""
    tail_freedom: float | None
    """Degrees of freedom of that noise, Student's; None: normal."""
    annual_wave: float


@dataclass(frozen=True)
class BuyersTruth:
    """Orders of this campaign by buyers who had never bought before; a buyer is an e-mail."""

    new_share_caused: float | None
    """Fraction of the orders caused; None when there are none."""
    new_share_coded: float | None
    """Fraction of the orders with a creator's code."""
    new_share_other: float
    """Fraction of the orders that came anyway, of all days."""


@dataclass(frozen=True)
class EarlierCreatorTruth:
    """One creator in one earlier campaign."""

    handle: str
    cost: float
    incremental_orders: int
    incremental_revenue: float
    attributed_orders: int
    attributed_revenue: float


@dataclass(frozen=True)
class EarlierTruth:
    """One earlier campaign of the same creators; `campaign_id` is how the files name it."""

    campaign_id: str
    start: str
    end: str
    measured_until: str
    total_cost: float
    incremental_orders: int
    incremental_revenue: float
    attributed_orders: int
    attributed_revenue: float
    creators: tuple[EarlierCreatorTruth, ...]
    """Those who took part."""


@dataclass(frozen=True)
class SurveyTruth:
    """The survey after an order, over all days."""

    response_share: float
    """Chance that an order answers."""
    recall: float
    """Chance that an answer of a buyer won by a creator says so."""
    named: float
    """Chance that such an answer names the creator."""
    false_share: float
    """Chance that another answer claims a creator."""
    answers: int
    answers_caused: int
    """Answers of buyers won by a creator."""
    creator_answers_caused: int
    """Of these, those that say so."""
    creator_answers_false: int
    """Answers that say so of buyers who came anyway."""


@dataclass(frozen=True)
class ReachTruth:
    """How many people the campaign's posts reached; a follower sees a post with the chance reach over followers."""

    population: int
    summed_reach: int
    """People reached by each creator, added up."""
    unique_reach: int
    """People reached at least once."""
    median_jaccard: float
    """Median over pairs of creators (the first 300): people who follow both over people who follow either."""
    best_order: tuple[str, ...]
    """Creators by the people they add to those before; at most a hundred."""
    best_curve: tuple[int, ...]
    """People reached by the creators up to there."""
    repeat_worth: float
    """What reaching a person again by another creator is worth, against the first time."""
    worth: tuple[float, ...] | None
    """By creator, as in `creators`: value of what they reached against that without the others; None when all is 1."""
    best_number: int | None
    """Creators of `best_order` up to whom each next pays back its own cost; None when repeats cost nothing."""


@dataclass(frozen=True)
class RegionTruth:
    """One region, over the campaign's window."""

    region: str
    population_share: float
    treated: bool
    incremental_orders: int
    incremental_revenue: float


@dataclass(frozen=True)
class BoostTruth:
    """All boosts to one kind of audience; prices are planted, sums are drawn."""

    audience: str
    cost_per_engagement: float
    """EUR, of a creator of middling quality."""
    cost_per_click: float
    cost_per_1000_reached: float
    boosts: int
    spend: float
    reach: int
    impressions: int
    engagements: int
    link_clicks: int


@dataclass(frozen=True)
class OutcomeTruth:
    """What the campaign added beside sales, from its first day on."""

    visits_per_order: float
    follows_per_order: float
    visits_caused: int
    follows_caused: int


@dataclass(frozen=True)
class CurveTruth:
    """Expected revenue of a week of one tier: most x s^h / (s^h + half^h) EUR for s EUR spent in it."""

    most: float
    half: float
    steepness: float


@dataclass(frozen=True)
class BudgetTruth:
    """The weekly programme, in EUR a week; splits are of the same total."""

    curves: dict[str, CurveTruth]
    now: dict[str, float]
    """Mean of the last 52 weeks."""
    best: dict[str, float]
    best_within_30_percent: dict[str, float]
    """No tier moving by more than 30 % of itself."""
    revenue_now: float
    revenue_best: float
    revenue_within_30_percent: float
    orders: int
    revenue: float
    """Of all weeks."""


def sales_truth(scenario: Scenario) -> SalesTruth:
    """Return what moves sales without the campaign."""
    names = pd.date_range("2024-01-01", periods=7).day_name()
    jump = LAUNCH - dt.timedelta(days=scenario.level_shift_days)
    return SalesTruth(
        weekday_effects={str(name): float(v) for name, v in zip(names, sales.WEEKDAY_SALES, strict=True)},
        search_effect=sales.SEARCH_EFFECT,
        spend_effect=sales.SPEND_EFFECT,
        promo_effect=scenario.promo_effect if scenario.promo_share else None,
        level_shift=scenario.level_shift,
        level_shift_on=jump.isoformat() if scenario.level_shift else None,
        drift=scenario.sales_drift,
        noise=scenario.sales_noise,
        memory=scenario.sales_memory,
        tail_freedom=scenario.tail_freedom,
        annual_wave=scenario.annual_wave,
    )


def coded(orders: pd.DataFrame) -> pd.DataFrame:
    """Return the orders with a creator's code."""
    return orders[~orders["code"].isin(["", BRAND_CODE])]


def buyers_truth(world: World) -> BuyersTruth:
    """Return how many of the orders are by buyers who had never bought before."""
    new = world.orders["buyer"] >= KNOWN_BUYERS
    ours = world.orders["earlier"] == 0
    caused, with_code = ours & world.orders["caused"], ours & world.orders.index.isin(coded(world.orders).index)
    return BuyersTruth(_share(new[caused]), _share(new[with_code]), _share(new[~world.orders["caused"]]) or 0.0)


def _share(flags: pd.Series) -> float | None:
    """Return the fraction of rows that are true; None without rows."""
    return round(float(flags.mean()), 6) if len(flags) else None


def earlier_truth(name: str, world: World, scenario: Scenario) -> tuple[EarlierTruth, ...]:
    """Return every earlier campaign, the oldest first."""
    return tuple(_earlier(name, number, world, days) for number, days in earlier.windows(scenario).items())


def _earlier(name: str, number: int, world: World, days: tuple[dt.date, dt.date]) -> EarlierTruth:
    """Return one earlier campaign."""
    orders, ledger = (rows[rows["earlier"] == number] for rows in (world.orders, world.ledger))
    caused, attributed = orders[orders["caused"]], coded(orders)
    return EarlierTruth(
        campaign_id=str(exports.labels(pd.Series([number]), name).iloc[0]),
        start=days[0].isoformat(),
        end=days[1].isoformat(),
        measured_until=earlier.measured_until(days[1]).isoformat(),
        total_cost=_money(ledger["amount"]),
        incremental_orders=len(caused),
        incremental_revenue=_money(caused["net_revenue"]),
        attributed_orders=len(attributed),
        attributed_revenue=_money(attributed["net_revenue"]),
        creators=_earlier_creators(world.creators, ledger, caused, attributed),
    )


def _earlier_creators(
    creators: pd.DataFrame, ledger: pd.DataFrame, caused: pd.DataFrame, attributed: pd.DataFrame
) -> tuple[EarlierCreatorTruth, ...]:
    """Return those who took part in an earlier campaign."""
    cost = ledger[ledger["creator"] >= 0].groupby("creator")["amount"].sum()
    won = caused.groupby("creator")["net_revenue"].agg(["size", "sum"]).reindex(cost.index, fill_value=0)
    told = attributed.groupby("code")["net_revenue"].agg(["size", "sum"])
    told = told.reindex(creators["code"].loc[cost.index], fill_value=0)
    columns = (creators["handle"].loc[cost.index], cost, won["size"], won["sum"], told["size"], told["sum"])
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return tuple(
        EarlierCreatorTruth(handle, round(spent, 2), orders, round(money, 2), coded_orders, round(coded_money, 2))
        for handle, spent, orders, money, coded_orders, coded_money in rows
    )


def _money(amounts: pd.Series) -> float:
    """Return a sum of money."""
    return round(float(amounts.sum()), 2)


def survey_truth(world: World, scenario: Scenario) -> SurveyTruth:
    """Return the survey."""
    won = (world.orders["creator"] >= 0).to_numpy()[world.survey["order"]]
    says = (world.survey["answer"] == survey.CREATOR_ANSWER).to_numpy()
    return SurveyTruth(
        response_share=scenario.survey_share,
        recall=scenario.survey_recall,
        named=scenario.survey_named,
        false_share=scenario.survey_false,
        answers=len(world.survey),
        answers_caused=int(won.sum()),
        creator_answers_caused=int((won & says).sum()),
        creator_answers_false=int((~won & says).sum()),
    )


def reach_truth(world: World, scenario: Scenario) -> ReachTruth:
    """Return how many people the campaign reached."""
    chances = overlap.follows(world.crowd, world.creators, scenario)
    exposed = overlap.seen(world.posts, world.creators)[:, None] * chances
    order, curve = overlap.best_order(exposed, world.crowd, MOST_IN_CURVE)
    some = chances[: overlap.MOST_PAIRED]
    pairs = overlap.jaccard(some, world.crowd)[np.triu_indices(len(some), 1)]
    repeats = scenario.repeat_worth < 1
    worth = overlap.first_times(exposed, world.crowd, scenario.repeat_worth) if repeats else None
    return ReachTruth(
        population=scenario.population,
        summed_reach=round(float((exposed @ world.crowd.people).sum())),
        unique_reach=round(overlap.reached(exposed, world.crowd)),
        median_jaccard=round(float(np.median(pairs)), 6),
        best_order=tuple(world.creators["handle"].iloc[order]),
        best_curve=tuple(round(people) for people in curve),
        repeat_worth=scenario.repeat_worth,
        worth=None if worth is None else tuple(worth.round(6).tolist()),
        best_number=_best_number(order, exposed, world, scenario) if repeats else None,
    )


def _best_number(order: list[int], exposed: np.ndarray, world: World, scenario: Scenario) -> int:
    """Return how many creators, in the order given, make the highest expected profit."""
    ours = world.ledger[(world.ledger["earlier"] == 0) & (world.ledger["creator"] >= 0)]
    cost = ours.groupby("creator")["amount"].sum().reindex(world.creators.index, fill_value=0.0).to_numpy()
    fee = ours[ours["kind"] == "fee"].groupby("creator")["amount"].sum()
    fees = fee.reindex(world.creators.index, fill_value=0.0).to_numpy()
    alone = MARGIN * scenario.lift * np.exp(world.creators["theta"].to_numpy()) * fees
    profits = [0.0]
    for number in range(1, len(order) + 1):
        some = order[:number]
        worth = overlap.first_times(exposed[some], world.crowd, scenario.repeat_worth)
        profits.append(float(alone[some] @ worth - cost[some].sum()))
    return int(np.argmax(profits))


def regions_truth(world: World) -> tuple[RegionTruth, ...]:
    """Return every region."""
    caused = world.orders[world.orders["caused"] & (world.orders["earlier"] == 0)]
    sums = caused.groupby("region")["net_revenue"].agg(["size", "sum"]).reindex(regions.NAMES, fill_value=0)
    treated = set(world.treated or regions.NAMES)
    rows = zip(regions.NAMES, regions.SHARES.tolist(), sums["size"].tolist(), sums["sum"].tolist(), strict=True)
    return tuple(
        RegionTruth(name, round(share, 6), name in treated, int(orders), round(revenue, 2))
        for name, share, orders, revenue in rows
    )


def boosts_truth(world: World) -> tuple[BoostTruth, ...]:
    """Return the boosts by audience; audiences nobody was shown them are left out."""
    rows = {str(name): part for name, part in world.boosts.groupby("audience")}
    return tuple(_boost(name, rows[name]) for name in boosts.NAMES if name in rows)


def _boost(name: str, rows: pd.DataFrame) -> BoostTruth:
    """Return the boosts to one kind of audience."""
    price = boosts.AUDIENCES[name]
    return BoostTruth(
        name,
        price["engagement"],
        price["click"],
        round(price["thousand"] * price["frequency"], 4),
        len(rows),
        _money(rows["spend"]),
        *(int(rows[column].sum()) for column in ("reach", "impressions", "engagements", "clicks")),
    )


def outcomes_truth(world: World, scenario: Scenario) -> OutcomeTruth:
    """Return what the campaign added beside sales."""
    since = world.series[world.series["date"] >= pd.Timestamp(LAUNCH)]
    return OutcomeTruth(
        visits_per_order=scenario.visits_per_order,
        follows_per_order=scenario.follows_per_order,
        visits_caused=int(since["visits_caused"].sum()),
        follows_caused=int(since["follows_caused"].sum()),
    )


def budget_truth(world: World) -> BudgetTruth | None:
    """Return the weekly programme; None where there is none."""
    if world.weeks.empty:
        return None
    today = budgets.now(world.weeks)
    best, near = budgets.best(today, len(today)), budgets.best(today, 0.3)
    orders = world.orders[world.orders["earlier"] == -1]
    return BudgetTruth(
        curves={tier: CurveTruth(*numbers[:3]) for tier, numbers in budgets.CURVES.items()},
        now=today,
        best=best,
        best_within_30_percent=near,
        revenue_now=round(budgets.value(today), 2),
        revenue_best=round(budgets.value(best), 2),
        revenue_within_30_percent=round(budgets.value(near), 2),
        orders=len(orders),
        revenue=_money(orders["net_revenue"]),
    )
