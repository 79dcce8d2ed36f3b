"""Sentences about how many followers a post reaches, and about what a change of engagement is made of."""
