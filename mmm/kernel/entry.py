"""The kernel as C functions, compiled once a machine and called by the sampler without the interpreter's lock."""

import math

import numba
import numpy as np
from numba import types

from mmm.kernel.density import log_density
from mmm.kernel.expand import expand

_DOUBLES = types.CPointer(types.double)
_BAD_GRADIENT, _BAD_DENSITY = 3, 4


@numba.cfunc(types.int64(types.uint64, _DOUBLES, _DOUBLES, _DOUBLES, types.voidptr), cache=True)
def log_density_entry(size, point, gradient, density, buffer):  # type: ignore[no-untyped-def]
    """Write the log-density at `point` and its gradient; a non-zero answer tells the sampler to reject the point."""
    length = int(numba.carray(buffer, (1,), dtype=np.float64)[0])
    data = numba.carray(buffer, (length,), dtype=np.float64)
    slope = numba.carray(gradient, (size,))
    value = log_density(data, numba.carray(point, (size,)), slope)
    numba.carray(density, (1,))[0] = value
    for number in range(size):
        if not math.isfinite(slope[number]):
            return _BAD_GRADIENT
    return 0 if math.isfinite(value) else _BAD_DENSITY


@numba.cfunc(types.int64(types.uint64, types.uint64, _DOUBLES, _DOUBLES, types.voidptr), cache=True)
def expand_entry(size, expanded, point, out, buffer):  # type: ignore[no-untyped-def]
    """Write what is kept of a draw."""
    length = int(numba.carray(buffer, (1,), dtype=np.float64)[0])
    data = numba.carray(buffer, (length,), dtype=np.float64)
    expand(data, numba.carray(point, (size,)), numba.carray(out, (expanded,)))
    return 0
