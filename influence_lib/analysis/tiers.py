"""Tiers under each published definition, and all rates by all averages."""

import pandas as pd

from influence_lib.analysis import engagement, inference
from influence_lib.analysis.feed import Feed, sized
from influence_lib.analysis.schemes import SCHEMES, Band
from influence_lib.campaign import Campaign
from influence_lib.findings import ShownTable, TableColumn
from influence_lib.metrics import ERF, ERR, ERV, LIKE_AND_COMMENT_RATE, LIKE_RATE, Rate
from influence_lib.wording import published as words

OTHER_RATES = (LIKE_RATE, LIKE_AND_COMMENT_RATE, ERR, ERV)


def schemes(feed: Feed, campaign: Campaign) -> ShownTable:
    """Return the engagement rates of every tier of every published scheme, averaged in three ways.

    Rates by other numerators and denominators stand beside them as the median creator's, where they are known.
    """
    known = tuple(rate for rate in OTHER_RATES if _complete(feed.posts)[rate.numerator].notna().any())
    known = tuple(rate for rate in known if _complete(feed.posts)[rate.denominator].notna().any())
    rows = [
        _tier(scheme, tier, band, feed, known, campaign) for scheme, t in SCHEMES.items() for tier, band in t.items()
    ]
    columns = (
        TableColumn("tier", "Whose tier"),
        TableColumn("scheme", "Scheme", shown=False),
        TableColumn("creators", "Creators", "count"),
        TableColumn("posts", "Posts", "count", shown=False),
        *engagement.average_columns(),
        *(TableColumn(rate.name, f"{rate.label}, median of creators", "range", shown=False) for rate in known),
    )
    caption = words.with_level(words.SCHEMES_CAPTION, campaign.confidence)
    return ShownTable(caption, columns, pd.DataFrame(rows, columns=[column.name for column in columns]))


def _complete(posts: pd.DataFrame) -> pd.DataFrame:
    """Return posts with the sum of their likes and comments."""
    return posts.assign(likes_and_comments=posts["likes"] + posts["comments"])


def _tier(
    scheme: str, tier: str, band: Band, feed: Feed, known: tuple[Rate, ...], campaign: Campaign
) -> dict[str, object]:
    """Return one tier of one scheme as a row."""
    posts = _complete(sized(feed, *band))
    row: dict[str, object] = {
        "scheme": scheme,
        "tier": f"{scheme}: {tier} ({words.size(band).removesuffix(' followers')})",
        "creators": posts["influencer_id"].nunique(),
        "posts": len(posts),
    }
    if posts.empty:
        nobody = {column.name: words.NOBODY for column in engagement.average_columns() if column.shown}
        return row | nobody | {rate.name: words.NOTHING for rate in known}
    others = {rate.name: words.other_rate(_median_creator(posts, rate, campaign.confidence)) for rate in known}
    return row | engagement.averages(posts, ERF, campaign) | others


def _median_creator(posts: pd.DataFrame, rate: Rate, level: float) -> inference.Interval | None:
    """Return the median creator's rate, each creator's being the median of their posts."""
    rates = posts.assign(rate=rate.each(posts)).groupby("influencer_id")["rate"].median()
    return inference.median(rates, level)


def rates(feed: Feed, campaign: Campaign) -> ShownTable:
    """Return every rate that is known of this roster, with its denominator in its name, averaged in three ways."""
    posts, rows = _complete(feed.posts), []
    for rate in (ERF, *OTHER_RATES):
        known = posts[rate.each(posts).notna()]
        if len(known):
            row = {"rate": rate.label, "creators": known["influencer_id"].nunique(), "posts": len(known)}
            rows.append(row | engagement.averages(known, rate, campaign))
    columns = (
        TableColumn("rate", "Rate"),
        TableColumn("creators", "Creators", "count"),
        TableColumn("posts", "Posts", "count", shown=False),
        *engagement.average_columns(),
    )
    caption = words.with_level(words.RATES_CAPTION, campaign.confidence)
    return ShownTable(caption, columns, pd.DataFrame(rows, columns=[column.name for column in columns]))
