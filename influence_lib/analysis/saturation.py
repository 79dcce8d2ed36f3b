"""Are audiences tiring of sponsored posts? Sponsored against organic, the share that hurts, what half of it costs."""

import functools
from typing import Any

import numpy as np
import pandas as pd

from influence_lib import wording
from influence_lib.analysis import dose, sponsored
from influence_lib.analysis.challenges import Challenges
from influence_lib.analysis.dose import Bend
from influence_lib.analysis.feed import Feed
from influence_lib.analysis.guards import NotEnough
from influence_lib.analysis.sponsored import Contrast
from influence_lib.campaign import Campaign
from influence_lib.findings import Finding, ShownTable, TableColumn, Verdict, not_available, not_enough
from influence_lib.wording import dose as words

EFFECT_METHOD = (
    "Log engagement rates of sponsored and organic posts of the same creator in the same month, format and age set "
    "right; errors by leaving out one creator at a time, Student's t. An association: brands may sponsor the better or "
    "the weaker ideas."
)
KINK_METHOD = (
    "Organic posts, creator by month; sponsored share over the days before the month; creator and month effects taken "
    "out; all bends from 10% to 80% weighed by how well they explain, with errors by leaving out one creator at a "
    "time; existence by sup-F with a wild cluster bootstrap (Hansen 2017). An association, not proof."
)
# Kinks beyond one half cost nothing; an interval that ends there ends at zero but for rounding.
NOTHING = 1e-6
UNDISCLOSED_METHOD = (
    "The same with the true share unknown: its expectation given the marked posts, if each sponsored post is marked "
    "with the chance in question (regression calibration)."
)


def sponsored_effect(feed: Feed, campaign: Campaign) -> Finding:
    """Compare sponsored with organic posts of the same creator; the estimate is a relative change of the rate."""
    name, posts = "saturation.sponsored_effect", sponsored.labelled(feed)
    if dose.labels(feed).empty:
        return not_available(name, wording.NO_LABELS, EFFECT_METHOD)
    found = sponsored.contrast(posts, campaign.confidence)
    if isinstance(found, NotEnough):
        return _no_effect(name, posts, found, campaign)
    return _effect(name, posts, found, feed, campaign)


def _no_effect(name: str, posts: pd.DataFrame, why: NotEnough, campaign: Campaign) -> Finding:
    """Return the finding that says why sponsored and organic posts cannot be compared."""
    able = sponsored.both_kinds(posts)["influencer_id"].nunique()
    few = wording.too_few_both_kinds(able, sponsored.FEWEST_CREATORS, sponsored.FEWEST_POSTS_EACH)
    said = words.NO_DIFFERENCE.get(why.reason, few) if able >= sponsored.FEWEST_CREATORS else few
    if posts["influencer_id"].nunique() == 1:
        alone = sponsored.of_one_account(posts, campaign.confidence)
        said = few if isinstance(alone, NotEnough) else f"{few} {words.one_account(alone, len(posts))}"
    return not_enough(name, said, EFFECT_METHOD, n=len(posts), clusters=able, level=campaign.confidence)


def _effect(name: str, posts: pd.DataFrame, found: Contrast, feed: Feed, campaign: Campaign) -> Finding:
    """Return the finding of the difference with what could prove it wrong; a failed challenge leaves it open."""
    log_points, level = found.difference, campaign.confidence
    tried = Challenges(
        words.just_before(log_points, sponsored.just_before(posts, level)),
        words.labels_dealt_anew(log_points, sponsored.chance_of_shuffled(posts, campaign.seed), sponsored.SHUFFLES),
        words.apart(log_points, sponsored.apart(posts, level)),
    )
    change = log_points.through(lambda value: float(np.expm1(value)))
    verdict: Verdict = "supported" if change.high < 0 else "contradicted" if change.low > 0 else "undecided"
    said = words.sponsored_effect(log_points, found.posts, log_points.units)
    # Taking creators and months apart is known to mistake fading for harm: it is shown, but decides nothing.
    if verdict != "undecided" and any(item in tried.failed for item in tried.items[:2]):
        verdict, said = "undecided", words.chosen_moments(log_points)
    caveats = (*feed.caveats, *words.same_months(found.same_month), wording.UNDECLARED)
    known: dict[str, Any] = {"n": found.posts, "clusters": change.units, "level": level, "caveats": caveats}
    return Finding(name, said, verdict, EFFECT_METHOD, change.estimate, change.ends, table=tried.table(), **known)


def dose_response(feed: Feed, campaign: Campaign) -> tuple[Finding, Finding, Finding]:
    """Return from which share organic engagement falls, how fast beyond it, and what half costs against a fifth."""
    names = ("saturation.kink", "saturation.slope_after_kink", "saturation.half_against_fifth")
    refused = wording.NO_LABELS if dose.labels(feed).empty else feed.refusal
    if refused:
        kink, slope, cost = (not_available(name, refused, KINK_METHOD) for name in names)
        return kink, slope, cost
    table, found = _bend_of(feed, campaign)
    known = _known(table, campaign)
    if found is None:
        kink, slope, cost = (not_enough(name, _no_bend(known["clusters"]), KINK_METHOD, **known) for name in names)
        return kink, slope, cost
    known["caveats"] = (*feed.caveats, *_read_early(feed, campaign), wording.UNDECLARED, wording.FADING)
    known["details"] = {
        "chance": found.chance,
        "chance_beside_a_straight_line": found.chance_straight,
        "below_half": found.below_half,
    }
    return _bend_findings(found, table, known, campaign)


def _bend_of(feed: Feed, campaign: Campaign) -> tuple[pd.DataFrame, Bend | None]:
    """Return the panel of months and the bend in it; None where there are too few creators or nothing varies."""
    table = dose.panel(feed, campaign)
    enough = table["influencer_id"].nunique() >= dose.FEWEST_CREATORS
    return table, dose.bend(table, campaign.confidence, campaign.seed) if enough else None


def _no_bend(creators: int) -> str:
    """Return why no bend is looked for."""
    few = creators < dose.FEWEST_CREATORS
    return wording.too_few_months(creators, dose.FEWEST_CREATORS) if few else wording.NO_RANGE_OF_SHARES


def _known(table: pd.DataFrame, campaign: Campaign) -> dict[str, Any]:
    """Return what every finding on the panel has: n, creators and level."""
    posts, creators = int(table["posts"].sum()), int(table["influencer_id"].nunique())
    return {"n": posts, "clusters": creators, "level": campaign.confidence}


def _read_early(feed: Feed, campaign: Campaign) -> tuple[str, ...]:
    """Return how many posts were read too early for a comparison over time; nothing when none was."""
    early = int((feed.posts["age_days"] < campaign.trend_age_days).sum())
    return (wording.too_young_for_trends(early, campaign.trend_age_days),) if early else ()


def claims_harm(found: Bend, level: float) -> bool:
    """Tell whether chance is an unlikely explanation of the bend and engagement surely falls beyond it."""
    return found.chance <= 1 - level and found.slope.high < 0


def bend_challenges(found: Bend, table: pd.DataFrame, campaign: Campaign) -> Challenges:
    """Return what could prove the bend wrong: what comes first, other creators' shares, a straight line."""
    lead = dose.what_comes_first(table, found.kink.estimate, campaign.confidence, campaign.seed)
    others = dose.anothers_shares(table, campaign.seed)
    return Challenges(
        words.what_comes_first(lead),
        words.anothers_shares(others, dose.SWAPS, claims_harm(found, campaign.confidence)),
        words.straight_line(found.chance_straight),
    )


def _bend_findings(
    found: Bend, table: pd.DataFrame, known: dict[str, Any], campaign: Campaign
) -> tuple[Finding, Finding, Finding]:
    """Word the bend: a share and a slope are given only when chance is an unlikely explanation and no challenge failed.

    No share is given where the fall may begin below the lowest share at which a bend could be seen.
    """
    names = ("saturation.kink", "saturation.slope_after_kink", "saturation.half_against_fifth")
    tried = bend_challenges(found, table, campaign)
    kink = functools.partial(Finding, names[0], method=KINK_METHOD, table=tried.table(), **known)
    slope = functools.partial(Finding, names[1], method=KINK_METHOD, **known)
    creators = known["clusters"]
    if not claims_harm(found, campaign.confidence):
        unsure = found.chance <= 1 - campaign.confidence and found.slope.estimate <= 0
        said = wording.no_bend(found.chance, creators, rises=found.slope.estimate > 0)
        said = words.unsure_bend(found.slope) if unsure else said
        line = wording.straight_line(found.line)
        return (
            kink(headline=said, verdict="undecided"),
            slope(headline=line, verdict="undecided"),
            _cost(found, False, known),
        )
    if tried.failed:
        first = tried.items[0] in tried.failed
        said = words.falls_first(creators) if first else words.chance_like(creators)
        return (
            kink(headline=said, verdict="undecided"),
            slope(headline=words.NOTHING_TO_MEASURE, verdict="undecided"),
            Finding(names[2], words.NOTHING_TO_MEASURE, "undecided", KINK_METHOD, **known),
        )
    said = wording.slope(found.slope.estimate, found.slope.ends)
    fall = slope(headline=said, verdict="supported", estimate=found.slope.estimate, interval=found.slope.ends)
    if found.kink.low < found.lowest:
        said = wording.falls_from_the_start(found.kink.high, creators)
        return kink(headline=said, verdict="undecided"), fall, _cost(found, True, known)
    said = words.bend(found.kink, found.below_half, found.chance_straight > 1 - campaign.confidence)
    share = kink(headline=said, verdict="supported", estimate=found.kink.estimate, interval=found.kink.ends)
    return share, fall, _cost(found, True, known)


def _cost(found: Bend, harm: bool, known: dict[str, Any]) -> Finding:
    """Return what half of the posts sponsored costs against a fifth; a cost is claimed only where harm was seen."""
    change = found.cost.through(lambda value: float(np.expm1(value)))
    lower, higher = harm and change.high < -NOTHING, change.low > NOTHING
    verdict: Verdict = "supported" if lower else "contradicted" if higher else "undecided"
    said = words.half_against_fifth(found.cost, verdict, harm, known["clusters"])
    name = "saturation.half_against_fifth"
    return Finding(name, said, verdict, KINK_METHOD, change.estimate, change.ends, **known)


def undisclosed(feed: Feed, slope: Finding, campaign: Campaign) -> Finding:
    """Return what the bend would be if only a part of the advertising is marked: a fifth, half, four fifths.

    `slope` is the finding on the posts as they are marked: harm that was not seen there is not claimed here.
    """
    name, level = "saturation.undisclosed", campaign.confidence
    posts = sponsored.labelled(feed)
    refused = wording.NO_LABELS if dose.labels(feed).empty else feed.refusal
    if refused:
        return not_available(name, refused, UNDISCLOSED_METHOD)
    table, found = _bend_of(feed, campaign)
    known = _known(table, campaign)
    contrast = sponsored.contrast(posts, level)
    effect = 0.0 if isinstance(contrast, NotEnough) else contrast.difference.estimate
    if found is None:
        return not_enough(name, _no_bend(known["clusters"]), UNDISCLOSED_METHOD, **known)
    parts = {part: dose.if_undisclosed(table, effect, part, level) for part in dose.SENSITIVITIES}
    half, able = parts[0.5], [part for part in parts.values() if part is not None]
    known["table"], known["caveats"] = _undisclosed_table(parts, found), (wording.UNDECLARED,)
    if half is None:
        return Finding(name, words.more_is_marked(marked_share(table)), "undecided", UNDISCLOSED_METHOD, **known)
    seen = slope.verdict == "supported"
    harm = seen and all(part.slope.high < 0 for part in able)
    said = words.undisclosed(half.slope, half.kink, seen, harm)
    verdict: Verdict = "supported" if harm else "undecided"
    return Finding(name, said, verdict, UNDISCLOSED_METHOD, half.slope.estimate, half.slope.ends, **known)


def marked_share(table: pd.DataFrame) -> float:
    """Return the share of posts marked as sponsored over all windows of a panel."""
    marked = table["share"] * table["posts_before"]
    return float(marked.sum() / table["posts_before"].sum())


def _undisclosed_table(parts: dict[float, dose.Undisclosed | None], found: Bend) -> ShownTable:
    """Return kink, slope and cost for each part of the advertising that may be marked."""
    given = {**parts, 1.0: dose.Undisclosed(1.0, found.kink, found.slope, found.cost)}
    rows = [{"marked": words.marked_part(part), **_cells(answer)} for part, answer in given.items()]
    columns = (
        TableColumn("marked", "Advertising that is marked"),
        TableColumn("kink", "Share where the fall would start", "range"),
        TableColumn("slope", "Organic engagement for 10 points more beyond", "range"),
        TableColumn("cost", "Half of the posts sponsored against a fifth", "range"),
    )
    return ShownTable(words.UNDISCLOSED_CAPTION, columns, pd.DataFrame(rows))


def _cells(answer: dose.Undisclosed | None) -> dict[str, str]:
    """Return kink, slope and cost as text; not possible where more is marked than there could be."""
    if answer is None:
        return dict.fromkeys(("kink", "slope", "cost"), words.NOT_POSSIBLE)
    return {
        "kink": words.share_with_ends(answer.kink),
        "slope": words.change_with_ends(answer.slope, 0.1),
        "cost": words.change_with_ends(answer.cost, 1.0),
    }
