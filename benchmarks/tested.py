"""What calibration by experiments does to returns: weekly readouts, totals, the formula of other tools, and none.

    python -m benchmarks.tested --seeds 50

Each fit adds a row a channel to ``results/tested_fits.csv``; fits that are there are not run again, and the page
``results/tested.md`` is written anew after every seed. Fits are short (two chains of 400 draws): enough for medians and 90 %
intervals. What is asked:

- `shape`: spend follows nothing and carryover is geometric, which the default model can draw: is the return unbiased where
  the carryover lasts (.3, .6, .8 a week), and is that so for tests that switch off, halve or double?
- `exact`: the same with tests that err by 1 % and by nothing else: does the model ask itself the test's own question?
- `null`: a channel that brings nothing, or less: is its return pulled to the truth, and covered?
- `chased`: spend follows demand that no table shows; one test a paid channel, errors of 12 %.
"""

import argparse
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.demand_chasing import ALL, Reaction, react_to_demand
from benchmarks.tested_worlds import (
    SIZE,
    Test,
    TestedWorld,
    ordinary,
    plain_scene,
    saturation_only,
    tested_world,
    total,
    weekly,
)
from benchmarks.version import code_version
from mixproof.aggregates.config import DataConfig
from mixproof.aggregates.sources import panel_from_frames
from mixproof.records.evidence import Evidence
from mmm.calibration import Calibration
from mmm.config import Bias, CalibrateConfig, MmmConfig
from mmm.effects.contribution import contributions
from mmm.effects.return_on_spend import returns
from mmm.fit import fit
from mmm.problem.draws import thin
from mmm.problem.problem import build_problem

FOLDER = Path(__file__).parent / "results"
ERROR, EXACT = 0.12, 0.01
MEMORIES, DOSES = (0.3, 0.6, 0.8), (0.0, 0.5, 2.0)
RETURNS = (1.0, 1.5, 2.0)
TESTED = "search"
CHASES = {
    "two channels": Reaction(),
    "two, strongly": Reaction(low=0.6, high=0.9),
    "all channels": Reaction(ALL),
}
NULLS = {"brings nothing": 0.0, "does harm": -1 / 3}
"""Times the return of 1.5; tests err by 12 % of what that would have shown."""
KINDS: dict[str, Callable[[Test], Evidence] | None] = {
    "weekly 4+8": weekly,
    "total 4+4": total,
    "saturation only": saturation_only,
    "none": None,
}
"""How a test reaches the model."""
FIT = {"chains": 2, "draws": 400, "max_draws": 400}
COLUMNS = [
    *("study", "world", "evidence", "seed", "channel", "chased"),
    *("truth", "lower", "median", "upper", "r_hat", "seconds", "version"),
]


@dataclass(frozen=True, slots=True)
class Task:
    """One fit to do."""

    study: str
    world: str
    evidence: str
    seed: int


def tasks(seeds: range, full: int) -> Iterator[Task]:
    """Yield all fits: weekly readouts of every seed, and after every second one what they are held against, of `full` seeds."""
    for place, seed in enumerate(seeds):
        for name in CHASES:
            for kind in ("weekly 4+8", "none"):
                yield Task("chased", name, kind, seed)
        for name in NULLS:
            yield Task("null", name, "weekly 4+8", seed)
        for memory in MEMORIES:
            for dose in DOSES:
                yield Task("shape", f"{memory}, {dose:g}", "weekly 4+8", seed)
        for memory in MEMORIES if place < full else ():
            for dose in DOSES:
                yield Task("exact", f"{memory}, {dose:g}", "weekly 4+8", seed)
        if place % 2 == 1 and place // 2 < full:
            yield from compared(seeds[place // 2])


def compared(seed: int) -> Iterator[Task]:
    """Yield the fits of a seed that weekly readouts are held against."""
    for name in CHASES:
        yield Task("chased", name, "total 4+4", seed)
    for memory in MEMORIES:
        for dose in DOSES:
            for kind in ("total 4+4", "saturation only"):
                yield Task("shape", f"{memory}, {dose:g}", kind, seed)
        yield Task("shape", f"{memory}, 0", "none", seed)


def world_of(task: Task) -> TestedWorld:
    """Return the world of a task; the same for every kind of evidence."""
    if task.study == "chased":
        scene = react_to_demand(CHASES[task.world], task.seed, SIZE)
        starts = {m.name: (ordinary(m, 40, 112), 0.0) for m in scene.media}
        return tested_world("chased", scene, starts, ERROR, task.seed)
    memory, dose, factor = 0.6, 0.0, NULLS.get(task.world, 1.0)
    if task.study in ("shape", "exact"):
        memory, dose = map(float, task.world.split(", "))
    scene = plain_scene(task.seed, memory, RETURNS)
    starts = {m.name: (ordinary(m, 60, 100), dose) for m in scene.media if m.name == TESTED}
    error = EXACT if task.study == "exact" else ERROR
    return tested_world("plain", scene, starts, error, task.seed, {TESTED: factor})


def run(task: Task, version: str) -> list[dict[str, object]]:
    """Return the rows of one fit: one a channel, of the tested one alone where one is tested."""
    began, world = time.process_time(), world_of(task)
    panel = panel_from_frames(DataConfig.model_validate(world.data_config), world.tables)
    config, made = MmmConfig.model_validate({"fit": FIT}), KINDS[task.evidence]
    options = CalibrateConfig(bias=Bias(geos=0.0)) if task.study == "exact" else CalibrateConfig()
    calibration = None if made is None else Calibration(options, tuple(made(test) for test in world.tests))
    posterior = fit(panel, config, seed=task.seed, calibration=calibration)
    problem = build_problem(panel, config, calibration)
    draws = thin(posterior["posterior"].to_dataset(), FIT["chains"] * FIT["draws"])
    ends = np.quantile(returns(problem, contributions(problem, draws)).roi, [0.05, 0.5, 0.95], axis=1)
    r_hat = float(posterior["convergence"]["r_hat"].max())
    shared = {"study": task.study, "world": task.world, "evidence": task.evidence, "seed": task.seed}
    tested = {test.channel for test in world.tests}
    seconds = time.process_time() - began
    rows = []
    for number, channel in enumerate(panel.channels):
        if channel not in tested:
            continue
        chased = task.study == "chased" and channel in CHASES[task.world].channels
        rows.append(
            shared
            | {"channel": channel, "chased": chased, "truth": world.truth[channel], "lower": ends[0, number],
               "median": ends[1, number], "upper": ends[2, number], "r_hat": r_hat, "seconds": seconds,
               "version": version}
        )  # fmt: skip
    return rows


def append(path: Path, rows: list[dict[str, object]]) -> None:
    """Add rows to the CSV."""
    text = pd.DataFrame(rows)[COLUMNS].to_csv(
        index=False, header=not path.exists(), float_format="%.5g", lineterminator="\n"
    )
    with path.open("a", encoding="utf-8", newline="") as file:
        file.write(text)


def done_in(path: Path) -> set[Task]:
    """Return the fits that are in the CSV."""
    if not path.exists():
        return set()
    # "null" is a study here, not a missing value
    table = pd.read_csv(path, keep_default_na=False)
    keys = table[["study", "world", "evidence", "seed"]].drop_duplicates()
    return {Task(*key) for key in keys.itertuples(index=False)}


def main() -> None:
    """Fit what is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seeds", type=int, default=50)
    parser.add_argument(
        "--full", type=int, default=10, help="seeds, the first ones, with every kind of evidence"
    )
    parser.add_argument("--folder", type=Path, default=FOLDER)
    asked = parser.parse_args()
    path = asked.folder / "tested_fits.csv"
    done, version = done_in(path), code_version()
    for task in tasks(range(asked.first, asked.first + asked.seeds), asked.full):
        if task not in done:
            rows = run(task, version)
            append(path, rows)
            said = "; ".join(f"{r['channel']} {r['median']:.2f} of {r['truth']:.2f}" for r in rows)
            print(task, said, f"{rows[0]['seconds']:.1f} s", flush=True)


if __name__ == "__main__":
    main()
