"""Logarithmic saturation, which slows down for ever but never levels off."""

from typing import Any

import numpy as np

from mmm.transforms.family import Numbers, ParameterPrior, SaturationTransform
from mmm.transforms.tensor import pt


def curve(x: Numbers, *, rate: Numbers) -> np.ndarray:
    """Return the saturated exposure, shape of `x`.

    Parameters
    ----------
    x : float or numpy.ndarray
        Exposure, 1 in a typical active period; not negative.
    rate : float or numpy.ndarray
        How soon it bends, per typical exposure; positive.

    Notes
    -----
    f(x) = log(1 + rate x).
    """
    return np.log1p(rate * np.asarray(x, dtype=float))


def curve_tensor(x: Any, *, rate: Any) -> Any:
    """Return `curve` as a PyTensor expression."""
    return pt.log1p(rate * x)


def slope(x: Numbers, *, rate: Numbers) -> np.ndarray:
    """Return the derivative rate / (1 + rate x)."""
    return rate / (1.0 + rate * np.asarray(x, dtype=float))


# At rate 2 the elasticity at a typical exposure is 0.61, as for Michaelis-Menten at its prior median.
LOG = SaturationTransform("log", curve, curve_tensor, slope, (ParameterPrior("rate", 2.0, 0.6),))
