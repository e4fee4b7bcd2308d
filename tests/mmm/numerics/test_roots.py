"""Roots to the last bit, of functions that rise and that fall."""

import math

import pytest
from scipy.optimize import brentq

from mmm.numerics.roots import root


@pytest.mark.parametrize("sign", [1, -1])
def test_roots_are_those_of_scipy(sign: int) -> None:
    def function(x: float) -> float:
        return sign * (math.exp(x) - 3 * x - 2)

    assert root(function, 1.0, 3.0) == pytest.approx(brentq(function, 1.0, 3.0, xtol=1e-14), abs=1e-13)
    assert root(function, -2.0, 1.0) == pytest.approx(brentq(function, -2.0, 1.0, xtol=1e-14), abs=1e-13)


def test_no_neighbouring_number_is_better() -> None:
    found = root(lambda x: x * x - 2, 0.0, 2.0)
    assert math.nextafter(found, 0) ** 2 < 2 < math.nextafter(found, 2) ** 2 or found**2 == 2
