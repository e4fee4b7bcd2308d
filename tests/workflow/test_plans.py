"""Plans from published runs: from a folder, from a YAML, and as a part of a run."""

import json
from pathlib import Path
from typing import Any

import pytest

from mixproof.errors import ConfigError, IntegrityError
from mixproof.records.run import Run, verify
from workflow import lazy
from workflow import run as stages
from workflow.plans import plan


def test_a_plan_from_a_folder_reads_no_table_and_leaves_latest_alone(planned: Any) -> None:
    (planned.config.parent / "media.csv").unlink()
    outcome = plan(planned.runs / "small" / "latest")
    made = Run.open(planned.runs / "small" / "latest-plan")
    assert outcome.run_dir == made.path
    assert (planned.runs / "small" / "latest").resolve() == planned.base
    assert verify(made.path).identical
    assert made.manifest["plan_of"] == {"run_id": planned.base.name, "manifest": Run.open(planned.base).seal}
    assert made.tables == ("columns", "plan_budget", "plan_certificate")
    assert made.config["plan"]["objective"] == "outcome"
    assert {f.check for f in made.verdict.findings} == {"fake", "plan_gain"}
    assert planned.asked[0].panel.fingerprint() == made.manifest["panel"]["fingerprint"]
    assert planned.asked[0].seed == 7
    ((run, folder, tables),) = (
        planned.pages
    )  # the page for planners is of the run, and stands in the plan's folder
    assert run == planned.base and folder.name.endswith(made.path.name) and "plan_certificate" in tables


def test_a_plan_from_a_yaml_takes_its_section_and_the_newest_run_with_a_model(planned: Any) -> None:
    plan(planned.runs / "small" / "latest")  # newer, and without a model
    planned.config.write_text(planned.config.read_text() + "plan:\n  objective: cvar\n")
    plan(planned.config, output=planned.runs)
    assert planned.asked[-1].section.objective == "cvar"
    made = Run.open(planned.runs / "small" / "latest-plan")
    assert made.manifest["plan_of"]["run_id"] == planned.base.name


def test_a_yaml_with_another_model_is_refused(planned: Any) -> None:
    text = planned.config.read_text()
    planned.config.write_text(text.replace("draws: 100", "draws: 200", 1))
    with pytest.raises(ConfigError) as refused:
        plan(planned.config, output=planned.runs)
    assert refused.value.faults[0].code == "plan-run-differs"
    assert "`mmm`" in str(refused.value)


def test_without_a_run_with_a_model_there_is_no_plan(planned: Any, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        plan(planned.config, output=tmp_path / "elsewhere")
    assert refused.value.faults[0].code == "plan-run"
    plan(planned.runs / "small" / "latest")
    with pytest.raises(ConfigError) as refused:
        plan(planned.runs / "small" / "latest-plan")
    assert refused.value.faults[0].code == "plan-run"


def test_a_damaged_run_is_not_planned_from_and_a_failed_plan_leaves_nothing(
    planned: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*given: Any) -> Any:
        raise ConfigError([])

    monkeypatch.setitem(lazy.FUNCTIONS, "make_plan", fails)
    with pytest.raises(ConfigError):
        plan(planned.runs / "small" / "latest")
    assert not list((planned.runs / "small").glob("latest-plan"))
    assert not list((planned.runs / "small").glob(".building-*"))
    manifest = planned.base / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"seed": 9}))
    with pytest.raises(IntegrityError):
        plan(planned.base)


def test_a_run_with_the_section_plans_too(planned: Any) -> None:
    planned.config.write_text(planned.config.read_text() + "plan: {}\n")
    outcome = stages.run(planned.config, output=planned.runs)
    assert "plan_certificate" in Run.open(outcome.run_dir).tables
    ((_, folder, tables),) = planned.pages
    assert folder is None and "plan_certificate" in tables
    assert (planned.runs / "small" / "latest").resolve() == outcome.run_dir
    assert not (planned.runs / "small" / "latest-plan").exists()
