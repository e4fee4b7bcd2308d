"""What is kept of a draw, as the C function that the sampler calls without the interpreter's lock."""

from typing import Any

import numba
import numpy as np
from numba import types

from mmm.kernel.buffer.header import Head
from mmm.kernel.entries.coordinates import model_point
from mmm.kernel.entries.halves import DOUBLES
from mmm.kernel.entries.log_density import NAME
from mmm.kernel.entries.log_density import SIGNATURE as DENSITY
from mmm.kernel.maths.reading import at

SIGNATURE = types.int64(types.uint64, types.uint64, DOUBLES, DOUBLES, types.voidptr)
density: Any = types.ExternalFunction(NAME, DENSITY)
"""Called by its name it is compiled once; else there would be a copy of it here."""


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
    density(expanded, given.ctypes, kept.ctypes, kept.ctypes, buffer)  # the density itself is written over
    model_point(data, given, kept[:size])
    return 0
