"""What each check has to reach, and what the best in the field reach."""

import allocation_trials
import codes_trials
import leaks_trials
import lift_trials
import programme_trials
import regions_trials
import returns_trials

Ends = tuple[float, float]
Goal = tuple[Ends | None, Ends | None]

# Check, a word that its world holds, what must be reached, what is best; the first fitting line counts.
GOALS: tuple[tuple[str, str, Ends, Ends | None], ...] = (
    ("elasticity: covered", "bought", (0.88, 0.98), None),
    ("elasticity: covered", "60 creators", (0.92, 0.98), (0.94, 0.96)),
    ("elasticity: covered", "15 creators", (0.90, 0.99), (0.94, 0.97)),
    ("elasticity: error", "bought", (-0.03, 0.03), None),
    ("elasticity: error", "60 creators", (-0.005, 0.005), (-0.002, 0.002)),
    ("size: fall claimed", "null", (0.0, 0.04), (0.0, 0.025)),
    ("size: fall claimed", "listed only", (0.0, 0.30), (0.0, 0.10)),
    ("best size: claimed wrongly", "", (0.0, 0.075), (0.0, 0.05)),
    ("best size: found", "weak", (0.0, 1.0), None),
    ("best size: found", "100 creators", (0.70, 1.0), (0.80, 1.0)),
    ("best size: found", "400 creators", (0.98, 1.0), (1.0, 1.0)),
    ("published figure: called inside at its edge", "", (0.0, 0.06), (0.0, 0.05)),
    ("sponsored effect: covered", "20 creators", (0.90, 0.99), (0.94, 0.97)),
    ("sponsored effect: covered", "", (0.92, 0.98), (0.94, 0.96)),
    ("just before: a difference claimed", "fading", (0.0, 0.10), None),
    ("just before: a difference claimed", "", (0.02, 0.08), (0.04, 0.06)),
    ("kink: covered", "", (0.90, 0.98), (0.93, 0.97)),
    ("slope beyond: covered", "", (0.92, 0.98), (0.94, 0.96)),
    ("half against a fifth: covered", "", (0.90, 0.99), (0.93, 0.97)),
    ("bend: claimed wrongly", "", (0.03, 0.07), (0.04, 0.06)),
    ("bend: found", "80 creators", (0.90, 1.0), (0.99, 1.0)),
    ("straight line: covers 0", "", (0.92, 0.98), (0.94, 0.96)),
    ("another's shares: false alarm", "", (0.02, 0.08), (0.04, 0.06)),
    ("what comes first: noticed", "", (0.60, 1.0), (0.80, 1.0)),
    ("what comes first: false alarm", "", (0.03, 0.08), (0.04, 0.06)),
    ("harm of the share claimed on the page", "fading", (0.0, 0.10), (0.0, 0.05)),
    ("harm of the share claimed on the page", "", (0.0, 0.05), (0.0, 0.025)),
    ("slope with unmarked posts: relative bias", "20% marked", (-0.30, 0.30), None),
    ("slope with unmarked posts: relative bias", "", (-0.30, 0.30), (-0.15, 0.15)),
    ("slope with unmarked posts: covered", "", (0.90, 0.99), (0.93, 0.97)),
    ("kink with unmarked posts: covered", "", (0.90, 0.99), (0.93, 0.97)),
    ("picked small accounts: noticed", "", (0.60, 1.0), (0.80, 1.0)),
    ("picked small accounts: false alarm", "", (0.0, 0.04), (0.0, 0.02)),
    ("flagged for the next quarter: came true", "", (0.85, 1.0), (0.90, 1.0)),
    ("jump of followers: noticed", "", (0.60, 1.0), (0.80, 1.0)),
    ("jump of followers: false alarm", "", (0.0, 0.02), (0.0, 0.01)),
    ("median post: covered", "", (0.92, 0.99), None),
    *allocation_trials.GOALS,
    *codes_trials.GOALS,
    *leaks_trials.GOALS,
    *lift_trials.GOALS,
    *returns_trials.GOALS,
    *programme_trials.GOALS,
    *regions_trials.GOALS,
)


def targets(check: str, world: str) -> Goal:
    """Return what must be reached and what is best; None where a check is only shown."""
    for name, word, must, best in GOALS:
        if name == check and word in world:
            return must, best
    return None, None
