"""What time-series models say about the treated total: cross-checks, never the printed answer."""

import warnings
from dataclasses import dataclass

import numpy as np
from scipy import special

from lift.geo.estimators.donors import Floats


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

    Returns
    -------
    RegressionInterval
        Totals over the test, in the unit of `y`.

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


@dataclass(frozen=True, slots=True)
class StructuralCheck:
    """Increment and interval by a local-level model with one regressor.

    Parameters
    ----------
    increment, lower, upper, se : float
        Treated total over the test.
    """

    increment: float
    lower: float
    upper: float
    se: float


def structural_check(donors: Floats, treated: Floats, split: int, level: float) -> StructuralCheck:
    """Return the increment by a local-level model of the treated total with the synthetic donor series as regressor.

    Parameters
    ----------
    donors : numpy.ndarray, shape (time,)
        Weighted donor series.
    treated : numpy.ndarray, shape (time,)
        Total of the treated geos.
    split : int
        Number of pre-test periods.
    level : float

    Returns
    -------
    StructuralCheck
        Totals over the test, in the unit of `treated`.

    Notes
    -----
    Fitted by maximum likelihood; the level's variance is estimated, not set small by a prior, which is what gives
    common implementations their false positives. Forecast errors of the test periods are summed with their full
    covariance.

    References
    ----------
    Brodersen, K. et al. (2015). Inferring causal impact using Bayesian structural time-series models. AOAS 9, 247-274.
    """
    from statsmodels.tools.sm_exceptions import ConvergenceWarning
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    size = treated[:split].std() or 1.0
    centre, spread = donors[:split].mean(), donors[:split].std() or 1.0
    y, x = (treated - treated[:split].mean()) / size, (donors - centre) / spread
    model = UnobservedComponents(y[:split], level="llevel", exog=x[:split, None])
    with warnings.catch_warnings():
        # A variance at its bound of zero ends the search early and is a sound answer here.
        warnings.simplefilter("ignore", ConvergenceWarning)
        fitted = model.fit(disp=False, maxiter=200)
    periods = y.size - split
    # Summing the states needs the covariance of the forecasts over the test, which follows from the two variances.
    variance = dict(zip(fitted.param_names, fitted.params, strict=True))
    forecast = fitted.get_forecast(periods, exog=x[split:, None])
    first = float(fitted.get_forecast(1, exog=x[split : split + 1, None]).var_pred_mean[0])
    steps = np.minimum.outer(np.arange(periods), np.arange(periods))
    state = first - variance["sigma2.irregular"]
    total = variance["sigma2.irregular"] * periods + (state + variance["sigma2.level"] * steps).sum()
    se = float(np.sqrt(total)) * float(size)
    increment = float((y[split:] - forecast.predicted_mean).sum() * size)
    half = float(special.ndtri((1 + level) / 2)) * se
    return StructuralCheck(increment, increment - half, increment + half, se)
