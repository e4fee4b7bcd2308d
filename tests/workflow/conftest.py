"""A small world for the stages: a real YAML and a real CSV, with rooms that answer in milliseconds."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from mixproof.aggregates.panel import LedgerRow, Panel
from mixproof.errors import MixproofError
from mixproof.records.run import Run
from mixproof.records.verdict import Finding, Verdict
from workflow import lazy
from workflow import run as stages

CONFIG = """
name: small
seed: 7
data:
  frequency: weekly
  currency: EUR
  tables:
    - {file: media.csv, date: week}
  outcome: {column: revenue, kind: revenue}
  channels:
    - {name: tv, spend: tv}
mmm:
  fit: {chains: 3, draws: 100, max_draws: 100}
"""


@dataclass
class Progress:
    """What the sampler says, with the fields of `mmm.sampling.chain_set.Progress`."""

    draws: tuple[int, ...]
    target: int
    tuning: bool
    divergences: int = 0
    steps: int = 0
    elapsed: float = 1.0
    convergence: None = None


@dataclass
class World:
    """The rooms' behaviour, to be bent by a test, and where things are."""

    folder: Path
    status: str = "pass"
    chain_seconds: float = 0.0
    hooks: dict = field(default_factory=dict)

    @property
    def config(self) -> Path:
        return self.folder / "project" / "small.yaml"

    @property
    def runs(self) -> Path:
        return self.folder / "runs"

    def read_panel(self, config, folder: Path, spill: Path | None = None) -> Panel:
        frame = pd.read_csv(folder / config.tables[0].file)
        values, spend = (frame[name].to_numpy(dtype=float)[None, :] for name in ("revenue", "tv"))
        data = xr.Dataset(
            {"outcome": (("geo", "date"), values), "spend": (("geo", "date", "channel"), spend[..., None])},
            coords={
                "geo": ["national"],
                "date": pd.to_datetime(frame["week"]).to_numpy(),
                "channel": ["tv"],
                "kind": ("channel", ["paid"]),
            },
        )
        ledger = (LedgerRow("media.csv", len(frame), len(frame), 0, ""),)
        return Panel(data, "weekly", "EUR", "revenue", "revenue", ledger)

    def kernel_is_kept(self) -> bool:
        """Return that nothing needs compiling: the made-up fit needs no kernel."""
        return True

    def kernel_functions(self) -> None:
        """Compile nothing."""

    def raise_if_not_computable(self, panel, config, accepted) -> None:
        self.hooks.get("computable", lambda panel: None)(panel)

    def fit(self, panel, config, seed, *, checkpoint=None, progress=None) -> xr.DataTree:
        """Draw each chain from its own seed, keeping finished ones as the real sampler does."""
        checkpoint.mkdir(parents=True, exist_ok=True)
        chains = []
        for number in range(config.fit.chains):
            path = checkpoint / f"chain-{number}.npy"
            if not path.exists():
                time.sleep(self.chain_seconds)
                self.hooks.get("chain", lambda n: None)(number)
                with (checkpoint / "sampled.log").open("a") as log:
                    log.write(f"{number}\n")
                part = path.with_suffix(".part")
                with part.open("wb") as file:
                    np.save(file, np.random.default_rng([seed, number]).normal(size=(config.fit.draws, 4)))
                part.replace(path)
            chains.append(np.load(path))
            if progress:
                progress(Progress((config.fit.draws,) * (number + 1), config.fit.draws, False))
        draws = {"b": (("chain", "draw", "parameter"), np.stack(chains))}
        attrs = {"created_at": str(time.time_ns())}
        groups = {"posterior": xr.Dataset(draws, attrs=attrs), "constant_data": panel.data}
        return xr.DataTree.from_dict(groups)

    def analyse(self, posterior, panel, config, **how: object):
        self.hooks.get("analyse", lambda: None)()
        mean = posterior["posterior"]["b"].mean(("chain", "draw")).values
        tables = {"numbers": pd.DataFrame({"parameter": list("abcd"), "mean": mean})}
        verdict = Verdict((Finding("fake", self.status, "A sentence with 1 number.", 1.0),))
        return SimpleNamespace(tables=tables, verdict=verdict)

    def write_summary(self, run: Run, **how: object) -> list[Path]:
        self.hooks.get("report", lambda run: None)(run)
        page = run.path / "report" / "summary.html"
        page.write_text(json.dumps([run.verdict.grade, run.table("numbers")["mean"].tolist()]))
        return [page]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A project folder with a YAML and a CSV, and the stages' rooms answered by the world."""
    made = World(tmp_path)
    made.config.parent.mkdir()
    made.config.write_text(CONFIG)
    weeks = pd.date_range("2024-01-01", periods=60, freq="7D").strftime("%Y-%m-%d")
    noise = np.random.default_rng(1).normal(100, 10, 60)
    frame = pd.DataFrame({"week": weeks, "revenue": noise, "tv": noise / 2})
    frame.to_csv(made.config.parent / "media.csv", index=False)
    for name in (
        "read_panel",
        "raise_if_not_computable",
        "kernel_is_kept",
        "kernel_functions",
        "fit",
        "analyse",
        "write_summary",
    ):
        # looked up when called, so that a test can replace a method of the world
        monkeypatch.setitem(lazy.FUNCTIONS, name, lambda *a, _n=name, **k: getattr(made, _n)(*a, **k))
    return made


def ends_with(action: Callable[[], object]) -> int:
    """Return the exit code that the command would end with."""
    try:
        return getattr(action(), "exit_code", 0)
    except MixproofError as error:
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    except SystemExit as left:
        return int(left.code or 0)
    except BaseException:
        traceback.print_exc()
        return 70


@pytest.fixture
def launch() -> Iterator[Callable[[Callable[[], object]], int]]:
    """Start an action in a process of its own, ended with the test; returns its id."""
    started: list[int] = []

    def start(action: Callable[[], object]) -> int:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            child = os.fork()
        if child == 0:
            os._exit(ends_with(action))
        started.append(child)
        return child

    yield start
    for child in started:
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    """Mount a file system of some megabytes, where that is allowed."""
    mounted: list[Path] = []

    def mount(megabytes: int) -> Path:
        place = tmp_path / "disk"
        place.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(place)]
        if shutil.which("mount") is None or subprocess.run(command, capture_output=True).returncode:
            pytest.skip("mounting a small file system needs root")
        mounted.append(place)
        return place

    yield mount
    for place in mounted:
        subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.fixture
def planned(world: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A world with a published run, whose planner remembers what it was asked."""
    asked: list[Any] = []

    def make_plan(posterior: Any, panel: Any, config: Any, section: Any, seed: int, said: Any) -> Any:
        asked.append(SimpleNamespace(posterior=posterior, panel=panel, section=section, seed=seed))
        tables = {
            "plan_certificate": pd.DataFrame({"sentence": ["No change."]}),
            "plan_budget": pd.DataFrame(),
        }
        return SimpleNamespace(tables=tables, verdict=Verdict((Finding("plan_gain", "note", "No change."),)))

    monkeypatch.setitem(lazy.FUNCTIONS, "make_plan", make_plan)
    monkeypatch.setitem(lazy.FUNCTIONS, "forecast_plans", lambda *given, **named: {})

    def write_planning(run: Any, plan: Any = None, before: Any = None) -> None:
        world.pages.append((run.path, None if plan is None else plan.path, (plan or run).tables))

    monkeypatch.setitem(lazy.FUNCTIONS, "write_planning", write_planning)
    world.asked, world.pages = asked, []
    world.base = stages.run(world.config, output=world.runs).run_dir
    return world
