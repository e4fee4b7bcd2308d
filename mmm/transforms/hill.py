"""Hill saturation: with a slope above 1 the curve is an S, below 1 it rises at once and flattens slowly."""

import math
from typing import Any

import numpy as np
import scipy

from mmm.numerics.elementary import exp, log
from mmm.transforms.family import HALF_SATURATION, Numbers, ParameterPrior, SaturationTransform
from mmm.transforms.tensor import pt


def _log_odds(x: Numbers, half_saturation: Numbers, hill_slope: Numbers) -> np.ndarray:
    with np.errstate(divide="ignore"):  # log 0 = -inf is right: no exposure, no effect
        return np.asarray(hill_slope) * (np.log(np.asarray(x, dtype=float)) - np.log(half_saturation))


def curve(x: Numbers, *, half_saturation: Numbers, hill_slope: Numbers) -> np.ndarray:
    """Return the saturated share of the possible effect, between 0 and 1, shape of `x`.

    Parameters
    ----------
    x : float or numpy.ndarray
        Exposure, 1 in a typical active period; not negative.
    half_saturation : float or numpy.ndarray
        Exposure at which half of the possible effect is reached.
    hill_slope : float or numpy.ndarray
        Exponent; positive.

    Returns
    -------
    numpy.ndarray, the shape of `x`
        0 where `x` is.

    Notes
    -----
    f(x) = x^s / (k^s + x^s), evaluated as the logistic function of s (log x - log k), which cannot overflow.

    References
    ----------
    Hill (1910), The possible effects of the aggregation of the molecules of haemoglobin on its dissociation
    curves, Journal of Physiology 40.
    """
    return scipy.special.expit(_log_odds(x, half_saturation, hill_slope))


def curve_tensor(x: Any, *, half_saturation: Any, hill_slope: Any) -> Any:
    """Return `curve` as a PyTensor expression, its gradient zero at x = 0."""
    x = pt.as_tensor(x)
    # Both branches of a switch are differentiated: without the inner one the gradient at 0 is 0 * inf.
    positive = pt.gt(x, 0.0)
    log_odds = hill_slope * (pt.log(pt.switch(positive, x, 1.0)) - pt.log(half_saturation))
    return pt.switch(positive, pt.sigmoid(log_odds), 0.0)


def slope(x: Numbers, *, half_saturation: Numbers, hill_slope: Numbers) -> np.ndarray:
    """Return the derivative s f(x) (1 - f(x)) / x; at 0 its limit, which is infinite for a slope below 1.

    Parameters
    ----------
    x : float or numpy.ndarray
        Exposure, 1 in a typical active period; not negative.
    half_saturation, hill_slope : float or numpy.ndarray
        As in `curve`.

    Returns
    -------
    numpy.ndarray, the shape of `x`
        Effect per unit of exposure.
    """
    exposure = np.asarray(x, dtype=float)
    power, half = np.asarray(hill_slope, dtype=float), np.asarray(half_saturation, dtype=float)
    share = curve(exposure, half_saturation=half, hill_slope=power)
    at_zero = np.where(power > 1.0, 0.0, np.where(power < 1.0, np.inf, 1.0 / half))
    positive = exposure > 0.0
    return np.where(positive, power * share * (1.0 - share) / np.where(positive, exposure, 1.0), at_zero)


def loop(half: float, power: float, signal: np.ndarray, out: np.ndarray, extra: np.ndarray) -> None:
    """Write the curve and its derivative; `extra` is the logarithm of the signal over the half-saturation."""
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


def loop_back(
    half: float, power: float, adjoint: np.ndarray, curve: np.ndarray, extra: np.ndarray
) -> tuple[float, float]:
    """Return the derivatives by half-saturation and slope."""
    by_half = by_power = 0.0
    for cell in range(curve.shape[0]):
        rise = adjoint[cell] * curve[cell] * (1.0 - curve[cell])
        by_half += rise
        by_power += rise * extra[cell]
    return -by_half * power / half, by_power


# A slope below 0.3 or above 4 has a prior chance of 1 in 60,000: a step or a constant is no saturation.
HILL = SaturationTransform(
    "hill",
    "Hill (S- or C-shaped)",
    "x^s / (k^s + x^s), s = hill_slope",
    curve,
    curve_tensor,
    slope,
    (HALF_SATURATION, ParameterPrior("hill_slope", 1.1, 0.3)),
    loop,
    loop_back,
)
