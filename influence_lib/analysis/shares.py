"""Who shows too many sponsored posts, who pays for them, and when somebody last looked."""

import datetime as dt
import unicodedata
from typing import Any

import pandas as pd
from scipy import stats

from influence_lib import wording
from influence_lib.analysis import advertising, steadiness
from influence_lib.analysis.feed import WHOLE_FROM, Feed
from influence_lib.campaign import Campaign
from influence_lib.findings import Finding, ShownTable, TableColumn, Verdict, not_available, not_enough
from influence_lib.metrics import FEED_COVERAGE, SPONSORED_SHARE, show
from influence_lib.wording import shares as words

ALARM = 0.9
# Two years of quarters: what creators did before says little of what they will do.
MOST_QUARTERS = 8
# Fewer changes from one quarter to the next than this, and how far shares move is an assumption.
FEWEST_CHANGES = 5
# As many quarters as a table can show side by side.
SHOWN_QUARTERS = 4
# Lefty, "Saturation rate" (help.lefty.io/en/articles/8820608, read 2026): over 3 months, posts that only mention a
# brand counted too, 5 to 15 % are advised for accounts of 10k to 100k followers.
LEFTY_BAND, LEFTY_CEILING = (10_000, 100_000), (0.05, 0.15)

LIMIT_METHOD = (
    "The chance that more of a creator's next posts are sponsored than the limit allows, if they are as many as in a "
    "past quarter: each creator has a usual share, around which quarters scatter; usual shares and how far quarters "
    "scatter are learnt from the quarters of all creators (beta-binomial hierarchy, integrated on a grid). Flagged "
    "above 90 %; the range runs from those clearly above to those not clearly below. The share itself is that of the "
    "last days, posts with a known label, with the interval of Jeffreys (1946)."
)
CHECK_METHOD = "Days from the last check named in the YAML to the day of the report, against the days it may be old."
NEW_METHOD = (
    "A sponsor is new with a creator whose earlier posts in the files name others or none. Capitals do not matter, "
    "several sponsors of a post are parted by ';', and posts marked as not sponsored do not count."
)
CONFLICT_METHOD = (
    "Creators with a post for a brand under `competitors` in the YAML, from {days} days before the first day of the "
    "campaign to its last day or the day of the report, whichever comes first. Posts marked as not sponsored do not "
    "count."
)


def shares(feed: Feed, campaign: Campaign) -> pd.DataFrame:
    """Return by creator the sponsored share of the last days, those most likely above the limit next first.

    posts and sponsored_posts have a known label, unknown_posts have none. share, low and high are of known labels.
    `above` is the chance that the share behind the last days lies above the limit, `next` that more than the limit of
    the next quarter's posts will be sponsored. declared, likely and possible are shares of all posts: unknown labels
    are organic, those with advertising in the caption are sponsored (though marked organic), unknown ones are too.
    Every published post counts, young ones and those without numbers too; coverage and followers where known.
    """
    past = quarters(feed, campaign)
    now = past[past["quarter"] == 0].drop(columns=["quarter", "whole"])
    a, b = now["sponsored_posts"] + 0.5, now["posts"] - now["sponsored_posts"] + 0.5
    tail = (1 - campaign.confidence) / 2
    following = steadiness.outlook(past[past["whole"]]).share_above(campaign.saturation_limit)
    table = now.assign(
        low=stats.beta.ppf(tail, a, b),
        high=stats.beta.ppf(1 - tail, a, b),
        above=stats.beta.sf(campaign.saturation_limit, a, b),
        next=now["influencer_id"].map(following),
    )
    table = table.join(_bounds(_dated(feed, campaign)), on="influencer_id").join(_known(feed), on="influencer_id")
    return table.sort_values(["next", "influencer_id"], ascending=[False, True], ignore_index=True)


def quarters(feed: Feed, campaign: Campaign) -> pd.DataFrame:
    """Return the sponsored share by creator and quarter, the last one being 0: posts, sponsored_posts, share, whole.

    Quarters are successive windows of the campaign's `saturation_days`, going back from the day of the report. A
    creator's first quarter is not `whole` where the files have less than half of it: its few posts would pass for a
    quarter that is just like the one after it.
    """
    days, posts = campaign.saturation_days, _dated(feed, campaign)
    covered = posts.groupby("influencer_id")["back"].transform("max") + 1 - posts["quarter"] * days
    posts = posts.assign(whole=(posts["quarter"] == 0) | (2 * covered >= days))
    labelled = posts[posts["is_sponsored"].notna() & (posts["quarter"] < MOST_QUARTERS)]
    by = labelled.assign(paid=labelled["is_sponsored"].astype(bool)).groupby(["influencer_id", "quarter"])
    table = by.agg(posts=("paid", "size"), sponsored_posts=("paid", "sum"), whole=("whole", "first")).reset_index()
    return table.assign(share=SPONSORED_SHARE.each(table))


def _dated(feed: Feed, campaign: Campaign) -> pd.DataFrame:
    """Return the published posts with their day, how many days back it is, and in which quarter, 0 being the last."""
    posts = feed.published
    day = posts["posted_at"].dt.tz_convert(campaign.timezone).dt.tz_localize(None).dt.normalize()
    back = (pd.Timestamp(campaign.today) - day).dt.days
    return posts.assign(day=day, back=back, quarter=back // campaign.saturation_days)


def _bounds(posts: pd.DataFrame) -> pd.DataFrame:
    """Return by creator unknown_posts, and the declared, likely and possible share of all posts of the last quarter."""
    recent = posts[posts["quarter"] == 0]
    declared, unknown = recent["is_sponsored"].fillna(False).astype(bool), recent["is_sponsored"].isna()
    likely = declared | advertising.called(recent["caption"].where(~declared))
    flags = recent.assign(declared=declared, likely=likely, possible=likely | unknown, unknown_posts=unknown)
    by = flags.groupby("influencer_id")
    return by["unknown_posts"].sum().to_frame().join(by[["declared", "likely", "possible"]].mean())


def _known(feed: Feed) -> pd.DataFrame:
    """Return by creator the followers of the last post, and the part of the feed that the files have, where known."""
    followers = feed.posts.groupby("influencer_id")["followers"].last().astype("Float64").astype(float)
    coverage = FEED_COVERAGE.by(feed.coverage, "influencer_id").rename("coverage")
    return pd.concat([followers, coverage.astype(float)], axis=1)


def by_quarter(feed: Feed, campaign: Campaign) -> ShownTable:
    """Return the sponsored shares of the last quarters side by side, one row a creator."""
    past = quarters(feed, campaign)
    recent = past[past["quarter"] < SHOWN_QUARTERS]
    wide = recent.pivot(index="influencer_id", columns="quarter", values="share")
    wide = wide.sort_values(list(wide.columns), ascending=False).rename(columns=lambda quarter: f"quarter_{quarter}")
    days = [_days_of(quarter, campaign) for quarter in sorted(recent["quarter"].unique())]
    labels = [words.days(first, last) for first, last in days]
    columns = [TableColumn(name, label, "percent") for name, label in zip(wide.columns, labels, strict=True)]
    caption = words.quarters_caption(campaign.saturation_days)
    return ShownTable(caption, (TableColumn("influencer_id", "Creator"), *columns), wide.reset_index())


def _days_of(quarter: int, campaign: Campaign) -> tuple[dt.date, dt.date]:
    """Return the first and the last day of a quarter, 0 being the last."""
    last = campaign.today - dt.timedelta(days=int(quarter) * campaign.saturation_days)
    return last - dt.timedelta(days=campaign.saturation_days - 1), last


def over_limit(feed: Feed, campaign: Campaign) -> Finding:
    """Count the creators who will be above the limit next quarter with a chance of 9 in 10 or more."""
    name = "saturation.over_limit"
    labels = feed.published["is_sponsored"].dropna()
    refused = wording.NO_LABELS if labels.empty else feed.refusal
    # A list of a campaign's own posts would put every creator above any limit.
    refused = refused or (wording.ONLY_SPONSORED if labels.all() else None)
    if refused:
        return not_available(name, refused, LIMIT_METHOD)
    table = shares(feed, campaign)
    if table.empty:
        return not_available(name, words.no_recent_posts(campaign.saturation_days), LIMIT_METHOD)
    limit, days = campaign.saturation_limit, campaign.saturation_days
    whole = ~(table["coverage"] < WHOLE_FROM)
    flagged, possible = int((whole & (table["next"] > ALARM)).sum()), int((table["next"] >= 1 - ALARM).sum())
    verdict: Verdict = "supported" if flagged else "undecided" if possible else "contradicted"
    now = int((table["share"] > limit).sum())
    return Finding(
        name,
        words.over_limit(flagged, possible - flagged, float(table["next"].sum()), now, len(table), limit, days),
        verdict,
        LIMIT_METHOD,
        float(flagged),
        (float(flagged), float(possible)),
        int(table["posts"].sum()),
        len(table),
        campaign.confidence,
        _limit_caveats(feed, table, campaign),
        _share_table(table, campaign),
        details=_limit_details(table, limit),
    )


def _limit_details(table: pd.DataFrame, limit: float) -> dict[str, float]:
    """Return how many creators are above the limit by each way of counting, and above Lefty's ceiling."""
    ways = ("share", "declared", "likely", "possible")
    low, high = LEFTY_CEILING
    micro = table[table["followers"].between(*LEFTY_BAND, inclusive="left")]
    return {
        **{f"{way}_above_limit": float((table[way] > limit).sum()) for way in ways},
        "expected_next": float(table["next"].sum()),
        "clearly_above_now": float((table["above"] > ALARM).sum()),
        "micro_creators": float(len(micro)),
        "micro_above_ceiling_from": float((micro["share"] > low).sum()),
        "micro_above_ceiling_to": float((micro["share"] > high).sum()),
    }


def _limit_caveats(feed: Feed, table: pd.DataFrame, campaign: Campaign) -> tuple[str, ...]:
    """Return what a reader must know of the shares of this campaign."""
    found = {name: int(number) for name, number in _limit_details(table, campaign.saturation_limit).items()}
    bounds = [found[f"{way}_above_limit"] for way in ("declared", "likely", "possible")]
    unknown = int(table["unknown_posts"].sum())
    micro, above, within = (found[f"micro_{name}"] for name in ("creators", "above_ceiling_to", "above_ceiling_from"))
    return (
        wording.UNDECLARED,
        words.AS_BEFORE,
        *_data_caveats(feed, table, campaign),
        *([words.bounds(unknown, bounds)] if unknown or bounds[1] > bounds[0] else []),
        *([words.lefty(above, within, micro, LEFTY_BAND, LEFTY_CEILING)] if micro else []),
    )


def _data_caveats(feed: Feed, table: pd.DataFrame, campaign: Campaign) -> tuple[str, ...]:
    """Return what the files lack: quarters to learn from, labels, parts of feeds."""
    posts, past = _dated(feed, campaign), quarters(feed, campaign).query("whole")
    changes = len(past) - past["influencer_id"].nunique()
    unlabelled = posts.loc[posts["quarter"] == 0, "influencer_id"].nunique() - len(table)
    partly = int((table["coverage"] < WHOLE_FROM).sum())
    return (
        *([words.hardly_seen(changes)] if changes < FEWEST_CHANGES else []),
        *([words.unlabelled(unlabelled)] if unlabelled else []),
        *([words.part_of_their_feeds(partly, WHOLE_FROM)] if partly else []),
    )


def _share_table(table: pd.DataFrame, campaign: Campaign) -> ShownTable:
    """Return the shares by creator with their words."""
    partly = table["coverage"] < WHOLE_FROM
    pairs = zip(table["next"], partly, strict=True)
    rows = table.assign(verdict=[words.PART if part else words.share_verdict(p, ALARM) for p, part in pairs])
    apart = bool((table["declared"] < table["possible"]).any())
    days = campaign.saturation_days
    columns = (
        TableColumn("influencer_id", "Creator"),
        TableColumn("verdict", "Verdict"),
        TableColumn("share", "Sponsored share", "percent"),
        TableColumn("low", "From", "percent"),
        TableColumn("high", "To", "percent"),
        TableColumn("next", f"Chance above the limit in the next {days} days", "probability"),
        TableColumn("above", "Chance above the limit now", "probability"),
        TableColumn("declared", "Declared", "percent", apart),
        TableColumn("likely", "With advertising in the caption", "percent", apart),
        TableColumn("possible", "With unknown labels", "percent", apart),
        TableColumn("posts", "Posts", "count"),
        TableColumn("sponsored_posts", "Sponsored posts", "count", shown=False),
        TableColumn("unknown_posts", "Posts of unknown label", "count", bool(table["unknown_posts"].any())),
        TableColumn("coverage", FEED_COVERAGE.label, "percent", bool(table["coverage"].notna().any())),
    )
    return ShownTable(words.share_caption(days, campaign.saturation_limit), columns, rows)


def last_check(feed: Feed, campaign: Campaign) -> Finding:
    """Count the days since somebody last looked at who sponsors the creators, against the quarterly rule."""
    name, labelled = "saturation.last_check", feed.published[feed.published["is_sponsored"].notna()]
    last, refused = campaign.last_check, _no_check(labelled, campaign)
    if last is None or refused:
        return not_available(name, refused or "", CHECK_METHOD)
    days, creators = (campaign.today - last).days, labelled["influencer_id"].nunique()
    due, ends = days > campaign.check_days, (float(days), float(days))
    said = words.last_check(last, days, campaign.check_days)
    verdict: Verdict = "supported" if due else "contradicted"
    known: dict[str, Any] = {"n": creators, "level": campaign.confidence, "counted": True}
    return Finding(name, said, verdict, CHECK_METHOD, float(days), ends, **known)


def _no_check(labelled: pd.DataFrame, campaign: Campaign) -> str | None:
    """Return why the age of the last check cannot be told, or None."""
    if campaign.last_check is None:
        return words.no_last_check(campaign.check_days)
    if campaign.last_check > campaign.today:
        return words.check_to_come(campaign.last_check, campaign.today)
    return wording.NO_LABELS if labelled.empty else None


def _sponsored_by(feed: Feed, campaign: Campaign) -> pd.DataFrame:
    """Return one row for each sponsor named with a post that is not marked as organic: its day, `sponsor` and `brand`.

    `brand` is the sponsor's name as it is compared; `sponsor` is how it is written where it is first seen.
    """
    posts = _dated(feed, campaign)
    named = posts[posts["sponsor_brand"].notna() & posts["is_sponsored"].fillna(True).astype(bool)]
    rows = named.assign(sponsor=named["sponsor_brand"].str.split(";")).explode("sponsor", ignore_index=True)
    rows = rows.assign(sponsor=rows["sponsor"].str.strip()).astype({"sponsor": "str"})
    rows = rows.assign(brand=rows["sponsor"].map(_brand, na_action="ignore").astype("str"))
    rows = rows[rows["brand"].fillna("") != ""].drop_duplicates(["post_id", "brand"])
    written = rows.sort_values(["day", "post_id"]).drop_duplicates("brand").set_index("brand")["sponsor"]
    return rows.assign(sponsor=rows["brand"].map(written)).reset_index(drop=True)


def _brand(name: str) -> str:
    """Return a brand's name as it is compared: without capitals, signs in front and doubled spaces."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split()).lstrip("@#")


def new_sponsors(feed: Feed, campaign: Campaign) -> Finding:
    """Count the sponsors that creators took on since the last check; our own brand is listed and not counted."""
    name, rows = "saturation.new_sponsors", _sponsored_by(feed, campaign)
    if rows.empty:
        return not_available(name, words.NO_SPONSORS, NEW_METHOD)
    told = campaign.last_check is not None and campaign.last_check <= campaign.today
    since = campaign.last_check if told and campaign.last_check else _days_before(campaign.today, campaign.check_days)
    first = _dated(feed, campaign).groupby("influencer_id")["day"].min()
    followed = set(first.index[first <= pd.Timestamp(since)])
    if not followed:
        return not_enough(name, words.no_history(since), NEW_METHOD, n=len(rows), level=campaign.confidence)
    pairs = _first_seen(rows[rows["influencer_id"].isin(followed)], since, campaign)
    others = pairs[pairs["relation"] != words.OURS]
    named, number = rows["post_id"].nunique(), float(len(others))
    return Finding(
        name,
        words.new_sponsors(len(others), others["influencer_id"].nunique(), len(followed), since, told),
        "supported" if len(others) else "contradicted",
        NEW_METHOD,
        number,
        (number, number),
        named,
        len(followed),
        campaign.confidence,
        (*_naming(feed), *([words.no_past(len(first) - len(followed), since)] if len(first) > len(followed) else [])),
        _new_table(pairs, since),
        counted=True,
    )


def _days_before(day: dt.date, days: int) -> dt.date:
    """Return the day so many days before another."""
    return day - dt.timedelta(days=days)


def _first_seen(rows: pd.DataFrame, since: dt.date, campaign: Campaign) -> pd.DataFrame:
    """Return the pairs of creator and sponsor first seen after a day: sponsor, relation, first_seen, posts."""
    by = rows.groupby(["influencer_id", "brand"])
    pairs = by.agg(sponsor=("sponsor", "first"), first_seen=("day", "min"), posts=("post_id", "size")).reset_index()
    new = pairs[pairs["first_seen"] > pd.Timestamp(since)]
    rivals = {_brand(brand) for brand in campaign.competitors}
    ours = _brand(campaign.brand)
    relation = [words.OURS if b == ours else words.RIVAL if b in rivals else words.OTHER for b in new["brand"]]
    return new.assign(relation=relation).sort_values(
        ["first_seen", "influencer_id", "brand"], ascending=[False, True, True], ignore_index=True
    )


def _new_table(pairs: pd.DataFrame, since: dt.date) -> ShownTable:
    """Return the new sponsors by creator, the latest first."""
    columns = (
        TableColumn("influencer_id", "Creator"),
        TableColumn("sponsor", "Sponsor"),
        TableColumn("relation", "Whose brand"),
        TableColumn("first_seen", "First seen", "date"),
        TableColumn("posts", "Posts", "count"),
    )
    return ShownTable(words.new_caption(since), columns, pairs)


def _naming(feed: Feed) -> tuple[str, ...]:
    """Return for how many of the sponsored posts nobody tells the sponsor; nothing where all are told."""
    paid = feed.published[feed.published["is_sponsored"].fillna(False).astype(bool)]
    unnamed = int(paid["sponsor_brand"].isna().sum())
    return (words.unnamed(unnamed, len(paid)),) if unnamed else ()


def competitor_conflicts(feed: Feed, campaign: Campaign) -> Finding:
    """Count the creators who also posted sponsored content for a competitor around the campaign."""
    name, method = "saturation.competitor_conflicts", CONFLICT_METHOD.format(days=campaign.saturation_days)
    rows = _sponsored_by(feed, campaign)
    if rows.empty:
        return not_available(name, words.NO_SPONSORS, method)
    usual = sponsors(feed, campaign)
    if not campaign.competitors:
        return not_available(name, words.NO_COMPETITORS, method, table=_sponsor_table(usual, campaign))
    ends = _days_before(campaign.start, campaign.saturation_days), min(campaign.end, campaign.today)
    near, posted = (_between(posts, *ends) for posts in (rows, _dated(feed, campaign)))
    found, active = _conflicts(near, campaign), posted["influencer_id"].nunique()
    known: dict[str, Any] = {"n": near["post_id"].nunique(), "clusters": active, "level": campaign.confidence}
    known |= {"caveats": (*_naming(feed), words.NAMES_AS_WRITTEN), "table": _conflict_table(found, usual, campaign)}
    if near.empty:
        return not_enough(name, words.no_sponsors_near(*ends), method, **known)
    creators = found["influencer_id"].nunique()
    said = words.conflicts(creators, active, *ends, len(campaign.competitors))
    verdict: Verdict = "supported" if creators else "contradicted"
    number = float(creators)
    return Finding(name, said, verdict, method, number, (number, number), counted=True, **known)


def _between(posts: pd.DataFrame, first: dt.date, last: dt.date) -> pd.DataFrame:
    """Return the posts from one day to another, both included."""
    return posts[posts["day"].between(pd.Timestamp(first), pd.Timestamp(last))]


def _conflicts(rows: pd.DataFrame, campaign: Campaign) -> pd.DataFrame:
    """Return the pairs of creator and competitor, those with most posts first: competitor, posts, last_seen."""
    names = {_brand(name): name for name in campaign.competitors}
    rivals = rows[rows["brand"].isin(list(names))]
    table = rivals.groupby(["influencer_id", "brand"]).agg(posts=("post_id", "size"), last_seen=("day", "max"))
    table = table.reset_index().assign(competitor=lambda pairs: pairs["brand"].map(names).astype("str"))
    return table.sort_values(["posts", "influencer_id", "brand"], ascending=[False, True, True], ignore_index=True)


def sponsors(feed: Feed, campaign: Campaign) -> pd.DataFrame:
    """Return by creator how many brands sponsored them in the last quarter, and our share of their sponsored posts.

    Ours are posts that name our brand or one of our campaigns. Columns: influencer_id, sponsors, our_share.
    """
    rows = _sponsored_by(feed, campaign)
    mine = set(rows.loc[rows["brand"] == _brand(campaign.brand), "post_id"])
    posts = _dated(feed, campaign)
    paid = posts["is_sponsored"].fillna(False).astype(bool) | posts["post_id"].isin(rows["post_id"])
    recent = posts[paid & (posts["quarter"] == 0)]
    ours = recent.assign(our_share=recent["campaign_id"].notna() | recent["post_id"].isin(mine))
    shares_of_us = ours.groupby("influencer_id")["our_share"].mean().astype(float)
    brands = rows[rows["quarter"] == 0].groupby("influencer_id")["brand"].nunique().rename("sponsors")
    table = shares_of_us.to_frame().join(brands).reset_index().fillna({"sponsors": 0}).astype({"sponsors": "int64"})
    return table.sort_values(["sponsors", "influencer_id"], ascending=[False, True], ignore_index=True)


def _sponsor_columns(days: int) -> tuple[TableColumn, ...]:
    """Return the columns that tell how many sponsors a creator has and how much of that is us."""
    return (
        TableColumn("sponsors", f"Sponsors in the last {days} days", "count"),
        TableColumn("our_share", "Our share of their sponsored posts", "percent"),
    )


def _sponsor_table(usual: pd.DataFrame, campaign: Campaign) -> ShownTable:
    """Return the sponsors by creator where nobody told who the competitors are."""
    days = campaign.saturation_days
    columns = (TableColumn("influencer_id", "Creator"), *_sponsor_columns(days))
    return ShownTable(words.sponsors_caption(days), columns, usual)


def _conflict_table(found: pd.DataFrame, usual: pd.DataFrame, campaign: Campaign) -> ShownTable:
    """Return the conflicts by creator, then the creators without one, with how many sponsors each has."""
    pairs = found.assign(last_seen=[show(day, "date") for day in found["last_seen"]])
    others = usual.loc[~usual["influencer_id"].isin(found["influencer_id"]), ["influencer_id"]]
    others = others.assign(competitor=words.NO_RIVAL, posts=0, last_seen=words.NEVER)
    rows = pd.concat([pairs, others], ignore_index=True) if len(pairs) else others.reset_index(drop=True)
    columns = (
        TableColumn("influencer_id", "Creator"),
        TableColumn("competitor", "Competitor"),
        TableColumn("posts", "Posts", "count"),
        TableColumn("last_seen", "Last seen"),
        *_sponsor_columns(campaign.saturation_days),
    )
    rows = rows.merge(usual, on="influencer_id", how="left").fillna({"sponsors": 0})
    return ShownTable(words.conflict_caption(campaign.saturation_days), columns, rows)
