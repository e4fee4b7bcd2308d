"""The draws that effects are computed from: thinned evenly over every chain, as arrays with the draw last."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr

BLOCK_NUMBERS = 1_000_000
"""Numbers that a block of samples may hold at once (8 MB); more do not fit into a cache."""
LEAST_IN_BLOCK = 16
"""Samples that a block has all the same: the sample is the innermost axis, and short ones are slow."""


@dataclass(frozen=True, slots=True)
class Draws:
    """Posterior draws, chain after chain.

    Plain arrays and not a Dataset: effects read a parameter thousands of times, and looking up labels would then take
    longer than the arithmetic.

    Parameters
    ----------
    arrays : mapping of str to numpy.ndarray
        Every variable, its own dims first, the sample last.
    dims : mapping of str to tuple of str
        The own dims of each variable.
    labels : mapping of str to (mapping of str to int)
        Place of each label along each dim that has labels.
    count : int
        Number of samples.
    chains : int
        The samples are `chains` equal runs, one a chain.
    """

    arrays: Mapping[str, np.ndarray]
    dims: Mapping[str, tuple[str, ...]]
    labels: Mapping[str, Mapping[str, int]]
    count: int
    chains: int

    def values(self, name: str, **chosen: str) -> np.ndarray:
        """Return variable `name`, its own dims first and the sample last; `chosen` picks labels along its dims."""
        array = self.arrays[name]
        if not chosen:
            return array
        return array[tuple(self._place(dim, chosen) for dim in self.dims[name])]

    def _place(self, dim: str, chosen: Mapping[str, str]) -> int | slice:
        return self.labels[dim][chosen[dim]] if dim in chosen else slice(None)

    def by_chain(self, values: np.ndarray) -> np.ndarray:
        """Return `values` (..., sample) as (..., chain, draw)."""
        return values.reshape(*values.shape[:-1], self.chains, -1)

    def blocks(self, numbers: int) -> Iterator[tuple[slice, "Draws"]]:
        """Yield the samples in blocks that fit into memory, each with its place; blocks forget the chains.

        Parameters
        ----------
        numbers : int
            How many numbers a single sample needs at once.
        """
        size = max(LEAST_IN_BLOCK, BLOCK_NUMBERS // numbers)
        for start in range(0, self.count, size):
            part = slice(start, min(start + size, self.count))
            arrays = {name: array[..., part] for name, array in self.arrays.items()}
            yield part, Draws(arrays, self.dims, self.labels, part.stop - part.start, 1)


def thin(posterior: xr.Dataset, most: int) -> Draws:
    """Return at most `most` draws, the same number from each chain, evenly spaced and ending with the last.

    Parameters
    ----------
    posterior : xarray.Dataset
        Dims ``chain`` and ``draw`` and each variable's own.
    most : int
        Upper limit on the draws of all chains together; at least one a chain is kept.

    Returns
    -------
    Draws
        Arrays with the draw last.
    """
    chains, length = posterior.sizes["chain"], posterior.sizes["draw"]
    each = max(1, min(length, most // chains))
    kept = np.unique(np.linspace(length - 1, 0, each).round().astype(int))
    chosen = posterior.isel(draw=kept)
    arrays, dims = {}, {}
    for name, variable in chosen.data_vars.items():
        dims[str(name)] = tuple(str(dim) for dim in variable.dims if dim not in ("chain", "draw"))
        values = variable.transpose(*dims[str(name)], "chain", "draw").values
        arrays[str(name)] = np.ascontiguousarray(values.reshape(*values.shape[:-2], -1), dtype=float)
    labels = {
        str(dim): {str(label): place for place, label in enumerate(chosen[dim].values)}
        for dim in chosen.dims
        if dim not in ("chain", "draw")
    }
    return Draws(arrays, dims, labels, int(chains) * len(kept), int(chains))
