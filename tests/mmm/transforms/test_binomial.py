import numpy as np
import pytest

from mmm.transforms.binomial import priors, weights
from mmm.transforms.kernel import mean_lag


@pytest.mark.parametrize("alpha", [0.05, 0.3, 0.5, 0.9])
def test_is_meridians_kernel_of_alpha(alpha: float) -> None:
    expected = (1 - np.arange(9) / 9) ** (1 / alpha - 1)
    np.testing.assert_allclose(weights(8, power=1 / alpha - 1), expected / expected.sum(), rtol=1e-12)


def test_power_one_falls_along_a_straight_line() -> None:
    np.testing.assert_allclose(weights(3, power=1.0), [0.4, 0.3, 0.2, 0.1], rtol=1e-14)


@pytest.mark.parametrize(("lags", "delay"), [(13, 1.5), (28, 4.0), (4, 0.5), (3, 0.5)])
def test_prior_medians_give_the_delay_asked_for(lags: int, delay: float) -> None:
    (power,) = priors(lags, delay)
    assert mean_lag(weights(lags, power=power.median)) == pytest.approx(delay, rel=1e-8)
