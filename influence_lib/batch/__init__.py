"""Run every notebook of every campaign, isolate failures, publish what is whole, keep the account of it."""

from influence_lib.batch.runner import BatchLockedError, Outcome, run
from influence_lib.batch.state import status

__all__ = ["BatchLockedError", "Outcome", "run", "status"]
