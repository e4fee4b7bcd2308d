"""Delayed geometric carryover: a bell over the lags, for effects that peak after the exposure."""

from typing import Any

import numpy as np

from mmm.transforms.family import AdstockTransform, Numbers, ParameterPrior
from mmm.transforms.kernel import (
    column,
    column_tensor,
    lag_axis,
    median_for_mean_lag,
    normalise_logs,
    normalised_exponential,
    normalised_exponential_tensor,
)


def weights(lags: int, *, peak: Numbers, spread: Numbers) -> np.ndarray:
    """Return delayed geometric weights, shape (..., lags + 1), summing to 1 over the lags.

    Parameters
    ----------
    lags : int
        Last lag, in periods.
    peak : float or numpy.ndarray, (...)
        Lag of the strongest effect (theta), in periods; positive.
    spread : float or numpy.ndarray, (...)
        Standard deviation of the bell, in periods; positive.

    Returns
    -------
    numpy.ndarray, shape (..., lags + 1)
        At least 0.

    Notes
    -----
    w(l) is proportional to a^((l - peak)^2) with retention a = exp(-1 / (2 spread^2)): `spread` has a unit
    people can answer in, `a` has not.

    References
    ----------
    Jin, Wang, Sun, Chan, Koehler (2017), Bayesian Methods for Media Mix Modeling with Carryover and Shape
    Effects, equation 3.
    """
    score = (lag_axis(lags) - column(peak)) / column(spread)
    return normalised_exponential(-0.5 * score**2)


def weights_tensor(lags: int, *, peak: Any, spread: Any) -> Any:
    """Return `weights` as a PyTensor expression."""
    score = (lag_axis(lags) - column_tensor(peak)) / column_tensor(spread)
    return normalised_exponential_tensor(-0.5 * score**2)


def priors(lags: int, mean_lag: float) -> tuple[ParameterPrior, ...]:
    """Return the priors: at their medians the average delay is `mean_lag`, and the bell as wide as late.

    The bell is cut off at lag 0, so its average lies after its peak; the median of `peak` is solved for.

    Parameters
    ----------
    lags : int
        Last lag, in periods.
    mean_lag : float
        Median of the average delay, in periods; positive.

    Returns
    -------
    tuple of ParameterPrior
        In the order in which `loop` takes them.
    """
    median = median_for_mean_lag(
        "delayed_geometric",
        lambda peak: weights(lags, peak=peak, spread=max(peak, 0.5)),
        lags,
        mean_lag,
        (1e-4, 100.0 * (lags + 1)),
    )
    return (ParameterPrior("peak", median, 0.7), ParameterPrior("spread", max(median, 0.5), 0.5))


def loop(
    lags: int, peak: float, spread: float, out: np.ndarray, by_peak: np.ndarray, by_spread: np.ndarray,
    space: np.ndarray,
) -> None:  # fmt: skip
    """Write weights and their derivatives by peak and spread."""
    for lag in range(lags + 1):
        score = (lag - peak) / spread
        out[lag] = -0.5 * score * score
        by_peak[lag] = score / spread
        by_spread[lag] = score * score / spread
    normalise_logs(lags, out, by_peak, by_spread)


DELAYED_GEOMETRIC = AdstockTransform(
    "delayed_geometric",
    "geometric decay with a delayed peak",
    "exp(-(l - peak)^2 / (2 spread^2))",
    weights,
    weights_tensor,
    priors,
    loop,
)
