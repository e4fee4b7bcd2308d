import numpy as np
import pytest
from scipy import stats

from mmm.transforms.delayed_geometric import priors, weights
from mmm.transforms.kernel import mean_lag

CASES = [(0.5, 0.8), (2.0, 1.0), (5.0, 3.0)]


@pytest.mark.parametrize(("peak", "spread"), CASES)
def test_is_a_retention_to_the_squared_distance_from_the_peak(peak: float, spread: float) -> None:
    retention = np.exp(-1 / (2 * spread**2))
    expected = retention ** ((np.arange(14) - peak) ** 2)
    np.testing.assert_allclose(weights(13, peak=peak, spread=spread), expected / expected.sum(), rtol=1e-12)


@pytest.mark.parametrize(("peak", "spread"), CASES)
def test_is_proportional_to_a_normal_density(peak: float, spread: float) -> None:
    density = stats.norm.pdf(np.arange(14), peak, spread)
    np.testing.assert_allclose(weights(13, peak=peak, spread=spread), density / density.sum(), rtol=1e-10)


@pytest.mark.parametrize(("lags", "delay"), [(13, 1.5), (28, 4.0), (4, 0.5), (3, 0.5)])
def test_prior_medians_give_the_delay_asked_for(lags: int, delay: float) -> None:
    peak, spread = priors(lags, delay)
    assert mean_lag(weights(lags, peak=peak.median, spread=spread.median)) == pytest.approx(delay, rel=1e-8)
