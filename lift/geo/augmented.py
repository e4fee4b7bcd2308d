"""Augmented synthetic control: a synthetic control whose remaining imbalance a ridge regression removes."""

import numpy as np

from lift.geo.donors import Donors, Flags, Floats
from lift.geo.synthetic_control import fit_simplex

_LEFT_OUT = 240
"""Most periods left out in turn; longer series leave out that many, evenly spaced."""
_GRID = 10.0 ** (-0.4 * np.arange(21))
"""Ridge penalties tried, as shares of the largest eigenvalue of the donors' Gram matrix; eight decades."""


def augmented_synthetic_control(outcome: Floats, treated: Flags, split: int) -> Donors:
    """Return simplex weights plus the ridge correction of their imbalance; they sum to one and may be negative.

    Parameters
    ----------
    outcome : numpy.ndarray, shape (units, time)
    treated : numpy.ndarray of bool, shape (sets, units)
        Every set of one size.
    split : int
        Number of pre-test periods.

    Notes
    -----
    The correction d minimises ``|r - X'd|^2 + lambda |d|^2`` under ``sum(d) = 0``, where r is the simplex fit's
    residual: the same as ridge on donors centred by period. lambda is the largest penalty whose leave-one-period-out
    error is within one standard error of the best; the error has a closed form because the fit is linear in r (the
    simplex part is held). One eigendecomposition serves all sets: leaving treated rows out is a low-rank update.

    References
    ----------
    Ben-Michael, E., Feller, A. and Rothstein, J. (2021). The Augmented Synthetic Control Method. JASA 116, 1789-1803.
    """
    before = outcome[:, :split]
    before = before - before.mean(axis=1, keepdims=True)
    simplex = fit_simplex(before, treated)
    share = treated / treated.sum(axis=1, keepdims=True)
    ridge = _RidgeProblems(before, treated, (share - simplex) @ before)
    penalties = ridge.largest[:, None] * _GRID
    errors = np.stack([ridge.left_out_errors(penalties[:, j]) ** 2 for j in range(_GRID.size)], axis=1)
    mean = errors.mean(axis=2)
    spread = errors.std(axis=2, ddof=1) / np.sqrt(errors.shape[2])
    rows = np.arange(treated.shape[0])
    best = mean.argmin(axis=1)
    chosen = (mean <= (mean[rows, best] + spread[rows, best])[:, None]).argmax(axis=1)
    return Donors(simplex + ridge.correction(penalties[rows, chosen]))


class _RidgeProblems:
    """Constrained ridge regressions of many sets that share one matrix of donors.

    ``M = (XX' + lambda I)^-1`` over all units comes from one eigendecomposition. Its version without the treated rows
    b is ``M - M_.b M_bb^-1 M_b.``, which is zero on those rows, so nothing has to be cut out.
    """

    def __init__(self, before: Floats, treated: Flags, residual: Floats) -> None:
        values, vectors = np.linalg.eigh(before @ before.T)
        self.vectors = vectors
        self.values = np.maximum(values, 0.0)
        self.scores = before.T @ vectors
        self.members = np.stack([np.flatnonzero(row) for row in treated])
        left_out = np.unique(np.linspace(0, before.shape[1] - 1, min(before.shape[1], _LEFT_OUT)).astype(int))
        self.left_out_scores = self.scores[left_out]
        self.residual = residual[:, left_out]
        self.target = residual @ self.scores
        self.ones = vectors.sum(axis=0)
        self.largest = _largest_eigenvalues(before, treated)

    def left_out_errors(self, penalty: Floats) -> Floats:
        """Return leave-one-period-out residuals, shape (sets, periods left out), for one penalty a set."""
        inverse = 1.0 / (self.values + penalty[:, None])
        mine = self.vectors[self.members]
        cross = (mine * inverse[:, None, :]) @ self.left_out_scores.T
        block = (mine * inverse[:, None, :]) @ mine.transpose(0, 2, 1)
        lifted = np.linalg.solve(block, cross)
        own_target, own_ones = self._own(mine, inverse)
        fit = (inverse * self.target) @ self.left_out_scores.T - np.einsum("bm,bmt->bt", own_target, lifted)
        ones = (inverse * self.ones) @ self.left_out_scores.T - np.einsum("bm,bmt->bt", own_ones, lifted)
        total, tilt = self._sums(inverse, block, own_target, own_ones)
        leverage = (
            inverse @ (self.left_out_scores**2).T - (cross * lifted).sum(axis=1) - ones**2 / total[:, None]
        )
        residual = self.residual - (fit - ones * (tilt / total)[:, None])
        return residual / np.maximum(1.0 - leverage, 1e-9)

    def correction(self, penalty: Floats) -> Floats:
        """Return the ridge corrections d, shape (sets, units), zero on treated units."""
        inverse = 1.0 / (self.values + penalty[:, None])
        mine = self.vectors[self.members]
        block = (mine * inverse[:, None, :]) @ mine.transpose(0, 2, 1)
        spread = np.linalg.solve(block, (mine * inverse[:, None, :]) @ self.vectors.T)
        own_target, own_ones = self._own(mine, inverse)
        total, tilt = self._sums(inverse, block, own_target, own_ones)
        target = (inverse * self.target) @ self.vectors.T - np.einsum("bm,bmn->bn", own_target, spread)
        ones = (inverse * self.ones) @ self.vectors.T - np.einsum("bm,bmn->bn", own_ones, spread)
        found = target - ones * (tilt / total)[:, None]
        np.put_along_axis(found, self.members, 0.0, axis=1)
        return found

    def _own(self, mine: Floats, inverse: Floats) -> tuple[Floats, Floats]:
        own_target = np.einsum("bmn,bn->bm", mine, inverse * self.target)
        return own_target, np.einsum("bmn,bn->bm", mine, inverse * self.ones)

    def _sums(
        self, inverse: Floats, block: Floats, own_target: Floats, own_ones: Floats
    ) -> tuple[Floats, Floats]:
        """Return 1'M1 and 1'Mq without the treated rows."""
        solved = np.linalg.solve(block, own_ones[:, :, None])[:, :, 0]
        total = inverse @ self.ones**2 - (own_ones * solved).sum(axis=1)
        tilt = (inverse * self.target) @ self.ones - (own_target * solved).sum(axis=1)
        return total, tilt


def _largest_eigenvalues(before: Floats, treated: Flags) -> Floats:
    """Return the largest eigenvalue of each set's donors' Gram matrix, donors centred by period."""
    gram = before @ before.T
    donors = (~treated).astype(float)
    donors /= donors.sum(axis=1, keepdims=True)
    usable = ~treated

    def apply(vector: Floats) -> Floats:
        centred = np.where(usable, vector - (vector * donors).sum(axis=1, keepdims=True), 0.0)
        image = centred @ gram
        return np.where(usable, image - (image * donors).sum(axis=1, keepdims=True), 0.0)

    # The penalty grid has eight decades; the Rayleigh quotient after these steps is far closer than it needs.
    vector = apply(
        np.diag(gram) + np.arange(gram.shape[0]) * 1e-3 * np.diag(gram).mean() + np.zeros(treated.shape)
    )
    value = np.zeros(treated.shape[0])
    for _ in range(60):
        norm = np.linalg.norm(vector, axis=1, keepdims=True)
        vector = vector / np.where(norm > 0, norm, 1.0)
        image = apply(vector)
        value, vector = (vector * image).sum(axis=1), image
    return np.maximum(value, max(float(np.trace(gram)), np.finfo(float).tiny) * 1e-12)
