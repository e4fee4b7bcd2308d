"""What a transform family is: its words, its parameters with their priors, its NumPy reference, its PyTensor twin, and the
plain loops that the kernel compiles.

Loops read and write one-dimensional arrays, one number at a time, and call `mmm.numerics.elementary`, so that they vectorise.
They take the parameters as `first` and `second`, in the order of the priors; a family with fewer ignores the rest. A family
without loops runs on PyMC.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import scipy

from mmm.transforms.tensor import pt

# A scalar, or an array whose shape the function states.
Numbers = float | np.ndarray
# Twins take a parameter per keyword; a Protocol would say no more than this alias does.
NumpyWeights = Callable[..., np.ndarray]
TensorFunction = Callable[..., Any]
Loop = Callable[..., Any]
WEIGHT_SPACE = 4
"""Series of one more than the weights that a carryover's loop may use as working memory."""


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
        return scipy.special.expit(scipy.special.logit(self.median) + self.sigma * score)

    def value_tensor(self, standard_normal: Any) -> Any:
        """Return `value` as a PyTensor expression."""
        if self.link == "log":
            return self.median * pt.exp(self.sigma * standard_normal)
        return pt.sigmoid(float(scipy.special.logit(self.median)) + self.sigma * standard_normal)


# Half of what is possible is reached at one and a half times a typical active period (90 %: 0.6 to 4 times).
HALF_SATURATION = ParameterPrior("half_saturation", 1.5, 0.6)
"""The prior that the curves with a half-saturation point share."""


@dataclass(frozen=True, slots=True)
class AdstockTransform:
    """A carryover family: non-negative weights over the lags 0..L that sum to 1.

    Parameters
    ----------
    name : str
        The word in the YAML.
    words : str
        What pages call it.
    formula : str
        What the weight of lag l of 0..L is proportional to, as docs/model.md states it.
    weights : callable
        ``weights(lags, **parameters) -> (..., lags + 1)``, NumPy; parameters share any leading shape.
    weights_tensor : callable
        The same in PyTensor.
    priors : callable
        ``priors(lags, mean_lag)``: prior of each parameter, given window and median average delay.
    loop : callable, optional
        ``loop(lags, first, second, out, by_first, by_second, space)`` for the kernel: overwrites the first ``lags + 1``
        numbers of `out` with the weights, of `by_first` and `by_second` with their derivatives by the parameters on their
        own scale; all three hold zeros beforehand. `space` is working memory, shape (`WEIGHT_SPACE` (lags + 2) or more,).
    """

    name: str
    words: str
    formula: str
    weights: NumpyWeights
    weights_tensor: TensorFunction
    priors: Callable[[int, float], tuple[ParameterPrior, ...]]
    loop: Loop | None = None

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
    words : str
        What pages call it.
    formula : str
        f(x) as docs/model.md states it.
    curve : callable
        ``curve(x, **parameters)``, NumPy, x >= 0; parameters broadcast against x.
    curve_tensor : callable
        The same in PyTensor, with finite gradients at x = 0.
    slope : callable
        Closed-form derivative of `curve` with respect to x, NumPy.
    priors : tuple of ParameterPrior
        In units of the typical exposure.
    loop : callable, optional
        ``loop(first, second, signal, out, extra)`` for the kernel, all three arrays of shape (cell,): overwrites `out` with
        the curve, `signal` with its derivative by the signal, and `extra` with what `loop_back` needs. As in the PyTensor
        twin, a derivative that is infinite at a signal of zero is zero there.
    loop_back : callable, optional
        ``loop_back(first, second, adjoint, curve, extra)``: returns the derivatives by both parameters on their own scale,
        given that by the curve, `adjoint`, and what `loop` wrote.
    """

    name: str
    words: str
    formula: str
    curve: NumpyWeights
    curve_tensor: TensorFunction
    slope: NumpyWeights
    priors: tuple[ParameterPrior, ...]
    loop: Loop | None = None
    loop_back: Loop | None = None

    @property
    def parameters(self) -> tuple[str, ...]:
        """Return the names of the parameters, in the order of their priors."""
        return tuple(prior.name for prior in self.priors)


def scaled_back(
    first: float, second: float, adjoint: np.ndarray, curve: np.ndarray, extra: np.ndarray
) -> tuple[float, float]:
    """Return the derivatives by the parameters: `loop_back` of a curve of one whose `loop` leaves that in `extra`.

    Parameters
    ----------
    first, second : float
        Parameters on their own scale.
    adjoint : numpy.ndarray, shape (cell,)
        Derivative by the curve.
    curve : numpy.ndarray, shape (cell,)
        As `loop` wrote it.
    extra : numpy.ndarray, shape (cell,)
        Derivative of the curve by the first parameter.

    Returns
    -------
    tuple of (float, float)
        By the first parameter, and 0.
    """
    by_first = 0.0
    for cell in range(curve.shape[0]):
        by_first += adjoint[cell] * extra[cell]
    return by_first, 0.0
