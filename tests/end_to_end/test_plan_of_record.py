"""A quarter as its users live it, each step by the command in a process of its own: run, plan, seal, run again, score."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

ROOT = Path(__file__).parents[2]
COMMAND = "import sys; sys.argv[0] = 'mixproof'\nfrom workflow.cli import main\nmain()"
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
    - {name: search, spend: search}
mmm:
  default: {adstock: {family: geometric, lags: 4}}
  baseline: {seasonality: {yearly: 0}, drift: {kind: none}}
  likelihood: {family: normal, autocorrelation: false}
  fit: {chains: 2, draws: 100, max_draws: 100}
plan: {periods: 4, current: {like: last_periods}}
"""
WEEKS, WINDOW = 80, 4


def command(folder: Path, *arguments: str) -> str:
    """Return what a command prints; a verdict of any grade is an answer."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    started = [sys.executable, "-c", COMMAND, *arguments]
    done = subprocess.run(
        started, env=environment, cwd=folder, capture_output=True, text=True, timeout=200, check=False
    )
    assert done.returncode in (0, 5), done.stderr[-3000:]
    return done.stdout + done.stderr


@pytest.mark.walk
def test_a_decided_plan_is_scored_when_its_weeks_are_over(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    tv, search = rng.gamma(2.0, 50.0, (2, WEEKS + WINDOW)).round(2)
    weeks = pd.date_range("2023-01-02", periods=WEEKS + WINDOW, freq="7D").strftime("%Y-%m-%d")
    revenue = (1000 + 1.5 * tv + 2.0 * search + rng.normal(0, 30, WEEKS + WINDOW)).round(2)
    table = pd.DataFrame({"week": weeks, "revenue": revenue, "tv": tv, "search": search})
    (tmp_path / "tiny.yaml").write_text(CONFIG)
    table[:WEEKS].to_csv(tmp_path / "table.csv", index=False)
    command(tmp_path, "run", "tiny.yaml", "--quiet")
    for source in ("tiny.yaml", "runs/tiny/latest"):
        command(tmp_path, "plan", source, "--quiet")
    assert "identical" in command(tmp_path, "verify", "runs/tiny/latest-plan")
    command(tmp_path, "seal", "runs/tiny/latest-plan", "--to", "decided.json")
    table.to_csv(tmp_path / "table.csv", index=False)
    command(tmp_path, "run", "tiny.yaml", "--quiet")
    said = command(tmp_path, "score", "decided.json", "runs/tiny/latest", "--to", "score")
    assert f"outcome:  {revenue[WEEKS:].sum():,.0f} EUR" in said
    spent = pd.read_csv(tmp_path / "score" / "plan_score.csv").groupby("channel")["spent"].sum()
    assert spent.to_dict() == pytest.approx({"tv": tv[WEEKS:].sum(), "search": search[WEEKS:].sum()})
