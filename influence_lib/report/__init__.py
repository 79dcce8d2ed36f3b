"""Pages for people who decide: one a notebook, one briefing a campaign, one portfolio, and the gate before them."""
