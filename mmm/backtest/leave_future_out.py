"""Leave-future-out by importance weighting: a fit serves later origins for as long as its weights can be trusted.

1. The model is fitted to the outcomes before the first forecast.
2. At each origin the draws of the last fit get weights: the density of the outcomes that came since.
3. Where the weights' Pareto k is too high, the model is fitted again to all outcomes before that forecast. The weighted
   draws are where the new fit starts, and what its coordinates are made from.

References
----------
Burkner, Gabry, Vehtari 2020, Approximate leave-future-out cross-validation for Bayesian time series models, JSCS 90(14).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import xarray as xr

from mmm.backtest.frame import Frame
from mmm.backtest.importance import Weights, equal, smoothed
from mmm.fit import sample
from mmm.forecast.paths import Forecaster, forecaster
from mmm.numerics.importance_weights import systematic
from mmm.problem.draws import Draws, thin
from mmm.problem.variables import variables_to_vector
from mmm.sampling.engine import kernel_engine
from mmm.sampling.preconditioning import find_start, warm_engine

MOST_DRAWS, FEWEST_DRAWS = 4000, 500
"""Draws that are weighted: all that many, fewer of a large panel."""
MOST_NUMBERS = 20_000_000
"""Cells times draws up to which more draws are used."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Fit:
    """A fit to the outcomes before a period.

    Parameters
    ----------
    forecast : int
        Index of the first period it has not seen.
    warm : bool
        Whether it began from the draws of the fit before.
    posterior, statistics : xarray.Dataset
    """

    forecast: int
    warm: bool
    posterior: xr.Dataset
    statistics: xr.Dataset


@dataclass(frozen=True, slots=True)
class Origin:
    """What is forecast from where the outcomes before a period are known.

    Parameters
    ----------
    place : int
        Of its first forecast among the forecaster's dates.
    forecast : int
        Index of the first period not known.
    fit : Fit
        Whose draws are used.
    tried : float
        Pareto k of the weights before it was decided whether to fit again; minus infinity where there were none.
    weights : Weights
    forecaster : Forecaster
    """

    place: int
    forecast: int
    fit: Fit
    tried: float
    weights: Weights
    forecaster: Forecaster

    @property
    def refitted(self) -> bool:
        """Whether the model was fitted for this origin."""
        return self.fit.forecast == self.forecast


class Refitter:
    """Fits the model of a frame to the past of one period after another."""

    def __init__(self, frame: Frame, seed: int) -> None:
        self._frame, self._seed = frame, seed
        size = frame.problem.window.size
        self._draws = int(np.clip(MOST_NUMBERS // size, FEWEST_DRAWS, MOST_DRAWS))

    def from_mode(self, forecast: int) -> tuple[Fit, Draws]:
        """Return a fit to the outcomes before period `forecast`, and the draws of it that are weighted."""
        model = self._frame.model(forecast)
        engine = kernel_engine(model)
        return self._fit(sample(engine, model.problem, self._seed), forecast, warm=False)

    def from_draws(self, forecast: int, draws: Draws, weights: Weights) -> tuple[Fit, Draws]:
        """Return the same, begun from weighted draws of another fit; from nothing where they are no start.

        Parameters
        ----------
        forecast : int
            Date whose outcome is the first unknown one.
        draws : Draws
            Of a fit to fewer outcomes.
        weights : Weights
            Of these draws, given the outcomes since.

        Returns
        -------
        tuple of (Fit, Draws)
            The fit and its draws.
        """
        model, rng = self._frame.model(forecast), np.random.default_rng([self._seed, forecast])
        points = variables_to_vector(draws, model.problem, rng)[systematic(weights.log, draws.count, rng)]
        start = find_start(model, rng.permutation(points))
        if start is None:
            return self.from_mode(forecast)
        tree = sample(warm_engine(model, start, "earlier"), model.problem, self._seed)
        return self._fit(tree, forecast, warm=True)

    def _fit(self, tree: xr.DataTree, forecast: int, warm: bool) -> tuple[Fit, Draws]:
        posterior = tree["posterior"].to_dataset()
        fitted = Fit(forecast, warm, posterior, tree["sample_stats"].to_dataset())
        return fitted, thin(posterior, self._draws)


def leave_future_out(frame: Frame, seed: int, say: Say) -> list[Origin]:
    """Return all origins of a frame, fitted again only where weights cannot be trusted.

    Parameters
    ----------
    frame : Frame
    seed : int
        Of every fit.
    say : callable
        Gets a sentence for each fit.

    Returns
    -------
    list of Origin
        One a forecast, in the order of time.
    """
    refitter = Refitter(frame, seed)
    say(f"fitting the outcomes before {frame.day(frame.first)}")
    fit, draws = refitter.from_mode(frame.first)
    forecasts, first, origins = forecaster(frame.problem, draws, frame.first), 0, []
    for number, forecast in enumerate(map(int, frame.forecasts)):
        place = frame.place(number)
        weights = equal(draws.count)
        if number > first:
            weights = smoothed(forecasts.log_density[frame.place(first) : place].sum(axis=0))
        tried = weights.k_hat
        if not weights.reliable:
            say(f"fitting again before {frame.day(forecast)}: Pareto k {tried:.2f}")
            fit, draws = refitter.from_draws(forecast, draws, weights)
            forecasts, first, weights = (
                forecaster(frame.problem, draws, frame.first),
                number,
                equal(draws.count),
            )
        origins.append(Origin(place, forecast, fit, tried, weights, forecasts))
    return origins
