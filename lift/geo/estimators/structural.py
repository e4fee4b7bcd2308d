"""A structural time-series model of the treated total given the donors: a cross-check, never the printed answer."""

import warnings
from dataclasses import dataclass

import numpy as np

from lift.geo.data.donors import Floats


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

    Notes
    -----
    Fitted by maximum likelihood; the level's variance is estimated, not set small by a prior, which is what gives
    common implementations their false positives. Forecast errors of the test periods are summed with their full
    covariance.

    References
    ----------
    Brodersen, K. et al. (2015). Inferring causal impact using Bayesian structural time-series models. AOAS 9, 247-274.
    """
    from scipy import special
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
