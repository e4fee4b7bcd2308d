"""Two published runs are compared from their folders alone: files are written, and nothing is fitted where nothing differs."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

from mixproof.errors import ConfigError
from workflow import lazy
from workflow import run as stages
from workflow.compare import runs
from workflow.compare.runs import compare_runs


@pytest.fixture
def twice(world: Any, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Two runs of one YAML, whose channels bring one unit a period."""

    def read(posterior: Any, panel: Any, section: Any, *, calibration: Any = None) -> Any:
        values = np.ones((len(panel.paid), panel.data.sizes["date"], 40))
        coords = {"component": panel.paid, "date": panel.data["date"].values}
        return xr.Dataset({"contribution": (("component", "date", "sample"), values)}, coords=coords)

    monkeypatch.setitem(lazy.FUNCTIONS, "effect_draws", read)
    monkeypatch.setattr(runs, "sample", lambda *given: pytest.fail("nothing differs, so nothing is fitted"))
    return tuple(stages.run(world.config, output=world.runs).run_dir for _ in range(2))  # type: ignore[return-value]


def test_two_runs_of_one_yaml_differ_by_noise_alone(twice: tuple[Path, Path], tmp_path: Path) -> None:
    found = compare_runs(*twice, tmp_path / "bridge")
    assert found.bridge.refits == 0 and not found.bridge.causes
    assert [file.name for file in found.files] == ["bridge.csv", "bridge.html"]
    assert "Sampling noise only" in found.files[1].read_text(encoding="utf-8")
    assert found.files[0].read_text(encoding="utf-8").startswith("channel,measure,cause,change,")


def test_what_is_no_run_is_refused(twice: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        compare_runs(twice[0], tmp_path, tmp_path / "bridge")
