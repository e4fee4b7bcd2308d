"""No carryover: all of the effect arrives in the period of the exposure."""

from typing import Any

import numpy as np

from mmm.transforms.family import AdstockTransform, ParameterPrior
from mmm.transforms.tensor import pt


def weights(lags: int) -> np.ndarray:
    """Return the weights 1, 0, ..., 0, shape (lags + 1,)."""
    return np.eye(1, lags + 1)[0]


def weights_tensor(lags: int) -> Any:
    """Return `weights` as a PyTensor constant."""
    return pt.as_tensor(weights(lags))


def priors(lags: int, mean_lag: float) -> tuple[ParameterPrior, ...]:
    """Return no prior: there is nothing to estimate.

    Parameters
    ----------
    lags : int
        Last lag, in periods.
    mean_lag : float
        Not read.

    Returns
    -------
    tuple of ParameterPrior
        Empty.
    """
    return ()


def loop(
    lags: int, first: float, second: float, out: np.ndarray, by_first: np.ndarray, by_second: np.ndarray,
    space: np.ndarray,
) -> None:  # fmt: skip
    """Write the weight of lag 0, which is 1."""
    out[0] = 1.0


NO_CARRYOVER = AdstockTransform(
    "none",
    "none",
    "1 at l = 0",
    weights,
    weights_tensor,
    priors,
    loop,
)
