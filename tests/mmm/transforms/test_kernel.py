import numpy as np
import pytest

from mixproof.errors import ConfigError
from mmm.transforms import binomial, weibull_cdf
from mmm.transforms.kernel import mean_lag, normalised_exponential, normalised_exponential_tensor


def test_a_kernel_that_underflows_everywhere_still_gives_weights() -> None:
    logs = np.array([-2000.0, -2001.0])
    expected = np.array([1, np.exp(-1)]) / (1 + np.exp(-1))
    np.testing.assert_allclose(normalised_exponential(logs), expected, rtol=1e-14)
    np.testing.assert_allclose(normalised_exponential_tensor(logs).eval(), expected, rtol=1e-14)


def test_mean_lag_weighs_the_lags() -> None:
    np.testing.assert_allclose(mean_lag(np.array([[1.0, 0, 0], [0.5, 0, 0.5]])), [0, 1])


@pytest.mark.parametrize("family", [binomial, weibull_cdf])
def test_a_falling_kernel_cannot_average_half_the_window(family: object) -> None:
    with pytest.raises(ConfigError) as caught:
        family.priors(4, 2.5)  # type: ignore[attr-defined]
    (fault,) = caught.value.faults
    assert fault.code == "mean-lag-unreachable"
    assert "2.5 periods" in fault.what
    assert "from" in fault.remedy
