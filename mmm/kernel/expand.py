"""What is kept of a draw: the unconstrained vector, and the coefficients and intercepts that follow from it."""

import numpy as np

from mmm.kernel.program import log_density
from mmm.kernel.special import glue


@glue
def expand(buffer: np.ndarray, point: np.ndarray, out: np.ndarray) -> None:
    """Write the vector, behind it the coefficients (geo, channel), behind them the intercepts (geo).

    The density is computed once more for it, which is one step of the many that a draw takes, and no second program.
    """
    log_density(buffer, point, out)
    for number in range(point.shape[0]):
        out[number] = point[number]
