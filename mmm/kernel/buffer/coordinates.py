"""Coordinates of a model's point as they lie behind the kernel's buffer, without the compiler.

They are read by `mmm.kernel.entries.preconditioned`.
"""

import numpy as np


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
