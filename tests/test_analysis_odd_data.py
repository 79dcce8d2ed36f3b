"""Data with something wrong or missing: every question answers in words, without a warning and without a guess."""

import dataclasses
import warnings
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from worlds import campaign, everything, world

from influence_lib.tables import TABLES, Tables

SEEN = campaign()


def _only(given: Tables, creators: int) -> Tables:
    """Return the tables of the first creators."""
    names = given.influencers["influencer_id"].head(creators)
    for name in ("influencers", "followers", "posts", "tracking", "costs"):
        rows = getattr(given, name)
        given = given.with_table(name, rows[rows["influencer_id"].isin(names)].reset_index(drop=True))
    return given


def _with(name: str, **columns: object) -> Callable[[], Tables]:
    return lambda: world().with_table(name, TABLES[name].shape(getattr(world(), name).assign(**columns)))


def _gone(*names: str) -> Callable[[], Tables]:
    return lambda: dataclasses.replace(world(), **{name: TABLES[name].empty() for name in names})


DEGENERATE: dict[str, tuple[Callable[[], Tables], dict[str, str]]] = {
    "nothing at all": (Tables, {"roi.roi": "not_available", "engagement.reach_rate": "not_available"}),
    "one creator": (
        lambda: _only(world(), 1),
        {"engagement.size_elasticity": "not_enough_data", "saturation.kink": "not_enough_data"},
    ),
    "two creators": (
        lambda: _only(world(), 2),
        {"saturation.sponsored_effect": "not_enough_data", "roi.roi": "not_enough_data"},
    ),
    "all likes the same": (_with("post_metrics", likes=7, comments=0, shares=0, saves=0), {}),
    "no likes at all": (
        _with("post_metrics", likes=0, comments=0, shares=0, saves=0),
        {"engagement.rate.micro": "not_enough_data"},
    ),
    "likes unknown": (
        _with("post_metrics", likes=pd.NA, comments=pd.NA, shares=pd.NA, saves=pd.NA),
        {"engagement.size_elasticity": "not_enough_data", "saturation.sponsored_effect": "not_enough_data"},
    ),
    "followers the same": (_with("followers", followers=1000), {"engagement.size_elasticity": "not_enough_data"}),
    "followers zero": (_with("followers", followers=0), {"engagement.size_elasticity": "not_enough_data"}),
    "reach zero": (_with("post_metrics", reach=0), {"engagement.reach_rate": "not_enough_data"}),
    "all sponsored": (_with("posts", is_sponsored=True), {"saturation.sponsored_effect": "not_enough_data"}),
    "none sponsored": (_with("posts", is_sponsored=False), {"saturation.kink": "not_enough_data"}),
    "labels unknown": (_with("posts", is_sponsored=pd.NA), {"saturation.over_limit": "not_available"}),
    "no orders": (_gone("orders"), {"roi.roi": "not_available", "roi.incremental_revenue": "not_available"}),
    "no codes used": (
        _with("orders", codes=pd.NA),
        {"roi.roi": "not_enough_data", "roi.by_creator": "not_enough_data"},
    ),
    "orders worth nothing": (
        _with("orders", net_revenue=0.0),
        {"roi.roi": "not_enough_data", "roi.incremental_revenue": "not_enough_data"},
    ),
    "orders all given back": (_with("orders", net_revenue=-1.0), {"roi.roi": "not_enough_data"}),
    "no costs": (_gone("costs"), {"roi.roi": "not_available", "roi.incremental_roas": "not_available"}),
    "costs of zero": (_with("costs", amount=0.0), {"roi.roi": "not_enough_data", "roi.by_creator": "not_enough_data"}),
    "costs of nobody": (_with("costs", influencer_id=pd.NA), {"roi.roi": "not_enough_data"}),
    "daily series unknown": (_gone("series"), {}),
    "daily series constant": (_with("series", value=3.0), {}),
    "one creator pays all": (_with("costs", amount=np.r_[1e6, np.full(len(world().costs) - 1, 1.0)]), {}),
}


@pytest.mark.parametrize("case", DEGENERATE)
def test_odd_data_get_an_answer_in_words_without_a_warning(case: str) -> None:
    make, expected = DEGENERATE[case]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        findings = everything(make(), SEEN)
    for finding in findings.values():
        assert finding.headline.endswith(".") and "nan" not in finding.headline.lower().split()
        finding.to_json()
    assert {name: findings[name].verdict for name in expected} == expected
