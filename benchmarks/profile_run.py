"""Where the time of a run goes: the whole command with empty and with warm caches, and each part of it by itself.

    python -m benchmarks.profile_run --config configs/demo.yaml --repeats 2

Writes ``results/profile.md``. The whole command is a process of its own each time; empty caches mean a new cache folder,
so that the kernel is compiled. Parts are done one after the other in one process, where nothing runs beside them:
processor seconds are what to compare on a busy machine, and parts add up to more than the command takes, which does
some of them at the same time.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.process_cost import Cost, run_costed  # noqa: E402  # the script runs from a checkout, too

RESULTS = Path(__file__).parent / "results"
STAGES = ("check", "aggregate", "fit", "effects", "report")
LIMIT = 3600.0
"""Seconds after which a run is given up."""


def main() -> None:
    """Profile and write the table."""
    asked = _arguments()
    if asked.parts:
        print(json.dumps(Parts().of(asked.config)))
        return
    with tempfile.TemporaryDirectory(prefix="profile-") as folder:
        environment = os.environ | {"XDG_CACHE_HOME": str(Path(folder, "cache")), "OPENBLAS_NUM_THREADS": "1"}
        environment.pop("NUMBA_CACHE_DIR", None)
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        names = ["first, empty caches", *(f"later {number + 1}" for number in range(asked.repeats))]
        runs = {name: _run(asked.config, Path(folder), environment) for name in names}
        parts = _parts(asked.config, environment)
    asked.folder.mkdir(parents=True, exist_ok=True)
    (asked.folder / "profile.md").write_text(_report(asked.config, runs, parts), encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--config", type=Path, default=ROOT / "configs" / "demo.yaml")
    parser.add_argument("--repeats", type=int, default=2, help="later runs of the whole command")
    parser.add_argument("--folder", type=Path, default=RESULTS)
    parser.add_argument("--parts", action="store_true", help="only print the parts, as JSON")
    return parser.parse_args()


def _run(config: Path, folder: Path, environment: dict[str, str]) -> tuple[Cost, dict[str, float]]:
    """Return the cost of one run of the command, and the seconds of its stages."""
    runs = folder / "runs"
    program = "from workflow.cli import main; main()"
    command = [sys.executable, "-c", program, "run", str(config.resolve()), "--output", str(runs), "--quiet"]
    cost = run_costed(command, environment, folder, LIMIT)
    if cost.code not in (0, 5):
        raise SystemExit(f"the run failed with {cost.code}: {cost.said}")
    newest = max(runs.glob("*/*/manifest.json"), key=lambda path: path.stat().st_mtime)
    return cost, json.loads(newest.read_text(encoding="utf-8"))["timings"]


def _parts(config: Path, environment: dict[str, str]) -> list[tuple[str, float, float]]:
    """Return name, seconds and processor seconds of each part, from a process of its own."""
    command = [sys.executable, "-m", "benchmarks.profile_run", "--parts", "--config", str(config.resolve())]
    said = subprocess.run(command, env=environment, cwd=ROOT, check=True, capture_output=True, text=True)
    return [tuple(row) for row in json.loads(said.stdout.splitlines()[-1])]


class Parts:
    """A run's parts, done one after the other under the clock."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, float, float]] = []

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Measure what is done in the block."""
        began, used = time.perf_counter(), time.process_time()
        yield
        self.rows.append((name, time.perf_counter() - began, time.process_time() - used))

    def measured(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return `function`, measured whenever it is called."""

        def call(*given: Any, **named: Any) -> Any:
            with self.part(name):
                return function(*given, **named)

        return call

    def of(self, config: Path) -> list[tuple[str, float, float]]:
        """Return name, seconds and processor seconds of each part of a run of `config`."""
        with self.part("import: command line, stages"):
            pass
        with self.part("import: reading data"):
            from mixproof.aggregates.sources import read_panel
            from workflow.config import load_config
        with self.part("read config and data"):
            run = load_config(config)
            assert run.data is not None and run.mmm is not None
            panel = read_panel(run.data, config.parent)
        with self.part("import: sampler and kernel"):
            from mmm import fit
            from mmm.problem.problem import build_problem
        with self.part("load kernel, find where chains start"):
            problem = build_problem(panel, run.mmm)
            engine = fit.build_engine(problem)
        fit.judged = self.measured("  of which convergence", fit.judged)  # type: ignore[attr-defined]
        with self.part("sampling"):
            posterior = fit.sample(engine, problem, run.seed)
        self._after(run, panel, posterior)
        return self.rows

    def _after(self, run: Any, panel: Any, posterior: Any) -> None:
        """Do what follows sampling."""
        with tempfile.TemporaryDirectory() as folder:
            with self.part("write posterior"):
                from mixproof.records.run_folder.posterior import load_posterior, save_posterior
                from workflow.sampling.job import compact

                save_posterior(compact(posterior), Path(folder, "posterior"))
            with self.part("read posterior"):
                posterior = load_posterior(Path(folder, "posterior"))
            with self.part("import: effects and checks"):
                from mmm import analyse
                from mmm.checks import examine
            for name in ("contributions", "fitted", "diagnostics"):
                setattr(examine, name, self.measured(f"  of which {name}", getattr(examine, name)))
            for name in ("curve_draws", "effect_tables", "fit_tables", "judge"):
                setattr(analyse, name, self.measured(f"  of which {name}", getattr(analyse, name)))
            with self.part("effects and verdict"):
                analysis = analyse.analyse(posterior, panel, run.mmm)
            self._report(run, panel, analysis, Path(folder))

    def _report(self, run: Any, panel: Any, analysis: Any, folder: Path) -> None:
        """Write tables, page and workbook of a run."""
        from datetime import UTC, datetime

        from mixproof.records.run_folder.output import open_output
        from mixproof.records.run_folder.run_draft import RunFacts, start
        from workflow.config import dump_resolved

        with self.part("import: page and workbook"):
            from reports import summary
        facts = RunFacts(run.seed, dump_resolved(run), datetime.now(UTC), {}, panel.facts())
        place = open_output(folder / "runs", run.name, [])
        summary.write_workbook = self.measured("  of which workbook", summary.write_workbook)  # type: ignore[attr-defined]
        with start(place, facts) as draft:
            with self.part("write tables"):
                for name, frame in analysis.tables.items():
                    draft.write_table(name, frame)
            with self.part("page and workbook"):
                summary.write_summary(draft.view(analysis.verdict))


def _report(
    config: Path, runs: dict[str, tuple[Cost, dict[str, float]]], parts: list[tuple[str, float, float]]
) -> str:
    """Return the tables as Markdown."""
    from benchmarks.recovery import code_version

    lines = [
        f"# Where the time of `mixproof run configs/{config.name}` goes",
        "",
        f"`python -m benchmarks.profile_run --config configs/{config.name}`, code {code_version()}, {os.cpu_count()} cores,"
        f" load {os.getloadavg()[1]:.1f} in the last five minutes. Seconds by the clock, unless said otherwise.",
        "",
        f"| run | whole | processor | {' | '.join(STAGES)} | most memory, MB |",
        f"|---|---|---|{'---|' * len(STAGES)}---|",
    ]
    for name, (cost, stages) in runs.items():
        cells = " | ".join(f"{stages[stage]:.1f}" for stage in STAGES)
        lines.append(f"| {name} | {cost.seconds:.1f} | {cost.cpu:.1f} | {cells} | {cost.memory / 1e6:.0f} |")
    lines += [
        "",
        "Each part by itself, warm, one after the other:",
        "",
        "| part | seconds | processor |",
        "|---|---|---|",
    ]
    lines += [f"| {name} | {seconds:.2f} | {used:.2f} |" for name, seconds, used in _in_order(parts)]
    return "\n".join(lines) + "\n"


def _in_order(parts: list[tuple[str, float, float]]) -> list[tuple[str, float, float]]:
    """Return parts with what they consist of behind them: inner blocks end first; repeated ones are added up."""
    ordered: list[tuple[str, float, float]] = []
    inner: dict[str, tuple[float, float]] = {}
    for name, seconds, used in parts:
        if name.startswith("  "):
            before = inner.get(name, (0.0, 0.0))
            inner[name] = (before[0] + seconds, before[1] + used)
        else:
            ordered += [(name, seconds, used), *((key, *value) for key, value in inner.items())]
            inner = {}
    return ordered


if __name__ == "__main__":
    main()
