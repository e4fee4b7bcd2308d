"""The kernel in coordinates in which a known distribution is round: where it is nearly the posterior, little is left to adapt.

The point of the model is ``centre + factor @ z``. Both lie behind the kernel's buffer. The sampler's
density is that of the model up to a constant, since the map is linear.
"""

import math
from typing import Any

import numba
import numpy as np

from mmm.kernel.entries.c_function import ALLOCATE, DENSITY, RELEASE, by_name, c_function
from mmm.kernel.entries.kept_draw import EXPAND, expand_entry
from mmm.kernel.entries.log_density import APART, BAD_GRADIENT, density
from mmm.kernel.maths.compile_options import leaf
from mmm.kernel.maths.series import fill

expand = by_name(expand_entry, "mixproof_expand", EXPAND)


@leaf
def place(behind: np.ndarray, inner: np.ndarray, point: np.ndarray) -> None:
    """Write ``centre + factor @ inner`` into `point`; `behind` holds the centre, then the factor by row or its diagonal."""
    size = inner.shape[0]
    factor = behind[size:]
    if factor.shape[0] == size:
        for row in range(size):
            point[row] = behind[row] + factor[row] * inner[row]
        return
    for row in range(size):
        weights, these = factor[row * size : row * size + row + 1], inner[: row + 1]
        total = 0.0
        for column in range(these.shape[0]):
            total += weights[column] * these[column]
        point[row] = behind[row] + total


@leaf
def pull_back(behind: np.ndarray, gradient: np.ndarray, slope: np.ndarray) -> None:
    """Write ``factor.T @ gradient`` into `slope`."""
    size = gradient.shape[0]
    factor = behind[size:]
    if factor.shape[0] == size:
        for row in range(size):
            slope[row] = factor[row] * gradient[row]
        return
    fill(slope, 0.0)
    for row in range(size):
        weights, into = factor[row * size : row * size + row + 1], slope[: row + 1]
        share = gradient[row]
        for column in range(into.shape[0]):
            into[column] += share * weights[column]


@leaf
def _behind(buffer: Any) -> np.ndarray:
    """Return what lies behind the buffer of a model, from the memory that begins with it."""
    length = int(numba.carray(buffer, (1,), dtype=np.float64)[0])
    more = int(numba.carray(buffer, (length + 1,), dtype=np.float64)[length])
    return numba.carray(buffer, (length + 1 + more,), dtype=np.float64)[length + 1 :]


@c_function(DENSITY, "mixproof_whitened")
def whitened_entry(size, inner, gradient, value, buffer):  # type: ignore[no-untyped-def]
    """Write the log-density at the model's point and its gradient by `inner`; non-zero says: reject."""
    given, wanted = numba.carray(inner, (size,)), numba.carray(gradient, (size,))
    # Memory of its own, for the reason that is told in `mmm.kernel.entries.log_density`.
    each = size + APART
    room = ALLOCATE(8 * (4 * each + APART))
    memory = numba.carray(room, (4 * each + APART,), dtype=np.float64)[APART:]
    here, point = memory[:size], memory[each : each + size]
    by_point, slope = memory[2 * each : 2 * each + size], memory[3 * each : 3 * each + size]
    for number in range(size):
        here[number] = given[number]
    place(_behind(buffer), here, point)
    answer = density(size, point.ctypes, by_point.ctypes, value, buffer)
    pull_back(_behind(buffer), by_point, slope)
    for number in range(size):
        wanted[number] = slope[number]
        if not math.isfinite(slope[number]):
            answer = BAD_GRADIENT
    RELEASE(room)
    return answer


@c_function(EXPAND, "mixproof_whitened_expand")
def whitened_expand_entry(size, expanded, inner, out, buffer):  # type: ignore[no-untyped-def]
    """Write what is kept of a draw."""
    each = size + APART
    room = ALLOCATE(8 * (2 * each + APART))
    memory = numba.carray(room, (2 * each + APART,), dtype=np.float64)[APART:]
    here, point, given = memory[:size], memory[each : each + size], numba.carray(inner, (size,))
    for number in range(size):
        here[number] = given[number]
    place(_behind(buffer), here, point)
    answer = expand(size, expanded, point.ctypes, out, buffer)
    RELEASE(room)
    return answer
