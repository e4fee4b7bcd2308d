"""What overlapping pseudo-tests are worth, and by how much they support widening an interval."""

from collections.abc import Sequence

import numpy as np
from scipy import special

from lift.geo.estimators.donors import Floats

PRIOR_FACTOR = 0.2
"""Standard deviation of the logarithm of the factor that a sound interval may need, before any pseudo-test is seen."""


def widening(rows: list[Floats], level: float, side: int = 0) -> float:
    """Return the factor on the references, at least 1, with which the share `level` of pseudo-tests is covered.

    Parameters
    ----------
    rows : list of numpy.ndarray, each shape (sets,)
        Studentised effects of a pseudo-test's set, first, and of its references.
    level : float
    side : {0, 1, -1}, default 0
        0 compares sizes; else effects of that direction alone.

    Returns
    -------
    float
        1 where the references already cover; infinite where no factor makes them.
    """
    needed = []
    for row in rows:
        magnitude = side * row if side else np.abs(row)
        # The interval reaches to the k-th largest reference, k the smallest count whose p-value is at least alpha.
        k = int(np.ceil((1 - level) * row.size - 1 - 1e-9))
        if k >= 1:
            reach = np.sort(magnitude[1:])[-k]
            needed.append(magnitude[0] / reach if reach > 0 else np.inf if magnitude[0] > 0 else 0.0)
    if not needed:
        return 1.0
    rank = int(np.ceil(level * len(needed) - 1e-9))
    return max(1.0, float(np.sort(needed)[rank - 1]) * (1 + 1e-9))


def supported(needed: float, effective: float, level: float) -> float:
    """Return the factor that pseudo-tests support with their own uncertainty: between 1 and the one they ask for.

    Parameters
    ----------
    needed : float
        Factor with which they would be covered at the level; 1 or more.
    effective : float
        Independent pseudo-tests that they are worth.
    level : float

    Returns
    -------
    float
        1 where `needed` is infinite: no factor is right then.

    Notes
    -----
    The logarithm of the factor is a quantile found from `effective` values of a normal statistic, with standard error
    ``sqrt(level (1 - level) / effective) / (2 z phi(z))``; it is drawn towards 0, where a sound interval has it, with
    standard deviation `PRIOR_FACTOR`.
    """
    if not np.isfinite(needed) or effective <= 0:
        return 1.0
    z = float(special.ndtri((1 + level) / 2))
    density = 2 * z * float(np.exp(-(z**2) / 2)) / float(np.sqrt(2 * np.pi))
    variance = level * (1 - level) / effective / density**2
    return float(needed ** (PRIOR_FACTOR**2 / (PRIOR_FACTOR**2 + variance)))


def separate_windows(origins: Sequence[int], length: int) -> float:
    """Return how many windows without overlap these are worth.

    Parameters
    ----------
    origins : sequence of int
        Their first periods.
    length : int
        Periods in a window.

    Returns
    -------
    float
        Between 1 and their number: errors of two windows are as much alike as the windows share, and whether they are
        covered depends on their squares.
    """
    shared = np.maximum(0.0, 1 - np.abs(np.subtract.outer(origins, origins)) / length)
    return float(len(origins) ** 2 / (shared**2).sum())


def independent_sets(paths: Floats) -> float:
    """Return how many sets without anything in common the sets of these error paths are worth.

    Parameters
    ----------
    paths : numpy.ndarray, shape (sets, time)
        Gap of each set to its counterfactual before the window.

    Returns
    -------
    float
        Between 1 and the number of sets.
    """
    centred = paths - paths.mean(axis=1, keepdims=True)
    norm = np.linalg.norm(centred, axis=1, keepdims=True)
    unit = centred / np.where(norm > 0, norm, 1.0)
    return float(len(paths) ** 2 / max(float(len(paths)), ((unit @ unit.T) ** 2).sum()))
