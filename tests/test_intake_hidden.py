"""People under hashes that nobody can guess, and that stay the same from night to night."""

import os
import stat
from pathlib import Path

import pytest
from small_files import SHOPIFY, campaign, load

from influence_lib import intake
from influence_lib.intake import hidden

FILES = {"roster.csv": "Handle,Followers\n@ada,1000\n"}


@pytest.fixture(autouse=True)
def _no_salt_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin without a salt in the environment."""
    monkeypatch.delenv(hidden.SALT, raising=False)


def creator(folder: Path) -> str:
    """Return under which hash @ada appears in a campaign of this folder."""
    folder.mkdir(exist_ok=True)
    return str(load(folder, FILES, creator_names="hashed").tables.followers["influencer_id"].item())


def test_a_creator_has_one_hash_in_one_folder_and_another_one_elsewhere(tmp_path: Path) -> None:
    here, there = creator(tmp_path / "here"), creator(tmp_path / "there")
    assert (creator(tmp_path / "here"), here == there) == (here, False)


def test_a_salt_in_the_environment_goes_before_the_one_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = creator(tmp_path)
    monkeypatch.setenv(hidden.SALT, "of the company")
    assert creator(tmp_path) == creator(tmp_path / "elsewhere") != kept


def test_the_hidden_folder_is_ours_alone_and_never_in_git(tmp_path: Path) -> None:
    hidden.salt(tmp_path)
    folder = tmp_path / ".influence"
    assert (stat.S_IMODE(folder.stat().st_mode), (folder / ".gitignore").read_text()) == (0o700, "*\n")
    assert sorted(path.name for path in folder.iterdir()) == [".gitignore", "salt"]


def test_where_nothing_can_be_written_the_salt_lasts_for_the_run(tmp_path: Path) -> None:
    (tmp_path / ".influence").write_text("in the way")
    try:
        assert hidden.salt(tmp_path) == hidden.salt(tmp_path)
        assert hidden.SALT in os.environ, "processes that this run starts must use the same salt"
    finally:
        os.environ.pop(hidden.SALT, None)


def test_a_buyer_is_hashed_with_the_salt_and_the_salt_is_in_no_table(tmp_path: Path) -> None:
    row = "#1,eva@example.com,paid,EUR,50.00,0,0,50.00,,0,2026-03-02 10:00:00 +0100,1,x,,0\n"
    keys = []
    for place in ("a", "b"):
        (tmp_path / place).mkdir()
        tables = intake.load(campaign(tmp_path / place, {"orders.csv": SHOPIFY + row})).tables
        keys.append(tables.orders["customer_key"].item())
        text = "".join(rows.to_csv() for rows in vars(tables).values())
        assert (tmp_path / place / ".influence" / "salt").read_text() not in text
    assert keys[0] != keys[1] and all(key.startswith("buyer-") and len(key) == 26 for key in keys)


def test_an_empty_salt_is_none_and_is_made_anew(tmp_path: Path) -> None:
    hidden.salt(tmp_path)
    (tmp_path / ".influence" / "salt").write_text("")
    assert hidden.salt(tmp_path) == hidden.salt(tmp_path)
    assert len((tmp_path / ".influence" / "salt").read_text()) == 64
