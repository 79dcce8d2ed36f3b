"""Made-up money: what the campaign cost, and what was bought in an order, by whom, at what price.

`sales` has the orders that came anyway, `response` those that the campaign added, `codes` who used a code.
"""

import datetime as dt

import numpy as np
import pandas as pd

from influence_lib.simulate.scenarios import AS_OF, LAUNCH, Scenario

BRAND_CODE, BRAND_CODE_SHARE = "BRAND10", 0.08
CODE_USE = Scenario.code_use
ORDER_VALUE = 43.0
DISCOUNT = 0.1
TAX = 0.19
SHIPPING_FEE, FREE_SHIPPING_FROM = 4.90, 60.0
PRODUCTS = {"Hand balm": 18.0, "Face oil": 34.0, "Body wash": 24.0, "Night cream": 52.0, "Gift box": 78.0}
PRODUCT_MIX = (0.25, 0.25, 0.2, 0.2, 0.1)
STATUS_MIX = {"paid": 0.955, "partially_refunded": 0.02, "refunded": 0.015, "cancelled": 0.01}
PRODUCT_COST, PARCEL_COST, TOOL_COST, STAFF_SHARE = 14.0, 4.9, 49.0, 0.06
PAID_AFTER_DAYS = 12
# Buyers with a number below this had bought before the series begins.
KNOWN_BUYERS = 400
BOOST_DAY, USUAL_BOOST = 20, 40.0


def payments(
    posts: pd.DataFrame, creators: pd.DataFrame, scenario: Scenario, random: np.random.Generator
) -> pd.DataFrame:
    """Return the ledger of the campaign: fees by post, goods by creator, boosts, and shared costs without payee."""
    ours = posts.loc[posts["ours"], ["creator", "posted_at"]]
    price = prices(ours, creators, scenario, random)
    fees = costs(ours["posted_at"].dt.date + dt.timedelta(days=PAID_AFTER_DAYS), ours["creator"], "fee", price)
    everyone = pd.Series(creators.index)
    sent = [LAUNCH - dt.timedelta(days=int(days)) for days in random.integers(6, 15, len(creators))]
    goods = costs(sent, everyone, "product", PRODUCT_COST * random.integers(1, 3, len(creators)))
    parcels = costs(sent, everyone, "shipping", np.full(len(creators), PARCEL_COST))
    few = pd.Series(random.choice(len(creators), max(1, len(creators) // 20), replace=False))
    boosts = costs([LAUNCH + dt.timedelta(days=BOOST_DAY)] * len(few), few, "boost", np.full(len(few), USUAL_BOOST))
    nobody = pd.Series([-1])
    tool = costs([LAUNCH], nobody, "tool", np.array([TOOL_COST]))
    staff = costs([AS_OF - dt.timedelta(days=1)], nobody, "staff", np.array([price.sum() * STAFF_SHARE]).round())
    ledger = pd.concat([fees, goods, parcels, boosts, tool, staff])
    return ledger.sort_values(["date", "kind", "creator"], kind="stable", ignore_index=True)


def prices(posts: pd.DataFrame, creators: pd.DataFrame, scenario: Scenario, random: np.random.Generator) -> np.ndarray:
    """Return the fee of each post, by the size of the account and luck."""
    size = creators["real_followers"].to_numpy()[posts["creator"]] / 1e4
    return np.maximum(scenario.fee * size**0.85 * random.lognormal(0, 0.35, len(posts)), 15).round()


def costs(dates: list[dt.date] | pd.Series, who: pd.Series, kind: str, amounts: np.ndarray) -> pd.DataFrame:
    """Return ledger rows of this campaign of one kind; creator -1 means shared."""
    return pd.DataFrame({"date": list(dates), "creator": who.to_numpy(), "kind": kind, "amount": amounts, "earlier": 0})


def baskets(orders: pd.DataFrame, known_share: float, random: np.random.Generator) -> pd.DataFrame:
    """Add what was bought, by whom (a number; buyers below `KNOWN_BUYERS` had bought before) and how it ended."""
    n = len(orders)
    names = random.choice(len(PRODUCTS), (n, 2), p=PRODUCT_MIX)
    second = (random.random(n) < 0.12) & (names[:, 0] != names[:, 1])
    known = random.random(n) < known_share
    return orders.assign(
        first_product=names[:, 0],
        second_product=np.where(second, names[:, 1], -1),
        quantity=np.where(random.random(n) < 0.2, 2, 1),
        buyer=np.where(known, random.integers(0, KNOWN_BUYERS, n), KNOWN_BUYERS + random.permutation(n)),
        status=random.choice(list(STATUS_MIX), n, p=list(STATUS_MIX.values())),
        refund_share=random.choice([0.25, 0.5], n),
        id_step=random.integers(1, 400, n),
    )


def together(*parts: pd.DataFrame) -> pd.DataFrame:
    """Return orders below each other; buyers who had not bought before are other people in each part."""
    apart = np.cumsum([0, *(len(part) for part in parts[:-1])])
    moved = [
        part.assign(buyer=part["buyer"] + np.where(part["buyer"] < KNOWN_BUYERS, 0, start))
        for part, start in zip(parts, apart, strict=True)
    ]
    return pd.concat(moved, ignore_index=True)


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
