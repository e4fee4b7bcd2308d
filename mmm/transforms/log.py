"""Logarithmic saturation, which slows down for ever but never levels off."""

from typing import Any

import numpy as np

from mmm.numerics.elementary import log1p
from mmm.transforms.family import Numbers, ParameterPrior, SaturationTransform, scaled_back
from mmm.transforms.tensor import pt


def curve(x: Numbers, *, rate: Numbers) -> np.ndarray:
    """Return the saturated exposure, shape of `x`.

    Parameters
    ----------
    x : float or numpy.ndarray
        Exposure, 1 in a typical active period; not negative.
    rate : float or numpy.ndarray
        How soon it bends, per typical exposure; positive.

    Returns
    -------
    numpy.ndarray, the shape of `x`
        0 where `x` is.

    Notes
    -----
    f(x) = log(1 + rate x).
    """
    return np.log1p(rate * np.asarray(x, dtype=float))


def curve_tensor(x: Any, *, rate: Any) -> Any:
    """Return `curve` as a PyTensor expression."""
    return pt.log1p(rate * x)


def slope(x: Numbers, *, rate: Numbers) -> np.ndarray:
    """Return the derivative rate / (1 + rate x).

    Parameters
    ----------
    x : float or numpy.ndarray
        Exposure, 1 in a typical active period; not negative.
    rate : float or numpy.ndarray
        As in `curve`.

    Returns
    -------
    numpy.ndarray, the shape of `x`
        Effect per unit of exposure.
    """
    return rate / (1.0 + rate * np.asarray(x, dtype=float))


def loop(rate: float, second: float, signal: np.ndarray, out: np.ndarray, extra: np.ndarray) -> None:
    """Write the curve and its derivative; `extra` is the derivative by the rate."""
    for cell in range(signal.shape[0]):
        reach = 1.0 / (1.0 + rate * signal[cell])
        out[cell] = log1p(rate * signal[cell])
        extra[cell] = signal[cell] * reach
        signal[cell] = rate * reach


# At rate 2 the elasticity at a typical exposure is 0.61, as for Michaelis-Menten at its prior median.
LOG = SaturationTransform(
    "log",
    "logarithm",
    "log(1 + rate x)",
    curve,
    curve_tensor,
    slope,
    (ParameterPrior("rate", 2.0, 0.6),),
    loop,
    scaled_back,
)
