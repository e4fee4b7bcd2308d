"""What the kernel keeps of a draw, as the sampler gets it."""

import ctypes

import numpy as np

from mmm.kernel.compiled import KernelModel
from mmm.kernel.load import kernel_functions

POINTER, SIZE = ctypes.c_void_p, ctypes.c_uint64
EXPAND = ctypes.CFUNCTYPE(ctypes.c_int64, SIZE, SIZE, POINTER, POINTER, POINTER)
DENSITY = ctypes.CFUNCTYPE(ctypes.c_int64, SIZE, POINTER, POINTER, POINTER, POINTER)


def kept_draw(model: KernelModel, point: np.ndarray, data: np.ndarray | None = None) -> np.ndarray:
    """Return the kept entries of an unconstrained point."""
    out = np.empty(model.sizes[1])
    buffer = model.buffer if data is None else data
    function = EXPAND(kernel_functions().kept_draw.address)
    assert function(*model.sizes, point.ctypes.data, out.ctypes.data, buffer.ctypes.data) == 0
    return out


def density_at(point: np.ndarray, data: np.ndarray) -> tuple[float, np.ndarray]:
    """Return log-density and gradient as the sampler gets them."""
    gradient, value = np.empty(len(point)), np.empty(1)
    places = (array.ctypes.data for array in (point, gradient, value, data))
    assert DENSITY(kernel_functions().log_density.address)(len(point), *places) == 0
    return float(value[0]), gradient
