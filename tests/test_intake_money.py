"""Orders, payments, daily series and the list of creators."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from small_files import SHOPIFY, adds_up, day, load, read

from influence_lib.intake import FileError, FileReading

ORDERS = "Order ID,Created at,Promo code,Amount,Currency,Status\n"
PAYMENTS = "Date,Payee,Kind,Amount,Currency,Campaign\n"


def shopify(folder: Path, *rows: str, **keys: Any) -> FileReading:
    """Return what a Shopify export with these rows gives."""
    return read(folder, SHOPIFY + "".join(f"{row}\n" for row in rows), "orders.csv", **keys)


def plain(folder: Path, *rows: str, header: str = ORDERS, **keys: Any) -> FileReading:
    """Return what a list of orders gives."""
    return read(folder, header + "".join(f"{row}\n" for row in rows), "orders.csv", **keys)


def ledger(folder: Path, *rows: str, **keys: Any) -> FileReading:
    """Return what a payments ledger gives."""
    return read(folder, PAYMENTS + "".join(f"{row}\n" for row in rows), "payments.csv", **keys)


def net(reading: FileReading) -> list[float]:
    """Return the net revenue of each order."""
    return [float(value) for value in reading.frames["orders"]["net_revenue"]]


def test_an_order_of_three_lines_counts_once(tmp_path: Path) -> None:
    first = "#1,a@example.com,paid,EUR,60.00,4.90,11.40,76.30,ADA10,6.00,2026-03-02 10:00:00 +0100,1,Serum,,0.00"
    line = "#1,a@example.com,,,,,,,,,2026-03-02 10:00:00 +0100,1,Balm,,"
    reading = shopify(tmp_path, first, line, line)
    assert (net(reading), dict(reading.dropped), adds_up(reading)) == ([60.0], {"LINE_ITEM_ROWS": 2}, True)
    assert reading.frames["orders"]["ordered_at"].item() == day(2026, 3, 2, 9)


def test_a_refund_takes_its_share_off_the_net_revenue(tmp_path: Path) -> None:
    row = "#1,a@example.com,partially_refunded,EUR,112.00,0.00,21.28,133.28,,0.00,2026-03-02 10:00:00 +0100,1,x,,33.32"
    assert net(shopify(tmp_path, row)) == [84.0]


def test_tax_inside_the_prices_is_taken_out_of_the_goods_only(tmp_path: Path) -> None:
    row = "#1,a@example.com,paid,EUR,119.00,11.90,20.90,130.90,,0.00,2026-03-02 10:00:00 +0100,1,x,,0.00"
    reading = shopify(tmp_path, row)
    assert net(reading) == [100.0]
    assert "prices include tax; net revenue is without it" in reading.notes


def test_cancelled_and_unpaid_orders_do_not_count_and_are_told(tmp_path: Path) -> None:
    rows = [
        "#1,a@example.com,paid,EUR,50.00,0,0,50.00,,0,2026-03-02 10:00:00 +0100,1,x,,0",
        "#2,a@example.com,paid,EUR,60.00,0,0,60.00,,0,2026-03-02 10:00:00 +0100,1,x,2026-03-03 10:00:00 +0100,0",
        "#3,a@example.com,pending,EUR,70.00,0,0,70.00,,0,2026-03-02 10:00:00 +0100,1,x,,0",
    ]
    reading = shopify(tmp_path, *rows)
    assert (net(reading), dict(reading.dropped)) == ([50.0], {"CANCELLED": 1, "NOT_PAID": 1})


def test_stacked_codes_are_parted_and_put_in_capitals(tmp_path: Path) -> None:
    row = '#1,a@example.com,paid,EUR,50.00,0,0,50.00,"ada10, Welcome5",0,2026-03-02 10:00:00 +0100,1,x,,0'
    reading = shopify(tmp_path, row)
    assert reading.frames["orders"]["codes"].item() == "ADA10;WELCOME5"
    assert "several discount codes (1 order)" in reading.notes


def test_an_e_mail_is_kept_nowhere_and_one_buyer_has_one_hash(tmp_path: Path) -> None:
    row = "#{},{},paid,EUR,50.00,0,0,50.00,,0,2026-03-02 10:00:00 +0100,1,x,,0\n"
    text = (
        SHOPIFY + row.format(1, "Eva@example.com") + row.format(2, "eva@example.com ") + row.format(3, "z@example.com")
    )
    tables = load(tmp_path, {"orders.csv": text}).tables
    assert "example.com" not in "".join(rows.to_csv() for rows in vars(tables).values())
    assert tables.orders["customer_key"].nunique() == 2


def test_an_order_whose_first_row_cannot_be_read_leaves_no_half_order_behind(tmp_path: Path) -> None:
    first = "#1,a@example.com,paid,EUR,sixty,4.90,11.40,76.30,,0,2026-03-02 10:00:00 +0100,1,x,,0"
    reading = shopify(tmp_path, first, "#1,a@example.com,,,,,,,,,2026-03-02 10:00:00 +0100,1,y,,")
    assert (net(reading), reading.set_aside, dict(reading.dropped)) == ([], 1, {"ORDER_UNUSED": 1})
    assert adds_up(reading)


def test_a_plain_list_is_net_of_refunds_booked_in_either_way(tmp_path: Path) -> None:
    rows = [
        "o1,2026-03-02,ADA10,49.90,EUR,paid",
        "o2,2026-03-03,,−35.50,EUR,refunded",
        "o3,2026-03-03,,20,EUR,refunded",
    ]
    reading = plain(tmp_path, *rows)
    assert net(reading) == [49.9, -35.5, 0.0]
    assert "refunded, counted as 0 (1 order)" in reading.normalised


def test_line_items_of_a_plain_list_are_counted_once(tmp_path: Path) -> None:
    reading = plain(tmp_path, "o1,2026-03-02,ADA10,49.90,EUR,paid", "o1,,,,,", "o1,,,,,")
    assert (net(reading), dict(reading.dropped)) == ([49.9], {"LINE_ITEM_ROWS": 2})


def test_one_order_with_two_amounts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="lines 2 and 3 hold the same order with different numbers"):
        plain(tmp_path, "o1,2026-03-02,,49.90,EUR,paid", "o1,2026-03-02,,89.90,EUR,paid")


def test_a_status_nobody_knows_sets_its_order_aside(tmp_path: Path) -> None:
    reading = plain(tmp_path, "o1,2026-03-02,,49.90,EUR,paid", "o2,2026-03-02,,64.60,EUR,on_hold_xyz")
    assert (net(reading), [(f.line, f.code) for f in reading.quarantine]) == ([49.9], [(3, "UNKNOWN_STATUS")])


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1.234,50 EUR", 1234.5),
        ("€1,234.50", 1234.5),
        ("EUR 1'234.50", 1234.5),
        ("49,90", 49.9),
        ("-€5.00", -5.0),
        ("(5.00)", -5.0),
        ("1.234.567", 1_234_567.0),
    ],
)
def test_amounts_are_read_as_people_write_them(tmp_path: Path, text: str, amount: float) -> None:
    assert net(plain(tmp_path, f"o1;2026-03-02;{text}", header="Order ID;Date;Amount\n")) == [amount]


def test_an_amount_that_can_be_read_in_two_ways_is_set_aside_with_the_key(tmp_path: Path) -> None:
    reading = plain(tmp_path, "o1,2026-03-02,,1.234,EUR,paid", 'o2,2026-03-02,,"2,345",EUR,paid')
    assert [fault.code for fault in reading.quarantine] == ["AMBIGUOUS_NUMBER"] * 2
    assert "`decimal`" in reading.quarantine[0].reason.advice
    assert net(plain(tmp_path, "o1,2026-03-02,,1.234,EUR,paid", orders={"decimal": ","})) == [1234.0]


def test_three_decimals_among_amounts_with_two_are_not_guessed(tmp_path: Path) -> None:
    reading = plain(tmp_path, "o1,2026-03-02,,49.90,EUR,paid", "o2,2026-03-02,,1.234,EUR,paid")
    assert (net(reading), [fault.value for fault in reading.quarantine]) == ([49.9], ["1.234"])


def test_thousands_are_read_when_the_column_shows_its_decimal_mark(tmp_path: Path) -> None:
    assert net(plain(tmp_path, "o1,2026-03-02,,49.90,EUR,paid", 'o2,2026-03-02,,"1,234",EUR,paid')) == [49.9, 1234.0]


# One euro was 1.1193 dollars on Thursday 2 January 2020 and 1.1147 on Friday 3 January (European Central Bank).
def test_amounts_are_exchanged_at_the_rate_of_their_day(tmp_path: Path) -> None:
    reading = plain(tmp_path, "o1,2020-01-02,,49.90,eur,paid", "o2,2020-01-02,,100,USD,paid", currency="EUR")
    assert net(reading) == [49.9, pytest.approx(89.34)]
    assert any("each day's rate of the European Central Bank: USD (1)" in note for note in reading.normalised)


def test_on_a_sunday_the_rate_of_friday_counts(tmp_path: Path) -> None:
    assert net(plain(tmp_path, "o1,2020-01-05,,100,USD,paid", currency="EUR")) == [pytest.approx(89.71)]


def test_a_rate_in_the_yaml_goes_before_the_banks(tmp_path: Path) -> None:
    reading = plain(tmp_path, "o1,2020-01-02,,100,USD,paid", currency="EUR", exchange_rates={"USD": 0.5})
    assert net(reading) == [50.0]
    assert "amounts exchanged to EUR at the rates in the YAML: USD (1)" in reading.normalised


@pytest.mark.parametrize("row", ["o1,2026-03-02,,10,ARS,paid", "o1,2098-12-01,,10,USD,paid"])
def test_without_a_rate_the_file_is_refused_with_the_key(tmp_path: Path, row: str) -> None:
    with pytest.raises(FileError, match=r"no rate to EUR is known for that day; set `exchange_rates: \{") as refused:
        plain(tmp_path, row, currency="EUR", as_of="2099-01-01")
    assert refused.value.code == "NO_EXCHANGE_RATE"


def test_the_currency_beside_an_amount_counts_where_there_is_no_column(tmp_path: Path) -> None:
    rows = ["o1;2020-01-02;49,90 EUR", "o2;2020-01-02;USD 100,00"]
    reading = plain(tmp_path, *rows, header="Order ID;Date;Amount\n", currency="EUR")
    assert net(reading) == [49.9, pytest.approx(89.34)]


def test_trial_orders_of_the_shop_do_not_count(tmp_path: Path) -> None:
    header = SHOPIFY.replace("\n", ",Payment Method,Tags,Note Attributes\n")
    row = "#{0},a@example.com,paid,EUR,50.00,0,0,50.00,,0,2026-03-02 10:00:00 +0100,1,x,,0,{1}\n"
    ends = ["Card,,", "(for testing) Bogus Gateway,,", 'Card,"vip, test",', "Card,latest,"]
    reading = read(tmp_path, header + "".join(row.format(n, end) for n, end in enumerate(ends)), "orders.csv")
    assert (reading.frames["orders"]["order_id"].tolist(), dict(reading.dropped)) == (["#0", "#3"], {"TEST_ORDER": 2})


def test_the_tag_of_a_link_is_read_from_the_notes_of_an_order_and_nothing_else(tmp_path: Path) -> None:
    header = SHOPIFY.replace("\n", ",Note Attributes\n")
    row = '#1,a@example.com,paid,EUR,50.00,0,0,50.00,,0,2026-03-02 10:00:00 +0100,1,x,,0,"{}"\n'
    text = header + row.format("gift for Eva\nutm_content: ada_spring\nphone: 0151 2345678")
    orders = read(tmp_path, text, "orders.csv").frames["orders"]
    assert orders["link"].tolist() == ["ADA_SPRING"]
    assert "0151" not in orders.to_csv()


def test_an_order_refunded_without_an_amount_was_given_back_whole(tmp_path: Path) -> None:
    row = "#1,a@example.com,refunded,EUR,50.00,0,0,50.00,,0,2026-03-02 10:00:00 +0100,1,x,,"
    assert net(shopify(tmp_path, row)) == [0.0]


def test_an_unnamed_currency_is_taken_as_told_in_the_yaml_else_as_the_campaigns_with_a_warning(tmp_path: Path) -> None:
    row, header = "o1,2026-03-02,49.90", "Order ID,Date,Amount\n"
    assumed = plain(tmp_path, row, header=header, currency="EUR")
    assert (net(assumed), any("no currency named: taken as EUR (1 amount)" in note for note in assumed.notes)) == (
        [49.9],
        True,
    )
    told = plain(tmp_path, row, header=header, currency="EUR", exchange_rates={"USD": 2.0}, orders={"currency": "USD"})
    assert net(told) == [99.8]


def test_a_ledger_gives_the_costs_of_this_campaign_only(tmp_path: Path) -> None:
    rows = [
        "2026-03-01,@ada,fee,100.00,EUR,spring",
        "2026-03-01,@ben,fee,200.00,EUR,autumn",
        "2026-03-01,,tool,50.00,EUR,",
        "2020-01-02,@ada,fee,100.00,USD,spring",
    ]
    reading = ledger(tmp_path, *rows, currency="EUR")
    costs = reading.frames["costs"]
    assert (costs["amount"].tolist(), costs["kind"].tolist()) == ([100.0, 50.0, 89.34], ["fee", "tool", "fee"])
    assert (dict(reading.dropped), adds_up(reading)) == ({"OTHER_CAMPAIGN": 1}, True)


def test_equal_lines_of_a_ledger_all_count_and_are_named(tmp_path: Path) -> None:
    reading = ledger(tmp_path, *["2026-03-01,@ada,fee,100.00,EUR,spring"] * 2)
    assert reading.frames["costs"]["amount"].sum() == 200
    assert "equal to another line; all are counted (1 line)" in reading.notes


def test_a_negative_cost_is_set_aside(tmp_path: Path) -> None:
    reading = ledger(tmp_path, "2026-03-01,@ada,fee,-500,EUR,spring")
    assert [fault.code for fault in reading.quarantine] == ["NEGATIVE_AMOUNT"]


def test_a_payee_who_is_no_creator_is_a_shared_cost(tmp_path: Path) -> None:
    files = {
        "roster.csv": "Handle,Followers\n@ada,1000\n",
        "payments.csv": f"{PAYMENTS}2026-03-01,@ada,fee,1,EUR,\n2026-03-01,Agency Ltd,agency,2,EUR,\n",
    }
    costs = load(tmp_path, files, currency="EUR").tables.costs
    assert costs["influencer_id"].fillna("shared").tolist() == ["ada", "shared"]


def test_agreed_fees_stand_in_only_where_there_is_no_ledger(tmp_path: Path) -> None:
    roster = "Handle,Followers,Fee agreed\n@ada,1000,300\n"
    alone = load(tmp_path, {"roster.csv": roster}, currency="EUR")
    assert alone.tables.costs["amount"].tolist() == [300.0]
    both = load(
        tmp_path, {"roster.csv": roster, "payments.csv": f"{PAYMENTS}2026-03-01,@ada,fee,310,EUR,\n"}, currency="EUR"
    )
    assert both.tables.costs["amount"].tolist() == [310.0]
    words = "agreed fees of creators with a fee in the payments ledger are not counted (1 fee, 300.00)"
    assert words in both.notes


def test_an_agreed_fee_in_another_currency_is_exchanged(tmp_path: Path) -> None:
    roster = "Handle,Followers,Fee\n@ada,1000,300 USD\n@ben,2000,€200\n"
    data = load(
        tmp_path, {"roster.csv": roster}, currency="EUR", as_of="2020-01-02", start="2020-01-01", end="2020-01-02"
    )
    assert data.tables.costs["amount"].tolist() == [268.02, 200.0]


def test_codes_of_the_list_of_creators_are_parted_and_a_shared_one_is_nobodys(tmp_path: Path) -> None:
    roster = "Handle,Followers,Discount code\n@ada,1000,ada10 / ADA20\n@ben,1000,BOTH\n@eva,1000,both\n"
    data = load(tmp_path, {"roster.csv": roster})
    assert data.tables.tracking.to_dict("records") == [
        {"kind": "code", "code": "ADA10", "influencer_id": "ada"},
        {"kind": "code", "code": "ADA20", "influencer_id": "ada"},
    ]
    assert "beside two creators, assigned to nobody (1 code)" in data.notes


def test_two_follower_counts_of_one_creator_without_a_date_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="lines 2 and 3 hold the same creator with different numbers"):
        read(tmp_path, "Handle,Followers\n@ada,1000\n@ada,2000\n", "roster.csv")


def test_followers_without_a_date_are_of_the_day_of_the_report(tmp_path: Path) -> None:
    data = load(tmp_path, {"roster.csv": "Handle,Platform,Followers\n@ada,ig,25k\n"})
    row = data.tables.followers.iloc[0]
    assert (row["platform"], row["followers"], row["observed_at"]) == ("instagram", 25_000, day(2026, 4, 30))
    assert "followers are one snapshot without history, used for posts of every date" in data.notes


def test_a_daily_series_gives_one_row_a_day_and_column_and_leaves_gaps_out(tmp_path: Path) -> None:
    data = load(tmp_path, {"daily.csv": "Date,Search interest,Spend\n2026-03-01,61,30.24\n2026-03-02,,-5\n"})
    rows = data.tables.series.sort_values(["name", "date"])
    assert list(zip(rows["name"], rows["value"], strict=True)) == [
        ("search_interest", 61.0),
        ("spend", 30.24),
        ("spend", -5.0),
    ]


def test_one_day_with_two_values_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="lines 2 and 3 hold the same day with different numbers"):
        read(tmp_path, "Date,Spend\n2026-03-01,1\n2026-03-01,2\n", "daily.csv")


def test_a_file_with_a_date_and_words_is_no_daily_series(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="the columns are not those of any known file"):
        read(tmp_path, "Date,Mood\n2026-03-01,good\n", "daily.csv")


def test_orders_of_two_files_that_contradict_each_other_are_told(tmp_path: Path) -> None:
    rows = "o1,2026-03-02,,{},EUR,paid\n"
    data = load(tmp_path, {"a.csv": ORDERS + rows.format("10"), "b.csv": ORDERS + rows.format("20")})
    assert data.tables.orders["net_revenue"].tolist() == [10.0]
    assert "in several files with different numbers, the first file counts (1 order)" in data.notes


@pytest.mark.parametrize(
    ("amounts", "words"),
    [
        ([49.9, 0, 30, 20, 25], "an amount of 0"),
        ([50, 60, 70, 40, 9e6], "more than 100 times"),
        ([4990, 8900, 12000, 3550, 6460], "are they in cents?"),
    ],
)
def test_orders_that_look_wrong_are_kept_and_named(tmp_path: Path, amounts: list[float], words: str) -> None:
    reading = plain(tmp_path, *(f"o{n},2026-03-02,,{amount},EUR,paid" for n, amount in enumerate(amounts)))
    assert sum(net(reading)) == pytest.approx(sum(amounts))
    assert any(words in note for note in reading.notes)


def test_a_code_with_one_day_far_above_the_others_is_suspected_of_a_leak(tmp_path: Path) -> None:
    days = pd.date_range("2026-03-01", periods=5).strftime("%Y-%m-%d")
    usual = [f"u{n},{name},ADA10,20,EUR,paid" for n, name in enumerate(days)]
    leak = [f"l{n},2026-03-12,ADA10,20,EUR,paid" for n in range(60)]
    assert not any("coupon site" in note for note in plain(tmp_path, *usual).notes)
    assert any("coupon site" in note for note in plain(tmp_path, *usual, *leak).notes)


def test_an_order_cancelled_in_a_later_download_does_not_come_back_from_an_earlier_one(tmp_path: Path) -> None:
    may = ORDERS + "1001,2026-03-02,,100,EUR,paid\n1002,2026-03-03,,40,EUR,paid\n"
    june = ORDERS + "1001,2026-03-02,,100,EUR,cancelled\n1003,2026-03-04,,7,EUR,paid\n"
    for names in (("may.csv", "june.csv"), ("june.csv", "may.csv")):
        texts = {"may.csv": may, "june.csv": june}
        data = load(tmp_path, {name: texts[name] for name in names})
        assert sorted(data.tables.orders["net_revenue"]) == [7.0, 40.0]
        assert "cancelled in another file (1 order)" in data.notes


def test_an_order_unpaid_in_one_download_and_paid_in_another_counts_and_is_told(tmp_path: Path) -> None:
    files = {f"{state}.csv": f"{ORDERS}1001,2026-03-02,,100,EUR,{state}\n" for state in ("unpaid", "paid")}
    data = load(tmp_path, files)
    assert data.tables.orders["net_revenue"].tolist() == [100.0]
    assert "unpaid in one file and paid in another, counted as paid (1 order)" in data.notes


def test_the_same_invoice_in_two_ledgers_counts_once(tmp_path: Path) -> None:
    header = "Invoice,Date,Payee,Kind,Amount\n"
    first = header + "R7,2026-03-01,@ada,fee,500\nR7,2026-03-01,@ada,fee,500\nR8,2026-03-02,@ada,fee,60\n"
    second = header + "R8,2026-03-02,@ada,fee,60\nR9,2026-03-03,@ada,fee,8\n"
    data = load(tmp_path, {"a.csv": first, "b.csv": second}, currency="EUR")
    assert data.tables.costs["amount"].sum() == 500 + 500 + 60 + 8
    assert "the same invoice in another file, counted once (1 cost)" in data.notes


def test_one_invoice_number_on_two_days_is_two_payments_and_is_told(tmp_path: Path) -> None:
    row = "Invoice,Date,Payee,Kind,Amount\nR7,2026-03-{},@ada,fee,250\n"
    data = load(tmp_path, {"a.csv": row.format("01"), "b.csv": row.format("15")}, currency="EUR")
    assert data.tables.costs["amount"].sum() == 500
    assert any("on another day; all are counted (1 cost)" in note for note in data.notes)


def test_equal_lines_without_an_invoice_in_two_ledgers_all_count_and_are_told(tmp_path: Path) -> None:
    row = "2026-03-01,@ada,fee,500,EUR,\n"
    data = load(tmp_path, {"a.csv": PAYMENTS + row, "b.csv": PAYMENTS + row}, currency="EUR")
    assert data.tables.costs["amount"].sum() == 1000
    assert "equal to a line of another file; all are counted (1 cost)" in data.notes


def test_a_fee_agreed_in_two_lists_counts_once(tmp_path: Path) -> None:
    first = "Handle,Platform,Followers,Fee agreed\n@ada,ig,1000,300\n@ada,tiktok,900,300\n@ben,ig,10,50\n"
    second = "Handle,Platform,Followers,Fee agreed\n@ada,ig,1000,300\n@eva,ig,20,4\n"
    data = load(tmp_path, {"a.csv": first, "b.csv": second}, currency="EUR")
    assert data.tables.costs["amount"].sum() == 300 + 300 + 50 + 4
    assert "agreed in several lists of creators, counted once (1 fee)" in data.notes


def test_an_agreed_fee_counts_where_the_ledger_has_no_fee_of_its_creator(tmp_path: Path) -> None:
    roster = "Handle,Followers,Fee agreed\n@ada,1000,300\n@ben,1000,200\n"
    data = load(tmp_path, {"a.csv": roster, "b.csv": f"{PAYMENTS}2026-03-01,@ada,fee,310,EUR,\n"}, currency="EUR")
    assert data.tables.costs["amount"].tolist() == [310.0, 200.0]
    assert "agreed fees of creators with a fee in the payments ledger are not counted (1 fee, 300.00)" in data.notes
    assert "no fee in the payments ledger: the agreed fee is taken as the cost (1 fee, 200.00)" in data.notes


def test_a_fee_of_the_ledger_for_nobody_known_leaves_all_agreed_fees_out(tmp_path: Path) -> None:
    roster = "Handle,Followers,Fee agreed\n@ada,1000,300\n@ben,1000,200\n"
    data = load(tmp_path, {"a.csv": roster, "b.csv": f"{PAYMENTS}2026-03-01,Agency,fee,480,EUR,\n"}, currency="EUR")
    assert data.tables.costs["amount"].tolist() == [480.0]
    assert any("not counted (2 fees, 500.00)" in note for note in data.notes)


def test_a_refund_written_below_zero_is_taken_off_all_the_same(tmp_path: Path) -> None:
    header = "Order ID,Date,Amount,Refund\n"
    reading = plain(tmp_path, "o1,2026-03-02,100,-30", "o2,2026-03-02,100,30", header=header)
    assert (net(reading), reading.frames["orders"]["refund"].tolist()) == ([70.0, 70.0], [30.0, 30.0])


def test_a_whole_link_in_a_list_of_orders_is_known_by_its_tag(tmp_path: Path) -> None:
    header = "Order ID,Date,Amount,Tracking link\n"
    reading = plain(
        tmp_path, "o1,2026-03-02,9,https://b.com/?utm_content=anna_may", "o2,2026-03-02,9,x1", header=header
    )
    assert reading.frames["orders"]["link"].tolist() == ["ANNA_MAY", "X1"]
    bare = plain(tmp_path, "o1,2026-03-02,9,https://b.com/p?mail=eva@example.com", header=header)
    assert bare.frames["orders"]["link"].tolist() == ["HTTPS://B.COM/P"]


def test_a_list_tells_which_orders_are_a_buyers_first(tmp_path: Path) -> None:
    head, rows = "Order ID,Date,Amount,Currency", ("1,2026-03-01,10,EUR", "2,2026-03-02,20,EUR", "3,2026-03-03,30,EUR")
    for header, told in (
        ("New customer", ("yes", "no", "")),
        ("Customer type", ("New", "Returning", "guest")),
        ("Neukunde", ("ja", "nein", "")),
    ):
        text = "\n".join([f"{head},{header}", *(f"{row},{word}" for row, word in zip(rows, told, strict=True)), ""])
        found = read(tmp_path, text, "orders.csv").frames["orders"]["is_new"]
        assert found.fillna(False).tolist() == [True, False, False] and found.isna().tolist() == [False, False, True]


def test_discount_and_refund_are_of_the_goods_alone_so_that_the_list_price_adds_up(tmp_path: Path) -> None:
    """119 with 19 % tax inside and 59.50 given back: net 50, refund 50; the discount of 23.80 is 20 without tax."""
    row = "#1,a@x.example,paid,EUR,119.00,0.00,19.00,119.00,ADA,23.80,2026-03-05,1,Tea,,59.50\r\n"
    order = read(tmp_path, SHOPIFY + row, "orders.csv").frames["orders"].iloc[0]
    assert (order["net_revenue"], order["refund"], order["discount"]) == (50.0, 50.0, 20.0)


def test_a_file_that_tells_no_refunds_leaves_them_unknown(tmp_path: Path) -> None:
    text = "Order ID,Date,Amount,Currency\n1,2026-03-01,10,EUR\n2,2026-03-02,20,EUR\n"
    assert read(tmp_path, text, "orders.csv").frames["orders"]["refund"].isna().all()
    booked = text + "2,2026-03-05,-5,EUR\n"
    orders = read(tmp_path, booked, "orders.csv").frames["orders"]
    assert (orders["net_revenue"].tolist(), orders["refund"].tolist()) == ([10.0, 15.0], [0.0, 5.0])
