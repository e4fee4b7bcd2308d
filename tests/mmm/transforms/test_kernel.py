import numpy as np
import pytest

from mixproof.errors import ConfigError
from mmm.transforms import binomial, geometric, weibull_cdf
from mmm.transforms.kernel import half_life, mean_lag, normalised_exponential, normalised_exponential_tensor

HALF_LIVES = [
    ([1.0, 0.0, 0.0], 0.5),
    ([0.5, 0.5, 0.0], 1.0),
    ([0.25, 0.25, 0.5], 2.0),
    ([0.2, 0.6, 0.2], 1.5),
    ([0.0, 0.0, 1.0], 2.5),
]


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


@pytest.mark.parametrize(("weights", "expected"), HALF_LIVES)
def test_the_half_life_is_interpolated_inside_the_period(weights: list[float], expected: float) -> None:
    assert half_life(np.array(weights)) == pytest.approx(expected)


def test_a_retention_whose_power_is_one_half_has_the_textbook_half_life() -> None:
    for periods in (1, 2, 5, 20):
        retention = 0.5 ** (1 / periods)
        weights = geometric.weights(3000, mean_lag=retention / (1 - retention))
        assert half_life(weights) == pytest.approx(periods, rel=1e-9)


def test_half_lives_keep_the_leading_dims() -> None:
    assert half_life(np.full((3, 2, 4), 0.25)).shape == (3, 2)
