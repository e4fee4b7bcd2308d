"""How each tool is run for the speed study, and what is read from what it leaves behind: one row a run."""

import json
import os
import shutil
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.peers.run import PEERS, environment, write_job
from benchmarks.peers.timing import DRAWS, MARK, SAVED
from benchmarks.process_cost import Cost, run_costed
from benchmarks.recovery import code_version
from benchmarks.speed_judge import MAX_R_HAT, MIN_ESS, quality, seconds_until
from mixproof.aggregates.simulate import World
from mixproof.aggregates.simulate.writing import config_text

OWN = "mixproof"
OWN_IMPORTS = "workflow.run, mmm.fit, mmm.analyse, reports.summary"
ANSWERED = (0, 5)
"""Exit codes of a run that wrote everything: done, and done with a verdict that says not to use it."""
UNTIL_POSTERIOR = ("check", "aggregate", "fit")
"""Stages of a run up to the posterior."""
ROOT = Path(__file__).parents[1]
REFERENCE_ESS = 126.0
"""Effective sample size at which the methods page timed Meridian on 40 geos."""


@dataclass(frozen=True, slots=True)
class Bench:
    """Where and how the study runs.

    Parameters
    ----------
    homes : pathlib.Path
        Home folders, one a tool and world: a fresh one has every cache empty.
    environments : pathlib.Path
        The peers' environments.
    uv : str
        The uv to make them with.
    limit : float
        Seconds after which a run is stopped.
    steps : dict
        ``tune`` and ``draws`` of the peers.
    """

    homes: Path
    environments: Path
    uv: str
    limit: float
    steps: dict[str, int]

    def home(self, tool: str, world: str) -> Path:
        """Return the home folder of the tool's runs on the world."""
        return self.homes / f"{tool}-{world}"


def variables(home: Path) -> dict[str, str]:
    """Return the environment of a run: a home of its own, every cache in it, nothing of this process."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    return kept | {"HOME": str(home), "NUMBA_CACHE_DIR": str(home / "numba")}


def write_bytecode(bench: Bench, tool: str) -> None:
    """Import the tool once in a home that is thrown away: what installers leave uncompiled is not a cache of a run."""
    python = sys.executable if tool == OWN else str(environment(tool, bench.environments, bench.uv))
    home = bench.homes / f"{tool}-imports"
    home.mkdir(parents=True, exist_ok=True)
    imports = OWN_IMPORTS if tool == OWN else PEERS[tool].imports
    run_costed([python, "-c", f"import {imports}"], variables(home), home, bench.limit)
    shutil.rmtree(home)


def run_once(bench: Bench, tool: str, world: World, first: bool) -> dict[str, Any]:
    """Return the row of one run of `tool` on `world`; with `first`, every cache is empty."""
    home = bench.home(tool, world.name)
    if first:
        shutil.rmtree(home, ignore_errors=True)
    folder = home / "job"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    load = os.getloadavg()[0]
    row = (_run_own if tool == OWN else _run_peer)(bench, tool, world, folder)
    shutil.rmtree(folder, ignore_errors=True)
    return {"load": round(load, 1)} | row


def _run_peer(bench: Bench, tool: str, world: World, folder: Path) -> dict[str, Any]:
    """Return the row of a peer's fit-only script."""
    write_job(world, folder)
    job = json.loads((folder / "job.json").read_text()) | bench.steps | {"began": time.time()}
    (folder / "job.json").write_text(json.dumps(job))
    python = environment(tool, bench.environments, bench.uv)
    script = ROOT / "benchmarks" / "peers" / PEERS[tool].timed
    home = bench.home(tool, world.name)
    mark = folder / MARK
    cost = run_costed(
        [str(python), str(script), str(folder)], variables(home), folder, bench.limit, until=mark
    )
    row = {"version": PEERS[tool].requirements[0].partition("==")[2], "status": _status(cost, (0,))}
    if not mark.exists():
        return row | _costs(cost.seconds, cost.cpu, cost.memory, None)
    found = json.loads(mark.read_text())
    written = (folder / SAVED).stat().st_size if (folder / SAVED).exists() else None
    row |= _costs(found["seconds"], found["cpu"], cost.memory, written)
    if not (folder / DRAWS).exists():
        return row
    roi = np.load(folder / DRAWS, allow_pickle=False)
    return row | _judged(roi, found, found["seconds"], bench.steps["tune"])


def _run_own(bench: Bench, tool: str, world: World, folder: Path) -> dict[str, Any]:
    """Return the row of `mixproof run`, from command to page and tables; its sampling is timed again by itself."""
    write_job(world, folder)
    config = folder / "config.yaml"
    config.write_text(config_text(world), encoding="utf-8")
    home = bench.home(tool, world.name)
    command = [
        str(Path(sys.executable).parent / "mixproof"),
        "run",
        config.name,
        "--quiet",
        "--output",
        "runs",
    ]
    cost = run_costed(command, variables(home), folder, bench.limit)
    written = _size(folder / "runs")
    row = {"version": code_version(), "status": _status(cost, ANSWERED)}
    row |= _costs(cost.seconds, cost.cpu, cost.memory, written)
    if cost.code not in ANSWERED:
        return row
    manifest = next((folder / "runs" / world.name).glob("*/manifest.json"))
    timings: Mapping[str, float] = json.loads(manifest.read_text())["timings"]
    after = sum(seconds for stage, seconds in timings.items() if stage not in UNTIL_POSTERIOR)
    again = [sys.executable, "-m", "benchmarks.time_own", str(config), str(folder)]
    alone = run_costed(again, variables(home) | {"PYTHONPATH": str(ROOT)}, folder, bench.limit)
    if alone.code != 0:
        return row | {"status": _status(alone, (0,), "timing the sampling by itself ")}
    found = json.loads((folder / "sampling.json").read_text())
    roi = np.load(folder / DRAWS, allow_pickle=False)
    return row | _judged(roi, found, cost.seconds - after, found["tune"])


def _status(cost: Cost, fine: tuple[int, ...], what: str = "") -> str:
    """Return "done", or what went wrong; what a failed run said is shown here only, for it may name folders."""
    if cost.code in fine:
        return "done"
    if cost.code is None:
        return f"{what}stopped at the limit of {cost.seconds:.0f} s"
    print(cost.said, flush=True)
    return f"{what}failed, exit code {cost.code}"


def _costs(seconds: float, cpu: float, memory: int, written: int | None) -> dict[str, Any]:
    """Return what a run cost, as columns."""
    return {
        "seconds": round(seconds, 2),
        "cpu_seconds": round(cpu, 2),
        "memory_mb": round(memory / 2**20),
        "written_mb": None if written is None else round(written / 2**20, 2),
    }


def _judged(roi: np.ndarray, found: Mapping[str, Any], posterior: float, tune: int) -> dict[str, Any]:
    """Return how good the draws are and when they were good enough, as columns."""
    worst = quality(roi)
    clock = {"posterior": posterior, "sampling": found["sampling"], "tune": tune}
    reached = seconds_until(roi, MIN_ESS, MAX_R_HAT, **clock)
    reference = seconds_until(roi, REFERENCE_ESS, np.inf, **clock)
    return {
        "sampling_seconds": round(found["sampling"], 3),
        "tune": tune,
        "draws": roi.shape[-1],
        "steps": round(found["steps"], 1),
        "divergences": found["divergences"],
        "seconds_to_target": None if reached is None else round(reached, 2),
        "seconds_to_ess_126": None if reference is None else round(reference, 2),
        "ess_per_second": round(worst.ess / found["sampling"], 2),
    } | {name: round(value, 4) for name, value in asdict(worst).items()}


def _size(folder: Path) -> int:
    """Return the bytes of all files in `folder`, links not followed."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
