"""What is planted in made-up worlds is what the files and the truth say, and one block never disturbs another."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from influence_lib import intake, setup
from influence_lib.campaign import Campaign
from influence_lib.simulate import SCENARIOS, Scenario, Truth, World, curves, draw, draw_feeds, feed, simulate, streams
from influence_lib.simulate.truth import truth_of
from influence_lib.tables import Tables

pytestmark = pytest.mark.filterwarnings("error")

ROOT = Path(__file__).parents[1]
SMALL = replace(SCENARIOS["default"], creators=12, posts=400, marked_share=0.8, growth_noise=0.002, early_share=0.5)
REACTIONS = {
    f"posts.{name}" for name in ("likes", "comments", "shares", "saves", "expected", "reach", "views", "follows")
} | {f"early.{name}" for name in ("likes", "comments", "shares", "saves", "reach")}
LABELS = {"posts.marked", "posts.sponsor", "posts.caption"}
MOVED = {f"series.{name}" for name in ("visits", "visits_caused", "brand_followers", "follows_caused")}
MONEY = {f"creators.{name}" for name in ("leak", "usual_leak")} | MOVED
MONEY |= {f"{name}.{column}" for name in ("orders", "survey") for column in getattr(draw(SMALL, streams(1)), name)}
DAY = pd.Timedelta(days=1)


def truth(scenario: Scenario, seed: int = 5) -> tuple[World, Truth]:
    world = draw(scenario, streams(seed))
    return world, truth_of("trial", seed, "tried", scenario, world)


def plain(scenario: str) -> Scenario:
    """Return a scenario without creators' monthly shocks: what is left is planted for all."""
    return replace(SCENARIOS[scenario], shock_spread=0.0, creators=20, posts=900)


def planted_log_rate(world: World) -> np.ndarray:
    """Return the log rate each post was to have in the end, from what was expected at its age."""
    posts = world.posts
    age = ((posts["checked_at"] - posts["posted_at"]) / DAY).to_numpy()
    return np.asarray(np.log(posts["expected"] / posts["real_followers"] / (1 - 2 ** (-age / 1.3))))


def changed(**parameters: Any) -> set[str]:
    """Return the columns of a world that differ when parameters are changed."""
    return differing(draw(SMALL, streams(3)), draw(replace(SMALL, **parameters), streams(3)))


def differing(before: World, after: World) -> set[str]:
    """Return the columns in which two worlds differ."""
    names = ("creators", "posts", "early", "history", "ledger", "series", "orders", "survey", "boosts", "weeks")
    pairs = [(name, getattr(before, name), getattr(after, name)) for name in names]
    return {
        f"{name}.{column}" for name, left, right in pairs for column in left if not left[column].equals(right[column])
    }


def loaded(scenario: str, folder: Path) -> Tables:
    """Return the tables of a scenario's exports, read with the YAML that `influence new` writes."""
    simulate("trial", folder / "data", 5, scenario, creators=10, posts=250)
    files = sorted((folder / "data").glob("*.csv"))
    data = intake.load(Campaign.load(setup.propose("trial", files, folder / "params").file))
    assert [(file.path.name, file.set_aside) for file in data.files if file.set_aside] == []
    assert len(data.files) == len(files)
    return data.tables


@pytest.mark.parametrize(
    ("name", "scenario"), [("glow_serum", "worked"), ("trail_shoes", "saturated"), ("tea_club", "small")]
)
def test_the_demo_data_are_what_the_simulator_gives(tmp_path: Path, name: str, scenario: str) -> None:
    simulate(name, tmp_path, 7, scenario)
    kept = {file.name: file.read_bytes() for file in (ROOT / "data" / name).iterdir()}
    assert kept == {file.name: file.read_bytes() for file in tmp_path.iterdir()}


@pytest.mark.parametrize(
    ("parameters", "touched"),
    [
        ({"saturation_slope": -3.0, "kink": 0.2}, REACTIONS),
        ({"sponsored_effect": 0.5}, REACTIONS),
        ({"size_elasticity": 0.3}, REACTIONS),
        ({"curve": "inverted_u", "curve_peak": 1e4}, REACTIONS),
        ({"format_strength": 0.0, "weekday_strength": 9.0}, REACTIONS),
        ({"shock_spread": 0.6}, REACTIONS),
        ({"reach_elasticity": 0.0}, {"posts.reach", "posts.views", "posts.follows", "early.reach"}),
        ({"marked_share": 0.3}, LABELS),
        ({"competitor_share": 1.0}, {"posts.rival", "posts.sponsor"}),
        ({"fade_response": 9.0}, REACTIONS | LABELS | {"posts.sponsored", "posts.trailing_share"}),
        ({"fake_share": 1.0}, {"creators.bought", "posts.followers", "history.followers"}),
        ({"growth_noise": 0.1}, REACTIONS | {"posts.real_followers", "posts.followers", "history.followers"}),
        ({"only_early_share": 0.5}, {"early.only"}),
    ],
)
def test_a_parameter_changes_its_own_block_and_what_hangs_on_it(parameters: dict[str, Any], touched: set[str]) -> None:
    columns = changed(**parameters)
    assert columns and columns <= touched


def test_reading_early_more_often_changes_nothing_else() -> None:
    assert {name.split(".")[0] for name in changed(early_share=0.9)} == {"early"}
    assert {name.split(".")[0] for name in changed(history_days=3)} == {"history"}
    assert {name.split(".")[0] for name in changed(lift=0.0)} == {"orders", "survey", "series"}


@pytest.mark.parametrize(
    ("block", "touched"),
    [
        ("formats", REACTIONS | {"posts.format", "posts.url"}),
        ("checks", REACTIONS | {"posts.checked_at"}),
        ("reach", {"posts.reach", "posts.views", "posts.follows", "early.reach"}),
        ("disclosure", LABELS),
        ("words", {"posts.sponsor", "posts.caption"}),
        ("early", {f"early.{name}" for name in ("post", "checked_at", "only", *feed.SPLIT, "reach")}),
        ("history", {"history.posts"}),
        ("thetas", {"creators.theta"} | MONEY),
    ],
)
def test_each_block_draws_from_its_own_stream(block: str, touched: set[str]) -> None:
    columns = differing(draw(SMALL, streams(3)), draw(SMALL, streams(3) | {block: np.random.default_rng(8)}))
    assert columns and columns <= touched


@pytest.mark.parametrize("scenario", ["default", "null", "fading_sellers", "counts_inverted_u"])
def test_feeds_alone_are_those_of_the_whole_world(scenario: str) -> None:
    given = replace(SCENARIOS[scenario], creators=10, posts=300)
    alone, world = draw_feeds(given, streams(4)), draw(given, streams(4))
    pd.testing.assert_frame_equal(alone.posts, world.posts[list(alone.posts)])
    pd.testing.assert_frame_equal(alone.creators, world.creators[list(alone.creators)])


def test_in_the_null_world_a_post_draws_by_creator_and_month_alone() -> None:
    world, told = truth(plain("null"))
    quality = world.creators["quality"].to_numpy()[world.posts["creator"]]
    month = world.posts["posted_at"].dt.strftime("%Y-%m").map(told.engagement.month_effects)
    np.testing.assert_allclose(planted_log_rate(world), np.log(0.03) + quality + month, atol=1e-5)
    assert world.posts["sponsored"].mean() > 0.2 and (world.posts["trailing_share"] > 0.45).any()
    shown = world.posts["followers"] - world.posts["real_followers"]
    assert shown.abs().max() <= 0.5 and told.engagement.reach_elasticity == 0


def test_in_the_null_world_nobody_bought_followers() -> None:
    creators = draw_feeds(replace(SCENARIOS["null"], creators=300, posts=1500), streams(1)).creators
    assert (creators["bought"] == 1).all()


def test_the_truth_adds_up_to_what_every_post_was_to_draw() -> None:
    world, told = truth(plain("default"))
    posts, creators = world.posts, pd.DataFrame(told.creators)
    engagement, time = told.engagement, posts["posted_at"].dt
    over = (posts["trailing_share"] - (told.kink or 0)).clip(lower=0)
    parts = [
        creators["log_rate"].to_numpy()[posts["creator"]],
        time.strftime("%Y-%m").map(engagement.month_effects),
        time.day_name().map(engagement.weekday_effects),
        posts["format"].map(engagement.format_effects),
        told.saturation_slope * over + np.log1p(told.sponsored_effect) * posts["sponsored"],
    ]
    np.testing.assert_allclose(planted_log_rate(world), sum(parts), atol=1e-5)


@pytest.mark.parametrize("scenario", [name for name in SCENARIOS if SCENARIOS[name].curve != "power"] + ["default"])
def test_peaks_are_those_that_a_search_over_the_sampled_sizes_finds(scenario: str) -> None:
    _, told = truth(replace(SCENARIOS[scenario], posts=300), seed=7)
    sizes = np.geomspace(told.engagement.smallest_account, told.engagement.largest_account, 20_001)
    rate = curves.size_curve(sizes, SCENARIOS[scenario])
    for values, peak in ((rate, told.engagement.rate_peak), (rate + np.log(sizes), told.engagement.counts_peak)):
        best = int(np.argmax(values.round(9)))
        falls = values[best] > values[-1] + 1e-6 and best > 0
        assert (peak is not None) == falls
        assert peak is None or sizes[best] == pytest.approx(peak, rel=1e-3)


def test_only_one_bent_curve_has_most_engagements_for_a_post_inside_the_range() -> None:
    bent = [name for name, scenario in SCENARIOS.items() if scenario.curve != "power"]
    peaks = {name: truth(replace(SCENARIOS[name], posts=300))[1].engagement.counts_peak for name in bent}
    assert {name: peak for name, peak in peaks.items() if peak} == {"counts_inverted_u": 1e5} and len(peaks) == 5


def test_counts_of_the_plateau_stay_where_they_were_planted_to_stay() -> None:
    sizes = np.array([1e4, 1e5, 1e6])
    counts = np.log(sizes) + curves.size_curve(sizes, SCENARIOS["counts_plateau"])
    assert np.diff(counts) == pytest.approx([0.876 * np.log(10), 0])


@pytest.mark.parametrize(
    ("scenario", "log_points"), [("default", -1.2 * 0.05), ("early_kink", -1.2 * 0.3), ("null", 0)]
)
def test_half_against_a_fifth_is_worked_out_from_the_bend(scenario: str, log_points: float) -> None:
    _, told = truth(replace(SCENARIOS[scenario], creators=10, posts=100))
    assert told.half_against_fifth == pytest.approx(np.exp(log_points) - 1, abs=1e-6)


def test_monthly_shocks_remember_and_keep_their_spread() -> None:
    steps = feed.shocks(5000, SCENARIOS["default"], np.random.default_rng(1))
    assert steps.std(axis=0) == pytest.approx(np.full(steps.shape[1], 0.15), abs=0.006)
    assert np.corrcoef(steps[:, 5], steps[:, 6])[0, 1] == pytest.approx(0.4, abs=0.04)
    assert np.corrcoef(steps[:, 5], steps[:, 7])[0, 1] == pytest.approx(0.16, abs=0.04)


def test_months_move_everybody_by_eight_log_points_or_so() -> None:
    rng = np.random.default_rng(1)
    drawn = np.concatenate([feed.seasons(SCENARIOS["default"], rng) for _ in range(400)])
    assert (drawn.mean(), drawn.std()) == (pytest.approx(0, abs=0.005), pytest.approx(0.08, abs=0.004))


def test_better_creators_sell_more_posts() -> None:
    many = replace(SCENARIOS["default"], creators=3000, posts=12_000)
    creators = draw_feeds(many, streams(1)).creators
    assert np.corrcoef(creators["quality"], feed.usual_share(creators, many))[0, 1] == pytest.approx(0.62, abs=0.03)


@pytest.mark.parametrize(("scenario", "low", "high"), [("fading_sellers", -0.6, -0.3), ("default", -0.05, 0.05)])
def test_only_fading_sellers_sell_more_after_a_bad_month(scenario: str, low: float, high: float) -> None:
    given = replace(SCENARIOS[scenario], creators=150, posts=9000)
    posts = draw_feeds(given, streams(2)).posts.query("not ours and not young")
    shock = feed.shocks(150, given, streams(2)["shocks"])
    before = shock[posts["creator"], posts["month"] - 1]
    assert low < np.corrcoef(before, posts["sponsored"])[0, 1] < high


def test_organic_reach_is_about_what_the_truth_says() -> None:
    world, told = truth(replace(SCENARIOS["default"], creators=200, posts=8000))
    rate = (world.posts["reach"] / world.posts["real_followers"]).groupby(world.posts["creator"]).median()
    planted = pd.Series([creator.reach_rate for creator in told.creators])
    assert rate.median() == pytest.approx(told.engagement.reach_rate, rel=0.12)
    assert np.corrcoef(rate, planted)[0, 1] > 0.85


def test_sponsors_and_competitor_of_the_truth_are_those_of_the_tracker(tmp_path: Path) -> None:
    told = simulate("trial", tmp_path, 5, "rival", creators=20, posts=600)
    rows = pd.read_csv(tmp_path / "tracker.csv").drop_duplicates("Post ID").dropna(subset=["Sponsor"])
    rows = rows.assign(Handle="@" + rows["Handle"].str.lower().str.lstrip("@"), day=rows["Posted at"].str[:10])
    found = rows.groupby(["Handle", "Sponsor"])["day"].agg(["min", "max", "size"])
    claimed = {(c.handle, s.brand): (s.first_day, s.last_day, s.posts) for c in told.creators for s in c.sponsors}
    assert claimed == {key: tuple(row) for key, row in zip(found.index, found.to_numpy().tolist(), strict=True)}
    disloyal = [c for c in told.creators if told.competitor in {s.brand for s in c.sponsors}]
    assert told.competitor == "Copilia" and 2 <= len(disloyal) <= 9


def test_half_of_the_marked_posts_for_other_brands_are_for_the_competitor() -> None:
    world = draw(replace(SCENARIOS["rival"], competitor_share=1.0, creators=30, posts=3000), streams(5))
    others = world.posts[world.posts["marked"] & ~world.posts["ours"]]
    assert (others["sponsor"] == "Copilia").mean() == pytest.approx(0.5, abs=0.05)


def test_without_a_rival_nobody_posts_for_a_competitor() -> None:
    world, told = truth(SMALL)
    assert told.competitor is None and "Copilia" not in set(world.posts["sponsor"])


def test_the_undisclosed_share_is_that_of_the_sponsored_posts() -> None:
    world, told = truth(replace(SCENARIOS["undisclosed"], creators=20, posts=800))
    paid = world.posts[world.posts["sponsored"]]
    assert told.undisclosed_share == pytest.approx(1 - paid["marked"].mean(), abs=1e-6)
    mine = paid[paid["creator"] == 0]
    assert told.creators[0].undisclosed_share == pytest.approx(1 - mine["marked"].mean(), abs=1e-6)


@pytest.mark.parametrize("scenario", ["default", "null", "few_creators", "undisclosed", "fading_sellers", "top_list"])
def test_what_is_simulated_is_read_without_setting_a_row_aside(tmp_path: Path, scenario: str) -> None:
    assert len(loaded(scenario, tmp_path).posts) > 150


def test_two_rows_of_a_post_are_two_readings_of_it(tmp_path: Path) -> None:
    read = loaded("read_twice", tmp_path).post_metrics.dropna(subset=["observed_at"])
    world = draw(replace(SCENARIOS["read_twice"], creators=10, posts=250), streams(5))
    numbers = read.groupby("post_id").size().value_counts().to_dict()
    assert numbers == {2: (~world.early["only"]).sum(), 1: len(world.posts) - (~world.early["only"]).sum()}
    first, last = (read.sort_values("observed_at").groupby("post_id")["likes"].nth(n) for n in (0, -1))
    assert first.sum() == _likes(world, early=True) and last.sum() == _likes(world, early=False)


def _likes(world: World, early: bool) -> int:
    """Return the likes of all posts at their first or their last reading in the tracker."""
    counted = world.early if early else world.early[world.early["only"]]
    others = world.posts.drop(index=counted["post"])
    return int(counted["likes"].sum() + others["likes"].sum())


def test_early_readings_follow_the_half_life() -> None:
    world = draw(replace(SCENARIOS["read_twice"], posts=9000), streams(6))
    early = world.early
    late = world.posts.loc[early["post"]].reset_index(drop=True)
    age = (early["checked_at"] - late["posted_at"]) / DAY
    assert age.between(1, 13).all() and len(early) == pytest.approx(0.6 * len(world.posts), rel=0.05)
    assert all((early[name] <= late[name]).all() for name in (*feed.SPLIT, "reach"))
    young = age < 2
    due = (late["likes"] * (1 - 2 ** (-age / 1.3)))[young].sum()
    assert early.loc[young, "likes"].sum() == pytest.approx(due, rel=0.02)


def test_posts_read_only_early_have_no_late_row_in_the_tracker(tmp_path: Path) -> None:
    told = simulate("trial", tmp_path, 5, "read_twice", creators=12, posts=400)
    rows = pd.read_csv(tmp_path / "tracker.csv", dtype={"Post ID": str}).drop_duplicates(["Post ID", "Checked at"])
    age = (pd.to_datetime(rows["Checked at"]) - pd.to_datetime(rows["Posted at"])) / DAY
    late = set(rows.loc[age >= 13.9, "Post ID"])
    assert len(told.posts_read_only_early) > 20 and not late & set(told.posts_read_only_early)
    assert set(told.posts_read_early) == set(rows.loc[(age < 13.1), "Post ID"]) - set(told.young_posts)


def test_the_follower_history_is_read_as_it_was_drawn(tmp_path: Path) -> None:
    read = loaded("bought_followers", tmp_path).followers.dropna(subset=["media_count"])
    drawn = draw(replace(SCENARIOS["bought_followers"], creators=10, posts=250), streams(5)).history
    read = read.sort_values(["observed_at", "followers", "media_count"])
    drawn = drawn.sort_values(["read_at", "followers", "posts"])
    assert list(read["observed_at"]) == list(drawn["read_at"])
    assert list(read["followers"]) == list(drawn["followers"]) and list(read["media_count"]) == list(drawn["posts"])


def test_posts_on_the_profile_grow_by_the_posts_of_the_feed() -> None:
    world = draw(SMALL, streams(5))
    for who, rows in world.history.groupby("creator"):
        times = world.posts.loc[world.posts["creator"] == who, "posted_at"]
        first, last = rows.iloc[0], rows.iloc[-1]
        assert last["posts"] - first["posts"] == ((times >= first["read_at"]) & (times < last["read_at"])).sum()
        assert last["read_at"].date() == dt.date(2026, 6, 30)


def test_followers_jump_on_the_day_they_were_bought_and_by_what_was_bought() -> None:
    world, told = truth(replace(SCENARIOS["bought_followers"], creators=80, posts=2400, growth_noise=0.0))
    steps = world.history.assign(step=world.history.groupby("creator")["followers"].transform(_steps))
    jumps = steps[steps["step"] > np.log(1.4)].set_index("creator")
    bought = {n: c for n, c in enumerate(told.creators) if c.bought_on}
    late = {n for n, c in bought.items() if dt.date.fromisoformat(c.bought_on or "") > dt.date(2025, 7, 8)}
    assert set(jumps.index) >= late and set(jumps.index) <= set(bought) and len(late) > 8
    for number, row in jumps.iterrows():
        creator = bought[int(str(number))]
        assert row["step"] - creator.growth * 7 / 30.4 == pytest.approx(np.log(creator.bought_followers), abs=2e-3)
        assert 0 <= (row["read_at"].date() - dt.date.fromisoformat(creator.bought_on or "")).days < 7


def _steps(followers: pd.Series) -> pd.Series:
    return np.log(followers).diff()


def test_growth_noise_is_the_spread_of_a_day() -> None:
    given = replace(SCENARIOS["default"], growth_noise=0.004, history_days=1, fake_share=0.0, creators=40, posts=400)
    world = draw(given, streams(3))
    steps = world.history.groupby("creator")["followers"].transform(_steps)
    assert steps[world.creators["real_followers"].to_numpy()[world.history["creator"]] > 1e5].std() == pytest.approx(
        0.004, rel=0.05
    )


def test_a_history_of_another_scenario_does_not_stay_behind(tmp_path: Path) -> None:
    simulate("trial", tmp_path, 5, "default", creators=5, posts=60)
    assert (tmp_path / "followers.csv").exists()
    simulate("trial", tmp_path, 5, "small")
    assert not (tmp_path / "followers.csv").exists()


@pytest.mark.parametrize("make", [draw, draw_feeds])
def test_the_same_seed_draws_the_same_world(make: Callable[..., Any]) -> None:
    first, second = (make(SMALL, streams(9)) for _ in range(2))
    pd.testing.assert_frame_equal(first.posts, second.posts)
    assert not first.posts["likes"].equals(make(SMALL, streams(10)).posts["likes"])
