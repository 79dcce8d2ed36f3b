"""Made-up people and whom they follow: how audiences overlap, and how many people a campaign reached at least once.

Planted: creators and people have tastes in eight dimensions; creators of one brand have a good part of theirs in
common, those of one category more. A person follows a creator by chance, the likelier the nearer the tastes; small
accounts have people of a narrower taste. Each follower sees a post with the chance reach over followers, so that the
sum over creators is their reach, and people whom several reach are counted by `reached`.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from influence_lib.simulate.creators import CATEGORIES
from influence_lib.simulate.scenarios import Scenario

DIMENSIONS = 8
KINDS_OF_PEOPLE = 2000
CATEGORY_WEIGHT, OWN_WEIGHT = 0.5, 0.5
# How far along the brand's taste people are drawn; their weights set the mixture right again.
SHIFTS = np.array([0.0, 1.0, 2.0, 3.0])
LEAST_NARROW = 0.3
# Followers and posts of a creator: nobody sees more than nearly all posts.
MOST_SEEN = 0.98
STEPS = 40
# Pairs are looked at among so many creators.
MOST_PAIRED = 300


@dataclass(frozen=True)
class Crowd:
    """Kinds of people: their tastes, how many people each stands for, and the tastes of creators."""

    tastes: np.ndarray
    people: np.ndarray
    creators: np.ndarray


def crowd(creators: pd.DataFrame, scenario: Scenario, random: np.random.Generator) -> Crowd:
    """Return the people and the creators' tastes."""
    brand = np.eye(DIMENSIONS)[0]
    tastes = random.standard_normal((KINDS_OF_PEOPLE, DIMENSIONS))
    tastes[:, 0] += np.resize(SHIFTS, KINDS_OF_PEOPLE)
    rare = np.exp(SHIFTS * tastes[:, :1] - SHIFTS**2 / 2).mean(axis=1)
    centres = dict(zip(CATEGORIES, _units(random.standard_normal((len(CATEGORIES), DIMENSIONS))), strict=True))
    own = _units(random.standard_normal((len(creators), DIMENSIONS)))
    shared = np.array([centres[name] for name in creators["category"]])
    drawn = _units(brand + CATEGORY_WEIGHT * shared + OWN_WEIGHT * own)
    return Crowd(tastes, scenario.population / rare / (1 / rare).sum(), drawn)


def _units(rows: np.ndarray) -> np.ndarray:
    """Return vectors of length one."""
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))


def follows(people: Crowd, creators: pd.DataFrame, scenario: Scenario) -> np.ndarray:
    """Return the chance that a person of each kind (columns) follows each creator (rows).

    1 - exp(-rate), the rate being log-linear in how near the tastes are; its level gives the creator's followers.
    """
    wanted = np.minimum(creators["real_followers"].to_numpy() / scenario.population, 0.5)
    common = 1 / (1 + CATEGORY_WEIGHT**2 + OWN_WEIGHT**2)
    narrow = np.sqrt(np.maximum(np.log(scenario.overlap / wanted) / common, LEAST_NARROW**2))
    near = narrow[:, None] * (people.creators[creators.index] @ people.tastes.T) - narrow[:, None] ** 2 / 2
    weight = people.people / people.people.sum()
    level = np.log(wanted)
    for _ in range(STEPS):
        rate = np.exp(near + level[:, None])
        there = -np.expm1(-rate) @ weight
        slope = (rate * np.exp(-rate)) @ weight
        step = (np.log(wanted) - np.log(there)) * there / np.maximum(slope, 1e-12)
        level = level + step.clip(-2, 2)
        if np.abs(step).max() < 1e-9:
            break
    return np.asarray(-np.expm1(-np.exp(near + level[:, None])))


def shared(chances: np.ndarray, people: Crowd) -> np.ndarray:
    """Return for each pair of creators which share of the row's followers follow the column's creator too."""
    both = (chances * people.people) @ chances.T
    return np.asarray(both / (chances @ people.people)[:, None])


def jaccard(chances: np.ndarray, people: Crowd) -> np.ndarray:
    """Return for each pair of creators the people who follow both over those who follow either."""
    both, size = (chances * people.people) @ chances.T, chances @ people.people
    return np.asarray(both / (size[:, None] + size - both))


def seen(posts: pd.DataFrame, creators: pd.DataFrame) -> np.ndarray:
    """Return the share of each creator's followers whom at least one post of this campaign reached."""
    ours = posts[posts["ours"]]
    missed = 1 - (ours["reach"] / ours["real_followers"]).clip(upper=MOST_SEEN)
    return (1 - missed.groupby(ours["creator"]).prod()).reindex(creators.index, fill_value=0.0).to_numpy()


def reached(exposed: np.ndarray, people: Crowd) -> float:
    """Return the people reached at least once; `exposed` is the chance that each creator (row) reaches each kind."""
    return float((1 - np.prod(1 - exposed, axis=0)) @ people.people)


def best_order(exposed: np.ndarray, people: Crowd, most: int) -> tuple[list[int], list[float]]:
    """Return creators by how many more people each reaches than those before, and the people reached by then."""
    left, order, curve = people.people.copy(), list[int](), list[float]()
    for _ in range(min(most, len(exposed))):
        more = exposed @ left
        more[order] = -1.0
        order.append(int(np.argmax(more)))
        left = left * (1 - exposed[order[-1]])
        curve.append(float(people.people.sum() - left.sum()))
    return order, curve


def first_times(exposed: np.ndarray, people: Crowd, worth: float) -> np.ndarray:
    """Return what each creator's exposures are worth when those of people reached by others too count less.

    A person reached by M others of the set, a Poisson number, is the creator's first time with the chance 1 / (1 + M).
    """
    others = exposed.sum(axis=0) - exposed
    first = np.where(others > 1e-9, -np.expm1(-others) / np.maximum(others, 1e-9), 1.0)
    weight = exposed * people.people
    total = weight.sum(axis=1)
    kept = (weight * (worth + (1 - worth) * first)).sum(axis=1) / np.where(total > 0, total, 1.0)
    return np.asarray(np.where(total > 0, kept, 1.0))


def pairs(
    share: np.ndarray, most_others: int, random: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return what samples of followers say: creator, other creator, followers looked at, those who follow both."""
    creators = len(share)
    sampled = random.integers(1000, 5001, creators)
    others = [np.delete(np.arange(creators), i) for i in range(creators)]
    kept = [np.sort(random.permutation(row)[:most_others]) for row in others]
    who, other = np.repeat(np.arange(creators), [len(row) for row in kept]), np.concatenate(kept)
    return who, other, sampled[who], random.binomial(sampled[who], share[who, other].clip(0, 1))
