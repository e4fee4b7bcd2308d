"""The mode of a density, where chains start from: SciPy's optimisers would cost every run a quarter second of imports."""

from collections import deque
from collections.abc import Callable

import numpy as np

Density = Callable[[np.ndarray], tuple[float, np.ndarray]]
MEMORY = 10
"""Steps that the curvature is read from."""
MOST_STEPS = 500
"""Stopped early in many dimensions, chains would start far from the bulk and one may stay in a corner of it."""
MOST_HALVINGS = 40
SUFFICIENT = 1e-4
"""Share of the gain that a straight line promises, which a step must have (Armijo's rule)."""
FLAT = 1e-6
"""Relative gain of a step at which the search ends."""


def mode(density: Density, start: np.ndarray) -> np.ndarray:
    """Return a point of high density, found by the limited-memory BFGS method from `start`.

    Parameters
    ----------
    density : callable
        From a point to log-density and gradient; where one of them is not finite, steps are shortened.
    start : numpy.ndarray, shape (parameter,)

    References
    ----------
    Nocedal, Wright 2006, Numerical Optimization, algorithms 7.4 and 7.5.
    """
    point, (value, gradient) = start, density(start)
    pairs: deque[tuple[np.ndarray, np.ndarray, float]] = deque(maxlen=MEMORY)
    for _ in range(MOST_STEPS):
        direction = _uphill(gradient, pairs)
        found = _step(density, point, value, direction, float(direction @ gradient))
        if found is None:
            if not pairs:
                break
            pairs.clear()  # what is remembered misleads: begin again with the gradient alone
            continue
        moved, higher, slope = found
        change, turn = moved - point, gradient - slope
        if change @ turn > 0:
            pairs.append((change, turn, float(1 / (change @ turn))))
        gained, point, value, gradient = higher - value, moved, higher, slope
        if gained <= FLAT * max(1.0, abs(value)):
            break
    return point


def _uphill(gradient: np.ndarray, pairs: deque[tuple[np.ndarray, np.ndarray, float]]) -> np.ndarray:
    """Return the gradient times what is known of the inverse curvature; a first step has length 1 at most."""
    direction = gradient.copy()
    if not pairs:
        return direction / max(1.0, float(np.linalg.norm(direction)))
    shares = []
    for change, turn, weight in reversed(pairs):
        shares.append(weight * float(change @ direction))
        direction -= shares[-1] * turn
    change, turn, _ = pairs[-1]
    direction *= float(change @ turn) / float(turn @ turn)
    for (change, turn, weight), share in zip(pairs, reversed(shares), strict=True):
        direction += (share - weight * float(turn @ direction)) * change
    return direction


def _step(
    density: Density, point: np.ndarray, value: float, direction: np.ndarray, rise: float
) -> tuple[np.ndarray, float, np.ndarray] | None:
    """Return point, value and gradient after the longest of ever shorter steps that gains enough; None if none does."""
    length = 1.0
    for _ in range(MOST_HALVINGS):
        moved = point + length * direction
        higher, slope = density(moved)
        if np.isfinite(slope).all() and higher >= value + SUFFICIENT * length * rise and np.isfinite(higher):
            return moved, higher, slope
        length /= 2
    return None
