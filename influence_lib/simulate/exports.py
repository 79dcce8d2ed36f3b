"""Raw exports as they would be downloaded, with the small dirt that such files carry."""

import csv
import datetime as dt
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from influence_lib.simulate.days import ZONE
from influence_lib.simulate.feed import for_us
from influence_lib.simulate.money import PRODUCTS
from influence_lib.simulate.scenarios import AS_OF, LAUNCH

BRAND = "Examplia"
OTHER_BRANDS = ("Demora", "Sampelle", "Fictiva", "Placebon", "Loremo")
COMPETITOR = "Copilia"
CAPTIONS = {
    "Food": ("Sunday bread, slow and warm", 'The "five minute" soup, finally written down', "Plum cake 🍰"),
    "Beauty": ("My evening routine, start to finish", "Glow without the fuss ✨", "What I keep in my bag"),
    "Fitness": ("Ten minutes, no equipment", "Hill repeats, then coffee ☕", 'Rest days are "training" too'),
    "Home": ("A shelf from scrap wood", "Small room, big light 🌿", "Before and after, the hallway"),
    "Travel": ("Night train to the coast 🚆", "Three days, one backpack", "The quiet side of the lake"),
    "Crafts": ("Cast on, cuppa, repeat 🧶", "Socks for everyone", "How I mend a sleeve, step by step"),
}
TAGLINES = ("", "\nSave this for later.", " Tell me yours!", "")
SHOPIFY_HEADER = (
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,"
    "Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,"
    "Lineitem quantity,Lineitem name,Lineitem price,Lineitem compare at price,Lineitem sku,"
    "Lineitem requires shipping,Lineitem taxable,Lineitem fulfillment status,Billing Name,Billing Street,"
    "Billing Address1,Billing Address2,Billing Company,Billing City,Billing Zip,Billing Province,"
    "Billing Country,Billing Phone,Shipping Name,Shipping Street,Shipping Address1,Shipping Address2,"
    "Shipping Company,Shipping City,Shipping Zip,Shipping Province,Shipping Country,Shipping Phone,Notes,"
    "Note Attributes,Cancelled at,Payment Method,Payment Reference,Refunded Amount,Vendor,"
    "Outstanding Balance,Employee,Location,Device ID,Id,Tags,Risk Level,Source,Lineitem discount,"
    "Tax 1 Name,Tax 1 Value,Tax 2 Name,Tax 2 Value,Tax 3 Name,Tax 3 Value,Tax 4 Name,Tax 4 Value,"
    "Tax 5 Name,Tax 5 Value,Phone,Receipt Number,Duties,Billing Province Name,Shipping Province Name,"
    "Payment ID,Payment Terms Name,Next Payment Due At,Payment References"
)
SHOPIFY_COLUMNS = SHOPIFY_HEADER.split(",")
DIRTY_HANDLES, DUPLICATE_ROWS, DIRTY_COUNTS = 0.02, 3, 6
AD_TAGS = {"DE": "Anzeige", "AT": "Anzeige", "CH": "Werbung", "NL": "#ad"}
COST_NOTES = {
    "fee": "one post",
    "product": "goods at cost",
    "boost": "paid reach",
    "tool": "monthly",
    "staff": "own hours",
}
FORMAT_NAMES = {"image": "IG image", "carousel": "IG carousel", "reel": "IG reel"}
POST_ID: dict[str, Callable[[int], str]] = {
    "instagram": lambda number: str(17900000000000000 + 1009 * number),
    "tiktok": lambda number: str(7400000000000000000 + 1009 * number),
    "youtube": lambda number: f"DEMO{number:07d}",
}


def post_ids(posts: pd.DataFrame, creators: pd.DataFrame) -> list[str]:
    """Return invented ids in each platform's form."""
    platforms = creators["platform"].to_numpy()[posts["creator"].to_numpy()]
    return [POST_ID[platform](number) for number, platform in enumerate(platforms, 1)]


def with_addresses(posts: pd.DataFrame, creators: pd.DataFrame) -> pd.DataFrame:
    """Add addresses in each platform's form; they are invented."""
    number = posts["creator"].to_numpy()
    platforms, handles = (creators[name].to_numpy()[number] for name in ("platform", "handle"))
    rows = zip(platforms, handles, posts["format"], posts["post_id"], strict=True)
    return posts.assign(url=[_address(n, *row) for n, row in enumerate(rows, 1)])


def _address(n: int, platform: str, handle: str, form: str, post_id: str) -> str:
    """Return the address of post number `n`."""
    if platform == "tiktok":
        return f"https://www.tiktok.com/{handle}/video/{post_id}"
    if platform == "youtube":
        return f"https://www.youtube.com/{f'shorts/{post_id}' if form == 'short' else f'watch?v={post_id}'}"
    return f"https://www.instagram.com/{'reel' if form == 'reel' else 'p'}/DEMO{n:07d}/"


def with_words(posts: pd.DataFrame, creators: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """Add sponsor and caption; the caption of a marked post says so."""
    who = creators[["category", "country", "code"]].iloc[posts["creator"]].reset_index(drop=True)
    text = [CAPTIONS[c][k] for c, k in zip(who["category"], random.integers(0, 3, len(posts)), strict=True)]
    tail = [TAGLINES[k] for k in random.integers(0, len(TAGLINES), len(posts))]
    other = np.where(posts["rival"], COMPETITOR, random.choice(OTHER_BRANDS, len(posts)))
    sponsor = np.where(posts["marked"], np.where(for_us(posts), BRAND, other), "")
    tag = np.where(posts["marked"], who["country"].map(AD_TAGS) + " | ", "")
    thanks = np.where(for_us(posts), " 10 % off with " + who["code"] + ".", "")
    parts = zip(tag, text, tail, thanks, strict=True)
    return posts.assign(sponsor=sponsor, caption=["".join(part) for part in parts])


def tracker(
    posts: pd.DataFrame, creators: pd.DataFrame, early: pd.DataFrame, campaign: str, random: np.random.Generator
) -> pd.DataFrame:
    """Return the tracker spreadsheet: each creator's whole feed, kept by hand, one row a reading of a post."""
    late = _dirtied(_readings(posts, creators, campaign), random)
    only = early.loc[early["only"], "post"]
    seen = early.set_index("post").drop(columns="only")
    first = _readings(posts.loc[seen.index].assign(**seen), creators, campaign)
    return pd.concat([first, late[~late.index.isin(only)]]).sort_index(kind="stable")


def _readings(posts: pd.DataFrame, creators: pd.DataFrame, campaign: str) -> pd.DataFrame:
    """Return posts as rows of the tracker."""
    who = creators.iloc[posts["creator"]].set_index(posts.index)
    known = who["shares_insights"] & (who["platform"] != "instagram")
    own = {name: posts[name].astype(str).where(known, "") for name in ("shares", "saves", "reach")}
    return pd.DataFrame(
        {
            "Handle": who["handle"],
            "Platform": who["platform"],
            "Post ID": posts["post_id"],
            "Posted at": _utc(posts["posted_at"]),
            "Checked at": _utc(posts["checked_at"]),
            "Type": posts["format"],
            "Followers": posts["followers"].astype(str),
            "Likes": posts["likes"].astype(str),
            "Comments": posts["comments"].astype(str),
            "Shares": own["shares"],
            "Saves": own["saves"],
            "Reach": own["reach"],
            "Sponsored": np.where(posts["marked"], "yes", "no"),
            "Sponsor": posts["sponsor"],
            "Campaign": np.where(for_us(posts), labels(posts["earlier"], campaign), ""),
            "Caption": posts["caption"],
            "URL": posts["url"],
        }
    )


def labels(earlier: pd.Series, campaign: str) -> pd.Series:
    """Return how the files name this campaign, and the earlier ones by their numbers."""
    return (campaign + "_" + earlier.astype(str)).where(earlier > 0, campaign)


def _dirtied(rows: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """Return the rows with handles written carelessly, counts with commas and rows pasted twice."""
    careless = random.random(len(rows)) < DIRTY_HANDLES
    other = np.where(random.random(len(rows)) < 0.5, rows["Handle"].str.title(), rows["Handle"].str[1:])
    rows = rows.assign(Handle=rows["Handle"].where(~careless, pd.Series(other)))
    for column in ("Followers", "Likes"):
        picked = random.choice(len(rows), min(DIRTY_COUNTS, len(rows)), replace=False)
        spaced = rows[column].iloc[picked].map(lambda count: f"{int(count):,}")
        rows = rows.assign(**{column: spaced.reindex(rows.index).fillna(rows[column])})
    again = random.choice(len(rows), min(DUPLICATE_ROWS, len(rows)), replace=False)
    return pd.concat([rows, rows.iloc[again]]).sort_index(kind="stable")


def _utc(times: pd.Series) -> pd.Series:
    """Return times as ISO text ending in Z."""
    return times.dt.tz_convert("UTC").dt.strftime("%Y-%m-%dT%H:%M:%SZ")


def instagram(posts: pd.DataFrame, creators: pd.DataFrame) -> pd.DataFrame:
    """Return the Meta Business Suite export of the creators who shared their insights."""
    theirs = creators["shares_insights"] & (creators["platform"] == "instagram")
    rows = posts[posts["creator"].isin(creators.index[theirs])]
    who = creators.iloc[rows["creator"]].set_index(rows.index)
    return pd.DataFrame(
        {
            "Post ID": rows["post_id"],
            "Account ID": (17841400000000001 + rows["creator"]).astype(str),
            "Account username": who["handle"].str[1:],
            "Account name": who["first_name"].str.title() + " " + who["category"],
            "Description": rows["caption"],
            "Duration (sec)": np.where(rows["format"] == "reel", 15 + rows["likes"] % 60, 0),
            "Publish time": rows["posted_at"].dt.tz_convert(ZONE).dt.strftime("%m/%d/%Y %H:%M"),
            "Permalink": rows["url"],
            "Post type": rows["format"].map(FORMAT_NAMES),
            "Data comment": "",
            "Date": "Lifetime",
            "Views": rows["views"],
            "Reach": rows["reach"],
            "Likes": rows["likes"],
            "Shares": rows["shares"],
            "Follows": rows["follows"],
            "Comments": rows["comments"],
            "Saves": rows["saves"],
        }
    )


def follower_history(history: pd.DataFrame, creators: pd.DataFrame) -> pd.DataFrame:
    """Return the history of the profiles: followers and posts shown, every few days."""
    who = creators[["handle", "platform"]].iloc[history["creator"]].reset_index(drop=True)
    return pd.DataFrame(
        {
            "Handle": who["handle"],
            "Platform": who["platform"],
            "As of": _utc(history["read_at"]),
            "Followers": history["followers"],
            "Posts total": history["posts"],
        }
    )


def roster(creators: pd.DataFrame, ledger: pd.DataFrame, shown: pd.Series) -> pd.DataFrame:
    """Return the roster: one row a creator, followers at their last post, fees agreed for this campaign in EUR."""
    fees = ledger[(ledger["kind"] == "fee") & (ledger["earlier"] == 0)].groupby("creator")["amount"].sum()
    cells = {"Handle": "handle", "Platform": "platform", "Category": "category", "Country": "country"}
    rows = creators[list(cells.values())].set_axis(list(cells), axis=1)
    agreed = _money(fees.reindex(creators.index))
    more = {"Status": "active", "Followers": shown, "Discount code": creators["code"], "Fee agreed": agreed}
    return rows.join(pd.DataFrame(more, index=creators.index))


def payments(ledger: pd.DataFrame, creators: pd.DataFrame, campaign: str) -> pd.DataFrame:
    """Return the payments ledger; what was booked in the last week is still due."""
    return pd.DataFrame(
        {
            "Date": ledger["date"].astype(str),
            "Payee": ledger["creator"].map(creators["handle"]).fillna(""),
            "Kind": ledger["kind"],
            "Amount": _money(ledger["amount"]),
            "Currency": "EUR",
            "Status": np.where(ledger["date"] <= AS_OF - dt.timedelta(days=7), "paid", "due"),
            "Campaign": labels(ledger["earlier"], campaign),
            "Note": ledger["kind"].map(COST_NOTES).fillna(""),
        }
    )


def daily_series(series: pd.DataFrame) -> pd.DataFrame:
    """Return the daily controls, promotions where there are any, and what the campaign moves beside sales."""
    promo = {"Promotion": series["promo"]} if series["promo"].any() else {}
    return pd.DataFrame(
        {
            "Date": series["date"].dt.strftime("%Y-%m-%d"),
            "Search interest": series["search"],
            "Other marketing spend": _money(series["spend"]),
            **promo,
            "Website visits": series["visits"],
            "Brand followers": series["brand_followers"],
        }
    )


def weekly_spend(weeks: pd.DataFrame) -> pd.DataFrame:
    """Return what the programme spent a week, a column a tier."""
    date = weeks["week"].dt.strftime("%Y-%m-%d")
    return pd.DataFrame({"Week": date} | {f"spend:{tier}": _money(weeks[tier]) for tier in weeks.columns.drop("week")})


def survey(rows: pd.DataFrame, creators: pd.DataFrame) -> pd.DataFrame:
    """Return the answers to the survey after an order."""
    return pd.DataFrame(
        {
            "Response ID": [f"R{700001 + 7 * number}" for number in range(len(rows))],
            "Response date": _utc(rows["answered_at"]),
            "Order number": order_names(rows["order"]),
            "How did you hear about us?": rows["answer"],
            "Which creator?": creators["handle"].reindex(rows["creator"]).fillna("").to_numpy(),
        }
    )


def boosts(rows: pd.DataFrame, posts: pd.DataFrame, creators: pd.DataFrame) -> pd.DataFrame:
    """Return the advertisements manager's report of boosted posts, one row a post and audience."""
    handle = creators["handle"].reindex(rows["creator"]).to_numpy()
    return pd.DataFrame(
        {
            "Reporting starts": rows["start"].dt.strftime("%Y-%m-%d"),
            "Reporting ends": rows["end"].dt.strftime("%Y-%m-%d"),
            "Ad name": "Boost " + pd.Series(handle, dtype=object).str[1:] + " | " + rows["audience"],
            "Post ID": posts["post_id"].reindex(rows["post"]).to_numpy(),
            "Creator": handle,
            "Audience": rows["audience"],
            "Amount spent (EUR)": _money(rows["spend"]),
            "Reach": rows["reach"],
            "Impressions": rows["impressions"],
            "Post engagements": rows["engagements"],
            "Link clicks": rows["clicks"],
        }
    )


def audience_overlap(
    pairs: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray], creators: pd.DataFrame
) -> pd.DataFrame:
    """Return what samples of followers say of each other's audiences: one row a creator and other creator."""
    who, other, sampled, both = pairs
    names, platforms = creators["handle"].to_numpy(), creators["platform"].to_numpy()
    return pd.DataFrame(
        {
            "Creator": names[who],
            "Platform": platforms[who],
            "As of": LAUNCH.isoformat(),
            "Population": "followers",
            "Dimension": "overlap_with",
            "Value": names[other],
            "Share": [f"{share:.4f}" for share in both / sampled],
            "n": sampled,
        }
    )


def order_names(rows: Iterable[int]) -> list[str]:
    """Return the numbers of orders as the shop shows them."""
    return [f"#{1001 + row}" for row in rows]


def shopify(orders: pd.DataFrame) -> pd.DataFrame:
    """Return the Shopify orders export: one row a line item, order fields on the first row of an order only."""
    created = orders["ordered_at"].dt.strftime("%Y-%m-%d %H:%M:%S %z")
    stopped = orders["status"] == "cancelled"
    first = {
        "Financial Status": orders["status"].where(~stopped, "refunded"),
        "Paid at": created,
        "Fulfillment Status": np.where(stopped, "unfulfilled", "fulfilled"),
        "Accepts Marketing": np.where(orders["buyer"] % 3 == 0, "yes", "no"),
        "Currency": "EUR",
        "Subtotal": _money(orders["subtotal"]),
        "Shipping": _money(orders["shipping"]),
        "Taxes": _money(orders["taxes"]),
        "Total": _money(orders["total"]),
        "Discount Code": orders["code"],
        "Discount Amount": _money(orders["discount"]),
        "Shipping Method": "Standard",
        "Cancelled at": created.where(stopped, ""),
        "Shipping Province": orders["region"],
        "Payment Method": "Card",
        "Refunded Amount": _money(orders["refund"]),
        "Outstanding Balance": "0.00",
        "Id": (6100000000000 + orders["id_step"].cumsum()).astype(str),
        "Source": "web",
        "Tax 1 Name": "VAT 19%",
        "Tax 1 Value": _money(orders["taxes"]),
    }
    both = {"Name": order_names(range(len(orders))), "Created at": created}
    both |= {"Email": [f"buyer{n:05d}@example.com" for n in orders["buyer"]]}
    main = _item(orders["first_product"], orders["quantity"]).assign(**first, **both)
    more = orders["second_product"] >= 0
    extra = _item(orders["second_product"], 1).assign(**both)[more]
    rows = pd.concat([main, extra.reindex(columns=main.columns, fill_value="")]).sort_index(kind="stable")
    return rows.reindex(columns=SHOPIFY_COLUMNS, fill_value="")


def _item(product: pd.Series, quantity: pd.Series | int) -> pd.DataFrame:
    """Return the line item fields of one product an order."""
    names, prices = np.array([*PRODUCTS, ""]), np.array([*PRODUCTS.values(), 0.0])
    return pd.DataFrame(
        {
            "Lineitem quantity": quantity,
            "Lineitem name": names[product],
            "Lineitem price": _money(pd.Series(prices[product])),
            "Lineitem sku": [f"EX-{n + 1}" for n in product],
            "Lineitem requires shipping": "true",
            "Lineitem taxable": "true",
            "Vendor": BRAND,
        },
        index=product.index,
    )


def _money(amounts: pd.Series) -> pd.Series:
    """Return amounts with two decimals."""
    return amounts.map("{:.2f}".format)


def save(rows: pd.DataFrame, file: Path) -> None:
    """Write rows as plain UTF-8 CSV."""
    rows.to_csv(file, index=False, lineterminator="\n", quoting=csv.QUOTE_MINIMAL)


def save_meta(rows: pd.DataFrame, file: Path) -> None:
    """Write rows as Meta does: byte order mark, CRLF, quotes around cells with a space."""
    lines = [rows.columns.to_list(), *rows.astype(str).to_numpy().tolist()]
    text = "".join(",".join(_meta_cell(cell) for cell in line) + "\r\n" for line in lines)
    file.write_bytes(("\ufeff" + text).encode())


def _meta_cell(cell: str) -> str:
    """Return a cell as Meta quotes it."""
    return '"' + cell.replace('"', '""') + '"' if any(mark in cell for mark in ' ,"\n') else cell
