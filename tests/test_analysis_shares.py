"""Who is above the limit, who sponsors them, and when somebody last looked."""

# ruff: noqa: E501

import ast
import datetime as dt
import inspect
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from worlds import DAY, calibration, campaign, posts, tables

from influence_lib.analysis import feed, shares
from influence_lib.findings import Finding
from influence_lib.simulate.scenarios import AS_OF, sized
from influence_lib.simulate.world import draw, streams
from influence_lib.wording.en import shares as words

pytestmark = pytest.mark.filterwarnings("error")
SEEN = campaign()
JUNE = pd.Timestamp("2026-06-10 12:00", tz="UTC")


def _feed(*rows: dict[str, Any], totals: dict[str, int] | None = None) -> feed.Feed:
    """Return the feed of posts, each with what differs from one of ana's in June; `totals` of posts since March."""
    usual = {"creator": "ana", "followers": 1000, "likes": 9, "posted_at": JUNE}
    given = posts(**pd.DataFrame([usual | row for row in rows]).to_dict("series"))
    if totals:
        read = [
            (name, JUNE + days * DAY, count) for name, total in totals.items() for days, count in ((-80, 0), (9, total))
        ]
        columns = dict(zip(("influencer_id", "observed_at", "media_count"), zip(*read, strict=True), strict=True))
        given = given.with_table(
            "followers", tables(followers={**columns, "platform": "tiktok", "followers": 1000}).followers
        )
    return feed.of(given, SEEN)


def _counts(**creators: tuple[int, int] | list[tuple[int, int]]) -> feed.Feed:
    """Return creators with so many sponsored of so many posts in the last quarter, the one before, and so on."""
    rows = []
    for name, quarters in creators.items():
        for back, (paid, total) in enumerate(quarters if isinstance(quarters, list) else [quarters]):
            when = [JUNE - (90 * back + n % 60) * DAY for n in range(total)]
            rows += [{"creator": name, "sponsored": n < paid, "posted_at": when[n]} for n in range(total)]
    return _feed(*rows)


STEADY = _counts(
    **{f"sold{n}": [(18, 20), (19, 20), (18, 20), (20, 20)] for n in range(4)},
    **{f"half{n}": [(10, 20), (11, 20), (9, 20), (10, 20)] for n in range(2)},
    **{f"free{n}": [(1, 20), (0, 20), (2, 20), (1, 20)] for n in range(5)},
)


def test_the_share_of_the_last_days_has_the_interval_of_jeffreys() -> None:
    table = shares.shares(_counts(ana=(11, 12), ben=(7, 12), cid=(1, 12)), SEEN)
    assert table["influencer_id"].tolist() == ["ana", "ben", "cid"]
    for k, row in zip((11, 7, 1), table.itertuples(), strict=True):
        assert (row.posts, row.sponsored_posts, row.share) == (12, k, k / 12)
        ends = stats.beta.ppf([0.025, 0.975], k + 0.5, 12.5 - k)
        assert (row.low, row.high, row.above) == pytest.approx((*ends, stats.beta.sf(0.5, k + 0.5, 12.5 - k)))


def test_seven_of_twelve_sponsored_posts_are_no_alarm() -> None:
    """More than half was sponsored, but the chance that the share behind it is above one half is about 0.7 only."""
    found = shares.over_limit(_counts(ana=(7, 12)), SEEN)
    assert found.table is not None and found.table.rows["above"].item() == pytest.approx(0.72, abs=0.01)
    assert (found.estimate, found.verdict, found.table.rows["verdict"].item()) == (
        0.0,
        "undecided",
        "too early to tell",
    )


def test_shares_are_bounded_by_what_unknown_labels_and_captions_may_mean() -> None:
    kinds = [
        (True, None),
        (False, "socks"),
        (False, "socks #ad"),
        (None, "I #adore it"),
        (None, "Anzeige"),
        (None, None),
    ]
    row = shares.shares(_feed(*({"sponsored": paid, "caption": text} for paid, text in kinds)), SEEN).iloc[0]
    assert (row["posts"], row["sponsored_posts"], row["unknown_posts"]) == (3, 1, 3)
    assert (row["share"], row["declared"], row["likely"], row["possible"]) == pytest.approx(
        (1 / 3, 1 / 6, 3 / 6, 5 / 6)
    )


def test_without_captions_and_unknown_labels_all_bounds_are_the_share() -> None:
    row = shares.shares(_counts(ana=(3, 8)), SEEN).iloc[0]
    assert row[["share", "declared", "likely", "possible"]].tolist() == [0.375] * 4


def test_shares_count_the_last_ninety_days_young_posts_too() -> None:
    times = ["2026-06-30 20:00", "2026-04-02 00:30", "2026-04-01 23:00"]
    local = [pd.Timestamp(t, tz="Europe/Berlin").tz_convert("UTC") for t in times]
    made = posts(creator="ana", followers=1000, likes=9, posted_at=local, sponsored=True)
    read = made.post_metrics.assign(observed_at=made.posts["posted_at"])
    rows = feed.of(made.with_table("post_metrics", read), SEEN)
    assert shares.shares(rows, SEEN)["posts"].tolist() == [2]
    assert shares.quarters(rows, SEEN)["posts"].tolist() == [2, 1]


def test_quarters_go_back_from_the_day_of_the_report_by_local_days() -> None:
    """Day 90 begins the quarter before, also across the change to summer time at the end of March."""
    back = [0, 89, 90, 179, 180, 269]
    times = [(pd.Timestamp("2026-06-30 23:30") - n * DAY).tz_localize("Europe/Berlin").tz_convert("UTC") for n in back]
    rows = _feed(*({"posted_at": t, "sponsored": n % 2 == 0} for n, t in enumerate(times)))
    table = shares.quarters(rows, SEEN)
    assert table[["quarter", "posts", "sponsored_posts"]].to_numpy().tolist() == [[0, 2, 1], [1, 2, 1], [2, 2, 1]]


@pytest.mark.parametrize(("begun", "kept"), [(134, [0, 1]), (133, [0])])
def test_a_first_quarter_of_which_half_is_missing_is_left_out(begun: int, kept: list[int]) -> None:
    days = [0, 50, 95, begun]
    rows = _feed(*({"posted_at": pd.Timestamp("2026-06-30", tz="UTC") - n * DAY, "sponsored": False} for n in days))
    table = shares.quarters(rows, SEEN)
    assert table.loc[table["whole"], "quarter"].tolist() == kept and table["quarter"].tolist() == [0, 1]


def test_a_few_posts_of_a_first_quarter_do_not_pass_for_another_quarter_like_the_next() -> None:
    days = [*range(0, 90, 5), 91, 92, 93]
    rows = [{"posted_at": JUNE + (20 - n) * DAY, "sponsored": n % 2 == 0, "creator": "ana"} for n in days]
    other = [{**row, "creator": "ben", "sponsored": False} for row in rows]
    with_them, without = (shares.shares(_feed(*rows[:end], *other[:end]), SEEN) for end in (21, 18))
    assert with_them["next"].tolist() == without["next"].tolist()


def test_the_quarters_stand_side_by_side_the_last_one_first() -> None:
    table = shares.by_quarter(_counts(ana=[(1, 2), (3, 4)], ben=[(5, 5)]), SEEN)
    assert [c.label for c in table.columns] == ["Creator", "2 Apr 2026 to 30 Jun 2026", "2 Jan 2026 to 1 Apr 2026"]
    assert table.records() == [
        {"influencer_id": "ben", "quarter_0": 1.0, "quarter_1": None},
        {"influencer_id": "ana", "quarter_0": 0.5, "quarter_1": 0.75},
    ]


def test_creators_who_have_long_been_above_the_limit_are_flagged() -> None:
    found = shares.over_limit(STEADY, SEEN)
    assert found.table is not None
    verdict = found.table.rows.set_index("influencer_id")["verdict"]
    assert verdict.str.startswith("above").sum() == 4 and set(verdict.filter(like="free")) == {"within the limit"}
    assert (found.estimate, found.interval, found.verdict) == (4.0, (4.0, 6.0), "supported")
    assert (found.n, found.clusters) == (220, 11)
    assert found.headline == (
        "4 of 11 creators with labelled posts will almost surely show more than 50% sponsored posts in the next 90 "
        "days; 2 more may, and about 5 in all are to be expected to. In the last 90 days 4 did."
    )


def test_one_loud_quarter_flags_nobody_who_was_quiet_before() -> None:
    rows = _counts(ana=[(19, 20), (2, 20), (1, 20), (2, 20)], **{f"c{n}": [(3, 20)] * 4 for n in range(6)})
    row = shares.shares(rows, SEEN).iloc[0]
    assert row["above"] > 0.99 and row["next"] < 0.5
    assert shares.over_limit(rows, SEEN).estimate == 0


def test_nobody_near_the_limit_contradicts_that_there_are_creators_above_it() -> None:
    found = shares.over_limit(_counts(ana=[(0, 12)] * 3, ben=[(1, 20)] * 3), SEEN)
    assert (found.verdict, found.interval) == ("contradicted", (0.0, 0.0))


def test_without_labels_without_organic_or_without_recent_posts_there_is_no_share() -> None:
    old = _feed({"sponsored": True, "posted_at": JUNE - 90 * DAY}, {"sponsored": False, "posted_at": JUNE - 90 * DAY})
    cases = [_feed({}), _counts(ana=(9, 9)), old]
    found = [shares.over_limit(case, SEEN) for case in cases]
    assert {one.verdict for one in found} == {"not_available"}
    starts = ("Nobody has marked", "Every post in the files is sponsored", "No posts with a known label in the last 90")
    assert all(one.headline.startswith(start) for one, start in zip(found, starts, strict=True))
    assert shares.shares(cases[0], SEEN).empty and shares.shares(old, SEEN).empty


def test_a_creator_of_whose_feed_a_part_was_read_is_not_flagged() -> None:
    part = [{"creator": "ana", "sponsored": True, "posted_at": JUNE - n * DAY} for n in range(20)]
    whole = [{"creator": "ben", "sponsored": n > 90, "posted_at": JUNE - n / 2 * DAY} for n in range(100)]
    found = shares.over_limit(_feed(*part, *whole, totals={"ana": 40, "ben": 100}), SEEN)
    assert found.table is not None and found.estimate == 0
    rows = found.table.rows.set_index("influencer_id")
    assert rows["above"].min() < 0.01 and rows["next"]["ana"] > 0.9
    assert rows["verdict"].to_dict() == {"ana": "part of the feed", "ben": "too early to tell"}
    assert rows["coverage"].to_dict() == {"ana": 0.5, "ben": 1.0}
    assert any(caveat.startswith("Of 1 creator the files have less than 80% of the feed") for caveat in found.caveats)


def test_creators_without_a_single_label_are_counted_and_not_judged() -> None:
    found = shares.over_limit(_feed(*[{"sponsored": n < 2} for n in range(9)], {"creator": "ben"}), SEEN)
    assert found.clusters == 1
    assert "1 creator posted lately without a single known label and cannot be judged." in found.caveats


def test_the_ceiling_of_lefty_is_a_line_for_comparison_and_no_verdict() -> None:
    rows = [
        {"creator": name, "followers": size, "sponsored": n < paid}
        for name, size, paid in (("ana", 10_000, 1), ("ben", 99_999, 4), ("cid", 100_000, 9), ("dee", 50_000, 0))
        for n in range(10)
    ]
    found = shares.over_limit(_feed(*rows), SEEN)
    seen = {name: found.details[f"micro_{name}"] for name in ("creators", "above_ceiling_from", "above_ceiling_to")}
    assert seen == {"creators": 3, "above_ceiling_from": 2, "above_ceiling_to": 1}
    assert any(
        "Of 3 creators of that size, 1 showed more than 15% and 2 more than 5%." in said for said in found.caveats
    )


def _held_out(seed: int, steadiness: float) -> pd.DataFrame:
    """Return the shares of a made-up world a quarter before its end, and whether the limit was passed in the end.

    Our campaign's posts, which fall into the last quarter only, are left out there.
    """
    world = draw(replace(sized("default", 60, 6000), share_level=0.2, share_steadiness=steadiness), streams(seed))
    then = campaign(as_of=AS_OF - dt.timedelta(days=90))
    table = shares.shares(feed.of(calibration.tables_of(world), then), then)
    names = world.creators["handle"].to_numpy()[world.posts["creator"]]
    late = world.posts["posted_at"] >= pd.Timestamp(then.today, tz=then.timezone) + DAY
    rows = world.posts.assign(name=names)[late & ~world.posts["ours"] & ~world.posts["young"]]
    share = rows.groupby("name")["sponsored"].mean()
    return table.assign(came=table["influencer_id"].map(share > 0.5)).dropna(subset=["came"])


def _slope(chance: pd.Series, came: pd.Series) -> float:
    """Return the slope of what came over what was said, both as means of ten bins."""
    bins = pd.DataFrame({"said": chance, "came": came.astype(float), "bin": (chance * 10).clip(0, 9.99).astype(int)})
    means = bins.groupby("bin").agg(said=("said", "mean"), came=("came", "mean"), n=("came", "size"))
    return float(np.polyfit(means["said"], means["came"], 1, w=np.sqrt(means["n"]))[0])


def test_the_chances_come_true_in_the_quarter_after_and_those_of_the_last_quarter_alone_do_not() -> None:
    """In 24 worlds of 60 creators 9 of 10 flagged creators pass the limit next; the share now alone says it of too many."""
    drawn = pd.concat([_held_out(500 + n, 6.0 if n % 2 else 30.0) for n in range(24)])
    flagged = drawn[drawn["next"] > 0.9]["came"].astype(bool)
    assert len(flagged) > 80
    # Were 9 in 10 right, fewer than this would be a chance of 1 in 100.
    assert flagged.sum() >= stats.binom.ppf(0.01, len(flagged), 0.9)
    assert _slope(drawn["next"], drawn["came"]) == pytest.approx(1, abs=0.15)
    now = drawn[drawn["above"] > 0.9]["came"].astype(bool)
    assert now.mean() < 0.82 and _slope(drawn["above"], drawn["came"]) < 0.7


@pytest.mark.parametrize(
    ("last", "days", "verdict", "words_of_it"),
    [
        (
            "2026-03-30",
            92.0,
            "contradicted",
            "30 Mar 2026, 92 days ago: in time, the next check is due by 30 Jun 2026.",
        ),
        (
            "2026-03-29",
            93.0,
            "supported",
            "29 Mar 2026, 93 days ago: a check is due, 1 day past the 92 days it may be old.",
        ),
        ("2026-06-30", 0.0, "contradicted", "30 Jun 2026, 0 days ago: in time, the next check is due by 30 Sept 2026."),
    ],
)
def test_the_last_check_is_held_against_the_quarterly_rule(
    last: str, days: float, verdict: str, words_of_it: str
) -> None:
    seen = campaign(last_check=dt.date.fromisoformat(last))
    found = shares.last_check(STEADY, seen)
    assert (found.estimate, found.interval, found.verdict, found.n) == (days, (days, days), verdict, 11)
    assert found.headline == f"The sponsorships were last checked on {words_of_it}"
    assert found.number() == f"{days:.0f} days (counted, n = 11 creators)"


def test_a_check_that_nobody_named_or_that_is_to_come_or_labels_that_are_missing_are_told() -> None:
    late, unmarked = campaign(last_check=dt.date(2026, 7, 1)), campaign(last_check=dt.date(2026, 6, 1))
    cases = [shares.last_check(STEADY, SEEN), shares.last_check(STEADY, late), shares.last_check(_feed({}), unmarked)]
    assert {one.verdict for one in cases} == {"not_available"}
    assert "`last_check`" in cases[0].headline and "every quarter (here 92 days)" in cases[0].headline
    assert "lies after the day of this report" in cases[1].headline and cases[2].headline.startswith(
        "Nobody has marked"
    )


def _sponsored(day: str, sponsor: str | None, creator: str = "ana", **more: Any) -> dict[str, Any]:
    """Return a sponsored post at noon of a day."""
    when = pd.Timestamp(f"{day} 12:00", tz="UTC")
    return {"creator": creator, "posted_at": when, "sponsored": True, "sponsor_brand": sponsor} | more


LOOKED = campaign(last_check=dt.date(2026, 5, 1), competitors=["LOREMO", "Sampelle"])
BRANDS = _feed(
    _sponsored("2026-01-10", "Demora"),
    _sponsored("2026-05-01", "Fictiva"),
    _sponsored("2026-05-02", "demora ; Loremo"),
    _sponsored("2026-05-20", "loremo;Examplia"),
    _sponsored("2026-05-21", "Placebon", sponsored=False),
    _sponsored("2026-05-22", None),
    _sponsored("2026-04-01", "Demora", "ben"),
    _sponsored("2026-06-01", "DEMORA", "ben"),
    _sponsored("2026-06-02", "Fictiva", "ben", sponsored=None),
    _sponsored("2026-05-09", "Sampelle", "cid"),
)


def test_a_sponsor_is_new_when_first_seen_with_a_creator_after_the_last_check() -> None:
    found = shares.new_sponsors(BRANDS, LOOKED)
    assert found.table is not None
    assert [tuple(row.values()) for row in found.table.records()] == [
        ("ben", "Fictiva", "another's", "2026-06-02", 1),
        ("ana", "Examplia", "ours", "2026-05-20", 1),
        ("ana", "Loremo", "a competitor's", "2026-05-02", 2),
    ]
    assert (found.estimate, found.interval, found.verdict, found.counted) == (2.0, (2.0, 2.0), "supported", True)
    assert (found.n, found.clusters) == (8, 2)
    assert found.headline == (
        "2 new sponsorships since 1 May 2026 (the last check): 2 of 2 creators posted for brands they had not posted "
        "for before."
    )
    assert found.caveats == (
        "1 of 8 sponsored posts do not name the sponsor.",
        "1 creator is left out of the new sponsors: their posts in the files begin after 1 May 2026.",
    )


def test_without_a_last_check_the_last_quarter_counts_and_that_is_said() -> None:
    found = shares.new_sponsors(BRANDS, SEEN)
    assert found.estimate == 2.0 and "since 30 Mar 2026 (no last check is named in the YAML)" in found.headline
    assert found.table is not None and {row["influencer_id"] for row in found.table.records()} == {"ana"}


def test_our_own_brand_is_no_new_sponsor() -> None:
    rows = _feed(_sponsored("2026-04-01", "Demora"), _sponsored("2026-05-20", "EXAMPLIA"))
    found = shares.new_sponsors(rows, LOOKED)
    assert (found.estimate, found.verdict) == (0.0, "contradicted") and found.table is not None
    assert [row["relation"] for row in found.table.records()] == ["ours"]


def test_new_sponsors_need_names_and_a_past() -> None:
    nameless, young = (
        shares.new_sponsors(STEADY, LOOKED),
        shares.new_sponsors(_feed(_sponsored("2026-06-01", "X")), LOOKED),
    )
    assert (nameless.verdict, young.verdict) == ("not_available", "not_enough_data")
    assert (
        nameless.headline.startswith("No post in the files names its sponsor")
        and "begin before 1 May" in young.headline
    )


def test_conflicts_are_posts_for_competitors_from_a_quarter_before_the_campaign_to_its_end() -> None:
    """The campaign runs from 18 May to 16 June: posts count from 17 February on, the last day included."""
    days = {"2026-02-16": "early", "2026-02-17": "ana", "2026-06-16": "ben", "2026-06-17": "late"}
    rows = _feed(
        *(_sponsored(day, "Loremo", name) for day, name in days.items()), _sponsored("2026-05-05", "Demora", "cid")
    )
    found = shares.competitor_conflicts(rows, LOOKED)
    assert (found.estimate, found.interval, found.verdict, found.counted) == (2.0, (2.0, 2.0), "supported", True)
    assert (found.n, found.clusters) == (3, 3)
    assert (
        found.headline
        == "From 17 Feb 2026 to 16 Jun 2026 2 of 3 creators also posted for one of the 2 competitors named."
    )
    assert "from 90 days before the first day of the campaign to its last day" in found.method


def test_the_table_of_conflicts_tells_each_creators_sponsors_and_our_share_of_them() -> None:
    found = shares.competitor_conflicts(BRANDS, LOOKED)
    assert found.table is not None
    assert [tuple(row.values()) for row in found.table.records()] == [
        ("ana", "LOREMO", 2, "20 May 2026", 4, 0.25),
        ("cid", "Sampelle", 1, "9 May 2026", 1, 0.0),
        ("ben", "none", 0, "never", 2, 0.0),
    ]


def test_our_posts_are_told_by_our_brand_or_by_our_campaign() -> None:
    rows = _feed(
        _sponsored("2026-06-01", None, campaign_id="spring"),
        _sponsored("2026-06-02", "A;B"),
        _sponsored("2026-06-03", "examplia"),
    )
    assert shares.sponsors(rows, SEEN).to_dict("records") == [
        {"influencer_id": "ana", "our_share": pytest.approx(2 / 3), "sponsors": 3}
    ]


def test_without_competitors_or_sponsors_no_conflict_is_claimed_or_denied() -> None:
    unnamed = shares.competitor_conflicts(BRANDS, campaign())
    assert unnamed.verdict == "not_available" and "`competitors`" in unnamed.headline
    assert unnamed.table is not None and unnamed.table.rows["influencer_id"].tolist() == ["ana", "ben", "cid"]
    nameless = shares.competitor_conflicts(STEADY, LOOKED)
    assert (nameless.verdict, nameless.table) == ("not_available", None)
    none_near = shares.competitor_conflicts(
        _feed(_sponsored("2026-01-02", "Loremo"), _sponsored("2026-03-01", None)), LOOKED
    )
    assert (none_near.verdict, none_near.estimate) == ("not_enough_data", None)


def test_no_conflict_is_no_conflict_seen() -> None:
    found = shares.competitor_conflicts(_feed(_sponsored("2026-05-05", "Demora")), campaign(competitors=["Loremo"]))
    assert (found.estimate, found.verdict) == (0.0, "contradicted")
    assert (
        found.headline
        == "No conflict seen: from 17 Feb 2026 to 16 Jun 2026 none of 1 creator posted for the competitor named."
    )


def test_every_finding_can_be_written_down() -> None:
    makers = (shares.over_limit, shares.last_check, shares.new_sponsors, shares.competitor_conflicts)
    for made in (STEADY, BRANDS, _feed({}), feed.of(tables(), SEEN)):
        for seen in (SEEN, LOOKED):
            found: list[Finding] = [make(made, seen) for make in makers]
            assert all(one.headline.endswith(".") and one.to_json()["id"].startswith("saturation.") for one in found)


MAY, JULY = dt.date(2026, 5, 1), dt.date(2026, 7, 31)
SENTENCES = {
    words.over_limit(0, 0, 0.2, 0, 1, 0.5, 90): "None of 1 creator with labelled posts will almost surely show more than 50% sponsored posts in the next 90 days. In the last 90 days none did.",
    words.over_limit(0, 4, 1.6, 2, 7, 0.5, 90): "None of 7 creators with labelled posts will almost surely show more than 50% sponsored posts in the next 90 days; 4 may, and about 2 in all are to be expected to. In the last 90 days 2 did.",
    words.over_limit(1, 4, 1.1, 3, 1200, 0.4, 60): "1 of 1,200 creators with labelled posts will almost surely show more than 40% sponsored posts in the next 60 days; 4 more may. In the last 60 days 3 did.",
    words.no_recent_posts(90): "No posts with a known label in the last 90 days, so no sponsored share can be given.",
    words.share_caption(90, 0.5): "Sponsored share of each creator over the last 90 days, and what the next 90 days may bring, against the limit of 50%",
    words.quarters_caption(90): "Sponsored share of each creator, 90 days at a time",
    words.bounds(0, (1, 2, 2)): "Of all posts, more than the limit is declared as sponsored with 1 of the creators, with 2 once captions that call themselves advertising count, and with 2 if every unknown label counts as well.",
    words.bounds(1, (0, 0, 3)): "The label of 1 post of these days is unknown. Of all posts, more than the limit is declared as sponsored with none of the creators, with none once captions that call themselves advertising count, and with 3 if every unknown label counts as well.",
    words.unlabelled(2): "2 creators posted lately without a single known label and cannot be judged.",
    words.hardly_seen(0): "The files show no change of a share from one quarter to the next: how far shares move is an assumption, which a longer feed would replace.",
    words.hardly_seen(1): "The files show only 1 change of a share from one quarter to the next: how far shares move is an assumption, which a longer feed would replace.",
    words.part_of_their_feeds(3, 0.8): "Of 3 creators the files have less than 80% of the feed: their shares are a guess, and nobody is flagged on it.",
    words.lefty(0, 2, 3, (10_000, 100_000), (0.05, 0.15)): "A stricter line, for comparison: Lefty advises a ceiling of 5% to 15% at 10k to 100k followers (posts that only mention a brand counted too). Of 3 creators of that size, none showed more than 15% and 2 more than 5%.",
    words.last_check(MAY, 1, 92): "The sponsorships were last checked on 1 May 2026, 1 day ago: in time, the next check is due by 1 Aug 2026.",
    words.no_last_check(92): "When the sponsorships were last checked is not known: write the day as `last_check` into the campaign's YAML. The rule is a check every quarter (here 92 days), as new sponsors can start at any time.",
    words.check_to_come(JULY, MAY): "The `last_check` of the campaign's YAML, 31 Jul 2026, lies after the day of this report, 1 May 2026: correct one of them.",
    words.new_sponsors(1, 1, 9, MAY, True): "1 new sponsorship since 1 May 2026 (the last check): 1 of 9 creators posted for a brand they had not posted for before.",
    words.new_sponsors(0, 0, 9, MAY, False): "No new sponsor since 1 May 2026 (no last check is named in the YAML): 9 creators posted only for brands they had posted for before.",
    words.no_history(MAY): "Not enough data to tell which sponsors are new: no creator's posts in the files begin before 1 May 2026.",
    words.no_past(2, MAY): "2 creators are left out of the new sponsors: their posts in the files begin after 1 May 2026.",
    words.new_caption(MAY): "Sponsors first seen with a creator after 1 May 2026; our own brand is listed, not counted",
    words.unnamed(3, 4): "3 of 4 sponsored posts do not name the sponsor.",
    words.conflicts(1, 3, MAY, JULY, 1): "From 1 May 2026 to 31 Jul 2026 1 of 3 creators also posted for the competitor named.",
    words.no_sponsors_near(MAY, JULY): "Not enough data to tell whether creators also posted for a competitor: no post names its sponsor from 1 May 2026 to 31 Jul 2026.",
    words.conflict_caption(90): "Posts for competitors by creator, and whose brands each showed in the last 90 days",
    words.sponsors_caption(90): "Sponsors of each creator in the last 90 days, and our share of their sponsored posts",
}  # fmt: skip


@pytest.mark.parametrize("said", SENTENCES)
def test_a_sentence_reads_as_it_should(said: str) -> None:
    assert said == SENTENCES[said]


def test_the_verdict_on_a_creator_follows_the_chance() -> None:
    said = [words.share_verdict(chance, 0.9) for chance in (0.91, 0.9, 0.1, 0.09)]
    assert said == ["above the limit", "too early to tell", "too early to tell", "within the limit"]


def test_no_sentence_speaks_statistics() -> None:
    texts = [n.value for n in ast.walk(ast.parse(inspect.getsource(words))) if isinstance(n, ast.Constant)]
    jargon = r"p-value|significan|standard error|coefficient|posterior|regress|bootstrap|cluster|binomial|hierarch"
    assert [text for text in texts if isinstance(text, str) and re.search(jargon, text, re.IGNORECASE)] == []
