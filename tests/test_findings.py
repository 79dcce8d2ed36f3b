import json
import math

import pandas as pd
import pytest

from influence_lib.findings import (
    QUESTIONS,
    Caveats,
    Finding,
    ShownTable,
    TableColumn,
    not_available,
    not_enough,
    plain,
    question,
    rounded,
)

KINK = "saturation.kink"


@pytest.mark.parametrize(
    "lacking",
    [
        {"estimate": 0.4},
        {"estimate": 0.4, "interval": (0.3, 0.5)},
        {"estimate": 0.4, "n": 10},
        {"estimate": math.nan, "interval": (0.3, 0.5), "n": 10},
        {"estimate": math.inf, "interval": (0.3, 0.5), "n": 10},
    ],
)
def test_an_estimate_without_interval_and_n_is_refused(lacking: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"saturation\.kink.*without an interval or an n"):
        Finding(KINK, "Said.", "supported", "Method.", **lacking)  # type: ignore[arg-type]


def test_an_id_outside_the_contract_is_refused() -> None:
    with pytest.raises(KeyError):
        Finding("engagement.magic", "Said.", "supported", "Method.")
    assert question("engagement.rate.micro") is QUESTIONS["engagement.rate"]


def test_a_number_is_shown_with_its_interval_and_n() -> None:
    finding = Finding(KINK, "Said.", "supported", "Method.", 0.48, (0.43, 0.56), 1393, 22)
    assert finding.number().startswith("48.0% (95% interval 43.0% to 56.0%, n = 1,393")
    assert finding.to_json()["interval"] == [0.43, 0.56]
    assert not_enough(KINK, "Too few.", "Method.", n=3).number() == "Not enough data"
    assert not_available(KINK, "No file.").to_json()["estimate"] is None


def test_json_holds_six_telling_digits_and_no_nan() -> None:
    assert [rounded(v) for v in (0.123456789, 1234567.8, math.nan, None)] == [0.123457, 1234570.0, None, None]
    assert [plain(v) for v in (pd.NA, pd.NaT, pd.Timestamp("2026-05-18"), 3)] == [None, None, "2026-05-18", 3]
    rows = pd.DataFrame({"name": ["a"], "value": [math.nan]})
    table = ShownTable("Rows", (TableColumn("name", "Name"), TableColumn("value", "Value", "percent")), rows)
    finding = Finding(KINK, "Said.", "supported", "Method.", 0.5, (0.4, 0.6), 9, table=table)
    assert json.loads(json.dumps(finding.to_json(), allow_nan=False))["table"] == [{"name": "a", "value": None}]


def test_a_table_cell_cannot_break_out_of_its_cell() -> None:
    rows = pd.DataFrame({"name": ["a|b\n$x$ <i>"]})
    text = ShownTable("Rows", (TableColumn("name", "Name"),), rows)._repr_mimebundle_()["text/markdown"]
    assert text.splitlines()[-1] == r"| a\|b \$x\$ \<i\> |"


def test_each_caveat_stands_once_in_the_order_of_the_findings() -> None:
    first = not_available(KINK, "No file.", caveats=("One.", "Two."))
    second = not_available(KINK, "No file.", caveats=("Two.", "Three."))
    assert Caveats.of(first, second).items == ("One.", "Two.", "Three.")
