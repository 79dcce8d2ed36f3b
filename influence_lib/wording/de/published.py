"""Sentences that hold published figures against this roster, and tiers against their definitions."""
