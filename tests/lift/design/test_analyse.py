import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from benchmarks.lift_worlds import GeoWorld, simulate_panel
from lift.design.analyse import design
from lift.design.config import DesignConfig
from lift.geo.data.design_file import read_design
from mixproof.errors import DataError

NAMES = [f"g{i:02d}" for i in range(18)]
GEO: dict[str, Any] = {
    "kind": "geo",
    "name": "spring test",
    "data": {"file": "past.csv"},
    "sizes": [2],
    "periods": [10],
    "expected_lift": 0.2,
    "method": "time_based_regression",
    "candidates": 40,
}
HOLDOUT: dict[str, Any] = {
    "kind": "holdout",
    "name": "mail",
    "users": 5000,
    "conversion_rate": 0.02,
    "expected_lift": 0.05,
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("design")
    panel = simulate_panel(GeoWorld(18, 120), 1)
    days = pd.date_range("2024-01-01", periods=120).strftime("%Y-%m-%d")
    rows = [
        (name, day, value)
        for name, row in zip(NAMES, panel, strict=True)
        for day, value in zip(days, row, strict=True)
    ]
    pd.DataFrame(rows, columns=["geo", "date", "outcome"]).to_csv(place / "past.csv", index=False)
    return place


def config(*plans: dict[str, Any]) -> DesignConfig:
    return DesignConfig.model_validate_json(json.dumps({"currency": "EUR", "plans": plans}))


def test_tables_file_and_verdict(folder: Path, tmp_path: Path) -> None:
    found = design(config(GEO, HOLDOUT), folder, 1)
    geo, holdout = found.tables["design_geo"], found.tables["design_holdout"]
    assert geo.loc[0, "run"] and geo.loc[0, "power"] >= 0.8 and np.isnan(geo.loc[0, "budget"])
    assert holdout["best"].sum() == 1 and not holdout["run"].any()
    (text,) = found.files.values()
    assert list(found.files) == ["spring_test.design.json"]
    (tmp_path / "plan.json").write_text(text)
    record = read_design(tmp_path, "plan.json")
    assert " + ".join(record.treated) == geo.loc[0, "treated"] and record.run and record.periods == 10
    words = [finding.sentence for finding in found.verdict.findings]
    assert words[0] == "spring test: run it." and words[1].startswith("mail: do not run it, because")


def test_the_same_seed_gives_the_same_file(folder: Path) -> None:
    assert design(config(GEO), folder, 5).files == design(config(GEO), folder, 5).files


def test_a_drawn_design_says_from_which_geos(folder: Path, tmp_path: Path) -> None:
    found = design(config({**GEO, "randomise": True, "never": ["g00"], "excluded": ["g01"]}), folder, 1)
    (tmp_path / "plan.json").write_text(next(iter(found.files.values())))
    record = read_design(tmp_path, "plan.json")
    assert record.assignment == "strata" and len(record.groups[0]) == 16
    assert "g00" not in record.groups[0] and "g01" not in record.geos


def test_faults_of_all_plans_at_once(folder: Path) -> None:
    wrong = {**GEO, "name": "b", "never": ["g1"], "sizes": [40]}
    with pytest.raises(DataError) as caught:
        design(config({**GEO, "excluded": ["nowhere"]}, wrong), folder, 1)
    assert [f.code for f in caught.value.faults] == ["geo-unknown", "geo-unknown", "geo-controls"]


REFUSED = [
    ({"spend_increase": 0.5}, "data.spend"),
    ({"include": ["g01"], "randomise": True}, "drawn"),
    ({"include": ["g01"], "never": ["g01"]}, "g01"),
]


@pytest.mark.parametrize(("changes", "words"), REFUSED)
def test_plans_that_contradict_themselves(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        config({**GEO, **changes})
    with pytest.raises(ValidationError, match="own name"):
        config(GEO, GEO)
