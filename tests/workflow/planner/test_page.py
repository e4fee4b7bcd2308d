"""A planner's page from a run's folder and from a plan's, and what keeps it from being made."""

import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from mixproof.errors import ConfigError, IntegrityError
from workflow import run as stages
from workflow.config import load_scenarios
from workflow.planner import page as planner
from workflow.planner.page import planner_page
from workflow.plans import plan


@pytest.fixture
def shown(planned: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A world with a run and a plan, whose page says what it was made from."""

    def planner_grid(posterior: Any, window: Any, section: Any, **more: Any) -> dict[str, Any]:
        return {"objective": section.objective, **more}

    def render_planner(
        grid: dict[str, Any], name: str, run_id: str, verdict: Any, **more: Any
    ) -> dict[str, Any]:
        return {**grid, "name": name, "run_id": run_id, **more}

    monkeypatch.setattr(planner, "build_problem", lambda panel, config: panel)
    monkeypatch.setattr(planner, "build_window", lambda problem, section: problem)
    monkeypatch.setattr(planner, "planner_grid", planner_grid)
    monkeypatch.setattr(planner, "render_planner", render_planner)
    return planned


def test_a_run_s_folder_is_enough(shown: Any) -> None:
    page: Any = planner_page(shown.runs / "small" / "latest")
    assert page["name"] == "small" and page["run_id"] == shown.base.name
    assert page["objective"] == "outcome" and page["budget"] is None and page["locale"] == "en"


def test_a_plan_s_folder_gives_its_section_and_budgets_and_its_run_the_draws(shown: Any) -> None:
    shown.config.write_text(shown.config.read_text() + "plan:\n  objective: cvar\n")
    plan(shown.config, output=shown.runs)
    page: Any = planner_page(shown.runs / "small" / "latest-plan")
    assert page["run_id"] == shown.base.name and page["objective"] == "cvar"
    assert isinstance(page["budget"], pd.DataFrame)


def test_a_plan_of_a_run_that_was_exchanged_is_refused(shown: Any) -> None:
    plan(shown.runs / "small" / "latest")
    other = stages.run(shown.config, output=shown.runs).run_dir
    shutil.rmtree(shown.base)
    shutil.copytree(other, shown.base)
    with pytest.raises(IntegrityError):
        planner_page(shown.runs / "small" / "latest-plan")


def test_a_file_of_scenarios_stands_beside_those_of_the_plan(planned: Any, tmp_path: Path) -> None:
    planned.config.write_text(
        planned.config.read_text()
        + "plan:\n  scenarios: [{name: a, times: {tv: 2}}, {name: b, times: {tv: 3}}]\n"
    )
    saved = tmp_path / "scenarios.yaml"
    saved.write_text(
        'scenarios:\n  - name: "b"\n    budgets:\n      "tv": 12.50\n  - name: c\n    times: {tv: 0}\n'
    )
    plan(planned.config, scenarios=saved, output=planned.runs)
    told = planned.asked[-1].section.scenarios
    assert [(one.name, one.times, one.budgets) for one in told] == [
        ("a", {"tv": 2}, {}),
        ("b", {}, {"tv": 12.5}),
        ("c", {"tv": 0}, {}),
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("scenarios: []\n", "scenarios"),
        ("scenarios: [{name: a}]\n", "scenarios[0]"),
        ("scenarios: [{name: current, times: {tv: 2}}]\n", "none is called current"),
        ("scenarios: [{name: a, times: {tv: -1}}]\n", "tv"),
        ("plans: []\n", "plans"),
    ],
)
def test_what_is_wrong_with_a_file_of_scenarios_is_named(text: str, place: str, tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text(text)
    with pytest.raises(ConfigError) as refused:
        load_scenarios(tmp_path / "s.yaml")
    assert place in str(refused.value)


def test_another_yaml_in_the_place_of_scenarios_is_named(planned: Any, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        plan(planned.config, scenarios=planned.config, output=planned.runs)
    (fault,) = refused.value.faults
    assert fault.code == "scenarios-file" and "`scenarios:` alone" in fault.remedy
    assert "`name`, `seed`, `data` and 1 more" in fault.what
    saved = tmp_path / "alone.yaml"
    saved.write_text("scenarios: [{name: a, times: {tv: 2}}]\n")
    assert plan(planned.config, scenarios=saved, output=planned.runs).exit_code == 0
