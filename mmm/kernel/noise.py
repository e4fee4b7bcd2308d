"""The likelihood part of the kernel: normal or Student-t residuals, independent or AR(1), with derivatives."""

import math

import numpy as np

from mmm.kernel.special import compiled, digamma

LOG_2PI = math.log(2.0 * math.pi)


@compiled
def observe(
    expected: np.ndarray,
    outcome: np.ndarray,
    observed: np.ndarray,
    followed: np.ndarray,
    sigma: np.ndarray,
    rho: float,
    nu: float,
    by_expected: np.ndarray,
    by_log_sigma: np.ndarray,
) -> tuple[float, float, float]:
    """Return the log-likelihood and its derivatives by `rho` and `nu`; fill the other two.

    Parameters
    ----------
    expected, outcome, by_expected : numpy.ndarray, shape (geo, date)
    observed, followed : numpy.ndarray, shape (geo, date)
        1 where the outcome is known, and where the one before is known too.
    sigma, by_log_sigma : numpy.ndarray, shape (geo,)
    rho : float
        Autocorrelation of residuals; 0 for independent ones.
    nu : float
        Degrees of freedom of the Student-t; 0 for a normal.

    Notes
    -----
    This is one numerical piece: compiled code takes arrays, not objects, and density and derivatives share every step.
    """
    total = by_rho = by_nu = 0.0
    widening = 1.0 / math.sqrt(1.0 - rho * rho)
    constant = -0.5 * LOG_2PI
    if nu > 0.0:
        constant = math.lgamma(0.5 * (nu + 1.0)) - math.lgamma(0.5 * nu) - 0.5 * math.log(nu * math.pi)
    cells = 0
    for geo in range(expected.shape[0]):
        by_log_sigma[geo] = 0.0
        for date in range(expected.shape[1]):
            by_expected[geo, date] = 0.0
        for date in range(expected.shape[1]):
            if observed[geo, date] == 0.0:
                continue
            cells += 1
            scale = sigma[geo]
            surprise = outcome[geo, date] - expected[geo, date]
            before = 0.0
            if followed[geo, date] != 0.0:
                before = outcome[geo, date - 1] - expected[geo, date - 1]
                surprise -= rho * before
            else:
                scale *= widening
            square = (surprise / scale) ** 2
            if nu > 0.0:
                spread = math.log1p(square / nu)
                weight = (nu + 1.0) / (nu + square)
                total -= 0.5 * (nu + 1.0) * spread
                by_nu += 0.5 * (weight * square / nu - spread)
            else:
                weight = 1.0
                total -= 0.5 * square
            total -= math.log(scale)
            pull = weight * surprise / (scale * scale)
            tightness = weight * square - 1.0
            by_expected[geo, date] += pull
            by_log_sigma[geo] += tightness
            if followed[geo, date] != 0.0:
                by_expected[geo, date - 1] -= rho * pull
                by_rho += pull * before
            else:
                by_rho += tightness * rho / (1.0 - rho * rho)
    if nu > 0.0:
        by_nu += 0.5 * cells * (digamma(0.5 * (nu + 1.0)) - digamma(0.5 * nu) - 1.0 / nu)
    return total + cells * constant, by_rho, by_nu
