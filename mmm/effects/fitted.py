"""Actual against fitted, one step ahead, and each parameter with its diagnostics: the tables ``fit`` and ``parameters``.

What was predicted for each cell is also what checks of fit are made of.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from mmm.config import Interval
from mmm.effects.contribution import expected_outcome
from mmm.effects.intervals import interval
from mmm.effects.predictive import expected as model_expectation
from mmm.effects.predictive import one_step_ahead
from mmm.effects.tables import FIT, PARAMETERS
from mmm.numerics.convergence import scalar_labels
from mmm.problem.draws import Draws
from mmm.problem.problem import Problem

SEED = 20_240_229
"""Of the random part of predictive intervals: the same posterior gives the same table."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """How each cell was predicted given the cell before; NaN where the outcome is unknown.

    Parameters
    ----------
    expected : numpy.ndarray, shape (geo, date)
        Posterior mean of what the components add up to, in original outcome.
    predicted, lower, upper : numpy.ndarray, shape (geo, date)
        Mean and interval of the one-step-ahead predictive, in original outcome.
    rank : numpy.ndarray, shape (geo, date)
        Predictive probability of an outcome below the actual one; uniform if the model is right.
    log_density : numpy.ndarray, shape (cell, sample)
        Log density of each known cell, in the order of `Panel.observed`.
    """

    expected: np.ndarray
    predicted: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    rank: np.ndarray
    log_density: np.ndarray


def fitted(problem: Problem, draws: Draws) -> Fitted:
    """Return actual against fitted, in blocks of draws that bound the memory; cell intervals geo by geo.

    Parameters
    ----------
    problem : Problem
    draws : Draws

    Returns
    -------
    Fitted
    """
    shape = problem.window.shape
    observed = problem.panel.observed
    outcome = problem.model_outcome
    expected, predicted, rank = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    simulated = np.empty((*shape, draws.count), dtype=np.float32)
    log_density = np.empty((int(observed.sum()), draws.count))
    rng = np.random.default_rng(SEED)
    for place, block in draws.blocks(12 * problem.window.size):
        total = model_expectation(problem, block)
        law = one_step_ahead(problem, block, total)
        expected += expected_outcome(problem, block, total).sum(axis=-1) / draws.count
        predicted += law.mean().sum(axis=-1) / draws.count
        rank += law.distribution(outcome).sum(axis=-1) / draws.count
        simulated[..., place] = law.sample(rng)
        log_density[:, place] = law.log_density(outcome)[observed]
    ends = [interval(geo.astype(float), problem.config.interval) for geo in simulated]
    lower, upper = (np.stack([end[i] for end in ends]) for i in (0, 1))
    return Fitted(expected, predicted, lower, upper, np.where(observed, rank, np.nan), log_density)


def expected_mean(problem: Problem, draws: Draws) -> np.ndarray:
    """Return the posterior mean of what the components add up to.

    Parameters
    ----------
    problem : Problem
    draws : Draws

    Returns
    -------
    numpy.ndarray, shape (geo, date)
        In original outcome.
    """
    mean = np.zeros(problem.window.shape)
    for _, block in draws.blocks(12 * problem.window.size):
        total = model_expectation(problem, block)
        mean += expected_outcome(problem, block, total).sum(axis=-1) / draws.count
    return mean


def fit_table(problem: Problem, result: Fitted) -> pd.DataFrame:
    """Return the table ``fit``: each date of each geo's window.

    Parameters
    ----------
    problem : Problem
    result : Fitted

    Returns
    -------
    pandas.DataFrame
        In the columns of the `TableSpec` ``fit``.
    """
    geo, date = np.nonzero(problem.window)
    cells = (geo, date)
    return FIT.frame(
        pd.DataFrame(
            {
                "geo": np.array(problem.panel.geos, dtype=object)[geo],
                "date": problem.panel.data["date"].values[date],
                "actual": problem.outcome[cells],
                "expected_mean": result.expected[cells],
                "predicted_mean": result.predicted[cells],
                "predicted_lower": result.lower[cells],
                "predicted_upper": result.upper[cells],
                "residual": (problem.outcome - result.predicted)[cells],
            }
        )
    )


Diagnostics = Mapping[str, tuple[float, float, float]]
"""R-hat, bulk and tail effective sample size by labelled parameter."""


def parameters_table(posterior: xr.Dataset, diagnostics: Diagnostics, options: Interval) -> pd.DataFrame:
    """Return the table ``parameters`` from all draws; parameters that never move have no diagnostics.

    Parameters
    ----------
    posterior : xarray.Dataset
        All draws: dims ``chain`` and ``draw`` and each variable's own.
    diagnostics : mapping of str to (R-hat, bulk ESS, tail ESS)
        By the label of a parameter.
    options : Interval

    Returns
    -------
    pandas.DataFrame
        In the columns of the `TableSpec` ``parameters``.
    """
    frames = []
    for name, variable in posterior.data_vars.items():
        dims = [str(dim) for dim in variable.dims if dim not in ("chain", "draw")]
        values = variable.transpose(*dims, "chain", "draw").values
        samples = values.reshape(-1, values.shape[-2] * values.shape[-1]).astype(float, copy=False)
        labels = scalar_labels(str(name), [posterior[dim].values for dim in dims])
        lower, upper = interval(samples, options)
        judged = np.array([diagnostics.get(label, (np.nan,) * 3) for label in labels])
        columns = {
            "parameter": labels,
            "mean": samples.mean(axis=-1),
            "sd": samples.std(axis=-1, ddof=1),
            "lower": lower,
            "upper": upper,
            "r_hat": judged[:, 0],
            "ess_bulk": judged[:, 1],
            "ess_tail": judged[:, 2],
            "caution": "",
        }
        frames.append(pd.DataFrame(columns))
    return PARAMETERS.frame(pd.concat(frames, ignore_index=True))
