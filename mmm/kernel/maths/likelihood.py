"""The likelihood in the kernel: noise parameters from the vector, and their derivatives back to it."""

import math

import numpy as np

from mmm.kernel.buffer.header import NOISE_SPACE, Head
from mmm.kernel.maths.compile_options import glue
from mmm.kernel.maths.noise import observe
from mmm.kernel.maths.reading import area, at, block
from mmm.problem.priors import AUTOCORRELATION_RANGE, TAIL_FLOOR

RHO_LOW, RHO_HIGH = AUTOCORRELATION_RANGE


@glue
def likelihood(buffer: np.ndarray, point: np.ndarray, work: np.ndarray, gradient: np.ndarray) -> float:
    """Return the log-likelihood; write its derivative by the expectation and add those by the noise parameters."""
    cells, geos = at(buffer, Head.CELLS), at(buffer, Head.GEOS)
    first, tail, logit = (
        at(buffer, Head.AT_NOISE),
        at(buffer, Head.AT_TAIL),
        at(buffer, Head.AT_AUTOCORRELATION),
    )
    rho = share = nu = 0.0
    if logit >= 0:
        share = 1.0 / (1.0 + math.exp(-point[logit]))
        rho = RHO_LOW + (RHO_HIGH - RHO_LOW) * share
    if tail >= 0:
        nu = TAIL_FLOOR + math.exp(point[tail])
    total, by_rho, by_nu = observe(
        area(buffer, work, Head.IN_EXPECTED, cells),
        block(buffer, Head.OF_OUTCOME, cells),
        block(buffer, Head.OF_OBSERVED, cells),
        block(buffer, Head.OF_FOLLOWED, cells),
        at(buffer, Head.STRIDE), point[first : first + geos], rho, nu,
        area(buffer, work, Head.IN_NOISE, NOISE_SPACE * (cells + 1)),
        area(buffer, work, Head.IN_BY_EXPECTED, cells),
        gradient[first : first + geos],
    )  # fmt: skip
    if logit >= 0:
        gradient[logit] += by_rho * (RHO_HIGH - RHO_LOW) * share * (1.0 - share)
    if tail >= 0:
        gradient[tail] += by_nu * (nu - TAIL_FLOOR)
    return total
