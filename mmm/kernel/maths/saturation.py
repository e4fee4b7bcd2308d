"""Saturation curves with their derivatives, by family; the formulas are those of `mmm.transforms`."""

import math

import numpy as np

from mmm.kernel.maths.compile_options import leaf
from mmm.kernel.maths.elementary import exp, log, log1p

LOG_3 = math.log(3.0)
ARTANH_HALF = math.atanh(0.5)


@leaf
def saturate(
    family: int, first: float, second: float, signal: np.ndarray, out: np.ndarray, extra: np.ndarray
) -> None:
    """Write the curve of `signal` into `out` and put its derivative by the signal in the signal's place.

    `first` and `second` are the family's parameters in the order of its priors. `extra` receives what
    `shape_derivatives` needs beside the curve. As in the PyTensor twins, derivatives of hill and root at a signal of
    zero are zero. One loop a family, each in vectors.
    """
    if family == 1:
        _hill(first, second, signal, out, extra)
    elif family == 2:
        for cell in range(signal.shape[0]):
            reach = 1.0 / (first + signal[cell])
            out[cell] = signal[cell] * reach
            signal[cell] = first * reach * reach
            extra[cell] = -out[cell] * reach
    elif family == 3 or family == 4:
        # tanh(rate x) = (1 - exp(-2 rate x)) / (1 + exp(-2 rate x)): logistic and tanh are one curve.
        _tanh((0.5 * LOG_3 if family == 3 else ARTANH_HALF) / first, first, signal, out, extra)
    elif family == 5:
        _root(first, signal, out, extra)
    elif family == 6:
        for cell in range(signal.shape[0]):
            reach = 1.0 / (1.0 + first * signal[cell])
            out[cell] = log1p(first * signal[cell])
            extra[cell] = signal[cell] * reach
            signal[cell] = first * reach
    else:
        for cell in range(signal.shape[0]):
            out[cell] = signal[cell]
            signal[cell] = 1.0


@leaf
def shape_derivatives(
    family: int, first: float, second: float, adjoint: np.ndarray, curve: np.ndarray, extra: np.ndarray
) -> tuple[float, float]:
    """Return the derivatives by both parameters, given that by the curve and what `saturate` wrote."""
    by_first = by_second = 0.0
    if family == 1:
        for cell in range(curve.shape[0]):
            rise = adjoint[cell] * curve[cell] * (1.0 - curve[cell])
            by_first += rise
            by_second += rise * extra[cell]
        return -by_first * second / first, by_second
    if family != 0:
        for cell in range(curve.shape[0]):
            by_first += adjoint[cell] * extra[cell]
    return by_first, 0.0


@leaf
def _hill(half: float, power: float, signal: np.ndarray, out: np.ndarray, extra: np.ndarray) -> None:
    """Hill; `extra` is the logarithm of the signal over the half-saturation."""
    log_half = math.log(half)
    for cell in range(signal.shape[0]):
        x = signal[cell]
        nothing = x <= 0.0
        x = 1.0 if nothing else x
        distance = log(x) - log_half
        odds_against = exp(-power * distance)
        # One division serves the curve and its slope.
        both = 1.0 / ((1.0 + odds_against) * x)
        level = both * x
        level = 0.0 if nothing else level
        out[cell] = level
        extra[cell] = distance
        signal[cell] = level * (odds_against * both * power)


@leaf
def _tanh(rate: float, half: float, signal: np.ndarray, out: np.ndarray, extra: np.ndarray) -> None:
    for cell in range(signal.shape[0]):
        x = signal[cell]
        below = exp(-2.0 * rate * x)
        reach = 1.0 / (1.0 + below)
        rise = 4.0 * rate * below * reach * reach
        out[cell] = (1.0 - below) * reach
        extra[cell] = -rise * x / half
        signal[cell] = rise


@leaf
def _root(exponent: float, signal: np.ndarray, out: np.ndarray, extra: np.ndarray) -> None:
    for cell in range(signal.shape[0]):
        x = signal[cell]
        nothing = x <= 0.0
        x = 1.0 if nothing else x
        log_x = log(x)
        level = exp(exponent * log_x)
        level = 0.0 if nothing else level
        out[cell] = level
        extra[cell] = level * log_x
        signal[cell] = exponent * level / x
