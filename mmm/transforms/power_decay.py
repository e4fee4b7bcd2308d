"""Power-law carryover: memory that fades ever more slowly, as forgetting does."""

from typing import Any

import numpy as np

from mmm.numerics.elementary import log
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


def weights(lags: int, *, decay: Numbers) -> np.ndarray:
    """Return power-law weights, shape (..., lags + 1), summing to 1 over the lags.

    Parameters
    ----------
    lags : int
        Last lag, in periods.
    decay : float or numpy.ndarray, (...)
        Exponent; positive.

    Notes
    -----
    w(l) is proportional to (l + 1)^(-decay).

    References
    ----------
    Wickelgren (1974), Single-trace fragility theory of memory dynamics, Memory & Cognition 2.
    """
    return normalised_exponential(-column(decay) * np.log1p(lag_axis(lags)))


def weights_tensor(lags: int, *, decay: Any) -> Any:
    """Return `weights` as a PyTensor expression."""
    return normalised_exponential_tensor(-column_tensor(decay) * np.log1p(lag_axis(lags)))


def priors(lags: int, mean_lag: float) -> tuple[ParameterPrior, ...]:
    """Return the prior: at its median the average delay is `mean_lag`."""
    median = median_for_mean_lag(
        "power_decay", lambda decay: weights(lags, decay=decay), lags, mean_lag, (1e-3, 50.0)
    )
    return (ParameterPrior("decay", median, 0.4),)


def loop(
    lags: int, decay: float, second: float, out: np.ndarray, by_decay: np.ndarray, by_second: np.ndarray,
    space: np.ndarray,
) -> None:  # fmt: skip
    """Write weights and their derivatives by the decay."""
    for lag in range(lags + 1):
        by_decay[lag] = -log(lag + 1.0)
        out[lag] = decay * by_decay[lag]
    normalise_logs(lags, out, by_decay, by_second)


POWER_DECAY = AdstockTransform(
    "power_decay", "power law", "(l + 1)^(-decay)", weights, weights_tensor, priors, loop
)
