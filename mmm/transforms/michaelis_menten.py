"""Michaelis-Menten saturation: the Hill curve with slope 1."""

from typing import Any

import numpy as np

from mmm.transforms.family import HALF_SATURATION, Numbers, SaturationTransform, scaled_back


def curve(x: Numbers, *, half_saturation: Numbers) -> np.ndarray:
    """Return the saturated share of the possible effect, between 0 and 1, shape of `x`.

    Parameters
    ----------
    x : float or numpy.ndarray
        Exposure, 1 in a typical active period; not negative.
    half_saturation : float or numpy.ndarray
        Exposure at which half of the possible effect is reached.

    Returns
    -------
    numpy.ndarray, the shape of `x`
        0 where `x` is.

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
    """Return the derivative half_saturation / (half_saturation + x)^2.

    Parameters
    ----------
    x : float or numpy.ndarray
        Exposure, 1 in a typical active period; not negative.
    half_saturation : float or numpy.ndarray
        As in `curve`.

    Returns
    -------
    numpy.ndarray, the shape of `x`
        Effect per unit of exposure.
    """
    return half_saturation / (half_saturation + np.asarray(x, dtype=float)) ** 2


def loop(half: float, second: float, signal: np.ndarray, out: np.ndarray, extra: np.ndarray) -> None:
    """Write the curve and its derivative; `extra` is the derivative by the half-saturation."""
    for cell in range(signal.shape[0]):
        reach = 1.0 / (half + signal[cell])
        out[cell] = signal[cell] * reach
        signal[cell] = half * reach * reach
        extra[cell] = -out[cell] * reach


MICHAELIS_MENTEN = SaturationTransform(
    "michaelis_menten",
    "Michaelis-Menten",
    "x / (k + x)",
    curve,
    curve_tensor,
    slope,
    (HALF_SATURATION,),
    loop,
    scaled_back,
)
