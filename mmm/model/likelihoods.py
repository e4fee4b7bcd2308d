"""How the outcome scatters about what is expected: one row a family, with its parameters and its density."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pymc as pm
import pytensor.tensor as pt
from pytensor.tensor import TensorVariable

from mmm.config import MmmConfig
from mmm.problem.model_outcome import followed
from mmm.problem.priors import (
    AUTOCORRELATION_LOGIT,
    AUTOCORRELATION_RANGE,
    DISPERSION_MEDIAN,
    DISPERSION_SPREAD,
    NOISE_MEDIAN,
    NOISE_SPREAD,
    TAIL_FLOOR,
    TAIL_MEDIAN,
    TAIL_SPREAD,
)
from mmm.problem.problem import Problem


@dataclass(frozen=True, slots=True)
class Observations:
    """What the likelihood sees, all in model units.

    Parameters
    ----------
    outcome : TensorVariable, shape (geo, date)
        Model outcome (log of it for lognormal, counts for negative binomial); zero where unknown.
    known : TensorVariable, shape (cell,)
        The known ones among them, in order.
    observed, followed : numpy.ndarray of bool, shape (geo, date)
        Whether the outcome is known, and whether the period before is known too.
    scale : TensorVariable, shape (geo,)
        Outcome per model outcome.
    """

    outcome: TensorVariable
    known: TensorVariable
    observed: np.ndarray
    followed: np.ndarray
    scale: TensorVariable


def observations(problem: Problem) -> Observations:
    """Return what the likelihood sees of a problem's panel."""
    outcome, observed = problem.model_outcome, problem.panel.observed
    return Observations(
        outcome=pm.Data("outcome_grid", np.where(observed, outcome, 0.0)),
        known=pm.Data("outcome_known", outcome[observed]),
        observed=observed,
        followed=followed(observed),
        scale=pt.as_tensor(problem.scaling.outcome),
    )


def one_step_ahead(
    expected: TensorVariable, data: Observations, config: MmmConfig
) -> tuple[TensorVariable, TensorVariable]:
    """Return location and scale of each period given the one before, both of shape (geo, date).

    Residuals follow an AR(1) when the config says so: ``y[t] = m[t] + rho (y[t-1] - m[t-1]) + e[t]``. The first
    period, and one after a gap, has the stationary sd ``sigma / sqrt(1 - rho^2)`` about its expectation.

    Parameters
    ----------
    expected : pytensor.tensor.TensorVariable, shape (geo, date)
        In model outcome.
    data : Observations
        Outcomes, and which periods follow on an observed one.
    config : MmmConfig
        For whether residuals follow on each other.

    Returns
    -------
    tuple of (pytensor.tensor.TensorVariable, pytensor.tensor.TensorVariable)
        In model outcome.
    """
    noise = pm.LogNormal("noise", np.log(NOISE_MEDIAN), NOISE_SPREAD, dims="geo")
    sigma = noise[:, None] * pt.ones_like(expected)
    if not config.likelihood.autocorrelation:
        return expected, sigma
    low, high = AUTOCORRELATION_RANGE
    logit = pm.Normal("autocorrelation_logit", *AUTOCORRELATION_LOGIT)
    rho = pm.Deterministic("autocorrelation", low + (high - low) * pm.math.sigmoid(logit))
    residual = pt.concatenate([pt.zeros_like(expected[:, :1]), (data.outcome - expected)[:, :-1]], axis=1)
    location = pt.where(data.followed, expected + rho * residual, expected)
    return location, pt.where(data.followed, sigma, sigma / pt.sqrt(1 - rho**2))


def _normal(expected: TensorVariable, data: Observations, config: MmmConfig) -> None:
    location, scale = one_step_ahead(expected, data, config)
    cells = np.nonzero(data.observed)
    pm.Normal("outcome", location[cells], scale[cells], observed=data.known, dims="cell")


def _student_t(expected: TensorVariable, data: Observations, config: MmmConfig) -> None:
    location, scale = one_step_ahead(expected, data, config)
    excess = pm.LogNormal("tail", np.log(TAIL_MEDIAN), TAIL_SPREAD)
    cells = np.nonzero(data.observed)
    pm.StudentT(
        "outcome",
        nu=TAIL_FLOOR + excess,
        mu=location[cells],
        sigma=scale[cells],
        observed=data.known,
        dims="cell",
    )


def _negative_binomial(expected: TensorVariable, data: Observations, config: MmmConfig) -> None:
    alpha = pm.LogNormal("dispersion", np.log(DISPERSION_MEDIAN), DISPERSION_SPREAD)
    mean = pt.exp(expected) * data.scale[:, None]
    cells = np.nonzero(data.observed)
    pm.NegativeBinomial("outcome", mu=mean[cells], alpha=alpha, observed=data.known, dims="cell")


LIKELIHOODS: dict[str, Callable[[TensorVariable, Observations, MmmConfig], None]] = {
    "normal": _normal,
    "student_t": _student_t,
    "negative_binomial": _negative_binomial,
    "lognormal": _normal,
}
