import itertools

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from influence_lib.analysis import steadiness

pytestmark = pytest.mark.filterwarnings("error")


def _quarters(**creators: list[tuple[int, int]]) -> pd.DataFrame:
    """Return quarters from (sponsored posts, posts) of each creator."""
    rows = [(name, posts, paid) for name, counts in creators.items() for paid, posts in counts]
    return pd.DataFrame(rows, columns=["influencer_id", "posts", "sponsored_posts"])


def _drawn(steady: float, creators: int, quarters: int, seed: int, posts: int = 25) -> tuple[pd.DataFrame, np.ndarray]:
    """Return quarters whose rates are drawn around usual shares of about one half, and the rates that follow."""
    rng = np.random.default_rng(seed)
    usual = 1 / (1 + np.exp(-rng.normal(0.2, 0.8, creators)))[:, None]
    rates = rng.beta(usual * steady, (1 - usual) * steady, (creators, quarters + 1))
    paid = rng.binomial(posts, rates[:, :-1])
    names = np.repeat([f"c{n:03d}" for n in range(creators)], quarters)
    return pd.DataFrame({"influencer_id": names, "posts": posts, "sponsored_posts": paid.ravel()}), rates[:, -1]


def _by_brute_force(rows: pd.DataFrame, limit: float) -> pd.DataFrame:
    """Return P(rate above) and P(share above) by creator, adding up all combinations one by one."""
    grid, total, sums = steadiness.USUAL, 0.0, 0.0
    counts = [list(zip(own["sponsored_posts"], own["posts"], strict=True)) for _, own in rows.groupby("influencer_id")]
    for s in steadiness.STEADINESS:
        a, b = s * grid, s * (1 - grid)
        fits = [np.prod([stats.betabinom.pmf(k, n, a, b) for k, n in own], axis=0) for own in counts]
        shares = [np.mean([stats.betabinom.sf(np.floor(limit * n), n, a, b) for _, n in own], axis=0) for own in counts]
        for mean, alike in itertools.product(steadiness.MEANS, steadiness.ALIKE):
            usual = stats.beta.pdf(grid, mean * alike, (1 - mean) * alike) * grid * (1 - grid)
            evidences = [usual @ fit / usual.sum() for fit in fits]
            weight = stats.norm.pdf(np.log(s), np.log(6), 1) * mean * (1 - mean) * np.prod(evidences)
            mine = [usual * fit / (usual @ fit) for fit in fits]
            above = stats.beta.sf(limit, a, b)
            sums = sums + weight * np.array(
                [[own @ above, own @ share] for own, share in zip(mine, shares, strict=True)]
            )
            total += weight
    return pd.DataFrame(sums / total, sorted(rows["influencer_id"].unique()), ["rate", "share"])


def test_the_chances_are_those_of_adding_up_every_combination() -> None:
    rows = _quarters(ana=[(9, 12), (7, 11)], ben=[(1, 9)], cid=[(4, 8), (0, 3)])
    seen, slow = steadiness.outlook(rows), _by_brute_force(rows, 0.5)
    assert seen.rate_above(0.5).to_numpy() == pytest.approx(slow["rate"].to_numpy(), abs=2e-4)
    assert seen.share_above(0.5).to_numpy() == pytest.approx(slow["share"].to_numpy(), abs=2e-4)


@pytest.mark.parametrize("steady", [2, 8, 40])
def test_how_steady_shares_are_is_learnt_from_all_creators(steady: float) -> None:
    found = [steadiness.outlook(_drawn(steady, 80, 6, seed)[0]).steadiness for seed in range(4)]
    assert np.mean(np.log(found)) == pytest.approx(np.log(steady), abs=0.25)


def test_a_creator_with_one_quarter_borrows_how_much_the_others_move() -> None:
    """Nine of ten sponsored once means more where everybody keeps their share than where shares jump about."""
    chances = []
    for steady in (2, 60):
        rows, _ = _drawn(steady, 60, 4, 1)
        newcomer = _quarters(newcomer=[(9, 10)])
        chances.append(steadiness.outlook(pd.concat([rows, newcomer])).rate_above(0.5)["newcomer"])
    assert chances[0] < 0.8 < 0.9 < chances[1]


def test_a_single_quarter_of_one_creator_never_raises_the_alarm() -> None:
    """Nobody knows how much shares move, so eleven of twelve do not promise another quarter like that."""
    assert (
        0.5
        < steadiness.outlook(_quarters(ana=[(11, 12)])).share_above(0.5)["ana"]
        < 0.9
        < stats.beta.sf(0.5, 11.5, 1.5)
    )


def test_the_chances_of_planted_rates_come_true_as_often_as_they_say() -> None:
    worlds = [_drawn(8, 60, 3, seed) for seed in range(30)]
    chance = np.concatenate([steadiness.outlook(rows).rate_above(0.5).to_numpy() for rows, _ in worlds])
    came = np.concatenate([following > 0.5 for _, following in worlds]).astype(float)
    assert np.polyfit(chance, came, 1)[0] == pytest.approx(1, abs=0.15)
    assert came[chance > 0.9].mean() > 0.87
    assert came.mean() == pytest.approx(chance.mean(), abs=0.04)


def test_neither_the_order_of_rows_nor_an_empty_table_matters() -> None:
    rows = _drawn(8, 12, 3, 1)[0]
    first, second = (
        steadiness.outlook(given).share_above(0.4) for given in (rows, rows.sample(frac=1, random_state=1))
    )
    pd.testing.assert_series_equal(first, second, rtol=1e-9)
    assert steadiness.outlook(rows.head(0)).share_above(0.5).empty


def test_nothing_lies_above_a_limit_of_everything() -> None:
    seen = steadiness.outlook(_quarters(ana=[(9, 9)] * 4, ben=[(0, 9)] * 4))
    assert seen.share_above(1.0).tolist() == [0, 0] and seen.rate_above(1.0).tolist() == [0, 0]
    assert seen.rate_above(0.0).tolist() == pytest.approx([1, 1])
    assert seen.share_above(0.0)["ana"] == pytest.approx(1, abs=0.01)
