"""Carryover of all geos in one loop, and its derivatives, against NumPy's convolution, and in vectors."""

import re
from typing import Any

import numba
import numpy as np
import pytest
from llvmlite import binding
from numba import types

from mmm.kernel.buffer.header import WEIGHTS_AT_ONCE
from mmm.kernel.maths import carry as kernel
from mmm.kernel.maths.compile_options import FAST
from mmm.kernel.maths.reading import window
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


def forth(memory: Any, start: int, lags: int, cells: int) -> float:
    work = numba.carray(memory, (8 * cells,))
    kernel.carry(work, start, 1, window(work, 0, lags), lags, window(work, 4 * cells, cells))
    return 0.0


def back(memory: Any, start: int, lags: int, cells: int) -> float:
    work = numba.carray(memory, (8 * cells,))
    kernel.carry(work, start, -1, window(work, 0, lags), lags, window(work, 4 * cells, cells))
    return 0.0


@pytest.mark.skipif(
    "fma" not in binding.get_host_cpu_features(), reason="needs a processor with vector units"
)
@pytest.mark.parametrize("way", [forth, back])
def test_the_loop_over_cells_is_compiled_to_vector_instructions(way: Any) -> None:
    signature = types.double(types.CPointer(types.double), *[types.int64] * 3)
    code = numba.cfunc(signature, error_model="numpy", fastmath=FAST)(way)._library.get_asm_str()
    # Both ways in their turn have been left one cell at a time, with no other sign of it than their time.
    assert len(re.findall(r"vfn?m(?:add|sub)\w*pd", code)) >= WEIGHTS_AT_ONCE
