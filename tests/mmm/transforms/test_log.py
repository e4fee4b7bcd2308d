import numpy as np
import pytest

from mmm.transforms.log import curve, slope

CASES = [(0.0, 2.0, 0.0), (1.0, np.e - 1, 1.0), (3.0, 1.0, np.log(4))]


@pytest.mark.parametrize(("x", "rate", "expected"), CASES)
def test_is_the_logarithm(x: float, rate: float, expected: float) -> None:
    assert curve(x, rate=rate) == pytest.approx(expected, rel=1e-14)


def test_slope_at_zero_is_the_rate() -> None:
    assert slope(0.0, rate=2.5) == 2.5
