"""The log prior of the unconstrained vector, where it is normal."""

import numpy as np

from mmm.kernel.buffer.header import Head
from mmm.kernel.maths.compile_options import glue
from mmm.kernel.maths.reading import at, block


@glue
def log_prior(buffer: np.ndarray, point: np.ndarray, gradient: np.ndarray) -> float:
    """Return the log prior of the unconstrained vector but for the levels' and write its gradient."""
    size = point.shape[0]
    mean, precision = block(buffer, Head.OF_PRIOR_MEAN, size), block(buffer, Head.OF_PRIOR_PRECISION, size)
    total = 0.0
    for i in range(size):
        score = (point[i] - mean[i]) * precision[i]
        total -= 0.5 * score * score
        gradient[i] = -score * precision[i]
    return total + buffer[at(buffer, Head.OF_PRIOR_CONSTANT)]
