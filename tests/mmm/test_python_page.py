"""docs/python.md runs as it stands, top to bottom, with few draws."""

import re
from pathlib import Path
from typing import Any

import matplotlib
import pytest
import xarray as xr

from mixproof.aggregates.panel import Panel
from mmm import fit as module
from mmm.config import FitOptions, MmmConfig

ROOT = Path(__file__).resolve().parents[2]
BLOCKS = re.findall(r"```python\n(.*?)```", (ROOT / "docs/python.md").read_text(encoding="utf-8"), re.DOTALL)
FEW = FitOptions(chains=2, tune=100, draws=100, max_draws=100)


def test_the_page_runs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    real = module.fit

    def quick(panel: Panel, config: MmmConfig, seed: int) -> xr.DataTree:
        return real(panel, config.model_copy(update={"fit": FEW}), seed)

    monkeypatch.setattr(module, "fit", quick)
    monkeypatch.chdir(ROOT)
    matplotlib.use("agg")
    names: dict[str, Any] = {}
    for number, block in enumerate(BLOCKS, start=1):
        exec(compile(block, f"docs/python.md, block {number}", "exec"), names)
    said = capsys.readouterr().out
    assert "not reportable" in said  # a hundred draws are too few, and the verdict says so
    assert "video beats radio with probability" in said
    # The median of a thousand draws about a stated one of 1.5, with 5 of its sds (0.024 on the log scale).
    implied = re.search(r"Before the data, the ROI of tv is ([\d.]+)", said)
    assert implied is not None
    assert float(implied[1]) == pytest.approx(1.5, abs=0.18)
    assert set(names["effects"]["channel"].values) == {
        "tv",
        "search",
        "video",
        "social",
        "radio",
        "newsletter",
    }
    assert names["panel"].channels == ["tv", "search"]
    assert names["heavier"].likelihood.family == "normal"
