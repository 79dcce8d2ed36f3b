"""What each metric means, and how a number is shown. The only place where a ratio is defined."""

import datetime as dt
import functools
import math
import re
from dataclasses import dataclass
from typing import Any

import babel.dates
import babel.numbers
import pandas as pd
from babel import Locale

from influence_lib import language
from influence_lib.language import say

NOT_AVAILABLE = "not available"


@dataclass(frozen=True)
class Rate:
    """A ratio with its words: always the sum of the numerator over the sum of the denominator."""

    name: str
    label: str
    numerator: str
    denominator: str
    kind: str
    meaning: str
    caveat: str

    @property
    def formula(self) -> str:
        """Return the formula in words, for the glossary."""
        return f"{say(self.numerator.replace('_', ' '))} ÷ {say(self.denominator.replace('_', ' '))}"

    def of(self, rows: pd.DataFrame) -> float:
        """Return the rate over all rows where both parts are known; NaN when the denominator is zero."""
        known = rows[[self.numerator, self.denominator]].astype("Float64").dropna()
        below = float(known[self.denominator].sum())
        return float(known[self.numerator].sum()) / below if below else math.nan

    def by(self, rows: pd.DataFrame, key: str) -> pd.Series:
        """Return the rate within each group of `key`, over rows where both parts are known."""
        known = rows[[key, self.numerator, self.denominator]].dropna()
        sums = known.groupby(key, observed=True)[[self.numerator, self.denominator]].sum().astype(float)
        return (sums[self.numerator] / sums[self.denominator].where(sums[self.denominator] > 0)).rename(self.name)

    def each(self, rows: pd.DataFrame) -> pd.Series:
        """Return the rate of each single row; NaN where a part is missing or the denominator is zero."""
        below = rows[self.denominator].astype("Float64")
        return (rows[self.numerator].astype("Float64") / below.where(below > 0)).astype(float).rename(self.name)

    def show(self, value: float | None, currency: str | None = None) -> str:
        """Return the value as text for a page."""
        return show(value, self.kind, currency)


ERF = Rate(
    name="engagement_rate_by_followers",
    label="Engagement rate by followers",
    numerator="engagements",
    denominator="followers",
    kind="percent",
    meaning="Reactions a post drew for each follower the creator had when it went out.",
    caveat="Bought or sleeping followers push it down; posts seen far beyond the followers push it above 100 %.",
)
ERR = Rate(
    name="engagement_rate_by_reach",
    label="Engagement rate by reach",
    numerator="engagements",
    denominator="reach",
    kind="percent",
    meaning="Reactions for each account that saw the post.",
    caveat="Reach is known to the creator only; posts without it are left out.",
)
ERV = Rate(
    name="engagement_rate_by_views",
    label="Engagement rate by views",
    numerator="engagements",
    denominator="views",
    kind="percent",
    meaning="Reactions for each time a post was seen.",
    caveat="Platforms count a view after different numbers of seconds, and change that number.",
)
LIKE_RATE = Rate(
    name="like_rate_by_followers",
    label="Like rate by followers",
    numerator="likes",
    denominator="followers",
    kind="percent",
    meaning="Likes of a post for each follower the creator had when it went out.",
    caveat="Many published 'engagement rates' count likes only; where likes are hidden, the post is left out.",
)
LIKE_AND_COMMENT_RATE = Rate(
    name="like_and_comment_rate_by_followers",
    label="Like and comment rate by followers",
    numerator="likes_and_comments",
    denominator="followers",
    kind="percent",
    meaning="Likes and comments of a post for each follower the creator had when it went out.",
    caveat="What most tools call engagement rate; shares and saves do not count.",
)
REACH_RATE = Rate(
    name="reach_rate",
    label="Organic reach rate",
    numerator="reach",
    denominator="followers",
    kind="percent",
    meaning="Accounts that saw a post without paid support, for each follower at that time.",
    caveat="Viewers who do not follow count as well, so it can exceed 100 %.",
)
SPONSORED_SHARE = Rate(
    name="sponsored_share",
    label="Sponsored share",
    numerator="sponsored_posts",
    denominator="posts",
    kind="percent",
    meaning="Posts marked as sponsored, by any brand, out of all posts whose label is known.",
    caveat="A lower bound wherever advertising is not declared.",
)
ROAS = Rate(
    name="attributed_roas",
    label="Attributed revenue per 1 spent",
    numerator="revenue",
    denominator="cost",
    kind="money_ratio",
    meaning="Net revenue of orders that carried a creator's code or link, for each unit of cost.",
    caveat="Codes miss buyers who did not use them and count buyers who would have come anyway.",
)
ROI = Rate(
    name="attributed_roi",
    label="Attributed return on investment",
    numerator="profit",
    denominator="cost",
    kind="signed_percent",
    meaning="Margin on attributed revenue less all costs, for each unit of cost. 0 % is break-even.",
    caveat="Attributed, not caused: it inherits every error of the codes.",
)
AOV = Rate(
    name="average_order_value",
    label="Average order value",
    numerator="revenue",
    denominator="orders",
    kind="money",
    meaning="Net revenue for each order.",
    caveat="One very large order moves it.",
)
COST_PER_ORDER = Rate(
    name="cost_per_order",
    label="Cost per attributed order",
    numerator="cost",
    denominator="orders",
    kind="money",
    meaning="All costs of the campaign for each order that carried a creator's code or link.",
    caveat="Undefined while there is no attributed order.",
)
ROWS_USED = Rate(
    name="rows_used",
    label="Rows used",
    numerator="used",
    denominator="rows",
    kind="percent",
    meaning="Rows of the files that the report rests on, out of all rows below the column names.",
    caveat="The others are listed with their reason; none is left out in silence.",
)
FEED_COVERAGE = Rate(
    name="feed_coverage",
    label="Feed coverage",
    numerator="posts_read",
    denominator="posts_published",
    kind="percent",
    meaning="Posts in the files, out of those by which the profiles' totals grew between two readings.",
    caveat="Deleted posts lower the totals, so it can only be measured where totals grew.",
)
METRICS = {
    rate.name: rate
    for rate in (
        ERF,
        ERR,
        ERV,
        LIKE_RATE,
        LIKE_AND_COMMENT_RATE,
        REACH_RATE,
        SPONSORED_SHARE,
        ROAS,
        ROI,
        AOV,
        COST_PER_ORDER,
        ROWS_USED,
        FEED_COVERAGE,
    )
}

UNIT_KINDS = {
    "elasticity": "tenfold",
    "followers": "count",
    "fraction": "percent",
    "relative change": "signed_percent",
    "log points": "ten_points",
    "count": "count",
    "accounts": "count",
    "days": "days",
    "money": "money",
    "ratio": "decimal",
}


def _currency(value: float, currency: str | None, whole: bool, locale: str) -> str:
    """Return money with its currency, or a plain number where no currency was declared."""
    if currency is None:
        return babel.numbers.format_decimal(round(value, 2), locale=locale)
    pattern = _without_cents(locale) if whole else None
    return babel.numbers.format_currency(value, currency, format=pattern, currency_digits=not whole, locale=locale)


@functools.cache
def _without_cents(locale: str) -> str:
    """Return the locale's own way of writing money, without cents."""
    pattern = str(Locale.parse(locale).currency_formats["standard"].pattern)
    return re.sub(r"([#0])\.0+", r"\1", pattern)


@functools.cache
def _percent_pattern(locale: str, behind: str) -> str:
    """Return the locale's own way of writing a percentage, with these digits behind the decimal mark."""
    digits = f"#,##0.{behind}" if behind else "#,##0"
    return re.sub(r"[#,0.]+", digits, str(Locale.parse(locale).percent_formats[None].pattern), count=1)


def _percent(value: float, locale: str, digits: int | None = None) -> str:
    """Return a fraction as per cent, with two or three telling digits unless told otherwise."""
    if digits is None:
        digits = 0 if abs(value) >= 0.995 else 1 if abs(value) >= 0.0995 else 2
    return babel.numbers.format_percent(value, format=_percent_pattern(locale, "0" * digits), locale=locale)


def exact_percent(value: float) -> str:
    """Return a fraction as per cent with as many digits as it has, for axes: the text means exactly the value."""
    locale = language.locale()
    return babel.numbers.format_percent(value, format=_percent_pattern(locale, "#" * 6), locale=locale)


def show(value: Any, kind: str, currency: str | None = None, locale: str | None = None) -> str:
    """Return a value as a reader should see it; digits are chosen here and nowhere else.

    Kinds: text, word (one of our own, said in the language of the page), range (text that stays on one line), date,
    count, days, decimal, percent, whole_percent, signed_percent, change, probability, money, money_whole, money_ratio;
    tenfold (an elasticity, as the change that ten times as much brings) and ten_points (log points for each unit of
    share, as the change that ten percentage points bring).
    A missing or infinite value reads "not available". Without a locale, numbers are written as the page is.
    """
    locale = locale or language.locale()
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and not math.isfinite(value)):
        return say(NOT_AVAILABLE)
    if kind == "word":
        return say(str(value))
    if kind in {"text", "range"}:
        return str(value)
    if kind == "date":
        day = dt.date.fromisoformat(value[:10]) if isinstance(value, str) else value
        return babel.dates.format_skeleton("yMMMd", day, locale=locale)
    number = float(value)
    if kind == "count":
        return babel.numbers.format_decimal(round(number), locale=locale)
    if kind == "days":
        return f"{show(number, 'count', locale=locale)} {say('day' if round(number) == 1 else 'days')}"
    if kind == "percent":
        return _percent(number, locale)
    if kind == "whole_percent":
        return _percent(number, locale, 0)
    if kind == "tenfold":
        return show(10**number - 1, "signed_percent", locale=locale)
    if kind == "ten_points":
        return show(math.expm1(number / 10), "signed_percent", locale=locale)
    if kind in {"signed_percent", "change"}:
        if abs(number) < 0.0005:
            return _percent(0.0, locale, 0)
        return ("+" if number > 0 and kind == "signed_percent" else "") + _percent(
            number, locale, 0 if abs(number) >= 0.0195 else 1
        )
    if kind == "probability":
        if number < 0.01:
            return say("under {limit}").format(limit=_percent(0.01, locale, 0))
        if number > 0.99:
            return say("over {limit}").format(limit=_percent(0.99, locale, 0))
        return _percent(number, locale, 0)
    if kind in {"money", "money_whole", "money_ratio"}:
        if kind == "money_ratio" and currency is not None:
            # Revenue for each 1 spent: two digits tell in every currency, those without cents too.
            return babel.numbers.format_currency(number, currency, locale=locale, currency_digits=False)
        return _currency(number, currency, kind == "money_whole", locale)
    return babel.numbers.format_decimal(round(number, 2), format="#,##0.00", locale=locale)


GLOSSARY_MIME = "application/vnd.influence.glossary.v1+json"


@dataclass(frozen=True)
class Glossary:
    """The metrics of a page in words."""

    rates: tuple[Rate, ...]

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """Show itself in Jupyter, and as data for the page."""
        entries = [
            {"label": say(r.label), "formula": r.formula, "meaning": say(r.meaning), "caveat": say(r.caveat)}
            for r in self.rates
        ]
        text = "\n".join("- **{label}** = {formula}. {meaning} {caveat}".format(**entry) for entry in entries)
        return {GLOSSARY_MIME: {"entries": entries}, "text/markdown": text, "text/plain": text}


def glossary(*rates: Rate) -> Glossary:
    """Return the metrics in words, for the foot of a page."""
    return Glossary(rates)
