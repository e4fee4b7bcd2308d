"""mixproof: privacy-first media-mix models and lift measurement from aggregates.

The face for notebooks, the one place that knows the floors above: `FACE` says which function of the house each name is, and
it is imported when it is first asked for, so that ``import mixproof`` costs nothing and loads no sampler.

- ``run = mixproof.run("configs/demo.yaml")``: do everything the YAML describes; a `Run` with verdict, tables and charts
- ``mixproof.open("runs/demo/latest")``: a run that is there already
- ``mixproof.check("configs/demo.yaml")``: everything short of sampling
- ``mixproof.read_panel``, ``mixproof.fit``, ``mixproof.analyse``: the same, step by step

Nothing inside the house imports from here. Below, `mixproof` is the ground floor: what both halves stand on, without
statistics and without PyMC.
"""

import importlib
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workflow.notebook import Run as Run
    from workflow.notebook import analyse as analyse
    from workflow.notebook import check as check
    from workflow.notebook import fit as fit
    from workflow.notebook import open_run as open  # noqa: A004, F401
    from workflow.notebook import read_panel as read_panel
    from workflow.notebook import run as run

__version__ = "0.1.0"

if sys.platform == "win32":  # the locks and signals that keep runs apart and end them well are not there
    sys.stderr.write("mixproof runs on Linux and macOS: on Windows use it inside WSL (wsl --install).\n")
    raise SystemExit(2)

FACE = {
    "run": "workflow.notebook:run",
    "open": "workflow.notebook:open_run",
    "check": "workflow.notebook:check",
    "read_panel": "workflow.notebook:read_panel",
    "fit": "workflow.notebook:fit",
    "analyse": "workflow.notebook:analyse",
    "Run": "workflow.notebook:Run",
}
"""Name -> ``module:function``."""
_FLOORS = ("workflow", "reports", "mmm", "lift")


def __getattr__(name: str) -> Any:
    """Return what a name of the face stands for.

    Raises
    ------
    ImportError
        A file of the user's has the name of one of our packages and is found first.
    """
    if name not in FACE:
        raise AttributeError(f"module 'mixproof' has no attribute {name!r}")
    _refuse_if_hidden()
    module, _, member = FACE[name].partition(":")
    return getattr(importlib.import_module(module), member)


def __dir__() -> list[str]:
    """Return the names of the face beside those of the package."""
    return sorted({*globals(), *FACE})


def _refuse_if_hidden() -> None:
    """Raise where Python would import something else by the name of one of our packages."""
    ours = Path(__file__).resolve().parents[1]
    for package in _FLOORS:
        found = find_spec(package)
        place = Path(found.origin).resolve() if found is not None and found.origin else None
        if place is not None and place != ours / package / "__init__.py":
            raise ImportError(
                f"{place} hides the package `{package}` that mixproof needs: rename it, or start Python in another folder."
            )
