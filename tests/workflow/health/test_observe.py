"""Health of runs on disk: by a run, by the folder of its name and by its YAML; a damaged one is said; a failed one counts."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from mixproof.errors import ConfigError, DataError, Fault, IntegrityError, ResourceError
from reports.health.page import write_watched
from workflow import run as stages
from workflow.cli import app
from workflow.health.observe import observe

SHIPPED = Path(__file__).parents[3] / "configs/data/history/market"


@pytest.fixture
def runs(world: Any) -> list[Path]:
    return [stages.run(world.config, output=world.runs).run_dir for _ in range(2)]


def test_a_run_a_folder_and_a_yaml_name_the_same_history(runs: list[Path], world: Any) -> None:
    by = [
        observe(source, world.runs).health
        for source in (runs[1], runs[0].parent, world.config, runs[0].parent / "latest")
    ]
    assert {tuple(run.run_id for run in each.history.runs) for each in by} == {
        tuple(run.name for run in runs)
    }
    assert [run.run_id for run in observe(runs[0], world.runs).health.history.runs] == [runs[0].name]
    values = {row.measure: row.value for row in by[0].rows if row.measure != "M10"}
    assert values["M8"] == 1.0 and values["M1"] == 1.0 and values["M3"] is not None and values["M7"] is None


def test_an_attempt_that_failed_counts_and_an_earlier_moment_forgets_it(runs: list[Path], world: Any) -> None:
    before = datetime.now(UTC) + timedelta(seconds=1)

    def faulty(panel: Any) -> None:
        raise DataError([Fault("date-gap", "t", "w", "r")])

    world.hooks["computable"] = faulty
    with pytest.raises(DataError):
        stages.run(world.config, output=world.runs)
    found = observe(world.config, world.runs, before + timedelta(hours=1)).health
    assert next(row.value for row in found.rows if row.measure == "M8") == pytest.approx(2 / 3)


def test_a_damaged_run_is_said_and_left_out_of_a_history(runs: list[Path], world: Any) -> None:
    manifest = runs[0] / "manifest.json"
    manifest.write_text(manifest.read_text().replace("weekly", "daily"))
    history = observe(runs[1], world.runs).health.history
    assert [run.run_id for run in history.runs] == [runs[1].name] and runs[0].name in history.left_out[0]
    with pytest.raises(IntegrityError):
        observe(runs[0], world.runs)


def test_a_folder_without_runs_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as raised:
        observe(tmp_path, tmp_path)
    assert raised.value.faults[0].code == "health-nothing" and "runs/demo" in raised.value.faults[0].remedy


def test_a_history_that_cannot_be_read_does_not_pass_for_healthy(runs: list[Path], world: Any) -> None:
    with pytest.raises(ConfigError) as raised:
        observe(runs[1], world.runs, datetime(2020, 1, 1, tzinfo=UTC))
    assert (
        "published by 2020-01-01" in raised.value.faults[0].what and "--at" in raised.value.faults[0].remedy
    )
    for run in runs:
        manifest = run / "manifest.json"
        manifest.write_text(manifest.read_text().replace("weekly", "daily"))
    for source in (runs[0].parent, world.config):
        with pytest.raises(IntegrityError):
            observe(source, world.runs)


def test_a_folder_in_which_every_attempt_failed_is_judged_by_them(world: Any) -> None:
    def faulty(panel: Any) -> None:
        raise DataError([Fault("date-gap", "t", "w", "r")])

    world.hooks["computable"] = faulty
    with pytest.raises(DataError):
        stages.run(world.config, output=world.runs)
    folder = next(each for each in world.runs.iterdir() if each.is_dir())
    found = observe(folder, world.runs).health
    assert found.exit_code == 5 and [alert.cause.name for alert in found.alerts] == ["pipeline"]


def test_a_yaml_without_a_run_is_judged_and_nothing_is_measured(world: Any, tmp_path: Path) -> None:
    found = observe(world.config, tmp_path / "none")
    assert found.newest is None and found.health.exit_code == 0
    page = write_watched(*found.shown(), tmp_path / "page").read_text()
    assert "Nothing is measured" in page and "there is no run" in page


def test_the_shipped_history_measures_all_ten_and_tells_what_went_wrong() -> None:
    found = observe(SHIPPED, SHIPPED, datetime(2026, 1, 6, 9, tzinfo=UTC)).health
    assert not found.history.left_out and len(found.history.runs) == 6
    assert all(row.value is not None for row in found.rows)
    assert {row.measure for row in found.rows} == {f"M{number}" for number in range(1, 11)}
    told = {alert.cause.name: alert for alert in found.alerts}
    assert {"identity", "pipeline", "billing"} <= set(told)
    assert told["identity"].members[0].subject == "app" and str(told["identity"].grade) == "page"
    tries = [each for each in found.history.tries if each.outcome == "failed"]
    assert [each.said for each in tries] == ["file-missing"] and found.exit_code == 5


def test_a_folder_that_cannot_be_made_is_a_fault_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file", tmp_path / "file" / "page"):
        command = ["health", str(SHIPPED), "--at", "2026-01-06T09:00:00", "--to", str(place)]
        result = CliRunner().invoke(app, command)
        assert result.exit_code == ResourceError.exit_code and str(place) in result.stderr


def test_compared_runs_are_not_read_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = CliRunner().invoke(app, ["compare", "none", "none", "--to", str(tmp_path / "file")])
    assert result.exit_code == ResourceError.exit_code
