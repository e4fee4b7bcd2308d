"""What is kept of a draw, as the C function that the sampler calls without the interpreter's lock."""

import numba
from numba import types

from mmm.kernel.entries.c_function import DOUBLES, c_function
from mmm.kernel.entries.log_density import density

EXPAND = types.int64(types.uint64, types.uint64, DOUBLES, DOUBLES, types.voidptr)


@c_function(EXPAND, "mixproof_expand")
def expand_entry(size, expanded, point, out, buffer):  # type: ignore[no-untyped-def]
    """Write what is kept of a draw: the vector, behind it the coefficients (geo, channel), behind them the intercepts (geo).

    The density is computed once more for it, which is one step of the many that a draw takes, and no second program.
    """
    kept, given = numba.carray(out, (expanded,)), numba.carray(point, (size,))
    density(expanded, given.ctypes, kept.ctypes, kept.ctypes, buffer)  # the density itself is written over
    for number in range(size):
        kept[number] = given[number]
    return 0
