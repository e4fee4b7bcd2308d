"""Reading the buffer: whole numbers of the header, blocks of data behind it, and places in the working memory."""

import numpy as np

from mmm.kernel.maths.compile_options import leaf


@leaf
def at(buffer: np.ndarray, position: int) -> int:
    """Return the whole number at `position` of the header."""
    return int(buffer[position])


@leaf
def block(buffer: np.ndarray, position: int, size: int) -> np.ndarray:
    """Return the `size` numbers whose offset the header has at `position`."""
    start = int(buffer[position])
    return buffer[start : start + size]


@leaf
def area(buffer: np.ndarray, work: np.ndarray, position: int, size: int) -> np.ndarray:
    """Return the `size` numbers of working memory whose offset the header has at `position`."""
    start = int(buffer[position])
    return work[start : start + size]
