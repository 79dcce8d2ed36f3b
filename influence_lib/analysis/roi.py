"""What came back, in this order and never mixed: ledger, attributed, extra sales, creators, the next money."""

from influence_lib.analysis.allocation import reallocation
from influence_lib.analysis.attribution import attributed
from influence_lib.analysis.extra_sales import incremental
from influence_lib.analysis.ledger import cost, ledger, routes
from influence_lib.analysis.returns import by_creator

__all__ = ["attributed", "by_creator", "cost", "incremental", "ledger", "reallocation", "routes"]
