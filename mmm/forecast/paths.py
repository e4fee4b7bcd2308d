"""What draws of the past say about the outcomes to come: log density of the next one, and paths over several periods."""

from dataclasses import dataclass, replace

import numpy as np

from mmm.effects.predictive import Predictive, expected, one_step_ahead
from mmm.problem.draws import Draws
from mmm.problem.problem import Problem


@dataclass(frozen=True, slots=True)
class Forecaster:
    """The forecasts that one set of draws makes; dates are counted from the first that is forecast.

    Parameters
    ----------
    draws : Draws
    total : numpy.ndarray, shape (geo, date, sample)
        What the components add up to, in model outcome.
    ahead : Predictive
        Of each period given the outcome of the one before.
    outcome : numpy.ndarray, shape (geo, date)
        Model outcome, NaN where unknown.
    log_density : numpy.ndarray, shape (date, sample)
        Of the known outcomes of all geos together, each given the one before; 0 where none is known.
    """

    draws: Draws
    total: np.ndarray
    ahead: Predictive
    outcome: np.ndarray
    log_density: np.ndarray

    def paths(self, start: int, steps: int, chosen: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Return simulated outcomes from date `start` on, in original outcome, shape (geo, step, path).

        Parameters
        ----------
        start, steps : int
            First date, and at most how many: the first is given the outcome before it, the others are given the path.
        chosen : numpy.ndarray of int, shape (path,)
            The draw behind each path.
        rng : numpy.random.Generator

        Returns
        -------
        numpy.ndarray, shape (geo, step, path)
            In original outcome; fewer steps where the dates end.
        """
        total = self.total[:, start : start + steps, chosen]
        if self.ahead.family == "negative_binomial":  # whose counts do not depend on the one before
            law = self.ahead
            mean, alpha = (part[:, start : start + steps, chosen] for part in (law.location, law.spread))
            return replace(law, location=mean, spread=alpha).sample(rng)
        tail = None if self.ahead.tail is None else self.ahead.tail[chosen]
        noise = (
            rng.standard_normal(total.shape)
            if tail is None
            else rng.standard_t(np.broadcast_to(tail, total.shape))
        )
        sigma = self.draws.values("noise")[:, chosen]
        known = "autocorrelation" in self.draws.arrays
        rho = self.draws.values("autocorrelation")[chosen] if known else np.zeros(len(chosen))
        path = np.empty_like(total)
        path[:, 0] = self.ahead.location[:, start, chosen]
        path[:, 0] += self.ahead.spread[:, start, chosen] * noise[:, 0]
        for step in range(1, total.shape[1]):
            before = path[:, step - 1] - total[:, step - 1]
            path[:, step] = total[:, step] + rho * before + sigma * noise[:, step]
        return (np.exp(path) if self.ahead.family == "lognormal" else path) * self.ahead.unit

    def ranks(self, date: int, weights: np.ndarray) -> np.ndarray:
        """Return the predictive probability of an outcome below the actual one in each geo, shape (geo,); NaN if unknown.

        Parameters
        ----------
        date : int
            Counted from the first date that is forecast.
        weights : numpy.ndarray, shape (draw,)
            Adding up to 1.

        Returns
        -------
        numpy.ndarray, shape (geo,)
            Between 0 and 1.
        """
        place = slice(date, date + 1)
        return _part(self.ahead, place).distribution(self.outcome[:, place])[:, 0] @ weights


def forecaster(problem: Problem, draws: Draws, first: int) -> Forecaster:
    """Return the forecasts that `draws` make.

    Parameters
    ----------
    problem : Problem
        Over known dates and those that are forecast.
    draws : Draws
        Of that model, fitted to outcomes before a forecast.
    first : int
        Place of the first date that is forecast, at least 1 where residuals are related.

    Returns
    -------
    Forecaster
        From the first date that is forecast on.
    """
    later = slice(first, None)
    total = expected(problem, draws)
    ahead = _part(one_step_ahead(problem, draws, total), later)
    outcome = problem.model_outcome[:, later]
    density = ahead.log_density(np.nan_to_num(outcome))
    joint = np.where(np.isfinite(outcome)[..., None], density, 0.0).sum(axis=0)
    return Forecaster(draws, total[:, later], ahead, outcome, joint)


def _part(law: Predictive, dates: slice) -> Predictive:
    return replace(law, location=law.location[:, dates], spread=law.spread[:, dates])
