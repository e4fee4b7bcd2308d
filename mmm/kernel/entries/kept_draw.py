"""What is kept of a draw, as the C function that the sampler calls without the interpreter's lock."""

from typing import Any

import numba
import numpy as np
from numba import types

from mmm.kernel.buffer.header import Head
from mmm.kernel.entries.coordinates import model_point
from mmm.kernel.entries.steps import DOUBLES
from mmm.kernel.maths.compile_options import call
from mmm.kernel.maths.reading import at, window

SIGNATURE = types.int64(types.uint64, types.uint64, DOUBLES, DOUBLES, types.voidptr)


def kept_draw(size: int, expanded: int, point: Any, out: Any, buffer: Any) -> int:
    """Write what is kept of a draw: the vector, behind it the coefficients (geo, channel), behind them the intercepts (geo).

    The density is computed once more for it, which is one step of the many that a draw takes, and no second program.

    Parameters
    ----------
    size, expanded : int
        Length of the vector, and of what is kept.
    point : pointer to doubles, (size,)
        In the sampler's coordinates; what is kept is the model's.
    out : pointer to doubles, (expanded,)
    buffer : pointer to doubles
        What `mmm.kernel.buffer.pack` made.

    Returns
    -------
    int
        0.
    """
    data = numba.carray(buffer, (int(numba.carray(buffer, (1,), dtype=np.float64)[0]),), dtype=np.float64)
    kept, given = numba.carray(out, (expanded,)), numba.carray(point, (at(data, Head.PARAMETERS),))
    into = kept.ctypes.data
    # The density itself is written over.
    call(at(data, Head.CALL_LOG_DENSITY), (expanded, given.ctypes.data, into, into, data.ctypes.data))
    model_point(data, given, window(kept, 0, size))
    return 0
