"""Three published ways of calling an account micro, and whether a verdict depends on which is taken."""

import math

from influence_lib.analysis import published
from influence_lib.analysis.feed import Feed, sized
from influence_lib.campaign import Campaign
from influence_lib.wording import published as words

Band = tuple[float, float]
MICRO = "micro"
# The three articles each define "micro" in their own way (claims S0-07, S1-02, S2-02); the guide names the other tiers.
SCHEMES: dict[str, dict[str, Band]] = {
    "ten reasons": {MICRO: (25_000, 250_000)},
    "three tricks": {MICRO: (0, 100_000)},
    "complete guide": {
        MICRO: (1_000, 100_000),
        "micro, as some cap it": (1_000, 10_000),
        "macro": (100_000, 500_000),
        "mega": (500_000, math.inf),
        "celebrity": (1_000_000, math.inf),
    },
}


def warning(feed: Feed, campaign: Campaign) -> tuple[str, ...]:
    """Return the sentence that the verdict on the published rate of 'micro' depends on the scheme, where it does."""
    verdicts = []
    for scheme, tier, band in ((s, t, b) for s, tiers in SCHEMES.items() for t, b in tiers.items() if MICRO in t):
        usual = sized(feed, *band).groupby("influencer_id")["rate"].median()
        held = published.equivalence(usual, *campaign.benchmark, campaign.benchmark_margin, campaign.confidence)
        if held:
            capped = scheme if tier == MICRO else f"{scheme} with its cap"
            verdicts.append((capped, words.size(band).removesuffix(" followers"), held.verdict))
    differ = len({verdict for _, _, verdict in verdicts}) > 1
    return (words.scheme_depends(verdicts, campaign.benchmark),) if differ else ()
