"""Speed beside other tools, on the same data in one session: whole processes, first and later runs.

    python -m benchmarks.speed --worlds small national growing medium geo40

mixproof is timed as its command, from start to tables and page written; the others as a script that only fits, from start
to the posterior in memory. Each run adds a row to ``benchmarks/results/speed.csv``; runs that are there are not made
again, and a run that failed or was stopped is a row that says so. ``benchmarks/results/speed.md`` is then written anew.
Run it on a machine that does nothing else: `load` in the CSV says what else was running.
"""

import argparse
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.peers.run import PEERS
from benchmarks.speed_report import summarise
from benchmarks.speed_tools import OWN, Bench, run_once, write_bytecode
from mixproof.aggregates.simulate import World, simulate_world

RESULTS = Path(__file__).parent / "results"
COLUMNS = (
    "world", "tool", "version", "run", "status", "load", "seconds", "cpu_seconds", "memory_mb", "written_mb",
    "sampling_seconds", "tune", "draws", "steps", "divergences", "r_hat", "ess_bulk", "ess_tail", "ess_per_second",
    "seconds_to_target", "seconds_to_ess_126",
)  # fmt: skip
SEED = 1


@dataclass(frozen=True, slots=True)
class Setting:
    """A world of the study.

    Parameters
    ----------
    simulated : str
        Its name in `mixproof.aggregates.simulate`.
    later : int
        Runs after the first, with the caches that it left.
    tools : tuple of str
        The tools that are run on it.
    """

    simulated: str
    later: int
    tools: tuple[str, ...]


REGIONAL = (OWN, "pymc-marketing", "meridian")
WORLDS: Mapping[str, Setting] = {
    "small": Setting("small", 2, (*REGIONAL, "mmm-framework")),
    "national": Setting("national", 2, (*REGIONAL, "mmm-framework")),
    "growing": Setting("growing", 1, REGIONAL),
    "medium": Setting("medium", 0, REGIONAL),
    "geo40": Setting("planner", 0, REGIONAL),
    "large": Setting("large", 0, (OWN,)),
}
"""Worlds by name. mmm-framework's first page knows national models only; nobody else is known to converge on `large`."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run to make; number 0 is the first, with empty caches."""

    world: str
    tool: str
    number: int


def missing(runs: list[Run], path: Path) -> list[Run]:
    """Return the runs that the CSV does not have; it is the same list every time, so a study can be continued."""
    if not path.exists():
        return runs
    rows = pd.read_csv(path)
    done = set(zip(rows["world"], rows["tool"], rows["run"], strict=True))
    return [run for run in runs if (run.world, run.tool, run.number) not in done]


def planned(worlds: list[str], tools: list[str]) -> list[Run]:
    """Return all runs, world after world, so that the tools run one after another on each."""
    return [
        Run(world, tool, number)
        for world in worlds
        for tool in tools
        if tool in WORLDS[world].tools
        for number in range(1 + WORLDS[world].later)
    ]


def perform(bench: Bench, run: Run, world: World) -> dict[str, Any]:
    """Return the row of a run; after an interruption a later run is made to follow a first one all the same."""
    if run.number > 0 and not bench.home(run.tool, world.name).exists():
        run_once(bench, run.tool, world, first=True)
    found = run_once(bench, run.tool, world, first=run.number == 0)
    return {"world": run.world, "tool": run.tool, "run": run.number} | found


def append(path: Path, row: dict[str, Any]) -> None:
    """Add a row to the CSV at `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    frame = pd.DataFrame([row]).reindex(columns=list(COLUMNS))
    text = frame.to_csv(index=False, header=not path.exists(), lineterminator="\n")
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Speed beside other tools.")
    parser.add_argument("--tools", nargs="+", choices=[OWN, *PEERS], default=[OWN, *PEERS])
    worlds = [name for name in WORLDS if name != "large"]
    parser.add_argument("--worlds", nargs="+", choices=list(WORLDS), default=worlds)
    parser.add_argument("--minutes", type=float, default=20.0, help="after which a run is stopped")
    parser.add_argument("--folder", type=Path, default=RESULTS)
    parser.add_argument("--environments", type=Path, default=Path(tempfile.gettempdir()) / "mixproof-peers")
    parser.add_argument("--uv", default="uv", help="the uv to make environments with")
    parser.add_argument(
        "--tune", type=int, default=1000, help="of the other tools; fewer only to try the study out"
    )
    parser.add_argument("--draws", type=int, default=1000, help="likewise")
    return parser.parse_args()


def main() -> None:
    """Make the runs that are missing, then write the table."""
    asked = _arguments()
    path = asked.folder / "speed.csv"
    steps = {"tune": asked.tune, "draws": asked.draws}
    homes = Path(tempfile.gettempdir()) / "mixproof-speed-homes"
    bench = Bench(homes, asked.environments, asked.uv, 60 * asked.minutes, steps)
    ready: set[str] = set()
    for run in missing(planned(asked.worlds, asked.tools), path):
        if run.tool not in ready:
            write_bytecode(bench, run.tool)
            ready.add(run.tool)
        row = perform(bench, run, simulate_world(WORLDS[run.world].simulated, SEED))
        append(path, row)
        print(f"{run.world} {run.tool} {run.number}: {row['status']}, {row['seconds']} s", flush=True)
    print(f"written: {summarise(asked.folder, list(WORLDS))}")


if __name__ == "__main__":
    main()
