"""Hyperbolic-tangent saturation."""

from typing import Any

import numpy as np

from mmm.transforms.family import Numbers, SaturationTransform
from mmm.transforms.half_saturation import HALF_SATURATION
from mmm.transforms.tensor import pt

_ARTANH_HALF = float(np.arctanh(0.5))


def curve(x: Numbers, *, half_saturation: Numbers) -> np.ndarray:
    """Return the saturated share of the possible effect, between 0 and 1, shape of `x`.

    Parameters
    ----------
    x : float or numpy.ndarray
        Exposure, 1 in a typical active period; not negative.
    half_saturation : float or numpy.ndarray
        Exposure at which half of the possible effect is reached.

    Notes
    -----
    f(x) = tanh(x artanh(1/2) / half_saturation): the same curve as ``logistic``, kept because
    it is known by both names.
    """
    return np.tanh(_ARTANH_HALF * np.asarray(x, dtype=float) / half_saturation)


def curve_tensor(x: Any, *, half_saturation: Any) -> Any:
    """Return `curve` as a PyTensor expression."""
    return pt.tanh(_ARTANH_HALF * x / half_saturation)


def slope(x: Numbers, *, half_saturation: Numbers) -> np.ndarray:
    """Return the derivative artanh(1/2) / half_saturation (1 - f(x)^2)."""
    return (
        _ARTANH_HALF
        / np.asarray(half_saturation, dtype=float)
        * (1.0 - curve(x, half_saturation=half_saturation) ** 2)
    )


TANH = SaturationTransform("tanh", curve, curve_tensor, slope, (HALF_SATURATION,))
