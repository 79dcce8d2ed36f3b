"""The canonical tables: columns, types, units and keys. The only place where a column is named.

Conventions: ids, handles and codes are text; times are UTC; counts are whole numbers of zero or more; money is in
the campaign's currency; an empty cell means unknown and never zero.
"""

import functools
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    import pandera.pandas as pa

PLATFORMS = (
    "instagram",
    "facebook",
    "tiktok",
    "youtube",
    "snapchat",
    "twitch",
    "x",
    "linkedin",
    "pinterest",
    "blog",
    "podcast",
    "other",
)
POST_TYPES = ("image", "carousel", "reel", "story", "video", "short", "live", "text", "blog", "podcast")
# Stands for the brand itself where a creator would: the audience of its own customers.
BRAND = "_brand"
# The dimension of an audience that says which part of it follows another creator; `value` is then that creator.
OVERLAP = "overlap_with"
COST_KINDS = ("fee", "commission", "product", "shipping", "boost", "production", "agency", "tool", "staff", "other")
COST_STATUSES = ("committed", "due", "paid")
# How a buyer heard of the brand, in a survey after the order.
CHANNELS = ("creator", "social_media", "search", "friend", "advertisement", "press", "shop", "other", "unknown")
# To whom a boost was shown: the creator's followers, people like them, people who engaged before, by interest, all.
BOOST_AUDIENCES = ("followers", "lookalike", "engaged", "interest", "broad", "other")

DTYPES: dict[str, Any] = {
    "text": "str",
    "time": "datetime64[us, UTC]",
    "count": "Int64",
    "amount": "Float64",
    "flag": "boolean",
}


@dataclass(frozen=True)
class Column:
    """One column: its kind (text, time, count, amount, flag), unit, meaning and allowed values."""

    name: str
    kind: str
    meaning: str
    unit: str = ""
    required: bool = False
    values: tuple[str, ...] = ()
    signed: bool = False


@dataclass(frozen=True)
class Table:
    """One canonical table and the key that is unique in it."""

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    def __getitem__(self, name: str) -> Column:
        """Return the column called `name`."""
        return next(column for column in self.columns if column.name == name)

    @property
    def names(self) -> list[str]:
        """Return the column names in order."""
        return [column.name for column in self.columns]

    def empty(self) -> pd.DataFrame:
        """Return the table without rows, with the right types."""
        return pd.DataFrame({c.name: pd.Series(dtype=DTYPES[c.kind]) for c in self.columns})

    def shape(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return rows with exactly the table's columns and types; columns not given are unknown."""
        given = {c.name: rows[c.name] if c.name in rows else pd.Series(pd.NA, index=rows.index) for c in self.columns}
        typed = {c.name: given[c.name].astype(DTYPES[c.kind]) for c in self.columns}
        return pd.DataFrame(typed, index=rows.index).reset_index(drop=True)

    @functools.cached_property
    def schema(self) -> "pa.DataFrameSchema":
        """Return the table as a pandera schema: types, required cells, allowed values, signs, unique key."""
        import pandera.pandas as pa  # half a second; only those who validate pay for it

        columns = {c.name: pa.Column(DTYPES[c.kind], self._checks(c), nullable=not c.required) for c in self.columns}
        return pa.DataFrameSchema(columns, unique=list(self.key), strict=True, name=self.name)

    @staticmethod
    def _checks(column: Column) -> list[Any]:
        """Return the checks on the values of one column."""
        import pandera.pandas as pa

        checks = [pa.Check.isin(column.values)] if column.values else []
        if column.kind in {"count", "amount"} and not column.signed:
            checks.append(pa.Check.ge(0))
        return checks

    def validate(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return the rows when they keep the table's rules, else raise TableError with every breach."""
        import pandera.errors

        try:
            return self.schema.validate(rows, lazy=True)
        except pandera.errors.SchemaErrors as error:
            raise TableError(self.name, error.failure_cases) from error


class TableError(Exception):
    """Rows break a canonical table's rules; the message lists column, rule and the first values."""

    def __init__(self, table: str, cases: pd.DataFrame) -> None:
        """Word the breaches of `table`, one line a column and rule."""
        groups = cases.assign(column=cases["column"].fillna("key")).groupby(["column", "check"], sort=False)
        lines = [
            f"  {column}: {check} broken {len(rows)} times, first by {rows['failure_case'].iloc[0]!r}"
            for (column, check), rows in groups
        ]
        super().__init__("\n".join([f"table '{table}' cannot be used:", *lines]))


_INFLUENCER = Column(
    "influencer_id", "text", "The creator, under one stable name without personal data.", required=True
)
_PLATFORM = Column("platform", "text", "Where it was posted.", required=True, values=PLATFORMS)


def _count(name: str, meaning: str, unit: str) -> Column:
    """Return an optional count column."""
    return Column(name, "count", meaning, unit)


INFLUENCERS = Table(
    "influencers",
    ("influencer_id",),
    (
        _INFLUENCER,
        Column("status", "text", "Where the cooperation stands."),
        Column("niche", "text", "What the creator posts about."),
        Column("country", "text", "Where the creator is."),
        Column("source", "text", "How the creator was found."),
    ),
)
FOLLOWERS = Table(
    "followers",
    ("influencer_id", "platform", "observed_at"),
    (
        _INFLUENCER,
        _PLATFORM,
        Column("observed_at", "time", "When the number was true.", required=True),
        Column("followers", "count", "Followers at that time.", "accounts", required=True),
        _count("media_count", "Posts on the profile at that time, as the profile shows.", "posts"),
    ),
)
POSTS = Table(
    "posts",
    ("post_id",),
    (
        Column("post_id", "text", "The post.", required=True),
        _INFLUENCER,
        _PLATFORM,
        Column("posted_at", "time", "When it went out.", required=True),
        Column("post_type", "text", "Its format.", values=POST_TYPES),
        Column("is_sponsored", "flag", "Paid for by any brand; empty when nobody knows."),
        Column("campaign_id", "text", "The campaign it belongs to; empty when not ours."),
        Column("sponsor_brand", "text", "Who paid."),
        Column("caption", "text", "Its text."),
        Column("url", "text", "Its address."),
    ),
)
POST_METRICS = Table(
    "post_metrics",
    ("post_id", "observed_at"),
    (
        Column("post_id", "text", "The post.", required=True),
        Column("observed_at", "time", "When the numbers were read; empty when the file does not say."),
        _count("likes", "Likes.", "likes"),
        _count("comments", "Comments.", "comments"),
        _count("shares", "Shares.", "shares"),
        _count("saves", "Saves.", "saves"),
        _count("views", "Views.", "views"),
        _count("reach", "Accounts that saw it.", "accounts"),
        _count("impressions", "Times it was shown.", "times"),
        _count("link_clicks", "Clicks on its link.", "clicks"),
        _count("follows", "Followers won by it.", "accounts"),
    ),
)
COSTS = Table(
    "costs",
    ("cost_id",),
    (
        Column("cost_id", "text", "The line of the ledger.", required=True),
        Column("influencer_id", "text", "For whom; empty for shared costs."),
        Column("campaign_id", "text", "For which campaign."),
        Column("spent_at", "time", "When it was booked."),
        Column("amount", "amount", "What it cost; refunds are negative.", "currency", required=True, signed=True),
        Column("kind", "text", "What it was for.", required=True, values=COST_KINDS),
        Column("status", "text", "Whether it is paid.", values=COST_STATUSES),
    ),
)
TRACKING = Table(
    "tracking",
    ("kind", "code"),
    (
        Column("kind", "text", "A discount code, or the tag of a link.", required=True, values=("code", "link")),
        Column("code", "text", "The code or tag, in capitals.", required=True),
        Column("influencer_id", "text", "Whose it is.", required=True),
    ),
)
ORDERS = Table(
    "orders",
    ("order_id",),
    (
        Column("order_id", "text", "The order.", required=True),
        Column("ordered_at", "time", "When it was placed.", required=True),
        Column(
            "net_revenue",
            "amount",
            "Goods after discounts and refunds, without tax and shipping; below zero where more was given back.",
            "currency",
            required=True,
            signed=True,
        ),
        Column("discount", "amount", "Discount given on goods, without tax.", "currency"),
        Column("refund", "amount", "Money given back for goods, without tax and shipping.", "currency"),
        Column("codes", "text", "Discount codes used, in capitals, parted by ';'."),
        Column("link", "text", "Tag of the link that led there (utm_content, sub id), in capitals."),
        Column("influencer_id", "text", "To whom an affiliate tool, or the tag of the link, assigns it."),
        Column("told_by", "text", "Who tells of it; empty is the shop's own list.", values=("tool", "marketplace")),
        _count("orders", "How many orders the row stands for; empty means one.", "orders"),
        Column("customer_key", "text", "The buyer as a hash; never an e-mail."),
        Column("region", "text", "Where it was sent."),
        Column("is_new", "flag", "Whether it is the buyer's first order, where the file says so."),
    ),
)
SURVEY = Table(
    "survey",
    ("response_id",),
    (
        Column("response_id", "text", "The answer of one buyer.", required=True),
        Column("answered_at", "time", "When it was given."),
        Column("order_id", "text", "The order after which it was asked."),
        Column("channel", "text", "How the buyer heard of the brand.", required=True, values=CHANNELS),
        Column("influencer_id", "text", "The creator whom the answer names."),
    ),
)
BOOSTS = Table(
    "boosts",
    ("boost_id",),
    (
        Column("boost_id", "text", "One post promoted to one audience over some days.", required=True),
        Column("post_id", "text", "The post that was promoted."),
        Column("influencer_id", "text", "Whose post it was."),
        Column("started_at", "time", "First day."),
        Column("ended_at", "time", "Last day."),
        Column("spend", "amount", "What it cost.", "currency", required=True),
        Column("audience", "text", "To whom it was shown.", values=BOOST_AUDIENCES),
        _count("reach", "Accounts that saw it as an advertisement.", "accounts"),
        _count("impressions", "Times it was shown as an advertisement.", "times"),
        _count("engagements", "Reactions to the advertisement.", "engagements"),
        _count("link_clicks", "Clicks on its link.", "clicks"),
    ),
)
SERIES = Table(
    "series",
    ("date", "name", "region", "segment", "influencer_id", "platform"),
    (
        Column("date", "time", "The day, or the first of several.", required=True),
        Column("name", "text", "What was counted.", required=True),
        Column("value", "amount", "Its value.", required=True, signed=True),
        Column("region", "text", "Where; empty for all regions."),
        Column("segment", "text", "Which part, such as a source of visits; empty for the whole."),
        Column("influencer_id", "text", "Whose account; empty for the brand's own series."),
        Column("platform", "text", "Where the account is; empty for the brand's own series.", values=PLATFORMS),
        _count("days", "How many days the value covers; empty means one.", "days"),
        Column("is_outcome", "flag", "Whether the campaign can move it; such a series is no control for sales."),
    ),
)
MENTIONS = Table(
    "mentions",
    ("mention_id",),
    (
        Column("mention_id", "text", "The mention.", required=True),
        Column("seen_at", "time", "When it was published or found.", required=True),
        Column("platform", "text", "Where it stood.", values=PLATFORMS),
        Column("subject", "text", "Who is spoken of.", values=("us", "influencer", "competitor", "product")),
        Column("author_type", "text", "What kind of account spoke."),
        Column("sentiment", "amount", "Tone.", "-1 (bad) to 1 (good)", signed=True),
        Column("is_press", "flag", "Whether it is press."),
        _count("reach", "Accounts that saw it, as the tool says.", "accounts"),
        Column("url", "text", "Its address."),
    ),
)
AUDIENCE = Table(
    "audience",
    ("influencer_id", "platform", "observed_at", "population", "dimension", "value"),
    (
        Column("influencer_id", "text", "Whose audience; `_brand` for the brand's own customers.", required=True),
        Column("platform", "text", "Where.", values=PLATFORMS),
        Column("observed_at", "time", "When it was true; empty when the file does not say."),
        Column("population", "text", "Who was counted.", required=True, values=("followers", "engaged", "customers")),
        Column("dimension", "text", "By what, such as age, gender, country.", required=True),
        Column("value", "text", "Which part, such as 25-34 or DE.", required=True),
        Column("share", "amount", "Its share of the population, 0 to 1.", "share"),
        _count("n", "How many accounts were counted.", "accounts"),
    ),
)
EVENTS = Table(
    "events",
    ("event_id",),
    (
        Column("event_id", "text", "The event.", required=True),
        Column("influencer_id", "text", "With whom."),
        Column("campaign_id", "text", "For which campaign."),
        Column("at", "time", "When.", required=True),
        Column("kind", "text", "What happened, such as outreach, reply, revision.", required=True),
        Column("direction", "text", "From us (out) or to us (in).", values=("in", "out")),
        Column("ref", "text", "What it refers to."),
        Column("value", "amount", "Its amount, where it has one.", signed=True),
        Column("channel", "text", "By mail, message, call and so on."),
        Column("personalised", "flag", "Whether it was written for this creator."),
    ),
)
DELIVERABLES = Table(
    "deliverables",
    ("deliverable_id",),
    (
        Column("deliverable_id", "text", "The piece of work agreed.", required=True),
        Column("campaign_id", "text", "For which campaign."),
        Column("influencer_id", "text", "By whom.", required=True),
        Column("due_at", "time", "By when."),
        Column("platform", "text", "Where.", values=PLATFORMS),
        Column("post_type", "text", "Its format.", values=POST_TYPES),
        Column("status", "text", "Where it stands."),
        Column("topic", "text", "What it is about."),
        Column("required_tags", "text", "Tags that must be there, parted by ';'."),
        Column("required_link", "text", "The link that must be there."),
        Column("latitude", "text", "How free the creator is.", values=("free", "guided", "scripted")),
        Column("approval_required", "flag", "Whether the brand approves before posting."),
        Column("rights", "text", "What the brand may do with it."),
        Column("exclusivity_until", "time", "Until when the creator keeps from competitors."),
        Column("post_id", "text", "The post that delivered it."),
    ),
)
TABLES = {
    table.name: table
    for table in (
        INFLUENCERS,
        FOLLOWERS,
        POSTS,
        POST_METRICS,
        COSTS,
        TRACKING,
        ORDERS,
        SURVEY,
        BOOSTS,
        SERIES,
        MENTIONS,
        AUDIENCE,
        EVENTS,
        DELIVERABLES,
    )
}


@dataclass(frozen=True)
class Tables:
    """All canonical tables of one campaign; a table nobody delivered is empty."""

    influencers: pd.DataFrame = field(default_factory=INFLUENCERS.empty)
    followers: pd.DataFrame = field(default_factory=FOLLOWERS.empty)
    posts: pd.DataFrame = field(default_factory=POSTS.empty)
    post_metrics: pd.DataFrame = field(default_factory=POST_METRICS.empty)
    costs: pd.DataFrame = field(default_factory=COSTS.empty)
    tracking: pd.DataFrame = field(default_factory=TRACKING.empty)
    orders: pd.DataFrame = field(default_factory=ORDERS.empty)
    survey: pd.DataFrame = field(default_factory=SURVEY.empty)
    boosts: pd.DataFrame = field(default_factory=BOOSTS.empty)
    series: pd.DataFrame = field(default_factory=SERIES.empty)
    mentions: pd.DataFrame = field(default_factory=MENTIONS.empty)
    audience: pd.DataFrame = field(default_factory=AUDIENCE.empty)
    events: pd.DataFrame = field(default_factory=EVENTS.empty)
    deliverables: pd.DataFrame = field(default_factory=DELIVERABLES.empty)

    def with_table(self, name: str, rows: pd.DataFrame) -> "Tables":
        """Return a copy in which one table is replaced."""
        return replace(self, **{name: rows})

    def validate(self) -> "Tables":
        """Return itself when every table keeps its rules, else raise TableError."""
        for name, table in TABLES.items():
            rows = getattr(self, name)
            if len(rows):
                table.validate(rows)
        return self
