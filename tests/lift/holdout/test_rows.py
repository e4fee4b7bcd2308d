"""An answer that would divide by nothing says so instead."""

import json
import math
from pathlib import Path

import pytest

from lift.analyse import analyse
from lift.config import LiftConfig

HEAD = "arm,users,converters,revenue,revenue_squared\n"
TABLES = [
    ("holdout,5000,0,0,0\nads,5000,0,0,0\n", {"conversions": "is zero", "revenue": "is zero"}),
    ("holdout,5000,0,0,0\nads,5000,9,450,30000\n", {"conversions": "is zero", "revenue": "is zero"}),
    (
        "holdout,50000,900,-1200.0,9100000.0\nads,50000,1000,4100.0,9900000.0\n",
        {"conversions": "", "revenue": "is below zero"},
    ),
    ("holdout,5000,100,5000,300000\nads,5000,120,6100,400000\n", {"conversions": "", "revenue": ""}),
]


@pytest.mark.parametrize(("rows", "reasons"), TABLES)
def test_a_lift_over_nothing_is_no_lift(tmp_path: Path, rows: str, reasons: dict[str, str]) -> None:
    (tmp_path / "t.csv").write_text(HEAD + rows)
    columns = {name: name for name in HEAD.strip().split(",")}
    experiment = {
        "name": "h",
        "kind": "holdout",
        "channels": ["social"],
        "table": "t.csv",
        "columns": columns,
        "control": {"name": "holdout", "share": 0.5},
        "arms": [{"name": "ads", "share": 0.5, "spend": 1000}],
    }
    config = LiftConfig.model_validate_json(json.dumps({"currency": "EUR", "experiments": [experiment]}))
    table = analyse(config, tmp_path, 1).tables["lift"]
    lifts = table[(table["role"] == "primary") & (table["estimand"] == "relative_lift")]
    assert list(lifts["outcome"]) == list(reasons)
    for row in lifts.to_dict("records"):
        reason = reasons[row["outcome"]]
        assert (str(row["note"]).startswith("no ratio: "), str(row["note"]).endswith(reason)) == (
            bool(reason),
            True,
        )
        assert math.isnan(row["estimate"]) == bool(reason) == math.isnan(row["upper"])
