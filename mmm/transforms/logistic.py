"""Logistic saturation: nearly straight at first, level from about three times the half-saturation point."""

from typing import Any

import numpy as np

from mmm.transforms.family import HALF_SATURATION, Numbers, SaturationTransform, scaled_back
from mmm.transforms.tanh import loop_at_rate
from mmm.transforms.tensor import pt

_LOG_3 = float(np.log(3.0))


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
    f(x) = (1 - exp(-lam x)) / (1 + exp(-lam x)) with lam = log(3) / half_saturation. This is tanh(lam x / 2):
    in terms of the half-saturation point the families ``logistic`` and ``tanh`` are the same curve.
    """
    decay = np.exp(-_LOG_3 * np.asarray(x, dtype=float) / half_saturation)
    return (1.0 - decay) / (1.0 + decay)


def curve_tensor(x: Any, *, half_saturation: Any) -> Any:
    """Return `curve` as a PyTensor expression."""
    decay = pt.exp(-_LOG_3 * x / half_saturation)
    return (1.0 - decay) / (1.0 + decay)


def slope(x: Numbers, *, half_saturation: Numbers) -> np.ndarray:
    """Return the derivative 2 lam exp(-lam x) / (1 + exp(-lam x))^2.

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
    rate = _LOG_3 / np.asarray(half_saturation, dtype=float)
    decay = np.exp(-rate * np.asarray(x, dtype=float))
    return 2.0 * rate * decay / (1.0 + decay) ** 2


def loop(half: float, second: float, signal: np.ndarray, out: np.ndarray, extra: np.ndarray) -> None:
    """Write the curve and its derivative; `extra` is the derivative by the half-saturation."""
    loop_at_rate(0.5 * _LOG_3 / half, half, signal, out, extra)


LOGISTIC = SaturationTransform(
    "logistic",
    "logistic",
    "(1 - e^(-b x)) / (1 + e^(-b x)), b = log 3 / k",
    curve,
    curve_tensor,
    slope,
    (HALF_SATURATION,),
    loop,
    scaled_back,
)
