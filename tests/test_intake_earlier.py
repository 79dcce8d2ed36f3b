"""Costs of earlier campaigns in the ledger of this one."""

from pathlib import Path
from typing import Any

import pytest
from small_files import POSTS, adds_up, load, read

PAYMENTS = "Date,Payee,Kind,Amount,Currency,Campaign\n"
WINTER = {"campaign_id": "winter", "start": "2025-12-01", "end": "2025-12-31", "labels": ["Q4 Push", "Spring"]}
ROWS = (
    "2026-03-01,@ada.bakes,fee,100.00,EUR,spring",
    "2025-12-05,@ada.bakes,fee,80.00,EUR,WINTER ",
    "2025-12-05,@ben_runs,fee,60.00,EUR,q4 push",
    "2025-12-06,,tool,30.00,EUR,",
    "2025-08-01,@ada.bakes,fee,40.00,EUR,summer",
)


def _costs(folder: Path, *rows: str, **keys: Any) -> dict[str, float]:
    """Return what was spent by campaign."""
    given = {"tracker.csv": POSTS, "payments.csv": PAYMENTS + "".join(f"{row}\n" for row in rows)}
    costs = load(folder, given, currency="EUR", **keys).tables.costs
    return {str(name): float(amount) for name, amount in costs.groupby("campaign_id")["amount"].sum().items()}


def test_lines_of_an_earlier_campaign_stay_under_its_id(tmp_path: Path) -> None:
    """80 by its id and 60 by its label; 'Spring' is ours first, and a line without a campaign is ours, whatever day."""
    assert _costs(tmp_path, *ROWS, earlier_campaigns=[WINTER]) == {"spring": 130.0, "winter": 140.0}


def test_without_earlier_campaigns_their_lines_are_dropped_as_before(tmp_path: Path) -> None:
    assert _costs(tmp_path, *ROWS) == {"spring": 130.0}


@pytest.mark.parametrize(("told", "dropped"), [([], 3), ([WINTER], 1)])
def test_every_row_is_accounted_for(tmp_path: Path, told: list[Any], dropped: int) -> None:
    text = PAYMENTS + "".join(f"{row}\n" for row in ROWS)
    reading = read(tmp_path, text, "payments.csv", currency="EUR", earlier_campaigns=told)
    assert (dict(reading.dropped), reading.used, adds_up(reading)) == (
        {"OTHER_CAMPAIGN": dropped},
        len(ROWS) - dropped,
        True,
    )


def test_the_fee_of_an_earlier_campaign_does_not_stand_for_the_fee_agreed_for_this_one(tmp_path: Path) -> None:
    roster = "Handle,Followers,Fee,Currency\n@ada.bakes,12000,250,EUR\n@ben_runs,9000,150,EUR\n"
    files = {"tracker.csv": POSTS, "roster.csv": roster, "payments.csv": PAYMENTS + f"{ROWS[1]}\n"}
    costs = load(tmp_path, files, currency="EUR", earlier_campaigns=[WINTER]).tables.costs
    sums = costs.groupby(["campaign_id", "influencer_id"])["amount"].sum()
    assert sums.to_dict() == {("spring", "ada.bakes"): 250, ("spring", "ben_runs"): 150, ("winter", "ada.bakes"): 80}
