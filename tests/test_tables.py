"""The canonical tables: what breaks a rule does not get in, and every breach is told."""

import pandas as pd
import pytest

from influence_lib.tables import ORDERS, POST_METRICS, POSTS, TABLES, TableError, Tables

DAY = pd.Timestamp("2026-03-01", tz="UTC")


def posts(**changes: list[object]) -> pd.DataFrame:
    columns = {
        "post_id": ["instagram/1", "instagram/2"],
        "influencer_id": ["ada", "ben"],
        "platform": ["instagram", "instagram"],
        "posted_at": [DAY, DAY],
    }
    return POSTS.shape(pd.DataFrame(columns | changes))


def test_columns_not_given_are_unknown_and_typed() -> None:
    rows = posts()
    assert list(rows.columns) == POSTS.names
    assert rows["is_sponsored"].isna().all()
    assert (rows["is_sponsored"].dtype, rows["posted_at"].dtype) == ("boolean", "datetime64[us, UTC]")


def test_a_good_table_passes_as_it_is() -> None:
    pd.testing.assert_frame_equal(POSTS.validate(posts()), posts())


def test_every_breach_is_told_at_once() -> None:
    wrong = posts(post_id=["instagram/1", "instagram/1"], platform=["instagram", "myspace"], post_type=["reel", "poem"])
    with pytest.raises(TableError) as error:
        POSTS.validate(wrong)
    told = str(error.value)
    assert "table 'posts' cannot be used" in told
    assert all(part in told for part in ("'myspace'", "'poem'", "post_id: "))


def test_a_count_below_zero_does_not_get_in() -> None:
    rows = POST_METRICS.shape(pd.DataFrame({"post_id": ["a"], "likes": [-1]}))
    with pytest.raises(TableError, match="likes"):
        POST_METRICS.validate(rows)


def test_a_required_cell_must_be_known() -> None:
    with pytest.raises(TableError, match="influencer_id"):
        POSTS.validate(posts(influencer_id=["ada", None]))


def test_net_revenue_may_be_below_zero_because_more_can_be_given_back_than_was_paid() -> None:
    rows = ORDERS.shape(pd.DataFrame({"order_id": ["o1"], "ordered_at": [DAY], "net_revenue": [-35.5]}))
    assert ORDERS.validate(rows)["net_revenue"].item() == -35.5


def test_a_column_nobody_knows_does_not_get_in() -> None:
    with pytest.raises(TableError, match="mood"):
        POSTS.validate(posts().assign(mood="good"))


def test_all_tables_start_empty_and_valid() -> None:
    tables = Tables().validate()
    assert {name: len(getattr(tables, name)) for name in TABLES} == dict.fromkeys(TABLES, 0)


def test_one_broken_table_fails_all_of_them() -> None:
    with pytest.raises(TableError, match="posts"):
        Tables().with_table("posts", posts(platform=["instagram", None])).validate()
