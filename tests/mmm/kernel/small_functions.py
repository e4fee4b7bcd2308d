"""C functions as small as they can be, in the place of the kernel's: they compile in a moment."""

from typing import Any

import numba

from mmm.kernel.entries import kept_draw as draws
from mmm.kernel.entries import log_density as densities
from mmm.kernel.entries import steps
from mmm.kernel.entries.parts import Part


def half(buffer: Any, vector: Any, memory: Any, slope: Any, size: int) -> float:
    """Return half of the first number of the vector."""
    return 0.5 * numba.carray(vector, (1,))[0]


def log_density(size: int, point: Any, gradient: Any, value: Any, buffer: Any) -> int:
    """Write half of the first number of the point as the density."""
    numba.carray(value, (1,))[0] = 0.5 * numba.carray(point, (1,))[0]
    return 0


def kept_draw(size: int, expanded: int, point: Any, out: Any, buffer: Any) -> int:
    """Write half of the first number of the point."""
    numba.carray(out, (1,))[0] = 0.5 * numba.carray(point, (1,))[0]
    return 0


HALF = Part(half, steps.SIGNATURE)
LOG_DENSITY = Part(log_density, densities.SIGNATURE)
KEPT_DRAW = Part(kept_draw, draws.SIGNATURE)
