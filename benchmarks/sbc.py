"""Simulation-based calibration: does the default model, fitted to data drawn from itself, rank the truth uniformly?

    python -m benchmarks.sbc --models national geo --replications 200

Each fit adds a row of ranks to ``benchmarks/results/sbc_<model>.csv``; replications that are there are not run again,
unless ``--anew`` throws them away first. Afterwards ``benchmarks/results/sbc.md`` and a picture are written anew.

1. Media, calendar and scaling are those of one simulated panel, and stay fixed: the model divides the outcome by its
   mean, and calibration holds for a model whose prior does not move with the data.
2. Parameters are drawn from the prior, and outcomes from the likelihood given them, both in NumPy.
3. The sampler runs on the kernel, as every fit does, with the default options.
4. Draws are thinned to 99 of about 2000, which are then nearly independent, and the truth is ranked among them: every
   scalar parameter, and the log-likelihood, which also sees what single parameters hide.

References
----------
Talts, Betancourt, Simpson, Vehtari and Gelman (2018), Validating Bayesian inference algorithms with simulation-based
calibration. Modrak, Moon, Kim, Burkner, Huurre, Faltejskova, Gelman and Vehtari (2023), Simulation-based calibration
checking for Bayesian computation: the choice of test quantities shapes sensitivity.
"""

import argparse
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from benchmarks.recovery import code_version
from benchmarks.sbc_report import summarise
from mixproof.aggregates.config import DataConfig
from mixproof.aggregates.simulate import simulate_world
from mixproof.aggregates.sources import panel_from_frames
from mmm.config import MmmConfig
from mmm.effects.predictive import expected, one_step_ahead
from mmm.fit import sample
from mmm.kernel.compiled import build_kernel
from mmm.numerics.convergence import convergence
from mmm.prior.draws import prior_draws
from mmm.problem.draws import Draws, thin
from mmm.problem.priors import TAIL_FLOOR
from mmm.problem.problem import Problem, build_problem
from mmm.sampling.engine import kernel_engine

RESULTS = Path(__file__).parent / "results"
WORLDS: Mapping[str, tuple[str, dict[str, int]]] = {
    "national": ("small", {"weeks": 60, "geos": 1, "channels": 3}),
    "geo": ("growing", {"weeks": 54, "geos": 4, "channels": 2}),
}
"""The panel whose media and calendar are used: a world of the simulator and its size."""
WORLD_SEED, PRIOR_SEED = 11, 20_231
RANKED_AMONG = 99
"""Draws that a truth is ranked among: 100 equally likely ranks."""


@dataclass(frozen=True, slots=True)
class Study:
    """One model on one panel: everything that stays the same over replications.

    Parameters
    ----------
    problem : Problem
        Scaling and media stay those of the panel that was simulated first; the blocks of its vector are what is ranked.
    truths : Draws
        Draws from the prior; replication i has the i-th.
    """

    problem: Problem
    truths: Draws


def prepare_study(model: str) -> Study:
    """Return the study of `model`, a key of `WORLDS`."""
    name, size = WORLDS[model]
    world = simulate_world(name, WORLD_SEED, **size)
    panel = panel_from_frames(DataConfig.model_validate(world.data_config), world.tables)
    config = MmmConfig()
    problem = build_problem(panel, config)
    return Study(problem, prior_draws(problem, PRIOR_SEED))


def replicate(study: Study, number: int) -> dict[str, Any]:
    """Return the row of replication `number`: how the fit went, and the rank of every quantity."""
    truth = _single(study.truths, number)
    rng = np.random.default_rng([PRIOR_SEED, number])
    problem = with_outcome(study.problem, simulate_outcome(study.problem, truth, rng))
    began = time.process_time()
    posterior, divergences = _fit(problem, number)
    seconds = time.process_time() - began
    state = convergence(posterior, divergences)
    kept = _ranked_among(posterior)
    ranks = {
        name: int((values < of_truth).sum()) for name, values, of_truth in _quantities(problem, kept, truth)
    }
    fit = {
        "replication": number,
        "r_hat": round(state.r_hat, 4),
        "ess": round(state.ess),
        "divergences": divergences,
        "draws": posterior.sizes["draw"],
        "cpu_seconds": round(seconds, 2),
    }
    return fit | ranks


def _single(draws: Draws, number: int) -> Draws:
    """Return the one draw with this number."""
    arrays = {name: array[..., number : number + 1] for name, array in draws.arrays.items()}
    return Draws(arrays, draws.dims, draws.labels, 1, 1)


def simulate_outcome(problem: Problem, truth: Draws, rng: np.random.Generator) -> np.ndarray:
    """Return model outcome drawn from the likelihood given one draw of all parameters, shape (geo, date).

    Residuals follow a stationary AR(1) with Student-t innovations; the first has the stationary scale.
    """
    mean = expected(problem, truth)[..., 0]
    rho, noise = float(truth.values("autocorrelation")[0]), truth.values("noise")[:, 0]
    shock = noise[:, None] * rng.standard_t(TAIL_FLOOR + truth.values("tail")[0], mean.shape)
    residual = np.empty_like(mean)
    residual[:, 0] = shock[:, 0] / np.sqrt(1.0 - rho**2)
    for date in range(1, mean.shape[1]):
        residual[:, date] = rho * residual[:, date - 1] + shock[:, date]
    return mean + residual


def with_outcome(problem: Problem, outcome: np.ndarray) -> Problem:
    """Return the problem with another model outcome (geo, date), under the scaling and the media of the old one."""
    panel = problem.panel
    values = xr.DataArray(outcome * problem.scaling.outcome[:, None], dims=("geo", "date"))
    data = panel.data.assign(outcome=values.transpose(*panel.data["outcome"].dims))
    return problem.with_outcome(replace(panel, data=data))


def _fit(problem: Problem, seed: int) -> tuple[xr.Dataset, int]:
    """Return posterior draws and the number of divergences of the default fit."""
    tree = sample(kernel_engine(build_kernel(problem)), problem, seed)
    return tree["posterior"].to_dataset(), int(tree["sample_stats"]["diverging"].sum())


def _ranked_among(posterior: xr.Dataset) -> Draws:
    """Return 99 draws, evenly spaced over all chains."""
    each = -(-RANKED_AMONG // posterior.sizes["chain"])
    kept = thin(posterior, each * posterior.sizes["chain"])
    arrays = {name: array[..., :RANKED_AMONG] for name, array in kept.arrays.items()}
    return Draws(arrays, kept.dims, kept.labels, RANKED_AMONG, 1)


def _quantities(problem: Problem, kept: Draws, truth: Draws) -> list[tuple[str, np.ndarray, float]]:
    """Return name, draws and true value of every scalar parameter and of the log-likelihood."""
    found: list[tuple[str, np.ndarray, float]] = []
    for variable in [*(block.name for block in problem.layout.blocks), "intercept"]:
        values, of_truth = kept.values(variable), truth.values(variable)
        for index in np.ndindex(values.shape[:-1]):
            place = ",".join(_label(kept, dim, i) for dim, i in zip(kept.dims[variable], index, strict=True))
            name = f"{variable}[{place}]" if place else variable
            found.append((name, values[index], float(of_truth[index][0])))
    likelihoods = [log_likelihood(problem, draws) for draws in (kept, truth)]
    return [*found, ("log_likelihood", likelihoods[0], float(likelihoods[1][0]))]


def _label(draws: Draws, dim: str, place: int) -> str:
    return next(label for label, i in draws.labels[dim].items() if i == place)


def log_likelihood(problem: Problem, draws: Draws) -> np.ndarray:
    """Return the log-likelihood of the outcome in `problem`, shape (sample,)."""
    outcome = problem.outcome / problem.scaling.outcome[:, None]
    density = one_step_ahead(problem, draws).log_density(outcome)
    return density[problem.panel.observed].sum(axis=0)


def run(model: str, replications: int, folder: Path) -> None:
    """Run the replications of `model` that are missing.

    Raises
    ------
    SystemExit
        The ranks that are there are of another model.
    """
    path, version = folder / f"sbc_{model}.csv", code_version()
    done = set(pd.read_csv(path)["replication"]) if path.exists() else set()
    study = prepare_study(model)
    for number in sorted(set(range(replications)) - done):
        row = {"version": version} | replicate(study, number)
        _append(path, row)
        print(f"{model} {number}: {row['cpu_seconds']} s, {row['draws']} draws", flush=True)


def _append(path: Path, row: dict[str, Any]) -> None:
    """Add a row to the CSV, which must have the same columns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    frame = pd.DataFrame([row])
    if path.exists() and list(pd.read_csv(path, nrows=0)) != list(frame):
        raise SystemExit(f"{path}: ranks of another model; --anew throws them away")
    text = frame.to_csv(index=False, header=not path.exists(), lineterminator="\n")
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


def main() -> None:
    """Run what is missing, then write page and picture."""
    parser = argparse.ArgumentParser(description="Simulation-based calibration of the default model.")
    parser.add_argument("--models", nargs="+", choices=list(WORLDS), default=list(WORLDS))
    parser.add_argument("--replications", type=int, default=200)
    parser.add_argument("--anew", action="store_true", help="throw away the ranks of these models first")
    parser.add_argument("--folder", type=Path, default=RESULTS)
    asked = parser.parse_args()
    for model in asked.models:
        if asked.anew:
            (asked.folder / f"sbc_{model}.csv").unlink(missing_ok=True)
        run(model, asked.replications, asked.folder)
    print(f"written: {summarise(asked.folder, list(WORLDS), RANKED_AMONG + 1)}")


if __name__ == "__main__":
    main()
