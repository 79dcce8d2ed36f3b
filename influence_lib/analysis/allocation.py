"""Where the next money goes: moves of spend within caps, for the best average over what is not known."""

from typing import Any

import numpy as np
import pandas as pd

from influence_lib.analysis import ledger, returns
from influence_lib.analysis.inference import Array, Interval
from influence_lib.analysis.ledger import Ledger
from influence_lib.campaign import Campaign
from influence_lib.findings import Finding, ShownTable, TableColumn, Verdict, not_available, not_enough
from influence_lib.tables import Tables
from influence_lib.wording import allocation as words
from influence_lib.wording import ledger as money_words

MOVE_CAP = 0.3
SPLIT_METHOD = (
    "Each creator's revenue grows with the logarithm of spend; spend moves within 30 % up or down at today's total, "
    "for the best average over the uncertainty of all returns."
)


def reallocation(book: Ledger, tables: Tables, campaign: Campaign) -> Finding:
    """Return what the same money, moved between creators within caps, would be expected to bring in margin."""
    name, orders = "roi.reallocation", book.attributed_orders
    missing = ledger.missing_inputs(tables, campaign, *ledger.RETURN)
    if missing or campaign.margin is None:
        return not_available(name, missing or "", SPLIT_METHOD)
    found = returns.returns(book, campaign)
    paid = int((book.creators["cost"] > 0).sum())
    known: dict[str, Any] = {"n": orders, "clusters": paid, "level": campaign.confidence}
    if found is None:
        said = money_words.too_early(orders, paid, ledger.FEWEST_ORDERS, ledger.FEWEST_CREATORS)
        return not_enough(name, said, SPLIT_METHOD, **known)
    spend = found.creators["cost"].to_numpy(float)
    new, gain = _split(found.draws, spend, campaign.margin)
    low, high = np.quantile(gain, [(1 - campaign.confidence) / 2, (1 + campaign.confidence) / 2])
    best = Interval(float(gain.mean()), float(low), float(high), len(spend))
    moved = float(np.abs(new - spend).sum() / 2)
    said = words.reallocation(best, moved, float((gain > 0).mean()), campaign.currency)
    if not ((found.draws * campaign.margin > 1).mean(axis=0) > 0.5).any():
        said += words.nobody_pays()
    known |= {"caveats": (money_words.ATTRIBUTED, words.RESPONSE_ASSUMED), "currency": campaign.currency}
    known["table"] = _split_table(found, spend, new, campaign)
    verdict: Verdict = "supported" if low > 0 else "undecided"
    return Finding(name, said, verdict, SPLIT_METHOD, best.estimate, best.ends, **known)


def _split(draws: Array, spend: Array, margin: float) -> tuple[Array, Array]:
    """Return the recommended spend of each creator, and draws of the margin it gains over today's split."""
    typical = float(np.median(spend))
    scale = draws * spend / np.log1p(spend / typical)
    new = best_split(scale.mean(axis=0), spend, typical)
    return new, margin * (scale * (np.log1p(new / typical) - np.log1p(spend / typical))).sum(axis=1)


def best_split(scale: Array, spend: Array, typical: float) -> Array:
    """Return the spend that maximises the sum of scale * log(1 + spend / typical) within the caps, at the same total.

    At the optimum every creator who is not at a cap earns the same on the next unit of money.
    """
    low, high = spend * (1 - MOVE_CAP), spend * (1 + MOVE_CAP)

    def at(price: float) -> Array:
        return np.asarray(np.clip(scale / price - typical, low, high))

    cheap, dear = 1e-9, float(scale.max() / typical) + 1e-9
    for _ in range(200):
        price = (cheap + dear) / 2
        cheap, dear = (price, dear) if at(price).sum() > spend.sum() else (cheap, price)
    new = at(price)
    return np.asarray(new * (spend.sum() / new.sum()))


def _split_table(found: returns.Returns, spend: Array, new: Array, campaign: Campaign) -> ShownTable:
    """Return today's and the recommended spend of each creator, largest moves first."""
    rows = pd.DataFrame({"creator": found.creators["influencer_id"], "today": spend, "next": new, "move": new - spend})
    columns = (
        TableColumn("creator", "Creator"),
        TableColumn("today", "Today", "money"),
        TableColumn("next", "Next", "money"),
        TableColumn("move", "Move", "money"),
    )
    order = rows["move"].abs().sort_values(ascending=False, kind="stable").index
    return ShownTable("Recommended moves at the same total", columns, rows.loc[order], campaign.currency)
