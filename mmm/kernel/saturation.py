"""Saturation curves with their derivatives, by family; the formulas are those of `mmm.transforms`."""

import math

import numpy as np

from mmm.kernel.special import compiled

FAMILIES = {"none": 0, "hill": 1, "michaelis_menten": 2, "logistic": 3, "tanh": 4, "root": 5, "log": 6}
LOG_3 = math.log(3.0)
ARTANH_HALF = math.atanh(0.5)


@compiled
def saturate(
    family: int, signal: np.ndarray, first: float, second: float, out: np.ndarray, slopes: np.ndarray
) -> None:
    """Write the curve of one series into `out`, its derivatives by signal and both parameters into `slopes` (3, date).

    `first` and `second` are the family's parameters in the order of its priors. As in the PyTensor twins, the
    derivatives of hill and root at a signal of zero are zero.
    """
    slopes[2, :] = 0.0
    if family == 1:
        _hill(signal, first, second, out, slopes)
    elif family == 2:
        for date in range(signal.shape[0]):
            reach = 1.0 / (first + signal[date])
            out[date] = signal[date] * reach
            slopes[0, date] = first * reach * reach
            slopes[1, date] = -signal[date] * reach * reach
    elif family == 3 or family == 4:
        # tanh(rate x) = (1 - exp(-2 rate x)) / (1 + exp(-2 rate x)): logistic and tanh are one curve.
        rate = (0.5 * LOG_3 if family == 3 else ARTANH_HALF) / first
        for date in range(signal.shape[0]):
            level = math.tanh(rate * signal[date])
            rise = rate * (1.0 - level * level)
            out[date] = level
            slopes[0, date] = rise
            slopes[1, date] = -rise * signal[date] / first
    elif family == 5:
        _root(signal, first, out, slopes)
    elif family == 6:
        for date in range(signal.shape[0]):
            reach = 1.0 / (1.0 + first * signal[date])
            out[date] = math.log1p(first * signal[date])
            slopes[0, date] = first * reach
            slopes[1, date] = signal[date] * reach
    else:
        for date in range(signal.shape[0]):
            out[date] = signal[date]
            slopes[0, date] = 1.0
            slopes[1, date] = 0.0


@compiled
def _hill(signal: np.ndarray, half: float, power: float, out: np.ndarray, slopes: np.ndarray) -> None:
    log_half = math.log(half)
    for date in range(signal.shape[0]):
        x = signal[date]
        if x <= 0.0:
            out[date] = slopes[0, date] = slopes[1, date] = slopes[2, date] = 0.0
            continue
        distance = math.log(x) - log_half
        level = 1.0 / (1.0 + math.exp(-power * distance))
        rise = level * (1.0 - level)
        out[date] = level
        slopes[0, date] = rise * power / x
        slopes[1, date] = -rise * power / half
        slopes[2, date] = rise * distance


@compiled
def _root(signal: np.ndarray, exponent: float, out: np.ndarray, slopes: np.ndarray) -> None:
    for date in range(signal.shape[0]):
        x = signal[date]
        if x <= 0.0:
            out[date] = slopes[0, date] = slopes[1, date] = 0.0
            continue
        log_x = math.log(x)
        level = math.exp(exponent * log_x)
        out[date] = level
        slopes[0, date] = exponent * level / x
        slopes[1, date] = level * log_x
