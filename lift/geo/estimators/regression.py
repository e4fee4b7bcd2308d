"""Time-based regression (TBR): the treated total as a straight line in the total of the donor geos."""

from dataclasses import dataclass

import numpy as np
from scipy import special

from lift.geo.data.donors import Donors, Flags, Floats


def time_based_regression(outcome: Floats, treated: Flags, split: int) -> Donors:
    """Return the donor weights of the least-squares line of the treated mean on the donors' total.

    Parameters
    ----------
    outcome : numpy.ndarray, shape (units, time)
    treated : numpy.ndarray of bool, shape (sets, units)
    split : int
        Number of pre-test periods.

    Notes
    -----
    Donors whose total does not move before the test say nothing; the slope is then zero and the counterfactual is
    the treated geos' own pre-test mean.

    References
    ----------
    Kerman, J., Wang, P. and Vaver, J. (2017). Estimating Ad Effectiveness using Geo Experiments in a Time-Based
    Regression Framework. Google.
    """
    before = outcome[:, :split]
    before = before - before.mean(axis=1, keepdims=True)
    x = (~treated).astype(float) @ before
    y = treated / treated.sum(axis=1, keepdims=True) @ before
    spread = (x * x).sum(axis=1)
    slope = np.where(spread > 0, (x * y).sum(axis=1) / np.where(spread > 0, spread, 1.0), 0.0)
    return Donors(slope[:, None] * ~treated)


@dataclass(frozen=True, slots=True)
class RegressionInterval:
    """The textbook answer of TBR for the treated total over the test, with and without autocorrelation.

    Parameters
    ----------
    increment : float
        Actual minus counterfactual, all treated units and test periods.
    se_independent : float
        Standard error if residuals were independent, as the original method assumes.
    se : float
        The larger of `se_independent` and the one that lets residuals follow an AR(1).
    autocorrelation : float
        Lag-1 autocorrelation of the pre-test residuals, corrected for its small-sample bias, at least 0.
    lower, upper : float
        Interval from `se` and Student's t with n - 2 degrees of freedom.
    """

    increment: float
    se_independent: float
    se: float
    autocorrelation: float
    lower: float
    upper: float


def regression_interval(x: Floats, y: Floats, split: int, level: float) -> RegressionInterval:
    """Return increment and interval of the treated total `y` given the donors' total `x`.

    Parameters
    ----------
    x, y : numpy.ndarray, shape (time,)
        Totals of donor and treated units; at least three pre-test periods and an `x` that varies in them.
    split : int
        Number of pre-test periods n.
    level : float
        Confidence level.

    Notes
    -----
    With independent residuals the variance of the sum over T periods is
    ``s2 (T + T^2 (1/n + (xbar_test - xbar)^2 / Sxx))``. With AR(1) residuals the first T becomes ``1'Omega 1`` and the
    line's own uncertainty uses ``(X'X)^-1 X'Omega X (X'X)^-1``, with s2 divided by the trace its residuals really have.
    """
    n, periods = split, x.size - split
    design = np.column_stack([np.ones(n), x[:n]])
    inverse = np.linalg.inv(design.T @ design)
    coefficients = inverse @ design.T @ y[:n]
    residual = y[:n] - design @ coefficients
    ahead = np.column_stack([np.ones(periods), x[n:]]).sum(axis=0)
    increment = float(y[n:].sum() - ahead @ coefficients)
    hat = design @ inverse @ design.T

    def standard_error(rho: float) -> float:
        omega = rho ** np.abs(np.subtract.outer(np.arange(n), np.arange(n))) if rho else np.eye(n)
        degrees = n - np.trace(hat @ omega)
        test = (
            rho ** np.abs(np.subtract.outer(np.arange(periods), np.arange(periods)))
            if rho
            else np.eye(periods)
        )
        line = inverse @ design.T @ omega @ design @ inverse
        variance = residual @ residual / degrees * (test.sum() + ahead @ line @ ahead)
        return float(np.sqrt(variance))

    rho = _autocorrelation(residual)
    independent = standard_error(0.0)
    se = max(independent, standard_error(rho))
    half = float(special.stdtrit(n - 2, (1 + level) / 2)) * se
    return RegressionInterval(increment, independent, se, rho, increment - half, increment + half)


def _autocorrelation(residual: Floats) -> float:
    """Return the lag-1 autocorrelation, with the usual (1 + 4 rho) / n correction for two fitted coefficients."""
    n = residual.size
    power = residual @ residual
    raw = float(residual[1:] @ residual[:-1] / power) if power > 0 else 0.0
    return float(np.clip(raw + (1 + 4 * raw) / n, 0.0, 0.95))
