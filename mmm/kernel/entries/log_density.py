"""The log-density of the model and its gradient, as the C function that the sampler calls.

The order is that of `mmm.model.build`: priors, linear components, media response, coefficients, level, likelihood; then
the same back, from the derivative by what is expected to that by the unconstrained vector.
"""

import math
from typing import Any

import numba
import numpy as np
from numba import types

from mmm.kernel.buffer.header import Head
from mmm.kernel.entries.coordinates import by_coordinates, model_point
from mmm.kernel.maths.compile_options import leaf
from mmm.kernel.maths.half_normal_sizes import feature_factors, feature_factors_back, natural_sizes
from mmm.kernel.maths.level import centre, centre_back
from mmm.kernel.maths.likelihood import likelihood
from mmm.kernel.maths.linear import linear_back, linear_forward
from mmm.kernel.maths.media import media_back, media_forward, write_coefficients
from mmm.kernel.maths.prior import log_prior
from mmm.kernel.maths.reading import area, at

DOUBLES = types.CPointer(types.double)
SIGNATURE = types.int64(types.uint64, DOUBLES, DOUBLES, DOUBLES, types.voidptr)
BAD_GRADIENT, BAD_DENSITY = 3, 4
APART = 64
"""Numbers between pieces of memory: more than a vectorised loop takes at a time."""
ALLOCATE: Any = types.ExternalFunction("malloc", types.voidptr(types.uint64))
"""The system's: numba counts the references to memory of its own, at every slice of it."""
RELEASE: Any = types.ExternalFunction("free", types.void(types.voidptr))


@leaf
def forward(data: np.ndarray, point: np.ndarray, work: np.ndarray, gradient: np.ndarray) -> float:
    """Return the log prior (Jacobians included); leave in `gradient` and `work` what the way back needs.

    Parameters
    ----------
    data : numpy.ndarray
        The buffer.
    point : numpy.ndarray, shape (parameter,)
    work : numpy.ndarray, shape (working memory,)
    gradient : numpy.ndarray, shape (parameter or more,)
        Overwritten.
    """
    cells, stride, geos = at(data, Head.CELLS), at(data, Head.STRIDE), at(data, Head.GEOS)
    expected, media = area(data, work, Head.IN_EXPECTED, cells), area(data, work, Head.IN_MEDIA, cells)
    features = area(data, work, Head.IN_FEATURES, 2 * at(data, Head.FEATURES_STORED))
    sizes = area(data, work, Head.IN_SIZE, 2 * at(data, Head.PARAMETERS))
    total = log_prior(data, point, gradient)
    natural_sizes(data, point, sizes)
    total += feature_factors(data, point, sizes, features, gradient)
    linear_forward(data, point, expected, area(data, work, Head.IN_COMMON, stride), features)
    media_forward(data, point, work)
    total += centre(data, point, media, expected, area(data, work, Head.IN_LEVEL, geos), gradient)
    return total


@leaf
def backward(data: np.ndarray, point: np.ndarray, work: np.ndarray, gradient: np.ndarray) -> None:
    """Add to `gradient` what `forward` and the likelihood did not know yet; arrays as for `forward`.

    Where `gradient` has room behind the parameters, it takes the coefficients (geo, channel) and behind these the
    intercepts (geo).
    """
    cells, geos, parameters = at(data, Head.CELLS), at(data, Head.GEOS), at(data, Head.PARAMETERS)
    by_expected = area(data, work, Head.IN_BY_EXPECTED, cells)
    features = area(data, work, Head.IN_FEATURES, 2 * at(data, Head.FEATURES_STORED))
    sizes = area(data, work, Head.IN_SIZE, 2 * parameters)
    by_date = area(data, work, Head.IN_COMMON, at(data, Head.STRIDE))
    linear_back(data, point, by_expected, by_date, features, gradient)
    feature_factors_back(data, point, sizes, features, gradient)
    centre_back(data, area(data, work, Head.IN_LEVEL, geos), by_expected)
    media_back(data, point, work, gradient)
    if gradient.shape[0] > parameters:
        write_coefficients(data, point, work, gradient)


@leaf
def step_likelihood(data: np.ndarray, point: np.ndarray, work: np.ndarray, gradient: np.ndarray) -> float:
    """Return the log-likelihood; add what is known of its gradient by now; arrays as for `forward`."""
    return likelihood(data, point, work, gradient)


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
    work, ours = memory[APART : APART + needed], memory[needed + 2 * APART :]
    here, start = ours[:parameters], ours[parameters + APART :]
    mapped, slope = ours[2 * (parameters + APART) :], ours[3 * (parameters + APART) :]
    for number in range(parameters):
        start[number] = given[number]
    model_point(data, start[:parameters], here)
    total = forward(data, here, work, slope)
    total += step_likelihood(data, here, work, slope)
    backward(data, here, work, slope)
    numba.carray(value, (1,))[0] = total
    by_coordinates(data, slope[:parameters], mapped[:parameters])
    answer = 0 if math.isfinite(total) else BAD_DENSITY
    for number in range(parameters):
        wanted[number] = mapped[number]
        if not math.isfinite(mapped[number]):
            answer = BAD_GRADIENT
    for number in range(parameters, wanted.shape[0]):
        wanted[number] = slope[number]
    RELEASE(room)
    return answer
