"""A small table of paths, and the section that reads it."""

import json
from typing import Any

import pandas as pd

from lift.attribution.config import AttributionConfig
from lift.attribution.credit.paths import Paths, paths_from_frame

SMALL = (
    ("A > B", 10, 90, 500.0),
    ("A", 5, 195, 100.0),
    ("B > A > B", 8, 42, 640.0),
    ("C", 2, 98, 30.0),
    ("A > C > B", 6, 14, 90.0),
    ("C > C > A", 3, 30, 45.0),
)
"""Path, conversions, nulls, value."""
ALL = (
    "first",
    "last",
    "last_non_direct",
    "linear",
    "linear_distinct",
    "position",
    "time_decay",
    "markov",
    "shapley",
)


def table(rows: tuple[tuple[str, float, float, float], ...] = SMALL) -> pd.DataFrame:
    """Return rows as the table that the section reads."""
    return pd.DataFrame(list(rows), columns=["path", "conversions", "nulls", "value"])


def section(rules: tuple[str, ...] = ALL, **changes: Any) -> AttributionConfig:
    """Return a section with paths; `changes` replace keys of `paths`."""
    paths = {
        "file": "paths.csv",
        "path": "path",
        "conversions": "conversions",
        "value": "value",
        "nulls": "nulls",
    }
    whole = {"currency": "EUR", "paths": {**paths, **changes}, "rules": list(rules)}
    return AttributionConfig.model_validate_json(json.dumps(whole))


def read(frame: pd.DataFrame, **changes: Any) -> Paths:
    """Return the paths of a frame."""
    config = section(**changes)
    assert config.paths is not None
    return paths_from_frame(config.paths, frame)
