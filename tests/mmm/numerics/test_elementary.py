"""The kernel's own exponential and logarithm against the library's in extended precision."""

from collections.abc import Callable

import numpy as np
import pytest

from mmm.numerics.elementary import LARGEST, exp, expm1, log, log1p
from tests.mmm.kernel.from_python import compiled

EPSILON = np.finfo(float).eps
ULPS = 4 * EPSILON
EXPONENTS = np.concatenate([np.linspace(-LARGEST, LARGEST, 4001), np.linspace(-1.0, 1.0, 4001)])
SIGNED = np.concatenate([EXPONENTS, np.outer([-1.0, 1.0], np.geomspace(1e-300, 1.0, 4001)).ravel()])
POSITIVE = np.concatenate([np.exp(np.linspace(-700.0, 700.0, 4001)), np.linspace(0.5, 2.0, 4001)])


@compiled
def tabulate(x: np.ndarray) -> np.ndarray:
    """Return exp, log, log1p and expm1 of each number."""
    out = np.empty((4, x.shape[0]))
    for number in range(x.shape[0]):
        out[0, number], out[1, number], out[2, number] = exp(x[number]), log(x[number]), log1p(x[number])
        out[3, number] = expm1(x[number])
    return out


@pytest.mark.parametrize(
    ("row", "reference", "x", "places"),
    [
        (0, np.exp, EXPONENTS, 4),
        (1, np.log, POSITIVE, 4),
        (2, np.log1p, POSITIVE, 4),
        (3, np.expm1, SIGNED, 8),
    ],
)
def test_right_to_the_last_places(
    row: int, reference: Callable[..., np.ndarray], x: np.ndarray, places: int
) -> None:
    exact = reference(x.astype(np.longdouble)).astype(float)
    np.testing.assert_allclose(tabulate(x)[row], exact, rtol=places * EPSILON, atol=0)


def test_at_the_ends() -> None:
    values = tabulate(np.array([0.0, 1.0, 1e4, -1e4, np.nan]))
    np.testing.assert_array_equal(values[0, :2], [1.0, values[0, 1]])
    assert values[0, 2] == pytest.approx(np.exp(LARGEST), rel=ULPS)
    assert values[0, 3] == pytest.approx(np.exp(-LARGEST), rel=ULPS)
    assert values[1, 1] == 0.0
    assert values[2, 0] == 0.0
    assert np.isnan(values[0, 4])
