"""What came back, in this order and never mixed: ledger, attributed, extra sales, creators, the next money."""

from influence_lib.analysis.allocation import channels, reallocation
from influence_lib.analysis.attribution import attributed, by_code, cost_per_order, order_value, profit
from influence_lib.analysis.boosts import boosts
from influence_lib.analysis.buyers import new_customers, repeat_rate
from influence_lib.analysis.emv import earned_media_value
from influence_lib.analysis.extra_sales import campaigns, incremental, placebo
from influence_lib.analysis.leaks import adjusted, leaking_codes
from influence_lib.analysis.ledger import Ledger, cost, ledger, routes, waterfall
from influence_lib.analysis.money_claims import claim_actions, claim_affordable, claim_fee, claim_return
from influence_lib.analysis.outcomes import outcomes
from influence_lib.analysis.programme import army, size, unique_reach
from influence_lib.analysis.regions import regions
from influence_lib.analysis.returns import at_stake, by_creator
from influence_lib.analysis.survey import survey
from influence_lib.campaign import Campaign
from influence_lib.findings import Finding
from influence_lib.tables import Tables

__all__ = [
    "adjusted",
    "army",
    "at_stake",
    "attributed",
    "boosts",
    "by_code",
    "by_creator",
    "campaigns",
    "channels",
    "claims",
    "cost",
    "cost_per_order",
    "incremental",
    "leaking_codes",
    "ledger",
    "new_customers",
    "order_value",
    "outcomes",
    "placebo",
    "profit",
    "reallocation",
    "regions",
    "repeat_rate",
    "routes",
    "size",
    "survey",
    "unique_reach",
    "waterfall",
]


def claims(book: Ledger, tables: Tables, campaign: Campaign) -> tuple[Finding, ...]:
    """Return the published claims about money beside this campaign's own numbers, earned media value last."""
    questions = (claim_return, claim_fee, claim_affordable, claim_actions, earned_media_value)
    return tuple(ask(book, tables, campaign) for ask in questions)
