"""What buyers say themselves: how they heard of the brand, and what that says of the codes they used."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from influence_lib.analysis import ledger
from influence_lib.analysis.inference import Array, Interval
from influence_lib.analysis.ledger import Ledger
from influence_lib.campaign import Campaign
from influence_lib.findings import Finding, ShownTable, TableColumn, not_available, not_enough
from influence_lib.tables import CHANNELS, Tables
from influence_lib.wording import ledger as money_words
from influence_lib.wording import survey as words

FEWEST_ANSWERS = 30
# Fewer buyers who name a creator than these say too little of how many of them used a code.
FEWEST_NAMED = 10
CREATOR, SOCIAL, UNKNOWN = "creator", "social_media", "unknown"

SURVEY_METHOD = (
    "Share of answers that name a creator, less that of answers before the campaign where there are any, times the net "
    "revenue of all orders of the window; buyers who answer are taken as a sample of all buyers (Wilson 1927; "
    "difference by Newcombe 1998)."
)


@dataclass(frozen=True)
class Answers:
    """Answers of buyers who remember, in the window and before the campaign.

    Columns: channel, names (a creator), route of the order answered about (unknown where that order is not known).
    `forgotten` is how many answers of the window say nothing of a channel.
    """

    now: pd.DataFrame
    before: pd.DataFrame
    forgotten: int


@dataclass(frozen=True)
class CodeUse:
    """Of buyers whose order is known: how many answered, name a creator, and of these used a creator's code or link.

    `coded` orders with a creator's code or link were answered about. `before` is how many answers name a creator, and
    how many there are, before the campaign.
    """

    answers: int
    named: int
    used: int
    coded: int
    before: tuple[int, int]

    def draws(self, number: int, rng: np.random.Generator) -> Array:
        """Return draws of the share of won buyers who use a code: beta, all shares alike beforehand.

        Buyers who would have named a creator without the campaign have no code of it and are taken off: as many for
        each of those who name none as before the campaign.
        """
        named, answered = self.before
        usual = rng.beta(named + 1, answered - named + 1, number) if answered >= FEWEST_ANSWERS else np.zeros(number)
        others = usual * (self.answers - self.named) / (1 - usual)
        won = np.maximum(self.named - others, self.used)
        return np.asarray(rng.beta(self.used + 1, won - self.used + 1))


def answers(book: Ledger, tables: Tables, campaign: Campaign) -> Answers:
    """Return the answers with what they say; an answer is of the day of its order, else of the day it was given."""
    given = tables.survey.drop_duplicates("response_id")
    ordered = tables.orders.drop_duplicates("order_id").set_index("order_id")["ordered_at"]
    routes = book.orders.drop_duplicates("order_id").set_index("order_id")["route"]
    at = given["order_id"].map(ordered).fillna(given["answered_at"])
    told = given.assign(
        names=(given["channel"] == CREATOR) | given["influencer_id"].notna(),
        route=given["order_id"].map(routes),
        at=at.dt.tz_convert(campaign.timezone).dt.tz_localize(None),
    )
    start = pd.Timestamp(campaign.start)
    end = pd.Timestamp(ledger.last_counted(campaign)) + pd.Timedelta(days=1)
    inside = told[(told["at"] >= start) & (told["at"] < end)]
    known = inside["names"] | (inside["channel"] != UNKNOWN)
    quiet = (told["at"] < start) & ~_in_others(told["at"], campaign)
    before = told[quiet & (told["names"] | (told["channel"] != UNKNOWN))]
    columns = ["channel", "names", "route"]
    return Answers(inside.loc[known, columns], before[columns], int((~known).sum()))


def _in_others(at: pd.Series, campaign: Campaign) -> pd.Series:
    """Tell which times lie in another campaign of the brand or in the days after it in which its codes count."""
    inside = pd.Series(False, index=at.index)
    for other in campaign.earlier_campaigns:
        end = pd.Timestamp(other.end) + pd.Timedelta(days=1 + campaign.attribution_days)
        inside |= (at >= pd.Timestamp(other.start)) & (at < end)
    return inside


def code_use(found: Answers) -> CodeUse | None:
    """Return how many of the buyers who name a creator used a code; None where too few orders of them are known."""
    matched = found.now[found.now["route"].notna()]
    named, coded = matched["names"], matched["route"].isin(ledger.CREDITED)
    if int(named.sum()) < FEWEST_NAMED or len(matched) < FEWEST_ANSWERS:
        return None
    before = int(found.before["names"].sum()), len(found.before)
    return CodeUse(len(matched), int(named.sum()), int((named & coded).sum()), int(coded.sum()), before)


def share(hits: int, of: int, level: float) -> Interval:
    """Return a share with its interval (Wilson 1927)."""
    ends = stats.binomtest(hits, of).proportion_ci(level, "wilson")
    return Interval(hits / of, float(ends.low), float(ends.high), of)


def difference(now: Interval, before: Interval) -> Interval:
    """Return the difference of two independent shares with its interval (Newcombe 1998, method 10)."""
    best = now.estimate - before.estimate
    low = best - math.hypot(now.estimate - now.low, before.high - before.estimate)
    high = best + math.hypot(now.high - now.estimate, before.estimate - before.low)
    return Interval(best, low, high, now.units)


def survey(book: Ledger, tables: Tables, campaign: Campaign) -> Finding:
    """Return the revenue that buyers' answers say came through creators, beside what codes and links tell."""
    name = "roi.survey_revenue"
    if tables.survey.empty:
        return not_available(name, words.NO_SURVEY, SURVEY_METHOD)
    missing = ledger.missing_inputs(tables, campaign, money_words.ORDERS, money_words.CURRENCY)
    if missing:
        return not_available(name, missing, SURVEY_METHOD)
    found, revenue = answers(book, tables, campaign), int(book.orders["cents"].sum()) / 100
    number, known = len(found.now), {"n": len(found.now), "level": campaign.confidence}
    if number < FEWEST_ANSWERS or revenue <= 0:
        return not_enough(name, words.too_few(number, FEWEST_ANSWERS), SURVEY_METHOD, **known)
    now = share(int(found.now["names"].sum()), number, campaign.confidence)
    earlier = len(found.before) >= FEWEST_ANSWERS
    before = share(int(found.before["names"].sum()), len(found.before), campaign.confidence) if earlier else None
    more = difference(now, before) if before else now
    return _finding(book, found, campaign, (now, before, more.through(lambda part: part * revenue)))


def _finding(
    book: Ledger, found: Answers, campaign: Campaign, told: tuple[Interval, Interval | None, Interval]
) -> Finding:
    """Return the finding of the revenue that buyers name creators for; `told` are both shares and the revenue."""
    (now, before, money), use = told, code_use(found)
    orders = int(book.orders["counted"].sum())
    social = int((~found.now["names"] & (found.now["channel"] == SOCIAL)).sum())
    known: dict[str, Any] = {"n": now.units, "level": campaign.confidence, "currency": campaign.currency}
    known["caveats"] = (
        words.who_answers(now.units + found.forgotten, orders),
        *([words.platform_only(social, now.units)] if social else []),
        *([] if before else [words.NO_BEFORE]),
        *([words.code_use(use.used, use.named, use.coded)] if use else []),
    )
    said = words.survey_revenue(now, before, money, book.attributed_revenue, campaign.currency)
    details = {
        "share_naming_a_creator": now.estimate,
        "attributed_revenue": book.attributed_revenue,
        "share_naming_a_platform_only": social / now.units,
        **({"share_naming_a_creator_before": before.estimate} if before else {}),
        **({"named_with_order": float(use.named), "named_with_code": float(use.used)} if use else {}),
    }
    table = _table(found, campaign)
    return Finding(
        "roi.survey_revenue", said, "supported", SURVEY_METHOD, money.estimate, money.ends, table=table,
        details=details, **known,
    )  # fmt: skip


def _table(found: Answers, campaign: Campaign) -> ShownTable:
    """Return the answers by channel, in the window and before the campaign."""
    rows = [
        {"channel": words.channel(name), **_cells(found, name, campaign.confidence)}
        for name in CHANNELS
        if name != UNKNOWN and ((found.now["channel"] == name).any() or (found.before["channel"] == name).any())
    ]
    columns = (
        TableColumn("channel", "How they heard"),
        TableColumn("answers", "Answers", "count"),
        TableColumn("share", "Share", "percent"),
        TableColumn("low", "From", "percent"),
        TableColumn("high", "To", "percent"),
        TableColumn("before", "Share before the campaign", "percent", len(found.before) >= FEWEST_ANSWERS),
    )
    order = pd.DataFrame(rows).sort_values(["answers", "channel"], ascending=[False, True], ignore_index=True)
    return ShownTable(words.caption(found.forgotten), columns, order)


def _cells(found: Answers, name: str, level: float) -> dict[str, float]:
    """Return how many answers name a channel, their share with its ends, and that before the campaign."""
    hits = int((found.now["channel"] == name).sum())
    part = share(hits, len(found.now), level)
    before = float((found.before["channel"] == name).mean()) if len(found.before) else math.nan
    return {"answers": hits, "share": part.estimate, "low": part.low, "high": part.high, "before": before}
