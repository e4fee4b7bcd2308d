"""Functions of the kernel, which compiled code calls, made callable from Python."""

from collections.abc import Callable
from typing import Any

import numba

from mmm.kernel.maths.compile_options import FAST

compiled: Any = numba.njit(fastmath=FAST, error_model="numpy")


def from_python(function: Any) -> Callable[..., Any]:
    """Return `function` with what Python needs to call it, compiled around it."""
    called: Callable[..., Any] = compiled(lambda *arguments: function(*arguments))
    return called
