"""Kill a real run at random times and look at what is left: nothing partial, and in the end the same bytes.

    python -m benchmarks.kill_points --kills 20

One run is left alone first: its duration is the span in which the others are killed (SIGKILL, the whole command),
and its artefacts are what they must end with. Kills are spread over the span by a seeded generator, so a second
session repeats them. Afterwards one run is left to end. Exits 1 when anything is not as it should be.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.version import code_version  # noqa: E402  # the script runs from a checkout, too
from mixproof.records.run import Run, verify  # noqa: E402


@dataclass(frozen=True, slots=True)
class Kill:
    """What one kill met and left."""

    number: int
    seconds: float
    ended_before: bool
    building: int
    chains_kept: int
    published: int
    partial: int
    different: int


def main() -> int:
    """Return 0 when every kill left only whole runs, and every run has the same artefacts."""
    asked = _arguments()
    with tempfile.TemporaryDirectory(prefix="kill-points-") as folder:
        reference, seconds = _undisturbed(asked.config, Path(folder, "reference"))
        print(f"undisturbed: {seconds:.1f} s, {len(reference)} artefacts")
        runs = Path(folder, "runs")
        kills = list(_kill_all(asked, runs, seconds, reference))
        last, after = _undisturbed(asked.config, runs)
        print(
            f"after {len(kills)} kills: {after:.1f} s, {'same bytes' if last == reference else 'OTHER BYTES'}"
        )
    bad = [kill for kill in kills if kill.partial or kill.different]
    _write(asked, kills, (seconds, after), last == reference)
    return 1 if bad or last != reference else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--config", type=Path, default=ROOT / "configs" / "demo.yaml")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--results", type=Path, default=ROOT / "benchmarks" / "results" / "kill_points.md")
    return parser.parse_args()


def _command(config: Path, runs: Path) -> subprocess.Popen[bytes]:
    """Start the command in a process group of its own."""
    code = "import sys; from workflow.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", code, "run", str(config), "--output", str(runs), "--quiet"]
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    environment = {**os.environ, "PYTHONPATH": path}
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, start_new_session=True)


def _undisturbed(config: Path, runs: Path) -> tuple[dict[str, str], float]:
    began = time.monotonic()
    code = _command(config, runs).wait()
    if code not in {0, 5}:
        raise SystemExit(f"a run that nobody killed ended with {code}")
    (latest,) = runs.glob("*/latest")
    return _artefacts(latest), time.monotonic() - began


def _artefacts(run: Path) -> dict[str, str]:
    """Return what has to be the same each time: posterior, tables and config; pages name their run."""
    found = Run.open(run).manifest["artefacts"]
    return {name: value for name, value in found.items() if not name.startswith("report/")}


def _kill_all(
    asked: argparse.Namespace, runs: Path, seconds: float, reference: dict[str, str]
) -> Iterator[Kill]:
    times = random.Random(asked.seed)
    seen: set[Path] = set()
    for number in range(asked.kills):
        # a run that resumes is shorter, so later kills would mostly come too late: half of them come early
        wait = times.uniform(0, seconds if number % 2 else seconds / 4)
        process = _command(asked.config, runs)
        try:
            process.wait(timeout=wait)
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)  # the command alone: its sampler must notice by itself
        code = process.wait()
        kill = _look(runs, number, wait, code != -signal.SIGKILL, seen, reference)
        print(kill)
        yield kill


def _look(
    runs: Path, number: int, wait: float, ended: bool, seen: set[Path], reference: dict[str, str]
) -> Kill:
    """Return what a kill left behind; only runs that are new are read again."""
    published = set(runs.glob("*/[0-9]*Z-*"))
    partial = different = 0
    for run in sorted(published - seen):
        try:
            whole = verify(run).identical
        except Exception as error:
            print(f"{run.name}: {error}")
            whole = False
        partial += not whole
        different += whole and _artefacts(run) != reference
    seen |= published
    building, chains = (
        len(list(runs.glob("*/.building-2*"))),
        len(list(runs.glob("*/.checkpoints/*/chains/*.npz"))),
    )
    return Kill(number, round(wait, 3), ended, building, chains, len(published), partial, different)


def _write(asked: argparse.Namespace, kills: list[Kill], seconds: tuple[float, float], same: bool) -> None:
    """Write the table: one row a kill, and above it what to make of it."""
    partial, different = sum(k.partial for k in kills), sum(k.different for k in kills)
    rows = [
        f"| {k.number + 1} | {k.seconds:.1f} | {'ended before' if k.ended_before else 'killed'} | {k.building} "
        f"| {k.chains_kept} | {k.published} | {k.partial} | {k.different} |"
        for k in kills
    ]
    lines = [
        "# A real run, killed at random times",
        "",
        f"Made by `python -m benchmarks.kill_points --kills {asked.kills} --seed {asked.seed} "
        f"--config configs/{asked.config.name}` at {code_version()}: SIGKILL to the command, then the same command again.",
        "",
        f"Undisturbed run: {seconds[0]:.0f} s. Runs published while others were killed: {kills[-1].published if kills else 0}; "
        f"partial ones: {partial}; with other bytes than the undisturbed run: {different}. The run after the last kill took "
        f"{seconds[1]:.0f} s and ended with {'the same bytes' if same else 'OTHER BYTES'} (posterior, tables, config).",
        "",
        "`building`: unfinished folders left behind, which the next run sweeps away; `chains`: finished chains kept for it.",
        "",
        "| kill | after s | what it met | building | chains | published | partial | other bytes |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
        *rows,
    ]
    asked.results.parent.mkdir(parents=True, exist_ok=True)
    asked.results.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
