"""Special functions and compile options of the kernel."""

import math
from typing import Any

import numba

# Sums may be reordered so that they vectorise; NaN and infinity keep their meaning, the sampler relies on them.
FAST = {"reassoc", "contract", "nsz"}
_COMMON: dict[str, Any] = {"nogil": True, "error_model": "numpy"}
compiled: Any = numba.njit(fastmath=FAST, **_COMMON)
# Called by compiled code alone: without the wrappers for Python and C, which take longer to compile than what they wrap.
_INSIDE: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
leaf: Any = numba.njit(fastmath=FAST, **_INSIDE, **_COMMON)
# Where rounding itself is made use of, nothing is reordered.
rounded: Any = numba.njit(fastmath={"contract", "nsz"}, **_INSIDE, **_COMMON)
# Steps that are called in one place: read as functions, compiled as part of their caller.
glue: Any = numba.njit(fastmath=FAST, inline="always", **_COMMON)

DIGAMMA_SHIFT = 10.0


@compiled
def digamma(x: float) -> float:
    """Return the derivative of log Gamma at x > 0, to full double precision.

    References
    ----------
    Abramowitz and Stegun, 6.3.5 (recurrence) and 6.3.18 (asymptotic series).
    """
    result = 0.0
    while x < DIGAMMA_SHIFT:
        result -= 1.0 / x
        x += 1.0
    inverse = 1.0 / (x * x)
    series = inverse * (
        1 / 12
        - inverse
        * (
            1 / 120
            - inverse
            * (1 / 252 - inverse * (1 / 240 - inverse * (1 / 132 - inverse * (691 / 32760 - inverse / 12))))
        )
    )
    return result + math.log(x) - 0.5 / x - series
