"""What is planted about money is what many draws, or a count in the files, give back; blocks leave each other alone."""

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from influence_lib import setup
from influence_lib.campaign import Campaign
from influence_lib.simulate import (
    SCENARIOS,
    Scenario,
    Truth,
    World,
    boosts,
    budgets,
    draw,
    earlier,
    money,
    overlap,
    regions,
    response,
    sales,
    simulate,
    streams,
)
from influence_lib.simulate.truth import truth_of

pytestmark = pytest.mark.filterwarnings("error")

LITTLE = replace(SCENARIOS["default"], creators=30, posts=150)
FRAMES = ("creators", "posts", "early", "history", "ledger", "series", "orders", "survey", "boosts", "weeks")
MOVED = {"series.visits", "series.visits_caused", "series.brand_followers", "series.follows_caused"}
OF_SHOP = {"orders", "survey", "series"}


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def little(scenario: str, **changes: Any) -> Scenario:
    return replace(SCENARIOS[scenario], creators=30, posts=150, **changes)


def drawn(scenario: Scenario, number: int, first: int = 0) -> list[World]:
    return [draw(scenario, streams(first + seed)) for seed in range(number)]


def changed(**parameters: Any) -> set[str]:
    before, after = draw(LITTLE, streams(3)), draw(replace(LITTLE, **parameters), streams(3))
    pairs = [(name, getattr(before, name), getattr(after, name)) for name in FRAMES]
    return {f"{name}.{c}" for name, left, right in pairs for c in left if not left[c].equals(right[c])}


def cells(file: Path) -> pd.DataFrame:
    return pd.read_csv(file, dtype=str, keep_default_na=False)


def orders_in(out: Path) -> pd.DataFrame:
    """Return the orders of a Shopify export with their net revenue, worked out anew from its cells."""
    rows = cells(out / "orders.csv").query("Subtotal != ''").set_index("Name")
    amounts = {name: rows[name].astype(float) for name in ("Subtotal", "Total", "Refunded Amount")}
    net = (amounts["Subtotal"] * (1 - amounts["Refunded Amount"] / amounts["Total"])).round(2)
    return rows.assign(net=net, at=pd.to_datetime(rows["Created at"], utc=True))


def written(out: Path, scenario: Scenario, seed: int = 4) -> Truth:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(SCENARIOS, "tried", scenario)
        return simulate("x", out, seed, "tried")


@pytest.fixture(scope="module")
def repeated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Truth]:
    out = tmp_path_factory.mktemp("repeated")
    return out, simulate("spring", out, 7, "repeated", creators=20, posts=200)


@pytest.mark.parametrize(
    ("parameters", "frames"),
    [
        ({"survey_share": 0.9}, {"survey"}),
        ({"survey_recall": 0.1, "survey_named": 0.2, "survey_false": 0.5}, {"survey"}),
        ({"boost_share": 0.9}, {"ledger", "boosts"}),
        ({"sales_noise": 0.2, "sales_memory": 0.5, "tail_freedom": 3.0}, OF_SHOP),
        ({"level_shift": 0.5}, OF_SHOP),
        ({"promo_share": 0.5}, OF_SHOP),
        ({"budget_weeks": 12}, OF_SHOP | {"weeks"}),
        ({"theta_by_size": 1.0}, OF_SHOP | {"creators"}),
        ({"theta_by_category": 1.0}, OF_SHOP | {"creators"}),
        ({"repeat_worth": 0.1}, OF_SHOP | {"creators"}),
        ({"leak_scale": 0.0, "coupon_share": 0.9}, {"creators", "orders"}),
    ],
)
def test_a_parameter_of_money_changes_its_own_frames_alone(parameters: dict[str, Any], frames: set[str]) -> None:
    found = {name.split(".")[0] for name in changed(**parameters)}
    assert found and found <= frames


@pytest.mark.parametrize(
    ("parameters", "columns"),
    [
        ({"treated_regions": 3}, {"orders.region"}),
        ({"regional_noise": 0.3}, {"orders.region"}),
        ({"visits_per_order": 50.0}, {"series.visits", "series.visits_caused"}),
        ({"follows_per_order": 50.0}, {"series.brand_followers", "series.follows_caused"}),
        ({"overlap": 0.9, "population": 90_000_000}, set()),
    ],
)
def test_a_parameter_beside_money_changes_its_own_columns_alone(parameters: dict[str, Any], columns: set[str]) -> None:
    assert changed(**parameters) == columns


@pytest.mark.parametrize(
    ("block", "touched"),
    [
        ("survey", {"survey"}),
        ("boosted", {"boosts"}),
        ("outcomes", {"series"}),
        ("regions", {"orders"}),
        ("people", set()),
        ("overlap_samples", set()),
        ("budgets", set()),
        ("earlier_orders", set()),
    ],
)
def test_each_block_of_money_draws_from_its_own_stream(block: str, touched: set[str]) -> None:
    worlds = [draw(LITTLE, streams(3) | random) for random in ({}, {block: rng(8)})]
    pairs = [(name, *(getattr(world, name) for world in worlds)) for name in FRAMES]
    assert {name for name, left, right in pairs if not left.equals(right)} == touched


@pytest.mark.parametrize("scenario", ["repeated", "budgets", "regions", "boosted", "overlapping"])
def test_the_same_seed_gives_the_same_bytes_in_every_kind_of_world(tmp_path: Path, scenario: str) -> None:
    given = SCENARIOS[scenario]
    small = replace(given, creators=8, posts=60, orders_per_day=4.0, budget_weeks=min(given.budget_weeks, 8))
    for side in "ab":
        written(tmp_path / side, replace(small, pre_days=min(given.pre_days, 260)))
    files = {side: {f.name: f.read_bytes() for f in (tmp_path / side).iterdir()} for side in "ab"}
    assert files["a"] == files["b"] and len(files["a"]) >= 10


def days(number: int, **changes: Any) -> tuple[pd.DataFrame, Scenario]:
    scenario = replace(LITTLE, pre_days=number, **changes)
    return sales.controls(scenario, rng()).assign(promo=0), scenario


def test_the_level_jumps_by_what_the_truth_says_on_its_day() -> None:
    series, scenario = days(120, level_shift=0.18, level_shift_days=45)
    jump = np.diff(sales.disturbed(series, scenario, rng()))
    assert jump.max() == pytest.approx(0.18) and np.count_nonzero(jump) == 1
    world = draw(little("sales_level_shift"), streams(1))
    told = truth_of("x", 1, "sales_level_shift", little("sales_level_shift"), world).sales
    assert told.level_shift_on == "2026-04-03" == str(series["date"][1 + int(np.argmax(jump))].date())


def test_orders_rise_by_the_level_shift_over_many_worlds() -> None:
    """The ratio of orders after the jump with it and without it is e^0.18 = 1.197."""
    counts = [
        sum(int((world.orders["ordered_at"] >= "2026-04-03").sum()) for world in drawn(little(name, lift=0.0), 6))
        for name in ("sales_level_shift", "default")
    ]
    assert counts[0] / counts[1] == pytest.approx(np.exp(0.18), rel=0.02)


def test_noise_remembers_the_day_before_and_keeps_its_spread() -> None:
    series, scenario = days(20_000, sales_noise=0.08, sales_memory=0.6)
    noise = sales.disturbed(series, scenario, rng())
    assert noise.std() == pytest.approx(0.08, rel=0.03)
    assert np.corrcoef(noise[1:], noise[:-1])[0, 1] == pytest.approx(0.6, abs=0.02)
    assert np.corrcoef(noise[2:], noise[:-2])[0, 1] == pytest.approx(0.36, abs=0.03)


def test_wild_days_are_more_frequent_and_the_spread_is_the_same() -> None:
    """Of Student's t with 4 degrees scaled to variance 1, |t| > 4 has the chance 0.0048, against 0.00006 if normal."""
    series, scenario = days(40_000, sales_noise=0.1, tail_freedom=4.0)
    noise = sales.disturbed(series, scenario, rng())
    assert noise.std() == pytest.approx(0.1, rel=0.05)
    assert (np.abs(noise) > 0.4).mean() == pytest.approx(0.0048, abs=0.0012)


def test_promotions_lift_sales_and_double_the_noise() -> None:
    scenario = replace(LITTLE, pre_days=40_000, promo_share=0.1, sales_noise=0.05)
    series = sales.controls(scenario, rng())
    series = series.assign(promo=sales.promotions(series, scenario, rng(2)))
    noise, promo = sales.disturbed(series, scenario, rng(3)), series["promo"] == 1
    assert promo.mean() == pytest.approx(0.1, abs=0.01)
    assert noise[promo].mean() - noise[~promo].mean() == pytest.approx(0.25, abs=0.005)
    assert noise[promo].std() / noise[~promo].std() == pytest.approx(2, rel=0.03)


def test_the_year_is_a_wave_with_its_top_in_the_middle_of_may() -> None:
    series, scenario = days(364, annual_wave=0.1)
    wave = sales.disturbed(series, scenario, rng())
    assert wave.max() == pytest.approx(0.1, abs=1e-4) and wave.min() == pytest.approx(-0.1, abs=1e-4)
    assert (series["date"][int(np.argmax(wave))].month, series["date"][int(np.argmin(wave))].month) == (5, 11)


def test_the_daily_file_has_promotions_only_where_there_are_any(tmp_path: Path) -> None:
    simulate("x", tmp_path / "with", 1, "sales_heavy_tails", creators=5, posts=40)
    rows = cells(tmp_path / "with" / "daily_series.csv")
    assert set(rows["Promotion"]) == {"0", "1"} and rows["Date"].is_unique


def test_caused_orders_have_the_planted_mean_and_campaign_shock() -> None:
    """Counts around 20 with a shock of variance 0.25 have the variance 20 + 0.25 x 400 = 120."""
    posts = draw(LITTLE, streams(1)).posts
    ours, expected = posts[posts["ours"]], pd.Series(np.full(30, 20.0))
    rows = [response.caused_orders(ours, expected, LITTLE, rng(seed)) for seed in range(60)]
    counts = np.concatenate([np.bincount(part["creator"], minlength=30) for part in rows])
    assert counts.mean() == pytest.approx(20, abs=0.8) and counts.var() == pytest.approx(120, rel=0.12)


def test_half_of_the_orders_come_within_two_days_of_the_post() -> None:
    posted = pd.Series(pd.DatetimeIndex(["2026-05-20T18:00"] * 40_000).tz_localize("UTC").as_unit("us"))
    lag = response.after(posted, dt.date(2026, 6, 30), rng()) - posted
    assert (lag < pd.Timedelta(days=2)).mean() == pytest.approx(0.5, abs=0.01)
    assert (lag < pd.Timedelta(days=4)).mean() == pytest.approx(0.75, abs=0.01) and lag.min() >= pd.Timedelta(0)


def test_theta_hangs_on_size_and_category_by_what_was_planted() -> None:
    creators = pd.DataFrame({"real_followers": [3e4, 3e5, 3e6], "category": ["Food", "Food", "Home"]})
    plain = response.leanings(creators, replace(LITTLE, theta_by_size=-0.25), rng())
    assert plain.tolist() == pytest.approx([0, -0.25, -0.5])
    many = [response.leanings(creators, replace(LITTLE, theta_by_category=0.15), rng(n)) for n in range(400)]
    spread = np.array([[row[0], row[1], row[2]] for row in many])
    assert (spread[:, 0] == spread[:, 1]).all() and np.corrcoef(spread[:, 0], spread[:, 2])[0, 1] < 0.15
    assert spread.std(axis=0) == pytest.approx([0.15] * 3, rel=0.1)


def test_earlier_campaigns_in_the_files_add_up_to_the_truth(repeated: tuple[Path, Truth]) -> None:
    out, told = repeated
    paid, orders = cells(out / "payments.csv"), orders_in(out)
    paid = paid.assign(Amount=paid["Amount"].astype(float))
    assert set(paid["Campaign"]) == {"spring", "spring_1", "spring_2", "spring_3"}
    code_of = {creator.handle: creator.code for creator in told.creators}
    for one in told.earlier_campaigns:
        costs = paid[paid["Campaign"] == one.campaign_id]
        assert costs["Amount"].sum() == pytest.approx(one.total_cost)
        own = costs[costs["Payee"] != ""].groupby("Payee")["Amount"].sum().to_dict()
        assert {creator.handle: creator.cost for creator in one.creators} == pytest.approx(own)
        start, end = (pd.Timestamp(day, tz="Europe/Berlin") for day in (one.start, one.measured_until))
        there = orders[(orders["at"] >= start) & (orders["at"] < end + pd.Timedelta(days=1))]
        for creator in one.creators:
            coded = there[there["Discount Code"] == code_of[creator.handle]]
            assert len(coded) == creator.attributed_orders
            assert coded["net"].sum() == pytest.approx(creator.attributed_revenue, abs=0.01)
    assert sum(len(one.creators) for one in told.earlier_campaigns) < 60


def test_this_campaign_holds_nothing_of_the_earlier_ones(repeated: tuple[Path, Truth]) -> None:
    out, told = repeated
    paid, orders = cells(out / "payments.csv"), orders_in(out)
    assert paid.loc[paid["Campaign"] == "spring", "Amount"].astype(float).sum() == pytest.approx(
        told.campaign.total_cost
    )
    coded = orders[
        orders["Discount Code"].isin([creator.code for creator in told.creators])
        & (orders["at"] >= pd.Timestamp("2026-05-18", tz="Europe/Berlin"))
    ]
    assert coded["net"].sum() == pytest.approx(told.campaign.attributed_revenue, abs=0.01)
    assert sum(creator.attributed_orders for creator in told.creators) == len(coded)
    assert sum(creator.incremental_orders for creator in told.creators) == told.campaign.incremental_orders


def test_earlier_campaigns_are_sixty_days_apart_and_have_their_posts_in_the_tracker(
    repeated: tuple[Path, Truth],
) -> None:
    out, told = repeated
    starts = [dt.date.fromisoformat(one.start) for one in told.earlier_campaigns]
    assert [(dt.date(2026, 5, 18) - start).days for start in starts] == [180, 120, 60]
    rows = cells(out / "tracker.csv").drop_duplicates("Post ID")
    for one in told.earlier_campaigns:
        theirs = rows[rows["Campaign"] == one.campaign_id]
        assert theirs["Posted at"].str[:10].between(one.start, one.end).all()
        assert set(theirs["Sponsored"]) == {"yes"} and set(theirs["Sponsor"]) == {"Examplia"}
        assert theirs["Handle"].str.lower().str.lstrip("@").nunique() == len(one.creators)


def test_a_creator_returns_the_same_on_average_in_every_campaign_and_fees_differ() -> None:
    """Of the orders that a creator's fees should bring, as many came in each campaign: their ratio is 1 on average."""
    ratios: dict[int, list[float]] = {number: [] for number in range(4)}
    for world in drawn(little("repeated"), 8):
        paid = world.ledger[world.ledger["kind"] == "fee"].groupby(["earlier", "creator"])["amount"].sum()
        for number, found in ratios.items():
            theirs = paid[number].reindex(world.creators.index, fill_value=0)
            due = np.exp(world.creators["theta"]) * theirs / money.ORDER_VALUE
            caused = world.orders[world.orders["caused"] & (world.orders["earlier"] == number)]
            came = caused.groupby("creator").size().reindex(due.index, fill_value=0)
            found.extend((came / due)[due > 4])
        spread = paid.unstack(0).dropna().apply(np.log).diff(axis=1).iloc[:, 1:].std()
        assert spread.min() > 0.3
    assert [np.mean(found) for found in ratios.values()] == pytest.approx([1.0] * 4, abs=0.11)


def test_a_new_yaml_tells_the_earlier_campaigns(repeated: tuple[Path, Truth], tmp_path: Path) -> None:
    files = [repeated[0] / name for name in ("orders.csv", "payments.csv", "roster.csv")]
    campaign = Campaign.load(setup.propose("spring", files, tmp_path).file)
    read = [(one.campaign_id, str(one.start), str(one.end)) for one in campaign.earlier_campaigns]
    assert read == [(one.campaign_id, one.start, one.end) for one in repeated[1].earlier_campaigns]


def test_a_world_without_earlier_campaigns_has_none() -> None:
    told = truth_of("x", 3, "tried", LITTLE, draw(LITTLE, streams(3)))
    assert told.earlier_campaigns == () and earlier.windows(LITTLE) == {} and told.budgets is None


def test_codes_are_used_and_leak_as_planted() -> None:
    worlds = drawn(little("default", fee_return=8.0), 10)
    caused = pd.concat([world.orders[world.orders["caused"]] for world in worlds])
    assert (caused["code"] != "").mean() == pytest.approx(0.55, abs=0.01)
    leaked = due = 0.0
    for world in worlds:
        theirs = world.orders[world.orders["code"].isin(world.creators["code"])]
        leaked += (~theirs["caused"]).sum()
        fees = world.ledger[world.ledger["kind"] == "fee"].groupby("creator")["amount"].sum()
        leak = world.creators["leak"]
        due += (0.55 * np.exp(world.creators["theta"]) * fees / 43 * leak / (1 - leak)).sum()
    assert leaked / due == pytest.approx(1, abs=0.06)


def test_a_code_on_a_coupon_site_does_not_leak_before_its_day() -> None:
    scenario = little("leaky", fee_return=4.0)
    world = draw(scenario, streams(2))
    told = truth_of("x", 2, "leaky", scenario, world)
    base = world.orders[~world.orders["caused"]]
    listed = [creator for creator in told.creators if creator.leak_from]
    assert 3 <= len(listed) <= 14 and {creator.leak for creator in listed} == {0.6}
    for creator in told.creators:
        days = base.loc[base["code"] == creator.code, "ordered_at"].dt.tz_convert("UTC").dt.strftime("%Y-%m-%d")
        assert (days >= (creator.leak_from or "9")).all() and (len(days) > 0) == bool(creator.leak_from)


def test_in_a_tight_world_no_code_leaks() -> None:
    told = [truth_of("x", n, "tight", LITTLE, draw(little("tight"), streams(n))) for n in range(3)]
    assert [one.campaign.code_orders_leaked for one in told] == [0, 0, 0]


def test_a_quarter_of_the_codes_leaks_in_a_leaky_world() -> None:
    creators = pd.concat([world.creators for world in drawn(replace(little("leaky"), creators=150, posts=600), 6)])
    assert (creators["leak"] > 0).mean() == pytest.approx(0.25, abs=0.045)


def test_new_buyers_can_be_told_by_their_addresses(tmp_path: Path) -> None:
    """Nine in ten buyers won by creators are new, and none of these has an order before."""
    told = simulate("x", tmp_path, 3, "worked")
    world = draw(SCENARIOS["worked"], streams(3))
    orders = orders_in(tmp_path).reset_index()
    again = orders["Email"].duplicated()
    new = (world.orders["buyer"] >= money.KNOWN_BUYERS).to_numpy()
    assert not again[new].any() and again[~new & (orders["at"] >= "2026-05-18")].mean() > 0.85
    assert told.buyers.new_share_caused == pytest.approx(0.9, abs=0.04)
    assert told.buyers.new_share_other == pytest.approx(0.6, abs=0.04)


def test_survey_answers_in_the_file_are_those_of_the_truth(repeated: tuple[Path, Truth]) -> None:
    out, told = repeated
    rows, orders = cells(out / "survey.csv"), orders_in(out)
    says = rows["How did you hear about us?"] == "Instagram/TikTok influencer"
    assert len(rows) == told.survey.answers and rows["Response ID"].is_unique and rows["Order number"].is_unique
    assert says.sum() == told.survey.creator_answers_caused + told.survey.creator_answers_false
    assert set(rows["Order number"]) <= set(orders.index)
    asked = pd.to_datetime(rows["Response date"]) - rows["Order number"].map(orders["at"])
    assert asked.between(pd.Timedelta(0), pd.Timedelta(minutes=10)).all()
    assert set(rows.loc[~says, "Which creator?"]) == {""}
    assert set(rows["Which creator?"]) <= {creator.handle for creator in told.creators} | {""}


def test_survey_shares_come_back_from_many_worlds() -> None:
    worlds = drawn(LITTLE, 14)
    rows = [world.survey.assign(won=world.orders["creator"].to_numpy()[world.survey["order"]]) for world in worlds]
    table = pd.concat(rows)
    assert len(table) / sum(len(world.orders) for world in worlds) == pytest.approx(0.45, abs=0.007)
    says, won = table["answer"] == "Instagram/TikTok influencer", table["won"] >= 0
    assert says[won].mean() == pytest.approx(0.7, abs=0.015) and says[~won].mean() == pytest.approx(0.03, abs=0.003)
    named = table["creator"] >= 0
    assert named[says].mean() == pytest.approx(0.75, abs=0.02) and not named[~says].any()
    assert (table["creator"] == table["won"])[named & won].all()


def crowded(seed: int = 1) -> tuple[overlap.Crowd, pd.DataFrame, np.ndarray]:
    creators = draw(LITTLE, streams(seed)).creators
    people = overlap.crowd(creators, LITTLE, rng(seed))
    return people, creators, overlap.follows(people, creators, LITTLE)


def test_everybody_who_follows_adds_up_to_the_followers() -> None:
    people, creators, chances = crowded()
    assert people.people.sum() == pytest.approx(20e6)
    assert chances @ people.people == pytest.approx(creators["real_followers"].to_numpy(), rel=1e-6)
    assert chances.min() >= 0 and chances.max() <= 1


def test_audiences_of_like_size_overlap_by_a_few_percent() -> None:
    found = []
    for seed in range(8):
        people, creators, chances = crowded(seed)
        size = np.log10(creators["real_followers"].to_numpy())
        near = np.triu(np.abs(size[:, None] - size) < 0.3, 1)
        found += overlap.jaccard(chances, people)[near].tolist()
    low, middle, high = np.quantile(found, [0.1, 0.5, 0.9])
    assert 0.01 < low < 0.03 < middle < 0.06 < high < 0.15


def test_people_reached_at_least_once_are_those_that_a_lottery_reaches() -> None:
    people, _, chances = crowded()
    exposed = 0.3 * chances
    lots = rng(5)
    once = np.mean([(lots.random(exposed.shape) < exposed).any(axis=0) @ people.people for _ in range(60)])
    assert overlap.reached(exposed, people) == pytest.approx(once, rel=0.02)
    assert overlap.reached(exposed[:1], people) == pytest.approx(float(exposed[0] @ people.people))


def test_the_curve_of_reach_rises_ever_slower_to_the_reach_of_all() -> None:
    people, _, chances = crowded()
    order, curve = overlap.best_order(0.3 * chances, people, 100)
    steps = np.diff([0.0, *curve])
    assert sorted(order) == list(range(30)) and (np.diff(steps) <= 1e-6).all() and steps.min() > 0
    assert curve[-1] == pytest.approx(overlap.reached(0.3 * chances, people))


def test_a_second_creator_with_the_same_people_is_worth_less() -> None:
    """All of 100 people reached by two: with a Poisson number of others of mean 1, 1 - 1/e of exposures are first."""
    people = overlap.Crowd(np.zeros((1, 8)), np.array([100.0]), np.zeros((2, 8)))
    first = 1 - np.exp(-1)
    assert overlap.first_times(np.ones((1, 1)), people, 0.35).tolist() == [1.0]
    assert overlap.first_times(np.ones((2, 1)), people, 0.35) == pytest.approx([0.35 + 0.65 * first] * 2)
    assert overlap.first_times(np.ones((2, 1)), people, 1.0).tolist() == [1.0, 1.0]


def test_where_repeats_are_worth_less_fewer_orders_come_and_more_creators_do_not_pay() -> None:
    told = {
        worth: truth_of("x", 5, "overlapping", scenario, draw(scenario, streams(5)))
        for worth in (1.0, 0.35)
        for scenario in [replace(SCENARIOS["overlapping"], repeat_worth=worth)]
    }
    assert told[0.35].campaign.incremental_orders < 0.95 * told[1.0].campaign.incremental_orders
    assert told[1.0].reach.worth is None and told[1.0].reach.best_number is None
    assert told[0.35].reach.worth is not None and max(told[0.35].reach.worth) <= 1
    assert told[0.35].reach.unique_reach < 0.9 * told[0.35].reach.summed_reach


def test_sampled_overlaps_are_near_what_is_true(repeated: tuple[Path, Truth]) -> None:
    out, _ = repeated
    rows = cells(out / "audience_overlap.csv")
    world = draw(replace(SCENARIOS["repeated"], creators=20, posts=200), streams(7))
    chances = overlap.follows(world.crowd, world.creators, SCENARIOS["repeated"])
    true = pd.DataFrame(overlap.shared(chances, world.crowd), world.creators["handle"], world.creators["handle"])
    share, n = rows["Share"].astype(float), rows["n"].astype(int)
    expected = np.array([true.loc[a, b] for a, b in zip(rows["Creator"], rows["Value"], strict=True)])
    off = (share - expected) / np.sqrt(expected * (1 - expected) / n)
    assert off.std() == pytest.approx(1, abs=0.15) and abs(off.mean()) < 0.2
    assert (rows.groupby("Creator").size() == 12).all() and (rows["Creator"] != rows["Value"]).all()
    assert set(rows["Dimension"]) == {"overlap_with"} and n.between(1000, 5000).all()


def test_the_campaign_sells_in_the_treated_regions_alone(tmp_path: Path) -> None:
    scenario = little("regions", orders_per_day=25.0)
    told, world = written(tmp_path, scenario), draw(scenario, streams(4))
    rows = orders_in(tmp_path)
    caused = world.orders["caused"].to_numpy()
    assert len(told.treated_regions) == 8 and set(rows.loc[caused, "Shipping Province"]) <= set(told.treated_regions)
    assert set(rows["Shipping Province"]) == {region.region for region in told.regions} and len(told.regions) == 24
    sold = rows[caused].groupby("Shipping Province")["net"].sum()
    found = {region.region: region.incremental_revenue for region in told.regions if region.incremental_orders}
    assert found == pytest.approx(sold.to_dict(), abs=0.02)
    files = [tmp_path / "orders.csv", tmp_path / "roster.csv"]
    campaign = Campaign.load(setup.propose("x", files, tmp_path / "params").file)
    assert campaign.treated_regions == list(told.treated_regions)


def test_orders_that_came_anyway_are_spread_by_population() -> None:
    found = pd.concat([world.orders for world in drawn(little("default", lift=0.0), 8)])["region"]
    share = found.value_counts(normalize=True).reindex(regions.NAMES).to_numpy()
    assert share == pytest.approx(regions.SHARES, abs=0.006) and regions.SHARES.sum() == pytest.approx(1)


def test_boosts_in_the_file_cost_what_the_ledger_says(tmp_path: Path) -> None:
    told = simulate("x", tmp_path, 4, "boosted", creators=30, posts=300)
    rows, paid = cells(tmp_path / "boosts.csv"), cells(tmp_path / "payments.csv")
    spend = rows["Amount spent (EUR)"].astype(float).groupby(rows["Creator"]).sum()
    ledger = paid.loc[paid["Kind"] == "boost", "Amount"].astype(float).groupby(paid["Payee"]).sum()
    assert spend.to_dict() == pytest.approx(ledger.to_dict()) and len(spend) > 8
    posts = cells(tmp_path / "tracker.csv").drop_duplicates("Post ID").set_index("Post ID").loc[rows["Post ID"]]
    assert ("@" + posts["Handle"].str.lower().str.lstrip("@")).tolist() == rows["Creator"].tolist()
    assert set(posts["Campaign"]) == {"x"}
    assert (rows["Reporting starts"].to_numpy() > posts["Posted at"].str[:10].to_numpy()).all()
    assert (rows["Reporting ends"] >= rows["Reporting starts"]).all() and rows["Reporting ends"].max() <= "2026-06-30"
    sums = rows.assign(n=rows["Post engagements"].astype(int)).groupby("Audience")["n"].sum().to_dict()
    assert {one.audience: one.engagements for one in told.boosts} == sums
    assert not rows.duplicated(["Post ID", "Audience"]).any()


def test_prices_of_boosts_come_back_by_audience() -> None:
    creators = draw(LITTLE, streams(1)).creators.assign(quality=0.0)
    posts = draw(LITTLE, streams(1)).posts
    some = pd.Series(creators.index)
    ledger = money.costs([dt.date(2026, 6, 7)] * len(some), some, "boost", np.full(len(some), 200.0))
    rows = pd.concat([boosts.boosts(posts, creators, ledger, rng(seed)) for seed in range(20)])
    sums = rows.groupby("audience")[["spend", "engagements", "clicks", "impressions", "reach"]].sum()
    for name, price in boosts.AUDIENCES.items():
        row = sums.loc[name]
        assert row["spend"] / row["engagements"] == pytest.approx(price["engagement"], rel=0.05)
        assert row["spend"] / row["clicks"] == pytest.approx(price["click"], rel=0.05)
        assert 1000 * row["spend"] / row["impressions"] == pytest.approx(price["thousand"], rel=0.05)
        assert row["impressions"] / row["reach"] == pytest.approx(price["frequency"], rel=0.01)


def test_visits_and_followers_move_with_the_orders_caused_and_controls_do_not() -> None:
    with_it, without = (draw(replace(LITTLE, lift=lift, fee_return=5.0), streams(6)) for lift in (1.0, 0.0))
    assert (without.series[["visits_caused", "follows_caused"]] == 0).all(axis=None)
    more = with_it.series["visits"] - without.series["visits"]
    assert (more == with_it.series["visits_caused"]).all()
    told = truth_of("x", 6, "tried", LITTLE, with_it)
    assert told.outcomes.visits_caused == with_it.series["visits_caused"].sum()
    assert told.outcomes.visits_caused / told.campaign.incremental_orders == pytest.approx(6, rel=0.05)
    assert told.outcomes.follows_caused / told.campaign.incremental_orders == pytest.approx(0.5, rel=0.15)
    gained = with_it.series["brand_followers"] - without.series["brand_followers"]
    assert gained.iloc[-1] == told.outcomes.follows_caused
    assert with_it.series[["search", "spend"]].equals(without.series[["search", "spend"]])


def test_the_programme_sells_what_its_curves_say() -> None:
    """Half of the most comes at the half: 600 EUR a week on nano accounts sell 1,350 EUR."""
    assert float(budgets.revenue("nano", 600.0)) == pytest.approx(1350)
    scenario = little("budgets", orders_per_day=5.0)
    came = due = 0.0
    for seed in range(6):
        spent = budgets.spending(scenario, rng(seed))
        due += sum(float(budgets.revenue(tier, spent[tier].to_numpy()).sum()) for tier in budgets.TIERS)
        came += money.ORDER_VALUE * len(budgets.caused_orders(spent, scenario, rng(100 + seed)))
    assert came / due == pytest.approx(1, abs=0.02)


def test_no_other_split_of_the_same_total_sells_more_than_the_best() -> None:
    today = {"nano": 500.0, "micro": 1000.0, "macro": 6000.0}
    best, near = budgets.best(today, 3.0), budgets.best(today, 0.3)
    lots = rng().dirichlet(np.ones(3), 20_000) * 7500
    tried = sum(budgets.revenue(tier, lots[:, n]) for n, tier in enumerate(budgets.TIERS))
    assert budgets.value(best) >= np.max(tried) > 1.25 * budgets.value(today)
    slopes = [(budgets.revenue(t, best[t] + 1) - budgets.revenue(t, best[t] - 1)) / 2 for t in budgets.TIERS]
    assert slopes == pytest.approx([float(np.mean(slopes))] * 3, rel=0.01)
    assert sum(near.values()) == pytest.approx(7500, abs=0.05)
    assert all(abs(near[tier] / today[tier] - 1) <= 0.3001 for tier in today)
    assert budgets.value(today) < budgets.value(near) < budgets.value(best)


def test_weekly_spending_in_the_file_is_that_of_the_truth(tmp_path: Path) -> None:
    told = written(tmp_path, little("budgets", pre_days=120, orders_per_day=3.0, budget_weeks=60)).budgets
    rows = cells(tmp_path / "weekly_spend.csv")
    assert list(rows) == ["Week", "spend:nano", "spend:micro", "spend:macro"] and len(rows) == 60
    assert (pd.to_datetime(rows["Week"]).dt.day_name() == "Monday").all() and rows["Week"].iloc[-1] == "2026-06-22"
    assert told is not None and told.now == pytest.approx(
        {tier: rows[f"spend:{tier}"].astype(float).tail(52).mean() for tier in budgets.TIERS}, abs=0.01
    )
    written(tmp_path, little("small"))
    assert not (tmp_path / "weekly_spend.csv").exists()
