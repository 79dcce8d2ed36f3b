"""Who bought by creators' codes and links: buyers who are new, and buyers who came back."""

import datetime as dt
from typing import Any

import pandas as pd

from influence_lib.analysis import ledger
from influence_lib.analysis.feed import end_of
from influence_lib.analysis.inference import Interval
from influence_lib.analysis.ledger import CREDITED, Ledger
from influence_lib.analysis.overdispersion import share
from influence_lib.campaign import Campaign
from influence_lib.findings import Finding, not_available, not_enough
from influence_lib.tables import Tables
from influence_lib.wording import attribution as words
from influence_lib.wording import ledger as money_words

SHARE_METHOD = (
    "Each buyer counts once, by the first attributed order in the window; the interval is Wilson's (1927), with as "
    "many buyers as they are worth where buyers of one creator are alike (design effect of a beta-binomial spread, "
    "Kish 1965)."
)
# Fewer days of orders before the campaign would take old customers for new ones.
FEWEST_DAYS_BACK = 90
REPEAT_DAYS = 30
FEWEST_BUYERS = 30
DAY = pd.Timedelta(days=1)
NEEDED = (money_words.ORDERS, money_words.CODES)


def new_customers(book: Ledger, tables: Tables, campaign: Campaign) -> Finding:
    """Return the share of buyers with an attributed order who had not ordered before, beside that of other buyers."""
    name = "roi.new_customers"
    missing = ledger.missing_inputs(tables, campaign, *NEEDED) or _no_past(book, tables, campaign)
    if missing:
        return not_available(name, missing, SHARE_METHOD)
    orders = _with_newness(book, tables, campaign)
    ours, others = _first_of_buyers(orders, True), _first_of_buyers(orders, False)
    known: dict[str, Any] = {"n": len(ours), "clusters": ours["influencer_id"].nunique(), "level": campaign.confidence}
    found = share(ours["new"], ours["influencer_id"], campaign.confidence) if _enough(known) else None
    if found is None:
        said = words.too_few_buyers(known["n"], known["clusters"], FEWEST_BUYERS, ledger.FEWEST_CREATORS)
        return not_enough(name, said, SHARE_METHOD, **known)
    beside = share(others["new"], others["buyer"], campaign.confidence) if len(others) >= FEWEST_BUYERS else None
    known |= {"caveats": _new_caveats(book, tables, campaign, orders), "details": _details(beside)}
    said = words.new_customers(found, known["n"], book.proofs, beside)
    return Finding(name, said, "supported", SHARE_METHOD, found.estimate, found.ends, **known)


def repeat_rate(book: Ledger, tables: Tables, campaign: Campaign) -> Finding:
    """Return the share of buyers with an attributed order who ordered again within 30 days, of those who had them."""
    name = "roi.repeat_rate"
    missing = ledger.missing_inputs(tables, campaign, *NEEDED)
    if missing or not book.attributed["customer_key"].notna().any():
        return not_available(name, missing or money_words.missing_inputs([words.BUYERS]), SHARE_METHOD)
    orders, until = _with_return(book, tables), _told_until(tables, campaign)
    ours, others = (_first_of_buyers(orders, credited) for credited in (True, False))
    had, beside = (rows[rows["ordered_at"] + REPEAT_DAYS * DAY <= until] for rows in (ours, others))
    known: dict[str, Any] = {"n": len(had), "clusters": had["influencer_id"].nunique(), "level": campaign.confidence}
    found = share(had["again"], had["influencer_id"], campaign.confidence) if _enough(known) else None
    if found is None:
        said = words.too_early_for_return(len(had), FEWEST_BUYERS, REPEAT_DAYS, _ready(ours, campaign))
        return not_enough(name, said, SHARE_METHOD, **known)
    other = share(beside["again"], beside["buyer"], campaign.confidence) if len(beside) >= FEWEST_BUYERS else None
    known |= {"caveats": _return_caveats(book, campaign, len(ours) - len(had)), "details": _details(other)}
    said = words.repeat_rate(found, known["n"], REPEAT_DAYS, other)
    return Finding(name, said, "supported", SHARE_METHOD, found.estimate, found.ends, **known)


def new_by_route(book: Ledger, tables: Tables, campaign: Campaign) -> pd.DataFrame | None:
    """Return new buyers by creator and route; None where nobody can tell who is new."""
    if _no_past(book, tables, campaign):
        return None
    first = _first_of_buyers(_with_newness(book, tables, campaign), True)
    return first.groupby(["influencer_id", "route"], as_index=False).agg(new_buyers=("new", "sum"))


def days_back(book: Ledger, tables: Tables, campaign: Campaign) -> int:
    """Return over how many days before the campaign the files name who bought; 0 where they do not."""
    named = tables.orders.loc[tables.orders["customer_key"].notna(), "ordered_at"]
    if named.empty or not book.attributed["customer_key"].notna().any():
        return 0
    return max(0, int((campaign.start - named.min().tz_convert(campaign.timezone).date()).days))


def _no_past(book: Ledger, tables: Tables, campaign: Campaign) -> str | None:
    """Return why nobody can tell which buyers are new, or None."""
    if book.attributed["is_new"].notna().any() or days_back(book, tables, campaign) >= FEWEST_DAYS_BACK:
        return None
    if not book.attributed["customer_key"].notna().any():
        return money_words.missing_inputs([words.BUYERS])
    return words.short_past(days_back(book, tables, campaign), FEWEST_DAYS_BACK)


def _with_newness(book: Ledger, tables: Tables, campaign: Campaign) -> pd.DataFrame:
    """Return the orders of the window of which it is known whether they are a buyer's first, as `new`.

    As the file says, else by whether the files have an earlier order of the buyer, where they look back far enough.
    """
    orders = book.orders
    known = tables.orders.dropna(subset=["customer_key"]).groupby("customer_key")["ordered_at"].min()
    first = orders["customer_key"].map(known)
    seen = (orders["ordered_at"] <= first).astype("boolean").mask(first.isna())
    far = days_back(book, tables, campaign) >= FEWEST_DAYS_BACK
    new = orders["is_new"].fillna(seen) if far else orders["is_new"]
    return orders.assign(new=new)[new.notna()].astype({"new": float})


def _with_return(book: Ledger, tables: Tables) -> pd.DataFrame:
    """Return the orders of the window whose buyer is named; `again` tells of a further order within the days."""
    visits = tables.orders.dropna(subset=["customer_key"])[["customer_key", "ordered_at"]].drop_duplicates()
    visits = visits.sort_values(["customer_key", "ordered_at"], ignore_index=True)
    later = visits.groupby("customer_key")["ordered_at"].shift(-1) - visits["ordered_at"]
    again = visits.assign(again=(later <= REPEAT_DAYS * DAY).astype(float))
    named = book.orders.dropna(subset=["customer_key"])
    return named.merge(again, on=["customer_key", "ordered_at"], how="left")


def _first_of_buyers(orders: pd.DataFrame, credited: bool) -> pd.DataFrame:
    """Return the first order of each buyer among those that are a creator's, or among the others, as `buyer`.

    An order that names no buyer is of a buyer of its own; a row without an order, such as a correction, of nobody.
    """
    rows = orders[(orders["route"].isin(CREDITED) == credited) & (orders["counted"] > 0)]
    rows = rows.assign(buyer=rows["customer_key"].fillna("order " + rows["order_id"]))
    return rows.sort_values(["ordered_at", "order_id"]).drop_duplicates("buyer", ignore_index=True)


def _told_until(tables: Tables, campaign: Campaign) -> pd.Timestamp:
    """Return until when the files tell of orders: the last one, and never beyond the day of the report."""
    last = tables.orders.loc[tables.orders["customer_key"].notna(), "ordered_at"].max()
    return min(end_of(campaign), last)


def _enough(known: dict[str, Any]) -> bool:
    """Tell whether there are enough buyers of enough creators."""
    return bool(known["n"] >= FEWEST_BUYERS and known["clusters"] >= ledger.FEWEST_CREATORS)


def _ready(first: pd.DataFrame, campaign: Campaign) -> dt.date | None:
    """Return the day on which enough buyers will have had their days; None where more buyers or files are needed."""
    times = first["ordered_at"].sort_values(ignore_index=True)
    if len(times) < FEWEST_BUYERS:
        return None
    day: dt.date = (times[FEWEST_BUYERS - 1] + (REPEAT_DAYS + 1) * DAY).tz_convert(campaign.timezone).date()
    return day if day > campaign.today else None


def _details(beside: Interval | None) -> dict[str, float]:
    """Return the share among other buyers, for the results."""
    return {} if beside is None else {"others": beside.estimate, "others_low": beside.low, "others_high": beside.high}


def _new_caveats(book: Ledger, tables: Tables, campaign: Campaign, told: pd.DataFrame) -> tuple[str, ...]:
    """Return how far back the files look, of how many orders nobody tells, and the window."""
    back = days_back(book, tables, campaign)
    attributed = int((book.attributed["counted"] > 0).sum())
    untold = attributed - int((told["route"].isin(CREDITED) & (told["counted"] > 0)).sum())
    by_file = bool(book.attributed["is_new"].notna().any())
    return (
        *([words.NEW_AS_TOLD] if by_file else []),
        *([words.looks_back(back)] if back >= FEWEST_DAYS_BACK else []),
        *([words.unnamed_buyers(untold, attributed)] if untold else []),
        words.window(campaign.attribution_days),
        *ledger.still_open(campaign),
    )


def _return_caveats(book: Ledger, campaign: Campaign, waiting: int) -> tuple[str, ...]:
    """Return how many buyers have not had their days yet, how many orders name none, and the window."""
    orders = book.attributed[book.attributed["counted"] > 0]
    unnamed = int(orders["customer_key"].isna().sum())
    return (
        *([words.waiting(waiting, REPEAT_DAYS)] if waiting else []),
        *([words.unnamed_buyers(unnamed, len(orders))] if unnamed else []),
        words.window(campaign.attribution_days),
    )
