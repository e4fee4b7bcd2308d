"""Whether recommended budgets are good where the best one is known: regret, harm, "no change", and gains as promised.

    python -m benchmarks.plan --seeds 20

Each fit adds a row to ``results/plan_worlds.csv``; what is there is not run again, and ``results/plan.md`` is written anew
after every fit. Fits are short (two chains of 1,000 draws). Worlds are those of `benchmarks.plan_worlds`: the default model
with calibration by one test a channel (`calibrated`) or none, where the plan that is there may be bettered (`usual`) or is
the best one (`settled`). Money stays within nothing and twice the current plan's, its total is the current one's.

- regret: true outcome of the best budget under the same constraints less that of the recommended one, over what the
  current plan's media truly bring;
- harm: true outcome of the current plan less that of the recommended one, over the same;
- covered: whether the interval of the gain, from draws that the search has not used, holds the true gain of the optimum.
"""

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.plan_worlds import PlanWorld, plan_world, read_levels
from benchmarks.version import code_version
from mmm.calibration import Calibration
from mmm.config import CalibrateConfig, MmmConfig
from mmm.effects.intervals import interval
from mmm.fit import fit
from mmm.plan.certificate import decide
from mmm.plan.config import PlanConfig
from mmm.plan.constraints import Constraints, constraints
from mmm.plan.curves import Curves, levels
from mmm.plan.outcome import PlanOutcome, halves, unit_of
from mmm.plan.search.ascent import goal_of
from mmm.plan.search.optimise import on_curves
from mmm.plan.window import Window, build_window
from mmm.problem.problem import build_problem

FOLDER = Path(__file__).parent / "results"
FIT = {"chains": 2, "draws": 1000, "max_draws": 1000}
TARGETS = {"calibrated": 0.02, "uncalibrated": 0.03}
MOST_HARM, LEAST_UNCHANGED, LEVEL = 0.01, 0.9, 0.9
KEY = ["kind", "world", "evidence", "seed"]


@dataclass(frozen=True, slots=True)
class Task:
    """One fit and its plan."""

    kind: str
    world: str
    evidence: str
    seed: int


def tasks(kinds: list[str], seeds: range) -> Iterator[Task]:
    """Yield all tasks, seed by seed."""
    for seed in seeds:
        for kind in kinds:
            for world in ("usual", "settled"):
                for evidence in TARGETS:
                    yield Task(kind, world, evidence, seed)


def run(task: Task, version: str) -> dict[str, object]:
    """Return the row of a task."""
    began, calibrated = time.process_time(), task.evidence == "calibrated"
    world = plan_world(task.kind, task.seed, settled=task.world == "settled", tested=calibrated)
    config = MmmConfig.model_validate({"fit": FIT})
    calibration = Calibration(CalibrateConfig(), world.evidence) if calibrated else None
    posterior = fit(world.panel, config, seed=task.seed, calibration=calibration)
    plan = PlanConfig()
    window = build_window(build_problem(world.panel, config), plan)
    used, unused = halves(posterior, window)
    outcome = PlanOutcome(window, used, unit_of(window, plan))
    best, judged = decide(outcome, outcome.on(unused), plan, config.interval, task.seed)
    amounts = best.kept.amounts
    ideal = best_of_truth(world, window, constraints(window, plan), plan)
    true = {
        name: world.brought(amounts.money(chosen))
        for name, chosen in (("now", amounts.current), ("optimum", best.found.amounts), ("ideal", ideal))
    }
    recommended = true["optimum" if judged.change else "now"]
    lower, upper = interval(judged.gain, config.interval)
    return {
        **{key: getattr(task, key) for key in KEY},
        "change": judged.change,
        "better": judged.better,
        "chance": judged.chance,
        "beyond": judged.beyond,
        "gain": float(judged.gain.mean()),
        "lower": lower,
        "upper": upper,
        "true_gain": true["optimum"] - true["now"],
        "now": true["now"],
        "regret": (true["ideal"] - recommended) / true["now"],
        "regret_optimum": (true["ideal"] - true["optimum"]) / true["now"],
        "room": (true["ideal"] - true["now"]) / true["now"],
        "r_hat": float(posterior["convergence"]["r_hat"].max()),
        "seconds": time.process_time() - began,
        "version": version,
    }


def best_of_truth(world: PlanWorld, window: Window, kept: Constraints, plan: PlanConfig) -> np.ndarray:
    """Return the amounts that truly bring most under the same constraints."""
    money = levels(kept.polytope.lower, kept.polytope.upper)
    read = Curves(money, *read_levels(world, money, window.phase))
    goal = goal_of(plan, np.array([world.brought(window.current)]))
    return on_curves(read, goal, kept, np.random.default_rng(1)).amounts


def summarise(rows: pd.DataFrame) -> str:
    """Return the Markdown page on all tasks."""
    first = " ".join(f"{name} {limit:.0%}," for name, limit in TARGETS.items()).rstrip(",")
    lines = [
        "# Are recommended budgets good where the best one is known?",
        "",
        f"Code {', '.join(sorted(set(rows['version'])))}; `python -m benchmarks.plan`, which continues where it was stopped.",
        "The default model, short fits (2 x 1,000 draws); one quarter of 13 weeks, four channels, the current plan's total,",
        "each channel of each geo between nothing and twice its money. `room`: what the best budget would truly bring more",
        "than the current one. Regret and harm as shares of what media truly bring; means over worlds, and the largest.",
        f"Targets: regret {first}; harm never above {MOST_HARM:.0%};",
        f"no change in at least {LEAST_UNCHANGED:.0%} of settled worlds; {LEVEL:.0%} intervals of the gain hold the true one.",
        "",
        "| panel | world | experiments | worlds | room | regret | largest | of optimum | largest harm | no change | covered |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for (kind, world, evidence), part in rows.groupby(["kind", "world", "evidence"], sort=False):
        harm = part["regret"] - part["room"]
        inside = part["true_gain"].between(part["lower"], part["upper"])
        count = len(part)
        error = np.sqrt(max(inside.mean() * (1 - inside.mean()), 0.25 / count) / count)
        shown = [
            str(kind),
            str(world),
            str(evidence),
            str(count),
            f"{part['room'].mean():.1%}",
            f"{part['regret'].mean():.1%}",
            f"{part['regret'].max():.1%}",
            f"{part['regret_optimum'].mean():.1%}",
            f"{max(harm.max(), 0.0):.1%}",
            f"{(~part['change'].astype(bool)).mean():.2f}",
            f"{inside.mean():.2f} ± {error:.2f}",
        ]
        lines.append(f"| {' | '.join(shown)} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Run what is missing, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kinds", nargs="+", default=["national", "geo"])
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    arguments = parser.parse_args()
    path, version = arguments.folder / "plan_worlds.csv", code_version()
    rows = pd.read_csv(path) if path.exists() else pd.DataFrame(columns=KEY)
    for task in tasks(arguments.kinds, range(arguments.first, arguments.first + arguments.seeds)):
        mine = rows[KEY].eq([getattr(task, key) for key in KEY]).all(axis=1)
        if not mine.any():
            found = run(task, version)
            print(
                {key: found[key] for key in (*KEY, "change", "room", "regret", "better", "seconds")},
                flush=True,
            )
            rows = pd.concat([rows, pd.DataFrame([found])], ignore_index=True)
            rows.to_csv(path, index=False, float_format="%.6g")
            (arguments.folder / "plan.md").write_text(summarise(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
