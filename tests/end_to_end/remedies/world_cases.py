"""Simulated worlds of a size that cannot be, and of the size that the remedy names."""

import json
from pathlib import Path

from mixproof.aggregates.simulate import simulate_world
from tests.end_to_end.remedies.folder import CONFIG, Case, Files, swap


def simulated(path: Path) -> None:
    """Simulate the world whose name and size stand in a file."""
    simulate_world(**json.loads(path.read_text()))


def small() -> Files:
    """Return a small world of two geos."""
    return {CONFIG: json.dumps({"name": "geos", "seed": 1, "geos": 2, "weeks": 30})}


CASES = (
    Case("unknown-size", (swap('"weeks"', '"years"'),), "weeks", (swap('"years"', '"weeks"'),), base=small),
    Case("world-too-small", (swap("30", "5"),), "At least 26", (swap(": 5}", ": 26}"),), "weeks", small),
    Case("world-too-small", (swap('"geos": 2', '"geos": 1'),), "At least 2", (swap('"geos": 1', '"geos": 2'),), "geos", small),
)  # fmt: skip
