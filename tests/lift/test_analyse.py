import hashlib
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lift.analyse import LiftAnalysis, analyse, read_experiments
from lift.config import LiftConfig
from lift.tables import TABLES
from mixproof.errors import DataError
from mixproof.records.evidence import Evidence
from mixproof.records.verdict import Grade
from mixproof.yaml.source import parse_yaml
from tests.lift.conftest import section

CONFIGS = Path(__file__).parents[2] / "configs"


@pytest.fixture(scope="module")
def shipped() -> LiftAnalysis:
    document = parse_yaml((CONFIGS / "lift_holdout.yaml").read_bytes())
    return analyse(LiftConfig.model_validate_json(json.dumps(document.value["lift"])), CONFIGS, 1)


def _row(analysis: LiftAnalysis, **keys: str) -> dict[str, Any]:
    table = analysis.tables["lift"]
    for column, value in {"role": "primary", **keys}.items():
        table = table[table[column] == value]
    assert len(table) == 1, table
    return table.iloc[0].to_dict()


TRUTH = [
    ("newsletter holdout", "newsletter", 0.7 * 0.06),
    ("social formats", "videos", 0.08),
    ("social formats", "banners", 0.0),
]


@pytest.mark.parametrize("outcome", ["orders", "revenue"])
@pytest.mark.parametrize(("experiment", "arm", "lift"), TRUTH)
def test_shipped_truth_lies_in_the_intervals(shipped, experiment, arm, lift, outcome) -> None:
    row = _row(shipped, experiment=experiment, arm=arm, outcome=outcome, estimand="relative_lift")
    assert row["lower"] <= lift <= row["upper"]
    assert row["p_value"] == pytest.approx(
        _row(shipped, experiment=experiment, arm=arm, outcome=outcome, estimand="incremental_outcome")[
            "p_value"
        ]
    )


def test_a_check_reads_geo_tests_and_analyses_none() -> None:
    document = parse_yaml((CONFIGS / "lift_geo.yaml").read_bytes())
    found = read_experiments(LiftConfig.model_validate_json(json.dumps(document.value["lift"])), CONFIGS, 1)
    assert [finding.check for finding in found.findings] == ["not_analysed"] * 2
    assert "30 geos, 126 periods before the test, 28 in it and 7 of cool-down" in found.findings[0].sentence


OF_GEOS = {"lift_certificate", "lift_donors", "lift_placebo", "lift_spans"}


def test_tables_are_those_of_the_specs(shipped) -> None:
    assert list(shipped.tables) == [spec.name for spec in TABLES]
    for spec in TABLES:
        assert list(shipped.tables[spec.name].columns) == [column.name for column in spec.columns]
        assert (len(shipped.tables[spec.name]) > 0) == (spec.name not in OF_GEOS)


def test_every_published_p_value_agrees_with_its_interval(shipped) -> None:
    table = shipped.tables["lift"]
    for row in table[table["p_value"].notna()].to_dict("records"):
        if row["estimand"] in ("cost_per_incremental",) or "unbounded" in row["note"]:
            continue
        inside = row["lower"] <= 0 <= row["upper"]
        assert (row["p_value"] < 1 - row["level"]) != inside, row


def test_numbers_agree_with_each_other(shipped) -> None:
    keys = {"experiment": "newsletter holdout", "arm": "newsletter", "outcome": "revenue"}
    increment = _row(shipped, **keys, estimand="incremental_outcome")
    spend = _row(shipped, **keys, estimand="incremental_spend")["estimate"]
    for end in ("estimate", "lower", "upper"):
        assert _row(shipped, **keys, estimand="iroas")[end] == pytest.approx(increment[end] / spend)
        profit = _row(shipped, **keys, estimand="incremental_profit")[end]
        assert profit == pytest.approx(0.35 * increment[end] - spend)


def test_evidence_reads_back_and_states_units(shipped) -> None:
    assert len(shipped.evidence) == 5
    for evidence in shipped.evidence:
        assert Evidence.from_json(evidence.to_json()) == evidence
        assert all(math.isfinite(error) and error > 0 for error in evidence.standard_errors)
        assert evidence.unit == ("EUR" if evidence.outcome_kind == "revenue" else "orders")
    social = next(
        e for e in shipped.evidence if e.experiment == "social formats" and e.outcome_kind == "revenue"
    )
    covariance = np.array(social.covariance)
    correlation = covariance[0, 1] / math.sqrt(covariance[0, 0] * covariance[1, 1])
    # Arms of 35 % share a control of 30 %: V0 / (V0 + V1) is near 35 / 65.
    assert correlation == pytest.approx(35 / 65, abs=0.08)
    assert [path.incremental for path in social.spend] == [22000.0, 14000.0]
    letter = shipped.evidence[0]
    digest = hashlib.sha256((CONFIGS / "data/lift_holdout.csv").read_bytes()).hexdigest()
    assert letter.hashes["data/lift_holdout.csv"] == digest
    assert letter.outcome_end is not None and letter.outcome_end.isoformat() == "2024-10-13"
    people = shipped.tables["lift_arms"].set_index("arm").loc["newsletter", "users"]
    assert letter.treated_share == pytest.approx(people / 400000)


def test_registry_and_pool(shipped) -> None:
    registry = shipped.tables["lift_registry"]
    assert set(registry["state"]) == {"result", "not_significant", "abandoned"}
    pool = shipped.tables["lift_pool"]
    primary = pool[pool["role"] == "primary"].iloc[0]
    assert (primary["channel"], primary["unreported"]) == ("social", 1)
    assert (
        primary["next_lower"]
        < primary["lower"]
        < primary["estimate"]
        < primary["upper"]
        < primary["next_upper"]
    )


def test_verdict_has_a_grade_for_each_experiment(shipped) -> None:
    grades = shipped.tables["lift"].groupby("experiment")["verdict"].unique()
    assert grades["social in regions"].tolist() == [str(Grade.WITH_WARNINGS)]
    assert grades["social formats"].tolist() == [str(Grade.REPORTABLE)]


def _config(*experiments: dict[str, Any], **rest: Any) -> LiftConfig:
    return LiftConfig.model_validate_json(json.dumps({"currency": "EUR", "experiments": experiments, **rest}))


def _holdout(**changes: Any) -> dict[str, Any]:
    return json.loads(section(**changes).model_dump_json(exclude_none=True))


def test_a_broken_split_is_not_reportable(frame, tmp_path) -> None:
    lost = frame.copy()
    # A fifth of the control's people vanish from the log together with what they did.
    columns = [name for name in lost.columns if name not in ("arm", "stratum", "day")]
    lost[columns] = lost[columns].astype(float)
    lost.loc[lost["arm"] == "control", columns] *= 0.8
    lost[["users", "converters"]] = np.ceil(lost[["users", "converters"]]).astype(int)
    lost.to_csv(tmp_path / "table.csv", index=False)
    found = analyse(_config(_holdout()), tmp_path, 1)
    assert found.verdict.grade is Grade.NOT_REPORTABLE
    assert set(found.tables["lift"]["verdict"]) == {str(Grade.NOT_REPORTABLE)}


def test_faults_of_all_experiments_come_together(frame, tmp_path) -> None:
    frame.drop(columns="converters").to_csv(tmp_path / "table.csv", index=False)
    imported = {
        "name": "elsewhere",
        "kind": "imported",
        "channels": ["email"],
        "start": "2025-01-13",
        "end": "2025-02-01",
        "source": "causalimpact",
        "scope": "total",
        "outcome_kind": "revenue",
        "unit": "USD",
        "point": 9.0,
        "lower": 1.0,
        "upper": 5.0,
        "interval_level": 0.95,
    }
    with pytest.raises(DataError) as caught:
        analyse(_config(_holdout(), imported), tmp_path, 1)
    codes = {fault.code for fault in caught.value.faults}
    assert codes == {"holdout-column", "lift-overlap", "import-interval", "import-unit"}


VARIANTS = [
    {"adjustment": "lin"},
    {"adjustment": "cuped"},
    {"adjustment": "stratify"},
    {"looks": {"kind": "always_valid", "planned_users": 20000}},
    {"looks": {"kind": "group_sequential", "planned_users": 20000, "at": [0.4, 0.8]}},
    {"revenue_method": "welch", "count_method": "newcombe"},
]


@pytest.mark.parametrize("changes", VARIANTS, ids=lambda c: "-".join(map(str, c.values()))[:30])
def test_every_way_of_asking_finds_the_effect(frame, tmp_path, changes) -> None:
    frame.to_csv(tmp_path / "table.csv", index=False)
    found = analyse(_config(_holdout(**changes)), tmp_path, 1)
    for outcome in ("conversions", "revenue"):
        row = _row(found, outcome=outcome, estimand="relative_lift")
        assert row["lower"] <= 0.2 * 0.6 <= row["upper"]
        total = _row(found, outcome=outcome, estimand="incremental_outcome")
        assert (total["p_value"] < 0.05) == (not total["lower"] <= 0 <= total["upper"])
    exposed = _row(found, outcome="conversions", estimand="effect_per_exposed")
    assert "Anderson-Rubin" in exposed["method"]


def test_the_same_run_twice_is_the_same(frame, tmp_path) -> None:
    frame.to_csv(tmp_path / "table.csv", index=False)
    first, second = (analyse(_config(_holdout()), tmp_path, 1) for _ in range(2))
    for name, table in first.tables.items():
        assert table.equals(second.tables[name])
    assert first.evidence == second.evidence
