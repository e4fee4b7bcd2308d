import numpy as np
import pytest

from mmm.transforms import logistic
from mmm.transforms.tanh import curve, slope

X = np.linspace(0, 6, 13)


def test_is_the_logistic_curve_under_another_name() -> None:
    expected = logistic.curve(X, half_saturation=0.8)
    np.testing.assert_allclose(curve(X, half_saturation=0.8), expected, rtol=1e-13, atol=1e-15)


def test_half_of_what_is_possible_is_reached_at_the_half_saturation_point() -> None:
    points = np.array([0.2, 1.5, 9.0])
    np.testing.assert_allclose(curve(points, half_saturation=points), 0.5, rtol=1e-14)


def test_slope_at_zero_is_the_rate() -> None:
    assert slope(0.0, half_saturation=np.arctanh(0.5)) == pytest.approx(1.0, rel=1e-14)
