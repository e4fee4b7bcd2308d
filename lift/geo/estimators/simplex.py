"""Exact least squares over the simplex, many problems at once, by a primal active-set method in NumPy."""

import numpy as np

from lift.geo.estimators.donors import Flags, Floats

_TOLERANCE = 1e-10
"""Largest KKT violation left, relative to the mean diagonal of the Gram matrix."""


def simplex_weights(gram: Floats, target: Floats, allowed: Flags, ridge: Floats | None = None) -> Floats:
    """Return the weights w >= 0, sum(w) = 1, that minimise ``w'(gram + ridge I)w / 2 - target'w``, a row a problem.

    All problems share `gram`; each has its own target, its own set of usable columns and its own ridge. The method
    is Lawson and Hanson's, carried to the simplex: grow the support by the steepest column, solve on the support,
    step back to the boundary when a weight turns negative. It ends at the exact optimum, not near it.

    Parameters
    ----------
    gram : numpy.ndarray, shape (n, n)
        Symmetric positive semi-definite.
    target : numpy.ndarray, shape (problems, n)
    allowed : numpy.ndarray of bool, shape (problems, n)
        Columns a problem may use; at least one each.
    ridge : numpy.ndarray, shape (problems,), optional
        Added to the diagonal.

    Returns
    -------
    numpy.ndarray, shape (problems, n)

    Raises
    ------
    ArithmeticError
        The optimum was not reached; a fault of the tool.

    References
    ----------
    Lawson, C. L. and Hanson, R. J. (1974). Solving Least Squares Problems, chapter 23.
    """
    problems, n = target.shape
    size = max(float(np.mean(np.diag(gram))), np.finfo(float).tiny)
    # A hair of ridge keeps supports larger than the number of periods solvable; it is far below the tolerance of use.
    diagonal = (np.zeros(problems) if ridge is None else ridge) / size + 1e-13
    g, b = gram / size, target / size
    weights = np.zeros((problems, n))
    start = np.where(allowed, 0.5 * (np.diag(g) + diagonal[:, None]) - b, np.inf).argmin(axis=1)
    weights[np.arange(problems), start] = 1.0
    open_ = np.arange(problems)
    support = weights > 0
    support[open_] = _enter(weights, support, open_, g, b, diagonal, allowed)[0]
    open_ = open_[support.sum(axis=1) > 1]
    for _ in range(20 * n + 50):
        if not open_.size:
            return weights
        solution = _solve_support(g, b[open_], diagonal[open_], support[open_])
        inside = (solution > 0) | ~support[open_]
        feasible = inside.all(axis=1)
        blocked = open_[~feasible]
        if blocked.size:
            weights[blocked], support[blocked] = _step_back(
                weights[blocked], solution[~feasible], support[blocked]
            )
        solved = open_[feasible]
        weights[solved] = solution[feasible]
        grown, done = _enter(weights, support, solved, g, b, diagonal, allowed)
        support[solved] = grown
        open_ = np.concatenate([blocked, solved[~done]])
    raise ArithmeticError("the simplex solver did not reach its optimum")


def _enter(
    weights: Floats, support: Flags, rows: np.ndarray, g: Floats, b: Floats, diagonal: Floats, allowed: Flags
) -> tuple[Flags, Flags]:
    """Return the supports of `rows` grown by their steepest column, and which rows were optimal already."""
    w = weights[rows]
    gradient = w @ g + diagonal[rows, None] * w - b[rows]
    level = (w * gradient).sum(axis=1, keepdims=True)
    gain = np.where(allowed[rows] & ~support[rows], level - gradient, -np.inf)
    best = gain.argmax(axis=1)
    grown = support[rows].copy()
    scale = 1.0 + np.abs(level[:, 0])
    done = gain[np.arange(rows.size), best] <= _TOLERANCE * scale
    grown[np.arange(rows.size)[~done], best[~done]] = True
    return grown, done


def _solve_support(g: Floats, b: Floats, diagonal: Floats, support: Flags) -> Floats:
    """Return the equality-constrained optimum on each support, zero elsewhere."""
    rows, n = support.shape
    k = int(support.sum(axis=1).max())
    # Supports are small: solving on them, padded to the largest, is far cheaper than on all columns.
    index = np.argsort(~support, axis=1, kind="stable")[:, :k]
    used = np.take_along_axis(support, index, axis=1)
    system = np.zeros((rows, k + 1, k + 1))
    system[:, :k, :k] = g[index[:, :, None], index[:, None, :]] * (used[:, :, None] & used[:, None, :])
    corner = np.arange(k)
    system[:, corner, corner] = np.where(used, system[:, corner, corner] + diagonal[:, None], 1.0)
    system[:, :k, k] = system[:, k, :k] = used
    right = np.concatenate([np.take_along_axis(b, index, axis=1) * used, np.ones((rows, 1))], axis=1)
    found = np.linalg.solve(system, right[:, :, None])[:, :k, 0] * used
    solution = np.zeros((rows, n))
    np.put_along_axis(solution, index, found, axis=1)
    return solution


def _step_back(weights: Floats, solution: Floats, support: Flags) -> tuple[Floats, Flags]:
    """Return weights moved towards `solution` until the first one reaches zero, and the supports without it."""
    falling = support & (solution <= 0)
    drop = weights - solution
    ratio = np.where(falling, weights / np.where(drop > 0, drop, 1.0), np.inf)
    first = ratio.argmin(axis=1)
    step = ratio.min(axis=1, keepdims=True)
    moved = np.where(support, weights + step * (solution - weights), 0.0)
    rows = np.arange(weights.shape[0])
    moved[rows, first] = 0.0
    # Weights that rounding left at or below zero leave with the first; a column of weight zero that is rising stays.
    kept = support & ~(falling & (moved <= 0))
    return np.where(kept, np.maximum(moved, 0.0), 0.0), kept
