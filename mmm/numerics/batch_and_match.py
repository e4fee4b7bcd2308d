"""A normal distribution matched to a density by its gradients: in rounds, from draws of the normal of the round before.

References
----------
Cai, Modi, Pillaud-Vivien, Margossian, Gower, Blei, Saul 2024, Batch and match: black-box variational inference with a
score-based divergence, ICML (algorithm 1).
"""

from dataclasses import dataclass

import numpy as np

from mmm.numerics.mode import Density


@dataclass(frozen=True, slots=True)
class Normal:
    """A normal distribution: ``centre + factor @ z`` for standard normal z; `factor` is lower triangular."""

    centre: np.ndarray
    factor: np.ndarray

    def draw(self, count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Return draws, shape (draw, parameter), and their log-density but for a constant, shape (draw,).

        Parameters
        ----------
        count : int
        rng : numpy.random.Generator

        Returns
        -------
        tuple of numpy.ndarray, shapes (draw, parameter) and (draw,)
            Points and their log-density.
        """
        inner = rng.standard_normal((count, len(self.centre)))
        return self.centre + inner @ self.factor.T, -0.5 * np.square(inner).sum(axis=1)


def match(density: Density, normal: Normal, rounds: int, batch: int, rng: np.random.Generator) -> Normal:
    """Return the normal after `rounds` rounds of `batch` draws each.

    Parameters
    ----------
    density : callable
        From a point to log-density and gradient; draws where they are not finite are left out.
    normal : Normal
        Where to begin.
    rounds, batch : int
    rng : numpy.random.Generator

    Returns
    -------
    Normal
    """
    for number in range(rounds):
        points, _ = normal.draw(batch, rng)
        found = [density(point) for point in points]
        gradients = np.array([slope for _, slope in found])
        usable = np.isfinite([value for value, _ in found]) & np.isfinite(gradients).all(axis=1)
        if usable.sum() < 2:
            break
        step = batch * len(normal.centre) / (number + 1)
        normal = _matched(normal, points[usable], gradients[usable], step)
    return normal


def _matched(normal: Normal, points: np.ndarray, gradients: np.ndarray, step: float) -> Normal:
    """Return the normal that is closest in gradients to those at `points`, kept near the one before by 1 / `step`.

    Notes
    -----
    In the coordinates of the normal before, its new covariance S solves S U S + S = V (equations 10 to 12).
    """
    inner = np.linalg.solve(normal.factor, (points - normal.centre).T).T
    slopes = gradients @ normal.factor
    mean, slope, share = inner.mean(axis=0), slopes.mean(axis=0), step / (1 + step)
    pull = step * np.cov(slopes.T, bias=True) + share * np.outer(slope, slope)
    spread = np.eye(len(mean)) + step * np.cov(inner.T, bias=True) + share * np.outer(mean, mean)
    values, vectors = np.linalg.eigh(spread)
    root = (vectors * np.sqrt(values)) @ vectors.T
    crossed, turned = np.linalg.eigh(root @ pull @ root)
    narrowing = 2 / (1 + np.sqrt(1 + 4 * np.maximum(crossed, 0)))
    covariance = root @ (turned * narrowing) @ turned.T @ root
    covariance = (covariance + covariance.T) / 2
    centre = share * (covariance @ slope + mean)
    return Normal(normal.centre + normal.factor @ centre, normal.factor @ np.linalg.cholesky(covariance))
