"""What the C functions of the kernel take and give, and how one calls another: by its name.

A compiled function that calls another holds a copy of it, optimised anew; called by name it is compiled once. It also
can be compiled beside the others, in a process of its own.
"""

import ctypes
from typing import Any

import llvmlite.binding
import numba
from numba import types

from mmm.kernel.maths.compile_options import FAST
from mmm.kernel.native import keep

DOUBLES = types.CPointer(types.double)
DENSITY = types.int64(types.uint64, DOUBLES, DOUBLES, DOUBLES, types.voidptr)
"""(length of the gradient, point, gradient, value, buffer) -> 0, or a reason to reject the point: what the sampler calls."""
PASS = types.float64(types.uint64, DOUBLES, DOUBLES, DOUBLES, DOUBLES)
"""(length of the gradient, point, gradient, buffer, working memory) -> log-density: one way through the model."""


ALLOCATE: Any = types.ExternalFunction("malloc", types.voidptr(types.uint64))
"""The system's: memory from numba's runtime could not be had without numba."""
RELEASE: Any = types.ExternalFunction("free", types.void(types.voidptr))


def c_function(signature: Any, name: str) -> Any:
    """Return the decorator that compiles a C function of the kernel, or takes it from the cache, and keeps its code."""

    def compile_it(function: Any) -> Any:
        entry = numba.cfunc(signature, cache=True, error_model="numpy", fastmath=FAST)(function)
        keep(name, entry)
        return entry

    return compile_it


def by_name(entry: Any, name: str, signature: Any) -> Any:
    """Return what compiled code calls to reach the C function `entry`."""
    llvmlite.binding.add_symbol(name, entry.address)
    return types.ExternalFunction(name, signature)


def nowhere(name: str, signature: Any) -> Any:
    """Return what compiled code calls to reach a C function that this process lacks: it can be compiled, not run."""
    llvmlite.binding.add_symbol(name, ctypes.cast(ctypes.CDLL(None).abort, ctypes.c_void_p).value)
    return types.ExternalFunction(name, signature)
