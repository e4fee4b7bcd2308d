"""Whether draws are good enough: rank-normalised R-hat, bulk and tail effective sample size of every parameter.

References
----------
Vehtari, Gelman, Simpson, Carpenter, Burkner 2021, Bayesian Analysis 16(2).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import batched, product

import numpy as np
import xarray as xr

from mmm.numerics.chain_statistics import summaries

MAX_R_HAT = 1.01
MIN_ESS = 400.0
FAR_TOO_FEW, TOO_MANY_DIVERGENCES = 100.0, 0.01
"""Effective draws, and share of divergent transitions, at which waiting for more draws is no use."""
STOPPED = "stopped_at_draw"
"""Attribute of a posterior whose chains were so far apart that sampling ended before its last target."""
_COLUMNS = ("r_hat", "ess_bulk", "ess_tail")
HOPELESS_R_HAT = 2.0
"""R-hat at which chains are further apart than each is wide: every one has an answer of its own."""
HOPELESS_DRAWS = 500
"""Draws a chain before which chains may only be slow."""
AT_ONCE = 500
"""Scalars that are copied together, so that blocks of them can be worked on side by side."""


@dataclass(frozen=True, slots=True)
class Convergence:
    """The worst numbers over all parameters, and who has them."""

    r_hat: float
    r_hat_parameter: str
    ess: float
    ess_parameter: str
    divergences: int

    def unsuited(self, draws: int) -> bool:
        """Return whether chains step in coordinates that do not suit the posterior, after `draws` of all of them."""
        return self.ess < FAR_TOO_FEW or self.divergences > TOO_MANY_DIVERGENCES * draws

    def hopeless(self, draws: int, fewest: int = HOPELESS_DRAWS) -> bool:
        """Return whether chains are so far apart that more draws will not bring them together.

        Parameters
        ----------
        draws : int
            Of each chain.
        fewest : int
            Before which chains may only be slow.

        Returns
        -------
        bool
        """
        return draws >= fewest and self.r_hat > HOPELESS_R_HAT

    @property
    def enough(self) -> bool:
        """Whether R-hat and effective sample sizes meet the bar."""
        return self.r_hat <= MAX_R_HAT and self.ess >= MIN_ESS


Table = dict[str, tuple[float, float, float]]
"""R-hat, bulk and tail effective sample size, by the label of what they are of."""


def diagnostics(posterior: xr.Dataset) -> Table:
    """Return R-hat, bulk and tail effective sample size of every scalar in `posterior` that is not constant."""
    result: Table = {}
    for part in batched(_moving(posterior), AT_ONCE):
        rows = summaries(np.array([draws for _, draws in part])).tolist()
        result |= {label: (row[0], row[1], row[2]) for (label, _), row in zip(part, rows, strict=True)}
    return result


def to_dataset(parameters: Table, reported: Table) -> xr.Dataset:
    """Return tables as the group ``convergence`` of a posterior.

    Parameters
    ----------
    parameters, reported : dict of str to (R-hat, bulk ESS, tail ESS)
        Of all parameters, and of the returns that are reported; the second is empty where it was not worked out.

    Returns
    -------
    xarray.Dataset
        ``r_hat``, ``ess_bulk`` and ``ess_tail`` over dim ``parameter``; with the prefix ``reported_`` over dim ``reported``.
    """
    found = _columns(parameters, "parameter", "")
    return xr.merge([found, _columns(reported, "reported", "reported_")]) if reported else found


def _columns(table: Table, dim: str, prefix: str) -> xr.Dataset:
    columns = np.array(list(table.values())).reshape(-1, 3).T
    named = zip(_COLUMNS, columns, strict=True)
    return xr.Dataset({prefix + name: (dim, values) for name, values in named}, {dim: list(table)})


def from_dataset(dataset: xr.Dataset) -> tuple[Table, Table]:
    """Return the two tables that `to_dataset` was given; the second is empty where the group does not have it."""
    return _rows(dataset, "parameter", ""), _rows(dataset, "reported", "reported_")


def _rows(dataset: xr.Dataset, dim: str, prefix: str) -> Table:
    if dim not in dataset.dims:
        return {}
    rows = zip(*(dataset[prefix + name].values.tolist() for name in _COLUMNS), strict=True)
    return dict(zip(map(str, dataset[dim].values), rows, strict=True))


def _moving(posterior: xr.Dataset) -> Iterator[tuple[str, np.ndarray]]:
    """Return label and draws (chain, draw) of every scalar that is not constant."""
    for name, variable in posterior.variables.items():
        if name in posterior.coords:
            continue
        dims = [str(dim) for dim in variable.dims if dim not in ("chain", "draw")]
        values = variable.transpose(*dims, "chain", "draw").values
        scalars = values.reshape(-1, *values.shape[-2:])
        labels = scalar_labels(str(name), [posterior[dim].values for dim in dims])
        for label, draws, range_ in zip(labels, scalars, np.ptp(scalars, axis=(1, 2)), strict=True):
            if range_ != 0:
                yield label, draws


def scalar_labels(name: str, coordinates: Sequence[np.ndarray]) -> list[str]:
    """Return the label of each scalar of a variable, in the order of its values: ``name[geo, channel]``.

    Parameters
    ----------
    name : str
    coordinates : sequence of numpy.ndarray
        The labels along each dimension; none for a scalar.

    Returns
    -------
    list of str
    """
    if not coordinates:
        return [name]
    return [f"{name}[{', '.join(map(str, labels))}]" for labels in product(*coordinates)]


def convergence(posterior: xr.Dataset, divergences: int) -> Convergence:
    """Return the worst R-hat and the smallest effective sample size over all parameters.

    Parameters
    ----------
    posterior : xarray.Dataset
        Dims ``chain`` and ``draw`` and each variable's own.
    divergences : int
        Divergent transitions of all chains.

    Returns
    -------
    Convergence
    """
    return worst_of(diagnostics(posterior), divergences)


def worst_of(table: Mapping[str, tuple[float, float, float]], divergences: int) -> Convergence:
    """Return the worst R-hat and the smallest effective sample size of a table as `diagnostics` gives it.

    Parameters
    ----------
    table : mapping of str to (R-hat, bulk ESS, tail ESS)
        By label.
    divergences : int
        Divergent transitions of all chains.

    Returns
    -------
    Convergence
    """
    worst = max(table, key=lambda name: np.inf if np.isnan(table[name][0]) else table[name][0])
    least = min(table, key=lambda name: min(table[name][1:]))
    return Convergence(table[worst][0], worst, min(table[least][1:]), least, divergences)
