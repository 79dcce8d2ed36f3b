"""Files that were once read without a word and wrongly: what they are taken for now, with totals worked out by hand."""

from pathlib import Path

import pytest
from small_files import META, SHOPIFY, adds_up, load, read, write

from influence_lib.checking import check_file
from influence_lib.intake import FileError

PERIOD = "# Start date: 20260301\n# End date: 20260331\n\n"
PAYMENTS = "Date,Payee,Type,Amount,Currency,Status\n"


def meta_row(post: str, date: str, views: int) -> str:
    """Return a row of an Instagram export."""
    link = f"https://www.instagram.com/p/A{post}/"
    return f'{post},1,ada.bakes,Ada,,0,03/14/2026 09:00,{link},IG image,,"{date}",{views},1,1,0,0,0,0\r\n'


def shopify_row(order: str, *, subtotal: str, tax: str, total: str, refund: str = "0.00") -> str:
    """Return a row of a shop's export without shipping."""
    return f"{order},a@example.com,paid,EUR,{subtotal},0.00,{tax},{total},,0.00,2026-03-05,1,x,,{refund}\n"


def refused(folder: Path, content: str) -> str:
    """Return why a file that nobody told the kind of is refused."""
    return str(check_file(write(folder / "f.csv", content), None)["reasons"][0])


def test_a_visit_row_that_names_neither_day_nor_part_is_a_total(tmp_path: Path) -> None:
    rows = "Date,Session source,Sessions\n,,150\n20260301,google,100\n20260302,instagram,50\n"
    reading = read(tmp_path, PERIOD + rows)
    assert reading.frames["series"]["value"].sum() == 150
    assert reading.dropped == {"TOTALS_ROW": 1}
    assert adds_up(reading)


def test_visits_of_a_part_without_a_name_are_not_those_of_the_whole_day(tmp_path: Path) -> None:
    rows = "Date,Session campaign,Sessions\n20260301,spring,100\n20260301,,50\n"
    assert list(read(tmp_path, PERIOD + rows).frames["series"]["segment"]) == ["spring", "'(empty)'"]


def test_shares_and_lengths_of_visits_are_no_parts_of_them(tmp_path: Path) -> None:
    rows = (
        "Date,Sessions,Engagement rate,Average engagement time\n20260301,100,50.0%,1m 03s\n20260302,50,40%,00:00:59\n"
    )
    series = read(tmp_path, PERIOD + rows).frames["series"]
    assert "segment" not in series
    assert list(series["value"]) == [100, 50]


def test_visits_of_two_compared_periods_are_refused(tmp_path: Path) -> None:
    rows = "Session source,Date range,Sessions\ngoogle,Mar 1 - Mar 31,100\ngoogle,Feb 1 - Feb 28,90\n"
    with pytest.raises(FileError, match="'Date range' cannot be put on a day"):
        read(tmp_path, PERIOD + rows)


def test_an_address_of_a_visited_page_holds_nobodys_mail(tmp_path: Path) -> None:
    rows = "Landing page,Sessions\n/thanks?email=joe@example.com,5\n/shop,6\n"
    told = load(tmp_path, {"visits.csv": PERIOD + rows}).tables.series["segment"]
    assert list(told) == ["/thanks?email=[masked]", "/shop"]


def test_numbers_of_a_day_in_words_are_no_lifetime_numbers(tmp_path: Path) -> None:
    rows = meta_row("1", "Lifetime", 100) + meta_row("1", "Mar 15, 2026", 7) + meta_row("2", "Lifetime", 50)
    reading = read(tmp_path, META + rows)
    assert reading.frames["post_metrics"]["views"].sum() == 150
    assert reading.dropped == {"NUMBERS_OF_A_DAY": 1}
    with pytest.raises(FileError, match="numbers of single days"):
        read(tmp_path, META + meta_row("1", "15. März 2026", 7) + meta_row("2", "16. März 2026", 5))


def test_a_chart_by_country_keeps_the_days_of_each(tmp_path: Path) -> None:
    rows = "Date,Geography,Views,Watch time (hours)\n2026-03-01,DE,200,7\n2026-03-01,AT,200,7\n"
    series = load(tmp_path, {"chart.csv": rows}, chart={"creator": "ada"}).tables.series
    views = series[series["name"] == "youtube_views"]
    assert sorted(views["segment"]) == ["AT", "DE"]
    assert views["value"].sum() == 400


def test_sales_and_payouts_of_an_action_have_each_their_own_currency(tmp_path: Path) -> None:
    header = "Action ID,Status,Event Date,Sale Amount,Payout,Payout Currency,Sale Currency\n"
    rows = "1,APPROVED,2026-03-01,100,10,EUR,EUR\n2,APPROVED,2026-03-01,70,7,EUR,USD\n"
    tables = load(tmp_path, {"actions.csv": header + rows}, currency="EUR", exchange_rates={"USD": 0.5}).tables
    assert tables.orders["net_revenue"].sum() == 135
    assert tables.costs["amount"].sum() == 17


def test_an_order_in_two_states_is_refused(tmp_path: Path) -> None:
    first = shopify_row("#1", subtotal="100.00", tax="0.00", total="100.00")
    later = shopify_row("#1", subtotal="100.00", tax="0.00", total="100.00", refund="40.00")
    with pytest.raises(FileError, match="lines 2 and 3 hold the order #1 in two states"):
        read(tmp_path, SHOPIFY + first + later)
    assert read(tmp_path, SHOPIFY + first + first).frames["orders"]["net_revenue"].sum() == 100


def test_a_tip_does_not_put_the_tax_outside_the_prices(tmp_path: Path) -> None:
    plain = shopify_row("#1", subtotal="119.00", tax="19.00", total="119.00")
    tipped = shopify_row("#2", subtotal="119.00", tax="19.00", total="122.00")
    assert list(read(tmp_path, SHOPIFY + plain + tipped).frames["orders"]["net_revenue"]) == [100, 100]
    outside = shopify_row("#3", subtotal="100.00", tax="19.00", total="119.00")
    mixed = read(tmp_path, SHOPIFY + plain + outside + tipped)
    assert list(mixed.frames["orders"]["net_revenue"]) == [100, 100, 119]


def test_a_shop_export_without_totals_is_refused_in_words(tmp_path: Path) -> None:
    header = "Name,Financial Status,Subtotal,Created at,Lineitem quantity\n"
    assert refused(tmp_path, header + "#1,paid,100.00,2026-03-05,1\n") == "NOT_RECOGNISED"


@pytest.mark.parametrize(
    "content",
    [
        "Name,Created at,Total,Discount Code\n#1,2026-03-01,100,ADA10\n",
        "Name,Created at,Subtotal,Total,Lineitem quantity,Lineitem name\n#1,2026-03-05,100,105,1,x\n",
        "id,Created (UTC),Amount,Currency,Status,Customer Email,Description\nch_1,2026-03-01,100,eur,Paid,a@b.co,x\n",
        "Date,Description,Amount,Balance\n2026-03-02,fee,100,900\n",
    ],
)
def test_orders_and_bank_statements_are_no_costs(tmp_path: Path, content: str) -> None:
    assert refused(tmp_path, content) == "NOT_RECOGNISED"


def test_payments_that_failed_cost_nothing_and_money_that_came_back_is_taken_off(tmp_path: Path) -> None:
    rows = (
        "2026-03-01,@ada.bakes,fee,100,EUR,paid\n"
        "2026-03-01,@ben_runs,fee,50,EUR,cancelled\n"
        "2026-03-01,@ben_runs,fee,60,EUR,Refunded\n"
        "2026-03-02,@ada.bakes,refund,30,EUR,paid\n"
    )
    reading = read(tmp_path, PAYMENTS + rows)
    assert reading.frames["costs"]["amount"].sum() == 70
    assert reading.dropped == {"VOID_PAYMENT": 2}
    assert "money that came back, taken off the costs (1 line)" in reading.notes
    assert adds_up(reading)


def test_a_discount_code_is_no_amount_of_money(tmp_path: Path) -> None:
    rows = "Discount code,Orders,Net sales,Date\nADA10,5,100,2026-03-01\nZOE20,6,200,2026-03-02\n"
    assert refused(tmp_path, rows) == "NOT_RECOGNISED"
