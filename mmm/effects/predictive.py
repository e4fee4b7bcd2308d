"""What the model says about each period given the one before: location, spread, density and distribution function.

A second evaluation of `mmm.model.likelihoods`, in NumPy: tests hold the log density equal to PyMC's.
"""

from dataclasses import dataclass

import numpy as np

from mmm.effects import laws
from mmm.effects.baseline import linear_effects
from mmm.effects.media import effect, observed_exposure
from mmm.problem.draws import Draws
from mmm.problem.priors import TAIL_FLOOR
from mmm.problem.problem import Problem


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
            return laws.count_log_density(value, self.location, self.spread)
        if self.tail is not None:
            return laws.student_log_density(value, self.tail, self.location, self.spread)
        return laws.normal_log_density(value, self.location, self.spread)

    def distribution(self, outcome: np.ndarray) -> np.ndarray:
        """Return the probability of at most model outcome (geo, date), shape (geo, date, sample).

        For counts, half of the probability of the count itself is left out, so that it is 0.5 on average.
        """
        value = outcome[..., None]
        if self.family == "negative_binomial":
            itself = np.exp(laws.count_log_density(value, self.location, self.spread))
            return laws.count_distribution(value, self.location, self.spread) - 0.5 * itself
        if self.tail is not None:
            return laws.student_distribution(value, self.tail, self.location, self.spread)
        return laws.normal_distribution(value, self.location, self.spread)

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
    """Return what all components add up to in model outcome, shape (geo, date, sample)."""
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
