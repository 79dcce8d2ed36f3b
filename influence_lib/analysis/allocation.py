"""Where the next money goes: moves of spend within caps, for the best average over what is not known."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from influence_lib import wording
from influence_lib.analysis import attribution, hill, ledger, mix, returns, spending
from influence_lib.analysis.guards import NotEnough
from influence_lib.analysis.inference import Array
from influence_lib.analysis.ledger import Ledger
from influence_lib.analysis.mix import Mix, Responses
from influence_lib.analysis.spending import Weeks
from influence_lib.campaign import Campaign
from influence_lib.findings import Finding, ShownTable, TableColumn, Verdict, not_available, not_enough
from influence_lib.tables import Tables
from influence_lib.wording import allocation as words
from influence_lib.wording import ledger as money_words

CREATORS, CHANNELS = "roi.reallocation", "roi.reallocation.channels"
# A split is recommended when it beats today's with at least the first chance (moves are small, and can be undone), and
# spend that did nothing would explain sales as well with no more than the second.
SURE, UNSEEN = 0.8, 0.05
# Moves that add less than this share of what today's split brings are not worth the trouble: where today's split is
# about the best, the best one found is often a little worse.
SMALL = 0.02
# How bent a creator's returns are is not known: the spend at which they slow down, against today's own spend, as the
# spread of its log for all creators together and for each of them.
BEND_OF_ALL, BEND_OF_EACH = 1.0, 0.5
CHANGES = {"more": 0.2, "less": -0.2}
LOG_METHOD = (
    "Each creator's revenue grows with the logarithm of spend; spend moves within limits at today's total, for the "
    "best average over the uncertainty of all returns and of how fast they slow down."
)
CURVE_METHOD = (
    "Weekly sales as S-shaped (Hill) curves of spend with carry-over, trend, season and other series held constant, "
    "weak beliefs where spend hardly varied; spend moves within limits for the best average over all curves that fit."
)


@dataclass(frozen=True)
class Answer:
    """What has been found out about the split of one budget: cells, the mix, their past, and what it is about.

    `brought` is draws of revenue per 1 spent so far; `noun` is what money moves between, one and many; `unseen` tells
    that sales do not show that spend does anything.
    """

    cells: tuple[str, ...]
    mix: Mix
    brought: Array
    responses: Responses
    noun: tuple[str, str]
    unseen: bool = False

    @property
    def go(self) -> bool:
        """Tell whether the moves are recommended."""
        return self.mix.chance >= SURE and not self.unseen and not self.small

    @property
    def small(self) -> bool:
        """Tell whether the moves are expected to add too little to be worth the trouble."""
        return float(self.mix.gain.mean()) < SMALL * float((self.brought * self.mix.today).sum(axis=1).mean())


def reallocation(book: Ledger, tables: Tables, campaign: Campaign) -> Finding:
    """Return what the same money, moved between creators within caps, would be expected to bring in margin.

    Between tiers on measured curves where costs and sales are known over a year with enough levels of spend, else
    between single creators on their returns in this campaign.
    """
    missing = ledger.missing_inputs(tables, campaign, *ledger.RETURN)
    if missing or campaign.margin is None:
        return not_available(CREATORS, missing or "", LOG_METHOD)
    weeks = spending.by_tier(tables, campaign)
    if weeks is not None and len(weeks.cells) >= spending.FEWEST_CELLS and not weeks.still:
        curves = hill.fit(weeks.spend, weeks.outcome, weeks.controls, campaign.seed)
        if not isinstance(curves, NotEnough):
            known = {"n": max(_orders(tables, weeks), 1), "clusters": int((book.creators["cost"] > 0).sum())}
            return _on_curves(CREATORS, curves, weeks, words.TIER, known, campaign)
    return _by_creator(book, tables, campaign)


def channels(tables: Tables, campaign: Campaign) -> Finding:
    """Return what the same money, moved between the brand's channels within caps, would be expected to bring."""
    missing = ledger.missing_inputs(tables, campaign, money_words.CURRENCY, money_words.MARGIN)
    if missing:
        return not_available(CHANNELS, missing, CURVE_METHOD)
    weeks = spending.by_channel(tables, campaign)
    if weeks is None:
        return not_available(CHANNELS, words.NO_SERIES, CURVE_METHOD)
    if len(weeks.start) < hill.FEWEST_WEEKS:
        said = words.too_few_weeks(len(weeks.start), hill.FEWEST_WEEKS)
        return not_enough(CHANNELS, said, CURVE_METHOD, n=len(weeks.start))
    if len(weeks.cells) < spending.FEWEST_CELLS:
        said = words.too_few_channels(len(weeks.cells), weeks.still, hill.FEWEST_LEVELS)
        return not_enough(CHANNELS, said, CURVE_METHOD, n=len(weeks.start))
    curves = hill.fit(weeks.spend, weeks.outcome, weeks.controls, campaign.seed)
    if isinstance(curves, NotEnough):
        return not_enough(CHANNELS, words.no_curves(curves.reason, curves.needed), CURVE_METHOD, n=len(weeks.start))
    return _on_curves(CHANNELS, curves, weeks, words.CHANNEL, {"n": len(weeks.start)}, campaign)


def _orders(tables: Tables, weeks: Weeks) -> int:
    """Return how many orders the weekly sales are made of."""
    orders = tables.orders[tables.orders["told_by"].isna()]
    return int(orders["orders"].fillna(1).sum()) if len(weeks.start) else 0


def _on_curves(
    name: str, curves: hill.Curves, weeks: Weeks, noun: tuple[str, str], known: dict[str, Any], campaign: Campaign
) -> Finding:
    """Return the finding about cells whose curves were measured over time."""
    plan, today = hill.repeated(curves, weeks.spend, spending.YEAR), weeks.today
    live = today > 0
    plan = hill.Plan(_of(curves, live), plan.pattern[:, :, live])
    cells = tuple(cell for cell, there in zip(weeks.cells, live, strict=True) if there)
    if len(cells) < spending.FEWEST_CELLS:
        said = words.too_few_channels(len(cells), weeks.still, hill.FEWEST_LEVELS)
        return not_enough(name, said, CURVE_METHOD, n=known["n"])
    found = mix.improved(plan, today[live], campaign.move_cap)
    answer = Answer(cells, found, plan.response(found.today) / found.today, plan, noun, curves.chance > UNSEEN)
    caveats = (
        words.confounded(weeks.held, noun[1]),
        words.todays_year(*weeks.last_year),
        *words.still(weeks.still),
        *words.filled(weeks.filled),
    )
    return _finding(name, answer, caveats, CURVE_METHOD, known, campaign)


def _of(curves: hill.Curves, cells: npt.NDArray[np.bool_]) -> hill.Curves:
    """Return the curves of some cells."""
    top, half, steepness, carry = (p[:, cells] for p in (curves.top, curves.half, curves.steepness, curves.carry))
    return hill.Curves(top, half, steepness, carry, curves.memory, curves.chance)


def _by_creator(book: Ledger, tables: Tables, campaign: Campaign) -> Finding:
    """Return the finding about single creators, from what their own costs brought in this campaign."""
    found, orders = returns.returns(book, campaign, tables), book.attributed_orders
    paid = int((book.creators["cost"] > 0).sum())
    known: dict[str, Any] = {"n": orders, "clusters": paid}
    if found is None or attribution.return_per_cost(book, book.active, campaign.confidence) is None:
        said = money_words.too_early(orders, paid, ledger.FEWEST_ORDERS, ledger.FEWEST_CREATORS)
        return not_enough(CREATORS, said, LOG_METHOD, level=campaign.confidence, **known)
    spend = found.creators["cost"].to_numpy(float)
    responses = Logarithms.through(found.draws * spend, spend, campaign.seed)
    better = mix.improved(responses, spend, campaign.move_cap)
    answer = Answer(tuple(found.creators["influencer_id"]), better, found.draws, responses, words.CREATOR)
    caveats = (money_words.ATTRIBUTED, words.RESPONSE_ASSUMED, words.TODAYS_COSTS)
    pays = ((found.draws * (campaign.margin or 1.0) > 1).mean(axis=0) > 0.5).any()
    return _finding(CREATORS, answer, caveats, LOG_METHOD, known, campaign, "" if pays else words.nobody_pays())


@dataclass(frozen=True)
class Logarithms:
    """Response that grows with the logarithm of spend: scale * log(1 + spend / bend), arrays draws x cells."""

    scale: Array
    bend: Array

    @classmethod
    def through(cls, outcome: Array, spend: Array, seed: int) -> "Logarithms":
        """Return the curves through draws of today's outcome, with a bend drawn from what is thought possible."""
        random = np.random.default_rng([seed, 1])
        shared, own = random.normal(0, BEND_OF_ALL, (len(outcome), 1)), random.normal(0, BEND_OF_EACH, outcome.shape)
        bend = spend * np.exp(shared + own)
        return cls(outcome / np.log1p(spend / bend), bend)

    def response(self, spend: Array) -> Array:
        """Return the outcome by draw and cell."""
        return np.asarray(self.scale * np.log1p(spend / self.bend))

    def slope(self, spend: Array) -> Array:
        """Return what the next unit of spend adds, by draw and cell."""
        return np.asarray(self.scale / (self.bend + spend))


def _finding(
    name: str,
    answer: Answer,
    caveats: tuple[str, ...],
    method: str,
    known: dict[str, Any],
    campaign: Campaign,
    remark: str = "",
) -> Finding:
    """Return the finding about a budget: the moves where they are likely to pay, else that the split stays."""
    margin, better, currency = campaign.margin or 1.0, answer.mix, campaign.currency
    gain, go = margin * better.gain, answer.go
    ends = _ends(gain, campaign.confidence)
    moved = float(np.abs(better.best - better.today).sum() / 2)
    said = words.unseen(answer.noun[1])
    if not answer.unseen:
        said = words.reallocation(float(gain.mean()), ends, moved, better.chance, go, answer.noun[1], currency)
    if not answer.unseen and answer.small and gain.mean() > 0:
        said = words.too_small(float(gain.mean()), ends, answer.noun[1], currency)
    slopes = margin * better.slope_best.mean(axis=0)[better.inside > 0]
    checked = words.optimal(slopes.tolist(), len(answer.cells), campaign.move_cap, answer.noun, currency)
    known = known | {"level": campaign.confidence, "currency": currency, "caveats": (*caveats, checked)}
    known["table"] = _table(answer, campaign)
    known["details"] = _details(answer, moved, campaign)
    verdict: Verdict = "supported" if go and ends[0] > 0 and not remark else "undecided"
    return Finding(name, said + remark, verdict, method, float(gain.mean()), ends, **known)


def _ends(draws: Array, level: float) -> tuple[float, float]:
    """Return the ends of the interval of draws."""
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def _details(answer: Answer, moved: float, campaign: Campaign) -> dict[str, float]:
    """Return chance, check of the split, and what a budget of a fifth more or less would change in margin."""
    better, margin = answer.mix, campaign.margin or 1.0
    slopes = margin * better.slope_best.mean(axis=0)[better.inside > 0]
    found = {
        "chance": 0.0 if answer.unseen else better.chance,
        "moved": moved if answer.go else 0.0,
        "total": float(better.today.sum()),
        "spread": round(better.spread, 9),
    }
    if len(slopes):
        found |= {"next_low": float(slopes.min()), "next_high": float(slopes.max())}
    for word, change in () if answer.unseen else CHANGES.items():
        split, added = mix.changed_budget(answer.responses, better.today, campaign.move_cap, change)
        low, high = _ends(margin * added, campaign.confidence)
        found |= {f"{word}_spend": float(split.sum()), f"{word}_margin": float(margin * added.mean())}
        found |= {f"{word}_low": low, f"{word}_high": high}
    return found


def budgets(finding: Finding) -> ShownTable | None:
    """Return what a budget of a fifth more or less, split at its best, would change; None where nobody can tell."""
    if "more_spend" not in finding.details:
        return None
    told, rows = finding.details, []
    for word, change in CHANGES.items():
        extra = told[f"{word}_spend"] - told["total"]
        ends = (told[f"{word}_low"] - extra, told[f"{word}_high"] - extra)
        rows.append(
            {
                "budget": words.budget(change),
                "spend": told[f"{word}_spend"],
                "margin": told[f"{word}_margin"],
                "after": told[f"{word}_margin"] - extra,
                "range": wording.span(*ends, "money_whole", finding.currency),
            }
        )
    columns = (
        TableColumn("budget", "Budget"),
        TableColumn("spend", "Spend", "money_whole"),
        TableColumn("margin", "Change of margin", "money_whole"),
        TableColumn("after", "Margin less the change of spend", "money_whole"),
        TableColumn("range", f"{finding.level:.0%} interval", "range"),
    )
    return ShownTable(words.BUDGETS, columns, pd.DataFrame(rows), finding.currency)


def _table(answer: Answer, campaign: Campaign) -> ShownTable:
    """Return today's and the recommended spend of each cell with what the next 1 spent earns, largest moves first.

    Where the split stays, `tried` still holds the best one found.
    """
    better, margin, one = answer.mix, campaign.margin or 1.0, answer.noun[0]
    after = better.best if answer.go else better.today
    slope = margin * (better.slope_best if answer.go else better.slope_today)
    level = campaign.confidence
    low, high = np.quantile(answer.brought, [(1 - level) / 2, (1 + level) / 2], axis=0)
    next_low, next_high = np.quantile(slope, [(1 - level) / 2, (1 + level) / 2], axis=0)
    rows = pd.DataFrame(
        {
            one: list(answer.cells),
            "today": better.today,
            "next": after,
            "move": after - better.today,
            "brought": answer.brought.mean(axis=0),
            "brought_range": [wording.span(*e, "money_ratio", campaign.currency) for e in zip(low, high, strict=True)],
            "brought_low": low,
            "brought_high": high,
            "marginal": slope.mean(axis=0),
            "marginal_low": next_low,
            "marginal_high": next_high,
            "tried": better.best,
        }
    )
    columns = (
        TableColumn(one, one.capitalize()),
        TableColumn("today", "Today", "money"),
        TableColumn("next", "Next", "money"),
        TableColumn("move", "Move", "money"),
        TableColumn("brought", "Expected revenue per 1 spent", "money_ratio"),
        TableColumn("brought_range", f"{level:.0%} interval", "range"),
        TableColumn("brought_low", "From", "money_ratio", shown=False),
        TableColumn("brought_high", "To", "money_ratio", shown=False),
        TableColumn("marginal", "Margin of the next 1 spent", "money_ratio"),
        TableColumn("marginal_low", "Margin of the next 1 spent, from", "money_ratio", shown=False),
        TableColumn("marginal_high", "Margin of the next 1 spent, to", "money_ratio", shown=False),
        TableColumn("tried", "Best split found", "money", shown=False),
    )
    size = (better.best - better.today) if answer.go else better.today
    order = pd.Series(np.abs(size)).sort_values(ascending=False, kind="stable").index
    return ShownTable(words.caption(answer.go, answer.noun[1]), columns, rows.loc[order], campaign.currency)
