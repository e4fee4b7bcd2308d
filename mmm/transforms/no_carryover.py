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
    """Return no prior: there is nothing to estimate."""
    return ()


NO_CARRYOVER = AdstockTransform("none", weights, weights_tensor, priors)
