"""Hyperbolic-tangent saturation."""

from typing import Any

import numpy as np

from mmm.numerics.elementary import exp
from mmm.transforms.family import HALF_SATURATION, Numbers, SaturationTransform, scaled_back
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

    Returns
    -------
    numpy.ndarray, the shape of `x`
        0 where `x` is.

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
    """Return the derivative artanh(1/2) / half_saturation (1 - f(x)^2).

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
    return (
        _ARTANH_HALF
        / np.asarray(half_saturation, dtype=float)
        * (1.0 - curve(x, half_saturation=half_saturation) ** 2)
    )


def loop(half: float, second: float, signal: np.ndarray, out: np.ndarray, extra: np.ndarray) -> None:
    """Write the curve and its derivative; `extra` is the derivative by the half-saturation."""
    loop_at_rate(_ARTANH_HALF / half, half, signal, out, extra)


def loop_at_rate(rate: float, half: float, signal: np.ndarray, out: np.ndarray, extra: np.ndarray) -> None:
    """Write tanh(rate x) = (1 - exp(-2 rate x)) / (1 + exp(-2 rate x)) as `loop` does, for a rate inverse to `half`.

    Parameters
    ----------
    rate : float
        Of the tangent, per unit of the signal.
    half : float
        Half-saturation point.
    signal : numpy.ndarray, shape (cell,)
        Signal on entry, derivative by the signal on return.
    out : numpy.ndarray, shape (cell,)
        Takes the curve.
    extra : numpy.ndarray, shape (cell,)
        Takes the derivative by the half-saturation.
    """
    for cell in range(signal.shape[0]):
        x = signal[cell]
        below = exp(-2.0 * rate * x)
        reach = 1.0 / (1.0 + below)
        rise = 4.0 * rate * below * reach * reach
        out[cell] = (1.0 - below) * reach
        extra[cell] = -rise * x / half
        signal[cell] = rise


TANH = SaturationTransform(
    "tanh",
    "hyperbolic tangent",
    "tanh(x artanh(1/2) / k), the same curve as `logistic`",
    curve,
    curve_tensor,
    slope,
    (HALF_SATURATION,),
    loop,
    scaled_back,
)
