"""The whole kernel as one C function, which everything else calls by its name: it is compiled once and linked nowhere.

A compiled function that calls another holds a copy of it, optimised anew. Of the whole kernel each copy would take
seconds of every first run.
"""

import math
from typing import Any

import llvmlite.binding
import numba
import numpy as np
from numba import types

from mmm.kernel.density import density
from mmm.kernel.header import Head
from mmm.kernel.reading import at
from mmm.kernel.special import FAST, compiled

DOUBLES = types.CPointer(types.double)
SIGNATURE = types.int64(types.uint64, DOUBLES, DOUBLES, DOUBLES, types.voidptr)
_NAME = "mixlift_log_density"
_BAD_GRADIENT, _BAD_DENSITY = 3, 4
APART = 64
"""Numbers between pieces of memory: more than a vectorised loop takes at a time."""


@numba.cfunc(SIGNATURE, cache=True, error_model="numpy", fastmath=FAST)
def log_density_entry(size, point, gradient, value, buffer):  # type: ignore[no-untyped-def]
    """Write the log-density at `point` and its gradient; a non-zero answer tells the sampler to reject the point.

    `size` is the length of `gradient`; what it may have behind the parameters is told in `mmm.kernel.density`.
    """
    length = int(numba.carray(buffer, (1,), dtype=np.float64)[0])
    data = numba.carray(buffer, (length,), dtype=np.float64)
    parameters, needed = at(data, Head.PARAMETERS), at(data, Head.WORK)
    given, wanted = numba.carray(point, (parameters,)), numba.carray(gradient, (size,))
    # Compiled loops add up in vectors unless what they write may lie just behind what they read, and the order of a
    # sum decides its last bits. Here the distances are ours: the same numbers give the same bits, wherever the
    # sampler keeps its vectors.
    memory = np.empty(3 * APART + needed + parameters + wanted.shape[0])
    work, ours = memory[APART : APART + needed], memory[needed + 2 * APART :]
    here, slope = ours[:parameters], ours[parameters + APART :]
    for number in range(parameters):
        here[number] = given[number]
    total = density(data, here, work, slope)
    numba.carray(value, (1,))[0] = total
    for number in range(wanted.shape[0]):
        wanted[number] = slope[number]
    for number in range(parameters):
        if not math.isfinite(slope[number]):
            return _BAD_GRADIENT
    return 0 if math.isfinite(total) else _BAD_DENSITY


llvmlite.binding.add_symbol(_NAME, log_density_entry.address)
_by_name: Any = types.ExternalFunction(_NAME, SIGNATURE)


@compiled
def log_density(buffer: np.ndarray, point: np.ndarray, gradient: np.ndarray) -> float:
    """Return the log-density at the unconstrained `point` and write its gradient, as `mmm.kernel.density` does."""
    value = np.empty(1)
    _by_name(gradient.shape[0], point.ctypes, gradient.ctypes, value.ctypes, buffer.ctypes)
    return value[0]
