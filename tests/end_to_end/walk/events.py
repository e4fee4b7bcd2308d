"""Event tables of the walk over the schema: every grain, dimension and credit rule, on events made by hand."""

from pathlib import Path

import pandas as pd

from mixproof.aggregates.events.config import CreditOptions, PanelOptions
from tests.end_to_end.walk.rows import Row, turn, values

FREQUENCIES = values(PanelOptions, "frequency")
EVENTS = len(FREQUENCIES)


def events(folder: Path, number: int) -> Row:
    """Return a run of one grain: all dimensions, all rules."""
    dimensions = [str(name) for name in values(PanelOptions, "media_by")]
    rows = 1_200
    at = pd.date_range("2025-01-06", "2025-01-19 20:00", periods=rows, tz="UTC")
    frame = pd.DataFrame({"id": range(rows), "at": at, "who": [f"u{i % 40}" for i in range(rows)]})
    touches = frame.assign(**{name: f"one {name}" for name in dimensions})
    touches.to_parquet(folder / "touches.parquet")
    frame.iloc[::7].assign(
        id=range(rows, rows + len(frame.iloc[::7])), worth=10.0, geo="north", product="a"
    ).to_parquet(folder / "orders.parquet")
    columns = {"event": "id", "time": "at", "person": "who"}
    by = [str(name) for name in values(PanelOptions, "outcome_by")]
    return {
        "name": f"events-{number}",
        "events": {
            "currency": "EUR",
            "start": "2025-01-06",
            "end": "2025-01-19",
            "people_at_least": 10,
            "touches": [
                {
                    "name": "web",
                    "file": "touches.parquet",
                    "columns": {**columns, **{name: name for name in dimensions}},
                }
            ],
            "conversions": [
                {
                    "name": "shop",
                    "file": "orders.parquet",
                    "columns": {**columns, "value": "worth", **{name: name for name in by}},
                }
            ],
            "panel": {"frequency": turn(FREQUENCIES, number), "media_by": dimensions, "outcome_by": by},
            "credit": {"windows": [7], "rules": [str(rule) for rule in values(CreditOptions, "rules")]},
        },
    }
