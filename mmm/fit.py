"""Sampling: chains run until their draws are good enough, or until a stated limit says that they will not be.

1. The model is compiled once; each chain has its own seed, so a chain is a unit that can be kept and repeated.
2. All chains run to the first target. Each one that arrives is written to the checkpoint.
3. R-hat and effective sample sizes decide: enough, or on to the next target; chains pause meanwhile. Targets are counted
   in draws, never in seconds, so that the same seed gives the same draws whatever else the machine is doing.
4. Where more draws would be no use, since the coordinates that pilots have found do not suit the posterior, chains are
   started again, and each adapts by itself.
"""

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import xarray as xr

from mixproof.aggregates.panel import Panel
from mmm.config import DRAFT, MmmConfig
from mmm.numerics.convergence import Convergence, to_dataset
from mmm.problem.problem import Calibration, Problem, build_problem
from mmm.sampling.approximation import draft
from mmm.sampling.chain_set import ChainSet, Checkpoint, Progress
from mmm.sampling.engine import Engine, build_engine
from mmm.sampling.pilots import piloted
from mmm.sampling.stopping import judged
from mmm.sampling.warm_start import continued


def fit(
    panel: Panel,
    config: MmmConfig,
    seed: int,
    *,
    calibration: Calibration | None = None,
    earlier: xr.Dataset | None = None,
    checkpoint: Path | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> xr.DataTree:
    """Return the posterior of the media-mix model.

    Its groups are ``posterior``, ``sample_stats``, ``convergence`` and ``constant_data``.

    Parameters
    ----------
    panel : Panel
    config : MmmConfig
    seed : int
        The same seed on the same machine gives the same draws.
    calibration : Calibration, optional
        Experiments that the model must agree with; default none.
    earlier : xarray.Dataset, optional
        Posterior of a model that resembles this one, to begin from: chains then have little left to adapt. The draws
        depend on it, too.
    checkpoint : pathlib.Path, optional
        Folder that keeps finished chains; chains found there are not sampled again. One that is damaged, or was drawn
        from another model, other data or another seed, is sampled again with a warning.
    progress : callable, optional
        Called about a hundred times a second from this thread.

    Returns
    -------
    xarray.DataTree
        With draws of all chains, dims ``chain`` and ``draw`` first.

    Raises
    ------
    ConfigError
        A draft is asked for of a model that only PyMC computes.
    DataError
        The outcome does not suit the likelihood.
    ResourceError
        The time allowed gave too few draws to say anything.
    """
    problem = build_problem(panel, config, calibration)
    if config.fit.mode == DRAFT:
        tree = draft(problem, seed)
    else:
        unpiloted = build_engine(problem)
        engine = unpiloted if earlier is None else continued(unpiloted, earlier, seed)
        tree = sample(engine, problem, seed, unpiloted=unpiloted, checkpoint=checkpoint, progress=progress)
    tree["constant_data"].dataset = panel.data  # with the outcomes that experiments have used
    return tree


def sample(
    engine: Engine,
    problem: Problem,
    seed: int,
    *,
    unpiloted: Engine | None = None,
    checkpoint: Path | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> xr.DataTree:
    """Return the posterior of a model that is compiled already; see `fit`.

    Where the coordinates that chains were given turn out not to suit the posterior, chains are started again from
    `unpiloted`, by default `engine`, without pilots, and each adapts by itself.

    Parameters
    ----------
    engine : Engine
        Of `problem`.
    problem : Problem
    seed : int
        The same seed on the same machine gives the same draws.
    unpiloted : Engine, optional
        Engine without pilots; default `engine`.
    checkpoint : pathlib.Path, optional
        Folder that keeps finished chains.
    progress : callable, optional
        Called about a hundred times a second from this thread.

    Returns
    -------
    xarray.DataTree
        Groups as in `fit`.

    Raises
    ------
    ResourceError
        The time allowed gave too few draws to say anything.
    """
    options, began = problem.config.fit, time.monotonic()
    target = options.draws
    state: Convergence | None = None

    def is_late(chains: ChainSet) -> bool:
        if progress:
            said = chains.progress(target, began, state)
            if chains.pilots:  # their draws are not the posterior's
                said = replace(said, draws=(0,) * options.chains, tuning=True)
            progress(said)
        return time.monotonic() - began > 60 * options.max_minutes

    known, unpiloted = identity(problem, seed), unpiloted or engine
    engine = piloted(engine, options, seed, is_late)
    chains = ChainSet(engine, options, seed, Checkpoint(checkpoint, known))
    try:
        while True:
            for _ in chains.reach(target):
                if is_late(chains):
                    target = chains.cut_short()
                    break
            posterior, statistics = chains.collect(target)
            found = judged(posterior, problem, int(statistics["diverging"].sum()))
            state = found.state
            if state.enough or target >= options.max_draws or is_late(chains):
                break
            if engine is not unpiloted and state.unsuited(target * options.chains):
                chains.stop()
                engine, chains = (
                    unpiloted,
                    ChainSet(unpiloted, options, seed, Checkpoint(checkpoint, known, "again")),
                )
                continue
            target = min(target + options.draws // 2, options.max_draws)
    finally:
        chains.stop()
    if progress:
        progress(chains.progress(target, began, state))
    return xr.DataTree.from_dict(
        {
            "/": xr.Dataset(attrs={"log_density": engine.path, "start": engine.start}),
            "posterior": posterior,
            "sample_stats": statistics,
            "convergence": to_dataset(found.parameters),
            "constant_data": problem.panel.data,
        }
    )


DECIDES_DRAWS: dict[str, Any] = {
    "default": True,
    "channels": True,
    "baseline": True,
    "geo": True,
    "likelihood": True,
    "fit": {"tune", "target_accept"},
}
"""The keys of the config that decide a draw: the model, and how chains adapt; not when to stop, nor what is shown."""


def identity(problem: Problem, seed: int) -> str:
    """Return what decides the draws of every chain: data, model, experiments, seed and adaptation, but not when to stop.

    Parameters
    ----------
    problem : Problem
    seed : int
        Of the fit.

    Returns
    -------
    str
        A SHA-256. A config key that is not in `DECIDES_DRAWS` has no part in it.
    """
    config = problem.config.model_dump(mode="json", include=DECIDES_DRAWS)
    parts = [problem.panel.fingerprint(), config, seed]
    if problem.replay is not None:
        parts.append(problem.replay.fingerprint())
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
