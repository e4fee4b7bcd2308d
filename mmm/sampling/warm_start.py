"""Beginning where an earlier run ended: weeks are appended or a prior is changed, and most of the posterior is known."""

import numpy as np
import xarray as xr

from mmm.problem.draws import thin
from mmm.problem.variables import resembles, variables_to_vector
from mmm.sampling.engine import Engine
from mmm.sampling.preconditioning import MOST_POINTS, find_start, warm_engine


def continued(engine: Engine, earlier: xr.Dataset, seed: int) -> Engine:
    """Return the engine of the same model whose chains begin at draws of an earlier posterior.

    It is `engine` itself where PyMC computes the model, where the models have less than half of their parameters in
    common, and where the draws are no start for this one.

    Parameters
    ----------
    engine : Engine
    earlier : xarray.Dataset
        The posterior's variables, dims ``chain`` and ``draw`` and each one's own.
    seed : int
        Of what the earlier posterior does not have and is drawn from its prior.

    Returns
    -------
    Engine
        Warm where it begins at earlier draws.
    """
    if engine.mode is None:
        return engine
    model, rng = engine.mode.model, np.random.default_rng(seed)
    draws = thin(earlier, MOST_POINTS)
    if not resembles(draws, model.layout):
        return engine
    start = find_start(model, rng.permutation(variables_to_vector(draws, model.problem, rng)))
    return engine if start is None else warm_engine(model, start, "earlier")
