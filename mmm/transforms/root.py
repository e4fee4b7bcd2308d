"""Root saturation: a power below 1, which never levels off."""

from typing import Any

import numpy as np

from mmm.numerics.elementary import exp, log
from mmm.transforms.family import Numbers, ParameterPrior, SaturationTransform, scaled_back
from mmm.transforms.tensor import pt


def curve(x: Numbers, *, exponent: Numbers) -> np.ndarray:
    """Return the saturated exposure, 1 in a typical active period, shape of `x`.

    Parameters
    ----------
    x : float or numpy.ndarray
        Exposure, 1 in a typical active period; not negative.
    exponent : float or numpy.ndarray
        Between 0 and 1: the percentage gained for one per cent more exposure.

    Returns
    -------
    numpy.ndarray, the shape of `x`
        0 where `x` is.

    Notes
    -----
    f(x) = x^exponent.
    """
    return np.asarray(x, dtype=float) ** np.asarray(exponent, dtype=float)


def curve_tensor(x: Any, *, exponent: Any) -> Any:
    """Return `curve` as a PyTensor expression, its gradient zero at x = 0."""
    x = pt.as_tensor(x)
    positive = pt.gt(x, 0.0)
    return pt.switch(positive, pt.exp(exponent * pt.log(pt.switch(positive, x, 1.0))), 0.0)


def slope(x: Numbers, *, exponent: Numbers) -> np.ndarray:
    """Return the derivative exponent x^(exponent - 1), infinite at 0.

    Parameters
    ----------
    x : float or numpy.ndarray
        Exposure, 1 in a typical active period; not negative.
    exponent : float or numpy.ndarray
        As in `curve`.

    Returns
    -------
    numpy.ndarray, the shape of `x`
        Effect per unit of exposure.
    """
    exposure, power = np.asarray(x, dtype=float), np.asarray(exponent, dtype=float)
    positive = exposure > 0.0
    return np.where(positive, power * np.where(positive, exposure, 1.0) ** (power - 1.0), np.inf)


def loop(exponent: float, second: float, signal: np.ndarray, out: np.ndarray, extra: np.ndarray) -> None:
    """Write the curve and its derivative; `extra` is the derivative by the exponent."""
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


# At a typical exposure the Hill curve at its prior medians has elasticity 0.67, Michaelis-Menten 0.6.
ROOT = SaturationTransform(
    "root",
    "root",
    "x^exponent, exponent between 0 and 1",
    curve,
    curve_tensor,
    slope,
    (ParameterPrior("exponent", 0.6, 0.6, "logit"),),
    loop,
    scaled_back,
)
