"""All chains of a fit: from the checkpoint where they are there, running where they are not."""

import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import xarray as xr

from mixproof.errors import Fault, ResourceError
from mmm.config import FitOptions
from mmm.numerics.convergence import Convergence
from mmm.sampling.chain import Chain, ChainDraws, UnusableChainError, load, save
from mmm.sampling.engine import Engine

POLL_SECONDS = 0.01
FEWEST_DRAWS = 100
"""Draws a chain below which not even a verdict can be given."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where sampling stands.

    Parameters
    ----------
    draws : tuple of int
        Draws after tuning, a chain.
    target : int
        Draws a chain at which convergence is judged next.
    tuning : bool
        Whether any chain is still adapting.
    divergences, steps : int
        Divergent transitions and leapfrog steps so far, all chains together.
    elapsed : float
        Seconds since sampling began.
    convergence : Convergence or None
        The verdict at the last target reached.
    """

    draws: tuple[int, ...]
    target: int
    tuning: bool
    divergences: int
    steps: int
    elapsed: float
    convergence: Convergence | None


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Where finished chains are kept, if anywhere, under which name, and what they must have been drawn from."""

    folder: Path | None
    identity: str
    name: str = "chain"

    def save(self, number: int, draws: ChainDraws) -> None:
        """Keep chain `number`.

        Parameters
        ----------
        number : int
            Counted from 0.
        draws : ChainDraws
            Of the whole chain.
        """
        if self.folder is not None:
            save(draws, self._path(self.folder, number), self.identity)

    def load_all(self, chains: int) -> dict[int, ChainDraws]:
        """Return the kept ones among the first `chains` chains; a warning names those that must be sampled again."""
        kept: dict[int, ChainDraws] = {}
        if self.folder is None:
            return kept
        for number in range(chains):
            path = self._path(self.folder, number)
            try:
                if path.exists():
                    kept[number] = load(path, self.identity)
            except UnusableChainError as problem:
                warnings.warn(f"{path.name} {problem}: it is sampled again", stacklevel=2)
        return kept

    def _path(self, folder: Path, number: int) -> Path:
        return folder / f"{self.name}-{number}.npz"


class ChainSet:
    """All chains of a fit: from the checkpoint where they are there, running where they are not."""

    def __init__(
        self, engine: Engine, options: FitOptions, seed: int, checkpoint: Checkpoint, pilots: bool = False
    ) -> None:
        self.pilots = pilots
        self._engine, self._options, self._checkpoint = engine, options, checkpoint
        children = np.random.SeedSequence(seed).spawn(options.chains)
        self._seeds = [int(child.generate_state(1, np.uint64)[0] >> np.uint64(1)) for child in children]
        self._running: dict[int, Chain] = {}
        self._kept = checkpoint.load_all(options.chains)

    def reach(self, target: int) -> Iterator[None]:
        """Yield many times a second until every chain has `target` draws; each is kept, and rests, as it gets there."""
        missing = {n for n in range(self._options.chains) if self._drawn(n) < target}
        for number in missing:
            if number in self._running:
                self._running[number].resume()
            else:
                self._running[number] = Chain(self._engine, self._options, self._seeds[number])
        while missing:
            time.sleep(POLL_SECONDS)
            for number in sorted(missing):
                if self._running[number].draws >= target:
                    # Those that are behind, and the judge, have the processors; more draws may never be asked for.
                    self._running[number].pause()
                    self._keep(number, self._running[number].take(target))
                    missing.discard(number)
            yield

    def cut_short(self) -> int:
        """Keep what every chain has by now, and return how many draws that is.

        Raises
        ------
        ResourceError
            They are too few to say anything.
        """
        chains = range(self._options.chains)
        draws = min(max(self._drawn(n), self._running[n].draws if n in self._running else 0) for n in chains)
        if draws < FEWEST_DRAWS:
            raise ResourceError(
                Fault(
                    "sampling-too-slow",
                    "mmm.fit.max_minutes",
                    f"{self._options.max_minutes:g} minutes gave {max(draws, 0)} draws a chain, {FEWEST_DRAWS} are needed.",
                    "Allow more minutes, use fewer geos, channels or lags, or let the machine do less beside it.",
                )
            )
        for number in chains:
            if self._drawn(number) < draws:
                self._keep(number, self._running[number].take(draws))
        return draws

    def _drawn(self, number: int) -> int:
        return self._kept[number].posterior.sizes["draw"] if number in self._kept else 0

    def _keep(self, number: int, draws: ChainDraws) -> None:
        self._kept[number] = draws
        self._checkpoint.save(number, draws)

    def collect(self, target: int) -> tuple[xr.Dataset, xr.Dataset]:
        """Return posterior and sampler statistics of all chains, `target` draws each."""
        chains = [self._kept[number].first(target) for number in range(self._options.chains)]
        index = xr.DataArray(np.arange(len(chains)), dims="chain", name="chain")
        posterior = xr.concat([chain.posterior for chain in chains], dim=index)
        statistics = xr.concat([chain.statistics for chain in chains], dim=index)
        return posterior, statistics

    def progress(self, target: int, began: float, state: Convergence | None) -> Progress:
        """Return where sampling stands now.

        Parameters
        ----------
        target : int
            Draws that each chain is to have.
        began : float
            Of `time.monotonic`.
        state : Convergence or None
            What was found at the last target.

        Returns
        -------
        Progress
            Draws by chain, divergences, steps and elapsed seconds.
        """
        draws = [
            max(self._drawn(n), self._running[n].draws if n in self._running else 0)
            for n in range(self._options.chains)
        ]
        return Progress(
            draws=tuple(min(d, target) for d in draws),
            target=target,
            tuning=any(chain.draws <= 0 for chain in self._running.values()),
            divergences=sum(chain.divergences for chain in self._running.values()),
            steps=sum(chain.steps for chain in self._running.values()),
            elapsed=time.monotonic() - began,
            convergence=state,
        )

    def stop(self) -> None:
        """End all chains."""
        for chain in self._running.values():
            chain.stop()
