"""One trial each: a world drawn from a seed, our estimator and its rivals on it, what each of them said.

A trial yields (check, estimator, value, CPU seconds). A value is True or False for a share of worlds, or a number
whose mean over worlds is shown, such as an error.
"""

import datetime as dt
import functools
from collections.abc import Callable

import allocation_trials
import codes_trials
import leaks_trials
import lift_trials
import numpy as np
import pandas as pd
import programme_trials
import regions_trials
import returns_trials
import rivals
import simulated
from simulated import CURVES, KINK, Array, campaign, of_size, tables_of_feeds
from trial import OURS, Outcome, Trial, held, timed

from influence_lib.analysis import (
    dose,
    engagement,
    feed,
    growth,
    inference,
    peaks,
    published,
    saturation,
    selection,
    shares,
    sizes,
    sponsored,
)
from influence_lib.analysis.feed import Feed
from influence_lib.analysis.guards import NotEnough
from influence_lib.analysis.inference import Interval
from influence_lib.simulate.scenarios import Scenario
from influence_lib.simulate.world import Feeds, draw_feeds, streams
from influence_lib.tables import Tables

SLOPE = -1.2
MONEY = (
    allocation_trials,
    codes_trials,
    leaks_trials,
    lift_trials,
    programme_trials,
    regions_trials,
    returns_trials,
)


def _feed_of(scenario: Scenario, seed: int) -> tuple[Feeds, Feed]:
    """Return the feeds of a world and what an analysis sees of them."""
    feeds = draw_feeds(scenario, streams(seed))
    return feeds, feed.of(tables_of_feeds(feeds), campaign())


def size(creators: int, seed: int, bought: float = 0.0) -> list[Outcome]:
    """Return what the estimators of the elasticity say of a world of the default scenario."""
    scenario = of_size("default", creators, 20, fake_share=bought)
    _, rows = _feed_of(scenario, 1000 + seed)
    out: list[Outcome] = []
    line, spent_on_line = timed(lambda: sizes.line(sizes.creators(rows.posts), 0.95))
    law, spent = timed(sizes.law, rows.posts, 0.95)
    answer = line if isinstance(law, NotEnough) else law.slope
    out += held("elasticity", OURS, scenario.size_elasticity, answer, spent)
    out += held("elasticity", "one point a creator, HC3", scenario.size_elasticity, line, spent_on_line)
    others = {
        "least squares on posts": rivals.pooled_posts,
        "least squares on posts, clustered": rivals.clustered_posts,
        "naive binomial": rivals.naive_binomial,
        "negative binomial without clusters": rivals.negative_binomial,
        "negative binomial, clustered": rivals.clustered_negative_binomial,
    }
    for name, rival in others.items():
        found, spent = timed(rival, rows.posts)
        out += held("elasticity", name, scenario.size_elasticity, found, spent)
    return out


def size_claims(name: str, seed: int) -> list[Outcome]:
    """Return whether a change with size is claimed in a world where there is none or none can be told."""
    _, rows = _feed_of(of_size(name, 60, 20), 1500 + seed)
    found, spent = timed(engagement.size_elasticity, rows, campaign())
    plain = sizes.law(rows.posts, 0.95)
    out: list[Outcome] = [("size: fall claimed", OURS, found.verdict == "supported", spent)]
    if not isinstance(plain, NotEnough):
        out.append(("size: fall claimed", "the model alone, no challenge", plain.slope.high < 0, spent))
    return out


def best_size(curve: Callable[[Array], Array], peaked: bool, creators: int, seed: int) -> list[Outcome]:
    """Return whether a best size is claimed of creators drawn around a curve (METHODS C2b)."""
    rng = np.random.default_rng([7000, seed])
    x = rng.uniform(np.log(1e3), np.log(1e7), creators)
    y = curve(x) + rng.normal(0, 0.9, creators)
    check = "best size: found" if peaked else "best size: claimed wrongly"

    def two_lines() -> bool:
        lines = peaks.two_lines(x, y, peaks.robin_hood_break(x, y), 0.95)
        return bool(lines and peaks.is_a_peak(lines))

    others = {OURS: two_lines, "parabola": lambda: rivals.quadratic(x, y)}
    others["Lind and Mehlum"] = lambda: rivals.lind_mehlum(x, y)
    return [(check, name, *timed(other)) for name, other in others.items()]


def equivalence(low: float, high: float, skewed: bool, creators: int, seed: int) -> list[Outcome]:
    """Return whether a rate exactly at the edge of a published range is called inside it, for both edges."""
    rng = np.random.default_rng([7500, seed])
    noise = rng.exponential(1.0, creators) / np.log(2) if skewed else np.exp(rng.normal(0, 0.5, creators))
    out: list[Outcome] = []
    for edge in (low, high):
        found, spent = timed(published.equivalence, edge * noise, low, high, 0.0, 0.95)
        if found is not None:
            out.append(("published figure: called inside at its edge", OURS, found.verdict == "supported", spent))
    return out


def sponsoring(name: str, creators: int, posts: int, seed: int) -> list[Outcome]:
    """Return what the estimators of the sponsored effect say, and whether its challenges fail."""
    scenario = of_size(name, creators, posts)
    _, rows = _feed_of(scenario, 2000 + seed)
    truth, labelled = scenario.sponsored_effect, sponsored.labelled(rows)
    found, spent = timed(sponsored.contrast, labelled, 0.95)
    out = list(held("sponsored effect", OURS, truth, getattr(found, "difference", found), spent))
    for label, rival in (("two-way fixed effects", sponsored.apart), ("pooled posts", None)):
        other, spent = timed(rival, labelled, 0.95) if rival else timed(rivals.pooled_effect, labelled)
        out += held("sponsored effect", label, truth, other, spent)
    before, spent = timed(sponsored.just_before, labelled, 0.95)
    if isinstance(before, Interval):
        out.append(("just before: a difference claimed", OURS, not before.low <= 0 <= before.high, spent))
    return out


def bend(slope: float, seed: int) -> list[Outcome]:
    """Return what is said of the bend in 80 creators by 12 months (METHODS C5)."""
    table = simulated.months_of_feeds(np.random.default_rng([3000, seed]), slope)
    found, spent = timed(dose.bend, table, 0.95, seed)
    assert found is not None
    out: list[Outcome] = []
    if slope:
        kink, fall = rivals.best_kink(table, seed)
        out += held("kink", OURS, KINK, found.kink, spent)
        out += held("kink", "best kink, bootstrap", KINK, kink, spent)
        out += held("slope beyond", OURS, slope, found.slope, spent)
        out += held("slope beyond", "best kink, bootstrap", slope, fall, spent)
        out += held("half against a fifth", OURS, slope * (0.5 - KINK), found.cost, spent)
        out.append(("kink: below one half", OURS, found.below_half, spent))
        out.append(("slope over all shares", "pooled", rivals.pooled_slope(table), spent))
        out.append(("slope over all shares", "creators and months taken out", rivals.within_slope(table), spent))
        out.append(("months above one half", "pooled", rivals.over_half(table, within=False), spent))
        out.append(("months above one half", "creators and months taken out", rivals.over_half(table, True), spent))
    check = "bend: found" if slope else "bend: claimed wrongly"
    out.append((check, OURS, found.chance <= 0.05, spent))
    out.append((check, "best cut-point, plain t", rivals.best_cut_point(table), 0.0))
    if not slope:
        inside = found.line is not None and found.line.low <= 0 <= found.line.high
        out.append(("straight line: covers 0", OURS, inside, spent))
    return out


def feeds(name: str, creators: int, posts: int, seed: int) -> list[Outcome]:
    """Return what is said of the share of sponsored posts in a world of whole feeds, challenges and verdicts too."""
    scenario = of_size(name, creators, posts)
    _, rows = _feed_of(scenario, 2500 + seed)
    (table, spent_on_panel), truth = timed(dose.panel, rows, campaign()), scenario.saturation_slope
    found, spent = timed(dose.bend, table, 0.95, seed)
    if found is None:
        return [("bend: an answer", OURS, False, spent)]
    lead, spent_on_lead = timed(dose.what_comes_first, table, found.kink.estimate, 0.95, seed)
    claims = saturation.claims_harm(found, 0.95)
    out: list[Outcome] = []
    if truth:
        out += held("kink", OURS, scenario.kink, found.kink, spent + spent_on_panel)
        out += held("slope beyond", OURS, truth, found.slope, spent + spent_on_panel)
        out += held("half against a fifth", OURS, truth * (0.5 - scenario.kink), found.cost, spent)
        kink, fall = rivals.best_kink(table, seed)
        out += held("kink", "best kink, bootstrap", scenario.kink, kink, spent)
        out += held("slope beyond", "best kink, bootstrap", truth, fall, spent)
        out.append(("bend: found", OURS, found.chance <= 0.05, spent))
    elif name != "fading_sellers":
        out.append(("bend: claimed wrongly", OURS, found.chance <= 0.05, spent))
        out.append(("bend: claimed wrongly", "best cut-point, plain t", rivals.best_cut_point(table), 0.0))
    if not isinstance(lead, NotEnough):
        check = "what comes first: noticed" if name == "fading_sellers" else "what comes first: false alarm"
        out.append((check, OURS, lead.chance <= 0.05, spent_on_lead))
    if not truth:
        tried = saturation.bend_challenges(found, table, campaign())
        out.append(("harm of the share claimed on the page", OURS, claims and not tried.failed, spent))
        out.append(("harm of the share claimed on the page", "without challenges", claims, spent))
    return out


def others_shares(seed: int) -> list[Outcome]:
    """Return whether other creators' shares pass for own ones where shares do nothing."""
    table = simulated.months_of_feeds(np.random.default_rng([3500, seed]), 0.0)
    dated = table.assign(month=pd.Timestamp("2026-01-01", tz="UTC") + pd.to_timedelta(31 * table["month"], unit="D"))
    chance, spent = timed(dose.anothers_shares, dated, seed)
    return [("another's shares: false alarm", OURS, chance <= 0.05, spent)]


def undisclosed(sensitivity: float, seed: int) -> list[Outcome]:
    """Return the slope set right for advertising that is not marked, and that of the posts as they are marked."""
    table = simulated.marked_months(np.random.default_rng([3700, seed]), SLOPE, sensitivity)
    found, spent = timed(dose.if_undisclosed, table, 0.0, sensitivity, 0.95)
    plain = dose.bend(table, 0.95, seed)
    assert found is not None and plain is not None
    out = list(held("slope with unmarked posts", OURS, SLOPE, found.slope, spent))
    out.append(("slope with unmarked posts: relative bias", OURS, found.slope.estimate / SLOPE - 1, spent))
    as_marked = plain.slope.estimate / SLOPE - 1
    out.append(("slope with unmarked posts: relative bias", "as marked", as_marked, spent))
    out += held("kink with unmarked posts", OURS, KINK, found.kink, spent)
    return [*out, *held("kink with unmarked posts", "as marked", KINK, plain.kink, spent)]


def undisclosed_feeds(seed: int) -> list[Outcome]:
    """Return the same for whole feeds of which half of the advertising is not marked."""
    scenario = of_size("undisclosed", 80, 100)
    _, rows = _feed_of(scenario, 4200 + seed)
    table, contrast = dose.panel(rows, campaign()), sponsored.contrast(sponsored.labelled(rows), 0.95)
    effect = 0.0 if isinstance(contrast, NotEnough) else contrast.difference.estimate
    found, spent = timed(dose.if_undisclosed, table, effect, scenario.marked_share, 0.95)
    if found is None:
        return []
    out = list(held("slope with unmarked posts", OURS, scenario.saturation_slope, found.slope, spent))
    error = found.slope.estimate / scenario.saturation_slope - 1
    return [*out, ("slope with unmarked posts: relative bias", OURS, error, spent)]


def picked(name: str, seed: int) -> list[Outcome]:
    """Return whether a list is said to hold small accounts only for their rates."""
    _, rows = _feed_of(of_size(name, 60, 20), 4500 + seed)
    found, spent = timed(selection.selection, rows)
    check = "picked small accounts: noticed" if name == "top_list" else "picked small accounts: false alarm"
    return [(check, OURS, bool(found is not None and found.warning), spent)]


def next_quarter(name: str, seed: int) -> list[Outcome]:
    """Return whether creators flagged a quarter before the end show more sponsored posts than the limit in it."""
    scenario = of_size(name, 60, 60, campaign_posts=(0, 0))
    feeds = draw_feeds(scenario, streams(4700 + seed))
    tables, now = tables_of_feeds(feeds), campaign()
    then = campaign(as_of=now.today - dt.timedelta(days=now.saturation_days))
    told, spent = timed(shares.shares, feed.of(tables, then), then)
    came = shares.shares(feed.of(tables, now), now).set_index("influencer_id")["share"]
    both = told.assign(came=told["influencer_id"].map(came)).dropna(subset=["came"])
    out: list[Outcome] = []
    for label, chance in ((OURS, both["next"]), ("share of the last quarter alone (Jeffreys)", both["above"])):
        flagged = both[chance > shares.ALARM]
        above = flagged["came"] > now.saturation_limit
        out += [("flagged for the next quarter: came true", label, bool(true), spent) for true in above]
    return out


def follower_jumps(name: str, seed: int) -> list[Outcome]:
    """Return, account by account, whether a jump is seen where followers were bought and where none were."""
    scenario = of_size(name, 60, 60)
    feeds, rows = _feed_of(scenario, 4900 + seed)
    found, spent = timed(growth.jumped, Tables(followers=rows.followers), campaign())
    bought = dict(zip(feeds.creators["handle"], feeds.creators["bought"] > 1, strict=True))
    seen = {handle for handle in bought if handle in found}
    noticed = [("jump of followers: noticed", OURS, handle in seen, spent) for handle, true in bought.items() if true]
    false = [("jump of followers: false alarm", OURS, h in seen, spent) for h, true in bought.items() if not true]
    return [*noticed, *false]


def medians(units: int, seed: int) -> list[Outcome]:
    """Return whether the interval of the median post holds the true median, 1, for few creators of many posts."""
    rng = np.random.default_rng(6000 + seed)
    unit = np.repeat(np.arange(units), np.maximum(rng.poisson(20, units), 2))
    value = np.exp(rng.normal(0, 0.5, units)[unit] + rng.normal(0, 0.6, len(unit)))
    rows = pd.DataFrame({"unit": unit, "value": value})
    found, spent = timed(inference.median_of_rows, rows, "value", "unit", 0.95)
    return list(held("median post", OURS, 1.0, found, spent))


def all_trials() -> list[Trial]:
    """Return every kind of trial."""
    made = [
        Trial("size", "60 creators", functools.partial(size, 60)),
        Trial("size", "15 creators", functools.partial(size, 15)),
        Trial("size", "60 creators, 8 % with bought followers", functools.partial(size, 60, bought=0.08)),
        Trial("size", "null: no change with size", functools.partial(size_claims, "null")),
        Trial("size", "small accounts listed only for their rates", functools.partial(size_claims, "top_list")),
    ]
    for creators in (100, 400):
        for name, peaked, curve in CURVES:
            run = functools.partial(best_size, curve, peaked, creators)
            made.append(Trial("best size", f"{name}, {creators} creators", run))
    for skewed, shape in ((False, "log-normal rates"), (True, "strongly skewed rates")):
        run = functools.partial(equivalence, 0.03, 0.04, skewed, 60)
        made.append(Trial("published figures", f"{shape}, 60 creators", run))
    for name, creators in (("default", 60), ("default", 20), ("null", 60), ("fading_sellers", 60)):
        run = functools.partial(sponsoring, name, creators, 60)
        made.append(Trial("sponsored posts", f"{name.replace('_', ' ')}, {creators} creators", run))
    made += [
        Trial("share", "80 creators by 12 months, kink 45 %, slope -1.2", functools.partial(bend, SLOPE)),
        Trial("share", "80 creators by 12 months, no saturation", functools.partial(bend, 0.0)),
        Trial("share", "80 creators by 12 months, others' shares", others_shares),
    ]
    for name in ("default", "null", "fading_sellers"):
        run = functools.partial(feeds, name, 60, 100)
        made.append(Trial("share", f"whole feeds, {name.replace('_', ' ')}, 60 creators", run))
    for part in (0.2, 0.5, 0.8):
        run = functools.partial(undisclosed, part)
        made.append(Trial("unmarked advertising", f"80 creators by 12 months, {part:.0%} marked", run))
    made.append(Trial("unmarked advertising", "whole feeds, 80 creators, 50% marked", undisclosed_feeds))
    for name in ("default", "null", "top_list"):
        made.append(Trial("creators", f"{name.replace('_', ' ')}, 60 creators", functools.partial(picked, name)))
    made += [
        Trial("creators", "default, last quarter held out", functools.partial(next_quarter, "default"), 0.5),
        Trial(
            "creators", "fading sellers, last quarter held out", functools.partial(next_quarter, "fading_sellers"), 0.5
        ),
        Trial("creators", "a quarter bought followers", functools.partial(follower_jumps, "bought_followers"), 0.5),
        Trial("creators", "null, a year of 60 accounts", functools.partial(follower_jumps, "null"), 0.5),
    ]
    made.append(Trial("medians", "6 creators", functools.partial(medians, 6)))
    made.append(Trial("medians", "20 creators", functools.partial(medians, 20)))
    for topic in MONEY:
        made += topic.trials()
    return made


def of_families(word: str) -> list[Trial]:
    """Return the trials whose family holds a word."""
    return [trial for trial in all_trials() if word in trial.family]
