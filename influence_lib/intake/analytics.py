"""Google Analytics 4: reports and explorations, one series for each metric and part of the visits."""

import datetime as dt
import re
from collections.abc import Sequence

import pandas as pd

from influence_lib.intake import numerals
from influence_lib.intake.commented import END, SAMPLING, START
from influence_lib.intake.grid import Sheet
from influence_lib.intake.privacy import mask
from influence_lib.intake.reasons import FileError
from influence_lib.intake.remarks import Remark
from influence_lib.intake.source import Built, Context, Source
from influence_lib.intake.typed import Field, clean, header_key, headers, is_unknown

# Canonical name: how the column is called in English, German and Spanish. Shares and averages are no series.
METRICS = {
    "sessions": "sessions, sitzungen, sesiones",
    "engaged_sessions": "engaged sessions, sitzungen mit interaktionen, sesiones con interacción",
    "active_users": "active users, aktive nutzer, usuarios activos",
    "total_users": "total users, gesamtzahl der nutzer, nutzer insgesamt, usuarios totales, total de usuarios",
    "users": "users, nutzer, usuarios",
    "new_users": "new users, neue nutzer, usuarios nuevos, nuevos usuarios",
    "returning_users": "returning users, wiederkehrende nutzer, usuarios recurrentes",
    "views": "views, aufrufe, vistas, visualizaciones",
    "event_count": "event count, ereignisanzahl, anzahl der ereignisse, número de eventos, recuento de eventos",
    "key_events": "key events, schlüsselereignisse, eventos clave",
    "conversions": "conversions, conversiones",
    "add_to_carts": "add to carts, in den einkaufswagen, añadidos al carrito",
    "checkouts": "checkouts, bezahlvorgänge, pagos iniciados",
    "purchases": (
        "ecommerce purchases, e commerce purchases, purchases, e commerce käufe, käufe, compras, "
        "compras de comercio electrónico, compras en comercio electrónico"
    ),
    "transactions": "transactions, transaktionen, transacciones",
    "purchase_revenue": "purchase revenue, kaufumsatz, umsatz aus käufen, ingresos por compras, "
    "ingresos derivados de las compras",
    "total_revenue": "total revenue, gesamtumsatz, ingresos totales, total de ingresos",
}
METRIC_OF = {name: metric for metric, listed in METRICS.items() for name in headers(listed)}
NTH_DAY = headers("nth day, n ter tag, tag n, enésimo día, día n")
DAY = headers("day, tag, día")
DATE = (*headers("date, datum, fecha"), *DAY)
# Parts of time that cannot be put on a day for certain.
OTHER_TIMES = frozenset(
    headers(
        "hour, nth hour, date hour yyyymmddhh, date and hour yyyymmddhh, nth week, week, iso week, nth month, month, "
        "year, nth year, year month, stunde, woche, monat, jahr, hora, semana, mes, año, date range, date comparison, "
        "zeitraum, datumsbereich, intervalo de fechas, período"
    )
)
SEGMENT = "# Segment"
# Without the comments, one of these tells a table of this tool.
DIMENSION = headers(
    "session source medium, session source, session medium, session campaign, session manual ad content, "
    "session default channel group, session primary channel group, "
    "session primary channel group default channel group, "
    "first user source medium, first user source, first user medium, first user campaign, "
    "first user default channel group, first user primary channel group, sitzung quelle medium, sitzung quelle, "
    "sitzung medium, sitzung kampagne, sitzung standard channelgruppe, sitzung primäre channelgruppe, "
    "erste nutzerinteraktion quelle medium, erster nutzer quelle medium, fuente medio de la sesión, "
    "fuente de la sesión, medio de la sesión, campaña de la sesión, grupo de canales predeterminado de la sesión, "
    "fuente medio del primer usuario"
)
# How long a visit lasted, such as 1m 03s or 00:01:03.
DURATION = re.compile(r"(?:\d+ ?(?:h|min|m|s|sek)\.?\s*)+|\d+(?::\d\d){1,2}", re.I)
# Counted whole; the others can have fractions.
FRACTIONS = frozenset({"key_events", "conversions", "purchase_revenue", "total_revenue"})
FIELDS = (
    Field("date", "time", DATE),
    Field("start", "time", (header_key(START),)),
    Field("end", "time", (header_key(END),)),
    Field("dimension", "text", DIMENSION),
    Field("segment", "text", (header_key(SEGMENT),)),
    Field("sampling", "text", (header_key(SAMPLING),)),
    *(
        Field(name, "amount" if name in FRACTIONS else "count", headers(listed), signed=True)
        for name, listed in METRICS.items()
    ),
)


def prepare(sheet: Sheet, context: Context) -> Sheet:
    """Return a table with plain numbers, its days as dates, and what its rows stand for in one column.

    Rows that name no part and no day are totals. Raises FileError for rows that stand for hours, weeks or months, or
    for one of several periods.
    """
    keys = {header: header_key(header) for header in sheet.header}
    sheet = _without_totals(sheet, keys)
    other = [header for header, key in keys.items() if key in OTHER_TIMES]
    if other:
        advice = "export it with the dimension 'Date', or without any"
        raise FileError(context.path, "UNKNOWN_PERIOD", f"rows by '{other[0]}' cannot be put on a day; {advice}")
    numbers = _plain_numbers(sheet)
    dated = sheet.with_cells(numbers, *(["numbers with a decimal comma"] if numbers else []))
    dated = _with_dates(dated, keys, context)
    parts = [header for header in sheet.header if _is_part(header, keys[header], sheet)]
    return dated.with_cells({SEGMENT: _segments(sheet, parts)} if parts else {})


def _without_totals(sheet: Sheet, keys: dict[str, str]) -> Sheet:
    """Return a table without rows in which nothing says what they stand for, where the others say it."""
    days = {header for header, key in keys.items() if key in (*DATE, *NTH_DAY)}
    told = [header for header, key in keys.items() if header in days or _is_part(header, key, sheet)]
    columns = [sheet.cells(header) for header in told]
    bare = [number for number, row in enumerate(zip(*columns, strict=True)) if not any(cell.strip() for cell in row)]
    return sheet.without(bare, "TOTALS_ROW") if 0 < len(bare) < len(sheet) else sheet


def _is_part(header: str, key: str, sheet: Sheet) -> bool:
    """Tell whether a column says what a row stands for: neither a day nor a number, nor what the comments tell."""
    if not key or header in {START, END, SAMPLING} or key in METRIC_OF or key in (*DATE, *NTH_DAY):
        return False
    given = [text for text in map(clean, sheet.cells(header)) if not is_unknown(text)]
    return key.endswith(" id") or not given or not all(map(_is_measured, given))


def _is_measured(text: str) -> bool:
    """Tell whether a cell is a number, a share or a length of time."""
    number = text.removesuffix("%").rstrip()
    return DURATION.fullmatch(text) is not None or numerals.amount(number, numerals.Mark()).fault != "NOT_A_NUMBER"


def _segments(sheet: Sheet, parts: Sequence[str]) -> list[str]:
    """Return what each row stands for; '(not set)' is quoted: a part like any other, and never the whole.

    Addresses of pages can hold those of people, which are masked.
    """
    columns = [[mask(cell.strip()) for cell in sheet.cells(part)] for part in parts]
    return [
        " | ".join(f"'{text or '(empty)'}'" if is_unknown(text) else text for text in row)
        for row in zip(*columns, strict=True)
    ]


def _plain_numbers(sheet: Sheet) -> dict[str, list[str]]:
    """Return the number columns without thousands' marks where any of them proves that the tool wrote decimal commas.

    A tool writes all numbers of a file alike, so a revenue of 6.264,50 says what 1.234 sessions are.
    """
    names = [header for header in sheet.header if header_key(header) in METRIC_OF]
    plain = {name: [numerals.plain(clean(cell)) for cell in sheet.cells(name)] for name in names}
    digits = {cell for cells in plain.values() for cell in cells if re.fullmatch(r"-?[\d.,]*\d", cell)}
    if {numerals.proof(cell) for cell in digits} - {None} != {","}:
        return {}
    return {name: [_ungrouped(cell) if cell in digits else cell for cell in cells] for name, cells in plain.items()}


def _ungrouped(number: str) -> str:
    """Return a number with a decimal comma so that it can be read in one way only."""
    whole, comma, fraction = number.replace(".", "").partition(",")
    return f"{whole}{comma}{fraction.ljust(4, '0')}" if comma else whole


def _with_dates(sheet: Sheet, keys: dict[str, str], context: Context) -> Sheet:
    """Return a table whose counted days are dates: 0000 is the first of the period, 01 the first of the month."""
    nth = next((header for header, key in keys.items() if key in NTH_DAY), None)
    of_month = next((header for header, key in keys.items() if key in DAY and _are_short(sheet.cells(header))), None)
    counted = nth or of_month
    if counted is None:
        return sheet
    starts, ends = (sheet.cells(name) if name in sheet.header else [""] for name in (START, END))
    if not starts[0] or (not nth and starts[0][:7] != ends[0][:7]):
        advice = "export it with the dimension 'Date'"
        raise FileError(context.path, "UNKNOWN_PERIOD", f"the days of '{counted}' cannot be put on a date; {advice}")
    first = dt.date.fromisoformat(starts[0]) if nth else dt.date.fromisoformat(starts[0]).replace(day=1)
    days = [_later(first, cell.strip(), 0 if nth else 1) for cell in sheet.cells(counted)]
    return sheet.with_cells({counted if of_month else "Date": days})


def _are_short(cells: Sequence[str]) -> bool:
    """Tell whether cells are days of a month, such as 01."""
    return bool(cells) and all(re.fullmatch(r"\d{1,2}", cell.strip()) for cell in cells)


def _later(first: dt.date, number: str, base: int) -> str:
    """Return the day with a number, where the first day has number `base`; what is no number stays, and is no date."""
    return (first + dt.timedelta(days=int(number) - base)).isoformat() if number.isdecimal() else number


def build(rows: pd.DataFrame, context: Context) -> Built:
    """Return one row a metric and part: of a day where the rows have days, else of the whole period.

    Raises FileError when two rows stand for the same.
    """
    dated, dropped = (rows, 0) if "date" in rows else _of_period(rows, context)
    kept = [name for name in ("date", "days", "segment") if name in dated]
    _refuse_twins(dated, [name for name in ("date", "segment") if name in dated], context)
    names = [name for name in METRICS if name in dated]
    numbers = dated.astype(dict.fromkeys(names, "Float64"))
    long = numbers.melt(id_vars=kept, value_vars=names, value_name="value", var_name="name").dropna(subset=["value"])
    series = long.assign(name=long["name"].astype("str"), is_outcome=pd.array([True] * len(long), dtype="boolean"))
    told = rows["sampling"].dropna().unique() if "sampling" in rows else ()
    remarks = tuple(Remark("SAMPLED", f"the tool says of its numbers: {text}", True) for text in told)
    return Built({"series": series}, {"AFTER_AS_OF": dropped} if dropped else {}, remarks=remarks)


def _of_period(rows: pd.DataFrame, context: Context) -> tuple[pd.DataFrame, int]:
    """Return rows of a whole period with its first day and length, and how many end after the day of the report."""
    end = rows["end"] if "end" in rows else rows["start"]
    days = ((end - rows["start"]).dt.total_seconds() / 86_400).round() + 1
    late = end.dt.tz_convert(context.zone).dt.date > context.today
    return rows.assign(date=rows["start"], days=days.astype("Int64"))[~late], int(late.sum())


def _refuse_twins(rows: pd.DataFrame, key: list[str], context: Context) -> None:
    """Refuse a table in which two rows stand for the same day and part: what parts them is not known."""
    again = rows[rows.duplicated(key, keep=False)]
    if len(again):
        lines = " and ".join(str(line) for line in again["_line"].tolist()[:2])
        message = f"lines {lines} stand for the same day and part of the visits; export it with fewer dimensions"
        raise FileError(context.path, "CONFLICTING_DUPLICATE", message)


GA4 = Source(
    "ga4",
    "Google Analytics 4 report or exploration",
    FIELDS,
    needs=(("start", "dimension"), ("start", "date"), tuple(METRICS)),
    build=build,
    prepare=prepare,
)
SOURCES: tuple[Source, ...] = (GA4,)
