"""Trials of creators one by one: what was claimed of them against what is true of them."""

from dataclasses import replace

import numpy as np
import pandas as pd
from simulated import campaign, tables_of
from trial import OURS, Outcome, Trial, timed

from influence_lib.analysis import ledger, returns
from influence_lib.simulate.money import CODE_USE, ORDER_VALUE
from influence_lib.simulate.scenarios import MARGIN, sized
from influence_lib.simulate.world import World, draw, streams

GOALS = (
    ("creator's return: covered at 90 %", "", (0.85, 0.94), (0.88, 0.92)),
    ("best five: claimed over true", "", (0.85, 1.15), (0.95, 1.05)),
    ("keep: right", "", (0.90, 1.0), (0.93, 1.0)),
)


def book_of(seed: int, creators: int = 40) -> tuple[World, ledger.Ledger]:
    """Return a world of one campaign with its ledger; the feeds are short because only money is looked at."""
    scenario = replace(sized("default", creators, 5 * creators), fee_return=1.9)
    world = draw(scenario, streams(5000 + seed))
    return world, ledger.ledger(tables_of(world), campaign())


def one_campaign(seed: int) -> list[Outcome]:
    """Hold each creator's 90 % interval against the return their posts have on average, leaked orders included."""
    world, book = book_of(seed)
    found, spent = timed(returns.returns, book, campaign(confidence=0.9))
    if found is None:
        return []
    value = book.attributed["net_revenue"].sum() / len(book.attributed)
    truth = true_returns(world, float(value)).reindex(found.creators["influencer_id"]).to_numpy()
    low, high = np.quantile(found.draws, [0.05, 0.95], axis=0)
    mean, best = found.draws.mean(axis=0), np.argsort(-found.draws.mean(axis=0))[:5]
    kept = truth[(found.draws * MARGIN > 1).mean(axis=0) > returns.KEEP] * MARGIN > 1
    return [
        *(("creator's return: covered at 90 %", OURS, bool(hit), spent) for hit in (low <= truth) & (truth <= high)),
        ("best five: claimed over true", OURS, float(mean[best].sum() / truth[best].sum()), spent),
        *(("keep: right", OURS, bool(hit), spent) for hit in kept),
    ]


def true_returns(world: World, order_value: float) -> pd.Series:
    """Return each creator's expected attributed revenue per 1 of own cost: caused orders with the code, and leaks."""
    fees = world.ledger[world.ledger["kind"] == "fee"].groupby("creator")["amount"].sum()
    cost = world.ledger[world.ledger["creator"] >= 0].groupby("creator")["amount"].sum()
    orders = CODE_USE * np.exp(world.creators["theta"]) * fees / ORDER_VALUE / (1 - world.creators["leak"])
    return pd.Series((orders * order_value / cost).to_numpy(), index=world.creators["handle"])


def trials() -> list[Trial]:
    """Return the trials of creators one by one."""
    return [Trial("returns", "40 creators, one campaign", one_campaign, 0.25)]
