# ruff: noqa: E501
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from scipy import stats
from worlds import campaign, feed_of, world

from influence_lib import figures
from influence_lib.analysis import comparable, feed, timing
from influence_lib.analysis.feed import Feed
from influence_lib.analysis.inference import Interval
from influence_lib.wording import creators as words

pytestmark = pytest.mark.filterwarnings("error")
SEEN = campaign()
FALL, RISE, FLAT = Interval(-0.2, -0.3, -0.1, 32), Interval(0.2, 0.1, 0.3, 32), Interval(-0.01, -0.2, 0.2, 9)


def _rows(creators: int = 12, each: int = 40, seed: int = 1, **effects: float) -> pd.DataFrame:
    """Return comparable posts of creators of different levels whose formats have these effects on the log rate."""
    rng = np.random.default_rng(seed)
    who = np.repeat(np.arange(creators), each)
    formats = rng.choice(["image", *effects], len(who), p=[0.6, *np.full(len(effects), 0.4 / len(effects))])
    level = rng.normal(-3, 0.5, creators)[who] + pd.Series(formats).map({"image": 0.0} | effects).to_numpy()
    month = rng.integers(1, 7, len(who))
    return pd.DataFrame(
        {
            "influencer_id": [f"c{n:02d}" for n in who],
            "account": [f"c{n:02d} tiktok" for n in who],
            "format": [f"tiktok {name}" for name in formats],
            "month": [f"2026-0{n}" for n in month],
            "age": 1,
            "label": "organic",
            "log_rate": level + 0.1 * month + rng.normal(0, 0.3, len(who)),
        }
    )


def _contrasts(rows: pd.DataFrame, kind: str = "format", level: float = 0.95) -> dict[str, timing.Contrast]:
    kept = timing.compared(rows, kind)
    return {found.kind: found for found in timing.contrasts(kept, kind, timing.REST, level)}


def test_the_estimates_are_those_of_a_regression_on_creators_and_months() -> None:
    rows = _rows(reel=0.25, carousel=0.1)
    theirs = smf.ols("log_rate ~ C(format, Treatment('tiktok image')) + C(influencer_id) + C(month)", rows).fit()
    for name, found in _contrasts(rows).items():
        value = theirs.params[f"C(format, Treatment('tiktok image'))[T.{name}]"]
        assert found.difference.estimate == pytest.approx(value, rel=1e-6)
        assert found.against == "tiktok image"


def test_the_intervals_leave_out_one_creator_at_a_time() -> None:
    """Brute force: refit without each creator; the spread of these estimates is the error."""
    rows = _rows(creators=8, each=20, reel=0.2)
    formula = "log_rate ~ C(format) + C(influencer_id) + C(month)"
    fits = [smf.ols(formula, rows[rows["influencer_id"] != name]).fit() for name in sorted(set(rows["influencer_id"]))]
    without = np.array([fit.params["C(format)[T.tiktok reel]"] for fit in fits])
    best = smf.ols(formula, rows).fit().params["C(format)[T.tiktok reel]"]
    error = np.sqrt(7 / 8 * ((without - best) ** 2).sum())
    found = _contrasts(rows)["tiktok reel"].difference
    reach = (found.high - found.low) / 2 / error
    assert stats.t.ppf(0.975, 7) <= reach <= stats.t.ppf(0.975, 5)


def test_formats_of_two_platforms_are_each_held_against_their_own_platform() -> None:
    first, second = _rows(seed=1, reel=0.5), _rows(seed=2, video=-0.5)
    other = second.assign(
        influencer_id="y" + second["influencer_id"],
        account="y" + second["account"],
        format=second["format"].str.replace("tiktok", "youtube"),
        log_rate=second["log_rate"] + 2,
    )
    found = _contrasts(pd.concat([first, other], ignore_index=True))
    assert {name: c.against for name, c in found.items()} == {
        "tiktok reel": "tiktok image",
        "youtube video": "youtube image",
    }
    assert found["tiktok reel"].difference.estimate == pytest.approx(0.5, abs=0.1)
    assert found["youtube video"].difference.estimate == pytest.approx(-0.5, abs=0.1)


def test_formats_that_no_creator_links_are_not_compared() -> None:
    """Half of the creators use images and reels, the others carousels and videos; carousels draw ten times as much."""
    one, two = _rows(seed=3, reel=0.0), _rows(seed=4, video=0.0)
    apart = two.assign(
        influencer_id="y" + two["influencer_id"],
        account="y" + two["account"],
        format=two["format"].str.replace("image", "carousel"),
        log_rate=two["log_rate"] + 2.3,
    )
    found = _contrasts(pd.concat([one, apart], ignore_index=True))
    assert {name: c.against for name, c in found.items()} == {
        "tiktok reel": "tiktok image",
        "tiktok video": "tiktok carousel",
    }


def test_a_format_of_seven_posts_or_four_creators_is_not_judged() -> None:
    rows = _rows(creators=6, each=40, reel=0.2)
    few, seldom = rows.copy(), rows.copy()
    few.loc[[0, 40, 80, 120, 160, 200, 1], "format"] = "tiktok live"
    seldom.loc[[*range(10), 40, 80, 120], "format"] = "tiktok live"
    for changed in (few, seldom):
        assert set(_contrasts(changed)) == {"tiktok reel"}
    enough = rows.copy()
    enough.loc[[0, 40, 80, 120, 160, 200, 1, 2], "format"] = "tiktok live"
    assert set(_contrasts(enough)) == {"tiktok reel", "tiktok live"}


def test_a_format_used_in_one_month_only_is_not_told_apart_from_the_month() -> None:
    rows = _rows(creators=10, each=30, reel=0.0)
    june = rows.assign(format=np.where(rows["month"] == "2026-06", "tiktok live", rows["format"]))
    assert set(_contrasts(june)) == {"tiktok reel"}


def test_planted_formats_are_found_and_no_hour_is() -> None:
    posts = feed.of(world("default", 40, 3000), SEEN)
    found = timing.formats(posts, SEEN)
    assert found.verdict == "supported" and found.interval and found.table is not None
    assert found.interval[0] < np.expm1(0.25) < found.interval[1]
    assert found.headline.startswith("Instagram reels draw")
    carousels = found.table.rows.set_index("kind").loc["Instagram carousels"]
    assert carousels["low"] < np.expm1(0.1) < carousels["high"]
    hours = timing.posting_times(posts, SEEN)
    assert (hours.verdict, hours.estimate) == ("undecided", None) and hours.table is not None
    weekend = hours.table.rows.set_index("label").loc["weekend"]
    assert weekend["low"] < np.expm1(-0.035 - 0.014) < weekend["high"]


def test_shuffled_labels_stand_out_one_time_in_twenty() -> None:
    """Labels dealt anew within each account; the bounds are exact and fail one time in a hundred by chance."""
    rng = np.random.default_rng(7)
    rows = comparable.posts(feed.of(world("default", 20, 600), SEEN), SEEN).sort_values("account", kind="stable")
    claims = []
    for _ in range(100):
        order = rows.assign(lot=rng.random(len(rows))).sort_values(["account", "lot"])
        kept = timing.compared(rows.assign(format=order["format"].to_numpy()), "format")
        level = 0.95 ** (1 / timing.comparisons(kept, "format"))
        claims.append(timing.standing_out(timing.contrasts(kept, "format", timing.REST, level)) is not None)
    assert stats.binomtest(sum(claims), 100, 0.05, "greater").pvalue > 0.01


def test_creators_of_different_levels_alone_make_no_format_better() -> None:
    """Good creators post reels, weak ones images; within creators there is no difference."""
    rows = _rows(creators=20, each=30, reel=0.0)
    good = rows["influencer_id"] < "c10"
    rng = np.random.default_rng(1)
    reel = rng.random(len(rows)) < np.where(good, 0.8, 0.2)
    mixed = rows.assign(format=np.where(reel, "tiktok reel", "tiktok image"), log_rate=rows["log_rate"] + 2 * good)
    (found,) = _contrasts(mixed).values()
    assert found.difference.low < 0 < found.difference.high < 0.2


def _timed(times: list[str], creators: int = 6) -> Feed:
    """Return posts of creators at these times of day on days in spring, all with some engagement."""
    days = pd.date_range("2026-03-02", periods=12)
    stamps = [pd.Timestamp(f"{day.date()} {times[n % len(times)]}", tz="Europe/Berlin") for n, day in enumerate(days)]
    posted = [stamp.tz_convert("UTC") for stamp in stamps] * creators
    likes = np.random.default_rng(1).integers(50, 100, len(posted))
    names = np.repeat([f"c{n}" for n in range(creators)], 12)
    return feed_of(creator=names, followers=1000, likes=likes, posted_at=pd.DatetimeIndex(posted).as_unit("us"))


def test_days_without_times_are_not_taken_for_midnight() -> None:
    for clock in ("00:00:00", "01:00:00"):  # midnight where the brand is, and midnight in UTC in winter
        found = timing.posting_times(_timed([clock]), SEEN)
        assert (found.verdict, found.headline) == ("not_available", words.NO_TIMES)
    real = ["09:30:00", "17:15:00", "12:01:00"]
    for clock in ("00:00:00", "01:00:00"):
        mixed = timing.with_times(comparable.posts(_timed([clock, *real]), SEEN))
        assert set(mixed["hours"]) == {"08:00 to 12:00", "12:00 to 16:00", "16:00 to 20:00"}
    assert timing.with_times(comparable.posts(_timed(["00:00:00"] * 3 + real), SEEN)).empty


def test_hours_are_those_where_the_brand_is() -> None:
    rows = comparable.posts(_timed(["07:59:00", "08:00:00", "23:59:59"]), SEEN)
    assert set(timing.with_times(rows)["hours"]) == {"04:00 to 08:00", "08:00 to 12:00", "20:00 to 24:00"}
    saturday = timing.with_times(rows)["local"].dt.day_of_week >= 5
    assert (timing.with_times(rows)["days"] == words.WEEKEND).tolist() == saturday.tolist()


def test_without_formats_or_with_one_there_is_no_answer() -> None:
    untold = timing.formats(_timed(["09:30:00", "17:15:00", "12:01:00"]), SEEN)
    assert (untold.verdict, untold.headline) == ("not_available", words.NO_FORMATS)
    posts = _timed(["09:30:00", "17:15:00", "12:01:00"])
    one = timing.formats(replace(posts, posts=posts.posts.assign(post_type="video")), SEEN)
    assert (one.verdict, one.estimate) == ("not_enough_data", None)
    same = replace(posts, posts=posts.posts.assign(engagements=pd.array([70.0] * 72, "Float64")))
    assert timing.posting_times(same, SEEN).verdict == "not_enough_data"


def test_formats_that_surely_differ_little_are_said_to_make_little_difference() -> None:
    posts = feed.of(world("null", 40, 3000), SEEN)
    level = np.log(posts.posts["engagements"].astype(float) + 1)
    calm = posts.posts.assign(engagements=(1000 + level).round().astype("Float64"), followers=50_000)
    found = timing.formats(replace(posts, posts=calm), SEEN)
    assert (found.verdict, found.estimate) == ("contradicted", None) and found.table is not None
    assert "makes little difference" in found.headline


def test_the_figure_says_what_it_shows() -> None:
    tables = world("default", 40, 3000)
    data: Any = SimpleNamespace(campaign=SEEN, tables=tables, sources=lambda *names: "tracker.csv")
    posts = feed.of(tables, SEEN)
    for found in (timing.formats(posts, SEEN), timing.posting_times(posts, SEEN)):
        chart = figures.effects_forest(data, found)
        assert isinstance(chart, figures.Chart) and chart.headline == found.headline
        assert 150 <= len(chart.alt) <= 400 and found.table is not None and len(chart.data) == len(found.table.rows)
    none = timing.formats(_timed(["09:30:00", "17:15:00"]), SEEN)
    assert isinstance(figures.effects_forest(data, none), figures.NoChart)


SENTENCES = {
    words.stands_out("instagram reel", "instagram image", RISE, 300, 32): "Instagram reels draw 20% more engagement for each follower than Instagram images of the same creator (likely range +10% to +30%; 300 posts of 32 creators).",
    words.stands_out("weekend", "weekdays", FALL, 1, 1): "Posts at the weekend draw 20% less engagement for each follower than posts on weekdays of the same creator (likely range -30% to -10%; 1 post of 1 creator).",
    words.stands_out("20:00 to 24:00", "08:00 to 12:00", RISE, 40, 9): "Posts from 20:00 to 24:00 draw 20% more engagement for each follower than posts from 08:00 to 12:00 of the same creator (likely range +10% to +30%; 40 posts of 9 creators).",
    words.none_stands_out("format", 3, (-0.14, 0.08), (900, 32), None): "No difference can be shown: none of 3 formats can be told apart from the commonest of the same creator (likely ranges reach from -14% to +8%; 900 posts of 32 creators).",
    words.none_stands_out("time", 1, (-0.14, 0.08), (90, 6), None): "No difference can be shown: the one time that can be compared cannot be told apart from the commonest of the same creator (likely ranges reach from -14% to +8%; 90 posts of 6 creators).",
    words.none_stands_out("format", 2, (-0.04, 0.08), (9000, 60), 0.1): "The format makes little difference: none of 2 differs by 10% or more (likely ranges reach from -4% to +8%; 9,000 posts of 60 creators).",
    words.too_few_kinds("format", 8, 5): "Not enough data to tell which format draws most: two are needed with at least 8 posts of 5 creators each who use both.",
    words.not_judged(["tiktok live", "x text"], 8, 5)[0]: "Not judged: TikTok live streams and X text posts; fewer than 8 posts or 5 creators who also use a format to compare with.",
    words.times_of("Europe/Berlin"): "Hours are those in Europe/Berlin, where the brand is; a creator's followers may live elsewhere.",
    words.change_with_ends(FLAT): "-1.0% (-20% to +20%)",
    words.contrast_verdict(FALL): "draws less",
    words.contrast_verdict(RISE): "draws more",
    words.contrast_verdict(FLAT): "cannot be told apart",
    words.kind_label("instagram reel", alone=True): "reels",
    words.kind_label("instagram reel", alone=False): "Instagram reels",
    words.kind_label("08:00 to 12:00", alone=True): "08:00 to 12:00",
    words.contrasts_caption("format", 0.95): "Engagement rate by followers by format, against the commonest format of the same creator, with intervals that hold for all formats at once (95%)",
    words.contrasts_subtitle("time", ["posts on weekdays"], 0.95): "Change against posts on weekdays of the same creator; 95% intervals that hold for all times at once; green: more, orange: less, grey: cannot be told apart",
    words.contrasts_alt("format", [("reels", "images", 0.25, 0.16, 0.34), ("carousels", "images", 0.1, 0.02, 0.2), ("stories", "images", -0.01, -0.2, 0.2)], 2): "Dots with intervals of the change of engagement in 3 comparisons by format, with a line at no difference; 2 of the intervals lie beside it. Furthest from it: reels against images +25%, +16% to +34%; carousels against images +10%, +2% to +20%.",
}  # fmt: skip


@pytest.mark.parametrize("said", SENTENCES)
def test_a_sentence_about_formats_and_times_reads_as_it_should(said: str) -> None:
    assert said == SENTENCES[said]


def test_nothing_is_said_of_kinds_left_out_where_none_is() -> None:
    assert words.not_judged([], 8, 5) == ()
