"""Two sides of a comparison in memory: readings of one small market, and effects that are known exactly."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import xarray as xr

from benchmarks.bridge import MODEL, PRIOR, reading
from mixproof.aggregates.panel import Panel
from workflow.compare.causes import APPENDED, CONFIG, PACKAGE, RESTATED, Side

SIZES = {APPENDED: 0.10, RESTATED: -0.30, CONFIG: 0.50}
"""What each cause adds to a return; two of them together add their product, too."""


def side(name: str, changed: frozenset[str] = frozenset(), **manifest: Any) -> Side:
    """Return a run with some changes."""
    version = {"mixproof": "2" if PACKAGE in changed else "1"}
    run: Any = SimpleNamespace(
        path=Path(name),
        posterior=lambda: "kept",
        config={"mmm": MODEL | (PRIOR if CONFIG in changed else {})},
        manifest={"versions": version, "artefacts": {}, "run_id": name} | manifest,
    )
    return Side(run, reading(1, changed), run.config)


def state(panel: Panel, of: Side) -> frozenset[str]:
    """Return which causes a vertex has."""
    dates, outcome = panel.data["date"].values, panel.data["outcome"].values
    found = {APPENDED} if len(dates) == 88 else set()
    if np.array_equal(outcome[0, 60:64], reading(1, {RESTATED}).data["outcome"].values[0, 60:64]):
        found.add(RESTATED)
    return frozenset(found | ({CONFIG} if "channels" in of.config["mmm"] else set()))


def level(causes: frozenset[str], package: float = 0.0) -> float:
    """Return tv's return in a combination of causes: not the sum of its parts."""
    sizes = [SIZES[cause] for cause in sorted(causes)]
    return 1.0 + sum(sizes) + float(np.prod(sizes)) * (len(sizes) > 1) + package


def effects(panel: Panel, of: Side, *, noise: float = 0.0, package: float = 0.0) -> xr.Dataset:
    """Return effects of which every period of tv returns `level` of its spend, and of search twice that."""
    spend = panel.data["spend"].values[0]
    draws = 1 + noise * np.random.default_rng(5).normal(size=200)
    back = level(state(panel, of), package) * np.array([1.0, 2.0])
    values = (spend * back).T[:, :, None] * draws
    coords = {"component": ["tv", "search"], "date": panel.data["date"].values}
    return xr.Dataset({"contribution": (("component", "date", "sample"), values)}, coords=coords)
