"""Made-up money: what the campaign cost, what the shop sold anyway, what the campaign added.

Planted: a creator's caused orders are negative binomial around exp(theta) x fees / 43 EUR (a typical order), with a
campaign shock of variance 0.25, and come after the creator's posts with a half-life of two days. 55 % of caused
orders carry the creator's code. A code also leaks: of its expected redemptions the share `leak` (Beta(1, 9); 0.5
from a known day on for one creator in ten) is by buyers who would have come anyway. Daily base orders are negative
binomial around level x weekday x drift x effects of the two daily controls, none of which the campaign touches.
"""

import datetime as dt

import numpy as np
import pandas as pd

from influence_lib.simulate.days import ZONE, plain
from influence_lib.simulate.scenarios import AFTER_DAYS, AS_OF, FLIGHT_DAYS, LAUNCH, Scenario

BRAND_CODE, BRAND_CODE_SHARE = "BRAND10", 0.08
CODE_USE = 0.55
LEAK_SHAPE = (1.0, 9.0)
COUPON_SITE_SHARE, COUPON_SITE_LEAK = 0.1, 0.5
CAMPAIGN_SHOCK = 0.25
THETA_SPREAD = 0.6
HALF_LIFE_DAYS = 2.0
ORDER_VALUE = 43.0
DISCOUNT = 0.1
TAX = 0.19
SHIPPING_FEE, FREE_SHIPPING_FROM = 4.90, 60.0
PRODUCTS = {"Hand balm": 18.0, "Face oil": 34.0, "Body wash": 24.0, "Night cream": 52.0, "Gift box": 78.0}
PRODUCT_MIX = (0.25, 0.25, 0.2, 0.2, 0.1)
WEEKDAY_SALES = np.array([0.02, 0.0, -0.02, 0.0, 0.04, -0.06, 0.06])
DRIFT_SPREAD = 0.004
DAY_DISPERSION = 0.005
SEARCH_EFFECT, SPEND_EFFECT = 0.008, 0.06
STATUS_MIX = {"paid": 0.955, "partially_refunded": 0.02, "refunded": 0.015, "cancelled": 0.01}
PRODUCT_COST, PARCEL_COST, TOOL_COST, STAFF_SHARE = 14.0, 4.9, 49.0, 0.06


def payments(
    posts: pd.DataFrame, creators: pd.DataFrame, scenario: Scenario, random: np.random.Generator
) -> pd.DataFrame:
    """Return the ledger of the campaign: fees by post, goods by creator, boosts, and shared costs without payee."""
    ours = posts.loc[posts["ours"], ["creator", "posted_at"]]
    size = creators["real_followers"].to_numpy()[ours["creator"]] / 1e4
    price = np.maximum(scenario.fee * size**0.85 * random.lognormal(0, 0.35, len(ours)), 15).round()
    fees = _costs(ours["posted_at"].dt.date + dt.timedelta(days=12), ours["creator"], "fee", price)
    everyone = pd.Series(creators.index)
    sent = [LAUNCH - dt.timedelta(days=int(days)) for days in random.integers(6, 15, len(creators))]
    goods = _costs(sent, everyone, "product", PRODUCT_COST * random.integers(1, 3, len(creators)))
    parcels = _costs(sent, everyone, "shipping", np.full(len(creators), PARCEL_COST))
    few = pd.Series(random.choice(len(creators), max(1, len(creators) // 20), replace=False))
    boosts = _costs([LAUNCH + dt.timedelta(days=20)] * len(few), few, "boost", np.full(len(few), 40.0))
    nobody = pd.Series([-1])
    tool = _costs([LAUNCH], nobody, "tool", np.array([TOOL_COST]))
    staff = _costs([AS_OF - dt.timedelta(days=1)], nobody, "staff", np.array([price.sum() * STAFF_SHARE]).round())
    ledger = pd.concat([fees, goods, parcels, boosts, tool, staff])
    return ledger.sort_values(["date", "kind", "creator"], kind="stable", ignore_index=True)


def _costs(dates: list[dt.date] | pd.Series, who: pd.Series, kind: str, amounts: np.ndarray) -> pd.DataFrame:
    """Return ledger rows of one kind; creator -1 means shared."""
    return pd.DataFrame({"date": list(dates), "creator": who.to_numpy(), "kind": kind, "amount": amounts})


def controls(scenario: Scenario, random: np.random.Generator) -> pd.DataFrame:
    """Return two daily series that move base sales: search interest (index) and other marketing spend (EUR)."""
    days = pd.date_range(LAUNCH - dt.timedelta(days=scenario.pre_days), AS_OF)
    wave = 6 * np.sin(2 * np.pi * days.day_of_year.to_numpy() / 45)
    search = (55 + wave + random.normal(0, 5, len(days))).round().clip(5, 100)
    burst = random.random(len(days)) < 0.25
    spend = np.where(burst, random.gamma(4, 60, len(days)), random.gamma(4, 10, len(days))).round(2)
    return pd.DataFrame({"date": days, "search": search.astype(int), "spend": spend})


def base_orders(series: pd.DataFrame, scenario: Scenario, random: np.random.Generator) -> pd.DataFrame:
    """Return the orders that came without the campaign."""
    log_level = (
        np.log(scenario.orders_per_day)
        + random.normal(0, DRIFT_SPREAD, len(series)).cumsum()
        + WEEKDAY_SALES[series["date"].dt.day_of_week]
        + SEARCH_EFFECT * (series["search"] - 55)
        + SPEND_EFFECT * (np.log1p(series["spend"] / 50) - 0.7)
    )
    luck = random.gamma(1 / DAY_DISPERSION, DAY_DISPERSION, len(series))
    days = series["date"].repeat(random.poisson(np.exp(log_level) * luck)).reset_index(drop=True)
    seconds = pd.to_timedelta((7 + 16.9 * random.beta(1.6, 1.2, len(days))) * 3600, unit="s").floor("s")
    local = (days + seconds).dt.as_unit("us").dt.tz_localize(ZONE)
    return _baskets(pd.DataFrame({"ordered_at": local, "creator": -1, "caused": False}), 0.4, random)


def expected_orders(theta: pd.Series, ledger: pd.DataFrame) -> pd.Series:
    """Return the orders each creator's fees cause on average when the campaign works at all."""
    fees = ledger[ledger["kind"] == "fee"].groupby("creator")["amount"].sum()
    return np.exp(theta) * fees.reindex(theta.index, fill_value=0.0) / ORDER_VALUE


def thetas(creators: pd.DataFrame, scenario: Scenario, random: np.random.Generator) -> pd.Series:
    """Return each creator's theta: log of the net revenue that 1 EUR of fee causes on average."""
    return pd.Series(random.normal(np.log(scenario.fee_return), THETA_SPREAD, len(creators)))


def caused_orders(
    posts: pd.DataFrame, expected: pd.Series, scenario: Scenario, random: np.random.Generator
) -> pd.DataFrame:
    """Return the orders that came because of our posts."""
    shock = random.gamma(1 / CAMPAIGN_SHOCK, CAMPAIGN_SHOCK, len(expected))
    counts = random.poisson(scenario.lift * expected * shock)
    numbers = np.repeat(np.arange(len(expected)), counts)
    theirs = posts[posts["ours"]].groupby("creator").groups
    rows = [random.choice(theirs[i].to_numpy(), n) for i, n in enumerate(counts)]
    posted = posts["posted_at"].iloc[np.concatenate(rows).astype(int)].reset_index(drop=True)
    orders = pd.DataFrame({"ordered_at": _after(posted, random), "creator": numbers, "caused": True})
    return _baskets(orders, 0.1, random)


def _after(posted: pd.Series, random: np.random.Generator) -> pd.Series:
    """Return order times after posts, fading with the half-life and ending with the last day."""
    mean = HALF_LIFE_DAYS / np.log(2)
    end = pd.Timestamp(AS_OF, tz="UTC") + pd.Timedelta(hours=20)
    room = (end - posted).dt.total_seconds().to_numpy() / 86400
    lag = -mean * np.log1p(-random.random(len(posted)) * (1 - np.exp(-room / mean)))
    return (posted + pd.to_timedelta(np.round(lag * 86400), unit="s")).dt.as_unit("us").dt.tz_convert(ZONE)


def _baskets(orders: pd.DataFrame, known_share: float, random: np.random.Generator) -> pd.DataFrame:
    """Add what was bought, by whom (a number; buyers below 400 had bought before) and how it ended."""
    n = len(orders)
    names = random.choice(len(PRODUCTS), (n, 2), p=PRODUCT_MIX)
    second = (random.random(n) < 0.12) & (names[:, 0] != names[:, 1])
    known = random.random(n) < known_share
    return orders.assign(
        first_product=names[:, 0],
        second_product=np.where(second, names[:, 1], -1),
        quantity=np.where(random.random(n) < 0.2, 2, 1),
        buyer=np.where(known, random.integers(0, 400, n), 400 + random.permutation(n)),
        status=random.choice(list(STATUS_MIX), n, p=list(STATUS_MIX.values())),
        refund_share=random.choice([0.25, 0.5], n),
        id_step=random.integers(1, 400, n),
    )


def with_codes(
    orders: pd.DataFrame,
    posts: pd.DataFrame,
    creators: pd.DataFrame,
    expected: pd.Series,
    random: np.random.Generator,
) -> tuple[pd.DataFrame, pd.Series]:
    """Add discount codes to base and caused orders, and return each creator's leak share too."""
    leak = pd.Series(random.beta(*LEAK_SHAPE, len(creators)))
    on_site = pd.Series(random.random(len(creators)) < COUPON_SITE_SHARE)
    leak = leak.where(~on_site, COUPON_SITE_LEAK)
    base = np.flatnonzero(~orders["caused"])
    code, when = np.full(len(orders), "", dtype=object), plain(orders["ordered_at"])[base]
    brand = random.random(len(base)) < BRAND_CODE_SHARE
    code[base[brand]] = BRAND_CODE
    first = plain(posts[posts["ours"]].groupby("creator")["posted_at"].min() + pd.to_timedelta(7 * on_site, unit="D"))
    redemptions = random.poisson(CODE_USE * expected * leak / (1 - leak))
    for i, n in enumerate(redemptions):
        late = base[(when >= first[i]) & (code[base] == "")]
        code[random.choice(late, min(n, len(late)), replace=False)] = creators["code"][i]
    uses = orders["caused"] & (random.random(len(orders)) < CODE_USE)
    theirs = creators["code"].reindex(orders["creator"]).to_numpy()
    return orders.assign(code=np.where(uses, theirs, code)), leak


def priced(orders: pd.DataFrame) -> pd.DataFrame:
    """Add amounts in EUR; the catalogue is without tax, so total = subtotal + shipping + taxes."""
    price = np.array([*PRODUCTS.values(), 0.0])
    goods = price[orders["first_product"]] * orders["quantity"] + price[orders["second_product"]]
    discount = (goods * DISCOUNT).where(orders["code"] != "", 0.0).round(2)
    subtotal = (goods - discount).round(2)
    shipping = pd.Series(np.where(subtotal < FREE_SHIPPING_FROM, SHIPPING_FEE, 0.0), index=orders.index)
    taxes = ((subtotal + shipping) * TAX).round(2)
    total = (subtotal + shipping + taxes).round(2)
    back = orders["status"].map({"paid": 0.0, "refunded": 1.0, "cancelled": 1.0})
    refund = (total * back.fillna(orders["refund_share"])).round(2)
    net = (subtotal * (1 - refund / total)).round(2)
    amounts = {"subtotal": subtotal, "shipping": shipping, "taxes": taxes, "total": total, "refund": refund}
    return orders.assign(discount=discount, **amounts, net_revenue=net)


def window(day: pd.Series) -> pd.Series:
    """Return which times lie in the flight or the days after it."""
    start = pd.Timestamp(LAUNCH, tz=ZONE)
    return (day >= start) & (day < start + pd.Timedelta(days=FLIGHT_DAYS + AFTER_DAYS))
