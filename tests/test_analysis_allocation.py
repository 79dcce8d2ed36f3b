"""The split of the next budget: the optimiser against exhaustive search, moves against planted worlds, sentences."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import optimize
from worlds import campaign, tables

from influence_lib.analysis import allocation, hill, mix, roi, spending
from influence_lib.findings import Finding, question
from influence_lib.tables import Tables
from influence_lib.wording import allocation as words

pytestmark = pytest.mark.filterwarnings("error")
SEEN = campaign()
WEEKS = pd.date_range("2024-05-06", periods=110, freq="7D", tz="Europe/Berlin").tz_convert("UTC")
TIERS = np.array([(9.0, 6.0, 1.0), (14.0, 14.0, 1.4), (10.0, 30.0, 1.6)])


def _curves(seed: int, cells: int, draws: int) -> hill.Plan:
    rng, shape = np.random.default_rng(seed), (draws, cells)
    top, half = rng.lognormal(0, 1, shape), rng.lognormal(0, 1, shape)
    return hill.even(hill.Curves(top, half, 1.2 * np.exp(rng.normal(0, 0.5, shape)), np.zeros(shape), 0.0, 0.0))


@pytest.mark.parametrize("seed", range(12))
def test_at_the_best_split_the_next_unit_of_money_earns_the_same_off_the_limits(seed: int) -> None:
    rng = np.random.default_rng([7, seed])
    cells, cap = int(rng.integers(2, 9)), float(rng.choice([0.1, 0.3, 1.0]))
    today, plan = rng.lognormal(0, 1, cells), _curves(seed, cells, 20)
    found = mix.improved(plan, today, cap)
    slope, inside = plan.slope(found.best).mean(axis=0), found.inside > 0
    assert found.best.sum() == pytest.approx(today.sum(), rel=1e-12) and found.spread < 1e-9
    assert (found.best >= (1 - cap - 1e-9) * today).all() and (found.best <= (1 + cap + 1e-9) * today).all()
    if inside.any():
        lowest, highest = found.best < (1 - cap + 1e-5) * today, found.best > (1 + cap - 1e-5) * today
        assert (slope[lowest] <= slope[inside].mean() + 1e-9).all()
        assert (slope[highest] >= slope[inside].mean() - 1e-9).all()


@pytest.mark.parametrize("seed", range(6))
def test_no_split_of_a_fine_grid_or_another_optimiser_beats_the_best_one(seed: int) -> None:
    """Three cells whose curves are S-shaped: steps uphill from today (SLSQP) can end on the wrong hill."""
    rng = np.random.default_rng([8, seed])
    plan, today = _curves(100 + seed, 3, 5), rng.lognormal(0, 0.7, 3)
    total = float(today.sum())

    def worth(split: np.ndarray) -> float:
        return float(plan.response(split).mean(axis=0).sum())

    best = worth(mix.best_split(plan, total, np.zeros(3), np.full(3, total)))
    parts = np.linspace(0, 1, 41)
    grid = [total * np.array([a, b, max(1 - a - b, 0.0)]) for a in parts for b in parts if a + b <= 1 + 1e-9]
    assert best >= max(worth(split) for split in grid) * (1 - 1e-9)
    uphill = optimize.minimize(
        lambda x: -worth(np.maximum(x, 0)),
        today,
        method="SLSQP",
        bounds=[(0, total)] * 3,
        constraints={"type": "eq", "fun": lambda x: x.sum() - total},
    )
    assert best >= -float(uphill.fun) * (1 - 1e-7)


def test_of_two_cells_that_do_little_below_a_threshold_one_gets_all() -> None:
    """10 s^8 / (s^8 + 6^8): 4 each bring 2 * 0.38, at equal slopes; 8 in one bring 10 / (1 + 0.75^8) = 9.09."""
    steep = hill.even(hill.Curves(*(np.full((1, 2), value) for value in (10.0, 6.0, 8.0, 0.0)), 0.0, 0.0))
    best = mix.best_split(steep, 8.0, np.zeros(2), np.full(2, 8.0))
    assert sorted(best) == pytest.approx([0, 8], abs=0.01)
    assert steep.response(best).sum() == pytest.approx(9.09, abs=0.01)


@pytest.mark.parametrize(("better", "unseen", "go"), [(81, False, True), (79, False, False), (81, True, False)])
def test_moves_need_four_chances_in_five(better: int, unseen: bool, go: bool) -> None:
    """Of 100 draws so many gain 10 and the others lose 1; today's split brings 2 * 10."""
    gain, two = np.where(np.arange(100) < better, 10.0, -1.0), np.full(2, 10.0)
    found = mix.Mix(two, two, gain, np.ones((100, 2)), np.ones((100, 2)), np.ones(2))
    answer = allocation.Answer(("a", "b"), found, np.ones((100, 2)), _curves(0, 2, 100), words.CHANNEL, unseen)
    assert answer.go is go


def test_gains_of_less_than_a_fiftieth_are_not_worth_the_moves() -> None:
    two = np.full(2, 10.0)
    for gain, small in ((0.39, True), (0.41, False)):
        found = mix.Mix(two, two, np.full(100, gain), np.ones((100, 2)), np.ones((100, 2)), np.ones(2))
        answer = allocation.Answer(("a", "b"), found, np.ones((100, 2)), _curves(0, 2, 100), words.CHANNEL)
        assert (answer.small, answer.go) == (small, not small)


def test_how_fast_returns_slow_down_is_uncertain() -> None:
    """The log of the bend against today's spend has a spread of 1 for all and 0.5 for each: 1.12 together."""
    curve = allocation.Logarithms.through(np.ones((4000, 3)), np.array([1.0, 10.0, 100.0]), 0)
    bend = np.log(curve.bend / np.array([1.0, 10.0, 100.0]))
    assert bend.std(axis=0) == pytest.approx(np.sqrt(1.25), rel=0.05) and bend.mean() == pytest.approx(0, abs=0.1)


def test_the_logarithm_goes_through_todays_outcome() -> None:
    outcome, spend = np.array([[10.0, 4.0], [8.0, 5.0]]), np.array([2.0, 3.0])
    curve = allocation.Logarithms.through(outcome, spend, 0)
    assert curve.response(spend) == pytest.approx(outcome)
    step = (curve.response(spend + 1e-6) - curve.response(spend - 1e-6)) / 2e-6
    assert curve.slope(spend) == pytest.approx(step, rel=1e-6)
    assert (curve.slope(spend) * spend < outcome).all()


def _channels(
    names: tuple[str, ...] = ("tv_spend", "social_spend", "search_spend"),
    usual: tuple[float, ...] = (5.0, 8.0, 40.0),
    noise: float = 2.0,
    effect: float = 1.0,
    weeks: int = 110,
    scale: float = 1.0,
    **more: Any,
) -> Tables:
    """Return weekly spend of three channels, sales that follow the curves of METHODS C4, and a control."""
    rng = np.random.default_rng(11)
    spend = rng.gamma(2, np.array(usual) / 2, (weeks, len(names)))
    control = rng.normal(0, 1, weeks)
    added = sum(
        top * s**steep / (s**steep + half**steep) for s, (top, half, steep) in zip(spend.T, TIERS, strict=False)
    )
    sales = 50 + effect * added + 3 * control + rng.normal(0, noise, weeks)
    told = {"revenue": 100 * scale * sales, "search_interest": control}
    told |= {name: 100 * scale * s for name, s in zip(names, spend.T, strict=True)} | more
    rows = [
        pd.DataFrame({"date": WEEKS[:weeks], "name": name, "value": values, "is_outcome": name == "revenue", "days": 7})
        for name, values in told.items()
    ]
    return tables(series=pd.concat(rows))


def _true_gain(found: Finding) -> float:
    """Return what the moves add to a week of the planted curves, pattern aside."""
    assert found.table
    rows = found.table.rows.set_index("channel").loc[["tv", "social", "search"]]

    def worth(column: str) -> float:
        s = rows[column].to_numpy(float) / 52 / 100
        top, half, steep = TIERS.T
        return float((top * s**steep / (s**steep + half**steep)).sum())

    return worth("next") - worth("today")


def test_moves_between_channels_gain_in_the_planted_world() -> None:
    """Search takes most of the money and earns least: money moves to television and social media."""
    found = allocation.channels(_channels(), SEEN)
    assert found.verdict == "supported" and found.table and found.interval and found.estimate
    assert found.id == "roi.reallocation.channels" and question(found.id).counts == "weeks" and found.n == 110
    assert "Moving €" in found.headline and "between channels" in found.headline
    rows = found.table.rows.set_index("channel")
    assert rows.loc["search", "move"] < 0 < rows.loc["tv", "move"]
    assert rows["next"].sum() == pytest.approx(rows["today"].sum()) and _true_gain(found) > 0
    assert (rows["next"] >= 0.7 * rows["today"] - 1e-6).all() and (rows["next"] <= 1.3 * rows["today"] + 1e-6).all()
    assert found.details["spread"] < 1e-6 and "the next €1 spent earns" in " ".join(found.caveats)
    assert "search interest" in found.caveats[0] and "was not varied by chance" in found.caveats[0]


def test_todays_spend_is_the_last_fifty_two_weeks() -> None:
    given = _channels()
    found = allocation.channels(given, SEEN)
    assert found.table
    spent = given.series[given.series["name"] == "tv_spend"].sort_values("date")["value"].tail(52).sum()
    rows = found.table.rows.set_index("channel")
    assert rows.loc["tv", "today"] == pytest.approx(float(spent))
    assert "from 16 Jun 2025 to 14 Jun 2026" in " ".join(found.caveats)


def test_a_fifth_more_or_less_is_told_with_its_range() -> None:
    found = allocation.channels(_channels(), SEEN)
    shown = allocation.budgets(found)
    assert shown
    more, less = shown.records()
    assert (more["budget"], less["budget"]) == ("20% more", "20% less")
    assert more["spend"] == pytest.approx(1.2 * found.details["total"], rel=1e-5)
    assert more["margin"] > 0 > less["margin"] and " to " in more["range"]
    extra = more["spend"] - found.details["total"]
    assert more["after"] == pytest.approx(more["margin"] - extra, abs=1)
    assert allocation.budgets(allocation.channels(Tables(), SEEN)) is None


def test_spend_that_does_nothing_moves_no_money() -> None:
    found = allocation.channels(_channels(effect=0.0), SEEN)
    assert found.verdict == "undecided" and "weekly sales do not show that spend" in found.headline
    assert found.table and set(found.table.rows["move"]) == {0.0} and allocation.budgets(found) is None
    assert (found.table.rows["next"] == found.table.rows["today"]).all()


def test_currency_units_and_the_order_of_rows_change_nothing() -> None:
    one, hundred = allocation.channels(_channels(), SEEN), allocation.channels(_channels(scale=100.0), SEEN)
    assert one.estimate and hundred.estimate == pytest.approx(100 * one.estimate, rel=1e-6)
    given = _channels()
    shuffled = given.with_table("series", given.series.sample(frac=1, random_state=0))
    assert allocation.channels(shuffled, SEEN).to_json() == one.to_json()


@pytest.mark.parametrize(
    ("given", "changes", "verdict", "said"),
    [
        (Tables(), {}, "not_available", "without weekly or daily spend of each channel"),
        (_channels(), {"margin": None}, "not_available", "the margin"),
        (_channels(), {"currency": None}, "not_available", "the currency"),
        (_channels(weeks=40), {}, "not_enough_data", "40 unbroken weeks of spend and sales, at least 52 needed"),
        (_channels(("tv_spend",), (5.0,)), {}, "not_enough_data", "1 channel with at least 20"),
        (_channels(revenue=np.full(110, 5.0)), {}, "not_enough_data", "sales or spend hardly change"),
        (_channels(revenue=np.full(110, np.nan)), {}, "not_enough_data", "0 unbroken weeks"),
    ],
    ids=["nothing", "no margin", "no currency", "few weeks", "one channel", "constant sales", "no sales"],
)
def test_what_is_missing_is_named(given: Tables, changes: dict[str, None], verdict: str, said: str) -> None:
    found = allocation.channels(given, campaign(**changes))
    assert found.verdict == verdict and said in found.headline and found.estimate is None


def test_channels_that_rise_and_fall_together_are_not_told_apart() -> None:
    given = _channels()
    tv = given.series[given.series["name"] == "tv_spend"]
    same = pd.concat([given.series[given.series["name"] != "social_spend"], tv.assign(name="social_spend")])
    found = allocation.channels(given.with_table("series", same), SEEN)
    assert found.verdict == "not_enough_data" and "rises and falls together" in found.headline


def test_a_channel_of_few_levels_stays_where_it_is_and_is_named() -> None:
    steady = np.tile([10.0, 20.0], 55)
    found = allocation.channels(_channels(radio_spend=steady), SEEN)
    assert found.table and "radio" not in set(found.table.rows["channel"])
    assert "Left as it is, because its weekly spend takes too few different levels: radio." in found.caveats


def test_weeks_without_a_word_on_spend_count_as_nothing_spent() -> None:
    given = _channels()
    late = given.series[~((given.series["name"] == "tv_spend") & (given.series["date"] < WEEKS[10]))]
    found = allocation.channels(given.with_table("series", late), SEEN)
    assert "10 weekly spends were not told and count as nothing spent." in found.caveats and found.estimate


@pytest.mark.parametrize(
    ("names", "spent"),
    [
        (("tv_s", "ooh_s", "facebook_i", "revenue"), ("ooh_s", "tv_s")),
        (("views_s", "revenue"), ()),
        (("channel0_spend", "channel0_impression", "spend_tv"), ("channel0_spend", "spend_tv")),
        (("cost_per_click", "cost_tv", "competitor_spend"), ("cost_tv",)),
        (("spend:tv", "werbekosten"), ("spend:tv", "werbekosten")),
    ],
)
def test_series_of_money_spent_are_told_by_their_names(names: tuple[str, ...], spent: tuple[str, ...]) -> None:
    assert spending.spent_on(names) == spent


def test_what_a_channel_does_on_the_way_to_a_sale_is_no_control() -> None:
    """Impressions and clicks of a channel come of its spend: held constant, they would swallow its effect."""
    clicks = np.random.default_rng(0).normal(0, 1, 110)
    weeks = spending.by_channel(_channels(tv_impression=clicks, rival_prices=clicks**2), SEEN)
    assert weeks and "rival_prices" in weeks.held and "tv_impression" not in weeks.held


def test_days_make_whole_weeks_and_conversions_are_worth_their_value() -> None:
    """Fourteen days of 1 a day from a Monday on are two weeks of 7; 10 conversions at 2 each are 20 of sales."""
    days = pd.date_range("2026-03-02", periods=14, tz="Europe/Berlin").tz_convert("UTC")
    told = {"tv_spend": 1.0, "conversions": 10 / 7, "revenue_per_conversion": 2.0}
    rows = [pd.DataFrame({"date": days, "name": n, "value": v, "is_outcome": n != "tv_spend"}) for n, v in told.items()]
    wide = spending._weekly(tables(series=pd.concat(rows)), SEEN)
    assert wide["tv_spend"].tolist() == pytest.approx([7, 7])
    sold = spending._sales(Tables(), SEEN, wide)
    assert sold is not None and sold.tolist() == pytest.approx([20, 20])


def _shop(creators: int, orders: list[int], value: float = 40.0, cost: float = 100.0) -> Tables:
    """Return so many orders of equal value for each of so many creators of equal cost."""
    names = [f"c{n:02d}" for n in range(creators)]
    who = np.repeat(names, orders)
    at = pd.Timestamp("2026-05-20 12:00", tz="UTC")
    return tables(
        tracking={"kind": "code", "code": [name.upper() for name in names], "influencer_id": names},
        costs={"cost_id": names, "influencer_id": names, "amount": cost, "kind": "fee", "status": "paid"},
        orders={
            "order_id": [str(n) for n in range(len(who))],
            "ordered_at": at,
            "codes": [name.upper() for name in who],
            "net_revenue": value,
        },
    )


def test_equal_creators_leave_the_split_as_it_is() -> None:
    given = _shop(12, [5] * 12)
    found = roi.reallocation(roi.ledger(given, SEEN), given, SEEN)
    assert found.verdict == "undecided" and found.table and found.estimate is not None
    assert set(found.table.rows["move"]) == {0.0} and "Keep today's split" in found.headline


def test_money_moves_to_creators_who_bring_more() -> None:
    given = _shop(16, [2, 80] * 8)
    found = roi.reallocation(roi.ledger(given, SEEN), given, SEEN)
    assert found.verdict == "supported" and found.table and "of attributed margin" in found.headline
    rows = found.table.rows.set_index("creator")
    even = rows.index.str[1:].astype(int) % 2 == 0
    assert rows["move"].sum() == pytest.approx(0, abs=1e-6)
    assert (rows.loc[even, "move"] < 0).all() and (rows.loc[~even, "move"] > 0).all()
    assert rows["move"].abs().max() == pytest.approx(30, abs=0.01)
    assert any("is assumed" in caveat and "not measured" in caveat for caveat in found.caveats)


def test_no_creator_likely_to_pay_back_is_said() -> None:
    given = _shop(16, [2, 5] * 8, value=5.0)
    found = roi.reallocation(roi.ledger(given, SEEN), given, SEEN)
    assert "No creator is likely to pay back, so spending less is worth more than moving money." in found.headline


def test_tiers_with_two_years_of_costs_get_measured_curves() -> None:
    """Ninety weeks of costs in two tiers and daily sales: micro creators sell, nano creators do not."""
    rng = np.random.default_rng(3)
    mondays = pd.date_range("2024-09-02 10:00", periods=92, freq="7D", tz="UTC")
    spend = rng.gamma(2, 100, (92, 2)).round(2)
    sold = 600 + 900 * spend[:, 1] / (spend[:, 1] + 150) + rng.normal(0, 40, 92)
    base = _shop(9, [6] * 9)
    paid = pd.DataFrame(
        {
            "cost_id": [f"k{n}" for n in range(184)],
            "influencer_id": ["c00"] * 92 + ["c01"] * 92,
            "spent_at": [*mondays, *mondays],
            "amount": spend.T.ravel(),
            "kind": "fee",
        }
    )
    days = pd.DatetimeIndex([monday + pd.Timedelta(days=n) for monday in mondays for n in range(7)])
    shop = pd.DataFrame({"order_id": [f"d{n}" for n in range(len(days))], "ordered_at": days})
    shop = shop.assign(net_revenue=np.repeat(sold / 7, 7))
    sizes = pd.DataFrame({"influencer_id": ["c00", "c01"], "followers": [5_000, 50_000], "platform": "tiktok"})
    given = tables(
        tracking=base.tracking,
        costs=pd.concat([base.costs, paid]),
        orders=pd.concat([base.orders, shop]),
        followers=sizes.assign(observed_at=mondays[0]),
    )
    found = roi.reallocation(roi.ledger(given, SEEN), given, SEEN)
    assert found.table and "between tiers of creators" in found.headline and found.verdict == "supported"
    rows = found.table.rows.set_index("tier")
    assert rows.loc["micro", "move"] > 0 > rows.loc["nano", "move"]


@pytest.mark.parametrize(
    ("chance", "go", "gain", "said"),
    [
        (
            0.93,
            True,
            1200.0,
            "Moving €5,000 between channels at the same total is expected to add €1,200 of margin (likely range "
            "-€100 to €2,000; chance of any gain: 93%).",
        ),
        (
            0.7,
            False,
            1200.0,
            "Keep today's split between channels: the best other one is expected to add €1,200 of margin (likely range "
            "-€100 to €2,000), but gains with a chance of only 70%.",
        ),
        (
            0.0,
            False,
            0.0,
            "Keep today's split between channels: no other split of the same money is expected to bring more.",
        ),
    ],
)
def test_the_sentence_about_a_split(chance: float, go: bool, gain: float, said: str) -> None:
    assert words.reallocation(gain, (-100.0, 2000.0), 5000.0, chance, go, "channels", "EUR") == said


@pytest.mark.parametrize(
    ("slopes", "said"),
    [
        (
            [],
            "Check of the best split: all 5 channels are at the limit of 30% up or down; only a wider one would move "
            "more.",
        ),
        (
            [1.2],
            "Check of the best split: in the one channel within the limit of 30% up or down the next €1 spent earns "
            "€1.20 of margin; all others are at it.",
        ),
        (
            [1.2, 1.2],
            "Check of the best split: in the 2 channels (of 5) within the limit of 30% up or down the next €1 spent "
            "earns the same, €1.20 of margin.",
        ),
    ],
)
def test_the_sentence_about_the_check_of_a_split(slopes: list[float], said: str) -> None:
    assert words.optimal(slopes, 5, 0.3, words.CHANNEL, "EUR") == said


def test_the_words_of_the_picture() -> None:
    assert words.moves_alt(2, 2, "channel", ["tv"], ["out_of_home"], "EUR") == (
        "Arrows from today's to the recommended spend of 2 channels. More for tv; Less for out of home. Beside each "
        "stands the margin of the next €1 spent."
    )
    assert "None of them moves." in words.moves_alt(2, 30, "creator", [], [], None)
    assert words.some(["a", "b", "c", "d", "e", "f", "g"]) == "a, b, c, d, e and 2 more"
    assert "which stays" in words.moves_subtitle(False, "tier", "EUR")
    assert words.no_curves("rows", 60).endswith("at least 60 weeks needed for so many channels and series.")
    assert words.filled(0) == () and words.still(()) == ()
    assert words.too_small(10.0, (-5.0, 30.0), "tiers of creators", "EUR") == (
        "Keep today's split between tiers of creators: the best other one is expected to add only €10 of margin "
        "(likely range -€5 to €30), too little to be worth the moves."
    )
    assert words.caption(False, "channels").startswith("Today's split between channels, which stays")
