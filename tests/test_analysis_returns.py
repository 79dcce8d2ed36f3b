"""Creators one by one: the model of orders, verdicts, the worth of a test, and what is said of them."""

# ruff: noqa: E501

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import integrate, stats
from worlds import calibration, campaign, tables, world

from influence_lib.analysis import retest, returns, roi, skill
from influence_lib.analysis.inference import Interval
from influence_lib.findings import Finding, Note, ShownTable, not_enough
from influence_lib.tables import TABLES, Tables
from influence_lib.wording import returns as words

pytestmark = pytest.mark.filterwarnings("error")
SEEN = campaign()
NONE = np.zeros(0)


def _made(revenue: list[list[float]], cost: list[float], shared: float = 0.0) -> Tables:
    """Return a campaign of creators with these orders and costs."""
    names = [f"c{n:02d}" for n in range(len(cost))]
    sold = [(name.upper(), amount) for name, amounts in zip(names, revenue, strict=True) for amount in amounts]
    payees = [*names, *([None] if shared else [])]
    return tables(
        tracking={"kind": "code", "code": [name.upper() for name in names], "influencer_id": names},
        costs={
            "cost_id": [str(n) for n in range(len(payees))],
            "influencer_id": payees,
            "amount": [*cost, *([shared] if shared else [])],
            "kind": "fee",
        },
        orders={
            "order_id": [str(n) for n in range(len(sold))],
            "ordered_at": [pd.Timestamp("2026-05-20 10:00", tz="UTC")] * len(sold),
            "codes": [code for code, _ in sold],
            "net_revenue": [amount for _, amount in sold],
        },
    )


def _found(given: Tables, **changes: Any) -> Finding:
    seen = campaign(**changes)
    return roi.by_creator(roi.ledger(given, seen), given, seen)


def _rows(found: Finding) -> pd.DataFrame:
    assert found.table is not None
    return found.table.rows.set_index("creator")


UNEVEN = _made(
    [[30.0 + 5 * (k % 4) for k in range(2 + n)] for n in range(12)], [100.0 + 10 * n for n in range(12)], 120.0
)


# The model of orders.


def _outcomes(orders: Any, exposure: Any) -> skill.Outcomes:
    wide, there = np.atleast_2d(np.array(orders, dtype=float)), np.atleast_2d(np.array(exposure, dtype=float))
    return skill.Outcomes(wide, there, np.zeros((wide.shape[1], 0)), NONE)


def test_the_chance_of_orders_is_that_of_a_negative_binomial_over_the_campaigns_a_creator_was_in() -> None:
    seen, theta = _outcomes([[0, 4, 11], [2, 0, 7]], [[3, 4, 5], [2, 0, 6]]), np.array([-0.5, 0.4])
    found = skill.likelihood(seen, theta, 0.3)
    for at, value in enumerate(np.exp(theta)):
        for creator in range(3):
            there = [(k, e) for k, e in zip(seen.orders[:, creator], seen.exposure[:, creator], strict=True) if e > 0]
            slow = sum(stats.nbinom.logpmf(k, 1 / 0.3, 1 / (1 + 0.3 * value * e)) for k, e in there)
            assert found[at, creator] == pytest.approx(slow, rel=1e-10)


def _slowly(orders: list[int], exposure: list[float]) -> tuple[float, list[float]]:
    """Return the mean spread and each creator's mean log return by adding up a dense grid of everything."""
    middle = np.log(sum(orders) / sum(exposure))
    theta, mean = np.linspace(-5, 5, 161) + middle, np.linspace(-4, 4, 61) + middle
    total, spreads, logs = 0.0, 0.0, np.zeros(len(orders))
    for log_spread in np.linspace(*np.log(skill.SPREADS), 30):
        for log_luck in np.linspace(*np.log(skill.LUCKS), 24):
            spread, luck = np.exp(log_spread), np.exp(log_luck)
            before = stats.halfnorm.pdf(spread, scale=skill.SKILL_SPREAD) * spread
            before *= stats.norm.pdf(log_luck, np.log(skill.LUCK), skill.LUCK_SPREAD)
            like = [
                stats.nbinom.pmf(k, 1 / luck, 1 / (1 + luck * np.exp(theta) * e))
                for k, e in zip(orders, exposure, strict=True)
            ]
            skills = stats.norm.pdf(theta, mean[:, None], spread)
            each = np.stack([skills @ one for one in like])
            chance = before * stats.norm.pdf(mean, middle, skill.MEAN_SPREAD) * each.prod(axis=0)
            total, spreads = total + chance.sum(), spreads + spread * chance.sum()
            logs += [
                float((chance / part * (skills @ (one * theta))).sum()) for part, one in zip(each, like, strict=True)
            ]
    return spreads / total, list(logs / total)


def test_draws_agree_with_adding_up_every_combination() -> None:
    orders, exposure = [1, 4, 30, 9, 12, 3], [6.0, 5.0, 8.0, 7.0, 6.0, 6.0]
    spread, logs = _slowly(orders, exposure)
    found = skill.skill(_outcomes(orders, exposure), np.random.default_rng(1))
    assert found.spread.mean() == pytest.approx(spread, rel=0.06)
    assert found.draws.mean(axis=0) == pytest.approx(logs, abs=0.04)


def test_a_season_that_moves_all_creators_is_no_luck() -> None:
    """Every creator sells three times as much in the second campaign: the levels differ by nearly log 3."""
    rng = np.random.default_rng(3)
    first = rng.poisson(20 * np.exp(0.5 * rng.normal(0, 1, 30)))
    seen = _outcomes([first, 3 * first], [[20.0] * 30] * 2)
    theta = np.linspace(-4, 4, 121)
    cell = skill._fitted(
        skill.likelihood(seen, theta, 0.1), theta, np.ones((30, 1)), np.zeros(1), np.ones(1), None, (0.5, 0.1)
    )
    level = skill._seasons(seen, theta, cell)
    assert level.sum() == pytest.approx(0, abs=1e-9) and 0.8 * np.log(3) < level[1] - level[0] < np.log(3)
    assert skill.skill(seen, rng).luck.mean() < 0.1


def test_a_fifth_campaign_narrows_what_one_leaves_open() -> None:
    one, five = ([orders] * n for orders, n in (([3, 9, 14, 6, 20, 8, 11, 2], 1), ([3, 9, 14, 6, 20, 8, 11, 2], 5)))
    narrow, wide = (
        skill.skill(_outcomes(seen, [[8.0] * 8] * len(seen)), np.random.default_rng(0)).draws.std(axis=0)
        for seen in (five, one)
    )
    assert (narrow < 0.7 * wide).all()


@pytest.mark.parametrize("campaigns", [1, 4])
def test_intervals_hold_planted_returns_and_raw_ones_do_not(campaigns: int) -> None:
    """6 programmes of 40 creators: a true 90 % would fall below 84 % with a chance under 1 in 1,000."""
    trials = calibration.trials.returns_trials
    out = [one for seed in range(6) for one in trials.made(replace(trials.Kind(), campaigns=campaigns), seed)]
    hits = {
        name: np.mean([v for check, who, v, _ in out if (check, who) == (trials.COVERED, name)])
        for name in ("ours", trials.POISSON)
    }
    assert 0.84 < hits["ours"] < 0.96 and hits[trials.POISSON] < 0.8
    best = {
        name: np.mean([v for check, who, v, _ in out if (check, who) == (trials.BEST, name)])
        for name in ("ours", trials.POISSON)
    }
    assert 0.75 < best["ours"] < 1.25 and best[trials.POISSON] > best["ours"]


# Average orders of single creators.


def _values(orders: list[float], revenue: list[float], squares: list[float]) -> np.ndarray:
    names = [f"c{n}" for n in range(len(orders))]
    rows = pd.DataFrame({"influencer_id": names, "orders": orders, "revenue": revenue, "squares": squares})
    return returns._own_order_values(rows.assign(lines=orders, value=1.0), names, np.random.default_rng(0))


def test_creators_with_equal_orders_have_average_orders() -> None:
    assert _values([5, 8, 0], [5, 8, 0], [5, 8, 0]) == pytest.approx(np.ones((skill.DRAWS, 3)))


def test_an_average_order_is_drawn_towards_the_average_as_far_as_orders_differ() -> None:
    """Two creators of 100 orders, of 0.5 and 1.5 with variance 0.25 each: Q = 200, spread = (50 - 0.25) / 100 = 0.4975.

    Each is then trusted by 0.4975 x 100 / (0.4975 x 100 + 0.25) = 0.995: means 0.5025 and 1.4975 of the average.
    """
    squares = [100 * (0.25 + 0.25) - 0.25 * 1, 100 * (2.25 + 0.25) - 0.25 * 1]
    assert _values([100, 100], [50, 150], squares).mean(axis=0) == pytest.approx([0.5025, 1.4975], rel=0.01)


# What a test is worth.


@pytest.mark.parametrize(("mean", "told"), [(0.7, 0.4), (1.0, 0.2), (1.6, 0.9)])
def test_the_gain_to_be_expected_is_the_integral_over_a_log_normal_return(mean: float, told: float) -> None:
    law = stats.lognorm(told, scale=mean * np.exp(-(told**2) / 2))
    slow = integrate.quad(lambda value: (value - 1) * law.pdf(value), 1, np.inf)[0]
    assert retest.expected_gain(np.array([mean]), np.array([told]))[0] == pytest.approx(slow, rel=1e-5)


def test_a_test_that_tells_nothing_leaves_the_better_of_both() -> None:
    assert retest.expected_gain(np.array([0.8, 1.2]), np.zeros(2)) == pytest.approx([0, 0.2])


def _draws(mean: float, spread: float) -> np.ndarray:
    """Return even draws of a log-normal return."""
    normal = stats.norm.ppf((np.arange(2000) + 0.5) / 2000)
    return np.exp(np.log(mean) - spread**2 / 2 + spread * normal)[:, None]


def test_the_worth_of_a_test_is_about_that_of_counting_every_outcome() -> None:
    """Deciding after each possible number of orders, weighed by its chance, gives the same worth within a tenth."""
    draws, luck, cost, posts, order = _draws(0.95, 0.5), 0.2, 100.0, 2.0, 5.0
    found = retest.best(draws, luck, np.array([cost]), np.array([posts]), order)
    number, back = int(found.posts[0]), draws[:, 0]
    spent = number * cost / posts
    expected = back * spent / order
    counts = np.arange(2000)[:, None]
    chance = stats.nbinom.pmf(counts, 1 / luck, 1 / (1 + luck * expected)) / len(back)
    after = np.maximum(chance @ (back - 1), 0).sum()
    worth = (back.mean() - 1) * spent + after * (retest.AHEAD * cost - spent)
    assert 0 < number <= retest.MOST_POSTS and found.worth[0] == pytest.approx(worth, rel=0.1)


def test_no_test_pays_where_all_is_clear() -> None:
    def posts(mean: float, spread: float) -> int:
        return int(retest.best(_draws(mean, spread), 0.25, np.array([100.0]), np.array([2.0]), 20.0).posts[0])

    assert posts(0.3, 0.2) == 0 < posts(1.0, 0.6)


def test_the_best_number_of_posts_is_capped() -> None:
    found = retest.best(_draws(1.0, 0.6), 0.05, np.array([100.0]), np.array([60.0]), 400.0)
    assert found.posts[0] == retest.MOST_POSTS + 1


def test_the_chance_that_a_test_decides_is_that_of_simulated_tests() -> None:
    """Normal log returns and normal news: the share of tests after which nine in ten lies on one side."""
    rng, spread, noise = np.random.default_rng(5), 0.5, 0.15
    true = np.log(1.2) - spread**2 / 2 + spread * rng.normal(0, 1, 200_000)
    heard = true + np.sqrt(noise) * rng.normal(0, 1, len(true))
    trust = spread**2 / (spread**2 + noise)
    after = np.log(1.2) - spread**2 / 2 + trust * (heard - np.log(1.2) + spread**2 / 2)
    above = stats.norm.sf(0, after, spread * np.sqrt(1 - trust))
    share = float(((above > 0.9) | (above < 0.1)).mean())
    found = retest._decides(np.array([1.2]), np.array([spread]), np.array([noise]))
    assert found[0] == pytest.approx(share, abs=0.005)


# Verdicts and table.


@pytest.mark.parametrize(
    ("chance", "spread", "posts", "verdict"),
    [
        (0.95, 9, 0, "keep"),
        (0.05, 9, 0, "stop"),
        (0.05, 1, 2, "test again"),
        (0.05, 3, 2, "too early"),
        (0.5, 1, 3, "test again"),
        (0.5, 3, 3, "too early"),
        (0.5, 2.31, 3, "too early"),
        (0.5, 2.30, 3, "test again"),
        (0.9, 1, 3, "test again"),
        (0.1, 1, 0, "test again"),
    ],
)
def test_a_creator_is_kept_at_nine_in_ten_and_stopped_only_when_no_test_pays(
    chance: float, spread: float, posts: int, verdict: str
) -> None:
    assert returns._creator_verdict(chance, spread, posts) == verdict


def test_a_creator_with_few_orders_is_drawn_towards_the_others() -> None:
    given = _made([[40.0] * (6 + n % 3) for n in range(12)] + [[40.0] * 2, [40.0] * 400], [100.0] * 12 + [2.0, 2000.0])
    found = _found(given)
    rows = _rows(found)
    assert found.estimate is None and found.verdict in {"supported", "undecided"}
    assert rows.loc["c12", "raw_roi"] == pytest.approx(0.6 * 80 / 2 - 1)
    assert rows.loc["c12", "roi"] < 0.6 * rows.loc["c12", "raw_roi"]
    assert abs(rows.loc["c13", "roi"] - rows.loc["c13", "raw_roi"]) < abs(
        rows.loc["c12", "roi"] - rows.loc["c12", "raw_roi"]
    )
    assert ((rows["roi_low"] < rows["roi"]) & (rows["roi"] < rows["roi_high"])).all()


@pytest.mark.parametrize(("asked", "best"), [(5, 5), (3, 3), (40, 12)])
def test_the_best_are_as_many_as_the_brand_can_take_on(asked: int, best: int) -> None:
    found = _found(UNEVEN, best_creators=asked)
    rows = _rows(found)
    assert rows["p_best"].sum() == pytest.approx(best) and (rows["p_best"] <= 1).all()
    assert found.table and f"Chance to be in the best {best}" in {column.label for column in found.table.columns}


def test_what_is_lost_by_keeping_and_by_stopping_differs_by_the_expected_return() -> None:
    rows = _rows(_found(UNEVEN))
    assert (rows["regret_stop"] - rows["regret_keep"]).tolist() == pytest.approx((rows["roi"] * rows["cost"]).tolist())
    assert (rows[["regret_keep", "regret_stop"]] >= 0).all(axis=None)


def test_only_those_not_decided_are_tested_and_the_finding_counts_them() -> None:
    found = _found(UNEVEN)
    rows = _rows(found)
    decided = rows["verdict"].isin(["keep", "stop"])
    assert (rows.loc[decided, "test_posts"] == "").all() and (rows.loc[~decided, "test_posts"] != "").all()
    for verdict in ("keep", "stop", "test again", "too early"):
        assert found.details[verdict.replace(" ", "_")] == (rows["verdict"] == verdict).sum()
    assert rows["p_profitable"].is_monotonic_decreasing and found.details["campaigns"] == 1


def test_clear_winners_are_kept_and_clear_losers_stopped() -> None:
    """Ten creators of 40 orders each and a cost of 100: at 60 % of 40 the return is +860 %, of 0.4 it is -90 %."""
    for each, verdict in ((40.0, "keep"), (0.4, "stop")):
        assert set(_rows(_found(_made([[each] * (40 + n) for n in range(10)], [100.0] * 10)))["verdict"]) == {verdict}


def test_shared_costs_are_told_with_how_many_would_remain() -> None:
    """Orders worth 2,000 for a cost of 100; a shared cost as high as all own ones halves it, ten times makes it a loss."""
    for shared, left in ((1000.0, 10), (30_000.0, 0)):
        found = _found(_made([[50.0] * 40] * 10, [100.0] * 10, shared))
        assert any(f"spread by own cost, {left} of the 10 to keep would remain." in said for said in found.caveats)


def test_posts_of_the_campaign_make_the_price_of_a_test() -> None:
    posts = {
        "post_id": [f"p{n}" for n in range(36)],
        "influencer_id": [f"c{n % 12:02d}" for n in range(36)],
        "platform": "tiktok",
        "posted_at": pd.Timestamp("2026-05-19", tz="UTC"),
        "campaign_id": "world",
    }
    told = UNEVEN.with_table("posts", TABLES["posts"].shape(pd.DataFrame(posts)))
    found, by_fees = _found(told), _found(UNEVEN)
    assert words.FEES_AS_POSTS in by_fees.caveats and words.FEES_AS_POSTS not in found.caveats
    book = roi.ledger(told, SEEN)
    draws = returns.returns(book, SEEN, told)
    assert draws and returns._posts(draws, book, told, SEEN)[0].tolist() == [3.0] * 12


def test_creators_who_cost_nothing_are_named_not_judged() -> None:
    found = _found(_made([[40.0] * 5] * 13, [100.0] * 12 + [0.0]))
    assert found.table and len(found.table.rows) == 12
    assert "1 creator with orders has no cost in the ledger and is not judged." in found.caveats


def test_paid_creators_without_any_code_are_named_not_stopped() -> None:
    """Their orders cannot be seen; without the code's row the same creator had 0 orders and would be stopped."""
    given = _made([[40.0] * 9] * 10 + [[], []], [100.0] * 12)
    tracked = given.tracking[given.tracking["influencer_id"] != "c11"]
    rows = _rows(_found(given.with_table("tracking", tracked.reset_index(drop=True))))
    assert "c11" not in rows.index and "c10" in rows.index and "c11" in _rows(_found(given)).index
    said = _found(given.with_table("tracking", tracked.reset_index(drop=True))).caveats
    assert any("1 paid creator has neither code nor link" in one for one in said)


def test_a_niche_in_which_all_do_well_lifts_a_creator_without_orders() -> None:
    names = [f"c{n:02d}" for n in range(24)]
    given = _made([[40.0] * (12 if n % 2 else 2) for n in range(22)] + [[], []], [100.0] * 24)
    niches = {"influencer_id": names, "niche": [("Food" if n % 2 else "tech ") for n in range(24)]}
    told = given.with_table("influencers", TABLES["influencers"].shape(pd.DataFrame(niches)))
    rows, plain = _rows(_found(told)), _rows(_found(given))
    assert rows.loc["c23", "roi"] > rows.loc["c22", "roi"] + 0.2
    assert abs(plain.loc["c23", "roi"] - plain.loc["c22", "roi"]) < 0.15


def test_size_counts_where_it_is_known() -> None:
    names = [f"c{n:02d}" for n in range(24)]
    given = _made([[40.0] * (1 + n // 2) for n in range(24)], [100.0] * 24)
    sizes = {"influencer_id": names, "platform": "tiktok", "observed_at": pd.Timestamp("2026-05-01", tz="UTC")}
    followers = pd.DataFrame(sizes | {"followers": [round(1000 * 1.3**n) for n in range(24)]})
    rows = _rows(_found(given.with_table("followers", TABLES["followers"].shape(followers))))
    plain = _rows(_found(given))
    assert rows.loc["c00", "roi"] < plain.loc["c00", "roi"] and rows.loc["c23", "roi"] > plain.loc["c23", "roi"]


# What must not matter.


COLUMNS = ["roi", "roi_low", "roi_high", "p_profitable", "p_best"]


def test_the_order_of_rows_and_the_unit_of_money_do_not_matter() -> None:
    mixed, cents = UNEVEN, UNEVEN
    for name in ("orders", "costs", "tracking"):
        mixed = mixed.with_table(name, getattr(mixed, name).sample(frac=1, random_state=4).reset_index(drop=True))
    cents = cents.with_table("costs", cents.costs.assign(amount=cents.costs["amount"] * 100))
    cents = cents.with_table("orders", cents.orders.assign(net_revenue=cents.orders["net_revenue"] * 100))
    first = _rows(_found(UNEVEN))
    for other in (mixed, cents):
        pd.testing.assert_frame_equal(first[COLUMNS], _rows(_found(other))[COLUMNS], rtol=1e-6)
    assert first["test_posts"].to_dict() == _rows(_found(cents))["test_posts"].to_dict()


def test_without_tables_the_draws_are_those_of_this_campaign_alone() -> None:
    book = roi.ledger(UNEVEN, SEEN)
    alone, told = returns.returns(book, SEEN), returns.returns(book, SEEN, UNEVEN)
    assert alone and told and alone.draws.shape == (skill.DRAWS, 12) and (alone.draws == told.draws).all()
    assert alone.creators["influencer_id"].tolist() == sorted(alone.creators["influencer_id"])


ODD: dict[str, tuple[Tables, bool]] = {
    "no rows": (Tables(), False),
    "one creator": (_made([[40.0] * 50], [100.0]), False),
    "all alike": (_made([[40.0] * 5] * 10, [100.0] * 10), True),
    "no orders": (_made([[]] * 10, [100.0] * 10), False),
    "all orders given back": (_made([[0.0] * 5] * 10, [100.0] * 10), False),
    "more given back than sold": (_made([[-4.0] * 5] * 10, [100.0] * 10), False),
    "one creator gave all back": (_made([[40.0] * 5] * 9 + [[-40.0] * 5], [100.0] * 10), True),
    "tiny amounts": (_made([[0.01] * 5] * 10, [0.01] * 10), True),
    "huge amounts": (_made([[4e9] * 5] * 10, [1e10] * 10), True),
    "one nearly free": (_made([[40.0] * 50] + [[40.0] * 5] * 9, [0.01] + [100.0] * 9), True),
    "one very dear": (_made([[40.0] * 5] * 10, [1e9] + [100.0] * 9), True),
    "one sold all": (_made([[40.0] * 300] + [[]] * 9, [100.0] * 10), True),
    "costs given back": (_made([[40.0] * 5] * 10, [-100.0] * 10), False),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_data_give_a_finding_and_never_a_warning(name: str) -> None:
    given, answered = ODD[name]
    found = _found(given)
    assert (found.table is not None) == answered
    if answered:
        rows = _rows(found)
        assert np.isfinite(rows[[*COLUMNS, "raw_roi", "regret_keep", "test_worth"]].to_numpy(float)).all()


# How earlier campaigns foretold this one.


def test_the_slope_is_that_of_a_negative_binomial_and_its_error_that_of_leaving_out_each_creator() -> None:
    rng = np.random.default_rng(8)
    promised, cost = rng.normal(0, 0.5, 60), rng.lognormal(3, 0.4, 60)
    orders = rng.poisson(0.5 * np.exp(promised) * cost * rng.gamma(4, 0.25, 60)).astype(float)
    found = returns.calibration(promised, orders, cost, 0.25, 0.95)
    design = np.column_stack([np.ones(60), promised])

    def slope(keep: np.ndarray) -> float:
        family = sm.families.NegativeBinomial(alpha=0.25)
        fit = sm.GLM(orders[keep], design[keep], family=family, offset=np.log(cost[keep])).fit()
        return float(fit.params[1])

    everyone = np.ones(60, dtype=bool)
    moved = np.array([slope(np.arange(60) != out) for out in range(60)]) - slope(everyone)
    half = stats.t.ppf(0.975, 58) * np.sqrt(59 / 60 * (moved**2).sum())
    assert found and found.estimate == pytest.approx(slope(everyone), rel=1e-6) and found.units == 60
    assert found.high - found.estimate == pytest.approx(half, rel=0.1)


@pytest.mark.parametrize("orders", [np.zeros(12), np.arange(12.0)])
def test_promises_all_alike_foretell_nothing(orders: np.ndarray) -> None:
    assert returns.calibration(np.ones(12), orders, np.full(12, 9.0), 0.2, 0.95) is None


SENTENCES = {
    words.by_creator(8, 0, 36): "Of 36 creators, 8 can be expected to pay back; for the other 28 the orders do not decide yet.",
    words.by_creator(0, 1, 1): "None of 1 creator can be expected to pay back.",
    words.without_cost(2): ("2 creators with orders have no cost in the ledger and are not judged.",),
    words.without_cost(0): (),
    words.without_code(3): ("3 paid creators have neither code nor link in the files and are not judged: orders unseen are not orders that did not come.",),
    words.without_code(0): (),
    words.shared_cost(240, 8, 5, "EUR"): ("Shared costs of €240.00 are not in it: spread by own cost, 5 of the 8 to keep would remain.",),
    words.shared_cost(240, 0, 0, "GBP"): ("Shared costs of £240.00 are not in it: they would make every return lower.",),
    words.shared_cost(0, 8, 8, "EUR"): (),
    words.several_campaigns(4): "Expected returns rest on 4 campaigns; what lifted or lowered all creators of one campaign is taken out. A creator who has changed since is not foreseen.",
    words.unused_campaign("winter", words.BEFORE_THE_ORDERS): "The campaign winter is left out of the returns of creators: it began before the first order in the files; export older orders.",
    words.posts_to_test(0, 20): "1, at a loss",
    words.posts_to_test(3, 20): "3",
    words.posts_to_test(21, 20): "more than 20",
    words.foretold(Interval(0.9, 0.3, 1.5, 32)): "Put to the test on 32 creators: those whom earlier campaigns put 10% higher did 9% better in this one (likely range +3% to +15%; 10% would be exact).",
    words.foretold(Interval(-0.5, -1.0, 0.2, 8)): "Put to the test on 8 creators: those whom earlier campaigns put 10% higher did 5% worse in this one (likely range -9% to +1.9%; 10% would be exact).",
    words.rule_of_verdicts(0.9, 0.1): "Keep: pays back with a chance over 90%; stop: under 10% and no test is worth its cost",
    words.reading_the_table(4): "Too early: the interval spans a factor of ten. Posts to test: as many as are worth most when 4 campaigns of this size would follow; at a loss: no test is expected to earn its cost.",
    words.creator_figure(0.95, 24, 40): "Dot: expected return with 95% interval, ring: return so far; green: keep, orange: stop, grey: undecided; the 24 of 40 creators surest to pay back",
    words.creator_figure(0.9, 12, 12): "Dot: expected return with 90% interval, ring: return so far; green: keep, orange: stop, grey: undecided",
}  # fmt: skip


@pytest.mark.parametrize(("said", "text"), SENTENCES.items())
def test_a_sentence_reads_as_it_should(said: object, text: object) -> None:
    assert said == text


def test_what_is_at_stake_shows_the_same_rows_with_what_a_wrong_decision_costs() -> None:
    """Losing money on average if kept and winning it if stopped add up to the expected gain: regrets differ by it."""
    given = world()
    found = returns.by_creator(roi.ledger(given, SEEN), given, SEEN)
    shown = returns.at_stake(found)
    assert isinstance(shown, ShownTable) and found.table is not None
    assert [column.name for column in shown.columns if column.shown] == list(returns.STAKES)
    rows = shown.rows
    expected = rows["roi"] * rows["cost"]
    assert (rows["regret_stop"] - rows["regret_keep"]).tolist() == pytest.approx(expected.tolist())
    assert isinstance(returns.at_stake(not_enough("roi.by_creator", "Too few.", "None.")), Note)
