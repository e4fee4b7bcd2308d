"""Carryover of all geos in one loop, and its derivatives, against NumPy's convolution."""

import numpy as np
import pytest

from mmm.kernel.buffer.header import WEIGHTS_AT_ONCE
from mmm.kernel.maths import carry as kernel
from tests.mmm.kernel.from_python import from_python

carry, carry_back = from_python(kernel.carry), from_python(kernel.carry_back)

CELLS = 64


@pytest.mark.parametrize("lags", [0, 3, 6, 7, 13, 28])
def test_carry_and_its_adjoint(lags: int) -> None:
    rng, width = np.random.default_rng(lags), WEIGHTS_AT_ONCE * -(-(lags + 1) // WEIGHTS_AT_ONCE)
    assert width > lags
    kernel = np.pad(rng.random(lags + 1), (0, width - lags - 1))
    exposure = np.concatenate([np.zeros(width), rng.random(CELLS)])
    carried, back = np.full(CELLS, np.nan), np.full(CELLS, np.nan)
    carry(exposure, width, 1, kernel, lags, carried)
    np.testing.assert_allclose(carried, np.convolve(exposure[width:], kernel)[:CELLS], rtol=1e-13)
    adjoint = np.concatenate([rng.normal(size=CELLS), np.zeros(width)])
    carry(adjoint, 0, -1, kernel, lags, back)
    # <adjoint, K x> = <K' adjoint, x>
    assert back @ exposure[width:] == pytest.approx(adjoint[:CELLS] @ carried, rel=1e-12)
    by_weight = np.full(width, np.nan)
    carry_back(exposure, width, adjoint[:CELLS], lags, by_weight)
    shifted = [adjoint[:CELLS] @ exposure[width - lag : width - lag + CELLS] for lag in range(lags + 1)]
    np.testing.assert_allclose(by_weight[: lags + 1], shifted, rtol=1e-11, atol=1e-12)
