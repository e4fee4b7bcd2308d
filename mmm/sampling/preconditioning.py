"""Beginning near the posterior: from draws of one that resembles it, moved and rounded before the first step.

1. The draws are moved together to where the new posterior is, by Newton's step from their mean gradient.
2. Draws and gradients give the linear map that makes the posterior round in the sense of Fisher's divergence; in its
   coordinates the sampler has little left to learn, and a step or two of a funnel's neck does not decide the scale.
3. Chains start from draws, so that they begin spread out as the posterior is.

Only where chains begin and how they step depends on these draws: the posterior, and the rules that say whether it is
reached, are those of any fit.

References
----------
Seyboldt, Carlson, Carpenter 2026, Preconditioning Hamiltonian Monte Carlo by minimizing Fisher divergence,
arXiv:2603.18845.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from scipy.linalg import solve_triangular

from mmm.kernel.buffer.pack import with_coordinates
from mmm.kernel.compiled import KernelModel
from mmm.kernel.load import kernel_functions
from mmm.sampling.engine import Engine
from mmm.sampling.nutpie_model import nutpie_model

MOST_POINTS = 2000
"""Draws that the coordinates are estimated from."""
POINTS_PER_DIMENSION = 1
"""Fewer draws than this for each dimension, and only scales are estimated, not correlations."""
MOST_MOVES = 4
NEAR = 0.1
"""Length of a move, in standard deviations a dimension, below which the draws are where they should be."""
JITTER = 1e-9


@dataclass(frozen=True, slots=True)
class Start:
    """Where a fit begins.

    Parameters
    ----------
    points : numpy.ndarray, shape (point, parameter)
        Unconstrained points near the posterior.
    centre : numpy.ndarray, shape (parameter,)
    factor : numpy.ndarray, shape (parameter, parameter) or (parameter,)
        Lower triangular, or a diagonal: ``centre + factor @ z`` is nearly the posterior for standard normal z.
    """

    points: np.ndarray
    centre: np.ndarray
    factor: np.ndarray


def find_start(model: KernelModel, points: np.ndarray) -> Start | None:
    """Return where the fit of `model` begins, from draws of a posterior that resembles its own.

    Parameters
    ----------
    model : KernelModel
    points : numpy.ndarray, shape (point, parameter)
        Unconstrained draws, in no particular order.

    Returns
    -------
    Start or None
        None where these draws are no start: the density is not finite at most of them.
    """
    points = points[np.linspace(0, len(points) - 1, min(len(points), MOST_POINTS)).astype(int)]
    density, gradient = _evaluate(model, points)
    for _ in range(MOST_MOVES):
        usable = np.isfinite(density) & np.isfinite(gradient).all(axis=1)
        if usable.mean() < 0.5:
            return None
        points, density, gradient = points[usable], density[usable], gradient[usable]
        factor = fisher_factor(points, gradient)
        inner = _transposed(factor, gradient.mean(axis=0))
        if np.linalg.norm(inner) < NEAR * np.sqrt(len(inner)):
            break
        moved = points + _times(factor, inner)
        trial, slope = _evaluate(model, moved)
        if not np.nanmean(np.where(np.isfinite(trial), trial, np.nan)) > density.mean():
            break
        points, density, gradient = moved, trial, slope
    return Start(points, points.mean(axis=0), factor)


def start_from(model: KernelModel, points: np.ndarray) -> Start:
    """Return the same from draws of the posterior itself, which need not be moved.

    Parameters
    ----------
    model : KernelModel
        The kernel's.
    points : numpy.ndarray, shape (draw, parameter)
        Draws of its posterior.

    Returns
    -------
    Start
        Points, their mean, and the factor that makes them round.
    """
    factor = fisher_factor(points, _evaluate(model, points)[1])
    return Start(points, points.mean(axis=0), factor)


def warm_engine(model: KernelModel, start: Start, source: Literal["pilots", "earlier"]) -> Engine:
    """Return the engine of a model whose chains begin at `start`, which is made of draws of `source`.

    Parameters
    ----------
    model : KernelModel
        The kernel's.
    start : Start
        Points, centre and factor of coordinates.
    source : {"pilots", "earlier"}
        Where the points are from.

    Returns
    -------
    Engine
        Its draws are in the model's own coordinates.
    """

    def begin(seed: Any) -> np.ndarray:
        chosen = start.points[np.random.default_rng(seed).integers(len(start.points))]
        return _solve(start.factor, chosen - start.centre)

    data = with_coordinates(model.buffer, start.centre, start.factor)
    compiled = nutpie_model(kernel_functions(), model.sizes, begin, data)
    return Engine("kernel", compiled, lambda draws: model.posterior(draws["kept"].values), start=source)


def fisher_factor(points: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    """Return the factor of the covariance that is as far from that of `points` as from the inverse of the gradients'.

    Parameters
    ----------
    points, gradient : numpy.ndarray, shape (point, parameter)

    Returns
    -------
    numpy.ndarray, shape (parameter, parameter) or (parameter,)
        Lower triangular; the diagonal alone where there are too few points to tell more.

    Notes
    -----
    The geometric mean ``S`` of covariance C of the draws and inverse covariance of the gradients G solves ``S G S = C``:
    ``S = G^-1/2 (G^1/2 C G^1/2)^1/2 G^-1/2``. For a normal posterior both are its covariance. Few points make
    directions of their own: dimensions per point are added to the variances of both, in units in which they agree.
    """
    count, size = points.shape
    spread, pull = points.std(axis=0) + JITTER, gradient.std(axis=0) + JITTER
    scale = np.sqrt(spread / pull)
    if count < POINTS_PER_DIMENSION * size:
        return scale
    ridge = size / count * np.eye(size)
    drawn = np.cov(points.T / scale[:, None]) + ridge
    values, vectors = np.linalg.eigh(np.cov(gradient.T * scale[:, None]) + ridge)
    root, inverse = (vectors * np.sqrt(values)) @ vectors.T, (vectors / np.sqrt(values)) @ vectors.T
    between, turned = np.linalg.eigh(root @ drawn @ root)
    mean = inverse @ ((turned * np.sqrt(np.maximum(between, 0))) @ turned.T) @ inverse
    return scale[:, None] * np.linalg.cholesky((mean + mean.T) / 2)


def _evaluate(model: KernelModel, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return log density and gradient at each point, shapes (point,) and (point, parameter)."""
    found = [model.log_density(point) for point in points]
    return np.array([value for value, _ in found]), np.array([slope for _, slope in found])


def _times(factor: np.ndarray, inner: np.ndarray) -> np.ndarray:
    return factor * inner if factor.ndim == 1 else factor @ inner


def _transposed(factor: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    return factor * gradient if factor.ndim == 1 else factor.T @ gradient


def _solve(factor: np.ndarray, difference: np.ndarray) -> np.ndarray:
    return difference / factor if factor.ndim == 1 else solve_triangular(factor, difference, lower=True)
