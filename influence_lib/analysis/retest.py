"""What one more test of a creator is worth: its number of posts, its value, and the chance that it decides."""

from dataclasses import dataclass

import numpy as np
from scipy import special

from influence_lib.analysis.inference import Array, Codes

MOST_POSTS = 20
# Over how many campaigns of this size a decision holds: a year of four.
AHEAD = 4
# With this chance on one side of break-even a creator is kept or stopped.
CLEAR = 0.9


@dataclass(frozen=True)
class Retest:
    """The best test of each creator: posts (MOST_POSTS + 1 for more, 0 where none pays), worth, chance to decide."""

    posts: Codes
    worth: Array
    decides: Array


def best(draws: Array, luck: float, cost: Array, posts: Array, order_margin: float) -> Retest:
    """Return the test that is worth most for each creator, in one further campaign.

    Deciding now brings the better of nothing and the expected gain over the campaigns ahead. A test of n posts brings
    the expected gain on its own cost, then the better of nothing and what is expected after it, on what is left
    (expected value of sample information; Raiffa and Schlaifer 1961). On the log scale both the return and what a test
    tells of it are taken as normal; the luck of one campaign does not shrink with more posts. `draws` (draws x
    creators): margin for each unit of own cost; `cost` and `posts` are those of the last campaign; `order_margin` is
    the margin of one order.
    """
    mean, spread = draws.mean(axis=0), np.log(draws).std(axis=0)
    price, stake = cost / posts, AHEAD * cost
    number = np.arange(1, MOST_POSTS + 2)[:, None]
    noise = luck + order_margin / np.maximum(number * price * mean, 1e-300)
    told = spread**2 / np.sqrt(spread**2 + noise)
    spent = np.minimum(number * price, stake)
    after = expected_gain(mean, told)
    worth = (mean - 1) * spent + after * (stake - spent) - np.maximum(mean - 1, 0) * stake
    at = np.where(number * price <= stake, worth, -np.inf).argmax(axis=0)
    creators = np.arange(len(mean))
    gain = worth[at, creators]
    return Retest(np.where(gain > 0, at + 1, 0), gain, _decides(mean, spread, noise[at, creators]))


def expected_gain(mean: Array, told: Array) -> Array:
    """Return the mean of max(return - 1, 0) for a log-normal return (Black 1976).

    `told` is the log spread of the return expected after a test; 0 where the test tells nothing.
    """
    known = told > 1e-9
    wide = np.where(known, told, 1.0)
    upper = np.log(mean) / wide + wide / 2
    found = mean * special.ndtr(upper) - special.ndtr(upper - wide)
    return np.where(known, found, np.maximum(mean - 1, 0))


def _decides(mean: Array, spread: Array, noise: Array) -> Array:
    """Return the chance that after the test the return is clearly above or clearly below break-even."""
    left = np.sqrt(spread**2 * noise / (spread**2 + noise))
    moved = np.maximum(spread**2 / np.sqrt(spread**2 + noise), 1e-9)
    middle, far = np.log(mean) - spread**2 / 2, float(special.ndtri(CLEAR)) * left
    return np.asarray(special.ndtr((middle - far) / moved) + special.ndtr((-middle - far) / moved))
