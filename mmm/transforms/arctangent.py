"""Arctangent saturation: slower to its limit than the logistic curve."""

import math
from typing import Any

import numpy as np

from mmm.transforms.family import HALF_SATURATION, Numbers, SaturationTransform, scaled_back
from mmm.transforms.tensor import pt


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
    f(x) = 2 / pi arctan(x / half_saturation).
    """
    return 2.0 / np.pi * np.arctan(np.asarray(x, dtype=float) / half_saturation)


def curve_tensor(x: Any, *, half_saturation: Any) -> Any:
    """Return `curve` as a PyTensor expression."""
    return 2.0 / np.pi * pt.arctan(x / half_saturation)


def slope(x: Numbers, *, half_saturation: Numbers) -> np.ndarray:
    """Return the derivative 2 / pi k / (k^2 + x^2)."""
    half, exposure = np.asarray(half_saturation, dtype=float), np.asarray(x, dtype=float)
    return 2.0 / np.pi * half / (half * half + exposure * exposure)


def loop(half: float, second: float, signal: np.ndarray, out: np.ndarray, extra: np.ndarray) -> None:
    """Write the curve and its derivative; `extra` is the derivative by the half-saturation."""
    for cell in range(signal.shape[0]):
        x = signal[cell]
        rise = 2.0 / math.pi * half / (half * half + x * x)
        out[cell] = 2.0 / math.pi * math.atan(x / half)
        extra[cell] = -rise * x / half
        signal[cell] = rise


ARCTANGENT = SaturationTransform(
    "arctangent",
    "arctangent",
    "2 / pi arctan(x / k)",
    curve,
    curve_tensor,
    slope,
    (HALF_SATURATION,),
    loop,
    scaled_back,
)
