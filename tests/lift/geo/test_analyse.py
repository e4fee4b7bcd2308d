"""A geo experiment from its section to rows, evidence and findings; and every way its section may not fit its data."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from benchmarks.lift_worlds import GeoWorld, simulate_panel, with_lift
from lift.experiment import Context
from lift.geo.analyse import analyse_geo
from lift.geo.config import Geo
from lift.geo.data.design_file import GeoDesign, read_design
from lift.tables import LIFT, LIFT_PERIODS, LIFT_SPANS
from mixproof.errors import DataError
from mixproof.records.evidence import Evidence

FIRST = date(2024, 1, 1)
NAMES = [f"g{i:02d}" for i in range(16)]
PANEL = simulate_panel(GeoWorld(16, 80), 6)
TREATED = np.isin(np.arange(16), [2, 9])
SECTION: dict[str, Any] = {
    "kind": "geo",
    "name": "test",
    "channels": ["tv"],
    "start": "2024-03-01",
    "end": "2024-03-12",
    "cooldown_days": 2,
    "data": {"file": "geo.csv", "spend": "spend"},
    "cells": [{"name": "more", "geos": ["g02", "g09"]}],
    "references": 80,
    "money": {"value_per_conversion": 3.0, "margin": 0.5},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("geo")
    outcome = with_lift(PANEL, TREATED, 60, 0.25, 74)
    spend = np.where(TREATED[:, None] & (np.arange(80) >= 60) & (np.arange(80) < 72), 60.0, 20.0)
    spend = spend + np.random.default_rng(0).normal(0, 0.2, spend.shape)
    rows = [
        (name, FIRST + timedelta(days=t), outcome[i, t], spend[i, t])
        for i, name in enumerate(NAMES)
        for t in range(80)
    ]
    pd.DataFrame(rows, columns=["geo", "date", "outcome", "spend"]).to_csv(place / "geo.csv", index=False)
    return place


def section(**changes: Any) -> Geo:
    return Geo.model_validate_json(json.dumps({**SECTION, **changes}))


def context(folder: Path) -> Context:
    return Context(folder, 1, 0.9, "EUR")


def test_rows_evidence_and_findings(folder: Path) -> None:
    result = analyse_geo(section(), context(folder))
    rows = {row["estimand"]: row for row in result.rows if row["role"] == "primary"}
    assert set(rows) == {
        "incremental_outcome", "relative_lift", "incremental_spend", "iroas", "cost_per_incremental", "incremental_profit"
    }  # fmt: skip
    LIFT.frame([{**row, "verdict": "reportable"} for row in result.rows])
    spans = LIFT_SPANS.frame(result.tables["lift_spans"])
    total = rows["incremental_outcome"]
    assert spans["effect"].sum() == pytest.approx(total["estimate"])
    ends = spans.iloc[-1][["cumulative", "cumulative_lower", "cumulative_upper"]].tolist()
    assert ends == pytest.approx([total["estimate"], total["lower"], total["upper"]])
    assert list(spans["phase"]) == ["test", "test", "cooldown"]
    per_geo = next(row for row in result.rows if row["estimand"] == "incremental_per_geo")
    assert per_geo["estimate"] == pytest.approx(total["estimate"] / (2 * 14))
    periods = LIFT_PERIODS.frame(result.tables["lift_periods"])
    assert list(periods["phase"].value_counts()[["before", "test", "cooldown"]]) == [60, 12, 2]
    assert periods["cumulative"].iloc[-1] == pytest.approx(rows["incremental_outcome"]["estimate"])
    assert rows["incremental_spend"]["estimate"] == pytest.approx(40.0 * 2 * 12, rel=0.02)
    outcome, spend = rows["incremental_outcome"]["estimate"], rows["incremental_spend"]["estimate"]
    assert rows["iroas"]["estimate"] == pytest.approx(3.0 * outcome / spend)
    assert rows["incremental_profit"]["estimate"] == pytest.approx(1.5 * outcome - spend)
    assert any("without cool-down" in row["method"] for row in result.rows)
    for row in result.rows:
        if np.isfinite(row["p_value"]):
            assert (row["p_value"] < 0.1 - 1e-9) == (not row["lower"] <= 0 <= row["upper"]), row
    assert {f.check for f in result.findings} >= {
        "coverage",
        "assignment",
        "dose",
        "control_spend",
        "unused_periods",
    }
    assert all(f.subject == "test" for f in result.findings)
    assert {item.estimand for item in result.pool} == {"relative_lift", "iroas"}
    assert [row["observed"] for row in result.tables["lift_placebo"]][:2] == [True, False]


def test_another_estimand_is_the_answer_when_asked(folder: Path) -> None:
    rows = analyse_geo(section(estimand="mean_log", cooldown_days=0), context(folder)).rows
    lifts = {row["role"]: row for row in rows if row["estimand"] == "relative_lift"}
    assert lifts["primary"]["method"] == "mean of log differences, placebo"
    assert lifts["comparison"]["method"].startswith("ensemble")
    assert lifts["primary"]["estimate"] == pytest.approx(0.25, abs=0.1)


def test_known_spend_stays_known(folder: Path) -> None:
    cells = [{"name": "more", "geos": ["g02", "g09"], "incremental_spend": 960.0}]
    rows = {r["estimand"]: r for r in analyse_geo(section(cells=cells, cooldown_days=0), context(folder)).rows
            if r["role"] == "primary"}  # fmt: skip
    outcome, back = rows["incremental_outcome"], rows["iroas"]
    assert [back[end] * 960 for end in ("lower", "estimate", "upper")] == pytest.approx(
        [3 * outcome[end] for end in ("lower", "estimate", "upper")]
    )


def test_a_drawn_test_longer_than_its_history_is_analysed_with_a_warning(folder: Path) -> None:
    dates = {"start": "2024-01-13", "end": "2024-03-12", "cooldown_days": 0}
    with pytest.raises(DataError, match="12 periods before the test"):
        analyse_geo(section(**dates), context(folder))
    drawn = section(**dates, assignment={"kind": "complete"})
    found = {item.check: item for item in analyse_geo(drawn, context(folder)).findings}
    assert (
        found["time_before_test"].status == "warning"
        and "longer than its history" in found["time_before_test"].sentence
    )
    assert "the history is too short" in found["coverage"].sentence


def test_evidence_holds_the_whole_effect(folder: Path) -> None:
    result = analyse_geo(section(), context(folder))
    evidence = result.evidence[0]
    assert Evidence.from_json(evidence.to_json()) == evidence
    total = next(row for row in result.rows if row["estimand"] == "incremental_outcome")
    assert sum(r.effect for r in evidence.readouts) == pytest.approx(total["estimate"])
    assert np.sum(evidence.covariance) == pytest.approx(total["se"] ** 2, rel=1e-6)
    assert np.linalg.eigvalsh(np.array(evidence.covariance)).min() > -1e-9 * total["se"] ** 2
    # A week, five more days, and the cool-down apart from the test.
    assert [(r.start, r.end) for r in evidence.readouts] == [
        (date(2024, 3, 1), date(2024, 3, 7)),
        (date(2024, 3, 8), date(2024, 3, 12)),
        (date(2024, 3, 13), date(2024, 3, 14)),
    ]
    assert evidence.spend[0].incremental == pytest.approx(960, rel=0.02)
    assert evidence.outcome_end == date(2024, 3, 14) and evidence.quality == "quasi-experimental"


def test_models_are_asked_for_comparison_only(folder: Path) -> None:
    rows = analyse_geo(section(cross_check="structural"), context(folder)).rows
    models = {row["method"]: row for row in rows if "model interval" in row["method"]}
    assert len(models) == 2 and all(row["role"] == "comparison" for row in models.values())
    primary = rows[0]
    for row in models.values():
        assert abs(row["estimate"] - primary["estimate"]) < 6 * primary["se"]
        assert (row["p_value"] < 0.1) == (not row["lower"] <= 0 <= row["upper"])


def test_cells_share_controls_and_never_each_other(folder: Path) -> None:
    cells = [{"name": "a", "geos": ["g02", "g09"]}, {"name": "b", "geos": ["g05"], "channels": ["radio"]}]
    result = analyse_geo(section(cells=cells, accept=["spend-alike"]), context(folder))
    channels = {row["arm"]: row["channel"] for row in result.rows}
    assert channels == {"a": "tv", "b": "radio", "a against b": "tv + radio"}
    donors = result.tables["lift_donors"]
    weights = {arm: {row["geo"] for row in donors if row["arm"] == arm} for arm in ("a", "b")}
    assert "g05" not in weights["a"] and not {"g02", "g09"} & weights["b"]
    assert any(f.check == "several_cells" and "Holm" in f.sentence for f in result.findings)
    assert len(result.evidence[0].readouts) == 6
    assert np.linalg.eigvalsh(np.array(result.evidence[0].covariance)).min() > -1e-6


def test_cells_may_start_one_after_another(folder: Path) -> None:
    """Each is what it would be as a test of its own, of which the other's geos are no controls."""
    late = {"name": "late", "geos": ["g05"], "start": "2024-03-08"}
    early = {"name": "early", "geos": ["g02", "g09"], "end": "2024-03-10"}
    asked = section(cells=[early, late], cooldown_days=0, accept=["spend-alike"])
    whole = analyse_geo(asked, context(folder))
    for cell, other in ((early, "g05"), (late, "g02")):
        dates = {"start": cell.get("start", SECTION["start"]), "end": cell.get("end", SECTION["end"])}
        excluded = ["g05"] if other == "g05" else ["g02", "g09"]
        alone = section(
            cells=[{"name": cell["name"], "geos": cell["geos"]}], **dates, excluded=excluded, cooldown_days=0,
            accept=["spend-alike"],
        )  # fmt: skip
        own = next(
            r for r in analyse_geo(alone, context(folder)).rows if r["estimand"] == "incremental_outcome"
        )
        mine = next(
            r for r in whole.rows if r["arm"] == cell["name"] and r["estimand"] == "incremental_outcome"
        )
        assert {**mine} == {**own}
    evidence = whole.evidence[0]
    assert [(r.arm, str(r.start), str(r.end)) for r in evidence.readouts] == [
        ("early", "2024-03-01", "2024-03-07"), ("early", "2024-03-08", "2024-03-10"),
        ("late", "2024-03-08", "2024-03-12"),
    ]  # fmt: skip
    matrix = np.array(evidence.covariance)
    assert matrix[0, 2] == 0.0 and matrix[1, 2] != 0.0  # they share the days from the 8th on
    assert np.linalg.eigvalsh(matrix).min() > -1e-6


def test_a_declared_direction_gives_an_interval_with_one_end_and_half_the_p(folder: Path) -> None:
    said = {"direction": "greater", "declared": "2024-02-29"}
    drawn = {"assignment": {"kind": "complete"}, "cooldown_days": 0, "references": 200}
    both = analyse_geo(section(**drawn), context(folder)).rows
    result = analyse_geo(section(**drawn, one_sided=said), context(folder))
    rows = {r["estimand"]: r for r in result.rows if r["role"] == "primary"}
    for estimand in ("incremental_outcome", "relative_lift", "iroas", "incremental_profit"):
        row = rows[estimand]
        assert row["upper"] == np.inf and row["lower"] < row["estimate"], estimand
        assert "one-sided, as declared" in row["note"] and row["se"] > 0
        assert (row["p_value"] < 0.1 - 1e-9) == (row["lower"] > 0)
    assert rows["incremental_outcome"]["lower"] > both[0]["lower"]
    assert np.isfinite([rows["incremental_spend"][end] for end in ("lower", "upper")]).all()
    assert next(f for f in result.findings if f.check == "interval_shape").status == "pass"
    wrong = {**said, "direction": "less"}
    other = analyse_geo(section(**drawn, one_sided=wrong), context(folder)).rows[0]
    assert other["lower"] == -np.inf and other["upper"] > other["estimate"] > 0 and other["p_value"] > 0.5


def test_geo_names_do_not_matter(folder: Path, tmp_path: Path) -> None:
    frame = pd.read_csv(folder / "geo.csv")
    frame["geo"] = frame["geo"].map(lambda name: "z" + name[::-1])
    frame.to_csv(tmp_path / "geo.csv", index=False)
    plain = analyse_geo(section(), context(folder)).rows[0]
    renamed = analyse_geo(
        section(cells=[{"name": "more", "geos": ["z20g", "z90g"]}]), context(tmp_path)
    ).rows[0]
    assert renamed == plain


FAULTS = [
    # changes, code, words
    (
        {"start": "2023-12-01"},
        "geo-window",
        ["start, 2023-12-01", "the data run from 2024-01-01 to 2024-03-20"],
    ),
    ({"end": "2024-03-19"}, "geo-window", ["end of the cool-down, 2024-03-21"]),
    ({"start": "2024-01-05"}, "geo-short", ["4 periods"]),
    ({"cells": [{"name": "a", "geos": ["g02", "go9"]}]}, "geo-unknown", ["'go9'", "nearest is"]),
    ({"excluded": ["nowhere"]}, "geo-unknown", ["excluded names 'nowhere'"]),
    ({"cells": [{"name": "a", "geos": NAMES[:15]}]}, "geo-controls", ["1 of 16"]),
    ({"assignment": {"kind": "strata", "groups": [["g02", "g03"]]}}, "geo-assignment", ["g09"]),
    (
        {"method": "trimmed_match", "assignment": {"groups": [["g02", "g09"]]}},
        "geo-assignment",
        ["no pair of one treated and one control"],
    ),
]


@pytest.mark.parametrize(("changes", "code", "words"), FAULTS)
def test_what_does_not_fit_the_data(
    folder: Path, changes: Mapping[str, Any], code: str, words: list[str]
) -> None:
    with pytest.raises(DataError) as caught:
        analyse_geo(section(**changes), context(folder))
    fault = next(f for f in caught.value.faults if f.code == code)
    assert all(word in fault.what for word in words), fault.what


REFUSED = [
    ({"start": None, "end": None}, "needs start and end"),
    ({"cells": [{"name": "a", "geos": ["g1"]}, {"name": "a", "geos": ["g2"]}]}, "own name"),
    ({"excluded": ["g02"]}, "g02"),
    ({"method": "trimmed_match"}, "pairs"),
    ({"inference": "randomisation"}, "drawn"),
    ({"inference": "conformal", "method": "synthetic_difference_in_differences"}, "cannot"),
    ({"assignment": {"kind": "strata"}}, "groups"),
    ({"one_sided": {"direction": "less", "declared": "2024-03-01"}}, "after the test began"),
    (
        {"one_sided": {"direction": "less", "declared": "2024-02-01"}, "inference": "conformal"},
        "placebo or randomisation",
    ),
    ({"secondary": [{"outcome": "outcome"}]}, "every outcome stands once"),
    ({"cells": [{"name": "a", "geos": ["g02"], "start": "2024-02-01"}]}, "within start and end"),
    ({"cells": [{"name": "a", "geos": ["g02"], "start": "2024-03-02"}]}, "first and last day of its cells"),
]


@pytest.mark.parametrize(("changes", "words"), REFUSED)
def test_sections_that_contradict_themselves(changes: Mapping[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        section(**changes)


DESIGN = GeoDesign(
    name="plan", geos=tuple(NAMES), treated=("g02", "g09"), excluded=(), assignment="complete", groups=(), periods=12,
    cooldown=2, period_days=1, method="ensemble", level=0.9, power=0.8, mde=0.04, expected_lift=0.05, delivered_power=0.9,
    budget=None, run=True, reasons=(), seed=1, data_sha256="0" * 64,
)  # fmt: skip


def test_a_design_file_gives_the_assignment_and_is_compared(folder: Path) -> None:
    (folder / "plan.json").write_text(DESIGN.to_json())
    assert read_design(folder, "plan.json") == DESIGN
    result = analyse_geo(section(design="plan.json"), context(folder))
    assert result.evidence[0].quality == "randomised" and "randomisation" in result.rows[0]["method"]
    assert next(f for f in result.findings if f.check == "design").status == "pass"
    (folder / "other.json").write_text(replace(DESIGN, treated=("g02", "g03"), periods=20).to_json())
    found = next(
        f for f in analyse_geo(section(design="other.json"), context(folder)).findings if f.check == "design"
    )
    assert (
        found.status == "warning"
        and "other geos" in found.sentence
        and "planned were 20 + 2" in found.sentence
    )


def test_a_changed_design_file_is_refused(folder: Path) -> None:
    (folder / "changed.json").write_text(DESIGN.to_json().replace('"mde": 0.04', '"mde": 0.01'))
    with pytest.raises(DataError) as caught:
        analyse_geo(section(design="changed.json"), context(folder))
    assert caught.value.faults[0].code == "geo-design" and "hash" in caught.value.faults[0].what
    with pytest.raises(DataError) as missing:
        analyse_geo(section(design="missing.json"), context(folder))
    (fault,) = missing.value.faults
    assert (fault.code, fault.where) == ("file-missing", "design missing.json")
