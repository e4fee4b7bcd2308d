"""What the kernel keeps of a draw, as the sampler gets it."""

import ctypes

import numpy as np

from mmm.kernel.compiled import KernelModel
from mmm.sampling.nutpie_model import Entries, plain

POINTER, SIZE = ctypes.c_void_p, ctypes.c_uint64
EXPAND = ctypes.CFUNCTYPE(ctypes.c_int64, SIZE, SIZE, POINTER, POINTER, POINTER)
DENSITY = ctypes.CFUNCTYPE(ctypes.c_int64, SIZE, POINTER, POINTER, POINTER, POINTER)


def kept_draw(
    model: KernelModel, point: np.ndarray, entries: Entries | None = None, data: np.ndarray | None = None
) -> np.ndarray:
    """Return the kept entries of an unconstrained point."""
    out = np.empty(model.sizes[1])
    buffer = model.buffer if data is None else data
    function = EXPAND((entries or plain()).expand.address)
    assert function(*model.sizes, point.ctypes.data, out.ctypes.data, buffer.ctypes.data) == 0
    return out


def density_at(entries: Entries, point: np.ndarray, data: np.ndarray) -> tuple[float, np.ndarray]:
    """Return log-density and gradient as the sampler gets them."""
    gradient, value = np.empty(len(point)), np.empty(1)
    places = (array.ctypes.data for array in (point, gradient, value, data))
    assert DENSITY(entries.density.address)(len(point), *places) == 0
    return float(value[0]), gradient
