"""docs/python.md runs as it stands, top to bottom, with few draws."""

import re
import shutil
import warnings
from pathlib import Path
from typing import Any

import matplotlib
import pytest
import xarray as xr

import mixproof
from mixproof.aggregates.panel import Panel
from mixproof.records.verdict import Grade
from mmm.config import FitOptions, MmmConfig
from mmm.fit import fit
from workflow import lazy

ROOT = Path(__file__).resolve().parents[2]
BLOCKS = re.findall(r"```python\n(.*?)```", (ROOT / "docs/python.md").read_text(encoding="utf-8"), re.DOTALL)
FEW = FitOptions(chains=2, tune=100, draws=100, max_draws=100)


def quick(panel: Panel, config: MmmConfig, seed: int, **how: Any) -> xr.DataTree:
    """Return a posterior of few draws."""
    return fit(panel, config.model_copy(update={"fit": FEW}), seed, **how)


def test_the_page_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(lazy.FUNCTIONS, "fit", quick)
    shutil.copytree(ROOT / "configs", tmp_path / "configs")
    monkeypatch.chdir(tmp_path)
    matplotlib.use("agg")
    names: dict[str, Any] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # ArviZ on few draws
        for number, block in enumerate(BLOCKS, start=1):
            exec(compile(block, f"docs/python.md, block {number}", "exec"), names)
    said = capsys.readouterr().out
    assert "not reportable" in said  # a hundred draws are too few, and the verdict says so
    assert "video beats radio with probability" in said
    assert "elpd_loo" in said
    assert "media_value[tv]" in said
    assert names["run"].verdict.grade is Grade.NOT_REPORTABLE
    assert names["panel"].fingerprint() == names["run"].panel().fingerprint()
    channels = {"tv", "search", "video", "social", "radio", "newsletter"}
    assert set(names["effects"]["channel"].values) == channels
    assert set(names["analysis"].tables["channels"]["channel"]) >= channels
    assert names["own"].channels == ["tv", "search"]
    assert names["normal"].likelihood.family == "normal"
    assert names["posterior"]["log_likelihood"]["outcome"].sizes["cell"] == names["own"].observed.sum()
    assert "<svg" in (tmp_path / "carryover.html").read_text()
    assert "Not reportable" in (tmp_path / "roi.svg").read_text()


def test_six_lines_lead_to_a_verdict_and_a_plot() -> None:
    lines = [line for line in BLOCKS[0].splitlines() if line]
    assert len(lines) <= 6
    assert "verdict" in BLOCKS[0]
    assert ".plot." in BLOCKS[0]


def test_the_face_is_what_the_page_uses() -> None:
    used = set(re.findall(r"\bmixproof\.(\w+)", "".join(BLOCKS))) - {"aggregates"}
    assert used <= set(mixproof.FACE)
