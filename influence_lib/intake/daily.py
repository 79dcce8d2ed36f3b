"""Series over time: one row a day or week (and region), one column a series."""

import re

import pandas as pd

from influence_lib.intake.source import Built, Context, Source, known
from influence_lib.intake.typed import Field
from influence_lib.wording.en import count

# What a campaign moves is no control for its sales.
OUTCOMES = re.compile(
    r"brand(?:ed)?[ _]search|"
    r"sales|revenue|orders|conversions|sessions|visit|users|follower|mentions|umsatz|bestellungen|sitzungen|nutzer|"
    r"ventas|views|likes|comments|shares|impressions|reach|subscribers|engage|clicks|^y$"
)
# What others sell, the campaign does not move.
OTHERS = re.compile(r"competitor|rival|wettbewerb|competencia")
DATE = Field(
    "date", "time", ("date", "day", "datum", "tag", "fecha", "time", "ds", "week", "week start"), required=True
)
REGION = Field(
    "region",
    "text",
    ("region", "location", "geo", "city", "state", "dma", "market", "bundesland", "stadt", "province"),
)


def build(rows: pd.DataFrame, context: Context) -> Built:
    """Return one row a day, region and series; days between two dates are the days that a value covers."""
    names = [name for name in rows.columns if name not in {"date", "region", "_line"}]
    whole = rows.assign(region=known(rows, "region").astype("str"))
    long = whole.melt(id_vars=["date", "region"], value_vars=names, var_name="name", value_name="value")
    long = long.dropna(subset=["value"]).astype({"value": "Float64"})
    step = _step(rows["date"])
    series = long.assign(
        is_outcome=(long["name"].str.contains(OUTCOMES) & ~long["name"].str.contains(OTHERS)).astype("boolean"),
        days=pd.Series(step if step > 1 else pd.NA, index=long.index, dtype="Int64"),
    )
    notes = (f"one value every {count(step, 'day')}, taken as the total of these days",) if step > 1 else ()
    return Built({"series": series}, notes=notes, sums={str(name): float(rows[name].sum()) for name in names})


def _step(dates: pd.Series) -> int:
    """Return how many days lie between one date and the next, where that is always the same number, else 1."""
    gaps = dates.drop_duplicates().sort_values().dt.round("D").diff().dropna().dt.days.unique()
    return int(gaps[0]) if len(gaps) == 1 and gaps[0] > 1 else 1


DAILY_SERIES = Source(
    "daily_series",
    "daily or weekly series",
    (DATE, REGION),
    needs=(("date",),),
    build=build,
    only_numbers=True,
    never=frozenset({"hour"}),
)
