import numpy as np
import pytest
from scipy import stats

from mmm.transforms.kernel import mean_lag
from mmm.transforms.weibull_cdf import priors, weights

CASES = [(0.3, 1.0), (2.0, 0.6), (5.5, 1.2), (9.0, 3.0)]


@pytest.mark.parametrize(("scale", "shape"), CASES)
def test_is_the_running_product_of_weibull_survival(scale: float, shape: float) -> None:
    survival = 1 - stats.weibull_min(shape, scale=scale).cdf(np.arange(14))
    expected = np.cumprod(survival)
    actual = weights(13, scale=scale, shape=shape)
    np.testing.assert_allclose(actual, expected / expected.sum(), rtol=1e-9, atol=1e-14)
    assert (np.diff(actual) <= 0).all()


@pytest.mark.parametrize(("lags", "delay"), [(13, 1.5), (28, 4.0), (4, 0.5), (3, 0.5)])
def test_prior_medians_give_the_delay_asked_for(lags: int, delay: float) -> None:
    scale, shape = priors(lags, delay)
    assert mean_lag(weights(lags, scale=scale.median, shape=shape.median)) == pytest.approx(delay, rel=1e-8)
