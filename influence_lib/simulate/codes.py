"""Made-up use of discount codes.

Planted: a buyer won by a creator uses the code with the chance `code_use`. A code also leaks: of its expected
redemptions the share `leak` is by buyers who would have come anyway, from the creator's first post on; for a code that
gets on a coupon site that share is `coupon_leak`, from `leak_from` on, a week after the first post.
"""

import numpy as np
import pandas as pd

from influence_lib.simulate.days import plain
from influence_lib.simulate.money import BRAND_CODE, BRAND_CODE_SHARE
from influence_lib.simulate.scenarios import Scenario

LEAK_SHAPE = (1.0, 9.0)
DAYS_TO_COUPON_SITE = 7


def with_codes(
    orders: pd.DataFrame,
    posts: pd.DataFrame,
    creators: pd.DataFrame,
    expected: pd.Series,
    scenario: Scenario,
    random: np.random.Generator,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Add discount codes to base and caused orders of this campaign; return each creator's leaks too.

    `leak` is that of this campaign, `usual_leak` that of earlier ones, `leak_from` the first moment on a coupon site.
    """
    usual = scenario.leak_scale * pd.Series(random.beta(*LEAK_SHAPE, len(creators)))
    on_site = pd.Series(random.random(len(creators)) < scenario.coupon_share)
    leak = usual.where(~on_site, scenario.coupon_leak)
    base = np.flatnonzero(~orders["caused"])
    code, when = np.full(len(orders), "", dtype=object), plain(orders["ordered_at"])[base]
    brand = random.random(len(base)) < BRAND_CODE_SHARE
    code[base[brand]] = BRAND_CODE
    first = posts[posts["ours"]].groupby("creator")["posted_at"].min().reindex(creators.index)
    listed = first + pd.Timedelta(days=DAYS_TO_COUPON_SITE)
    since = plain(first.where(~on_site, listed))
    for i, n in enumerate(random.poisson(scenario.code_use * expected * leak / (1 - leak))):
        late = base[(when >= since[i]) & (code[base] == "")]
        code[random.choice(late, min(n, len(late)), replace=False)] = creators["code"][i]
    uses = orders["caused"] & (random.random(len(orders)) < scenario.code_use)
    theirs = creators["code"].reindex(orders["creator"]).to_numpy()
    leaks = {"leak": leak, "usual_leak": usual, "leak_from": listed.where(on_site)}
    return orders.assign(code=np.where(uses, theirs, code)), pd.DataFrame(leaks)


def with_earlier_codes(
    orders: pd.DataFrame,
    windows: dict[int, tuple[np.datetime64, np.datetime64]],
    expected: dict[int, pd.Series],
    creators: pd.DataFrame,
    scenario: Scenario,
    random: np.random.Generator,
) -> pd.DataFrame:
    """Add codes to the orders of earlier campaigns, and to some base orders of their windows, which leaked."""
    when, code, earlier = (
        plain(orders["ordered_at"]),
        orders["code"].to_numpy(object),
        orders["earlier"].to_numpy(copy=True),
    )
    theirs = creators["code"].reindex(orders["creator"]).to_numpy()
    used = (earlier > 0) & (random.random(len(orders)) < scenario.code_use)
    code, leak = np.where(used, theirs, code), creators["usual_leak"]
    for number, (start, end) in windows.items():
        there = ~orders["caused"].to_numpy() & (when >= start) & (when < end)
        for i, n in enumerate(random.poisson(scenario.code_use * expected[number] * leak / (1 - leak))):
            free = np.flatnonzero(there & (code == ""))
            picked = random.choice(free, min(n, len(free)), replace=False)
            code[picked], earlier[picked] = creators["code"][i], number
    return orders.assign(code=code, earlier=earlier)
