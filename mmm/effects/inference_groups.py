"""The groups that ArviZ works with, beside the posterior: observed data, pointwise densities, predictions and the prior.

They are large where the panel is (a number for every draw and cell), and most notebooks look at none of them; so each is
worked out when its values are first asked for, and kept. Until then a variable knows its shape and its labels only.
"""

from collections.abc import Callable
from functools import cache, partial
from typing import Any

import numpy as np
import xarray as xr
from xarray.backends import BackendArray
from xarray.core import indexing

from mixproof.aggregates.panel import Panel
from mmm.config import MmmConfig
from mmm.effects.predictive import Predictive, one_step_ahead
from mmm.prior.draws import prior_count, prior_draws
from mmm.problem.draws import Draws, thin
from mmm.problem.problem import Calibration, Problem, build_problem

OUTCOME, CELL = "outcome", "cell"
SAMPLED = ("chain", "draw")
SEED = 20_261_130
"""Of prior draws and of the random part of predictions: the same posterior gives the same groups."""


def with_inference_groups(
    posterior: xr.DataTree, panel: Panel, config: MmmConfig, calibration: Calibration | None = None
) -> xr.DataTree:
    """Return a posterior with the groups that ArviZ expects, so that ``az.loo``, ``az.summary`` and its plots work.

    Parameters
    ----------
    posterior : xarray.DataTree
        As `mmm.fit.fit` returns it, or read back from a run folder.
    panel : Panel
    config : MmmConfig
        Those of the fit.
    calibration : Calibration, optional
        That of the fit.

    Returns
    -------
    xarray.DataTree
        The groups of `posterior`, and over ``cell``, the known outcomes (with coordinates ``geo`` and ``date``):

        - ``observed_data``: ``outcome`` (cell), in the outcome's own unit;
        - ``log_likelihood``: ``outcome`` (chain, draw, cell), log density of the observed outcome in that unit, given
          the period before: models with other likelihoods or scales can be compared;
        - ``posterior_predictive``: ``outcome`` (chain, draw, cell), one random outcome a draw, given the period before;
        - ``prior``: the posterior's variables over (chain, draw) and their own dims, drawn without the data.

    Notes
    -----
    All but ``observed_data`` are worked out when they are first read. With y the outcome, s its geo's scale and p the
    density that the model works with, the log density of y is log p(y / s) - log s for normal and Student-t, log
    p(log(y / s)) - log y for the log-normal, and log p(y) for counts.
    """
    problem = build_problem(panel, config, calibration)
    sampled, cells = posterior["posterior"].to_dataset(), _cells(problem.panel)
    observed = xr.Dataset({OUTCOME: (CELL, problem.outcome[problem.panel.observed])}, coords=cells)
    shape = (*(sampled.sizes[dim] for dim in SAMPLED), observed.sizes[CELL])
    labels = cells | {dim: sampled[dim].values for dim in SAMPLED}

    def over_cells(work_out: Callable[[Problem, xr.Dataset], np.ndarray]) -> xr.Dataset:
        outcome = _lazy((*SAMPLED, CELL), shape, partial(work_out, problem, sampled))
        return xr.Dataset({OUTCOME: outcome}, coords=labels)

    return xr.DataTree.from_dict(
        {
            "/": posterior.to_dataset(),
            **{name: group.to_dataset() for name, group in posterior.children.items()},
            # a variable has one name in all of them: that is how ArviZ finds what belongs together
            "observed_data": observed,
            "log_likelihood": over_cells(_log_likelihood),
            "posterior_predictive": over_cells(_predictions),
            "prior": _prior(problem, sampled),
        }
    )


class OnDemand(BackendArray):
    """An array of known shape whose values are worked out when they are first read, and kept."""

    def __init__(self, shape: tuple[int, ...], make: Callable[[], np.ndarray]) -> None:
        self.shape, self.dtype = shape, np.dtype(float)
        self._values = cache(make)

    def __getitem__(self, key: indexing.ExplicitIndexer) -> Any:
        """Return the part that `key` asks for."""
        basic = indexing.IndexingSupport.BASIC
        return indexing.explicit_indexing_adapter(key, self.shape, basic, lambda part: self._values()[part])


def _lazy(dims: tuple[str, ...], shape: tuple[int, ...], make: Callable[[], np.ndarray]) -> xr.Variable:
    return xr.Variable(dims, indexing.LazilyIndexedArray(OnDemand(shape, make)))


def _cells(panel: Panel) -> dict[str, Any]:
    """Return the coordinates of the known outcomes, geo after geo."""
    geo, date = np.nonzero(panel.observed)
    return {
        CELL: np.arange(len(geo)),
        "geo": (CELL, np.array(panel.geos)[geo]),
        "date": (CELL, panel.data["date"].values[date]),
    }


def _over_cells(
    problem: Problem, sampled: xr.Dataset, work_out: Callable[[Predictive], np.ndarray]
) -> np.ndarray:
    """Return numbers of each known outcome in every draw, shape (chain, draw, cell).

    Parameters
    ----------
    problem : Problem
    sampled : xarray.Dataset
        The posterior's variables.
    work_out : callable
        Takes the one-step-ahead distribution of a block of draws, returns shape (geo, date, sample).
    """
    chains, length = (sampled.sizes[dim] for dim in SAMPLED)
    draws, observed = thin(sampled, chains * length), problem.panel.observed
    found = np.empty((draws.count, int(observed.sum())))
    for place, block in draws.blocks(12 * problem.window.size):
        found[place] = work_out(one_step_ahead(problem, block))[observed].T
    return found.reshape(chains, length, -1)


def _log_likelihood(problem: Problem, sampled: xr.Dataset) -> np.ndarray:
    """Return the log density of the observed outcome in its own unit, shape (chain, draw, cell)."""
    densities = _over_cells(problem, sampled, lambda law: law.log_density(problem.model_outcome))
    return densities + _log_unit(problem)[problem.panel.observed]


def _log_unit(problem: Problem) -> np.ndarray:
    """Return what the change from model outcome to outcome adds to a log density, shape (geo, date)."""
    family = problem.config.likelihood.family
    if family == "negative_binomial":
        return np.zeros_like(problem.outcome)
    if family == "lognormal":
        return -np.log(problem.outcome)
    return np.broadcast_to(-np.log(problem.scaling.outcome)[:, None], problem.outcome.shape)


def _predictions(problem: Problem, sampled: xr.Dataset) -> np.ndarray:
    """Return a random outcome of each cell in every draw, shape (chain, draw, cell)."""
    rng = np.random.default_rng(SEED)
    return _over_cells(problem, sampled, lambda law: law.sample(rng))


def _prior(problem: Problem, sampled: xr.Dataset) -> xr.Dataset:
    """Return the posterior's variables as the prior has them, in one chain."""
    count = prior_count(problem)
    drawn = cache(lambda: prior_draws(problem, SEED))
    variables = {}
    for name, variable in sampled.data_vars.items():
        own = tuple(str(dim) for dim in variable.dims if dim not in SAMPLED)
        shape = (1, count, *(sampled.sizes[dim] for dim in own))
        variables[str(name)] = _lazy((*SAMPLED, *own), shape, partial(_prior_values, drawn, str(name)))
    labels = {
        str(dim): sampled[dim].values for dim in sampled.dims if dim in sampled.coords and dim not in SAMPLED
    }
    return xr.Dataset(variables, coords=labels | {"chain": [0], "draw": np.arange(count)})


def _prior_values(drawn: Callable[[], Draws], name: str) -> np.ndarray:
    """Return prior draws of a variable, shape (1, draw, its own dims)."""
    return np.moveaxis(drawn().values(name), -1, 0)[None]
