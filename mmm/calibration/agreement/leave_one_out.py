"""Leaving one experiment out: what a calibrated model predicts of each of its own experiments without having seen it.

Draws of the model that has seen all experiments are weighted by one over the density of the one left out (Pareto-smoothed),
which is exact where the weights have a light enough tail. Where they do not (Pareto k above `MAX_K`), the experiment decides
too much of the fit for that, and only a fit without it can tell: such a refit is asked for, never guessed.

References
----------
Vehtari, Simpson, Gelman, Yao, Gabry 2024, Pareto smoothed importance sampling, JMLR 25(72).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from mmm.calibration.agreement.conflict import Array, Conflict, Measured, conflict, log_density
from mmm.numerics.importance_weights import smoothed

MAX_K = 0.7
"""Pareto k above which weights are not believed and the fit has to be done again."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """The calibrated model without one of its experiments.

    Parameters
    ----------
    weights : numpy.ndarray, shape (sample,)
        Of the calibrated draws; sum to 1.
    pareto_k : float
    effective : float
        How many independent draws the weights are worth.
    log_score : float
        Log-density of the experiment under the model without it.
    position : float
        Where its measured total lies in the predictive distribution, from 0 to 1: uniform where model and tests agree.
    conflict : Conflict
    """

    weights: Array
    pareto_k: float
    effective: float
    log_score: float
    position: float
    conflict: Conflict

    @property
    def refit(self) -> bool:
        """Return whether only a fit without the experiment can tell."""
        return not self.pareto_k <= MAX_K  # an unknown k is no light tail


def leave_one_out(measured: Measured, predicted: Array, size: Array | None = None) -> LeftOut:
    """Return the calibrated model without one of its experiments.

    Parameters
    ----------
    measured : Measured
        The experiment left out.
    predicted : numpy.ndarray, shape (sample, readout)
        What each draw of the model that has seen all experiments says of its readouts, without the bias of the test.
    size : numpy.ndarray, shape (sample,), optional
        What the bias of each draw is times `measured.bias`; default 1.

    Returns
    -------
    LeftOut
    """
    density = log_density(measured, predicted, size)
    weights, k = smoothed(-density)
    return LeftOut(
        weights=weights,
        pareto_k=_known(k, density),
        effective=float(1 / np.sum(weights**2)),
        log_score=float(special.logsumexp(density, b=weights)),
        position=position(measured, predicted, weights),
        conflict=conflict(measured, predicted, weights),
    )


def _known(k: float, density: Array) -> float:
    """Return Pareto k; where no tail could be fitted because all weights are alike, that is the lightest of all."""
    return -np.inf if np.isnan(k) and np.ptp(density) < 1e-6 else k


def position(measured: Measured, predicted: Array, weights: Array) -> float:
    """Return where the measured total lies in the predictive distribution, from 0 to 1.

    Parameters
    ----------
    measured : Measured
    predicted : numpy.ndarray, shape (sample, readout)
    weights : numpy.ndarray, shape (sample,)
        Sum to 1.

    Returns
    -------
    float
    """
    scatter = measured.total_covariance.sum() ** 0.5
    away = (measured.observed.sum() - predicted.sum(axis=1)) / scatter
    freedom = measured.degrees_of_freedom
    below = special.ndtr(away) if np.isinf(freedom) else special.stdtr(freedom, away)
    return float(weights @ below)


def without(
    others: Sequence[tuple[Measured, Array]], sizes: Sequence[Array | None] | None = None
) -> tuple[Array, float]:
    """Return weights of calibrated draws that take several experiments away at once, and their Pareto k.

    Parameters
    ----------
    others : sequence of (Measured, numpy.ndarray of shape (sample, readout))
        Experiments to take away, with what each calibrated draw says of them.
    sizes : sequence of numpy.ndarray of shape (sample,) or None, optional
        As `leave_one_out`, one for each experiment.

    Returns
    -------
    numpy.ndarray, shape (sample,)
        Sum to 1.
    float
        Above `MAX_K` the weights are not to be believed.
    """
    times = [None] * len(others) if sizes is None else sizes
    density = sum(
        (log_density(one, draws, size) for (one, draws), size in zip(others, times, strict=True)),
        start=np.zeros(len(others[0][1])),
    )
    weights, k = smoothed(-density)
    return weights, _known(k, density)
