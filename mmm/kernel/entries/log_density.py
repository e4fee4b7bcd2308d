"""The log-density of the model and its gradient as one C function: forward and back, in memory of its own."""

import math

import numba
import numpy as np

from mmm.kernel.buffer.header import Head
from mmm.kernel.entries.backward import back
from mmm.kernel.entries.c_function import ALLOCATE, DENSITY, RELEASE, by_name, c_function
from mmm.kernel.entries.forward import forward
from mmm.kernel.entries.likelihood_step import turn
from mmm.kernel.maths.compile_options import compiled
from mmm.kernel.maths.reading import at

BAD_GRADIENT, BAD_DENSITY = 3, 4
APART = 64
"""Numbers between pieces of memory: more than a vectorised loop takes at a time."""


@c_function(DENSITY, "mixproof_log_density")
def log_density_entry(size, point, gradient, value, buffer):  # type: ignore[no-untyped-def]
    """Write the log-density at `point` and its gradient; a non-zero answer tells the sampler to reject the point.

    `size` is the length of `gradient`; what it may have behind the parameters is told in `mmm.kernel.entries.backward`.
    """
    length = int(numba.carray(buffer, (1,), dtype=np.float64)[0])
    data = numba.carray(buffer, (length,), dtype=np.float64)
    parameters, needed = at(data, Head.PARAMETERS), at(data, Head.WORK)
    given, wanted = numba.carray(point, (parameters,)), numba.carray(gradient, (size,))
    # Compiled loops add up in vectors unless what they write may lie just behind what they read, and the order of a
    # sum decides its last bits. Here the distances are ours: the same numbers give the same bits, wherever the
    # sampler keeps its vectors.
    length = 3 * APART + needed + parameters + wanted.shape[0]
    room = ALLOCATE(8 * length)
    memory = numba.carray(room, (length,), dtype=np.float64)
    work, ours = memory[APART : APART + needed], memory[needed + 2 * APART :]
    here, slope = ours[:parameters], ours[parameters + APART :]
    for number in range(parameters):
        here[number] = given[number]
    total = forward(size, here.ctypes, slope.ctypes, data.ctypes, work.ctypes)
    total += turn(size, here.ctypes, slope.ctypes, data.ctypes, work.ctypes)
    back(size, here.ctypes, slope.ctypes, data.ctypes, work.ctypes)
    numba.carray(value, (1,))[0] = total
    for number in range(wanted.shape[0]):
        wanted[number] = slope[number]
    answer = 0 if math.isfinite(total) else BAD_DENSITY
    for number in range(parameters):
        if not math.isfinite(slope[number]):
            answer = BAD_GRADIENT
    RELEASE(room)
    return answer


density = by_name(log_density_entry, "mixproof_log_density", DENSITY)


@compiled
def log_density(buffer: np.ndarray, point: np.ndarray, gradient: np.ndarray) -> float:
    """Return the log-density at the unconstrained `point` and write its gradient, for compiled code."""
    value = np.empty(1)
    density(gradient.shape[0], point.ctypes, gradient.ctypes, value.ctypes, buffer.ctypes)
    return value[0]
