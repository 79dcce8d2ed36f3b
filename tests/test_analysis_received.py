from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from small_files import POSTS, TRACKER, load
from worlds import DAY, campaign, feed_of, posts, tables

from influence_lib.analysis import feed, received, saturation, shares
from influence_lib.findings import Note, ShownTable
from influence_lib.tables import Tables

SEEN = campaign()
MARCH = pd.Timestamp("2026-03-01 12:00", tz="UTC")
ROSTER = "Handle,Platform,Followers,As of,Total posts\n"
BAD = f"{POSTS}@ben_runs,instagram,p4,2026-03-33,1,2\n@ben_runs,instagram,p5,2026-03-05T07:15:00Z,7,2\n"


def _totals(*readings: tuple[str, float, int]) -> list[dict[str, Any]]:
    """Return readings of followers and of the profile's total: creator, day, total."""
    return [
        {
            "influencer_id": who,
            "platform": "tiktok",
            "observed_at": MARCH + day * DAY,
            "followers": 10,
            "media_count": n,
        }
        for who, day, n in readings
    ]


def _with_totals(made: Tables, *readings: tuple[str, float, int]) -> Tables:
    """Return tables with the profiles' totals."""
    return made.with_table("followers", tables(followers=_totals(*readings)).followers)


def _daily(creator: str, days: int, **more: Any) -> dict[str, Any]:
    """Return columns of one post a day."""
    times = [MARCH + day * DAY for day in range(days)]
    return {"creator": [creator] * days, "followers": 10, "likes": 5, "posted_at": times, **more}


def test_rows_used_are_counted_over_all_files(tmp_path: Path) -> None:
    found = received.rows_used(load(tmp_path, {"tracker.csv": BAD, "roster.csv": "Handle,Followers\n@ada.bakes,9\n"}))
    assert (found.estimate, found.n, found.counted) == (pytest.approx(5 / 6), 6, True)
    assert found.headline.startswith("5 of 6 rows in 2 files are used; the newest post or order is of 5 Mar 2026")


def test_a_row_set_aside_is_told_with_its_line_and_what_to_do(tmp_path: Path) -> None:
    table = received.left_out(load(tmp_path, {"tracker.csv": BAD}))
    assert isinstance(table, ShownTable)
    row = table.rows.iloc[0]
    assert (row["file"], row["rows"], row["line"], row["kind"]) == ("tracker.csv", 1, "5", "set aside")
    assert row["advice"] == "Write it as YYYY-MM-DD, with a time if there is one"


def test_where_every_row_is_used_the_page_says_so(tmp_path: Path) -> None:
    assert received.left_out(load(tmp_path, {"tracker.csv": POSTS})) == Note("Every row of every file is used.")


@pytest.mark.parametrize(("day", "stale"), [("2026-04-03", False), ("2026-04-04", True)])
def test_a_file_that_ends_more_than_thirty_days_before_the_report_is_stale(
    tmp_path: Path, day: str, stale: bool
) -> None:
    found = received.rows_used(load(tmp_path, {"tracker.csv": POSTS}, as_of=day))
    named = "tracker.csv ends on 4 Mar 2026, 31 days before this report: export it again."
    assert (named in found.caveats) == stale
    assert found.table is not None and found.table.rows["stale"].tolist() == [stale]


def test_the_newest_entry_is_a_day_of_the_brand_not_of_greenwich(tmp_path: Path) -> None:
    late = "2026-03-31T23:30:00Z"
    data = load(tmp_path, {"tracker.csv": POSTS.replace("2026-03-04T18:30:00Z", late)}, timezone="Europe/Berlin")
    found = received.rows_used(data)
    assert found.table is not None and found.table.rows["newest"].astype(str).tolist() == ["2026-04-01"]
    assert "is of 1 Apr 2026, 29 days before" in found.headline


def test_a_list_of_creators_without_dates_is_not_stale(tmp_path: Path) -> None:
    found = received.rows_used(load(tmp_path, {"tracker.csv": POSTS, "roster.csv": "Handle,Followers\n@ada.bakes,9\n"}))
    assert found.table is not None and found.table.rows["entry"].tolist()[1] == "no dates in it"


def test_a_file_of_another_campaign_is_said_to_be_unused_not_undated(tmp_path: Path) -> None:
    sales = "campaign,influencer_id,date,orders,revenue\nOne,ada.bakes,2026-03-05,5,900\n"
    found = received.rows_used(load(tmp_path, {"tracker.csv": POSTS, "sales.csv": sales}, currency="EUR"))
    assert found.table is not None and "no row of it was used" in found.table.rows["entry"].tolist()


def test_coverage_is_the_posts_in_the_files_over_the_growth_of_the_total() -> None:
    made = _with_totals(posts(**_daily("ana", 20)), ("ana", -0.5, 100), ("ana", 9.5, 112.0), ("ben", 0, 7))
    found = received.feed_coverage(made, SEEN)
    assert (found.estimate, found.n, found.clusters) == (pytest.approx(10 / 12), 12, 1)
    assert found.verdict == "supported" and found.counted
    assert found.headline == (
        "The files have 10 of 12 posts that 1 account published between two readings of their totals (83.3%)."
    )


def test_deleted_posts_never_make_more_than_the_whole_feed() -> None:
    made = _with_totals(posts(**_daily("ana", 20)), ("ana", -0.5, 100), ("ana", 19.5, 115))
    assert received.feed_coverage(made, SEEN).estimate == 1.0


def test_below_the_limit_saturation_is_not_computed_in_the_words_of_the_data_model() -> None:
    label = np.arange(18) % 2 == 0
    made = _with_totals(posts(**_daily("ana", 18, sponsored=label)), ("ana", -1, 0), ("ana", 20, 100))
    rows = feed.of(made, SEEN)
    said = "Saturation and content density need each creator's whole feed; coverage here is 18 %: not computed."
    refused = [shares.over_limit(rows, SEEN), *saturation.dose_response(rows, SEEN)]
    assert [(one.verdict, one.headline) for one in refused] == [("not_available", said)] * 4
    whole = feed.of(_with_totals(made, ("ana", -1, 0), ("ana", 20, 20)), SEEN)
    assert shares.over_limit(whole, SEEN).headline != said


def test_a_total_read_once_measures_no_coverage() -> None:
    found = received.feed_coverage(_with_totals(posts(**_daily("ana", 9)), ("ana", 3, 100)), SEEN)
    assert found.verdict == "not_available" and "total of posts was read only once" in found.headline


def test_without_totals_a_long_pause_is_told() -> None:
    days = [*range(60), 95, 96]
    times = [pd.Timestamp("2026-03-20", tz="UTC") + day * DAY for day in days]
    made = posts(creator="ana", followers=10, likes=1, posted_at=times)
    pauses = received.longest_pauses(made.posts, SEEN)
    assert pauses[["usual", "longest", "long"]].to_numpy().tolist() == [[1.0, 36.0, True]]
    said = received.feed_coverage(made, SEEN).headline
    assert "cannot be measured: no total of posts given" in said
    assert said.endswith("1 of 1 account paused more than 10 times as long as usual in the last 90 days: posts may be "
                         "missing there.")  # fmt: skip


def test_a_pause_of_a_few_days_is_none() -> None:
    times = [
        pd.Timestamp("2026-05-01", tz="UTC") + 0.2 * n * DAY + (13 * DAY if n > 50 else 0 * DAY) for n in range(90)
    ]
    pauses = received.longest_pauses(posts(creator="ana", followers=10, likes=1, posted_at=times).posts, SEEN)
    assert not pauses["long"].any()


def _read_at(*ages: float | None) -> Tables:
    """Return one post for each age at which its numbers were read; None: nobody told when."""
    made = posts(creator=[f"c{n}" for n in range(len(ages))], followers=10, likes=5)
    times = [made.posts["posted_at"].iloc[0] + age * DAY if age is not None else pd.NaT for age in ages]
    return made.with_table(
        "post_metrics", made.post_metrics.assign(observed_at=pd.Series(times, dtype="datetime64[us, UTC]"))
    )


def test_the_age_of_reading_is_the_median_over_posts_whose_time_is_told() -> None:
    found = received.reading_age(_read_at(2, 8, 20, None), SEEN)
    assert (found.estimate, found.n) == (8, 3)
    assert found.headline == (
        "The median post was 8 days old when its numbers were read; 66.7% were read at 7 days or later; of 1 post "
        "nobody told when."
    )
    assert found.number() == "8 days (counted, n = 3 posts)"


def test_readings_of_untold_times_have_no_age() -> None:
    assert received.reading_age(_read_at(None, None), SEEN).verdict == "not_available"


def test_the_bands_of_ages_hold_every_post_once() -> None:
    table = received.age_bands(_read_at(6.9, 7, 13.9, 14, 29, 30, 90, 100, None), SEEN)
    assert dict(zip(table["band"], table["posts"], strict=True)) == {
        "under 7": 1, "7 to 13": 2, "14 to 29": 2, "30 to 89": 1, "90 or more": 2, "not told": 1,
    }  # fmt: skip
    assert table["share"].sum() == pytest.approx(1)
    assert table.loc[~table["compared"], "band"].tolist() == ["under 7", "not told"]


def test_the_table_says_what_the_readings_are_fit_for() -> None:
    found = received.reading_age(_read_at(2, 8, 20, None), SEEN)
    assert found.table is not None
    shown = found.table.rows.set_index("what")["number"].to_dict()
    assert shown == {
        "Posts read at 7 days or later": 2,
        "Posts read at 14 days or later": 1,
        "Posts read before 7 days only": 1,
        "Posts with numbers of an untold time": 1,
        "Accounts with one reading of followers": 4,
    }


def test_the_total_of_posts_in_a_list_of_creators_is_read(tmp_path: Path) -> None:
    roster = f"{ROSTER}@ada.bakes,instagram,900,2026-02-28,100\n@ada.bakes,instagram,950,2026-03-31,102\n"
    made = load(tmp_path, {"tracker.csv": POSTS, "roster.csv": roster})
    assert made.tables.followers["media_count"].dropna().tolist() == [100, 102]
    assert received.feed_coverage(made.tables, made.campaign).estimate == 1.0


def test_only_sponsored_posts_give_no_sponsored_share() -> None:
    rows = feed_of(**_daily("ana", 12, sponsored=True, posted_at=[pd.Timestamp("2026-06-01", tz="UTC")] * 12))
    found = shares.over_limit(rows, SEEN)
    assert found.verdict == "not_available" and found.headline.startswith("Every post in the files is sponsored")


def test_files_without_rows_have_no_share_of_rows_used(tmp_path: Path) -> None:
    found = received.rows_used(load(tmp_path, {"tracker.csv": f"{TRACKER}\n"}))
    assert (found.verdict, found.headline) == ("not_available", "The files have column names but no rows.")
