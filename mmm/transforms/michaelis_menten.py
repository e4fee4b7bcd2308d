"""Michaelis-Menten saturation: the Hill curve with slope 1."""

from typing import Any

import numpy as np

from mmm.transforms.family import Numbers, SaturationTransform
from mmm.transforms.half_saturation import HALF_SATURATION


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
    f(x) = x / (half_saturation + x).

    References
    ----------
    Michaelis, Menten (1913), Die Kinetik der Invertinwirkung, Biochemische Zeitschrift 49.
    """
    exposure = np.asarray(x, dtype=float)
    return exposure / (half_saturation + exposure)


def curve_tensor(x: Any, *, half_saturation: Any) -> Any:
    """Return `curve` as a PyTensor expression."""
    return x / (half_saturation + x)


def slope(x: Numbers, *, half_saturation: Numbers) -> np.ndarray:
    """Return the derivative half_saturation / (half_saturation + x)^2."""
    return half_saturation / (half_saturation + np.asarray(x, dtype=float)) ** 2


MICHAELIS_MENTEN = SaturationTransform("michaelis_menten", curve, curve_tensor, slope, (HALF_SATURATION,))
