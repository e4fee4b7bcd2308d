import numpy as np
import pytest

from mmm.transforms.geometric import weights
from mmm.transforms.kernel import mean_lag

CASES = [(0.01, 13), (0.5, 4), (1.5, 13), (4.0, 28)]


@pytest.mark.parametrize(("delay", "lags"), CASES)
def test_is_the_truncated_geometric_distribution(delay: float, lags: int) -> None:
    retention = delay / (1 + delay)
    expected = retention ** np.arange(lags + 1)
    np.testing.assert_allclose(weights(lags, mean_lag=delay), expected / expected.sum(), rtol=1e-12)


@pytest.mark.parametrize("delay", [0.2, 1.5, 4.0])
def test_mean_lag_is_the_mean_of_the_untruncated_kernel(delay: float) -> None:
    assert mean_lag(weights(2000, mean_lag=delay)) == pytest.approx(delay, rel=1e-12)


def test_a_vanishing_delay_acts_at_once() -> None:
    np.testing.assert_allclose(weights(3, mean_lag=1e-300), [1, 0, 0, 0], atol=1e-290)
