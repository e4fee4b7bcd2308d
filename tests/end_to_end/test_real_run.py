"""One real model through every stage: stopped after its first chain, taken up again, and equal to a run left alone; then
begun where that one ended."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mixproof.records.run import Run, verify

ROOT = Path(__file__).parents[2]
COMMAND = """
import os, sys
try:
    os.unshare(os.CLONE_NEWNET)  # T30: a whole run without any network, where the system lets a process leave it
except (AttributeError, OSError):
    pass
sys.argv[0] = "mixproof"
from workflow.cli import main
main()
"""
CONFIG = """
name: tiny
seed: 3
data:
  frequency: weekly
  currency: EUR
  tables:
    - {file: table.csv, date: week}
  outcome: {column: revenue, kind: revenue}
  channels:
    - {name: tv, spend: tv}
mmm:
  default: {adstock: {family: geometric, lags: 4}}
  baseline: {seasonality: {yearly: 0}, drift: {kind: none}}
  likelihood: {family: normal, autocorrelation: false}
  fit: {chains: 2, draws: 100, max_draws: 100}
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A national table of a year and a half with one channel."""
    import numpy as np
    import pandas as pd

    rng = np.random.default_rng(5)
    spend = rng.gamma(2.0, 50.0, 80)
    revenue = 1000 + 1.5 * spend + rng.normal(0, 30, 80)
    weeks = pd.date_range("2023-01-02", periods=80, freq="7D").strftime("%Y-%m-%d")
    frame = pd.DataFrame({"week": weeks, "revenue": revenue.round(2), "tv": spend.round(2)})
    (tmp_path / "project").mkdir()
    frame.to_csv(tmp_path / "project" / "table.csv", index=False)
    path = tmp_path / "project" / "tiny.yaml"
    path.write_text(CONFIG)
    return path


@pytest.fixture
def start(config: Path) -> Iterator[Callable[[Path], subprocess.Popen[str]]]:
    """Start the command as a user would; it does not outlive the test."""
    started = []

    def begin(runs: Path, *options: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", COMMAND, "run", str(config), "--output", str(runs), *options]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.wait()


def artefacts(runs: Path) -> dict[str, str]:
    """Return posterior, tables and config of the newest run, which must be whole; pages name their run."""
    latest = runs / "tiny" / "latest"
    assert verify(latest).identical
    found = Run.open(latest).manifest["artefacts"]
    return {name: value for name, value in found.items() if not name.startswith("report/")}


def test_a_stopped_run_resumes_to_the_same_bytes(start, tmp_path: Path) -> None:
    alone = start(tmp_path / "alone")
    stopped = start(tmp_path / "runs")
    deadline = time.monotonic() + 200
    while not list((tmp_path / "runs").rglob("chain-*.npz")) and stopped.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.002)
    stopped.send_signal(signal.SIGTERM)
    code, said = stopped.wait(timeout=30), stopped.communicate()[1]
    assert "Traceback" not in said
    assert alone.wait(timeout=200) in {0, 5}, alone.communicate()[1]
    if code == 143:  # a very fast machine ends both chains at once, and may even have ended the run
        assert not list((tmp_path / "runs" / "tiny").glob("[0-9]*"))
        again = start(tmp_path / "runs")
        assert again.wait(timeout=200) in {0, 5}
        assert "resuming" in again.communicate()[1]
    assert artefacts(tmp_path / "runs") == artefacts(tmp_path / "alone")
    run = Run.open(tmp_path / "runs" / "tiny" / "latest")
    assert {"channels", "columns", "fit", "verdict"} <= set(run.tables)
    assert {path.name for path in (run.path / "report").iterdir()} == {"summary.html", "summary.xlsx"}
    assert set(run.posterior().children) == {"posterior", "sample_stats", "convergence", "constant_data"}
    assert run.manifest["sampling"] == {"log_density": "kernel", "start": "pilots"}
    warm = start(tmp_path / "alone", "--warm")
    assert warm.wait(timeout=200) in {0, 5}, warm.communicate()[1]
    begun = Run.open(tmp_path / "alone" / "tiny" / "latest").manifest["sampling"]
    assert begun["start"] == "earlier"
    assert [begun["earlier_run"]] == [path.name for path in (tmp_path / "alone" / "tiny").glob("[0-9]*-0001")]
