"""How made-up engagement follows followers: the planted curves, their slopes and their peaks.

A curve is of the engagement rate, engagements over followers. Engagements for each post are followers times that rate,
so their slope is steeper by one, and their peak, where there is one, lies at larger accounts than that of the rate.
"""

import numpy as np

from influence_lib.simulate.scenarios import Scenario

BASE_RATE, BASE_FOLLOWERS = 0.03, 30_000
# Fall of the log rate one power of ten beside its peak.
BEND = 0.25
# Fall of log engagements one unit of log followers beside their peak.
COUNTS_BEND = 0.2


def size_curve(followers: np.ndarray, scenario: Scenario) -> np.ndarray:
    """Return the planted log engagement rate by followers, up to a constant."""
    size, peak = np.log(followers), float(np.log(scenario.curve_peak or BASE_FOLLOWERS))
    ratio = followers / BASE_FOLLOWERS
    slope, base = scenario.size_elasticity, float(np.log(BASE_FOLLOWERS))
    curves = {
        "power": lambda: slope * (size - base),
        "plateau": lambda: slope * (np.minimum(size, peak) - base),
        "log_saturating": lambda: np.log(np.log1p(ratio) / ratio / np.log(2)),
        "inverted_u": lambda: -BEND * ((size - peak) / np.log(10)) ** 2,
        "counts_plateau": lambda: slope * (np.minimum(size, peak) - base) - np.maximum(size - peak, 0),
        "counts_inverted_u": lambda: COUNTS_BEND * ((base - peak) ** 2 - (size - peak) ** 2) - (size - base),
    }
    return np.asarray(curves[scenario.curve]())


def straight(followers: np.ndarray, scenario: Scenario) -> float:
    """Return the slope of the straight line that fits the curve best at these sizes, in logs."""
    if scenario.curve == "power":
        return scenario.size_elasticity
    return round(float(np.polyfit(np.log(followers), size_curve(followers, scenario), 1)[0]), 6)


def rate_peak(followers: np.ndarray, scenario: Scenario) -> float | None:
    """Return the followers with the highest engagement rate; None when that is no peak within these sizes."""
    away = {"inverted_u": 0.0, "counts_inverted_u": -1 / (2 * COUNTS_BEND)}
    return _peak(followers, scenario, away)


def counts_peak(followers: np.ndarray, scenario: Scenario) -> float | None:
    """Return the followers with the most engagements for each post; None when that is no peak within these sizes."""
    away = {"inverted_u": float(np.log(10)) ** 2 / (2 * BEND), "counts_inverted_u": 0.0}
    return _peak(followers, scenario, away)


def _peak(followers: np.ndarray, scenario: Scenario, away: dict[str, float]) -> float | None:
    """Return a peak so many units of log followers from the curve's, where it lies between the sizes."""
    if scenario.curve not in away or scenario.curve_peak is None:
        return None
    peak = scenario.curve_peak * float(np.exp(away[scenario.curve]))
    return round(peak, 1) if followers.min() < peak < followers.max() else None
