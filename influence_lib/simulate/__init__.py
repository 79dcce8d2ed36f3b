"""Raw exports of a made-up campaign, with the truth beside them.

`simulate` writes the files, `SCENARIOS` names the worlds, `Truth` is what was planted. The same seed and sizes give
the same bytes.
"""

import tempfile
from pathlib import Path

import numpy as np

from influence_lib.simulate import exports
from influence_lib.simulate.scenarios import SCENARIOS, Scenario, sized
from influence_lib.simulate.truth import CampaignTruth, CreatorTruth, EngagementTruth, SponsorTruth, Truth, truth_of
from influence_lib.simulate.world import Feeds, World, draw, draw_feeds, streams

__all__ = [
    "SCENARIOS",
    "CampaignTruth",
    "CreatorTruth",
    "EngagementTruth",
    "Feeds",
    "Scenario",
    "SponsorTruth",
    "Truth",
    "World",
    "draw",
    "draw_feeds",
    "simulate",
    "sized",
    "streams",
]


def simulate(
    name: str,
    out: Path,
    seed: int,
    scenario: str = "default",
    creators: int | None = None,
    posts: int | None = None,
) -> Truth:
    """Write the raw exports of the made-up campaign `name` into `out`, with truth.json, and return the truth.

    Files of the same names are replaced together at the end; other files in `out` stay, except a follower history
    that another scenario left there.
    """
    world_of = sized(scenario, creators, posts)
    random = streams(seed)
    world = draw(world_of, random)
    truth = truth_of(name, seed, scenario, world_of, world)
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as staging:
        _write(world, truth, Path(staging), random["dirt"])
        written = sorted(Path(staging).iterdir())
        if (out / "truth.json").exists() and "followers.csv" not in {file.name for file in written}:
            (out / "followers.csv").unlink(missing_ok=True)
        for file in written:
            file.replace(out / file.name)
    return truth


def _write(world: World, truth: Truth, folder: Path, random: np.random.Generator) -> None:
    """Write every export and the truth into an empty folder."""
    last_seen = world.posts.groupby("creator")["followers"].last()
    tables = {
        "tracker": exports.tracker(world.posts, world.creators, world.early, truth.name, random),
        "roster": exports.roster(world.creators, world.ledger, last_seen),
        "orders": exports.shopify(world.orders),
        "payments": exports.payments(world.ledger, world.creators, truth.name),
        "daily_series": exports.daily_series(world.series),
    }
    if len(world.history):
        tables["followers"] = exports.follower_history(world.history, world.creators)
    for name, rows in tables.items():
        exports.save(rows, folder / f"{name}.csv")
    exports.save_meta(exports.instagram(world.posts, world.creators), folder / "instagram_content.csv")
    (folder / "truth.json").write_text(truth.to_json(), encoding="utf-8", newline="\n")
