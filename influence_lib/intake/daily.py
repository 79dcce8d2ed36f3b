"""Daily series: one row a day, one column a series."""

import re

import pandas as pd

from influence_lib.intake.source import Built, Context, Source
from influence_lib.intake.typed import Field

# What a campaign moves is no control for its sales.
OUTCOMES = re.compile(
    r"sales|revenue|orders|sessions|visit|users|follower|mentions|umsatz|bestellungen|sitzungen|nutzer|ventas"
)
DATE = Field("date", "time", ("date", "day", "datum", "tag", "fecha"), required=True)


def build(rows: pd.DataFrame, context: Context) -> Built:
    """Return one row a day and series."""
    names = [name for name in rows.columns if name not in {"date", "_line"}]
    long = rows.melt(id_vars=["date"], value_vars=names, var_name="name", value_name="value").dropna(subset=["value"])
    moved = long["name"].str.contains(OUTCOMES).astype("boolean")
    return Built({"series": long.astype({"value": "Float64"}).assign(is_outcome=moved)})


DAILY_SERIES = Source("daily_series", "daily series", (DATE,), needs=(("date",),), build=build, only_numbers=True)
