import numpy as np
import pandas as pd
import pytest
from worlds import campaign, feed_of

from influence_lib.analysis import comparable

pytestmark = pytest.mark.filterwarnings("error")


def test_posts_get_rate_account_format_month_age_and_label() -> None:
    """A post of 31 March, 23:30 in UTC, is one of April in Berlin; its numbers were read after 20 days."""
    late = pd.Timestamp("2026-03-31 23:30", tz="UTC")
    posts = comparable.posts(feed_of(creator=["a", "b"], followers=1000, likes=[0, 99], posted_at=late), campaign())
    assert posts["log_rate"].tolist() == pytest.approx([np.log(0.5 / 1000), np.log(99.5 / 1000)])
    assert posts[["account", "format", "month", "age", "label"]].iloc[0].tolist() == [
        "a tiktok",
        "tiktok untold",
        "2026-04",
        2,
        "untold",
    ]
    told = feed_of(creator=["a", "b"], followers=1000, likes=1, sponsored=[True, False])
    assert comparable.posts(told, campaign())["label"].tolist() == ["sponsored", "organic"]


def test_the_commonest_value_has_no_column() -> None:
    rows = pd.DataFrame({"month": ["m1", "m2", "m2", "m3"], "age": [1, 1, 1, 2]})
    assert list(comparable.each(rows, ["month"])) == ["month m1", "month m2", "month m3"]
    columns = comparable.all_but_commonest(rows, ["month", "age"])
    assert {name: column.tolist() for name, column in columns.items()} == {
        "month m1": [1, 0, 0, 0],
        "month m3": [0, 0, 0, 1],
        "age 2": [0, 0, 0, 1],
    }


def test_kinds_lie_on_one_island_when_a_chain_of_accounts_links_them() -> None:
    """A uses x and y, B uses y and z, C uses w only, D and E use u and v."""
    rows = pd.DataFrame({"account": list("AABBCDDE"), "kind": list("xyyzwuvv")})
    island = comparable.islands(rows, "kind")
    assert len(set(island[:4])) == 1 and len(set(island[5:])) == 1
    assert len({island[0], island[4], island[5]}) == 3
    assert len(comparable.islands(rows.head(0), "kind")) == 0
