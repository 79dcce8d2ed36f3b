"""Sponsored posts and the share of them: what was seen, what could prove it wrong, what is missing, in words."""
