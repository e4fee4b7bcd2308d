"""A small holdout: its section and its table."""

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from benchmarks.lift_worlds import HoldoutWorld, simulate_holdout
from lift.holdout.config import Holdout

COLUMNS = {
    "arm": "arm",
    "stratum": "stratum",
    "day": "day",
    "users": "users",
    "converters": "converters",
    "revenue": "revenue",
    "revenue_squared": "revenue_squared",
    "covariate": "before",
    "covariate_squared": "before_squared",
    "covariate_revenue": "before_revenue",
    "covariate_converters": "before_converters",
    "exposed": "exposed",
    "exposed_converters": "exposed_converters",
    "exposed_revenue": "exposed_revenue",
}


def section(**changes: Any) -> Holdout:
    """Return the section of a holdout, with changes."""
    plain = {
        "name": "test",
        "kind": "holdout",
        "channels": ["email"],
        "start": "2025-01-06",
        "end": "2025-01-19",
        "table": "table.csv",
        "columns": COLUMNS,
        "control": {"name": "control", "share": 0.2},
        "arms": [{"name": "treated", "share": 0.8, "spend": 800.0}],
    }
    return Holdout.model_validate_json(json.dumps({**plain, **changes}))


@pytest.fixture(scope="session")
def frame() -> pd.DataFrame:
    world = HoldoutWorld(
        shares={"control": 0.2, "treated": 0.8},
        lifts={"treated": 0.2},
        strata={"new": 0.05, "old": 0.1},
        days=14,
        users=600,
        exposure=0.6,
    )
    return simulate_holdout(world, 1)


@pytest.fixture
def copy(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.astype({"users": float, "converters": float}).copy()


def shuffled(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows in another order."""
    return frame.iloc[np.random.default_rng(0).permutation(len(frame))].reset_index(drop=True)
