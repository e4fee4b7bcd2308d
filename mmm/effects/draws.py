"""The draws that effects are computed from: thinned evenly over every chain, as arrays with the draw last."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import xarray as xr


@dataclass(frozen=True, slots=True)
class Draws:
    """Posterior draws, chain after chain.

    Parameters
    ----------
    posterior : xarray.Dataset
        Every variable with the dimension ``sample`` last.
    chains : int
        The samples are `chains` equal runs, one a chain.
    """

    posterior: xr.Dataset
    chains: int

    @property
    def count(self) -> int:
        """Return the number of samples."""
        return int(self.posterior.sizes["sample"])

    def values(self, name: str, **labels: str) -> np.ndarray:
        """Return variable `name`, its own dims first and the sample last; `labels` picks along its dims."""
        variable = self.posterior[name]
        return variable.sel(labels).values if labels else variable.values

    def by_chain(self, values: np.ndarray) -> np.ndarray:
        """Return `values` (..., sample) as (..., chain, draw)."""
        return values.reshape(*values.shape[:-1], self.chains, -1)

    def blocks(self, size: int) -> Iterator[tuple[slice, "Draws"]]:
        """Yield the samples in blocks of at most `size`, each with its place; blocks forget the chains."""
        for start in range(0, self.count, max(size, 1)):
            part = slice(start, min(start + max(size, 1), self.count))
            yield part, Draws(self.posterior.isel(sample=part), 1)


def thin(posterior: xr.Dataset, most: int) -> Draws:
    """Return at most `most` draws, the same number from each chain, evenly spaced and ending with the last.

    Parameters
    ----------
    posterior : xarray.Dataset
        Dims ``chain`` and ``draw`` and each variable's own.
    most : int
        Upper limit on the draws of all chains together; at least one a chain is kept.
    """
    chains, length = posterior.sizes["chain"], posterior.sizes["draw"]
    each = max(1, min(length, most // chains))
    kept = np.unique(np.linspace(length - 1, 0, each).round().astype(int))
    stacked = posterior.isel(draw=kept).stack(sample=("chain", "draw"), create_index=False)
    return Draws(stacked.transpose(..., "sample"), int(chains))
