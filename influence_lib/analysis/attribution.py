"""What came back by creators' codes and links: attributed, not caused."""

from typing import Any

import pandas as pd

from influence_lib.analysis import inference, ledger
from influence_lib.analysis.inference import Interval
from influence_lib.analysis.ledger import Ledger
from influence_lib.campaign import Campaign
from influence_lib.findings import Finding, not_available, not_enough
from influence_lib.tables import Tables
from influence_lib.wording import attribution as words
from influence_lib.wording import ledger as money_words

ATTRIBUTED_METHOD = (
    "Orders with a creator's code, or through a creator's link, net of discounts, refunds, tax and shipping; the "
    "interval treats creators as a sample (linearised ratio with leave-one-out errors, Cochran 1977). Attributed, not "
    "caused."
)


def attributed(book: Ledger, tables: Tables, campaign: Campaign) -> tuple[Finding, Finding, Finding]:
    """Return attributed revenue, revenue per 1 spent, and return on investment after margin."""
    missing = ledger.missing_inputs(tables, campaign, *ledger.ATTRIBUTION)
    if missing:
        return ledger.three(ATTRIBUTED_IDS, lambda name: not_available(name, missing, ATTRIBUTED_METHOD))
    active = book.creators[(book.creators["cost"] > 0) | (book.creators["orders"] > 0)]
    orders = book.attributed_orders
    known: dict[str, Any] = {"n": orders, "clusters": len(active), "level": campaign.confidence}
    ratio = return_per_cost(book, active, campaign.confidence)
    if ratio is None or len(active) < ledger.FEWEST_CREATORS or orders < ledger.FEWEST_ORDERS:
        said = money_words.too_early(orders, len(active), ledger.FEWEST_ORDERS, ledger.FEWEST_CREATORS)
        return ledger.three(ATTRIBUTED_IDS, lambda name: not_enough(name, said, ATTRIBUTED_METHOD, **known))
    known["caveats"] = (money_words.ATTRIBUTED, words.window(campaign.attribution_days), *ledger.still_open(campaign))
    return (
        _revenue(ratio, book, campaign, known),
        _revenue_per_cost(ratio, campaign, known),
        _return(ratio, campaign, known),
    )


ATTRIBUTED_IDS = ("roi.attributed_revenue", "roi.attributed_roas", "roi.roi")


def _revenue(ratio: Interval, book: Ledger, campaign: Campaign, known: dict[str, Any]) -> Finding:
    """Return attributed revenue; its interval is the return's, at this campaign's cost."""
    total = book.attributed_revenue
    found = ratio.through(lambda value: value * book.cost)
    said = words.attributed_revenue(
        total, found, known["n"], book.proofs, min(ledger.last_day(campaign), campaign.today), campaign.currency
    )
    known = known | {"currency": campaign.currency}
    return Finding(ATTRIBUTED_IDS[0], said, "supported", ATTRIBUTED_METHOD, total, found.ends, **known)


def _revenue_per_cost(ratio: Interval, campaign: Campaign, known: dict[str, Any]) -> Finding:
    """Return attributed revenue for each unit of cost, against break-even at the campaign's margin."""
    even = ledger.break_even(campaign)
    said = words.attributed_roas(ratio, even, campaign.margin, campaign.currency)
    verdict = ledger.against(ratio, even)
    return Finding(ATTRIBUTED_IDS[1], said, verdict, ATTRIBUTED_METHOD, ratio.estimate, ratio.ends, **known)


def _return(ratio: Interval, campaign: Campaign, known: dict[str, Any]) -> Finding:
    """Return the return on investment after margin, or that the margin is not known."""
    if not campaign.margin:
        return not_available("roi.roi", money_words.missing_inputs([money_words.MARGIN]), ATTRIBUTED_METHOD)
    margin = campaign.margin
    found = ratio.through(lambda value: value * margin - 1)
    said = words.roi(found)
    return Finding("roi.roi", said, ledger.against(found, 0.0), ATTRIBUTED_METHOD, found.estimate, found.ends, **known)


def return_per_cost(book: Ledger, active: pd.DataFrame, level: float) -> Interval | None:
    """Return attributed revenue over all costs; shared costs are spread by each creator's own cost."""
    own = active["cost"].to_numpy(float)
    if own.sum() <= 0:
        return None
    return inference.ratio_of_sums(active["revenue"].to_numpy(float), own * (book.cost / own.sum()), level)
