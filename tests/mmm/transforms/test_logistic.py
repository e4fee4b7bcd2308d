import numpy as np
import pytest

from mmm.transforms.logistic import curve, slope

LOG_3 = 1.0986122886681098
CASES = [(0.0, 1.0, 0.0), (1.0, LOG_3, np.tanh(0.5)), (3.0, LOG_3, (1 - np.exp(-3)) / (1 + np.exp(-3)))]


@pytest.mark.parametrize(("x", "half_saturation", "expected"), CASES)
def test_is_the_logistic_of_its_closed_form(x: float, half_saturation: float, expected: float) -> None:
    assert curve(x, half_saturation=half_saturation) == pytest.approx(expected, rel=1e-14)


def test_half_of_what_is_possible_is_reached_at_the_half_saturation_point() -> None:
    points = np.array([0.2, 1.5, 9.0])
    np.testing.assert_allclose(curve(points, half_saturation=points), 0.5, rtol=1e-14)


def test_slope_at_zero_is_half_the_rate() -> None:
    assert slope(0.0, half_saturation=LOG_3) == pytest.approx(0.5, rel=1e-14)
