"""What a transform family is: its parameters with their priors, its NumPy reference and its PyTensor twin."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from scipy.special import expit, logit

from mmm.transforms.tensor import pt

# A scalar, or an array whose shape the function states.
Numbers = float | np.ndarray
# Twins take a parameter per keyword; a Protocol would say no more than this alias does.
NumpyWeights = Callable[..., np.ndarray]
TensorFunction = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class ParameterPrior:
    """The prior of a transform's parameter, stated so that it can be sampled non-centred.

    Parameters
    ----------
    name : str
        Keyword of the parameter in the family's functions.
    median : float
        Prior median, on the parameter's own scale.
    sigma : float
        Standard deviation of the log (or the logit) of the parameter.
    link : {"log", "logit"}
        ``log``: log-normal, for positive parameters. ``logit``: logit-normal, for parameters between 0 and 1.
    """

    name: str
    median: float
    sigma: float
    link: Literal["log", "logit"] = "log"

    def value(self, standard_normal: Numbers) -> np.ndarray:
        """Return the parameter whose standard-normal score is `standard_normal` (any shape)."""
        score = np.asarray(standard_normal, dtype=float)
        if self.link == "log":
            return self.median * np.exp(self.sigma * score)
        return expit(logit(self.median) + self.sigma * score)

    def value_tensor(self, standard_normal: Any) -> Any:
        """Return `value` as a PyTensor expression."""
        if self.link == "log":
            return self.median * pt.exp(self.sigma * standard_normal)
        return pt.sigmoid(float(logit(self.median)) + self.sigma * standard_normal)


@dataclass(frozen=True, slots=True)
class AdstockTransform:
    """A carryover family: non-negative weights over the lags 0..L that sum to 1.

    Parameters
    ----------
    name : str
        The word in the YAML.
    weights : callable
        ``weights(lags, **parameters) -> (..., lags + 1)``, NumPy; parameters share any leading shape.
    weights_tensor : callable
        The same in PyTensor.
    priors : callable
        ``priors(lags, mean_lag)``: prior of each parameter, given window and median average delay.
    """

    name: str
    weights: NumpyWeights
    weights_tensor: TensorFunction
    priors: Callable[[int, float], tuple[ParameterPrior, ...]]

    @property
    def parameters(self) -> tuple[str, ...]:
        """Return the names of the parameters, in the order of their priors."""
        return tuple(prior.name for prior in self.priors(13, 1.5))


@dataclass(frozen=True, slots=True)
class SaturationTransform:
    """A saturation family: increasing from 0 at no exposure; exposure 1 is a typical active period.

    Parameters
    ----------
    name : str
        The word in the YAML.
    curve : callable
        ``curve(x, **parameters)``, NumPy, x >= 0; parameters broadcast against x.
    curve_tensor : callable
        The same in PyTensor, with finite gradients at x = 0.
    slope : callable
        Closed-form derivative of `curve` with respect to x, NumPy.
    priors : tuple of ParameterPrior
        In units of the typical exposure.
    """

    name: str
    curve: NumpyWeights
    curve_tensor: TensorFunction
    slope: NumpyWeights
    priors: tuple[ParameterPrior, ...]

    @property
    def parameters(self) -> tuple[str, ...]:
        """Return the names of the parameters, in the order of their priors."""
        return tuple(prior.name for prior in self.priors)
