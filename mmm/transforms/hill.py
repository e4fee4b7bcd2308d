"""Hill saturation: with a slope above 1 the curve is an S, below 1 it rises at once and flattens slowly."""

from typing import Any

import numpy as np
from scipy.special import expit

from mmm.transforms.family import Numbers, ParameterPrior, SaturationTransform
from mmm.transforms.half_saturation import HALF_SATURATION
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

    Notes
    -----
    f(x) = x^s / (k^s + x^s), evaluated as the logistic function of s (log x - log k), which cannot overflow.

    References
    ----------
    Hill (1910), The possible effects of the aggregation of the molecules of haemoglobin on its dissociation
    curves, Journal of Physiology 40.
    """
    return expit(_log_odds(x, half_saturation, hill_slope))


def curve_tensor(x: Any, *, half_saturation: Any, hill_slope: Any) -> Any:
    """Return `curve` as a PyTensor expression, its gradient zero at x = 0."""
    x = pt.as_tensor(x)
    # Both branches of a switch are differentiated: without the inner one the gradient at 0 is 0 * inf.
    positive = pt.gt(x, 0.0)
    log_odds = hill_slope * (pt.log(pt.switch(positive, x, 1.0)) - pt.log(half_saturation))
    return pt.switch(positive, pt.sigmoid(log_odds), 0.0)


def slope(x: Numbers, *, half_saturation: Numbers, hill_slope: Numbers) -> np.ndarray:
    """Return the derivative s f(x) (1 - f(x)) / x; at 0 its limit, which is infinite for a slope below 1."""
    exposure = np.asarray(x, dtype=float)
    power, half = np.asarray(hill_slope, dtype=float), np.asarray(half_saturation, dtype=float)
    share = curve(exposure, half_saturation=half, hill_slope=power)
    at_zero = np.where(power > 1.0, 0.0, np.where(power < 1.0, np.inf, 1.0 / half))
    positive = exposure > 0.0
    return np.where(positive, power * share * (1.0 - share) / np.where(positive, exposure, 1.0), at_zero)


# A slope below 0.3 or above 4 has a prior chance of 1 in 60,000: a step or a constant is no saturation.
HILL = SaturationTransform(
    "hill", curve, curve_tensor, slope, (HALF_SATURATION, ParameterPrior("hill_slope", 1.1, 0.3))
)
