"""Campaigns for the tests, made once."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

# Small matrices gain nothing from threads, and tests run side by side lose a factor of ten to them.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pytest
from small_campaign import YAML

from influence_lib import language
from influence_lib.intake import guards
from influence_lib.simulate import simulate


@pytest.fixture(scope="session", autouse=True)
def _nobody_waits_for_downloads() -> Iterator[None]:
    """Files of tests are always new; do not wait each time to see whether they still grow."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(guards, "PAUSE", 0)
        yield


@pytest.fixture(autouse=True)
def _every_test_starts_in_english() -> Iterator[None]:
    """No test hears the language another one left behind."""
    with language.speaking():
        yield


@pytest.fixture(scope="session")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the exports of a small simulated campaign."""
    folder = tmp_path_factory.mktemp("exports")
    simulate("small_one", folder, 3, "small")
    return folder


@pytest.fixture
def parameters(tmp_path: Path, exports: Path) -> Callable[..., Path]:
    """Return a function that writes a parameter file for the small campaign, with lines replaced or added."""

    def write(name: str = "small_one", **changes: str) -> Path:
        folder = tmp_path / "params"
        folder.mkdir(exist_ok=True)
        text = YAML.format(name=name, folder=exports)
        for key, line in changes.items():
            lines = [old for old in text.splitlines() if not old.startswith(f"{key}:")]
            text = "\n".join([*([line] if line else []), *lines]) + "\n"
        file = folder / f"{name}.yml"
        file.write_text(text, encoding="utf-8")
        return file

    return write
