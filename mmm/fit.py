"""Sampling: chains run until their draws are good enough, or until a stated limit says that they will not be.

1. The model is compiled once; each chain has its own seed, so a chain is a unit that can be kept and repeated.
2. All chains run to the first target. Each one that arrives is written to the checkpoint.
3. R-hat and effective sample sizes decide: enough, or on to the next target; chains pause meanwhile. Targets are counted
   in draws, never in seconds, so that the same seed gives the same draws whatever else the machine is doing.
4. Where more draws would be no use, since the coordinates that pilots have found do not suit the posterior, chains are
   started again, and each adapts by itself.
5. Where chains that can no more be started again are far apart at a target, sampling ends: the verdict says what does not
   mix, and which control leaves nothing for media to explain. Where a control has nearly all of the outcome's movement, chains
   are looked at after few draws already, and end there if they are far apart.
"""

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import xarray as xr

from mixproof.aggregates.panel import Panel
from mmm.config import DRAFT, MmmConfig
from mmm.numerics.convergence import STOPPED, Convergence, to_dataset
from mmm.problem.problem import Calibration, Problem, build_problem
from mmm.sampling.approximation import draft
from mmm.sampling.chain_set import ChainSet, Checkpoint, Progress
from mmm.sampling.engine import Engine, build_engine
from mmm.sampling.pilots import piloted
from mmm.sampling.stopping import Judgement, judged, swallowed
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
    watch, known = _Watch(problem, progress), identity(problem, seed)
    unpiloted, options = unpiloted or engine, problem.config.fit
    engine = piloted(engine, options, seed, watch.is_late)
    chains = ChainSet(engine, options, seed, Checkpoint(checkpoint, known))
    try:
        drawn = _drawn(chains, watch, again=engine is not unpiloted)
        if drawn is None:
            chains.stop()
            engine = unpiloted
            chains = ChainSet(engine, options, seed, Checkpoint(checkpoint, known, "again"))
            drawn = _drawn(chains, watch, again=False)
    finally:
        chains.stop()
    assert drawn is not None  # only where chains could be started again
    watch.tell(chains)
    told = {"log_density": engine.path, "start": engine.start}
    return xr.DataTree.from_dict(
        {
            "/": xr.Dataset(
                attrs=told | ({STOPPED: int(drawn.posterior.sizes["draw"])} if drawn.stopped else {})
            ),
            "posterior": drawn.posterior,
            "sample_stats": drawn.statistics,
            "convergence": to_dataset(drawn.found.parameters, drawn.found.reported),
            "constant_data": problem.panel.data,
        }
    )


FIRST_LOOK = 60
"""Draws a chain after which chains are looked at first where a control leaves media nothing to explain."""


@dataclass(frozen=True, slots=True)
class _Drawn:
    """Draws of all chains, what was found of them, and whether it was no use to go on."""

    posterior: xr.Dataset
    statistics: xr.Dataset
    found: Judgement
    stopped: bool = False


class _Watch:
    """How far sampling is: the draws that chains are to have next, what was found last, and whether time is over."""

    def __init__(self, problem: Problem, progress: Callable[[Progress], None] | None) -> None:
        self.problem, self._progress = problem, progress
        self._options, self._began = problem.config.fit, time.monotonic()
        self.swallowed = swallowed(problem)
        self.target = min(FIRST_LOOK, self._options.draws) if self.swallowed else self._options.draws
        self.state: Convergence | None = None

    def tell(self, chains: ChainSet) -> None:
        """Say where chains stand to whoever wants to know."""
        if self._progress:
            said = chains.progress(self.target, self._began, self.state)
            if chains.pilots:  # their draws are not the posterior's
                said = replace(said, draws=(0,) * self._options.chains, tuning=True)
            self._progress(said)

    def is_late(self, chains: ChainSet) -> bool:
        """Say where chains stand, and return whether the time allowed is over."""
        self.tell(chains)
        return time.monotonic() - self._began > 60 * self._options.max_minutes

    def look_on(self) -> None:
        """Set the next target."""
        first, step = self._options.draws, self._options.draws // 2
        self.target = min(first if self.target < first else self.target + step, self._options.max_draws)


def _drawn(chains: ChainSet, watch: _Watch, *, again: bool) -> _Drawn | None:
    """Return draws that are good enough, or all that the limits allow.

    None where more draws would be no use, since the coordinates do not suit the posterior, and chains can be started
    `again` in others.
    """
    options = watch.problem.config.fit
    while True:
        for _ in chains.reach(watch.target):
            if watch.is_late(chains):
                watch.target = chains.cut_short()
                break
        posterior, statistics = chains.collect(watch.target)
        found = judged(posterior, watch.problem, int(statistics["diverging"].sum()))
        watch.state = found.state
        if found.state.enough or watch.target >= options.max_draws or watch.is_late(chains):
            return _Drawn(posterior, statistics, found)
        if watch.swallowed and found.state.hopeless(watch.target, FIRST_LOOK):
            return _Drawn(posterior, statistics, found, stopped=True)
        if watch.target < options.draws:
            watch.look_on()
            continue
        if again and found.state.unsuited(watch.target * options.chains):
            return None
        if not again and found.state.hopeless(watch.target):
            return _Drawn(posterior, statistics, found, stopped=True)
        watch.look_on()


DECIDES_DRAWS: dict[str, Any] = {
    "default": True,
    "channels": True,
    "baseline": True,
    "geo": True,
    "likelihood": True,
    "fit": {"tune", "target_accept"},
}
"""The keys of the config that decide a draw: the model, and how chains adapt; not when to stop, nor what is shown."""


DECIDES_NONE: dict[str, Any] = {"default": {"planned"}, "channels": {"__all__": {"planned"}}}
"""Keys inside those that decide none: what is known of a channel's spend is read by a check."""


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
    config = problem.config.model_dump(mode="json", include=DECIDES_DRAWS, exclude=DECIDES_NONE)
    parts = [problem.panel.fingerprint(), config, seed]
    if problem.replay is not None:
        parts.append(problem.replay.fingerprint())
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
