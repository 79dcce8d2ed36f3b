"""What must hold of every finding, whatever the campaign."""

import functools

import numpy as np
import pandas as pd
import pytest
from worlds import campaign, everything, feed_of, posts, world

from influence_lib.analysis import engagement, feed, peaks, roi, saturation
from influence_lib.findings import Finding
from influence_lib.tables import TABLES, Tables

pytestmark = pytest.mark.filterwarnings("error")
SEEN = campaign()


@functools.cache
def found() -> dict[str, Finding]:
    return everything(world(), SEEN)


def _same(first: Finding, second: Finding) -> None:
    """Hold two findings against each other to six digits, words and tables included."""
    assert first.to_json() == second.to_json()


def test_every_estimate_lies_in_its_interval_and_every_refusal_has_none() -> None:
    for finding in found().values():
        if finding.verdict in {"not_enough_data", "not_available"}:
            assert finding.estimate is None and finding.interval is None
        elif finding.estimate is not None and finding.interval:
            assert finding.interval[0] <= finding.estimate <= finding.interval[1]


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_rows_does_not_matter(seed: int) -> None:
    mixed = Tables(
        **{name: getattr(world(), name).sample(frac=1, random_state=seed).reset_index(drop=True) for name in TABLES}
    )
    again = everything(mixed, SEEN)
    for name, finding in found().items():
        _same(finding, again[name])


MONEY_COLUMNS = {"costs": ["amount"], "orders": ["net_revenue", "discount", "refund"], "boosts": ["spend"]}


def _in_cents(given: Tables) -> Tables:
    for table, columns in MONEY_COLUMNS.items():
        rows = getattr(given, table)
        given = given.with_table(table, rows.assign(**{name: rows[name] * 100 for name in columns}))
    return given


def test_the_unit_of_money_changes_money_and_nothing_else() -> None:
    cents = everything(_in_cents(world()), campaign(fee_cap=100 * SEEN.fee_cap))
    for name, finding in found().items():
        factor = 100 if finding.unit == "money" else 1
        assert cents[name].verdict == finding.verdict
        if finding.estimate is not None and finding.interval:
            assert cents[name].estimate == pytest.approx(finding.estimate * factor, rel=1e-6)
            assert cents[name].interval == pytest.approx([end * factor for end in finding.interval], rel=1e-6)
    before, after = (findings["roi.by_creator"].table for findings in (found(), cents))
    assert before and after
    for column in ("roi", "roi_low", "roi_high", "p_profitable", "p_best"):
        assert after.rows[column].tolist() == pytest.approx(before.rows[column].tolist(), rel=1e-6)


def test_a_creator_who_never_posts_changes_nothing() -> None:
    ghost = {
        "influencer_id": "ghost",
        "platform": "tiktok",
        "observed_at": pd.Timestamp("2026-05-01", tz="UTC"),
        "followers": 9_999,
    }
    more = world()
    for name in ("influencers", "followers"):
        more = more.with_table(name, TABLES[name].shape(pd.concat([getattr(more, name), pd.DataFrame([ghost])])))
    again = everything(more, SEEN)
    for name, finding in found().items():
        _same(finding, again[name])


def test_the_same_campaign_gives_the_same_findings_and_tables_are_left_as_they_were() -> None:
    before = {name: getattr(world(), name).copy(deep=True) for name in TABLES}
    again = everything(world(), SEEN)
    for name, finding in found().items():
        _same(finding, again[name])
    for name, rows in before.items():
        pd.testing.assert_frame_equal(getattr(world(), name), rows)


def _claims(given: Tables) -> dict[str, Finding]:
    """Return the findings that would claim an effect."""
    rows, book = feed.of(given, SEEN), roi.ledger(given, SEEN)
    found = [
        engagement.size_elasticity(rows, SEEN),
        peaks.sweet_spot(rows, SEEN),
        saturation.sponsored_effect(rows, SEEN),
        *saturation.dose_response(rows, SEEN),
        *roi.incremental(book, given, SEEN),
        roi.by_creator(book, given, SEEN),
    ]
    return {finding.id: finding for finding in found}


def test_a_world_with_nothing_in_it_mostly_says_so() -> None:
    """Eight empty worlds, four claims each at 5 %: more than five wrong ones would be a chance of one in 200."""
    claims = ("engagement.size_elasticity", "saturation.sponsored_effect", "saturation.kink", "roi.incremental_revenue")
    wrong = 0
    for seed in range(8):
        findings = _claims(world("null", 16, 480, seed))
        wrong += sum(findings[name].verdict in {"supported", "contradicted"} for name in claims)
        assert findings["engagement.sweet_spot"].verdict != "supported"
        creators = findings["roi.by_creator"].table
        assert creators is None or "keep" not in set(creators.rows["verdict"])
    assert wrong <= 5


def test_a_thousand_posts_of_two_creators_are_two_voices() -> None:
    likes = np.random.default_rng(1).integers(1, 90, 1000)
    names, sizes, paid = (np.repeat(pair, 500) for pair in (["ana", "ben"], [1000, 90_000], [True, False]))
    findings = everything(posts(creator=names, followers=sizes, likes=likes, sponsored=paid), SEEN)
    told = ("engagement.size_elasticity", "engagement.sweet_spot", "saturation.sponsored_effect", "saturation.kink")
    assert {findings[name].verdict for name in told} == {"not_enough_data"}
    assert "engagement.rate.micro" in findings and findings["engagement.rate.micro"].estimate is None


def test_false_alarms_about_sponsoring_keep_to_their_level() -> None:
    """In 25 worlds without an effect more than five claims at 5 % would be a chance of one in 150."""
    wrong = 0
    for seed in range(25):
        rng = np.random.default_rng(seed)
        level = np.repeat(30 * np.exp(rng.normal(0, 0.5, 14)), 14)
        likes = rng.negative_binomial(3, 3 / (3 + level))
        names, paid = np.repeat([f"c{n:02d}" for n in range(14)], 14), rng.random(14 * 14) < 0.5
        made = feed_of(creator=names, followers=1000, likes=likes, sponsored=paid)
        wrong += saturation.sponsored_effect(made, SEEN).verdict in {"supported", "contradicted"}
    assert wrong <= 5
