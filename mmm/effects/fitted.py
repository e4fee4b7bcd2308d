"""Actual against fitted, one step ahead: the table ``fit``, and what checks of fit are made of."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mmm.effects.contribution import expected_outcome
from mmm.effects.intervals import interval
from mmm.effects.predictive import expected as model_expectation
from mmm.effects.predictive import one_step_ahead
from mmm.effects.tables import FIT
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
    """Return actual against fitted, in blocks of draws that bound the memory; cell intervals geo by geo."""
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


def fit_table(problem: Problem, result: Fitted) -> pd.DataFrame:
    """Return the table ``fit``: each date of each geo's window."""
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
