"""Where forward turns to back, as one C function: the likelihood, and its derivative by what is expected."""

import numba
import numpy as np

from mmm.kernel.buffer.header import Head
from mmm.kernel.entries.c_function import PASS, by_name, c_function
from mmm.kernel.maths.likelihood import likelihood
from mmm.kernel.maths.reading import at


@c_function(PASS, "mixproof_turn")
def turn_entry(size, point, gradient, buffer, work):  # type: ignore[no-untyped-def]
    """Return the log-likelihood; add what is known of its gradient by now."""
    data = numba.carray(buffer, (int(numba.carray(buffer, (1,), dtype=np.float64)[0]),))
    parameters, memory = at(data, Head.PARAMETERS), numba.carray(work, (at(data, Head.WORK),))
    return likelihood(data, numba.carray(point, (parameters,)), memory, numba.carray(gradient, (size,)))


turn = by_name(turn_entry, "mixproof_turn", PASS)
