"""Raw exports of a made-up campaign, with the truth beside them.

`simulate` writes the files, `SCENARIOS` names the worlds, `Truth` is what was planted. The same seed and sizes give
the same bytes.
"""

import tempfile
from pathlib import Path

import pandas as pd

from influence_lib.simulate import exports, overlap
from influence_lib.simulate.scenarios import SCENARIOS, Scenario, sized
from influence_lib.simulate.truth import CampaignTruth, CreatorTruth, EngagementTruth, SponsorTruth, Truth, truth_of
from influence_lib.simulate.world import Feeds, Streams, World, draw, draw_feeds, streams

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


# Exports that only some scenarios have.
ONLY_SOME = {"followers.csv", "boosts.csv", "weekly_spend.csv"}
# Up to this many creators all pairs are sampled, else so many others for each.
SMALL_ROSTER, OTHERS_SAMPLED = 12, 12


def simulate(
    name: str,
    out: Path,
    seed: int,
    scenario: str = "default",
    creators: int | None = None,
    posts: int | None = None,
) -> Truth:
    """Write the raw exports of the made-up campaign `name` into `out`, with truth.json, and return the truth.

    Files of the same names are replaced together at the end; other files in `out` stay, except those of a kind that
    only some scenarios have and another one left there.
    """
    world_of = sized(scenario, creators, posts)
    random = streams(seed)
    world = draw(world_of, random)
    truth = truth_of(name, seed, scenario, world_of, world)
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as staging:
        _write(world, world_of, truth, Path(staging), random)
        written = sorted(Path(staging).iterdir())
        if (out / "truth.json").exists():
            for name in ONLY_SOME - {file.name for file in written}:
                (out / name).unlink(missing_ok=True)
        for file in written:
            file.replace(out / file.name)
    return truth


def _write(world: World, scenario: Scenario, truth: Truth, folder: Path, random: Streams) -> None:
    """Write every export and the truth into an empty folder."""
    tables = _of_feeds(world, truth, random) | _of_money(world, truth) | _of_people(world, scenario, random)
    for name, rows in tables.items():
        exports.save(rows, folder / f"{name}.csv")
    exports.save_meta(exports.instagram(world.posts, world.creators), folder / "instagram_content.csv")
    (folder / "truth.json").write_text(truth.to_json(), encoding="utf-8", newline="\n")


def _of_feeds(world: World, truth: Truth, random: Streams) -> dict[str, pd.DataFrame]:
    """Return the exports about creators and their posts."""
    last_seen = world.posts.groupby("creator")["followers"].last()
    tables = {
        "tracker": exports.tracker(world.posts, world.creators, world.early, truth.name, random["dirt"]),
        "roster": exports.roster(world.creators, world.ledger, last_seen),
    }
    if len(world.history):
        tables["followers"] = exports.follower_history(world.history, world.creators)
    return tables


def _of_money(world: World, truth: Truth) -> dict[str, pd.DataFrame]:
    """Return the exports about money."""
    tables = {
        "orders": exports.shopify(world.orders),
        "payments": exports.payments(world.ledger, world.creators, truth.name),
        "daily_series": exports.daily_series(world.series),
        "survey": exports.survey(world.survey, world.creators),
    }
    if len(world.boosts):
        tables["boosts"] = exports.boosts(world.boosts, world.posts, world.creators)
    if len(world.weeks):
        tables["weekly_spend"] = exports.weekly_spend(world.weeks)
    return tables


def _of_people(world: World, scenario: Scenario, random: Streams) -> dict[str, pd.DataFrame]:
    """Return what samples of followers say of overlapping audiences."""
    some = world.creators.head(overlap.MOST_PAIRED)
    share = overlap.shared(overlap.follows(world.crowd, some, scenario), world.crowd)
    most = len(share) if len(share) <= SMALL_ROSTER else OTHERS_SAMPLED
    pairs = overlap.pairs(share, most, random["overlap_samples"])
    return {"audience_overlap": exports.audience_overlap(pairs, world.creators)}
