"""Make the numbers that tests/test_references.py holds ours against, with other implementations.

Needs Python with pyfixest and statsmodels in an environment of its own, and R with sandwich, clubSandwich and jsonlite
(Debian: r-cran-sandwich, r-cran-clubsandwich, r-cran-jsonlite). Takes half a minute, most of it the large panel:

    python -m venv /tmp/references && /tmp/references/bin/pip install pyfixest statsmodels
    /tmp/references/bin/python tests/references/make_references.py

Writes, beside itself: panel.csv and roster.csv (the rows), references.json (the numbers and the versions). The large
panel is not kept: panels.py makes it anew, and its sums are in the JSON.

pyfixest's CRV3 without its small-sample factors is the plain sum over clusters; MacKinnon, Nielsen and Webb (2023)
multiply by (G - 1) / G, as we do. So does this script.
"""

import json
import subprocess
import sys
import tempfile
import warnings
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import panels
import pyfixest as pf
import statsmodels.api as sm

HERE = Path(__file__).parent
SMALL, LARGE = (14, 12, 0.8, 1), (400, 60, 0.9, 7)
Numbers = dict[str, dict[str, float]]


def main() -> None:
    """Write rows and numbers."""
    panel, roster, large = panels.posts(*SMALL), panels.roster(60, 3), panels.posts(*LARGE)
    panel.to_csv(HERE / "panel.csv", index=False)
    roster.to_csv(HERE / "roster.csv", index=False)
    found = {
        "two ways": fixed_effects(panel, "sponsored + age | creator + month"),
        "two ways, weighted": fixed_effects(panel, "sponsored + age | creator + month", "weight"),
        "creator by month": fixed_effects(panel, "sponsored + age | creator^month"),
        "large, two ways": fixed_effects(large, "share + sponsored + age | creator + month"),
        "large, share alone": share_alone(large),
        "dummies": dummies(panel),
        "large dummies": dummies(large),
    }
    sums = {name: float(large[name].sum()) for name in ("log_rate", "sponsored", "share", "age")}
    written = {"large": {"rows": len(large), **sums}, "python": found, "r": of_r(), "versions": versions()}
    text = json.dumps(written, indent=1, sort_keys=True)
    (HERE / "references.json").write_text(text + "\n", encoding="utf-8")


def fixed_effects(rows: pd.DataFrame, right: str, weights: str | None = None) -> Numbers:
    """Return estimates of pyfixest with the errors of leaving out one creator."""
    fit = pf.feols(
        f"log_rate ~ {right}",
        rows,
        vcov={"CRV3": "creator"},
        weights=weights,
        fixef_rm="none",
        demeaner=pf.MapDemeaner(fixef_tol=1e-13, fixef_maxiter=100_000),
        ssc=pf.ssc(k_adj=False, G_adj=False),
    )
    groups = rows["creator"].nunique()
    errors = fit.se() * np.sqrt((groups - 1) / groups)
    return {str(name): {"estimate": float(value), "error": float(errors[name])} for name, value in fit.coef().items()}


def share_alone(rows: pd.DataFrame) -> Numbers:
    """Return the estimate of pyfixest without other columns."""
    tight = pf.MapDemeaner(fixef_tol=1e-13, fixef_maxiter=100_000)
    fit = pf.feols("log_rate ~ share | creator + month", rows, vcov="iid", fixef_rm="none", demeaner=tight)
    return {"share": {"estimate": float(fit.coef()["share"])}}


def dummies(rows: pd.DataFrame) -> Numbers:
    """Return the estimates of least squares with every creator and month written out."""
    names = ["share", "sponsored", "age"]
    out = pd.get_dummies(rows[["creator", "month"]].astype(str), drop_first=True).astype(float)
    fit = sm.OLS(rows["log_rate"], sm.add_constant(pd.concat([rows[names].astype(float), out], axis=1))).fit()
    return {name: {"estimate": float(fit.params[name])} for name in names}


def of_r() -> dict[str, Any]:
    """Return what R finds in the two files."""
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        subprocess.run(["Rscript", "--vanilla", str(HERE / "references.R"), str(HERE), file.name], check=True)
        return dict(json.loads(Path(file.name).read_text(encoding="utf-8")))


def versions() -> dict[str, str]:
    """Return the versions of what made the numbers; R tells its own."""
    names = ("pyfixest", "statsmodels", "numpy", "pandas")
    return {"python": sys.version.split()[0]} | {name: version(name) for name in names}


if __name__ == "__main__":
    # Refitting without a creator leaves others with a single row; that changes no estimate.
    warnings.filterwarnings("ignore", message=".*singleton")
    main()
