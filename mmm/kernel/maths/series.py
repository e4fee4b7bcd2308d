"""Sums over stretches of cells; a function of its own for each, so that each is compiled once and in vectors."""

import numpy as np

from mmm.kernel.maths.compile_options import leaf
from mmm.kernel.maths.reading import window


@leaf
def inner(first: np.ndarray, second: np.ndarray, start: int, size: int) -> float:
    """Return the sum of products of two series from cell `start` on."""
    left, right = window(first, start, size), window(second, start, size)
    total = 0.0
    for cell in range(size):
        total += left[cell] * right[cell]
    return total


@leaf
def add_scaled(out: np.ndarray, source: np.ndarray, factor: float, start: int, size: int) -> None:
    """Add `factor` times a series to `out`, from cell `start` on."""
    into, these = window(out, start, size), window(source, start, size)
    for cell in range(size):
        into[cell] += factor * these[cell]


@leaf
def fill(out: np.ndarray, value: float) -> None:
    """Write `value` everywhere."""
    for cell in range(out.shape[0]):
        out[cell] = value
