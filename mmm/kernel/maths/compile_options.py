"""Special functions and compile options of the kernel."""

import math
from inspect import isfunction
from typing import Any

import numba
import numba.extending
from llvmlite import ir
from numba import types
from numba.core import cgutils

from mmm.numerics import elementary

# Sums may be reordered so that they vectorise; NaN and infinity keep their meaning, the sampler relies on them.
FAST = {"reassoc", "contract", "nsz"}
# Where rounding itself is made use of, nothing is reordered.
ROUNDED = {"contract", "nsz"}
_COMMON: dict[str, Any] = {"nogil": True, "error_model": "numpy"}
# Called by compiled code alone: without the wrappers for Python and C, which take longer to compile than what they wrap.
_INSIDE: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
leaf: Any = numba.njit(fastmath=FAST, **_INSIDE, **_COMMON)
# Steps that are called in one place: read as functions, compiled as part of their caller.
glue: Any = numba.njit(fastmath=FAST, inline="always", **_COMMON)

intrinsic: Any = numba.extending.intrinsic
_OWN = f"{__name__.partition('.')[0]}."
DIGAMMA_SHIFT = 10.0


@leaf
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


@intrinsic
def _as_integer(context: Any, number: Any) -> Any:
    """Return the bit pattern of a double as a 64-bit integer."""
    return types.int64(types.float64), lambda ctx, builder, sig, args: builder.bitcast(
        args[0], ctx.get_value_type(types.int64)
    )


@intrinsic
def _as_double(context: Any, bits: Any) -> Any:
    """Return the double that a 64-bit integer is the bit pattern of."""
    return types.float64(types.int64), lambda ctx, builder, sig, args: builder.bitcast(
        args[0], ctx.get_value_type(types.float64)
    )


@intrinsic
def call(context: Any, address: Any, arguments: Any) -> Any:
    """Call the C function at an address, which returns a double; a pointer is given as the number that it is."""

    def instructions(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        given = cgutils.unpack_tuple(builder, values[1])
        function = ir.FunctionType(ir.DoubleType(), [value.type for value in given])
        return builder.call(builder.inttoptr(values[0], function.as_pointer()), given)

    return types.float64(types.int64, arguments), instructions


@numba.extending.overload(elementary.bits_of)
def _bits_of(number: Any) -> Any:
    def instruction(number: Any) -> Any:
        return _as_integer(number)

    return instruction


@numba.extending.overload(elementary.double_of)
def _double_of(bits: Any) -> Any:
    def instruction(bits: Any) -> Any:
        return _as_double(bits)

    return instruction


_KNOWN: set[Any] = {elementary.bits_of, elementary.double_of}


def make_known(function: Any) -> Any:
    """Return `function`, a plain one, which compiled code can call from now on, as can what it calls of the house."""
    if function not in _KNOWN:
        _KNOWN.add(function)
        options = ROUNDED if function.__module__ == elementary.__name__ else FAST
        numba.extending.register_jitable(error_model="numpy", fastmath=options)(function)
        for name in function.__code__.co_names:
            called = function.__globals__.get(name)
            if isfunction(called) and called.__module__.startswith(_OWN):
                make_known(called)
    return function


for _function in (elementary.exp, elementary.expm1, elementary.log, elementary.log1p):
    make_known(_function)
