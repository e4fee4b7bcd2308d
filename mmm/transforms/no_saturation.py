"""No saturation: twice the exposure, twice the effect."""

from typing import Any

import numpy as np

from mmm.transforms.family import Numbers, SaturationTransform


def curve(x: Numbers) -> np.ndarray:
    """Return the exposure itself, shape of `x`."""
    return np.asarray(x, dtype=float)


def curve_tensor(x: Any) -> Any:
    """Return the exposure itself as a PyTensor expression."""
    return x


def slope(x: Numbers) -> np.ndarray:
    """Return ones, shape of `x`."""
    return np.ones_like(np.asarray(x, dtype=float))


NO_SATURATION = SaturationTransform("none", curve, curve_tensor, slope, ())
