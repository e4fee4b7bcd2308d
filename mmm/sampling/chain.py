"""One chain: started with its own seed, watched while it runs, taken at an exact number of draws, kept on disk."""

import os
import threading
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from mmm.config import FitOptions
from mmm.sampling.engine import Engine
from mmm.sampling.nutpie_import import nutpie
from mmm.sampling.raw_draws import labelled_draws

LOW_RANK_DIMENSIONS = 100
"""Above this a low-rank mass matrix costs more than it saves: its windows are too short for so many dimensions."""
FEW_TUNE, MANY_TUNE = 300, 500
"""Steps of adaptation up to that many dimensions, and above: more brought no more effective draws a second."""
WARM_TUNE = 100
"""Steps of adaptation of a chain that begins near the posterior, in coordinates in which it is nearly round."""
PROGRESS_MILLISECONDS = 10
"""How often the sampler says where it is: a chain goes on for about as long after its last draw that is asked for."""
STATISTICS = ("diverging", "energy", "n_steps", "depth", "step_size", "maxdepth_reached", "logp")
_IDENTITY = "identity"


@dataclass(frozen=True, slots=True)
class ChainDraws:
    """Draws and sampler statistics of one chain after tuning; every array has a leading ``draw`` dimension."""

    posterior: xr.Dataset
    statistics: xr.Dataset

    def first(self, draws: int) -> "ChainDraws":
        """Return the first `draws` draws."""
        part = slice(0, draws)
        return ChainDraws(self.posterior.isel(draw=part), self.statistics.isel(draw=part))


def tuning_steps(engine: Engine, options: FitOptions) -> int:
    """Return how many steps of adaptation a chain of `engine` makes.

    Parameters
    ----------
    engine : Engine
        Warm engines need few steps.
    options : FitOptions
        Its ``tune``, where it is stated.

    Returns
    -------
    int
        At least 1.
    """
    if engine.warm:
        return min(WARM_TUNE, options.tune or WARM_TUNE)
    default = FEW_TUNE if engine.compiled.n_dim <= LOW_RANK_DIMENSIONS else MANY_TUNE
    return options.tune or default


class ChainEndedError(RuntimeError):
    """A chain ended before its last draw: a fault of the tool, not of the data."""


class Chain:
    """A chain of the No-U-Turn sampler running in a thread of its own."""

    def __init__(self, engine: Engine, options: FitOptions, seed: int) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._finished = self._divergences = self._steps = 0
        self._seen = -1
        self._most = options.max_draws
        self._tune = tuning_steps(engine, options)
        low_rank = engine.compiled.n_dim <= LOW_RANK_DIMENSIONS and not engine.warm
        self._sampler = nutpie.sample(
            engine.compiled,
            draws=options.max_draws,
            tune=self._tune,
            chains=1,
            cores=1,
            seed=seed,
            save_warmup=False,
            progress_bar=False,
            progress_callback=self._watch,
            progress_rate=PROGRESS_MILLISECONDS,
            return_raw_trace=True,
            blocking=False,
            adaptation="low_rank" if low_rank else "diag",
            target_accept=options.target_accept,
        )

    def _watch(self, chains: list[Any]) -> None:
        with self._lock:
            self._finished = int(chains[0].finished_draws)
            self._divergences = int(chains[0].divergences)
            self._steps = int(chains[0].total_num_steps)

    @property
    def draws(self) -> int:
        """Draws after tuning so far; negative while tuning.

        Raises
        ------
        ChainEndedError
            The chain will make no more of them.
        """
        if self._finished == self._seen:  # a chain that moves need not be asked
            self._raise_if_ended()
        self._seen = self._finished
        return self._finished - self._tune

    def _raise_if_ended(self) -> None:
        try:
            if self._sampler.is_finished:  # the last report of progress need not have come
                self._finished = self._tune + self._most
        except TimeoutError:  # its way to say that it still runs
            return
        except Exception as error:
            reason = " ".join(str(error).partition("Stack backtrace")[0].split())
            raise ChainEndedError(f"a chain ended after {self._finished} steps: {reason}") from error

    @property
    def divergences(self) -> int:
        """Divergent transitions so far, tuning included."""
        return self._divergences

    @property
    def steps(self) -> int:
        """Leapfrog steps so far, tuning included."""
        return self._steps

    def take(self, draws: int) -> ChainDraws:
        """Return the first `draws` draws; the chain goes on."""
        trace = self._sampler.inspect()
        posterior, kept = labelled_draws(trace, draws, STATISTICS, self._engine.compiled.coords or {})
        return ChainDraws(self._engine.variables(posterior), kept)

    def pause(self) -> None:
        """Rest after the draw that is being made."""
        self._sampler.pause()

    def resume(self) -> None:
        """Go on after a rest."""
        self._sampler.resume()

    def stop(self) -> None:
        """End the chain; what it has drawn and nobody took is lost."""
        self._sampler.cancel()


def save(draws: ChainDraws, path: Path, identity: str) -> None:
    """Write a chain so that `path` is either whole or absent; `identity` says what it was drawn from.

    Parameters
    ----------
    draws : ChainDraws
        Of a whole chain.
    path : pathlib.Path
        Its folder is made where it is not there.
    identity : str
        Hash of model, data and seed.
    """
    arrays: dict[str, np.ndarray] = {_IDENTITY: np.array(identity)}
    for group, dataset in (("posterior", draws.posterior), ("statistics", draws.statistics)):
        for name, variable in dataset.data_vars.items():
            arrays["|".join([group, str(name), *map(str, variable.dims)])] = variable.values
    for dim, labels in draws.posterior.coords.items():
        arrays[f"label|{dim}"] = labels.values.astype(str) if labels.dtype.kind in "OUT" else labels.values
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    with temporary.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


class UnusableChainError(Exception):
    """A chain's file is damaged, or was drawn from something else."""


def load(path: Path, identity: str) -> ChainDraws:
    """Return the chain that `save` wrote.

    Parameters
    ----------
    path : pathlib.Path
        As `save` wrote it.
    identity : str
        Hash of model, data and seed that are wanted.

    Returns
    -------
    ChainDraws
        Draws and statistics of the sampler.

    Raises
    ------
    UnusableChainError
        The file is damaged, or its chain was drawn from another model, other data or another seed.
    """
    try:
        with np.load(path, allow_pickle=False) as arrays:
            contents = {key: arrays[key] for key in arrays.files}
        known = str(contents.pop(_IDENTITY))
        draws = _assemble(contents)
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, OSError) as error:
        raise UnusableChainError("is damaged") from error
    if known != identity:
        raise UnusableChainError("was drawn from another model, other data or another seed")
    return draws


def _assemble(arrays: dict[str, np.ndarray]) -> ChainDraws:
    """Return the chain whose arrays are keyed as `save` keys them."""
    groups: dict[str, dict[str, Any]] = {"posterior": {}, "statistics": {}, "label": {}}
    for key, values in arrays.items():
        group, name, *dims = key.split("|")
        groups[group][name] = (dims or [name], values)
    posterior = xr.Dataset(groups["posterior"], coords=groups["label"])
    return ChainDraws(posterior, xr.Dataset(groups["statistics"], coords={"draw": posterior["draw"]}))
