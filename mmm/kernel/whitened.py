"""The kernel in coordinates in which a known distribution is round: where it is nearly the posterior, little is left to adapt.

The point of the model is ``centre + factor @ z``. Both lie behind the kernel's buffer. The sampler's
density is that of the model up to a constant, since the map is linear.
"""

import math

import numba
import numpy as np
from numba import types

from mmm.kernel.expand import expand
from mmm.kernel.program import log_density
from mmm.kernel.special import compiled

_DOUBLES = types.CPointer(types.double)
_BAD_GRADIENT, _BAD_DENSITY = 3, 4


@compiled
def place(behind: np.ndarray, inner: np.ndarray, point: np.ndarray) -> None:
    """Write ``centre + factor @ inner`` into `point`; `behind` holds the centre, then the factor by row or its diagonal."""
    size = inner.shape[0]
    diagonal = behind.shape[0] == 2 * size
    for row in range(size):
        if diagonal:
            point[row] = behind[row] + behind[size + row] * inner[row]
            continue
        total = behind[row]
        start = size + row * size
        for column in range(row + 1):
            total += behind[start + column] * inner[column]
        point[row] = total


@compiled
def pull_back(behind: np.ndarray, gradient: np.ndarray, slope: np.ndarray) -> None:
    """Write ``factor.T @ gradient`` into `slope`."""
    size = gradient.shape[0]
    slope[:] = 0.0
    for row in range(size):
        if behind.shape[0] == 2 * size:
            slope[row] = behind[size + row] * gradient[row]
            continue
        start = size + row * size
        for column in range(row + 1):
            slope[column] += behind[start + column] * gradient[row]


def with_coordinates(buffer: np.ndarray, centre: np.ndarray, factor: np.ndarray) -> np.ndarray:
    """Return the buffer of a model followed by how many numbers there are behind it, and by these.

    Parameters
    ----------
    buffer : numpy.ndarray
    centre : numpy.ndarray, shape (parameter,)
    factor : numpy.ndarray, shape (parameter, parameter) or (parameter,)
        Lower triangular, or the diagonal of one that has nothing else.
    """
    behind = np.concatenate([centre, factor.ravel()])
    return np.concatenate([buffer, [float(behind.size)], behind])


@numba.cfunc(types.int64(types.uint64, _DOUBLES, _DOUBLES, _DOUBLES, types.voidptr), cache=True)
def whitened_entry(size, inner, gradient, density, buffer):  # type: ignore[no-untyped-def]
    """Write the log-density at the model's point and its gradient by `inner`; non-zero says: reject."""
    length = int(numba.carray(buffer, (1,), dtype=np.float64)[0])
    more = int(numba.carray(buffer, (length + 1,), dtype=np.float64)[length])
    data = numba.carray(buffer, (length + 1 + more,), dtype=np.float64)
    point, by_point = np.empty(size), np.empty(size)
    place(data[length + 1 :], numba.carray(inner, (size,)), point)
    value = log_density(data[:length], point, by_point)
    slope = numba.carray(gradient, (size,))
    pull_back(data[length + 1 :], by_point, slope)
    numba.carray(density, (1,))[0] = value
    for number in range(size):
        if not math.isfinite(slope[number]):
            return _BAD_GRADIENT
    return 0 if math.isfinite(value) else _BAD_DENSITY


@numba.cfunc(types.int64(types.uint64, types.uint64, _DOUBLES, _DOUBLES, types.voidptr), cache=True)
def whitened_expand_entry(size, expanded, inner, out, buffer):  # type: ignore[no-untyped-def]
    """Write what is kept of a draw."""
    length = int(numba.carray(buffer, (1,), dtype=np.float64)[0])
    more = int(numba.carray(buffer, (length + 1,), dtype=np.float64)[length])
    data = numba.carray(buffer, (length + 1 + more,), dtype=np.float64)
    point = np.empty(size)
    place(data[length + 1 :], numba.carray(inner, (size,)), point)
    expand(data[:length], point, numba.carray(out, (expanded,)))
    return 0
