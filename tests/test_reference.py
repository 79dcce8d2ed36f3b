"""The README's table and the JSON schema say what the parameter model says."""

import json
from pathlib import Path
from types import ModuleType

import jsonschema
import pytest
import yaml
from loading import load

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    """Return the tool as a module."""
    return load(ROOT / "tools" / "reference.py")


def test_the_readme_lists_the_parameters_as_they_are(reference: ModuleType) -> None:
    """Whoever adds a parameter runs `make docs`."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert readme == reference.readme_text(readme)
    assert "| `margin` | number from 0 to 1 |" in readme


def test_the_schema_for_editors_is_up_to_date(reference: ModuleType) -> None:
    """Editors complete the keys that the library knows."""
    assert (ROOT / "params" / "campaign.schema.json").read_text(encoding="utf-8") == reference.schema_text()


@pytest.mark.parametrize("name", ["glow_serum", "trail_shoes", "tea_club"])
def test_an_editor_accepts_the_demo_campaigns(name: str) -> None:
    """The schema agrees with files that the library accepts."""
    schema = json.loads((ROOT / "params" / "campaign.schema.json").read_text(encoding="utf-8"))
    content = yaml.load((ROOT / "params" / f"{name}.yml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    content |= {"margin": float(content["margin"]), "synthetic": content["synthetic"] == "true"}
    jsonschema.validate(content, schema)


def test_an_editor_marks_an_unknown_key() -> None:
    """A slip of the keyboard is seen before anything runs."""
    schema = json.loads((ROOT / "params" / "campaign.schema.json").read_text(encoding="utf-8"))
    with pytest.raises(jsonschema.ValidationError, match="curency"):
        jsonschema.validate(
            {
                "campaign_id": "a",
                "brand": "A",
                "start": "2026-01-01",
                "end": "2026-01-02",
                "files": [{"path": "x"}],
                "curency": "EUR",
            },
            schema,
        )
