"""The log-density of the model and its gradient, as the C function that the sampler calls.

The steps are those of `mmm.kernel.entries.steps`.
"""

import math
from typing import Any

import numba
import numpy as np
from numba import types

from mmm.kernel.buffer.header import Head
from mmm.kernel.entries.coordinates import by_coordinates, model_point
from mmm.kernel.entries.steps import DOUBLES
from mmm.kernel.maths.compile_options import call
from mmm.kernel.maths.reading import at, window

SIGNATURE = types.int64(types.uint64, DOUBLES, DOUBLES, DOUBLES, types.voidptr)
BAD_GRADIENT, BAD_DENSITY = 3, 4
APART = 64
"""Numbers between pieces of memory: more than a vectorised loop takes at a time."""
ALLOCATE: Any = types.ExternalFunction("malloc", types.voidptr(types.uint64))
"""The system's: numba counts the references to memory of its own, at every slice of it."""
RELEASE: Any = types.ExternalFunction("free", types.void(types.voidptr))


def log_density(size: int, point: Any, gradient: Any, value: Any, buffer: Any) -> int:
    """Write the log-density at `point` and its gradient; a non-zero answer tells the sampler to reject the point.

    Parameters
    ----------
    size : int
        Length of `gradient`: that of the vector, or more; see `backward`.
    point : pointer to doubles, (parameter,)
        In the sampler's coordinates.
    gradient : pointer to doubles, (size,)
    value : pointer to a double
    buffer : pointer to doubles
        What `mmm.kernel.buffer.pack` made.

    Returns
    -------
    int
        0, or what makes the sampler reject the point.
    """
    data = numba.carray(buffer, (int(numba.carray(buffer, (1,), dtype=np.float64)[0]),), dtype=np.float64)
    parameters, needed = at(data, Head.PARAMETERS), at(data, Head.WORK)
    given, wanted = numba.carray(point, (parameters,)), numba.carray(gradient, (size,))
    # Compiled loops add up in vectors unless what they write may lie just behind what they read, and the order of a
    # sum decides its last bits. Here the distances are ours: the same numbers give the same bits, wherever the
    # sampler keeps its vectors.
    length = 5 * APART + needed + 3 * parameters + wanted.shape[0]
    room = ALLOCATE(8 * length)
    memory = numba.carray(room, (length,), dtype=np.float64)
    work, ours = (
        window(memory, APART, needed),
        window(memory, needed + 2 * APART, 3 * (parameters + APART) + wanted.shape[0]),
    )
    here, start = window(ours, 0, parameters), window(ours, parameters + APART, parameters)
    mapped, slope = (
        window(ours, 2 * (parameters + APART), parameters),
        window(ours, 3 * (parameters + APART), wanted.shape[0]),
    )
    for number in range(parameters):
        start[number] = given[number]
    model_point(data, start, here)
    pointers = (data.ctypes.data, here.ctypes.data, work.ctypes.data, slope.ctypes.data, slope.shape[0])
    total = 0.0
    for step in range(Head.CALL_PRIORS, Head.CALL_MEDIA_BACK + 1):
        if data[step] != 0.0:
            total += call(int(data[step]), pointers)
    numba.carray(value, (1,))[0] = total
    by_coordinates(data, window(slope, 0, parameters), mapped)
    answer = 0 if math.isfinite(total) else BAD_DENSITY
    for number in range(parameters):
        wanted[number] = mapped[number]
        if not math.isfinite(mapped[number]):
            answer = BAD_GRADIENT
    for number in range(parameters, wanted.shape[0]):
        wanted[number] = slope[number]
    RELEASE(room)
    return answer
