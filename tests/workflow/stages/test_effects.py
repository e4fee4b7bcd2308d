"""The fits that a calibrated run adds: without an experiment that cannot be weighted away, and before any."""

from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from mixproof.records.run_folder.output import Output
from mixproof.records.verdict import Verdict
from mmm.calibration import Calibration
from mmm.config import CalibrateConfig
from tests.mmm.calibration_evidence import statement
from tests.mmm.random_panels import Shape, random_panel
from workflow import lazy
from workflow.config import parse_config
from workflow.preflight import Limits
from workflow.progress import Display
from workflow.stages import effects as stage
from workflow.stages.state import RunState

YAML = """\
name: small
data:
  frequency: weekly
  currency: EUR
  tables: [{{file: media.csv, date: week}}]
  outcome: {{column: revenue, kind: revenue}}
  channels: [{{name: tv, spend: tv}}]
mmm: {{}}
calibrate: {{files: [a.json], refit: {refit}}}
"""
PANEL = random_panel(Shape(paid=1))
ITEMS = tuple(statement(PANEL, "paid 0", 1.0, 0.2, experiment=name) for name in ("sure", "vague"))


class Rooms:
    """Fits and analyses that say what they were asked for."""

    def __init__(self) -> None:
        self.jobs: list[Any] = []
        self.asked: list[dict[str, Any]] = []

    def sample(self, job: Any, *how: object) -> Any:
        job.checkpoint.mkdir(parents=True)
        self.jobs.append(job)
        return SimpleNamespace(posterior=f"fit {len(self.jobs)}", kept=lambda: None)

    def analyse(self, posterior: str, panel: object, config: object, **how: Any) -> Any:
        self.asked.append({"posterior": posterior, **how})
        calibration = pd.DataFrame({"experiment": ["sure", "vague"], "conflict": ["refit", "agrees"]})
        tables = {"channels": pd.DataFrame({"said by": [posterior]})}
        if "calibration" in how:
            tables["calibration"] = calibration
        return SimpleNamespace(tables=tables, verdict=Verdict(()))


def after_effects(refit: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[RunState, Rooms]:
    rooms = Rooms()
    monkeypatch.setattr(stage, "sample", rooms.sample)
    monkeypatch.setattr(stage, "start_process", lambda stack: None)
    monkeypatch.setitem(lazy.FUNCTIONS, "analyse", rooms.analyse)
    config = parse_config(YAML.format(refit=refit))
    state = RunState(config, Output(tmp_path, "small"), tmp_path, Display(None), Limits(), ExitStack())
    state.panel, state.fitted, state.keys["fit"] = PANEL, SimpleNamespace(posterior="whole"), "key"  # type: ignore[assignment]
    state.calibrated = {"calibration": Calibration(CalibrateConfig(), ITEMS)}
    stage.effects(state)
    return state, rooms


def test_the_model_is_shown_before_it_was_calibrated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state, rooms = after_effects("true", tmp_path, monkeypatch)
    without, before = (job.calibration for job in rooms.jobs)
    assert (without.left_out, without.evidence) == ("sure", ITEMS)
    assert before.evidence == () and before.left_out is None
    assert state.tables["channels_before"]["said by"].tolist() == ["fit 2"]
    assert state.tables["channels"]["said by"].tolist() == ["whole"]
    assert rooms.asked[1]["refits"] == {"sure": "fit 1"}
    # the plain model is told of no experiment
    assert rooms.asked[2] == {"posterior": "fit 2"}
    assert not any(job.checkpoint.exists() for job in rooms.jobs)
    assert len({job.checkpoint for job in rooms.jobs}) == 2


def test_nothing_is_fitted_again_unasked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state, rooms = after_effects("false", tmp_path, monkeypatch)
    assert not rooms.jobs and "channels_before" not in state.tables and len(rooms.asked) == 1
