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


def loop(first: float, second: float, signal: np.ndarray, out: np.ndarray, extra: np.ndarray) -> None:
    """Write the signal itself and its derivative, which is 1."""
    for cell in range(signal.shape[0]):
        out[cell] = signal[cell]
        signal[cell] = 1.0


def loop_back(
    first: float, second: float, adjoint: np.ndarray, curve: np.ndarray, extra: np.ndarray
) -> tuple[float, float]:
    """Return zeros: there is no parameter."""
    return 0.0, 0.0


NO_SATURATION = SaturationTransform(
    "none", "none (linear)", "x", curve, curve_tensor, slope, (), loop, loop_back
)
