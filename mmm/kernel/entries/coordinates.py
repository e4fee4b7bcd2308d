"""Coordinates in which a known distribution is round: where it is nearly the posterior, little is left to adapt.

The point of the model is ``centre + factor @ z``, both behind the data in the buffer (`mmm.kernel.buffer.pack`). The
density by z is that of the model up to a constant, since the map is linear.
"""

import numpy as np

from mmm.kernel.buffer.header import Head
from mmm.kernel.maths.compile_options import glue
from mmm.kernel.maths.reading import at, window
from mmm.kernel.maths.series import fill


@glue
def model_point(buffer: np.ndarray, given: np.ndarray, point: np.ndarray) -> None:
    """Write the model's point into `point` (parameter), from the sampler's, `given` (parameter).

    Parameters
    ----------
    buffer : numpy.ndarray
        What `mmm.kernel.buffer.pack` made.
    given : numpy.ndarray, shape (parameter,)
        In the sampler's coordinates.
    point : numpy.ndarray, shape (parameter,)
        Overwritten.
    """
    size, numbers = given.shape[0], at(buffer, Head.FACTOR)
    if numbers == 0:
        for row in range(size):
            point[row] = given[row]
        return
    start = at(buffer, Head.OF_COORDINATES)
    centre, factor = window(buffer, start, size), window(buffer, start + size, numbers)
    if numbers == size:
        for row in range(size):
            point[row] = centre[row] + factor[row] * given[row]
        return
    for row in range(size):
        weights, these = window(factor, row * size, row + 1), window(given, 0, row + 1)
        total = 0.0
        for column in range(these.shape[0]):
            total += weights[column] * these[column]
        point[row] = centre[row] + total


@glue
def by_coordinates(buffer: np.ndarray, by_point: np.ndarray, slope: np.ndarray) -> None:
    """Write the gradient by the sampler's point into `slope` (parameter), given that by the model's (parameter).

    Parameters
    ----------
    buffer : numpy.ndarray
        What `mmm.kernel.buffer.pack` made.
    by_point : numpy.ndarray, shape (parameter,)
        Gradient in the model's coordinates.
    slope : numpy.ndarray, shape (parameter,)
        Overwritten.
    """
    size, numbers = by_point.shape[0], at(buffer, Head.FACTOR)
    if numbers == 0:
        for row in range(size):
            slope[row] = by_point[row]
        return
    start = at(buffer, Head.OF_COORDINATES) + size
    factor = window(buffer, start, numbers)
    if numbers == size:
        for row in range(size):
            slope[row] = factor[row] * by_point[row]
        return
    fill(slope, 0.0)
    for row in range(size):
        weights, into = window(factor, row * size, row + 1), window(slope, 0, row + 1)
        share = by_point[row]
        for column in range(into.shape[0]):
            into[column] += share * weights[column]
