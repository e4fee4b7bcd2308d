import numpy as np
import pytest

from mmm.transforms.root import curve, slope

CASES = [(0.0, 0.5, 0.0), (4.0, 0.5, 2.0), (1.0, 0.3, 1.0), (8.0, 1 / 3, 2.0)]


@pytest.mark.parametrize(("x", "exponent", "expected"), CASES)
def test_is_the_power(x: float, exponent: float, expected: float) -> None:
    assert curve(x, exponent=exponent) == pytest.approx(expected, rel=1e-14)


def test_one_per_cent_more_gains_exponent_per_cent() -> None:
    x = np.array([0.3, 1.0, 7.0])
    np.testing.assert_allclose(slope(x, exponent=0.4) * x / curve(x, exponent=0.4), 0.4, rtol=1e-13)
    assert slope(0.0, exponent=0.4) == np.inf
