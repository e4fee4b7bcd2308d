"""The likelihood in the kernel: normal or Student-t residuals, independent or AR(1).

`likelihood` takes the noise parameters from the vector and their derivatives back to it; `observe` does the arithmetic.
"""

import math

import numpy as np

from mmm.kernel.buffer.header import NOISE_SPACE, Head
from mmm.kernel.maths.compile_options import digamma, glue, leaf
from mmm.kernel.maths.reading import area, at, block, window
from mmm.numerics.elementary import log1p
from mmm.problem.priors import AUTOCORRELATION_RANGE, TAIL_FLOOR

RHO_LOW, RHO_HIGH = AUTOCORRELATION_RANGE
LOG_2PI = math.log(2.0 * math.pi)


@leaf
def observe(
    expected: np.ndarray, outcome: np.ndarray, observed: np.ndarray, followed: np.ndarray, stride: int,
    log_sigma: np.ndarray, rho: float, nu: float, space: np.ndarray, by_expected: np.ndarray, by_log_sigma: np.ndarray,
) -> tuple[float, float, float]:  # fmt: skip
    """Return the log-likelihood and its derivatives by `rho` and `nu`; fill `by_expected`, add to `by_log_sigma`.

    Parameters
    ----------
    expected, outcome, by_expected : numpy.ndarray, shape (cell,)
        Geo after geo, `stride` cells each; what lies behind the last geo is unknown.
    observed, followed : numpy.ndarray, shape (cell,)
        1 where the outcome is known, and where the one before is known too; 0 elsewhere.
    stride : int
    log_sigma, by_log_sigma : numpy.ndarray, shape (geo,)
    rho : float
        Autocorrelation of residuals; 0 for independent ones.
    nu : float
        Degrees of freedom of the Student-t; 0 for a normal.
    space : numpy.ndarray, shape (NOISE_SPACE * (cell + 1),)
        Working memory.

    Notes
    -----
    This is one numerical piece: compiled code takes arrays, not objects, and density and derivatives share every step.
    A tightness less one is the derivative by the log of a cell's scale; that of a start of a series holds rho.
    """
    cells = expected.shape[0]
    residual, pull = window(space, 0, cells + 1), window(space, cells + 1, cells + 1)
    tight = window(space, 2 * cells + 2, cells)
    scales, known, starts = _standardise(
        expected, outcome, observed, followed, stride, log_sigma, rho, residual, pull, tight
    )
    total, by_nu = _tails(nu, pull, tight)
    by_rho = loose = 0.0
    now, later = window(pull, 0, cells), window(pull, 1, cells)
    for cell in range(cells):
        by_rho += followed[cell] * now[cell] * residual[cell]
        loose += (1.0 - followed[cell]) * tight[cell]
        by_expected[cell] = now[cell]
    for cell in range(cells - 1):
        by_expected[cell] -= rho * followed[cell + 1] * later[cell]
    for geo in range(log_sigma.shape[0]):
        for cell in range(geo * stride, (geo + 1) * stride):
            by_log_sigma[geo] += tight[cell] - observed[cell]
    if nu > 0.0:
        total += known * (
            math.lgamma(0.5 * (nu + 1.0)) - math.lgamma(0.5 * nu) - 0.5 * math.log(nu * math.pi)
        )
        by_nu += 0.5 * known * (digamma(0.5 * (nu + 1.0)) - digamma(0.5 * nu) - 1.0 / nu)
    else:
        total -= 0.5 * known * LOG_2PI
    return total - scales, by_rho + (loose - starts) * rho / (1.0 - rho * rho), by_nu


@glue
def _standardise(
    expected: np.ndarray, outcome: np.ndarray, observed: np.ndarray, followed: np.ndarray, stride: int,
    log_sigma: np.ndarray, rho: float, residual: np.ndarray, surprise: np.ndarray, precision: np.ndarray,
) -> tuple[float, float, float]:  # fmt: skip
    """Return the sum of log scales, and how many outcomes are known and how many begin a series.

    Written are the residuals behind a leading zero, each less what the one before foretold (zero behind the last), and
    one over its scale; all zero where the outcome is unknown.

    Notes
    -----
    This is one numerical piece: compiled code takes arrays, not objects.
    """
    cells = expected.shape[0]
    residual[0] = surprise[cells] = 0.0
    now = window(residual, 1, cells)
    for cell in range(cells):
        now[cell] = observed[cell] * (outcome[cell] - expected[cell])
    for cell in range(cells):
        surprise[cell] = now[cell] - rho * followed[cell] * residual[cell]
        precision[cell] = 0.0
    narrowing = math.sqrt(1.0 - rho * rho)
    scales = known = starts = 0.0
    for geo in range(log_sigma.shape[0]):
        of_geo = 0.0
        inverse = math.exp(-log_sigma[geo])
        for cell in range(geo * stride, (geo + 1) * stride):
            start = observed[cell] - followed[cell]
            precision[cell] = inverse * (followed[cell] + narrowing * start)
            of_geo += observed[cell]
            starts += start
        scales += of_geo * log_sigma[geo]
        known += of_geo
    return scales - starts * math.log(narrowing), known, starts


@glue
def _tails(nu: float, pull: np.ndarray, tight: np.ndarray) -> tuple[float, float]:
    """Return the log-density but for its constants and its derivative by `nu`.

    The surprises in `pull` become the derivatives by the locations, the precisions in `tight` the tightness.
    """
    total = by_nu = 0.0
    cells = tight.shape[0]
    if nu > 0.0:
        inverse = 1.0 / nu
        for cell in range(cells):
            square = (pull[cell] * tight[cell]) ** 2
            weight = (nu + 1.0) / (nu + square)
            spread = log1p(square * inverse)
            total += spread
            by_nu += weight * square * inverse - spread
            pull[cell] *= weight * tight[cell] * tight[cell]
            tight[cell] = weight * square
        return -0.5 * (nu + 1.0) * total, 0.5 * by_nu
    for cell in range(cells):
        square = (pull[cell] * tight[cell]) ** 2
        total += square
        pull[cell] *= tight[cell] * tight[cell]
        tight[cell] = square
    return -0.5 * total, 0.0


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
        at(buffer, Head.STRIDE), window(point, first, geos), rho, nu,
        area(buffer, work, Head.IN_NOISE, NOISE_SPACE * (cells + 1)),
        area(buffer, work, Head.IN_BY_EXPECTED, cells),
        window(gradient, first, geos),
    )  # fmt: skip
    if logit >= 0:
        gradient[logit] += by_rho * (RHO_HIGH - RHO_LOW) * share * (1.0 - share)
    if tail >= 0:
        gradient[tail] += by_nu * (nu - TAIL_FLOOR)
    return total
