"""Whether draws are good enough: rank-normalised R-hat, bulk and tail effective sample size of every parameter.

References
----------
Vehtari, Gelman, Simpson, Carpenter, Burkner 2021, Bayesian Analysis 16(2).
"""

from dataclasses import dataclass

import numpy as np
import xarray as xr
from arviz_stats.base import array_stats

MAX_R_HAT = 1.01
MIN_ESS = 400.0


@dataclass(frozen=True, slots=True)
class Convergence:
    """The worst numbers over all parameters, and who has them."""

    r_hat: float
    r_hat_parameter: str
    ess: float
    ess_parameter: str
    divergences: int

    @property
    def enough(self) -> bool:
        """Whether R-hat and effective sample sizes meet the bar."""
        return self.r_hat <= MAX_R_HAT and self.ess >= MIN_ESS


def diagnostics(posterior: xr.Dataset) -> dict[str, tuple[float, float, float]]:
    """Return R-hat, bulk and tail effective sample size of every scalar in `posterior` that is not constant."""
    result = {}
    for name, variable in posterior.data_vars.items():
        values = variable.transpose("chain", "draw", ...).values
        dims = [dim for dim in variable.dims if dim not in ("chain", "draw")]
        for index in np.ndindex(values.shape[2:]):
            draws = values[(slice(None), slice(None), *index)]
            if np.ptp(draws) == 0:
                continue
            labels = ", ".join(str(posterior[dim].values[i]) for dim, i in zip(dims, index, strict=True))
            result[f"{name}[{labels}]" if labels else str(name)] = (
                float(array_stats.rhat(draws)),
                float(array_stats.ess(draws, method="bulk")),
                float(array_stats.ess(draws, method="tail", prob=(0.05, 0.95))),
            )
    return result


def convergence(posterior: xr.Dataset, divergences: int) -> Convergence:
    """Return the worst R-hat and the smallest effective sample size over all parameters."""
    table = diagnostics(posterior)
    worst = max(table, key=lambda name: np.inf if np.isnan(table[name][0]) else table[name][0])
    least = min(table, key=lambda name: min(table[name][1:]))
    return Convergence(table[worst][0], worst, min(table[least][1:]), least, divergences)
