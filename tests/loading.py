"""Modules that lie in no package: tools, benchmarks and fixtures."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

SAMPLES = Path(__file__).parent / "fixtures" / "report" / "samples.py"


def load(file: Path) -> ModuleType:
    """Return the module in a file, which others can import by its name from then on."""
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[file.stem] = module
    spec.loader.exec_module(module)
    return module
