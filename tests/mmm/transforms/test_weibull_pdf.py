import numpy as np
import pytest
from scipy import stats

from mmm.transforms import geometric
from mmm.transforms.kernel import mean_lag
from mmm.transforms.weibull_pdf import quartile_of_mean_lag, weights

CASES = [(0.3, 1.2), (1.0, 0.7), (2.7, 1.2), (6.0, 2.5), (40.0, 1.0), (1e6, 1.3)]


@pytest.mark.parametrize(("quartile", "shape"), CASES)
def test_is_the_chance_that_a_weibull_delay_falls_into_each_period(quartile: float, shape: float) -> None:
    scale = quartile / stats.weibull_min(shape).ppf(0.75)
    survival = stats.weibull_min(shape, scale=scale).sf(np.arange(15))
    expected = (survival[:-1] - survival[1:]) / (1 - survival[-1])
    found = weights(13, upper_quartile=quartile, shape=shape)
    np.testing.assert_allclose(found, expected, rtol=1e-7, atol=1e-13)


@pytest.mark.parametrize(("quartile", "shape"), [(1.0, 0.5), (4.0, 1.2), (20.0, 3.0)])
def test_three_quarters_have_come_by_the_upper_quartile(quartile: float, shape: float) -> None:
    assert weights(5000, upper_quartile=quartile, shape=shape)[: int(quartile)].sum() == pytest.approx(0.75)


@pytest.mark.parametrize("delay", [0.01, 0.5, 1.5, 4.0, 100.0])
def test_shape_one_is_geometric_with_the_same_mean_lag(delay: float) -> None:
    expected = geometric.weights(28, mean_lag=delay)
    found = weights(28, upper_quartile=quartile_of_mean_lag(delay, 1.0), shape=1.0)
    np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-15)


@pytest.mark.parametrize(
    ("delay", "shape", "tolerance"), [(1.5, 0.7, 0.1), (1.5, 2.0, 0.1), (4.0, 1.5, 0.02), (20.0, 2.5, 0.005)]
)
def test_average_lag_is_close_to_mean_lag_at_other_shapes(
    delay: float, shape: float, tolerance: float
) -> None:
    found = weights(3000, upper_quartile=quartile_of_mean_lag(delay, shape), shape=shape)
    assert mean_lag(found) == pytest.approx(delay, rel=tolerance)


def test_a_shape_above_one_peaks_after_the_exposure() -> None:
    assert np.argmax(weights(13, upper_quartile=6.0, shape=2.5)) > 0
    assert np.argmax(weights(13, upper_quartile=6.0, shape=0.9)) == 0
