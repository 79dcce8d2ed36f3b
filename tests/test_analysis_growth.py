# ruff: noqa: E501
import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from worlds import DAY, calibration, campaign, tables

from influence_lib.analysis import feed, growth
from influence_lib.analysis.inference import Interval
from influence_lib.simulate.scenarios import sized
from influence_lib.simulate.world import draw, streams
from influence_lib.tables import Tables
from influence_lib.wording import creators as words

pytestmark = pytest.mark.filterwarnings("error")
SEEN = campaign()
FIRST = pd.Timestamp("2025-06-01 12:00", tz="UTC")
YEAR = np.arange(365)


def _read(*accounts: tuple[np.ndarray, np.ndarray]) -> Tables:
    """Return follower readings from days and followers, one pair an account."""
    parts = [
        pd.DataFrame(
            {
                "influencer_id": f"c{n:04d}",
                "platform": "instagram",
                "observed_at": FIRST + pd.to_timedelta(days, unit="D").as_unit("us"),
                "followers": np.round(followers).astype(int),
            }
        )
        for n, (days, followers) in enumerate(accounts)
    ]
    return tables(followers=pd.concat(parts, ignore_index=True))


def _found(*accounts: tuple[np.ndarray, np.ndarray]) -> pd.DataFrame:
    return growth.all_jumps(growth.accounts(_read(*accounts).followers, SEEN))


def _steady(start: float = 40_000, monthly: float = 0.01) -> np.ndarray:
    """Return a year of followers that grow by so much a month."""
    return np.asarray(start * np.exp(monthly * YEAR / 30))


def _bumpy(rng: np.random.Generator, tails: int | None) -> np.ndarray:
    """Return a year of followers with ups and downs of 0.3 % a day: normal, or Student's t with so many degrees."""
    daily = rng.standard_normal(365) if tails is None else rng.standard_t(tails, 365) / np.sqrt(tails / (tails - 2))
    bumps = 0.003 * np.exp(rng.normal(0, 0.6)) * daily
    return np.asarray(10 ** rng.normal(4.6, 0.6) * np.exp(np.cumsum(bumps + rng.normal(0.01, 0.02) / 30)))


def _some_days(rng: np.random.Generator) -> np.ndarray:
    """Return days of a year on which posts go out, about one in four."""
    return np.sort(rng.choice(YEAR, 100, replace=False))


def _seldom_enough(flagged: int, years: float) -> bool:
    """Tell whether so many flags are likely at the stated rate; wrong in one case of two hundred."""
    return bool(stats.poisson.sf(flagged - 1, growth.FALSE_ALARMS * years) > 0.005)


@pytest.mark.parametrize("tails", [None, 3])
def test_growth_alone_is_flagged_no_more_often_than_stated(tails: int | None) -> None:
    rng = np.random.default_rng(tails or 1)
    accounts = [(days, _bumpy(rng, tails)[days]) for days in (_some_days(rng) for _ in range(300))]
    weekly = [(YEAR[::7], _bumpy(rng, tails)[::7]) for _ in range(300)]
    flagged = _found(*accounts, *weekly)
    assert _seldom_enough(int(flagged["sure"].sum()), 600)


@pytest.mark.parametrize("grid", [1_000, 25_000])
def test_rounding_alone_is_no_jump(grid: int) -> None:
    rng = np.random.default_rng(grid)
    accounts = []
    for _ in range(300):
        days = _some_days(rng)
        followers = 3 * grid * np.exp(rng.normal(0, 0.3)) * _bumpy(rng, None) / _bumpy(rng, None)[0]
        accounts.append((days, np.maximum(np.round(followers[days] / grid), 1) * grid))
    flagged = _found(*accounts)
    assert _seldom_enough(int(flagged["sure"].sum()), 300)


def test_in_worlds_without_bought_followers_nobody_is_flagged() -> None:
    years = flagged = 0.0
    for seed in range(3):
        given = calibration.tables_of(draw(sized("null", 60, 3000), streams(seed)))
        years += sum(account.watched for account in growth.accounts(given.followers, SEEN)) / 365
        flagged += len(growth.jumped(given, SEEN))
    assert years > 60 and _seldom_enough(int(flagged), years)


def test_bought_followers_are_found_where_readings_are_close() -> None:
    seen = bought = wrong = 0
    for seed in range(4):
        world = draw(sized("default", 60, 6000), streams(seed))
        truly = set(world.creators.loc[world.creators["bought"] > 1, "handle"])
        found = growth.jumped(calibration.tables_of(world), SEEN)
        seen, bought, wrong = seen + len(found & truly), bought + len(truly), wrong + len(found - truly)
    assert bought >= 10 and stats.binomtest(seen, bought, 0.8, "less").pvalue > 0.01 and wrong <= 1


def test_a_jump_is_dated_by_the_readings_around_it_and_told_in_per_cent() -> None:
    followers = _steady() * np.where(YEAR >= 100, 1.6, 1.0)
    jump = _found((YEAR[::3], followers[::3]), (YEAR[::3], _steady()[::3])).iloc[0]
    assert jump["influencer_id"] == "c0000" and jump["sure"]
    assert (jump["before"], jump["after"]) == (round(followers[99]), round(followers[102]))
    assert jump["change"] == pytest.approx(0.6, abs=0.01)
    assert pd.to_datetime(jump["until"], unit="D", utc=True) == FIRST + 102 * DAY


def test_a_purge_is_told_too_and_followers_sent_over_ten_days_are_one_jump() -> None:
    purged = _steady() * np.where(YEAR >= 200, 0.7, 1.0)
    trickle = _steady() * np.exp(np.interp(YEAR, [100, 110], [0, 0.5]))
    found = _found((YEAR, purged), (YEAR, trickle)).set_index("influencer_id")
    assert found.loc["c0000", "change"] == pytest.approx(-0.3, abs=0.01)
    assert found.loc["c0001", "change"] == pytest.approx(np.exp(0.5) - 1, rel=0.1)
    assert len(found) == 2 and found["sure"].all()


@pytest.mark.parametrize("weeks", [6, 10])
def test_growth_that_goes_on_for_weeks_is_no_jump(weeks: int) -> None:
    even = _steady() * np.exp(np.interp(YEAR, [100, 100 + 7 * weeks], [0, 0.5]))
    fading = _steady() * np.exp(0.5 * (1 - 0.5 ** (np.maximum(YEAR - 150, 0) / (2.5 * weeks))))
    assert _found((YEAR, even), (YEAR[::4], even[::4]), (YEAR, fading)).empty


def test_a_slip_of_the_pen_is_no_jump() -> None:
    slip = _steady()
    slip[150] *= 10
    assert _found((YEAR, slip), (YEAR[::5], slip[::5])).empty


def test_what_is_usual_for_an_account_is_no_jump() -> None:
    """Two accounts rise by a quarter on one day; one of them swings by as much every other week."""
    rise = np.where(YEAR >= 180, 1.25, 1.0)
    swings = np.exp(0.12 * (-1.0) ** (YEAR // 14))
    found = _found((YEAR, _steady() * rise), (YEAR, _steady() * rise * swings), (YEAR, _steady()))
    assert found.loc[found["sure"].astype(bool), "influencer_id"].tolist() == ["c0000"]


def test_a_list_that_is_brought_up_to_date_each_quarter_shows_no_jumps() -> None:
    growing = 40_000 * np.exp(0.05 * YEAR / 30)
    copied = growing[YEAR // 90 * 90]
    assert _found((YEAR, copied), (YEAR[::3], copied[::3])).empty


def test_a_jump_between_readings_far_apart_is_not_told() -> None:
    days = np.concatenate([np.arange(0, 100, 3), np.arange(130, 300, 3)])
    followers = (_steady() * np.where(YEAR >= 115, 2.0, 1.0))[days]
    assert _found((days, followers)).empty
    (account,) = growth.accounts(_read((days, followers)).followers, SEEN)
    assert account.watched == 99 + 168


def test_several_readings_a_day_and_other_orders_of_rows_change_nothing() -> None:
    given = _read((YEAR, _steady() * np.where(YEAR >= 100, 1.6, 1.0))).followers
    earlier = given.assign(observed_at=given["observed_at"] - pd.Timedelta(hours=3), followers=given["followers"] - 9)
    both = pd.concat([given, earlier]).sample(frac=1, random_state=1)
    found = [growth.all_jumps(growth.accounts(rows, SEEN)) for rows in (given, both)]
    pd.testing.assert_frame_equal(found[0], found[1])


def _posts(likes_before: int, likes_after: int, rng: np.random.Generator, each: int = 15) -> dict[str, Any]:
    """Return posts of account c0000 for 60 days on each side of day 100, with luck of a fifth."""
    days = np.concatenate([np.linspace(45, 98, each), np.linspace(104, 155, each)])
    likes = np.repeat([likes_before, likes_after], each) * np.exp(rng.normal(0, 0.2, 2 * each))
    posted = FIRST + pd.to_timedelta(days, unit="D").round("s").as_unit("us")
    names = [f"p{n}" for n in range(2 * each)]
    posts = {"post_id": names, "influencer_id": "c0000", "platform": "instagram", "posted_at": posted}
    read = {"post_id": names, "observed_at": posted + 20 * DAY, "likes": likes.round().astype(int), "comments": 0}
    return {"posts": pd.DataFrame(posts), "post_metrics": pd.DataFrame(read)}


@pytest.mark.parametrize(
    ("likes", "each", "said"),
    [
        (100, 15, "while reactions did not rise along"),
        (200, 15, "while reactions rose along"),
        (140, 15, "while reactions rose by less"),
        (150, 3, "while reactions may or may not have risen along"),
        (100, 2, "with too few posts to tell"),
    ],
)
def test_reactions_before_and_after_tell_whether_they_moved_along(likes: int, each: int, said: str) -> None:
    sizes = _read((YEAR, _steady() * np.where(YEAR >= 100, 2.0, 1.0)), (YEAR, _steady())).followers
    given = tables(followers=sizes, **_posts(100, likes, np.random.default_rng(1), each))
    found = growth.jumps(given, feed.of(given, SEEN), SEEN)
    assert (found.verdict, found.estimate, found.interval) == ("supported", 1.0, (1.0, 1.0))
    assert said in found.headline and "9 Sept 2025" in found.headline and found.label == "Look into these accounts"


def test_the_change_of_reactions_has_welchs_interval() -> None:
    given = tables(**_posts(100, 150, np.random.default_rng(2)), followers=_read((YEAR, _steady())).followers)
    posts = feed.of(given, SEEN).posts
    day = (FIRST - pd.Timestamp(0, tz="UTC")) / DAY + 100
    jump = pd.Series({"influencer_id": "c0000", "platform": "instagram", "since": day, "until": day + 1})
    found = growth.reaction(posts, jump, 0.95)
    drawn = np.log(posts["engagements"].astype(float) + 0.5).to_numpy()
    before, after = drawn[:15], drawn[15:]
    parts = before.var(ddof=1) / 15, after.var(ddof=1) / 15
    freedom = sum(parts) ** 2 / (parts[0] ** 2 / 14 + parts[1] ** 2 / 14)
    half = stats.t.ppf(0.975, freedom) * np.sqrt(sum(parts))
    assert found is not None
    assert np.log1p(found.ends) == pytest.approx(
        [after.mean() - before.mean() - half, after.mean() - before.mean() + half]
    )


def test_one_snapshot_is_no_history_and_two_far_apart_are_not_enough() -> None:
    once = _read(*((np.array([200]), np.array([9_000.0])) for _ in range(9)))
    twice = _read(*((np.array([100, 200]), np.array([9_000.0, 12_000])) for _ in range(9)))
    empty = feed.of(tables(), SEEN)
    assert growth.jumps(tables(), empty, SEEN).headline == words.NO_HISTORY
    assert growth.jumps(once, empty, SEEN).verdict == "not_available"
    found = growth.jumps(twice, empty, SEEN)
    assert (found.verdict, found.estimate) == ("not_enough_data", None) and "14 days apart" in found.headline
    assert growth.jumped(twice, SEEN) == growth.jumped(tables(), SEEN) == set()


def test_readings_after_the_day_of_the_report_are_not_known_yet() -> None:
    given = _read((YEAR, _steady() * np.where(YEAR >= 100, 1.6, 1.0)))
    assert growth.jumped(given, SEEN) == {"c0000"}
    assert growth.jumped(given, campaign(as_of=dt.date(2025, 9, 5))) == set()


def test_steady_accounts_get_a_clear_no() -> None:
    given = _read(*((YEAR[::3], _steady(start)[::3]) for start in (2_000, 30_000, 900_000)))
    found = growth.jumps(given, feed.of(given, SEEN), SEEN)
    assert (found.verdict, found.estimate, found.clusters) == ("contradicted", 0.0, 3)
    assert found.table is None and found.label == "Nothing unusual"
    assert "at most about 1 account in 100 is flagged in a year" in " ".join(found.caveats)


JUMP = words.Jump(1.45, dt.date(2026, 1, 14), "did not rise along")
UP, WIDE = Interval(0.9, 0.6, 1.2, 20), Interval(0.2, -0.5, 2.0, 20)
SENTENCES = {
    words.follower_jumps(None, 0, 0, 60, (0.1, 14)): "No jump of followers stands out: none of 60 accounts changed by 10% or more within 14 days beyond its own growth.",
    words.follower_jumps(None, 0, 1, 60, (0.1, 14)): "No jump of followers stands out: 1 of 60 accounts changed by 10% or more within 14 days, but such swings are usual there.",
    words.follower_jumps(JUMP, 2, 0, 60, (0.1, 14)): "The followers of 2 of 60 accounts changed by 10% or more within 14 days, far beyond the usual growth there. The largest jump is +145% around 14 Jan 2026, while reactions did not rise along.",
    words.follower_jumps(JUMP, 1, 3, 9, (0.1, 14)): "The followers of 1 of 9 accounts changed by 10% or more within 14 days, far beyond the usual growth there; 3 more did, but such swings are usual there. The largest jump is +145% around 14 Jan 2026, while reactions did not rise along.",
    words.what_reactions_did(words.Jump(0.2, dt.date(2026, 1, 14), words.TOO_FEW_POSTS)): "with too few posts to tell whether reactions moved along",
    words.alongside(UP, 1.0): "rose along",
    words.alongside(UP, 2.0): "rose by less",
    words.alongside(WIDE, 1.0): "may or may not have risen along",
    words.alongside(Interval(0.0, -0.2, 0.2, 20), 1.0): "did not rise along",
    words.alongside(Interval(0.0, -0.2, 0.2, 20), -0.4): "did not fall along",
    words.alongside(Interval(-0.4, -0.5, -0.3, 20), -0.4): "fell along",
    words.alongside(Interval(-0.2, -0.3, -0.1, 20), -0.4): "fell by less",
    words.alongside(Interval(-0.2, -0.6, 0.1, 20), -0.4): "may or may not have fallen along",
    words.reaction(None): "too few posts to tell",
    words.jump_verdict(True): "out of line",
    words.jump_verdict(False): "usual there",
    words.too_few_readings(14, 56): "Not enough data to tell whose followers jumped: no account has readings at most 14 days apart over at least 56 days.",
    words.unwatched(0.334, 14): "Readings lie more than 14 days apart for 33% of the time; a jump in between cannot be told from growth.",
    words.jumps_caption(60, 0.95): "Jumps of followers, and engagements of a post in the 60 days after against the 60 days before, with 95% intervals",
}  # fmt: skip


@pytest.mark.parametrize("said", SENTENCES)
def test_a_sentence_about_jumps_reads_as_it_should(said: str) -> None:
    assert said == SENTENCES[said]


def test_nobody_is_accused() -> None:
    texts = [*SENTENCES, words.NO_HISTORY, words.false_alarms(0.01), growth.METHOD]
    assert not any(word in text.lower() for text in texts for word in ("fraud", "fake", "bought", "cheat"))
    assert "Ask the creator before you judge" in words.NO_REASONS
