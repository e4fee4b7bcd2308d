"""What is kept of a draw, as the C function that the sampler calls without the interpreter's lock."""

import numba
import numpy as np
from numba import types

from mmm.kernel.expand import expand
from mmm.kernel.signature import DOUBLES


@numba.cfunc(types.int64(types.uint64, types.uint64, DOUBLES, DOUBLES, types.voidptr), cache=True)
def expand_entry(size, expanded, point, out, buffer):  # type: ignore[no-untyped-def]
    """Write what is kept of a draw."""
    length = int(numba.carray(buffer, (1,), dtype=np.float64)[0])
    data = numba.carray(buffer, (length,), dtype=np.float64)
    expand(data, numba.carray(point, (size,)), numba.carray(out, (expanded,)))
    return 0
