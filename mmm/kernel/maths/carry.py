"""The convolution of exposure with carryover weights and its derivatives, for all geos in one loop.

Seven weights at a time: out[t] = w0 x[t] + ... + w6 x[t - 6] keeps the vector units busy, while a recursion, fewer
operations for geometric weights, would wait for the week before. Exposure has zeros before its first cell.
"""

import numpy as np

from mmm.kernel.buffer.header import WEIGHTS_AT_ONCE
from mmm.kernel.maths.compile_options import leaf
from mmm.kernel.maths.reading import window
from mmm.kernel.maths.series import fill


@leaf
def add_seven(source: np.ndarray, near: int, direction: int, weights: np.ndarray, out: np.ndarray) -> None:
    """Add the sum over seven lags of ``weights[lag] * source[near + cell - direction * lag]`` to `out`.

    A function of its own: as part of the loop over lags LLVM finds no bounds for addresses that descend from one seven
    to the next, and leaves this loop one cell at a time.
    """
    cells = out.shape[0]
    w0, w1, w2, w3 = weights[0], weights[1], weights[2], weights[3]
    w4, w5, w6 = weights[4], weights[5], weights[6]
    x0 = window(source, near, cells)
    x1 = window(source, near - direction, cells)
    x2 = window(source, near - 2 * direction, cells)
    x3 = window(source, near - 3 * direction, cells)
    x4 = window(source, near - 4 * direction, cells)
    x5 = window(source, near - 5 * direction, cells)
    x6 = window(source, near - 6 * direction, cells)
    for cell in range(cells):
        out[cell] += (
            w0 * x0[cell] + w1 * x1[cell] + w2 * x2[cell] + w3 * x3[cell] + w4 * x4[cell] + w5 * x5[cell]
            + w6 * x6[cell]
        )  # fmt: skip


@leaf
def carry(source: np.ndarray, start: int, direction: int, kernel: np.ndarray, lags: int, out: np.ndarray) -> None:  # fmt: skip
    """Write the sum over lags of ``kernel[lag] * source[start + cell - direction * lag]`` into `out`.

    Direction 1 carries exposure over; -1 takes a derivative back from what was carried over to what it came from.
    """
    fill(out, 0.0)
    for lag in range(0, lags + 1, WEIGHTS_AT_ONCE):
        add_seven(source, start - direction * lag, direction, window(kernel, lag, WEIGHTS_AT_ONCE), out)


@leaf
def carry_back(
    exposure: np.ndarray, start: int, adjoint: np.ndarray, lags: int, by_weight: np.ndarray
) -> None:
    """Write the derivative by each weight, given that by what was carried over; `exposure` begins at `start`."""
    cells = adjoint.shape[0]
    for lag in range(0, lags + 1, WEIGHTS_AT_ONCE):
        near = start - lag
        x0 = window(exposure, near, cells)
        x1 = window(exposure, near - 1, cells)
        x2 = window(exposure, near - 2, cells)
        x3 = window(exposure, near - 3, cells)
        x4 = window(exposure, near - 4, cells)
        x5 = window(exposure, near - 5, cells)
        x6 = window(exposure, near - 6, cells)
        s0 = s1 = s2 = s3 = s4 = s5 = s6 = 0.0
        for cell in range(cells):
            pull = adjoint[cell]
            s0 += pull * x0[cell]
            s1 += pull * x1[cell]
            s2 += pull * x2[cell]
            s3 += pull * x3[cell]
            s4 += pull * x4[cell]
            s5 += pull * x5[cell]
            s6 += pull * x6[cell]
        by_weight[lag], by_weight[lag + 1], by_weight[lag + 2], by_weight[lag + 3] = s0, s1, s2, s3
        by_weight[lag + 4], by_weight[lag + 5], by_weight[lag + 6] = s4, s5, s6
