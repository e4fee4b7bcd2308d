import numpy as np
import pytest

from mmm.transforms import michaelis_menten
from mmm.transforms.hill import curve, slope

CASES = [
    (0.0, 1.0, 2.0, 0.0),
    (2.0, 1.0, 2.0, 0.8),
    (3.0, 1.0, 0.5, 3**0.5 / (1 + 3**0.5)),
    (1e200, 1.0, 3.0, 1.0),
]


@pytest.mark.parametrize(("x", "half_saturation", "hill_slope", "expected"), CASES)
def test_is_the_closed_form(x: float, half_saturation: float, hill_slope: float, expected: float) -> None:
    found = curve(x, half_saturation=half_saturation, hill_slope=hill_slope)
    assert found == pytest.approx(expected, rel=1e-14)


def test_half_of_what_is_possible_is_reached_at_the_half_saturation_point() -> None:
    points = np.array([0.2, 1.5, 9.0])
    np.testing.assert_allclose(curve(points, half_saturation=points, hill_slope=1.7), 0.5, rtol=1e-14)


def test_slope_one_is_michaelis_menten() -> None:
    x = np.linspace(0, 5, 11)
    expected = michaelis_menten.curve(x, half_saturation=1.3)
    np.testing.assert_allclose(curve(x, half_saturation=1.3, hill_slope=1.0), expected, rtol=1e-13)


@pytest.mark.parametrize(("hill_slope", "expected"), [(0.7, np.inf), (1.0, 0.5), (1.5, 0.0)])
def test_slope_at_zero_is_its_limit(hill_slope: float, expected: float) -> None:
    assert slope(0.0, half_saturation=2.0, hill_slope=hill_slope) == expected
