"""How much faster reweighted backtests are than exact ones, and whether they say the same.

    python -m benchmarks.backtest --worlds national demo

Each world is backtested twice in one process: by importance weighting with refits where Pareto k asks for them, and with
a fit of its own, from nothing, for each origin. Origins go to ``benchmarks/results/backtest_origins.csv``; a world that is
there is not run again. Afterwards ``benchmarks/results/backtest.md`` is written from all of them. Times are processor
time, all threads together, so that what else the machine does counts for little; compilation is not part of them.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from mixproof.aggregates.config import DataConfig
from mixproof.aggregates.simulate import simulate_world
from mixproof.aggregates.sources import panel_from_frames
from mmm.backtest.frame import Frame, set_frame
from mmm.backtest.importance import equal, log_mean
from mmm.backtest.leave_future_out import Origin, Refitter, Say, leave_future_out
from mmm.config import Backtest, MmmConfig
from mmm.forecast.paths import forecaster
from mmm.problem.problem import build_problem
from mmm.sampling.engine import kernel_engine

RESULTS = Path(__file__).parent / "results"
ORIGINS = 26


def exact(frame: Frame, seed: int, say: Say) -> list[Origin]:
    """Return all origins of a frame, each with a fit of its own that knows nothing of the others: slow, and the truth."""
    refitter, origins = Refitter(frame, seed), []
    for number, forecast in enumerate(map(int, frame.forecasts)):
        say(f"fitting the outcomes before {frame.day(forecast)}")
        fit, draws = refitter.from_mode(forecast)
        forecasts, weights = forecaster(frame.problem, draws, frame.first), equal(draws.count)
        origins.append(Origin(frame.place(number), forecast, fit, -np.inf, weights, forecasts))
    return origins


METHODS: dict[str, Callable[..., list[Origin]]] = {"reweighted": leave_future_out, "exact": exact}


def run(world: str, seed: int) -> pd.DataFrame:
    """Return one row for each origin and method."""
    made = simulate_world(world, seed)
    panel = panel_from_frames(DataConfig.model_validate(made.data_config), made.tables)
    frame = set_frame(build_problem(panel, MmmConfig(backtest=Backtest(origins=ORIGINS))))
    kernel_engine(frame.model(int(frame.forecasts[0])))  # compiles what this machine has not compiled yet
    rows = []
    for method, backtest in METHODS.items():
        began = time.process_time()
        origins = backtest(frame, seed, lambda text: print(f"{world}: {text}", flush=True))
        seconds = time.process_time() - began
        rows += [_row(frame, origin) | {"method": method, "seconds": seconds} for origin in origins]
    weeks = int(panel.observed.any(axis=0).sum())
    return pd.DataFrame(rows).assign(world=world, seed=seed, weeks=weeks, channels=len(panel.channels))


def _row(frame: Frame, origin: Origin) -> dict[str, object]:
    density, error = log_mean(origin.weights, origin.forecaster.log_density[origin.place])
    return {
        "forecast": frame.day(origin.forecast),
        "log_density": density,
        "monte_carlo_error": error,
        "k_hat": origin.tried,
        "fitted": origin.refitted,
    }


def summarise(rows: pd.DataFrame) -> str:
    """Return the Markdown page on all worlds."""
    lines = [
        "# Backtests by importance weighting against exact refits",
        "",
        f"`python -m benchmarks.backtest`: {ORIGINS} origins, one week ahead each. Seconds are processor time of both methods",
        "in one process. elpd is the sum of log predictive densities, with the standard error of a sum over origins; the",
        "difference is reweighted less exact, with the standard error of the paired differences over origins, of which",
        "Monte-Carlo error of the weights is a part.",
        "",
        "| world | weeks x media | fits | seconds | exact seconds | times faster | elpd | exact elpd | difference |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for (world, seed), part in rows.groupby(["world", "seed"], sort=False):
        fast, slow = (part[part["method"] == method].sort_values("forecast") for method in METHODS)
        gap = fast["log_density"].to_numpy() - slow["log_density"].to_numpy()
        seconds = [float(each["seconds"].iloc[0]) for each in (fast, slow)]
        shown = [
            f"{world} {seed}",
            f"{part['weeks'].iloc[0]} x {part['channels'].iloc[0]}",
            f"{int(fast['fitted'].sum())} of {len(fast)}",
            f"{seconds[0]:.0f}",
            f"{seconds[1]:.0f}",
            f"{seconds[1] / seconds[0]:.1f}",
            *(
                f"{each['log_density'].sum():.2f} ± {_error(each['log_density']):.2f}"
                for each in (fast, slow)
            ),
            f"{gap.sum():+.2f} ± {_error(pd.Series(gap)):.2f}",
        ]
        lines.append(f"| {' | '.join(shown)} |")
    return "\n".join(lines) + "\n"


def _error(values: pd.Series) -> float:
    """Return the standard error of a sum."""
    return float(np.sqrt(len(values)) * values.std(ddof=1))


def main() -> None:
    """Run what is missing, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", nargs="+", default=["national", "demo"])
    parser.add_argument("--seeds", nargs="+", type=int, default=[1])
    parser.add_argument("--folder", type=Path, default=RESULTS)
    arguments = parser.parse_args()
    path = arguments.folder / "backtest_origins.csv"
    rows = pd.read_csv(path) if path.exists() else pd.DataFrame(columns=["world", "seed"])
    for world in arguments.worlds:
        for seed in arguments.seeds:
            if not ((rows["world"] == world) & (rows["seed"] == seed)).any():
                found = run(world, seed)
                rows = pd.concat([rows, found], ignore_index=True) if len(rows) else found
                rows.to_csv(path, index=False, float_format="%.5f")
    (arguments.folder / "backtest.md").write_text(summarise(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
