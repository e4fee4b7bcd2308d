"""The laws in closed form are SciPy's, far into the tails, and unknown where the outcome is."""

import numpy as np
from scipy import stats

from mmm.effects import laws

VALUES = np.concatenate([np.linspace(-40, 40, 81), [np.nan]])[:, None]
COUNTS = np.concatenate([np.arange(0, 4000, 37), [np.nan]])[:, None].astype(float)
LOCATION, SCALE = np.array([-3.0, 0.2, 5.0]), np.array([0.4, 1.0, 7.0])
FREEDOM = np.array([2.1, 5.0, 60.0])
MEAN, DISPERSION = np.array([0.3, 40.0, 900.0]), np.array([0.5, 8.0, 2000.0])
TOLERANCE = {"rtol": 1e-10, "atol": 1e-290}


def test_normal() -> None:
    law = stats.norm(LOCATION, SCALE)
    np.testing.assert_allclose(
        laws.normal_log_density(VALUES, LOCATION, SCALE), law.logpdf(VALUES), **TOLERANCE
    )
    np.testing.assert_allclose(
        laws.normal_distribution(VALUES, LOCATION, SCALE), law.cdf(VALUES), **TOLERANCE
    )


def test_student() -> None:
    law, at = stats.t(FREEDOM, LOCATION, SCALE), (VALUES, FREEDOM, LOCATION, SCALE)
    np.testing.assert_allclose(laws.student_log_density(*at), law.logpdf(VALUES), **TOLERANCE)
    np.testing.assert_allclose(laws.student_distribution(*at), law.cdf(VALUES), **TOLERANCE)


def test_negative_binomial() -> None:
    law = stats.nbinom(DISPERSION, DISPERSION / (DISPERSION + MEAN))
    at = (COUNTS, MEAN, DISPERSION)
    np.testing.assert_allclose(laws.count_log_density(*at), law.logpmf(COUNTS), **TOLERANCE)
    np.testing.assert_allclose(laws.count_distribution(*at), law.cdf(COUNTS), **TOLERANCE)
