"""What all carryover kernels share: lags as an array, normalisation, priors set by the average delay, and the half-life."""

from collections.abc import Callable
from typing import Any

import numpy as np
import scipy

from mixproof.errors import ConfigError, Fault
from mmm.numerics.elementary import exp
from mmm.transforms.family import Numbers
from mmm.transforms.tensor import pt


def lag_axis(lags: int) -> np.ndarray:
    """Return the lags 0..lags as floats, shape (lags + 1,)."""
    return np.arange(lags + 1, dtype=float)


def column(parameter: Numbers) -> np.ndarray:
    """Return `parameter` (...) as (..., 1), ready to broadcast against the lags."""
    return np.asarray(parameter, dtype=float)[..., None]


def column_tensor(parameter: Any) -> Any:
    """Return `column` as a PyTensor expression."""
    return pt.as_tensor(parameter)[..., None]


def normalised_exponential(log_kernel: np.ndarray) -> np.ndarray:
    """Return weights (..., lag) that sum to 1, from the logs of a kernel.

    The largest log is taken out first: a kernel whose every value underflows still gives weights.
    """
    kernel = np.exp(log_kernel - log_kernel.max(axis=-1, keepdims=True))
    return kernel / kernel.sum(axis=-1, keepdims=True)


def normalise_logs(lags: int, out: np.ndarray, by_first: np.ndarray, by_second: np.ndarray) -> None:
    """Overwrite logs of a kernel at lags 0..lags and their derivatives by the weights, which sum to 1, and theirs.

    Parameters
    ----------
    lags : int
        Last lag, in periods.
    out : numpy.ndarray, shape (lags + 1 or more,)
        Logs on entry, weights on return.
    by_first, by_second : numpy.ndarray, shape (lags + 1 or more,)
        Derivatives of the logs by the parameters on entry, of the weights on return.
    """
    top = out[0]
    for lag in range(1, lags + 1):
        top = max(top, out[lag])
    total = 0.0
    for lag in range(lags + 1):
        out[lag] = exp(out[lag] - top)
        total += out[lag]
    mean_first = mean_second = 0.0
    for lag in range(lags + 1):
        out[lag] /= total
        mean_first += out[lag] * by_first[lag]
        mean_second += out[lag] * by_second[lag]
    for lag in range(lags + 1):
        by_first[lag] = out[lag] * (by_first[lag] - mean_first)
        by_second[lag] = out[lag] * (by_second[lag] - mean_second)


def normalised_exponential_tensor(log_kernel: Any) -> Any:
    """Return `normalised_exponential` as a PyTensor expression."""
    return pt.special.softmax(log_kernel, axis=-1)


def mean_lag(weights: np.ndarray) -> np.ndarray:
    """Return the average delay of `weights` (..., lag), in periods."""
    return weights @ np.arange(weights.shape[-1], dtype=float)


def median_for_mean_lag(
    family: str,
    weights_at: Callable[[float], np.ndarray],
    lags: int,
    target: float,
    bracket: tuple[float, float],
) -> float:
    """Return the parameter at which the average delay of ``weights_at(parameter)`` is `target` periods.

    For families whose average delay has no closed form, so that ``mean_lag`` means the same for all.

    Parameters
    ----------
    family : str
        The word in the YAML, for the message.
    weights_at : callable
        From the parameter to weights, shape (lags + 1,).
    lags : int
        Last lag, in periods.
    target : float
        Average delay, in periods.
    bracket : tuple of (float, float)
        Values between which the parameter is looked for, both positive.

    Returns
    -------
    float
        On the parameter's own scale.

    Raises
    ------
    ConfigError
        No parameter gives this delay within the window of lags.
    """
    low, high = np.log(bracket[0]), np.log(bracket[1])

    def gap(log_parameter: float) -> float:
        return float(mean_lag(weights_at(float(np.exp(log_parameter)))) - target)

    ends = gap(low), gap(high)
    if ends[0] * ends[1] > 0:
        reached = sorted(end + target for end in ends)
        raise ConfigError(
            Fault(
                "mean-lag-unreachable",
                "mmm adstock",
                f"a mean_lag of {target:g} periods cannot be had from {family} weights over {lags} lags.",
                f"Use a mean_lag from {reached[0]:.2g} to {reached[1]:.2g}, more lags, or another family.",
            )
        )
    return float(np.exp(scipy.optimize.brentq(gap, float(low), float(high))))


def half_life(weights: np.ndarray) -> np.ndarray:
    """Return the time until half of the effect has arrived, in periods, shape (...).

    Parameters
    ----------
    weights : numpy.ndarray, (..., lag)
        Carryover weights that sum to 1.

    Notes
    -----
    The weight of lag l arrives evenly between l and l + 1 periods after the exposure began, so that the share
    arrived by a whole number t of periods is w(0) + ... + w(t - 1). Without carryover the half-life is
    therefore half a period; for a long geometric carryover it is log(1/2) / log(retention), up to the
    straight line inside a period.
    """
    arrived = np.cumsum(weights, axis=-1)
    lag = np.argmax(arrived >= 0.5, axis=-1)[..., None]
    in_period = np.take_along_axis(weights, lag, axis=-1)
    before = np.take_along_axis(arrived, lag, axis=-1) - in_period
    return (lag + (0.5 - before) / in_period)[..., 0]
