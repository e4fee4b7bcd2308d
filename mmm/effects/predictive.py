"""What the model says about each period given the one before: location, spread, density and distribution function.

A second evaluation of `mmm.model.likelihoods`, in NumPy: tests hold the log density equal to PyMC's. The laws are in closed
form, for arrays that broadcast: SciPy's own, which tests hold these to, check every argument of every cell.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import betainc, gammaln, ndtr, stdtr, xlog1py, xlogy

from mmm.effects.terms import effect, linear_effects, observed_exposure
from mmm.problem.draws import Draws
from mmm.problem.priors import TAIL_FLOOR
from mmm.problem.problem import Problem

_LOG_ROOT_TWO_PI = 0.5 * np.log(2 * np.pi)


def normal_log_density(value: np.ndarray, location: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Return the log density of a normal law.

    Parameters
    ----------
    value : numpy.ndarray
    location, scale : numpy.ndarray
        They and `value` broadcast.

    Returns
    -------
    numpy.ndarray
        Of the shape to which all arguments broadcast.
    """
    score = (value - location) / scale
    return -0.5 * score**2 - _LOG_ROOT_TWO_PI - np.log(scale)


def normal_distribution(value: np.ndarray, location: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Return the probability of at most `value` under a normal law.

    Parameters
    ----------
    value : numpy.ndarray
    location, scale : numpy.ndarray
        They and `value` broadcast.

    Returns
    -------
    numpy.ndarray
        Of the shape to which all arguments broadcast.
    """
    return ndtr((value - location) / scale)


def student_log_density(
    value: np.ndarray, freedom: np.ndarray, location: np.ndarray, scale: np.ndarray
) -> np.ndarray:
    """Return the log density of a Student-t law with `freedom` degrees of freedom.

    Parameters
    ----------
    value : numpy.ndarray
    freedom : numpy.ndarray
        Degrees of freedom.
    location, scale : numpy.ndarray
        All four broadcast.

    Returns
    -------
    numpy.ndarray
        Of the shape to which all arguments broadcast.
    """
    score = (value - location) / scale
    constant = gammaln((freedom + 1) / 2) - gammaln(freedom / 2) - 0.5 * np.log(freedom * np.pi)
    return constant - np.log(scale) - (freedom + 1) / 2 * np.log1p(score**2 / freedom)


def student_distribution(
    value: np.ndarray, freedom: np.ndarray, location: np.ndarray, scale: np.ndarray
) -> np.ndarray:
    """Return the probability of at most `value` under a Student-t law.

    Parameters
    ----------
    value : numpy.ndarray
    freedom : numpy.ndarray
        Degrees of freedom.
    location, scale : numpy.ndarray
        All four broadcast.

    Returns
    -------
    numpy.ndarray
        Of the shape to which all arguments broadcast.
    """
    return stdtr(freedom, (value - location) / scale)


def count_log_density(value: np.ndarray, mean: np.ndarray, dispersion: np.ndarray) -> np.ndarray:
    """Return the log probability of a whole number under a negative binomial law of variance mean + mean^2 / dispersion.

    Parameters
    ----------
    value : numpy.ndarray
        Whole numbers.
    mean, dispersion : numpy.ndarray
        Above 0; the three shapes are broadcast.

    Returns
    -------
    numpy.ndarray
        In nats.
    """
    chance = dispersion / (dispersion + mean)
    ways = gammaln(dispersion + value) - gammaln(value + 1) - gammaln(dispersion)
    return ways + xlogy(dispersion, chance) + xlog1py(value, -chance)


def count_distribution(value: np.ndarray, mean: np.ndarray, dispersion: np.ndarray) -> np.ndarray:
    """Return the probability of at most a whole number under the same law.

    Parameters
    ----------
    value : numpy.ndarray
        Whole numbers.
    mean, dispersion : numpy.ndarray
        Above 0; the three shapes are broadcast.

    Returns
    -------
    numpy.ndarray
        Between 0 and 1.
    """
    return betainc(dispersion, value + 1, dispersion / (dispersion + mean))


@dataclass(frozen=True, slots=True)
class Predictive:
    """One-step-ahead distribution of every cell, in model outcome (counts for the negative binomial).

    Parameters
    ----------
    family : str
        The likelihood.
    location, spread : numpy.ndarray, shape (geo, date, sample)
        Location and scale; for the negative binomial the mean and alpha.
    tail : numpy.ndarray or None, shape (sample,)
        Degrees of freedom of the Student-t.
    unit : numpy.ndarray, shape (geo, 1, 1)
        Outcome per model outcome; 1 for the negative binomial.
    """

    family: str
    location: np.ndarray
    spread: np.ndarray
    tail: np.ndarray | None
    unit: np.ndarray

    def log_density(self, outcome: np.ndarray) -> np.ndarray:
        """Return the log density of model outcome (geo, date), shape (geo, date, sample)."""
        value = outcome[..., None]
        if self.family == "negative_binomial":
            return count_log_density(value, self.location, self.spread)
        if self.tail is not None:
            return student_log_density(value, self.tail, self.location, self.spread)
        return normal_log_density(value, self.location, self.spread)

    def distribution(self, outcome: np.ndarray) -> np.ndarray:
        """Return the probability of at most model outcome (geo, date), shape (geo, date, sample).

        For counts, half of the probability of the count itself is left out, so that it is 0.5 on average.
        """
        value = outcome[..., None]
        if self.family == "negative_binomial":
            itself = np.exp(count_log_density(value, self.location, self.spread))
            return count_distribution(value, self.location, self.spread) - 0.5 * itself
        if self.tail is not None:
            return student_distribution(value, self.tail, self.location, self.spread)
        return normal_distribution(value, self.location, self.spread)

    def mean(self) -> np.ndarray:
        """Return the mean in original outcome, shape (geo, date, sample)."""
        if self.family == "lognormal":
            return np.exp(self.location + 0.5 * self.spread**2) * self.unit
        return self.location * self.unit

    def sample(self, rng: np.random.Generator) -> np.ndarray:
        """Return one random outcome for each cell and sample, in original outcome."""
        if self.family == "negative_binomial":
            return rng.poisson(rng.gamma(self.spread, self.location / self.spread)).astype(float)
        if self.tail is not None:
            noise = rng.standard_t(np.broadcast_to(self.tail, self.location.shape))
        else:
            noise = rng.standard_normal(self.location.shape)
        drawn = self.location + self.spread * noise
        return (np.exp(drawn) if self.family == "lognormal" else drawn) * self.unit


def expected(problem: Problem, draws: Draws) -> np.ndarray:
    """Return what all components add up to in model outcome, shape (geo, date, sample).

    Parameters
    ----------
    problem : Problem
    draws : Draws

    Returns
    -------
    numpy.ndarray, shape (geo, date, sample)
        On the scale of the link: its logarithm where the link is log.
    """
    shape = (*problem.window.shape, draws.count)
    total = np.zeros(shape)
    for part in linear_effects(problem, draws):
        total += part
    for channel in range(len(problem.panel.channels)):
        total += effect(problem, draws, channel, observed_exposure(problem, channel))
    return total


def one_step_ahead(problem: Problem, draws: Draws, total: np.ndarray | None = None) -> Predictive:
    """Return the distribution of each cell given the cell before, where that is known.

    Parameters
    ----------
    problem : Problem
    draws : Draws
    total : numpy.ndarray, optional
        `expected` of the same draws, when it is at hand.

    Returns
    -------
    Predictive
    """
    family = problem.config.likelihood.family
    total = expected(problem, draws) if total is None else total
    unit = problem.scaling.outcome[:, None, None]
    if family == "negative_binomial":
        alpha = np.broadcast_to(draws.values("dispersion"), total.shape)
        return Predictive(family, np.exp(total) * unit, alpha, None, np.ones_like(unit))
    spread = np.broadcast_to(draws.values("noise")[:, None, :], total.shape)
    tail = draws.values("tail") + TAIL_FLOOR if family == "student_t" else None
    if not problem.config.likelihood.autocorrelation:
        return Predictive(family, total, spread, tail, unit)
    rho = draws.values("autocorrelation")
    outcome = problem.model_outcome
    # Unlike in the likelihood, a cell whose own outcome is unknown may follow one that is known.
    followed = np.pad(np.isfinite(outcome), ((0, 0), (1, 0)))[:, :-1, None]
    before = np.zeros_like(total)
    before[:, 1:] = np.nan_to_num(outcome)[:, :-1, None] - total[:, :-1]
    return Predictive(
        family,
        np.where(followed, total + rho * before, total),
        np.where(followed, spread, spread / np.sqrt(1 - rho**2)),
        tail,
        unit,
    )
