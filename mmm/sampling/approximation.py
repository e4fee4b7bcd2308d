"""A draft instead of a sample: a normal approximation of the posterior, mended by importance weights as far as they can.

1. A normal with the curvature at the mode (Laplace) is matched to the density's gradients, see `mmm.numerics.batch_and_match`.
2. Its draws get the weights that would make them the posterior's, the largest truncated, and are resampled.
3. Pareto k of the weights says how far the approximation is from the posterior; a draft is never reportable, whatever
   it is.

References
----------
Vehtari, Simpson, Gelman, Yao, Gabry 2024, Pareto smoothed importance sampling, JMLR 25(72). Ionides 2008, Truncated
importance sampling, JCGS 17(2).
"""

import numpy as np
import xarray as xr
from scipy.special import logsumexp

from mixproof.errors import ConfigError, Fault
from mmm.config import DRAFT
from mmm.faults import FAULTS
from mmm.kernel.compiled import KernelModel, build_kernel
from mmm.kernel.supported_models import uncovered
from mmm.numerics.batch_and_match import Normal, match
from mmm.numerics.importance_weights import systematic, tail_shape
from mmm.numerics.mode import curvature_factor
from mmm.problem.problem import Problem

ROUNDS, BATCH = 10, 400
MOST_DIMENSIONS = 600
"""Above this the rounds would take longer than sampling; the curvature alone is used."""
CANDIDATES = 4000
"""Draws of the approximation that are weighted."""


def draft(problem: Problem, seed: int) -> xr.DataTree:
    """Return an approximate posterior with the groups of a sampled one; its attributes say what it is.

    Parameters
    ----------
    problem : Problem
    seed : int

    Returns
    -------
    xarray.DataTree
        One chain of ``mmm.fit.draws`` resampled draws; attributes ``method`` "draft", ``k_hat`` and
        ``effective_draws``; the group ``sample_stats`` is empty.

    Raises
    ------
    ConfigError
        The model has a part that only PyMC computes.
    """
    lacking, config = uncovered(problem), problem.config
    if lacking is not None:
        _, meaning, remedy = FAULTS["draft-uncovered"]
        raise ConfigError(Fault("draft-uncovered", "mmm.fit.mode", f"{meaning} Here: {lacking}.", remedy))
    model, rng = build_kernel(problem), np.random.default_rng(seed)
    points, log_weights, k_hat = _weighted(model, _approximation(model, model.find_mode(), rng), rng)
    chosen = points[systematic(log_weights, config.fit.draws, rng)]
    posterior = model.posterior(model.keep(rng.permutation(chosen))).expand_dims("chain")
    said = {"log_density": "kernel", "method": DRAFT, "k_hat": k_hat}
    return xr.DataTree.from_dict(
        {
            "/": xr.Dataset(attrs=said | {"effective_draws": float(np.exp(-logsumexp(2 * log_weights)))}),
            "posterior": posterior.assign_coords(chain=[0], draw=np.arange(config.fit.draws)),
            "sample_stats": xr.Dataset(),
            "constant_data": problem.panel.data,
        }
    )


def _approximation(model: KernelModel, top: np.ndarray, rng: np.random.Generator) -> Normal:
    normal = Normal(top, curvature_factor(model.log_density, top, model.layout.spread))
    rounds = ROUNDS if model.layout.size <= MOST_DIMENSIONS else 0
    return match(model.log_density, normal, rounds, BATCH, rng)


def _weighted(
    model: KernelModel, normal: Normal, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, float]:
    """Return draws of the approximation, their truncated log weights, which sum to 1, and Pareto k of these before."""
    points, own = normal.draw(CANDIDATES, rng)
    theirs = np.array([model.log_density(point)[0] for point in points])
    ratios = np.where(np.isfinite(theirs), theirs - own, -np.inf)
    ratios -= logsumexp(ratios)
    k_hat = float(np.nan_to_num(tail_shape(ratios[None])[0], nan=np.inf))
    # No weight exceeds the mean one times the root of their number.
    truncated = np.minimum(ratios, -0.5 * np.log(CANDIDATES))
    return points, truncated - logsumexp(truncated), k_hat
